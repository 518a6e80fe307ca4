/*
 * subject.c: what of a person is left on the pages of relations after she was erased.
 *
 * VACUUM takes away a deleted row's line pointer and leaves its bytes in the hole between the line pointers and the rows
 * until something else is written there. So an erasure is closed by looking at pages, live and dead rows alike. Nothing
 * here ever returns what is on a page: only that something is there, on which block, and how often.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "access/genam.h"
#include "access/heapam.h"
#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/toast_compression.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/heap.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "common/cryptohash.h"
#include "common/pg_lzcompress.h"
#include "common/sha2.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/procarray.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/uuid.h"

#define MAX_STRINGS 1000
#define SHORTEST_STRING 4
/* Of a compressed value of which only the first chunk is at hand. */
#define PREFIX_SIZE 65536
#define BLOCKS_BETWEEN_NOTICES 131072

/* In the order in which they are returned; strings follow. */
typedef enum Kind
{
	LIVE_ROW,
	DEAD_ROW,
	DEAD_STORAGE,
	HOLE,
	STRING
} Kind;

static const char *const kind_names[] = {"live row", "dead row", "dead storage", "hole", "string"};

typedef struct Finding
{
	BlockNumber first;
	int64		times;
} Finding;

typedef struct Subject
{
	/* The key itself, or a salted hash of it. */
	const char *key;
	size_t		key_length;
	const uint8 *salt;
	size_t		salt_length;
	const uint8 *hash;			/* NULL: no subject is looked for */
	pg_cryptohash_ctx *context; /* made once: making one costs more than hashing a key */
} Subject;

typedef struct Hunt
{
	Relation	relation;
	TupleDesc	descriptor;
	AttrNumber	key_attribute;	/* 0: the relation has no column that says whose a row is */
	Oid			key_type;
	Subject		subject;
	int			strings;
	const char **string;
	size_t	   *string_length;
	bool		by_owner;		/* strings are looked for in rows of these alone: the first column says whose they are */
	Oid		   *owner;
	int			owners;
	Finding    *finding;		/* by kind, one for each string from STRING on */
	BlockNumber block;
	char	   *page;			/* a copy, read after the buffer has been let go */
	MemoryContext memory;		/* of one page */
} Hunt;

static void
note(Hunt *hunt, int kind)
{
	if (hunt->finding[kind].times++ == 0)
		hunt->finding[kind].first = hunt->block;
}

/* ---------- whose a row is ---------- */

static bool
is_subject(Subject *subject, const char *text, size_t length)
{
	uint8		digest[PG_SHA256_DIGEST_LENGTH];

	if (subject->key != NULL)
		return length == subject->key_length && memcmp(text, subject->key, length) == 0;
	if (subject->hash == NULL)
		return false;
	if (pg_cryptohash_init(subject->context) < 0 ||
		pg_cryptohash_update(subject->context, subject->salt, subject->salt_length) < 0 ||
		pg_cryptohash_update(subject->context, (const uint8 *) text, length) < 0 ||
		pg_cryptohash_final(subject->context, digest, sizeof(digest)) < 0)
		elog(ERROR, "could not compute a SHA-256 hash");
	return memcmp(digest, subject->hash, sizeof(digest)) == 0;
}

/* The types that a subject's key may have; a value out of line is read only if the row is there to vouch for it. */
static bool
value_is_subject(Subject *subject, Oid type, Datum value, bool out_of_line)
{
	char		number[24];
	bool		same;

	switch (type)
	{
		case INT2OID:
			snprintf(number, sizeof(number), "%d", DatumGetInt16(value));
			return is_subject(subject, number, strlen(number));
		case INT4OID:
			snprintf(number, sizeof(number), "%d", DatumGetInt32(value));
			return is_subject(subject, number, strlen(number));
		case INT8OID:
			snprintf(number, sizeof(number), INT64_FORMAT, DatumGetInt64(value));
			return is_subject(subject, number, strlen(number));
		case UUIDOID:
			{
				char	   *text = DatumGetCString(DirectFunctionCall1(uuid_out, value));

				same = is_subject(subject, text, strlen(text));
				pfree(text);
				return same;
			}
		case TEXTOID:
		case VARCHAROID:
			{
				struct varlena *text = (struct varlena *) DatumGetPointer(value);

				if (VARATT_IS_EXTERNAL(text) && !out_of_line)
					return false;
				text = pg_detoast_datum_packed(text);
				same = is_subject(subject, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
				if ((Pointer) text != DatumGetPointer(value))
					pfree(text);
				return same;
			}
		default:
			return false;
	}
}

static Oid
key_type_of(Oid type)
{
	type = getBaseType(type);
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case UUIDOID:
		case TEXTOID:
		case VARCHAROID:
			return type;
		default:
			return InvalidOid;
	}
}

