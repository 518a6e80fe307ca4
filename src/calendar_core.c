/*
 * calendar_core.c: days, weeks and months of the Gregorian calendar.
 */
#include "calendar_core.h"

/* Of year y of a century that begins in March, with the leap day at its end; the usual trick. */
int32_t
calendar_day(int year, int month, int day)
{
	int			y = month > 2 ? year : year - 1;
	int			m = month > 2 ? month - 3 : month + 9;

	/* 2000-03-01 is day 60. */
	y -= 2000;
	return 365 * y + (y >= 0 ? y / 4 - y / 100 + y / 400 : -((3 - y) / 4 - (99 - y) / 100 + (399 - y) / 400)) +
		(153 * m + 2) / 5 + day - 1 + 60;
}

void
calendar_date(int32_t day, int *year, int *month, int *day_of_month)
{
	/* Days since 1600-03-01, in a 400-year era. */
	uint32_t	n = (uint32_t) (day - 60 + 146097);
	uint32_t	era = n / 146097;
	uint32_t	of_era = n % 146097;
	uint32_t	year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint32_t	of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	uint32_t	m = (5 * of_year + 2) / 153;

	*day_of_month = (int) (of_year - (153 * m + 2) / 5 + 1);
	*month = (int) (m < 10 ? m + 3 : m - 9);
	*year = (int) (1600 + 400 * era + year_of_era + (*month <= 2));
}

static int32_t
divide_down(int32_t a, int32_t b)
{
	return a >= 0 ? a / b : -((b - 1 - a) / b);
}

int32_t
calendar_week(int32_t day)
{
	return divide_down(day - 2, 7);
}

int32_t
calendar_week_start(int32_t week)
{
	return week * 7 + 2;
}

static int32_t
month_start(int32_t month)
{
	int32_t		year = divide_down(month, 12);

	return calendar_day(2000 + year, month - year * 12 + 1, 1);
}

#define FIRST_MONTH (-1200)
#define LAST_MONTH 2400			/* January 2200, behind the last */

/* The starts of all months, worked out once: every event and every bucket asks for one. */
static const int32_t *
month_starts(void)
{
	static int32_t starts[LAST_MONTH - FIRST_MONTH + 1];
	static bool ready = false;

	if (!ready)
	{
		for (int32_t month = FIRST_MONTH; month <= LAST_MONTH; month++)
			starts[month - FIRST_MONTH] = month_start(month);
		ready = true;
	}
	return starts;
}

int32_t
calendar_month(int32_t day)
{
	const int32_t *starts = month_starts();
	int32_t		month;

	if (!CALENDAR_IS_DAY(day))
	{
		int			year;
		int			of_year;
		int			day_of_month;

		calendar_date(day, &year, &of_year, &day_of_month);
		return (year - 2000) * 12 + of_year - 1;
	}
	/* A guess by the mean length, at most one off. */
	month = (int32_t) ((int64_t) (day - CALENDAR_FIRST_DAY) * 4800 / 146097);
	while (starts[month] > day)
		month--;
	while (starts[month + 1] <= day)
		month++;
	return month + FIRST_MONTH;
}

int32_t
calendar_month_start(int32_t month)
{
	return month >= FIRST_MONTH && month <= LAST_MONTH ? month_starts()[month - FIRST_MONTH] : month_start(month);
}

void
calendar_to_text(int32_t day, char *out)
{
	int			year;
	int			month;
	int			day_of_month;
	static const char digits[] = "0123456789";

	calendar_date(day, &year, &month, &day_of_month);
	out[0] = digits[year / 1000 % 10];
	out[1] = digits[year / 100 % 10];
	out[2] = digits[year / 10 % 10];
	out[3] = digits[year % 10];
	out[4] = '-';
	out[5] = digits[month / 10];
	out[6] = digits[month % 10];
	out[7] = '-';
	out[8] = digits[day_of_month / 10];
	out[9] = digits[day_of_month % 10];
	out[10] = '\0';
}

bool
calendar_from_text(const char *text, int32_t *day)
{
	int			part[3] = {0, 0, 0};
	int			at = 0;
	char		again[11];

	for (int i = 0; i < 10; i++)
	{
		if (i == 4 || i == 7)
		{
			if (text[i] != '-')
				return false;
			at++;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return false;
		part[at] = part[at] * 10 + (text[i] - '0');
	}
	if (text[10] != '\0' || part[0] < 1900 || part[0] > 2199 || part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > 31)
		return false;
	/* The 31st of a short month comes out as another day. */
	*day = calendar_day(part[0], part[1], part[2]);
	calendar_to_text(*day, again);
	return memcmp(again, text, sizeof(again)) == 0;
}
