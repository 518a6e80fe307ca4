/*
 * tally_test.c: the tally against plain counting, and the promise of the sketch, here on 300,000 values. For ten million,
 * tally_promise_test.c includes this file, without the sanitizers.
 *
 * The promise: whatever the order of arrival, the weight at or below any value, summed over the cells, is off by at most
 * the cell's uncertainty; that is at most `error`; that is at most 0.1 % of the weight; and a state never has more than
 * 131,072 bytes. Orders: sorted, reversed, zooming in, interleaved, random, and two generators that look at the state
 * and always put their values into the gap of which least is known.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "number_core.h"
#include "tally_core.h"

#define UNIT SCORING_WEIGHT_UNIT
#ifndef MANY
#define MANY 300000
#endif
#define MERGED 1200000
#define ROOM (MANY > 2 * MERGED ? MANY : 2 * MERGED)

/* Memory of a core belongs to a context that goes as a whole; nobody frees it piece by piece. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static int	failures = 0;
static int	checks = 0;

static void
check(bool holds, const char *what, const char *where)
{
	checks++;
	if (!holds && failures++ < 20)
		printf("not right: %s: %s\n", where, what);
}

static void *
take_memory(void *context, size_t size)
{
	void	   *memory = malloc(size > 0 ? size : 1);

	(void) context;
	if (memory == NULL)
		abort();
	return memset(memory, 0xa5, size);
}

static void
leave_memory(void *context, void *pointer)
{
	(void) context;
	free(pointer);
}

static void
no_check(void *context)
{
	(void) context;
}

static int
no_character(void *context, uint32_t code_point, char *out)
{
	(void) context;
	(void) code_point;
	(void) out;
	return 0;
}

static const ScoringHost host = {take_memory, leave_memory, no_check, no_character, NULL, NULL};

/* ---------- a state, as the server keeps one ---------- */

static TallyState *
start(const double *special, uint32_t nspecial)
{
	ScoringFault fault;
	TallyState *state = tally_start(&host, special, nspecial, &fault);

	if (state == NULL)
		abort();
	return state;
}

static TallyState *
swap_state(TallyState *before, TallyState *after, const ScoringFault *fault)
{
	if (after == NULL)
	{
		printf("not right: %s\n", fault->message);
		abort();
	}
	if (after != before)
		free(before);
	return after;
}

static TallyState *
add(TallyState *state, const ScoringInput *input, int outcome, int64_t weight)
{
	TallyRow	row = {*input, outcome, weight};
	ScoringFault fault;

	return swap_state(state, tally_add(&host, state, &row, &fault), &fault);
}

static TallyState *
add_number(TallyState *state, double number, int outcome, int64_t weight)
{
	ScoringInput input = {.kind = SCORING_INPUT_NUMBER, .number = number};

	return add(state, &input, outcome, weight);
}

static void
forget(TallyView *view, bool of_state)
{
	free(view->cells);
	free(view->special);
	if (!of_state)
		free(view->special_counts);
}

/* The packed bytes of a state. */
static size_t
packed(const TallyState *state, void **bytes, const char *where)
{
	TallyView	view;
	ScoringFault fault;
	size_t		length = 0;

	*bytes = NULL;
	check(tally_state_check(state, state->size, &fault), "the state passes its own check", where);
	check(state->size <= TALLY_MAX_BYTES, "the state is small enough", where);
	if (!tally_state_view(&host, state, &view, &fault) ||
		!tally_pack(&host, &view, bytes, &length, &fault))
		check(false, fault.message, where);
	else if (state->npending == 0)
		forget(&view, true);
	return length;
}

static TallyState *
merge_packed(TallyState *state, const void *bytes, size_t length)
{
	TallyView	view;
	ScoringFault fault;

	if (!tally_decode(&host, bytes, length, &view, &fault) || !tally_check(&host, &view, &fault))
		abort();
	state = swap_state(state, tally_merge(&host, state, &view, &fault), &fault);
	forget(&view, false);
	return state;
}

/* ---------- exact ---------- */

typedef struct Row
{
	ScoringInput input;
	int			outcome;
	int64_t		weight;
} Row;

static uint64_t seed;

static uint64_t
draw(uint64_t below)
{
	return scoring_hash_u64(seed++, 77) % below;
}

