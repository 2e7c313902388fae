/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capability lists as devices hand them out, hostile ones included */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/core.h"
#include "reg/place.h"

static uint8_t config[4096];
static unsigned reads;

static int config_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		       uint64_t *value, struct dp_err *err)
{
	(void)dev, (void)r, (void)err;
	reads++;
	*value = 0;
	memcpy(value, config + offset, width / 8);
	return 0;
}

static const struct dp_backend backend = {
	.name = "fake",
	.help = "",
	.caps = DP_CAP_READ,
	.read = config_read,
};

struct fixture {
	struct dp_ctx *ctx;
	struct dp_dev *dev;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	memset(config, 0, sizeof(config));
	reads = 0;
	f->ctx = dp_ctx_new(NULL);
	f->dev = dp_dev_new(f->ctx, &backend);
	dp_dev_add_region(f->dev, "cfg", DP_SPACE_CONFIG, sizeof(config), 8 | 16 | 32);
	dp_dev_add_region(f->dev, "bar4", DP_SPACE_REGISTERS, 0x4000, 8 | 16 | 32 | 64);
	assert_int_equal(dp_dev_open(f->dev, 0, NULL), 0);
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

static void put32(unsigned at, uint32_t v)
{
	memcpy(config + at, &v, 4);
}

static void list_at(uint8_t first)
{
	config[0x06] = 0x10;
	config[0x34] = first;
}

static void capabilities_are_found_by_id(void **state)
{
	struct fixture *f = *state;
	uint64_t at;

	list_at(0x40);
	put32(0x40, 0x5001); /* PM, next 0x50 */
	put32(0x50, 0x0011); /* MSI-X, end */
	assert_int_equal(dp_pcicap_find(f->dev, 0x11, false, &at, NULL), 0);
	assert_int_equal(at, 0x50);
	assert_int_equal(dp_pcicap_find(f->dev, 0x01, false, &at, NULL), 0);
	assert_int_equal(at, 0x40);
	assert_int_equal(dp_pcicap_find(f->dev, 0x05, false, &at, NULL), -ENOENT);
}

static void each_header_is_read_once_and_only_as_far_as_needed(void **state)
{
	struct fixture *f = *state;
	uint64_t at;

	list_at(0x40);
	put32(0x40, 0x5001);
	put32(0x50, 0x6011);
	put32(0x60, 0x0010);
	assert_int_equal(dp_pcicap_find(f->dev, 0x11, false, &at, NULL), 0);
	assert_int_equal(reads, 4); /* STATUS, CAP_PTR, two headers */
	assert_int_equal(dp_pcicap_find(f->dev, 0x01, false, &at, NULL), 0);
	assert_int_equal(reads, 4);
	assert_int_equal(dp_pcicap_find(f->dev, 0x05, false, &at, NULL), -ENOENT);
	assert_int_equal(dp_pcicap_find(f->dev, 0x10, false, &at, NULL), 0);
	assert_int_equal(at, 0x60);
	assert_int_equal(reads, 5);
}

static void no_list_is_not_walked(void **state)
{
	struct fixture *f = *state;
	uint64_t at;

	config[0x34] = 0x40; /* the pointer means nothing without STATUS bit 4 */
	put32(0x40, 0x0001);
	assert_int_equal(dp_pcicap_find(f->dev, 0x01, false, &at, NULL), -ENOENT);
	assert_int_equal(reads, 1);
}

static void a_circle_ends(void **state)
{
	struct fixture *f = *state;
	uint64_t at;

	list_at(0x40);
	put32(0x40, 0x4009);
	assert_int_equal(dp_pcicap_find(f->dev, 0x01, false, &at, NULL), -ENOENT);
	assert_int_equal(reads, 4);
}

static void pointers_into_the_header_and_ones_end_the_list(void **state)
{
	struct fixture *f = *state;
	uint64_t at;

	list_at(0x40);
	put32(0x40, 0x1009);
	put32(0x10, 0x0001);
	assert_int_equal(dp_pcicap_find(f->dev, 0x01, false, &at, NULL), -ENOENT);
	memset(config, 0xff, sizeof(config));
	assert_int_equal(dp_pcicap_find(f->dev, 0x01, false, &at, NULL), -ENOENT);
	assert_int_equal(dp_pcicap_find(f->dev, 0x01, true, &at, NULL), -ENOENT);
}

static void extended_capabilities(void **state)
{
	struct fixture *f = *state;
	uint64_t at;

	put32(0x100, 0x14000000 | 1u << 16 | 0x0001);
	put32(0x140, 0x14010003);
	assert_int_equal(dp_pcicap_find(f->dev, 0x0003, true, &at, NULL), 0);
	assert_int_equal(at, 0x140);
	reads = 0; /* 0x140 points to itself */
	assert_int_equal(dp_pcicap_find(f->dev, 0x0019, true, &at, NULL), -ENOENT);
	assert_int_equal(reads, 1);
}

/* virtio 1.2, 4.1.4: cfg_type 3, bar 4, offset 8, length 12 */
static const struct dp_desc_space behind = {
	.name = "isr",
	.place = DP_PLACE_BEHIND_CAP,
	.number = 0x09,
	.where = {true, 3, 8, 3},
	.bar = {true, 4, 8, 0},
	.cap_offset = {true, 8, 32, 0},
	.cap_size = {true, 12, 32, 0},
};

static void virtio_caps(uint8_t bar, uint32_t offset, uint32_t length)
{
	list_at(0x40);
	put32(0x40, 0x01105009); /* COMMON at 0x40, next 0x50 */
	put32(0x50, 0x03100009); /* ISR */
	put32(0x54, bar);
	put32(0x58, offset);
	put32(0x5c, length);
}

static void a_window_behind_a_capability(void **state)
{
	struct fixture *f = *state;
	uint64_t offset, size;
	unsigned bar;

	virtio_caps(4, 0x1000, 0x1000);
	assert_int_equal(dp_pcicap_window(f->dev, &behind, &bar, &offset, &size, NULL), 0);
	assert_int_equal(bar, 4);
	assert_int_equal(offset, 0x1000);
	assert_int_equal(size, 0x1000);
}

static void a_window_outside_its_bar_is_refused(void **state)
{
	static const struct {
		uint8_t bar;
		uint32_t offset, length;
	} bad[] = {{5, 0, 4},      {6, 0, 4},      {255, 0, 4},
		   {4, 0x4000, 4}, {4, 0x3ffd, 4}, {4, 0xffffffff, 0xffffffff},
		   {4, 0, 0}};
	struct fixture *f = *state;
	uint64_t offset, size;
	struct dp_err err;
	unsigned bar;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		virtio_caps(bad[i].bar, bad[i].offset, bad[i].length);
		assert_int_equal(dp_pcicap_window(f->dev, &behind, &bar, &offset, &size, &err),
				 -ENOENT);
		assert_int_equal(err.code, DP_NAME);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(capabilities_are_found_by_id),
		TEST(each_header_is_read_once_and_only_as_far_as_needed),
		TEST(no_list_is_not_walked),
		TEST(a_circle_ends),
		TEST(pointers_into_the_header_and_ones_end_the_list),
		TEST(extended_capabilities),
		TEST(a_window_behind_a_capability),
		TEST(a_window_outside_its_bar_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
