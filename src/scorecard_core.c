/*
 * scorecard_core.c: the readings of a sample, its columns' candidate cuts, the screen, and parts by hash.
 */
#include "scorecard_core.h"

#include <math.h>
#include <stdlib.h>

#include "binning_parts.h"
#include "number_core.h"

/* ---------- blocks ---------- */

/*
 * Behind the header, in 64-bit words. A sample: for each text the rows in which it is too long for a category, then the
 * entries. Counts: the template (the number of columns, a ColumnPlan for each, their keys), then for each fold the
 * counters of each class, then each column's least and greatest key, then the categories' bytes.
 */
#define ENTRY_HASH 0			/* of everything */
#define ENTRY_FOLD 1			/* hash of the keys alone, so that goods and bads of one kind share a fold */
#define ENTRY_ROWS 2
#define ENTRY_WEIGHT 3			/* of one row */
#define ENTRY_OUTCOME 4			/* 0 good, 1 bad, 2 unlabelled */
#define ENTRY_KEYS 5
#define NAME_WORDS 33			/* length + 1, or 0; then up to 255 bytes */
#define NAME_BYTES 255
#define SAMPLE_ROWS 32768
#define SAMPLE_LEAST_ROWS 2048
#define SAMPLE_WORDS (2 * 1024 * 1024)
#define PROTECTED_ROWS 16384	/* the same for all columns, so that a column's cuts do not hang on the others */
#define FIVE_PERCENT 0.05
#define FIRST_SLOTS 64
#define MAX_WORDS (64 * 1024 * 1024)
#define HEADER_WORDS (sizeof(ScorecardBlock) / sizeof(uint64_t))

typedef struct ColumnPlan
{
	uint32_t	key;			/* place among a row's keys */
	uint32_t	is_text;
	uint32_t	first_key;		/* words from the template's start */
	uint32_t	nkeys;
	uint32_t	first_special;
	uint32_t	nspecial;
	uint32_t	first_class;
	uint32_t	nclasses;
	uint32_t	first_name;		/* of a text: NAME_WORDS for each key */
	uint32_t	unused;
} ColumnPlan;

#define PLAN_WORDS (sizeof(ColumnPlan) / sizeof(uint64_t))

static uint64_t *
words_of(const ScorecardBlock *block)
{
	return (uint64_t *) block + HEADER_WORDS;
}

static uint32_t
entry_words(const ScorecardBlock *sample)
{
	return ENTRY_KEYS + sample->nnumbers + sample->ntexts;
}

static uint64_t *
entry_of(const ScorecardBlock *sample, uint32_t i)
{
	return words_of(sample) + sample->ntexts + (size_t) i * entry_words(sample);
}

static uint32_t
plan_count(const ScorecardBlock *count)
{
	return (uint32_t) words_of(count)[0];
}

static const ColumnPlan *
plans_of(const ScorecardBlock *count)
{
	return (const ColumnPlan *) (words_of(count) + 1);
}

static uint32_t
class_words(const ScorecardBlock *count)
{
	return count->weighted ? 6 : 3;
}

/* Where the parts of a block of counts begin, in words. */
typedef struct CountShape
{
	uint64_t	classes;		/* of all columns */
	uint64_t	counters;
	uint64_t	ranges;
	uint64_t	names;
	uint64_t	end;
} CountShape;

/* Of a template whose plans lie within it. */
static CountShape
count_shape(const ScorecardBlock *count)
{
	const ColumnPlan *plans = plans_of(count);
	CountShape	shape = {0};
	size_t		names = 0;

	for (uint32_t i = 0; i < plan_count(count); i++)
	{
		shape.classes += plans[i].nclasses;
		if (plans[i].is_text)
			names += (size_t) plans[i].nkeys * NAME_WORDS;
	}
	shape.counters = count->slots;
	shape.ranges = shape.counters + SCORECARD_FOLDS * shape.classes * class_words(count);
	shape.names = shape.ranges + 2 * (size_t) plan_count(count);
	shape.end = shape.names + names;
	return shape;
}

static uint32_t
class_count(const ColumnPlan *plan)
{
	return plan->is_text ? plan->nkeys + 2 : plan->nkeys + 1 + plan->nspecial + 1;
}

/* Anyone may call the aggregate, so a template is as good as any bytes. */
static bool
is_count_template(const ScorecardBlock *bytes)
{
	const uint64_t *words = words_of(bytes);
	const ColumnPlan *plans = plans_of(bytes);
	uint32_t	classes = 0;
	uint32_t	names = 0;

	if (bytes->slots < 1 || words[0] > SCORECARD_MAX_COLUMNS ||
		1 + words[0] * PLAN_WORDS > bytes->slots)
		return false;
	for (uint32_t i = 0; i < plan_count(bytes); i++)
	{
		const ColumnPlan *plan = &plans[i];

		if (plan->key >= bytes->nnumbers + bytes->ntexts || plan->is_text > 1 ||
			plan->is_text != (plan->key >= bytes->nnumbers) ||
			plan->nkeys > SCORECARD_MAX_CATEGORIES || plan->nspecial > TALLY_MAX_SPECIAL ||
			(plan->is_text && plan->nspecial > 0) ||
			plan->first_key > bytes->slots || plan->nkeys > bytes->slots - plan->first_key ||
			plan->first_special > bytes->slots || plan->nspecial > bytes->slots - plan->first_special ||
			plan->first_class != classes || plan->nclasses != class_count(plan) ||
			(plan->is_text && plan->first_name != names))
			return false;
		classes += plan->nclasses;
		names += plan->is_text ? plan->nkeys * NAME_WORDS : 0;
	}
	return count_shape(bytes).end == bytes->capacity;
}

static bool
is_sane(const ScorecardBlock *bytes, size_t length)
{
	if (length < sizeof(ScorecardBlock) || bytes->nnumbers > SCORECARD_MAX_COLUMNS ||
		bytes->ntexts > SCORECARD_MAX_COLUMNS || bytes->weighted > 1 || bytes->capacity > MAX_WORDS ||
		bytes->slots > MAX_WORDS || bytes->by_subject > 1 || bytes->by_subject > bytes->nnumbers)
		return false;
	if (bytes->kind == SCORECARD_SAMPLE)
		return bytes->capacity >= 1 && (size_t) bytes->capacity * entry_words(bytes) <= 2 * SAMPLE_WORDS;
	return bytes->kind == SCORECARD_COUNT &&
		length >= sizeof(ScorecardBlock) + (size_t) bytes->slots * sizeof(uint64_t) &&
		is_count_template(bytes);
}

static size_t
sample_size(const ScorecardBlock *sample, uint32_t slots)
{
	return sizeof(ScorecardBlock) + (sample->ntexts + (size_t) slots * entry_words(sample)) * sizeof(uint64_t);
}

bool
scorecard_is_template(const ScorecardBlock *bytes, size_t length)
{
	return is_sane(bytes, length) &&
		length == sizeof(ScorecardBlock) +
		(bytes->kind == SCORECARD_COUNT ? (size_t) bytes->slots * sizeof(uint64_t) : 0);
}

bool
scorecard_is_block(const ScorecardBlock *bytes, size_t length)
{
	CountShape	shape;

	if (!is_sane(bytes, length))
		return false;
	if (bytes->kind == SCORECARD_COUNT)
	{
		shape = count_shape(bytes);
		return length == scorecard_block_size(bytes) && memcmp(&shape, bytes->shape, sizeof(shape)) == 0;
	}
	return bytes->entries <= bytes->slots && bytes->slots <= 2 * bytes->capacity &&
		length == sample_size(bytes, bytes->slots);
}

