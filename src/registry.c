/*
 * registry.c: score('retail', row) and its like: a model of the registry, by name.
 *
 * A name is looked up as the owner of the workspace, under the snapshot of the query, and again only when the snapshot,
 * the user or the name is another: once in an execution, in each of its processes. What is found is a digest; the value
 * forms of model.c do the rest, outside the switch to the owner, with a stub of the model that has no more than that
 * digest if this backend has the model decoded, else with the model.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "model.h"
#include "nodes/primnodes.h"
#include "owner.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#define NAME_LENGTH 63
#define REFERENCE_LENGTH (NAME_LENGTH + 10)	/* name, @, nine digits */
#define FOUND_ENTRIES 16
#define MAX_ARGUMENTS 3

/*
 * What decides which committed rows a snapshot sees. With one xmax, the transactions in progress before it only become
 * fewer, so that their number stands for them. What this transaction, by its number, has done itself is in curcid, and
 * what of that was undone in the subtransaction.
 */
typedef struct SnapshotIdentity
{
	TransactionId xmin;
	TransactionId xmax;
	uint32		xcnt;
	int32		subxcnt;
	CommandId	curcid;
	TransactionId transaction;	/* none until it has written something */
	SubTransactionId subtransaction;
	bool		suboverflowed;
	bool		recovery;
	Oid			user;
} SnapshotIdentity;

typedef struct Reference
{
	int			length;
	char		text[REFERENCE_LENGTH];
} Reference;

/* A name that was found. */
typedef struct Found
{
	Reference	reference;
	char		name[NAME_LENGTH + 1];
	int32		version;
	char		digest[SCORING_MODEL_DIGEST_LENGTH];
	bool		expires;		/* named without a version, which never expires */
	bool		refuse;			/* when it has expired */
	TimestampTz expires_at;
} Found;

/* What was last found in this backend. Good for one identity; there are few names. */
static struct
{
	SnapshotIdentity identity;
	int			count;
	int			next;			/* to be forgotten */
	Found		entries[FOUND_ENTRIES];
}			found;

/* A call site. */
typedef struct NamedSite
{
	FmgrInfo	function;		/* the value form */
	FunctionCallInfo call;		/* of that; the model is in its place */
	bool		constant;		/* the name is a constant */
	bool		ready;			/* model is that of identity and reference */
	SnapshotIdentity identity;
	Reference	reference;
	struct varlena *whole;		/* the model, until it has been decoded */
	union
	{
		char		bytes[SCORING_MODEL_STUB_SIZE];
		int64		force_align;
	}			stub;
	int			nwarned;
	Reference	warned[FOUND_ENTRIES];	/* names whose expiry was reported */
} NamedSite;

/* ---------- who looks, and when ---------- */

static inline void
get_identity(SnapshotIdentity *identity)
{
	Snapshot	snapshot = GetActiveSnapshot();

	identity->xmin = snapshot->xmin;
	identity->xmax = snapshot->xmax;
	identity->xcnt = snapshot->xcnt;
	identity->subxcnt = snapshot->subxcnt;
	identity->curcid = snapshot->curcid;
	identity->transaction = GetTopTransactionIdIfAny();
	identity->subtransaction = GetCurrentSubTransactionId();
	identity->suboverflowed = snapshot->suboverflowed;
	identity->recovery = snapshot->takenDuringRecovery;
	identity->user = GetUserId();
}

/* Whether it is what get_identity() would give, for each row. */
static inline bool
is_identity(const SnapshotIdentity *identity)
{
	Snapshot	snapshot = GetActiveSnapshot();

	return identity->xmax == snapshot->xmax && identity->curcid == snapshot->curcid &&
		identity->xcnt == snapshot->xcnt && identity->subxcnt == snapshot->subxcnt &&
		identity->xmin == snapshot->xmin && identity->suboverflowed == snapshot->suboverflowed &&
		identity->recovery == snapshot->takenDuringRecovery && identity->user == GetUserId() &&
		identity->transaction == GetTopTransactionIdIfAny() &&
		identity->subtransaction == GetCurrentSubTransactionId();
}

/* ---------- looking up, as the owner ---------- */

/* retail@3 to its parts, version 0 for none; false if it is of another form. */
static bool
parse_reference(const Reference *reference, char *name, int32 *version)
{
	int			length = 0;
	int			digits;

	*version = 0;
	while (length < reference->length && length <= NAME_LENGTH)
	{
		char		c = reference->text[length];

		if (!(c >= 'a' && c <= 'z') && (length == 0 || !((c >= '0' && c <= '9') || c == '_')))
			break;
		length++;
	}
	if (length == 0 || length > NAME_LENGTH)
		return false;
	memcpy(name, reference->text, length);
	name[length] = '\0';
	if (length == reference->length)
		return true;
	digits = reference->length - length - 1;
	if (reference->text[length] != '@' || digits < 1 || digits > 9)
		return false;
	for (int i = length + 1; i < reference->length; i++)
	{
		char		c = reference->text[i];

		if (c < '0' || c > '9')
			return false;
		*version = *version * 10 + (c - '0');
	}
	return true;
}

