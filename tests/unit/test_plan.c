/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans and their runs on a model: what a plan prints, and that exactly these accesses
 * arrive, in that order, judged by the trace.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reg/reg.h"

static const char yaml[] =
	"schema: 1\n"
	"device: {name: thing}\n"
	"defaults: {reserved: zero}\n"
	"spaces:\n"
	"  main: {kind: registers, size: 0x1000}\n"
	"  narrow: {kind: registers, bar: 1, size: 0x100, widths: [8, 16, 32]}\n"
	"  phy: {kind: registers, size: 32, indirect: {index: MDIC.REG, data: MDIC.DATA,\n"
	"    start_read: 'MDIC.OP=2', start_write: 'MDIC.OP=1', ready: MDIC.READY==1, timeout: 10ms}}\n"
	"  pair: {kind: registers, size: 16, indirect: {index: PIDX, data: PDAT, unlock: 'KEY=0x55'}}\n"
	"  mute: {kind: registers, size: 16, indirect: {index: DEAF.REG, data: DEAF.DATA,\n"
	"    start_read: 'DEAF.OP=2', ready: STUCK.RDY==1, timeout: 1ms}}\n"
	"registers:\n"
	"  CTRL: {offset: 0x00, reset: 0x10, fields: {EN: 0, MODE: {bits: 6..4, enum: {0: stop, 1: slow}},\n"
	"    ERR: {bits: 8, on_write: w1c}, GO: {bits: 9, on_write: pulse}}}\n"
	"  CAUSE: {offset: 0x04, sw: ro, on_read: clear, reset: 0x3, fields: {LINK: 0, RX: 1}}\n"
	"  MASKS: {offset: 0x08, on_write: w1s, fields: {LINK: 0, RX: 1}}\n"
	"  DOOR: {offset: 0x0c, sw: wo, kind: doorbell}\n"
	"  MDIC: {offset: 0x10, fields: {DATA: 15..0, REG: 20..16, OP: {bits: 27..26, enum: {1: write, 2: read}}, READY: 28}}\n"
	"  BASE: {offset: 0x18, width: 64, fields: {EN: 0, ADDR: 63..12}}\n"
	"  RC: {offset: 0x20, fields: {A: {bits: 3..0, on_read: clear}, B: 7..4}}\n"
	"  STAT: {offset: 0x24, sw: ro, flush: true, reset: 0x5}\n"
	"  RST: {offset: 0x28, resets: 2ms, fields: {GO: 0}}\n"
	"  BIG: {offset: 0x2c, endian: big, fields: {LO: 7..0, HI: 31..24}}\n"
	"  MIX: {offset: 0x30, fields: {W: {bits: 7..0, sw: wo}, R: {bits: 15..8, sw: ro}, S: 16}}\n"
	"  BYTES: {offset: 0x34, widths: [8], reset: 0x04030201}\n"
	"  FIFO: {offset: 0x38, kind: fifo, sw: ro}\n"
	"  VOL: {offset: 0x3c, fields: {A: 7..0, B: {bits: 15..8, volatile: true}}}\n"
	"  RAL: {offset: 0x40, array: {count: 2, stride: 8}, reset: 0x44332211}\n"
	"  RAH: {offset: 0x44, array: {count: 2, stride: 8}, reset: 0x80006655, fields: {AH: 15..0, AV: 31}}\n"
	"  PIDX: {offset: 0x60, width: 8}\n"
	"  PDAT: {offset: 0x64}\n"
	"  KEY: {offset: 0x68}\n"
	"  DEAF: {offset: 0x6c, fields: {DATA: 15..0, REG: 20..16, OP: 27..26}}\n"
	"  STUCK: {offset: 0x70, fields: {RDY: {bits: 0, sw: wo}}}\n"
	"  ONCE: {offset: 0x74, once: true}\n"
	"  LOF: {space: narrow, offset: 0x00, width: 64, fields: {A: 7..0, B: 63..32}}\n"
	"  HIF: {space: narrow, offset: 0x08, width: 64, split64: hi-first}\n"
	"  FORBID: {space: narrow, offset: 0x10, width: 64, split64: forbid}\n"
	"  ID: {space: phy, offset: 2, width: 16, sw: ro, reset: 0x141}\n"
	"  PCTL: {space: phy, offset: 4, width: 16, fields: {AN: 12, LOOP: 14}}\n"
	"  PREG: {space: pair, offset: 3, width: 32}\n"
	"  DREG: {space: mute, offset: 1, width: 16}\n"
	"joins:\n"
	"  MAC: {of: [RAH.0.AH, RAL.0], type: mac}\n"
	"  CNT: {of: [RAL.1, RAH.1.AH], order: lo-first}\n";

