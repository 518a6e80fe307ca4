/*
 * audit.c: entries of the audit log.
 *
 * An entry is a row without words, hashed into chains and blocks, and a row of its words, with salt, that can be erased
 * without breaking either. Entries are numbered in lanes. A lane is the place of a process among the server's processes,
 * so it has one writer at a time, and its numbers have no gaps without any lock. Entries about one subject are chained
 * too, under a lock of the subject that is held for the moment of writing only: the rows are there for good before the
 * transaction ends (audit_rows.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "audit.h"
#include "audit_core.h"
#include "audit_parts.h"
#include "audit_rows.h"
#include "common/cryptohash.h"
#include "common/hashfn.h"
#include "common/sha2.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "owner.h"
#include "postmaster/walwriter.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* Bytes. A whole entry must fit a page, and its words are never compressed: what is erased must be found to be gone. */
#define DETAIL_LIMIT 7000
#define NAME_LIMIT 256
#define VALUE_LIMIT 1000
#define MORE_LIMIT 3000

enum
{
	DURABILITY_GROUP,
	DURABILITY_STRICT
};

static const struct config_enum_entry durabilities[] = {
	{"group", DURABILITY_GROUP, false},
	{"strict", DURABILITY_STRICT, false},
	{NULL, 0, false}
};

static int	durability = DURABILITY_GROUP;

void
scoring_audit_init(void)
{
	DefineCustomEnumVariable("scoring.audit_durability",
							 "When an entry of the audit log is on disk.",
							 "group: within three times wal_writer_delay, so that only a crash of the server can lose it; strict: before what it records is done.",
							 &durability, DURABILITY_GROUP, durabilities, PGC_SUSET, 0, NULL, NULL, NULL);
	audit_rows_init();
}

/* ---------- bytes ---------- */

/*
 * A context for all digests of this process: making one costs as much as the digest of an entry. Contexts belong to resource
 * owners, and those of transactions end.
 */
static pg_cryptohash_ctx *
digest_context(void)
{
	static ResourceOwner owner = NULL;
	static pg_cryptohash_ctx *context = NULL;

	if (context == NULL)
	{
		ResourceOwner old = CurrentResourceOwner;

		if (owner == NULL)
			owner = ResourceOwnerCreate(NULL, "scoring digest");
		CurrentResourceOwner = owner;
		context = pg_cryptohash_create(PG_SHA256);
		CurrentResourceOwner = old;
	}
	return context;
}

void
audit_digest(const uint8_t *bytes, size_t length, uint8_t *out)
{
	pg_cryptohash_ctx *context = digest_context();

	if (context == NULL || pg_cryptohash_init(context) < 0 || pg_cryptohash_update(context, bytes, length) < 0 ||
		pg_cryptohash_final(context, out, PG_SHA256_DIGEST_LENGTH) < 0)
		elog(ERROR, "SHA-256 cannot be computed");
}

/* Random bytes are asked for in stocks. */
static void
take_random(uint8_t *out, size_t length)
{
	static uint8_t stock[512];
	static size_t left = 0;

	if (left < length)
	{
		if (!pg_strong_random(stock, sizeof(stock)))
			ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate random bytes")));
		left = sizeof(stock);
	}
	left -= length;
	memcpy(out, stock + left, length);
	/* A salt that could be read from here would be none. */
	explicit_bzero(stock + left, length);
}

bytea *
audit_make_bytea(const uint8_t *bytes, size_t length)
{
	bytea	   *result = palloc(VARHDRSZ + length);

	SET_VARSIZE(result, VARHDRSZ + length);
	memcpy(VARDATA(result), bytes, length);
	return result;
}

bool
audit_read_bytea(Datum datum, size_t length, uint8_t *out)
{
	bytea	   *bytes = DatumGetByteaPP(datum);

	if (VARSIZE_ANY_EXHDR(bytes) != length)
		return false;
	memcpy(out, VARDATA_ANY(bytes), length);
	return true;
}

