/*
 * decoded.h: large values that a query passes again and again, decoded once.
 *
 * The decoded form is kept by call site, found by the raw datum (of a toasted value only its pointer is looked at), and
 * by backend, found by content, for statements that are many and short.
 */
#ifndef SCORING_DECODED_H
#define SCORING_DECODED_H

#include "postgres.h"

#include "fmgr.h"

typedef struct ScoringDecodedType
{
	const char *name;			/* of memory contexts; a constant */
	/* The bytes behind the varlena header to what is kept, in CurrentMemoryContext; ereports. */
	void	   *(*decode) (const char *content, Size length);
} ScoringDecodedType;

/*
 * The decoded form of argument n, which is not NULL. Takes fn_extra for itself, so one argument of a function at most.
 * Not to be changed; good until the next call of the same call site.
 */
extern const void *scoring_decoded_argument(FunctionCallInfo fcinfo, int n, const ScoringDecodedType *type);

#endif
