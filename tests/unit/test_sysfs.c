/* SPDX-License-Identifier: GPL-2.0-or-later */
/* the sysfs door on a machine of files: where a BAR begins, what is refused and why */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "core/pci.h"
#include "tree.h"

#define DEV      "/sys/bus/pci/devices/"
#define FN       DEV "0000:01:00.0/"
#define LOCKDOWN "/sys/kernel/security/lockdown"

/* what the kernel answers to mmap() of a file; 0 = it maps */
static int mmap_errno;

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	if (mmap_errno && fd >= 0) {
		errno = mmap_errno;
		return MAP_FAILED;
	}
	return (void *)syscall(SYS_mmap, addr, len, prot, flags, fd, offset);
}

/* BAR 0 begins at 0x100 of its page and has 0x100 bytes, BAR 2 has two pages, BAR 4 is I/O */
static void put_function(const struct tree *t)
{
	tree_text(t, FN "vendor", "0x1b36\n");
	tree_text(t, FN "device", "0x0007\n");
	tree_text(t, FN "class", "0x080501\n");
	tree_text(t, FN "revision", "0x03\n");
	tree_text(t, FN "power_state", "D0\n");
	tree_text(t, FN "resource",
		  "0x00000000fe000100 0x00000000fe0001ff 0x0000000000040200\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x00000000fe002000 0x00000000fe003fff 0x0000000000040200\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x000000000000c100 0x000000000000c11f 0x0000000000040101\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x00000000feb00000 0x00000000feb00fff 0x000000000004e200\n");
	tree_size(t, FN "config", 256);
	tree_poke(t, FN "config", 0, 0x00071b36, 4);
	tree_poke(t, FN "config", 4, 0x0003, 2);
	tree_size(t, FN "resource0", 4096);
	tree_size(t, FN "resource2", 8192);
	tree_size(t, FN "resource4", 32);
	tree_poke(t, FN "resource0", 0x100, 0x1122334455667788, 8);
	tree_poke(t, FN "resource0", 0x1fc, 0xcafef00d, 4);
	tree_poke(t, FN "resource0", 0x000, 0xdeadbeef, 4);
}

static int setup(void **state)
{
	struct tree *t = malloc(sizeof(*t));

	mmap_errno = 0;
	tree_make(t);
	put_function(t);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	tree_end(*state);
	free(*state);
	return 0;
}

static struct dp_dev *opened(const struct tree *t, unsigned flags)
{
	struct dp_dev *dev;
	struct dp_err err;

	if (tree_find(t, &dp_backend_sysfs, "0000:01:00.0", &dev, &err) ||
	    dp_dev_open(dev, flags, &err))
		fail_msg("%s", err.message);
	return dev;
}

static uint64_t get(struct dp_dev *dev, const char *space, uint64_t offset, unsigned width)
{
	struct dp_err err;
	uint64_t v;

	if (dp_space_read(dp_dev_space(dev, space), offset, width, &v, &err))
		fail_msg("%s", err.message);
	return v;
}

static void put_value(struct dp_dev *dev, const char *space, uint64_t offset, unsigned width,
		      uint64_t v)
{
	struct dp_err err;

	if (dp_space_write(dp_dev_space(dev, space), offset, width, v, &err))
		fail_msg("%s", err.message);
}

/* the error of a read of @space */
static struct dp_err refused(struct dp_dev *dev, const char *space, uint64_t offset, unsigned width)
{
	struct dp_err err;
	uint64_t v;

	assert_true(dp_space_read(dp_dev_space(dev, space), offset, width, &v, &err) < 0);
	return err;
}

/* the rights of the mapping of @file ("r--s"), "" = none */
static void rights(const char *file, char out[5])
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512];

	out[0] = 0;
	while (fgets(line, sizeof(line), f))
		if (strstr(line, file))
			snprintf(out, 5, "%.4s", strchr(line, ' ') + 1);
	fclose(f);
}

/* --------------------------------------------------------------------- BARs */

