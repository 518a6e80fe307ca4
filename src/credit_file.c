/*
 * credit_file.c: the SQL type scoring.credit_file, its aggregates and accessors.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "compat.h"
#include "credit_file_core.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "moment.h"
#include "number_core.h"
#include "profile.h"
#include "utils/builtins.h"

#define MAX_MONTHS 1200

SCORING_PROFILE_FUNCTIONS(credit_file, credit_file_profile)

/* The other room's type, for what its values need here: their bytes, from a state too. */
static const ProfileType account_history_type = {
	"an account_history", account_history_merge_parts, account_history_recode, account_history_write, account_history_read,
	account_history_mismatch
};

/* ---------- arguments ---------- */

/* The index of a word; 22023 if it is not in the list. */
static int
word_argument(const char *what, const text *word, const char *const *words)
{
	Size		length = VARSIZE_ANY_EXHDR(word);
	StringInfoData list;

	for (int i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == length && memcmp(words[i], VARDATA_ANY(word), length) == 0)
			return i;
	initStringInfo(&list);
	for (int i = 0; words[i] != NULL; i++)
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", words[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown %s \"%s\"", what, scoring_clip(pnstrdup(VARDATA_ANY(word), Min(length, 200)))),
			 errdetail("It is one of: %s.", list.data)));
}

static void
name_argument(const char *what, const text *name, Size most, const char **out, uint32 *length)
{
	if (VARSIZE_ANY_EXHDR(name) > most)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s is too long", what),
				 errdetail("At most %zu bytes can be kept.", most)));
	*out = VARDATA_ANY(name);
	*length = (uint32) VARSIZE_ANY_EXHDR(name);
}

/* ---------- the aggregates ---------- */

static bool
is_inquiry(const CreditAccount *account)
{
	return account->kind_length == sizeof(CREDIT_INQUIRY) - 1 && memcmp(account->kind, CREDIT_INQUIRY, account->kind_length) == 0;
}

/* state, account, kind, role, opened_on, closed_on, history [, share] */
PG_FUNCTION_INFO_V1(scoring_credit_file_trans);
Datum
scoring_credit_file_trans(PG_FUNCTION_ARGS)
{
	struct varlena *state = scoring_profile_state(fcinfo);
	CreditAccount account = {.opened = CREDIT_NONE, .closed = CREDIT_NONE, .share = CREDIT_NONE};
	ScoringBuffer row;
	uint8	   *at;

	if (!PG_ARGISNULL(1))
		name_argument("account", PG_GETARG_TEXT_PP(1), CREDIT_MAX_ACCOUNT, &account.id, &account.id_length);
	if (!PG_ARGISNULL(2))
		name_argument("kind", PG_GETARG_TEXT_PP(2), CREDIT_MAX_KIND, &account.kind, &account.kind_length);
	if (!PG_ARGISNULL(3))
		account.role = (CreditRole) word_argument("role", PG_GETARG_TEXT_PP(3), credit_file_role_words);
	if (!PG_ARGISNULL(4))
		account.opened = scoring_day_from_date(PG_GETARG_DATEADT(4));
	if (!PG_ARGISNULL(5))
		account.closed = scoring_day_from_date(PG_GETARG_DATEADT(5));
	if (!PG_ARGISNULL(6))
	{
		Size		length;

		account.history = scoring_profile_bytes(&account_history_type, PG_GETARG_DATUM(6), &length);
		account.history_length = length;
	}
	if (PG_NARGS() > 7 && !PG_ARGISNULL(7))
	{
		float8		share = PG_GETARG_FLOAT8(7);
		int64		fixed;

		if (!(share >= 0 && share <= 1) || !scoring_weight_to_fixed(share, &fixed))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("share must be between 0 and 1")));
		account.share = (int32) fixed;
	}
	scoring_buffer_init(&row, scoring_host(), PROFILE_MAX_BYTES);
	if (is_inquiry(&account))
	{
		CreditInquiry inquiry = {account.opened, account.id_length, account.id_length > 0 ? account.id : ""};

		if (account.opened == CREDIT_NONE)
			credit_file_row_undated(&row);
		else
			credit_file_row_inquiry(&row, &inquiry);
	}
	else if (PG_ARGISNULL(1))
		credit_file_row_unidentified(&row);
	else
		credit_file_row_account(&row, &account);
	state = scoring_profile_row(&credit_file_profile, state, (const uint8 *) "", 0, row.length, &at);
	memcpy(at, row.data, row.length);
	pfree(row.data);
	PG_RETURN_POINTER(state);
}

