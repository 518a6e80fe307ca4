/*
 * owner.h: work done with the rights of the workspace's owner, whoever asked for it.
 */
#ifndef SCORING_OWNER_H
#define SCORING_OWNER_H

#include "postgres.h"

/* Who acts, and with which settings, before a switch: for scoring_owner_end(). */
typedef struct ScoringOwnerSwitch
{
	Oid			user;
	int			context;
	int			nest_level;
	Oid			caller;
} ScoringOwnerSwitch;

/*
 * The owner of schema scoring_data. Ereports 55000 if there is no workspace, or one that is disarmed: its owner may log
 * in, is a superuser or bypasses row security.
 */
extern Oid	scoring_owner_role(void);

/*
 * From begin to end the current user is the workspace's owner, and the settings that change what a function body means
 * or how a value is printed are pinned. An error in between undoes the switch as it unwinds the (sub)transaction, all but
 * the caller: wrap in PG_TRY and call scoring_owner_forget() in PG_CATCH.
 */
extern void scoring_owner_begin(ScoringOwnerSwitch *state);
extern void scoring_owner_end(const ScoringOwnerSwitch *state);
extern void scoring_owner_forget(const ScoringOwnerSwitch *state);

/*
 * From leave to come_back the current user is the owner of a table of the bank, whose triggers may run: in a security-
 * restricted operation, as when the server maintains an index, and past a forced row security, as when it checks a foreign
 * key. To code that runs then the workspace has been called by nobody yet. Settings it makes are undone. Errors: as above.
 */
extern void scoring_owner_leave(ScoringOwnerSwitch *state, Oid table_owner);
extern void scoring_owner_come_back(const ScoringOwnerSwitch *state);

/*
 * Pins those settings alone, until AtEOXact_GUC(true, what it returns); an error in between undoes it. Then a value's text
 * is read back as the same value in any session.
 */
extern int	scoring_owner_pin(void);

/*
 * Whoever reads a table of the bank as the workspace's owner calls this first, and then looks at what the table is, and
 * whether the name that will be read is still its. Ereports 25000 in a transaction that has one snapshot throughout.
 */
extern void scoring_owner_hold(Oid relation);

/* The user who was current before the outermost switch; without one, the current user. */
extern Oid	scoring_owner_caller(void);

#endif
