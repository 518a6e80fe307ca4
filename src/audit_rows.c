/*
 * audit_rows.c: rows of the audit log that no rollback takes back.
 *
 * A row is inserted like any other, with its index entries, and then made frozen: marked as older than every transaction,
 * so that it is visible whatever becomes of the one that wrote it. Not at once by inserting it frozen: a crash between the
 * row's own record of the write-ahead log and those of its indexes would leave a row that no index knows. Here it leaves
 * the row of a transaction that failed, which is nothing. All rows of one entry are frozen by one record.
 *
 * No SPI and no executor: an officer's query pays for each entry. What is known of the tables is kept until the server
 * says that a catalog has changed.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/parallel.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xloginsert.h"
#include "audit_rows.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "compat.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/primnodes.h"
#include "owner.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#define MAX_INDEXES 8
#define MAX_KEYS 4

typedef struct AuditIndex
{
	Oid			oid;
	bool		unique;
	bool		valid;			/* all rows are in it */
	int			nkeys;
	int			columns[MAX_KEYS];
	int			not_null;		/* it has only rows in which this column is not null; -1: all rows */
} AuditIndex;

typedef struct AuditColumn
{
	const char *name;
	Oid			type;
	Oid			equal;			/* of the type, for scans */
	Oid			at_least;
	Oid			at_most;
} AuditColumn;

static const AuditColumn columns_of[AUDIT_TABLES][AUDIT_MAX_COLUMNS] = {
	[AUDIT_ENTRY] = {
		{"lane", INT4OID, F_INT4EQ, F_INT4GE, F_INT4LE}, {"entry", INT8OID, F_INT8EQ, F_INT8GE, F_INT8LE},
		{"subject_token", UUIDOID, F_UUID_EQ}, {"subject_entry", INT8OID}, {"subject_hash", BYTEAOID}, {"detail_hash", BYTEAOID}
	},
	[AUDIT_DETAIL] = {
		{"lane", INT4OID, F_INT4EQ, F_INT4GE, F_INT4LE}, {"entry", INT8OID, F_INT8EQ, F_INT8GE, F_INT8LE},
		{"salt", BYTEAOID}, {"detail", TEXTOID}, {"erased_lane", INT4OID}, {"erased_entry", INT8OID}
	},
	[AUDIT_SUBJECT] = {{"subject", TEXTOID, F_TEXTEQ}, {"token", UUIDOID, F_UUID_EQ}},
	[AUDIT_BLOCK] = {
		{"block", INT8OID, F_INT8EQ, F_INT8GE, F_INT8LE}, {"sealed_at", TIMESTAMPTZOID}, {"lane", INT4OID, F_INT4EQ},
		{"first_entry", INT8OID}, {"last_entry", INT8OID}, {"entries", INT8OID}, {"merkle_root", BYTEAOID},
		{"previous_root", BYTEAOID}, {"root", BYTEAOID}
	},
};

static const struct
{
	const char *name;
	int			ncolumns;
}			tables[AUDIT_TABLES] = {
	{"audit_entry", ENTRY_COLUMNS},
	{"audit_detail", DETAIL_COLUMNS},
	{"audit_subject", SUBJECT_COLUMNS},
	{"audit_block", BLOCK_COLUMNS},
};

/* What is known of the tables, if current. */
static struct
{
	bool		loaded;
	uint64		loaded_at;		/* the count of changes then */
	uint64		generation;
	Oid			oids[AUDIT_TABLES];
	int			nindexes[AUDIT_TABLES];
	AuditIndex	indexes[AUDIT_TABLES][MAX_INDEXES];
}			known;

static uint64 changes = 0;		/* of catalogs, that may concern the tables */

/* Between open and close. */
static Relation opened[AUDIT_TABLES];
static LOCKMODE opened_mode;
static ItemPointerData added[AUDIT_TABLES];
static bool is_added[AUDIT_TABLES];

static void
relation_changed(Datum argument, Oid relation)
{
	if (known.loaded && OidIsValid(relation))
	{
		bool		ours = false;

		for (int t = 0; t < AUDIT_TABLES; t++)
		{
			ours |= known.oids[t] == relation;
			for (int i = 0; i < known.nindexes[t]; i++)
				ours |= known.indexes[t][i].oid == relation;
		}
		if (!ours)
			return;
	}
	changes++;
}

static void
catalog_changed(Datum argument, int cache, uint32 hash)
{
	changes++;
}

void
audit_rows_init(void)
{
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, catalog_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, catalog_changed, (Datum) 0);
}

