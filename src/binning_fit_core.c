/*
 * binning_fit_core.c: the partition of a variable with the greatest information value under constraints.
 *
 * At most 200 fine classes; the dynamic programme's state is "the last bin is classes i..j" in layers by the number of
 * bins. For each boundary the bins that end there and those that begin there are sorted by bad rate once, so that a step
 * that only asks for the order of two rates is one merge of two lists instead of a loop over pairs. Bad rates are
 * compared exactly. Nothing here depends on the order of rows or on the CPU.
 */
#include "binning_core.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "binning_parts.h"
#include "number_core.h"

#define RATE_SLACK 1e-12		/* a difference of rates written as a decimal is met when it is met to this */

/* ---------- the dynamic programme ---------- */

typedef enum Step
{
	STEP_ANY,
	STEP_UP,					/* the bad rate does not fall */
	STEP_DOWN
} Step;

typedef struct Ranked
{
	double		rate;
	uint32_t	class;			/* the bin's other end */
} Ranked;

/* A fine class: cells (numbers) or categories, with its counts. */
typedef struct Class
{
	uint32_t	first_cell;		/* of a number */
	bool		other;			/* of text: the pool */
	uint32_t	cell;			/* of text */
	TallyCounts counts;
} Class;

typedef struct Fit
{
	const ScoringHost *host;
	const BinningOptions *options;
	uint32_t	n;
	int64_t    *goods;			/* sums of the first i classes, i = 0..n */
	int64_t    *bads;
	bool		small;			/* counts, divided by their common divisor, are exact as doubles */
	int64_t		divisor;
	double	   *iv;				/* by triangle(), of allowed bins */
	double	   *rate;
	uint8_t    *allowed;
	Ranked	   *ending;			/* [i * n ..]: bins (h, i - 1), by rate */
	uint32_t   *nending;
	Ranked	   *beginning;		/* [i * n ..]: bins (i, j), by rate */
	uint32_t   *nbeginning;
	bool		pairwise;		/* max_bin_p_value is set */
	uint8_t    *differ;			/* of pairs, by place in the two lists */
	size_t	   *differ_at;
	uint32_t	layers;
} Fit;

typedef struct Pass
{
	uint32_t	phases;			/* 1, or 2 with a turn */
	double	   *best;			/* [layer * 2 + phase] of partitions of everything */
	uint16_t   *best_start;
	uint16_t   *back;			/* [(layer * phases + phase) * triangle + bin]: phase << 15 | start of the bin before */
} Pass;

typedef struct Partition
{
	bool		feasible;
	double		iv;
	uint32_t	count;
	uint32_t	start[BINNING_MAX_CLASSES]; /* first class of each bin */
} Partition;

static inline size_t
triangle(uint32_t start, uint32_t end)
{
	return (size_t) end * (end + 1) / 2 + start;
}

static int
compare_bins(const Fit *fit, uint32_t start1, uint32_t end1, uint32_t start2, uint32_t end2)
{
	double		rate1 = fit->rate[triangle(start1, end1)];
	double		rate2 = fit->rate[triangle(start2, end2)];

	/* Division rounds monotonically, so different quotients of exact operands settle it. */
	if (fit->small && rate1 != rate2)
		return rate1 < rate2 ? -1 : 1;
	return compare_rates(fit->goods[end1 + 1] - fit->goods[start1], fit->bads[end1 + 1] - fit->bads[start1],
						 fit->goods[end2 + 1] - fit->goods[start2], fit->bads[end2 + 1] - fit->bads[start2]);
}

/* A list's entries are bins (class, i - 1) if `ending`, else (i, class). */
static bool
ranked_after(const Fit *fit, uint32_t i, bool ending, const Ranked *a, const Ranked *b)
{
	int			order;

	if (fit->small && a->rate != b->rate)
		return a->rate > b->rate;
	order = ending ? compare_bins(fit, a->class, i - 1, b->class, i - 1)
		: compare_bins(fit, i, a->class, i, b->class);
	return order > 0 || (order == 0 && a->class > b->class);
}

static void
sort_ranked(const Fit *fit, uint32_t i, bool ending, Ranked *list, uint32_t n, Ranked *spare)
{
	for (uint32_t from = 0; from < n; from += 8)
	{
		uint32_t	to = from + 8 < n ? from + 8 : n;

		for (uint32_t k = from + 1; k < to; k++)
		{
			Ranked		moved = list[k];
			uint32_t	at = k;

			for (; at > from && ranked_after(fit, i, ending, &list[at - 1], &moved); at--)
				list[at] = list[at - 1];
			list[at] = moved;
		}
	}
	for (uint32_t width = 8; width < n; width *= 2)
	{
		for (uint32_t from = 0; from + width < n; from += 2 * width)
		{
			uint32_t	middle = from + width;
			uint32_t	to = middle + width < n ? middle + width : n;
			uint32_t	a = 0;
			uint32_t	b = middle;
			uint32_t	out = from;

			if (!ranked_after(fit, i, ending, &list[middle - 1], &list[middle]))
				continue;
			memcpy(spare, list + from, width * sizeof(Ranked));
			while (a < width && b < to)
				list[out++] = ranked_after(fit, i, ending, &spare[a], &list[b]) ? list[b++] : spare[a++];
			while (a < width)
				list[out++] = spare[a++];
		}
	}
}

/* The least integer weight that is at least this share of a whole, forgiving what a decimal share is off as a double. */
static int64_t
share_threshold(double fraction, int64_t whole)
{
	double		exact = fraction * (double) whole;

	return (int64_t) ceil(exact - exact * 1e-12);
}

