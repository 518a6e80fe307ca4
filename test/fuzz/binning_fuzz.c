/*
 * binning_fuzz.c: the reader of a binning's text form, and everything that then trusts what it let through.
 */
#include <stdio.h>
#include <stdlib.h>

#include "binning_core.h"
#include "../host.h"

static bool
read_text(const char *text, size_t length, Binning **out)
{
	ScoringFault fault;
	JsonAt		at = {0};
	Json	   *json;

	if (!scoring_json_parse(&host, text, length, &json, &fault))
		return false;
	at.node = json;
	return binning_read(&host, &at, out, &fault);
}

static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

static void
use(const Binning *binning)
{
	TallyCounts *counts = take_memory(NULL, binning->nbins * sizeof(TallyCounts));
	ScoringFault fault;
	ScoringBuffer label;
	ScoringInput input = {0};
	double		woe;

	for (uint32_t i = 0; i < binning->nbins; i++)
	{
		const BinningBin *bin = &binning->bins[i];

		counts[i] = bin->counts;
		scoring_buffer_init(&label, &host, BINNING_MAX_BYTES);
		binning_label(&label, binning, i);
		must(!label.bad && label.length < 1000, "a bin has a short label");
		if (bin->type == BINNING_RANGE)
		{
			input.kind = SCORING_INPUT_NUMBER;
			input.number = bin->lower;
			must(binning_find(binning, &input) != BINNING_MISMATCH, "a number fits ranges");
			input.number = bin->upper;
			must(binning_find(binning, &input) < (int) binning->nbins, "a number has a bin");
		}
		for (uint32_t c = 0; c < bin->ncategories; c++)
		{
			input.kind = SCORING_INPUT_TEXT;
			input.text = bin->categories[c].text;
			input.length = bin->categories[c].length;
			must(binning_find(binning, &input) == (int) i, "a category is found in its bin");
		}
		(void) binning_outcome_woe(binning, (int) i, &woe, &fault);
	}
	input.kind = SCORING_INPUT_TEXT;
	input.text = "none of them";
	input.length = 12;
	(void) binning_outcome_woe(binning, binning_find(binning, &input), &woe, &fault);
	input.kind = SCORING_INPUT_MISSING;
	must(binning_find(binning, &input) == (int) binning->nbins - 1, "missing is the last bin");
	(void) binning_measure(binning, counts, NULL, NULL);
	(void) binning_cross_iv(binning, counts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	Binning    *binning;

	if (read_text((const char *) bytes, length, &binning))
	{
		ScoringBuffer first;
		ScoringBuffer second;
		Binning    *again;

		use(binning);
		scoring_buffer_init(&first, &host, BINNING_MAX_BYTES);
		binning_write(&first, binning);
		must(!first.bad && read_text(first.data, first.length, &again), "what is written is read");
		scoring_buffer_init(&second, &host, BINNING_MAX_BYTES);
		binning_write(&second, again);
		must(first.length == second.length && memcmp(first.data, second.data, first.length) == 0,
			 "what is written is canonical");
	}
	drop_memory();
	return 0;
}
