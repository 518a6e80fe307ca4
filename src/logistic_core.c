/*
 * logistic_core.c: logistic regression by Newton's method, its exact sums and its text form.
 */
#include "logistic_core.h"

#include <float.h>
#include <math.h>

#include "number_core.h"

/* ---------- the solver ---------- */

#define SINGULAR 1e-11			/* a pivot below this share of its diagonal: collinear */
#define REACH_DONE 1e-2			/* the most that the last step may have moved any row's log-odds */
#define MAX_HALVINGS 40
#define MAX_MOVES 4				/* in a row */

LogisticOptions
logistic_options_default(void)
{
	LogisticOptions options = {25, 1e-10, 1e-5, NULL, NULL, NULL};

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

/* x = R^-1 x, with the leading n columns of R. */
static void
solve_upper(const double *r, uint32_t n, double *x)
{
	for (uint32_t i = n; i-- > 0;)
	{
		for (uint32_t k = i + 1; k < n; k++)
			x[i] -= r[LOGISTIC_PACKED(i, k)] * x[k];
		x[i] /= r[LOGISTIC_PACKED(i, i)];
	}
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
	solve_upper(r, p, x);
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
		scoring_check(host);
	}
	scoring_release(host, unit);
}

typedef struct Solver
{
	const ScoringHost *host;
	uint32_t	p;
	LogisticPass pass;
	void	   *source;
	const LogisticOptions *options;
	LogisticResult *result;
	ScoringFault *fault;
	LogisticSums sums;
	double		penalised;		/* log-likelihood less penalty */
	double	   *factor;
	double	   *step;			/* taken last, or about to be */
	double	   *previous;		/* beta before it */
	double	   *mean;			/* weighted, of each column */
	double	   *spread;			/* weighted variance */
	double	   *first_spread;	/* at the start, where every row counts */
	double	   *move_factor;
	bool		stepped;
	double		margin_ratio;	/* of the last pass: how far from a separation its step was */
	int			shrinking;		/* passes in a row in which that has become clearly smaller */
} Solver;

/* Sums at result->beta; gradient and Hessian get the penalty's part. Weighted means and variances are those without it. */
static bool
evaluate(Solver *s)
{
	const LogisticOptions *options = s->options;
	const double *beta = s->result->beta;
	LogisticSums *sums = &s->sums;
	double		weight;

	sums->direction = s->stepped ? s->step : NULL;
	sums->margin_low = sums->margin_high = 0;
	if (!s->pass(s->source, beta, s->p, true, sums, s->fault))
		return false;
	weight = LOGISTIC_HESSIAN(sums, 0, 0);
	for (uint32_t j = 0; j < s->p; j++)
	{
		s->mean[j] = weight > 0 ? LOGISTIC_HESSIAN(sums, 0, j) / weight : 0;
		s->spread[j] = weight > 0 ? LOGISTIC_HESSIAN(sums, j, j) / weight - s->mean[j] * s->mean[j] : 0;
	}
	s->penalised = sums->log_likelihood;
	for (uint32_t j = 0; options->l2 != NULL && j < s->p; j++)
	{
		s->penalised -= 0.5 * options->l2[j] * beta[j] * beta[j];
		sums->gradient[j] -= options->l2[j] * beta[j];
		LOGISTIC_HESSIAN(sums, j, j) += options->l2[j];
	}
	return true;
}

/* beta over x to beta over x' = (x - shift) * factor. */
static void
move_point(const Solver *s, double *beta)
{
	for (uint32_t j = 1; j < s->p; j++)
	{
		beta[0] += beta[j] * s->mean[j];
		beta[j] /= s->move_factor[j];
	}
}

/*
 * Where the weight of the rows lies far from 0, compared with their spread, a column is nearly a multiple of the
 * constant, and digits are lost: it is moved there. That happens in the course of a fit, when the rows that were
 * far out are fitted and no longer weigh anything.
 */
static bool
move_if_off_center(Solver *s)
{
	bool		off = false;

	if (s->options->move == NULL)
		return false;
	for (uint32_t j = 1; j < s->p; j++)
		off = off || s->mean[j] * s->mean[j] > 16 * s->spread[j];
	if (!off)
		return false;
	s->options->move(s->source, s->mean, s->move_factor);
	move_point(s, s->result->beta);
	move_point(s, s->previous);
	move_point(s, s->step);
	for (uint32_t j = 1; j < s->p; j++)
		s->first_spread[j] *= s->move_factor[j] * s->move_factor[j];
	return true;
}

