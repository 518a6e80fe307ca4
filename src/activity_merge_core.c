/*
 * activity_merge_core.c: how many activities, and events, become one.
 *
 * Events become a view first, by one sort; views are merged bucket by bucket and category by category. All sums are of
 * integers, so that the order of things does not matter.
 *
 * Beyond ACTIVITY_MAX_CATEGORIES the categories with the smallest hashes keep their names. A category that is among
 * those of the whole is among those of every part, so that nothing of it was ever pooled: the result does not depend on
 * how the events were split.
 */
#include "activity_parts.h"

#define HASH_SEED UINT64_C(0x61637469)
#define NOWHERE UINT32_MAX		/* the place of a category that goes away */

/* ---------- cells ---------- */

void
activity_cell_add(ActivityCell *cell, const ActivityCell *other)
{
	if (activity_known(other) > 0)
	{
		bool		first = activity_known(cell) == 0;

		if (first || other->smallest < cell->smallest)
			cell->smallest = other->smallest;
		if (first || other->largest > cell->largest)
			cell->largest = other->largest;
	}
	cell->n_in += other->n_in;
	cell->n_out += other->n_out;
	cell->n_zero += other->n_zero;
	cell->n_unknown += other->n_unknown;
	cell->inflow += other->inflow;
	cell->outflow += other->outflow;
	cell->squares += other->squares;
}

/* The same, where the sum may be too large. */
static bool
add_checked(ActivityCell *cell, const ActivityCell *other, ScoringFault *fault)
{
	int64_t		sum;

	if (__builtin_add_overflow(cell->inflow, other->inflow, &sum) || __builtin_add_overflow(cell->outflow, other->outflow, &sum) ||
		cell->squares + other->squares < cell->squares)
		return activity_out_of_range(fault);
	activity_cell_add(cell, other);
	return true;
}

static inline bool
add_event(ActivityCell *cell, int64_t amount, bool known, ScoringFault *fault)
{
	uint64_t	size = (uint64_t) (amount < 0 ? -amount : amount);
	ActivityWide square = (ActivityWide) size * size;

	if (!known)
	{
		cell->n_unknown++;
		return true;
	}
	if (activity_known(cell) == 0)
		cell->smallest = cell->largest = amount;
	else if (amount < cell->smallest)
		cell->smallest = amount;
	else if (amount > cell->largest)
		cell->largest = amount;
	cell->squares += square;
	if (cell->squares < square)
		return activity_out_of_range(fault);
	if (amount > 0)
	{
		cell->n_in++;
		if (__builtin_add_overflow(cell->inflow, amount, &cell->inflow))
			return activity_out_of_range(fault);
	}
	else if (amount < 0)
	{
		cell->n_out++;
		if (__builtin_add_overflow(cell->outflow, -amount, &cell->outflow))
			return activity_out_of_range(fault);
	}
	else
		cell->n_zero++;
	return true;
}

/* ---------- sorting ---------- */

typedef struct Keyed
{
	int64_t		key;
	size_t		index;
} Keyed;

/* Stable, natural: one pass where the keys are in order, as those of events mostly are. */
static Keyed *
sort_keys(const ScoringHost *host, Keyed *a, size_t n)
{
	Keyed	   *b;
	size_t		sorted = 1;

	while (sorted < n && a[sorted - 1].key <= a[sorted].key)
		sorted++;
	if (sorted >= n)
		return a;
	if (n <= 48)
	{
		for (size_t i = sorted; i < n; i++)
		{
			Keyed		keyed = a[i];
			size_t		j = i;

			for (; j > 0 && a[j - 1].key > keyed.key; j--)
				a[j] = a[j - 1];
			a[j] = keyed;
		}
		return a;
	}
	b = scoring_alloc(host, n * sizeof(Keyed));
	for (;;)
	{
		size_t		at = 0;
		size_t		runs = 0;
		Keyed	   *swap = a;

		while (at < n)
		{
			size_t		left = at;
			size_t		middle = at + 1;
			size_t		right;
			size_t		end;

			while (middle < n && a[middle - 1].key <= a[middle].key)
				middle++;
			right = end = middle;
			if (end < n)
			{
				end++;
				while (end < n && a[end - 1].key <= a[end].key)
					end++;
			}
			for (size_t i = at; i < end; i++)
				b[i] = left < middle && (right >= end || a[left].key <= a[right].key) ? a[left++] : a[right++];
			at = end;
			runs++;
		}
		a = b;
		b = swap;
		scoring_check(host);
		if (runs <= 1)
			return a;
	}
}

