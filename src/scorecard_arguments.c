/*
 * scorecard_arguments.c: what the caller of fit_scorecard asks for.
 */
#include "postgres.h"

#include <float.h>

#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "row.h"
#include "scorecard.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* ---------- columns ---------- */

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

static bool
is_readable(const Fitting *fitting, const char *name)
{
	for (uint32 i = 0; i < fitting->nreadable; i++)
	{
		if (strcmp(fitting->readable[i], name) == 0)
			return true;
	}
	return fitting->readable == NULL;
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
			(fitting->weight != NULL && strcmp(name, fitting->weight) == 0) || !is_readable(fitting, name))
			continue;
		type = getBaseType(attribute->atttypid);
		fitting->types[fitting->ncolumns++] = type;
		column->name = pstrdup(name);
		column->options = fitting->options;
		column->least = fitting->least;
		column->cross_iv = column->z = column->iv = get_float8_nan();
		column->is_date = type == DATEOID;
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
		fitting->candidates[i]->key = i + (fitting->subject != NULL && i >= fitting->nnumbers);
	if (fitting->least > 0 && fitting->ncandidates > SCORECARD_MAX_PROTECTED)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a fit of a protected table takes at most %d characteristics", SCORECARD_MAX_PROTECTED),
				 errhint("Name some of them in characteristics.")));
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
read_groups(const JsonAt *at, ScorecardColumn *column, ScoringFault *fault)
{
	BinningOptions *options = &column->options;
	BinningGroup *groups;
	uint64	   *keys = palloc(sizeof(uint64) * SCORECARD_MAX_CATEGORIES);

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
			if (column->nnamed_keys == SCORECARD_MAX_CATEGORIES)
				return scoring_json_fault(at, fault, "groups name at most %d categories", SCORECARD_MAX_CATEGORIES);
			categories[k].text = item.node->text;
			categories[k].length = item.node->count;
			keys[column->nnamed_keys++] = scoring_scorecard_hash_text(item.node->text, item.node->count);
		}
		groups[i].categories = categories;
		groups[i].count = group.node->count;
	}
	column->named_keys = keys;
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
		(child.node != NULL && !read_groups(&child, column, fault)))
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

/* ---------- the rest ---------- */

static const char *const argument_names[ARG_COUNT] = {
	"sample", "target", "characteristics", "exclude", "weight", "special", "max_bins",
	"min_bin_fraction", "trend", "min_iv", "max_correlation", "selection", "max_coefficient_p_value",
	"max_characteristics", "population_bad_rate", "pdo", "base_score", "base_odds", "reason_method",
	"validation", "out_of_time", "overrides", "reason_cutoff"
};

/* Those whose NULL means something, or nothing. */
bool
scoring_scorecard_may_be_null(int argument)
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

void
scoring_scorecard_take_options(Fitting *fitting, FunctionCallInfo fcinfo)
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

const char *
scoring_scorecard_argument_name(int argument)
{
	return argument_names[argument];
}

void
scoring_scorecard_take_columns(Fitting *fitting, FunctionCallInfo fcinfo)
{
	list_columns(fitting);
	take_names(fitting, PG_ARGISNULL(ARG_CHARACTERISTICS) ? NULL : PG_GETARG_ARRAYTYPE_P(ARG_CHARACTERISTICS),
			   PG_ARGISNULL(ARG_EXCLUDE) ? NULL : PG_GETARG_ARRAYTYPE_P(ARG_EXCLUDE));
	if (!PG_ARGISNULL(ARG_SPECIAL))
		take_special(fitting, parse_argument(PG_GETARG_JSONB_P(ARG_SPECIAL), "special"));
	if (!PG_ARGISNULL(ARG_OVERRIDES))
		take_overrides(fitting, parse_argument(PG_GETARG_JSONB_P(ARG_OVERRIDES), "overrides"));
	list_candidates(fitting);
}
