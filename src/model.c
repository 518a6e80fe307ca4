/*
 * model.c: the type scoring.model and what it says of rows.
 *
 * The stored form is a version byte, three zero bytes, the SHA-256 that is the model's identity, and the canonical JSON.
 * Reading that is far too slow for each row, so decoded models are kept twice over: by call site, found by the raw datum
 * (of a toasted model only its pointer is looked at), and by backend, found by identity, for statements that are many
 * and short. Name, counts and provenance are no part of the identity, so what is kept has none; who needs them unpacks.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/ilist.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "model.h"
#include "nodes/primnodes.h"
#include "number_core.h"
#include "row.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#define MODEL_VERSION 1
#define MODEL_DIGEST 4			/* where the identity begins */
#define DIGEST_LENGTH SCORING_MODEL_DIGEST_LENGTH
#define MODEL_HEADER (MODEL_DIGEST + DIGEST_LENGTH)	/* bytes before the text */
#define CACHE_ENTRIES 16
#define CACHE_BYTES (64 * 1024 * 1024)
#define PD_ENTRIES 256			/* a power of two */
#define SITE_SLOTS 16			/* models that one call site alternates between without decoding again */

/* ---------- the stored form ---------- */

typedef struct Utf8Category
{
	BinningText category;
	char	   *utf8;
	int			length;
} Utf8Category;

static int
compare_utf8(const void *a, const void *b)
{
	const Utf8Category *first = a;
	const Utf8Category *second = b;
	int			order = memcmp(first->utf8, second->utf8, Min(first->length, second->length));

	return order != 0 ? order : first->length - second->length;
}

/*
 * A model's identity does not depend on the encoding of the database it is in, but the order of categories in its text
 * is that of their bytes. Where that is not the order of UTF-8, this gives a copy that has it, which shares the rest.
 */
static const Model *
in_utf8_order(const Model *model)
{
	Model	   *copy;

	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_LATIN1 ||
		GetDatabaseEncoding() == PG_SQL_ASCII)
		return model;
	copy = palloc(sizeof(Model));
	*copy = *model;
	copy->characteristics = palloc((model->ncharacteristics + 1) * sizeof(ModelCharacteristic));
	for (uint32 i = 0; i < model->ncharacteristics; i++)
	{
		const Binning *from = model->characteristics[i].binning;
		Binning    *binning = palloc(sizeof(Binning));

		copy->characteristics[i] = model->characteristics[i];
		copy->characteristics[i].binning = binning;
		*binning = *from;
		binning->bins = palloc(from->nbins * sizeof(BinningBin));
		for (uint32 k = 0; k < from->nbins; k++)
		{
			BinningBin *bin = &binning->bins[k];
			Utf8Category *sorted = palloc((from->bins[k].ncategories + 1) * sizeof(Utf8Category));

			*bin = from->bins[k];
			bin->categories = palloc((bin->ncategories + 1) * sizeof(BinningText));
			for (uint32 n = 0; n < bin->ncategories; n++)
			{
				BinningText category = from->bins[k].categories[n];

				sorted[n].category = category;
				sorted[n].utf8 = pg_server_to_any(category.text, (int) category.length, PG_UTF8);
				sorted[n].length = sorted[n].utf8 == category.text ? (int) category.length : (int) strlen(sorted[n].utf8);
			}
			qsort(sorted, bin->ncategories, sizeof(Utf8Category), compare_utf8);
			for (uint32 n = 0; n < bin->ncategories; n++)
				bin->categories[n] = sorted[n].category;
		}
	}
	return copy;
}

/* SHA-256 of the identity in UTF-8. Leaves nothing behind. */
static bool
make_digest(const Model *model, char *digest, ScoringFault *fault)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "scoring model identity", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	ScoringBuffer buffer;
	bool		good;

	scoring_buffer_init(&buffer, scoring_host(), MODEL_MAX_BYTES);
	model_write(&buffer, in_utf8_order(model), true);
	good = scoring_buffer_done(&buffer, "the model", fault);
	if (good)
	{
		char	   *utf8 = pg_server_to_any(buffer.data, (int) buffer.length, PG_UTF8);
		Size		length = utf8 == buffer.data ? buffer.length : strlen(utf8);
		bytea	   *bytes = palloc(VARHDRSZ + length);
		bytea	   *result;

		SET_VARSIZE(bytes, VARHDRSZ + length);
		memcpy(VARDATA(bytes), utf8, length);
		result = DatumGetByteaPP(DirectFunctionCall1(sha256_bytea, PointerGetDatum(bytes)));
		memcpy(digest, VARDATA_ANY(result), DIGEST_LENGTH);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return good;
}

static bool
pack(const Model *model, struct varlena **out, ScoringFault *fault)
{
	ScoringBuffer buffer;
	struct varlena *stored;
	char	   *data;

	scoring_buffer_init(&buffer, scoring_host(), MODEL_MAX_BYTES);
	model_write(&buffer, model, false);
	if (!scoring_buffer_done(&buffer, "the model", fault))
		return false;
	stored = palloc(VARHDRSZ + MODEL_HEADER + buffer.length);
	SET_VARSIZE(stored, VARHDRSZ + MODEL_HEADER + buffer.length);
	data = VARDATA(stored);
	memset(data, 0, MODEL_DIGEST);
	data[0] = MODEL_VERSION;
	memcpy(data + MODEL_HEADER, buffer.data, buffer.length);
	scoring_release(scoring_host(), buffer.data);
	*out = stored;
	return make_digest(model, data + MODEL_DIGEST, fault);
}

