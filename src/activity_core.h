/*
 * activity_core.h: flows of events in time buckets.
 *
 * Amounts are integers in minor units. A decoded activity is an ActivityView: its buckets in order of time, the cells of
 * its categories, and the days of its tail, the last ACTIVITY_TAIL_DAYS up to its last event (none with day buckets).
 */
#ifndef SCORING_ACTIVITY_CORE_H
#define SCORING_ACTIVITY_CORE_H

#include "calendar_core.h"
#include "core.h"
#include "json.h"
#include "profile_core.h"

#define ACTIVITY_MAX_CATEGORIES 256
#define ACTIVITY_MAX_CATEGORY 255	/* bytes of a name */
#define ACTIVITY_MAX_ZONE 63
#define ACTIVITY_MAX_MINOR INT64_C(100000000000000000)
#define ACTIVITY_MAX_ROWS (INT64_MAX / 8)
#define ACTIVITY_MAX_CELLS 4000000
#define ACTIVITY_TAIL_DAYS 35
#define ACTIVITY_MAX_MONTHS 24	/* of the standard features */

/* Aligned as the server's memory is. */
typedef unsigned __int128 ActivityWide __attribute__((aligned(8)));

typedef enum ActivityUnit
{
	ACTIVITY_DAY = 0,
	ACTIVITY_WEEK = 1,
	ACTIVITY_MONTH = 2
} ActivityUnit;

typedef struct ActivityCell
{
	int64_t		n_in;			/* events with a positive amount */
	int64_t		n_out;			/* with a negative one */
	int64_t		n_zero;
	int64_t		n_unknown;		/* without an amount */
	int64_t		inflow;			/* sum of the positive amounts */
	int64_t		outflow;		/* of the absolute values of the negative ones */
	int64_t		smallest;		/* 0 if no amount is known */
	int64_t		largest;
	ActivityWide squares;		/* sum of the squares of the amounts */
} ActivityCell;

typedef struct ActivityBucket
{
	int32_t		number;			/* of the day, week or month (calendar_core.h) */
	int32_t		start;			/* its first day */
	uint32_t	days;			/* a bit for each day of it that has an event; the first day is bit 0 */
	ActivityCell cell;
} ActivityBucket;

typedef struct ActivityDay
{
	int32_t		day;
	ActivityCell cell;
} ActivityDay;

/* One category in one bucket; both are indexes into the view. In order of category, then bucket. */
typedef struct ActivityPart
{
	uint32_t	category;		/* ncategories for the pooled ones */
	uint32_t	bucket;
	int64_t		n;				/* events */
	int64_t		inflow;
	int64_t		outflow;
} ActivityPart;

typedef struct ActivityText
{
	const char *text;			/* not terminated */
	uint32_t	length;
} ActivityText;

typedef struct ActivityView
{
	ActivityUnit unit;
	char		zone[ACTIVITY_MAX_ZONE + 1];	/* "" is UTC */
	int64_t		undated;		/* rows without a time */
	bool		pooled;			/* there were more categories than have names here */
	uint32_t	nbuckets;
	ActivityBucket *buckets;
	uint32_t	ntail;
	ActivityDay *tail;
	uint32_t	ncategories;
	ActivityText *categories;	/* in order of their bytes */
	uint32_t	nparts;
	ActivityPart *parts;
} ActivityView;

/* Parameters of the profile: the unit and the zone. At least ACTIVITY_MAX_ZONE + 1 bytes; returns how many. */
extern size_t activity_parameters(ActivityUnit unit, const char *zone, uint8_t *out);

/*
 * A row of a state. An event without a time is counted apart; category NULL is none. An amount
 * is at most ACTIVITY_MAX_MINOR in either direction.
 */
typedef struct ActivityRow
{
	bool		dated;
	bool		known;			/* the amount is */
	int32_t		day;
	int64_t		amount;
	const char *category;
	uint32_t	length;
} ActivityRow;

/*
 * Written as flags (1 dated, 2 known, 4 with a category, from the fourth bit on the number of bytes of the amount), the
 * category's length, the day from CALENDAR_FIRST_DAY on in three bytes, the amount in zigzag form, the category; each if
 * there is one, the least significant byte first. A row is most of what an event costs, so it is short.
 */
#define ACTIVITY_ROW_HEAD 13	/* at most, without the category's bytes */
extern size_t activity_row_head(const ActivityRow *row, uint8_t *out);

/* The functions of the ProfileType. */
extern bool activity_merge(const ScoringHost *host, const uint8_t *parameters, size_t nparameters,
						   const ProfilePart *parts, size_t nparts, ScoringBuffer *out, ScoringFault *fault);
extern bool activity_recode(const ScoringHost *host, const uint8_t *packed, size_t length, ProfileConvert convert,
							ScoringBuffer *out, ScoringFault *fault);
extern bool activity_write(const ScoringHost *host, const uint8_t *packed, size_t length, ScoringBuffer *json, ScoringFault *fault);
extern bool activity_read(const ScoringHost *host, const JsonAt *root, ScoringBuffer *out, ScoringFault *fault);
extern void activity_mismatch(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, ScoringFault *fault);

/* Decodes a packed activity; texts point into it. Without categories, if they are not asked for. */
extern bool activity_decode(const ScoringHost *host, const uint8_t *packed, size_t length, bool categories, ActivityView *out,
							ScoringFault *fault);
