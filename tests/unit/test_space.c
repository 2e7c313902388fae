/* SPDX-License-Identifier: GPL-2.0-or-later */
/* the checked access: what the core refuses before a backend sees it, and what it traces */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/core.h"

static struct {
	unsigned reads, writes, opens, maps;
	uint64_t offset, value;
	unsigned width;
	int present, fail;
	uint8_t *memory;
	char trace[512];
} fake;

static int fake_open(struct dp_dev *dev, unsigned flags, struct dp_err *err)
{
	(void)dev, (void)flags;
	fake.opens++;
	return fake.fail ? dp_err_set(err, EIO, DP_IO, "open failed") : 0;
}

static int fake_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t *value, struct dp_err *err)
{
	(void)dev, (void)r;
	fake.reads++;
	fake.offset = offset;
	fake.width = width;
	*value = fake.value;
	return fake.fail ? dp_err_set(err, EIO, DP_IO, "read failed") : 0;
}

static int fake_write(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		      uint64_t value, struct dp_err *err)
{
	(void)dev, (void)r, (void)err;
	fake.writes++;
	fake.offset = offset;
	fake.width = width;
	fake.value = value;
	return 0;
}

static int fake_map(struct dp_dev *dev, struct dp_region *r, volatile uint8_t **map, void **start,
		    size_t *len, struct dp_err *err)
{
	(void)dev, (void)r, (void)err;
	fake.maps++;
	if (!fake.memory)
		return -EOPNOTSUPP;
	*map = fake.memory + 0x10;
	*start = fake.memory;
	*len = 4096;
	return 0;
}

static int fake_present(struct dp_dev *dev)
{
	(void)dev;
	return fake.present;
}

static const struct dp_backend backend = {
	.name = "fake",
	.help = "",
	.caps = DP_CAP_READ | DP_CAP_WRITE,
	.open = fake_open,
	.read = fake_read,
	.write = fake_write,
	.map = fake_map,
	.present = fake_present,
};

static void keep_trace(void *arg, const struct dp_trace *t)
{
	(void)arg;
	dp_trace_json(t, fake.trace, sizeof(fake.trace));
}

struct fixture {
	struct dp_ctx *ctx;
	struct dp_dev *dev;
	struct dp_space *bar;
};

static int setup(void **state)
{
	struct dp_ctx_opts opts = {.trace = NULL};
	struct fixture *f = calloc(1, sizeof(*f));

	memset(&fake, 0, sizeof(fake));
	fake.present = 1;
	f->ctx = dp_ctx_new(&opts);
	f->dev = dp_dev_new(f->ctx, &backend);
	dp_dev_add_region(f->dev, "bar0", DP_SPACE_REGISTERS, 0x100, 8 | 16 | 32)->can_map = true;
	dp_dev_add_region(f->dev, "cfg", DP_SPACE_CONFIG, 0x100, 8 | 16 | 32)->readonly = true;
	dp_dev_pick_main(f->dev);
	f->bar = dp_dev_space(f->dev, "bar0");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	dp_dev_close(f->dev);
	dp_ctx_free(f->ctx);
	free(f);
	return 0;
}

static void main_is_the_lowest_memory_bar(void **state)
{
	struct fixture *f = *state;

	assert_ptr_equal(dp_dev_space(f->dev, "main"), f->bar);
	assert_null(dp_dev_space(f->dev, "bar1"));
}

