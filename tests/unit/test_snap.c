/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshots: the document read and written, what lies where in one, taking one, giving it back */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/snap.h"
#include "reg/plan.h"
#include "scratch.h"

static struct dp_ctx *ctx;
static struct dp_dev *dev;
static struct dp_err err;

/* accesses of the device under test, "R0 R8 W8" */
static char trace[1024];
static bool stop;

static void on_trace(void *arg, const struct dp_trace *t)
{
	size_t n = strlen(trace);

	(void)arg;
	snprintf(trace + n, sizeof(trace) - n, "%s%c%" PRIx64, n ? " " : "", t->op, t->offset);
}

static bool interrupted(void *arg)
{
	(void)arg;
	return stop;
}

static const char yaml[] =
	"schema: 1\n"
	"device: {name: part, title: Part}\n"
	"spaces:\n"
	"  main: {kind: registers, size: 0x100}\n"
	"  phy: {kind: registers, size: 8, indirect: {index: IDX, data: DAT}}\n"
	"registers:\n"
	"  CAP: {offset: 0x00, sw: ro, const: true, reset: 2}\n"
	"  A: {offset: 0x04, width: 16, reset: 0x1234}\n"
	"  B: {offset: 0x06, width: 16, endian: big, reset: 0x1234}\n"
	"  W: {offset: 0x08, width: 64, reset: 0x1122334455667788}\n"
	"  RC: {offset: 0x10, sw: ro, on_read: clear, reset: 5}\n"
	"  FI: {offset: 0x14, kind: fifo}\n"
	"  DB: {offset: 0x20, sw: wo, kind: doorbell, array: {count: CAP, stride: 4}}\n"
	"  NX: {offset: 0x30, when: CAP == 3}\n"
	"  IDX: {offset: 0x34}\n"
	"  DAT: {offset: 0x38}\n"
	"  P: {space: phy, offset: 3, width: 32}\n"
	"  AD: {offset: 0x40, type: address}\n"
	"  UN: {offset: 0x44, unique: true}\n"
	"  VO: {offset: 0x48, volatile: true}\n"
	"  AK: {offset: 0x4c, type: address, restore: true}\n"
	"  UK: {offset: 0x50, unique: true, restore: true}\n"
	"  VK: {offset: 0x54, volatile: true, restore: true}\n"
	"  OC: {offset: 0x58, once: true}\n"
	"  C1: {offset: 0x5c, on_write: w1c}\n"
	"  VB: {offset: 0x60, verb: reset it}\n"
	"  ME: {offset: 0x64, kind: memory}\n"
	"  F: {offset: 0x68, order: 3, reset: 0x11, fields: {X: {bits: 15..8, on_write: w1c}, V: {bits: 7..4, volatile: true}, S: 3..0}}\n"
	"  RS: {offset: 0x6c, resets: 1ms}\n"
	"  SP: {offset: 0x70, width: 64, widths: [32]}\n"
	"joins: {J: {of: [A, B]}}\n";

static int setup_file(void **state)
{
	const struct dp_ctx_opts o = {.trace = on_trace, .interrupted = interrupted};

	(void)state;
	ctx = dp_ctx_new(&o);
	if (!ctx || scratch_make())
		return -1;
	scratch_text("part.yaml", yaml);
	return 0;
}

static int teardown_file(void **state)
{
	(void)state;
	dp_ctx_free(ctx);
	scratch_remove();
	return 0;
}

static int open_part(void **state)
{
	char spec[300];

	(void)state;
	snprintf(spec, sizeof(spec), "model:%s", scratch_path("part.yaml"));
	if (dp_dev_find(ctx, spec, &dev, &err) || dp_dev_open(dev, DP_OPEN_WRITE, &err))
		return -1;
	trace[0] = 0;
	stop = false;
	return 0;
}

static int close_part(void **state)
{
	(void)state;
	dp_dev_close(dev);
	dev = NULL;
	dp_ctx_set_force(ctx, 0);
	return 0;
}

/* --------------------------------------------------------------- the document */

static struct dp_snap *read_text(const char *text)
{
	struct dp_snap *s = NULL;

	memset(&err, 0, sizeof(err));
	if (dp_snap_read(scratch_text("x.snap", text), &s, &err))
		assert_null(s);
	return s;
}

