/*
 * logistic.c: fit_logistic and the SQL type scoring.logistic_fit.
 *
 * A fit reads the sample once to learn the features' ranges and once for each Newton step, each time as a query of the
 * caller's with one internal aggregate, so that privileges, row security and parallel plans are the server's business;
 * all of them under the snapshot of the calling statement. Memory is that of the sums. The stored form is a version
 * byte, three zero bytes and the canonical JSON.
 */
#include "postgres.h"

#include <math.h>

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "logistic_core.h"
#include "miscadmin.h"
#include "number_core.h"
#include "optimizer/cost.h"
#include "row.h"
#include "scan.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "value.h"

#define LOGISTIC_VERSION 1
#define LOGISTIC_HEADER 4		/* version byte and three zero bytes */

/* ---------- the type ---------- */

static struct varlena *
encode_fit(const LogisticFit *fit)
{
	ScoringBuffer text;
	ScoringFault fault;
	struct varlena *result;

	scoring_buffer_init(&text, scoring_host(), LOGISTIC_MAX_BYTES);
	logistic_write(&text, fit);
	if (!scoring_buffer_done(&text, "a logistic_fit", &fault))
		scoring_report(&fault);
	result = palloc0(VARHDRSZ + LOGISTIC_HEADER + text.length);
	SET_VARSIZE(result, VARHDRSZ + LOGISTIC_HEADER + text.length);
	VARDATA(result)[0] = LOGISTIC_VERSION;
	memcpy(VARDATA(result) + LOGISTIC_HEADER, text.data, text.length);
	return result;
}

static bool
parse_fit(const char *text, Size length, LogisticFit *fit, ScoringFault *fault)
{
	Json	   *json;
	JsonAt		root = {NULL, NULL, NULL, 0};

	if (length > LOGISTIC_MAX_BYTES)
		return scoring_fault(fault, SCORING_FAULT_LIMIT, "a logistic_fit has at most %d bytes",
							 LOGISTIC_MAX_BYTES);
	if (!scoring_json_parse(scoring_host(), text, length, &json, fault))
		return false;
	root.node = json;
	return logistic_read(scoring_host(), &root, fit, fault);
}

static LogisticFit *
fit_argument(FunctionCallInfo fcinfo, int n)
{
	struct varlena *stored = PG_DETOAST_DATUM(PG_GETARG_DATUM(n));
	LogisticFit *fit = palloc(sizeof(LogisticFit));
	ScoringFault fault;

	if (VARSIZE(stored) < VARHDRSZ + LOGISTIC_HEADER || VARDATA(stored)[0] != LOGISTIC_VERSION ||
		VARDATA(stored)[1] != 0 || VARDATA(stored)[2] != 0 || VARDATA(stored)[3] != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("stored logistic_fit has an unknown version")));
	if (!parse_fit(VARDATA(stored) + LOGISTIC_HEADER, VARSIZE(stored) - VARHDRSZ - LOGISTIC_HEADER,
				   fit, &fault))
	{
		fault.sqlstate = SCORING_FAULT_CORRUPT;
		scoring_report(&fault);
	}
	return fit;
}

PG_FUNCTION_INFO_V1(scoring_logistic_in);
Datum
scoring_logistic_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	LogisticFit fit;
	ScoringFault fault;

	if (!parse_fit(text, strlen(text), &fit, &fault))
		return scoring_report_soft(fcinfo, &fault);
	PG_RETURN_POINTER(encode_fit(&fit));
}

PG_FUNCTION_INFO_V1(scoring_logistic_out);
Datum
scoring_logistic_out(PG_FUNCTION_ARGS)
{
	struct varlena *stored = PG_DETOAST_DATUM(PG_GETARG_DATUM(0));

	PG_RETURN_CSTRING(pnstrdup(VARDATA(stored) + LOGISTIC_HEADER,
							   VARSIZE(stored) - VARHDRSZ - LOGISTIC_HEADER));
}

PG_FUNCTION_INFO_V1(scoring_logistic_recv);
Datum
scoring_logistic_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	LogisticFit fit;
	ScoringFault fault;
	char	   *text;
	int			length;
	int			version = pq_getmsgbyte(buffer);

	if (version != LOGISTIC_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported logistic_fit version number %d", version)));
	text = pq_getmsgtext(buffer, buffer->len - buffer->cursor, &length);
	if (!parse_fit(text, length, &fit, &fault))
	{
		if (strcmp(fault.sqlstate, SCORING_FAULT_SYNTAX) == 0)
			fault.sqlstate = SCORING_FAULT_BINARY;
		scoring_report(&fault);
	}
	PG_RETURN_POINTER(encode_fit(&fit));
}

