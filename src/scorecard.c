/*
 * scorecard.c: fit_scorecard, from a table of past loans to a model; and sample_part.
 *
 * The first two readings of the sample are queries of the caller's with one internal aggregate, so that privileges, row
 * security and parallel plans are the server's business; the third takes rows to bin codes. All of them, and those of
 * the other samples, run under the snapshot of the calling statement.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/tablespace.h"
#include "compat.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "model.h"
#include "number_core.h"
#include "row.h"
#include "scan.h"
#include "scorecard_core.h"
#include "storage/buffile.h"
#include "tally_core.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#define LEAST_Z 2.33			/* of the cross-fitted IV: one in a hundred columns of noise */
#define IV_TOO_GOOD 0.5			/* flagged: was it known when the loan was granted? */
#define REGRESSION_START 4		/* times max_characteristics go into the regression */
#define CHUNK_BYTES (64 * 1024)

/* ---------- the aggregate of the first two readings ---------- */

pg_noreturn static void
refuse_block(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid argument of an internal aggregate of fit_scorecard")));
}

pg_noreturn static void
report_changed_sample(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the sample is not the same when it is read again"),
			 errhint("A view with volatile functions, such as random(), or a foreign table that changes cannot be fitted on: store its rows in a table first.")));
}

/* A copy of a block that is an argument, with a 4-byte header and aligned. */
static ScorecardBlock *
block_copy(FunctionCallInfo fcinfo, int n)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(n);
	Size		size = VARSIZE_ANY_EXHDR(bytes) + VARHDRSZ;
	ScorecardBlock *copy = MemoryContextAllocHuge(CurrentMemoryContext, size);

	memcpy((char *) copy + VARHDRSZ, VARDATA_ANY(bytes), size - VARHDRSZ);
	SET_VARSIZE(copy, size);
	return copy;
}

/* The block with room for more entries; a new one if it had to move (the executor frees the old). */
static ScorecardBlock *
make_room(ScorecardBlock *block, uint32 more)
{
	Size		size = scorecard_block_needs(scoring_host(), block, more);
	ScorecardBlock *moved;

	if (size == 0)
		return block;
	moved = palloc(size);
	memcpy(moved, block, VARSIZE(block));
	SET_VARSIZE(moved, size);
	scorecard_block_moved(moved, size);
	return moved;
}

/* Over UTF-8, so that databases of any encoding draw the same folds and rows. */
static uint64
hash_text(const char *text, uint32 length)
{
	const char *converted = text;
	uint64		hash;

	if (length > 0 && GetDatabaseEncoding() != PG_UTF8)
		converted = pg_server_to_any(text, (int) length, PG_UTF8);
	hash = scoring_hash_bytes(converted, converted == text ? length : strlen(converted), 0);
	return hash == SCORECARD_MISSING ? 0 : hash;
}

static void
keys_of_numbers(ArrayType *array, uint32 n, uint64 *keys)
{
	const double *next;
	const bits8 *bitmap = ARR_NULLBITMAP(array);

	if (n == 0)
		return;
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != (int) n)
		refuse_block();
	next = (double *) ARR_DATA_PTR(array);
	for (uint32 i = 0; i < n; i++)
	{
		if (bitmap != NULL && (bitmap[i / 8] & (1 << (i % 8))) == 0)
			keys[i] = SCORECARD_MISSING;
		else
		{
			keys[i] = isnan(*next) ? SCORECARD_MISSING : scoring_number_key(*next);
			next++;
		}
	}
}

static void
keys_of_texts(ArrayType *array, uint32 n, uint64 *keys, const char **texts, uint32 *lengths)
{
	char	   *next;
	const bits8 *bitmap = ARR_NULLBITMAP(array);

	if (n == 0)
		return;
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != (int) n)
		refuse_block();
	next = ARR_DATA_PTR(array);
	for (uint32 i = 0; i < n; i++)
	{
		if (bitmap != NULL && (bitmap[i / 8] & (1 << (i % 8))) == 0)
		{
			keys[i] = SCORECARD_MISSING;
			texts[i] = NULL;
			lengths[i] = 0;
			continue;
		}
		texts[i] = VARDATA_ANY(next);
		lengths[i] = VARSIZE_ANY_EXHDR(next);
		keys[i] = hash_text(texts[i], lengths[i]);
		next = att_addlength_pointer(next, -1, next);
		next = (char *) att_align_nominal(next, TYPALIGN_INT);
	}
}

PG_FUNCTION_INFO_V1(scoring_scorecard_trans);
Datum
scoring_scorecard_trans(PG_FUNCTION_ARGS)
{
	ScorecardBlock *block;
	ScorecardRow row;
	uint64		keys[2 * SCORECARD_MAX_COLUMNS];
	const char *texts[SCORECARD_MAX_COLUMNS];
	uint32		lengths[SCORECARD_MAX_COLUMNS];
	double		target;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (PG_ARGISNULL(0))
	{
		ScorecardBlock *template;
		Size		size;

		if (PG_ARGISNULL(1))
			refuse_block();
		template = block_copy(fcinfo, 1);
		if (!scorecard_is_template(template, VARSIZE(template)))
			refuse_block();
		size = scorecard_block_size(template);
		block = palloc(size);
		scorecard_block_start(block, template);
		SET_VARSIZE(block, size);
		pfree(template);
	}
	else
		block = (ScorecardBlock *) PG_GETARG_POINTER(0);
	if (PG_ARGISNULL(4) || PG_ARGISNULL(5))
		refuse_block();

	target = PG_ARGISNULL(2) ? get_float8_nan() : PG_GETARG_FLOAT8(2);
	if (PG_ARGISNULL(3) || isnan(PG_GETARG_FLOAT8(3)))
	{
		block->null_weights++;
		PG_RETURN_POINTER(block);
	}
	if (!scoring_weight_to_fixed(PG_GETARG_FLOAT8(3), &row.weight))
	{
		block->bad_weights++;
		PG_RETURN_POINTER(block);
	}
	if (!isnan(target) && target != 0 && target != 1)
	{
		block->bad_targets++;
		PG_RETURN_POINTER(block);
	}
	if (row.weight == 0)
	{
		block->weightless++;
		PG_RETURN_POINTER(block);
	}
	row.outcome = isnan(target) ? -1 : target == 1;
	keys_of_numbers(PG_GETARG_ARRAYTYPE_P(4), block->nnumbers, keys);
	keys_of_texts(PG_GETARG_ARRAYTYPE_P(5), block->ntexts, keys + block->nnumbers, texts, lengths);
	row.keys = keys;
	row.texts = texts;
	row.lengths = lengths;
	block = make_room(block, 1);
	scorecard_block_add(block, &row);
	PG_RETURN_POINTER(block);
}

PG_FUNCTION_INFO_V1(scoring_scorecard_combine);
Datum
scoring_scorecard_combine(PG_FUNCTION_ARGS)
{
	ScorecardBlock *block;
	ScorecardBlock *other;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	other = block_copy(fcinfo, 1);
	if (!scorecard_is_block(other, VARSIZE(other)))
		refuse_block();
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(other);
	block = (ScorecardBlock *) PG_GETARG_POINTER(0);
	if (other->kind == SCORECARD_SAMPLE)
	{
		scorecard_sample_finish(scoring_host(), other);
		block = make_room(block, other->entries);
	}
	if (!scorecard_block_merge(block, other))
		refuse_block();
	pfree(other);
	PG_RETURN_POINTER(block);
}

/* ---------- what the caller asks for ---------- */

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

	const char *query;
	ScorecardBlock *sample;
	ScorecardBlock *count;
	uint32		nfinal;
	ScorecardColumn **final;	/* strongest first */
	Model	   *model;
} Fitting;

static void
say(const char *format,...) pg_attribute_printf(1, 2);

static void
say(const char *format,...)
{
	StringInfoData text;
	va_list		arguments;
	int			more;

	initStringInfo(&text);
	do
	{
		va_start(arguments, format);
		more = appendStringInfoVA(&text, format, arguments);
		va_end(arguments);
		if (more > 0)
			enlargeStringInfo(&text, more);
	} while (more > 0);
	ereport(NOTICE, (errmsg_internal("fit_scorecard: %s", text.data)));
	pfree(text.data);
}

static ScorecardColumn *
find_column(const Fitting *fitting, const char *name)
{
	for (uint32 i = 0; i < fitting->ncolumns; i++)
	{
		if (strcmp(fitting->columns[i].name, name) == 0)
			return &fitting->columns[i];
	}
	return NULL;
}