void
scorecard_sample_template(ScorecardBlock *template, uint32_t nnumbers, uint32_t ntexts, bool by_subject)
{
	uint32_t	rows;

	memset(template, 0, sizeof(ScorecardBlock));
	template->kind = SCORECARD_SAMPLE;
	template->nnumbers = nnumbers;
	template->ntexts = ntexts;
	rows = SAMPLE_WORDS / entry_words(template);
	template->by_subject = by_subject;
	template->capacity = by_subject ? PROTECTED_ROWS :
		rows > SAMPLE_ROWS ? SAMPLE_ROWS : rows < SAMPLE_LEAST_ROWS ? SAMPLE_LEAST_ROWS : rows;
}

size_t
scorecard_block_size(const ScorecardBlock *template)
{
	if (template->kind == SCORECARD_SAMPLE)
		return sample_size(template, FIRST_SLOTS < 2 * template->capacity ? FIRST_SLOTS : 2 * template->capacity);
	return sizeof(ScorecardBlock) + (size_t) template->capacity * sizeof(uint64_t);
}

void
scorecard_block_start(ScorecardBlock *block, const ScorecardBlock *template)
{
	size_t		size = scorecard_block_size(template);
	size_t		given = sizeof(ScorecardBlock);

	if (template->kind == SCORECARD_COUNT)
		given += (size_t) template->slots * sizeof(uint64_t);
	memcpy(block, template, given);
	memset((char *) block + given, 0, size - given);
	memset((char *) block + offsetof(ScorecardBlock, rows), 0,
		   sizeof(ScorecardBlock) - offsetof(ScorecardBlock, rows));
	block->threshold = UINT64_MAX;
	block->entries = 0;
	memset(block->shape, 0, sizeof(block->shape));
	if (block->kind == SCORECARD_SAMPLE)
	{
		block->weighted = 0;
		block->slots = FIRST_SLOTS < 2 * block->capacity ? FIRST_SLOTS : 2 * block->capacity;
	}
	else
	{
		CountShape	shape = count_shape(block);
		uint64_t   *ranges = words_of(block) + shape.ranges;

		memcpy(block->shape, &shape, sizeof(shape));

		for (uint32_t i = 0; i < plan_count(block); i++)
			ranges[2 * i] = UINT64_MAX;
	}
}

static int
by_hash(const void *a, const void *b)
{
	uint64_t	x = **(uint64_t *const *) a;
	uint64_t	y = **(uint64_t *const *) b;

	return x < y ? -1 : x > y;
}

/*
 * Sorts entries by hash, makes one of those that are alike, and keeps the capacity's smallest. An entry that is kept
 * in the end was never above a threshold, so that all of its rows were counted.
 */
static void
compact(const ScoringHost *host, ScorecardBlock *sample)
{
	uint32_t	n = sample->entries;
	uint32_t	words = entry_words(sample);
	uint64_t  **order;
	uint64_t   *sorted;
	uint32_t	kept = 0;

	if (n == 0)
		return;
	order = scoring_alloc(host, n * sizeof(uint64_t *));
	sorted = scoring_alloc(host, (size_t) n * words * sizeof(uint64_t));
	for (uint32_t i = 0; i < n; i++)
		order[i] = entry_of(sample, i);
	qsort(order, n, sizeof(uint64_t *), by_hash);
	for (uint32_t i = 0; i < n && order[i][ENTRY_HASH] <= sample->threshold; i++)
	{
		uint64_t   *last = kept > 0 ? sorted + (size_t) (kept - 1) * words : NULL;

		if (last != NULL && last[ENTRY_HASH] == order[i][ENTRY_HASH])
			last[ENTRY_ROWS] += order[i][ENTRY_ROWS];
		else if (kept == sample->capacity)
		{
			sample->threshold = last[ENTRY_HASH];
			break;
		}
		else
			memcpy(sorted + (size_t) kept++ * words, order[i], words * sizeof(uint64_t));
	}
	memcpy(entry_of(sample, 0), sorted, (size_t) kept * words * sizeof(uint64_t));
	sample->entries = kept;
	scoring_release(host, order);
	scoring_release(host, sorted);
}

size_t
scorecard_block_needs(const ScoringHost *host, ScorecardBlock *block, uint32_t more)
{
	uint64_t	slots = block->slots;

	if (block->kind != SCORECARD_SAMPLE || block->entries + (uint64_t) more <= slots)
		return 0;
	if (block->entries >= block->capacity)
		compact(host, block);
	while (slots < block->entries + (uint64_t) more)
		slots *= 2;
	/* Two finished samples are as much as there is to hold. */
	if (slots > 2 * (uint64_t) block->capacity)
		slots = 2 * (uint64_t) block->capacity;
	return slots > block->slots ? sample_size(block, (uint32_t) slots) : 0;
}

void
scorecard_block_moved(ScorecardBlock *block, size_t size)
{
	size_t		words = (size - sizeof(ScorecardBlock)) / sizeof(uint64_t) - block->ntexts;

	block->slots = (uint32_t) (words / entry_words(block));
}