void
audit_detail_hash(const uint8_t *salt, const char *detail, size_t length, uint8_t *out)
{
	const char *utf8;
	size_t		utf8_length;
	uint8_t    *bytes;

	utf8 = scoring_host()->utf8(NULL, detail, length, &utf8_length);
	bytes = palloc(AUDIT_SALT_LENGTH + utf8_length);
	memcpy(bytes, salt, AUDIT_SALT_LENGTH);
	memcpy(bytes + AUDIT_SALT_LENGTH, utf8, utf8_length);
	audit_digest(bytes, AUDIT_SALT_LENGTH + utf8_length, out);
	pfree(bytes);
}

/* ---------- words ---------- */

typedef struct Words
{
	StringInfoData text;
	int			share;			/* values get so many times less room than usual */
	bool		cut;
} Words;

static void
put_key(Words *words, const char *key)
{
	appendStringInfoString(&words->text, words->text.len == 0 ? "{\"" : ", \"");
	appendStringInfoString(&words->text, key);
	appendStringInfoString(&words->text, "\": ");
}

/* Most texts have nothing to escape. */
static void
put_string(Words *words, const char *value, int length)
{
	for (const char *at = value; *at != '\0'; at++)
	{
		if ((unsigned char) *at < ' ' || *at == '"' || *at == '\\')
		{
			escape_json(&words->text, value);
			return;
		}
	}
	appendStringInfoChar(&words->text, '"');
	appendBinaryStringInfo(&words->text, value, length);
	appendStringInfoChar(&words->text, '"');
}

static void
put_text(Words *words, const char *key, const char *value, int limit)
{
	int			length;

	if (value == NULL)
		return;
	put_key(words, key);
	limit /= words->share;
	length = (int) strlen(value);
	if (length > limit)
	{
		char	   *clipped = pnstrdup(value, pg_mbcliplen(value, length, limit));

		escape_json(&words->text, psprintf("%s[...]", clipped));
		words->cut = true;
	}
	else
		put_string(words, value, length);
}

static void
append_integer(Words *words, int64 value)
{
	char		digits[MAXINT8LEN + 1];

	appendBinaryStringInfo(&words->text, digits, pg_lltoa(value, digits));
}

static void
put_integer(Words *words, const char *key, int64 value)
{
	put_key(words, key);
	append_integer(words, value);
}

static char *
put_digits(char *at, int value, int digits, char after)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		at[i] = (char) ('0' + value % 10);
	at[digits] = after;
	return at + digits + 1;
}

static void
put_time(Words *words, const char *key, TimestampTz at)
{
	struct pg_tm tm;
	fsec_t		fraction;
	char		text[40];
	char	   *end = text;

	/* Without a zone: as it is counted, in UTC. */
	if (timestamp2tm(at, NULL, &tm, &fraction, NULL, NULL) != 0)
		elog(ERROR, "timestamp out of range");
	end = put_digits(end, tm.tm_year, 4, '-');
	end = put_digits(end, tm.tm_mon, 2, '-');
	end = put_digits(end, tm.tm_mday, 2, 'T');
	end = put_digits(end, tm.tm_hour, 2, ':');
	end = put_digits(end, tm.tm_min, 2, ':');
	end = put_digits(end, tm.tm_sec, 2, '.');
	end = put_digits(end, fraction, 6, 'Z');
	put_key(words, key);
	appendStringInfoChar(&words->text, '"');
	appendBinaryStringInfo(&words->text, text, (int) (end - text));
	appendStringInfoChar(&words->text, '"');
}

/* The other end of the connection, which does not change. */
static const char *
client_address(void)
{
	static char address[64] = "";

	if (address[0] == '\0')
	{
		LOCAL_FCINFO(call, 0);
		Datum		client;

		InitFunctionCallInfoData(*call, NULL, 0, InvalidOid, NULL, NULL);
		client = inet_client_addr(call);
		strlcpy(address, call->isnull ? "local" : DatumGetCString(DirectFunctionCall1(inet_out, client)), sizeof(address));
	}
	return address;
}