/* ---------- names ---------- */

/* Names to numbers, in order of first sight. */
typedef struct Names
{
	ActivityText *texts;
	uint32_t	count;
	uint32_t	room;
	uint32_t   *slots;			/* number + 1; 0 is free */
	uint32_t	mask;
	uint64_t	seed;
	uint32_t	steps;			/* since the last check */
} Names;

static void
start_names(const ScoringHost *host, Names *names)
{
	names->count = 0;
	names->room = 16;
	names->mask = 31;
	names->texts = scoring_alloc(host, names->room * sizeof(ActivityText));
	names->slots = scoring_alloc0(host, (names->mask + 1) * sizeof(uint32_t));
	/* Where the memory lies, which nobody can prepare names for that all want one slot. Numbers do not depend on it. */
	names->seed = (uint64_t) (uintptr_t) names->slots * UINT64_C(0x9E3779B97F4A7C15);
	names->steps = 0;
}

static uint32_t
quick_hash(const char *text, uint32_t length, uint64_t seed)
{
	uint64_t	hash = seed ^ length;
	uint64_t	word = 0;

	for (; length >= 8; length -= 8, text += 8)
	{
		memcpy(&word, text, 8);
		hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		hash ^= hash >> 29;
	}
	word = 0;
	for (uint32_t i = 0; i < length; i++)
		word = word << 8 | (uint8_t) text[i];
	hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return (uint32_t) (hash >> 32);
}

static uint32_t
name_number(const ScoringHost *host, Names *names, const char *text, uint32_t length)
{
	uint32_t	slot = quick_hash(text, length, names->seed);

	for (;; slot++)
	{
		uint32_t	number = names->slots[slot & names->mask];

		if (++names->steps % 16384 == 0)
			scoring_check(host);
		if (number == 0)
			break;
		if (names->texts[number - 1].length == length && memcmp(names->texts[number - 1].text, text, length) == 0)
			return number - 1;
	}
	if (names->count == names->room)
	{
		ActivityText *grown = scoring_alloc(host, 2 * (size_t) names->room * sizeof(ActivityText));

		memcpy(grown, names->texts, names->room * sizeof(ActivityText));
		scoring_release(host, names->texts);
		scoring_release(host, names->slots);
		names->texts = grown;
		names->room *= 2;
		names->mask = names->mask * 2 + 1;
		names->slots = scoring_alloc0(host, ((size_t) names->mask + 1) * sizeof(uint32_t));
		for (uint32_t i = 0; i < names->count; i++)
		{
			slot = quick_hash(grown[i].text, grown[i].length, names->seed);
			while (names->slots[slot & names->mask] != 0)
				slot++;
			names->slots[slot & names->mask] = i + 1;
		}
		slot = quick_hash(text, length, names->seed);
		while (names->slots[slot & names->mask] != 0)
			slot++;
	}
	names->texts[names->count].text = text;
	names->texts[names->count].length = length;
	names->slots[slot & names->mask] = ++names->count;
	return names->count - 1;
}

uint64_t
activity_name_hash(const ScoringHost *host, const ActivityText *text)
{
	size_t		length = text->length;
	const char *utf8 = host->utf8(host->context, text->text, length, &length);

	return scoring_hash_bytes(utf8, length, HASH_SEED);
}

/*
 * The place of each name in the result, in order of bytes; ACTIVITY_MAX_CATEGORIES for those to be pooled. Two names
 * with one hash are told apart by their bytes. Sets the view's categories.
 */