/* ---------- strings ---------- */

static void
look_for_strings(Hunt *hunt, const char *bytes, size_t length)
{
	for (int i = 0; i < hunt->strings; i++)
	{
		const char *at = bytes;
		const char *end = bytes + length;
		size_t		wanted = hunt->string_length[i];

		while ((size_t) (end - at) >= wanted && (at = memchr(at, hunt->string[i][0], end - at - wanted + 1)) != NULL)
		{
			if (memcmp(at, hunt->string[i], wanted) == 0)
			{
				note(hunt, STRING + i);
				break;
			}
			at++;
		}
	}
}

/* A value that is compressed, or out of line: its bytes are not on the page as they are. */
static void
look_into_value(Hunt *hunt, struct varlena *value, bool out_of_line)
{
	struct varlena *plain;

	if (VARATT_IS_EXTERNAL_ONDISK(value))
	{
		if (!out_of_line)
			return;
	}
	else if (!VARATT_IS_COMPRESSED(value))
		return;
	plain = detoast_attr(value);
	look_for_strings(hunt, VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain));
	pfree(plain);
}

/* The first chunk of a compressed value begins with what its length and method are. */
static void
look_into_chunk(Hunt *hunt, HeapTuple tuple)
{
	bool		no_sequence,
				no_data;
	Datum		sequence = heap_getattr(tuple, 2, hunt->descriptor, &no_sequence);
	Datum		data = heap_getattr(tuple, 3, hunt->descriptor, &no_data);
	struct varlena *chunk;
	uint32		info;
	char	   *prefix;

	if (no_sequence || no_data || DatumGetInt32(sequence) != 0)
		return;
	chunk = (struct varlena *) DatumGetPointer(data);
	if (VARATT_IS_EXTERNAL(chunk) || VARATT_IS_COMPRESSED(chunk) || VARSIZE_ANY_EXHDR(chunk) <= sizeof(info))
		return;
	memcpy(&info, VARDATA_ANY(chunk), sizeof(info));
	if ((info >> VARLENA_EXTSIZE_BITS) != TOAST_PGLZ_COMPRESSION_ID)
		return;
	/* If it is no compressed value after all this fails, or gives nonsense; what was written until then is looked at. */
	prefix = palloc0(PREFIX_SIZE);
	(void) pglz_decompress(VARDATA_ANY(chunk) + sizeof(info), VARSIZE_ANY_EXHDR(chunk) - sizeof(info), prefix, PREFIX_SIZE, false);
	look_for_strings(hunt, prefix, PREFIX_SIZE);
	pfree(prefix);
}

/* ---------- pages ---------- */

static bool
has_bytes_in_hole(Page page)
{
	PageHeader	header = (PageHeader) page;

	if (PageIsNew(page) || header->pd_lower < SizeOfPageHeaderData || header->pd_upper > BLCKSZ)
		return false;
	for (int i = header->pd_lower; i < header->pd_upper; i++)
	{
		if (page[i] != 0)
			return true;
	}
	return false;
}

/* Under a share lock: which rows are there for somebody. */
static void
judge_rows(Hunt *hunt, Buffer buffer, bool *there)
{
	Page		page = BufferGetPage(buffer);
	TransactionId horizon = GetOldestNonRemovableTransactionId(hunt->relation);
	OffsetNumber last = PageGetMaxOffsetNumber(page);

	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		ItemId		item = PageGetItemId(page, offset);
		HeapTupleData tuple;

		there[offset] = false;
		if (!ItemIdIsNormal(item))
			continue;
		tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
		tuple.t_len = ItemIdGetLength(item);
		tuple.t_tableOid = RelationGetRelid(hunt->relation);
		ItemPointerSet(&tuple.t_self, hunt->block, offset);
		switch (HeapTupleSatisfiesVacuum(&tuple, horizon, buffer))
		{
			case HEAPTUPLE_LIVE:
			case HEAPTUPLE_INSERT_IN_PROGRESS:
				there[offset] = true;
				break;
			case HEAPTUPLE_DELETE_IN_PROGRESS:
				there[offset] = !TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetUpdateXid(tuple.t_data));
				break;
			default:
				break;
		}
	}
}