/* A bijection of the hash for each key, and of the key for each hash. */
static inline uint64_t
hash_keys(const uint64_t *keys, uint32_t n)
{
	uint64_t	hash = UINT64_C(0x243F6A8885A308D3);

	for (uint32_t i = 0; i < n; i++)
	{
		hash = (hash ^ keys[i]) * UINT64_C(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	return hash;
}

static void
sample_add(ScorecardBlock *sample, const ScorecardRow *row, uint64_t outcome, uint64_t fold, uint64_t hash)
{
	uint32_t	nkeys = sample->nnumbers + sample->ntexts;
	uint64_t   *entry;

	for (uint32_t i = 0; i < sample->ntexts; i++)
	{
		if (row->texts[i] != NULL && row->lengths[i] > NAME_BYTES)
			words_of(sample)[i]++;
	}
	if (row->weight != SCORING_WEIGHT_UNIT)
		sample->weighted = 1;
	if (hash > sample->threshold)
		return;
	entry = entry_of(sample, sample->entries++);
	entry[ENTRY_HASH] = hash;
	entry[ENTRY_FOLD] = fold;
	entry[ENTRY_ROWS] = 1;
	entry[ENTRY_WEIGHT] = (uint64_t) row->weight;
	entry[ENTRY_OUTCOME] = outcome;
	memcpy(entry + ENTRY_KEYS, row->keys, nkeys * sizeof(uint64_t));
}

/* The number of keys that are at most `key`. Without a branch, which would be guessed wrong every other time. */
static inline uint32_t
count_at_most(const uint64_t *keys, uint32_t n, uint64_t key)
{
	uint32_t	at = 0;

	if (n == 0)
		return 0;
	while (n > 1)
	{
		uint32_t	half = n / 2;

		at += half & -(uint32_t) (keys[at + half - 1] <= key);
		n -= half;
	}
	return at + (keys[at] <= key);
}

/* A number's classes: between the cuts, special codes, missing. A text's: the categories, pooled, missing. */
static inline uint32_t
class_of(const uint64_t *words, const ColumnPlan *plan, uint64_t key)
{
	uint32_t	at;

	if (key == SCORECARD_MISSING)
		return plan->nclasses - 1;
	for (uint32_t i = 0; i < plan->nspecial; i++)
	{
		if (words[plan->first_special + i] == key)
			return plan->nkeys + 1 + i;
	}
	at = count_at_most(words + plan->first_key, plan->nkeys, key);
	if (!plan->is_text)
		return at;
	return at > 0 && words[plan->first_key + at - 1] == key ? at - 1 : plan->nkeys;
}

/* Keeps a category's bytes; of two with one hash, the smaller, so that the order of rows does not matter. */
static void
keep_name(uint64_t *name, const char *text, uint32_t length)
{
	const char *kept = (const char *) (name + 1);
	uint32_t	kept_length = (uint32_t) name[0] - 1;

	if (length > NAME_BYTES)
		return;
	if (name[0] != 0)
	{
		uint32_t	common = length < kept_length ? length : kept_length;
		int			order = memcmp(text, kept, common);

		if (order > 0 || (order == 0 && length >= kept_length))
			return;
	}
	name[0] = length + 1;
	memset(name + 1, 0, (NAME_WORDS - 1) * sizeof(uint64_t));
	memcpy(name + 1, text, length);
}

static void
count_add(ScorecardBlock *count, const CountShape *shape, const ScorecardRow *row, uint32_t fold, int64_t rows)
{
	uint64_t   *words = words_of(count);
	const ColumnPlan *plans = plans_of(count);
	uint32_t	n = plan_count(count);
	uint32_t	width = class_words(count);
	uint64_t   *counters = words + shape->counters + fold * shape->classes * width;
	uint32_t	outcome = row->outcome < 0 ? 2 : (uint32_t) row->outcome;

	for (uint32_t i = 0; i < n; i++)
	{
		const ColumnPlan *plan = &plans[i];
		uint64_t	key = row->keys[plan->key];
		uint32_t	class = class_of(words, plan, key);
		uint64_t   *counter = counters + (size_t) (plan->first_class + class) * width + outcome;

		counter[0] += (uint64_t) rows;
		if (width == 6)
			counter[3] += (uint64_t) row->weight * (uint64_t) rows;
	}
}

/* What is only seen row by row: ranges, and the categories' bytes. */
static void
count_look(ScorecardBlock *count, const CountShape *shape, const ScorecardRow *row)
{
	uint64_t   *words = words_of(count);
	const ColumnPlan *plans = plans_of(count);
	uint32_t	n = plan_count(count);

	for (uint32_t i = 0; i < n; i++)
	{
		const ColumnPlan *plan = &plans[i];
		uint64_t	key = row->keys[plan->key];
		uint64_t   *range = words + shape->ranges + 2 * i;

		if (key == SCORECARD_MISSING)
			continue;
		if (plan->is_text)
		{
			uint32_t	class = class_of(words, plan, key);
			uint32_t	text = plan->key - count->nnumbers;
			uint64_t   *name = words + shape->names + plan->first_name + (size_t) class * NAME_WORDS;

			/* The same bytes as before, nearly always. */
			if (class < plan->nkeys && row->texts[text] != NULL &&
				(name[0] != (uint64_t) row->lengths[text] + 1 ||
				 memcmp(name + 1, row->texts[text], row->lengths[text]) != 0))
				keep_name(name, row->texts[text], row->lengths[text]);
			continue;
		}
		if ((key < range[0] || key > range[1]) &&
			(plan->nspecial == 0 || class_of(words, plan, key) <= plan->nkeys))
		{
			if (key < range[0])
				range[0] = key;
			if (key > range[1])
				range[1] = key;
		}
	}
}

/* Where it wraps, so did the sum of the weights, which says so. */
static void
add_square(LogisticWide *sum, LogisticWide square)
{
	*sum = (LogisticWide) ((unsigned __int128) *sum + (unsigned __int128) square);
}

void
scorecard_block_add(ScorecardBlock *block, const ScorecardRow *row)
{
	const CountShape *shape = (const CountShape *) block->shape;
	uint64_t	outcome = row->outcome < 0 ? 2 : (uint64_t) row->outcome;
	uint64_t	fold = hash_keys(row->keys, block->nnumbers + block->ntexts);
	uint64_t	hash = scoring_hash_u64(fold, outcome + 3 * (uint64_t) row->weight);
	int64_t	   *sum = row->outcome < 0 ? &block->unlabelled : row->outcome > 0 ? &block->bads : &block->goods;

	if (block->by_subject)
	{
		/* Whole subjects, as far as there is room, whatever is read of them. */
		fold = scoring_hash_u64(row->keys[block->nnumbers - 1], 0);
		hash = (fold & ~(uint64_t) UINT32_MAX) | hash >> 32;
	}
	else
	{
		/* Rows without an outcome are kept only where those with one leave room. */
		hash = hash >> 1 | (outcome == 2 ? UINT64_C(1) << 63 : 0);
	}
	block->rows++;
	block->checksum += hash;
	if (!scoring_add_int64(sum, row->weight))
		block->overflow = 1;
	if (row->outcome >= 0)
	{
		add_square(&block->squares[row->outcome], (LogisticWide) row->weight * row->weight);
		(*(row->outcome > 0 ? &block->bad_rows : &block->good_rows))++;
	}
	if (block->kind == SCORECARD_SAMPLE)
		sample_add(block, row, outcome, fold, hash);
	else
	{
		count_add(block, shape, row, (uint32_t) (scoring_hash_u64(fold, 1) % SCORECARD_FOLDS), 1);
		count_look(block, shape, row);
	}
}

static void
count_merge(ScorecardBlock *count, const ScorecardBlock *other)
{
	CountShape	shape = count_shape(count);
	uint64_t   *words = words_of(count);
	const uint64_t *from = words_of(other);

	for (size_t i = shape.counters; i < shape.ranges; i++)
		words[i] += from[i];
	for (size_t i = shape.ranges; i < shape.names; i += 2)
	{
		if (from[i] < words[i])
			words[i] = from[i];
		if (from[i + 1] > words[i + 1])
			words[i + 1] = from[i + 1];
	}
	for (size_t i = shape.names; i < shape.end; i += NAME_WORDS)
	{
		if (from[i] > 0 && from[i] <= NAME_BYTES + 1)
			keep_name(&words[i], (const char *) &from[i + 1], (uint32_t) from[i] - 1);
	}
}

bool
scorecard_block_merge(ScorecardBlock *block, const ScorecardBlock *other)
{
	if (block->kind != other->kind || block->nnumbers != other->nnumbers || block->ntexts != other->ntexts ||
		block->capacity != other->capacity || block->by_subject != other->by_subject)
		return false;
	if (block->kind == SCORECARD_COUNT &&
		(block->weighted != other->weighted || block->slots != other->slots ||
		 memcmp(words_of(block), words_of(other), (size_t) block->slots * sizeof(uint64_t)) != 0))
		return false;
	if (block->kind == SCORECARD_SAMPLE && block->entries + (uint64_t) other->entries > block->slots)
		return false;
	block->rows += other->rows;
	block->checksum += other->checksum;
	if (!scoring_add_int64(&block->goods, other->goods) ||
		!scoring_add_int64(&block->bads, other->bads) ||
		!scoring_add_int64(&block->unlabelled, other->unlabelled))
		block->overflow = 1;
	block->good_rows += other->good_rows;
	block->bad_rows += other->bad_rows;
	block->bad_targets += other->bad_targets;
	block->null_weights += other->null_weights;
	block->bad_weights += other->bad_weights;
	block->weightless += other->weightless;
	block->overflow |= other->overflow;
	add_square(&block->squares[0], other->squares[0]);
	add_square(&block->squares[1], other->squares[1]);
	if (block->kind == SCORECARD_COUNT)
	{
		count_merge(block, other);
		return true;
	}
	for (uint32_t i = 0; i < block->ntexts; i++)
		words_of(block)[i] += words_of(other)[i];
	memcpy(entry_of(block, block->entries), entry_of(other, 0),
		   (size_t) other->entries * entry_words(block) * sizeof(uint64_t));
	block->entries += other->entries;
	block->weighted |= other->weighted;
	if (other->threshold < block->threshold)
		block->threshold = other->threshold;
	return true;
}

/* ---------- candidate cuts ---------- */

void
scorecard_sample_finish(const ScoringHost *host, ScorecardBlock *sample)
{
	compact(host, sample);
}

bool
scorecard_sample_complete(const ScorecardBlock *sample)
{
	return sample->threshold == UINT64_MAX;
}

/* A key among the rows kept, and the weight and rows that have it. */
typedef struct KeyWeight
{
	uint64_t	key;
	int64_t		weight;
	int64_t		rows;
} KeyWeight;

static int
by_key(const void *a, const void *b)
{
	uint64_t	x = ((const KeyWeight *) a)->key;
	uint64_t	y = ((const KeyWeight *) b)->key;

	return x < y ? -1 : x > y;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t	x = *(const uint64_t *) a;
	uint64_t	y = *(const uint64_t *) b;

	return x < y ? -1 : x > y;
}

static int
by_key_weight(const void *a, const void *b)
{
	const KeyWeight *x = a;
	const KeyWeight *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return by_key(a, b);
}

static bool
is_special(const ScorecardColumn *column, uint64_t key)
{
	for (uint32_t i = 0; i < column->nspecial; i++)
	{
		if (scoring_number_key(column->special[i]) == key)
			return true;
	}
	return false;
}

/* The distinct values of a column, ascending. Returns their number; *rows is that of the rows that have one. */
static uint32_t
distinct_keys(const ScorecardBlock *sample, const ScorecardColumn *column, KeyWeight *list, int64_t *rows)
{
	uint32_t	n = 0;
	uint32_t	distinct = 0;

	*rows = 0;
	for (uint32_t i = 0; i < sample->entries; i++)
	{
		const uint64_t *entry = entry_of(sample, i);
		uint64_t	key = entry[ENTRY_KEYS + column->key];

		if (key == SCORECARD_MISSING || (column->least == 0 && is_special(column, key)))
			continue;
		list[n].key = key;
		list[n].rows = (int64_t) entry[ENTRY_ROWS];
		/* Candidates are where the labelled weight is; a value without any counts as its rows, lightly. */
		list[n].weight = entry[ENTRY_OUTCOME] == 2 && column->least == 0 ? 0 : (int64_t) (entry[ENTRY_WEIGHT] * entry[ENTRY_ROWS]);
		*rows += list[n++].rows;
	}
	qsort(list, n, sizeof(KeyWeight), by_key);
	for (uint32_t i = 0; i < n; i++)
	{
		if (distinct > 0 && list[distinct - 1].key == list[i].key)
		{
			list[distinct - 1].rows += list[i].rows;
			list[distinct - 1].weight += list[i].weight;
		}
		else
			list[distinct++] = list[i];
	}
	return distinct;
}

/*
 * Cuts of a number: every value but the least where there are few; else by weight, so that a class is near a
 * hundredth of the whole, and a value heavier than that is a class by itself.
 */
static void
choose_cuts(const ScoringHost *host, ScorecardColumn *column, const KeyWeight *list, uint32_t n)
{
	double		left = 0;
	uint32_t	room = SCORECARD_MAX_CLASSES;

	column->keys = scoring_alloc(host, SCORECARD_MAX_CLASSES * sizeof(uint64_t));
	column->nkeys = 0;
	for (uint32_t i = 0; i < n; i++)
		left += (double) list[i].weight;
	for (uint32_t i = 0; i < n && room > 0; room--)
	{
		double		share = left / room;
		double		sum = 0;

		if (i > 0)
			column->keys[column->nkeys++] = list[i].key;
		if (n - i <= room)
			sum = (double) list[i++].weight;
		else if (room == 1)
			break;
		else
		{
			do
				sum += (double) list[i++].weight;
			while (i < n && sum < share && sum + (double) list[i].weight / 2 < share);
		}
		left -= sum;
	}
}

/* The key of the value that has this share of the weight at or below it. */
static double
value_at(const KeyWeight *list, uint32_t n, double share)
{
	double		whole = 0;
	double		sum = 0;
	uint32_t	i = 0;

	for (uint32_t k = 0; k < n; k++)
		whole += (double) list[k].weight;
	for (; i + 1 < n; i++)
	{
		sum += (double) list[i].weight;
		if (sum >= share * whole)
			break;
	}
	return scoring_number_from_key(list[i].key);
}

/* A multiple of 10 to the power of `exponent`, the nearest one; the double that its decimal reads as. */
static double
round_decimal(double value, int exponent)
{
	double		power = 1;

	for (int i = abs(exponent); i > 0; i--)
		power *= 10;
	return exponent < 0 ? rint(value * power) / power : rint(value / power) * power;
}

/* The power of ten that is at most the value, which is positive. */
static int
decimal_exponent(double value)
{
	int			exponent = (int) floor(scoring_log(value) / scoring_log(10) + 1e-9);

	return exponent < -15 ? -15 : exponent > 15 ? 15 : exponent;
}

/*
 * Rounds cuts of a protected sample to two significant digits, or where that is finer to two digits of the width of its
 * middle nine tenths: no cut is then somebody's value with all of its digits.
 */
static void
round_cuts(ScorecardColumn *column, const KeyWeight *list, uint32_t n)
{
	double		width;
	uint32_t	kept = 0;

	if (n == 0)
		return;
	width = value_at(list, n, 1 - FIVE_PERCENT) - value_at(list, n, FIVE_PERCENT);
	for (uint32_t i = 0; i < column->nkeys; i++)
	{
		double		value = scoring_number_from_key(column->keys[i]);
		int			exponent;
		uint64_t	key;

		if (value != 0 && isfinite(value))
		{
			exponent = decimal_exponent(fabs(value)) - 1;
			if (width > 0 && isfinite(width) && decimal_exponent(width) - 1 < exponent)
				exponent = decimal_exponent(width) - 1;
			value = round_decimal(value, exponent) + 0.0;
		}
		key = scoring_number_key(value);
		if (kept == 0 || column->keys[kept - 1] < key)
			column->keys[kept++] = key;
	}
	column->nkeys = kept;
}

static bool
is_named(const ScorecardColumn *column, uint64_t key)
{
	for (uint32_t i = 0; i < column->nnamed_keys; i++)
	{
		if (column->named_keys[i] == key)
			return true;
	}
	return false;
}

/*
 * The categories that groups name; else the heaviest, down to a quarter of the share that has a bin of its own: in all
 * rows it may be larger.
 */
static void
choose_categories(const ScoringHost *host, ScorecardColumn *column, KeyWeight *list, uint32_t n)
{
	double		least = 0;
	uint32_t	room = SCORECARD_MAX_CATEGORIES - column->nnamed_keys;

	for (uint32_t i = 0; i < n; i++)
		least += (double) list[i].weight * column->options.min_category_fraction / 4;
	qsort(list, n, sizeof(KeyWeight), by_key_weight);
	column->keys = scoring_alloc(host, SCORECARD_MAX_CATEGORIES * sizeof(uint64_t));
	column->nkeys = column->nnamed_keys;
	if (column->nnamed_keys > 0)
		memcpy(column->keys, column->named_keys, column->nnamed_keys * sizeof(uint64_t));
	for (uint32_t i = 0; i < n && room > 0 && (double) list[i].weight >= least; i++)
	{
		if (is_named(column, list[i].key))
			continue;
		column->keys[column->nkeys++] = list[i].key;
		room--;
	}
	qsort(column->keys, column->nkeys, sizeof(uint64_t), by_number);
}

/* A key of each row, or nearly: a name, a number of an account. Such a column tells rows apart, not goods from bads. */
static bool
is_near_unique(const ScorecardColumn *column, const KeyWeight *list, uint32_t distinct, int64_t rows)
{
	if (rows < 100)
		return false;
	if (column->is_text)
		return 2 * (int64_t) distinct > rows;
	if (distinct != rows)
		return false;
	/* Whole numbers, of whatever type. */
	for (uint32_t i = 0; i < distinct; i++)
	{
		double		value = scoring_number_from_key(list[i].key);

		if (value != floor(value))
			return false;
	}
	return true;
}

static void
choose_column(const ScoringHost *host, const ScorecardBlock *sample, ScorecardColumn *column, KeyWeight *list)
{
	int64_t		rows;
	uint32_t	n = distinct_keys(sample, column, list, &rows);

	if (column->is_text && column->least == 0 && words_of(sample)[column->key - sample->nnumbers] > 0)
		column->refusal = SCORECARD_LONG_TEXT;
	else if (n == 0 && column->nspecial == 0 && column->least == 0 && scorecard_sample_complete(sample))
		column->refusal = SCORECARD_EMPTY;
	else if (!column->named && column->is_date)
		column->refusal = SCORECARD_DATE;
	else if (!column->named && is_near_unique(column, list, n, rows))
		column->refusal = SCORECARD_NEAR_UNIQUE;
	if (column->refusal != SCORECARD_NOT_REFUSED)
		return;
	if (column->options.has_splits)
	{
		column->nkeys = column->options.nsplits;
		column->keys = scoring_alloc(host, (column->nkeys + 1) * sizeof(uint64_t));
		for (uint32_t i = 0; i < column->nkeys; i++)
			column->keys[i] = scoring_number_key(column->options.splits[i]);
	}
	else if (column->is_text)
		choose_categories(host, column, list, n);
	else
	{
		choose_cuts(host, column, list, n);
		if (column->least > 0)
			round_cuts(column, list, n);
	}
}

void
scorecard_choose(const ScoringHost *host, const ScorecardBlock *sample, ScorecardColumn **columns,
				 uint32_t ncolumns)
{
	KeyWeight  *list = scoring_alloc(host, (sample->entries + 1) * sizeof(KeyWeight));

	for (uint32_t i = 0; i < ncolumns; i++)
	{
		if (columns[i]->refusal == SCORECARD_NOT_REFUSED)
			choose_column(host, sample, columns[i], list);
		scoring_check(host);
	}
	scoring_release(host, list);
}

/* ---------- counts ---------- */

ScorecardBlock *
scorecard_count_template(const ScoringHost *host, const ScorecardBlock *sample, ScorecardColumn **columns,
						 uint32_t ncolumns, size_t *size)
{
	size_t		words = 1;
	uint32_t	n = 0;
	uint32_t	at;
	uint32_t	classes = 0;
	uint32_t	names = 0;
	ScorecardBlock *template;
	ColumnPlan *plans;

	for (uint32_t i = 0; i < ncolumns; i++)
	{
		if (columns[i]->refusal == SCORECARD_NOT_REFUSED)
		{
			words += PLAN_WORDS + columns[i]->nkeys + columns[i]->nspecial;
			n++;
		}
	}
	*size = sizeof(ScorecardBlock) + words * sizeof(uint64_t);
	template = scoring_alloc0(host, *size);
	template->kind = SCORECARD_COUNT;
	template->nnumbers = sample->nnumbers;
	template->ntexts = sample->ntexts;
	template->weighted = sample->weighted;
	template->by_subject = sample->by_subject;
	template->slots = (uint32_t) words;
	words_of(template)[0] = n;
	plans = (ColumnPlan *) (words_of(template) + 1);
	at = 1 + n * PLAN_WORDS;
	for (uint32_t i = 0, k = 0; i < ncolumns; i++)
	{
		const ScorecardColumn *column = columns[i];
		ColumnPlan *plan = &plans[k];

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		k++;
		plan->key = column->key;
		plan->is_text = column->is_text;
		plan->first_key = at;
		plan->nkeys = column->nkeys;
		memcpy(words_of(template) + at, column->keys, column->nkeys * sizeof(uint64_t));
		at += column->nkeys;
		plan->first_special = at;
		plan->nspecial = column->nspecial;
		for (uint32_t j = 0; j < column->nspecial; j++)
			words_of(template)[at++] = scoring_number_key(column->special[j]);
		plan->first_class = classes;
		plan->nclasses = class_count(plan);
		classes += plan->nclasses;
		plan->first_name = names;
		names += column->is_text ? column->nkeys * NAME_WORDS : 0;
	}
	template->capacity = (uint32_t) count_shape(template).end;
	return template;
}

void
scorecard_count_folds(const ScoringHost *host, ScorecardBlock *count, const ScorecardBlock *sample)
{
	CountShape	shape = count_shape(count);

	memset(words_of(count) + shape.counters, 0, (shape.ranges - shape.counters) * sizeof(uint64_t));
	for (uint32_t i = 0; i < sample->entries; i++)
	{
		const uint64_t *entry = entry_of(sample, i);
		int64_t		of_fold[SCORECARD_FOLDS] = {0};
		ScorecardRow row = {0};

		for (uint64_t k = 0; k < entry[ENTRY_ROWS]; k++)
			of_fold[scoring_hash_u64(entry[ENTRY_HASH], k + 1) % SCORECARD_FOLDS]++;
		row.outcome = entry[ENTRY_OUTCOME] == 2 ? -1 : (int) entry[ENTRY_OUTCOME];
		row.weight = (int64_t) entry[ENTRY_WEIGHT];
		row.keys = entry + ENTRY_KEYS;
		for (uint32_t f = 0; f < SCORECARD_FOLDS; f++)
		{
			if (of_fold[f] > 0)
				count_add(count, &shape, &row, f, of_fold[f]);
		}
		scoring_check(host);
	}
}

/* ---------- the screen ---------- */

/* The counts of one class over a set of folds. */
static TallyCounts
class_counts(const ScorecardBlock *count, const CountShape *shape, const ColumnPlan *plan, uint32_t class,
			 uint32_t folds)
{
	uint32_t	width = class_words(count);
	TallyCounts counts = {0};

	for (uint32_t f = 0; f < SCORECARD_FOLDS; f++)
	{
		const int64_t *counter = (const int64_t *) words_of(count) + shape->counters +
			(f * shape->classes + plan->first_class + class) * width;
		const int64_t *weight = counter + (width == 6 ? 3 : 0);
		int64_t		unit = width == 6 ? 1 : SCORING_WEIGHT_UNIT;

		if ((folds >> f & 1) == 0)
			continue;
		counts.rows += counter[0] + counter[1] + counter[2];
		counts.goods += weight[0] * unit;
		counts.bads += weight[1] * unit;
		counts.unlabelled += weight[2] * unit;
	}
	return counts;
}

/* A column's categories in order of their bytes. */
typedef struct NamedClass
{
	const char *text;
	uint32_t	length;
	uint32_t	class;
} NamedClass;

static int
by_text(const void *a, const void *b)
{
	const NamedClass *x = a;
	const NamedClass *y = b;
	uint32_t	common = x->length < y->length ? x->length : y->length;
	int			order = memcmp(x->text, y->text, common);

	return order != 0 ? order : x->length < y->length ? -1 : x->length > y->length;
}

#define CLASS_JOINS 0			/* the class before it, or of a text the pool */
#define CLASS_BEGINS 1			/* a cell */
#define CLASS_LEFT_OUT 2

typedef struct ColumnView
{
	const ScorecardBlock *count;
	CountShape	shape;
	const ColumnPlan *plan;
	const ScorecardColumn *column;
	NamedClass *names;
	TallyView	view;			/* of the folds last asked for */
	/* Of a protected sample: of each class what becomes of it, the pool of a text's last; and of what is missing. */
	uint8_t    *fate;
	bool		pool_counts;
	bool		missing_counts;
} ColumnView;

/* What of a text has no cell of its own. */
static TallyCounts
pool_of(const ColumnView *v, uint32_t folds)
{
	const ColumnPlan *plan = v->plan;
	TallyCounts pool = {0};

	if (v->fate == NULL)
		return class_counts(v->count, &v->shape, plan, plan->nkeys, folds);
	for (uint32_t i = 0; i <= plan->nkeys; i++)
	{
		TallyCounts counts = class_counts(v->count, &v->shape, plan, i, folds);

		if (v->fate[i] == CLASS_JOINS)
			add_counts(&pool, &counts);
	}
	return pool;
}

/* The tally of the rows in a set of folds: one cell for each class, or of a protected sample several, that has rows. */
static void
view_folds(ColumnView *v, uint32_t folds)
{
	TallyView  *view = &v->view;
	const ColumnPlan *plan = v->plan;
	uint32_t	nvalues = plan->is_text ? plan->nkeys : plan->nkeys + 1;

	memset(&view->total, 0, sizeof(TallyCounts));
	memset(&view->pooled, 0, sizeof(TallyCounts));
	view->ncells = 0;
	for (uint32_t i = 0; i < nvalues; i++)
	{
		TallyCell  *cell = &view->cells[view->ncells];
		uint32_t	class = plan->is_text ? v->names[i].class : i;

		uint32_t	last = class;

		if (v->fate != NULL)
		{
			if (v->fate[class] != CLASS_BEGINS)
				continue;
			while (!plan->is_text && last + 1 < nvalues && v->fate[last + 1] == CLASS_JOINS)
				last++;
		}
		memset(cell, 0, sizeof(TallyCell));
		for (uint32_t k = class; k <= last; k++)
		{
			TallyCounts counts = class_counts(v->count, &v->shape, plan, k, folds);

			add_counts(&cell->counts, &counts);
		}
		if (cell->counts.rows == 0)
			continue;
		cell->pure = true;
		if (plan->is_text)
		{
			cell->text = v->names[i].text;
			cell->length = v->names[i].length;
		}
		else
			cell->value = i == 0 ? v->column->low : scoring_number_from_key(v->column->keys[i - 1]);
		view->ncells++;
		add_counts(&view->total, &cell->counts);
	}
	if (plan->is_text && (v->fate == NULL || v->pool_counts))
		view->pooled = pool_of(v, folds);
	for (uint32_t i = 0; i < plan->nspecial; i++)
	{
		view->special_counts[i] = class_counts(v->count, &v->shape, plan, plan->nkeys + 1 + i, folds);
		add_counts(&view->total, &view->special_counts[i]);
	}
	memset(&view->missing, 0, sizeof(TallyCounts));
	if (v->fate == NULL || v->missing_counts)
		view->missing = class_counts(v->count, &v->shape, plan, plan->nclasses - 1, folds);
	add_counts(&view->total, &view->pooled);
	add_counts(&view->total, &view->missing);
	view->kind = view->ncells == 0 && view->pooled.rows == 0 ? TALLY_EMPTY : plan->is_text ? TALLY_TEXT : TALLY_NUMBER;
}

static void
view_open(const ScoringHost *host, const ScorecardBlock *count, uint32_t index, ScorecardColumn *column,
		  ColumnView *v)
{
	const ColumnPlan *plan = &plans_of(count)[index];
	const uint64_t *range;

	memset(v, 0, sizeof(*v));
	v->count = count;
	v->shape = count_shape(count);
	v->plan = plan;
	v->column = column;
	range = words_of(count) + v->shape.ranges + 2 * index;
	if (!plan->is_text && range[0] <= range[1])
	{
		column->has_range = true;
		column->low = scoring_number_from_key(range[0]);
		column->high = scoring_number_from_key(range[1]);
	}
	if (plan->is_text)
	{
		v->names = scoring_alloc(host, (plan->nkeys + 1) * sizeof(NamedClass));
		for (uint32_t i = 0; i < plan->nkeys; i++)
		{
			const uint64_t *name = words_of(count) + v->shape.names + plan->first_name + (size_t) i * NAME_WORDS;

			v->names[i].text = (const char *) (name + 1);
			v->names[i].length = name[0] > 0 ? (uint32_t) name[0] - 1 : 0;
			v->names[i].class = i;
		}
		qsort(v->names, plan->nkeys, sizeof(NamedClass), by_text);
	}
	v->view.exact = true;
	v->view.weighted = count->weighted;
	v->view.cells = scoring_alloc(host, (plan->nkeys + 1) * sizeof(TallyCell));
	v->view.nspecial = plan->nspecial;
	v->view.special = (double *) column->special;
	v->view.special_counts = scoring_alloc(host, (plan->nspecial + 1) * sizeof(TallyCounts));
}

static void
view_close(const ScoringHost *host, ColumnView *v)
{
	scoring_release(host, v->names);
	scoring_release(host, v->view.cells);
	scoring_release(host, v->view.special_counts);
	scoring_release(host, v->fate);
}

#define ALL_FOLDS ((1u << SCORECARD_FOLDS) - 1)

/* What a cell must hold: so many subjects whatever became of them, or that many with an outcome, and some of either. */
typedef struct Enough
{
	int64_t		subjects;
	bool		outcomes;
} Enough;

static bool
holds(const Enough *enough, const TallyCounts *counts)
{
	int64_t		known = counts->goods + counts->bads;

	if (!enough->outcomes)
		return known + counts->unlabelled >= enough->subjects * SCORING_WEIGHT_UNIT;
	return known >= enough->subjects * SCORING_WEIGHT_UNIT &&
		counts->goods >= SCORECARD_LEAST_OUTCOMES * SCORING_WEIGHT_UNIT &&
		counts->bads >= SCORECARD_LEAST_OUTCOMES * SCORING_WEIGHT_UNIT;
}

static bool
holds_outcomes(const ScorecardColumn *column, const TallyCounts *counts)
{
	Enough		enough = {column->least, true};

	return holds(&enough, counts);
}

/* Makes one of neighbouring groups of classes until each is enough. False: all of them together are not. */
static bool
merge_classes(ColumnView *v, int64_t subjects, bool outcomes)
{
	Enough		enough = {subjects, outcomes};
	uint32_t	n = v->plan->nkeys + 1;
	TallyCounts held = {0};
	uint32_t	first = 0;
	bool		before = false;

	for (uint32_t i = 0; i < n; i++)
	{
		TallyCounts counts = class_counts(v->count, &v->shape, v->plan, i, ALL_FOLDS);

		if (v->fate[i] == CLASS_BEGINS && i > 0)
		{
			if (holds(&enough, &held))
			{
				before = true;
				first = i;
				memset(&held, 0, sizeof(held));
			}
			else
				v->fate[i] = CLASS_JOINS;
		}
		add_counts(&held, &counts);
	}
	if (holds(&enough, &held))
		return true;
	/* What is left at the end joins those before it. */
	v->fate[first] = CLASS_JOINS;
	return before;
}

/*
 * Whether special codes can stand apart: each is of enough subjects, and so are the other values of the class that it
 * lies in, or there are none; by whether a code is declared nobody finds out about fewer.
 */
static bool
special_apart(const ColumnView *v)
{
	const ColumnPlan *plan = v->plan;
	const uint64_t *words = words_of(v->count);
	Enough		enough = {v->column->least, false};

	for (uint32_t i = 0; i < plan->nspecial; i++)
	{
		TallyCounts counts = class_counts(v->count, &v->shape, plan, plan->nkeys + 1 + i, ALL_FOLDS);
		TallyCounts beside = class_counts(v->count, &v->shape, plan,
										  count_at_most(words + plan->first_key, plan->nkeys, words[plan->first_special + i]),
										  ALL_FOLDS);

		if (!holds_outcomes(v->column, &counts) || (beside.rows > 0 && !holds(&enough, &beside)))
			return false;
	}
	return true;
}

/*
 * The cells of a protected sample. First of the least number of subjects that anybody may ask for, then of the caller's:
 * so far they are the same for every target; then by outcomes. Each step makes one of whole cells of the step before, so
 * that what two fits of the same rows differ in is made of such cells too. False: the values do not make one.
 */
static bool
view_protect(const ScoringHost *host, ColumnView *v)
{
	const ColumnPlan *plan = v->plan;
	Enough		least = {SCORECARD_LEAST_SUBJECTS, false};
	TallyCounts counts;
	TallyCounts rare = {0};
	bool		any = false;

	v->fate = scoring_alloc0(host, plan->nkeys + 1);
	counts = class_counts(v->count, &v->shape, plan, plan->nclasses - 1, ALL_FOLDS);
	v->missing_counts = holds_outcomes(v->column, &counts);
	if (!plan->is_text)
	{
		memset(v->fate, CLASS_BEGINS, plan->nkeys + 1);
		return merge_classes(v, SCORECARD_LEAST_SUBJECTS, false) && merge_classes(v, v->column->least, false) &&
			merge_classes(v, v->column->least, true);
	}
	/* Rare categories are pooled if there are enough of them together. The last class is what has no name. */
	for (uint32_t i = 0; i <= plan->nkeys; i++)
	{
		counts = class_counts(v->count, &v->shape, plan, i, ALL_FOLDS);
		if (i == plan->nkeys || !holds(&least, &counts) ||
			words_of(v->count)[v->shape.names + plan->first_name + (size_t) i * NAME_WORDS] == 0)
		{
			v->fate[i] = CLASS_LEFT_OUT;
			add_counts(&rare, &counts);
		}
		else if (holds_outcomes(v->column, &counts))
		{
			v->fate[i] = CLASS_BEGINS;
			any = true;
		}
	}
	for (uint32_t i = 0; i <= plan->nkeys && holds(&least, &rare); i++)
	{
		if (v->fate[i] == CLASS_LEFT_OUT)
			v->fate[i] = CLASS_JOINS;
	}
	counts = pool_of(v, ALL_FOLDS);
	v->pool_counts = holds_outcomes(v->column, &counts);
	return any;
}

static int64_t
round_count(int64_t weight)
{
	int64_t		unit = SCORECARD_LEAST_OUTCOMES * SCORING_WEIGHT_UNIT;

	return (weight + unit / 2) / unit * unit;
}

/*
 * Of a protected sample no bin tells its counts exactly, nor anything that follows from them: WoE and IV are those of
 * the rounded ones. A bin that holds too few, which only the bins apart can, is as if it held none. False: the values
 * have too few.
 */
static bool
round_binning(const ScoringHost *host, const ScorecardColumn *column, Binning *binning)
{
	uint32_t	bad_bin;

	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		BinningBin *bin = &binning->bins[i];

		if (!holds_outcomes(column, &bin->counts))
		{
			if (i < binning->nvalue_bins && !(bin->other && bin->ncategories == 0))
				return false;
			memset(&bin->counts, 0, sizeof(TallyCounts));
			continue;
		}
		bin->counts.goods = round_count(bin->counts.goods);
		bin->counts.bads = round_count(bin->counts.bads);
		bin->counts.unlabelled = 0;
		bin->counts.rows = (bin->counts.goods + bin->counts.bads) / SCORING_WEIGHT_UNIT;
	}
	binning->weighted = false;
	binning->has_observed = false;
	binning->observed_low = binning->observed_high = 0;
	return binning_evaluate(host, binning, &bad_bin);
}

/* Sums over the rows of one outcome of the WoE that the other folds give them. */
typedef struct Moments
{
	double		weight;
	double		sum;
	double		squares;
} Moments;

static void
add_moment(Moments *m, int64_t weight, double woe)
{
	m->weight += (double) weight;
	m->sum += (double) weight * woe;
	m->squares += (double) weight * woe * woe;
}

static double
mean_variance(const Moments *m, LogisticWide squares, double *mean)
{
	double		variance;

	*mean = m->sum / m->weight;
	variance = m->squares / m->weight - *mean * *mean;
	/* Of the mean: over the rows that so many equal weights would stand for. */
	return (variance > 0 ? variance : 0) * logistic_wide_to_double(squares) / (m->weight * m->weight);
}

/* What a column's options ask of four folds out of five. */
static BinningOptions
fold_options(const ScorecardColumn *column)
{
	const double share = (SCORECARD_FOLDS - 1) / (double) SCORECARD_FOLDS;
	BinningOptions options = column->options;

	options.min_bin_goods *= share;
	options.min_bin_bads *= share;
	options.min_special_rows -= options.min_special_rows / SCORECARD_FOLDS;
	return options;
}

/*
 * The mean WoE of goods less that of bads, each row's WoE being that of a binning which has not seen its fold; and how
 * many of its standard errors that is from 0. A fold whose other four have not both outcomes, or cannot meet the
 * constraints that all five can, counts as WoE 0.
 */
static bool
cross_fit(const ScoringHost *host, ColumnView *v, ScorecardColumn *column, ScoringFault *fault)
{
	Moments		goods = {0};
	Moments		bads = {0};
	double		good_mean;
	double		bad_mean;
	double		variance;
	BinningOptions options = fold_options(column);

	for (uint32_t f = 0; f < SCORECARD_FOLDS; f++)
	{
		Binning    *binning;
		TallyCounts *counts;

		view_folds(v, ALL_FOLDS & ~(1u << f));
		if (v->view.total.goods == 0 || v->view.total.bads == 0 ||
			!binning_fit(host, &v->view, &options, &binning, fault))
		{
			view_folds(v, 1u << f);
			add_moment(&goods, v->view.total.goods, 0);
			add_moment(&bads, v->view.total.bads, 0);
			continue;
		}
		view_folds(v, 1u << f);
		counts = scoring_alloc(host, binning->nbins * sizeof(TallyCounts));
		if (!binning_count(host, binning, &v->view, counts, fault))
			return false;
		for (uint32_t i = 0; i < binning->nbins; i++)
		{
			add_moment(&goods, counts[i].goods, binning->bins[i].woe);
			add_moment(&bads, counts[i].bads, binning->bins[i].woe);
		}
		scoring_release(host, counts);
	}
	variance = mean_variance(&goods, v->count->squares[0], &good_mean) +
		mean_variance(&bads, v->count->squares[1], &bad_mean);
	column->cross_iv = good_mean - bad_mean;
	column->z = variance > 0 ? column->cross_iv / sqrt(variance) : 0;
	if (column->least > 0)
	{
		/* Also for the screen: by a threshold anybody finds what it is compared with. */
		column->cross_iv = rint(column->cross_iv * 1e3) / 1e3 + 0.0;
		column->z = rint(column->z * 10) / 10 + 0.0;
	}
	return true;
}

/* The final binning's bin of each class, for the rows kept. */
static bool
map_classes(const ScoringHost *host, const ColumnView *v, ScorecardColumn *column, ScoringFault *fault)
{
	const ColumnPlan *plan = v->plan;
	const Binning *binning = column->binning;
	uint32_t	nvalues = plan->is_text ? plan->nkeys : plan->nkeys + 1;

	if (binning->nbins > SCORECARD_MAX_BINS)
	{
		scoring_fault(fault, SCORING_FAULT_LIMIT, "%u bins, and a characteristic has at most %d", binning->nbins,
					  SCORECARD_MAX_BINS);
		return scoring_fault_hint(fault, "Set a smaller max_bins, or give fewer splits or groups.");
	}
	column->class_bin = scoring_alloc0(host, plan->nclasses);
	for (uint32_t i = 0; i < nvalues; i++)
	{
		ScoringInput input = {.kind = plan->is_text ? SCORING_INPUT_TEXT : SCORING_INPUT_NUMBER};
		int			bin;

		if (plan->is_text)
		{
			input.text = v->names[i].text;
			input.length = v->names[i].length;
		}
		else
			input.number = i == 0 ? column->low : scoring_number_from_key(column->keys[i - 1]);
		bin = binning_find(binning, &input);
		if (bin == BINNING_UNSEEN)
			bin = (int) binning->other_bin;
		else if (bin == BINNING_BELOW)
			bin = 0;
		else if (bin == BINNING_ABOVE)
			bin = (int) binning->nvalue_bins - 1;
		column->class_bin[plan->is_text ? v->names[i].class : i] = (uint8_t) bin;
	}
	if (plan->is_text)
		column->class_bin[plan->nkeys] = (uint8_t) binning->other_bin;
	for (uint32_t i = 0; i < plan->nspecial; i++)
		column->class_bin[plan->nkeys + 1 + i] = (uint8_t) (binning->first_special + i);
	column->class_bin[plan->nclasses - 1] = (uint8_t) binning->missing_bin;
	return true;
}

/* The bins that have labelled weight. */
static uint32_t
used_bins(const Binning *binning)
{
	uint32_t	n = 0;

	for (uint32_t i = 0; i < binning->nbins; i++)
		n += binning->bins[i].counts.goods + binning->bins[i].counts.bads > 0;
	return n;
}

/* Twice the area under the curve of the binned column, less 1. */
static double
gini_of(const Binning *binning)
{
	double		goods = (double) binning->total.goods;
	double		bads = (double) binning->total.bads;
	double		area = 0;

	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		for (uint32_t j = 0; j < binning->nbins; j++)
		{
			const BinningBin *good = &binning->bins[i];
			const BinningBin *bad = &binning->bins[j];
			double		pairs = (double) good->counts.goods / goods * ((double) bad->counts.bads / bads);

			if (good->woe > bad->woe)
				area += pairs;
			else if (good->woe < bad->woe)
				area -= pairs;
		}
	}
	return area;
}

