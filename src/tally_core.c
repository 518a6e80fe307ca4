/*
 * tally_core.c: the distribution of one variable by outcome: counts, the sketch they become, and their stored forms.
 *
 * Numbers. Up to TALLY_MAX_DISTINCT values each have a cell, and the tally is exact. Beyond that it is a summary in the
 * manner of Greenwald and Khanna (SIGMOD 2001). A cell holds rows that lie at or below its value v; its `spread` bounds
 * the weight of rows in higher cells that lie at or below v as well. So the weight at or below v is between the sum of the
 * cells up to it and that sum plus the spread, for each class of outcome too. In the gap below v the sum of the lower
 * cells falls short by at most spread + weight, or by the spread alone if the cell is pure (all of it is at v): the gap's
 * uncertainty, and the spread of a value that is put there. A pure cell may be followed by one of the same key that is not:
 * the value's own rows, and those of lower values that its neighbours left to it. tally_centre() shows the middle of what
 * is possible, so half of the greatest gap is the rank error: proven by construction, whatever the order of rows.
 *
 * A cell is absorbed by the next one above if weight + weight + spread stays within the threshold; so a value that is
 * heavier than the threshold is never absorbed and absorbs nothing. The threshold grows with the weight, and beyond that only
 * when the cells outgrow their memory. Rows wait in a buffer. When it is full, those that have a cell, or fall into one with
 * room, are counted there; the others are sorted in as cells of their own. Orders that always hit the widest gap need
 * 1/e ln(e n) cells for gaps of at most the share e of n rows: that is why counts are kept in 16 bits where they fit. The
 * least and the greatest value have cells of their own, with spread 0.
 *
 * Text. Categories have exact cells up to TALLY_MAX_DISTINCT and as many bytes as there is room for. Beyond that the
 * lightest are pooled; `threshold` is the most that a pooled one may have had, and so the spread of one that comes (again).
 */
#include <math.h>
#include <stdlib.h>

#include "json.h"
#include "number_core.h"
#include "tally_core.h"
#include "wire.h"

#define STATE_WEIGHTED 0x01		/* some row had a weight other than 1: rows have a column */
#define STATE_UNLABELLED 0x02	/* some value has no outcome: there is a column */
#define STATE_SKETCH 0x04		/* there is a spread */
#define STATE_WIDE_ROWS 0x08	/* counts of rows take as many bytes as weights; else 4 are enough */
#define STATE_FLAGS 0x0f

#define MAX_ROWS (INT64_C(1) << 53)	/* beyond what anybody counts; sums of a few do not overflow */
#define MAX_TOTAL (INT64_MAX / 2)	/* millionths; one bit of a spread is taken */

#define PENDING_MIN 8
#define PENDING_MAX 256
#define SKETCH_MAX_CELLS 16384	/* more never fit */
#define HEAP_MIN 64
/*
 * The threshold starts at this part of the weight, and error is half of it. A greater one would be more exact where orders
 * are kind, and slower: more cells to search.
 */
#define SKETCH_FINENESS 2500

enum
{
	FIELD_GOODS,
	FIELD_BADS,
	FIELD_UNLABELLED,
	FIELD_ROWS,
	FIELD_SPREAD,				/* twice the spread; 1 more if the cell is not pure */
	FIELD_REF,					/* of text: offset in the heap << 8 | length */
	FIELDS
};

/* One cell, out of its columns. Weights in units. */
typedef struct Cell
{
	uint64_t	key;			/* scoring_number_key; of text, its first eight bytes */
	const char *text;
	uint32_t	length;
	bool		pure;
	int64_t		spread;
	int64_t		rows;
	int64_t		goods;
	int64_t		bads;
	int64_t		unlabelled;
} Cell;

typedef struct Columns
{
	uint64_t   *special_keys;
	TallyCounts *special_counts;
	uint64_t   *keys;
	uint64_t   *pending_keys;
	uint64_t   *pending_info;	/* units << 2 | outcome */
	void	   *low[FIELDS];	/* NULL if there is no such column */
	void	   *high[FIELDS];
	uint32_t	base;
	uint32_t	extra[FIELDS];
	bool		text;
	char	   *heap;
	size_t		size;
} Columns;

/* What decides the layout of a state. */
typedef struct Shape
{
	uint8_t		kind;
	uint8_t		flags;
	uint8_t		base;
	uint8_t		extra;
	uint32_t	unit;
	uint32_t	cells;
	uint32_t	pending;
	uint32_t	heap;
} Shape;

/* ---------- counts ---------- */

static bool
overflow_fault(ScoringFault *fault)
{
	scoring_fault(fault, SCORING_FAULT_RANGE, "tally is out of range");
	return scoring_fault_detail(fault, "The weights of a tally may add up to 4.6e12, its rows to 9e15.");
}

static bool
add_counts(TallyCounts *sum, const TallyCounts *term)
{
	return scoring_add_int64(&sum->rows, term->rows) &&
		scoring_add_int64(&sum->goods, term->goods) &&
		scoring_add_int64(&sum->bads, term->bads) &&
		scoring_add_int64(&sum->unlabelled, term->unlabelled);
}

/* Weights of one row cannot overflow where the total did not. */
static void
count_row(TallyCounts *counts, int outcome, int64_t weight)
{
	counts->rows++;
	if (outcome == 0)
		counts->goods += weight;
	else if (outcome == 1)
		counts->bads += weight;
	else
		counts->unlabelled += weight;
}

static int64_t
weight_of(const TallyCounts *counts)
{
	return counts->goods + counts->bads + counts->unlabelled;
}

static int64_t
load_of(const Cell *cell)
{
	return cell->goods + cell->bads + cell->unlabelled;
}

/* How far a rank may be off in the gap below a cell. */
static int64_t
gap_below(const Cell *cell)
{
	return cell->pure ? cell->spread : load_of(cell) + cell->spread;
}

static void
add_cell(Cell *to, const Cell *from)
{
	to->rows += from->rows;
	to->goods += from->goods;
	to->bads += from->bads;
	to->unlabelled += from->unlabelled;
}

/* Or as much as there can be. */
static int64_t
times(int64_t weight, int64_t factor)
{
	return weight > INT64_MAX / factor ? INT64_MAX : weight * factor;
}

static uint32_t
common_divisor(uint32_t a, uint64_t b)
{
	b %= a;
	while (b != 0)
	{
		uint32_t	rest = a % (uint32_t) b;

		a = (uint32_t) b;
		b = rest;
	}
	return a;
}

/* ---------- layout ---------- */

static uint32_t
stride_of(const Shape *shape)
{
	uint32_t	columns = 2 + ((shape->flags & STATE_UNLABELLED) != 0) +
		((shape->flags & STATE_WEIGHTED) != 0) + ((shape->flags & STATE_SKETCH) != 0);

	return 8 + columns * (shape->base + shape->extra) + (shape->kind == TALLY_TEXT ? 4 : 0) -
		((shape->flags & (STATE_WEIGHTED | STATE_WIDE_ROWS)) == STATE_WEIGHTED ? shape->extra : 0);
}

static size_t
size_of(const Shape *shape, uint32_t nspecial)
{
	return (sizeof(TallyState) + nspecial * (sizeof(uint64_t) + sizeof(TallyCounts)) +
			(size_t) shape->cells * stride_of(shape) +
			(size_t) shape->pending * 2 * sizeof(uint64_t) + shape->heap + 7) & ~(size_t) 7;
}

static Shape
shape_of(const TallyState *state)
{
	Shape		shape = {
		.kind = state->kind, .flags = state->flags, .base = state->base_bytes,
		.extra = state->extra_bytes, .unit = state->unit, .cells = state->cell_capacity, .pending = state->pending_capacity,
		.heap = state->heap_capacity
	};

	return shape;
}

/*
 * The most cells of an exact tally. The same whatever the special codes and the buffer are, so that whether a tally is
 * exact depends on its rows alone. It is TALLY_MAX_DISTINCT unless weights add up to more than 2^47 units.
 */
static uint32_t
exact_limit(const Shape *shape)
{
	Shape		exact = *shape;
	size_t		fixed = sizeof(TallyState) + PENDING_MIN * 2 * sizeof(uint64_t) +
		TALLY_MAX_SPECIAL * (sizeof(uint64_t) + sizeof(TallyCounts));
	uint32_t	limit;

	exact.flags &= ~STATE_SKETCH;
	exact.base = 4;
	limit = (uint32_t) ((TALLY_MAX_BYTES - fixed) / stride_of(&exact)) & ~3u;
	return limit < TALLY_MAX_DISTINCT ? limit : TALLY_MAX_DISTINCT;
}

/* The same for text: whether so many cells with so many bytes of names are within the limits. */
static bool
text_fits(const Shape *shape, uint32_t ncells, size_t bytes)
{
	Shape		wanted = *shape;

	if (ncells > TALLY_MAX_DISTINCT)
		return false;
	wanted.cells = (ncells + 3) & ~3u;
	wanted.pending = 0;
	wanted.heap = (uint32_t) bytes;
	/* A sketch has one column more; an exact tally leaves room for it, so that one rule does for both. */
	wanted.flags |= STATE_SKETCH;
	return bytes <= TALLY_MAX_BYTES && size_of(&wanted, 0) <= TALLY_MAX_BYTES;
}

/* Bytes beyond 32 bits that counts of such a sum need: one bit is left for FIELD_SPREAD. */
static uint8_t
extra_for(int64_t most)
{
	if (most < INT64_C(1) << 31)
		return 0;
	return most < INT64_C(1) << 47 ? 2 : 4;
}

/* Widens what such sums need. */
static void
widen(Shape *shape, int64_t weight, int64_t rows)
{
	shape->extra = extra_for(weight);
	if ((shape->flags & STATE_WEIGHTED) != 0 && extra_for(rows) > 0)
	{
		shape->flags |= STATE_WIDE_ROWS;
		if (shape->extra < extra_for(rows))
			shape->extra = extra_for(rows);
	}
	if (shape->extra > 0)
		shape->base = 4;
}

/* Whether a state's columns are too narrow for its sums. Those of 16 bits are watched as they are written. */
static bool
is_narrow(const TallyState *state)
{
	return extra_for(state->weight) > state->extra_bytes ||
		((state->flags & STATE_WEIGHTED) != 0 && extra_for(state->rows) > 0 &&
		 ((state->flags & STATE_WIDE_ROWS) == 0 || extra_for(state->rows) > state->extra_bytes));
}

static void
lay_out(const TallyState *state, Columns *columns)
{
	char	   *at = (char *) state + sizeof(TallyState);
	size_t		cells = state->cell_capacity;
	bool		present[FIELDS] = {
		true, true, (state->flags & STATE_UNLABELLED) != 0, (state->flags & STATE_WEIGHTED) != 0,
		(state->flags & STATE_SKETCH) != 0, state->kind == TALLY_TEXT
	};

	columns->special_keys = (uint64_t *) at;
	at += state->nspecial * sizeof(uint64_t);
	columns->special_counts = (TallyCounts *) at;
	at += state->nspecial * sizeof(TallyCounts);
	columns->keys = (uint64_t *) at;
	at += cells * sizeof(uint64_t);
	columns->pending_keys = (uint64_t *) at;
	at += state->pending_capacity * sizeof(uint64_t);
	columns->pending_info = (uint64_t *) at;
	at += state->pending_capacity * sizeof(uint64_t);
	for (int f = 0; f < FIELDS; f++)
	{
		columns->low[f] = present[f] ? at : NULL;
		if (present[f])
			at += cells * (f == FIELD_REF ? sizeof(uint32_t) : state->base_bytes);
	}
	for (int f = 0; f < FIELDS; f++)
	{
		columns->high[f] = at;
		columns->extra[f] = f == FIELD_REF || (f == FIELD_ROWS && (state->flags & STATE_WIDE_ROWS) == 0) ? 0 :
			state->extra_bytes;
		if (present[f])
			at += cells * columns->extra[f];
	}
	columns->base = state->base_bytes;
	columns->text = state->kind == TALLY_TEXT;
	columns->heap = at;
	at += state->heap_capacity;
	columns->size = ((size_t) (at - (char *) state) + 7) & ~(size_t) 7;
}

static inline int64_t
get_field(const Columns *columns, int field, uint32_t i)
{
	uint64_t	value;

	if (columns->low[field] == NULL)
		return 0;
	if (columns->base == 2)
		return ((const uint16_t *) columns->low[field])[i];
	value = ((const uint32_t *) columns->low[field])[i];
	if (columns->extra[field] == 2)
		value |= (uint64_t) ((const uint16_t *) columns->high[field])[i] << 32;
	else if (columns->extra[field] == 4)
		value |= (uint64_t) ((const uint32_t *) columns->high[field])[i] << 32;
	return (int64_t) value;
}