static ScorecardColumn *
need_column(const Fitting *fitting, const char *name, const char *what)
{
	ScorecardColumn *column = find_column(fitting, name);

	if (column == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 strcmp(name, fitting->target) == 0 || (fitting->weight != NULL && strcmp(name, fitting->weight) == 0) ?
				 errmsg("column \"%s\" (%s) is the target or the weight", name, what) :
				 errmsg("relation \"%s\" has no column \"%s\" (%s)",
						RelationGetRelationName(fitting->relation), name, what)));
	return column;
}

/* Names in an array; NULL elements are refused. */
static char **
names_of(ArrayType *array, const char *what, int *count)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **names;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, count);
	names = palloc(sizeof(char *) * (*count + 1));
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s must not hold a null", what)));
		names[i] = TextDatumGetCString(elements[i]);
	}
	return names;
}

/* All columns, with what the relation knows of them. */
static void
list_columns(Fitting *fitting)
{
	TupleDesc	descriptor = RelationGetDescr(fitting->relation);

	fitting->columns = palloc0(sizeof(ScorecardColumn) * (descriptor->natts + 1));
	fitting->types = palloc0(sizeof(Oid) * (descriptor->natts + 1));
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);
		const char *name = NameStr(attribute->attname);
		ScorecardColumn *column = &fitting->columns[fitting->ncolumns];
		ScoringConverter converter;
		Oid			type;

		if (attribute->attisdropped || strcmp(name, fitting->target) == 0 ||
			(fitting->weight != NULL && strcmp(name, fitting->weight) == 0))
			continue;
		type = getBaseType(attribute->atttypid);
		fitting->types[fitting->ncolumns++] = type;
		column->name = pstrdup(name);
		column->options = fitting->options;
		column->cross_iv = column->z = column->iv = get_float8_nan();
		column->is_date = type == DATEOID;
		column->is_integer = type == INT2OID || type == INT4OID || type == INT8OID;
		switch (scoring_type_class(type, &converter))
		{
			case SCORING_TYPE_REFUSED:
				column->refusal = SCORECARD_TYPE;
				break;
			case SCORING_TYPE_TEXT:
				column->is_text = true;
				break;
			case SCORING_TYPE_NUMBER:
				break;
		}
	}
}

static void
take_names(Fitting *fitting, ArrayType *characteristics, ArrayType *exclude)
{
	int			count;
	char	  **names;

	if (characteristics != NULL)
	{
		names = names_of(characteristics, "characteristics", &count);
		if (count == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("characteristics is empty"),
					 errhint("Leave it NULL to consider every column.")));
		for (int i = 0; i < count; i++)
		{
			ScorecardColumn *column = need_column(fitting, names[i], "characteristic");

			if (column->refusal == SCORECARD_TYPE)
				ereport(ERROR,
						(errcode(ERRCODE_DATATYPE_MISMATCH),
						 errmsg("characteristic \"%s\" has type %s, which no characteristic can have", names[i],
								format_type_be(fitting->types[column - fitting->columns])),
						 errhint("Cast it to a number, a text or a date in a view.")));
			column->named = true;
		}
		for (uint32 i = 0; i < fitting->ncolumns; i++)
		{
			if (!fitting->columns[i].named)
				fitting->columns[i].refusal = SCORECARD_EXCLUDED;
		}
	}
	if (exclude != NULL)
	{
		names = names_of(exclude, "exclude", &count);
		for (int i = 0; i < count; i++)
		{
			ScorecardColumn *column;

			/* Harmless, and often meant: "all but the key, the target and …". */
			if (strcmp(names[i], fitting->target) == 0 ||
				(fitting->weight != NULL && strcmp(names[i], fitting->weight) == 0))
				continue;
			column = need_column(fitting, names[i], "exclude");
			if (column->named)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("column \"%s\" is in both characteristics and exclude", names[i])));
			column->refusal = SCORECARD_EXCLUDED;
		}
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(ScorecardColumn *const *) a)->name, (*(ScorecardColumn *const *) b)->name);
}

/*
 * Numbers first, then texts, each by name: the order of a row's keys. Their hash chooses rows and folds, and so does not
 * depend on the order of the relation's columns.
 */
static void
list_candidates(Fitting *fitting)
{
	fitting->candidates = palloc(sizeof(ScorecardColumn *) * (fitting->ncolumns + 1));
	for (int text = 0; text <= 1; text++)
	{
		for (uint32 i = 0; i < fitting->ncolumns; i++)
		{
			ScorecardColumn *column = &fitting->columns[i];

			if (column->refusal != SCORECARD_NOT_REFUSED || column->is_text != (text == 1))
				continue;
			fitting->candidates[fitting->ncandidates++] = column;
			(*(text == 1 ? &fitting->ntexts : &fitting->nnumbers))++;
		}
	}
	qsort(fitting->candidates, fitting->nnumbers, sizeof(ScorecardColumn *), by_name);
	qsort(fitting->candidates + fitting->nnumbers, fitting->ntexts, sizeof(ScorecardColumn *), by_name);
	for (uint32 i = 0; i < fitting->ncandidates; i++)
		fitting->candidates[i]->key = i;
	if (fitting->ncandidates == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("relation \"%s\" has no column that could be a characteristic",
						RelationGetRelationName(fitting->relation)),
				 errhint("Numbers, texts, booleans and enums can; exclude may name too much.")));
}

/* ---------- special and overrides ---------- */

static void
check_json(bool good, const char *argument, ScoringFault *fault)
{
	char		path[sizeof(fault->path)];

	if (good)
		return;
	/* "$.age.splits" reads better with the argument's name. */
	strlcpy(path, fault->path[0] == '$' ? fault->path + 1 : fault->path, sizeof(path));
	snprintf(fault->path, sizeof(fault->path), "%s%s", argument, path);
	fault->sqlstate = SCORING_FAULT_ARGUMENT;
	scoring_report(fault);
}

/* The object that a jsonb argument is; its members are columns. */
static Json *
parse_argument(Jsonb *jsonb, const char *argument)
{
	char	   *text = JsonbToCString(NULL, &jsonb->root, VARSIZE(jsonb));
	Json	   *json;
	JsonAt		root = {NULL, NULL, NULL, 0};
	ScoringFault fault;

	check_json(scoring_json_parse(scoring_host(), text, strlen(text), &json, &fault), argument, &fault);
	root.node = json;
	check_json(scoring_json_expect(&root, JSON_OBJECT, &fault), argument, &fault);
	return json;
}

static int
compare_doubles(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* Numbers of an array, ascending and each once. */
static bool
read_numbers(const JsonAt *at, uint32 most, double **out, uint32 *count, ScoringFault *fault)
{
	uint32		n;

	if (!scoring_json_expect(at, JSON_ARRAY, fault))
		return false;
	if (at->node->count > most)
		return scoring_json_fault(at, fault, "at most %u numbers", most);
	*out = palloc(sizeof(double) * (at->node->count + 1));
	for (uint32 i = 0; i < at->node->count; i++)
	{
		JsonAt		item = scoring_json_item(at, i);

		if (!scoring_json_as_number(&item, -DBL_MAX, DBL_MAX, &(*out)[i], fault))
			return false;
	}
	qsort(*out, at->node->count, sizeof(double), compare_doubles);
	n = 0;
	for (uint32 i = 0; i < at->node->count; i++)
	{
		if (n == 0 || (*out)[n - 1] != (*out)[i])
			(*out)[n++] = (*out)[i] + 0.0;
	}
	*count = n;
	return true;
}

static void
take_special(Fitting *fitting, Json *json)
{
	JsonAt		root = {NULL, json, NULL, 0};
	ScoringFault fault;

	for (uint32 i = 0; i < json->count; i++)
	{
		ScorecardColumn *column = need_column(fitting, json->names[i], "special");
		JsonAt		item = {&root, &json->items[i], json->names[i], 0};
		double	   *codes;

		if (column->is_text || column->refusal == SCORECARD_TYPE)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("special: column \"%s\" is not a number", column->name),
					 errhint("A code in a text is a category like any other.")));
		check_json(read_numbers(&item, TALLY_MAX_SPECIAL, &codes, &column->nspecial, &fault), "special", &fault);
		column->special = codes;
	}
}