/* Any JSON to a model in CurrentMemoryContext; provenance points into the tree, which is in `tree_context`. */
static bool
parse_model(const char *text, Size length, MemoryContext tree_context, Model **out, ScoringFault *fault)
{
	MemoryContext context = MemoryContextSwitchTo(tree_context);
	JsonAt		at = {NULL, NULL, NULL, 0};
	Json	   *tree;
	bool		good = scoring_json_parse(scoring_host(), text, length, &tree, fault);

	MemoryContextSwitchTo(context);
	if (!good)
		return false;
	at.node = tree;
	return model_read(scoring_host(), &at, out, fault);
}

static bool
has_header(const char *content, Size length)
{
	return length >= MODEL_HEADER && content[0] == MODEL_VERSION &&
		content[1] == 0 && content[2] == 0 && content[3] == 0;
}

static void
check_header(const char *content, Size length)
{
	if (!has_header(content, length))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a stored value of type %s fails its check", "scoring.model"),
				 errdetail("It is too short, or its version is not %d.", MODEL_VERSION)));
}

/* The bytes of a stored model, without the varlena header, to a model. */
static Model *
decode(const char *content, Size length, MemoryContext tree_context)
{
	ScoringFault fault;
	Model	   *model;
	char		digest[DIGEST_LENGTH];

	check_header(content, length);
	if (!parse_model(content + MODEL_HEADER, length - MODEL_HEADER, tree_context, &model, &fault))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a stored value of type %s fails its check", "scoring.model"),
				 errdetail("%s: %s", scoring_clip(fault.path), scoring_clip(fault.message))));
	if (!make_digest(model, digest, &fault) || memcmp(digest, content + MODEL_DIGEST, DIGEST_LENGTH) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a stored value of type %s fails its check", "scoring.model"),
				 errdetail("Its hash is not that of its content.")));
	return model;
}

/* What decode() would report, as a text; NULL if nothing. */
PG_FUNCTION_INFO_V1(scoring_model_fault_text);
Datum
scoring_model_fault_text(PG_FUNCTION_ARGS)
{
	struct varlena *stored = PG_GETARG_MODEL_P(0);
	const char *content = VARDATA_ANY(stored);
	Size		length = VARSIZE_ANY_EXHDR(stored);
	ScoringFault fault;
	Model	   *model;
	char		digest[DIGEST_LENGTH];

	if (!has_header(content, length))
		PG_RETURN_TEXT_P(cstring_to_text("its bytes are damaged: it has no header"));
	if (!parse_model(content + MODEL_HEADER, length - MODEL_HEADER, CurrentMemoryContext, &model, &fault))
		PG_RETURN_TEXT_P(cstring_to_text(psprintf("its bytes are damaged: %s: %s", scoring_clip(fault.path), scoring_clip(fault.message))));
	if (!make_digest(model, digest, &fault) || memcmp(digest, content + MODEL_DIGEST, DIGEST_LENGTH) != 0)
		PG_RETURN_TEXT_P(cstring_to_text("its bytes are damaged: its hash is not that of its content"));
	PG_RETURN_NULL();
}

struct varlena *
scoring_model_pack(const Model *model)
{
	struct varlena *stored;
	ScoringFault fault;

	if (!pack(model, &stored, &fault))
		scoring_report(&fault);
	/* What was not made by the reader has to get past it. */
	(void) decode(VARDATA(stored), VARSIZE(stored) - VARHDRSZ, CurrentMemoryContext);
	return stored;
}

Model *
scoring_model_unpack(struct varlena *stored)
{
	return decode(VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored), CurrentMemoryContext);
}

/* ---------- decoded models of this backend ---------- */

typedef struct CachedModel
{
	dlist_node	node;
	MemoryContext context;		/* holds everything here */
	char		digest[DIGEST_LENGTH];
	Size		bytes;
	int			uses;			/* call sites that hold it */
	Model	   *model;			/* without name, counts and provenance */
} CachedModel;

static dlist_head cache = DLIST_STATIC_INIT(cache); /* most recently used first */
static int	cache_entries = 0;
static Size cache_bytes = 0;

/* Forgets what has not been used for longest, until the rest is small enough. */
static void
trim_cache(const CachedModel *keep)
{
	dlist_node *node;

	if (cache_entries == 0)
		return;
	node = dlist_tail_node(&cache);
	while (cache_entries > CACHE_ENTRIES || cache_bytes > CACHE_BYTES)
	{
		CachedModel *entry = dlist_container(CachedModel, node, node);
		bool		first = !dlist_has_prev(&cache, node);
		dlist_node *before = first ? NULL : dlist_prev_node(&cache, node);

		if (entry != keep && entry->uses == 0)
		{
			dlist_delete(&entry->node);
			cache_entries--;
			cache_bytes -= entry->bytes;
			MemoryContextDelete(entry->context);
		}
		if (first)
			return;
		node = before;
	}
}

/*
 * The header of a stored model. Of one that is toasted, no more than that is fetched and decompressed; it is in memory
 * that may be freed if it is not the datum's own.
 */
static char *
get_header(struct varlena *raw, struct varlena **holder)
{
	*holder = raw;
	if (VARATT_IS_EXTERNAL(raw) || VARATT_IS_COMPRESSED(raw))
		*holder = pg_detoast_datum_slice(raw, 0, MODEL_HEADER);
	check_header(VARDATA_ANY(*holder), VARSIZE_ANY_EXHDR(*holder));
	return VARDATA_ANY(*holder);
}

static CachedModel *
find_cached(const char *digest)
{
	dlist_iter	iter;

	dlist_foreach(iter, &cache)
	{
		CachedModel *entry = dlist_container(CachedModel, node, iter.cur);

		if (memcmp(entry->digest, digest, DIGEST_LENGTH) == 0)
			return entry;
	}
	return NULL;
}

