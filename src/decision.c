/*
 * decision.c: what a decision keeps of a row, and what a model says of what was kept.
 *
 * inputs() takes columns of a row into a jsonb object without running any code of the row's types, so that it may run as
 * the workspace's owner on anybody's row: to_jsonb() would call a cast function that the type's owner wrote. _evaluate()
 * reads that object back. Both go through row.c's conversions, and every number survives as the decimal that names it,
 * so that a model says of the object, to the bit, what it says of the row.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "model.h"
#include "number_core.h"
#include "pgtime.h"
#include "row.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/float.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

/* ---------- values as jsonb ---------- */

/* The text is not copied, and must last until the whole value is made. */
static void
set_string(JsonbValue *out, const char *text, Size length)
{
	out->type = jbvString;
	out->val.string.val = (char *) text;
	out->val.string.len = (int) length;
}

static void
set_integer(JsonbValue *out, int64 value)
{
	out->type = jbvNumeric;
	out->val.numeric = int64_to_numeric(value);
}

/* JSON has no NaN and no infinities: they are strings. */
static void
set_double(JsonbValue *out, double value)
{
	char		text[40];

	if (isnan(value))
		set_string(out, "NaN", 3);
	else if (isinf(value))
		set_string(out, value > 0 ? "Infinity" : "-Infinity", value > 0 ? 8 : 9);
	else
	{
		(void) scoring_number_to_text(value == 0 ? 0 : value, text);
		out->type = jbvNumeric;
		out->val.numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
															   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	}
}

static void
set_numeric(JsonbValue *out, Datum value)
{
	Numeric		number = DatumGetNumericCopy(value);

	if (numeric_is_nan(number) || numeric_is_inf(number))
		set_double(out, DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(number))));
	else
	{
		/* One text for one number, whatever the column's scale was: hashes are of the text. */
		out->type = jbvNumeric;
		out->val.numeric = DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(number)));
	}
}

static void
set_date(JsonbValue *out, DateADT day)
{
	char	   *text = palloc(MAXDATELEN + 1);

	if (DATE_NOT_FINITE(day))
		EncodeSpecialDate(day, text);
	else
	{
		struct pg_tm tm;

		j2date(day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
		EncodeDateOnly(&tm, USE_ISO_DATES, text);
	}
	set_string(out, text, strlen(text));
}

/* One value of a row that is not null. */
static void
set_column(JsonbValue *out, Oid type, ScoringConverter converter, Datum value)
{
	ScoringInput input;

	switch (getBaseType(type))
	{
		case BOOLOID:
			out->type = jbvBool;
			out->val.boolean = DatumGetBool(value);
			return;
		case INT8OID:
			set_integer(out, DatumGetInt64(value));
			return;
		case NUMERICOID:
			set_numeric(out, value);
			return;
		case DATEOID:
			set_date(out, DatumGetDateADT(value));
			return;
		default:
			break;
	}
	/* The rest are doubles and texts to row.c already, and nothing is lost by that. */
	scoring_input_from_datum(converter, value, &input);
	if (input.kind == SCORING_INPUT_TEXT)
		set_string(out, input.text, input.length);
	else
		set_double(out, input.kind == SCORING_INPUT_MISSING ? get_float8_nan() : input.number);
}

static void
push(JsonbParseState **state, const char *key, JsonbValue *value)
{
	JsonbValue	name;

	set_string(&name, key, strlen(key));
	(void) pushJsonbValue(state, WJB_KEY, &name);
	(void) pushJsonbValue(state, WJB_VALUE, value);
}

static void
push_double(JsonbParseState **state, const char *key, double value)
{
	JsonbValue	number;

	set_double(&number, value);
	push(state, key, &number);
}

static void
push_integer(JsonbParseState **state, const char *key, int64 value)
{
	JsonbValue	number;

	set_integer(&number, value);
	push(state, key, &number);
}

/* null for NULL. */
static void
push_text(JsonbParseState **state, const char *key, const char *text)
{
	JsonbValue	string;

	string.type = jbvNull;
	if (text != NULL)
		set_string(&string, text, strlen(text));
	push(state, key, &string);
}

static void
begin_array(JsonbParseState **state, const char *key)
{
	JsonbValue	name;

	set_string(&name, key, strlen(key));
	(void) pushJsonbValue(state, WJB_KEY, &name);
	(void) pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
}

PG_FUNCTION_INFO_V1(scoring_decision_inputs);
Datum
scoring_decision_inputs(PG_FUNCTION_ARGS)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
	ArrayType  *columns = PG_GETARG_ARRAYTYPE_P(1);
	TupleDesc	descriptor = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row), HeapTupleHeaderGetTypMod(row));
	HeapTupleData tuple;
	Datum	   *values = palloc(descriptor->natts * sizeof(Datum));
	bool	   *nulls = palloc(descriptor->natts * sizeof(bool));
	Datum	   *names;
	bool	   *name_nulls;
	int			count;
	JsonbParseState *state = NULL;
	JsonbValue *result;

	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = row;
	heap_deform_tuple(&tuple, descriptor, values, nulls);
	deconstruct_array(columns, TEXTOID, -1, false, TYPALIGN_INT, &names, &name_nulls, &count);
	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < count; i++)
	{
		char	   *name;
		Form_pg_attribute attribute;
		int			at;
		ScoringConverter converter;
		JsonbValue	value;

		CHECK_FOR_INTERRUPTS();
		if (name_nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("the name of an input cannot be NULL")));
		name = TextDatumGetCString(names[i]);
		at = scoring_row_attribute(descriptor, name, "input") - 1;
		attribute = TupleDescAttr(descriptor, at);
		if (scoring_type_class(attribute->atttypid, &converter) == SCORING_TYPE_REFUSED)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("input \"%s\" cannot be of type %s", name, format_type_be(attribute->atttypid)),
					 errhint("Use a number, a date, a boolean, a text or an enum; cast the column in a subquery.")));
		value.type = jbvNull;
		if (!nulls[at])
			set_column(&value, attribute->atttypid, converter, values[at]);
		push(&state, name, &value);
	}
	result = pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	ReleaseTupleDesc(descriptor);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(result));
}

