/*
 * account_history_core.c: the value of account_history: which statement of a month survives, packed bytes, rows of a state,
 * JSON. What is measured on it is in account_core.c.
 */
#include <stdio.h>

#include "account_history_core.h"

#define FIRST_MONTH (-1200)		/* January 1900 */
#define LAST_MONTH 2399			/* December 2199 */
#define MAX_MINOR INT64_C(100000000000000000)

const char *const account_status_words[ACCOUNT_STATUSES + 1] = {
	"", "current", "past_due", "no_payment_due", "closed", "unknown", "ended", "collection", "surrendered", "repossessed",
	"foreclosed", "settled_with_asset", "paid_by_guarantor", "charged_off", "bankruptcy", "expired", NULL
};

static const char *const amount_words[ACCOUNT_AMOUNTS] = {"balance", "credit_limit", "amount_due", "amount_paid"};
static const char *const keep_words[] = {"latest", "worst", NULL};

static int
length_of_month(int32_t month)
{
	return calendar_month_start(month + 1) - calendar_month_start(month);
}

/* ---------- which one survives ---------- */

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* What a statement says, the worse the greater; an unknown is the least. */
static int
compare_content(const AccountMonth *a, const AccountMonth *b)
{
	int			order = compare(account_days(a), account_days(b));

	if (order == 0)
		order = compare(a->status, b->status);
	if (order == 0)
		order = compare(a->days, b->days);
	for (int i = 0; i < ACCOUNT_AMOUNTS && order == 0; i++)
		order = compare(a->amounts[i], b->amounts[i]);
	return order;
}

static int
compare_time(const AccountMonth *a, const AccountMonth *b)
{
	int			order = compare(a->day, b->day);

	return order != 0 ? order : compare(a->revision, b->revision);
}

/* Two states of one month as one: commutative, associative, and the same with itself. */
static void
merge_month(AccountKeep keep, AccountMonth *into, const AccountMonth *other)
{
	int			content;
	int			time;
	int			order;
	bool		ambiguous;

	if (into->status == ACCOUNT_EXPIRED)
		return;
	if (other->status == ACCOUNT_EXPIRED)
	{
		*into = *other;
		return;
	}
	content = compare_content(into, other);
	time = compare_time(into, other);
	if (keep == ACCOUNT_KEEP_LATEST)
	{
		order = time != 0 ? time : content;
		ambiguous = time < 0 ? other->ambiguous : time > 0 ? into->ambiguous :
			into->ambiguous || other->ambiguous || content != 0;
	}
	else
	{
		order = compare(account_days(into), account_days(other));
		if (order == 0)
			order = time != 0 ? time : content;
		ambiguous = into->ambiguous || other->ambiguous || content != 0;
	}
	if (order < 0)
		*into = *other;
	into->ambiguous = ambiguous;
}

void
account_history_init(AccountHistory *history, AccountKeep keep)
{
	history->keep = keep;
	history->identity = ACCOUNT_UNIDENTIFIED;
	history->account = 0;
	history->count = 0;
}

void
account_month_normalise(AccountMonth *month)
{
	if (month->status == ACCOUNT_EXPIRED)
	{
		month->day = 0;
		month->days = -1;
		month->ambiguous = false;
		month->revision = ACCOUNT_UNKNOWN;
		for (int i = 0; i < ACCOUNT_AMOUNTS; i++)
			month->amounts[i] = ACCOUNT_UNKNOWN;
	}
	else if (month->status == ACCOUNT_PAST_DUE && month->days < 0)
		month->days = 1;
}

static bool
span_fault(int32_t first, int32_t last, ScoringFault *fault)
{
	char		from[11];
	char		to[11];

	calendar_to_text(calendar_month_start(first), from);
	calendar_to_text(calendar_month_start(last), to);
	from[7] = to[7] = '\0';
	scoring_fault(fault, SCORING_FAULT_LIMIT, "the statements of an account span more than %d months", ACCOUNT_MAX_MONTHS);
	scoring_fault_detail(fault, "There is one of %s and one of %s.", from, to);
	return scoring_fault_hint(fault, "Take the months that matter with FILTER (WHERE month >= ...), "
							  "and of a stored value with since().");
}