PG_FUNCTION_INFO_V1(scoring_logistic_send);
Datum
scoring_logistic_send(PG_FUNCTION_ARGS)
{
	struct varlena *stored = PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendbyte(&buffer, LOGISTIC_VERSION);
	pq_sendtext(&buffer, VARDATA(stored) + LOGISTIC_HEADER,
				VARSIZE(stored) - VARHDRSZ - LOGISTIC_HEADER);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

SCORING_VALUE_FUNCTIONS(logistic_fit)

/* ---------- accessors ---------- */

PG_FUNCTION_INFO_V1(scoring_logistic_terms);
Datum
scoring_logistic_terms(PG_FUNCTION_ARGS)
{
	const LogisticFit *fit = fit_argument(fcinfo, 0);
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < fit->nterms; i++)
	{
		const LogisticTerm *term = &fit->terms[i];
		double		z = term->coefficient / term->standard_error;
		bool		nulls[6] = {false};
		Datum		values[6];

		values[0] = CStringGetTextDatum(term->name);
		values[1] = Float8GetDatum(term->coefficient);
		values[2] = Float8GetDatum(term->standard_error);
		nulls[3] = nulls[4] = !isfinite(z);
		values[3] = Float8GetDatum(z);
		values[4] = Float8GetDatum(scoring_normal_two_sided(z));
		values[5] = Float8GetDatum(scoring_exp(term->coefficient));
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_logistic_skipped);
Datum
scoring_logistic_skipped(PG_FUNCTION_ARGS)
{
	const LogisticFit *fit = fit_argument(fcinfo, 0);
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < fit->nskipped; i++)
	{
		bool		nulls[2] = {false};
		Datum		values[2];

		values[0] = CStringGetTextDatum(fit->skipped[i].reason);
		values[1] = Int64GetDatum(fit->skipped[i].rows);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_logistic_log_likelihood);
Datum
scoring_logistic_log_likelihood(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(fit_argument(fcinfo, 0)->log_likelihood);
}

PG_FUNCTION_INFO_V1(scoring_logistic_null_log_likelihood);
Datum
scoring_logistic_null_log_likelihood(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(fit_argument(fcinfo, 0)->null_log_likelihood);
}

PG_FUNCTION_INFO_V1(scoring_logistic_aic);
Datum
scoring_logistic_aic(PG_FUNCTION_ARGS)
{
	const LogisticFit *fit = fit_argument(fcinfo, 0);

	PG_RETURN_FLOAT8(2.0 * fit->nterms - 2.0 * fit->log_likelihood);
}

PG_FUNCTION_INFO_V1(scoring_logistic_bic);
Datum
scoring_logistic_bic(PG_FUNCTION_ARGS)
{
	const LogisticFit *fit = fit_argument(fcinfo, 0);

	PG_RETURN_FLOAT8(fit->nterms * scoring_log((double) fit->rows_used) -
					 2.0 * fit->log_likelihood);
}

PG_FUNCTION_INFO_V1(scoring_logistic_iterations);
Datum
scoring_logistic_iterations(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32((int32) fit_argument(fcinfo, 0)->iterations);
}

PG_FUNCTION_INFO_V1(scoring_logistic_rows_used);
Datum
scoring_logistic_rows_used(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(fit_argument(fcinfo, 0)->rows_used);
}

/* ---------- the aggregate ---------- */

/* A block that is an argument, with a 4-byte header and aligned; often the argument itself. */
static LogisticBlock *
block_argument(FunctionCallInfo fcinfo, int n)
{
	bytea	   *bytes = PG_GETARG_BYTEA_P(n);
	bytea	   *copy;

	if ((uintptr_t) bytes % sizeof(double) == 0)
		return (LogisticBlock *) bytes;
	copy = palloc(VARSIZE(bytes));
	memcpy(copy, bytes, VARSIZE(bytes));
	return (LogisticBlock *) copy;
}

pg_noreturn static void
refuse_block(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid argument of an internal aggregate of fit_logistic")));
}

pg_noreturn static void
report_changed_sample(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the sample is not the same when it is read again"),
			 errhint("A view with volatile functions, such as random(), or a foreign table that changes cannot be fitted on: store its rows in a table first.")));
}

