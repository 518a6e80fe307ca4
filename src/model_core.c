/*
 * model_core.c: a scorecard: its JSON, its points, and what it says of one row.
 *
 * One routine, prepare(), stands between every way in and every answer: it resolves what policies make of bins, computes
 * points that were not given, checks the limits that keep sums in an int32, and lays out tables by outcome, so that
 * scoring a row is a search and an addition for each characteristic.
 */
#include <math.h>
#include <stdio.h>

#include "model_core.h"
#include "number_core.h"

#define LN2 0.69314718055994530942
#define NO_POINTS INT32_MIN		/* not given */
#define MAX_LOG_ODDS 1000.0		/* of the intercept; and of a coefficient and a WoE, which are no log odds */

static const char *const kind_words[] = {"scorecard", NULL};
static const char *const type_words[] = {"number", "text", NULL};
static const char *const bin_type_words[] = {
	"range", "categories", "other", "special", "missing", NULL
};
static const char *const fate_words[] = {
	"own", "too_few", "no_rows", "neutral", "worst", "nearest", "error", NULL
};
static const char *const policy_words[] = {"own", "neutral", "worst", "nearest", "error", NULL};
static const char *const method_words[] = {
	"below_average", "below_cutoff_average", "below_max", "below_neutral", NULL
};

/* Where a fault is: in a text if there is one, otherwise by the characteristic's name and the bin's number. */
typedef struct Place
{
	const JsonAt *at;			/* of the characteristic, or NULL */
	const JsonAt *bins;			/* of its list of bins, or NULL */
	const char *name;
} Place;

static bool SCORING_PRINTF(4, 5)
refuse(const Place *place, int bin, ScoringFault *fault, const char *format,...)
{
	char		message[sizeof(fault->message)];
	char		path[sizeof(fault->path)];
	va_list		arguments;

	va_start(arguments, format);
	if (vsnprintf(message, sizeof(message), format, arguments) < 0)
		message[0] = '\0';
	va_end(arguments);
	if (bin >= 0 && place->bins != NULL)
	{
		JsonAt		item = scoring_json_item(place->bins, (uint32_t) bin);

		return scoring_json_fault(&item, fault, "%s", message);
	}
	if (place->at != NULL)
		return scoring_json_fault(place->at, fault, "%s", message);
	if (bin >= 0)
		(void) snprintf(path, sizeof(path), "characteristic \"%s\", bin %d", place->name, bin + 1);
	else
		(void) snprintf(path, sizeof(path), "characteristic \"%s\"", place->name);
	return scoring_fault_at(fault, SCORING_FAULT_ARGUMENT, path, "%s", message);
}

Model *
model_new(const ScoringHost *host, uint32_t ncharacteristics)
{
	Model	   *model = scoring_alloc0(host, sizeof(Model));

	model->pdo = 20;
	model->base_score = 600;
	model->base_odds = 50;
	model->calibration_slope = 1;
	model->ncharacteristics = ncharacteristics;
	model->characteristics = scoring_alloc0(host, (ncharacteristics + 1) * sizeof(ModelCharacteristic));
	return model;
}

/* ---------- scale and points ---------- */

static void
set_scale(Model *model)
{
	model->factor = model->pdo / LN2;
	model->offset = model->base_score - model->factor * scoring_log(model->base_odds);
}

static bool
round_points(double value, int64_t limit, int32_t *out)
{
	int64_t		points;

	if (!scoring_round_to_int64(value, &points) || points < -limit || points > limit)
		return false;
	*out = (int32_t) points;
	return true;
}

static inline bool
is_value_bin(const BinningBin *bin)
{
	return bin->type <= BINNING_OTHER;
}

/* WoE 0, whatever the reason. */
static inline bool
is_neutral_fate(BinningFate fate)
{
	return fate == BINNING_FATE_TOO_FEW || fate == BINNING_FATE_NO_ROWS ||
		fate == BINNING_FATE_NEUTRAL || fate == BINNING_FATE_ERROR;
}

/* ---------- preparing ---------- */

/* Ranges or groups of categories, then special codes, then missing. */
static bool
check_bins(const Place *place, ModelCharacteristic *c, ScoringFault *fault)
{
	Binning    *binning = c->binning;
	bool		number = binning->kind == BINNING_NUMBER;
	bool		other = false;
	uint32_t	nvalue = 0;

	if (binning->nbins < 2 || binning->nbins > BINNING_MAX_CLASSES + TALLY_MAX_SPECIAL + 2)
		return refuse(place, -1, fault, "there must be between 2 and %d bins, the last for missing values",
					  BINNING_MAX_CLASSES + TALLY_MAX_SPECIAL + 2);
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		const BinningBin *bin = &binning->bins[i];
		const BinningBin *before = i > 0 ? &binning->bins[i - 1] : NULL;
		bool		last = i + 1 == binning->nbins;

		if (last != (bin->type == BINNING_MISSING))
			return refuse(place, (int) i, fault, "the last bin, and only that, is of type \"missing\"");
		if (before != NULL && (bin->type < before->type ||
							   (bin->type == before->type && bin->type == BINNING_OTHER)))
			return refuse(place, (int) i, fault, "a bin of type \"%s\" cannot follow one of type \"%s\"",
						  bin_type_words[bin->type], bin_type_words[before->type]);
		if (!last && bin->type != BINNING_SPECIAL && number != (bin->type == BINNING_RANGE))
			return refuse(place, (int) i, fault, "a bin of type \"%s\" in a characteristic of type \"%s\"",
						  bin_type_words[bin->type], type_words[binning->kind - 1]);
		if (bin->type == BINNING_SPECIAL && !number)
			return refuse(place, (int) i, fault, "special codes are for numbers: make it a category");
		if (is_value_bin(bin))
			nvalue++;
		if (bin->type == BINNING_RANGE)
		{
			bool		end = binning->bins[i + 1].type != BINNING_RANGE;

			if (i == 0 ? bin->lower != -INFINITY : bin->lower != before->upper)
				return refuse(place, (int) i, fault, "lower must be %s",
							  i == 0 ? "null in the first range" : "the upper of the range before");
			if (end ? bin->upper != INFINITY : !(bin->upper > bin->lower))
				return refuse(place, (int) i, fault, "upper must be %s",
							  end ? "null in the last range" : "greater than lower");
		}
		if (bin->type == BINNING_SPECIAL && before != NULL && before->type == BINNING_SPECIAL &&
			!(bin->special > before->special))
			return refuse(place, (int) i, fault, "special codes must ascend");
		if (bin->type == BINNING_SPECIAL && bin->special != bin->special)
			return refuse(place, (int) i, fault, "a special code cannot be NaN");
		if (bin->other && other)
			return refuse(place, (int) i, fault, "only one bin can hold the other categories");
		if (bin->type == BINNING_OTHER && !bin->other)
			return refuse(place, (int) i, fault, "a bin of type \"other\" must have other true");
		if (bin->type == BINNING_CATEGORIES && bin->ncategories == 0 && !bin->other)
			return refuse(place, (int) i, fault, "there is no category");
		if (is_value_bin(bin) && bin->fate != BINNING_FATE_OWN && bin->fate != BINNING_FATE_TOO_FEW &&
			bin->fate != BINNING_FATE_NO_ROWS)
			return refuse(place, (int) i, fault, "policy \"%s\" is for missing values and special codes",
						  fate_words[bin->fate]);
		other = other || bin->other;
	}
	if (nvalue == 0)
		return refuse(place, -1, fault, "there is no bin of values");
	binning->nvalue_bins = nvalue;
	if (number)
	{
		if (binning->options.out_of_range_to == BINNING_TO_OWN)
			return refuse(place, -1, fault, "out_of_range cannot be \"own\"");
		if (binning->options.out_of_range_to != BINNING_TO_NEAREST && !binning->has_observed)
			return refuse(place, -1, fault, "out_of_range \"%s\" needs observed, the least and the greatest value",
						  policy_words[binning->options.out_of_range_to]);
		if (binning->has_observed && !(binning->observed_low <= binning->observed_high))
			return refuse(place, -1, fault, "observed: the least value is greater than the greatest");
	}
	else
	{
		if (binning->options.unseen_to == BINNING_TO_NEAREST)
			return refuse(place, -1, fault, "unseen cannot be \"nearest\"");
		if (binning->options.unseen_to == BINNING_TO_OWN && !other)
			return refuse(place, -1, fault, "unseen \"own\" needs a bin with other true");
	}
	return true;
}