/* [["A", "B"], ["C"]] */
static bool
read_groups(const JsonAt *at, BinningOptions *options, ScoringFault *fault)
{
	BinningGroup *groups;

	if (!scoring_json_expect(at, JSON_ARRAY, fault))
		return false;
	if (at->node->count < 1 || at->node->count > BINNING_MAX_CLASSES)
		return scoring_json_fault(at, fault, "between 1 and %d groups", BINNING_MAX_CLASSES);
	groups = palloc0(sizeof(BinningGroup) * at->node->count);
	for (uint32 i = 0; i < at->node->count; i++)
	{
		JsonAt		group = scoring_json_item(at, i);
		BinningText *categories;

		if (!scoring_json_expect(&group, JSON_ARRAY, fault))
			return false;
		if (group.node->count < 1)
			return scoring_json_fault(&group, fault, "a group names at least one category");
		categories = palloc(sizeof(BinningText) * group.node->count);
		for (uint32 k = 0; k < group.node->count; k++)
		{
			JsonAt		item = scoring_json_item(&group, k);

			if (!scoring_json_expect(&item, JSON_STRING, fault))
				return false;
			categories[k].text = item.node->text;
			categories[k].length = item.node->count;
		}
		groups[i].categories = categories;
		groups[i].count = group.node->count;
	}
	options->has_groups = true;
	options->groups = groups;
	options->ngroups = at->node->count;
	return true;
}

static bool
read_policy(const JsonAt *at, const char *name, BinningPolicy *policy, ScoringFault *fault)
{
	const char *word = NULL;

	if (!scoring_json_string(at, name, false, 32, &word, fault))
		return false;
	return word == NULL || binning_policy_parse(name, word, policy, fault);
}

static bool
read_override(const JsonAt *at, ScorecardColumn *column, ScoringFault *fault)
{
	static const char *const number_members[] = {
		"splits", "trend", "max_bins", "min_bins", "min_bin_fraction", "min_bin_goods", "min_bin_bads",
		"min_bad_rate_difference", "max_bin_p_value", "smoothing", "min_special_rows", "missing_to", "special_to",
		"out_of_range_to", "reason_code", "reason_codes", NULL
	};
	static const char *const text_members[] = {
		"groups", "max_bins", "min_bins", "min_bin_fraction", "min_bin_goods", "min_bin_bads",
		"min_bad_rate_difference", "max_bin_p_value", "smoothing", "min_category_fraction", "min_special_rows",
		"missing_to", "unseen_to", "reason_code", "reason_codes", NULL
	};
	BinningOptions *options = &column->options;
	const char *word = NULL;
	const char *smoothing = NULL;
	int64_t		max_bins = options->max_bins;
	int64_t		min_bins = options->min_bins;
	JsonAt		child;

	if (!scoring_json_expect(at, JSON_OBJECT, fault) ||
		!scoring_json_only(at, column->is_text ? text_members : number_members, fault) ||
		!scoring_json_string(at, "trend", false, 32, &word, fault) ||
		(word != NULL && !binning_trend_parse(word, &options->trend, fault)) ||
		!scoring_json_integer(at, "max_bins", false, 1, BINNING_MAX_CLASSES, &max_bins, fault) ||
		!scoring_json_integer(at, "min_bins", false, 1, BINNING_MAX_CLASSES, &min_bins, fault) ||
		!scoring_json_number(at, "min_bin_fraction", false, 0, 1, &options->min_bin_fraction, fault) ||
		!scoring_json_number(at, "min_bin_goods", false, 0, 1e12, &options->min_bin_goods, fault) ||
		!scoring_json_number(at, "min_bin_bads", false, 0, 1e12, &options->min_bin_bads, fault) ||
		!scoring_json_number(at, "min_bad_rate_difference", false, 0, 1, &options->min_bad_rate_difference, fault) ||
		!scoring_json_number(at, "max_bin_p_value", false, 0, 1, &options->max_bin_p_value, fault) ||
		!scoring_json_string(at, "smoothing", false, 64, &smoothing, fault) ||
		(smoothing != NULL && !binning_smoothing_parse(smoothing, &options->smoothing, fault)) ||
		!scoring_json_number(at, "min_category_fraction", false, 0, 1, &options->min_category_fraction, fault) ||
		!scoring_json_integer(at, "min_special_rows", false, 0, PG_INT64_MAX, &options->min_special_rows, fault) ||
		!read_policy(at, "missing_to", &options->missing_to, fault) ||
		!read_policy(at, "special_to", &options->special_to, fault) ||
		!read_policy(at, "unseen_to", &options->unseen_to, fault) ||
		!read_policy(at, "out_of_range_to", &options->out_of_range_to, fault) ||
		!scoring_json_string(at, "reason_code", false, MODEL_MAX_SHARED_CODE, &column->reason_code, fault))
		return false;
	options->max_bins = (int) max_bins;
	options->min_bins = (int) min_bins;
	if (!scoring_json_member(at, "splits", false, &child, fault))
		return false;
	if (child.node != NULL)
	{
		double	   *splits;

		if (!read_numbers(&child, SCORECARD_MAX_BINS - TALLY_MAX_SPECIAL - 2, &splits, &options->nsplits, fault))
			return false;
		options->splits = splits;
		options->has_splits = true;
	}
	if (!scoring_json_member(at, "groups", false, &child, fault) ||
		(child.node != NULL && !read_groups(&child, options, fault)))
		return false;
	if (!scoring_json_member(at, "reason_codes", false, &child, fault))
		return false;
	if (child.node != NULL)
	{
		if (!scoring_json_expect(&child, JSON_OBJECT, fault))
			return false;
		for (uint32 i = 0; i < child.node->count; i++)
		{
			const char *code;

			if (!scoring_json_string(&child, child.node->names[i], true, MODEL_MAX_CODE, &code, fault))
				return false;
		}
		column->reason_codes = child.node;
	}
	return binning_options_check(options, fault);
}

static void
take_overrides(Fitting *fitting, Json *json)
{
	JsonAt		root = {NULL, json, NULL, 0};

	for (uint32 i = 0; i < json->count; i++)
	{
		ScorecardColumn *column = need_column(fitting, json->names[i], "overrides");
		JsonAt		item = {&root, &json->items[i], json->names[i], 0};
		ScoringFault fault = {0};
		bool		good = read_override(&item, column, &fault);

		/* A fault of the options has no path of its own. */
		if (!good && fault.path[0] == '\0')
			snprintf(fault.path, sizeof(fault.path), "$.%s", json->names[i]);
		check_json(good, "overrides", &fault);
	}
}

/* ---------- the first two readings ---------- */

/* SELECT scoring._scorecard_read($1, target, weight, numbers, texts) FROM sample. */
static void
write_query(Fitting *fitting)
{
	StringInfoData query;
	Oid			relation = RelationGetRelid(fitting->relation);

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT scoring._scorecard_read($1, ");
	scoring_scan_append_number(&query, relation, fitting->target);
	appendStringInfoString(&query, ", ");
	if (fitting->weight != NULL)
		scoring_scan_append_number(&query, relation, fitting->weight);
	else
		appendStringInfoString(&query, "CAST(1 AS pg_catalog.float8)");
	appendStringInfoString(&query, ", CAST(ARRAY[");
	for (uint32 i = 0; i < fitting->nnumbers; i++)
	{
		appendStringInfoString(&query, i > 0 ? ", " : "");
		scoring_scan_append_number(&query, relation, fitting->candidates[i]->name);
	}
	appendStringInfoString(&query, "] AS pg_catalog.float8[]), CAST(ARRAY[");
	for (uint32 i = fitting->nnumbers; i < fitting->ncandidates; i++)
		appendStringInfo(&query, "%sCAST(sample.%s AS pg_catalog.text)", i > fitting->nnumbers ? ", " : "",
						 quote_identifier(fitting->candidates[i]->name));
	appendStringInfo(&query, "] AS pg_catalog.text[])) FROM %s AS sample",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(fitting->relation)),
												RelationGetRelationName(fitting->relation)));
	fitting->query = query.data;
}