bool
scoring_model_is_cached(const char *digest)
{
	return find_cached(digest) != NULL;
}

void
scoring_model_make_stub(struct varlena *stub, const char *digest)
{
	StaticAssertStmt(SCORING_MODEL_STUB_SIZE == VARHDRSZ + MODEL_HEADER, "a stub is a header");
	SET_VARSIZE(stub, SCORING_MODEL_STUB_SIZE);
	memset(VARDATA(stub), 0, MODEL_HEADER);
	VARDATA(stub)[0] = MODEL_VERSION;
	memcpy(VARDATA(stub) + MODEL_DIGEST, digest, DIGEST_LENGTH);
}

bool
scoring_model_has_digest(struct varlena *stored, const char *digest)
{
	check_header(VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored));
	return memcmp(VARDATA_ANY(stored) + MODEL_DIGEST, digest, DIGEST_LENGTH) == 0;
}

/* The decoded form of a stored model. Good until the next call, or as long as `uses` counts the caller. */
static CachedModel *
cached_model(struct varlena *raw)
{
	struct varlena *holder;
	const char *digest = get_header(raw, &holder) + MODEL_DIGEST;
	struct varlena *stored;
	CachedModel *entry = find_cached(digest);
	MemoryContext context;
	MemoryContext tree_context;
	MemoryContext old;

	if (entry != NULL)
	{
		dlist_move_head(&cache, &entry->node);
		if (holder != raw)
			pfree(holder);
		return entry;
	}

	/* Until it is complete it belongs to the caller's context, so that an error leaves nothing behind. */
	stored = pg_detoast_datum_packed(raw);
	context = AllocSetContextCreate(CurrentMemoryContext, "scoring model", ALLOCSET_DEFAULT_SIZES);
	tree_context = AllocSetContextCreate(CurrentMemoryContext, "scoring model JSON", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	entry = palloc0(sizeof(CachedModel));
	entry->context = context;
	memcpy(entry->digest, digest, DIGEST_LENGTH);
	entry->model = decode(VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored), tree_context);
	entry->model->name = NULL;
	entry->model->provenance = NULL;
	for (uint32 i = 0; i < entry->model->ncharacteristics; i++)
	{
		entry->model->characteristics[i].provenance = NULL;
		entry->model->characteristics[i].has_counts = false;
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(tree_context);
	if (stored != raw)
		pfree(stored);
	if (holder != raw)
		pfree(holder);
	MemoryContextSetParent(context, CacheMemoryContext);
	entry->bytes = MemoryContextMemAllocated(context, true);
	dlist_push_head(&cache, &entry->node);
	cache_entries++;
	cache_bytes += entry->bytes;
	trim_cache(entry);
	return entry;
}

const Model *
scoring_model_decoded(struct varlena *raw)
{
	return cached_model(raw)->model;
}

/* ---------- a call site ---------- */

typedef struct Column
{
	int16		length;
	bool		by_value;
	uint8		align;
} Column;

/* Where one characteristic is in a row. */
typedef struct Source
{
	ScoringConverter converter;
	int			attribute;		/* from 0 */
	int			offset;			/* in a row without nulls, if the map is `fixed` */
	bool		is_float8;
} Source;

/* Where the inputs of a model are in rows of one type. */
typedef struct RowMap
{
	bool		bound;
	Oid			type;
	int32		typmod;
	TypeCacheEntry *entry;		/* of a named type; lives as long as the backend */
	uint64		identifier;		/* of its columns: another one after ALTER TABLE */
	int			natts;			/* columns up to the last one needed */
	bool		fixed;			/* they are all of a fixed length */
	Column	   *columns;
	Source	   *sources;		/* of each characteristic */
	Datum	   *values;
	bool	   *nulls;
} RowMap;

/* The pd of a score. */
typedef struct PdEntry
{
	int32		score;
	float8		pd;
} PdEntry;

typedef struct Slot
{
	CachedModel *cached;
	char	   *raw;			/* what was given, if that was toasted or compressed */
	Size		raw_length;
	TimestampTz statement;		/* a toast pointer means the same all through a statement, no longer */
	RowMap		map;
	ScoringInput *inputs;
	ModelLine  *lines;
	ModelReason *reasons;
	PdEntry    *pds;			/* by the last bits of the score; NULL until there is one */
} Slot;

typedef struct Site
{
	MemoryContextCallback callback;
	MemoryContext context;
	bool		constant;		/* the model is a constant: what was found first is it */
	int			last;
	Slot		slots[SITE_SLOTS];
} Site;

static void
release_site(void *argument)
{
	Site	   *site = argument;

	for (int i = 0; i < SITE_SLOTS; i++)
	{
		if (site->slots[i].cached != NULL)
			site->slots[i].cached->uses--;
		site->slots[i].cached = NULL;
	}
}

static Site *
get_site(FunctionCallInfo fcinfo)
{
	Site	   *site = fcinfo->flinfo->fn_extra;
	Node	   *expression = fcinfo->flinfo->fn_expr;

	if (site != NULL)
		return site;
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Site));
	site->context = fcinfo->flinfo->fn_mcxt;
	site->callback.func = release_site;
	site->callback.arg = site;
	MemoryContextRegisterResetCallback(site->context, &site->callback);
	if (expression != NULL && IsA(expression, FuncExpr))
		site->constant = IsA(linitial(((FuncExpr *) expression)->args), Const);
	fcinfo->flinfo->fn_extra = site;
	return site;
}

