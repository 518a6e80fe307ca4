/*
 * audit_seal.c: blocks of the audit log. A block seals consecutive entries of one lane: their Merkle root, the root of the
 * block before and what else its row says are hashed into its root, so one root, kept elsewhere, vouches for all that was
 * written before it. Nobody's job: whoever begins an access seals when it is time, or anyone with the right asks for it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xlog.h"
#include "audit.h"
#include "audit_parts.h"
#include "audit_rows.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/* A block is due when the last one is so old, or sooner if this process has written so much. */
#define SEAL_INTERVAL (60 * USECS_PER_SEC)
#define SEAL_WRITTEN 1000
#define SEAL_WRITTEN_INTERVAL (1 * USECS_PER_SEC)

/* Entries of a block, and of all blocks that one who only passes by seals. */
#define BLOCK_ENTRIES_LIMIT 10000
#define PASSING_ENTRIES_LIMIT 10000

static const AuditTable sealed_tables[] = {AUDIT_ENTRY, AUDIT_BLOCK};
static const int lane_columns[] = {ENTRY_LANE, ENTRY_ENTRY};
static const int block_columns[] = {BLOCK_BLOCK};
static const int block_lane_columns[] = {BLOCK_LANE, BLOCK_LAST};

static int64
get_int64(AuditTable table, HeapTuple tuple, int column)
{
	bool		is_null;

	return DatumGetInt64(audit_rows_column(table, tuple, column, &is_null));
}

static int32
get_int32(AuditTable table, HeapTuple tuple, int column)
{
	bool		is_null;

	return DatumGetInt32(audit_rows_column(table, tuple, column, &is_null));
}

static void
get_hash(AuditTable table, HeapTuple tuple, int column, uint8_t *out)
{
	bool		is_null;
	Datum		datum = audit_rows_column(table, tuple, column, &is_null);

	/* What is malformed cannot be what was hashed: audit_verify() will say so. */
	if (is_null || !audit_read_bytea(datum, AUDIT_HASH_LENGTH, out))
		memset(out, 0, AUDIT_HASH_LENGTH);
}

/* What of an entry's row its leaf covers; the hashes in buffers of the caller's. */
void
audit_read_leaf(HeapTuple tuple, AuditLeaf *leaf, AuditLeafBytes *bytes)
{
	bool		is_null;
	Datum		datum;

	memset(leaf, 0, sizeof(*leaf));
	leaf->lane = get_int32(AUDIT_ENTRY, tuple, ENTRY_LANE);
	leaf->entry = get_int64(AUDIT_ENTRY, tuple, ENTRY_ENTRY);
	get_hash(AUDIT_ENTRY, tuple, ENTRY_DETAIL_HASH, bytes->detail_hash);
	leaf->detail_hash = bytes->detail_hash;
	datum = audit_rows_column(AUDIT_ENTRY, tuple, ENTRY_TOKEN, &is_null);
	if (is_null)
		return;
	memcpy(bytes->token, DatumGetPointer(datum), AUDIT_TOKEN_LENGTH);
	leaf->token = bytes->token;
	leaf->subject_entry = get_int64(AUDIT_ENTRY, tuple, ENTRY_SUBJECT_ENTRY);
	get_hash(AUDIT_ENTRY, tuple, ENTRY_SUBJECT_HASH, bytes->subject_hash);
	leaf->subject_hash = bytes->subject_hash;
}

void
audit_read_block(HeapTuple tuple, AuditBlock *block, uint8_t *root)
{
	block->block = get_int64(AUDIT_BLOCK, tuple, BLOCK_BLOCK);
	block->sealed_at = get_int64(AUDIT_BLOCK, tuple, BLOCK_SEALED_AT);
	block->lane = get_int32(AUDIT_BLOCK, tuple, BLOCK_LANE);
	block->first_entry = get_int64(AUDIT_BLOCK, tuple, BLOCK_FIRST);
	block->last_entry = get_int64(AUDIT_BLOCK, tuple, BLOCK_LAST);
	block->entries = get_int64(AUDIT_BLOCK, tuple, BLOCK_ENTRIES);
	get_hash(AUDIT_BLOCK, tuple, BLOCK_MERKLE_ROOT, block->merkle_root);
	get_hash(AUDIT_BLOCK, tuple, BLOCK_PREVIOUS_ROOT, block->previous_root);
	get_hash(AUDIT_BLOCK, tuple, BLOCK_ROOT, root);
}