/* What each of the first n columns contributes, as a share of the most, by its coefficient and its spread. */
static void
fill_share(Solver *s, const double *coefficients, const double *spread, uint32_t n)
{
	double		most = 0;

	memset(s->result->share, 0, s->p * sizeof(double));
	for (uint32_t j = 1; j < n; j++)
	{
		double		share = fabs(coefficients[j]) * sqrt(spread[j] > 0 ? spread[j] : 0);

		s->result->share[j] = share;
		if (share > most)
			most = share;
	}
	for (uint32_t j = 1; j < n && most > 0; j++)
		s->result->share[j] /= most;
}

/* Column `column` is a combination of those before it. */
static void
end_collinear(Solver *s, uint32_t column)
{
	double	   *combination = s->previous;

	for (uint32_t k = 0; k < column; k++)
		combination[k] = s->factor[LOGISTIC_PACKED(k, column)];
	solve_upper(s->factor, column, combination);
	fill_share(s, combination, s->spread, column);
	s->result->end = LOGISTIC_COLLINEAR;
	s->result->column = column;
}

/* Along the last step. Without margins all that is known is `column`. */
static void
end_separated(Solver *s, bool known, uint32_t column)
{
	fill_share(s, s->step, s->first_spread, s->p);
	s->result->end = LOGISTIC_SEPARATED;
	s->result->column = column;
	for (uint32_t j = 1; known && j < s->p; j++)
	{
		if (s->result->share[j] == 1)
			s->result->column = j;
	}
}

/*
 * The likelihood has no maximum if some direction moves no row to the wrong side. Newton's steps turn into it: exactly,
 * or, where rows on the boundary have to follow, by a factor of e at each step. Steps that are merely slow move some
 * row the wrong way by a share that stays.
 */
static bool
is_separated(Solver *s)
{
	double		high = s->sums.margin_high;
	double		low = s->sums.margin_low < 0 ? -s->sums.margin_low : 0;
	double		before = s->margin_ratio;

	if (!s->stepped || s->options->l2 != NULL || !(high > 0.5))
	{
		s->margin_ratio = 1;
		s->shrinking = 0;
		return false;
	}
	s->margin_ratio = low / high;
	s->shrinking = s->margin_ratio < 1e-6 && s->margin_ratio < 0.6 * before ? s->shrinking + 1 : 0;
	return s->margin_ratio < 1e-15 || s->shrinking >= 3;
}

