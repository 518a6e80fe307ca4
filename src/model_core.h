/*
 * model_core.h: an immutable credit model, and what it says of one row.
 *
 * Kind `scorecard`: score = base points + the points of one bin of each characteristic, all of them integers. The log
 * odds good:bad are intercept + Σ coefficient · WoE before rounding; coefficients are of the good log-odds, so a
 * characteristic that helps has a positive one. Scale: factor = pdo / ln 2, offset = base_score - factor · ln(base_odds);
 * base points = round(offset + factor · intercept), points = round(factor · coefficient · WoE), half away from zero.
 *
 * A model is made by model_read() from its JSON, or by hand: model_new(), fill in the members marked *, model_complete().
 */
#ifndef SCORING_MODEL_CORE_H
#define SCORING_MODEL_CORE_H

#include "binning_core.h"
#include "core.h"
#include "json.h"
#include "wire.h"

#define MODEL_MAX_BYTES (16 * 1024 * 1024)	/* of the text form */
#define MODEL_MAX_CHARACTERISTICS 1000
#define MODEL_MAX_CATEGORIES 100000 /* of one characteristic */
#define MODEL_MAX_NAME 63		/* bytes: a column's name */
#define MODEL_MAX_CODE 255		/* bytes of a bin's reason code, and of a model's name */
#define MODEL_MAX_SHARED_CODE 200	/* of a characteristic's, which " special -9" may be added to */
#define MODEL_MAX_POINTS 1000000	/* either way, of one bin */
#define MODEL_MAX_BASE_POINTS 1000000000	/* so that no sum passes an int32 */

#define MODEL_OUTCOMES 4		/* beside the bins: BINNING_UNSEEN, _BELOW, _ABOVE, _MISMATCH */
#define MODEL_FAILS INT32_MIN

typedef enum ModelReasonMethod
{
	MODEL_BELOW_AVERAGE = 0,
	MODEL_BELOW_CUTOFF_AVERAGE,
	MODEL_BELOW_MAX,
	MODEL_BELOW_NEUTRAL
} ModelReasonMethod;

/*
 * What the search for a bin looks at, together in memory. Points and log odds are by outcome: a bin from 0, or a negative
 * BINNING_UNSEEN and so on.
 */
typedef struct ModelSearch
{
	const double *cuts;			/* 2 · half - 1 of them, ascending, filled up with NaN, which no number reaches */
	const int32_t *points;		/* MODEL_FAILS where the policy is error */
	const double *log_odds;		/* coefficient · WoE */
	double		low;			/* infinite if what is out of range goes to the nearest bin */
	double		high;
	const double *special;		/* ascending */
	uint32_t	nspecial;
	uint32_t	first_special;
	uint32_t	missing_bin;
	uint16_t	half;			/* a power of two; 0 if there are no cuts */
	bool		number;
} ModelSearch;

/*
 * One characteristic. `binning` may come straight from binning_fit(). Of it the model uses: kind, bins (type, other,
 * fate, lower, upper, special, categories, counts, woe), nbins, nvalue_bins, has_observed with its range, and of the
 * options unseen_to and out_of_range_to. WoE and points of a bin stand for what its fate makes of it.
 */
typedef struct ModelCharacteristic
{
	ModelSearch search;			/* derived */
	const char *name;			/* * the column's */
	Binning    *binning;		/* * */
	bool		has_counts;		/* * the bins' counts are known (provenance) */
	double		coefficient;	/* * of the good log-odds on WoE */
	const char *reason_code;	/* * NULL: the name */
	const char **reason_codes;	/* * of each bin; NULL, or items NULL: the characteristic's; for missing and special with the bin's label */
	bool		has_baseline;
	double		baseline;		/* * points that a reason is measured from; needed for below_cutoff_average */
	const Json *provenance;		/* * any tree, or NULL */
	int32_t    *points;			/* of each bin */

	/* Derived by model_complete(): what an outcome is worth, at [outcome + MODEL_OUTCOMES]. */
	int32_t    *outcome_points;
	double	   *outcome_woe;
	bool	   *outcome_fails;	/* policy error */
	uint32_t	worst_bin;		/* of the bins of values: fewest points */
	int32_t		low_points;		/* over all outcomes that do not fail */
	int32_t		high_points;
	int32_t		other_bin;		/* where unseen categories go, or -1 */
	uint32_t	slot_mask;		/* hash table of categories: slots hold entry + 1 */
	const uint32_t *slots;
	const BinningText *entries;
	const uint32_t *entry_bin;
} ModelCharacteristic;

