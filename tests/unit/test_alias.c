/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_alias.c - short names for targets: targets.yaml of the configuration folders */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/target.h"
#include "scratch.h"

static char target[64], desc[32];
static struct dp_err err;

/* with the folders "user" and "system" of the scratch folder */
static struct dp_ctx *context(void)
{
	const char *dirs[] = {scratch_path("user"), scratch_path("system"), NULL};
	struct dp_ctx_opts opts = {.root = scratch, .config_dirs = dirs};
	struct dp_ctx *ctx = dp_ctx_new(&opts);

	assert_non_null(ctx);
	memset(&err, 0, sizeof(err));
	return ctx;
}

static int look_up(const char *name)
{
	struct dp_ctx *ctx = context();
	int rc;

	target[0] = desc[0] = 0;
	rc = dp_alias_find(ctx, name, target, sizeof(target), desc, sizeof(desc), &err);
	dp_ctx_free(ctx);
	return rc;
}

static int setup(void **state)
{
	(void)state;
	return scratch_make() || mkdir(scratch_path("user"), 0700) ||
	       mkdir(scratch_path("system"), 0700);
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove();
	return 0;
}

static void the_first_folder_that_has_the_name_wins(void **state)
{
	(void)state;
	scratch_text("user/targets.yaml", "dut: {target: \"01:00.0\", desc: ip@bar0+0x1000}\n");
	scratch_text("system/targets.yaml", "dut: sim:nvme\nnic: sim:lab/e1000e0\n");
	assert_int_equal(look_up("dut"), 0);
	assert_string_equal(target, "01:00.0");
	assert_string_equal(desc, "ip@bar0+0x1000");
	assert_int_equal(look_up("nic"), 0);
	assert_string_equal(target, "sim:lab/e1000e0");
	assert_string_equal(desc, "");
	assert_int_equal(look_up("other"), -ENOENT);
}

static void a_file_that_is_not_there_or_empty_has_no_names(void **state)
{
	(void)state;
	assert_int_equal(look_up("dut"), -ENOENT);
	scratch_text("user/targets.yaml", "~\n");
	assert_int_equal(look_up("dut"), -ENOENT);
}

static void one_mistake_is_an_error_of_the_whole_file(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{"dut: sim:nvme\nx: {desc: ip}\n", "targets.yaml:2:4: alias 'x' needs a target"},
		{"dut: sim:nvme\n1x: sim:edu\n", ":2:1: an alias is letters"},
		{"dut: {target: sim:nvme, des: ip}\n", "unknown key 'des'"},
		{"[dut]\n", ":1:1: a mapping NAME: TARGET is expected"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		scratch_text("user/targets.yaml", bad[i].text);
		assert_int_equal(look_up("dut"), -EINVAL);
		assert_int_equal(err.code, DP_VALUE);
		assert_non_null(strstr(err.message, bad[i].message));
	}
}

static void what_does_not_fit_is_refused_not_cut(void **state)
{
	(void)state;
	scratch_text("user/targets.yaml",
		     "dut: {target: sim:nvme, desc: a-description-of-more-than-31-characters}\n");
	assert_int_equal(look_up("dut"), -ENAMETOOLONG);
}

/* who opens a FIFO for reading waits for its writer */
static void a_fifo_is_refused_instead_of_waited_for(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(scratch_path("user/targets.yaml"), 0600), 0);
	alarm(10);
	assert_true(look_up("dut") < 0);
	alarm(0);
	assert_int_equal(err.code, DP_VALUE);
	assert_non_null(strstr(err.message, "no regular file"));
}

static void a_folder_of_that_name_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir(scratch_path("user/targets.yaml"), 0700), 0);
	assert_true(look_up("dut") < 0);
	assert_int_equal(err.code, DP_VALUE);
}

static void an_alias_may_name_another_but_not_in_a_circle(void **state)
{
	struct dp_ctx *ctx;
	struct dp_dev *dev;

	(void)state;
	scratch_text("reg.yaml", "schema: 1\ndevice: {name: reg}\nregisters: {A: {offset: 0}}\n");
	scratch_text("user/targets.yaml", "self: self\nping: pong\npong: ping\nfar: near\n");
	snprintf(target, sizeof(target), "near: model:%s\n", scratch_path("reg.yaml"));
	scratch_text("system/targets.yaml", target);
	ctx = context();
	assert_int_equal(dp_dev_find(ctx, "self", &dev, &err), -EINVAL);
	assert_int_equal(dp_dev_find(ctx, "ping", &dev, &err), -EINVAL);
	assert_int_equal(err.code, DP_USAGE);
	assert_null(dev);
	assert_int_equal(dp_dev_find(ctx, "far", &dev, &err), 0);
	dp_dev_close(dev);
	dp_ctx_free(ctx);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_folder_that_has_the_name_wins),
		TEST(a_file_that_is_not_there_or_empty_has_no_names),
		TEST(one_mistake_is_an_error_of_the_whole_file),
		TEST(what_does_not_fit_is_refused_not_cut),
		TEST(a_fifo_is_refused_instead_of_waited_for),
		TEST(a_folder_of_that_name_is_refused),
		TEST(an_alias_may_name_another_but_not_in_a_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
