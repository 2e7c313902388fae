/* SPDX-License-Identifier: GPL-2.0-or-later */
/* paths, globs, slices, ranges and offsets: CLI.md section 3, sentence by sentence */
#include "names.h"

/* @want: canonical path, then space+offset, width and bits */
static void names(const char *text, const char *want)
{
	struct dp_ref *ref = ref_of(text);
	char got[300];

	snprintf(got, sizeof(got), "%s %s+0x%llx %u %u..%u", ref->path, ref->space_name,
		 (unsigned long long)ref->offset, ref->width, ref->hi, ref->lo);
	if (strcmp(got, want))
		fail_msg("%s: %s, not %s", text, got, want);
	assert_true(ref->located);
	assert_true(ref->consent);
	dp_ref_free(ref);
}

static void fails(const char *text, enum dp_code code, const char *message, const char *hint)
{
	struct dp_refs refs;
	struct dp_err err;

	if (!dp_resolve(dev, text, 0, &refs, &err))
		fail_msg("'%s' was taken", text);
	expect_error(&err, text, code, message, hint);
	assert_true(dp_resolve(dev, text, 0, &refs, NULL) < 0);
}

/* the paths that @text names, blank separated; none of them with consent */
static void many(const char *text, const char *want)
{
	struct dp_refs refs;
	struct dp_err err;
	char got[2000] = "";

	if (dp_resolve(dev, text, DP_REFS_MANY, &refs, &err))
		fail_msg("%s: %s", text, err.message);
	for (size_t i = 0; i < refs.n; i++) {
		assert_false(refs.v[i]->consent);
		if (i)
			strcat(got, " ");
		strcat(got, refs.v[i]->path);
	}
	dp_refs_free(&refs);
	if (strcmp(got, want))
		fail_msg("%s: %s", text, got);
}

static void many_fails(const char *text, enum dp_code code, const char *message, const char *hint)
{
	struct dp_refs refs;
	struct dp_err err;

	if (!dp_resolve(dev, text, DP_REFS_MANY, &refs, &err))
		fail_msg("'%s' was taken", text);
	expect_error(&err, text, code, message, hint);
	assert_null(refs.v);
}

/* ------------------------------------------------------------------- names */

static void test_registers_fields_and_bits(void **state)
{
	(void)state;
	names("CTRL", "CTRL main+0x14 32 31..0");
	names("CTRL.MODE", "CTRL.MODE main+0x14 32 6..4");
	names("CTRL:3", "CTRL:3 main+0x14 32 3..3");
	names("CTRL:7..4", "CTRL:7..4 main+0x14 32 7..4");
	names("uart0.STATUS.LEVEL", "uart0.STATUS.LEVEL main+0x2004 32 15..8");
	names("MAC", "MAC main+0x40 48 47..0");
}

static void test_bits_count_within_the_field(void **state)
{
	(void)state;
	names("CTRL.MODE:1", "CTRL.MODE:1 main+0x14 32 5..5");
	names("CTRL.SUM:2..1", "CTRL.SUM:2..1 main+0x14 32 14..13");
	names("CTRL.MODE:2..0", "CTRL.MODE main+0x14 32 6..4");
	fails("CTRL.MODE:3", DP_RANGE, "'CTRL.MODE' has no bit 3; it has 3 bits", "CTRL.MODE:2");
	fails("CTRL:32", DP_RANGE, "32 bits", "");
	fails("CTRL:64", DP_RANGE, "'CTRL' has no bit 64; it has 32 bits", "'CTRL:31'");
	fails("CTRL:128", DP_RANGE, "127 is the last", "");
	fails("CTRL:4..7", DP_USAGE, "from high to low", ":7..4");
}

static void test_an_index_is_a_part_of_digits(void **state)
{
	(void)state;
	names("RAL.2", "RAL.2 main+0x50 32 31..0");
	names("RAL[2]", "RAL.2 main+0x50 32 31..0");
	names("RAH.3.AV", "RAH.3.AV main+0x5c 32 31..31");
	names("RAH[3].AV:0", "RAH.3.AV main+0x5c 32 31..31");
	names("ODD.2", "ODD.2 main+0x9c 32 31..0");
	names("ONLY", "ONLY.0 main+0x80 32 31..0");
	fails("RAL.4", DP_RANGE, "beyond the end of the array, RAL.3", "");
	fails("ODD.3", DP_RANGE, "ODD.2", "");
	fails("RAL.1.2", DP_USAGE, "has 1 dimension", "");
	fails("RAL.0x1", DP_USAGE, "decimal", "");
	fails("RAL.01", DP_VALUE, "octal", "");
}