/*
 * Whether no good is worth less than any bad, although WoE differ: values that occur with one outcome only, beside a
 * rest of one WoE. No coefficient of such a column is finite.
 */
static bool
is_one_sided(const Binning *binning)
{
	double		worst_good = INFINITY;
	double		best_good = -INFINITY;
	double		worst_bad = INFINITY;
	double		best_bad = -INFINITY;

	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		const BinningBin *bin = &binning->bins[i];

		if (bin->counts.goods > 0)
		{
			worst_good = fmin(worst_good, bin->woe);
			best_good = fmax(best_good, bin->woe);
		}
		if (bin->counts.bads > 0)
		{
			worst_bad = fmin(worst_bad, bin->woe);
			best_bad = fmax(best_bad, bin->woe);
		}
	}
	return worst_good >= best_bad && fmax(best_good, best_bad) > fmin(worst_good, worst_bad);
}

bool
scorecard_screen(const ScoringHost *host, const ScorecardBlock *count, uint32_t index, ScorecardColumn *column,
				 ScoringFault *fault)
{
	ColumnView	v;

	view_open(host, count, index, column, &v);
	if (column->least > 0 && !special_apart(&v))
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "its special codes cannot stand apart");
		scoring_fault_detail(fault, "Each must be held by at least %lld subjects, %d of either outcome, and so must the values beside it.",
							 (long long) column->least, SCORECARD_LEAST_OUTCOMES);
		return scoring_fault_hint(fault, "Leave them out: they are then values like any other.");
	}
	if (column->least > 0 && !view_protect(host, &v))
	{
		column->refusal = SCORECARD_SMALL;
		view_close(host, &v);
		return true;
	}
	view_folds(&v, ALL_FOLDS);
	if (!binning_fit(host, &v.view, &column->options, &column->binning, fault))
	{
		if (column->least == 0)
			return false;
		column->binning = NULL;
		column->refusal = SCORECARD_SMALL;
		view_close(host, &v);
		return true;
	}
	/* Cells stood for classes, whose least values they had. */
	column->binning->has_observed = column->has_range;
	column->binning->observed_low = column->low;
	column->binning->observed_high = column->high;
	if (column->least > 0 && !round_binning(host, column, column->binning))
	{
		column->binning = NULL;
		column->refusal = SCORECARD_SMALL;
		view_close(host, &v);
		return true;
	}
	column->iv = column->binning->iv;
	if (!map_classes(host, &v, column, fault) || !cross_fit(host, &v, column, fault))
		return false;
	if (!column->named && (column->binning->separates || gini_of(column->binning) >= SCORECARD_LEAK_GINI))
		column->refusal = SCORECARD_SEPARATES;
	else if (!column->named && is_one_sided(column->binning))
		column->refusal = SCORECARD_ONE_SIDED;
	else if (used_bins(column->binning) < 2 && column->binning->nvalue_bins < 2)
		column->refusal = SCORECARD_CONSTANT;
	view_close(host, &v);
	return true;
}

