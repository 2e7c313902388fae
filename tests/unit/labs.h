/* SPDX-License-Identifier: GPL-2.0-or-later */
/* labs.h - labs of the real QEMU in a runtime folder of the test's own */
#ifndef DP_TEST_LABS_H
#define DP_TEST_LABS_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backend/lab.h"

static char runtime[64];
static char last_note[256];
static struct dp_ctx *ctx;
/* interrupted() says yes from its n-th call on; 0 = never */
static unsigned interrupt_at, asked;

static inline void note(void *arg, const char *text)
{
	(void)arg;
	snprintf(last_note, sizeof(last_note), "%s", text);
}

static inline bool interrupted(void *arg)
{
	(void)arg;
	asked++;
	return interrupt_at && asked >= interrupt_at;
}

static inline int start(const char *lab, const char *const *models, struct dp_err *err)
{
	size_t n = 0;

	while (models && models[n])
		n++;
	return dp_lab_start(ctx, lab, models, n, 0, err);
}

static inline void must_start(const char *lab, const char *const *models)
{
	struct dp_err err = {.message = ""};

	if (start(lab, models, &err))
		fail_msg("%s (%s)", err.message, err.hint);
}

static inline void must_stop(const char *lab)
{
	struct dp_err err = {.message = ""};

	if (dp_lab_stop(ctx, lab, &err))
		fail_msg("%s (%s)", err.message, err.hint);
}

static inline struct dp_dev *must_open(const char *spec)
{
	struct dp_err err = {.message = ""};
	struct dp_dev *dev;

	if (dp_dev_find(ctx, spec, &dev, &err) || dp_dev_open(dev, DP_OPEN_WRITE, &err))
		fail_msg("%s: %s (%s)", spec, err.message, err.hint);
	return dev;
}

static inline uint64_t rd(struct dp_dev *dev, const char *space, uint64_t offset, unsigned width)
{
	struct dp_err err = {.message = ""};
	uint64_t value = 0;

	assert_non_null(dp_dev_space(dev, space));
	if (dp_space_read(dp_dev_space(dev, space), offset, width, &value, &err))
		fail_msg("%s+0x%x: %s", space, (unsigned)offset, err.message);
	return value;
}

static inline void wr(struct dp_dev *dev, const char *space, uint64_t offset, unsigned width,
		      uint64_t value)
{
	struct dp_err err = {.message = ""};

	if (dp_space_write(dp_dev_space(dev, space), offset, width, value, &err))
		fail_msg("%s+0x%x: %s", space, (unsigned)offset, err.message);
}

/* entries of a folder, without . and .. */
static inline size_t count_entries(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n > 2 ? n - 2 : 0;
}

static inline size_t count_labs(void)
{
	char dir[96];

	snprintf(dir, sizeof(dir), "%s/labs", runtime);
	return count_entries(dir);
}

/* processes whose arguments hold "-name", @lab: QEMUs of this test program only, by its pid */
static inline size_t count_qemus(const char *lab)
{
	DIR *d = opendir("/proc");
	char want[96];
	size_t n = 0, len;
	struct dirent *e;

	len = (size_t)snprintf(want, sizeof(want), "-name%c%s", 0, lab) + 1;
	while ((e = readdir(d))) {
		char path[300], args[4096];
		ssize_t got;
		int fd;

		snprintf(path, sizeof(path), "/proc/%s/cmdline", e->d_name);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		got = read(fd, args, sizeof(args));
		close(fd);
		n += got > 0 && memmem(args, (size_t)got, want, len) != NULL;
	}
	closedir(d);
	return n;
}

static inline int pid_of(const char *lab)
{
	struct dp_lab l;
	int pid;

	assert_int_equal(dp_lab_load(ctx, lab, &l, NULL), 0);
	pid = l.pid;
	dp_lab_free(&l);
	return pid;
}

static inline void kill_qemu(const char *lab)
{
	struct dp_lab l;

	assert_int_equal(dp_lab_load(ctx, lab, &l, NULL), 0);
	assert_true(dp_lab_alive(&l));
	assert_int_equal(kill(l.pid, SIGKILL), 0);
	assert_true(dp_lab_wait_gone(&l, 5000000000u));
	dp_lab_free(&l);
}

/* ------------------------------------------------------------------ fixture */

static inline int make_runtime(void **state)
{
	struct dp_ctx_opts opts = {
		.runtime_dir = runtime, .note = note, .interrupted = interrupted};

	(void)state;
	strcpy(runtime, "/tmp/devpoke-test-lab-XXXXXX");
	if (!mkdtemp(runtime))
		return -1;
	ctx = dp_ctx_new(&opts);
	return ctx ? 0 : -1;
}

static inline int stop_it(void *arg, const struct dp_lab_info *lab)
{
	(void)arg;
	dp_lab_stop(ctx, lab->lab, NULL);
	return 0;
}

/* also after a test that failed in the middle */
static inline int stop_all(void **state)
{
	(void)state;
	interrupt_at = 0;
	dp_lab_each(ctx, stop_it, NULL, NULL);
	return 0;
}

static inline int drop_runtime(void **state)
{
	char labs[96];

	stop_all(state);
	dp_ctx_free(ctx);
	snprintf(labs, sizeof(labs), "%s/labs", runtime);
	rmdir(labs);
	return rmdir(runtime);
}

/* a test, after which no lab runs */
#define LAB_TEST(f) cmocka_unit_test_teardown(f, stop_all)

#endif
