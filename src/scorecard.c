/*
 * scorecard.c: fit_scorecard, from a table of past loans to a model; and sample_part.
 *
 * All readings, of the sample and of the other samples, run under the snapshot of the calling statement.
 */
#include "postgres.h"

#include <math.h>

#include "access/relation.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "number_core.h"
#include "scorecard.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#define IV_TOO_GOOD 0.5			/* flagged: was it known when the loan was granted? */
#define REGRESSION_START 4		/* times max_characteristics go into the regression */

/* Whether the fit that began last tells how it goes on: not of a protected table. */
static bool quiet;

void
scoring_scorecard_begin(bool be_quiet)
{
	quiet = be_quiet;
}

void
scoring_scorecard_say(const char *format,...)
{
	StringInfoData text;
	va_list		arguments;
	int			more;

	if (quiet)
		return;
	initStringInfo(&text);
	do
	{
		va_start(arguments, format);
		more = appendStringInfoVA(&text, format, arguments);
		va_end(arguments);
		if (more > 0)
			enlargeStringInfo(&text, more);
	} while (more > 0);
	ereport(NOTICE, (errmsg_internal("fit_scorecard: %s", text.data)));
	pfree(text.data);
}

/* ---------- the screen ---------- */

/* Those that are refused may have no cross_iv, and come last. */
static int
by_strength(const void *a, const void *b)
{
	const ScorecardColumn *x = *(ScorecardColumn *const *) a;
	const ScorecardColumn *y = *(ScorecardColumn *const *) b;
	bool		x_refused = x->refusal != SCORECARD_NOT_REFUSED;
	bool		y_refused = y->refusal != SCORECARD_NOT_REFUSED;

	if (x_refused != y_refused)
		return x_refused ? 1 : -1;
	if (!x_refused && x->cross_iv != y->cross_iv)
		return x->cross_iv > y->cross_iv ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
screen(Fitting *fitting)
{
	uint32		index = 0;
	uint32		passed = 0;
	uint32		refused = 0;
	uint32		entering = 0;

	for (uint32 i = 0; i < fitting->ncandidates; i++)
		refused += fitting->candidates[i]->refusal != SCORECARD_NOT_REFUSED;
	scoring_scorecard_say("binning and screening %u characteristics, %u refused", fitting->ncandidates - refused, refused);
	for (uint32 i = 0; i < fitting->ncandidates; i++)
	{
		ScorecardColumn *column = fitting->candidates[i];
		ScoringFault fault;

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		if (!scorecard_screen(scoring_host(), fitting->count, index, column, &fault))
		{
			snprintf(fault.path, sizeof(fault.path), "characteristic \"%s\"", column->name);
			scoring_report(&fault);
		}
		if (++index % 100 == 0)
			scoring_scorecard_say("%u of %u characteristics binned", index, fitting->ncandidates - refused);
		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		if (!(column->cross_iv >= fitting->min_iv && column->z >= SCORECARD_LEAST_Z))
			column->refusal = SCORECARD_WEAK;
		else
			passed++;
	}
	qsort(fitting->candidates, fitting->ncandidates, sizeof(ScorecardColumn *), by_strength);
	if (fitting->max_correlation < 1)
		scorecard_correlate(scoring_host(), fitting->sample, fitting->candidates, fitting->ncandidates,
							fitting->max_correlation);
	fitting->final = palloc(sizeof(ScorecardColumn *) * (fitting->ncandidates + 1));
	for (uint32 i = 0; i < fitting->ncandidates; i++)
	{
		ScorecardColumn *column = fitting->candidates[i];

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		if (entering >= REGRESSION_START * fitting->regression.max_columns || entering >= LOGISTIC_MAX_FEATURES)
			column->refusal = SCORECARD_SURPLUS;
		else
			fitting->final[entering++] = column;
	}
	fitting->nfinal = entering;
	scoring_scorecard_say("%u pass the screen, %u go into the regression", passed, entering);
}

pg_noreturn static void
report_nothing_left(const Fitting *fitting)
{
	const ScorecardColumn *best = NULL;
	const ScorecardColumn *other = NULL;

	if (fitting->least > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no column of \"%s\" makes a characteristic", RelationGetRelationName(fitting->relation)),
				 errdetail("Cells must hold at least " INT64_FORMAT " subjects, %d of either outcome, and tell good from bad.",
						   fitting->least, SCORECARD_LEAST_OUTCOMES),
				 errhint("More rows, other columns, a smaller k or min_iv may help.")));
	for (uint32 i = 0; i < fitting->ncolumns; i++)
	{
		const ScorecardColumn *column = &fitting->columns[i];

		if (column->refusal == SCORECARD_WEAK && (best == NULL || column->cross_iv > best->cross_iv))
			best = column;
		else if (other == NULL && column->refusal != SCORECARD_EXCLUDED)
			other = column;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no column of \"%s\" makes a characteristic", RelationGetRelationName(fitting->relation)),
			 best != NULL ? errdetail("The best of those screened out is \"%s\": cross-fitted information value %.4f (at least %.4f is asked for), z %.2f (at least %.2f).",
									  best->name, best->cross_iv, fitting->min_iv, best->z, SCORECARD_LEAST_Z) :
			 other != NULL ? errdetail("\"%s\", for example: %s.", other->name, scoring_scorecard_refusal_text(fitting, other)) : 0,
			 errhint("More rows, other columns or a smaller min_iv may help; columns refused as a leak are used if characteristics names them.")));
}

