/*
 * tally_promise_test.c: the promise of the sketch on ten million values in each order. The Makefile builds it without the
 * sanitizers, under which it would take minutes.
 */
#define MANY 10000000
#include "tally_test.c"
