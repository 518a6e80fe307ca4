/*
 * activity.c: the SQL type scoring.activity, its aggregates and what it answers.
 *
 * The state, input and output are those of every type of behaviour (profile.h).
 */
#include "postgres.h"

#include <math.h>

#include "activity_core.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "funcapi.h"
#include "moment.h"
#include "profile.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

StaticAssertDecl(ACTIVITY_MAX_MINOR == SCORING_MAX_MINOR && ACTIVITY_MAX_ZONE == SCORING_MAX_ZONE, "the core has other limits");

static const ProfileType activity_type = {
	.name = "an activity",
	.merge = activity_merge,
	.recode = activity_recode,
	.write = activity_write,
	.read = activity_read,
	.mismatch = activity_mismatch
};

SCORING_PROFILE_FUNCTIONS(activity, activity_type)

/* ---------- the aggregates ---------- */

static ActivityUnit
unit_argument(FunctionCallInfo fcinfo, int n)
{
	text	   *name;
	const char *at;
	Size		length;

	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("bucket must not be null")));
	name = PG_GETARG_TEXT_PP(n);
	at = VARDATA_ANY(name);
	length = VARSIZE_ANY_EXHDR(name);
	if (length == 5 && memcmp(at, "month", 5) == 0)
		return ACTIVITY_MONTH;
	if (length == 4 && memcmp(at, "week", 4) == 0)
		return ACTIVITY_WEEK;
	if (length == 3 && memcmp(at, "day", 3) == 0)
		return ACTIVITY_DAY;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("bucket \"%s\" is not known", scoring_clip(pnstrdup(at, Min(length, 40)))),
			 errhint("It is one of \"month\", \"week\" and \"day\".")));
	return ACTIVITY_MONTH;
}

/* state, occurred_at, amount [, category [, bucket [, time_zone]]]; time and amount are in the row already. */
static inline Datum
transition(FunctionCallInfo fcinfo, ActivityRow *row, const uint8 *parameters, Size nparameters)
{
	struct varlena *state = scoring_profile_state(fcinfo);
	uint8		head[ACTIVITY_ROW_HEAD];
	Size		nhead;
	uint8	   *at;

	row->category = NULL;
	row->length = 0;
	if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
	{
		text	   *category = PG_GETARG_TEXT_PP(3);

		row->category = VARDATA_ANY(category);
		row->length = (uint32) VARSIZE_ANY_EXHDR(category);
		if (row->length > ACTIVITY_MAX_CATEGORY)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("a category has at most %d bytes", ACTIVITY_MAX_CATEGORY)));
	}
	if (!row->dated)
	{
		/* Only counted. */
		row->known = false;
		row->category = NULL;
		row->length = 0;
	}
	nhead = activity_row_head(row, head);
	state = scoring_profile_row(&activity_type, state, parameters, nparameters, nhead + row->length, &at);
	memcpy(at, head, nhead);
	if (row->length > 0)
		memcpy(at + nhead, row->category, row->length);
	PG_RETURN_POINTER(state);
}

#define DAY_OF_DATE(n, zone) scoring_day_from_date(PG_GETARG_DATEADT(n))
#define DAY_OF_TIMESTAMP(n, zone) scoring_day_from_timestamp(PG_GETARG_TIMESTAMP(n))
#define DAY_OF_TIMESTAMPTZ(n, zone) scoring_day_from_timestamptz(PG_GETARG_TIMESTAMPTZ(n), zone)
#define MINOR_OF_NUMERIC(n) scoring_minor_from_numeric(DatumGetNumeric(PG_GETARG_DATUM(n)), "amount")
#define MINOR_OF_INT8(n) scoring_minor_from_int64(PG_GETARG_INT64(n), "amount")
#define MINOR_OF_FLOAT8(n) scoring_minor_from_float8(PG_GETARG_FLOAT8(n), "amount")

