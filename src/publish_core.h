/*
 * publish_core.h: how much a score tells of the inputs that its reader does not see.
 *
 * A score is a sum of whole points, so who knows the visible inputs learns the sum of the hidden characteristics' points:
 * one of as many values as there are different sums. No reader learns more from a score than log2 of that number, nor
 * more than log2 of the number of combinations of bins.
 */
#ifndef SCORING_PUBLISH_CORE_H
#define SCORING_PUBLISH_CORE_H

#include "core.h"

#define PUBLISH_MAX_RANGE (64 * 1024 * 1024)	/* of sums that are counted one by one */

/* What the bins of one hidden characteristic are worth, in any order, also more than once. At least one. */
typedef struct PublishPoints
{
	uint32_t	count;
	const int32_t *points;
} PublishPoints;

/*
 * The number of different sums of one item of each; 1 for no characteristic. False, and the number of possible ones up to
 * the range of the sums, if that range is too wide to count.
 */
extern bool publish_count_sums(const ScoringHost *host, const PublishPoints *hidden, uint32_t n, uint64_t *sums);

#endif