static void a_bar_smaller_than_a_page_begins_inside_it(void **state)
{
	struct dp_dev *dev = opened(*state, DP_OPEN_WRITE);

	assert_int_equal(get(dev, "bar0", 0, 32), 0x55667788);
	assert_int_equal(get(dev, "bar0", 0, 64), 0x1122334455667788);
	assert_int_equal(get(dev, "bar0", 6, 16), 0x1122);
	assert_int_equal(get(dev, "bar0", 3, 8), 0x55);
	put_value(dev, "bar0", 0, 32, 0x01020304);
	dp_dev_close(dev);
	/* its neighbour in the page has kept what it had */
	assert_int_equal(tree_peek(*state, FN "resource0", 0x100, 4), 0x01020304);
	assert_int_equal(tree_peek(*state, FN "resource0", 0x000, 4), 0xdeadbeef);
}

static void bounds_are_those_of_the_resource_file(void **state)
{
	struct dp_dev *dev = opened(*state, 0);
	struct dp_err err;

	assert_int_equal(get(dev, "bar0", 0xfc, 32), 0xcafef00d);
	err = refused(dev, "bar0", 0x100, 32);
	assert_int_equal(err.code, DP_RANGE);
	err = refused(dev, "bar0", 0xfc, 64);
	assert_int_equal(err.code, DP_RANGE);
	err = refused(dev, "bar0", 2, 32);
	assert_int_equal(err.code, DP_ALIGN);
	err = refused(dev, "bar2", 0x2000, 8);
	assert_int_equal(err.code, DP_RANGE);
	dp_dev_close(dev);
}

static void a_map_is_read_only_until_writing_is_wanted(void **state)
{
	struct dp_dev *dev = opened(*state, 0);
	char now[5];

	get(dev, "bar2", 0, 32);
	rights("resource2", now);
	assert_string_equal(now, "r--s");
	assert_int_equal(dp_dev_open(dev, DP_OPEN_WRITE, NULL), 0);
	put_value(dev, "bar2", 0x1ffc, 32, 0x12345678);
	rights("resource2", now);
	assert_string_equal(now, "rw-s");
	dp_dev_close(dev);
	rights("resource2", now);
	assert_string_equal(now, "");
	assert_int_equal(tree_peek(*state, FN "resource2", 0x1ffc, 4), 0x12345678);
}

static void an_io_bar_is_reached_by_accesses_of_its_width(void **state)
{
	struct dp_dev *dev = opened(*state, DP_OPEN_WRITE);
	struct dp_err err;

	put_value(dev, "bar4", 4, 32, 0xa1b2c3d4);
	assert_int_equal(get(dev, "bar4", 4, 16), 0xc3d4);
	assert_int_equal(get(dev, "bar4", 7, 8), 0xa1);
	err = refused(dev, "bar4", 0, 64);
	assert_int_equal(err.code, DP_ALIGN);
	err = refused(dev, "bar4", 0x20, 8);
	assert_int_equal(err.code, DP_RANGE);
	dp_dev_close(dev);
	assert_int_equal(tree_peek(*state, FN "resource4", 4, 4), 0xa1b2c3d4);
}

static void the_rom_is_not_copied_behind_the_users_back(void **state)
{
	struct dp_dev *dev = opened(*state, 0);
	struct dp_err err = refused(dev, "rom", 0, 32);

	assert_int_equal(err.code, DP_PERMISSION);
	assert_non_null(strstr(err.message, "no single accesses"));
	dp_dev_close(dev);
}

static void a_bar_without_address_says_so(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev;
	struct dp_err err;

	tree_text(t, FN "resource", "0x0 0xfff 0x20040200\n");
	dev = opened(t, 0);
	err = refused(dev, "bar0", 0, 32);
	assert_string_equal(err.message, "the kernel gave '0000:01:00.0' bar0 no address");
	dp_dev_close(dev);
}

/* ------------------------------------------------------------- configuration */

