/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decoding: fields from high to low, words, amounts, reserved bits */
#include "names.h"

/* "NAME=value(text)[scaled unit]", reserved bits as "?hi..lo=value" */
static void decodes(const char *path, uint64_t value, const char *want)
{
	struct dp_ref *ref = ref_of(path);
	struct dp_decoded d;
	char got[600] = "";

	assert_int_equal(dp_decode(ref, dp_wide_of(value), &d), 0);
	for (size_t i = 0; i < d.n; i++) {
		const struct dp_field_value *f = &d.fields[i];
		size_t at = strlen(got);

		at += (size_t)snprintf(got + at, sizeof(got) - at, "%s%s", i ? " " : "", f->name);
		if (f->reserved)
			at += (size_t)snprintf(got + at, sizeof(got) - at, "?%u..%u", f->hi, f->lo);
		at += (size_t)snprintf(got + at, sizeof(got) - at, "=0x%llx",
				       (unsigned long long)f->value.lo);
		if (f->text[0])
			at += (size_t)snprintf(got + at, sizeof(got) - at, "(%s)", f->text);
		if (f->has_scaled)
			snprintf(got + at, sizeof(got) - at, "[%g%s]", f->scaled, f->unit);
	}
	if (strcmp(got, want))
		fail_msg("%s: %s", path, got);
	dp_decoded_free(&d);
	dp_decoded_free(&d);
	dp_ref_free(ref);
}

static void test_fields_from_high_to_low(void **state)
{
	(void)state;
	decodes("CTRL", 0x5121, "SUM=0x5 ERR=0x1 MODE=0x2(fast) EN=0x1");
	decodes("CTRL", 0, "SUM=0x0 ERR=0x0 MODE=0x0(stop) EN=0x0");
	decodes("CTRL.MODE", 0x5121, "MODE=0x2(fast)");
	decodes("CTRL.EN", 0x1, "EN=0x1");
	decodes("RAH.1", 0x80001234, "AV=0x1 AH=0x1234");
}

static void test_an_unknown_enum_value_has_no_text(void **state)
{
	(void)state;
	decodes("CTRL.MODE", 0x50, "MODE=0x5");
	decodes("SPEED", 9, "=0x9");
}

static void test_reserved_bits_show_when_set(void **state)
{
	(void)state;
	decodes("CTRL", 0xffffffff,
		"?31..16=0xffff SUM=0xf ?11..9=0x7 ERR=0x1 ?7..7=0x1 MODE=0x7 ?3..1=0x7 EN=0x1");
	decodes("CTRL", 0x00010002, "?31..16=0x1 SUM=0x0 ERR=0x0 MODE=0x0(stop) ?3..1=0x1 EN=0x0");
	decodes("CAUSE", 0x80000007, "?31..3=0x10000000 TX=0x1 RX=0x1 LINK=0x1");
	decodes("CAP", UINT64_MAX,
		"?63..36=0xfffffff DSTRD=0xf TO=0xff[127500ms] ?23..16=0xff MQES=0xffff[65536entries]");
}

static void test_amounts_have_their_unit(void **state)
{
	(void)state;
	decodes("CAP", 0x0000000114000003, "DSTRD=0x1 TO=0x14[10000ms] MQES=0x3[4entries]");
	decodes("RING", 0x00200004, "LEN=0x20[4096bytes] DELAY=0x4[1.024us]");
}

static void test_kinds_of_values(void **state)
{
	(void)state;
	decodes("TEMP", 0x00ff1859, "DELTA=0xff(-1) VOLT=0x18(1.5)[1.5] DAY=0x59(59)");
	decodes("TEMP", 0x00050f5a, "DELTA=0x5 VOLT=0xf(0.9375)[0.9375] DAY=0x5a");
	decodes("TEMP.VOLT", 0xf800, "VOLT=0xf8(-0.5)[-0.5]");
	decodes("FLAGS", 9, "=0x9(one+eight)");
	decodes("FLAGS", 0x11, "=0x11(one+0x10)");
	decodes("FLAGS", 0, "=0x0");
	decodes("SPEED", 1, "=0x1(slow)");
	decodes("NAME", 0x20206261, "=0x20206261(ab)");
	decodes("NAME", 0x01020304, "=0x1020304");
	decodes("MAC", 0x563412005452, "=0x563412005452(52:54:00:12:34:56)");
}

static void test_an_address_is_itself(void **state)
{
	(void)state;
	decodes("BASE", 0x12345000, "ADDR=0x12345000");
	decodes("BASE.ADDR", 0xfffffffffffff123, "ADDR=0xfffffffffffff000");
}

static void test_what_has_no_fields(void **state)
{
	(void)state;
	decodes("PORT", 0x1234, "");
	decodes("0x98", 0x1234, "");
	decodes("CTRL:7..4", 0xff, "");
}

/* the fields and the reserved bits are all of the value, each bit once */
static void test_nothing_is_lost(void **state)
{
	static const char *const paths[] = {"CTRL", "CAUSE", "CAP",  "MDIC",
					    "BASE", "TEMP",  "RAH.0"};
	uint64_t seed = 88172645463325252ULL;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct dp_ref *ref = ref_of(paths[i % 7]);
		uint64_t sum = 0, value;
		struct dp_decoded d;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		value = seed & (ref->width == 64 ? UINT64_MAX : 0xffffffff);
		assert_int_equal(dp_decode(ref, dp_wide_of(value), &d), 0);
		for (size_t k = 0; k < d.n; k++) {
			bool address = !strcmp(d.fields[k].name, "ADDR");
			uint64_t bits = d.fields[k].value.lo << (address ? 0 : d.fields[k].lo);

			assert_int_equal(sum & bits, 0);
			sum |= bits;
			if (k)
				assert_true(d.fields[k].hi < d.fields[k - 1].lo);
		}
		assert_int_equal(sum, value);
		dp_decoded_free(&d);
		dp_ref_free(ref);
	}
}

#define OFFLINE(f) cmocka_unit_test_setup_teardown(f, setup_offline, teardown_device)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFLINE(test_fields_from_high_to_low),
		OFFLINE(test_an_unknown_enum_value_has_no_text),
		OFFLINE(test_reserved_bits_show_when_set),
		OFFLINE(test_amounts_have_their_unit),
		OFFLINE(test_kinds_of_values),
		OFFLINE(test_an_address_is_itself),
		OFFLINE(test_what_has_no_fields),
		OFFLINE(test_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, teardown_ctx);
}
