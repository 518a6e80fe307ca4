/*
 * purpose.c: begin_access() and what policies and views ask of the access that was begun.
 */
#include "postgres.h"

#include "compat.h"
#include "purpose.h"

const ScoringAccess *
scoring_access(void)
{
	return NULL;
}

void
scoring_access_refuse(const char *object, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("access to \"%s\" refused", object),
			 errdetail("%s", detail)));
}

void
scoring_purpose_init(void)
{
}
