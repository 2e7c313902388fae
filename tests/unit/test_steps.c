/* SPDX-License-Identifier: GPL-2.0-or-later */
/* steps and sequences on a scripted device: what is told of each, and a failure at every place */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/core.h"
#include "scratch.h"

/* four registers of 32 bits; @stuck bits of the third do not take what is written */
static struct {
	uint32_t regs[4], stuck;
	unsigned accesses, fail_at, interrupt_at, gone_at;
	char log[256]; /* "R0 W4 " */
} fake;

static void note_access(char op, uint64_t offset)
{
	size_t n = strlen(fake.log);

	snprintf(fake.log + n, sizeof(fake.log) - n, "%c%u ", op, (unsigned)offset);
	fake.accesses++;
}

static int fake_read(struct dp_dev *d, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t *value, struct dp_err *e)
{
	(void)d, (void)r, (void)width;
	note_access('R', offset);
	if (fake.accesses == fake.fail_at)
		return dp_err_set(e, EIO, DP_IO, "no answer");
	*value = fake.regs[offset / 4];
	return 0;
}

static int fake_write(struct dp_dev *d, struct dp_region *r, uint64_t offset, unsigned width,
		      uint64_t value, struct dp_err *e)
{
	uint32_t keep = offset == 8 ? fake.stuck : 0;

	(void)d, (void)r, (void)width;
	note_access('W', offset);
	if (fake.accesses == fake.fail_at)
		return dp_err_set(e, EIO, DP_IO, "no answer");
	fake.regs[offset / 4] = (fake.regs[offset / 4] & keep) | ((uint32_t)value & ~keep);
	return 0;
}

static int fake_present(struct dp_dev *d)
{
	(void)d;
	return !fake.gone_at || fake.accesses < fake.gone_at;
}

static int fake_recheck(struct dp_dev *d, struct dp_err *e)
{
	return fake_present(d) ? 0 : dp_err_set(e, ENODEV, DP_GONE, "another card");
}

static const struct dp_backend backend = {
	.name = "fake",
	.caps = DP_CAP_READ | DP_CAP_WRITE | DP_CAP_WITNESS,
	.read = fake_read,
	.write = fake_write,
	.present = fake_present,
	.recheck = fake_recheck,
};

static bool on_interrupted(void *arg)
{
	(void)arg;
	return fake.interrupt_at && fake.accesses >= fake.interrupt_at;
}

static const char description[] =
	"schema: 1\n"
	"device: {name: steps}\n"
	"registers:\n"
	"  CTRL: {offset: 0, fields: {EN: 0, MODE: {bits: 6..4, enum: {0: stop, 2: fast}}}}\n"
	"  STAT: {offset: 4, sw: ro, volatile: true, fields: {RDY: 0, BAD: 1}}\n"
	"  DATA: {offset: 8}\n"
	"  TIME: {offset: 12, sw: ro, fields: {TO: {bits: 7..0, unit: us}}}\n"
	"sequences:\n"
	"  all:\n"
	"    args: {mode: fast, data: null, t: 2ms}\n"
	"    steps:\n"
	"      - {name: mode, write: CTRL.MODE=$mode}\n"
	"      - {write: DATA=$data, verify: true}\n"
	"      - {name: quiet, check: STAT.BAD==0, when: CTRL.EN==0}\n"
	"      - {name: idle, poll: STAT.RDY==0, unless: DATA==0xbad, timeout: TIME.TO}\n"
	"      - {delay: $t}\n"
	"      - {name: seen, log: DATA}\n"
	"  arith: {args: {k: 4K}, steps: [{write: DATA=($k / 2)}]}\n";

static const char *const accesses = "R0 W0 W8 R8 R0 R4 R12 R4 R8 R8 ";
#define N_ACCESSES 10

static struct dp_ctx *ctx;
static struct dp_dev *dev;
static struct dp_err err;
static struct dp_step seen[16];
static char names[16][16], paths[16][32];
static size_t n_seen;