PG_FUNCTION_INFO_V1(scoring_logistic_trans);
Datum
scoring_logistic_trans(PG_FUNCTION_ARGS)
{
	LogisticBlock *block;
	ArrayType  *array;
	LogisticRow row;
	double		values[LOGISTIC_MAX_FEATURES];
	bool		nulls[LOGISTIC_MAX_FEATURES];

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (PG_ARGISNULL(0))
	{
		const LogisticBlock *template;
		Size		size;

		if (PG_ARGISNULL(1))
			refuse_block();
		template = block_argument(fcinfo, 1);
		if (!logistic_is_template(template, VARSIZE(template)))
			refuse_block();
		size = logistic_block_size(template->kind, template->p);
		block = palloc(size);
		logistic_block_start(block, template);
		SET_VARSIZE(block, size);
	}
	else
		block = (LogisticBlock *) PG_GETARG_POINTER(0);

	if (PG_ARGISNULL(4))
		refuse_block();
	array = PG_GETARG_ARRAYTYPE_P(4);
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != (int) block->p - 1)
		refuse_block();
	row.target_null = PG_ARGISNULL(2);
	row.target = row.target_null ? 0 : PG_GETARG_FLOAT8(2);
	row.weight_null = PG_ARGISNULL(3);
	row.weight = row.weight_null ? 0 : PG_GETARG_FLOAT8(3);
	row.features = (double *) ARR_DATA_PTR(array);
	row.nulls = NULL;
	if (ARR_HASNULL(array))
	{
		const bits8 *bitmap = ARR_NULLBITMAP(array);
		const double *next = row.features;

		for (uint32 j = 0; j < block->p - 1; j++)
		{
			nulls[j] = (bitmap[j / 8] & (1 << (j % 8))) == 0;
			values[j] = nulls[j] ? 0 : *next++;
		}
		row.features = values;
		row.nulls = nulls;
	}
	if (!logistic_block_add(block, &row))
		report_changed_sample();
	PG_RETURN_POINTER(block);
}

PG_FUNCTION_INFO_V1(scoring_logistic_combine);
Datum
scoring_logistic_combine(PG_FUNCTION_ARGS)
{
	LogisticBlock *block;
	LogisticBlock *other;
	Size		size;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	size = VARSIZE_ANY_EXHDR(PG_GETARG_BYTEA_PP(1)) + VARHDRSZ;
	other = palloc(size);
	memcpy((char *) other + VARHDRSZ, VARDATA_ANY(PG_GETARG_BYTEA_PP(1)), size - VARHDRSZ);
	SET_VARSIZE(other, size);
	if (!logistic_is_block(other, size))
		refuse_block();
	if (other->kind == LOGISTIC_STEP)
		logistic_block_carry(other);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(other);
	block = (LogisticBlock *) PG_GETARG_POINTER(0);
	if (block->kind == LOGISTIC_STEP)
		logistic_block_carry(block);
	if (!logistic_block_merge(block, other))
		refuse_block();
	pfree(other);
	PG_RETURN_POINTER(block);
}

/* A number as the rest of the extension sees it; what the server casts in the same way needs no function. */
static Datum
number_of(FunctionCallInfo fcinfo, Oid type)
{
	ScoringConverter converter;
	ScoringInput input;

	(void) scoring_type_class(type, &converter);
	scoring_input_from_datum(converter, PG_GETARG_DATUM(0), &input);
	PG_RETURN_FLOAT8(input.kind == SCORING_INPUT_MISSING ? get_float8_nan() : input.number);
}

PG_FUNCTION_INFO_V1(scoring_logistic_number_real);
Datum
scoring_logistic_number_real(PG_FUNCTION_ARGS)
{
	return number_of(fcinfo, FLOAT4OID);
}

PG_FUNCTION_INFO_V1(scoring_logistic_number_numeric);
Datum
scoring_logistic_number_numeric(PG_FUNCTION_ARGS)
{
	return number_of(fcinfo, NUMERICOID);
}

PG_FUNCTION_INFO_V1(scoring_logistic_number_date);
Datum
scoring_logistic_number_date(PG_FUNCTION_ARGS)
{
	return number_of(fcinfo, DATEOID);
}

PG_FUNCTION_INFO_V1(scoring_logistic_number_boolean);
Datum
scoring_logistic_number_boolean(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(PG_GETARG_BOOL(0) ? 1 : 0);
}

