/*
 * number_test.c: the ground floor's arithmetic, hashes and text of numbers.
 *
 * Golden values: mpmath 1.3.0 at 40 digits, rounded to double (except hashes, which are pinned because stored folds and
 * samples depend on them).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "number_core.h"

static int	failures = 0;
static int	checks = 0;

static void
check(bool holds, const char *what, double x)
{
	checks++;
	if (!holds)
	{
		failures++;
		printf("not right: %s at %.17g\n", what, x);
	}
}

static const struct
{
	const char *function;
	double		x;
	double		value;
}			golden[] = {
	{"exp", -0x1.7480000000000p+9, 0x0.0000000000001p-1022},
	{"exp", -0x1.5e00000000000p+9, 0x1.14f2b0fb9307fp-1010},
	{"exp", -0x1.4800000000000p+4, 0x1.57a3afeed00abp-30},
	{"exp", -0x1.0000000000000p+0, 0x1.78b56362cef38p-2},
	{"exp", -0x1.12e0be826d695p-30, 0x1.fffffff768fa1p-1},
	{"exp", 0x0.0p+0, 0x1.0000000000000p+0},
	{"exp", 0x1.71c6f279410ffp-2, 0x1.6f570c2d69cc7p+0},
	{"exp", 0x1.0000000000000p+0, 0x1.5bf0a8b145769p+1},
	{"exp", 0x1.4000000000000p+1, 0x1.85d6fd931e0bbp+3},
	{"exp", 0x1.9000000000000p+6, 0x1.3494a9b171bf5p+144},
	{"exp", 0x1.6280000000000p+9, 0x1.d422d2be5dc9bp+1022},
	{"exp", -0x1.19de197a6d4b4p+4, 0x1.7fdc6d60229adp-26},
	{"exp", -0x1.175216d48484cp+5, 0x1.8bad991781a68p-51},
	{"exp", 0x1.e2fd853350878p+3, 0x1.b62354c1a9059p+21},
	{"exp", -0x1.560d0c69df60ep+5, 0x1.3e992f4a57153p-62},
	{"exp", 0x1.cb4a26d69baa0p+1, 0x1.2159f75bd78b3p+5},
	{"exp", -0x1.adcba3a6e2820p+3, 0x1.8a42c71681e30p-20},
	{"exp", -0x1.6199d1f907938p+5, 0x1.2cd02df2b3316p-64},
	{"exp", 0x1.7cb5a45e11800p-1, 0x1.0d3d77d58c28dp+1},
	{"exp", -0x1.7200e39f67c04p+5, 0x1.35b33945e4cddp-67},
	{"exp", -0x1.a8aae97176580p+2, 0x1.5832bc612fb1fp-10},
	{"log", 0x0.0000000000001p-1022, -0x1.74385446d71c3p+9},
	{"log", 0x1.56e1fc2f8f359p-997, -0x1.5963447f87fb5p+9},
	{"log", 0x1.4f8b588e368f1p-17, -0x1.7069e2aa2aa5bp+3},
	{"log", 0x1.0000000000000p-1, -0x1.62e42fefa39efp-1},
	{"log", 0x1.fffffca501acbp-1, -0x1.ad7f2b1049b9fp-24},
	{"log", 0x1.0000000000000p+0, 0x0.0p+0},
	{"log", 0x1.000001ad7f29bp+0, 0x1.ad7f2847b6492p-24},
	{"log", 0x1.65b2e0a53f0a8p+1, 0x1.0714c83c30215p+0},
	{"log", 0x1.4000000000000p+3, 0x1.26bb1bbb55516p+1},
	{"log", 0x1.7e43c8800759cp+996, 0x1.5963447f87fb5p+9},
	{"log", 0x1.caef82f43bc59p-3, -0x1.7ee6cac94f904p+0},
	{"log", 0x1.84bca705a36d0p-3, -0x1.a9663af41e885p+0},
	{"log", 0x1.8ce3d36ad5116p+0, 0x1.c10150bfbf704p-2},
	{"log", 0x1.697c0c24e34ecp+2, 0x1.bb38da304859fp+0},
	{"log", 0x1.00b3f37e57bafp-2, -0x1.62307b92ed0dcp+0},
	{"log", 0x1.cb99e5a30f0afp-6, -0x1.c96f0ca2aa00bp+1},
	{"log", 0x1.2abe8052e4075p-4, -0x1.4f207a741aa92p+1},
	{"log", 0x1.118b12f8b7d66p+1, 0x1.84d3f1e13040ep-1},
	{"log", 0x1.30e504e48df42p+0, 0x1.65f7a09c83da8p-3},
	{"log", 0x1.3168dd0a83e4ap-3, -0x1.e728b8455dc3cp+0},
	{"sigmoid", -0x1.9000000000000p+9, 0x0.0p+0},
	{"sigmoid", -0x1.4000000000000p+5, 0x1.39792499b1a24p-58},
	{"sigmoid", -0x1.0000000000000p+0, 0x1.136561454ba86p-2},
	{"sigmoid", 0x0.0p+0, 0x1.0000000000000p-1},
	{"sigmoid", 0x1.0000000000000p+0, 0x1.764d4f5d5a2bdp-1},
	{"sigmoid", 0x1.4000000000000p+5, 0x1.0000000000000p+0},
	{"softplus", -0x1.4000000000000p+5, 0x1.39792499b1a24p-58},
	{"softplus", -0x1.d99999999999ap+1, 0x1.9024d723e49b6p-6},
	{"softplus", 0x0.0p+0, 0x1.62e42fefa39efp-1},
	{"softplus", 0x1.4000000000000p+2, 0x1.406e06368916ap+2},
	{"softplus", 0x1.9000000000000p+9, 0x1.9000000000000p+9},
	{"normal_cdf", -0x1.e000000000000p+4, 0x1.7795ad05ea397p-656},
	{"normal_cdf", -0x1.0000000000000p+3, 0x1.669d2c90d55cep-51},
	{"normal_cdf", -0x1.4cccccccccccdp+1, 0x1.3179c21f54394p-8},
	{"normal_cdf", -0x1.3333333333333p+1, 0x1.0c9dea5a1a3b2p-7},
	{"normal_cdf", -0x1.0000000000000p+0, 0x1.44ed0bb7cb20bp-3},
	{"normal_cdf", 0x0.0p+0, 0x1.0000000000000p-1},
	{"normal_cdf", 0x1.f5c28f5c28f5cp+0, 0x1.f33379d3bd367p-1},
	{"normal_cdf", 0x1.8000000000000p+2, 0x1.fffffff786788p-1},
	{"normal_quantile", 0x1.56e1fc2f8f359p-997, -0x1.286074064c26ep+5},
	{"normal_quantile", 0x1.b7cdfd9d7bdbbp-34, -0x1.97203597a2155p+2},
	{"normal_quantile", 0x1.47ae147ae147bp-7, -0x1.29c5c4630ff0fp+1},
	{"normal_quantile", 0x1.999999999999ap-6, -0x1.f5c0331eeff85p+0},
	{"normal_quantile", 0x1.0000000000000p-1, 0x0.0p+0},
	{"normal_quantile", 0x1.f333333333333p-1, 0x1.f5c0331eeff83p+0},
	{"normal_quantile", 0x1.ff7ced916872bp-1, 0x1.8b8cbb7204470p+1},
	{"chi_square_1", 0x1.0000000000000p-1, 0x1.eb02147ce245cp-2},
	{"chi_square_8", 0x1.0000000000000p-1, 0x1.ffee84db6cef5p-1},
	{"chi_square_9", 0x1.0000000000000p-1, 0x1.fffc02d0276efp-1},
	{"chi_square_1", 0x1.eb851eb851eb8p+1, 0x1.99f4dee479cfap-5},
	{"chi_square_8", 0x1.eb851eb851eb8p+1, 0x1.be162b73fd23fp-1},
	{"chi_square_9", 0x1.eb851eb851eb8p+1, 0x1.d7df1bb8f845bp-1},
	{"chi_square_1", 0x1.4000000000000p+4, 0x1.03da5007240d3p-17},
	{"chi_square_8", 0x1.4000000000000p+4, 0x1.52b113cfbb2d0p-7},
	{"chi_square_9", 0x1.4000000000000p+4, 0x1.257a11e97f5f0p-6},
	{"chi_square_1", 0x1.e000000000000p+5, 0x1.55c27c95e13efp-47},
	{"chi_square_8", 0x1.e000000000000p+5, 0x1.003e3195e325fp-31},
	{"chi_square_9", 0x1.e000000000000p+5, 0x1.7085d4a3000b4p-30},
};

static double
evaluate(const char *function, double x)
{
	if (strcmp(function, "exp") == 0)
		return scoring_exp(x);
	if (strcmp(function, "log") == 0)
		return scoring_log(x);
	if (strcmp(function, "sigmoid") == 0)
		return scoring_sigmoid(x);
	if (strcmp(function, "softplus") == 0)
		return scoring_softplus(x);
	if (strcmp(function, "normal_cdf") == 0)
		return scoring_normal_cdf(x);
	if (strcmp(function, "normal_quantile") == 0)
		return scoring_normal_quantile(x);
	return scoring_chi_square_tail(x, atoi(strrchr(function, '_') + 1));
}

int
main(void)
{
	static const double ordered[] = {
		-INFINITY, -1e308, -1, -5e-324, 0, 5e-324, 1e-10, 1, 1.0000000000000002, INFINITY
	};
	int64_t		integer;
	char		text[40];

	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
	{
		double		x = golden[i].x;
		double		want = golden[i].value;
		double		got = evaluate(golden[i].function, x);
		bool		elementary = golden[i].function[0] != 'n' && golden[i].function[0] != 'c';
		double		tolerance = elementary ? 4.5e-16 : 1e-13;

		check(fabs(got - want) <= fabs(want) * tolerance + 5e-324, golden[i].function, x);
	}
	check(scoring_exp(710) == INFINITY, "exp overflows to infinity", 710);
	check(scoring_exp(-746) == 0, "exp underflows to 0", -746);
	check(scoring_log(0) == -INFINITY, "log of 0", 0);
	check(isnan(scoring_log(-1)), "log of a negative", -1);
	check(isnan(scoring_normal_quantile(0)) && isnan(scoring_normal_quantile(1)), "quantile", 0);

	for (size_t i = 0; i < sizeof(ordered) / sizeof(ordered[0]); i++)
	{
		check(i == 0 || scoring_number_key(ordered[i - 1]) < scoring_number_key(ordered[i]),
			  "keys are in order", ordered[i]);
		check(scoring_number_from_key(scoring_number_key(ordered[i])) == ordered[i],
			  "a key reads back", ordered[i]);
	}
	check(scoring_number_key(-0.0) == scoring_number_key(0.0), "-0 is 0", 0);

	check(scoring_round_to_int64(0.5, &integer) && integer == 1, "half away from zero", 0.5);
	check(scoring_round_to_int64(-2.5, &integer) && integer == -3, "half away from zero", -2.5);
	check(scoring_round_to_int64(0.49999999999999994, &integer) && integer == 0, "round", 0.5);
	check(scoring_round_to_int64(4503599627370497.5, &integer) && integer == 4503599627370498,
		  "round", 4503599627370497.5);
	check(!scoring_round_to_int64(9.3e18, &integer), "too large to round", 9.3e18);
	check(!scoring_round_to_int64(NAN, &integer), "NaN does not round", NAN);
	check(scoring_weight_to_fixed(0.1, &integer) && integer == 100000, "weight", 0.1);
	check(!scoring_weight_to_fixed(-1, &integer), "negative weight", -1);
	check(!scoring_weight_to_fixed(NAN, &integer), "NaN weight", NAN);
	check(!scoring_weight_to_fixed(INFINITY, &integer), "infinite weight", INFINITY);
	check(!scoring_weight_to_fixed(1e13, &integer), "weight too large", 1e13);

	scoring_number_to_text(0.1, text);
	check(strcmp(text, "0.1") == 0, "shortest text", 0.1);
	scoring_number_to_text(1e21, text);
	check(strtod(text, NULL) == 1e21, "text reads back", 1e21);

	check(scoring_hash_u64(1, 2) == UINT64_C(0x7ADDA25FCF93EE03), "pinned hash of a number", 1);
	check(scoring_hash_bytes("scoring", 7, 1) == UINT64_C(0xD518A5057F54B6C2), "pinned hash of bytes", 7);
	check(scoring_hash_bytes("", 0, 1) != scoring_hash_bytes("\0", 1, 1), "hash knows lengths", 0);

	printf("number_core: %d passed, %d failed\n", checks - failures, failures);
	return failures > 0;
}