static void on_step(void *arg, const struct dp_step *step)
{
	assert_ptr_equal(arg, &n_seen);
	assert_true(n_seen < 16);
	seen[n_seen] = *step;
	snprintf(names[n_seen], sizeof(names[0]), "%s", step->name);
	snprintf(paths[n_seen], sizeof(paths[0]), "%s", step->path ? step->path : "-");
	n_seen++;
}

static int start(void)
{
	struct dp_ctx_opts opts = {.interrupted = on_interrupted};

	memset(&fake, 0, sizeof(fake));
	memset(&err, 0, sizeof(err));
	memset(seen, 0, sizeof(seen));
	n_seen = 0;
	fake.regs[3] = 200;
	ctx = dp_ctx_new(&opts);
	dev = ctx ? dp_dev_new(ctx, &backend) : NULL;
	if (!dev || !dp_dev_add_region(dev, "bar0", DP_SPACE_REGISTERS, 16, 32))
		return -1;
	dp_dev_pick_main(dev);
	if (dp_dev_describe(dev, scratch_path("steps.yaml"), &err))
		fail_msg("%s", err.message);
	return dp_dev_open(dev, DP_OPEN_WRITE, &err);
}

static void stop(void)
{
	dp_dev_close(dev);
	dp_ctx_free(ctx);
}

static int setup(void **state)
{
	(void)state;
	return start();
}

static int teardown(void **state)
{
	(void)state;
	stop();
	return 0;
}

static int setup_files(void **state)
{
	(void)state;
	if (scratch_make())
		return -1;
	scratch_text("steps.yaml", description);
	return 0;
}

static int teardown_files(void **state)
{
	(void)state;
	scratch_remove();
	return 0;
}

/* ------------------------------------------------------------- sequences */

static struct dp_seq *prepared(const char *const *args, size_t n, const char *until)
{
	const struct dp_seq_opts opts = {.args = args, .n_args = n, .until = until};
	struct dp_seq *seq;

	if (dp_seq_prepare(dev, "all", &opts, &seq, &err))
		fail_msg("%s", err.message);
	assert_int_equal(fake.accesses, 0);
	return seq;
}

static int run_all(void)
{
	const char *const args[] = {"data=0x55"};
	struct dp_seq *seq = prepared(args, 1, NULL);
	int rc = dp_seq_run(seq, on_step, &n_seen, &err);

	dp_seq_free(seq);
	return rc;
}

static void each_step_is_told_with_what_it_wrote_or_read(void **state)
{
	(void)state;
	fake.regs[0] = 0x80000000;
	assert_int_equal(run_all(), 0);
	assert_string_equal(fake.log, accesses);
	assert_int_equal(n_seen, 6);
	assert_string_equal(names[0], "mode");
	assert_string_equal(paths[0], "CTRL.MODE");
	assert_int_equal(seen[0].op, DP_STEP_WRITE);
	assert_int_equal(seen[0].mask.lo, 0x70);
	assert_int_equal(seen[0].want.lo, 0x20);
	assert_int_equal(seen[0].value.lo, 0x80000020);
	assert_int_equal(seen[0].reads, 1);
	assert_string_equal(names[1], "2");
	assert_int_equal(seen[1].value.lo, 0x55);
	assert_int_equal(seen[2].op, DP_STEP_CHECK);
	assert_int_equal(seen[2].mask.lo, 2);
	assert_int_equal(seen[2].want.lo, 0);
	assert_int_equal(seen[3].op, DP_STEP_POLL);
	assert_int_equal(seen[3].reads, 2);
	assert_int_equal(seen[4].op, DP_STEP_DELAY);
	assert_false(seen[4].has_value);
	assert_null(seen[4].ref);
	assert_int_equal(seen[5].op, DP_STEP_LOG);
	assert_int_equal(seen[5].value.lo, 0x55);
	for (size_t i = 0; i < n_seen; i++) {
		assert_int_equal(seen[i].number, i + 1);
		assert_int_equal(seen[i].err, 0);
		assert_true(!i || seen[i].t_us >= seen[i - 1].t_us + seen[i - 1].elapsed_us);
	}
}

/* which step an access belongs to, by its place in @accesses */
static const unsigned step_of[N_ACCESSES] = {1, 1, 2, 2, 3, 3, 4, 4, 4, 6};

