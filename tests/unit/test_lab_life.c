/* SPDX-License-Identifier: GPL-2.0-or-later */
/* simulated machines, with the real QEMU: start, faults, end; nothing is left */
#include "labs.h"

static void a_name_that_runs_is_busy(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_err err;

	(void)state;
	must_start("lab", models);
	assert_int_equal(start("lab", models, &err), -EBUSY);
	assert_int_equal(err.code, DP_BUSY);
	assert_non_null(strstr(err.hint, "sim stop lab"));
	/* and goes on running */
	dp_dev_close(must_open("sim:edu"));
}

static void bad_names_and_models_touch_nothing(void **state)
{
	char lab[32];
	const struct {
		const char *lab, *model;
		enum dp_code code;
		const char *word;
	} t[] = {
		{"", "edu", DP_USAGE, "no name for a lab"},
		{"9a", "edu", DP_USAGE, "no name for a lab"},
		{"a/b", "edu", DP_USAGE, "no name for a lab"},
		{"..", "edu", DP_USAGE, "no name for a lab"},
		{lab, "", DP_USAGE, "does not start with a model"},
		{lab, ",id=x", DP_USAGE, "does not start with a model"},
		{lab, "edu,", DP_USAGE, "no prop=value"},
		{lab, "edu,foo", DP_USAGE, "no prop=value"},
		{lab, "edu,id=9", DP_VALUE, "no id"},
		{lab, "edu,id=dp-port1", DP_VALUE, "root ports"},
		{lab, "nvme,drive=", DP_VALUE, "names no file"},
		{lab, "nvme,drive=/nonexistent.img", DP_NAME, "No such file"},
		{lab, "nvme,drive=/tmp", DP_NAME, "no file"},
		{lab, "nosuch", DP_NAME, "'nosuch' is not a valid device model name"},
		{lab, "edu,nosuch=1", DP_NAME, "Property 'edu.nosuch' not found"},
		{lab, "virtio-blk-pci", DP_LAB, "drive property not set"},
		{lab, "edu,addr=99.9", DP_LAB, "addr"},
	};

	(void)state;
	snprintf(lab, sizeof(lab), "bad%d", (int)getpid());
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		const char *const models[] = {t[i].model, NULL};
		struct dp_err err = {.message = ""};

		assert_true(start(t[i].lab, models, &err) < 0);
		if (err.code != t[i].code || !strstr(err.message, t[i].word))
			fail_msg("'%s' '%s': %s: %s", t[i].lab, t[i].model, dp_code_name(err.code),
				 err.message);
		assert_int_equal(count_labs(), 0);
	}
	assert_int_equal(count_qemus(lab), 0);
}

static void an_absent_qemu_is_named_with_its_package(void **state)
{
	struct dp_ctx_opts opts = {.runtime_dir = runtime, .qemu = "/nonexistent/qemu"};
	struct dp_ctx *other = dp_ctx_new(&opts);
	struct dp_err err;

	(void)state;
	assert_int_equal(dp_lab_start(other, "lab", NULL, 0, 0, &err), -ENOENT);
	assert_int_equal(err.code, DP_LAB);
	assert_non_null(strstr(err.message, "/nonexistent/qemu"));
	assert_non_null(strstr(err.hint, "qemu-system-x86"));
	dp_ctx_free(other);
	assert_int_equal(count_labs(), 0);
}

/* exits at once, complains, or sleeps: what is no QEMU must not be waited for for long */
static void a_program_that_is_no_qemu_is_an_error(void **state)
{
	struct dp_ctx_opts opts = {.runtime_dir = runtime, .qemu = "/bin/true"};
	struct dp_ctx *other = dp_ctx_new(&opts);
	struct dp_err err;

	(void)state;
	assert_int_equal(dp_lab_start(other, "lab", NULL, 0, 0, &err), -EIO);
	assert_non_null(strstr(err.message, "without a word"));
	dp_ctx_free(other);
	opts.qemu = "/bin/ls";
	other = dp_ctx_new(&opts);
	assert_int_equal(dp_lab_start(other, "lab", NULL, 0, 0, &err), -EIO);
	assert_non_null(strstr(err.message, "QEMU does not start lab 'lab'"));
	dp_ctx_free(other);
	assert_int_equal(count_labs(), 0);
}