/* The tables that model_find() looks into. */
static bool
index_bins(const ScoringHost *host, const Place *place, ModelCharacteristic *c, ScoringFault *fault)
{
	Binning    *binning = c->binning;
	ModelSearch *search = &c->search;
	uint32_t	ncuts = binning->kind == BINNING_NUMBER ? binning->nvalue_bins - 1 : 0;
	uint32_t	size = 1;
	double	   *cuts;
	double	   *special;
	uint32_t	nentries = 0;

	while (size <= ncuts)
		size *= 2;
	search->number = binning->kind == BINNING_NUMBER;
	search->missing_bin = binning->nbins - 1;
	search->half = (uint16_t) (size / 2);
	search->cuts = cuts = scoring_alloc(host, size * sizeof(double));
	for (uint32_t i = 0; i < size; i++)
		cuts[i] = i < ncuts ? binning->bins[i + 1].lower : NAN;
	search->nspecial = binning->nbins - 1 - binning->nvalue_bins;
	search->first_special = binning->nvalue_bins;
	search->special = special = scoring_alloc(host, (search->nspecial + 1) * sizeof(double));
	for (uint32_t i = 0; i < search->nspecial; i++)
		special[i] = binning->bins[search->first_special + i].special;
	search->low = -INFINITY;
	search->high = INFINITY;
	if (search->number && binning->options.out_of_range_to != BINNING_TO_NEAREST)
	{
		search->low = binning->observed_low;
		search->high = binning->observed_high;
	}
	/* binning_label() looks at the cuts. */
	binning->ncuts = ncuts;
	binning->cuts = cuts;

	c->other_bin = -1;
	for (uint32_t i = 0; i < binning->nvalue_bins; i++)
	{
		if (binning->bins[i].other)
			c->other_bin = (int32_t) i;
		if (binning->bins[i].ncategories > MODEL_MAX_CATEGORIES - nentries)
			return refuse(place, -1, fault, "more than %d categories", MODEL_MAX_CATEGORIES);
		nentries += binning->bins[i].ncategories;
	}
	if (binning->kind == BINNING_TEXT)
	{
		uint32_t   *slots;
		BinningText *entries;
		uint32_t   *entry_bin;
		uint32_t	used = 0;

		size = 4;
		while (size < 2 * nentries)
			size *= 2;
		c->slot_mask = size - 1;
		c->slots = slots = scoring_alloc0(host, size * sizeof(uint32_t));
		c->entries = entries = scoring_alloc(host, (nentries + 1) * sizeof(BinningText));
		c->entry_bin = entry_bin = scoring_alloc(host, (nentries + 1) * sizeof(uint32_t));
		for (uint32_t i = 0; i < binning->nvalue_bins; i++)
		{
			for (uint32_t k = 0; k < binning->bins[i].ncategories; k++)
			{
				const BinningText *text = &binning->bins[i].categories[k];
				uint32_t	slot = (uint32_t) scoring_hash_bytes(text->text, text->length, 0) & c->slot_mask;

				for (; slots[slot] != 0; slot = (slot + 1) & c->slot_mask)
				{
					const BinningText *there = &entries[slots[slot] - 1];

					if (there->length == text->length &&
						memcmp(there->text, text->text, text->length) == 0)
						return refuse(place, (int) i, fault, "a category is named twice");
				}
				entries[used] = *text;
				entry_bin[used] = i;
				slots[slot] = ++used;
				if (used % 1024 == 0)
					scoring_check(host);
			}
		}
	}
	return true;
}

/* Points of bins that have none, and WoE of those that have only points. */
static bool
set_points(const Place *place, const Model *model, ModelCharacteristic *c, ScoringFault *fault)
{
	Binning    *binning = c->binning;

	if (!(fabs(c->coefficient) <= MAX_LOG_ODDS))
		return refuse(place, -1, fault, "the coefficient is not between -1000 and 1000");
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		BinningBin *bin = &binning->bins[i];
		bool		has_woe = bin->woe == bin->woe;

		if (is_neutral_fate(bin->fate))
		{
			if ((has_woe && bin->woe != 0) || (c->points[i] != NO_POINTS && c->points[i] != 0))
				return refuse(place, (int) i, fault, "woe and points must be 0 with policy \"%s\"",
							  fate_words[bin->fate]);
			bin->woe = 0;
			c->points[i] = 0;
			continue;
		}
		if (bin->fate != BINNING_FATE_OWN)
			continue;
		if (has_woe && !(fabs(bin->woe) <= MAX_LOG_ODDS))
			return refuse(place, (int) i, fault, "woe is not between -1000 and 1000");
		if (!has_woe && c->points[i] == NO_POINTS)
			return refuse(place, (int) i, fault, "it has neither woe nor points");
		if (c->points[i] == NO_POINTS)
		{
			if (!round_points(model->factor * (c->coefficient * bin->woe), MODEL_MAX_POINTS, &c->points[i]))
				return refuse(place, (int) i, fault, "its points pass %d", MODEL_MAX_POINTS);
		}
		else if (!has_woe)
		{
			if (c->points[i] == 0)
				bin->woe = 0;
			else
				bin->woe = c->points[i] / (model->factor * c->coefficient);
			if (!(fabs(bin->woe) <= MAX_LOG_ODDS))
				return refuse(place, (int) i, fault, "its points have no WoE with this coefficient");
		}
	}

	/* The worst: fewest points; then the lowest log odds; then the first. */
	c->worst_bin = UINT32_MAX;
	for (int pass = 0; pass < 2 && c->worst_bin == UINT32_MAX; pass++)
	{
		for (uint32_t i = 0; i < binning->nvalue_bins; i++)
		{
			const BinningBin *bin = &binning->bins[i];

			if (pass == 0 && bin->fate != BINNING_FATE_OWN)
				continue;
			if (c->worst_bin == UINT32_MAX || c->points[i] < c->points[c->worst_bin] ||
				(c->points[i] == c->points[c->worst_bin] &&
				 c->coefficient * bin->woe < c->coefficient * binning->bins[c->worst_bin].woe))
				c->worst_bin = i;
		}
	}
	return true;
}

/*
 * What the policies worst and nearest make of missing and special. Woe and points that were read from a text must say
 * so; those of a binning are the binning's idea of the worst, which a negative coefficient turns round.
 */
static bool
resolve_policies(const Place *place, ModelCharacteristic *c, ScoringFault *fault)
{
	Binning    *binning = c->binning;

	for (uint32_t i = binning->nvalue_bins; i < binning->nbins; i++)
	{
		BinningBin *bin = &binning->bins[i];
		bool		has_woe = bin->woe == bin->woe;
		uint32_t	from = c->worst_bin;

		if (bin->fate != BINNING_FATE_WORST && bin->fate != BINNING_FATE_NEAREST)
			continue;
		if (bin->fate == BINNING_FATE_NEAREST)
		{
			if (!has_woe)
				return refuse(place, (int) i, fault, "policy \"nearest\" needs the woe of a bin of values");
			for (from = 0; from < binning->nvalue_bins; from++)
			{
				if (binning->bins[from].woe == bin->woe &&
					(c->points[i] == NO_POINTS || c->points[i] == c->points[from]))
					break;
			}
			if (from == binning->nvalue_bins)
				return refuse(place, (int) i, fault, "with policy \"nearest\", woe and points must be those of a bin of values");
		}
		else if (place->bins != NULL && ((has_woe && bin->woe != binning->bins[from].woe) ||
						   (c->points[i] != NO_POINTS && c->points[i] != c->points[from])))
			return refuse(place, (int) i, fault, "with policy \"worst\", woe and points must be those of the bin of values with the fewest points, bin %u",
						  from + 1);
		bin->woe = binning->bins[from].woe;
		c->points[i] = c->points[from];
	}
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		if (c->points[i] < -MODEL_MAX_POINTS || c->points[i] > MODEL_MAX_POINTS)
			return refuse(place, (int) i, fault, "its points pass %d", MODEL_MAX_POINTS);
	}
	return true;
}

