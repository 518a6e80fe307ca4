/*
 * account_history.c: the SQL type scoring.account_history, its aggregates and accessors. The value itself is in
 * account_history_core.c, what is measured in account_core.c.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "account_history_core.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "moment.h"
#include "number_core.h"
#include "profile.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#define MAX_WINDOW 1200

static const ProfileType account_history = {
	"an account_history", account_history_merge_parts, account_history_recode, account_history_write, account_history_read,
	account_history_mismatch
};

SCORING_PROFILE_FUNCTIONS(account_history, account_history)

/* ---------- arguments ---------- */

pg_noreturn static pg_noinline void
unknown_word(const char *what, const text *word, const char *const *words)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; words[i] != NULL; i++)
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", words[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown %s \"%s\"", what, scoring_clip(pnstrdup(VARDATA_ANY(word), Min(VARSIZE_ANY_EXHDR(word), 200)))),
			 errdetail("It is one of: %s.", list.data)));
}

/* The index of a word in a NULL-terminated list; 22023 if it is not there. */
static int
word_argument(const char *what, const text *word, const char *const *words)
{
	Size		length = VARSIZE_ANY_EXHDR(word);

	for (int i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == length && memcmp(words[i], VARDATA_ANY(word), length) == 0)
			return i;
	unknown_word(what, word, words);
}

static AccountStatus
status_argument(const text *word)
{
	const char *words[ACCOUNT_EXPIRED];

	/* "" and "expired" are not for rows. */
	memcpy(words, account_status_words + 1, sizeof(char *) * (ACCOUNT_EXPIRED - 1));
	words[ACCOUNT_EXPIRED - 1] = NULL;
	return (AccountStatus) (word_argument("status", word, words) + 1);
}

static const char *const keep_words[] = {"latest", "worst", NULL};

static void
unpack(FunctionCallInfo fcinfo, int n, AccountHistory *out)
{
	Size		length;
	const uint8 *bytes = scoring_profile_argument(&account_history, fcinfo, n, &length);
	ScoringFault fault;

	if (!account_history_unpack(bytes, length, out, &fault))
		scoring_profile_corrupt(&account_history, &fault);
}

static Datum
pack(const AccountHistory *history)
{
	ScoringBuffer packed;

	scoring_buffer_init(&packed, scoring_host(), PROFILE_MAX_BYTES);
	account_history_pack(history, &packed);
	return scoring_profile_datum(&packed);
}

static int
count_argument(const char *what, int32 value, int32 low, int32 high)
{
	if (value < low || value > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between %d and %d", what, low, high)));
	return value;
}

/* Arguments 0 (a history), `as_of` and `months`, which may be NULL. False if the function's result is NULL. */
static bool
window_arguments(FunctionCallInfo fcinfo, int as_of, int months, AccountHistory *history, AccountWindow *window)
{
	int			n = 0;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(as_of))
		return false;
	if (months >= 0 && !PG_ARGISNULL(months))
		n = count_argument("months", PG_GETARG_INT32(months), 1, MAX_WINDOW);
	unpack(fcinfo, 0, history);
	*window = account_window(history, scoring_day_from_date(PG_GETARG_DATEADT(as_of)), n);
	return true;
}

/* ---------- the aggregates ---------- */

static int64
amount_argument(FunctionCallInfo fcinfo, int n, const char *what)
{
	return PG_ARGISNULL(n) ? ACCOUNT_UNKNOWN : scoring_minor_from_numeric(PG_GETARG_NUMERIC(n), what);
}

static uint64
account_argument(const text *account)
{
	int			length = (int) VARSIZE_ANY_EXHDR(account);
	const char *bytes = VARDATA_ANY(account);
	const char *utf8 = pg_server_to_any(bytes, length, PG_UTF8);

	return scoring_hash_bytes(utf8, utf8 == bytes ? (size_t) length : strlen(utf8), 0);
}