static void a_socket_path_that_is_too_long_is_told(void **state)
{
	char dir[200];
	struct dp_ctx_opts opts = {.runtime_dir = dir};
	struct dp_ctx *other;
	struct dp_err err;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/%070d", runtime, 0);
	other = dp_ctx_new(&opts);
	assert_int_equal(dp_lab_start(other, "lab", NULL, 0, 0, &err), -ENAMETOOLONG);
	assert_non_null(strstr(err.message, "107"));
	assert_non_null(strstr(err.hint, "DEVPOKE_RUNTIME"));
	dp_ctx_free(other);
	strcat(dir, "/labs");
	assert_int_equal(rmdir(dir), 0);
	*strrchr(dir, '/') = '\0';
	assert_int_equal(rmdir(dir), 0);
}

static void an_unwritable_runtime_folder_is_told(void **state)
{
	struct dp_ctx_opts opts = {.runtime_dir = "/proc/devpoke"};
	struct dp_ctx *other = dp_ctx_new(&opts);
	struct dp_err err;

	(void)state;
	assert_true(dp_lab_start(other, "lab", NULL, 0, 0, &err) < 0);
	assert_non_null(strstr(err.message, "/proc/devpoke"));
	dp_ctx_free(other);
}

static void an_interrupted_start_leaves_nothing(void **state)
{
	static const unsigned at[] = {1, 2, 3, 6, 12};
	static const char *const models[] = {"nvme", "edu", NULL};
	struct dp_err err;
	unsigned total;
	char lab[32];

	(void)state;
	snprintf(lab, sizeof(lab), "intr%d", (int)getpid());
	asked = 0;
	must_start(lab, models);
	total = asked;
	must_stop(lab);
	assert_true(total > 0);
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		asked = 0;
		interrupt_at = at[i];
		/* how often it is asked follows from the machine's speed */
		if (start(lab, models, &err)) {
			assert_string_equal(err.message, "interrupted");
			assert_int_equal(count_labs(), 0);
			assert_int_equal(count_qemus(lab), 0);
		} else {
			must_stop(lab);
			assert_true(asked < at[i]);
		}
		interrupt_at = 0;
	}
}

/* the caller dies between starting QEMU and the end of its work: the next start cleans */
static void a_half_started_lab_is_cleaned_by_the_next_start(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_lab lab;
	struct dp_dev *dev;
	int pid;

	(void)state;
	must_start("lab", models);
	assert_int_equal(dp_lab_load(ctx, "lab", &lab, NULL), 0);
	pid = lab.pid;
	lab.ready = false;
	assert_int_equal(dp_lab_save(&lab, NULL), 0);
	assert_int_equal(dp_dev_find(ctx, "sim:lab/edu", &dev, NULL), -EIO);
	must_start("lab", models);
	assert_false(dp_lab_alive(&lab));
	assert_int_not_equal(pid_of("lab"), pid);
	dp_lab_free(&lab);
}

static int stale_seen(void *arg, const struct dp_lab_info *lab)
{
	size_t *n = arg;

	*n += !strcmp(lab->state, "stale");
	return 0;
}

