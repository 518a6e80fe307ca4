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

void
profile_write_column(ScoringBuffer *out, const uint64_t *values, size_t count)
{
	uint8_t		bytes[256];
	size_t		used = 1;
	uint64_t	any = 0;
	uint64_t	pending = 0;
	unsigned	filled = 0;
	unsigned	width;

	for (size_t i = 0; i < count; i++)
		any |= values[i];
	width = bits_of(any);
	bytes[0] = (uint8_t) width;
	for (size_t i = 0; i < count && width > 0; i++)
	{
		uint64_t	value = values[i];

		pending |= value << filled;
		if (filled + width < 64)
		{
			filled += width;
			continue;
		}
		if (used > sizeof(bytes) - 8)
		{
			scoring_write_bytes(out, bytes, used);
			used = 0;
		}
		for (int b = 0; b < 8; b++)
			bytes[used++] = (uint8_t) (pending >> (8 * b));
		/* What of the value did not fit. */
		pending = filled > 0 ? value >> (64 - filled) : 0;
		filled = filled + width - 64;
	}
	if (used > sizeof(bytes) - 8)
	{
		scoring_write_bytes(out, bytes, used);
		used = 0;
	}
	for (unsigned b = 0; b < filled; b += 8)
		bytes[used++] = (uint8_t) (pending >> b);
	scoring_write_bytes(out, bytes, used);
}

bool
profile_read_column(ScoringReader *reader, uint64_t *values, size_t count)
{
	unsigned	width = scoring_read_u8(reader);
	const uint8_t *bytes;
	size_t		length;
	uint64_t	any = 0;
	uint64_t	mask;

	if (width > 64 || (width > 0 && count > SIZE_MAX / 64))
		reader->bad = true;
	if (reader->bad)
		return false;
	if (width == 0)
	{
		memset(values, 0, count * sizeof(uint64_t));
		return true;
	}
	length = (count * width + 7) / 8;
	bytes = scoring_read_bytes(reader, length);
	if (bytes == NULL)
		return false;
	mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
	for (size_t i = 0; i < count; i++)
	{
		size_t		bit = i * width;
		size_t		byte = bit / 8;
		unsigned	shift = bit % 8;
		uint64_t	value = 0;
		size_t		have = length - byte < 8 ? length - byte : 8;

		if (have == 8)
			memcpy(&value, bytes + byte, 8);
		else
			memcpy(&value, bytes + byte, have);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		value = __builtin_bswap64(value);
#endif
		value >>= shift;
		if (shift + width > 64)
			value |= (uint64_t) bytes[byte + 8] << (64 - shift);
		value &= mask;
		values[i] = value;
		any |= value;
	}
	if (bits_of(any) != width)
		reader->bad = true;
	if (count * width % 8 != 0 && bytes[length - 1] >> (count * width % 8) != 0)
		reader->bad = true;
	return !reader->bad;
}
