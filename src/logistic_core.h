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
 * the sum of w x x' mu (1 - mu), upper triangle by column.
 */
typedef struct LogisticSums
{
	double		log_likelihood;
	double	   *gradient;		/* [p] */
	double	   *hessian;		/* [p (p + 1) / 2] */
} LogisticSums;

#define LOGISTIC_PACKED(i, j) ((size_t) (j) * ((j) + 1) / 2 + (i))	/* i <= j */
#define LOGISTIC_HESSIAN(sums, i, j) ((sums)->hessian[LOGISTIC_PACKED(i, j)])

typedef bool (*LogisticPass) (void *source, const double *beta, uint32_t p, bool want_hessian,
							  LogisticSums *sums, ScoringFault *fault);

typedef struct LogisticOptions
{
	int			max_iterations;
	double		tolerance;		/* on the change of the log-likelihood, relative */
	const double *l2;			/* [p]: penalty l2 / 2 * beta^2; NULL: none */
	const double *start;		/* [p]; NULL: zeros */
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
} LogisticResult;

#define LOGISTIC_COVARIANCE(result, i, j) ((result)->covariance[LOGISTIC_PACKED(i, j)])

extern LogisticOptions logistic_options_default(void);
/* False only when a pass fails; how it ended is in result->end. */
extern bool logistic_solve(const ScoringHost *host, uint32_t p, LogisticPass pass, void *source,
						   const LogisticOptions *options, LogisticResult *result,
						   ScoringFault *fault);

/* ---------- exact sums over rows ---------- */

typedef __int128 LogisticWide;

extern double logistic_wide_to_double(LogisticWide value);

/*
 * A sum of doubles of magnitude at most 1, each cut to a multiple of 2^-84: `high` in 2^-40, `low` in 2^-84. Good for
 * LOGISTIC_FLUSH_ROWS terms, and then to be emptied into a wide sum in 2^-84.
 */
typedef struct LogisticSum
{
	int64_t		high;
	int64_t		low;
} LogisticSum;

#define LOGISTIC_FLUSH_ROWS 65536

static inline void
logistic_sum_add(LogisticSum *sum, double term)
{
	double		scaled = term * 1099511627776.0;	/* 2^40 */
	int64_t		high = (int64_t) scaled;

	sum->high += high;
	sum->low += (int64_t) ((scaled - (double) high) * 17592186044416.0);	/* 2^44 */
}

/* What is known of a feature after the first pass over the rows. */
typedef struct LogisticFeature
{
	double		low;
	double		high;
	double		middle;			/* subtracted from the feature */
	double		scale;			/* a power of two: |x - middle| * scale <= 1 */
} LogisticFeature;

extern void logistic_feature_scale(LogisticFeature *feature);

/* Sums at beta over rows of centred and scaled features; beta[0] is the intercept. */
typedef struct LogisticRows
{
	const ScoringHost *host;
	uint32_t	p;				/* features + 1 */
	const double *beta;
	bool		want_hessian;
	double		max_weight;
	uint32_t	pending;
	double	   *x;				/* [p], x[0] = 1: the row to add */
	LogisticSum *sums;			/* log-likelihood / 1024, gradient, hessian */
	LogisticWide *wide;
} LogisticRows;

extern void logistic_rows_init(const ScoringHost *host, LogisticRows *rows, uint32_t p,
							   double max_weight);
extern void logistic_rows_start(LogisticRows *rows, const double *beta, bool want_hessian);
/* Adds rows->x with its outcome and weight (at most max_weight). */
extern void logistic_rows_add(LogisticRows *rows, bool outcome, double weight);
extern void logistic_rows_finish(LogisticRows *rows, LogisticSums *sums);

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