static void config_is_one_access_of_the_width(void **state)
{
	struct dp_dev *dev = opened(*state, DP_OPEN_WRITE);

	assert_int_equal(get(dev, "cfg", 0, 32), 0x00071b36);
	assert_int_equal(get(dev, "cfg", 2, 16), 0x0007);
	assert_int_equal(get(dev, "cfg", 0, 8), 0x36);
	put_value(dev, "cfg", 4, 16, 0x0407);
	assert_int_equal(refused(dev, "cfg", 0, 64).code, DP_ALIGN);
	assert_int_equal(refused(dev, "cfg", 256, 8).code, DP_RANGE);
	dp_dev_close(dev);
	assert_int_equal(tree_peek(*state, FN "config", 4, 4), 0x00000407);
}

static void config_that_the_kernel_hides_needs_root(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, 0);
	char path[PATH_MAX];
	struct dp_err err;

	tree_path(t, path, FN "config");
	assert_int_equal(truncate(path, 64), 0);
	assert_int_equal(get(dev, "cfg", 0x3c, 32), 0);
	err = refused(dev, "cfg", 0x40, 32);
	assert_int_equal(err.code, DP_PERMISSION);
	assert_string_equal(err.message, "the kernel shows config+0x40 to nobody but root");
	dp_dev_close(dev);
}

/* ------------------------------------------------------------------ why not */

static void decode_off_is_said_before_a_bar_is_touched(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, 0);
	struct dp_err err;

	tree_poke(t, FN "config", 4, 0, 2);
	err = refused(dev, "bar0", 0, 32);
	assert_int_equal(err.code, DP_IO);
	assert_string_equal(err.message,
			    "memory decode of '0000:01:00.0' is off: its BARs do not answer");
	assert_string_equal(err.hint, "devpoke poke 0000:01:00.0 cfg.COMMAND.MEM=1");
	err = refused(dev, "bar4", 0, 32);
	assert_string_equal(err.hint, "devpoke poke 0000:01:00.0 cfg.COMMAND.IO=1");
	tree_poke(t, FN "config", 4, 2, 2);
	assert_int_equal(get(dev, "bar0", 0, 32), 0x55667788);
	dp_dev_close(dev);
}

static void a_sleeping_function_is_refused_unless_forced(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, 0);
	struct dp_err err;

	tree_text(t, FN "power_state", "D3hot\n");
	err = refused(dev, "bar0", 0, 32);
	assert_int_equal(err.code, DP_REFUSED);
	assert_int_equal(err.class, DP_CLASS_POWER);
	assert_string_equal(err.message, "'0000:01:00.0' sleeps in D3hot: BARs do not answer");
	dp_ctx_set_force(t->ctx, DP_FORCE(DP_CLASS_POWER));
	assert_int_equal(get(dev, "bar0", 0, 32), 0x55667788);
	dp_dev_close(dev);
}

static void a_port_that_sleeps_above_is_named(void **state)
{
	struct tree *t = *state;
	char from[PATH_MAX], to[PATH_MAX];
	struct dp_dev *dev;
	struct dp_err err;

	tree_text(t, "/sys/devices/pci0000:00/0000:00:1c.0/power_state", "D3cold\n");
	tree_path(t, from, DEV "0000:01:00.0");
	tree_path(t, to, "/sys/devices/pci0000:00/0000:00:1c.0/0000:01:00.0");
	assert_int_equal(rename(from, to), 0);
	tree_link(t, DEV "0000:01:00.0", "../../../devices/pci0000:00/0000:00:1c.0/0000:01:00.0");
	tree_link(t, DEV "0000:00:1c.0", "../../../devices/pci0000:00/0000:00:1c.0");
	dev = opened(t, 0);
	err = refused(dev, "bar0", 0, 32);
	assert_int_equal(err.class, DP_CLASS_POWER);
	assert_string_equal(err.message, "'0000:00:1c.0' sleeps in D3cold: BARs do not answer");
	dp_dev_close(dev);
}

