/*
 * logistic_core.c: logistic regression by Newton's method, its exact sums and its text form.
 */
#include "logistic_core.h"

#include <float.h>
#include <math.h>

#include "number_core.h"

/* ---------- the solver ---------- */

#define SINGULAR 1e-11			/* a pivot below this share of its diagonal: collinear */
#define STEP_DONE 1e-5			/* in standard errors; Newton's next step is its square */
#define MAX_HALVINGS 40

LogisticOptions
logistic_options_default(void)
{
	LogisticOptions options = {25, 1e-10, NULL, NULL};

	return options;
}

/* In place: a = R' R, packed by column of the upper triangle. Returns p, or the column whose pivot vanished. */
static uint32_t
cholesky(double *a, uint32_t p)
{
	for (uint32_t j = 0; j < p; j++)
	{
		for (uint32_t i = 0; i <= j; i++)
		{
			double		sum = a[LOGISTIC_PACKED(i, j)];
			double		diagonal = sum;

			for (uint32_t k = 0; k < i; k++)
				sum -= a[LOGISTIC_PACKED(k, i)] * a[LOGISTIC_PACKED(k, j)];
			if (i < j)
				a[LOGISTIC_PACKED(i, j)] = sum / a[LOGISTIC_PACKED(i, i)];
			else if (!(sum > diagonal * SINGULAR) || !(sum > DBL_MIN))
				return j;
			else
				a[LOGISTIC_PACKED(i, j)] = sqrt(sum);
		}
	}
	return p;
}

static void
solve_factored(const double *r, uint32_t p, double *x)
{
	for (uint32_t i = 0; i < p; i++)
	{
		for (uint32_t k = 0; k < i; k++)
			x[i] -= r[LOGISTIC_PACKED(k, i)] * x[k];
		x[i] /= r[LOGISTIC_PACKED(i, i)];
	}
	for (uint32_t i = p; i-- > 0;)
	{
		for (uint32_t k = i + 1; k < p; k++)
			x[i] -= r[LOGISTIC_PACKED(i, k)] * x[k];
		x[i] /= r[LOGISTIC_PACKED(i, i)];
	}
}

/* The penalised log-likelihood; gradient and Hessian get the penalty's part. */
static double
penalise(const LogisticOptions *options, const double *beta, uint32_t p, bool with_hessian,
		 LogisticSums *sums)
{
	double		penalised = sums->log_likelihood;

	for (uint32_t j = 0; options->l2 != NULL && j < p; j++)
	{
		penalised -= 0.5 * options->l2[j] * beta[j] * beta[j];
		sums->gradient[j] -= options->l2[j] * beta[j];
		if (with_hessian)
			LOGISTIC_HESSIAN(sums, j, j) += options->l2[j];
	}
	return penalised;
}

static void
invert_factored(const ScoringHost *host, const double *factor, uint32_t p, double *inverse)
{
	double	   *unit = scoring_alloc(host, p * sizeof(double));

	for (uint32_t j = 0; j < p; j++)
	{
		memset(unit, 0, p * sizeof(double));
		unit[j] = 1;
		solve_factored(factor, p, unit);
		for (uint32_t i = 0; i <= j; i++)
			inverse[LOGISTIC_PACKED(i, j)] = unit[i];
	}
	scoring_release(host, unit);
}