static void test_an_index_on_no_array_hints_at_bits(void **state)
{
	(void)state;
	fails("CTRL.3", DP_USAGE, "'CTRL' is no array", "CTRL:3");
	fails("CTRL[3]", DP_USAGE, "'CTRL' is no array", "CTRL:3");
	fails("CTRL.MODE.1", DP_USAGE, "'CTRL.MODE' is no array", "CTRL.MODE:1");
}

static void test_an_array_needs_an_index(void **state)
{
	(void)state;
	fails("RAL", DP_USAGE, "'RAL' is an array", "'RAL.0', or read all with 'RAL[*]'");
	fails("RAH.AV", DP_USAGE, "'RAH' is an array", "'RAH.0.AV', or read all with 'RAH[*].AV'");
	many("RAL", "RAL.0 RAL.1 RAL.2 RAL.3");
	many("RAH.AV", "RAH.0.AV RAH.1.AV RAH.2.AV RAH.3.AV");
}

static void test_names_match_exactly_else_without_case(void **state)
{
	(void)state;
	names("ctrl.mode", "CTRL.MODE main+0x14 32 6..4");
	names("Uart1.data", "uart1.DATA main+0x2100 8 7..0");
}

static void test_unknown_names_get_the_nearest(void **state)
{
	(void)state;
	fails("CTLR", DP_NAME, "has no register or space 'CTLR'", "'CTRL'");
	fails("CTRL.MODUS", DP_NAME, "'CTRL' has no field 'MODUS'", "'MODE'");
	fails("uart0.STATU", DP_NAME, "'uart0' has no 'STATU'", "'STATUS'");
	fails("PORT.X", DP_NAME, "'PORT' has no field 'X'", "PORT:7..4");
	fails("CTRL.MODE.X", DP_NAME, "'CTRL.MODE' has no part 'X'", "");
	fails("zzzzqqqq", DP_NAME, "'zzzzqqqq'", "devpoke find");
}

static void test_reserved_spaces_come_first_in_exact_lower_case(void **state)
{
	(void)state;
	names("PORT", "PORT main+0x1c 32 31..0");
	names("DMA", "DMA main+0x20 32 31..0");
	names("Port", "PORT main+0x1c 32 31..0");
	fails("port", DP_NAME, "has no space 'port'", "it has");
	fails("dma", DP_USAGE, "name of a buffer", "");
	fails("dma.ring", DP_NAME, "no buffer 'ring'", "");
	fails("bar5+0", DP_NAME, "no space 'bar5'", "");
	fails("main", DP_USAGE, "'main' is a space", "main+0x10");
	fails("uart0", DP_USAGE, "'uart0' is a block", "uart0.NAME");
}

static void test_a_space_before_a_register(void **state)
{
	(void)state;
	names("main.CTRL.EN", "CTRL.EN main+0x14 32 0..0");
	names("bar0.CTRL", "CTRL main+0x14 32 31..0");
	names("extra.AUX", "AUX extra+0x10 32 31..0");
	names("phy.ID", "ID phy+0x2 16 15..0");
	fails("extra.CTRL", DP_NAME, "'CTRL' does not lie in 'extra'", "main");
}

