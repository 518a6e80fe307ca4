/*
 * core.h: what every *_core file sees.
 *
 * A core holds an algorithm and nothing of PostgreSQL: no fmgr, no Datum, no ereport. It takes memory, interrupts and
 * the database's encoding from a ScoringHost and returns a ScoringFault. In the server, `alloc` and `check` may leave
 * by longjmp, so a core never holds a resource that memory contexts do not clean up.
 */
#ifndef SCORING_CORE_H
#define SCORING_CORE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ScoringHost
{
	/* Never returns NULL. Not zeroed. */
	void	   *(*alloc) (void *context, size_t size);
	void		(*release) (void *context, void *pointer);
	/* Called about once a millisecond from long loops; may not return. */
	void		(*check) (void *context);
	/* Writes a code point in the encoding of the surrounding text; returns its length, at most 16, or 0 if it has none. */
	int			(*unicode) (void *context, uint32_t code_point, char *out);
	/* A text in UTF-8, for hashes that must not depend on the encoding; the same pointer if it is already. */
	const char *(*utf8) (void *context, const char *text, size_t length, size_t *out_length);
	void	   *context;
} ScoringHost;

/*
 * Why a core refused. `sqlstate` is a five-character constant; `path` names the place in the input ("" when there is
 * none), the texts follow PostgreSQL's message style. Texts may be cut inside a character: the glue clips them.
 */
typedef struct ScoringFault
{
	const char *sqlstate;
	char		path[160];
	char		message[320];
	char		detail[320];
	char		hint[320];
} ScoringFault;

#define SCORING_FAULT_SYNTAX "22P02"	/* malformed text */
#define SCORING_FAULT_BINARY "22P03"	/* malformed binary */
#define SCORING_FAULT_ARGUMENT "22023"	/* bad argument */
#define SCORING_FAULT_RANGE "22003" /* number out of range */
#define SCORING_FAULT_LIMIT "54000" /* too large, too many */
#define SCORING_FAULT_STATE "55000" /* not in a state that allows this */
#define SCORING_FAULT_CORRUPT "XX001"	/* a stored value fails its check */

#if defined(__GNUC__)
#define SCORING_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define SCORING_PRINTF(a, b)
#endif

/* Each returns false, so that a core can `return scoring_fault(...)`. */
extern bool scoring_fault(ScoringFault *fault, const char *sqlstate, const char *format,...) SCORING_PRINTF(3, 4);
extern bool scoring_fault_at(ScoringFault *fault, const char *sqlstate, const char *path, const char *format,...) SCORING_PRINTF(4, 5);
extern bool scoring_fault_detail(ScoringFault *fault, const char *format,...) SCORING_PRINTF(2, 3);
extern bool scoring_fault_hint(ScoringFault *fault, const char *format,...) SCORING_PRINTF(2, 3);

static inline void *
scoring_alloc(const ScoringHost *host, size_t size)
{
	return host->alloc(host->context, size);
}

static inline void *
scoring_alloc0(const ScoringHost *host, size_t size)
{
	return memset(host->alloc(host->context, size), 0, size);
}

static inline void
scoring_release(const ScoringHost *host, void *pointer)
{
	if (pointer != NULL)
		host->release(host->context, pointer);
}

static inline void
scoring_check(const ScoringHost *host)
{
	host->check(host->context);
}

/*
 * One value of a characteristic as the tally, the binning and the model see it, whatever its SQL type was. `text` is
 * not terminated and belongs to the caller. A NaN arrives as missing.
 */
typedef enum ScoringInputKind
{
	SCORING_INPUT_MISSING = 0,
	SCORING_INPUT_NUMBER = 1,
	SCORING_INPUT_TEXT = 2
} ScoringInputKind;

typedef struct ScoringInput
{
	ScoringInputKind kind;
	uint32_t	length;
	double		number;
	const char *text;
} ScoringInput;

/*
 * Weights and their sums are kept in millionths, as integers, so that sums do not depend on order. A row without a
 * weight counts SCORING_WEIGHT_UNIT.
 */
#define SCORING_WEIGHT_UNIT INT64_C(1000000)

#endif
