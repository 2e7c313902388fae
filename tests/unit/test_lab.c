/* SPDX-License-Identifier: GPL-2.0-or-later */
/* simulated machines, with the real QEMU: start, devices, plug, faults, end */
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

static void note(void *arg, const char *text)
{
	(void)arg;
	snprintf(last_note, sizeof last_note, "%s", text);
}

static bool interrupted(void *arg)
{
	(void)arg;
	asked++;
	return interrupt_at && asked >= interrupt_at;
}

static int start(const char *lab, const char *const *models, struct dp_err *err)
{
	size_t n = 0;

	while (models && models[n])
		n++;
	return dp_lab_start(ctx, lab, models, n, 0, err);
}

static void must_start(const char *lab, const char *const *models)
{
	struct dp_err err = {.message = ""};

	if (start(lab, models, &err))
		fail_msg("%s (%s)", err.message, err.hint);
}

static void must_stop(const char *lab)
{
	struct dp_err err = {.message = ""};

	if (dp_lab_stop(ctx, lab, &err))
		fail_msg("%s (%s)", err.message, err.hint);
}

static struct dp_dev *must_open(const char *spec)
{
	struct dp_err err = {.message = ""};
	struct dp_dev *dev;

	if (dp_dev_find(ctx, spec, &dev, &err) || dp_dev_open(dev, DP_OPEN_WRITE, &err))
		fail_msg("%s: %s (%s)", spec, err.message, err.hint);
	return dev;
}

static uint64_t rd(struct dp_dev *dev, const char *space, uint64_t offset, unsigned width)
{
	struct dp_err err = {.message = ""};
	uint64_t value = 0;

	assert_non_null(dp_dev_space(dev, space));
	if (dp_space_read(dp_dev_space(dev, space), offset, width, &value, &err))
		fail_msg("%s+0x%x: %s", space, (unsigned)offset, err.message);
	return value;
}

static void wr(struct dp_dev *dev, const char *space, uint64_t offset, unsigned width,
	       uint64_t value)
{
	struct dp_err err = {.message = ""};

	if (dp_space_write(dp_dev_space(dev, space), offset, width, value, &err))
		fail_msg("%s+0x%x: %s", space, (unsigned)offset, err.message);
}

/* entries of a folder, without . and .. */
static size_t count_entries(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n > 2 ? n - 2 : 0;
}

static size_t count_labs(void)
{
	char dir[96];

	snprintf(dir, sizeof dir, "%s/labs", runtime);
	return count_entries(dir);
}

/* processes whose arguments hold "-name", @lab: QEMUs of this test program only, by its pid */
static size_t count_qemus(const char *lab)
{
	DIR *d = opendir("/proc");
	char want[96];
	size_t n = 0, len;
	struct dirent *e;

	len = (size_t)snprintf(want, sizeof want, "-name%c%s", 0, lab) + 1;
	while ((e = readdir(d))) {
		char path[300], args[4096];
		ssize_t got;
		int fd;

		snprintf(path, sizeof path, "/proc/%s/cmdline", e->d_name);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		got = read(fd, args, sizeof args);
		close(fd);
		n += got > 0 && memmem(args, (size_t)got, want, len) != NULL;
	}
	closedir(d);
	return n;
}

static int pid_of(const char *lab)
{
	struct dp_lab l;
	int pid;

	assert_int_equal(dp_lab_load(ctx, lab, &l, NULL), 0);
	pid = l.pid;
	dp_lab_free(&l);
	return pid;
}

static void kill_qemu(const char *lab)
{
	struct dp_lab l;

	assert_int_equal(dp_lab_load(ctx, lab, &l, NULL), 0);
	assert_true(dp_lab_alive(&l));
	assert_int_equal(kill(l.pid, SIGKILL), 0);
	assert_true(dp_lab_wait_gone(&l, 5000000000u));
	dp_lab_free(&l);
}

/* ------------------------------------------------------------------ fixture */

static int make_runtime(void **state)
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

static int stop_it(void *arg, const struct dp_lab_info *lab)
{
	(void)arg;
	dp_lab_stop(ctx, lab->lab, NULL);
	return 0;
}

/* also after a test that failed in the middle */
static int stop_all(void **state)
{
	(void)state;
	interrupt_at = 0;
	dp_lab_each(ctx, stop_it, NULL, NULL);
	return 0;
}

static int drop_runtime(void **state)
{
	char labs[96];

	stop_all(state);
	dp_ctx_free(ctx);
	snprintf(labs, sizeof labs, "%s/labs", runtime);
	rmdir(labs);
	return rmdir(runtime);
}

