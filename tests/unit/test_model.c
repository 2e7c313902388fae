/* SPDX-License-Identifier: GPL-2.0-or-later */
/* the register model: semantics of a register, what accesses reach, STATE, log; the dump */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "backend/model.h"

/* ------------------------------------------------------------- one register */

static struct dp_reg reg;
static struct dp_model_reg model;

/* a register of 8 bits that holds 0xa5 */
static void make(enum dp_sw sw, enum dp_on_read on_read, enum dp_on_write on_write)
{
	reg = (struct dp_reg){.name = "R", .width = 8, .has_reset = true, .reset = 0xa5};
	reg.attr.sw = sw;
	reg.attr.on_read = on_read;
	reg.attr.on_write = on_write;
	dp_model_reg_reset(&model, &reg);
}

static void each_on_write_does_what_its_name_says(void **state)
{
	static const struct {
		enum dp_on_write how;
		uint64_t value, fired;
	} after[] = {
		/* 0xa5, written 0x0f */
		{DP_ONW_STORE, 0x0f, 0},   {DP_ONW_W1C, 0xa0, 0},       {DP_ONW_W1S, 0xaf, 0},
		{DP_ONW_W1T, 0xaa, 0},     {DP_ONW_W0C, 0x05, 0},       {DP_ONW_W0S, 0xf5, 0},
		{DP_ONW_W0T, 0x55, 0},     {DP_ONW_CLEAR, 0x00, 0},     {DP_ONW_SET, 0xff, 0},
		{DP_ONW_PULSE, 0xa5, 0xf}, {DP_ONW_EFFECT, 0xa5, 0xff},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
		make(DP_SW_RW, DP_ONR_NONE, after[i].how);
		dp_model_reg_write(&model, 0x0f, 0xff);
		assert_int_equal(model.value, after[i].value);
		assert_int_equal(model.fired, after[i].fired);
		assert_int_equal(model.written, 0x0f);
		make(DP_SW_RO, DP_ONR_NONE, after[i].how);
		dp_model_reg_write(&model, 0x0f, 0xff);
		assert_int_equal(model.value, 0xa5);
		assert_int_equal(model.fired, 0);
	}
}

static void each_on_read_does_what_its_name_says(void **state)
{
	static const uint64_t after[] = {[DP_ONR_NONE] = 0xa5,
					 [DP_ONR_CLEAR] = 0,
					 [DP_ONR_SET] = 0xff,
					 [DP_ONR_EFFECT] = 0xa5};

	(void)state;
	for (int i = DP_ONR_NONE; i <= DP_ONR_EFFECT; i++) {
		make(DP_SW_RW, (enum dp_on_read)i, DP_ONW_STORE);
		assert_int_equal(dp_model_reg_read(&model, 0xff), 0xa5);
		assert_int_equal(model.value, after[i]);
		make(DP_SW_WO, (enum dp_on_read)i, DP_ONW_STORE);
		assert_int_equal(dp_model_reg_read(&model, 0xff), 0);
		assert_int_equal(model.value, 0xa5);
	}
}

static void an_access_of_some_bytes_touches_their_bits_only(void **state)
{
	(void)state;
	make(DP_SW_RW, DP_ONR_CLEAR, DP_ONW_STORE);
	dp_model_reg_write(&model, 0x3, 0x0f);
	assert_int_equal(model.value, 0xa3);
	assert_int_equal(dp_model_reg_read(&model, 0xf0), 0xa0);
	assert_int_equal(model.value, 0x03);
	make(DP_SW_RW, DP_ONR_NONE, DP_ONW_STORE);
	reg.attr.once = true;
	dp_model_reg_write(&model, 0x3, 0x0f);
	dp_model_reg_write(&model, 0xff, 0xff);
	assert_int_equal(model.value, 0xf3);
}

/* -------------------------------------------------------------- a device */

