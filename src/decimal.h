/*
 * decimal.h: a numeric's stored form, read in place.
 */
#ifndef SCORING_DECIMAL_H
#define SCORING_DECIMAL_H

#include "postgres.h"

/*
 * A numeric of at most 16 decimal digits (whole groups of four) as mantissa * 10^exponent. False for more digits, NaN,
 * infinities and toasted values, for which the server's functions have to do.
 */
extern bool scoring_decimal(Datum numeric, bool *negative, uint64 *mantissa, int *exponent);

#endif
