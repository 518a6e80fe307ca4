/*
 * logistic_core.h: logistic regression by Newton's method.
 *
 * logistic_solve() works over any source of sums; the sums over rows below are exact integers, so that neither the
 * order of rows nor the way they were divided changes a bit of the result.
 */
#ifndef SCORING_LOGISTIC_CORE_H
#define SCORING_LOGISTIC_CORE_H

#include "core.h"
#include "json.h"
#include "wire.h"

#define LOGISTIC_MAX_FEATURES 500
#define LOGISTIC_MAX_BYTES (4 * 1024 * 1024)	/* of a fit's text form */

/* ---------- the solver ---------- */

/*
 * Of one pass over the rows at given coefficients: the log-likelihood, its gradient, and minus its second derivative,
 * the sum of w x x' mu (1 - mu), upper triangle by column. Where `direction` is given, the pass may also say what the
 * least and greatest (2y - 1) x'direction over all rows is, y being 1 for true and a cell of both outcomes counting
 * for both: that tells separation from slow convergence. A pass that leaves the two alone is served by cruder tests.
 */
typedef struct LogisticSums
{
	double		log_likelihood;
	double	   *gradient;		/* [p] */
	double	   *hessian;		/* [p (p + 1) / 2] */
	const double *direction;	/* [p], or NULL */
	double		margin_low;
	double		margin_high;
} LogisticSums;

#define LOGISTIC_PACKED(i, j) ((size_t) (j) * ((j) + 1) / 2 + (i))	/* i <= j */
#define LOGISTIC_HESSIAN(sums, i, j) ((sums)->hessian[LOGISTIC_PACKED(i, j)])

typedef bool (*LogisticPass) (void *source, const double *beta, uint32_t p, bool want_hessian,
							  LogisticSums *sums, ScoringFault *fault);

/*
 * Moves the source to coordinates x'[j] = (x[j] - shift[j]) * factor[j], j > 0, near `shift` being better conditioned.
 * The source chooses the factors, powers of two, and carries its part of the options (l2) over.
 */
typedef void (*LogisticMove) (void *source, const double *shift, double *factor);

typedef struct LogisticOptions
{
	int			max_iterations;
	double		tolerance;		/* on the change of the log-likelihood, relative */
	double		last_step;		/* in standard errors: after a smaller one it ends, Newton's next being near its square */
	const double *l2;			/* [p]: penalty l2 / 2 * beta^2; NULL: none */
	const double *start;		/* [p]; NULL: zeros */
	LogisticMove move;			/* NULL: the coordinates are good as they are; else x[0] is always 1 */
} LogisticOptions;

typedef enum LogisticEnd
{
	LOGISTIC_CONVERGED = 0,
	LOGISTIC_COLLINEAR,			/* `column` depends on those before it */
	LOGISTIC_SEPARATED,			/* `column`'s coefficient grows without end */
	LOGISTIC_NOT_CONVERGED
} LogisticEnd;

typedef struct LogisticResult
{
	LogisticEnd end;
	uint32_t	column;			/* of a collinear or separating column */
	double	   *beta;
	double	   *covariance;		/* packed like the Hessian */
	double		log_likelihood; /* without the penalty */
	int			iterations;
	double		change;			/* of the log-likelihood by the next step, relative: if not converged */
	double		reach;			/* the most that the last step moved a row's log-odds; 0: not known */
	double	   *share;			/* [p]: what a column contributes to a collinear one, or to separation; 1 the most */
} LogisticResult;

#define LOGISTIC_COVARIANCE(result, i, j) ((result)->covariance[LOGISTIC_PACKED(i, j)])
/* A column with less than this share is not part of the trouble. */
#define LOGISTIC_SHARE_COLLINEAR 1e-5
#define LOGISTIC_SHARE_SEPARATED 0.1

extern LogisticOptions logistic_options_default(void);
/* False only when a pass fails; how it ended is in result->end. */
extern bool logistic_solve(const ScoringHost *host, uint32_t p, LogisticPass pass, void *source,
						   const LogisticOptions *options, LogisticResult *result,
						   ScoringFault *fault);

/* An exact sum of integers, for passes of other rooms. Memory of the server's is not aligned to more than 8 bytes. */
#define LOGISTIC_ALIGNED __attribute__((aligned(8)))
typedef LOGISTIC_ALIGNED __int128 LogisticWide;

extern double logistic_wide_to_double(LogisticWide value);

/* ---------- passes over rows ---------- */

/*
 * A row as the sample gives it. Its fate is decided in this order: target NULL, weight 0, the first feature that is
 * NULL or not finite.
 */