static inline bool
is_known(void)
{
	return known.loaded && known.loaded_at == changes;
}

pg_noreturn static void
refuse_table(AuditTable table, const char *fault)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the audit log cannot be written"),
			 errdetail("Table scoring_data.%s %s.", tables[table].name, fault),
			 errhint("As a superuser, SELECT * FROM scoring.doctor() tells what to do; nothing that must be recorded works until then.")));
}

/* False if this is not how setup() makes indexes, for instance over an expression. */
static bool
learn_index(Relation index, AuditIndex *out)
{
	Form_pg_index form = index->rd_index;
	List	   *predicate;

	if (index->rd_rel->relam != BTREE_AM_OID || !form->indimmediate || form->indisexclusion ||
		form->indnkeyatts != form->indnatts || form->indnatts > MAX_KEYS)
		return false;
	out->oid = RelationGetRelid(index);
	out->unique = form->indisunique;
	out->valid = form->indisvalid;
	out->nkeys = form->indnatts;
	out->not_null = -1;
	for (int i = 0; i < form->indnatts; i++)
	{
		if (form->indkey.values[i] <= 0)
			return false;
		out->columns[i] = form->indkey.values[i] - 1;
	}
	predicate = RelationGetIndexPredicate(index);
	if (predicate != NIL)
	{
		NullTest   *test = linitial(predicate);

		if (list_length(predicate) != 1 || !IsA(test, NullTest) || test->nulltesttype != IS_NOT_NULL || !IsA(test->arg, Var))
			return false;
		out->not_null = ((Var *) test->arg)->varattno - 1;
	}
	return true;
}

static const char *
learn_table(AuditTable table, Relation relation, Oid owner)
{
	TupleDesc	descriptor = RelationGetDescr(relation);
	List	   *indexes;
	ListCell   *cell;

	if (relation->rd_rel->relowner != owner)
		return "is not the workspace owner's";
	if (relation->rd_rel->relkind != RELKIND_RELATION || relation->rd_rel->relam != HEAP_TABLE_AM_OID ||
		relation->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT || relation->rd_rel->relispartition)
		return "is not an ordinary, permanent table";
	if (relation->trigdesc != NULL)
		return "has a trigger";
	if (relation->rd_rules != NULL)
		return "has a rule";
	if (descriptor->natts != tables[table].ncolumns)
		return "has other columns than setup() makes";
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(descriptor, i);

		if (column->attisdropped || column->attgenerated != '\0' || column->atttypid != columns_of[table][i].type ||
			strcmp(NameStr(column->attname), columns_of[table][i].name) != 0)
			return "has other columns than setup() makes";
	}
	known.nindexes[table] = 0;
	indexes = RelationGetIndexList(relation);
	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		bool		fits = true;

		if (index->rd_index->indisready)
		{
			fits = known.nindexes[table] < MAX_INDEXES && learn_index(index, &known.indexes[table][known.nindexes[table]]);
			known.nindexes[table]++;
		}
		index_close(index, AccessShareLock);
		if (!fits)
			return "has an index that setup() does not make";
	}
	list_free(indexes);
	return NULL;
}

/* What is wrong with the tables, and with which; NULL if nothing is. */
static const char *
look(AuditTable *table)
{
	const char *fault;

	do
	{
		Oid			owner;
		Oid			schema;

		known.loaded = false;
		known.loaded_at = changes;
		owner = scoring_owner_role();
		schema = get_namespace_oid("scoring_data", false);
		for (int t = 0; t < AUDIT_TABLES; t++)
		{
			Oid			oid = get_relname_relid(tables[t].name, schema);
			Relation	relation = OidIsValid(oid) ? try_relation_open(oid, AccessShareLock) : NULL;

			*table = t;
			if (relation == NULL)
				return "does not exist";
			fault = learn_table(t, relation, owner);
			relation_close(relation, AccessShareLock);
			if (fault != NULL)
				return fault;
			known.oids[t] = oid;
		}
		known.loaded = true;
		/* Any change may have made other rows of them: by TRUNCATE, for instance. */
		known.generation++;
	} while (!is_known());
	return NULL;
}

static void
learn(void)
{
	AuditTable	table;
	const char *fault = look(&table);

	if (fault != NULL)
		refuse_table(table, fault);
}

/* Why nothing could be written, for doctor(). */
PG_FUNCTION_INFO_V1(scoring_audit_rows_fault);
Datum
scoring_audit_rows_fault(PG_FUNCTION_ARGS)
{
	AuditTable	table;
	const char *fault = look(&table);

	if (fault == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("table scoring_data.%s %s", tables[table].name, fault)));
}