static void an_access_that_fails_ends_the_run_at_its_step(void **state)
{
	char prefix[32];

	(void)state;
	stop();
	for (unsigned i = 1; i <= N_ACCESSES; i++) {
		start();
		fake.fail_at = i;
		assert_int_equal(run_all(), -EIO);
		assert_int_equal(fake.accesses, i);
		assert_int_equal(n_seen, step_of[i - 1]);
		assert_int_equal(seen[n_seen - 1].err, -EIO);
		snprintf(prefix, sizeof(prefix), "step %u", step_of[i - 1]);
		assert_memory_equal(err.message, prefix, strlen(prefix));
		assert_int_equal(err.code, DP_IO);
		stop();
	}
	start();
}

static void an_interrupt_is_told_with_the_steps_that_are_done(void **state)
{
	(void)state;
	stop();
	for (unsigned i = 1; i <= 8; i++) {
		start();
		fake.interrupt_at = i;
		/* a poll that is met is not broken off */
		fake.regs[1] = i > 6 ? 1 : 0;
		assert_int_equal(run_all(), -EINTR);
		assert_non_null(strstr(err.message, "interrupted"));
		assert_int_equal(seen[n_seen - 1].err, -EINTR);
		assert_true(fake.accesses >= i);
		stop();
	}
	start();
	fake.interrupt_at = 3;
	assert_int_equal(run_all(), -EINTR);
	assert_string_equal(err.message,
			    "step 3 'quiet': interrupted; steps 1 to 2 are done and stay so");
}

static void a_device_that_has_gone_ends_the_run(void **state)
{
	(void)state;
	stop();
	for (unsigned i = 1; i < N_ACCESSES; i++) {
		start();
		fake.gone_at = i;
		assert_int_equal(run_all(), -ENODEV);
		assert_int_equal(err.code, DP_GONE);
		assert_true(n_seen >= step_of[i - 1]);
		assert_int_equal(seen[n_seen - 1].err, -ENODEV);
		stop();
	}
	start();
}

static void ones_of_a_device_that_has_gone_meet_nothing(void **state)
{
	struct dp_steps *s;

	(void)state;
	fake.regs[1] = 0xffffffff;
	fake.gone_at = 1;
	dev->backend = &(const struct dp_backend){
		.name = "fake", .caps = DP_CAP_WITNESS, .read = fake_read, .present = fake_present};
	assert_int_equal(dp_steps_begin(dev, NULL, NULL, NULL, &s, &err), 0);
	assert_int_equal(dp_step_check(s, "ready", "STAT.RDY==1", NULL, &err), -ENODEV);
	assert_memory_equal(err.message, "step 1 'ready': ", 16);
	assert_int_equal(dp_step_log(s, NULL, "STAT", &err), -ENODEV);
	assert_int_equal(dp_steps_end(s, &err), 0);
	dev->backend = &backend;
}

static void negative_answers_name_the_step_and_the_last_value(void **state)
{
	(void)state;
	fake.regs[1] = 2;
	assert_int_equal(run_all(), DP_STEP_FALSE);
	assert_string_equal(
		err.message,
		"step 3 'quiet': STAT.BAD==0 is false, last value 0x1 (STAT=0x00000002)");
	assert_int_equal(err.code, DP_OK);
	assert_int_equal(seen[2].err, DP_STEP_FALSE);
	assert_int_equal(seen[2].value.lo, 2);
	stop();
	start();
	fake.regs[1] = 1;
	assert_int_equal(run_all(), -ETIMEDOUT);
	assert_string_equal(err.message, "step 4 'idle': STAT.RDY==0 not met within 200 us, last "
					 "value 0x1 (STAT=0x00000001)");
	assert_int_equal(err.code, DP_TIMEOUT);
	assert_int_equal(seen[3].value.lo, 1);
	stop();
	start();
	fake.stuck = 0xf0;
	assert_int_equal(run_all(), DP_STEP_FALSE);
	assert_string_equal(err.message, "step 2: DATA reads 0x00000005 after 0x00000055 was "
					 "written, other bits 0x50");
	assert_int_equal(seen[1].value.lo, 5);
}

