/*
 * logistic.c: fit_logistic and the SQL type scoring.logistic_fit.
 *
 * A fit reads the sample once to learn the features' ranges and once for each Newton step, always under the caller's
 * snapshot and rights; memory is that of one row's sums. The stored form is a version byte, three zero bytes and the
 * canonical JSON.
 */
#include "postgres.h"

#include <math.h>

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "logistic_core.h"
#include "miscadmin.h"
#include "number_core.h"
#include "scan.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

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

	if (VARSIZE(stored) < VARHDRSZ + LOGISTIC_HEADER || VARDATA(stored)[0] != LOGISTIC_VERSION)
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

/* By bytes of the canonical form, a shorter one first. */
static int
compare_fits(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	struct varlena *b = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	Size		length_a = VARSIZE_ANY_EXHDR(a);
	Size		length_b = VARSIZE_ANY_EXHDR(b);

	if (length_a != length_b)
		return length_a < length_b ? -1 : 1;
	return memcmp(VARDATA_ANY(a), VARDATA_ANY(b), length_a);
}

#define FIT_COMPARISON(name, operator) \
PG_FUNCTION_INFO_V1(scoring_logistic_##name); \
Datum \
scoring_logistic_##name(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(compare_fits(fcinfo) operator 0); \
}

FIT_COMPARISON(eq, ==)
FIT_COMPARISON(ne, !=)
FIT_COMPARISON(lt, <)
FIT_COMPARISON(le, <=)
FIT_COMPARISON(gt, >)
FIT_COMPARISON(ge, >=)

PG_FUNCTION_INFO_V1(scoring_logistic_cmp);
Datum
scoring_logistic_cmp(PG_FUNCTION_ARGS)
{
	int			order = compare_fits(fcinfo);

	PG_RETURN_INT32((order > 0) - (order < 0));
}

PG_FUNCTION_INFO_V1(scoring_logistic_hash);
Datum
scoring_logistic_hash(PG_FUNCTION_ARGS)
{
	struct varlena *fit = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));

	return hash_any((unsigned char *) VARDATA_ANY(fit), VARSIZE_ANY_EXHDR(fit));
}

PG_FUNCTION_INFO_V1(scoring_logistic_hash_extended);
Datum
scoring_logistic_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *fit = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));

	return hash_any_extended((unsigned char *) VARDATA_ANY(fit), VARSIZE_ANY_EXHDR(fit),
							 PG_GETARG_INT64(1));
}

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

/* ---------- fit_logistic ---------- */

typedef struct Regression
{
	ScoringScan scan;
	uint32		nfeatures;
	bool	   *is_boolean;
	LogisticFeature *features;
	int64	   *missing;		/* rows left out for a null or non-finite feature, by the first such */
	int64		unlabelled;
	int64		weightless;
	int64		rows;
	int64		goods;			/* weights, in millionths */
	int64		bads;
	int64		max_weight;
	LogisticRows sums;
} Regression;

/* The value of a feature; NaN where it cannot be used. */
static inline double
feature_value(const Regression *regression, const ScoringScanRow *row, uint32 i)
{
	const ScoringInput *input = &row->inputs[i];

	if (input->kind == SCORING_INPUT_MISSING)
		return get_float8_nan();
	if (regression->is_boolean[i])
		return input->length == 4;	/* true, false */
	return isfinite(input->number) ? input->number : get_float8_nan();
}

/* The first feature that keeps a row out, or nfeatures. */
static uint32
first_unusable(const Regression *regression, const ScoringScanRow *row)
{
	for (uint32 i = 0; i < regression->nfeatures; i++)
	{
		if (isnan(feature_value(regression, row, i)))
			return i;
	}
	return regression->nfeatures;
}

static void
profile_row(void *context, const ScoringScanRow *row)
{
	Regression *regression = context;
	uint32		unusable;

	if (row->outcome < 0)
	{
		regression->unlabelled++;
		return;
	}
	if (row->weight == 0)
	{
		regression->weightless++;
		return;
	}
	unusable = first_unusable(regression, row);
	if (unusable < regression->nfeatures)
	{
		regression->missing[unusable]++;
		return;
	}
	regression->rows++;
	regression->max_weight = Max(regression->max_weight, row->weight);
	if (!scoring_add_int64(row->outcome ? &regression->bads : &regression->goods, row->weight))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the sum of the weights is out of range")));
	for (uint32 i = 0; i < regression->nfeatures; i++)
	{
		double		value = feature_value(regression, row, i);

		regression->features[i].low = Min(regression->features[i].low, value);
		regression->features[i].high = Max(regression->features[i].high, value);
	}
}