typedef struct LogisticRow
{
	bool		target_null;
	bool		weight_null;
	double		target;
	double		weight;			/* 1 where there is none */
	const double *features;
	const bool *nulls;			/* of features; NULL: none is */
} LogisticRow;

/*
 * What the first pass learns, and the sums of each of the others. Both are flat blocks that hold no pointers and whose
 * first four bytes belong to the caller (a varlena's length); blocks of disjoint rows merge, in any order, to the same
 * bytes. A template is a block without its sums: what a pass starts from, small enough to be handed around.
 */
typedef struct LogisticBlock
{
	int32_t		length;			/* the caller's */
	uint32_t	kind;			/* LOGISTIC_PROFILE or LOGISTIC_STEP */
	uint32_t	p;				/* features + 1 */
	uint32_t	pending;		/* rows since the sums were carried */
	int64_t		used;			/* rows */
	/* Of a step: */
	int64_t		coarse;			/* not 0: terms are rounded to 2^-50, not 2^-100; enough where columns are scaled alike */
	int64_t		max_weight;		/* millionths */
	double		margin_low;
	double		margin_high;
	/* Of a profile: counts of rows, and weights in millionths. */
	int64_t		bad_targets;	/* neither 0 nor 1 */
	int64_t		null_weights;	/* NULL or NaN */
	int64_t		bad_weights;	/* negative, infinite or too large */
	int64_t		unlabelled;
	int64_t		weightless;
	int64_t		goods;
	int64_t		bads;
	int64_t		overflow;		/* not 0: goods and bads are not to be trusted */
} LogisticBlock;

#define LOGISTIC_PROFILE 1
#define LOGISTIC_STEP 2

extern size_t logistic_template_size(uint32_t kind, uint32_t p);
extern size_t logistic_block_size(uint32_t kind, uint32_t p);
/* Whether `length` bytes, aligned to 8, can be a template, or a block. */
extern bool logistic_is_template(const LogisticBlock *bytes, size_t length);
extern bool logistic_is_block(const LogisticBlock *bytes, size_t length);
/* A block, of logistic_block_size() bytes, that has seen no row. */
extern void logistic_block_start(LogisticBlock *block, const LogisticBlock *template);
/* False: the row is not one of those that the template was made for, so the sample has changed. */
extern bool logistic_block_add(LogisticBlock *block, const LogisticRow *row);
extern void logistic_block_carry(LogisticBlock *block);
/* Both carried. False: they are not of one pass. */
extern bool logistic_block_merge(LogisticBlock *block, const LogisticBlock *other);

extern void logistic_profile_template(LogisticBlock *template, uint32_t p);
/* Rows left out for feature j (from 0). */
extern int64_t logistic_profile_missing(const LogisticBlock *profile, uint32_t j);
/* The least and greatest value of feature j (from 0) among rows of an outcome; low > high if there are none. */
extern void logistic_profile_range(const LogisticBlock *profile, uint32_t j, bool outcome,
								   double *low, double *high);

/*
 * Coordinates: x[0] = 1, x[j] = (feature[j - 1] - center[j]) * scale[j], all within [-1, 1]. Arrays of p; direction
 * may be NULL.
 */
extern void logistic_step_template(LogisticBlock *template, uint32_t p, int64_t max_weight,
								   const double *center, const double *scale, const double *beta,
								   const double *direction);
extern void logistic_step_sums(const LogisticBlock *step, LogisticSums *sums);

/* What is known of a feature: where it lies, and how it is centred and scaled. */
typedef struct LogisticFeature
{
	double		low;
	double		high;
	double		center;
	double		scale;			/* a power of two: |x - center| * scale <= 1 */
} LogisticFeature;

/* False if the feature is too large, or varies too little, for its scale to be a double. */
extern bool logistic_feature_scale(LogisticFeature *feature);

/* ---------- the fit as a value ---------- */

typedef struct LogisticTerm
{
	const char *name;
	double		coefficient;
	double		standard_error;
} LogisticTerm;

typedef struct LogisticSkipped
{
	const char *reason;
	int64_t		rows;
} LogisticSkipped;

typedef struct LogisticFit
{
	double		log_likelihood;
	double		null_log_likelihood;
	double		l2;
	int64_t		iterations;
	int64_t		rows_used;
	uint32_t	nterms;			/* the intercept first */
	LogisticTerm *terms;
	uint32_t	nskipped;
	LogisticSkipped *skipped;
} LogisticFit;

/* The canonical JSON form. Reading copies pointers into the tree. */
extern void logistic_write(ScoringBuffer *buffer, const LogisticFit *fit);
extern bool logistic_read(const ScoringHost *host, const JsonAt *at, LogisticFit *fit,
						  ScoringFault *fault);

#endif