static bool
solve(Solver *s)
{
	uint32_t	p = s->p;
	const LogisticOptions *options = s->options;
	LogisticResult *result = s->result;
	LogisticSums *sums = &s->sums;
	double		before = -INFINITY;
	bool		last = false;
	int			moves = 0;

	for (;;)
	{
		bool		known;
		double		size = 0;
		double		change = 0;
		uint32_t	column = 0;
		uint32_t	bad;

		if (!evaluate(s))
			return false;

		/* Too far: back towards where it came from. */
		for (int halving = 0; halving < MAX_HALVINGS && !last &&
			 !(s->penalised >= before - fabs(before) * 1e-12); halving++)
		{
			for (uint32_t j = 0; j < p; j++)
			{
				result->beta[j] = 0.5 * (result->beta[j] + s->previous[j]);
				s->step[j] *= 0.5;
			}
			if (!evaluate(s))
				return false;
		}
		result->log_likelihood = sums->log_likelihood;
		before = s->penalised;
		if (result->iterations == 0)
			memcpy(s->first_spread, s->spread, p * sizeof(double));
		known = sums->margin_low != 0 || sums->margin_high != 0;
		result->reach = fmax(sums->margin_high, -sums->margin_low);
		if (is_separated(s))
		{
			end_separated(s, true, 0);
			return true;
		}

		memcpy(s->factor, sums->hessian, LOGISTIC_PACKED(0, p) * sizeof(double));
		bad = cholesky(s->factor, p);
		if (bad < p)
		{
			if (moves++ < MAX_MOVES && move_if_off_center(s))
				continue;
			/* At the start every row counts; later the weights of rows fitted perfectly have vanished. */
			if (result->iterations == 0)
				end_collinear(s, bad);
			else if (!known || s->margin_ratio < 1e-3)
				end_separated(s, known, bad);
			result->column = result->end == LOGISTIC_NOT_CONVERGED ? bad : result->column;
			return true;
		}
		moves = 0;
		memcpy(s->step, sums->gradient, p * sizeof(double));
		solve_factored(s->factor, p, s->step);
		memcpy(s->previous, result->beta, p * sizeof(double));
		s->stepped = true;
		for (uint32_t j = 0; j < p; j++)
		{
			result->beta[j] += s->step[j];
			size += s->step[j] * sums->gradient[j];
			if (fabs(s->step[j]) > change)
			{
				change = fabs(s->step[j]);
				column = j;
			}
		}
		result->column = column;
		result->change = 0.5 * size / (fabs(s->penalised) + 1);
		if (last && (!known || result->reach < REACH_DONE))
		{
			result->end = LOGISTIC_CONVERGED;
			invert_factored(s->host, s->factor, p, result->covariance);
			return true;
		}
		if (result->iterations >= options->max_iterations)
		{
			/* Newton gets near a finite optimum in far fewer steps. */
			if (!known && result->iterations >= 15 && change > 0.1)
				end_separated(s, false, column);
			return true;
		}
		result->iterations++;

		/*
		 * size is the squared length of the step in standard errors. Steps that are small only because the
		 * standard errors explode are those of separation, or of rows far out that are still being fitted, and
		 * do not end here: they move some row's log-odds, which the next pass tells, or else some coefficient.
		 */
		last = size < options->last_step * options->last_step && result->change <= options->tolerance &&
			(known || change < 1e-3);
		(void) move_if_off_center(s);
	}
}

bool
logistic_solve(const ScoringHost *host, uint32_t p, LogisticPass pass, void *source,
			   const LogisticOptions *options, LogisticResult *result, ScoringFault *fault)
{
	size_t		packed = LOGISTIC_PACKED(0, p);
	double	   *scratch = scoring_alloc0(host, 7 * p * sizeof(double));
	Solver		s = {.host = host, .p = p, .pass = pass, .source = source, .options = options};
	bool		good;

	s.result = result;
	s.fault = fault;
	memset(result, 0, sizeof(*result));
	result->end = LOGISTIC_NOT_CONVERGED;
	result->beta = scoring_alloc0(host, p * sizeof(double));
	result->share = scoring_alloc0(host, p * sizeof(double));
	result->covariance = scoring_alloc0(host, packed * sizeof(double));
	if (options->start != NULL)
		memcpy(result->beta, options->start, p * sizeof(double));
	s.factor = scoring_alloc(host, packed * sizeof(double));
	s.sums.hessian = scoring_alloc(host, packed * sizeof(double));
	s.sums.gradient = scratch;
	s.step = scratch + p;
	s.previous = scratch + 2 * p;
	s.mean = scratch + 3 * p;
	s.spread = scratch + 4 * p;
	s.first_spread = scratch + 5 * p;
	s.move_factor = scratch + 6 * p;
	s.margin_ratio = 1;
	good = solve(&s);
	scoring_release(host, s.factor);
	scoring_release(host, s.sums.hessian);
	scoring_release(host, scratch);
	return good;
}

double
logistic_wide_to_double(LogisticWide value)
{
	bool		negative = value < 0;
	unsigned __int128 magnitude = negative ? -(unsigned __int128) value : (unsigned __int128) value;
	double		result = (double) (uint64_t) (magnitude >> 64) * 18446744073709551616.0 +
		(double) (uint64_t) magnitude;

	return negative ? -result : result;
}

/* ---------- passes over rows ---------- */

/*
 * The sums of a step are three arrays of integers: sum k is whole[k] + high[k] / 2^50 + low[k] / 2^100. A term, at most
 * 1, is rounded to a multiple of 2^-100 and added to high and low, which hold CARRY_ROWS of them before they are
 * carried. Carried sums of equal value have equal words, so a block is a function of the set of its rows.
 */
#define CARRY_ROWS 4096
#define UNIT 1125899906842624.0 /* 2^50 */
#define UNIT_BITS 50
#define MAGIC 6755399441055744.0	/* 1.5 * 2^52: added, it leaves a number rounded to an integer in the low bits */
#define LIKELIHOOD_REACH 1048576.0	/* a row's -log-likelihood is cut here, far from any optimum */