static inline void
put_field(const Columns *columns, int field, uint32_t i, int64_t value)
{
	if (columns->low[field] == NULL)
		return;
	if (columns->base == 2)
	{
		((uint16_t *) columns->low[field])[i] = (uint16_t) value;
		return;
	}
	((uint32_t *) columns->low[field])[i] = (uint32_t) value;
	if (columns->extra[field] == 2)
		((uint16_t *) columns->high[field])[i] = (uint16_t) ((uint64_t) value >> 32);
	else if (columns->extra[field] == 4)
		((uint32_t *) columns->high[field])[i] = (uint32_t) ((uint64_t) value >> 32);
}

static inline void
read_cell(const Columns *columns, uint32_t i, Cell *cell)
{
	cell->key = columns->keys[i];
	cell->goods = get_field(columns, FIELD_GOODS, i);
	cell->bads = get_field(columns, FIELD_BADS, i);
	cell->unlabelled = get_field(columns, FIELD_UNLABELLED, i);
	cell->rows = columns->low[FIELD_ROWS] == NULL ?
		cell->goods + cell->bads + cell->unlabelled : get_field(columns, FIELD_ROWS, i);
	cell->spread = get_field(columns, FIELD_SPREAD, i);
	cell->pure = (cell->spread & 1) == 0;
	cell->spread >>= 1;
	cell->text = NULL;
	cell->length = 0;
	if (columns->text)
	{
		uint32_t	ref = ((uint32_t *) columns->low[FIELD_REF])[i];

		cell->text = columns->heap + (ref >> 8);
		cell->length = ref & 0xff;
	}
}

/* A text must lie in the heap already: `ref` says where. */
static inline void
write_cell(const Columns *columns, uint32_t i, const Cell *cell, uint32_t ref)
{
	columns->keys[i] = cell->key;
	put_field(columns, FIELD_GOODS, i, cell->goods);
	put_field(columns, FIELD_BADS, i, cell->bads);
	put_field(columns, FIELD_UNLABELLED, i, cell->unlabelled);
	put_field(columns, FIELD_ROWS, i, cell->rows);
	put_field(columns, FIELD_SPREAD, i, cell->spread << 1 | (cell->pure ? 0 : 1));
	if (columns->text)
		((uint32_t *) columns->low[FIELD_REF])[i] = ref;
}

/* Moves `count` cells within their columns. */
static void
move_cells(const Columns *columns, uint32_t to, uint32_t from, uint32_t count)
{
	memmove(columns->keys + to, columns->keys + from, count * sizeof(uint64_t));
	for (int f = 0; f < FIELDS; f++)
	{
		uint32_t	width;

		if (columns->low[f] == NULL)
			continue;
		width = f == FIELD_REF ? (uint32_t) sizeof(uint32_t) : columns->base;
		memmove((char *) columns->low[f] + to * width, (char *) columns->low[f] + from * width,
				count * width);
		width = columns->extra[f];
		if (width != 0)
			memmove((char *) columns->high[f] + to * width, (char *) columns->high[f] + from * width,
					count * width);
	}
}

/* ---------- order ---------- */

/* The first eight bytes, so that most comparisons need no more. */
static uint64_t
text_key(const char *text, uint32_t length)
{
	uint64_t	key = 0;

	for (uint32_t i = 0; i < 8; i++)
		key = key << 8 | (i < length ? (uint8_t) text[i] : 0);
	return key;
}

static int
compare_text(const char *a, uint32_t a_length, const char *b, uint32_t b_length)
{
	int			order = memcmp(a, b, a_length < b_length ? a_length : b_length);

	if (order != 0)
		return order;
	return (a_length > b_length) - (a_length < b_length);
}

static inline int
compare_cells(const Cell *a, const Cell *b)
{
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	/* A value's own cell comes before one that holds lower values as well. */
	if (a->text == NULL)
		return b->pure - a->pure;
	return compare_text(a->text, a->length, b->text, b->length);
}

/* The first of the sorted keys that is not less. */
static inline uint32_t
find_key(const uint64_t *keys, uint32_t count, uint64_t key)
{
	const uint64_t *base = keys;

	if (count == 0)
		return 0;
	while (count > 1)
	{
		uint32_t	half = count / 2;

		base += half & -(size_t) (base[half - 1] < key);
		count -= half;
	}
	return (uint32_t) (base - keys) + (*base < key);
}

/*
 * The same for SEARCHES keys at once: one search waits for memory at every step, several wait together. Only for two keys or
 * more.
 */
#define SEARCHES 8

static inline void
find_keys(const uint64_t *keys, uint32_t count, const uint64_t *wanted, uint32_t *places)
{
	const uint64_t *base[SEARCHES];

	for (int j = 0; j < SEARCHES; j++)
		base[j] = keys;
#define STEP(j) base[j] += half & -(size_t) (base[j][half - 1] < wanted[j])
	while (count > 1)
	{
		size_t		half = count / 2;

		STEP(0);
		STEP(1);
		STEP(2);
		STEP(3);
		STEP(4);
		STEP(5);
		STEP(6);
		STEP(7);
		count -= (uint32_t) half;
	}
#undef STEP
	for (int j = 0; j < SEARCHES; j++)
		places[j] = (uint32_t) (base[j] - keys) + (*base[j] < wanted[j]);
}

/* The same for text; *found says whether it is there. */
static uint32_t
find_text(const Columns *columns, uint32_t count, const Cell *cell, bool *found)
{
	uint32_t	i = find_key(columns->keys, count, cell->key);

	*found = false;
	for (; i < count && columns->keys[i] == cell->key; i++)
	{
		uint32_t	ref = ((uint32_t *) columns->low[FIELD_REF])[i];
		int			order = compare_text(columns->heap + (ref >> 8), ref & 0xff, cell->text,
										 cell->length);

		if (order >= 0)
		{
			*found = order == 0;
			break;
		}
	}
	return i;
}

/* Sorts the buffer by key, stably: runs by insertion, then merged to and fro. */
static void
sort_pending(uint64_t *keys, uint64_t *info, uint32_t count)
{
	uint64_t	other_keys[PENDING_MAX];
	uint64_t	other_info[PENDING_MAX];
	uint64_t   *from_keys = keys;
	uint64_t   *from_info = info;
	uint64_t   *to_keys = other_keys;
	uint64_t   *to_info = other_info;

	for (uint32_t start = 0; start < count; start += 8)
	{
		uint32_t	end = start + 8 < count ? start + 8 : count;

		for (uint32_t i = start + 1; i < end; i++)
		{
			uint64_t	key = keys[i];
			uint64_t	about = info[i];
			uint32_t	at = i;

			for (; at > start && keys[at - 1] > key; at--)
			{
				keys[at] = keys[at - 1];
				info[at] = info[at - 1];
			}
			keys[at] = key;
			info[at] = about;
		}
	}
	for (uint32_t width = 8; width < count; width *= 2)
	{
		uint64_t   *swap;

		for (uint32_t start = 0; start < count; start += 2 * width)
		{
			uint32_t	middle = start + width < count ? start + width : count;
			uint32_t	end = start + 2 * width < count ? start + 2 * width : count;
			uint32_t	i = start;
			uint32_t	j = middle;

			for (uint32_t k = start; k < end; k++)
			{
				bool		left = i < middle && (j >= end || from_keys[i] <= from_keys[j]);
				uint32_t	source = left ? i : j;

				to_keys[k] = from_keys[source];
				to_info[k] = from_info[source];
				i += left;
				j += !left;
			}
		}
		swap = from_keys;
		from_keys = to_keys;
		to_keys = swap;
		swap = from_info;
		from_info = to_info;
		to_info = swap;
	}
	if (from_keys != keys)
	{
		memcpy(keys, from_keys, count * sizeof(uint64_t));
		memcpy(info, from_info, count * sizeof(uint64_t));
	}
}

/* ---------- merging two sorted lists of cells ---------- */

/*
 * The union of a state's cells and a list, from the greatest down, with spreads as the union has them: a cell of one
 * side may have, at or below it, as much of the other side's next higher cell as that one does not know.
 */
typedef struct Union
{
	const Columns *columns;
	uint32_t	i;				/* cells of the state that are left */
	int64_t		factor;			/* to the unit of the result */
	Cell		mine;			/* columns' cell i - 1 */
	int64_t		my_gap;			/* of the cell above */
	const Cell *list;
	uint32_t	j;
	int64_t		list_gap;
	/* Text: what a category that a side does not name may have in its pool. */
	int64_t		my_pool;
	int64_t		list_pool;
} Union;

static void
read_mine(Union *u)
{
	if (u->i == 0)
		return;
	read_cell(u->columns, u->i - 1, &u->mine);
	if (u->factor != 1)
	{
		u->mine.goods *= u->factor;
		u->mine.bads *= u->factor;
		u->mine.unlabelled *= u->factor;
		u->mine.spread *= u->factor;
	}
}

static void
union_start(Union *u, const Columns *columns, uint32_t ncells, int64_t factor, const Cell *list,
			uint32_t count)
{
	memset(u, 0, sizeof(*u));
	u->columns = columns;
	u->i = ncells;
	u->factor = factor;
	u->list = list;
	u->j = count;
	read_mine(u);
}

static inline bool
union_next(Union *u, Cell *out)
{
	const Cell *other = u->j > 0 ? &u->list[u->j - 1] : NULL;
	int			order;

	if (u->i == 0 && u->j == 0)
		return false;
	order = u->i == 0 ? -1 : u->j == 0 ? 1 : compare_cells(&u->mine, other);
	if (order > 0)
	{
		*out = u->mine;
		out->spread += u->list_gap + u->list_pool;
		u->my_gap = u->mine.text == NULL ? gap_below(&u->mine) : 0;
		u->i--;
		read_mine(u);
		return true;
	}
	if (order < 0)
	{
		*out = *other;
		out->spread += u->my_gap + u->my_pool;
		u->list_gap = other->text == NULL ? gap_below(other) : 0;
		u->j--;
		return true;
	}
	*out = u->mine;
	add_cell(out, other);
	out->spread += other->spread;
	u->my_gap = u->mine.text == NULL ? gap_below(&u->mine) : 0;
	u->list_gap = other->text == NULL ? gap_below(other) : 0;
	u->i--;
	u->j--;
	read_mine(u);
	return true;
}

static inline bool
union_left(const Union *u)
{
	return u->i > 0 || u->j > 0;
}

/* Where cells are written to, from the right end. */
typedef struct Sink
{
	const Columns *columns;		/* NULL: only counted */
	uint32_t	at;
	uint32_t	count;
	int64_t		most;			/* the greatest number written */
} Sink;

static inline void
emit(Sink *sink, const Cell *cell)
{
	int64_t		spread = cell->spread << 1 | 1;

	sink->count++;
	sink->most = cell->rows > sink->most ? cell->rows : sink->most;
	sink->most = load_of(cell) > sink->most ? load_of(cell) : sink->most;
	sink->most = spread > sink->most ? spread : sink->most;
	if (sink->columns != NULL)
		write_cell(sink->columns, --sink->at, cell, 0);
}

/* The union of numbers, absorbing what the threshold allows (none if it is negative). Returns the number of cells. */
static uint32_t
merge_numbers(Union *u, int64_t threshold, const Columns *out, uint32_t end, int64_t *most)
{
	Sink		sink = {out, end, 0, 0};
	Cell		above;
	Cell		cell;
	bool		closed = true;	/* `above` absorbs nothing: it is the greatest value, or there is another of its key */

	if (most != NULL)
		*most = 0;
	if (!union_next(u, &above))
		return 0;
	while (union_next(u, &cell))
	{
		if (!closed && union_left(u) && load_of(&cell) + load_of(&above) + above.spread <= threshold)
		{
			add_cell(&above, &cell);
			above.pure = false;
		}
		else
		{
			emit(&sink, &above);
			/* Next to a cell of lower values with the same key, a value's own cell stays its own. */
			closed = cell.key == above.key;
			above = cell;
		}
	}
	emit(&sink, &above);
	if (most != NULL)
		*most = sink.most;
	return sink.count;
}

/* The same, counted only, of one state's cells: the pass that a sketch that is full makes again and again. */
static uint32_t
count_absorbed(const Columns *columns, uint32_t ncells, int64_t threshold, int64_t *most)
{
	uint32_t	count = 1;
	int64_t		load = 0;
	int64_t		room;			/* of the cell above, for the load of the next */
	uint64_t	above;			/* its key */
	Cell		cell;

	*most = 0;
	if (ncells == 0)
		return 0;
	read_cell(columns, ncells - 1, &cell);
	load = load_of(&cell);
	room = -1;
	above = cell.key;
	for (uint32_t i = ncells - 1; i-- > 0;)
	{
		int64_t		next = get_field(columns, FIELD_GOODS, i) + get_field(columns, FIELD_BADS, i) +
			get_field(columns, FIELD_UNLABELLED, i);

		if (next <= room && i > 0)
		{
			load += next;
			room -= next;
			continue;
		}
		*most = load > *most ? load : *most;
		load = next;
		room = columns->keys[i] == above ? -1 : threshold - next - (get_field(columns, FIELD_SPREAD, i) >> 1);
		above = columns->keys[i];
		count++;
	}
	*most = load > *most ? load : *most;
	return count;
}