static void
newton_row(void *context, const ScoringScanRow *row)
{
	Regression *regression = context;

	if (row->outcome < 0 || row->weight == 0)
		return;
	for (uint32 i = 0; i < regression->nfeatures; i++)
	{
		const LogisticFeature *feature = &regression->features[i];
		double		value = feature_value(regression, row, i);

		if (isnan(value))
			return;
		regression->sums.x[i + 1] = (value - feature->middle) * feature->scale;
	}
	logistic_rows_add(&regression->sums, row->outcome,
					  (double) row->weight / SCORING_WEIGHT_UNIT);
}

static bool
newton_pass(void *source, const double *beta, uint32_t p, bool want_hessian, LogisticSums *sums,
			ScoringFault *fault)
{
	Regression *regression = source;

	logistic_rows_start(&regression->sums, beta, want_hessian);
	regression->scan.row = newton_row;
	scoring_scan(&regression->scan);
	logistic_rows_finish(&regression->sums, sums);
	return true;
}

/* The features by name, numbers and booleans. */
static void
bind_features(Regression *regression, Relation relation, ArrayType *array)
{
	TupleDesc	descriptor = RelationGetDescr(relation);
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	if (count < 1 || count > LOGISTIC_MAX_FEATURES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("features must name between 1 and %d columns, not %d",
						LOGISTIC_MAX_FEATURES, count)));
	regression->nfeatures = (uint32) count;
	regression->scan.ncolumns = (uint32) count;
	regression->scan.columns = palloc(sizeof(ScoringScanColumn) * count);
	regression->is_boolean = palloc(sizeof(bool) * count);
	regression->features = palloc(sizeof(LogisticFeature) * count);
	regression->missing = palloc0(sizeof(int64) * count);
	for (int i = 0; i < count; i++)
	{
		AttrNumber	number;
		Oid			type;
		char	   *name;

		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("features must not hold a null")));
		name = TextDatumGetCString(elements[i]);
		for (int j = 0; j < i; j++)
		{
			if (strcmp(regression->scan.columns[j].name, name) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("feature \"%s\" is named twice", name)));
		}
		if (strcmp(name, regression->scan.target) == 0 ||
			(regression->scan.weight != NULL && strcmp(name, regression->scan.weight) == 0))
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
		type = getBaseType(TupleDescAttr(descriptor, number - 1)->atttypid);
		regression->is_boolean[i] = type == BOOLOID;
		regression->scan.columns[i].name = name;
		if (scoring_type_class(type, &regression->scan.columns[i].converter) !=
			SCORING_TYPE_NUMBER && type != BOOLOID)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("feature \"%s\" of type %s is neither a number nor a boolean", name,
							format_type_be(type)),
					 errhint("Use woe(binning, value), or one boolean for each category but one.")));
		regression->features[i].low = get_float8_infinity();
		regression->features[i].high = -get_float8_infinity();
	}
}

static void
check_profile(const Regression *regression)
{
	if (regression->rows == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no row can be used to fit on"),
				 errdetail("A row is left out if its target or a feature is null, a feature is not finite, or its weight is 0.")));
	if (regression->goods == 0 || regression->bads == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target \"%s\" is constant: it is always %s", regression->scan.target,
						regression->bads == 0 ? "false" : "true")));
	for (uint32 i = 0; i < regression->nfeatures; i++)
	{
		if (regression->features[i].low == regression->features[i].high)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("feature \"%s\" is constant", regression->scan.columns[i].name),
					 errhint("Leave it out: the intercept takes its place.")));
		logistic_feature_scale(&regression->features[i]);
	}
}

static const char *
column_name(const Regression *regression, uint32 column)
{
	return column == 0 ? "(intercept)" : regression->scan.columns[column - 1].name;
}

static void
check_end(const Regression *regression, const LogisticResult *result)
{
	const char *name = column_name(regression, result->column);

	switch (result->end)
	{
		case LOGISTIC_CONVERGED:
			return;
		case LOGISTIC_COLLINEAR:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("feature \"%s\" is collinear with those before it", name),
					 errhint("Leave one of them out, or give l2 a small positive value.")));
			break;
		case LOGISTIC_SEPARATED:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the features separate the outcomes: the coefficient of \"%s\" grows without end",
							name),
					 errhint("Is it known only after the outcome? Leave it out, or give l2 a small positive value.")));
			break;
		case LOGISTIC_NOT_CONVERGED:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("no convergence after %d Newton steps", result->iterations),
					 errhint("Raise max_iterations or tolerance.")));
	}
}

