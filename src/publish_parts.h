/*
 * publish_parts.h: what publish.c and publish_read.c know of each other.
 */
#ifndef SCORING_PUBLISH_PARTS_H
#define SCORING_PUBLISH_PARTS_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "nodes/plannodes.h"
#include "nodes/primnodes.h"
#include "purpose.h"

#define SCORING_VIEW_SCHEMA "scoring_views"

/* A view of that schema, or none. */
extern Oid	scoring_publish_view(const char *name);
extern const char *scoring_publish_columns(Oid view, const Bitmapset *read);
/* Why the current user may not read a view in this moment; NULL if he may. Says nothing of rows. */
extern const char *scoring_publish_fault(Oid view, const char *name, int32 purpose, int32 version);
extern const char *scoring_publish_closed(Oid view, const char *name);
/* 42501, on record if that can be. */
pg_noreturn extern void scoring_publish_refuse(const char *name, const char *fault);

/* The call of a gate, if that is all a sub-plan is; and which view it is of, if its arguments are constants. */
extern bool scoring_publish_is_gate(Oid function);
extern const FuncExpr *scoring_publish_gate_call(const Plan *plan);
extern bool scoring_publish_gate_arguments(const FuncExpr *call, char **name, int32 *purpose, int32 *version);

/* Whether a read of a view is on record that belongs to an access. */
extern bool scoring_publish_is_on_record(Oid view, int32 version, const ScoringAccess *access);
extern void scoring_publish_install_hooks(void);
extern void scoring_publish_install_planner_hook(void);

#endif