static void each_way_to_be_none_has_its_words(void **state)
{
#define SPACE(chunks) "{\"schema\":1,\"spaces\":[{\"name\":\"bar0\",\"chunks\":[" chunks "]}]}"
	static const struct {
		const char *text, *says;
	} bad[] = {
		{"", "is not a JSON document"},
		{"{\"schema\":1,", "is not a JSON document"},
		{"[1]", "no schema 1 with spaces"},
		{"{\"schema\":2,\"spaces\":[{\"name\":\"a\"}]}", "no schema 1 with spaces"},
		{"{\"schema\":1,\"spaces\":{}}", "no schema 1 with spaces"},
		{"{\"schema\":1,\"spaces\":[{\"name\":\"a b\"}]}", "its spaces"},
		{"{\"schema\":1,\"spaces\":[{\"name\":7}]}", "its spaces"},
		{"{\"schema\":1,\"spaces\":[{\"name\":\"a\"},{\"name\":\"a\"}]}", "its spaces"},
		{"{\"schema\":1,\"spaces\":[{\"name\":\"a\",\"chunks\":{}}]}", "its spaces"},
		{"{\"schema\":1,\"spaces\":[{\"name\":\"a\",\"size\":\"0x100000001\"}]}",
		 "more than 4 GiB"},
		{"{\"schema\":1,\"desc\":{},\"spaces\":[{\"name\":\"a\"}]}", "no name"},
		{"{\"schema\":1,\"desc\":[1],\"spaces\":[{\"name\":\"a\"}]}", "no name"},
		{SPACE("7"), "without a place"},
		{SPACE("{\"offset\":0}"), "without a place"},
		{SPACE("{\"width\":32}"), "without a place"},
		{SPACE("{\"offset\":\"12\",\"width\":32}"), "without a place"},
		{SPACE("{\"offset\":4294967295,\"width\":32}"), "without a place"},
		{SPACE("{\"offset\":0,\"width\":33}"), "not 8, 16, 32 or 64"},
		{SPACE("{\"offset\":0,\"width\":\"4294967328\"}"), "not 8, 16, 32 or 64"},
		{SPACE("{\"offset\":0,\"width\":32,\"hex\":\"123\"}"), "no hex"},
		{SPACE("{\"offset\":0,\"width\":32,\"hex\":\"1x\"}"), "no hex"},
		{SPACE("{\"offset\":0,\"width\":32,\"hex\":true}"), "the wrong kind"},
		{SPACE("{\"offset\":0,\"width\":32,\"skipped\":1}"), "the wrong kind"},
		{SPACE("{\"offset\":0,\"width\":32,\"hex\":\"112233\"}"), "no whole number"},
		{SPACE("{\"offset\":0,\"width\":8,\"hex\":\"\"}"), "without a place"},
		{SPACE("{\"offset\":0,\"width\":8,\"hex\":\"11\",\"moved\":\"1\"}"), "that moved"},
		{SPACE("{\"offset\":0,\"width\":8,\"hex\":\"11\",\"moved\":\"1111\"}"),
		 "that moved"},
		{SPACE("{\"offset\":0,\"width\":8,\"moved\":\"11\"}"), "that moved"},
		{SPACE("{\"offset\":0,\"width\":8,\"skipped\":\"\\u001b[1m\"}"), "no word"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_null(read_text(bad[i].text));
		assert_int_equal(err.code, DP_VALUE);
		if (!strstr(err.message, bad[i].says))
			fail_msg("'%s' for '%s'", err.message, bad[i].text);
	}
	assert_int_equal(dp_snap_read(scratch_path("nosuch.snap"), &(struct dp_snap *){NULL}, &err),
			 -ENOENT);
	assert_int_equal(err.code, DP_ABSENT);
}

static void too_many_chunks_and_spaces_are_refused(void **state)
{
	enum { N = DP_SNAP_CHUNKS + 1 };
	char *text = malloc(N * 2 + 200), *at = text;
	struct dp_snap *s;

	(void)state;
	at += sprintf(at, "{\"schema\":1,\"spaces\":[{\"name\":\"a\",\"chunks\":[0");
	for (int i = 1; i < N; i++)
		at += sprintf(at, ",0");
	strcpy(at, "]}]}");
	assert_null(read_text(text));
	assert_non_null(strstr(err.message, "too many chunks"));
	at = text + sprintf(text, "{\"schema\":1,\"spaces\":[{\"name\":\"a\"}");
	for (int i = 0; i < 2 * DP_MAX_REGIONS; i++)
		at += sprintf(at, ",{\"name\":\"a%d\"}", i);
	strcpy(at, "]}");
	assert_null(read_text(text));
	assert_non_null(strstr(err.message, "too many spaces"));
	free(text);
	/* whole and empty: there is nothing in it, but it is one */
	s = read_text("{\"schema\":1,\"spaces\":[{\"name\":\"a\",\"chunks\":[]}]}");
	assert_non_null(s);
	dp_snap_free(s);
}

static void what_is_written_is_read(void **state)
{
	static const char text[] =
		"{\"schema\":1,\"target\":\"sim:x/nvme0\",\"ids\":{\"vendor\":\"0x1b36\","
		"\"device\":\"0x0010\",\"subvendor\":\"0x1af4\",\"subdevice\":\"0x1100\","
		"\"class\":\"0x010802\",\"revision\":\"0x02\"},\"desc\":[\"a=/x/a.yaml\",\"b@bar0+0x10\"],"
		"\"hash\":\"0xfedcba9876543210\",\"time\":\"2026-11-23T08:15:00Z\","
		"\"boot_id\":\"db6a4277-a78c-4468-9c39-3d234ef1dc1c\",\"reads\":3,\"spaces\":["
		"{\"name\":\"bar0\",\"size\":\"0x4000\",\"chunks\":["
		"{\"offset\":\"0x0\",\"width\":32,\"hex\":\"01020304\",\"moved\":\"00ff0000\"},"
		"{\"offset\":\"0x4\",\"width\":16,\"hex\":\"0506\",\"words\":true},"
		"{\"offset\":\"0x8\",\"width\":64,\"hex\":null,\"skipped\":\"fifo\"}]},"
		"{\"name\":\"phy\",\"indirect\":true,\"chunks\":["
		"{\"offset\":\"0x2\",\"width\":16,\"hex\":null,\"skipped\":\"indirect\"}]}]}";
	struct dp_snap *s = read_text(text);
	struct dp_snap_info i;
	char *again;

	(void)state;
	assert_non_null(s);
	dp_snap_info(s, &i);
	assert_string_equal(i.target, "sim:x/nvme0");
	assert_string_equal(i.desc, "a=/x/a.yaml");
	assert_true(i.hash == 0xfedcba9876543210);
	assert_int_equal(i.vendor, 0x1b36);
	assert_int_equal(i.subdevice, 0x1100);
	assert_int_equal(i.class, 0x010802);
	assert_int_equal(i.registers, 1);
	assert_int_equal(i.words, 1);
	assert_int_equal(i.skipped, 2);
	assert_int_equal(i.moved, 1);
	assert_int_equal(i.reads, 3);
	again = dp_snap_text(s);
	assert_string_equal(again, text);
	free(again);
	dp_snap_free(s);
}

static void what_is_at_a_place(void **state)
{
	struct dp_snap *s = read_text(
		SPACE("{\"offset\":8,\"width\":32,\"skipped\":\"clear\"},"
		      "{\"offset\":0,\"width\":32,\"hex\":\"00112233\",\"moved\":\"000000f0\"},"
		      "{\"offset\":2,\"width\":8,\"hex\":\"aa\"},"
		      "{\"offset\":16,\"width\":16,\"hex\":\"bbcc\"}"));
	const struct dp_snap_space *in = &s->spaces[0];
	const char *why;

	(void)state;
	assert_null(dp_snap_lacks(in, 0, 4));
	assert_string_equal(dp_snap_lacks(in, 0, 8), "hole");
	assert_string_equal(dp_snap_lacks(in, 6, 1), "hole");
	assert_string_equal(dp_snap_lacks(in, 9, 1), "clear");
	assert_string_equal(dp_snap_lacks(in, 100, 4), "hole");
	assert_int_equal(dp_snap_at(in, 3, &why)->bytes[3], 0x33);
	assert_int_equal(dp_snap_gap(in, 4, 100), 8);
	assert_int_equal(dp_snap_gap(in, 8, 100), 12);
	assert_int_equal(dp_snap_gap(in, 12, 100), 16);
	assert_int_equal(dp_snap_gap(in, 18, 100), 100);
	assert_int_equal(dp_snap_gap(in, 12, 14), 14);
	assert_int_equal(dp_snap_moved(in, 0, 32), 0xf0000000);
	assert_int_equal(dp_snap_moved(in, 16, 16), 0);
	dp_snap_free(s);
}

/* -------------------------------------------------------------------- taking */

static int take(const char *path, unsigned width, unsigned reads, struct dp_snap **out)
{
	struct dp_snap_what what = {.width = width};
	const struct dp_snap_opts opts = {.reads = reads};
	int rc = width ? dp_resolve_range(dev, path, &what.range, &err)
		       : dp_resolve(dev, path, DP_REFS_MANY, &what.refs, &err);

	assert_int_equal(rc, 0);
	rc = dp_snap_take(dev, &what, 1, &opts, out, &err);
	dp_refs_free(&what.refs);
	return rc;
}

static const struct dp_snap_chunk *chunk(const struct dp_snap *s, const char *space,
					 uint64_t offset)
{
	const struct dp_snap_space *in = dp_snap_find_space(s, space);

	for (size_t i = 0; in && i < in->n; i++)
		if (in->chunks[i].offset == offset)
			return &in->chunks[i];
	return NULL;
}

static void registers_are_read_once_and_kept_in_bus_order(void **state)
{
	struct dp_snap *s;

	(void)state;
	assert_int_equal(take("**", 0, 1, &s), 0);
	assert_string_equal(
		trace,
		"R0 R4 R6 R8 R34 R38 R40 R44 R48 R4c R50 R54 R58 R5c R60 R64 R68 R6c R70 R74");
	assert_memory_equal(chunk(s, "main", 4)->bytes, "\x34\x12", 2);
	assert_memory_equal(chunk(s, "main", 6)->bytes, "\x12\x34", 2);
	assert_memory_equal(chunk(s, "main", 8)->bytes, "\x88\x77\x66\x55\x44\x33\x22\x11", 8);
	assert_string_equal(chunk(s, "main", 0x10)->skipped, "clear");
	assert_string_equal(chunk(s, "main", 0x14)->skipped, "fifo");
	assert_string_equal(chunk(s, "main", 0x24)->skipped, "doorbell");
	assert_null(chunk(s, "main", 0x30));
	assert_string_equal(chunk(s, "phy", 3)->skipped, "indirect");
	assert_true(dp_snap_find_space(s, "phy")->indirect);
	assert_int_equal(dp_snap_find_space(s, "main")->size, 0x100);
	assert_true(s->hash && s->hash == dp_dev_desc_hash(dev));
	assert_string_equal(s->descs[0], scratch_path("part.yaml"));
	dp_snap_free(s);
}

static void const_ones_are_read_once_however_often(void **state)
{
	struct dp_snap *s;

	(void)state;
	dp_ctx_set_force(ctx, DP_FORCE(DP_CLASS_EFFECT));
	assert_int_equal(take("CAP..RC", 0, 3, &s), 0);
	assert_string_equal(trace, "R0 R4 R6 R8 R10 R4 R6 R8 R10 R4 R6 R8 R10");
	assert_memory_equal(chunk(s, "main", 0x10)->moved, "\5\0\0\0", 4);
	assert_null(chunk(s, "main", 4)->moved);
	dp_snap_free(s);
}

static void words_of_a_range_and_what_is_not_read_of_it(void **state)
{
	struct dp_snap *s;

	(void)state;
	assert_int_equal(take("0..+0x20", 32, 1, &s), 0);
	assert_string_equal(trace, "R0 R0 R4 R8 Rc");
	assert_int_equal(chunk(s, "main", 0)->len, 4); /* CAP, for the names */
	assert_true(s->spaces[0].chunks[1].words && s->spaces[0].chunks[1].len == 16);
	assert_string_equal(chunk(s, "main", 0x10)->skipped, "clear");
	assert_null(chunk(s, "main", 0x18));
	dp_snap_free(s);
}

static void what_cannot_be_taken(void **state)
{
	struct dp_snap *s = (void *)-1;
	const struct dp_snap_opts opts = {.reads = 1};

	(void)state;
	assert_int_equal(take("J", 0, 1, &s), -EINVAL);
	assert_null(s);
	assert_non_null(strstr(err.message, "joined"));
	assert_int_equal(dp_snap_take(dev, NULL, 0, &opts, &s, &err), -ENOENT);
	assert_int_equal(err.code, DP_NAME);
	stop = true;
	assert_int_equal(take("A", 0, 1, &s), -EINTR);
	stop = false;
}

/* words that do not fit into the document, and a place that does not into a space */
static void limits_are_said(void **state)
{
	struct dp_snap_what what = {.width = 32};
	const struct dp_snap_opts opts = {.reads = 1}, twice = {.reads = 2};
	struct dp_snap *s;
	struct dp_dev *big;

	(void)state;
	scratch_text("big.yaml",
		     "schema: 1\ndevice: {name: big}\nspaces: {main: {size: 0x200000000}}\n"
		     "registers: {R: {offset: 0x100000000}}\n");
	assert_int_equal(dp_dev_find(ctx, scratch_path("big.yaml"), &big, &err), 0);
	assert_int_equal(dp_dev_open(big, 0, &err), 0);
	assert_int_equal(dp_resolve(big, "R", 0, &what.refs, &err), 0);
	what.width = 0;
	assert_int_equal(dp_snap_take(big, &what, 1, &opts, &s, &err) < 0, 1);
	assert_int_equal(err.code, DP_RANGE);
	assert_non_null(strstr(err.message, "4 GiB"));
	dp_refs_free(&what.refs);
	dp_ctx_set_force(ctx, DP_FORCE(DP_CLASS_RANGE));
	what.width = 32;
	assert_int_equal(dp_resolve_range(big, "0..+0x2000000", &what.range, &err), 0);
	assert_int_equal(dp_snap_take(big, &what, 1, &opts, &s, &err), -EFBIG);
	assert_int_equal(err.code, DP_RANGE);
	/* marks need the same room again */
	assert_int_equal(dp_resolve_range(big, "0..+0xa00004", &what.range, &err), 0);
	assert_int_equal(dp_snap_take(big, &what, 1, &twice, &s, &err), -EFBIG);
	dp_dev_close(big);
	dp_ctx_set_force(ctx, 0);
}

/* ------------------------------------------------------- a snapshot as a device */

static void a_snapshot_has_the_registers_and_no_effects(void **state)
{
	struct dp_snap *s;
	struct dp_dev *file;
	struct dp_refs refs;
	char *text;
	uint64_t value;

	(void)state;
	dp_ctx_set_force(ctx, DP_FORCE(DP_CLASS_EFFECT));
	assert_int_equal(take("CAP..RC", 0, 2, &s), 0);
	dp_ctx_set_force(ctx, 0);
	text = dp_snap_text(s);
	scratch_text("y.snap", text);
	free(text);
	dp_snap_free(s);
	assert_int_equal(dp_dev_find(ctx, scratch_path("y.snap"), &file, &err), 0);
	assert_int_equal(dp_dev_open(file, 0, &err), 0);
	assert_non_null(dp_dev_snap(file));
	assert_null(dp_dev_snap(dev));
	assert_string_equal(dp_dev_desc(file, 0), scratch_path("part.yaml"));
	assert_null(dp_dev_desc(file, 1));
	assert_int_equal(dp_resolve(file, "**", DP_REFS_MANY, &refs, &err), 0);
	trace[0] = 0;
	for (size_t i = 0; i < refs.n; i++) {
		struct dp_ref_info info;
		const char *skip = dp_ref_skip(refs.v[i]);

		dp_ref_info(refs.v[i], &info);
		if (!strcmp(info.path, "RC")) {
			assert_null(skip);
			assert_int_equal(dp_ref_moved(refs.v[i]), 5);
			assert_int_equal(
				dp_space_read(dp_dev_space(file, "main"), 0x10, 32, &value, &err),
				0);
		} else if (!strcmp(info.path, "VO") || !strcmp(info.path, "DB.1")) {
			assert_string_equal(skip, "outside");
		} else if (!strcmp(info.path, "P")) {
			assert_string_equal(skip, "indirect");
		} else if (!strcmp(info.path, "B")) {
			assert_null(skip);
		}
	}
	assert_string_equal(trace, ""); /* no bus */
	dp_refs_free(&refs);
	dp_dev_close(file);
}

/* ------------------------------------------------------------------ giving back */

static struct dp_assign *restore_of(const char *path, uint64_t value, uint64_t moved,
				    const char **why)
{
	struct dp_assign *a;
	struct dp_refs refs;

	assert_int_equal(dp_resolve(dev, path, 0, &refs, &err), 0);
	assert_int_equal(dp_assign_restore(refs.v[0], value, moved, &a, why, &err), 0);
	dp_refs_free(&refs);
	return a;
}

static void what_is_not_given_back_says_why(void **state)
{
	static const char *const left[][2] = {
		{"CAP", "ro"},     {"RC", "ro"},
		{"FI", "fifo"},    {"DB.0", "doorbell"},
		{"P", "indirect"}, {"AD", "address"},
		{"UN", "unique"},  {"VO", "volatile"},
		{"OC", "once"},    {"C1", "w1c"},
		{"VB", "verb"},    {"ME", "memory"},
		{"J", "joined"},   {"0x80", "undescribed"},
	};
	static const char *const given[] = {"A", "W", "AK", "UK", "VK", "F", "RS", "SP", "IDX"};
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		assert_null(restore_of(left[i][0], 0, 0, &why));
		assert_string_equal(why, left[i][1]);
	}
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		struct dp_assign *a = restore_of(given[i], 0, 0, &why);

		assert_non_null(a);
		dp_assign_free(a);
	}
	assert_null(restore_of("A", 0, 0xffff, &why));
	assert_string_equal(why, "moved");
}

