/*
 * host.h: what tests of the cores give them: memory that goes as a whole, as a memory context does, and is not zeroed; a
 * database in LATIN1.
 */
#ifndef SCORING_TEST_HOST_H
#define SCORING_TEST_HOST_H

#include <stdlib.h>

#include "core.h"

typedef struct Piece
{
	struct Piece *next;
	long double align;
} Piece;

static Piece *pieces = NULL;

static void *
take_memory(void *context, size_t size)
{
	Piece	   *piece = malloc(sizeof(Piece) + size);

	(void) context;
	if (piece == NULL)
		abort();
	piece->next = pieces;
	pieces = piece;
	return memset(piece + 1, 0xa5, size);
}

static void
leave_memory(void *context, void *pointer)
{
	(void) context;
	(void) pointer;
}

static void
no_check(void *context)
{
	(void) context;
}

static int
latin1(void *context, uint32_t code_point, char *out)
{
	(void) context;
	*out = (char) code_point;
	return code_point < 256;
}

/* Letters beyond ASCII do not matter to any test. */
static const char *
same_text(void *context, const char *text, size_t length, size_t *out_length)
{
	(void) context;
	*out_length = length;
	return text;
}

static const ScoringHost host = {take_memory, leave_memory, no_check, latin1, same_text, NULL};

static void
drop_memory(void)
{
	while (pieces != NULL)
	{
		Piece	   *next = pieces->next;

		free(pieces);
		pieces = next;
	}
}

#endif