bool
account_history_add(AccountHistory *history, const AccountMonth *month, ScoringFault *fault)
{
	AccountMonth *months = history->months;
	int			n = history->count;
	int			at = n;

	if (n > 0 && (month->month - months[0].month >= ACCOUNT_MAX_MONTHS ||
				  months[n - 1].month - month->month >= ACCOUNT_MAX_MONTHS))
		return month->month > months[0].month ? span_fault(months[0].month, month->month, fault) :
			span_fault(month->month, months[n - 1].month, fault);
	/* Mostly they come in order. */
	while (at > 0 && months[at - 1].month > month->month)
		at--;
	if (at > 0 && months[at - 1].month == month->month)
	{
		merge_month(history->keep, &months[at - 1], month);
		return true;
	}
	memmove(&months[at + 1], &months[at], (size_t) (n - at) * sizeof(AccountMonth));
	months[at] = *month;
	history->count++;
	return true;
}

/* Before the statements of `other`, of which there are `count`, are added. An unidentified value without any says nothing. */
static void
merge_identity(AccountHistory *history, AccountIdentity identity, uint64_t account, int count)
{
	if (identity == ACCOUNT_UNIDENTIFIED && count == 0)
		return;
	if (history->identity == ACCOUNT_UNIDENTIFIED && history->count == 0)
	{
		history->identity = identity;
		history->account = account;
	}
	else if (history->identity == ACCOUNT_SEVERAL || identity == ACCOUNT_SEVERAL ||
			 (history->identity != ACCOUNT_UNIDENTIFIED && identity != ACCOUNT_UNIDENTIFIED && history->account != account))
	{
		history->identity = ACCOUNT_SEVERAL;
		history->account = 0;
	}
	else if (history->identity != identity)
	{
		if (history->identity == ACCOUNT_UNIDENTIFIED)
			history->account = account;
		history->identity = ACCOUNT_ONE_AND_UNIDENTIFIED;
	}
}

bool
account_history_merge(AccountHistory *history, const AccountHistory *other, ScoringFault *fault)
{
	merge_identity(history, other->identity, other->account, other->count);
	for (int i = 0; i < other->count; i++)
		if (!account_history_add(history, &other->months[i], fault))
			return false;
	return true;
}

void
account_history_since(AccountHistory *history, int32_t day)
{
	int32_t		month = calendar_month(day);
	int			gone = 0;

	while (gone < history->count && history->months[gone].month < month)
		gone++;
	history->count -= gone;
	memmove(history->months, history->months + gone, (size_t) history->count * sizeof(AccountMonth));
}

/* ---------- packed bytes ---------- */

/*
 * Integers of which some are unknown: the least as a varint, then a column of what they are above it, plus one; 0 is
 * unknown.
 */
static void
write_framed(ScoringBuffer *out, const int64_t *values, int count)
{
	uint64_t	column[ACCOUNT_MAX_MONTHS];
	int64_t		least = 0;
	bool		any = false;

	for (int i = 0; i < count; i++)
		if (values[i] != ACCOUNT_UNKNOWN && (!any || values[i] < least))
		{
			least = values[i];
			any = true;
		}
	scoring_write_varint(out, profile_zigzag(least));
	for (int i = 0; i < count; i++)
		column[i] = values[i] == ACCOUNT_UNKNOWN ? 0 : (uint64_t) values[i] - (uint64_t) least + 1;
	profile_write_column(out, column, (size_t) count);
}

static bool
read_framed(ScoringReader *reader, int64_t *values, int count, int64_t low, int64_t high)
{
	uint64_t	column[ACCOUNT_MAX_MONTHS];
	int64_t		least = profile_unzigzag(scoring_read_varint(reader));
	bool		any = false;
	bool		has_least = false;

	if (!profile_read_column(reader, column, (size_t) count))
		return false;
	for (int i = 0; i < count; i++)
	{
		values[i] = ACCOUNT_UNKNOWN;
		if (column[i] == 0)
			continue;
		any = true;
		has_least |= column[i] == 1;
		if (least < low || least > high || column[i] - 1 > (uint64_t) high - (uint64_t) least)
			return false;
		values[i] = (int64_t) ((uint64_t) least + (column[i] - 1));
	}
	return any ? has_least : least == 0;
}