/* Proves what a view from outside must hold, beyond what decoding does; then packs it. */
extern bool activity_check(const ScoringHost *host, ActivityView *view, ScoringFault *fault);
/* Which days the buckets say that the tail has; view->tail has room for ACTIVITY_TAIL_DAYS, and keeps its cells. */
extern void activity_find_tail(ActivityView *view);
extern void activity_pack(const ScoringHost *host, const ActivityView *view, ScoringBuffer *out);
/* The names become the dimensions given for them, or none (length and text of a NULL text). Merges what becomes the same. */
extern bool activity_map(const ScoringHost *host, const ActivityView *view, const ActivityText *names, ScoringBuffer *out,
						 ScoringFault *fault);

/* By which categories keep their names: of the UTF-8 form. */
extern uint64_t activity_name_hash(const ScoringHost *host, const ActivityText *text);

/* ---------- questions (activity_window_core.c) ---------- */

/* Days from start to before end. */
typedef struct ActivityWindow
{
	int32_t		start;
	int32_t		end;
} ActivityWindow;

extern const char *activity_unit_name(ActivityUnit unit);
extern int32_t activity_bucket_of(ActivityUnit unit, int32_t day);
extern int32_t activity_bucket_start(ActivityUnit unit, int32_t bucket);

/* The `buckets` complete buckets before that of as_of; with 0, all of them. */
extern ActivityWindow activity_window_buckets(ActivityUnit unit, int32_t as_of, int32_t buckets);
extern ActivityWindow activity_window_days(int32_t as_of, int32_t days);

/* What two cells hold together. The sums of one view cannot overflow. */
extern void activity_cell_add(ActivityCell *cell, const ActivityCell *other);
static inline int64_t
activity_events(const ActivityCell *cell)
{
	return cell->n_in + cell->n_out + cell->n_zero + cell->n_unknown;
}

static inline int64_t
activity_known(const ActivityCell *cell)
{
	return cell->n_in + cell->n_out + cell->n_zero;
}

/* The events of a window; false with a fault 55000 if the view cannot tell exactly. */
extern bool activity_sum(const ActivityView *view, ActivityWindow window, ActivityCell *out, ScoringFault *fault);
/* In major units; false if not defined. */
extern bool activity_mean(const ActivityCell *cell, double *out);
extern bool activity_stddev(const ActivityCell *cell, double *out);

typedef struct ActivityDays
{
	int32_t		active;			/* days with an event */
	int32_t		buckets;		/* buckets with such a day */
	int32_t		first;			/* of those days; meaningless if there is none */
	int32_t		last;
	int32_t		longest_gap;	/* between two of them that follow each other; 0 if there are not two */
	int32_t		episodes;
} ActivityDays;

/* Of the window's active days, whatever the buckets. A new episode begins more than gap_days after the day before. */
extern void activity_days(const ActivityView *view, ActivityWindow window, int32_t gap_days, ActivityDays *out);

typedef enum ActivityMeasure
{
	ACTIVITY_EVENT_COUNT,
	ACTIVITY_INFLOW,
	ACTIVITY_OUTFLOW,
	ACTIVITY_TURNOVER,
	ACTIVITY_NET_FLOW
} ActivityMeasure;

extern const char *const activity_measures[];	/* their names, ended by NULL */
extern int64_t activity_measure(const ActivityCell *cell, ActivityMeasure measure);
/* 1 for counts, 100 for money: what a measure is divided by to be in its unit. */
extern double activity_scale(ActivityMeasure measure);

/* The least-squares slope over n buckets (2 at least) up to that of as_of. */
extern double activity_trend(const ActivityView *view, int32_t as_of, int32_t n, ActivityMeasure measure);
/* Recent over older half of n buckets (even); false if the older is 0. */
extern bool activity_recent_ratio(const ActivityView *view, int32_t as_of, int32_t n, ActivityMeasure measure, double *out);
extern double activity_decayed(const ActivityView *view, int32_t as_of, double half_life, ActivityMeasure measure);

typedef struct ActivityMix
{
	int64_t	   *amounts;		/* of each category, the pooled ones last, by the measure */
	int64_t	   *events;
	int64_t		total;			/* of all events, with a category or not */
	int64_t		categorised;
} ActivityMix;

/* The categories of a window of whole buckets, by a measure other than net_flow. */
extern void activity_mix(const ScoringHost *host, const ActivityView *view, ActivityWindow window, ActivityMeasure measure, ActivityMix *out);
/* False if nothing is categorised. */
extern bool activity_concentration(const ActivityView *view, const ActivityMix *mix, double *entropy, double *hhi);
/* How many categories occur in the window; an estimate with this relative standard error once categories are pooled. */
extern void activity_distinct(const ScoringHost *host, const ActivityView *view, const ActivityMix *mix, double *estimate, double *error);

/* The standard features (docs/activity.md). Month or day buckets. */
typedef struct ActivityMonths
{
	ActivityCell cell;			/* of the last 1, 3, ... complete months */
	int32_t		active_days;
	int32_t		active_months;
} ActivityMonths;

#define ACTIVITY_WINDOWS 5
extern const int32_t activity_windows[ACTIVITY_WINDOWS];

typedef struct ActivityFeatures
{
	ActivityMonths months[ACTIVITY_WINDOWS];
	int32_t		days_since_last;	/* -1: there is no day before as_of */
	int32_t		months_on_record;
	int32_t		active_days_30d;
	int32_t		episodes_90d;
	int32_t		longest_gap_12m;	/* 0: not defined */
	double		trend_6m;		/* of the net flow */
	double		trend_12m;
	bool		has_ratio_6m;
	bool		has_ratio_12m;
	double		ratio_6m;		/* of the turnover */
	double		ratio_12m;
	double		decayed_turnover;
	bool		has_mix;
	double		entropy_12m;
	double		hhi_12m;
	double		distinct_12m;
} ActivityFeatures;

extern void activity_features(const ScoringHost *host, const ActivityView *view, int32_t as_of, ActivityFeatures *out);

#endif
