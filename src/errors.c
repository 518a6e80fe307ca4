/*
 * errors.c: faults of the cores as PostgreSQL errors, and the host the cores run on.
 */
#include "postgres.h"

#include "compat.h"
#include "errors.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

static void *
host_alloc(void *context, size_t size)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, size > 0 ? size : 1);
}

static void
host_release(void *context, void *pointer)
{
	pfree(pointer);
}

static void
host_check(void *context)
{
	CHECK_FOR_INTERRUPTS();
}

static int
host_unicode(void *context, uint32_t code_point, char *out)
{
	unsigned char text[MAX_UNICODE_EQUIVALENT_STRING + 1];
	int			length;

	if (!scoring_unicode_to_server(code_point, text))
		return 0;
	length = (int) strlen((char *) text);
	memcpy(out, text, (size_t) length);
	return length;
}

static const char *
host_utf8(void *context, const char *text, size_t length, size_t *out_length)
{
	char	   *converted;

	/* A database of SQL_ASCII does not know what its bytes are: they stand for themselves, valid UTF-8 or not. */
	if (GetDatabaseEncoding() == PG_SQL_ASCII)
	{
		*out_length = length;
		return text;
	}
	converted = pg_server_to_any(text, (int) length, PG_UTF8);
	*out_length = converted == text ? length : strlen(converted);
	return converted;
}

const ScoringHost *
scoring_host(void)
{
	static const ScoringHost host = {host_alloc, host_release, host_check, host_unicode, host_utf8, NULL};

	return &host;
}

char *
scoring_clip(const char *text)
{
	int			length = (int) strlen(text);

	return pnstrdup(text, pg_mbcliplen(text, length, length));
}

static int
report_fields(const ScoringFault *fault)
{
	const char *s = fault->sqlstate;

	errcode(MAKE_SQLSTATE(s[0], s[1], s[2], s[3], s[4]));
	if (fault->path[0] != '\0')
		errmsg("%s: %s", scoring_clip(fault->path), scoring_clip(fault->message));
	else
		errmsg("%s", scoring_clip(fault->message));
	if (fault->detail[0] != '\0')
		errdetail("%s", scoring_clip(fault->detail));
	if (fault->hint[0] != '\0')
		errhint("%s", scoring_clip(fault->hint));
	return 0;
}

void
scoring_report(const ScoringFault *fault)
{
	ereport(ERROR, (report_fields(fault)));
	pg_unreachable();
}

Datum
scoring_report_soft(FunctionCallInfo fcinfo, const ScoringFault *fault)
{
	scoring_ereturn(fcinfo->context, (Datum) 0, (report_fields(fault)));
}
