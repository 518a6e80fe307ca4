/*
 * audit_verify.c: whether the audit log is as it was written. All hashes are computed anew; what does not fit is a row of
 * the result. Rows are read in the order of indexes, each once or twice, and nothing grows with the log but the result.
 * It goes on while others write: what is complete stays so, and is looked at in an order in which it cannot be half there.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "audit.h"
#include "audit_parts.h"
#include "audit_rows.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"
#include "utils/uuid.h"

#define RESULT_COLUMNS 4

static const AuditTable all_tables[] = {AUDIT_ENTRY, AUDIT_DETAIL, AUDIT_SUBJECT, AUDIT_BLOCK};
static const int entry_columns[] = {ENTRY_LANE, ENTRY_ENTRY};
static const int chain_columns[] = {ENTRY_TOKEN, ENTRY_SUBJECT_ENTRY};
static const int detail_columns[] = {DETAIL_LANE, DETAIL_ENTRY};
static const int subject_columns[] = {SUBJECT_SUBJECT};
static const int token_columns[] = {SUBJECT_TOKEN};
static const int block_columns[] = {BLOCK_BLOCK};

/* How far a lane is sealed. */
typedef struct SealedLane
{
	int32		lane;
	int64		last;
} SealedLane;

/* What an erasing entry says: whose entries, by their token, and how many of them are gone. */
typedef struct Erasure
{
	bool		known;
	int32		lane;
	int64		entry;
	bool		valid;
	uint8_t		token[AUDIT_TOKEN_LENGTH];
	int64		entries;
} Erasure;

typedef struct Verification
{
	ReturnSetInfo *result;
	MemoryContext rows;			/* reset for each row */
	HTAB	   *sealed;
	int64		block;			/* that is being looked at; 0: none */
	Snapshot	snapshot;
	Erasure		erasure;		/* the last one looked up */
} Verification;

static void report(Verification *v, int32 lane, int64 entry, const char *format,...) pg_attribute_printf(4, 5);

/* lane < 0, entry 0: none in particular. */
static void
report(Verification *v, int32 lane, int64 entry, const char *format,...)
{
	Datum		values[RESULT_COLUMNS];
	bool		nulls[RESULT_COLUMNS];
	StringInfoData text;

	initStringInfo(&text);
	for (;;)
	{
		va_list		arguments;
		int			needed;

		va_start(arguments, format);
		needed = appendStringInfoVA(&text, format, arguments);
		va_end(arguments);
		if (needed == 0)
			break;
		enlargeStringInfo(&text, needed);
	}
	values[0] = Int64GetDatum(v->block);
	nulls[0] = v->block == 0;
	values[1] = Int32GetDatum(lane);
	nulls[1] = lane < 0;
	values[2] = Int64GetDatum(entry);
	nulls[2] = entry == 0;
	values[3] = CStringGetTextDatum(text.data);
	nulls[3] = false;
	tuplestore_putvalues(v->result->setResult, v->result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[3]));
	pfree(text.data);
}

static int64
column_int64(AuditTable table, HeapTuple tuple, int column)
{
	bool		is_null;

	return DatumGetInt64(audit_rows_column(table, tuple, column, &is_null));
}

static int32
column_int32(AuditTable table, HeapTuple tuple, int column)
{
	bool		is_null;

	return DatumGetInt32(audit_rows_column(table, tuple, column, &is_null));
}

/* ---------- details ---------- */

static HeapTuple
find_row(Verification *v, AuditTable table, int32 lane, int64 entry)
{
	Datum		keys[] = {Int32GetDatum(lane), Int64GetDatum(entry)};

	return audit_rows_first(table, 2, table == AUDIT_ENTRY ? entry_columns : detail_columns, 2, keys, NULL, false, v->snapshot);
}