/* Two or four doubles at once, on any CPU: AVX2, SSE2, NEON, or in turn. */
typedef double Pair __attribute__((vector_size(16)));
typedef double Four __attribute__((vector_size(32)));
typedef int64_t FourBits __attribute__((vector_size(32)));

/* Built for CPUs with AVX2 too, and chosen when the library is loaded; the bits of the result are the same. */
#if defined(__x86_64__) && defined(__linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define FOR_EACH_CPU __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef FOR_EACH_CPU
#define FOR_EACH_CPU
#endif

static size_t
count_sums(uint32_t p)
{
	return 1 + p + LOGISTIC_PACKED(0, p);
}

static double *
numbers(const LogisticBlock *block)
{
	return (double *) ((char *) block + sizeof(LogisticBlock));
}

/* Of a step: beta, direction, center, scale, then the row at hand, then the sums. */
static int64_t *
step_words(const LogisticBlock *step)
{
	return (int64_t *) (numbers(step) + 5 * (size_t) step->p);
}

/* Of a profile: counts of rows left out, then ranges. */
static int64_t *
profile_missing(const LogisticBlock *profile)
{
	return (int64_t *) numbers(profile);
}

static double *
profile_ranges(const LogisticBlock *profile)
{
	return numbers(profile) + (profile->p - 1);
}

size_t
logistic_template_size(uint32_t kind, uint32_t p)
{
	return sizeof(LogisticBlock) + (kind == LOGISTIC_STEP ? 4 * (size_t) p * sizeof(double) : 0);
}

size_t
logistic_block_size(uint32_t kind, uint32_t p)
{
	return sizeof(LogisticBlock) +
		(kind == LOGISTIC_STEP ? 5 * (size_t) p + 3 * count_sums(p) : 5 * ((size_t) p - 1)) * 8;
}

static bool
is_sized(const LogisticBlock *bytes, size_t length, size_t (*size) (uint32_t kind, uint32_t p))
{
	return length >= sizeof(LogisticBlock) &&
		(bytes->kind == LOGISTIC_PROFILE || bytes->kind == LOGISTIC_STEP) &&
		bytes->p >= 2 && bytes->p <= LOGISTIC_MAX_FEATURES + 1 &&
		length == size(bytes->kind, bytes->p);
}

bool
logistic_is_template(const LogisticBlock *bytes, size_t length)
{
	return is_sized(bytes, length, logistic_template_size) &&
		(bytes->kind == LOGISTIC_PROFILE || bytes->max_weight > 0);
}

bool
logistic_is_block(const LogisticBlock *bytes, size_t length)
{
	return is_sized(bytes, length, logistic_block_size);
}

void
logistic_block_start(LogisticBlock *block, const LogisticBlock *template)
{
	size_t		given = logistic_template_size(template->kind, template->p);

	memcpy(block, template, given);
	memset((char *) block + given, 0, logistic_block_size(template->kind, template->p) - given);
	memset((char *) block + offsetof(LogisticBlock, bad_targets), 0,
		   sizeof(LogisticBlock) - offsetof(LogisticBlock, bad_targets));
	block->pending = 0;
	block->used = 0;
	block->margin_low = INFINITY;
	block->margin_high = -INFINITY;
	if (block->kind == LOGISTIC_STEP)
		return;
	block->max_weight = 0;
	for (uint32_t i = 0; i < 4 * (block->p - 1); i++)
		profile_ranges(block)[i] = i % 2 == 0 ? INFINITY : -INFINITY;
}

/* The first feature that keeps a row out, or their number. */
static uint32_t
first_unusable(const LogisticRow *row, uint32_t nfeatures)
{
	for (uint32_t j = 0; j < nfeatures; j++)
	{
		/* x - x is not 0 for NaN and infinities. */
		if ((row->nulls != NULL && row->nulls[j]) || !(row->features[j] - row->features[j] == 0))
			return j;
	}
	return nfeatures;
}