static char dir[] = "/tmp/test_plan.XXXXXX", target[192];
static char trace[2048], notes[512];
static struct dp_ctx *ctx;
static struct dp_dev *dev;
static struct dp_err err;
static struct dp_result res;
static bool tracing;

static void on_trace(void *arg, const struct dp_trace *t)
{
	size_t n = strlen(trace);

	(void)arg;
	if (tracing)
		snprintf(trace + n, sizeof(trace) - n, "%c %s+0x%llx/%u=0x%llx\n", t->op, t->space,
			 (unsigned long long)t->offset, t->width, (unsigned long long)t->value);
}

static void on_note(void *arg, const char *text)
{
	size_t n = strlen(notes);

	(void)arg;
	snprintf(notes + n, sizeof(notes) - n, "%s\n", text);
}

static int setup_file(void **state)
{
	struct dp_ctx_opts opts = {.trace = on_trace, .note = on_note};
	char path[160];
	FILE *f;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/thing.yaml", dir);
	snprintf(target, sizeof(target), "model:%s", path);
	f = fopen(path, "w");
	if (!f || fputs(yaml, f) < 0 || fclose(f))
		return -1;
	ctx = dp_ctx_new(&opts);
	return ctx ? 0 : -1;
}

static int teardown_file(void **state)
{
	char path[160];

	(void)state;
	snprintf(path, sizeof(path), "%s/thing.yaml", dir);
	unlink(path);
	rmdir(dir);
	dp_ctx_free(ctx);
	return 0;
}

static int setup(void **state)
{
	(void)state;
	dp_ctx_set_force(ctx, 0);
	tracing = false;
	trace[0] = notes[0] = 0;
	memset(&err, 0, sizeof(err));
	if (dp_dev_find(ctx, target, &dev, &err) || dp_dev_open(dev, DP_OPEN_WRITE, &err)) {
		print_message("%s\n", err.message);
		return -1;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	dp_dev_close(dev);
	return 0;
}

/* ---------------------------------------------------------------- helpers */

static char text[1024];

static const char *text_of(const struct dp_plan *plan)
{
	size_t n = 0;

	text[0] = 0;
	for (size_t i = 0; i < dp_plan_len(plan); i++) {
		n += (size_t)dp_plan_text(plan, i, text + n, sizeof(text) - n);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "\n");
	}
	return text;
}

static int run(struct dp_plan *plan)
{
	int rc;

	tracing = true;
	trace[0] = 0;
	rc = dp_plan_run(dev, plan, &res, &err);
	tracing = false;
	return rc;
}

static int peek(const char *path)
{
	struct dp_refs refs = {0};
	struct dp_plan *plan = NULL;
	int rc = dp_resolve(dev, path, 0, &refs, &err);

	if (!rc)
		rc = dp_ref_locate(refs.v[0], &err);
	if (!rc)
		rc = dp_plan_peek(dev, refs.v[0], &plan, &err);
	if (!rc) {
		text_of(plan);
		rc = run(plan);
	}
	dp_plan_free(plan);
	dp_refs_free(&refs);
	return rc;
}