/* The words of a detail if they are those of the entry, otherwise NULL. */
static text *
true_words(HeapTuple detail, const AuditLeaf *leaf)
{
	bool		salt_null;
	bool		words_null;
	Datum		salt_datum = audit_rows_column(AUDIT_DETAIL, detail, DETAIL_SALT, &salt_null);
	Datum		words_datum = audit_rows_column(AUDIT_DETAIL, detail, DETAIL_DETAIL, &words_null);
	uint8_t		salt[AUDIT_SALT_LENGTH];
	uint8_t		hash[AUDIT_HASH_LENGTH];
	text	   *words;

	if (salt_null || words_null || !audit_read_bytea(salt_datum, sizeof(salt), salt))
		return NULL;
	words = DatumGetTextPP(words_datum);
	audit_detail_hash(salt, VARDATA_ANY(words), VARSIZE_ANY_EXHDR(words), hash);
	return memcmp(hash, leaf->detail_hash, AUDIT_HASH_LENGTH) == 0 ? words : NULL;
}

/*
 * What is sought in words is sought as _audit_erase() and make_detail() write it, and not by parsing JSON, since whoever
 * forges an entry may forge one that is no JSON, and nothing is to stop the search. No value can contain it: there quotes
 * are escaped.
 */
static void
read_erasure(const char *words, Erasure *erasure)
{
	static const char event[] = "{\"event\": \"erase subject\", ";
	static const char token_key[] = ", \"more\": {\"token\": \"";
	static const char entries_key[] = "\", \"entries\": ";
	const char *at = strstr(words, token_key);
	char	   *end;
	int			digits = 0;

	if (strncmp(words, event, sizeof(event) - 1) != 0 || at == NULL)
		return;
	at += sizeof(token_key) - 1;
	for (; digits < 2 * AUDIT_TOKEN_LENGTH && *at != '\0'; at++)
	{
		const char *hex = strchr("0123456789abcdef", *at);

		if (*at == '-')
			continue;
		if (hex == NULL)
			return;
		erasure->token[digits / 2] = (uint8_t) (erasure->token[digits / 2] << 4 | (hex - "0123456789abcdef"));
		digits++;
	}
	if (digits < 2 * AUDIT_TOKEN_LENGTH || strncmp(at, entries_key, sizeof(entries_key) - 1) != 0)
		return;
	at += sizeof(entries_key) - 1;
	erasure->entries = strtoi64(at, &end, 10);
	erasure->valid = end > at && *end == '}';
}

/* Whether words name this subject. */
static bool
names_subject(const char *words, const char *subject)
{
	StringInfoData sought;

	initStringInfo(&sought);
	appendStringInfoString(&sought, ", \"subject\": ");
	escape_json(&sought, subject);
	return strstr(words, sought.data) != NULL;
}

/* What the entry that is said to have erased others says. */
static const Erasure *
get_erasure(Verification *v, int32 lane, int64 entry)
{
	Erasure    *erasure = &v->erasure;
	HeapTuple	entry_row;
	HeapTuple	detail_row;
	AuditLeaf	leaf;
	AuditLeafBytes bytes;
	text	   *words;

	if (erasure->known && erasure->lane == lane && erasure->entry == entry)
		return erasure;
	memset(erasure, 0, sizeof(*erasure));
	erasure->known = true;
	erasure->lane = lane;
	erasure->entry = entry;
	entry_row = find_row(v, AUDIT_ENTRY, lane, entry);
	detail_row = find_row(v, AUDIT_DETAIL, lane, entry);
	if (entry_row == NULL || detail_row == NULL)
		return erasure;
	audit_read_leaf(entry_row, &leaf, &bytes);
	words = true_words(detail_row, &leaf);
	if (words != NULL)
		read_erasure(text_to_cstring(words), erasure);
	return erasure;
}

