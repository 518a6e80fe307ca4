/*
 * binning_fuzz.c: the reader of a binning's text form, and everything that then trusts what it let through.
 */
#include <stdio.h>
#include <stdlib.h>

#include "binning_core.h"

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
	memset(piece + 1, 0xa5, size);
	return piece + 1;
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

static const ScoringHost host = {take_memory, leave_memory, no_check, latin1, NULL};

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
	while (pieces != NULL)
	{
		Piece	   *next = pieces->next;

		free(pieces);
		pieces = next;
	}
	return 0;
}
