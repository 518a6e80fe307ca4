/*
 * scorecard_read.c: how fit_scorecard reads its sample.
 *
 * The first two readings are queries of the caller's with one internal aggregate, so that privileges, row security and
 * parallel plans are the server's business; the third takes rows to bin codes.
 */
#include "postgres.h"

#include <math.h>

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "commands/tablespace.h"
#include "compat.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "number_core.h"
#include "row.h"
#include "scorecard.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#define CHUNK_BYTES (64 * 1024)

/* ---------- the aggregate of the first two readings ---------- */

pg_noreturn static void
refuse_block(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid argument of an internal aggregate of fit_scorecard")));
}

/* A copy of a block that is an argument, with a 4-byte header and aligned. */
static ScorecardBlock *
block_copy(FunctionCallInfo fcinfo, int n)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(n);
	Size		size = VARSIZE_ANY_EXHDR(bytes) + VARHDRSZ;
	ScorecardBlock *copy = MemoryContextAllocHuge(CurrentMemoryContext, size);

	memcpy((char *) copy + VARHDRSZ, VARDATA_ANY(bytes), size - VARHDRSZ);
	SET_VARSIZE(copy, size);
	return copy;
}

/* The block with room for more entries; a new one if it had to move (the executor frees the old). */
static ScorecardBlock *
make_room(ScorecardBlock *block, uint32 more)
{
	Size		size = scorecard_block_needs(scoring_host(), block, more);
	ScorecardBlock *moved;

	if (size == 0)
		return block;
	moved = palloc(size);
	memcpy(moved, block, VARSIZE(block));
	SET_VARSIZE(moved, size);
	scorecard_block_moved(moved, size);
	return moved;
}

/* Over UTF-8, so that databases of any encoding draw the same folds and rows. */
uint64
scoring_scorecard_hash_text(const char *text, uint32 length)
{
	const char *converted = text;
	uint64		hash;

	if (length > 0 && GetDatabaseEncoding() != PG_UTF8)
		converted = pg_server_to_any(text, (int) length, PG_UTF8);
	hash = scoring_hash_bytes(converted, converted == text ? length : strlen(converted), 0);
	return hash == SCORECARD_MISSING ? 0 : hash;
}

void
scoring_scorecard_number_keys(ArrayType *array, uint32 n, uint64 *keys)
{
	const double *next;
	const bits8 *bitmap = ARR_NULLBITMAP(array);

	if (n == 0)
		return;
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != (int) n)
		refuse_block();
	next = (double *) ARR_DATA_PTR(array);
	for (uint32 i = 0; i < n; i++)
	{
		if (bitmap != NULL && (bitmap[i / 8] & (1 << (i % 8))) == 0)
			keys[i] = SCORECARD_MISSING;
		else
		{
			keys[i] = isnan(*next) ? SCORECARD_MISSING : scoring_number_key(*next);
			next++;
		}
	}
}

void
scoring_scorecard_text_keys(ArrayType *array, uint32 n, uint64 *keys, const char **texts, uint32 *lengths)
{
	char	   *next;
	const bits8 *bitmap = ARR_NULLBITMAP(array);

	if (n == 0)
		return;
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != (int) n)
		refuse_block();
	next = ARR_DATA_PTR(array);
	for (uint32 i = 0; i < n; i++)
	{
		if (bitmap != NULL && (bitmap[i / 8] & (1 << (i % 8))) == 0)
		{
			keys[i] = SCORECARD_MISSING;
			texts[i] = NULL;
			lengths[i] = 0;
			continue;
		}
		texts[i] = VARDATA_ANY(next);
		lengths[i] = VARSIZE_ANY_EXHDR(next);
		keys[i] = scoring_scorecard_hash_text(texts[i], lengths[i]);
		next = att_addlength_pointer(next, -1, next);
		next = (char *) att_align_nominal(next, TYPALIGN_INT);
	}
}

