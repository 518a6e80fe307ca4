/*
 * binning_test.c: the optimal binning against brute force.
 *
 * Thousands of seeded random cases, numbers and text, over every trend, constraint and smoothing: all partitions are
 * listed, judged by constraints and IV written again here (with the C library's logarithm), and the best must be what
 * binning_fit() found, within 1e-12 both ways. What it returns is judged from its bins alone. The text form of each
 * result reads back to the same bytes, and counting the same sample gives the same counts.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "binning_core.h"
#include "number_core.h"
#include "../host.h"

#define MOST 12

static int	failures = 0;
static long checks = 0;
static unsigned case_number = 0;

static void
check(bool holds, const char *what)
{
	checks++;
	if (!holds && failures++ < 20)
		printf("not right in case %u: %s\n", case_number, what);
}

/* ---------- seeded numbers ---------- */

static uint64_t state;

static uint64_t
draw(uint64_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (scoring_hash_u64(state, 7) >> 11) % below;
}

/* ---------- the reference ---------- */

typedef struct Group
{
	double		goods;
	double		bads;
} Group;

typedef struct Case
{
	TallyView	view;
	TallyCell	cells[MOST];
	char		names[MOST][16];
	int			n;				/* classes, in the order partitions are made in */
	Group		classes[MOST];
	double		goods;			/* of everything */
	double		bads;
	BinningOptions options;
} Case;

static double
reference_iv(const Case *c, Group bin)
{
	double		g = bin.goods;
	double		b = bin.bads;
	double		G = c->goods;
	double		B = c->bads;
	double		a = c->options.smoothing.amount;

	switch (c->options.smoothing.mode)
	{
		case BINNING_SMOOTH_NONE:
			break;
		case BINNING_SMOOTH_ADD_EMPTY:
			if (g == 0 || b == 0)
				return (g / G - b / B) * log(((g + a) / G) / ((b + a) / B));
			break;
		case BINNING_SMOOTH_REPLACE:
		case BINNING_SMOOTH_RENORMALISE:
			g = g == 0 ? a : g;
			b = b == 0 ? a : b;
			break;
		case BINNING_SMOOTH_ADD:
			g += a;
			b += a;
			G += 2 * a;
			B += 2 * a;
			break;
		case BINNING_SMOOTH_PROPORTION:
			return (g / G - b / B) * log((g / G + a) / (b / B + a));
		case BINNING_SMOOTH_ZERO:
			if (g == 0 || b == 0)
				return 0;
			break;
	}
	return (g / G - b / B) * log((g / G) / (b / B));
}

static double
reference_p(Group x, Group y)
{
	double		n = x.goods + x.bads;
	double		m = y.goods + y.bads;
	double		pooled = (x.bads + y.bads) / (n + m);

	if (pooled <= 0 || pooled >= 1)
		return 1;
	return erfc(fabs(x.bads / n - y.bads / m) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)) / sqrt(2));
}

/* The sign of rate(y) - rate(x); weights here are whole numbers or thousandths, small enough to multiply exactly. */
static int
reference_step(Group x, Group y)
{
	double		left = rint(y.bads * 1000) * rint((x.goods + x.bads) * 1000);
	double		right = rint(x.bads * 1000) * rint((y.goods + y.bads) * 1000);

	return (left > right) - (left < right);
}

static bool
meets_trend(const Group *bins, int n, BinningTrend trend)
{
	bool		turned = false;

	for (int i = 1; i < n; i++)
	{
		int			step = reference_step(bins[i - 1], bins[i]);

		if (trend == BINNING_NONE || step == 0)
			continue;
		if (trend == BINNING_DESCENDING || trend == BINNING_VALLEY)
			step = -step;
		if (step > 0 && !turned)
			continue;
		if (step < 0 && (trend == BINNING_PEAK || trend == BINNING_VALLEY))
		{
			turned = true;
			continue;
		}
		return false;
	}
	return true;
}

