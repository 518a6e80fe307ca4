/*
 * tally.h: the SQL type scoring.tally.
 */
#ifndef SCORING_TALLY_H
#define SCORING_TALLY_H

#include "postgres.h"

#include "fmgr.h"
#include "tally_core.h"

/* A packed tally, detoasted, 4-byte header. tally_view() takes VARDATA and VARSIZE - VARHDRSZ of it. */
#define PG_GETARG_TALLY_P(n) ((struct varlena *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))

/* Decodes an argument in CurrentMemoryContext, ereporting XX001 on a bad value. */
extern void scoring_tally_view(struct varlena *tally, TallyView *out);

#endif