static int64_t
greatest_divisor(int64_t a, int64_t b)
{
	while (b != 0)
	{
		int64_t		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static void
fit_prepare(Fit *fit, const ScoringHost *host, const BinningOptions *options, const Class *classes, uint32_t n,
			int64_t total_goods, int64_t total_bads)
{
	size_t		size = triangle(n - 1, n - 1) + 1;
	int64_t		weight;
	int64_t		min_weight;
	int64_t		min_goods = (int64_t) ceil(options->min_bin_goods * (double) UNIT);
	int64_t		min_bads = (int64_t) ceil(options->min_bin_bads * (double) UNIT);
	Ranked	   *spare = scoring_alloc(host, n * sizeof(Ranked));
	size_t		pairs = 0;

	memset(fit, 0, sizeof(Fit));
	fit->host = host;
	fit->options = options;
	fit->n = n;
	fit->goods = scoring_alloc0(host, (n + 1) * sizeof(int64_t));
	fit->bads = scoring_alloc0(host, (n + 1) * sizeof(int64_t));
	for (uint32_t i = 0; i < n; i++)
	{
		fit->goods[i + 1] = fit->goods[i] + classes[i].counts.goods;
		fit->bads[i + 1] = fit->bads[i] + classes[i].counts.bads;
		fit->divisor = greatest_divisor(fit->divisor, classes[i].counts.goods);
		fit->divisor = greatest_divisor(fit->divisor, classes[i].counts.bads);
	}
	weight = fit->goods[n] + fit->bads[n];
	min_weight = share_threshold(options->min_bin_fraction, weight);
	fit->small = weight / fit->divisor < INT64_C(1) << 53;
	fit->iv = scoring_alloc(host, size * sizeof(double));
	fit->rate = scoring_alloc(host, size * sizeof(double));
	fit->allowed = scoring_alloc(host, size);
	fit->ending = scoring_alloc(host, (size_t) n * n * sizeof(Ranked));
	fit->beginning = scoring_alloc(host, (size_t) n * n * sizeof(Ranked));
	fit->nending = scoring_alloc0(host, (n + 1) * sizeof(uint32_t));
	fit->nbeginning = scoring_alloc0(host, (n + 1) * sizeof(uint32_t));
	for (uint32_t end = 0; end < n; end++)
	{
		for (uint32_t start = 0; start <= end; start++)
		{
			size_t		at = triangle(start, end);
			int64_t		g = fit->goods[end + 1] - fit->goods[start];
			int64_t		b = fit->bads[end + 1] - fit->bads[start];
			Ranked		ranked;

			fit->allowed[at] = g + b >= min_weight && g >= min_goods && b >= min_bads
				&& (options->smoothing.mode != BINNING_SMOOTH_NONE || (g > 0 && b > 0));
			if (!fit->allowed[at])
				continue;
			fit->iv[at] = binning_iv_share(&options->smoothing, g, b, total_goods, total_bads);
			fit->rate[at] = (double) (b / fit->divisor) / (double) ((g + b) / fit->divisor);
			ranked.rate = fit->rate[at];
			if (end + 1 < n)
			{
				ranked.class = start;
				fit->ending[(size_t) (end + 1) * n + fit->nending[end + 1]++] = ranked;
			}
			if (start > 0)
			{
				ranked.class = end;
				fit->beginning[(size_t) start * n + fit->nbeginning[start]++] = ranked;
			}
		}
	}
	scoring_check(host);
	fit->pairwise = options->max_bin_p_value < 1;
	for (uint32_t i = 1; i < n; i++)
	{
		sort_ranked(fit, i, true, fit->ending + (size_t) i * n, fit->nending[i], spare);
		sort_ranked(fit, i, false, fit->beginning + (size_t) i * n, fit->nbeginning[i], spare);
		pairs += (size_t) fit->nending[i] * fit->nbeginning[i];
	}
	scoring_release(host, spare);
	if (fit->pairwise)
	{
		double		z = scoring_normal_quantile(options->max_bin_p_value / 2);
		double		z2 = z * z;
		uint8_t    *to = fit->differ = scoring_alloc(host, pairs + 1);

		fit->differ_at = scoring_alloc(host, n * sizeof(size_t));
		for (uint32_t i = 1; i < n; i++)
		{
			fit->differ_at[i] = (size_t) (to - fit->differ);
			scoring_check(host);
			for (uint32_t b = 0; b < fit->nbeginning[i]; b++)
			{
				uint32_t	end = fit->beginning[(size_t) i * n + b].class;

				for (uint32_t a = 0; a < fit->nending[i]; a++)
				{
					uint32_t	start = fit->ending[(size_t) i * n + a].class;

					*to++ = rate_z_squared(fit->goods[i] - fit->goods[start], fit->bads[i] - fit->bads[start],
										   fit->goods[end + 1] - fit->goods[i],
										   fit->bads[end + 1] - fit->bads[i]) >= z2;
				}
			}
		}
	}
	fit->layers = n < (uint32_t) options->max_bins ? n : (uint32_t) options->max_bins;
	if (min_weight > 0 && (int64_t) fit->layers > weight / min_weight)
		fit->layers = (uint32_t) (weight / min_weight);
	if (fit->layers == 0)
		fit->layers = 1;
}

static void
fit_release(Fit *fit)
{
	scoring_release(fit->host, fit->goods);
	scoring_release(fit->host, fit->bads);
	scoring_release(fit->host, fit->iv);
	scoring_release(fit->host, fit->rate);
	scoring_release(fit->host, fit->allowed);
	scoring_release(fit->host, fit->ending);
	scoring_release(fit->host, fit->beginning);
	scoring_release(fit->host, fit->nending);
	scoring_release(fit->host, fit->nbeginning);
	scoring_release(fit->host, fit->differ);
	scoring_release(fit->host, fit->differ_at);
}

static inline void
take(double value, uint32_t start, double *best, uint32_t *from)
{
	if (value > *best || (value == *best && value > -INFINITY && start < *from))
	{
		*best = value;
		*from = start;
	}
}

/* May bin b of the list of beginnings follow bin a of the list of endings? */
static inline bool
follows(const Fit *fit, uint32_t i, Step step, const Ranked *a, const Ranked *b)
{
	double		difference = fit->options->min_bad_rate_difference;

	if (difference > 0)
		return (step == STEP_UP ? b->rate - a->rate : a->rate - b->rate) >= difference - RATE_SLACK;
	if (fit->small && a->rate != b->rate)
		return (a->rate < b->rate) == (step == STEP_UP);
	return step == STEP_UP ? compare_bins(fit, a->class, i - 1, i, b->class) <= 0
		: compare_bins(fit, a->class, i - 1, i, b->class) >= 0;
}

/*
 * For each bin that begins at class i, the best value among the bins before it that it may follow by this step, joined
 * into best[] and from[] (by place in the list of beginnings). `value` is by start of the bin before.
 */
static void
best_before(const Fit *fit, uint32_t i, Step step, const double *value, double *best, uint32_t *from)
{
	const Ranked *ending = fit->ending + (size_t) i * fit->n;
	const Ranked *beginning = fit->beginning + (size_t) i * fit->n;
	uint32_t	na = fit->nending[i];
	uint32_t	nb = fit->nbeginning[i];
	double		running = -INFINITY;
	uint32_t	where = 0;

	if (step == STEP_ANY && fit->options->min_bad_rate_difference > 0)
	{
		best_before(fit, i, STEP_UP, value, best, from);
		best_before(fit, i, STEP_DOWN, value, best, from);
	}
	else if (fit->pairwise)
	{
		const uint8_t *differ = fit->differ + fit->differ_at[i];

		scoring_check(fit->host);
		for (uint32_t b = 0; b < nb; b++, differ += na)
		{
			for (uint32_t a = 0; a < na; a++)
			{
				if (differ[a] && (step == STEP_ANY || follows(fit, i, step, &ending[a], &beginning[b])))
					take(value[ending[a].class], ending[a].class, &best[b], &from[b]);
			}
		}
	}
	else if (step == STEP_ANY)
	{
		for (uint32_t a = 0; a < na; a++)
			take(value[ending[a].class], ending[a].class, &running, &where);
		for (uint32_t b = 0; b < nb; b++)
			take(running, where, &best[b], &from[b]);
	}
	else if (step == STEP_UP)
	{
		uint32_t	a = 0;

		for (uint32_t b = 0; b < nb; b++)
		{
			for (; a < na && follows(fit, i, step, &ending[a], &beginning[b]); a++)
				take(value[ending[a].class], ending[a].class, &running, &where);
			take(running, where, &best[b], &from[b]);
		}
	}
	else
	{
		uint32_t	a = na;

		for (uint32_t b = nb; b-- > 0;)
		{
			for (; a > 0 && follows(fit, i, step, &ending[a - 1], &beginning[b]); a--)
				take(value[ending[a - 1].class], ending[a - 1].class, &running, &where);
			take(running, where, &best[b], &from[b]);
		}
	}
}

/*
 * Solves for one direction, and with `turn` also for partitions that turn once, all numbers of bins at a time. Phase 0
 * has not turned, phase 1 has.
 */
static void
run_pass(const Fit *fit, Step step, bool turn, Pass *pass)
{
	uint32_t	n = fit->n;
	size_t		size = triangle(n - 1, n - 1) + 1;
	uint32_t	phases = turn ? 2 : 1;
	double	   *now[2];
	double	   *before[2];
	double		source[BINNING_MAX_CLASSES];
	uint16_t	source_phase[BINNING_MAX_CLASSES];
	double		best[BINNING_MAX_CLASSES];
	uint32_t	from[BINNING_MAX_CLASSES];

	pass->phases = phases;
	pass->best = scoring_alloc(fit->host, fit->layers * 2 * sizeof(double));
	pass->best_start = scoring_alloc0(fit->host, fit->layers * 2 * sizeof(uint16_t));
	pass->back = scoring_alloc(fit->host, fit->layers * phases * size * sizeof(uint16_t));
	for (uint32_t phase = 0; phase < 2; phase++)
	{
		now[phase] = scoring_alloc(fit->host, size * sizeof(double));
		before[phase] = scoring_alloc(fit->host, size * sizeof(double));
	}
	for (uint32_t layer = 0; layer < fit->layers; layer++)
	{
		for (uint32_t phase = 0; phase < 2; phase++)
		{
			double	   *swap = now[phase];

			now[phase] = before[phase];
			before[phase] = swap;
			for (size_t k = 0; k < size; k++)
				now[phase][k] = -INFINITY;
		}
		if (layer == 0)
		{
			for (uint32_t end = 0; end < n; end++)
			{
				if (fit->allowed[triangle(0, end)])
					now[0][triangle(0, end)] = fit->iv[triangle(0, end)];
			}
		}
		for (uint32_t i = 1; i < n && layer > 0; i++)
		{
			const Ranked *beginning = fit->beginning + (size_t) i * n;

			for (uint32_t phase = 0; phase < phases; phase++)
			{
				uint16_t   *back = pass->back + (layer * phases + phase) * size;
				Step		by = phase == 0 ? step : step == STEP_UP ? STEP_DOWN : STEP_UP;

				for (uint32_t a = 0; a < i; a++)
				{
					size_t		at = triangle(a, i - 1);
					bool		turned = phase == 1 && before[1][at] > before[0][at];

					source[a] = before[turned][at];
					source_phase[a] = turned;
				}
				for (uint32_t b = 0; b < fit->nbeginning[i]; b++)
				{
					best[b] = -INFINITY;
					from[b] = 0;
				}
				best_before(fit, i, by, source, best, from);
				for (uint32_t b = 0; b < fit->nbeginning[i]; b++)
				{
					size_t		at = triangle(i, beginning[b].class);

					if (best[b] == -INFINITY)
						continue;
					now[phase][at] = best[b] + fit->iv[at];
					back[at] = (uint16_t) (source_phase[from[b]] << 15 | from[b]);
				}
			}
		}
		for (uint32_t phase = 0; phase < 2; phase++)
		{
			double		top = -INFINITY;
			uint32_t	start = 0;

			for (uint32_t i = 0; i < n; i++)
				take(now[phase][triangle(i, n - 1)], i, &top, &start);
			pass->best[layer * 2 + phase] = top;
			pass->best_start[layer * 2 + phase] = (uint16_t) start;
		}
		scoring_check(fit->host);
	}
	for (uint32_t phase = 0; phase < 2; phase++)
	{
		scoring_release(fit->host, now[phase]);
		scoring_release(fit->host, before[phase]);
	}
}

/* What is equal but for rounding counts as equal: fewer bins then win. */
static double
tie(double value)
{
	return fabs(value) * 1e-13 + 1e-15;
}

/* The best partition of a pass, without its turned phase unless asked for. */
static void
best_partition(const Fit *fit, const Pass *pass, bool turned, Partition *out)
{
	size_t		size = triangle(fit->n - 1, fit->n - 1) + 1;
	double		top = -INFINITY;
	uint32_t	layer;
	uint32_t	phase;
	uint32_t	start;
	uint32_t	end = fit->n - 1;

	out->feasible = false;
	for (layer = (uint32_t) fit->options->min_bins - 1; layer < fit->layers; layer++)
	{
		for (phase = 0; phase <= (turned ? 1 : 0); phase++)
			top = pass->best[layer * 2 + phase] > top ? pass->best[layer * 2 + phase] : top;
	}
	if (top == -INFINITY)
		return;
	for (layer = (uint32_t) fit->options->min_bins - 1;; layer++)
	{
		phase = turned && pass->best[layer * 2 + 1] > pass->best[layer * 2];
		if (pass->best[layer * 2 + phase] >= top - tie(top))
			break;
	}
	out->feasible = true;
	out->iv = pass->best[layer * 2 + phase];
	out->count = layer + 1;
	start = pass->best_start[layer * 2 + phase];
	for (;;)
	{
		uint16_t	back;

		out->start[layer] = start;
		if (layer == 0)
			break;
		back = pass->back[(layer * pass->phases + phase) * size + triangle(start, end)];
		end = start - 1;
		start = back & 0x7fff;
		phase = back >> 15;
		layer--;
	}
}

static void
release_pass(const Fit *fit, Pass *pass)
{
	scoring_release(fit->host, pass->best);
	scoring_release(fit->host, pass->best_start);
	scoring_release(fit->host, pass->back);
}

/* Is this turn worth its name: both limbs there, and the weaker one different from the turning bin at p < 0.01? */
static bool
turn_holds(const Fit *fit, const Partition *p, bool peak)
{
	uint32_t	extreme = 0;
	double		worst = 0;
	uint32_t	ends[BINNING_MAX_CLASSES];

	for (uint32_t i = 0; i < p->count; i++)
	{
		int			order;

		ends[i] = i + 1 < p->count ? p->start[i + 1] - 1 : fit->n - 1;
		order = compare_bins(fit, p->start[i], ends[i], p->start[extreme], ends[extreme]);
		if (peak ? order > 0 : order < 0)
			extreme = i;
	}
	if (extreme == 0 || extreme == p->count - 1)
		return false;
	for (uint32_t limb = 0; limb < 2; limb++)
	{
		uint32_t	i = limb == 0 ? 0 : p->count - 1;
		double		value = binning_rate_p_value(fit->goods[ends[i] + 1] - fit->goods[p->start[i]],
												 fit->bads[ends[i] + 1] - fit->bads[p->start[i]],
												 fit->goods[ends[extreme] + 1] - fit->goods[p->start[extreme]],
												 fit->bads[ends[extreme] + 1] - fit->bads[p->start[extreme]]);

		worst = value > worst ? value : worst;
	}
	return worst < 0.01;
}

/* The better monotone partition, unless a single turn pays. */
static void
choose(const Fit *fit, const Partition *up, const Partition *down, const Partition *peak, const Partition *valley,
	   Partition *out)
{
	const Partition *best = up;
	const Partition *turns[2] = {peak, valley};

	if (!up->feasible || (down->feasible && down->iv > up->iv + tie(up->iv)))
		best = down;
	if (valley->feasible && (!peak->feasible || valley->iv > peak->iv + tie(peak->iv)))
	{
		turns[0] = valley;
		turns[1] = peak;
	}
	for (int i = 0; i < 2; i++)
	{
		const Partition *turn = turns[i];

		if (!turn->feasible)
			continue;
		if (!best->feasible)
		{
			/* No monotone partition meets the constraints: the turn is what there is. */
			best = turn;
			break;
		}
		if (turn->iv - best->iv >= 0.01 && turn->iv >= 1.1 * best->iv && turn_holds(fit, turn, turn == peak))
		{
			best = turn;
			break;
		}
	}
	*out = *best;
}

static void
solve(const ScoringHost *host, const BinningOptions *options, BinningTrend trend, const Class *classes, uint32_t n,
	  int64_t total_goods, int64_t total_bads, Partition *out)
{
	Fit			fit;
	Pass		pass;

	out->feasible = false;
	fit_prepare(&fit, host, options, classes, n, total_goods, total_bads);
	if (trend == BINNING_AUTO)
	{
		Partition  *parts = scoring_alloc(host, 4 * sizeof(Partition));

		for (int i = 0; i < 2; i++)
		{
			run_pass(&fit, i == 0 ? STEP_UP : STEP_DOWN, true, &pass);
			best_partition(&fit, &pass, false, &parts[i]);
			best_partition(&fit, &pass, true, &parts[2 + i]);
			release_pass(&fit, &pass);
		}
		choose(&fit, &parts[0], &parts[1], &parts[2], &parts[3], out);
		scoring_release(host, parts);
	}
	else
	{
		bool		turn = trend == BINNING_PEAK || trend == BINNING_VALLEY;
		Step		step = trend == BINNING_NONE ? STEP_ANY
			: trend == BINNING_ASCENDING || trend == BINNING_PEAK ? STEP_UP : STEP_DOWN;

		run_pass(&fit, step, turn, &pass);
		best_partition(&fit, &pass, turn, out);
		release_pass(&fit, &pass);
	}
	fit_release(&fit);
}

/* ---------- naming the constraint that cannot be met ---------- */

#define CONSTRAINTS 7

/* Drops constraint k; false if it was not there. `asked` tells whether it is other than by default. */
static bool
relax(BinningOptions *options, BinningTrend *trend, int k, const char **name, char *value, bool *asked)
{
	const BinningOptions defaults = binning_options_default();
	double		was = 0;

	*asked = true;
	switch (k)
	{
		case 0:
			*name = "min_bins";
			was = options->min_bins;
			options->min_bins = 1;
			if (was == 1)
				return false;
			break;
		case 1:
			*name = "min_bin_bads";
			was = options->min_bin_bads;
			*asked = was != defaults.min_bin_bads;
			options->min_bin_bads = 0;
			if (was == 0)
				return false;
			break;
		case 2:
			*name = "min_bin_goods";
			was = options->min_bin_goods;
			*asked = was != defaults.min_bin_goods;
			options->min_bin_goods = 0;
			if (was == 0)
				return false;
			break;
		case 3:
			*name = "min_bad_rate_difference";
			was = options->min_bad_rate_difference;
			options->min_bad_rate_difference = 0;
			if (was == 0)
				return false;
			break;
		case 4:
			*name = "max_bin_p_value";
			was = options->max_bin_p_value;
			options->max_bin_p_value = 1;
			if (was == 1)
				return false;
			break;
		case 5:
			*name = "min_bin_fraction";
			was = options->min_bin_fraction;
			*asked = was != defaults.min_bin_fraction;
			options->min_bin_fraction = 0;
			if (was == 0)
				return false;
			break;
		default:
			*name = "trend";
			*asked = *trend != BINNING_AUTO;
			(void) snprintf(value, 40, "'%s'", binning_trend_name(*trend));
			if (*trend == BINNING_NONE)
				return false;
			*trend = BINNING_NONE;
			return true;
	}
	value[scoring_number_to_text(was, value)] = '\0';
	return true;
}

static bool
infeasible(const ScoringHost *host, const BinningOptions *options, BinningTrend trend, const Class *classes,
		   uint32_t n, int64_t total_goods, int64_t total_bads, ScoringFault *fault)
{
	Partition  *partition = scoring_alloc(host, sizeof(Partition));
	const char *name;
	const char *named = NULL;
	char		value[40];
	char		named_value[40] = "";
	char		others[200] = "";
	size_t		used = 0;
	bool		asked;
	bool		named_asked = false;

	/* The first one that is in the way alone, those the caller asked for before the defaults. */
	for (int k = 0; k < CONSTRAINTS; k++)
	{
		BinningOptions trial = *options;
		BinningTrend trial_trend = trend;

		if (!relax(&trial, &trial_trend, k, &name, value, &asked) || (named_asked && !asked))
			continue;
		solve(host, &trial, trial_trend, classes, n, total_goods, total_bads, partition);
		if (!partition->feasible)
			continue;
		if (named == NULL || (asked && !named_asked))
		{
			named = name;
			named_asked = asked;
			memcpy(named_value, value, sizeof(named_value));
			used = 0;
			others[0] = '\0';
		}
		else
		{
			int			length = snprintf(others + used, sizeof(others) - used, ", or without %s => %s", name, value);

			used += length > 0 && used + (size_t) length < sizeof(others) ? (size_t) length : 0;
		}
	}
	scoring_release(host, partition);
	if (named != NULL)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "no binning meets the constraint %s => %s", named, named_value);
		return scoring_fault_detail(fault, "There %s %u fine class%s. Without this constraint%s, the rest can be met.",
									n == 1 ? "is" : "are", n, n == 1 ? "" : "es", others);
	}
	scoring_fault(fault, SCORING_FAULT_ARGUMENT, "no binning meets these constraints together");
	{
		char		list[280] = "";

		used = 0;
		for (int k = 0; k < CONSTRAINTS; k++)
		{
			BinningOptions trial = *options;
			BinningTrend trial_trend = trend;
			int			length;

			if (!relax(&trial, &trial_trend, k, &name, value, &asked))
				continue;
			length = snprintf(list + used, sizeof(list) - used, "%s%s => %s", used > 0 ? ", " : "", name, value);
			if (length > 0 && used + (size_t) length < sizeof(list))
				used += (size_t) length;
		}
		return scoring_fault_detail(fault, "They are %s.", list);
	}
}

