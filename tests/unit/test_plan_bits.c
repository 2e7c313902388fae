/* SPDX-License-Identifier: GPL-2.0-or-later */
/* what one write must be: every on_write value, named or not, under every reserved policy */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reg/reg.h"

#define A_MASK   0x0000000fu /* the field under test */
#define B_MASK   0x00000100u /* a plain one beside it */
#define RESERVED (~(A_MASK | B_MASK))
#define RESET    0xa5a50106u

static struct dp_field fields[2];
static struct dp_reg reg;
static struct dp_poke_opts opts;
static uint64_t force;
static const uint64_t *shadow;

static struct dp_write_plan planned;
static struct dp_err err;

/* A in bits 3..0 with @how, B in bit 8 stores, the rest is reserved */
static void make(enum dp_on_write how, enum dp_reserved policy)
{
	memset(fields, 0, sizeof(fields));
	fields[0].name = "B";
	fields[0].hi = fields[0].lo = 8;
	fields[1].name = "A";
	fields[1].hi = 3;
	fields[1].attr.on_write = how;
	memset(&reg, 0, sizeof(reg));
	reg.name = "REG";
	reg.width = 32;
	reg.fields = fields;
	reg.n_fields = 2;
	reg.reserved = policy;
	reg.has_reset = true;
	reg.reset_mask = ~UINT64_C(0);
	reg.reset = RESET;
	memset(&opts, 0, sizeof(opts));
	force = 0;
	shadow = NULL;
}

static int plan(enum dp_assign_op op, uint64_t mask, uint64_t value)
{
	const struct dp_write want = {.reg = &reg,
				      .width = 32,
				      .op = op,
				      .mask = mask,
				      .value = value,
				      .opts = &opts,
				      .shadow = shadow,
				      .force = force};

	memset(&err, 0, sizeof(err));
	return dp_plan_bits(&want, &planned, &err);
}

static const char *why(const char *field)
{
	for (size_t i = 0; i < planned.n_prot; i++)
		if (!strcmp(planned.prot[i].field, field))
			return planned.prot[i].why;
	return "";
}

static void assert_refused(int rc, enum dp_class class)
{
	assert_int_equal(rc, -EPERM);
	assert_int_equal(err.code, DP_REFUSED);
	assert_int_equal(err.class, class);
	assert_true(err.message[0] && err.hint[0]);
	assert_non_null(strstr(err.message, "REG"));
}

/* -------------------------------------------------------------- the table */

/* what a neighbour gets */
static const struct {
	const char *name;
	enum dp_on_write how;
	bool kept, ones, refused;
	const char *why;
} rules[] = {
	{"store", DP_ONW_STORE, true, false, false, ""},
	{"w1c", DP_ONW_W1C, false, false, false, "w1c: written 0"},
	{"w1s", DP_ONW_W1S, false, false, false, "w1s: written 0"},
	{"w1t", DP_ONW_W1T, false, false, false, "w1t: written 0"},
	{"w0c", DP_ONW_W0C, false, true, false, "w0c: written 1"},
	{"w0s", DP_ONW_W0S, false, true, false, "w0s: written 1"},
	{"w0t", DP_ONW_W0T, false, true, false, "w0t: written 1"},
	{"clear", DP_ONW_CLEAR, false, false, true, ""},
	{"set", DP_ONW_SET, false, false, true, ""},
	{"pulse", DP_ONW_PULSE, false, false, false, "pulse: written 0"},
	{"effect", DP_ONW_EFFECT, false, false, true, ""},
};

static const struct {
	enum dp_reserved policy;
	uint64_t and_mask, or_mask;
	const char *why;
} policies[] = {
	{DP_RES_PRESERVE, RESERVED, 0, "reserved: kept as read"},
	{DP_RES_ZERO, 0, 0, "reserved: written 0"},
	{DP_RES_ONE, 0, RESERVED, "reserved: written 1"},
	{DP_RES_RESET, 0, RESET &RESERVED, "reserved: written as after reset"},
};

#define EACH(i, array)                                                                             \
	size_t i = 0;                                                                              \
	(i) < sizeof(array) / sizeof((array)[0]);                                                  \
	(i)++

