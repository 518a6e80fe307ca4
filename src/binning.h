/*
 * binning.h: the SQL type scoring.binning.
 */
#ifndef SCORING_BINNING_H
#define SCORING_BINNING_H

#include "postgres.h"

#include "binning_core.h"
#include "fmgr.h"

#define PG_GETARG_BINNING_P(n) ((struct varlena *) PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(n)))

/* The stored form: a new varlena in CurrentMemoryContext; ereports 54000. */
extern struct varlena *scoring_binning_pack(const Binning *binning);
/* Decodes a detoasted argument in CurrentMemoryContext; ereports XX001 on a bad value. */
extern Binning *scoring_binning_unpack(struct varlena *stored);

#endif
