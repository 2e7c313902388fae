/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions as attribute files show them: whole, partial and broken ones */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/inotify.h>

#include <cmocka.h>

#include "core/pci.h"
#include "tree.h"

#define DEV  "/sys/bus/pci/devices/"
#define NVME DEV "0000:01:00.0/"

static void put_nvme(const struct tree *t)
{
	tree_text(t, NVME "vendor", "0x8086\n");
	tree_text(t, NVME "device", "0x5845\n");
	tree_text(t, NVME "subsystem_vendor", "0x1af4\n");
	tree_text(t, NVME "subsystem_device", "0x1100\n");
	tree_text(t, NVME "class", "0x010802\n");
	tree_text(t, NVME "revision", "0x02\n");
	tree_text(t, NVME "power_state", "D0\n");
	tree_size(t, NVME "config", 4096);
	tree_link(t, NVME "driver", "../../../bus/pci/drivers/nvme");
	tree_link(t, NVME "iommu_group", "../../../kernel/iommu_groups/14");
	tree_folder(t, NVME "nvme/nvme0/nvme0c0n1");
	tree_folder(t, NVME "nvme/nvme0/hwmon1");
	/* BAR 0 of 64 bits, an I/O BAR, a ROM, and the six of SR-IOV: 13 lines */
	tree_text(t, NVME "resource",
		  "0x00000000febd0000 0x00000000febd3fff 0x0000000000140204\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x00000000febd4100 0x00000000febd41ff 0x0000000000042208\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x000000000000c000 0x000000000000c01f 0x0000000000040101\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x00000000feb00000 0x00000000feb7ffff 0x000000000004e200\n"
		  "0x00000000febe0000 0x00000000febeffff 0x0000000000140204\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n");
}

static void put(const struct tree *t, const char *bdf, const char *vendor, const char *device,
		const char *class)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), DEV "%s/vendor", bdf);
	tree_text(t, path, vendor);
	snprintf(path, sizeof(path), DEV "%s/device", bdf);
	tree_text(t, path, device);
	snprintf(path, sizeof(path), DEV "%s/class", bdf);
	tree_text(t, path, class);
}

static int setup(void **state)
{
	struct tree *t = malloc(sizeof(*t));

	tree_make(t);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	tree_end(*state);
	free(*state);
	return 0;
}

static struct dp_bdf at(const char *text)
{
	struct dp_bdf bdf;

	assert_true(dp_bdf_parse(text, &bdf));
	return bdf;
}

/* ------------------------------------------------------------------ address */

static void addresses_are_read_and_written(void **state)
{
	static const char *const table[][2] = {
		{"0000:01:00.0", "0000:01:00.0"}, {"01:00.0", "0000:01:00.0"},
		{"ff:1f.7", "0000:ff:1f.7"},      {"10000:e1:00.0", "10000:e1:00.0"},
		{"0000:AB:0c.1", "0000:ab:0c.1"}, {"1:0.0", "0000:01:00.0"},
	};
	char buf[16];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct dp_bdf bdf = at(table[i][0]);

		dp_bdf_format(&bdf, buf);
		assert_string_equal(buf, table[i][1]);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const table[] = {
		"",         ":",           "01:00",         "01:00.8",
		"01:20.0",  "8086:10d3",   "01:00.0x",      "01:00.00",
		"100:00.0", "0000:01:00.", "0000:01:00.0 ", "pci0000:00",
		":01:00.0", "-1:00.0",     "x:01:00.0",     "123456789:01:00.0"};
	struct dp_bdf bdf;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (dp_bdf_parse(table[i], &bdf))
			fail_msg("'%s' was taken for an address", table[i]);
}

/* --------------------------------------------------------------------- info */

static void info_comes_from_the_attribute_files(void **state)
{
	struct tree *t = *state;
	struct dp_bdf bdf = at("01:00.0");
	struct dp_dev_info info = {0};

	put_nvme(t);
	assert_int_equal(dp_pci_info(t->ctx, &bdf, &info, NULL), 0);
	assert_string_equal(info.target, "0000:01:00.0");
	assert_int_equal(info.vendor, 0x8086);
	assert_int_equal(info.device, 0x5845);
	assert_int_equal(info.subvendor, 0x1af4);
	assert_int_equal(info.subdevice, 0x1100);
	assert_int_equal(info.class, 0x010802);
	assert_int_equal(info.revision, 2);
	assert_string_equal(info.driver, "nvme");
	assert_true(info.bound);
	assert_int_equal(info.iommu_group, 14);
	assert_string_equal(info.power, "D0");
	/* the head's name, not the path's, and no hwmon */
	assert_string_equal(info.kernel_names, "nvme0 nvme0n1");
}

