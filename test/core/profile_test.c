/*
 * profile_test.c: columns of integers of every width and length come back as they were, and no other bytes stand for them.
 */
#include <stdio.h>

#include "../host.h"
#include "number_core.h"
#include "profile_core.h"

#define MOST 300

static int
fail(const char *what, unsigned width, size_t count)
{
	printf("# %s: width %u, %zu values\n", what, width, count);
	return 1;
}

int
main(void)
{
	uint64_t	values[MOST];
	uint64_t	back[MOST];

	for (unsigned width = 0; width <= 64; width++)
		for (size_t count = 0; count <= MOST; count += count < 20 ? 1 : 47)
		{
			ScoringBuffer buffer;
			ScoringReader reader;
			uint64_t	any = 0;
			size_t		needed;

			for (size_t i = 0; i < count; i++)
			{
				values[i] = width == 0 ? 0 : scoring_hash_u64(i * 67 + width, count) >> (64 - width);
				any |= values[i];
			}
			if (count > 0 && width > 0)
				values[count / 2] |= any = UINT64_C(1) << (width - 1);
			needed = count == 0 ? 1 : 1 + (count * width + 7) / 8;
			scoring_buffer_init(&buffer, &host, 1 << 20);
			profile_write_column(&buffer, values, count);
			if (buffer.bad || buffer.length != needed)
				return fail("length", width, count);
			memset(back, 0xff, sizeof(back));
			scoring_reader_init(&reader, buffer.data, buffer.length);
			if (!profile_read_column(&reader, back, count) || scoring_reader_left(&reader) != 0)
				return fail("refused", width, count);
			if (memcmp(values, back, count * sizeof(uint64_t)) != 0)
				return fail("values", width, count);
			/* Cut short, padded with ones, or wider than needed. */
			if (needed > 1)
			{
				scoring_reader_init(&reader, buffer.data, buffer.length - 1);
				if (profile_read_column(&reader, back, count))
					return fail("cut short", width, count);
				if (count * width % 8 != 0)
				{
					buffer.data[buffer.length - 1] |= (char) 0x80;
					scoring_reader_init(&reader, buffer.data, buffer.length);
					if (profile_read_column(&reader, back, count))
						return fail("padding", width, count);
				}
			}
			if (count > 0 && width < 64)
			{
				char		wide[1 + MOST * 8] = {(char) (width + 1)};

				scoring_reader_init(&reader, wide, sizeof(wide));
				if (profile_read_column(&reader, back, count))
					return fail("too wide", width, count);
			}
			drop_memory();
		}
	for (int64_t i = -1000; i < 1000; i++)
		if (profile_unzigzag(profile_zigzag(i)) != i || profile_unzigzag(profile_zigzag(INT64_MAX - i * (i > 0))) != INT64_MAX - i * (i > 0))
			return fail("zigzag", 0, 0);
	return 0;
}