static uint32_t *
place_names(const ScoringHost *host, const Names *names, ActivityView *view)
{
	uint32_t	n = names->count;
	uint32_t   *place = scoring_alloc(host, (n + 1) * sizeof(uint32_t));
	ActivityRanked *ranked = scoring_alloc(host, (n + 1) * sizeof(ActivityRanked));

	for (uint32_t i = 0; i < n; i++)
	{
		ranked[i].text = names->texts[i];
		ranked[i].index = i;
	}
	ranked = activity_sort_texts(host, ranked, n);
	if (n > ACTIVITY_MAX_CATEGORIES)
	{
		Keyed	   *hashes = scoring_alloc(host, n * sizeof(Keyed));
		uint32_t	kept = 0;

		view->pooled = true;
		for (uint32_t i = 0; i < n; i++)
		{
			/* As a signed key, in the same order; equal ones stay in order of bytes. */
			hashes[i].key = (int64_t) (activity_name_hash(host, &ranked[i].text) ^ (UINT64_C(1) << 63));
			hashes[i].index = i;
		}
		hashes = sort_keys(host, hashes, n);
		for (uint32_t i = ACTIVITY_MAX_CATEGORIES; i < n; i++)
		{
			place[ranked[hashes[i].index].index] = ACTIVITY_MAX_CATEGORIES;
			ranked[hashes[i].index].text.text = NULL;
		}
		for (uint32_t i = 0; i < n; i++)
			if (ranked[i].text.text != NULL)
				ranked[kept++] = ranked[i];
		n = kept;
	}
	view->ncategories = n;
	view->categories = scoring_alloc(host, (n + 1) * sizeof(ActivityText));
	for (uint32_t i = 0; i < n; i++)
	{
		view->categories[i] = ranked[i].text;
		place[ranked[i].index] = i;
	}
	return place;
}

/* ---------- events ---------- */

size_t
activity_row_head(const ActivityRow *row, uint8_t *out)
{
	uint64_t	amount = row->known ? profile_zigzag(row->amount) : 0;
	uint32_t	day = (uint32_t) (row->day - CALENDAR_FIRST_DAY);
	size_t		n = 1;
	uint8_t		bytes = 0;

	if (row->category != NULL)
		out[n++] = (uint8_t) row->length;
	if (row->dated)
	{
		out[n++] = (uint8_t) day;
		out[n++] = (uint8_t) (day >> 8);
		out[n++] = (uint8_t) (day >> 16);
	}
	for (; amount > 0; amount >>= 8, bytes++)
		out[n++] = (uint8_t) amount;
	out[0] = (uint8_t) ((row->dated ? 1 : 0) | (row->known ? 2 : 0) | (row->category != NULL ? 4 : 0) | bytes << 3);
	return n;
}

/* The row at `at`, without its category's bytes, or NULL if it does not lie before `end` as a whole. */
static const uint8_t *
next_row(const uint8_t *at, const uint8_t *end, ActivityRow *row)
{
	uint8_t		flags = *at++;
	size_t		bytes = flags >> 3 & 15;
	uint64_t	amount = 0;
	uint32_t	day = 0;

	row->dated = (flags & 1) != 0;
	row->known = (flags & 2) != 0;
	if (flags >> 7 != 0 || bytes > 8 || (bytes > 0 && !row->known) ||
		(size_t) (end - at) < ((flags & 4) != 0) + (row->dated ? 3 : 0) + bytes)
		return NULL;
	row->length = (flags & 4) != 0 ? *at++ : 0;
	if (row->dated)
	{
		day = (uint32_t) at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16;
		at += 3;
	}
	for (size_t i = 0; i < bytes; i++)
		amount |= (uint64_t) at[i] << (8 * i);
	at += bytes;
	row->day = (int32_t) day + CALENDAR_FIRST_DAY;
	row->amount = profile_unzigzag(amount);
	row->category = (flags & 4) != 0 ? (const char *) at : NULL;
	return row->length > end - at ? NULL : at + row->length;
}