static bool
meets(const Case *c, const Group *bins, int n, double weight)
{
	const BinningOptions *o = &c->options;

	if (n < o->min_bins || n > o->max_bins)
		return false;
	for (int i = 0; i < n; i++)
	{
		if (bins[i].goods + bins[i].bads < o->min_bin_fraction * weight - 1e-7
			|| bins[i].goods < o->min_bin_goods || bins[i].bads < o->min_bin_bads)
			return false;
		if (o->smoothing.mode == BINNING_SMOOTH_NONE && (bins[i].goods == 0 || bins[i].bads == 0))
			return false;
		if (i > 0)
		{
			double		difference = bins[i].bads / (bins[i].goods + bins[i].bads)
				- bins[i - 1].bads / (bins[i - 1].goods + bins[i - 1].bads);

			if (fabs(difference) < o->min_bad_rate_difference - 1e-12)
				return false;
			if (o->max_bin_p_value < 1 && reference_p(bins[i - 1], bins[i]) > o->max_bin_p_value)
				return false;
		}
	}
	return true;
}

typedef struct Best
{
	bool		feasible;
	double		iv;
	int			count;
	Group		bins[MOST];
} Best;

static int
cut(const Case *c, unsigned mask, Group *bins)
{
	int			n = 0;

	bins[0].goods = bins[0].bads = 0;
	for (int i = 0; i < c->n; i++)
	{
		if (i > 0 && (mask >> (i - 1) & 1))
		{
			n++;
			bins[n].goods = bins[n].bads = 0;
		}
		bins[n].goods += c->classes[i].goods;
		bins[n].bads += c->classes[i].bads;
	}
	return n + 1;
}

static Best
brute(const Case *c, BinningTrend trend)
{
	Best		best = {0};
	double		weight = 0;

	for (int i = 0; i < c->n; i++)
		weight += c->classes[i].goods + c->classes[i].bads;
	for (unsigned mask = 0; mask < 1u << (c->n - 1); mask++)
	{
		Group		bins[MOST];
		int			n = cut(c, mask, bins);
		double		iv = 0;

		if (!meets(c, bins, n, weight) || !meets_trend(bins, n, trend))
			continue;
		for (int i = 0; i < n; i++)
			iv += reference_iv(c, bins[i]);
		if (!best.feasible || iv > best.iv + 1e-14 || (iv > best.iv - 1e-14 && n < best.count))
		{
			best.feasible = true;
			best.iv = iv;
			best.count = n;
			memcpy(best.bins, bins, sizeof(bins));
		}
	}
	return best;
}

static bool
reference_turn_holds(const Best *b, bool peak)
{
	int			turn = 0;

	for (int i = 1; i < b->count; i++)
	{
		if (reference_step(b->bins[turn], b->bins[i]) * (peak ? 1 : -1) > 0)
			turn = i;
	}
	return turn > 0 && turn < b->count - 1
		&& fmax(reference_p(b->bins[0], b->bins[turn]), reference_p(b->bins[b->count - 1], b->bins[turn])) < 0.01;
}

static Best
brute_auto(const Case *c)
{
	Best		up = brute(c, BINNING_ASCENDING);
	Best		down = brute(c, BINNING_DESCENDING);
	Best		turns[2] = {brute(c, BINNING_PEAK), brute(c, BINNING_VALLEY)};
	Best		monotone = !up.feasible || (down.feasible && down.iv > up.iv) ? down : up;
	int			first = turns[1].feasible && (!turns[0].feasible || turns[1].iv > turns[0].iv + 1e-13);

	for (int k = 0; k < 2; k++)
	{
		const Best *turn = &turns[k == 0 ? first : !first];

		if (!turn->feasible)
			continue;
		if (!monotone.feasible)
			return *turn;
		if (turn->iv - monotone.iv >= 0.01 && turn->iv >= 1.1 * monotone.iv
			&& reference_turn_holds(turn, turn == &turns[0]))
			return *turn;
	}
	return monotone;
}

/* ---------- cases ---------- */

static void
add(TallyCounts *to, const TallyCounts *from)
{
	to->rows += from->rows;
	to->goods += from->goods;
	to->bads += from->bads;
	to->unlabelled += from->unlabelled;
}

static TallyCounts
draw_counts(int style, bool weighted)
{
	TallyCounts counts = {0};
	uint64_t	goods = 0;
	uint64_t	bads = 0;

	switch (style)
	{
		case 0:					/* many ties */
			goods = draw(3);
			bads = draw(3);
			break;
		case 1:					/* small */
			goods = draw(10);
			bads = draw(5);
			break;
		default:				/* a portfolio */
			goods = draw(400) + 1;
			bads = draw(100);
	}
	counts.rows = (int64_t) (goods + bads);
	counts.goods = (int64_t) goods * SCORING_WEIGHT_UNIT;
	counts.bads = (int64_t) bads * SCORING_WEIGHT_UNIT;
	if (weighted)
	{
		counts.goods = counts.goods / 1000 * (int64_t) (draw(2000) + 1);
		counts.bads = counts.bads / 1000 * (int64_t) (draw(2000) + 1);
	}
	if (draw(8) == 0)
	{
		uint64_t	rows = draw(5);

		counts.rows += (int64_t) rows;
		counts.unlabelled = (int64_t) rows * SCORING_WEIGHT_UNIT;
	}
	return counts;
}