static void every_neighbour_gets_its_neutral_value(void **state)
{
	(void)state;
	for (EACH(r, rules)) {
		for (EACH(p, policies)) {
			int rc;

			make(rules[r].how, policies[p].policy);
			rc = plan(DP_SET, B_MASK, B_MASK);
			if (rules[r].refused) {
				assert_refused(rc, DP_CLASS_EFFECT);
				assert_non_null(strstr(err.message, "REG.A"));
				continue;
			}
			assert_int_equal(rc, 0);
			assert_int_equal(planned.bits.and_mask,
					 policies[p].and_mask | (rules[r].kept ? A_MASK : 0));
			assert_int_equal(planned.bits.or_mask,
					 B_MASK | policies[p].or_mask |
						 (rules[r].ones ? A_MASK : 0));
			assert_string_equal(why("A"), rules[r].why);
			assert_string_equal(why(""), policies[p].why);
			assert_string_equal(why("B"), "");
		}
	}
}

static void every_named_field_gets_the_given_value(void **state)
{
	(void)state;
	for (EACH(r, rules)) {
		for (EACH(p, policies)) {
			make(rules[r].how, policies[p].policy);
			assert_int_equal(plan(DP_SET, A_MASK, 0x5), 0);
			assert_int_equal(planned.bits.and_mask, policies[p].and_mask | B_MASK);
			assert_int_equal(planned.bits.or_mask, policies[p].or_mask | 0x5);
			assert_int_equal(planned.bits.xor_mask | planned.bits.add_mask, 0);
			assert_string_equal(why("A"), "");
			assert_string_equal(why(""), policies[p].why);
		}
	}
}

static void a_whole_register_is_one_write_whatever_is_in_it(void **state)
{
	(void)state;
	for (EACH(r, rules)) {
		for (EACH(p, policies)) {
			make(rules[r].how, policies[p].policy);
			assert_int_equal(plan(DP_SET, 0xffffffff, 0xdeadbeef), 0);
			assert_int_equal(planned.bits.and_mask | planned.bits.xor_mask |
						 planned.bits.add_mask,
					 0);
			assert_int_equal(planned.bits.or_mask, 0xdeadbeef);
			assert_int_equal(planned.n_prot, 0);
		}
	}
}

/* the rest of a field is a neighbour of the bits that a MASK names */
static void a_part_of_a_field_protects_its_rest(void **state)
{
	(void)state;
	for (EACH(r, rules)) {
		int rc;

		make(rules[r].how, DP_RES_ZERO);
		rc = plan(DP_SET, 0x1, 0x1);
		if (rules[r].refused) {
			assert_refused(rc, DP_CLASS_EFFECT);
			continue;
		}
		assert_int_equal(rc, 0);
		assert_int_equal(planned.bits.and_mask, B_MASK | (rules[r].kept ? 0xe : 0));
		assert_int_equal(planned.bits.or_mask, 0x1 | (rules[r].ones ? 0xe : 0));
	}
}

/* ------------------------------------------------------------------ no read */

static void no_read_when_no_unnamed_bit_must_keep_its_value(void **state)
{
	(void)state;
	make(DP_ONW_W1C, DP_RES_ZERO);
	assert_int_equal(plan(DP_SET, B_MASK, B_MASK), 0);
	assert_int_equal(planned.bits.and_mask | planned.bits.add_mask, 0);
	/* IMS: the register's own on_write decides what bits without a field get */
	make(DP_ONW_W1S, DP_RES_PRESERVE);
	reg.attr.on_write = DP_ONW_W1S;
	fields[0].attr.on_write = DP_ONW_W1S;
	assert_int_equal(plan(DP_SET, A_MASK, 0x4), 0);
	assert_int_equal(planned.bits.and_mask, 0);
	assert_int_equal(planned.bits.or_mask, 0x4);
	assert_string_equal(why(""), "reserved: written 0");
	reg.attr.on_write = DP_ONW_W0C;
	assert_int_equal(plan(DP_SET, A_MASK, 0x4), 0);
	assert_int_equal(planned.bits.or_mask, RESERVED | 0x4);
}