static void test_what_is_no_path(void **state)
{
	static const char *const bad[] = {
		"",
		".",
		"CTRL.",
		"CTRL..",
		".CTRL",
		"CTRL:",
		"CTRL:x",
		"CTRL/",
		"CTRL/u7",
		"CTRL[",
		"CTRL[]",
		"CTRL[1",
		"CTRL[a]",
		"RAL[3..1]",
		"CTRL+",
		"CTRL+x",
		"CTRL+=1",
		"CTRL EN",
		"CTRL!",
		"CTRL=1",
		"-3",
		"CTRL-",
		"a.b.c.d.e.f.g.h.i",
		"CTRL:3:4",
		"CTRL?",
		"$x",
		"@x",
		"0x",
		"0x14/",
		"0x14/x",
		"main+0x1/u12",
		"0x14:",
		"RAL[*",
		"\x80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dp_refs refs;
		struct dp_err err;

		if (!dp_resolve(dev, bad[i], DP_REFS_MANY, &refs, &err))
			fail_msg("'%s' was taken", bad[i]);
		assert_true(err.code == DP_USAGE || err.code == DP_VALUE);
	}
}

static void test_a_long_path_is_refused(void **state)
{
	char text[1000];

	(void)state;
	memset(text, 'A', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	fails(text, DP_USAGE, "too long", "");
}

/* -------------------------------------------------------------------- raw */

static void test_an_offset_is_the_register_there(void **state)
{
	(void)state;
	names("0x14", "CTRL main+0x14 32 31..0");
	names("20", "CTRL main+0x14 32 31..0");
	names("main+0x14", "CTRL main+0x14 32 31..0");
	names("bar0+0x14:3", "CTRL:3 main+0x14 32 3..3");
	names("0x28", "HALF main+0x28 16 15..0");
	names("0x30", "BASE main+0x30 64 63..0");
	names("0x4c:31", "RAH.1:31 main+0x4c 32 31..31");
	names("0x9c", "ODD.2 main+0x9c 32 31..0");
	names("0x98", "main+0x98 main+0x98 32 31..0");
	names("0x2104", "uart1.STATUS main+0x2104 32 31..0");
	names("phy+2", "ID phy+0x2 16 15..0");
	/* its offsets are numbers of registers */
	names("phy+3", "NEXT phy+0x3 16 15..0");
	names("LAST", "LAST phy+0x1f 16 15..0");
	names("phy+5/u16", "phy+0x5/u16 phy+0x5 16 15..0");
	fails("phy+32/u16", DP_RANGE, "beyond the end", "");
	names("0xa0", "STATE main+0xa0 32 31..0");
}

static void test_offsets_count_from_names(void **state)
{
	(void)state;
	names("CAP+4", "main+0x4 main+0x4 32 31..0");
	names("CTRL+4", "CAUSE main+0x18 32 31..0");
	names("RAL.1+8", "RAL.2 main+0x50 32 31..0");
	names("RAL+8", "RAL.1 main+0x48 32 31..0");
	names("uart1+4", "uart1.STATUS main+0x2104 32 31..0");
	names("main+1K+0x10", "main+0x410 main+0x410 32 31..0");
	fails("CTRL.EN+4", DP_USAGE, "offsets count from", "FIELD:3");
	fails("MAC+4", DP_USAGE, "offsets count from", "");
	fails("0xffffffffffffffff+1", DP_RANGE, "64 bits", "");
}

static void test_a_type_is_a_raw_access(void **state)
{
	struct dp_ref *ref;

	(void)state;
	names("0x14/u16", "main+0x14/u16 main+0x14 16 15..0");
	names("0x14/u8:3", "main+0x14/u8:3 main+0x14 8 3..3");
	names("main+0x14/be32", "main+0x14/be32 main+0x14 32 31..0");
	ref = ref_of("0x14/be32");
	assert_null(ref->reg);
	assert_int_equal(ref->order, DP_ORDER_BE);
	dp_ref_free(ref);
	fails("CTRL/u8", DP_USAGE, "a type belongs to an offset", "CTRL+0/u8");
	fails("0x14/u12", DP_USAGE, "'u12' is not a type", "be64");
	fails("0x14/u8:8", DP_RANGE, "8 bits", "");
}

static void test_raw_accesses_stay_inside_and_aligned(void **state)
{
	(void)state;
	fails("0x4000", DP_RANGE, "beyond the end", "");
	fails("0x3ffe", DP_RANGE, "beyond the end", "");
	fails("0xa2", DP_ALIGN, "not a multiple of 4", "");
	fails("0xa1/u16", DP_ALIGN, "not a multiple of 2", "");
	fails("CTRL+1G", DP_RANGE, "beyond the end", "");
	names("0xa2/u16", "main+0xa2/u16 main+0xa2 16 15..0");
}

/* -d [NAME=]FILE[@SPACE+OFFSET] */
static void describe(const char *name, const char *file)
{
	struct dp_err err;
	char arg[512];

	snprintf(arg, sizeof(arg), "%s%s/%s", name, TEST_GOLDEN_DIR, file);
	if (dp_dev_describe(dev, arg, &err))
		fail_msg("%s: %s", arg, err.message);
}

static void test_the_first_description_given_replaces_the_targets_own(void **state)
{
	(void)state;
	names("uart1.STATUS", "uart1.STATUS main+0x2104 32 31..0");
	describe("", "ip.yaml@main+0x3000");
	names("CTRL.EN", "CTRL.EN main+0x14 32 0..0");
	names("0x14", "CTRL main+0x14 32 31..0");
	names("0x10", "main+0x10 main+0x10 32 31..0");
	fails("uart1.STATUS", DP_NAME, "'uart1'", "");
	assert_string_equal(dp_dev_info(dev)->description, "ip");
}

static void test_of_several_descriptions_each_is_a_block(void **state)
{
	(void)state;
	describe("", "paths.yaml");
	describe("second=", "ip.yaml@main+0x3000");
	names("paths.CTRL.EN", "paths.CTRL.EN main+0x14 32 0..0");
	names("second.CTRL.EN", "second.CTRL.EN main+0x3014 32 0..0");
	names("SECOND.RAL.1", "second.RAL.1 main+0x3048 32 31..0");
	names("second.CTRL+4", "second.CAUSE main+0x3018 32 31..0");
	names("second+0x14", "second.CTRL main+0x3014 32 31..0");
	names("0x14", "paths.CTRL main+0x14 32 31..0");
	names("main+0x3014", "second.CTRL main+0x3014 32 31..0");
	fails("CTRL", DP_NAME, "'CTRL'", "paths.NAME second.NAME");
	fails("second.CTLR", DP_NAME, "'second' has no 'CTLR'", "'CTRL'");
	many("*.CA*", "paths.CAP paths.CAUSE second.CAUSE");
}

/* --------------------------------------------------------- globs and slices */

static void test_globs(void **state)
{
	(void)state;
	many("R*", "RAL.0 RAH.0 RAL.1 RAH.1 RAL.2 RAH.2 RAL.3 RAH.3 RING");
	many("CA*", "CAP CAUSE");
	many("ca*", "CAP CAUSE");
	many("*A*P*", "CAP");
	many("RA*.1", "RAL.1 RAH.1");
	many("*.STATUS", "uart0.STATUS uart1.STATUS");
	many("uart*.S*", "uart0.STATUS uart1.STATUS");
	many("uart1.*", "uart1.DATA uart1.STATUS");
	many("**TATUS", "uart0.STATUS uart1.STATUS");
	many("u**", "uart0.DATA uart0.STATUS uart1.DATA uart1.STATUS");
	many("CTRL.*", "CTRL.SUM CTRL.ERR CTRL.MODE CTRL.EN");
	many("RA*.A*", "RAH.0.AV RAH.0.AH RAH.1.AV RAH.1.AH RAH.2.AV RAH.2.AH RAH.3.AV RAH.3.AH");
	many("extra.*", "AUX");
	many("phy.*", "ID NEXT LAST");
	many("main.CA*", "CAP CAUSE");
	many_fails("CTL*", DP_NAME, "'CTL*' matches nothing", "'CTRL'");
	many_fails("CTRL*+4", DP_USAGE, "no offset", "");
	fails("C*", DP_USAGE, "names many", "verbs that read");
}

static void test_slices(void **state)
{
	(void)state;
	many("RAL[1..2]", "RAL.1 RAL.2");
	many("RAL[*]", "RAL.0 RAL.1 RAL.2 RAL.3");
	many("RAH[0..1].AV", "RAH.0.AV RAH.1.AV");
	many("RAL[2..2]", "RAL.2");
	many("RAL[*]:0", "RAL.0:0 RAL.1:0 RAL.2:0 RAL.3:0");
	many_fails("RAL[0..4]", DP_RANGE, "'RAL' ends with element 3", "");
	many_fails("CTRL[0..1]", DP_USAGE, "no array", "");
	many_fails("CTRL[*]", DP_USAGE, "no array", "");
	fails("RAL[*]", DP_USAGE, "names many", "");
}

/* ------------------------------------------------------------------ ranges */

static void test_ranges(void **state)
{
	(void)state;
	open_device();
	many("PORT..FIFO", "PORT DMA FIFO");
	many("0x1c..0x20", "PORT DMA");
	many("CTRL..0x18", "CTRL CAUSE");
	many("CTRL..+8", "CTRL CAUSE");
	many("bar0+0x14..CAUSE", "CTRL CAUSE");
	many("RAL..RAL", "RAL.0 RAH.0 RAL.1 RAH.1 RAL.2 RAH.2 RAL.3");
	many("RAL.1..RAH.1", "RAL.1 RAH.1");
	many("uart0..uart1", "uart0.DATA uart0.STATUS uart1.DATA uart1.STATUS");
	many("uart0", "uart0.DATA uart0.STATUS");
	many("phy", "ID NEXT LAST");
	many("phy.ID..phy.ID", "ID");
	many("0xc0..+8", "main+0xc0 main+0xc4");
	many("0xc0/u8..+2", "main+0xc0/u8 main+0xc1/u8");
}

static void test_what_is_no_range(void **state)
{
	(void)state;
	many_fails("DMA..PORT", DP_USAGE, "downwards", "NAME[0..3]");
	many_fails("RAL.0..4", DP_USAGE, "downwards", "NAME[0..3]");
	many_fails("CTRL:3..CAUSE", DP_USAGE, "no bits", "");
	many_fails("CTRL..CAUSE:3", DP_USAGE, "no bits", "");
	many_fails("CTRL.EN..CAUSE", DP_USAGE, "cannot end a range", "");
	many_fails("CTRL..CTRL.EN", DP_USAGE, "cannot end a range", "");
	many_fails("CTRL..phy.ID", DP_USAGE, "two spaces", "");
	many_fails("CTRL..C*", DP_USAGE, "names many", "");
	many_fails("C*..CTRL", DP_USAGE, "names many", "");
	many_fails("CTRL..CAUSE..PORT", DP_USAGE, "more than one", "");
	many_fails("CTRL..", DP_USAGE, "", "");
	many_fails("CTRL..+", DP_VALUE, "", "");
	many_fails("0x3f00..+4K", DP_RANGE, "ends beyond 'main'", "");
	many_fails("0xc0..+6", DP_ALIGN, "no whole number", "");
	fails("CTRL..CAUSE", DP_USAGE, "names many", "");
}

static void range_is(const char *text, const char *space, uint64_t offset, uint64_t len)
{
	struct dp_range r;
	struct dp_err err;

	if (dp_resolve_range(dev, text, &r, &err))
		fail_msg("%s: %s", text, err.message);
	assert_string_equal(r.space->name, space);
	if (r.offset != offset || r.len != len)
		fail_msg("%s: 0x%llx, 0x%llx bytes", text, (unsigned long long)r.offset,
			 (unsigned long long)r.len);
}

static void test_ranges_of_bytes(void **state)
{
	struct dp_range r;
	struct dp_err err;

	(void)state;
	range_is("0x0..+0x10", "main", 0, 0x10);
	range_is("0x0..0x10", "main", 0, 0x12 + 2);
	range_is("0x10/u8..0x13/u8", "main", 0x10, 4);
	range_is("0x0..0x3f", "main", 0, 0x40);
	range_is("0x1..+7", "main", 1, 7);
	range_is("main", "main", 0, 0x4000);
	range_is("extra", "extra", 0, 0x100);
	range_is("CAP..CTRL", "main", 0, 0x18);
	range_is("HALF", "main", 0x28, 2);
	range_is("RAL", "main", 0x40, 0x1c);
	range_is("uart1", "main", 0x2100, 8);
	range_is("main+0x100..+4K", "main", 0x100, 0x1000);
	assert_true(dp_resolve_range(dev, "C*", &r, &err) < 0);
	assert_int_equal(err.code, DP_USAGE);
}

/* --------------------------------------------- what the open device tells */

static void test_const_registers_are_needed_late(void **state)
{
	struct dp_ref_info info;
	struct dp_err err;
	struct dp_ref *ref;

	(void)state;
	names("SQDB.0", "SQDB.0 main+0x1000 32 31..0");
	ref = ref_of("CQDB.2");
	dp_ref_info(ref, &info);
	assert_false(info.located);
	assert_string_equal(info.offset_text,
			    "0x1000 + (4 << CAP.DSTRD) + 2 * (2 * (4 << CAP.DSTRD))");
	assert_int_equal(dp_ref_locate(ref, &err), -EAGAIN);
	open_device();
	assert_int_equal(dp_ref_locate(ref, &err), 0);
	dp_ref_info(ref, &info);
	assert_true(info.located);
	assert_int_equal(info.offset, 0x1008 + 2 * 0x10);
	dp_ref_free(ref);
	/* from now on it is known */
	names("CQDB.3", "CQDB.3 main+0x1038 32 31..0");
	fails("CQDB.4", DP_RANGE, "CQDB.3", "");
}

static void test_elements_are_counted_on_the_open_device(void **state)
{
	(void)state;
	many_fails("CQDB[*]", DP_USAGE, "once the device is open", "");
	many_fails("**", DP_USAGE, "once the device is open", "");
	many("CAP..CTRL", "CAP CTRL");
	open_device();
	many("CQDB[*]", "CQDB.0 CQDB.1 CQDB.2 CQDB.3");
	many("0x1000..+0x10", "SQDB.0 CQDB.0");
}

static void test_a_raw_access_becomes_its_register_late(void **state)
{
	struct dp_ref *ref = ref_of("0x1008"), *typed = ref_of("0x1008/u16");
	struct dp_ref *below = ref_of("0x10"), *none = ref_of("0x100c:3");
	struct dp_err err;

	(void)state;
	assert_true(below->located); /* every open offset lies above */
	assert_true(typed->located);
	assert_false(ref->located);
	assert_null(ref->reg);
	open_device();
	assert_int_equal(dp_ref_locate(ref, &err), 0);
	assert_string_equal(ref->path, "CQDB.0");
	assert_true(ref->consent);
	assert_int_equal(dp_ref_locate(none, &err), 0);
	assert_string_equal(none->path, "main+0x100c:3");
	assert_null(none->reg);
	assert_int_equal(none->hi, 3);
	dp_ref_free(ref);
	dp_ref_free(typed);
	dp_ref_free(below);
	dp_ref_free(none);
}

static void test_when_is_asked_late(void **state)
{
	struct dp_ref *ref = ref_of("EXT");
	struct dp_refs refs;
	struct dp_err err;

	(void)state;
	open_device();
	assert_int_equal(dp_ref_locate(ref, &err), -ENOENT);
	expect_error(&err, "EXT", DP_NAME, "'CAP.DSTRD == 5' is false", "");
	dp_ref_free(ref);
	assert_int_equal(dp_resolve(dev, "EX*", DP_REFS_MANY, &refs, &err), 0);
	assert_string_equal(dp_ref_skip(refs.v[0]), "absent");
	dp_refs_free(&refs);
}

/* ----------------------------------------------------------------- consent */

static const char *skip_of(const char *glob)
{
	struct dp_refs refs;
	struct dp_err err;
	const char *skip;

	if (dp_resolve(dev, glob, DP_REFS_MANY, &refs, &err))
		fail_msg("%s: %s", glob, err.message);
	skip = dp_ref_skip(refs.v[0]);
	dp_refs_free(&refs);
	return skip ? skip : "";
}

static void test_globs_are_no_consent(void **state)
{
	static const char *const named[] = {"CAUSE", "FIFO", "SQDB.0", "ID", "AUX", "0x18"};

	(void)state;
	assert_string_equal(skip_of("CAUS*"), "clear");
	assert_string_equal(skip_of("FIF*"), "fifo");
	assert_string_equal(skip_of("SQDB[*]"), "doorbell");
	assert_string_equal(skip_of("I*"), "indirect");
	assert_string_equal(skip_of("AU*"), "wo");
	assert_string_equal(skip_of("CTR*"), "");
	assert_string_equal(skip_of("0x18..+4"), "clear");
	dp_ctx_set_force(ctx, DP_FORCE(DP_CLASS_EFFECT));
	assert_string_equal(skip_of("CAUS*"), "");
	assert_string_equal(skip_of("AU*"), "wo");
	dp_ctx_set_force(ctx, 0);
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		struct dp_ref *ref = ref_of(named[i]);

		assert_null(dp_ref_skip(ref));
		dp_ref_free(ref);
	}
}

