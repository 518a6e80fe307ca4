/*
 * purpose_core.c: packs and searches the scopes of an access. Anyone may call the search with any bytes, so every place is
 * checked against the length when it is read.
 */
#include "purpose_core.h"

#include <stdlib.h>

#define SCOPES_VERSION 1
#define SCOPES_HEADER 12

static inline uint32_t
get_u32(const uint8_t *at)
{
	return (uint32_t) at[0] << 24 | (uint32_t) at[1] << 16 | (uint32_t) at[2] << 8 | at[3];
}

static inline int64_t
get_i64(const uint8_t *at)
{
	return (int64_t) ((uint64_t) get_u32(at) << 32 | get_u32(at + 4));
}

static inline int
compare_texts(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t		common = a_length < b_length ? a_length : b_length;
	int			order = common > 0 ? memcmp(a, b, common) : 0;

	if (order != 0)
		return order;
	return a_length < b_length ? -1 : a_length > b_length;
}

static int
compare_scopes(const void *a, const void *b)
{
	const ScoringScope *first = a;
	const ScoringScope *second = b;

	return compare_texts(first->text, first->length, second->text, second->length);
}

static int
compare_numbers(const void *a, const void *b)
{
	int64_t		first = *(const int64_t *) a;
	int64_t		second = *(const int64_t *) b;

	return first < second ? -1 : first > second;
}

bool
scoring_canonical_number(const char *text, size_t length, int64_t *out)
{
	bool		negative = length > 0 && text[0] == '-';
	size_t		at = negative;
	uint64_t	value = 0;

	if (length == at || length > at + 19 || (text[at] == '0' && (negative || length > 1)))
		return false;
	for (; at < length; at++)
	{
		if (text[at] < '0' || text[at] > '9')
			return false;
		value = value * 10 + (uint64_t) (text[at] - '0');
	}
	if (value > (uint64_t) INT64_MAX + negative)
		return false;
	*out = negative ? (int64_t) (0 - value) : (int64_t) value;
	return true;
}

void
scoring_scopes_pack(const ScoringHost *host, bool all, ScoringScope *scopes, size_t count, ScoringBuffer *out)
{
	int64_t    *numbers = scoring_alloc(host, (count > 0 ? count : 1) * sizeof(int64_t));
	size_t		kept = 0;
	size_t		nnumbers = 0;
	size_t		end = 0;

	if (count > 1)
		qsort(scopes, count, sizeof(ScoringScope), compare_scopes);
	for (size_t i = 0; i < count; i++)
	{
		if (kept > 0 && compare_scopes(&scopes[kept - 1], &scopes[i]) == 0)
			continue;
		scopes[kept++] = scopes[i];
		if (scoring_canonical_number(scopes[i].text, scopes[i].length, &numbers[nnumbers]))
			nnumbers++;
	}
	qsort(numbers, nnumbers, sizeof(int64_t), compare_numbers);
	scoring_write_u8(out, SCOPES_VERSION);
	scoring_write_u8(out, all);
	scoring_write_u16(out, 0);
	scoring_write_u32(out, (uint32_t) nnumbers);
	scoring_write_u32(out, (uint32_t) kept);
	for (size_t i = 0; i < nnumbers; i++)
		scoring_write_u64(out, (uint64_t) numbers[i]);
	for (size_t i = 0; i < kept; i++)
	{
		end += scopes[i].length;
		scoring_write_u32(out, (uint32_t) end);
	}
	for (size_t i = 0; i < kept; i++)
		scoring_write_bytes(out, scopes[i].text, scopes[i].length);
	scoring_release(host, numbers);
}

bool
scoring_scopes_open(const void *bytes, size_t length, ScoringScopes *out)
{
	const uint8_t *at = bytes;

	if (length < SCOPES_HEADER || at[0] != SCOPES_VERSION || at[1] > 1 || at[2] != 0 || at[3] != 0)
		return false;
	out->all = at[1] == 1;
	out->nnumbers = get_u32(at + 4);
	out->ntexts = get_u32(at + 8);
	length -= SCOPES_HEADER;
	if (out->nnumbers > length / 8)
		return false;
	length -= (size_t) out->nnumbers * 8;
	if (out->ntexts > length / 4)
		return false;
	length -= (size_t) out->ntexts * 4;
	out->numbers = at + SCOPES_HEADER;
	out->ends = out->numbers + (size_t) out->nnumbers * 8;
	out->texts = (const char *) out->ends + (size_t) out->ntexts * 4;
	out->length = length;
	return true;
}

bool
scoring_scopes_has_number(const ScoringScopes *scopes, int64_t number)
{
	uint32_t	low = 0;
	uint32_t	high = scopes->nnumbers;

	if (scopes->all)
		return true;
	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;
		int64_t		found = get_i64(scopes->numbers + (size_t) middle * 8);

		if (found == number)
			return true;
		if (found < number)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

ScoringScope
scoring_scopes_text(const ScoringScopes *scopes, uint32_t place)
{
	ScoringScope scope = {"", 0};
	size_t		start = place > 0 ? get_u32(scopes->ends + (size_t) (place - 1) * 4) : 0;
	size_t		end = get_u32(scopes->ends + (size_t) place * 4);

	if (start <= end && end <= scopes->length)
	{
		scope.text = scopes->texts + start;
		scope.length = end - start;
	}
	return scope;
}

bool
scoring_scopes_has_text(const ScoringScopes *scopes, const char *text, size_t length)
{
	uint32_t	low = 0;
	uint32_t	high = scopes->ntexts;

	if (scopes->all)
		return true;
	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;
		ScoringScope found = scoring_scopes_text(scopes, middle);
		int			order = compare_texts(found.text, found.length, text, length);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