static void
set_outcome(ModelCharacteristic *c, int outcome, BinningPolicy policy)
{
	bool		worst = policy == BINNING_TO_WORST;

	c->outcome_points[outcome + MODEL_OUTCOMES] = worst ? c->points[c->worst_bin] : 0;
	c->outcome_woe[outcome + MODEL_OUTCOMES] = worst ? c->binning->bins[c->worst_bin].woe : 0;
	c->outcome_fails[outcome + MODEL_OUTCOMES] = policy == BINNING_TO_ERROR;
}

static void
set_outcomes(const ScoringHost *host, ModelCharacteristic *c)
{
	const Binning *binning = c->binning;
	uint32_t	n = binning->nbins + MODEL_OUTCOMES;
	int32_t    *points;
	double	   *log_odds;
	bool		reachable[MODEL_OUTCOMES];
	bool		any = false;

	c->outcome_points = scoring_alloc(host, n * sizeof(int32_t));
	c->outcome_woe = scoring_alloc(host, n * sizeof(double));
	c->outcome_fails = scoring_alloc(host, n * sizeof(bool));
	set_outcome(c, BINNING_MISMATCH, BINNING_TO_ERROR);
	set_outcome(c, BINNING_UNSEEN, binning->options.unseen_to);
	set_outcome(c, BINNING_BELOW, binning->options.out_of_range_to);
	set_outcome(c, BINNING_ABOVE, binning->options.out_of_range_to);
	reachable[BINNING_MISMATCH + MODEL_OUTCOMES] = false;
	reachable[BINNING_UNSEEN + MODEL_OUTCOMES] = binning->kind == BINNING_TEXT &&
		binning->options.unseen_to != BINNING_TO_OWN;
	reachable[BINNING_BELOW + MODEL_OUTCOMES] = reachable[BINNING_ABOVE + MODEL_OUTCOMES] =
		binning->kind == BINNING_NUMBER && binning->options.out_of_range_to != BINNING_TO_NEAREST;
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		c->outcome_points[i + MODEL_OUTCOMES] = c->points[i];
		c->outcome_woe[i + MODEL_OUTCOMES] = binning->bins[i].woe;
		c->outcome_fails[i + MODEL_OUTCOMES] = binning->bins[i].fate == BINNING_FATE_ERROR;
	}
	c->search.points = (points = scoring_alloc(host, n * sizeof(int32_t))) + MODEL_OUTCOMES;
	c->search.log_odds = (log_odds = scoring_alloc(host, n * sizeof(double))) + MODEL_OUTCOMES;
	for (uint32_t i = 0; i < n; i++)
	{
		points[i] = c->outcome_fails[i] ? MODEL_FAILS : c->outcome_points[i];
		log_odds[i] = c->coefficient * c->outcome_woe[i];
		if (c->outcome_fails[i] || (i < MODEL_OUTCOMES && !reachable[i]))
			continue;
		if (!any || points[i] < c->low_points)
			c->low_points = points[i];
		if (!any || points[i] > c->high_points)
			c->high_points = points[i];
		any = true;
	}
}

static bool
set_baseline(const Place *place, const Model *model, ModelCharacteristic *c, ScoringFault *fault)
{
	double		sum = 0;
	double		weight = 0;

	switch (model->reason_method)
	{
		case MODEL_BELOW_MAX:
			c->has_baseline = true;
			c->baseline = c->high_points;
			return true;
		case MODEL_BELOW_NEUTRAL:
			c->has_baseline = true;
			c->baseline = 0;
			return true;
		case MODEL_BELOW_CUTOFF_AVERAGE:
			if (!c->has_baseline)
				return refuse(place, -1, fault, "reasons %s need a baseline", method_words[model->reason_method]);
			break;
		case MODEL_BELOW_AVERAGE:
			if (c->has_baseline)
				break;
			/* In the order of the bins: the same bits everywhere. */
			for (uint32_t i = 0; i < c->binning->nbins && c->has_counts; i++)
			{
				const TallyCounts *counts = &c->binning->bins[i].counts;
				double		labelled = (double) counts->goods + (double) counts->bads;

				sum += c->points[i] * labelled;
				weight += labelled;
			}
			if (!(weight > 0))
				return refuse(place, -1, fault, "reasons %s need a baseline, or counts in the bins",
							  method_words[model->reason_method]);
			c->baseline = sum / weight;
			c->has_baseline = true;
			break;
	}
	if (!(fabs(c->baseline) <= MODEL_MAX_POINTS))
		return refuse(place, -1, fault, "the baseline passes %d", MODEL_MAX_POINTS);
	return true;
}

static bool
set_reason_codes(const ScoringHost *host, const Place *place, ModelCharacteristic *c, ScoringFault *fault)
{
	const Binning *binning = c->binning;
	const char **codes = scoring_alloc(host, binning->nbins * sizeof(char *));

	if (c->reason_code == NULL)
		c->reason_code = c->name;
	if (c->reason_code[0] == '\0' || strlen(c->reason_code) > MODEL_MAX_SHARED_CODE)
		return refuse(place, -1, fault, "a reason code must have 1 to %d bytes", MODEL_MAX_SHARED_CODE);
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		ScoringBuffer code;

		codes[i] = c->reason_codes != NULL ? c->reason_codes[i] : NULL;
		if (codes[i] != NULL)
		{
			if (codes[i][0] == '\0' || strlen(codes[i]) > MODEL_MAX_CODE)
				return refuse(place, (int) i, fault, "a reason code must have 1 to %d bytes", MODEL_MAX_CODE);
			continue;
		}
		if (is_value_bin(&binning->bins[i]))
		{
			codes[i] = c->reason_code;
			continue;
		}
		scoring_buffer_init(&code, host, 4 * MODEL_MAX_CODE);
		scoring_write_text(&code, c->reason_code);
		scoring_write_text(&code, " ");
		binning_label(&code, binning, i);
		codes[i] = code.data;
	}
	c->reason_codes = codes;
	return true;
}

/* `at` is the document, or NULL. */
static bool
prepare(const ScoringHost *host, Model *model, const JsonAt *at, ScoringFault *fault)
{
	JsonAt		list;

	if (at != NULL && !scoring_json_member(at, "characteristics", true, &list, fault))
		return false;
	for (uint32_t i = 0; i < model->ncharacteristics; i++)
	{
		ModelCharacteristic *c = &model->characteristics[i];
		Place		place = {NULL, NULL, c->name};
		JsonAt		item;
		JsonAt		bins;

		if (at != NULL)
		{
			item = scoring_json_item(&list, i);
			place.at = &item;
			if (!scoring_json_member(&item, "bins", false, &bins, fault))
				return false;
			place.bins = bins.node != NULL ? &bins : NULL;
		}
		for (uint32_t k = 0; k < i; k++)
		{
			if (strcmp(model->characteristics[k].name, c->name) == 0)
				return refuse(&place, -1, fault, "the name \"%s\" is there twice", c->name);
		}
		if (!check_bins(&place, c, fault) ||
			!index_bins(host, &place, c, fault) ||
			!set_points(&place, model, c, fault) ||
			!resolve_policies(&place, c, fault))
			return false;
		set_outcomes(host, c);
		if (!set_baseline(&place, model, c, fault) ||
			!set_reason_codes(host, &place, c, fault))
			return false;
		scoring_check(host);
	}
	return true;
}

