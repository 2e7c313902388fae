/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expressions: C's operators and precedence, overflow refused, bounded */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "desc/desc.h"

/* precedence is compared with the compiler's own */
#pragma GCC diagnostic ignored "-Wparentheses"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wbool-compare"
#endif

static void equals(const char *text, uint64_t want)
{
	struct dp_err err;
	uint64_t got = ~want;

	if (dp_expr_value(text, NULL, &got, &err))
		fail_msg("%s: %s", text, err.message);
	if (got != want)
		fail_msg("%s: got %llu, want %llu", text, (unsigned long long)got,
			 (unsigned long long)want);
}

static void fails(const char *text, enum dp_code code, const char *part)
{
	struct dp_err err;
	uint64_t got;

	assert_true(dp_expr_value(text, NULL, &got, &err) < 0);
	if (err.code != code || !strstr(err.message, part))
		fail_msg("%s: code %d, %s", text, err.code, err.message);
}

static void test_precedence(void **state)
{
	(void)state;
#define SAME_AS_C(e) equals(#e, (uint64_t)(e))
	SAME_AS_C(1 + 2 * 3 - 4 / 2);
	SAME_AS_C((1 + 2) * 3 % 5);
	SAME_AS_C(1 << 2 + 1);
	SAME_AS_C(7 & 3 == 3);
	SAME_AS_C(1 | 6 ^ 3 & 2);
	SAME_AS_C(5 > 3 == 1);
	SAME_AS_C(2 <= 2 && 3 >= 4 || 1 != 1);
	SAME_AS_C(100 - 10 - 1);
	SAME_AS_C(0x100 >> 4 >> 2);
	SAME_AS_C(1 ? 2 : 0 ? 3 : 4);
	SAME_AS_C(0 ? 2 : 0 ? 3 : 4);
	SAME_AS_C(!5 + !0);
#undef SAME_AS_C
	equals("~0", UINT64_MAX);
	equals("0x12345678 & -4096", 0x12345000);
	equals(" 2 * ( 4 << 3 ) ", 64);
	equals("1 << 63", UINT64_C(1) << 63);
	equals("1_000", 1000);
}

static void test_laziness(void **state)
{
	(void)state;
	equals("0 && 1 / 0", 0);
	equals("1 || 1 / 0", 1);
	equals("1 ? 5 : 1 / 0", 5);
}

static void test_overflow_is_refused(void **state)
{
	(void)state;
	fails("0xffffffffffffffff + 1", DP_VALUE, "does not fit");
	fails("1 - 2", DP_VALUE, "does not fit");
	fails("0x100000000 * 0x100000000", DP_VALUE, "does not fit");
	fails("3 << 63", DP_VALUE, "does not fit");
	fails("1 << 64", DP_VALUE, "64 bits or more");
	fails("1 >> 64", DP_VALUE, "64 bits or more");
	fails("1 / 0", DP_VALUE, "zero");
	fails("1 % (2 - 2)", DP_VALUE, "zero");
}

static void test_syntax_errors(void **state)
{
	static const char *const bad[] = {
		"",      "(",       ")",   "1 +",   "1 2", "(1",  "1)",   "1 = 2", "a = 1",
		"1 ? 2", "1 ? 2 :", "* 3", "1 && ", "$",   "@",   "$1",   "08",    "1 <<= 2",
		"0x",    "1;",      "1,2", "4K",    "1.5", "'a'", "\x01",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		fails(bad[i], DP_VALUE, "");
}

static void test_bounds(void **state)
{
	char text[2000];

	(void)state;
	memset(text, '(', 100);
	strcpy(text + 100, "1");
	fails(text, DP_VALUE, "nested deeper than 64");
	memset(text, '!', 100);
	fails(text, DP_VALUE, "nested deeper than 64");
	for (size_t i = 0; i < 100; i++)
		memcpy(text + 4 * i, "1?1:", 5);
	strcpy(text + 400, "1");
	fails(text, DP_VALUE, "nested deeper than 64");
	memset(text, '1', 1100);
	text[1100] = 0;
	fails(text, DP_VALUE, "longer than 1024");
	for (size_t i = 0; i < 500; i++)
		memcpy(text + 2 * i, "1+", 3);
	strcpy(text + 1000, "1");
	equals(text, 501);
}

static int var(void *arg, const char *name, uint64_t *value)
{
	(void)arg;
	if (strcmp(name, "x"))
		return -ENOENT;
	*value = 5;
	return 0;
}

static int buffer(void *arg, const char *name, uint64_t *value)
{
	(void)arg;
	if (strcmp(name, "ring"))
		return -ENOENT;
	*value = 0x10000;
	return 0;
}

static void test_vars_and_buffers(void **state)
{
	const struct dp_vars vars = {.var = var, .buffer = buffer};
	struct dp_err err;
	uint64_t v;

	(void)state;
	assert_int_equal(dp_expr_value("($x + 1) * 2 + @ring", &vars, &v, &err), 0);
	assert_int_equal(v, 12 + 0x10000);
	assert_int_equal(dp_expr_value("$y", &vars, &v, &err), -ENOENT);
	assert_int_equal(err.code, DP_NAME);
	assert_string_equal(err.message, "no variable '$y'");
	assert_int_equal(dp_expr_value("@y", &vars, &v, &err), -ENOENT);
	assert_string_equal(err.message, "no buffer '@y'");
	assert_int_equal(dp_expr_value("$x", NULL, &v, &err), -ENOENT);
}

static void test_a_value_names_no_register(void **state)
{
	(void)state;
	fails("CAP.TO + 1", DP_VALUE, "may not use the name 'CAP.TO'");
}

static int lookup(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err)
{
	char *seen = arg;

	(void)err;
	assert_int_equal(kind, 0);
	strcat(seen, name);
	strcat(seen, " ");
	*value = !strcmp(name, "CAP.DSTRD") ? 1 : 3;
	return 0;
}

static int collect(void *arg, char kind, const char *name)
{
	(void)kind;
	strcat(arg, name);
	strcat(arg, " ");
	return 0;
}

static void test_names_of_descriptions(void **state)
{
	char seen[64] = "", all[64] = "";
	struct dp_expr *e;
	struct dp_err err;
	uint64_t v;

	(void)state;
	assert_int_equal(dp_expr_parse("0x1000 + (4 << CAP.DSTRD) + (RAL.3.F && 0 ? X : 0)",
				       DP_EXPR_NAMES, &e, &err),
			 0);
	assert_false(dp_expr_is_const(e, &v));
	assert_int_equal(dp_expr_eval(e, lookup, seen, &v, &err), 0);
	assert_int_equal(v, 0x1008);
	assert_string_equal(seen, "CAP.DSTRD RAL.3.F ");
	dp_expr_each_name(e, collect, all);
	assert_string_equal(all, "CAP.DSTRD RAL.3.F X ");
	assert_string_equal(dp_expr_text(e), "0x1000 + (4 << CAP.DSTRD) + (RAL.3.F && 0 ? X : 0)");
	dp_expr_free(e);
	assert_true(dp_expr_parse("$x", DP_EXPR_NAMES, &e, &err) < 0);
	assert_int_equal(dp_expr_parse("2 * 4", DP_EXPR_NAMES, &e, &err), 0);
	assert_true(dp_expr_is_const(e, &v));
	assert_int_equal(v, 8);
	dp_expr_free(e);
	dp_expr_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_laziness),
		cmocka_unit_test(test_overflow_is_refused),
		cmocka_unit_test(test_syntax_errors),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_vars_and_buffers),
		cmocka_unit_test(test_a_value_names_no_register),
		cmocka_unit_test(test_names_of_descriptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
