/*
 * calendar_test.c: every supported day, counted one by one from a day that is known.
 */
#include <stdio.h>

#include "../host.h"
#include "calendar_core.h"

static int	failures = 0;

#define CHECK(condition, ...) \
	do { \
		if (!(condition)) \
		{ \
			printf("# " __VA_ARGS__); \
			printf("\n"); \
			if (++failures > 20) \
				return 1; \
		} \
	} while (0)

static int
length_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

int
main(void)
{
	int32_t		expected = CALENDAR_FIRST_DAY;
	int32_t		month_index = -1200;
	int32_t		read;
	int			weekday = 0;	/* 1900-01-01 was a Monday */
	int32_t		week = calendar_week(CALENDAR_FIRST_DAY);
	char		text[11];
	char		mine[32];

	CHECK(calendar_day(2000, 1, 1) == 0, "2000-01-01 is not day 0");
	CHECK(calendar_week(2) == 0 && calendar_week(1) == -1 && calendar_week_start(0) == 2, "weeks do not start on Monday");
	for (int year = 1900; year <= 2199; year++)
		for (int month = 1; month <= 12; month++, month_index++)
		{
			CHECK(calendar_month_start(month_index) == expected, "start of %d-%d", year, month);
			for (int day = 1; day <= length_of(year, month); day++, expected++)
			{
				int			y;
				int			m;
				int			d;

				CHECK(calendar_day(year, month, day) == expected, "day of %d-%d-%d", year, month, day);
				calendar_date(expected, &y, &m, &d);
				CHECK(y == year && m == month && d == day, "date of %d: %d-%d-%d", (int) expected, y, m, d);
				CHECK(calendar_month(expected) == month_index, "month of %d", (int) expected);
				snprintf(mine, sizeof(mine), "%04d-%02d-%02d", year, month, day);
				calendar_to_text(expected, text);
				CHECK(strcmp(text, mine) == 0, "%s is written %s", mine, text);
				CHECK(calendar_from_text(text, &read) && read == expected, "%s is read as %d", text, (int) read);
				if (weekday == 7)
				{
					weekday = 0;
					week++;
				}
				CHECK(calendar_week(expected) == week && calendar_week_start(week) == expected - weekday, "week of %s", text);
				weekday++;
			}
		}
	CHECK(expected - 1 == CALENDAR_LAST_DAY, "the last day is %d", (int) expected - 1);
	for (int i = 0; i < 9; i++)
	{
		static const char *const wrong[] = {"2001-02-29", "1900-02-29", "2000-04-31", "2000-13-01", "2000-00-10", "2000-01-00", "1899-12-31", "2000-1-011", "2000-01-01x"};

		CHECK(!calendar_from_text(wrong[i], &read), "%s is read", wrong[i]);
	}
	drop_memory();
	(void) host;
	return failures > 0;
}