/* ---------- states ---------- */

static bool
compare_special_order(const double *special, uint32_t nspecial, uint64_t *keys, uint32_t *count,
					  ScoringFault *fault)
{
	uint32_t	n = 0;

	for (uint32_t i = 0; i < nspecial; i++)
	{
		uint64_t	key;
		uint32_t	at;

		if (isnan(special[i]))
			return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "special code must not be NaN");
		key = scoring_number_key(special[i]);
		at = find_key(keys, n, key);
		if (at < n && keys[at] == key)
			continue;
		if (n == TALLY_MAX_SPECIAL)
		{
			scoring_fault(fault, SCORING_FAULT_LIMIT, "too many special codes");
			return scoring_fault_detail(fault, "A tally has at most %d.", TALLY_MAX_SPECIAL);
		}
		memmove(keys + at + 1, keys + at, (n - at) * sizeof(uint64_t));
		keys[at] = key;
		n++;
	}
	*count = n;
	return true;
}

TallyState *
tally_start(const ScoringHost *host, const double *special, uint32_t nspecial, ScoringFault *fault)
{
	uint64_t	keys[TALLY_MAX_SPECIAL];
	uint32_t	count;
	Shape		shape = {
		.kind = TALLY_EMPTY, .base = 2, .unit = SCORING_WEIGHT_UNIT, .pending = PENDING_MIN
	};
	size_t		size;
	TallyState *state;
	Columns		columns;

	if (!compare_special_order(special, nspecial, keys, &count, fault))
		return NULL;
	if (count > 0)
		shape.kind = TALLY_NUMBER;
	size = size_of(&shape, count);
	state = scoring_alloc0(host, size);
	state->version = TALLY_VERSION;
	state->form = TALLY_FORM_WORKING;
	state->kind = shape.kind;
	state->size = (uint32_t) size;
	state->unit = shape.unit;
	state->base_bytes = shape.base;
	state->pending_capacity = (uint16_t) shape.pending;
	state->nspecial = (uint16_t) count;
	lay_out(state, &columns);
	memcpy(columns.special_keys, keys, count * sizeof(uint64_t));
	return state;
}

bool
tally_has_special(const TallyState *state, const double *special, uint32_t nspecial)
{
	uint64_t	keys[TALLY_MAX_SPECIAL];
	uint32_t	count;
	ScoringFault fault;
	const uint64_t *mine = (const uint64_t *) (state + 1);
	uint32_t	i = 0;

	/* Mostly they come in order. */
	if (nspecial == state->nspecial)
	{
		while (i < nspecial && !isnan(special[i]) && scoring_number_key(special[i]) == mine[i])
			i++;
		if (i == nspecial)
			return true;
	}
	return compare_special_order(special, nspecial, keys, &count, &fault) &&
		count == state->nspecial && memcmp(keys, mine, count * sizeof(uint64_t)) == 0;
}

/* An empty state of this shape with the header and special codes of another. */
static TallyState *
new_state(const ScoringHost *host, const TallyState *from, const Shape *shape, Columns *columns)
{
	size_t		size = size_of(shape, from->nspecial);
	TallyState *state = scoring_alloc0(host, size);
	int64_t		factor = from->unit / shape->unit;

	memcpy(state, from, sizeof(TallyState) +
		   from->nspecial * (sizeof(uint64_t) + sizeof(TallyCounts)));
	state->header = 0;
	state->size = (uint32_t) size;
	state->kind = shape->kind;
	state->flags = shape->flags;
	state->base_bytes = shape->base;
	state->extra_bytes = shape->extra;
	state->unit = shape->unit;
	state->ncells = 0;
	state->cell_capacity = shape->cells;
	state->npending = 0;
	state->pending_capacity = (uint16_t) shape->pending;
	state->heap_used = 0;
	state->heap_capacity = shape->heap;
	state->weight *= factor;
	state->threshold *= factor;
	state->settle = times(state->settle, factor);
	lay_out(state, columns);
	return state;
}

/* A sketch takes all the memory it may have. Returns the most cells it has when its buffer is to be emptied. */
static uint32_t
size_sketch(Shape *shape, uint32_t nspecial)
{
	shape->pending = PENDING_MAX;
	shape->cells = 0;
	shape->cells = (uint32_t) ((TALLY_MAX_BYTES - size_of(shape, nspecial)) / stride_of(shape)) & ~3u;
	return shape->cells - PENDING_MAX;
}

/* The columns and the buffer of an exact tally with so many cells. */
static void
size_exact(Shape *shape, uint32_t ncells, uint32_t nspecial)
{
	uint32_t	limit = exact_limit(shape);
	uint32_t	wanted = ncells + ncells / 2;
	size_t		left;

	if (wanted < 8)
		wanted = 8;
	shape->cells = ((wanted < limit ? wanted : limit) + 3) & ~3u;
	shape->pending = 0;
	left = (TALLY_MAX_BYTES - size_of(shape, nspecial)) / (2 * sizeof(uint64_t));
	shape->pending = shape->cells / 8;
	if (shape->pending < PENDING_MIN)
		shape->pending = PENDING_MIN;
	if (shape->pending > PENDING_MAX)
		shape->pending = PENDING_MAX;
	if (shape->pending > left)
		shape->pending = (uint32_t) left;
}

/*
 * The state with a sorted list of cells added to it, in another shape if that is wanted or needed: the state itself, or a
 * new one. Its buffer must be empty, or be what the list was made of. The list's weights are in the unit of the shape;
 * they are part of state->weight and state->rows already, in the unit of the state.
 */
static TallyState *
rebuild_numbers(const ScoringHost *host, TallyState *state, Shape shape, const Cell *list,
				uint32_t count)
{
	int64_t		factor = state->unit / shape.unit;
	int64_t		weight = state->weight * factor;
	int64_t		threshold = -1;
	int64_t		fineness = state->fineness;
	int64_t		settle = times(state->settle, factor);
	int64_t		most;
	uint32_t	ncells;
	/* Nothing to add and no other unit: a sketch that only absorbs. Its rows, beside weights, are not looked at. */
	bool		alone = count == 0 && factor == 1 && (shape.flags & state->flags & STATE_SKETCH) != 0 &&
		(shape.base == 4 || (shape.flags & STATE_WEIGHTED) == 0);
	bool		in_place;
	Columns		from;
	Columns		to;
	Union		u;
	TallyState *result;

	lay_out(state, &from);
	shape.kind = TALLY_NUMBER;
	widen(&shape, weight, state->rows);
	if (alone)
		ncells = state->ncells;
	else
	{
		union_start(&u, &from, state->ncells, factor, list, count);
		ncells = merge_numbers(&u, -1, NULL, 0, &most);
		if (most > UINT16_MAX)
			shape.base = 4;
		if (ncells > exact_limit(&shape))
			shape.flags |= STATE_SKETCH;
	}
	if (shape.flags & STATE_SKETCH)
	{
		uint32_t	limit = size_sketch(&shape, state->nspecial);

		if (fineness == 0)
		{
			fineness = SKETCH_FINENESS;
			settle = times(weight, 4);
		}
		threshold = state->threshold * factor;
		if (ncells > limit || weight >= settle)
		{
			if (threshold < weight / fineness)
				threshold = weight / fineness;
			for (;;)
			{
				if (alone)
					ncells = count_absorbed(&from, state->ncells, threshold, &most);
				else
				{
					union_start(&u, &from, state->ncells, factor, list, count);
					ncells = merge_numbers(&u, threshold, NULL, 0, &most);
				}
				/* What is absorbed makes greater numbers. */
				if (most > UINT16_MAX && shape.base == 2)
				{
					shape.base = 4;
					limit = size_sketch(&shape, state->nspecial);
				}
				if (ncells <= limit - limit / 16)
					break;
				threshold += threshold < 64 ? 1 : threshold / 64;
			}
			if (threshold > 0 && fineness > weight / threshold)
				fineness = weight / threshold > 1 ? weight / threshold : 1;
			settle = times(weight, 2);
		}
		else
		{
			/* Nothing has to go. */
			threshold = -1;
		}
	}
	else if (ncells > state->cell_capacity || shape.flags != state->flags ||
			 shape.base != state->base_bytes || shape.extra != state->extra_bytes ||
			 shape.unit != state->unit)
		size_exact(&shape, ncells, state->nspecial);
	in_place = shape.flags == state->flags && shape.base == state->base_bytes &&
		shape.extra == state->extra_bytes && shape.unit == state->unit &&
		shape.cells == state->cell_capacity && shape.pending == state->pending_capacity &&
		shape.kind == state->kind && state->ncells + count <= shape.cells;
	union_start(&u, &from, state->ncells, factor, list, count);
	if (in_place)
	{
		result = state;
		(void) merge_numbers(&u, threshold, &from, shape.cells, NULL);
		move_cells(&from, 0, shape.cells - ncells, ncells);
	}
	else
	{
		result = new_state(host, state, &shape, &to);
		(void) merge_numbers(&u, threshold, &to, ncells, NULL);
	}
	result->ncells = ncells;
	result->npending = 0;
	if (shape.flags & STATE_SKETCH)
	{
		result->fineness = fineness;
		result->settle = settle;
		if (threshold >= 0)
			result->threshold = threshold;
	}
	return result;
}

/* The buffer, sorted, as a list of values. Returns their number. */
static uint32_t
list_pending(const Columns *columns, uint32_t npending, Cell *list)
{
	uint32_t	count = 0;

	sort_pending(columns->pending_keys, columns->pending_info, npending);
	for (uint32_t i = 0; i < npending; i++)
	{
		Cell	   *cell = &list[count];
		int64_t		units = (int64_t) (columns->pending_info[i] >> 2);

		if (count > 0 && list[count - 1].key == columns->pending_keys[i])
			cell--;
		else
		{
			memset(cell, 0, sizeof(*cell));
			cell->key = columns->pending_keys[i];
			cell->pure = true;
			count++;
		}
		cell->rows++;
		switch (columns->pending_info[i] & 3)
		{
			case 0:
				cell->goods += units;
				break;
			case 1:
				cell->bads += units;
				break;
			default:
				cell->unlabelled += units;
		}
	}
	return count;
}

/*
 * Puts a sorted list of values into the cells of a sketch, which has room for them. False, and nothing done, if a number
 * would not fit its column.
 */
static bool
insert_list(TallyState *state, const Columns *columns, Cell *list, uint32_t count)
{
	uint32_t	places[PENDING_MAX];
	uint32_t	added = 0;
	uint32_t	end = state->ncells;
	Cell		cell;

	for (uint32_t k = 0; k < count; k++)
	{
		uint32_t	from = k > 0 ? places[k - 1] : 0;
		uint32_t	i = from + find_key(columns->keys + from, state->ncells - from, list[k].key);
		int64_t		most = load_of(&list[k]);

		places[k] = i;
		list[k].spread = 0;
		if (i < state->ncells)
		{
			read_cell(columns, i, &cell);
			list[k].spread = gap_below(&cell);
			if (cell.key == list[k].key && cell.pure)
			{
				/* Its place is there. */
				list[k].pure = false;
				most += load_of(&cell) > cell.rows ? load_of(&cell) : cell.rows;
			}
		}
		if (list[k].pure)
			added++;
		if (columns->base == 2 &&
			(most + list[k].rows > UINT16_MAX || (list[k].spread << 1) > UINT16_MAX))
		{
			for (uint32_t j = 0; j <= k; j++)
				list[j].pure = true;
			return false;
		}
	}
	state->ncells += added;
	for (uint32_t k = count; k-- > 0;)
	{
		uint32_t	i = places[k];

		if (!list[k].pure)
		{
			read_cell(columns, i, &cell);
			add_cell(&cell, &list[k]);
			write_cell(columns, i, &cell, 0);
			continue;
		}
		move_cells(columns, i + added, i, end - i);
		end = i;
		added--;
		write_cell(columns, i + added, &list[k], 0);
	}
	return true;
}

