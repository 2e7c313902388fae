/* SPDX-License-Identifier: GPL-2.0-or-later */
/* who owns an address, and the mem door that asks before every access */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/iomem.h"
#include "tree.h"

static const char machine[] = "00000000-00000fff : Reserved\n"
			      "00001000-0009fbff : System RAM\n"
			      "000f0000-000fffff : System ROM\n"
			      "00100000-3fffffff : System RAM\n"
			      "  01000000-01e02606 : Kernel code\n"
			      "40000000-40000fff : RAM buffer\n"
			      "80000000-febfffff : PCI Bus 0000:00\n"
			      "  fe000000-fe003fff : 0000:00:04.0\n"
			      "    fe000000-fe003fff : nvme\n"
			      "  fe100000-fe1fffff : PCI Bus 0000:01\n"
			      "    fe100000-fe1000ff : 0000:01:00.0\n"
			      "    fe100100-fe1001ff : 0000:01:00.1\n"
			      "fec00000-fec003ff : IOAPIC 0\n"
			      "fed00000-fed003ff : HPET 0\n"
			      "  fed00000-fed003ff : PNP0103:00\n"
			      "fed20000-fed2ffff : PCI MMCONFIG 0000 [bus 00]\n"
			      "  fed20000-fed2ffff : Reserved\n"
			      "100000000-13fffffff : Persistent Memory\n";

static int setup(void **state)
{
	struct tree *t = malloc(sizeof(*t));

	tree_make(t);
	tree_text(t, "/proc/iomem", machine);
	tree_size(t, "/dev/mem", INT64_C(8) << 30); /* a hole: takes no room */
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	tree_end(*state);
	free(*state);
	return 0;
}

/* ---------------------------------------------------------------------- map */

static const char *name(const struct dp_iomem_line *l)
{
	return l ? l->name : "-";
}

static void ranges_are_found_by_their_innermost_name(void **state)
{
	static const struct {
		uint64_t start, len;
		const char *find, *ram, *driver;
	} table[] = {
		{0xfec00000, 4, "IOAPIC 0", "-", "-"},
		{0xfec003fc, 4, "IOAPIC 0", "-", "-"},
		{0xfec003fc, 8, "-", "-", "-"}, /* over the end */
		{0xfe000000, 0x4000, "nvme", "-", "nvme"},
		{0xfe100000, 0x100, "0000:01:00.0", "-", "-"},
		{0xfe100080, 0x100, "-", "-", "-"}, /* two functions' */
		{0xfe100200, 4, "-", "-", "-"},     /* a hole of the bus */
		{0x90000000, 4, "-", "-", "-"},
		{0xfed00000, 8, "PNP0103:00", "-", "PNP0103:00"},
		{0xfed20000, 4, "Reserved", "-", "-"},
		{0x00000ff0, 4, "Reserved", "-", "-"},
		{0x00000ffc, 8, "-", "System RAM", "-"},
		{0x01000000, 4, "Kernel code", "System RAM", "-"},
		{0x40000800, 4, "-", "RAM buffer", "-"},
		{0x100000000, 8, "-", "Persistent Memory", "-"},
		{0x200000000, 8, "-", "-", "-"},
	};
	struct tree *t = *state;
	struct dp_iomem map;

	assert_int_equal(dp_iomem_read(t->ctx, &map, NULL), 0);
	assert_int_equal(map.n, 18);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		uint64_t a = table[i].start, n = table[i].len;

		assert_string_equal(name(dp_iomem_find(&map, a, n)), table[i].find);
		assert_string_equal(name(dp_iomem_ram(&map, a, n)), table[i].ram);
		assert_string_equal(name(dp_iomem_driver(&map, a, n)), table[i].driver);
	}
	dp_iomem_free(&map);
}

static void a_map_of_zeros_is_no_permission(void **state)
{
	struct tree *t = *state;
	struct dp_iomem map;
	struct dp_err err;

	tree_text(t, "/proc/iomem",
		  "00000000-00000000 : Reserved\n00000000-00000000 : System RAM\n");
	assert_int_equal(dp_iomem_read(t->ctx, &map, &err), -EACCES);
	assert_int_equal(err.code, DP_PERMISSION);
	assert_string_equal(err.message, "/proc/iomem shows only zeros without CAP_SYS_ADMIN");
	tree_text(t, "/proc/iomem", "");
	assert_int_equal(dp_iomem_read(t->ctx, &map, &err), -EACCES);
	tree_remove(t, "/proc/iomem");
	assert_int_equal(dp_iomem_read(t->ctx, &map, &err), -ENOENT);
	assert_int_equal(err.code, DP_PERMISSION);
}

