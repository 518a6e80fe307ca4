/*
 * scorecard_core.h: from rows to the characteristics of a scorecard.
 *
 * A sample is read three times. The first reading keeps some of its rows, chosen by a hash of their values, and from
 * them come the candidate cut points (scorecard_choose). The second counts goods and bads between those, in five
 * folds (scorecard_count_*), and from the counts come the screen and the binnings. The third turns rows into bin codes
 * for the regression. Nothing depends on the order of rows or on how they were divided among processes: the rows kept
 * are those with the smallest hashes, counts and the regression's sums are integers.
 *
 * A column's value is a 64-bit key: of a number the one that orders like it, of a text a hash of its bytes.
 *
 * Of a protected sample (fit_protected_scorecard) the last number of a row is a hash of its subject. Rows are chosen and
 * folds are drawn by that alone, a row weighs one over its subject's rows, so that weights are at most subjects, and
 * candidate cuts are rounded and merged until each class holds enough subjects, whatever the caller's options: what two
 * fits of the same rows differ in is then never about fewer.
 */
#ifndef SCORING_SCORECARD_CORE_H
#define SCORING_SCORECARD_CORE_H

#include "binning_core.h"
#include "core.h"
#include "logistic_core.h"

#define SCORECARD_MAX_COLUMNS 1600
#define SCORECARD_MAX_CLASSES 100	/* fine classes of a number, as many by quantiles and by value as fit */
#define SCORECARD_MAX_CATEGORIES 200	/* candidates among a text's values; the rest is pooled */
#define SCORECARD_FOLDS 5
#define SCORECARD_MISSING UINT64_MAX	/* the key of NULL and NaN */
#define SCORECARD_LEAK_GINI 0.95	/* of one column: only what is recorded after the outcome is that good */
#define SCORECARD_MAX_BINS 255	/* of one characteristic, so that a code is a byte */
#define SCORECARD_LEAST_OUTCOMES 5	/* subjects of either outcome in a cell of a protected sample; and what its counts are rounded to */
#define SCORECARD_LEAST_SUBJECTS 10	/* whatever the caller asks for */
#define SCORECARD_MAX_PROTECTED 250	/* characteristics of a protected sample */

/* ---------- the first two readings ---------- */

typedef struct ScorecardRow
{
	int			outcome;		/* 1 bad, 0 good, -1 unlabelled */
	int64_t		weight;			/* millionths, not 0 */
	const uint64_t *keys;		/* numbers first, then texts */
	const char *const *texts;	/* of the texts; NULL where missing */
	const uint32_t *lengths;
} ScorecardRow;

/*
 * What a reading has seen. A flat block without pointers whose first four bytes belong to the caller; blocks of
 * disjoint rows merge, in any order, to the same answer. A template is what a reading starts from.
 */
typedef struct ScorecardBlock
{
	int32_t		length;			/* the caller's */
	uint32_t	kind;			/* SCORECARD_SAMPLE or SCORECARD_COUNT */
	uint32_t	nnumbers;
	uint32_t	ntexts;
	uint32_t	capacity;		/* of a sample: distinct rows that are kept; of counts: 64-bit words behind this */
	uint32_t	slots;			/* of a sample: entries that there is room for; of counts: words of the template */
	uint32_t	entries;		/* of a sample */
	uint32_t	weighted;		/* some row's weight is not 1; of counts: whether weights are counted */
	uint32_t	by_subject;		/* the last number is a hash of the row's subject */
	uint32_t	unused;
	uint64_t	threshold;		/* of a sample: greater hashes are not kept */
	uint64_t	shape[5];		/* of counts: where their parts begin */
	int64_t		rows;
	int64_t		goods;			/* weights */
	int64_t		bads;
	int64_t		unlabelled;
	int64_t		good_rows;
	int64_t		bad_rows;
	int64_t		bad_targets;	/* rows whose target is neither 0 nor 1: nothing else of them is counted */
	int64_t		null_weights;	/* NULL or NaN */
	int64_t		bad_weights;	/* negative, infinite or too large */
	int64_t		weightless;		/* rows with weight 0, left out */
	int64_t		overflow;		/* not 0: the weights are too large to sum */
	uint64_t	checksum;		/* of the rows, in any order: that readings read the same */
	LogisticWide squares[2];	/* sums of squared weights, of goods and of bads */
} ScorecardBlock;

