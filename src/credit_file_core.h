/*
 * credit_file_core.h: the accounts and inquiries of one person or business: the value, its merging, and what is measured
 * across accounts.
 *
 * An account is kept once, under its identifier, with its history packed as it is. What rows say of it is joined by rules
 * that do not know an order: the least kind, the strongest role, the greatest share, the earliest opening, the latest
 * closing, the merged history; and a flag tells that rows disagreed. An inquiry is a day and an identifier.
 */
#ifndef SCORING_CREDIT_FILE_CORE_H
#define SCORING_CREDIT_FILE_CORE_H

#include "account_history_core.h"
#include "calendar_core.h"
#include "profile_core.h"

#define CREDIT_MAX_ACCOUNT 255	/* bytes of an identifier */
#define CREDIT_MAX_KIND 63
#define CREDIT_WHOLE 1000000	/* a share of all */
#define CREDIT_NONE INT32_MIN	/* no day, no share */
#define CREDIT_INQUIRY "inquiry"	/* the kind that is no account */

/* By strength: of several, the last holds. Stored and sent. */
typedef enum CreditRole
{
	CREDIT_ROLE_UNKNOWN,
	CREDIT_AUTHORISED_USER,
	CREDIT_GUARANTOR,
	CREDIT_JOINT,				/* from here on an obligor */
	CREDIT_SOLE
} CreditRole;

extern const char *const credit_file_role_words[];

typedef struct CreditAccount
{
	const char *id;
	uint32_t	id_length;
	const char *kind;
	uint32_t	kind_length;	/* 0: none */
	CreditRole	role;
	int32_t		opened;
	int32_t		closed;
	int32_t		share;			/* in millionths */
	bool		conflicting;
	const uint8_t *history;		/* packed, or NULL */
	size_t		history_length;
} CreditAccount;

typedef struct CreditInquiry
{
	int32_t		day;
	uint32_t	id_length;
	const char *id;
} CreditInquiry;

typedef struct CreditView
{
	uint64_t	unidentified;	/* rows of no account */
	uint64_t	undated;		/* inquiries without a day */
	size_t		naccounts;
	size_t		ninquiries;
	CreditAccount *accounts;	/* by identifier */
	CreditInquiry *inquiries;	/* by day, then identifier */
} CreditView;

extern const ProfileType credit_file_profile;

/* What it returns points into the bytes. Histories are not looked into. */
extern bool credit_file_decode(const ScoringHost *host, const uint8_t *packed, size_t length, CreditView *out, ScoringFault *fault);
extern void credit_file_encode(const CreditView *view, ScoringBuffer *out);

/* Rows of a state. */
extern void credit_file_row_account(ScoringBuffer *out, const CreditAccount *account);
extern void credit_file_row_inquiry(ScoringBuffer *out, const CreditInquiry *inquiry);
extern void credit_file_row_unidentified(ScoringBuffer *out);
extern void credit_file_row_undated(ScoringBuffer *out);

/* ---------- as of a day ---------- */

typedef enum CreditState
{
	CREDIT_OPEN,
	CREDIT_CLOSED,
	CREDIT_ADVERSE
} CreditState;

extern const char *const credit_file_state_words[];

typedef struct CreditStanding
{
	const CreditAccount *account;
	int32_t		opened;
	CreditState state;
	int32_t		last_days;		/* past due at the last statement, or -1 */
	int32_t		worst_days;		/* in the months asked for, or -1 */
	int64_t		balance;		/* or ACCOUNT_UNKNOWN */
	int64_t		limit;
} CreditStanding;

/* The accounts that were on file before as_of, in order; `months` as in account_window(). */
extern bool credit_file_standings(const ScoringHost *host, const CreditView *view, int32_t as_of, int months, CreditStanding **out, size_t *count,
							 ScoringFault *fault);

static inline bool
credit_is_obligor(const CreditStanding *standing)
{
	return standing->account->role >= CREDIT_JOINT;
}

/*
 * Balances of open and adverse accounts, limits of open ones, each times the share; of obligors, or of guarantors. False if
 * there are such accounts, and none has the amount.
 */
extern bool credit_file_total(const CreditStanding *standings, size_t count, bool guarantor, AccountAmount amount, __int128 *out);
/* Of open accounts of obligors for which both are known and the limit is not 0. */
extern bool credit_file_utilisation(const CreditStanding *standings, size_t count, double *out);
/* Whole months between two days. */
extern int	credit_file_months_between(int32_t from, int32_t to);
/* Runs of days with an inquiry in [as_of - days, as_of): a new one begins more than `gap` days after the one before. -1: each counts. */
extern int	credit_file_inquiries(const CreditView *view, int32_t as_of, int32_t days, int32_t gap);

#endif