static const char yaml[] =
	"schema: 1\n"
	"device: {name: thing, title: A thing}\n"
	"spaces:\n"
	"  main: {kind: registers, size: 0x2000}\n"
	"  side: {kind: registers, bar: 2, size: 0x100}\n"
	"registers:\n"
	"  CAP: {offset: 0x00, width: 64, sw: ro, const: true, reset: 0x0000000220010fff, fields: {MQES: 15..0, DSTRD: 35..32}}\n"
	"  CTRL: {offset: 0x08, reset: 0xf0000010, fields: {EN: 0, MODE: 6..4}}\n"
	"  TWIN_R: {offset: 0x0c, sw: ro, reset: 0x77}\n"
	"  TWIN_W: {offset: 0x0c, sw: wo}\n"
	"  IMS: {offset: 0x10, on_write: w1s}\n"
	"  IMC: {offset: 0x14, sw: wo, on_write: w1c, clear_of: IMS}\n"
	"  ICS: {offset: 0x18, sw: wo, on_write: w1s, set_of: IMS}\n"
	"  FIFO: {offset: 0x1c, kind: fifo, level: LEVEL.COUNT}\n"
	"  LEVEL: {offset: 0x20, sw: ro, fields: {COUNT: 7..0}}\n"
	"  H0: {offset: 0x24, width: 16, reset: 0x1111}\n"
	"  H1: {offset: 0x26, width: 16, reset: 0x2222}\n"
	"  NOBYTE: {offset: 0x28, widths: [16, 32], reset: 0x5}\n"
	"  GONE: {offset: 0x2c, when: CAP.MQES == 0, reset: 0x9}\n"
	"  BIG: {offset: 0x30, endian: big, reset: 0x11223344}\n"
	"  CAUSE: {offset: 0x34, sw: ro, on_read: clear, reset: 0x3}\n"
	"  TABLE: {offset: 0x40, array: {offsets: [0, 8, 0x10]}, reset: 0x42}\n"
	"  SQDB: {offset: 0x1000, sw: wo, kind: doorbell, array: {count: 4, stride: 2 * (4 << CAP.DSTRD)}}\n"
	"  ASIDE: {space: side, offset: 0x10, reset: 0x51de}\n";

static char dir[] = "/tmp/test_model.XXXXXX";
static struct dp_ctx *ctx;
static struct dp_dev *dev;
static struct dp_space *bus;
static struct dp_err err;

static const char *in_dir(const char *name)
{
	static char path[4][128];
	static unsigned k;

	k = (k + 1) % 4;
	snprintf(path[k], sizeof(path[k]), "%s/%s", dir, name);
	return path[k];
}

static int put_file(const char *name, const char *bytes, size_t len)
{
	FILE *f = fopen(in_dir(name), "w");

	return f && fwrite(bytes, 1, len, f) == len && !fclose(f) ? 0 : -1;
}

static int setup_file(void **state)
{
	static const struct dp_ctx_opts none;

	(void)state;
	ctx = dp_ctx_new(&none);
	return ctx && mkdtemp(dir) ? put_file("thing.yaml", yaml, strlen(yaml)) : -1;
}

static int teardown_file(void **state)
{
	static const char *const files[] = {"thing.yaml", "s",        "s.log",  "raw.bin",
					    "x.snap",     "bad.snap", "b.snap", "other.yaml"};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(in_dir(files[i]));
	rmdir(dir);
	dp_ctx_free(ctx);
	return 0;
}

static int find(const char *scheme, const char *a, const char *b)
{
	char spec[400];

	memset(&err, 0, sizeof(err));
	snprintf(spec, sizeof(spec), "%s%s%s", scheme, a, b);
	return dp_dev_find(ctx, spec, &dev, &err);
}

static void open_thing(const char *state_file)
{
	char spec[300];

	memset(&err, 0, sizeof(err));
	snprintf(spec, sizeof(spec), "model:%s%s%s", in_dir("thing.yaml"), state_file ? "@" : "",
		 state_file ? in_dir(state_file) : "");
	if (dp_dev_find(ctx, spec, &dev, &err) || dp_dev_open(dev, DP_OPEN_WRITE, &err))
		fail_msg("%s", err.message);
	bus = dp_dev_space(dev, "main");
	assert_non_null(bus);
}

static uint64_t rd(uint64_t offset, unsigned width)
{
	uint64_t value = 0;

	if (dp_space_read(bus, offset, width, &value, &err))
		fail_msg("%s", err.message);
	return value;
}