static void
check_detail(Verification *v, HeapTuple detail, const AuditLeaf *leaf)
{
	bool		salt_null;
	bool		words_null;
	bool		lane_null;
	bool		entry_null;
	int32		erased_lane = DatumGetInt32(audit_rows_column(AUDIT_DETAIL, detail, DETAIL_ERASED_LANE, &lane_null));
	int64		erased_entry;
	const Erasure *erasure;

	erased_entry = DatumGetInt64(audit_rows_column(AUDIT_DETAIL, detail, DETAIL_ERASED_ENTRY, &entry_null));
	(void) audit_rows_column(AUDIT_DETAIL, detail, DETAIL_SALT, &salt_null);
	(void) audit_rows_column(AUDIT_DETAIL, detail, DETAIL_DETAIL, &words_null);
	if (!salt_null || !words_null)
	{
		if (true_words(detail, leaf) == NULL)
			report(v, leaf->lane, leaf->entry, "the detail is not what was written");
		else if (!lane_null || !entry_null)
			report(v, leaf->lane, leaf->entry, "the detail is there, yet marked as erased");
		return;
	}
	if (lane_null || entry_null)
	{
		report(v, leaf->lane, leaf->entry, "the detail was erased, and no entry says so");
		return;
	}
	erasure = get_erasure(v, erased_lane, erased_entry);
	if (!erasure->valid || leaf->token == NULL || memcmp(erasure->token, leaf->token, AUDIT_TOKEN_LENGTH) != 0 ||
		leaf->subject_entry > erasure->entries)
		report(v, leaf->lane, leaf->entry, "the detail was erased, and entry " INT64_FORMAT " of lane %d, which is named for it, does not say so",
			   erased_entry, erased_lane);
}

/* ---------- entries ---------- */

static void
report_missing(Verification *v, int32 lane, int64 first, int64 last)
{
	if (first == last)
		report(v, lane, first, "the entry is missing");
	else
		report(v, lane, first, "entries " INT64_FORMAT " to " INT64_FORMAT " are missing", first, last);
}

/* Entries of a lane that must all be there, with their details and nothing between; adds their leaves to the tree, if one is given. */
static void
check_range(Verification *v, int32 lane, int64 first, int64 last, AuditTree *tree)
{
	Datum		key = Int32GetDatum(lane);
	Datum		lower = Int64GetDatum(first);
	Datum		upper = Int64GetDatum(last);
	AuditScan  *entries;
	AuditScan  *details;
	HeapTuple	entry_row;
	HeapTuple	detail_row;
	int64		expected = first;

	if (first > last)
		return;
	entries = audit_rows_scan(AUDIT_ENTRY, 2, entry_columns, 1, &key, &lower, &upper, false, v->snapshot);
	details = audit_rows_scan(AUDIT_DETAIL, 2, detail_columns, 1, &key, &lower, &upper, false, v->snapshot);
	detail_row = audit_rows_next(details);
	for (;;)
	{
		int64		entry;
		int64		detail;
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		entry_row = audit_rows_next(entries);
		entry = entry_row == NULL ? PG_INT64_MAX : column_int64(AUDIT_ENTRY, entry_row, ENTRY_ENTRY);
		while (detail_row != NULL && (detail = column_int64(AUDIT_DETAIL, detail_row, DETAIL_ENTRY)) < entry)
		{
			report(v, lane, detail, "there is a detail, but no entry");
			detail_row = audit_rows_next(details);
		}
		if (entry_row == NULL)
			break;
		if (entry < expected)
			report(v, lane, entry, "there is more than one entry of this number");
		else if (entry > expected)
			report_missing(v, lane, expected, entry - 1);
		expected = entry + 1;

		old = MemoryContextSwitchTo(v->rows);
		MemoryContextReset(v->rows);
		{
			AuditLeaf	leaf;
			AuditLeafBytes bytes;
			uint8_t		hash[AUDIT_HASH_LENGTH];

			audit_read_leaf(entry_row, &leaf, &bytes);
			if (detail_row != NULL && detail == entry)
				check_detail(v, detail_row, &leaf);
			else
				report(v, lane, entry, "the detail is missing");
			if (tree != NULL)
			{
				audit_leaf_hash(audit_digest, &leaf, hash);
				audit_tree_add(tree, hash);
			}
		}
		MemoryContextSwitchTo(old);
		if (detail_row != NULL && detail == entry)
			detail_row = audit_rows_next(details);
	}
	audit_rows_end(details);
	audit_rows_end(entries);
	if (expected <= last)
		report_missing(v, lane, expected, last);
}