void
account_history_pack(const AccountHistory *history, ScoringBuffer *out)
{
	const AccountMonth *months = history->months;
	int			n = history->count;
	uint8_t		keep = (uint8_t) history->keep;
	uint64_t	column[ACCOUNT_MAX_MONTHS];
	int64_t		values[ACCOUNT_MAX_MONTHS];

	profile_write_head(out, &keep, 1);
	scoring_write_u8(out, (uint8_t) history->identity);
	if (account_has_identifier(history))
		scoring_write_u64(out, history->account);
	scoring_write_varint(out, (uint64_t) n);
	if (n == 0)
		return;
	scoring_write_varint(out, profile_zigzag(months[0].month));
	for (int i = 1; i < n; i++)
		column[i - 1] = (uint64_t) (months[i].month - months[i - 1].month - 1);
	profile_write_column(out, column, (size_t) n - 1);
	for (int i = 0; i < n; i++)
		column[i] = months[i].day;
	profile_write_column(out, column, (size_t) n);
	for (int i = 0; i < n; i++)
		column[i] = months[i].status;
	profile_write_column(out, column, (size_t) n);
	for (int i = 0; i < n; i++)
		column[i] = months[i].ambiguous;
	profile_write_column(out, column, (size_t) n);
	for (int i = 0; i < n; i++)
		column[i] = (uint64_t) (months[i].days + 1);
	profile_write_column(out, column, (size_t) n);
	for (int i = 0; i < n; i++)
		values[i] = months[i].revision;
	write_framed(out, values, n);
	for (int a = 0; a < ACCOUNT_AMOUNTS; a++)
	{
		for (int i = 0; i < n; i++)
			values[i] = months[i].amounts[a];
		write_framed(out, values, n);
	}
}

/* Whether it is as account_month_normalise() leaves it, and what a row could have given. */
static bool
month_is_sound(const AccountMonth *month)
{
	if (month->month < FIRST_MONTH || month->month > LAST_MONTH)
		return false;
	if (month->status == ACCOUNT_EXPIRED)
	{
		for (int i = 0; i < ACCOUNT_AMOUNTS; i++)
			if (month->amounts[i] != ACCOUNT_UNKNOWN)
				return false;
		return month->day == 0 && month->days == -1 && !month->ambiguous && month->revision == ACCOUNT_UNKNOWN;
	}
	for (int i = 0; i < ACCOUNT_AMOUNTS; i++)
		if (month->amounts[i] != ACCOUNT_UNKNOWN &&
			(month->amounts[i] > MAX_MINOR || month->amounts[i] < (i == ACCOUNT_LIMIT ? 0 : -MAX_MINOR)))
			return false;
	return month->day >= 1 && month->day <= length_of_month(month->month) && month->status <= ACCOUNT_EXPIRED &&
		month->days >= -1 && month->days <= ACCOUNT_MAX_DAYS && !(month->status == ACCOUNT_PAST_DUE && month->days < 0);
}

