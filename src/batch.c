/*
 * batch.c: what scoring.score_batch needs and SQL has not: a lock that outlives its transactions, a timeout for each of
 * them, keys as text that is read back as the same key, and scores of rows of which some cannot be scored.
 *
 * The lock is of the session, but belongs to the method of the server's own locks. So it survives the commits of a run,
 * an error that ends the run releases it, and no advisory lock function reaches it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "core.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "model.h"
#include "owner.h"
#include "row.h"
#include "storage/ipc.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

/* ---------- who runs ---------- */

#define LOCK_OF_RUN 0			/* exclusive: alone; shared: one of several */
#define LOCK_OF_BEGIN 1			/* those that share a run begin or join it one after the other */

/* Advisory functions use 1 and 2 in the last field; view scoring_data.progress looks for 3. */
static LOCKTAG
lock_tag(Oid target, uint32 which)
{
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, target, which, 3);
	tag.locktag_lockmethodid = DEFAULT_LOCKMETHOD;
	return tag;
}

/* Takes a lock at once or not at all; not a second time, which would outlast its release. */
static bool
try_lock(const LOCKTAG *tag, LOCKMODE mode)
{
	LockAcquireResult result = LockAcquire(tag, mode, true, true);

	if (result == LOCKACQUIRE_ALREADY_HELD)
		(void) LockRelease(tag, mode, true);
	return result == LOCKACQUIRE_OK;
}

/*
 * A session that ends in a transaction aborts it, and with it goes the lock. Outside of one the server would leave it in
 * shared memory, since its own locks of sessions never last that long.
 */
static void
release_at_exit(int code, Datum argument)
{
	if (!IsTransactionOrTransactionBlock())
		LockReleaseAll(DEFAULT_LOCKMETHOD, true);
}

/*
 * Takes the right to write a target in runs of score_batch; true if nobody else has it. One who shares holds the lock of
 * beginning too, until scoring_batch_begun(). Ereports 25001 where a procedure could not commit, 55006 if taken.
 */
PG_FUNCTION_INFO_V1(scoring_batch_lock);
Datum
scoring_batch_lock(PG_FUNCTION_ARGS)
{
	Oid			target = PG_GETARG_OID(0);
	bool		share = PG_GETARG_BOOL(1);
	LOCKTAG		run = lock_tag(target, LOCK_OF_RUN);
	LOCKTAG		begin = lock_tag(target, LOCK_OF_BEGIN);
	bool		alone = true;
	bool		taken;
	static bool registered = false;

	/* Only where the procedure may commit does an error that ends it end the whole transaction, and with it the lock. */
	if (IsTransactionBlock() || IsSubTransaction() || !SPI_inside_nonatomic_context())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("score_batch() cannot run inside a transaction block"),
				 errdetail("It commits after each chunk."),
				 errhint("CALL it by itself: not after BEGIN, not from a function, not in a block with EXCEPTION; in psql not with AUTOCOMMIT off.")));
	/* The lock keeps others out, so it is for those who may write. */
	if (pg_class_aclcheck(target, GetUserId(), ACL_INSERT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(target));
	if (!registered)
		before_shmem_exit(release_at_exit, 0);
	registered = true;
	if (share)
	{
		(void) LockAcquire(&begin, ExclusiveLock, true, false);
		taken = !try_lock(&run, ShareLock);
		if (!taken)
		{
			/* Conflicts with the others' shared locks, not with our own. */
			alone = try_lock(&run, ExclusiveLock);
			if (alone)
				(void) LockRelease(&run, ExclusiveLock, true);
		}
	}
	else
		taken = !try_lock(&run, ExclusiveLock);
	if (taken)
	{
		char	   *name = get_rel_name(target);

		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("another session is scoring into \"%s\"", name == NULL ? "?" : name),
				 errdetail("Runs that write one table exclude each other."),
				 errhint("See scoring_data.progress. Sessions work on one run together if all of them call score_batch with share => true.")));
	}
	PG_RETURN_BOOL(alone);
}