#define TRANSITION(name, day_of, minor_of) \
PG_FUNCTION_INFO_V1(scoring_activity_trans_##name); \
Datum \
scoring_activity_trans_##name(PG_FUNCTION_ARGS) \
{ \
	uint8		parameters[PROFILE_MAX_PARAMETERS] = {ACTIVITY_MONTH}; \
	Size		nparameters = 1; \
	const char *zone = NULL; \
	ActivityRow row; \
\
	if (PG_NARGS() > 4) \
	{ \
		ActivityUnit unit = unit_argument(fcinfo, 4); \
\
		zone = zone_argument(fcinfo, 5); \
		nparameters = activity_parameters(unit, zone, parameters); \
	} \
	row.dated = !PG_ARGISNULL(1); \
	row.day = row.dated ? day_of(1, zone) : 0; \
	row.known = row.dated && !PG_ARGISNULL(2); \
	row.amount = row.known ? minor_of(2) : 0; \
	return transition(fcinfo, &row, parameters, nparameters); \
}

/* The zone's name, if there is such an argument; NULL is UTC. */
static const char *
zone_argument(FunctionCallInfo fcinfo, int n)
{
	text	   *name;
	const char *zone;

	if (PG_NARGS() <= n)
		return NULL;
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("time zone must not be null")));
	name = PG_GETARG_TEXT_PP(n);
	zone = scoring_zone_name(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	return strcmp(zone, "UTC") == 0 ? NULL : zone;
}

TRANSITION(date_numeric, DAY_OF_DATE, MINOR_OF_NUMERIC)
TRANSITION(date_int8, DAY_OF_DATE, MINOR_OF_INT8)
TRANSITION(date_float8, DAY_OF_DATE, MINOR_OF_FLOAT8)
TRANSITION(timestamp_numeric, DAY_OF_TIMESTAMP, MINOR_OF_NUMERIC)
TRANSITION(timestamp_int8, DAY_OF_TIMESTAMP, MINOR_OF_INT8)
TRANSITION(timestamp_float8, DAY_OF_TIMESTAMP, MINOR_OF_FLOAT8)
TRANSITION(timestamptz_numeric, DAY_OF_TIMESTAMPTZ, MINOR_OF_NUMERIC)
TRANSITION(timestamptz_int8, DAY_OF_TIMESTAMPTZ, MINOR_OF_INT8)
TRANSITION(timestamptz_float8, DAY_OF_TIMESTAMPTZ, MINOR_OF_FLOAT8)

/* ---------- arguments of questions ---------- */

static void
decode_argument(FunctionCallInfo fcinfo, int n, bool categories, ActivityView *view)
{
	Size		length;
	const uint8 *bytes = scoring_profile_argument(&activity_type, fcinfo, n, &length);
	ScoringFault fault;

	if (!activity_decode(scoring_host(), bytes, length, categories, view, &fault))
		scoring_profile_corrupt(&activity_type, &fault);
}

/* A count of at least `least`; 0 if the argument is NULL or not there. */
static int32
count_argument(FunctionCallInfo fcinfo, int n, const char *name, int32 least)
{
	int32		count;

	if (PG_NARGS() <= n || PG_ARGISNULL(n))
		return 0;
	count = PG_GETARG_INT32(n);
	if (count < least)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be at least %d", name, least)));
	return count;
}

static ActivityMeasure
measure_argument(FunctionCallInfo fcinfo, int n, bool net)
{
	char	   *name = PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));

	for (int i = 0; name != NULL && activity_measures[i] != NULL && (net || i != ACTIVITY_NET_FLOW); i++)
		if (strcmp(name, activity_measures[i]) == 0)
			return (ActivityMeasure) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 name == NULL ? errmsg("measure must not be null") : errmsg("measure \"%s\" is not known here", name),
			 net ? errhint("It is one of event_count, inflow, outflow, turnover and net_flow.") :
			 errhint("It is one of event_count, inflow, outflow and turnover.")));
	return ACTIVITY_EVENT_COUNT;
}

