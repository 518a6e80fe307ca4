/*
 * moment.c: moments as days, amounts as integers in minor units.
 */
#include "postgres.h"

#include <math.h>

#include "compat.h"
#include "decimal.h"
#include "errors.h"
#include "moment.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

/* ---------- moments ---------- */

static bool
is_plain(const char *name, Size length)
{
	for (Size i = 0; i < length; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '"' || name[i] == '\\')
			return false;
	return true;
}

const char *
scoring_zone_name(const char *name, Size length)
{
	char		text[TZ_STRLEN_MAX + 1];
	pg_tz	   *zone = NULL;
	const char *spelled;

	/* POSIX rules are zones too, whose abbreviations may have any characters: only those that a value may hold. */
	if (length <= TZ_STRLEN_MAX && is_plain(name, length))
	{
		memcpy(text, name, length);
		text[length] = '\0';
		zone = pg_tzset(text);
	}
	if (zone == NULL || !pg_tz_acceptable(zone))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" is not known", scoring_clip(pnstrdup(name, Min(length, 200)))),
				 errhint("See pg_timezone_names for the names.")));
	spelled = pg_get_timezone_name(zone);
	if (strlen(spelled) > SCORING_MAX_ZONE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the name of a time zone has at most %d bytes here", SCORING_MAX_ZONE)));
	return spelled;
}

pg_noreturn static pg_noinline void
out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("date is out of range"),
			 errdetail("Dates here are finite, of the years 1900 to 2199.")));
}

int32
scoring_day_from_date(DateADT date)
{
	if (!CALENDAR_IS_DAY(date))
		out_of_range();
	return date;
}

static inline int32
day_of_clock(int64 clock)
{
	int64		day = clock / USECS_PER_DAY - (clock % USECS_PER_DAY < 0);

	if (!CALENDAR_IS_DAY(day))
		out_of_range();
	return (int32) day;
}

int32
scoring_day_from_timestamp(Timestamp moment)
{
	return day_of_clock(moment);
}

int64
scoring_clock_from_timestamptz(TimestampTz moment, const char *zone)
{
	static pg_tz *last = NULL;
	pg_time_t	seconds;
	struct pg_tm *local;

	/* A finite timestamp is days away from the end of int64, so that the sum below cannot overflow. */
	if (TIMESTAMP_NOT_FINITE(moment))
		out_of_range();
	if (zone == NULL)
		return moment;
	if (last == NULL || strcmp(pg_get_timezone_name(last), zone) != 0)
	{
		pg_tz	   *found = pg_tzset(zone);

		if (found == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("time zone \"%s\" is not known", zone),
					 errhint("See pg_timezone_names for the names.")));
		last = found;
	}
	seconds = (pg_time_t) (moment / USECS_PER_SEC - (moment % USECS_PER_SEC < 0)) +
		((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY);
	local = pg_localtime(&seconds, last);
	if (local == NULL)
		out_of_range();
	return moment + (int64) local->tm_gmtoff * USECS_PER_SEC;
}

int32
scoring_day_from_timestamptz(TimestampTz moment, const char *zone)
{
	return day_of_clock(zone == NULL ? moment : scoring_clock_from_timestamptz(moment, zone));
}

/* ---------- amounts ---------- */

pg_noreturn static pg_noinline void
too_large(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s is out of range", what),
			 errdetail("At most 1e15 in either direction can be kept, in hundredths.")));
}

pg_noreturn static pg_noinline void
not_a_number(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must be a finite number", what),
			 errhint("Give NULL for one that is not known.")));
}

/* Any numeric, by the server's own arithmetic. */
static pg_noinline int64
minor_slowly(Numeric amount, const char *what)
{
	Datum		rounded;
	Numeric		bound = int64_to_numeric(SCORING_MAX_MINOR / 100);
	Datum		magnitude;

	if (numeric_is_nan(amount) || numeric_is_inf(amount))
		not_a_number(what);
	rounded = DirectFunctionCall2(numeric_round, NumericGetDatum(amount), Int32GetDatum(2));
	magnitude = DirectFunctionCall1(numeric_abs, rounded);
	if (DatumGetBool(DirectFunctionCall2(numeric_gt, magnitude, NumericGetDatum(bound))))
		too_large(what);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8,
											 DirectFunctionCall2(numeric_mul, rounded, NumericGetDatum(int64_to_numeric(100)))));
}

int64
scoring_minor_from_numeric(Numeric amount, const char *what)
{
	static const uint64 powers[] = {
		UINT64CONST(1), UINT64CONST(10), UINT64CONST(100), UINT64CONST(1000), UINT64CONST(10000), UINT64CONST(100000),
		UINT64CONST(1000000), UINT64CONST(10000000), UINT64CONST(100000000), UINT64CONST(1000000000),
		UINT64CONST(10000000000), UINT64CONST(100000000000), UINT64CONST(1000000000000)
	};
	bool		negative;
	uint64		mantissa;
	int			exponent;

	if (!scoring_decimal(NumericGetDatum(amount), &negative, &mantissa, &exponent) || exponent + 2 > 12 || exponent + 2 < -12)
		return minor_slowly(amount, what);
	exponent += 2;
	if (exponent >= 0)
	{
		if (mantissa > (uint64) SCORING_MAX_MINOR / powers[exponent])
			too_large(what);
		mantissa *= powers[exponent];
	}
	else
		mantissa = (mantissa + powers[-exponent] / 2) / powers[-exponent];
	if (mantissa > (uint64) SCORING_MAX_MINOR)
		too_large(what);
	return negative ? -(int64) mantissa : (int64) mantissa;
}

int64
scoring_minor_from_float8(float8 amount, const char *what)
{
	double		minor;
	double		whole;

	if (isnan(amount) || isinf(amount))
		not_a_number(what);
	if (fabs(amount) > (double) SCORING_MAX_MINOR / 100)
		too_large(what);
	minor = amount * 100;
	whole = rint(minor);
	/*
	 * Away from a tie, and where doubles are dense, the nearest integer is what the decimals round to. Beyond 15 digits the
	 * cast to numeric rounds too, so that it has to be asked.
	 */
	if (fabs(minor) < 1e12 && fabs(minor - whole) < 0.499)
		return (int64) whole;
	return minor_slowly(DatumGetNumeric(DirectFunctionCall1(float8_numeric, Float8GetDatum(amount))), what);
}

int64
scoring_minor_from_int64(int64 amount, const char *what)
{
	if (amount > SCORING_MAX_MINOR / 100 || amount < -(SCORING_MAX_MINOR / 100))
		too_large(what);
	return amount * 100;
}

Datum
scoring_minor_to_numeric(int64 minor)
{
	return NumericGetDatum(int64_div_fast_to_numeric(minor, 2));
}