static int
by_reference_rate(const void *a, const void *b)
{
	const TallyCell *const *x = a;
	const TallyCell *const *y = b;
	Group		gx = {(double) (*x)->counts.goods / 1e6, (double) (*x)->counts.bads / 1e6};
	Group		gy = {(double) (*y)->counts.goods / 1e6, (double) (*y)->counts.bads / 1e6};
	int			step = reference_step(gx, gy);

	return step != 0 ? -step : *x < *y ? -1 : *x > *y;
}

static void
draw_case(Case *c)
{
	int			style = (int) draw(3);
	bool		text = draw(4) == 0;
	BinningOptions *o = &c->options;
	const TallyCell *order[MOST];

	memset(c, 0, sizeof(Case));
	c->view.kind = text ? TALLY_TEXT : TALLY_NUMBER;
	c->view.exact = true;
	c->view.weighted = draw(4) == 0;
	c->view.ncells = (uint32_t) draw(style == 0 ? MOST - 1 : MOST) + 1;
	c->view.cells = c->cells;
	for (uint32_t i = 0; i < c->view.ncells; i++)
	{
		TallyCell  *cell = &c->cells[i];

		cell->pure = true;
		if (text)
		{
			(void) snprintf(c->names[i], sizeof(c->names[i]), "c%02u", i);
			cell->text = c->names[i];
			cell->length = 3;
		}
		else
			cell->value = (double) i * 1.5 - 3;
		cell->counts = draw_counts(style, c->view.weighted);
		add(&c->view.total, &cell->counts);
	}
	if (draw(3) == 0)
	{
		c->view.missing = draw_counts(1, c->view.weighted);
		add(&c->view.total, &c->view.missing);
	}
	c->goods = (double) c->view.total.goods / 1e6;
	c->bads = (double) c->view.total.bads / 1e6;
	for (uint32_t i = 0; i < c->view.ncells; i++)
	{
		if (c->cells[i].counts.goods + c->cells[i].counts.bads > 0)
			order[c->n++] = &c->cells[i];
	}
	if (text)
		qsort(order, (size_t) c->n, sizeof(order[0]), by_reference_rate);
	for (int i = 0; i < c->n; i++)
	{
		c->classes[i].goods = (double) order[i]->counts.goods / 1e6;
		c->classes[i].bads = (double) order[i]->counts.bads / 1e6;
	}

	*o = binning_options_default();
	o->max_bins = (int) draw(8) + 1;
	o->min_bins = draw(4) == 0 ? (int) draw((uint64_t) o->max_bins) + 1 : 1;
	o->min_bin_fraction = draw(2) == 0 ? 0 : (double) draw(30) / 100;
	o->min_bin_goods = draw(2) == 0 ? 0 : (double) draw(8);
	o->min_bin_bads = draw(2) == 0 ? 0 : (double) draw(4);
	o->min_bad_rate_difference = draw(3) > 0 ? 0 : (double) draw(20) / 100;
	o->max_bin_p_value = draw(3) > 0 ? 1 : (double) (draw(50) + 1) / 100;
	o->trend = (BinningTrend) draw(6);
	o->min_category_fraction = 0;
	o->min_special_rows = INT64_C(1000000);
	switch (draw(9))
	{
		case 0:
			o->smoothing.mode = BINNING_SMOOTH_NONE;
			break;
		case 1:
			o->smoothing.mode = BINNING_SMOOTH_REPLACE;
			o->smoothing.amount = 1;
			break;
		case 2:
			o->smoothing.mode = BINNING_SMOOTH_RENORMALISE;
			o->smoothing.amount = 0.9;
			break;
		case 3:
			o->smoothing.mode = BINNING_SMOOTH_ADD;
			o->smoothing.amount = 1;
			break;
		case 4:
			o->smoothing.mode = BINNING_SMOOTH_PROPORTION;
			o->smoothing.amount = 1e-4;
			break;
		case 5:
			o->smoothing.mode = BINNING_SMOOTH_ZERO;
			break;
		default:
			break;
	}
}

