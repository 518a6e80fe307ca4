/*
 * balance_history.c: the SQL type scoring.balance_history, its aggregates and accessors.
 */
#include "postgres.h"

#include "balance_history_core.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "moment.h"
#include "profile.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

StaticAssertDecl(BALANCE_MAX == SCORING_MAX_MINOR && BALANCE_MAX_ZONE == SCORING_MAX_ZONE, "the core has the same limits");

SCORING_PROFILE_FUNCTIONS(balance_history, balance_history_profile)

/* ---------- the aggregates ---------- */

/* Argument n as a zone's name; NULL for UTC, which has no name here, so that it is the same with and without the argument. */
static const char *
zone_argument(FunctionCallInfo fcinfo, int n)
{
	static char last_text[SCORING_MAX_ZONE];
	static Size last_length = 0;
	static const char *last_zone = NULL;
	text	   *name;
	Size		length;

	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("time zone must not be null")));
	name = PG_GETARG_TEXT_PP(n);
	length = VARSIZE_ANY_EXHDR(name);
	/* Names are looked up once, not for each row; the server keeps the zones that it has read. */
	if (last_zone == NULL || length != last_length || memcmp(VARDATA_ANY(name), last_text, length) != 0)
	{
		last_zone = NULL;
		last_zone = scoring_zone_name(VARDATA_ANY(name), length);
		last_length = Min(length, SCORING_MAX_ZONE);
		memcpy(last_text, VARDATA_ANY(name), last_length);
	}
	return strcmp(last_zone, "UTC") == 0 ? NULL : last_zone;
}

/* state, observed_at, balance, numeric or double, [, tie [, time_zone]]; clock is of argument 1, if that is not NULL. */
static inline Datum
add_row(FunctionCallInfo fcinfo, const char *zone, int64 clock, bool is_double)
{
	struct varlena *state = scoring_profile_state(fcinfo);
	BalanceRow	row = {0};
	uint8	   *at;

	if (PG_ARGISNULL(1))
		row.clock = BALANCE_UNDATED;
	else if (PG_ARGISNULL(2))
		row.clock = BALANCE_WITHOUT;
	else
	{
		row.clock = clock;
		row.balance = is_double ? scoring_minor_from_float8(PG_GETARG_FLOAT8(2), "balance") :
			scoring_minor_from_numeric(PG_GETARG_NUMERIC(2), "balance");
		if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
			row.tie = PG_GETARG_INT64(3);
	}
	if (zone == NULL)
		zone = "";
	state = scoring_profile_row(&balance_history_profile, state, (const uint8 *) zone, strlen(zone), sizeof(row), &at);
	memcpy(at, &row, sizeof(row));
	PG_RETURN_POINTER(state);
}

/* The same, refused outside the supported days. */
static int64
supported_clock(int64 clock)
{
	(void) scoring_day_from_timestamp(clock);
	return clock;
}

