/*
 * scorecard_regress_core.c: the regression of a scorecard, over rows as bin codes, and which characteristics stay.
 *
 * The sums are those of logistic_core.c, exact integers, so that rows may come in any order.
 */
#include "scorecard_core.h"

#include <math.h>

#include "number_core.h"

#define START_ROWS 50000		/* a fit of many more starts from that of about so many */

typedef struct Fit
{
	const ScoringHost *host;
	const ScorecardRows *rows;
	ScorecardColumn **columns;	/* in order of the rows' codes */
	uint32_t   *active;			/* places among them */
	uint32_t	nactive;
	double	   *woe;			/* of each column 256 bins */
	double	   *center;			/* [nactive + 1] */
	double	   *scale;
	LogisticBlock *template;
	LogisticBlock *block;
	double	   *features;
	double	   *beta;			/* of the last fit, on WoE; of all columns, the intercept first */
	LogisticResult result;		/* of the last fit, on scaled WoE */
} Fit;

static inline int64_t
record_weight(const ScorecardRows *rows, const uint8_t *record)
{
	int64_t		weight = SCORING_WEIGHT_UNIT;

	if (rows->weighted)
		memcpy(&weight, record + rows->ncolumns + 1, sizeof(weight));
	return weight;
}

static bool
newton_pass(void *source, const double *beta, uint32_t p, bool want_hessian, LogisticSums *sums, ScoringFault *fault)
{
	Fit		   *fit = source;
	const ScorecardRows *rows = fit->rows;
	size_t		size = scorecard_record_size(rows);
	LogisticRow row = {.features = fit->features};
	const uint8_t *record;
	size_t		n;

	(void) want_hessian;
	logistic_step_template(fit->template, p, rows->max_weight, fit->center, fit->scale, beta, sums->direction);
	fit->template->coarse = 1;
	logistic_block_start(fit->block, fit->template);
	rows->rewind(rows->context);
	while ((n = rows->next(rows->context, &record)) > 0)
	{
		for (size_t i = 0; i < n; i++, record += size)
		{
			if (record[rows->ncolumns] > 1)
				continue;
			for (uint32_t j = 0; j < fit->nactive; j++)
				fit->features[j] = fit->woe[256 * fit->active[j] + record[fit->active[j]]];
			row.target = record[rows->ncolumns] == 0;
			row.weight = rows->weighted ? (double) record_weight(rows, record) / (double) SCORING_WEIGHT_UNIT : 1;
			if (!logistic_block_add(fit->block, &row))
				return scoring_fault(fault, SCORING_FAULT_RANGE, "the weights of the sample are too large");
		}
		scoring_check(fit->host);
	}
	logistic_block_carry(fit->block);
	logistic_step_sums(fit->block, sums);
	return true;
}

/* How the active columns are scaled in a fit, and so in its covariance. */
static void
scale_columns(Fit *fit)
{
	fit->center[0] = 0;
	fit->scale[0] = 1;
	for (uint32_t j = 1; j <= fit->nactive; j++)
	{
		const Binning *binning = fit->columns[fit->active[j - 1]]->binning;
		LogisticFeature feature = {0};

		for (uint32_t b = 0; b < binning->nbins; b++)
		{
			feature.low = fmin(feature.low, binning->bins[b].woe);
			feature.high = fmax(feature.high, binning->bins[b].woe);
		}
		/* A column without any WoE but 0 is found out as collinear. */
		if (!logistic_feature_scale(&feature))
			feature.scale = 1;
		fit->center[j] = 0;
		fit->scale[j] = feature.scale;
	}
}

/* One fit of the active columns from fit->beta; what became of it is in fit->result. */
static bool
solve(Fit *fit, ScoringFault *fault)
{
	uint32_t	p = fit->nactive + 1;
	LogisticOptions options = logistic_options_default();
	double	   *start = scoring_alloc(fit->host, p * sizeof(double));

	options.max_iterations = 50;
	/* Where rows are many the quadratic error of a step is far below its square. */
	if (fit->rows->count > START_ROWS)
		options.last_step = 1e-3;
	options.start = start;
	scale_columns(fit);
	start[0] = fit->beta[0];
	for (uint32_t j = 1; j < p; j++)
		start[j] = fit->beta[fit->active[j - 1] + 1] / fit->scale[j];
	scoring_release(fit->host, fit->result.beta);
	scoring_release(fit->host, fit->result.share);
	scoring_release(fit->host, fit->result.covariance);
	if (!logistic_solve(fit->host, p, newton_pass, fit, &options, &fit->result, fault))
		return false;
	scoring_release(fit->host, start);
	if (fit->result.end == LOGISTIC_CONVERGED)
	{
		fit->beta[0] = fit->result.beta[0];
		for (uint32_t j = 1; j < p; j++)
			fit->beta[fit->active[j - 1] + 1] = fit->result.beta[j] * fit->scale[j];
	}
	return true;
}

static double
z_of(const Fit *fit, uint32_t j)
{
	return fit->result.beta[j + 1] / sqrt(LOGISTIC_COVARIANCE(&fit->result, j + 1, j + 1));
}