/* Sorts the buffer into the cells. */
static TallyState *
flush(const ScoringHost *host, TallyState *state)
{
	Columns		columns;
	Cell		list[PENDING_MAX];
	uint32_t	count;
	TallyState *wide = NULL;
	TallyState *result;

	if (state->npending == 0)
		return state;
	lay_out(state, &columns);
	count = list_pending(&columns, state->npending, list);
	if (!(state->flags & STATE_SKETCH))
		return rebuild_numbers(host, state, shape_of(state), list, count);
	state->npending = 0;
	if (!insert_list(state, &columns, list, count))
	{
		Shape		shape = shape_of(state);

		shape.base = 4;
		wide = rebuild_numbers(host, state, shape, NULL, 0);
		state = wide;
		lay_out(state, &columns);
		(void) insert_list(state, &columns, list, count);
	}
	if (state->ncells + PENDING_MAX <= state->cell_capacity && state->weight < state->settle)
	{
		if (state->threshold < state->weight / state->fineness)
			state->threshold = state->weight / state->fineness;
		return state;
	}
	result = rebuild_numbers(host, state, shape_of(state), NULL, 0);
	if (wide != NULL && wide != result)
		scoring_release(host, wide);
	return result;
}

/* ---------- text ---------- */

typedef struct Ranked
{
	int64_t		most;			/* weight that the category may have in all */
	uint32_t	index;
	uint32_t	length;
} Ranked;

/* Heaviest first; of equals the first by bytes, which has the greatest index. */
static int
compare_ranked(const void *a, const void *b)
{
	const Ranked *x = a;
	const Ranked *y = b;

	if (x->most != y->most)
		return x->most > y->most ? -1 : 1;
	return (x->index < y->index) - (x->index > y->index);
}

/* As rebuild_numbers; `pool` is what the list's tally may have pooled of any category. */
static TallyState *
rebuild_text(const ScoringHost *host, TallyState *state, Shape shape, const Cell *list,
			 uint32_t count, int64_t pool)
{
	int64_t		factor = state->unit / shape.unit;
	int64_t		weight = state->weight * factor;
	int64_t		threshold = state->threshold * factor + pool;
	uint32_t	capacity = state->ncells + count;
	Ranked	   *ranked = scoring_alloc(host, (capacity + 1) * sizeof(Ranked));
	bool	   *pooled = scoring_alloc0(host, capacity + 1);
	uint32_t	ncells = 0;
	uint32_t	kept;
	size_t		bytes = 0;
	uint32_t	at;
	Columns		from;
	Columns		to;
	Union		u;
	Cell		cell;
	TallyState *result;

	lay_out(state, &from);
	shape.kind = TALLY_TEXT;
	shape.pending = 0;
	shape.base = 4;
	widen(&shape, weight, state->rows);
	union_start(&u, &from, state->ncells, factor, list, count);
	u.my_pool = state->threshold * factor;
	u.list_pool = pool;
	while (union_next(&u, &cell))
	{
		ranked[ncells].most = load_of(&cell) + cell.spread;
		ranked[ncells].index = ncells;
		ranked[ncells].length = cell.length;
		bytes += cell.length;
		ncells++;
	}
	kept = ncells;
	if (threshold > 0)
		shape.flags |= STATE_SKETCH;
	if (!text_fits(&shape, ncells, bytes))
	{
		size_t		total = bytes;
		uint32_t	most = ncells - ncells / 4;

		shape.flags |= STATE_SKETCH;
		qsort(ranked, ncells, sizeof(Ranked), compare_ranked);
		/* A quarter goes, so that it does not happen again at once. */
		kept = 0;
		bytes = 0;
		while (kept < most && bytes + ranked[kept].length <= total - total / 4 &&
			   text_fits(&shape, kept + 1, bytes + ranked[kept].length))
			bytes += ranked[kept++].length;
		if (threshold < ranked[kept].most)
			threshold = ranked[kept].most;
		for (uint32_t i = kept; i < ncells; i++)
			pooled[ranked[i].index] = true;
	}
	shape.cells = kept + kept / 2 < 8 ? 8 : (kept + kept / 2 + 3) & ~3u;
	if (shape.cells > TALLY_MAX_DISTINCT)
		shape.cells = TALLY_MAX_DISTINCT;
	shape.heap = (uint32_t) (bytes + bytes / 2 < HEAP_MIN ? HEAP_MIN : bytes + bytes / 2);
	if (size_of(&shape, 0) > TALLY_MAX_BYTES)
	{
		size_t		left;

		shape.cells = (kept + 3) & ~3u;
		shape.heap = (uint32_t) bytes;
		left = (TALLY_MAX_BYTES - size_of(&shape, 0)) / 2;
		shape.cells += (uint32_t) (left / stride_of(&shape)) & ~3u;
		if (shape.cells > TALLY_MAX_DISTINCT)
			shape.cells = TALLY_MAX_DISTINCT;
		shape.heap += (uint32_t) left & ~7u;
	}

	result = new_state(host, state, &shape, &to);
	result->threshold = threshold;
	union_start(&u, &from, state->ncells, factor, list, count);
	u.my_pool = state->threshold * factor;
	u.list_pool = pool;
	at = kept;
	for (uint32_t i = 0; union_next(&u, &cell); i++)
	{
		if (pooled[i])
		{
			result->pooled.rows += cell.rows;
			result->pooled.goods += cell.goods * shape.unit;
			result->pooled.bads += cell.bads * shape.unit;
			result->pooled.unlabelled += cell.unlabelled * shape.unit;
			result->weight -= load_of(&cell);
			result->rows -= cell.rows;
			continue;
		}
		memcpy(to.heap + result->heap_used, cell.text, cell.length);
		write_cell(&to, --at, &cell, result->heap_used << 8 | cell.length);
		result->heap_used += cell.length;
	}
	result->ncells = kept;
	scoring_release(host, ranked);
	scoring_release(host, pooled);
	return result;
}

static TallyState *
rebuild(const ScoringHost *host, TallyState *state, const Shape *shape)
{
	if (state->kind == TALLY_TEXT)
		return rebuild_text(host, state, *shape, NULL, 0, 0);
	if (state->kind == TALLY_NUMBER)
		return rebuild_numbers(host, state, *shape, NULL, 0);
	{
		/* No cells yet. */
		Columns		columns;

		return new_state(host, state, shape, &columns);
	}
}

/* Makes columns and a unit for what is to come. The weights of what is there keep their meaning. */
static TallyState *
prepare(const ScoringHost *host, TallyState *state, uint8_t flags, uint32_t unit)
{
	TallyState *flushed;
	TallyState *result;
	Shape		shape;

	flags |= state->flags;
	if (flags == state->flags && unit == state->unit)
		return state;
	flushed = flush(host, state);
	shape = shape_of(flushed);
	shape.flags |= flags;
	shape.unit = unit;
	result = rebuild(host, flushed, &shape);
	if (flushed != state && flushed != result)
		scoring_release(host, flushed);
	return result;
}

/* The state after one that was made on the way is not needed any more. */
static TallyState *
replace(const ScoringHost *host, const TallyState *original, TallyState *before, TallyState *after)
{
	if (before != original && before != after)
		scoring_release(host, before);
	return after;
}

/* False, and nothing done, if the sum would not fit its column; 32 bits and more always do. */
static inline bool
add_to_field(const Columns *columns, int field, uint32_t i, int64_t amount)
{
	if (columns->base == 2)
	{
		uint16_t   *value = (uint16_t *) columns->low[field] + i;

		if (*value + amount > UINT16_MAX)
			return false;
		*value = (uint16_t) (*value + amount);
	}
	else if (columns->extra[field] == 0)
		((uint32_t *) columns->low[field])[i] += (uint32_t) amount;
	else
		put_field(columns, field, i, get_field(columns, field, i) + amount);
	return true;
}

static inline bool
add_to_cell(const Columns *columns, uint32_t i, int outcome, int64_t units)
{
	if (columns->low[FIELD_ROWS] != NULL && !add_to_field(columns, FIELD_ROWS, i, 1))
		return false;
	if (add_to_field(columns, FIELD_GOODS + outcome, i, units))
		return true;
	if (columns->low[FIELD_ROWS] != NULL)
		(void) add_to_field(columns, FIELD_ROWS, i, -1);
	return false;
}

/* Whether a row counts in cell i, the first that is not below it; else it needs a cell of its own. */
static inline bool
has_place(const TallyState *state, const Columns *columns, uint32_t i, uint64_t key, int64_t units)
{
	bool		same;
	int64_t		spread;

	if (i >= state->ncells)
		return false;
	same = columns->keys[i] == key;
	if (!(state->flags & STATE_SKETCH))
		return same;
	spread = get_field(columns, FIELD_SPREAD, i);
	if (same && (spread & 1) == 0)
		return true;
	/* Nothing is mixed into the least and the greatest value, nor into a value's own cell beside another of its key. */
	return i > 0 && i < state->ncells - 1 && (same || columns->keys[i + 1] != columns->keys[i]) &&
		get_field(columns, FIELD_GOODS, i) + get_field(columns, FIELD_BADS, i) +
		get_field(columns, FIELD_UNLABELLED, i) + units + (spread >> 1) <= state->threshold;
}

/* Counts the rows of the buffer that have a place; the others stay. False if a number does not fit its column. */
static inline bool
place_pending(TallyState *state, const Columns *columns)
{
	uint32_t	left = 0;
	bool		fits = true;

	if (state->ncells < 2)
		return true;
	/* Beyond the buffer's end there are more of the state's bytes: read, and not used. */
	for (uint32_t k = 0; k < state->npending; k += SEARCHES)
	{
		uint64_t	wanted[SEARCHES] = {0};
		uint32_t	places[SEARCHES];
		uint32_t	n = state->npending - k < SEARCHES ? state->npending - k : SEARCHES;

		memcpy(wanted, columns->pending_keys + k, n * sizeof(uint64_t));
		find_keys(columns->keys, state->ncells, wanted, places);
		for (uint32_t j = 0; j < n; j++)
		{
			uint64_t	info = columns->pending_info[k + j];
			uint32_t	i = places[j];

			if (has_place(state, columns, i, wanted[j], (int64_t) (info >> 2)))
			{
				if (add_to_cell(columns, i, (int) (info & 3), (int64_t) (info >> 2)))
				{
					if (columns->keys[i] != wanted[j])
						put_field(columns, FIELD_SPREAD, i, get_field(columns, FIELD_SPREAD, i) | 1);
					continue;
				}
				fits = false;
			}
			columns->pending_keys[left] = wanted[j];
			columns->pending_info[left] = info;
			left++;
		}
	}
	state->npending = (uint16_t) left;
	return fits;
}

/* Makes room in the buffer. */
static TallyState *
drain(const ScoringHost *host, TallyState *original, TallyState *state)
{
	Columns		columns;
	bool		fits;

	lay_out(state, &columns);
	if ((state->flags & STATE_SKETCH) != 0 && state->threshold < state->weight / state->fineness)
		state->threshold = state->weight / state->fineness;
	fits = place_pending(state, &columns);
	if (fits && state->npending <= state->pending_capacity / 2 &&
		((state->flags & STATE_SKETCH) == 0 || state->weight < state->settle))
		return state;
	state = replace(host, original, state, flush(host, state));
	if ((state->flags & STATE_SKETCH) != 0 && state->weight >= state->settle)
		state = replace(host, original, state, rebuild_numbers(host, state, shape_of(state), NULL, 0));
	return state;
}

/* Puts a row into the buffer: most of the work is done when it is full. */
static inline void
append_number(TallyState *state, uint64_t key, int64_t units, int outcome)
{
	uint64_t   *pending = (uint64_t *) ((char *) (state + 1) +
										state->nspecial * (sizeof(uint64_t) + sizeof(TallyCounts))) +
		state->cell_capacity;

	pending[state->npending] = key;
	pending[state->pending_capacity + state->npending] = (uint64_t) units << 2 | (uint64_t) outcome;
	state->npending++;
}

static TallyState *
add_text(const ScoringHost *host, TallyState *original, TallyState *state, const ScoringInput *input,
		 int outcome, int64_t units)
{
	Cell		cell = {.text = input->text, .length = input->length, .pure = true, .rows = 1};
	Columns		columns;
	bool		found;
	uint32_t	i;
	Shape		shape;

	cell.key = text_key(cell.text, cell.length);
	lay_out(state, &columns);
	i = find_text(&columns, state->ncells, &cell, &found);
	if (found)
	{
		(void) add_to_cell(&columns, i, outcome, units);
		return state;
	}
	if (outcome == 0)
		cell.goods = units;
	else if (outcome == 1)
		cell.bads = units;
	else
		cell.unlabelled = units;
	shape = shape_of(state);
	if (state->ncells < state->cell_capacity &&
		state->heap_used + cell.length <= state->heap_capacity &&
		text_fits(&shape, state->ncells + 1, state->heap_used + cell.length))
	{
		cell.spread = state->threshold;
		move_cells(&columns, i + 1, i, state->ncells - i);
		memcpy(columns.heap + state->heap_used, cell.text, cell.length);
		write_cell(&columns, i, &cell, state->heap_used << 8 | cell.length);
		state->heap_used += cell.length;
		state->ncells++;
		return state;
	}
	return replace(host, original, state, rebuild_text(host, state, shape, &cell, 1, 0));
}