/* ---------- fit_logistic ---------- */

typedef struct Regression
{
	const char *target;
	const char *weight;			/* or NULL */
	uint32		p;				/* features + 1 */
	const char **names;			/* [p], the intercept's first */
	LogisticFeature *features;	/* [p]; [0] is not used */
	double		l2;
	double	   *penalty;		/* [p], in the coordinates of the moment */
	const char *query;
	LogisticBlock *profile;
	LogisticBlock *step;
	LogisticBlock *template;
	double	   *center;			/* [p] */
	double	   *scale;			/* [p] */
} Regression;

/* One reading of the sample into `block`; false if it has no row. */
static bool
run_pass(const Regression *regression, LogisticBlock *template, LogisticBlock *block)
{
	Oid			types[1] = {BYTEAOID};
	Datum		values[1];
	Datum		answer;
	bool		isnull;
	int			result;
	Size		size = logistic_block_size(template->kind, template->p);

	SET_VARSIZE(template, logistic_template_size(template->kind, template->p));
	values[0] = PointerGetDatum(template);
	if ((result = SPI_connect()) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed: %s", SPI_result_code_string(result));
	result = SPI_execute_with_args(regression->query, 1, types, values, NULL, true, 0);
	if (result != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "reading a sample failed: %s", SPI_result_code_string(result));
	answer = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (!isnull)
	{
		struct varlena *bytes = PG_DETOAST_DATUM(answer);

		if (VARSIZE(bytes) != size)
			elog(ERROR, "unexpected size of sums: %zu", (Size) VARSIZE(bytes));
		memcpy(block, bytes, size);
		if (block->kind == LOGISTIC_STEP)
			logistic_block_carry(block);
	}
	SPI_finish();
	return !isnull;
}

static bool
newton_pass(void *source, const double *beta, uint32_t p, bool want_hessian, LogisticSums *sums,
			ScoringFault *fault)
{
	Regression *regression = source;

	for (uint32 j = 1; j < p; j++)
	{
		regression->center[j] = regression->features[j].center;
		regression->scale[j] = regression->features[j].scale;
	}
	logistic_step_template(regression->template, p, regression->profile->max_weight,
						   regression->center, regression->scale, beta, sums->direction);
	if (!run_pass(regression, regression->template, regression->step) ||
		regression->step->used != regression->profile->used)
		report_changed_sample();
	logistic_step_sums(regression->step, sums);
	return true;
}

static void
set_penalty(Regression *regression, uint32 j)
{
	double		scale = regression->features[j].scale;

	regression->penalty[j] = regression->l2 * scale * scale;
}

static void
move_features(void *source, const double *shift, double *factor)
{
	Regression *regression = source;

	for (uint32 j = 1; j < regression->p; j++)
	{
		LogisticFeature *feature = &regression->features[j];
		double		before = feature->scale;

		feature->center += shift[j] / before;
		feature->center = Min(Max(feature->center, feature->low), feature->high);
		(void) logistic_feature_scale(feature);
		factor[j] = feature->scale / before;
		set_penalty(regression, j);
	}
}

static Oid
column_type(Relation relation, const char *name)
{
	return getBaseType(get_atttype(RelationGetRelid(relation),
								   get_attnum(RelationGetRelid(relation), name)));
}

/* The features by name, numbers and booleans. */
static void
bind_features(Regression *regression, Relation relation, ArrayType *array)
{
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	if (count < 1 || count > LOGISTIC_MAX_FEATURES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("features must name between 1 and %d columns, not %d",
						LOGISTIC_MAX_FEATURES, count)));
	regression->p = (uint32) count + 1;
	regression->names = palloc(sizeof(char *) * regression->p);
	regression->names[0] = "(intercept)";
	for (int i = 0; i < count; i++)
	{
		AttrNumber	number;
		ScoringConverter converter;
		Oid			type;
		char	   *name;

		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("features must not hold a null")));
		name = TextDatumGetCString(elements[i]);
		for (int j = 1; j <= i; j++)
		{
			if (strcmp(regression->names[j], name) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("feature \"%s\" is named twice", name)));
		}
		if (strcmp(name, regression->target) == 0 ||
			(regression->weight != NULL && strcmp(name, regression->weight) == 0))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" cannot be both a feature and the target or weight",
							name)));
		number = get_attnum(RelationGetRelid(relation), name);
		if (number <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("relation \"%s\" has no column \"%s\" (feature)",
							RelationGetRelationName(relation), name)));
		type = column_type(relation, name);
		if (scoring_type_class(type, &converter) != SCORING_TYPE_NUMBER && type != BOOLOID)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("feature \"%s\" of type %s is neither a number nor a boolean", name,
							format_type_be(type)),
					 errhint("Use woe(binning, value), or one boolean for each category but one.")));
		regression->names[i + 1] = name;
	}
}