/* One reading from a template of `size` bytes; an empty block if there is no row. */
static ScorecardBlock *
read_sample(const Fitting *fitting, ScorecardBlock *template, Size size)
{
	Oid			types[1] = {BYTEAOID};
	Datum		values[1];
	Datum		answer;
	bool		isnull;
	int			result;
	MemoryContext caller = CurrentMemoryContext;
	ScorecardBlock *block;

	SET_VARSIZE(template, size);
	values[0] = PointerGetDatum(template);
	if ((result = SPI_connect()) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed: %s", SPI_result_code_string(result));
	result = SPI_execute_with_args(fitting->query, 1, types, values, NULL, true, 0);
	if (result != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "reading a sample failed: %s", SPI_result_code_string(result));
	answer = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (isnull)
	{
		Size		empty = scorecard_block_size(template);

		block = MemoryContextAllocHuge(caller, empty);
		scorecard_block_start(block, template);
		SET_VARSIZE(block, empty);
	}
	else
	{
		struct varlena *bytes = PG_DETOAST_DATUM(answer);

		block = MemoryContextAllocHuge(caller, VARSIZE(bytes));
		memcpy(block, bytes, VARSIZE(bytes));
	}
	SPI_finish();
	return block;
}

/* What no fit can mend. */
static void
check_sample(const Fitting *fitting)
{
	const ScorecardBlock *sample = fitting->sample;
	const char *name = RelationGetRelationName(fitting->relation);

	if (sample->bad_targets > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target \"%s\" has a value other than 0 and 1 in " INT64_FORMAT " rows", fitting->target,
						sample->bad_targets),
				 errdetail("A target is a boolean, or 0 (good) and 1 (bad)."),
				 errhint("Derive a boolean column in a view, true where the loan went bad.")));
	if (sample->null_weights > 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("weight \"%s\" is null or NaN in " INT64_FORMAT " rows", fitting->weight, sample->null_weights),
				 errhint("Leave the rows out with a view, or give them weight 0.")));
	if (sample->bad_weights > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight \"%s\" is negative, infinite or too large in " INT64_FORMAT " rows", fitting->weight,
						sample->bad_weights)));
	if (sample->overflow != 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the weights of \"%s\" are too large to sum", name),
				 errhint("Scale them, for example to a mean of 1.")));
	if (sample->good_rows == 0 || sample->bad_rows == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 sample->rows == 0 ? errmsg("relation \"%s\" has no rows to fit on", name) :
				 sample->good_rows + sample->bad_rows == 0 ?
				 errmsg("target \"%s\" is null in every row", fitting->target) :
				 errmsg("target \"%s\" has no %s rows", fitting->target, sample->bad_rows == 0 ? "bad" : "good"),
				 errdetail("A scorecard tells bad from good, so that rows of both are needed.")));
}

static void
read_twice(Fitting *fitting)
{
	ScorecardBlock *template = palloc(sizeof(ScorecardBlock));
	Size		size;
	const ScorecardBlock *sample;

	write_query(fitting);
	say("reading %s for candidate cut points of %u characteristics", fitting->relation_name, fitting->ncandidates);
	scorecard_sample_template(template, fitting->nnumbers, fitting->ntexts);
	fitting->sample = read_sample(fitting, template, sizeof(ScorecardBlock));
	check_sample(fitting);
	scorecard_sample_finish(scoring_host(), fitting->sample);
	scorecard_choose(scoring_host(), fitting->sample, fitting->candidates, fitting->ncandidates);

	sample = fitting->sample;
	say("counting in " INT64_FORMAT " rows: " INT64_FORMAT " good, " INT64_FORMAT " bad, " INT64_FORMAT " without an outcome",
		sample->rows, sample->good_rows, sample->bad_rows, sample->rows - sample->good_rows - sample->bad_rows);
	template = scorecard_count_template(scoring_host(), sample, fitting->candidates, fitting->ncandidates, &size);
	if (size > MaxAllocSize)
		elog(ERROR, "too many candidate cut points");
	fitting->count = read_sample(fitting, template, size);
	if (fitting->count->rows != sample->rows || fitting->count->goods != sample->goods ||
		fitting->count->bads != sample->bads || fitting->count->unlabelled != sample->unlabelled)
		report_changed_sample();
	if (scorecard_sample_complete(sample))
		scorecard_count_folds(scoring_host(), fitting->count, sample);
}

/* ---------- the screen ---------- */

static int
by_strength(const void *a, const void *b)
{
	const ScorecardColumn *x = *(ScorecardColumn *const *) a;
	const ScorecardColumn *y = *(ScorecardColumn *const *) b;

	if (x->cross_iv != y->cross_iv)
		return x->cross_iv > y->cross_iv ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
screen(Fitting *fitting)
{
	uint32		index = 0;
	uint32		passed = 0;
	uint32		refused = 0;
	uint32		entering = 0;

	for (uint32 i = 0; i < fitting->ncandidates; i++)
		refused += fitting->candidates[i]->refusal != SCORECARD_NOT_REFUSED;
	say("binning and screening %u characteristics, %u refused", fitting->ncandidates - refused, refused);
	for (uint32 i = 0; i < fitting->ncandidates; i++)
	{
		ScorecardColumn *column = fitting->candidates[i];
		ScoringFault fault;

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		if (!scorecard_screen(scoring_host(), fitting->count, index, column, &fault))
		{
			snprintf(fault.path, sizeof(fault.path), "characteristic \"%s\"", column->name);
			scoring_report(&fault);
		}
		if (++index % 100 == 0)
			say("%u of %u characteristics binned", index, fitting->ncandidates - refused);
		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		if (!(column->cross_iv >= fitting->min_iv && column->z >= LEAST_Z))
			column->refusal = SCORECARD_WEAK;
		else
			passed++;
	}
	qsort(fitting->candidates, fitting->ncandidates, sizeof(ScorecardColumn *), by_strength);
	if (fitting->max_correlation < 1)
		scorecard_correlate(scoring_host(), fitting->sample, fitting->candidates, fitting->ncandidates,
							fitting->max_correlation);
	fitting->final = palloc(sizeof(ScorecardColumn *) * (fitting->ncandidates + 1));
	for (uint32 i = 0; i < fitting->ncandidates; i++)
	{
		ScorecardColumn *column = fitting->candidates[i];

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		if (entering >= REGRESSION_START * fitting->regression.max_columns || entering >= LOGISTIC_MAX_FEATURES)
			column->refusal = SCORECARD_SURPLUS;
		else
			fitting->final[entering++] = column;
	}
	fitting->nfinal = entering;
	say("%u pass the screen, %u go into the regression", passed, entering);
}

pg_noreturn static void
report_nothing_left(const Fitting *fitting)
{
	const ScorecardColumn *best = NULL;

	for (uint32 i = 0; i < fitting->ncandidates; i++)
	{
		const ScorecardColumn *column = fitting->candidates[i];

		if (column->refusal == SCORECARD_WEAK && (best == NULL || column->cross_iv > best->cross_iv))
			best = column;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no column of \"%s\" makes a characteristic", RelationGetRelationName(fitting->relation)),
			 best != NULL ? errdetail("The best of those screened out is \"%s\": cross-fitted information value %.4f (at least %.4f is asked for), z %.2f (at least %.2f).",
									  best->name, best->cross_iv, fitting->min_iv, best->z, LEAST_Z) : 0,
			 errhint("More rows, other columns or a smaller min_iv may help; columns refused as a leak are used if characteristics names them.")));
}

/* ---------- rows as codes ---------- */

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

static void
store_open(RowStore *store, Size record)
{
	memset(store, 0, sizeof(*store));
	store->record = record;
	store->per_chunk = CHUNK_BYTES / record + 1;
	store->memory = (Size) maintenance_work_mem * 1024;
	store->current = palloc(store->per_chunk * record);
}

static uint8 *
store_add(RowStore *store)
{
	if (store->used == store->per_chunk)
	{
		Size		bytes = store->per_chunk * store->record;

		if ((list_length(store->chunks) + 2) * bytes <= store->memory)
		{
			store->chunks = lappend(store->chunks, store->current);
			store->current = palloc(bytes);
		}
		else
		{
			if (store->file == NULL)
			{
				PrepareTempTablespaces();
				store->file = BufFileCreateTemp(false);
				store->scratch = palloc(bytes);
			}
			BufFileWrite(store->file, store->current, bytes);
			store->in_file++;
		}
		store->used = 0;
		CHECK_FOR_INTERRUPTS();
	}
	return store->current + store->used++ * store->record;
}

