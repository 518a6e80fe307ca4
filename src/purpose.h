/*
 * purpose.h: the access that a session has begun.
 */
#ifndef SCORING_PURPOSE_H
#define SCORING_PURPOSE_H

#include "postgres.h"

#include "audit.h"
#include "compat.h"

/* Lives in memory of this process alone: no setting, no table makes one. */
typedef struct ScoringAccess
{
	Oid			session_user;	/* who logged in */
	Oid			current_user;	/* who was current when it was begun */
	int			nest_level;		/* of the (sub)transaction it was begun in: it ends with that one's abort */
	int32		purpose_number;
	int32		purpose_version;
	char	   *purpose;
	char	   *case_ref;
	char	   *subject;		/* of a case-bound purpose; otherwise NULL */
	char	   *on_behalf_of;	/* claimed; NULL if not */
	struct varlena *scopes;		/* what _scopes() gives: packed for _in_scope() */
	int64		grant_number;
	TimestampTz since;			/* start of the statement that began it */
	ScoringAuditId entry;		/* of its beginning in the audit log */
} ScoringAccess;

/* The access of this transaction, or NULL; whether it is of the roles that are current now is for the caller to ask. */
extern const ScoringAccess *scoring_access(void);

/*
 * Records that an access to an object was refused, in the audit log or, where nothing can be written, in the server's; then
 * ereports 42501.
 */
pg_noreturn extern void scoring_access_refuse(const char *object, const char *detail);

/* Callbacks, once for each process. */
extern void scoring_purpose_init(void);

#endif
