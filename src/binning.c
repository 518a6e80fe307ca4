/*
 * binning.c: the type scoring.binning, how it is made from a tally, and what it says of values.
 *
 * The stored form is a version byte, three zero bytes and the canonical JSON.
 */
#include "postgres.h"

#include "binning.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "decoded.h"
#include "errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "number_core.h"
#include "tally.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"
#include "value.h"

#include <math.h>

#define BINNING_VERSION 1
#define BINNING_HEADER 4		/* bytes before the text */
#define CHART_LABEL 32			/* columns that a label may take */
#define CHART_BAR 12
#define CHART_WOE_BAR 8			/* on either side */

/* ---------- the stored form ---------- */

static struct varlena *
pack_text(const char *text, Size length)
{
	struct varlena *stored = palloc(VARHDRSZ + BINNING_HEADER + length);
	char	   *data = VARDATA(stored);

	SET_VARSIZE(stored, VARHDRSZ + BINNING_HEADER + length);
	memset(data, 0, BINNING_HEADER);
	data[0] = BINNING_VERSION;
	memcpy(data + BINNING_HEADER, text, length);
	return stored;
}

static bool
write_binning(ScoringBuffer *buffer, const Binning *binning, ScoringFault *fault)
{
	scoring_buffer_init(buffer, scoring_host(), BINNING_MAX_BYTES);
	binning_write(buffer, binning);
	return scoring_buffer_done(buffer, "the binning", fault);
}

struct varlena *
scoring_binning_pack(const Binning *binning)
{
	ScoringBuffer buffer;
	ScoringFault fault;

	if (!write_binning(&buffer, binning, &fault))
		scoring_report(&fault);
	return pack_text(buffer.data, buffer.length);
}

/* The result is in CurrentMemoryContext and nothing else is left there. */
static bool
parse_binning(const char *text, Size length, Binning **out, ScoringFault *fault)
{
	MemoryContext tree_context = AllocSetContextCreate(CurrentMemoryContext, "scoring JSON",
													   ALLOCSET_DEFAULT_SIZES);
	MemoryContext context = MemoryContextSwitchTo(tree_context);
	JsonAt		at = {NULL, NULL, NULL, 0};
	Json	   *tree;
	bool		good = scoring_json_parse(scoring_host(), text, length, &tree, fault);

	MemoryContextSwitchTo(context);
	if (good)
	{
		at.node = tree;
		good = binning_read(scoring_host(), &at, out, fault);
	}
	MemoryContextDelete(tree_context);
	return good;
}

static void
check_header(const char *content, Size length)
{
	if (length < BINNING_HEADER || content[0] != BINNING_VERSION ||
		content[1] != 0 || content[2] != 0 || content[3] != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a stored value of type %s fails its check", "scoring.binning"),
				 errdetail("Its version is not %d.", BINNING_VERSION)));
}

static void *
decode_binning(const char *content, Size length)
{
	ScoringFault fault;
	Binning    *binning;

	check_header(content, length);
	if (!parse_binning(content + BINNING_HEADER, length - BINNING_HEADER, &binning, &fault))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a stored value of type %s fails its check", "scoring.binning"),
				 errdetail("%s: %s", fault.path, fault.message)));
	return binning;
}

Binning *
scoring_binning_unpack(struct varlena *stored)
{
	return decode_binning(VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored));
}

static const ScoringDecodedType decoded_binning = {"binning", decode_binning};

static const Binning *
binning_argument(FunctionCallInfo fcinfo, int n)
{
	return scoring_decoded_argument(fcinfo, n, &decoded_binning);
}

/* ---------- input and output ---------- */

static Datum
binning_from_text(FunctionCallInfo fcinfo, const char *text, Size length)
{
	ScoringBuffer buffer;
	ScoringFault fault;
	Binning    *binning;

	if (!parse_binning(text, length, &binning, &fault) || !write_binning(&buffer, binning, &fault))
		return scoring_report_soft(fcinfo, &fault);
	PG_RETURN_POINTER(pack_text(buffer.data, buffer.length));
}

PG_FUNCTION_INFO_V1(scoring_binning_in);
Datum
scoring_binning_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);

	return binning_from_text(fcinfo, text, strlen(text));
}

