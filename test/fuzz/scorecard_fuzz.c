/*
 * scorecard_fuzz.c: a template of the aggregate inside fit_scorecard, which anyone may call with any bytes, and rows.
 */
#include <stdlib.h>

#include "scorecard_core.h"
#include "../host.h"

static ScorecardBlock *
with_room(ScorecardBlock *block, size_t *size, uint32_t more)
{
	size_t		needs = scorecard_block_needs(&host, block, more);
	ScorecardBlock *moved;

	if (needs == 0)
		return block;
	if (needs < *size)
		abort();
	moved = take_memory(NULL, needs);
	memcpy(moved, block, *size);
	*size = needs;
	scorecard_block_moved(moved, needs);
	return moved;
}

/*
 * The first byte says how much of the template the input gives; then the template; then rows of eight keys, among
 * which few are different.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	size_t		size = sizeof(ScorecardBlock);
	ScorecardBlock *template;
	ScorecardBlock *blocks[2];
	size_t		sizes[2];
	size_t		at;
	uint64_t	keys[8];
	const char *texts[8];
	uint32_t	lengths[8];

	if (length < 1)
		return 0;
	size += 8 * (size_t) bytes[0];
	if (length < 1 + size)
		return 0;
	template = take_memory(NULL, size);
	memcpy(template, bytes + 1, size);
	at = 1 + size;
	if (scorecard_is_template(template, size) && template->nnumbers + template->ntexts <= 8 &&
		template->capacity <= 65536)
	{
		for (int i = 0; i < 2; i++)
		{
			sizes[i] = scorecard_block_size(template);
			blocks[i] = take_memory(NULL, sizes[i]);
			scorecard_block_start(blocks[i], template);
			for (; length - at >= 9; at += 9)
			{
				ScorecardRow row = {0};

				if (i == 0 && bytes[at] % 16 == 0)
					break;
				for (int k = 0; k < 8; k++)
				{
					keys[k] = bytes[at + k] == 255 ? SCORECARD_MISSING : bytes[at + k];
					texts[k] = bytes[at + k] == 255 ? NULL : (const char *) bytes + at;
					lengths[k] = bytes[at + k] % 9;
				}
				row.keys = keys;
				row.texts = texts;
				row.lengths = lengths;
				row.outcome = bytes[at + 8] % 3 - 1;
				row.weight = 1 + (int64_t) bytes[at + 8] * (bytes[at + 8] > 200 ? INT64_C(30000000000000000) : 1000000);
				blocks[i] = with_room(blocks[i], &sizes[i], 1);
				scorecard_block_add(blocks[i], &row);
			}
			if (!scorecard_is_block(blocks[i], sizes[i]))
				abort();
		}
		if (template->kind == SCORECARD_SAMPLE)
		{
			scorecard_sample_finish(&host, blocks[1]);
			blocks[0] = with_room(blocks[0], &sizes[0], blocks[1]->entries);
		}
		if (!scorecard_block_merge(blocks[0], blocks[1]))
			abort();
		if (template->kind == SCORECARD_SAMPLE)
			scorecard_sample_finish(&host, blocks[0]);
		if (!scorecard_is_block(blocks[0], sizes[0]))
			abort();
	}
	drop_memory();
	return 0;
}
