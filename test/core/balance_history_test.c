/*
 * balance_history_test.c: random observations in random parts, merged in random order, give the same bytes; windows are what
 * a loop over every day says.
 */
#include <math.h>
#include <stdio.h>

#include "../host.h"
#include "balance_history_core.h"

static int	failures = 0;

#define CHECK(condition, ...) \
	do { \
		if (!(condition)) \
		{ \
			printf("# " __VA_ARGS__); \
			printf("\n"); \
			if (++failures > 20) \
				return; \
		} \
	} while (0)

static uint64_t seed = 1;

static uint64_t
random_bits(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static int64_t
random_below(uint64_t n)
{
	return (int64_t) (random_bits() % n);
}

/* Rows of one kind: how far days, times, ties and balances spread, up to the limits. */
static void
make_rows(BalanceRow *rows, int n)
{
	int64_t		first = random_below(3) == 0 ? CALENDAR_FIRST_DAY : random_below(9000);
	int64_t		days = random_below(4) == 0 ? BALANCE_MAX_DAYS : 1 + random_below(1 + random_below(900));
	int64_t		unit = (int64_t[]) {1, 1000, 1000000, 60000000, INT64_C(3600000000), BALANCE_MICROSECONDS_PER_DAY}[random_below(6)];
	int			ties = (int) random_below(4);
	int64_t		balances = (int64_t[]) {1, 3, 100000, BALANCE_MAX}[random_below(4)];

	if (days == BALANCE_MAX_DAYS)
		first = CALENDAR_FIRST_DAY;
	if (first + days > CALENDAR_LAST_DAY)
		days = CALENDAR_LAST_DAY - first + 1;
	for (int i = 0; i < n; i++)
	{
		int64_t		time = random_below(BALANCE_MICROSECONDS_PER_DAY);

		rows[i].clock = (first + random_below((uint64_t) days)) * BALANCE_MICROSECONDS_PER_DAY + time - time % unit;
		rows[i].tie = ties == 0 ? 0 : ties == 1 ? random_below(3) : ties == 2 ? 1000000 + random_below(50000) : (int64_t) random_bits();
		rows[i].balance = random_below(2 * (uint64_t) balances + 1) - balances;
		if (random_below(40) == 0)
			rows[i].clock = random_below(2) == 0 ? BALANCE_UNDATED : BALANCE_WITHOUT;
	}
}

static void
merge(const ProfilePart *parts, size_t nparts, ScoringBuffer *out)
{
	ScoringFault fault;

	scoring_buffer_init(out, &host, PROFILE_MAX_BYTES);
	if (!balance_history_profile.merge(&host, NULL, 0, parts, nparts, out, &fault) || out->bad)
	{
		printf("# merge: %s\n", out->bad ? "too large" : fault.message);
		failures++;
	}
}

static ProfilePart
packed_part(const ScoringBuffer *buffer)
{
	return (ProfilePart) {.packed = true, .bytes = (const uint8_t *) buffer->data, .length = buffer->length};
}

static ProfilePart
row_part(const BalanceRow *rows, int n)
{
	return (ProfilePart) {.packed = false, .bytes = (const uint8_t *) rows, .length = (size_t) n * sizeof(BalanceRow)};
}

static void
check_merging(const BalanceRow *rows, int n, const ScoringBuffer *whole)
{
	BalanceRow *shuffled = take_memory(NULL, (size_t) (n + 1) * sizeof(BalanceRow));
	ProfilePart parts[64];
	int			nparts = 0;
	ScoringBuffer merged;

	memcpy(shuffled, rows, (size_t) n * sizeof(BalanceRow));
	for (int i = n - 1; i > 0; i--)
	{
		int			j = (int) random_below((uint64_t) i + 1);
		BalanceRow	swap = shuffled[i];

		shuffled[i] = shuffled[j];
		shuffled[j] = swap;
	}
	for (int at = 0; at < n;)
	{
		int			length = nparts == 63 ? n - at : 1 + (int) random_below((uint64_t) (n - at));

		parts[nparts] = row_part(shuffled + at, length);
		if (random_below(2) == 0)
		{
			merge(&parts[nparts], 1, &merged);
			parts[nparts] = packed_part(&merged);
		}
		nparts++;
		at += length;
	}
	/* A tree: now and then a few neighbours become one. */
	while (nparts > 1)
	{
		int			from = (int) random_below((uint64_t) nparts);
		int			count = 1 + (int) random_below((uint64_t) (nparts - from));

		merge(parts + from, (size_t) count, &merged);
		parts[from] = packed_part(&merged);
		memmove(parts + from + 1, parts + from + count, (size_t) (nparts - from - count) * sizeof(ProfilePart));
		nparts -= count - 1;
	}
	merge(parts, (size_t) nparts, &merged);
	CHECK(merged.length == whole->length && memcmp(merged.data, whole->data, whole->length) == 0, "%d rows in parts differ", n);
}

/* There and back through text and recv; the view is what the rows say of each day. */
static void
check_forms(const ScoringBuffer *whole)
{
	ScoringBuffer json;
	ScoringBuffer again;
	ScoringFault fault;
	Json	   *node;
	JsonAt		root = {0};

	scoring_buffer_init(&json, &host, PROFILE_MAX_JSON);
	CHECK(balance_history_profile.write(&host, (const uint8_t *) whole->data, whole->length, &json, &fault), "write: %s", fault.message);
	CHECK(scoring_json_parse(&host, json.data, json.length, &node, &fault), "parse: %s", fault.message);
	root.node = node;
	scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
	CHECK(balance_history_profile.read(&host, &root, &again, &fault), "read: %s %s", fault.path, fault.message);
	CHECK(again.length == whole->length && memcmp(again.data, whole->data, whole->length) == 0, "text gives another value");
	scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
	CHECK(balance_history_profile.recode(&host, (const uint8_t *) whole->data, whole->length, NULL, &again, &fault), "recode: %s", fault.message);
	CHECK(again.length == whole->length && memcmp(again.data, whole->data, whole->length) == 0, "recode gives another value");
}

static void
check_window(const BalanceRow *rows, int n, const BalanceView *view, int64_t from, int32_t to)
{
	BalanceWindow window;
	bool		known = false;
	bool		begun = false;
	BalanceMoment closing = {0};
	int64_t		lowest = 0;
	int64_t		highest = 0;
	long double sum = 0;
	long double squares = 0;
	int			days_known = 0;
	int			days_observed = 0;
	int			days_negative = 0;
	int64_t		first_day = INT64_MAX;

	balance_history_window(view, from, to, &window);
	for (int i = 0; i < n; i++)
		if (rows[i].clock != BALANCE_UNDATED && rows[i].clock != BALANCE_WITHOUT && rows[i].clock / BALANCE_MICROSECONDS_PER_DAY - 1 < first_day)
			first_day = rows[i].clock / BALANCE_MICROSECONDS_PER_DAY - 1;
	for (int64_t day = first_day; day < to && first_day != INT64_MAX; day++)
	{
		bool		observed = false;

		if (day >= from && !begun && known)
			lowest = highest = closing.balance;
		if (day >= from)
			begun = known;
		for (int i = 0; i < n; i++)
		{
			int64_t		start = day * BALANCE_MICROSECONDS_PER_DAY;

			if (rows[i].clock == BALANCE_UNDATED || rows[i].clock == BALANCE_WITHOUT || rows[i].clock < start || rows[i].clock >= start + BALANCE_MICROSECONDS_PER_DAY)
				continue;
			if (day >= from && !begun)
			{
				begun = true;
				lowest = highest = rows[i].balance;
			}
			if (rows[i].balance < lowest)
				lowest = rows[i].balance;
			if (rows[i].balance > highest)
				highest = rows[i].balance;
			if (!observed || rows[i].clock - start > closing.time || (rows[i].clock - start == closing.time &&
					(rows[i].tie > closing.tie || (rows[i].tie == closing.tie && rows[i].balance < closing.balance))))
				closing = (BalanceMoment) {rows[i].clock - start, rows[i].tie, rows[i].balance};
			observed = known = true;
		}
		if (day < from || !known)
			continue;
		days_known++;
		days_observed += observed;
		days_negative += closing.balance < 0;
		sum += (long double) closing.balance;
		squares += (long double) closing.balance * (long double) closing.balance;
	}
	if (days_known == 0)
	{
		CHECK(window.days_known == 0, "%d days are known of %d", (int) window.days_known, days_known);
		return;
	}
	CHECK(window.days_known == days_known && window.days_observed == days_observed && window.days_negative == days_negative, "days: %d/%d known, %d/%d observed, %d/%d negative",
		  (int) window.days_known, days_known, (int) window.days_observed, days_observed, (int) window.days_negative, days_negative);
	CHECK(window.lowest == lowest && window.highest == highest && window.closing == closing.balance, "lowest, highest or closing");
	sum /= days_known;
	CHECK(fabsl(window.average * 100 - sum) <= 1e-9L * (1 + fabsl(sum)), "average %.17g, not %.17g", window.average * 100, (double) sum);
	squares = squares / days_known - sum * sum;
	squares = sqrtl(squares > 0 ? squares : 0);
	CHECK(fabsl(window.volatility * 100 - squares) <= 1e-6L * (1 + fabsl(sum) + squares), "volatility %.17g, not %.17g", window.volatility * 100, (double) squares);
}

static void
check_case(int n)
{
	BalanceRow *rows = take_memory(NULL, (size_t) (n + 1) * sizeof(BalanceRow));
	ProfilePart part;
	ScoringBuffer whole;
	BalanceView view;
	ScoringFault fault;

	make_rows(rows, n);
	part = row_part(rows, n);
	merge(&part, 1, &whole);
	check_merging(rows, n, &whole);
	check_forms(&whole);
	CHECK(balance_history_decode(&host, (const uint8_t *) whole.data, whole.length, &view, &fault), "decode: %s", fault.message);
	if (n > 60 || failures > 0)
		return;
	for (int i = 0; i < 4; i++)
	{
		int32_t		to = view.ndays == 0 ? 5 : view.days[random_below(view.ndays)].day + (int32_t) random_below(40) - 3;

		if (view.ndays == 0 || to - view.days[0].day < 2000)
			check_window(rows, n, &view, i == 0 ? BALANCE_ALWAYS : to - 1 - random_below(100), to);
	}
}

/* Whole days of one account, by the second, with ids: what the documentation says they cost. */
static void
check_size(void)
{
	BalanceRow *rows = take_memory(NULL, 1000 * sizeof(BalanceRow));
	ProfilePart part = row_part(rows, 1000);
	ScoringBuffer packed;

	for (int i = 0; i < 1000; i++)
		rows[i] = (BalanceRow) {i * BALANCE_MICROSECONDS_PER_DAY + random_below(86400) * 1000000, i * 800 + random_below(800), random_below(1000000000)};
	merge(&part, 1, &packed);
	CHECK(packed.length <= 10 * 1000, "1,000 days take %zu bytes", packed.length);
}

/* Every change of a byte, and every cut, is refused or is a value that is canonical itself. */
static void
check_damage(void)
{
	BalanceRow	rows[20];
	ProfilePart part = row_part(rows, 20);
	ScoringBuffer packed;
	ScoringBuffer out;
	ScoringFault fault;

	make_rows(rows, 20);
	merge(&part, 1, &packed);
	for (size_t i = 0; i < packed.length; i++)
	{
		uint8_t		kept = (uint8_t) packed.data[i];

		scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
		CHECK(!balance_history_profile.recode(&host, (const uint8_t *) packed.data, i, NULL, &out, &fault), "%zu of %zu bytes are accepted", i, packed.length);
		for (int change = 1; change < 256; change += 1 + (int) random_below(8))
		{
			packed.data[i] = (char) (kept ^ change);
			scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
			if (balance_history_profile.recode(&host, (const uint8_t *) packed.data, packed.length, NULL, &out, &fault))
				CHECK(out.length == packed.length && memcmp(out.data, packed.data, out.length) == 0, "recode changes");
		}
		packed.data[i] = (char) kept;
	}
}

#define GUARD 4096

static size_t bytes_held = 0;
static size_t bytes_at_most = 0;

static void *
counted_memory(void *context, size_t size)
{
	size_t	   *piece = malloc(2 * sizeof(size_t) + size + GUARD);

	(void) context;
	if (piece == NULL)
		abort();
	piece[0] = size;
	memset((char *) (piece + 2) + size, 0x5a, GUARD);
	bytes_held += size;
	bytes_at_most = bytes_held > bytes_at_most ? bytes_held : bytes_at_most;
	return piece + 2;
}

static void
leave_counted(void *context, void *pointer)
{
	size_t	   *piece = (size_t *) pointer - 2;

	(void) context;
	bytes_held -= *piece;
	for (size_t i = 0; i < GUARD; i++)
		CHECK(((char *) pointer)[*piece + i] == 0x5a, "something was written behind what was taken");
	free(piece);
}

/* All days of 300 years take 26 bytes if they are alike: many such parts do not take the memory of all their days at once. */
static void
check_memory(void)
{
	const ScoringHost counted = {counted_memory, leave_counted, no_check, latin1, same_text, NULL};
	BalanceRow *rows = take_memory(NULL, BALANCE_MAX_DAYS * sizeof(BalanceRow));
	ProfilePart parts[40];
	ScoringBuffer packed;
	ScoringBuffer out;
	ScoringFault fault;

	for (int64_t i = 0; i < BALANCE_MAX_DAYS; i++)
		rows[i] = (BalanceRow) {(CALENDAR_FIRST_DAY + i) * BALANCE_MICROSECONDS_PER_DAY, 0, 500};
	parts[0] = row_part(rows, BALANCE_MAX_DAYS);
	merge(parts, 1, &packed);
	CHECK(packed.length < 40, "%zu bytes", packed.length);
	for (int i = 0; i < 40; i++)
		parts[i] = packed_part(&packed);
	scoring_buffer_init(&out, &counted, PROFILE_MAX_BYTES);
	CHECK(balance_history_profile.merge(&counted, NULL, 0, parts, 40, &out, &fault), "merge: %s", fault.message);
	CHECK(out.length == packed.length && memcmp(out.data, packed.data, out.length) == 0, "the same %d times is another", 40);
	CHECK(bytes_at_most < 150 * 1000 * 1000, "merging took %zu bytes", bytes_at_most);
	scoring_release(&counted, out.data);
	CHECK(bytes_held == 0, "%zu bytes are left", bytes_held);
	/* Parts of many lengths, so that the room is filled to many heights when it is put in order. */
	for (int round = 0; round < 200; round++)
	{
		ScoringBuffer truth;
		BalanceRow	all[40 * 30];
		int			n = 0;

		for (int i = 0; i < 40; i++)
		{
			int			length = 1 + (int) random_below(30);
			int64_t		first = random_below(60);

			for (int j = 0; j < length; j++)
				all[n + j] = (BalanceRow) {(first + j) * BALANCE_MICROSECONDS_PER_DAY, random_below(3), random_below(100)};
			parts[i] = row_part(all + n, length);
			n += length;
			if (i % 3 > 0)
			{
				merge(&parts[i], 1, &packed);
				parts[i] = packed_part(&packed);
			}
		}
		parts[0] = row_part(all, n);
		merge(parts, 1, &truth);
		scoring_buffer_init(&out, &counted, PROFILE_MAX_BYTES);
		CHECK(balance_history_profile.merge(&counted, NULL, 0, parts, 40, &out, &fault), "merge: %s", fault.message);
		CHECK(out.length == truth.length && memcmp(out.data, truth.data, out.length) == 0, "round %d: parts of all lengths differ", round);
		scoring_release(&counted, out.data);
	}
}

int
main(void)
{
	for (int i = 0; i < 3000 && failures == 0; i++)
	{
		check_case((int) random_below(i % 50 == 0 ? 3000 : 60));
		drop_memory();
	}
	for (int i = 0; i < 30 && failures == 0; i++)
	{
		check_damage();
		drop_memory();
	}
	check_size();
	drop_memory();
	check_memory();
	drop_memory();
	return failures > 0;
}