bool
logistic_solve(const ScoringHost *host, uint32_t p, LogisticPass pass, void *source,
			   const LogisticOptions *options, LogisticResult *result, ScoringFault *fault)
{
	size_t		packed = (size_t) p * (p + 1) / 2;
	double	   *factor = scoring_alloc(host, packed * sizeof(double));
	double	   *step = scoring_alloc(host, p * sizeof(double));
	double	   *previous = scoring_alloc(host, p * sizeof(double));
	double		before = -INFINITY;
	bool		last = false;
	LogisticSums sums;

	memset(result, 0, sizeof(*result));
	result->beta = scoring_alloc0(host, p * sizeof(double));
	result->covariance = scoring_alloc(host, packed * sizeof(double));
	sums.gradient = scoring_alloc(host, p * sizeof(double));
	sums.hessian = scoring_alloc(host, packed * sizeof(double));
	if (options->start != NULL)
		memcpy(result->beta, options->start, p * sizeof(double));
	result->end = LOGISTIC_NOT_CONVERGED;
	for (;;)
	{
		double		now;
		double		size = 0;
		double		change = 0;
		uint32_t	bad;

		if (!pass(source, result->beta, p, true, &sums, fault))
			return false;
		now = penalise(options, result->beta, p, true, &sums);

		/* Too far: back towards where it came from. */
		for (int halving = 0; halving < MAX_HALVINGS && !last && now < before - fabs(before) * 1e-12;
			 halving++)
		{
			for (uint32_t j = 0; j < p; j++)
				result->beta[j] = 0.5 * (result->beta[j] + previous[j]);
			if (!pass(source, result->beta, p, true, &sums, fault))
				return false;
			now = penalise(options, result->beta, p, true, &sums);
		}
		result->log_likelihood = sums.log_likelihood;
		before = now;
		memcpy(factor, sums.hessian, packed * sizeof(double));
		bad = cholesky(factor, p);
		if (bad < p)
		{
			/* At the start every row counts; later the weights of rows fitted perfectly have vanished. */
			result->end = result->iterations == 0 ? LOGISTIC_COLLINEAR : LOGISTIC_SEPARATED;
			result->column = bad;
			return true;
		}
		memcpy(step, sums.gradient, p * sizeof(double));
		solve_factored(factor, p, step);
		memcpy(previous, result->beta, p * sizeof(double));
		for (uint32_t j = 0; j < p; j++)
		{
			result->beta[j] += step[j];
			size += step[j] * sums.gradient[j];
			if (fabs(step[j]) > change)
			{
				change = fabs(step[j]);
				result->column = j;
			}
		}
		if (last)
		{
			result->end = LOGISTIC_CONVERGED;
			invert_factored(host, factor, p, result->covariance);
			break;
		}
		if (++result->iterations >= options->max_iterations)
			break;

		/*
		 * size is the squared length of the step in standard errors. Steps that are small only
		 * because the standard errors explode are those of separation, and do not end here.
		 */
		last = size < STEP_DONE * STEP_DONE && change < 1e-3 &&
			0.5 * size <= options->tolerance * (fabs(now) + 1);
	}
	/* Newton gets near a finite optimum in far fewer steps. */
	if (result->end == LOGISTIC_NOT_CONVERGED && result->iterations >= 15 &&
		fabs(step[result->column]) > 0.1)
		result->end = LOGISTIC_SEPARATED;
	scoring_release(host, factor);
	scoring_release(host, step);
	scoring_release(host, previous);
	scoring_release(host, sums.gradient);
	scoring_release(host, sums.hessian);
	return true;
}

/* ---------- exact sums over rows ---------- */

double
logistic_wide_to_double(LogisticWide value)
{
	bool		negative = value < 0;
	unsigned __int128 magnitude = negative ? -(unsigned __int128) value : (unsigned __int128) value;
	double		result = (double) (uint64_t) (magnitude >> 64) * 18446744073709551616.0 +
		(double) (uint64_t) magnitude;

	return negative ? -result : result;
}

void
logistic_feature_scale(LogisticFeature *feature)
{
	double		reach;
	int			exponent;

	feature->middle = 0.5 * feature->low + 0.5 * feature->high;
	reach = fmax(feature->high - feature->middle, feature->middle - feature->low);
	(void) frexp(reach, &exponent);
	feature->scale = reach > 0 ? ldexp(1.0, exponent > 1000 ? -1000 : exponent < -1000 ? 1000 : -exponent) : 1;
}

static size_t
count_sums(uint32_t p)
{
	return 1 + p + (size_t) p * (p + 1) / 2;
}

void
logistic_rows_init(const ScoringHost *host, LogisticRows *rows, uint32_t p, double max_weight)
{
	rows->host = host;
	rows->p = p;
	rows->max_weight = max_weight;
	rows->x = scoring_alloc0(host, p * sizeof(double));
	rows->x[0] = 1;
	rows->sums = scoring_alloc(host, count_sums(p) * sizeof(LogisticSum));
	rows->wide = scoring_alloc(host, count_sums(p) * sizeof(LogisticWide));
}

void
logistic_rows_start(LogisticRows *rows, const double *beta, bool want_hessian)
{
	rows->beta = beta;
	rows->want_hessian = want_hessian;
	rows->pending = 0;
	memset(rows->sums, 0, count_sums(rows->p) * sizeof(LogisticSum));
	memset(rows->wide, 0, count_sums(rows->p) * sizeof(LogisticWide));
}