static void a_map_that_the_kernel_refuses_is_explained(void **state)
{
	static const struct {
		int errnum;
		const char *driver, *lockdown;
		enum dp_code code;
		const char *says, *hint;
	} table[] = {
		{EINVAL, "nvme", "[none] integrity confidentiality\n", DP_PERMISSION,
		 "the driver 'nvme' has it for itself (CONFIG_IO_STRICT_DEVMEM)", "iomem=relaxed"},
		{EPERM, "", "none [integrity] confidentiality\n", DP_LOCKDOWN,
		 "the kernel's lockdown forbids to map '0000:01:00.0' bar0", "vfio-pci"},
		{EPERM, "nvme", "none integrity [confidentiality]\n", DP_LOCKDOWN,
		 "the kernel's lockdown forbids", "vfio-pci"},
		{EPERM, "", "[none] integrity confidentiality\n", DP_PERMISSION,
		 "cannot map '0000:01:00.0' bar0: Operation not permitted", "devpoke info"},
		{ENODEV, "", "", DP_IO, "cannot map '0000:01:00.0' bar0: No such device",
		 "devpoke info"},
	};
	struct tree *t = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct dp_dev *dev;
		struct dp_err err;

		tree_remove(t, FN "driver");
		if (table[i].driver[0])
			tree_link(t, FN "driver", table[i].driver);
		tree_text(t, LOCKDOWN, table[i].lockdown);
		dev = opened(t, 0);
		mmap_errno = table[i].errnum;
		err = refused(dev, "bar0", 0, 32);
		mmap_errno = 0;
		assert_int_equal(err.code, table[i].code);
		assert_non_null(strstr(err.message, table[i].says));
		assert_non_null(strstr(err.hint, table[i].hint));
		dp_dev_close(dev);
	}
}

/* each thing that opening needs, gone in turn: one error, no descriptor left (teardown) */
static void failures_leave_nothing_open(void **state)
{
	static const char *const files[] = {FN "resource0", FN "resource4", FN "config", FN ""};
	struct tree *t = *state;
	struct dp_err err;
	struct dp_dev *dev;
	uint64_t v;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		assert_int_equal(tree_find(t, &dp_backend_sysfs, "01:00.0", &dev, NULL), 0);
		tree_remove(t, files[i]);
		if (dp_dev_open(dev, DP_OPEN_WRITE, &err)) {
			assert_int_equal(err.code, DP_GONE);
		} else {
			assert_true(dp_space_read(dp_dev_space(dev, i ? "bar4" : "bar0"), 0, 32, &v,
						  &err) < 0);
			assert_int_equal(err.code, DP_PERMISSION);
		}
		assert_true(err.message[0]);
		dp_dev_close(dev);
		put_function(t);
	}
	assert_int_equal(tree_find(t, &dp_backend_sysfs, "nonsense", &dev, &err), -EINVAL);
	assert_int_equal(tree_find(t, &dp_backend_sysfs, "09:00.0", &dev, &err), -ENODEV);
}

/* ------------------------------------------------------------------ witness */

static void the_witness_is_the_first_word_of_config(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, 0);

	assert_int_equal(dp_dev_present(dev), 1);
	tree_poke(t, FN "config", 0, 0xffffffff, 4);
	assert_int_equal(dp_dev_present(dev), 0);
	dp_dev_close(dev);
	assert_int_equal(tree_find(t, &dp_backend_sysfs, "01:00.0", &dev, NULL), 0);
	assert_int_equal(dp_dev_present(dev), -EBADF);
	dp_dev_close(dev);
}

static void a_virtual_function_is_known_by_its_class(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev;

	/* ids of ones and no COMMAND.MEM are a virtual function's way */
	tree_link(t, FN "physfn", "../0000:01:00.0");
	tree_poke(t, FN "config", 0, 0xffffffff, 4);
	tree_poke(t, FN "config", 4, 0, 2);
	tree_poke(t, FN "config", 8, 0x08050103, 4);
	dev = opened(t, 0);
	assert_int_equal(dp_dev_present(dev), 1);
	assert_int_equal(dp_backend_sysfs.recheck(dev, NULL), 0);
	assert_int_equal(get(dev, "bar0", 0, 32), 0x55667788);
	tree_poke(t, FN "config", 8, 0xffffffff, 4);
	assert_int_equal(dp_dev_present(dev), 0);
	dp_dev_close(dev);
}