TallyState *
tally_add(const ScoringHost *host, TallyState *original, const TallyRow *row, ScoringFault *fault)
{
	TallyState *state = original;
	bool		missing = row->input.kind == SCORING_INPUT_MISSING ||
		(row->input.kind == SCORING_INPUT_NUMBER && isnan(row->input.number));
	int64_t		units;
	int64_t		total;

	/* The usual row, quickly: no weight, no special codes, room in the buffer. The rest of this function is the rule. */
	if (state->kind == TALLY_NUMBER && row->input.kind == SCORING_INPUT_NUMBER && !isnan(row->input.number) &&
		row->weight == SCORING_WEIGHT_UNIT && state->unit == SCORING_WEIGHT_UNIT && state->nspecial == 0 &&
		(row->outcome != 2 || (state->flags & STATE_UNLABELLED) != 0) &&
		state->npending < state->pending_capacity && state->weight < INT32_MAX - 1 &&
		state->rows < INT32_MAX - 1 && state->total <= MAX_TOTAL - SCORING_WEIGHT_UNIT)
	{
		append_number(state, scoring_number_key(row->input.number), 1, row->outcome);
		state->weight++;
		state->rows++;
		state->total += SCORING_WEIGHT_UNIT;
		return state;
	}
	if (__builtin_add_overflow(state->total, row->weight, &total) || total > MAX_TOTAL)
	{
		overflow_fault(fault);
		return NULL;
	}
	if (row->weight != SCORING_WEIGHT_UNIT || (row->outcome == 2 && !missing))
	{
		uint8_t		flags = (row->weight != SCORING_WEIGHT_UNIT ? STATE_WEIGHTED : 0) |
			(row->outcome == 2 && !missing ? STATE_UNLABELLED : 0);

		state = prepare(host, state, flags, common_divisor(state->unit, (uint64_t) row->weight));
	}
	state->total = total;
	if (missing)
	{
		count_row(&state->missing, row->outcome, row->weight);
		return state;
	}
	if (state->nspecial > 0)
	{
		Columns		columns;
		uint64_t	key = scoring_number_key(row->input.number);
		uint32_t	i;

		lay_out(state, &columns);
		i = find_key(columns.special_keys, state->nspecial, key);
		if (i < state->nspecial && columns.special_keys[i] == key)
		{
			count_row(&columns.special_counts[i], row->outcome, row->weight);
			return state;
		}
	}
	units = state->unit == row->weight ? 1 : row->weight / state->unit;
	state->weight += units;
	state->rows++;
	if (state->kind != TALLY_EMPTY && is_narrow(state))
	{
		Shape		shape;

		state = replace(host, original, state, flush(host, state));
		shape = shape_of(state);
		state = replace(host, original, state, rebuild(host, state, &shape));
	}
	if (row->input.kind == SCORING_INPUT_NUMBER)
	{
		state->kind = TALLY_NUMBER;
		if (state->npending == state->pending_capacity)
			state = drain(host, original, state);
		append_number(state, scoring_number_key(row->input.number), units, row->outcome);
		return state;
	}
	if (row->input.length > TALLY_MAX_TEXT)
	{
		scoring_fault(fault, SCORING_FAULT_LIMIT, "category is too long for a tally");
		scoring_fault_detail(fault, "A category has at most %d bytes.", TALLY_MAX_TEXT);
		return NULL;
	}
	if (state->kind != TALLY_TEXT)
	{
		/* The first category: from an empty state. */
		Shape		shape = shape_of(state);

		shape.kind = TALLY_TEXT;
		shape.pending = 0;
		shape.base = 4;
		widen(&shape, state->weight, state->rows);
		shape.cells = 8;
		shape.heap = HEAP_MIN;
		{
			Columns		columns;

			state = replace(host, original, state, new_state(host, state, &shape, &columns));
		}
	}
	return add_text(host, original, state, &row->input, row->outcome, units);
}

/* ---------- merging ---------- */

static void
note_counts(const TallyCounts *counts, uint32_t *unit)
{
	if (*unit == 1)
		return;
	*unit = common_divisor(*unit, (uint64_t) counts->goods);
	*unit = common_divisor(*unit, (uint64_t) counts->bads);
	*unit = common_divisor(*unit, (uint64_t) counts->unlabelled);
}

/* The view's cells in a state's units; NULL if there are none. */
static Cell *
list_cells(const ScoringHost *host, const TallyView *view, int64_t unit)
{
	Cell	   *list;
	int64_t		above = 0;

	if (view->ncells == 0)
		return NULL;
	list = scoring_alloc0(host, view->ncells * sizeof(Cell));
	for (uint32_t i = view->ncells; i-- > 0;)
	{
		const TallyCell *cell = &view->cells[i];

		list[i].text = view->kind == TALLY_TEXT ? cell->text : NULL;
		list[i].length = cell->length;
		list[i].key = view->kind == TALLY_TEXT ? text_key(cell->text, cell->length) :
			scoring_number_key(cell->value);
		list[i].pure = cell->pure;
		/* A spread is a bound: rounded up, though not to more than there is. */
		list[i].spread = cell->uncertainty / unit + (cell->uncertainty % unit != 0);
		if (view->kind == TALLY_NUMBER && list[i].spread > above)
			list[i].spread = above;
		list[i].rows = cell->counts.rows;
		list[i].goods = cell->counts.goods / unit;
		list[i].bads = cell->counts.bads / unit;
		list[i].unlabelled = cell->counts.unlabelled / unit;
		above += load_of(&list[i]);
	}
	return list;
}

/* Adds cells that all have their places already; false, and nothing done, if one has not. */
static bool
add_in_place(const TallyState *state, const Cell *list, uint32_t count)
{
	Columns		columns;
	uint32_t	i = 0;

	lay_out(state, &columns);
	if (count > state->ncells ||
		(columns.base == 2 && (state->weight > UINT16_MAX || state->rows > UINT16_MAX)))
		return false;
	for (uint32_t j = 0; j < count; j++, i++)
	{
		while (i < state->ncells && columns.keys[i] < list[j].key)
			i++;
		if (i == state->ncells || columns.keys[i] != list[j].key)
			return false;
	}
	i = 0;
	for (uint32_t j = 0; j < count; j++)
	{
		while (columns.keys[i] != list[j].key)
			i++;
		(void) add_to_field(&columns, FIELD_GOODS, i, list[j].goods);
		(void) add_to_field(&columns, FIELD_BADS, i, list[j].bads);
		if (columns.low[FIELD_UNLABELLED] != NULL)
			(void) add_to_field(&columns, FIELD_UNLABELLED, i, list[j].unlabelled);
		if (columns.low[FIELD_ROWS] != NULL)
			(void) add_to_field(&columns, FIELD_ROWS, i, list[j].rows);
	}
	return true;
}

static bool
same_special(const TallyState *state, const Columns *columns, const TallyView *other)
{
	if (state->nspecial != other->nspecial)
		return false;
	for (uint32_t i = 0; i < other->nspecial; i++)
		if (columns->special_keys[i] != scoring_number_key(other->special[i]))
			return false;
	return true;
}

TallyState *
tally_merge(const ScoringHost *host, TallyState *original, const TallyView *other,
			ScoringFault *fault)
{
	TallyState *state = original;
	uint32_t	unit = state->unit;
	uint8_t		flags = other->weighted ? STATE_WEIGHTED : 0;
	int64_t		weight = 0;
	int64_t		rows = 0;
	int64_t		total = state->total;
	int64_t		all_rows = state->rows + state->missing.rows + state->pooled.rows;
	Cell	   *list;
	Shape		shape;
	Columns		columns;

	if (state->kind != other->kind && state->kind != TALLY_EMPTY && other->kind != TALLY_EMPTY)
	{
		(void) scoring_fault(fault, SCORING_FAULT_ARGUMENT,
							 "cannot merge a tally of numbers with a tally of text");
		return NULL;
	}
	lay_out(state, &columns);
	if (!same_special(state, &columns, other))
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT,
					  "cannot merge tallies with different special codes");
		scoring_fault_hint(fault, "Make all of them with the same special argument.");
		return NULL;
	}
	for (uint32_t i = 0; i < state->nspecial; i++)
		all_rows += columns.special_counts[i].rows;
	if (!scoring_add_int64(&total, weight_of(&other->total)) || total > MAX_TOTAL || all_rows + other->total.rows > MAX_ROWS)
	{
		overflow_fault(fault);
		return NULL;
	}
	for (uint32_t i = 0; i < other->ncells; i++)
	{
		if (other->weighted)
			note_counts(&other->cells[i].counts, &unit);
		if (other->cells[i].counts.unlabelled != 0)
			flags |= STATE_UNLABELLED;
	}
	if (other->weighted && other->kind == TALLY_TEXT)
		unit = common_divisor(unit, (uint64_t) other->error);
	state = prepare(host, state, flags, unit);
	state = replace(host, original, state, flush(host, state));
	lay_out(state, &columns);
	state->total = total;
	(void) add_counts(&state->missing, &other->missing);
	(void) add_counts(&state->pooled, &other->pooled);
	for (uint32_t i = 0; i < other->nspecial; i++)
		(void) add_counts(&columns.special_counts[i], &other->special_counts[i]);
	if (other->kind == TALLY_EMPTY)
		return state;
	list = list_cells(host, other, state->unit);
	for (uint32_t i = 0; i < other->ncells; i++)
	{
		weight += load_of(&list[i]);
		rows += list[i].rows;
	}
	state->weight += weight;
	state->rows += rows;
	shape = shape_of(state);
	if (other->kind == TALLY_TEXT)
	{
		if (!other->exact)
			shape.flags |= STATE_SKETCH;
		state = replace(host, original, state,
						rebuild_text(host, state, shape, list, other->ncells,
									 other->error / state->unit));
	}
	else if (!other->exact || state->kind == TALLY_EMPTY || (state->flags & STATE_SKETCH) ||
			 is_narrow(state) ||
			 !add_in_place(state, list, other->ncells))
	{
		if (!other->exact)
			shape.flags |= STATE_SKETCH;
		state = replace(host, original, state,
						rebuild_numbers(host, state, shape, list, other->ncells));
	}
	scoring_release(host, list);
	return state;
}

/* ---------- views ---------- */

static bool
sum_view(TallyView *view, ScoringFault *fault)
{
	TallyCounts total = view->missing;
	int64_t		weight;

	if (!add_counts(&total, &view->pooled))
		return overflow_fault(fault);
	for (uint32_t i = 0; i < view->nspecial; i++)
		if (!add_counts(&total, &view->special_counts[i]))
			return overflow_fault(fault);
	for (uint32_t i = 0; i < view->ncells; i++)
		if (!add_counts(&total, &view->cells[i].counts))
			return overflow_fault(fault);
	weight = total.goods;
	if (total.rows > MAX_ROWS || !scoring_add_int64(&weight, total.bads) ||
		!scoring_add_int64(&weight, total.unlabelled) || weight > MAX_TOTAL)
		return overflow_fault(fault);
	view->total = total;
	return true;
}

bool
tally_state_view(const ScoringHost *host, const TallyState *state, TallyView *out,
				 ScoringFault *fault)
{
	Columns		columns;
	int64_t		unit;

	if (state->npending > 0)
	{
		TallyState *copy = scoring_alloc(host, state->size);

		memcpy(copy, state, state->size);
		state = flush(host, copy);
		if (state != copy)
			scoring_release(host, copy);
	}
	unit = state->unit;
	lay_out(state, &columns);
	memset(out, 0, sizeof(*out));
	out->kind = state->kind;
	out->exact = (state->flags & STATE_SKETCH) == 0;
	out->weighted = (state->flags & STATE_WEIGHTED) != 0;
	out->missing = state->missing;
	out->pooled = state->pooled;
	out->nspecial = state->nspecial;
	out->special = scoring_alloc(host, (state->nspecial + 1) * sizeof(double));
	out->special_counts = columns.special_counts;
	for (uint32_t i = 0; i < state->nspecial; i++)
		out->special[i] = scoring_number_from_key(columns.special_keys[i]);
	if (state->kind == TALLY_TEXT)
		out->error = state->threshold * unit;
	out->ncells = state->ncells;
	out->cells = scoring_alloc0(host, (state->ncells + 1) * sizeof(TallyCell));
	for (uint32_t i = 0; i < state->ncells; i++)
	{
		TallyCell  *to = &out->cells[i];
		Cell		cell;

		read_cell(&columns, i, &cell);
		if (state->kind == TALLY_NUMBER)
			to->value = scoring_number_from_key(cell.key);
		to->text = cell.text;
		to->length = cell.length;
		to->pure = cell.pure;
		to->uncertainty = cell.spread * unit;
		to->counts.rows = cell.rows;
		to->counts.goods = cell.goods * unit;
		to->counts.bads = cell.bads * unit;
		to->counts.unlabelled = cell.unlabelled * unit;
	}
	return sum_view(out, fault);
}

