/*
 * logistic_test.c: the solver against brute force, and the sums against their definition.
 *
 * Thousands of seeded small samples of two features on a grid. Whether the features separate the outcomes is decided
 * in integers: if any plane does, one through two of the points does. Then the solver must say so; otherwise it must
 * converge to where the score equations, evaluated here in long double, hold. Then sums: the same bytes in any order
 * and any division of the rows, exact for terms that binary fractions can hold, and the same fit with a value far out.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "logistic_core.h"
#include "number_core.h"
#include "../host.h"

#define MOST 400

static int	failures = 0;
static long checks = 0;
static unsigned case_number = 0;
static int	max_iterations = 25;

static void
check(bool holds, const char *what)
{
	checks++;
	if (!holds && failures++ < 20)
		printf("not right in case %u: %s\n", case_number, what);
}

static uint32_t
draw(uint64_t *state, uint32_t below)
{
	*state = scoring_hash_u64(*state, 1);
	return (uint32_t) (*state >> 33) % below;
}

/* ---------- a sample, and the passes over it as a server would make them ---------- */

typedef struct Sample
{
	uint32_t	n;
	double		x[MOST][2];
	bool		bad[MOST];
	double		weight[MOST];
	LogisticBlock *profile;
	LogisticFeature features[3];
	bool		margins;		/* whether the passes give them */
	bool		backwards;
	uint32_t	parts;
} Sample;

static LogisticRow
row_of(const Sample *sample, uint32_t i)
{
	LogisticRow row = {0};

	row.target = sample->bad[i];
	row.weight = sample->weight[i];
	row.features = sample->x[i];
	return row;
}

/* Every part-th row to each part; then the parts together. */
static LogisticBlock *
read_rows(const Sample *sample, const LogisticBlock *template)
{
	size_t		size = logistic_block_size(template->kind, template->p);
	LogisticBlock *all = NULL;

	for (uint32_t part = 0; part < sample->parts; part++)
	{
		LogisticBlock *block = take_memory(NULL, size);

		logistic_block_start(block, template);
		block->length = 0;
		for (uint32_t k = part; k < sample->n; k += sample->parts)
		{
			LogisticRow row = row_of(sample, sample->backwards ? sample->n - 1 - k : k);

			check(logistic_block_add(block, &row), "a row of the sample is one of the design");
		}
		if (block->kind == LOGISTIC_STEP)
			logistic_block_carry(block);
		check(logistic_is_block(block, size), "a block is one");
		if (all == NULL)
			all = block;
		else
			check(logistic_block_merge(all, block), "parts merge");
	}
	return all;
}

static LogisticBlock *
step_block(const Sample *sample, const double *beta, const double *direction)
{
	LogisticBlock *template = take_memory(NULL, logistic_template_size(LOGISTIC_STEP, 3));
	double		center[3] = {0, sample->features[1].center, sample->features[2].center};
	double		scale[3] = {0, sample->features[1].scale, sample->features[2].scale};

	logistic_step_template(template, 3, sample->profile->max_weight, center, scale, beta, direction);
	check(logistic_is_template(template, logistic_template_size(LOGISTIC_STEP, 3)), "a template is one");
	return read_rows(sample, template);
}

static bool
pass(void *source, const double *beta, uint32_t p, bool want_hessian, LogisticSums *sums,
	 ScoringFault *fault)
{
	const Sample *sample = source;

	(void) p;
	(void) want_hessian;
	(void) fault;
	logistic_step_sums(step_block(sample, beta, sums->direction), sums);
	if (!sample->margins)
		sums->margin_low = sums->margin_high = 0;
	return true;
}

static void
move(void *source, const double *shift, double *factor)
{
	Sample	   *sample = source;

	for (uint32_t j = 1; j < 3; j++)
	{
		LogisticFeature *feature = &sample->features[j];
		double		before = feature->scale;

		feature->center += shift[j] / before;
		feature->center = fmin(fmax(feature->center, feature->low), feature->high);
		check(logistic_feature_scale(feature), "a moved feature has a scale");
		factor[j] = feature->scale / before;
	}
}

