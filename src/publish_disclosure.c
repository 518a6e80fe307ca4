/*
 * publish_disclosure.c: what publish_view() asks of models and types.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "errors.h"
#include "fmgr.h"
#include "model.h"
#include "number_core.h"
#include "publish_core.h"
#include "row.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define LN2 0.69314718055994530942

/* The points of everything that can become of an input; how many of them are errors is added to `failing`. */
static PublishPoints
outcome_points(const ModelCharacteristic *characteristic, uint32 *outcomes, uint32 *failing)
{
	const Binning *binning = characteristic->binning;
	int32	   *points = palloc((binning->nbins + MODEL_OUTCOMES) * sizeof(int32));
	PublishPoints result = {0, points};
	bool		fails = false;

	*outcomes = 0;
	for (int outcome = -MODEL_OUTCOMES; outcome < (int) binning->nbins; outcome++)
	{
		if (outcome == BINNING_MISMATCH ||
			(outcome == BINNING_UNSEEN && (binning->kind != BINNING_TEXT || binning->options.unseen_to == BINNING_TO_OWN)) ||
			((outcome == BINNING_BELOW || outcome == BINNING_ABOVE) &&
			 (binning->kind != BINNING_NUMBER || binning->options.out_of_range_to == BINNING_TO_NEAREST)))
			continue;
		(*outcomes)++;
		if (characteristic->outcome_fails[outcome + MODEL_OUTCOMES])
			fails = true;
		else
			points[result.count++] = characteristic->outcome_points[outcome + MODEL_OUTCOMES];
	}
	if (fails)
		(*failing)++;
	if (result.count == 0)
		points[result.count++] = 0;
	return result;
}

/*
 * Bits that a score tells of some characteristics at most: log2 of the combinations of their bins or, unless more than the
 * score is told, of the different sums of points, whichever is less. An error for a value is told by its message, so each
 * characteristic that may fail is one answer more.
 */
PG_FUNCTION_INFO_V1(scoring_publish_hidden_bits);
Datum
scoring_publish_hidden_bits(PG_FUNCTION_ARGS)
{
	const Model *model = scoring_model_decoded((struct varlena *) PG_GETARG_POINTER(0));
	ArrayType  *names = PG_GETARG_ARRAYTYPE_P(1);
	bool		score_alone = PG_GETARG_BOOL(2);
	PublishPoints *hidden = palloc((model->ncharacteristics + 1) * sizeof(PublishPoints));
	uint32		nhidden = 0;
	uint32		failing = 0;
	double		bits = 0;
	uint64_t	sums;
	Datum	   *items;
	bool	   *nulls;
	int			nitems;

	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &items, &nulls, &nitems);
	for (uint32 i = 0; i < model->ncharacteristics; i++)
	{
		const ModelCharacteristic *characteristic = &model->characteristics[i];
		bool		is_hidden = false;
		uint32		outcomes;

		for (int k = 0; k < nitems && !is_hidden; k++)
			is_hidden = !nulls[k] && strcmp(TextDatumGetCString(items[k]), characteristic->name) == 0;
		if (!is_hidden)
			continue;
		hidden[nhidden++] = outcome_points(characteristic, &outcomes, &failing);
		bits += scoring_log((double) outcomes) / LN2;
	}
	if (score_alone)
	{
		(void) publish_count_sums(scoring_host(), hidden, nhidden, &sums);
		bits = Min(bits, scoring_log((double) sums + failing) / LN2);
	}
	PG_RETURN_FLOAT8(bits);
}

/* What a column of a type is to a model: number, text or, if it cannot be an input, NULL. */
PG_FUNCTION_INFO_V1(scoring_publish_input_class);
Datum
scoring_publish_input_class(PG_FUNCTION_ARGS)
{
	ScoringConverter converter;

	switch (scoring_type_class(PG_GETARG_OID(0), &converter))
	{
		case SCORING_TYPE_NUMBER:
			PG_RETURN_TEXT_P(cstring_to_text("number"));
		case SCORING_TYPE_TEXT:
			PG_RETURN_TEXT_P(cstring_to_text("text"));
		case SCORING_TYPE_REFUSED:
			break;
	}
	PG_RETURN_NULL();
}
