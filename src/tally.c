/*
 * tally.c: the SQL type scoring.tally and its aggregates.
 *
 * The transition state is the type itself in its working form, changed in place; what is stored, sent and printed is the
 * packed form. Both begin with a version and a form byte. Only partial aggregates ever see a working state: functions
 * take it all the same, because Citus sends partial states through the type's output function.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "number_core.h"
#include "tally.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "value.h"

static struct varlena *
encode_tally(const TallyView *raw)
{
	void	   *packed;
	size_t		length;
	ScoringFault fault;
	struct varlena *result;

	if (!tally_pack(scoring_host(), raw, &packed, &length, &fault))
		scoring_report(&fault);
	result = palloc(VARHDRSZ + length);
	SET_VARSIZE(result, VARHDRSZ + length);
	memcpy(VARDATA(result), packed, length);
	pfree(packed);
	return result;
}

static bool
is_working(const struct varlena *tally)
{
	return VARSIZE(tally) >= VARHDRSZ + 2 && VARDATA(tally)[1] == TALLY_FORM_WORKING;
}

/* A working state that came from elsewhere, checked and aligned. */
static const TallyState *
foreign_state(struct varlena *tally)
{
	ScoringFault fault;
	Size		size = VARSIZE(tally);

	if ((uintptr_t) tally % sizeof(double) != 0)
	{
		void	   *copy = palloc(size);

		memcpy(copy, tally, size);
		tally = copy;
	}
	if (!tally_state_check(tally, size, &fault))
	{
		fault.sqlstate = SCORING_FAULT_CORRUPT;
		scoring_report(&fault);
	}
	return (const TallyState *) tally;
}

static void
raw_view(struct varlena *tally, TallyView *out)
{
	const ScoringHost *host = scoring_host();
	ScoringFault fault;

	if (is_working(tally) ? !tally_state_view(host, foreign_state(tally), out, &fault) :
		!tally_decode(host, VARDATA(tally), VARSIZE(tally) - VARHDRSZ, out, &fault) ||
		!tally_check(host, out, &fault))
	{
		fault.sqlstate = SCORING_FAULT_CORRUPT;
		scoring_report(&fault);
	}
}

void
scoring_tally_view(struct varlena *tally, TallyView *out)
{
	raw_view(tally, out);
	tally_centre(scoring_host(), out);
}

/* ---------- the type ---------- */

PG_FUNCTION_INFO_V1(scoring_tally_in);
Datum
scoring_tally_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	size_t		length = strlen(text);
	Json	   *json;
	JsonAt		root = {NULL, NULL, NULL, 0};
	TallyView	view;
	ScoringFault fault;

	if (length > TALLY_MAX_JSON)
	{
		scoring_fault(&fault, SCORING_FAULT_LIMIT, "the text of a tally has at most %d bytes", TALLY_MAX_JSON);
		return scoring_report_soft(fcinfo, &fault);
	}
	if (!scoring_json_parse(scoring_host(), text, length, &json, &fault))
		return scoring_report_soft(fcinfo, &fault);
	root.node = json;
	if (!tally_read(scoring_host(), &root, &view, &fault))
		return scoring_report_soft(fcinfo, &fault);
	PG_RETURN_POINTER(encode_tally(&view));
}

PG_FUNCTION_INFO_V1(scoring_tally_out);
Datum
scoring_tally_out(PG_FUNCTION_ARGS)
{
	TallyView	view;
	ScoringBuffer buffer;
	ScoringFault fault;

	raw_view(PG_GETARG_TALLY_P(0), &view);
	scoring_buffer_init(&buffer, scoring_host(), TALLY_MAX_JSON);
	tally_write(&buffer, &view);
	if (!scoring_buffer_done(&buffer, "the text of a tally", &fault))
		scoring_report(&fault);
	PG_RETURN_CSTRING(buffer.data);
}