static void names_behind_virtio_are_found(void **state)
{
	struct tree *t = *state;
	struct dp_bdf bdf = at("00:03.0");
	struct dp_dev_info info = {0};

	put(t, "0000:00:03.0", "0x1af4", "0x1041", "0x020000");
	tree_folder(t, DEV "0000:00:03.0/virtio2/net/eth0");
	assert_int_equal(dp_pci_info(t->ctx, &bdf, &info, NULL), 0);
	assert_string_equal(info.kernel_names, "eth0");
}

static void missing_attributes_are_unknown_not_errors(void **state)
{
	struct tree *t = *state;
	struct dp_bdf bdf = at("00:05.0");
	struct dp_dev_info info = {0};
	struct dp_err err;

	tree_folder(t, DEV "0000:00:05.0");
	assert_int_equal(dp_pci_info(t->ctx, &bdf, &info, &err), 0);
	assert_int_equal(info.vendor, 0);
	assert_int_equal(info.class, 0);
	assert_int_equal(info.iommu_group, -1);
	assert_false(info.bound);
	assert_string_equal(info.driver, "");
	assert_string_equal(info.power, "");
}

static void garbage_in_attributes_is_unknown(void **state)
{
	struct tree *t = *state;
	struct dp_bdf bdf = at("00:05.0");
	struct dp_dev_info info = {0};
	char *big = malloc(70000);

	memset(big, '1', 70000);
	put(t, "0000:00:05.0", "0x8086 rm -rf", "0x12345", "hello\n");
	tree_bytes(t, DEV "0000:00:05.0/revision", big, 70000);
	tree_text(t, DEV "0000:00:05.0/subsystem_vendor", "");
	tree_text(t, DEV "0000:00:05.0/subsystem_device", "-1");
	tree_text(t, DEV "0000:00:05.0/power_state", "unknown\n");
	tree_link(t, DEV "0000:00:05.0/driver", "../evil\033[2J");
	tree_link(t, DEV "0000:00:05.0/iommu_group", "../99999999999999999999");
	free(big);
	assert_int_equal(dp_pci_info(t->ctx, &bdf, &info, NULL), 0);
	assert_int_equal(info.vendor, 0);
	assert_int_equal(info.device, 0);
	assert_int_equal(info.class, 0);
	assert_int_equal(info.revision, 0);
	assert_int_equal(info.subvendor, 0);
	assert_int_equal(info.subdevice, 0);
	assert_string_equal(info.power, "");
	assert_string_equal(info.driver, "evil?[2J");
}

static void a_function_that_is_not_there_is_absent(void **state)
{
	struct tree *t = *state;
	struct dp_bdf bdf = at("07:00.0");
	struct dp_dev_info info = {0};
	struct dp_err err;

	put_nvme(t);
	assert_int_equal(dp_pci_info(t->ctx, &bdf, &info, &err), -ENODEV);
	assert_int_equal(err.code, DP_ABSENT);
	assert_string_equal(err.message, "there is no PCI function '0000:07:00.0'");
}

static void neutral_drivers_do_not_own(void **state)
{
	(void)state;
	assert_true(dp_pci_driver_is_neutral("vfio-pci"));
	assert_true(dp_pci_driver_is_neutral("pci-stub"));
	assert_true(dp_pci_driver_is_neutral("uio_pci_generic"));
	assert_false(dp_pci_driver_is_neutral("nvme"));
	assert_false(dp_pci_driver_is_neutral("vfio_pci"));
	assert_false(dp_pci_driver_is_neutral(""));
}

/* --------------------------------------------------------------------- BARs */

static struct dp_dev *probe(const struct tree *t, const char *bdf, struct dp_err *err)
{
	struct dp_dev *dev;

	tree_find(t, &dp_backend_sysfs, bdf, &dev, err);
	return dev;
}