static void reserved_bits_of_a_write_only_register_are_0(void **state)
{
	(void)state;
	make(DP_ONW_W1S, DP_RES_ONE);
	reg.attr.sw = DP_SW_WO;
	fields[0].attr.sw = fields[1].attr.sw = DP_SW_WO;
	fields[0].attr.on_write = DP_ONW_W1S;
	assert_int_equal(plan(DP_SET, A_MASK, 0x4), 0);
	assert_int_equal(planned.bits.and_mask, 0);
	assert_int_equal(planned.bits.or_mask, 0x4);
}

static void read_only_bits_ask_for_no_read_but_join_one(void **state)
{
	(void)state;
	make(DP_ONW_STORE, DP_RES_ZERO);
	fields[1].attr.sw = DP_SW_RO;
	assert_int_equal(plan(DP_SET, B_MASK, B_MASK), 0);
	assert_int_equal(planned.bits.and_mask, 0);
	assert_string_equal(why("A"), "ro: written 0");
	reg.reserved = DP_RES_PRESERVE;
	assert_int_equal(plan(DP_SET, B_MASK, B_MASK), 0);
	assert_int_equal(planned.bits.and_mask, RESERVED | A_MASK);
	assert_string_equal(why("A"), "ro: written as read");
}

static void a_raw_access_keeps_what_was_not_named(void **state)
{
	const struct dp_write want = {
		.width = 32, .op = DP_SET, .mask = 0x8, .value = 0x8, .opts = &opts};

	(void)state;
	make(DP_ONW_STORE, DP_RES_ZERO);
	assert_int_equal(dp_plan_bits(&want, &planned, &err), 0);
	assert_int_equal(planned.bits.and_mask, 0xfffffff7);
	assert_int_equal(planned.bits.or_mask, 0x8);
}

static void a_register_without_fields_is_one_field(void **state)
{
	(void)state;
	for (EACH(r, rules)) {
		int rc;

		make(DP_ONW_STORE, DP_RES_ONE);
		reg.n_fields = 0;
		reg.attr.on_write = rules[r].how;
		rc = plan(DP_SET, 0x1, 0x1);
		if (rules[r].refused) {
			assert_refused(rc, DP_CLASS_EFFECT);
			continue;
		}
		assert_int_equal(rc, 0);
		assert_int_equal(planned.bits.and_mask, rules[r].kept ? 0xfffffffe : 0);
		assert_int_equal(planned.bits.or_mask, rules[r].ones ? 0xffffffff : 0x1);
	}
}

/* ----------------------------------------------------------------- refusals */

static void a_read_with_an_effect_is_refused(void **state)
{
	static const enum dp_on_read effects[] = {DP_ONR_CLEAR, DP_ONR_SET, DP_ONR_EFFECT};

	(void)state;
	for (EACH(i, effects)) {
		make(DP_ONW_STORE, DP_RES_ZERO);
		fields[1].attr.on_read = effects[i];
		assert_refused(plan(DP_SET, B_MASK, B_MASK), DP_CLASS_EFFECT);
		force = DP_FORCE(DP_CLASS_EFFECT);
		assert_int_equal(plan(DP_SET, B_MASK, B_MASK), 0);
		assert_int_equal(planned.bits.and_mask, A_MASK);
		force = 0;
		opts.others = DP_OTHERS_ZERO;
		assert_int_equal(plan(DP_SET, B_MASK, B_MASK), 0);
		assert_int_equal(planned.bits.and_mask, 0);
		opts.others = DP_OTHERS_KEEP;
		/* and nothing is refused when nothing has to be read */
		assert_int_equal(plan(DP_SET, 0xffffffff, 0), 0);
	}
	make(DP_ONW_STORE, DP_RES_ZERO);
	reg.kind = DP_KIND_FIFO;
	assert_refused(plan(DP_SET, B_MASK, B_MASK), DP_CLASS_EFFECT);
}

