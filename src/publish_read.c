/*
 * publish_read.c: what is read through published views is put on record.
 *
 * ExecutorStart writes the entry "read" of each gated view of a plan, ExecutorEnd the entry "end of read" with the rows
 * that left the Results which the gate opens: those are what the reader's statement could work on, whatever it gives.
 * After an error there is no second entry, and the first stands for all that was in reach. In an access the utility hook
 * refuses what would show plans or outlive the transaction. Hooks are installed when the library is loaded, at the first
 * call of a function of it; without an access each is one branch.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "compat.h"
#include "executor/executor.h"
#include "lib/ilist.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "optimizer/planner.h"
#include "publish_parts.h"
#include "purpose.h"
#include "tcop/utility.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* A view in a plan, with the nodes that its gate opens. */
typedef struct GatedView
{
	Oid			view;
	int32		purpose;
	int32		version;
	char		name[NAMEDATALEN];
	ScoringAuditId entry;
	List	   *plans;			/* numbers of the sub-plans that call its gate */
	List	   *parameters;		/* numbers of the parameters that those give */
	List	   *nodes;			/* PlanState */
} GatedView;

/* An execution that reads views. Lives in the memory of the execution, and leaves the list with that. */
typedef struct OpenRead
{
	dlist_node	node;
	QueryDesc  *query;
	Oid			user;
	ScoringAuditId access;
	List	   *views;
	bool		listed;
	MemoryContextCallback forget;
} OpenRead;

static dlist_head open_reads = DLIST_STATIC_INIT(open_reads);

static ProcessUtility_hook_type previous_utility = NULL;
static planner_hook_type previous_planner = NULL;
static ExecutorStart_hook_type previous_start = NULL;
static ExecutorRun_hook_type previous_run = NULL;
static ExecutorEnd_hook_type previous_end = NULL;

static void
forget_read(void *argument)
{
	OpenRead   *read = argument;

	if (read->listed)
		dlist_delete(&read->node);
	read->listed = false;
}

static OpenRead *
find_read(const QueryDesc *query)
{
	dlist_iter	iter;

	dlist_foreach(iter, &open_reads)
	{
		OpenRead   *read = dlist_container(OpenRead, node, iter.cur);

		if (read->query == query)
			return read;
	}
	return NULL;
}

static bool
is_of_access(const OpenRead *read, const ScoringAccess *access)
{
	return access != NULL && read->access.lane == access->entry.lane && read->access.entry == access->entry.entry;
}

bool
scoring_publish_is_on_record(Oid view, int32 version, const ScoringAccess *access)
{
	dlist_iter	iter;

	dlist_foreach(iter, &open_reads)
	{
		OpenRead   *read = dlist_container(OpenRead, node, iter.cur);
		ListCell   *cell;

		if (!is_of_access(read, access))
			continue;
		foreach(cell, read->views)
		{
			const GatedView *gated = lfirst(cell);

			if (gated->view == view && gated->version == version)
				return true;
		}
	}
	return false;
}

/* ---------- gates in a plan ---------- */

const FuncExpr *
scoring_publish_gate_call(const Plan *plan)
{
	const TargetEntry *entry;

	if (plan == NULL || !IsA(plan, Result) || list_length(plan->targetlist) != 1)
		return NULL;
	entry = linitial(plan->targetlist);
	if (!IsA(entry->expr, FuncExpr) || !scoring_publish_is_gate(((const FuncExpr *) entry->expr)->funcid))
		return NULL;
	return (const FuncExpr *) entry->expr;
}