/* ---------- accessors ---------- */

static void
read_file(FunctionCallInfo fcinfo, CreditView *view)
{
	ScoringFault fault;
	Size		length;
	const uint8 *packed = scoring_profile_argument(&credit_file_profile, fcinfo, 0, &length);

	if (!credit_file_decode(scoring_host(), packed, length, view, &fault))
		scoring_profile_corrupt(&credit_file_profile, &fault);
}

static void
read_standings(const CreditView *view, int32 as_of, int months, CreditStanding **standings, Size *count)
{
	ScoringFault fault;

	if (!credit_file_standings(scoring_host(), view, as_of, months, standings, count, &fault))
		scoring_profile_corrupt(&credit_file_profile, &fault);
}

/* Arguments 0 and 1, file and as_of, and those of the accounts on file that have the kind in argument n, if that is not NULL. */
static bool
standing_arguments(FunctionCallInfo fcinfo, int n, int months, CreditStanding **standings, Size *count, int32 *as_of)
{
	CreditView	view;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return false;
	*as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	read_file(fcinfo, &view);
	read_standings(&view, *as_of, months, standings, count);
	if (n > 0 && !PG_ARGISNULL(n))
	{
		text	   *kind = PG_GETARG_TEXT_PP(n);
		Size		kept = 0;

		for (Size i = 0; i < *count; i++)
		{
			const CreditAccount *account = (*standings)[i].account;

			if (account->kind_length == VARSIZE_ANY_EXHDR(kind) && memcmp(account->kind, VARDATA_ANY(kind), account->kind_length) == 0)
				(*standings)[kept++] = (*standings)[i];
		}
		*count = kept;
	}
	return true;
}

static int32
days_argument(FunctionCallInfo fcinfo, int n, const char *what)
{
	int32		days = PG_GETARG_INT32(n);

	if (days <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be positive", what)));
	return days;
}

/* Argument n, months; 0 if it is NULL. */
static int
months_argument(FunctionCallInfo fcinfo, int n)
{
	int32		months;

	if (PG_ARGISNULL(n))
		return 0;
	months = days_argument(fcinfo, n, "months");
	if (months > MAX_MONTHS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("months must be at most %d", MAX_MONTHS)));
	return months;
}

/* file, as_of, kind, state, role */
PG_FUNCTION_INFO_V1(scoring_credit_file_account_count);
Datum
scoring_credit_file_account_count(PG_FUNCTION_ARGS)
{
	CreditStanding *standings;
	Size		count;
	int32		as_of;
	int			state = PG_ARGISNULL(3) ? -1 : word_argument("state", PG_GETARG_TEXT_PP(3), credit_file_state_words);
	int			role = PG_ARGISNULL(4) ? -1 : word_argument("role", PG_GETARG_TEXT_PP(4), credit_file_role_words);
	int32		n = 0;

	if (!standing_arguments(fcinfo, 2, 0, &standings, &count, &as_of))
		PG_RETURN_NULL();
	for (Size i = 0; i < count; i++)
		n += (state < 0 || standings[i].state == state) && (role < 0 || standings[i].account->role == role);
	PG_RETURN_INT32(n);
}

/* Months since the first, or the last, account of an obligor was opened; false if there is none. */
static bool
age_of(const CreditStanding *standings, Size count, int32 as_of, bool newest, int32 *months)
{
	bool		found = false;
	int32		opened = 0;

	for (Size i = 0; i < count; i++)
		if (credit_is_obligor(&standings[i]) && (!found || (newest ? standings[i].opened > opened : standings[i].opened < opened)))
		{
			opened = standings[i].opened;
			found = true;
		}
	if (found)
		*months = credit_file_months_between(opened, as_of);
	return found;
}

static Datum
age_result(FunctionCallInfo fcinfo, bool newest)
{
	CreditStanding *standings;
	Size		count;
	int32		as_of;
	int32		months;

	if (!standing_arguments(fcinfo, 2, 0, &standings, &count, &as_of) || !age_of(standings, count, as_of, newest, &months))
		PG_RETURN_NULL();
	PG_RETURN_INT32(months);
}

