/*
 * scan.c: reading a relation's rows as ScoringInputs.
 *
 * A scan is an ordinary query of the caller's, through SPI, so privileges, row security, views and foreign tables mean
 * what they always mean; its rows go straight into a receiver and are never stored. All scans of one fit run under the
 * snapshot of the statement that called it.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "lib/stringinfo.h"
#include "number_core.h"
#include "scan.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* ---------- rows ---------- */

typedef struct RowReceiver
{
	DestReceiver base;
	ScoringScan *scan;
	MemoryContext caller_context;	/* of scoring_scan's caller, for what a row adds */
	MemoryContext row_context;
	ScoringScanRow row;
} RowReceiver;

static void
receiver_startup(DestReceiver *self, int operation, TupleDesc typeinfo)
{
}

static void
receiver_nothing(DestReceiver *self)
{
}

#define PASS_OVER (-2)

/* The outcome: a boolean, or 0 or 1 in any number type; -1 for NULL. */
static int
outcome_of(const ScoringScan *scan, const ScoringInput *input)
{
	if (input->kind == SCORING_INPUT_MISSING)
		return -1;
	if (input->kind == SCORING_INPUT_TEXT)
		return input->length == 4;	/* from a boolean: true, false */
	if (input->number == 0)
		return 0;
	if (input->number == 1)
		return 1;
	if (scan->from != NULL)
		return PASS_OVER;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("target \"%s\" has a value other than 0 and 1", scan->target),
			 errdetail("A target is a boolean, or 0 (good) and 1 (bad)."),
			 errhint("Derive a boolean column, for example: SELECT *, (%s = 2) AS bad FROM ...",
					 quote_identifier(scan->target))));
}

static int64
weight_of(const ScoringScan *scan, const ScoringInput *input)
{
	int64_t		fixed = 0;

	if (input->kind == SCORING_INPUT_MISSING)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("weight \"%s\" is null or NaN in some row", scan->weight),
				 errhint("Leave the row out with a view, or give it weight 0.")));
	if (!scoring_weight_to_fixed(input->number, &fixed))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight \"%s\" is negative, infinite or too large in some row",
						scan->weight)));
	return fixed;
}

static bool
receiver_row(TupleTableSlot *slot, DestReceiver *self)
{
	RowReceiver *receiver = (RowReceiver *) self;
	ScoringScan *scan = receiver->scan;
	ScoringScanRow *row = &receiver->row;
	MemoryContext executor = MemoryContextSwitchTo(receiver->row_context);
	int			column = 0;

	slot_getallattrs(slot);
	for (uint32 i = 0; i < scan->ncolumns; i++, column++)
	{
		if (slot->tts_isnull[column])
			row->inputs[i].kind = SCORING_INPUT_MISSING;
		else
			scoring_input_from_datum(scan->columns[i].converter, slot->tts_values[column],
									 &row->inputs[i]);
	}
	row->outcome = -1;
	row->weight = SCORING_WEIGHT_UNIT;
	if (scan->target != NULL)
	{
		ScoringInput input = {SCORING_INPUT_MISSING};

		if (!slot->tts_isnull[column])
			scoring_input_from_datum(scan->target_converter, slot->tts_values[column], &input);
		row->outcome = outcome_of(scan, &input);
		column++;
	}
	if (scan->weight != NULL || scan->weight_expression != NULL)
	{
		ScoringInput input = {SCORING_INPUT_MISSING};

		if (!slot->tts_isnull[column])
			scoring_input_from_datum(scan->weight_converter, slot->tts_values[column], &input);
		row->weight = weight_of(scan, &input);
	}
	MemoryContextSwitchTo(receiver->caller_context);
	if (row->outcome != PASS_OVER)
		scan->row(scan->context, row);
	MemoryContextSwitchTo(executor);
	MemoryContextReset(receiver->row_context);
	return true;
}

void
scoring_scan_check_relation(Relation relation)
{
	char		kind = relation->rd_rel->relkind;

	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_VIEW &&
		kind != RELKIND_MATVIEW && kind != RELKIND_FOREIGN_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a table or view", RelationGetRelationName(relation))));
}