/* False if a feature is constant or an outcome is missing. Otherwise b is the solution in the sample's own units. */
static bool
fit(Sample *sample, LogisticResult *result, double *b)
{
	LogisticBlock *template = take_memory(NULL, logistic_template_size(LOGISTIC_PROFILE, 3));
	LogisticOptions options = logistic_options_default();
	ScoringFault fault;
	double		start[3] = {0};

	logistic_profile_template(template, 3);
	sample->profile = read_rows(sample, template);
	if (sample->profile->goods == 0 || sample->profile->bads == 0)
		return false;
	for (uint32_t j = 1; j < 3; j++)
	{
		LogisticFeature *feature = &sample->features[j];
		double		low;
		double		high;

		logistic_profile_range(sample->profile, j - 1, false, &feature->low, &feature->high);
		logistic_profile_range(sample->profile, j - 1, true, &low, &high);
		feature->low = fmin(feature->low, low);
		feature->high = fmax(feature->high, high);
		if (feature->low == feature->high)
			return false;
		feature->center = 0.5 * feature->low + 0.5 * feature->high;
		check(logistic_feature_scale(feature), "a feature that varies has a scale");
	}
	start[0] = scoring_log((double) sample->profile->bads / (double) sample->profile->goods);
	options.start = start;
	options.move = move;
	options.max_iterations = max_iterations;
	check(logistic_solve(&host, 3, pass, sample, &options, result, &fault), "no pass fails");
	b[0] = result->beta[0];
	for (uint32_t j = 1; j < 3; j++)
	{
		b[j] = result->beta[j] * sample->features[j].scale;
		b[0] -= b[j] * sample->features[j].center;
	}
	return true;
}

/* ---------- brute force ---------- */

/* Coordinates are small integers. 1: some plane separates; 0: none does; -1: all points are on one line. */
static int
separable(const Sample *sample)
{
	bool		line = true;

	for (uint32_t i = 0; i < sample->n; i++)
	{
		for (uint32_t j = 0; j < i; j++)
		{
			long		ux = lrint(sample->x[j][0] - sample->x[i][0]);
			long		uy = lrint(sample->x[j][1] - sample->x[i][1]);
			bool		some = false;
			bool		up = true;
			bool		down = true;

			if (ux == 0 && uy == 0)
				continue;
			for (uint32_t k = 0; k < sample->n; k++)
			{
				long		side = ux * lrint(sample->x[k][1] - sample->x[i][1]) -
					uy * lrint(sample->x[k][0] - sample->x[i][0]);

				some = some || side != 0;
				if (!sample->bad[k])
					side = -side;
				up = up && side >= 0;
				down = down && side <= 0;
			}
			line = line && !some;
			if (some && (up || down))
				return 1;
		}
	}
	return line ? -1 : 0;
}

/* The gradient at b, against the sum of the sizes of its terms. */
static long double
worst_equation(const Sample *sample, const double *b)
{
	long double worst = 0;

	for (uint32_t j = 0; j < 3; j++)
	{
		long double sum = 0;
		long double size = 0;

		for (uint32_t i = 0; i < sample->n; i++)
		{
			long double x = j == 0 ? 1 : sample->x[i][j - 1];
			long double eta = b[0] + (long double) b[1] * sample->x[i][0] +
				(long double) b[2] * sample->x[i][1];
			long double term = sample->weight[i] * x * (sample->bad[i] - 1 / (1 + expl(-eta)));

			sum += term;
			size += fabsl(term);
		}
		worst = fmaxl(worst, fabsl(sum) / (size + 1e-300L));
	}
	return worst;
}

static void
small_case(uint32_t *separated, uint32_t *solved, uint32_t *collinear)
{
	uint64_t	state = case_number;
	Sample		sample = {0};
	uint32_t	grid = 2 + draw(&state, 4);
	bool		weighted = draw(&state, 3) == 0;
	double		offset = draw(&state, 3) == 0 ? 1048576.0 : 0;

	sample.n = 4 + draw(&state, 14);
	sample.parts = 1 + draw(&state, 3);
	for (uint32_t i = 0; i < sample.n; i++)
	{
		sample.x[i][0] = draw(&state, grid) + offset;
		sample.x[i][1] = draw(&state, grid);
		/* Both without and with an effect. */
		sample.bad[i] = draw(&state, 8) < (case_number % 2 == 0 ? 4 : sample.x[i][1] * 8 / grid);
		sample.weight[i] = weighted ? 0.25 * (1 + draw(&state, 8)) : 1;
	}
	for (int margins = 1; margins >= 0; margins--)
	{
		LogisticResult result;
		double		b[3];
		int			truth;

		sample.margins = margins == 1;
		if (!fit(&sample, &result, b))
			return;
		truth = separable(&sample);
		if (truth < 0)
		{
			check(result.end == LOGISTIC_COLLINEAR && result.column == 2 && result.share[1] == 1, "collinear");
			(*collinear)++;
		}
		else if (truth > 0)
		{
			check(result.end == LOGISTIC_SEPARATED, margins ? "separated" : "separated, without margins");
			check(result.column == 1 || result.column == 2 || !margins, "separated by a feature");
			(*separated)++;
		}
		else
		{
			check(result.end == LOGISTIC_CONVERGED, margins ? "has a solution" : "has a solution, without margins");
			check(worst_equation(&sample, b) < (offset > 0 ? 1e-9L : 1e-13L), "the score equations hold");
			(*solved)++;
		}
	}
}