static void
run_plan(SPIPlanPtr *plan, const char *query, int nargs, Oid *types, Datum *values)
{
	int			code;

	if (*plan == NULL)
	{
		SPIPlanPtr	made = SPI_prepare(query, nargs, types);

		if (made == NULL || SPI_keepplan(made) != 0)
			elog(ERROR, "a query of the registry cannot be prepared: %s", SPI_result_code_string(SPI_result));
		*plan = made;
	}
	code = SPI_execute_plan(*plan, values, NULL, true, 2);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "a query of the registry failed: %s", SPI_result_code_string(code));
}

static Datum
get_column(int column, bool *is_null)
{
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, is_null);
}

static void
read_digest(Datum hash, char *digest)
{
	text	   *digits = DatumGetTextPP(hash);

	if (VARSIZE_ANY_EXHDR(digits) != 2 * SCORING_MODEL_DIGEST_LENGTH ||
		hex_decode(VARDATA_ANY(digits), 2 * SCORING_MODEL_DIGEST_LENGTH, digest) != SCORING_MODEL_DIGEST_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a hash in the registry of models is malformed"),
				 errhint("SELECT * FROM scoring.doctor() tells which.")));
}

/* What a reference means to the caller; ereports if there is no such model, or he may not use it. Inside a switch. */
static void
look_up(const Reference *reference, Oid caller, Found *out)
{
	static SPIPlanPtr champion_plan = NULL;
	static SPIPlanPtr version_plan = NULL;
	static SPIPlanPtr refusal_plan = NULL;
	static Oid	types[] = {TEXTOID, OIDOID, INT4OID};
	Datum		values[3];
	char		name[NAME_LENGTH + 1];
	bool		is_null;

	values[0] = PointerGetDatum(cstring_to_text_with_len(reference->text, reference->length));
	values[1] = ObjectIdGetDatum(caller);
	if (parse_reference(reference, name, &out->version))
	{
		values[0] = CStringGetTextDatum(name);
		values[2] = Int32GetDatum(out->version);
		if (out->version == 0)
			run_plan(&champion_plan,
					 "SELECT v.version, v.hash, s.expires_at, s.on_expiry "
					 "FROM scoring_data.registry_state s JOIN scoring_data.model_version v ON v.name = s.name AND v.version = s.version "
					 "WHERE s.kind = 'model' AND s.name = $1 AND s.slot = 'champion' AND scoring._model_may(pg_get_userbyid($2), $1, 'score')",
					 2, types, values);
		else
			run_plan(&version_plan,
					 "SELECT v.version, v.hash "
					 "FROM scoring_data.registry_state s JOIN scoring_data.model_version v ON v.name = s.name AND v.version = s.version "
					 "WHERE s.kind = 'model' AND s.name = $1 AND s.version = $3 AND scoring._model_may(pg_get_userbyid($2), $1, 'score')",
					 3, types, values);
		if (SPI_processed == 1)
		{
			bool		champion = out->version == 0;
			Datum		datum;

			out->reference = *reference;
			strlcpy(out->name, name, sizeof(out->name));
			out->version = DatumGetInt32(get_column(1, &is_null));
			read_digest(get_column(2, &is_null), out->digest);
			out->expires = false;
			if (champion)
			{
				datum = get_column(3, &is_null);
				out->expires = !is_null;
				out->expires_at = is_null ? 0 : DatumGetTimestampTz(datum);
				out->refuse = strcmp(TextDatumGetCString(get_column(4, &is_null)), "refuse") == 0;
			}
			return;
		}
		values[0] = PointerGetDatum(cstring_to_text_with_len(reference->text, reference->length));
	}
	/* One text says what is missing, here and in registered_model(). */
	run_plan(&refusal_plan, "SELECT scoring._model_reach(pg_get_userbyid($2), $1)", 2, types, values);
	elog(ERROR, "model \"%s\" was not found", TextDatumGetCString(values[0]));
}

