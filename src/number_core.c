/*
 * number_core.c: arithmetic that gives the same bits on every CPU.
 *
 * Of the C library only rint, floor and sqrt are used, which IEEE 754 defines to the last bit. The series are plain
 * Taylor and continued-fraction expansions, long enough for a double; nothing here is worth a table.
 */
#include <math.h>

#include "common/shortest_dec.h"
#include "number_core.h"

#define LN2_HIGH 6.93147180369123816490e-01	/* its last 32 bits are zero: k * LN2_HIGH is exact */
#define LN2_LOW 1.90821492927058770002e-10
#define INVERSE_LN2 1.44269504088896338700e+00
#define INVERSE_SQRT_2PI 0.39894228040143267794

static double
from_bits(uint64_t bits)
{
	double		value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static uint64_t
to_bits(double value)
{
	uint64_t	bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* x * 2^k for results that may be subnormal: one rounding at the end. */
static double
scale(double x, int k)
{
	if (k > 1023)
		return x * from_bits(UINT64_C(2046) << 52) * from_bits((uint64_t) (k - 1023 + 1023) << 52);
	if (k >= -1022)
		return x * from_bits((uint64_t) (k + 1023) << 52);
	return x * from_bits((uint64_t) (k + 200 + 1023) << 52) * from_bits((uint64_t) (1023 - 200) << 52);
}

double
scoring_exp(double x)
{
	double		k;
	double		r;
	double		series;

	if (x != x)
		return x;
	if (x > 709.782712893384)
		return from_bits(UINT64_C(0x7FF) << 52);
	if (x < -745.1332191019412)
		return 0;
	k = floor(x * INVERSE_LN2 + 0.5);
	r = (x - k * LN2_HIGH) - k * LN2_LOW;
	/* |r| <= 0.3466; the first term left out is below 2e-18. */
	series = 1.0 / 87178291200.0;
	series = series * r + 1.0 / 6227020800.0;
	series = series * r + 1.0 / 479001600.0;
	series = series * r + 1.0 / 39916800.0;
	series = series * r + 1.0 / 3628800.0;
	series = series * r + 1.0 / 362880.0;
	series = series * r + 1.0 / 40320.0;
	series = series * r + 1.0 / 5040.0;
	series = series * r + 1.0 / 720.0;
	series = series * r + 1.0 / 120.0;
	series = series * r + 1.0 / 24.0;
	series = series * r + 1.0 / 6.0;
	series = series * r + 0.5;
	return scale(1.0 + (r + r * r * series), (int) k);
}

double
scoring_log(double x)
{
	uint64_t	bits;
	int			k = 0;
	double		f;
	double		s;
	double		z;
	double		half_square;
	double		series;

	if (x != x || x < 0)
		return from_bits(UINT64_C(0x7FF8) << 48);
	if (x == 0)
		return -from_bits(UINT64_C(0x7FF) << 52);
	if (to_bits(x) >= UINT64_C(0x7FF) << 52)
		return x;
	if (to_bits(x) < UINT64_C(1) << 52)
	{
		x *= 18014398509481984.0;	/* 2^54: out of the subnormals */
		k = -54;
	}
	bits = to_bits(x);
	k += (int) (bits >> 52) - 1023;
	f = from_bits((bits & UINT64_C(0xFFFFFFFFFFFFF)) | UINT64_C(1023) << 52);
	if (f > 1.41421356237309504880)
	{
		f *= 0.5;
		k++;
	}
	/* ln(1+f) = f - f²/2 + s (f²/2 + R(s²)) with s = f/(2+f); |s| <= 0.1716. */
	f -= 1.0;
	s = f / (2.0 + f);
	z = s * s;
	half_square = 0.5 * f * f;
	series = 2.0 / 25.0;
	series = series * z + 2.0 / 23.0;
	series = series * z + 2.0 / 21.0;
	series = series * z + 2.0 / 19.0;
	series = series * z + 2.0 / 17.0;
	series = series * z + 2.0 / 15.0;
	series = series * z + 2.0 / 13.0;
	series = series * z + 2.0 / 11.0;
	series = series * z + 2.0 / 9.0;
	series = series * z + 2.0 / 7.0;
	series = series * z + 2.0 / 5.0;
	series = series * z + 2.0 / 3.0;
	series *= z;
	return k * LN2_HIGH - ((half_square - (s * (half_square + series) + k * LN2_LOW)) - f);
}

double
scoring_sigmoid(double x)
{
	double		e;

	if (x >= 0)
		return 1.0 / (1.0 + scoring_exp(-x));
	e = scoring_exp(x);
	return e / (1.0 + e);
}

double
scoring_softplus(double x)
{
	double		y = scoring_exp(x > 0 ? -x : x);
	double		u = 1.0 + y;
	double		log1p = u == 1.0 ? y : scoring_log(u) * (y / (u - 1.0));

	return x > 0 ? x + log1p : log1p;
}

/* exp(-z²/2) with z² split, so that its rounding does not show at large z. */
static double
normal_kernel(double z)
{
	double		high = floor(z * 16.0) / 16.0;

	return scoring_exp(-0.5 * high * high) * scoring_exp(-0.5 * (z - high) * (z + high));
}

/* P(Z > z) for z >= 0. */
static double
normal_tail(double z)
{
	if (z > 40)
		return 0;
	if (z < 2.5)
	{
		double		term = z;
		double		sum = z;

		for (int k = 3; k < 120; k += 2)
		{
			term *= z * z / k;
			sum += term;
		}
		return 0.5 - INVERSE_SQRT_2PI * normal_kernel(z) * sum;
	}
	else
	{
		double		fraction = z;

		for (int k = 160; k >= 1; k--)
			fraction = z + k / fraction;
		return INVERSE_SQRT_2PI * normal_kernel(z) / fraction;
	}
}

double
scoring_normal_cdf(double z)
{
	if (z != z)
		return z;
	return z > 0 ? 1.0 - normal_tail(z) : normal_tail(-z);
}

double
scoring_normal_two_sided(double z)
{
	return z != z ? z : 2.0 * normal_tail(z < 0 ? -z : z);
}

double
scoring_normal_quantile(double p)
{
	bool		lower = p < 0.5;
	double		tail = lower ? p : 1.0 - p;
	double		t;
	double		z;

	if (!(p > 0 && p < 1))
		return from_bits(UINT64_C(0x7FF8) << 48);
	if (p == 0.5)
		return 0;
	/* Start: Abramowitz and Stegun 26.2.23, good to 4.5e-4; then Halley steps on the tail. */
	t = sqrt(-2.0 * scoring_log(tail));
	z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
		(1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
	for (int i = 0; i < 4; i++)
	{
		double		density = INVERSE_SQRT_2PI * normal_kernel(z < 0 ? -z : z);
		double		tail_at = z >= 0 ? normal_tail(z) : 1.0 - normal_tail(-z);
		double		u = (tail_at - tail) / density;

		z += u / (1.0 - 0.5 * z * u);
	}
	return lower ? -z : z;
}

double
scoring_chi_square_tail(double x, int degrees)
{
	double		half = 0.5 * x;
	double		sum;
	double		log_term;
	int			from;

	if (x != x || degrees < 1)
		return from_bits(UINT64_C(0x7FF8) << 48);
	if (x <= 0)
		return 1;
	/* Q(k+2) = Q(k) + (x/2)^(k/2) e^(-x/2) / Gamma(k/2 + 1), Abramowitz and Stegun 26.4.8. */
	if (degrees % 2 == 0)
	{
		sum = scoring_exp(-half);
		log_term = -half;
		from = 2;
	}
	else
	{
		sum = scoring_normal_two_sided(sqrt(x));
		/* Gamma(1/2) = sqrt(pi), whose logarithm is 0.5723649... */
		log_term = -half - 0.5 * scoring_log(half) - 0.57236494292470008707;
		from = 1;
	}
	for (int k = from; k < degrees; k += 2)
	{
		log_term += scoring_log(half) - scoring_log(0.5 * k);
		sum += scoring_exp(log_term);
	}
	return sum > 1 ? 1 : sum;
}

bool
scoring_round_to_int64(double x, int64_t *out)
{
	/* x + 0.5 could round up by itself; the difference from the floor is exact. */
	double		magnitude = x < 0 ? -x : x;
	double		whole = floor(magnitude);
	double		rounded = magnitude - whole >= 0.5 ? whole + 1 : whole;

	if (x < 0)
		rounded = -rounded;
	if (!(rounded >= -9223372036854775808.0 && rounded < 9223372036854775808.0))
		return false;
	*out = (int64_t) rounded;
	return true;
}

bool
scoring_weight_to_fixed(double weight, int64_t *out)
{
	double		fixed = rint(weight * (double) SCORING_WEIGHT_UNIT);

	if (!(weight >= 0 && fixed < 9223372036854775808.0))
		return false;
	*out = (int64_t) fixed;
	return true;
}

bool
scoring_add_int64(int64_t *sum, int64_t term)
{
	int64_t		result;

	if (__builtin_add_overflow(*sum, term, &result))
		return false;
	*sum = result;
	return true;
}

int
scoring_number_to_text(double value, char *out)
{
	int			length = double_to_shortest_decimal_bufn(value, out);

	out[length] = '\0';
	return length;
}

uint64_t
scoring_number_key(double value)
{
	uint64_t	bits = to_bits(value == 0 ? 0 : value);

	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

double
scoring_number_from_key(uint64_t key)
{
	return from_bits(key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key);
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t
mix(uint64_t value)
{
	value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
	return value ^ value >> 31;
}

uint64_t
scoring_hash_u64(uint64_t value, uint64_t seed)
{
	return mix(mix(value + UINT64_C(0x9E3779B97F4A7C15)) ^ (seed * UINT64_C(0x9E3779B97F4A7C15)));
}

uint64_t
scoring_hash_bytes(const void *bytes, size_t length, uint64_t seed)
{
	const uint8_t *at = bytes;
	uint64_t	hash = scoring_hash_u64(length, seed);

	for (; length > 0;)
	{
		size_t		n = length < 8 ? length : 8;
		uint64_t	word = 0;

		for (size_t i = 0; i < n; i++)
			word |= (uint64_t) at[i] << (8 * i);
		hash = mix(hash ^ word) + UINT64_C(0x9E3779B97F4A7C15);
		at += n;
		length -= n;
	}
	return mix(hash);
}
