/*
 * profile.h: the SQL side of every type of behaviour (profile_core.h): its state, input, output and comparison.
 *
 * A room defines `static const ProfileType TYPE = {...}` and SCORING_PROFILE_FUNCTIONS(stem, TYPE), and writes its own
 * transition functions with scoring_profile_row(). sql/templates/profile.sql makes the SQL objects.
 */
#ifndef SCORING_PROFILE_H
#define SCORING_PROFILE_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "errors.h"
#include "fmgr.h"
#include "profile_core.h"
#include "value.h"

/* Of an aggregate's argument 0, the state, which may be NULL; raises an error outside an aggregate. */
extern struct varlena *scoring_profile_state(FunctionCallInfo fcinfo);

/*
 * Room for a row of `length` bytes at the end of the state: *at is where to write it. `state` may be NULL; what is
 * returned is the state from now on and the transition function's result. Parameters that differ from the state's: 22023.
 */
extern struct varlena *scoring_profile_row(const ProfileType *type, struct varlena *state, const uint8 *parameters,
										   Size nparameters, Size length, uint8 **at);

/* The packed bytes of argument n, which is not NULL, head included; an aggregate's state that lost its way is merged first. */
extern const uint8 *scoring_profile_argument(const ProfileType *type, FunctionCallInfo fcinfo, int n, Size *length);
/* The same of a datum. */
extern const uint8 *scoring_profile_bytes(const ProfileType *type, Datum datum, Size *length);
/* A packed profile as a datum. */
extern Datum scoring_profile_datum(const ScoringBuffer *packed);
/* Raises a fault in a stored value, as XX001 where it is about its bytes. */
pg_noreturn extern void scoring_profile_corrupt(const ProfileType *type, const ScoringFault *fault);

/* The columns of a function that returns one row, found once for each place that calls it. Takes fn_extra for itself. */
extern TupleDesc scoring_profile_columns(FunctionCallInfo fcinfo, int count);

extern Datum scoring_profile_in(const ProfileType *type, FunctionCallInfo fcinfo);
extern Datum scoring_profile_out(const ProfileType *type, FunctionCallInfo fcinfo);
extern Datum scoring_profile_recv(const ProfileType *type, FunctionCallInfo fcinfo);
extern Datum scoring_profile_send(const ProfileType *type, FunctionCallInfo fcinfo);
extern Datum scoring_profile_combine(const ProfileType *type, FunctionCallInfo fcinfo);
extern Datum scoring_profile_final(const ProfileType *type, FunctionCallInfo fcinfo);
extern Datum scoring_profile_concat(const ProfileType *type, FunctionCallInfo fcinfo);

#define SCORING_PROFILE_FUNCTION(stem, type, verb) \
PG_FUNCTION_INFO_V1(scoring_##stem##_##verb); \
Datum \
scoring_##stem##_##verb(PG_FUNCTION_ARGS) \
{ \
	return scoring_profile_##verb(&type, fcinfo); \
}

#define SCORING_PROFILE_FUNCTIONS(stem, type) \
SCORING_PROFILE_FUNCTION(stem, type, in) \
SCORING_PROFILE_FUNCTION(stem, type, out) \
SCORING_PROFILE_FUNCTION(stem, type, recv) \
SCORING_PROFILE_FUNCTION(stem, type, send) \
SCORING_PROFILE_FUNCTION(stem, type, combine) \
SCORING_PROFILE_FUNCTION(stem, type, final) \
SCORING_PROFILE_FUNCTION(stem, type, concat) \
SCORING_VALUE_FUNCTIONS(stem)

#endif
