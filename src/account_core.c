/*
 * account_core.c: what is measured on the statements of one account: notations, delinquency, use of the limit, outcomes,
 * expiry, features. docs/account_history.md defines each in words and in SQL.
 */
#include <stdio.h>

#include "account_history_core.h"

const char *const account_notation_words[] = {"digits", "metro2", "pboc", NULL};
const char *const account_outcome_words[] = {"good", "bad", "indeterminate", "immature", "excluded", NULL};

AccountWindow
account_window(const AccountHistory *history, int32_t as_of, int months)
{
	AccountWindow window;

	window.history = history;
	window.to = calendar_month(as_of) - 1;
	window.from = months > 0 ? window.to - months + 1 : INT32_MIN;
	for (window.end = history->count; window.end > 0 && history->months[window.end - 1].month > window.to;)
		window.end--;
	for (window.first = window.end; window.first > 0 && history->months[window.first - 1].month >= window.from;)
		window.first--;
	return window;
}

#define EACH_MONTH(month, window) \
	for (const AccountMonth *month = (window)->history->months + (window)->first; \
		 month < (window)->history->months + (window)->end; month++)

/* ---------- notations ---------- */

static char
digit_of(const AccountMonth *month)
{
	int32_t		days = account_days(month);

	if (account_is_adverse(month))
		return '7';
	return days < 0 ? '-' : (char) ('0' + (days >= 210 ? 7 : days / 30));
}

static char
metro2_of(const AccountMonth *month)
{
	int32_t		days = account_days(month);

	switch (month->status)
	{
		case ACCOUNT_COLLECTION:
		case ACCOUNT_PAID_BY_GUARANTOR:
			return 'G';
		case ACCOUNT_SURRENDERED:
			return 'J';
		case ACCOUNT_REPOSSESSED:
		case ACCOUNT_SETTLED_WITH_ASSET:
			return 'K';
		case ACCOUNT_FORECLOSED:
			return 'H';
		case ACCOUNT_CHARGED_OFF:
		case ACCOUNT_ENDED:
			return 'L';
		case ACCOUNT_BANKRUPTCY:
			return 'D';
		default:
			break;
	}
	if (days < 0)
		return 'D';
	if (days == 0 && (month->status == ACCOUNT_CLOSED || month->amounts[ACCOUNT_BALANCE] == 0))
		return 'E';
	return (char) ('0' + (days >= 180 ? 6 : days / 30));
}

static char
pboc_of(const AccountMonth *month)
{
	int32_t		days = account_days(month);

	switch (month->status)
	{
		case ACCOUNT_PAID_BY_GUARANTOR:
			return 'D';
		case ACCOUNT_SETTLED_WITH_ASSET:
		case ACCOUNT_SURRENDERED:
		case ACCOUNT_REPOSSESSED:
		case ACCOUNT_FORECLOSED:
			return 'Z';
		case ACCOUNT_CHARGED_OFF:
		case ACCOUNT_BANKRUPTCY:
			return 'B';
		case ACCOUNT_ENDED:
			return 'G';
		default:
			break;
	}
	if (account_is_adverse(month))
		return '7';
	if (days < 0)
		return '#';
	if (days > 0)
		return (char) (days > 180 ? '7' : '0' + (days + 29) / 30);
	return month->status == ACCOUNT_CLOSED ? 'C' : month->status == ACCOUNT_NO_PAYMENT_DUE ? '*' : 'N';
}

void
account_grid(const AccountWindow *window, int months, AccountNotation notation, char *out)
{
	const AccountHistory *history = window->history;
	int			at = 0;
	int			opened = 0;

	/* What was expired is not reported, also where it was the first. */
	while (opened < history->count && history->months[opened].status == ACCOUNT_EXPIRED)
		opened++;
	for (int i = 0; i < months; i++)
	{
		int32_t		number = window->to - months + 1 + i;
		char		symbol;

		while (at < history->count && history->months[at].month < number)
			at++;
		if (opened == history->count || number < history->months[opened].month)
			symbol = notation == ACCOUNT_DIGITS ? '-' : notation == ACCOUNT_METRO2 ? 'B' : '/';
		else if (at == history->count || history->months[at].month > number)
			symbol = notation == ACCOUNT_DIGITS ? '-' : notation == ACCOUNT_METRO2 ? 'D' : '#';
		else
			symbol = notation == ACCOUNT_DIGITS ? digit_of(&history->months[at]) :
				notation == ACCOUNT_METRO2 ? metro2_of(&history->months[at]) : pboc_of(&history->months[at]);
		out[notation == ACCOUNT_PBOC ? i : months - 1 - i] = symbol;
	}
	out[months] = '\0';
}

typedef struct GridSymbol
{
	char		symbol;
	uint8_t		status;
	int16_t		days;
	bool		zero;			/* the balance is */
} GridSymbol;

