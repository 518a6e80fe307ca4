/*
 * purpose_fuzz.c: the search in packed scopes, which anyone may call with any bytes; and, for input that begins with a
 * zero byte, scopes that are packed from the rest, cut at each zero byte: all of them are found then, and nothing else.
 */
#include <stdlib.h>

#include "purpose_core.h"
#include "../host.h"

#define MAX_SCOPES 64

static void
search(const uint8_t *bytes, size_t length)
{
	ScoringScopes scopes;
	int64_t		number = (int64_t) length;

	if (!scoring_scopes_open(bytes, length, &scopes))
		return;
	for (size_t i = 0; i + 8 <= length; i += 7)
	{
		memcpy(&number, bytes + i, 8);
		(void) scoring_scopes_has_number(&scopes, number);
		(void) scoring_scopes_has_text(&scopes, (const char *) bytes + i, length - i);
	}
	(void) scoring_scopes_has_text(&scopes, "", 0);
	for (uint32_t i = 0; i < scopes.ntexts; i++)
	{
		ScoringScope scope = scoring_scopes_text(&scopes, i);

		if (scope.length > length)
			abort();
	}
}

static void
pack(const char *bytes, size_t length)
{
	ScoringScope given[MAX_SCOPES];
	ScoringScope sorted[MAX_SCOPES];
	ScoringScopes scopes;
	ScoringBuffer buffer;
	size_t		count = 0;
	size_t		start = 0;

	for (size_t i = 0; i <= length && count < MAX_SCOPES; i++)
	{
		if (i < length && bytes[i] != '\0')
			continue;
		given[count].text = bytes + start;
		given[count++].length = i - start;
		start = i + 1;
	}
	memcpy(sorted, given, sizeof(ScoringScope) * count);
	scoring_buffer_init(&buffer, &host, 1 << 20);
	scoring_scopes_pack(&host, false, sorted, count, &buffer);
	if (buffer.bad || !scoring_scopes_open(buffer.data, buffer.length, &scopes) || scopes.ntexts > count)
		abort();
	for (size_t i = 0; i < count; i++)
	{
		int64_t		number;

		if (!scoring_scopes_has_text(&scopes, given[i].text, given[i].length))
			abort();
		if (scoring_canonical_number(given[i].text, given[i].length, &number) && !scoring_scopes_has_number(&scopes, number))
			abort();
	}
	for (uint32_t i = 1; i < scopes.ntexts; i++)
	{
		ScoringScope before = scoring_scopes_text(&scopes, i - 1);
		ScoringScope after = scoring_scopes_text(&scopes, i);

		if (before.length == after.length && memcmp(before.text, after.text, after.length) == 0)
			abort();
	}
	/* No given scope has a zero byte in it. */
	if (scoring_scopes_has_text(&scopes, "a\0b", 3))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length > 0 && bytes[0] == 0)
		pack((const char *) bytes + 1, length - 1);
	else
		search(bytes, length);
	drop_memory();
	return 0;
}