/* ---------- fine classes ---------- */

/* sum / whole >= k / parts, exactly. */
static inline bool
at_least(int64_t sum, uint32_t parts, int64_t whole, uint32_t k)
{
	__extension__ unsigned __int128 left = (unsigned __int128) sum * parts;
	__extension__ unsigned __int128 right = (unsigned __int128) whole * k;

	return left >= right;
}

/* Marks with `starts` where a class begins; cells without labelled weight stay with the class before them. */
static uint32_t
quantile_starts(const TallyView *tally, int64_t whole, uint32_t parts, uint8_t *starts)
{
	int64_t		sum = 0;
	uint32_t	count = 1;
	uint32_t	next = 1;
	uint32_t	coarse = 1;
	bool		after = false;	/* the last labelled cell held a quantile */
	bool		first = true;

	memset(starts, 0, tally->ncells);
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		int64_t		weight = labelled(&tally->cells[i].counts);
		bool		before = false;

		if (weight == 0)
			continue;
		sum += weight;
		/* A twentieth's quantile (the smallest value whose share of the weight is at least k / 20) has a boundary on both sides. */
		while (coarse < 20 && at_least(sum, 20, whole, coarse))
		{
			before = true;
			coarse++;
		}
		if (!first && (after || before))
		{
			starts[i] = 1;
			count++;
		}
		after = before;
		while (next < parts && at_least(sum, parts, whole, next))
		{
			after = true;
			next++;
		}
		first = false;
	}
	return count;
}

