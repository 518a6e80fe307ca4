/*
 * profile.c: states, input and output of every type of behaviour.
 *
 * A state gathers segments: a 32-bit word, length * 2 + packed, then that many bytes. Rows go to the segment they find
 * at the end, so that a row costs what it writes. When the segments have grown to four times what the last merge left
 * (and 4 kB at least), they are merged. What a merge leaves is one packed segment.
 */
#include "postgres.h"

#include "compat.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "profile.h"
#include "utils/memutils.h"

#define FIRST_CAPACITY 128		/* a power of two, as the server's chunks are */
#define FIRST_MERGE 4096
#define MAX_STATE ((Size) 512 * 1024 * 1024)

typedef struct ProfileState
{
	int32		vl_len_;
	uint8		version;
	uint8		form;			/* PROFILE_GATHERING; at the place where a packed profile says PROFILE_PACKED */
	uint8		nparameters;
	uint8		padding;
	uint32		used;			/* of all, from the beginning */
	uint32		rows;			/* where the open segment of rows has its word; 0 if there is none */
	uint32		merge_at;		/* `used` beyond which to merge */
	uint8		parameters[FLEXIBLE_ARRAY_MEMBER];
} ProfileState;

#define BODY(nparameters) (offsetof(ProfileState, parameters) + (nparameters))

static uint32
get_word(const char *at)
{
	uint32		word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static void
put_word(char *at, uint32 word)
{
	memcpy(at, &word, sizeof(word));
}

struct varlena *
scoring_profile_state(FunctionCallInfo fcinfo)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "aggregate function called in non-aggregate context");
	return PG_ARGISNULL(0) ? NULL : (struct varlena *) PG_GETARG_POINTER(0);
}

pg_noreturn static pg_noinline void
state_too_large(const ProfileType *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("%s is too large", type->name),
			 errdetail("At most %d bytes can be kept in one value.", PROFILE_MAX_BYTES)));
}

pg_noreturn static pg_noinline void
report_mismatch(const ProfileType *type, const uint8 *a, Size na, const uint8 *b, Size nb)
{
	ScoringFault fault;

	type->mismatch(a, na, b, nb, &fault);
	scoring_report(&fault);
}

static bool
differ(const uint8 *a, Size na, const uint8 *b, Size nb)
{
	return na != nb || (na > 0 && memcmp(a, b, na) != 0);
}

static ProfileState *
new_state(const uint8 *parameters, Size nparameters, Size capacity)
{
	ProfileState *state;
	Size		size = FIRST_CAPACITY;

	while (size < BODY(nparameters) + capacity)
		size *= 2;
	state = palloc(size);
	SET_VARSIZE(state, size);
	state->version = PROFILE_VERSION;
	state->form = PROFILE_GATHERING;
	state->nparameters = (uint8) nparameters;
	state->padding = 0;
	state->used = (uint32) BODY(nparameters);
	state->rows = 0;
	state->merge_at = FIRST_MERGE;
	/* A type without parameters may give NULL, which memcpy and memcmp may not have. */
	if (nparameters > 0)
		memcpy(state->parameters, parameters, nparameters);
	return state;
}

/* A state that was made elsewhere: nothing in it is taken on trust. */
static void
check_state(const ProfileType *type, const ProfileState *state, Size size)
{
	Size		at;

	if (size < offsetof(ProfileState, parameters) || state->version != PROFILE_VERSION || state->nparameters > PROFILE_MAX_PARAMETERS ||
		state->used > size || state->used < BODY(state->nparameters))
		goto bad;
	for (at = BODY(state->nparameters); at < state->used;)
	{
		Size		length;

		if (state->used - at < sizeof(uint32))
			goto bad;
		length = get_word((const char *) state + at) >> 1;
		at += sizeof(uint32);
		if (length > state->used - at)
			goto bad;
		at += length;
	}
	return;
bad:
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("the state of %s is damaged", type->name)));
}

/* Merges all segments into the packed bytes of a profile. */
static void
merge_parts(const ProfileType *type, const uint8 *parameters, Size nparameters, const ProfilePart *parts, Size nparts, ScoringBuffer *out)
{
	ScoringFault fault;

	scoring_buffer_init(out, scoring_host(), PROFILE_MAX_BYTES);
	if (!type->merge(scoring_host(), parameters, nparameters, parts, nparts, out, &fault))
	{
		/* Parts are our own: only a stored value that was damaged gets here. */
		if (strcmp(fault.sqlstate, SCORING_FAULT_BINARY) == 0)
			scoring_profile_corrupt(type, &fault);
		scoring_report(&fault);
	}
	if (out->bad)
		state_too_large(type);
}