static int poke_with(const char *assign, const struct dp_poke_opts *opts)
{
	struct dp_assign *a = NULL;
	struct dp_plan *plan = NULL;
	int rc = dp_assign_parse(dev, assign, NULL, &a, &err);

	if (!rc)
		rc = dp_ref_locate((struct dp_ref *)dp_assign_ref(a), &err);
	if (!rc)
		rc = dp_plan_poke(dev, a, opts, &plan, &err);
	if (!rc) {
		text_of(plan);
		rc = run(plan);
	}
	dp_plan_free(plan);
	dp_assign_free(a);
	return rc;
}

static int poke(const char *assign)
{
	return poke_with(assign, NULL);
}

static void assert_refused(int rc, enum dp_class class)
{
	assert_int_equal(rc, -EPERM);
	assert_int_equal(err.code, DP_REFUSED);
	assert_int_equal(err.class, class);
	assert_string_equal(trace, "");
}

static void assert_error(int rc, enum dp_code code)
{
	assert_true(rc < 0);
	assert_int_equal(err.code, code);
	assert_string_equal(trace, "");
}

/* ------------------------------------------------------------------ peeks */

static void a_peek_is_one_read_of_the_registers_width(void **state)
{
	(void)state;
	assert_int_equal(peek("CTRL"), 0);
	assert_string_equal(text, "R CTRL\n");
	assert_string_equal(trace, "R main+0x0/32=0x10\n");
	assert_int_equal(res.value.lo, 0x10);
	assert_int_equal(peek("CTRL.MODE"), 0);
	assert_int_equal(res.value.lo, 0x10);
	assert_int_equal(peek("PIDX"), 0);
	assert_string_equal(trace, "R main+0x60/8=0x0\n");
	assert_int_equal(peek("BASE"), 0);
	assert_string_equal(trace, "R main+0x18/64=0x0\n");
	assert_string_equal(notes, "");
}

static void a_named_read_that_clears_is_done_and_noted(void **state)
{
	(void)state;
	assert_int_equal(peek("CAUSE.RX"), 0);
	assert_int_equal(res.value.lo, 3);
	assert_string_equal(notes, "reading 'CAUSE' clears it\n");
	assert_int_equal(peek("CAUSE"), 0);
	assert_int_equal(res.value.lo, 0);
}

/* whatever its width, and whatever lies beside it in the word */
static void a_raw_read_over_a_register_that_clears_is_noted(void **state)
{
	static const char *const paths[] = {"0x4/u32", "0x4/u16", "0x7/u8", "0x0/u64", "0x20/u8"};
	static const char *const said[] = {"CAUSE", "CAUSE", "CAUSE", "CAUSE", "RC"};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		char note[64];

		notes[0] = 0;
		snprintf(note, sizeof(note), "reading '%s' clears it\n", said[i]);
		assert_int_equal(peek(paths[i]), 0);
		assert_string_equal(notes, note);
	}
	notes[0] = 0;
	assert_int_equal(peek("0x21/u8"), 0);
	assert_int_equal(peek("0x0/u32"), 0);
	assert_int_equal(peek("0x38/u32"), 0);
	assert_string_equal(notes, "");
}

static void what_was_not_named_is_not_read_when_that_has_an_effect(void **state)
{
	static const char *const paths[] = {"CAUSE", "FIFO", "ID"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct dp_refs refs = {0};
		struct dp_plan *plan = NULL;

		assert_int_equal(dp_resolve(dev, paths[i], 0, &refs, &err), 0);
		((struct dp_ref *)refs.v[0])->consent = false;
		assert_refused(dp_plan_peek(dev, refs.v[0], &plan, &err), DP_CLASS_EFFECT);
		dp_ctx_set_force(ctx, DP_FORCE(DP_CLASS_EFFECT));
		assert_int_equal(dp_plan_peek(dev, refs.v[0], &plan, &err), 0);
		assert_string_equal(notes, ""); /* nothing was read yet */
		dp_ctx_set_force(ctx, 0);
		dp_plan_free(plan);
		dp_refs_free(&refs);
	}
}