static bool
check_scale(double pdo, double base_score, double base_odds, ScoringFault *fault)
{
	if (!(pdo >= 0.001 && pdo <= 1e6))
		return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "pdo must be between 0.001 and 1000000");
	if (!(fabs(base_score) <= 1e6))
		return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "base_score must be between -1000000 and 1000000");
	if (!(base_odds >= 1e-9 && base_odds <= 1e9))
		return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "base_odds must be between 1e-09 and 1000000000");
	return true;
}

static bool
set_base_points(Model *model, ScoringFault *fault)
{
	if (!(fabs(model->intercept) <= MAX_LOG_ODDS))
		return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "the intercept is not between -1000 and 1000");
	if (!round_points(model->offset + model->factor * model->intercept, MODEL_MAX_BASE_POINTS, &model->base_points))
		return scoring_fault(fault, SCORING_FAULT_RANGE, "the base points pass %d", MODEL_MAX_BASE_POINTS);
	return true;
}

bool
model_complete(const ScoringHost *host, Model *model, ScoringFault *fault)
{
	if (!check_scale(model->pdo, model->base_score, model->base_odds, fault))
		return false;
	if (!(fabs(model->calibration_intercept) <= MAX_LOG_ODDS) ||
		!(model->calibration_slope > 0 && model->calibration_slope <= MAX_LOG_ODDS))
		return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "the calibration is out of range");
	if (model->ncharacteristics > MODEL_MAX_CHARACTERISTICS)
		return scoring_fault(fault, SCORING_FAULT_LIMIT, "a model has at most %d characteristics", MODEL_MAX_CHARACTERISTICS);
	set_scale(model);
	if (!set_base_points(model, fault))
		return false;
	for (uint32_t i = 0; i < model->ncharacteristics; i++)
	{
		ModelCharacteristic *c = &model->characteristics[i];

		if (c->name == NULL || c->name[0] == '\0' || strlen(c->name) > MODEL_MAX_NAME)
			return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "a characteristic's name must have 1 to %d bytes", MODEL_MAX_NAME);
		c->points = scoring_alloc(host, c->binning->nbins * sizeof(int32_t));
		for (uint32_t k = 0; k < c->binning->nbins; k++)
			c->points[k] = NO_POINTS;
	}
	return prepare(host, model, NULL, fault);
}

bool
model_rescale(const ScoringHost *host, Model *model, double pdo, double base_score, double base_odds,
			  ScoringFault *fault)
{
	double		old_factor = model->factor;
	double		old_offset = model->offset;
	int32_t		old_base;
	int32_t		points;

	if (!check_scale(pdo, base_score, base_odds, fault))
		return false;
	old_base = model->base_points;
	model->pdo = pdo;
	model->base_score = base_score;
	model->base_odds = base_odds;
	set_scale(model);
	if (round_points(old_offset + old_factor * model->intercept, MODEL_MAX_BASE_POINTS, &points) && points == old_base)
	{
		if (!set_base_points(model, fault))
			return false;
	}
	else if (!round_points(model->offset + model->factor * ((old_base - old_offset) / old_factor),
						   MODEL_MAX_BASE_POINTS, &model->base_points))
		return scoring_fault(fault, SCORING_FAULT_RANGE, "the base points pass %d", MODEL_MAX_BASE_POINTS);
	if (model->has_cutoff)
	{
		model->reason_cutoff = model->offset + model->factor * ((model->reason_cutoff - old_offset) / old_factor);
		if (!(fabs(model->reason_cutoff) <= MODEL_MAX_BASE_POINTS))
			return scoring_fault(fault, SCORING_FAULT_RANGE, "the cutoff passes %d", MODEL_MAX_BASE_POINTS);
	}
	for (uint32_t i = 0; i < model->ncharacteristics; i++)
	{
		ModelCharacteristic *c = &model->characteristics[i];

		c->baseline = c->baseline / old_factor * model->factor;
		for (uint32_t k = 0; k < c->binning->nbins; k++)
		{
			BinningBin *bin = &c->binning->bins[k];

			if (bin->fate != BINNING_FATE_OWN)
				c->points[k] = NO_POINTS;
			else if (round_points(old_factor * (c->coefficient * bin->woe), MODEL_MAX_POINTS, &points) &&
					 points == c->points[k])
				c->points[k] = NO_POINTS;
			else if (!round_points(c->points[k] / old_factor * model->factor, MODEL_MAX_POINTS, &c->points[k]))
				return scoring_fault(fault, SCORING_FAULT_RANGE, "the points of characteristic \"%s\" pass %d",
									 c->name, MODEL_MAX_POINTS);
		}
	}
	return prepare(host, model, NULL, fault);
}

/* ---------- reading ---------- */

static char *
copy_string(const ScoringHost *host, const char *text)
{
	size_t		size = strlen(text) + 1;

	return memcpy(scoring_alloc(host, size), text, size);
}

/* A number, or an infinity as text; `absent` stands for null. */
static bool
read_bound(const JsonAt *at, double absent, double *out, ScoringFault *fault)
{
	if (at->node->kind == JSON_NULL && absent == absent)
		*out = absent;
	else if (at->node->kind == JSON_STRING && strcmp(at->node->text, "Infinity") == 0)
		*out = INFINITY;
	else if (at->node->kind == JSON_STRING && strcmp(at->node->text, "-Infinity") == 0)
		*out = -INFINITY;
	else
		return scoring_json_as_number(at, -INFINITY, INFINITY, out, fault);
	return true;
}

static bool
read_bound_member(const JsonAt *at, const char *name, double absent, double *out, ScoringFault *fault)
{
	JsonAt		child;

	return scoring_json_member(at, name, true, &child, fault) && read_bound(&child, absent, out, fault);
}

/* A weight from its spelling, exactly: up to six decimals. */
static bool
read_weight(const JsonAt *at, const char *name, int64_t *out, ScoringFault *fault)
{
	JsonAt		child;
	const char *digit;
	int64_t		value = 0;
	int			places = -1;

	if (!scoring_json_member(at, name, true, &child, fault) ||
		!scoring_json_expect(&child, JSON_NUMBER, fault))
		return false;
	for (digit = child.node->text; *digit != '\0'; digit++)
	{
		if (*digit == '.' && places < 0)
			places = 0;
		else if (*digit < '0' || *digit > '9' || places >= 6 || value > (INT64_MAX - 9) / 10)
			break;
		else
		{
			value = value * 10 + (*digit - '0');
			places += places >= 0;
		}
	}
	if (*digit == '\0')
	{
		for (places = places < 0 ? 0 : places; places < 6 && value <= INT64_MAX / 10; places++)
			value *= 10;
	}
	if (*digit != '\0' || places < 6)
		return scoring_json_fault(&child, fault, "%.60s is not a weight: a number from 0 with at most 6 decimals",
								  child.node->text);
	*out = value;
	return true;
}

static bool
read_code(const ScoringHost *host, const JsonAt *at, uint32_t max_length, const char **out, ScoringFault *fault)
{
	const char *code = NULL;

	if (!scoring_json_string(at, "reason_code", false, max_length, &code, fault))
		return false;
	if (code != NULL && code[0] == '\0')
		return scoring_json_fault(at, fault, "the reason_code is empty");
	*out = code != NULL ? copy_string(host, code) : NULL;
	return true;
}

/* By their bytes; a merge sort, which no order of the input makes slow. */
static void
sort_categories(const ScoringHost *host, BinningText *categories, uint32_t n)
{
	BinningText *spare = scoring_alloc(host, (n + 1) * sizeof(BinningText));

	for (uint32_t width = 1; width < n; width *= 2)
	{
		for (uint32_t start = 0; start < n; start += 2 * width)
		{
			uint32_t	middle = start + width < n ? start + width : n;
			uint32_t	end = middle + width < n ? middle + width : n;
			uint32_t	left = start;
			uint32_t	right = middle;

			for (uint32_t i = start; i < end; i++)
			{
				const BinningText *a = &categories[left];
				const BinningText *b = &categories[right];
				bool		take_left = right >= end;

				if (!take_left && left < middle)
				{
					int			order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);

					take_left = order < 0 || (order == 0 && a->length <= b->length);
				}
				spare[i] = take_left ? categories[left++] : categories[right++];
			}
		}
		memcpy(categories, spare, n * sizeof(BinningText));
		scoring_check(host);
	}
	scoring_release(host, spare);
}

