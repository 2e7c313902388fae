/* SPDX-License-Identifier: GPL-2.0-or-later */
/* simulated machines, with the real QEMU: their devices, and those that come and go */
#include "labs.h"

static void the_default_lab_has_three_devices_that_answer(void **state)
{
	struct dp_dev *dev;

	(void)state;
	must_start("lab", NULL);
	dev = must_open("sim:lab/nvme");
	assert_string_equal(dp_dev_info(dev)->target, "sim:lab/nvme0");
	assert_int_equal(dp_dev_info(dev)->class, 0x010802);
	/* NVM Express 1.4: what QEMU's VS says */
	assert_int_equal(rd(dev, "bar0", 8, 32), 0x00010400);
	dp_dev_close(dev);
	dev = must_open("sim:e1000e");
	assert_int_equal(rd(dev, "cfg", 0, 32), 0x10d38086);
	assert_int_equal(rd(dev, "bar0", 8, 32) & 0x3, 0x3);
	dp_dev_close(dev);
	dev = must_open("sim:lab/03:00.0");
	assert_string_equal(dp_dev_info(dev)->target, "sim:lab/edu0");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	wr(dev, "bar0", 4, 32, 0x12345678);
	assert_int_equal(rd(dev, "bar0", 4, 32), (uint32_t)~0x12345678u);
	dp_dev_close(dev);
	must_stop("lab");
	assert_int_equal(count_labs(), 0);
}

static void a_wrong_width_arrives_as_such(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_dev *dev;

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	/* edu takes 32-bit accesses only below 0x80 */
	assert_int_equal(rd(dev, "bar0", 0, 16), 0);
	assert_true(rd(dev, "bar0", 0, 64) == UINT64_MAX);
	assert_int_equal(rd(dev, "cfg", 0, 8), 0x34);
	assert_int_equal(rd(dev, "cfg", 2, 16), 0x11e8);
	dp_dev_close(dev);
}

static void decoding_is_on_and_bus_mastering_off(void **state)
{
	struct dp_dev *dev;

	(void)state;
	must_start("lab", NULL);
	dev = must_open("sim:nvme");
	assert_int_equal(rd(dev, "cfg", 4, 16) & 7, 3);
	dp_dev_close(dev);
	/* the port forwards what a master below it does */
	dev = must_open("sim:lab/dp-port1");
	assert_int_equal(rd(dev, "cfg", 4, 16) & 7, 7);
	dp_dev_close(dev);
}

static void a_function_behind_a_given_bridge_is_found(void **state)
{
	static const char *const models[] = {"pcie-root-port,id=rp0",
					     "edu,bus=rp0",
					     "edu,addr=9",
					     "pci-bridge,id=br,chassis_nr=7,bus=rp1",
					     "pcie-root-port,id=rp1",
					     NULL};
	static const char *const good[] = {"pcie-root-port,id=rp0",
					   "edu,bus=rp0",
					   "edu,addr=9",
					   "pcie-root-port,id=rp1",
					   "pcie-pci-bridge,id=br,bus=rp1",
					   "e1000,bus=br,addr=3",
					   "pci-testdev,bus=br,addr=4",
					   NULL};
	struct dp_err err;
	struct dp_dev *dev;

	(void)state;
	/* a bus that comes later in the list is unknown to QEMU */
	assert_int_equal(start("lab", models, &err), -EIO);
	assert_non_null(strstr(err.message, "Bus 'rp1' not found"));
	must_start("lab", good);
	dev = must_open("sim:lab/edu0");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	dp_dev_close(dev);
	dev = must_open("sim:lab/00:09.0");
	assert_string_equal(dp_dev_info(dev)->target, "sim:lab/edu1");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	dp_dev_close(dev);
	/* two bridges down, with memory and ports */
	dev = must_open("sim:lab/e1000");
	wr(dev, "bar0", 0x5400, 32, 0x11223344);
	assert_int_equal(rd(dev, "bar0", 0x5400, 32), 0x11223344);
	/* the I/O BAR is an index and a data register (8254x manual 13.2.2) */
	wr(dev, "bar1", 0, 32, 0x5400);
	assert_int_equal(rd(dev, "bar1", 0, 32), 0);
	dp_dev_close(dev);
}