typedef struct Event
{
	int32_t		day;
	bool		known;
	uint32_t	category;		/* number of its name + 1; 0 if it has none */
	int64_t		amount;
} Event;

/* Counts the events of a part, which it leaves to read_rows() to check. */
static size_t
count_rows(const ProfilePart *part)
{
	const uint8_t *at = part->bytes;
	const uint8_t *end = at + part->length;
	ActivityRow row;
	size_t		n = 0;

	while (at != NULL && at < end)
	{
		at = next_row(at, end, &row);
		n++;
	}
	return n;
}

/* Reads the rows of a part; events go to `events`, of which there is room. */
static bool
read_rows(const ScoringHost *host, const ProfilePart *part, Names *names, Event *events, size_t *nevents, int64_t *undated,
		  ScoringFault *fault)
{
	const uint8_t *at = part->bytes;
	const uint8_t *end = at + part->length;

	while (at < end)
	{
		Event	   *event = &events[*nevents];
		ActivityRow row;

		at = next_row(at, end, &row);
		if (at == NULL)
			return activity_damaged(fault, "a row is cut short");
		if (!row.dated)
		{
			(*undated)++;
			continue;
		}
		if (!CALENDAR_IS_DAY(row.day) || row.amount > ACTIVITY_MAX_MINOR || row.amount < -ACTIVITY_MAX_MINOR ||
			(row.length > 0 && memchr(row.category, '\0', row.length) != NULL))
			return activity_damaged(fault, "a row is out of range");
		event->day = row.day;
		event->known = row.known;
		event->amount = row.amount;
		event->category = row.category != NULL ? name_number(host, names, row.category, row.length) + 1 : 0;
		(*nevents)++;
	}
	return true;
}

/* Buckets, tail and parts of at least one event, into a view with its unit and, as `place` says, its categories. */
static bool
view_events(const ScoringHost *host, const Event *events, size_t n, const uint32_t *place, ActivityView *view, ScoringFault *fault)
{
	Keyed	   *order = scoring_alloc(host, n * sizeof(Keyed));
	uint32_t   *bucket_of = scoring_alloc(host, n * sizeof(uint32_t));	/* in `order` */
	size_t		starts[ACTIVITY_MAX_CATEGORIES + 2] = {0};
	size_t		categorised = 0;
	int32_t		end = INT32_MIN;
	uint32_t	buckets = 0;
	ActivityBucket *bucket = NULL;
	size_t		tail;
	int32_t		last;

	for (size_t i = 0; i < n; i++)
	{
		order[i].key = events[i].day;
		order[i].index = i;
	}
	order = sort_keys(host, order, n);
	for (size_t i = 0; i < n; i++)
		if (order[i].key >= end)
		{
			bucket_of[i] = (uint32_t) activity_bucket_of(view->unit, (int32_t) order[i].key);
			end = activity_bucket_start(view->unit, (int32_t) bucket_of[i] + 1);
			buckets++;
		}
	view->buckets = scoring_alloc0(host, buckets * sizeof(ActivityBucket));
	end = INT32_MIN;
	for (size_t i = 0; i < n; i++)
	{
		const Event *event = &events[order[i].index];

		if (event->day >= end)
		{
			bucket = &view->buckets[view->nbuckets++];
			bucket->number = (int32_t) bucket_of[i];
			bucket->start = activity_bucket_start(view->unit, bucket->number);
			end = activity_bucket_start(view->unit, bucket->number + 1);
		}
		bucket_of[i] = view->nbuckets - 1;
		bucket->days |= UINT32_C(1) << (event->day - bucket->start);
		if (!add_event(&bucket->cell, event->amount, event->known, fault))
			return false;
		if (event->category > 0)
		{
			starts[place[event->category - 1] + 1]++;
			categorised++;
		}
	}

	last = (int32_t) order[n - 1].key;
	if (view->unit != ACTIVITY_DAY)
	{
		for (tail = n; tail > 0 && order[tail - 1].key > last - ACTIVITY_TAIL_DAYS;)
			tail--;
		view->tail = scoring_alloc0(host, ACTIVITY_TAIL_DAYS * sizeof(ActivityDay));
		for (; tail < n; tail++)
		{
			const Event *event = &events[order[tail].index];

			if (view->ntail == 0 || view->tail[view->ntail - 1].day != event->day)
				view->tail[view->ntail++].day = event->day;
			if (!add_event(&view->tail[view->ntail - 1].cell, event->amount, event->known, fault))
				return false;
		}
	}

	if (categorised > 0)
	{
		size_t	   *by_category = scoring_alloc(host, categorised * sizeof(size_t));

		for (int c = 0; c <= ACTIVITY_MAX_CATEGORIES; c++)
			starts[c + 1] += starts[c];
		for (size_t i = 0; i < n; i++)
			if (events[order[i].index].category > 0)
				by_category[starts[place[events[order[i].index].category - 1]]++] = i;
		view->parts = scoring_alloc(host, categorised * sizeof(ActivityPart));
		for (size_t i = 0; i < categorised; i++)
		{
			const Event *event = &events[order[by_category[i]].index];
			uint32_t	category = place[event->category - 1];
			uint32_t	in = bucket_of[by_category[i]];
			ActivityPart *part = view->nparts > 0 ? &view->parts[view->nparts - 1] : NULL;

			if (category == ACTIVITY_MAX_CATEGORIES)
				category = view->ncategories;
			if (part == NULL || part->category != category || part->bucket != in)
			{
				part = &view->parts[view->nparts++];
				memset(part, 0, sizeof(*part));
				part->category = category;
				part->bucket = in;
			}
			/* No more than the bucket has, whose sums did not overflow. */
			part->n++;
			if (event->known && event->amount > 0)
				part->inflow += event->amount;
			else if (event->known)
				part->outflow -= event->amount;
		}
	}
	return true;
}