static void
write_query(Regression *regression, Relation relation)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT scoring._logistic_sums($1, ");
	scoring_scan_append_number(&query, RelationGetRelid(relation), regression->target);
	appendStringInfoString(&query, ", ");
	if (regression->weight != NULL)
		scoring_scan_append_number(&query, RelationGetRelid(relation), regression->weight);
	else
		appendStringInfoString(&query, "CAST(1 AS pg_catalog.float8)");
	for (uint32 j = 1; j < regression->p; j++)
	{
		appendStringInfoString(&query, j == 1 ? ", ARRAY[" : ", ");
		scoring_scan_append_number(&query, RelationGetRelid(relation), regression->names[j]);
	}
	appendStringInfo(&query, "]) FROM %s AS sample",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
												RelationGetRelationName(relation)));
	regression->query = query.data;
}

/* The sums are kept once here and once in each process that reads. */
static void
check_memory(uint32 p)
{
	double		bytes = (double) logistic_block_size(LOGISTIC_STEP, p) *
		(2 + max_parallel_workers_per_gather);

	if (bytes > maintenance_work_mem * 1024.0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a fit of %u features needs more memory than maintenance_work_mem", p - 1),
				 errdetail("Its sums take %d kB.", (int) (bytes / 1024) + 1),
				 errhint("Raise maintenance_work_mem or use fewer features.")));
}

/* What no iteration can mend. */
static void
check_profile(const Regression *regression)
{
	const LogisticBlock *profile = regression->profile;

	if (profile->null_weights > 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("weight \"%s\" is null or NaN in some row", regression->weight),
				 errhint("Leave the row out with a view, or give it weight 0.")));
	if (profile->bad_weights > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight \"%s\" is negative, infinite or too large in some row",
						regression->weight)));
	if (profile->overflow != 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the sum of the weights is out of range")));
	if (profile->bad_targets > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target \"%s\" has a value other than 0 and 1", regression->target),
				 errdetail("A target is a boolean, or 0 (good) and 1 (bad)."),
				 errhint("Derive a boolean column, for example: SELECT *, (%s = 2) AS bad FROM ...",
						 quote_identifier(regression->target))));
	if (profile->used == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no row can be used to fit on"),
				 errdetail("A row is left out if its target or a feature is null, a feature is not finite, or its weight is 0.")));
	if (profile->goods == 0 || profile->bads == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target \"%s\" is constant: it is always %s", regression->target,
						profile->bads == 0 ? "false" : "true")));
}

/* Where the features lie, and whether one of them cannot be fitted on whatever the others are. */
static void
read_features(Regression *regression)
{
	for (uint32 j = 1; j < regression->p; j++)
	{
		LogisticFeature *feature = &regression->features[j];
		const char *name = regression->names[j];
		double		good_low;
		double		good_high;
		double		bad_low;
		double		bad_high;

		logistic_profile_range(regression->profile, j - 1, false, &good_low, &good_high);
		logistic_profile_range(regression->profile, j - 1, true, &bad_low, &bad_high);
		feature->low = Min(good_low, bad_low);
		feature->high = Max(good_high, bad_high);
		if (feature->low == feature->high)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("feature \"%s\" is constant", name),
					 errhint("Leave it out: the intercept takes its place.")));
		feature->center = 0.5 * feature->low + 0.5 * feature->high;
		if (!logistic_feature_scale(feature))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("feature \"%s\" is out of range", name),
					 errdetail("Values must lie within 1e300 of 0 and differ by more than 1e-280.")));
		if (regression->l2 == 0 && (good_high <= bad_low || bad_high <= good_low))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the features separate the outcomes: the coefficient of \"%s\" grows without end",
							name),
					 errdetail("Where \"%s\" is true, \"%s\" is never %s than where it is false.",
							   regression->target, name,
							   good_high <= bad_low ? "less" : "greater"),
					 errhint("Is it known only after the outcome? Leave it out, or give l2 a small positive value.")));
		set_penalty(regression, j);
	}
}

