/*
 * json.c: a strict, bounded JSON reader and the writer of our canonical JSON.
 *
 * One pass builds a tree; children of a container are collected in a growing stack and copied out when it closes, so
 * nothing is allocated from a count that the text merely claims.
 */
#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "number_core.h"

typedef struct Parser
{
	const ScoringHost *host;
	const char *start;
	const char *at;
	const char *end;
	uint32_t	depth;
	uint32_t	nodes;
	/* Children of the containers that are still open, innermost last. */
	Json	   *stack;
	const char **names;
	size_t		used;
	size_t		capacity;
	ScoringFault *fault;
} Parser;

static bool parse_value(Parser *p, Json *out);

static bool
syntax(Parser *p, const char *what)
{
	char		shown[24];
	size_t		left = (size_t) (p->end - p->at);
	size_t		n = 0;

	/* Only the ASCII that follows, so that no character is cut. */
	while (n < left && n < sizeof(shown) - 1 && p->at[n] >= ' ' && p->at[n] <= '~')
	{
		shown[n] = p->at[n];
		n++;
	}
	shown[n] = '\0';
	scoring_fault(p->fault, SCORING_FAULT_SYNTAX, "invalid JSON: %s", what);
	if (n > 0)
		scoring_fault_detail(p->fault, "At byte %zu: \"%s\".", (size_t) (p->at - p->start) + 1,
							 shown);
	else
		scoring_fault_detail(p->fault, "At byte %zu.", (size_t) (p->at - p->start) + 1);
	return false;
}

