/*
 * vintage.c: aggregates over account histories: vintage curves and roll-rate matrices.
 *
 * Their states are arrays of bigint, their parameters in front, so that they merge by addition and can be stored as they
 * are. An array may come from anywhere: each is checked before it is used.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "moment.h"
#include "profile.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "vintage_core.h"

#define MAX_MONTHS 120
#define MAX_COUNT (PG_INT64_MAX / 4)

/* What is at which place of an array. */
#define KIND 0					/* which of the two it is */
#define KIND_VINTAGE 1
#define KIND_ROLL_RATES 2

#define AS_OF 1
#define MONTHS 2
#define BAD_DAYS 3
#define UNOBSERVED 4
#define VINTAGE_HEAD 5			/* then three numbers for each month on book: */
#define BECAME_BAD 0			/* accounts that did in that month */
#define THROUGH 1				/* accounts observed until then, and no longer */
#define BAD_THROUGH 2			/* the bad ones among them */
#define VINTAGE_LENGTH(months) (VINTAGE_HEAD + 3 * (months))

#define FROM 1
#define TO 2
#define ROLL_HEAD 3				/* then three for each pair of buckets: accounts, and 128 bits of their balances */
#define ROLL_LENGTH (ROLL_HEAD + 3 * VINTAGE_BUCKETS * VINTAGE_BUCKETS)

static const ProfileType account_history_type = {
	"an account_history", account_history_merge_parts, account_history_recode, account_history_write, account_history_read,
	account_history_mismatch
};

/* ---------- arrays ---------- */

static ArrayType *
new_array(int length)
{
	Size		size = ARR_OVERHEAD_NONULLS(1) + length * sizeof(int64);
	ArrayType  *array = palloc0(size);

	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->dataoffset = 0;
	array->elemtype = INT8OID;
	ARR_DIMS(array)[0] = length;
	ARR_LBOUND(array)[0] = 1;
	return array;
}

#define NUMBERS(array) ((int64 *) ARR_DATA_PTR(array))

static bool
is_sound(const ArrayType *array)
{
	const int64 *numbers;
	int			length;
	__int128	accounts = 0;
	__int128	bads = 0;

	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_ELEMTYPE(array) != INT8OID)
		return false;
	numbers = NUMBERS(array);
	length = ARR_DIMS(array)[0];
	if (length < ROLL_HEAD)
		return false;
	if (numbers[KIND] == KIND_VINTAGE)
	{
		if (length < VINTAGE_HEAD || numbers[MONTHS] < 1 || numbers[MONTHS] > MAX_MONTHS || length != VINTAGE_LENGTH(numbers[MONTHS]) ||
			!CALENDAR_IS_DAY(numbers[AS_OF]) || numbers[BAD_DAYS] < 1 || numbers[BAD_DAYS] > PG_INT32_MAX)
			return false;
		for (int i = UNOBSERVED; i < length; i++)
		{
			if (numbers[i] < 0 || numbers[i] > MAX_COUNT)
				return false;
			if (i >= VINTAGE_HEAD && (i - VINTAGE_HEAD) % 3 == THROUGH)
				accounts += numbers[i];
		}
		/* On every line of the curve the bad ones are among the accounts, and none is left at the end. */
		for (int i = VINTAGE_HEAD; i < length; i += 3)
		{
			bads += numbers[i + BECAME_BAD];
			if (bads > accounts || numbers[i + BAD_THROUGH] > bads || numbers[i + BAD_THROUGH] > numbers[i + THROUGH])
				return false;
			accounts -= numbers[i + THROUGH];
			bads -= numbers[i + BAD_THROUGH];
		}
		return bads == 0;
	}
	if (numbers[KIND] != KIND_ROLL_RATES || length != ROLL_LENGTH || !CALENDAR_IS_DAY(numbers[FROM]) || !CALENDAR_IS_DAY(numbers[TO]))
		return false;
	for (int i = ROLL_HEAD; i < length; i += 3)
		if (numbers[i] < 0 || numbers[i] > MAX_COUNT)
			return false;
	return true;
}

/* Argument n, which is not NULL, checked: 22023 if it is no array of this kind. */
static ArrayType *
array_argument(FunctionCallInfo fcinfo, int n, int64 kind)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(n);

	if (!is_sound(array) || (kind != 0 && NUMBERS(array)[KIND] != kind))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the array is not %s", kind == KIND_VINTAGE ? "a vintage" : kind == KIND_ROLL_RATES ? "a matrix of roll rates" : "a state of these aggregates"),
				 errhint("Give what %s returned.", kind == KIND_ROLL_RATES ? "roll_rate_agg" : "vintage_agg")));
	return array;
}

static void
check_aggregate(FunctionCallInfo fcinfo)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
}

pg_noreturn static pg_noinline void
too_many(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("too many accounts in one array")));
}

static void
add(int64 *sum, int64 term)
{
	if (*sum > MAX_COUNT - term)
		too_many();
	*sum += term;
}

pg_noreturn static pg_noinline void
parameters_differ(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the parameters must be the same for all rows")));
}