static void
store_rewind(void *context)
{
	RowStore   *store = context;

	store->next_chunk = 0;
	store->next_in_file = 0;
	store->current_given = false;
	if (store->file != NULL && BufFileSeek(store->file, 0, 0, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not rewind temporary file")));
}

static size_t
store_next(void *context, const uint8_t **records)
{
	RowStore   *store = context;

	if (store->next_chunk < list_length(store->chunks))
	{
		*records = list_nth(store->chunks, store->next_chunk++);
		return store->per_chunk;
	}
	if (store->next_in_file < store->in_file)
	{
		scoring_buffile_read_exact(store->file, store->scratch, store->per_chunk * store->record);
		store->next_in_file++;
		*records = store->scratch;
		return store->per_chunk;
	}
	if (store->current_given || store->used == 0)
		return 0;
	store->current_given = true;
	*records = store->current;
	return store->used;
}

typedef struct Encoder
{
	const Fitting *fitting;
	RowStore	store;
	ScorecardRows rows;
	int64		counted;		/* rows with weight */
} Encoder;

/*
 * The bin that a row of the sample is in: as binning_find(), but what lies out of range in the end bins and an unseen
 * category with the rare ones, whatever their policies, and without a branch that is guessed wrong half the time.
 */
static inline uint8
bin_of(const Binning *binning, const ScoringInput *input)
{
	uint32		at = 0;
	int			bin;

	if (input->kind != SCORING_INPUT_NUMBER)
	{
		bin = binning_find(binning, input);
		return (uint8) (bin == BINNING_UNSEEN ? (int) binning->other_bin : bin);
	}
	for (uint32 i = 0; i < binning->nspecial; i++)
	{
		if (binning->special[i] == input->number)
			return (uint8) (binning->first_special + i);
	}
	for (uint32 n = binning->ncuts; n > 0;)
	{
		uint32		half = (n + 1) / 2;

		at += half & -(uint32) (binning->cuts[at + half - 1] <= input->number);
		n -= half;
	}
	return (uint8) at;
}

static void
encode_row(void *context, const ScoringScanRow *row)
{
	Encoder    *encoder = context;
	const Fitting *fitting = encoder->fitting;
	uint8	   *record;

	if (row->weight == 0)
		return;
	encoder->counted++;
	record = store_add(&encoder->store);
	for (uint32 i = 0; i < fitting->nfinal; i++)
		record[i] = bin_of(fitting->final[i]->binning, &row->inputs[i]);
	record[fitting->nfinal] = row->outcome < 0 ? 2 : (uint8) row->outcome;
	if (encoder->rows.weighted)
		memcpy(record + fitting->nfinal + 1, &row->weight, sizeof(row->weight));
	if (row->weight > encoder->rows.max_weight)
		encoder->rows.max_weight = row->weight;
}

/* A scan of a relation's columns of these names. */
static void
scan_columns(Oid relation_id, uint32 ncolumns, const char **names, const bool *is_text, const char *target,
			 const char *weight, void (*row) (void *context, const ScoringScanRow *row), void *context)
{
	Relation	relation = relation_open(relation_id, AccessShareLock);
	TupleDesc	descriptor = RelationGetDescr(relation);
	const char *relation_name = RelationGetRelationName(relation);
	ScoringScan scan = {0};

	scoring_scan_check_relation(relation);
	scan.relation = relation_id;
	scan.ncolumns = ncolumns;
	scan.columns = palloc0(sizeof(ScoringScanColumn) * (ncolumns + 1));
	for (uint32 i = 0; i < ncolumns; i++)
	{
		AttrNumber	number = get_attnum(relation_id, names[i]);
		Oid			type;

		if (number <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("relation \"%s\" has no column \"%s\" (characteristic)", relation_name, names[i])));
		type = TupleDescAttr(descriptor, number - 1)->atttypid;
		scan.columns[i].name = names[i];
		if (scoring_type_class(type, &scan.columns[i].converter) != (is_text[i] ? SCORING_TYPE_TEXT : SCORING_TYPE_NUMBER))
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" of \"%s\" has type %s, but the characteristic was fitted on a %s", names[i],
							relation_name, format_type_be(type), is_text[i] ? "text" : "number")));
	}
	scan.target = target;
	scan.weight = weight;
	scoring_scan_outcome(descriptor, relation_name, target, weight, &scan.target_converter, &scan.weight_converter);
	scan.row = row;
	scan.context = context;
	scoring_scan(&scan);
	relation_close(relation, NoLock);
}

static void
encode(Fitting *fitting, Encoder *encoder)
{
	const char **names = palloc(sizeof(char *) * (fitting->nfinal + 1));
	bool	   *is_text = palloc(sizeof(bool) * (fitting->nfinal + 1));

	encoder->fitting = fitting;
	encoder->rows.weighted = fitting->sample->weighted != 0;
	encoder->rows.ncolumns = fitting->nfinal;
	encoder->rows.context = &encoder->store;
	encoder->rows.rewind = store_rewind;
	encoder->rows.next = store_next;
	encoder->rows.max_weight = 1;
	store_open(&encoder->store, scorecard_record_size(&encoder->rows));
	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		names[i] = fitting->final[i]->name;
		is_text[i] = fitting->final[i]->is_text;
	}
	scan_columns(RelationGetRelid(fitting->relation), fitting->nfinal, names, is_text, fitting->target,
				 fitting->weight, encode_row, encoder);
	encoder->rows.count = encoder->counted;
	if (encoder->counted != fitting->sample->rows)
		report_changed_sample();
}

/* ---------- the model ---------- */

static const char *
refusal_text(const Fitting *fitting, const ScorecardColumn *column)
{
	switch (column->refusal)
	{
		case SCORECARD_NOT_REFUSED:
			return column->iv > IV_TOO_GOOD ? psprintf("kept, but iv is above %g: make sure that it was known at the time", IV_TOO_GOOD) : NULL;
		case SCORECARD_EXCLUDED:
			return "excluded by the caller";
		case SCORECARD_TYPE:
			return psprintf("type %s is not one of a characteristic", format_type_be(fitting->types[column - fitting->columns]));
		case SCORECARD_DATE:
			return "a date: used only if characteristics names it";
		case SCORECARD_NEAR_UNIQUE:
			return "nearly every row has a value of its own: used only if characteristics names it";
		case SCORECARD_LONG_TEXT:
			return psprintf("a text of more than %d bytes", TALLY_MAX_TEXT);
		case SCORECARD_EMPTY:
			return "no row has a value";
		case SCORECARD_CONSTANT:
			return "nothing to tell apart: one value";
		case SCORECARD_SEPARATES:
			return "tells goods from bads with hardly an error, as only what is recorded afterwards does: used only if characteristics names it";
		case SCORECARD_WEAK:
			if (!(column->cross_iv >= fitting->min_iv))
				return psprintf("cross_iv is below %g", fitting->min_iv);
			return psprintf("cross_iv may be chance: z is below %g", LEAST_Z);
		case SCORECARD_CORRELATED:
			return psprintf("correlation %.2f with %s", column->correlation, column->other->name);
		case SCORECARD_SURPLUS:
			return "weaker than those that the regression started from";
		case SCORECARD_SIGN:
			return "its coefficient contradicts its woe";
		case SCORECARD_COLLINEAR:
			return "its woe follows from that of others";
		case SCORECARD_SELECTION:
			return fitting->regression.selection == SCORECARD_AIC ? "aic is lower without it" : "bic is lower without it";
		case SCORECARD_P_VALUE:
			return psprintf("the p-value of its coefficient is above %g", fitting->regression.max_p_value);
		case SCORECARD_TOO_MANY:
			return psprintf("the weakest of more than %u", fitting->regression.max_columns);
	}
	return "";
}

static void
say_left(void *context, const ScorecardColumn *column)
{
	say("%s leaves: %s", column->name, refusal_text(context, column));
}

static void
regress(Fitting *fitting, const ScorecardRows *rows)
{
	ScorecardRegression *regression = &fitting->regression;
	ScoringFault fault;
	uint32		n = 0;

	regression->rows_used = fitting->sample->good_rows + fitting->sample->bad_rows;
	regression->left = say_left;
	regression->context = fitting;
	if (!scorecard_regress(scoring_host(), rows, fitting->final, regression,
						   (double) fitting->sample->goods / SCORING_WEIGHT_UNIT,
						   (double) fitting->sample->bads / SCORING_WEIGHT_UNIT, &fault))
		scoring_report(&fault);
	for (uint32 i = 0; i < fitting->nfinal; i++)
		n += fitting->final[i]->refusal == SCORECARD_NOT_REFUSED;
	if (n == 0)
		report_nothing_left(fitting);
	say("%u characteristics stay, after %d fits", n, regression->fits);
}