bool
tally_quantile(const TallyView *view, double fraction, double *out)
{
	int64_t		weight = 0;
	int64_t		below = 0;
	double		wanted;

	for (uint32_t i = 0; i < view->ncells; i++)
		weight += weight_of(&view->cells[i].counts);
	if (weight == 0)
		return false;
	wanted = ceil(fraction * (double) weight);
	for (uint32_t i = 0; i < view->ncells; i++)
	{
		int64_t		own = weight_of(&view->cells[i].counts);

		below += own;
		if (own > 0 && (double) below >= wanted)
		{
			*out = view->cells[i].value;
			return true;
		}
	}
	*out = view->cells[view->ncells - 1].value;
	return true;
}

/* ---------- what a tally promises ---------- */

static bool
unsound(ScoringFault *fault, const char *what)
{
	return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid tally: %s", what);
}

static bool
counts_hold(const TallyCounts *counts, bool weighted, ScoringFault *fault)
{
	int64_t		weight = counts->goods;

	if (counts->rows < 0 || counts->goods < 0 || counts->bads < 0 || counts->unlabelled < 0)
		return unsound(fault, "a count is negative");
	if (!scoring_add_int64(&weight, counts->bads) ||
		!scoring_add_int64(&weight, counts->unlabelled))
		return overflow_fault(fault);
	if (weighted ? counts->rows == 0 && weight != 0 :
		weight % SCORING_WEIGHT_UNIT != 0 || weight / SCORING_WEIGHT_UNIT != counts->rows ||
		counts->goods % SCORING_WEIGHT_UNIT != 0 || counts->bads % SCORING_WEIGHT_UNIT != 0)
		return unsound(fault, "weights do not add up to the rows");
	return true;
}

static int
compare_text_cells(const void *a, const void *b)
{
	const TallyCell *x = a;
	const TallyCell *y = b;

	return compare_text(x->text, x->length, y->text, y->length);
}

bool
tally_check(const ScoringHost *host, TallyView *view, ScoringFault *fault)
{
	int64_t		weight;
	int64_t		above = 0;

	scoring_check(host);
	if (view->kind != TALLY_EMPTY && view->kind != TALLY_NUMBER && view->kind != TALLY_TEXT)
		return unsound(fault, "unknown kind");
	if (view->nspecial > TALLY_MAX_SPECIAL)
		return unsound(fault, "too many special codes");
	if (view->nspecial > 0 && view->kind != TALLY_NUMBER)
		return unsound(fault, "only numbers have special codes");
	if (view->kind == TALLY_EMPTY ? view->ncells != 0 || !view->exact :
		view->ncells == 0 && view->nspecial == 0 && view->exact)
		return unsound(fault, "its kind does not fit its cells");
	if (view->ncells > (view->exact || view->kind == TALLY_TEXT ? TALLY_MAX_DISTINCT : SKETCH_MAX_CELLS))
		return unsound(fault, "too many cells");
	if (!counts_hold(&view->missing, view->weighted, fault) ||
		!counts_hold(&view->pooled, view->weighted, fault))
		return false;
	if ((view->exact || view->kind != TALLY_TEXT) && view->pooled.rows != 0)
		return unsound(fault, "only categories beyond the limit are pooled");
	for (uint32_t i = 0; i < view->nspecial; i++)
	{
		if (isnan(view->special[i]) ||
			(i > 0 && !(view->special[i - 1] < view->special[i])))
			return unsound(fault, "special codes are not in order");
		if (view->special[i] == 0)
			view->special[i] = 0;
		if (!counts_hold(&view->special_counts[i], view->weighted, fault))
			return false;
	}
	if (view->kind == TALLY_TEXT && view->ncells > 1)
		qsort(view->cells, view->ncells, sizeof(TallyCell), compare_text_cells);
	for (uint32_t i = 0; i < view->ncells; i++)
	{
		TallyCell  *cell = &view->cells[i];

		if (cell->counts.rows == 0)
			return unsound(fault, "a cell without rows");
		if (!counts_hold(&cell->counts, view->weighted, fault))
			return false;
		if (view->kind == TALLY_NUMBER)
		{
			/* A sketch may have a value's own cell and, after it, one of lower values with the same key. */
			if (isnan(cell->value) ||
				(i > 0 && !(cell[-1].value < cell->value) &&
				 !(cell[-1].value == cell->value && cell[-1].pure && !cell->pure)))
				return unsound(fault, "values are not in order");
			/* Not -0. */
			if (cell->value == 0)
				cell->value = 0;
		}
		else
		{
			if (cell->length > TALLY_MAX_TEXT || memchr(cell->text, '\0', cell->length) != NULL)
				return unsound(fault, "a category is too long");
			if (i > 0 && compare_text_cells(cell - 1, cell) == 0)
				return unsound(fault, "a category occurs twice");
		}
		if (cell->uncertainty < 0 || (view->exact && (cell->uncertainty != 0 || !cell->pure)) ||
			(view->kind == TALLY_TEXT && !cell->pure))
			return unsound(fault, "an exact cell with an uncertainty");
	}
	if (!sum_view(view, fault))
		return false;
	weight = weight_of(&view->total);
	if (view->error < 0 || (view->error != 0 && view->exact))
		return unsound(fault, "its error is not that of its cells");
	for (uint32_t i = view->ncells; i-- > 0;)
	{
		if (view->cells[i].uncertainty > (view->kind == TALLY_TEXT ? view->error : above))
			return unsound(fault, "an uncertainty is too great");
		above += weight_of(&view->cells[i].counts);
	}
	if (view->error > weight)
		return unsound(fault, "its error is greater than its weight");
	return true;
}

/* ---------- the packed form ---------- */

/*
 * version, form, flags, 0, all one byte; then varints: special codes (count; code as float8, counts), counts of missing,
 * of a sketch of text pooled counts and error, cells (count; value, counts, of a sketch the uncertainty). Counts: goods, bads,
 * if there are any unlabelled; in rows, or if weighted the rows and then millionths. Whole numbers as the first and
 * differences.
 */
#define PACKED_KIND 0x03
#define PACKED_EXACT 0x04
#define PACKED_WEIGHTED 0x08
#define PACKED_WHOLE 0x10		/* values are whole numbers within 2^53 */
#define PACKED_UNLABELLED 0x20
#define PACKED_FLAGS 0x3f
#define WHOLE_LIMIT 9007199254740992.0

static void
pack_counts(ScoringBuffer *buffer, const TallyCounts *counts, uint8_t flags)
{
	int64_t		unit = flags & PACKED_WEIGHTED ? 1 : SCORING_WEIGHT_UNIT;

	if (flags & PACKED_WEIGHTED)
		scoring_write_varint(buffer, (uint64_t) counts->rows);
	scoring_write_varint(buffer, (uint64_t) (counts->goods / unit));
	scoring_write_varint(buffer, (uint64_t) (counts->bads / unit));
	if (flags & PACKED_UNLABELLED)
		scoring_write_varint(buffer, (uint64_t) (counts->unlabelled / unit));
}

bool
tally_pack(const ScoringHost *host, const TallyView *view, void **packed, size_t *length,
		   ScoringFault *fault)
{
	ScoringBuffer buffer;
	uint8_t		flags = (uint8_t) view->kind;
	bool		whole = view->kind == TALLY_NUMBER;
	int64_t		before = 0;
	int64_t		unit = view->weighted ? 1 : SCORING_WEIGHT_UNIT;

	for (uint32_t i = 0; i < view->ncells && whole; i++)
		whole = fabs(view->cells[i].value) <= WHOLE_LIMIT &&
			view->cells[i].value == floor(view->cells[i].value);
	if (view->exact)
		flags |= PACKED_EXACT;
	if (view->weighted)
		flags |= PACKED_WEIGHTED;
	if (whole)
		flags |= PACKED_WHOLE;
	if (view->total.unlabelled != 0)
		flags |= PACKED_UNLABELLED;

	scoring_buffer_init(&buffer, host, 4 * TALLY_MAX_BYTES);
	scoring_write_u8(&buffer, TALLY_VERSION);
	scoring_write_u8(&buffer, TALLY_FORM_PACKED);
	scoring_write_u8(&buffer, flags);
	scoring_write_u8(&buffer, 0);
	scoring_write_varint(&buffer, view->nspecial);
	for (uint32_t i = 0; i < view->nspecial; i++)
	{
		scoring_write_f64(&buffer, view->special[i]);
		pack_counts(&buffer, &view->special_counts[i], flags);
	}
	pack_counts(&buffer, &view->missing, flags);
	if (view->kind == TALLY_TEXT && !view->exact)
	{
		pack_counts(&buffer, &view->pooled, flags);
		scoring_write_varint(&buffer, (uint64_t) (view->error / unit));
	}
	scoring_write_varint(&buffer, view->ncells);
	for (uint32_t i = 0; i < view->ncells; i++)
	{
		const TallyCell *cell = &view->cells[i];

		if (view->kind == TALLY_TEXT)
		{
			scoring_write_varint(&buffer, cell->length);
			scoring_write_bytes(&buffer, cell->text, cell->length);
		}
		else if (whole)
		{
			int64_t		value = (int64_t) cell->value;

			if (i == 0)
				scoring_write_varint(&buffer, value < 0 ? ~((uint64_t) value << 1) : (uint64_t) value << 1);
			else
				scoring_write_varint(&buffer, (uint64_t) (value - before));
			before = value;
		}
		else
			scoring_write_f64(&buffer, cell->value);
		pack_counts(&buffer, &cell->counts, flags);
		if (!view->exact && view->kind == TALLY_TEXT)
			scoring_write_varint(&buffer, (uint64_t) (cell->uncertainty / unit));
		else if (!view->exact)
			scoring_write_varint(&buffer, (uint64_t) (cell->uncertainty / unit) << 1 | (cell->pure ? 0 : 1));
	}
	if (!scoring_buffer_done(&buffer, "a tally", fault))
		return false;
	*packed = buffer.data;
	*length = buffer.length;
	return true;
}

/* A count in rows or millionths as millionths; too large a one shows as negative, which tally_check() refuses. */
static int64_t
unpack_weight(ScoringReader *reader, int64_t unit)
{
	uint64_t	value = scoring_read_varint(reader);

	return value > (uint64_t) (INT64_MAX / unit) ? -1 : (int64_t) value * unit;
}

static void
unpack_counts(ScoringReader *reader, TallyCounts *counts, uint8_t flags)
{
	int64_t		unit = flags & PACKED_WEIGHTED ? 1 : SCORING_WEIGHT_UNIT;
	int64_t		weight;

	if (flags & PACKED_WEIGHTED)
		counts->rows = unpack_weight(reader, 1);
	counts->goods = unpack_weight(reader, unit);
	counts->bads = unpack_weight(reader, unit);
	counts->unlabelled = flags & PACKED_UNLABELLED ? unpack_weight(reader, unit) : 0;
	if (flags & PACKED_WEIGHTED)
		return;
	weight = counts->goods;
	if (!scoring_add_int64(&weight, counts->bads) || !scoring_add_int64(&weight, counts->unlabelled))
		weight = -unit;
	counts->rows = weight / unit;
}