static void nothing_bad_reaches_the_backend(void **state)
{
	static const struct {
		uint64_t offset;
		unsigned width;
		enum dp_code code;
	} bad[] = {
		{0x100, 8, DP_RANGE},  {0xfe, 32, DP_RANGE}, {UINT64_MAX, 8, DP_RANGE},
		{0xff, 16, DP_RANGE},  {1, 16, DP_ALIGN},    {2, 32, DP_ALIGN},
		{0, 64, DP_ALIGN},     {0, 24, DP_ALIGN},    {0, 0, DP_ALIGN},
		{0x104, 32, DP_RANGE},
	};
	struct fixture *f = *state;
	struct dp_err err;
	uint64_t v;

	assert_int_equal(dp_dev_open(f->dev, DP_OPEN_WRITE, &err), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_true(dp_space_read(f->bar, bad[i].offset, bad[i].width, &v, &err) < 0);
		assert_int_equal(err.code, bad[i].code);
		assert_true(dp_space_write(f->bar, bad[i].offset, bad[i].width, 0, &err) < 0);
		assert_int_equal(err.code, bad[i].code);
	}
	assert_int_equal(dp_space_write(dp_dev_space(f->dev, "cfg"), 4, 16, 0, &err), -EPERM);
	assert_int_equal(err.class, DP_CLASS_RO);
	assert_int_equal(fake.reads + fake.writes, 0);
}

static void one_access_of_the_stated_width(void **state)
{
	struct fixture *f = *state;
	uint64_t v;

	fake.value = 0x1234;
	assert_int_equal(dp_dev_open(f->dev, DP_OPEN_WRITE, NULL), 0);
	assert_int_equal(dp_space_read(f->bar, 0xfe, 16, &v, NULL), 0);
	assert_int_equal(v, 0x1234);
	assert_int_equal(fake.reads, 1);
	assert_int_equal(fake.width, 16);
	assert_int_equal(fake.offset, 0xfe);
	assert_int_equal(dp_space_write(f->bar, 4, 8, 0x5a, NULL), 0);
	assert_int_equal(fake.writes, 1);
	assert_int_equal(fake.width, 8);
	assert_int_equal(fake.reads, 1);
}

static void a_write_needs_a_device_opened_for_writing(void **state)
{
	struct fixture *f = *state;
	struct dp_err err;
	uint64_t v;

	assert_int_equal(dp_space_read(f->bar, 0, 32, &v, &err), -EBADF);
	assert_int_equal(dp_dev_open(f->dev, 0, &err), 0);
	assert_int_equal(dp_space_write(f->bar, 0, 32, 1, &err), -EBADF);
	assert_int_equal(dp_dev_open(f->dev, DP_OPEN_WRITE, &err), 0);
	assert_int_equal(dp_space_write(f->bar, 0, 32, 1, &err), 0);
	assert_int_equal(dp_dev_open(f->dev, 0, &err), 0);
	assert_int_equal(fake.opens, 2);
}

static void a_failed_open_leaves_a_closed_device(void **state)
{
	struct fixture *f = *state;
	struct dp_err err;
	uint64_t v;

	fake.fail = 1;
	assert_int_equal(dp_dev_open(f->dev, 0, &err), -EIO);
	assert_false(f->dev->is_open);
	fake.fail = 0;
	assert_int_equal(dp_dev_open(f->dev, 0, &err), 0);
	assert_int_equal(dp_space_read(f->bar, 0, 32, &v, &err), 0);
	/* also one that was open for reading: what the backend had is given up */
	fake.fail = 1;
	assert_int_equal(dp_dev_open(f->dev, DP_OPEN_WRITE, &err), -EIO);
	assert_int_equal(dp_space_read(f->bar, 0, 32, &v, &err), -EBADF);
	fake.fail = 0;
	assert_int_equal(dp_dev_open(f->dev, 0, &err), 0);
	assert_int_equal(dp_space_read(f->bar, 0, 32, &v, &err), 0);
}

static void the_trace_has_value_null_on_failure(void **state)
{
	struct fixture *f = *state;
	struct dp_err err;
	uint64_t v;

	f->ctx->opts.trace = keep_trace;
	assert_int_equal(dp_dev_open(f->dev, 0, &err), 0);
	fake.value = 0xab;
	f->dev->path = "CC";
	assert_int_equal(dp_space_read(f->bar, 0x14, 32, &v, &err), 0);
	assert_non_null(strstr(fake.trace,
			       "\"op\":\"R\",\"space\":\"bar0\",\"offset\":\"0x14\","
			       "\"width\":32,\"value\":\"0x000000ab\",\"path\":\"CC\""));
	fake.fail = 1;
	assert_int_equal(dp_space_read(f->bar, 0x14, 32, &v, &err), -EIO);
	assert_non_null(strstr(fake.trace, "\"value\":null"));
}

