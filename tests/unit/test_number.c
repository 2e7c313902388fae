/* SPDX-License-Identifier: GPL-2.0-or-later */
/* numbers, sizes and times: strict, whole text, no overflow */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "devpoke.h"

typedef int (*parse_fn)(const char *text, uint64_t *out, struct dp_err *err);

static void equals(parse_fn fn, const char *text, uint64_t want)
{
	struct dp_err err;
	uint64_t got = ~want;

	if (fn(text, &got, &err))
		fail_msg("%s: %s", text, err.message);
	if (got != want)
		fail_msg("%s: got %llu", text, (unsigned long long)got);
}

static void fails(parse_fn fn, const char *text)
{
	struct dp_err err = {0};
	uint64_t got = 0x1234;

	if (fn(text, &got, &err) >= 0)
		fail_msg("'%s' was taken as %llu", text, (unsigned long long)got);
	assert_int_equal(err.code, DP_VALUE);
	assert_int_equal(got, 0x1234);
	assert_true(err.message[0]);
	assert_true(fn(text, &got, NULL) < 0);
}

static void test_numbers(void **state)
{
	(void)state;
	equals(dp_number_parse, "0", 0);
	equals(dp_number_parse, "0x0", 0);
	equals(dp_number_parse, "0b101", 5);
	equals(dp_number_parse, "0xDEAD_beef", 0xdeadbeef);
	equals(dp_number_parse, "1_000_000", 1000000);
	equals(dp_number_parse, "18446744073709551615", UINT64_MAX);
	equals(dp_number_parse, "0xffffffffffffffff", UINT64_MAX);
}

static void test_what_is_no_number(void **state)
{
	static const char *const bad[] = {
		"",
		" 1",
		"1 ",
		"010",
		"00",
		"0_1",
		"0x",
		"0b",
		"0b2",
		"0xg",
		"1_",
		"_1",
		"1__0",
		"0x_1",
		"+1",
		"-1",
		"1.0",
		"1e3",
		"18446744073709551616",
		"0x10000000000000000",
		"4K",
		"10ms",
		"ff",
		"\xff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		fails(dp_number_parse, bad[i]);
}

static void test_octal_has_its_own_message(void **state)
{
	struct dp_err err;
	uint64_t v;

	(void)state;
	dp_number_parse("0755", &v, &err);
	assert_non_null(strstr(err.message, "octal"));
}

static void test_sizes(void **state)
{
	static const char *const bad[] = {
		"",     "K",  "4k", "4KB", "4KiB", "4T", "4 K", "1.5K", "18014398509481984K",
		"010K", "4KK"};

	(void)state;
	equals(dp_size_parse, "4096", 4096);
	equals(dp_size_parse, "4K", 4096);
	equals(dp_size_parse, "0x10K", 16384);
	equals(dp_size_parse, "3M", 3 << 20);
	equals(dp_size_parse, "17179869183G", UINT64_C(17179869183) << 30);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		fails(dp_size_parse, bad[i]);
}

static void test_times(void **state)
{
	static const char *const bad[] = {"",      "1",    "10",          "ms",   "10 ms",
					  "1.5s",  "5S",   "1d",          "5min", "-1s",
					  "010ms", "0x10", "18446744074s"};

	(void)state;
	equals(dp_time_parse, "0", 0);
	equals(dp_time_parse, "0s", 0);
	equals(dp_time_parse, "7ns", 7);
	equals(dp_time_parse, "100us", 100000);
	equals(dp_time_parse, "10ms", 10000000);
	equals(dp_time_parse, "0x10ms", 16000000);
	equals(dp_time_parse, "2s", UINT64_C(2000000000));
	equals(dp_time_parse, "1m", UINT64_C(60000000000));
	equals(dp_time_parse, "1h", UINT64_C(3600000000000));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		fails(dp_time_parse, bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_what_is_no_number),
		cmocka_unit_test(test_octal_has_its_own_message),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
