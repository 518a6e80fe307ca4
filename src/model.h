/*
 * model.h: the SQL type scoring.model.
 */
#ifndef SCORING_MODEL_H
#define SCORING_MODEL_H

#include "postgres.h"

#include "fmgr.h"
#include "model_core.h"

#define PG_GETARG_MODEL_P(n) ((struct varlena *) PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(n)))

/* The stored form of a model: a new varlena in CurrentMemoryContext; ereports 54000. */
extern struct varlena *scoring_model_pack(const Model *model);
/* Decodes a detoasted argument in CurrentMemoryContext, provenance too; ereports XX001 on a bad value. */
extern Model *scoring_model_unpack(struct varlena *stored);

/*
 * The decoded form of a stored model, toasted or not, from the backend's cache: without name, counts and provenance. Not
 * to be changed; good until the next look-up of a model. Ereports XX001 on a bad value.
 */
extern const Model *scoring_model_decoded(struct varlena *raw);

/*
 * For a function whose first two arguments are those of score(model, row): the score, or false and what is wrong with the
 * data of the row. Wrong columns and types are still errors. Takes fn_extra for itself.
 */
extern bool scoring_model_try_score(FunctionCallInfo fcinfo, int32 *score, ScoringFault *fault);

#endif