/* The whole model, in a context. Inside a switch. */
static struct varlena *
fetch_model(const Found *entry, MemoryContext context)
{
	static SPIPlanPtr plan = NULL;
	static Oid	types[] = {TEXTOID, INT4OID};
	Datum		values[2];
	Datum		datum;
	bool		is_null;
	MemoryContext old;
	struct varlena *model;

	values[0] = CStringGetTextDatum(entry->name);
	values[1] = Int32GetDatum(entry->version);
	run_plan(&plan, "SELECT v.model FROM scoring_data.model_version v WHERE v.name = $1 AND v.version = $2", 2, types, values);
	if (SPI_processed != 1)
		elog(ERROR, "model \"%s@%d\" was not found", entry->name, entry->version);
	datum = get_column(1, &is_null);
	old = MemoryContextSwitchTo(context);
	model = PG_DETOAST_DATUM_COPY(datum);
	MemoryContextSwitchTo(old);
	if (!scoring_model_has_digest(model, entry->digest))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("model \"%s@%d\" is not the one that was registered", entry->name, entry->version),
				 errdetail("Its hash is another."),
				 errhint("SELECT * FROM scoring.doctor() tells what else was changed.")));
	return model;
}

static Found *
find_entry(const Reference *reference)
{
	if (!is_identity(&found.identity))
		return NULL;
	for (int i = 0; i < found.count; i++)
	{
		Found	   *entry = &found.entries[i];

		if (entry->reference.length == reference->length &&
			memcmp(entry->reference.text, reference->text, reference->length) == 0)
			return entry;
	}
	return NULL;
}

static void
keep_entry(const SnapshotIdentity *identity, const Found *entry)
{
	if (!is_identity(&found.identity))
	{
		found.identity = *identity;
		found.count = 0;
		found.next = 0;
	}
	if (found.count < FOUND_ENTRIES)
		found.entries[found.count++] = *entry;
	else
	{
		found.entries[found.next] = *entry;
		found.next = (found.next + 1) % FOUND_ENTRIES;
	}
}

/* Fills *entry, and gives the whole model if this backend has not got it decoded. */
static struct varlena *
read_registry(const SnapshotIdentity *identity, const Reference *reference, bool known, Found *entry, MemoryContext context)
{
	ScoringOwnerSwitch state;
	struct varlena *volatile model = NULL;

	scoring_owner_begin(&state);
	PG_TRY();
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		if (!known)
			look_up(reference, identity->user, entry);
		if (!scoring_model_is_cached(entry->digest))
			model = fetch_model(entry, context);
		SPI_finish();
	}
	PG_CATCH();
	{
		scoring_owner_forget(&state);
		PG_RE_THROW();
	}
	PG_END_TRY();
	scoring_owner_end(&state);
	return model;
}

/* ---------- a call site ---------- */

static NamedSite *
get_site(FunctionCallInfo fcinfo, PGFunction function)
{
	NamedSite  *site = fcinfo->flinfo->fn_extra;
	Node	   *expression = fcinfo->flinfo->fn_expr;

	if (site != NULL)
		return site;
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(NamedSite));
	/* The columns that explain() gives are looked up by the function's own number. */
	site->function = *fcinfo->flinfo;
	site->function.fn_addr = function;
	site->function.fn_extra = NULL;
	site->function.fn_expr = NULL;
	site->call = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, SizeForFunctionCallInfo(MAX_ARGUMENTS));
	InitFunctionCallInfoData(*site->call, &site->function, fcinfo->nargs, fcinfo->fncollation, NULL, NULL);
	if (expression != NULL && IsA(expression, FuncExpr))
		site->constant = IsA(linitial(((FuncExpr *) expression)->args), Const);
	fcinfo->flinfo->fn_extra = site;
	return site;
}

static void
get_reference(FunctionCallInfo fcinfo, Reference *reference)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	int			length = VARSIZE_ANY_EXHDR(name);

	/* What is too long is no name; enough of it is kept to say so. */
	reference->length = Min(length, REFERENCE_LENGTH);
	memcpy(reference->text, VARDATA_ANY(name), reference->length);
	if (length > REFERENCE_LENGTH)
		reference->length = pg_mbcliplen(reference->text, reference->length, REFERENCE_LENGTH - 3);
	if (length > REFERENCE_LENGTH)
	{
		memcpy(reference->text + reference->length, "...", 3);
		reference->length += 3;
	}
}

static inline bool
is_current(const NamedSite *site, FunctionCallInfo fcinfo)
{
	text	   *name;

	if (!site->ready || !is_identity(&site->identity))
		return false;
	if (site->constant)
		return true;
	name = PG_GETARG_TEXT_PP(0);
	return VARSIZE_ANY_EXHDR(name) == site->reference.length &&
		memcmp(VARDATA_ANY(name), site->reference.text, site->reference.length) == 0;
}