/* what peek would refuse, a dump passes over: it must not end at such a register */
static void test_globs_pass_over_what_cannot_be_read(void **state)
{
	(void)state;
	assert_string_equal(skip_of("AC*"), "wo");
	assert_string_equal(skip_of("ACT.G*"), "wo");
	assert_string_equal(skip_of("MI*"), "");
	assert_string_equal(skip_of("MIX.G*"), "wo");
	assert_string_equal(skip_of("MIX.R*"), "");
}

/* ----------------------------------------------------------------- offline */

static void test_offline_names_have_offsets(void **state)
{
	(void)state;
	names("CTRL.EN", "CTRL.EN main+0x14 32 0..0");
	names("0x4c", "RAH.1 main+0x4c 32 31..0");
	names("bar0+0x14", "CTRL main+0x14 32 31..0");
	names("phy.ID", "ID phy+0x2 16 15..0");
	names("EXT", "EXT main+0x200 32 31..0");
	names("0x98", "main+0x98 main+0x98 32 31..0");
	names("uart1+4", "uart1.STATUS main+0x2104 32 31..0");
	many("PORT..FIFO", "PORT DMA FIFO");
	many("CQDB[*]", "CQDB.0");
	many_fails("0xc0..+8", DP_NAME, "no register is described", "");
	assert_string_equal(skip_of("CAUS*"), "clear");
}