/*
 * Number cells to at most BINNING_MAX_CLASSES fine classes. The boundaries hold those of 20 quantile bins, on either
 * side of the quantile, so that the result is never below what any partition from 20 quantile bins can reach; what room
 * is left goes to finer quantiles, as fine as fit.
 */
static Class *
number_classes(const ScoringHost *host, const TallyView *tally, int64_t whole, uint32_t *n)
{
	uint8_t    *starts = scoring_alloc0(host, tally->ncells + 1);
	Class	   *classes;
	uint32_t	labelled_cells = 0;

	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		if (labelled(&tally->cells[i].counts) > 0)
			starts[i] = labelled_cells++ > 0;
	}
	if (labelled_cells > BINNING_MAX_CLASSES)
	{
		uint32_t	parts = 20;

		while (parts <= 4000 && quantile_starts(tally, whole, parts + 20, starts) <= BINNING_MAX_CLASSES)
			parts += 20;
		labelled_cells = quantile_starts(tally, whole, parts, starts);
	}
	classes = scoring_alloc0(host, (labelled_cells + 1) * sizeof(Class));
	*n = 0;
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		if (starts[i] || *n == 0)
		{
			/* Unlabelled cells before the first labelled one join its class. */
			classes[*n].first_cell = i;
			(*n)++;
		}
		add_counts(&classes[*n - 1].counts, &tally->cells[i].counts);
	}
	if (labelled_cells == 0)
		*n = 0;
	scoring_release(host, starts);
	return classes;
}

