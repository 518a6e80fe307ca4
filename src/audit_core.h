/*
 * audit_core.h: hashes of the audit log: of entries, of each subject's chain, of blocks.
 */
#ifndef SCORING_AUDIT_CORE_H
#define SCORING_AUDIT_CORE_H

#include "core.h"

#define AUDIT_HASH_LENGTH 32
#define AUDIT_TOKEN_LENGTH 16
#define AUDIT_SALT_LENGTH 16

/* SHA-256, which the caller has. */
typedef void (*AuditDigest) (const uint8_t *bytes, size_t length, uint8_t *out);

/* Of an entry what its leaf covers. Of an entry about nobody: no token, subject_entry 0, no subject_hash. */
typedef struct AuditLeaf
{
	int32_t		lane;
	int64_t		entry;
	int64_t		subject_entry;
	const uint8_t *token;
	const uint8_t *subject_hash;
	const uint8_t *detail_hash;
} AuditLeaf;

/* Of an entry about a subject: covers the subject's entry before, of which `previous` is the subject_hash; NULL at the first. */
extern void audit_subject_hash(AuditDigest digest, const AuditLeaf *leaf, const uint8_t *previous, uint8_t *out);
extern void audit_leaf_hash(AuditDigest digest, const AuditLeaf *leaf, uint8_t *out);

/* A Merkle tree of the shape of RFC 6962, section 2.1, made leaf by leaf: of subtrees that are full the largest come first. */
typedef struct AuditTree
{
	AuditDigest digest;
	uint64_t	leaves;
	uint8_t		full[64][AUDIT_HASH_LENGTH];
} AuditTree;

extern void audit_tree_begin(AuditTree *tree, AuditDigest digest);
extern void audit_tree_add(AuditTree *tree, const uint8_t *leaf_hash);
/* 32 zeros for no leaf. */
extern void audit_tree_root(const AuditTree *tree, uint8_t *out);

/* A range of entries of one lane, sealed. */
typedef struct AuditBlock
{
	int64_t		block;
	int64_t		sealed_at;		/* microseconds since 2000-01-01 UTC */
	int32_t		lane;
	int64_t		first_entry;
	int64_t		last_entry;
	int64_t		entries;		/* of this block and all before */
	uint8_t		merkle_root[AUDIT_HASH_LENGTH];
	uint8_t		previous_root[AUDIT_HASH_LENGTH];
} AuditBlock;

/* Everything that a block's row says. */
extern void audit_block_root(AuditDigest digest, const AuditBlock *block, uint8_t *out);

#endif
