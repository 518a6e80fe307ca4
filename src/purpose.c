/*
 * purpose.c: begin_access() and what policies and views ask of the access that was begun.
 *
 * An access lives in this process's memory and ends with the transaction, at the latest: there is nothing that a setting,
 * SET ROLE, another member of the role or the next client of a pooled connection could take over. Who may begin one is
 * asked of the grants to the session's user, by name; afterwards it is good for that session user and the then current
 * user alone.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "nodes/supportnodes.h"
#include "owner.h"
#include "purpose.h"
#include "purpose_core.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/selfuncs.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#define TEXT_LIMIT 200			/* bytes: an audit entry is to stay small */
#define LIKELY 0.95

/* The last access of this transaction, in TopTransactionContext. It is kept when it has ended: see begin_access(). */
static ScoringAccess *begun = NULL;
static bool is_open = false;

const ScoringAccess *
scoring_access(void)
{
	return is_open ? begun : NULL;
}

static void
end_with_transaction(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
	{
		is_open = false;
		begun = NULL;
	}
}

static void
end_with_subtransaction(SubXactEvent event, SubTransactionId subtransaction, SubTransactionId parent, void *arg)
{
	int			level = GetCurrentTransactionNestLevel();

	if (!is_open || begun->nest_level < level)
		return;
	if (event == SUBXACT_EVENT_ABORT_SUB)
		is_open = false;
	else if (event == SUBXACT_EVENT_COMMIT_SUB)
		begun->nest_level = level - 1;
}

void
scoring_purpose_init(void)
{
	RegisterXactCallback(end_with_transaction, NULL);
	RegisterSubXactCallback(end_with_subtransaction, NULL);
}

/* ---------- refusing ---------- */

static void
record_refusal(const ScoringAuditEvent *event)
{
	/* On a standby, and in a parallel query before its (sub)transaction has written, there is no audit log to write to. */
	if (RecoveryInProgress() || IsParallelWorker() || (IsInParallelMode() && !TransactionIdIsValid(GetCurrentTransactionIdIfAny())))
		ereport(LOG_SERVER_ONLY,
				(errmsg("scoring: access to \"%s\" refused", event->object),
				 errdetail("%s", event->reason)));
	else
		(void) scoring_audit_write(event);
}

void
scoring_access_refuse(const char *object, const char *detail)
{
	const ScoringAccess *access = scoring_access();
	ScoringAuditEvent event = {.event = "refused", .object = object, .reason = detail, .rows = -1};

	if (access != NULL)
	{
		event.purpose = access->purpose;
		event.case_ref = access->case_ref;
		event.subject = access->subject;
		event.on_behalf_of = access->on_behalf_of;
		event.of = &access->entry;
	}
	record_refusal(&event);
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("access to \"%s\" refused", object),
			 errdetail("%s", detail),
			 access != NULL ? 0 : errhint("Begin an access in this transaction: SELECT scoring.begin_access(purpose, case_ref);")));
}

/* ---------- begin_access() ---------- */

/* What is to be said of an access; NULL if it may be and is. */
static char *
get_text(FunctionCallInfo fcinfo, int argument, const char *what, bool optional)
{
	char	   *said;
	size_t		length;

	if (optional && PG_ARGISNULL(argument))
		return NULL;
	said = PG_ARGISNULL(argument) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(argument));
	length = strlen(said);
	if (strspn(said, " \t\n\v\f\r") == length)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 optional ? errmsg("%s must be NULL, or say something", what) : errmsg("%s must be given", what)));
	if (length > TEXT_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s has %zu bytes, where %d are the most", what, length, TEXT_LIMIT)));
	return said;
}

