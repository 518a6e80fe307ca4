/*
 * activity_core.c: the packed form of an activity, and how many become one.
 *
 * Behind the head (profile_core.h; the parameters are the unit and the zone) stand, as varints and columns:
 *   flags (1: pooled), undated, number of buckets, and if there are any:
 *   the first bucket's number (zigzag), the steps from one to the next less 1, the active days' bits (not with day
 *   buckets), the cells of the buckets, the cells of the tail's days;
 *   number of categories, their names, and for each, then for the pooled ones, its number of buckets, their steps,
 *   events, inflow and outflow.
 * Cells are ten columns. Which days the tail has follows from the bits; of a day that is the only one of its bucket, the
 * cell is the bucket's and is not written again. Events without a category are what the categories leave.
 *
 * Beyond ACTIVITY_MAX_CATEGORIES the categories with the smallest hashes keep their names. A category that is among
 * those of the whole is among those of every part, so that nothing of it was ever pooled: the result does not depend on
 * how the events were split.
 */
#include "activity_core.h"
#include "number_core.h"

#define FLAG_POOLED 1
#define HASH_SEED UINT64_C(0x61637469)
#define MAX_BUCKETS (CALENDAR_LAST_DAY - CALENDAR_FIRST_DAY + 1)

size_t
activity_parameters(ActivityUnit unit, const char *zone, uint8_t *out)
{
	size_t		length = zone == NULL ? 0 : strlen(zone);

	out[0] = (uint8_t) unit;
	if (length == 3 && memcmp(zone, "UTC", 3) == 0)
		length = 0;
	if (length > 0)
		memcpy(out + 1, zone, length);
	return 1 + length;
}

static bool
read_parameters(const uint8_t *parameters, size_t nparameters, ActivityView *view, ScoringFault *fault)
{
	if (nparameters < 1 || nparameters > 1 + ACTIVITY_MAX_ZONE || parameters[0] > ACTIVITY_MONTH)
		return scoring_fault(fault, SCORING_FAULT_BINARY, "an activity has no such bucket or time zone");
	view->unit = (ActivityUnit) parameters[0];
	memcpy(view->zone, parameters + 1, nparameters - 1);
	view->zone[nparameters - 1] = '\0';
	for (size_t i = 1; i < nparameters; i++)
		if (parameters[i] <= ' ' || parameters[i] > '~')
			return scoring_fault(fault, SCORING_FAULT_BINARY, "the name of a time zone has a character that none has");
	if (strcmp(view->zone, "UTC") == 0)
		return scoring_fault(fault, SCORING_FAULT_BINARY, "UTC is written as no time zone");
	return true;
}

void
activity_mismatch(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, ScoringFault *fault)
{
	ActivityView va;
	ActivityView vb;

	if (!read_parameters(a, na, &va, fault) || !read_parameters(b, nb, &vb, fault))
		return;
	if (va.unit != vb.unit)
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "activities of different buckets cannot be merged");
	else
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "activities of different time zones cannot be merged");
	scoring_fault_detail(fault, "One has buckets of a %s in %s, the other of a %s in %s.",
						 activity_unit_name(va.unit), va.zone[0] != '\0' ? va.zone : "UTC",
						 activity_unit_name(vb.unit), vb.zone[0] != '\0' ? vb.zone : "UTC");
}

/* ---------- packing ---------- */

#define CELL_COLUMNS 10

static uint64_t
cell_column(const ActivityCell *cell, int column)
{
	switch (column)
	{
		case 0:
			return (uint64_t) cell->n_in;
		case 1:
			return (uint64_t) cell->n_out;
		case 2:
			return (uint64_t) cell->n_zero;
		case 3:
			return (uint64_t) cell->n_unknown;
		case 4:
			return (uint64_t) cell->inflow;
		case 5:
			return (uint64_t) cell->outflow;
		case 6:
			return profile_zigzag(cell->smallest);
		case 7:
			return profile_zigzag(cell->largest);
		case 8:
			return (uint64_t) cell->squares;
		default:
			return (uint64_t) (cell->squares >> 64);
	}
}

static void
set_cell_column(ActivityCell *cell, int column, uint64_t value)
{
	switch (column)
	{
		case 0:
			cell->n_in = (int64_t) value;
			break;
		case 1:
			cell->n_out = (int64_t) value;
			break;
		case 2:
			cell->n_zero = (int64_t) value;
			break;
		case 3:
			cell->n_unknown = (int64_t) value;
			break;
		case 4:
			cell->inflow = (int64_t) value;
			break;
		case 5:
			cell->outflow = (int64_t) value;
			break;
		case 6:
			cell->smallest = profile_unzigzag(value);
			break;
		case 7:
			cell->largest = profile_unzigzag(value);
			break;
		case 8:
			cell->squares = value;
			break;
		default:
			cell->squares |= (ActivityWide) value << 64;
			break;
	}
}

/* Whether the day's cell is its bucket's, because the bucket has no other day. */
static bool
is_alone(uint32_t days)
{
	return (days & (days - 1)) == 0;
}

