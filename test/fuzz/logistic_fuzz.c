/*
 * logistic_fuzz.c: the reader of a fit's text form; and, for input that begins with a zero byte, a template of the
 * aggregate inside fit_logistic, which anyone may call with any bytes.
 */
#include <stdlib.h>

#include "logistic_core.h"
#include "../host.h"

static bool
read_text(const char *text, size_t length, LogisticFit *fit)
{
	ScoringFault fault;
	JsonAt		at = {0};
	Json	   *json;

	if (!scoring_json_parse(&host, text, length, &json, &fault))
		return false;
	at.node = json;
	return logistic_read(&host, &at, fit, &fault);
}

static void
text_form(const char *text, size_t length)
{
	LogisticFit fit;
	ScoringBuffer first;
	ScoringBuffer second;

	if (!read_text(text, length, &fit))
		return;
	scoring_buffer_init(&first, &host, LOGISTIC_MAX_BYTES);
	logistic_write(&first, &fit);
	if (first.bad)
		return;
	if (!read_text(first.data, first.length, &fit))
		abort();
	scoring_buffer_init(&second, &host, LOGISTIC_MAX_BYTES);
	logistic_write(&second, &fit);
	if (first.length != second.length || memcmp(first.data, second.data, first.length) != 0)
		abort();
}

/* Rows of whatever numbers follow the template: nothing but the memory of the block may be touched. */
static void
template_bytes(const uint8_t *bytes, size_t length)
{
	uint32_t	p = length > 1 ? 2 + bytes[0] % 6 : 2;
	uint32_t	kind = length > 1 && bytes[1] % 2 ? LOGISTIC_STEP : LOGISTIC_PROFILE;
	size_t		size = logistic_template_size(kind, p);
	LogisticBlock *template = take_memory(NULL, size);
	LogisticBlock *blocks[2];
	double		x[8];
	size_t		at;

	if (length < 2 + size)
		return;
	memcpy(template, bytes + 2, size);
	/* Mostly a header that passes. */
	if (bytes[1] % 4 < 2)
	{
		template->kind = kind;
		template->p = p;
		template->pending = 0;
	}
	if (!logistic_is_template(template, size) || template->p > 8)
		return;
	p = template->p;
	at = 2 + size;
	for (int i = 0; i < 2; i++)
	{
		blocks[i] = take_memory(NULL, logistic_block_size(template->kind, p));
		logistic_block_start(blocks[i], template);
		for (; length - at >= sizeof(x); at += sizeof(x))
		{
			LogisticRow row = {0};

			memcpy(x, bytes + at, sizeof(x));
			row.target = bytes[at] % 2;
			row.weight = x[7];
			row.features = x;
			(void) logistic_block_add(blocks[i], &row);
			if (i == 0 && bytes[at + 1] % 4 == 0)
				break;
		}
		if (blocks[i]->kind == LOGISTIC_STEP)
			logistic_block_carry(blocks[i]);
		if (!logistic_is_block(blocks[i], logistic_block_size(template->kind, p)))
			abort();
	}
	if (!logistic_block_merge(blocks[0], blocks[1]))
		abort();
	if (template->kind == LOGISTIC_STEP)
	{
		double		gradient[8];
		double		hessian[36];
		LogisticSums sums = {.gradient = gradient, .hessian = hessian};

		logistic_step_sums(blocks[0], &sums);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length > 0 && bytes[0] == 0)
		template_bytes(bytes + 1, length - 1);
	else
		text_form((const char *) bytes, length);
	drop_memory();
	return 0;
}
