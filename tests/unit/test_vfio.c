/* SPDX-License-Identifier: GPL-2.0-or-later */
/* the vfio door against a kernel of files: the order of calls, every way they fail, and that
 * nothing is opened before a BAR is touched */
#include <linux/vfio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "core/pci.h"
#include "tree.h"

#define DEV "/sys/bus/pci/devices/"
#define FN  DEV "0000:01:00.0/"

/* regions in the device's file: BAR 0 at 1 MiB, BAR 2 at 2 MiB, config at 7 MiB */
#define AT(index) ((uint64_t)(index) << 20)

/* the kernel's side; @fail_at: the call of that number (from 1) fails with @errnum */
static struct {
	char device[PATH_MAX], calls[512];
	unsigned count, fail_at, opened;
	int errnum, version, type;
	bool viable, sparse, no_mmap;
	uint64_t size0;
} kernel;

static void called(const char *name)
{
	strcat(strcat(kernel.calls, name), " ");
}

static int region_info(struct vfio_region_info *info)
{
	struct vfio_region_info_cap_sparse_mmap *cap = (void *)(info + 1);
	static const uint64_t sizes[VFIO_PCI_NUM_REGIONS] = {0, 0, 0x100, 0, 0x20, 0, 0, 0x100, 0};

	info->offset = AT(info->index);
	info->size = info->index ? sizes[info->index] : kernel.size0;
	info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	if (info->index)
		return 0;
	if (!kernel.no_mmap)
		info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
	if (kernel.sparse) {
		info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
		info->cap_offset = sizeof(*info);
		cap->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
		cap->nr_areas = 1;
		cap->areas[0].offset = 0x1000;
		cap->areas[0].size = 0x1000;
		info->argsz = sizeof(*info) + sizeof(*cap) + sizeof(cap->areas[0]);
	}
	return 0;
}

static int answer(unsigned long request, void *arg)
{
	switch (request) {
	case VFIO_GET_API_VERSION:
		called("version");
		return kernel.version;
	case VFIO_CHECK_EXTENSION:
		return (int)(intptr_t)arg == kernel.type;
	case VFIO_GROUP_GET_STATUS:
		called("status");
		((struct vfio_group_status *)arg)->flags = kernel.viable;
		return 0;
	case VFIO_GROUP_SET_CONTAINER:
		called("join");
		return 0;
	case VFIO_SET_IOMMU:
		called((int)(intptr_t)arg == VFIO_TYPE1v2_IOMMU ? "type1v2" : "type1");
		return 0;
	case VFIO_GROUP_GET_DEVICE_FD:
		called("device");
		assert_string_equal((const char *)arg, "0000:01:00.0");
		kernel.opened++;
		return open(kernel.device, O_RDWR | O_CLOEXEC);
	case VFIO_DEVICE_GET_INFO:
		((struct vfio_device_info *)arg)->num_regions = VFIO_PCI_NUM_REGIONS;
		return 0;
	case VFIO_DEVICE_GET_REGION_INFO:
		return region_info(arg);
	}
	errno = ENOTTY;
	return -1;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	(void)fd;
	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (++kernel.count == kernel.fail_at) {
		errno = kernel.errnum;
		return -1;
	}
	return answer(request, arg);
}

static void put_function(const struct tree *t)
{
	tree_text(t, FN "vendor", "0x1b36\n");
	tree_text(t, FN "device", "0x0010\n");
	tree_text(t, FN "class", "0x010802\n");
	tree_text(t, FN "power_state", "D0\n");
	tree_text(t, FN "resource",
		  "0x00000000fe000000 0x00000000fe003fff 0x0000000000140204\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x00000000fe004100 0x00000000fe0041ff 0x0000000000040200\n"
		  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		  "0x000000000000c100 0x000000000000c11f 0x0000000000040101\n");
	tree_link(t, FN "driver", "../../../bus/pci/drivers/vfio-pci");
	tree_link(t, FN "iommu_group", "../../../kernel/iommu_groups/7");
	tree_size(t, FN "config", 256);
	tree_poke(t, FN "config", 0, 0x00101b36, 4);
	tree_poke(t, FN "config", 4, 3, 2);
	tree_text(t, "/dev/vfio/vfio", "");
	tree_text(t, "/dev/vfio/7", "");
	tree_size(t, "/device", AT(8));
	tree_poke(t, "/device", AT(0), 0x1122334455667788, 8);
	tree_poke(t, "/device", AT(2) + 0xfc, 0xcafef00d, 4);
	tree_poke(t, "/device", AT(4), 0x0badcafe, 4);
}

