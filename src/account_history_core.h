/*
 * account_history_core.h: monthly statements of one account: the value, its merging, the notations of credit bureaus, and
 * what is measured on it.
 *
 * A value holds at most one statement of each calendar month, and its months span at most 120. Of several statements of a
 * month one survives, by a total order that does not know which came first: by the rule of the value, `latest` (day of the
 * month, then revision, then content) or `worst` (delinquency, then day and revision, then content). A month that was
 * expired beats them all. Months are counted from January 2000, as in calendar_core.h.
 */
#ifndef SCORING_ACCOUNT_HISTORY_CORE_H
#define SCORING_ACCOUNT_HISTORY_CORE_H

#include "calendar_core.h"
#include "core.h"
#include "profile_core.h"

#define ACCOUNT_MAX_MONTHS 120
#define ACCOUNT_MAX_DAYS 65534	/* past due */
#define ACCOUNT_ADVERSE_DAYS 180	/* what an adverse status counts for at least */
#define ACCOUNT_UNKNOWN INT64_MIN	/* an amount, a revision */

typedef enum AccountKeep
{
	ACCOUNT_KEEP_LATEST,
	ACCOUNT_KEEP_WORST
} AccountKeep;

/* Stored and sent: only ever add at the end. */
typedef enum AccountStatus
{
	ACCOUNT_NO_STATUS,
	ACCOUNT_CURRENT,
	ACCOUNT_PAST_DUE,
	ACCOUNT_NO_PAYMENT_DUE,
	ACCOUNT_CLOSED,
	ACCOUNT_STATUS_UNKNOWN,
	ACCOUNT_ENDED,				/* from here on adverse */
	ACCOUNT_COLLECTION,
	ACCOUNT_SURRENDERED,
	ACCOUNT_REPOSSESSED,
	ACCOUNT_FORECLOSED,
	ACCOUNT_SETTLED_WITH_ASSET,
	ACCOUNT_PAID_BY_GUARANTOR,
	ACCOUNT_CHARGED_OFF,
	ACCOUNT_BANKRUPTCY,
	ACCOUNT_EXPIRED				/* never from a row: what expire() leaves of a month */
} AccountStatus;

#define ACCOUNT_STATUSES (ACCOUNT_EXPIRED + 1)
/* Their words; that of ACCOUNT_NO_STATUS is "". */
extern const char *const account_status_words[ACCOUNT_STATUSES + 1];

typedef enum AccountAmount
{
	ACCOUNT_BALANCE,
	ACCOUNT_LIMIT,
	ACCOUNT_DUE,
	ACCOUNT_PAID
} AccountAmount;

#define ACCOUNT_AMOUNTS 4

typedef struct AccountMonth
{
	int16_t		month;
	uint8_t		day;			/* of the month; 0 of an expired one */
	uint8_t		status;
	int32_t		days;			/* past due as stated, or -1; see account_days() */
	bool		ambiguous;		/* there was another that the rule does not order after or before this one, and that differs */
	int64_t		revision;
	int64_t		amounts[ACCOUNT_AMOUNTS];	/* in minor units */
} AccountMonth;

typedef enum AccountIdentity
{
	ACCOUNT_UNIDENTIFIED,
	ACCOUNT_ONE,
	ACCOUNT_SEVERAL,
	ACCOUNT_ONE_AND_UNIDENTIFIED	/* the statements without an identifier may be of another */
} AccountIdentity;

/* A value, unpacked: flat, to be copied at will. Months ascend. */
typedef struct AccountHistory
{
	AccountKeep keep;
	AccountIdentity identity;
	uint64_t	account;		/* hash of the identifier, of ACCOUNT_ONE, with or without unidentified ones */
	int			count;
	AccountMonth months[ACCOUNT_MAX_MONTHS];
} AccountHistory;

/* ---------- the value ---------- */

extern void account_history_init(AccountHistory *history, AccountKeep keep);
/* A statement as it comes from outside is brought to the one form in which it is kept. */
extern void account_month_normalise(AccountMonth *month);
/* By the value's rule. False, and a fault 54000, if the months would span more than 120. */
extern bool account_history_add(AccountHistory *history, const AccountMonth *month, ScoringFault *fault);
extern bool account_history_merge(AccountHistory *history, const AccountHistory *other, ScoringFault *fault);