static inline bool
slot_matches(const Slot *slot, struct varlena *raw)
{
	if (slot->cached == NULL)
		return false;
	if (VARATT_IS_EXTERNAL_ONDISK(raw))
		return slot->raw_length == VARSIZE_EXTERNAL(raw) &&
			memcmp(slot->raw, raw, slot->raw_length) == 0 &&
			slot->statement == GetCurrentStatementStartTimestamp();
	if (VARATT_IS_EXTERNAL(raw))
		return false;
	if (VARATT_IS_COMPRESSED(raw))
		return slot->raw_length == VARSIZE(raw) && memcmp(slot->raw, raw, slot->raw_length) == 0;
	return VARSIZE_ANY_EXHDR(raw) >= MODEL_HEADER &&
		memcmp(slot->cached->digest, VARDATA_ANY(raw) + MODEL_DIGEST, DIGEST_LENGTH) == 0;
}

static Slot *
fill_slot(Site *site, struct varlena *raw)
{
	CachedModel *cached = cached_model(raw);
	Size		raw_length = 0;
	Slot	   *slot = NULL;
	char	   *kept = NULL;
	MemoryContext old;

	for (int i = 0; i < SITE_SLOTS && slot == NULL; i++)
	{
		/* The same model, given in another form; or room. */
		if (site->slots[i].cached == cached || site->slots[i].cached == NULL)
			slot = &site->slots[i];
	}
	if (slot == NULL)
		slot = &site->slots[(site->last + 1) % SITE_SLOTS];

	if (VARATT_IS_EXTERNAL_ONDISK(raw))
		raw_length = VARSIZE_EXTERNAL(raw);
	else if (!VARATT_IS_EXTERNAL(raw) && VARATT_IS_COMPRESSED(raw))
		raw_length = VARSIZE(raw);
	if (raw_length > 0)
	{
		kept = MemoryContextAlloc(site->context, raw_length);
		memcpy(kept, raw, raw_length);
	}
	if (slot->raw != NULL)
		pfree(slot->raw);
	slot->raw = kept;
	slot->raw_length = raw_length;
	slot->statement = GetCurrentStatementStartTimestamp();
	if (slot->cached != cached)
	{
		uint32		n = Max(cached->model->ncharacteristics, 1);

		if (slot->cached != NULL)
		{
			slot->cached->uses--;
			slot->cached = NULL;
			pfree(slot->inputs);
			pfree(slot->lines);
			pfree(slot->reasons);
			if (slot->pds != NULL)
				pfree(slot->pds);
			slot->pds = NULL;
		}
		slot->map.bound = false;
		old = MemoryContextSwitchTo(site->context);
		slot->inputs = palloc0(n * sizeof(ScoringInput));
		slot->lines = palloc(n * sizeof(ModelLine));
		slot->reasons = palloc(n * sizeof(ModelReason));
		MemoryContextSwitchTo(old);
		slot->cached = cached;
		cached->uses++;
	}
	site->last = (int) (slot - site->slots);
	return slot;
}

/* The decoded model of the first argument. */
static inline Slot *
get_slot(FunctionCallInfo fcinfo)
{
	Site	   *site = get_site(fcinfo);
	Slot	   *slot = &site->slots[site->last];
	struct varlena *raw = (struct varlena *) DatumGetPointer(PG_GETARG_DATUM(0));

	if ((site->constant && slot->cached != NULL) || slot_matches(slot, raw))
		return slot;
	/* Models that take turns, in the order in which they came, are found at once. */
	for (int i = 1; i < SITE_SLOTS; i++)
	{
		int			k = (site->last + i) % SITE_SLOTS;

		if (slot_matches(&site->slots[k], raw))
		{
			site->last = k;
			return &site->slots[k];
		}
	}
	return fill_slot(site, raw);
}

/* ---------- rows ---------- */

/* The converter of a characteristic's column, whose type must be of its kind. */
static ScoringConverter
column_converter(const ModelCharacteristic *c, Oid type)
{
	ScoringConverter converter;
	ScoringTypeClass class = scoring_type_class(type, &converter);
	ScoringTypeClass wanted = c->binning->kind == BINNING_NUMBER ? SCORING_TYPE_NUMBER : SCORING_TYPE_TEXT;

	if (class == SCORING_TYPE_REFUSED)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("characteristic \"%s\" cannot be of type %s", c->name, format_type_be(type)),
				 errhint("Use a number, a date, a boolean, a text or an enum; cast the column in a subquery.")));
	if (class != wanted)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("characteristic \"%s\" is %s in the model, but the row's column is of type %s", c->name,
						wanted == SCORING_TYPE_NUMBER ? "a number" : "text", format_type_be(type)),
				 errhint("Cast the column in a subquery, to the type that the model was fitted on.")));
	return converter;
}