static void write_only_is_never_read(void **state)
{
	static const char *const paths[] = {"DOOR", "MIX.W"};

	(void)state;
	dp_ctx_set_force(ctx, ~UINT64_C(0));
	for (size_t i = 0; i < 2; i++)
		assert_error(peek(paths[i]), DP_USAGE);
	/* its register may be, for the other fields */
	assert_int_equal(peek("MIX.R"), 0);
}

static void wide_registers_are_split_as_the_description_says(void **state)
{
	(void)state;
	assert_int_equal(poke("LOF=0x1122334455667788"), 0);
	assert_string_equal(text, "W LOF = 0x55667788\nW LOF+4 = 0x11223344\n");
	assert_string_equal(trace, "W narrow+0x0/32=0x55667788\nW narrow+0x4/32=0x11223344\n");
	assert_int_equal(res.written.lo, 0x1122334455667788);
	assert_int_equal(peek("LOF"), 0);
	assert_string_equal(text, "R LOF\nR LOF+4\n");
	assert_true(res.value.lo == 0x1122334400000088); /* bits without a field hold nothing */
	assert_int_equal(poke("HIF=0x1122334455667788"), 0);
	assert_string_equal(trace, "W narrow+0xc/32=0x11223344\nW narrow+0x8/32=0x55667788\n");
	assert_int_equal(peek("HIF"), 0);
	assert_string_equal(text, "R HIF+4\nR HIF\n");
	assert_true(res.value.lo == 0x1122334455667788);
	trace[0] = 0;
	assert_error(peek("FORBID"), DP_ALIGN);
}

static void a_field_of_a_split_register_reads_and_writes_both_halves(void **state)
{
	(void)state;
	assert_int_equal(poke("LOF=0x1122334455667788"), 0);
	assert_int_equal(poke("LOF.A=1"), 0);
	assert_string_equal(text, "R LOF\nR LOF+4\nW LOF = 0x1\nW LOF+4 = old\n");
	assert_true(res.has_old && res.old.lo == 0x1122334400000088);
	assert_true(res.written.lo == 0x1122334400000001);
	assert_int_equal(poke("LOF.B+=1"), 0);
	assert_true(res.written.lo == 0x1122334500000001);
	trace[0] = 0;
	assert_error(poke("HIF+=1"), DP_USAGE);
}

static void a_register_of_bytes_is_read_by_bytes(void **state)
{
	(void)state;
	assert_int_equal(peek("BYTES"), 0);
	assert_string_equal(text, "R BYTES\nR BYTES+1\nR BYTES+2\nR BYTES+3\n");
	assert_int_equal(res.value.lo, 0x04030201);
}

static void big_endian_registers_are_swapped_on_the_bus_only(void **state)
{
	(void)state;
	assert_int_equal(poke("BIG.HI=0x12"), 0);
	assert_string_equal(trace, "R main+0x2c/32=0x0\nW main+0x2c/32=0x12\n");
	assert_int_equal(res.written.lo, 0x12000000);
	assert_int_equal(poke("BIG.LO=0x34"), 0);
	assert_string_equal(trace, "R main+0x2c/32=0x12\nW main+0x2c/32=0x34000012\n");
	assert_int_equal(peek("BIG"), 0);
	assert_int_equal(res.value.lo, 0x12000034);
}

/* ------------------------------------------------------------------ pokes */

static void a_whole_register_is_one_write_and_no_read(void **state)
{
	(void)state;
	assert_int_equal(poke("CTRL=0x41"), 0);
	assert_string_equal(text, "W CTRL = 0x41\n");
	assert_string_equal(trace, "W main+0x0/32=0x41\n");
	assert_false(res.has_old);
	assert_int_equal(res.written.lo, 0x41);
}

