/*
 * validation.c: how well a tallied number tells goods from bads.
 */
#include "postgres.h"

#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "tally.h"
#include "validation_core.h"

/* False if a class is absent, so that there is nothing to compare. */
static bool
get_ranking(FunctionCallInfo fcinfo, ValidationRanking *ranking, bool *higher_is_good)
{
	text	   *word = PG_GETARG_TEXT_PP(1);
	ScoringFault fault;
	TallyView	view;

	if (!validation_direction(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), higher_is_good, &fault))
		scoring_report(&fault);
	scoring_tally_view(PG_GETARG_TALLY_P(0), &view);
	if (!validation_rank(&view, ranking, &fault))
		scoring_report(&fault);
	return ranking->goods > 0 && ranking->bads > 0;
}

PG_FUNCTION_INFO_V1(scoring_validation_auc);
Datum
scoring_validation_auc(PG_FUNCTION_ARGS)
{
	ValidationRanking ranking;
	bool		higher_is_good;

	if (!get_ranking(fcinfo, &ranking, &higher_is_good))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(higher_is_good ? ranking.auc : 1 - ranking.auc);
}

PG_FUNCTION_INFO_V1(scoring_validation_gini);
Datum
scoring_validation_gini(PG_FUNCTION_ARGS)
{
	ValidationRanking ranking;
	bool		higher_is_good;

	if (!get_ranking(fcinfo, &ranking, &higher_is_good))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(higher_is_good ? ranking.gini : 0 - ranking.gini);
}

PG_FUNCTION_INFO_V1(scoring_validation_ks);
Datum
scoring_validation_ks(PG_FUNCTION_ARGS)
{
	ValidationRanking ranking;
	bool		higher_is_good;

	if (!get_ranking(fcinfo, &ranking, &higher_is_good))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(ranking.ks);
}

PG_FUNCTION_INFO_V1(scoring_validation_unranked);
Datum
scoring_validation_unranked(PG_FUNCTION_ARGS)
{
	ValidationRanking ranking;
	ScoringFault fault;
	TallyView	view;

	scoring_tally_view(PG_GETARG_TALLY_P(0), &view);
	if (!validation_rank(&view, &ranking, &fault))
		scoring_report(&fault);
	PG_RETURN_FLOAT8((double) ranking.unranked / (double) SCORING_WEIGHT_UNIT);
}
