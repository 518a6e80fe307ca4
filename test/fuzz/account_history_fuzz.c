/*
 * account_history_fuzz.c: the readers of an account_history's text and binary forms, of a state's rows and of grids, and what
 * is done with all of them afterwards. The first byte says which: '{' text, 0 binary, 1 rows, 2 to 4 a grid.
 */
#include <stdlib.h>

#include "account_history_core.h"
#include "json.h"
#include "../host.h"

/* What has been read is sound: it survives every form, and everything can be asked of it. */
static void
use(const AccountHistory *history)
{
	static AccountHistory again;
	static AccountFeatureValue features[ACCOUNT_MAX_FEATURES];
	AccountHistory expired = *history;
	AccountOutcomeRule rule = {12, 90, 30, 0, false};
	AccountDefaultRule default_rule = {12, 10000, 100, 3};
	ScoringBuffer packed;
	ScoringBuffer second;
	ScoringBuffer text;
	ScoringFault fault;
	Json	   *json;
	JsonAt		root = {0};
	bool		in_default;

	scoring_buffer_init(&packed, &host, PROFILE_MAX_BYTES);
	account_history_pack(history, &packed);
	scoring_buffer_init(&second, &host, PROFILE_MAX_BYTES);
	if (!account_history_recode(&host, (uint8_t *) packed.data, packed.length, NULL, &second, &fault) ||
		second.length != packed.length || memcmp(second.data, packed.data, packed.length) != 0)
		abort();
	scoring_buffer_init(&text, &host, PROFILE_MAX_JSON);
	scoring_buffer_init(&second, &host, PROFILE_MAX_BYTES);
	if (!account_history_write(&host, (uint8_t *) packed.data, packed.length, &text, &fault) ||
		!scoring_json_parse(&host, text.data, text.length, &json, &fault))
		abort();
	root.node = json;
	if (!account_history_read(&host, &root, &second, &fault) || second.length != packed.length ||
		memcmp(second.data, packed.data, packed.length) != 0)
		abort();
	/* Merged with itself it is the same. */
	again = *history;
	if (!account_history_merge(&again, history, &fault))
		abort();
	scoring_buffer_init(&second, &host, PROFILE_MAX_BYTES);
	account_history_pack(&again, &second);
	if (second.length != packed.length || memcmp(second.data, packed.data, packed.length) != 0)
		abort();
	for (int i = 0; i < 4; i++)
	{
		int32_t		as_of = i == 0 || history->count == 0 ? CALENDAR_FIRST_DAY : i == 1 ? CALENDAR_LAST_DAY :
			account_month_date(&history->months[i == 2 ? 0 : history->count - 1]);
		AccountWindow window = account_window(history, as_of, i == 3 ? 0 : ACCOUNT_MAX_MONTHS);
		char		grid[ACCOUNT_MAX_MONTHS + 1];

		account_features(history, as_of, features);
		(void) account_outcome(history, as_of, &rule);
		(void) account_regulatory_outcome(history, as_of, &default_rule);
		(void) account_in_default(history, as_of, &default_rule, &in_default);
		for (int n = ACCOUNT_DIGITS; n <= ACCOUNT_PBOC; n++)
		{
			account_grid(&window, ACCOUNT_MAX_MONTHS, (AccountNotation) n, grid);
			if (strlen(grid) != ACCOUNT_MAX_MONTHS)
				abort();
		}
		if (account_history_expire(&expired, as_of, 3, 40, i % 2 == 0, &fault))
		{
			scoring_buffer_init(&second, &host, PROFILE_MAX_BYTES);
			account_history_pack(&expired, &second);
			if (!account_history_unpack((uint8_t *) second.data, second.length, &again, &fault))
				abort();
		}
		account_history_since(&expired, as_of);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static AccountHistory history;
	ScoringFault fault;
	ScoringBuffer packed;

	scoring_buffer_init(&packed, &host, PROFILE_MAX_BYTES);
	if (length > 0 && bytes[0] == '{')
	{
		JsonAt		root = {0};
		Json	   *json;

		if (scoring_json_parse(&host, (const char *) bytes, length, &json, &fault))
		{
			root.node = json;
			if (account_history_read(&host, &root, &packed, &fault))
			{
				if (!account_history_unpack((uint8_t *) packed.data, packed.length, &history, &fault))
					abort();
				use(&history);
			}
		}
	}
	else if (length > 0 && bytes[0] == 0)
	{
		if (account_history_unpack(bytes + 1, length - 1, &history, &fault))
		{
			/* There is one way to write a value. */
			account_history_pack(&history, &packed);
			if (packed.length != length - 1 || memcmp(packed.data, bytes + 1, packed.length) != 0)
				abort();
			use(&history);
		}
	}
	else if (length > 2 && bytes[0] == 1)
	{
		/* Two segments, the second as packed bytes if it says so. */
		size_t		half = 2 + (length - 2) * (bytes[1] >> 1) / 128;
		uint8_t		keep = bytes[1] & 1;
		ProfilePart parts[2] = {{false, bytes + 2, half - 2}, {half < length && bytes[half] == 1, bytes + half, length - half}};

		if (account_history_merge_parts(&host, &keep, 1, parts, 2, &packed, &fault))
		{
			if (!account_history_unpack((uint8_t *) packed.data, packed.length, &history, &fault))
				abort();
			use(&history);
		}
	}
	else if (length > 1 && bytes[0] >= 2 && bytes[0] <= 4)
	{
		if (account_from_grid((const char *) bytes + 1, length - 1, 9000, (AccountNotation) (bytes[0] - 2), &history, &fault))
		{
			AccountWindow window = account_window(&history, calendar_month_start(calendar_month(9000) + 1), (int) length - 1);
			char		grid[ACCOUNT_MAX_MONTHS + 1];

			account_grid(&window, (int) length - 1, (AccountNotation) (bytes[0] - 2), grid);
			if (memcmp(grid, bytes + 1, length - 1) != 0)
				abort();
			use(&history);
		}
	}
	drop_memory();
	return 0;
}