/* -------------------------------------------------------------------- tests */

static void the_default_lab_has_three_devices_that_answer(void **state)
{
	struct dp_dev *dev;

	(void)state;
	must_start("lab", NULL);
	dev = must_open("sim:lab/nvme");
	assert_string_equal(dp_dev_info(dev)->target, "sim:lab/nvme0");
	assert_int_equal(dp_dev_info(dev)->class, 0x010802);
	/* NVM Express 1.4: what QEMU's VS says */
	assert_int_equal(rd(dev, "bar0", 8, 32), 0x00010400);
	dp_dev_close(dev);
	dev = must_open("sim:e1000e");
	assert_int_equal(rd(dev, "cfg", 0, 32), 0x10d38086);
	assert_int_equal(rd(dev, "bar0", 8, 32) & 0x3, 0x3);
	dp_dev_close(dev);
	dev = must_open("sim:lab/03:00.0");
	assert_string_equal(dp_dev_info(dev)->target, "sim:lab/edu0");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	wr(dev, "bar0", 4, 32, 0x12345678);
	assert_int_equal(rd(dev, "bar0", 4, 32), (uint32_t)~0x12345678u);
	dp_dev_close(dev);
	must_stop("lab");
	assert_int_equal(count_labs(), 0);
}

static void a_wrong_width_arrives_as_such(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_dev *dev;

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	/* edu takes 32-bit accesses only below 0x80 */
	assert_int_equal(rd(dev, "bar0", 0, 16), 0);
	assert_true(rd(dev, "bar0", 0, 64) == UINT64_MAX);
	assert_int_equal(rd(dev, "cfg", 0, 8), 0x34);
	assert_int_equal(rd(dev, "cfg", 2, 16), 0x11e8);
	dp_dev_close(dev);
}

static void decoding_is_on_and_bus_mastering_off(void **state)
{
	struct dp_dev *dev;

	(void)state;
	must_start("lab", NULL);
	dev = must_open("sim:nvme");
	assert_int_equal(rd(dev, "cfg", 4, 16) & 7, 3);
	dp_dev_close(dev);
	/* the port forwards what a master below it does */
	dev = must_open("sim:lab/dp-port1");
	assert_int_equal(rd(dev, "cfg", 4, 16) & 7, 7);
	dp_dev_close(dev);
}

static void a_function_behind_a_given_bridge_is_found(void **state)
{
	static const char *const models[] = {"pcie-root-port,id=rp0",
					     "edu,bus=rp0",
					     "edu,addr=9",
					     "pci-bridge,id=br,chassis_nr=7,bus=rp1",
					     "pcie-root-port,id=rp1",
					     NULL};
	static const char *const good[] = {"pcie-root-port,id=rp0",
					   "edu,bus=rp0",
					   "edu,addr=9",
					   "pcie-root-port,id=rp1",
					   "pcie-pci-bridge,id=br,bus=rp1",
					   "e1000,bus=br,addr=3",
					   "pci-testdev,bus=br,addr=4",
					   NULL};
	struct dp_err err;
	struct dp_dev *dev;

	(void)state;
	/* a bus that comes later in the list is unknown to QEMU */
	assert_int_equal(start("lab", models, &err), -EIO);
	assert_non_null(strstr(err.message, "Bus 'rp1' not found"));
	must_start("lab", good);
	dev = must_open("sim:lab/edu0");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	dp_dev_close(dev);
	dev = must_open("sim:lab/00:09.0");
	assert_string_equal(dp_dev_info(dev)->target, "sim:lab/edu1");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	dp_dev_close(dev);
	/* two bridges down, with memory and ports */
	dev = must_open("sim:lab/e1000");
	wr(dev, "bar0", 0x5400, 32, 0x11223344);
	assert_int_equal(rd(dev, "bar0", 0x5400, 32), 0x11223344);
	/* the I/O BAR is an index and a data register (8254x manual 13.2.2) */
	wr(dev, "bar1", 0, 32, 0x5400);
	assert_int_equal(rd(dev, "bar1", 0, 32), 0);
	dp_dev_close(dev);
}

