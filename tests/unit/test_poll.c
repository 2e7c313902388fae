/* SPDX-License-Identifier: GPL-2.0-or-later */
/* polls on a scripted device: how often is read, what ends a wait, what is believed */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/core.h"
#include "reg/reg.h"

#define NO_WITNESS (-EOPNOTSUPP)

/* what registers 0, 4, 8 answer at their n-th read; the last entry stays */
static struct {
	uint64_t script[3][8];
	size_t len[3], at[3];
	unsigned reads, asked, rechecks;
	int present, gone_after, recheck;
	unsigned interrupt_after;
	long slow_ns; /* how long the first read takes */
} fake;

static int fake_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t *value, struct dp_err *err)
{
	size_t i = offset / 4;

	(void)dev, (void)r, (void)width;
	if (!fake.reads)
		nanosleep(&(struct timespec){.tv_nsec = fake.slow_ns}, NULL);
	fake.reads++;
	if (fake.gone_after && fake.reads > (unsigned)fake.gone_after)
		return dp_err_set(err, ENODEV, DP_GONE, "gone");
	*value = fake.script[i][fake.at[i]];
	if (fake.at[i] + 1 < fake.len[i])
		fake.at[i]++;
	return 0;
}

static int fake_present(struct dp_dev *dev)
{
	(void)dev;
	fake.asked++;
	return fake.present;
}

static int fake_recheck(struct dp_dev *dev, struct dp_err *err)
{
	(void)dev;
	fake.rechecks++;
	return fake.recheck ? dp_err_set(err, ENODEV, DP_GONE, "another card") : 0;
}

static const struct dp_backend backend = {
	.name = "fake",
	.caps = DP_CAP_READ,
	.read = fake_read,
	.present = fake_present,
	.recheck = fake_recheck,
};

static bool on_interrupted(void *arg)
{
	(void)arg;
	return fake.interrupt_after && fake.reads >= fake.interrupt_after;
}

static struct dp_ctx *ctx;
static struct dp_dev *dev;
static struct dp_err err;
static struct dp_poll_result res;
static struct dp_wide values[4], regs[4];
static bool met[4];

static int setup(void **state)
{
	struct dp_ctx_opts opts = {.interrupted = on_interrupted};

	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(&err, 0, sizeof(err));
	fake.present = 1;
	ctx = dp_ctx_new(&opts);
	dev = ctx ? dp_dev_new(ctx, &backend) : NULL;
	if (!dev || !dp_dev_add_region(dev, "main", DP_SPACE_REGISTERS, 12, 32))
		return -1;
	dev->main = dp_dev_space(dev, "main");
	res = (struct dp_poll_result){.values = values, .cond_met = met, .regs = regs};
	return dp_dev_open(dev, 0, &err);
}

static int teardown(void **state)
{
	(void)state;
	dp_dev_close(dev);
	dp_ctx_free(ctx);
	return 0;
}

/* bits @hi..@lo of register @i against @want */
static struct dp_cond *cond(unsigned i, unsigned hi, unsigned lo, enum dp_cmp cmp, uint64_t want)
{
	struct dp_cond *c = calloc(1, sizeof(*c));

	c->ref = dp_ref_new();
	*c->ref = (struct dp_ref){.dev = dev,
				  .space = dev->main,
				  .offset = 4 * i,
				  .width = 32,
				  .hi = hi,
				  .lo = lo,
				  .located = true,
				  .consent = true};
	snprintf(c->ref->path, sizeof(c->ref->path), "R%u", i);
	snprintf(c->ref->reg_path, sizeof(c->ref->reg_path), "R%u", i);
	c->cmp = cmp;
	c->want = dp_wide_of(want);
	return c;
}

static void script(unsigned i, size_t n, const uint64_t *v)
{
	memcpy(fake.script[i], v, n * sizeof(*v));
	fake.len[i] = n;
}

