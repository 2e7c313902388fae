/* SPDX-License-Identifier: GPL-2.0-or-later */
/* running a plan: the device's lock, failures in the middle, waits, what is not located */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/core.h"
#include "reg/plan.h"

static struct {
	uint64_t value, written;
	unsigned reads, writes, fail_read, present;
	bool interrupted, locked; /* the lock was taken during an access */
} fake;

static char dir[] = "/tmp/test_run.XXXXXX", lock_path[160];
static struct dp_ctx *ctx;
static struct dp_dev *dev;
static struct dp_err err;
static struct dp_result res;

static bool lock_is_taken(void)
{
	int fd = open(lock_path, O_RDWR | O_CLOEXEC);
	bool taken = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB);

	if (fd >= 0)
		close(fd);
	return taken;
}

static int fake_read(struct dp_dev *d, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t *value, struct dp_err *e)
{
	(void)d, (void)r, (void)offset, (void)width;
	fake.locked |= lock_is_taken();
	if (++fake.reads == fake.fail_read)
		return dp_err_set(e, EIO, DP_IO, "no answer");
	*value = fake.value;
	return 0;
}

static int fake_write(struct dp_dev *d, struct dp_region *r, uint64_t offset, unsigned width,
		      uint64_t value, struct dp_err *e)
{
	(void)d, (void)r, (void)offset, (void)width, (void)e;
	fake.writes++;
	fake.written = value;
	return 0;
}

static int fake_present(struct dp_dev *d)
{
	(void)d;
	return (int)fake.present;
}

static struct dp_backend backend = {
	.name = "sysfs",
	.read = fake_read,
	.write = fake_write,
	.present = fake_present,
};

static bool on_interrupted(void *arg)
{
	(void)arg;
	return fake.interrupted;
}

static int setup(void **state)
{
	struct dp_ctx_opts opts = {.runtime_dir = dir, .interrupted = on_interrupted};

	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(&err, 0, sizeof(err));
	fake.present = 1;
	backend.caps = DP_CAP_READ | DP_CAP_WRITE;
	ctx = dp_ctx_new(&opts);
	dev = ctx ? dp_dev_new(ctx, &backend) : NULL;
	if (!dev || !dp_dev_add_region(dev, "bar0", DP_SPACE_REGISTERS, 0x20, 32))
		return -1;
	dev->info.vendor = 0x1234;
	snprintf(dev->info.target, sizeof(dev->info.target), "sysfs:0000:01:00.0");
	snprintf(lock_path, sizeof(lock_path), "%s/lock/0000:01:00.0", dir);
	return dp_dev_open(dev, DP_OPEN_WRITE, &err);
}

static int teardown(void **state)
{
	char sub[160];

	(void)state;
	dp_dev_close(dev);
	dp_ctx_free(ctx);
	unlink(lock_path);
	snprintf(sub, sizeof(sub), "%s/lock", dir);
	rmdir(sub);
	return 0;
}

static int setup_file(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown_file(void **state)
{
	(void)state;
	return rmdir(dir);
}

static struct dp_ref raw(void)
{
	struct dp_ref ref = {.dev = dev,
			     .space = dp_dev_space(dev, "bar0"),
			     .width = 32,
			     .hi = 31,
			     .whole = true,
			     .located = true,
			     .consent = true};

	snprintf(ref.path, sizeof(ref.path), "bar0+0x0");
	snprintf(ref.reg_path, sizeof(ref.reg_path), "bar0+0x0");
	return ref;
}

/* bits of @mask get @value */
static int poke(enum dp_assign_op op, uint64_t mask, uint64_t value)
{
	struct dp_ref ref = raw();
	struct dp_assign a = {.ref = &ref, .op = op, .mask.lo = mask, .value.lo = value};
	struct dp_plan *plan = NULL;
	int rc = dp_plan_poke(dev, &a, NULL, &plan, &err);

	if (!rc)
		rc = dp_plan_run(dev, plan, &res, &err);
	dp_plan_free(plan);
	return rc;
}

static void read_and_write_are_one_under_the_devices_lock(void **state)
{
	(void)state;
	fake.value = 0xf0;
	assert_int_equal(poke(DP_SET, 0xf, 0x5), 0);
	assert_true(fake.locked);
	assert_int_equal(fake.written, 0xf5);
	assert_false(lock_is_taken());
}

static void one_access_takes_no_lock(void **state)
{
	(void)state;
	assert_int_equal(poke(DP_SET, 0xffffffff, 0x5), 0);
	assert_int_not_equal(access(lock_path, F_OK), 0);
}

static void a_device_with_a_lock_of_its_own_takes_none(void **state)
{
	static const unsigned caps[] = {DP_CAP_LAB, DP_CAP_SHADOW};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		dev->caps = DP_CAP_READ | DP_CAP_WRITE | caps[i];
		assert_int_equal(poke(DP_SET, 0xf, 0x5), 0);
		assert_int_not_equal(access(lock_path, F_OK), 0);
	}
}

