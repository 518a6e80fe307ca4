/*
 * model_fuzz.c: the reader of models on arbitrary bytes, and what an accepted model says of arbitrary rows. The bytes
 * up to the first 0xFF are the text; the rest makes inputs.
 *
 * An accepted model must write a text that it reads as the same text again, on any other scale too; its lines must add
 * up to its score.
 */
#include <stdio.h>
#include <stdlib.h>

#include "model_core.h"
#include "../host.h"

#define REQUIRE(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* ---------- the properties ---------- */

static Model *
read_text(const ScoringHost *host, const char *text, size_t length, ScoringFault *fault)
{
	JsonAt		at = {NULL, NULL, NULL, 0};
	Json	   *json;
	Model	   *model;

	if (!scoring_json_parse(host, text, length, &json, fault))
		return NULL;
	at.node = json;
	return model_read(host, &at, &model, fault) ? model : NULL;
}

static void
check_text(const ScoringHost *host, const Model *model)
{
	ScoringFault fault;
	ScoringBuffer first;
	ScoringBuffer second;
	Model	   *again;

	scoring_buffer_init(&first, host, 64 << 20);
	model_write(&first, model, false);
	REQUIRE(!first.bad);
	again = read_text(host, first.data, first.length, &fault);
	if (again == NULL)
		fprintf(stderr, "%s: %s\n%s\n", fault.path, fault.message, first.data);
	REQUIRE(again != NULL);
	scoring_buffer_init(&second, host, 64 << 20);
	model_write(&second, again, false);
	REQUIRE(first.length == second.length && memcmp(first.data, second.data, first.length) == 0);
	/* And the same identity, which is part of the text. */
	first.length = second.length = 0;
	model_write(&first, model, true);
	model_write(&second, again, true);
	REQUIRE(first.length == second.length && memcmp(first.data, second.data, first.length) == 0);
}

static void
check_row(const ScoringHost *host, const Model *model, const uint8_t *bytes, size_t size)
{
	uint32_t	n = model->ncharacteristics;
	ScoringInput *inputs = scoring_alloc0(host, (n + 1) * sizeof(ScoringInput));
	ModelLine  *lines = scoring_alloc(host, (n + 1) * sizeof(ModelLine));
	ModelReason *reasons = scoring_alloc(host, (n + 1) * sizeof(ModelReason));
	ScoringFault fault;
	int32_t		score;
	int64_t		sum = model->base_points;
	double		log_odds;
	double		pd;
	uint32_t	count;
	bool		good;

	for (uint32_t i = 0; i < n; i++)
	{
		ScoringInput *input = &inputs[i];
		const Binning *binning = model->characteristics[i].binning;
		uint8_t		byte = size > 0 ? bytes[i % size] : 0;

		input->kind = (ScoringInputKind) (byte % 3);
		input->text = size > 0 ? (const char *) bytes : "";
		input->length = byte % (size + 1);
		if (size >= 8)
			memcpy(&input->number, bytes + i % (size - 7), sizeof(double));
		if (byte >= 128)
		{
			/* A value that the model knows. */
			const BinningBin *bin = &binning->bins[byte % binning->nbins];

			input->number = bin->type == BINNING_SPECIAL ? bin->special : bin->lower;
			if (bin->ncategories > 0)
			{
				input->text = bin->categories[0].text;
				input->length = bin->categories[0].length;
			}
			input->kind = binning->kind == BINNING_NUMBER ? SCORING_INPUT_NUMBER : SCORING_INPUT_TEXT;
		}
	}
	good = model_score(model, inputs, &score, &log_odds, &fault);
	REQUIRE(model_explain(model, inputs, lines, &fault) == good);
	if (!good)
		return;
	for (uint32_t i = 0; i < n; i++)
		sum += lines[i].points;
	REQUIRE(sum == score);
	REQUIRE(log_odds == log_odds);
	pd = model_pd(model, score);
	REQUIRE(pd >= 0 && pd <= 1);
	count = model_reasons(model, lines, reasons);
	REQUIRE(count <= n);
	for (uint32_t i = 0; i < count; i++)
	{
		REQUIRE(reasons[i].lost > 0 && reasons[i].possible >= reasons[i].lost);
		REQUIRE(i == 0 || reasons[i - 1].lost >= reasons[i].lost);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, 0xFF, size);
	size_t		length = end != NULL ? (size_t) (end - data) : size;
	ScoringFault fault;
	Model	   *model = read_text(&host, (const char *) data, length, &fault);

	if (model != NULL)
	{
		const uint8_t *rest = end != NULL ? end + 1 : data + size;

		check_text(&host, model);
		check_row(&host, model, rest, size - (size_t) (rest - data));
		if (model_rescale(&host, model, 20 + length % 97, 600 - (double) (length % 1000), 1 + length % 50, &fault))
		{
			check_text(&host, model);
			check_row(&host, model, rest, size - (size_t) (rest - data));
		}
	}
	drop_memory();
	return 0;
}