/* Balances in two halves, so that no order of rows runs over. */
static void
add_balance(int64 *halves, __int128 balance)
{
	unsigned __int128 sum = ((unsigned __int128) (uint64) halves[0] << 64 | (uint64) halves[1]) + (unsigned __int128) balance;

	halves[0] = (int64) (uint64) (sum >> 64);
	halves[1] = (int64) (uint64) sum;
}

static __int128
balance_of(const int64 *halves)
{
	return (__int128) ((unsigned __int128) (uint64) halves[0] << 64 | (uint64) halves[1]);
}

/* Argument n, unpacked; false if it is NULL. */
static bool
history_argument(FunctionCallInfo fcinfo, int n, AccountHistory *history)
{
	ScoringFault fault;
	const uint8 *packed;
	Size		length;

	if (PG_ARGISNULL(n))
		return false;
	packed = scoring_profile_bytes(&account_history_type, PG_GETARG_DATUM(n), &length);
	if (!account_history_unpack(packed, length, history, &fault))
		scoring_profile_corrupt(&account_history_type, &fault);
	return true;
}

static int32
day_argument(FunctionCallInfo fcinfo, int n, const char *what)
{
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", what)));
	return scoring_day_from_date(PG_GETARG_DATEADT(n));
}

static int32
number_argument(FunctionCallInfo fcinfo, int n, const char *what, int32 most)
{
	int32		number;

	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", what)));
	number = PG_GETARG_INT32(n);
	if (number < 1 || number > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between 1 and %d", what, most)));
	return number;
}

/* ---------- vintages ---------- */

/* opened_at: the argument that is opened_on, or 0; as_of, max_months and bad_days follow. */
static Datum
vintage_trans(FunctionCallInfo fcinfo, int opened_at)
{
	int			at = opened_at > 0 ? 3 : 2;
	int32		as_of = day_argument(fcinfo, at, "as_of");
	int32		months = number_argument(fcinfo, at + 1, "max_months", MAX_MONTHS);
	int32		bad_days = number_argument(fcinfo, at + 2, "bad_days", PG_INT32_MAX);
	int32		opened = opened_at > 0 && !PG_ARGISNULL(opened_at) ? scoring_day_from_date(PG_GETARG_DATEADT(opened_at)) : PG_INT32_MIN;
	ArrayType  *state;
	int64	   *numbers;
	AccountHistory history;
	VintageAccount account;

	check_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
	{
		state = new_array(VINTAGE_LENGTH(months));
		numbers = NUMBERS(state);
		numbers[KIND] = KIND_VINTAGE;
		numbers[AS_OF] = as_of;
		numbers[MONTHS] = months;
		numbers[BAD_DAYS] = bad_days;
	}
	else
	{
		state = PG_GETARG_ARRAYTYPE_P(0);
		numbers = NUMBERS(state);
		if (numbers[AS_OF] != as_of || numbers[MONTHS] != months || numbers[BAD_DAYS] != bad_days)
			parameters_differ();
	}
	if (!history_argument(fcinfo, 1, &history) || !vintage_account(&history, opened, as_of, bad_days, &account))
		add(&numbers[UNOBSERVED], 1);
	else
	{
		int64	   *last = &numbers[VINTAGE_HEAD + 3 * (Min(account.through, months) - 1)];

		add(&last[THROUGH], 1);
		if (account.bad > 0 && account.bad <= months)
		{
			add(&numbers[VINTAGE_HEAD + 3 * (account.bad - 1) + BECAME_BAD], 1);
			add(&last[BAD_THROUGH], 1);
		}
	}
	PG_RETURN_ARRAYTYPE_P(state);
}

PG_FUNCTION_INFO_V1(scoring_vintage_trans);
Datum
scoring_vintage_trans(PG_FUNCTION_ARGS)
{
	return vintage_trans(fcinfo, 0);
}

PG_FUNCTION_INFO_V1(scoring_vintage_trans_opened);
Datum
scoring_vintage_trans_opened(PG_FUNCTION_ARGS)
{
	return vintage_trans(fcinfo, 2);
}

/* Of both aggregates; and the transition of their rollups. */
PG_FUNCTION_INFO_V1(scoring_vintage_combine);
Datum
scoring_vintage_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *state;
	ArrayType  *other;
	int64	   *sums;
	const int64 *terms;

	check_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	other = array_argument(fcinfo, 1, 0);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(PG_GETARG_ARRAYTYPE_P_COPY(1));
	state = PG_GETARG_ARRAYTYPE_P(0);
	sums = NUMBERS(state);
	terms = NUMBERS(other);
	if (sums[KIND] != terms[KIND] || sums[1] != terms[1] || sums[2] != terms[2] || (sums[KIND] == KIND_VINTAGE && sums[BAD_DAYS] != terms[BAD_DAYS]))
		parameters_differ();
	if (sums[KIND] == KIND_VINTAGE)
		for (int i = UNOBSERVED; i < ARR_DIMS(state)[0]; i++)
			add(&sums[i], terms[i]);
	else
		for (int i = ROLL_HEAD; i < ROLL_LENGTH; i += 3)
		{
			add(&sums[i], terms[i]);
			add_balance(&sums[i + 1], balance_of(&terms[i + 1]));
		}
	PG_RETURN_ARRAYTYPE_P(state);
}