/* state, month, days_past_due [, status, balance, credit_limit, amount_due, amount_paid [, keep [, revision [, account]]]] */
PG_FUNCTION_INFO_V1(scoring_account_history_trans);
Datum
scoring_account_history_trans(PG_FUNCTION_ARGS)
{
	struct varlena *state = scoring_profile_state(fcinfo);
	AccountMonth month;
	uint8		keep = ACCOUNT_KEEP_LATEST;
	bool		has_account = PG_NARGS() > 10 && !PG_ARGISNULL(10);
	int32		day;
	uint8	   *at;

	if (PG_NARGS() > 8)
	{
		if (PG_ARGISNULL(8))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("keep must not be null")));
		keep = (uint8) word_argument("rule for keep", PG_GETARG_TEXT_PP(8), keep_words);
	}
	if (PG_ARGISNULL(1))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	day = scoring_day_from_date(PG_GETARG_DATEADT(1));
	month.month = (int16) calendar_month(day);
	month.day = (uint8) (day - calendar_month_start(month.month) + 1);
	month.days = -1;
	month.status = ACCOUNT_NO_STATUS;
	month.ambiguous = false;
	month.revision = ACCOUNT_UNKNOWN;
	for (int i = 0; i < ACCOUNT_AMOUNTS; i++)
		month.amounts[i] = ACCOUNT_UNKNOWN;
	if (!PG_ARGISNULL(2))
	{
		month.days = PG_GETARG_INT32(2);
		if (month.days < 0 || month.days > ACCOUNT_MAX_DAYS)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("days past due must be between 0 and %d", ACCOUNT_MAX_DAYS),
					 errdetail("It is %d.", month.days),
					 errhint("A payment before its day is 0 days past due; NULL is not known.")));
	}
	if (PG_NARGS() > 3)
	{
		if (!PG_ARGISNULL(3))
			month.status = (uint8) status_argument(PG_GETARG_TEXT_PP(3));
		month.amounts[ACCOUNT_BALANCE] = amount_argument(fcinfo, 4, "balance");
		month.amounts[ACCOUNT_LIMIT] = amount_argument(fcinfo, 5, "credit limit");
		month.amounts[ACCOUNT_DUE] = amount_argument(fcinfo, 6, "amount due");
		month.amounts[ACCOUNT_PAID] = amount_argument(fcinfo, 7, "amount paid");
		if (month.amounts[ACCOUNT_LIMIT] != ACCOUNT_UNKNOWN && month.amounts[ACCOUNT_LIMIT] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("credit limit must not be negative"),
					 errhint("Give NULL for one that is not known.")));
	}
	if (PG_NARGS() > 9 && !PG_ARGISNULL(9))
	{
		month.revision = PG_GETARG_INT64(9);
		if (month.revision == ACCOUNT_UNKNOWN)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("revision is out of range")));
	}
	account_month_normalise(&month);
	state = scoring_profile_row(&account_history, state, &keep, 1, account_row_size(&month, has_account), &at);
	account_row_write(at, &month, has_account, has_account ? account_argument(PG_GETARG_TEXT_PP(10)) : 0);
	PG_RETURN_POINTER(state);
}

/* ---------- notations ---------- */

PG_FUNCTION_INFO_V1(scoring_account_history_grid);
Datum
scoring_account_history_grid(PG_FUNCTION_ARGS)
{
	AccountHistory history;
	AccountWindow window;
	int			months = count_argument("months", PG_GETARG_INT32(2), 1, ACCOUNT_MAX_MONTHS);
	AccountNotation notation = (AccountNotation) word_argument("notation", PG_GETARG_TEXT_PP(3), account_notation_words);
	char		out[ACCOUNT_MAX_MONTHS + 1];

	(void) window_arguments(fcinfo, 1, 2, &history, &window);
	account_grid(&window, months, notation, out);
	PG_RETURN_TEXT_P(cstring_to_text(out));
}