#define TRANSITION(name, zone_of, clock_of, is_double) \
PG_FUNCTION_INFO_V1(scoring_balance_history_trans_##name); \
Datum \
scoring_balance_history_trans_##name(PG_FUNCTION_ARGS) \
{ \
	const char *zone = zone_of; \
\
	return add_row(fcinfo, zone, PG_ARGISNULL(1) ? 0 : (clock_of), is_double); \
}

#define ZONE (PG_NARGS() > 4 ? zone_argument(fcinfo, 4) : NULL)
#define CLOCK_OF_TIMESTAMPTZ supported_clock(scoring_clock_from_timestamptz(PG_GETARG_TIMESTAMPTZ(1), zone))
#define CLOCK_OF_TIMESTAMP supported_clock(PG_GETARG_TIMESTAMP(1))
#define CLOCK_OF_DATE (scoring_day_from_date(PG_GETARG_DATEADT(1)) * USECS_PER_DAY)

TRANSITION(timestamptz, ZONE, CLOCK_OF_TIMESTAMPTZ, false)
TRANSITION(timestamptz_float8, ZONE, CLOCK_OF_TIMESTAMPTZ, true)
TRANSITION(timestamp, NULL, CLOCK_OF_TIMESTAMP, false)
TRANSITION(timestamp_float8, NULL, CLOCK_OF_TIMESTAMP, true)
TRANSITION(date, NULL, CLOCK_OF_DATE, false)
TRANSITION(date_float8, NULL, CLOCK_OF_DATE, true)

/* ---------- accessors ---------- */

static void
read_history(FunctionCallInfo fcinfo, BalanceView *view)
{
	ScoringFault fault;
	Size		length;
	const uint8 *packed = scoring_profile_argument(&balance_history_profile, fcinfo, 0, &length);

	if (!balance_history_decode(scoring_host(), packed, length, view, &fault))
		scoring_profile_corrupt(&balance_history_profile, &fault);
}

/* Argument n as a length; false if it is not given. */
static bool
length_argument(FunctionCallInfo fcinfo, int n, const char *what, int32 *length)
{
	if (PG_NARGS() <= n || PG_ARGISNULL(n))
		return false;
	*length = PG_GETARG_INT32(n);
	if (*length <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be positive", what)));
	return true;
}

static void
window_of_months(const BalanceView *view, int32 as_of, int32 months, BalanceWindow *window)
{
	int32		end = calendar_month(as_of);
	int64		begin = (int64) end - months;

	/* Long before any history. */
	balance_history_window(view, begin < -12000 ? BALANCE_ALWAYS : calendar_month_start((int32) begin), calendar_month_start(end), window);
}

/* history, as_of, days, months: false if one of the first two is NULL. */
static bool
window_arguments(FunctionCallInfo fcinfo, BalanceWindow *window)
{
	BalanceView view;
	int32		as_of;
	int32		days;
	int32		months;
	bool		has_days;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return false;
	as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	has_days = length_argument(fcinfo, 2, "days", &days);
	if (length_argument(fcinfo, 3, "months", &months))
	{
		if (has_days)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a window is of days or of months, not of both")));
		read_history(fcinfo, &view);
		window_of_months(&view, as_of, months, window);
	}
	else
	{
		read_history(fcinfo, &view);
		balance_history_window(&view, has_days ? (int64) as_of - days : BALANCE_ALWAYS, as_of, window);
	}
	return true;
}

/* A quantity of a window: NULL if no balance is known by its end, unless it is a count that is 0 then. */
#define BALANCE_ACCESSOR(name, is_count, expression) \
PG_FUNCTION_INFO_V1(scoring_balance_history_##name); \
Datum \
scoring_balance_history_##name(PG_FUNCTION_ARGS) \
{ \
	BalanceWindow window; \
\
	if (!window_arguments(fcinfo, &window) || (!(is_count) && window.days_known == 0)) \
		PG_RETURN_NULL(); \
	PG_RETURN_DATUM(expression); \
}

BALANCE_ACCESSOR(lowest, false, scoring_minor_to_numeric(window.lowest))
BALANCE_ACCESSOR(highest, false, scoring_minor_to_numeric(window.highest))
BALANCE_ACCESSOR(opening, false, scoring_minor_to_numeric(window.opening))
BALANCE_ACCESSOR(closing, false, scoring_minor_to_numeric(window.closing))
BALANCE_ACCESSOR(average, false, Float8GetDatum(window.average))
BALANCE_ACCESSOR(volatility, false, Float8GetDatum(window.volatility))
BALANCE_ACCESSOR(days_negative, false, Int32GetDatum(window.days_negative))
BALANCE_ACCESSOR(days_known, true, Int32GetDatum(window.days_known))
BALANCE_ACCESSOR(days_observed, true, Int32GetDatum(window.days_observed))

PG_FUNCTION_INFO_V1(scoring_balance_history_at);
Datum
scoring_balance_history_at(PG_FUNCTION_ARGS)
{
	BalanceView view;
	int64		balance;

	read_history(fcinfo, &view);
	if (!balance_history_at(&view, scoring_day_from_date(PG_GETARG_DATEADT(1)), &balance))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(scoring_minor_to_numeric(balance));
}

PG_FUNCTION_INFO_V1(scoring_balance_history_days_since_observed);
Datum
scoring_balance_history_days_since_observed(PG_FUNCTION_ARGS)
{
	BalanceView view;
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	int32		observed;

	read_history(fcinfo, &view);
	if (!balance_history_observed(&view, as_of, &observed))
		PG_RETURN_NULL();
	PG_RETURN_INT32(as_of - observed);
}

/* months: 0 for all. */
static bool
slope_of_months(const BalanceView *view, int32 as_of, int32 months, double *slope)
{
	int32		end = calendar_month(as_of);

	return balance_history_slope(view, months == 0 ? BALANCE_ALWAYS : (int64) end - months, end, slope);
}

PG_FUNCTION_INFO_V1(scoring_balance_history_slope);
Datum
scoring_balance_history_slope(PG_FUNCTION_ARGS)
{
	BalanceView view;
	int32		as_of;
	int32		months = 0;
	double		slope;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	(void) length_argument(fcinfo, 2, "months", &months);
	read_history(fcinfo, &view);
	if (!slope_of_months(&view, as_of, months, &slope))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(slope);
}

PG_FUNCTION_INFO_V1(scoring_balance_history_undated);
Datum
scoring_balance_history_undated(PG_FUNCTION_ARGS)
{
	BalanceView view;

	read_history(fcinfo, &view);
	PG_RETURN_INT64((int64) view.undated);
}

PG_FUNCTION_INFO_V1(scoring_balance_history_without_balance);
Datum
scoring_balance_history_without_balance(PG_FUNCTION_ARGS)
{
	BalanceView view;

	read_history(fcinfo, &view);
	PG_RETURN_INT64((int64) view.without_balance);
}

PG_FUNCTION_INFO_V1(scoring_balance_history_time_zone);
Datum
scoring_balance_history_time_zone(PG_FUNCTION_ARGS)
{
	BalanceView view;

	read_history(fcinfo, &view);
	if (view.nzone == 0)
		PG_RETURN_TEXT_P(cstring_to_text("UTC"));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(view.zone, (int) view.nzone));
}

/* ---------- sets ---------- */

PG_FUNCTION_INFO_V1(scoring_balance_history_days);
Datum
scoring_balance_history_days(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	BalanceView view;

	read_history(fcinfo, &view);
	InitMaterializedSRF(fcinfo, 0);
	for (Size i = 0; i < view.ndays && view.days[i].day < as_of; i++)
	{
		const BalanceDay *day = &view.days[i];
		Datum		values[5];
		bool		nulls[5] = {false};

		values[0] = DateADTGetDatum(day->day);
		values[1] = scoring_minor_to_numeric(day->first.balance);
		values[2] = scoring_minor_to_numeric(day->last.balance);
		values[3] = scoring_minor_to_numeric(day->lowest);
		values[4] = scoring_minor_to_numeric(day->highest);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_balance_history_months);
Datum
scoring_balance_history_months(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	BalanceView view;

	read_history(fcinfo, &view);
	InitMaterializedSRF(fcinfo, 0);
	if (view.ndays == 0)
		return (Datum) 0;
	for (int32 month = calendar_month(view.days[0].day);; month++)
	{
		int32		start = calendar_month_start(month);
		BalanceWindow window;
		Datum		values[9];
		bool		nulls[9] = {false};

		balance_history_window(&view, start, Min(calendar_month_start(month + 1), as_of), &window);
		if (start >= as_of || window.days_known == 0)
			break;
		values[0] = DateADTGetDatum(start);
		values[1] = scoring_minor_to_numeric(window.opening);
		values[2] = scoring_minor_to_numeric(window.closing);
		values[3] = scoring_minor_to_numeric(window.lowest);
		values[4] = scoring_minor_to_numeric(window.highest);
		values[5] = Float8GetDatum(window.average);
		values[6] = Int32GetDatum(window.days_known);
		values[7] = Int32GetDatum(window.days_negative);
		values[8] = Int32GetDatum(window.days_observed);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* ---------- features ---------- */

/* Of everything before as_of, and of each of these numbers of whole months. */
static const int32 feature_months[] = {0, 1, 3, 6, 12};

typedef struct BalanceFeature
{
	const char *name;
	const char *type;
	const char *unit;
	const char *meaning;
	bool		once;			/* not of each window */
} BalanceFeature;

/* In the order of the columns. There is no slope of one month. */
static const BalanceFeature balance_features[] = {
	{"balance", "numeric", "amount", "the last balance", true},
	{"days_since_observed", "integer", "days", "since the last observation", true},
	{"days_known", "integer", "days", "since the first observation", true},
	{"days_observed", "integer", "days", "with an observation", false},
	{"lowest_balance", "numeric", "amount", "the lowest balance", false},
	{"highest_balance", "numeric", "amount", "the highest balance", false},
	{"average_balance", "double precision", "amount", "mean of daily closing balances", false},
	{"balance_volatility", "double precision", "amount", "standard deviation of daily closing balances", false},
	{"days_negative", "integer", "days", "with a closing balance below 0", false},
	{"balance_slope", "double precision", "amount per month", "slope of month-end balances", false}
};

#define FEATURES_ONCE 3
#define FEATURES (FEATURES_ONCE + lengthof(feature_months) * (lengthof(balance_features) - FEATURES_ONCE) - 1)

PG_FUNCTION_INFO_V1(scoring_balance_history_feature_names);
Datum
scoring_balance_history_feature_names(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	int			ordinal = 0;

	InitMaterializedSRF(fcinfo, 0);
	for (int w = 0; w < lengthof(feature_months); w++)
		for (int i = 0; i < lengthof(balance_features); i++)
		{
			const BalanceFeature *feature = &balance_features[i];
			int32		months = feature_months[w];
			Datum		values[5];
			bool		nulls[5] = {false};

			if (months > 0 && (feature->once || (months == 1 && i == lengthof(balance_features) - 1)))
				continue;
			values[0] = Int32GetDatum(++ordinal);
			values[1] = months == 0 ? CStringGetTextDatum(feature->name) : CStringGetTextDatum(psprintf("%s_%dm", feature->name, months));
			values[2] = CStringGetTextDatum(feature->type);
			values[3] = CStringGetTextDatum(feature->unit);
			values[4] = months == 0 ? CStringGetTextDatum(feature->meaning) :
				CStringGetTextDatum(psprintf("%s, of the last %d whole month%s", feature->meaning, months, months == 1 ? "" : "s"));
			tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
		}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_balance_history_features);
Datum
scoring_balance_history_features(PG_FUNCTION_ARGS)
{
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	BalanceView view;
	TupleDesc	descriptor = scoring_profile_columns(fcinfo, FEATURES);
	Datum		values[FEATURES] = {0};
	bool		nulls[FEATURES];
	int			n = 0;
	int64		balance;
	int32		observed;

#define PUT(known, expression) \
	do { \
		nulls[n] = !(known); \
		if (!nulls[n]) \
			values[n] = (expression); \
		n++; \
	} while (0)

	read_history(fcinfo, &view);
	PUT(balance_history_at(&view, as_of, &balance), scoring_minor_to_numeric(balance));
	PUT(balance_history_observed(&view, as_of, &observed), Int32GetDatum(as_of - observed));
	for (int w = 0; w < lengthof(feature_months); w++)
	{
		int32		months = feature_months[w];
		BalanceWindow window;
		bool		known;
		double		slope;

		if (months == 0)
			balance_history_window(&view, BALANCE_ALWAYS, as_of, &window);
		else
			window_of_months(&view, as_of, months, &window);
		known = window.days_known > 0;
		if (months == 0)
			PUT(true, Int32GetDatum(window.days_known));
		PUT(true, Int32GetDatum(window.days_observed));
		PUT(known, scoring_minor_to_numeric(window.lowest));
		PUT(known, scoring_minor_to_numeric(window.highest));
		PUT(known, Float8GetDatum(window.average));
		PUT(known, Float8GetDatum(window.volatility));
		PUT(known, Int32GetDatum(window.days_negative));
		if (months != 1)
			PUT(slope_of_months(&view, as_of, months, &slope), Float8GetDatum(slope));
	}
#undef PUT
	if (n != FEATURES)
		elog(ERROR, "%d features for %d columns", n, (int) FEATURES);
	return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}
