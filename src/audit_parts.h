/*
 * audit_parts.h: what the files of room audit share.
 */
#ifndef SCORING_AUDIT_PARTS_H
#define SCORING_AUDIT_PARTS_H

#include "postgres.h"

#include "access/htup.h"
#include "access/xlogdefs.h"
#include "audit_core.h"
#include "storage/lock.h"

/* Bytes of a subject's key. */
#define AUDIT_SUBJECT_LIMIT 1000

typedef enum AuditLockKind
{
	AUDIT_LOCK_SUBJECT = 0x5341,	/* key: a hash of his */
	AUDIT_LOCK_SEAL = 0x5342	/* key: 0 */
} AuditLockKind;

extern void audit_digest(const uint8_t *bytes, size_t length, uint8_t *out);
extern void audit_detail_hash(const uint8_t *salt, const char *detail, size_t length, uint8_t *out);
extern bytea *audit_make_bytea(const uint8_t *bytes, size_t length);
/* False if it is of another length. */
extern bool audit_read_bytea(Datum datum, size_t length, uint8_t *out);

typedef struct AuditLeafBytes
{
	uint8_t		token[AUDIT_TOKEN_LENGTH];
	uint8_t		subject_hash[AUDIT_HASH_LENGTH];
	uint8_t		detail_hash[AUDIT_HASH_LENGTH];
} AuditLeafBytes;

/* What of a row of audit_entry its leaf covers, pointing into *bytes. */
extern void audit_read_leaf(HeapTuple tuple, AuditLeaf *leaf, AuditLeafBytes *bytes);
extern void audit_read_block(HeapTuple tuple, AuditBlock *block, uint8_t *root);

/* Entries that this process has written. */
extern int64 audit_written(void);

extern void audit_set_lock_tag(LOCKTAG *tag, AuditLockKind kind, uint64 key);

/* A memory context for one entry or block; what was in it is gone. */
extern MemoryContext audit_memory(void);

/* audit_rows_keep(), and on disk as scoring.audit_durability says. written_before: XactLastRecEnd before the first row. */
extern void audit_keep_rows(XLogRecPtr written_before);

#endif