static bool
reference_separates(const Case *c)
{
	int			runs = 0;

	if (c->n == 0 || (c->view.missing.goods > 0 && c->view.missing.bads > 0))
		return false;
	for (int i = 0; i < c->n; i++)
	{
		if (c->classes[i].goods > 0 && c->classes[i].bads > 0)
			return false;
		runs += i == 0 || (c->classes[i].goods > 0) != (c->classes[i - 1].goods > 0);
	}
	return runs <= 3;
}

static void
check_round_trip(const Binning *binning)
{
	ScoringBuffer first;
	ScoringBuffer second;
	ScoringFault fault;
	Json	   *json;
	Binning    *again;
	JsonAt		at = {0};

	scoring_buffer_init(&first, &host, BINNING_MAX_BYTES);
	binning_write(&first, binning);
	if (!scoring_json_parse(&host, first.data, first.length, &json, &fault))
	{
		check(false, fault.message);
		return;
	}
	at.node = json;
	if (!binning_read(&host, &at, &again, &fault))
	{
		printf("%s %s\n%s\n", fault.path, fault.message, first.data);
		check(false, "the text form is refused");
		return;
	}
	scoring_buffer_init(&second, &host, BINNING_MAX_BYTES);
	binning_write(&second, again);
	check(first.length == second.length && memcmp(first.data, second.data, first.length) == 0,
		  "the text form reads back to another");
	check(again->iv == binning->iv && again->worst_woe == binning->worst_woe && again->trend == binning->trend,
		  "the text form reads back to other values");
}

static int	infeasible_cases = 0;
static int	separated_cases = 0;
static int	compared_cases = 0;
static int	trend_cases[BINNING_VALLEY + 1];
static int	smoothing_cases[BINNING_SMOOTH_ZERO + 1];

/* How often each constraint bit: without it, brute force finds a better partition or one at all. */
enum
{
	BITES_MAX_BINS, BITES_MIN_BINS, BITES_FRACTION, BITES_GOODS, BITES_BADS, BITES_DIFFERENCE, BITES_P_VALUE, BITES_TREND,
	BITES
};

static int	bites[BITES];
static const char *const bite_names[BITES] = {
	"max_bins", "min_bins", "min_bin_fraction", "min_bin_goods", "min_bin_bads", "min_bad_rate_difference",
	"max_bin_p_value", "trend"
};

static void
count_bites(const Case *c, BinningTrend trend, const Best *best)
{
	Case	   *without = take_memory(NULL, sizeof(Case));

	for (int k = 0; k < BITES; k++)
	{
		BinningOptions *o = &without->options;
		BinningTrend free_trend = trend;
		Best		other;

		memcpy(without, c, sizeof(Case));
		switch (k)
		{
			case BITES_MAX_BINS:
				o->max_bins = MOST;
				break;
			case BITES_MIN_BINS:
				o->min_bins = 1;
				break;
			case BITES_FRACTION:
				o->min_bin_fraction = 0;
				break;
			case BITES_GOODS:
				o->min_bin_goods = 0;
				break;
			case BITES_BADS:
				o->min_bin_bads = 0;
				break;
			case BITES_DIFFERENCE:
				o->min_bad_rate_difference = 0;
				break;
			case BITES_P_VALUE:
				o->max_bin_p_value = 1;
				break;
			default:
				free_trend = BINNING_NONE;
		}
		other = free_trend == BINNING_AUTO ? brute_auto(without) : brute(without, free_trend);
		bites[k] += other.feasible && (!best->feasible || other.iv > best->iv + 1e-9);
	}
}