static void a_trace_line_is_json_whatever_the_names_are(void **state)
{
	char path[400], line[1024], small[32];
	struct dp_trace t = {.t_us = 7,
			     .op = 'W',
			     .width = 8,
			     .offset = 0x10,
			     .value = 0xab,
			     .space = "a\"b",
			     .path = path,
			     .why = "c\\d\n"};
	int n;

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	n = dp_trace_json(&t, line, sizeof(line));
	assert_int_equal(n, strlen(line));
	assert_non_null(strstr(line, "\"space\":\"a\\u0022b\",\"offset\":\"0x10\",\"width\":8,"
				     "\"value\":\"0xab\",\"path\":\"xxx"));
	assert_non_null(strstr(line, "xxx\",\"why\":\"c\\u005cd\\u000a\"}"));
	/* as snprintf(): cut, ended, and how long it would be */
	assert_int_equal(dp_trace_json(&t, small, sizeof(small)), n);
	assert_int_equal(strlen(small), sizeof(small) - 1);
	assert_memory_equal(small, line, sizeof(small) - 1);
	assert_int_equal(dp_trace_json(&t, NULL, 0), n);
}

static void a_block_read_stops_at_the_first_ones_of_an_absent_device(void **state)
{
	struct fixture *f = *state;
	struct dp_err err;
	uint32_t buf[8];
	size_t done;

	fake.value = 0xffffffff;
	fake.present = 0;
	assert_int_equal(dp_dev_open(f->dev, 0, &err), 0);
	assert_int_equal(dp_space_read_block(f->bar, 0, 32, 8, buf, &done, &err), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
	assert_int_equal(done, 0);
	assert_int_equal(fake.reads, 1);
	fake.present = 1; /* ones may be legal: the witness decides */
	assert_int_equal(dp_space_read_block(f->bar, 0, 32, 8, buf, &done, &err), 0);
	assert_int_equal(done, 8);
	assert_int_equal(dp_space_read_block(f->bar, 0xf0, 32, 5, buf, &done, &err), -ERANGE);
	assert_int_equal(fake.reads, 9);
}

static void a_block_write_is_one_access_per_word_and_asks_who_took_them(void **state)
{
	static const uint8_t buf[32] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};
	struct fixture *f = *state;
	struct dp_err err;
	size_t done;

	assert_int_equal(dp_dev_open(f->dev, 0, &err), 0);
	assert_int_equal(dp_space_write_block(f->bar, 0, 32, 8, buf, &done, &err), -EBADF);
	assert_int_equal(dp_dev_open(f->dev, DP_OPEN_WRITE, &err), 0);
	assert_int_equal(dp_space_write_block(f->bar, 0x10, 32, 2, buf, &done, &err), 0);
	assert_int_equal(done, 2);
	assert_int_equal(fake.writes, 2);
	assert_int_equal(fake.width, 32);
	assert_int_equal(fake.offset, 0x14);
	assert_int_equal(fake.value, 0x88776655);
	/* nothing of a block that does not fit, or of a space that is read only */
	assert_int_equal(dp_space_write_block(f->bar, 0xf0, 32, 5, buf, &done, &err), -ERANGE);
	assert_int_equal(dp_space_write_block(f->bar, 2, 32, 1, buf, &done, &err), -EINVAL);
	assert_int_equal(
		dp_space_write_block(dp_dev_space(f->dev, "cfg"), 0, 32, 1, buf, &done, &err),
		-EPERM);
	assert_int_equal(done, 0);
	assert_int_equal(fake.writes, 2);
	fake.present = 0;
	assert_int_equal(dp_space_write_block(f->bar, 0, 32, 2, buf, &done, &err), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
	assert_int_equal(fake.reads, 0);
}

static int slow_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t *value, struct dp_err *err)
{
	usleep(2000);
	return fake_read(dev, r, offset, width, value, err);
}

