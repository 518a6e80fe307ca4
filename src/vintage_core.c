/*
 * vintage_core.c: one account's part in a vintage curve and in a roll-rate matrix.
 */
#include "vintage_core.h"

const char *const vintage_bucket_words[VINTAGE_BUCKETS] = {
	"current", "1-29", "30-59", "60-89", "90-119", "120-149", "150+", "closed", "not reported"
};

bool
vintage_account(const AccountHistory *history, int32_t opened, int32_t as_of, int32_t bad_days, VintageAccount *out)
{
	AccountWindow window = account_window(history, as_of, 0);
	const AccountMonth *last = NULL;
	int32_t		begin = opened == INT32_MIN ? INT32_MAX : calendar_month(opened);
	int32_t		bad = INT32_MAX;

	for (int i = window.first; i < window.end; i++)
	{
		const AccountMonth *month = &history->months[i];
		int32_t		days = account_days(month);

		if (days < 0)
			continue;
		if (last == NULL && month->month < begin)
			begin = month->month;
		last = month;
		if (days >= bad_days && bad == INT32_MAX)
			bad = month->month;
	}
	if (last == NULL)
		return false;
	out->bad = bad == INT32_MAX ? 0 : bad - begin + 1;
	/* What was bad stays bad, and what is closed cannot become it: neither has to be watched on. */
	out->through = (bad != INT32_MAX || last->status == ACCOUNT_CLOSED || account_is_adverse(last) ? window.to : last->month) - begin + 1;
	return true;
}

VintageBucket
vintage_bucket(const AccountHistory *history, int32_t as_of, int64_t *balance)
{
	AccountWindow window = account_window(history, as_of, 0);
	const AccountMonth *last = NULL;
	int32_t		days;

	*balance = ACCOUNT_UNKNOWN;
	for (int i = window.end - 1; i >= window.first && last == NULL; i--)
		if (account_days(&history->months[i]) >= 0)
			last = &history->months[i];
	if (last == NULL)
		return VINTAGE_NOT_REPORTED;
	if (last->month == window.to)
		*balance = last->amounts[ACCOUNT_BALANCE];
	if (account_is_adverse(last))
		return VINTAGE_150;
	if (last->status == ACCOUNT_CLOSED)
		return VINTAGE_CLOSED;
	if (last->month < window.to)
		return VINTAGE_NOT_REPORTED;
	days = account_days(last);
	return days == 0 ? VINTAGE_CURRENT : days >= 150 ? VINTAGE_150 : (VintageBucket) (VINTAGE_1 + days / 30);
}
