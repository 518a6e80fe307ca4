/*
 * activity_core.c: the packed form of an activity.
 *
 * Behind the head (profile_core.h; the parameters are the unit and the zone) stand, as varints and columns:
 *   flags (1: pooled), undated, number of buckets, and if there are any:
 *   the first bucket's number (zigzag), the steps from one to the next less 1, the active days' bits (not with day
 *   buckets), the cells of the buckets, the cells of the tail's days;
 *   number of categories, their names; for all of them and then the pooled ones together, the numbers of buckets less 1,
 *   the steps from one bucket to the next less 1, events, and whether money flowed both ways; for each of them, inflow less
 *   outflow; and of those with both the smaller.
 * Cells are ten columns: counts and flows, and of cells with more than one known amount the smallest, the largest and the
 * squares. Which days the tail has follows from the bits; of a day that is the only one of its bucket, the cell is the
 * bucket's and is not written again. Events without a category are what the categories leave.
 */
#include "activity_parts.h"
#include "number_core.h"

#define FLAG_POOLED 1
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

bool
activity_read_parameters(const uint8_t *parameters, size_t nparameters, ActivityView *view, ScoringFault *fault)
{
	if (nparameters < 1 || nparameters > 1 + ACTIVITY_MAX_ZONE || parameters[0] > ACTIVITY_MONTH)
		return scoring_fault(fault, SCORING_FAULT_BINARY, "an activity has no such bucket or time zone");
	view->unit = (ActivityUnit) parameters[0];
	memcpy(view->zone, parameters + 1, nparameters - 1);
	view->zone[nparameters - 1] = '\0';
	for (size_t i = 1; i < nparameters; i++)
		if (parameters[i] <= ' ' || parameters[i] > '~' || parameters[i] == '"' || parameters[i] == '\\')
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

	if (!activity_read_parameters(a, na, &va, fault) || !activity_read_parameters(b, nb, &vb, fault))
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

#define COUNT_COLUMNS 6			/* the first members of a cell */

/* Of the amounts of a cell that has one at most, everything follows from the flows. */
static void
derive_amounts(ActivityCell *cell)
{
	int64_t		amount = cell->inflow - cell->outflow;
	uint64_t	size = (uint64_t) (amount < 0 ? -amount : amount);

	cell->smallest = cell->largest = amount;
	cell->squares = (ActivityWide) size * size;
}

/* Cells that lie `stride` bytes apart. `column` has room for n numbers. */
static void
write_cells(ScoringBuffer *out, const ActivityCell *first, size_t stride, uint32_t n, uint64_t *column)
{
	const uint8_t *at = (const uint8_t *) first;

	for (int c = 0; c < COUNT_COLUMNS; c++)
		profile_write_members(out, at + c * sizeof(int64_t), stride, n);
	for (int c = 0; c < 4; c++)
	{
		uint32_t	many = 0;

		for (uint32_t i = 0; i < n; i++)
		{
			const ActivityCell *cell = (const ActivityCell *) (at + i * stride);

			if (activity_known(cell) > 1)
				column[many++] = c == 0 ? profile_zigzag(cell->smallest) : c == 1 ? profile_zigzag(cell->largest) :
					c == 2 ? (uint64_t) cell->squares : (uint64_t) (cell->squares >> 64);
		}
		if (many == 0)
			break;
		profile_write_column(out, column, many);
	}
}

static bool
read_cells(ScoringReader *reader, ActivityCell *first, size_t stride, uint32_t n, uint64_t *column)
{
	uint8_t    *at = (uint8_t *) first;
	uint32_t	many = 0;

	for (int c = 0; c < COUNT_COLUMNS; c++)
		if (!profile_read_members(reader, at + c * sizeof(int64_t), stride, n))
			return false;
	for (uint32_t i = 0; i < n; i++)
	{
		ActivityCell *cell = (ActivityCell *) (at + i * stride);

		/* Counts and flows are checked later; here no sum may overflow. */
		for (int c = 0; c < COUNT_COLUMNS; c++)
			if ((&cell->n_in)[c] < 0)
				return false;
		if (cell->n_in > ACTIVITY_MAX_ROWS || cell->n_out > ACTIVITY_MAX_ROWS || cell->n_zero > ACTIVITY_MAX_ROWS ||
			cell->n_unknown > ACTIVITY_MAX_ROWS)
			return false;
		if (activity_known(cell) > 1)
			many++;
		else
			derive_amounts(cell);
	}
	for (int c = 0; c < 4 && many > 0; c++)
	{
		uint32_t	m = 0;

		if (!profile_read_column(reader, column, many))
			return false;
		for (uint32_t i = 0; m < many; i++)
		{
			ActivityCell *cell = (ActivityCell *) (at + i * stride);

			if (activity_known(cell) <= 1)
				continue;
			if (c == 0)
				cell->smallest = profile_unzigzag(column[m]);
			else if (c == 1)
				cell->largest = profile_unzigzag(column[m]);
			else if (c == 2)
				cell->squares = column[m];
			else
				cell->squares |= (ActivityWide) column[m] << 64;
			m++;
		}
	}
	return true;
}

/* Whether the day's cell is its bucket's, because the bucket has no other day. */
static bool
is_alone(uint32_t days)
{
	return (days & (days - 1)) == 0;
}

/* Copies of the tail's cells that are not their bucket's; `tail` has room for all. */
static uint32_t
written_tail(const ActivityView *view, ActivityDay *tail)
{
	uint32_t	bucket = 0;
	uint32_t	n = 0;

	/* The tail lies in the last buckets. */
	if (view->ntail > 0)
		for (bucket = view->nbuckets - 1; view->buckets[bucket].start > view->tail[0].day;)
			bucket--;
	for (uint32_t i = 0; i < view->ntail; i++)
	{
		while (bucket + 1 < view->nbuckets && view->buckets[bucket + 1].start <= view->tail[i].day)
			bucket++;
		if (!is_alone(view->buckets[bucket].days))
			tail[n++] = view->tail[i];
	}
	return n;
}

static bool
flows_both_ways(const ActivityPart *part)
{
	return part->inflow > 0 && part->outflow > 0;
}

void
activity_pack(const ScoringHost *host, const ActivityView *view, ScoringBuffer *out)
{
	uint8_t		parameters[1 + ACTIVITY_MAX_ZONE];
	uint32_t	kinds = view->ncategories + (view->pooled ? 1 : 0);
	size_t		room = view->nbuckets > view->nparts ? view->nbuckets : view->nparts;
	uint64_t   *column;
	uint32_t	part = 0;
	uint32_t	both;

	profile_write_head(out, parameters, activity_parameters(view->unit, view->zone, parameters));
	scoring_write_u8(out, view->pooled ? FLAG_POOLED : 0);
	scoring_write_varint(out, (uint64_t) view->undated);
	scoring_write_varint(out, view->nbuckets);
	if (view->nbuckets == 0)
		return;
	column = scoring_alloc(host, (room + ACTIVITY_TAIL_DAYS + kinds) * sizeof(uint64_t));
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
	write_cells(out, &view->buckets[0].cell, sizeof(ActivityBucket), view->nbuckets, column);
	if (view->ntail > 0)
	{
		ActivityDay tail[ACTIVITY_TAIL_DAYS];
		uint32_t	n = written_tail(view, tail);

		if (n > 0)
			write_cells(out, &tail[0].cell, sizeof(ActivityDay), n, column);
	}

	scoring_write_varint(out, view->ncategories);
	if (kinds > 0)
	{
		for (uint32_t i = 0; i < view->ncategories; i++)
		{
			scoring_write_u8(out, (uint8_t) view->categories[i].length);
			scoring_write_bytes(out, view->categories[i].text, view->categories[i].length);
		}
		for (uint32_t k = 0; k < kinds; k++)
		{
			uint32_t	first = part;

			while (part < view->nparts && view->parts[part].category == k)
				part++;
			column[k] = part - first - 1;
		}
		profile_write_column(out, column, kinds);
		for (uint32_t i = 0; i < view->nparts; i++)
			column[i] = i > 0 && view->parts[i - 1].category == view->parts[i].category ?
				view->parts[i].bucket - view->parts[i - 1].bucket - 1 : view->parts[i].bucket;
		profile_write_column(out, column, view->nparts);
		profile_write_members(out, &view->parts[0].n, sizeof(ActivityPart), view->nparts);
		for (uint32_t i = 0; i < view->nparts; i++)
			column[i] = flows_both_ways(&view->parts[i]);
		profile_write_column(out, column, view->nparts);
		for (uint32_t first = 0; first < view->nparts; first = part)
		{
			for (part = first; part < view->nparts && view->parts[part].category == view->parts[first].category; part++)
				column[part - first] = profile_zigzag(view->parts[part].inflow - view->parts[part].outflow);
			profile_write_column(out, column, part - first);
		}
		both = 0;
		for (uint32_t i = 0; i < view->nparts; i++)
			if (flows_both_ways(&view->parts[i]))
				column[both++] = (uint64_t) (view->parts[i].inflow < view->parts[i].outflow ? view->parts[i].inflow : view->parts[i].outflow);
		if (both > 0)
			profile_write_column(out, column, both);
	}
	scoring_release(host, column);
}

/* ---------- decoding ---------- */

bool
activity_damaged(ScoringFault *fault, const char *what)
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
decode_categories(const ScoringHost *host, ScoringReader *reader, ActivityView *view, ScoringFault *fault)
{
	uint64_t	n = scoring_read_varint(reader);
	uint64_t	column[ACTIVITY_MAX_CATEGORIES + 1];
	uint64_t   *steps;
	uint32_t	kinds;
	uint32_t	part = 0;

	if (reader->bad || n > ACTIVITY_MAX_CATEGORIES || (view->pooled && n != ACTIVITY_MAX_CATEGORIES))
		return activity_damaged(fault, "number of categories");
	view->ncategories = (uint32_t) n;
	kinds = view->ncategories + (view->pooled ? 1 : 0);
	if (kinds == 0)
		return true;
	view->categories = scoring_alloc(host, n * sizeof(ActivityText));
	for (uint32_t i = 0; i < view->ncategories; i++)
	{
		view->categories[i].length = scoring_read_u8(reader);
		view->categories[i].text = (const char *) scoring_read_bytes(reader, view->categories[i].length);
		if (reader->bad)
			return activity_damaged(fault, "it ends in a category");
	}
	if (!profile_read_column(reader, column, kinds))
		return activity_damaged(fault, "numbers of buckets of the categories");
	n = 0;
	for (uint32_t k = 0; k < kinds; k++)
	{
		if (column[k] >= view->nbuckets)
			return activity_damaged(fault, "number of buckets of a category");
		n += column[k] + 1;
	}
	if (n > ACTIVITY_MAX_CELLS || !fits(reader, n))
		return activity_damaged(fault, "numbers of buckets of the categories");
	view->nparts = (uint32_t) n;
	view->parts = scoring_alloc(host, n * sizeof(ActivityPart));
	steps = scoring_alloc(host, n * sizeof(uint64_t));
	if (!profile_read_column(reader, steps, n))
		return activity_damaged(fault, "buckets of the categories");
	for (uint32_t k = 0; k < kinds; k++)
	{
		uint64_t	at = 0;

		for (uint64_t i = 0; i <= column[k]; i++, part++)
		{
			if (steps[part] >= view->nbuckets || (at += steps[part] + (i > 0)) >= view->nbuckets)
				return activity_damaged(fault, "bucket of a category");
			view->parts[part].category = k;
			view->parts[part].bucket = (uint32_t) at;
		}
	}
	if (!profile_read_members(reader, &view->parts[0].n, sizeof(ActivityPart), n))
		return activity_damaged(fault, "events of the categories");
	if (!profile_read_column(reader, steps, n))
		return activity_damaged(fault, "ways of the categories");
	part = 0;
	for (uint32_t k = 0; k < kinds; k++)
	{
		/* For now the inflow less the outflow, in zigzag form. */
		if (!profile_read_members(reader, &view->parts[part].inflow, sizeof(ActivityPart), column[k] + 1))
			return activity_damaged(fault, "flows of a category");
		part += (uint32_t) column[k] + 1;
	}
	part = 0;
	for (uint64_t i = 0; i < n; i++)
	{
		int64_t		net = profile_unzigzag((uint64_t) view->parts[i].inflow);

		if (net == INT64_MIN)
			return activity_damaged(fault, "flows of a category");
		view->parts[i].inflow = net > 0 ? net : 0;
		view->parts[i].outflow = net < 0 ? -net : 0;
		if (steps[i] > 1)
			return activity_damaged(fault, "ways of the categories");
		part += (uint32_t) steps[i];
	}
	if (part > 0)
	{
		uint64_t   *smaller = scoring_alloc(host, part * sizeof(uint64_t));
		uint32_t	at = 0;

		if (!profile_read_column(reader, smaller, part))
			return activity_damaged(fault, "flows of the categories");
		for (uint64_t i = 0; i < n; i++)
		{
			int64_t		both;

			if (steps[i] == 0)
				continue;
			both = (int64_t) smaller[at++];
			if (both <= 0 || __builtin_add_overflow(view->parts[i].inflow, both, &view->parts[i].inflow) ||
				__builtin_add_overflow(view->parts[i].outflow, both, &view->parts[i].outflow))
				return activity_damaged(fault, "flows of a category");
		}
		scoring_release(host, smaller);
	}
	scoring_release(host, steps);
	return true;
}

int32_t
activity_last_day(const ActivityView *view)
{
	const ActivityBucket *bucket = &view->buckets[view->nbuckets - 1];

	return bucket->start + (int32_t) (31 - __builtin_clz(bucket->days));
}

void
activity_find_tail(ActivityView *view)
{
	int32_t		last = activity_last_day(view);
	uint32_t	n = 0;
	ActivityDay *tail = view->tail;

	for (uint32_t i = view->nbuckets; i > 0; i--)
	{
		const ActivityBucket *bucket = &view->buckets[i - 1];
		int32_t		start = bucket->start;

		if (start + 30 <= last - ACTIVITY_TAIL_DAYS)
			break;
		for (int b = 31; b >= 0; b--)
			if ((bucket->days >> b & 1) != 0 && start + b > last - ACTIVITY_TAIL_DAYS && n < ACTIVITY_TAIL_DAYS)
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
	if (!profile_read_head(&reader, &parameters, &nparameters, fault) || !activity_read_parameters(parameters, nparameters, view, fault))
		return false;
	flags = scoring_read_u8(&reader);
	n = scoring_read_varint(&reader);
	if (reader.bad || (flags & ~FLAG_POOLED) != 0 || n > INT64_MAX)
		return activity_damaged(fault, "flags or undated rows");
	view->pooled = (flags & FLAG_POOLED) != 0;
	view->undated = (int64_t) n;
	n = scoring_read_varint(&reader);
	if (reader.bad || n > MAX_BUCKETS || !fits(&reader, n))
		return activity_damaged(fault, "number of buckets");
	view->nbuckets = (uint32_t) n;
	if (n == 0)
	{
		if (view->pooled)
			return activity_damaged(fault, "pooled categories of no event");
		return scoring_reader_done(&reader, "activity", fault);
	}
	column = scoring_alloc(host, (n > ACTIVITY_TAIL_DAYS ? n : ACTIVITY_TAIL_DAYS) * sizeof(uint64_t));
	view->buckets = scoring_alloc(host, n * sizeof(ActivityBucket));
	number = profile_unzigzag(scoring_read_varint(&reader));
	if (!profile_read_column(&reader, column, n - 1))
		return activity_damaged(fault, "steps of buckets");
	for (uint32_t i = 0; i < n; i++)
	{
		if (i > 0)
		{
			if (column[i - 1] > MAX_BUCKETS)
				return activity_damaged(fault, "step of a bucket");
			number += (int64_t) column[i - 1] + 1;
		}
		/* Within the calendar, so that a start can be worked out; activity_check() wants it exact. */
		if (number < CALENDAR_FIRST_DAY || number > CALENDAR_LAST_DAY)
			return activity_damaged(fault, "number of a bucket");
		view->buckets[i].number = (int32_t) number;
		view->buckets[i].days = 1;
	}
	if (activity_bucket_of(view->unit, CALENDAR_FIRST_DAY) > view->buckets[0].number ||
		activity_bucket_of(view->unit, CALENDAR_LAST_DAY) < view->buckets[n - 1].number)
		return activity_damaged(fault, "date of a bucket");
	for (uint32_t i = 0; i < n; i++)
		view->buckets[i].start = activity_bucket_start(view->unit, view->buckets[i].number);
	if (view->unit != ACTIVITY_DAY)
	{
		if (!profile_read_column(&reader, column, n))
			return activity_damaged(fault, "active days");
		for (uint32_t i = 0; i < n; i++)
		{
			if (column[i] == 0 || column[i] > (view->unit == ACTIVITY_WEEK ? 0x7f : 0x7fffffff))
				return activity_damaged(fault, "active days of a bucket");
			view->buckets[i].days = (uint32_t) column[i];
			/* Days of the next month would make a tail of more days than there are. */
			if (column[i] >> 28 != 0 && view->unit == ACTIVITY_MONTH &&
				column[i] >> (activity_bucket_start(view->unit, view->buckets[i].number + 1) - view->buckets[i].start) != 0)
				return activity_damaged(fault, "an active day lies behind its bucket's end");
		}
	}
	if (!read_cells(&reader, &view->buckets[0].cell, sizeof(ActivityBucket), view->nbuckets, column))
		return activity_damaged(fault, "numbers of the buckets");
	if (view->unit != ACTIVITY_DAY)
	{
		ActivityDay written[ACTIVITY_TAIL_DAYS];
		uint32_t	nwritten;
		uint32_t	bucket = view->nbuckets - 1;
		uint32_t	at = 0;

		view->tail = scoring_alloc(host, ACTIVITY_TAIL_DAYS * sizeof(ActivityDay));
		activity_find_tail(view);
		nwritten = written_tail(view, written);
		if (nwritten > 0 && !read_cells(&reader, &written[0].cell, sizeof(ActivityDay), nwritten, column))
			return activity_damaged(fault, "numbers of the tail");
		while (view->buckets[bucket].start > view->tail[0].day)
			bucket--;
		for (uint32_t i = 0; i < view->ntail; i++)
		{
			while (bucket + 1 < view->nbuckets && view->buckets[bucket + 1].start <= view->tail[i].day)
				bucket++;
			view->tail[i].cell = is_alone(view->buckets[bucket].days) ? view->buckets[bucket].cell : written[at++].cell;
		}
	}
	if (categories && (!decode_categories(host, &reader, view, fault) || !scoring_reader_done(&reader, "activity", fault)))
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
	if (!known)
		return cell->smallest == 0 && cell->largest == 0 && cell->squares == 0;
	if (activity_known(cell) == 1)
	{
		ActivityCell only = *cell;

		derive_amounts(&only);
		if (cell->smallest != only.smallest || cell->largest != only.largest || cell->squares != only.squares)
			return false;
	}
	/* The signs of the extremes follow from the counts. */
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
	/* None is beyond the extremes. */
	if (cell->n_in > 0 && (ActivityWide) cell->inflow > (ActivityWide) cell->n_in * (ActivityWide) cell->largest)
		return false;
	if (cell->n_out > 0 && (ActivityWide) cell->outflow > (ActivityWide) cell->n_out * (ActivityWide) -cell->smallest)
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

/* Whether the whole has room for another part beside `before`, which lies within it: their sum may not be worked out yet. */
static bool
has_room(const ActivityCell *part, const ActivityCell *before, const ActivityCell *whole)
{
	return part->n_in <= whole->n_in - before->n_in && part->n_out <= whole->n_out - before->n_out &&
		part->n_zero <= whole->n_zero - before->n_zero && part->n_unknown <= whole->n_unknown - before->n_unknown &&
		part->inflow <= whole->inflow - before->inflow && part->outflow <= whole->outflow - before->outflow &&
		part->squares <= whole->squares - before->squares;
}

static bool
is_same(const ActivityCell *a, const ActivityCell *b)
{
	return is_within(a, b) && is_within(b, a) && a->smallest == b->smallest && a->largest == b->largest;
}

int
activity_compare_texts(const ActivityText *a, const ActivityText *b)
{
	uint32_t	shared = a->length < b->length ? a->length : b->length;
	int			order = shared > 0 ? memcmp(a->text, b->text, shared) : 0;

	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

bool
activity_out_of_range(ScoringFault *fault)
{
	scoring_fault(fault, SCORING_FAULT_RANGE, "the sum of an activity is out of range");
	scoring_fault_detail(fault, "Amounts may add up to 9.2e16, and their squares to 3.4e34.");
	return scoring_fault_hint(fault, "Are the amounts in a unit that is too small?");
}

bool
activity_check_sum(const ActivityView *view, ScoringFault *fault)
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
			return activity_out_of_range(fault);
	}
	return true;
}

bool
activity_check_text(const ActivityView *view, ScoringFault *fault)
{
	uint64_t	values = 1000;	/* with the tail's */
	uint64_t	bytes = 100000;

	for (uint32_t i = 0; i < view->nbuckets; i++)
		values += 13 + (uint64_t) __builtin_popcount(view->buckets[i].days);
	bytes += 500 * (uint64_t) view->nbuckets;
	for (uint32_t i = 0; i < view->nparts; i++)
	{
		const ActivityPart *part = &view->parts[i];

		values += 3 + (uint64_t) (part->inflow != 0) + (uint64_t) (part->outflow != 0);
		/* Of names in another encoding, or with many escapes, there may be more bytes; most have fewer than 255. */
		bytes += 120 + (part->category < view->ncategories ? view->categories[part->category].length : 0);
	}
	if (values <= JSON_MAX_NODES && bytes <= PROFILE_MAX_JSON)
		return true;
	scoring_fault(fault, SCORING_FAULT_LIMIT, "an activity has more categories in buckets than its text can say");
	return scoring_fault_hint(fault, "Use longer buckets, or fewer categories.");
}

ActivityRanked *
activity_sort_texts(const ScoringHost *host, ActivityRanked *a, uint32_t n)
{
	ActivityRanked *b = scoring_alloc(host, (n + 1) * sizeof(ActivityRanked));

	for (uint32_t width = 1; width < n; width *= 2)
	{
		ActivityRanked *swap = a;
		bool		sorted = true;

		for (uint32_t i = 1; i < n && sorted; i++)
			sorted = activity_compare_texts(&a[i - 1].text, &a[i].text) <= 0;
		if (sorted)
			break;
		for (uint32_t start = 0; start < n; start += 2 * width)
		{
			uint32_t	middle = n - start < width ? n : start + width;
			uint32_t	end = n - middle < width ? n : middle + width;
			uint32_t	left = start;
			uint32_t	right = middle;

			for (uint32_t i = start; i < end; i++)
				b[i] = left < middle && (right >= end || activity_compare_texts(&a[left].text, &a[right].text) <= 0) ? a[left++] : a[right++];
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
	ActivityRanked *ranked = scoring_alloc(host, (view->ncategories + 1) * sizeof(ActivityRanked));
	uint32_t   *place = scoring_alloc(host, (view->ncategories + 1) * sizeof(uint32_t));
	uint32_t   *start = scoring_alloc0(host, (view->ncategories + 2) * sizeof(uint32_t));
	ActivityPart *parts = scoring_alloc(host, (view->nparts + 1) * sizeof(ActivityPart));

	for (uint32_t i = 0; i < view->ncategories; i++)
	{
		ranked[i].text = view->categories[i];
		ranked[i].index = i;
	}
	ranked = activity_sort_texts(host, ranked, view->ncategories);
	for (uint32_t i = 0; i < view->ncategories; i++)
	{
		if (i > 0 && activity_compare_texts(&ranked[i - 1].text, &ranked[i].text) == 0)
			return activity_damaged(fault, "a category occurs twice");
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
		return activity_damaged(fault, "undated rows");
	for (uint32_t i = 0; i < view->nbuckets; i++)
	{
		const ActivityBucket *bucket = &view->buckets[i];
		int32_t		start = bucket->start;
		int32_t		days = activity_bucket_start(view->unit, bucket->number + 1) - start;

		if (days < 31 && bucket->days >> days != 0)
			return activity_damaged(fault, "an active day lies behind its bucket's end");
		if (!CALENDAR_IS_DAY(start + __builtin_ctz(bucket->days)) || !CALENDAR_IS_DAY(start + 31 - __builtin_clz(bucket->days)))
			return activity_damaged(fault, "an active day is out of range");
		if (!check_cell(&bucket->cell))
			return activity_damaged(fault, "the numbers of a bucket contradict each other");
		if (activity_events(&bucket->cell) < __builtin_popcount(bucket->days))
			return activity_damaged(fault, "more active days than events");
	}
	if (!activity_check_sum(view, fault) || !activity_check_text(view, fault))
		return false;
	for (uint32_t i = 0, bucket = 0; i < view->ntail; i++)
	{
		while (activity_bucket_start(view->unit, view->buckets[bucket].number + 1) <= view->tail[i].day)
			bucket++;
		if (!check_cell(&view->tail[i].cell) || !is_within(&view->tail[i].cell, &view->buckets[bucket].cell))
			return activity_damaged(fault, "the numbers of a day contradict its bucket's");
		if (!has_room(&view->tail[i].cell, &tails[bucket], &view->buckets[bucket].cell))
			return activity_damaged(fault, "the numbers of days contradict their bucket's");
		activity_cell_add(&tails[bucket], &view->tail[i].cell);
	}
	for (uint32_t i = 0; i < view->nbuckets && view->ntail > 0; i++)
		if (view->buckets[i].start + __builtin_ctz(view->buckets[i].days) >= view->tail[0].day &&
			!is_same(&tails[i], &view->buckets[i].cell))
			return activity_damaged(fault, "the days of a bucket are not what the bucket is");
	if (view->ncategories > 0 && !sort_categories(host, view, fault))
		return false;
	for (uint32_t i = 0; i < view->ncategories; i++)
		if (view->categories[i].length > ACTIVITY_MAX_CATEGORY || memchr(view->categories[i].text, '\0', view->categories[i].length) != NULL)
			return activity_damaged(fault, "a category's name");
	for (uint32_t i = 0; i < view->nparts; i++)
	{
		const ActivityPart *part = &view->parts[i];
		ActivityPart *sum = &sums[part->bucket];
		const ActivityCell *cell = &view->buckets[part->bucket].cell;

		if (part->n < 1 || part->inflow < 0 || part->outflow < 0 || part->n > activity_events(cell) - sum->n ||
			part->inflow > cell->inflow - sum->inflow || part->outflow > cell->outflow - sum->outflow)
			return activity_damaged(fault, "the categories of a bucket have more than the bucket");
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