bool
tally_decode(const ScoringHost *host, const void *packed, size_t length, TallyView *out,
			 ScoringFault *fault)
{
	ScoringReader reader;
	uint8_t		version;
	uint8_t		form;
	uint8_t		flags;
	uint8_t		zero;
	uint64_t	count;
	int64_t		value = 0;
	int64_t		unit;

	memset(out, 0, sizeof(*out));
	scoring_reader_init(&reader, packed, length);
	version = scoring_read_u8(&reader);
	form = scoring_read_u8(&reader);
	flags = scoring_read_u8(&reader);
	zero = scoring_read_u8(&reader);
	if (reader.bad)
		return scoring_reader_done(&reader, "tally", fault);
	if (version != TALLY_VERSION || form != TALLY_FORM_PACKED || (flags & ~PACKED_FLAGS) != 0 || zero != 0)
		return unsound(fault, "unknown version");
	out->kind = (TallyKind) (flags & PACKED_KIND);
	out->exact = (flags & PACKED_EXACT) != 0;
	out->weighted = (flags & PACKED_WEIGHTED) != 0;
	unit = out->weighted ? 1 : SCORING_WEIGHT_UNIT;

	count = scoring_read_varint(&reader);
	if (count > TALLY_MAX_SPECIAL)
		return unsound(fault, "too many special codes");
	out->nspecial = (uint32_t) count;
	out->special = scoring_alloc0(host, (count + 1) * sizeof(double));
	out->special_counts = scoring_alloc0(host, (count + 1) * sizeof(TallyCounts));
	for (uint32_t i = 0; i < out->nspecial; i++)
	{
		out->special[i] = scoring_read_f64(&reader);
		unpack_counts(&reader, &out->special_counts[i], flags);
	}
	unpack_counts(&reader, &out->missing, flags);
	if (out->kind == TALLY_TEXT && !out->exact)
	{
		unpack_counts(&reader, &out->pooled, flags);
		out->error = unpack_weight(&reader, unit);
	}
	count = scoring_read_varint(&reader);
	/* A cell takes three bytes or more. */
	if (count > SKETCH_MAX_CELLS || count > scoring_reader_left(&reader) / 3)
		return unsound(fault, "too many cells");
	out->ncells = (uint32_t) count;
	out->cells = scoring_alloc0(host, (count + 1) * sizeof(TallyCell));
	for (uint32_t i = 0; i < out->ncells; i++)
	{
		TallyCell  *cell = &out->cells[i];

		cell->pure = true;
		if (out->kind == TALLY_TEXT)
		{
			uint64_t	bytes = scoring_read_varint(&reader);

			cell->length = bytes > TALLY_MAX_TEXT ? TALLY_MAX_TEXT + 1 : (uint32_t) bytes;
			cell->text = (const char *) scoring_read_bytes(&reader, cell->length);
			if (cell->text == NULL)
				return scoring_reader_done(&reader, "tally", fault);
		}
		else if (flags & PACKED_WHOLE)
		{
			uint64_t	code = scoring_read_varint(&reader);

			if (i == 0)
				value = (int64_t) (code >> 1) ^ -(int64_t) (code & 1);
			else if (code > UINT64_C(1) << 55)
				return unsound(fault, "values are not in order");
			else
				value += (int64_t) code;
			if (value > (int64_t) WHOLE_LIMIT || value < -(int64_t) WHOLE_LIMIT)
				return unsound(fault, "values are not in order");
			cell->value = (double) value;
		}
		else
			cell->value = scoring_read_f64(&reader);
		unpack_counts(&reader, &cell->counts, flags);
		if (!out->exact && out->kind == TALLY_TEXT)
			cell->uncertainty = unpack_weight(&reader, unit);
		else if (!out->exact)
		{
			uint64_t	code = scoring_read_varint(&reader);

			cell->pure = (code & 1) == 0;
			cell->uncertainty = code >> 1 > (uint64_t) (INT64_MAX / unit) ? -1 : (int64_t) (code >> 1) * unit;
		}
	}
	return scoring_reader_done(&reader, "tally", fault);
}

bool
tally_view(const ScoringHost *host, const void *packed, size_t length, TallyView *out,
		   ScoringFault *fault)
{
	if (!tally_decode(host, packed, length, out, fault) || !tally_check(host, out, fault))
		return false;
	tally_centre(host, out);
	return true;
}

/* ---------- centring ---------- */

/* What has been counted in cells that are not pure, in their order, to be dealt out. */
typedef struct Supply
{
	TallyCell  *next;
	TallyCell  *end;
} Supply;

/* Moves weight from the supply to a cell, in classes as they come; less if there is no more. */
static int64_t
take_weight(Supply *supply, int64_t wanted, int64_t unit, TallyCounts *to)
{
	int64_t		taken = 0;

	for (; supply->next < supply->end; supply->next++)
	{
		TallyCounts *from = &supply->next->counts;
		int64_t		left = supply->next->pure ? 0 : weight_of(from);
		int64_t		part = wanted - taken;
		int64_t		goods;
		int64_t		bads;
		int64_t		rest;

		if (supply->next->pure)
			continue;
		if (part >= left)
		{
			(void) add_counts(to, from);
			memset(from, 0, sizeof(*from));
			taken += left;
			continue;
		}
		if (part <= 0)
			break;
		goods = (int64_t) ((__int128) (from->goods / unit) * part / left) * unit;
		bads = (int64_t) ((__int128) (from->bads / unit) * part / left) * unit;
		rest = part - goods - bads;
		/* Rounding down leaves a unit or two, for those that have some. */
		while (rest > from->unlabelled)
		{
			if (from->goods > goods)
				goods += unit;
			else
				bads += unit;
			rest -= unit;
		}
		{
			TallyCounts moved = {
				(int64_t) ((__int128) from->rows * part / left), goods, bads, rest
			};

			(void) add_counts(to, &moved);
			from->rows -= moved.rows;
			from->goods -= goods;
			from->bads -= bads;
			from->unlabelled -= rest;
		}
		taken += part;
		break;
	}
	return taken;
}

static int64_t
distance(int64_t sum, int64_t low, int64_t high)
{
	return sum - low > high - sum ? sum - low : high - sum;
}

/*
 * In a raw sketch the weight at or below a value x with v[i] <= x < v[i + 1] is between the sum of the cells up to i and that
 * sum plus the gap below v[i + 1]. Weight of the cells that are not pure is moved down so that sums come to lie in the middle
 * of these intervals: off by half as much. What has to come above a value that keeps its own cell gets one at the next double.
 */
void
tally_centre(const ScoringHost *host, TallyView *view)
{
	uint32_t	n = view->ncells;
	int64_t		unit = view->weighted ? 1 : SCORING_WEIGHT_UNIT;
	TallyCell  *cells = view->cells;
	TallyCell  *out;
	int64_t    *loads;
	Supply		supply = {cells, cells + n};
	uint32_t	count = 0;
	int64_t		sum = 0;		/* dealt out */
	int64_t		low = 0;		/* of the raw cells so far */
	int64_t		most = 0;		/* the greatest gap */

	if (view->kind != TALLY_NUMBER || view->exact || n == 0)
		return;
	out = scoring_alloc0(host, 2 * (size_t) n * sizeof(TallyCell));
	loads = scoring_alloc(host, n * sizeof(int64_t));
	for (uint32_t i = n; i-- > 0;)
	{
		loads[i] = weight_of(&cells[i].counts);
		/* No more can lie below a value than below the next one. */
		if (i + 1 < n && cells[i].uncertainty > cells[i + 1].uncertainty + (cells[i + 1].pure ? 0 : loads[i + 1]))
			cells[i].uncertainty = cells[i + 1].uncertainty + (cells[i + 1].pure ? 0 : loads[i + 1]);
		if (most < cells[i].uncertainty + (cells[i].pure ? 0 : loads[i]))
			most = cells[i].uncertainty + (cells[i].pure ? 0 : loads[i]);
	}
	view->error = cells[0].uncertainty + (cells[0].pure ? 0 : loads[0]);
	for (uint32_t i = 0; i < n; i++)
	{
		double		value = cells[i].value;
		bool		beside = cells[i].pure;	/* what comes is not at the value */
		int64_t		gap = 0;
		int64_t		wanted;
		int64_t	   *error;
		TallyCounts moved = {0};

		low += loads[i];
		if (cells[i].pure)
		{
			sum += loads[i];
			out[count] = cells[i];
			out[count].uncertainty = distance(sum, low, low + cells[i].uncertainty);
			count++;
			/* A cell of lower values may have come to the same value. */
			if (i + 1 < n && cells[i + 1].value == value)
				continue;
		}
		else if (i > 0 && cells[i - 1].value == value)
			beside = true;
		if (i + 1 < n)
			gap = cells[i + 1].uncertainty + (cells[i + 1].pure ? 0 : loads[i + 1]);
		wanted = low + gap / 2 / unit * unit - sum;
		if (beside)
		{
			uint64_t	key = scoring_number_key(value) + 1;

			if (i + 1 == n)
				continue;
			if (key < scoring_number_key(cells[i + 1].value))
				value = scoring_number_from_key(key);
			else if (cells[i].pure && wanted < most / 4)
			{
				/* No double lies in between; it can wait until there is one. */
				continue;
			}
		}
		sum += take_weight(&supply, wanted, unit, &moved);
		if (count > 0 && out[count - 1].value == value && moved.rows > 0)
		{
			(void) add_counts(&out[count - 1].counts, &moved);
			out[count - 1].pure = false;
		}
		else if (moved.rows > 0 || weight_of(&moved) > 0)
		{
			out[count].value = value;
			out[count].counts = moved;
			count++;
		}
		error = count > 0 ? &out[count - 1].uncertainty : &view->error;
		if (distance(sum, low, low + gap) > *error)
			*error = distance(sum, low, low + gap);
	}
	(void) take_weight(&supply, INT64_MAX, unit, &out[count - 1].counts);
	for (uint32_t i = 0; i < count; i++)
		if (out[i].uncertainty > view->error)
			view->error = out[i].uncertainty;
	scoring_release(host, loads);
	view->cells = out;
	view->ncells = count;
}

/* ---------- the text form ---------- */

static const char *const kind_words[] = {"empty", "number", "text", NULL};

/* A weight as a decimal: at most six digits after the point, none that is not needed. */
static void
write_weight(ScoringBuffer *buffer, int64_t weight)
{
	scoring_json_write_integer(buffer, weight / SCORING_WEIGHT_UNIT);
	weight %= SCORING_WEIGHT_UNIT;
	if (weight != 0)
	{
		char		digits[8];
		int			length = 6;

		for (int i = 5; i >= 0; i--, weight /= 10)
			digits[i] = (char) ('0' + weight % 10);
		while (digits[length - 1] == '0')
			length--;
		scoring_write_u8(buffer, '.');
		scoring_write_bytes(buffer, digits, (size_t) length);
	}
}

/* rows, goods, bads, unlabelled: the inside of an array. */
static void
write_counts(ScoringBuffer *buffer, const TallyCounts *counts)
{
	scoring_json_write_integer(buffer, counts->rows);
	scoring_write_u8(buffer, ',');
	write_weight(buffer, counts->goods);
	scoring_write_u8(buffer, ',');
	write_weight(buffer, counts->bads);
	scoring_write_u8(buffer, ',');
	write_weight(buffer, counts->unlabelled);
}