static void
merge_state(const ProfileType *type, const ProfileState *state, ScoringBuffer *out)
{
	ProfilePart *parts;
	Size		nparts = 0;
	const char *base = (const char *) state;

	for (Size at = BODY(state->nparameters); at < state->used; at += sizeof(uint32) + (get_word(base + at) >> 1))
		nparts++;
	parts = palloc((nparts + 1) * sizeof(ProfilePart));
	nparts = 0;
	for (Size at = BODY(state->nparameters); at < state->used; at += sizeof(uint32) + parts[nparts - 1].length)
	{
		uint32		word = get_word(base + at);

		parts[nparts].packed = word & 1;
		parts[nparts].length = word >> 1;
		parts[nparts].bytes = (const uint8 *) base + at + sizeof(uint32);
		nparts++;
	}
	merge_parts(type, state->parameters, state->nparameters, parts, nparts, out);
	pfree(parts);
}

/* The state with room for `length` bytes more. */
static ProfileState *
make_room(const ProfileType *type, ProfileState *state, Size length)
{
	Size		needed = state->used + length;
	ProfileState *grown;

	if (needed <= state->merge_at || state->used == BODY(state->nparameters))
	{
		Size		size = VARSIZE(state);

		if (needed <= size)
			return state;
		while (size < needed)
			size *= 2;
		if (size > MAX_STATE)
			state_too_large(type);
		grown = palloc(size);
		memcpy(grown, state, state->used);
		SET_VARSIZE(grown, size);
	}
	else
	{
		ScoringBuffer packed;

		merge_state(type, state, &packed);
		if (packed.length + length > MAX_STATE / 4)
			state_too_large(type);
		grown = new_state(state->parameters, state->nparameters, sizeof(uint32) + packed.length + length);
		put_word((char *) grown + grown->used, (uint32) packed.length << 1 | 1);
		memcpy((char *) grown + grown->used + sizeof(uint32), packed.data, packed.length);
		grown->used += sizeof(uint32) + packed.length;
		grown->merge_at = (uint32) Max(FIRST_MERGE, 4 * (Size) grown->used);
		pfree(packed.data);
	}
	return grown;
}

struct varlena *
scoring_profile_row(const ProfileType *type, struct varlena *before, const uint8 *parameters, Size nparameters, Size length, uint8 **at)
{
	ProfileState *state = (ProfileState *) before;
	char	   *base;

	if (state == NULL)
		state = new_state(parameters, nparameters, sizeof(uint32) + length);
	else if (differ(state->parameters, state->nparameters, parameters, nparameters))
		report_mismatch(type, state->parameters, state->nparameters, parameters, nparameters);
	if (state->used + sizeof(uint32) + length > Min(VARSIZE(state), state->merge_at))
		state = make_room(type, state, sizeof(uint32) + length);
	base = (char *) state;
	if (state->rows == 0)
	{
		state->rows = state->used;
		put_word(base + state->used, 0);
		state->used += sizeof(uint32);
	}
	put_word(base + state->rows, get_word(base + state->rows) + ((uint32) length << 1));
	*at = (uint8 *) base + state->used;
	state->used += length;
	return (struct varlena *) state;
}

/* ---------- packed bytes ---------- */

void
scoring_profile_corrupt(const ProfileType *type, const ScoringFault *fault)
{
	ScoringFault copy = *fault;

	if (strcmp(copy.sqlstate, SCORING_FAULT_BINARY) == 0)
		copy.sqlstate = SCORING_FAULT_CORRUPT;
	scoring_report(&copy);
}

/* With a 4-byte header and aligned, as a ProfileState has to be. */
static const ProfileState *
foreign_state(const ProfileType *type, struct varlena *value)
{
	Size		size = VARSIZE(value);

	if ((uintptr_t) value % sizeof(uint32) != 0)
	{
		void	   *copy = palloc(size);

		memcpy(copy, value, size);
		value = copy;
	}
	check_state(type, (ProfileState *) value, size);
	return (const ProfileState *) value;
}

static bool
is_gathering(const struct varlena *value)
{
	return VARSIZE_ANY_EXHDR(value) >= 2 && VARDATA_ANY(value)[1] == PROFILE_GATHERING;
}

