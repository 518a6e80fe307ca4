/*
 * publish.c: the gate of published views.
 *
 * Each published view begins its WHERE with (SELECT scoring._gate(...)): without a column it is an init plan, and the
 * planner puts a Result with a One-Time Filter above every scan. So the gate is asked once in an execution, before the
 * first row; and the planner asks it too, when it simplifies the call. A gate refuses as well if it finds no read of its
 * view on record (publish_read.c): it does not take for granted that there are hooks.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "nodes/supportnodes.h"
#include "owner.h"
#include "publish.h"
#include "publish_parts.h"
#include "purpose.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#define VERDICTS 32				/* views whose state a backend remembers */

/* ---------- state of a published view, remembered ---------- */

/* That a view may be read, by those who may, until something it depends on changes. */
typedef struct Verdict
{
	bool		valid;
	char		name[NAMEDATALEN];
	int32		purpose;
	int32		version;
	Oid			view;
	int32		purpose_version;
	TimestampTz valid_until;	/* the first end of a classification that it rests on */
	int			nrelations;
	Oid		   *relations;		/* the view, its table and all children of that; sorted; in TopMemoryContext */
	Oid			reader;			/* a role that has been granted SELECT on the view itself; or none */
	Bitmapset  *columns;		/* that were read last, in TopMemoryContext */
	char	   *column_names;	/* and their names */
} Verdict;

static Verdict verdicts[VERDICTS];
static int	next_verdict = 0;
static uint64 invalidations = 0;
static int64 gate_calls = 0;

static int
compare_oids(const void *a, const void *b)
{
	Oid			first = *(const Oid *) a;
	Oid			second = *(const Oid *) b;

	return first < second ? -1 : first > second ? 1 : 0;
}

static void
forget_relation(Datum argument, Oid relation)
{
	invalidations++;
	for (int i = 0; i < VERDICTS; i++)
	{
		Verdict    *v = &verdicts[i];

		if (v->valid && (!OidIsValid(relation) ||
						 bsearch(&relation, v->relations, v->nrelations, sizeof(Oid), compare_oids) != NULL))
			v->valid = false;
	}
}

/* A role, a membership or a schema has changed. */
static void
forget_all(Datum argument, int cache, uint32 hash)
{
	forget_relation((Datum) 0, InvalidOid);
}

static Verdict *
find_verdict(Oid view, const char *name, int32 purpose, int32 version)
{
	for (int i = 0; i < VERDICTS; i++)
	{
		Verdict    *v = &verdicts[i];

		if (v->valid && v->view == view && v->purpose == purpose && v->version == version && strcmp(v->name, name) == 0)
			return v;
	}
	return NULL;
}