bool
account_history_unpack(const uint8_t *packed, size_t length, AccountHistory *out, ScoringFault *fault)
{
	ScoringReader reader;
	const uint8_t *parameters;
	size_t		nparameters;
	uint64_t	columns[5][ACCOUNT_MAX_MONTHS];
	int64_t		values[ACCOUNT_MAX_MONTHS];
	uint64_t	n;
	int64_t		month;

	scoring_reader_init(&reader, packed, length);
	if (!profile_read_head(&reader, &parameters, &nparameters, fault))
		return false;
	if (nparameters != 1 || parameters[0] > ACCOUNT_KEEP_WORST)
		return scoring_fault(fault, SCORING_FAULT_BINARY, "an account_history has an unknown rule for statements of one month");
	account_history_init(out, (AccountKeep) parameters[0]);
	out->identity = (AccountIdentity) scoring_read_u8(&reader);
	if (out->identity > ACCOUNT_ONE_AND_UNIDENTIFIED)
		goto bad;
	if (account_has_identifier(out))
		out->account = scoring_read_u64(&reader);
	n = scoring_read_varint(&reader);
	if (reader.bad || n > ACCOUNT_MAX_MONTHS)
		goto bad;
	out->count = (int) n;
	if (n == 0)
		return scoring_reader_done(&reader, "account_history", fault);
	month = profile_unzigzag(scoring_read_varint(&reader));
	if (month < FIRST_MONTH || month > LAST_MONTH)
		goto bad;
	columns[0][0] = 0;
	if (!profile_read_column(&reader, &columns[0][1], n - 1))
		goto bad;
	for (int c = 1; c < 5; c++)
		if (!profile_read_column(&reader, columns[c], n))
			goto bad;
	for (uint64_t i = 0; i < n; i++)
	{
		AccountMonth *at = &out->months[i];

		if (columns[0][i] >= ACCOUNT_MAX_MONTHS || columns[1][i] > 31 || columns[2][i] > ACCOUNT_EXPIRED || columns[3][i] > 1 ||
			columns[4][i] > ACCOUNT_MAX_DAYS + 1)
			goto bad;
		if (i > 0)
			month += (int64_t) columns[0][i] + 1;
		if (month > LAST_MONTH)
			goto bad;
		at->month = (int16_t) month;
		at->day = (uint8_t) columns[1][i];
		at->status = (uint8_t) columns[2][i];
		at->ambiguous = columns[3][i] != 0;
		at->days = (int32_t) columns[4][i] - 1;
	}
	if (month - out->months[0].month >= ACCOUNT_MAX_MONTHS)
		goto bad;
	if (!read_framed(&reader, values, (int) n, -INT64_MAX, INT64_MAX))
		goto bad;
	for (uint64_t i = 0; i < n; i++)
		out->months[i].revision = values[i];
	for (int a = 0; a < ACCOUNT_AMOUNTS; a++)
	{
		if (!read_framed(&reader, values, (int) n, -MAX_MINOR, MAX_MINOR))
			goto bad;
		for (uint64_t i = 0; i < n; i++)
			out->months[i].amounts[a] = values[i];
	}
	for (uint64_t i = 0; i < n; i++)
		if (!month_is_sound(&out->months[i]))
			goto bad;
	return scoring_reader_done(&reader, "account_history", fault);
bad:
	return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid binary value for type account_history");
}

/* ---------- rows of a state ---------- */

/*
 * Eight bytes (month, day, status, days, what follows), then what is known of the amounts and the revision, and the hash of
 * the account, in eight bytes each. In the machine's own order: a state is sent as a packed profile.
 */
#define ROW_HEAD 8
#define ROW_REVISION (1 << ACCOUNT_AMOUNTS)
#define ROW_ACCOUNT (2 << ACCOUNT_AMOUNTS)

static uint8_t
row_flags(const AccountMonth *month, bool has_account)
{
	uint8_t		flags = (uint8_t) ((month->revision != ACCOUNT_UNKNOWN ? ROW_REVISION : 0) | (has_account ? ROW_ACCOUNT : 0));

	for (int i = 0; i < ACCOUNT_AMOUNTS; i++)
		if (month->amounts[i] != ACCOUNT_UNKNOWN)
			flags |= (uint8_t) (1 << i);
	return flags;
}

size_t
account_row_size(const AccountMonth *month, bool has_account)
{
	return ROW_HEAD + 8 * (size_t) __builtin_popcount(row_flags(month, has_account));
}

void
account_row_write(uint8_t *at, const AccountMonth *month, bool has_account, uint64_t account)
{
	uint16_t	days = (uint16_t) (month->days + 1);
	uint8_t		flags = row_flags(month, has_account);

	memcpy(at, &month->month, 2);
	at[2] = month->day;
	at[3] = month->status;
	memcpy(at + 4, &days, 2);
	at[6] = flags;
	at[7] = 0;
	at += ROW_HEAD;
	for (int i = 0; i < ACCOUNT_AMOUNTS; i++)
		if (flags & 1 << i)
		{
			memcpy(at, &month->amounts[i], 8);
			at += 8;
		}
	if (flags & ROW_REVISION)
	{
		memcpy(at, &month->revision, 8);
		at += 8;
	}
	if (has_account)
		memcpy(at, &account, 8);
}