#define SCORECARD_SAMPLE 1
#define SCORECARD_COUNT 2

/* Whether `length` bytes, aligned to 8, can be a template, or a block. */
extern bool scorecard_is_template(const ScorecardBlock *bytes, size_t length);
extern bool scorecard_is_block(const ScorecardBlock *bytes, size_t length);
/* The subject's hash is one of the numbers. */
extern void scorecard_sample_template(ScorecardBlock *template, uint32_t nnumbers, uint32_t ntexts, bool by_subject);
/* The size of a block that starts from a template. */
extern size_t scorecard_block_size(const ScorecardBlock *template);
extern void scorecard_block_start(ScorecardBlock *block, const ScorecardBlock *template);
/* Makes room for more entries: 0, or the size that the block must be moved to first; scorecard_block_moved() then tells it. */
extern size_t scorecard_block_needs(const ScoringHost *host, ScorecardBlock *block, uint32_t more);
extern void scorecard_block_moved(ScorecardBlock *block, size_t size);
/* There must be room. */
extern void scorecard_block_add(ScorecardBlock *block, const ScorecardRow *row);
/* False: they are not of one reading. A sample must have room for the other's entries. */
extern bool scorecard_block_merge(ScorecardBlock *block, const ScorecardBlock *other);

/* ---------- columns ---------- */

typedef enum ScorecardRefusal
{
	SCORECARD_NOT_REFUSED = 0,
	SCORECARD_EXCLUDED,			/* by the caller */
	SCORECARD_TYPE,				/* no characteristic can be of its type */
	SCORECARD_DATE,
	SCORECARD_NEAR_UNIQUE,
	SCORECARD_LONG_TEXT,
	SCORECARD_EMPTY,			/* no row has a value */
	SCORECARD_CONSTANT,
	SCORECARD_SMALL,			/* of a protected sample: no two cells of enough subjects */
	SCORECARD_SEPARATES,
	SCORECARD_ONE_SIDED,		/* some values have one outcome only, and the rest tells nothing */
	SCORECARD_WEAK,				/* cross-fitted IV below the least, or not significant */
	SCORECARD_CORRELATED,
	SCORECARD_SURPLUS,			/* behind the strongest that the regression starts from */
	SCORECARD_SIGN,
	SCORECARD_COLLINEAR,
	SCORECARD_SELECTION,
	SCORECARD_P_VALUE,
	SCORECARD_TOO_MANY
} ScorecardRefusal;

typedef struct ScorecardColumn
{
	const char *name;
	bool		is_text;
	bool		named;			/* asked for by name: leak guards do not apply */
	bool		is_date;
	uint32_t	key;			/* its place among the keys of a row */
	int64_t		least;			/* subjects in a cell of a protected sample; 0: the sample is not protected */
	uint32_t	nspecial;
	const double *special;		/* ascending */
	BinningOptions options;
	uint32_t	nnamed_keys;	/* of categories that the options' groups name */
	const uint64_t *named_keys;
	const char *reason_code;	/* or NULL */
	const Json *reason_codes;	/* by label, or NULL */

	/* From the first reading. */
	uint32_t	nkeys;			/* cuts, or the hashes of categories */
	uint64_t   *keys;			/* ascending */

	/* From the second. */
	bool		has_range;
	double		low;
	double		high;
	Binning    *binning;
	double		iv;				/* of the rows that chose the cuts */
	double		cross_iv;		/* NaN: could not be counted */
	double		z;
	uint8_t    *class_bin;		/* nkeys + 1 values, specials, missing; or categories, pooled, missing */

	ScorecardRefusal refusal;
	const struct ScorecardColumn *other;	/* what it correlates with */
	double		correlation;

	/* From the regression. */
	double		coefficient;	/* of the good log-odds on WoE */
	double		standard_error;
} ScorecardColumn;