void
activity_pack(const ScoringHost *host, const ActivityView *view, ScoringBuffer *out)
{
	uint8_t		parameters[1 + ACTIVITY_MAX_ZONE];
	size_t		room = view->nbuckets > view->ntail ? view->nbuckets : view->ntail;
	uint64_t   *column = scoring_alloc(host, (room + 1) * sizeof(uint64_t));
	uint32_t	n;
	uint32_t	part = 0;
	uint32_t	kinds = view->ncategories + (view->pooled ? 1 : 0);

	profile_write_head(out, parameters, activity_parameters(view->unit, view->zone, parameters));
	scoring_write_u8(out, view->pooled ? FLAG_POOLED : 0);
	scoring_write_varint(out, (uint64_t) view->undated);
	scoring_write_varint(out, view->nbuckets);
	if (view->nbuckets > 0)
	{
		scoring_write_varint(out, profile_zigzag(view->buckets[0].number));
		for (uint32_t i = 1; i < view->nbuckets; i++)
			column[i - 1] = (uint64_t) (view->buckets[i].number - view->buckets[i - 1].number - 1);
		profile_write_column(out, column, view->nbuckets - 1);
		if (view->unit != ACTIVITY_DAY)
		{
			for (uint32_t i = 0; i < view->nbuckets; i++)
				column[i] = view->buckets[i].days;
			profile_write_column(out, column, view->nbuckets);
		}
		for (int c = 0; c < CELL_COLUMNS; c++)
		{
			for (uint32_t i = 0; i < view->nbuckets; i++)
				column[i] = cell_column(&view->buckets[i].cell, c);
			profile_write_column(out, column, view->nbuckets);
		}
		if (view->unit != ACTIVITY_DAY)
			for (int c = 0; c < CELL_COLUMNS; c++)
			{
				uint32_t	bucket = view->nbuckets;

				n = 0;
				for (uint32_t i = view->ntail; i > 0; i--)
				{
					while (bucket == view->nbuckets ||
						   activity_bucket_start(view->unit, view->buckets[bucket].number) > view->tail[i - 1].day)
						bucket--;
					if (!is_alone(view->buckets[bucket].days))
						column[n++] = cell_column(&view->tail[i - 1].cell, c);
				}
				if (n == 0)
					break;
				profile_write_column(out, column, n);
			}
		scoring_write_varint(out, view->ncategories);
		for (uint32_t i = 0; i < view->ncategories; i++)
		{
			scoring_write_u8(out, (uint8_t) view->categories[i].length);
			scoring_write_bytes(out, view->categories[i].text, view->categories[i].length);
		}
		for (uint32_t k = 0; k < kinds; k++)
		{
			const ActivityPart *first = &view->parts[part];

			for (n = 0; part < view->nparts && view->parts[part].category == k; part++)
				column[n++] = view->parts[part].bucket;
			for (uint32_t i = n; i > 1; i--)
				column[i - 1] -= column[i - 2] + 1;
			scoring_write_varint(out, n);
			profile_write_column(out, column, n);
			for (uint32_t i = 0; i < n; i++)
				column[i] = (uint64_t) first[i].n;
			profile_write_column(out, column, n);
			for (uint32_t i = 0; i < n; i++)
				column[i] = (uint64_t) first[i].inflow;
			profile_write_column(out, column, n);
			for (uint32_t i = 0; i < n; i++)
				column[i] = (uint64_t) first[i].outflow;
			profile_write_column(out, column, n);
		}
	}
	scoring_release(host, column);
}

/* ---------- decoding ---------- */

static bool
damaged(ScoringFault *fault, const char *what)
{
	return scoring_fault(fault, SCORING_FAULT_BINARY, "malformed activity: %s", what);
}

/* Each of n values needs a bit at least, in some column to come. */
static bool
fits(const ScoringReader *reader, uint64_t n)
{
	return n <= 8 * (uint64_t) scoring_reader_left(reader);
}

static bool
decode_categories(const ScoringHost *host, ScoringReader *reader, uint64_t *column, ActivityView *view, ScoringFault *fault)
{
	uint64_t	n = scoring_read_varint(reader);
	uint32_t	kinds;
	uint32_t	room = 0;

	if (reader->bad || n > ACTIVITY_MAX_CATEGORIES || (view->pooled && n != ACTIVITY_MAX_CATEGORIES))
		return damaged(fault, "number of categories");
	view->ncategories = (uint32_t) n;
	view->categories = scoring_alloc(host, (n + 1) * sizeof(ActivityText));
	for (uint32_t i = 0; i < view->ncategories; i++)
	{
		view->categories[i].length = scoring_read_u8(reader);
		view->categories[i].text = (const char *) scoring_read_bytes(reader, view->categories[i].length);
		if (reader->bad)
			return damaged(fault, "it ends in a category");
	}
	kinds = view->ncategories + (view->pooled ? 1 : 0);
	for (uint32_t k = 0; k < kinds; k++)
	{
		ActivityPart *part;
		uint64_t	at = 0;

		n = scoring_read_varint(reader);
		if (reader->bad || n < 1 || n > view->nbuckets || !fits(reader, n) || view->nparts + n > ACTIVITY_MAX_CELLS)
			return damaged(fault, "number of buckets of a category");
		if (view->nparts + n > room)
		{
			ActivityPart *grown;

			room = room * 2 + (uint32_t) n + kinds;
			grown = scoring_alloc(host, room * sizeof(ActivityPart));
			if (view->nparts > 0)
				memcpy(grown, view->parts, view->nparts * sizeof(ActivityPart));
			scoring_release(host, view->parts);
			view->parts = grown;
		}
		part = view->parts + view->nparts;
		view->nparts += (uint32_t) n;
		if (!profile_read_column(reader, column, n))
			return damaged(fault, "buckets of a category");
		for (uint32_t i = 0; i < n; i++)
		{
			if (column[i] >= view->nbuckets || (at += column[i] + (i > 0)) >= view->nbuckets)
				return damaged(fault, "bucket of a category");
			part[i].category = k;
			part[i].bucket = (uint32_t) at;
		}
		if (!profile_read_column(reader, column, n))
			return damaged(fault, "events of a category");
		for (uint32_t i = 0; i < n; i++)
			part[i].n = (int64_t) column[i];
		if (!profile_read_column(reader, column, n))
			return damaged(fault, "inflow of a category");
		for (uint32_t i = 0; i < n; i++)
			part[i].inflow = (int64_t) column[i];
		if (!profile_read_column(reader, column, n))
			return damaged(fault, "outflow of a category");
		for (uint32_t i = 0; i < n; i++)
			part[i].outflow = (int64_t) column[i];
	}
	return true;
}