static void bars_become_regions(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev;
	struct dp_region *r;

	put_nvme(t);
	dev = probe(t, "01:00.0", NULL);
	assert_non_null(dev);
	assert_int_equal(dev->n_regions, 5);
	r = dp_dev_region(dev, "cfg");
	assert_int_equal(r->kind, DP_SPACE_CONFIG);
	assert_int_equal(r->size, 4096);
	assert_int_equal(r->widths, 8 | 16 | 32);
	r = dp_dev_region(dev, "bar0");
	assert_int_equal(r->size, 0x4000);
	assert_int_equal(r->address, 0xfebd0000);
	assert_int_equal(r->widths, 8 | 16 | 32 | 64);
	assert_true(r->can_map);
	assert_false(r->prefetch);
	assert_null(dp_dev_region(dev, "bar1"));
	r = dp_dev_region(dev, "bar2");
	assert_int_equal(r->size, 0x100);
	assert_true(r->prefetch);
	r = dp_dev_region(dev, "bar4");
	assert_int_equal(r->kind, DP_SPACE_PORT);
	assert_int_equal(r->size, 0x20);
	assert_int_equal(r->widths, 8 | 16 | 32);
	assert_false(r->can_map);
	r = dp_dev_region(dev, "rom");
	assert_true(r->readonly);
	assert_false(r->can_map);
	assert_ptr_equal(dp_dev_space(dev, "main"), dp_dev_space(dev, "bar0"));
	dp_dev_close(dev);
}

static void short_resource_files_are_read_as_far_as_they_go(void **state)
{
	static const char line[] = "0x00000000fe000000 0x00000000fe000fff 0x0000000000040200\n";
	struct tree *t = *state;
	struct dp_dev *dev;

	put_nvme(t);
	tree_text(t, NVME "resource", line);
	dev = probe(t, "01:00.0", NULL);
	assert_int_equal(dev->n_regions, 2);
	dp_dev_close(dev);
	tree_text(t, NVME "resource", "");
	dev = probe(t, "01:00.0", NULL);
	assert_int_equal(dev->n_regions, 1);
	dp_dev_close(dev);
	tree_remove(t, NVME "resource");
	dev = probe(t, "01:00.0", NULL);
	assert_int_equal(dev->n_regions, 1);
	dp_dev_close(dev);
}

static void broken_resource_files_are_errors_with_the_line(void **state)
{
	static const char *const bad[] = {
		"garbage\n",
		"0x1000 0x0fff 0x200\n",
		"0x1000 0x1fff\n",
		"0x1000 0x1fff 0x200 0x300\n",
		"0xfffffffffffffffff 0x1 0x2\n",
	};
	struct tree *t = *state;
	struct dp_err err;
	char text[256];

	put_nvme(t);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), "0x0 0x0 0x0\n%s", bad[i]);
		tree_text(t, NVME "resource", text);
		if (probe(t, "01:00.0", &err))
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(err.code, DP_IO);
		assert_non_null(strstr(err.message, "line 2 of 'resource' of '0000:01:00.0'"));
	}
}

static void a_target_says_its_door_only_where_it_is_not_the_usual(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev;

	put_nvme(t);
	dev = probe(t, "01:00.0", NULL);
	assert_string_equal(dp_dev_info(dev)->target, "0000:01:00.0");
	dp_dev_close(dev);
	tree_link(t, NVME "driver", "../../../bus/pci/drivers/vfio-pci");
	dev = probe(t, "01:00.0", NULL);
	assert_string_equal(dp_dev_info(dev)->target, "sysfs:0000:01:00.0");
	dp_dev_close(dev);
	assert_int_equal(tree_find(t, &dp_backend_vfio, "01:00.0", &dev, NULL), 0);
	assert_string_equal(dp_dev_info(dev)->target, "0000:01:00.0");
	dp_dev_close(dev);
}

/* ------------------------------------------------------------------ look-up */

static int note_bdf(void *arg, const struct dp_bdf *bdf)
{
	char *list = arg, text[16];

	dp_bdf_format(bdf, text);
	strcat(strcat(list, text), " ");
	return 0;
}