static void wr(uint64_t offset, unsigned width, uint64_t value)
{
	if (dp_space_write(bus, offset, width, value, &err))
		fail_msg("%s", err.message);
}

static int close_thing(void **state)
{
	(void)state;
	dp_dev_close(dev);
	dev = NULL;
	return 0;
}

static void a_space_of_the_description_is_a_region(void **state)
{
	struct dp_space_info info;

	(void)state;
	open_thing(NULL);
	dp_space_info(bus, &info);
	assert_int_equal(info.size, 0x2000);
	bus = dp_dev_space(dev, "side");
	assert_non_null(bus);
	assert_int_equal(rd(0x10, 32), 0x51de);
	assert_int_equal(rd(0x20, 32), 0);
}

static void reset_values_and_reserved_bits_are_read(void **state)
{
	(void)state;
	open_thing(NULL);
	assert_true(rd(0, 64) == 0x0000000220010fff);
	assert_int_equal(rd(8, 32), 0xf0000010);
	wr(8, 32, 0xffffffff);
	assert_int_equal(rd(8, 32), 0xf0000071); /* bits without a field keep what they had */
	assert_int_equal(rd(0x800, 32), 0);
	wr(0x800, 32, 5);
	assert_int_equal(rd(0x800, 32), 0);
}

static void an_access_may_be_a_part_or_several_registers(void **state)
{
	(void)state;
	open_thing(NULL);
	assert_int_equal(rd(4, 32), 2);
	assert_int_equal(rd(1, 8), 0x0f);
	assert_int_equal(rd(0x24, 32), 0x22221111);
	wr(0x24, 32, 0x44443333);
	assert_int_equal(rd(0x26, 16), 0x4444);
	wr(0x27, 8, 0x55);
	assert_int_equal(rd(0x26, 16), 0x5544);
	assert_int_equal(rd(0x30, 32), 0x44332211);
	assert_int_equal(rd(0x30, 8), 0x11);
	wr(0x31, 8, 0x99);
	assert_int_equal(rd(0x30, 32), 0x44339911);
	/* an access of a width that the register has not falls into nothing */
	assert_int_equal(rd(0x28, 32), 5);
	assert_int_equal(rd(0x28, 16), 5);
	assert_int_equal(rd(0x28, 8), 0);
	wr(0x28, 8, 0xff);
	assert_int_equal(rd(0x28, 32), 5);
}

static void both_sides_of_an_offset_are_their_own_registers(void **state)
{
	(void)state;
	open_thing(NULL);
	wr(0xc, 32, 0x12);
	assert_int_equal(rd(0xc, 32), 0x77);
	assert_int_equal(rd(0x2c, 32), 0); /* its `when` is false */
}

static void set_of_and_clear_of_change_their_target(void **state)
{
	(void)state;
	open_thing(NULL);
	wr(0x10, 32, 0xf0);
	wr(0x18, 32, 0x0f);
	wr(0x14, 32, 0x81);
	assert_int_equal(rd(0x10, 32), 0x7e);
	assert_int_equal(rd(0x14, 32), 0);
}

static void a_fifo_queues_and_shows_its_level(void **state)
{
	(void)state;
	open_thing(NULL);
	assert_int_equal(rd(0x1c, 32), 0);
	for (unsigned i = 1; i <= 70; i++)
		wr(0x1c, 32, i);
	assert_int_equal(rd(0x20, 32), 64);
	assert_int_equal(rd(0x1c, 32), 1);
	assert_int_equal(rd(0x1c, 32), 2);
	assert_int_equal(rd(0x20, 32), 62);
}

static void arrays_lie_where_const_registers_say(void **state)
{
	uint64_t value;

	(void)state;
	open_thing(NULL);
	/* DSTRD = 2: a stride of 32 */
	wr(0x1000 + 3 * 32, 32, 7);
	assert_int_equal(dp_dev_shadow(dev, bus, 0x1000 + 3 * 32, 32, &value), 0);
	assert_int_equal(value, 7);
	assert_int_equal(dp_dev_shadow(dev, bus, 0x1000 + 2 * 32, 32, &value), -ENOENT);
	assert_int_equal(dp_dev_shadow(dev, bus, 0x1000 + 4 * 32, 32, &value), -ENOENT);
	assert_int_equal(rd(0x40, 32), 0x42);
	assert_int_equal(rd(0x50, 32), 0x42);
	assert_int_equal(rd(0x54, 32), 0);
}

