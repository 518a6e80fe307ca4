/*
 * scan.h: reading a relation's rows as ScoringInputs, an outcome and a weight.
 */
#ifndef SCORING_SCAN_H
#define SCORING_SCAN_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "lib/stringinfo.h"
#include "row.h"
#include "utils/relcache.h"

typedef struct ScoringScanRow
{
	ScoringInput *inputs;		/* in the order of the scan's columns */
	int			outcome;		/* 1 bad, 0 good, -1 unlabelled */
	int64		weight;			/* millionths */
} ScoringScanRow;

typedef struct ScoringScanColumn
{
	const char *name;
	ScoringConverter converter;
} ScoringScanColumn;

typedef struct ScoringScan
{
	Oid			relation;
	uint32		ncolumns;
	ScoringScanColumn *columns;
	const char *target;			/* or NULL */
	const char *weight;			/* or NULL */
	/*
	 * Of a protected table, or all NULL: what stands behind FROM, with the relation as `sample`; and what gives a row's
	 * weight, a float8. A row whose target is neither 0 nor 1 is then passed over.
	 */
	const char *from;
	const char *weight_expression;
	ScoringConverter target_converter;
	ScoringConverter weight_converter;
	/* Called in the memory context of the scan's caller; texts of the row are gone after it. */
	void		(*row) (void *context, const ScoringScanRow *row);
	void	   *context;
} ScoringScan;

/* Refuses what is not a table or a view of some kind. */
extern void scoring_scan_check_relation(Relation relation);
/* Finds target and weight (either may be NULL) and their converters, or ereports. */
extern void scoring_scan_outcome(TupleDesc descriptor, const char *relation,
											const char *target, const char *weight,
											ScoringConverter *target_converter,
											ScoringConverter *weight_converter);
/* For a query of which the relation is `sample`: the expression that gives a number or boolean as float8. */
extern void scoring_scan_append_number(StringInfo query, Oid relation, const char *name);
extern void scoring_scan(ScoringScan *scan);

#endif