static void functions_are_walked_in_order(void **state)
{
	struct tree *t = *state;
	char list[256] = "";

	assert_int_equal(dp_pci_each(t->ctx, note_bdf, list, NULL), 0);
	assert_string_equal(list, "");
	tree_folder(t, DEV "0001:00:00.0");
	tree_folder(t, DEV "0000:10:00.0");
	tree_folder(t, DEV "0000:02:01.1");
	tree_folder(t, DEV "0000:02:01.0");
	tree_folder(t, DEV "not a function");
	assert_int_equal(dp_pci_each(t->ctx, note_bdf, list, NULL), 0);
	assert_string_equal(list, "0000:02:01.0 0000:02:01.1 0000:10:00.0 0001:00:00.0 ");
}

static void put_zoo(const struct tree *t)
{
	put_nvme(t);
	put(t, "0000:02:00.0", "0x8086", "0x10d3", "0x020000");
	put(t, "0000:03:00.0", "0x8086", "0x10d3", "0x020000");
	put(t, "0000:00:14.0", "0x8086", "0xa36d", "0x0c0330");
	tree_link(t, "/sys/class/nvme/nvme0",
		  "../../devices/pci0000:00/0000:00:1c.0/0000:01:00.0/nvme/nvme0");
	tree_link(t, "/sys/class/block/nvme0n1",
		  "../../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1");
	tree_link(t, "/sys/class/block/nvme1n1p2",
		  "../../devices/pci0000:00/0000:01:00.0/nvme/nvme1/nvme1n1/nvme1n1p2");
	tree_link(t, "/sys/class/nvme-subsystem/nvme-subsys0/nvme0", "../../../x/nvme/nvme0");
	tree_link(t, "/sys/class/nvme-subsystem/nvme-subsys0/nvme0n1", "x");
	tree_link(t, "/sys/class/net/eth0",
		  "../../devices/pci0000:00/0000:00:1d.0/0000:03:00.0/net/eth0");
	tree_link(t, "/sys/class/net/usb0",
		  "../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/net/usb0");
	tree_link(t, "/sys/class/net/lo", "../../devices/virtual/net/lo");
}

static void specs_find_one_function(void **state)
{
	static const char *const table[][2] = {
		{"8086:5845", "0000:01:00.0"},    {"8086:10D3#1", "0000:02:00.0"},
		{"8086:10d3#2", "0000:03:00.0"},  {"class:0108", "0000:01:00.0"},
		{"class:010802", "0000:01:00.0"}, {"class:0200#2", "0000:03:00.0"},
		{"class:0c0330", "0000:00:14.0"}, {"nvme0", "0000:01:00.0"},
		{"nvme0n1", "0000:01:00.0"},      {"nvme1n1p2", "0000:01:00.0"},
		{"eth0", "0000:03:00.0"},
	};
	struct tree *t = *state;
	struct dp_bdf bdf;
	struct dp_err err;
	char text[16];

	put_zoo(t);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (dp_pci_lookup(t->ctx, table[i][0], &bdf, &err))
			fail_msg("%s: %s", table[i][0], err.message);
		dp_bdf_format(&bdf, text);
		assert_string_equal(text, table[i][1]);
	}
}

static void several_hits_are_listed(void **state)
{
	struct tree *t = *state;
	struct dp_bdf bdf;
	struct dp_err err;

	put_zoo(t);
	assert_int_equal(dp_pci_lookup(t->ctx, "8086:10d3", &bdf, &err), -ENODEV);
	assert_int_equal(err.code, DP_ABSENT);
	assert_string_equal(err.message, "'8086:10d3' is 2 PCI functions");
	assert_string_equal(err.hint, "name one (0000:02:00.0, 0000:03:00.0), or append #1 to #2");
	assert_int_equal(dp_pci_lookup(t->ctx, "8086:10d3#3", &bdf, &err), -ENODEV);
	assert_string_equal(err.message, "'8086:10d3#3' asks for number 3 of 2");
}

static void hundreds_of_hits_fit_the_hint(void **state)
{
	struct tree *t = *state;
	struct dp_bdf bdf;
	struct dp_err err;
	char name[16];

	for (unsigned i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "0000:%02x:00.0", i);
		put(t, name, "0x1000", "0x0001", "0x010000");
	}
	assert_int_equal(dp_pci_lookup(t->ctx, "1000:0001", &bdf, &err), -ENODEV);
	assert_string_equal(err.message, "'1000:0001' is 200 PCI functions");
	assert_non_null(strstr(err.hint, "...)"));
	assert_int_equal(dp_pci_lookup(t->ctx, "1000:0001#200", &bdf, &err), 0);
	assert_int_equal(bdf.bus, 199);
}