/* Categories travel in the client's encoding; the rest is the packed form. */
PG_FUNCTION_INFO_V1(scoring_tally_recv);
Datum
scoring_tally_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	const char *bytes = pq_getmsgbytes(message, length);
	TallyView	view;
	ScoringFault fault;

	if (!tally_decode(scoring_host(), bytes, length, &view, &fault))
		scoring_report(&fault);
	for (uint32 i = 0; i < view.ncells && view.kind == TALLY_TEXT; i++)
	{
		TallyCell  *cell = &view.cells[i];

		cell->text = pg_client_to_server(cell->text, (int) cell->length);
		/* A converted text is a new, terminated string; else it is as long as it was. */
		if (cell->text < bytes || cell->text >= bytes + length)
			cell->length = (uint32) strlen(cell->text);
	}
	if (!tally_check(scoring_host(), &view, &fault))
		scoring_report(&fault);
	PG_RETURN_POINTER(encode_tally(&view));
}

PG_FUNCTION_INFO_V1(scoring_tally_send);
Datum
scoring_tally_send(PG_FUNCTION_ARGS)
{
	struct varlena *tally = PG_GETARG_TALLY_P(0);
	TallyView	view;
	StringInfoData message;

	raw_view(tally, &view);
	for (uint32 i = 0; i < view.ncells && view.kind == TALLY_TEXT; i++)
	{
		TallyCell  *cell = &view.cells[i];
		char	   *text = pg_server_to_client(cell->text, (int) cell->length);

		if (text != cell->text)
		{
			cell->text = text;
			cell->length = (uint32) strlen(text);
		}
	}
	tally = encode_tally(&view);
	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA(tally), VARSIZE(tally) - VARHDRSZ);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

SCORING_VALUE_FUNCTIONS(tally)

/* ---------- the aggregates ---------- */

static inline void
check_aggregate(FunctionCallInfo fcinfo)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
}

/* A state that a core returned, as the server sees it. A NULL one is a fault. */
static TallyState *
sized(TallyState *state, const TallyState *before, const ScoringFault *fault)
{
	if (state == NULL)
		scoring_report(fault);
	if (state != before)
		SET_VARSIZE(state, state->size);
	return state;
}

static pg_noinline int64
weight_argument(double weight)
{
	int64		fixed;

	if (isnan(weight) || weight < 0 || isinf(weight))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight must be a finite number that is not negative")));
	if (!scoring_weight_to_fixed(weight, &fixed) || fixed > TALLY_MAX_WEIGHT)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("weight is out of range"),
				 errdetail("The weight of a row is at most 1e12.")));
	return fixed;
}

/* The values of a float8[] of special codes. */
static double *
special_argument(FunctionCallInfo fcinfo, int n, int *count)
{
	ArrayType  *array;

	*count = 0;
	if (PG_ARGISNULL(n))
		return NULL;
	array = PG_GETARG_ARRAYTYPE_P(n);
	if (ARR_NDIM(array) == 0)
		return NULL;
	if (ARR_NDIM(array) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("special codes must be a one-dimensional array")));
	if (ARR_HASNULL(array) && array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("special code must not be null")));
	*count = ARR_DIMS(array)[0];
	return (double *) ARR_DATA_PTR(array);
}