PG_FUNCTION_INFO_V1(scoring_account_history_from_grid);
Datum
scoring_account_history_from_grid(PG_FUNCTION_ARGS)
{
	text	   *grid = PG_GETARG_TEXT_PP(0);
	AccountNotation notation = (AccountNotation) word_argument("notation", PG_GETARG_TEXT_PP(2), account_notation_words);
	AccountHistory history;
	ScoringFault fault;

	if (!account_from_grid(VARDATA_ANY(grid), VARSIZE_ANY_EXHDR(grid), scoring_day_from_date(PG_GETARG_DATEADT(1)), notation,
						   &history, &fault))
		scoring_report(&fault);
	PG_RETURN_DATUM(pack(&history));
}

/* ---------- the statements ---------- */

#define STATEMENT_COLUMNS 8

static Datum
amount_datum(int64 minor, bool *null)
{
	*null = minor == ACCOUNT_UNKNOWN;
	return *null ? (Datum) 0 : scoring_minor_to_numeric(minor);
}

PG_FUNCTION_INFO_V1(scoring_account_history_statements);
Datum
scoring_account_history_statements(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	AccountHistory history;

	unpack(fcinfo, 0, &history);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < history.count; i++)
	{
		const AccountMonth *month = &history.months[i];
		Datum		values[STATEMENT_COLUMNS] = {0};
		bool		nulls[STATEMENT_COLUMNS] = {false};

		values[0] = DateADTGetDatum(account_month_date(month));
		nulls[1] = month->days < 0;
		values[1] = Int32GetDatum(month->days);
		nulls[2] = month->status == ACCOUNT_NO_STATUS;
		if (!nulls[2])
			values[2] = CStringGetTextDatum(account_status_words[month->status]);
		for (int a = 0; a < ACCOUNT_AMOUNTS; a++)
			values[3 + a] = amount_datum(month->amounts[a], &nulls[3 + a]);
		nulls[7] = month->revision == ACCOUNT_UNKNOWN;
		values[7] = Int64GetDatum(month->revision);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_account_history_first_statement);
