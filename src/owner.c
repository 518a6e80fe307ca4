/*
 * owner.c: entries that run with the rights of the workspace's owner.
 *
 * No member of the extension is SECURITY DEFINER: a member's owner is not dumped, so after a restore each such function
 * would run as the superuser who restored it. Instead scoring.f(...) is bound to scoring_owner_call, which looks for
 * scoring._f(...) with the same argument types, asks whether the caller has been granted EXECUTE on that, and calls it
 * as the owner of schema scoring_data. That owner is never looked up by name. Arguments are of built-in types and types
 * of this extension, and a row is flat and only ever read by row.c: no code of a user's type may run as the owner.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "owner.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#define WORKSPACE_SCHEMA "scoring_data"

/* Settings any user may change that would change what a body means or what a value's text is. */
static const struct
{
	const char *name;
	const char *value;
}			pinned[] = {
	{"search_path", "pg_catalog, scoring, pg_temp"},
	{"standard_conforming_strings", "on"},
	{"array_nulls", "on"},
	{"transform_null_equals", "off"},
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"TimeZone", "UTC"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
	{"row_security", "on"},
	{"lc_monetary", "C"},
	{"quote_all_identifiers", "off"},
};

/* Of the outermost switch. */
static Oid	caller_role = InvalidOid;
static bool caller_lent = false;	/* it is the owner of a function that is SECURITY DEFINER */

Oid
scoring_owner_role(void)
{
	Oid			schema = get_namespace_oid(WORKSPACE_SCHEMA, true);
	HeapTuple	tuple;
	Oid			owner;
	const char *fault = NULL;

	if (!OidIsValid(schema))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("this database has no scoring workspace"),
				 errhint("A superuser makes it: SELECT scoring.setup();")));
	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for schema %u", schema);
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(owner));
	if (HeapTupleIsValid(tuple))
	{
		Form_pg_authid role = (Form_pg_authid) GETSTRUCT(tuple);

		if (role->rolsuper)
			fault = "is a superuser";
		else if (role->rolcanlogin)
			fault = "may log in";
		else if (role->rolbypassrls)
			fault = "bypasses row security";
		ReleaseSysCache(tuple);
	}
	else
		fault = "does not exist";
	if (fault != NULL)
	{
		char	   *name = GetUserNameFromId(owner, true);

		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the scoring workspace is disarmed"),
				 errdetail("Role \"%s\", which owns schema %s, %s.", name == NULL ? "?" : name, WORKSPACE_SCHEMA, fault),
				 errhint("As a superuser, SELECT * FROM scoring.doctor() tells what to do.")));
	}
	return owner;
}

Oid
scoring_owner_caller(void)
{
	return OidIsValid(caller_role) ? caller_role : GetUserId();
}

int
scoring_owner_pin(void)
{
	int			nest_level = NewGUCNestLevel();

	for (int i = 0; i < lengthof(pinned); i++)
	{
		const char *now = GetConfigOption(pinned[i].name, false, false);

		if (strcmp(now, pinned[i].value) != 0)
			(void) set_config_option(pinned[i].name, pinned[i].value, PGC_USERSET, PGC_S_SESSION,
									 GUC_ACTION_SAVE, true, 0, false);
	}
	return nest_level;
}

void
scoring_owner_begin(ScoringOwnerSwitch *state)
{
	Oid			owner = scoring_owner_role();

	GetUserIdAndSecContext(&state->user, &state->context);
	state->caller = caller_role;
	SetUserIdAndSecContext(owner, state->context | SECURITY_LOCAL_USERID_CHANGE);
	state->nest_level = scoring_owner_pin();
	/* Last: an error up to here finds nobody who would forget it. */
	if (!OidIsValid(caller_role))
	{
		caller_role = state->user;
		caller_lent = (state->context & SECURITY_LOCAL_USERID_CHANGE) != 0;
	}
}

void
scoring_owner_end(const ScoringOwnerSwitch *state)
{
	AtEOXact_GUC(true, state->nest_level);
	SetUserIdAndSecContext(state->user, state->context);
	caller_role = state->caller;
}

void
scoring_owner_forget(const ScoringOwnerSwitch *state)
{
	caller_role = state->caller;
}

void
scoring_owner_leave(ScoringOwnerSwitch *state, Oid table_owner)
{
	GetUserIdAndSecContext(&state->user, &state->context);
	state->caller = caller_role;
	SetUserIdAndSecContext(table_owner, state->context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION |
						   SECURITY_NOFORCE_RLS);
	state->nest_level = NewGUCNestLevel();
	caller_role = InvalidOid;
}

void
scoring_owner_come_back(const ScoringOwnerSwitch *state)
{
	AtEOXact_GUC(false, state->nest_level);
	SetUserIdAndSecContext(state->user, state->context);
	caller_role = state->caller;
}