static void give_back(const char *path, uint64_t value, struct dp_result *res)
{
	static const struct dp_poke_opts opts = {.differ = true};
	struct dp_plan *plan;
	const char *why;
	struct dp_assign *a = restore_of(path, value, 0, &why);

	assert_non_null(a);
	trace[0] = 0;
	assert_int_equal(dp_plan_poke(dev, a, &opts, &plan, &err), 0);
	assert_string_equal(trace, "");
	assert_int_equal(dp_plan_run(dev, plan, res, &err), 0);
	dp_plan_free(plan);
	dp_assign_free(a);
}

static void only_what_differs_is_written(void **state)
{
	struct dp_result res;

	(void)state;
	give_back("A", 0x1234, &res);
	assert_true(res.same && res.has_old && res.old.lo == 0x1234);
	assert_string_equal(trace, "R4");
	give_back("A", 0x4321, &res);
	assert_true(!res.same && res.written.lo == 0x4321);
	assert_string_equal(trace, "R4 W4");
	/* bits of neighbours do not count, and those that a one clears get none */
	give_back("F", 0xff21, &res);
	assert_true(res.same);
	give_back("F", 0xff22, &res);
	assert_int_equal(res.written.lo, 0x12);
	assert_string_equal(trace, "R68 W68");
	/* halves belong together */
	give_back("SP", 0x100000000, &res);
	assert_string_equal(trace, "R70 R74 W70 W74");
	give_back("SP", 0x100000000, &res);
	assert_true(res.same);
	assert_string_equal(trace, "R70 R74");
	give_back("B", 0x4321, &res);
	assert_int_equal(res.old.lo, 0x1234);
	give_back("B", 0x4321, &res);
	assert_true(res.same);
}

int main(void)
{
#define OPENED(f) cmocka_unit_test_setup_teardown(f, open_part, close_part)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_to_be_none_has_its_words),
		cmocka_unit_test(too_many_chunks_and_spaces_are_refused),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_is_at_a_place),
		OPENED(registers_are_read_once_and_kept_in_bus_order),
		OPENED(const_ones_are_read_once_however_often),
		OPENED(words_of_a_range_and_what_is_not_read_of_it),
		OPENED(what_cannot_be_taken),
		OPENED(limits_are_said),
		OPENED(a_snapshot_has_the_registers_and_no_effects),
		OPENED(what_is_not_given_back_says_why),
		OPENED(only_what_differs_is_written),
	};

	return cmocka_run_group_tests_name("snap", tests, setup_file, teardown_file);
}