/* The views whose gates are in a plan, each once. */
static List *
gated_views(const PlannedStmt *statement)
{
	List	   *views = NIL;
	ListCell   *cell;

	foreach(cell, statement->subplans)
	{
		const FuncExpr *call = scoring_publish_gate_call(lfirst(cell));
		GatedView  *gated = NULL;
		ListCell   *other;
		char	   *name;
		int32		purpose;
		int32		version;

		if (call == NULL || !scoring_publish_gate_arguments(call, &name, &purpose, &version))
			continue;
		foreach(other, views)
		{
			GatedView  *g = lfirst(other);

			if (strcmp(g->name, name) == 0 && g->purpose == purpose && g->version == version)
				gated = g;
		}
		if (gated == NULL)
		{
			gated = palloc0(sizeof(GatedView));
			strlcpy(gated->name, name, NAMEDATALEN);
			gated->view = scoring_publish_view(name);
			gated->purpose = purpose;
			gated->version = version;
			views = lappend(views, gated);
		}
		gated->plans = lappend_int(gated->plans, foreach_current_index(cell) + 1);
	}
	return views;
}

/* The columns of a view that a statement reads, with commas. */
static const char *
columns_read(const PlannedStmt *statement, Oid view)
{
	Bitmapset  *read = NULL;
	ListCell   *cell;

	foreach(cell, scoring_checked_relations(statement))
	{
		const ScoringCheckedRelation *checked = lfirst(cell);

		if (scoring_is_checked(checked) && checked->relid == view)
			read = bms_add_members(read, checked->selectedCols);
	}
	/* The whole row. */
	if (bms_is_member(InvalidAttrNumber - FirstLowInvalidHeapAttributeNumber, read))
	{
		for (AttrNumber number = 1; get_attname(view, number, true) != NULL; number++)
			read = bms_add_member(read, number - FirstLowInvalidHeapAttributeNumber);
	}
	return scoring_publish_columns(view, read);
}

/*
 * Finds the Results whose One-Time Filter is what an init plan that calls a gate gives, and makes them, and them alone,
 * count their rows: the executor looks at `instrument` at a node's first row. Init plans are at the node or above it.
 */
static bool
collect_nodes(PlanState *state, void *argument)
{
	List	   *views = argument;
	ListCell   *cell;
	ListCell   *item;

	if (state == NULL)
		return false;
	foreach(cell, state->initPlan)
	{
		const SubPlan *plan = ((const SubPlanState *) lfirst(cell))->subplan;

		foreach(item, views)
		{
			GatedView  *gated = lfirst(item);

			if (list_member_int(gated->plans, plan->plan_id))
				gated->parameters = list_concat_unique_int(gated->parameters, plan->setParam);
		}
	}
	if (IsA(state, ResultState))
	{
		foreach(cell, (List *) ((const Result *) state->plan)->resconstantqual)
		{
			const Param *parameter = lfirst(cell);

			if (!IsA(parameter, Param) || parameter->paramkind != PARAM_EXEC)
				continue;
			foreach(item, views)
			{
				GatedView  *gated = lfirst(item);

				if (!list_member_int(gated->parameters, parameter->paramid))
					continue;
				if (state->instrument == NULL)
					state->instrument = InstrAlloc(1, INSTRUMENT_ROWS, false);
				gated->nodes = list_append_unique_ptr(gated->nodes, state);
			}
		}
	}
	return planstate_tree_walker(state, collect_nodes, argument);
}

/* ---------- hooks of the executor ---------- */

static void
set_event(ScoringAuditEvent *event, const char *what, const GatedView *gated, const ScoringAccess *access)
{
	memset(event, 0, sizeof(*event));
	event->event = what;
	event->object = psprintf("%s.%s", SCORING_VIEW_SCHEMA, gated->name);
	event->rows = -1;
	if (access != NULL)
	{
		event->subject = access->subject;
		event->purpose = access->purpose;
		event->case_ref = access->case_ref;
		event->on_behalf_of = access->on_behalf_of;
	}
}

/* An entry takes a transaction number, and in parallel mode none can be had. */
static bool
can_record(void)
{
	return !IsInParallelMode() || TransactionIdIsValid(GetCurrentTransactionIdIfAny());
}