/* The active column with the smallest z, or the smallest |z|. */
static uint32_t
weakest(const Fit *fit, bool magnitude)
{
	uint32_t	weak = 0;

	for (uint32_t j = 1; j < fit->nactive; j++)
	{
		double		z = z_of(fit, j);
		double		best = z_of(fit, weak);

		/* Of equals the later one, which is weaker by itself. */
		if (magnitude ? fabs(z) <= fabs(best) : z <= best)
			weak = j;
	}
	return weak;
}

static void
remove_active(Fit *fit, uint32_t j)
{
	fit->nactive--;
	memmove(&fit->active[j], &fit->active[j + 1], (fit->nactive - j) * sizeof(uint32_t));
}

/* Rows in memory. */
typedef struct Held
{
	uint8_t    *records;
	size_t		count;
	bool		given;
} Held;

static void
held_rewind(void *context)
{
	((Held *) context)->given = false;
}

static size_t
held_next(void *context, const uint8_t **records)
{
	Held	   *held = context;

	if (held->given)
		return 0;
	held->given = true;
	*records = held->records;
	return held->count;
}

/*
 * Where a fit of many rows starts: at that of some of them, chosen by a hash of what they hold, so that every order
 * and every machine chooses the same. Left at the constant where that does not converge.
 */
static bool
start_from_some(Fit *fit, ScoringFault *fault)
{
	const ScorecardRows *all = fit->rows;
	ScorecardRows some = *all;
	size_t		size = scorecard_record_size(all);
	uint64_t	every = (uint64_t) all->count / START_ROWS;
	Held		held = {0};
	size_t		room = 2 * START_ROWS;
	const uint8_t *record;
	size_t		n;

	if (every < 3)
		return true;
	held.records = scoring_alloc(fit->host, room * size);
	all->rewind(all->context);
	while ((n = all->next(all->context, &record)) > 0)
	{
		for (size_t i = 0; i < n; i++, record += size)
		{
			if (scoring_hash_bytes(record, size, 2) % every != 0)
				continue;
			if (held.count == room)
			{
				/* Far more alike than they should be: then there is nothing to gain. */
				scoring_release(fit->host, held.records);
				return true;
			}
			memcpy(held.records + held.count++ * size, record, size);
		}
		scoring_check(fit->host);
	}
	some.context = &held;
	some.rewind = held_rewind;
	some.next = held_next;
	some.count = (int64_t) held.count;
	fit->rows = &some;
	if (!solve(fit, fault))
		return false;
	fit->rows = all;
	scoring_release(fit->host, held.records);
	return true;
}

/* Why a regression cannot be had. */
static bool
no_fit(const Fit *fit, ScoringFault *fault)
{
	const char *name = fit->result.column > 0 ? fit->columns[fit->active[fit->result.column - 1]]->name : "(intercept)";

	if (fit->result.end == LOGISTIC_SEPARATED)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "the characteristics separate goods from bads, \"%.60s\" foremost", name);
		scoring_fault_detail(fault, "Some combination of them tells outcomes for certain, so that no coefficients are finite.");
		return scoring_fault_hint(fault, "A characteristic that knows the outcome is often recorded after it: put it in exclude.");
	}
	scoring_fault(fault, SCORING_FAULT_ARGUMENT, "the regression did not converge");
	scoring_fault_detail(fault, "The coefficient of \"%.60s\" still moves.", name);
	return scoring_fault_hint(fault, "Exclude it, or fit on more rows.");
}

static double
criterion(const ScorecardRegression *regression, double log_likelihood, uint32_t nactive)
{
	double		each = regression->selection == SCORECARD_AIC ? 2 : scoring_log((double) regression->rows_used);

	return each * (nactive + 1) - 2 * log_likelihood;
}

/* Whether the rule lets column j go; then the fit without it is at hand. */
static bool
goes_by_rule(Fit *fit, ScorecardRegression *regression, uint32_t j, bool *goes, ScoringFault *fault)
{
	double		before = criterion(regression, fit->result.log_likelihood, fit->nactive);
	double		each = criterion(regression, 0, 1) - criterion(regression, 0, 0);
	double		z = z_of(fit, j);
	Fit			with = *fit;
	uint32_t   *active;
	double	   *beta;

	*goes = false;
	/* Leaving it out costs about z squared of twice the log-likelihood; no fit is needed where that is far from even. */
	if (regression->selection == SCORECARD_NONE || fit->nactive == 1 || z * z > 4 * each)
		return true;
	active = scoring_alloc(fit->host, fit->nactive * sizeof(uint32_t));
	memcpy(active, fit->active, fit->nactive * sizeof(uint32_t));
	beta = scoring_alloc(fit->host, (fit->rows->ncolumns + 1) * sizeof(double));
	memcpy(beta, fit->beta, (fit->rows->ncolumns + 1) * sizeof(double));
	memset(&fit->result, 0, sizeof(fit->result));
	remove_active(fit, j);
	if (!solve(fit, fault))
		return false;
	regression->fits++;
	*goes = fit->result.end == LOGISTIC_CONVERGED &&
		criterion(regression, fit->result.log_likelihood, fit->nactive) <= before;
	if (!*goes)
	{
		fit->nactive = with.nactive;
		memcpy(fit->active, active, with.nactive * sizeof(uint32_t));
		memcpy(fit->beta, beta, (fit->rows->ncolumns + 1) * sizeof(double));
		fit->result = with.result;
		scale_columns(fit);
	}
	return true;
}