PG_FUNCTION_INFO_V1(scoring_binning_out);
Datum
scoring_binning_out(PG_FUNCTION_ARGS)
{
	struct varlena *stored = PG_GETARG_BINNING_P(0);
	Size		length = VARSIZE_ANY_EXHDR(stored);

	check_header(VARDATA_ANY(stored), length);
	PG_RETURN_CSTRING(pnstrdup(VARDATA_ANY(stored) + BINNING_HEADER, length - BINNING_HEADER));
}

PG_FUNCTION_INFO_V1(scoring_binning_recv);
Datum
scoring_binning_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(message);
	char	   *text;
	int			length;

	if (version != BINNING_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s: version %d is unknown", "scoring.binning", version)));
	text = pq_getmsgtext(message, message->len - message->cursor, &length);
	return binning_from_text(fcinfo, text, length);
}

PG_FUNCTION_INFO_V1(scoring_binning_send);
Datum
scoring_binning_send(PG_FUNCTION_ARGS)
{
	struct varlena *stored = PG_GETARG_BINNING_P(0);
	StringInfoData message;

	check_header(VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored));
	pq_begintypsend(&message);
	pq_sendbyte(&message, BINNING_VERSION);
	pq_sendtext(&message, VARDATA_ANY(stored) + BINNING_HEADER,
				(int) (VARSIZE_ANY_EXHDR(stored) - BINNING_HEADER));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

SCORING_VALUE_FUNCTIONS(binning)

/* ---------- from a tally ---------- */

/* Arguments of optimal_binning. */
enum
{
	ARG_TALLY, ARG_MAX_BINS, ARG_MIN_BINS, ARG_MIN_BIN_FRACTION, ARG_MIN_BIN_GOODS, ARG_MIN_BIN_BADS,
	ARG_MIN_BAD_RATE_DIFFERENCE, ARG_MAX_BIN_P_VALUE, ARG_TREND, ARG_SPLITS, ARG_GROUPS, ARG_SMOOTHING,
	ARG_MIN_CATEGORY_FRACTION, ARG_MIN_SPECIAL_ROWS, ARG_MISSING_TO, ARG_SPECIAL_TO, ARG_UNSEEN_TO,
	ARG_OUT_OF_RANGE_TO, ARG_COUNT
};

static const char *const argument_names[ARG_COUNT] = {
	"tally", "max_bins", "min_bins", "min_bin_fraction", "min_bin_goods", "min_bin_bads",
	"min_bad_rate_difference", "max_bin_p_value", "trend", "splits", "groups", "smoothing",
	"min_category_fraction", "min_special_rows", "missing_to", "special_to", "unseen_to", "out_of_range_to"
};

static void
get_splits(ArrayType *array, BinningOptions *options)
{
	Datum	   *items;
	bool	   *nulls;
	int			count;
	double	   *splits;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("splits must be a one-dimensional array")));
	deconstruct_array(array, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &items, &nulls, &count);
	splits = palloc((count + 1) * sizeof(double));
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("splits must not contain nulls")));
		splits[i] = DatumGetFloat8(items[i]);
	}
	options->has_splits = true;
	options->nsplits = (uint32) count;
	options->splits = splits;
}

/* An array of arrays of strings. */
static void
get_groups(Jsonb *jsonb, BinningOptions *options)
{
	char	   *text = JsonbToCString(NULL, &jsonb->root, (int) VARSIZE(jsonb));
	ScoringFault fault;
	Json	   *tree;
	BinningGroup *groups;
	bool		good;

	if (!scoring_json_parse(scoring_host(), text, strlen(text), &tree, &fault))
		scoring_report(&fault);
	good = tree->kind == JSON_ARRAY;
	groups = palloc0(((good ? tree->count : 0) + 1) * sizeof(BinningGroup));
	for (uint32 i = 0; good && i < tree->count; i++)
	{
		const Json *list = &tree->items[i];

		good = list->kind == JSON_ARRAY;
		if (!good)
			break;
		groups[i].count = list->count;
		groups[i].categories = palloc((list->count + 1) * sizeof(BinningText));
		for (uint32 c = 0; good && c < list->count; c++)
		{
			good = list->items[c].kind == JSON_STRING;
			groups[i].categories[c].text = list->items[c].text;
			groups[i].categories[c].length = list->items[c].count;
		}
	}
	if (!good)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("groups must be an array of arrays of strings"),
				 errhint("For example: [[\"rent\", \"free\"], [\"own\"]].")));
	options->has_groups = true;
	options->ngroups = tree->count;
	options->groups = groups;
}