/* state, value, bad [, weight [, special]] */
static inline Datum
transition(FunctionCallInfo fcinfo, TallyRow *row)
{
	TallyState *state;
	TallyState *result;
	ScoringFault fault;
	double	   *special = NULL;
	int			nspecial = 0;

	row->outcome = PG_ARGISNULL(2) ? 2 : PG_GETARG_BOOL(2) ? 1 : 0;
	row->weight = SCORING_WEIGHT_UNIT;
	if (PG_NARGS() > 3)
	{
		if (PG_ARGISNULL(3))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("weight must not be null")));
		if (PG_GETARG_FLOAT8(3) != 1.0)
			row->weight = weight_argument(PG_GETARG_FLOAT8(3));
		if (PG_NARGS() > 4)
			special = special_argument(fcinfo, 4, &nspecial);
	}
	if (PG_ARGISNULL(0))
		state = sized(tally_start(scoring_host(), special, nspecial, &fault), NULL, &fault);
	else
	{
		state = (TallyState *) PG_GETARG_POINTER(0);
		if (PG_NARGS() > 4 && !tally_has_special(state, special, nspecial))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("special codes must be the same for all rows")));
	}
	result = sized(tally_add(scoring_host(), state, row, &fault), state, &fault);
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(scoring_tally_trans_number);
Datum
scoring_tally_trans_number(PG_FUNCTION_ARGS)
{
	TallyRow	row;

	check_aggregate(fcinfo);
	row.input.kind = PG_ARGISNULL(1) ? SCORING_INPUT_MISSING : SCORING_INPUT_NUMBER;
	row.input.number = PG_ARGISNULL(1) ? 0 : PG_GETARG_FLOAT8(1);
	return transition(fcinfo, &row);
}

PG_FUNCTION_INFO_V1(scoring_tally_trans_text);
Datum
scoring_tally_trans_text(PG_FUNCTION_ARGS)
{
	TallyRow	row;

	check_aggregate(fcinfo);
	row.input.kind = SCORING_INPUT_MISSING;
	if (!PG_ARGISNULL(1))
	{
		text	   *value = PG_GETARG_TEXT_PP(1);

		row.input.kind = SCORING_INPUT_TEXT;
		row.input.text = VARDATA_ANY(value);
		row.input.length = (uint32) VARSIZE_ANY_EXHDR(value);
	}
	return transition(fcinfo, &row);
}

/* Adds a partial state or, in rollup, a tally. */
PG_FUNCTION_INFO_V1(scoring_tally_combine);
Datum
scoring_tally_combine(PG_FUNCTION_ARGS)
{
	const ScoringHost *host = scoring_host();
	struct varlena *other;
	TallyState *state;
	TallyState *result;
	TallyView	view;
	ScoringFault fault;

	check_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	other = PG_GETARG_TALLY_P(1);
	if (PG_ARGISNULL(0) && is_working(other))
	{
		const TallyState *from = foreign_state(other);

		state = palloc(from->size);
		memcpy(state, from, from->size);
		SET_VARSIZE(state, state->size);
		PG_RETURN_POINTER(state);
	}
	raw_view(other, &view);
	if (PG_ARGISNULL(0))
		state = sized(tally_start(host, view.special, view.nspecial, &fault), NULL, &fault);
	else
		state = (TallyState *) PG_GETARG_POINTER(0);
	result = sized(tally_merge(host, state, &view, &fault), state, &fault);
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(scoring_tally_final);
Datum
scoring_tally_final(PG_FUNCTION_ARGS)
{
	TallyView	view;
	ScoringFault fault;

	check_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!tally_state_view(scoring_host(), (TallyState *) PG_GETARG_POINTER(0), &view, &fault))
		scoring_report(&fault);
	PG_RETURN_POINTER(encode_tally(&view));
}

/* ---------- accessors ---------- */

static double
weight_out(int64 weight)
{
	return (double) weight / (double) SCORING_WEIGHT_UNIT;
}

static double
counted_weight(const TallyCounts *counts)
{
	return weight_out(counts->goods + counts->bads + counts->unlabelled);
}