static char *read_file(const char *name)
{
	static char buf[4096];
	FILE *f = fopen(in_dir(name), "r");
	size_t n = f ? fread(buf, 1, sizeof(buf) - 1, f) : 0;

	if (f)
		fclose(f);
	buf[n] = 0;
	return buf;
}

static void state_keeps_registers_between_runs(void **state)
{
	uint64_t value;

	open_thing("s");
	wr(8, 32, 1);
	wr(0xc, 32, 0xabc);
	wr(0x1c, 32, 9);
	wr(0x1040, 32, 3);
	rd(0x34, 32);
	close_thing(state);
	open_thing("s");
	assert_int_equal(rd(8, 32), 0xf0000001);
	assert_int_equal(rd(0x1c, 32), 9);
	assert_int_equal(rd(0x34, 32), 0); /* cleared by the read before */
	assert_int_equal(dp_dev_shadow(dev, bus, 0xc, 32, &value), 0);
	assert_int_equal(value, 0xabc);
	assert_int_equal(dp_dev_shadow(dev, bus, 0x1040, 32, &value), 0);
	assert_int_equal(value, 3);
}

static void the_log_has_a_line_per_access(void **state)
{
	struct dp_json *j;
	char *log, *line;

	unlink(in_dir("s"));
	unlink(in_dir("s.log"));
	open_thing("s");
	rd(0x24, 16);
	wr(8, 32, 0x21);
	/* refused by the core: it never arrives */
	assert_int_equal(dp_space_write(bus, 0x2000, 32, 1, &err), -ERANGE);
	assert_int_equal(dp_space_read(bus, 0x3, 32, &(uint64_t){0}, &err), -EINVAL);
	close_thing(state);
	log = read_file("s.log");
	line = strchr(log, '\n');
	assert_non_null(line);
	j = dp_json_parse(log, (size_t)(line - log));
	assert_non_null(j);
	assert_string_equal(dp_json_str(j, "op", ""), "R");
	assert_string_equal(dp_json_str(j, "space", ""), "main");
	assert_int_equal(dp_json_int(j, "width", 0), 16);
	dp_json_free(j);
	log = line + 1;
	line = strchr(log, '\n');
	assert_non_null(line);
	assert_int_equal(line[1], 0);
	assert_non_null(strstr(log, "\"op\":\"W\""));
}

static void a_state_of_another_model_is_refused(void **state)
{
	static const char other[] =
		"schema: 1\ndevice: {name: other}\nregisters: {A: {offset: 0}}\n";
	char spec[300];

	open_thing("s");
	wr(8, 32, 1);
	close_thing(state);
	assert_int_equal(put_file("other.yaml", other, strlen(other)), 0);
	snprintf(spec, sizeof(spec), "%s@%s", in_dir("other.yaml"), in_dir("s"));
	assert_int_equal(find("model:", spec, ""), 0);
	assert_int_equal(dp_dev_open(dev, 0, &err), -EINVAL);
	assert_non_null(strstr(err.message, "'thing'"));
	close_thing(state);
	assert_int_equal(put_file("s", "{\"schema\":", 10), 0);
	assert_int_equal(find("model:", spec, ""), 0);
	assert_true(dp_dev_open(dev, 0, &err) < 0);
}

/* ------------------------------------------------------------------- dumps */

static void a_raw_dump_is_its_bytes_and_read_only(void **state)
{
	(void)state;
	assert_int_equal(put_file("raw.bin", "\x11\x22\x33\x44\x55\x66", 6), 0);
	assert_int_equal(find("dump:", in_dir("raw.bin"), ""), 0);
	assert_int_equal(dp_dev_open(dev, DP_OPEN_WRITE, &err), -EPERM);
	assert_int_equal(err.class, DP_CLASS_RO);
	assert_int_equal(dp_dev_open(dev, 0, &err), 0);
	bus = dp_dev_space(dev, "main");
	assert_int_equal(rd(0, 32), 0x44332211);
	assert_int_equal(rd(4, 16), 0x6655);
	assert_int_equal(dp_space_read(bus, 4, 32, &(uint64_t){0}, &err), -ERANGE);
	assert_int_equal(dp_space_write(bus, 0, 32, 0, &err), -EPERM);
}