static void
profile_add(LogisticBlock *profile, const LogisticRow *row)
{
	uint32_t	nfeatures = profile->p - 1;
	uint32_t	unusable;
	int64_t		weight = 0;
	double	   *range;

	if (row->weight_null || row->weight != row->weight)
		profile->null_weights++;
	else if (!scoring_weight_to_fixed(row->weight, &weight))
		profile->bad_weights++;
	else if (row->target_null || row->target != row->target)
		profile->unlabelled++;
	else if (row->target != 0 && row->target != 1)
		profile->bad_targets++;
	else if (weight == 0)
		profile->weightless++;
	else if ((unusable = first_unusable(row, nfeatures)) < nfeatures)
		profile_missing(profile)[unusable]++;
	else
	{
		profile->used++;
		if (weight > profile->max_weight)
			profile->max_weight = weight;
		if (!scoring_add_int64(row->target == 1 ? &profile->bads : &profile->goods, weight))
			profile->overflow = 1;
		range = profile_ranges(profile) + (row->target == 1 ? 2 : 0);
		for (uint32_t j = 0; j < nfeatures; j++, range += 4)
		{
			/* Adding 0 turns -0 into 0. */
			double		x = row->features[j] + 0.0;

			if (x < range[0])
				range[0] = x;
			if (x > range[1])
				range[1] = x;
		}
	}
}