/* A row of a catalog that is about one of the relations. */
static bool
is_owned(Hunt *hunt, HeapTuple tuple)
{
	bool		is_null;
	Oid			owner = DatumGetObjectId(heap_getattr(tuple, 1, hunt->descriptor, &is_null));

	for (int i = 0; i < hunt->owners && !is_null; i++)
	{
		if (hunt->owner[i] == owner)
			return true;
	}
	return false;
}

/* Whatever a damaged page says, nothing beyond it is read. */
static bool
is_on_page(ItemId item)
{
	return ItemIdHasStorage(item) && ItemIdGetOffset(item) + ItemIdGetLength(item) <= BLCKSZ;
}

static void
look_at_rows(Hunt *hunt, const bool *there)
{
	Page		page = (Page) hunt->page;
	OffsetNumber last = PageGetMaxOffsetNumber(page);
	bool		is_toast = hunt->relation->rd_rel->relkind == RELKIND_TOASTVALUE;

	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		ItemId		item = PageGetItemId(page, offset);
		HeapTupleData tuple;

		if (!ItemIdIsNormal(item) || !is_on_page(item))
			continue;
		tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
		tuple.t_len = ItemIdGetLength(item);
		tuple.t_tableOid = RelationGetRelid(hunt->relation);
		ItemPointerSet(&tuple.t_self, hunt->block, offset);
		if (!there[offset])
			note(hunt, DEAD_STORAGE);
		if (hunt->key_attribute != 0)
		{
			bool		is_null;
			Datum		value = heap_getattr(&tuple, hunt->key_attribute, hunt->descriptor, &is_null);

			if (!is_null && value_is_subject(&hunt->subject, hunt->key_type, value, there[offset]))
				note(hunt, there[offset] ? LIVE_ROW : DEAD_ROW);
		}
		if (hunt->strings == 0)
			continue;
		if (hunt->by_owner)
		{
			if (!is_owned(hunt, &tuple))
				continue;
			look_for_strings(hunt, (const char *) tuple.t_data, tuple.t_len);
		}
		if (is_toast)
		{
			look_into_chunk(hunt, &tuple);
			continue;
		}
		for (int i = 0; i < hunt->descriptor->natts; i++)
		{
			bool		is_null;
			Datum		value;

			if (TupleDescAttr(hunt->descriptor, i)->attlen != -1)
				continue;
			value = heap_getattr(&tuple, i + 1, hunt->descriptor, &is_null);
			if (!is_null)
				look_into_value(hunt, (struct varlena *) DatumGetPointer(value), there[offset]);
		}
	}
}

/* Long values are compressed in an index too. */
static void
look_at_index_rows(Hunt *hunt)
{
	Page		page = (Page) hunt->page;
	BTPageOpaque opaque;

	if (hunt->strings == 0 || hunt->relation->rd_rel->relam != BTREE_AM_OID || hunt->block == BTREE_METAPAGE)
		return;
	opaque = (BTPageOpaque) PageGetSpecialPointer(page);
	if (P_ISDELETED(opaque))
		return;
	for (OffsetNumber offset = FirstOffsetNumber; offset <= PageGetMaxOffsetNumber(page); offset++)
	{
		ItemId		item = PageGetItemId(page, offset);
		IndexTuple	tuple;
		int			attributes;

		if (!is_on_page(item))
			continue;
		tuple = (IndexTuple) PageGetItem(page, item);
		attributes = BTreeTupleIsPivot(tuple) ? BTreeTupleGetNAtts(tuple, hunt->relation) : hunt->descriptor->natts;
		if (!P_ISLEAF(opaque) && offset == P_FIRSTDATAKEY(opaque))
			continue;			/* minus infinity: it has no values */
		for (int i = 0; i < Min(attributes, hunt->descriptor->natts); i++)
		{
			bool		is_null;
			Datum		value;

			if (TupleDescAttr(hunt->descriptor, i)->attlen != -1)
				continue;
			value = index_getattr(tuple, i + 1, hunt->descriptor, &is_null);
			if (!is_null)
				look_into_value(hunt, (struct varlena *) DatumGetPointer(value), false);
		}
	}
}

