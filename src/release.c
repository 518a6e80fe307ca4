/*
 * release.c: keeps a table as it is while a release is made of it.
 *
 * A release reads a table of the bank by its name, as the workspace's owner, after it has looked at what the name stands
 * for. Between the two the table's owner could put a view in its place, whose functions would then run as the workspace's
 * owner. LOCK TABLE asks for a privilege on the whole table, which the workspace's owner must not have.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_inherits.h"
#include "fmgr.h"
#include "nodes/pg_list.h"
#include "storage/lmgr.h"

/*
 * Locks a table and its children until the end of the transaction: their names and columns stay, and nobody makes an index
 * or a policy on them, whose code would then be run.
 */
PG_FUNCTION_INFO_V1(scoring_release_hold);
Datum
scoring_release_hold(PG_FUNCTION_ARGS)
{
	Oid			relation = PG_GETARG_OID(0);

	LockRelationOid(relation, ShareUpdateExclusiveLock);
	list_free(find_all_inheritors(relation, ShareUpdateExclusiveLock, NULL));
	PG_RETURN_VOID();
}