PG_FUNCTION_INFO_V1(scoring_scorecard_trans);
Datum
scoring_scorecard_trans(PG_FUNCTION_ARGS)
{
	ScorecardBlock *block;
	ScorecardRow row;
	uint64		keys[2 * SCORECARD_MAX_COLUMNS];
	const char *texts[SCORECARD_MAX_COLUMNS];
	uint32		lengths[SCORECARD_MAX_COLUMNS];
	double		target;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (PG_ARGISNULL(0))
	{
		ScorecardBlock *template;
		Size		size;

		if (PG_ARGISNULL(1))
			refuse_block();
		template = block_copy(fcinfo, 1);
		if (!scorecard_is_template(template, VARSIZE(template)))
			refuse_block();
		size = scorecard_block_size(template);
		block = palloc(size);
		scorecard_block_start(block, template);
		SET_VARSIZE(block, size);
		pfree(template);
	}
	else
		block = (ScorecardBlock *) PG_GETARG_POINTER(0);
	if (PG_ARGISNULL(4) || PG_ARGISNULL(5))
		refuse_block();

	target = PG_ARGISNULL(2) ? get_float8_nan() : PG_GETARG_FLOAT8(2);
	if (PG_ARGISNULL(3) || isnan(PG_GETARG_FLOAT8(3)))
	{
		block->null_weights++;
		PG_RETURN_POINTER(block);
	}
	if (!scoring_weight_to_fixed(PG_GETARG_FLOAT8(3), &row.weight))
	{
		block->bad_weights++;
		PG_RETURN_POINTER(block);
	}
	if (!isnan(target) && target != 0 && target != 1)
	{
		block->bad_targets++;
		PG_RETURN_POINTER(block);
	}
	if (row.weight == 0)
	{
		block->weightless++;
		PG_RETURN_POINTER(block);
	}
	row.outcome = isnan(target) ? -1 : target == 1;
	scoring_scorecard_number_keys(PG_GETARG_ARRAYTYPE_P(4), block->nnumbers, keys);
	scoring_scorecard_text_keys(PG_GETARG_ARRAYTYPE_P(5), block->ntexts, keys + block->nnumbers, texts, lengths);
	row.keys = keys;
	row.texts = texts;
	row.lengths = lengths;
	block = make_room(block, 1);
	scorecard_block_add(block, &row);
	PG_RETURN_POINTER(block);
}

PG_FUNCTION_INFO_V1(scoring_scorecard_combine);
Datum
scoring_scorecard_combine(PG_FUNCTION_ARGS)
{
	ScorecardBlock *block;
	ScorecardBlock *other;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	other = block_copy(fcinfo, 1);
	if (!scorecard_is_block(other, VARSIZE(other)))
		refuse_block();
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(other);
	block = (ScorecardBlock *) PG_GETARG_POINTER(0);
	if (other->kind == SCORECARD_SAMPLE)
	{
		scorecard_sample_finish(scoring_host(), other);
		block = make_room(block, other->entries);
	}
	if (!scorecard_block_merge(block, other))
		refuse_block();
	pfree(other);
	PG_RETURN_POINTER(block);
}

/* ---------- the first two readings ---------- */

void
scoring_scorecard_report_change(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the sample is not the same when it is read again"),
			 errhint("A view with volatile functions, such as random(), or a foreign table that changes cannot be fitted on: store its rows in a table first.")));
}

/* fitting->query: SELECT scoring._scorecard_read($1, target, weight, numbers, texts) FROM sample. */
void
scoring_scorecard_write_query(Fitting *fitting)
{
	StringInfoData query;
	Oid			relation = RelationGetRelid(fitting->relation);

	initStringInfo(&query);
	scoring_scan_append_number(&query, relation, fitting->target);
	appendStringInfoString(&query, ", ");
	if (fitting->weight_expression != NULL)
		appendStringInfoString(&query, fitting->weight_expression);
	else if (fitting->weight != NULL)
		scoring_scan_append_number(&query, relation, fitting->weight);
	else
		appendStringInfoString(&query, "CAST(1 AS pg_catalog.float8)");
	appendStringInfoString(&query, ", CAST(ARRAY[");
	for (uint32 i = 0; i < fitting->nnumbers; i++)
	{
		appendStringInfoString(&query, i > 0 ? ", " : "");
		scoring_scan_append_number(&query, relation, fitting->candidates[i]->name);
	}
	if (fitting->subject != NULL)
		appendStringInfo(&query, "%s%s", fitting->nnumbers > 0 ? ", " : "", fitting->subject);
	appendStringInfoString(&query, "] AS pg_catalog.float8[]), CAST(ARRAY[");
	for (uint32 i = fitting->nnumbers; i < fitting->ncandidates; i++)
	{
		const char *column = quote_identifier(fitting->candidates[i]->name);
		Oid			type = fitting->types[fitting->candidates[i] - fitting->columns];

		appendStringInfoString(&query, i > fitting->nnumbers ? ", " : "");
		/* Not as somebody's cast has it. */
		if (type_is_enum(type))
			appendStringInfo(&query, "pg_catalog.textin(pg_catalog.enum_out(CAST(sample.%s AS %s)))", column,
							 format_type_be_qualified(type));
		else
			appendStringInfo(&query, "CAST(sample.%s AS pg_catalog.text)", column);
	}
	appendStringInfoString(&query, "] AS pg_catalog.text[])) FROM ");
	if (fitting->from != NULL)
		appendStringInfoString(&query, fitting->from);
	else
		appendStringInfo(&query, "%s AS sample",
						 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(fitting->relation)),
													RelationGetRelationName(fitting->relation)));
	fitting->arguments = query.data;
	fitting->query = psprintf("SELECT scoring._scorecard_read($1, %s", query.data);
}

