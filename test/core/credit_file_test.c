/*
 * credit_file_test.c: random rows in random parts, merged in random order, give the same bytes; what is damaged is refused, or
 * is another value in its one form.
 */
#include <stdio.h>

#include "../host.h"
#include "credit_file_core.h"

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

static int
random_below(int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int) (seed % (uint64_t) n);
}

typedef struct Row
{
	const uint8_t *bytes;
	size_t		length;
} Row;

/* Of few accounts, so that rows meet. */
static Row
make_row(void)
{
	static const char *const ids[] = {"", "a", "ab", "b", "ba", "c"};
	static const char *const kinds[] = {"card", "loan", "mortgage"};
	ScoringBuffer out;
	ScoringBuffer packed;
	CreditAccount account = {.opened = CREDIT_NONE, .closed = CREDIT_NONE, .share = CREDIT_NONE};
	CreditInquiry inquiry;
	AccountHistory history;
	ScoringFault fault;

	scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
	account.id = ids[random_below(6)];
	account.id_length = (uint32_t) strlen(account.id);
	switch (random_below(8))
	{
		case 0:
			inquiry = (CreditInquiry) {random_below(20), account.id_length, account.id};
			credit_file_row_inquiry(&out, &inquiry);
			break;
		case 1:
			if (random_below(2) == 0)
				credit_file_row_undated(&out);
			else
				credit_file_row_unidentified(&out);
			break;
		default:
			if (random_below(4) > 0)
			{
				account.kind = kinds[random_below(random_below(4) == 0 ? 3 : 1)];
				account.kind_length = (uint32_t) strlen(account.kind);
			}
			account.role = (CreditRole) random_below(CREDIT_SOLE + 1);
			if (random_below(2) == 0)
				account.opened = random_below(3);
			if (random_below(3) == 0)
				account.closed = 100 + random_below(2);
			if (random_below(3) == 0)
				account.share = random_below(3) * 500000;
			if (random_below(3) > 0)
			{
				account_history_init(&history, ACCOUNT_KEEP_LATEST);
				for (int i = random_below(6); i >= 0; i--)
				{
					AccountMonth month = {.month = (int16_t) random_below(12), .day = (uint8_t) (1 + random_below(28)), .days = random_below(100), .revision = ACCOUNT_UNKNOWN,
						.amounts = {random_below(1000), ACCOUNT_UNKNOWN, ACCOUNT_UNKNOWN, ACCOUNT_UNKNOWN}};

					account_month_normalise(&month);
					(void) account_history_add(&history, &month, &fault);
				}
				scoring_buffer_init(&packed, &host, PROFILE_MAX_BYTES);
				account_history_pack(&history, &packed);
				account.history = (const uint8_t *) packed.data;
				account.history_length = packed.length;
			}
			credit_file_row_account(&out, &account);
	}
	return (Row) {(const uint8_t *) out.data, out.length};
}

static ProfilePart
row_part(const Row *rows, int n)
{
	ScoringBuffer out;

	scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
	for (int i = 0; i < n; i++)
		scoring_write_bytes(&out, rows[i].bytes, rows[i].length);
	return (ProfilePart) {false, (const uint8_t *) out.data, out.length};
}

static ProfilePart
merge(const ProfilePart *parts, int nparts)
{
	ScoringFault fault;
	ScoringBuffer out;

	scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
	if (!credit_file_profile.merge(&host, NULL, 0, parts, (size_t) nparts, &out, &fault) || out.bad)
	{
		printf("# merge: %s\n", out.bad ? "too large" : fault.message);
		failures++;
	}
	return (ProfilePart) {true, (const uint8_t *) out.data, out.length};
}

static bool
same_part(const ProfilePart *a, const ProfilePart *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static const char *
as_it_is(const char *text, size_t length, size_t *out_length)
{
	*out_length = length;
	return text;
}

static void
check_case(int n)
{
	Row			rows[60];
	ProfilePart parts[60];
	ProfilePart part;
	ProfilePart whole;
	int			nparts = 0;
	ScoringBuffer json;
	ScoringBuffer again;
	ScoringFault fault;
	Json	   *node;
	JsonAt		root = {0};

	for (int i = 0; i < n; i++)
		rows[i] = make_row();
	part = row_part(rows, n);
	whole = merge(&part, 1);
	for (int i = n - 1; i > 0; i--)
	{
		int			j = random_below(i + 1);
		Row			swap = rows[i];

		rows[i] = rows[j];
		rows[j] = swap;
	}
	for (int at = 0; at < n;)
	{
		int			length = 1 + random_below(n - at);

		parts[nparts] = row_part(rows + at, length);
		if (random_below(2) == 0)
			parts[nparts] = merge(&parts[nparts], 1);
		nparts++;
		at += length;
	}
	while (nparts > 1)
	{
		int			from = random_below(nparts);
		int			count = 1 + random_below(nparts - from);

		parts[from] = merge(parts + from, count);
		memmove(parts + from + 1, parts + from + count, (size_t) (nparts - from - count) * sizeof(ProfilePart));
		nparts -= count - 1;
	}
	part = merge(parts, 1);
	CHECK(same_part(&part, &whole), "%d rows in parts differ", n);

	scoring_buffer_init(&json, &host, PROFILE_MAX_JSON);
	CHECK(credit_file_profile.write(&host, whole.bytes, whole.length, &json, &fault), "write: %s", fault.message);
	CHECK(scoring_json_parse(&host, json.data, json.length, &node, &fault), "parse: %s", fault.message);
	root.node = node;
	scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
	CHECK(credit_file_profile.read(&host, &root, &again, &fault), "read: %s %s", fault.path, fault.message);
	part = (ProfilePart) {true, (const uint8_t *) again.data, again.length};
	CHECK(same_part(&part, &whole), "text gives another value");
	scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
	CHECK(credit_file_profile.recode(&host, whole.bytes, whole.length, as_it_is, &again, &fault), "recode: %s", fault.message);
	part = (ProfilePart) {true, (const uint8_t *) again.data, again.length};
	CHECK(same_part(&part, &whole), "recode gives another value");
}

static void
check_damage(void)
{
	Row			rows[8];
	ProfilePart part;
	ProfilePart whole;
	uint8_t    *bytes;
	ScoringBuffer out;
	ScoringFault fault;

	for (int i = 0; i < 8; i++)
		rows[i] = make_row();
	part = row_part(rows, 8);
	whole = merge(&part, 1);
	bytes = take_memory(NULL, whole.length);
	memcpy(bytes, whole.bytes, whole.length);
	for (size_t i = 0; i < whole.length; i++)
	{
		uint8_t		kept = bytes[i];

		scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
		CHECK(!credit_file_profile.recode(&host, bytes, i, as_it_is, &out, &fault), "%zu of %zu bytes are accepted", i, whole.length);
		for (int change = 1; change < 256; change += 1 + random_below(8))
		{
			bytes[i] = (uint8_t) (kept ^ change);
			scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
			/* Names may have to be sorted anew: in another encoding their order was another. */
			if (credit_file_profile.recode(&host, bytes, whole.length, as_it_is, &out, &fault))
				CHECK(out.length == whole.length, "recode changes the length");
		}
		bytes[i] = kept;
	}
}

int
main(void)
{
	for (int i = 0; i < 3000 && failures == 0; i++)
	{
		check_case(1 + random_below(60));
		drop_memory();
	}
	for (int i = 0; i < 30 && failures == 0; i++)
	{
		check_damage();
		drop_memory();
	}
	return failures > 0;
}
