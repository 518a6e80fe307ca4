/*
 * activity_window_core.c: what an activity answers about a window of days.
 *
 * A bucket that lies in the window counts whole. Of one that lies partly in it, the active days inside must be in the
 * tail, unless there are none or there are no others; else the question has no exact answer. Sums are of integers, so
 * that only a last division or root rounds.
 */
#include <math.h>

#include "activity_core.h"
#include "number_core.h"

const char *const activity_measures[] = {"event_count", "inflow", "outflow", "turnover", "net_flow", NULL};
const int32_t activity_windows[ACTIVITY_WINDOWS] = {1, 3, 6, 12, 24};

const char *
activity_unit_name(ActivityUnit unit)
{
	static const char *const names[] = {"day", "week", "month"};

	return names[unit];
}

int32_t
activity_bucket_of(ActivityUnit unit, int32_t day)
{
	return unit == ACTIVITY_MONTH ? calendar_month(day) : unit == ACTIVITY_WEEK ? calendar_week(day) : day;
}

int32_t
activity_bucket_start(ActivityUnit unit, int32_t bucket)
{
	return unit == ACTIVITY_MONTH ? calendar_month_start(bucket) : unit == ACTIVITY_WEEK ? calendar_week_start(bucket) : bucket;
}

#define EVER (CALENDAR_FIRST_DAY - 31)	/* before every day of every bucket */

ActivityWindow
activity_window_buckets(ActivityUnit unit, int32_t as_of, int32_t buckets)
{
	int32_t		now = activity_bucket_of(unit, as_of);
	ActivityWindow window;

	window.end = activity_bucket_start(unit, now);
	window.start = EVER;
	if (buckets > 0 && buckets < CALENDAR_LAST_DAY - CALENDAR_FIRST_DAY)
	{
		int32_t		first = now - buckets;

		if (first > activity_bucket_of(unit, CALENDAR_FIRST_DAY))
			window.start = activity_bucket_start(unit, first);
	}
	return window;
}

ActivityWindow
activity_window_days(int32_t as_of, int32_t days)
{
	ActivityWindow window;

	window.end = as_of;
	window.start = days < as_of - EVER ? as_of - days : EVER;
	return window;
}

/* The bits of a bucket's days that lie in the window. */
static uint32_t
mask_of(ActivityWindow window, int32_t start)
{
	int32_t		from = window.start - start;
	int32_t		to = window.end - start;
	uint32_t	mask = to >= 32 ? UINT32_MAX : to <= 0 ? 0 : (UINT32_C(1) << to) - 1;

	return from <= 0 ? mask : from >= 32 ? 0 : mask & ~((UINT32_C(1) << from) - 1);
}