static bool
read_categories(const ScoringHost *host, const JsonAt *at, BinningBin *bin, ScoringFault *fault)
{
	JsonAt		list;

	if (!scoring_json_member(at, "categories", bin->type == BINNING_CATEGORIES, &list, fault) ||
		!scoring_json_boolean(at, "other", false, &bin->other, fault))
		return false;
	if (bin->type == BINNING_OTHER && list.node == NULL)
		return true;
	if (!scoring_json_expect(&list, JSON_ARRAY, fault))
		return false;
	if (list.node->count > MODEL_MAX_CATEGORIES)
		return scoring_json_fault(&list, fault, "more than %d categories", MODEL_MAX_CATEGORIES);
	bin->ncategories = list.node->count;
	bin->categories = scoring_alloc(host, (bin->ncategories + 1) * sizeof(BinningText));
	for (uint32_t i = 0; i < bin->ncategories; i++)
	{
		JsonAt		item = scoring_json_item(&list, i);
		BinningText *category = &bin->categories[i];

		if (!scoring_json_expect(&item, JSON_STRING, fault))
			return false;
		if (item.node->count > TALLY_MAX_TEXT)
			return scoring_json_fault(&item, fault, "a category of %u bytes, where %d are the most",
									  item.node->count, TALLY_MAX_TEXT);
		category->text = copy_string(host, item.node->text);
		category->length = item.node->count;
	}
	/* The set of categories is what counts: one order, so that one model has one text. */
	sort_categories(host, bin->categories, bin->ncategories);
	return true;
}

static bool
read_bin(const ScoringHost *host, const JsonAt *at, ModelCharacteristic *c, uint32_t i, bool *has_counts,
		 ScoringFault *fault)
{
	static const char *const of_range[] = {
		"type", "lower", "upper", "policy", "woe", "points", "reason_code", "rows", "goods", "bads", "unlabelled",
		NULL
	};
	static const char *const of_text[] = {
		"type", "categories", "other", "policy", "woe", "points", "reason_code", "rows", "goods", "bads",
		"unlabelled", NULL
	};
	static const char *const of_special[] = {
		"type", "code", "policy", "woe", "points", "reason_code", "rows", "goods", "bads", "unlabelled", NULL
	};
	static const char *const of_missing[] = {
		"type", "policy", "woe", "points", "reason_code", "rows", "goods", "bads", "unlabelled", NULL
	};
	static const char *const *const allowed[] = {of_range, of_text, of_text, of_special, of_missing};
	BinningBin *bin = &c->binning->bins[i];
	int			word = 0;
	int64_t		points = NO_POINTS;
	JsonAt		child;

	if (!scoring_json_expect(at, JSON_OBJECT, fault) ||
		!scoring_json_word(at, "type", true, bin_type_words, &word, fault) ||
		!scoring_json_only(at, allowed[word], fault))
		return false;
	bin->type = (BinningBinType) word;
	word = BINNING_FATE_OWN;
	if (!scoring_json_word(at, "policy", false, fate_words, &word, fault))
		return false;
	bin->fate = (BinningFate) word;
	switch (bin->type)
	{
		case BINNING_RANGE:
			if (!read_bound_member(at, "lower", -INFINITY, &bin->lower, fault) ||
				!read_bound_member(at, "upper", INFINITY, &bin->upper, fault))
				return false;
			break;
		case BINNING_CATEGORIES:
		case BINNING_OTHER:
			bin->other = bin->type == BINNING_OTHER;
			if (!read_categories(host, at, bin, fault))
				return false;
			break;
		case BINNING_SPECIAL:
			if (!read_bound_member(at, "code", NAN, &bin->special, fault))
				return false;
			break;
		case BINNING_MISSING:
			break;
	}
	bin->woe = NAN;
	if (!scoring_json_number(at, "woe", false, -MAX_LOG_ODDS, MAX_LOG_ODDS, &bin->woe, fault) ||
		!scoring_json_integer(at, "points", false, -MODEL_MAX_POINTS, MODEL_MAX_POINTS, &points, fault) ||
		!read_code(host, at, MODEL_MAX_CODE, &c->reason_codes[i], fault))
		return false;
	c->points[i] = (int32_t) points;

	if (!scoring_json_member(at, "rows", false, &child, fault))
		return false;
	*has_counts = child.node != NULL;
	if (*has_counts)
		return scoring_json_integer(at, "rows", true, 0, INT64_MAX / SCORING_WEIGHT_UNIT, &bin->counts.rows, fault) &&
			read_weight(at, "goods", &bin->counts.goods, fault) &&
			read_weight(at, "bads", &bin->counts.bads, fault) &&
			read_weight(at, "unlabelled", &bin->counts.unlabelled, fault);
	for (int k = 0; k < 3; k++)
	{
		static const char *const weights[] = {"goods", "bads", "unlabelled"};

		if (!scoring_json_member(at, weights[k], false, &child, fault))
			return false;
		if (child.node != NULL)
			return scoring_json_fault(at, fault, "counts come together: rows is missing");
	}
	return true;
}

static bool
read_bins(const ScoringHost *host, const JsonAt *at, ModelCharacteristic *c, ScoringFault *fault)
{
	Binning    *binning = c->binning;
	JsonAt		list;

	if (!scoring_json_member(at, "bins", true, &list, fault) ||
		!scoring_json_expect(&list, JSON_ARRAY, fault))
		return false;
	if (list.node->count < 2 || list.node->count > BINNING_MAX_CLASSES + TALLY_MAX_SPECIAL + 2)
		return scoring_json_fault(&list, fault, "there must be between 2 and %d bins, the last for missing values",
								  BINNING_MAX_CLASSES + TALLY_MAX_SPECIAL + 2);
	binning->nbins = list.node->count;
	binning->bins = scoring_alloc0(host, binning->nbins * sizeof(BinningBin));
	c->points = scoring_alloc(host, binning->nbins * sizeof(int32_t));
	c->reason_codes = scoring_alloc(host, binning->nbins * sizeof(char *));
	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		JsonAt		item = scoring_json_item(&list, i);
		bool		has_counts;

		if (!read_bin(host, &item, c, i, &has_counts, fault))
			return false;
		if (i > 0 && has_counts != c->has_counts)
			return scoring_json_fault(&item, fault, "either all bins have counts, or none");
		c->has_counts = has_counts;
	}
	return true;
}

static bool
read_observed(const JsonAt *at, Binning *binning, ScoringFault *fault)
{
	JsonAt		child;
	JsonAt		low;
	JsonAt		high;

	if (!scoring_json_member(at, "observed", false, &child, fault))
		return false;
	if (child.node == NULL || child.node->kind == JSON_NULL)
		return true;
	if (!scoring_json_expect(&child, JSON_ARRAY, fault))
		return false;
	if (child.node->count != 2)
		return scoring_json_fault(&child, fault, "observed is null, or the least and the greatest value");
	low = scoring_json_item(&child, 0);
	high = scoring_json_item(&child, 1);
	binning->has_observed = true;
	return read_bound(&low, NAN, &binning->observed_low, fault) &&
		read_bound(&high, NAN, &binning->observed_high, fault);
}

static bool
read_policy(const JsonAt *at, const char *name, BinningPolicy *out, ScoringFault *fault)
{
	int			word = (int) *out;

	if (!scoring_json_word(at, name, false, policy_words, &word, fault))
		return false;
	*out = (BinningPolicy) word;
	return true;
}