void
audit_rows_check(void)
{
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("the audit log cannot be written on a standby"),
				 errdetail("What must be recorded is refused there."),
				 errhint("Connect to the primary server.")));
	if (IsInParallelMode() && (IsParallelWorker() || !TransactionIdIsValid(GetCurrentTransactionIdIfAny())))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("the audit log cannot be written while a parallel query runs"),
				 errhint("SET max_parallel_workers_per_gather = 0;")));
	(void) GetCurrentTransactionId();
}

void
audit_rows_open(const AuditTable *which, int count, LOCKMODE mode)
{
	memset(opened, 0, sizeof(opened));
	memset(is_added, 0, sizeof(is_added));
	opened_mode = mode;
	if (!is_known())
		learn();
	for (;;)
	{
		bool		all = true;

		for (int i = 0; i < count; i++)
		{
			/* Waits for whoever changes the table, and then hears of it. */
			opened[which[i]] = try_relation_open(known.oids[which[i]], mode);
			all &= opened[which[i]] != NULL;
		}
		if (all && is_known())
			return;
		audit_rows_close();
		learn();
	}
}

void
audit_rows_close(void)
{
	for (int t = 0; t < AUDIT_TABLES; t++)
	{
		/* Whatever was written is there already: nobody has to wait for the transaction's end. */
		if (opened[t] != NULL)
			relation_close(opened[t], opened_mode);
		opened[t] = NULL;
	}
}

uint64
audit_rows_generation(void)
{
	return known.generation;
}

uint64
audit_rows_changes(void)
{
	return changes;
}

struct AuditScan
{
	Relation	index;
	SysScanDesc scan;
	ScanDirection direction;
	MemoryContext context;		/* where the scan keeps things from row to row */
};

AuditScan *
audit_rows_scan(AuditTable table, int ncolumns, const int *columns, int nkeys, const Datum *keys,
				const Datum *lower, const Datum *upper, bool backward, Snapshot snapshot)
{
	const AuditColumn *next = &columns_of[table][columns[Min(nkeys, ncolumns - 1)]];
	const AuditIndex *found = NULL;
	ScanKeyData scan_keys[MAX_KEYS + 2];
	AuditScan  *scan = palloc(sizeof(AuditScan));
	int			n = nkeys;

	for (int i = 0; i < known.nindexes[table] && found == NULL; i++)
	{
		const AuditIndex *candidate = &known.indexes[table][i];

		if (candidate->valid && candidate->nkeys >= ncolumns &&
			memcmp(candidate->columns, columns, ncolumns * sizeof(int)) == 0 &&
			(candidate->not_null < 0 || candidate->not_null == columns[0]))
			found = candidate;
	}
	if (found == NULL)
		refuse_table(table, "lacks an index");
	for (int i = 0; i < nkeys; i++)
		ScanKeyInit(&scan_keys[i], columns[i] + 1, BTEqualStrategyNumber, columns_of[table][columns[i]].equal, keys[i]);
	if (lower != NULL)
		ScanKeyInit(&scan_keys[n++], columns[nkeys] + 1, BTGreaterEqualStrategyNumber, next->at_least, *lower);
	if (upper != NULL)
		ScanKeyInit(&scan_keys[n++], columns[nkeys] + 1, BTLessEqualStrategyNumber, next->at_most, *upper);
	/* The table's lock keeps the index: who drops one needs the table too. */
	scan->index = RelationIdGetRelation(found->oid);
	if (!RelationIsValid(scan->index))
		refuse_table(table, "lacks an index");
	scan->scan = systable_beginscan_ordered(opened[table], scan->index, snapshot, n, scan_keys);
	scan->context = CurrentMemoryContext;
	scan->direction = backward ? BackwardScanDirection : ForwardScanDirection;
	return scan;
}

HeapTuple
audit_rows_next(AuditScan *scan)
{
	MemoryContext old = MemoryContextSwitchTo(scan->context);
	HeapTuple	tuple = systable_getnext_ordered(scan->scan, scan->direction);

	MemoryContextSwitchTo(old);
	return tuple;
}

void
audit_rows_end(AuditScan *scan)
{
	systable_endscan_ordered(scan->scan);
	RelationClose(scan->index);
	pfree(scan);
}