/* a, as_of [, buckets [, days]]. False if the answer is NULL. */
static bool
open_question(FunctionCallInfo fcinfo, bool categories, ActivityView *view, ActivityWindow *window)
{
	int32		as_of;
	int32		buckets;
	int32		days;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return false;
	as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	buckets = count_argument(fcinfo, 2, "buckets", 1);
	days = count_argument(fcinfo, 3, "days", 1);
	if (buckets > 0 && days > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a window is in buckets or in days, not in both")));
	decode_argument(fcinfo, 0, categories, view);
	*window = days > 0 ? activity_window_days(as_of, days) : activity_window_buckets(view->unit, as_of, buckets);
	return true;
}

/* ---------- flows ---------- */

static bool
ask_cell(FunctionCallInfo fcinfo, ActivityCell *cell)
{
	ActivityView view;
	ActivityWindow window;
	ScoringFault fault;

	if (!open_question(fcinfo, false, &view, &window))
		return false;
	if (!activity_sum(&view, window, cell, &fault))
		scoring_report(&fault);
	return true;
}

/* `defined` says whether there is an answer; it may set `number`. */
#define CELL_ACCESSOR(name, defined, result) \
PG_FUNCTION_INFO_V1(scoring_activity_##name); \
Datum \
scoring_activity_##name(PG_FUNCTION_ARGS) \
{ \
	ActivityCell cell; \
	double		number = 0; \
\
	if (!ask_cell(fcinfo, &cell) || !(defined)) \
		PG_RETURN_NULL(); \
	(void) number; \
	PG_RETURN_DATUM(result); \
}

static bool
variation(const ActivityCell *cell, double *out)
{
	double		mean;

	if (!activity_stddev(cell, out) || !activity_mean(cell, &mean) || mean == 0)
		return false;
	*out /= fabs(mean);
	return true;
}

CELL_ACCESSOR(event_count, true, Int64GetDatum(activity_events(&cell)))
CELL_ACCESSOR(inflow, true, scoring_minor_to_numeric(cell.inflow))
CELL_ACCESSOR(outflow, true, scoring_minor_to_numeric(cell.outflow))
CELL_ACCESSOR(net_flow, true, scoring_minor_to_numeric(cell.inflow - cell.outflow))
CELL_ACCESSOR(turnover, true, scoring_minor_to_numeric(cell.inflow + cell.outflow))
CELL_ACCESSOR(mean_amount, activity_mean(&cell, &number), Float8GetDatum(number))
CELL_ACCESSOR(stddev_amount, activity_stddev(&cell, &number), Float8GetDatum(number))
CELL_ACCESSOR(cv_amount, variation(&cell, &number), Float8GetDatum(number))
CELL_ACCESSOR(smallest_amount, activity_known(&cell) > 0, scoring_minor_to_numeric(cell.smallest))
CELL_ACCESSOR(largest_amount, activity_known(&cell) > 0, scoring_minor_to_numeric(cell.largest))

/* ---------- days ---------- */

static bool
ask_days(FunctionCallInfo fcinfo, ActivityDays *days)
{
	ActivityView view;
	ActivityWindow window;

	if (!open_question(fcinfo, false, &view, &window))
		return false;
	activity_days(&view, window, 0, days);
	return true;
}

#define DAYS_ACCESSOR(name, defined, result) \
PG_FUNCTION_INFO_V1(scoring_activity_##name); \
Datum \
scoring_activity_##name(PG_FUNCTION_ARGS) \
{ \
	ActivityDays days; \
\
	if (!ask_days(fcinfo, &days) || !(defined)) \
		PG_RETURN_NULL(); \
	PG_RETURN_INT32(result); \
}

DAYS_ACCESSOR(active_days, true, days.active)
DAYS_ACCESSOR(active_buckets, true, days.buckets)
DAYS_ACCESSOR(longest_gap, days.active > 1, days.longest_gap)

/* a, as_of: of all days before it, those of the current bucket too. */
static bool
ask_record(FunctionCallInfo fcinfo, int32 *as_of, ActivityDays *days)
{
	ActivityView view;

	*as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	decode_argument(fcinfo, 0, false, &view);
	activity_days(&view, activity_window_days(*as_of, INT32_MAX), 0, days);
	return days->active > 0;
}

PG_FUNCTION_INFO_V1(scoring_activity_days_since_last);
Datum
scoring_activity_days_since_last(PG_FUNCTION_ARGS)
{
	int32		as_of;
	ActivityDays days;

	if (!ask_record(fcinfo, &as_of, &days))
		PG_RETURN_NULL();
	PG_RETURN_INT32(as_of - days.last);
}

PG_FUNCTION_INFO_V1(scoring_activity_months_on_record);
Datum
scoring_activity_months_on_record(PG_FUNCTION_ARGS)
{
	int32		as_of;
	ActivityDays days;

	if (!ask_record(fcinfo, &as_of, &days))
		PG_RETURN_NULL();
	PG_RETURN_INT32(calendar_month(as_of) - calendar_month(days.first));
}

/* a, as_of, days, gap_days */
PG_FUNCTION_INFO_V1(scoring_activity_event_episodes);
Datum
scoring_activity_event_episodes(PG_FUNCTION_ARGS)
{
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	int32		window = count_argument(fcinfo, 2, "days", 1);
	int32		gap_days = count_argument(fcinfo, 3, "gap_days", 0);
	ActivityView view;
	ActivityDays days;

	decode_argument(fcinfo, 0, false, &view);
	activity_days(&view, activity_window_days(as_of, window), gap_days, &days);
	PG_RETURN_INT32(days.episodes);
}

/* ---------- measures over buckets ---------- */

/* a, as_of, buckets, measure */
PG_FUNCTION_INFO_V1(scoring_activity_trend);
Datum
scoring_activity_trend(PG_FUNCTION_ARGS)
{
	ActivityView view;
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	int32		buckets = count_argument(fcinfo, 2, "buckets", 2);
	ActivityMeasure measure = measure_argument(fcinfo, 3, true);

	decode_argument(fcinfo, 0, false, &view);
	PG_RETURN_FLOAT8(activity_trend(&view, as_of, buckets, measure));
}

PG_FUNCTION_INFO_V1(scoring_activity_recent_ratio);
Datum
scoring_activity_recent_ratio(PG_FUNCTION_ARGS)
{
	ActivityView view;
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	int32		buckets = count_argument(fcinfo, 2, "buckets", 2);
	ActivityMeasure measure = measure_argument(fcinfo, 3, true);
	double		ratio;

	if (buckets % 2 != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("buckets must be even, to have two halves")));
	decode_argument(fcinfo, 0, false, &view);
	if (!activity_recent_ratio(&view, as_of, buckets, measure, &ratio))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(ratio);
}

/* a, as_of, half_life, measure */
PG_FUNCTION_INFO_V1(scoring_activity_decayed_sum);
Datum
scoring_activity_decayed_sum(PG_FUNCTION_ARGS)
{
	ActivityView view;
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	double		half_life = PG_GETARG_FLOAT8(2);
	ActivityMeasure measure = measure_argument(fcinfo, 3, true);

	if (!(half_life > 0) || isinf(half_life))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("half_life must be a finite number above 0")));
	decode_argument(fcinfo, 0, false, &view);
	PG_RETURN_FLOAT8(activity_decayed(&view, as_of, half_life, measure));
}

