/*
 * protected_scorecard.c: a scorecard fitted on a protected table, as the workspace's owner.
 *
 * What is read, of whom and under which rules is decided in sql/modules/protected_scorecard.sql; here the fit of
 * scorecard.c runs over it with the cells, cuts and counts of a protected sample (scorecard_core.h).
 *
 * What two fits differ in tells of those whose data changed in between. So each fit keeps, of every characteristic, a
 * sketch of its sample: subjects are dealt out among cells, and a cell is a sum over the rows in it of hashes of what
 * was read. The cells in which two sketches differ are at most as many as the subjects that changed.
 */
#include "postgres.h"

#include <math.h>

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "number_core.h"
#include "owner.h"
#include "port/pg_bitutils.h"
#include "scorecard.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/* ---------- sketches ---------- */

#define CELLS 512
#define MAX_LEAST 200			/* so that it takes hardly more changes to fill so many cells */

/* What one reading has seen: for each characteristic, in the order of the keys, its cells. */
typedef struct Sketch
{
	int32		length;			/* the server's */
	uint32		ncolumns;
	uint32		cells[FLEXIBLE_ARRAY_MEMBER];
} Sketch;

#define SKETCH_SIZE(ncolumns) (offsetof(Sketch, cells) + (Size) (ncolumns) * CELLS * sizeof(uint32))

pg_noreturn static void
refuse_sketch(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid argument of an internal aggregate of fit_protected_scorecard")));
}

static uint32
length_of(ArrayType *array)
{
	return ARR_NDIM(array) == 0 ? 0 : ARR_NDIM(array) == 1 ? (uint32) ARR_DIMS(array)[0] : UINT32_MAX;
}

/* state, target, weight, numbers with the subject last, texts */
PG_FUNCTION_INFO_V1(scoring_protected_scorecard_trans);
Datum
scoring_protected_scorecard_trans(PG_FUNCTION_ARGS)
{
	uint64		keys[2 * SCORECARD_MAX_PROTECTED + 2];
	const char *texts[SCORECARD_MAX_PROTECTED + 1];
	uint32		lengths[SCORECARD_MAX_PROTECTED + 1];
	ArrayType  *numbers;
	ArrayType  *strings;
	uint32		nnumbers;
	uint32		ntexts;
	uint32		cell;
	uint64		row;
	Sketch	   *sketch;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (PG_ARGISNULL(3) || PG_ARGISNULL(4))
		refuse_sketch();
	numbers = PG_GETARG_ARRAYTYPE_P(3);
	strings = PG_GETARG_ARRAYTYPE_P(4);
	nnumbers = length_of(numbers);
	ntexts = length_of(strings);
	if (nnumbers < 1 || nnumbers > SCORECARD_MAX_PROTECTED + 1 || ntexts > SCORECARD_MAX_PROTECTED)
		refuse_sketch();
	if (PG_ARGISNULL(0))
	{
		sketch = palloc0(SKETCH_SIZE(nnumbers - 1 + ntexts));
		SET_VARSIZE(sketch, SKETCH_SIZE(nnumbers - 1 + ntexts));
		sketch->ncolumns = nnumbers - 1 + ntexts;
	}
	else
		sketch = (Sketch *) PG_GETARG_POINTER(0);
	if (sketch->ncolumns != nnumbers - 1 + ntexts)
		refuse_sketch();
	scoring_scorecard_number_keys(numbers, nnumbers, keys);
	row = scoring_hash_u64(keys[nnumbers - 1], 1);
	cell = (uint32) (scoring_hash_u64(keys[nnumbers - 1], 2) % CELLS);
	/* The texts' keys take the subject's place. */
	scoring_scorecard_text_keys(strings, ntexts, keys + nnumbers - 1, texts, lengths);
	row = scoring_hash_u64(row, PG_ARGISNULL(1) ? SCORECARD_MISSING : scoring_number_key(PG_GETARG_FLOAT8(1)));
	row = scoring_hash_u64(row, PG_ARGISNULL(2) ? SCORECARD_MISSING : scoring_number_key(PG_GETARG_FLOAT8(2)));
	for (uint32 i = 0; i < sketch->ncolumns; i++)
		sketch->cells[i * CELLS + cell] += (uint32) (scoring_hash_u64(row, keys[i]) >> 32);
	PG_RETURN_POINTER(sketch);
}