static void a_step_whose_when_is_false_is_passed_over(void **state)
{
	(void)state;
	fake.regs[0] = 1;
	fake.regs[1] = 2; /* the check would fail */
	assert_int_equal(run_all(), 0);
	assert_true(seen[2].skipped);
	assert_string_equal(paths[2], "CTRL.EN");
	assert_int_equal(seen[2].value.lo & 1, 1);
}

static void a_bound_driver_refuses_a_sequence_that_writes_anywhere(void **state)
{
	const char *const args[] = {"data=1"};
	const struct dp_seq_opts opts = {.args = args, .n_args = 1};
	struct dp_seq *seq;

	(void)state;
	dev->info.bound = true;
	snprintf(dev->info.driver, sizeof(dev->info.driver), "widget");
	assert_int_equal(dp_seq_prepare(dev, "all", &opts, &seq, &err), -EPERM);
	assert_int_equal(err.class, DP_CLASS_BOUND);
	assert_memory_equal(err.message, "step 1 'mode': ", 15);
	dp_ctx_set_force(ctx, DP_FORCE(DP_CLASS_BOUND));
	assert_int_equal(dp_seq_prepare(dev, "all", &opts, &seq, &err), 0);
	assert_int_equal(dp_seq_open_flags(seq), DP_OPEN_WRITE);
	dp_seq_free(seq);
	assert_int_equal(fake.accesses, 0);
}

static void a_run_ends_after_the_step_that_was_named(void **state)
{
	const char *const args[] = {"data=1"};
	const struct dp_seq_opts none = {.args = args, .n_args = 1, .until = "nowhere"};
	struct dp_seq *seq = prepared(args, 1, "2");

	(void)state;
	assert_int_equal(dp_seq_steps(seq), 2);
	assert_int_equal(dp_seq_run(seq, on_step, &n_seen, &err), 0);
	assert_int_equal(n_seen, 2);
	assert_string_equal(fake.log, "R0 W0 W8 R8 ");
	dp_seq_free(seq);
	assert_int_equal(dp_seq_prepare(dev, "all", &none, &seq, &err), -ENOENT);
	assert_int_equal(err.code, DP_NAME);
}

static int outer_var(void *arg, const char *name, uint64_t *value)
{
	(void)arg;
	*value = 0x1234;
	return strcmp(name, "x") ? -ENOENT : 0;
}

static void arguments_are_values_words_and_numbers(void **state)
{
	static const char *const good[][3] = {
		{"data=7", "mode=stop", NULL},
		{"data=$x", "t=5s", NULL},
		{"data=($x + 1)", NULL, NULL},
	};
	static const struct {
		const char *args[3];
		int rc;
		const char *message;
	} bad[] = {
		{{NULL}, -EINVAL, "'all' needs the argument 'data'"},
		{{"data=1", "data=2"}, -EINVAL, "given twice"},
		{{"data"}, -EINVAL, "'data' is no argument: NAME=VALUE"},
		{{"data="}, -EINVAL, "is given no value"},
		{{"date=1"}, -ENOENT, "'all' has no argument 'date'"},
		{{"data=$y"}, -EINVAL, "no variable '$y'"},
		{{"data=0x100000000"}, -ERANGE, "step 2: '0x100000000' does not fit into 'DATA'"},
		{{"data=1", "mode=fats"}, -EINVAL, "step 1 'mode': 'CTRL.MODE' has no word 'fats'"},
	};
	const struct dp_vars vars = {.var = outer_var};
	struct dp_seq *seq;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct dp_seq_opts opts = {.args = good[i], .vars = &vars};

		while (good[i][opts.n_args])
			opts.n_args++;
		if (dp_seq_prepare(dev, "all", &opts, &seq, &err))
			fail_msg("%s: %s", good[i][0], err.message);
		dp_seq_free(seq);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct dp_seq_opts opts = {.args = bad[i].args, .vars = &vars};

		while (opts.n_args < 3 && bad[i].args[opts.n_args])
			opts.n_args++;
		assert_int_equal(dp_seq_prepare(dev, "all", &opts, &seq, &err), bad[i].rc);
		if (!strstr(err.message, bad[i].message))
			fail_msg("'%s', not '%s'", err.message, bad[i].message);
	}
	assert_int_equal(fake.accesses, 0);
	assert_int_equal(dp_seq_prepare(dev, "Arith", NULL, &seq, &err), 0);
	assert_string_equal(dp_seq_value(seq, 0), "4K");
	assert_null(dp_seq_value(seq, 1));
	dp_seq_free(seq);
}