static bool
read_characteristic(const ScoringHost *host, const JsonAt *at, ModelCharacteristic *c, ScoringFault *fault)
{
	static const char *const of_number[] = {
		"name", "type", "coefficient", "reason_code", "baseline", "observed", "out_of_range", "bins", "provenance",
		NULL
	};
	static const char *const of_text[] = {
		"name", "type", "coefficient", "reason_code", "baseline", "unseen", "bins", "provenance", NULL
	};
	static const char *const of_binning[] = {
		"name", "coefficient", "reason_code", "baseline", "binning", "provenance", NULL
	};
	static const char *const *const allowed[] = {of_number, of_text};
	JsonAt		child;
	JsonAt		baseline;
	const char *name = NULL;
	int			type = 0;

	if (!scoring_json_expect(at, JSON_OBJECT, fault) ||
		!scoring_json_string(at, "name", true, MODEL_MAX_NAME, &name, fault))
		return false;
	if (name[0] == '\0')
		return scoring_json_fault(at, fault, "the name is empty");
	c->name = copy_string(host, name);
	c->coefficient = 1;
	if (!scoring_json_number(at, "coefficient", false, -MAX_LOG_ODDS, MAX_LOG_ODDS, &c->coefficient, fault) ||
		!read_code(host, at, MODEL_MAX_SHARED_CODE, &c->reason_code, fault) ||
		!scoring_json_member(at, "baseline", false, &baseline, fault))
		return false;
	c->has_baseline = baseline.node != NULL;
	if (c->has_baseline &&
		!scoring_json_as_number(&baseline, -MODEL_MAX_POINTS, MODEL_MAX_POINTS, &c->baseline, fault))
		return false;
	if (!scoring_json_member(at, "provenance", false, &child, fault))
		return false;
	c->provenance = child.node;

	if (!scoring_json_member(at, "binning", false, &child, fault))
		return false;
	if (child.node != NULL)
	{
		if (!scoring_json_only(at, of_binning, fault) ||
			!binning_read(host, &child, &c->binning, fault))
			return false;
		c->has_counts = true;
		c->points = scoring_alloc(host, c->binning->nbins * sizeof(int32_t));
		for (uint32_t i = 0; i < c->binning->nbins; i++)
			c->points[i] = NO_POINTS;
		return true;
	}
	c->binning = scoring_alloc0(host, sizeof(Binning));
	c->binning->options = binning_options_default();
	if (!scoring_json_word(at, "type", true, type_words, &type, fault) ||
		!scoring_json_only(at, allowed[type], fault))
		return false;
	c->binning->kind = (BinningKind) (type + 1);
	if (c->binning->kind == BINNING_NUMBER)
	{
		if (!read_observed(at, c->binning, fault) ||
			!read_policy(at, "out_of_range", &c->binning->options.out_of_range_to, fault))
			return false;
	}
	else if (!read_policy(at, "unseen", &c->binning->options.unseen_to, fault))
		return false;
	return read_bins(host, at, c, fault);
}

static bool
read_head(const ScoringHost *host, const JsonAt *at, Model *model, ScoringFault *fault)
{
	static const char *const of_scale[] = {"pdo", "base_score", "base_odds", NULL};
	static const char *const of_calibration[] = {"intercept", "slope", NULL};
	static const char *const of_reason[] = {"method", "cutoff", NULL};
	const char *name = NULL;
	JsonAt		child;
	JsonAt		intercept;
	JsonAt		points;
	int64_t		base_points;
	int			method = 0;

	if (!scoring_json_string(at, "name", false, MODEL_MAX_CODE, &name, fault))
		return false;
	model->name = name != NULL ? copy_string(host, name) : NULL;

	if (!scoring_json_member(at, "scale", true, &child, fault) ||
		!scoring_json_expect(&child, JSON_OBJECT, fault) ||
		!scoring_json_only(&child, of_scale, fault) ||
		!scoring_json_number(&child, "pdo", true, 0.001, 1e6, &model->pdo, fault) ||
		!scoring_json_number(&child, "base_score", true, -1e6, 1e6, &model->base_score, fault) ||
		!scoring_json_number(&child, "base_odds", true, 1e-9, 1e9, &model->base_odds, fault))
		return false;
	set_scale(model);

	if (!scoring_json_member(at, "intercept", false, &intercept, fault) ||
		!scoring_json_member(at, "base_points", false, &points, fault))
		return false;
	if (intercept.node == NULL && points.node == NULL)
		return scoring_json_fault(at, fault, "it has neither intercept nor base_points");
	if (intercept.node != NULL &&
		!scoring_json_as_number(&intercept, -MAX_LOG_ODDS, MAX_LOG_ODDS, &model->intercept, fault))
		return false;
	if (points.node != NULL)
	{
		if (!scoring_json_as_integer(&points, -MODEL_MAX_BASE_POINTS, MODEL_MAX_BASE_POINTS, &base_points, fault))
			return false;
		model->base_points = (int32_t) base_points;
		if (intercept.node == NULL)
			model->intercept = (model->base_points - model->offset) / model->factor;
		if (!(fabs(model->intercept) <= MAX_LOG_ODDS))
			return scoring_json_fault(&points, fault, "they have no intercept between -1000 and 1000 on this scale");
	}
	else
	{
		ScoringFault inner;

		if (!set_base_points(model, &inner))
			return scoring_json_fault(&intercept, fault, "%s", inner.message);
	}

	if (!scoring_json_member(at, "calibration", false, &child, fault))
		return false;
	if (child.node != NULL &&
		(!scoring_json_expect(&child, JSON_OBJECT, fault) ||
		 !scoring_json_only(&child, of_calibration, fault) ||
		 !scoring_json_number(&child, "intercept", true, -MAX_LOG_ODDS, MAX_LOG_ODDS, &model->calibration_intercept, fault) ||
		 !scoring_json_number(&child, "slope", true, 1e-9, MAX_LOG_ODDS, &model->calibration_slope, fault)))
		return false;

	if (!scoring_json_member(at, "reason", true, &child, fault) ||
		!scoring_json_expect(&child, JSON_OBJECT, fault) ||
		!scoring_json_only(&child, of_reason, fault) ||
		!scoring_json_word(&child, "method", true, method_words, &method, fault))
		return false;
	model->reason_method = (ModelReasonMethod) method;
	if (!scoring_json_member(&child, "cutoff", false, &points, fault))
		return false;
	model->has_cutoff = points.node != NULL;
	if (model->has_cutoff && model->reason_method != MODEL_BELOW_CUTOFF_AVERAGE)
		return scoring_json_fault(&points, fault, "only below_cutoff_average has a cutoff");
	return !model->has_cutoff || scoring_json_as_number(&points, -MODEL_MAX_BASE_POINTS, MODEL_MAX_BASE_POINTS, &model->reason_cutoff,
							   fault);
}

bool
model_read(const ScoringHost *host, const JsonAt *at, Model **out, ScoringFault *fault)
{
	static const char *const allowed[] = {
		"version", "kind", "name", "scale", "intercept", "base_points", "calibration", "reason", "characteristics",
		"provenance", NULL
	};
	Model	   *model;
	JsonAt		list;
	JsonAt		child;
	int64_t		version;
	int			kind = 0;

	/* The version first: another one may have other members. */
	if (!scoring_json_expect(at, JSON_OBJECT, fault) ||
		!scoring_json_integer(at, "version", true, 1, 1, &version, fault) ||
		!scoring_json_word(at, "kind", true, kind_words, &kind, fault) ||
		!scoring_json_only(at, allowed, fault) ||
		!scoring_json_member(at, "characteristics", true, &list, fault) ||
		!scoring_json_expect(&list, JSON_ARRAY, fault))
		return false;
	if (list.node->count > MODEL_MAX_CHARACTERISTICS)
		return scoring_json_fault(&list, fault, "more than %d characteristics", MODEL_MAX_CHARACTERISTICS);
	model = model_new(host, list.node->count);
	if (!read_head(host, at, model, fault) ||
		!scoring_json_member(at, "provenance", false, &child, fault))
		return false;
	model->provenance = child.node;
	for (uint32_t i = 0; i < model->ncharacteristics; i++)
	{
		JsonAt		item = scoring_json_item(&list, i);

		if (!read_characteristic(host, &item, &model->characteristics[i], fault))
			return false;
		scoring_check(host);
	}
	if (!prepare(host, model, at, fault))
		return false;
	*out = model;
	return true;
}

