/*
 * number_core.h: arithmetic that gives the same bits on every CPU.
 *
 * libm's exp and log differ between CPUs with and without FMA; these use only + - * / and sqrt of IEEE doubles, which
 * do not, and are compiled with -ffp-contract=off. They are within 1 ulp.
 */
#ifndef SCORING_NUMBER_CORE_H
#define SCORING_NUMBER_CORE_H

#include "core.h"

extern double scoring_exp(double x);
extern double scoring_log(double x);
/* 1 / (1 + exp(-x)), without overflow or cancellation; 1 - p is scoring_sigmoid(-x). */
extern double scoring_sigmoid(double x);
/* ln(1 + exp(x)). */
extern double scoring_softplus(double x);
/* P(Z <= z), and 2 P(Z > |z|), of the standard normal, relative error below 1e-13. */
extern double scoring_normal_cdf(double z);
extern double scoring_normal_two_sided(double z);
/* The inverse of the cdf; 0 < p < 1. */
extern double scoring_normal_quantile(double p);
/* P(X > x) of the chi-square with `degrees` degrees of freedom. */
extern double scoring_chi_square_tail(double x, int degrees);
/* Half away from zero, to an integer in int64; false if it does not fit. */
extern bool scoring_round_to_int64(double x, int64_t *out);
/* A weight in millionths, half to even; false if negative, not finite or too large. */
extern bool scoring_weight_to_fixed(double weight, int64_t *out);
/* Adds without overflow; false, and *sum as it was, if it would. */
extern bool scoring_add_int64(int64_t *sum, int64_t term);
/* The shortest decimal that reads back to the same double; at least 32 bytes of room; returns the length. */
extern int	scoring_number_to_text(double value, char *out);
/* Orders doubles as unsigned integers: -inf < ... < -0 = 0 < ... < inf. NaN is the caller's to keep out. */
extern uint64_t scoring_number_key(double value);
extern double scoring_number_from_key(uint64_t key);
/* A 64-bit mixing hash, the same on every machine: for folds and samples, not for security. */
extern uint64_t scoring_hash_u64(uint64_t value, uint64_t seed);
extern uint64_t scoring_hash_bytes(const void *bytes, size_t length, uint64_t seed);

#endif
