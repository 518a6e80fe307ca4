/*
 * publish_plan.c: published views in parallel plans.
 *
 * A query level with init plans gets no partial paths from the planner: each worker would have to run the init plans for
 * itself. A published view has them in its own text, so a count over it would be worked out by one process, or handed
 * over row by row. Here its init plans are moved to the query that reads the view. They run there in the leader, as
 * before once and at the first row at the latest, and Gather hands their values to the workers, as it does with init
 * plans that are in a query's own text; and the partial path that the planner has found for the view is given to it.
 * Nothing else changes: the same gate, the same filters, in the same order.
 */
#include "postgres.h"

#include "compat.h"
#include "nodes/pathnodes.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "publish_parts.h"

static set_rel_pathlist_hook_type previous_pathlist = NULL;

/* Whether one of the init plans asks a gate. */
static bool
has_gate(const PlannerInfo *root)
{
	ListCell   *cell;

	foreach(cell, root->init_plans)
	{
		const SubPlan *plan = lfirst(cell);

		if (scoring_publish_gate_call(list_nth(root->glob->subplans, plan->plan_id - 1)) != NULL)
			return true;
	}
	return false;
}

/*
 * Whether a view gives what it joins and no more. Views of a reader's own, over a published one, come here too: what those
 * group, sort out, number or leave out is done above their joins, and is not in a partial path of them.
 */
static bool
is_plain(const Query *query)
{
	return query->commandType == CMD_SELECT && !query->hasAggs && !query->hasWindowFuncs && !query->hasTargetSRFs &&
		query->groupClause == NIL && query->groupingSets == NIL && query->havingQual == NULL && query->distinctClause == NIL &&
		query->sortClause == NIL && query->limitCount == NULL && query->limitOffset == NULL && query->rowMarks == NIL &&
		query->cteList == NIL && query->setOperations == NULL;
}

/*
 * The only partial path of what a view joins, with its columns worked out. Of several some may have been freed when they
 * were offered to the level above.
 */
static Path *
partial_path(PlannerInfo *root)
{
	RelOptInfo *joined = bms_membership(root->all_baserels) == BMS_SINGLETON ?
		find_base_rel(root, bms_singleton_member(root->all_baserels)) : find_join_rel(root, root->all_baserels);

	if (joined == NULL || !joined->consider_parallel || list_length(joined->partial_pathlist) != 1)
		return NULL;
	return linitial(joined->partial_pathlist);
}

static void
publish_pathlist(PlannerInfo *root, RelOptInfo *rel, Index index, RangeTblEntry *entry)
{
	if (previous_pathlist != NULL)
		previous_pathlist(root, rel, index, entry);
	if (entry->rtekind == RTE_SUBQUERY && entry->security_barrier && rel->reloptkind == RELOPT_BASEREL && rel->consider_parallel &&
		rel->partial_pathlist == NIL && bms_is_empty(rel->lateral_relids) && rel->subroot != NULL && rel->subroot->init_plans != NIL &&
		bms_is_empty(rel->subroot->outer_params) && is_plain(rel->subroot->parse) && has_gate(rel->subroot))
	{
		PlannerInfo *view = rel->subroot;
		Path	   *partial = partial_path(view);
		ListCell   *cell;

		if (partial == NULL)
			return;
		foreach(cell, view->init_plans)
		{
			ListCell   *parameter;

			foreach(parameter, ((const SubPlan *) lfirst(cell))->setParam)
				view->outer_params = bms_add_member(view->outer_params, lfirst_int(parameter));
		}
		root->init_plans = list_concat(root->init_plans, view->init_plans);
		view->init_plans = NIL;
		add_partial_path(rel, (Path *) scoring_create_subqueryscan_path(root, rel, partial));
	}
}

void
scoring_publish_install_planner_hook(void)
{
	previous_pathlist = set_rel_pathlist_hook;
	set_rel_pathlist_hook = publish_pathlist;
}
