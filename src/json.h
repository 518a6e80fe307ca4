/*
 * json.h: a strict, bounded JSON reader and the writer of our canonical JSON.
 *
 * The reader refuses what a score must not depend on: duplicate members, numbers that are not finite doubles, trailing
 * text, NUL characters, nesting beyond JSON_MAX_DEPTH. Its faults carry the path of the offending place, such as
 * $.characteristics[3].bins[0].upper. Strings are in the encoding of the text; \u escapes go through the host.
 */
#ifndef SCORING_JSON_H
#define SCORING_JSON_H

#include "core.h"
#include "wire.h"

#define JSON_MAX_DEPTH 32
#define JSON_MAX_NODES 2000000

typedef enum JsonKind
{
	JSON_NULL,
	JSON_BOOLEAN,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
} JsonKind;

/*
 * A node. Members of an object keep the order of the text: items[i] is the value of names[i]. Strings are terminated
 * and have no inner zero.
 */
typedef struct Json
{
	JsonKind	kind;
	bool		boolean;
	uint32_t	count;			/* items of an array or object; bytes of a string */
	double		number;
	const char *text;			/* of a string; of a number, its spelling */
	struct Json *items;
	const char **names;
} Json;

extern bool scoring_json_parse(const ScoringHost *host, const char *text, size_t length, Json **out, ScoringFault *fault);

/* A place in the document, kept as a chain on the C stack, so that a fault can name it without any allocation. */
typedef struct JsonAt
{
	const struct JsonAt *up;
	const Json *node;
	const char *name;			/* the member's name, or NULL for an array item */
	uint32_t	index;
} JsonAt;

extern bool scoring_json_fault(const JsonAt *at, ScoringFault *fault, const char *format,...) SCORING_PRINTF(3, 4);
extern bool scoring_json_expect(const JsonAt *at, JsonKind kind, ScoringFault *fault);
/* Faults on a member that is not in the NULL-terminated list. */
extern bool scoring_json_only(const JsonAt *at, const char *const *allowed, ScoringFault *fault);
/* Steps to a member; `child->node` is NULL if there is none (and, when required, that is a fault). */
extern bool scoring_json_member(const JsonAt *at, const char *name, bool required, JsonAt *child, ScoringFault *fault);
extern JsonAt scoring_json_item(const JsonAt *array, uint32_t index);
/* Scalars by member name. An absent optional member leaves *out alone. */
extern bool scoring_json_number(const JsonAt *at, const char *name, bool required, double low, double high, double *out, ScoringFault *fault);
extern bool scoring_json_integer(const JsonAt *at, const char *name, bool required, int64_t low, int64_t high, int64_t *out, ScoringFault *fault);
extern bool scoring_json_boolean(const JsonAt *at, const char *name, bool required, bool *out, ScoringFault *fault);
/* max_length in bytes. */
extern bool scoring_json_string(const JsonAt *at, const char *name, bool required, uint32_t max_length, const char **out, ScoringFault *fault);
/* One of a NULL-terminated list of words; *out is its index. */
extern bool scoring_json_word(const JsonAt *at, const char *name, bool required, const char *const *words, int *out, ScoringFault *fault);
/* The node itself as a number or an exact integer. */
extern bool scoring_json_as_number(const JsonAt *at, double low, double high, double *out, ScoringFault *fault);
extern bool scoring_json_as_integer(const JsonAt *at, int64_t low, int64_t high, int64_t *out, ScoringFault *fault);

/*
 * The writer: plain appends, the caller writes braces and commas with scoring_write_text. Canonical: no white space
 * but what the caller writes, members in the documented order, shortest decimals that read back to the same double,
 * "-0" written as 0, only the escapes JSON demands.
 */
extern void scoring_json_write_string(ScoringBuffer *buffer, const char *text, size_t length);
extern void scoring_json_write_number(ScoringBuffer *buffer, double value);
extern void scoring_json_write_integer(ScoringBuffer *buffer, int64_t value);
/* A whole tree, in its own order. */
extern void scoring_json_write(ScoringBuffer *buffer, const Json *node);

#endif