static void
look_at_relation(Hunt *hunt)
{
	Relation	relation = hunt->relation;
	char		relation_kind = relation->rd_rel->relkind;
	bool		has_rows = relation_kind != RELKIND_INDEX;
	BufferAccessStrategy strategy = GetAccessStrategy(BAS_BULKREAD);
	BlockNumber blocks = RelationGetNumberOfBlocks(relation);
	bool	   *there = palloc0((BLCKSZ / sizeof(ItemIdData) + 1) * sizeof(bool));
	MemoryContext old;

	hunt->page = palloc(BLCKSZ);
	hunt->memory = AllocSetContextCreate(CurrentMemoryContext, "scoring page", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(hunt->memory);
	for (hunt->block = 0; hunt->block < blocks; hunt->block++)
	{
		Buffer		buffer;

		CHECK_FOR_INTERRUPTS();
		if (hunt->block > 0 && hunt->block % BLOCKS_BETWEEN_NOTICES == 0)
			ereport(NOTICE, (errmsg("looked at %u of %u blocks of \"%s\"", hunt->block, blocks, RelationGetRelationName(relation))));
		buffer = ReadBufferExtended(relation, MAIN_FORKNUM, hunt->block, RBM_NORMAL, strategy);
		LockBuffer(buffer, BUFFER_LOCK_SHARE);
		if (has_rows && !PageIsNew(BufferGetPage(buffer)))
			judge_rows(hunt, buffer, there);
		memcpy(hunt->page, BufferGetPage(buffer), BLCKSZ);
		UnlockReleaseBuffer(buffer);
		if (PageIsNew((Page) hunt->page))
			continue;
		if (has_bytes_in_hole((Page) hunt->page))
			note(hunt, HOLE);
		if (!hunt->by_owner)
			look_for_strings(hunt, hunt->page, BLCKSZ);
		if (has_rows)
			look_at_rows(hunt, there);
		else
			look_at_index_rows(hunt);
		MemoryContextReset(hunt->memory);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(hunt->memory);
	FreeAccessStrategy(strategy);
}

/* ---------- SQL ---------- */

static void
get_subject(FunctionCallInfo fcinfo, int first, Subject *subject)
{
	memset(subject, 0, sizeof(Subject));
	if (!PG_ARGISNULL(first))
	{
		text	   *key = PG_GETARG_TEXT_PP(first);

		subject->key = VARDATA_ANY(key);
		subject->key_length = VARSIZE_ANY_EXHDR(key);
	}
	if (!PG_ARGISNULL(first + 1) && !PG_ARGISNULL(first + 2))
	{
		bytea	   *salt = PG_GETARG_BYTEA_PP(first + 1);
		bytea	   *hash = PG_GETARG_BYTEA_PP(first + 2);

		subject->salt = (const uint8 *) VARDATA_ANY(salt);
		subject->salt_length = VARSIZE_ANY_EXHDR(salt);
		if (VARSIZE_ANY_EXHDR(hash) != PG_SHA256_DIGEST_LENGTH)
			elog(ERROR, "the hash of a subject has another length");
		subject->hash = (const uint8 *) VARDATA_ANY(hash);
		subject->context = pg_cryptohash_create(PG_SHA256);
		if (subject->context == NULL)
			elog(ERROR, "could not compute a SHA-256 hash");
	}
}

static void
get_strings(Hunt *hunt, ArrayType *array)
{
	Datum	   *elements;
	bool	   *nulls;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &hunt->strings);
	if (hunt->strings > MAX_STRINGS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d strings to look for, where %d are the most", hunt->strings, MAX_STRINGS)));
	hunt->string = palloc(hunt->strings * sizeof(char *));
	hunt->string_length = palloc(hunt->strings * sizeof(size_t));
	for (int i = 0; i < hunt->strings; i++)
	{
		text	   *string = nulls[i] ? NULL : DatumGetTextPP(elements[i]);

		if (string == NULL || VARSIZE_ANY_EXHDR(string) < SHORTEST_STRING)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("string %d to look for is too short", i + 1),
					 errdetail("Shorter ones than %d bytes are found everywhere.", SHORTEST_STRING)));
		hunt->string[i] = VARDATA_ANY(string);
		hunt->string_length[i] = VARSIZE_ANY_EXHDR(string);
	}
}