static void
leave(ScorecardRegression *regression, ScorecardColumn *column, ScorecardRefusal why)
{
	column->refusal = why;
	if (regression->left != NULL)
		regression->left(regression->context, column);
}

/* From all columns to those that stay. */
static bool
select_columns(Fit *fit, ScorecardRegression *regression, ScoringFault *fault)
{
	bool		fresh = false;	/* the fit of the active columns is at hand */

	while (fit->nactive > 0)
	{
		uint32_t	j;
		ScorecardColumn *column;
		double		z;
		bool		goes;

		if (!fresh)
		{
			if (!solve(fit, fault))
				return false;
			regression->fits++;
		}
		fresh = false;
		if (fit->result.end == LOGISTIC_COLLINEAR && fit->result.column > 0)
		{
			j = fit->result.column - 1;
			leave(regression, fit->columns[fit->active[j]], SCORECARD_COLLINEAR);
			remove_active(fit, j);
			continue;
		}
		if (fit->result.end != LOGISTIC_CONVERGED)
			return no_fit(fit, fault);
		j = weakest(fit, false);
		if (fit->result.beta[j + 1] <= 0)
		{
			leave(regression, fit->columns[fit->active[j]], SCORECARD_SIGN);
			remove_active(fit, j);
			continue;
		}
		j = weakest(fit, true);
		column = fit->columns[fit->active[j]];
		z = z_of(fit, j);
		if (!goes_by_rule(fit, regression, j, &goes, fault))
			return false;
		if (goes)
		{
			leave(regression, column, SCORECARD_SELECTION);
			fresh = true;
			continue;
		}
		if (scoring_normal_two_sided(z) > regression->max_p_value)
			leave(regression, column, SCORECARD_P_VALUE);
		else if (fit->nactive > regression->max_columns)
			leave(regression, column, SCORECARD_TOO_MANY);
		else
			return true;
		remove_active(fit, j);
	}
	return true;
}

bool
scorecard_regress(const ScoringHost *host, const ScorecardRows *rows, ScorecardColumn **columns,
				  ScorecardRegression *regression, double goods, double bads, ScoringFault *fault)
{
	uint32_t	n = rows->ncolumns;
	Fit			fit = {.host = host, .rows = rows, .columns = columns, .nactive = n};

	fit.active = scoring_alloc(host, (n + 1) * sizeof(uint32_t));
	fit.woe = scoring_alloc0(host, (n + 1) * 256 * sizeof(double));
	for (uint32_t j = 0; j < n; j++)
	{
		fit.active[j] = j;
		for (uint32_t b = 0; b < columns[j]->binning->nbins; b++)
			fit.woe[256 * j + b] = columns[j]->binning->bins[b].woe;
	}
	fit.center = scoring_alloc(host, (n + 1) * sizeof(double));
	fit.scale = scoring_alloc(host, (n + 1) * sizeof(double));
	fit.template = scoring_alloc(host, logistic_template_size(LOGISTIC_STEP, n + 1));
	fit.block = scoring_alloc(host, logistic_block_size(LOGISTIC_STEP, n + 1));
	fit.features = scoring_alloc(host, (n + 1) * sizeof(double));
	fit.beta = scoring_alloc0(host, (n + 1) * sizeof(double));
	/* WoE by themselves: each coefficient would be 1, were the columns independent. */
	fit.beta[0] = scoring_log(goods / bads);
	regression->null_log_likelihood = goods * scoring_log(goods / (goods + bads)) +
		bads * scoring_log(bads / (goods + bads));
	if (!start_from_some(&fit, fault) || !select_columns(&fit, regression, fault))
		return false;
	if (fit.nactive == 0)
		return true;
	regression->intercept = fit.beta[0];
	regression->intercept_error = sqrt(LOGISTIC_COVARIANCE(&fit.result, 0, 0));
	for (uint32_t j = 0; j < fit.nactive; j++)
	{
		ScorecardColumn *column = columns[fit.active[j]];

		column->coefficient = fit.beta[fit.active[j] + 1];
		column->standard_error = sqrt(LOGISTIC_COVARIANCE(&fit.result, j + 1, j + 1)) * fit.scale[j + 1];
	}
	regression->log_likelihood = fit.result.log_likelihood;
	regression->iterations = fit.result.iterations;
	regression->aic = 2.0 * (fit.nactive + 1) - 2 * fit.result.log_likelihood;
	regression->bic = scoring_log((double) regression->rows_used) * (fit.nactive + 1) - 2 * fit.result.log_likelihood;
	return true;
}