static bool
add_rows(AccountHistory *history, const uint8_t *bytes, size_t length, ScoringFault *fault)
{
	const uint8_t *end = bytes + length;

	while (bytes < end)
	{
		AccountMonth month;
		uint16_t	days;
		uint8_t		flags;
		uint64_t	account = 0;

		if (end - bytes < ROW_HEAD)
			goto bad;
		memcpy(&month.month, bytes, 2);
		month.day = bytes[2];
		month.status = bytes[3];
		memcpy(&days, bytes + 4, 2);
		month.days = (int32_t) days - 1;
		month.ambiguous = false;
		flags = bytes[6];
		if (flags >= ROW_ACCOUNT * 2 || end - bytes < ROW_HEAD + 8 * __builtin_popcount(flags))
			goto bad;
		bytes += ROW_HEAD;
		for (int i = 0; i < ACCOUNT_AMOUNTS; i++)
		{
			month.amounts[i] = ACCOUNT_UNKNOWN;
			if (flags & 1 << i)
			{
				memcpy(&month.amounts[i], bytes, 8);
				bytes += 8;
			}
		}
		month.revision = ACCOUNT_UNKNOWN;
		if (flags & ROW_REVISION)
		{
			memcpy(&month.revision, bytes, 8);
			bytes += 8;
		}
		if (flags & ROW_ACCOUNT)
		{
			memcpy(&account, bytes, 8);
			bytes += 8;
		}
		if (!month_is_sound(&month))
			goto bad;
		merge_identity(history, flags & ROW_ACCOUNT ? ACCOUNT_ONE : ACCOUNT_UNIDENTIFIED, account, 1);
		if (!account_history_add(history, &month, fault))
			return false;
	}
	return true;
bad:
	return scoring_fault(fault, SCORING_FAULT_BINARY, "the state of an account_history is damaged");
}

bool
account_history_merge_parts(const ScoringHost *host, const uint8_t *parameters, size_t nparameters,
							const ProfilePart *parts, size_t nparts, ScoringBuffer *out, ScoringFault *fault)
{
	AccountHistory *history = scoring_alloc(host, sizeof(AccountHistory));
	AccountHistory *other = scoring_alloc(host, sizeof(AccountHistory));
	bool		good = true;

	if (nparameters != 1 || parameters[0] > ACCOUNT_KEEP_WORST)
		return scoring_fault(fault, SCORING_FAULT_BINARY, "an account_history has an unknown rule for statements of one month");
	account_history_init(history, (AccountKeep) parameters[0]);
	for (size_t i = 0; i < nparts && good; i++)
	{
		if (parts[i].packed)
			good = account_history_unpack(parts[i].bytes, parts[i].length, other, fault) &&
				account_history_merge(history, other, fault);
		else
			good = add_rows(history, parts[i].bytes, parts[i].length, fault);
		if (i % 64 == 63)
			scoring_check(host);
	}
	if (good)
		account_history_pack(history, out);
	scoring_release(host, other);
	scoring_release(host, history);
	return good;
}

bool
account_history_recode(const ScoringHost *host, const uint8_t *packed, size_t length, ProfileConvert convert,
					   ScoringBuffer *out, ScoringFault *fault)
{
	AccountHistory history;

	(void) host;
	(void) convert;
	if (!account_history_unpack(packed, length, &history, fault))
		return false;
	account_history_pack(&history, out);
	return true;
}

void
account_history_mismatch(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, ScoringFault *fault)
{
	(void) a;
	(void) na;
	(void) b;
	(void) nb;
	/* There are but two; which of them is first depends on the plan. */
	scoring_fault(fault, SCORING_FAULT_ARGUMENT, "account histories of different rules cannot be merged");
	scoring_fault_detail(fault, "Of several statements of a month one keeps the latest, the other the worst.");
}

/* ---------- JSON ---------- */

static void
write_minor(ScoringBuffer *json, int64_t minor)
{
	uint64_t	magnitude = minor < 0 ? (uint64_t) 0 - (uint64_t) minor : (uint64_t) minor;

	scoring_write_format(json, "%s%llu.%02llu", minor < 0 ? "-" : "", (unsigned long long) (magnitude / 100),
						 (unsigned long long) (magnitude % 100));
}