static BinningPolicy
get_policy(FunctionCallInfo fcinfo, int n)
{
	ScoringFault fault;
	BinningPolicy policy = BINNING_TO_OWN;

	if (!binning_policy_parse(argument_names[n], text_to_cstring(PG_GETARG_TEXT_PP(n)), &policy, &fault))
		scoring_report(&fault);
	return policy;
}

PG_FUNCTION_INFO_V1(scoring_binning_optimal);
Datum
scoring_binning_optimal(PG_FUNCTION_ARGS)
{
	BinningOptions options = binning_options_default();
	ScoringFault fault;
	TallyView	view;
	Binning    *binning;

	if (PG_ARGISNULL(ARG_TALLY))
		PG_RETURN_NULL();
	for (int i = 1; i < ARG_COUNT; i++)
	{
		if (PG_ARGISNULL(i) && i != ARG_MAX_BIN_P_VALUE && i != ARG_SPLITS && i != ARG_GROUPS)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s must not be null", argument_names[i])));
	}
	options.max_bins = PG_GETARG_INT32(ARG_MAX_BINS);
	options.min_bins = PG_GETARG_INT32(ARG_MIN_BINS);
	options.min_bin_fraction = PG_GETARG_FLOAT8(ARG_MIN_BIN_FRACTION);
	options.min_bin_goods = PG_GETARG_FLOAT8(ARG_MIN_BIN_GOODS);
	options.min_bin_bads = PG_GETARG_FLOAT8(ARG_MIN_BIN_BADS);
	options.min_bad_rate_difference = PG_GETARG_FLOAT8(ARG_MIN_BAD_RATE_DIFFERENCE);
	if (!PG_ARGISNULL(ARG_MAX_BIN_P_VALUE))
		options.max_bin_p_value = PG_GETARG_FLOAT8(ARG_MAX_BIN_P_VALUE);
	if (!binning_trend_parse(text_to_cstring(PG_GETARG_TEXT_PP(ARG_TREND)), &options.trend, &fault))
		scoring_report(&fault);
	if (!PG_ARGISNULL(ARG_SPLITS))
		get_splits(PG_GETARG_ARRAYTYPE_P(ARG_SPLITS), &options);
	if (!PG_ARGISNULL(ARG_GROUPS))
		get_groups(PG_GETARG_JSONB_P(ARG_GROUPS), &options);
	if (!binning_smoothing_parse(text_to_cstring(PG_GETARG_TEXT_PP(ARG_SMOOTHING)), &options.smoothing, &fault))
		scoring_report(&fault);
	options.min_category_fraction = PG_GETARG_FLOAT8(ARG_MIN_CATEGORY_FRACTION);
	options.min_special_rows = PG_GETARG_INT32(ARG_MIN_SPECIAL_ROWS);
	options.missing_to = get_policy(fcinfo, ARG_MISSING_TO);
	options.special_to = get_policy(fcinfo, ARG_SPECIAL_TO);
	options.unseen_to = get_policy(fcinfo, ARG_UNSEEN_TO);
	options.out_of_range_to = get_policy(fcinfo, ARG_OUT_OF_RANGE_TO);

	scoring_tally_view(PG_GETARG_TALLY_P(ARG_TALLY), &view);
	if (!binning_fit(scoring_host(), &view, &options, &binning, &fault))
		scoring_report(&fault);
	PG_RETURN_POINTER(scoring_binning_pack(binning));
}

/* ---------- of the whole ---------- */

PG_FUNCTION_INFO_V1(scoring_binning_iv);
Datum
scoring_binning_iv(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(scoring_binning_unpack(PG_GETARG_BINNING_P(0))->iv);
}