static void
write_value(ScoringBuffer *buffer, double value)
{
	if (isinf(value))
		scoring_write_text(buffer, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
	else
		scoring_json_write_number(buffer, value);
}

void
tally_write(ScoringBuffer *buffer, const TallyView *view)
{
	scoring_write_format(buffer, "{\"version\":1,\"kind\":\"%s\",\"exact\":%s,\"weighted\":%s,\"missing\":[",
						 kind_words[view->kind], view->exact ? "true" : "false",
						 view->weighted ? "true" : "false");
	write_counts(buffer, &view->missing);
	scoring_write_text(buffer, "],\"special\":[");
	for (uint32_t i = 0; i < view->nspecial; i++)
	{
		scoring_write_text(buffer, i > 0 ? ",[" : "[");
		write_value(buffer, view->special[i]);
		scoring_write_u8(buffer, ',');
		write_counts(buffer, &view->special_counts[i]);
		scoring_write_u8(buffer, ']');
	}
	if (view->kind == TALLY_TEXT && !view->exact)
	{
		scoring_write_text(buffer, "],\"pooled\":[");
		write_counts(buffer, &view->pooled);
		scoring_write_text(buffer, "],\"error\":");
		write_weight(buffer, view->error);
		scoring_write_text(buffer, ",\"cells\":[");
	}
	else
		scoring_write_text(buffer, "],\"cells\":[");
	for (uint32_t i = 0; i < view->ncells; i++)
	{
		const TallyCell *cell = &view->cells[i];

		scoring_write_text(buffer, i > 0 ? ",[" : "[");
		if (view->kind == TALLY_TEXT)
			scoring_json_write_string(buffer, cell->text, cell->length);
		else
			write_value(buffer, cell->value);
		scoring_write_u8(buffer, ',');
		write_counts(buffer, &cell->counts);
		if (!view->exact)
		{
			scoring_write_u8(buffer, ',');
			write_weight(buffer, cell->uncertainty);
			if (view->kind == TALLY_NUMBER)
				scoring_write_text(buffer, cell->pure ? ",true" : ",false");
		}
		scoring_write_u8(buffer, ']');
	}
	scoring_write_text(buffer, "]}");
}

/* A decimal of at most six digits after the point, exactly. */
static bool
read_weight(const JsonAt *at, int64_t *out, ScoringFault *fault)
{
	const char *digit;
	uint64_t	value = 0;
	int			decimals = -1;	/* digits after the point, -1: none yet */

	if (!scoring_json_expect(at, JSON_NUMBER, fault))
		return false;
	for (digit = at->node->text; *digit != '\0'; digit++)
	{
		uint64_t	d = (uint64_t) (*digit - '0');

		if (*digit == '.' && decimals < 0)
		{
			decimals = 0;
			continue;
		}
		if (*digit < '0' || *digit > '9' || (decimals == 6 && d != 0) ||
			(decimals < 6 && value > ((uint64_t) MAX_TOTAL - d) / 10))
			return scoring_json_fault(at, fault, "%.60s is not a weight: 0 to 4.6e12, at most 6 decimals, no exponent",
									  at->node->text);
		if (decimals == 6)
			continue;
		value = value * 10 + d;
		if (decimals >= 0)
			decimals++;
	}
	for (int i = decimals < 0 ? 0 : decimals; i < 6; i++)
	{
		if (value > (uint64_t) MAX_TOTAL / 10)
			return scoring_json_fault(at, fault, "%.60s is not a weight: 0 to 4.6e12, at most 6 decimals, no exponent",
									  at->node->text);
		value *= 10;
	}
	*out = (int64_t) value;
	return true;
}

/* Four items of an array, from `first` on. */
static bool
read_counts(const JsonAt *array, uint32_t first, TallyCounts *out, ScoringFault *fault)
{
	JsonAt		item = scoring_json_item(array, first);

	if (!scoring_json_as_integer(&item, 0, INT64_MAX, &out->rows, fault))
		return false;
	item = scoring_json_item(array, first + 1);
	if (!read_weight(&item, &out->goods, fault))
		return false;
	item = scoring_json_item(array, first + 2);
	if (!read_weight(&item, &out->bads, fault))
		return false;
	item = scoring_json_item(array, first + 3);
	return read_weight(&item, &out->unlabelled, fault);
}

static bool
read_value(const JsonAt *at, double *out, ScoringFault *fault)
{
	if (at->node->kind == JSON_STRING && strcmp(at->node->text, "Infinity") == 0)
		*out = HUGE_VAL;
	else if (at->node->kind == JSON_STRING && strcmp(at->node->text, "-Infinity") == 0)
		*out = -HUGE_VAL;
	else
		return scoring_json_as_number(at, -HUGE_VAL, HUGE_VAL, out, fault);
	return true;
}

static bool
expect_array(const JsonAt *at, uint32_t count, ScoringFault *fault)
{
	if (!scoring_json_expect(at, JSON_ARRAY, fault))
		return false;
	if (at->node->count != count)
		return scoring_json_fault(at, fault, "an array of %u items, where %u are expected", at->node->count, count);
	return true;
}

static bool
read_tally(const ScoringHost *host, const JsonAt *at, TallyView *out, ScoringFault *fault)
{
	static const char *const members[] = {
		"version", "kind", "exact", "weighted", "missing", "special", "pooled", "error", "cells", NULL
	};
	int64_t		version = 0;
	int			kind = 0;
	JsonAt		array;
	JsonAt		item;
	JsonAt		inner;
	bool		pools;

	memset(out, 0, sizeof(*out));
	if (!scoring_json_expect(at, JSON_OBJECT, fault) ||
		!scoring_json_only(at, members, fault) ||
		!scoring_json_integer(at, "version", true, 1, 1, &version, fault) ||
		!scoring_json_word(at, "kind", true, kind_words, &kind, fault) ||
		!scoring_json_boolean(at, "exact", true, &out->exact, fault) ||
		!scoring_json_boolean(at, "weighted", true, &out->weighted, fault) ||
		!scoring_json_member(at, "missing", true, &array, fault) ||
		!expect_array(&array, 4, fault) ||
		!read_counts(&array, 0, &out->missing, fault))
		return false;
	out->kind = (TallyKind) kind;
	pools = out->kind == TALLY_TEXT && !out->exact;
	if (!scoring_json_member(at, "special", true, &array, fault) ||
		!scoring_json_expect(&array, JSON_ARRAY, fault))
		return false;
	if (array.node->count > TALLY_MAX_SPECIAL)
		return scoring_json_fault(&array, fault, "more than %d special codes", TALLY_MAX_SPECIAL);
	out->nspecial = array.node->count;
	out->special = scoring_alloc0(host, (out->nspecial + 1) * sizeof(double));
	out->special_counts = scoring_alloc0(host, (out->nspecial + 1) * sizeof(TallyCounts));
	for (uint32_t i = 0; i < out->nspecial; i++)
	{
		item = scoring_json_item(&array, i);
		if (!expect_array(&item, 5, fault))
			return false;
		inner = scoring_json_item(&item, 0);
		if (!read_value(&inner, &out->special[i], fault) ||
			!read_counts(&item, 1, &out->special_counts[i], fault))
			return false;
	}
	if (!scoring_json_member(at, "pooled", pools, &array, fault))
		return false;
	if (array.node != NULL && (!expect_array(&array, 4, fault) || !read_counts(&array, 0, &out->pooled, fault)))
		return false;
	if (!scoring_json_member(at, "error", pools, &item, fault))
		return false;
	if (item.node != NULL && !pools)
		return scoring_json_fault(&item, fault, "only a tally of text that is not exact has an error of its own");
	if (item.node != NULL && !read_weight(&item, &out->error, fault))
		return false;
	if (!scoring_json_member(at, "cells", true, &array, fault) ||
		!scoring_json_expect(&array, JSON_ARRAY, fault))
		return false;
	if (array.node->count > SKETCH_MAX_CELLS)
		return scoring_json_fault(&array, fault, "too many cells");
	out->ncells = array.node->count;
	out->cells = scoring_alloc0(host, (out->ncells + 1) * sizeof(TallyCell));
	for (uint32_t i = 0; i < out->ncells; i++)
	{
		TallyCell  *cell = &out->cells[i];

		item = scoring_json_item(&array, i);
		if (!expect_array(&item, out->exact ? 5 : pools ? 6 : 7, fault))
			return false;
		inner = scoring_json_item(&item, 0);
		cell->pure = true;
		if (out->kind == TALLY_TEXT)
		{
			if (!scoring_json_expect(&inner, JSON_STRING, fault))
				return false;
			cell->text = inner.node->text;
			cell->length = inner.node->count;
		}
		else if (!read_value(&inner, &cell->value, fault))
			return false;
		if (!read_counts(&item, 1, &cell->counts, fault))
			return false;
		if (out->exact)
			continue;
		inner = scoring_json_item(&item, 5);
		if (!read_weight(&inner, &cell->uncertainty, fault))
			return false;
		if (pools)
			continue;
		inner = scoring_json_item(&item, 6);
		if (!scoring_json_expect(&inner, JSON_BOOLEAN, fault))
			return false;
		cell->pure = inner.node->boolean;
	}
	return true;
}

bool
tally_read(const ScoringHost *host, const JsonAt *at, TallyView *out, ScoringFault *fault)
{
	if (!read_tally(host, at, out, fault))
		return false;
	if (tally_check(host, out, fault))
		return true;
	if (strcmp(fault->sqlstate, SCORING_FAULT_BINARY) == 0)
		fault->sqlstate = SCORING_FAULT_SYNTAX;
	return false;
}

/* ---------- a working state from elsewhere ---------- */

/* Adds counts that may be anything; false if they are not counts. */
static bool
sum_counts(TallyCounts *sum, const TallyCounts *counts)
{
	return counts->rows >= 0 && counts->goods >= 0 && counts->bads >= 0 && counts->unlabelled >= 0 &&
		add_counts(sum, counts);
}

bool
tally_state_check(const void *bytes, size_t size, ScoringFault *fault)
{
	const TallyState *state = bytes;
	Shape		shape;
	Columns		columns;
	int64_t		weight = 0;
	int64_t		rows = 0;
	int64_t		others;
	int64_t		above = 0;
	TallyCounts sum = {0};

	if (size < sizeof(TallyState) || state->version != TALLY_VERSION || state->form != TALLY_FORM_WORKING ||
		state->size != size || size > TALLY_MAX_BYTES || state->kind > TALLY_TEXT ||
		(state->flags & ~STATE_FLAGS) != 0 || (state->base_bytes != 2 && state->base_bytes != 4) ||
		(state->extra_bytes != 0 && state->extra_bytes != 2 && state->extra_bytes != 4) ||
		(state->extra_bytes != 0 && state->base_bytes == 2) || (state->kind == TALLY_TEXT && state->base_bytes == 2) ||
		state->unit == 0 || SCORING_WEIGHT_UNIT % state->unit != 0 ||
		state->nspecial > TALLY_MAX_SPECIAL || (state->nspecial > 0 && state->kind != TALLY_NUMBER) ||
		state->cell_capacity > TALLY_MAX_BYTES || state->cell_capacity % 4 != 0 ||
		state->pending_capacity > PENDING_MAX || state->npending > state->pending_capacity ||
		(state->npending > 0 && state->kind != TALLY_NUMBER) ||
		(state->ncells > 0 && state->kind == TALLY_EMPTY) ||
		(state->kind == TALLY_NUMBER && state->pending_capacity == 0) ||
		state->ncells > state->cell_capacity || state->heap_capacity > TALLY_MAX_BYTES ||
		state->heap_used > state->heap_capacity || state->threshold < 0 || state->fineness < 0 || state->settle < 0 ||
		(state->kind == TALLY_NUMBER && (state->flags & STATE_SKETCH) != 0 && state->fineness == 0) ||
		state->threshold > state->total / (int64_t) state->unit ||
		state->weight < 0 || state->rows < 0 || state->total < 0 ||
		state->weight > state->total / (int64_t) state->unit)
		return unsound(fault, "not a state of its aggregate");
	shape = shape_of(state);
	if (size_of(&shape, state->nspecial) != size)
		return unsound(fault, "not a state of its aggregate");
	if (!sum_counts(&sum, &state->missing) || !sum_counts(&sum, &state->pooled))
		return unsound(fault, "a count is out of range");
	lay_out(state, &columns);
	for (uint32_t i = 0; i < state->nspecial; i++)
		if ((i > 0 && columns.special_keys[i] <= columns.special_keys[i - 1]) ||
			!sum_counts(&sum, &columns.special_counts[i]))
			return unsound(fault, "special codes are not in order");
	others = sum.goods;
	if (!scoring_add_int64(&others, sum.bads) || !scoring_add_int64(&others, sum.unlabelled) ||
		!scoring_add_int64(&others, state->weight * (int64_t) state->unit) || others != state->total || others > MAX_TOTAL ||
		!scoring_add_int64(&sum.rows, state->rows) || sum.rows > MAX_ROWS)
		return unsound(fault, "weights do not add up");
	for (uint32_t i = 0; i < state->ncells; i++)
	{
		Cell		cell;
		Cell		before;

		if (columns.text)
		{
			uint32_t	ref = ((uint32_t *) columns.low[FIELD_REF])[i];

			if ((ref >> 8) + (ref & 0xff) > state->heap_used)
				return unsound(fault, "a category lies outside");
		}
		read_cell(&columns, i, &cell);
		if (cell.rows < 0 || cell.goods < 0 || cell.bads < 0 || cell.unlabelled < 0 || cell.spread < 0 ||
			cell.goods > state->weight || cell.bads > state->weight || cell.unlabelled > state->weight ||
			(columns.text && cell.spread > state->threshold) || !scoring_add_int64(&weight, load_of(&cell)) ||
			!scoring_add_int64(&rows, cell.rows))
			return unsound(fault, "a count is out of range");
		if (i > 0)
		{
			read_cell(&columns, i - 1, &before);
			if (compare_cells(&before, &cell) >= 0)
				return unsound(fault, "values are not in order");
		}
		if (columns.text && cell.key != text_key(cell.text, cell.length))
			return unsound(fault, "values are not in order");
	}
	for (uint32_t i = state->ncells; i-- > 0 && !columns.text;)
	{
		Cell		cell;

		read_cell(&columns, i, &cell);
		if (cell.spread > above)
			return unsound(fault, "an uncertainty is too great");
		above += load_of(&cell);
	}
	for (uint32_t i = 0; i < state->npending; i++)
		if ((columns.pending_info[i] & 3) == 3 ||
			((columns.pending_info[i] & 3) == 2 && (state->flags & STATE_UNLABELLED) == 0) ||
			!scoring_add_int64(&weight, (int64_t) (columns.pending_info[i] >> 2)) ||
			!scoring_add_int64(&rows, 1))
			return unsound(fault, "a count is out of range");
	/* While there are only rows in the buffer, no column is too narrow. */
	if (weight != state->weight || rows != state->rows ||
		(state->ncells > 0 && is_narrow(state)))
		return unsound(fault, "weights do not add up");
	return true;
}