/* ---------- correlation ---------- */

void
scorecard_correlate(const ScoringHost *host, const ScorecardBlock *sample, ScorecardColumn **columns,
					uint32_t ncolumns, double most)
{
	uint32_t	n = sample->entries;
	double	  **woe = scoring_alloc0(host, (ncolumns + 1) * sizeof(double *));
	double	   *root = scoring_alloc(host, (n + 1) * sizeof(double));
	double		whole = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		const uint64_t *entry = entry_of(sample, i);
		double		weight = entry[ENTRY_OUTCOME] == 2 ? 0 : (double) entry[ENTRY_WEIGHT] * (double) entry[ENTRY_ROWS];

		whole += weight;
		root[i] = sqrt(weight);
	}
	for (uint32_t j = 0; j < ncolumns; j++)
	{
		ScorecardColumn *column = columns[j];
		ColumnPlan	plan = {0};
		double		sum = 0;
		double		squares = 0;

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		plan.is_text = column->is_text;
		plan.nkeys = column->nkeys;
		plan.first_special = column->nkeys;
		plan.nspecial = column->nspecial;
		plan.nclasses = class_count(&plan);
		woe[j] = scoring_alloc(host, (n + 1) * sizeof(double));
		{
			uint64_t   *words = scoring_alloc(host, (column->nkeys + column->nspecial + 1) * sizeof(uint64_t));

			memcpy(words, column->keys, column->nkeys * sizeof(uint64_t));
			for (uint32_t i = 0; i < column->nspecial; i++)
				words[column->nkeys + i] = scoring_number_key(column->special[i]);
			for (uint32_t i = 0; i < n; i++)
			{
				uint32_t	class = class_of(words, &plan, entry_of(sample, i)[ENTRY_KEYS + column->key]);

				woe[j][i] = column->binning->bins[column->class_bin[class]].woe;
				sum += woe[j][i] * root[i] * root[i];
			}
			scoring_release(host, words);
		}
		for (uint32_t i = 0; i < n; i++)
		{
			woe[j][i] = (woe[j][i] - sum / whole) * root[i];
			squares += woe[j][i] * woe[j][i];
		}
		for (uint32_t i = 0; i < n && squares > 0; i++)
			woe[j][i] /= sqrt(squares);
		for (uint32_t k = 0; k < j && column->refusal == SCORECARD_NOT_REFUSED; k++)
		{
			double		product = 0;

			if (woe[k] == NULL)
				continue;
			for (uint32_t i = 0; i < n; i++)
				product += woe[j][i] * woe[k][i];
			if (column->least > 0)
				product = rint(product * 100) / 100;
			if (fabs(product) > most)
			{
				column->refusal = SCORECARD_CORRELATED;
				column->other = columns[k];
				column->correlation = product;
			}
			scoring_check(host);
		}
		if (column->refusal != SCORECARD_NOT_REFUSED)
		{
			scoring_release(host, woe[j]);
			woe[j] = NULL;
		}
	}
	for (uint32_t j = 0; j < ncolumns; j++)
		scoring_release(host, woe[j]);
	scoring_release(host, woe);
	scoring_release(host, root);
}