#define TALLY_ACCESSOR(name, view_of, expression) \
PG_FUNCTION_INFO_V1(scoring_tally_##name); \
Datum \
scoring_tally_##name(PG_FUNCTION_ARGS) \
{ \
	TallyView	view; \
\
	view_of(PG_GETARG_TALLY_P(0), &view); \
	expression; \
}

TALLY_ACCESSOR(rows, raw_view, PG_RETURN_INT64(view.total.rows))
TALLY_ACCESSOR(total, raw_view, PG_RETURN_FLOAT8(counted_weight(&view.total)))
TALLY_ACCESSOR(goods, raw_view, PG_RETURN_FLOAT8(weight_out(view.total.goods)))
TALLY_ACCESSOR(bads, raw_view, PG_RETURN_FLOAT8(weight_out(view.total.bads)))
TALLY_ACCESSOR(unlabelled, raw_view, PG_RETURN_FLOAT8(weight_out(view.total.unlabelled)))
TALLY_ACCESSOR(missing, raw_view, PG_RETURN_FLOAT8(counted_weight(&view.missing)))
TALLY_ACCESSOR(rank_error, scoring_tally_view, PG_RETURN_FLOAT8(weight_out(view.error)))
TALLY_ACCESSOR(is_exact, raw_view, PG_RETURN_BOOL(view.exact))

/* False if nothing is labelled. */
static bool
bad_rate(const TallyCounts *counts, Datum *out)
{
	if (counts->goods + counts->bads == 0)
		return false;
	*out = Float8GetDatum((double) counts->bads / (double) (counts->goods + counts->bads));
	return true;
}

PG_FUNCTION_INFO_V1(scoring_tally_bad_rate);
Datum
scoring_tally_bad_rate(PG_FUNCTION_ARGS)
{
	TallyView	view;
	Datum		result;

	raw_view(PG_GETARG_TALLY_P(0), &view);
	if (!bad_rate(&view.total, &result))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
}

PG_FUNCTION_INFO_V1(scoring_tally_quantile);
Datum
scoring_tally_quantile(PG_FUNCTION_ARGS)
{
	double		fraction = PG_GETARG_FLOAT8(1);
	TallyView	view;
	double		result;

	if (!(fraction >= 0 && fraction <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("fraction must be between 0 and 1")));
	scoring_tally_view(PG_GETARG_TALLY_P(0), &view);
	if (view.kind == TALLY_TEXT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a tally of text has no quantiles")));
	if (!tally_quantile(&view, fraction, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

#define VALUES_COLUMNS 11

static void
put_line(ReturnSetInfo *set, const char *kind, const TallyCounts *counts, Datum *values, bool *nulls)
{
	values[0] = CStringGetTextDatum(kind);
	values[3] = Int64GetDatum(counts->rows);
	values[4] = Float8GetDatum(counted_weight(counts));
	values[5] = Float8GetDatum(weight_out(counts->goods));
	values[6] = Float8GetDatum(weight_out(counts->bads));
	values[7] = Float8GetDatum(weight_out(counts->unlabelled));
	nulls[8] = !bad_rate(counts, &values[8]);
	tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(scoring_tally_values);
Datum
scoring_tally_values(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	TallyView	view;
	Datum		values[VALUES_COLUMNS] = {0};
	bool		nulls[VALUES_COLUMNS] = {false};

	scoring_tally_view(PG_GETARG_TALLY_P(0), &view);
	InitMaterializedSRF(fcinfo, 0);
	nulls[view.kind == TALLY_TEXT ? 1 : 2] = true;
	for (uint32 i = 0; i < view.ncells; i++)
	{
		const TallyCell *cell = &view.cells[i];

		if (view.kind == TALLY_TEXT)
			values[2] = PointerGetDatum(cstring_to_text_with_len(cell->text, (int) cell->length));
		else
			values[1] = Float8GetDatum(cell->value);
		values[9] = Float8GetDatum(weight_out(cell->uncertainty));
		values[10] = BoolGetDatum(cell->pure);
		put_line(set, "value", &cell->counts, values, nulls);
	}
	nulls[9] = nulls[10] = true;
	for (uint32 i = 0; i < view.nspecial; i++)
	{
		values[1] = Float8GetDatum(view.special[i]);
		put_line(set, "special", &view.special_counts[i], values, nulls);
	}
	nulls[1] = nulls[2] = true;
	if (view.missing.rows > 0)
		put_line(set, "missing", &view.missing, values, nulls);
	if (view.pooled.rows > 0)
		put_line(set, "pooled", &view.pooled, values, nulls);
	return (Datum) 0;
}
