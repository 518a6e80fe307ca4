/*
 * audit.h: entries of the audit log, written so that no rollback takes them back.
 */
#ifndef SCORING_AUDIT_H
#define SCORING_AUDIT_H

#include "postgres.h"

#include "datatype/timestamp.h"

/* Of an entry: its lane and its number there, from 1. */
typedef struct ScoringAuditId
{
	int32		lane;
	int64		entry;
} ScoringAuditId;

/* What happened; NULL and negative members are left out. Texts are in the database's encoding. */
typedef struct ScoringAuditEvent
{
	const char *event;			/* a verb phrase such as "begin access", "read", "end of read", "refused" */
	const char *object;			/* a relation, a purpose, a model: what it was done to */
	const char *subject;		/* the subject's key as text: the entry is chained with the subject's others */
	const char *purpose;
	const char *case_ref;
	const char *on_behalf_of;	/* claimed, never checked */
	const char *columns;		/* of the object, with commas */
	const char *reason;			/* of a refusal */
	int64		rows;			/* that left the barrier; -1: says nothing of them */
	const ScoringAuditId *of;	/* the entry that this one closes, or that began the access it belongs to */
	const char *more;			/* a JSON object of more, already valid JSON, or NULL */
} ScoringAuditEvent;

/*
 * Appends an entry, with the workspace owner's rights whoever is current: the caller (scoring_owner_caller), the session,
 * the client, the time and the transaction are added. With scoring.audit_durability = strict it is on disk when this
 * returns. Ereports 25006 on a standby, 55000 without a workspace; must not be called in parallel mode unless the
 * (sub)transaction has written already.
 */
extern ScoringAuditId scoring_audit_write(const ScoringAuditEvent *event);

/* Seals entries if the last block is old or much was written since; cheap when neither, and when another session does it. */
extern void scoring_audit_seal_if_due(void);

/* Settings and callbacks, once for each process. */
extern void scoring_audit_init(void);

#endif