/* The first bucket that may have days at or after the window's start. */
static uint32_t
first_bucket(const ActivityView *view, int32_t start)
{
	uint32_t	low = 0;
	uint32_t	high = view->nbuckets;
	int32_t		number;

	if (start < CALENDAR_FIRST_DAY)
		return 0;
	number = activity_bucket_of(view->unit, start);
	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;

		if (view->buckets[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
activity_sum(const ActivityView *view, ActivityWindow window, ActivityCell *out, ScoringFault *fault)
{
	memset(out, 0, sizeof(*out));
	for (uint32_t i = first_bucket(view, window.start); i < view->nbuckets; i++)
	{
		const ActivityBucket *bucket = &view->buckets[i];
		int32_t		start = bucket->start;
		uint32_t	inside;

		if (start >= window.end)
			break;
		inside = bucket->days & mask_of(window, start);
		if (inside == bucket->days)
			activity_cell_add(out, &bucket->cell);
		else if (inside != 0)
		{
			int32_t		first = start + __builtin_ctz(inside);

			if (first < view->tail[0].day)
			{
				char		from[11];
				char		to[11];
				char		tail[11];

				calendar_to_text(window.start, from);
				calendar_to_text(window.end, to);
				calendar_to_text(view->tail[0].day, tail);
				scoring_fault(fault, SCORING_FAULT_STATE, "the activity cannot tell what happened from %s to before %s", from, to);
				scoring_fault_detail(fault, "It keeps %ss, and single days from %s on only.", activity_unit_name(view->unit), tail);
				return scoring_fault_hint(fault, "Aggregate the events before that date alone, ask for whole %ss, or keep buckets of a day.",
										  activity_unit_name(view->unit));
			}
			for (uint32_t t = 0; t < view->ntail; t++)
				if (view->tail[t].day >= first && view->tail[t].day < start + 32 && (inside >> (view->tail[t].day - start) & 1) != 0)
					activity_cell_add(out, &view->tail[t].cell);
		}
	}
	return true;
}

/* ---------- moments ---------- */

bool
activity_mean(const ActivityCell *cell, double *out)
{
	int64_t		n = activity_known(cell);

	if (n == 0)
		return false;
	*out = (double) (cell->inflow - cell->outflow) / (double) n / 100;
	return true;
}

static double
wide_to_double(ActivityWide value)
{
	return (double) (uint64_t) (value >> 64) * 18446744073709551616.0 + (double) (uint64_t) value;
}

bool
activity_stddev(const ActivityCell *cell, double *out)
{
	int64_t		n = activity_known(cell);
	int64_t		net = cell->inflow - cell->outflow;
	uint64_t	size = (uint64_t) (net < 0 ? -net : net);
	ActivityWide low;
	ActivityWide high;
	ActivityWide square = (ActivityWide) size * size;
	double		spread;

	if (n < 2)
		return false;
	/* n * squares - net^2, exactly: 192 bits, of which `high` has those from the 64th on. */
	low = (ActivityWide) (uint64_t) cell->squares * (uint64_t) n;
	high = (cell->squares >> 64) * (uint64_t) n + (low >> 64);
	low = (uint64_t) low;
	if (high < square >> 64 || (high == square >> 64 && low < (uint64_t) square))
		spread = 0;				/* no events have that; a crafted value may */
	else
	{
		high -= square >> 64;
		if (low < (uint64_t) square)
		{
			low += (ActivityWide) 1 << 64;
			high--;
		}
		low -= (uint64_t) square;
		spread = wide_to_double(high) * 18446744073709551616.0 + (double) (uint64_t) low;
	}
	*out = sqrt(spread / (double) n / (double) (n - 1)) / 100;
	return true;
}

/* ---------- days ---------- */

void
activity_days(const ActivityView *view, ActivityWindow window, int32_t gap_days, ActivityDays *out)
{
	memset(out, 0, sizeof(*out));
	for (uint32_t i = first_bucket(view, window.start); i < view->nbuckets; i++)
	{
		int32_t		start = view->buckets[i].start;
		uint32_t	inside;

		if (start >= window.end)
			break;
		inside = view->buckets[i].days & mask_of(window, start);
		if (inside != 0)
			out->buckets++;
		for (; inside != 0; inside &= inside - 1)
		{
			int32_t		day = start + __builtin_ctz(inside);

			if (out->active++ == 0)
			{
				out->first = day;
				out->episodes = 1;
			}
			else
			{
				if (day - out->last > out->longest_gap)
					out->longest_gap = day - out->last;
				if (day - out->last > gap_days)
					out->episodes++;
			}
			out->last = day;
		}
	}
}

/* ---------- measures over buckets ---------- */

int64_t
activity_measure(const ActivityCell *cell, ActivityMeasure measure)
{
	switch (measure)
	{
		case ACTIVITY_EVENT_COUNT:
			return activity_events(cell);
		case ACTIVITY_INFLOW:
			return cell->inflow;
		case ACTIVITY_OUTFLOW:
			return cell->outflow;
		case ACTIVITY_TURNOVER:
			return cell->inflow + cell->outflow;
		case ACTIVITY_NET_FLOW:
			break;
	}
	return cell->inflow - cell->outflow;
}

double
activity_scale(ActivityMeasure measure)
{
	return measure == ACTIVITY_EVENT_COUNT ? 1 : 100;
}

/*
 * The slope of y over x = 0 .. n-1 is (12 sum(x y) - 6 (n - 1) sum(y)) / (n (n^2 - 1)). Both sums as integers: x y fits,
 * as n is below 2^31 and the sum of all |y| below 2^63.
 */
static double
slope_of(__int128 sum_xy, __int128 sum_y, int32_t n)
{
	__int128	numerator = 2 * sum_xy - (n - 1) * sum_y;
	bool		negative = numerator < 0;
	double		size = wide_to_double((ActivityWide) (negative ? -numerator : numerator));

	return (negative ? -size : size) * 6 / ((double) n * ((double) n * (double) n - 1));
}

double
activity_trend(const ActivityView *view, int32_t as_of, int32_t n, ActivityMeasure measure)
{
	int32_t		end = activity_bucket_of(view->unit, as_of);
	__int128	sum_xy = 0;
	__int128	sum_y = 0;

	for (uint32_t i = 0; i < view->nbuckets; i++)
	{
		int64_t		x = (int64_t) view->buckets[i].number - end + n;

		if (x < 0 || x >= n)
			continue;
		sum_xy += (__int128) x * activity_measure(&view->buckets[i].cell, measure);
		sum_y += activity_measure(&view->buckets[i].cell, measure);
	}
	return slope_of(sum_xy, sum_y, n) / activity_scale(measure);
}

bool
activity_recent_ratio(const ActivityView *view, int32_t as_of, int32_t n, ActivityMeasure measure, double *out)
{
	int32_t		end = activity_bucket_of(view->unit, as_of);
	int64_t		recent = 0;
	int64_t		older = 0;

	for (uint32_t i = 0; i < view->nbuckets; i++)
	{
		int64_t		back = (int64_t) end - view->buckets[i].number;

		if (back >= 1 && back <= n / 2)
			recent += activity_measure(&view->buckets[i].cell, measure);
		else if (back > n / 2 && back <= n)
			older += activity_measure(&view->buckets[i].cell, measure);
	}
	if (older == 0)
		return false;
	*out = (double) recent / (double) older;
	return true;
}

#define LN_2 0.6931471805599453094

double
activity_decayed(const ActivityView *view, int32_t as_of, double half_life, ActivityMeasure measure)
{
	int32_t		end = activity_bucket_of(view->unit, as_of);
	double		sum = 0;

	for (uint32_t i = 0; i < view->nbuckets && view->buckets[i].number < end; i++)
		sum += (double) activity_measure(&view->buckets[i].cell, measure) *
			scoring_exp(-LN_2 * (double) (end - 1 - view->buckets[i].number) / half_life);
	return sum / activity_scale(measure);
}

/* ---------- categories ---------- */

void
activity_mix(const ScoringHost *host, const ActivityView *view, ActivityWindow window, ActivityMeasure measure, ActivityMix *out)
{
	uint32_t	kinds = view->ncategories + 1;
	uint32_t	first = first_bucket(view, window.start);
	uint32_t	end = first;

	out->amounts = scoring_alloc0(host, kinds * sizeof(int64_t));
	out->events = scoring_alloc0(host, kinds * sizeof(int64_t));
	out->total = 0;
	out->categorised = 0;
	for (; end < view->nbuckets && view->buckets[end].start < window.end; end++)
		out->total += activity_measure(&view->buckets[end].cell, measure);
	for (uint32_t i = 0; i < view->nparts; i++)
	{
		const ActivityPart *part = &view->parts[i];
		int64_t		amount;

		if (part->bucket < first || part->bucket >= end)
			continue;
		amount = measure == ACTIVITY_EVENT_COUNT ? part->n : measure == ACTIVITY_INFLOW ? part->inflow :
			measure == ACTIVITY_OUTFLOW ? part->outflow : part->inflow + part->outflow;
		out->amounts[part->category] += amount;
		out->events[part->category] += part->n;
		out->categorised += amount;
	}
}

bool
activity_concentration(const ActivityView *view, const ActivityMix *mix, double *entropy, double *hhi)
{
	*entropy = 0;
	*hhi = 0;
	if (mix->categorised == 0)
		return false;
	for (uint32_t i = 0; i <= view->ncategories; i++)
	{
		double		share = (double) mix->amounts[i] / (double) mix->categorised;

		if (mix->amounts[i] == 0)
			continue;
		*entropy -= share * scoring_log(share);
		*hhi += share * share;
	}
	return true;
}

/*
 * The named categories are those whose hashes lie below the greatest of theirs, theta; of a set of categories, the
 * share theta has hashes below it (a theta sketch). The one at theta itself is not below it.
 */
void
activity_distinct(const ScoringHost *host, const ActivityView *view, const ActivityMix *mix, double *estimate, double *error)
{
	uint64_t	theta = 0;
	uint64_t   *hashes;
	double		seen = 0;
	double		share;

	*error = 0;
	if (mix->events[view->ncategories] == 0)
	{
		for (uint32_t i = 0; i < view->ncategories; i++)
			seen += mix->events[i] > 0;
		*estimate = seen;
		return;
	}
	hashes = scoring_alloc(host, view->ncategories * sizeof(uint64_t));
	for (uint32_t i = 0; i < view->ncategories; i++)
	{
		hashes[i] = activity_name_hash(host, &view->categories[i]);
		if (hashes[i] > theta)
			theta = hashes[i];
	}
	for (uint32_t i = 0; i < view->ncategories; i++)
		seen += mix->events[i] > 0 && hashes[i] < theta;
	share = ((double) theta + 1) / 18446744073709551616.0;
	/* At least one of the pooled was there. */
	*estimate = seen > 0 ? seen / share : 1;
	*error = seen > 1 ? sqrt((1 - share) / (seen - 1)) : 1;
}

/* ---------- the standard features ---------- */

/* 2^(-k / 3): the weight of what lies k months back, by a half-life of three. */
static double
weight_of(int32_t k)
{
	static const double thirds[3] = {1, 0.79370052598409974, 0.62996052494743658};

	return ldexp(thirds[k % 3], -(k / 3));
}

void
activity_features(const ScoringHost *host, const ActivityView *view, int32_t as_of, ActivityFeatures *out)
{
	ActivityCell months[ACTIVITY_MAX_MONTHS];
	int32_t		active[ACTIVITY_MAX_MONTHS] = {0};
	int32_t		now = calendar_month(as_of);
	int32_t		current = INT32_MIN;
	int64_t		of_current = 0;
	double		decayed = 0;
	ActivityWindow window;
	ActivityDays days;
	ActivityMix mix;
	ActivityCell sum;
	int32_t		active_days = 0;
	int32_t		active_months = 0;
	double		error;
	int			next = 0;

	memset(months, 0, sizeof(months));
	for (uint32_t i = 0; i < view->nbuckets; i++)
	{
		const ActivityBucket *bucket = &view->buckets[i];
		int32_t		month = view->unit == ACTIVITY_MONTH ? bucket->number : calendar_month(bucket->number);

		if (month >= now)
			break;
		if (month != current)
		{
			if (of_current != 0)
				decayed += (double) of_current * weight_of(now - 1 - current);
			current = month;
			of_current = 0;
		}
		of_current += bucket->cell.inflow + bucket->cell.outflow;
		if (now - 1 - month < ACTIVITY_MAX_MONTHS)
		{
			activity_cell_add(&months[now - 1 - month], &bucket->cell);
			active[now - 1 - month] += __builtin_popcount(bucket->days);
		}
	}
	if (of_current != 0)
		decayed += (double) of_current * weight_of(now - 1 - current);
	out->decayed_turnover = decayed / 100;

	memset(&sum, 0, sizeof(sum));
	for (int32_t back = 0; back < ACTIVITY_MAX_MONTHS; back++)
	{
		if (active[back] > 0)
		{
			activity_cell_add(&sum, &months[back]);
			active_days += active[back];
			active_months++;
		}
		if (back + 1 == activity_windows[next])
		{
			out->months[next].cell = sum;
			out->months[next].active_days = active_days;
			out->months[next].active_months = active_months;
			next++;
		}
	}

	for (int half = 0; half < 2; half++)
	{
		int32_t		n = half == 0 ? 6 : 12;
		__int128	sum_xy = 0;
		__int128	sum_y = 0;
		int64_t		recent = 0;
		int64_t		older = 0;
		double		slope;

		for (int32_t back = 0; back < n; back++)
		{
			int64_t		net = months[back].inflow - months[back].outflow;

			sum_xy += (__int128) (n - 1 - back) * net;
			sum_y += net;
			*(back < n / 2 ? &recent : &older) += months[back].inflow + months[back].outflow;
		}
		slope = slope_of(sum_xy, sum_y, n) / 100;
		*(half == 0 ? &out->trend_6m : &out->trend_12m) = slope;
		*(half == 0 ? &out->has_ratio_6m : &out->has_ratio_12m) = older != 0;
		*(half == 0 ? &out->ratio_6m : &out->ratio_12m) = older != 0 ? (double) recent / (double) older : 0;
	}

	window.start = EVER;
	window.end = as_of;
	activity_days(view, window, 14, &days);
	out->days_since_last = days.active > 0 ? as_of - days.last : -1;
	out->months_on_record = days.active > 0 ? now - calendar_month(days.first) : -1;
	activity_days(view, activity_window_days(as_of, 30), 14, &days);
	out->active_days_30d = days.active;
	activity_days(view, activity_window_days(as_of, 90), 14, &days);
	out->episodes_90d = days.episodes;
	window = activity_window_buckets(ACTIVITY_MONTH, as_of, 12);
	activity_days(view, window, 14, &days);
	out->longest_gap_12m = days.longest_gap;
	activity_mix(host, view, window, ACTIVITY_EVENT_COUNT, &mix);
	out->has_mix = activity_concentration(view, &mix, &out->entropy_12m, &out->hhi_12m);
	activity_distinct(host, view, &mix, &out->distinct_12m, &error);
}