static void a_field_is_one_read_and_one_write(void **state)
{
	(void)state;
	assert_int_equal(poke("CTRL.EN=1"), 0);
	assert_string_equal(text, "R CTRL\nW CTRL = (old & 0x70) | 0x1\n");
	assert_string_equal(trace, "R main+0x0/32=0x10\nW main+0x0/32=0x11\n");
	assert_true(res.has_old);
	assert_int_equal(res.old.lo, 0x10);
	assert_int_equal(res.written.lo, 0x11);
	assert_int_equal(poke("VOL.A=1"), 0);
	assert_string_equal(text, "R VOL\nW VOL = (old & 0xff00) | 0x1\n");
	assert_int_equal(poke("main+0x80:3=1"), 0);
	assert_non_null(strstr(text, "(old & ~0x8) | 0x8"));
}

static void the_write_alone_when_nothing_must_be_kept(void **state)
{
	(void)state;
	assert_int_equal(poke("MASKS.RX=1"), 0);
	assert_string_equal(text, "W MASKS = 0x2\n");
	assert_string_equal(trace, "W main+0x8/32=0x2\n");
	assert_int_equal(poke("MASKS.LINK=1"), 0);
	assert_int_equal(peek("MASKS"), 0);
	assert_int_equal(res.value.lo, 3);
}

static void readback_verify_and_flush_add_their_reads(void **state)
{
	struct dp_poke_opts opts = {.readback = true};

	(void)state;
	assert_int_equal(poke_with("CTRL=0x311", &opts), 0);
	assert_string_equal(text, "W CTRL = 0x311\nR CTRL\n");
	assert_true(res.has_readback);
	assert_int_equal(res.readback.lo, 0x11);
	assert_false(res.mismatch);
	/* w1c and pulse bits are not compared, nor are volatile ones */
	opts = (struct dp_poke_opts){.verify = true};
	assert_int_equal(poke_with("CTRL=0x311", &opts), 0);
	assert_false(res.mismatch);
	opts = (struct dp_poke_opts){.flush = true, .readback = true};
	assert_int_equal(poke_with("CTRL=0x11", &opts), 0);
	assert_string_equal(text, "W CTRL = 0x11\nR STAT\nR CTRL\n");
}

static void a_bit_that_does_not_stick_is_a_mismatch(void **state)
{
	struct dp_poke_opts opts = {.verify = true};

	(void)state;
	assert_int_equal(poke_with("ONCE=0x5", &opts), 0);
	assert_string_equal(text, "W ONCE = 0x5\nR ONCE\n");
	assert_false(res.mismatch);
	assert_int_equal(poke_with("ONCE=0x6", &opts), 0);
	assert_true(res.mismatch);
	assert_int_equal(res.mismatch_mask.lo, 0x3);
}

static void nothing_touches_a_device_that_resets(void **state)
{
	struct dp_poke_opts opts = {.readback = true};

	(void)state;
	assert_int_equal(poke_with("RST=1", &opts), 0);
	assert_string_equal(text, "W RST = 0x1\nWAIT 2 ms: 'RST' resets\nR RST\n");
	assert_string_equal(trace, "W main+0x28/32=0x1\nR main+0x28/32=0x1\n");
}

static void toggling_and_adding_read_once(void **state)
{
	struct dp_assign *a;
	struct dp_plan *plan;

	(void)state;
	assert_int_equal(dp_assign_toggle(dev, "CTRL.EN", &a, &err), 0);
	assert_int_equal(dp_plan_poke(dev, a, NULL, &plan, &err), 0);
	assert_string_equal(text_of(plan), "R CTRL\nW CTRL = (old & 0x71) ^ 0x1\n");
	assert_int_equal(run(plan), 0);
	assert_int_equal(res.written.lo, 0x11);
	assert_int_equal(run(plan), 0);
	assert_int_equal(res.written.lo, 0x10);
	dp_plan_free(plan);
	dp_assign_free(a);
	assert_int_equal(poke("CTRL.MODE+=2"), 0);
	assert_string_equal(text, "R CTRL\nW CTRL = (old & 0x1) | ((old + 0x20) & 0x70)\n");
	assert_int_equal(res.written.lo, 0x30);
}