struct found {
	char paths[400];
	size_t n;
};

static int found(void *arg, const struct dp_ref_info *info)
{
	struct found *f = arg;

	strcat(strcat(f->paths, f->n++ ? " " : ""), info->path);
	return f->n == 9 ? 42 : 0;
}

static void test_find_looks_at_names_and_texts(void **state)
{
	struct found f = {.n = 0};

	(void)state;
	assert_int_equal(dp_find(dev, "of EVERY", found, &f, NULL), 0);
	assert_string_equal(f.paths, "CTRL");
	memset(&f, 0, sizeof(f));
	assert_int_equal(dp_find(dev, "av", found, &f, NULL), 0);
	assert_string_equal(f.paths, "RAH[*].AV");
	memset(&f, 0, sizeof(f));
	assert_int_equal(dp_find(dev, "status", found, &f, NULL), 0);
	assert_string_equal(f.paths, "uart0.STATUS uart1.STATUS");
	memset(&f, 0, sizeof(f));
	assert_int_equal(dp_find(dev, "mac", found, &f, NULL), 0);
	assert_string_equal(f.paths, "MAC");
	memset(&f, 0, sizeof(f));
	assert_int_equal(dp_find(dev, "a", found, &f, NULL), 42);
	memset(&f, 0, sizeof(f));
	assert_int_equal(dp_find(dev, "nothing at all", found, &f, NULL), 0);
	assert_int_equal(f.n, 0);
}