/* The codes that overrides give to bins by their labels. */
static const char **
codes_of(const ScorecardColumn *column)
{
	const Binning *binning = column->binning;
	const Json *codes = column->reason_codes;
	const char **out = palloc0(sizeof(char *) * (binning->nbins + 1));

	if (codes == NULL)
		return NULL;
	for (uint32 k = 0; k < codes->count; k++)
	{
		bool		found = false;

		for (uint32 i = 0; i < binning->nbins; i++)
		{
			ScoringBuffer label;

			scoring_buffer_init(&label, scoring_host(), BINNING_MAX_BYTES);
			binning_label(&label, binning, i);
			if (strcmp(label.data, codes->names[k]) == 0)
			{
				out[i] = codes->items[k].text;
				found = true;
			}
			pfree(label.data);
		}
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("overrides.%s.reason_codes: no bin has the label \"%s\"", column->name, codes->names[k]),
					 errhint("Labels are those of points(model); fix the bins with splits or groups.")));
	}
	return out;
}

static void
complete_model(Fitting *fitting, ModelReasonMethod method)
{
	ScoringFault fault;

	fitting->model->reason_method = method;
	if (!model_complete(scoring_host(), fitting->model, &fault))
		scoring_report(&fault);
}

static void
make_model(Fitting *fitting)
{
	uint32		n = 0;
	Model	   *model;

	for (uint32 i = 0; i < fitting->nfinal; i++)
		n += fitting->final[i]->refusal == SCORECARD_NOT_REFUSED;
	model = model_new(scoring_host(), n);
	model->pdo = fitting->pdo;
	model->base_score = fitting->base_score;
	model->base_odds = fitting->base_odds;
	model->intercept = fitting->regression.intercept;
	if (fitting->population_bad_rate > 0)
	{
		/* King and Zeng 2001: the sample's log odds less those of the population, here of good. */
		double		sample_odds = (double) fitting->sample->goods / (double) fitting->sample->bads;
		double		population_odds = (1 - fitting->population_bad_rate) / fitting->population_bad_rate;

		model->intercept += scoring_log(population_odds / sample_odds);
	}
	n = 0;
	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		ScorecardColumn *column = fitting->final[i];
		ModelCharacteristic *c = &model->characteristics[n];

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		n++;
		c->name = column->name;
		c->binning = column->binning;
		c->has_counts = true;
		c->coefficient = column->coefficient;
		c->reason_code = column->reason_code;
		c->reason_codes = codes_of(column);
	}
	fitting->model = model;
	complete_model(fitting, fitting->reason_method == MODEL_BELOW_CUTOFF_AVERAGE ? MODEL_BELOW_AVERAGE : fitting->reason_method);
}

/* ---------- scores of samples ---------- */

typedef struct SampleScores
{
	const char *name;
	const char *relation;
	TallyState *state;
	const Model *model;
} SampleScores;

static void
add_score(SampleScores *scores, int32 score, int outcome, int64 weight)
{
	TallyRow	row = {{SCORING_INPUT_NUMBER}};
	TallyState *state;
	ScoringFault fault;

	row.input.number = score;
	row.outcome = outcome;
	row.weight = weight;
	state = tally_add(scoring_host(), scores->state, &row, &fault);
	if (state == NULL)
		scoring_report(&fault);
	if (state != scores->state)
		pfree(scores->state);
	scores->state = state;
}

static void
start_scores(SampleScores *scores, const char *name, const char *relation, const Model *model)
{
	ScoringFault fault;

	scores->name = name;
	scores->relation = relation;
	scores->model = model;
	scores->state = tally_start(scoring_host(), NULL, 0, &fault);
	if (scores->state == NULL)
		scoring_report(&fault);
}

static int64
weight_of_record(const ScorecardRows *rows, const uint8 *record)
{
	int64		weight = SCORING_WEIGHT_UNIT;

	if (rows->weighted)
		memcpy(&weight, record + rows->ncolumns + 1, sizeof(weight));
	return weight;
}

/* The score of a record; its characteristics' points into `points`, unless NULL. */
static int32
score_record(const Fitting *fitting, const uint8 *record, int32 *points)
{
	const Model *model = fitting->model;
	int32		score = model->base_points;
	uint32		k = 0;

	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		int32		of_bin;

		if (fitting->final[i]->refusal != SCORECARD_NOT_REFUSED)
			continue;
		of_bin = model->characteristics[k].outcome_points[record[i] + MODEL_OUTCOMES];
		if (points != NULL)
			points[k] = of_bin;
		k++;
		score += of_bin;
	}
	return score;
}

static void
score_development(Fitting *fitting, const ScorecardRows *rows, SampleScores *scores)
{
	Size		size = scorecard_record_size(rows);
	const uint8_t *record;
	size_t		n;

	rows->rewind(rows->context);
	while ((n = rows->next(rows->context, &record)) > 0)
	{
		for (size_t i = 0; i < n; i++, record += size)
			add_score(scores, score_record(fitting, record, NULL), record[rows->ncolumns], weight_of_record(rows, record));
		CHECK_FOR_INTERRUPTS();
	}
}

/*
 * Baselines of below_cutoff_average: the mean points of those who score from the cut-off to one pdo above it. Sums are
 * integers, as everywhere.
 */
static void
set_cutoff_baselines(Fitting *fitting, const ScorecardRows *rows)
{
	Model	   *model = fitting->model;
	Size		size = scorecard_record_size(rows);
	int32	   *points = palloc(sizeof(int32) * (model->ncharacteristics + 1));
	LogisticWide *sums = palloc0(sizeof(LogisticWide) * (model->ncharacteristics + 1));
	int64		weight = 0;
	const uint8_t *record;
	size_t		n;

	rows->rewind(rows->context);
	while ((n = rows->next(rows->context, &record)) > 0)
	{
		for (size_t i = 0; i < n; i++, record += size)
		{
			int32		score = score_record(fitting, record, points);

			if (score < fitting->cutoff || score > fitting->cutoff + fitting->pdo || record[rows->ncolumns] > 1)
				continue;
			weight += weight_of_record(rows, record);
			for (uint32 k = 0; k < model->ncharacteristics; k++)
				sums[k] += (LogisticWide) points[k] * weight_of_record(rows, record);
		}
		CHECK_FOR_INTERRUPTS();
	}
	if (weight == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no row scores from reason_cutoff %d to one pdo above it", fitting->cutoff),
				 errhint("Fit once without it and look where the scores lie: SELECT * FROM scoring.samples(model).")));
	for (uint32 k = 0; k < model->ncharacteristics; k++)
	{
		model->characteristics[k].has_baseline = true;
		model->characteristics[k].baseline = logistic_wide_to_double(sums[k]) / (double) weight;
	}
	model->has_cutoff = true;
	model->reason_cutoff = fitting->cutoff;
	complete_model(fitting, MODEL_BELOW_CUTOFF_AVERAGE);
}

static void
score_row(void *context, const ScoringScanRow *row)
{
	SampleScores *scores = context;
	int32_t		score;
	ScoringFault fault;

	if (!model_score(scores->model, row->inputs, &score, NULL, &fault))
		scoring_report(&fault);
	add_score(scores, score, row->outcome < 0 ? 2 : row->outcome, row->weight);
}

static const char *
qualified_name(Oid relation)
{
	char	   *name = get_rel_name(relation);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation)));
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), name);
}

static void
score_relation(const Fitting *fitting, Oid relation, SampleScores *scores)
{
	const Model *model = fitting->model;
	const char **names = palloc(sizeof(char *) * (model->ncharacteristics + 1));
	bool	   *is_text = palloc(sizeof(bool) * (model->ncharacteristics + 1));

	say("scoring %s", scores->relation);
	for (uint32 i = 0; i < model->ncharacteristics; i++)
	{
		names[i] = model->characteristics[i].name;
		is_text[i] = model->characteristics[i].binning->kind == BINNING_TEXT;
	}
	scan_columns(relation, model->ncharacteristics, names, is_text, fitting->target, fitting->weight, score_row, scores);
}

/* ---------- provenance ---------- */

static void
write_name(ScoringBuffer *out, const char *name, const char *text)
{
	scoring_write_format(out, "\"%s\":", name);
	if (text == NULL)
		scoring_write_text(out, "null");
	else
		scoring_json_write_string(out, text, strlen(text));
}

static void
write_member(ScoringBuffer *out, const char *name, double value)
{
	scoring_write_format(out, ",\"%s\":", name);
	if (isfinite(value))
		scoring_json_write_number(out, value);
	else
		scoring_write_text(out, "null");
}

static void
write_weight(ScoringBuffer *out, const char *name, int64 weight)
{
	write_member(out, name, (double) weight / SCORING_WEIGHT_UNIT);
}