/* Rows of a lane beyond what can be of it. */
static void
check_strays(Verification *v, int32 lane, int64 last)
{
	Datum		key = Int32GetDatum(lane);
	Datum		zero = Int64GetDatum(0);
	Datum		after = Int64GetDatum(last + 1);
	AuditScan  *scan;
	HeapTuple	tuple;

	scan = audit_rows_scan(AUDIT_ENTRY, 2, entry_columns, 1, &key, NULL, &zero, false, v->snapshot);
	while ((tuple = audit_rows_next(scan)) != NULL)
		report(v, lane, column_int64(AUDIT_ENTRY, tuple, ENTRY_ENTRY), "an entry cannot have this number");
	audit_rows_end(scan);
	scan = audit_rows_scan(AUDIT_DETAIL, 2, detail_columns, 1, &key, NULL, &zero, false, v->snapshot);
	while ((tuple = audit_rows_next(scan)) != NULL)
		report(v, lane, column_int64(AUDIT_DETAIL, tuple, DETAIL_ENTRY), "there is a detail, but no entry");
	audit_rows_end(scan);
	scan = audit_rows_scan(AUDIT_DETAIL, 2, detail_columns, 1, &key, &after, NULL, false, v->snapshot);
	while ((tuple = audit_rows_next(scan)) != NULL)
	{
		int64		entry = column_int64(AUDIT_DETAIL, tuple, DETAIL_ENTRY);

		CHECK_FOR_INTERRUPTS();
		/* Written since, perhaps; then both are there. */
		if (find_row(v, AUDIT_ENTRY, lane, entry) == NULL)
			report(v, lane, entry, "there is a detail, but no entry");
	}
	audit_rows_end(scan);
}

/* The first lane from one on, of either table; false if there is none. */
static bool
next_lane(Verification *v, int32 *lane)
{
	Datum		lower = Int32GetDatum(*lane);
	HeapTuple	entry = audit_rows_first(AUDIT_ENTRY, 1, entry_columns, 0, NULL, &lower, false, v->snapshot);
	HeapTuple	detail = audit_rows_first(AUDIT_DETAIL, 1, detail_columns, 0, NULL, &lower, false, v->snapshot);
	int32		of_entry = entry == NULL ? PG_INT32_MAX : column_int32(AUDIT_ENTRY, entry, ENTRY_LANE);
	int32		of_detail = detail == NULL ? PG_INT32_MAX : column_int32(AUDIT_DETAIL, detail, DETAIL_LANE);

	*lane = Min(of_entry, of_detail);
	return entry != NULL || detail != NULL;
}

/* What is not sealed yet, and what should not be there. */
static void
check_lanes(Verification *v)
{
	int32		lane = PG_INT32_MIN;

	while (next_lane(v, &lane))
	{
		SealedLane *sealed = hash_search(v->sealed, &lane, HASH_FIND, NULL);
		int64		sealed_last = sealed == NULL ? 0 : sealed->last;
		Datum		key = Int32GetDatum(lane);
		HeapTuple	tuple = audit_rows_first(AUDIT_ENTRY, 2, entry_columns, 1, &key, NULL, true, v->snapshot);
		int64		last = tuple == NULL ? 0 : column_int64(AUDIT_ENTRY, tuple, ENTRY_ENTRY);

		check_range(v, lane, Max(sealed_last, 0) + 1, last, NULL);
		check_strays(v, lane, Max(last, Max(sealed_last, 0)));
		if (lane == PG_INT32_MAX)
			break;
		lane++;
	}
}

/* ---------- blocks ---------- */