static struct varlena *
pack_scopes(Datum array, bool is_null, MemoryContext context)
{
	ScoringScope *scopes = NULL;
	ScoringBuffer buffer;
	Datum	   *elements;
	bool	   *nulls;
	int			count = 0;
	int			given = 0;
	struct varlena *packed;

	if (!is_null)
	{
		deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &given);
		scopes = palloc(Max(given, 1) * sizeof(ScoringScope));
		for (int i = 0; i < given; i++)
		{
			text	   *scope;

			if (nulls[i])
				continue;
			scope = DatumGetTextPP(elements[i]);
			scopes[count].text = VARDATA_ANY(scope);
			scopes[count++].length = VARSIZE_ANY_EXHDR(scope);
		}
	}
	scoring_buffer_init(&buffer, scoring_host(), MaxAllocSize - VARHDRSZ);
	scoring_scopes_pack(scoring_host(), is_null, scopes, count, &buffer);
	if (buffer.bad)
		elog(ERROR, "the scopes of a grant are too long");
	packed = MemoryContextAlloc(context, VARHDRSZ + buffer.length);
	SET_VARSIZE(packed, VARHDRSZ + buffer.length);
	memcpy(VARDATA(packed), buffer.data, buffer.length);
	return packed;
}

/*
 * Reads the current grant of that purpose to the session's user, as the workspace's owner; false if there is none. The
 * query depends on no setting, so none is pinned: this is in an officer's every transaction. An error restores the user
 * as it unwinds the (sub)transaction.
 */
static bool
read_grant(const char *purpose, const char *officer, bool *case_bound, ScoringAccess *out)
{
	static SPIPlanPtr plan = NULL;
	static Oid	types[] = {TEXTOID, TEXTOID};
	Datum		values[2];
	Oid			user;
	int			context;
	int			code;
	bool		there;
	bool		is_null;

	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(scoring_owner_role(), context | SECURITY_LOCAL_USERID_CHANGE);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	values[0] = CStringGetTextDatum(purpose);
	values[1] = CStringGetTextDatum(officer);
	if (plan == NULL)
	{
		SPIPlanPtr	made = SPI_prepare("SELECT p.purpose_number, p.version, p.case_bound, g.grant_number, g.scopes "
									   "FROM scoring_data.purpose p JOIN scoring_data.access_grant g "
									   "ON g.purpose_number OPERATOR(pg_catalog.=) p.purpose_number "
									   "WHERE p.name OPERATOR(pg_catalog.=) $1 AND p.superseded_at IS NULL "
									   "AND g.officer OPERATOR(pg_catalog.=) $2 AND g.revoked_at IS NULL", 2, types);

		if (made == NULL || SPI_keepplan(made) != 0)
			elog(ERROR, "the query of grants cannot be prepared: %s", SPI_result_code_string(SPI_result));
		plan = made;
	}
	code = SPI_execute_plan(plan, values, NULL, true, 2);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "the query of grants failed: %s", SPI_result_code_string(code));
	there = SPI_processed == 1;
	if (there)
	{
		HeapTuple	row = SPI_tuptable->vals[0];
		TupleDesc	columns = SPI_tuptable->tupdesc;
		Datum		scopes;

		out->purpose_number = DatumGetInt32(SPI_getbinval(row, columns, 1, &is_null));
		out->purpose_version = DatumGetInt32(SPI_getbinval(row, columns, 2, &is_null));
		*case_bound = DatumGetBool(SPI_getbinval(row, columns, 3, &is_null));
		out->grant_number = DatumGetInt64(SPI_getbinval(row, columns, 4, &is_null));
		scopes = SPI_getbinval(row, columns, 5, &is_null);
		out->scopes = pack_scopes(scopes, is_null, TopTransactionContext);
	}
	SPI_finish();
	SetUserIdAndSecContext(user, context);
	return there;
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static char *
keep_text(const char *text)
{
	return text == NULL ? NULL : MemoryContextStrdup(TopTransactionContext, text);
}

static void
refuse_begin(ScoringAuditEvent *event, const char *detail, const char *hint)
{
	StringInfoData claimed;

	/* Who has no grant writes nothing into the chain of a subject, who may not even exist. */
	if (event->subject != NULL)
	{
		initStringInfo(&claimed);
		appendStringInfoString(&claimed, "{\"subject\": ");
		escape_json(&claimed, event->subject);
		appendStringInfoChar(&claimed, '}');
		event->more = claimed.data;
		event->subject = NULL;
	}
	event->event = "refused";
	event->reason = detail;
	record_refusal(event);
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("access to \"%s\" refused", event->object),
			 errdetail("%s", detail),
			 errhint("%s", hint)));
}