static void another_device_at_the_address_is_noticed(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, 0);
	struct dp_err err;

	assert_int_equal(dp_backend_sysfs.recheck(dev, &err), 0);
	tree_poke(t, FN "config", 0, 0x00081b36, 4);
	assert_int_equal(dp_backend_sysfs.recheck(dev, &err), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
	assert_string_equal(err.message, "'0000:01:00.0' is another device now");
	tree_poke(t, FN "config", 0, 0xffffffff, 4);
	assert_int_equal(dp_backend_sysfs.recheck(dev, &err), -ENODEV);
	tree_poke(t, FN "config", 0, 0x00071b36, 4);
	assert_int_equal(dp_backend_sysfs.recheck(dev, &err), 0);
	tree_text(t, FN "resource", "0x00000000fe000200 0x00000000fe0002ff 0x0000000000040200\n");
	assert_int_equal(dp_backend_sysfs.recheck(dev, &err), -ENODEV);
	assert_string_equal(err.message, "'0000:01:00.0' was moved to other addresses");
	tree_remove(t, FN "");
	assert_int_equal(dp_backend_sysfs.recheck(dev, &err), -ENODEV);
	dp_dev_close(dev);
}

/* -------------------------------------------------------------------- doors */

static struct dp_door door(const struct tree *t, const struct dp_backend *backend)
{
	struct dp_door d = {0};
	struct dp_dev *dev;

	assert_int_equal(tree_find(t, &dp_backend_sysfs, "01:00.0", &dev, NULL), 0);
	assert_int_equal(backend->door(dev, &d), 0);
	dp_dev_close(dev);
	return d;
}

/* between finding and opening; no access is made for it */
static void what_was_found_is_what_is_opened(void **state)
{
	static const char *const names[] = {"vendor", "device", "resource"};
	static const char *const texts[] = {
		"0x8086\n", "0x10d3\n",
		"0x00000000fe000200 0x00000000fe0002ff 0x0000000000040200\n"};
	static const char *const says[] = {"is another device now", "is another device now",
					   "was moved to other addresses"};
	struct dp_dev *dev;
	struct dp_err err;
	uint64_t v;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char file[sizeof(FN) + 16] = FN;

		put_function(*state);
		assert_int_equal(tree_find(*state, &dp_backend_sysfs, "0000:01:00.0", &dev, &err),
				 0);
		tree_text(*state, strcat(file, names[i]), texts[i]);
		for (int again = 0; again < 2; again++) {
			assert_int_equal(dp_dev_open(dev, 0, &err), -ENODEV);
			assert_int_equal(err.code, DP_GONE);
			assert_non_null(strstr(err.message, says[i]));
			assert_int_equal(dp_space_read(dp_dev_space(dev, "cfg"), 0, 32, &v, &err),
					 -EBADF);
		}
		dp_dev_close(dev);
	}
}

static void the_door_says_why_it_is_shut(void **state)
{
	struct tree *t = *state;

	assert_true(door(t, &dp_backend_sysfs).works);
	tree_remove(t, FN "resource0");
	assert_non_null(strstr(door(t, &dp_backend_sysfs).why_not, "no resource0 file"));
	tree_size(t, FN "resource0", 4096);
	tree_text(t, FN "power_state", "D3hot\n");
	assert_non_null(strstr(door(t, &dp_backend_sysfs).why_not, "sleeps in D3hot"));
	tree_text(t, FN "power_state", "D0\n");
	tree_link(t, FN "driver", "../nvme");
	assert_true(door(t, &dp_backend_sysfs).works);
	tree_text(t, "/proc/sys/kernel/osrelease", "6.1.0-test\n");
	tree_text(t, "/boot/config-6.1.0-test", "CONFIG_X=y\nCONFIG_IO_STRICT_DEVMEM=y\n");
	assert_false(door(t, &dp_backend_sysfs).works);
	assert_non_null(strstr(door(t, &dp_backend_sysfs).why_not, "'nvme' has the BARs"));
	assert_non_null(strstr(door(t, &dp_backend_sysfs).hint, "iomem=relaxed"));
	tree_text(t, "/proc/cmdline", "quiet xiomem=relaxed\n");
	assert_false(door(t, &dp_backend_sysfs).works);
	tree_text(t, "/proc/cmdline", "quiet iomem=relaxed\n");
	assert_true(door(t, &dp_backend_sysfs).works);
	tree_text(t, LOCKDOWN, "none [integrity] confidentiality\n");
	assert_false(door(t, &dp_backend_sysfs).works);
	assert_non_null(strstr(door(t, &dp_backend_sysfs).hint, "vfio-pci"));
}