#define SCRIPT(i, ...)                                                                             \
	script(i, sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t), (uint64_t[]){__VA_ARGS__})

static int poll_for(struct dp_cond **conds, size_t n, struct dp_cond *unless, uint64_t timeout_ns)
{
	struct dp_poll_opts opts = {.timeout_ns = timeout_ns, .interval_ns = 1000};
	int rc = dp_poll(dev, conds, n, unless, &opts, &res, &err);

	for (size_t i = 0; i < n; i++)
		dp_cond_free(conds[i]);
	dp_cond_free(unless);
	return rc;
}

static int poll_one(struct dp_cond *c, uint64_t timeout_ns)
{
	return poll_for(&c, 1, NULL, timeout_ns);
}

#define LONG UINT64_C(60000000000) /* never reached by a test that passes */

static void a_register_is_read_once_per_look_however_often_it_is_named(void **state)
{
	struct dp_cond *conds[3] = {cond(0, 3, 0, DP_EQ, 5), cond(0, 7, 4, DP_EQ, 1),
				    cond(1, 31, 0, DP_GT, 2)};

	(void)state;
	SCRIPT(0, 0x05, 0x14, 0x15);
	SCRIPT(1, 1, 3);
	assert_int_equal(poll_for(conds, 3, cond(0, 31, 31, DP_EQ, 1), LONG), 0);
	assert_true(res.met && !res.unless);
	assert_int_equal(fake.reads, 6);
	assert_int_equal(res.reads, 6);
	assert_int_equal(fake.rechecks, 3);
	assert_int_equal(values[0].lo, 5);
	assert_int_equal(values[1].lo, 1);
	assert_int_equal(regs[0].lo, 0x15);
	assert_int_equal(regs[2].lo, 3);
	assert_true(met[0] && met[1] && met[2]);
}

static void no_time_is_one_look(void **state)
{
	(void)state;
	SCRIPT(0, 1, 2);
	assert_int_equal(poll_one(cond(0, 31, 0, DP_EQ, 2), 0), 0);
	assert_false(res.met);
	assert_int_equal(fake.reads, 1);
	assert_int_equal(values[0].lo, 1);
}

static void time_that_runs_out_ends_with_one_more_look(void **state)
{
	(void)state;
	/* the deadline passes during the first look; what the second sees counts */
	SCRIPT(0, 1, 2);
	fake.slow_ns = 250000000;
	assert_int_equal(poll_one(cond(0, 31, 0, DP_EQ, 2), 200000000), 0);
	assert_true(res.met);
	assert_int_equal(fake.reads, 2);
	assert_true(res.elapsed_ns >= 250000000);
}

static void unless_ends_the_wait_and_wins(void **state)
{
	struct dp_cond *c = cond(0, 0, 0, DP_EQ, 1);

	(void)state;
	SCRIPT(0, 0x2, 0x2, 0x7);
	assert_int_equal(poll_for(&c, 1, cond(0, 2, 2, DP_EQ, 1), LONG), 0);
	assert_true(res.unless);
	assert_false(res.met);
	assert_int_equal(res.unless_value.lo, 1);
	assert_int_equal(fake.reads, 3);
}

static void ones_and_zeros_are_believed_while_the_device_is_there(void **state)
{
	static const int witness[] = {1, NO_WITNESS};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		fake.present = witness[i];
		fake.at[0] = fake.asked = 0;
		SCRIPT(0, 0xffffffff);
		assert_int_equal(poll_one(cond(0, 31, 0, DP_EQ, 0xffffffff), LONG), 0);
		assert_true(res.met);
		assert_int_equal(fake.asked, 1);
		SCRIPT(0, 0);
		assert_int_equal(poll_one(cond(0, 0, 0, DP_EQ, 0), LONG), 0);
		assert_true(res.met);
	}
}