static void switches_expanders_and_multifunction_devices_are_numbered(void **state)
{
	static const char *const models[] = {"pxb-pcie,bus_nr=0x40,id=px",
					     "pcie-root-port,bus=px,id=r1",
					     "edu,bus=r1,id=far",
					     "pcie-root-port,id=rp0",
					     "x3130-upstream,id=up,bus=rp0",
					     "xio3130-downstream,id=d0,bus=up",
					     "xio3130-downstream,id=d1,bus=up",
					     "edu,bus=d0",
					     "edu,bus=d1",
					     "edu,addr=5.0,multifunction=on",
					     "edu,addr=5.1",
					     NULL};
	static const char *const specs[] = {"sim:lab/41:00.0", "sim:lab/03:00.0", "sim:lab/04:00.0",
					    "sim:lab/00:05.0", "sim:lab/00:05.1", "sim:lab/far"};
	struct dp_err err = {.message = ""};
	struct dp_dev *dev;

	(void)state;
	must_start("lab", models);
	for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
		dev = must_open(specs[i]);
		assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
		dp_dev_close(dev);
	}
	/* with the switch goes what is behind it */
	if (dp_lab_unplug(ctx, "lab", "up", &err))
		fail_msg("%s", err.message);
	assert_int_equal(dp_dev_find(ctx, "sim:lab/edu1", &dev, NULL), -ENODEV);
	dev = must_open("sim:lab/edu2");
	dp_dev_close(dev);
}

static int check_bars(const struct dp_lab *lab)
{
	const struct dp_lab_bar *a, *b;

	for (size_t i = 0; i < lab->n; i++)
		for (unsigned k = 0; k < lab->fns[i].n_bars; k++) {
			a = &lab->fns[i].bars[k];
			if (!a->address || a->address % a->size)
				return -1;
			for (size_t m = 0; m < lab->n; m++)
				for (unsigned l = 0; l < lab->fns[m].n_bars; l++) {
					b = &lab->fns[m].bars[l];
					if (a != b && a->io == b->io &&
					    a->address < b->address + b->size &&
					    b->address < a->address + a->size)
						return -1;
				}
		}
	return 0;
}

static void bars_are_aligned_and_apart(void **state)
{
	static const char *const models[] = {"pci-testdev,membar=1G",
					     "e1000",
					     "rtl8139",
					     "pcnet",
					     "vmxnet3",
					     "nvme,cmb_size_mb=8,legacy-cmb=on",
					     "qemu-xhci",
					     "virtio-net-pci",
					     "virtio-rng-pci",
					     "edu",
					     "sdhci-pci",
					     NULL};
	struct dp_dev *dev;
	struct dp_lab lab;

	(void)state;
	must_start("lab", models);
	assert_int_equal(dp_lab_load(ctx, "lab", &lab, NULL), 0);
	assert_int_equal(check_bars(&lab), 0);
	dp_lab_free(&lab);
	/* a 64-bit prefetchable BAR lies above 4 GiB; this one takes what is stored there */
	dev = must_open("sim:nvme");
	assert_true(dp_dev_space(dev, "bar2")->region->address >> 32);
	wr(dev, "bar2", 0x7ffff8, 32, 0xcafe);
	assert_int_equal(rd(dev, "bar2", 0x7ffff8, 32), 0xcafe);
	dp_dev_close(dev);
	/* virtio's common configuration through a prefetchable BAR: num_queues (virtio 1.1,
	 * 4.1.4.3) */
	dev = must_open("sim:virtio-net-pci");
	assert_int_equal(rd(dev, "bar4", 0x12, 16), 3);
	dp_dev_close(dev);
}

static void a_moved_bar_is_followed(void **state)
{
	static const char *const models[] = {"edu,addr=5", NULL};
	struct dp_dev *dev;

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	wr(dev, "cfg", 0x10, 32, 0xd0000000);
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	dp_dev_close(dev);
	dev = must_open("sim:edu");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	assert_int_equal(dp_dev_space(dev, "bar0")->region->address, 0xd0000000);
	dp_dev_close(dev);
}

static void the_machines_memory_is_shared(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_lab_conn *conn;
	struct dp_qtest *q;
	struct dp_space_info info;
	struct dp_dev *dev;
	struct dp_lab lab;
	uint64_t value = 0;

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	wr(dev, "mem", 0x123400, 32, 0xfeedface);
	dp_space_info(dp_dev_space(dev, "mem"), &info);
	assert_true(info.mapped);
	assert_int_equal(info.kind, DP_SPACE_MEMORY);
	assert_int_equal(dp_lab_load(ctx, "lab", &lab, NULL), 0);
	/* the same connection: the lab is not busy with ourselves */
	assert_int_equal(dp_lab_conn_get(ctx, &lab, &conn, NULL), 0);
	q = dp_lab_conn_use(conn);
	assert_int_equal(dp_qtest_read(q, 'm', 0x123400, 32, &value, NULL), 0);
	assert_int_equal(value, 0xfeedface);
	assert_int_equal(dp_qtest_write(q, 'm', 0x123404, 16, 0xabcd, NULL), 0);
	dp_lab_conn_done(conn);
	dp_lab_conn_put(conn);
	dp_lab_free(&lab);
	assert_int_equal(rd(dev, "mem", 0x123404, 16), 0xabcd);
	dp_dev_close(dev);
}