static void
bind_row(Site *site, Slot *slot, Oid type, int32 typmod)
{
	const Model *model = slot->cached->model;
	RowMap	   *map = &slot->map;
	TupleDesc	row;
	int			offset = 0;
	MemoryContext old = MemoryContextSwitchTo(site->context);

	map->bound = false;
	map->fixed = true;
	if (map->sources != NULL)
	{
		pfree(map->sources);
		pfree(map->columns);
		pfree(map->values);
		pfree(map->nulls);
		map->sources = NULL;
	}
	row = lookup_rowtype_tupdesc(type, typmod);
	map->columns = palloc((row->natts + 1) * sizeof(Column));
	map->values = palloc((row->natts + 1) * sizeof(Datum));
	map->nulls = palloc((row->natts + 1) * sizeof(bool));
	map->sources = palloc((model->ncharacteristics + 1) * sizeof(Source));
	map->natts = 0;
	for (uint32 i = 0; i < model->ncharacteristics; i++)
	{
		const ModelCharacteristic *c = &model->characteristics[i];
		AttrNumber	attribute = scoring_row_attribute(row, c->name, "characteristic");

		map->sources[i].attribute = attribute - 1;
		map->sources[i].converter = column_converter(c, TupleDescAttr(row, attribute - 1)->atttypid);
		map->sources[i].is_float8 = map->sources[i].converter == scoring_input_from_float8;
		map->natts = Max(map->natts, attribute);
	}
	for (int i = 0; i < map->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(row, i);
		Column	   *column = &map->columns[i];

		column->length = attribute->attlen;
		column->by_value = attribute->attbyval;
		switch (attribute->attalign)
		{
			case TYPALIGN_CHAR:
				column->align = 1;
				break;
			case TYPALIGN_SHORT:
				column->align = ALIGNOF_SHORT;
				break;
			case TYPALIGN_INT:
				column->align = ALIGNOF_INT;
				break;
			default:
				column->align = ALIGNOF_DOUBLE;
		}
		map->fixed = map->fixed && column->length > 0;
		if (map->fixed)
		{
			offset = TYPEALIGN(column->align, offset);
			map->values[i] = Int32GetDatum(offset);
			offset += column->length;
		}
	}
	for (uint32 i = 0; map->fixed && i < model->ncharacteristics; i++)
		map->sources[i].offset = DatumGetInt32(map->values[map->sources[i].attribute]);
	ReleaseTupleDesc(row);
	map->type = type;
	map->typmod = typmod;
	map->entry = NULL;
	if (type != RECORDOID)
	{
		map->entry = lookup_type_cache(type, TYPECACHE_TUPDESC);
		map->identifier = map->entry->tupDesc_identifier;
	}
	map->bound = true;
	MemoryContextSwitchTo(old);
}

/* As heap_deform_tuple(), but no further than the last column needed. */
static void
deform(RowMap *map, HeapTupleHeader row)
{
	int			natts = map->natts;
	bool		has_nulls = (row->t_infomask & HEAP_HASNULL) != 0;
	const bits8 *bits = row->t_bits;
	const char *data = (const char *) row + row->t_hoff;
	Size		offset = 0;

	/* Stored before a column with a default was added. */
	if (HeapTupleHeaderGetNatts(row) < natts)
	{
		TupleDesc	descriptor = lookup_rowtype_tupdesc(map->type, map->typmod);
		HeapTupleData tuple;
		Datum	   *values = palloc(descriptor->natts * sizeof(Datum));
		bool	   *nulls = palloc(descriptor->natts * sizeof(bool));

		tuple.t_len = HeapTupleHeaderGetDatumLength(row);
		ItemPointerSetInvalid(&tuple.t_self);
		tuple.t_tableOid = InvalidOid;
		tuple.t_data = row;
		heap_deform_tuple(&tuple, descriptor, values, nulls);
		memcpy(map->values, values, natts * sizeof(Datum));
		memcpy(map->nulls, nulls, natts * sizeof(bool));
		ReleaseTupleDesc(descriptor);
		return;
	}
	for (int i = 0; i < natts; i++)
	{
		const Column *column = &map->columns[i];

		if (has_nulls && (bits[i >> 3] & (1 << (i & 7))) == 0)
		{
			map->nulls[i] = true;
			continue;
		}
		map->nulls[i] = false;
		if (column->length != -1 || !VARATT_NOT_PAD_BYTE(data + offset))
			offset = TYPEALIGN(column->align, offset);
		map->values[i] = fetch_att(data + offset, column->by_value, column->length);
		if (column->length > 0)
			offset += column->length;
		else if (column->length == -1)
			offset += VARSIZE_ANY(data + offset);
		else
			offset += strlen(data + offset) + 1;
	}
}

/* scoring_input_from_float8(), in place. */
static inline void
set_float8(ScoringInput *input, float8 number)
{
	input->kind = isnan(number) ? SCORING_INPUT_MISSING : SCORING_INPUT_NUMBER;
	input->number = number;
}

/* Turns the row in the second argument into the model's inputs. */
static void
get_inputs(FunctionCallInfo fcinfo, Slot *slot)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(1);
	uint32		n = slot->cached->model->ncharacteristics;
	ScoringInput *inputs = slot->inputs;
	RowMap	   *map = &slot->map;
	Oid			type = HeapTupleHeaderGetTypeId(row);
	int32		typmod = HeapTupleHeaderGetTypMod(row);

	if (!map->bound || map->type != type || map->typmod != typmod ||
		(map->entry != NULL && map->entry->tupDesc_identifier != map->identifier))
		bind_row(fcinfo->flinfo->fn_extra, slot, type, typmod);
	if (map->fixed && (row->t_infomask & HEAP_HASNULL) == 0 && HeapTupleHeaderGetNatts(row) >= map->natts)
	{
		const char *data = (const char *) row + row->t_hoff;

		for (uint32 i = 0; i < n; i++)
		{
			const Source *source = &map->sources[i];
			const Column *column = &map->columns[source->attribute];

			if (source->is_float8)
				set_float8(&inputs[i], *(const float8 *) (data + source->offset));
			else
				scoring_input_from_datum(source->converter,
										 fetch_att(data + source->offset, column->by_value, column->length), &inputs[i]);
		}
		return;
	}
	deform(map, row);
	for (uint32 i = 0; i < n; i++)
	{
		const Source *source = &map->sources[i];

		if (map->nulls[source->attribute])
			inputs[i].kind = SCORING_INPUT_MISSING;
		else if (source->is_float8)
			set_float8(&inputs[i], DatumGetFloat8(map->values[source->attribute]));
		else
			scoring_input_from_datum(source->converter, map->values[source->attribute], &inputs[i]);
	}
}

/* ---------- input and output ---------- */

