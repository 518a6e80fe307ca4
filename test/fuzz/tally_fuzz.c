/*
 * tally_fuzz.c: the readers of a tally's text and binary forms, the check of a working state that comes from elsewhere,
 * and what is done with all of them afterwards. The first byte says which: '{' text, 0 binary, another a working state.
 */
#include <stdlib.h>

#include "json.h"
#include "tally_core.h"
#include "../host.h"

static bool
same_bytes(const void *a, size_t a_length, const void *b, size_t b_length)
{
	return a_length == b_length && memcmp(a, b, a_length) == 0;
}

/* A state goes on as if it had been made here: rows are added, it is merged, seen and checked. */
static void
use_state(TallyState *state)
{
	ScoringFault fault;
	TallyView	view;
	void	   *packed;
	size_t		length;

	for (int i = 0; i < 20 && state != NULL; i++)
	{
		TallyRow	row = {.outcome = i % 3, .weight = i % 5 == 4 ? 123456 : SCORING_WEIGHT_UNIT};
		TallyState *after;

		row.input.kind = i == 3 ? SCORING_INPUT_MISSING :
			state->kind == TALLY_TEXT ? SCORING_INPUT_TEXT : SCORING_INPUT_NUMBER;
		row.input.number = (double) (i * i - 50) * 1e3;
		row.input.text = "some category";
		row.input.length = (uint32_t) (i % 13);
		after = tally_add(&host, state, &row, &fault);
		if (after == NULL)
			return;
		if (!tally_state_check(after, after->size, &fault) || after->size > TALLY_MAX_BYTES)
			abort();
		state = after;
	}
	if (!tally_state_view(&host, state, &view, &fault))
		return;
	/* A crafted state may hold what no row can make; its tally is refused then. */
	if (!tally_pack(&host, &view, &packed, &length, &fault) || !tally_check(&host, &view, &fault))
		return;
	state = tally_merge(&host, state, &view, &fault);
	if (state != NULL && !tally_state_check(state, state->size, &fault))
		abort();
}

/* What has been read is sound: it survives every form, and a state can be made of it. */
static void
use_view(TallyView *view)
{
	ScoringFault fault;
	void	   *packed;
	void	   *again;
	size_t		length;
	size_t		again_length;
	TallyView	second;
	ScoringBuffer buffer;
	Json	   *json;
	JsonAt		root = {0};
	TallyState *state;
	double		quantile;

	if (!tally_pack(&host, view, &packed, &length, &fault))
		abort();
	if (!tally_decode(&host, packed, length, &second, &fault) || !tally_check(&host, &second, &fault) ||
		!tally_pack(&host, &second, &again, &again_length, &fault) ||
		!same_bytes(packed, length, again, again_length))
		abort();
	scoring_buffer_init(&buffer, &host, TALLY_MAX_JSON);
	tally_write(&buffer, view);
	/* Categories may be no text in the encoding; the server converts before it gets here. */
	if (!buffer.bad && scoring_json_parse(&host, buffer.data, buffer.length, &json, &fault))
	{
		root.node = json;
		if (!tally_read(&host, &root, &second, &fault) ||
			!tally_pack(&host, &second, &again, &again_length, &fault) ||
			!same_bytes(packed, length, again, again_length))
			abort();
	}
	state = tally_start(&host, view->special, view->nspecial, &fault);
	if (state == NULL)
		abort();
	state = tally_merge(&host, state, view, &fault);
	if (state != NULL)
	{
		if (!tally_state_check(state, state->size, &fault))
			abort();
		use_state(state);
	}
	tally_centre(&host, view);
	if (view->kind == TALLY_NUMBER)
		(void) tally_quantile(view, 0.5, &quantile);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	ScoringFault fault;
	TallyView	view;

	if (length > 0 && bytes[0] == '{')
	{
		JsonAt		root = {0};
		Json	   *json;

		if (scoring_json_parse(&host, (const char *) bytes, length, &json, &fault))
		{
			root.node = json;
			if (tally_read(&host, &root, &view, &fault))
				use_view(&view);
		}
	}
	else if (length > 0 && bytes[0] == 0)
	{
		if (tally_decode(&host, bytes + 1, length - 1, &view, &fault) && tally_check(&host, &view, &fault))
			use_view(&view);
	}
	else if (length > 0)
	{
		TallyState *state = take_memory(NULL, length - 1 + sizeof(TallyState));
		size_t		size = length - 1;

		memset(state, 0, sizeof(TallyState));
		memcpy(state, bytes + 1, size);
		/* Mostly a header that passes. */
		if (bytes[0] % 4 != 1 && size >= sizeof(TallyState))
		{
			state->version = TALLY_VERSION;
			state->form = TALLY_FORM_WORKING;
			state->size = (uint32_t) size;
		}
		if (tally_state_check(state, size, &fault))
			use_state(state);
	}
	drop_memory();
	return 0;
}