Datum
scoring_account_history_first_statement(PG_FUNCTION_ARGS)
{
	AccountHistory history;

	unpack(fcinfo, 0, &history);
	for (int i = 0; i < history.count; i++)
		if (history.months[i].status != ACCOUNT_EXPIRED)
			PG_RETURN_DATEADT(account_month_date(&history.months[i]));
	PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(scoring_account_history_last_statement);
Datum
scoring_account_history_last_statement(PG_FUNCTION_ARGS)
{
	AccountHistory history;

	unpack(fcinfo, 0, &history);
	for (int i = history.count - 1; i >= 0; i--)
		if (history.months[i].status != ACCOUNT_EXPIRED)
			PG_RETURN_DATEADT(account_month_date(&history.months[i]));
	PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(scoring_account_history_since);
Datum
scoring_account_history_since(PG_FUNCTION_ARGS)
{
	AccountHistory history;

	unpack(fcinfo, 0, &history);
	account_history_since(&history, scoring_day_from_date(PG_GETARG_DATEADT(1)));
	PG_RETURN_DATUM(pack(&history));
}

/* ---------- measures ---------- */

/* h, as_of, months [, more]: `call` fills `out`, of type `type`, from `window`, or says that there is nothing. */
#define ACCOUNT_MEASURE(name, type, call, result) \
PG_FUNCTION_INFO_V1(scoring_account_history_##name); \
Datum \
scoring_account_history_##name(PG_FUNCTION_ARGS) \
{ \
	AccountHistory history; \
	AccountWindow window; \
	type		out; \
\
	if (!window_arguments(fcinfo, 1, 2, &history, &window) || !(call)) \
		PG_RETURN_NULL(); \
	return result; \
}

ACCOUNT_MEASURE(months_reported, int, (out = account_months_reported(&window), true), Int32GetDatum(out))
ACCOUNT_MEASURE(worst_days_past_due, int32, account_worst_days(&window, &out), Int32GetDatum(out))
ACCOUNT_MEASURE(amount_past_due, int64, account_amount_past_due(&window, &out), scoring_minor_to_numeric(out))
ACCOUNT_MEASURE(last_balance, int64, account_last_amount(&window, ACCOUNT_BALANCE, &out), scoring_minor_to_numeric(out))
ACCOUNT_MEASURE(last_credit_limit, int64, account_last_amount(&window, ACCOUNT_LIMIT, &out), scoring_minor_to_numeric(out))
ACCOUNT_MEASURE(payment_ratio, double, account_payment_ratio(&window, &out), Float8GetDatum(out))
ACCOUNT_MEASURE(months_paid_in_full, int, account_months_paid_in_full(&window, &out), Int32GetDatum(out))
ACCOUNT_MEASURE(minimum_payer_months, int, account_minimum_payer_months(&window, &out), Int32GetDatum(out))
ACCOUNT_MEASURE(is_transactor, bool, account_is_transactor(&window, &out), BoolGetDatum(out))
ACCOUNT_MEASURE(months_over_limit, int, account_months_over_limit(&window, &out), Int32GetDatum(out))
ACCOUNT_MEASURE(balance_slope, double, account_balance_slope(&window, &out), Float8GetDatum(out))

/* h, as_of */
PG_FUNCTION_INFO_V1(scoring_account_history_months_on_book);
Datum
scoring_account_history_months_on_book(PG_FUNCTION_ARGS)
{
	AccountHistory history;
	AccountWindow window;
	int			out;

	if (!window_arguments(fcinfo, 1, -1, &history, &window) || !account_months_on_book(&window, &out))
		PG_RETURN_NULL();
	PG_RETURN_INT32(out);
}

/* h, days, as_of, months */
PG_FUNCTION_INFO_V1(scoring_account_history_times_past_due);
Datum
scoring_account_history_times_past_due(PG_FUNCTION_ARGS)
{
	AccountHistory history;
	AccountWindow window;
	int			out;

	if (PG_ARGISNULL(1) || !window_arguments(fcinfo, 2, 3, &history, &window) ||
		!account_times_past_due(&window, count_argument("days", PG_GETARG_INT32(1), 1, ACCOUNT_MAX_DAYS), &out))
		PG_RETURN_NULL();
	PG_RETURN_INT32(out);
}

/* h, as_of, days, months */
PG_FUNCTION_INFO_V1(scoring_account_history_months_since_past_due);
Datum
scoring_account_history_months_since_past_due(PG_FUNCTION_ARGS)
{
	AccountHistory history;
	AccountWindow window;
	int			out;

	if (PG_ARGISNULL(2) || !window_arguments(fcinfo, 1, 3, &history, &window) ||
		!account_months_since(&window, count_argument("days", PG_GETARG_INT32(2), 1, ACCOUNT_MAX_DAYS), &out))
		PG_RETURN_NULL();
	PG_RETURN_INT32(out);
}

static const char *const streak_words[] = {"current", "longest", NULL};

/* h, as_of, months, which */
PG_FUNCTION_INFO_V1(scoring_account_history_clean_streak);
Datum
scoring_account_history_clean_streak(PG_FUNCTION_ARGS)
{
	AccountHistory history;
	AccountWindow window;
	int			out;

	if (PG_ARGISNULL(3) || !window_arguments(fcinfo, 1, 2, &history, &window) ||
		!account_clean_streak(&window, word_argument("streak", PG_GETARG_TEXT_PP(3), streak_words) == 1, &out))
		PG_RETURN_NULL();
	PG_RETURN_INT32(out);
}

/* h, as_of, months, which, days */
PG_FUNCTION_INFO_V1(scoring_account_history_delinquent_streak);
Datum
scoring_account_history_delinquent_streak(PG_FUNCTION_ARGS)
{
	AccountHistory history;
	AccountWindow window;
	int			out;

	if (PG_ARGISNULL(3) || PG_ARGISNULL(4) || !window_arguments(fcinfo, 1, 2, &history, &window) ||
		!account_delinquent_streak(&window, count_argument("days", PG_GETARG_INT32(4), 1, ACCOUNT_MAX_DAYS),
								   word_argument("streak", PG_GETARG_TEXT_PP(3), streak_words) == 1, &out))
		PG_RETURN_NULL();
	PG_RETURN_INT32(out);
}

/* h, as_of, months, measure */
PG_FUNCTION_INFO_V1(scoring_account_history_utilisation);
Datum
scoring_account_history_utilisation(PG_FUNCTION_ARGS)
{
	static const char *const words[] = {"last", "mean", "max", NULL};
	AccountHistory history;
	AccountWindow window;
	double		out;

	if (PG_ARGISNULL(3) || !window_arguments(fcinfo, 1, 2, &history, &window) ||
		!account_utilisation(&window, (AccountMeasure) word_argument("measure", PG_GETARG_TEXT_PP(3), words), &out))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(out);
}

/* h, as_of, months, direction */
PG_FUNCTION_INFO_V1(scoring_account_history_limit_changes);
Datum
scoring_account_history_limit_changes(PG_FUNCTION_ARGS)
{
	static const char *const words[] = {"any", "up", "down", NULL};
	AccountHistory history;
	AccountWindow window;
	int			out;

	if (PG_ARGISNULL(3) || !window_arguments(fcinfo, 1, 2, &history, &window) ||
		!account_limit_changes(&window, (AccountDirection) word_argument("direction", PG_GETARG_TEXT_PP(3), words), &out))
		PG_RETURN_NULL();
	PG_RETURN_INT32(out);
}

/* ---------- outcomes ---------- */

/* h, observed_on, months, bad_days, indeterminate_days, min_amount, basis */
PG_FUNCTION_INFO_V1(scoring_account_history_outcome);
Datum
scoring_account_history_outcome(PG_FUNCTION_ARGS)
{
	static const char *const words[] = {"ever", "end", NULL};
	AccountHistory history;
	AccountOutcomeRule rule;
	int32		observed_on = scoring_day_from_date(PG_GETARG_DATEADT(1));

	rule.months = count_argument("months", PG_GETARG_INT32(2), 1, ACCOUNT_MAX_MONTHS);
	rule.bad_days = count_argument("bad_days", PG_GETARG_INT32(3), 1, ACCOUNT_MAX_DAYS);
	rule.indeterminate_days = count_argument("indeterminate_days", PG_GETARG_INT32(4), 1, ACCOUNT_MAX_DAYS);
	if (rule.indeterminate_days > rule.bad_days)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("indeterminate_days must not be above bad_days"),
				 errhint("Where they are equal, nothing is indeterminate.")));
	rule.min_amount = scoring_minor_from_numeric(PG_GETARG_NUMERIC(5), "min_amount");
	rule.at_end = word_argument("basis", PG_GETARG_TEXT_PP(6), words) == 1;
	unpack(fcinfo, 0, &history);
	PG_RETURN_TEXT_P(cstring_to_text(account_outcome_words[account_outcome(&history, observed_on, &rule)]));
}

/* Exposure and probation: Commission Delegated Regulation (EU) 2018/171 and EBA/GL/2016/07. */
static void
default_rule(AccountDefaultRule *rule, const text *exposure, int32 probation)
{
	static const char *const words[] = {"retail", "non_retail", NULL};

	rule->absolute = word_argument("exposure", exposure, words) == 0 ? 10000 : 50000;
	rule->relative = 100;
	rule->probation = count_argument("probation_months", probation, 0, ACCOUNT_MAX_MONTHS);
}

/* h, observed_on, months, exposure, probation_months */
PG_FUNCTION_INFO_V1(scoring_account_history_regulatory_outcome);
Datum
scoring_account_history_regulatory_outcome(PG_FUNCTION_ARGS)
{
	AccountHistory history;
	AccountDefaultRule rule;
	int32		observed_on = scoring_day_from_date(PG_GETARG_DATEADT(1));

	rule.months = count_argument("months", PG_GETARG_INT32(2), 1, ACCOUNT_MAX_MONTHS);
	default_rule(&rule, PG_GETARG_TEXT_PP(3), PG_GETARG_INT32(4));
	unpack(fcinfo, 0, &history);
	PG_RETURN_TEXT_P(cstring_to_text(account_outcome_words[account_regulatory_outcome(&history, observed_on, &rule)]));
}

/* h, as_of, exposure, probation_months */
PG_FUNCTION_INFO_V1(scoring_account_history_is_in_default);
Datum
scoring_account_history_is_in_default(PG_FUNCTION_ARGS)
{
	AccountHistory history;
	AccountDefaultRule rule = {0};
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	bool		out;

	default_rule(&rule, PG_GETARG_TEXT_PP(2), PG_GETARG_INT32(3));
	unpack(fcinfo, 0, &history);
	if (!account_in_default(&history, as_of, &rule, &out))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(out);
}

PG_FUNCTION_INFO_V1(scoring_account_history_is_bad);
Datum
scoring_account_history_is_bad(PG_FUNCTION_ARGS)
{
	AccountOutcome outcome = (AccountOutcome) word_argument("outcome", PG_GETARG_TEXT_PP(0), account_outcome_words);

	if (outcome != ACCOUNT_GOOD && outcome != ACCOUNT_BAD)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(outcome == ACCOUNT_BAD);
}

/* ---------- expiry ---------- */

/* h, as_of, keep, counts_from */
PG_FUNCTION_INFO_V1(scoring_account_history_expire);
Datum
scoring_account_history_expire(PG_FUNCTION_ARGS)
{
	static const char *const words[] = {"start", "end", NULL};
	AccountHistory history;
	int32		as_of = scoring_day_from_date(PG_GETARG_DATEADT(1));
	Interval   *keep = PG_GETARG_INTERVAL_P(2);
	bool		from_start = word_argument("value of counts_from", PG_GETARG_TEXT_PP(3), words) == 0;
	ScoringFault fault;

	if (keep->time != 0 || keep->month < 0 || keep->day < 0 || keep->month > MAX_WINDOW || keep->day > MAX_WINDOW * 31)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("keep must be years, months and days, none of them negative, up to 100 years"),
				 errhint("For example '5 years', or '7 years 180 days'.")));
	unpack(fcinfo, 0, &history);
	if (!account_history_expire(&history, as_of, keep->month, keep->day, from_start, &fault))
		scoring_report(&fault);
	PG_RETURN_DATUM(pack(&history));
}