/* One reading from a template of `size` bytes; an empty block if there is no row. */
static ScorecardBlock *
read_sample(const Fitting *fitting, ScorecardBlock *template, Size size)
{
	Oid			types[1] = {BYTEAOID};
	Datum		values[1];
	Datum		answer;
	bool		isnull;
	int			result;
	MemoryContext caller = CurrentMemoryContext;
	ScorecardBlock *block;

	SET_VARSIZE(template, size);
	values[0] = PointerGetDatum(template);
	if ((result = SPI_connect()) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed: %s", SPI_result_code_string(result));
	result = SPI_execute_with_args(fitting->query, 1, types, values, NULL, true, 0);
	if (result != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "reading a sample failed: %s", SPI_result_code_string(result));
	answer = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (isnull)
	{
		Size		empty = scorecard_block_size(template);

		block = MemoryContextAllocHuge(caller, empty);
		scorecard_block_start(block, template);
		SET_VARSIZE(block, empty);
	}
	else
	{
		struct varlena *bytes = PG_DETOAST_DATUM(answer);

		block = MemoryContextAllocHuge(caller, VARSIZE(bytes));
		memcpy(block, bytes, VARSIZE(bytes));
	}
	SPI_finish();
	return block;
}

/* What no fit can mend; of a protected sample no number of rows is told, and what few rows have is not there. */
static void
check_protected(const Fitting *fitting)
{
	const ScorecardBlock *sample = fitting->sample;
	int64		least = fitting->least * SCORING_WEIGHT_UNIT;

	if (sample->bad_targets >= fitting->least)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target \"%s\" has values other than 0 and 1", fitting->target),
				 errdetail("A target is a boolean, or 0 (good) and 1 (bad)."),
				 errhint("Ask the table's owner for a boolean column, true where the loan went bad.")));
	if (sample->overflow != 0 || sample->goods < least || sample->bads < least)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are not enough subjects in \"%s\" to fit on", RelationGetRelationName(fitting->relation)),
				 errdetail("At least " INT64_FORMAT " good and as many bad ones that the purpose may be used for are needed.",
						   fitting->least)));
}

/* What no fit can mend. */
static void
check_sample(const Fitting *fitting)
{
	const ScorecardBlock *sample = fitting->sample;
	const char *name = RelationGetRelationName(fitting->relation);
	int64		whole = sample->goods;

	if (fitting->least > 0)
	{
		check_protected(fitting);
		return;
	}
	if (sample->bad_targets > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target \"%s\" has a value other than 0 and 1 in " INT64_FORMAT " rows", fitting->target,
						sample->bad_targets),
				 errdetail("A target is a boolean, or 0 (good) and 1 (bad)."),
				 errhint("Derive a boolean column in a view, true where the loan went bad.")));
	if (sample->null_weights > 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("weight \"%s\" is null or NaN in " INT64_FORMAT " rows", fitting->weight, sample->null_weights),
				 errhint("Leave the rows out with a view, or give them weight 0.")));
	if (sample->bad_weights > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight \"%s\" is negative, infinite or too large in " INT64_FORMAT " rows", fitting->weight,
						sample->bad_weights)));
	if (sample->overflow != 0 || !scoring_add_int64(&whole, sample->bads) || !scoring_add_int64(&whole, sample->unlabelled))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the weights of \"%s\" are too large to sum", name),
				 errhint("Scale them, for example to a mean of 1.")));
	if (sample->good_rows == 0 || sample->bad_rows == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 sample->rows == 0 ? errmsg("relation \"%s\" has no rows to fit on", name) :
				 sample->good_rows + sample->bad_rows == 0 ?
				 errmsg("target \"%s\" is null in every row", fitting->target) :
				 errmsg("target \"%s\" has no %s rows", fitting->target, sample->bad_rows == 0 ? "bad" : "good"),
				 errdetail("A scorecard tells bad from good, so that rows of both are needed.")));
}

