/* SPDX-License-Identifier: GPL-2.0-or-later */
/* values up to 128 bits: arithmetic against the compiler's own type, and as text */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/wide.h"

static struct dp_wide wide(uint64_t hi, uint64_t lo)
{
	return (struct dp_wide){.lo = lo, .hi = hi};
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 u128;

static u128 as_u128(struct dp_wide v)
{
	return (u128)v.hi << 64 | v.lo;
}

static uint64_t rnd(void)
{
	static uint64_t seed = 88172645463325252ULL;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* few or many bits, so that carries and borders come up */
static struct dp_wide some(void)
{
	unsigned bits = rnd() % 128 + 1;
	struct dp_wide v = dp_wide_and(wide(rnd(), rnd()), dp_wide_ones(bits));

	return rnd() % 4 ? v : dp_wide_ones(bits);
}

static void test_arithmetic_is_that_of_the_compiler(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		struct dp_wide a = some(), b = some(), c = a;
		unsigned n = rnd() % 128, digit = rnd() % 16;
		unsigned lo = rnd() % 128, hi = lo + (unsigned)(rnd() % (128 - lo));
		u128 x = as_u128(a), y = as_u128(b), more;

		assert_true(as_u128(dp_wide_and(a, b)) == (x & y));
		assert_true(as_u128(dp_wide_or(a, b)) == (x | y));
		assert_true(as_u128(dp_wide_xor(a, b)) == (x ^ y));
		assert_true(as_u128(dp_wide_without(a, b)) == (x & ~y));
		assert_true(as_u128(dp_wide_neg(a)) == -x);
		assert_true(as_u128(dp_wide_shl(a, n)) == x << n);
		assert_true(as_u128(dp_wide_shr(a, n)) == x >> n);
		assert_int_equal(dp_wide_bit(a, n), (int)(x >> n & 1));
		assert_int_equal(dp_wide_cmp(a, b), x < y ? -1 : x > y);
		assert_int_equal(dp_wide_same(a, b), x == y);
		assert_true(as_u128(dp_wide_get(a, hi, lo)) ==
			    (x >> lo & (~(u128)0 >> (127 - hi + lo))));
		assert_true(as_u128(dp_wide_mask(hi, lo)) == (~(u128)0 >> (127 - hi + lo)) << lo);
		if (__builtin_mul_overflow(x, (u128)10, &more) ||
		    __builtin_add_overflow(more, (u128)digit, &more))
			assert_false(dp_wide_more(&c, 10, digit));
		else
			assert_true(dp_wide_more(&c, 10, digit) && as_u128(c) == more);
	}
}
#endif

static void reads(const char *text, uint64_t hi, uint64_t lo)
{
	struct dp_wide got;
	struct dp_err err;

	if (dp_wide_parse(text, &got, &err))
		fail_msg("%s: %s", text, err.message);
	if (!dp_wide_same(got, wide(hi, lo)))
		fail_msg("%s: 0x%llx %016llx", text, (unsigned long long)got.hi,
			 (unsigned long long)got.lo);
}

static void fails(const char *text, const char *message)
{
	struct dp_wide got = wide(1, 2);
	struct dp_err err = {0};

	assert_true(dp_wide_parse(text, &got, &err) < 0);
	assert_int_equal(err.code, DP_VALUE);
	if (!strstr(err.message, message))
		fail_msg("%s: %s", text, err.message);
	assert_true(dp_wide_same(got, wide(1, 2)));
}

static void test_numbers(void **state)
{
	(void)state;
	reads("0", 0, 0);
	reads("18446744073709551616", 1, 0);
	reads("340282366920938463463374607431768211455", UINT64_MAX, UINT64_MAX);
	reads("0x1_0000000000000000", 1, 0);
	reads("0b1_00000000_00000000_00000000_00000000_00000000_00000000_00000000_00000000", 1, 0);
	reads("0x00000000000000000000000000000000000000000005", 0, 5);
	fails("340282366920938463463374607431768211456", "does not fit into 128 bits");
	fails("0x100000000000000000000000000000000", "does not fit into 128 bits");
	fails("0x", "is not a number");
	fails("010", "octal");
	fails("12z", "is not a number");
}

static void says(struct dp_wide v, unsigned digits, const char *hex, const char *dec)
{
	char text[DP_WIDE_TEXT];

	dp_wide_hex(v, digits, text);
	assert_string_equal(text, hex);
	dp_wide_dec(v, text);
	assert_string_equal(text, dec);
}

static void test_texts(void **state)
{
	(void)state;
	says(wide(0, 0), 1, "0x0", "0");
	says(wide(0, 0), 32, "0x00000000000000000000000000000000", "0");
	says(wide(0, 0x1f), 4, "0x001f", "31");
	says(wide(0, UINT64_MAX), 1, "0xffffffffffffffff", "18446744073709551615");
	says(wide(1, 0), 1, "0x10000000000000000", "18446744073709551616");
	says(wide(1, 0), 20, "0x00010000000000000000", "18446744073709551616");
	says(wide(0, 7), 17, "0x00000000000000007", "7");
	says(wide(UINT64_MAX, UINT64_MAX), 99, "0xffffffffffffffffffffffffffffffff",
	     "340282366920938463463374607431768211455");
}

/* what is said can be typed again */
static void test_texts_come_back(void **state)
{
	char text[DP_WIDE_TEXT];

	(void)state;
	for (unsigned bit = 0; bit < 128; bit++) {
		struct dp_wide v = dp_wide_ones(bit + 1);

		dp_wide_dec(v, text);
		reads(text, v.hi, v.lo);
		dp_wide_hex(v, 1, text);
		reads(text, v.hi, v.lo);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef __SIZEOF_INT128__
		cmocka_unit_test(test_arithmetic_is_that_of_the_compiler),
#endif
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_texts_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