/* A fault, in the caller's memory, or NULL and the verdict filled in. */
static char *
read_state(const Datum *values, const char *nulls, Verdict *verdict)
{
	static SPIPlanPtr plan = NULL;
	MemoryContext caller = CurrentMemoryContext;
	char	   *fault = NULL;
	HeapTuple	tuple;
	TupleDesc	description;
	bool		is_null;
	Datum		value;

	SPI_connect();
	if (plan == NULL)
	{
		Oid			types[4] = {OIDOID, TEXTOID, INT4OID, INT4OID};

		plan = SPI_prepare("SELECT fault, purpose_version, valid_until, relations FROM scoring._gate_state($1, $2, $3, $4)", 4, types);
		if (plan == NULL)
			elog(ERROR, "SPI_prepare: %s", SPI_result_code_string(SPI_result));
		SPI_keepplan(plan);
	}
	if (SPI_execute_plan(plan, (Datum *) values, nulls, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "the state of a published view is unknown");
	tuple = SPI_tuptable->vals[0];
	description = SPI_tuptable->tupdesc;
	value = SPI_getbinval(tuple, description, 1, &is_null);
	if (!is_null)
		fault = MemoryContextStrdup(caller, TextDatumGetCString(value));
	else
	{
		ArrayType  *relations;

		verdict->purpose_version = DatumGetInt32(SPI_getbinval(tuple, description, 2, &is_null));
		verdict->valid_until = DatumGetTimestampTz(SPI_getbinval(tuple, description, 3, &is_null));
		relations = DatumGetArrayTypeP(SPI_getbinval(tuple, description, 4, &is_null));
		verdict->nrelations = ArrayGetNItems(ARR_NDIM(relations), ARR_DIMS(relations));
		verdict->relations = MemoryContextAlloc(caller, (Size) verdict->nrelations * sizeof(Oid));
		memcpy(verdict->relations, ARR_DATA_PTR(relations), verdict->nrelations * sizeof(Oid));
		qsort(verdict->relations, verdict->nrelations, sizeof(Oid), compare_oids);
	}
	SPI_finish();
	return fault;
}

static void
forget_columns(Verdict *verdict)
{
	bms_free(verdict->columns);
	verdict->columns = NULL;
	if (verdict->column_names != NULL)
		pfree(verdict->column_names);
	verdict->column_names = NULL;
}

/* What _gate_state() says, as the workspace's owner; of any purpose and version if that is 0. */
static char *
ask_state(Oid view, const char *name, int32 purpose, int32 version, Verdict *verdict)
{
	ScoringOwnerSwitch state;
	Datum		values[4];
	char		nulls[4] = {' ', ' ', version == 0 ? 'n' : ' ', version == 0 ? 'n' : ' '};
	char	   *fault;

	values[0] = ObjectIdGetDatum(view);
	values[1] = CStringGetTextDatum(name);
	values[2] = Int32GetDatum(purpose);
	values[3] = Int32GetDatum(version);
	scoring_owner_begin(&state);
	PG_TRY();
	{
		fault = read_state(values, nulls, verdict);
	}
	PG_CATCH();
	{
		scoring_owner_forget(&state);
		PG_RE_THROW();
	}
	PG_END_TRY();
	scoring_owner_end(&state);
	return fault;
}

/*
 * Whether the view may be read now, whoever reads it: NULL, or why not. What is remembered was found under the latest
 * snapshot; in parallel mode there is none to be had, and nothing is remembered.
 */
static const char *
view_fault(Oid view, const char *name, int32 purpose, int32 version, const ScoringAccess *access)
{
	Verdict		found = {0};
	const Verdict *verdict = find_verdict(view, name, purpose, version);
	uint64		before;

	if (verdict == NULL)
	{
		bool		keep = !IsInParallelMode();
		char	   *fault;

		before = invalidations;
		if (keep)
			PushActiveSnapshot(GetLatestSnapshot());
		fault = ask_state(view, name, purpose, version, &found);
		if (keep)
			PopActiveSnapshot();
		if (fault != NULL)
			return fault;
		verdict = &found;
		if (keep && before == invalidations)
		{
			Verdict    *place = &verdicts[next_verdict];

			for (int i = 0; i < VERDICTS && place->valid; i++)
				place = &verdicts[(next_verdict + i) % VERDICTS];
			if (place->valid)
				next_verdict = (next_verdict + 1) % VERDICTS;
			place->valid = false;
			if (place->relations != NULL)
				pfree(place->relations);
			place->relations = NULL;
			place->reader = InvalidOid;
			forget_columns(place);
			place->relations = MemoryContextAlloc(TopMemoryContext, (Size) found.nrelations * sizeof(Oid));
			memcpy(place->relations, found.relations, found.nrelations * sizeof(Oid));
			place->nrelations = found.nrelations;
			strlcpy(place->name, name, NAMEDATALEN);
			place->view = view;
			place->purpose = purpose;
			place->version = version;
			place->purpose_version = found.purpose_version;
			place->valid_until = found.valid_until;
			place->valid = true;
		}
	}
	if (verdict->purpose_version != access->purpose_version)
		return _("The purpose was changed since the access was begun.");
	if (GetCurrentStatementStartTimestamp() >= verdict->valid_until)
		return _("It is disarmed: the classification of a column that it rests on has expired.");
	return NULL;
}

/* ---------- the gate ---------- */

/* Whether the role has been granted SELECT on the view itself: membership in pg_read_all_data is no such grant. */
static bool
has_own_right(Oid view, Oid role)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(view));
	bool		is_null;
	bool		may = false;
	Datum		datum;

	if (!HeapTupleIsValid(tuple))
		return false;
	datum = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relacl, &is_null);
	if (!is_null)
		may = aclmask(DatumGetAclP(datum), role, ((Form_pg_class) GETSTRUCT(tuple))->relowner, ACL_SELECT, ACLMASK_ANY) != 0;
	ReleaseSysCache(tuple);
	return may;
}