static const GridSymbol digit_symbols[] = {
	{'0', ACCOUNT_NO_STATUS, 0, false}, {'1', ACCOUNT_NO_STATUS, 30, false}, {'2', ACCOUNT_NO_STATUS, 60, false},
	{'3', ACCOUNT_NO_STATUS, 90, false}, {'4', ACCOUNT_NO_STATUS, 120, false}, {'5', ACCOUNT_NO_STATUS, 150, false},
	{'6', ACCOUNT_NO_STATUS, 180, false}, {'7', ACCOUNT_NO_STATUS, 210, false}, {0}
};

static const GridSymbol metro2_symbols[] = {
	{'0', ACCOUNT_NO_STATUS, 0, false}, {'1', ACCOUNT_NO_STATUS, 30, false}, {'2', ACCOUNT_NO_STATUS, 60, false},
	{'3', ACCOUNT_NO_STATUS, 90, false}, {'4', ACCOUNT_NO_STATUS, 120, false}, {'5', ACCOUNT_NO_STATUS, 150, false},
	{'6', ACCOUNT_NO_STATUS, 180, false}, {'D', ACCOUNT_STATUS_UNKNOWN, -1, false}, {'E', ACCOUNT_NO_STATUS, 0, true},
	{'G', ACCOUNT_COLLECTION, -1, false}, {'H', ACCOUNT_FORECLOSED, -1, false}, {'J', ACCOUNT_SURRENDERED, -1, false},
	{'K', ACCOUNT_REPOSSESSED, -1, false}, {'L', ACCOUNT_CHARGED_OFF, -1, false}, {0}
};

static const GridSymbol pboc_symbols[] = {
	{'N', ACCOUNT_NO_STATUS, 0, false}, {'*', ACCOUNT_NO_PAYMENT_DUE, -1, false}, {'C', ACCOUNT_CLOSED, -1, false},
	{'1', ACCOUNT_NO_STATUS, 1, false}, {'2', ACCOUNT_NO_STATUS, 31, false}, {'3', ACCOUNT_NO_STATUS, 61, false},
	{'4', ACCOUNT_NO_STATUS, 91, false}, {'5', ACCOUNT_NO_STATUS, 121, false}, {'6', ACCOUNT_NO_STATUS, 151, false},
	{'7', ACCOUNT_NO_STATUS, 181, false}, {'#', ACCOUNT_STATUS_UNKNOWN, -1, false}, {'D', ACCOUNT_PAID_BY_GUARANTOR, -1, false},
	{'Z', ACCOUNT_SETTLED_WITH_ASSET, -1, false}, {'B', ACCOUNT_CHARGED_OFF, -1, false}, {'G', ACCOUNT_ENDED, -1, false}, {0}
};

bool
account_from_grid(const char *grid, size_t length, int32_t last_month, AccountNotation notation,
				  AccountHistory *out, ScoringFault *fault)
{
	static const GridSymbol *const tables[] = {digit_symbols, metro2_symbols, pboc_symbols};
	static const char *const lists[] = {
		"0 to 7 and -", "0 to 6, B, D, E, G, H, J, K and L", "N, *, 1 to 7, C, #, /, D, Z, B and G"
	};
	char		empty = notation == ACCOUNT_DIGITS ? '-' : notation == ACCOUNT_METRO2 ? 'B' : '/';
	int32_t		last = calendar_month(last_month);

	account_history_init(out, ACCOUNT_KEEP_LATEST);
	if (length < 1 || length > ACCOUNT_MAX_MONTHS)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "a grid has 1 to %d months", ACCOUNT_MAX_MONTHS);
		return scoring_fault_detail(fault, "This one has %zu symbols.", length);
	}
	for (size_t i = 0; i < length; i++)
	{
		/* From the oldest on. */
		size_t		place = notation == ACCOUNT_PBOC ? i : length - 1 - i;
		const GridSymbol *found = tables[notation];
		AccountMonth month;
		int32_t		number = last - (int32_t) (length - 1 - i);

		if (grid[place] == empty)
		{
			if (notation == ACCOUNT_DIGITS || out->count == 0)
				continue;
			scoring_fault(fault, SCORING_FAULT_ARGUMENT, "\"%c\" at place %zu of the grid lies after the opening of the account",
						  empty, place + 1);
			return scoring_fault_hint(fault, "For a month of an open account that is not reported, %s notation has \"%c\".",
									  account_notation_words[notation], notation == ACCOUNT_METRO2 ? 'D' : '#');
		}
		while (found->symbol != 0 && found->symbol != grid[place])
			found++;
		if (found->symbol == 0)
		{
			scoring_fault(fault, SCORING_FAULT_ARGUMENT, "unknown symbol at place %zu of a grid in %s notation", place + 1,
						  account_notation_words[notation]);
			return scoring_fault_detail(fault, "Its symbols are %s.", lists[notation]);
		}
		if (!CALENDAR_IS_DAY(calendar_month_start(number)))
			return scoring_fault(fault, SCORING_FAULT_ARGUMENT, "the grid reaches beyond the year 1900");
		month.month = (int16_t) number;
		month.day = 1;
		month.status = found->status;
		month.days = found->days;
		month.ambiguous = false;
		month.revision = ACCOUNT_UNKNOWN;
		for (int a = 0; a < ACCOUNT_AMOUNTS; a++)
			month.amounts[a] = ACCOUNT_UNKNOWN;
		if (found->zero)
			month.amounts[ACCOUNT_BALANCE] = 0;
		out->months[out->count++] = month;
	}
	return true;
}

