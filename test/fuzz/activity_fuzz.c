/*
 * activity_fuzz.c: the readers of an activity's text and binary forms and of a state's rows, and what is asked of the
 * value afterwards. The first byte says which: '{' text, 1 binary (it is the version), another rows of a state.
 */
#include <stdlib.h>

#include "../host.h"
#include "activity_core.h"

static const char *
unchanged(const char *text, size_t length, size_t *out)
{
	*out = length;
	return text;
}

/* Every question, and no answer that breaks anything. */
static void
ask(const ActivityView *view)
{
	static const int32_t days[] = {CALENDAR_FIRST_DAY, -1, 0, 9555, 9600, CALENDAR_LAST_DAY};
	ScoringFault fault;

	for (int i = 0; i < 6; i++)
	{
		ActivityWindow windows[3];
		ActivityCell cell;
		ActivityDays active;
		ActivityMix mix;
		ActivityFeatures features;
		double		number;
		double		error;

		windows[0] = activity_window_buckets(view->unit, days[i], i);
		windows[1] = activity_window_days(days[i], 1 + 20 * i);
		windows[2] = activity_window_days(days[i], INT32_MAX);
		for (int w = 0; w < 3; w++)
		{
			if (activity_sum(view, windows[w], &cell, &fault))
			{
				(void) activity_mean(&cell, &number);
				(void) activity_stddev(&cell, &number);
			}
			activity_days(view, windows[w], 14, &active);
			if (active.active < active.buckets)
				abort();
		}
		activity_mix(&host, view, windows[0], ACTIVITY_TURNOVER, &mix);
		if (mix.categorised > mix.total)
			abort();
		if (activity_concentration(view, &mix, &number, &error) && !(error > 0 && error <= 1.0000001))
			abort();
		activity_distinct(&host, view, &mix, &number, &error);
		(void) activity_trend(view, days[i], 2 + i, ACTIVITY_NET_FLOW);
		(void) activity_recent_ratio(view, days[i], 12, ACTIVITY_INFLOW, &number);
		(void) activity_decayed(view, days[i], 0.5, ACTIVITY_EVENT_COUNT);
		if (view->unit != ACTIVITY_WEEK)
			activity_features(&host, view, days[i], &features);
	}
}

/* What was read is sound: it keeps its bytes through every form, and merges with itself. */
static void
use(const ScoringBuffer *packed)
{
	ActivityView view;
	ScoringBuffer again;
	ScoringBuffer json;
	ScoringFault fault;
	ProfilePart parts[2];
	ScoringReader reader;
	const uint8_t *parameters;
	size_t		nparameters;
	Json	   *tree;
	JsonAt		root = {NULL, NULL, NULL, 0};

	if (packed->bad)
		return;
	if (!activity_decode(&host, (const uint8_t *) packed->data, packed->length, true, &view, &fault))
		abort();
	ask(&view);
	scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
	if (!activity_recode(&host, (const uint8_t *) packed->data, packed->length, unchanged, &again, &fault) ||
		again.length != packed->length || memcmp(again.data, packed->data, again.length) != 0)
		abort();
	scoring_buffer_init(&json, &host, PROFILE_MAX_JSON);
	if (!activity_write(&host, (const uint8_t *) packed->data, packed->length, &json, &fault) || json.bad ||
		!scoring_json_parse(&host, json.data, json.length, &tree, &fault))
		abort();
	root.node = tree;
	scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
	if (!activity_read(&host, &root, &again, &fault) || again.length != packed->length ||
		memcmp(again.data, packed->data, again.length) != 0)
		abort();
	for (int i = 0; i < 2; i++)
	{
		parts[i].packed = true;
		parts[i].bytes = (const uint8_t *) packed->data;
		parts[i].length = packed->length;
	}
	scoring_reader_init(&reader, packed->data, packed->length);
	if (!profile_read_head(&reader, &parameters, &nparameters, &fault))
		abort();
	scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
	if (activity_merge(&host, parameters, nparameters, parts, 2, &again, &fault) && !again.bad &&
		!activity_recode(&host, (const uint8_t *) again.data, again.length, unchanged, &json, &fault))
		abort();
}

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ScoringBuffer packed;
	ScoringFault fault;

	if (size == 0)
		return 0;
	scoring_buffer_init(&packed, &host, PROFILE_MAX_BYTES);
	if (data[0] == '{')
	{
		Json	   *tree;
		JsonAt		root = {NULL, NULL, NULL, 0};

		if (scoring_json_parse(&host, (const char *) data, size, &tree, &fault))
		{
			root.node = tree;
			if (activity_read(&host, &root, &packed, &fault))
				use(&packed);
		}
	}
	else if (data[0] == PROFILE_VERSION)
	{
		if (activity_recode(&host, data, size, unchanged, &packed, &fault))
			use(&packed);
	}
	else
	{
		uint8_t		parameters[1] = {data[0] % 3};
		ProfilePart part = {false, data + 1, size - 1};

		if (activity_merge(&host, parameters, 1, &part, 1, &packed, &fault))
			use(&packed);
	}
	drop_memory();
	return 0;
}