static void a_map_that_is_none_is_an_error(void **state)
{
	static const char *const bad[] = {"hello\n", "1000-0fff : x\n", "1000 : x\n",
					  "00001000-00001fff\n"};
	struct tree *t = *state;
	struct dp_iomem map;
	struct dp_err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		tree_text(t, "/proc/iomem", bad[i]);
		assert_int_equal(dp_iomem_read(t->ctx, &map, &err), -EBADMSG);
		assert_int_equal(err.code, DP_IO);
	}
}

/* -------------------------------------------------------------- device tree */

static void put_cells(const struct tree *t, const char *path, const uint32_t *cells, size_t n)
{
	uint8_t bytes[64];

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 4; k++)
			bytes[4 * i + k] = (uint8_t)(cells[i] >> (24 - 8 * k));
	tree_bytes(t, path, bytes, 4 * n);
}

#define CELLS(t, path, ...)                                                                        \
	put_cells(t, "/proc/device-tree/" path, (const uint32_t[]){__VA_ARGS__},                   \
		  sizeof((const uint32_t[]){__VA_ARGS__}) / 4)

/* a bus with a translation, one with the same addresses, one that is none (i2c) */
static void put_devtree(const struct tree *t)
{
	CELLS(t, "#address-cells", 2);
	CELLS(t, "#size-cells", 2);
	CELLS(t, "memory@0/reg", 0, 0, 1, 0);
	tree_text(t, "/proc/device-tree/memory@0/device_type", "memory");
	CELLS(t, "soc/#address-cells", 1);
	CELLS(t, "soc/#size-cells", 1);
	CELLS(t, "soc/ranges", 0x7e000000, 2, 0xfe000000, 0x01800000);
	CELLS(t, "soc/serial@7e215040/reg", 0x7e215040, 0x40);
	CELLS(t, "soc/bridge@7e400000/#address-cells", 1);
	CELLS(t, "soc/bridge@7e400000/#size-cells", 1);
	tree_text(t, "/proc/device-tree/soc/bridge@7e400000/ranges", "");
	CELLS(t, "soc/bridge@7e400000/timer@7e400100/reg", 0x7e400000, 0x10, 0x7e400100, 0x100);
	CELLS(t, "soc/i2c@7e205000/#address-cells", 1);
	CELLS(t, "soc/i2c@7e205000/#size-cells", 0);
	CELLS(t, "soc/i2c@7e205000/eeprom@50/reg", 0x50);
	CELLS(t, "soc/lost@0/reg", 0x10000000, 0x1000);
}

static void nodes_of_the_device_tree_are_translated(void **state)
{
	static const struct {
		uint64_t start, len;
		const char *node;
	} table[] = {
		{0x2fe215040, 0x40, "serial@7e215040"},
		{0x2fe215040, 0x41, NULL},
		{0x2fe400100, 4, "timer@7e400100"},
		{0x2fe4001fc, 4, "timer@7e400100"},
		{0x2fe400200, 4, NULL},
		{0x7e215040, 4, NULL},
		{0x50, 1, NULL},
		{0x10000000, 4, NULL},
		{0x1000, 4, NULL}, /* memory is no device */
	};
	struct tree *t = *state;
	char node[64];

	assert_int_equal(dp_devtree_find(t->ctx, 0x1000, 4, node, sizeof(node)), -ENOENT);
	put_devtree(t);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		int rc = dp_devtree_find(t->ctx, table[i].start, table[i].len, node, sizeof(node));

		assert_int_equal(rc, table[i].node ? 0 : -ENOENT);
		if (table[i].node)
			assert_string_equal(node, table[i].node);
	}
}

static void a_hostile_device_tree_ends(void **state)
{
	struct tree *t = *state;
	char path[PATH_MAX] = "/proc/device-tree", node[64];

	for (int i = 0; i < 60; i++)
		strcat(path, "/deep");
	tree_folder(t, path);
	tree_link(t, "/proc/device-tree/self", ".");
	CELLS(t, "#address-cells", 0xffffffff);
	CELLS(t, "#size-cells", 0);
	CELLS(t, "x/reg", 1, 2, 3);
	tree_size(t, "/proc/device-tree/y/reg", 1 << 20);
	assert_int_equal(dp_devtree_find(t->ctx, 0x1000, 4, node, sizeof(node)), -ENOENT);
}

/* --------------------------------------------------------------------- door */

static struct dp_dev *opened(const struct tree *t, const char *spec, unsigned flags)
{
	struct dp_dev *dev;
	struct dp_err err;

	if (tree_find(t, &dp_backend_mem, spec, &dev, &err) || dp_dev_open(dev, flags, &err))
		fail_msg("%s", err.message);
	return dev;
}

static struct dp_err reading(struct dp_dev *dev, uint64_t offset, unsigned width, uint64_t *v)
{
	struct dp_err err = {0};

	dp_space_read(dp_dev_space(dev, "main"), offset, width, v, &err);
	return err;
}

