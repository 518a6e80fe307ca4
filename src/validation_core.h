/*
 * validation_core.h: how well a number ranks goods and bads, from its tally.
 *
 * Ranked are the labelled rows that have a value; missing and special rows have no place in an order and are left out of
 * every count here. Sums and products are exact integers, so the results do not depend on order and each is one rounded
 * division. Of a sketch the cells are taken as single values: an estimate, off by at most error / min(goods, bads), since
 * at any point rows of weight `error` at most are taken for higher than they are; Gini by twice that.
 */
#ifndef SCORING_VALIDATION_CORE_H
#define SCORING_VALIDATION_CORE_H

#include "core.h"
#include "tally_core.h"

typedef struct ValidationRanking
{
	int64_t		goods;			/* ranked */
	int64_t		bads;
	int64_t		unranked;		/* labelled, but missing or special */
	double		auc;			/* P(a good is higher than a bad) + P(they are equal) / 2 */
	double		gini;			/* 2 auc - 1; a change of direction changes its sign and nothing else */
	double		ks;				/* the greatest |F(goods) - F(bads)| */
} ValidationRanking;

/* A text tally is a fault (22023). auc, gini and ks are 0 if there are no ranked goods or no ranked bads. */
extern bool validation_rank(const TallyView *tally, ValidationRanking *out, ScoringFault *fault);
/* "good" or "bad"; other words are a fault (22023). */
extern bool validation_direction(const char *word, size_t length, bool *higher_is_good, ScoringFault *fault);

#endif