static void a_sum_that_overflows_writes_nothing(void **state)
{
	(void)state;
	assert_int_equal(poke("CTRL=0x70"), 0);
	assert_int_equal(poke("CTRL.MODE+=1"), -EINVAL);
	assert_int_equal(err.code, DP_VALUE);
	assert_string_equal(trace, "R main+0x0/32=0x70\n");
}

static void what_protects_neighbours_is_told(void **state)
{
	const struct dp_protected *prot;
	struct dp_assign *a;
	struct dp_plan *plan;

	(void)state;
	assert_int_equal(dp_assign_parse(dev, "CTRL.EN=1", NULL, &a, &err), 0);
	assert_int_equal(dp_plan_poke(dev, a, NULL, &plan, &err), 0);
	assert_int_equal(dp_plan_protected(plan, &prot), 3);
	assert_string_equal(prot[0].field, "GO");
	assert_string_equal(prot[0].why, "pulse: written 0");
	assert_string_equal(prot[1].field, "ERR");
	assert_string_equal(prot[2].field, "");
	dp_plan_free(plan);
	dp_assign_free(a);
}

/* --------------------------------------------------------------- refusals */

static void partial_writes_that_would_read_with_an_effect_are_refused(void **state)
{
	struct dp_poke_opts opts = {.others = DP_OTHERS_SHADOW};

	(void)state;
	assert_refused(poke("RC.B=1"), DP_CLASS_EFFECT);
	assert_int_equal(poke("RC=0x25"), 0);
	assert_string_equal(trace, "W main+0x20/32=0x25\n");
	/* the model remembers what was written last */
	assert_int_equal(poke_with("RC.B=1", &opts), 0);
	assert_string_equal(trace, "W main+0x20/32=0x15\n");
	trace[0] = 0;
	assert_refused(poke("MIX.S=1"), DP_CLASS_EFFECT);
	assert_int_equal(poke("MIX.S=1,W=3"), 0);
	trace[0] = 0;
	assert_refused(poke("STAT=1"), DP_CLASS_RO);
	assert_refused(poke("MIX.R=1"), DP_CLASS_RO);
	assert_refused(poke("CTRL=0x8/0x8"), DP_CLASS_RESERVED);
	assert_string_equal(err.message, "'CTRL' names bits without a field: 0x8 of 'CTRL'");
	assert_refused(poke("CTRL=0x8/0xffffffff"), DP_CLASS_RESERVED);
	assert_refused(poke("CTRL=0x8,MODE=5"), DP_CLASS_ENUM);
	assert_string_equal(err.message, "no word of 'CTRL.MODE' is 0x5");
	assert_non_null(strstr(err.hint, "stop, slow; --force=enum"));
	assert_refused(poke("CTRL.MODE=5"), DP_CLASS_ENUM);
	dp_ctx_set_force(ctx, DP_FORCE(DP_CLASS_ENUM));
	assert_int_equal(poke("CTRL.MODE=5"), 0);
}