/* ---------- delinquency ---------- */

int
account_months_reported(const AccountWindow *window)
{
	int			count = 0;

	EACH_MONTH(month, window)
		count += account_days(month) >= 0;
	return count;
}

bool
account_worst_days(const AccountWindow *window, int32_t *out)
{
	*out = -1;
	EACH_MONTH(month, window)
		if (account_days(month) > *out)
			*out = account_days(month);
	return *out >= 0;
}

bool
account_times_past_due(const AccountWindow *window, int32_t days, int *out)
{
	*out = 0;
	EACH_MONTH(month, window)
		*out += account_days(month) >= days;
	return account_months_reported(window) > 0;
}

bool
account_months_since(const AccountWindow *window, int32_t days, int *out)
{
	for (int i = window->end - 1; i >= window->first; i--)
		if (account_days(&window->history->months[i]) >= days)
		{
			*out = window->to - window->history->months[i].month + 1;
			return true;
		}
	return false;
}

/* A run of reported months with low to high days past due; the one that ends with the last reported month, or the longest. */
static bool
streak(const AccountWindow *window, int32_t low, int32_t high, bool longest, int *out)
{
	int			run = 0;
	int			best = 0;
	int32_t		before = INT32_MIN;
	bool		any = false;

	EACH_MONTH(month, window)
	{
		int32_t		days = account_days(month);

		if (days < 0)
			continue;
		any = true;
		if (days < low || days > high)
			run = 0;
		else
			run = month->month == before + 1 ? run + 1 : 1;
		before = month->month;
		best = run > best ? run : best;
	}
	*out = longest ? best : run;
	return any;
}

bool
account_clean_streak(const AccountWindow *window, bool longest, int *out)
{
	return streak(window, 0, 0, longest, out);
}

bool
account_delinquent_streak(const AccountWindow *window, int32_t days, bool longest, int *out)
{
	return streak(window, days, INT32_MAX, longest, out);
}

bool
account_months_on_book(const AccountWindow *window, int *out)
{
	const AccountMonth *first = NULL;
	const AccountMonth *last = NULL;

	EACH_MONTH(month, window)
		if (month->status != ACCOUNT_EXPIRED)
		{
			if (first == NULL)
				first = month;
			last = month;
		}
	if (first == NULL)
		return false;
	*out = (last->status == ACCOUNT_CLOSED || last->status == ACCOUNT_ENDED ? last->month : window->to) - first->month + 1;
	return true;
}

bool
account_last_amount(const AccountWindow *window, AccountAmount amount, int64_t *out)
{
	for (int i = window->end - 1; i >= window->first; i--)
	{
		*out = window->history->months[i].amounts[amount];
		if (*out != ACCOUNT_UNKNOWN)
			return true;
	}
	return false;
}

bool
account_amount_past_due(const AccountWindow *window, int64_t *out)
{
	for (int i = window->end - 1; i >= window->first; i--)
	{
		*out = account_past_due_amount(&window->history->months[i]);
		if (*out != ACCOUNT_UNKNOWN)
			return true;
	}
	return false;
}

/* ---------- use ---------- */

static bool
utilisation_of(const AccountMonth *month, double *out)
{
	int64_t		balance = month->amounts[ACCOUNT_BALANCE];

	if (balance == ACCOUNT_UNKNOWN || month->amounts[ACCOUNT_LIMIT] == ACCOUNT_UNKNOWN || month->amounts[ACCOUNT_LIMIT] == 0)
		return false;
	*out = balance <= 0 ? 0 : (double) balance / (double) month->amounts[ACCOUNT_LIMIT];
	return true;
}

/* The mean is of doubles, added in the order of months: the same wherever it is computed. */
bool
account_utilisation(const AccountWindow *window, AccountMeasure measure, double *out)
{
	double		sum = 0;
	double		greatest = 0;
	double		last = 0;
	int			count = 0;

	EACH_MONTH(month, window)
		if (utilisation_of(month, &last))
		{
			sum += last;
			greatest = last > greatest ? last : greatest;
			count++;
		}
	*out = measure == ACCOUNT_LAST ? last : measure == ACCOUNT_MAX ? greatest : count > 0 ? sum / count : 0;
	return count > 0;
}

bool
account_payment_ratio(const AccountWindow *window, double *out)
{
	__int128	due = 0;
	__int128	paid = 0;

	EACH_MONTH(month, window)
		if (month->amounts[ACCOUNT_DUE] > 0 && month->amounts[ACCOUNT_PAID] != ACCOUNT_UNKNOWN)
		{
			due += month->amounts[ACCOUNT_DUE];
			paid += month->amounts[ACCOUNT_PAID];
		}
	if (due == 0)
		return false;
	*out = (double) paid / (double) due;
	return true;
}