/*
 * A table of the bank that a query is to read as the workspace's owner: until the end of the transaction its name, its
 * columns and those of its children stay, and nobody makes an index, statistics or a policy on them, whose expressions that
 * query would run. What is looked at after this holds until then, but not under a snapshot that is older than the lock.
 * Readers and writers pass. LOCK TABLE asks for a privilege on the whole table, which the workspace's owner must not have.
 */
void
scoring_owner_hold(Oid relation)
{
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("a protected table is read for the workspace in a transaction that is READ COMMITTED"),
				 errdetail("An older snapshot does not show what has been done to the table since."),
				 errhint("BEGIN ISOLATION LEVEL READ COMMITTED;")));
	LockRelationOid(relation, ShareUpdateExclusiveLock);
	list_free(find_all_inheritors(relation, ShareUpdateExclusiveLock, NULL));
}

/* Those who have been granted EXECUTE on a function, but for its owner and the workspace's, as a list. */
static char *
grantees(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	StringInfoData list;
	Datum		datum;
	bool		is_null;

	initStringInfo(&list);
	datum = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proacl, &is_null);
	if (!is_null)
	{
		Acl		   *acl = DatumGetAclPCopy(datum);
		AclItem    *items = ACL_DAT(acl);
		Oid			workspace = scoring_owner_role();

		for (int i = 0; i < ACL_NUM(acl); i++)
		{
			char	   *name;

			if ((ACLITEM_GET_PRIVS(items[i]) & ACL_EXECUTE) == 0 || items[i].ai_grantee == workspace ||
				items[i].ai_grantee == ((Form_pg_proc) GETSTRUCT(tuple))->proowner)
				continue;
			name = GetUserNameFromId(items[i].ai_grantee, true);
			if (name != NULL)
				appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", quote_identifier(name));
		}
	}
	ReleaseSysCache(tuple);
	return list.data;
}

static void
check_grant(Oid function, const char *name)
{
	Oid			caller = GetUserId();
	char	   *list;
	char	   *user;

	if (scoring_function_aclcheck(function, caller, ACL_EXECUTE) == ACLCHECK_OK)
		return;
	list = grantees(function);
	user = GetUserNameFromId(caller, false);
	if (list[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for role \"%s\" to call %s", user, name),
				 errdetail("No role has been granted the duty it belongs to."),
				 errhint("A superuser grants duties anew with SELECT scoring.apply_grants();")));
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied for role \"%s\" to call %s", user, name),
			 errdetail("It takes membership in %s%s.", strchr(list, ',') != NULL ? "one of " : "", list),
			 errhint("Have it granted; a member that does not inherit runs SET ROLE first.")));
}

typedef struct OwnerCall
{
	Oid			function;
	FmgrInfo	flinfo;
	bool		varlena[FUNC_MAX_ARGS];
	bool		is_volatile;
	char		name[2 * NAMEDATALEN + 2];
} OwnerCall;

/* scoring._f with the argument types of the scoring.f that is being called. */
static OwnerCall *
get_call(FunctionCallInfo fcinfo)
{
	OwnerCall  *call = fcinfo->flinfo->fn_extra;
	HeapTuple	tuple;
	Form_pg_proc form;
	NameData	inner;
	List	   *arguments = NIL;
	FuncExpr   *expression;
	MemoryContext old;

	if (call != NULL)
		return call;
	call = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(OwnerCall));
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
	form = (Form_pg_proc) GETSTRUCT(tuple);
	snprintf(call->name, sizeof(call->name), "%s.%s", get_namespace_name(form->pronamespace), NameStr(form->proname));
	call->is_volatile = form->provolatile == PROVOLATILE_VOLATILE;
	if (snprintf(NameStr(inner), NAMEDATALEN, "_%s", NameStr(form->proname)) >= NAMEDATALEN)
		elog(ERROR, "the name %s is too long", NameStr(form->proname));
	call->function = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(NameStr(inner)),
									 PointerGetDatum(&form->proargtypes), ObjectIdGetDatum(form->pronamespace));
	old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	for (int i = 0; i < form->pronargs; i++)
	{
		Oid			declared = form->proargtypes.values[i];
		Oid			type = declared == RECORDOID ? get_fn_expr_argtype(fcinfo->flinfo, i) : declared;

		/*
		 * PL/pgSQL has a variable of the row's type, as the expression of the call has it, and if that is a domain makes its
		 * check, which is somebody's code, when it stores the argument. So it is told of the type under the domain.
		 */
		type = OidIsValid(type) ? getBaseType(type) : declared;
		arguments = lappend(arguments, makeNullConst(type, -1, InvalidOid));
		call->varlena[i] = get_typlen(declared) == -1;
	}
	expression = makeFuncExpr(call->function, form->prorettype, arguments, InvalidOid, fcinfo->fncollation,
							  COERCE_EXPLICIT_CALL);
	MemoryContextSwitchTo(old);
	ReleaseSysCache(tuple);
	if (!OidIsValid(call->function))
		elog(ERROR, "there is no function %s with the arguments of %s", NameStr(inner), call->name);
	fmgr_info_cxt(call->function, &call->flinfo, fcinfo->flinfo->fn_mcxt);
	fmgr_info_set_expr((Node *) expression, &call->flinfo);
	fcinfo->flinfo->fn_extra = call;
	return call;
}