/* One who shares has begun or joined: the next one may. */
PG_FUNCTION_INFO_V1(scoring_batch_begun);
Datum
scoring_batch_begun(PG_FUNCTION_ARGS)
{
	LOCKTAG		begin = lock_tag(PG_GETARG_OID(0), LOCK_OF_BEGIN);

	(void) LockRelease(&begin, ExclusiveLock, true);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(scoring_batch_unlock);
Datum
scoring_batch_unlock(PG_FUNCTION_ARGS)
{
	LOCKTAG		run = lock_tag(PG_GETARG_OID(0), LOCK_OF_RUN);

	(void) LockRelease(&run, PG_GETARG_BOOL(1) ? ShareLock : ExclusiveLock, true);
	PG_RETURN_VOID();
}

/* ---------- how long a chunk may take ---------- */

/*
 * A statement_timeout set in a procedure means the next statement of the client. So the server's own timer is set for a
 * chunk, to whichever comes first, this or the end of the time that the session's setting gives to the whole CALL; with
 * NULL it is given back to that. An error needs no care: the server stops its timers.
 */
PG_FUNCTION_INFO_V1(scoring_batch_timeout);
Datum
scoring_batch_timeout(PG_FUNCTION_ARGS)
{
	static bool ours = false;
	static bool outer_active = false;
	static TimestampTz outer_finish = 0;
	static TimestampTz statement = 0;

	if (statement != GetCurrentStatementStartTimestamp())
		ours = false;			/* left by a run that failed */
	statement = GetCurrentStatementStartTimestamp();
	if (!ours)
	{
		outer_active = get_timeout_active(STATEMENT_TIMEOUT);
		outer_finish = outer_active ? get_timeout_finish_time(STATEMENT_TIMEOUT) : 0;
	}
	if (PG_ARGISNULL(0))
	{
		if (ours && outer_active)
			enable_timeout_at(STATEMENT_TIMEOUT, outer_finish);
		else if (ours)
			disable_timeout(STATEMENT_TIMEOUT, false);
		ours = false;
	}
	else
	{
		TimestampTz finish = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), PG_GETARG_INT32(0));

		enable_timeout_at(STATEMENT_TIMEOUT, outer_active ? Min(finish, outer_finish) : finish);
		ours = true;
	}
	PG_RETURN_VOID();
}

/* ---------- keys as text ---------- */

/* The text of columns of a row, all or those named, with the settings pinned by the caller; NULL if one is. */
static ArrayType *
key_of_row(HeapTupleHeader row, ArrayType *names)
{
	TupleDesc	descriptor = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row), HeapTupleHeaderGetTypMod(row));
	int			count = descriptor->natts;
	Datum	   *wanted = NULL;
	Datum	   *texts;
	HeapTupleData tuple;
	bool		is_null = false;

	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = row;
	if (names != NULL)
		deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &wanted, NULL, &count);
	texts = palloc((count + 1) * sizeof(Datum));
	for (int i = 0; i < count && !is_null; i++)
	{
		AttrNumber	attribute = i + 1;
		Datum		value;
		Oid			output;
		bool		is_varlena;

		if (names != NULL)
			attribute = scoring_row_attribute(descriptor, TextDatumGetCString(wanted[i]), "key column");
		value = heap_getattr(&tuple, attribute, descriptor, &is_null);
		if (is_null)
			break;
		getTypeOutputInfo(TupleDescAttr(descriptor, attribute - 1)->atttypid, &output, &is_varlena);
		texts[i] = CStringGetTextDatum(OidOutputFunctionCall(output, value));
	}
	ReleaseTupleDesc(descriptor);
	return is_null ? NULL : construct_array(texts, count, TEXTOID, -1, false, TYPALIGN_INT);
}

/* Text that scoring_batch_value() reads back as the same values, whatever DateStyle and the like are then. */
PG_FUNCTION_INFO_V1(scoring_batch_key);
Datum
scoring_batch_key(PG_FUNCTION_ARGS)
{
	int			nest_level = scoring_owner_pin();
	ArrayType  *key = key_of_row(PG_GETARG_HEAPTUPLEHEADER(0), NULL);

	AtEOXact_GUC(true, nest_level);
	if (key == NULL)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(key);
}