static void a_bound_driver_leaves_plain_reads_only(void **state)
{
	(void)state;
	dev->info.bound = true;
	snprintf(dev->info.driver, sizeof(dev->info.driver), "e1000e");
	assert_int_equal(peek("CTRL"), 0);
	assert_string_equal(notes, "kernel driver 'e1000e' is bound: reading only\n");
	assert_int_equal(peek("CTRL"), 0);
	assert_string_equal(notes, "kernel driver 'e1000e' is bound: reading only\n");
	trace[0] = 0;
	assert_refused(peek("CAUSE"), DP_CLASS_BOUND);
	assert_refused(peek("ID"), DP_CLASS_BOUND);
	assert_refused(peek("FIFO"), DP_CLASS_BOUND);
	assert_refused(peek("0x4/u32"), DP_CLASS_BOUND);
	assert_refused(peek("0x6/u8"), DP_CLASS_BOUND);
	assert_refused(peek("0x38/u16"), DP_CLASS_BOUND);
	assert_refused(poke("CTRL=1"), DP_CLASS_BOUND);
	assert_refused(poke("MAC=1"), DP_CLASS_BOUND);
	dp_ctx_set_force(ctx, DP_FORCE(DP_CLASS_BOUND));
	assert_int_equal(poke("CTRL=1"), 0);
	assert_int_equal(peek("CAUSE"), 0);
}

static void a_plan_beyond_its_space_is_refused_before_anything_happens(void **state)
{
	struct dp_ref *ref = dp_ref_new();
	struct dp_plan *plan = NULL;

	(void)state;
	*ref = (struct dp_ref){.dev = dev,
			       .space = dev->main,
			       .offset = 0x1000,
			       .width = 32,
			       .hi = 31,
			       .whole = true,
			       .located = true,
			       .consent = true};
	assert_error(dp_plan_peek(dev, ref, &plan, &err), DP_RANGE);
	ref->offset = 0x2;
	assert_error(dp_plan_peek(dev, ref, &plan, &err), DP_ALIGN);
	assert_null(plan);
	dp_ref_free(ref);
}

/* ----------------------------------------------------- indirect and joined */

static void an_indirect_read_writes_index_and_start_at_once(void **state)
{
	(void)state;
	assert_int_equal(peek("ID"), 0);
	assert_string_equal(text,
			    "W MDIC = 0x8020000\n"
			    "WAIT MDIC until (value & 0x10000000) == 0x10000000, at most 10 ms\n"
			    "R MDIC\n");
	assert_string_equal(trace, "W main+0x10/32=0x8020000\n"
				   "R main+0x10/32=0x18020141\n"
				   "R main+0x10/32=0x18020141\n");
	assert_int_equal(res.value.lo, 0x141);
	assert_string_equal(notes, "");
}

static void an_indirect_field_is_read_and_written_through_the_window(void **state)
{
	(void)state;
	assert_int_equal(poke("PCTL=0x1000"), 0);
	assert_string_equal(text,
			    "W MDIC = 0x4041000\n"
			    "WAIT MDIC until (value & 0x10000000) == 0x10000000, at most 10 ms\n");
	assert_int_equal(poke("PCTL.LOOP=1"), 0);
	assert_string_equal(text,
			    "W MDIC = 0x8040000\n"
			    "WAIT MDIC until (value & 0x10000000) == 0x10000000, at most 10 ms\n"
			    "R MDIC\n"
			    "W MDIC = (old & 0x1000) | 0x4044000\n"
			    "WAIT MDIC until (value & 0x10000000) == 0x10000000, at most 10 ms\n");
	assert_int_equal(res.old.lo, 0x1000);
	assert_int_equal(res.written.lo, 0x5000);
	assert_int_equal(peek("PCTL"), 0);
	assert_int_equal(res.value.lo, 0x5000);
}

static void a_pair_without_start_is_unlocked_indexed_and_accessed(void **state)
{
	(void)state;
	assert_int_equal(poke("PREG=0xabcd"), 0);
	assert_string_equal(text, "W KEY = 0x55\nW PIDX = 0x3\nW PDAT = 0xabcd\n");
	assert_int_equal(peek("PREG"), 0);
	assert_string_equal(text, "W KEY = 0x55\nW PIDX = 0x3\nR PDAT\n");
	assert_int_equal(res.value.lo, 0xabcd);
}

