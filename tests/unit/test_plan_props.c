/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties of planned writes on random registers, judged by the register model: such a
 * write does what a device would do that sees the named bits only, and nothing else.
 * PROPS_SEED=N runs another sequence; a failure prints the seed of its case.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/model.h"

#define CASES 20000

static uint64_t seed;

/* splitmix64, public domain: any seed will do */
static uint64_t rnd(void)
{
	uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static unsigned below(unsigned n)
{
	return (unsigned)(rnd() % n);
}

static bool one_in(unsigned n)
{
	return below(n) == 0;
}

static uint64_t ones(unsigned bits)
{
	return bits >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << bits) - 1;
}

static uint64_t mask_of(const struct dp_field *f)
{
	return ones(f->hi - f->lo + 1) << f->lo;
}

/* ---------------------------------------------------------- random cases */

struct sample {
	uint64_t seed;
	struct dp_field fields[64];
	struct dp_reg reg;
	struct dp_model_reg model;
	uint64_t shadow, named, value, force;
	enum dp_assign_op op;
	struct dp_poke_opts opts;
	struct dp_write_plan plan;
	struct dp_err err;
};

static void random_attr(struct dp_attr *a)
{
	static const enum dp_sw sw[] = {DP_SW_RW, DP_SW_RW, DP_SW_RW,
					DP_SW_RO, DP_SW_WO, DP_SW_NONE};

	memset(a, 0, sizeof(*a));
	a->sw = sw[below(6)];
	if (one_in(2))
		a->on_write = (enum dp_on_write)below(DP_ONW_EFFECT + 1);
	if (one_in(40))
		a->on_read = (enum dp_on_read)(1 + below(3));
	a->is_volatile = one_in(4);
	a->shadow = one_in(2);
}

static void random_reg(struct sample *s)
{
	static const unsigned widths[] = {8, 16, 32, 64};
	unsigned bit = 0;

	s->reg = (struct dp_reg){.name = "R", .width = widths[below(4)], .fields = s->fields};
	random_attr(&s->reg.attr);
	s->reg.attr.on_read = DP_ONR_NONE;
	s->reg.reserved = (enum dp_reserved)below(4);
	s->reg.has_reset = one_in(2);
	s->reg.reset_mask = ~UINT64_C(0);
	s->reg.reset = rnd() & ones(s->reg.width);
	while (!one_in(12) && bit < s->reg.width) {
		struct dp_field *f = &s->fields[s->reg.n_fields];
		unsigned room = s->reg.width - bit;

		f->name = "F";
		f->lo = bit;
		f->hi = bit + below(room < 6 ? room : 6);
		random_attr(&f->attr);
		bit = f->hi + 1 + (one_in(3) ? below(4) : 0);
		s->reg.n_fields++;
	}
}

/* a device in some state; bits that pulse hold nothing */
static void random_state(struct sample *s)
{
	dp_model_reg_reset(&s->model, &s->reg);
	s->model.value = rnd() & ones(s->reg.width);
	s->shadow = s->model.value;
}

static void random_names(struct sample *s)
{
	s->op = (enum dp_assign_op)below(3);
	s->named = 0;
	s->value = rnd();
	if (!s->reg.n_fields)
		s->named = rnd() & ones(s->reg.width);
	for (size_t i = 0; i < s->reg.n_fields; i++)
		if (one_in(s->op == DP_ADD ? 1 + (unsigned)s->reg.n_fields : 3) &&
		    (s->op != DP_ADD || !s->named))
			s->named |= mask_of(&s->fields[i]);
	if (s->op == DP_ADD && !s->reg.n_fields)
		s->named = ones(s->reg.width);
	s->value &= s->named;
	if (s->op == DP_XOR)
		s->named = s->value;
	s->opts.others = one_in(3) ? (enum dp_others)below(4) : DP_OTHERS_KEEP;
}

static int draw(struct sample *s)
{
	struct dp_write want = {.reg = &s->reg, .opts = &s->opts, .shadow = &s->shadow};

	memset(s, 0, sizeof(*s));
	s->seed = seed;
	random_reg(s);
	random_state(s);
	random_names(s);
	want.width = s->reg.width;
	want.op = s->op;
	want.mask = s->named;
	want.value = s->value;
	return dp_plan_bits(&want, &s->plan, &s->err);
}

/* what the plan does to the model: a read when it asks for one, and the write */
static uint64_t run(struct sample *s, bool *fits)
{
	uint64_t full = ones(s->reg.width), old = 0, sum;

	if (s->plan.bits.and_mask || s->plan.bits.add_mask)
		old = dp_model_reg_read(&s->model, full);
	sum = (old & s->plan.bits.add_mask) + s->plan.bits.add;
	*fits = !(sum & ~s->plan.bits.add_mask) && sum >= s->plan.bits.add;
	return (((old & s->plan.bits.and_mask) | s->plan.bits.or_mask) ^ s->plan.bits.xor_mask) |
	       (sum & s->plan.bits.add_mask);
}