/* Months with something to pay of which it is known what was paid. */
static bool
has_balance_and_payment(const AccountMonth *month)
{
	return month->amounts[ACCOUNT_BALANCE] > 0 && month->amounts[ACCOUNT_PAID] != ACCOUNT_UNKNOWN;
}

bool
account_months_paid_in_full(const AccountWindow *window, int *out)
{
	bool		any = false;

	*out = 0;
	EACH_MONTH(month, window)
		if (has_balance_and_payment(month))
		{
			any = true;
			*out += month->amounts[ACCOUNT_PAID] >= month->amounts[ACCOUNT_BALANCE];
		}
	return any;
}

bool
account_minimum_payer_months(const AccountWindow *window, int *out)
{
	bool		any = false;

	*out = 0;
	EACH_MONTH(month, window)
	{
		int64_t		due = month->amounts[ACCOUNT_DUE];
		int64_t		paid = month->amounts[ACCOUNT_PAID];

		if (!has_balance_and_payment(month) || due == ACCOUNT_UNKNOWN)
			continue;
		any = true;
		/* Up to a tenth above what was due, amounts at most 1e17. */
		*out += due > 0 && paid >= due && paid - due <= due / 10 && paid < month->amounts[ACCOUNT_BALANCE];
	}
	return any;
}

bool
account_is_transactor(const AccountWindow *window, bool *out)
{
	bool		any = false;

	*out = true;
	EACH_MONTH(month, window)
		if (has_balance_and_payment(month))
		{
			any = true;
			*out &= month->amounts[ACCOUNT_PAID] >= month->amounts[ACCOUNT_BALANCE];
		}
	return any;
}

bool
account_months_over_limit(const AccountWindow *window, int *out)
{
	bool		any = false;

	*out = 0;
	EACH_MONTH(month, window)
		if (month->amounts[ACCOUNT_BALANCE] != ACCOUNT_UNKNOWN && month->amounts[ACCOUNT_LIMIT] != ACCOUNT_UNKNOWN)
		{
			any = true;
			*out += month->amounts[ACCOUNT_BALANCE] > month->amounts[ACCOUNT_LIMIT];
		}
	return any;
}

bool
account_balance_slope(const AccountWindow *window, double *out)
{
	__int128	n = 0;
	__int128	x = 0;
	__int128	y = 0;
	__int128	xx = 0;
	__int128	xy = 0;

	EACH_MONTH(month, window)
	{
		int64_t		at = month->month - window->history->months[window->first].month;
		int64_t		balance = month->amounts[ACCOUNT_BALANCE];

		if (balance == ACCOUNT_UNKNOWN)
			continue;
		n++;
		x += at;
		y += balance;
		xx += at * at;
		xy += (__int128) at * balance;
	}
	if (n < 2)
		return false;
	*out = (double) (n * xy - x * y) / (double) (n * xx - x * x) / 100;
	return true;
}

bool
account_limit_changes(const AccountWindow *window, AccountDirection direction, int *out)
{
	int64_t		before = ACCOUNT_UNKNOWN;
	bool		any = false;

	*out = 0;
	EACH_MONTH(month, window)
	{
		int64_t		limit = month->amounts[ACCOUNT_LIMIT];

		if (limit == ACCOUNT_UNKNOWN)
			continue;
		if (any)
			*out += direction == ACCOUNT_UP ? limit > before : direction == ACCOUNT_DOWN ? limit < before : limit != before;
		any = true;
		before = limit;
	}
	return any;
}

/* ---------- outcomes ---------- */

static bool
reaches(const AccountMonth *month, int32_t days, int64_t min_amount)
{
	int64_t		amount;

	if (account_is_adverse(month))
		return true;
	if (account_days(month) < days)
		return false;
	amount = account_past_due_amount(month);
	return amount == ACCOUNT_UNKNOWN || amount >= min_amount;
}

/* The last reported month before month number `before`; NULL if there is none. */
static const AccountMonth *
last_reported(const AccountHistory *history, int32_t before)
{
	for (int i = history->count - 1; i >= 0; i--)
		if (history->months[i].month < before && account_days(&history->months[i]) >= 0)
			return &history->months[i];
	return NULL;
}

/* Whether the account can be observed at all in month number `first`. */
static bool
is_on_book(const AccountHistory *history, int32_t first)
{
	const AccountMonth *before = last_reported(history, first);

	if (before != NULL && before->status == ACCOUNT_CLOSED)
		return false;
	for (int i = 0; i < history->count; i++)
		if (history->months[i].status != ACCOUNT_EXPIRED)
			return history->months[i].month <= first;
	return false;
}

/* Whether the window, whose last reported month is `final`, has been seen to its end. */
static bool
is_mature(const AccountHistory *history, const AccountMonth *final, int32_t last)
{
	return final->status == ACCOUNT_CLOSED || last_reported(history, INT32_MAX)->month >= last;
}

