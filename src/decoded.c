/*
 * decoded.c: decoded forms of large arguments, by call site and by backend.
 */
#include "postgres.h"

#include "access/xact.h"
#include "compat.h"
#include "decoded.h"
#include "lib/ilist.h"
#include "nodes/primnodes.h"
#include "number_core.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define CACHE_ENTRIES 32
#define CACHE_BYTES (32 * 1024 * 1024)
#define SITE_SLOTS 4			/* values that one call site alternates between without looking further */

typedef struct DecodedEntry
{
	dlist_node	node;
	const ScoringDecodedType *type;
	MemoryContext context;		/* holds everything here */
	uint64		hash;
	Size		length;
	char	   *content;
	Size		bytes;
	int			uses;			/* slots that hold it */
	void	   *decoded;
} DecodedEntry;

typedef struct DecodedSlot
{
	DecodedEntry *entry;
	char	   *raw;			/* what was given, if that was toasted or compressed */
	Size		raw_length;
	TimestampTz statement;		/* a toast pointer means the same all through a statement, no longer */
} DecodedSlot;

typedef struct DecodedSite
{
	MemoryContextCallback callback;
	MemoryContext context;
	bool		constant;		/* the argument is a constant: what was found first is it */
	int			last;
	DecodedSlot slots[SITE_SLOTS];
} DecodedSite;

static dlist_head cache = DLIST_STATIC_INIT(cache); /* most recently used first */
static int	cache_entries = 0;
static Size cache_bytes = 0;

/* ---------- by backend ---------- */

/* Forgets what has not been used for longest, until the rest is small enough. */
static void
trim_cache(const DecodedEntry *keep)
{
	dlist_node *node;

	if (cache_entries == 0)
		return;
	node = dlist_tail_node(&cache);
	while (cache_entries > CACHE_ENTRIES || cache_bytes > CACHE_BYTES)
	{
		DecodedEntry *entry = dlist_container(DecodedEntry, node, node);
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

static DecodedEntry *
find_entry(const ScoringDecodedType *type, const char *content, Size length)
{
	uint64		hash = scoring_hash_bytes(content, length, 0);
	dlist_iter	iter;
	DecodedEntry *entry;
	MemoryContext context;
	MemoryContext old;

	dlist_foreach(iter, &cache)
	{
		entry = dlist_container(DecodedEntry, node, iter.cur);
		if (entry->hash == hash && entry->type == type && entry->length == length &&
			memcmp(entry->content, content, length) == 0)
		{
			dlist_move_head(&cache, &entry->node);
			return entry;
		}
	}

	/* Until it is complete it belongs to the caller's context, so that an error leaves nothing behind. */
	context = AllocSetContextCreate(CurrentMemoryContext, "scoring decoded value", ALLOCSET_SMALL_SIZES);
	MemoryContextSetIdentifier(context, type->name);
	old = MemoryContextSwitchTo(context);
	entry = palloc0(sizeof(DecodedEntry));
	entry->type = type;
	entry->context = context;
	entry->hash = hash;
	entry->length = length;
	entry->content = palloc(length + 1);
	memcpy(entry->content, content, length);
	entry->decoded = type->decode(content, length);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(context, CacheMemoryContext);
	entry->bytes = MemoryContextMemAllocated(context, true);
	dlist_push_head(&cache, &entry->node);
	cache_entries++;
	cache_bytes += entry->bytes;
	trim_cache(entry);
	return entry;
}

/* ---------- by call site ---------- */

static void
release_site(void *argument)
{
	DecodedSite *site = argument;

	for (int i = 0; i < SITE_SLOTS; i++)
	{
		if (site->slots[i].entry != NULL)
			site->slots[i].entry->uses--;
		site->slots[i].entry = NULL;
	}
}

static DecodedSite *
get_site(FunctionCallInfo fcinfo, int n)
{
	DecodedSite *site = fcinfo->flinfo->fn_extra;
	Node	   *expression = fcinfo->flinfo->fn_expr;

	if (site != NULL)
		return site;
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(DecodedSite));
	site->context = fcinfo->flinfo->fn_mcxt;
	site->callback.func = release_site;
	site->callback.arg = site;
	MemoryContextRegisterResetCallback(site->context, &site->callback);
	if (expression != NULL && IsA(expression, FuncExpr))
		site->constant = IsA(list_nth(((FuncExpr *) expression)->args, n), Const);
	fcinfo->flinfo->fn_extra = site;
	return site;
}

static inline bool
slot_matches(const DecodedSlot *slot, struct varlena *raw)
{
	if (slot->entry == NULL)
		return false;
	if (VARATT_IS_EXTERNAL_ONDISK(raw))
		return slot->raw_length == VARSIZE_EXTERNAL(raw) &&
			memcmp(slot->raw, raw, slot->raw_length) == 0 &&
			slot->statement == GetCurrentStatementStartTimestamp();
	if (VARATT_IS_EXTERNAL(raw))
		return false;
	if (VARATT_IS_COMPRESSED(raw))
		return slot->raw_length == VARSIZE(raw) && memcmp(slot->raw, raw, slot->raw_length) == 0;
	return slot->entry->length == VARSIZE_ANY_EXHDR(raw) &&
		memcmp(slot->entry->content, VARDATA_ANY(raw), slot->entry->length) == 0;
}

static const void *
fill_slot(DecodedSite *site, struct varlena *raw, const ScoringDecodedType *type)
{
	struct varlena *stored = pg_detoast_datum_packed(raw);
	DecodedEntry *entry = find_entry(type, VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored));
	DecodedSlot *slot = NULL;
	Size		raw_length = 0;
	char	   *kept = NULL;

	if ((Pointer) stored != (Pointer) raw)
		pfree(stored);
	for (int i = 0; i < SITE_SLOTS && slot == NULL; i++)
	{
		/* The same value, given in another form; or room. */
		if (site->slots[i].entry == entry || site->slots[i].entry == NULL)
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
	if (slot->entry != entry)
	{
		if (slot->entry != NULL)
			slot->entry->uses--;
		slot->entry = entry;
		entry->uses++;
	}
	site->last = (int) (slot - site->slots);
	return entry->decoded;
}

const void *
scoring_decoded_argument(FunctionCallInfo fcinfo, int n, const ScoringDecodedType *type)
{
	DecodedSite *site = get_site(fcinfo, n);
	DecodedSlot *slot = &site->slots[site->last];
	struct varlena *raw = (struct varlena *) DatumGetPointer(PG_GETARG_DATUM(n));

	if ((site->constant && slot->entry != NULL) || slot_matches(slot, raw))
		return slot->entry->decoded;
	for (int i = 0; i < SITE_SLOTS; i++)
	{
		if (slot_matches(&site->slots[i], raw))
		{
			site->last = i;
			return site->slots[i].entry->decoded;
		}
	}
	return fill_slot(site, raw, type);
}
