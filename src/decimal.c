/*
 * decimal.c: a numeric's stored form, whose layout cannot change without breaking pg_upgrade: base-10000 digits after a
 * header of one or two 16-bit words.
 */
#include "postgres.h"

#include "compat.h"
#include "decimal.h"

bool
scoring_decimal(Datum numeric, bool *negative, uint64 *mantissa, int *exponent)
{
	struct varlena *raw = (struct varlena *) DatumGetPointer(numeric);
	const char *at;
	Size		length;
	uint16		header;
	int			weight;
	int			ndigits;
	uint64		digits = 0;

	if (VARATT_IS_EXTENDED(raw) && !VARATT_IS_SHORT(raw))
		return false;
	at = VARDATA_ANY(raw);
	length = VARSIZE_ANY_EXHDR(raw);
	if (length < sizeof(uint16))
		return false;
	memcpy(&header, at, sizeof(header));
	at += sizeof(header);
	length -= sizeof(header);
	if ((header & 0xC000) == 0xC000)
		return false;			/* NaN and infinities */
	if ((header & 0xC000) == 0x8000)
	{
		*negative = (header & 0x2000) != 0;
		weight = (header & 0x0040) ? (int) (header & 0x003F) - 64 : (int) (header & 0x003F);
	}
	else
	{
		int16		stored;

		if (length < sizeof(stored))
			return false;
		memcpy(&stored, at, sizeof(stored));
		at += sizeof(stored);
		length -= sizeof(stored);
		*negative = (header & 0xC000) == 0x4000;
		weight = stored;
	}
	ndigits = (int) (length / sizeof(int16));
	if (ndigits > 4)
		return false;
	for (int i = 0; i < ndigits; i++)
	{
		int16		digit;

		memcpy(&digit, at + i * sizeof(digit), sizeof(digit));
		digits = digits * 10000 + (uint64) digit;
	}
	*mantissa = digits;
	*exponent = ndigits > 0 ? 4 * (weight - (ndigits - 1)) : 0;
	return true;
}