AccountOutcome
account_outcome(const AccountHistory *history, int32_t observed_on, const AccountOutcomeRule *rule)
{
	int32_t		first = calendar_month(observed_on);
	int32_t		last = first + rule->months - 1;
	const AccountMonth *before = last_reported(history, first);
	const AccountMonth *final = last_reported(history, last + 1);
	bool		bad = false;
	bool		indeterminate = false;

	if (!is_on_book(history, first) || (before != NULL && reaches(before, rule->bad_days, rule->min_amount)))
		return ACCOUNT_EXCLUDED;
	if (final == NULL || final->month < first)
		return ACCOUNT_IMMATURE;
	for (int i = 0; i < history->count; i++)
	{
		const AccountMonth *month = &history->months[i];

		if (month->month < first || month->month > last || (rule->at_end && month != final))
			continue;
		bad |= reaches(month, rule->bad_days, rule->min_amount);
		indeterminate |= reaches(month, rule->indeterminate_days, rule->min_amount);
	}
	if (bad && (!rule->at_end || account_is_adverse(final)))
		return ACCOUNT_BAD;
	if (!is_mature(history, final, last))
		return ACCOUNT_IMMATURE;
	return bad ? ACCOUNT_BAD : indeterminate ? ACCOUNT_INDETERMINATE : ACCOUNT_GOOD;
}

static bool
is_material(const AccountMonth *month, const AccountDefaultRule *rule)
{
	int64_t		amount = account_past_due_amount(month);
	int64_t		balance = month->amounts[ACCOUNT_BALANCE];

	if (amount == ACCOUNT_UNKNOWN)
		return true;
	return amount > rule->absolute &&
		(balance == ACCOUNT_UNKNOWN || (__int128) amount * 10000 > (__int128) balance * rule->relative);
}

/* Whether month i says default: adverse, or material arrears for more than 90 days on end. */
static bool
is_default_trigger(const AccountHistory *history, int i, const AccountDefaultRule *rule)
{
	const AccountMonth *months = history->months;

	if (account_is_adverse(&months[i]))
		return true;
	if (account_days(&months[i]) <= 90)
		return false;
	for (int j = i; j >= 0 && account_month_date(&months[j]) >= account_month_date(&months[i]) - 90; j--)
		if (account_days(&months[j]) >= 0 && !is_material(&months[j], rule))
			return false;
	return true;
}

typedef struct DefaultState
{
	bool		in_default;
	int32_t		quiet_since;	/* the first month after the last trigger; INT32_MAX if there is none yet */
} DefaultState;

/* A default lasts until a reported month that comes `probation` months after the first without trigger, with none between. */
static bool
step_default(DefaultState *state, const AccountHistory *history, int i, const AccountDefaultRule *rule)
{
	int32_t		month = history->months[i].month;

	if (account_days(&history->months[i]) < 0)
		return false;
	if (is_default_trigger(history, i, rule))
	{
		state->in_default = true;
		state->quiet_since = INT32_MAX;
		return true;
	}
	if (state->in_default)
	{
		if (state->quiet_since == INT32_MAX)
			state->quiet_since = month;
		if (month - state->quiet_since >= rule->probation)
			state->in_default = false;
	}
	return false;
}

AccountOutcome
account_regulatory_outcome(const AccountHistory *history, int32_t observed_on, const AccountDefaultRule *rule)
{
	int32_t		first = calendar_month(observed_on);
	int32_t		last = first + rule->months - 1;
	const AccountMonth *final = last_reported(history, last + 1);
	DefaultState state = {false, INT32_MAX};
	bool		bad = false;
	int			i;

	for (i = 0; i < history->count && history->months[i].month < first; i++)
		(void) step_default(&state, history, i, rule);
	if (!is_on_book(history, first) || state.in_default)
		return ACCOUNT_EXCLUDED;
	if (final == NULL || final->month < first)
		return ACCOUNT_IMMATURE;
	for (; i < history->count && history->months[i].month <= last; i++)
		bad |= step_default(&state, history, i, rule);
	return bad ? ACCOUNT_BAD : is_mature(history, final, last) ? ACCOUNT_GOOD : ACCOUNT_IMMATURE;
}

bool
account_in_default(const AccountHistory *history, int32_t as_of, const AccountDefaultRule *rule, bool *out)
{
	AccountWindow window = account_window(history, as_of, 0);
	DefaultState state = {false, INT32_MAX};

	for (int i = 0; i < window.end; i++)
		(void) step_default(&state, history, i, rule);
	*out = state.in_default;
	return account_months_reported(&window) > 0;
}

/* ---------- expiry ---------- */

/* As PostgreSQL adds an interval to a date: months first, to the last day of a shorter one, then days. */
static int64_t
later(int32_t day, int32_t months, int32_t days)
{
	int			year;
	int			month;
	int			day_of_month;
	int64_t		number;
	int32_t		length;

	calendar_date(day, &year, &month, &day_of_month);
	number = (int64_t) (year - 2000) * 12 + month - 1 + months;
	/* Far beyond any as_of, and any calendar. */
	if (number > 12 * 1000)
		return INT64_MAX;
	length = calendar_month_start((int32_t) number + 1) - calendar_month_start((int32_t) number);
	return (int64_t) calendar_month_start((int32_t) number) + (day_of_month < length ? day_of_month : length) - 1 + days;
}