bool
account_history_write(const ScoringHost *host, const uint8_t *packed, size_t length, ScoringBuffer *json, ScoringFault *fault)
{
	AccountHistory history;

	(void) host;
	if (!account_history_unpack(packed, length, &history, fault))
		return false;
	scoring_write_format(json, "{\"version\": %d, \"keep\": \"%s\"", PROFILE_VERSION, keep_words[history.keep]);
	if (account_has_identifier(&history))
		scoring_write_format(json, ", \"account\": \"%016llx\"%s", (unsigned long long) history.account,
							 history.identity == ACCOUNT_ONE ? "" : ", \"unidentified\": true");
	else if (history.identity == ACCOUNT_SEVERAL)
		scoring_write_text(json, ", \"account\": \"several\"");
	scoring_write_text(json, ", \"statements\": [");
	for (int i = 0; i < history.count; i++)
	{
		const AccountMonth *month = &history.months[i];
		char		date[11];

		calendar_to_text(account_month_date(month), date);
		scoring_write_format(json, "%s{\"month\": \"%s\"", i > 0 ? ", " : "", date);
		if (month->days >= 0)
			scoring_write_format(json, ", \"days_past_due\": %d", (int) month->days);
		if (month->status != ACCOUNT_NO_STATUS)
			scoring_write_format(json, ", \"status\": \"%s\"", account_status_words[month->status]);
		for (int a = 0; a < ACCOUNT_AMOUNTS; a++)
			if (month->amounts[a] != ACCOUNT_UNKNOWN)
			{
				scoring_write_format(json, ", \"%s\": ", amount_words[a]);
				write_minor(json, month->amounts[a]);
			}
		if (month->revision != ACCOUNT_UNKNOWN)
			scoring_write_format(json, ", \"revision\": %lld", (long long) month->revision);
		if (month->ambiguous)
			scoring_write_text(json, ", \"ambiguous\": true");
		scoring_write_text(json, "}");
	}
	scoring_write_text(json, "]}");
	return true;
}

/* A number with at most two decimals, by its spelling. */
static bool
read_minor(const JsonAt *at, const char *name, int64_t low, int64_t *out, ScoringFault *fault)
{
	JsonAt		child;
	const char *text;
	bool		negative;
	int64_t		value = 0;
	int			decimals = -1;

	*out = ACCOUNT_UNKNOWN;
	if (!scoring_json_member(at, name, false, &child, fault))
		return false;
	if (child.node == NULL)
		return true;
	if (!scoring_json_expect(&child, JSON_NUMBER, fault))
		return false;
	text = child.node->text;
	negative = *text == '-';
	for (text += negative; *text != '\0'; text++)
	{
		if (*text == '.' && decimals < 0)
		{
			decimals = 0;
			continue;
		}
		if (*text < '0' || *text > '9' || decimals == 2)
			return scoring_json_fault(&child, fault, "%.60s is not an amount with at most two decimals", child.node->text);
		if (decimals >= 0)
			decimals++;
		if (value > MAX_MINOR)
			break;
		value = value * 10 + (*text - '0');
	}
	for (decimals = decimals < 0 ? 0 : decimals; decimals < 2 && value <= MAX_MINOR; decimals++)
		value *= 10;
	if (value > MAX_MINOR || (negative && -value < low))
		return scoring_json_fault(&child, fault, "%.60s is out of range", child.node->text);
	*out = negative ? -value : value;
	return true;
}

static bool
read_account(const JsonAt *root, AccountHistory *history, ScoringFault *fault)
{
	const char *text = NULL;
	bool		unidentified = false;
	JsonAt		child;

	if (!scoring_json_string(root, "account", false, 16, &text, fault) ||
		!scoring_json_boolean(root, "unidentified", false, &unidentified, fault))
		return false;
	if (unidentified && (text == NULL || strcmp(text, "several") == 0))
		return scoring_json_fault(root, fault, "\"unidentified\" is of a value with one account");
	if (text == NULL)
		return true;
	if (strcmp(text, "several") == 0)
	{
		history->identity = ACCOUNT_SEVERAL;
		return true;
	}
	history->identity = unidentified ? ACCOUNT_ONE_AND_UNIDENTIFIED : ACCOUNT_ONE;
	for (int i = 0; i < 16; i++)
	{
		static const char digits[] = "0123456789abcdef";
		const char *digit = text[i] == '\0' ? NULL : strchr(digits, text[i]);

		if (digit == NULL)
			return scoring_json_member(root, "account", true, &child, fault) &&
				scoring_json_fault(&child, fault, "16 hexadecimal digits in lower case, or \"several\", were expected");
		history->account = history->account << 4 | (uint64_t) (digit - digits);
	}
	return true;
}

