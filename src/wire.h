/*
 * wire.h: the bounded reader and writer of bytes, shared by recv, send, text output and every import.
 *
 * Binary integers are big-endian. A reader never runs past its end: after the first short read it is `bad`, every later
 * read gives 0, and one scoring_reader_done() at the end reports it. A buffer grows by doubling up to `limit` bytes and
 * then is `bad` in the same way.
 */
#ifndef SCORING_WIRE_H
#define SCORING_WIRE_H

#include "core.h"

typedef struct ScoringReader
{
	const uint8_t *at;
	const uint8_t *end;
	bool		bad;
} ScoringReader;

extern void scoring_reader_init(ScoringReader *reader, const void *bytes, size_t length);
extern size_t scoring_reader_left(const ScoringReader *reader);
extern uint8_t scoring_read_u8(ScoringReader *reader);
extern uint16_t scoring_read_u16(ScoringReader *reader);
extern uint32_t scoring_read_u32(ScoringReader *reader);
extern uint64_t scoring_read_u64(ScoringReader *reader);
extern double scoring_read_f64(ScoringReader *reader);
/* LEB128, at most 10 bytes, shortest form only. */
extern uint64_t scoring_read_varint(ScoringReader *reader);
/* A pointer into the input, or NULL. */
extern const uint8_t *scoring_read_bytes(ScoringReader *reader, size_t length);
/* True if every read was good and nothing is left over; otherwise sets fault (22P03). */
extern bool scoring_reader_done(const ScoringReader *reader, const char *what, ScoringFault *fault);

typedef struct ScoringBuffer
{
	const ScoringHost *host;
	char	   *data;			/* always room for a terminating zero, which text writers keep */
	size_t		length;
	size_t		capacity;
	size_t		limit;
	bool		bad;
} ScoringBuffer;

extern void scoring_buffer_init(ScoringBuffer *buffer, const ScoringHost *host, size_t limit);
/* True unless the limit was passed (54000). */
extern bool scoring_buffer_done(const ScoringBuffer *buffer, const char *what, ScoringFault *fault);
/*
 * Room for that many bytes at the end, to be written in place and then claimed by adding to `length`; NULL if the buffer
 * is bad. What lies behind is no longer terminated, so that no text can go on from there.
 */
extern uint8_t *scoring_write_room(ScoringBuffer *buffer, size_t length);
extern void scoring_write_bytes(ScoringBuffer *buffer, const void *bytes, size_t length);
extern void scoring_write_u8(ScoringBuffer *buffer, uint8_t value);
extern void scoring_write_u16(ScoringBuffer *buffer, uint16_t value);
extern void scoring_write_u32(ScoringBuffer *buffer, uint32_t value);
extern void scoring_write_u64(ScoringBuffer *buffer, uint64_t value);
extern void scoring_write_f64(ScoringBuffer *buffer, double value);
extern void scoring_write_varint(ScoringBuffer *buffer, uint64_t value);
extern void scoring_write_text(ScoringBuffer *buffer, const char *text);	/* a C string, as it is */
extern void scoring_write_format(ScoringBuffer *buffer, const char *format,...) SCORING_PRINTF(2, 3);

#endif