static Datum
model_from_text(FunctionCallInfo fcinfo, const char *text, Size length)
{
	struct varlena *stored;
	ScoringFault fault;
	Model	   *model;

	if (!parse_model(text, length, CurrentMemoryContext, &model, &fault) ||
		!pack(model, &stored, &fault))
		return scoring_report_soft(fcinfo, &fault);
	PG_RETURN_POINTER(stored);
}

PG_FUNCTION_INFO_V1(scoring_model_in);
Datum
scoring_model_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);

	return model_from_text(fcinfo, text, strlen(text));
}

PG_FUNCTION_INFO_V1(scoring_model_out);
Datum
scoring_model_out(PG_FUNCTION_ARGS)
{
	struct varlena *stored = PG_GETARG_MODEL_P(0);
	Size		length = VARSIZE_ANY_EXHDR(stored);

	check_header(VARDATA_ANY(stored), length);
	PG_RETURN_CSTRING(pnstrdup(VARDATA_ANY(stored) + MODEL_HEADER, length - MODEL_HEADER));
}

PG_FUNCTION_INFO_V1(scoring_model_recv);
Datum
scoring_model_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(message);
	char	   *text;
	int			length;

	if (version != MODEL_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s: version %d is unknown", "scoring.model", version)));
	text = pq_getmsgtext(message, message->len - message->cursor, &length);
	return model_from_text(fcinfo, text, length);
}

PG_FUNCTION_INFO_V1(scoring_model_send);
Datum
scoring_model_send(PG_FUNCTION_ARGS)
{
	struct varlena *stored = PG_GETARG_MODEL_P(0);
	StringInfoData message;

	check_header(VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored));
	pq_begintypsend(&message);
	pq_sendbyte(&message, MODEL_VERSION);
	pq_sendtext(&message, VARDATA_ANY(stored) + MODEL_HEADER,
				(int) (VARSIZE_ANY_EXHDR(stored) - MODEL_HEADER));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* ---------- identity ---------- */

/* Copies the identity of an argument, of which only the first bytes are fetched. */
static void
get_digest(FunctionCallInfo fcinfo, int n, char *digest)
{
	struct varlena *raw = (struct varlena *) DatumGetPointer(PG_GETARG_DATUM(n));
	struct varlena *holder;

	memcpy(digest, get_header(raw, &holder) + MODEL_DIGEST, DIGEST_LENGTH);
	if (holder != raw)
		pfree(holder);
}

PG_FUNCTION_INFO_V1(scoring_model_hash);
Datum
scoring_model_hash(PG_FUNCTION_ARGS)
{
	char		digest[DIGEST_LENGTH];
	char		text[2 * DIGEST_LENGTH];

	get_digest(fcinfo, 0, digest);
	(void) hex_encode(digest, DIGEST_LENGTH, text);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(text, sizeof(text)));
}

static int
compare_models(FunctionCallInfo fcinfo)
{
	char		first[DIGEST_LENGTH];
	char		second[DIGEST_LENGTH];

	get_digest(fcinfo, 0, first);
	get_digest(fcinfo, 1, second);
	return memcmp(first, second, DIGEST_LENGTH);
}

PG_FUNCTION_INFO_V1(scoring_model_cmp);
Datum
scoring_model_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_models(fcinfo));
}

PG_FUNCTION_INFO_V1(scoring_model_eq);
Datum
scoring_model_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_models(fcinfo) == 0);
}

PG_FUNCTION_INFO_V1(scoring_model_ne);
Datum
scoring_model_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_models(fcinfo) != 0);
}

PG_FUNCTION_INFO_V1(scoring_model_lt);
Datum
scoring_model_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_models(fcinfo) < 0);
}

PG_FUNCTION_INFO_V1(scoring_model_le);
Datum
scoring_model_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_models(fcinfo) <= 0);
}

PG_FUNCTION_INFO_V1(scoring_model_gt);
Datum
scoring_model_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_models(fcinfo) > 0);
}

PG_FUNCTION_INFO_V1(scoring_model_ge);
Datum
scoring_model_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_models(fcinfo) >= 0);
}

PG_FUNCTION_INFO_V1(scoring_model_hash32);
Datum
scoring_model_hash32(PG_FUNCTION_ARGS)
{
	char		digest[DIGEST_LENGTH];

	get_digest(fcinfo, 0, digest);
	return hash_any((const unsigned char *) digest, DIGEST_LENGTH);
}

PG_FUNCTION_INFO_V1(scoring_model_hash64);
Datum
scoring_model_hash64(PG_FUNCTION_ARGS)
{
	char		digest[DIGEST_LENGTH];

	get_digest(fcinfo, 0, digest);
	return hash_any_extended((const unsigned char *) digest, DIGEST_LENGTH, (uint64) PG_GETARG_INT64(1));
}

/* ---------- one row ---------- */

bool
scoring_model_try_score(FunctionCallInfo fcinfo, int32 *score, ScoringFault *fault)
{
	Slot	   *slot = get_slot(fcinfo);

	get_inputs(fcinfo, slot);
	return model_score(slot->cached->model, slot->inputs, score, NULL, fault);
}

PG_FUNCTION_INFO_V1(scoring_model_score);
Datum
scoring_model_score(PG_FUNCTION_ARGS)
{
	ScoringFault fault;
	int32		score;

	if (!scoring_model_try_score(fcinfo, &score, &fault))
		scoring_report(&fault);
	PG_RETURN_INT32(score);
}

/* An exponential costs as much as half a row, and scores repeat. */
static float8
pd_of_score(FunctionCallInfo fcinfo, Slot *slot, int32 score)
{
	PdEntry    *entry;

	if (slot->pds == NULL)
	{
		slot->pds = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, PD_ENTRIES * sizeof(PdEntry));
		/* No entry is true yet: none holds a score that belongs there. */
		for (int i = 0; i < PD_ENTRIES; i++)
			slot->pds[i].score = i + 1;
	}
	entry = &slot->pds[(uint32) score % PD_ENTRIES];
	if (entry->score != score)
	{
		entry->pd = model_pd(slot->cached->model, score);
		entry->score = score;
	}
	return entry->pd;
}

