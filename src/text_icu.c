/*
 * text_icu.c: numbers, dates and plural forms by ICU.
 *
 * The only file that includes ICU, and only through its C interface: that is stable across the versions that PostgreSQL
 * is built with. No pattern ever comes from a user. ICU objects are opened and closed around one call; between the two
 * nothing can ereport, so none is leaked.
 */
#include "postgres.h"

#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "text_icu.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define MAX_TAG 63
#define MAX_TEXT 512			/* UTF-16 units of a formatted number or date: a double has up to 309 digits, and separators */
#define MILLISECONDS_OF_DAY 86400000.0

typedef struct Locale
{
	char		tag[MAX_TAG + 1];	/* as given, with hyphens */
	char		name[ULOC_FULLNAME_CAPACITY];	/* as ICU calls it */
} Locale;

static void
no_locale(const char *text)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a locale", pnstrdup(text, pg_mbcliplen(text, (int) strlen(text), MAX_TAG))),
			 errhint("Give a language tag, such as en, de-AT or zh-Hans.")));
}

/* The language has to be two or three letters, so that "root" and nonsense are refused; the rest is up to ICU. */
static void
get_locale(const char *text, Locale *locale)
{
	Size		length = strlen(text);
	UErrorCode	status = U_ZERO_ERROR;
	int32_t		parsed = 0;
	Size		letters;

	if (length == 0 || length > MAX_TAG || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != length)
		no_locale(text);
	for (Size i = 0; i <= length; i++)
		locale->tag[i] = text[i] == '_' ? '-' : text[i];
	letters = strcspn(locale->tag, "-");
	(void) uloc_forLanguageTag(locale->tag, locale->name, sizeof(locale->name), &parsed, &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || parsed != (int32_t) length || letters < 2 || letters > 3)
		no_locale(text);
}

static void
icu_failed(const char *what, const char *tag, UErrorCode status)
{
	ereport(ERROR,
			(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
			 errmsg("could not format a %s for locale \"%s\": %s", what, tag, u_errorName(status))));
}

/* From UTF-16 to the database's encoding. */
static char *
to_server(const UChar *text, int32_t length, const char *what, const char *tag)
{
	char		utf8[3 * MAX_TEXT + 1];
	int32_t		bytes = 0;
	UErrorCode	status = U_ZERO_ERROR;
	char	   *result;

	u_strToUTF8(utf8, sizeof(utf8), &bytes, text, length, &status);
	if (U_FAILURE(status) || bytes >= (int32_t) sizeof(utf8))
		icu_failed(what, tag, status);
	utf8[bytes] = '\0';
	result = pg_any_to_server(utf8, bytes, PG_UTF8);
	return result == utf8 ? pstrdup(utf8) : result;
}

char *
scoring_icu_number(double value, const char *text)
{
	Locale		locale;
	UErrorCode	status = U_ZERO_ERROR;
	UNumberFormat *format;
	UChar		out[MAX_TEXT];
	int32_t		length = 0;

	get_locale(text, &locale);
	format = unum_open(UNUM_DECIMAL, NULL, 0, locale.name, NULL, &status);
	if (U_SUCCESS(status))
		length = unum_formatDouble(format, value, out, MAX_TEXT, NULL, &status);
	if (format != NULL)
		unum_close(format);
	if (U_FAILURE(status))
		icu_failed("number", locale.tag, status);
	return to_server(out, length, "number", locale.tag);
}

char *
scoring_icu_date(DateADT day, const char *text)
{
	static const UChar utc[] = {'U', 'T', 'C', 0};
	Locale		locale;
	UErrorCode	status = U_ZERO_ERROR;
	UDateFormat *format;
	UChar		out[MAX_TEXT];
	int32_t		length = 0;

	get_locale(text, &locale);
	if (DATE_NOT_FINITE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an infinite date cannot be written out")));
	format = udat_open(UDAT_NONE, UDAT_LONG, locale.name, utc, -1, NULL, 0, &status);
	if (U_SUCCESS(status))
		length = udat_format(format, ((double) day + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE)) * MILLISECONDS_OF_DAY,
							 out, MAX_TEXT, NULL, &status);
	if (format != NULL)
		udat_close(format);
	if (U_FAILURE(status))
		icu_failed("date", locale.tag, status);
	return to_server(out, length, "date", locale.tag);
}