/* Whether the schema of the workspace and that of its views have one owner who is fit for it. */
static bool
is_armed(void)
{
	Oid			data = get_namespace_oid("scoring_data", true);
	HeapTuple	tuple;
	Oid			owner;
	bool		armed;

	if (!OidIsValid(data))
		return false;
	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(data));
	if (!HeapTupleIsValid(tuple))
		return false;
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(owner));
	if (!HeapTupleIsValid(tuple))
		return false;
	armed = !((Form_pg_authid) GETSTRUCT(tuple))->rolsuper && !((Form_pg_authid) GETSTRUCT(tuple))->rolcanlogin &&
		!((Form_pg_authid) GETSTRUCT(tuple))->rolbypassrls;
	ReleaseSysCache(tuple);
	return armed;
}

/*
 * Why a published view is closed to the current user, who has no right on it himself; NULL if he has. The server would say
 * that permission is denied, and nothing more.
 */
const char *
scoring_publish_closed(Oid view, const char *name)
{
	Verdict		state = {0};
	const char *fault;

	if (has_own_right(view, GetUserId()))
		return NULL;
	fault = is_armed() ? ask_state(view, name, 0, 0, &state) : NULL;
	return fault != NULL ? fault : _("The role has no privilege on the view itself.");
}

/* Why the current user may not read the view in this moment; NULL if he may. Says nothing of rows. */
const char *
scoring_publish_fault(Oid view, const char *name, int32 purpose, int32 version)
{
	const ScoringAccess *access = scoring_access();
	Verdict    *verdict;
	const char *fault;
	uint64		before = invalidations;

	if (access == NULL)
		return _("No access has been begun in this transaction.");
	if (access->session_user != GetSessionUserId() || access->current_user != GetUserId())
		return _("The access was begun by another role.");
	if (InSecurityRestrictedOperation())
		return _("An index or a materialized view is being made, or statistics gathered, with the rights of its owner.");
	if (!OidIsValid(view))
		return _("There is no published view of that name.");
	if (access->purpose_number != purpose)
		return _("The access was begun for another purpose.");
	verdict = find_verdict(view, name, purpose, version);
	if ((verdict == NULL || verdict->reader != GetUserId()) && !has_own_right(view, GetUserId()))
		return _("The role has no privilege on the view itself.");
	fault = view_fault(view, name, purpose, version, access);
	if (fault == NULL && before == invalidations)
	{
		verdict = find_verdict(view, name, purpose, version);
		if (verdict != NULL)
			verdict->reader = GetUserId();
	}
	return fault;
}

/* A view of schema scoring_views. A verdict is forgotten when its view gets another name. */
Oid
scoring_publish_view(const char *name)
{
	Oid			schema;
	Oid			view;

	for (int i = 0; i < VERDICTS; i++)
	{
		if (verdicts[i].valid && strcmp(verdicts[i].name, name) == 0)
			return verdicts[i].view;
	}
	schema = get_namespace_oid(SCORING_VIEW_SCHEMA, true);
	view = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
	return OidIsValid(view) && get_rel_relkind(view) == RELKIND_VIEW ? view : InvalidOid;
}

/* Names of columns of a view, with commas. */
const char *
scoring_publish_columns(Oid view, const Bitmapset *read)
{
	Verdict    *verdict = NULL;
	StringInfoData list;
	uint64		before = invalidations;
	int			column = -1;

	for (int i = 0; i < VERDICTS && verdict == NULL; i++)
	{
		if (verdicts[i].valid && verdicts[i].view == view)
			verdict = &verdicts[i];
	}
	if (verdict != NULL && verdict->column_names != NULL && bms_equal(verdict->columns, read))
		return pstrdup(verdict->column_names);
	initStringInfo(&list);
	while ((column = bms_next_member(read, column)) >= 0)
	{
		AttrNumber	number = column + FirstLowInvalidHeapAttributeNumber;
		char	   *name = number > 0 ? get_attname(view, number, true) : NULL;

		if (name != NULL)
			appendStringInfo(&list, "%s%s", list.len > 0 ? "," : "", name);
	}
	if (verdict != NULL && before == invalidations)
	{
		MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

		forget_columns(verdict);
		verdict->columns = bms_copy(read);
		verdict->column_names = pstrdup(list.data);
		MemoryContextSwitchTo(old);
	}
	return list.data;
}

