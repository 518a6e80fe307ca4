/*
 * balance_history_core.h: the observed balances of one account, as one record for each day that has an observation.
 *
 * Of a day's observations the first, the last, the lowest and the highest balance are kept: all of them are least or
 * greatest elements in a total order, so that any division of the observations gives the same record. Everything that
 * depends on how long a balance stood is computed from the daily closing balances, carried forward.
 */
#ifndef SCORING_BALANCE_HISTORY_CORE_H
#define SCORING_BALANCE_HISTORY_CORE_H

#include "calendar_core.h"
#include "profile_core.h"

#define BALANCE_MAX_ZONE 63
#define BALANCE_MAX_DAYS (CALENDAR_LAST_DAY - CALENDAR_FIRST_DAY + 1)
#define BALANCE_MAX INT64_C(100000000000000000)	/* in minor units, either way */
#define BALANCE_MICROSECONDS_PER_DAY INT64_C(86400000000)

/* A row of a state: the clock in the zone, microseconds since 2000-01-01; or one of the two values that stand for none. */
typedef struct BalanceRow
{
	int64_t		clock;
	int64_t		tie;
	int64_t		balance;
} BalanceRow;

#define BALANCE_UNDATED INT64_MIN	/* no observed_at */
#define BALANCE_WITHOUT (INT64_MIN + 1) /* no balance */

/* Ordered by time, then tie, then the balance, the higher one first. */
typedef struct BalanceMoment
{
	int64_t		time;			/* microseconds since midnight */
	int64_t		tie;
	int64_t		balance;
} BalanceMoment;

typedef struct BalanceDay
{
	int32_t		day;
	BalanceMoment first;
	BalanceMoment last;
	int64_t		lowest;
	int64_t		highest;
} BalanceDay;

typedef struct BalanceView
{
	const char *zone;			/* not terminated; none stands for UTC */
	size_t		nzone;
	uint64_t	undated;
	uint64_t	without_balance;
	size_t		ndays;
	BalanceDay *days;			/* ascending */
} BalanceView;

extern const ProfileType balance_history_profile;

/* The bytes of a packed profile, checked; days are allocated. */
extern bool balance_history_decode(const ScoringHost *host, const uint8_t *packed, size_t length, BalanceView *out, ScoringFault *fault);
extern void balance_history_encode(const BalanceView *view, ScoringBuffer *out);

/* What the days from `from` to the day before `to` held. */
typedef struct BalanceWindow
{
	int32_t		days_known;		/* 0: no balance is known before `to`, and nothing below but days_observed is set */
	int32_t		days_observed;
	int32_t		days_negative;
	int64_t		opening;		/* what was carried into the window, or else its first observation */
	int64_t		closing;
	int64_t		lowest;			/* with what was carried into it */
	int64_t		highest;
	double		average;		/* of daily closings, in major units, as all doubles here */
	double		volatility;		/* their standard deviation, of a population */
} BalanceWindow;

#define BALANCE_ALWAYS INT64_MIN	/* as `from`: all that is known */

extern void balance_history_window(const BalanceView *view, int64_t from, int32_t to, BalanceWindow *out);
/* The last balance before the day. */
extern bool balance_history_at(const BalanceView *view, int32_t day, int64_t *balance);
/* The last day before `day` with an observation. */
extern bool balance_history_observed(const BalanceView *view, int32_t day, int32_t *observed);
/*
 * Least squares over the closings of the months from `from` to the month before `to`, in major units per month; false if
 * fewer than two are known.
 */
extern bool balance_history_slope(const BalanceView *view, int64_t from, int32_t to, double *slope);

#endif