static int
by_rate(const void *a, const void *b)
{
	const Class *x = a;
	const Class *y = b;
	int			order = compare_rates(x->counts.goods, x->counts.bads, y->counts.goods, y->counts.bads);

	/* Cells are in order of bytes; the pool goes behind them. */
	if (order != 0)
		return order;
	if (x->other != y->other)
		return x->other ? 1 : -1;
	return x->cell < y->cell ? -1 : x->cell > y->cell;
}

static int
by_weight(const void *a, const void *b)
{
	const Class *x = a;
	const Class *y = b;

	if (labelled(&x->counts) != labelled(&y->counts))
		return labelled(&x->counts) > labelled(&y->counts) ? -1 : 1;
	return x->cell < y->cell ? -1 : x->cell > y->cell;
}

/*
 * Categories that are frequent enough, by rising bad rate; the rest is the pool, which joins them if it is large
 * enough to have a WoE of its own. *pool is what stands apart.
 */
static Class *
text_classes(const ScoringHost *host, const BinningOptions *options, const TallyView *tally, int64_t whole,
			 uint32_t *n, TallyCounts *pool)
{
	Class	   *classes = scoring_alloc0(host, (tally->ncells + 1) * sizeof(Class));
	int64_t		least = share_threshold(options->min_category_fraction, whole);

	*n = 0;
	*pool = tally->pooled;
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		const TallyCounts *counts = &tally->cells[i].counts;

		if (labelled(counts) == 0 || labelled(counts) < least)
		{
			add_counts(pool, counts);
			continue;
		}
		classes[*n].cell = i;
		classes[*n].counts = *counts;
		(*n)++;
	}
	if (*n >= BINNING_MAX_CLASSES)
	{
		qsort(classes, *n, sizeof(Class), by_weight);
		for (uint32_t i = BINNING_MAX_CLASSES - 1; i < *n; i++)
			add_counts(pool, &classes[i].counts);
		*n = BINNING_MAX_CLASSES - 1;
	}
	if (*n > 0 && binning_enough(options, tally->weighted, pool))
	{
		memset(&classes[*n], 0, sizeof(Class));
		classes[*n].other = true;
		classes[*n].counts = *pool;
		(*n)++;
		memset(pool, 0, sizeof(TallyCounts));
	}
	if (*n > 0)
		qsort(classes, *n, sizeof(Class), by_rate);
	return classes;
}