static void
flush(LogisticRows *rows)
{
	for (size_t i = 0; i < count_sums(rows->p); i++)
		rows->wide[i] += (LogisticWide) rows->sums[i].high * (INT64_C(1) << 44) + rows->sums[i].low;
	memset(rows->sums, 0, count_sums(rows->p) * sizeof(LogisticSum));
	rows->pending = 0;
}

void
logistic_rows_add(LogisticRows *rows, bool outcome, double weight)
{
	const double *x = rows->x;
	LogisticSum *gradient = rows->sums + 1;
	LogisticSum *hessian = gradient + rows->p;
	double		share = weight / rows->max_weight;
	double		eta = rows->beta[0];
	double		size;
	double		e;
	double		larger;
	double		smaller;
	double		residual;
	double		w;

	for (uint32_t j = 1; j < rows->p; j++)
		eta += rows->beta[j] * x[j];
	size = eta < 0 ? -eta : eta;
	e = scoring_exp(-size);
	larger = 1.0 / (1.0 + e);
	smaller = e * larger;
	/* -ln of the probability of what happened; a term beyond 1024 is cut there, far from any optimum. */
	e = -scoring_log(larger) + ((eta > 0) == outcome ? 0 : size);
	logistic_sum_add(&rows->sums[0], -(e > 1024 ? 1024 : e) / 1024 * share);
	residual = (outcome ? (eta < 0 ? larger : smaller) : -(eta < 0 ? smaller : larger)) * share;
	for (uint32_t j = 0; j < rows->p; j++)
		logistic_sum_add(&gradient[j], residual * x[j]);
	if (rows->want_hessian)
	{
		w = larger * smaller * share;
		for (uint32_t j = 0; j < rows->p; j++)
		{
			double		wx = w * x[j];

			for (uint32_t i = 0; i <= j; i++)
				logistic_sum_add(hessian++, wx * x[i]);
		}
	}
	if (++rows->pending == LOGISTIC_FLUSH_ROWS)
		flush(rows);
}

void
logistic_rows_finish(LogisticRows *rows, LogisticSums *sums)
{
	double		back = rows->max_weight / 1099511627776.0 / 17592186044416.0;
	const LogisticWide *wide = rows->wide;

	flush(rows);
	sums->log_likelihood = logistic_wide_to_double(*wide++) * back * 1024;
	for (uint32_t j = 0; j < rows->p; j++)
		sums->gradient[j] = logistic_wide_to_double(*wide++) * back;
	if (rows->want_hessian)
	{
		for (size_t i = 0; i < (size_t) rows->p * (rows->p + 1) / 2; i++)
			sums->hessian[i] = logistic_wide_to_double(*wide++) * back;
	}
}

/* ---------- the fit as a value ---------- */

void
logistic_write(ScoringBuffer *out, const LogisticFit *fit)
{
	scoring_write_text(out, "{\"log_likelihood\":");
	scoring_json_write_number(out, fit->log_likelihood);
	scoring_write_text(out, ",\"null_log_likelihood\":");
	scoring_json_write_number(out, fit->null_log_likelihood);
	scoring_write_text(out, ",\"l2\":");
	scoring_json_write_number(out, fit->l2);
	scoring_write_text(out, ",\"iterations\":");
	scoring_json_write_integer(out, fit->iterations);
	scoring_write_text(out, ",\"rows_used\":");
	scoring_json_write_integer(out, fit->rows_used);
	scoring_write_text(out, ",\"terms\":[");
	for (uint32_t i = 0; i < fit->nterms; i++)
	{
		scoring_write_text(out, i == 0 ? "{\"name\":" : ",{\"name\":");
		scoring_json_write_string(out, fit->terms[i].name, strlen(fit->terms[i].name));
		scoring_write_text(out, ",\"coefficient\":");
		scoring_json_write_number(out, fit->terms[i].coefficient);
		scoring_write_text(out, ",\"standard_error\":");
		scoring_json_write_number(out, fit->terms[i].standard_error);
		scoring_write_text(out, "}");
	}
	scoring_write_text(out, "],\"skipped\":[");
	for (uint32_t i = 0; i < fit->nskipped; i++)
	{
		scoring_write_text(out, i == 0 ? "{\"reason\":" : ",{\"reason\":");
		scoring_json_write_string(out, fit->skipped[i].reason, strlen(fit->skipped[i].reason));
		scoring_write_text(out, ",\"rows\":");
		scoring_json_write_integer(out, fit->skipped[i].rows);
		scoring_write_text(out, "}");
	}
	scoring_write_text(out, "]}");
}