static int32_t
last_day(const ActivityView *view)
{
	const ActivityBucket *bucket = &view->buckets[view->nbuckets - 1];

	return activity_bucket_start(view->unit, bucket->number) + (int32_t) (31 - __builtin_clz(bucket->days));
}

void
activity_find_tail(ActivityView *view)
{
	int32_t		last = last_day(view);
	uint32_t	n = 0;
	ActivityDay *tail = view->tail;

	for (uint32_t i = view->nbuckets; i > 0; i--)
	{
		const ActivityBucket *bucket = &view->buckets[i - 1];
		int32_t		start = activity_bucket_start(view->unit, bucket->number);

		if (start + 30 <= last - ACTIVITY_TAIL_DAYS)
			break;
		for (int b = 31; b >= 0; b--)
			if ((bucket->days >> b & 1) != 0 && start + b > last - ACTIVITY_TAIL_DAYS)
				tail[n++].day = start + b;
	}
	for (uint32_t i = 0; i < n / 2; i++)
	{
		int32_t		day = tail[i].day;

		tail[i].day = tail[n - 1 - i].day;
		tail[n - 1 - i].day = day;
	}
	view->ntail = n;
}

bool
activity_decode(const ScoringHost *host, const uint8_t *packed, size_t length, bool categories, ActivityView *view, ScoringFault *fault)
{
	ScoringReader reader;
	const uint8_t *parameters;
	size_t		nparameters;
	uint8_t		flags;
	uint64_t	n;
	uint64_t   *column;
	int64_t		number;

	memset(view, 0, sizeof(*view));
	scoring_reader_init(&reader, packed, length);
	if (!profile_read_head(&reader, &parameters, &nparameters, fault) || !read_parameters(parameters, nparameters, view, fault))
		return false;
	flags = scoring_read_u8(&reader);
	n = scoring_read_varint(&reader);
	if (reader.bad || (flags & ~FLAG_POOLED) != 0 || n > INT64_MAX)
		return damaged(fault, "flags or undated rows");
	view->pooled = (flags & FLAG_POOLED) != 0;
	view->undated = (int64_t) n;
	n = scoring_read_varint(&reader);
	if (reader.bad || n > MAX_BUCKETS || !fits(&reader, n))
		return damaged(fault, "number of buckets");
	view->nbuckets = (uint32_t) n;
	if (n == 0)
	{
		if (view->pooled)
			return damaged(fault, "pooled categories of no event");
		return scoring_reader_done(&reader, "activity", fault);
	}
	column = scoring_alloc(host, (n > ACTIVITY_TAIL_DAYS ? n : ACTIVITY_TAIL_DAYS) * sizeof(uint64_t));
	view->buckets = scoring_alloc0(host, n * sizeof(ActivityBucket));
	number = profile_unzigzag(scoring_read_varint(&reader));
	if (!profile_read_column(&reader, column, n - 1))
		return damaged(fault, "steps of buckets");
	for (uint32_t i = 0; i < n; i++)
	{
		if (i > 0)
		{
			if (column[i - 1] > MAX_BUCKETS)
				return damaged(fault, "step of a bucket");
			number += (int64_t) column[i - 1] + 1;
		}
		/* Within the calendar, so that a start can be worked out; check_days() wants it exact. */
		if (number < CALENDAR_FIRST_DAY || number > CALENDAR_LAST_DAY)
			return damaged(fault, "number of a bucket");
		view->buckets[i].number = (int32_t) number;
		view->buckets[i].days = 1;
	}
	if (activity_bucket_of(view->unit, CALENDAR_FIRST_DAY) > view->buckets[0].number ||
		activity_bucket_of(view->unit, CALENDAR_LAST_DAY) < view->buckets[n - 1].number)
		return damaged(fault, "date of a bucket");
	if (view->unit != ACTIVITY_DAY)
	{
		if (!profile_read_column(&reader, column, n))
			return damaged(fault, "active days");
		for (uint32_t i = 0; i < n; i++)
		{
			if (column[i] == 0 || column[i] > (view->unit == ACTIVITY_WEEK ? 0x7f : 0x7fffffff))
				return damaged(fault, "active days of a bucket");
			view->buckets[i].days = (uint32_t) column[i];
		}
	}
	for (int c = 0; c < CELL_COLUMNS; c++)
	{
		if (!profile_read_column(&reader, column, n))
			return damaged(fault, "numbers of the buckets");
		for (uint32_t i = 0; i < n; i++)
			set_cell_column(&view->buckets[i].cell, c, column[i]);
	}
	if (view->unit != ACTIVITY_DAY)
	{
		uint8_t		bucket_of[ACTIVITY_TAIL_DAYS];	/* how far from the last */
		uint32_t	written = 0;
		uint32_t	bucket = view->nbuckets - 1;

		view->tail = scoring_alloc0(host, ACTIVITY_TAIL_DAYS * sizeof(ActivityDay));
		activity_find_tail(view);
		for (uint32_t i = view->ntail; i > 0; i--)
		{
			while (activity_bucket_start(view->unit, view->buckets[bucket].number) > view->tail[i - 1].day)
				bucket--;
			bucket_of[i - 1] = (uint8_t) (view->nbuckets - 1 - bucket);
			if (is_alone(view->buckets[bucket].days))
				view->tail[i - 1].cell = view->buckets[bucket].cell;
			else
				written++;
		}
		for (int c = 0; c < CELL_COLUMNS && written > 0; c++)
		{
			uint32_t	at = 0;

			if (!profile_read_column(&reader, column, written))
				return damaged(fault, "numbers of the tail");
			for (uint32_t i = view->ntail; i > 0; i--)
				if (!is_alone(view->buckets[view->nbuckets - 1 - bucket_of[i - 1]].days))
					set_cell_column(&view->tail[i - 1].cell, c, column[at++]);
		}
	}
	if (categories && (!decode_categories(host, &reader, column, view, fault) || !scoring_reader_done(&reader, "activity", fault)))
		return false;
	scoring_release(host, column);
	return true;
}

