/*
 * account_history_test.c: any division of statements, merged in any tree, gives the same bytes, also where months were
 * expired and accounts mixed; every damaged value is refused or is another canonical one; dates at the ends of months.
 */
#include <stdio.h>

#include "account_history_core.h"
#include "number_core.h"
#include "../host.h"

static int	failures = 0;

#define CHECK(condition, ...) \
	do { \
		if (!(condition)) \
		{ \
			printf("# " __VA_ARGS__); \
			printf("\n"); \
			if (++failures > 20) \
				exit(1); \
		} \
	} while (0)

static uint64_t seed = 0;

static uint64_t
any(uint64_t below)
{
	return scoring_hash_u64(++seed, 4711) % below;
}

static AccountMonth
any_month(int32_t first, int span)
{
	AccountMonth month;
	int32_t		number = first + (int32_t) any((uint64_t) span);
	int			length = calendar_month_start(number + 1) - calendar_month_start(number);

	month.month = (int16_t) number;
	month.day = (uint8_t) (any(2) ? length : 1 + (int) any((uint64_t) length));
	month.days = any(4) ? (any(3) ? 0 : (int32_t) any(200)) : -1;
	month.status = (uint8_t) (any(3) ? ACCOUNT_NO_STATUS : any(ACCOUNT_STATUSES));
	month.ambiguous = false;
	month.revision = any(3) ? ACCOUNT_UNKNOWN : any(50) ? (int64_t) any(3) - 1 : INT64_MAX;
	for (int i = 0; i < ACCOUNT_AMOUNTS; i++)
		month.amounts[i] = any(3) ? (int64_t) any(4) * 100 : any(20) ? ACCOUNT_UNKNOWN :
			INT64_C(100000000000000000) * (i == ACCOUNT_LIMIT ? 1 : -1);
	account_month_normalise(&month);
	return month;
}

static void
pack(const AccountHistory *history, ScoringBuffer *out)
{
	scoring_buffer_init(out, &host, PROFILE_MAX_BYTES);
	account_history_pack(history, out);
}

static bool
same(const ScoringBuffer *a, const ScoringBuffer *b)
{
	return a->length == b->length && memcmp(a->data, b->data, a->length) == 0;
}

/* Rows in a random order, in segments of any size, two of which are merged at a time until one value is left. */
static void
merge_law(int round)
{
	enum
	{
		ROWS = 60
	};
	AccountMonth months[ROWS];
	uint64_t	accounts[ROWS];
	int			order[ROWS];
	int32_t		first = -1200 + (int32_t) any(3480);
	uint8_t		keep = (uint8_t) any(2);
	uint64_t	mix = any(3);
	ScoringBuffer truth = {0};
	ScoringFault fault;

	for (int i = 0; i < ROWS; i++)
	{
		months[i] = any_month(first, round % 3 == 0 ? 3 : ACCOUNT_MAX_MONTHS);
		accounts[i] = any(mix + 1);
		order[i] = i;
	}
	for (int attempt = 0; attempt < 6; attempt++)
	{
		ProfilePart parts[ROWS];
		size_t		nparts = 0;

		for (int i = ROWS - 1; i > 0; i--)
		{
			int			j = (int) any((uint64_t) i + 1);
			int			swap = order[i];

			order[i] = order[j];
			order[j] = swap;
		}
		for (int i = 0; i < ROWS;)
		{
			int			n = attempt == 0 ? ROWS : 1 + (int) any(12);
			uint8_t    *bytes = take_memory(NULL, ROWS * ACCOUNT_MAX_ROW);
			size_t		length = 0;

			for (; n > 0 && i < ROWS; n--, i++)
			{
				account_row_write(bytes + length, &months[order[i]], accounts[order[i]] > 0, accounts[order[i]]);
				length += account_row_size(&months[order[i]], accounts[order[i]] > 0);
			}
			parts[nparts++] = (ProfilePart) {false, bytes, length};
		}
		for (bool done = false; !done;)
		{
			ProfilePart pair[2];
			size_t		count = nparts > 1 ? 2 : 1;
			ScoringBuffer out;

			for (size_t i = 0; i < count; i++)
			{
				size_t		at = any(nparts);

				pair[i] = parts[at];
				parts[at] = parts[--nparts];
			}
			scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
			if (!account_history_merge_parts(&host, &keep, 1, pair, count, &out, &fault))
			{
				CHECK(false, "round %d: %s", round, fault.message);
				return;
			}
			done = nparts == 0;
			parts[nparts++] = (ProfilePart) {true, (uint8_t *) out.data, out.length};
			if (done && attempt == 0)
				truth = out;
			CHECK(!done || same(&truth, &out), "round %d, attempt %d: other bytes", round, attempt);
		}
	}
}