/* ---------- parts ---------- */

bool
scorecard_part(const char *key, size_t key_length, const char *seed, size_t seed_length, const double *shares,
			   uint32_t nshares, int32_t *part, ScoringFault *fault)
{
	double		sum = 0;
	double		drawn;
	uint64_t	hash = scoring_hash_bytes(key, key_length, scoring_hash_bytes(seed, seed_length, 0));

	for (uint32_t i = 0; i < nshares; i++)
	{
		if (!(shares[i] >= 0 && shares[i] <= 1))
		{
			scoring_fault(fault, SCORING_FAULT_ARGUMENT, "share %u is not between 0 and 1", i + 1);
			return scoring_fault_hint(fault, "Shares sum to 1, for example '{0.7, 0.3}'.");
		}
		sum += shares[i];
	}
	if (!(fabs(sum - 1) < 1e-9))
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "the shares sum to %.10g, not to 1", sum);
		return scoring_fault_hint(fault, "Give every part its share, for example '{0.7, 0.3}'.");
	}
	/* The top 53 bits are a double; the last part with a share takes what rounding leaves over. */
	drawn = (double) (hash >> 11) / 9007199254740992.0;
	sum = 0;
	for (uint32_t i = 0; i < nshares; i++)
	{
		if (shares[i] == 0)
			continue;
		*part = (int32_t) i + 1;
		sum += shares[i];
		if (drawn < sum)
			break;
	}
	return true;
}
