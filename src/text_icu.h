/*
 * text_icu.h: numbers, dates and plural forms as people of a locale write them. The only file that includes ICU is
 * text_icu.c; texts here are in the encoding of the database.
 */
#ifndef SCORING_TEXT_ICU_H
#define SCORING_TEXT_ICU_H

#include "postgres.h"

#include "utils/date.h"

/*
 * A locale is a language tag such as "en", "de-AT" or "zh-Hans-CN"; an underscore will do for a hyphen. Ereports 22023 if
 * it is none, 22P05 if the database's encoding lacks a character of the result.
 */
extern char *scoring_icu_number(double value, const char *locale);
extern char *scoring_icu_date(DateADT day, const char *locale);
/* The CLDR plural category of a count: zero, one, two, few, many or other. */
extern char *scoring_icu_plural(double count, const char *locale);

#define SCORING_ICU_LANGUAGES 4

/*
 * The languages whose texts a reader of a locale can be given, the nearest first: the tag, language and script (which may
 * follow from the region: zh-CN is written in Hans), the language. Returns their number.
 */
extern int	scoring_icu_languages(const char *locale, char **languages);

#endif
