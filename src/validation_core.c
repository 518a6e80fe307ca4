/*
 * validation_core.c: AUC, Gini and KS of a tally, exact as long as the tally is.
 */
#include "validation_core.h"

__extension__ typedef unsigned __int128 Wide;

/* goods + bads fit in 63 bits, so a product of the two fits in 124. */
static inline Wide
product(int64_t a, int64_t b)
{
	return (Wide) (uint64_t) a * (uint64_t) b;
}

bool
validation_rank(const TallyView *tally, ValidationRanking *out, ScoringFault *fault)
{
	Wide		pairs;
	Wide		concordant = 0; /* pairs with the good above the bad, twice, and ties */
	Wide		greatest = 0;
	int64_t		goods = 0;
	int64_t		bads = 0;

	memset(out, 0, sizeof(*out));
	if (tally->kind == TALLY_TEXT)
	{
		scoring_fault(fault, SCORING_FAULT_ARGUMENT, "categories have no order to rank by");
		scoring_fault_detail(fault, "The tally is of text.");
		return scoring_fault_hint(fault, "Tally a score, or the WoE of the categories.");
	}
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		out->goods += tally->cells[i].counts.goods;
		out->bads += tally->cells[i].counts.bads;
	}
	out->unranked = tally->missing.goods + tally->missing.bads;
	for (uint32_t i = 0; i < tally->nspecial; i++)
		out->unranked += tally->special_counts[i].goods + tally->special_counts[i].bads;
	if (out->goods == 0 || out->bads == 0)
		return true;

	pairs = product(out->goods, out->bads);
	for (uint32_t i = 0; i < tally->ncells; i++)
	{
		const TallyCounts *counts = &tally->cells[i].counts;
		Wide		good_share;
		Wide		bad_share;
		Wide		difference;

		concordant += 2 * product(counts->goods, bads) + product(counts->goods, counts->bads);
		goods += counts->goods;
		bads += counts->bads;
		good_share = product(goods, out->bads);
		bad_share = product(bads, out->goods);
		difference = good_share > bad_share ? good_share - bad_share : bad_share - good_share;
		if (difference > greatest)
			greatest = difference;
	}
	out->auc = (double) concordant / (double) (2 * pairs);
	out->gini = concordant >= pairs ? (double) (concordant - pairs) / (double) pairs
		: -((double) (pairs - concordant) / (double) pairs);
	out->ks = (double) greatest / (double) pairs;
	return true;
}

bool
validation_direction(const char *word, size_t length, bool *higher_is_good, ScoringFault *fault)
{
	*higher_is_good = length == 4 && memcmp(word, "good", 4) == 0;
	if (*higher_is_good || (length == 3 && memcmp(word, "bad", 3) == 0))
		return true;
	scoring_fault(fault, SCORING_FAULT_ARGUMENT, "higher_is \"%.*s\" is not known", (int) (length < 60 ? length : 60), word);
	return scoring_fault_hint(fault, "Use good if a higher value is safer, or bad.");
}