PG_FUNCTION_INFO_V1(scoring_credit_file_oldest_account_months);
Datum
scoring_credit_file_oldest_account_months(PG_FUNCTION_ARGS)
{
	return age_result(fcinfo, false);
}

PG_FUNCTION_INFO_V1(scoring_credit_file_newest_account_months);
Datum
scoring_credit_file_newest_account_months(PG_FUNCTION_ARGS)
{
	return age_result(fcinfo, true);
}

/* Of obligors, at the last statement; what is closed is past. */
static int32
past_due(const CreditStanding *standings, Size count, int32 days)
{
	int32		n = 0;

	for (Size i = 0; i < count; i++)
		n += credit_is_obligor(&standings[i]) && standings[i].state != CREDIT_CLOSED && standings[i].last_days >= days;
	return n;
}

/* Of obligors, in the months that the standings look at; *reported counts those with a statement. */
static int32
ever_past_due(const CreditStanding *standings, Size count, int32 days, int32 *reported)
{
	int32		n = 0;

	*reported = 0;
	for (Size i = 0; i < count; i++)
		if (credit_is_obligor(&standings[i]))
		{
			n += standings[i].worst_days >= days;
			*reported += standings[i].worst_days >= 0;
		}
	return n;
}

/* file, as_of, days, kind */
PG_FUNCTION_INFO_V1(scoring_credit_file_accounts_past_due);
Datum
scoring_credit_file_accounts_past_due(PG_FUNCTION_ARGS)
{
	CreditStanding *standings;
	Size		count;
	int32		as_of;

	if (PG_ARGISNULL(2) || !standing_arguments(fcinfo, 3, 0, &standings, &count, &as_of))
		PG_RETURN_NULL();
	PG_RETURN_INT32(past_due(standings, count, days_argument(fcinfo, 2, "days")));
}

/* file, as_of, days, months, kind */
PG_FUNCTION_INFO_V1(scoring_credit_file_ever_past_due);
Datum
scoring_credit_file_ever_past_due(PG_FUNCTION_ARGS)
{
	CreditStanding *standings;
	Size		count;
	int32		as_of;
	int32		reported;

	if (PG_ARGISNULL(2) || !standing_arguments(fcinfo, 4, months_argument(fcinfo, 3), &standings, &count, &as_of))
		PG_RETURN_NULL();
	PG_RETURN_INT32(ever_past_due(standings, count, days_argument(fcinfo, 2, "days"), &reported));
}

PG_FUNCTION_INFO_V1(scoring_credit_file_share_satisfactory);
Datum
scoring_credit_file_share_satisfactory(PG_FUNCTION_ARGS)
{
	CreditStanding *standings;
	Size		count;
	int32		as_of;
	int32		reported;
	int32		ever;

	if (PG_ARGISNULL(2) || !standing_arguments(fcinfo, 4, months_argument(fcinfo, 3), &standings, &count, &as_of))
		PG_RETURN_NULL();
	ever = ever_past_due(standings, count, days_argument(fcinfo, 2, "days"), &reported);
	if (reported == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) (reported - ever) / reported);
}

static bool
total_of(const CreditStanding *standings, Size count, bool guarantor, AccountAmount amount, Datum *out)
{
	__int128	total;

	if (!credit_file_total(standings, count, guarantor, amount, &total))
		return false;
	if (total > PG_INT64_MAX || total < PG_INT64_MIN)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the total of a credit file is out of range")));
	*out = scoring_minor_to_numeric((int64) total);
	return true;
}

static Datum
total_result(FunctionCallInfo fcinfo, bool guarantor, AccountAmount amount)
{
	CreditStanding *standings;
	Size		count;
	int32		as_of;
	Datum		total;

	if (!standing_arguments(fcinfo, 2, 0, &standings, &count, &as_of) || !total_of(standings, count, guarantor, amount, &total))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(total);
}

PG_FUNCTION_INFO_V1(scoring_credit_file_total_balance);
Datum
scoring_credit_file_total_balance(PG_FUNCTION_ARGS)
{
	return total_result(fcinfo, false, ACCOUNT_BALANCE);
}