/* ---------- checking ---------- */

static bool
check_cell(const ActivityCell *cell)
{
	const int64_t *counts = &cell->n_in;
	bool		known = activity_known(cell) > 0;

	for (int i = 0; i < 4; i++)
		if (counts[i] < 0 || counts[i] > ACTIVITY_MAX_ROWS)
			return false;
	if (cell->inflow < cell->n_in || cell->outflow < cell->n_out)
		return false;
	if ((cell->n_in == 0) != (cell->inflow == 0) || (cell->n_out == 0) != (cell->outflow == 0))
		return false;
	if (activity_events(cell) == 0)
		return false;
	if (cell->smallest < -ACTIVITY_MAX_MINOR || cell->largest > ACTIVITY_MAX_MINOR || cell->smallest > cell->largest)
		return false;
	/* The signs of the extremes follow from the counts. */
	if (!known)
		return cell->smallest == 0 && cell->largest == 0 && cell->squares == 0;
	if ((cell->largest > 0) != (cell->n_in > 0) || (cell->smallest < 0) != (cell->n_out > 0))
		return false;
	if (cell->n_out == 0 && cell->n_zero > 0 && cell->smallest != 0)
		return false;
	if (cell->n_in == 0 && cell->n_zero > 0 && cell->largest != 0)
		return false;
	if (cell->n_in > 0 && cell->largest > cell->inflow)
		return false;
	if (cell->n_out > 0 && -cell->smallest > cell->outflow)
		return false;
	return cell->squares >= (ActivityWide) cell->largest * (ActivityWide) cell->largest &&
		cell->squares >= (ActivityWide) -cell->smallest * (ActivityWide) -cell->smallest;
}

static bool
is_within(const ActivityCell *part, const ActivityCell *whole)
{
	return part->n_in <= whole->n_in && part->n_out <= whole->n_out && part->n_zero <= whole->n_zero &&
		part->n_unknown <= whole->n_unknown && part->inflow <= whole->inflow && part->outflow <= whole->outflow &&
		part->squares <= whole->squares;
}

static bool
is_same(const ActivityCell *a, const ActivityCell *b)
{
	return is_within(a, b) && is_within(b, a) && a->smallest == b->smallest && a->largest == b->largest;
}

