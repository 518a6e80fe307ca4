/*
 * activity_test.c: whatever way events are split, ordered and merged, an activity has the same bytes; it survives its
 * text and binary forms; sums over windows are those of the events; a long one stays small.
 */
#include <stdio.h>
#include <time.h>

#include "../host.h"
#include "activity_core.h"
#include "number_core.h"

#define MOST 1500

typedef struct Packed
{
	uint8_t    *bytes;
	size_t		length;
} Packed;

static uint64_t seed = 1;

static uint32_t
any(uint32_t below)
{
	seed = scoring_hash_u64(seed, 7);
	return (uint32_t) (seed >> 20) % below;
}

static int
fail(const char *what, int round)
{
	printf("# round %d: %s\n", round, what);
	return 1;
}

static ScoringFault fault;

static Packed
keep(const ScoringBuffer *buffer)
{
	Packed		packed = {(uint8_t *) buffer->data, buffer->length};

	return packed;
}

static bool
merge(const uint8_t *parameters, size_t nparameters, const ProfilePart *parts, size_t nparts, Packed *out)
{
	ScoringBuffer buffer;

	scoring_buffer_init(&buffer, &host, PROFILE_MAX_BYTES);
	if (!activity_merge(&host, parameters, nparameters, parts, nparts, &buffer, &fault))
		return false;
	*out = keep(&buffer);
	return !buffer.bad;
}

static ProfilePart
rows_part(const ActivityRow *rows, size_t n)
{
	size_t		length = 0;
	uint8_t    *bytes;
	ProfilePart part;

	for (size_t i = 0; i < n; i++)
		length += ACTIVITY_ROW_HEAD + rows[i].length;
	bytes = scoring_alloc(&host, length + 1);
	part.packed = false;
	part.bytes = bytes;
	for (size_t i = 0; i < n; i++)
	{
		bytes += activity_row_head(&rows[i], bytes);
		if (rows[i].length > 0)
			memcpy(bytes, rows[i].category, rows[i].length);
		bytes += rows[i].length;
	}
	part.length = (size_t) (bytes - part.bytes);
	return part;
}