/* What has been damaged is refused, or is the one spelling of another value. */
static void
damage(void)
{
	AccountHistory history;
	AccountHistory read;
	ScoringBuffer packed;
	ScoringBuffer again;
	ScoringFault fault;

	account_history_init(&history, ACCOUNT_KEEP_LATEST);
	history.identity = ACCOUNT_ONE;
	history.account = 77;
	for (int i = 0; i < 40; i++)
	{
		AccountMonth month = any_month(200, 50);

		CHECK(account_history_add(&history, &month, &fault), "%s", fault.message);
	}
	pack(&history, &packed);
	CHECK(account_history_unpack((uint8_t *) packed.data, packed.length, &read, &fault), "%s", fault.message);
	pack(&read, &again);
	CHECK(same(&packed, &again), "read back, it is another value");
	for (size_t length = 0; length < packed.length; length++)
		CHECK(!account_history_unpack((uint8_t *) packed.data, length, &read, &fault), "cut to %zu bytes, it is read", length);
	for (size_t i = 0; i < packed.length; i++)
		for (int bit = 0; bit < 8; bit++)
		{
			packed.data[i] ^= (char) (1 << bit);
			if (account_history_unpack((uint8_t *) packed.data, packed.length, &read, &fault))
			{
				pack(&read, &again);
				CHECK(same(&packed, &again), "byte %zu: two spellings of one value", i);
			}
			packed.data[i] ^= (char) (1 << bit);
		}
}

/* 121 months, in whatever order they come, are too many. */
static void
span(void)
{
	AccountHistory history;
	AccountMonth month = any_month(0, 1);
	ScoringFault fault;

	account_history_init(&history, ACCOUNT_KEEP_LATEST);
	for (int i = 0; i < ACCOUNT_MAX_MONTHS; i++)
	{
		month.month = (int16_t) (i * 7 % ACCOUNT_MAX_MONTHS);
		month.day = 1;
		CHECK(account_history_add(&history, &month, &fault), "%s", fault.message);
	}
	CHECK(history.count == ACCOUNT_MAX_MONTHS, "%d months", history.count);
	for (int i = 1; i < history.count; i++)
		CHECK(history.months[i].month == history.months[i - 1].month + 1, "months do not ascend");
	month.month = ACCOUNT_MAX_MONTHS;
	CHECK(!account_history_add(&history, &month, &fault) && strcmp(fault.sqlstate, SCORING_FAULT_LIMIT) == 0, "a month too many after");
	month.month = -1;
	CHECK(!account_history_add(&history, &month, &fault) && strcmp(fault.sqlstate, SCORING_FAULT_LIMIT) == 0, "a month too many before");
}

/* An episode from days before `from` to the clean statement on `to` goes on the day that is expected, and not before. */
static void
expires_on(const char *from, int days, const char *to, int months, int more, bool from_start, const char *expected)
{
	int32_t		dates[2];
	int32_t		day;
	ScoringFault fault;

	CHECK(calendar_from_text(from, &dates[0]) && calendar_from_text(to, &dates[1]) && calendar_from_text(expected, &day), "dates");
	for (int late = -1; late <= 0; late++)
	{
		AccountHistory history;

		account_history_init(&history, ACCOUNT_KEEP_LATEST);
		for (int i = 0; i < 2; i++)
		{
			AccountMonth month = any_month(0, 1);

			month.month = (int16_t) calendar_month(dates[i]);
			month.day = (uint8_t) (dates[i] - calendar_month_start(month.month) + 1);
			month.status = ACCOUNT_NO_STATUS;
			month.days = i == 0 ? days : 0;
			CHECK(account_history_add(&history, &month, &fault), "%s", fault.message);
		}
		CHECK(account_history_expire(&history, day + late, months, more, from_start, &fault), "%s", fault.message);
		CHECK((history.months[0].status == ACCOUNT_EXPIRED) == (late == 0) && history.months[1].status != ACCOUNT_EXPIRED,
			  "%s to %s: not %s", from, to, expected);
	}
}

int
main(void)
{
	for (int round = 0; round < 400; round++)
	{
		merge_law(round);
		drop_memory();
	}
	for (int round = 0; round < 20; round++)
	{
		damage();
		drop_memory();
	}
	span();
	expires_on("2019-01-31", 30, "2019-02-28", 60, 0, false, "2024-02-28");
	expires_on("2020-01-31", 30, "2020-02-29", 60, 0, false, "2025-02-28");
	expires_on("2020-01-31", 30, "2020-02-29", 48, 0, false, "2024-02-29");
	expires_on("2020-01-31", 30, "2020-03-31", 1, 0, false, "2020-04-30");
	expires_on("2020-01-31", 30, "2020-03-31", 1, 1, false, "2020-05-01");
	expires_on("2016-03-30", 30, "2016-12-31", 84, 180, true, "2023-08-27");
	expires_on("2016-03-31", 31, "2016-12-31", 84, 180, true, "2023-08-27");
	expires_on("1999-12-31", 0 + 1, "2000-01-31", 2, 0, true, "2000-02-29");
	drop_memory();
	return failures > 0;
}