static int
compare_text(const ActivityText *a, const ActivityText *b)
{
	uint32_t	shared = a->length < b->length ? a->length : b->length;
	int			order = shared > 0 ? memcmp(a->text, b->text, shared) : 0;

	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* The sum of everything that flowed must be kept in an int64, so that no question can overflow. */
static bool
check_sum(const ActivityView *view, ScoringFault *fault)
{
	int64_t		sum = 0;
	int64_t		events = 0;
	ActivityWide squares = 0;

	for (uint32_t i = 0; i < view->nbuckets; i++)
	{
		const ActivityCell *cell = &view->buckets[i].cell;
		ActivityWide before = squares;

		squares += cell->squares;
		if (!scoring_add_int64(&sum, cell->inflow) || !scoring_add_int64(&sum, cell->outflow) ||
			!scoring_add_int64(&events, activity_events(cell)) || events > ACTIVITY_MAX_ROWS || squares < before)
		{
			scoring_fault(fault, SCORING_FAULT_RANGE, "the sum of an activity is out of range");
			scoring_fault_detail(fault, "Amounts may add up to 9.2e16, and their squares to 3.4e34.");
			return scoring_fault_hint(fault, "Are the amounts in a unit that is too small?");
		}
	}
	return true;
}

typedef struct Ranked
{
	ActivityText text;
	uint32_t	index;
} Ranked;

/* A stable merge sort: sorted stretches, which is how most input comes, cost one pass. */
static Ranked *
sort_ranked(const ScoringHost *host, Ranked *a, uint32_t n)
{
	Ranked	   *b = scoring_alloc(host, (n + 1) * sizeof(Ranked));

	for (uint32_t width = 1; width < n; width *= 2)
	{
		Ranked	   *swap = a;
		bool		sorted = true;

		for (uint32_t i = 1; i < n && sorted; i++)
			sorted = compare_text(&a[i - 1].text, &a[i].text) <= 0;
		if (sorted)
			break;
		for (uint32_t start = 0; start < n; start += 2 * width)
		{
			uint32_t	middle = n - start < width ? n : start + width;
			uint32_t	end = n - middle < width ? n : middle + width;
			uint32_t	left = start;
			uint32_t	right = middle;

			for (uint32_t i = start; i < end; i++)
				b[i] = left < middle && (right >= end || compare_text(&a[left].text, &a[right].text) <= 0) ? a[left++] : a[right++];
		}
		a = b;
		b = swap;
	}
	return a;
}

/* Puts the categories in order of their bytes; they may have come from another encoding. False if two are the same. */
static bool
sort_categories(const ScoringHost *host, ActivityView *view, ScoringFault *fault)
{
	Ranked	   *ranked = scoring_alloc(host, (view->ncategories + 1) * sizeof(Ranked));
	uint32_t   *place = scoring_alloc(host, (view->ncategories + 1) * sizeof(uint32_t));
	uint32_t   *start = scoring_alloc0(host, (view->ncategories + 2) * sizeof(uint32_t));
	ActivityPart *parts = scoring_alloc(host, (view->nparts + 1) * sizeof(ActivityPart));

	for (uint32_t i = 0; i < view->ncategories; i++)
	{
		ranked[i].text = view->categories[i];
		ranked[i].index = i;
	}
	ranked = sort_ranked(host, ranked, view->ncategories);
	for (uint32_t i = 0; i < view->ncategories; i++)
	{
		if (i > 0 && compare_text(&ranked[i - 1].text, &ranked[i].text) == 0)
			return damaged(fault, "a category occurs twice");
		view->categories[i] = ranked[i].text;
		place[ranked[i].index] = i;
	}
	place[view->ncategories] = view->ncategories;
	for (uint32_t i = 0; i < view->nparts; i++)
		start[place[view->parts[i].category] + 1]++;
	for (uint32_t i = 0; i <= view->ncategories; i++)
		start[i + 1] += start[i];
	for (uint32_t i = 0; i < view->nparts; i++)
	{
		ActivityPart *part = &parts[start[place[view->parts[i].category]]++];

		*part = view->parts[i];
		part->category = place[part->category];
	}
	view->parts = parts;
	return true;
}

bool
activity_check(const ScoringHost *host, ActivityView *view, ScoringFault *fault)
{
	ActivityPart *sums = scoring_alloc0(host, (view->nbuckets + 1) * sizeof(ActivityPart));
	ActivityCell *tails = scoring_alloc0(host, (view->nbuckets + 1) * sizeof(ActivityCell));

	if (view->undated < 0 || view->undated > ACTIVITY_MAX_ROWS)
		return damaged(fault, "undated rows");
	for (uint32_t i = 0; i < view->nbuckets; i++)
	{
		const ActivityBucket *bucket = &view->buckets[i];
		int32_t		start = activity_bucket_start(view->unit, bucket->number);
		int32_t		days = activity_bucket_start(view->unit, bucket->number + 1) - start;

		if (days < 31 && bucket->days >> days != 0)
			return damaged(fault, "an active day lies behind its bucket's end");
		if (!CALENDAR_IS_DAY(start + __builtin_ctz(bucket->days)) || !CALENDAR_IS_DAY(start + 31 - __builtin_clz(bucket->days)))
			return damaged(fault, "an active day is out of range");
		if (!check_cell(&bucket->cell))
			return damaged(fault, "the numbers of a bucket contradict each other");
		if (activity_events(&bucket->cell) < __builtin_popcount(bucket->days))
			return damaged(fault, "more active days than events");
	}
	if (!check_sum(view, fault))
		return false;
	for (uint32_t i = 0, bucket = 0; i < view->ntail; i++)
	{
		while (activity_bucket_start(view->unit, view->buckets[bucket].number + 1) <= view->tail[i].day)
			bucket++;
		if (!check_cell(&view->tail[i].cell) || !is_within(&view->tail[i].cell, &view->buckets[bucket].cell))
			return damaged(fault, "the numbers of a day contradict its bucket's");
		activity_cell_add(&tails[bucket], &view->tail[i].cell);
		if (!is_within(&tails[bucket], &view->buckets[bucket].cell))
			return damaged(fault, "the numbers of days contradict their bucket's");
	}
	for (uint32_t i = 0; i < view->nbuckets && view->ntail > 0; i++)
		if (activity_bucket_start(view->unit, view->buckets[i].number) + __builtin_ctz(view->buckets[i].days) >= view->tail[0].day &&
			!is_same(&tails[i], &view->buckets[i].cell))
			return damaged(fault, "the days of a bucket are not what the bucket is");
	if (view->ncategories > 0 && !sort_categories(host, view, fault))
		return false;
	for (uint32_t i = 0; i < view->ncategories; i++)
		if (view->categories[i].length > ACTIVITY_MAX_CATEGORY || memchr(view->categories[i].text, '\0', view->categories[i].length) != NULL)
			return damaged(fault, "a category's name");
	for (uint32_t i = 0; i < view->nparts; i++)
	{
		const ActivityPart *part = &view->parts[i];
		ActivityPart *sum = &sums[part->bucket];
		const ActivityCell *cell = &view->buckets[part->bucket].cell;

		if (part->n < 1 || part->inflow < 0 || part->outflow < 0 || part->n > activity_events(cell) - sum->n ||
			part->inflow > cell->inflow - sum->inflow || part->outflow > cell->outflow - sum->outflow)
			return damaged(fault, "the categories of a bucket have more than the bucket");
		sum->n += part->n;
		sum->inflow += part->inflow;
		sum->outflow += part->outflow;
	}
	return true;
}

bool
activity_recode(const ScoringHost *host, const uint8_t *packed, size_t length, ProfileConvert convert, ScoringBuffer *out, ScoringFault *fault)
{
	ActivityView view;

	if (!activity_decode(host, packed, length, true, &view, fault))
		return false;
	for (uint32_t i = 0; i < view.ncategories; i++)
	{
		size_t		converted;

		view.categories[i].text = convert(view.categories[i].text, view.categories[i].length, &converted);
		if (converted > ACTIVITY_MAX_CATEGORY)
			return scoring_fault(fault, SCORING_FAULT_LIMIT, "a category has at most %d bytes", ACTIVITY_MAX_CATEGORY);
		view.categories[i].length = (uint32_t) converted;
	}
	if (!activity_check(host, &view, fault))
		return false;
	activity_pack(host, &view, out);
	return true;
}

/* ---------- merging ---------- */

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
	int64_t		inflow = cell->inflow;
	int64_t		outflow = cell->outflow;
	ActivityWide squares = cell->squares + other->squares;

	if (!scoring_add_int64(&inflow, other->inflow) || !scoring_add_int64(&outflow, other->outflow) || squares < cell->squares)
	{
		scoring_fault(fault, SCORING_FAULT_RANGE, "the sum of an activity is out of range");
		scoring_fault_detail(fault, "Amounts may add up to 9.2e16, and their squares to 3.4e34.");
		return scoring_fault_hint(fault, "Are the amounts in a unit that is too small?");
	}
	activity_cell_add(cell, other);
	return true;
}