/* ---------- sums ---------- */

static void
fill(Sample *sample, uint32_t n, double far)
{
	uint64_t	state = 5;

	memset(sample, 0, sizeof(*sample));
	sample->n = n;
	sample->parts = 1;
	sample->margins = true;
	for (uint32_t i = 0; i < n; i++)
	{
		sample->x[i][0] = draw(&state, 1000) / 1000.0;
		sample->x[i][1] = draw(&state, 1000) * 1e6;
		sample->bad[i] = draw(&state, 1000) < 200 + 500 * sample->x[i][0];
		sample->weight[i] = 1;
	}
	if (far != 0)
	{
		sample->x[0][0] = far;
		sample->bad[0] = true;
	}
}

static void
sums_are_order_free(void)
{
	static const double beta[3] = {-1, 0.7, 300};
	static const double direction[3] = {0.1, 1, -1};
	LogisticResult result;
	LogisticBlock *first;
	Sample		sample;
	double		b[3];

	fill(&sample, MOST, 1e9);
	for (uint32_t i = 0; i < MOST; i++)
		sample.weight[i] = 1 + (i % 7) / 3.0;
	check(fit(&sample, &result, b), "a sample to sum over");
	first = step_block(&sample, beta, direction);
	for (uint32_t parts = 1; parts < 30; parts++)
	{
		sample.parts = parts;
		sample.backwards = parts % 2 == 0;
		check(memcmp(first, step_block(&sample, beta, direction), logistic_block_size(LOGISTIC_STEP, 3)) == 0,
			  "the same bytes in any order and division");
	}
}

/* At beta = 0 everything is a binary fraction: the sums must be right to the last bit, also after many carries. */
static void
sums_are_exact(void)
{
	static const double zero[3] = {0};
	double		center[3] = {0};
	double		scale[3] = {0, 1, 1};
	double		gradient[3];
	double		hessian[6];
	LogisticSums sums = {.gradient = gradient, .hessian = hessian};
	LogisticBlock *template = take_memory(NULL, logistic_template_size(LOGISTIC_STEP, 3));
	LogisticBlock *step = take_memory(NULL, logistic_block_size(LOGISTIC_STEP, 3));
	double		x[2] = {1 - ldexp(1, -40), -ldexp(1, -45)};
	LogisticRow row = {.weight = 1, .features = x};
	int			n = 100000;

	logistic_step_template(template, 3, SCORING_WEIGHT_UNIT, center, scale, zero, NULL);
	logistic_block_start(step, template);
	for (int i = 0; i < n; i++)
	{
		row.target = i % 4 == 0;
		check(logistic_block_add(step, &row), "a row within the design");
	}
	logistic_block_carry(step);
	logistic_step_sums(step, &sums);
	check(step->used == n, "every row is used");
	check(gradient[0] == -0.25 * n, "gradient of the constant");
	check(gradient[1] == -0.25 * n * x[0], "gradient near 1");
	check(gradient[2] == -0.25 * n * x[1], "gradient near 0");
	check(hessian[0] == 0.25 * n, "Hessian of the constant");
	check(hessian[4] == 0.25 * n * (x[0] * x[1]), "Hessian, mixed");
	check(hessian[5] == 0.25 * n * (x[1] * x[1]), "Hessian near 0");
	check(fabs(sums.log_likelihood / (n * -0.69314718055994530942) - 1) < 1e-15, "log-likelihood");
	x[0] = 1.0000001;
	check(!logistic_block_add(step, &row), "a row outside of the design is refused");
	x[0] = NAN;
	check(logistic_block_add(step, &row) && step->used == n, "a row that is left out is left out");
	x[0] = 0;
	row.weight = 2;
	check(!logistic_block_add(step, &row), "a weight above the greatest is refused");
}