/* The names of the columns that have at least this share in a trouble, the greatest first. */
static char *
list_columns(const Regression *regression, const LogisticResult *result, double least, int *count)
{
	StringInfoData list;
	bool	   *done = palloc0(sizeof(bool) * regression->p);

	initStringInfo(&list);
	*count = 0;
	for (;;)
	{
		uint32		next = 0;

		for (uint32 j = 1; j < regression->p; j++)
		{
			if (!done[j] && result->share[j] >= least &&
				(next == 0 || result->share[j] > result->share[next]))
				next = j;
		}
		if (next == 0)
			return list.data;
		if (++*count > 8)
		{
			appendStringInfoString(&list, ", ...");
			return list.data;
		}
		appendStringInfo(&list, "%s\"%s\"", *count > 1 ? ", " : "", regression->names[next]);
		done[next] = true;
	}
}

static void
check_end(const Regression *regression, const LogisticResult *result)
{
	char	   *list;
	int			count;

	switch (result->end)
	{
		case LOGISTIC_CONVERGED:
			return;
		case LOGISTIC_COLLINEAR:
			list = list_columns(regression, result, LOGISTIC_SHARE_COLLINEAR, &count);
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("feature \"%s\" is collinear with those before it",
							regression->names[result->column]),
					 count > 0 ? errdetail("It is a linear combination of %s.", list) : 0,
					 errhint("Leave one of them out, or give l2 a small positive value.")));
			break;
		case LOGISTIC_SEPARATED:
			list = list_columns(regression, result, LOGISTIC_SHARE_SEPARATED, &count);
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 count > 1 ?
					 errmsg("the features separate the outcomes: the coefficients of %s grow without end", list) :
					 errmsg("the features separate the outcomes: the coefficient of \"%s\" grows without end",
							regression->names[result->column]),
					 errhint("Is it known only after the outcome? Leave it out, or give l2 a small positive value.")));
			break;
		case LOGISTIC_NOT_CONVERGED:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg_plural("no convergence after %d Newton step",
								   "no convergence after %d Newton steps",
								   (unsigned long) result->iterations, result->iterations),
					 errdetail("The last step moved the log-odds of some row by %.2g, and the next would change the log-likelihood by %.1e of it, mostly through \"%s\".",
							   result->reach, result->change, regression->names[result->column]),
					 errhint("Raise max_iterations. Values that lie very far out slow a fit down: consider a transformation or a limit.")));
	}
}

/*
 * From centred and scaled features back to the user's: b_j = beta_j s_j, b_0 = beta_0 - sum b_j c_j, with the variance
 * of that sum for the intercept.
 */
static void
fill_terms(const Regression *regression, const LogisticResult *result, LogisticFit *fit)
{
	uint32		p = regression->p;
	double	   *shift = palloc(sizeof(double) * p);
	double		variance = 0;

	shift[0] = 1;
	fit->nterms = p;
	fit->terms = palloc(sizeof(LogisticTerm) * p);
	fit->terms[0].coefficient = result->beta[0];
	for (uint32 j = 1; j < p; j++)
	{
		const LogisticFeature *feature = &regression->features[j];

		shift[j] = -feature->scale * feature->center;
		fit->terms[j].name = regression->names[j];
		fit->terms[j].coefficient = result->beta[j] * feature->scale;
		fit->terms[j].standard_error = sqrt(LOGISTIC_COVARIANCE(result, j, j)) * feature->scale;
		fit->terms[0].coefficient += result->beta[j] * shift[j];
	}
	for (uint32 j = 0; j < p; j++)
	{
		for (uint32 i = 0; i < j; i++)
			variance += 2 * shift[i] * shift[j] * LOGISTIC_COVARIANCE(result, i, j);
		variance += shift[j] * shift[j] * LOGISTIC_COVARIANCE(result, j, j);
	}
	fit->terms[0].name = regression->names[0];
	fit->terms[0].standard_error = sqrt(Max(variance, 0));
}

static void
add_skipped(LogisticFit *fit, char *reason, int64 rows)
{
	if (rows == 0)
		return;
	fit->skipped[fit->nskipped].reason = reason;
	fit->skipped[fit->nskipped++].rows = rows;
}

