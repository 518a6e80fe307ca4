/*
 * tally_core.h: the distribution of one variable by outcome.
 *
 * This part is what the rooms above see: a decoded tally. Weights are sums in millionths (SCORING_WEIGHT_UNIT a row),
 * `rows` are counts of rows. Cells are in ascending order of value (numbers numerically, text by bytes).
 */
#ifndef SCORING_TALLY_CORE_H
#define SCORING_TALLY_CORE_H

#include "core.h"

#define TALLY_MAX_DISTINCT 4096
#define TALLY_MAX_BYTES 131072
#define TALLY_MAX_SPECIAL 64
#define TALLY_MAX_TEXT 255		/* bytes of one category */

typedef enum TallyKind
{
	TALLY_EMPTY = 0,			/* only missing values so far, or no rows: may merge with either */
	TALLY_NUMBER = 1,
	TALLY_TEXT = 2
} TallyKind;

typedef struct TallyCounts
{
	int64_t		rows;
	int64_t		goods;			/* weight of outcome false */
	int64_t		bads;			/* weight of outcome true */
	int64_t		unlabelled;		/* weight of outcome NULL: never taken for an event */
} TallyCounts;

typedef struct TallyCell
{
	double		value;			/* of a number; the greatest value in the cell */
	const char *text;			/* of a text, not terminated */
	uint32_t	length;
	bool		pure;			/* all of the cell is at `value`; always so while the tally is exact */
	int64_t		uncertainty;	/* weight of other cells that may lie at or below `value`; 0 while exact */
	TallyCounts counts;
} TallyCell;

typedef struct TallyView
{
	TallyKind	kind;
	bool		exact;
	bool		weighted;		/* some row came with a weight other than 1 */
	int64_t		error;			/* a rank, as weight, is off by at most this; 0 while exact */
	uint32_t	ncells;
	TallyCell  *cells;
	TallyCounts missing;		/* NULL and NaN */
	uint32_t	nspecial;
	double	   *special;		/* the declared codes, ascending */
	TallyCounts *special_counts;
	TallyCounts pooled;			/* text beyond the distinct limit, without names; zero otherwise */
	TallyCounts total;			/* everything: cells, missing, special, pooled */
} TallyView;

/* Decodes a packed tally. Text points into `packed`. */
extern bool tally_view(const ScoringHost *host, const void *packed, size_t length, TallyView *out, ScoringFault *fault);
/* Packs a view: the inverse; the canonical bytes. Cells must be in order and without duplicates. */
extern bool tally_pack(const ScoringHost *host, const TallyView *view, void **packed, size_t *length, ScoringFault *fault);

#endif
