/*
 * wire.c: the bounded reader and writer of bytes.
 */
#include <stdio.h>

#include "wire.h"

void
scoring_reader_init(ScoringReader *reader, const void *bytes, size_t length)
{
	reader->at = bytes;
	reader->end = reader->at + length;
	reader->bad = false;
}

size_t
scoring_reader_left(const ScoringReader *reader)
{
	return reader->bad ? 0 : (size_t) (reader->end - reader->at);
}

const uint8_t *
scoring_read_bytes(ScoringReader *reader, size_t length)
{
	const uint8_t *bytes = reader->at;

	if (reader->bad || length > (size_t) (reader->end - reader->at))
	{
		reader->bad = true;
		return NULL;
	}
	reader->at += length;
	return bytes;
}

static uint64_t
read_big_endian(ScoringReader *reader, size_t length)
{
	const uint8_t *bytes = scoring_read_bytes(reader, length);
	uint64_t	value = 0;

	if (bytes == NULL)
		return 0;
	for (size_t i = 0; i < length; i++)
		value = value << 8 | bytes[i];
	return value;
}

uint8_t
scoring_read_u8(ScoringReader *reader)
{
	return (uint8_t) read_big_endian(reader, 1);
}

uint16_t
scoring_read_u16(ScoringReader *reader)
{
	return (uint16_t) read_big_endian(reader, 2);
}

uint32_t
scoring_read_u32(ScoringReader *reader)
{
	return (uint32_t) read_big_endian(reader, 4);
}

uint64_t
scoring_read_u64(ScoringReader *reader)
{
	return read_big_endian(reader, 8);
}

double
scoring_read_f64(ScoringReader *reader)
{
	uint64_t	bits = read_big_endian(reader, 8);
	double		value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

uint64_t
scoring_read_varint(ScoringReader *reader)
{
	uint64_t	value = 0;

	for (int shift = 0; shift < 70; shift += 7)
	{
		uint8_t		byte = scoring_read_u8(reader);

		/* The tenth byte has room for one bit; a last byte of 0 is not the shortest form. */
		if (reader->bad || (shift == 63 && byte > 1) || (shift > 0 && byte == 0))
			break;
		value |= (uint64_t) (byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return value;
	}
	reader->bad = true;
	return 0;
}

bool
scoring_reader_done(const ScoringReader *reader, const char *what, ScoringFault *fault)
{
	if (reader->bad)
		return scoring_fault(fault, SCORING_FAULT_BINARY,
							 "invalid binary value for type %s: it ends too early", what);
	if (reader->at != reader->end)
		return scoring_fault(fault, SCORING_FAULT_BINARY,
							 "invalid binary value for type %s: %zu bytes left over", what,
							 (size_t) (reader->end - reader->at));
	return true;
}

void
scoring_buffer_init(ScoringBuffer *buffer, const ScoringHost *host, size_t limit)
{
	buffer->host = host;
	buffer->length = 0;
	buffer->capacity = 256;
	buffer->limit = limit;
	buffer->bad = false;
	buffer->data = scoring_alloc(host, buffer->capacity);
	buffer->data[0] = '\0';
}

bool
scoring_buffer_done(const ScoringBuffer *buffer, const char *what, ScoringFault *fault)
{
	if (buffer->bad)
		return scoring_fault(fault, SCORING_FAULT_LIMIT, "%s would be larger than %zu bytes",
							 what, buffer->limit);
	return true;
}

/* Makes room for `length` more bytes and the terminating zero. */
static bool
reserve(ScoringBuffer *buffer, size_t length)
{
	size_t		capacity = buffer->capacity;
	char	   *data;

	if (buffer->bad || length > buffer->limit || buffer->length > buffer->limit - length)
	{
		buffer->bad = true;
		return false;
	}
	if (buffer->length + length < capacity)
		return true;
	while (buffer->length + length >= capacity)
		capacity *= 2;
	data = scoring_alloc(buffer->host, capacity);
	memcpy(data, buffer->data, buffer->length + 1);
	scoring_release(buffer->host, buffer->data);
	buffer->data = data;
	buffer->capacity = capacity;
	return true;
}

uint8_t *
scoring_write_room(ScoringBuffer *buffer, size_t length)
{
	return reserve(buffer, length) ? (uint8_t *) buffer->data + buffer->length : NULL;
}

void
scoring_write_bytes(ScoringBuffer *buffer, const void *bytes, size_t length)
{
	if (length == 0 || !reserve(buffer, length))
		return;
	memcpy(buffer->data + buffer->length, bytes, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

static void
write_big_endian(ScoringBuffer *buffer, uint64_t value, int length)
{
	uint8_t		bytes[8];

	for (int i = length - 1; i >= 0; i--, value >>= 8)
		bytes[i] = (uint8_t) value;
	scoring_write_bytes(buffer, bytes, (size_t) length);
}

void
scoring_write_u8(ScoringBuffer *buffer, uint8_t value)
{
	scoring_write_bytes(buffer, &value, 1);
}

void
scoring_write_u16(ScoringBuffer *buffer, uint16_t value)
{
	write_big_endian(buffer, value, 2);
}

void
scoring_write_u32(ScoringBuffer *buffer, uint32_t value)
{
	write_big_endian(buffer, value, 4);
}

void
scoring_write_u64(ScoringBuffer *buffer, uint64_t value)
{
	write_big_endian(buffer, value, 8);
}

void
scoring_write_f64(ScoringBuffer *buffer, double value)
{
	uint64_t	bits;

	memcpy(&bits, &value, sizeof(bits));
	write_big_endian(buffer, bits, 8);
}

void
scoring_write_varint(ScoringBuffer *buffer, uint64_t value)
{
	uint8_t		bytes[10];
	size_t		length = 0;

	do
	{
		bytes[length++] = (uint8_t) (value & 0x7f) | (value > 0x7f ? 0x80 : 0);
		value >>= 7;
	} while (value != 0);
	scoring_write_bytes(buffer, bytes, length);
}

void
scoring_write_text(ScoringBuffer *buffer, const char *text)
{
	scoring_write_bytes(buffer, text, strlen(text));
}

void
scoring_write_format(ScoringBuffer *buffer, const char *format,...)
{
	va_list		arguments;
	va_list		again;
	int			length;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	if (length < 0)
		buffer->bad = true;
	else if (length > 0 && reserve(buffer, (size_t) length))
	{
		(void) vsnprintf(buffer->data + buffer->length, (size_t) length + 1, format, again);
		buffer->length += (size_t) length;
	}
	va_end(again);
	va_end(arguments);
}