static struct dp_err writing(struct dp_dev *dev, uint64_t offset, unsigned width, uint64_t v)
{
	struct dp_err err = {0};

	dp_space_write(dp_dev_space(dev, "main"), offset, width, v, &err);
	return err;
}

static void a_window_of_one_range_is_mapped(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, "0xfec00010..+0x20", DP_OPEN_WRITE);
	uint64_t v;

	tree_poke(t, "/dev/mem", 0xfec00010, 0x1122334455667788, 8);
	assert_int_equal(reading(dev, 0, 64, &v).code, DP_OK);
	assert_int_equal(v, 0x1122334455667788);
	assert_non_null(dp_dev_region(dev, "mem")->map);
	assert_int_equal(writing(dev, 0x1c, 32, 0xcafef00d).code, DP_OK);
	assert_int_equal(reading(dev, 0x20, 8, &v).code, DP_RANGE);
	assert_string_equal(dp_dev_info(dev)->target, "mem:0xfec00010..+0x20");
	assert_string_equal(dp_dev_info(dev)->name, "IOAPIC 0");
	dp_dev_close(dev);
	assert_int_equal(tree_peek(t, "/dev/mem", 0xfec0002c, 4), 0xcafef00d);
}

static void a_window_wider_than_its_range_is_checked_by_the_access(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, "0xfec00000..0xfec00fff", 0);
	struct dp_err err;
	uint64_t v;

	tree_poke(t, "/dev/mem", 0xfec003fc, 0x12345678, 4);
	assert_int_equal(reading(dev, 0x3fc, 32, &v).code, DP_OK);
	assert_int_equal(v, 0x12345678);
	err = reading(dev, 0x400, 32, &v);
	assert_int_equal(err.code, DP_REFUSED);
	assert_int_equal(err.class, DP_CLASS_RANGE);
	dp_ctx_set_force(t->ctx, DP_FORCE(DP_CLASS_RANGE));
	assert_int_equal(reading(dev, 0x400, 32, &v).code, DP_OK);
	/* what a --force opened is shut again for the next command */
	dp_ctx_set_force(t->ctx, 0);
	assert_int_equal(reading(dev, 0x400, 32, &v).class, DP_CLASS_RANGE);
	dp_dev_close(dev);
}

static void ram_is_refused_and_below_1_mib_for_good(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, "", DP_OPEN_WRITE);
	struct dp_err err;
	uint64_t v;

	err = reading(dev, 0x02000000, 32, &v);
	assert_int_equal(err.class, DP_CLASS_RAM);
	assert_string_equal(err.message, "0x2000000 is System RAM");
	err = writing(dev, 0x9fc, 32, 0);
	assert_int_equal(err.code, DP_OK); /* "Reserved" */
	err = writing(dev, 0x1000, 32, 0);
	assert_int_equal(err.class, DP_CLASS_RAM);
	dp_ctx_set_force(t->ctx, DP_FORCE(DP_CLASS_RAM) | DP_FORCE(DP_CLASS_RANGE));
	assert_int_equal(reading(dev, 0x02000000, 32, &v).code, DP_OK);
	err = writing(dev, 0x1000, 32, 0);
	assert_int_equal(err.class, DP_CLASS_RAM);
	assert_non_null(strstr(err.message, "no --force opens"));
	assert_string_equal(err.hint, "");
	dp_dev_close(dev);
}

static void a_drivers_range_is_read_and_not_written(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, "", DP_OPEN_WRITE);
	struct dp_err err;
	uint64_t v;

	assert_int_equal(reading(dev, 0xfe000014, 32, &v).code, DP_OK);
	err = writing(dev, 0xfe000014, 32, 1);
	assert_int_equal(err.class, DP_CLASS_BOUND);
	assert_string_equal(err.message, "0xfe000014 is claimed by 'nvme'");
	dp_dev_close(dev);
	/* a window says so beforehand, and the planner refuses */
	dev = opened(t, "0xfe000000..+0x4000", DP_OPEN_WRITE);
	assert_true(dp_dev_info(dev)->bound);
	assert_string_equal(dp_dev_info(dev)->driver, "nvme");
	assert_int_equal(reading(dev, 0x14, 32, &v).code, DP_OK);
	assert_int_equal(writing(dev, 0x14, 32, 1).class, DP_CLASS_BOUND);
	dp_ctx_set_force(t->ctx, DP_FORCE(DP_CLASS_BOUND));
	assert_int_equal(writing(dev, 0x14, 32, 0x460001).code, DP_OK);
	dp_dev_close(dev);
	assert_int_equal(tree_peek(t, "/dev/mem", 0xfe000014, 4), 0x460001);
}