/* ---------- the model ---------- */

const char *
scoring_scorecard_refusal_text(const Fitting *fitting, const ScorecardColumn *column)
{
	switch (column->refusal)
	{
		case SCORECARD_NOT_REFUSED:
			return column->iv > IV_TOO_GOOD ? psprintf("kept, but iv is above %g: make sure that it was known at the time", IV_TOO_GOOD) : NULL;
		case SCORECARD_EXCLUDED:
			return "excluded by the caller";
		case SCORECARD_TYPE:
			return psprintf("type %s is not one of a characteristic", format_type_be(fitting->types[column - fitting->columns]));
		case SCORECARD_DATE:
			return "a date: used only if characteristics names it";
		case SCORECARD_NEAR_UNIQUE:
			return "nearly every row has a value of its own: used only if characteristics names it";
		case SCORECARD_LONG_TEXT:
			return psprintf("a text of more than %d bytes", TALLY_MAX_TEXT);
		case SCORECARD_EMPTY:
			return "no row has a value";
		case SCORECARD_CONSTANT:
			return "nothing to tell apart: one value";
		case SCORECARD_SMALL:
			return psprintf("no two cells of at least " INT64_FORMAT " subjects", fitting->least);
		case SCORECARD_SEPARATES:
			return "tells goods from bads with hardly an error, as only what is recorded afterwards does: used only if characteristics names it";
		case SCORECARD_ONE_SIDED:
			return "its values occur with one outcome only, as what is recorded afterwards does: used only if characteristics names it";
		case SCORECARD_WEAK:
			if (!(column->cross_iv >= fitting->min_iv))
				return psprintf("cross_iv is below %g", fitting->min_iv);
			return psprintf("cross_iv may be chance: z is below %g", SCORECARD_LEAST_Z);
		case SCORECARD_CORRELATED:
			return psprintf("correlation %.2f with %s", column->correlation, column->other->name);
		case SCORECARD_SURPLUS:
			return "weaker than those that the regression started from";
		case SCORECARD_SIGN:
			return "its coefficient contradicts its woe";
		case SCORECARD_COLLINEAR:
			return "its woe follows from that of others";
		case SCORECARD_SELECTION:
			return fitting->regression.selection == SCORECARD_AIC ? "aic is lower without it" : "bic is lower without it";
		case SCORECARD_P_VALUE:
			return psprintf("the p-value of its coefficient is above %g", fitting->regression.max_p_value);
		case SCORECARD_TOO_MANY:
			return psprintf("the weakest of more than %u", fitting->regression.max_columns);
	}
	return "";
}

static void
say_left(void *context, const ScorecardColumn *column)
{
	scoring_scorecard_say("%s leaves: %s", column->name, scoring_scorecard_refusal_text(context, column));
}

static void
regress(Fitting *fitting, const ScorecardRows *rows)
{
	ScorecardRegression *regression = &fitting->regression;
	ScoringFault fault;
	uint32		n = 0;

	regression->rows_used = fitting->sample->good_rows + fitting->sample->bad_rows;
	regression->left = say_left;
	regression->context = fitting;
	if (!scorecard_regress(scoring_host(), rows, fitting->final, regression,
						   (double) fitting->sample->goods / SCORING_WEIGHT_UNIT,
						   (double) fitting->sample->bads / SCORING_WEIGHT_UNIT, &fault))
		scoring_report(&fault);
	for (uint32 i = 0; i < fitting->nfinal; i++)
		n += fitting->final[i]->refusal == SCORECARD_NOT_REFUSED;
	if (n == 0)
		report_nothing_left(fitting);
	scoring_scorecard_say("%u characteristics stay, after %d fits", n, regression->fits);
}