/* ---------- writing ---------- */

static void
write_string(ScoringBuffer *buffer, const char *name, const char *text)
{
	scoring_write_format(buffer, ",\"%s\":", name);
	scoring_json_write_string(buffer, text, strlen(text));
}

static void
write_number(ScoringBuffer *buffer, const char *name, double value)
{
	scoring_write_format(buffer, ",\"%s\":", name);
	scoring_json_write_number(buffer, value);
}

static void
write_weight(ScoringBuffer *buffer, const char *name, int64_t weight)
{
	char		text[48];
	size_t		length;

	length = (size_t) snprintf(text, sizeof(text), "%lld.%06lld", (long long) (weight / SCORING_WEIGHT_UNIT),
							   (long long) (weight % SCORING_WEIGHT_UNIT));
	while (text[length - 1] == '0')
		length--;
	if (text[length - 1] == '.')
		length--;
	scoring_write_format(buffer, ",\"%s\":", name);
	scoring_write_bytes(buffer, text, length);
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
write_bin(ScoringBuffer *buffer, const ModelCharacteristic *c, uint32_t i, bool identity)
{
	const BinningBin *bin = &c->binning->bins[i];

	scoring_write_format(buffer, "%s{\"type\":\"%s\"", i > 0 ? "," : "", bin_type_words[bin->type]);
	if (bin->type == BINNING_RANGE)
	{
		scoring_write_text(buffer, ",\"lower\":");
		if (i == 0)
			scoring_write_text(buffer, "null");
		else
			write_bound(buffer, bin->lower);
		scoring_write_text(buffer, ",\"upper\":");
		if (i == c->binning->nvalue_bins - 1)
			scoring_write_text(buffer, "null");
		else
			write_bound(buffer, bin->upper);
	}
	else if (is_value_bin(bin))
	{
		scoring_write_text(buffer, ",\"categories\":[");
		for (uint32_t k = 0; k < bin->ncategories; k++)
		{
			if (k > 0)
				scoring_write_text(buffer, ",");
			scoring_json_write_string(buffer, bin->categories[k].text, bin->categories[k].length);
		}
		scoring_write_format(buffer, "],\"other\":%s", bin->other ? "true" : "false");
	}
	else if (bin->type == BINNING_SPECIAL)
	{
		scoring_write_text(buffer, ",\"code\":");
		write_bound(buffer, bin->special);
	}
	scoring_write_format(buffer, ",\"policy\":\"%s\"", fate_words[bin->fate]);
	write_number(buffer, "woe", bin->woe);
	scoring_write_text(buffer, ",\"points\":");
	scoring_json_write_integer(buffer, c->points[i]);
	write_string(buffer, "reason_code", c->reason_codes[i]);
	if (c->has_counts && !identity)
	{
		scoring_write_text(buffer, ",\"rows\":");
		scoring_json_write_integer(buffer, bin->counts.rows);
		write_weight(buffer, "goods", bin->counts.goods);
		write_weight(buffer, "bads", bin->counts.bads);
		write_weight(buffer, "unlabelled", bin->counts.unlabelled);
	}
	scoring_write_text(buffer, "}");
}

static void
write_characteristic(ScoringBuffer *buffer, const ModelCharacteristic *c, bool identity)
{
	const Binning *binning = c->binning;

	scoring_write_text(buffer, "{\"name\":");
	scoring_json_write_string(buffer, c->name, strlen(c->name));
	scoring_write_format(buffer, ",\"type\":\"%s\"", type_words[binning->kind - 1]);
	write_number(buffer, "coefficient", c->coefficient);
	write_string(buffer, "reason_code", c->reason_code);
	write_number(buffer, "baseline", c->baseline);
	if (binning->kind == BINNING_NUMBER)
	{
		if (binning->has_observed)
		{
			scoring_write_text(buffer, ",\"observed\":[");
			write_bound(buffer, binning->observed_low);
			scoring_write_text(buffer, ",");
			write_bound(buffer, binning->observed_high);
			scoring_write_text(buffer, "]");
		}
		write_string(buffer, "out_of_range", policy_words[binning->options.out_of_range_to]);
	}
	else
		write_string(buffer, "unseen", policy_words[binning->options.unseen_to]);
	scoring_write_text(buffer, ",\"bins\":[");
	for (uint32_t i = 0; i < binning->nbins; i++)
		write_bin(buffer, c, i, identity);
	scoring_write_text(buffer, "]");
	if (c->provenance != NULL && !identity)
	{
		scoring_write_text(buffer, ",\"provenance\":");
		scoring_json_write(buffer, c->provenance);
	}
	scoring_write_text(buffer, "}");
}

void
model_write(ScoringBuffer *buffer, const Model *model, bool identity)
{
	scoring_write_text(buffer, "{\"version\":1,\"kind\":\"scorecard\"");
	if (model->name != NULL && !identity)
		write_string(buffer, "name", model->name);
	scoring_write_text(buffer, ",\"scale\":{\"pdo\":");
	scoring_json_write_number(buffer, model->pdo);
	write_number(buffer, "base_score", model->base_score);
	write_number(buffer, "base_odds", model->base_odds);
	scoring_write_text(buffer, "}");
	write_number(buffer, "intercept", model->intercept);
	scoring_write_text(buffer, ",\"base_points\":");
	scoring_json_write_integer(buffer, model->base_points);
	scoring_write_text(buffer, ",\"calibration\":{\"intercept\":");
	scoring_json_write_number(buffer, model->calibration_intercept);
	write_number(buffer, "slope", model->calibration_slope);
	scoring_write_format(buffer, "},\"reason\":{\"method\":\"%s\"", method_words[model->reason_method]);
	if (model->has_cutoff)
		write_number(buffer, "cutoff", model->reason_cutoff);
	scoring_write_text(buffer, "},\"characteristics\":[");
	for (uint32_t i = 0; i < model->ncharacteristics; i++)
	{
		if (i > 0)
			scoring_write_text(buffer, ",");
		write_characteristic(buffer, &model->characteristics[i], identity);
	}
	scoring_write_text(buffer, "]");
	if (model->provenance != NULL && !identity)
	{
		scoring_write_text(buffer, ",\"provenance\":");
		scoring_json_write(buffer, model->provenance);
	}
	scoring_write_text(buffer, "}");
}

/* ---------- one row ---------- */

/* The entry of a category, or -1. */
static inline int
find_category(const ModelCharacteristic *c, const ScoringInput *input)
{
	uint32_t	slot = (uint32_t) scoring_hash_bytes(input->text, input->length, 0) & c->slot_mask;

	for (; c->slots[slot] != 0; slot = (slot + 1) & c->slot_mask)
	{
		const BinningText *entry = &c->entries[c->slots[slot] - 1];

		if (entry->length == input->length && memcmp(entry->text, input->text, entry->length) == 0)
			return (int) c->slots[slot] - 1;
	}
	return -1;
}

static inline int
find_number(const ModelSearch *search, double x)
{
	uint32_t	bin = 0;

	if (x != x)
		return (int) search->missing_bin;
	for (uint32_t i = 0; i < search->nspecial; i++)
	{
		if (search->special[i] == x)
			return (int) (search->first_special + i);
	}
	if (x < search->low)
		return BINNING_BELOW;
	if (x > search->high)
		return BINNING_ABOVE;
	/* The number of cuts <= x, without a branch on x: where it lies is anybody's guess. */
	for (uint32_t half = search->half; half > 0; half /= 2)
		bin += search->cuts[bin + half - 1] <= x ? half : 0;
	return (int) bin;
}

/* Of what is not a number; apart from the above, so that the loops over rows keep that to themselves. */
static int
find_other(const ModelCharacteristic *c, const ScoringInput *input)
{
	int			entry;

	if (input->kind == SCORING_INPUT_MISSING)
		return (int) c->search.missing_bin;
	if (c->search.number || input->kind != SCORING_INPUT_TEXT)
		return BINNING_MISMATCH;
	entry = find_category(c, input);
	if (entry >= 0)
		return (int) c->entry_bin[entry];
	return c->binning->options.unseen_to == BINNING_TO_OWN ? c->other_bin : BINNING_UNSEEN;
}

static inline int
find(const ModelCharacteristic *c, const ScoringInput *input)
{
	if (c->search.number && input->kind == SCORING_INPUT_NUMBER)
		return find_number(&c->search, input->number);
	return find_other(c, input);
}

int
model_find(const ModelCharacteristic *characteristic, const ScoringInput *input)
{
	return find(characteristic, input);
}

bool
model_outcome_fault(const ModelCharacteristic *c, int outcome, ScoringFault *fault)
{
	const char *what;

	switch (outcome)
	{
		case BINNING_MISMATCH:
			return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "characteristic \"%s\" is not a %s", c->name,
								 type_words[c->binning->kind - 1]);
		case BINNING_UNSEEN:
			what = "is a category that the model does not know";
			break;
		case BINNING_BELOW:
			what = "is below the range that the model has seen";
			break;
		case BINNING_ABOVE:
			what = "is above the range that the model has seen";
			break;
		default:
			what = c->binning->bins[outcome].type == BINNING_MISSING ? "is missing" : "is a special code";
	}
	scoring_fault(fault, SCORING_FAULT_ARGUMENT, "characteristic \"%s\" %s", c->name, what);
	return scoring_fault_detail(fault, "The model's policy for this case is \"error\".");
}

