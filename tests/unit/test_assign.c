/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assignments: which bits change, and to what */
#include "names.h"

static struct dp_assign *parse(const char *text)
{
	struct dp_assign *a;
	struct dp_err err;

	if (dp_assign_parse(dev, text, NULL, &a, &err))
		fail_msg("%s: %s", text, err.message);
	return a;
}

static void is(const char *text, enum dp_assign_op op, uint64_t mask, uint64_t value)
{
	struct dp_assign *a = parse(text);

	if (a->op != op || a->mask.lo != mask || a->value.lo != value)
		fail_msg("%s: op %d mask 0x%llx value 0x%llx", text, a->op,
			 (unsigned long long)a->mask.lo, (unsigned long long)a->value.lo);
	dp_assign_free(a);
}

static void fails(const char *text, enum dp_code code, const char *message, const char *hint)
{
	struct dp_assign *a;
	struct dp_err err;

	if (!dp_assign_parse(dev, text, NULL, &a, &err))
		fail_msg("'%s' was taken", text);
	expect_error(&err, text, code, message, hint);
	assert_true(dp_assign_parse(dev, text, NULL, &a, NULL) < 0);
}

static void test_registers_fields_and_bits(void **state)
{
	(void)state;
	is("CTRL=0x10", DP_SET, 0xffffffff, 0x10);
	is("CTRL.MODE=fast", DP_SET, 0x70, 0x20);
	is("CTRL.MODE:1=1", DP_SET, 0x20, 0x20);
	is("CTRL:7..4=0xa", DP_SET, 0xf0, 0xa0);
	is("0x14=EN", DP_SET, 0xffffffff, 1);
	is("0x14/u16=2", DP_SET, 0xffff, 2);
	is("RAH.3.AV=1", DP_SET, 0x80000000, 0x80000000);
	is("BASE.ADDR=0x5000", DP_SET, 0xfffffffffffff000, 0x5000);
	is("MAC=0x112233445566", DP_SET, 0xffffffffffff, 0x112233445566);
	is("MAC:3=1", DP_SET, 8, 8);
}

static void test_the_sign_before_the_equals_is_the_operator(void **state)
{
	(void)state;
	is("CTRL^=0x101", DP_XOR, 0x101, 0x101);
	is("CTRL.MODE^=5", DP_XOR, 0x50, 0x50);
	is("CTRL.SUM+=1", DP_ADD, 0xf000, 0x1000);
	is("main+0x14+=1", DP_ADD, 0xffffffff, 1);
	is("CTRL+0=1", DP_SET, 0xffffffff, 1);
	fails("CTRL+ =1", DP_USAGE, "offset starts with a digit", "");
	fails("CTRL^=0", DP_VALUE, "changes nothing", "");
	fails("CTRL+=0", DP_VALUE, "changes nothing", "");
	fails("CTRL+=1,EN=1", DP_USAGE, "'=' only", "");
	fails("CTRL^=1/1", DP_USAGE, "only '=' takes a mask", "");
}

static void test_right_of_the_equals_a_slash_is_a_mask(void **state)
{
	(void)state;
	is("CTRL=0x10/0xf0", DP_SET, 0xf0, 0x10);
	is("CTRL.SUM=1/3", DP_SET, 0x3000, 0x1000);
	is("CTRL=(8 / 2)/4", DP_SET, 4, 4);
	is("0x14/u16=1/1", DP_SET, 1, 1);
	fails("CTRL=0x11/0xf0", DP_VALUE, "bits outside its mask", "");
	fails("CTRL.SUM=1/0x1f", DP_VALUE, "mask '0x1f' does not fit", "");
	fails("CTRL=0/0", DP_VALUE, "names no bit", "");
	fails("CTRL=1/", DP_VALUE, "not a number", "");
	fails("CTRL=8/2", DP_VALUE, "outside its mask", "");
}

static void test_comma_fields_override_a_whole_value(void **state)
{
	(void)state;
	is("CTRL=0x10,EN=1", DP_SET, 0xffffffff, 0x11);
	is("CTRL=0xffffffff,MODE=stop,ERR=0", DP_SET, 0xffffffff, 0xfffffe8f);
	is("CTRL.EN=1,MODE=fast", DP_SET, 0x71, 0x21);
	is("CTRL=0x1/0x1,MODE=slow", DP_SET, 0x71, 0x11);
	is("0x14=0,EN=1", DP_SET, 0xffffffff, 1);
	is("RAH.1.AH=0x1234,AV=1", DP_SET, 0x8000ffff, 0x80001234);
	fails("CTRL=0,NOPE=1", DP_NAME, "no field 'NOPE'", "");
	fails("CTRL.EN=1,EN=0", DP_USAGE, "two values", "");
	fails("CTRL=0,EN=1,EN=1", DP_USAGE, "two values", "");
	fails("CTRL=0,EN", DP_USAGE, "behind a comma stands FIELD=VALUE", "");
	fails("CTRL=0,", DP_USAGE, "FIELD=VALUE", "");
	fails("CTRL=0,MODE=8", DP_VALUE, "'CTRL.MODE'", "");
	fails("CTRL=0,MODE=1/1", DP_VALUE, "", "");
	fails("0x98=0,EN=1", DP_NAME, "no fields", "");
	fails("MAC=0,AV=1", DP_NAME, "no fields", "");
}

