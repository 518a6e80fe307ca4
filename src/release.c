/*
 * release.c: keeps a table as it is while a release is made of it.
 *
 * A release reads a table of the bank by its name, as the workspace's owner, after it has looked at what the name stands
 * for. Between the two the table's owner could put a view in its place, whose functions would then run as the workspace's
 * owner.
 */
#include "postgres.h"

#include "fmgr.h"
#include "owner.h"

PG_FUNCTION_INFO_V1(scoring_release_hold);
Datum
scoring_release_hold(PG_FUNCTION_ARGS)
{
	scoring_owner_hold(PG_GETARG_OID(0));
	PG_RETURN_VOID();
}
