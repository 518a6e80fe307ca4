/*
 * scorecard_test.c: the readings of a sample do not depend on how its rows are ordered or divided; candidate cuts, and
 * the screen against sums written again here.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "number_core.h"
#include "scorecard_core.h"

static int	failures = 0;
static long checks = 0;

static void
check(bool holds, const char *what)
{
	checks++;
	if (!holds && failures++ < 20)
		printf("not right: %s\n", what);
}

/* ---------- a host that knows what it has given ---------- */

/* Cores leave what they take to a memory context; here, to this list. */
typedef struct Piece
{
	struct Piece *before;
	struct Piece *next;
	long double align;
} Piece;

static Piece pieces;

static void *
take_memory(void *context, size_t size)
{
	Piece	   *piece = malloc(sizeof(Piece) + size);

	(void) context;
	if (piece == NULL)
		abort();
	piece->before = &pieces;
	piece->next = pieces.next;
	if (piece->next != NULL)
		piece->next->before = piece;
	pieces.next = piece;
	return memset(piece + 1, 0xa5, size);
}

static void
leave_memory(void *context, void *pointer)
{
	Piece	   *piece = (Piece *) pointer - 1;

	(void) context;
	piece->before->next = piece->next;
	if (piece->next != NULL)
		piece->next->before = piece->before;
	free(piece);
}

static void
no_check(void *context)
{
	(void) context;
}

static int
no_unicode(void *context, uint32_t code_point, char *out)
{
	(void) context;
	*out = (char) code_point;
	return code_point < 128;
}

static const ScoringHost host = {take_memory, leave_memory, no_check, no_unicode, NULL, NULL};

/* ---------- rows ---------- */

#define NUMBERS 2
#define TEXTS 1
#define COLUMNS (NUMBERS + TEXTS)
#define ROWS 20000

typedef struct Row
{
	uint64_t	keys[COLUMNS];
	char		text[8];
	int			outcome;
	int64_t		weight;
} Row;

static Row	rows[ROWS];

static uint64_t
draw(uint64_t i, uint64_t stream, uint64_t below)
{
	return (scoring_hash_u64(i, stream) >> 11) % below;
}

/* The first column has `different` values, so that rows repeat if there are few. */
static void
make_rows(uint64_t seed, uint64_t different, bool weighted)
{
	for (uint64_t i = 0; i < ROWS; i++)
	{
		Row		   *row = &rows[i];
		uint64_t	x = draw(i, seed + 1, different);
		uint64_t	category = draw(i, seed + 2, 5);

		row->keys[0] = draw(i, seed + 3, 10) == 0 ? SCORECARD_MISSING : scoring_number_key((double) x / 8 - 3);
		row->keys[1] = scoring_number_key((double) draw(i, seed + 4, 4) - 1);
		snprintf(row->text, sizeof(row->text), "c%d", (int) category);
		row->keys[2] = scoring_hash_bytes(row->text, strlen(row->text), 0);
		row->outcome = draw(i, seed + 5, 20) == 0 ? -1 : draw(i, seed + 6, 100) < 10 + 40 * x / different + 5 * category;
		row->weight = weighted ? (int64_t) (1 + draw(i, seed + 7, 3)) * SCORING_WEIGHT_UNIT / 2 : SCORING_WEIGHT_UNIT;
	}
}

static ScorecardBlock *
with_room(ScorecardBlock *block, uint32_t more)
{
	size_t		before = (size_t) block->length;
	size_t		needs = scorecard_block_needs(&host, block, more);
	ScorecardBlock *moved;

	if (needs == 0)
		return block;
	moved = take_memory(NULL, needs);
	memcpy(moved, block, before);
	leave_memory(NULL, block);
	moved->length = (int32_t) needs;
	scorecard_block_moved(moved, needs);
	return moved;
}