static void whole_memory_keeps_few_pages(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev;
	char line[512];
	unsigned maps = 0;
	uint64_t v;
	FILE *f;

	tree_text(t, "/proc/iomem", "d0000000-dfffffff : Widget\n");
	dev = opened(t, "", DP_OPEN_WRITE);
	for (uint64_t a = 0xd0000000; a < 0xd0020000; a += 0x1000)
		assert_int_equal(writing(dev, a + 8, 64, a).code, DP_OK);
	for (uint64_t a = 0xd0000000; a < 0xd0020000; a += 0x1000) {
		assert_int_equal(reading(dev, a + 8, 64, &v).code, DP_OK);
		assert_int_equal(v, a);
		assert_int_equal(reading(dev, a + 14, 16, &v).code, DP_OK);
		assert_int_equal(reading(dev, a + 11, 8, &v).code, DP_OK);
		assert_int_equal(v, 0xd0);
	}
	f = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof(line), f))
		maps += strstr(line, "/dev/mem") != NULL;
	fclose(f);
	assert_in_range(maps, 1, 8);
	dp_dev_close(dev);
}

/* the last page of the file is cut off: a load there is a SIGBUS, as from a claimed range */
static void on_bus_error(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)context;
	if (!dp_fault_guard(info->si_addr))
		_exit(99);
}

static void a_page_that_is_taken_away_is_gone_then_mapped_anew(void **state)
{
	struct sigaction now = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO}, old;
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, "", 0);
	char path[PATH_MAX];
	struct dp_err err;
	uint64_t v;

	sigaction(SIGBUS, &now, &old);
	assert_int_equal(reading(dev, 0xfec00000, 32, &v).code, DP_OK);
	tree_path(t, path, "/dev/mem");
	assert_int_equal(truncate(path, 0), 0);
	err = reading(dev, 0xfec00000, 32, &v);
	assert_int_equal(err.code, DP_GONE);
	assert_int_equal(truncate(path, INT64_C(8) << 30), 0);
	assert_int_equal(reading(dev, 0xfec00000, 32, &v).code, DP_OK);
	sigaction(SIGBUS, &old, NULL);
	dp_dev_close(dev);
}

static void offsets_are_aligned_on_the_bus(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, "0xfec00002..+0x20", 0);
	uint64_t v;

	assert_int_equal(reading(dev, 0, 16, &v).code, DP_OK);
	assert_int_equal(reading(dev, 0, 32, &v).code, DP_ALIGN);
	dp_dev_close(dev);
}

static void windows_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {"0x1000",
					  "0x1000..",
					  "0x2000..0x1fff",
					  "0x1000..+0",
					  "..+4",
					  "x..+4",
					  "0x1000..+4Q",
					  "010..+4",
					  "-1..+4",
					  "0x1000..+-4",
					  "0x10000000000000..+4",
					  "0xffffffffffffe..+4",
					  "0x1000..0xffffffffffffffff",
					  "0..+0x20000000000000"};
	struct tree *t = *state;
	struct dp_err err;
	struct dp_dev *dev;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (!tree_find(t, &dp_backend_mem, bad[i], &dev, &err))
			fail_msg("'%s' was taken for a window", bad[i]);
		assert_true(err.code == DP_USAGE || err.code == DP_VALUE);
		assert_true(err.message[0]);
	}
}

static void failures_leave_nothing_open(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev;
	struct dp_err err;

	assert_int_equal(tree_find(t, &dp_backend_mem, "0xfec00000..+4", &dev, NULL), 0);
	tree_remove(t, "/dev/mem");
	assert_int_equal(dp_dev_open(dev, 0, &err), -ENOENT);
	assert_int_equal(err.code, DP_ABSENT);
	tree_text(t, "/proc/iomem", "00000000-00000000 : x\n");
	assert_int_equal(dp_dev_open(dev, 0, &err), -EACCES);
	assert_int_equal(err.code, DP_PERMISSION);
	dp_dev_close(dev);
	/* without the map a window is still known by its address */
	assert_int_equal(tree_find(t, &dp_backend_mem, "0xfec00000..+4", &dev, NULL), 0);
	dp_dev_close(dev);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(ranges_are_found_by_their_innermost_name),
		T(a_map_of_zeros_is_no_permission),
		T(a_map_that_is_none_is_an_error),
		T(nodes_of_the_device_tree_are_translated),
		T(a_hostile_device_tree_ends),
		T(a_window_of_one_range_is_mapped),
		T(a_window_wider_than_its_range_is_checked_by_the_access),
		T(ram_is_refused_and_below_1_mib_for_good),
		T(a_drivers_range_is_read_and_not_written),
		T(whole_memory_keeps_few_pages),
		T(a_page_that_is_taken_away_is_gone_then_mapped_anew),
		T(offsets_are_aligned_on_the_bus),
		T(windows_that_are_none_are_refused),
		T(failures_leave_nothing_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