/* (relation oid, key_column text, subject text, salt bytea, hash bytea, look_for text[], only_of oid[]) */
PG_FUNCTION_INFO_V1(scoring_subject_pages);
Datum
scoring_subject_pages(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Oid			relation_oid = PG_GETARG_OID(0);
	Hunt		hunt = {0};

	InitMaterializedSRF(fcinfo, 0);
	get_subject(fcinfo, 2, &hunt.subject);
	if (!PG_ARGISNULL(5))
		get_strings(&hunt, PG_GETARG_ARRAYTYPE_P(5));
	if (!PG_ARGISNULL(6))
	{
		Datum	   *elements;

		deconstruct_array(PG_GETARG_ARRAYTYPE_P(6), OIDOID, sizeof(Oid), true, TYPALIGN_INT, &elements, NULL, &hunt.owners);
		hunt.by_owner = true;
		hunt.owner = palloc(hunt.owners * sizeof(Oid));
		for (int i = 0; i < hunt.owners; i++)
			hunt.owner[i] = DatumGetObjectId(elements[i]);
	}
	hunt.finding = palloc0((STRING + hunt.strings) * sizeof(Finding));
	hunt.relation = relation_open(relation_oid, AccessShareLock);
	switch (hunt.relation->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_TOASTVALUE:
		case RELKIND_MATVIEW:
			if (hunt.relation->rd_rel->relam != HEAP_TABLE_AM_OID)
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("the pages of \"%s\" cannot be read", RelationGetRelationName(hunt.relation)),
						 errdetail("Its access method is not heap.")));
			break;
		case RELKIND_INDEX:
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("\"%s\" has no pages", RelationGetRelationName(hunt.relation))));
	}
	hunt.descriptor = RelationGetDescr(hunt.relation);
	if (hunt.by_owner && (hunt.relation->rd_rel->relkind != RELKIND_RELATION || TupleDescAttr(hunt.descriptor, 0)->atttypid != OIDOID))
		elog(ERROR, "rows of \"%s\" do not say what they are about", RelationGetRelationName(hunt.relation));
	if (!PG_ARGISNULL(1))
	{
		hunt.key_attribute = get_attnum(relation_oid, text_to_cstring(PG_GETARG_TEXT_PP(1)));
		if (hunt.key_attribute > 0)
			hunt.key_type = key_type_of(TupleDescAttr(hunt.descriptor, hunt.key_attribute - 1)->atttypid);
		if (!OidIsValid(hunt.key_type))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("\"%s\" has no column \"%s\" that can be a subject's key", RelationGetRelationName(hunt.relation),
							text_to_cstring(PG_GETARG_TEXT_PP(1)))));
	}
	look_at_relation(&hunt);
	if (hunt.subject.context != NULL)
		pg_cryptohash_free(hunt.subject.context);
	relation_close(hunt.relation, AccessShareLock);

	for (int i = 0; i < STRING + hunt.strings; i++)
	{
		Datum		values[4];
		bool		nulls[4] = {false};

		if (hunt.finding[i].times == 0)
			continue;
		values[0] = CStringGetTextDatum(kind_names[Min(i, STRING)]);
		values[1] = Int32GetDatum(i - STRING + 1);
		nulls[1] = i < STRING;
		values[2] = Int64GetDatum((int64) hunt.finding[i].first);
		values[3] = Int64GetDatum(hunt.finding[i].times);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * Whether a row of pg_statistic about a relation's key column holds the subject's key: (relation oid, key_column text,
 * subject text, salt bytea, hash bytea). Only superusers can read that table.
 */
PG_FUNCTION_INFO_V1(scoring_subject_statistics);
Datum
scoring_subject_statistics(PG_FUNCTION_ARGS)
{
	Oid			relation_oid = PG_GETARG_OID(0);
	AttrNumber	attribute = get_attnum(relation_oid, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	Subject		subject;
	Relation	statistics;
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		result = false;

	get_subject(fcinfo, 2, &subject);
	if (attribute <= 0)
		PG_RETURN_BOOL(false);
	statistics = table_open(StatisticRelationId, AccessShareLock);
	ScanKeyInit(&key[0], Anum_pg_statistic_starelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relation_oid));
	ScanKeyInit(&key[1], Anum_pg_statistic_staattnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(attribute));
	scan = systable_beginscan(statistics, StatisticRelidAttnumInhIndexId, true, NULL, 2, key);
	while (!result && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		for (int slot = 0; slot < STATISTIC_NUM_SLOTS && !result; slot++)
		{
			bool		is_null;
			Datum		datum = heap_getattr(tuple, Anum_pg_statistic_stavalues1 + slot, RelationGetDescr(statistics), &is_null);
			ArrayType  *array;
			int16		length;
			bool		by_value;
			char		align;
			Datum	   *elements;
			bool	   *nulls;
			int			count;
			Oid			type;

			if (is_null)
				continue;
			array = DatumGetArrayTypeP(datum);
			type = key_type_of(ARR_ELEMTYPE(array));
			if (!OidIsValid(type))
				continue;
			get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
			deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &elements, &nulls, &count);
			for (int i = 0; i < count && !result; i++)
				result = !nulls[i] && value_is_subject(&subject, type, elements[i], true);
		}
	}
	systable_endscan(scan);
	if (subject.context != NULL)
		pg_cryptohash_free(subject.context);
	table_close(statistics, AccessShareLock);
	PG_RETURN_BOOL(result);
}

