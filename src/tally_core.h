/*
 * tally_core.h: the distribution of one variable by outcome.
 *
 * The first part is what the rooms above see: a decoded tally. Weights are sums in millionths (SCORING_WEIGHT_UNIT a row),
 * `rows` are counts of rows. Cells are in ascending order of value (numbers numerically, text by bytes).
 */
#ifndef SCORING_TALLY_CORE_H
#define SCORING_TALLY_CORE_H

#include "core.h"
#include "json.h"
#include "wire.h"

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
	int64_t		uncertainty;	/* how far the weight up to here may be off, until the next cell; 0 while exact */
	TallyCounts counts;
} TallyCell;

typedef struct TallyView
{
	TallyKind	kind;
	bool		exact;
	bool		weighted;		/* some row came with a weight other than 1 */
	int64_t		error;			/* the greatest uncertainty: no rank, as weight, is off by more; 0 while exact */
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

/*
 * The same in two steps, for bytes from outside: the caller converts the encoding of text in between. tally_check() sorts
 * text, proves everything that a tally promises, and works out `total`. What comes out is raw: the cells of a sketch of
 * numbers are as they are kept, with the spread for the uncertainty (tally_core.c). tally_centre() makes a raw view one
 * for the rooms above; it changes nothing but sketches of numbers.
 */
extern bool tally_decode(const ScoringHost *host, const void *packed, size_t length, TallyView *out, ScoringFault *fault);
extern bool tally_check(const ScoringHost *host, TallyView *view, ScoringFault *fault);
extern void tally_centre(const ScoringHost *host, TallyView *view);
/* Packs a raw view: the canonical bytes. */
extern bool tally_pack(const ScoringHost *host, const TallyView *raw, void **packed, size_t *length, ScoringFault *fault);

/* The text form of a raw view, canonical JSON (docs/tally.md). tally_read() ends in tally_check(); texts point into the tree. */
#define TALLY_MAX_JSON (8 * 1024 * 1024)
extern void tally_write(ScoringBuffer *buffer, const TallyView *raw);
extern bool tally_read(const ScoringHost *host, const JsonAt *at, TallyView *out, ScoringFault *fault);

/* The smallest value that has at least the fraction of the values' weight at or below it; false if there is no weight. */
extern bool tally_quantile(const TallyView *view, double fraction, double *out);

/*
 * The working form: the state of the aggregate, one flat block of `size` bytes that is changed in place and never
 * larger than TALLY_MAX_BYTES. The first four bytes are the server's. Whoever adds gets a state back: the one that was
 * given, or, when it had to grow, a new one (and leaves the old one to the caller), or NULL and a fault.
 *
 * Cells are columns, sorted by key: counts in multiples of `unit` millionths, in 16 bits, or 32, or where sums demand it
 * 48 or 64. Numbers that have no cell yet wait in a small buffer. tally_core.c says more.
 */
#define TALLY_VERSION 1
#define TALLY_FORM_PACKED 0
#define TALLY_FORM_WORKING 1
#define TALLY_MAX_WEIGHT (INT64_C(1000000000000) * SCORING_WEIGHT_UNIT) /* of one row */

typedef struct TallyState
{
	uint32_t	header;
	uint8_t		version;		/* as in the packed form, so that the two can be told apart */
	uint8_t		form;
	uint8_t		kind;
	uint8_t		flags;
	uint32_t	size;			/* of everything, from `header` on */
	uint32_t	unit;
	uint32_t	ncells;
	uint32_t	cell_capacity;
	uint16_t	npending;
	uint16_t	pending_capacity;
	uint16_t	nspecial;
	uint8_t		base_bytes;		/* of a count: 2 or 4 */
	uint8_t		extra_bytes;	/* beyond 4: 0, 2 or 4 */
	uint32_t	heap_used;		/* bytes of categories */
	uint32_t	heap_capacity;
	int64_t		weight;			/* of cells and buffer, in units */
	int64_t		rows;			/* the same, of rows */
	int64_t		total;			/* everything, in millionths */
	int64_t		threshold;		/* sketch of numbers: what a cell may hold and not know, in units; of text: the most that a pooled category had */
	int64_t		fineness;		/* the threshold is kept at weight / fineness */
	int64_t		settle;			/* weight at which a sketch is to absorb what it can, though there is room */
	TallyCounts missing;
	TallyCounts pooled;
} TallyState;

typedef struct TallyRow
{
	ScoringInput input;			/* of the kind of the aggregate; NaN counts as missing */
	int			outcome;		/* 0 good, 1 bad, 2 unlabelled */
	int64_t		weight;			/* millionths, 0 to TALLY_MAX_WEIGHT */
} TallyRow;

/* An empty state; special codes need not be sorted. Faults: 22023, 54000. */
extern TallyState *tally_start(const ScoringHost *host, const double *special, uint32_t nspecial, ScoringFault *fault);
/* Whether these are the state's special codes. */
extern bool tally_has_special(const TallyState *state, const double *special, uint32_t nspecial);
extern TallyState *tally_add(const ScoringHost *host, TallyState *state, const TallyRow *row, ScoringFault *fault);
/* Adds a tally, a raw view: the same as if its rows had been added, as long as both are exact. */
extern TallyState *tally_merge(const ScoringHost *host, TallyState *state, const TallyView *raw, ScoringFault *fault);
/* A raw view of a state; the state stays as it is, texts point into it. */
extern bool tally_state_view(const ScoringHost *host, const TallyState *state, TallyView *out, ScoringFault *fault);
/* Whether bytes that claim to be a working state are one: nothing outside `size` can be touched through it. */
extern bool tally_state_check(const void *bytes, size_t size, ScoringFault *fault);

#endif
