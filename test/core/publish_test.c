/*
 * publish_test.c: how many different sums there are, against sums that are written down one by one.
 */
#include <stdio.h>

#include "../host.h"
#include "publish_core.h"

#define MAX_SUMS 100000

static int	failures = 0;

#define CHECK(condition, ...) \
	do { \
		if (!(condition)) \
		{ \
			printf("# " __VA_ARGS__); \
			printf("\n"); \
			failures++; \
		} \
	} while (0)

static uint64_t state = 42;

static uint32_t
next_random(uint32_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t) (state >> 33) % below;
}

static int
compare(const void *a, const void *b)
{
	int64_t		first = *(const int64_t *) a;
	int64_t		second = *(const int64_t *) b;

	return first < second ? -1 : first > second;
}

/* Every combination, sorted, without those that come twice. */
static uint64_t
count_by_hand(const PublishPoints *hidden, uint32_t n)
{
	static int64_t sums[MAX_SUMS];
	uint64_t	count = 1;
	uint64_t	different = 1;

	sums[0] = 0;
	for (uint32_t i = 0; i < n; i++)
	{
		/* The first comes last: the others are made from what stands there. */
		for (uint32_t k = hidden[i].count; k-- > 0;)
			for (uint64_t j = 0; j < count; j++)
				sums[k * count + j] = sums[j] + hidden[i].points[k];
		count *= hidden[i].count;
	}
	qsort(sums, count, sizeof(int64_t), compare);
	for (uint64_t i = 1; i < count; i++)
		different += sums[i] != sums[i - 1];
	return different;
}

int
main(void)
{
	int32_t		far[] = {-1000000, 1000000};
	PublishPoints wide[64];
	uint64_t	sums;

	CHECK(publish_count_sums(&host, NULL, 0, &sums) && sums == 1, "no characteristic: %d", (int) sums);
	for (int round = 0; round < 2000; round++)
	{
		int32_t		points[5][8];
		PublishPoints hidden[5];
		uint32_t	n = 1 + next_random(5);
		uint32_t	spread = 1 + next_random(200);

		for (uint32_t i = 0; i < n; i++)
		{
			hidden[i].count = 1 + next_random(8);
			hidden[i].points = points[i];
			for (uint32_t k = 0; k < hidden[i].count; k++)
				points[i][k] = (int32_t) next_random(spread) - (int32_t) spread / 2;
		}
		CHECK(publish_count_sums(&host, hidden, n, &sums), "round %d: too wide", round);
		CHECK(sums == count_by_hand(hidden, n), "round %d: %d sums, by hand %d", round, (int) sums, (int) count_by_hand(hidden, n));
		drop_memory();
	}
	for (int i = 0; i < 64; i++)
		wide[i] = (PublishPoints) {2, far};
	CHECK(!publish_count_sums(&host, wide, 64, &sums) && sums == UINT64_C(128000001), "too wide: %ld", (long) sums);
	CHECK(publish_count_sums(&host, wide, 20, &sums) && sums == 21, "twenty times: %ld", (long) sums);
	drop_memory();
	if (failures > 0)
		printf("# %d failures\n", failures);
	return failures > 0;
}
