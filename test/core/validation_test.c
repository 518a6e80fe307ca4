/*
 * validation_test.c: AUC, Gini and KS against their definitions, pair by pair and share by share, on seeded random
 * tallies with ties, weights, missing rows and special codes; and where sums are as large as a tally allows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "number_core.h"
#include "validation_core.h"

#define MOST 40

static int	failures = 0;
static long checks = 0;
static int	compared = 0;
static int	one_class = 0;
static uint64_t state;

static void
check(bool holds, const char *what)
{
	checks++;
	if (!holds && failures++ < 20)
		printf("not right: %s\n", what);
}

static uint64_t
draw(uint64_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (scoring_hash_u64(state, 7) >> 11) % below;
}

static TallyCounts
draw_counts(int most)
{
	TallyCounts counts = {0};

	counts.goods = (int64_t) draw((uint64_t) most) * 500000;
	counts.bads = (int64_t) draw((uint64_t) most) * 250000;
	counts.unlabelled = (int64_t) draw(4) * SCORING_WEIGHT_UNIT;
	counts.rows = 1 + (int64_t) draw(5);
	return counts;
}

static void
run_case(void)
{
	TallyView	view = {0};
	TallyCell	cells[MOST] = {0};
	double		special[2] = {-9, -8};
	TallyCounts special_counts[2];
	ValidationRanking ranking;
	ScoringFault fault;
	double		goods = 0;
	double		bads = 0;
	double		won = 0;
	double		ks = 0;
	int			most = draw(4) == 0 ? 2 : 12;

	view.kind = TALLY_NUMBER;
	view.exact = true;
	view.ncells = (uint32_t) draw(draw(3) == 0 ? 4 : MOST) + 1;
	view.cells = cells;
	for (uint32_t i = 0; i < view.ncells; i++)
	{
		cells[i].value = (double) i;
		cells[i].pure = true;
		cells[i].counts = draw_counts(most);
		goods += (double) cells[i].counts.goods;
		bads += (double) cells[i].counts.bads;
	}
	view.missing = draw_counts(most);
	view.nspecial = 2;
	view.special = special;
	view.special_counts = special_counts;
	special_counts[0] = draw_counts(most);
	special_counts[1] = draw_counts(most);
	if (!validation_rank(&view, &ranking, &fault))
	{
		check(false, fault.message);
		return;
	}
	check((double) ranking.goods == goods && (double) ranking.bads == bads, "what is ranked");
	check(ranking.unranked == view.missing.goods + view.missing.bads + special_counts[0].goods + special_counts[0].bads
		  + special_counts[1].goods + special_counts[1].bads, "what is not ranked");
	if (goods == 0 || bads == 0)
	{
		one_class++;
		check(ranking.auc == 0 && ranking.gini == 0 && ranking.ks == 0, "one class");
		return;
	}
	compared++;
	for (uint32_t i = 0; i < view.ncells; i++)
	{
		double		below_goods = 0;
		double		below_bads = 0;

		for (uint32_t j = 0; j < view.ncells; j++)
		{
			double		weight = (double) cells[i].counts.goods * (double) cells[j].counts.bads;

			won += cells[i].value > cells[j].value ? weight : cells[i].value == cells[j].value ? weight / 2 : 0;
			if (cells[j].value <= cells[i].value)
			{
				below_goods += (double) cells[j].counts.goods;
				below_bads += (double) cells[j].counts.bads;
			}
		}
		ks = fmax(ks, fabs(below_goods / goods - below_bads / bads));
	}
	check(fabs(ranking.auc - won / goods / bads) < 1e-14, "AUC");
	check(fabs(ranking.gini - (2 * won / goods / bads - 1)) < 1e-14, "Gini");
	check(fabs(ranking.ks - ks) < 1e-14, "KS");

	/* Upside down. */
	{
		ValidationRanking turned;

		for (uint32_t i = 0; i < view.ncells; i++)
			cells[i].value = -cells[i].value;
		for (uint32_t i = 0; i < view.ncells / 2; i++)
		{
			TallyCell	cell = cells[i];

			cells[i] = cells[view.ncells - 1 - i];
			cells[view.ncells - 1 - i] = cell;
		}
		check(validation_rank(&view, &turned, &fault) && turned.gini == -ranking.gini && turned.ks == ranking.ks
			  && fabs(turned.auc + ranking.auc - 1) < 1e-15, "the other direction");
	}
}

static void
check_extremes(void)
{
	TallyView	view = {0};
	TallyCell	cells[2] = {0};
	ValidationRanking ranking;
	ScoringFault fault;
	bool		good;

	view.kind = TALLY_NUMBER;
	view.exact = true;
	view.ncells = 2;
	view.cells = cells;
	cells[0].counts.bads = INT64_MAX / 2;
	cells[1].counts.goods = INT64_MAX / 2;
	check(validation_rank(&view, &ranking, &fault) && ranking.auc == 1 && ranking.gini == 1 && ranking.ks == 1,
		  "the largest weights, told apart");
	cells[0].counts.goods = 1;
	check(validation_rank(&view, &ranking, &fault) && ranking.auc < 1.0000001 && ranking.auc > 0.9999999,
		  "the largest weights and the smallest");
	cells[0].counts.goods = cells[0].counts.bads = cells[1].counts.bads = cells[1].counts.goods = INT64_MAX / 4;
	check(validation_rank(&view, &ranking, &fault) && ranking.auc == 0.5 && ranking.gini == 0 && ranking.ks == 0,
		  "the largest weights, alike");
	view.kind = TALLY_EMPTY;
	view.ncells = 0;
	check(validation_rank(&view, &ranking, &fault) && ranking.goods == 0, "an empty tally");
	view.kind = TALLY_TEXT;
	check(!validation_rank(&view, &ranking, &fault) && strcmp(fault.sqlstate, "22023") == 0, "text has no order");
	check(validation_direction("good", 4, &good, &fault) && good, "good");
	check(validation_direction("bad", 3, &good, &fault) && !good, "bad");
	check(!validation_direction("goo", 3, &good, &fault) && !validation_direction("", 0, &good, &fault)
		  && !validation_direction("GOOD", 4, &good, &fault), "other words");
}

int
main(void)
{
	for (unsigned i = 0; i < 5000; i++)
	{
		state = i * UINT64_C(2654435761) + 1;
		run_case();
	}
	check_extremes();
	if (compared < 4000 || one_class < 20)
	{
		failures++;
		printf("too few cases: %d compared, %d of one class\n", compared, one_class);
	}
	printf("validation: %ld checks; %d tallies equal the definitions, %d of one class\n", checks, compared, one_class);
	return failures != 0;
}