static inline int64_t
as_bits(double value)
{
	int64_t		bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* Adds factor * x[i] to sum i, for n sums. The products are at most 1. */
static inline __attribute__((always_inline)) void
add_terms(int64_t *high, int64_t *low, double factor, const double *x, uint32_t n, bool coarse)
{
	const Four	unit = {UNIT, UNIT, UNIT, UNIT};
	const Four	magic = {MAGIC, MAGIC, MAGIC, MAGIC};
	const Four	factors = {factor, factor, factor, factor};
	uint32_t	i = 0;

	for (; i + 4 <= n; i += 4)
	{
		Four		term;
		Four		first;
		Four		second;
		FourBits	sum;

		memcpy(&term, x + i, sizeof(term));
		term = term * factors * unit;
		first = term + magic;
		memcpy(&sum, high + i, sizeof(sum));
		sum += (FourBits) first - (FourBits) magic;
		memcpy(high + i, &sum, sizeof(sum));
		if (coarse)
			continue;
		second = (term - (first - magic)) * unit + magic;
		memcpy(&sum, low + i, sizeof(sum));
		sum += (FourBits) second - (FourBits) magic;
		memcpy(low + i, &sum, sizeof(sum));
	}
	for (; i < n; i++)
	{
		double		term = x[i] * factor * UNIT;
		double		first = term + MAGIC;
		double		second = (term - (first - MAGIC)) * UNIT + MAGIC;

		high[i] += as_bits(first) - as_bits(MAGIC);
		if (!coarse)
			low[i] += as_bits(second) - as_bits(MAGIC);
	}
}

/* The lines of the Hessian: factor * x[j] * x[i], i <= j. */
FOR_EACH_CPU static void
add_products(int64_t *high, int64_t *low, double factor, const double *x, uint32_t p)
{
	for (uint32_t j = 0; j < p; j++)
	{
		add_terms(high, low, factor * x[j], x, j + 1, false);
		high += j + 1;
		low += j + 1;
	}
}

FOR_EACH_CPU static void
add_coarse_products(int64_t *high, double factor, const double *x, uint32_t p)
{
	for (uint32_t j = 0; j < p; j++)
	{
		add_terms(high, high, factor * x[j], x, j + 1, true);
		high += j + 1;
	}
}

static bool
step_add(LogisticBlock *step, const LogisticRow *row)
{
	uint32_t	p = step->p;
	const double *beta = numbers(step);
	const double *direction = beta + p;
	const double *center = direction + p;
	const double *scale = center + p;
	double	   *x = numbers(step) + 4 * (size_t) p;
	int64_t    *high = step_words(step);
	int64_t    *low = high + count_sums(p);
	bool		outcome = row->target == 1;
	Pair		both = {beta[0], direction[0]};
	int64_t		weight = 0;
	double		share;
	double		eta;
	double		along;
	double		size;
	double		e;
	double		larger;
	double		smaller;
	double		cost;
	double		residual;

	if (row->weight_null || row->target_null || row->target != row->target ||
		!scoring_weight_to_fixed(row->weight, &weight) || weight == 0 ||
		first_unusable(row, p - 1) < p - 1)
		return true;
	if (weight > step->max_weight)
		return false;
	x[0] = 1;
	for (uint32_t j = 1; j < p; j++)
	{
		Pair		coefficients = {beta[j], direction[j]};

		x[j] = (row->features[j - 1] - center[j]) * scale[j];
		if (!(x[j] >= -1 && x[j] <= 1))
			return false;
		both += coefficients * x[j];
	}
	eta = both[0];
	if (!(eta - eta == 0))
		return false;
	along = outcome ? both[1] : -both[1];
	if (along < step->margin_low)
		step->margin_low = along;
	if (along > step->margin_high)
		step->margin_high = along;
	share = (double) weight / (double) step->max_weight;
	size = eta < 0 ? -eta : eta;
	e = scoring_exp(-size);
	larger = 1.0 / (1.0 + e);
	smaller = e * larger;
	cost = -scoring_log(larger) + ((eta > 0) == outcome ? 0 : size);
	if (!(cost < LIKELIHOOD_REACH))
		cost = LIKELIHOOD_REACH;
	residual = outcome ? (eta < 0 ? larger : smaller) : -(eta < 0 ? smaller : larger);
	add_terms(high++, low++, -share, (double[]) {cost / LIKELIHOOD_REACH}, 1, false);
	add_terms(high, low, residual * share, x, p, false);
	if (step->coarse != 0)
		add_coarse_products(high + p, larger * smaller * share, x, p);
	else
		add_products(high + p, low + p, larger * smaller * share, x, p);
	step->used++;
	if (++step->pending == CARRY_ROWS)
		logistic_block_carry(step);
	return true;
}

bool
logistic_block_add(LogisticBlock *block, const LogisticRow *row)
{
	if (block->kind == LOGISTIC_STEP)
		return step_add(block, row);
	profile_add(block, row);
	return true;
}

void
logistic_block_carry(LogisticBlock *block)
{
	size_t		n = count_sums(block->p);
	int64_t    *high;
	int64_t    *low;
	int64_t    *whole;

	if (block->pending == 0)
		return;
	block->pending = 0;
	high = step_words(block);
	low = high + n;
	whole = low + n;
	for (size_t i = 0; i < n; i++)
	{
		high[i] += low[i] >> UNIT_BITS;
		low[i] &= (INT64_C(1) << UNIT_BITS) - 1;
		whole[i] += high[i] >> UNIT_BITS;
		high[i] &= (INT64_C(1) << UNIT_BITS) - 1;
	}
	/* The row at hand is not part of the answer. */
	memset(numbers(block) + 4 * (size_t) block->p, 0, block->p * sizeof(double));
}

static void
profile_merge(LogisticBlock *profile, const LogisticBlock *other)
{
	double	   *range = profile_ranges(profile);
	const double *from = profile_ranges(other);

	if (other->max_weight > profile->max_weight)
		profile->max_weight = other->max_weight;
	profile->bad_targets += other->bad_targets;
	profile->null_weights += other->null_weights;
	profile->bad_weights += other->bad_weights;
	profile->unlabelled += other->unlabelled;
	profile->weightless += other->weightless;
	profile->overflow |= other->overflow;
	if (!scoring_add_int64(&profile->goods, other->goods) ||
		!scoring_add_int64(&profile->bads, other->bads))
		profile->overflow = 1;
	for (uint32_t j = 0; j < profile->p - 1; j++)
		profile_missing(profile)[j] += profile_missing(other)[j];
	for (uint32_t i = 0; i < 4 * (profile->p - 1); i++)
	{
		if (i % 2 == 0 ? from[i] < range[i] : from[i] > range[i])
			range[i] = from[i];
	}
}

bool
logistic_block_merge(LogisticBlock *block, const LogisticBlock *other)
{
	size_t		n = count_sums(block->p);
	int64_t    *words = step_words(block);
	const int64_t *from = step_words(other);

	if (block->kind != other->kind || block->p != other->p)
		return false;
	if (block->kind == LOGISTIC_STEP &&
		(block->max_weight != other->max_weight ||
		 memcmp(numbers(block), numbers(other), 4 * (size_t) block->p * sizeof(double)) != 0))
		return false;
	block->used += other->used;
	if (block->kind == LOGISTIC_PROFILE)
	{
		profile_merge(block, other);
		return true;
	}
	block->margin_low = fmin(block->margin_low, other->margin_low);
	block->margin_high = fmax(block->margin_high, other->margin_high);
	for (size_t i = 0; i < 3 * n; i++)
		words[i] += from[i];
	block->pending = 1;
	logistic_block_carry(block);
	return true;
}

void
logistic_profile_template(LogisticBlock *template, uint32_t p)
{
	memset(template, 0, sizeof(*template));
	template->kind = LOGISTIC_PROFILE;
	template->p = p;
}

int64_t
logistic_profile_missing(const LogisticBlock *profile, uint32_t j)
{
	return profile_missing(profile)[j];
}

void
logistic_profile_range(const LogisticBlock *profile, uint32_t j, bool outcome, double *low,
					   double *high)
{
	const double *range = profile_ranges(profile) + 4 * (size_t) j + (outcome ? 2 : 0);

	*low = range[0];
	*high = range[1];
}

void
logistic_step_template(LogisticBlock *template, uint32_t p, int64_t max_weight,
					   const double *center, const double *scale, const double *beta,
					   const double *direction)
{
	double	   *to = numbers(template);
	size_t		size = p * sizeof(double);

	memset(template, 0, sizeof(*template));
	template->kind = LOGISTIC_STEP;
	template->p = p;
	template->max_weight = max_weight;
	memcpy(to, beta, size);
	if (direction != NULL)
		memcpy(to + p, direction, size);
	else
		memset(to + p, 0, size);
	memcpy(to + 2 * (size_t) p, center, size);
	memcpy(to + 3 * (size_t) p, scale, size);
}

/* Of a carried sum: a function of its value alone. */
static double
sum_value(const int64_t *words, size_t n, size_t i)
{
	int64_t		high = words[i];
	int64_t		low = words[n + i];
	int64_t		whole = words[2 * n + i];
	bool		negative = whole < 0;
	double		value;

	if (negative)
	{
		/* -v = ~v + 1, as one number of three digits. */
		low = (INT64_C(1) << UNIT_BITS) - low;
		high = (INT64_C(1) << UNIT_BITS) - 1 - high + (low >> UNIT_BITS);
		low &= (INT64_C(1) << UNIT_BITS) - 1;
		whole = -1 - whole + (high >> UNIT_BITS);
		high &= (INT64_C(1) << UNIT_BITS) - 1;
	}
	value = (double) whole + ((double) high + (double) low / UNIT) / UNIT;
	return negative ? -value : value;
}

void
logistic_step_sums(const LogisticBlock *step, LogisticSums *sums)
{
	uint32_t	p = step->p;
	size_t		n = count_sums(p);
	double		weight = (double) step->max_weight / (double) SCORING_WEIGHT_UNIT;
	const int64_t *words = step_words(step);

	sums->log_likelihood = sum_value(words, n, 0) * LIKELIHOOD_REACH * weight;
	for (uint32_t j = 0; j < p; j++)
		sums->gradient[j] = sum_value(words, n, 1 + j) * weight;
	for (size_t i = 0; i < LOGISTIC_PACKED(0, p); i++)
		sums->hessian[i] = sum_value(words, n, 1 + p + i) * weight;
	if (sums->direction != NULL)
	{
		sums->margin_low = step->margin_low;
		sums->margin_high = step->margin_high;
	}
}

bool
logistic_feature_scale(LogisticFeature *feature)
{
	double		reach = fmax(feature->high - feature->center, feature->center - feature->low);
	int			exponent;

	if (!(feature->low >= -1e300 && feature->high <= 1e300 && reach > 1e-280))
		return false;
	(void) frexp(reach, &exponent);
	feature->scale = ldexp(1.0, -exponent);
	return true;
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
		if (i == 0 && strcmp(term->name, "(intercept)") != 0)
			return scoring_json_fault(&item, fault, "the first term is not \"(intercept)\"");
		for (uint32_t k = 0; k < i; k++)
		{
			if (strcmp(fit->terms[k].name, term->name) == 0)
				return scoring_json_fault(&item, fault, "the term \"%s\" is there twice", term->name);
		}
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
		scoring_json_integer(at, "rows_used", true, 1, INT64_MAX, &fit->rows_used, fault) &&
		read_terms(host, at, fit, fault) &&
		read_skipped(host, at, fit, fault);
}
