/*
 * publish.c: the gate of published views.
 */
#include "postgres.h"

#include "purpose.h"