static void
write_scores(ScoringBuffer *out, const SampleScores *scores)
{
	TallyView	view;
	ScoringFault fault;
	double		sum = 0;
	double		weight = 0;

	if (!tally_state_view(scoring_host(), scores->state, &view, &fault))
		scoring_report(&fault);
	scoring_write_text(out, "{");
	write_name(out, "sample", scores->name);
	scoring_write_text(out, ",");
	write_name(out, "relation", scores->relation);
	for (uint32 i = 0; i < view.ncells; i++)
	{
		const TallyCell *cell = &view.cells[i];
		double		labelled = (double) cell->counts.goods + (double) cell->counts.bads;

		weight += labelled;
		sum += labelled * model_pd(scores->model, (int32) rint(cell->value));
	}
	scoring_write_text(out, ",\"rows\":");
	scoring_json_write_integer(out, view.total.rows);
	write_weight(out, "goods", view.total.goods);
	write_weight(out, "bads", view.total.bads);
	write_weight(out, "unlabelled", view.total.unlabelled);
	write_member(out, "mean_pd", weight > 0 ? sum / weight : get_float8_nan());
	scoring_write_text(out, ",\"scores\":");
	tally_write(out, &view);
	scoring_write_text(out, "}");
}

static void
write_screening(ScoringBuffer *out, const Fitting *fitting)
{
	for (uint32 i = 0; i < fitting->ncolumns; i++)
	{
		const ScorecardColumn *column = &fitting->columns[i];
		const Binning *binning = column->binning;

		scoring_write_text(out, i == 0 ? "{" : ",{");
		write_name(out, "characteristic", column->name);
		scoring_write_format(out, ",\"kept\":%s", column->refusal == SCORECARD_NOT_REFUSED ? "true" : "false");
		if (binning != NULL)
		{
			const BinningBin *missing = &binning->bins[binning->missing_bin];

			scoring_write_format(out, ",\"bins\":%u,", binning->nbins);
			write_name(out, "trend", binning->kind == BINNING_TEXT ? NULL : binning_trend_name(binning->trend));
			scoring_write_text(out, ",\"missing\":");
			scoring_json_write_integer(out, missing->counts.rows);
			write_member(out, "iv", column->iv);
			write_member(out, "cross_iv", column->cross_iv);
			write_member(out, "z", column->z);
		}
		scoring_write_text(out, ",");
		write_name(out, "reason", refusal_text(fitting, column));
		scoring_write_text(out, "}");
	}
}

static void
write_term(ScoringBuffer *out, const char *name, double coefficient, double error)
{
	scoring_write_text(out, "{");
	write_name(out, "name", name);
	write_member(out, "coefficient", coefficient);
	write_member(out, "standard_error", error);
	write_member(out, "z", coefficient / error);
	write_member(out, "p_value", scoring_normal_two_sided(coefficient / error));
	scoring_write_text(out, "}");
}

static void
write_regression(ScoringBuffer *out, const Fitting *fitting)
{
	const ScorecardRegression *r = &fitting->regression;

	scoring_write_text(out, "{\"rows\":");
	scoring_json_write_integer(out, r->rows_used);
	scoring_write_format(out, ",\"iterations\":%d,\"fits\":%d", r->iterations, r->fits);
	write_member(out, "log_likelihood", r->log_likelihood);
	write_member(out, "null_log_likelihood", r->null_log_likelihood);
	write_member(out, "aic", r->aic);
	write_member(out, "bic", r->bic);
	scoring_write_text(out, ",\"terms\":[");
	write_term(out, "(intercept)", r->intercept, r->intercept_error);
	for (uint32 i = 0; i < fitting->nfinal; i++)
	{
		const ScorecardColumn *column = fitting->final[i];

		if (column->refusal != SCORECARD_NOT_REFUSED)
			continue;
		scoring_write_text(out, ",");
		write_term(out, column->name, column->coefficient, column->standard_error);
	}
	scoring_write_text(out, "]}");
}

static void
write_provenance(Fitting *fitting, const SampleScores *scores, int nscores)
{
	ScoringBuffer out;
	ScoringFault fault;
	Json	   *tree;
	const ScorecardBlock *sample = fitting->sample;

	scoring_buffer_init(&out, scoring_host(), MODEL_MAX_BYTES);
	scoring_write_text(&out, "{");
	write_name(&out, "fitted_by", GetUserNameFromId(GetUserId(), false));
	scoring_write_text(&out, ",");
	write_name(&out, "fitted_at",
			   DatumGetCString(DirectFunctionCall1(timestamptz_out, TimestampTzGetDatum(GetCurrentTransactionStartTimestamp()))));
	scoring_write_text(&out, ",\"sample\":{");
	write_name(&out, "relation", fitting->relation_name);
	scoring_write_text(&out, ",");
	write_name(&out, "target", fitting->target);
	scoring_write_text(&out, ",");
	write_name(&out, "weight", fitting->weight);
	scoring_write_text(&out, ",\"rows\":");
	scoring_json_write_integer(&out, sample->rows);
	write_weight(&out, "goods", sample->goods);
	write_weight(&out, "bads", sample->bads);
	write_weight(&out, "unlabelled", sample->unlabelled);
	scoring_write_text(&out, ",\"weightless\":");
	scoring_json_write_integer(&out, sample->weightless);
	scoring_write_text(&out, ",\"population_bad_rate\":");
	if (fitting->population_bad_rate > 0)
		scoring_json_write_number(&out, fitting->population_bad_rate);
	else
		scoring_write_text(&out, "null");
	scoring_write_text(&out, "},\"screening\":[");
	write_screening(&out, fitting);
	scoring_write_text(&out, "],\"regression\":");
	write_regression(&out, fitting);
	scoring_write_text(&out, ",\"samples\":[");
	for (int i = 0; i < nscores; i++)
	{
		if (i > 0)
			scoring_write_text(&out, ",");
		write_scores(&out, &scores[i]);
	}
	scoring_write_text(&out, "]}");
	if (!scoring_buffer_done(&out, "the model", &fault) ||
		!scoring_json_parse(scoring_host(), out.data, out.length, &tree, &fault))
		scoring_report(&fault);
	fitting->model->provenance = tree;
}

/* ---------- fit_scorecard ---------- */

enum
{
	ARG_SAMPLE, ARG_TARGET, ARG_CHARACTERISTICS, ARG_EXCLUDE, ARG_WEIGHT, ARG_SPECIAL, ARG_MAX_BINS,
	ARG_MIN_BIN_FRACTION, ARG_TREND, ARG_MIN_IV, ARG_MAX_CORRELATION, ARG_SELECTION, ARG_MAX_P_VALUE,
	ARG_MAX_CHARACTERISTICS, ARG_POPULATION_BAD_RATE, ARG_PDO, ARG_BASE_SCORE, ARG_BASE_ODDS, ARG_REASON_METHOD,
	ARG_VALIDATION, ARG_OUT_OF_TIME, ARG_OVERRIDES, ARG_REASON_CUTOFF, ARG_COUNT
};

static const char *const argument_names[ARG_COUNT] = {
	"sample", "target", "characteristics", "exclude", "weight", "special", "max_bins",
	"min_bin_fraction", "trend", "min_iv", "max_correlation", "selection", "max_coefficient_p_value",
	"max_characteristics", "population_bad_rate", "pdo", "base_score", "base_odds", "reason_method",
	"validation", "out_of_time", "overrides", "reason_cutoff"
};

/* Those whose NULL means something, or nothing. */
static bool
may_be_null(int argument)
{
	return argument == ARG_CHARACTERISTICS || argument == ARG_EXCLUDE || argument == ARG_WEIGHT ||
		argument == ARG_SPECIAL || argument == ARG_MAX_P_VALUE || argument == ARG_POPULATION_BAD_RATE ||
		argument == ARG_VALIDATION || argument == ARG_OUT_OF_TIME || argument == ARG_OVERRIDES ||
		argument == ARG_REASON_CUTOFF;
}

static double
number_argument(FunctionCallInfo fcinfo, int argument, double low, double high)
{
	double		value = PG_GETARG_FLOAT8(argument);

	if (!(value >= low && value <= high))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between %g and %g", argument_names[argument], low, high)));
	return value;
}