static void a_condition_met_by_an_absent_device_is_no_success(void **state)
{
	static const uint64_t answers[] = {0xffffffff, 0};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		fake.present = 0;
		fake.at[0] = 0;
		SCRIPT(0, answers[i]);
		assert_int_equal(poll_one(cond(0, 0, 0, DP_EQ, answers[i] & 1), LONG), -ENODEV);
		assert_int_equal(err.code, DP_GONE);
		assert_false(res.met);
	}
}

static void unless_met_by_an_absent_device_is_no_answer(void **state)
{
	struct dp_cond *c = cond(1, 31, 0, DP_EQ, 7);

	(void)state;
	fake.present = 0;
	SCRIPT(0, 0xffffffff);
	SCRIPT(1, 5);
	assert_int_equal(poll_for(&c, 1, cond(0, 1, 1, DP_EQ, 1), LONG), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
}

static void ones_that_do_not_meet_it_end_the_wait_when_the_device_is_gone(void **state)
{
	(void)state;
	SCRIPT(0, 1, 1, 0xffffffff);
	fake.present = 0;
	assert_int_equal(poll_one(cond(0, 0, 0, DP_EQ, 0), LONG), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
	assert_int_equal(fake.reads, 3);
	/* and do not when it is there */
	fake.present = 1;
	fake.at[0] = 0;
	SCRIPT(0, 0xffffffff, 2);
	assert_int_equal(poll_one(cond(0, 0, 0, DP_EQ, 0), LONG), 0);
	assert_true(res.met);
}

static void other_values_ask_no_witness(void **state)
{
	(void)state;
	SCRIPT(0, 1, 2, 3);
	assert_int_equal(poll_one(cond(0, 31, 0, DP_EQ, 3), LONG), 0);
	assert_true(res.met);
	assert_int_equal(fake.asked, 0);
}

static void a_failed_read_and_another_card_end_it(void **state)
{
	(void)state;
	SCRIPT(0, 1);
	fake.gone_after = 2;
	assert_int_equal(poll_one(cond(0, 31, 0, DP_EQ, 3), LONG), -ENODEV);
	assert_int_equal(fake.reads, 3);
	assert_int_equal(res.reads, 2);
	fake.recheck = 1;
	assert_int_equal(poll_one(cond(0, 31, 0, DP_EQ, 3), LONG), -ENODEV);
	assert_int_equal(fake.reads, 3);
}

static void a_signal_ends_it(void **state)
{
	struct dp_poll_opts spin = {.timeout_ns = LONG};
	struct dp_cond *c;

	(void)state;
	SCRIPT(0, 1);
	fake.interrupt_after = 3;
	assert_int_equal(poll_one(cond(0, 31, 0, DP_EQ, 3), LONG), -EINTR);
	assert_int_equal(fake.reads, 3);
	fake.interrupt_after = 6;
	c = cond(0, 31, 0, DP_EQ, 3);
	assert_int_equal(dp_poll(dev, &c, 1, NULL, &spin, &res, &err), -EINTR);
	assert_int_equal(fake.reads, 6);
	dp_cond_free(c);
}

int main(void)
{
#define POLL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		POLL_TEST(a_register_is_read_once_per_look_however_often_it_is_named),
		POLL_TEST(no_time_is_one_look),
		POLL_TEST(time_that_runs_out_ends_with_one_more_look),
		POLL_TEST(unless_ends_the_wait_and_wins),
		POLL_TEST(ones_and_zeros_are_believed_while_the_device_is_there),
		POLL_TEST(a_condition_met_by_an_absent_device_is_no_success),
		POLL_TEST(unless_met_by_an_absent_device_is_no_answer),
		POLL_TEST(ones_that_do_not_meet_it_end_the_wait_when_the_device_is_gone),
		POLL_TEST(other_values_ask_no_witness),
		POLL_TEST(a_failed_read_and_another_card_end_it),
		POLL_TEST(a_signal_ends_it),
	};

	return cmocka_run_group_tests_name("poll", tests, NULL, NULL);
}
