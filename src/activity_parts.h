/*
 * activity_parts.h: what the core files of the activity share among themselves.
 */
#ifndef SCORING_ACTIVITY_PARTS_H
#define SCORING_ACTIVITY_PARTS_H

#include "activity_core.h"
#include "number_core.h"

/* Both set the fault and return false. */
extern bool activity_damaged(ScoringFault *fault, const char *what);
extern bool activity_out_of_range(ScoringFault *fault);

/* The unit and the zone. */
extern bool activity_read_parameters(const uint8_t *parameters, size_t nparameters, ActivityView *view, ScoringFault *fault);
/* The sum of everything that flowed must be kept in an int64, so that no question can overflow. */
extern bool activity_check_sum(const ActivityView *view, ScoringFault *fault);
/* What is stored must survive its text form: pg_dump writes it, and the reader of JSON takes JSON_MAX_NODES values. */
extern bool activity_check_text(const ActivityView *view, ScoringFault *fault);
/* Of a view with a bucket. */
extern int32_t activity_last_day(const ActivityView *view);

extern int	activity_compare_texts(const ActivityText *a, const ActivityText *b);

typedef struct ActivityRanked
{
	ActivityText text;
	uint32_t	index;
} ActivityRanked;

/* A stable merge sort, in `a` or in memory of its own: sorted stretches, which is how most input comes, cost one pass. */
extern ActivityRanked *activity_sort_texts(const ScoringHost *host, ActivityRanked *a, uint32_t n);

#endif