static void the_vfio_door_says_what_is_missing(void **state)
{
	struct tree *t = *state;
	struct dp_door d = door(t, &dp_backend_vfio);

	assert_string_equal(d.why_not, "it has no IOMMU group");
	assert_non_null(strstr(d.hint, "intel_iommu=on"));
	tree_link(t, FN "iommu_group", "../../../kernel/iommu_groups/7");
	assert_string_equal(door(t, &dp_backend_vfio).why_not, "no driver is bound");
	tree_link(t, FN "driver", "../nvme");
	d = door(t, &dp_backend_vfio);
	assert_string_equal(d.why_not, "the driver 'nvme' is bound, not vfio-pci");
	assert_non_null(strstr(d.hint, "D=0000:01:00.0;"));
	assert_non_null(strstr(d.hint, "echo $D > driver/unbind; echo $D > "
				       "/sys/bus/pci/drivers_probe"));
	tree_link(t, FN "driver", "../vfio-pci");
	assert_string_equal(door(t, &dp_backend_vfio).why_not, "there is no /dev/vfio/7");
	tree_text(t, "/dev/vfio/7", "");
	assert_true(door(t, &dp_backend_vfio).works);
	tree_link(t, "/sys/kernel/iommu_groups/7/devices/0000:02:00.0", "x");
	tree_link(t, DEV "0000:02:00.0/driver", "../e1000e");
	assert_string_equal(door(t, &dp_backend_vfio).why_not,
			    "group 7 is not viable: 0000:02:00.0 (e1000e)");
}

static void doors_of_a_lab_are_not_ours(void **state)
{
	struct tree *t = *state;
	struct dp_door d = {0};
	struct dp_dev *dev;

	assert_int_equal(tree_find(t, &dp_backend_sysfs, "01:00.0", &dev, NULL), 0);
	strcpy(dev->info.target, "sim:lab/0000:01:00.0");
	assert_int_equal(dp_backend_sysfs.door(dev, &d), -EOPNOTSUPP);
	assert_int_equal(dp_backend_vfio.door(dev, &d), -EOPNOTSUPP);
	dp_dev_close(dev);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_bar_smaller_than_a_page_begins_inside_it),
		T(bounds_are_those_of_the_resource_file),
		T(a_map_is_read_only_until_writing_is_wanted),
		T(an_io_bar_is_reached_by_accesses_of_its_width),
		T(the_rom_is_not_copied_behind_the_users_back),
		T(a_bar_without_address_says_so),
		T(config_is_one_access_of_the_width),
		T(config_that_the_kernel_hides_needs_root),
		T(decode_off_is_said_before_a_bar_is_touched),
		T(a_sleeping_function_is_refused_unless_forced),
		T(a_port_that_sleeps_above_is_named),
		T(a_map_that_the_kernel_refuses_is_explained),
		T(failures_leave_nothing_open),
		T(the_witness_is_the_first_word_of_config),
		T(a_virtual_function_is_known_by_its_class),
		T(another_device_at_the_address_is_noticed),
		T(what_was_found_is_what_is_opened),
		T(the_door_says_why_it_is_shut),
		T(the_vfio_door_says_what_is_missing),
		T(doors_of_a_lab_are_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