static void a_killed_qemu_is_a_stale_lab(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_err err;
	struct dp_dev *dev;
	uint64_t value;
	size_t stale = 0;
	char want[96];
	int pid;

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	pid = pid_of("lab");
	kill_qemu("lab");
	assert_int_equal(dp_space_read(dp_dev_space(dev, "bar0"), 0, 32, &value, &err), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
	assert_string_equal(err.message, "lab 'lab' ended");
	assert_int_equal(dp_dev_present(dev), 0);
	dp_dev_close(dev);
	assert_int_equal(dp_dev_find(ctx, "sim:lab/edu", &dev, &err), -EIO);
	assert_int_equal(err.code, DP_LAB);
	snprintf(want, sizeof(want), "lab 'lab' is stale: its QEMU (pid %d) is gone", pid);
	assert_string_equal(err.message, want);
	assert_string_equal(err.hint, "devpoke sim stop lab");
	assert_int_equal(dp_lab_each(ctx, stale_seen, &stale, NULL), 0);
	assert_int_equal(stale, 1);
	/* a start over it cleans and says so */
	must_start("lab", models);
	assert_string_equal(last_note, "lab 'lab' was stale; cleaned");
	kill_qemu("lab");
	must_stop("lab");
	assert_int_equal(count_labs(), 0);
}

static void a_pid_used_again_is_not_taken_for_qemu(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_lab lab;

	(void)state;
	must_start("lab", models);
	kill_qemu("lab");
	assert_int_equal(dp_lab_load(ctx, "lab", &lab, NULL), 0);
	/* this very process now has the pid that the record names */
	lab.pid = (int)getpid();
	assert_false(dp_lab_alive(&lab));
	assert_int_equal(dp_lab_save(&lab, NULL), 0);
	dp_lab_free(&lab);
	must_stop("lab");
}

static void a_lab_in_use_is_busy_with_the_holders_pid(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_ctx_opts opts = {.runtime_dir = runtime};
	struct dp_ctx *other = dp_ctx_new(&opts);
	struct dp_dev *dev, *second;
	struct dp_err err;
	char want[64];

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	assert_int_equal(dp_dev_find(other, "sim:edu", &second, &err), 0);
	assert_int_equal(dp_dev_open(second, 0, &err), -EBUSY);
	assert_int_equal(err.code, DP_BUSY);
	snprintf(want, sizeof(want), "lab 'lab' is in use by process %d", (int)getpid());
	assert_string_equal(err.message, want);
	dp_dev_close(dev);
	/* freed: the same handle opens now */
	assert_int_equal(dp_dev_open(second, 0, &err), 0);
	dp_dev_close(second);
	dp_ctx_free(other);
}

static void a_client_that_dies_frees_the_lab(void **state)
{
	static const char *const models[] = {"edu", NULL};
	int pid, status, ready[2];
	struct dp_dev *dev;
	char c;

	(void)state;
	must_start("lab", models);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		struct dp_dev *mine;

		if (dp_dev_find(ctx, "sim:edu", &mine, NULL) || dp_dev_open(mine, 0, NULL))
			_exit(1);
		while (write(ready[1], "x", 1) != 1)
			;
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	dev = must_open("sim:edu");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	dp_dev_close(dev);
	close(ready[0]);
	close(ready[1]);
}

static void no_descriptor_is_left(void **state)
{
	static const char *const models[] = {"edu", NULL}, *const bad[] = {"nosuch", NULL};
	size_t before = count_entries("/proc/self/fd");
	struct dp_err err;

	(void)state;
	must_start("lab", models);
	dp_dev_close(must_open("sim:edu"));
	assert_int_equal(dp_lab_unplug(ctx, "lab", "edu", &err), 0);
	assert_int_equal(dp_lab_unplug(ctx, "lab", "edu", &err), -ENODEV);
	assert_int_equal(start("lab", models, &err), -EBUSY);
	must_stop("lab");
	assert_true(start("lab", bad, &err) < 0);
	assert_int_equal(count_entries("/proc/self/fd"), before);
}

static void files_that_are_not_ours_stay(void **state)
{
	static const char *const models[] = {"edu", NULL};
	char file[128];
	struct dp_err err;
	int fd;

	(void)state;
	must_start("lab", models);
	snprintf(file, sizeof(file), "%s/labs/lab/mine", runtime);
	fd = open(file, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_int_equal(dp_lab_stop(ctx, "lab", &err), -ENOTEMPTY);
	assert_int_equal(access(file, F_OK), 0);
	assert_int_equal(unlink(file), 0);
	must_stop("lab");
}

static void a_lab_ends_by_itself_after_its_time(void **state)
{
	static const char *const models[] = {"edu"};
	struct dp_lab lab;

	(void)state;
	assert_int_equal(dp_lab_start(ctx, "lab", models, 1, 1000000, NULL), 0);
	/* it may be over already: then there is nothing to wait for */
	if (!dp_lab_load(ctx, "lab", &lab, NULL)) {
		assert_true(dp_lab_wait_gone(&lab, 20000000000u));
		dp_lab_free(&lab);
	}
	for (int i = 0; i < 2000 && count_labs(); i++)
		usleep(5000);
	assert_int_equal(count_labs(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(a_name_that_runs_is_busy),
		LAB_TEST(bad_names_and_models_touch_nothing),
		LAB_TEST(an_absent_qemu_is_named_with_its_package),
		LAB_TEST(a_program_that_is_no_qemu_is_an_error),
		LAB_TEST(a_socket_path_that_is_too_long_is_told),
		LAB_TEST(an_unwritable_runtime_folder_is_told),
		LAB_TEST(an_interrupted_start_leaves_nothing),
		LAB_TEST(a_half_started_lab_is_cleaned_by_the_next_start),
		LAB_TEST(a_killed_qemu_is_a_stale_lab),
		LAB_TEST(a_pid_used_again_is_not_taken_for_qemu),
		LAB_TEST(a_lab_in_use_is_busy_with_the_holders_pid),
		LAB_TEST(a_client_that_dies_frees_the_lab),
		LAB_TEST(no_descriptor_is_left),
		LAB_TEST(files_that_are_not_ours_stay),
		LAB_TEST(a_lab_ends_by_itself_after_its_time),
	};

	return cmocka_run_group_tests(tests, make_runtime, drop_runtime);
}