static int
compare_numbers(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

static int
compare_inputs(const ScoringInput *a, const ScoringInput *b)
{
	int			order;

	if (a->kind == SCORING_INPUT_NUMBER)
		return (a->number > b->number) - (a->number < b->number);
	order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Counts by the book: every cell of the view is what its rows say, and there are no others. */
static void
check_counts(const TallyView *view, const Row *rows, uint32_t count, const char *where)
{
	TallyCounts missing = {0};
	bool		all = true;
	uint32_t	seen = 0;

	for (uint32_t i = 0; i < count; i++)
	{
		const ScoringInput *input = &rows[i].input;

		if (input->kind == SCORING_INPUT_MISSING || isnan(input->number))
		{
			missing.rows++;
			*(&missing.goods + rows[i].outcome) += rows[i].weight;
		}
	}
	check(memcmp(&missing, &view->missing, sizeof(missing)) == 0, "missing rows", where);
	for (uint32_t c = 0; c < view->ncells + view->nspecial; c++)
	{
		bool		special = c >= view->ncells;
		TallyCounts counts = {0};
		ScoringInput value = {
			.kind = view->kind == TALLY_TEXT ? SCORING_INPUT_TEXT : SCORING_INPUT_NUMBER
		};

		if (special)
			value.number = view->special[c - view->ncells];
		else
		{
			value.number = view->cells[c].value;
			value.text = view->cells[c].text;
			value.length = view->cells[c].length;
		}
		for (uint32_t i = 0; i < count; i++)
			if (rows[i].input.kind == value.kind && !isnan(rows[i].input.number) &&
				compare_inputs(&rows[i].input, &value) == 0)
			{
				counts.rows++;
				*(&counts.goods + rows[i].outcome) += rows[i].weight;
				seen++;
			}
		all &= memcmp(&counts, special ? &view->special_counts[c - view->ncells] : &view->cells[c].counts,
					  sizeof(counts)) == 0;
		if (!special)
			all &= view->cells[c].pure && view->cells[c].uncertainty == 0;
	}
	check(all, "the counts of each value", where);
	check(seen + missing.rows == count, "every row is in one cell", where);
	check(view->exact && view->error == 0 && view->pooled.rows == 0, "exact", where);
}

/* One sample: counted by the book, whole and in parts, in and out of every form. */
static void
one_sample(uint32_t number)
{
	static char texts[300][8];
	char		where[64];
	uint32_t	count = (uint32_t) draw(draw(4) == 0 ? 3000 : 60) + 1;
	uint64_t	distinct = draw(3) == 0 ? draw(2000) + 1 : draw(12) + 1;
	int			weights = (int) draw(5);
	bool		text = draw(4) == 0;
	bool		unlabelled = draw(2) == 0;
	uint32_t	nspecial = text || draw(3) > 0 ? 0 : (uint32_t) draw(3) + 1;
	double		special[4] = {-9, -7, -9, 3};
	Row		   *rows = malloc(count * sizeof(Row));
	uint32_t	parts = (uint32_t) draw(5) + 1;
	TallyState *whole = start(special, nspecial);
	TallyState *sum = start(special, nspecial);
	TallyState *sum_packed = start(special, nspecial);
	TallyView	view;
	TallyView	again;
	ScoringFault fault;
	void	   *bytes;
	void	   *other;
	size_t		length;
	ScoringBuffer buffer;
	Json	   *json;

	snprintf(where, sizeof(where), "sample %u", number);
	for (uint32_t i = 0; i < count; i++)
	{
		static const double values[] = {0, -0.0, INFINITY, -INFINITY, NAN, 1e300, 5e-324, -5e-324, -9, 3};
		Row		   *row = &rows[i];
		uint64_t	which = draw(distinct);

		memset(row, 0, sizeof(*row));
		if (text)
		{
			row->input.kind = SCORING_INPUT_TEXT;
			which %= 300;
			row->input.length = (uint32_t) snprintf(texts[which], sizeof(texts[0]), "%s%u",
													which % 3 ? "category" : "", (unsigned) which);
			if (row->input.length > 7)
				row->input.length = 7 - (uint32_t) (which % 3);
			row->input.text = texts[which];
		}
		else
		{
			row->input.kind = SCORING_INPUT_NUMBER;
			row->input.number = draw(20) == 0 ? values[draw(10)] : which % 2 ? (double) which / 8 : -(double) which;
		}
		if (draw(15) == 0)
			row->input.kind = SCORING_INPUT_MISSING;
		row->outcome = (int) draw(unlabelled ? 3 : 2);
		switch (weights)
		{
			case 0:
			case 1:
				row->weight = UNIT;
				break;
			case 2:
				row->weight = (int64_t) draw(4) * UNIT / 2;
				break;
			case 3:
				row->weight = (int64_t) draw(3000000);
				break;
			default:
				/* Beyond 48 bits in a cell. */
				row->weight = draw(3) == 0 ? (int64_t) draw(1000000000000000) : UNIT;
		}
	}
	/* Texts may share storage that is cut differently: what counts is what the length says. */
	for (uint32_t i = 0; i < count; i++)
		whole = add(whole, &rows[i].input, rows[i].outcome, rows[i].weight);
	length = packed(whole, &bytes, where);
	if (!tally_view(&host, bytes, length, &view, &fault))
	{
		check(false, fault.message, where);
		abort();
	}
	if (view.kind != TALLY_EMPTY || view.nspecial == 0)
		check_counts(&view, rows, count, where);

	/* Any division, in any order, merged as states and as packed tallies. */
	for (uint32_t p = 0; p < parts; p++)
	{
		TallyState *part = start(special, nspecial);
		TallyView	raw;
		size_t		n;

		for (uint32_t i = count; i-- > 0;)
			if (scoring_hash_u64(i, number) % parts == p)
				part = add(part, &rows[i].input, rows[i].outcome, rows[i].weight);
		n = packed(part, &other, where);
		sum_packed = merge_packed(sum_packed, other, n);
		free(other);
		if (!tally_state_view(&host, part, &raw, &fault))
			abort();
		sum = swap_state(sum, tally_merge(&host, sum, &raw, &fault), &fault);
		free(part);
	}
	check(packed(sum, &other, where) == length && memcmp(other, bytes, length) == 0, "merged states", where);
	free(other);
	check(packed(sum_packed, &other, where) == length && memcmp(other, bytes, length) == 0, "merged tallies", where);
	free(other);

	/* Text and back. */
	if (!tally_decode(&host, bytes, length, &view, &fault) || !tally_check(&host, &view, &fault))
		abort();
	scoring_buffer_init(&buffer, &host, TALLY_MAX_JSON);
	tally_write(&buffer, &view);
	{
		JsonAt		root = {0};
		size_t		n = 0;

		if (!scoring_json_parse(&host, buffer.data, buffer.length, &json, &fault))
			abort();
		root.node = json;
		other = NULL;
		if (!tally_read(&host, &root, &again, &fault) || !tally_pack(&host, &again, &other, &n, &fault))
			check(false, fault.message, where);
		check(n == length && memcmp(other, bytes, length) == 0, "text and back", where);
		free(other);
	}

	/* Quantiles, against sorting; only where rows weigh the same. */
	if (weights < 2 && view.kind == TALLY_NUMBER)
	{
		double	   *sorted = malloc(count * sizeof(double));
		uint32_t	n = 0;

		for (uint32_t i = 0; i < count; i++)
		{
			bool		code = false;

			for (uint32_t j = 0; j < nspecial; j++)
				code |= rows[i].input.number == special[j];
			if (rows[i].input.kind == SCORING_INPUT_NUMBER && !isnan(rows[i].input.number) && !code)
				sorted[n++] = rows[i].input.number;
		}
		qsort(sorted, n, sizeof(double), compare_numbers);
		for (double f = 0; f <= 1 && n > 0; f += 0.125)
		{
			double		found = NAN;
			uint32_t	at = (uint32_t) ceil(f * n);

			check(tally_quantile(&view, f, &found) && found == sorted[at > 0 ? at - 1 : 0], "quantile", where);
		}
		free(sorted);
	}
	free(bytes);
	free(whole);
	free(sum);
	free(sum_packed);
	free(rows);
	free(buffer.data);
}

/* ---------- the promise ---------- */

static uint64_t *keys;
static uint64_t *spare;
static uint32_t nkeys;
static TallyState *sketch;
static uint32_t largest;

/* The outcome follows from the value, so that sorted keys are all that is needed to know the truth. */
static bool
is_bad(uint64_t key)
{
	return scoring_hash_u64(key, 8) % 8 == 0;
}

static void
put(double value)
{
	sketch = add_number(sketch, value, is_bad(scoring_number_key(value)), UNIT);
	if (sketch->size > largest)
		largest = sketch->size;
	keys[nkeys++] = scoring_number_key(value);
}

static void
sort_keys(uint64_t *from, uint64_t *to, uint32_t count)
{
	for (int shift = 0; shift < 64; shift += 16)
	{
		static uint32_t counts[65537];
		uint64_t   *swap;

		memset(counts, 0, sizeof(counts));
		for (uint32_t i = 0; i < count; i++)
			counts[(from[i] >> shift & 0xffff) + 1]++;
		for (int i = 0; i < 65536; i++)
			counts[i + 1] += counts[i];
		for (uint32_t i = 0; i < count; i++)
			to[counts[from[i] >> shift & 0xffff]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
}

/* What is stored of a state passes the check of what is read. */
static void
sound(const TallyState *state, const char *where)
{
	TallyView	view;
	ScoringFault fault;
	void	   *bytes;
	size_t		length;

	if (!tally_state_view(&host, state, &view, &fault) || !tally_pack(&host, &view, &bytes, &length, &fault))
		abort();
	forget(&view, true);
	check(tally_decode(&host, bytes, length, &view, &fault) && tally_check(&host, &view, &fault), "stored, it can be read", where);
	forget(&view, false);
	free(bytes);
}

/*
 * Holds the finished sketch against the sorted values: every rank, the bound (a share of the weight), and that every value
 * of more than twice the error has a pure cell, which lacks no more than that.
 */
static void
hold(const TallyState *state, const char *where, double bound)
{
	TallyView	view;
	ScoringFault fault;
	int64_t		sum = 0;
	int64_t		worst = 0;
	uint32_t	at = 0;
	bool		within = true;
	bool		bads_within = true;
	int64_t		bads = 0;		/* summed, and true */
	int64_t		true_bads = 0;
	uint32_t	heavy = 0;
	uint32_t	kept = 0;
	int64_t		least;

	check(tally_state_check(state, state->size, &fault), "the state passes its own check", where);
	sound(state, where);
	check(largest <= TALLY_MAX_BYTES, "bytes", where);
	if (!tally_state_view(&host, state, &view, &fault))
		abort();
	tally_centre(&host, &view);
	sort_keys(keys, spare, nkeys);
	for (uint32_t c = 0; c < view.ncells; c++)
	{
		uint64_t	key = scoring_number_key(view.cells[c].value);
		int64_t		allowed = c > 0 ? view.cells[c - 1].uncertainty : 0;

		/* Values below this cell belong to the one before. */
		while (at < nkeys && keys[at] < key)
		{
			int64_t		off = llabs((int64_t) (at + 1) * UNIT - sum);

			true_bads += is_bad(keys[at]) ? UNIT : 0;
			at++;
			if (at < nkeys && keys[at] == keys[at - 1])
				continue;
			within &= off <= allowed;
			worst = off > worst ? off : worst;
			bads_within &= llabs(true_bads - bads) <= 2 * view.error;
		}
		while (at < nkeys && keys[at] == key)
			true_bads += is_bad(keys[at++]) ? UNIT : 0;
		sum += view.cells[c].counts.goods + view.cells[c].counts.bads;
		bads += view.cells[c].counts.bads;
		within &= llabs((int64_t) at * UNIT - sum) <= view.cells[c].uncertainty;
		bads_within &= llabs(true_bads - bads) <= 2 * view.error;
		within &= view.cells[c].uncertainty <= view.error;
	}
	check(at == nkeys, "the greatest value has a cell", where);
	check(within, "ranks are within their uncertainty", where);
	check(worst <= view.error, "ranks are within the error", where);
	check(bads_within, "ranks of bads are within twice the error", where);
	check(bads == true_bads, "no bad is lost", where);
	check((double) view.error <= bound * (double) nkeys * UNIT, "the error is small", where);
	check(sum == (int64_t) nkeys * UNIT && view.total.rows == nkeys, "no row is lost", where);
	check(view.ncells > 0 && scoring_number_key(view.cells[0].value) == keys[0] &&
		  scoring_number_key(view.cells[view.ncells - 1].value) == keys[nkeys - 1],
		  "the least and the greatest value", where);
	/* Values that are heavier than twice the error. */
	least = 2 * view.error / UNIT;
	for (uint32_t i = 0, c = 0; i < nkeys; i = at)
	{
		int64_t		own;

		for (at = i; at < nkeys && keys[at] == keys[i]; at++)
			;
		if (at - i <= (uint32_t) least || nkeys < 100)
			continue;
		heavy++;
		while (c < view.ncells && scoring_number_key(view.cells[c].value) < keys[i])
			c++;
		if (c == view.ncells || scoring_number_key(view.cells[c].value) != keys[i] || !view.cells[c].pure)
			continue;
		own = (int64_t) (at - i) * UNIT - (view.cells[c].counts.goods + view.cells[c].counts.bads);
		if (own >= 0 && own <= 2 * view.error)
			kept++;
	}
	check(heavy == kept, "heavy values have cells of their own", where);
	printf("%-28s %9u rows, rank error %.4f %%, true %.4f %%, %u bytes, %u cells, %u heavy\n", where, nkeys,
		   100.0 * (double) view.error / UNIT / nkeys, 100.0 * (double) worst / UNIT / nkeys, largest,
		   view.ncells, heavy);
	fflush(stdout);
	free(view.cells);
	free(view.special);
}

static void
begin(void)
{
	free(sketch);
	sketch = start(NULL, 0);
	nkeys = 0;
	largest = 0;
}

/* Puts values into the gap of which the state knows least, evenly, upwards or in a shuffled order; then looks again. */
static void
adversary(uint32_t count, uint32_t step, bool grows, bool shuffled)
{
	begin();
	for (uint32_t i = 0; i < 10000; i++)
		put((double) (scoring_hash_u64(i, 1) >> 11));
	while (nkeys < count)
	{
		uint32_t	batch = grows ? nkeys / 50 + step : step;
		TallyView	view;
		ScoringFault fault;
		int64_t		most = -1;
		uint64_t	low = 0;
		uint64_t	high = 0;

		if (!tally_state_view(&host, sketch, &view, &fault))
			abort();
		for (uint32_t c = 1; c < view.ncells; c++)
		{
			const TallyCell *cell = &view.cells[c];
			int64_t		gap = cell->uncertainty + (cell->pure ? 0 : cell->counts.goods + cell->counts.bads);
			uint64_t	from = scoring_number_key(cell[-1].value);
			uint64_t	to = scoring_number_key(cell->value);

			if (gap > most && to - from > 2 * (uint64_t) batch)
			{
				most = gap;
				low = from;
				high = to;
			}
		}
		free(view.cells);
		free(view.special);
		if (most < 0)
			break;
		for (uint32_t k = 0; k < batch && nkeys < count; k++)
		{
			/* An odd multiplier below a power of two would do; any order that is not sorted will. */
			uint64_t	place = shuffled ? (uint64_t) k * 7919 % batch : k;

			put(scoring_number_from_key(low + (high - low) / (batch + 1) * (place + 1)));
		}
	}
}

static void
promise(void)
{
	uint32_t	n = MANY;

	begin();
	for (uint32_t i = 0; i < n; i++)
		put(i);
	hold(sketch, "sorted", 0.001);
	begin();
	for (uint32_t i = 0; i < n; i++)
		put(-(double) i);
	hold(sketch, "reversed", 0.001);
	begin();
	for (uint32_t i = 0; i < n; i++)
		put(i % 2 ? (double) i : 2.0 * n - i);
	hold(sketch, "zooming in", 0.001);
	begin();
	for (uint32_t i = 0; i < n; i++)
		put((double) (i % 1000) * n + (double) i / 1000);
	hold(sketch, "interleaved", 0.001);
	/* Twice as many values as are exact, again and again: most come back after they were absorbed. */
	begin();
	for (uint32_t i = 0; i < n; i++)
	{
		put((double) ((scoring_hash_u64(i, 3) >> 20) & 8191));
		if (i < 100000 && i % 61 == 0)
			sound(sketch, "values that come back");
	}
	hold(sketch, "values that come back", 0.001);
	/* One value in twenty is one of ten that are frequent, from the start; at the end comes another that is. */
	begin();
	for (uint32_t i = 0; i < n; i++)
		put(i % 20 == 0 ? (double) (i / 20 % 10) * 1e14 : i % 50 == 7 && i > n / 2 ? 55.5e13 :
			(double) (scoring_hash_u64(i, 1) >> 11));
	hold(sketch, "random, with heavy values", 0.001);
	adversary(n, 2000, false, true);
	hold(sketch, "the worst gap, shuffled", 0.001);
	adversary(n, 500, true, false);
	hold(sketch, "the worst gap, upwards", 0.001);
}

/* Sketches of parts, merged: as states of workers, and as many stored days. */
static void
merged_sketches(void)
{
	static const struct
	{
		const char *where;
		uint32_t	parts;
		bool		sorted;
	}			cases[] = {
		{"merged, 2 parts", 2, false}, {"merged, 3 parts of an order", 3, true}, {"merged, 60 days", 60, false}
	};

	for (int k = 0; k < 3; k++)
	{
		uint32_t	n = MERGED;
		TallyState *parts[60];
		TallyState *sum = start(NULL, 0);

		begin();
		for (uint32_t p = 0; p < cases[k].parts; p++)
			parts[p] = start(NULL, 0);
		for (uint32_t i = 0; i < n; i++)
		{
			double		value = cases[k].sorted ? (double) i * 7919 : (double) (scoring_hash_u64(i, 5) >> 11);
			uint32_t	p = cases[k].sorted ? (uint32_t) ((uint64_t) i * cases[k].parts / n) : i % cases[k].parts;

			parts[p] = add_number(parts[p], value, is_bad(scoring_number_key(value)), UNIT);
			keys[nkeys++] = scoring_number_key(value);
		}
		for (uint32_t p = 0; p < cases[k].parts; p++)
		{
			void	   *bytes;
			size_t		length = packed(parts[p], &bytes, cases[k].where);

			sum = merge_packed(sum, bytes, length);
			largest = sum->size > largest ? sum->size : largest;
			free(bytes);
			free(parts[p]);
		}
		/* An exact one too. */
		{
			TallyState *few = start(NULL, 0);
			void	   *bytes;
			size_t		length;

			for (uint32_t i = 0; i < 1000; i++)
			{
				few = add_number(few, (double) i, is_bad(scoring_number_key((double) i)), UNIT);
				keys[nkeys++] = scoring_number_key((double) i);
			}
			length = packed(few, &bytes, "few");
			sum = merge_packed(sum, bytes, length);
			free(bytes);
			free(few);
		}
		hold(sum, cases[k].where, 0.001);
		free(sum);
	}
}

/* Weights with six decimals need wide columns; the sums are exact all the same, and the bound is what it says. */
static void
weighted_sketch(void)
{
	uint32_t	n = 1000000;
	int64_t		sum = 0;
	int64_t		off = 0;
	int64_t		below = 0;
	TallyView	view;
	ScoringFault fault;
	int64_t    *weights = malloc(n * sizeof(int64_t));
	uint32_t	at = 0;

	begin();
	for (uint32_t i = 0; i < n; i++)
	{
		/* A permutation, since the multiplier is odd and prime to n. */
		uint32_t	value = (uint32_t) ((uint64_t) i * 7919 % n);

		weights[value] = (int64_t) (scoring_hash_u64(i, 3) % 3000000);
		sketch = add_number(sketch, value, (int) (i % 3), weights[value]);
		sum += weights[value];
		largest = sketch->size > largest ? sketch->size : largest;
	}
	check(largest <= TALLY_MAX_BYTES, "bytes", "weighted");
	if (!tally_state_view(&host, sketch, &view, &fault))
		abort();
	tally_centre(&host, &view);
	check(view.total.goods + view.total.bads + view.total.unlabelled == sum && view.total.rows == n,
		  "no weight is lost", "weighted");
	sum = 0;
	for (uint32_t c = 0; c < view.ncells; c++)
	{
		for (; at < n && at < view.cells[c].value; at++)
		{
			below += weights[at];
			off = llabs(below - sum) > off ? llabs(below - sum) : off;
		}
		sum += view.cells[c].counts.goods + view.cells[c].counts.bads + view.cells[c].counts.unlabelled;
	}
	check(off <= view.error, "ranks are within the error", "weighted");
	check(view.error <= sum / 1000, "the error is small", "weighted");
	printf("%-28s %9u rows, rank error %.4f %%, true %.4f %%, %u bytes\n", "weighted, unlabelled", n,
		   100.0 * (double) view.error / (double) sum, 100.0 * (double) off / (double) sum, largest);
	free(weights);
	free(view.cells);
	free(view.special);
}

/* Categories beyond the limit: totals are right, heavy ones stay, and no one lacks more than the error. */
static void
many_categories(void)
{
	enum
	{
		CATEGORIES = 20000
	};
	uint32_t	n = 400000;
	static int64_t counts[CATEGORIES];
	TallyState *states[2] = {start(NULL, 0), start(NULL, 0)};
	TallyView	view;
	ScoringFault fault;
	int64_t		sum = 0;
	bool		within = true;
	uint32_t	heavy = 0;
	uint32_t	kept = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		/* Half of the rows are of 50 categories, the other half of any. */
		uint32_t	which = (uint32_t) (scoring_hash_u64(i, 9) % (i % 2 ? 50 : CATEGORIES));
		char		name[32];
		ScoringInput input = {.kind = SCORING_INPUT_TEXT, .text = name};

		input.length = (uint32_t) snprintf(name, sizeof(name), "%u of the categories", which);
		counts[which]++;
		states[i % 2] = add(states[i % 2], &input, i % 3 == 0, UNIT);
		check(states[i % 2]->size <= TALLY_MAX_BYTES, "bytes", "many categories");
	}
	{
		void	   *bytes;
		size_t		length = packed(states[1], &bytes, "many categories");

		states[0] = merge_packed(states[0], bytes, length);
		free(bytes);
		length = packed(states[0], &bytes, "many categories, merged");
		free(bytes);
	}
	if (!tally_state_view(&host, states[0], &view, &fault))
		abort();
	check(!view.exact && view.pooled.rows > 0, "not exact", "many categories");
	check(view.total.rows == n && view.total.goods + view.total.bads == (int64_t) n * UNIT, "no row is lost",
		  "many categories");
	for (uint32_t c = 0; c < view.ncells; c++)
	{
		int64_t		whole = counts[atoi(view.cells[c].text)] * UNIT;
		int64_t		own = view.cells[c].counts.goods + view.cells[c].counts.bads;

		within &= own <= whole && whole <= own + view.cells[c].uncertainty && view.cells[c].uncertainty <= view.error;
		heavy += whole > view.error;
		sum += own;
	}
	for (uint32_t i = 0; i < CATEGORIES; i++)
		kept += counts[i] * UNIT > view.error;
	check(within, "counts are within their uncertainty", "many categories");
	check(heavy == kept && kept >= 50, "heavy categories have cells", "many categories");
	check(sum + view.pooled.goods + view.pooled.bads == (int64_t) n * UNIT, "what is not named is pooled", "many categories");
	check((double) view.error <= 0.001 * n * UNIT, "the error is small", "many categories");
	forget(&view, true);
	free(states[0]);
	free(states[1]);
}

/* Where exactness ends is a matter of the rows, not of their order. */
static void
limits(void)
{
	for (int reversed = 0; reversed < 2; reversed++)
		for (uint32_t distinct = TALLY_MAX_DISTINCT; distinct <= TALLY_MAX_DISTINCT + 1; distinct++)
			for (int weighted = 0; weighted < 2; weighted++)
			{
				TallyState *state = start(NULL, 0);
				TallyView	view;
				ScoringFault fault;

				for (uint32_t i = 0; i < 3 * distinct; i++)
					state = add_number(state, reversed ? 3.0 * distinct - i % distinct : i % distinct, (int) (i % 3),
									   weighted ? 1234567 : UNIT);
				if (!tally_state_view(&host, state, &view, &fault))
					abort();
				check(view.exact == (distinct == TALLY_MAX_DISTINCT) && view.total.rows == 3 * distinct, "exactness ends",
					  weighted ? "weighted" : "plain");
				check(state->size <= TALLY_MAX_BYTES, "bytes", "limits");
				tally_centre(&host, &view);
				/* Where there is room for more, what need not be forgotten is not. */
				check(view.error <= (weighted ? view.total.goods / 300 : 0), "nothing is forgotten yet", "limits");
				free(view.cells);
				free(view.special);
				free(state);
			}
}

int
main(void)
{
	keys = malloc(ROOM * sizeof(uint64_t));
	spare = malloc(ROOM * sizeof(uint64_t));
	if (keys == NULL || spare == NULL)
		return 1;
	if (MANY < MERGED)
	{
		for (uint32_t i = 0; i < 3000; i++)
		{
			seed = (uint64_t) i << 32;
			one_sample(i);
		}
		limits();
		many_categories();
		weighted_sketch();
		merged_sketches();
	}
	promise();
	free(sketch);
	free(keys);
	free(spare);
	printf("%d checks, %d failures\n", checks, failures);
	return failures > 0;
}