static bool
same(const Packed *a, const Packed *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static const char *
unchanged(const char *text, size_t length, size_t *out)
{
	*out = length;
	return text;
}

static int
round_trip(const Packed *packed, int round)
{
	ScoringBuffer json;
	ScoringBuffer again;
	Json	   *tree;
	JsonAt		root = {NULL, NULL, NULL, 0};
	Packed		back;

	scoring_buffer_init(&json, &host, PROFILE_MAX_JSON);
	if (!activity_write(&host, packed->bytes, packed->length, &json, &fault) || json.bad)
		return fail("cannot be written", round);
	if (!scoring_json_parse(&host, json.data, json.length, &tree, &fault))
		return fail("its text is no JSON", round);
	root.node = tree;
	scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
	if (!activity_read(&host, &root, &again, &fault))
	{
		printf("# %s: %s\n", fault.path, fault.message);
		return fail("its text cannot be read", round);
	}
	back = keep(&again);
	if (!same(packed, &back))
		return fail("changed by its text form", round);
	scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
	if (!activity_recode(&host, packed->bytes, packed->length, unchanged, &again, &fault))
	{
		printf("# %s\n", fault.message);
		return fail("its binary form is refused", round);
	}
	back = keep(&again);
	return same(packed, &back) ? 0 : fail("changed by its binary form", round);
}

/* Sums over windows against the events themselves. */
static int
check_windows(const Packed *packed, const ActivityRow *rows, size_t n, int round)
{
	ActivityView view;

	if (!activity_decode(&host, packed->bytes, packed->length, true, &view, &fault))
		return fail("cannot be decoded", round);
	for (int q = 0; q < 40; q++)
	{
		int32_t		as_of = rows[any((uint32_t) n)].day + (int32_t) any(50) - 10;
		ActivityWindow window = q % 2 == 0 ? activity_window_days(as_of, 1 + (int32_t) any(60)) :
			activity_window_buckets(view.unit, as_of, (int32_t) any(20));
		ActivityCell cell;
		int64_t		count = 0;
		int64_t		inflow = 0;
		int64_t		outflow = 0;
		int64_t		smallest = INT64_MAX;
		ActivityWide squares = 0;

		if (!activity_sum(&view, window, &cell, &fault))
		{
			if (q % 2 != 0 || view.unit == ACTIVITY_DAY)
				return fail("whole buckets have no answer", round);
			continue;
		}
		for (size_t i = 0; i < n; i++)
		{
			int64_t		amount = rows[i].amount;

			if (!rows[i].dated || rows[i].day < window.start || rows[i].day >= window.end)
				continue;
			count++;
			if (!rows[i].known)
				continue;
			*(amount > 0 ? &inflow : &outflow) += amount > 0 ? amount : -amount;
			squares += (ActivityWide) (amount > 0 ? amount : -amount) * (ActivityWide) (amount > 0 ? amount : -amount);
			if (amount < smallest)
				smallest = amount;
		}
		if (count != activity_events(&cell) || inflow != cell.inflow || outflow != cell.outflow || squares != cell.squares ||
			(smallest != INT64_MAX && smallest != cell.smallest))
			return fail("a window has other sums than its events", round);
	}
	return 0;
}

static int
one_round(int round)
{
	static char names[600][12];
	static ActivityRow rows[MOST];
	uint8_t		parameters[PROFILE_MAX_PARAMETERS];
	ActivityUnit unit = (ActivityUnit) (round % 3);
	size_t		nparameters = activity_parameters(unit, round % 4 == 0 ? "Europe/Berlin" : NULL, parameters);
	size_t		n = 1 + any(round % 5 == 0 ? MOST - 1 : 60);
	uint32_t	ncategories = round % 7 == 0 ? 600 : 1 + any(12);
	uint32_t	span = round % 3 == 0 ? 40 : 800;
	ProfilePart whole;
	Packed		expected;
	Packed		parts[40];
	size_t		nparts = 0;
	ActivityFeatures features;
	ActivityView view;

	for (uint32_t i = 0; i < 600; i++)
		snprintf(names[i], sizeof(names[i]), "c%u", i * 7);
	for (size_t i = 0; i < n; i++)
	{
		ActivityRow *row = &rows[i];

		row->dated = any(50) > 0;
		row->known = row->dated && any(20) > 0;
		row->day = row->dated ? 9000 + (int32_t) any(span) : 0;
		row->amount = row->known ? (int64_t) any(20001) - 10000 : 0;
		if (row->known && any(300) == 0)
			row->amount *= INT64_C(9000000000);
		row->category = row->dated && any(8) > 0 ? names[any(ncategories)] : NULL;
		row->length = row->category != NULL ? (uint32_t) strlen(row->category) : 0;
	}
	whole = rows_part(rows, n);
	if (!merge(parameters, nparameters, &whole, 1, &expected))
		return fail("cannot be merged", round);

	/* Shuffled, cut into pieces, each piece merged, then merged in a random tree, some with rows beside. */
	for (size_t i = n; i > 1; i--)
	{
		size_t		j = any((uint32_t) i);
		ActivityRow swap = rows[i - 1];

		rows[i - 1] = rows[j];
		rows[j] = swap;
	}
	for (size_t at = 0; at < n;)
	{
		size_t		take = nparts == 39 ? n - at : 1 + any((uint32_t) (n - at));
		ProfilePart piece;

		if (take > n / 8 + 1 && nparts < 39)
			take = n / 8 + 1;
		piece = rows_part(rows + at, take);
		if (!merge(parameters, nparameters, &piece, 1, &parts[nparts++]))
			return fail("a piece cannot be merged", round);
		at += take;
	}
	while (nparts > 1)
	{
		size_t		k = 2 + any((uint32_t) (nparts > 3 ? 3 : nparts - 1));
		ProfilePart some[5];
		Packed		merged;

		if (k > nparts)
			k = nparts;
		for (size_t i = 0; i < k; i++)
		{
			size_t		j = any((uint32_t) (nparts - i));
			Packed		swap = parts[j];

			parts[j] = parts[nparts - 1 - i];
			parts[nparts - 1 - i] = swap;
			some[i].packed = true;
			some[i].bytes = swap.bytes;
			some[i].length = swap.length;
		}
		if (!merge(parameters, nparameters, some, k, &merged))
			return fail("packed ones cannot be merged", round);
		nparts -= k;
		parts[nparts++] = merged;
	}
	if (!same(&parts[0], &expected))
		return fail("the parts do not make the whole", round);
	if (round_trip(&expected, round) || check_windows(&expected, rows, n, round))
		return 1;
	if (!activity_decode(&host, expected.bytes, expected.length, true, &view, &fault))
		return fail("cannot be decoded", round);
	if (unit != ACTIVITY_WEEK)
		activity_features(&host, &view, 9000 + (int32_t) any(span), &features);
	(void) activity_trend(&view, 9400, 12, ACTIVITY_NET_FLOW);
	(void) activity_decayed(&view, 9400, 3, ACTIVITY_TURNOVER);

	/* Cut short, it is refused; with a byte changed it is refused or means something else, but never harms. */
	for (size_t cut = 0; cut < expected.length; cut += 1 + expected.length / 50)
	{
		ScoringBuffer buffer;

		scoring_buffer_init(&buffer, &host, PROFILE_MAX_BYTES);
		if (activity_recode(&host, expected.bytes, cut, unchanged, &buffer, &fault))
			return fail("a part of its bytes is taken for it", round);
		expected.bytes[cut] ^= 1 << any(8);
		(void) activity_recode(&host, expected.bytes, expected.length, unchanged, &buffer, &fault);
	}
	return 0;
}

/* 60 months, 40 events a month of up to 200.00 over 10 categories, all of them in every month; money flows one way in each. */
static int
check_size(void)
{
	static const char *const names[] = {"groceries", "rent", "salary", "transport", "eating out", "insurance", "subscriptions", "cash", "transfers", "shopping"};
	static ActivityRow rows[60 * 40];
	uint8_t		parameters[PROFILE_MAX_PARAMETERS];
	size_t		nparameters = activity_parameters(ACTIVITY_MONTH, NULL, parameters);
	ProfilePart part;
	Packed		packed;

	for (int i = 0; i < 60 * 40; i++)
	{
		int32_t		first = calendar_month_start(240 + i / 40);

		rows[i].dated = rows[i].known = true;
		rows[i].day = first + (int32_t) any(28);
		rows[i].category = names[i % 10];
		rows[i].length = (uint32_t) strlen(rows[i].category);
		rows[i].amount = i % 10 == 2 ? 60000 + (int64_t) any(20000) : -(int64_t) (100 + any(20000));
	}
	part = rows_part(rows, 60 * 40);
	if (!merge(parameters, nparameters, &part, 1, &packed))
		return fail("cannot be merged", -1);
	printf("# 60 months of 10 categories: %zu bytes\n", packed.length);
	return packed.length <= 4096 ? 0 : fail("60 months of 10 categories take more than 4 kB", -1);
}

#define CROWD 50000

/* What the merge of events takes whose category names are these, in clock ticks. */
static clock_t
names_take(const char *names, uint32_t length, bool *good)
{
	static ActivityRow rows[CROWD];
	uint8_t		parameters[PROFILE_MAX_PARAMETERS];
	size_t		nparameters = activity_parameters(ACTIVITY_MONTH, NULL, parameters);
	ProfilePart part;
	Packed		packed;
	clock_t		start;

	for (int i = 0; i < CROWD; i++)
	{
		rows[i].dated = rows[i].known = true;
		rows[i].day = i % 90;
		rows[i].amount = 100;
		rows[i].category = names + (size_t) i * length;
		rows[i].length = length;
	}
	part = rows_part(rows, CROWD);
	start = clock();
	*good = merge(parameters, nparameters, &part, 1, &packed);
	return clock() - start;
}

/* Names made so that a multiplicative hash without a secret gives all of them one number cost no more than others. */
static int
check_names(void)
{
	const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
	char	   *plain = scoring_alloc(&host, (size_t) CROWD * 16);
	char	   *crafted = scoring_alloc(&host, (size_t) CROWD * 16);
	clock_t		usual;
	clock_t		worst;
	bool		good[2];

	for (int i = 0; i < CROWD;)
	{
		uint64_t	first = scoring_hash_u64(seed++, 7) | UINT64_C(0x0101010101010101);
		uint64_t	hash = (16 ^ first) * factor;
		uint64_t	second;

		hash ^= hash >> 29;
		second = UINT64_C(0x123456789abcdef1) ^ hash;
		memcpy(crafted + (size_t) i * 16, &first, 8);
		memcpy(crafted + (size_t) i * 16 + 8, &second, 8);
		memcpy(plain + (size_t) i * 16, &hash, 8);
		memcpy(plain + (size_t) i * 16 + 8, &first, 8);
		if (memchr(crafted + (size_t) i * 16, '\0', 16) == NULL && memchr(plain + (size_t) i * 16, '\0', 16) == NULL)
			i++;
	}
	usual = names_take(plain, 16, &good[0]);
	worst = names_take(crafted, 16, &good[1]);
	drop_memory();
	if (!good[0] || !good[1])
		return fail("names cannot be merged", -1);
	return worst <= 10 * usual + CLOCKS_PER_SEC / 10 ? 0 : fail("crafted names cost too much", -1);
}

int
main(void)
{
	for (int round = 0; round < 400; round++)
	{
		if (one_round(round))
			return 1;
		drop_memory();
	}
	return check_size() || check_names();
}