typedef struct Model
{
	const char *name;			/* * or NULL; not part of the identity */
	double		pdo;			/* * points that double the odds; 20 */
	double		base_score;		/* * 600 */
	double		base_odds;		/* * good:bad at base_score; 50 */
	double		intercept;		/* * good log-odds at WoE 0 */
	int32_t		base_points;
	double		calibration_intercept;	/* * log odds used for pd = intercept + slope · log odds on the scale; 0, 1 */
	double		calibration_slope;
	ModelReasonMethod reason_method;	/* * */
	bool		has_cutoff;
	double		reason_cutoff;	/* * of below_cutoff_average: the score; documentation of the baselines */
	uint32_t	ncharacteristics;
	ModelCharacteristic *characteristics;
	const Json *provenance;		/* * any tree (an object), or NULL */

	double		factor;			/* derived */
	double		offset;
} Model;

/* Everything zero or at the defaults above; the characteristics too. */
extern Model *model_new(const ScoringHost *host, uint32_t ncharacteristics);

/*
 * Turns coefficients and WoE into points (all of them, and the base points), gives missing reason codes and, for
 * below_average, baselines that are absent (mean points over the bins' labelled weight), checks everything and prepares
 * for scoring. Faults: 22023, 22003. The model keeps pointing to what it was made of.
 */
extern bool model_complete(const ScoringHost *host, Model *model, ScoringFault *fault);

/*
 * The JSON form, strict (docs/model.md). Copies everything but provenance, which stays in the tree.
 */
extern bool model_read(const ScoringHost *host, const JsonAt *at, Model **out, ScoringFault *fault);
/* Canonical. The identity leaves out what decides neither score, points, policies nor reasons: names of the model, counts, provenance. */
extern void model_write(ScoringBuffer *buffer, const Model *model, bool identity);

/*
 * Points on another scale. A bin whose points are what its WoE says is computed anew; points that somebody moved by
 * hand are converted in proportion, and so are baselines.
 */
extern bool model_rescale(const ScoringHost *host, Model *model, double pdo, double base_score, double base_odds,
						  ScoringFault *fault);

/* What became of an input: a bin (0-based) or one of BINNING_UNSEEN, _BELOW, _ABOVE, _MISMATCH. */
extern int	model_find(const ModelCharacteristic *characteristic, const ScoringInput *input);
/* The fault of an outcome whose policy is error: names the characteristic, never the value. Returns false. */
extern bool model_outcome_fault(const ModelCharacteristic *characteristic, int outcome, ScoringFault *fault);

/* Inputs in the order of the characteristics. `score`, `log_odds` may be NULL. Fault: 22023, a policy is error. */
extern bool model_score(const Model *model, const ScoringInput *inputs, int32_t *score, double *log_odds,
						ScoringFault *fault);
/* Probability of bad at an integer score; and the same by log odds good:bad that are not rounded to points. */
extern double model_pd(const Model *model, int32_t score);
extern double model_calibrated(const Model *model, double log_odds);

typedef struct ModelLine
{
	int			outcome;
	int			bin;			/* whose label to show, or -1 */
	int32_t		points;
	double		woe;
	double		baseline;
	double		lost;			/* baseline - points */
	const char *reason_code;
	const char *note;			/* the policy that decided, such as "missing: neutral"; NULL for a plain value */
} ModelLine;

/* One line for each characteristic. */
extern bool model_explain(const Model *model, const ScoringInput *inputs, ModelLine *lines, ScoringFault *fault);

typedef struct ModelReason
{
	const char *code;
	double		lost;			/* summed over the characteristics that lost points and share the code */
	double		possible;		/* the most they could have lost: breaks ties */
} ModelReason;

/* Ranked; at most as many as there are characteristics. Returns their number. */
extern uint32_t model_reasons(const Model *model, const ModelLine *lines, ModelReason *reasons);

#endif
