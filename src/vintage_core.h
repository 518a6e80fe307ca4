/*
 * vintage_core.h: what one account history adds to a vintage curve and to a roll-rate matrix.
 */
#ifndef SCORING_VINTAGE_CORE_H
#define SCORING_VINTAGE_CORE_H

#include "account_history_core.h"

/* Months on book are counted from 1, the month of the account's beginning. */
typedef struct VintageAccount
{
	int			bad;			/* month on book in which it first was bad; 0 if it was not */
	int			through;		/* the last month on book for which it is known whether it was; at least 1 */
} VintageAccount;

/*
 * Of the months before that of as_of. opened: a day, or INT32_MIN for the first statement. False if no statement says
 * whether the account was past due.
 */
extern bool vintage_account(const AccountHistory *history, int32_t opened, int32_t as_of, int32_t bad_days, VintageAccount *out);

typedef enum VintageBucket
{
	VINTAGE_CURRENT,
	VINTAGE_1,
	VINTAGE_30,
	VINTAGE_60,
	VINTAGE_90,
	VINTAGE_120,
	VINTAGE_150,				/* and every adverse status */
	VINTAGE_CLOSED,
	VINTAGE_NOT_REPORTED
} VintageBucket;

#define VINTAGE_BUCKETS (VINTAGE_NOT_REPORTED + 1)
extern const char *const vintage_bucket_words[VINTAGE_BUCKETS];

/* At the statement of the month before that of as_of. Closed and adverse stand until there is another statement. */
extern VintageBucket vintage_bucket(const AccountHistory *history, int32_t as_of, int64_t *balance);

#endif
