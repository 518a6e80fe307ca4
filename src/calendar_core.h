/*
 * calendar_core.h: days, weeks and months of the Gregorian calendar, without time zones.
 *
 * A day is a count from 2000-01-01, as in PostgreSQL's date; a week begins on Monday and is counted from 2000-01-03; a
 * month is counted from January 2000. The supported days are those of the years 1900 to 2199.
 */
#ifndef SCORING_CALENDAR_CORE_H
#define SCORING_CALENDAR_CORE_H

#include "core.h"

#define CALENDAR_FIRST_DAY (-36524) /* 1900-01-01 */
#define CALENDAR_LAST_DAY 73048 /* 2199-12-31 */
#define CALENDAR_IS_DAY(day) ((day) >= CALENDAR_FIRST_DAY && (day) <= CALENDAR_LAST_DAY)

extern int32_t calendar_day(int year, int month, int day);
extern void calendar_date(int32_t day, int *year, int *month, int *day_of_month);

extern int32_t calendar_week(int32_t day);
extern int32_t calendar_week_start(int32_t week);
extern int32_t calendar_month(int32_t day);
extern int32_t calendar_month_start(int32_t month);

/* "YYYY-MM-DD", 11 bytes with the terminating zero. */
extern void calendar_to_text(int32_t day, char *out);
/* Exactly that spelling of a supported day; false otherwise. */
extern bool calendar_from_text(const char *text, int32_t *day);

#endif