static int
integer_argument(FunctionCallInfo fcinfo, int argument, int low, int high)
{
	int			value = PG_GETARG_INT32(argument);

	if (value < low || value > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between %d and %d", argument_names[argument], low, high)));
	return value;
}

static int
word_argument(FunctionCallInfo fcinfo, int argument, const char *const *words)
{
	char	   *word = text_to_cstring(PG_GETARG_TEXT_PP(argument));
	StringInfoData list;
	int			i;

	initStringInfo(&list);
	for (i = 0; words[i] != NULL; i++)
	{
		if (strcmp(words[i], word) == 0)
			return i;
		appendStringInfo(&list, "%s\"%s\"", i == 0 ? "" : words[i + 1] == NULL ? " and " : ", ", words[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s \"%s\" is not known", argument_names[argument], word),
			 errdetail("Known are %s.", list.data)));
}

static void
take_options(Fitting *fitting, FunctionCallInfo fcinfo)
{
	static const char *const selections[] = {"bic", "aic", "none", NULL};
	static const char *const methods[] = {"below_average", "below_cutoff_average", "below_max", "below_neutral", NULL};
	char	   *trend = text_to_cstring(PG_GETARG_TEXT_PP(ARG_TREND));
	ScoringFault fault;

	fitting->options = binning_options_default();
	fitting->options.max_bins = integer_argument(fcinfo, ARG_MAX_BINS, 1, SCORECARD_MAX_CLASSES);
	fitting->options.min_bin_fraction = number_argument(fcinfo, ARG_MIN_BIN_FRACTION, 0, 0.5);
	if (!binning_trend_parse(trend, &fitting->options.trend, &fault) ||
		!binning_options_check(&fitting->options, &fault))
		scoring_report(&fault);
	fitting->min_iv = number_argument(fcinfo, ARG_MIN_IV, 0, 100);
	fitting->max_correlation = number_argument(fcinfo, ARG_MAX_CORRELATION, 0, 1);
	fitting->regression.selection = (ScorecardSelection) word_argument(fcinfo, ARG_SELECTION, selections);
	fitting->regression.max_p_value = PG_ARGISNULL(ARG_MAX_P_VALUE) ? 1 : number_argument(fcinfo, ARG_MAX_P_VALUE, 0, 1);
	fitting->regression.max_columns = (uint32) integer_argument(fcinfo, ARG_MAX_CHARACTERISTICS, 1, LOGISTIC_MAX_FEATURES);
	if (!PG_ARGISNULL(ARG_POPULATION_BAD_RATE))
	{
		fitting->population_bad_rate = PG_GETARG_FLOAT8(ARG_POPULATION_BAD_RATE);
		if (!(fitting->population_bad_rate > 0 && fitting->population_bad_rate < 1))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("population_bad_rate must be greater than 0 and less than 1")));
	}
	fitting->pdo = PG_GETARG_FLOAT8(ARG_PDO);
	fitting->base_score = PG_GETARG_FLOAT8(ARG_BASE_SCORE);
	fitting->base_odds = PG_GETARG_FLOAT8(ARG_BASE_ODDS);
	fitting->reason_method = (ModelReasonMethod) word_argument(fcinfo, ARG_REASON_METHOD, methods);
	fitting->has_cutoff = !PG_ARGISNULL(ARG_REASON_CUTOFF);
	if (fitting->has_cutoff)
		fitting->cutoff = PG_GETARG_INT32(ARG_REASON_CUTOFF);
	if (fitting->has_cutoff != (fitting->reason_method == MODEL_BELOW_CUTOFF_AVERAGE))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reason_method \"below_cutoff_average\" and reason_cutoff go together"),
				 errhint("reason_cutoff is the score from which applicants are accepted.")));
	/* A scale that no model can have is found out before the sample is read. */
	fitting->model = model_new(scoring_host(), 0);
	fitting->model->pdo = fitting->pdo;
	fitting->model->base_score = fitting->base_score;
	fitting->model->base_odds = fitting->base_odds;
	if (!model_complete(scoring_host(), fitting->model, &fault))
		scoring_report(&fault);
}

PG_FUNCTION_INFO_V1(scoring_scorecard_fit);
Datum
scoring_scorecard_fit(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	Fitting    *fitting;
	Encoder    *encoder;
	SampleScores scores[3];
	int			nscores = 1;
	ScoringConverter target_converter;
	ScoringConverter weight_converter;
	struct varlena *result;

	for (int i = 0; i < ARG_COUNT; i++)
	{
		if (PG_ARGISNULL(i) && !may_be_null(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s must not be null", argument_names[i])));
	}
	context = AllocSetContextCreate(caller, "fit_scorecard", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	fitting = palloc0(sizeof(Fitting));
	encoder = palloc0(sizeof(Encoder));
	take_options(fitting, fcinfo);
	fitting->target = text_to_cstring(PG_GETARG_TEXT_PP(ARG_TARGET));
	if (!PG_ARGISNULL(ARG_WEIGHT))
		fitting->weight = text_to_cstring(PG_GETARG_TEXT_PP(ARG_WEIGHT));
	fitting->relation_name = qualified_name(PG_GETARG_OID(ARG_SAMPLE));
	fitting->relation = relation_open(PG_GETARG_OID(ARG_SAMPLE), AccessShareLock);
	scoring_scan_check_relation(fitting->relation);
	scoring_scan_outcome(RelationGetDescr(fitting->relation), RelationGetRelationName(fitting->relation),
						 fitting->target, fitting->weight, &target_converter, &weight_converter);
	if (fitting->weight != NULL && strcmp(fitting->weight, fitting->target) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" cannot be both target and weight", fitting->target)));
	list_columns(fitting);
	take_names(fitting, PG_ARGISNULL(ARG_CHARACTERISTICS) ? NULL : PG_GETARG_ARRAYTYPE_P(ARG_CHARACTERISTICS),
			   PG_ARGISNULL(ARG_EXCLUDE) ? NULL : PG_GETARG_ARRAYTYPE_P(ARG_EXCLUDE));
	if (!PG_ARGISNULL(ARG_SPECIAL))
		take_special(fitting, parse_argument(PG_GETARG_JSONB_P(ARG_SPECIAL), "special"));
	if (!PG_ARGISNULL(ARG_OVERRIDES))
		take_overrides(fitting, parse_argument(PG_GETARG_JSONB_P(ARG_OVERRIDES), "overrides"));
	list_candidates(fitting);

	read_twice(fitting);
	screen(fitting);
	if (fitting->nfinal == 0)
		report_nothing_left(fitting);
	encode(fitting, encoder);
	regress(fitting, &encoder->rows);
	make_model(fitting);
	if (fitting->has_cutoff)
		set_cutoff_baselines(fitting, &encoder->rows);

	start_scores(&scores[0], "development", fitting->relation_name, fitting->model);
	score_development(fitting, &encoder->rows, &scores[0]);
	for (int argument = ARG_VALIDATION; argument <= ARG_OUT_OF_TIME; argument++)
	{
		if (PG_ARGISNULL(argument))
			continue;
		start_scores(&scores[nscores], argument_names[argument], qualified_name(PG_GETARG_OID(argument)), fitting->model);
		score_relation(fitting, PG_GETARG_OID(argument), &scores[nscores++]);
	}
	write_provenance(fitting, scores, nscores);
	if (encoder->store.file != NULL)
		BufFileClose(encoder->store.file);
	relation_close(fitting->relation, NoLock);
	MemoryContextSwitchTo(caller);
	result = scoring_model_pack(fitting->model);
	MemoryContextDelete(context);
	PG_RETURN_POINTER(result);
}

/* ---------- sample_part ---------- */

PG_FUNCTION_INFO_V1(scoring_scorecard_sample_part);
Datum
scoring_scorecard_sample_part(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(0);
	text	   *seed = PG_GETARG_TEXT_PP(1);
	ArrayType  *shares = PG_GETARG_ARRAYTYPE_P(2);
	char	   *key_utf8;
	char	   *seed_utf8;
	int32_t		part;
	ScoringFault fault;

	if (ARR_NDIM(shares) != 1 || ARR_HASNULL(shares))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("shares must be a list of numbers without nulls"),
				 errhint("Shares sum to 1, for example '{0.7, 0.3}'.")));
	key_utf8 = pg_server_to_any(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), PG_UTF8);
	seed_utf8 = pg_server_to_any(VARDATA_ANY(seed), VARSIZE_ANY_EXHDR(seed), PG_UTF8);
	if (!scorecard_part(key_utf8, key_utf8 == VARDATA_ANY(key) ? VARSIZE_ANY_EXHDR(key) : strlen(key_utf8),
						seed_utf8, seed_utf8 == VARDATA_ANY(seed) ? VARSIZE_ANY_EXHDR(seed) : strlen(seed_utf8),
						(double *) ARR_DATA_PTR(shares), (uint32) ARR_DIMS(shares)[0], &part, &fault))
		scoring_report(&fault);
	PG_RETURN_INT32(part);
}