static bool
read_terms(const ScoringHost *host, const JsonAt *at, LogisticFit *fit, ScoringFault *fault)
{
	static const char *const members[] = {"name", "coefficient", "standard_error", NULL};
	JsonAt		list;

	if (!scoring_json_member(at, "terms", true, &list, fault) ||
		!scoring_json_expect(&list, JSON_ARRAY, fault))
		return false;
	if (list.node->count < 1 || list.node->count > LOGISTIC_MAX_FEATURES + 1)
		return scoring_json_fault(&list, fault, "between 1 and %d terms were expected, not %u",
								  LOGISTIC_MAX_FEATURES + 1, list.node->count);
	fit->nterms = list.node->count;
	fit->terms = scoring_alloc(host, fit->nterms * sizeof(LogisticTerm));
	for (uint32_t i = 0; i < fit->nterms; i++)
	{
		JsonAt		item = scoring_json_item(&list, i);
		LogisticTerm *term = &fit->terms[i];

		if (!scoring_json_expect(&item, JSON_OBJECT, fault) ||
			!scoring_json_only(&item, members, fault) ||
			!scoring_json_string(&item, "name", true, 255, &term->name, fault) ||
			!scoring_json_number(&item, "coefficient", true, -DBL_MAX, DBL_MAX,
								 &term->coefficient, fault) ||
			!scoring_json_number(&item, "standard_error", true, 0, DBL_MAX,
								 &term->standard_error, fault))
			return false;
	}
	return true;
}

static bool
read_skipped(const ScoringHost *host, const JsonAt *at, LogisticFit *fit, ScoringFault *fault)
{
	static const char *const members[] = {"reason", "rows", NULL};
	JsonAt		list;

	if (!scoring_json_member(at, "skipped", true, &list, fault) ||
		!scoring_json_expect(&list, JSON_ARRAY, fault))
		return false;
	if (list.node->count > LOGISTIC_MAX_FEATURES + 3)
		return scoring_json_fault(&list, fault, "too many reasons: %u", list.node->count);
	fit->nskipped = list.node->count;
	fit->skipped = scoring_alloc(host, (fit->nskipped + 1) * sizeof(LogisticSkipped));
	for (uint32_t i = 0; i < fit->nskipped; i++)
	{
		JsonAt		item = scoring_json_item(&list, i);

		if (!scoring_json_expect(&item, JSON_OBJECT, fault) ||
			!scoring_json_only(&item, members, fault) ||
			!scoring_json_string(&item, "reason", true, 400, &fit->skipped[i].reason, fault) ||
			!scoring_json_integer(&item, "rows", true, 0, INT64_MAX, &fit->skipped[i].rows, fault))
			return false;
	}
	return true;
}

bool
logistic_read(const ScoringHost *host, const JsonAt *at, LogisticFit *fit, ScoringFault *fault)
{
	static const char *const members[] = {
		"log_likelihood", "null_log_likelihood", "l2", "iterations", "rows_used", "terms",
		"skipped", NULL
	};

	memset(fit, 0, sizeof(*fit));
	return scoring_json_expect(at, JSON_OBJECT, fault) &&
		scoring_json_only(at, members, fault) &&
		scoring_json_number(at, "log_likelihood", true, -DBL_MAX, 0, &fit->log_likelihood,
							fault) &&
		scoring_json_number(at, "null_log_likelihood", true, -DBL_MAX, 0,
							&fit->null_log_likelihood, fault) &&
		scoring_json_number(at, "l2", true, 0, DBL_MAX, &fit->l2, fault) &&
		scoring_json_integer(at, "iterations", true, 0, INT32_MAX, &fit->iterations, fault) &&
		scoring_json_integer(at, "rows_used", true, 0, INT64_MAX, &fit->rows_used, fault) &&
		read_terms(host, at, fit, fault) &&
		read_skipped(host, at, fit, fault);
}
