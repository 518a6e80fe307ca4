/*
 * value.h: equality, an order and hashes of a type whose stored bytes are canonical. sql/templates/value.sql makes the
 * SQL objects.
 */
#ifndef SCORING_VALUE_H
#define SCORING_VALUE_H

#include "postgres.h"

#include "fmgr.h"

/* By bytes, a shorter value first. Arguments 0 and 1, not NULL. */
extern int	scoring_value_compare(FunctionCallInfo fcinfo);
extern Datum scoring_value_hash(FunctionCallInfo fcinfo);
extern Datum scoring_value_hash_extended(FunctionCallInfo fcinfo);

#define SCORING_VALUE_FUNCTION(stem, name, expression) \
PG_FUNCTION_INFO_V1(scoring_##stem##_##name); \
Datum \
scoring_##stem##_##name(PG_FUNCTION_ARGS) \
{ \
	return expression; \
}

#define SCORING_VALUE_FUNCTIONS(stem) \
SCORING_VALUE_FUNCTION(stem, eq, BoolGetDatum(scoring_value_compare(fcinfo) == 0)) \
SCORING_VALUE_FUNCTION(stem, ne, BoolGetDatum(scoring_value_compare(fcinfo) != 0)) \
SCORING_VALUE_FUNCTION(stem, lt, BoolGetDatum(scoring_value_compare(fcinfo) < 0)) \
SCORING_VALUE_FUNCTION(stem, le, BoolGetDatum(scoring_value_compare(fcinfo) <= 0)) \
SCORING_VALUE_FUNCTION(stem, gt, BoolGetDatum(scoring_value_compare(fcinfo) > 0)) \
SCORING_VALUE_FUNCTION(stem, ge, BoolGetDatum(scoring_value_compare(fcinfo) >= 0)) \
SCORING_VALUE_FUNCTION(stem, cmp, Int32GetDatum(scoring_value_compare(fcinfo))) \
SCORING_VALUE_FUNCTION(stem, hash, scoring_value_hash(fcinfo)) \
SCORING_VALUE_FUNCTION(stem, hash_extended, scoring_value_hash_extended(fcinfo))

#endif