/* The fault of the first characteristic whose policy is error; always false. */
static bool
score_fault(const Model *model, const ScoringInput *inputs, ScoringFault *fault)
{
	for (uint32_t i = 0; i < model->ncharacteristics; i++)
	{
		const ModelCharacteristic *c = &model->characteristics[i];
		int			outcome = find(c, &inputs[i]);

		if (c->search.points[outcome] == MODEL_FAILS)
			return model_outcome_fault(c, outcome, fault);
	}
	return scoring_fault(fault, SCORING_FAULT_CORRUPT, "a model fails its check");
}

bool
model_score(const Model *model, const ScoringInput *inputs, int32_t *score, double *log_odds, ScoringFault *fault)
{
	int64_t		sum = model->base_points;
	double		odds = model->intercept;
	bool		fails = false;

	if (log_odds == NULL)
	{
		for (uint32_t i = 0; i < model->ncharacteristics; i++)
		{
			const ModelCharacteristic *c = &model->characteristics[i];
			int32_t		points = c->search.points[find(c, &inputs[i])];

			sum += points;
			fails |= points == MODEL_FAILS;
		}
	}
	else
	{
		for (uint32_t i = 0; i < model->ncharacteristics; i++)
		{
			const ModelCharacteristic *c = &model->characteristics[i];
			int			outcome = find(c, &inputs[i]);
			int32_t		points = c->search.points[outcome];

			sum += points;
			fails |= points == MODEL_FAILS;
			odds += c->search.log_odds[outcome];
		}
		*log_odds = odds;
	}
	if (fails)
		return score_fault(model, inputs, fault);
	if (score != NULL)
		*score = (int32_t) sum;
	return true;
}

double
model_calibrated(const Model *model, double log_odds)
{
	return model->calibration_intercept + model->calibration_slope * log_odds;
}

double
model_pd(const Model *model, int32_t score)
{
	return scoring_sigmoid(-model_calibrated(model, (score - model->offset) / model->factor));
}

/* ---------- reasons ---------- */

static const char *
note(const ModelCharacteristic *c, const ScoringInput *input, int outcome)
{
	static const char *const missing[] = {
		"missing: own", "missing: too few rows, neutral", "missing: no rows, neutral", "missing: neutral",
		"missing: worst", "missing: nearest", "missing: error"
	};
	static const char *const special[] = {
		"special: own", "special: too few rows, neutral", "special: no rows, neutral", "special: neutral",
		"special: worst", "special: nearest", "special: error"
	};
	static const char *const unseen[] = {
		"unseen: own", "unseen: too few rows, neutral", "unseen: no rows, neutral"
	};
	static const char *const unseen_to[] = {
		"unseen: own", "unseen: neutral", "unseen: worst", "unseen: nearest", "unseen: error"
	};
	static const char *const below_to[] = {
		"below range: own", "below range: neutral", "below range: worst", "below range: nearest", "below range: error"
	};
	static const char *const above_to[] = {
		"above range: own", "above range: neutral", "above range: worst", "above range: nearest", "above range: error"
	};
	const Binning *binning = c->binning;

	switch (outcome)
	{
		case BINNING_UNSEEN:
			return unseen_to[binning->options.unseen_to];
		case BINNING_BELOW:
			return below_to[binning->options.out_of_range_to];
		case BINNING_ABOVE:
			return above_to[binning->options.out_of_range_to];
		default:
			break;
	}
	if ((uint32_t) outcome == c->search.missing_bin)
		return missing[binning->bins[outcome].fate];
	if ((uint32_t) outcome >= c->search.first_special)
		return special[binning->bins[outcome].fate];
	if (binning->kind == BINNING_TEXT)
		return outcome == c->other_bin && find_category(c, input) < 0 ?
			unseen[binning->bins[outcome].fate] : NULL;
	if (binning->has_observed && input->number < binning->observed_low)
		return below_to[BINNING_TO_NEAREST];
	if (binning->has_observed && input->number > binning->observed_high)
		return above_to[BINNING_TO_NEAREST];
	return NULL;
}

bool
model_explain(const Model *model, const ScoringInput *inputs, ModelLine *lines, ScoringFault *fault)
{
	for (uint32_t i = 0; i < model->ncharacteristics; i++)
	{
		const ModelCharacteristic *c = &model->characteristics[i];
		int			outcome = find(c, &inputs[i]);
		ModelLine  *line = &lines[i];

		if (c->outcome_fails[outcome + MODEL_OUTCOMES])
			return model_outcome_fault(c, outcome, fault);
		line->outcome = outcome;
		line->bin = outcome >= 0 ? outcome : -1;
		line->points = c->outcome_points[outcome + MODEL_OUTCOMES];
		line->woe = c->outcome_woe[outcome + MODEL_OUTCOMES];
		line->baseline = c->baseline;
		line->lost = c->baseline - line->points;
		line->reason_code = outcome >= 0 ? c->reason_codes[outcome] : c->reason_code;
		line->note = note(c, &inputs[i], outcome);
	}
	return true;
}

uint32_t
model_reasons(const Model *model, const ModelLine *lines, ModelReason *reasons)
{
	uint32_t	n = 0;

	for (uint32_t i = 0; i < model->ncharacteristics; i++)
	{
		double		possible = lines[i].baseline - model->characteristics[i].low_points;
		uint32_t	k;

		if (!(lines[i].lost > 0))
			continue;
		for (k = 0; k < n && strcmp(reasons[k].code, lines[i].reason_code) != 0; k++)
			;
		if (k == n)
		{
			reasons[n].code = lines[i].reason_code;
			reasons[n].lost = 0;
			reasons[n++].possible = 0;
		}
		reasons[k].lost += lines[i].lost;
		reasons[k].possible += possible;
	}
	/* Stable: what ties in both keeps the order of the characteristics. */
	for (uint32_t i = 1; i < n; i++)
	{
		ModelReason moved = reasons[i];
		uint32_t	k = i;

		for (; k > 0 && (reasons[k - 1].lost < moved.lost ||
						 (reasons[k - 1].lost == moved.lost && reasons[k - 1].possible < moved.possible)); k--)
			reasons[k] = reasons[k - 1];
		reasons[k] = moved;
	}
	return n;
}