/* Where no access can begin, whoever asks. */
static void
check_place(void)
{
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("no access can begin on a standby"),
				 errdetail("It could not be recorded."),
				 errhint("Read protected data on the primary server.")));
	if (IsInParallelMode())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("no access can begin in a parallel query")));
	if (!IsTransactionBlock())
		ereport(ERROR,
				(errcode(ERRCODE_NO_ACTIVE_SQL_TRANSACTION),
				 errmsg("begin_access() must be called in a transaction block"),
				 errdetail("The access ends with the transaction."),
				 errhint("BEGIN; SELECT scoring.begin_access(purpose, case_ref); then read; COMMIT;")));
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("an access can only begin in a transaction that is READ COMMITTED"),
				 errdetail("One snapshot for all of a transaction would go on showing those who withdraw their consent meanwhile."),
				 errhint("BEGIN ISOLATION LEVEL READ COMMITTED;")));
	if (is_open)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("an access for \"%s\" has begun already in this transaction", begun->purpose),
				 errhint("SELECT scoring.end_access(); ends it.")));
}

/* In one number: no server has more than 2^18 processes. */
static int64
entry_number(const ScoringAuditId *entry)
{
	return (int64) entry->lane << 44 | entry->entry;
}

PG_FUNCTION_INFO_V1(scoring_purpose_begin_access);
Datum
scoring_purpose_begin_access(PG_FUNCTION_ARGS)
{
	char	   *purpose = get_text(fcinfo, 0, "the purpose", false);
	char	   *case_ref = get_text(fcinfo, 1, "the case", false);
	char	   *subject = get_text(fcinfo, 2, "the subject", true);
	char	   *on_behalf_of = get_text(fcinfo, 3, "on_behalf_of", true);
	char	   *officer = GetUserNameFromId(GetSessionUserId(), false);
	ScoringAuditEvent event = {.object = purpose, .subject = subject, .purpose = purpose, .case_ref = case_ref,
	.on_behalf_of = on_behalf_of, .rows = -1};
	ScoringAccess *access;
	ScoringAccess found = {0};
	bool		case_bound;

	(void) scoring_owner_role();
	check_place();
	if (InSecurityRestrictedOperation())
		refuse_begin(&event, "It was asked for while an index or a materialized view is made or statistics are gathered.",
					 "Begin the access in a statement of its own.");
	if (InLocalUserIdChange())
		refuse_begin(&event, "It was asked for in a function that runs with the rights of its owner.",
					 "Begin the access in a statement of its own.");
	if (!read_grant(purpose, officer, &case_bound, &found))
		refuse_begin(&event, psprintf("Role \"%s\", which logged in, has no grant for such a purpose.", officer),
					 "A steward grants it: SELECT scoring.grant_access(officer, purpose, scopes);");
	if (case_bound != (subject != NULL))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 case_bound ? errmsg("an access for \"%s\" is bound to a subject, who must be named", purpose) :
				 errmsg("an access for \"%s\" is not bound to a subject", purpose),
				 case_bound ? errhint("begin_access(purpose, case_ref, subject => ...)") :
				 errdetail("Naming a subject would not keep its views to that one."),
				 case_bound ? 0 : errhint("Have a purpose defined that is case-bound.")));

	/*
	 * One access for a transaction, begun anew at most. A cursor that is still open has passed the gate of the first and
	 * may not yet have asked for its scopes.
	 */
	if (begun != NULL &&
		(begun->session_user != GetSessionUserId() || begun->current_user != GetUserId() ||
		 begun->purpose_number != found.purpose_number || begun->purpose_version != found.purpose_version ||
		 !same_text(begun->subject, subject) || !same_text(begun->case_ref, case_ref) ||
		 !same_text(begun->on_behalf_of, on_behalf_of)))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("another access than the first cannot begin in the same transaction"),
				 errdetail("The first was for \"%s\", case \"%s\".", begun->purpose, begun->case_ref),
				 errhint("Commit, and begin the other in a transaction of its own.")));

	access = MemoryContextAlloc(TopTransactionContext, sizeof(ScoringAccess));
	*access = found;
	access->session_user = GetSessionUserId();
	access->current_user = GetUserId();
	access->nest_level = GetCurrentTransactionNestLevel();
	access->purpose = keep_text(purpose);
	access->case_ref = keep_text(case_ref);
	access->subject = keep_text(subject);
	access->on_behalf_of = keep_text(on_behalf_of);
	access->since = GetCurrentStatementStartTimestamp();
	event.event = "begin access";
	event.more = psprintf("{\"version\": %d, \"grant\": " INT64_FORMAT "}", access->purpose_version, access->grant_number);
	access->entry = scoring_audit_write(&event);
	scoring_audit_seal_if_due();
	begun = access;
	is_open = true;
	PG_RETURN_INT64(entry_number(&access->entry));
}