static void what_is_no_function_is_told_apart_from_what_is_no_spec(void **state)
{
	static const char *const absent[] = {"8086:ffff", "class:0300", "class:030000", "lo",
					     "usb0"};
	static const char *const other[] = {
		"8086",     "8086:10d3#",      "8086:10d3#0", "8086:10d3#x", "8086:10d3x",
		"class:01", "class:01080",     "class:",      "nvme9",       "a/b",
		"..",       "8086:10d3#99999", "my dut",      "zz86:10d3",   ""};
	struct tree *t = *state;
	struct dp_bdf bdf;
	struct dp_err err;

	put_zoo(t);
	for (size_t i = 0; i < sizeof(absent) / sizeof(*absent); i++)
		if (dp_pci_lookup(t->ctx, absent[i], &bdf, &err) != -ENODEV)
			fail_msg("'%s' is not absent", absent[i]);
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		if (dp_pci_lookup(t->ctx, other[i], &bdf, &err) != -EINVAL)
			fail_msg("'%s' is taken for a spec", other[i]);
}

/* ------------------------------------------------------------------ no touch */

static int count_infos(void *arg, const struct dp_dev_info *info)
{
	(void)info;
	++*(unsigned *)arg;
	return 0;
}

/* opening or reading `config` resumes a sleeping function */
static void looking_never_opens_config(void **state)
{
	struct tree *t = *state;
	struct dp_door door = {0};
	struct dp_bdf bdf;
	struct dp_dev *dev;
	char path[PATH_MAX], event[4096];
	unsigned n = 0;
	int fd;

	put_zoo(t);
	tree_path(t, path, NVME "config");
	fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	assert_true(inotify_add_watch(fd, path, IN_OPEN | IN_ACCESS) >= 0);
	dev = probe(t, "01:00.0", NULL);
	assert_int_equal(dp_backend_sysfs.door(dev, &door), 0);
	assert_int_equal(dp_backend_vfio.door(dev, &door), 0);
	assert_int_equal(dp_pci_lookup(t->ctx, "nvme0", &bdf, NULL), 0);
	assert_int_equal(dp_pci_lookup(t->ctx, "class:0108", &bdf, NULL), 0);
	assert_int_equal(dp_backend_sysfs.each(t->ctx, count_infos, &n, NULL), 0);
	assert_int_equal(n, 4);
	assert_true(read(fd, event, sizeof(event)) < 0 && errno == EAGAIN);
	/* the watch does see an opening */
	assert_int_equal(dp_dev_open(dev, 0, NULL), 0);
	assert_true(read(fd, event, sizeof(event)) > 0);
	dp_dev_close(dev);
	close(fd);
}

static void names_come_from_pci_ids(void **state)
{
	char name[160];

	(void)state;
	dp_pci_name(0x8086, 0x10d3, 0x020000, name, sizeof(name));
	assert_string_equal(name, "Intel Corporation 82574L Gigabit Network Connection");
	/* an unknown device is at least of a vendor and a class, which libpci calls a name */
	dp_pci_name(0x8086, 0xfffe, 0x010802, name, sizeof(name));
	assert_string_equal(name, "Intel Corporation Non-Volatile memory controller");
	dp_pci_name(0xfff7, 0xfffe, 0xfe0000, name, sizeof(name));
	assert_string_equal(name, "");
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(addresses_are_read_and_written),
		T(what_is_no_address_is_refused),
		T(info_comes_from_the_attribute_files),
		T(names_behind_virtio_are_found),
		T(missing_attributes_are_unknown_not_errors),
		T(garbage_in_attributes_is_unknown),
		T(a_function_that_is_not_there_is_absent),
		T(neutral_drivers_do_not_own),
		T(bars_become_regions),
		T(short_resource_files_are_read_as_far_as_they_go),
		T(broken_resource_files_are_errors_with_the_line),
		T(a_target_says_its_door_only_where_it_is_not_the_usual),
		T(functions_are_walked_in_order),
		T(specs_find_one_function),
		T(several_hits_are_listed),
		T(hundreds_of_hits_fit_the_hint),
		T(what_is_no_function_is_told_apart_from_what_is_no_spec),
		T(looking_never_opens_config),
		T(names_come_from_pci_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