/* Are all of these pure, missing and special too, in at most three runs? Then *runs are the first ones of each. */
static bool
find_separation(const Class *classes, uint32_t n, const TallyView *tally, Partition *runs)
{
	runs->count = 0;
	if (n == 0 || (tally->missing.goods > 0 && tally->missing.bads > 0))
		return false;
	for (uint32_t i = 0; i < tally->nspecial; i++)
	{
		if (tally->special_counts[i].goods > 0 && tally->special_counts[i].bads > 0)
			return false;
	}
	for (uint32_t i = 0; i < n; i++)
	{
		const TallyCounts *counts = &classes[i].counts;

		if (counts->goods > 0 && counts->bads > 0)
			return false;
		if (i > 0 && (counts->bads > 0) == (classes[i - 1].counts.bads > 0))
			continue;
		if (runs->count == 3)
			return false;
		runs->start[runs->count++] = i;
	}
	runs->feasible = true;
	return true;
}

/* The smallest value that is in this cell and not in the one before. */
static double
cell_cut(const TallyView *tally, uint32_t cell)
{
	if (tally->cells[cell].pure || cell == 0)
		return tally->cells[cell].value;
	return scoring_number_from_key(scoring_number_key(tally->cells[cell - 1].value) + 1);
}

/* Bins for special codes and missing, behind the `used` ones. */
static void
add_apart(Binning *binning, uint32_t used, const TallyView *tally)
{
	for (uint32_t i = 0; i < tally->nspecial; i++)
	{
		binning->bins[used].type = BINNING_SPECIAL;
		binning->bins[used].special = tally->special[i];
		binning->bins[used++].counts = tally->special_counts[i];
	}
	binning->bins[used].type = BINNING_MISSING;
	binning->bins[used++].counts = tally->missing;
	binning->nbins = used;
}