/* ---------- features ---------- */

static const char *const kind_words[] = {"integer", "double precision", "numeric", "boolean"};

PG_FUNCTION_INFO_V1(scoring_account_history_feature_names);
Datum
scoring_account_history_feature_names(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < account_feature_count(); i++)
	{
		AccountFeature feature;
		Datum		values[5];
		bool		nulls[5] = {false};

		account_feature(i, &feature);
		values[0] = Int32GetDatum(i + 1);
		values[1] = CStringGetTextDatum(feature.name);
		values[2] = CStringGetTextDatum(kind_words[feature.kind]);
		values[3] = CStringGetTextDatum(feature.unit);
		values[4] = CStringGetTextDatum(feature.meaning);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_account_history_features);
Datum
scoring_account_history_features(PG_FUNCTION_ARGS)
{
	AccountHistory history;
	AccountFeatureValue features[ACCOUNT_MAX_FEATURES];
	Datum		values[ACCOUNT_MAX_FEATURES];
	bool		nulls[ACCOUNT_MAX_FEATURES];
	int			count = account_feature_count();
	TupleDesc	desc = scoring_profile_columns(fcinfo, count);

	unpack(fcinfo, 0, &history);
	account_features(&history, scoring_day_from_date(PG_GETARG_DATEADT(1)), features);
	for (int i = 0; i < count; i++)
	{
		AccountFeatureKind kind = account_feature_kind(i);
		const AccountFeatureValue *value = &features[i];

		nulls[i] = !value->known;
		values[i] = (Datum) 0;
		if (value->known)
			values[i] = kind == ACCOUNT_INTEGER ? Int32GetDatum((int32) value->integer) :
				kind == ACCOUNT_DOUBLE ? Float8GetDatum(value->number) :
				kind == ACCOUNT_MONEY ? scoring_minor_to_numeric(value->integer) : BoolGetDatum(value->integer != 0);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}