static Datum
call_as_owner(FunctionCallInfo fcinfo, OwnerCall *call)
{
	LOCAL_FCINFO(inner, FUNC_MAX_ARGS);
	ScoringOwnerSwitch state;
	Datum		result;

	InitFunctionCallInfoData(*inner, &call->flinfo, fcinfo->nargs, fcinfo->fncollation, NULL, fcinfo->resultinfo);
	memcpy(inner->args, fcinfo->args, fcinfo->nargs * sizeof(NullableDatum));
	/*
	 * For the same reason a record is made flat: one that comes from a PL/pgSQL variable remembers that the variable is of
	 * a domain.
	 */
	for (int i = 0; i < fcinfo->nargs; i++)
	{
		if (!inner->args[i].isnull && call->varlena[i] &&
			VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(inner->args[i].value)))
			inner->args[i].value = PointerGetDatum(PG_DETOAST_DATUM(inner->args[i].value));
	}
	scoring_owner_begin(&state);
	PG_TRY();
	{
		result = FunctionCallInvoke(inner);
	}
	PG_CATCH();
	{
		scoring_owner_forget(&state);
		PG_RE_THROW();
	}
	PG_END_TRY();
	scoring_owner_end(&state);
	fcinfo->isnull = inner->isnull;
	return result;
}

/*
 * What is called while the server maintains an index or a materialized view, or gathers statistics, is called by nobody:
 * current_user is the relation's owner, session_user whoever runs the command, or the superuser as whom autovacuum runs.
 * Recorded, it would look like a second person.
 */
static void
check_place(const OwnerCall *call)
{
	if (InSecurityRestrictedOperation())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("%s cannot be called while an index or a materialized view is made or statistics are gathered", call->name),
				 errdetail("Nobody calls it then: it would be recorded for the owner of that relation, in somebody else's session.")));
}

/* For those to whom apply_grants() has given EXECUTE on the internal function. */
PG_FUNCTION_INFO_V1(scoring_owner_call);
Datum
scoring_owner_call(PG_FUNCTION_ARGS)
{
	OwnerCall  *call = get_call(fcinfo);

	(void) scoring_owner_role();	/* no workspace is the better message */
	check_grant(call->function, call->name);
	check_place(call);
	return call_as_owner(fcinfo, call);
}

/* For everyone: the internal function decides by itself, from _caller(). What changes nothing may be asked anywhere. */
PG_FUNCTION_INFO_V1(scoring_owner_call_open);
Datum
scoring_owner_call_open(PG_FUNCTION_ARGS)
{
	OwnerCall  *call = get_call(fcinfo);

	if (call->is_volatile)
		check_place(call);
	return call_as_owner(fcinfo, call);
}

PG_FUNCTION_INFO_V1(scoring_owner_caller_name);
Datum
scoring_owner_caller_name(PG_FUNCTION_ARGS)
{
	NameData   *name = palloc0(sizeof(NameData));

	namestrcpy(name, GetUserNameFromId(scoring_owner_caller(), false));
	PG_RETURN_NAME(name);
}

/* Whether the one who called is not the one who logged in, nor whom that one has turned into by SET ROLE. */
PG_FUNCTION_INFO_V1(scoring_owner_caller_lent);
Datum
scoring_owner_caller_lent(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(OidIsValid(caller_role) && caller_lent);
}

/* setup() makes tables with it, so that they are the owner's from the first moment. */
PG_FUNCTION_INFO_V1(scoring_owner_run);
Datum
scoring_owner_run(PG_FUNCTION_ARGS)
{
	Oid			function = PG_GETARG_OID(0);
	ScoringOwnerSwitch state;

	if (!superuser())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("only a superuser may run a function as the owner of the scoring workspace")));
	if (get_func_namespace(function) != get_namespace_oid("scoring", false) || get_func_nargs(function) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is not a function of schema scoring without arguments", format_procedure(function))));
	scoring_owner_begin(&state);
	PG_TRY();
	{
		(void) OidFunctionCall0(function);
	}
	PG_CATCH();
	{
		scoring_owner_forget(&state);
		PG_RE_THROW();
	}
	PG_END_TRY();
	scoring_owner_end(&state);
	PG_RETURN_VOID();
}