PG_FUNCTION_INFO_V1(scoring_credit_file_total_limit);
Datum
scoring_credit_file_total_limit(PG_FUNCTION_ARGS)
{
	return total_result(fcinfo, false, ACCOUNT_LIMIT);
}

PG_FUNCTION_INFO_V1(scoring_credit_file_contingent_balance);
Datum
scoring_credit_file_contingent_balance(PG_FUNCTION_ARGS)
{
	return total_result(fcinfo, true, ACCOUNT_BALANCE);
}

PG_FUNCTION_INFO_V1(scoring_credit_file_utilisation);
Datum
scoring_credit_file_utilisation(PG_FUNCTION_ARGS)
{
	CreditStanding *standings;
	Size		count;
	int32		as_of;
	double		utilisation;

	if (!standing_arguments(fcinfo, 2, 0, &standings, &count, &as_of) || !credit_file_utilisation(standings, count, &utilisation))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(utilisation);
}

/* file, as_of, days, gap_days */
PG_FUNCTION_INFO_V1(scoring_credit_file_inquiries);
Datum
scoring_credit_file_inquiries(PG_FUNCTION_ARGS)
{
	CreditView	view;
	int32		days;
	int32		gap = -1;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	days = days_argument(fcinfo, 2, "days");
	if (!PG_ARGISNULL(3))
	{
		gap = PG_GETARG_INT32(3);
		if (gap < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("gap_days must not be negative")));
	}
	read_file(fcinfo, &view);
	PG_RETURN_INT32(credit_file_inquiries(&view, scoring_day_from_date(PG_GETARG_DATEADT(1)), days, gap));
}

static bool
is_thin(const CreditStanding *standings, Size count, int32 as_of, int32 min_accounts, int32 min_months)
{
	int32		accounts = 0;
	int32		months;

	for (Size i = 0; i < count; i++)
		accounts += credit_is_obligor(&standings[i]);
	return accounts < min_accounts || !age_of(standings, count, as_of, false, &months) || months < min_months;
}

/* file, as_of, min_accounts, min_months */
PG_FUNCTION_INFO_V1(scoring_credit_file_is_thin_file);
Datum
scoring_credit_file_is_thin_file(PG_FUNCTION_ARGS)
{
	CreditStanding *standings;
	Size		count;
	int32		as_of;

	if (!standing_arguments(fcinfo, 0, 0, &standings, &count, &as_of))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(is_thin(standings, count, as_of, PG_GETARG_INT32(2), PG_GETARG_INT32(3)));
}

PG_FUNCTION_INFO_V1(scoring_credit_file_unidentified);
Datum
scoring_credit_file_unidentified(PG_FUNCTION_ARGS)
{
	CreditView	view;

	read_file(fcinfo, &view);
	PG_RETURN_INT64((int64) view.unidentified);
}

/* Inquiries without a day, and accounts of which nothing says since when they are. */
PG_FUNCTION_INFO_V1(scoring_credit_file_undated);
Datum
scoring_credit_file_undated(PG_FUNCTION_ARGS)
{
	CreditView	view;
	AccountHistory *history = palloc(sizeof(AccountHistory));
	ScoringFault fault;
	int64		undated;

	read_file(fcinfo, &view);
	undated = (int64) view.undated;
	for (Size i = 0; i < view.naccounts; i++)
	{
		const CreditAccount *account = &view.accounts[i];

		if (account->opened != CREDIT_NONE)
			continue;
		if (account->history != NULL && !account_history_unpack(account->history, account->history_length, history, &fault))
			scoring_profile_corrupt(&credit_file_profile, &fault);
		undated += account->history == NULL || history->count == 0;
	}
	PG_RETURN_INT64(undated);
}

/* ---------- sets ---------- */