PG_FUNCTION_INFO_V1(scoring_protected_scorecard_combine);
Datum
scoring_protected_scorecard_combine(PG_FUNCTION_ARGS)
{
	Sketch	   *sketch;
	Sketch	   *other;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	other = (Sketch *) PG_DETOAST_DATUM(PG_GETARG_DATUM(1));
	if (VARSIZE(other) < SKETCH_SIZE(0) || VARSIZE(other) != SKETCH_SIZE(other->ncolumns))
		refuse_sketch();
	if (PG_ARGISNULL(0))
	{
		sketch = palloc(VARSIZE(other));
		memcpy(sketch, other, VARSIZE(other));
		PG_RETURN_POINTER(sketch);
	}
	sketch = (Sketch *) PG_GETARG_POINTER(0);
	if (VARSIZE(sketch) != VARSIZE(other))
		refuse_sketch();
	for (uint32 i = 0; i < sketch->ncolumns * CELLS; i++)
		sketch->cells[i] += other->cells[i];
	PG_RETURN_POINTER(sketch);
}

static Sketch *
read_sketch(const Fitting *fitting)
{
	MemoryContext caller = CurrentMemoryContext;
	Size		size = SKETCH_SIZE(fitting->ncandidates);
	Sketch	   *sketch = palloc0(size);
	Datum		answer;
	bool		isnull;
	int			result;

	if ((result = SPI_connect()) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed: %s", SPI_result_code_string(result));
	result = SPI_execute(psprintf("SELECT scoring._protected_sketch(%s", fitting->arguments), true, 0);
	if (result != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "reading a sample failed: %s", SPI_result_code_string(result));
	answer = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	SET_VARSIZE(sketch, size);
	sketch->ncolumns = fitting->ncandidates;
	if (!isnull)
	{
		struct varlena *bytes = PG_DETOAST_DATUM(answer);

		if (VARSIZE(bytes) != size)
			elog(ERROR, "a sketch of %u bytes, where %zu were expected", VARSIZE(bytes), size);
		memcpy(sketch, bytes, size);
	}
	SPI_finish();
	MemoryContextSwitchTo(caller);
	return sketch;
}

/* Columns of scoring_data.protected_sketch, as _setup_protected_scorecard() makes them. */
enum
{
	KEPT_FIT, KEPT_SCHEMA, KEPT_TABLE, KEPT_TARGET, KEPT_COLUMN, KEPT_K, KEPT_SKETCH, KEPT_AT, KEPT_COLUMNS
};

/* What is known of an earlier fit of the relation for the target. */
typedef struct EarlierFit
{
	int64		fit;
	int32		least;
	uint32		columns;
	uint32		shared;			/* with the new one */
	uint64		differ[CELLS / 64];
} EarlierFit;

static Relation
open_kept(void)
{
	static const Oid types[KEPT_COLUMNS] = {INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, BYTEAOID, TIMESTAMPTZOID};
	Oid			schema = get_namespace_oid("scoring_data", false);
	Oid			oid = get_relname_relid("protected_sketch", schema);
	Relation	relation = OidIsValid(oid) ? table_open(oid, ShareRowExclusiveLock) : NULL;
	bool		good = relation != NULL && relation->rd_rel->relowner == scoring_owner_role() &&
		relation->rd_rel->relkind == RELKIND_RELATION && relation->rd_rel->relam == HEAP_TABLE_AM_OID &&
		relation->rd_rel->relpersistence == RELPERSISTENCE_PERMANENT && !relation->rd_rel->relhasindex &&
		relation->trigdesc == NULL && RelationGetDescr(relation)->natts == KEPT_COLUMNS;

	for (int i = 0; good && i < KEPT_COLUMNS; i++)
		good = TupleDescAttr(RelationGetDescr(relation), i)->atttypid == types[i];
	if (!good)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table scoring_data.protected_sketch is not as setup() makes it"),
				 errhint("As a superuser, SELECT * FROM scoring.doctor() tells what to do.")));
	return relation;
}