/* A text to the type of the second argument, which is there for its type alone. */
PG_FUNCTION_INFO_V1(scoring_batch_value);
Datum
scoring_batch_value(PG_FUNCTION_ARGS)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, 1);
	int			nest_level;
	Oid			input;
	Oid			parameter;
	Datum		value;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!OidIsValid(type))
		elog(ERROR, "could not determine the type of a key");
	getTypeInputInfo(type, &input, &parameter);
	nest_level = scoring_owner_pin();
	value = OidInputFunctionCall(input, TextDatumGetCString(PG_GETARG_DATUM(0)), parameter, -1);
	AtEOXact_GUC(true, nest_level);
	PG_RETURN_DATUM(value);
}

/* ---------- rows of which some cannot be scored ---------- */

/*
 * What could not be scored since scoring_batch_listen(). It is kept here and not returned beside the score, because then
 * each row of a chunk would have to be stored twice for the sake of the few that are set aside.
 */
typedef struct RowFault
{
	ArrayType  *key;
	text	   *reason;
} RowFault;

static MemoryContext faults_context = NULL;
static RowFault *faults = NULL;
static int64 faults_count = 0;	/* may be more than are kept */
static int64 faults_limit = 0;

/* Forgets all; from now on the first `limit` are kept. */
PG_FUNCTION_INFO_V1(scoring_batch_listen);
Datum
scoring_batch_listen(PG_FUNCTION_ARGS)
{
	if (faults_context == NULL)
		faults_context = AllocSetContextCreate(TopMemoryContext, "scoring batch faults", ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(faults_context);
	faults = NULL;
	faults_count = 0;
	faults_limit = Max(PG_GETARG_INT64(0), 0);
	PG_RETURN_VOID();
}

static void
keep_fault(HeapTupleHeader row, ArrayType *names, const ScoringFault *fault)
{
	ArrayType  *key;
	MemoryContext old;
	int			nest_level;

	if (faults_context == NULL || faults_count >= faults_limit)
	{
		faults_count++;
		return;
	}
	nest_level = scoring_owner_pin();
	key = key_of_row(row, names);
	AtEOXact_GUC(true, nest_level);
	if (key == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a key column is NULL in a row that cannot be scored")));
	old = MemoryContextSwitchTo(faults_context);
	/* Grows by doubling; what is outgrown stays until the next reset. */
	if (faults == NULL || (faults_count & (faults_count - 1)) == 0)
	{
		RowFault   *larger = MemoryContextAllocHuge(faults_context, (faults_count + 1) * 2 * sizeof(RowFault));

		if (faults_count > 0)
			memcpy(larger, faults, faults_count * sizeof(RowFault));
		faults = larger;
	}
	faults[faults_count].key = DatumGetArrayTypePCopy(PointerGetDatum(key));
	faults[faults_count].reason =
		cstring_to_text(psprintf("%s%s%s%s%s", scoring_clip(fault->path), fault->path[0] == '\0' ? "" : ": ",
								 scoring_clip(fault->message), fault->detail[0] == '\0' ? "" : ": ",
								 scoring_clip(fault->detail)));
	faults_count++;
	MemoryContextSwitchTo(old);
}

/* As scoring_model_score(), but NULL for a row whose data do not let it be scored: key and reason are kept. */
PG_FUNCTION_INFO_V1(scoring_batch_score);
Datum
scoring_batch_score(PG_FUNCTION_ARGS)
{
	ScoringFault fault;
	int32		score;

	if (scoring_model_try_score(fcinfo, &score, &fault))
		PG_RETURN_INT32(score);
	keep_fault(PG_GETARG_HEAPTUPLEHEADER(1), PG_GETARG_ARRAYTYPE_P(2), &fault);
	PG_RETURN_NULL();
}

/* What has been kept, in the order in which it came. */
PG_FUNCTION_INFO_V1(scoring_batch_faults);
Datum
scoring_batch_faults(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		kept = Min(faults_count, faults_limit);

	InitMaterializedSRF(fcinfo, 0);
	for (int64 i = 0; faults != NULL && i < kept; i++)
	{
		Datum		values[2] = {PointerGetDatum(faults[i].key), PointerGetDatum(faults[i].reason)};
		bool		nulls[2] = {false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
