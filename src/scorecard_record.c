/*
 * scorecard_record.c: how a fitted scorecard does on its samples, and what is written down of the fit.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "miscadmin.h"
#include "number_core.h"
#include "owner.h"
#include "scorecard.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/float.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "validation_core.h"

/* ---------- scores of samples ---------- */

static void
add_score(SampleScores *scores, int32 score, int outcome, int64 weight)
{
	TallyRow	row = {{SCORING_INPUT_NUMBER}};
	TallyState *state;
	ScoringFault fault;

	row.input.number = score;
	row.outcome = outcome;
	row.weight = weight;
	state = tally_add(scoring_host(), scores->state, &row, &fault);
	if (state == NULL)
		scoring_report(&fault);
	if (state != scores->state)
		pfree(scores->state);
	scores->state = state;
}

void
scoring_scorecard_start_scores(SampleScores *scores, const char *name, const char *relation, const Model *model)
{
	ScoringFault fault;

	scores->name = name;
	scores->relation = relation;
	scores->model = model;
	scores->state = tally_start(scoring_host(), NULL, 0, &fault);
	if (scores->state == NULL)
		scoring_report(&fault);
}

static int64
weight_of_record(const ScorecardRows *rows, const uint8 *record)
{
	int64		weight = SCORING_WEIGHT_UNIT;

	if (rows->weighted)
		memcpy(&weight, record + rows->ncolumns + 1, sizeof(weight));
	return weight;
}

/* The score of a record; its characteristics' points into `points`, unless NULL. */
static int32
score_record(const Fitting *fitting, const uint8 *record, int32 *points)
{
	const Model *model = fitting->model;
	int32		score = model->base_points;
	uint32		k = 0;

	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		int32		of_bin;

		if (fitting->final[i]->refusal != SCORECARD_NOT_REFUSED)
			continue;
		of_bin = model->characteristics[k].outcome_points[record[i] + MODEL_OUTCOMES];
		if (points != NULL)
			points[k] = of_bin;
		k++;
		score += of_bin;
	}
	return score;
}

void
scoring_scorecard_score_development(Fitting *fitting, const ScorecardRows *rows, SampleScores *scores)
{
	Size		size = scorecard_record_size(rows);
	const uint8_t *record;
	size_t		n;

	rows->rewind(rows->context);
	while ((n = rows->next(rows->context, &record)) > 0)
	{
		for (size_t i = 0; i < n; i++, record += size)
			add_score(scores, score_record(fitting, record, NULL), record[rows->ncolumns], weight_of_record(rows, record));
		CHECK_FOR_INTERRUPTS();
	}
}

/*
 * Baselines of below_cutoff_average: the mean points of those who score from the cut-off to one pdo above it. Sums are
 * integers, as everywhere.
 */
void
scoring_scorecard_set_cutoff(Fitting *fitting, const ScorecardRows *rows)
{
	Model	   *model = fitting->model;
	Size		size = scorecard_record_size(rows);
	int32	   *points = palloc(sizeof(int32) * (model->ncharacteristics + 1));
	LogisticWide *sums = palloc0(sizeof(LogisticWide) * (model->ncharacteristics + 1));
	int64		weight = 0;
	const uint8_t *record;
	size_t		n;

	rows->rewind(rows->context);
	while ((n = rows->next(rows->context, &record)) > 0)
	{
		for (size_t i = 0; i < n; i++, record += size)
		{
			int32		score = score_record(fitting, record, points);

			if (score < fitting->cutoff || score > fitting->cutoff + fitting->pdo || record[rows->ncolumns] > 1)
				continue;
			weight += weight_of_record(rows, record);
			for (uint32 k = 0; k < model->ncharacteristics; k++)
				sums[k] += (LogisticWide) points[k] * weight_of_record(rows, record);
		}
		CHECK_FOR_INTERRUPTS();
	}
	if (weight == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no row scores from reason_cutoff %d to one pdo above it", fitting->cutoff),
				 errhint("Fit once without it and look where the scores lie: SELECT * FROM scoring.samples(model).")));
	for (uint32 k = 0; k < model->ncharacteristics; k++)
	{
		model->characteristics[k].has_baseline = true;
		model->characteristics[k].baseline = logistic_wide_to_double(sums[k]) / (double) weight;
	}
	model->has_cutoff = true;
	model->reason_cutoff = fitting->cutoff;
	scoring_scorecard_complete(fitting, MODEL_BELOW_CUTOFF_AVERAGE);
}