/* -------------------------------------------------------------- properties */

static void same_ref(const struct dp_ref *a, const struct dp_ref *b)
{
	assert_string_equal(a->path, b->path);
	assert_string_equal(a->reg_path, b->reg_path);
	assert_ptr_equal(a->inst, b->inst);
	assert_ptr_equal(a->reg, b->reg);
	assert_ptr_equal(a->field, b->field);
	assert_ptr_equal(a->space, b->space);
	assert_int_equal(a->offset, b->offset);
	assert_int_equal(a->width, b->width);
	assert_int_equal(a->hi, b->hi);
	assert_int_equal(a->lo, b->lo);
}

/* every canonical path names what it came from, and every offset its register */
static void test_canonical_paths_come_back(void **state)
{
	struct dp_refs all;
	struct dp_err err;

	(void)state;
	open_device();
	assert_int_equal(dp_refs_all(dev, &all, &err), 0);
	assert_true(all.n > 40);
	for (size_t i = 0; i < all.n; i++) {
		struct dp_ref *by_name, *by_offset;
		char text[300];

		if (!all.v[i]->located)
			continue;
		by_name = ref_of(all.v[i]->path);
		dp_ref_locate(by_name, NULL);
		same_ref(by_name, all.v[i]);
		snprintf(text, sizeof(text), "%s+0x%llx", all.v[i]->space_name,
			 (unsigned long long)all.v[i]->offset);
		by_offset = ref_of(text);
		if (all.v[i]->offset != 0xa0) /* STATE and KICK share it */
			same_ref(by_offset, all.v[i]);
		dp_ref_free(by_offset);
		dp_ref_free(by_name);
	}
	dp_refs_free(&all);
}