static void switches_expanders_and_multifunction_devices_are_numbered(void **state)
{
	static const char *const models[] = {"pxb-pcie,bus_nr=0x40,id=px",
					     "pcie-root-port,bus=px,id=r1",
					     "edu,bus=r1,id=far",
					     "pcie-root-port,id=rp0",
					     "x3130-upstream,id=up,bus=rp0",
					     "xio3130-downstream,id=d0,bus=up",
					     "xio3130-downstream,id=d1,bus=up",
					     "edu,bus=d0",
					     "edu,bus=d1",
					     "edu,addr=5.0,multifunction=on",
					     "edu,addr=5.1",
					     NULL};
	static const char *const specs[] = {"sim:lab/41:00.0", "sim:lab/03:00.0", "sim:lab/04:00.0",
					    "sim:lab/00:05.0", "sim:lab/00:05.1", "sim:lab/far"};
	struct dp_err err = {.message = ""};
	struct dp_dev *dev;

	(void)state;
	must_start("lab", models);
	for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++) {
		dev = must_open(specs[i]);
		assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
		dp_dev_close(dev);
	}
	/* with the switch goes what is behind it */
	if (dp_lab_unplug(ctx, "lab", "up", &err))
		fail_msg("%s", err.message);
	assert_int_equal(dp_dev_find(ctx, "sim:lab/edu1", &dev, NULL), -ENODEV);
	dev = must_open("sim:lab/edu2");
	dp_dev_close(dev);
}

static int check_bars(const struct dp_lab *lab)
{
	const struct dp_lab_bar *a, *b;

	for (size_t i = 0; i < lab->n; i++)
		for (unsigned k = 0; k < lab->fns[i].n_bars; k++) {
			a = &lab->fns[i].bars[k];
			if (!a->address || a->address % a->size)
				return -1;
			for (size_t m = 0; m < lab->n; m++)
				for (unsigned l = 0; l < lab->fns[m].n_bars; l++) {
					b = &lab->fns[m].bars[l];
					if (a != b && a->io == b->io &&
					    a->address < b->address + b->size &&
					    b->address < a->address + a->size)
						return -1;
				}
		}
	return 0;
}

static void bars_are_aligned_and_apart(void **state)
{
	static const char *const models[] = {"pci-testdev,membar=1G",
					     "e1000",
					     "rtl8139",
					     "pcnet",
					     "vmxnet3",
					     "nvme,cmb_size_mb=8,legacy-cmb=on",
					     "qemu-xhci",
					     "virtio-net-pci",
					     "virtio-rng-pci",
					     "edu",
					     "sdhci-pci",
					     NULL};
	struct dp_dev *dev;
	struct dp_lab lab;

	(void)state;
	must_start("lab", models);
	assert_int_equal(dp_lab_load(ctx, "lab", &lab, NULL), 0);
	assert_int_equal(check_bars(&lab), 0);
	dp_lab_free(&lab);
	/* a 64-bit prefetchable BAR lies above 4 GiB; this one takes what is stored there */
	dev = must_open("sim:nvme");
	assert_true(dp_dev_space(dev, "bar2")->region->address >> 32);
	wr(dev, "bar2", 0x7ffff8, 32, 0xcafe);
	assert_int_equal(rd(dev, "bar2", 0x7ffff8, 32), 0xcafe);
	dp_dev_close(dev);
	/* virtio's common configuration through a prefetchable BAR: num_queues (virtio 1.1,
	 * 4.1.4.3) */
	dev = must_open("sim:virtio-net-pci");
	assert_int_equal(rd(dev, "bar4", 0x12, 16), 3);
	dp_dev_close(dev);
}

static void a_moved_bar_is_followed(void **state)
{
	static const char *const models[] = {"edu,addr=5", NULL};
	struct dp_dev *dev;

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	wr(dev, "cfg", 0x10, 32, 0xd0000000);
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	dp_dev_close(dev);
	dev = must_open("sim:edu");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	assert_int_equal(dp_dev_space(dev, "bar0")->region->address, 0xd0000000);
	dp_dev_close(dev);
}