char *
scoring_icu_plural(double count, const char *text)
{
	Locale		locale;
	UErrorCode	status = U_ZERO_ERROR;
	UPluralRules *rules;
	UChar		out[MAX_TEXT];
	int32_t		length = 0;

	get_locale(text, &locale);
	rules = uplrules_open(locale.name, &status);
	if (U_SUCCESS(status))
		length = uplrules_select(rules, count, out, MAX_TEXT, &status);
	if (rules != NULL)
		uplrules_close(rules);
	if (U_FAILURE(status))
		icu_failed("plural", locale.tag, status);
	return to_server(out, length, "plural", locale.tag);
}

static void
add_language(char **languages, int *count, const char *language)
{
	for (int i = 0; i < *count; i++)
	{
		if (strcmp(languages[i], language) == 0)
			return;
	}
	languages[(*count)++] = pstrdup(language);
}

int
scoring_icu_languages(const char *text, char **languages)
{
	Locale		locale;
	UErrorCode	status = U_ZERO_ERROR;
	char		likely[ULOC_FULLNAME_CAPACITY];
	char		canonical[MAX_TAG + 1];
	char		language[ULOC_LANG_CAPACITY];
	char		script[ULOC_SCRIPT_CAPACITY];
	int			count = 0;

	get_locale(text, &locale);
	(void) uloc_toLanguageTag(locale.name, canonical, sizeof(canonical), false, &status);
	(void) uloc_addLikelySubtags(locale.name, likely, sizeof(likely), &status);
	(void) uloc_getLanguage(likely, language, sizeof(language), &status);
	(void) uloc_getScript(likely, script, sizeof(script), &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
		no_locale(text);
	add_language(languages, &count, canonical);
	if (script[0] != '\0')
		add_language(languages, &count, psprintf("%s-%s", language, script));
	/* A script that is not the language's usual one is not read by those who read that one: zh-TW is not zh-Hans. */
	status = U_ZERO_ERROR;
	if (script[0] != '\0')
	{
		char		usual[ULOC_FULLNAME_CAPACITY];
		char		usual_script[ULOC_SCRIPT_CAPACITY];

		(void) uloc_addLikelySubtags(language, usual, sizeof(usual), &status);
		(void) uloc_getScript(usual, usual_script, sizeof(usual_script), &status);
		if (U_FAILURE(status) || strcmp(usual_script, script) != 0)
			return count;
	}
	add_language(languages, &count, language);
	return count;
}

/* ---------- SQL ---------- */

PG_FUNCTION_INFO_V1(scoring_icu_format_number);
Datum
scoring_icu_format_number(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(scoring_icu_number(PG_GETARG_FLOAT8(0), text_to_cstring(PG_GETARG_TEXT_PP(1)))));
}

PG_FUNCTION_INFO_V1(scoring_icu_format_date);
Datum
scoring_icu_format_date(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(scoring_icu_date(PG_GETARG_DATEADT(0), text_to_cstring(PG_GETARG_TEXT_PP(1)))));
}

PG_FUNCTION_INFO_V1(scoring_icu_plural_form);
Datum
scoring_icu_plural_form(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(scoring_icu_plural(PG_GETARG_FLOAT8(0), text_to_cstring(PG_GETARG_TEXT_PP(1)))));
}

PG_FUNCTION_INFO_V1(scoring_icu_language_list);
Datum
scoring_icu_language_list(PG_FUNCTION_ARGS)
{
	char	   *languages[SCORING_ICU_LANGUAGES];
	Datum		texts[SCORING_ICU_LANGUAGES];
	int			count = scoring_icu_languages(text_to_cstring(PG_GETARG_TEXT_PP(0)), languages);

	for (int i = 0; i < count; i++)
		texts[i] = CStringGetTextDatum(languages[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(texts, count, TEXTOID, -1, false, TYPALIGN_INT));
}
