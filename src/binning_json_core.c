/*
 * binning_json_core.c: the text form of a binning, canonical JSON. What is read must follow from its counts.
 */
#include "binning_core.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "binning_parts.h"
#include "number_core.h"

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
						 binning_trend_words[o->trend], o->has_splits ? "true" : "false",
						 o->has_groups ? "true" : "false", smoothing);
	write_member(buffer, "min_category_fraction", o->min_category_fraction);
	scoring_write_format(buffer, ",\"min_special_rows\":%lld", (long long) o->min_special_rows);
	scoring_write_format(buffer, ",\"missing_to\":\"%s\",\"special_to\":\"%s\",\"unseen_to\":\"%s\",\"out_of_range_to\":\"%s\"}",
						 binning_policy_words[o->missing_to], binning_policy_words[o->special_to], binning_policy_words[o->unseen_to],
						 binning_policy_words[o->out_of_range_to]);
}

void
binning_write(ScoringBuffer *buffer, const Binning *binning)
{
	scoring_write_format(buffer, "{\"version\":1,\"kind\":\"%s\",\"trend\":\"%s\",\"separates\":%s,\"weighted\":%s,\"exact\":%s,\"observed\":",
						 binning_kind_words[binning->kind - 1], binning_trend_words[binning->trend],
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

		scoring_write_format(buffer, "%s{\"type\":\"%s\"", i > 0 ? "," : "", binning_type_words[bin->type]);
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
		|| !scoring_json_word(at, "trend", true, binning_trend_words, &word, fault)
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
		if (!scoring_json_word(at, policies[i], true, binning_policy_words, &word, fault))
			return false;
		*targets[i] = (BinningPolicy) word;
	}
	if (!binning_check_scalars(o, &inner))
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
	if (list.node->count > BINNING_MAX_CATEGORIES || *total > BINNING_MAX_CATEGORIES)
		return scoring_json_fault(&list, fault, "more than %d categories", BINNING_MAX_CATEGORIES);
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
		bin->categories[i] = binning_copy_text(host, item.node->text, item.node->count);
		if (i > 0 && binning_text_order(&bin->categories[i - 1], &bin->categories[i]) >= 0)
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
		|| !scoring_json_word(at, "type", true, binning_type_words, &type, fault)
		|| !scoring_json_only(at, allowed[type], fault))
		return false;
	bin->type = (BinningBinType) type;
	if ((bin->type == BINNING_RANGE && binning->kind == BINNING_TEXT)
		|| ((bin->type == BINNING_CATEGORIES || bin->type == BINNING_OTHER) && binning->kind == BINNING_NUMBER))
		return scoring_json_fault(at, fault, "a bin of type \"%s\" in a binning of %s", binning_type_words[type],
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
									  binning_type_words[bin->type], binning_type_words[before->type]);
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
	if (!binning_evaluate(host, binning, &bad_bin))
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
								  binning_trend_words[binning->trend], binning_trend_words[trend]);
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
		|| !scoring_json_word(at, "kind", true, binning_kind_words, &kind, fault)
		|| !scoring_json_word(at, "trend", true, binning_trend_words, &trend, fault)
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
	if (!binning_index(host, binning, &twice))
	{
		JsonAt		item = scoring_json_item(&list, twice);

		return scoring_json_fault(&item, fault, "a category that another bin has too");
	}
	if (!check_derived(host, &list, binning, trend, fault))
		return false;
	*out = binning;
	return true;
}