/*
 * From centred and scaled features back to the user's: b_j = beta_j s_j, b_0 = beta_0 - sum b_j m_j, with the variance
 * of that sum for the intercept.
 */
static void
fill_terms(const Regression *regression, const LogisticResult *result, LogisticFit *fit)
{
	uint32		p = regression->nfeatures + 1;
	double	   *shift = palloc(sizeof(double) * p);
	double		variance = 0;

	shift[0] = 1;
	fit->nterms = p;
	fit->terms = palloc(sizeof(LogisticTerm) * p);
	fit->terms[0].coefficient = result->beta[0];
	for (uint32 j = 1; j < p; j++)
	{
		const LogisticFeature *feature = &regression->features[j - 1];

		shift[j] = -feature->scale * feature->middle;
		fit->terms[j].name = column_name(regression, j);
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
	fit->terms[0].name = column_name(regression, 0);
	fit->terms[0].standard_error = sqrt(Max(variance, 0));
}

static void
fill_skipped(const Regression *regression, LogisticFit *fit)
{
	fit->skipped = palloc(sizeof(LogisticSkipped) * (regression->nfeatures + 2));
	if (regression->unlabelled > 0)
	{
		fit->skipped[fit->nskipped].reason = psprintf("target %s is null", regression->scan.target);
		fit->skipped[fit->nskipped++].rows = regression->unlabelled;
	}
	if (regression->weightless > 0)
	{
		fit->skipped[fit->nskipped].reason = psprintf("weight %s is 0", regression->scan.weight);
		fit->skipped[fit->nskipped++].rows = regression->weightless;
	}
	for (uint32 i = 0; i < regression->nfeatures; i++)
	{
		if (regression->missing[i] == 0)
			continue;
		fit->skipped[fit->nskipped].reason =
			psprintf("feature %s is null or not finite", regression->scan.columns[i].name);
		fit->skipped[fit->nskipped++].rows = regression->missing[i];
	}
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
	double	   *penalty;
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
	regression->scan.context = regression;
	opened = relation_open(PG_GETARG_OID(0), AccessShareLock);
	regression->scan.relation = PG_GETARG_OID(0);
	regression->scan.target = text_to_cstring(PG_GETARG_TEXT_PP(1));
	regression->scan.weight = PG_ARGISNULL(3) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(3));
	scoring_scan_check_relation(opened);
	scoring_scan_outcome(RelationGetDescr(opened), RelationGetRelationName(opened),
						 regression->scan.target, regression->scan.weight,
						 &regression->scan.target_converter, &regression->scan.weight_converter);
	bind_features(regression, opened, PG_GETARG_ARRAYTYPE_P(2));

	regression->scan.row = profile_row;
	scoring_scan(&regression->scan);
	check_profile(regression);
	logistic_rows_init(scoring_host(), &regression->sums, regression->nfeatures + 1,
					   (double) regression->max_weight / SCORING_WEIGHT_UNIT);
	penalty = palloc0(sizeof(double) * (regression->nfeatures + 1));
	for (uint32 i = 0; i < regression->nfeatures; i++)
		penalty[i + 1] = fit.l2 * regression->features[i].scale * regression->features[i].scale;
	if (fit.l2 > 0)
		options.l2 = penalty;
	if (!logistic_solve(scoring_host(), regression->nfeatures + 1, newton_pass, regression,
						&options, &solved, &fault))
		scoring_report(&fault);
	relation_close(opened, NoLock);
	check_end(regression, &solved);

	goods = (double) regression->goods / SCORING_WEIGHT_UNIT;
	bads = (double) regression->bads / SCORING_WEIGHT_UNIT;
	fit.log_likelihood = solved.log_likelihood;
	fit.null_log_likelihood = goods * scoring_log(goods / (goods + bads)) +
		bads * scoring_log(bads / (goods + bads));
	fit.iterations = solved.iterations;
	fit.rows_used = regression->rows;
	fill_terms(regression, &solved, &fit);
	fill_skipped(regression, &fit);
	MemoryContextSwitchTo(caller);
	result = encode_fit(&fit);
	MemoryContextDelete(context);
	PG_RETURN_POINTER(result);
}