static void
score_row(void *context, const ScoringScanRow *row)
{
	SampleScores *scores = context;
	int32_t		score;
	ScoringFault fault;

	if (row->weight == 0)
		return;
	if (!model_score(scores->model, row->inputs, &score, NULL, &fault))
		scoring_report(&fault);
	add_score(scores, score, row->outcome < 0 ? 2 : row->outcome, row->weight);
}

const char *
scoring_scorecard_qualified_name(Oid relation)
{
	char	   *name = get_rel_name(relation);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation)));
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), name);
}

void
scoring_scorecard_score_relation(const Fitting *fitting, Oid relation, SampleScores *scores)
{
	const Model *model = fitting->model;
	const char **names = palloc(sizeof(char *) * (model->ncharacteristics + 1));
	bool	   *is_text = palloc(sizeof(bool) * (model->ncharacteristics + 1));

	scoring_scorecard_say("scoring %s", scores->relation);
	for (uint32 i = 0; i < model->ncharacteristics; i++)
	{
		names[i] = model->characteristics[i].name;
		is_text[i] = model->characteristics[i].binning->kind == BINNING_TEXT;
	}
	scoring_scorecard_scan(fitting, relation, model->ncharacteristics, names, is_text, score_row, scores);
}

/* ---------- provenance ---------- */

static void
write_name(ScoringBuffer *out, const char *name, const char *text)
{
	scoring_write_format(out, "\"%s\":", name);
	if (text == NULL)
		scoring_write_text(out, "null");
	else
		scoring_json_write_string(out, text, strlen(text));
}

static void
write_member(ScoringBuffer *out, const char *name, double value)
{
	scoring_write_format(out, ",\"%s\":", name);
	if (isfinite(value))
		scoring_json_write_number(out, value);
	else
		scoring_write_text(out, "null");
}

static void
write_weight(ScoringBuffer *out, const char *name, int64 weight)
{
	write_member(out, name, (double) weight / SCORING_WEIGHT_UNIT);
}

static void
write_scores(ScoringBuffer *out, const SampleScores *scores)
{
	TallyView	view;
	ScoringFault fault;
	double		sum = 0;
	double		weight = 0;

	if (!tally_state_view(scoring_host(), scores->state, &view, &fault))
		scoring_report(&fault);
	scoring_write_text(out, "{");
	write_name(out, "sample", scores->name);
	scoring_write_text(out, ",");
	write_name(out, "relation", scores->relation);
	for (uint32 i = 0; i < view.ncells; i++)
	{
		const TallyCell *cell = &view.cells[i];
		double		labelled = (double) cell->counts.goods + (double) cell->counts.bads;

		weight += labelled;
		sum += labelled * model_pd(scores->model, (int32) rint(cell->value));
	}
	scoring_write_text(out, ",\"rows\":");
	scoring_json_write_integer(out, view.total.rows);
	write_weight(out, "goods", view.total.goods);
	write_weight(out, "bads", view.total.bads);
	write_weight(out, "unlabelled", view.total.unlabelled);
	write_member(out, "mean_pd", weight > 0 ? sum / weight : get_float8_nan());
	scoring_write_text(out, ",\"scores\":");
	tally_write(out, &view);
	scoring_write_text(out, "}");
}

static void
write_screening(ScoringBuffer *out, const Fitting *fitting)
{
	for (uint32 i = 0; i < fitting->ncolumns; i++)
	{
		const ScorecardColumn *column = &fitting->columns[i];
		const Binning *binning = column->binning;

		scoring_write_text(out, i == 0 ? "{" : ",{");
		write_name(out, "characteristic", column->name);
		scoring_write_format(out, ",\"kept\":%s", column->refusal == SCORECARD_NOT_REFUSED ? "true" : "false");
		if (binning != NULL)
		{
			const BinningBin *missing = &binning->bins[binning->missing_bin];

			scoring_write_format(out, ",\"bins\":%u,", binning->nbins);
			write_name(out, "trend", binning->kind == BINNING_TEXT ? NULL : binning_trend_name(binning->trend));
			scoring_write_text(out, ",\"missing\":");
			scoring_json_write_integer(out, missing->counts.rows);
			write_member(out, "iv", column->iv);
			write_member(out, "cross_iv", column->cross_iv);
			write_member(out, "z", column->z);
		}
		scoring_write_text(out, ",");
		write_name(out, "reason", scoring_scorecard_refusal_text(fitting, column));
		scoring_write_text(out, "}");
	}
}