void
scoring_scorecard_read_twice(Fitting *fitting)
{
	ScorecardBlock *template = palloc(sizeof(ScorecardBlock));
	Size		size;
	const ScorecardBlock *sample;

	scoring_scorecard_write_query(fitting);
	scoring_scorecard_say("reading %s for candidate cut points of %u characteristics", fitting->relation_name, fitting->ncandidates);
	scorecard_sample_template(template, fitting->nnumbers + (fitting->subject != NULL), fitting->ntexts,
							  fitting->subject != NULL);
	fitting->sample = read_sample(fitting, template, sizeof(ScorecardBlock));
	check_sample(fitting);
	scorecard_sample_finish(scoring_host(), fitting->sample);
	scorecard_choose(scoring_host(), fitting->sample, fitting->candidates, fitting->ncandidates);

	sample = fitting->sample;
	scoring_scorecard_say("counting in " INT64_FORMAT " rows: " INT64_FORMAT " good, " INT64_FORMAT " bad, " INT64_FORMAT " without an outcome",
		sample->rows, sample->good_rows, sample->bad_rows, sample->rows - sample->good_rows - sample->bad_rows);
	template = scorecard_count_template(scoring_host(), sample, fitting->candidates, fitting->ncandidates, &size);
	if (size > MaxAllocSize)
		elog(ERROR, "too many candidate cut points");
	fitting->count = read_sample(fitting, template, size);
	if (fitting->count->rows != sample->rows || fitting->count->checksum != sample->checksum)
		scoring_scorecard_report_change();
	if (scorecard_sample_complete(sample) && fitting->least == 0)
		scorecard_count_folds(scoring_host(), fitting->count, sample);
}

/* ---------- rows as codes ---------- */

static void
store_open(RowStore *store, Size record)
{
	memset(store, 0, sizeof(*store));
	store->record = record;
	store->per_chunk = CHUNK_BYTES / record + 1;
	store->memory = (Size) maintenance_work_mem * 1024;
	store->current = palloc(store->per_chunk * record);
}

static uint8 *
store_add(RowStore *store)
{
	if (store->used == store->per_chunk)
	{
		Size		bytes = store->per_chunk * store->record;

		if ((list_length(store->chunks) + 2) * bytes <= store->memory)
		{
			store->chunks = lappend(store->chunks, store->current);
			store->current = palloc(bytes);
		}
		else
		{
			if (store->file == NULL)
			{
				PrepareTempTablespaces();
				store->file = BufFileCreateTemp(false);
				store->scratch = palloc(bytes);
			}
			BufFileWrite(store->file, store->current, bytes);
			store->in_file++;
		}
		store->used = 0;
		CHECK_FOR_INTERRUPTS();
	}
	return store->current + store->used++ * store->record;
}

