/*
 * audit_rows.h: rows of the audit log's tables that are there for good, whatever becomes of the transaction.
 */
#ifndef SCORING_AUDIT_ROWS_H
#define SCORING_AUDIT_ROWS_H

#include "postgres.h"

#include "access/htup.h"
#include "access/xlogdefs.h"
#include "storage/lockdefs.h"
#include "utils/snapshot.h"

typedef enum AuditTable
{
	AUDIT_ENTRY = 0,
	AUDIT_DETAIL = 1,
	AUDIT_SUBJECT = 2,
	AUDIT_BLOCK = 3
} AuditTable;

#define AUDIT_TABLES 4

/* Columns of scoring_data.audit_entry, audit_detail, audit_subject and audit_block, as _setup_audit() makes them. */
enum
{
	ENTRY_LANE, ENTRY_ENTRY, ENTRY_TOKEN, ENTRY_SUBJECT_ENTRY, ENTRY_SUBJECT_HASH, ENTRY_DETAIL_HASH, ENTRY_COLUMNS
};
enum
{
	DETAIL_LANE, DETAIL_ENTRY, DETAIL_SALT, DETAIL_DETAIL, DETAIL_ERASED_LANE, DETAIL_ERASED_ENTRY, DETAIL_COLUMNS
};
enum
{
	SUBJECT_SUBJECT, SUBJECT_TOKEN, SUBJECT_COLUMNS
};
enum
{
	BLOCK_BLOCK, BLOCK_SEALED_AT, BLOCK_LANE, BLOCK_FIRST, BLOCK_LAST, BLOCK_ENTRIES, BLOCK_MERKLE_ROOT, BLOCK_PREVIOUS_ROOT, BLOCK_ROOT, BLOCK_COLUMNS
};

#define AUDIT_MAX_COLUMNS BLOCK_COLUMNS

/* Once for each process. */
extern void audit_rows_init(void);

/*
 * Before writing. Ereports 25006 on a standby, 25000 in a parallel plan of a transaction that has written nothing yet,
 * 55000 without a workspace or where its tables are not as setup() makes them. Gives the (sub)transaction a number.
 */
extern void audit_rows_check(void);

/*
 * Locks tables, until audit_rows_close() or an error: AccessShareLock to read, RowExclusiveLock to write. Only between the
 * two are the other functions called, and not between two more.
 */
extern void audit_rows_open(const AuditTable *tables, int count, LOCKMODE mode);
extern void audit_rows_close(void);

/* Changes whenever the tables are other tables than before: what was read off them is void then. */
extern uint64 audit_rows_generation(void);

/* Changes at least when the tables, schemas or roles do. */
extern uint64 audit_rows_changes(void);

/*
 * Rows in the order of an index whose first columns are these: those equal in the first nkeys of them and, in the next one,
 * between bounds that are not NULL, both included. For writers snapshot is SnapshotSelf: what is in the log is seen by any
 * snapshot, and by none sooner. A row is good until the next one is asked for.
 */
typedef struct AuditScan AuditScan;

extern AuditScan *audit_rows_scan(AuditTable table, int ncolumns, const int *columns, int nkeys, const Datum *keys,
								  const Datum *lower, const Datum *upper, bool backward, Snapshot snapshot);
extern HeapTuple audit_rows_next(AuditScan *scan);
extern void audit_rows_end(AuditScan *scan);

/* The first row of such a scan, copied; NULL if there is none. */
extern HeapTuple audit_rows_first(AuditTable table, int ncolumns, const int *columns, int nkeys, const Datum *keys,
								  const Datum *lower, bool backward, Snapshot snapshot);
extern Datum audit_rows_column(AuditTable table, HeapTuple tuple, int column, bool *is_null);

/* Adds a row, one to each table, that nobody sees yet and that an error takes back. */
extern void audit_rows_add(AuditTable table, const Datum *values, const bool *nulls);

/*
 * Makes the rows that were added visible to everyone for good, all at once: by one record of the write-ahead log.
 * Returns where that ends.
 */
extern XLogRecPtr audit_rows_keep(void);

#endif