static int setup(void **state)
{
	struct tree *t = malloc(sizeof(*t));

	tree_make(t);
	put_function(t);
	memset(&kernel, 0, sizeof(kernel));
	tree_path(t, kernel.device, "/device");
	kernel.errnum = EIO;
	kernel.type = VFIO_TYPE1v2_IOMMU;
	kernel.viable = true;
	kernel.size0 = 0x4000;
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

	if (tree_find(t, &dp_backend_vfio, "01:00.0", &dev, &err) || dp_dev_open(dev, flags, &err))
		fail_msg("%s", err.message);
	return dev;
}

static int get(struct dp_dev *dev, const char *space, uint64_t offset, unsigned width, uint64_t *v,
	       struct dp_err *err)
{
	return dp_space_read(dp_dev_space(dev, space), offset, width, v, err);
}

static struct dp_err refused(struct dp_dev *dev, const char *space, uint64_t offset, unsigned width)
{
	struct dp_err err;
	uint64_t v;

	assert_true(get(dev, space, offset, width, &v, &err) < 0);
	return err;
}

/* ---------------------------------------------------------------- the way in */

static void config_needs_no_device(void **state)
{
	struct dp_dev *dev = opened(*state, DP_OPEN_WRITE);
	uint64_t v;

	assert_int_equal(get(dev, "cfg", 0, 32, &v, NULL), 0);
	assert_int_equal(v, 0x00101b36);
	assert_int_equal(dp_space_write(dp_dev_space(dev, "cfg"), 4, 16, 0x407, NULL), 0);
	assert_int_equal(dp_dev_present(dev), 1);
	assert_int_equal(kernel.count, 0);
	dp_dev_close(dev);
	assert_int_equal(tree_peek(*state, FN "config", 4, 2), 0x407);
}

static void a_bar_is_refused_where_the_reset_was_not_agreed_to(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, 0);
	struct dp_err err = refused(dev, "bar0", 0, 32);
	uint64_t v;

	assert_int_equal(err.code, DP_REFUSED);
	assert_int_equal(err.class, DP_CLASS_RESET);
	assert_int_equal(kernel.count, 0);
	dp_ctx_set_force(t->ctx, DP_FORCE(DP_CLASS_RESET));
	assert_int_equal(get(dev, "bar0", 0, 32, &v, NULL), 0);
	assert_int_equal(kernel.opened, 1);
	dp_dev_close(dev);
}

static void the_calls_come_in_the_kernels_order(void **state)
{
	struct dp_dev *dev = opened(*state, DP_OPEN_KEEP);
	uint64_t v;

	assert_int_equal(kernel.count, 0);
	assert_int_equal(get(dev, "bar0", 0, 64, &v, NULL), 0);
	assert_int_equal(v, 0x1122334455667788);
	assert_string_equal(kernel.calls, "version status join type1v2 device ");
	/* and once: writing later maps again but opens nothing */
	assert_int_equal(dp_dev_open(dev, DP_OPEN_KEEP | DP_OPEN_WRITE, NULL), 0);
	assert_int_equal(dp_space_write(dp_dev_space(dev, "bar0"), 8, 32, 0xfeedface, NULL), 0);
	assert_int_equal(kernel.opened, 1);
	dp_dev_close(dev);
	assert_int_equal(tree_peek(*state, "/device", AT(0) + 8, 4), 0xfeedface);
}

static void the_older_type1_is_taken_where_there_is_no_other(void **state)
{
	struct dp_dev *dev;
	uint64_t v;

	kernel.type = VFIO_TYPE1_IOMMU;
	dev = opened(*state, DP_OPEN_KEEP);
	assert_int_equal(get(dev, "bar0", 0, 32, &v, NULL), 0);
	assert_string_equal(kernel.calls, "version status join type1 device ");
	dp_dev_close(dev);
}

/* ------------------------------------------------------------------ accesses */

static void what_cannot_be_mapped_whole_is_read_by_calls(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev;
	uint64_t v;

	for (int i = 0; i < 2; i++) {
		kernel.sparse = i;
		kernel.no_mmap = !i;
		dev = opened(t, DP_OPEN_KEEP | DP_OPEN_WRITE);
		assert_int_equal(get(dev, "bar0", 4, 32, &v, NULL), 0);
		assert_int_equal(v, 0x11223344);
		assert_null(dp_dev_region(dev, "bar0")->map);
		/* two reads of 32 bits would be two accesses */
		assert_int_equal(refused(dev, "bar0", 0, 64).code, DP_ALIGN);
		assert_int_equal(dp_space_write(dp_dev_space(dev, "bar0"), 0x10, 16, 0xbeef, NULL),
				 0);
		dp_dev_close(dev);
		assert_int_equal(tree_peek(t, "/device", AT(0) + 0x10, 4), 0xbeef);
	}
}

