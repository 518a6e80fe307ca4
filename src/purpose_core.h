/*
 * purpose_core.h: the scopes of an access, packed so that one is found without looking at all.
 *
 * Big-endian: version (1 byte, 1), all (1 byte, 0 or 1), 2 zero bytes, how many numbers, how many texts (4 bytes each);
 * then the numbers, 8 bytes each, ascending; the ends of the texts, 4 bytes each, counted from where the texts begin; the
 * texts, in the order of their bytes. Numbers are those texts that are the canonical decimal form of an int64.
 */
#ifndef SCORING_PURPOSE_CORE_H
#define SCORING_PURPOSE_CORE_H

#include "core.h"
#include "wire.h"

typedef struct ScoringScope
{
	const char *text;
	size_t		length;
} ScoringScope;

typedef struct ScoringScopes
{
	bool		all;
	uint32_t	nnumbers;
	uint32_t	ntexts;
	const uint8_t *numbers;
	const uint8_t *ends;
	const char *texts;
	size_t		length;			/* of all texts */
} ScoringScopes;

/* Writes scopes given in any order, repeated or not; all: those there are. Sorts the array in place. */
extern void scoring_scopes_pack(const ScoringHost *host, bool all, ScoringScope *scopes, size_t count, ScoringBuffer *out);

/* False if the bytes cannot be scopes. What is open is safe to search, whatever the bytes say; nothing is copied. */
extern bool scoring_scopes_open(const void *bytes, size_t length, ScoringScopes *out);
extern bool scoring_scopes_has_number(const ScoringScopes *scopes, int64_t number);
extern bool scoring_scopes_has_text(const ScoringScopes *scopes, const char *text, size_t length);
/* The text at a place below ntexts; of malformed bytes an empty one. */
extern ScoringScope scoring_scopes_text(const ScoringScopes *scopes, uint32_t place);

/* Whether a text is the canonical decimal form of an int64: no plus, no leading zeros, no blanks, no minus zero. */
extern bool scoring_canonical_number(const char *text, size_t length, int64_t *out);

#endif