PG_FUNCTION_INFO_V1(scoring_purpose_end_access);
Datum
scoring_purpose_end_access(PG_FUNCTION_ARGS)
{
	bool		was_open = is_open;

	is_open = false;
	PG_RETURN_BOOL(was_open);
}

/* A row for the access of this transaction, whoever is current. */
PG_FUNCTION_INFO_V1(scoring_purpose_current_access);
Datum
scoring_purpose_current_access(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const ScoringAccess *access = scoring_access();
	ScoringScopes scopes;
	Datum		values[6];
	bool		nulls[6] = {0};
	Datum	   *texts;
	int			ntexts = 0;

	InitMaterializedSRF(fcinfo, 0);
	if (access == NULL)
		return (Datum) 0;
	if (!scoring_scopes_open(VARDATA(access->scopes), VARSIZE(access->scopes) - VARHDRSZ, &scopes))
		elog(ERROR, "the scopes of the access are malformed");
	texts = palloc((scopes.ntexts + 1) * sizeof(Datum));
	if (scopes.all)
		texts[ntexts++] = CStringGetTextDatum("*");
	for (uint32 i = 0; i < scopes.ntexts; i++)
	{
		ScoringScope scope = scoring_scopes_text(&scopes, i);

		texts[ntexts++] = PointerGetDatum(cstring_to_text_with_len(scope.text, scope.length));
	}
	values[0] = CStringGetTextDatum(psprintf("%s@%d", access->purpose, access->purpose_version));
	values[1] = CStringGetTextDatum(access->case_ref);
	nulls[2] = access->subject == NULL;
	values[2] = nulls[2] ? (Datum) 0 : CStringGetTextDatum(access->subject);
	nulls[3] = access->on_behalf_of == NULL;
	values[3] = nulls[3] ? (Datum) 0 : CStringGetTextDatum(access->on_behalf_of);
	values[4] = PointerGetDatum(construct_array(texts, ntexts, TEXTOID, -1, false, TYPALIGN_INT));
	values[5] = TimestampTzGetDatum(access->since);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	return (Datum) 0;
}

/* ---------- what policies and views ask ---------- */

/* The access of those who are current now, or NULL for the workspace's owner, who maintains what is published. */
static const ScoringAccess *
get_access(const char *object)
{
	const ScoringAccess *access = scoring_access();

	if (access != NULL && access->session_user == GetSessionUserId() && access->current_user == GetUserId())
		return access;
	if (GetUserId() == scoring_owner_role())
		return NULL;
	scoring_access_refuse(object, access == NULL ? "No access has begun in this transaction." :
						  "The access that has begun is of another role.");
}

static int64 scopes_calls = 0;

PG_FUNCTION_INFO_V1(scoring_purpose_scopes);
Datum
scoring_purpose_scopes(PG_FUNCTION_ARGS)
{
	const ScoringAccess *access = get_access("scopes");

	scopes_calls++;
	if (access != NULL)
		PG_RETURN_BYTEA_P(access->scopes);
	PG_RETURN_BYTEA_P(pack_scopes((Datum) 0, true, CurrentMemoryContext));
}

PG_FUNCTION_INFO_V1(scoring_purpose_scopes_calls);
Datum
scoring_purpose_scopes_calls(PG_FUNCTION_ARGS)
{
	int64		calls = scopes_calls;

	scopes_calls = 0;
	PG_RETURN_INT64(calls);
}

PG_FUNCTION_INFO_V1(scoring_purpose_at);
Datum
scoring_purpose_at(PG_FUNCTION_ARGS)
{
	(void) get_access("rights");
	PG_RETURN_TIMESTAMPTZ(GetCurrentStatementStartTimestamp());
}