/* A value far out, on the right side, has no say in the end. */
static void
far_out(void)
{
	Sample		sample;
	LogisticResult result;
	double		near[3];
	double		b[3];

	fill(&sample, MOST, 100);
	check(fit(&sample, &result, near) && result.end == LOGISTIC_CONVERGED, "converges with 100");
	for (double far = 1e3; far < 1e10; far *= 10)
	{
		fill(&sample, MOST, far);
		check(fit(&sample, &result, b) && result.end == LOGISTIC_CONVERGED, "converges far out");
		for (int j = 0; j < 3; j++)
			check(fabs(b[j] / near[j] - 1) < 1e-12, "the same fit, however far out");
		check(worst_equation(&sample, b) < 1e-12L, "the score equations hold far out");
	}
	/* So far that the steps of the rest are nothing beside it for long: not taken for an end. */
	fill(&sample, MOST, 1e13);
	check(fit(&sample, &result, b) && result.end == LOGISTIC_NOT_CONVERGED, "no end for want of steps");
	max_iterations = 200;
	fill(&sample, MOST, 1e13);
	check(fit(&sample, &result, b) && result.end == LOGISTIC_CONVERGED, "an end with enough of them");
	for (int j = 0; j < 3; j++)
		check(fabs(b[j] / near[j] - 1) < 1e-9, "the same fit in the end");
	max_iterations = 25;
}

/*
 * What the sums hold, one term at a time and without vectors: so that whichever code the CPU at hand gets is the same
 * to the last bit. Terms are rounded half to even to 2^-50, and what that leaves to 2^-100.
 */
static void
sums_are_those_of_any_cpu(void)
{
	const uint32_t p = 9;
	const uint32_t n = 5000;	/* more than are added up before a carry */
	size_t		size = logistic_block_size(LOGISTIC_STEP, p);
	LogisticBlock *template = take_memory(NULL, logistic_template_size(LOGISTIC_STEP, p));
	LogisticBlock *block = take_memory(NULL, size);
	double		beta[9];
	double		center[9] = {0};
	double		scale[9];
	uint64_t	state = 77;

	for (uint32_t j = 0; j < p; j++)
	{
		beta[j] = (double) draw(&state, 1000) / 700 - 0.7;
		scale[j] = 1;
	}
	for (int coarse = 0; coarse <= 1; coarse++)
	{
		double		gradient[9];
		double		hessian[45];
		LogisticSums sums = {.gradient = gradient, .hessian = hessian};
		__int128	high[45] = {0};
		__int128	low[45] = {0};
		bool		same = true;

		logistic_step_template(template, p, SCORING_WEIGHT_UNIT, center, scale, beta, NULL);
		template->coarse = coarse;
		logistic_block_start(block, template);
		for (uint32_t i = 0; i < n; i++)
		{
			double		x[9] = {1};
			double		eta = beta[0];
			LogisticRow row = {.features = x + 1, .target = i % 3 == 0, .weight = 1};
			double		e;
			double		larger;
			double		variance;

			for (uint32_t j = 1; j < p; j++)
			{
				x[j] = (double) draw(&state, 2000001) / 1000000 - 1;
				eta += beta[j] * x[j];
			}
			check(logistic_block_add(block, &row), "a row is added");
			e = scoring_exp(-fabs(eta));
			larger = 1.0 / (1.0 + e);
			variance = larger * (e * larger);
			for (uint32_t j = 0; j < p; j++)
			{
				for (uint32_t k = 0; k <= j; k++)
				{
					double		term = x[k] * (variance * x[j]) * 1125899906842624.0;
					double		rounded = rint(term);

					high[LOGISTIC_PACKED(k, j)] += (int64_t) rounded;
					low[LOGISTIC_PACKED(k, j)] += (int64_t) rint((term - rounded) * 1125899906842624.0);
				}
			}
		}
		logistic_block_carry(block);
		logistic_step_sums(block, &sums);
		for (int i = 0; i < 45; i++)
		{
			long double whole = (long double) high[i] + (coarse ? 0 : (long double) low[i] / 1125899906842624.0L);

			/* The value is within a rounding of the exact one; the coarse one is a sum of 50 bits each. */
			same = same && fabsl(hessian[i] - whole / 1125899906842624.0L) <= fabsl(whole / 1125899906842624.0L) * 3e-16L;
			if (coarse)
				same = same && hessian[i] == (double) (whole / 1125899906842624.0L);
		}
		check(same, coarse ? "coarse sums, term by term" : "sums, term by term");
	}
}

int
main(void)
{
	uint32_t	separated = 0;
	uint32_t	solved = 0;
	uint32_t	collinear = 0;

	for (case_number = 1; case_number <= 6000; case_number++)
	{
		small_case(&separated, &solved, &collinear);
		drop_memory();
	}
	case_number = 0;
	check(separated > 1000 && solved > 1000 && collinear > 50, "all kinds of cases occur");
	sums_are_order_free();
	drop_memory();
	sums_are_exact();
	drop_memory();
	sums_are_those_of_any_cpu();
	drop_memory();
	far_out();
	drop_memory();
	printf("logistic: %ld checks; %u separated, %u solved, %u collinear\n", checks, separated, solved, collinear);
	return failures > 0;
}