/* Puts the reads of a statement on record, before it goes into parallel mode. */
static void
record_reads(const QueryDesc *query, List *views, const ScoringAccess *access)
{
	ListCell   *cell;

	foreach(cell, views)
	{
		GatedView  *gated = lfirst(cell);
		const char *fault = scoring_publish_fault(gated->view, gated->name, gated->purpose, gated->version);
		ScoringAuditEvent event;

		if (fault == NULL && !can_record())
			fault = _("In a function that a parallel plan calls, the read cannot be put on record.");
		if (fault != NULL)
			scoring_publish_refuse(gated->name, fault);
		set_event(&event, "read", gated, access);
		event.columns = columns_read(query->plannedstmt, gated->view);
		event.of = &access->entry;
		gated->entry = scoring_audit_write(&event);
	}
}

/* From now on until it ends the execution is a read of these views. */
static void
open_read(QueryDesc *query, List *views, ScoringAuditId access)
{
	MemoryContext old = MemoryContextSwitchTo(query->estate->es_query_cxt);
	OpenRead   *read = palloc0(sizeof(OpenRead));
	ListCell   *cell;

	read->query = query;
	read->user = GetUserId();
	read->access = access;
	foreach(cell, views)
	{
		GatedView  *gated = palloc(sizeof(GatedView));

		*gated = *(const GatedView *) lfirst(cell);
		gated->plans = list_copy(gated->plans);
		read->views = lappend(read->views, gated);
	}
	(void) collect_nodes(query->planstate, read->views);
	read->forget.func = forget_read;
	read->forget.arg = read;
	MemoryContextRegisterResetCallback(query->estate->es_query_cxt, &read->forget);
	dlist_push_head(&open_reads, &read->node);
	read->listed = true;
	MemoryContextSwitchTo(old);
}

static void
start_next(QueryDesc *query, int flags)
{
	if (previous_start != NULL)
		previous_start(query, flags);
	else
		standard_ExecutorStart(query, flags);
}

static void
publish_start(QueryDesc *query, int flags)
{
	const ScoringAccess *access = scoring_access();
	bool		explain = (flags & EXEC_FLAG_EXPLAIN_ONLY) != 0;
	List	   *views;
	ScoringAuditId entry;

	if (access == NULL && !explain)
	{
		start_next(query, flags);
		return;
	}
	views = query->plannedstmt->subplans == NIL ? NIL : gated_views(query->plannedstmt);
	if (views == NIL || (explain && superuser()))
	{
		start_next(query, flags);
		return;
	}
	/* A plan that was kept is shown without being made. */
	if (explain)
		scoring_publish_refuse(((const GatedView *) linitial(views))->name, _("Plans are not shown: they tell of rows."));
	entry = access->entry;
	record_reads(query, views, access);
	/* Rows that leave a gate in a parallel worker come back only if all nodes count theirs. */
	if (query->plannedstmt->parallelModeNeeded)
		query->instrument_options |= INSTRUMENT_ROWS;
	start_next(query, flags);
	open_read(query, views, entry);
}

/* What has been begun is gone on with by the same user in the same access: a cursor does not outlive it. */
static void
publish_run(QueryDesc *query, ScanDirection direction, uint64 count SCORING_RUN_PARAMETER)
{
	if (!dlist_is_empty(&open_reads))
	{
		const OpenRead *read = find_read(query);

		if (read != NULL && (!is_of_access(read, scoring_access()) || read->user != GetUserId()))
			scoring_publish_refuse(((const GatedView *) linitial(read->views))->name,
								   _("The cursor was opened in another access or by another role."));
	}
	if (previous_run != NULL)
		previous_run(query, direction, count SCORING_RUN_ARGUMENT);
	else
		standard_ExecutorRun(query, direction, count SCORING_RUN_ARGUMENT);
}

static void
close_read(QueryDesc *query, OpenRead *read)
{
	const ScoringAccess *access = scoring_access();
	ListCell   *cell;
	ListCell   *item;

	/* What workers have counted is added up when they are shut down. */
	if (query->plannedstmt->parallelModeNeeded)
		ExecShutdownNode(query->planstate);
	forget_read(read);
	if (!IsTransactionState() || !can_record())
		return;
	foreach(cell, read->views)
	{
		GatedView  *gated = lfirst(cell);
		ScoringAuditEvent event;
		double		rows = 0;

		foreach(item, gated->nodes)
		{
			PlanState  *state = lfirst(item);

			InstrEndLoop(state->instrument);
			rows += state->instrument->ntuples;
		}
		set_event(&event, "end of read", gated, is_of_access(read, access) ? access : NULL);
		event.rows = (int64) rows;
		event.of = &gated->entry;
		(void) scoring_audit_write(&event);
	}
}