static void
event_cell(int64_t amount, bool known, ActivityCell *cell)
{
	uint64_t	size = (uint64_t) (amount < 0 ? -amount : amount);

	memset(cell, 0, sizeof(*cell));
	if (!known)
	{
		cell->n_unknown = 1;
		return;
	}
	if (amount > 0)
	{
		cell->n_in = 1;
		cell->inflow = amount;
	}
	else if (amount < 0)
	{
		cell->n_out = 1;
		cell->outflow = -amount;
	}
	else
		cell->n_zero = 1;
	cell->smallest = cell->largest = amount;
	cell->squares = (ActivityWide) size * size;
}

/* Something on its way into the result: found by key, and either a packed part's cell or an event. */
typedef struct Item
{
	int64_t		key;
	uint32_t	days;
	bool		known;
	const ActivityCell *cell;	/* NULL: an event */
	const ActivityPart *part;	/* of a category; `cell` is not used then */
	int64_t		amount;
} Item;

/* Stable, natural: one pass where the items are in order, as events mostly are. */
static Item *
sort_items(const ScoringHost *host, Item *a, size_t n)
{
	Item	   *b = NULL;
	size_t		sorted = 1;

	while (sorted < n && a[sorted - 1].key <= a[sorted].key)
		sorted++;
	if (sorted >= n)
		return a;
	if (n <= 48)
	{
		for (size_t i = sorted; i < n; i++)
		{
			Item		item = a[i];
			size_t		j = i;

			for (; j > 0 && a[j - 1].key > item.key; j--)
				a[j] = a[j - 1];
			a[j] = item;
		}
		return a;
	}
	b = scoring_alloc(host, n * sizeof(Item));
	for (;;)
	{
		size_t		at = 0;
		size_t		runs = 0;
		Item	   *swap = a;

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
			break;
	}
	scoring_release(host, b);
	return a;
}

/* Names to numbers, in order of first sight. */
typedef struct Names
{
	ActivityText *texts;
	uint32_t	count;
	uint32_t	room;
	uint32_t   *slots;			/* number + 1; 0 is free */
	uint32_t	mask;
} Names;

static void
start_names(const ScoringHost *host, Names *names)
{
	names->count = 0;
	names->room = 16;
	names->mask = 31;
	names->texts = scoring_alloc(host, names->room * sizeof(ActivityText));
	names->slots = scoring_alloc0(host, (names->mask + 1) * sizeof(uint32_t));
}