/* Reads rows start, start + step, … in an order of their own. */
static ScorecardBlock *
read_rows(const ScorecardBlock *template, uint32_t start, uint32_t step, bool backwards)
{
	size_t		size = scorecard_block_size(template);
	ScorecardBlock *block = take_memory(NULL, size);

	scorecard_block_start(block, template);
	block->length = (int32_t) size;
	for (uint32_t i = start; i < ROWS; i += step)
	{
		const Row  *row = &rows[backwards ? ROWS - 1 - i : i];
		const char *text = row->text;
		uint32_t	length = (uint32_t) strlen(row->text);
		ScorecardRow in = {row->outcome, row->weight, row->keys, &text, &length};

		block = with_room(block, 1);
		scorecard_block_add(block, &in);
	}
	check(scorecard_is_block(block, (size_t) block->length), "a block passes its own check");
	return block;
}

static ScorecardBlock *
read_divided(const ScorecardBlock *template, uint32_t parts, bool backwards)
{
	ScorecardBlock *whole = read_rows(template, 0, parts, backwards);

	for (uint32_t i = 1; i < parts; i++)
	{
		ScorecardBlock *part = read_rows(template, i, parts, backwards);

		if (part->kind == SCORECARD_SAMPLE)
		{
			scorecard_sample_finish(&host, part);
			whole = with_room(whole, part->entries);
		}
		check(scorecard_block_merge(whole, part), "parts merge");
		leave_memory(NULL, part);
	}
	if (whole->kind == SCORECARD_SAMPLE)
		scorecard_sample_finish(&host, whole);
	return whole;
}

/* Of a sample only what is kept counts, not the room around it. */
static bool
same_blocks(const ScorecardBlock *a, const ScorecardBlock *b)
{
	ScorecardBlock heads[2] = {*a, *b};

	for (int i = 0; i < 2; i++)
		heads[i].length = heads[i].slots = 0;
	if (memcmp(&heads[0], &heads[1], sizeof(heads[0])) != 0)
		return false;
	if (a->kind == SCORECARD_COUNT)
		return a->length == b->length && memcmp(a, b, (size_t) a->length) == 0;
	return memcmp(a + 1, b + 1, (TEXTS + (size_t) a->entries * (5 + COLUMNS)) * sizeof(uint64_t)) == 0;
}

static void
any_order(const ScorecardBlock *template, const char *what)
{
	ScorecardBlock *once = read_divided(template, 1, false);
	static const uint32_t parts[] = {1, 2, 3, 7, 50};

	for (int i = 0; i < 5; i++)
	{
		for (int backwards = 0; backwards <= 1; backwards++)
		{
			ScorecardBlock *divided = read_divided(template, parts[i], backwards == 1);

			check(same_blocks(once, divided), what);
			leave_memory(NULL, divided);
		}
	}
	leave_memory(NULL, once);
}

/* ---------- the screen, again ---------- */