/* ---------- and back ---------- */

/*
 * A date as set_date() writes it, as days since 1970-01-01. Stricter than the server's input, which takes "today" and the
 * session's DateStyle into account.
 */
static bool
parse_date(const char *text, Size length, double *days)
{
	int64		parts[3] = {0, 0, 0};
	Size		at = 0;
	bool		before_christ = false;
	int			year;

	for (int i = 0; i < 3; i++)
	{
		Size		begin;

		if (i > 0 && (at >= length || text[at++] != '-'))
			return false;
		begin = at;
		for (; at < length && text[at] >= '0' && text[at] <= '9' && at - begin < 7; at++)
			parts[i] = parts[i] * 10 + (text[at] - '0');
		if (i == 0 ? at - begin < 4 : at - begin != 2)
			return false;
	}
	if (length - at == 3 && memcmp(text + at, " BC", 3) == 0)
		before_christ = true;
	else if (at != length)
		return false;
	if (parts[0] < 1 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1)
		return false;
	year = before_christ ? (int) (1 - parts[0]) : (int) parts[0];
	if (parts[2] > day_tab[isleap(year)][parts[1] - 1] || !IS_VALID_JULIAN(year, (int) parts[1], (int) parts[2]))
		return false;
	*days = (double) date2j(year, (int) parts[1], (int) parts[2]) - UNIX_EPOCH_JDATE;
	return true;
}

static bool
string_is(const JsonbValue *value, const char *text)
{
	return value->val.string.len == strlen(text) && memcmp(value->val.string.val, text, strlen(text)) == 0;
}

static bool
number_from_string(const JsonbValue *value, ScoringInput *out)
{
	double		number;

	if (string_is(value, "NaN"))
		number = get_float8_nan();
	else if (string_is(value, "Infinity") || string_is(value, "infinity"))
		number = get_float8_infinity();
	else if (string_is(value, "-Infinity") || string_is(value, "-infinity"))
		number = -get_float8_infinity();
	else if (!parse_date(value->val.string.val, (Size) value->val.string.len, &number))
		return false;
	scoring_input_from_float8(Float8GetDatum(number), out);
	return true;
}

static void
get_input(Jsonb *inputs, const ModelCharacteristic *c, ScoringInput *out)
{
	bool		number = c->binning->kind == BINNING_NUMBER;
	JsonbValue	value;

	if (getKeyJsonValueFromContainer(&inputs->root, c->name, (int) strlen(c->name), &value) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the inputs have no member for characteristic \"%s\"", c->name),
				 errhint("A value that is not known is null, not left out.")));
	memset(out, 0, sizeof(ScoringInput));
	switch (value.type)
	{
		case jbvNull:
			return;
		case jbvNumeric:
			if (!number)
				break;
			scoring_input_from_numeric(NumericGetDatum(value.val.numeric), out);
			return;
		case jbvBool:
			if (number)
				break;
			scoring_input_from_bool(BoolGetDatum(value.val.boolean), out);
			return;
		case jbvString:
			if (number)
			{
				if (!number_from_string(&value, out))
					break;
				return;
			}
			out->kind = SCORING_INPUT_TEXT;
			out->text = value.val.string.val;
			out->length = (uint32) value.val.string.len;
			return;
		default:
			break;
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("characteristic \"%s\" is %s in the model, but not in the inputs", c->name, number ? "a number" : "text"),
			 errdetail("Numbers are JSON numbers, the strings \"NaN\", \"Infinity\" and \"-Infinity\", or dates as \"2024-02-29\"; texts are strings, or true and false.")));
}