static uint32_t
quick_hash(const char *text, uint32_t length)
{
	uint64_t	hash = length;
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
	uint32_t	slot = quick_hash(text, length);

	for (;; slot++)
	{
		uint32_t	number = names->slots[slot & names->mask];

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
			slot = quick_hash(grown[i].text, grown[i].length);
			while (names->slots[slot & names->mask] != 0)
				slot++;
			names->slots[slot & names->mask] = i + 1;
		}
		slot = quick_hash(text, length);
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
 * with one hash are told apart by their bytes.
 */
static uint32_t *
place_names(const ScoringHost *host, const Names *names, bool *pooled, ActivityView *view)
{
	uint32_t	n = names->count;
	uint32_t   *place = scoring_alloc(host, (n + 1) * sizeof(uint32_t));
	Ranked	   *ranked = scoring_alloc(host, (n + 1) * sizeof(Ranked));

	for (uint32_t i = 0; i < n; i++)
	{
		ranked[i].text = names->texts[i];
		ranked[i].index = i;
	}
	ranked = sort_ranked(host, ranked, n);
	if (n > ACTIVITY_MAX_CATEGORIES)
	{
		Item	   *hashes = scoring_alloc(host, n * sizeof(Item));
		uint32_t	kept = 0;

		*pooled = true;
		for (uint32_t i = 0; i < n; i++)
		{
			/* As a signed key, in the same order; equal ones stay in order of bytes. */
			hashes[i].key = (int64_t) (activity_name_hash(host, &ranked[i].text) ^ (UINT64_C(1) << 63));
			hashes[i].days = i;
		}
		hashes = sort_items(host, hashes, n);
		for (uint32_t i = ACTIVITY_MAX_CATEGORIES; i < n; i++)
		{
			place[ranked[hashes[i].days].index] = ACTIVITY_MAX_CATEGORIES;
			ranked[hashes[i].days].text.text = NULL;
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

typedef struct Source
{
	ActivityView view;
	uint32_t   *names;			/* numbers of the view's categories */
} Source;

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
			return damaged(fault, "a row is cut short");
		if (!row.dated)
		{
			(*undated)++;
			continue;
		}
		if (!CALENDAR_IS_DAY(row.day) || row.amount > ACTIVITY_MAX_MINOR || row.amount < -ACTIVITY_MAX_MINOR ||
			(row.length > 0 && memchr(row.category, '\0', row.length) != NULL))
			return damaged(fault, "a row is out of range");
		event->day = row.day;
		event->known = row.known;
		event->amount = row.amount;
		event->category = row.category != NULL ? name_number(host, names, row.category, row.length) + 1 : 0;
		(*nevents)++;
	}
	return true;
}

/* Buckets, tail and categories out of sources and events; the view's categories are placed already. */
static bool
merge_all(const ScoringHost *host, const Source *sources, size_t nsources, const Event *events, size_t nevents,
		  const uint32_t *place, ActivityView *view, ScoringFault *fault)
{
	Item	   *items;
	size_t		n = 0;
	size_t		most = nevents;
	int32_t		last = INT32_MIN;
	uint32_t   *bucket_index;

	for (size_t s = 0; s < nsources; s++)
	{
		const ActivityView *from = &sources[s].view;
		uint32_t	here = from->nbuckets > from->nparts ? from->nbuckets : from->nparts;

		most += here;
		if (from->nbuckets > 0 && last_day(from) > last)
			last = last_day(from);
	}
	items = scoring_alloc(host, (most + 1) * sizeof(Item));

	/* Buckets. */
	for (size_t s = 0; s < nsources; s++)
		for (uint32_t i = 0; i < sources[s].view.nbuckets; i++)
			items[n++] = (Item) {.key = sources[s].view.buckets[i].number,.days = sources[s].view.buckets[i].days,.cell = &sources[s].view.buckets[i].cell};
	for (size_t i = 0; i < nevents; i++)
	{
		int32_t		bucket = activity_bucket_of(view->unit, events[i].day);

		if (events[i].day > last)
			last = events[i].day;
		items[n++] = (Item) {.key = bucket,.days = UINT32_C(1) << (events[i].day - activity_bucket_start(view->unit, bucket)),.known = events[i].known,.amount = events[i].amount};
	}
	items = sort_items(host, items, n);
	view->buckets = scoring_alloc(host, (n + 1) * sizeof(ActivityBucket));
	for (size_t i = 0; i < n; i++)
	{
		ActivityBucket *bucket = view->nbuckets > 0 ? &view->buckets[view->nbuckets - 1] : NULL;
		ActivityCell cell;

		if (items[i].cell != NULL)
			cell = *items[i].cell;
		else
			event_cell(items[i].amount, items[i].known, &cell);
		if (bucket == NULL || bucket->number != items[i].key)
		{
			bucket = &view->buckets[view->nbuckets++];
			bucket->number = (int32_t) items[i].key;
			bucket->days = items[i].days;
			bucket->cell = cell;
		}
		else
		{
			bucket->days |= items[i].days;
			if (!add_checked(&bucket->cell, &cell, fault))
				return false;
		}
	}
	if (view->nbuckets == 0)
		return true;

	/* The tail. */
	if (view->unit != ACTIVITY_DAY)
	{
		n = 0;
		if (most < nsources * ACTIVITY_TAIL_DAYS + nevents)
			items = scoring_alloc(host, (nsources * ACTIVITY_TAIL_DAYS + nevents) * sizeof(Item));
		for (size_t s = 0; s < nsources; s++)
			for (uint32_t i = 0; i < sources[s].view.ntail; i++)
				if (sources[s].view.tail[i].day > last - ACTIVITY_TAIL_DAYS)
					items[n++] = (Item) {.key = sources[s].view.tail[i].day,.cell = &sources[s].view.tail[i].cell};
		for (size_t i = 0; i < nevents; i++)
			if (events[i].day > last - ACTIVITY_TAIL_DAYS)
				items[n++] = (Item) {.key = events[i].day,.known = events[i].known,.amount = events[i].amount};
		items = sort_items(host, items, n);
		view->tail = scoring_alloc(host, (n + 1) * sizeof(ActivityDay));
		for (size_t i = 0; i < n; i++)
		{
			ActivityDay *day = view->ntail > 0 ? &view->tail[view->ntail - 1] : NULL;
			ActivityCell cell;

			if (items[i].cell != NULL)
				cell = *items[i].cell;
			else
				event_cell(items[i].amount, items[i].known, &cell);
			if (day == NULL || day->day != items[i].key)
			{
				day = &view->tail[view->ntail++];
				day->day = (int32_t) items[i].key;
				day->cell = cell;
			}
			else
				activity_cell_add(&day->cell, &cell);
		}
	}

	/* Categories: by place, then bucket. */
	n = 0;
	if (place != NULL)
	{
		int32_t		first = view->buckets[0].number;

		if (most < view->nbuckets)
			most = view->nbuckets;
		items = scoring_alloc(host, (most + 1) * sizeof(Item));
		for (size_t s = 0; s < nsources; s++)
			for (uint32_t i = 0; i < sources[s].view.nparts; i++)
			{
				const ActivityPart *part = &sources[s].view.parts[i];
				uint32_t	to = part->category == sources[s].view.ncategories ? ACTIVITY_MAX_CATEGORIES :
					place[sources[s].names[part->category]];

				if (to == UINT32_MAX)
					continue;	/* loses its category */
				items[n++] = (Item) {.key = (int64_t) to << 32 | (uint32_t) (sources[s].view.buckets[part->bucket].number - first),.part = part};
			}
		for (size_t i = 0; i < nevents; i++)
			if (events[i].category > 0)
				items[n++] = (Item) {.key = (int64_t) place[events[i].category - 1] << 32 | (uint32_t) (activity_bucket_of(view->unit, events[i].day) - first),.known = events[i].known,.amount = events[i].amount};
		items = sort_items(host, items, n);
		view->parts = scoring_alloc(host, (n + 1) * sizeof(ActivityPart));
		bucket_index = scoring_alloc(host, ((size_t) (view->buckets[view->nbuckets - 1].number - first) + 1) * sizeof(uint32_t));
		for (uint32_t i = 0; i < view->nbuckets; i++)
			bucket_index[view->buckets[i].number - first] = i;
		for (size_t i = 0; i < n; i++)
		{
			uint32_t	category = (uint32_t) (items[i].key >> 32);
			uint32_t	bucket = bucket_index[(uint32_t) items[i].key];
			ActivityPart *part = view->nparts > 0 ? &view->parts[view->nparts - 1] : NULL;

			if (category == ACTIVITY_MAX_CATEGORIES)
				category = view->ncategories;
			if (part == NULL || part->category != category || part->bucket != bucket)
			{
				part = &view->parts[view->nparts++];
				memset(part, 0, sizeof(*part));
				part->category = category;
				part->bucket = bucket;
			}
			/* No more than the bucket has, whose sums did not overflow. */
			if (items[i].part != NULL)
			{
				part->n += items[i].part->n;
				part->inflow += items[i].part->inflow;
				part->outflow += items[i].part->outflow;
			}
			else
			{
				part->n++;
				if (items[i].known && items[i].amount > 0)
					part->inflow += items[i].amount;
				else if (items[i].known)
					part->outflow -= items[i].amount;
			}
		}
		if (view->nparts > ACTIVITY_MAX_CELLS)
		{
			scoring_fault(fault, SCORING_FAULT_LIMIT, "an activity has at most %d categories in buckets", ACTIVITY_MAX_CELLS);
			return scoring_fault_hint(fault, "Use longer buckets, or fewer categories.");
		}
	}
	return true;
}

bool
activity_merge(const ScoringHost *host, const uint8_t *parameters, size_t nparameters, const ProfilePart *parts, size_t nparts,
			   ScoringBuffer *out, ScoringFault *fault)
{
	ActivityView view;
	Source	   *sources = scoring_alloc(host, nparts * sizeof(Source));
	size_t		nsources = 0;
	Names		names;
	Event	   *events;
	size_t		nevents = 0;
	uint32_t   *place = NULL;

	memset(&view, 0, sizeof(view));
	if (!read_parameters(parameters, nparameters, &view, fault))
		return false;
	for (size_t i = 0; i < nparts; i++)
		if (!parts[i].packed)
			nevents += count_rows(&parts[i]);
	events = scoring_alloc(host, (nevents + 1) * sizeof(Event));
	nevents = 0;
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
	/* A lone packed profile is what it is. */
	if (nsources == 1 && nparts == 1)
	{
		scoring_write_bytes(out, parts[0].bytes, parts[0].length);
		return true;
	}
	if (names.count > 0)
		place = place_names(host, &names, &view.pooled, &view);
	if (!merge_all(host, sources, nsources, events, nevents, place, &view, fault) || !check_sum(&view, fault))
		return false;
	activity_pack(host, &view, out);
	return true;
}

bool
activity_map(const ScoringHost *host, const ActivityView *from, const ActivityText *to, ScoringBuffer *out, ScoringFault *fault)
{
	Source		source;
	ActivityView view;
	Names		names;
	uint32_t   *place;
	uint32_t   *where;

	memset(&view, 0, sizeof(view));
	view.unit = from->unit;
	memcpy(view.zone, from->zone, sizeof(view.zone));
	view.undated = from->undated;
	start_names(host, &names);
	source.view = *from;
	source.names = scoring_alloc(host, (from->ncategories + 1) * sizeof(uint32_t));
	/* What was pooled is of no known category, and so of no dimension. */
	if (from->pooled)
	{
		source.view.nparts = 0;
		for (uint32_t i = 0; i < from->nparts; i++)
			if (from->parts[i].category < from->ncategories)
				source.view.nparts = i + 1;
	}
	for (uint32_t i = 0; i < from->ncategories; i++)
		source.names[i] = to[i].text == NULL ? UINT32_MAX : name_number(host, &names, to[i].text, to[i].length);
	place = place_names(host, &names, &view.pooled, &view);
	/* One more place, for what loses its category. */
	where = scoring_alloc(host, (names.count + 1) * sizeof(uint32_t));
	memcpy(where, place, names.count * sizeof(uint32_t));
	where[names.count] = UINT32_MAX;
	for (uint32_t i = 0; i < from->ncategories; i++)
		if (source.names[i] == UINT32_MAX)
			source.names[i] = names.count;
	if (!merge_all(host, &source, 1, NULL, 0, where, &view, fault))
		return false;
	activity_pack(host, &view, out);
	return true;
}
