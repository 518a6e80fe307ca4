/*
 * value.c: equality, an order and hashes of canonical bytes.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "compat.h"
#include "value.h"

int
scoring_value_compare(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	struct varlena *b = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	Size		length_a = VARSIZE_ANY_EXHDR(a);
	Size		length_b = VARSIZE_ANY_EXHDR(b);
	int			order;

	if (length_a != length_b)
		order = length_a < length_b ? -1 : 1;
	else
		order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), length_a);
	/* A btree compares many pairs in one memory context. */
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return (order > 0) - (order < 0);
}

Datum
scoring_value_hash(FunctionCallInfo fcinfo)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));

	return hash_any((unsigned char *) VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value));
}

Datum
scoring_value_hash_extended(FunctionCallInfo fcinfo)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));

	return hash_any_extended((unsigned char *) VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value), PG_GETARG_INT64(1));
}