static void nothing_is_touched_while_another_has_the_lock(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(poke(DP_SET, 0xf, 0x5), 0); /* makes the folder */
	fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	fake.reads = fake.writes = 0;
	fake.interrupted = true; /* ends the wait at once */
	assert_int_equal(poke(DP_SET, 0xf, 0x5), -EINTR);
	assert_int_equal(fake.reads + fake.writes, 0);
	close(fd);
	assert_int_equal(poke(DP_SET, 0xf, 0x5), 0);
}

static void a_failed_read_is_never_merged_into_a_write(void **state)
{
	(void)state;
	fake.fail_read = 1;
	assert_int_equal(poke(DP_SET, 0xf, 0x5), -EIO);
	assert_int_equal(fake.writes, 0);
	assert_false(lock_is_taken());
}

static void a_sum_that_overflows_is_not_written(void **state)
{
	(void)state;
	fake.value = 0xfffffffe;
	assert_int_equal(poke(DP_ADD, 0xffffffff, 1), 0);
	assert_int_equal(fake.written, 0xffffffff);
	assert_int_equal(poke(DP_ADD, 0xffffffff, 2), -EINVAL);
	assert_int_equal(err.code, DP_VALUE);
	assert_int_equal(fake.writes, 1);
}

static void what_has_no_place_is_planned_and_not_run(void **state)
{
	struct dp_ref ref = raw();
	struct dp_plan *plan;
	char text[64];

	(void)state;
	ref.located = false;
	ref.space = NULL;
	assert_int_equal(dp_plan_peek(dev, &ref, &plan, &err), 0);
	dp_plan_text(plan, 0, text, sizeof(text));
	assert_string_equal(text, "R bar0+0x0");
	assert_int_equal(dp_plan_run(dev, plan, &res, &err), -EAGAIN);
	assert_int_equal(fake.reads, 0);
	dp_plan_free(plan);
}

/* a plan that waits for bit 0 */
static int wait_for(uint64_t want, uint64_t timeout_ns)
{
	struct dp_ref ref = raw();
	struct dp_plan *plan;
	int rc = dp_plan_peek(dev, &ref, &plan, &err);

	assert_int_equal(rc, 0);
	plan->steps[0].a.op = DP_ACCESS_WAIT;
	plan->steps[0].a.and_mask = 1;
	plan->steps[0].a.or_mask = want;
	plan->steps[0].a.timeout_ns = timeout_ns;
	rc = dp_plan_run(dev, plan, &res, &err);
	dp_plan_free(plan);
	return rc;
}

static void a_wait_ends_when_met_when_late_and_when_gone(void **state)
{
	(void)state;
	fake.value = 3;
	assert_int_equal(wait_for(1, 1000000000), 0);
	assert_int_equal(fake.reads, 1);
	assert_int_equal(wait_for(0, 1000), -ETIMEDOUT);
	assert_int_equal(err.code, DP_TIMEOUT);
	assert_non_null(strstr(err.message, "0x3"));
	fake.value = 0xffffffff;
	assert_int_equal(wait_for(1, 1000000000), 0);
	fake.present = 0;
	assert_int_equal(wait_for(1, 1000000000), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
	fake.value = 2;
	fake.interrupted = true;
	assert_int_equal(wait_for(1, 60000000000), -EINTR);
}

/* BANK reads 0x80 and ONE lies behind its value 0x81; the @nth read fails */
static int peek_in_page(unsigned nth)
{
	struct dp_plan *plan = NULL;
	struct dp_refs refs;
	int rc = dp_resolve(dev, "ONE", 0, &refs, &err);

	fake.value = 0x80;
	fake.reads = fake.writes = 0;
	fake.fail_read = nth;
	if (!rc)
		rc = dp_plan_peek(dev, refs.v[0], &plan, &err);
	if (!rc)
		rc = dp_plan_run(dev, plan, &res, &err);
	dp_plan_free(plan);
	dp_refs_free(&refs);
	return rc;
}

static void a_failed_access_puts_the_page_back(void **state)
{
	(void)state;
	assert_int_equal(dp_dev_describe(dev, TEST_GOLDEN_DIR "/paged.yaml", &err), 0);
	assert_int_equal(peek_in_page(0), 0);
	assert_int_equal(fake.writes, 2);
	assert_int_equal(fake.written, 0x80);
	assert_int_equal(peek_in_page(2), -EIO);
	assert_string_equal(err.message, "no answer");
	assert_int_equal(fake.writes, 2);
	assert_int_equal(fake.written, 0x80);
	assert_int_equal(peek_in_page(1), -EIO); /* nothing was selected yet */
	assert_int_equal(fake.writes, 0);
}

int main(void)
{
#define RUN_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		RUN_TEST(read_and_write_are_one_under_the_devices_lock),
		RUN_TEST(one_access_takes_no_lock),
		RUN_TEST(a_device_with_a_lock_of_its_own_takes_none),
		RUN_TEST(nothing_is_touched_while_another_has_the_lock),
		RUN_TEST(a_failed_read_is_never_merged_into_a_write),
		RUN_TEST(a_sum_that_overflows_is_not_written),
		RUN_TEST(what_has_no_place_is_planned_and_not_run),
		RUN_TEST(a_failed_access_puts_the_page_back),
		RUN_TEST(a_wait_ends_when_met_when_late_and_when_gone),
	};

	return cmocka_run_group_tests_name("run", tests, setup_file, teardown_file);
}