static void a_write_only_neighbour_is_refused_unless_its_value_is_known(void **state)
{
	static const uint64_t last = 0x7;

	(void)state;
	make(DP_ONW_STORE, DP_RES_ZERO);
	fields[1].attr.sw = DP_SW_WO;
	assert_refused(plan(DP_SET, B_MASK, B_MASK), DP_CLASS_EFFECT);
	shadow = &last;
	assert_refused(plan(DP_SET, B_MASK, B_MASK), DP_CLASS_EFFECT);
	fields[1].attr.shadow = true;
	assert_int_equal(plan(DP_SET, B_MASK, B_MASK), 0);
	assert_int_equal(planned.bits.or_mask, B_MASK | 0x7);
	assert_int_equal(planned.bits.and_mask, 0);
	assert_string_equal(why("A"), "wo: as written last");
	fields[1].attr.shadow = false;
	opts.others = DP_OTHERS_SHADOW;
	assert_int_equal(plan(DP_SET, B_MASK, B_MASK), 0);
	assert_int_equal(planned.bits.or_mask, B_MASK | 0x7);
	/* named too: nothing to protect */
	opts.others = DP_OTHERS_KEEP;
	assert_int_equal(plan(DP_SET, A_MASK | B_MASK, B_MASK), 0);
}

static void named_bits_that_cannot_be_written_are_refused(void **state)
{
	static const enum dp_sw sides[] = {DP_SW_RO, DP_SW_NONE};

	(void)state;
	for (EACH(i, sides)) {
		make(DP_ONW_STORE, DP_RES_ZERO);
		fields[1].attr.sw = sides[i];
		assert_refused(plan(DP_SET, A_MASK, 1), DP_CLASS_RO);
		assert_refused(plan(DP_SET, 0x2, 2), DP_CLASS_RO);
		force = DP_FORCE(DP_CLASS_RO);
		assert_int_equal(plan(DP_SET, A_MASK, 1), 0);
		assert_int_equal(planned.bits.or_mask, 1);
		force = 0;
		/* the register as a whole may be written while a field of it can */
		assert_int_equal(plan(DP_SET, 0xffffffff, 1), 0);
		fields[0].attr.sw = sides[i];
		assert_refused(plan(DP_SET, 0xffffffff, 1), DP_CLASS_RO);
	}
}

static void bits_without_a_field_are_refused(void **state)
{
	(void)state;
	make(DP_ONW_STORE, DP_RES_ZERO);
	assert_refused(plan(DP_SET, A_MASK | 0x10, 0x10), DP_CLASS_RESERVED);
	assert_non_null(strstr(err.message, "0x10 "));
	assert_refused(plan(DP_XOR, 0xffffffff, 0x10), DP_CLASS_RESERVED);
	force = DP_FORCE(DP_CLASS_RESERVED);
	assert_int_equal(plan(DP_SET, A_MASK | 0x10, 0x10), 0);
	assert_int_equal(planned.bits.or_mask, 0x10);
}

static void force_effect_writes_beside_an_unprotected_neighbour(void **state)
{
	(void)state;
	make(DP_ONW_EFFECT, DP_RES_ZERO);
	force = DP_FORCE(DP_CLASS_EFFECT);
	assert_int_equal(plan(DP_SET, B_MASK, B_MASK), 0);
	assert_int_equal(planned.bits.and_mask, 0);
	assert_string_equal(why("A"), "unprotected: written 0");
}

/* ------------------------------------------------------------------- others */

static void others_says_what_stored_bits_get_and_spares_the_rest(void **state)
{
	static const uint64_t last = 0xffffffff;

	(void)state;
	shadow = &last;
	for (EACH(r, rules)) {
		static const enum dp_others kinds[] = {DP_OTHERS_ZERO, DP_OTHERS_RESET,
						       DP_OTHERS_SHADOW};

		for (EACH(k, kinds)) {
			uint64_t given[] = {0, RESET, 0xffffffff};
			int rc;

			make(rules[r].how, DP_RES_PRESERVE);
			shadow = &last;
			opts.others = kinds[k];
			rc = plan(DP_SET, B_MASK, 0);
			if (rules[r].refused) {
				assert_refused(rc, DP_CLASS_EFFECT);
				continue;
			}
			assert_int_equal(rc, 0);
			assert_int_equal(planned.bits.and_mask, 0);
			assert_int_equal(planned.bits.or_mask & A_MASK,
					 rules[r].kept ? given[k] & A_MASK
						       : (rules[r].ones ? A_MASK : 0));
			assert_int_equal(planned.bits.or_mask & RESERVED, given[k] & RESERVED);
			assert_int_equal(planned.bits.or_mask & B_MASK, 0);
		}
	}
}