static void a_window_that_never_gets_ready_times_out(void **state)
{
	(void)state;
	assert_int_equal(peek("DREG"), -ETIMEDOUT);
	assert_int_equal(err.code, DP_TIMEOUT);
	assert_non_null(strstr(err.message, "'STUCK' is still 0x"));
	trace[0] = 0;
	assert_error(poke("DREG=1"), DP_USAGE);
}

static void a_joined_value_reads_its_parts_in_order(void **state)
{
	(void)state;
	assert_int_equal(peek("MAC"), 0);
	assert_string_equal(text, "R RAH.0\nR RAL.0\n");
	assert_true(res.value.lo == 0x665544332211);
	assert_int_equal(peek("CNT"), 0);
	assert_string_equal(text, "R RAH.1\nR RAL.1\n");
	assert_true(res.value.lo == 0x443322116655);
}

static void a_joined_value_is_written_part_by_part(void **state)
{
	struct dp_poke_opts opts = {.verify = true};

	(void)state;
	assert_int_equal(poke_with("MAC=0x0a0b0c0d0e0f", &opts), 0);
	assert_string_equal(text, "R RAH.0\nW RAH.0 = (old & 0x80000000) | 0xa0b\n"
				  "W RAL.0 = 0xc0d0e0f\nR RAH.0\nR RAL.0\n");
	assert_true(res.written.lo == 0x0a0b0c0d0e0f && res.readback.lo == res.written.lo);
	assert_false(res.mismatch);
	assert_int_equal(peek("RAH.0"), 0);
	assert_int_equal(res.value.lo, 0x80000a0b);
	trace[0] = 0;
	assert_error(poke("MAC+=1"), DP_USAGE);
}

int main(void)
{
#define PLAN_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		PLAN_TEST(a_peek_is_one_read_of_the_registers_width),
		PLAN_TEST(a_named_read_that_clears_is_done_and_noted),
		PLAN_TEST(a_raw_read_over_a_register_that_clears_is_noted),
		PLAN_TEST(what_was_not_named_is_not_read_when_that_has_an_effect),
		PLAN_TEST(write_only_is_never_read),
		PLAN_TEST(wide_registers_are_split_as_the_description_says),
		PLAN_TEST(a_field_of_a_split_register_reads_and_writes_both_halves),
		PLAN_TEST(a_register_of_bytes_is_read_by_bytes),
		PLAN_TEST(big_endian_registers_are_swapped_on_the_bus_only),
		PLAN_TEST(a_whole_register_is_one_write_and_no_read),
		PLAN_TEST(a_field_is_one_read_and_one_write),
		PLAN_TEST(the_write_alone_when_nothing_must_be_kept),
		PLAN_TEST(readback_verify_and_flush_add_their_reads),
		PLAN_TEST(a_bit_that_does_not_stick_is_a_mismatch),
		PLAN_TEST(nothing_touches_a_device_that_resets),
		PLAN_TEST(toggling_and_adding_read_once),
		PLAN_TEST(a_sum_that_overflows_writes_nothing),
		PLAN_TEST(what_protects_neighbours_is_told),
		PLAN_TEST(partial_writes_that_would_read_with_an_effect_are_refused),
		PLAN_TEST(a_bound_driver_leaves_plain_reads_only),
		PLAN_TEST(a_plan_beyond_its_space_is_refused_before_anything_happens),
		PLAN_TEST(an_indirect_read_writes_index_and_start_at_once),
		PLAN_TEST(an_indirect_field_is_read_and_written_through_the_window),
		PLAN_TEST(a_pair_without_start_is_unlocked_indexed_and_accessed),
		PLAN_TEST(a_window_that_never_gets_ready_times_out),
		PLAN_TEST(a_joined_value_reads_its_parts_in_order),
		PLAN_TEST(a_joined_value_is_written_part_by_part),
	};

	return cmocka_run_group_tests_name("plan", tests, setup_file, teardown_file);
}