static void the_machines_memory_is_shared(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_lab_conn *conn;
	struct dp_qtest *q;
	struct dp_space_info info;
	struct dp_dev *dev;
	struct dp_lab lab;
	uint64_t value = 0;

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	wr(dev, "mem", 0x123400, 32, 0xfeedface);
	dp_space_info(dp_dev_space(dev, "mem"), &info);
	assert_true(info.mapped);
	assert_int_equal(info.kind, DP_SPACE_MEMORY);
	assert_int_equal(dp_lab_load(ctx, "lab", &lab, NULL), 0);
	/* the same connection: the lab is not busy with ourselves */
	assert_int_equal(dp_lab_conn_get(ctx, &lab, &conn, NULL), 0);
	q = dp_lab_conn_use(conn);
	assert_int_equal(dp_qtest_read(q, 'm', 0x123400, 32, &value, NULL), 0);
	assert_int_equal(value, 0xfeedface);
	assert_int_equal(dp_qtest_write(q, 'm', 0x123404, 16, 0xabcd, NULL), 0);
	dp_lab_conn_done(conn);
	dp_lab_conn_put(conn);
	dp_lab_free(&lab);
	assert_int_equal(rd(dev, "mem", 0x123404, 16), 0xabcd);
	dp_dev_close(dev);
}

static void device_state_outlives_a_connection(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_dev *dev;

	(void)state;
	must_start("lab", models);
	dev = must_open("sim:edu");
	wr(dev, "bar0", 0x20, 32, 0x80);
	dp_dev_close(dev);
	dev = must_open("sim:edu");
	assert_int_equal(rd(dev, "bar0", 0x20, 32) & 0x80, 0x80);
	dp_dev_close(dev);
}

static void two_labs_run_side_by_side(void **state)
{
	static const char *const one[] = {"edu", NULL}, *const two[] = {"nvme", "nvme", NULL};
	struct dp_err err;
	struct dp_dev *dev, *other;

	(void)state;
	must_start("a", one);
	must_start("b", two);
	assert_int_equal(dp_dev_find(ctx, "sim:edu", &dev, &err), -ENODEV);
	assert_int_equal(err.code, DP_ABSENT);
	assert_int_equal(dp_dev_find(ctx, "sim:b/nvme", &dev, &err), -ENODEV);
	assert_string_equal(err.hint, "one of: nvme0, nvme1");
	assert_int_equal(dp_dev_find(ctx, "sim:a/nvme0", &dev, &err), -ENODEV);
	assert_string_equal(err.hint, "it has: edu0");
	assert_int_equal(dp_dev_find(ctx, "sim:c/nvme0", &dev, &err), -ENODEV);
	assert_string_equal(err.hint, "there is: a, b");
	assert_int_equal(dp_dev_find(ctx, "sim:", &dev, &err), -EINVAL);
	assert_int_equal(dp_dev_find(ctx, "sim:a/", &dev, &err), -EINVAL);
	assert_int_equal(dp_dev_find(ctx, "sim:../x", &dev, &err), -EINVAL);
	dev = must_open("sim:a/edu");
	other = must_open("sim:b/nvme1");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	assert_int_equal(rd(other, "bar0", 8, 32), 0x00010400);
	dp_dev_close(dev);
	dp_dev_close(other);
	must_stop("a");
	dev = must_open("sim:nvme0");
	dp_dev_close(dev);
}

static void an_unplugged_device_is_gone(void **state)
{
	struct dp_err err = {.message = ""};
	struct dp_dev *dev, *edu;

	(void)state;
	must_start("lab", NULL);
	dev = must_open("sim:nvme");
	edu = must_open("sim:edu");
	assert_int_equal(dp_dev_present(dev), 1);
	if (dp_lab_unplug(ctx, "lab", "nvme", &err))
		fail_msg("%s", err.message);
	assert_int_equal(dp_dev_present(dev), 0);
	assert_int_equal(dev->backend->recheck(dev, &err), -ENODEV);
	assert_int_equal(err.code, DP_GONE);
	assert_int_equal(dp_dev_present(edu), 1);
	assert_int_equal(edu->backend->recheck(edu, &err), 0);
	dp_dev_close(dev);
	dp_dev_close(edu);
	assert_int_equal(dp_dev_find(ctx, "sim:lab/nvme0", &dev, &err), -ENODEV);
	assert_int_equal(dp_lab_unplug(ctx, "lab", "nvme", &err), -ENODEV);
}

static void what_cannot_be_unplugged_is_told(void **state)
{
	static const char *const models[] = {"edu,addr=4", "nvme", NULL};
	struct dp_err err;

	(void)state;
	must_start("lab", models);
	assert_int_equal(dp_lab_unplug(ctx, "lab", "edu", &err), -EINVAL);
	assert_non_null(strstr(err.message, "root bus"));
	assert_non_null(strstr(err.hint, "without bus="));
	assert_int_equal(dp_lab_unplug(ctx, "lab", "dp-port1", &err), -EINVAL);
	assert_int_equal(dp_lab_unplug(ctx, "nolab", "edu", &err), -ENODEV);
}