/* Sorts the rows kept and cuts them to capacity. */
extern void scorecard_sample_finish(const ScoringHost *host, ScorecardBlock *sample);
/* Whether the rows kept are all rows. */
extern bool scorecard_sample_complete(const ScorecardBlock *sample);
/* Candidate cuts and categories; refuses what has no value, only one, or one for nearly each row. */
extern void scorecard_choose(const ScoringHost *host, const ScorecardBlock *sample,
							 ScorecardColumn **columns, uint32_t ncolumns);
/* For the columns that are not refused; the keys of a row stay where they are. A new block, `*size` bytes long. */
extern ScorecardBlock *scorecard_count_template(const ScoringHost *host, const ScorecardBlock *sample,
												ScorecardColumn **columns, uint32_t ncolumns, size_t *size);
/* Counts the rows of a complete sample again, dividing those that are alike among the folds too. */
extern void scorecard_count_folds(const ScoringHost *host, ScorecardBlock *count, const ScorecardBlock *sample);
/*
 * One column's range, final binning, IV, cross-fitted IV and its z; `index` is its place in the template. False: the
 * constraints cannot be met.
 */
extern bool scorecard_screen(const ScoringHost *host, const ScorecardBlock *count, uint32_t index,
							 ScorecardColumn *column, ScoringFault *fault);
/*
 * Refuses, of columns in order of strength, those whose WoE correlates above `most` with one before them. Judged on
 * the rows kept.
 */
extern void scorecard_correlate(const ScoringHost *host, const ScorecardBlock *sample,
								ScorecardColumn **columns, uint32_t ncolumns, double most);

/* ---------- the regression ---------- */

/* Rows as bin codes, one byte for each column, then the outcome (0, 1, 2: unlabelled), then the weight if weighted. */
typedef struct ScorecardRows
{
	void	   *context;
	void		(*rewind) (void *context);
	/* The next rows, or 0 at the end. */
	size_t		(*next) (void *context, const uint8_t **records);
	uint32_t	ncolumns;
	bool		weighted;
	int64_t		count;
	int64_t		max_weight;
} ScorecardRows;

static inline size_t
scorecard_record_size(const ScorecardRows *rows)
{
	return rows->ncolumns + 1 + (rows->weighted ? sizeof(int64_t) : 0);
}

typedef enum ScorecardSelection
{
	SCORECARD_BIC = 0,
	SCORECARD_AIC,
	SCORECARD_NONE
} ScorecardSelection;

typedef struct ScorecardRegression
{
	ScorecardSelection selection;
	double		max_p_value;	/* 1: no limit */
	uint32_t	max_columns;

	double		intercept;		/* of the good log-odds */
	double		intercept_error;
	double		log_likelihood;
	double		null_log_likelihood;
	double		aic;
	double		bic;
	int64_t		rows_used;
	int			iterations;		/* of the last fit */
	int			fits;
	/* Called after each column that leaves. */
	void		(*left) (void *context, const ScorecardColumn *column);
	void	   *context;
} ScorecardRegression;

/*
 * Fits the good log-odds on the WoE of the columns, strongest first, over rows with such a weight of goods and of bads,
 * and lets columns go until every sign is right and
 * the selection rule is content. What is left has refusal NOT_REFUSED, a coefficient and its error. False: separation,
 * no convergence.
 */
extern bool scorecard_regress(const ScoringHost *host, const ScorecardRows *rows, ScorecardColumn **columns,
							  ScorecardRegression *regression, double goods, double bads, ScoringFault *fault);

/* ---------- parts ---------- */

/* The part, from 1, that a key belongs to; shares are not negative and sum to 1. */
extern bool scorecard_part(const char *key, size_t key_length, const char *seed, size_t seed_length,
						   const double *shares, uint32_t nshares, int32_t *part, ScoringFault *fault);

#endif