static void
write_term(ScoringBuffer *out, const char *name, double coefficient, double error)
{
	scoring_write_text(out, "{");
	write_name(out, "name", name);
	write_member(out, "coefficient", coefficient);
	write_member(out, "standard_error", error);
	write_member(out, "z", coefficient / error);
	write_member(out, "p_value", scoring_normal_two_sided(coefficient / error));
	scoring_write_text(out, "}");
}

static void
write_regression(ScoringBuffer *out, const Fitting *fitting)
{
	const ScorecardRegression *r = &fitting->regression;

	scoring_write_text(out, "{\"rows\":");
	scoring_json_write_integer(out, r->rows_used);
	scoring_write_format(out, ",\"iterations\":%d,\"fits\":%d", r->iterations, r->fits);
	write_member(out, "log_likelihood", r->log_likelihood);
	write_member(out, "null_log_likelihood", r->null_log_likelihood);
	write_member(out, "aic", r->aic);
	write_member(out, "bic", r->bic);
	scoring_write_text(out, ",\"terms\":[");
	write_term(out, "(intercept)", r->intercept, r->intercept_error);
	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		const ScorecardColumn *column = fitting->final[i];

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		scoring_write_text(out, ",");
		write_term(out, column->name, column->coefficient, column->standard_error);
	}
	scoring_write_text(out, "]}");
}

void
scoring_scorecard_write_provenance(Fitting *fitting, const SampleScores *scores, int nscores)
{
	ScoringBuffer out;
	ScoringFault fault;
	Json	   *tree;
	const ScorecardBlock *sample = fitting->sample;
	char		fitted_at[MAXDATELEN + 1];
	int			utc = 0;

	scoring_buffer_init(&out, scoring_host(), MODEL_MAX_BYTES);
	scoring_write_text(&out, "{");
	write_name(&out, "fitted_by", GetUserNameFromId(GetUserId(), false));
	scoring_write_text(&out, ",");
	write_name(&out, "fitted_at",
			   JsonEncodeDateTime(fitted_at, TimestampTzGetDatum(GetCurrentTransactionStartTimestamp()), TIMESTAMPTZOID, &utc));
	scoring_write_text(&out, ",\"sample\":{");
	write_name(&out, "relation", fitting->relation_name);
	scoring_write_text(&out, ",");
	write_name(&out, "target", fitting->target);
	scoring_write_text(&out, ",");
	write_name(&out, "weight", fitting->weight);
	scoring_write_text(&out, ",\"rows\":");
	scoring_json_write_integer(&out, sample->rows);
	write_weight(&out, "goods", sample->goods);
	write_weight(&out, "bads", sample->bads);
	write_weight(&out, "unlabelled", sample->unlabelled);
	scoring_write_text(&out, ",\"weightless\":");
	scoring_json_write_integer(&out, sample->weightless);
	scoring_write_text(&out, ",\"population_bad_rate\":");
	if (fitting->population_bad_rate > 0)
		scoring_json_write_number(&out, fitting->population_bad_rate);
	else
		scoring_write_text(&out, "null");
	scoring_write_text(&out, "},\"screening\":[");
	write_screening(&out, fitting);
	scoring_write_text(&out, "],\"regression\":");
	write_regression(&out, fitting);
	scoring_write_text(&out, ",\"samples\":[");
	for (int i = 0; i < nscores; i++)
	{
		if (i > 0)
			scoring_write_text(&out, ",");
		write_scores(&out, &scores[i]);
	}
	scoring_write_text(&out, "]}");
	if (!scoring_buffer_done(&out, "the model", &fault) ||
		!scoring_json_parse(scoring_host(), out.data, out.length, &tree, &fault))
		scoring_report(&fault);
	fitting->model->provenance = tree;
}

/* ---------- of a protected sample ---------- */

/* To so many decimals. */
static double
rounded(double value, double decimals)
{
	return rint(value * decimals) / decimals + 0.0;
}

/* So many subjects, to a multiple of k. */
int64
scoring_scorecard_subjects(const Fitting *fitting, int64 weight)
{
	int64		unit = fitting->least * SCORING_WEIGHT_UNIT;

	return (weight + unit / 2) / unit * fitting->least;
}