static const char *
role_name(Oid role)
{
	char	   *name = GetUserNameFromId(role, true);

	return name != NULL ? name : psprintf("%u", role);
}

static void
put_process(Words *words, Oid role, Oid session, const char *application)
{
	put_text(words, "role", role_name(role), NAME_LIMIT);
	put_text(words, "session", role_name(session), NAME_LIMIT);
	put_text(words, "client", client_address(), NAME_LIMIT);
	if (application[0] != '\0')
		put_text(words, "application", application, NAME_LIMIT);
	put_integer(words, "pid", MyProcPid);
}

/* Who it is. That is the same for thousands of entries, and remembered. */
static void
put_who(Words *words)
{
	static struct
	{
		uint64		changes;	/* of roles */
		Oid			role;
		Oid			session;
		char		application[NAMEDATALEN];
		int			length;
		char		text[1024];
	}			kept = {.length = 0};
	Oid			role = scoring_owner_caller();
	Oid			session = GetSessionUserId();
	const char *application = application_name != NULL ? application_name : "";
	uint64		changes = audit_rows_changes();
	int			start = words->text.len;

	if (kept.length > 0 && kept.changes == changes && kept.role == role && kept.session == session &&
		words->share == 1 && strcmp(kept.application, application) == 0)
	{
		appendBinaryStringInfo(&words->text, kept.text, kept.length);
		return;
	}
	put_process(words, role, session, application);
	kept.length = 0;
	if (words->share == 1 && words->text.len - start <= (int) sizeof(kept.text) && strlen(application) < sizeof(kept.application))
	{
		memcpy(kept.text, words->text.data + start, words->text.len - start);
		strcpy(kept.application, application);
		kept.changes = changes;
		kept.role = role;
		kept.session = session;
		kept.length = words->text.len - start;
	}
}

static void
put_words(Words *words, const ScoringAuditEvent *event)
{
	put_text(words, "event", event->event, NAME_LIMIT);
	put_time(words, "at", GetCurrentTimestamp());
	put_text(words, "object", event->object, NAME_LIMIT);
	/* Whole, if he has a chain: audit_verify() compares it with the name that his token stands for. */
	put_text(words, "subject", event->subject, AUDIT_SUBJECT_LIMIT * words->share);
	put_text(words, "purpose", event->purpose, NAME_LIMIT);
	put_text(words, "case_ref", event->case_ref, NAME_LIMIT);
	put_who(words);
	put_integer(words, "transaction", (int64) U64FromFullTransactionId(GetTopFullTransactionId()));
	if (event->of != NULL)
	{
		put_key(words, "of");
		appendStringInfoChar(&words->text, '[');
		append_integer(words, event->of->lane);
		appendStringInfoString(&words->text, ", ");
		append_integer(words, event->of->entry);
		appendStringInfoChar(&words->text, ']');
	}
	put_text(words, "columns", event->columns, VALUE_LIMIT);
	if (event->rows >= 0)
		put_integer(words, "rows", event->rows);
	put_text(words, "reason", event->reason, VALUE_LIMIT);
	put_text(words, "on_behalf_of", event->on_behalf_of, NAME_LIMIT);
	if (event->more != NULL)
	{
		if (strlen(event->more) > MORE_LIMIT / words->share)
			put_text(words, "more", event->more, MORE_LIMIT);
		else
		{
			put_key(words, "more");
			appendStringInfoString(&words->text, event->more);
		}
	}
	if (words->cut)
	{
		put_key(words, "cut");
		appendStringInfoString(&words->text, "true");
	}
	appendStringInfoChar(&words->text, '}');
}