const uint8 *
scoring_profile_bytes(const ProfileType *type, Datum datum, Size *length)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);

	if (unlikely(is_gathering(value)))
	{
		ScoringBuffer packed;

		merge_state(type, foreign_state(type, PG_DETOAST_DATUM(PointerGetDatum(value))), &packed);
		*length = packed.length;
		return (const uint8 *) packed.data;
	}
	*length = VARSIZE_ANY_EXHDR(value);
	return (const uint8 *) VARDATA_ANY(value);
}

const uint8 *
scoring_profile_argument(const ProfileType *type, FunctionCallInfo fcinfo, int n, Size *length)
{
	return scoring_profile_bytes(type, PG_GETARG_DATUM(n), length);
}

Datum
scoring_profile_datum(const ScoringBuffer *packed)
{
	struct varlena *value = palloc(VARHDRSZ + packed->length);

	SET_VARSIZE(value, VARHDRSZ + packed->length);
	memcpy(VARDATA(value), packed->data, packed->length);
	return PointerGetDatum(value);
}

static void
parameters_of(const ProfileType *type, const uint8 *bytes, Size length, const uint8 **parameters, Size *nparameters)
{
	ScoringReader reader;
	ScoringFault fault;

	scoring_reader_init(&reader, bytes, length);
	if (!profile_read_head(&reader, parameters, nparameters, &fault))
		scoring_profile_corrupt(type, &fault);
}

/* ---------- merging ---------- */

/* Adds the segments of `from`, or one packed profile, to a state. */
static ProfileState *
add_segment(const ProfileType *type, ProfileState *state, const void *bytes, Size length, bool packed)
{
	state = make_room(type, state, sizeof(uint32) + length);
	put_word((char *) state + state->used, (uint32) length << 1 | packed);
	memcpy((char *) state + state->used + sizeof(uint32), bytes, length);
	/* make_room() may have closed it, and a new segment of rows may be written to. */
	state->rows = packed ? 0 : state->used;
	state->used += sizeof(uint32) + length;
	return state;
}

Datum
scoring_profile_combine(const ProfileType *type, FunctionCallInfo fcinfo)
{
	ProfileState *state = (ProfileState *) scoring_profile_state(fcinfo);
	struct varlena *other;

	if (PG_ARGISNULL(1))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	other = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	if (is_gathering(other))
	{
		const ProfileState *from = foreign_state(type, PG_DETOAST_DATUM(PointerGetDatum(other)));
		const char *base = (const char *) from;

		if (state == NULL)
			state = new_state(from->parameters, from->nparameters, from->used);
		else if (differ(state->parameters, state->nparameters, from->parameters, from->nparameters))
			report_mismatch(type, state->parameters, state->nparameters, from->parameters, from->nparameters);
		for (Size at = BODY(from->nparameters); at < from->used; at += sizeof(uint32) + (get_word(base + at) >> 1))
		{
			uint32		word = get_word(base + at);

			state = add_segment(type, state, base + at + sizeof(uint32), word >> 1, word & 1);
		}
	}
	else
	{
		const uint8 *bytes = (const uint8 *) VARDATA_ANY(other);
		Size		length = VARSIZE_ANY_EXHDR(other);
		const uint8 *parameters;
		Size		nparameters;

		parameters_of(type, bytes, length, &parameters, &nparameters);
		if (state == NULL)
			state = new_state(parameters, nparameters, sizeof(uint32) + length);
		else if (differ(state->parameters, state->nparameters, parameters, nparameters))
			report_mismatch(type, state->parameters, state->nparameters, parameters, nparameters);
		state = add_segment(type, state, bytes, length, true);
	}
	PG_RETURN_POINTER(state);
}

Datum
scoring_profile_final(const ProfileType *type, FunctionCallInfo fcinfo)
{
	ProfileState *state = (ProfileState *) scoring_profile_state(fcinfo);
	ScoringBuffer packed;

	if (state == NULL)
		PG_RETURN_NULL();
	merge_state(type, state, &packed);
	return scoring_profile_datum(&packed);
}

Datum
scoring_profile_concat(const ProfileType *type, FunctionCallInfo fcinfo)
{
	ProfilePart parts[2];
	const uint8 *parameters[2];
	Size		nparameters[2];
	ScoringBuffer packed;

	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(PG_ARGISNULL(0) ? 1 : 0));
	for (int i = 0; i < 2; i++)
	{
		parts[i].packed = true;
		parts[i].bytes = scoring_profile_argument(type, fcinfo, i, &parts[i].length);
		parameters_of(type, parts[i].bytes, parts[i].length, &parameters[i], &nparameters[i]);
	}
	if (differ(parameters[0], nparameters[0], parameters[1], nparameters[1]))
		report_mismatch(type, parameters[0], nparameters[0], parameters[1], nparameters[1]);
	merge_parts(type, parameters[0], nparameters[0], parts, 2, &packed);
	return scoring_profile_datum(&packed);
}

