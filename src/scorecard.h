/*
 * scorecard.h: what the parts of fit_scorecard share.
 *
 * scorecard.c goes from the arguments to the model; scorecard_arguments.c takes them; scorecard_read.c reads the sample,
 * scorecard_record.c scores the samples and writes down what was found.
 */
#ifndef SCORING_SCORECARD_H
#define SCORING_SCORECARD_H

#include "postgres.h"

#include "fmgr.h"
#include "model.h"
#include "nodes/pg_list.h"
#include "scan.h"
#include "scorecard_core.h"
#include "storage/buffile.h"
#include "tally_core.h"
#include "utils/array.h"
#include "utils/rel.h"

#define SCORECARD_LEAST_Z 2.33	/* of the cross-fitted IV: one to four columns of noise in a hundred */

typedef struct Fitting
{
	Relation	relation;
	const char *relation_name;	/* qualified */
	const char *target;
	const char *weight;			/* or NULL */
	uint32		ncolumns;		/* everything but target and weight */
	ScorecardColumn *columns;
	Oid		   *types;			/* of the columns */
	uint32		ncandidates;
	ScorecardColumn **candidates;	/* numbers, then texts: in the order of the keys */
	uint32		nnumbers;
	uint32		ntexts;

	BinningOptions options;
	double		min_iv;
	double		max_correlation;
	ScorecardRegression regression;
	double		population_bad_rate;	/* 0: as in the sample */
	double		pdo;
	double		base_score;
	double		base_odds;
	ModelReasonMethod reason_method;
	bool		has_cutoff;
	int32		cutoff;

	/* Of a protected table; of another one NULL and 0. */
	int64		least;			/* subjects in a cell */
	const char *from;			/* what stands behind FROM, with the relation as `sample` */
	const char *subject;		/* expressions over that, both of float8: a hash of the subject, */
	const char *weight_expression;	/* and the row's weight, at most one over the subject's rows */
	const char *purpose;
	uint32		nreadable;
	const char **readable;		/* the columns that there are for this fit, target included */

	const char *arguments;		/* of the aggregate that reads the sample, but the first, and what stands behind it */
	const char *query;
	ScorecardBlock *sample;
	ScorecardBlock *count;
	uint32		nfinal;
	ScorecardColumn **final;	/* strongest first */
	Model	   *model;
} Fitting;

/* Records in memory while they fit, behind that in a temporary file. */
typedef struct RowStore
{
	Size		record;
	Size		per_chunk;
	Size		memory;			/* bytes that chunks may take */
	List	   *chunks;			/* full, in memory */
	uint8	   *current;
	Size		used;
	uint8	   *scratch;
	BufFile    *file;
	int64		in_file;		/* full chunks there */
	int			next_chunk;		/* of the reading */
	int64		next_in_file;
	bool		current_given;
} RowStore;

typedef struct Encoder
{
	const Fitting *fitting;
	RowStore	store;
	ScorecardRows rows;
	int64		counted;		/* rows with weight */
	int64	   *code_rows;		/* of each column 256 codes */
} Encoder;

typedef struct SampleScores
{
	const char *name;
	const char *relation;
	TallyState *state;
	const Model *model;
} SampleScores;

/* The arguments of fit_scorecard. */
enum
{
	ARG_SAMPLE, ARG_TARGET, ARG_CHARACTERISTICS, ARG_EXCLUDE, ARG_WEIGHT, ARG_SPECIAL, ARG_MAX_BINS,
	ARG_MIN_BIN_FRACTION, ARG_TREND, ARG_MIN_IV, ARG_MAX_CORRELATION, ARG_SELECTION, ARG_MAX_P_VALUE,
	ARG_MAX_CHARACTERISTICS, ARG_POPULATION_BAD_RATE, ARG_PDO, ARG_BASE_SCORE, ARG_BASE_ODDS, ARG_REASON_METHOD,
	ARG_VALIDATION, ARG_OUT_OF_TIME, ARG_OVERRIDES, ARG_REASON_CUTOFF, ARG_COUNT
};

/* scorecard.c */
extern void scoring_scorecard_begin(bool quiet);
extern void scoring_scorecard_say(const char *format,...) pg_attribute_printf(1, 2);
/* From the columns to the model. */
extern void scoring_scorecard_develop(Fitting *fitting, Encoder *encoder);
extern const char *scoring_scorecard_refusal_text(const Fitting *fitting, const ScorecardColumn *column);
extern void scoring_scorecard_complete(Fitting *fitting, ModelReasonMethod method);

/* scorecard_arguments.c: everything but the relation, the target and the weight; then those that need its columns. */
extern void scoring_scorecard_take_options(Fitting *fitting, FunctionCallInfo fcinfo);
extern void scoring_scorecard_take_columns(Fitting *fitting, FunctionCallInfo fcinfo);
extern const char *scoring_scorecard_argument_name(int argument);
extern bool scoring_scorecard_may_be_null(int argument);

/* scorecard_read.c */
extern uint64 scoring_scorecard_hash_text(const char *text, uint32 length);
pg_noreturn extern void scoring_scorecard_report_change(void);
extern void scoring_scorecard_write_query(Fitting *fitting);
/* The keys of an aggregate's arguments, n of them. */
extern void scoring_scorecard_number_keys(ArrayType *array, uint32 n, uint64 *keys);
extern void scoring_scorecard_text_keys(ArrayType *array, uint32 n, uint64 *keys, const char **texts, uint32 *lengths);
extern void scoring_scorecard_read_twice(Fitting *fitting);
/* A scan of a relation's columns of these names, which must be there and of the right class. */
extern void scoring_scorecard_scan(const Fitting *fitting, Oid relation_id, uint32 ncolumns, const char **names,
								   const bool *is_text, void (*row) (void *context, const ScoringScanRow *row),
								   void *context);
extern void scoring_scorecard_encode(Fitting *fitting, Encoder *encoder);

/* scorecard_record.c */
extern const char *scoring_scorecard_qualified_name(Oid relation);
extern void scoring_scorecard_start_scores(SampleScores *scores, const char *name, const char *relation, const Model *model);
extern void scoring_scorecard_score_development(Fitting *fitting, const ScorecardRows *rows, SampleScores *scores);
extern void scoring_scorecard_set_cutoff(Fitting *fitting, const ScorecardRows *rows);
extern void scoring_scorecard_score_relation(const Fitting *fitting, Oid relation, SampleScores *scores);
extern void scoring_scorecard_write_provenance(Fitting *fitting, const SampleScores *scores, int nscores);
/* A weight of a protected sample as a number of subjects, rounded to a multiple of k. */
extern int64 scoring_scorecard_subjects(const Fitting *fitting, int64 weight);
/* The same of a protected sample: nothing that a count could be had from. */
extern void scoring_scorecard_write_protected(Fitting *fitting, const SampleScores *scores);

#endif