PG_FUNCTION_INFO_V1(scoring_model_pd);
Datum
scoring_model_pd(PG_FUNCTION_ARGS)
{
	Slot	   *slot = get_slot(fcinfo);
	ScoringFault fault;
	int32		score;

	get_inputs(fcinfo, slot);
	if (!model_score(slot->cached->model, slot->inputs, &score, NULL, &fault))
		scoring_report(&fault);
	PG_RETURN_FLOAT8(pd_of_score(fcinfo, slot, score));
}

PG_FUNCTION_INFO_V1(scoring_model_log_odds);
Datum
scoring_model_log_odds(PG_FUNCTION_ARGS)
{
	Slot	   *slot = get_slot(fcinfo);
	ScoringFault fault;
	double		log_odds;

	get_inputs(fcinfo, slot);
	if (!model_score(slot->cached->model, slot->inputs, NULL, &log_odds, &fault))
		scoring_report(&fault);
	PG_RETURN_FLOAT8(model_calibrated(slot->cached->model, log_odds));
}

PG_FUNCTION_INFO_V1(scoring_model_pd_of_score);
Datum
scoring_model_pd_of_score(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(pd_of_score(fcinfo, get_slot(fcinfo), PG_GETARG_INT32(1)));
}

static void
get_lines(FunctionCallInfo fcinfo, Slot *slot)
{
	ScoringFault fault;

	get_inputs(fcinfo, slot);
	if (!model_explain(slot->cached->model, slot->inputs, slot->lines, &fault))
		scoring_report(&fault);
}