static void a_raw_dump_can_be_placed(void **state)
{
	(void)state;
	assert_int_equal(put_file("raw.bin", "\x11\x22\x33\x44", 4), 0);
	assert_int_equal(find("dump:", in_dir("raw.bin"), "@bar0+0x100"), 0);
	assert_int_equal(dp_dev_open(dev, 0, &err), 0);
	bus = dp_dev_space(dev, "bar0");
	assert_non_null(bus);
	assert_int_equal(rd(0x100, 32), 0x44332211);
	assert_int_equal(dp_space_read(bus, 0, 32, &(uint64_t){0}, &err), -EIO);
	close_thing(state);
	assert_int_equal(find("dump:", in_dir("nothing.bin"), ""), -ENODEV);
	assert_int_equal(err.code, DP_ABSENT);
	assert_int_equal(find("dump:", in_dir("raw.bin"), "@bar0+zzz"), -EINVAL);
	assert_int_equal(find("dump:", dir, ""), -EINVAL);
}

static void a_snapshot_has_spaces_with_holes(void **state)
{
	static const char snap[] =
		"{\"schema\":1,\"target\":\"0000:01:00.0\",\"ids\":{\"vendor\":\"0x1234\"},"
		"\"spaces\":[{\"name\":\"bar0\",\"chunks\":["
		"{\"offset\":\"0x8\",\"width\":32,\"hex\":null,\"skipped\":\"clear\"},"
		"{\"offset\":0,\"width\":32,\"hex\":\"1122334455667788\"},"
		"{\"offset\":16,\"width\":32,\"hex\":\"ddccbbaa\"}]},"
		"{\"name\":\"cfg\",\"chunks\":[{\"offset\":0,\"width\":16,\"hex\":\"3412\"}]}]}";

	(void)state;
	assert_int_equal(put_file("x.snap", snap, strlen(snap)), 0);
	assert_int_equal(find("dump:", in_dir("x.snap"), ""), 0);
	assert_int_equal(dp_dev_open(dev, 0, &err), 0);
	assert_int_equal(dp_dev_info(dev)->vendor, 0x1234);
	bus = dp_dev_space(dev, "bar0");
	assert_int_equal(rd(0, 32), 0x44332211);
	assert_int_equal(rd(4, 16), 0x6655);
	assert_true(rd(0, 64) == 0x8877665544332211);
	assert_int_equal(rd(16, 32), 0xaabbccdd);
	assert_int_equal(dp_space_read(bus, 8, 32, &(uint64_t){0}, &err), -EIO);
	assert_int_equal(err.code, DP_IO);
	assert_non_null(strstr(err.message, "clear"));
	assert_int_equal(dp_space_read(bus, 12, 32, &(uint64_t){0}, &err), -EIO);
	assert_non_null(strstr(err.message, "hole"));
	assert_int_equal(dp_space_read(bus, 20, 32, &(uint64_t){0}, &err), -ERANGE);
	bus = dp_dev_space(dev, "cfg");
	assert_int_equal(rd(0, 16), 0x1234);
}