/* ---------- categories ---------- */

/* a, as_of, category, buckets, measure */
PG_FUNCTION_INFO_V1(scoring_activity_category_share);
Datum
scoring_activity_category_share(PG_FUNCTION_ARGS)
{
	ActivityView view;
	ActivityMix mix;
	ActivityMeasure measure;
	int32		as_of;
	int32		buckets;
	int64		amount = 0;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	buckets = count_argument(fcinfo, 3, "buckets", 1);
	measure = measure_argument(fcinfo, 4, false);
	decode_argument(fcinfo, 0, true, &view);
	activity_mix(scoring_host(), &view, activity_window_buckets(view.unit, as_of, buckets), measure, &mix);
	if (mix.total == 0)
		PG_RETURN_NULL();
	if (PG_ARGISNULL(2))
		amount = mix.total - mix.categorised;
	else
	{
		text	   *name = PG_GETARG_TEXT_PP(2);
		bool		found = false;

		for (uint32 i = 0; i < view.ncategories && !found; i++)
			if (view.categories[i].length == VARSIZE_ANY_EXHDR(name) &&
				memcmp(view.categories[i].text, VARDATA_ANY(name), view.categories[i].length) == 0)
			{
				amount = mix.amounts[i];
				found = true;
			}
		/* It may be among the pooled. */
		if (!found && mix.events[view.ncategories] > 0)
			PG_RETURN_NULL();
	}
	PG_RETURN_FLOAT8((double) amount / (double) mix.total);
}