static void
fill_skipped(const Regression *regression, LogisticFit *fit)
{
	const LogisticBlock *profile = regression->profile;

	fit->skipped = palloc(sizeof(LogisticSkipped) * (regression->p + 1));
	add_skipped(fit, psprintf("target %s is null", regression->target), profile->unlabelled);
	if (regression->weight != NULL)
		add_skipped(fit, psprintf("weight %s is 0", regression->weight), profile->weightless);
	for (uint32 j = 1; j < regression->p; j++)
		add_skipped(fit, psprintf("feature %s is null or not finite", regression->names[j]),
					logistic_profile_missing(profile, j - 1));
}

static void
require(FunctionCallInfo fcinfo, int n, const char *name)
{
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
}

PG_FUNCTION_INFO_V1(scoring_logistic_fit);
Datum
scoring_logistic_fit(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {
		"sample", "target", "features", "weight", "l2", "max_iterations", "tolerance"
	};
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	Regression *regression;
	Relation	opened;
	LogisticOptions options = logistic_options_default();
	LogisticResult solved;
	LogisticFit fit = {0};
	ScoringFault fault;
	ScoringConverter converter;
	double	   *start;
	uint32		p;
	double		goods;
	double		bads;
	struct varlena *result;

	for (int i = 0; i < lengthof(names); i++)
	{
		if (i != 3)
			require(fcinfo, i, names[i]);
	}
	fit.l2 = PG_GETARG_FLOAT8(4);
	options.max_iterations = PG_GETARG_INT32(5);
	options.tolerance = PG_GETARG_FLOAT8(6);
	if (!(fit.l2 >= 0) || isinf(fit.l2))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("l2 must be 0 or a positive finite number")));
	if (options.max_iterations < 1 || options.max_iterations > 1000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_iterations must be between 1 and 1000")));
	if (!(options.tolerance > 0 && options.tolerance < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tolerance must be greater than 0 and less than 1")));

	context = AllocSetContextCreate(caller, "fit_logistic", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	regression = palloc0(sizeof(Regression));
	regression->target = text_to_cstring(PG_GETARG_TEXT_PP(1));
	regression->weight = PG_ARGISNULL(3) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(3));
	regression->l2 = fit.l2;
	opened = relation_open(PG_GETARG_OID(0), AccessShareLock);
	scoring_scan_check_relation(opened);
	scoring_scan_outcome(RelationGetDescr(opened), RelationGetRelationName(opened),
						 regression->target, regression->weight, &converter, &converter);
	bind_features(regression, opened, PG_GETARG_ARRAYTYPE_P(2));
	write_query(regression, opened);
	/* The lock stays until the transaction ends. */
	relation_close(opened, NoLock);

	p = regression->p;
	check_memory(p);
	regression->template = palloc(logistic_template_size(LOGISTIC_STEP, p));
	regression->profile = palloc0(logistic_block_size(LOGISTIC_PROFILE, p));
	regression->step = palloc(logistic_block_size(LOGISTIC_STEP, p));
	regression->center = palloc0(sizeof(double) * p);
	regression->scale = palloc0(sizeof(double) * p);
	regression->penalty = palloc0(sizeof(double) * p);
	regression->features = palloc0(sizeof(LogisticFeature) * p);
	start = palloc0(sizeof(double) * p);

	logistic_profile_template(regression->template, p);
	(void) run_pass(regression, regression->template, regression->profile);
	check_profile(regression);
	read_features(regression);
	goods = (double) regression->profile->goods / SCORING_WEIGHT_UNIT;
	bads = (double) regression->profile->bads / SCORING_WEIGHT_UNIT;
	start[0] = scoring_log(bads / goods);
	options.start = start;
	options.move = move_features;
	if (fit.l2 > 0)
		options.l2 = regression->penalty;
	if (!logistic_solve(scoring_host(), p, newton_pass, regression, &options, &solved, &fault))
		scoring_report(&fault);
	check_end(regression, &solved);

	fit.log_likelihood = solved.log_likelihood;
	fit.null_log_likelihood = goods * scoring_log(goods / (goods + bads)) +
		bads * scoring_log(bads / (goods + bads));
	fit.iterations = solved.iterations;
	fit.rows_used = regression->profile->used;
	fill_terms(regression, &solved, &fit);
	fill_skipped(regression, &fit);
	MemoryContextSwitchTo(caller);
	result = encode_fit(&fit);
	MemoryContextDelete(context);
	PG_RETURN_POINTER(result);
}
