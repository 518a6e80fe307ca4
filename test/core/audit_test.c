/*
 * audit_test.c: trees as RFC 6962 defines them, and that each thing that is hashed changes the hash.
 */
#include <stdio.h>
#include <string.h>

#include "audit_core.h"

static int	failures = 0;

#define CHECK(condition, ...) \
	do { \
		if (!(condition)) \
		{ \
			printf("# " __VA_ARGS__); \
			printf("\n"); \
			if (++failures > 20) \
				return 1; \
		} \
	} while (0)

/* Any function of all the bytes will do. */
static void
digest(const uint8_t *bytes, size_t length, uint8_t *out)
{
	for (int i = 0; i < AUDIT_HASH_LENGTH; i++)
	{
		uint64_t	hash = UINT64_C(14695981039346656037) + (uint64_t) i;

		for (size_t j = 0; j < length; j++)
			hash = (hash ^ bytes[j]) * UINT64_C(1099511628211);
		hash = (hash ^ hash >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
		out[i] = (uint8_t) (hash >> 56);
	}
}

static uint8_t leaves[300][AUDIT_HASH_LENGTH];

/* RFC 6962, section 2.1: split at the largest power of two that is smaller than the number of leaves. */
static void
defined_root(int first, int count, uint8_t *out)
{
	uint8_t		bytes[1 + 2 * AUDIT_HASH_LENGTH] = {1};
	int			split = 1;

	if (count == 1)
	{
		memcpy(out, leaves[first], AUDIT_HASH_LENGTH);
		return;
	}
	while (split * 2 < count)
		split *= 2;
	defined_root(first, split, bytes + 1);
	defined_root(first + split, count - split, bytes + 1 + AUDIT_HASH_LENGTH);
	digest(bytes, sizeof(bytes), out);
}

static bool
differ(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, AUDIT_HASH_LENGTH) != 0;
}

int
main(void)
{
	static const uint8_t zeros[AUDIT_HASH_LENGTH] = {0};
	uint8_t		token[AUDIT_TOKEN_LENGTH] = {1};
	uint8_t		other_token[AUDIT_TOKEN_LENGTH] = {2};
	uint8_t		before[AUDIT_HASH_LENGTH];
	uint8_t		after[AUDIT_HASH_LENGTH];
	AuditTree	tree;
	AuditLeaf	leaf = {3, 5, 7, token, leaves[0], leaves[1]};
	AuditBlock	block = {1, 2, 3, 4, 5, 6, {7}, {8}};

	for (int i = 0; i < 300; i++)
		digest((const uint8_t *) &i, sizeof(i), leaves[i]);
	audit_tree_begin(&tree, digest);
	audit_tree_root(&tree, after);
	CHECK(!differ(after, zeros), "no leaf");
	for (int n = 1; n <= 300; n++)
	{
		audit_tree_add(&tree, leaves[n - 1]);
		audit_tree_root(&tree, after);
		defined_root(0, n, before);
		CHECK(!differ(before, after), "%d leaves", n);
	}

#define CHANGES(what, hash, change) \
	do { \
		AuditLeaf kept = leaf; \
		AuditBlock kept_block = block; \
		hash(before); \
		change; \
		hash(after); \
		CHECK(differ(before, after), "%s", what); \
		leaf = kept; \
		block = kept_block; \
	} while (0)
#define LEAF(out) audit_leaf_hash(digest, &leaf, out)
#define LINK(out) audit_subject_hash(digest, &leaf, leaves[2], out)
#define BLOCK(out) audit_block_root(digest, &block, out)
	CHANGES("lane", LEAF, leaf.lane = -leaf.lane);
	CHANGES("entry", LEAF, leaf.entry += INT64_C(1) << 40);
	CHANGES("entry of the subject", LEAF, leaf.subject_entry++);
	CHANGES("token", LEAF, leaf.token = other_token);
	CHANGES("no token", LEAF, leaf.token = NULL);
	CHANGES("hash of the subject", LEAF, leaf.subject_hash = leaves[3]);
	CHANGES("no hash of the subject", LEAF, leaf.subject_hash = NULL);
	CHANGES("hash of the detail", LEAF, leaf.detail_hash = leaves[3]);
	CHANGES("lane and entry exchanged", LEAF, (leaf.lane = 5, leaf.entry = 3));
	CHANGES("link: lane", LINK, leaf.lane++);
	CHANGES("link: entry", LINK, leaf.entry++);
	CHANGES("link: entry of the subject", LINK, leaf.subject_entry++);
	CHANGES("link: hash of the detail", LINK, leaf.detail_hash = leaves[3]);
	CHANGES("block", BLOCK, block.block++);
	CHANGES("sealed at", BLOCK, block.sealed_at++);
	CHANGES("block: lane", BLOCK, block.lane++);
	CHANGES("first entry", BLOCK, block.first_entry++);
	CHANGES("last entry", BLOCK, block.last_entry++);
	CHANGES("entries", BLOCK, block.entries++);
	CHANGES("merkle root", BLOCK, block.merkle_root[31]++);
	CHANGES("previous root", BLOCK, block.previous_root[31]++);
	LINK(before);
	audit_subject_hash(digest, &leaf, leaves[3], after);
	CHECK(differ(before, after), "another link before");
	audit_subject_hash(digest, &leaf, NULL, after);
	CHECK(differ(before, after), "no link before");
	/* A leaf is no link, whatever is in it. */
	leaf.subject_hash = leaves[2];
	LEAF(after);
	CHECK(differ(before, after), "a leaf for a link");

	if (failures == 0)
		printf("# trees of 1 to 300 leaves\n");
	return failures != 0;
}
