/* SPDX-License-Identifier: GPL-2.0-or-later */
/* labs that break at each step of being opened: the right word, nothing left open or locked */
#include "labs.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

static const char *const edu[] = {"edu", NULL};

static size_t fds;

static int count_fds(void **state)
{
	(void)state;
	fds = count_entries("/proc/self/fd");
	return 0;
}

static int same_fds(void **state)
{
	size_t now;

	stop_all(state);
	now = count_entries("/proc/self/fd");
	if (now != fds)
		print_error("%zu descriptors, not %zu\n", now, fds);
	return now != fds || count_labs();
}

static void path_of(const char *file, char path[128])
{
	snprintf(path, 128, "%s/labs/lab/%s", runtime, file);
}

static void put_text(const char *file, const char *text)
{
	char path[128];
	int fd;

	path_of(file, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* somebody else behind a lab's socket: takes one client, says @words, waits for it to go */
static int impostor(const char *file, const char *words)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	char path[128];
	int pid, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	path_of(file, path);
	unlink(path);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%.100s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(fd, 1), 0);
	pid = fork();
	if (!pid) {
		int client = accept(fd, NULL, NULL);
		char buf[256];

		if (write(client, words, strlen(words)) < 0)
			_exit(1);
		shutdown(client, SHUT_WR);
		while (read(client, buf, sizeof(buf)) > 0)
			;
		_exit(0);
	}
	close(fd);
	return pid;
}

/* the error of an open, which has to fail */
static struct dp_err opening(struct dp_dev *dev)
{
	struct dp_err err = {.code = DP_OK};

	assert_true(dp_dev_open(dev, DP_OPEN_WRITE, &err) < 0);
	return err;
}

static struct dp_dev *found(void)
{
	struct dp_err err;
	struct dp_dev *dev;

	if (dp_dev_find(ctx, "sim:edu", &dev, &err))
		fail_msg("%s", err.message);
	return dev;
}

static void a_device_that_left_before_the_open_stays_gone(void **state)
{
	struct dp_dev *dev;
	struct dp_err err;
	uint64_t v;

	(void)state;
	must_start("lab", edu);
	dev = found();
	assert_int_equal(dp_lab_unplug(ctx, "lab", "edu", &err), 0);
	for (int i = 0; i < 2; i++) {
		err = opening(dev);
		assert_int_equal(err.code, DP_GONE);
		assert_int_equal(dp_space_read(dp_dev_space(dev, "bar0"), 0, 32, &v, &err), -EBADF);
	}
	dp_dev_close(dev);
}

static void a_socket_that_is_not_there_is_said(void **state)
{
	struct dp_dev *dev;
	struct dp_err err;
	char path[128];

	(void)state;
	must_start("lab", edu);
	dev = found();
	path_of("qtest", path);
	assert_int_equal(unlink(path), 0);
	for (int i = 0; i < 2; i++) {
		err = opening(dev);
		assert_int_equal(err.code, DP_LAB);
		assert_non_null(strstr(err.message, "cannot reach the QEMU of lab 'lab'"));
	}
	dp_dev_close(dev);
}

static void who_does_not_speak_qtest_is_no_lab(void **state)
{
	static const struct {
		const char *words;
		enum dp_code code;
	} said[] = {
		{"", DP_GONE},
		{"\n", DP_LAB},
		{"HELLO\n", DP_LAB},
		{"OK\n", DP_LAB},
		{"OK 0x\n", DP_LAB},
		{"OK 0x123456789abcdef01\n", DP_LAB},
		{"FAIL no\n", DP_LAB},
		{"OK 0x1", DP_GONE},
		{"OK 0xffffffff\n", DP_GONE},
		{"OK 0x11e8\n", DP_GONE},
	};

	(void)state;
	must_start("lab", edu);
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		struct dp_dev *dev = found();
		int pid = impostor("qtest", said[i].words), status;
		struct dp_err err = opening(dev);

		if (err.code != said[i].code)
			fail_msg("\"%s\": %s", said[i].words, err.message);
		dp_dev_close(dev);
		waitpid(pid, &status, 0);
		assert_int_equal(status, 0);
	}
}

