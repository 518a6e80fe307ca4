/*
 * publish_core.c: how much a score tells of the inputs that its reader does not see.
 *
 * The set of attainable sums is a string of bits, moved by each item's points and put together: exact, and linear in the
 * range of the sums times the number of bins.
 */
#include "publish_core.h"

#define WORD 64

/* Adds the set `from`, all of its sums raised by `shift`, to `to`. */
static void
add_shifted(const ScoringHost *host, uint64_t *to, const uint64_t *from, uint64_t nwords, uint64_t shift)
{
	uint64_t	words = shift / WORD;
	unsigned	bits = shift % WORD;

	for (uint64_t i = 0; i + words < nwords; i++)
	{
		if ((i & 0xFFFF) == 0)
			scoring_check(host);
		to[i + words] |= from[i] << bits;
		if (bits > 0 && i + words + 1 < nwords)
			to[i + words + 1] |= from[i] >> (WORD - bits);
	}
}

static void
find_range(const PublishPoints *item, int32_t *low, int32_t *high)
{
	*low = *high = item->points[0];
	for (uint32_t i = 1; i < item->count; i++)
	{
		if (item->points[i] < *low)
			*low = item->points[i];
		if (item->points[i] > *high)
			*high = item->points[i];
	}
}

bool
publish_count_sums(const ScoringHost *host, const PublishPoints *hidden, uint32_t n, uint64_t *sums)
{
	uint64_t	range = 0;
	uint64_t	nwords;
	uint64_t   *set;
	uint64_t   *next;

	for (uint32_t i = 0; i < n; i++)
	{
		int32_t		low;
		int32_t		high;

		find_range(&hidden[i], &low, &high);
		range += (uint64_t) ((int64_t) high - low);
	}
	*sums = range + 1;
	if (range >= PUBLISH_MAX_RANGE)
		return false;
	nwords = range / WORD + 1;
	set = scoring_alloc0(host, nwords * sizeof(uint64_t));
	next = scoring_alloc(host, nwords * sizeof(uint64_t));
	set[0] = 1;
	for (uint32_t i = 0; i < n; i++)
	{
		uint64_t   *swap = set;
		int32_t		low;
		int32_t		high;

		find_range(&hidden[i], &low, &high);
		memset(next, 0, nwords * sizeof(uint64_t));
		for (uint32_t k = 0; k < hidden[i].count; k++)
		{
			bool		again = false;

			for (uint32_t j = 0; j < k && !again; j++)
				again = hidden[i].points[j] == hidden[i].points[k];
			if (!again)
				add_shifted(host, next, set, nwords, (uint64_t) ((int64_t) hidden[i].points[k] - low));
		}
		set = next;
		next = swap;
	}
	*sums = 0;
	for (uint64_t i = 0; i < nwords; i++)
		*sums += (uint64_t) __builtin_popcountll(set[i]);
	scoring_release(host, set);
	scoring_release(host, next);
	return true;
}