static void a_timed_access_has_at_least_the_time_that_it_took(void **state)
{
	struct fixture *f = *state;
	struct dp_backend slow = backend;
	uint64_t v;

	slow.read = slow_read;
	f->dev->backend = &slow;
	assert_int_equal(dp_dev_open(f->dev, 0, NULL), 0);
	assert_int_equal(dp_space_read(f->bar, 0, 32, &v, NULL), 0);
	assert_int_equal(f->dev->access_ns, 0);
	dp_dev_time(f->dev, true);
	assert_int_equal(dp_space_read(f->bar, 0, 32, &v, NULL), 0);
	assert_true(f->dev->access_ns >= 2000000);
	f->dev->backend = &backend;
}

static void mapped_access_is_one_load_or_store(void **state)
{
	struct fixture *f = *state;
	struct dp_io io;
	uint64_t v;

	fake.memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_int_equal(dp_dev_open(f->dev, DP_OPEN_WRITE, NULL), 0);
	assert_int_equal(dp_space_write(f->bar, 4, 32, 0x11223344, NULL), 0);
	assert_int_equal(fake.memory[0x14], 0x44);
	assert_int_equal(dp_space_read(f->bar, 6, 16, &v, NULL), 0);
	assert_int_equal(v, 0x1122);
	assert_int_equal(dp_io_get(f->bar, 0, 0x100, 32, &io, NULL), 0);
	assert_int_equal(dp_io_r32(&io, 4), 0x11223344);
	dp_io_w8(&io, 0xff, 0x77);
	assert_int_equal(fake.memory[0x10f], 0x77);
	assert_int_equal(dp_io_error(&io), 0);
	assert_int_equal(fake.reads + fake.writes, 0);
	assert_int_equal(fake.maps, 1);
	assert_int_equal(dp_io_get(f->bar, 0xfc, 8, 32, &io, NULL), -ERANGE);
	munmap(fake.memory, 4096);
}

static void a_window_of_a_device_open_for_reading_stores_nothing(void **state)
{
	struct fixture *f = *state;
	struct dp_io io, cfg;

	/* as the kernel maps it then: a store would be a SIGSEGV */
	fake.memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_int_equal(dp_dev_open(f->dev, 0, NULL), 0);
	assert_int_equal(dp_io_get(f->bar, 0, 0x100, 8 | 16 | 32, &io, NULL), 0);
	assert_non_null(io.base);
	assert_int_equal(dp_io_r32(&io, 4), 0);
	assert_int_equal(dp_io_error(&io), 0);
	dp_io_w32(&io, 4, 1);
	assert_int_equal(dp_io_error(&io), -EBADF);
	assert_int_equal(fake.memory[0x14], 0);
	/* open for writing the bar's window stores, that of a read-only space does not */
	mprotect(fake.memory, 4096, PROT_READ | PROT_WRITE);
	assert_int_equal(dp_dev_open(f->dev, DP_OPEN_WRITE, NULL), 0);
	assert_int_equal(dp_io_get(f->bar, 0, 0x100, 32, &io, NULL), 0);
	dp_io_w32(&io, 4, 1);
	assert_int_equal(dp_io_error(&io), 0);
	assert_int_equal(fake.memory[0x14], 1);
	f->bar->readonly = true;
	assert_int_equal(dp_io_get(f->bar, 0, 0x100, 32, &cfg, NULL), 0);
	dp_io_w8(&cfg, 4, 2);
	assert_int_equal(dp_io_error(&cfg), -EPERM);
	assert_int_equal(fake.memory[0x14], 1);
	munmap(fake.memory, 4096);
}