static void a_monitor_that_is_none_stops_a_plug(void **state)
{
	static const char *const said[] = {"", "hello\n", "{\"QMP\":{}}\n", "{}\n{}\n[]\n"};
	char name[64];

	(void)state;
	must_start("lab", edu);
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		int pid = impostor("qmp", said[i]), status;
		struct dp_err err = {.code = DP_OK};

		assert_true(dp_lab_plug(ctx, "lab", "edu", name, sizeof(name), &err) < 0);
		if (err.code != DP_LAB && err.code != DP_GONE)
			fail_msg("\"%s\": %s", said[i], err.message);
		waitpid(pid, &status, 0);
	}
}

static void a_lab_begun_anew_while_one_waited_is_another(void **state)
{
	struct dp_dev *dev;
	struct dp_err err;
	int ready[2], pid, status;
	char path[128], c;

	(void)state;
	must_start("lab", edu);
	dev = found();
	path_of("lock", path);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		const struct timespec while_it_waits = {0, 100000000};
		int fd = open(path, O_RDWR);

		if (flock(fd, LOCK_EX) || write(ready[1], "x", 1) != 1)
			_exit(1);
		nanosleep(&while_it_waits, NULL);
		_exit(dp_lab_stop(ctx, "lab", NULL) || dp_lab_start(ctx, "lab", edu, 1, 0, NULL));
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	err = opening(dev);
	assert_int_equal(err.code, DP_GONE);
	assert_string_equal(err.message, "lab 'lab' ended");
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	dp_dev_close(dev);
	close(ready[0]);
	close(ready[1]);
	/* the new one is free and works */
	dev = must_open("sim:edu");
	dp_dev_close(dev);
}

static int state_of(void *arg, const struct dp_lab_info *lab)
{
	strcpy(arg, lab->state);
	return 0;
}

/* whatever the record holds: the lab is stale, and stopping it ends its QEMU */
static void a_record_that_is_none_does_not_hide_qemu(void **state)
{
	static const char *const texts[] = {
		"",
		"garbage",
		"[]",
		"{}",
		"{\"pid\":\"x\",\"devices\":7}",
		"{\"pid\":-1,\"ready\":true}",
		"{\"pid\":99999999999999999999,\"ready\":true}",
		"{\"pid\":1,\"ready\":true,\"start_time\":\"0x0\",\"boot_id\":\"another\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct dp_err err;
		char now[16] = "";
		struct dp_lab lab;

		must_start("lab", edu);
		assert_int_equal(dp_lab_load(ctx, "lab", &lab, NULL), 0);
		put_text("lab.json", texts[i]);
		assert_int_equal(dp_lab_each(ctx, state_of, now, &err), 0);
		assert_string_equal(now, "stale");
		if (i % 2)
			must_start("lab", edu);
		must_stop("lab");
		if (dp_lab_alive(&lab))
			fail_msg("QEMU %d runs on: %s", lab.pid, texts[i]);
		dp_lab_free(&lab);
	}
}

static void a_record_of_another_boot_is_stale(void **state)
{
	struct dp_lab lab;
	struct dp_dev *dev;
	struct dp_err err;

	(void)state;
	must_start("lab", edu);
	kill_qemu("lab");
	assert_int_equal(dp_lab_load(ctx, "lab", &lab, NULL), 0);
	/* the pid is there again, with the same start time: only the boot differs */
	assert_int_equal(dp_lab_identify(&lab, getpid()), 0);
	strcpy(lab.boot_id, "00000000-0000-0000-0000-000000000000");
	assert_int_equal(dp_lab_save(&lab, NULL), 0);
	dp_lab_free(&lab);
	assert_int_equal(dp_dev_find(ctx, "sim:lab/edu", &dev, &err), -EIO);
	assert_int_equal(err.code, DP_LAB);
	assert_string_equal(err.hint, "devpoke sim stop lab");
	must_stop("lab");
}

#define FAULT_TEST(f) cmocka_unit_test_setup_teardown(f, count_fds, same_fds)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAULT_TEST(a_device_that_left_before_the_open_stays_gone),
		FAULT_TEST(a_socket_that_is_not_there_is_said),
		FAULT_TEST(who_does_not_speak_qtest_is_no_lab),
		FAULT_TEST(a_monitor_that_is_none_stops_a_plug),
		FAULT_TEST(a_lab_begun_anew_while_one_waited_is_another),
		FAULT_TEST(a_record_that_is_none_does_not_hide_qemu),
		FAULT_TEST(a_record_of_another_boot_is_stale),
	};

	return cmocka_run_group_tests(tests, make_runtime, drop_runtime);
}