static bool
read_statement(const JsonAt *at, AccountMonth *month, ScoringFault *fault)
{
	static const char *const members[] = {
		"month", "days_past_due", "status", "balance", "credit_limit", "amount_due", "amount_paid", "revision", "ambiguous", NULL
	};
	const char *date;
	JsonAt		child;
	int32_t		day;
	int64_t		days = -1;
	int			status = -1;
	AccountMonth normal;

	if (!scoring_json_expect(at, JSON_OBJECT, fault) || !scoring_json_only(at, members, fault) ||
		!scoring_json_string(at, "month", true, 10, &date, fault) ||
		!scoring_json_integer(at, "days_past_due", false, 0, ACCOUNT_MAX_DAYS, &days, fault) ||
		!scoring_json_word(at, "status", false, account_status_words + 1, &status, fault))
		return false;
	if (!scoring_json_member(at, "month", true, &child, fault))
		return false;
	if (!calendar_from_text(date, &day))
		return scoring_json_fault(&child, fault, "a date of the years 1900 to 2199, YYYY-MM-DD, was expected");
	month->month = (int16_t) calendar_month(day);
	month->day = (uint8_t) (day - calendar_month_start(month->month) + 1);
	month->days = (int32_t) days;
	month->status = (uint8_t) (status + 1);
	month->ambiguous = false;
	month->revision = ACCOUNT_UNKNOWN;
	for (int a = 0; a < ACCOUNT_AMOUNTS; a++)
		if (!read_minor(at, amount_words[a], a == ACCOUNT_LIMIT ? 0 : -MAX_MINOR, &month->amounts[a], fault))
			return false;
	if (!scoring_json_integer(at, "revision", false, -INT64_MAX, INT64_MAX, &month->revision, fault) ||
		!scoring_json_boolean(at, "ambiguous", false, &month->ambiguous, fault))
		return false;
	normal = *month;
	account_month_normalise(&normal);
	if (month->status == ACCOUNT_EXPIRED)
	{
		if (month->day != 1 || !(at->node->count == 2))
			return scoring_json_fault(at, fault, "an expired month has its first day and nothing else");
	}
	else if (normal.days != month->days)
		return scoring_json_fault(at, fault, "a month past due has its days");
	*month = normal;
	return true;
}

bool
account_history_read(const ScoringHost *host, const JsonAt *root, ScoringBuffer *out, ScoringFault *fault)
{
	static const char *const members[] = {"version", "keep", "account", "unidentified", "statements", NULL};
	AccountHistory history;
	JsonAt		statements;
	int64_t		version;
	int			keep;

	(void) host;
	if (!scoring_json_expect(root, JSON_OBJECT, fault) || !scoring_json_only(root, members, fault) ||
		!scoring_json_integer(root, "version", true, PROFILE_VERSION, PROFILE_VERSION, &version, fault) ||
		!scoring_json_word(root, "keep", true, keep_words, &keep, fault))
		return false;
	account_history_init(&history, (AccountKeep) keep);
	if (!read_account(root, &history, fault) || !scoring_json_member(root, "statements", true, &statements, fault) ||
		!scoring_json_expect(&statements, JSON_ARRAY, fault))
		return false;
	for (uint32_t i = 0; i < statements.node->count; i++)
	{
		JsonAt		item = scoring_json_item(&statements, i);
		AccountMonth month;

		if (!read_statement(&item, &month, fault))
			return false;
		if (history.count > 0 && month.month <= history.months[history.count - 1].month)
			return scoring_json_fault(&item, fault, "months must ascend, with one statement each");
		if (history.count > 0 && month.month - history.months[0].month >= ACCOUNT_MAX_MONTHS)
			return scoring_json_fault(&item, fault, "the months span more than %d", ACCOUNT_MAX_MONTHS);
		history.months[history.count++] = month;
	}
	account_history_pack(&history, out);
	return true;
}