PG_FUNCTION_INFO_V1(scoring_credit_file_accounts);
Datum
scoring_credit_file_accounts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	CreditStanding *standings;
	Size		count = 0;
	int32		as_of = 0;

	(void) standing_arguments(fcinfo, 0, 0, &standings, &count, &as_of);
	InitMaterializedSRF(fcinfo, 0);
	for (Size i = 0; i < count; i++)
	{
		const CreditStanding *standing = &standings[i];
		const CreditAccount *account = standing->account;
		Datum		values[13] = {0};
		bool		nulls[13] = {false};

		values[0] = PointerGetDatum(cstring_to_text_with_len(account->id, (int) account->id_length));
		nulls[1] = account->kind_length == 0;
		if (!nulls[1])
			values[1] = PointerGetDatum(cstring_to_text_with_len(account->kind, (int) account->kind_length));
		values[2] = CStringGetTextDatum(credit_file_role_words[account->role]);
		values[3] = Float8GetDatum(account->share == CREDIT_NONE ? 1.0 : (double) account->share / CREDIT_WHOLE);
		values[4] = DateADTGetDatum(standing->opened);
		nulls[5] = account->closed == CREDIT_NONE || account->closed >= as_of;
		if (!nulls[5])
			values[5] = DateADTGetDatum(account->closed);
		values[6] = CStringGetTextDatum(credit_file_state_words[standing->state]);
		values[7] = Int32GetDatum(standing->last_days);
		nulls[7] = standing->last_days < 0;
		values[8] = Int32GetDatum(standing->worst_days);
		nulls[8] = standing->worst_days < 0;
		nulls[9] = standing->balance == ACCOUNT_UNKNOWN;
		if (!nulls[9])
			values[9] = scoring_minor_to_numeric(standing->balance);
		nulls[10] = standing->limit == ACCOUNT_UNKNOWN;
		if (!nulls[10])
			values[10] = scoring_minor_to_numeric(standing->limit);
		values[11] = BoolGetDatum(account->conflicting);
		nulls[12] = account->history == NULL;
		if (!nulls[12])
		{
			struct varlena *history = palloc(VARHDRSZ + account->history_length);

			SET_VARSIZE(history, VARHDRSZ + account->history_length);
			memcpy(VARDATA(history), account->history, account->history_length);
			values[12] = PointerGetDatum(history);
		}
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* ---------- features ---------- */

typedef struct CreditFeature
{
	const char *name;
	const char *type;
	const char *unit;
	const char *meaning;
} CreditFeature;

static const CreditFeature credit_features[] = {
	{"accounts", "integer", "accounts", "accounts of which one is an obligor"},
	{"accounts_open", "integer", "accounts", "of these, open"},
	{"accounts_closed", "integer", "accounts", "of these, closed"},
	{"accounts_adverse", "integer", "accounts", "of these, with an adverse status at the last statement"},
	{"accounts_guaranteed", "integer", "accounts", "accounts that one guarantees"},
	{"accounts_authorised", "integer", "accounts", "accounts that one may use, and owes nothing of"},
	{"accounts_opened_12m", "integer", "accounts", "accounts of an obligor opened in the last 12 months"},
	{"oldest_account_months", "integer", "months", "age of the oldest account of an obligor"},
	{"newest_account_months", "integer", "months", "age of the newest account of an obligor"},
	{"past_due_1", "integer", "accounts", "past due at the last statement"},
	{"past_due_30", "integer", "accounts", "at least 30 days past due at the last statement"},
	{"past_due_90", "integer", "accounts", "at least 90 days past due at the last statement"},
	{"ever_30", "integer", "accounts", "ever at least 30 days past due"},
	{"ever_60", "integer", "accounts", "ever at least 60 days past due"},
	{"ever_90", "integer", "accounts", "ever at least 90 days past due"},
	{"ever_30_24m", "integer", "accounts", "at least 30 days past due in the last 24 months"},
	{"worst_days_past_due", "integer", "days", "the most days past due of any account of an obligor"},
	{"share_satisfactory", "double precision", "share", "accounts never 30 days past due, among those with a statement"},
	{"total_balance", "numeric", "amount", "balances of open and adverse accounts of an obligor, by share"},
	{"total_limit", "numeric", "amount", "limits of open accounts of an obligor, by share"},
	{"utilisation", "double precision", "ratio", "sum of balances by sum of limits"},
	{"contingent_balance", "numeric", "amount", "balances that one guarantees, by share"},
	{"inquiries_90d", "integer", "trips", "inquiries of 90 days, those within 14 days of another as one"},
	{"inquiries_365d", "integer", "trips", "inquiries of 365 days, those within 14 days of another as one"},
	{"is_thin_file", "boolean", "", "fewer than 5 accounts of an obligor, or none 6 months old"}
};

#define FEATURES lengthof(credit_features)

PG_FUNCTION_INFO_V1(scoring_credit_file_feature_names);
Datum
scoring_credit_file_feature_names(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < FEATURES; i++)
	{
		Datum		values[5];
		bool		nulls[5] = {false};

		values[0] = Int32GetDatum(i + 1);
		values[1] = CStringGetTextDatum(credit_features[i].name);
		values[2] = CStringGetTextDatum(credit_features[i].type);
		values[3] = CStringGetTextDatum(credit_features[i].unit);
		values[4] = CStringGetTextDatum(credit_features[i].meaning);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_credit_file_features);
Datum
scoring_credit_file_features(PG_FUNCTION_ARGS)
{
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	CreditView	view;
	CreditStanding *standings;
	CreditStanding *recent;
	Size		count;
	TupleDesc	descriptor = scoring_profile_columns(fcinfo, FEATURES);
	Datum		values[FEATURES] = {0};
	bool		nulls[FEATURES];
	int			n = 0;
	int32		states[3] = {0};
	int32		roles[CREDIT_SOLE + 1] = {0};
	int32		opened = 0;
	int32		worst = -1;
	int32		reported;
	int32		months;
	int32		ever;
	double		utilisation;

#define PUT(known, expression) \
	do { \
		nulls[n] = !(known); \
		if (!nulls[n]) \
			values[n] = (expression); \
		n++; \
	} while (0)

	read_file(fcinfo, &view);
	read_standings(&view, as_of, 0, &standings, &count);
	read_standings(&view, as_of, 24, &recent, &count);
	for (Size i = 0; i < count; i++)
	{
		roles[standings[i].account->role]++;
		if (!credit_is_obligor(&standings[i]))
			continue;
		states[standings[i].state]++;
		opened += credit_file_months_between(standings[i].opened, as_of) < 12;
		worst = Max(worst, standings[i].worst_days);
	}
	PUT(true, Int32GetDatum(roles[CREDIT_SOLE] + roles[CREDIT_JOINT]));
	PUT(true, Int32GetDatum(states[CREDIT_OPEN]));
	PUT(true, Int32GetDatum(states[CREDIT_CLOSED]));
	PUT(true, Int32GetDatum(states[CREDIT_ADVERSE]));
	PUT(true, Int32GetDatum(roles[CREDIT_GUARANTOR]));
	PUT(true, Int32GetDatum(roles[CREDIT_AUTHORISED_USER]));
	PUT(true, Int32GetDatum(opened));
	PUT(age_of(standings, count, as_of, false, &months), Int32GetDatum(months));
	PUT(age_of(standings, count, as_of, true, &months), Int32GetDatum(months));
	PUT(true, Int32GetDatum(past_due(standings, count, 1)));
	PUT(true, Int32GetDatum(past_due(standings, count, 30)));
	PUT(true, Int32GetDatum(past_due(standings, count, 90)));
	PUT(true, Int32GetDatum(ever_past_due(standings, count, 30, &reported)));
	PUT(true, Int32GetDatum(ever_past_due(standings, count, 60, &reported)));
	PUT(true, Int32GetDatum(ever_past_due(standings, count, 90, &reported)));
	PUT(true, Int32GetDatum(ever_past_due(recent, count, 30, &reported)));
	PUT(worst >= 0, Int32GetDatum(worst));
	ever = ever_past_due(standings, count, 30, &reported);
	PUT(reported > 0, Float8GetDatum((double) (reported - ever) / reported));
	PUT(total_of(standings, count, false, ACCOUNT_BALANCE, &values[n]), values[n]);
	PUT(total_of(standings, count, false, ACCOUNT_LIMIT, &values[n]), values[n]);
	PUT(credit_file_utilisation(standings, count, &utilisation), Float8GetDatum(utilisation));
	PUT(total_of(standings, count, true, ACCOUNT_BALANCE, &values[n]), values[n]);
	PUT(true, Int32GetDatum(credit_file_inquiries(&view, as_of, 90, 14)));
	PUT(true, Int32GetDatum(credit_file_inquiries(&view, as_of, 365, 14)));
	PUT(true, BoolGetDatum(is_thin(standings, count, as_of, 5, 6)));
#undef PUT
	if (n != FEATURES)
		elog(ERROR, "%d features for %d columns", n, (int) FEATURES);
	return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}