static void a_bar_inside_a_page_and_an_io_bar_are_read_by_calls(void **state)
{
	struct dp_dev *dev = opened(*state, DP_OPEN_KEEP);
	uint64_t v;

	assert_int_equal(get(dev, "bar2", 0xfc, 32, &v, NULL), 0);
	assert_int_equal(v, 0xcafef00d);
	assert_int_equal(refused(dev, "bar2", 0x100, 32).code, DP_RANGE);
	assert_int_equal(get(dev, "bar4", 2, 16, &v, NULL), 0);
	assert_int_equal(v, 0x0bad);
	dp_dev_close(dev);
}

static void the_smaller_of_two_sizes_bounds(void **state)
{
	struct dp_dev *dev;
	struct dp_err err;
	uint64_t v;

	kernel.size0 = 0x1000;
	dev = opened(*state, DP_OPEN_KEEP);
	assert_int_equal(get(dev, "bar0", 0xffc, 32, &v, NULL), 0);
	err = refused(dev, "bar0", 0x1000, 32);
	assert_int_equal(err.code, DP_RANGE);
	assert_non_null(strstr(err.message, "beyond the 0x1000 bytes that vfio-pci gives out"));
	dp_dev_close(dev);
	kernel.size0 = 0x10000;
	dev = opened(*state, DP_OPEN_KEEP);
	assert_int_equal(refused(dev, "bar0", 0x4000, 32).code, DP_RANGE);
	dp_dev_close(dev);
	kernel.size0 = 0;
	dev = opened(*state, DP_OPEN_KEEP);
	assert_int_equal(refused(dev, "bar0", 0, 32).code, DP_PERMISSION);
	dp_dev_close(dev);
}

static void decode_off_is_said_until_it_is_on(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev;
	uint64_t v;

	tree_poke(t, FN "config", 4, 0, 2);
	dev = opened(t, DP_OPEN_KEEP);
	for (int i = 0; i < 2; i++)
		assert_non_null(strstr(refused(dev, "bar0", 0, 32).message, "memory decode"));
	tree_poke(t, FN "config", 4, 2, 2);
	assert_int_equal(get(dev, "bar0", 0, 32, &v, NULL), 0);
	dp_dev_close(dev);
}

static void config_that_only_root_sees_comes_through_the_device(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, DP_OPEN_KEEP);
	char path[PATH_MAX];
	uint64_t v;

	tree_path(t, path, FN "config");
	assert_int_equal(truncate(path, 64), 0);
	tree_poke(t, "/device", AT(7) + 0x80, 0x5555aaaa, 4);
	assert_int_equal(get(dev, "cfg", 0x80, 32, &v, NULL), 0);
	assert_int_equal(v, 0x5555aaaa);
	dp_dev_close(dev);
	/* not where that would reset the device */
	tree_size(t, FN "config", 256);
	dev = opened(t, 0);
	assert_int_equal(truncate(path, 64), 0);
	assert_int_equal(refused(dev, "cfg", 0x80, 32).code, DP_PERMISSION);
	dp_dev_close(dev);
}

/* ------------------------------------------------------------------- why not */

