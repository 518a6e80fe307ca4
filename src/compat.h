/*
 * compat.h: the one file that knows the server's version. PostgreSQL 15 to 18.
 */
#ifndef SCORING_COMPAT_H
#define SCORING_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000 || PG_VERSION_NUM >= 190000
#error "scoring supports PostgreSQL 15 to 18"
#endif

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#include "nodes/miscnodes.h"
#endif

#include "fmgr.h"

/* Reports an error softly where the caller asked for it (from 16 on). */
#if PG_VERSION_NUM >= 160000
#define scoring_ereturn(context, dummy, ...) ereturn(context, dummy, __VA_ARGS__)
#else
#define scoring_ereturn(context, dummy, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return dummy; \
	} while (0)
#endif

/* A character that the server's encoding lacks is an error up to 15, false from 16 on. */
#if PG_VERSION_NUM >= 160000
#define scoring_unicode_to_server(c, out) pg_unicode_to_server_noerror(c, out)
#else
#define scoring_unicode_to_server(c, out) (pg_unicode_to_server(c, out), true)
#endif

/* BufFile reads of an exact length. */
#if PG_VERSION_NUM >= 160000
#define scoring_buffile_read_exact(file, ptr, size) BufFileReadExact(file, ptr, size)
#else
#define scoring_buffile_read_exact(file, ptr, size) \
	do { \
		if (BufFileRead(file, ptr, size) != (size)) \
			ereport(ERROR, (errcode_for_file_access(), errmsg("could not read from temporary file"))); \
	} while (0)
#endif

/* Whether a role has a privilege on a function. */
#if PG_VERSION_NUM >= 160000
#include "catalog/pg_proc.h"
#include "utils/acl.h"
#define scoring_function_aclcheck(function, role, mode) object_aclcheck(ProcedureRelationId, function, role, mode)
#else
#define scoring_function_aclcheck(function, role, mode) pg_proc_aclcheck(function, role, mode)
#endif

/* The place of this process among the server's: no other that lives has it. */
#if PG_VERSION_NUM >= 170000
#include "storage/procnumber.h"
#define scoring_process_slot() ((int) MyProcNumber)
#else
#include "storage/backendid.h"
#define scoring_process_slot() ((int) MyBackendId)
#endif

/* The relations of a plan that are checked for privileges, views that it was rewritten from among them. */
#include "nodes/parsenodes.h"
#if PG_VERSION_NUM >= 160000
typedef RTEPermissionInfo ScoringCheckedRelation;
#define scoring_checked_relations(statement) ((statement)->permInfos)
#define scoring_is_checked(relation) ((relation)->requiredPerms != 0)
#else
typedef RangeTblEntry ScoringCheckedRelation;
#define scoring_checked_relations(statement) ((statement)->rtable)
#define scoring_is_checked(relation) ((relation)->rtekind == RTE_RELATION && (relation)->requiredPerms != 0)
#endif

/* The executor is told that it is run once, up to 17. */
#if PG_VERSION_NUM >= 180000
#define SCORING_RUN_PARAMETER
#define SCORING_RUN_ARGUMENT
#else
#define SCORING_RUN_PARAMETER , bool execute_once
#define SCORING_RUN_ARGUMENT , execute_once
#endif

/* A scan of a sub-query, without order; from 16 on it is said whether its columns are those of the sub-query. */
#if PG_VERSION_NUM >= 160000
#define scoring_create_subqueryscan_path(root, rel, path) create_subqueryscan_path(root, rel, path, false, NIL, NULL)
#else
#define scoring_create_subqueryscan_path(root, rel, path) create_subqueryscan_path(root, rel, path, NIL, NULL)
#endif

/*
 * Tells the writer of the write-ahead log what is to be on disk soon, but wakes it only if the server must. Up to 16 the
 * server wakes it each time once a page is full, by a signal that costs more than what is logged; it finds the writer's latch
 * through a variable of this process's own.
 */
#if PG_VERSION_NUM >= 170000
#define SCORING_QUIET_ASYNC_LSN(end) XLogSetAsyncXactLSN(end)
#else
#define SCORING_QUIET_ASYNC_LSN(end) \
	do { \
		PROC_HDR   *all_processes = ProcGlobal; \
		PROC_HDR	without_writer; \
\
		memcpy(&without_writer, all_processes, sizeof(without_writer)); \
		without_writer.walwriterLatch = NULL; \
		ProcGlobal = &without_writer; \
		XLogSetAsyncXactLSN(end); \
		ProcGlobal = all_processes; \
	} while (0)
#endif

/* Stands before a declaration, as in 18. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

#endif