bool
account_history_expire(AccountHistory *history, int32_t as_of, int32_t keep_months, int32_t keep_days, bool from_start,
					   ScoringFault *fault)
{
	int32_t		to = calendar_month(as_of) - 1;
	int			start = -1;

	if (history->identity == ACCOUNT_SEVERAL)
	{
		scoring_fault(fault, SCORING_FAULT_STATE, "statements of several accounts cannot be expired together");
		return scoring_fault_hint(fault, "An episode is one account's: expire the value of each, then merge.");
	}
	for (int i = 0; i < history->count; i++)
		if (history->months[i].ambiguous && history->identity != ACCOUNT_ONE)
		{
			scoring_fault(fault, SCORING_FAULT_STATE, "this account_history may be of several accounts, and cannot be expired");
			scoring_fault_detail(fault, "It has seen different statements of one month between which its rule does not decide.");
			return scoring_fault_hint(fault, "Give account_history_agg the account of every row, or a revision that tells corrections apart.");
		}
	for (int i = 0; i < history->count && history->months[i].month <= to; i++)
	{
		const AccountMonth *month = &history->months[i];
		int32_t		days = account_days(month);

		if (days < 0)
			continue;
		if (days > 0)
		{
			if (start < 0)
				start = i;
			continue;
		}
		if (start >= 0)
		{
			const AccountMonth *opening = &history->months[start];
			int32_t		day = from_start ? account_month_date(opening) - (opening->days > 0 ? opening->days : 0) :
				account_month_date(month);

			if (later(day, keep_months, keep_days) <= as_of)
				for (int j = start; j < i; j++)
				{
					history->months[j].status = ACCOUNT_EXPIRED;
					account_month_normalise(&history->months[j]);
				}
		}
		start = -1;
	}
	return true;
}

/* ---------- features ---------- */

typedef enum Measured
{
	/* Of each window. */
	MONTHS_REPORTED, WORST_DAYS, TIMES_1, TIMES_30, TIMES_60, TIMES_90, NO_PAYMENT_MONTHS, UTILISATION_MEAN, UTILISATION_MAX,
	PAYMENT_RATIO, PAID_TO_BALANCE, PAID_IN_FULL, MINIMUM_PAYER, OVER_LIMIT, BALANCE_MEAN, BALANCE_SLOPE, PAID_MEAN, PAID_LEAST,
	/* Once. */
	ON_BOOK, LAST_DAYS, SINCE_1, SINCE_30, SINCE_60, SINCE_90, CLEAN_STREAK, DELINQUENT_STREAK, LONGEST_DELINQUENT,
	PAST_DUE_AMOUNT, LAST_BALANCE, LAST_LIMIT, LAST_PAID, UTILISATION_LAST, UTILISATION_TREND, TRANSACTOR, LIMIT_UP, LIMIT_DOWN
} Measured;

typedef struct FeatureStem
{
	const char *name;
	AccountFeatureKind kind;
	Measured	what;
	const char *unit;
	const char *meaning;
} FeatureStem;

static const FeatureStem windowed[] = {
	{"months_reported", ACCOUNT_INTEGER, MONTHS_REPORTED, "months", "months whose delinquency is reported"},
	{"worst_days_past_due", ACCOUNT_INTEGER, WORST_DAYS, "days", "worst delinquency"},
	{"times_past_due", ACCOUNT_INTEGER, TIMES_1, "months", "months at least 1 day past due"},
	{"times_30", ACCOUNT_INTEGER, TIMES_30, "months", "months at least 30 days past due"},
	{"times_60", ACCOUNT_INTEGER, TIMES_60, "months", "months at least 60 days past due"},
	{"times_90", ACCOUNT_INTEGER, TIMES_90, "months", "months at least 90 days past due"},
	{"no_payment_due_months", ACCOUNT_INTEGER, NO_PAYMENT_MONTHS, "months", "months with status no_payment_due"},
	{"utilisation_mean", ACCOUNT_DOUBLE, UTILISATION_MEAN, "ratio", "mean of balance / limit"},
	{"utilisation_max", ACCOUNT_DOUBLE, UTILISATION_MAX, "ratio", "greatest balance / limit"},
	{"payment_ratio", ACCOUNT_DOUBLE, PAYMENT_RATIO, "ratio", "amounts paid / amounts due"},
	{"paid_to_balance", ACCOUNT_DOUBLE, PAID_TO_BALANCE, "ratio", "amounts paid / balances above 0"},
	{"months_paid_in_full", ACCOUNT_INTEGER, PAID_IN_FULL, "months", "months whose balance was paid"},
	{"minimum_payer_months", ACCOUNT_INTEGER, MINIMUM_PAYER, "months",
		"months in which no more than a tenth above the amount due was paid"},
	{"months_over_limit", ACCOUNT_INTEGER, OVER_LIMIT, "months", "months with a balance above the limit"},
	{"balance_mean", ACCOUNT_DOUBLE, BALANCE_MEAN, "currency", "mean balance"},
	{"balance_slope", ACCOUNT_DOUBLE, BALANCE_SLOPE, "currency per month", "slope of the least-squares line through balances"},
	{"amount_paid_mean", ACCOUNT_DOUBLE, PAID_MEAN, "currency", "mean amount paid"},
	{"amount_paid_min", ACCOUNT_MONEY, PAID_LEAST, "currency", "least amount paid"},
};

