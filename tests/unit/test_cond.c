/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conditions: one word with an operator, or three words */
#include "names.h"

/* @words: blank separated; takes @used of them and looks at @reg */
static void holds(const char *words, size_t used, uint64_t reg, bool want)
{
	char text[100], *v[4];
	size_t n = 0, got;
	struct dp_cond *c;
	struct dp_err err;
	struct dp_wide seen;

	snprintf(text, sizeof(text), "%s", words);
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		v[n++] = w;
	if (dp_cond_parse(dev, v, n, NULL, &c, &got, &err))
		fail_msg("%s: %s", words, err.message);
	assert_int_equal(got, used);
	if (dp_cond_test(c, dp_wide_of(reg), &seen) != want)
		fail_msg("%s of 0x%llx: seen 0x%llx", words, (unsigned long long)reg,
			 (unsigned long long)seen.lo);
	dp_cond_free(c);
}

static void fails(const char *words, enum dp_code code, const char *message, const char *hint)
{
	char text[100], *v[4];
	size_t n = 0, used;
	struct dp_cond *c;
	struct dp_err err;

	snprintf(text, sizeof(text), "%s", words);
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		v[n++] = w;
	if (!dp_cond_parse(dev, v, n, NULL, &c, &used, &err))
		fail_msg("'%s' was taken", words);
	expect_error(&err, words, code, message, hint);
}

static void test_operators_in_one_word(void **state)
{
	(void)state;
	holds("CTRL.SUM==5", 1, 0x5fff, true);
	holds("CTRL.SUM==5", 1, 0x6000, false);
	holds("CTRL.SUM!=5", 1, 0x6000, true);
	holds("CTRL.SUM<5", 1, 0x4000, true);
	holds("CTRL.SUM<5", 1, 0x5000, false);
	holds("CTRL.SUM<=5", 1, 0x5000, true);
	holds("CTRL.SUM>5", 1, 0x5000, false);
	holds("CTRL.SUM>5", 1, 0x6000, true);
	holds("CTRL.SUM>=5", 1, 0x5000, true);
	holds("CTRL==0xffffffff", 1, 0xffffffff, true);
	holds("CTRL.MODE==fast", 1, 0x20, true);
	holds("FLAGS==one+two", 1, 3, true);
	holds("RAL.3:7..4==1", 1, 0x10, true);
	holds("0x14:3==1", 1, 8, true);
}

static void test_operators_as_words(void **state)
{
	(void)state;
	holds("CTRL.SUM eq 5", 3, 0x5000, true);
	holds("CTRL.SUM ne 5", 3, 0x5000, false);
	holds("CTRL.SUM lt 5", 3, 0x4000, true);
	holds("CTRL.SUM le 5", 3, 0x5000, true);
	holds("CTRL.SUM gt 5 --unless", 3, 0x6000, true);
	holds("CTRL.SUM ge 5", 3, 0x5000, true);
	/* the first word has an operator: the next ones are other conditions */
	holds("CTRL.SUM==5 CTRL.EN==1", 1, 0x5000, true);
	holds("CTRL.SUM==5 gt 3", 1, 0x5000, true);
}

static void test_blanks_around_a_quoted_operator(void **state)
{
	char spaced[] = "CTRL.SUM >= 5", trailing[] = "CTRL.SUM==  5 ";
	char *v[] = {spaced, trailing};
	size_t used;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct dp_cond *c;

		assert_int_equal(dp_cond_parse(dev, &v[i], 1, NULL, &c, &used, NULL), 0);
		assert_int_equal(used, 1);
		assert_true(dp_cond_test(c, dp_wide_of(0x5000), NULL));
		dp_cond_free(c);
	}
}

static void test_signed_fields_compare_as_signed(void **state)
{
	(void)state;
	holds("TEMP.DELTA<0", 1, 0x00ff0000, true);
	holds("TEMP.DELTA>=-1", 1, 0x00ff0000, true);
	holds("TEMP.DELTA>-1", 1, 0x00ff0000, false);
	holds("TEMP.DELTA<-127", 1, 0x00800000, true);
	holds("TEMP.DELTA<5", 1, 0x00040000, true);
	holds("CTRL.SUM<8", 1, 0xf000, false);
}

static void test_addresses_compare_as_themselves(void **state)
{
	char word[] = "BASE.ADDR==0x12345000", *v[] = {word};
	struct dp_cond *c;
	struct dp_wide seen;
	size_t used;

	(void)state;
	assert_int_equal(dp_cond_parse(dev, v, 1, NULL, &c, &used, NULL), 0);
	assert_true(dp_cond_test(c, dp_wide_of(0x12345678), &seen));
	assert_int_equal(seen.lo, 0x12345000);
	assert_int_equal(dp_cond_want(c).lo, 0x12345000);
	assert_string_equal(dp_cond_op(c), "==");
	assert_string_equal(dp_cond_ref(c)->path, "BASE.ADDR");
	dp_cond_free(c);
}

static void test_what_is_no_condition(void **state)
{
	(void)state;
	fails("CTRL.EN=1", DP_USAGE, "'CTRL.EN=1' is not a condition", "'CTRL.EN==1'");
	fails("CTRL.EN", DP_USAGE, "has no operator", "the shell may have eaten it");
	fails("CTRL.EN 5", DP_USAGE, "has no operator", "gt 5");
	fails("CTRL.EN gt", DP_USAGE, "has no value", "");
	fails("CTRL.EN===1", DP_USAGE, "not a condition", "");
	fails("CTRL.EN<>1", DP_USAGE, "not a condition", "== != < <= > >=");
	fails("CTRL.EN = 1", DP_USAGE, "'CTRL.EN=1' is not a condition", "'CTRL.EN==1'");
	fails("CTRL.EN =< 1", DP_USAGE, "not a condition", "== != < <= > >=");
	fails("CTRL.EN==", DP_VALUE, "given no value", "");
	fails("==1", DP_USAGE, "", "");
	fails("CTRL.EN==2", DP_VALUE, "does not fit", "");
	fails("C*==1", DP_USAGE, "names many", "");
	fails("NOPE==1", DP_NAME, "'NOPE'", "");
	fails("", DP_USAGE, "missing", "");
}

static void test_names_of_one_instance(void **state)
{
	struct dp_cond *c;
	struct dp_err err;

	(void)state;
	assert_int_equal(dp_cond_in(dp_dev_inst(dev, ""), "MDIC.READY==1", &c, &err), 0);
	assert_true(dp_cond_test(c, dp_wide_of(1 << 28), NULL));
	assert_false(dp_cond_test(c, dp_wide_of(0), NULL));
	dp_cond_free(c);
	dp_cond_free(NULL);
	assert_true(dp_cond_in(dp_dev_inst(dev, ""), "MDIC.READY", &c, &err) < 0);
}

#define MODEL(f) cmocka_unit_test_setup_teardown(f, setup_model, teardown_device)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MODEL(test_operators_in_one_word),
		MODEL(test_operators_as_words),
		MODEL(test_blanks_around_a_quoted_operator),
		MODEL(test_signed_fields_compare_as_signed),
		MODEL(test_addresses_compare_as_themselves),
		MODEL(test_what_is_no_condition),
		MODEL(test_names_of_one_instance),
	};

	return cmocka_run_group_tests(tests, NULL, teardown_ctx);
}