static void
run_case(void)
{
	Case	   *c = take_memory(NULL, sizeof(Case));
	Binning    *binning = NULL;
	ScoringFault fault;
	BinningTrend trend;
	Best		best;
	Group		bins[MOST + 1];
	TallyCounts counts[MOST + 4];
	double		iv = 0;
	double		weight = 0;
	double		goods = 0;
	double		bads = 0;
	int			n = 0;
	bool		fitted;

	draw_case(c);
	trend = c->view.kind == TALLY_TEXT ? BINNING_NONE : c->options.trend;
	fitted = binning_fit(&host, &c->view, &c->options, &binning, &fault);
	if (c->goods == 0 || c->bads == 0)
	{
		check(!fitted && strncmp(fault.message, "the tally has no ", 17) == 0, "one class is not refused");
		return;
	}
	for (int i = 0; i < c->n; i++)
	{
		goods += c->classes[i].goods;
		bads += c->classes[i].bads;
	}
	if (reference_separates(c) || c->n == 0 || goods == 0 || bads == 0)
	{
		if (fitted)
		{
			separated_cases += binning->separates;
			check(binning->separates == reference_separates(c), "separation is not told");
			check(c->n == 0 || goods == 0 || bads == 0 || !binning->separates || binning->nvalue_bins >= 2,
				  "separated classes share a bin");
			check_round_trip(binning);
		}
		else
			check(c->options.smoothing.mode == BINNING_SMOOTH_NONE || c->options.min_bins > 1, fault.message);
		return;
	}
	best = trend == BINNING_AUTO ? brute_auto(c) : brute(c, trend);
	check(fitted == best.feasible, fitted ? "a binning where there is none" : fault.message);
	if (case_number % 2 == 0)
		count_bites(c, trend, &best);
	if (!fitted && !best.feasible)
	{
		/* It names what is in the way: without that one there is a binning. */
		Case	   *without = take_memory(NULL, sizeof(Case));
		BinningOptions *o = &without->options;
		const char *name = strstr(fault.message, "constraint ");

		infeasible_cases++;
		memcpy(without, c, sizeof(Case));
		if (name == NULL)
		{
			check(strcmp(fault.message, "no binning meets these constraints together") == 0, fault.message);
			return;
		}
		name += 11;
		if (strncmp(name, "min_bins ", 9) == 0)
			o->min_bins = 1;
		else if (strncmp(name, "min_bin_bads ", 13) == 0)
			o->min_bin_bads = 0;
		else if (strncmp(name, "min_bin_goods ", 14) == 0)
			o->min_bin_goods = 0;
		else if (strncmp(name, "min_bin_fraction ", 17) == 0)
			o->min_bin_fraction = 0;
		else if (strncmp(name, "min_bad_rate_difference ", 24) == 0)
			o->min_bad_rate_difference = 0;
		else if (strncmp(name, "max_bin_p_value ", 16) == 0)
			o->max_bin_p_value = 1;
		else if (strncmp(name, "trend ", 6) == 0)
			trend = BINNING_NONE;
		else
			check(false, fault.message);
		best = trend == BINNING_AUTO ? brute_auto(without) : brute(without, trend);
		check(best.feasible, "the constraint it names is not the one");
		return;
	}
	if (!fitted || !best.feasible)
		return;
	compared_cases++;
	trend_cases[trend]++;
	smoothing_cases[c->options.smoothing.mode]++;
	for (uint32_t i = 0; i < binning->nvalue_bins; i++)
	{
		const BinningBin *bin = &binning->bins[i];

		bins[n].goods = (double) bin->counts.goods / 1e6;
		bins[n].bads = (double) bin->counts.bads / 1e6;
		weight += bins[n].goods + bins[n].bads;
		iv += reference_iv(c, bins[n]);
		/* Renormalised totals depend on the number of empty cells: its own IV is checked by golden values. */
		if (c->options.smoothing.mode != BINNING_SMOOTH_RENORMALISE)
			check(fabs(reference_iv(c, bins[n]) - bin->iv) < 1e-12, "the IV share of a bin");
		n++;
	}
	check(meets(c, bins, n, weight), "a constraint is not met");
	check(trend == BINNING_AUTO || meets_trend(bins, n, trend), "the trend is not held");
	check(iv >= best.iv - 1e-12, "brute force is better");
	check(iv <= best.iv + 1e-12, "better than brute force");
	check(n == best.count || (n < best.count && fabs(iv - best.iv) < 1e-12), "more bins than it takes");
	check(binning->bins[binning->nbins - 1].woe == 0 && binning->bins[binning->nbins - 1].fate != BINNING_FATE_OWN,
		  "too few missing rows have a WoE");
	check(binning_count(&host, binning, &c->view, counts, &fault), "the sample is not counted");
	for (uint32_t i = 0; i < binning->nbins; i++)
		check(memcmp(&counts[i], &binning->bins[i].counts, sizeof(TallyCounts)) == 0, "the sample counts differently");
	check_round_trip(binning);
}

/* ---------- many cells: never below what 20 quantile bins reach ---------- */