static const FeatureStem single[] = {
	{"months_on_book", ACCOUNT_INTEGER, ON_BOOK, "months", "months since the first statement"},
	{"last_days_past_due", ACCOUNT_INTEGER, LAST_DAYS, "days", "delinquency of the last reported month"},
	{"months_since_past_due", ACCOUNT_INTEGER, SINCE_1, "months", "months since the last at least 1 day past due"},
	{"months_since_30", ACCOUNT_INTEGER, SINCE_30, "months", "months since the last at least 30 days past due"},
	{"months_since_60", ACCOUNT_INTEGER, SINCE_60, "months", "months since the last at least 60 days past due"},
	{"months_since_90", ACCOUNT_INTEGER, SINCE_90, "months", "months since the last at least 90 days past due"},
	{"clean_streak", ACCOUNT_INTEGER, CLEAN_STREAK, "months", "clean months on end, up to the last reported"},
	{"delinquent_streak", ACCOUNT_INTEGER, DELINQUENT_STREAK, "months", "months past due on end, up to the last reported"},
	{"longest_delinquent_streak", ACCOUNT_INTEGER, LONGEST_DELINQUENT, "months", "most months past due on end"},
	{"amount_past_due", ACCOUNT_MONEY, PAST_DUE_AMOUNT, "currency", "last known amount past due"},
	{"last_balance", ACCOUNT_MONEY, LAST_BALANCE, "currency", "last known balance"},
	{"last_credit_limit", ACCOUNT_MONEY, LAST_LIMIT, "currency", "last known limit"},
	{"last_amount_paid", ACCOUNT_MONEY, LAST_PAID, "currency", "last known amount paid"},
	{"utilisation_last", ACCOUNT_DOUBLE, UTILISATION_LAST, "ratio", "last known balance / limit"},
	{"utilisation_trend", ACCOUNT_DOUBLE, UTILISATION_TREND, "ratio", "mean of balance / limit over 3 months less that over 12"},
	{"is_transactor_12m", ACCOUNT_BOOLEAN, TRANSACTOR, "boolean", "whether each balance of the last 12 months was paid in full"},
	{"limit_increases", ACCOUNT_INTEGER, LIMIT_UP, "changes", "changes of the limit upwards"},
	{"limit_decreases", ACCOUNT_INTEGER, LIMIT_DOWN, "changes", "changes of the limit downwards"},
};

static const int windows[] = {3, 6, 12, 24};

#define LENGTH(array) ((int) (sizeof(array) / sizeof((array)[0])))

int
account_feature_count(void)
{
	return LENGTH(single) + LENGTH(windowed) * LENGTH(windows);
}

/* The stem, and the months of its window or 0. */
static const FeatureStem *
stem_of(int i, int *months)
{
	*months = 0;
	if (i < LENGTH(single))
		return &single[i];
	i -= LENGTH(single);
	*months = windows[i / LENGTH(windowed)];
	return &windowed[i % LENGTH(windowed)];
}

AccountFeatureKind
account_feature_kind(int i)
{
	int			months;

	return stem_of(i, &months)->kind;
}

void
account_feature(int i, AccountFeature *out)
{
	int			months;
	const FeatureStem *stem = stem_of(i, &months);

	out->kind = stem->kind;
	out->unit = stem->unit;
	if (months > 0)
	{
		(void) snprintf(out->name, sizeof(out->name), "%s_%dm", stem->name, months);
		(void) snprintf(out->meaning, sizeof(out->meaning), "%s, in the last %d months", stem->meaning, months);
	}
	else
	{
		(void) snprintf(out->name, sizeof(out->name), "%s", stem->name);
		(void) snprintf(out->meaning, sizeof(out->meaning), "%s", stem->meaning);
	}
}

/* Sums of an amount and of what was paid of balances; the least. */
static bool
mean_amount(const AccountWindow *window, AccountAmount amount, double *mean, int64_t *least)
{
	__int128	sum = 0;
	int			count = 0;

	EACH_MONTH(month, window)
	{
		int64_t		value = month->amounts[amount];

		if (value == ACCOUNT_UNKNOWN)
			continue;
		if (count == 0 || value < *least)
			*least = value;
		sum += value;
		count++;
	}
	*mean = count > 0 ? (double) sum / count / 100 : 0;
	return count > 0;
}

static bool
paid_to_balance(const AccountWindow *window, double *out)
{
	__int128	paid = 0;
	__int128	balance = 0;

	EACH_MONTH(month, window)
		if (has_balance_and_payment(month))
		{
			paid += month->amounts[ACCOUNT_PAID];
			balance += month->amounts[ACCOUNT_BALANCE];
		}
	*out = balance > 0 ? (double) paid / (double) balance : 0;
	return balance > 0;
}

