/*
 * profile_core.h: what the values of behaviour (activity, balance_history, account_history, credit_file) have in common.
 *
 * A profile is a pure function of a set of rows. Its packed form, which is what is stored, sent and printed, is
 *     version (1), form (0), number of parameter bytes, the parameters, then what the type says
 * and is canonical: equal contents have equal bytes. Parameters (the bucket, the time zone) are what two profiles must
 * share to be merged. While an aggregate runs, its state only gathers parts: packed profiles, and rows in whatever form
 * the type writes them; now and then, and at the end, all parts are merged into one packed profile. So a row costs an
 * append, and the result cannot depend on the order in which rows came, or on how they were split.
 */
#ifndef SCORING_PROFILE_CORE_H
#define SCORING_PROFILE_CORE_H

#include "core.h"
#include "json.h"
#include "wire.h"

#define PROFILE_VERSION 1
#define PROFILE_PACKED 0
#define PROFILE_GATHERING 1
#define PROFILE_MAX_PARAMETERS 80
#define PROFILE_MAX_BYTES (16 * 1024 * 1024)	/* of a packed profile */
#define PROFILE_MAX_JSON (256 * 1024 * 1024)

typedef struct ProfilePart
{
	bool		packed;			/* a packed profile; otherwise rows as the type's transition function wrote them */
	const uint8_t *bytes;
	size_t		length;
} ProfilePart;

/* Texts from one encoding to another; returns the same pointer and length if nothing changes. */
typedef const char *(*ProfileConvert) (const char *text, size_t length, size_t *out_length);

/*
 * A type. All functions take whole packed profiles, head included, and write whole ones to `out`; all bound what they
 * allocate by the length of what they read, and return false with a fault on bytes that are not a canonical profile
 * (22P03, which the glue turns into XX001 for stored values).
 */
typedef struct ProfileType
{
	const char *name;			/* of the SQL type, with an article in front where a message needs it: "an activity" */
	/* Merges the parts, at least one, all with these parameters, whose order must not matter. */
	bool		(*merge) (const ScoringHost *host, const uint8_t *parameters, size_t nparameters,
						  const ProfilePart *parts, size_t nparts, ScoringBuffer *out, ScoringFault *fault);
	/* Checks and writes again, its texts converted. */
	bool		(*recode) (const ScoringHost *host, const uint8_t *packed, size_t length, ProfileConvert convert,
						   ScoringBuffer *out, ScoringFault *fault);
	/* The text form, canonical JSON, and back. */
	bool		(*write) (const ScoringHost *host, const uint8_t *packed, size_t length, ScoringBuffer *json, ScoringFault *fault);
	bool		(*read) (const ScoringHost *host, const JsonAt *root, ScoringBuffer *out, ScoringFault *fault);
	/* Says how two sets of parameters differ: a fault 22023 whose detail shows both. */
	void		(*mismatch) (const uint8_t *a, size_t na, const uint8_t *b, size_t nb, ScoringFault *fault);
} ProfileType;

/* Writes the head of a packed profile; reads it, leaving the reader behind it. */
extern void profile_write_head(ScoringBuffer *out, const uint8_t *parameters, size_t nparameters);
extern bool profile_read_head(ScoringReader *reader, const uint8_t **parameters, size_t *nparameters, ScoringFault *fault);

/*
 * Columns of integers, each as wide in bits as its greatest needs: one byte of width (0 to 64), then the bits, the least
 * significant first, padded to whole bytes with zeros. The reader refuses a width greater than needed, padding that is
 * not zero and columns that are cut short. With width 0 any number of values takes one byte, so bound `count` first.
 */
extern void profile_write_column(ScoringBuffer *out, const uint64_t *values, size_t count);
extern bool profile_read_column(ScoringReader *reader, uint64_t *values, size_t count);
/* The same of 64-bit members of structs that lie `stride` bytes apart. */
extern void profile_write_members(ScoringBuffer *out, const void *first, size_t stride, size_t count);
extern bool profile_read_members(ScoringReader *reader, void *first, size_t stride, size_t count);
/* Signed numbers as unsigned ones, small for small: 0, -1, 1, -2, ... */
static inline uint64_t
profile_zigzag(int64_t value)
{
	return ((uint64_t) value << 1) ^ (uint64_t) (value >> 63);
}

static inline int64_t
profile_unzigzag(uint64_t value)
{
	return (int64_t) (value >> 1) ^ -(int64_t) (value & 1);
}

#endif