static void
publish_end(QueryDesc *query)
{
	if (!dlist_is_empty(&open_reads))
	{
		OpenRead   *read = find_read(query);

		if (read != NULL)
			close_read(query, read);
	}
	if (previous_end != NULL)
		previous_end(query);
	else
		standard_ExecutorEnd(query);
}

/* ---------- views that are closed ---------- */

/* Looks for published views among the relations of a query and of all in it. */
static bool
check_views(Node *node, void *argument)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		const RangeTblEntry *entry = (const RangeTblEntry *) node;

		if (OidIsValid(entry->relid) && entry->relkind == RELKIND_VIEW)
		{
			char	   *schema = get_namespace_name(get_rel_namespace(entry->relid));
			char	   *name = get_rel_name(entry->relid);
			const char *fault = NULL;

			if (schema != NULL && name != NULL && strcmp(schema, SCORING_VIEW_SCHEMA) == 0)
				fault = scoring_publish_closed(entry->relid, name);
			if (fault != NULL)
				scoring_publish_refuse(name, fault);
		}
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, check_views, argument, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, check_views, argument);
}

/* A view that was disarmed is taken from its audience; who reads it in an access is told why, and that he tried is on record. */
static PlannedStmt *
publish_planner(Query *query, const char *text, int options, ParamListInfo parameters)
{
	PlannedStmt *statement;

	if (scoring_access() != NULL)
		(void) check_views((Node *) query, NULL);
	statement = previous_planner != NULL ? previous_planner(query, text, options, parameters) :
		standard_planner(query, text, options, parameters);

	/*
	 * With debug_print_plan, which anyone may set, the server sends each plan to the client, with estimates that were made
	 * from hidden rows too. It looks at the setting after planning, in which a function may have set it; so this looks here.
	 */
	if (Debug_print_plan && statement->subplans != NIL && !superuser())
	{
		List	   *views = gated_views(statement);

		if (views != NIL)
			scoring_publish_refuse(((const GatedView *) linitial(views))->name,
								   _("Plans are not shown: they tell of rows."));
	}
	return statement;
}

/* ---------- statements that are refused in an access ---------- */

static void
publish_utility(PlannedStmt *statement, const char *query, bool read_only, ProcessUtilityContext context,
				ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *destination, QueryCompletion *completion)
{
	if (scoring_access() != NULL)
	{
		const Node *utility = statement->utilityStmt;

		if (IsA(utility, ExplainStmt) && !superuser())
			scoring_access_refuse("EXPLAIN", _("Plans are not shown in an access: they tell of rows."));
		if (IsA(utility, DeclareCursorStmt) && (((const DeclareCursorStmt *) utility)->options & CURSOR_OPT_HOLD) != 0)
			scoring_access_refuse("WITH HOLD", _("A cursor does not outlive the access that it was opened in."));
	}
	if (previous_utility != NULL)
		previous_utility(statement, query, read_only, context, parameters, environment, destination, completion);
	else
		standard_ProcessUtility(statement, query, read_only, context, parameters, environment, destination, completion);
}

void
scoring_publish_install_hooks(void)
{
	previous_utility = ProcessUtility_hook;
	ProcessUtility_hook = publish_utility;
	previous_planner = planner_hook;
	planner_hook = publish_planner;
	previous_start = ExecutorStart_hook;
	ExecutorStart_hook = publish_start;
	previous_run = ExecutorRun_hook;
	ExecutorRun_hook = publish_run;
	previous_end = ExecutorEnd_hook;
	ExecutorEnd_hook = publish_end;
}
