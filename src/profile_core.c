/*
 * profile_core.c: the head of a packed profile, and columns of integers.
 */
#include "profile_core.h"

void
profile_write_head(ScoringBuffer *out, const uint8_t *parameters, size_t nparameters)
{
	scoring_write_u8(out, PROFILE_VERSION);
	scoring_write_u8(out, PROFILE_PACKED);
	scoring_write_u8(out, (uint8_t) nparameters);
	scoring_write_bytes(out, parameters, nparameters);
}

bool
profile_read_head(ScoringReader *reader, const uint8_t **parameters, size_t *nparameters, ScoringFault *fault)
{
	uint8_t		version = scoring_read_u8(reader);
	uint8_t		form = scoring_read_u8(reader);

	*nparameters = scoring_read_u8(reader);
	*parameters = scoring_read_bytes(reader, *nparameters);
	if (reader->bad)
		return scoring_fault(fault, SCORING_FAULT_BINARY, "the value is too short");
	if (version != PROFILE_VERSION)
	{
		scoring_fault(fault, SCORING_FAULT_BINARY, "unknown format version %u", version);
		return scoring_fault_hint(fault, "It was written by a newer release, or is not a value of this type.");
	}
	if (form != PROFILE_PACKED || *nparameters > PROFILE_MAX_PARAMETERS)
		return scoring_fault(fault, SCORING_FAULT_BINARY, "the value has an unknown form");
	return true;
}

static unsigned
bits_of(uint64_t value)
{
	return value == 0 ? 0 : 64 - (unsigned) __builtin_clzll(value);
}

/* Eight bytes, the least significant first. */
static inline void
put_word(uint8_t *out, uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	memcpy(out, &word, 8);
}

static inline uint64_t
get_word(const uint8_t *bytes)
{
	uint64_t	word;

	memcpy(&word, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

void
profile_write_members(ScoringBuffer *out, const void *first, size_t stride, size_t count)
{
	const uint8_t *at = first;
	uint8_t    *to;
	uint64_t	any = 0;
	uint64_t	value;
	uint64_t	pending = 0;
	unsigned	filled = 0;
	unsigned	width;

	for (size_t i = 0; i < count; i++)
	{
		memcpy(&value, at + i * stride, 8);
		any |= value;
	}
	width = bits_of(any);
	if (width == 0)
	{
		scoring_write_u8(out, 0);
		return;
	}
	/* Whole words are written, the last of them in part for nothing. */
	to = scoring_write_room(out, 1 + (count * width + 7) / 8 + 8);
	if (to == NULL)
		return;
	*to++ = (uint8_t) width;
	for (size_t i = 0; i < count; i++)
	{
		memcpy(&value, at + i * stride, 8);
		pending |= value << filled;
		filled += width;
		if (filled < 64)
			continue;
		put_word(to, pending);
		to += 8;
		filled -= 64;
		/* What of the value did not fit. */
		pending = filled > 0 ? value >> (width - filled) : 0;
	}
	put_word(to, pending);
	out->length = (size_t) (to + (filled + 7) / 8 - (uint8_t *) out->data);
}

void
profile_write_column(ScoringBuffer *out, const uint64_t *values, size_t count)
{
	profile_write_members(out, values, sizeof(uint64_t), count);
}

bool
profile_read_members(ScoringReader *reader, void *first, size_t stride, size_t count)
{
	uint8_t    *to = first;
	unsigned	width = scoring_read_u8(reader);
	const uint8_t *bytes;
	size_t		length;
	size_t		bit = 0;
	size_t		easy;
	size_t		i = 0;
	uint64_t	value = 0;
	uint64_t	any = 0;
	uint64_t	mask;

	if (width > 64 || count > SIZE_MAX / 64)
		reader->bad = true;
	if (reader->bad)
		return false;
	if (width == 0)
	{
		for (; i < count; i++)
			memcpy(to + i * stride, &value, 8);
		return true;
	}
	length = (count * width + 7) / 8;
	bytes = scoring_read_bytes(reader, length);
	if (bytes == NULL)
		return false;
	mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
	/* As long as a word read from the value's first byte holds it, and lies within the input. */
	easy = width > 57 ? 0 : (size_t) (reader->end - bytes) < 8 ? 0 : (size_t) (reader->end - bytes) - 7;
	for (; i < count && bit / 8 < easy; i++, bit += width)
	{
		value = get_word(bytes + bit / 8) >> (bit % 8) & mask;
		memcpy(to + i * stride, &value, 8);
		any |= value;
	}
	for (; i < count; i++, bit += width)
	{
		unsigned	shift = bit % 8;
		uint8_t		word[9] = {0};

		memcpy(word, bytes + bit / 8, (shift + width + 7) / 8);
		value = get_word(word) >> shift;
		if (shift + width > 64)
			value |= (uint64_t) word[8] << (64 - shift);
		value &= mask;
		memcpy(to + i * stride, &value, 8);
		any |= value;
	}
	if (bits_of(any) != width)
		reader->bad = true;
	if (bit % 8 != 0 && bytes[length - 1] >> (bit % 8) != 0)
		reader->bad = true;
	return !reader->bad;
}

bool
profile_read_column(ScoringReader *reader, uint64_t *values, size_t count)
{
	return profile_read_members(reader, values, sizeof(uint64_t), count);
}