static void test_all_registers_are_in_order(void **state)
{
	struct dp_refs all;
	struct dp_err err;

	(void)state;
	open_device();
	assert_int_equal(dp_refs_all(dev, &all, &err), 0);
	for (size_t i = 1; i < all.n; i++) {
		const struct dp_ref *a = all.v[i - 1], *b = all.v[i];

		assert_false(b->consent);
		if (a->space == b->space && a->located && b->located)
			assert_true(a->offset <= b->offset);
	}
	dp_refs_free(&all);
}

/* whatever bytes come in: an answer or a message, never a crash or a hang */
static void test_random_texts(void **state)
{
	static const char alphabet[] = "CTRLA0x19.:+/u[]*._-main";
	uint64_t seed = 88172645463325252ULL;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct dp_refs refs;
		char text[16] = "";

		for (size_t k = 0; k < sizeof(text) - 1; k++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			if (seed % 13 == 0)
				break;
			text[k] = alphabet[seed / 13 % (sizeof(alphabet) - 1)];
		}
		if (!dp_resolve(dev, text, DP_REFS_MANY, &refs, NULL))
			dp_refs_free(&refs);
	}
}

#define MODEL(f)   cmocka_unit_test_setup_teardown(f, setup_model, teardown_device)
#define OFFLINE(f) cmocka_unit_test_setup_teardown(f, setup_offline, teardown_device)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MODEL(test_registers_fields_and_bits),
		MODEL(test_bits_count_within_the_field),
		MODEL(test_an_index_is_a_part_of_digits),
		MODEL(test_an_index_on_no_array_hints_at_bits),
		MODEL(test_an_array_needs_an_index),
		MODEL(test_names_match_exactly_else_without_case),
		MODEL(test_unknown_names_get_the_nearest),
		MODEL(test_reserved_spaces_come_first_in_exact_lower_case),
		MODEL(test_a_space_before_a_register),
		MODEL(test_what_is_no_path),
		MODEL(test_a_long_path_is_refused),
		MODEL(test_an_offset_is_the_register_there),
		MODEL(test_offsets_count_from_names),
		MODEL(test_a_type_is_a_raw_access),
		MODEL(test_raw_accesses_stay_inside_and_aligned),
		MODEL(test_the_first_description_given_replaces_the_targets_own),
		MODEL(test_of_several_descriptions_each_is_a_block),
		MODEL(test_globs),
		MODEL(test_slices),
		MODEL(test_ranges),
		MODEL(test_what_is_no_range),
		MODEL(test_ranges_of_bytes),
		MODEL(test_const_registers_are_needed_late),
		MODEL(test_elements_are_counted_on_the_open_device),
		MODEL(test_a_raw_access_becomes_its_register_late),
		MODEL(test_when_is_asked_late),
		MODEL(test_globs_are_no_consent),
		MODEL(test_globs_pass_over_what_cannot_be_read),
		OFFLINE(test_offline_names_have_offsets),
		OFFLINE(test_find_looks_at_names_and_texts),
		MODEL(test_canonical_paths_come_back),
		MODEL(test_all_registers_are_in_order),
		MODEL(test_random_texts),
	};

	return cmocka_run_group_tests(tests, NULL, teardown_ctx);
}
