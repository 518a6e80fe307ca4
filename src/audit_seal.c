/*
 * audit_seal.c: blocks of the audit log.
 */
#include "postgres.h"

#include "audit.h"
#include "audit_parts.h"

void
scoring_audit_seal_if_due(void)
{
}