PG_FUNCTION_INFO_V1(scoring_binning_iv_of_tally);
Datum
scoring_binning_iv_of_tally(PG_FUNCTION_ARGS)
{
	const Binning *binning = binning_argument(fcinfo, 1);
	TallyCounts *counts = palloc(binning->nbins * sizeof(TallyCounts));
	ScoringFault fault;
	TallyView	view;

	scoring_tally_view(PG_GETARG_TALLY_P(0), &view);
	if (!binning_count(scoring_host(), binning, &view, counts, &fault))
		scoring_report(&fault);
	if (view.total.goods == 0 || view.total.bads == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(binning_measure(binning, counts, NULL, NULL));
}

PG_FUNCTION_INFO_V1(scoring_binning_trend);
Datum
scoring_binning_trend(PG_FUNCTION_ARGS)
{
	const Binning *binning = scoring_binning_unpack(PG_GETARG_BINNING_P(0));

	PG_RETURN_TEXT_P(cstring_to_text(binning_trend_name(binning->trend)));
}

PG_FUNCTION_INFO_V1(scoring_binning_is_separating);
Datum
scoring_binning_is_separating(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(scoring_binning_unpack(PG_GETARG_BINNING_P(0))->separates);
}

/* ---------- of one value ---------- */

static int
find_value(FunctionCallInfo fcinfo, const Binning *binning, bool is_text, double *woe)
{
	ScoringInput input = {SCORING_INPUT_MISSING, 0, 0, NULL};
	ScoringFault fault;
	int			outcome;

	if (!PG_ARGISNULL(1) && is_text)
	{
		text	   *value = PG_GETARG_TEXT_PP(1);

		input.kind = SCORING_INPUT_TEXT;
		input.text = VARDATA_ANY(value);
		input.length = (uint32) VARSIZE_ANY_EXHDR(value);
	}
	else if (!PG_ARGISNULL(1))
	{
		input.number = PG_GETARG_FLOAT8(1);
		input.kind = isnan(input.number) ? SCORING_INPUT_MISSING : SCORING_INPUT_NUMBER;
	}
	outcome = binning_find(binning, &input);
	if (!binning_outcome_woe(binning, outcome, woe, &fault))
		scoring_report(&fault);
	return outcome;
}

static Datum
value_woe(FunctionCallInfo fcinfo, bool is_text)
{
	double		woe;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	(void) find_value(fcinfo, binning_argument(fcinfo, 0), is_text, &woe);
	PG_RETURN_FLOAT8(woe);
}

static Datum
value_bin(FunctionCallInfo fcinfo, bool is_text)
{
	double		woe;
	int			outcome;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	outcome = find_value(fcinfo, binning_argument(fcinfo, 0), is_text, &woe);
	if (outcome < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(outcome + 1);
}

PG_FUNCTION_INFO_V1(scoring_binning_woe_number);
Datum
scoring_binning_woe_number(PG_FUNCTION_ARGS)
{
	return value_woe(fcinfo, false);
}

PG_FUNCTION_INFO_V1(scoring_binning_woe_text);
Datum
scoring_binning_woe_text(PG_FUNCTION_ARGS)
{
	return value_woe(fcinfo, true);
}

PG_FUNCTION_INFO_V1(scoring_binning_bin_number);
Datum
scoring_binning_bin_number(PG_FUNCTION_ARGS)
{
	return value_bin(fcinfo, false);
}

PG_FUNCTION_INFO_V1(scoring_binning_bin_text);
Datum
scoring_binning_bin_text(PG_FUNCTION_ARGS)
{
	return value_bin(fcinfo, true);
}

/* ---------- the bins ---------- */

/* What there is to say of a bin's WoE, or NULL: its own counts, of both classes. */
static const char *
bin_note(const Binning *binning, const BinningBin *bin)
{
	static const char *const fates[] = {
		NULL, "too few rows, neutral", "no rows, neutral", "neutral", "worst", "nearest", "error"
	};

	if (bin->fate != BINNING_FATE_OWN)
		return fates[bin->fate];
	if (bin->counts.goods > 0 && bin->counts.bads > 0)
		return NULL;
	if (binning->separates)
		return bin->counts.bads == 0 ? "only goods, separates perfectly" : "only bads, separates perfectly";
	return bin->counts.bads == 0 ? "only goods" : "only bads";
}

static ScoringBuffer
bin_label(const Binning *binning, uint32 i)
{
	ScoringBuffer label;

	scoring_buffer_init(&label, scoring_host(), BINNING_MAX_BYTES);
	binning_label(&label, binning, i);
	return label;
}

static double
weight_of(int64 weight)
{
	return (double) weight / (double) SCORING_WEIGHT_UNIT;
}

static Datum
category_array(const BinningBin *bin)
{
	Datum	   *items = palloc((bin->ncategories + 1) * sizeof(Datum));

	for (uint32 i = 0; i < bin->ncategories; i++)
		items[i] = PointerGetDatum(cstring_to_text_with_len(bin->categories[i].text,
															(int) bin->categories[i].length));
	return PointerGetDatum(bin->ncategories == 0 ? construct_empty_array(TEXTOID) :
						   construct_array(items, (int) bin->ncategories, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(scoring_binning_bins);
Datum
scoring_binning_bins(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	const Binning *binning = scoring_binning_unpack(PG_GETARG_BINNING_P(0));

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < binning->nbins; i++)
	{
		const BinningBin *bin = &binning->bins[i];
		ScoringBuffer label = bin_label(binning, i);
		const char *note = bin_note(binning, bin);
		int64		labelled = bin->counts.goods + bin->counts.bads;
		Datum		values[14];
		bool		nulls[14] = {false};

		values[0] = Int32GetDatum((int32) i + 1);
		values[1] = PointerGetDatum(cstring_to_text_with_len(label.data, (int) label.length));
		nulls[2] = nulls[3] = bin->type != BINNING_RANGE;
		values[2] = Float8GetDatum(bin->lower);
		values[3] = Float8GetDatum(bin->upper);
		nulls[4] = bin->type != BINNING_CATEGORIES && bin->type != BINNING_OTHER;
		if (!nulls[4])
			values[4] = category_array(bin);
		values[5] = Float8GetDatum(weight_of(labelled + bin->counts.unlabelled));
		values[6] = Float8GetDatum(weight_of(bin->counts.goods));
		values[7] = Float8GetDatum(weight_of(bin->counts.bads));
		nulls[8] = labelled == 0;
		values[8] = Float8GetDatum(labelled == 0 ? 0 : (double) bin->counts.bads / (double) labelled);
		values[9] = Float8GetDatum(bin->woe);
		values[10] = Float8GetDatum(bin->iv);
		nulls[11] = note == NULL;
		if (note != NULL)
			values[11] = CStringGetTextDatum(note);
		values[12] = Float8GetDatum(weight_of(bin->counts.unlabelled));
		values[13] = Int64GetDatum(bin->counts.rows);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
		pfree(label.data);
	}
	return (Datum) 0;
}

/* ---------- the chart ---------- */

/*
 * Appends the text, control characters as escapes, and returns the columns it takes; not more than `most`, with an
 * ellipsis in the place of what does not fit.
 */
static int
append_label(StringInfo line, const char *text, int most)
{
	int			columns = 0;
	int			fitting_length = line->len;	/* up to where an ellipsis fits */
	int			fitting_columns = 0;

	for (const char *c = text; *c != '\0'; c += pg_mblen(c))
	{
		int			width = pg_dsplen(c);
		char		escape[8];

		if (width < 0)
		{
			if (*c == '\n' || *c == '\t' || *c == '\r')
				snprintf(escape, sizeof(escape), "\\%c", *c == '\n' ? 'n' : *c == '\t' ? 't' : 'r');
			else
				snprintf(escape, sizeof(escape), "\\x%02x", (unsigned char) *c);
			width = (int) strlen(escape);
			/* A control character of more than one byte is shown by its first. */
			appendStringInfoString(line, escape);
		}
		else
			appendBinaryStringInfo(line, c, pg_mblen(c));
		columns += width;
		if (columns <= most - 3)
		{
			fitting_length = line->len;
			fitting_columns = columns;
		}
		if (columns > most)
		{
			line->len = fitting_length;
			line->data[line->len] = '\0';
			appendStringInfoString(line, "...");
			return fitting_columns + 3;
		}
	}
	return columns;
}

static void
append_bar(StringInfo line, double share, int most)
{
	int			length = (int) rint(share * most);

	length = Max(Min(length, most), 0);
	appendStringInfoChar(line, ' ');
	for (int i = 0; i < most; i++)
		appendStringInfoChar(line, i < length ? '#' : i == 0 && share > 0 ? '.' : ' ');
}

/* To the left of the axis below 0, to its right above. */
static void
append_woe_bar(StringInfo line, double share)
{
	int			length = (int) rint(fabs(share) * CHART_WOE_BAR);

	if (length == 0 && share != 0)
		length = 1;
	appendStringInfoChar(line, ' ');
	for (int i = -CHART_WOE_BAR; i <= CHART_WOE_BAR; i++)
		appendStringInfoChar(line, i == 0 ? '|' :
							 share < 0 && i < 0 && i >= -length ? '#' :
							 share > 0 && i > 0 && i <= length ? '#' : ' ');
}

static void
put_line(ReturnSetInfo *set, StringInfo line)
{
	Datum		values[1];
	bool		nulls[1] = {false};

	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	values[0] = PointerGetDatum(cstring_to_text_with_len(line->data, line->len));
	tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	resetStringInfo(line);
}

PG_FUNCTION_INFO_V1(scoring_binning_chart);
Datum
scoring_binning_chart(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	const Binning *binning = scoring_binning_unpack(PG_GETARG_BINNING_P(0));
	const TallyCounts *total = &binning->total;
	double		whole = weight_of(total->goods + total->bads + total->unlabelled);
	double		greatest_weight = 0;
	double		greatest_rate = 0;
	double		greatest_woe = 0;
	int			label_columns = 5;	/* "total" */
	int			count_columns = 5;
	int			decimals = 0;
	StringInfoData line;

	initStringInfo(&line);
	for (uint32 i = 0; i < binning->nbins; i++)
	{
		const BinningBin *bin = &binning->bins[i];
		int64		labelled = bin->counts.goods + bin->counts.bads;
		ScoringBuffer label = bin_label(binning, i);

		resetStringInfo(&line);
		label_columns = Max(label_columns, append_label(&line, label.data, CHART_LABEL));
		if (labelled > 0)
			greatest_rate = Max(greatest_rate, (double) bin->counts.bads / (double) labelled);
		greatest_weight = Max(greatest_weight, weight_of(labelled + bin->counts.unlabelled));
		greatest_woe = Max(greatest_woe, fabs(bin->woe));
		if (labelled % SCORING_WEIGHT_UNIT != 0 || bin->counts.bads % SCORING_WEIGHT_UNIT != 0 ||
			bin->counts.unlabelled % SCORING_WEIGHT_UNIT != 0)
			decimals = 1;
		pfree(label.data);
	}
	resetStringInfo(&line);
	appendStringInfo(&line, "%.*f", decimals, whole);
	count_columns = Max(count_columns, line.len);
	resetStringInfo(&line);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	appendStringInfo(&line, "%-*s  %*s  share %*s  %*s  bad rate %*s     WoE", label_columns, "bin",
					 count_columns, "total", CHART_BAR, "", count_columns, "bads", CHART_BAR, "");
	put_line(set, &line);
	for (uint32 i = 0; i <= binning->nbins; i++)
	{
		bool		last = i == binning->nbins;
		const BinningBin *bin = last ? NULL : &binning->bins[i];
		const TallyCounts *counts = last ? total : &bin->counts;
		int64		labelled = counts->goods + counts->bads;
		double		weight = weight_of(labelled + counts->unlabelled);
		double		rate = labelled > 0 ? (double) counts->bads / (double) labelled : 0;
		int			columns;

		if (last)
		{
			columns = 5;
			appendStringInfoString(&line, "total");
		}
		else
		{
			ScoringBuffer label = bin_label(binning, i);

			columns = append_label(&line, label.data, CHART_LABEL);
			pfree(label.data);
		}
		appendStringInfo(&line, "%*s  %*.*f  %5.1f", label_columns - columns, "",
						 count_columns, decimals, weight, whole > 0 ? 100 * weight / whole : 0);
		appendStringInfoChar(&line, '%');
		append_bar(&line, last || greatest_weight == 0 ? 0 : weight / greatest_weight, CHART_BAR);
		appendStringInfo(&line, "  %*.*f  ", count_columns, decimals, weight_of(counts->bads));
		if (labelled > 0)
			appendStringInfo(&line, "%7.2f%%", 100 * rate);
		else
			appendStringInfo(&line, "%8s", "-");
		append_bar(&line, last || greatest_rate == 0 ? 0 : rate / greatest_rate, CHART_BAR);
		if (last)
			appendStringInfo(&line, "    IV %.3f, trend %s", binning->iv, binning_trend_name(binning->trend));
		else
		{
			const char *note = bin_note(binning, bin);

			appendStringInfo(&line, "  %6.3f", bin->woe);
			append_woe_bar(&line, greatest_woe == 0 ? 0 : bin->woe / greatest_woe);
			if (note != NULL)
				appendStringInfo(&line, "  %s", note);
		}
		put_line(set, &line);
	}
	return (Datum) 0;
}