static void
check_blocks(Verification *v, int64 anchor_block, const uint8_t *anchor_root, int64 anchor_entries)
{
	AuditScan  *scan = audit_rows_scan(AUDIT_BLOCK, 1, block_columns, 0, NULL, NULL, NULL, false, v->snapshot);
	HeapTuple	tuple;
	uint8_t		previous[AUDIT_HASH_LENGTH] = {0};
	int64		expected = 1;
	int64		entries = 0;

	while ((tuple = audit_rows_next(scan)) != NULL)
	{
		AuditBlock	block;
		AuditTree	tree;
		SealedLane *lane;
		uint8_t		root[AUDIT_HASH_LENGTH];
		uint8_t		hash[AUDIT_HASH_LENGTH];
		bool		is_known;

		audit_read_block(tuple, &block, root);
		v->block = block.block;
		if (block.block < expected)
		{
			report(v, -1, 0, "a block cannot have this number");
			continue;
		}
		if (block.block > expected)
			report(v, -1, 0, "blocks " INT64_FORMAT " to " INT64_FORMAT " are missing", expected, block.block - 1);
		else
		{
			if (memcmp(block.previous_root, previous, AUDIT_HASH_LENGTH) != 0)
				report(v, -1, 0, "it does not follow the block before: that one has another root");
			if (block.entries != entries + block.last_entry - block.first_entry + 1)
				report(v, -1, 0, "its count of entries is wrong");
		}
		audit_block_root(audit_digest, &block, hash);
		if (memcmp(hash, root, AUDIT_HASH_LENGTH) != 0)
			report(v, -1, 0, "its root is not that of what it says");
		lane = hash_search(v->sealed, &block.lane, HASH_ENTER, &is_known);
		if (!is_known)
			lane->last = 0;
		if (block.first_entry != lane->last + 1 || block.last_entry < block.first_entry)
			report(v, block.lane, block.first_entry, "it seals entries " INT64_FORMAT " to " INT64_FORMAT " of a lane that was sealed up to " INT64_FORMAT,
				   block.first_entry, block.last_entry, lane->last);
		audit_tree_begin(&tree, audit_digest);
		check_range(v, block.lane, Max(block.first_entry, 1), block.last_entry, &tree);
		audit_tree_root(&tree, hash);
		if (memcmp(hash, block.merkle_root, AUDIT_HASH_LENGTH) != 0)
			report(v, block.lane, block.first_entry, "entries " INT64_FORMAT " to " INT64_FORMAT " are not those that were sealed",
				   block.first_entry, block.last_entry);
		if (block.block == anchor_block)
		{
			if (memcmp(root, anchor_root, AUDIT_HASH_LENGTH) != 0)
				report(v, -1, 0, "history was rewritten, in this block or before: its root is not the anchor's");
			else if (block.entries != anchor_entries)
				report(v, -1, 0, "its count of entries is not the anchor's");
		}
		lane->last = Max(lane->last, block.last_entry);
		expected = block.block + 1;
		entries = block.entries;
		memcpy(previous, root, AUDIT_HASH_LENGTH);
	}
	audit_rows_end(scan);
	v->block = 0;
	if (anchor_block >= expected)
	{
		v->block = anchor_block;
		report(v, -1, 0, "the tail was cut: the anchor is of this block, and the last one is block " INT64_FORMAT, expected - 1);
		v->block = 0;
	}
}

/* ---------- subjects ---------- */

/* Of a chain, or of what is known of it so far. */
typedef struct Chain
{
	bool		begun;
	uint8_t		token[AUDIT_TOKEN_LENGTH];
	int64		next;
	uint8_t		hash[AUDIT_HASH_LENGTH];
	bool		named;			/* an entry whose detail is there has been compared with the subject */
	int32		lane;			/* of the first entry */
	int64		entry;
} Chain;

static HeapTuple
find_subject(Verification *v, const uint8_t *token)
{
	Datum		key = PointerGetDatum(token);

	return audit_rows_first(AUDIT_SUBJECT, 1, token_columns, 1, &key, NULL, false, v->snapshot);
}

static void
end_chain(Verification *v, const Chain *chain)
{
	if (chain->begun && !chain->named && find_subject(v, chain->token) != NULL)
		report(v, chain->lane, chain->entry, "no detail about this one's subject is left, yet the subject has a row");
}

/* Whether the subject that the entry's detail names is the one whose token it has. Done once for each chain. */
static void
check_name(Verification *v, Chain *chain, const AuditLeaf *leaf)
{
	HeapTuple	detail = find_row(v, AUDIT_DETAIL, leaf->lane, leaf->entry);
	text	   *words = detail == NULL ? NULL : true_words(detail, leaf);
	HeapTuple	row;
	bool		is_null;

	if (words == NULL)
		return;					/* erased; or else reported */
	chain->named = true;
	row = find_subject(v, leaf->token);
	if (row == NULL)
		report(v, leaf->lane, leaf->entry, "the row of the entry's subject is missing");
	else if (!names_subject(text_to_cstring(words), TextDatumGetCString(audit_rows_column(AUDIT_SUBJECT, row, SUBJECT_SUBJECT, &is_null))))
		report(v, leaf->lane, leaf->entry, "the row of the entry's subject names another subject");
}

