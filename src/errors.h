/*
 * errors.h: how the glue turns a core's fault into an error, and the host it gives to cores.
 */
#ifndef SCORING_ERRORS_H
#define SCORING_ERRORS_H

#include "postgres.h"

#include "compat.h"
#include "core.h"

/* A host that allocates in the context that is current at each call. Not to be kept. */
extern const ScoringHost *scoring_host(void);

/* A copy of a core's text without the part of a character that it may end in. */
extern char *scoring_clip(const char *text);

/* Raises the fault as an ERROR. */
pg_noreturn extern void scoring_report(const ScoringFault *fault);

/*
 * For input functions: soft where the server can (16 on, fcinfo->context an ErrorSaveContext), hard elsewhere.
 * Returns (Datum) 0, so that a caller can `return scoring_report_soft(fcinfo, &fault)`.
 */
extern Datum scoring_report_soft(FunctionCallInfo fcinfo, const ScoringFault *fault);

#endif