static void
store_rewind(void *context)
{
	RowStore   *store = context;

	store->next_chunk = 0;
	store->next_in_file = 0;
	store->current_given = false;
	if (store->file != NULL && BufFileSeek(store->file, 0, 0, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not rewind temporary file")));
}

static size_t
store_next(void *context, const uint8_t **records)
{
	RowStore   *store = context;

	if (store->next_chunk < list_length(store->chunks))
	{
		*records = list_nth(store->chunks, store->next_chunk++);
		return store->per_chunk;
	}
	if (store->next_in_file < store->in_file)
	{
		scoring_buffile_read_exact(store->file, store->scratch, store->per_chunk * store->record);
		store->next_in_file++;
		*records = store->scratch;
		return store->per_chunk;
	}
	if (store->current_given || store->used == 0)
		return 0;
	store->current_given = true;
	*records = store->current;
	return store->used;
}

/*
 * The bin that a row of the sample is in: as binning_find(), but what lies out of range in the end bins and an unseen
 * category with the rare ones, whatever their policies, and without a branch that is guessed wrong half the time.
 */
static inline uint8
bin_of(const Binning *binning, const ScoringInput *input)
{
	uint32		at = 0;
	int			bin;

	if (input->kind != SCORING_INPUT_NUMBER)
	{
		bin = binning_find(binning, input);
		return (uint8) (bin == BINNING_UNSEEN ? (int) binning->other_bin : bin);
	}
	for (uint32 i = 0; i < binning->nspecial; i++)
	{
		if (binning->special[i] == input->number)
			return (uint8) (binning->first_special + i);
	}
	for (uint32 n = binning->ncuts; n > 0;)
	{
		uint32		half = (n + 1) / 2;

		at += half & -(uint32) (binning->cuts[at + half - 1] <= input->number);
		n -= half;
	}
	return (uint8) at;
}

static void
encode_row(void *context, const ScoringScanRow *row)
{
	Encoder    *encoder = context;
	const Fitting *fitting = encoder->fitting;
	uint8	   *record;

	if (row->weight == 0)
		return;
	encoder->counted++;
	record = store_add(&encoder->store);
	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		record[i] = bin_of(fitting->final[i]->binning, &row->inputs[i]);
		encoder->code_rows[256 * i + record[i]]++;
	}
	record[fitting->nfinal] = row->outcome < 0 ? 2 : (uint8) row->outcome;
	if (encoder->rows.weighted)
		memcpy(record + fitting->nfinal + 1, &row->weight, sizeof(row->weight));
	if (row->weight > encoder->rows.max_weight)
		encoder->rows.max_weight = row->weight;
}

/* A scan of a relation's columns of these names. */
void
scoring_scorecard_scan(const Fitting *fitting, Oid relation_id, uint32 ncolumns, const char **names, const bool *is_text,
					   void (*row) (void *context, const ScoringScanRow *row), void *context)
{
	Relation	relation = relation_open(relation_id, AccessShareLock);
	TupleDesc	descriptor = RelationGetDescr(relation);
	const char *relation_name = RelationGetRelationName(relation);
	ScoringScan scan = {0};

	scoring_scan_check_relation(relation);
	scan.relation = relation_id;
	scan.ncolumns = ncolumns;
	scan.columns = palloc0(sizeof(ScoringScanColumn) * (ncolumns + 1));
	for (uint32 i = 0; i < ncolumns; i++)
	{
		AttrNumber	number = get_attnum(relation_id, names[i]);
		Oid			type;

		if (number <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("relation \"%s\" has no column \"%s\" (characteristic)", relation_name, names[i])));
		type = TupleDescAttr(descriptor, number - 1)->atttypid;
		scan.columns[i].name = names[i];
		if (scoring_type_class(type, &scan.columns[i].converter) != (is_text[i] ? SCORING_TYPE_TEXT : SCORING_TYPE_NUMBER))
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" of \"%s\" has type %s, but the characteristic was fitted on a %s", names[i],
							relation_name, format_type_be(type), is_text[i] ? "text" : "number")));
	}
	scan.target = fitting->target;
	scan.weight = fitting->weight;
	scoring_scan_outcome(descriptor, relation_name, scan.target, scan.weight, &scan.target_converter, &scan.weight_converter);
	if (fitting->from != NULL)
	{
		scan.from = fitting->from;
		scan.weight_expression = fitting->weight_expression;
		(void) scoring_type_class(FLOAT8OID, &scan.weight_converter);
	}
	scan.row = row;
	scan.context = context;
	scoring_scan(&scan);
	relation_close(relation, NoLock);
}

void
scoring_scorecard_encode(Fitting *fitting, Encoder *encoder)
{
	const char **names = palloc(sizeof(char *) * (fitting->nfinal + 1));
	bool	   *is_text = palloc(sizeof(bool) * (fitting->nfinal + 1));

	encoder->fitting = fitting;
	encoder->rows.weighted = fitting->sample->weighted != 0;
	encoder->rows.ncolumns = fitting->nfinal;
	encoder->rows.context = &encoder->store;
	encoder->rows.rewind = store_rewind;
	encoder->rows.next = store_next;
	encoder->rows.max_weight = 1;
	encoder->code_rows = palloc0(sizeof(int64) * 256 * (fitting->nfinal + 1));
	store_open(&encoder->store, scorecard_record_size(&encoder->rows));
	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		names[i] = fitting->final[i]->name;
		is_text[i] = fitting->final[i]->is_text;
	}
	scoring_scorecard_scan(fitting, RelationGetRelid(fitting->relation), fitting->nfinal, names, is_text, encode_row,
						   encoder);
	encoder->rows.count = encoder->counted;
	if (encoder->counted != fitting->sample->rows)
		scoring_scorecard_report_change();
	/* A protected sample's bins do not say how many rows they hold. */
	for (uint32 i = 0; i < fitting->nfinal && fitting->least == 0; i++)
	{
		const Binning *binning = fitting->final[i]->binning;

		for (uint32 bin = 0; bin < binning->nbins; bin++)
		{
			if (encoder->code_rows[256 * i + bin] != binning->bins[bin].counts.rows)
				scoring_scorecard_report_change();
		}
	}
}