/* a, as_of, buckets [, measure] */
static bool
ask_mix(FunctionCallInfo fcinfo, ActivityView *view, ActivityMix *mix)
{
	int32		as_of;
	int32		buckets;
	ActivityMeasure measure;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return false;
	as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	buckets = count_argument(fcinfo, 2, "buckets", 1);
	measure = PG_NARGS() > 3 ? measure_argument(fcinfo, 3, false) : ACTIVITY_EVENT_COUNT;
	decode_argument(fcinfo, 0, true, view);
	activity_mix(scoring_host(), view, activity_window_buckets(view->unit, as_of, buckets), measure, mix);
	return true;
}

#define MIX_ACCESSOR(name, ask, result) \
PG_FUNCTION_INFO_V1(scoring_activity_##name); \
Datum \
scoring_activity_##name(PG_FUNCTION_ARGS) \
{ \
	ActivityView view; \
	ActivityMix mix; \
	double		first; \
	double		second; \
\
	if (!ask_mix(fcinfo, &view, &mix)) \
		PG_RETURN_NULL(); \
	ask; \
	PG_RETURN_FLOAT8(result); \
}

MIX_ACCESSOR(category_entropy, if (!activity_concentration(&view, &mix, &first, &second)) PG_RETURN_NULL(), first)
MIX_ACCESSOR(category_hhi, if (!activity_concentration(&view, &mix, &first, &second)) PG_RETURN_NULL(), second)
MIX_ACCESSOR(distinct_categories, activity_distinct(scoring_host(), &view, &mix, &first, &second), first)
MIX_ACCESSOR(distinct_categories_error, activity_distinct(scoring_host(), &view, &mix, &first, &second), second)

PG_FUNCTION_INFO_V1(scoring_activity_undated);
Datum
scoring_activity_undated(PG_FUNCTION_ARGS)
{
	ActivityView view;

	decode_argument(fcinfo, 0, false, &view);
	PG_RETURN_INT64(view.undated);
}

/* ---------- dimensions ---------- */

/* The dimension of a category; false if it has none. */
static bool
dimension_of(Jsonb *map, const ActivityText *category, ActivityText *out)
{
	JsonbValue *value = getKeyJsonValueFromContainer(&map->root, category->text, (int) category->length, NULL);

	if (value == NULL || value->type == jbvNull)
		return false;
	if (value->type != jbvString || value->val.string.len > ACTIVITY_MAX_CATEGORY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the dimension of category \"%s\" must be a text of at most %d bytes", pnstrdup(category->text, category->length), ACTIVITY_MAX_CATEGORY)));
	out->text = value->val.string.val;
	out->length = (uint32) value->val.string.len;
	return true;
}

static Jsonb *
map_argument(FunctionCallInfo fcinfo, int n)
{
	Jsonb	   *map = PG_GETARG_JSONB_P(n);

	if (!JB_ROOT_IS_OBJECT(map))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("dimensions must be an object from category to dimension"),
				 errhint("Make it of a table: SELECT jsonb_object_agg(category, dimension) FROM ...")));
	return map;
}

static void
map_view(const ActivityView *view, Jsonb *map, ScoringBuffer *out)
{
	ActivityText *to = palloc0((view->ncategories + 1) * sizeof(ActivityText));
	ScoringFault fault;

	for (uint32 i = 0; i < view->ncategories; i++)
		if (!dimension_of(map, &view->categories[i], &to[i]))
			to[i].text = NULL;
	scoring_buffer_init(out, scoring_host(), PROFILE_MAX_BYTES);
	if (!activity_map(scoring_host(), view, to, out, &fault))
		scoring_report(&fault);
}