/* Block 0, with a root of zeros, if there is none. */
static void
last_block(AuditBlock *block, uint8_t *root)
{
	HeapTuple	tuple = audit_rows_first(AUDIT_BLOCK, 1, block_columns, 0, NULL, NULL, true, SnapshotSelf);

	memset(block, 0, sizeof(*block));
	memset(root, 0, AUDIT_HASH_LENGTH);
	if (tuple != NULL)
		audit_read_block(tuple, block, root);
}

/* Seals entries of one lane, at most so many; changes *block and root to the new block's. Returns how many were there. */
static int64
seal_lane(int32 lane, int64 limit, AuditBlock *block, uint8_t *root, MemoryContext context)
{
	Datum		key = Int32GetDatum(lane);
	HeapTuple	tuple;
	AuditScan  *scan;
	AuditTree	tree;
	Datum		lower;
	Datum		upper;
	int64		first = 1;
	int64		last;
	Datum		values[AUDIT_MAX_COLUMNS];
	bool		nulls[AUDIT_MAX_COLUMNS] = {0};
	XLogRecPtr	written_before = XactLastRecEnd;

	tuple = audit_rows_first(AUDIT_ENTRY, 2, lane_columns, 1, &key, NULL, true, SnapshotSelf);
	last = tuple == NULL ? 0 : get_int64(AUDIT_ENTRY, tuple, ENTRY_ENTRY);
	tuple = audit_rows_first(AUDIT_BLOCK, 2, block_lane_columns, 1, &key, NULL, true, SnapshotSelf);
	if (tuple != NULL)
		first = get_int64(AUDIT_BLOCK, tuple, BLOCK_LAST) + 1;
	if (last < first)
		return 0;
	last = Min(last, first + limit - 1);
	lower = Int64GetDatum(first);
	upper = Int64GetDatum(last);
	audit_tree_begin(&tree, audit_digest);
	scan = audit_rows_scan(AUDIT_ENTRY, 2, lane_columns, 1, &key, &lower, &upper, false, SnapshotSelf);
	while ((tuple = audit_rows_next(scan)) != NULL)
	{
		AuditLeaf	leaf;
		AuditLeafBytes bytes;
		uint8_t		hash[AUDIT_HASH_LENGTH];

		CHECK_FOR_INTERRUPTS();
		audit_read_leaf(tuple, &leaf, &bytes);
		audit_leaf_hash(audit_digest, &leaf, hash);
		audit_tree_add(&tree, hash);
	}
	audit_rows_end(scan);

	block->block++;
	block->sealed_at = GetCurrentTimestamp();
	block->lane = lane;
	block->first_entry = first;
	block->last_entry = last;
	block->entries += last - first + 1;
	audit_tree_root(&tree, block->merkle_root);
	memcpy(block->previous_root, root, AUDIT_HASH_LENGTH);
	audit_block_root(audit_digest, block, root);
	values[BLOCK_BLOCK] = Int64GetDatum(block->block);
	values[BLOCK_SEALED_AT] = TimestampTzGetDatum(block->sealed_at);
	values[BLOCK_LANE] = Int32GetDatum(lane);
	values[BLOCK_FIRST] = Int64GetDatum(first);
	values[BLOCK_LAST] = Int64GetDatum(last);
	values[BLOCK_ENTRIES] = Int64GetDatum(block->entries);
	values[BLOCK_MERKLE_ROOT] = PointerGetDatum(audit_make_bytea(block->merkle_root, AUDIT_HASH_LENGTH));
	values[BLOCK_PREVIOUS_ROOT] = PointerGetDatum(audit_make_bytea(block->previous_root, AUDIT_HASH_LENGTH));
	values[BLOCK_ROOT] = PointerGetDatum(audit_make_bytea(root, AUDIT_HASH_LENGTH));
	audit_rows_add(AUDIT_BLOCK, values, nulls);
	audit_keep_rows(written_before);
	MemoryContextReset(context);
	return last - first + 1;
}

