/* SPDX-License-Identifier: GPL-2.0-or-later */
/* values: numbers, words, units, addresses; too wide or inexact is refused */
#include "names.h"

static int var(void *arg, const char *name, uint64_t *value)
{
	(void)arg;
	*value = 5;
	return strcmp(name, "x") ? -ENOENT : 0;
}

static int buffer(void *arg, const char *name, uint64_t *value)
{
	(void)arg;
	*value = 0x10000;
	return strcmp(name, "ring") ? -ENOENT : 0;
}

static const struct dp_vars vars = {.var = var, .buffer = buffer};

static void is(const char *path, const char *text, uint64_t want)
{
	struct dp_ref *ref = ref_of(path);
	struct dp_err err;
	struct dp_wide got = {.lo = ~want, .hi = ~want};

	if (dp_value_parse(ref, true, text, strlen(text), &vars, &got, &err))
		fail_msg("%s=%s: %s", path, text, err.message);
	if (got.hi || got.lo != want)
		fail_msg("%s=%s: 0x%llx", path, text, (unsigned long long)got.lo);
	dp_ref_free(ref);
}

static void fails(const char *path, const char *text, enum dp_code code, const char *message,
		  const char *hint)
{
	struct dp_ref *ref = ref_of(path);
	struct dp_err err;
	struct dp_wide got;

	if (!dp_value_parse(ref, true, text, strlen(text), &vars, &got, &err))
		fail_msg("%s=%s was taken as 0x%llx", path, text, (unsigned long long)got.lo);
	expect_error(&err, text, code, message, hint);
	dp_ref_free(ref);
}

static void test_numbers_are_raw_content(void **state)
{
	(void)state;
	is("CTRL", "0xffffffff", 0xffffffff);
	is("CTRL.MODE", "7", 7);
	is("CTRL.MODE", "0b10", 2);
	is("CAP.TO", "20", 20);
	is("CAP.MQES", "1_000", 1000);
	is("CTRL:7..4", "0xf", 15);
	is("0x98", "1", 1);
	fails("CTRL", "010", DP_VALUE, "octal", "");
	fails("CTRL", "0xg", DP_VALUE, "'0xg' is not a number", "0x1f");
	fails("CTRL", "", DP_VALUE, "given no value", "");
	fails("CTRL", "#1", DP_VALUE, "neither a number nor a word", "");
	fails("CTRL", " 1", DP_VALUE, "neither a number nor a word", "");
}

static void test_too_wide_names_value_field_and_limit(void **state)
{
	(void)state;
	fails("CTRL.MODE", "8", DP_VALUE, "'8' does not fit into 'CTRL.MODE' (3 bits, at most 0x7)",
	      "");
	fails("CTRL", "0x100000000", DP_VALUE, "32 bits, at most 0xffffffff", "");
	fails("CTRL:3", "2", DP_VALUE, "1 bit, at most 0x1", "");
	is("BASE", "0xffffffffffffffff", UINT64_MAX);
	fails("BASE", "0x10000000000000000", DP_VALUE, "64 bits", "");
}

static void test_words_of_an_enum(void **state)
{
	(void)state;
	is("CTRL.MODE", "fast", 2);
	is("CTRL.MODE", "FAST", 2);
	is("SPEED", "slow", 1);
	fails("CTRL.MODE", "quick", DP_VALUE, "'CTRL.MODE' has no word 'quick'", "words are");
	fails("CTRL.MODE", "fasd", DP_VALUE, "no word", "'fast'");
	fails("CTRL.MODE", "slow+fast", DP_VALUE, "one word at a time", "");
	fails("CTRL.EN", "on", DP_VALUE, "no word 'on'", "takes numbers");
	fails("CTRL:7..4", "fast", DP_VALUE, "no word", "");
}

static void test_words_of_flags(void **state)
{
	(void)state;
	is("FLAGS", "one", 1);
	is("FLAGS", "one+eight", 9);
	is("FLAGS", "one|two", 3);
	fails("FLAGS", "one+", DP_VALUE, "a word is missing", "");
	fails("FLAGS", "one+three", DP_VALUE, "no word 'three'", "");
	fails("FLAGS", "one 2", DP_VALUE, "joined by '+'", "");
}

static void test_a_register_has_the_words_of_its_one_bit_fields(void **state)
{
	(void)state;
	is("CTRL", "EN", 1);
	is("CTRL", "EN+ERR", 0x101);
	is("CAUSE", "rx|tx", 6);
	fails("CTRL", "MODE", DP_VALUE, "a field of one bit", "'CTRL.MODE=N'");
	fails("CTRL", "EM", DP_VALUE, "no word 'EM'", "'EN'");
	fails("PORT", "EN", DP_VALUE, "no word 'EN'", "");
	fails("CTRL.SUM", "EN", DP_VALUE, "no word 'EN'", "");
}

static void test_negative_numbers_need_a_sign(void **state)
{
	(void)state;
	is("TEMP.DELTA", "-1", 0xff);
	is("TEMP.DELTA", "-128", 0x80);
	is("TEMP.DELTA", "0xff", 0xff);
	is("TEMP.VOLT", "-1", 0xff);
	fails("TEMP.DELTA", "-129", DP_VALUE, "at least -128", "");
	fails("CTRL", "-1", DP_VALUE, "it has no sign", "");
	fails("TEMP.DELTA", "-x", DP_VALUE, "neither", "");
	fails("TEMP.DELTA", "--1", DP_VALUE, "neither", "");
}