/* ---------- what a model says ---------- */

typedef struct Counts
{
	int			missing;
	int			special;
	int			unseen;
	int			out_of_range;
} Counts;

/* By the first word of a line's note. */
static void
count_note(const char *note, Counts *counts)
{
	if (note == NULL)
		return;
	if (strncmp(note, "missing", 7) == 0)
		counts->missing++;
	else if (strncmp(note, "special", 7) == 0)
		counts->special++;
	else if (strncmp(note, "unseen", 6) == 0)
		counts->unseen++;
	else
		counts->out_of_range++;
}

static void
push_line(JsonbParseState **state, const ModelCharacteristic *c, const ScoringInput *input, const ModelLine *line, bool with_value)
{
	(void) pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	push_text(state, "characteristic", c->name);
	if (with_value)
	{
		if (input->kind == SCORING_INPUT_MISSING)
			push_text(state, "value", NULL);
		else
		{
			JsonbValue	value;

			if (input->kind == SCORING_INPUT_TEXT)
				set_string(&value, input->text, input->length);
			else
			{
				char	   *text = palloc(40);

				set_string(&value, text, (Size) scoring_number_to_text(input->number == 0 ? 0 : input->number, text));
			}
			push(state, "value", &value);
		}
	}
	if (line->bin < 0)
	{
		push_text(state, "bin", NULL);
		push_text(state, "label", NULL);
	}
	else
	{
		ScoringBuffer label;

		scoring_buffer_init(&label, scoring_host(), 2 * MODEL_MAX_BYTES);
		binning_label(&label, c->binning, (uint32) line->bin);
		push_integer(state, "bin", line->bin + 1);
		push_text(state, "label", label.data);
	}
	push_integer(state, "points", line->points);
	push_double(state, "woe", line->woe);
	push_double(state, "baseline", line->baseline);
	push_double(state, "points_lost", line->lost);
	push_text(state, "reason_code", line->reason_code);
	push_text(state, "note", line->note);
	(void) pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

PG_FUNCTION_INFO_V1(scoring_decision_evaluate);
Datum
scoring_decision_evaluate(PG_FUNCTION_ARGS)
{
	const Model *model = scoring_model_decoded((struct varlena *) DatumGetPointer(PG_GETARG_DATUM(0)));
	Jsonb	   *inputs = PG_GETARG_JSONB_P(1);
	bool		with_values = PG_GETARG_BOOL(2);
	uint32		n = model->ncharacteristics;
	ScoringInput *values = palloc((n + 1) * sizeof(ScoringInput));
	ModelLine  *lines = palloc((n + 1) * sizeof(ModelLine));
	ModelReason *reasons = palloc((n + 1) * sizeof(ModelReason));
	uint32		nreasons;
	ScoringFault fault;
	Counts		counts = {0};
	int32		score;
	double		log_odds;
	int64		low = model->base_points;
	int64		high = model->base_points;
	JsonbParseState *state = NULL;

	if (!JB_ROOT_IS_OBJECT(inputs))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("inputs must be a JSON object")));
	for (uint32 i = 0; i < n; i++)
		get_input(inputs, &model->characteristics[i], &values[i]);
	if (!model_score(model, values, &score, &log_odds, &fault) || !model_explain(model, values, lines, &fault))
		scoring_report(&fault);
	nreasons = model_reasons(model, lines, reasons);

	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	push_integer(&state, "score", score);
	push_double(&state, "pd", model_pd(model, score));
	push_double(&state, "log_odds", model_calibrated(model, log_odds));
	push_integer(&state, "base_points", model->base_points);
	begin_array(&state, "characteristics");
	for (uint32 i = 0; i < n; i++)
	{
		const ModelCharacteristic *c = &model->characteristics[i];

		CHECK_FOR_INTERRUPTS();
		push_line(&state, c, &values[i], &lines[i], with_values);
		count_note(lines[i].note, &counts);
		low += c->low_points;
		high += c->high_points;
	}
	(void) pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	push_integer(&state, "lowest_score", low);
	push_integer(&state, "highest_score", high);
	begin_array(&state, "reasons");
	for (uint32 i = 0; i < nreasons; i++)
	{
		(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
		push_text(&state, "code", reasons[i].code);
		push_double(&state, "points_lost", reasons[i].lost);
		(void) pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	}
	(void) pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	push_integer(&state, "missing", counts.missing);
	push_integer(&state, "special", counts.special);
	push_integer(&state, "unseen", counts.unseen);
	push_integer(&state, "out_of_range", counts.out_of_range);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}