static bool
text_is(Datum datum, const char *text)
{
	struct varlena *value = (struct varlena *) PG_DETOAST_DATUM_PACKED(datum);

	return VARSIZE_ANY_EXHDR(value) == strlen(text) && memcmp(VARDATA_ANY(value), text, strlen(text)) == 0;
}

static EarlierFit *
find_fit(List **fits, int64 number, int32 least)
{
	ListCell   *cell;
	EarlierFit *fit;

	foreach(cell, *fits)
	{
		fit = lfirst(cell);
		if (fit->fit == number)
			return fit;
	}
	fit = palloc0(sizeof(EarlierFit));
	fit->fit = number;
	fit->least = least;
	/* Rows of one fit lie together. */
	*fits = lcons(fit, *fits);
	return fit;
}

/*
 * Compares with all earlier fits of the relation for the target, and keeps the sketch unless one of those is the same.
 * The rows are frozen from the start, and there is no index, so that they are there for every snapshot whatever becomes
 * of the transaction, before anything of the model is shown.
 */
static void
keep_sketch(const Fitting *fitting, const Sketch *sketch)
{
	Relation	relation;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *fits = NIL;
	ListCell   *cell;
	int64		last = 0;
	bool		is_kept = false;
	const char *schema = get_namespace_name(RelationGetNamespace(fitting->relation));
	const char *table = RelationGetRelationName(fitting->relation);
	Datum		values[KEPT_COLUMNS];
	bool		nulls[KEPT_COLUMNS] = {0};

	PreventCommandDuringRecovery("fit_protected_scorecard()");
	relation = open_kept();
	scan = systable_beginscan(relation, InvalidOid, false, SnapshotSelf, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		EarlierFit *fit;
		struct varlena *bytes;

		heap_deform_tuple(tuple, RelationGetDescr(relation), values, nulls);
		last = Max(last, DatumGetInt64(values[KEPT_FIT]));
		CHECK_FOR_INTERRUPTS();
		if (!text_is(values[KEPT_SCHEMA], schema) || !text_is(values[KEPT_TABLE], table) ||
			!text_is(values[KEPT_TARGET], fitting->target))
			continue;
		fit = find_fit(&fits, DatumGetInt64(values[KEPT_FIT]), DatumGetInt32(values[KEPT_K]));
		fit->columns++;
		for (uint32 i = 0; i < fitting->ncandidates; i++)
		{
			const ScorecardColumn *column = fitting->candidates[i];
			uint32		cells[CELLS];

			if (!text_is(values[KEPT_COLUMN], column->name))
				continue;
			fit->shared++;
			bytes = (struct varlena *) PG_DETOAST_DATUM_PACKED(values[KEPT_SKETCH]);
			if (VARSIZE_ANY_EXHDR(bytes) != sizeof(cells))
				elog(ERROR, "a sketch has %zu bytes", VARSIZE_ANY_EXHDR(bytes));
			memcpy(cells, VARDATA_ANY(bytes), sizeof(cells));
			for (uint32 k = 0; k < CELLS; k++)
			{
				if (cells[k] != sketch->cells[i * CELLS + k])
					fit->differ[k / 64] |= UINT64CONST(1) << (k % 64);
			}
		}
	}
	systable_endscan(scan);
	foreach(cell, fits)
	{
		const EarlierFit *fit = lfirst(cell);
		int64		differ = 0;

		for (int i = 0; i < CELLS / 64; i++)
			differ += pg_popcount64(fit->differ[i]);
		if (differ > 0 && differ < Max(fit->least, fitting->least))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("too little has changed in \"%s\" since an earlier fit", table),
					 errdetail("Its data differ for fewer than %d subjects, and two models would tell of those together.",
							   (int) Max(fit->least, fitting->least)),
					 errhint("Use the earlier model until more has changed.")));
		is_kept |= differ == 0 && fit->least >= fitting->least && fit->shared == fitting->ncandidates;
	}
	memset(nulls, 0, sizeof(nulls));
	values[KEPT_FIT] = Int64GetDatum(last + 1);
	values[KEPT_SCHEMA] = CStringGetTextDatum(schema);
	values[KEPT_TABLE] = CStringGetTextDatum(table);
	values[KEPT_TARGET] = CStringGetTextDatum(fitting->target);
	values[KEPT_K] = Int32GetDatum((int32) fitting->least);
	values[KEPT_AT] = TimestampTzGetDatum(GetCurrentTimestamp());
	for (uint32 i = 0; i < fitting->ncandidates && !is_kept; i++)
	{
		bytea	   *bytes = palloc(VARHDRSZ + CELLS * sizeof(uint32));

		SET_VARSIZE(bytes, VARHDRSZ + CELLS * sizeof(uint32));
		memcpy(VARDATA(bytes), sketch->cells + i * CELLS, CELLS * sizeof(uint32));
		values[KEPT_COLUMN] = CStringGetTextDatum(fitting->candidates[i]->name);
		values[KEPT_SKETCH] = PointerGetDatum(bytes);
		tuple = heap_form_tuple(RelationGetDescr(relation), values, nulls);
		heap_insert(relation, tuple, GetCurrentCommandId(true), HEAP_INSERT_FROZEN, NULL);
		heap_freetuple(tuple);
	}
	/* Whoever fits next sees the rows already. */
	table_close(relation, ShareRowExclusiveLock);
}