static void others_value_is_taken_literally(void **state)
{
	(void)state;
	for (EACH(r, rules)) {
		make(rules[r].how, DP_RES_ZERO);
		opts.others = DP_OTHERS_VALUE;
		opts.others_value = 0x12345679;
		assert_int_equal(plan(DP_SET, B_MASK, B_MASK), 0);
		assert_int_equal(planned.bits.and_mask, 0);
		assert_int_equal(planned.bits.or_mask, 0x12345779);
	}
}

static void others_without_the_value_it_needs_is_an_error(void **state)
{
	(void)state;
	make(DP_ONW_STORE, DP_RES_PRESERVE);
	opts.others = DP_OTHERS_SHADOW;
	assert_int_equal(plan(DP_SET, B_MASK, B_MASK), -EINVAL);
	assert_int_equal(err.code, DP_VALUE);
	reg.has_reset = false;
	opts.others = DP_OTHERS_RESET;
	assert_int_equal(plan(DP_SET, B_MASK, B_MASK), -EINVAL);
	assert_int_equal(err.code, DP_VALUE);
}

/* ------------------------------------------------------- invert and add */

static uint64_t run(uint64_t old)
{
	uint64_t sum = ((old & planned.bits.add_mask) + planned.bits.add) & planned.bits.add_mask;

	return (((old & planned.bits.and_mask) | planned.bits.or_mask) ^ planned.bits.xor_mask) |
	       sum;
}

static void inverting_bits_leaves_the_others(void **state)
{
	(void)state;
	make(DP_ONW_STORE, DP_RES_PRESERVE);
	assert_int_equal(plan(DP_XOR, B_MASK, B_MASK), 0);
	assert_int_equal(run(0xdead0105), 0xdead0005);
	assert_int_equal(run(0xdead0005), 0xdead0105);
	/* a status bit beside it is not written back: that would clear it */
	make(DP_ONW_W1C, DP_RES_PRESERVE);
	assert_int_equal(plan(DP_XOR, 0xffffffff, B_MASK), 0);
	assert_int_equal(run(0x0000000f), B_MASK);
}

static void a_bit_that_inverts_by_itself_needs_no_read(void **state)
{
	(void)state;
	make(DP_ONW_W1T, DP_RES_ZERO);
	fields[0].attr.on_write = DP_ONW_W1C;
	assert_int_equal(plan(DP_XOR, A_MASK, 0x2), 0);
	assert_int_equal(planned.bits.and_mask | planned.bits.xor_mask, 0);
	assert_int_equal(planned.bits.or_mask, 0x2);
	make(DP_ONW_W0T, DP_RES_ZERO);
	fields[0].attr.on_write = DP_ONW_W1C;
	assert_int_equal(plan(DP_XOR, A_MASK, 0x2), 0);
	assert_int_equal(planned.bits.or_mask, 0xd);
}

static void computing_from_bits_that_do_not_store_is_refused(void **state)
{
	static const enum dp_assign_op ops[] = {DP_XOR, DP_ADD};

	(void)state;
	for (EACH(r, rules)) {
		for (EACH(o, ops)) {
			bool self = rules[r].how == DP_ONW_W1T || rules[r].how == DP_ONW_W0T;

			make(rules[r].how, DP_RES_ZERO);
			if (rules[r].kept || (self && ops[o] == DP_XOR))
				assert_int_equal(plan(ops[o], A_MASK, 1), 0);
			else
				assert_refused(plan(ops[o], A_MASK, 1), DP_CLASS_EFFECT);
		}
	}
	make(DP_ONW_STORE, DP_RES_ZERO);
	fields[1].attr.sw = DP_SW_WO;
	assert_int_equal(plan(DP_XOR, A_MASK, 1), -EINVAL);
	assert_int_equal(err.code, DP_USAGE);
}