/* The next transaction number, after those that this transaction has used. */
PG_FUNCTION_INFO_V1(scoring_subject_horizon);
Datum
scoring_subject_horizon(PG_FUNCTION_ARGS)
{
	(void) GetCurrentTransactionId();
	PG_RETURN_INT64((int64) U64FromFullTransactionId(ReadNextFullTransactionId()));
}

/*
 * Whether a table holds no row that was dead before the horizon. VACUUM FULL leaves out what no snapshot can see, copies
 * the rest, and says in relfrozenxid where it drew the line.
 */
PG_FUNCTION_INFO_V1(scoring_subject_is_past);
Datum
scoring_subject_is_past(PG_FUNCTION_ARGS)
{
	Oid			relation_oid = PG_GETARG_OID(0);
	uint64		horizon = (uint64) PG_GETARG_INT64(1);
	uint64		next = U64FromFullTransactionId(ReadNextFullTransactionId());
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation_oid));
	TransactionId frozen;

	if (!HeapTupleIsValid(tuple))
		PG_RETURN_BOOL(true);
	frozen = ((Form_pg_class) GETSTRUCT(tuple))->relfrozenxid;
	ReleaseSysCache(tuple);
	if (!TransactionIdIsNormal(frozen))
		PG_RETURN_BOOL(true);
	/* It is at most 2^31 behind the next one. */
	PG_RETURN_BOOL(next - (uint32) ((uint32) next - frozen) >= horizon);
}

/*
 * Takes away the statistics of a relation, its indexes and its statistics objects, whose values are rows' values. The lock
 * keeps ANALYZE off until this transaction, which also deletes the rows, has ended.
 */
PG_FUNCTION_INFO_V1(scoring_subject_forget_statistics);
Datum
scoring_subject_forget_statistics(PG_FUNCTION_ARGS)
{
	Oid			relation_oid = PG_GETARG_OID(0);
	Relation	relation = try_relation_open(relation_oid, ShareUpdateExclusiveLock);
	ListCell   *cell;

	if (relation == NULL)
		PG_RETURN_VOID();
	RemoveStatistics(relation_oid, 0);
	foreach(cell, RelationGetIndexList(relation))
		RemoveStatistics(lfirst_oid(cell), 0);
	foreach(cell, RelationGetStatExtList(relation))
	{
		RemoveStatisticsDataById(lfirst_oid(cell), true);
		RemoveStatisticsDataById(lfirst_oid(cell), false);
	}
	relation_close(relation, NoLock);
	PG_RETURN_VOID();
}