static void device_state_outlives_a_connection(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_dev *dev;

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	wr(dev, "bar0", 0x20, 32, 0x80);
	dp_dev_close(dev);
	dev = must_open("sim:edu");
	assert_int_equal(rd(dev, "bar0", 0x20, 32) & 0x80, 0x80);
	dp_dev_close(dev);
}

static void two_labs_run_side_by_side(void **state)
{
	static const char *const one[] = {"edu", NULL}, *const two[] = {"nvme", "nvme", NULL};
	struct dp_err err;
	struct dp_dev *dev, *other;

	(void)state;
	must_start("a", one);
	must_start("b", two);
	assert_int_equal(dp_dev_find(ctx, "sim:edu", &dev, &err), -ENODEV);
	assert_int_equal(err.code, DP_ABSENT);
	assert_int_equal(dp_dev_find(ctx, "sim:b/nvme", &dev, &err), -ENODEV);
	assert_string_equal(err.hint, "one of: nvme0, nvme1");
	assert_int_equal(dp_dev_find(ctx, "sim:a/nvme0", &dev, &err), -ENODEV);
	assert_string_equal(err.hint, "it has: edu0");
	assert_int_equal(dp_dev_find(ctx, "sim:c/nvme0", &dev, &err), -ENODEV);
	assert_string_equal(err.hint, "there is: a, b");
	assert_int_equal(dp_dev_find(ctx, "sim:", &dev, &err), -EINVAL);
	assert_int_equal(dp_dev_find(ctx, "sim:a/", &dev, &err), -EINVAL);
	assert_int_equal(dp_dev_find(ctx, "sim:../x", &dev, &err), -EINVAL);
	dev = must_open("sim:a/edu");
	other = must_open("sim:b/nvme1");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	assert_int_equal(rd(other, "bar0", 8, 32), 0x00010400);
	dp_dev_close(dev);
	dp_dev_close(other);
	must_stop("a");
	dev = must_open("sim:nvme0");
	dp_dev_close(dev);
}

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
	snprintf(lab, sizeof lab, "bad%d", (int)getpid());
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
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
	snprintf(dir, sizeof dir, "%s/%070d", runtime, 0);
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
	snprintf(lab, sizeof lab, "intr%d", (int)getpid());
	asked = 0;
	must_start(lab, models);
	total = asked;
	must_stop(lab);
	assert_true(total > 0);
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
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
	snprintf(want, sizeof want, "lab 'lab' is stale: its QEMU (pid %d) is gone", pid);
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