/* The codes that overrides give to bins by their labels. */
static const char **
codes_of(const ScorecardColumn *column)
{
	const Binning *binning = column->binning;
	const Json *codes = column->reason_codes;
	const char **out = palloc0(sizeof(char *) * (binning->nbins + 1));

	if (codes == NULL)
		return NULL;
	for (uint32 k = 0; k < codes->count; k++)
	{
		bool		found = false;

		for (uint32 i = 0; i < binning->nbins; i++)
		{
			ScoringBuffer label;

			scoring_buffer_init(&label, scoring_host(), BINNING_MAX_BYTES);
			binning_label(&label, binning, i);
			if (strcmp(label.data, codes->names[k]) == 0)
			{
				out[i] = codes->items[k].text;
				found = true;
			}
			pfree(label.data);
		}
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("overrides.%s.reason_codes: no bin has the label \"%s\"", column->name, codes->names[k]),
					 errhint("Labels are those of points(model); fix the bins with splits or groups.")));
	}
	return out;
}

void
scoring_scorecard_complete(Fitting *fitting, ModelReasonMethod method)
{
	ScoringFault fault;

	fitting->model->reason_method = method;
	if (!model_complete(scoring_host(), fitting->model, &fault))
		scoring_report(&fault);
}

static void
make_model(Fitting *fitting)
{
	uint32		n = 0;
	Model	   *model;

	for (uint32 i = 0; i < fitting->nfinal; i++)
		n += fitting->final[i]->refusal == SCORECARD_NOT_REFUSED;
	model = model_new(scoring_host(), n);
	model->pdo = fitting->pdo;
	model->base_score = fitting->base_score;
	model->base_odds = fitting->base_odds;
	model->intercept = fitting->regression.intercept;
	if (fitting->population_bad_rate > 0)
	{
		/* King and Zeng 2001: the sample's log odds less those of the population, here of good. */
		double		sample_odds = fitting->least > 0 ?
			(double) scoring_scorecard_subjects(fitting, fitting->sample->goods) /
			(double) scoring_scorecard_subjects(fitting, fitting->sample->bads) :
			(double) fitting->sample->goods / (double) fitting->sample->bads;
		double		population_odds = (1 - fitting->population_bad_rate) / fitting->population_bad_rate;

		model->intercept += scoring_log(population_odds / sample_odds);
		if (fitting->least > 0)
			model->intercept = rint(model->intercept * 1e3) / 1e3 + 0.0;
	}
	n = 0;
	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		ScorecardColumn *column = fitting->final[i];
		ModelCharacteristic *c = &model->characteristics[n];

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		n++;
		c->name = column->name;
		c->binning = column->binning;
		c->has_counts = true;
		c->coefficient = column->coefficient;
		c->reason_code = column->reason_code;
		c->reason_codes = codes_of(column);
	}
	fitting->model = model;
	scoring_scorecard_complete(fitting, fitting->reason_method == MODEL_BELOW_CUTOFF_AVERAGE ? MODEL_BELOW_AVERAGE : fitting->reason_method);
}

/* Three decimals are as many as points need, and more would tell of single rows. */
static void
round_coefficients(Fitting *fitting)
{
	fitting->regression.intercept = rint(fitting->regression.intercept * 1e3) / 1e3 + 0.0;
	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		ScorecardColumn *column = fitting->final[i];

		column->coefficient = fmax(rint(column->coefficient * 1e3) / 1e3, 1e-3);
	}
}

void
scoring_scorecard_develop(Fitting *fitting, Encoder *encoder)
{
	scoring_scorecard_read_twice(fitting);
	screen(fitting);
	if (fitting->nfinal == 0)
		report_nothing_left(fitting);
	scoring_scorecard_encode(fitting, encoder);
	regress(fitting, &encoder->rows);
	if (fitting->least > 0)
		round_coefficients(fitting);
	make_model(fitting);
	if (fitting->has_cutoff)
		scoring_scorecard_set_cutoff(fitting, &encoder->rows);
}

/* ---------- fit_scorecard ---------- */

/* A sample to judge by is asked for its outcome before the fit, which may take long; it stays locked. */
static void
check_judging(const Fitting *fitting, Oid relation_id)
{
	Relation	relation = relation_open(relation_id, AccessShareLock);
	ScoringConverter converter;

	scoring_scan_check_relation(relation);
	scoring_scan_outcome(RelationGetDescr(relation), RelationGetRelationName(relation), fitting->target, fitting->weight,
						 &converter, &converter);
	relation_close(relation, NoLock);
}