static void a_window_ends_when_the_device_is_opened_again(void **state)
{
	struct fixture *f = *state;
	struct dp_io io;

	fake.memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_int_equal(dp_dev_open(f->dev, 0, NULL), 0);
	assert_int_equal(dp_io_get(f->bar, 0, 0x100, 32, &io, NULL), 0);
	assert_int_equal(dp_dev_open(f->dev, 0, NULL), 0);
	assert_int_equal(dp_io_error(&io), 0);
	assert_int_equal(dp_dev_open(f->dev, DP_OPEN_WRITE, NULL), 0);
	assert_int_equal(dp_io_error(&io), -ESTALE);
	munmap(fake.memory, 4096);
}

static void the_slow_path_keeps_its_first_error(void **state)
{
	struct fixture *f = *state;
	struct dp_io io;

	fake.value = 7;
	assert_int_equal(dp_dev_open(f->dev, 0, NULL), 0);
	assert_int_equal(dp_io_get(f->bar, 0x10, 0x10, 32, &io, NULL), 0);
	assert_null(io.base);
	assert_int_equal(dp_io_r32(&io, 4), 7);
	assert_int_equal(fake.offset, 0x14);
	dp_io_w32(&io, 0, 1);
	assert_int_equal(dp_io_error(&io), -EBADF);
}

static struct sigaction old_action;

static void on_sigbus(int sig, siginfo_t *info, void *uc)
{
	(void)sig, (void)uc;
	if (!dp_fault_guard(info->si_addr))
		_exit(99);
}

static void a_sigbus_in_a_mapping_is_a_dead_mapping(void **state)
{
	struct sigaction action = {.sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO};
	struct fixture *f = *state;
	char name[] = "/tmp/devpoke-guard-XXXXXX";
	int fd = mkstemp(name);
	struct dp_err err;
	uint64_t v;

	unlink(name);
	assert_int_equal(ftruncate(fd, 4096), 0);
	fake.memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_int_equal(dp_dev_open(f->dev, DP_OPEN_WRITE, &err), 0);
	assert_int_equal(dp_space_read(f->bar, 0, 32, &v, &err), 0);
	sigaction(SIGBUS, &action, &old_action);
	assert_int_equal(ftruncate(fd, 0), 0); /* what the kernel does to a revoked BAR */
	assert_int_equal(dp_space_read(f->bar, 0, 32, &v, &err), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
	assert_int_equal(v, 0xffffffff);
	assert_int_equal(dp_space_write(f->bar, 0, 32, 1, &err), -ENODEV);
	sigaction(SIGBUS, &old_action, NULL);
	munmap(fake.memory, 4096);
	close(fd);
}

static void foreign_faults_are_not_ours(void **state)
{
	int local;

	(void)state;
	assert_false(dp_fault_guard(&local));
	assert_false(dp_fault_guard(NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(main_is_the_lowest_memory_bar),
		TEST(nothing_bad_reaches_the_backend),
		TEST(one_access_of_the_stated_width),
		TEST(a_write_needs_a_device_opened_for_writing),
		TEST(a_failed_open_leaves_a_closed_device),
		TEST(the_trace_has_value_null_on_failure),
		TEST(a_trace_line_is_json_whatever_the_names_are),
		TEST(a_block_read_stops_at_the_first_ones_of_an_absent_device),
		TEST(a_block_write_is_one_access_per_word_and_asks_who_took_them),
		TEST(a_timed_access_has_at_least_the_time_that_it_took),
		TEST(mapped_access_is_one_load_or_store),
		TEST(a_window_of_a_device_open_for_reading_stores_nothing),
		TEST(a_window_ends_when_the_device_is_opened_again),
		TEST(the_slow_path_keeps_its_first_error),
		TEST(a_sigbus_in_a_mapping_is_a_dead_mapping),
		TEST(foreign_faults_are_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