static void
skip_space(Parser *p)
{
	while (p->at < p->end &&
		   (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r'))
		p->at++;
}

static bool
parse_hex4(Parser *p, uint32_t *out)
{
	uint32_t	value = 0;

	if (p->end - p->at < 4)
		return syntax(p, "a \\u escape needs four hexadecimal digits");
	for (int i = 0; i < 4; i++)
	{
		char		c = p->at[i];
		uint32_t	digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t) (c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (uint32_t) (c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			digit = (uint32_t) (c - 'A') + 10;
		else
			return syntax(p, "a \\u escape needs four hexadecimal digits");
		value = value * 16 + digit;
	}
	p->at += 4;
	*out = value;
	return true;
}

/* After "\u". */
static bool
parse_unicode(Parser *p, char **to)
{
	uint32_t	code;
	uint32_t	low;
	int			length;

	if (!parse_hex4(p, &code))
		return false;
	if (code >= 0xDC00 && code <= 0xDFFF)
		return syntax(p, "a low surrogate needs a high one before it");
	if (code >= 0xD800 && code <= 0xDBFF)
	{
		if (p->end - p->at < 2 || p->at[0] != '\\' || p->at[1] != 'u')
			return syntax(p, "a high surrogate needs a low one after it");
		p->at += 2;
		if (!parse_hex4(p, &low))
			return false;
		if (low < 0xDC00 || low > 0xDFFF)
			return syntax(p, "a high surrogate needs a low one after it");
		code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
	}
	if (code == 0)
		return syntax(p, "a string cannot hold \\u0000");
	length = p->host->unicode(p->host->context, code, *to);
	if (length <= 0)
		return syntax(p, "the database's encoding has no such character");
	*to += length;
	return true;
}

/* The opening quote is at p->at. A string never grows by decoding, but for \u: six bytes give at most 16. */
static bool
parse_string(Parser *p, const char **text, uint32_t *length)
{
	const char *scan;
	size_t		room = 1;
	char	   *out;
	char	   *to;

	p->at++;
	for (scan = p->at; scan < p->end && *scan != '"'; scan++, room++)
	{
		if (*scan == '\\')
		{
			room += 17;
			scan++;
		}
	}
	if (scan >= p->end)
		return syntax(p, "a string does not end");
	out = to = scoring_alloc(p->host, room);
	while (*p->at != '"')
	{
		char		c = *p->at;

		if ((unsigned char) c < ' ')
			return syntax(p, "a control character must be escaped");
		p->at++;
		if (c != '\\')
		{
			*to++ = c;
			continue;
		}
		c = *p->at++;
		switch (c)
		{
			case '"':
			case '\\':
			case '/':
				*to++ = c;
				break;
			case 'b':
				*to++ = '\b';
				break;
			case 'f':
				*to++ = '\f';
				break;
			case 'n':
				*to++ = '\n';
				break;
			case 'r':
				*to++ = '\r';
				break;
			case 't':
				*to++ = '\t';
				break;
			case 'u':
				if (!parse_unicode(p, &to))
					return false;
				break;
			default:
				p->at -= 2;
				return syntax(p, "unknown escape");
		}
	}
	p->at++;
	*to = '\0';
	if ((size_t) (to - out) > UINT32_MAX)
		return syntax(p, "a string is too long");
	*text = out;
	*length = (uint32_t) (to - out);
	return true;
}

static const char *
digits(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

static bool
parse_number(Parser *p, Json *out)
{
	const char *at = p->at;
	const char *whole;
	const char *part;
	size_t		length;
	char	   *copy;

	if (at < p->end && *at == '-')
		at++;
	whole = at;
	at = digits(at, p->end);
	if (at == whole || (*whole == '0' && at - whole > 1))
		return syntax(p, "a value was expected");
	if (at < p->end && *at == '.')
	{
		part = ++at;
		at = digits(at, p->end);
		if (at == part)
			return syntax(p, "digits are missing after the decimal point");
	}
	if (at < p->end && (*at == 'e' || *at == 'E'))
	{
		at++;
		if (at < p->end && (*at == '+' || *at == '-'))
			at++;
		part = at;
		at = digits(at, p->end);
		if (at == part)
			return syntax(p, "digits are missing in the exponent");
	}
	length = (size_t) (at - p->at);
	if (length > 400)
		return syntax(p, "a number has more than 400 characters");
	copy = scoring_alloc(p->host, length + 1);
	memcpy(copy, p->at, length);
	copy[length] = '\0';
	/* The server keeps LC_NUMERIC at C; a strtod of glibc is correctly rounded. */
	out->number = strtod(copy, NULL);
	if (!(out->number >= -1.7976931348623157e308 && out->number <= 1.7976931348623157e308))
		return syntax(p, "a number is out of range");
	out->kind = JSON_NUMBER;
	out->text = copy;
	out->count = (uint32_t) length;
	p->at = at;
	return true;
}

static bool
parse_word(Parser *p, const char *word)
{
	size_t		length = strlen(word);

	if ((size_t) (p->end - p->at) < length || memcmp(p->at, word, length) != 0)
		return syntax(p, "a value was expected");
	p->at += length;
	return true;
}

static void
push(Parser *p, const Json *node, const char *name)
{
	if (p->used == p->capacity)
	{
		size_t		capacity = p->capacity * 2;
		Json	   *stack = scoring_alloc(p->host, capacity * sizeof(Json));
		const char **names = scoring_alloc(p->host, capacity * sizeof(char *));

		memcpy(stack, p->stack, p->used * sizeof(Json));
		memcpy(names, p->names, p->used * sizeof(char *));
		scoring_release(p->host, p->stack);
		scoring_release(p->host, p->names);
		p->stack = stack;
		p->names = names;
		p->capacity = capacity;
	}
	p->stack[p->used] = *node;
	p->names[p->used++] = name;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static bool
check_duplicates(Parser *p, const Json *object)
{
	const char **sorted;

	if (object->count < 2)
		return true;
	sorted = scoring_alloc(p->host, object->count * sizeof(char *));
	memcpy(sorted, object->names, object->count * sizeof(char *));
	qsort(sorted, object->count, sizeof(char *), compare_names);
	for (uint32_t i = 1; i < object->count; i++)
	{
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
		{
			scoring_fault(p->fault, SCORING_FAULT_SYNTAX,
						  "invalid JSON: an object has the member \"%.100s\" twice", sorted[i]);
			return scoring_fault_detail(p->fault, "The object ends at byte %zu.",
										(size_t) (p->at - p->start));
		}
	}
	scoring_release(p->host, sorted);
	return true;
}

static bool
parse_container(Parser *p, Json *out)
{
	bool		is_object = *p->at == '{';
	char		closing = is_object ? '}' : ']';
	size_t		base = p->used;

	if (++p->depth > JSON_MAX_DEPTH)
		return syntax(p, "it is nested too deeply");
	p->at++;
	skip_space(p);
	if (p->at < p->end && *p->at == closing)
		p->at++;
	else
	{
		for (;;)
		{
			Json		child;
			const char *name = NULL;
			uint32_t	length;

			skip_space(p);
			if (is_object)
			{
				if (p->at >= p->end || *p->at != '"')
					return syntax(p, "a member's name in quotes was expected");
				if (!parse_string(p, &name, &length))
					return false;
				skip_space(p);
				if (p->at >= p->end || *p->at != ':')
					return syntax(p, "a colon was expected");
				p->at++;
			}
			if (!parse_value(p, &child))
				return false;
			push(p, &child, name);
			skip_space(p);
			if (p->at < p->end && *p->at == ',')
			{
				p->at++;
				continue;
			}
			if (p->at < p->end && *p->at == closing)
			{
				p->at++;
				break;
			}
			return syntax(p, is_object ? "a comma or } was expected" : "a comma or ] was expected");
		}
	}
	p->depth--;
	memset(out, 0, sizeof(Json));
	out->kind = is_object ? JSON_OBJECT : JSON_ARRAY;
	out->count = (uint32_t) (p->used - base);
	if (out->count > 0)
	{
		out->items = scoring_alloc(p->host, out->count * sizeof(Json));
		memcpy(out->items, p->stack + base, out->count * sizeof(Json));
		if (is_object)
		{
			out->names = scoring_alloc(p->host, out->count * sizeof(char *));
			memcpy(out->names, p->names + base, out->count * sizeof(char *));
		}
	}
	p->used = base;
	return !is_object || check_duplicates(p, out);
}

static bool
parse_value(Parser *p, Json *out)
{
	memset(out, 0, sizeof(Json));
	skip_space(p);
	if (p->at >= p->end)
		return syntax(p, "it ends too early");
	if (++p->nodes > JSON_MAX_NODES)
		return scoring_fault(p->fault, SCORING_FAULT_LIMIT,
							 "JSON has more than %d values", JSON_MAX_NODES);
	if (p->nodes % 16384 == 0)
		scoring_check(p->host);
	switch (*p->at)
	{
		case '{':
		case '[':
			return parse_container(p, out);
		case '"':
			out->kind = JSON_STRING;
			return parse_string(p, &out->text, &out->count);
		case 't':
			out->kind = JSON_BOOLEAN;
			out->boolean = true;
			return parse_word(p, "true");
		case 'f':
			out->kind = JSON_BOOLEAN;
			return parse_word(p, "false");
		case 'n':
			out->kind = JSON_NULL;
			return parse_word(p, "null");
		default:
			return parse_number(p, out);
	}
}

bool
scoring_json_parse(const ScoringHost *host, const char *text, size_t length, Json **out,
				   ScoringFault *fault)
{
	Parser		p = {0};
	const char *zero = memchr(text, '\0', length);

	p.host = host;
	p.start = p.at = text;
	p.end = text + length;
	p.fault = fault;
	if (zero != NULL)
	{
		p.at = zero;
		return syntax(&p, "a NUL byte");
	}
	p.capacity = 64;
	p.stack = scoring_alloc(host, p.capacity * sizeof(Json));
	p.names = scoring_alloc(host, p.capacity * sizeof(char *));
	*out = scoring_alloc(host, sizeof(Json));
	if (!parse_value(&p, *out))
		return false;
	skip_space(&p);
	if (p.at != p.end)
		return syntax(&p, "there is text after the end");
	scoring_release(host, p.stack);
	scoring_release(host, p.names);
	return true;
}

/* ---------- walking ---------- */

/* Writes "$.a[1].b"; what does not fit is cut at the end, and the last place is still named by the message. */
static size_t
write_path(const JsonAt *at, char *out, size_t size)
{
	size_t		used = 0;
	int			n;

	if (at->up == NULL)
		n = snprintf(out, size, "$");
	else
	{
		used = write_path(at->up, out, size);
		if (used >= size)
			return used;
		if (at->name != NULL)
			n = snprintf(out + used, size - used, ".%s", at->name);
		else
			n = snprintf(out + used, size - used, "[%u]", at->index);
	}
	return n < 0 ? size : used + (size_t) n;
}

bool
scoring_json_fault(const JsonAt *at, ScoringFault *fault, const char *format,...)
{
	char		path[sizeof(fault->path)];
	char		message[sizeof(fault->message)];
	va_list		arguments;

	va_start(arguments, format);
	if (vsnprintf(message, sizeof(message), format, arguments) < 0)
		message[0] = '\0';
	va_end(arguments);
	(void) write_path(at, path, sizeof(path));
	return scoring_fault_at(fault, SCORING_FAULT_SYNTAX, path, "%s", message);
}

static const char *
kind_name(JsonKind kind)
{
	static const char *const names[] = {
		"null", "a boolean", "a number", "a string", "an array", "an object"
	};

	return names[kind];
}

bool
scoring_json_expect(const JsonAt *at, JsonKind kind, ScoringFault *fault)
{
	if (at->node->kind == kind)
		return true;
	return scoring_json_fault(at, fault, "%s was expected, not %s", kind_name(kind),
							  kind_name(at->node->kind));
}

bool
scoring_json_only(const JsonAt *at, const char *const *allowed, ScoringFault *fault)
{
	for (uint32_t i = 0; i < at->node->count; i++)
	{
		const char *const *word = allowed;

		while (*word != NULL && strcmp(*word, at->node->names[i]) != 0)
			word++;
		if (*word == NULL)
			return scoring_json_fault(at, fault, "unknown member \"%.100s\"",
									  at->node->names[i]);
	}
	return true;
}

bool
scoring_json_member(const JsonAt *at, const char *name, bool required, JsonAt *child,
					ScoringFault *fault)
{
	child->up = at;
	child->node = NULL;
	child->name = name;
	child->index = 0;
	if (at->node->kind != JSON_OBJECT)
		return scoring_json_expect(at, JSON_OBJECT, fault);
	for (uint32_t i = 0; i < at->node->count; i++)
	{
		if (strcmp(at->node->names[i], name) == 0)
		{
			child->node = &at->node->items[i];
			return true;
		}
	}
	if (required)
		return scoring_json_fault(at, fault, "the member \"%s\" is missing", name);
	return true;
}

JsonAt
scoring_json_item(const JsonAt *array, uint32_t index)
{
	JsonAt		item = {array, &array->node->items[index], NULL, index};

	return item;
}

bool
scoring_json_as_number(const JsonAt *at, double low, double high, double *out,
					   ScoringFault *fault)
{
	char		from[32];
	char		to[32];

	if (!scoring_json_expect(at, JSON_NUMBER, fault))
		return false;
	if (at->node->number >= low && at->node->number <= high)
	{
		*out = at->node->number == 0 ? 0 : at->node->number;
		return true;
	}
	(void) scoring_number_to_text(low, from);
	(void) scoring_number_to_text(high, to);
	return scoring_json_fault(at, fault, "%.60s is not between %s and %s", at->node->text, from, to);
}

bool
scoring_json_as_integer(const JsonAt *at, int64_t low, int64_t high, int64_t *out,
						ScoringFault *fault)
{
	const char *digit;
	uint64_t	value = 0;
	bool		negative;
	int64_t		result;

	if (!scoring_json_expect(at, JSON_NUMBER, fault))
		return false;
	digit = at->node->text;
	negative = *digit == '-';
	if (negative)
		digit++;
	for (; *digit >= '0' && *digit <= '9'; digit++)
	{
		uint64_t	d = (uint64_t) (*digit - '0');

		if (value > ((uint64_t) INT64_MAX + negative - d) / 10)
			break;
		value = value * 10 + d;
	}
	if (*digit != '\0')
		return scoring_json_fault(at, fault, "%.60s is not a whole number, or too large",
								  at->node->text);
	result = (int64_t) (negative ? -value : value);
	if (result < low || result > high)
		return scoring_json_fault(at, fault, "%.60s is not between %lld and %lld",
								  at->node->text, (long long) low, (long long) high);
	*out = result;
	return true;
}

bool
scoring_json_number(const JsonAt *at, const char *name, bool required, double low, double high,
					double *out, ScoringFault *fault)
{
	JsonAt		child;

	if (!scoring_json_member(at, name, required, &child, fault))
		return false;
	return child.node == NULL || scoring_json_as_number(&child, low, high, out, fault);
}

bool
scoring_json_integer(const JsonAt *at, const char *name, bool required, int64_t low, int64_t high,
					 int64_t *out, ScoringFault *fault)
{
	JsonAt		child;

	if (!scoring_json_member(at, name, required, &child, fault))
		return false;
	return child.node == NULL || scoring_json_as_integer(&child, low, high, out, fault);
}

bool
scoring_json_boolean(const JsonAt *at, const char *name, bool required, bool *out,
					 ScoringFault *fault)
{
	JsonAt		child;

	if (!scoring_json_member(at, name, required, &child, fault))
		return false;
	if (child.node == NULL)
		return true;
	if (!scoring_json_expect(&child, JSON_BOOLEAN, fault))
		return false;
	*out = child.node->boolean;
	return true;
}

bool
scoring_json_string(const JsonAt *at, const char *name, bool required, uint32_t max_length,
					const char **out, ScoringFault *fault)
{
	JsonAt		child;

	if (!scoring_json_member(at, name, required, &child, fault))
		return false;
	if (child.node == NULL)
		return true;
	if (!scoring_json_expect(&child, JSON_STRING, fault))
		return false;
	if (child.node->count > max_length)
		return scoring_json_fault(&child, fault, "a string of %u bytes, where %u are the most",
								  child.node->count, max_length);
	*out = child.node->text;
	return true;
}

bool
scoring_json_word(const JsonAt *at, const char *name, bool required, const char *const *words,
				  int *out, ScoringFault *fault)
{
	const char *text = NULL;
	JsonAt		child;
	char		list[200];
	size_t		used = 0;

	if (!scoring_json_string(at, name, required, 100, &text, fault))
		return false;
	if (text == NULL)
		return true;
	list[0] = '\0';
	for (int i = 0; words[i] != NULL; i++)
	{
		int			n;

		if (strcmp(words[i], text) == 0)
		{
			*out = i;
			return true;
		}
		n = snprintf(list + used, sizeof(list) - used, "%s%s", i > 0 ? ", " : "", words[i]);
		if (n < 0 || used + (size_t) n >= sizeof(list))
			break;
		used += (size_t) n;
	}
	if (!scoring_json_member(at, name, required, &child, fault))
		return false;
	return scoring_json_fault(&child, fault, "\"%s\" is not one of: %s", text, list);
}

/* ---------- writing ---------- */

void
scoring_json_write_string(ScoringBuffer *buffer, const char *text, size_t length)
{
	size_t		start = 0;

	scoring_write_bytes(buffer, "\"", 1);
	for (size_t i = 0; i < length; i++)
	{
		unsigned char c = (unsigned char) text[i];
		char		escape[8];

		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		scoring_write_bytes(buffer, text + start, i - start);
		start = i + 1;
		switch (c)
		{
			case '"':
				scoring_write_text(buffer, "\\\"");
				break;
			case '\\':
				scoring_write_text(buffer, "\\\\");
				break;
			case '\n':
				scoring_write_text(buffer, "\\n");
				break;
			case '\r':
				scoring_write_text(buffer, "\\r");
				break;
			case '\t':
				scoring_write_text(buffer, "\\t");
				break;
			case '\b':
				scoring_write_text(buffer, "\\b");
				break;
			case '\f':
				scoring_write_text(buffer, "\\f");
				break;
			default:
				(void) snprintf(escape, sizeof(escape), "\\u%04x", c);
				scoring_write_text(buffer, escape);
		}
	}
	scoring_write_bytes(buffer, text + start, length - start);
	scoring_write_bytes(buffer, "\"", 1);
}

void
scoring_json_write_number(ScoringBuffer *buffer, double value)
{
	char		text[40];
	int			length = scoring_number_to_text(value == 0 ? 0 : value, text);

	scoring_write_bytes(buffer, text, (size_t) length);
}

void
scoring_json_write_integer(ScoringBuffer *buffer, int64_t value)
{
	char		text[24];
	int			length = snprintf(text, sizeof(text), "%lld", (long long) value);

	scoring_write_bytes(buffer, text, (size_t) length);
}

void
scoring_json_write(ScoringBuffer *buffer, const Json *node)
{
	switch (node->kind)
	{
		case JSON_NULL:
			scoring_write_text(buffer, "null");
			break;
		case JSON_BOOLEAN:
			scoring_write_text(buffer, node->boolean ? "true" : "false");
			break;
		case JSON_NUMBER:
			scoring_json_write_number(buffer, node->number);
			break;
		case JSON_STRING:
			scoring_json_write_string(buffer, node->text, node->count);
			break;
		case JSON_ARRAY:
		case JSON_OBJECT:
			scoring_write_text(buffer, node->kind == JSON_OBJECT ? "{" : "[");
			for (uint32_t i = 0; i < node->count; i++)
			{
				if (i > 0)
					scoring_write_text(buffer, ",");
				if (node->kind == JSON_OBJECT)
				{
					scoring_json_write_string(buffer, node->names[i], strlen(node->names[i]));
					scoring_write_text(buffer, ":");
				}
				scoring_json_write(buffer, &node->items[i]);
			}
			scoring_write_text(buffer, node->kind == JSON_OBJECT ? "}" : "]");
			break;
	}
}
