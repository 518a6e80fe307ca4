/*
 * moment.h: moments and amounts of money as the values of behaviour keep them: days, and integers in minor units.
 *
 * Nothing here looks at the session's TimeZone. All functions raise errors: 22008 for a moment that is infinite or outside
 * the years 1900 to 2199, 22023 for an unknown time zone or an amount that is not a number, 22003 for one too large.
 */
#ifndef SCORING_MOMENT_H
#define SCORING_MOMENT_H

#include "postgres.h"

#include "calendar_core.h"
#include "datatype/timestamp.h"
#include "utils/date.h"
#include "utils/numeric.h"

#define SCORING_MAX_ZONE 63		/* bytes of a zone's name */

/* The name of a time zone as the server spells it, at most SCORING_MAX_ZONE bytes; terminated. */
extern const char *scoring_zone_name(const char *name, Size length);

extern int32 scoring_day_from_date(DateADT date);
/* A timestamp without time zone is a moment of the value's own zone, whatever that is. */
extern int32 scoring_day_from_timestamp(Timestamp moment);
/* zone: a name from scoring_zone_name(), or NULL for UTC. */
extern int32 scoring_day_from_timestamptz(TimestampTz moment, const char *zone);
/* The moment as microseconds since 2000-01-01 on the clocks of the zone. */
extern int64 scoring_clock_from_timestamptz(TimestampTz moment, const char *zone);

/*
 * Minor units, hundredths: half away from zero, as round(amount, 2); of a double, as round(amount::numeric, 2). At most
 * 1e17 of them. What is named in errors is "amount", "balance" and the like.
 */
#define SCORING_MAX_MINOR INT64_C(100000000000000000)
extern int64 scoring_minor_from_numeric(Numeric amount, const char *what);
extern int64 scoring_minor_from_float8(float8 amount, const char *what);
extern int64 scoring_minor_from_int64(int64 amount, const char *what);
/* numeric with two decimals. */
extern Datum scoring_minor_to_numeric(int64 minor);

#endif