/* ---------- views ---------- */

typedef struct Source
{
	ActivityView view;
	uint32_t   *names;			/* numbers of the view's categories */
	uint32_t   *places;			/* where they go */
} Source;

static bool
too_many_parts(ScoringFault *fault)
{
	scoring_fault(fault, SCORING_FAULT_LIMIT, "an activity has at most %d categories in buckets", ACTIVITY_MAX_CELLS);
	return scoring_fault_hint(fault, "Use longer buckets, or fewer categories.");
}

/* Buckets, tail and parts of all sources, into a view with its unit and categories. */
static bool
merge_views(const ScoringHost *host, const Source *sources, size_t nsources, ActivityView *view, ScoringFault *fault)
{
	Keyed	   *keys;
	Keyed	   *order;			/* may be other, smaller memory than `keys` */
	const void **items;
	size_t		n = 0;
	size_t		nbuckets = 0;
	size_t		ntail = 0;
	size_t		nparts = 0;
	int32_t		last = INT32_MIN;
	int32_t		first;
	uint32_t   *bucket_index;

	for (size_t s = 0; s < nsources; s++)
	{
		const ActivityView *from = &sources[s].view;

		nbuckets += from->nbuckets;
		ntail += from->ntail;
		nparts += from->nparts;
		if (from->nbuckets > 0 && activity_last_day(from) > last)
			last = activity_last_day(from);
	}
	if (nbuckets == 0)
		return true;
	n = nbuckets > ntail ? nbuckets : ntail;
	if (nparts > n)
		n = nparts;
	keys = scoring_alloc(host, n * sizeof(Keyed));
	items = scoring_alloc(host, n * sizeof(void *));

	n = 0;
	for (size_t s = 0; s < nsources; s++)
		for (uint32_t i = 0; i < sources[s].view.nbuckets; i++)
		{
			items[n] = &sources[s].view.buckets[i];
			keys[n] = (Keyed) {sources[s].view.buckets[i].number, n};
			n++;
		}
	order = sort_keys(host, keys, n);
	view->buckets = scoring_alloc(host, n * sizeof(ActivityBucket));
	for (size_t i = 0; i < n; i++)
	{
		const ActivityBucket *from = items[order[i].index];
		ActivityBucket *bucket = view->nbuckets > 0 ? &view->buckets[view->nbuckets - 1] : NULL;

		if (bucket == NULL || bucket->number != from->number)
			view->buckets[view->nbuckets++] = *from;
		else
		{
			bucket->days |= from->days;
			if (!add_checked(&bucket->cell, &from->cell, fault))
				return false;
		}
	}

	n = 0;
	for (size_t s = 0; s < nsources; s++)
		for (uint32_t i = 0; i < sources[s].view.ntail; i++)
			if (sources[s].view.tail[i].day > last - ACTIVITY_TAIL_DAYS)
			{
				items[n] = &sources[s].view.tail[i];
				keys[n] = (Keyed) {sources[s].view.tail[i].day, n};
				n++;
			}
	if (n > 0)
	{
		order = sort_keys(host, keys, n);
		view->tail = scoring_alloc(host, ACTIVITY_TAIL_DAYS * sizeof(ActivityDay));
		for (size_t i = 0; i < n; i++)
		{
			const ActivityDay *from = items[order[i].index];
			ActivityDay *day = view->ntail > 0 ? &view->tail[view->ntail - 1] : NULL;

			if (day == NULL || day->day != from->day)
				view->tail[view->ntail++] = *from;
			else
				activity_cell_add(&day->cell, &from->cell);
		}
	}

	n = 0;
	first = view->buckets[0].number;
	for (size_t s = 0; s < nsources; s++)
		for (uint32_t i = 0; i < sources[s].view.nparts; i++)
		{
			const ActivityPart *part = &sources[s].view.parts[i];
			uint32_t	place = part->category == sources[s].view.ncategories ? ACTIVITY_MAX_CATEGORIES : sources[s].places[part->category];

			if (place == NOWHERE)
				continue;
			items[n] = part;
			keys[n] = (Keyed) {(int64_t) place << 32 | (uint32_t) (sources[s].view.buckets[part->bucket].number - first), n};
			n++;
		}
	if (n == 0)
		return true;
	order = sort_keys(host, keys, n);
	view->parts = scoring_alloc(host, n * sizeof(ActivityPart));
	bucket_index = scoring_alloc(host, ((size_t) (view->buckets[view->nbuckets - 1].number - first) + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < view->nbuckets; i++)
		bucket_index[view->buckets[i].number - first] = i;
	for (size_t i = 0; i < n; i++)
	{
		const ActivityPart *from = items[order[i].index];
		ActivityPart *part = &view->parts[view->nparts > 0 ? view->nparts - 1 : 0];

		/* No more than the bucket has, whose sums did not overflow. */
		if (i > 0 && order[i].key == order[i - 1].key)
		{
			part->n += from->n;
			part->inflow += from->inflow;
			part->outflow += from->outflow;
			continue;
		}
		part = &view->parts[view->nparts++];
		*part = *from;
		part->category = (uint32_t) (order[i].key >> 32);
		if (part->category == ACTIVITY_MAX_CATEGORIES)
			part->category = view->ncategories;
		part->bucket = bucket_index[(uint32_t) order[i].key];
	}
	return true;
}

static bool
finish(const ScoringHost *host, const ActivityView *view, ScoringBuffer *out, ScoringFault *fault)
{
	if (view->nparts > ACTIVITY_MAX_CELLS)
		return too_many_parts(fault);
	if (!activity_check_sum(view, fault) || !activity_check_text(view, fault))
		return false;
	activity_pack(host, view, out);
	return true;
}

bool
activity_merge(const ScoringHost *host, const uint8_t *parameters, size_t nparameters, const ProfilePart *parts, size_t nparts,
			   ScoringBuffer *out, ScoringFault *fault)
{
	ActivityView view;
	Source	   *sources;
	size_t		nsources = 0;
	Names		names;
	Event	   *events;
	size_t		nevents = 0;
	uint32_t   *place;

	/* A lone packed profile is what it is. */
	if (nparts == 1 && parts[0].packed)
	{
		scoring_write_bytes(out, parts[0].bytes, parts[0].length);
		return true;
	}
	memset(&view, 0, sizeof(view));
	if (!activity_read_parameters(parameters, nparameters, &view, fault))
		return false;
	for (size_t i = 0; i < nparts; i++)
	{
		if (parts[i].packed)
			nsources++;
		else
			nevents += count_rows(&parts[i]);
	}
	sources = scoring_alloc(host, (nsources + 1) * sizeof(Source));
	events = scoring_alloc(host, (nevents + 1) * sizeof(Event));
	nsources = nevents = 0;
	start_names(host, &names);
	for (size_t i = 0; i < nparts; i++)
	{
		Source	   *source = &sources[nsources];

		if (!parts[i].packed)
		{
			if (!read_rows(host, &parts[i], &names, events, &nevents, &view.undated, fault))
				return false;
			continue;
		}
		if (!activity_decode(host, parts[i].bytes, parts[i].length, true, &source->view, fault))
			return false;
		source->names = scoring_alloc(host, (source->view.ncategories + 1) * sizeof(uint32_t));
		for (uint32_t c = 0; c < source->view.ncategories; c++)
			source->names[c] = name_number(host, &names, source->view.categories[c].text, source->view.categories[c].length);
		view.pooled |= source->view.pooled;
		if (!scoring_add_int64(&view.undated, source->view.undated) || view.undated > ACTIVITY_MAX_ROWS)
			return scoring_fault(fault, SCORING_FAULT_RANGE, "the number of rows is out of range");
		nsources++;
	}
	place = place_names(host, &names, &view);
	if (nsources == 0)
		return (nevents == 0 || view_events(host, events, nevents, place, &view, fault)) && finish(host, &view, out, fault);
	for (size_t s = 0; s < nsources; s++)
	{
		sources[s].places = sources[s].names;
		for (uint32_t c = 0; c < sources[s].view.ncategories; c++)
			sources[s].places[c] = place[sources[s].names[c]];
	}
	if (nevents > 0)
	{
		Source	   *source = &sources[nsources++];

		/* Its categories are those of the result already. */
		memset(source, 0, sizeof(*source));
		source->view.unit = view.unit;
		source->view.ncategories = view.ncategories;
		source->places = scoring_alloc(host, (view.ncategories + 1) * sizeof(uint32_t));
		for (uint32_t c = 0; c < view.ncategories; c++)
			source->places[c] = c;
		if (!view_events(host, events, nevents, place, &source->view, fault))
			return false;
	}
	return merge_views(host, sources, nsources, &view, fault) && finish(host, &view, out, fault);
}

bool
activity_map(const ScoringHost *host, const ActivityView *from, const ActivityText *to, ScoringBuffer *out, ScoringFault *fault)
{
	Source		source;
	ActivityView view;
	Names		names;
	uint32_t   *place;

	memset(&view, 0, sizeof(view));
	view.unit = from->unit;
	memcpy(view.zone, from->zone, sizeof(view.zone));
	view.undated = from->undated;
	start_names(host, &names);
	source.view = *from;
	source.names = scoring_alloc(host, (from->ncategories + 1) * sizeof(uint32_t));
	source.places = source.names;
	/* What was pooled is of no known category, and so of no dimension. It stands last. */
	while (source.view.nparts > 0 && from->parts[source.view.nparts - 1].category == from->ncategories)
		source.view.nparts--;
	for (uint32_t i = 0; i < from->ncategories; i++)
		source.names[i] = to[i].text == NULL ? NOWHERE : name_number(host, &names, to[i].text, to[i].length);
	place = place_names(host, &names, &view);
	for (uint32_t i = 0; i < from->ncategories; i++)
		if (source.names[i] != NOWHERE)
			source.places[i] = place[source.names[i]];
	return merge_views(host, &source, 1, &view, fault) && finish(host, &view, out, fault);
}