/* ---------- the fit ---------- */

/* The arguments of _protected_scorecard. */
enum
{
	IN_RELATION, IN_FROM, IN_SUBJECT, IN_WEIGHT, IN_TARGET, IN_COLUMNS, IN_NAMED, IN_PURPOSE, IN_K, IN_SPECIAL,
	IN_MAX_BINS, IN_MIN_BIN_FRACTION, IN_TREND, IN_MIN_IV, IN_MAX_CORRELATION, IN_SELECTION,
	IN_MAX_CHARACTERISTICS, IN_POPULATION_BAD_RATE, IN_PDO, IN_BASE_SCORE, IN_BASE_ODDS, IN_REASON_METHOD
};

static void
take_argument(FunctionCallInfo fcinfo, int from, FunctionCallInfo to, int argument)
{
	to->args[argument] = fcinfo->args[from];
	if (to->args[argument].isnull && !scoring_scorecard_may_be_null(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", scoring_scorecard_argument_name(argument))));
}

static void
take_readable(Fitting *fitting, ArrayType *array)
{
	Datum	   *elements;
	int			count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &count);
	fitting->readable = palloc(sizeof(char *) * (count + 1));
	for (int i = 0; i < count; i++)
		fitting->readable[fitting->nreadable++] = TextDatumGetCString(elements[i]);
}

PG_FUNCTION_INFO_V1(scoring_protected_scorecard_fit);
Datum
scoring_protected_scorecard_fit(PG_FUNCTION_ARGS)
{
	LOCAL_FCINFO(options, ARG_COUNT);
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "fit_protected_scorecard", ALLOCSET_DEFAULT_SIZES);
	Fitting    *fitting;
	Encoder    *encoder;
	SampleScores scores;
	ScoringConverter converter;
	struct varlena *result;

	scoring_scorecard_begin(true);
	MemoryContextSwitchTo(context);
	fitting = palloc0(sizeof(Fitting));
	encoder = palloc0(sizeof(Encoder));
	InitFunctionCallInfoData(*options, NULL, ARG_COUNT, InvalidOid, NULL, NULL);
	for (int i = 0; i < ARG_COUNT; i++)
		options->args[i].isnull = true;
	take_argument(fcinfo, IN_SPECIAL, options, ARG_SPECIAL);
	take_argument(fcinfo, IN_MAX_BINS, options, ARG_MAX_BINS);
	take_argument(fcinfo, IN_MIN_BIN_FRACTION, options, ARG_MIN_BIN_FRACTION);
	take_argument(fcinfo, IN_TREND, options, ARG_TREND);
	take_argument(fcinfo, IN_MIN_IV, options, ARG_MIN_IV);
	take_argument(fcinfo, IN_MAX_CORRELATION, options, ARG_MAX_CORRELATION);
	take_argument(fcinfo, IN_SELECTION, options, ARG_SELECTION);
	take_argument(fcinfo, IN_MAX_CHARACTERISTICS, options, ARG_MAX_CHARACTERISTICS);
	take_argument(fcinfo, IN_POPULATION_BAD_RATE, options, ARG_POPULATION_BAD_RATE);
	take_argument(fcinfo, IN_PDO, options, ARG_PDO);
	take_argument(fcinfo, IN_BASE_SCORE, options, ARG_BASE_SCORE);
	take_argument(fcinfo, IN_BASE_ODDS, options, ARG_BASE_ODDS);
	take_argument(fcinfo, IN_REASON_METHOD, options, ARG_REASON_METHOD);
	fitting->least = PG_GETARG_INT32(IN_K);
	if (fitting->least < SCORECARD_LEAST_SUBJECTS || fitting->least > MAX_LEAST)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("k must be between %d and %d", SCORECARD_LEAST_SUBJECTS, MAX_LEAST)));
	fitting->from = text_to_cstring(PG_GETARG_TEXT_PP(IN_FROM));
	fitting->subject = text_to_cstring(PG_GETARG_TEXT_PP(IN_SUBJECT));
	fitting->weight_expression = text_to_cstring(PG_GETARG_TEXT_PP(IN_WEIGHT));
	fitting->target = text_to_cstring(PG_GETARG_TEXT_PP(IN_TARGET));
	fitting->purpose = text_to_cstring(PG_GETARG_TEXT_PP(IN_PURPOSE));
	take_readable(fitting, PG_GETARG_ARRAYTYPE_P(IN_COLUMNS));
	if (PG_GETARG_BOOL(IN_NAMED))
		options->args[ARG_CHARACTERISTICS] = fcinfo->args[IN_COLUMNS];
	scoring_scorecard_take_options(fitting, options);
	fitting->options.min_bin_goods = fitting->options.min_bin_bads = SCORECARD_LEAST_OUTCOMES;
	fitting->options.min_special_rows = Max(fitting->options.min_special_rows, fitting->least);
	fitting->relation_name = scoring_scorecard_qualified_name(PG_GETARG_OID(IN_RELATION));
	fitting->relation = relation_open(PG_GETARG_OID(IN_RELATION), AccessShareLock);
	scoring_scan_outcome(RelationGetDescr(fitting->relation), RelationGetRelationName(fitting->relation),
						 fitting->target, NULL, &converter, &converter);
	scoring_scorecard_take_columns(fitting, options);
	scoring_scorecard_write_query(fitting);
	keep_sketch(fitting, read_sketch(fitting));
	scoring_scorecard_develop(fitting, encoder);
	scoring_scorecard_start_scores(&scores, "development", fitting->relation_name, fitting->model);
	scoring_scorecard_score_development(fitting, &encoder->rows, &scores);
	scoring_scorecard_write_protected(fitting, &scores);
	if (encoder->store.file != NULL)
		BufFileClose(encoder->store.file);
	relation_close(fitting->relation, NoLock);
	MemoryContextSwitchTo(caller);
	result = scoring_model_pack(fitting->model);
	MemoryContextDelete(context);
	PG_RETURN_POINTER(result);
}

/* ---------- subjects ---------- */

/* The upper bits are a double without loss. */
#define SUBJECT_BITS 53

PG_FUNCTION_INFO_V1(scoring_protected_scorecard_subject);
Datum
scoring_protected_scorecard_subject(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(0);
	char	   *bytes = VARDATA_ANY(key);
	Size		length = VARSIZE_ANY_EXHDR(key);

	if (length > 0 && GetDatabaseEncoding() != PG_UTF8)
	{
		char	   *converted = pg_server_to_any(bytes, (int) length, PG_UTF8);

		length = converted == bytes ? length : strlen(converted);
		bytes = converted;
	}
	PG_RETURN_FLOAT8((double) (scoring_hash_bytes(bytes, length, 0) >> (64 - SUBJECT_BITS)));
}