/* --------------------------------------------------------------- drivers */

static void drivers_do_step_by_step(void **state)
{
	const struct dp_poke_opts zero = {.others = DP_OTHERS_ZERO};
	const struct dp_step_how others = {.poke = &zero}, given_up = {.unless = "STAT.BAD==1"};
	const struct dp_step_how quick = {.timeout = "0"}, never = {.when = "CTRL.EN==0"};
	struct dp_steps *s;

	(void)state;
	fake.regs[0] = 0xff00;
	fake.regs[1] = 2;
	assert_int_equal(dp_steps_begin(dev, on_step, &n_seen, "pause", &s, &err), 0);
	assert_int_equal(dp_step_write(s, "on", "CTRL.EN=1", &others, &err), 0);
	assert_int_equal(fake.regs[0], 1);
	assert_int_equal(dp_step_poll(s, "up", "STAT.RDY==1", &given_up, &err), DP_STEP_FALSE);
	assert_int_equal(dp_step_poll(s, NULL, "STAT.RDY==1", &quick, &err), -ETIMEDOUT);
	assert_memory_equal(err.message, "step 3: STAT.RDY==1 not met at one look", 39);
	assert_int_equal(dp_step_write(s, NULL, "CTRL.EN=0", &never, &err), 0);
	assert_int_equal(fake.regs[0], 1);
	/* what cannot be parsed is told of its step and touches nothing */
	fake.log[0] = 0;
	assert_int_equal(dp_step_write(s, "bad", "CTRL.ENN=1", NULL, &err), -ENOENT);
	assert_memory_equal(err.message, "step 5 'bad': ", 14);
	assert_int_equal(dp_step_write(s, "ro", "STAT=1", NULL, &err), -EPERM);
	assert_string_equal(fake.log, "");
	assert_int_equal(dp_step_delay(s, "pause", 1000, &err), DP_STEP_STOP);
	assert_int_equal(dp_step_log(s, "more", "DATA", &err), DP_STEP_STOP);
	assert_string_equal(fake.log, "");
	assert_int_equal(n_seen, 5);
	assert_int_equal(dp_steps_end(s, &err), 0);
}

static void a_step_to_stop_after_that_never_came_is_an_error(void **state)
{
	struct dp_steps *s;

	(void)state;
	assert_int_equal(dp_steps_begin(dev, NULL, NULL, "nowhere", &s, &err), 0);
	assert_int_equal(dp_step_log(s, "data", "DATA", &err), 0);
	assert_int_equal(dp_steps_end(s, &err), -ENOENT);
	assert_int_equal(err.code, DP_NAME);
	assert_int_equal(dp_steps_end(NULL, &err), 0);
	/* after a failure that is the thing to say */
	assert_int_equal(dp_steps_begin(dev, NULL, NULL, "nowhere", &s, &err), 0);
	assert_int_equal(dp_step_check(s, NULL, "DATA==1", NULL, &err), DP_STEP_FALSE);
	assert_int_equal(dp_steps_end(s, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(each_step_is_told_with_what_it_wrote_or_read),
		T(an_access_that_fails_ends_the_run_at_its_step),
		T(an_interrupt_is_told_with_the_steps_that_are_done),
		T(a_device_that_has_gone_ends_the_run),
		T(ones_of_a_device_that_has_gone_meet_nothing),
		T(negative_answers_name_the_step_and_the_last_value),
		T(a_step_whose_when_is_false_is_passed_over),
		T(a_bound_driver_refuses_a_sequence_that_writes_anywhere),
		T(a_run_ends_after_the_step_that_was_named),
		T(arguments_are_values_words_and_numbers),
		T(drivers_do_step_by_step),
		T(a_step_to_stop_after_that_never_came_is_an_error),
	};

	return cmocka_run_group_tests(tests, setup_files, teardown_files);
}