/* What happened, as JSON. What is too long is cut, and the whole says so: an entry is never lost to its length. */
static text *
make_detail(const ScoringAuditEvent *event)
{
	Words		words;

	initStringInfo(&words.text);
	/* Room for the length of a text value. */
	for (words.share = 1;; words.share *= 2)
	{
		resetStringInfo(&words.text);
		words.cut = words.share > 1;
		put_words(&words, event);
		if (words.text.len <= DETAIL_LIMIT)
			break;
	}
	return cstring_to_text_with_len(words.text.data, words.text.len);
}

/* ---------- lanes and subjects ---------- */

/* The lane of this process. */
static struct
{
	bool		known;
	uint64		generation;		/* of the tables, when it was found */
	int64		last;			/* its last entry */
}			lane;

static int64
last_of_lane(void)
{
	static const int columns[] = {ENTRY_LANE, ENTRY_ENTRY};
	Datum		key = Int32GetDatum(scoring_process_slot());
	HeapTuple	tuple;
	bool		is_null;

	if (lane.known && lane.generation == audit_rows_generation())
		return lane.last;
	tuple = audit_rows_first(AUDIT_ENTRY, 2, columns, 1, &key, NULL, true, SnapshotSelf);
	return tuple == NULL ? 0 : DatumGetInt64(audit_rows_column(AUDIT_ENTRY, tuple, ENTRY_ENTRY, &is_null));
}

/*
 * Of the log's own kind: no user can take it with pg_advisory_lock(), whose tags have 1 and 2 in the last place.
 */
void
audit_set_lock_tag(LOCKTAG *tag, AuditLockKind kind, uint64 key)
{
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, (uint32) (key >> 32), (uint32) key, (uint16) kind);
}

static void
audit_set_subject_lock_tag(LOCKTAG *tag, const char *subject)
{
	audit_set_lock_tag(tag, AUDIT_LOCK_SUBJECT,
					   DatumGetUInt64(hash_any_extended((const unsigned char *) subject, (int) strlen(subject), 0)));
}

/* An entry about a subject: his token, made if he has none yet, and the end of his chain. Under his lock. */
static void
link_subject(const char *subject, AuditLeaf *leaf, pg_uuid_t *token, uint8_t *subject_hash)
{
	static const int subject_columns[] = {SUBJECT_SUBJECT};
	static const int chain_columns[] = {ENTRY_TOKEN, ENTRY_SUBJECT_ENTRY};
	Datum		key = CStringGetTextDatum(subject);
	uint8_t		previous[AUDIT_HASH_LENGTH];
	HeapTuple	tuple;
	bool		is_null;

	leaf->subject_entry = 1;
	leaf->token = token->data;
	tuple = audit_rows_first(AUDIT_SUBJECT, 1, subject_columns, 1, &key, NULL, false, SnapshotSelf);
	if (tuple == NULL)
	{
		Datum		values[SUBJECT_COLUMNS];
		bool		nulls[SUBJECT_COLUMNS] = {0};

		take_random(token->data, sizeof(token->data));
		/* A random UUID: RFC 4122, section 4.4. */
		token->data[6] = (token->data[6] & 0x0f) | 0x40;
		token->data[8] = (token->data[8] & 0x3f) | 0x80;
		values[SUBJECT_SUBJECT] = key;
		values[SUBJECT_TOKEN] = UUIDPGetDatum(token);
		audit_rows_add(AUDIT_SUBJECT, values, nulls);
	}
	else
	{
		Datum		found;

		memcpy(token, DatumGetUUIDP(audit_rows_column(AUDIT_SUBJECT, tuple, SUBJECT_TOKEN, &is_null)), sizeof(*token));
		found = UUIDPGetDatum(token);
		tuple = audit_rows_first(AUDIT_ENTRY, 2, chain_columns, 1, &found, NULL, true, SnapshotSelf);
		if (tuple != NULL)
		{
			leaf->subject_entry = DatumGetInt64(audit_rows_column(AUDIT_ENTRY, tuple, ENTRY_SUBJECT_ENTRY, &is_null)) + 1;
			if (!audit_read_bytea(audit_rows_column(AUDIT_ENTRY, tuple, ENTRY_SUBJECT_HASH, &is_null), sizeof(previous), previous))
				ereport(ERROR,
						(errcode(ERRCODE_DATA_CORRUPTED),
						 errmsg("a hash in the audit log is malformed"),
						 errhint("SELECT * FROM scoring.audit_verify() tells which.")));
		}
	}
	audit_subject_hash(audit_digest, leaf, leaf->subject_entry > 1 ? previous : NULL, subject_hash);
	leaf->subject_hash = subject_hash;
}