static void
measure(const AccountWindow *window, Measured what, AccountFeatureValue *out)
{
	int			count = 0;
	int32_t		days = 0;
	int64_t		amount = 0;
	double		other = 0;
	bool		yes = false;
	const AccountMonth *month;

	out->number = 0;
	switch (what)
	{
		case MONTHS_REPORTED:
			count = account_months_reported(window);
			out->known = true;
			break;
		case WORST_DAYS:
			out->known = account_worst_days(window, &days);
			count = days;
			break;
		case TIMES_1:
			out->known = account_times_past_due(window, 1, &count);
			break;
		case TIMES_30:
			out->known = account_times_past_due(window, 30, &count);
			break;
		case TIMES_60:
			out->known = account_times_past_due(window, 60, &count);
			break;
		case TIMES_90:
			out->known = account_times_past_due(window, 90, &count);
			break;
		case NO_PAYMENT_MONTHS:
			EACH_MONTH(at, window)
				count += at->status == ACCOUNT_NO_PAYMENT_DUE;
			out->known = account_months_reported(window) > 0;
			break;
		case UTILISATION_MEAN:
			out->known = account_utilisation(window, ACCOUNT_MEAN, &out->number);
			break;
		case UTILISATION_MAX:
			out->known = account_utilisation(window, ACCOUNT_MAX, &out->number);
			break;
		case UTILISATION_LAST:
			out->known = account_utilisation(window, ACCOUNT_LAST, &out->number);
			break;
		case UTILISATION_TREND:
			{
				AccountWindow three = account_window(window->history, calendar_month_start(window->to + 1), 3);
				AccountWindow twelve = account_window(window->history, calendar_month_start(window->to + 1), 12);

				out->known = account_utilisation(&three, ACCOUNT_MEAN, &out->number) &&
					account_utilisation(&twelve, ACCOUNT_MEAN, &other);
				out->number -= other;
			}
			break;
		case PAYMENT_RATIO:
			out->known = account_payment_ratio(window, &out->number);
			break;
		case PAID_TO_BALANCE:
			out->known = paid_to_balance(window, &out->number);
			break;
		case PAID_IN_FULL:
			out->known = account_months_paid_in_full(window, &count);
			break;
		case MINIMUM_PAYER:
			out->known = account_minimum_payer_months(window, &count);
			break;
		case OVER_LIMIT:
			out->known = account_months_over_limit(window, &count);
			break;
		case BALANCE_MEAN:
			out->known = mean_amount(window, ACCOUNT_BALANCE, &out->number, &amount);
			break;
		case BALANCE_SLOPE:
			out->known = account_balance_slope(window, &out->number);
			break;
		case PAID_MEAN:
			out->known = mean_amount(window, ACCOUNT_PAID, &out->number, &amount);
			break;
		case PAID_LEAST:
			out->known = mean_amount(window, ACCOUNT_PAID, &other, &amount);
			break;
		case ON_BOOK:
			out->known = account_months_on_book(window, &count);
			break;
		case LAST_DAYS:
			month = last_reported(window->history, window->to + 1);
			out->known = month != NULL;
			count = month != NULL ? account_days(month) : 0;
			break;
		case SINCE_1:
			out->known = account_months_since(window, 1, &count);
			break;
		case SINCE_30:
			out->known = account_months_since(window, 30, &count);
			break;
		case SINCE_60:
			out->known = account_months_since(window, 60, &count);
			break;
		case SINCE_90:
			out->known = account_months_since(window, 90, &count);
			break;
		case CLEAN_STREAK:
			out->known = account_clean_streak(window, false, &count);
			break;
		case DELINQUENT_STREAK:
			out->known = account_delinquent_streak(window, 1, false, &count);
			break;
		case LONGEST_DELINQUENT:
			out->known = account_delinquent_streak(window, 1, true, &count);
			break;
		case PAST_DUE_AMOUNT:
			out->known = account_amount_past_due(window, &amount);
			break;
		case LAST_BALANCE:
			out->known = account_last_amount(window, ACCOUNT_BALANCE, &amount);
			break;
		case LAST_LIMIT:
			out->known = account_last_amount(window, ACCOUNT_LIMIT, &amount);
			break;
		case LAST_PAID:
			out->known = account_last_amount(window, ACCOUNT_PAID, &amount);
			break;
		case TRANSACTOR:
			{
				AccountWindow twelve = account_window(window->history, calendar_month_start(window->to + 1), 12);

				out->known = account_is_transactor(&twelve, &yes);
				count = yes;
			}
			break;
		case LIMIT_UP:
			out->known = account_limit_changes(window, ACCOUNT_UP, &count);
			break;
		case LIMIT_DOWN:
			out->known = account_limit_changes(window, ACCOUNT_DOWN, &count);
			break;
	}
	out->integer = amount != 0 ? amount : count;
}

void
account_features(const AccountHistory *history, int32_t as_of, AccountFeatureValue *out)
{
	for (int i = 0; i < account_feature_count(); i++)
	{
		int			months;
		const FeatureStem *stem = stem_of(i, &months);
		AccountWindow window = account_window(history, as_of, months);

		measure(&window, stem->what, &out[i]);
	}
}