static void an_unplugged_device_is_gone(void **state)
{
	struct dp_err err = {.message = ""};
	struct dp_dev *dev, *edu;

	(void)state;
	must_start("lab", NULL);
	dev = must_open("sim:nvme");
	edu = must_open("sim:edu");
	assert_int_equal(dp_dev_present(dev), 1);
	if (dp_lab_unplug(ctx, "lab", "nvme", &err))
		fail_msg("%s", err.message);
	assert_int_equal(dp_dev_present(dev), 0);
	assert_int_equal(dev->backend->recheck(dev, &err), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
	assert_int_equal(dp_dev_present(edu), 1);
	assert_int_equal(edu->backend->recheck(edu, &err), 0);
	dp_dev_close(dev);
	dp_dev_close(edu);
	assert_int_equal(dp_dev_find(ctx, "sim:lab/nvme0", &dev, &err), -ENODEV);
	assert_int_equal(dp_lab_unplug(ctx, "lab", "nvme", &err), -ENODEV);
}

static void what_cannot_be_unplugged_is_told(void **state)
{
	static const char *const models[] = {"edu,addr=4", "nvme", NULL};
	struct dp_err err;

	(void)state;
	must_start("lab", models);
	assert_int_equal(dp_lab_unplug(ctx, "lab", "edu", &err), -EINVAL);
	assert_non_null(strstr(err.message, "root bus"));
	assert_non_null(strstr(err.hint, "without bus="));
	assert_int_equal(dp_lab_unplug(ctx, "lab", "dp-port1", &err), -EINVAL);
	assert_int_equal(dp_lab_unplug(ctx, "nolab", "edu", &err), -ENODEV);
}

static void devices_can_be_plugged_until_the_ports_are_full(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_err err = {.message = ""};
	struct dp_dev *dev;
	char name[64];

	(void)state;
	must_start("lab", models);
	if (dp_lab_plug(ctx, "lab", "nvme", name, sizeof name, &err))
		fail_msg("%s", err.message);
	assert_string_equal(name, "nvme0");
	dev = must_open("sim:nvme");
	assert_int_equal(rd(dev, "bar0", 8, 32), 0x00010400);
	assert_int_equal(rd(dev, "cfg", 4, 16) & 7, 3);
	dp_dev_close(dev);
	/* a refused one takes no port */
	assert_int_equal(dp_lab_plug(ctx, "lab", "edu,nosuch=1", name, sizeof name, &err), -EIO);
	assert_non_null(strstr(err.message, "Property 'edu.nosuch' not found"));
	assert_int_equal(dp_lab_plug(ctx, "lab", "e1000", name, sizeof name, &err), 0);
	assert_string_equal(name, "e10000");
	dev = must_open("sim:e1000");
	assert_int_equal(dp_dev_space(dev, "bar1")->kind, DP_SPACE_PORT);
	wr(dev, "bar0", 0x5400, 32, 0x11223344);
	assert_int_equal(rd(dev, "bar0", 0x5400, 32), 0x11223344);
	dp_dev_close(dev);
	assert_int_equal(dp_lab_plug(ctx, "lab", "edu", name, sizeof name, &err), -ENOSPC);
	assert_non_null(strstr(err.message, "no free port"));
	assert_int_equal(dp_lab_unplug(ctx, "lab", "edu", &err), 0);
	assert_int_equal(dp_lab_plug(ctx, "lab", "edu,id=again", name, sizeof name, &err), 0);
	dev = must_open("sim:again");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	dp_dev_close(dev);
}

static void a_drive_is_a_block_device(void **state)
{
	char dir[] = "/tmp/devpoke-test-drive-XXXXXX", file[64], nvme[128], blk[128];
	const char *const models[] = {nvme, NULL}, *const twice[] = {nvme, blk, NULL};
	struct dp_err err;
	struct dp_dev *dev;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	/* a comma in the name is written twice */
	snprintf(file, sizeof file, "%s/a,b.img", dir);
	snprintf(nvme, sizeof nvme, "nvme,serial=S1,drive=%s/a,,b.img", dir);
	snprintf(blk, sizeof blk, "virtio-blk-pci,drive=%s/a,,b.img", dir);
	fd = open(file, O_RDWR | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	close(fd);
	/* QEMU locks its images, and its words say so */
	assert_int_equal(start("lab", twice, &err), -EIO);
	assert_non_null(strstr(err.message, "lock"));
	must_start("lab", models);
	dev = must_open("sim:nvme");
	dp_dev_close(dev);
	must_stop("lab");
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(dir), 0);
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
	snprintf(want, sizeof want, "lab 'lab' is in use by process %d", (int)getpid());
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
	snprintf(file, sizeof file, "%s/labs/lab/mine", runtime);
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

#define LAB_TEST(f) cmocka_unit_test_teardown(f, stop_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(the_default_lab_has_three_devices_that_answer),
		LAB_TEST(a_wrong_width_arrives_as_such),
		LAB_TEST(decoding_is_on_and_bus_mastering_off),
		LAB_TEST(a_function_behind_a_given_bridge_is_found),
		LAB_TEST(switches_expanders_and_multifunction_devices_are_numbered),
		LAB_TEST(bars_are_aligned_and_apart),
		LAB_TEST(a_moved_bar_is_followed),
		LAB_TEST(the_machines_memory_is_shared),
		LAB_TEST(device_state_outlives_a_connection),
		LAB_TEST(two_labs_run_side_by_side),
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
		LAB_TEST(an_unplugged_device_is_gone),
		LAB_TEST(what_cannot_be_unplugged_is_told),
		LAB_TEST(devices_can_be_plugged_until_the_ports_are_full),
		LAB_TEST(a_drive_is_a_block_device),
		LAB_TEST(a_lab_in_use_is_busy_with_the_holders_pid),
		LAB_TEST(a_client_that_dies_frees_the_lab),
		LAB_TEST(no_descriptor_is_left),
		LAB_TEST(files_that_are_not_ours_stay),
		LAB_TEST(a_lab_ends_by_itself_after_its_time),
	};

	return cmocka_run_group_tests(tests, make_runtime, drop_runtime);
}