/* what the named bits must become, written by a device that sees no others */
static uint64_t wanted(const struct sample *s)
{
	uint64_t stored = s->model.value, out = s->value;

	if (s->op == DP_ADD)
		return (stored & s->named) + s->value;
	for (unsigned bit = 0; s->op == DP_XOR && bit < s->reg.width; bit++) {
		const struct dp_attr *a = &s->reg.attr;
		uint64_t b = UINT64_C(1) << bit;

		for (size_t i = 0; i < s->reg.n_fields; i++)
			if (mask_of(&s->fields[i]) & b)
				a = &s->fields[i].attr;
		if (a->on_write == DP_ONW_W0T || (a->on_write == DP_ONW_STORE && (stored & b)))
			out &= ~b;
	}
	return out;
}

#define CHECK(s, what)                                                                             \
	do {                                                                                       \
		if (!(what))                                                                       \
			fail_msg("seed 0x%llx: not true: %s", (unsigned long long)(s)->seed,       \
				 #what);                                                           \
	} while (0)

/* --------------------------------------------------------------- properties */

static void start(void)
{
	const char *given = getenv("PROPS_SEED");

	seed = given ? strtoull(given, NULL, 0) : 1;
}

static void a_planned_write_does_what_the_named_bits_ask_and_nothing_else(void **state)
{
	static struct sample s;
	unsigned done[3] = {0};

	(void)state;
	start();
	for (int i = 0; i < CASES; i++) {
		struct dp_model_reg ideal;
		uint64_t value, target;
		bool fits;

		if (draw(&s)) {
			CHECK(&s, s.err.code == DP_REFUSED || s.err.code == DP_USAGE ||
					  s.err.code == DP_VALUE);
			continue;
		}
		/* what --others gives to bits that store is asked for: see the next property */
		if (s.opts.others != DP_OTHERS_KEEP && s.opts.others != DP_OTHERS_SHADOW)
			continue;
		ideal = s.model;
		target = wanted(&s);
		value = run(&s, &fits);
		if (!fits)
			continue;
		CHECK(&s, s.model.value == ideal.value); /* its read disturbed nothing */
		CHECK(&s, !(value & ~ones(s.reg.width)));
		dp_model_reg_write(&ideal, target, s.named);
		dp_model_reg_write(&s.model, value, ones(s.reg.width));
		CHECK(&s, s.model.value == ideal.value);
		CHECK(&s, s.model.fired == ideal.fired);
		done[s.op]++;
	}
	/* the cases are no empty ones */
	assert_true(done[DP_SET] > CASES / 20);
	assert_true(done[DP_XOR] > CASES / 50);
	assert_true(done[DP_ADD] > CASES / 100);
}

static void others_never_reads_and_touches_only_bits_that_store(void **state)
{
	static struct sample s;
	unsigned done = 0;

	(void)state;
	start();
	for (int i = 0; i < CASES; i++) {
		uint64_t store = 0, value, before, mask;
		bool fits;
		int rc = draw(&s);

		if (rc || s.opts.others == DP_OTHERS_KEEP || s.op != DP_SET)
			continue;
		CHECK(&s, !s.plan.bits.and_mask && !s.plan.bits.add_mask);
		for (size_t k = 0; k < s.reg.n_fields; k++)
			if (s.fields[k].attr.on_write == DP_ONW_STORE)
				store |= mask_of(&s.fields[k]);
		if (!s.reg.n_fields && s.reg.attr.on_write == DP_ONW_STORE)
			store = ones(s.reg.width);
		value = run(&s, &fits);
		before = s.model.value;
		dp_model_reg_write(&s.model, value, ones(s.reg.width));
		mask = ~s.named & ~store;
		CHECK(&s, (s.model.value & mask) == (before & mask));
		CHECK(&s, !(s.model.fired & ~s.named));
		done++;
	}
	assert_true(done > CASES / 50);
}

static void each_protected_bit_has_a_reason_and_no_field_is_listed_twice(void **state)
{
	static struct sample s;

	(void)state;
	start();
	for (int i = 0; i < CASES; i++) {
		if (draw(&s))
			continue;
		CHECK(&s, s.plan.n_prot <= s.reg.n_fields + 1);
		for (size_t k = 0; k < s.plan.n_prot; k++)
			CHECK(&s, s.plan.prot[k].field && strchr(s.plan.prot[k].why, ':'));
		CHECK(&s, !(s.plan.bits.or_mask & s.plan.bits.and_mask));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_planned_write_does_what_the_named_bits_ask_and_nothing_else),
		cmocka_unit_test(others_never_reads_and_touches_only_bits_that_store),
		cmocka_unit_test(each_protected_bit_has_a_reason_and_no_field_is_listed_twice),
	};

	return cmocka_run_group_tests_name("plan_props", tests, NULL, NULL);
}