static void every_refusal_is_explained(void **state)
{
	/* calls: 1 version, 2 extension, 3 status, 4 join, 5 iommu, 6 device, 7.. infos */
	static const struct {
		unsigned fail_at;
		int errnum;
		enum dp_code code;
		const char *says, *hint;
	} table[] = {
		{1, ENOTTY, DP_NOIOMMU, "VFIO's interface is version -1, not 0", ""},
		{3, EIO, DP_IO, "cannot ask IOMMU group 7: Input/output error", ""},
		{4, EBUSY, DP_IO, "cannot join group and container of '0000:01:00.0'", ""},
		{5, ENODEV, DP_NOIOMMU, "no usable IOMMU for '0000:01:00.0'", "intel_iommu=on"},
		{5, EPERM, DP_NOIOMMU, "no usable IOMMU", "allow_unsafe_interrupts"},
		{6, EINVAL, DP_ABSENT, "'0000:01:00.0' is not bound to vfio-pci", "devpoke info"},
		{6, EBUSY, DP_BUSY, "vfio-pci cannot enable '0000:01:00.0'", "devpoke info"},
		{6, EIO, DP_IO, "vfio-pci cannot enable '0000:01:00.0'", "dmesg"},
		{7, EINVAL, DP_IO, "does not tell the regions of '0000:01:00.0'", ""},
		{8, EINVAL, DP_IO, "does not tell the regions of '0000:01:00.0'", ""},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct dp_dev *dev = opened(*state, DP_OPEN_KEEP);
		size_t before = open_fds();
		struct dp_err err;

		kernel.count = 0;
		kernel.fail_at = table[i].fail_at;
		kernel.errnum = table[i].errnum;
		err = refused(dev, "bar0", 0, 32);
		assert_int_equal(err.code, table[i].code);
		if (!strstr(err.message, table[i].says))
			fail_msg("'%s' lacks '%s'", err.message, table[i].says);
		assert_non_null(strstr(err.hint, table[i].hint));
		/* while the handle lives, too */
		assert_int_equal(open_fds(), before);
		dp_dev_close(dev);
	}
}

/* fails at each call in turn, and goes on when the cause has gone */
static void a_failed_way_in_can_be_gone_again(void **state)
{
	struct dp_dev *dev = opened(*state, DP_OPEN_KEEP);
	size_t before = open_fds();
	unsigned steps = 1;
	uint64_t v;

	for (;; steps++) {
		kernel.count = 0;
		kernel.fail_at = steps;
		if (!get(dev, "bar0", 0, 32, &v, NULL))
			break;
		assert_int_equal(open_fds(), before);
	}
	/* 7 of the way in and 8 windows; the newer type1 failing (2) falls to the older */
	assert_true(steps >= 15);
	dp_dev_close(dev);
}

static void a_group_that_is_not_viable_names_who(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, DP_OPEN_KEEP);
	struct dp_err err;

	kernel.viable = false;
	tree_link(t, "/sys/kernel/iommu_groups/7/devices/0000:01:00.0", "x");
	tree_link(t, "/sys/kernel/iommu_groups/7/devices/0000:02:00.0", "x");
	tree_link(t, "/sys/kernel/iommu_groups/7/devices/0000:00:1c.0", "x");
	tree_link(t, DEV "0000:02:00.0/driver", "../e1000e");
	tree_link(t, DEV "0000:00:1c.0/driver", "../pcieport");
	err = refused(dev, "bar0", 0, 32);
	assert_int_equal(err.code, DP_BUSY);
	assert_string_equal(err.message, "IOMMU group 7 of '0000:01:00.0' is not viable: "
					 "0000:02:00.0 (e1000e)");
	dp_dev_close(dev);
}

static void missing_nodes_are_told_apart(void **state)
{
	struct tree *t = *state;
	struct dp_dev *dev = opened(t, DP_OPEN_KEEP);
	struct dp_err err;

	tree_remove(t, "/dev/vfio/7");
	err = refused(dev, "bar0", 0, 32);
	assert_int_equal(err.code, DP_ABSENT);
	assert_non_null(strstr(err.message, "not bound to vfio-pci: no /dev/vfio/7"));
	tree_remove(t, "/dev/vfio/vfio");
	err = refused(dev, "bar0", 0, 32);
	assert_int_equal(err.code, DP_NOIOMMU);
	assert_string_equal(err.hint, "modprobe vfio-pci");
	dp_dev_close(dev);
	tree_remove(t, FN "iommu_group");
	dev = opened(t, DP_OPEN_KEEP);
	err = refused(dev, "bar0", 0, 32);
	assert_int_equal(err.code, DP_NOIOMMU);
	assert_string_equal(err.message, "'0000:01:00.0' has no IOMMU group");
	dp_dev_close(dev);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(config_needs_no_device),
		T(a_bar_is_refused_where_the_reset_was_not_agreed_to),
		T(the_calls_come_in_the_kernels_order),
		T(the_older_type1_is_taken_where_there_is_no_other),
		T(what_cannot_be_mapped_whole_is_read_by_calls),
		T(a_bar_inside_a_page_and_an_io_bar_are_read_by_calls),
		T(the_smaller_of_two_sizes_bounds),
		T(decode_off_is_said_until_it_is_on),
		T(config_that_only_root_sees_comes_through_the_device),
		T(every_refusal_is_explained),
		T(a_failed_way_in_can_be_gone_again),
		T(a_group_that_is_not_viable_names_who),
		T(missing_nodes_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