static Datum
text_array(Datum *texts, int count)
{
	return PointerGetDatum(count == 0 ? construct_empty_array(TEXTOID) :
						   construct_array(texts, count, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(scoring_model_reasons);
Datum
scoring_model_reasons(PG_FUNCTION_ARGS)
{
	Slot	   *slot = get_slot(fcinfo);
	int32		limit = PG_GETARG_INT32(2);
	uint32		count;
	Datum	   *texts;

	if (limit < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the number of reasons cannot be negative")));
	get_lines(fcinfo, slot);
	count = Min(model_reasons(slot->cached->model, slot->lines, slot->reasons), (uint32) limit);
	texts = palloc((count + 1) * sizeof(Datum));
	for (uint32 i = 0; i < count; i++)
		texts[i] = CStringGetTextDatum(slot->reasons[i].code);
	return text_array(texts, (int) count);
}

PG_FUNCTION_INFO_V1(scoring_model_policies_applied);
Datum
scoring_model_policies_applied(PG_FUNCTION_ARGS)
{
	Slot	   *slot = get_slot(fcinfo);
	const Model *model = slot->cached->model;
	Datum	   *texts = palloc((model->ncharacteristics + 1) * sizeof(Datum));
	int			count = 0;

	get_lines(fcinfo, slot);
	for (uint32 i = 0; i < model->ncharacteristics; i++)
	{
		if (slot->lines[i].note != NULL)
			texts[count++] = CStringGetTextDatum(psprintf("%s %s", model->characteristics[i].name,
														  slot->lines[i].note));
	}
	return text_array(texts, count);
}

/* ---------- lists ---------- */

static Datum
label_datum(const Binning *binning, uint32 bin)
{
	ScoringBuffer label;
	Datum		result;

	/* A bin of 100,000 categories has a long one. */
	scoring_buffer_init(&label, scoring_host(), 2 * MODEL_MAX_BYTES);
	binning_label(&label, binning, bin);
	result = PointerGetDatum(cstring_to_text_with_len(label.data, (int) label.length));
	scoring_release(scoring_host(), label.data);
	return result;
}

static Datum
input_datum(const ScoringInput *input)
{
	char		text[40];

	if (input->kind == SCORING_INPUT_TEXT)
		return PointerGetDatum(cstring_to_text_with_len(input->text, (int) input->length));
	return PointerGetDatum(cstring_to_text_with_len(text, scoring_number_to_text(input->number == 0 ? 0 : input->number, text)));
}

PG_FUNCTION_INFO_V1(scoring_model_explain);
Datum
scoring_model_explain(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Slot	   *slot = get_slot(fcinfo);
	const Model *model = slot->cached->model;

	InitMaterializedSRF(fcinfo, 0);
	get_lines(fcinfo, slot);
	for (uint32 i = 0; i < model->ncharacteristics; i++)
	{
		const ModelCharacteristic *c = &model->characteristics[i];
		const ModelLine *line = &slot->lines[i];
		Datum		values[9];
		bool		nulls[9] = {false};

		values[0] = CStringGetTextDatum(c->name);
		nulls[1] = slot->inputs[i].kind == SCORING_INPUT_MISSING;
		if (!nulls[1])
			values[1] = input_datum(&slot->inputs[i]);
		nulls[2] = line->bin < 0;
		if (!nulls[2])
			values[2] = label_datum(c->binning, (uint32) line->bin);
		values[3] = Int32GetDatum(line->points);
		values[4] = Float8GetDatum(line->woe);
		values[5] = Float8GetDatum(line->baseline);
		values[6] = Float8GetDatum(line->lost);
		values[7] = CStringGetTextDatum(line->reason_code);
		nulls[8] = line->note == NULL;
		if (!nulls[8])
			values[8] = CStringGetTextDatum(line->note);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

typedef struct PointsRow
{
	const char *characteristic;
	int			bin;			/* from 1; 0 for none */
	Datum		label;
	bool		has_woe;
	double		woe;
	int32		points;
	bool		fails;
	const char *policy;
	const char *reason_code;
	int64		rows;			/* -1: not known */
} PointsRow;

static void
put_points(ReturnSetInfo *result, const PointsRow *row)
{
	Datum		values[8];
	bool		nulls[8] = {false};

	nulls[0] = row->characteristic == NULL;
	if (!nulls[0])
		values[0] = CStringGetTextDatum(row->characteristic);
	nulls[1] = row->bin == 0;
	values[1] = Int32GetDatum(row->bin);
	values[2] = row->label;
	nulls[3] = row->rows < 0;
	values[3] = Int64GetDatum(row->rows);
	nulls[4] = !row->has_woe || row->fails;
	values[4] = Float8GetDatum(row->woe);
	nulls[5] = row->fails;
	values[5] = Int32GetDatum(row->points);
	nulls[6] = row->policy == NULL;
	if (!nulls[6])
		values[6] = CStringGetTextDatum(row->policy);
	nulls[7] = row->reason_code == NULL;
	if (!nulls[7])
		values[7] = CStringGetTextDatum(row->reason_code);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(scoring_model_points);
Datum
scoring_model_points(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const Model *model = scoring_model_unpack(PG_GETARG_MODEL_P(0));	/* with counts */
	static const char *const fates[] = {
		NULL, "too few rows, neutral", "no rows, neutral", "neutral", "worst", "nearest", "error"
	};
	PointsRow	row = {0};

	InitMaterializedSRF(fcinfo, 0);
	row.label = CStringGetTextDatum("base points");
	row.points = model->base_points;
	row.rows = -1;
	put_points(result, &row);
	for (uint32 i = 0; i < model->ncharacteristics; i++)
	{
		const ModelCharacteristic *c = &model->characteristics[i];
		const Binning *binning = c->binning;
		bool		number = binning->kind == BINNING_NUMBER;
		BinningPolicy policy = number ? binning->options.out_of_range_to : binning->options.unseen_to;
		int			outcome = number ? BINNING_BELOW : BINNING_UNSEEN;

		row.characteristic = c->name;
		row.has_woe = true;
		for (uint32 k = 0; k < binning->nbins; k++)
		{
			const BinningBin *bin = &binning->bins[k];

			row.bin = (int) k + 1;
			row.label = label_datum(binning, k);
			row.woe = bin->woe;
			row.points = c->points[k];
			row.fails = bin->fate == BINNING_FATE_ERROR;
			row.policy = bin->fate == BINNING_FATE_OWN && k >= binning->nvalue_bins ? "own" : fates[bin->fate];
			row.reason_code = c->reason_codes[k];
			row.rows = c->has_counts ? bin->counts.rows : -1;
			put_points(result, &row);
		}
		/* What falls into no bin, unless the listing has its bin. */
		if (policy == (number ? BINNING_TO_NEAREST : BINNING_TO_OWN))
			continue;
		row.bin = 0;
		row.label = CStringGetTextDatum(number ? "out of range" : "unseen");
		row.woe = c->outcome_woe[outcome + MODEL_OUTCOMES];
		row.points = c->outcome_points[outcome + MODEL_OUTCOMES];
		row.fails = c->outcome_fails[outcome + MODEL_OUTCOMES];
		row.policy = binning_policy_name(policy);
		row.reason_code = c->reason_code;
		row.rows = -1;
		put_points(result, &row);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_model_characteristics);
Datum
scoring_model_characteristics(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const Model *model = get_slot(fcinfo)->cached->model;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < model->ncharacteristics; i++)
	{
		const ModelCharacteristic *c = &model->characteristics[i];
		bool		number = c->binning->kind == BINNING_NUMBER;
		Datum		values[10];
		bool		nulls[10] = {false};

		values[0] = Int32GetDatum((int32) i + 1);
		values[1] = CStringGetTextDatum(c->name);
		values[2] = CStringGetTextDatum(number ? "number" : "text");
		values[3] = Float8GetDatum(c->coefficient);
		values[4] = Int32GetDatum((int32) c->binning->nbins);
		values[5] = Int32GetDatum(c->low_points);
		values[6] = Int32GetDatum(c->high_points);
		values[7] = Float8GetDatum(c->baseline);
		nulls[8] = number;
		nulls[9] = !number;
		if (number)
			values[9] = CStringGetTextDatum(binning_policy_name(c->binning->options.out_of_range_to));
		else
			values[8] = CStringGetTextDatum(binning_policy_name(c->binning->options.unseen_to));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(scoring_model_base_points);
Datum
scoring_model_base_points(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(get_slot(fcinfo)->cached->model->base_points);
}

/* ---------- another scale; names ---------- */

PG_FUNCTION_INFO_V1(scoring_model_rescale);
Datum
scoring_model_rescale(PG_FUNCTION_ARGS)
{
	Model	   *model = scoring_model_unpack(PG_GETARG_MODEL_P(0));
	ScoringFault fault;

	if (!model_rescale(scoring_host(), model, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3),
					   &fault))
		scoring_report(&fault);
	PG_RETURN_POINTER(scoring_model_pack(model));
}

/* In databases that are still at 0.1.0, score('name', row) and its like are bound to it. */
PG_FUNCTION_INFO_V1(scoring_model_by_name);
Datum
scoring_model_by_name(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("models cannot be looked up by name: this database has no registry of models"),
			 errhint("ALTER EXTENSION scoring UPDATE; then a superuser makes a registry: SELECT scoring.setup(); or pass a value of type scoring.model, '{...}'::scoring.model.")));
	PG_RETURN_NULL();
}