static void test_what_needs_force_is_marked(void **state)
{
	static const struct {
		const char *text;
		bool mask, number;
	} cases[] = {
		{"CTRL=0xffffffff", false, false}, /* all of it is meant */
		{"CTRL.MODE=fast", false, false},
		{"CTRL.MODE=2", false, false},
		{"CTRL.MODE=5", false, true}, /* no word has 5 */
		{"CTRL=0,MODE=5", false, true},
		{"CTRL=0x50", false, false}, /* a whole register is not looked into */
		{"CTRL=1/0x3", true, false}, /* bit 1 has no field */
		{"CTRL=1/0x1", false, false},
		{"CTRL:1=1", true, false},
		{"CTRL:0=1", false, false},
		{"PORT:1=1", false, false}, /* it has no fields at all */
		{"0x98:1=1", false, false},
		{"SPEED=7", false, true},
		{"FLAGS=0x80", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dp_assign *a = parse(cases[i].text);

		if (a->explicit_mask != cases[i].mask || a->number_for_enum != cases[i].number)
			fail_msg("%s: %d %d", cases[i].text, a->explicit_mask, a->number_for_enum);
		dp_assign_free(a);
	}
}

static void test_what_is_no_assignment(void **state)
{
	(void)state;
	fails("CTRL", DP_USAGE, "has no '='", "PATH=VALUE");
	fails("=1", DP_USAGE, "path is missing", "");
	fails("^=1", DP_USAGE, "path is missing", "");
	fails("CTRL==1", DP_USAGE, "it compares", "devpoke check");
	fails("CTRL!=1", DP_USAGE, "it compares", "");
	fails("CTRL>=1", DP_USAGE, "it compares", "");
	fails("CTRL=", DP_VALUE, "given no value", "");
	fails("C*=1", DP_USAGE, "names many", "");
	fails("RAL[0..1]=1", DP_USAGE, "names many", "");
	fails("CTRL..CAUSE=1", DP_USAGE, "names many", "");
	fails("RAL=1", DP_USAGE, "is an array", "");
	fails("CTRL/u8=1", DP_USAGE, "a type belongs", "");
}

static void test_of_two_registers_at_an_offset_the_writable_one(void **state)
{
	struct dp_assign *a = parse("0xa0=1");

	(void)state;
	assert_string_equal(dp_assign_ref(a)->path, "KICK");
	dp_assign_free(a);
}

static void test_a_write_of_a_raw_width_stays_one(void **state)
{
	struct dp_assign *a = parse("0x1008=1");
	struct dp_err err;

	(void)state;
	assert_false(a->ref->located);
	open_device();
	assert_int_equal(dp_ref_locate(a->ref, &err), 0);
	assert_string_equal(a->ref->path, "CQDB.0");
	assert_int_equal(a->mask.lo, 0xffffffff);
	dp_assign_free(a);
	a = parse("0x3f08/u16=1");
	assert_int_equal(dp_ref_locate(a->ref, &err), 0);
	dp_assign_free(a);
}

static void test_a_late_register_of_another_width_is_refused(void **state)
{
	struct dp_assign *a = parse("0x3f08=1");
	struct dp_err err;

	(void)state;
	open_device();
	assert_true(dp_ref_locate(a->ref, &err) < 0);
	expect_error(&err, "0x3f08=1", DP_USAGE, "is register 'LATE', 16 bits wide", "0x3f08/u32");
	dp_assign_free(a);
}

static void test_toggle_inverts_what_is_named(void **state)
{
	struct dp_assign *a;
	struct dp_err err;

	(void)state;
	assert_int_equal(dp_assign_toggle(dev, "CTRL.MODE", &a, &err), 0);
	assert_int_equal(a->op, DP_XOR);
	assert_int_equal(a->mask.lo, 0x70);
	assert_int_equal(a->value.lo, 0x70);
	assert_false(a->explicit_mask);
	dp_assign_free(a);
	assert_int_equal(dp_assign_toggle(dev, "CTRL:1", &a, &err), 0);
	assert_true(a->explicit_mask);
	dp_assign_free(a);
	assert_true(dp_assign_toggle(dev, "NOPE", &a, &err) < 0);
	dp_assign_free(NULL);
}

static void test_names_of_one_instance(void **state)
{
	struct dp_inst *inst = dp_dev_inst(dev, "");
	struct dp_assign *a;
	struct dp_err err;

	(void)state;
	assert_int_equal(dp_assign_in(inst, "MDIC.OP=read,REG=3", &a, &err), 0);
	assert_int_equal(a->mask.lo, 0x0c1f0000);
	assert_int_equal(a->value.lo, 0x08030000);
	dp_assign_free(a);
	assert_true(dp_assign_in(inst, "cfg.COMMAND=1", &a, &err) < 0);
}

#define MODEL(f) cmocka_unit_test_setup_teardown(f, setup_model, teardown_device)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MODEL(test_registers_fields_and_bits),
		MODEL(test_the_sign_before_the_equals_is_the_operator),
		MODEL(test_right_of_the_equals_a_slash_is_a_mask),
		MODEL(test_comma_fields_override_a_whole_value),
		MODEL(test_what_needs_force_is_marked),
		MODEL(test_what_is_no_assignment),
		MODEL(test_of_two_registers_at_an_offset_the_writable_one),
		MODEL(test_a_write_of_a_raw_width_stays_one),
		MODEL(test_a_late_register_of_another_width_is_refused),
		MODEL(test_toggle_inverts_what_is_named),
		MODEL(test_names_of_one_instance),
	};

	return cmocka_run_group_tests(tests, NULL, teardown_ctx);
}