static void test_units_go_through_bias_and_scale(void **state)
{
	(void)state;
	is("CAP.TO", "10s", 20);
	is("CAP.TO", "500ms", 1);
	is("CAP.TO", "0ms", 0);
	is("CAP.MQES", "64entries", 63);
	is("RING.LEN", "4K", 32);
	is("RING.LEN", "512bytes", 4);
	is("RING.DELAY", "256ns", 1);
	is("RING.DELAY", "1024ns", 4);
	fails("CAP.TO", "700ms", DP_VALUE, "not exactly", "500ms and 1000ms");
	fails("CAP.TO", "128s", DP_VALUE, "out of range", "");
	fails("CAP.MQES", "0entries", DP_VALUE, "out of range", "");
	fails("RING.LEN", "100bytes", DP_VALUE, "not exactly", "0bytes and 128bytes");
	fails("RING.DELAY", "1us", DP_VALUE, "not exactly", "0.768us and 1.024us");
	fails("CAP.TO", "4K", DP_VALUE, "another unit", "its unit is ms");
	fails("CTRL", "4K", DP_VALUE, "a unit, and it has none", "(4 * 1024)");
	fails("CTRL.MODE", "10ms", DP_VALUE, "a unit, and it has none", "");
}

static void test_addresses_are_typed_as_themselves(void **state)
{
	(void)state;
	is("BASE.ADDR", "0x12345000", 0x12345);
	is("BASE.ADDR", "(0x1000 * 2)", 2);
	is("BASE.ADDR", "@ring", 0x10);
	is("BASE", "0x12345000", 0x12345000);
	is("ADDR64", "0x123456789abcdef0", 0x123456789abcdef0);
	fails("BASE.ADDR", "0x12345678", DP_VALUE, "not a multiple of 0x1000", "0x12345000");
	fails("BASE.ADDR", "1", DP_VALUE, "not a multiple", "0x0");
}

static void test_expressions_variables_and_buffers(void **state)
{
	(void)state;
	is("CTRL", "(1 << 4 | 2)", 18);
	is("CTRL", "$x", 5);
	is("CTRL", "($x * 2 + @ring)", 0x1000a);
	is("CTRL", "@ring", 0x10000);
	is("CTRL", "@ring+0x10", 0x10010);
	fails("CTRL", "$y", DP_NAME, "no variable '$y'", "");
	fails("CTRL", "@y", DP_NAME, "no buffer '@y'", "");
	fails("CTRL", "$x+1", DP_VALUE, "stands in parentheses", "");
	fails("CTRL", "@ring+x", DP_VALUE, "", "");
	fails("CTRL", "(1)+2", DP_VALUE, "stand around all of it", "");
	fails("CTRL", "(1)+(2)", DP_VALUE, "stand around all of it", "");
	fails("CTRL", "(1", DP_VALUE, "", "");
	fails("CTRL", "(CAP.TO)", DP_VALUE, "may not use the name", "never hides a read");
	fails("CTRL.MODE", "(8)", DP_VALUE, "does not fit", "");
	fails("CTRL", "(1 - 2)", DP_VALUE, "does not fit", "");
}

static void test_mac_addresses(void **state)
{
	(void)state;
	is("MAC", "52:54:00:12:34:56", 0x563412005452);
	is("MAC", "0x563412005452", 0x563412005452);
	fails("MAC", "52:54:00:12:34", DP_VALUE, "six pairs", "");
	fails("MAC", "52:54:00:12:34:5g", DP_VALUE, "six pairs", "");
	fails("MAC", "52:54:00:12:34_56", DP_VALUE, "six pairs", "");
	fails("MAC", "0x1000000000000", DP_VALUE, "48 bits", "");
}

/* what decode says can be typed again */
static void test_texts_come_back(void **state)
{
	static const char *const paths[] = {"CTRL.MODE", "FLAGS", "SPEED", "MAC"};
	char text[96];

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct dp_ref *ref = ref_of(paths[i]);

		for (uint64_t v = 0; v < 16; v++)
			if (dp_value_text(dp_ref_fmt(ref), ref->hi - ref->lo + 1, dp_wide_of(v),
					  text, sizeof(text)) &&
			    !strstr(text, "0x"))
				is(paths[i], text, v);
		dp_ref_free(ref);
	}
}

#define MODEL(f) cmocka_unit_test_setup_teardown(f, setup_model, teardown_device)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MODEL(test_numbers_are_raw_content),
		MODEL(test_too_wide_names_value_field_and_limit),
		MODEL(test_words_of_an_enum),
		MODEL(test_words_of_flags),
		MODEL(test_a_register_has_the_words_of_its_one_bit_fields),
		MODEL(test_negative_numbers_need_a_sign),
		MODEL(test_units_go_through_bias_and_scale),
		MODEL(test_addresses_are_typed_as_themselves),
		MODEL(test_expressions_variables_and_buffers),
		MODEL(test_mac_addresses),
		MODEL(test_texts_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, teardown_ctx);
}