/* Columns by name; an error names what is missing. */
static AttrNumber
column_number(TupleDesc descriptor, const char *relation, const char *name, const char *what)
{
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (!attribute->attisdropped && strcmp(NameStr(attribute->attname), name) == 0)
			return (AttrNumber) (i + 1);
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("relation \"%s\" has no column \"%s\" (%s)", relation, name, what)));
}

void
scoring_scan_outcome(TupleDesc descriptor, const char *relation, const char *target,
								const char *weight, ScoringConverter *target_converter,
								ScoringConverter *weight_converter)
{
	Oid			type;

	if (target != NULL)
	{
		type = getBaseType(TupleDescAttr(descriptor,
										 column_number(descriptor, relation, target, "target") - 1)->atttypid);
		if (scoring_type_class(type, target_converter) != SCORING_TYPE_NUMBER && type != BOOLOID)
			type = InvalidOid;
		if (!OidIsValid(type) || type == DATEOID)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("target \"%s\" is neither a boolean nor a number", target),
					 errdetail("A target is a boolean, or 0 (good) and 1 (bad)."),
					 errhint("Derive a boolean column in a view, true where the loan went bad.")));
	}
	if (weight != NULL)
	{
		type = getBaseType(TupleDescAttr(descriptor,
										 column_number(descriptor, relation, weight, "weight") - 1)->atttypid);
		if (scoring_type_class(type, weight_converter) != SCORING_TYPE_NUMBER || type == DATEOID)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("weight \"%s\" is not a number", weight)));
	}
}

void
scoring_scan_append_number(StringInfo query, Oid relation, const char *name)
{
	const char *column = quote_identifier(name);

	switch (getBaseType(get_atttype(relation, get_attnum(relation, name))))
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT8OID:
			appendStringInfo(query, "CAST(sample.%s AS pg_catalog.float8)", column);
			break;
		default:
			appendStringInfo(query, "scoring._logistic_number(sample.%s)", column);
	}
}

void
scoring_scan(ScoringScan *scan)
{
	SPIExecuteOptions options = {0};
	RowReceiver receiver = {{0}};
	StringInfoData query;
	int			result;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT ");
	for (uint32 i = 0; i < scan->ncolumns; i++)
		appendStringInfo(&query, "%s%s%s", i > 0 ? ", " : "", scan->from != NULL ? "sample." : "",
						 quote_identifier(scan->columns[i].name));
	if (scan->target != NULL)
		appendStringInfo(&query, "%s%s%s", scan->ncolumns > 0 ? ", " : "", scan->from != NULL ? "sample." : "",
						 quote_identifier(scan->target));
	if (scan->weight_expression != NULL)
		appendStringInfo(&query, ", %s", scan->weight_expression);
	else if (scan->weight != NULL)
		appendStringInfo(&query, ", %s", quote_identifier(scan->weight));
	if (scan->from != NULL)
		appendStringInfo(&query, " FROM %s", scan->from);
	else
		appendStringInfo(&query, " FROM %s",
						 quote_qualified_identifier(get_namespace_name(get_rel_namespace(scan->relation)),
													get_rel_name(scan->relation)));

	receiver.base.receiveSlot = receiver_row;
	receiver.base.rStartup = receiver_startup;
	receiver.base.rShutdown = receiver_nothing;
	receiver.base.rDestroy = receiver_nothing;
	receiver.base.mydest = DestTuplestore;	/* any but DestNone, which SPI takes for a utility, and DestSPI */
	receiver.scan = scan;
	receiver.caller_context = CurrentMemoryContext;
	receiver.row_context = AllocSetContextCreate(CurrentMemoryContext, "scorecard row",
												 ALLOCSET_DEFAULT_SIZES);
	receiver.row.inputs = palloc0(sizeof(ScoringInput) * (scan->ncolumns + 1));

	if ((result = SPI_connect()) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed: %s", SPI_result_code_string(result));
	options.read_only = true;
	options.dest = &receiver.base;
	result = SPI_execute_extended(query.data, &options);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "reading a sample failed: %s", SPI_result_code_string(result));
	SPI_finish();
	MemoryContextDelete(receiver.row_context);
	pfree(query.data);
}