static void
check_quantiles(int cells, bool ties, BinningTrend trend)
{
	TallyView	view = {0};
	TallyView	coarse;
	TallyCell  *all = take_memory(NULL, (size_t) cells * sizeof(TallyCell));
	BinningOptions options = binning_options_default();
	ScoringFault fault;
	Binning    *fine;
	int64_t		sum = 0;
	int64_t		whole = 0;

	view.kind = TALLY_NUMBER;
	view.exact = true;
	view.ncells = (uint32_t) cells;
	view.cells = all;
	memset(all, 0, (size_t) cells * sizeof(TallyCell));
	for (int i = 0; i < cells; i++)
	{
		int64_t		rows = ties && draw(10) == 0 ? (int64_t) draw(2000) + 1 : (int64_t) draw(3) + 1;
		double		rate = 0.1 + 0.3 * fabs(sin((double) i / cells * 6)) * (double) i / cells;

		all[i].value = i;
		all[i].pure = true;
		all[i].counts.rows = rows;
		for (int64_t k = 0; k < rows; k++)
		{
			if ((double) draw(1000000) < rate * 1e6)
				all[i].counts.bads += SCORING_WEIGHT_UNIT;
			else
				all[i].counts.goods += SCORING_WEIGHT_UNIT;
		}
		add(&view.total, &all[i].counts);
	}
	whole = view.total.rows;
	options.trend = trend;
	if (!binning_fit(&host, &view, &options, &fine, &fault))
	{
		check(false, fault.message);
		return;
	}
	/* Boundaries before and after each quantile: whichever way an outsider cuts at it. */
	for (int side = 0; side < 2; side++)
	{
		TallyCell	few[21] = {0};
		uint32_t	n = 1;
		int			next = 1;
		bool		start = false;
		Binning    *binning;

		coarse = view;
		coarse.cells = few;
		few[0] = all[0];
		memset(&few[0].counts, 0, sizeof(TallyCounts));
		sum = 0;
		for (int i = 0; i < cells; i++)
		{
			bool		quantile = false;

			sum += all[i].counts.rows;
			while (next < 20 && sum * 20 >= whole * next)
			{
				quantile = true;
				next++;
			}
			if (i > 0 && (side == 0 ? start : quantile))
			{
				few[n] = all[i];
				memset(&few[n].counts, 0, sizeof(TallyCounts));
				n++;
			}
			start = quantile;
			add(&few[n - 1].counts, &all[i].counts);
		}
		coarse.ncells = n;
		if (!binning_fit(&host, &coarse, &options, &binning, &fault))
			check(false, fault.message);
		else if (trend != BINNING_AUTO)
			check(fine->iv >= binning->iv - 1e-12, "20 quantile bins are better");
	}
}

int
main(void)
{
	for (case_number = 0; case_number < 6000; case_number++)
	{
		state = case_number * UINT64_C(2654435761) + 1;
		run_case();
		drop_memory();
	}
	for (int i = 0; i < 60; i++, case_number++)
	{
		state = case_number * UINT64_C(2654435761) + 1;
		check_quantiles(i % 3 == 0 ? 300 : 4096, i % 2 == 0, (BinningTrend) (i % 6));
		drop_memory();
	}
	if (compared_cases < 2000 || infeasible_cases < 200 || separated_cases < 20)
	{
		failures++;
		printf("too few cases: %d compared, %d infeasible, %d separated\n", compared_cases, infeasible_cases,
			   separated_cases);
	}
	for (int k = 0; k < BITES; k++)
	{
		if (bites[k] < 50)
		{
			failures++;
			printf("too few cases: %s bites in %d\n", bite_names[k], bites[k]);
		}
	}
	for (int k = 0; k <= BINNING_VALLEY; k++)
	{
		if (trend_cases[k] < 400)
		{
			failures++;
			printf("too few cases: %d of trend %s\n", trend_cases[k], binning_trend_name((BinningTrend) k));
		}
	}
	for (int k = 0; k <= BINNING_SMOOTH_ZERO; k++)
	{
		if (smoothing_cases[k] < 200)
		{
			failures++;
			printf("too few cases: %d of smoothing %d\n", smoothing_cases[k], k);
		}
	}
	printf("binning: %ld checks; %d cases equal brute force, %d infeasible, %d separated\n", checks, compared_cases,
		   infeasible_cases, separated_cases);
	return failures != 0;
}