static void devices_can_be_plugged_until_the_ports_are_full(void **state)
{
	static const char *const models[] = {"edu", NULL};
	struct dp_err err = {.message = ""};
	struct dp_dev *dev;
	char name[64];

	(void)state;
	must_start("lab", models);
	if (dp_lab_plug(ctx, "lab", "nvme", name, sizeof(name), &err))
		fail_msg("%s", err.message);
	assert_string_equal(name, "nvme0");
	dev = must_open("sim:nvme");
	assert_int_equal(rd(dev, "bar0", 8, 32), 0x00010400);
	assert_int_equal(rd(dev, "cfg", 4, 16) & 7, 3);
	dp_dev_close(dev);
	/* a refused one takes no port */
	assert_int_equal(dp_lab_plug(ctx, "lab", "edu,nosuch=1", name, sizeof(name), &err), -EIO);
	assert_non_null(strstr(err.message, "Property 'edu.nosuch' not found"));
	assert_int_equal(dp_lab_plug(ctx, "lab", "e1000", name, sizeof(name), &err), 0);
	assert_string_equal(name, "e10000");
	dev = must_open("sim:e1000");
	assert_int_equal(dp_dev_space(dev, "bar1")->kind, DP_SPACE_PORT);
	wr(dev, "bar0", 0x5400, 32, 0x11223344);
	assert_int_equal(rd(dev, "bar0", 0x5400, 32), 0x11223344);
	dp_dev_close(dev);
	assert_int_equal(dp_lab_plug(ctx, "lab", "edu", name, sizeof(name), &err), -ENOSPC);
	assert_non_null(strstr(err.message, "no free port"));
	assert_int_equal(dp_lab_unplug(ctx, "lab", "edu", &err), 0);
	assert_int_equal(dp_lab_plug(ctx, "lab", "edu,id=again", name, sizeof(name), &err), 0);
	dev = must_open("sim:again");
	assert_int_equal(rd(dev, "bar0", 0, 32), 0x010000ed);
	dp_dev_close(dev);
}

static void a_drive_is_a_block_device(void **state)
{
	char dir[] = "/tmp/devpoke-test-drive-XXXXXX", file[64], nvme[128], blk[128];
	const char *const models[] = {nvme, NULL}, *const twice[] = {nvme, blk, NULL};
	struct dp_err err;
	struct dp_dev *dev;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	/* a comma in the name is written twice */
	snprintf(file, sizeof(file), "%s/a,b.img", dir);
	snprintf(nvme, sizeof(nvme), "nvme,serial=S1,drive=%s/a,,b.img", dir);
	snprintf(blk, sizeof(blk), "virtio-blk-pci,drive=%s/a,,b.img", dir);
	fd = open(file, O_RDWR | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	close(fd);
	/* QEMU locks its images, and its words say so */
	assert_int_equal(start("lab", twice, &err), -EIO);
	assert_non_null(strstr(err.message, "lock"));
	must_start("lab", models);
	dev = must_open("sim:nvme");
	dp_dev_close(dev);
	must_stop("lab");
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(the_default_lab_has_three_devices_that_answer),
		LAB_TEST(a_wrong_width_arrives_as_such),
		LAB_TEST(decoding_is_on_and_bus_mastering_off),
		LAB_TEST(a_function_behind_a_given_bridge_is_found),
		LAB_TEST(switches_expanders_and_multifunction_devices_are_numbered),
		LAB_TEST(bars_are_aligned_and_apart),
		LAB_TEST(a_moved_bar_is_followed),
		LAB_TEST(the_machines_memory_is_shared),
		LAB_TEST(device_state_outlives_a_connection),
		LAB_TEST(two_labs_run_side_by_side),
		LAB_TEST(an_unplugged_device_is_gone),
		LAB_TEST(what_cannot_be_unplugged_is_told),
		LAB_TEST(devices_can_be_plugged_until_the_ports_are_full),
		LAB_TEST(a_drive_is_a_block_device),
	};

	return cmocka_run_group_tests(tests, make_runtime, drop_runtime);
}