static void
screened(ScorecardBlock *count, uint32_t index, ScorecardColumn *column)
{
	ScoringFault fault;
	double		sums[2][3] = {{0}};
	double		mean[2];
	double		variance = 0;

	check(scorecard_screen(&host, count, index, column, &fault), "a column is screened");
	/* Each row's WoE from a binning of the other folds, whose counts are made from the rows. */
	for (uint32_t f = 0; f < SCORECARD_FOLDS; f++)
	{
		TallyView	view = {.kind = TALLY_NUMBER, .exact = true, .weighted = count->weighted != 0};
		TallyCell  *cells = take_memory(NULL, (column->nkeys + 1) * sizeof(TallyCell));
		Binning    *binning;

		memset(cells, 0, (column->nkeys + 1) * sizeof(TallyCell));
		for (int pass = 0; pass < 2; pass++)
		{
			for (uint32_t i = 0; i < ROWS; i++)
			{
				const Row  *row = &rows[i];
				uint64_t	hash = UINT64_C(0x243F6A8885A308D3);
				uint32_t	class = 0;
				TallyCounts *to;

				for (int k = 0; k < COLUMNS; k++)
				{
					hash = (hash ^ row->keys[k]) * UINT64_C(0x9E3779B97F4A7C15);
					hash ^= hash >> 32;
				}
				if ((scoring_hash_u64(hash, 1) % SCORECARD_FOLDS == f) != (pass == 1))
					continue;
				while (class < column->nkeys && column->keys[class] <= row->keys[column->key])
					class++;
				if (pass == 0)
				{
					to = row->keys[column->key] == SCORECARD_MISSING ? &view.missing : &cells[class].counts;
					to->rows++;
					*(row->outcome < 0 ? &to->unlabelled : row->outcome > 0 ? &to->bads : &to->goods) += row->weight;
					to = &view.total;
					to->rows++;
					*(row->outcome < 0 ? &to->unlabelled : row->outcome > 0 ? &to->bads : &to->goods) += row->weight;
				}
				else if (row->outcome >= 0)
				{
					ScoringInput input = {.kind = row->keys[column->key] == SCORECARD_MISSING ? SCORING_INPUT_MISSING : SCORING_INPUT_NUMBER};
					double		woe;

					input.number = scoring_number_from_key(row->keys[column->key]);
					woe = binning->bins[binning_find(binning, &input)].woe;
					sums[row->outcome][0] += (double) row->weight;
					sums[row->outcome][1] += (double) row->weight * woe;
					sums[row->outcome][2] += (double) row->weight * woe * woe;
				}
			}
			if (pass == 1)
				break;
			for (uint32_t class = 0; class <= column->nkeys; class++)
			{
				if (cells[class].counts.rows == 0)
					continue;
				cells[view.ncells] = cells[class];
				cells[view.ncells].pure = true;
				cells[view.ncells++].value = class == 0 ? column->low : scoring_number_from_key(column->keys[class - 1]);
			}
			view.cells = cells;
			check(binning_fit(&host, &view, &column->options, &binning, &fault), "four folds make a binning");
		}
		leave_memory(NULL, cells);
	}
	for (int y = 0; y < 2; y++)
	{
		mean[y] = sums[y][1] / sums[y][0];
		variance += (sums[y][2] / sums[y][0] - mean[y] * mean[y]) * logistic_wide_to_double(count->squares[y]) / (sums[y][0] * sums[y][0]);
	}
	check(fabs(column->cross_iv - (mean[0] - mean[1])) < 1e-12, "cross-fitted IV, row by row");
	check(fabs(column->z - (mean[0] - mean[1]) / sqrt(variance)) < 1e-9, "and its z");
}