static const char *
get_subject(void)
{
	const ScoringAccess *access = get_access("subject");

	if (access == NULL || access->subject == NULL)
		scoring_access_refuse("subject", "The access is not bound to a subject.");
	return access->subject;
}

/* NULL, which is the key of no row, if the subject is not the text of a bigint. */
PG_FUNCTION_INFO_V1(scoring_purpose_subject_number);
Datum
scoring_purpose_subject_number(PG_FUNCTION_ARGS)
{
	const char *subject = get_subject();
	int64_t		number;

	if (!scoring_canonical_number(subject, strlen(subject), &number))
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}

PG_FUNCTION_INFO_V1(scoring_purpose_subject_text);
Datum
scoring_purpose_subject_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(get_subject()));
}

PG_FUNCTION_INFO_V1(scoring_purpose_canonical_number);
Datum
scoring_purpose_canonical_number(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(0);
	int64_t		number;

	if (!scoring_canonical_number(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), &number))
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}

/* Anyone may pass any bytes. */
static void
open_scopes(bytea *packed, ScoringScopes *scopes)
{
	if (!scoring_scopes_open(VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed), scopes))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("these are not the scopes of an access")));
}

PG_FUNCTION_INFO_V1(scoring_purpose_in_scope_number);
Datum
scoring_purpose_in_scope_number(PG_FUNCTION_ARGS)
{
	ScoringScopes scopes;

	open_scopes(PG_GETARG_BYTEA_PP(0), &scopes);
	PG_RETURN_BOOL(scoring_scopes_has_number(&scopes, PG_GETARG_INT64(1)));
}

PG_FUNCTION_INFO_V1(scoring_purpose_in_scope_text);
Datum
scoring_purpose_in_scope_text(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(1);
	ScoringScopes scopes;

	open_scopes(PG_GETARG_BYTEA_PP(0), &scopes);
	PG_RETURN_BOOL(scoring_scopes_has_text(&scopes, VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)));
}

PG_FUNCTION_INFO_V1(scoring_purpose_valid_at);
Datum
scoring_purpose_valid_at(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_TIMESTAMPTZ(0) > PG_GETARG_TIMESTAMPTZ(1));
}

/* The part of the rows that is in the scopes of the access, as far as it has begun when the query is planned. */
static Selectivity
estimate_scopes(SupportRequestSelectivity *request)
{
	const ScoringAccess *access = scoring_access();
	VariableStatData variable;
	ScoringScopes scopes;
	Node	   *key;
	double		distinct;
	bool		is_default;

	if (access == NULL || list_length(request->args) != 2 ||
		!scoring_scopes_open(VARDATA(access->scopes), VARSIZE(access->scopes) - VARHDRSZ, &scopes) || scopes.all)
		return LIKELY;
	/* A column has as many values as its cast to the type of the argument. */
	key = lsecond(request->args);
	if (IsA(key, FuncExpr) && list_length(((FuncExpr *) key)->args) == 1 && ((FuncExpr *) key)->funcformat != COERCE_EXPLICIT_CALL)
		key = linitial(((FuncExpr *) key)->args);
	else if (IsA(key, RelabelType))
		key = (Node *) ((RelabelType *) key)->arg;
	else if (IsA(key, CoerceViaIO))
		key = (Node *) ((CoerceViaIO *) key)->arg;
	examine_variable(request->root, key, request->varRelid, &variable);
	distinct = get_variable_numdistinct(&variable, &is_default);
	ReleaseVariableStats(variable);
	if (is_default || distinct < 1)
		return LIKELY;
	return Min(scopes.ntexts / distinct, LIKELY);
}

/* Most rows pass; the server's guess, a third, would spoil the order of joins. */
PG_FUNCTION_INFO_V1(scoring_purpose_in_scope_support);
Datum
scoring_purpose_in_scope_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(NULL);
	((SupportRequestSelectivity *) request)->selectivity = estimate_scopes((SupportRequestSelectivity *) request);
	PG_RETURN_POINTER(request);
}

PG_FUNCTION_INFO_V1(scoring_purpose_valid_at_support);
Datum
scoring_purpose_valid_at_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(NULL);
	((SupportRequestSelectivity *) request)->selectivity = LIKELY;
	PG_RETURN_POINTER(request);
}
