/*
 * protect.c: marks on the rows of protected tables.
 *
 * Until when a row may be used for a purpose stands in a column of the bank's own table, if it is protected that way.
 * It is written as the table's owner: written as the workspace's owner, the table's triggers would run as that one.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "owner.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(scoring_protect_hold);
Datum
scoring_protect_hold(PG_FUNCTION_ARGS)
{
	scoring_owner_hold(PG_GETARG_OID(0));
	PG_RETURN_VOID();
}

/* Of an attribute that is there and of a type; 0 if not. */
static Oid
column_type(Oid relation, const char *name)
{
	AttrNumber	number = get_attnum(relation, name);

	return number > 0 ? get_atttype(relation, number) : InvalidOid;
}

static int64
write_as_owner(Oid table_owner, const char *statement, Datum *values, Oid *types, int count)
{
	ScoringOwnerSwitch state;
	int			status;

	scoring_owner_leave(&state, table_owner);
	PG_TRY();
	{
		status = SPI_execute_with_args(statement, count, types, values, NULL, false, 0);
	}
	PG_CATCH();
	{
		scoring_owner_forget(&state);
		PG_RE_THROW();
	}
	PG_END_TRY();
	scoring_owner_come_back(&state);
	if (status != SPI_OK_UPDATE)
		elog(ERROR, "marks were not written: %s", SPI_result_code_string(status));
	return (int64) SPI_processed;
}

/*
 * The rows of subjects, which is a bigint or a text array and sorted, get the marks at the same place of an array of
 * timestamptz. With an interval of subjects (after_subject, up_to_subject], open where NULL, the rows of others in it get
 * -infinity. The number of rows changed.
 */
PG_FUNCTION_INFO_V1(scoring_protect_write_marks);
Datum
scoring_protect_write_marks(PG_FUNCTION_ARGS)
{
	Oid			table = PG_GETARG_OID(0);
	char	   *key_name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	int32		purpose = PG_GETARG_INT32(2);
	bool		numbers = !PG_ARGISNULL(3);
	bool		clear = PG_GETARG_BOOL(8);
	Relation	relation;
	Oid			key_type;
	Oid			subject_type = numbers ? INT8OID : TEXTOID;
	char	   *name;
	char	   *key;
	char	   *mark;
	StringInfoData statement;
	Datum		values[3];
	Oid			types[3];
	int64		written = 0;

	if (PG_ARGISNULL(numbers ? 3 : 4) || PG_ARGISNULL(5))
		elog(ERROR, "marks without subjects");
	relation = table_open(table, RowExclusiveLock);
	mark = psprintf("scoring_until_%d", purpose);
	key_type = column_type(table, key_name);
	if ((relation->rd_rel->relkind != RELKIND_RELATION && relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE) ||
		column_type(table, mark) != TIMESTAMPTZOID ||
		(numbers ? key_type != INT2OID && key_type != INT4OID && key_type != INT8OID :
		 key_type != TEXTOID && key_type != VARCHAROID && key_type != UUIDOID))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s has no column %s for marks, or another key than was recorded",
						RelationGetRelationName(relation), mark),
				 errhint("Its owner calls scoring.protect() again.")));
	name = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation));
	key = pstrdup(quote_identifier(key_name));
	mark = pstrdup(quote_identifier(mark));
	initStringInfo(&statement);
	SPI_connect();

	/* What is compared with the key is of its type, so that an index serves; a text that is no uuid is nobody's. */
	appendStringInfo(&statement,
					 "UPDATE %s AS t SET %s = v.mark FROM unnest($1, $2) AS v (subject, mark) WHERE t.%s = %s AND t.%s <> v.mark",
					 name, mark, key, key_type != UUIDOID ? "v.subject" :
					 "CASE WHEN v.subject ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN v.subject::uuid END", mark);
	values[0] = PG_GETARG_DATUM(numbers ? 3 : 4);
	types[0] = get_array_type(subject_type);
	values[1] = PG_GETARG_DATUM(5);
	types[1] = get_array_type(TIMESTAMPTZOID);
	written += write_as_owner(relation->rd_rel->relowner, statement.data, values, types, 2);

	if (clear)
	{
		const char *cast = numbers ? "" : "::text COLLATE \"C\"";
		int			count = 1;

		resetStringInfo(&statement);
		appendStringInfo(&statement, "UPDATE %s AS t SET %s = '-infinity' WHERE t.%s <> '-infinity' AND t.%s%s <> ALL ($1)",
						 name, mark, mark, key, cast);
		for (int i = 6; i <= 7; i++)
		{
			if (PG_ARGISNULL(i))
				continue;
			values[count] = PG_GETARG_DATUM(i);
			types[count++] = TEXTOID;
			appendStringInfo(&statement, " AND t.%s%s %s $%d%s", key, cast, i == 6 ? ">" : "<=", count,
							 numbers ? "::bigint" : "");
		}
		written += write_as_owner(relation->rd_rel->relowner, statement.data, values, types, count);
	}
	SPI_finish();
	table_close(relation, NoLock);
	PG_RETURN_INT64(written);
}