/* In a disarmed workspace nothing can be recorded. */
void
scoring_publish_refuse(const char *name, const char *fault)
{
	if (!is_armed())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("access to \"%s.%s\" refused", SCORING_VIEW_SCHEMA, name),
				 errdetail("The scoring workspace is disarmed."),
				 errhint("As a superuser, SELECT * FROM scoring.doctor() tells what to do.")));
	scoring_access_refuse(psprintf("%s.%s", SCORING_VIEW_SCHEMA, name), fault);
}

static char *
view_name(Datum argument)
{
	char	   *name = TextDatumGetCString(argument);

	if (strlen(name) >= NAMEDATALEN)
		name[pg_mbcliplen(name, strlen(name), NAMEDATALEN - 1)] = '\0';
	return name;
}

PG_FUNCTION_INFO_V1(scoring_publish_gate);
Datum
scoring_publish_gate(PG_FUNCTION_ARGS)
{
	char	   *name = view_name(PG_GETARG_DATUM(0));
	int32		purpose = PG_GETARG_INT32(1);
	int32		version = PG_GETARG_INT32(2);
	Oid			view = scoring_publish_view(name);
	const char *fault = scoring_publish_fault(view, name, purpose, version);

	gate_calls++;
	if (fault == NULL && !scoring_publish_is_on_record(view, version, scoring_access()))
		fault = _("The access was not yet begun when the statement was, so the read is not on record.");
	if (fault != NULL)
		scoring_publish_refuse(name, fault);
	PG_RETURN_BOOL(true);
}

/* Name, purpose and version of a call of the gate, if they are constants. */
bool
scoring_publish_gate_arguments(const FuncExpr *call, char **name, int32 *purpose, int32 *version)
{
	const Const *constants[3];

	if (list_length(call->args) != 3)
		return false;
	for (int i = 0; i < 3; i++)
	{
		constants[i] = list_nth(call->args, i);
		if (!IsA(constants[i], Const) || constants[i]->constisnull)
			return false;
	}
	*name = view_name(constants[0]->constvalue);
	*purpose = DatumGetInt32(constants[1]->constvalue);
	*version = DatumGetInt32(constants[2]->constvalue);
	return true;
}

/*
 * Plans are refused as rows are: an estimate tells of rows too. A superuser may look at a plan, and so see that the gate
 * is where it should be.
 */
PG_FUNCTION_INFO_V1(scoring_publish_gate_support);
Datum
scoring_publish_gate_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestSimplify) && !superuser())
	{
		char	   *name;
		int32		purpose;
		int32		version;

		if (scoring_publish_gate_arguments(((SupportRequestSimplify *) request)->fcall, &name, &purpose, &version))
		{
			const char *fault = scoring_publish_fault(scoring_publish_view(name), name, purpose, version);

			if (fault != NULL)
				scoring_publish_refuse(name, fault);
		}
	}
	PG_RETURN_POINTER(NULL);
}

PG_FUNCTION_INFO_V1(scoring_publish_access_calls);
Datum
scoring_publish_access_calls(PG_FUNCTION_ARGS)
{
	int64		calls = gate_calls;

	gate_calls = 0;
	PG_RETURN_INT64(calls);
}

/* The gate's oid is another after the extension was dropped and made anew. */
static Oid	gate_oid = InvalidOid;

static void
forget_gate(Datum argument, int cache, uint32 hash)
{
	gate_oid = InvalidOid;
}

bool
scoring_publish_is_gate(Oid function)
{
	if (!OidIsValid(gate_oid))
	{
		Oid			types[3] = {TEXTOID, INT4OID, INT4OID};
		Oid			schema = get_namespace_oid("scoring", true);

		if (OidIsValid(schema))
			gate_oid = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum("_gate"),
									   PointerGetDatum(buildoidvector(types, 3)), ObjectIdGetDatum(schema));
	}
	return OidIsValid(function) && function == gate_oid;
}

void
scoring_publish_init(void)
{
	CacheRegisterRelcacheCallback(forget_relation, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, forget_all, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, forget_all, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, forget_all, (Datum) 0);
	CacheRegisterSyscacheCallback(DATABASEOID, forget_all, (Datum) 0);	/* its owner is a member of pg_database_owner */
	CacheRegisterSyscacheCallback(PROCOID, forget_gate, (Datum) 0);
	scoring_publish_install_hooks();
	scoring_publish_install_planner_hook();
}
