/*
 * credit_file_fuzz.c: the readers of a credit file's text and binary forms and of a state's rows, and what is done with what
 * they accept. The first byte says which: '{' text, 1 binary, another rows.
 */
#include <stdlib.h>

#include "credit_file_core.h"
#include "../host.h"

static const char *
same(const char *text, size_t length, size_t *out_length)
{
	*out_length = length;
	return text;
}

/* What has been read is sound: it survives every form and merging, and can be asked. */
static void
use_packed(const ScoringBuffer *packed)
{
	const ProfileType *type = &credit_file_profile;
	const uint8_t *bytes = (const uint8_t *) packed->data;
	ScoringFault fault;
	CreditView	view;
	CreditStanding *standings;
	size_t		count;
	ScoringBuffer out;
	Json	   *json;
	JsonAt		root = {0};
	__int128	total;
	double		utilisation;
	ProfilePart parts[2] = {{true, bytes, packed->length}, {true, bytes, packed->length}};

	if (!credit_file_decode(&host, bytes, packed->length, &view, &fault))
		abort();
	scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
	if (!type->recode(&host, bytes, packed->length, same, &out, &fault) || out.length != packed->length)
		abort();
	scoring_buffer_init(&out, &host, PROFILE_MAX_BYTES);
	if (!type->merge(&host, NULL, 0, parts, 2, &out, &fault))
	{
		if (view.unidentified < INT64_MAX / 2 && view.undated < INT64_MAX / 2)
			abort();
	}
	else if (view.unidentified == 0 && view.undated == 0 && (out.length != packed->length || memcmp(out.data, bytes, out.length) != 0))
		abort();
	scoring_buffer_init(&out, &host, PROFILE_MAX_JSON);
	if (!type->write(&host, bytes, packed->length, &out, &fault))
		abort();
	/* Names may be no text in the encoding; the server converts before it gets here. */
	if (scoring_json_parse(&host, out.data, out.length, &json, &fault))
	{
		ScoringBuffer again;

		root.node = json;
		scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
		if (!type->read(&host, &root, &again, &fault) || again.length != packed->length || memcmp(again.data, bytes, again.length) != 0)
			abort();
	}
	for (int32_t as_of = 0; as_of < 12000; as_of += 3000)
	{
		if (!credit_file_standings(&host, &view, as_of, as_of / 300, &standings, &count, &fault) || count > view.naccounts)
			abort();
		(void) credit_file_total(standings, count, false, ACCOUNT_BALANCE, &total);
		(void) credit_file_total(standings, count, true, ACCOUNT_LIMIT, &total);
		(void) credit_file_utilisation(standings, count, &utilisation);
		if (credit_file_inquiries(&view, as_of, 365, 14) > credit_file_inquiries(&view, as_of, 365, -1))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	ScoringFault fault;
	ScoringBuffer packed;

	scoring_buffer_init(&packed, &host, PROFILE_MAX_BYTES);
	if (length > 0 && bytes[0] == '{')
	{
		JsonAt		root = {0};
		Json	   *json;

		if (scoring_json_parse(&host, (const char *) bytes, length, &json, &fault))
		{
			root.node = json;
			if (credit_file_profile.read(&host, &root, &packed, &fault))
				use_packed(&packed);
		}
	}
	else if (length > 0 && bytes[0] == 1)
	{
		if (credit_file_profile.recode(&host, bytes, length, same, &packed, &fault))
			use_packed(&packed);
	}
	else if (length > 0)
	{
		ProfilePart part = {false, bytes + 1, length - 1};
		ScoringBuffer again;

		/* Histories in rows are those of values, and are not looked into until they meet another of their account. */
		if (credit_file_profile.merge(&host, NULL, 0, &part, 1, &packed, &fault))
		{
			scoring_buffer_init(&again, &host, PROFILE_MAX_BYTES);
			if (credit_file_profile.recode(&host, (const uint8_t *) packed.data, packed.length, same, &again, &fault))
				use_packed(&again);
		}
	}
	drop_memory();
	return 0;
}