extern void account_history_pack(const AccountHistory *history, ScoringBuffer *out);
/* 22P03 for anything but the packed form of a value. */
extern bool account_history_unpack(const uint8_t *packed, size_t length, AccountHistory *out, ScoringFault *fault);

/* Rows of a state: what account_row_write() wrote one after the other. */
#define ACCOUNT_MAX_ROW 56
extern size_t account_row_size(const AccountMonth *month, bool has_account);
extern void account_row_write(uint8_t *at, const AccountMonth *month, bool has_account, uint64_t account);

/* The functions of the ProfileType; its parameters are one byte, the AccountKeep. */
extern bool account_history_merge_parts(const ScoringHost *host, const uint8_t *parameters, size_t nparameters,
										const ProfilePart *parts, size_t nparts, ScoringBuffer *out, ScoringFault *fault);
extern bool account_history_recode(const ScoringHost *host, const uint8_t *packed, size_t length, ProfileConvert convert,
								   ScoringBuffer *out, ScoringFault *fault);
extern bool account_history_write(const ScoringHost *host, const uint8_t *packed, size_t length, ScoringBuffer *json,
								  ScoringFault *fault);
extern bool account_history_read(const ScoringHost *host, const JsonAt *root, ScoringBuffer *out, ScoringFault *fault);
extern void account_history_mismatch(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, ScoringFault *fault);

/* ---------- one month ---------- */

static inline bool
account_has_identifier(const AccountHistory *history)
{
	return history->identity == ACCOUNT_ONE || history->identity == ACCOUNT_ONE_AND_UNIDENTIFIED;
}

static inline bool
account_is_adverse(const AccountMonth *month)
{
	return month->status >= ACCOUNT_ENDED && month->status < ACCOUNT_EXPIRED;
}

/* Days past due that the month counts for, 0 if it is clean; -1 if it is not reported. */
static inline int32_t
account_days(const AccountMonth *month)
{
	if (account_is_adverse(month))
		return month->days > ACCOUNT_ADVERSE_DAYS ? month->days : ACCOUNT_ADVERSE_DAYS;
	if (month->days >= 0)
		return month->days;
	switch (month->status)
	{
		case ACCOUNT_CURRENT:
		case ACCOUNT_NO_PAYMENT_DUE:
		case ACCOUNT_CLOSED:
			return 0;
		default:
			return -1;
	}
}

static inline int32_t
account_month_date(const AccountMonth *month)
{
	return calendar_month_start(month->month) + (month->day > 0 ? month->day - 1 : 0);
}

/* max(amount due - amount paid, 0), or ACCOUNT_UNKNOWN. */
static inline int64_t
account_past_due_amount(const AccountMonth *month)
{
	int64_t		due = month->amounts[ACCOUNT_DUE];
	int64_t		paid = month->amounts[ACCOUNT_PAID];

	if (due == ACCOUNT_UNKNOWN || paid == ACCOUNT_UNKNOWN)
		return ACCOUNT_UNKNOWN;
	return due > paid ? due - paid : 0;
}

/* ---------- windows ---------- */

/* Months `from` to `to`, both included, of a history: those at months[first] to months[end - 1]. */
typedef struct AccountWindow
{
	const AccountHistory *history;
	int32_t		from;			/* INT32_MIN if it has no beginning */
	int32_t		to;
	int			first;
	int			end;
} AccountWindow;

/* The `months` whole months before the month of as_of, a day; all of them if `months` is 0. */
extern AccountWindow account_window(const AccountHistory *history, int32_t as_of, int months);

/* ---------- notations ---------- */

typedef enum AccountNotation
{
	ACCOUNT_DIGITS,
	ACCOUNT_METRO2,
	ACCOUNT_PBOC
} AccountNotation;

extern const char *const account_notation_words[];

/* One character for each of the `months` of the window; `out` has room for them and a terminating zero. */
extern void account_grid(const AccountWindow *window, int months, AccountNotation notation, char *out);
/* 22023 for what is not in the notation. last_month: any day of the month of the newest character. */
extern bool account_from_grid(const char *grid, size_t length, int32_t last_month, AccountNotation notation,
							  AccountHistory *out, ScoringFault *fault);

/* ---------- measures: see docs/account_history.md ---------- */