static void adding_stays_within_the_field(void **state)
{
	static const uint64_t last = 0x3;

	(void)state;
	make(DP_ONW_STORE, DP_RES_PRESERVE);
	assert_int_equal(plan(DP_ADD, A_MASK, 2), 0);
	assert_int_equal(planned.bits.add_mask, A_MASK);
	assert_int_equal(planned.bits.and_mask, ~(uint64_t)A_MASK & 0xffffffff);
	assert_int_equal(run(0xab000103), 0xab000105);
	shadow = &last;
	opts.others = DP_OTHERS_SHADOW;
	assert_int_equal(plan(DP_ADD, A_MASK, 2), 0);
	assert_int_equal(planned.bits.and_mask | planned.bits.add_mask, 0);
	assert_int_equal(planned.bits.or_mask, 0x5);
	assert_int_equal(plan(DP_ADD, A_MASK, 0xd), -EINVAL);
	assert_int_equal(err.code, DP_VALUE);
	opts.others = DP_OTHERS_ZERO;
	assert_int_equal(plan(DP_ADD, A_MASK, 1), -EINVAL);
	assert_int_equal(err.code, DP_USAGE);
}

/* ----------------------------------------------------------------- verify */

static void only_bits_that_store_are_compared(void **state)
{
	(void)state;
	for (EACH(r, rules)) {
		make(rules[r].how, DP_RES_ZERO);
		assert_int_equal(dp_reg_storable(&reg, 32), B_MASK | (rules[r].kept ? A_MASK : 0));
	}
	make(DP_ONW_STORE, DP_RES_ZERO);
	fields[1].attr.is_volatile = true;
	assert_int_equal(dp_reg_storable(&reg, 32), B_MASK);
	fields[0].attr.sw = DP_SW_WO;
	assert_int_equal(dp_reg_storable(&reg, 32), 0);
	assert_int_equal(dp_reg_storable(NULL, 16), 0xffff);
	reg.n_fields = 0;
	assert_int_equal(dp_reg_storable(&reg, 32), 0xffffffff);
	reg.kind = DP_KIND_FIFO;
	assert_int_equal(dp_reg_storable(&reg, 32), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_neighbour_gets_its_neutral_value),
		cmocka_unit_test(every_named_field_gets_the_given_value),
		cmocka_unit_test(a_whole_register_is_one_write_whatever_is_in_it),
		cmocka_unit_test(a_part_of_a_field_protects_its_rest),
		cmocka_unit_test(no_read_when_no_unnamed_bit_must_keep_its_value),
		cmocka_unit_test(reserved_bits_of_a_write_only_register_are_0),
		cmocka_unit_test(read_only_bits_ask_for_no_read_but_join_one),
		cmocka_unit_test(a_raw_access_keeps_what_was_not_named),
		cmocka_unit_test(a_register_without_fields_is_one_field),
		cmocka_unit_test(a_read_with_an_effect_is_refused),
		cmocka_unit_test(a_write_only_neighbour_is_refused_unless_its_value_is_known),
		cmocka_unit_test(named_bits_that_cannot_be_written_are_refused),
		cmocka_unit_test(bits_without_a_field_are_refused),
		cmocka_unit_test(force_effect_writes_beside_an_unprotected_neighbour),
		cmocka_unit_test(others_says_what_stored_bits_get_and_spares_the_rest),
		cmocka_unit_test(others_value_is_taken_literally),
		cmocka_unit_test(others_without_the_value_it_needs_is_an_error),
		cmocka_unit_test(inverting_bits_leaves_the_others),
		cmocka_unit_test(a_bit_that_inverts_by_itself_needs_no_read),
		cmocka_unit_test(computing_from_bits_that_do_not_store_is_refused),
		cmocka_unit_test(adding_stays_within_the_field),
		cmocka_unit_test(only_bits_that_store_are_compared),
	};

	return cmocka_run_group_tests_name("plan_bits", tests, NULL, NULL);
}