/* ---------- writing ---------- */

/*
 * Says what is to be on disk within three rounds of the writer of the write-ahead log. It sleeps longer than a round only
 * after dozens of rounds without work: in the first round after it was last woken if need be, it is not to be woken again.
 */
static void
announce(XLogRecPtr end)
{
	static TimestampTz woken_at = 0;
	TimestampTz now = GetCurrentTimestamp();

	if (now >= woken_at && now - woken_at < (int64) WalWriterDelay * 1000)
		SCORING_QUIET_ASYNC_LSN(end);
	else
	{
		XLogSetAsyncXactLSN(end);
		woken_at = now;
	}
}

/*
 * To the server the transaction has written nothing by this: it need not wait for the disk when it commits, unless it
 * writes something else. The writer of the write-ahead log does it within three of its rounds.
 */
static void
settle(XLogRecPtr written_before, XLogRecPtr end)
{
	if (durability == DURABILITY_STRICT)
		XLogFlush(end);
	else
		announce(end);
	XactLastRecEnd = written_before;
}

void
audit_keep_rows(XLogRecPtr written_before)
{
	settle(written_before, audit_rows_keep());
}

MemoryContext
audit_memory(void)
{
	static MemoryContext context = NULL;

	if (context == NULL)
		context = AllocSetContextCreate(TopMemoryContext, "scoring audit", ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(context);
	return context;
}

static int64 written = 0;

int64
audit_written(void)
{
	return written;
}

ScoringAuditId
scoring_audit_write(const ScoringAuditEvent *event)
{
	static const AuditTable which[] = {AUDIT_ENTRY, AUDIT_DETAIL, AUDIT_SUBJECT};
	MemoryContext old;
	/* What is longer than an index takes is nobody's key; the words have it, cut. */
	bool		chained = event->subject != NULL && strlen(event->subject) <= AUDIT_SUBJECT_LIMIT;
	XLogRecPtr	written_before;
	text	   *detail;
	AuditLeaf	leaf = {0};
	uint8_t		salt[AUDIT_SALT_LENGTH];
	uint8_t		detail_hash[AUDIT_HASH_LENGTH];
	uint8_t		subject_hash[AUDIT_HASH_LENGTH];
	pg_uuid_t	token;
	LOCKTAG		tag;
	Datum		values[AUDIT_MAX_COLUMNS];
	bool		nulls[AUDIT_MAX_COLUMNS] = {0};
	ScoringAuditId id;

	audit_rows_check();
	old = MemoryContextSwitchTo(audit_memory());
	written_before = XactLastRecEnd;
	detail = make_detail(event);
	take_random(salt, sizeof(salt));
	audit_detail_hash(salt, VARDATA(detail), VARSIZE(detail) - VARHDRSZ, detail_hash);
	audit_rows_open(which, chained ? 3 : 2, RowExclusiveLock);
	id.lane = scoring_process_slot();
	id.entry = last_of_lane() + 1;
	lane.known = false;			/* until it is written: an error would leave it in doubt */
	leaf.lane = id.lane;
	leaf.entry = id.entry;
	leaf.detail_hash = detail_hash;
	if (chained)
	{
		audit_set_subject_lock_tag(&tag, event->subject);
		(void) LockAcquire(&tag, ExclusiveLock, false, false);
		link_subject(event->subject, &leaf, &token, subject_hash);
	}

	values[DETAIL_LANE] = Int32GetDatum(id.lane);
	values[DETAIL_ENTRY] = Int64GetDatum(id.entry);
	values[DETAIL_SALT] = PointerGetDatum(audit_make_bytea(salt, sizeof(salt)));
	values[DETAIL_DETAIL] = PointerGetDatum(detail);
	nulls[DETAIL_ERASED_LANE] = true;
	nulls[DETAIL_ERASED_ENTRY] = true;
	audit_rows_add(AUDIT_DETAIL, values, nulls);

	memset(nulls, 0, sizeof(nulls));
	values[ENTRY_LANE] = Int32GetDatum(id.lane);
	values[ENTRY_ENTRY] = Int64GetDatum(id.entry);
	values[ENTRY_TOKEN] = UUIDPGetDatum(&token);
	values[ENTRY_SUBJECT_ENTRY] = Int64GetDatum(leaf.subject_entry);
	values[ENTRY_SUBJECT_HASH] = PointerGetDatum(audit_make_bytea(subject_hash, chained ? sizeof(subject_hash) : 0));
	values[ENTRY_DETAIL_HASH] = PointerGetDatum(audit_make_bytea(detail_hash, sizeof(detail_hash)));
	nulls[ENTRY_TOKEN] = nulls[ENTRY_SUBJECT_ENTRY] = nulls[ENTRY_SUBJECT_HASH] = !chained;
	audit_rows_add(AUDIT_ENTRY, values, nulls);

	audit_keep_rows(written_before);
	lane.generation = audit_rows_generation();
	lane.last = id.entry;
	lane.known = true;
	written++;
	if (chained)
		LockRelease(&tag, ExclusiveLock, false);
	audit_rows_close();
	MemoryContextSwitchTo(old);
	return id;
}

/* ---------- for SQL ---------- */

static ScoringAuditId
write_arguments(FunctionCallInfo fcinfo)
{
	ScoringAuditEvent event = {.rows = -1};

	if (PG_ARGISNULL(0))
		elog(ERROR, "an entry of the audit log must say what happened");
	event.event = text_to_cstring(PG_GETARG_TEXT_PP(0));
	if (!PG_ARGISNULL(1))
		event.object = text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (!PG_ARGISNULL(2))
		event.subject = text_to_cstring(PG_GETARG_TEXT_PP(2));
	if (!PG_ARGISNULL(3))
	{
		Jsonb	   *more = PG_GETARG_JSONB_P(3);

		event.more = JsonbToCString(NULL, &more->root, VARSIZE(more));
	}
	return scoring_audit_write(&event);
}

/* Arguments: event, object, subject, more. Any may be NULL but the event. */
PG_FUNCTION_INFO_V1(scoring_audit_event);
Datum
scoring_audit_event(PG_FUNCTION_ARGS)
{
	(void) write_arguments(fcinfo);
	PG_RETURN_VOID();
}

/* The same, and gives lane and number. */
PG_FUNCTION_INFO_V1(scoring_audit_numbered_event);
Datum
scoring_audit_numbered_event(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	ScoringAuditId id;
	Datum		values[2];
	bool		nulls[2] = {0};

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	id = write_arguments(fcinfo);
	values[0] = Int32GetDatum(id.lane);
	values[1] = Int64GetDatum(id.entry);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

/* Until the end of the transaction nobody else writes about the subject: a token that is erased is given to no new entry. */
PG_FUNCTION_INFO_V1(scoring_audit_lock_subject);
Datum
scoring_audit_lock_subject(PG_FUNCTION_ARGS)
{
	LOCKTAG		tag;

	audit_set_subject_lock_tag(&tag, text_to_cstring(PG_GETARG_TEXT_PP(0)));
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
	PG_RETURN_VOID();
}