/* Goes round the lanes, from the one after that of the last block, so that all get their turn. */
static int64
seal_lanes(int64 limit, AuditBlock *block, uint8_t *root, MemoryContext context)
{
	int64		sealed = 0;
	int32		begin = block->lane;

	for (int round = 0; round < 2; round++)
	{
		int32		next = round == 0 ? begin + 1 : PG_INT32_MIN;

		for (;;)
		{
			Datum		lower = Int32GetDatum(next);
			HeapTuple	tuple = audit_rows_first(AUDIT_ENTRY, 1, lane_columns, 0, NULL, &lower, false, SnapshotSelf);
			int32		lane;
			int64		count;

			if (tuple == NULL)
				break;
			lane = get_int32(AUDIT_ENTRY, tuple, ENTRY_LANE);
			if (round == 1 && lane > begin)
				break;
			do
			{
				count = sealed < limit ? seal_lane(lane, Min(BLOCK_ENTRIES_LIMIT, limit - sealed), block, root, context) : 0;
				sealed += count;
			} while (count == BLOCK_ENTRIES_LIMIT);
			if (sealed >= limit || lane == PG_INT32_MAX)
				return sealed;
			next = lane + 1;
		}
	}
	return sealed;
}

/* One at a time. Without waiting it may be that another does it: then -1. */
static int64
seal(int64 limit, bool wait)
{
	MemoryContext context;
	MemoryContext old;
	AuditBlock	block;
	uint8_t		root[AUDIT_HASH_LENGTH];
	LOCKTAG		tag;
	int64		sealed;

	audit_rows_check();
	audit_rows_open(sealed_tables, lengthof(sealed_tables), RowExclusiveLock);
	audit_set_lock_tag(&tag, AUDIT_LOCK_SEAL, 0);
	if (LockAcquire(&tag, ExclusiveLock, false, !wait) == LOCKACQUIRE_NOT_AVAIL)
	{
		audit_rows_close();
		return -1;
	}
	context = audit_memory();
	old = MemoryContextSwitchTo(context);
	last_block(&block, root);
	sealed = seal_lanes(limit, &block, root, context);
	MemoryContextSwitchTo(old);
	LockRelease(&tag, ExclusiveLock, false);
	audit_rows_close();
	return sealed;
}

void
scoring_audit_seal_if_due(void)
{
	static TimestampTz next_look = 0;
	static int64 written_then = 0;
	static bool behind = false; /* there was more than one who passes by seals */
	bool		much = audit_written() - written_then >= SEAL_WRITTEN;
	TimestampTz now = GetCurrentTimestamp();
	MemoryContext old;
	AuditBlock	block;
	uint8_t		root[AUDIT_HASH_LENGTH];
	int64		interval = much || behind ? SEAL_WRITTEN_INTERVAL : SEAL_INTERVAL;

	if (now < next_look && !much)
		return;
	written_then = audit_written();
	audit_rows_open(&sealed_tables[1], 1, AccessShareLock);
	old = MemoryContextSwitchTo(audit_memory());
	last_block(&block, root);
	MemoryContextSwitchTo(old);
	audit_rows_close();
	if (now - block.sealed_at >= interval)
	{
		behind = seal(PASSING_ENTRIES_LIMIT, false) >= PASSING_ENTRIES_LIMIT;
		block.sealed_at = now;
	}
	next_look = block.sealed_at + (behind ? SEAL_WRITTEN_INTERVAL : SEAL_INTERVAL);
}

PG_FUNCTION_INFO_V1(scoring_audit_seal);
Datum
scoring_audit_seal(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(seal(PG_INT64_MAX, true));
}
