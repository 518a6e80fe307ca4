/*
 * binning_parts.h: what the core files of the binning share among themselves.
 */
#ifndef SCORING_BINNING_PARTS_H
#define SCORING_BINNING_PARTS_H

#include "binning_core.h"

#define UNIT SCORING_WEIGHT_UNIT
#define BINNING_MAX_CATEGORIES 20000	/* in a text form */

/* By the values of the enumerations, NULL at the end; kinds from 1. */
extern const char *const binning_trend_words[];
extern const char *const binning_policy_words[];
extern const char *const binning_kind_words[];
extern const char *const binning_type_words[];

/* What holds for options whether they came as arguments or in a text form. */
extern bool binning_check_scalars(const BinningOptions *o, ScoringFault *fault);
/* Are these rows enough for a WoE of their own, outside the trend? */
extern bool binning_enough(const BinningOptions *options, bool weighted, const TallyCounts *counts);
/*
 * Fills totals, fates, WoE, IV and trend from bins that have their counts. False if the totals overflow or smoothing
 * none leaves a bin without a finite WoE; the caller words the fault, *bad_bin is the bin or nbins.
 */
extern bool binning_evaluate(const ScoringHost *host, Binning *binning, uint32_t *bad_bin);
/* Prepares binning_find(). False if a category occurs twice: *twice is then the bin. */
extern bool binning_index(const ScoringHost *host, Binning *binning, uint32_t *twice);
extern BinningText binning_copy_text(const ScoringHost *host, const char *text, uint32_t length);
/* By bytes, for qsort. */
extern int	binning_text_order(const void *a, const void *b);

static inline int64_t
labelled(const TallyCounts *counts)
{
	return counts->goods + counts->bads;
}

static inline bool
is_value_bin(const BinningBin *bin)
{
	return bin->type == BINNING_RANGE || bin->type == BINNING_CATEGORIES;
}

static inline void
add_counts(TallyCounts *to, const TallyCounts *from)
{
	/* A tally's own total bounds every sum of its parts. */
	to->rows += from->rows;
	to->goods += from->goods;
	to->bads += from->bads;
	to->unlabelled += from->unlabelled;
}

/* The z of the two-proportion test, squared; 0 where it is not defined. */
static inline double
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

/* Compares the bad rates of two groups with labelled weight, exactly. */
static inline int
compare_rates(int64_t goods1, int64_t bads1, int64_t goods2, int64_t bads2)
{
	/* b1 / (g1 + b1) against b2 / (g2 + b2) is b1 g2 against b2 g1. */
	__extension__ unsigned __int128 left = (unsigned __int128) bads1 * (uint64_t) goods2;
	__extension__ unsigned __int128 right = (unsigned __int128) bads2 * (uint64_t) goods1;

	return left < right ? -1 : left > right;
}

#endif
