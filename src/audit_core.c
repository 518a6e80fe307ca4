/*
 * audit_core.c: what is hashed for the audit log, byte by byte. Numbers are big-endian. What is hashed begins with a byte
 * that says what it is, so that no node of a tree can pass for a leaf, nor a leaf for a link of a chain.
 */
#include "audit_core.h"

enum
{
	AUDIT_LEAF = 0,
	AUDIT_NODE = 1,
	AUDIT_LINK = 2,
	AUDIT_SEAL = 3
};

static uint8_t *
put(uint8_t *at, const void *bytes, size_t length)
{
	if (bytes != NULL)
		memcpy(at, bytes, length);
	else
		memset(at, 0, length);
	return at + length;
}

static uint8_t *
put32(uint8_t *at, int32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*at++ = (uint8_t) ((uint32_t) value >> shift);
	return at;
}

static uint8_t *
put64(uint8_t *at, int64_t value)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		*at++ = (uint8_t) ((uint64_t) value >> shift);
	return at;
}

static void
hash_entry(AuditDigest digest, uint8_t what, const AuditLeaf *leaf, const uint8_t *hash, uint8_t *out)
{
	uint8_t		bytes[1 + 4 + 8 + 8 + AUDIT_TOKEN_LENGTH + 2 * AUDIT_HASH_LENGTH];
	uint8_t    *at = bytes;

	*at++ = what;
	at = put32(at, leaf->lane);
	at = put64(at, leaf->entry);
	at = put64(at, leaf->subject_entry);
	at = put(at, leaf->token, AUDIT_TOKEN_LENGTH);
	at = put(at, hash, AUDIT_HASH_LENGTH);
	at = put(at, leaf->detail_hash, AUDIT_HASH_LENGTH);
	digest(bytes, (size_t) (at - bytes), out);
}

void
audit_subject_hash(AuditDigest digest, const AuditLeaf *leaf, const uint8_t *previous, uint8_t *out)
{
	hash_entry(digest, AUDIT_LINK, leaf, previous, out);
}

void
audit_leaf_hash(AuditDigest digest, const AuditLeaf *leaf, uint8_t *out)
{
	hash_entry(digest, AUDIT_LEAF, leaf, leaf->subject_hash, out);
}

static void
hash_node(AuditDigest digest, const uint8_t *left, const uint8_t *right, uint8_t *out)
{
	uint8_t		bytes[1 + 2 * AUDIT_HASH_LENGTH];

	bytes[0] = AUDIT_NODE;
	memcpy(bytes + 1, left, AUDIT_HASH_LENGTH);
	memcpy(bytes + 1 + AUDIT_HASH_LENGTH, right, AUDIT_HASH_LENGTH);
	digest(bytes, sizeof(bytes), out);
}

void
audit_tree_begin(AuditTree *tree, AuditDigest digest)
{
	tree->digest = digest;
	tree->leaves = 0;
}

void
audit_tree_add(AuditTree *tree, const uint8_t *leaf_hash)
{
	uint8_t		hash[AUDIT_HASH_LENGTH];
	int			level = 0;

	/* full[level] is a subtree of 2^level leaves where that bit of the count is set. */
	memcpy(hash, leaf_hash, AUDIT_HASH_LENGTH);
	for (; (tree->leaves >> level & 1) != 0; level++)
		hash_node(tree->digest, tree->full[level], hash, hash);
	memcpy(tree->full[level], hash, AUDIT_HASH_LENGTH);
	tree->leaves++;
}

void
audit_tree_root(const AuditTree *tree, uint8_t *out)
{
	bool		begun = false;

	memset(out, 0, AUDIT_HASH_LENGTH);
	for (int level = 0; level < 64; level++)
	{
		if ((tree->leaves >> level & 1) == 0)
			continue;
		if (begun)
			hash_node(tree->digest, tree->full[level], out, out);
		else
			memcpy(out, tree->full[level], AUDIT_HASH_LENGTH);
		begun = true;
	}
}

void
audit_block_root(AuditDigest digest, const AuditBlock *block, uint8_t *out)
{
	uint8_t		bytes[1 + 5 * 8 + 4 + 2 * AUDIT_HASH_LENGTH];
	uint8_t    *at = bytes;

	*at++ = AUDIT_SEAL;
	at = put64(at, block->block);
	at = put64(at, block->sealed_at);
	at = put32(at, block->lane);
	at = put64(at, block->first_entry);
	at = put64(at, block->last_entry);
	at = put64(at, block->entries);
	at = put(at, block->merkle_root, AUDIT_HASH_LENGTH);
	at = put(at, block->previous_root, AUDIT_HASH_LENGTH);
	digest(bytes, (size_t) (at - bytes), out);
}