static void
check_chains(Verification *v)
{
	AuditScan  *scan = audit_rows_scan(AUDIT_ENTRY, 2, chain_columns, 0, NULL, NULL, NULL, false, v->snapshot);
	HeapTuple	tuple;
	Chain		chain = {0};
	MemoryContext old = MemoryContextSwitchTo(v->rows);

	while ((tuple = audit_rows_next(scan)) != NULL)
	{
		AuditLeaf	leaf;
		AuditLeafBytes bytes;
		uint8_t		hash[AUDIT_HASH_LENGTH];

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(v->rows);
		audit_read_leaf(tuple, &leaf, &bytes);
		if (!chain.begun || memcmp(chain.token, leaf.token, AUDIT_TOKEN_LENGTH) != 0)
		{
			end_chain(v, &chain);
			memset(&chain, 0, sizeof(chain));
			chain.begun = true;
			chain.next = 1;
			chain.lane = leaf.lane;
			chain.entry = leaf.entry;
			memcpy(chain.token, leaf.token, AUDIT_TOKEN_LENGTH);
		}
		audit_subject_hash(audit_digest, &leaf, chain.next == 1 ? NULL : chain.hash, hash);
		if (leaf.subject_entry != chain.next)
			report(v, leaf.lane, leaf.entry, "of the entries about its subject it is number " INT64_FORMAT ", where number " INT64_FORMAT " should be",
				   leaf.subject_entry, chain.next);
		else if (memcmp(hash, leaf.subject_hash, AUDIT_HASH_LENGTH) != 0)
			report(v, leaf.lane, leaf.entry, "it does not follow the entry about its subject before");
		chain.next = leaf.subject_entry + 1;
		memcpy(chain.hash, leaf.subject_hash, AUDIT_HASH_LENGTH);
		if (!chain.named)
			check_name(v, &chain, &leaf);
	}
	end_chain(v, &chain);
	MemoryContextSwitchTo(old);
	audit_rows_end(scan);

	scan = audit_rows_scan(AUDIT_SUBJECT, 1, subject_columns, 0, NULL, NULL, NULL, false, v->snapshot);
	while ((tuple = audit_rows_next(scan)) != NULL)
	{
		bool		is_null;
		Datum		token;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(v->rows);
		old = MemoryContextSwitchTo(v->rows);
		token = audit_rows_column(AUDIT_SUBJECT, tuple, SUBJECT_TOKEN, &is_null);
		if (audit_rows_first(AUDIT_ENTRY, 2, chain_columns, 1, &token, NULL, false, v->snapshot) == NULL)
			report(v, -1, 0, "the subject with token %s has no entry", DatumGetCString(DirectFunctionCall1(uuid_out, token)));
		MemoryContextSwitchTo(old);
	}
	audit_rows_end(scan);
}

/* Arguments: the anchor's block, root and count of entries; all NULL without an anchor. As the owner. */
PG_FUNCTION_INFO_V1(scoring_audit_check);
Datum
scoring_audit_check(PG_FUNCTION_ARGS)
{
	Verification v = {0};
	HASHCTL		control = {.keysize = sizeof(int32), .entrysize = sizeof(SealedLane)};
	int64		anchor_block = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	int64		anchor_entries = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT64(2);
	uint8_t		anchor_root[AUDIT_HASH_LENGTH] = {0};

	if (!PG_ARGISNULL(1))
		(void) audit_read_bytea(PG_GETARG_DATUM(1), sizeof(anchor_root), anchor_root);
	InitMaterializedSRF(fcinfo, 0);
	v.result = (ReturnSetInfo *) fcinfo->resultinfo;
	v.rows = AllocSetContextCreate(CurrentMemoryContext, "scoring audit rows", ALLOCSET_DEFAULT_SIZES);
	v.sealed = hash_create("scoring audit lanes", 256, &control, HASH_ELEM | HASH_BLOBS);
	v.snapshot = GetActiveSnapshot();
	audit_rows_open(all_tables, lengthof(all_tables), AccessShareLock);
	check_blocks(&v, anchor_block, anchor_root, anchor_entries);
	check_lanes(&v);
	check_chains(&v);
	audit_rows_close();
	hash_destroy(v.sealed);
	MemoryContextDelete(v.rows);
	return (Datum) 0;
}