HeapTuple
audit_rows_first(AuditTable table, int ncolumns, const int *columns, int nkeys, const Datum *keys,
				 const Datum *lower, bool backward, Snapshot snapshot)
{
	AuditScan  *scan = audit_rows_scan(table, ncolumns, columns, nkeys, keys, lower, NULL, backward, snapshot);
	HeapTuple	tuple = audit_rows_next(scan);

	if (HeapTupleIsValid(tuple))
		tuple = heap_copytuple(tuple);
	audit_rows_end(scan);
	return tuple;
}

Datum
audit_rows_column(AuditTable table, HeapTuple tuple, int column, bool *is_null)
{
	return heap_getattr(tuple, column + 1, RelationGetDescr(opened[table]), is_null);
}

void
audit_rows_add(AuditTable table, const Datum *values, const bool *nulls)
{
	static IndexInfo no_info = {.type = T_IndexInfo};
	Relation	relation = opened[table];
	HeapTuple	tuple = heap_form_tuple(RelationGetDescr(relation), unconstify(Datum *, values), unconstify(bool *, nulls));

	heap_insert(relation, tuple, FirstCommandId, 0, NULL);
	added[table] = tuple->t_self;
	is_added[table] = true;
	for (int i = 0; i < known.nindexes[table]; i++)
	{
		const AuditIndex *known_index = &known.indexes[table][i];
		Relation	index;
		Datum		keys[MAX_KEYS];
		bool		key_nulls[MAX_KEYS];

		if (known_index->not_null >= 0 && nulls[known_index->not_null])
			continue;
		for (int k = 0; k < known_index->nkeys; k++)
		{
			keys[k] = values[known_index->columns[k]];
			key_nulls[k] = nulls[known_index->columns[k]];
		}
		index = RelationIdGetRelation(known_index->oid);
		if (!RelationIsValid(index))
			refuse_table(table, "lacks an index");
		(void) index_insert(index, keys, key_nulls, &tuple->t_self, relation,
							known_index->unique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, false, &no_info);
		RelationClose(index);
	}
	heap_freetuple(tuple);
}

/*
 * The change to a page as a generic record has it (access/generic_xlog.c, applyPageRedo(), the same from 9.6 to 18): where,
 * how long, the bytes. GenericXLogFinish() would find it by comparing whole pages, which costs more than all the rest.
 */
typedef struct PageChange
{
	OffsetNumber offset;
	OffsetNumber length;
	uint16		infomask;
} PageChange;

XLogRecPtr
audit_rows_keep(void)
{
	Buffer		buffers[AUDIT_TABLES];
	PageChange	page_changes[AUDIT_TABLES];
	int			count = 0;
	bool		logged = true;
	XLogRecPtr	end = XactLastRecEnd;

	for (int t = 0; t < AUDIT_TABLES; t++)
	{
		if (!is_added[t])
			continue;
		buffers[count] = ReadBuffer(opened[t], ItemPointerGetBlockNumber(&added[t]));
		/* In the order of the tables, whoever does it. */
		LockBuffer(buffers[count], BUFFER_LOCK_EXCLUSIVE);
		/* Not if the table was made by this transaction and wal_level is minimal: then it is written whole at the end. */
		logged &= RelationNeedsWAL(opened[t]);
		count++;
	}
	START_CRIT_SECTION();
	for (int t = 0, b = 0; t < AUDIT_TABLES; t++)
	{
		Page		page;
		HeapTupleHeader header;

		if (!is_added[t])
			continue;
		page = BufferGetPage(buffers[b]);
		header = (HeapTupleHeader) PageGetItem(page, PageGetItemId(page, ItemPointerGetOffsetNumber(&added[t])));
		Assert(TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetRawXmin(header)));
		HeapTupleHeaderSetXminFrozen(header);
		MarkBufferDirty(buffers[b]);
		page_changes[b].offset = (OffsetNumber) ((char *) &header->t_infomask - (char *) page);
		page_changes[b].length = sizeof(header->t_infomask);
		page_changes[b].infomask = header->t_infomask;
		b++;
	}
	if (logged)
	{
		XLogBeginInsert();
		for (int b = 0; b < count; b++)
		{
			XLogRegisterBuffer(b, buffers[b], REGBUF_STANDARD);
			XLogRegisterBufData(b, (char *) &page_changes[b], sizeof(PageChange));
		}
		end = XLogInsert(RM_GENERIC_ID, 0);
		for (int b = 0; b < count; b++)
			PageSetLSN(BufferGetPage(buffers[b]), end);
	}
	END_CRIT_SECTION();
	for (int b = 0; b < count; b++)
		UnlockReleaseBuffer(buffers[b]);
	memset(is_added, 0, sizeof(is_added));
	return end;
}
