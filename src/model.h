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

/*
 * Models that are known by their digest, the SHA-256 that is their identity. A stub has nothing else of a model: it
 * stands for one that this backend has decoded, for as long as that is so. A call of a value form with it makes it so for
 * as long as its call site gets no other model.
 */
#define SCORING_MODEL_DIGEST_LENGTH 32
#define SCORING_MODEL_STUB_SIZE (VARHDRSZ + 4 + SCORING_MODEL_DIGEST_LENGTH)

extern bool scoring_model_is_cached(const char *digest);
extern void scoring_model_make_stub(struct varlena *stub, const char *digest);
extern bool scoring_model_has_digest(struct varlena *stored, const char *digest);

/* The value forms, for those who come to a model in another way. */
extern PGDLLEXPORT Datum scoring_model_score(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum scoring_model_pd(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum scoring_model_log_odds(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum scoring_model_explain(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum scoring_model_reasons(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum scoring_model_policies_applied(PG_FUNCTION_ARGS);

#endif