/* in any order, one in the other, and many */
static void chunks_of_a_snapshot_may_overlap(void **state)
{
	enum { N = 2000 };
	char *text = malloc(N * 64), *at = text;

	(void)state;
	at += sprintf(at,
		      "{\"schema\":1,\"target\":\"\\u001b[31m\",\"spaces\":[{\"name\":"
		      "\"bar0\",\"chunks\":[{\"offset\":%d,\"width\":32,"
		      "\"skipped\":\"clear\"},{\"offset\":0,\"hex\":\"00112233445566778899\"},"
		      "{\"offset\":4,\"width\":16,\"skipped\":\"fifo\"}",
		      16 + 4 * N);
	for (int i = N - 1; i >= 0; i--)
		at += sprintf(at, ",{\"offset\":%d,\"hex\":\"%02x%02x0000\"}", 16 + 4 * i, i & 0xff,
			      i >> 8);
	strcpy(at, "]}]}");
	assert_int_equal(put_file("many.snap", text, strlen(text)), 0);
	free(text);
	assert_int_equal(find("dump:", in_dir("many.snap"), ""), 0);
	assert_string_equal(dp_dev_info(dev)->name, "snapshot of ?[31m");
	assert_int_equal(dp_dev_open(dev, 0, &err), 0);
	bus = dp_dev_space(dev, "bar0");
	assert_int_equal(rd(4, 32), 0x77665544);
	assert_int_equal(rd(8, 16), 0x9988);
	for (int i = 0; i < N; i++)
		assert_int_equal(rd(16 + 4 * (uint64_t)i, 32), i);
	assert_int_equal(dp_space_read(bus, 10, 16, &(uint64_t){0}, &err), -EIO);
	assert_non_null(strstr(err.message, "hole"));
	assert_int_equal(dp_space_read(bus, 16 + 4 * N, 32, &(uint64_t){0}, &err), -EIO);
	assert_non_null(strstr(err.message, "clear"));
}

static void a_broken_snapshot_is_an_error(void **state)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{\"schema\":2,\"spaces\":[]}",
		"{\"schema\":1,\"spaces\":[{\"name\":\"bar0\",\"chunks\":[{\"offset\":0,\"hex\":\"1\"}]}]}",
		"{\"schema\":1,\"spaces\":[{\"name\":\"bar0\",\"chunks\":[{\"offset\":0,\"hex\":\"zz\"}]}]}",
		"{\"schema\":1,\"spaces\":[{\"name\":\"bar0\",\"chunks\":[{\"hex\":\"11\"}]}]}",
		"{\"schema\":1,\"spaces\":[{\"name\":\"a\",\"chunks\":[{\"offset\":\"0xffffffffffffffff\",\"hex\":\"11\"}]}]}",
		"{\"schema\":1,\"spaces\":[{\"chunks\":[]}]}",
		"{\"schema\":1,\"spaces\":[{\"name\":\"b\\\"ar0\"}]}",
		"{\"schema\":1,\"spaces\":[{\"name\":\"0\"}]}",
		"{\"schema\":1,\"spaces\":[{\"name\":\"bar 0\"}]}",
		"{\"schema\":1,\"spaces\":[{\"name\":\"bar0\\n\"}]}",
		"{\"schema\":1,\"spaces\":[{\"name\":\"a\"},{\"name\":\"a\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(put_file("bad.snap", bad[i], strlen(bad[i])), 0);
		assert_int_equal(find("dump:", in_dir("bad.snap"), ""), -EINVAL);
		assert_true(err.message[0]);
	}
}

int main(void)
{
#define OPENED(f) cmocka_unit_test_teardown(f, close_thing)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_on_write_does_what_its_name_says),
		cmocka_unit_test(each_on_read_does_what_its_name_says),
		cmocka_unit_test(an_access_of_some_bytes_touches_their_bits_only),
		OPENED(a_space_of_the_description_is_a_region),
		OPENED(reset_values_and_reserved_bits_are_read),
		OPENED(an_access_may_be_a_part_or_several_registers),
		OPENED(both_sides_of_an_offset_are_their_own_registers),
		OPENED(set_of_and_clear_of_change_their_target),
		OPENED(a_fifo_queues_and_shows_its_level),
		OPENED(arrays_lie_where_const_registers_say),
		OPENED(state_keeps_registers_between_runs),
		OPENED(the_log_has_a_line_per_access),
		OPENED(a_state_of_another_model_is_refused),
		OPENED(a_raw_dump_is_its_bytes_and_read_only),
		OPENED(a_raw_dump_can_be_placed),
		OPENED(a_snapshot_has_spaces_with_holes),
		OPENED(chunks_of_a_snapshot_may_overlap),
		cmocka_unit_test(a_broken_snapshot_is_an_error),
	};

	return cmocka_run_group_tests_name("model", tests, setup_file, teardown_file);
}