static void
set_ranges(Binning *binning, const double *cuts, uint32_t ncuts)
{
	binning->nvalue_bins = ncuts + 1;
	for (uint32_t i = 0; i <= ncuts; i++)
	{
		binning->bins[i].type = BINNING_RANGE;
		binning->bins[i].lower = i == 0 ? -INFINITY : cuts[i - 1];
		binning->bins[i].upper = i == ncuts ? INFINITY : cuts[i];
	}
}

static bool
fit_number(const ScoringHost *host, const TallyView *tally, Binning *binning, ScoringFault *fault)
{
	const BinningOptions *options = &binning->options;
	Partition  *partition = scoring_alloc0(host, sizeof(Partition));
	double	   *cuts = scoring_alloc(host, BINNING_MAX_CLASSES * sizeof(double));
	uint32_t	ncuts = 0;
	uint32_t	twice;
	int64_t		whole = 0;
	int64_t		goods = 0;
	TallyCounts *counts;

	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		whole += labelled(&tally->cells[i].counts);
		goods += tally->cells[i].counts.goods;
	}
	if (tally->ncells > 0)
	{
		binning->has_observed = true;
		binning->observed_low = tally->cells[0].value;
		binning->observed_high = tally->cells[tally->ncells - 1].value;
	}
	if (options->has_splits)
	{
		ncuts = options->nsplits;
		if (ncuts > 0)
			memcpy(cuts, options->splits, ncuts * sizeof(double));
	}
	if (whole > 0)
	{
		/* Separation is looked for among the cells, since a fine class may straddle the boundary. */
		uint32_t	n = 0;
		Class	   *classes = scoring_alloc0(host, tally->ncells * sizeof(Class));

		for (uint32_t i = 0; i < tally->ncells; i++)
		{
			if (labelled(&tally->cells[i].counts) == 0)
				continue;
			classes[n].first_cell = i;
			classes[n++].counts = tally->cells[i].counts;
		}
		binning->separates = find_separation(classes, n, tally, partition);
		if (!binning->separates && !options->has_splits)
		{
			scoring_release(host, classes);
			classes = number_classes(host, tally, whole, &n);
			if (goods == 0 || goods == whole)
			{
				/* No class to tell apart here: one bin, whatever the least counts of a bin. */
				partition->count = 1;
				partition->feasible = options->min_bins == 1;
			}
			else
				solve(host, options, options->trend, classes, n, tally->total.goods, tally->total.bads, partition);
			if (!partition->feasible)
				return infeasible(host, options, options->trend, classes, n, tally->total.goods,
								  tally->total.bads, fault);
		}
		for (uint32_t i = 1; i < partition->count && !options->has_splits; i++)
			cuts[ncuts++] = cell_cut(tally, classes[partition->start[i]].first_cell);
		scoring_release(host, classes);
	}
	binning->bins = scoring_alloc0(host, (ncuts + tally->nspecial + 2) * sizeof(BinningBin));
	set_ranges(binning, cuts, ncuts);
	add_apart(binning, ncuts + 1, tally);
	(void) binning_index(host, binning, &twice);
	counts = scoring_alloc(host, binning->nbins * sizeof(TallyCounts));
	if (!binning_count(host, binning, tally, counts, fault))
		return false;
	for (uint32_t i = 0; i < binning->nbins; i++)
		binning->bins[i].counts = counts[i];
	scoring_release(host, counts);
	scoring_release(host, partition);
	scoring_release(host, cuts);
	return true;
}

static bool
fit_text(const ScoringHost *host, const TallyView *tally, Binning *binning, ScoringFault *fault)
{
	const BinningOptions *options = &binning->options;
	Partition  *partition = scoring_alloc0(host, sizeof(Partition));
	Class	   *classes;
	uint32_t	n;
	uint32_t	used;
	uint32_t	twice;
	uint32_t   *cell_bin;
	TallyCounts pool;
	int64_t		whole = labelled(&tally->pooled);
	int64_t		goods = 0;
	bool		pool_joined = false;

	for (uint32_t i = 0; i < tally->ncells; i++)
		whole += labelled(&tally->cells[i].counts);
	classes = text_classes(host, options, tally, whole, &n, &pool);
	for (uint32_t i = 0; i < n; i++)
		goods += classes[i].counts.goods;
	if (n > 0)
	{
		int64_t		of_classes = 0;

		for (uint32_t i = 0; i < n; i++)
			of_classes += labelled(&classes[i].counts);
		binning->separates = labelled(&pool) == 0 && find_separation(classes, n, tally, partition);
		if (!binning->separates)
		{
			if (goods == 0 || goods == of_classes)
			{
				partition->count = 1;
				partition->start[0] = 0;
				partition->feasible = options->min_bins == 1;
			}
			else
				solve(host, options, BINNING_NONE, classes, n, tally->total.goods, tally->total.bads, partition);
			if (!partition->feasible)
				return infeasible(host, options, BINNING_NONE, classes, n, tally->total.goods, tally->total.bads,
								  fault);
		}
	}
	used = binning->nvalue_bins = partition->count;
	binning->bins = scoring_alloc0(host, (used + tally->nspecial + 3) * sizeof(BinningBin));
	cell_bin = scoring_alloc(host, (tally->ncells + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < tally->ncells; i++)
		cell_bin[i] = UINT32_MAX;
	for (uint32_t k = 0, i = 0; k < used; k++)
	{
		BinningBin *bin = &binning->bins[k];
		uint32_t	to = k + 1 < used ? partition->start[k + 1] : n;

		bin->type = BINNING_CATEGORIES;
		for (; i < to; i++)
		{
			add_counts(&bin->counts, &classes[i].counts);
			if (classes[i].other)
			{
				bin->other = true;
				binning->other_bin = k;
				pool_joined = true;
			}
			else
				cell_bin[classes[i].cell] = k;
		}
	}
	if (!pool_joined)
	{
		binning->bins[used].type = BINNING_OTHER;
		binning->bins[used].other = true;
		binning->bins[used].counts = pool;
		binning->other_bin = used++;
	}
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		if (cell_bin[i] == UINT32_MAX)
			cell_bin[i] = binning->other_bin;
		binning->bins[cell_bin[i]].ncategories++;
	}
	for (uint32_t k = 0; k < used; k++)
	{
		binning->bins[k].categories = scoring_alloc(host, (binning->bins[k].ncategories + 1) * sizeof(BinningText));
		binning->bins[k].ncategories = 0;
	}
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		BinningBin *bin = &binning->bins[cell_bin[i]];

		bin->categories[bin->ncategories++] = binning_copy_text(host, tally->cells[i].text, tally->cells[i].length);
	}
	add_apart(binning, used, tally);
	(void) binning_index(host, binning, &twice);
	scoring_release(host, cell_bin);
	scoring_release(host, classes);
	scoring_release(host, partition);
	return true;
}

