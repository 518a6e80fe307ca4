/*
 * scoring.c: what happens when the library is loaded, which is at the first call of a function of it: nothing needs
 * preload.
 */
#include "postgres.h"

#include "audit.h"
#include "fmgr.h"
#include "publish.h"
#include "purpose.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

void
_PG_init(void)
{
	scoring_audit_init();
	scoring_purpose_init();
	scoring_publish_init();
	MarkGUCPrefixReserved("scoring");
}
