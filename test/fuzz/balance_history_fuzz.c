/*
 * balance_history_fuzz.c: the readers of a balance history's text and binary forms and of a state's rows, and what is done
 * with what they accept. The first byte says which: '{' text, 1 binary, another rows.
 */
#include <math.h>
#include <stdlib.h>

#include "balance_history_core.h"
#include "../host.h"

/* What has been read is sound: it survives every form and merging, and its windows are in order. */
static void
use_packed(const ScoringBuffer *packed)
{
	const ProfileType *type = &balance_history_profile;
	const uint8_t *bytes = (const uint8_t *) packed->data;
	ScoringFault fault;
	BalanceView view;
	ScoringBuffer out;
	Json	   *json;
	JsonAt		root = {0};
	BalanceWindow window;
	double		slope;
	ProfilePart parts[2] = {{true, bytes, packed->length}, {true, bytes, packed->length}};

	if (!balance_history_decode(&host, bytes, packed->length, &view, &fault))
		abort();
	scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
	if (!type->recode(&host, bytes, packed->length, NULL, &out, &fault) || out.length != packed->length)
		abort();
	scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
	/* Twice the same is the same, but for the counts of rows. */
	if (!type->merge(&host, (const uint8_t *) view.zone, view.nzone, parts, 2, &out, &fault))
	{
		if (view.undated < INT64_MAX / 2 && view.without_balance < INT64_MAX / 2)
			abort();
	}
	else if (view.undated == 0 && view.without_balance == 0 && (out.length != packed->length || memcmp(out.data, bytes, out.length) != 0))
		abort();
	scoring_buffer_init(&out, &host, PROFILE_MAX_JSON);
	if (!type->write(&host, bytes, packed->length, &out, &fault))
		abort();
	if (view.ndays < 2000)
	{
		ScoringBuffer again;

		if (!scoring_json_parse(&host, out.data, out.length, &json, &fault))
			abort();
		root.node = json;
		scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
		if (!type->read(&host, &root, &again, &fault) || again.length != packed->length || memcmp(again.data, bytes, again.length) != 0)
			abort();
	}
	for (int i = 0; i < 4; i++)
	{
		int32_t		to = view.ndays == 0 ? 0 : view.days[view.ndays - 1].day + 1 - i * 20;

		balance_history_window(&view, i % 2 == 0 ? BALANCE_ALWAYS : to - 30, to, &window);
		if (window.days_known > 0 && (window.lowest > window.highest || window.average > window.highest / 100.0 + 1 || window.average < window.lowest / 100.0 - 1 ||
									  !(window.volatility >= 0) || isinf(window.volatility) || window.days_negative > window.days_known || window.days_observed > window.days_known))
			abort();
	}
	(void) balance_history_slope(&view, BALANCE_ALWAYS, 3000, &slope);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
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
			if (balance_history_profile.read(&host, &root, &packed, &fault))
				use_packed(&packed);
		}
	}
	else if (length > 0 && bytes[0] == 1)
	{
		if (balance_history_profile.recode(&host, bytes, length, NULL, &packed, &fault))
			use_packed(&packed);
	}
	else if (length > 0)
	{
		ProfilePart part = {false, bytes + 1, length - 1};

		if (balance_history_profile.merge(&host, NULL, 0, &part, 1, &packed, &fault))
			use_packed(&packed);
	}
	drop_memory();
	return 0;
}