/* A copy: the state goes on in a window. */
PG_FUNCTION_INFO_V1(scoring_vintage_final);
Datum
scoring_vintage_final(PG_FUNCTION_ARGS)
{
	check_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(PG_GETARG_ARRAYTYPE_P_COPY(0));
}

PG_FUNCTION_INFO_V1(scoring_vintage_curve);
Datum
scoring_vintage_curve(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	const int64 *numbers = NUMBERS(array_argument(fcinfo, 0, KIND_VINTAGE));
	int64		accounts = 0;
	int64		bads = 0;

	for (int m = 0; m < numbers[MONTHS]; m++)
		add(&accounts, numbers[VINTAGE_HEAD + 3 * m + THROUGH]);
	InitMaterializedSRF(fcinfo, 0);
	for (int m = 0; m < numbers[MONTHS] && accounts > 0; m++)
	{
		const int64 *at = &numbers[VINTAGE_HEAD + 3 * m];
		Datum		values[5];
		bool		nulls[5] = {false};

		add(&bads, at[BECAME_BAD]);
		values[0] = Int32GetDatum(m + 1);
		values[1] = Int64GetDatum(accounts);
		values[2] = Int64GetDatum(at[BECAME_BAD]);
		values[3] = Int64GetDatum(bads);
		values[4] = Float8GetDatum((double) bads / (double) accounts);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
		accounts -= at[THROUGH];
		bads -= at[BAD_THROUGH];
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_vintage_unobserved);
Datum
scoring_vintage_unobserved(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(NUMBERS(array_argument(fcinfo, 0, KIND_VINTAGE))[UNOBSERVED]);
}

/* ---------- roll rates ---------- */

/* state, history, from_date, to_date */
PG_FUNCTION_INFO_V1(scoring_vintage_roll_trans);
Datum
scoring_vintage_roll_trans(PG_FUNCTION_ARGS)
{
	int32		from = day_argument(fcinfo, 2, "from_date");
	int32		to = day_argument(fcinfo, 3, "to_date");
	ArrayType  *state;
	int64	   *numbers;
	int64	   *cell;
	AccountHistory history;
	VintageBucket buckets[2] = {VINTAGE_NOT_REPORTED, VINTAGE_NOT_REPORTED};
	int64		balances[2] = {ACCOUNT_UNKNOWN, ACCOUNT_UNKNOWN};

	check_aggregate(fcinfo);
	if (from >= to)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("from_date must be before to_date")));
	if (PG_ARGISNULL(0))
	{
		state = new_array(ROLL_LENGTH);
		numbers = NUMBERS(state);
		numbers[KIND] = KIND_ROLL_RATES;
		numbers[FROM] = from;
		numbers[TO] = to;
	}
	else
	{
		state = PG_GETARG_ARRAYTYPE_P(0);
		numbers = NUMBERS(state);
		if (numbers[FROM] != from || numbers[TO] != to)
			parameters_differ();
	}
	if (history_argument(fcinfo, 1, &history))
	{
		buckets[0] = vintage_bucket(&history, from, &balances[0]);
		buckets[1] = vintage_bucket(&history, to, &balances[1]);
	}
	cell = &numbers[ROLL_HEAD + 3 * (buckets[0] * VINTAGE_BUCKETS + buckets[1])];
	add(&cell[0], 1);
	if (balances[0] != ACCOUNT_UNKNOWN)
		add_balance(&cell[1], balances[0]);
	PG_RETURN_ARRAYTYPE_P(state);
}

PG_FUNCTION_INFO_V1(scoring_vintage_roll_rates);
Datum
scoring_vintage_roll_rates(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	const int64 *numbers = NUMBERS(array_argument(fcinfo, 0, KIND_ROLL_RATES));

	InitMaterializedSRF(fcinfo, 0);
	for (int from = 0; from < VINTAGE_BUCKETS; from++)
	{
		const int64 *row = &numbers[ROLL_HEAD + 3 * from * VINTAGE_BUCKETS];
		int64		accounts = 0;

		for (int to = 0; to < VINTAGE_BUCKETS; to++)
			add(&accounts, row[3 * to]);
		for (int to = 0; to < VINTAGE_BUCKETS; to++)
		{
			const int64 *cell = &row[3 * to];
			__int128	balance = balance_of(&cell[1]);
			Datum		values[5];
			bool		nulls[5] = {false};

			if (cell[0] == 0)
				continue;
			if (balance > PG_INT64_MAX || balance < PG_INT64_MIN)
				ereport(ERROR,
						(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						 errmsg("a sum of balances is out of range")));
			values[0] = CStringGetTextDatum(vintage_bucket_words[from]);
			values[1] = CStringGetTextDatum(vintage_bucket_words[to]);
			values[2] = Int64GetDatum(cell[0]);
			values[3] = Float8GetDatum((double) cell[0] / (double) accounts);
			values[4] = scoring_minor_to_numeric((int64) balance);
			tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
		}
	}
	return (Datum) 0;
}