PG_FUNCTION_INFO_V1(scoring_scorecard_fit);
Datum
scoring_scorecard_fit(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	Fitting    *fitting;
	Encoder    *encoder;
	SampleScores scores[3];
	int			nscores = 1;
	ScoringConverter target_converter;
	ScoringConverter weight_converter;
	struct varlena *result;

	for (int i = 0; i < ARG_COUNT; i++)
	{
		if (PG_ARGISNULL(i) && !scoring_scorecard_may_be_null(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s must not be null", scoring_scorecard_argument_name(i))));
	}
	scoring_scorecard_begin(false);
	context = AllocSetContextCreate(caller, "fit_scorecard", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	fitting = palloc0(sizeof(Fitting));
	encoder = palloc0(sizeof(Encoder));
	scoring_scorecard_take_options(fitting, fcinfo);
	fitting->target = text_to_cstring(PG_GETARG_TEXT_PP(ARG_TARGET));
	if (!PG_ARGISNULL(ARG_WEIGHT))
		fitting->weight = text_to_cstring(PG_GETARG_TEXT_PP(ARG_WEIGHT));
	fitting->relation_name = scoring_scorecard_qualified_name(PG_GETARG_OID(ARG_SAMPLE));
	fitting->relation = relation_open(PG_GETARG_OID(ARG_SAMPLE), AccessShareLock);
	scoring_scan_check_relation(fitting->relation);
	scoring_scan_outcome(RelationGetDescr(fitting->relation), RelationGetRelationName(fitting->relation),
						 fitting->target, fitting->weight, &target_converter, &weight_converter);
	if (fitting->weight != NULL && strcmp(fitting->weight, fitting->target) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" cannot be both target and weight", fitting->target)));
	scoring_scorecard_take_columns(fitting, fcinfo);
	for (int argument = ARG_VALIDATION; argument <= ARG_OUT_OF_TIME; argument++)
	{
		if (!PG_ARGISNULL(argument))
			check_judging(fitting, PG_GETARG_OID(argument));
	}

	scoring_scorecard_develop(fitting, encoder);
	scoring_scorecard_start_scores(&scores[0], "development", fitting->relation_name, fitting->model);
	scoring_scorecard_score_development(fitting, &encoder->rows, &scores[0]);
	for (int argument = ARG_VALIDATION; argument <= ARG_OUT_OF_TIME; argument++)
	{
		if (PG_ARGISNULL(argument))
			continue;
		scoring_scorecard_start_scores(&scores[nscores], scoring_scorecard_argument_name(argument), scoring_scorecard_qualified_name(PG_GETARG_OID(argument)), fitting->model);
		scoring_scorecard_score_relation(fitting, PG_GETARG_OID(argument), &scores[nscores++]);
	}
	scoring_scorecard_write_provenance(fitting, scores, nscores);
	if (encoder->store.file != NULL)
		BufFileClose(encoder->store.file);
	relation_close(fitting->relation, NoLock);
	MemoryContextSwitchTo(caller);
	result = scoring_model_pack(fitting->model);
	MemoryContextDelete(context);
	PG_RETURN_POINTER(result);
}

/* ---------- sample_part ---------- */

PG_FUNCTION_INFO_V1(scoring_scorecard_sample_part);
Datum
scoring_scorecard_sample_part(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(0);
	text	   *seed = PG_GETARG_TEXT_PP(1);
	ArrayType  *shares = PG_GETARG_ARRAYTYPE_P(2);
	char	   *key_utf8;
	char	   *seed_utf8;
	int32_t		part;
	ScoringFault fault;

	if (ARR_NDIM(shares) != 1 || ARR_HASNULL(shares))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("shares must be a list of numbers without nulls"),
				 errhint("Shares sum to 1, for example '{0.7, 0.3}'.")));
	key_utf8 = pg_server_to_any(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), PG_UTF8);
	seed_utf8 = pg_server_to_any(VARDATA_ANY(seed), VARSIZE_ANY_EXHDR(seed), PG_UTF8);
	if (!scorecard_part(key_utf8, key_utf8 == VARDATA_ANY(key) ? VARSIZE_ANY_EXHDR(key) : strlen(key_utf8),
						seed_utf8, seed_utf8 == VARDATA_ANY(seed) ? VARSIZE_ANY_EXHDR(seed) : strlen(seed_utf8),
						(double *) ARR_DATA_PTR(shares), (uint32) ARR_DIMS(shares)[0], &part, &fault))
		scoring_report(&fault);
	PG_RETURN_INT32(part);
}