PG_FUNCTION_INFO_V1(scoring_activity_map_categories);
Datum
scoring_activity_map_categories(PG_FUNCTION_ARGS)
{
	ActivityView view;
	ScoringBuffer packed;
	ScoringFault fault;

	decode_argument(fcinfo, 0, true, &view);
	map_view(&view, map_argument(fcinfo, 1), &packed);
	if (!scoring_buffer_done(&packed, "an activity", &fault))
		scoring_report(&fault);
	return scoring_profile_datum(&packed);
}

static int
compare_names(const void *a, const void *b)
{
	const ActivityText *x = a;
	const ActivityText *y = b;
	int			order = memcmp(x->text, y->text, Min(x->length, y->length));

	return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

static void
refuse_weeks(const ActivityView *view)
{
	if (view->unit == ACTIVITY_WEEK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the standard features are of months, which weeks do not add up to"),
				 errhint("Aggregate with bucket => 'month' or 'day', or ask the accessors for windows of weeks.")));
}

/* a, as_of, dimensions */
PG_FUNCTION_INFO_V1(scoring_activity_dimension_features);
Datum
scoring_activity_dimension_features(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	Jsonb	   *map = map_argument(fcinfo, 2);
	JsonbIterator *iterator = JsonbIteratorInit(&map->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	ActivityText *names = palloc((JB_ROOT_COUNT(map) + 1) * sizeof(ActivityText));
	int			nnames = 0;
	ActivityView view;
	ScoringBuffer packed;
	ScoringFault fault;

	InitMaterializedSRF(fcinfo, 0);
	/* Every dimension of the map has its rows, so that every subject has the same. */
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
		if (token == WJB_VALUE && value.type == jbvString)
		{
			names[nnames].text = value.val.string.val;
			names[nnames++].length = (uint32) value.val.string.len;
		}
	qsort(names, nnames, sizeof(ActivityText), compare_names);
	decode_argument(fcinfo, 0, true, &view);
	refuse_weeks(&view);
	map_view(&view, map, &packed);
	if (!activity_decode(scoring_host(), (const uint8 *) packed.data, packed.length, true, &view, &fault))
		scoring_report(&fault);
	for (int w = 0; w < ACTIVITY_WINDOWS; w++)
	{
		ActivityWindow window = activity_window_buckets(ACTIVITY_MONTH, as_of, activity_windows[w]);
		ActivityMix mixes[4];
		uint32		at = 0;

		for (int m = 0; m < 4; m++)
			activity_mix(scoring_host(), &view, window, (ActivityMeasure) m, &mixes[m]);
		for (int i = 0; i < nnames; i++)
		{
			Datum		values[6];
			bool		nulls[6] = {false};
			int64		amounts[4] = {0};

			if (i > 0 && compare_names(&names[i], &names[i - 1]) == 0)
				continue;
			while (at < view.ncategories && compare_names(&view.categories[at], &names[i]) < 0)
				at++;
			if (at < view.ncategories && compare_names(&view.categories[at], &names[i]) == 0)
				for (int m = 0; m < 4; m++)
					amounts[m] = mixes[m].amounts[at];
			values[0] = PointerGetDatum(cstring_to_text_with_len(names[i].text, (int) names[i].length));
			values[1] = Int32GetDatum(activity_windows[w]);
			values[2] = Int64GetDatum(amounts[ACTIVITY_EVENT_COUNT]);
			values[3] = Float8GetDatum((double) amounts[ACTIVITY_INFLOW] / 100);
			values[4] = Float8GetDatum((double) amounts[ACTIVITY_OUTFLOW] / 100);
			nulls[5] = mixes[ACTIVITY_TURNOVER].total == 0;
			values[5] = nulls[5] ? (Datum) 0 : Float8GetDatum((double) amounts[ACTIVITY_TURNOVER] / (double) mixes[ACTIVITY_TURNOVER].total);
			tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
		}
	}
	return (Datum) 0;
}

/* ---------- the standard features ---------- */

#define MONTHS_COLUMNS 10
#define FEATURES_COLUMNS (ACTIVITY_WINDOWS * MONTHS_COLUMNS + 13)

static double
major(int64 minor)
{
	return (double) minor / 100;
}

PG_FUNCTION_INFO_V1(scoring_activity_features);
Datum
scoring_activity_features(PG_FUNCTION_ARGS)
{
	TupleDesc	row = scoring_profile_columns(fcinfo, FEATURES_COLUMNS);
	ActivityView view;
	ActivityFeatures features;
	Datum		values[FEATURES_COLUMNS];
	bool		nulls[FEATURES_COLUMNS] = {false};
	int			n = 0;

	decode_argument(fcinfo, 0, true, &view);
	refuse_weeks(&view);
	activity_features(scoring_host(), &view, scoring_day_from_date(PG_GETARG_DATEADT(1)), &features);

#define PUT(datum) (values[n++] = (datum))
#define PUT_IF(defined, datum) (nulls[n] = !(defined), values[n] = nulls[n] ? (Datum) 0 : (datum), n++)
	for (int w = 0; w < ACTIVITY_WINDOWS; w++)
	{
		const ActivityCell *cell = &features.months[w].cell;
		bool		known = activity_known(cell) > 0;
		double		number = 0;

		PUT(Int64GetDatum(activity_events(cell)));
		PUT(Float8GetDatum(major(cell->inflow)));
		PUT(Float8GetDatum(major(cell->outflow)));
		PUT(Float8GetDatum(major(cell->inflow - cell->outflow)));
		PUT_IF(activity_mean(cell, &number), Float8GetDatum(number));
		PUT_IF(activity_stddev(cell, &number), Float8GetDatum(number));
		PUT_IF(known, Float8GetDatum(major(cell->smallest)));
		PUT_IF(known, Float8GetDatum(major(cell->largest)));
		PUT(Int32GetDatum(features.months[w].active_days));
		PUT(Int32GetDatum(features.months[w].active_months));
	}
	PUT_IF(features.days_since_last >= 0, Int32GetDatum(features.days_since_last));
	PUT_IF(features.months_on_record >= 0, Int32GetDatum(features.months_on_record));
	PUT(Int32GetDatum(features.active_days_30d));
	PUT(Int32GetDatum(features.episodes_90d));
	PUT_IF(features.longest_gap_12m > 0, Int32GetDatum(features.longest_gap_12m));
	PUT(Float8GetDatum(features.trend_6m));
	PUT(Float8GetDatum(features.trend_12m));
	PUT_IF(features.has_ratio_6m, Float8GetDatum(features.ratio_6m));
	PUT_IF(features.has_ratio_12m, Float8GetDatum(features.ratio_12m));
	PUT(Float8GetDatum(features.decayed_turnover));
	PUT_IF(features.has_mix, Float8GetDatum(features.entropy_12m));
	PUT_IF(features.has_mix, Float8GetDatum(features.hhi_12m));
	PUT(Float8GetDatum(features.distinct_12m));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(row, values, nulls)));
}

/* ---------- a look inside ---------- */

PG_FUNCTION_INFO_V1(scoring_activity_buckets);
Datum
scoring_activity_buckets(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	ActivityView view;

	InitMaterializedSRF(fcinfo, 0);
	decode_argument(fcinfo, 0, false, &view);
	for (uint32 i = 0; i < view.nbuckets; i++)
	{
		const ActivityBucket *bucket = &view.buckets[i];
		Datum		values[7];
		bool		nulls[7] = {false};

		values[0] = DateADTGetDatum(bucket->start);
		values[1] = Int64GetDatum(activity_events(&bucket->cell));
		values[2] = Int32GetDatum(__builtin_popcount(bucket->days));
		values[3] = scoring_minor_to_numeric(bucket->cell.inflow);
		values[4] = scoring_minor_to_numeric(bucket->cell.outflow);
		nulls[5] = nulls[6] = activity_known(&bucket->cell) == 0;
		values[5] = scoring_minor_to_numeric(bucket->cell.smallest);
		values[6] = scoring_minor_to_numeric(bucket->cell.largest);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}