/* Each of these is false (and NULL) where the window does not say. */
extern int	account_months_reported(const AccountWindow *window);
extern bool account_worst_days(const AccountWindow *window, int32_t *out);
extern bool account_times_past_due(const AccountWindow *window, int32_t days, int *out);
extern bool account_months_since(const AccountWindow *window, int32_t days, int *out);
extern bool account_clean_streak(const AccountWindow *window, bool longest, int *out);
extern bool account_delinquent_streak(const AccountWindow *window, int32_t days, bool longest, int *out);
extern bool account_months_on_book(const AccountWindow *window, int *out);
extern bool account_last_amount(const AccountWindow *window, AccountAmount amount, int64_t *out);
extern bool account_amount_past_due(const AccountWindow *window, int64_t *out);

typedef enum AccountMeasure
{
	ACCOUNT_LAST,
	ACCOUNT_MEAN,
	ACCOUNT_MAX
} AccountMeasure;

extern bool account_utilisation(const AccountWindow *window, AccountMeasure measure, double *out);
extern bool account_payment_ratio(const AccountWindow *window, double *out);
extern bool account_months_paid_in_full(const AccountWindow *window, int *out);
extern bool account_minimum_payer_months(const AccountWindow *window, int *out);
extern bool account_is_transactor(const AccountWindow *window, bool *out);
extern bool account_months_over_limit(const AccountWindow *window, int *out);
extern bool account_balance_slope(const AccountWindow *window, double *out);

typedef enum AccountDirection
{
	ACCOUNT_ANY_CHANGE,
	ACCOUNT_UP,
	ACCOUNT_DOWN
} AccountDirection;

extern bool account_limit_changes(const AccountWindow *window, AccountDirection direction, int *out);

/* ---------- outcomes ---------- */

typedef enum AccountOutcome
{
	ACCOUNT_GOOD,
	ACCOUNT_BAD,
	ACCOUNT_INDETERMINATE,
	ACCOUNT_IMMATURE,
	ACCOUNT_EXCLUDED
} AccountOutcome;

extern const char *const account_outcome_words[];

typedef struct AccountOutcomeRule
{
	int			months;
	int32_t		bad_days;
	int32_t		indeterminate_days;
	int64_t		min_amount;
	bool		at_end;			/* the basis is the end of the window */
} AccountOutcomeRule;

extern AccountOutcome account_outcome(const AccountHistory *history, int32_t observed_on, const AccountOutcomeRule *rule);

typedef struct AccountDefaultRule
{
	int			months;
	int64_t		absolute;		/* both of these must be exceeded */
	int			relative;		/* in ten thousandths of the balance */
	int			probation;		/* months */
} AccountDefaultRule;

extern AccountOutcome account_regulatory_outcome(const AccountHistory *history, int32_t observed_on,
												 const AccountDefaultRule *rule);
/* State at the last statement before the month of as_of; false if there is none. */
extern bool account_in_default(const AccountHistory *history, int32_t as_of, const AccountDefaultRule *rule, bool *out);

/* ---------- what is left out ---------- */

/* Leaves what is in months from that of `day` on. */
extern void account_history_since(AccountHistory *history, int32_t day);
/*
 * Expires closed episodes whose end (or start) plus keep_months and keep_days is not after as_of. 55000 if the value is of
 * several accounts, or may be.
 */
extern bool account_history_expire(AccountHistory *history, int32_t as_of, int32_t keep_months, int32_t keep_days, bool from_start,
								   ScoringFault *fault);

/* ---------- features ---------- */

typedef enum AccountFeatureKind
{
	ACCOUNT_INTEGER,
	ACCOUNT_DOUBLE,
	ACCOUNT_MONEY,
	ACCOUNT_BOOLEAN
} AccountFeatureKind;

typedef struct AccountFeature
{
	char		name[48];
	AccountFeatureKind kind;
	const char *unit;
	char		meaning[160];
} AccountFeature;

typedef struct AccountFeatureValue
{
	bool		known;
	int64_t		integer;		/* also of money, in minor units, and of a boolean */
	double		number;
} AccountFeatureValue;

#define ACCOUNT_MAX_FEATURES 128
extern int	account_feature_count(void);
extern void account_feature(int i, AccountFeature *out);
extern AccountFeatureKind account_feature_kind(int i);
extern void account_features(const AccountHistory *history, int32_t as_of, AccountFeatureValue *out);

#endif
