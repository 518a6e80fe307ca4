/*
 * row.c: the columns of a row, bound by name and turned into ScoringInputs.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "compat.h"
#include "decimal.h"
#include "row.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

#define UNIX_EPOCH_DAYS (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE)

static inline void
set_number(ScoringInput *out, double number)
{
	out->kind = isnan(number) ? SCORING_INPUT_MISSING : SCORING_INPUT_NUMBER;
	out->number = number;
	out->text = NULL;
	out->length = 0;
}

static inline void
set_text(ScoringInput *out, const char *text, uint32 length)
{
	out->kind = SCORING_INPUT_TEXT;
	out->number = 0;
	out->text = text;
	out->length = length;
}

static void
from_int2(Datum value, ScoringInput *out)
{
	set_number(out, DatumGetInt16(value));
}

static void
from_int4(Datum value, ScoringInput *out)
{
	set_number(out, DatumGetInt32(value));
}

static void
from_int8(Datum value, ScoringInput *out)
{
	set_number(out, (double) DatumGetInt64(value));
}

static void
from_float4(Datum value, ScoringInput *out)
{
	float4		number = DatumGetFloat4(value);
	char		text[FLOAT_SHORTEST_DECIMAL_LEN];

	/* Whole numbers up to 2^24 are their own shortest decimals; beyond, many share one. */
	if (isnan(number) || isinf(number) || (number == rintf(number) && fabsf(number) <= 16777216.0f))
	{
		set_number(out, number);
		return;
	}
	float_to_shortest_decimal_buf(number, text);
	set_number(out, strtod(text, NULL));
}

void
scoring_input_from_float8(Datum value, ScoringInput *out)
{
	set_number(out, DatumGetFloat8(value));
}

/*
 * The nearest double of a numeric of up to 16 digits. Both its digits as an integer and the power of ten are exact
 * doubles, so that the one operation on them rounds correctly. False if it does not apply.
 */
static bool
numeric_fast(Datum value, double *out)
{
	static const double powers[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
	};
	bool		negative;
	uint64		mantissa;
	int			exponent;

	if (!scoring_decimal(value, &negative, &mantissa, &exponent) ||
		mantissa > (UINT64CONST(1) << 53) || exponent > 22 || exponent < -22)
		return false;
	*out = exponent >= 0 ? (double) mantissa * powers[exponent] :
		(double) mantissa / powers[-exponent];
	if (negative)
		*out = -*out;
	return true;
}

void
scoring_input_from_numeric(Datum value, ScoringInput *out)
{
	double		number;

	if (!numeric_fast(value, &number))
		number = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value));
	set_number(out, number);
}

static void
from_date(Datum value, ScoringInput *out)
{
	DateADT		day = DatumGetDateADT(value);

	if (DATE_IS_NOBEGIN(day))
		set_number(out, -get_float8_infinity());
	else if (DATE_IS_NOEND(day))
		set_number(out, get_float8_infinity());
	else
		set_number(out, (double) day + UNIX_EPOCH_DAYS);
}

void
scoring_input_from_bool(Datum value, ScoringInput *out)
{
	if (DatumGetBool(value))
		set_text(out, "true", 4);
	else
		set_text(out, "false", 5);
}

static void
from_text(Datum value, ScoringInput *out)
{
	text	   *packed = DatumGetTextPP(value);

	set_text(out, VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed));
}

static void
from_bpchar(Datum value, ScoringInput *out)
{
	BpChar	   *packed = DatumGetBpCharPP(value);
	const char *data = VARDATA_ANY(packed);

	set_text(out, data, (uint32) bpchartruelen((char *) data, VARSIZE_ANY_EXHDR(packed)));
}

static void
from_name(Datum value, ScoringInput *out)
{
	const char *name = NameStr(*DatumGetName(value));

	set_text(out, name, (uint32) strlen(name));
}

static void
from_enum(Datum value, ScoringInput *out)
{
	const char *label = DatumGetCString(DirectFunctionCall1(enum_out, value));

	set_text(out, label, (uint32) strlen(label));
}

ScoringTypeClass
scoring_type_class(Oid type, ScoringConverter *converter)
{
	static const struct
	{
		Oid			type;
		ScoringTypeClass type_class;
		ScoringConverter converter;
	}			known[] = {
		{FLOAT8OID, SCORING_TYPE_NUMBER, scoring_input_from_float8},
		{INT4OID, SCORING_TYPE_NUMBER, from_int4},
		{NUMERICOID, SCORING_TYPE_NUMBER, scoring_input_from_numeric},
		{TEXTOID, SCORING_TYPE_TEXT, from_text},
		{VARCHAROID, SCORING_TYPE_TEXT, from_text},
		{INT8OID, SCORING_TYPE_NUMBER, from_int8},
		{INT2OID, SCORING_TYPE_NUMBER, from_int2},
		{FLOAT4OID, SCORING_TYPE_NUMBER, from_float4},
		{DATEOID, SCORING_TYPE_NUMBER, from_date},
		{BOOLOID, SCORING_TYPE_TEXT, scoring_input_from_bool},
		{BPCHAROID, SCORING_TYPE_TEXT, from_bpchar},
		{NAMEOID, SCORING_TYPE_TEXT, from_name},
	};

	*converter = NULL;
	type = getBaseType(type);
	for (int i = 0; i < lengthof(known); i++)
	{
		if (known[i].type == type)
		{
			*converter = known[i].converter;
			return known[i].type_class;
		}
	}
	if (type_is_enum(type))
	{
		*converter = from_enum;
		return SCORING_TYPE_TEXT;
	}
	return SCORING_TYPE_REFUSED;
}

void
scoring_input_from_datum(ScoringConverter converter, Datum value, ScoringInput *out)
{
	converter(value, out);
}

AttrNumber
scoring_row_attribute(TupleDesc row, const char *name, const char *what)
{
	AttrNumber	found = InvalidAttrNumber;

	for (int i = 0; i < row->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(row, i);

		if (attribute->attisdropped || strcmp(NameStr(attribute->attname), name) != 0)
			continue;
		if (found != InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_AMBIGUOUS_COLUMN),
					 errmsg("%s \"%s\" is there twice in the row", what, name),
					 errhint("A join's whole row repeats the columns of both tables: pass the row of one of them, or a subquery that selects each name once.")));
		found = (AttrNumber) (i + 1);
	}
	if (found == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("the row has no column for %s \"%s\"", what, name),
				 errhint("Columns are bound by name. A bare ROW(...) names them f1, f2, ...: cast it to a named type or pass a subquery's row; a column alias list or a rename changes the names too.")));
	return found;
}
