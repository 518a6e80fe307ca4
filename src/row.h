/*
 * row.h: the columns of a row, bound by name and turned into ScoringInputs.
 *
 * The one place that says which SQL types a characteristic may have and what they become, so that fitting and scoring
 * cannot differ:
 *   int2, int4, int8, float4, float8, numeric  number (numeric: nearest double; NaN: missing; out of range: infinity)
 *   date                                       number, days since 1970-01-01 (-infinity, infinity as such)
 *   boolean                                    text "false", "true"
 *   text, varchar, name, enum                  text
 *   char(n)                                    text without trailing blanks
 * A domain is its base type. A float4 becomes the double that its shortest decimal names, so that 0.1::real is 0.1.
 */
#ifndef SCORING_ROW_H
#define SCORING_ROW_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "core.h"

typedef enum ScoringTypeClass
{
	SCORING_TYPE_REFUSED = 0,
	SCORING_TYPE_NUMBER,
	SCORING_TYPE_TEXT
} ScoringTypeClass;

typedef void (*ScoringConverter) (Datum value, ScoringInput *out);

/* The class of a type and, unless refused, its converter. Domains are looked through. */
extern ScoringTypeClass scoring_type_class(Oid type, ScoringConverter *converter);

/*
 * Converts one non-null value. Text points into the datum, or into palloc'd memory of CurrentMemoryContext when the
 * datum was toasted, an enum or a short-lived conversion.
 */
extern void scoring_input_from_datum(ScoringConverter converter, Datum value, ScoringInput *out);

/* The commonest conversion, for callers that recognise it and do it in place. */
extern void scoring_input_from_float8(Datum value, ScoringInput *out);
/* For values that have been kept as JSON. */
extern void scoring_input_from_numeric(Datum value, ScoringInput *out);
extern void scoring_input_from_bool(Datum value, ScoringInput *out);

/*
 * The attribute number of the one live column with this name; ereports 42703 with a hint if there is none (naming the
 * causes: a column alias, a bare ROW() whose columns are f1, f2, a renamed column) and 42702 if there are two, as in a join's whole row.
 * `what` names the caller's thing in the message, for example: characteristic.
 */
extern AttrNumber scoring_row_attribute(TupleDesc row, const char *name, const char *what);

#endif