static void
write_protected_screening(ScoringBuffer *out, const Fitting *fitting)
{
	for (uint32 i = 0; i < fitting->ncolumns; i++)
	{
		const ScorecardColumn *column = &fitting->columns[i];
		const Binning *binning = column->binning;

		scoring_write_text(out, i == 0 ? "{" : ",{");
		write_name(out, "characteristic", column->name);
		scoring_write_format(out, ",\"kept\":%s", column->refusal == SCORECARD_NOT_REFUSED ? "true" : "false");
		if (binning != NULL)
		{
			scoring_write_format(out, ",\"bins\":%u,", binning->nbins);
			write_name(out, "trend", binning->kind == BINNING_TEXT ? NULL : binning_trend_name(binning->trend));
			scoring_write_text(out, ",\"missing\":");
			scoring_json_write_integer(out, binning->bins[binning->missing_bin].counts.rows);
			write_member(out, "iv", rounded(column->iv, 1e3));
			write_member(out, "cross_iv", column->cross_iv);
			write_member(out, "z", column->z);
		}
		scoring_write_text(out, ",");
		write_name(out, "reason", scoring_scorecard_refusal_text(fitting, column));
		scoring_write_text(out, "}");
	}
}

void
scoring_scorecard_write_protected(Fitting *fitting, const SampleScores *scores)
{
	ScoringBuffer out;
	ScoringFault fault;
	Json	   *tree;
	TallyView	view;
	ValidationRanking ranking;
	const ScorecardBlock *sample = fitting->sample;
	char		fitted_at[MAXDATELEN + 1];
	int			utc = 0;

	if (!tally_state_view(scoring_host(), scores->state, &view, &fault) || !validation_rank(&view, &ranking, &fault))
		scoring_report(&fault);
	scoring_buffer_init(&out, scoring_host(), MODEL_MAX_BYTES);
	scoring_write_text(&out, "{");
	write_name(&out, "fitted_by", GetUserNameFromId(scoring_owner_caller(), false));
	scoring_write_text(&out, ",");
	write_name(&out, "fitted_at",
			   JsonEncodeDateTime(fitted_at, TimestampTzGetDatum(GetCurrentTransactionStartTimestamp()), TIMESTAMPTZOID, &utc));
	scoring_write_text(&out, ",\"sample\":{");
	write_name(&out, "relation", fitting->relation_name);
	scoring_write_text(&out, ",");
	write_name(&out, "target", fitting->target);
	scoring_write_text(&out, ",");
	write_name(&out, "purpose", fitting->purpose);
	scoring_write_format(&out, ",\"protected\":true,\"k\":%lld", (long long) fitting->least);
	scoring_write_text(&out, ",\"goods\":");
	scoring_json_write_integer(&out, scoring_scorecard_subjects(fitting, sample->goods));
	scoring_write_text(&out, ",\"bads\":");
	scoring_json_write_integer(&out, scoring_scorecard_subjects(fitting, sample->bads));
	scoring_write_text(&out, ",\"population_bad_rate\":");
	if (fitting->population_bad_rate > 0)
		scoring_json_write_number(&out, fitting->population_bad_rate);
	else
		scoring_write_text(&out, "null");
	scoring_write_text(&out, "},\"screening\":[");
	write_protected_screening(&out, fitting);
	scoring_write_text(&out, "],\"regression\":{\"terms\":[{");
	write_name(&out, "name", "(intercept)");
	write_member(&out, "coefficient", fitting->regression.intercept);
	scoring_write_text(&out, "}");
	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		if (fitting->final[i]->refusal != SCORECARD_NOT_REFUSED)
			continue;
		scoring_write_text(&out, ",{");
		write_name(&out, "name", fitting->final[i]->name);
		write_member(&out, "coefficient", fitting->final[i]->coefficient);
		scoring_write_text(&out, "}");
	}
	scoring_write_text(&out, "]},\"performance\":{");
	write_name(&out, "sample", "development");
	write_member(&out, "auc", rounded(ranking.auc, 1e3));
	write_member(&out, "gini", rounded(ranking.gini, 1e3));
	write_member(&out, "ks", rounded(ranking.ks, 1e3));
	scoring_write_text(&out, "}}");
	if (!scoring_buffer_done(&out, "the model", &fault) ||
		!scoring_json_parse(scoring_host(), out.data, out.length, &tree, &fault))
		scoring_report(&fault);
	fitting->model->provenance = tree;
}