/* ---------- rows of features ---------- */

TupleDesc
scoring_profile_columns(FunctionCallInfo fcinfo, int count)
{
	TupleDesc	columns = fcinfo->flinfo->fn_extra;

	if (columns == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		if (columns->natts != count)
			elog(ERROR, "a row of features has %d columns, not %d", columns->natts, count);
		fcinfo->flinfo->fn_extra = columns = BlessTupleDesc(columns);
		MemoryContextSwitchTo(before);
	}
	return columns;
}

/* ---------- input and output ---------- */

Datum
scoring_profile_in(const ProfileType *type, FunctionCallInfo fcinfo)
{
	char	   *text = PG_GETARG_CSTRING(0);
	size_t		length = strlen(text);
	Json	   *json;
	JsonAt		root = {NULL, NULL, NULL, 0};
	ScoringBuffer packed;
	ScoringFault fault;

	if (length > PROFILE_MAX_JSON)
	{
		scoring_fault(&fault, SCORING_FAULT_LIMIT, "the text of %s has at most %d bytes", type->name, PROFILE_MAX_JSON);
		return scoring_report_soft(fcinfo, &fault);
	}
	if (!scoring_json_parse(scoring_host(), text, length, &json, &fault))
		return scoring_report_soft(fcinfo, &fault);
	root.node = json;
	scoring_buffer_init(&packed, scoring_host(), PROFILE_MAX_BYTES);
	if (!type->read(scoring_host(), &root, &packed, &fault) || !scoring_buffer_done(&packed, type->name, &fault))
		return scoring_report_soft(fcinfo, &fault);
	return scoring_profile_datum(&packed);
}

Datum
scoring_profile_out(const ProfileType *type, FunctionCallInfo fcinfo)
{
	Size		length;
	const uint8 *bytes = scoring_profile_argument(type, fcinfo, 0, &length);
	ScoringBuffer json;
	ScoringFault fault;

	scoring_buffer_init(&json, scoring_host(), PROFILE_MAX_JSON);
	if (!type->write(scoring_host(), bytes, length, &json, &fault))
		scoring_profile_corrupt(type, &fault);
	if (!scoring_buffer_done(&json, "the text", &fault))
		scoring_report(&fault);
	PG_RETURN_CSTRING(json.data);
}

static const char *
from_client(const char *text, size_t length, size_t *out_length)
{
	const char *converted = pg_client_to_server(text, (int) length);

	*out_length = converted == text ? length : strlen(converted);
	return converted;
}

static const char *
to_client(const char *text, size_t length, size_t *out_length)
{
	const char *converted = pg_server_to_client(text, (int) length);

	*out_length = converted == text ? length : strlen(converted);
	return converted;
}

Datum
scoring_profile_recv(const ProfileType *type, FunctionCallInfo fcinfo)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	const char *bytes = pq_getmsgbytes(message, length);
	ScoringBuffer packed;
	ScoringFault fault;

	scoring_buffer_init(&packed, scoring_host(), PROFILE_MAX_BYTES);
	if (!type->recode(scoring_host(), (const uint8 *) bytes, (Size) length, from_client, &packed, &fault) ||
		!scoring_buffer_done(&packed, type->name, &fault))
		scoring_report(&fault);
	return scoring_profile_datum(&packed);
}

Datum
scoring_profile_send(const ProfileType *type, FunctionCallInfo fcinfo)
{
	Size		length;
	const uint8 *bytes = scoring_profile_argument(type, fcinfo, 0, &length);
	ScoringBuffer packed;
	ScoringFault fault;
	StringInfoData message;

	scoring_buffer_init(&packed, scoring_host(), 2 * PROFILE_MAX_BYTES);
	if (!type->recode(scoring_host(), bytes, length, to_client, &packed, &fault))
		scoring_profile_corrupt(type, &fault);
	if (!scoring_buffer_done(&packed, type->name, &fault))
		scoring_report(&fault);
	pq_begintypsend(&message);
	pq_sendbytes(&message, packed.data, (int) packed.length);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