/* Groups as the caller gave them; other categories of the tally are pooled by name. */
static bool
fit_groups(const ScoringHost *host, const TallyView *tally, Binning *binning, ScoringFault *fault)
{
	const BinningOptions *options = &binning->options;
	uint32_t	used = options->ngroups;
	uint32_t	twice = 0;
	BinningBin *other;
	TallyCounts *counts;

	binning->nvalue_bins = used;
	binning->bins = scoring_alloc0(host, (used + tally->nspecial + 3) * sizeof(BinningBin));
	for (uint32_t k = 0; k < used; k++)
	{
		BinningBin *bin = &binning->bins[k];

		bin->type = BINNING_CATEGORIES;
		bin->ncategories = options->groups[k].count;
		bin->categories = scoring_alloc(host, bin->ncategories * sizeof(BinningText));
		for (uint32_t c = 0; c < bin->ncategories; c++)
			bin->categories[c] = binning_copy_text(host, options->groups[k].categories[c].text,
										   options->groups[k].categories[c].length);
		qsort(bin->categories, bin->ncategories, sizeof(BinningText), binning_text_order);
	}
	other = &binning->bins[used];
	other->type = BINNING_OTHER;
	other->other = true;
	other->categories = scoring_alloc(host, (tally->ncells + 1) * sizeof(BinningText));
	add_apart(binning, used + 1, tally);
	if (!binning_index(host, binning, &twice))
		return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "group %u names a category that is already named",
							 twice + 1);
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		ScoringInput input = {SCORING_INPUT_TEXT, tally->cells[i].length, 0, tally->cells[i].text};
		int			bin = binning_find(binning, &input);

		if (bin == BINNING_UNSEEN || (uint32_t) bin == used)
			other->categories[other->ncategories++] = binning_copy_text(host, tally->cells[i].text, tally->cells[i].length);
	}
	(void) binning_index(host, binning, &twice);
	counts = scoring_alloc(host, binning->nbins * sizeof(TallyCounts));
	if (!binning_count(host, binning, tally, counts, fault))
		return false;
	for (uint32_t i = 0; i < binning->nbins; i++)
		binning->bins[i].counts = counts[i];
	scoring_release(host, counts);
	return true;
}

static bool
no_finite_woe(const ScoringHost *host, const Binning *binning, uint32_t bad_bin, ScoringFault *fault)
{
	ScoringBuffer label;
	const char *text;

	scoring_buffer_init(&label, host, 1 << 20);
	binning_label(&label, binning, bad_bin);
	text = label.bad || label.data == NULL ? "" : label.data;
	scoring_fault(fault, SCORING_FAULT_ARGUMENT, "bin \"%.100s\" holds no %s, and smoothing \"none\" leaves it without a weight of evidence",
				  text, binning->bins[bad_bin].counts.goods == 0 ? "goods" : "bads");
	scoring_fault_hint(fault, "Use smoothing => 'add_empty(0.5)', or other cut points.");
	scoring_release(host, label.data);
	return false;
}

bool
binning_fit(const ScoringHost *host, const TallyView *tally, const BinningOptions *options, Binning **out,
			ScoringFault *fault)
{
	Binning    *binning;
	uint32_t	bad_bin;
	bool		good;

	if (!binning_options_check(options, fault))
		return false;
	if (options->has_splits && tally->kind == TALLY_TEXT)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "splits apply to numbers, and the tally is of text");
		return scoring_fault_hint(fault, "Use groups for categories.");
	}
	if (options->has_groups && tally->kind == TALLY_NUMBER)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "groups apply to text, and the tally is of numbers");
		return scoring_fault_hint(fault, "Use splits for numbers.");
	}
	if (tally->total.goods == 0 || tally->total.bads == 0)
	{
		bool		none = tally->total.goods == 0 && tally->total.bads == 0;

		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "the tally has no %s",
					  none ? "rows with an outcome" : tally->total.goods == 0 ? "goods" : "bads");
		return scoring_fault_detail(fault, "A weight of evidence compares goods with bads, so both must occur.");
	}
	binning = scoring_alloc0(host, sizeof(Binning));
	binning->kind = tally->kind == TALLY_TEXT || options->has_groups ? BINNING_TEXT : BINNING_NUMBER;
	binning->weighted = tally->weighted;
	binning->exact = tally->exact;
	binning->options = *options;
	if (binning->kind == BINNING_NUMBER)
		good = fit_number(host, tally, binning, fault);
	else if (options->has_groups)
		good = fit_groups(host, tally, binning, fault);
	else
		good = fit_text(host, tally, binning, fault);
	if (!good)
		return false;
	/* They live on as the bins. */
	binning->options.splits = NULL;
	binning->options.nsplits = 0;
	binning->options.groups = NULL;
	binning->options.ngroups = 0;
	if (!binning_evaluate(host, binning, &bad_bin))
	{
		if (bad_bin < binning->nbins)
			return no_finite_woe(host, binning, bad_bin, fault);
		return scoring_fault(fault, SCORING_FAULT_RANGE, "the tally's weights are too large to sum");
	}
	*out = binning;
	return true;
}