static void
run(uint64_t seed, uint64_t different, bool weighted)
{
	ScorecardBlock template;
	ScorecardBlock *sample;
	ScorecardBlock *counting;
	ScorecardBlock *count;
	ScorecardColumn columns[COLUMNS];
	ScorecardColumn *list[COLUMNS];
	size_t		size;
	int64_t		kept = 0;

	make_rows(seed, different, weighted);
	scorecard_sample_template(&template, NUMBERS, TEXTS, false);
	check(scorecard_is_template(&template, sizeof(template)), "a template passes its own check");
	template.capacity = 64;
	any_order(&template, "the rows kept, whatever the order and division");
	sample = read_divided(&template, 1, false);
	check(sample->entries == 64 && !scorecard_sample_complete(sample), "a sample is cut to its capacity");
	for (uint32_t i = 0; i < sample->entries; i++)
	{
		const uint64_t *entry = (uint64_t *) (sample + 1) + TEXTS + i * (5 + COLUMNS);
		int64_t		alike = 0;

		check(entry[4] != 2, "rows with an outcome are kept first");
		/* Every row that is like one that is kept was counted. */
		for (uint32_t r = 0; r < ROWS; r++)
			alike += memcmp(entry + 5, rows[r].keys, sizeof(rows[r].keys)) == 0 && (int64_t) entry[3] == rows[r].weight &&
				(int) entry[4] == (rows[r].outcome < 0 ? 2 : rows[r].outcome);
		check((int64_t) entry[2] == alike, "rows that are alike are counted in full");
	}
	leave_memory(NULL, sample);

	template.capacity = 32768;
	sample = read_divided(&template, 3, true);
	check(scorecard_sample_complete(sample), "a sample of few rows is complete");
	for (uint32_t i = 0; i < sample->entries; i++)
		kept += (int64_t) ((uint64_t *) (sample + 1))[TEXTS + i * (5 + COLUMNS) + 2];
	check(kept == ROWS && sample->rows == ROWS, "and holds every row");

	memset(columns, 0, sizeof(columns));
	for (uint32_t i = 0; i < COLUMNS; i++)
	{
		list[i] = &columns[i];
		columns[i].name = "x";
		columns[i].key = i;
		columns[i].is_text = i >= NUMBERS;
		columns[i].options = binning_options_default();
	}
	scorecard_choose(&host, sample, list, COLUMNS);
	check(columns[0].nkeys == (different < SCORECARD_MAX_CLASSES ? different : SCORECARD_MAX_CLASSES) - 1, "as many classes as there are values, or a hundred");
	check(columns[1].nkeys == 3 && columns[2].nkeys == 5, "each value and each category");
	for (uint32_t i = 1; i < columns[0].nkeys; i++)
		check(columns[0].keys[i - 1] < columns[0].keys[i], "cuts ascend");
	counting = scorecard_count_template(&host, sample, list, COLUMNS, &size);
	check(scorecard_is_template(counting, size), "a template of counts passes its own check");
	any_order(counting, "counts, whatever the order and division");
	count = read_divided(counting, 4, false);
	screened(count, 0, &columns[0]);
	screened(count, 1, &columns[1]);
	check(columns[0].low == -3 && columns[0].high == (double) (different - 1) / 8 - 3, "the range seen");
	{
		ScoringFault fault;

		check(scorecard_screen(&host, count, 2, &columns[2], &fault), "a text is screened");
	}
	check(columns[0].cross_iv > 0.05 && columns[0].z > 5 && fabs(columns[1].z) < 4, "what tells something, and what does not");
	/* Folds of a complete sample: the same counts in all, divided anew. */
	scorecard_count_folds(&host, count, sample);
	{
		double		before = columns[0].iv;
		ScoringFault fault;

		check(scorecard_screen(&host, count, 0, &columns[0], &fault) && columns[0].iv == before, "folds do not change the whole");
		check(columns[0].cross_iv > 0.05, "and rows that are alike are dealt out");
	}
	/* A column and its copy. */
	columns[1] = columns[0];
	list[1] = &columns[1];
	scorecard_correlate(&host, sample, list, 2, 0.8);
	check(columns[0].refusal == SCORECARD_NOT_REFUSED && columns[1].refusal == SCORECARD_CORRELATED &&
		  columns[1].other == &columns[0] && fabs(columns[1].correlation - 1) < 1e-9, "a copy correlates with its original");
	leave_memory(NULL, sample);
	leave_memory(NULL, count);
	leave_memory(NULL, counting);
}

static void
parts(void)
{
	double		shares[3] = {0.5, 0, 0.5};
	int32_t		part;
	int			counts[4] = {0};
	ScoringFault fault;

	for (int i = 0; i < 10000; i++)
	{
		char		key[16];

		snprintf(key, sizeof(key), "%d", i);
		if (scorecard_part(key, strlen(key), "s", 1, shares, 3, &part, &fault))
			counts[part]++;
	}
	check(counts[1] + counts[3] == 10000 && counts[2] == 0 && abs(counts[1] - 5000) < 200, "parts have their shares");
}

int
main(void)
{
	run(1, 40, false);
	run(1001, 40, true);
	run(2001, 3000, false);
	run(3001, 3000, true);
	parts();
	printf("scorecard: %ld checks, %d failed\n", checks, failures);
	return failures > 0;
}
