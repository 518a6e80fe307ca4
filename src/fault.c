/*
 * fault.c: filling in a ScoringFault.
 */
#include <stdio.h>

#include "core.h"

static void SCORING_PRINTF(3, 0)
format_into(char *out, size_t size, const char *format, va_list arguments)
{
	if (vsnprintf(out, size, format, arguments) < 0)
		out[0] = '\0';
}

static void
start(ScoringFault *fault, const char *sqlstate, const char *path)
{
	fault->sqlstate = sqlstate;
	fault->detail[0] = '\0';
	fault->hint[0] = '\0';
	(void) snprintf(fault->path, sizeof(fault->path), "%s", path);
}

bool
scoring_fault(ScoringFault *fault, const char *sqlstate, const char *format,...)
{
	va_list		arguments;

	start(fault, sqlstate, "");
	va_start(arguments, format);
	format_into(fault->message, sizeof(fault->message), format, arguments);
	va_end(arguments);
	return false;
}

bool
scoring_fault_at(ScoringFault *fault, const char *sqlstate, const char *path,
				 const char *format,...)
{
	va_list		arguments;

	start(fault, sqlstate, path);
	va_start(arguments, format);
	format_into(fault->message, sizeof(fault->message), format, arguments);
	va_end(arguments);
	return false;
}

bool
scoring_fault_detail(ScoringFault *fault, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	format_into(fault->detail, sizeof(fault->detail), format, arguments);
	va_end(arguments);
	return false;
}

bool
scoring_fault_hint(ScoringFault *fault, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	format_into(fault->hint, sizeof(fault->hint), format, arguments);
	va_end(arguments);
	return false;
}