/* Of a champion past its date when the statement began, whenever its transaction did; once for a call site. */
static void
check_expiry(NamedSite *site, const Found *entry)
{
	if (!entry->expires || entry->expires_at > GetCurrentStatementStartTimestamp())
		return;
	if (entry->refuse)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("model \"%s@%d\" expired on %s", entry->name, entry->version, timestamptz_to_str(entry->expires_at)),
				 errdetail("It is the champion of its name, and was deployed so that it refuses from that date."),
				 errhint("An approver deploys another version, or this one with a later date; by its version, \"%s@%d\", it never expires.",
						 entry->name, entry->version)));
	for (int i = 0; i < site->nwarned; i++)
	{
		if (site->warned[i].length == entry->reference.length &&
			memcmp(site->warned[i].text, entry->reference.text, entry->reference.length) == 0)
			return;
	}
	if (site->nwarned < FOUND_ENTRIES)
		site->warned[site->nwarned++] = entry->reference;
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg("model \"%s@%d\" expired on %s", entry->name, entry->version, timestamptz_to_str(entry->expires_at)),
			 errhint("An approver deploys another version, or this one with a later date.")));
}

/* Makes the site ready for the name in the first argument. */
static void
find_model(NamedSite *site, FunctionCallInfo fcinfo)
{
	SnapshotIdentity identity;
	Reference	reference;
	Found	   *known;
	Found		entry;

	site->ready = false;
	if (site->whole != NULL)
		pfree(site->whole);
	site->whole = NULL;
	if (!ActiveSnapshotSet())
		elog(ERROR, "models cannot be looked up by name without a snapshot");
	get_identity(&identity);
	get_reference(fcinfo, &reference);
	if (reference.length > 0 && reference.text[0] == '{')
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("a text names a registered model"),
				 errhint("A model's own text must be cast: '{...}'::scoring.model.")));
	known = find_entry(&reference);
	if (known != NULL)
		entry = *known;
	if (known == NULL || !scoring_model_is_cached(entry.digest))
		site->whole = read_registry(&identity, &reference, known != NULL, &entry, fcinfo->flinfo->fn_mcxt);
	if (known == NULL)
		keep_entry(&identity, &entry);
	scoring_model_make_stub((struct varlena *) site->stub.bytes, entry.digest);
	site->call->args[0].value = PointerGetDatum(site->whole != NULL ? (void *) site->whole : site->stub.bytes);
	site->call->args[0].isnull = false;
	check_expiry(site, &entry);
	site->identity = identity;
	site->reference = reference;
}

static Datum
call_named(FunctionCallInfo fcinfo, PGFunction function)
{
	NamedSite  *site = get_site(fcinfo, function);
	FunctionCallInfo call = site->call;
	Datum		result;

	if (!is_current(site, fcinfo))
		find_model(site, fcinfo);
	for (int i = 1; i < fcinfo->nargs; i++)
		call->args[i] = fcinfo->args[i];
	call->resultinfo = fcinfo->resultinfo;
	call->isnull = false;
	result = function(call);
	fcinfo->isnull = call->isnull;
	if (!site->ready)
	{
		/* Now the call site of the value form holds it, until another model comes along here. */
		call->args[0].value = PointerGetDatum(site->stub.bytes);
		if (site->whole != NULL)
			pfree(site->whole);
		site->whole = NULL;
		site->ready = true;
	}
	return result;
}

PG_FUNCTION_INFO_V1(scoring_registry_score);
Datum
scoring_registry_score(PG_FUNCTION_ARGS)
{
	return call_named(fcinfo, scoring_model_score);
}

PG_FUNCTION_INFO_V1(scoring_registry_pd);
Datum
scoring_registry_pd(PG_FUNCTION_ARGS)
{
	return call_named(fcinfo, scoring_model_pd);
}

PG_FUNCTION_INFO_V1(scoring_registry_log_odds);
Datum
scoring_registry_log_odds(PG_FUNCTION_ARGS)
{
	return call_named(fcinfo, scoring_model_log_odds);
}

PG_FUNCTION_INFO_V1(scoring_registry_explain);
Datum
scoring_registry_explain(PG_FUNCTION_ARGS)
{
	return call_named(fcinfo, scoring_model_explain);
}

PG_FUNCTION_INFO_V1(scoring_registry_reasons);
Datum
scoring_registry_reasons(PG_FUNCTION_ARGS)
{
	return call_named(fcinfo, scoring_model_reasons);
}

PG_FUNCTION_INFO_V1(scoring_registry_policies_applied);
Datum
scoring_registry_policies_applied(PG_FUNCTION_ARGS)
{
	return call_named(fcinfo, scoring_model_policies_applied);
}
