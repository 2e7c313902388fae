/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_kernel.c - what the kernel keeps from us, and what it said of the device */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/doctor.h"
#include "core/kernel.h"

#define ENOUGH_LOCKED (UINT64_C(64) << 20) /* rings and buffers of one device */
#define CAP_IPC_LOCK  14                   /* linux/capability.h: no limit for its holder */

/* @c is unknown where the kernel has no part in it */
static bool is_foreign(const struct dp_doctor *d, struct dp_check *c)
{
	if (d->kernel)
		return false;
	dp_check_set(c, DP_CHECK_UNKNOWN, "%s",
		     d->lab ? "a simulated machine: no kernel stands between it and us"
			    : "not a PCI function of this kernel");
	return true;
}

static bool is_vfio(const struct dp_doctor *d)
{
	return !strcmp(d->dev->info.driver, "vfio-pci");
}

/* ----------------------------------------------------------------- driver */

void dp_check_driver(struct dp_doctor *d, struct dp_check *c)
{
	const struct dp_dev_info *info = &d->dev->info;

	if (is_foreign(d, c))
		return;
	if (!info->driver[0]) {
		dp_check_set(c, DP_CHECK_OK, "none is bound");
		return;
	}
	if (!info->bound) {
		dp_check_set(c, DP_CHECK_OK, "'%s', which leaves the device to us", info->driver);
		return;
	}
	/* without its port driver a bridge has no hot-plug and no error reporting */
	if (info->class >> 16 == 0x06) {
		dp_check_set(c, DP_CHECK_OK, "'%s', as a bridge needs it: reads only",
			     info->driver);
		return;
	}
	dp_check_set(c, DP_CHECK_FAIL, "'%s' owns it%s%s%s: reads only", info->driver,
		     info->kernel_names[0] ? " (" : "", info->kernel_names,
		     info->kernel_names[0] ? ")" : "");
	dp_check_hint(c, "when nothing uses it: echo %s > /sys/bus/pci/drivers/%s/unbind", d->name,
		      info->driver);
}

/* ------------------------------------------------------------------ IOMMU */

/* the members of a group beside the function */
struct members {
	char text[160], owned[16], owner[64]; /* the first that somebody owns, and who */
};

/* a bridge may keep its driver (drivers/vfio/pci, vfio_pci_is_driver_allowed) */
static bool is_bridge(const struct dp_doctor *d, const char *bdf)
{
	uint64_t class;

	return !dp_attr_number(d->dev->ctx, &class, DP_PCI_DEVICES "/%s/class", bdf) &&
	       class >> 16 == 0x06;
}

static void add_member(const struct dp_doctor *d, struct members *m, const char *bdf)
{
	size_t n = strlen(m->text);
	char driver[64] = "";

	dp_attr_link(d->dev->ctx, driver, sizeof(driver), DP_PCI_DEVICES "/%s/driver", bdf);
	snprintf(m->text + n, sizeof(m->text) - n, "%s%s%s%s%s", n ? ", " : "", bdf,
		 *driver ? " (" : "", driver, *driver ? ")" : "");
	if (!*driver || dp_pci_driver_is_neutral(driver) || is_bridge(d, bdf) || *m->owned)
		return;
	memcpy(m->owned, bdf, strnlen(bdf, sizeof(m->owned) - 1));
	snprintf(m->owner, sizeof(m->owner), "%s", driver);
}

static void find_members(const struct dp_doctor *d, struct members *m)
{
	char path[PATH_MAX];
	struct dirent *e;
	struct dp_bdf bdf;
	DIR *dir;

	memset(m, 0, sizeof(*m));
	if (dp_root_path(d->dev->ctx, path, sizeof(path), "/sys/kernel/iommu_groups/%d/devices",
			 d->dev->info.iommu_group))
		return;
	dir = opendir(path);
	while (dir && (e = readdir(dir)))
		if (strcmp(e->d_name, d->name) && dp_bdf_parse(e->d_name, &bdf))
			add_member(d, m, e->d_name);
	if (dir)
		closedir(dir);
}

static bool exists(const struct dp_doctor *d, const char *file)
{
	char path[PATH_MAX];

	return !dp_root_path(d->dev->ctx, path, sizeof(path), "%s", file) && !access(path, F_OK);
}

static void no_iommu(const struct dp_doctor *d, struct dp_check *c)
{
	bool intel = exists(d, "/sys/firmware/acpi/tables/DMAR");
	bool amd = exists(d, "/sys/firmware/acpi/tables/IVRS");

	dp_check_set(c, DP_CHECK_FAIL, "no IOMMU is in use: VFIO is not possible, registers are");
	if (intel)
		dp_check_hint(c, "boot with intel_iommu=on on the kernel command line");
	else if (amd)
		dp_check_hint(c, "boot without amd_iommu=off on the kernel command line");
	else
		dp_check_hint(c, "switch VT-d, AMD-Vi or SMMU on in the firmware's setup; on Intel "
				 "boot with intel_iommu=on");
}

void dp_check_iommu(struct dp_doctor *d, struct dp_check *c)
{
	int group = d->dev->info.iommu_group;
	struct members m;
	char type[32];

	if (is_foreign(d, c))
		return;
	if (group < 0) {
		no_iommu(d, c);
		return;
	}
	find_members(d, &m);
	if (dp_attr_read(d->dev->ctx, type, sizeof(type), "/sys/kernel/iommu_groups/%d/type",
			 group) <= 0)
		strcpy(type, "type unknown");
	if (is_vfio(d) && *m.owned) {
		dp_check_set(c, DP_CHECK_FAIL, "group %d is shared with '%s', which '%s' owns",
			     group, m.owned, m.owner);
		dp_check_hint(c, "when nothing uses it: echo %s > /sys/bus/pci/drivers/%s/unbind",
			      m.owned, m.owner);
		return;
	}
	dp_check_set(c, DP_CHECK_OK, "group %d (%s)%s%s", group, type,
		     *m.text ? ", with " : ", alone", m.text);
}

/* --------------------------------------------------------------- lockdown */

/* a window on physical memory or ports: the kernel's, but no PCI function */
static bool is_physical(const struct dp_doctor *d)
{
	return !d->lab && !d->kernel &&
	       (dp_dev_space(d->dev, "mem") || dp_dev_space(d->dev, "port"));
}

void dp_check_lockdown(struct dp_doctor *d, struct dp_check *c)
{
	char text[128];
	int n;

	if (!is_physical(d) && is_foreign(d, c))
		return;
	n = dp_attr_read(d->dev->ctx, text, sizeof(text), "/sys/kernel/security/lockdown");
	if (n <= 0 && n != -ENOENT) {
		dp_check_set(c, DP_CHECK_UNKNOWN, "/sys/kernel/security/lockdown cannot be read");
		dp_check_hint(c, "run it as root");
	} else if (n <= 0) {
		dp_check_set(c, DP_CHECK_OK, "this kernel has none, or shows none");
	} else if (!dp_kernel_locked_down(d->dev->ctx)) {
		dp_check_set(c, DP_CHECK_OK, "%s", text);
	} else if (is_vfio(d)) {
		dp_check_set(c, DP_CHECK_OK, "%s; VFIO works whole", text);
	} else {
		dp_check_set(c, DP_CHECK_FAIL, "%s: no BARs, no writes to configuration space",
			     text);
		if (d->kernel)
			dp_check_hint(
				c,
				"vfio-pci works: modprobe vfio-pci; echo vfio-pci > " DP_PCI_DEVICES
				"/%s/driver_override; echo %s > "
				"/sys/bus/pci/drivers_probe",
				d->name, d->name);
		else
			dp_check_hint(c, "switch Secure Boot off, or boot without lockdown=");
	}
}

/* where nobody says what is in force, root can ask the kernel for a mapping */
static int strict_for(const struct dp_doctor *d)
{
	int strict = dp_kernel_strict_devmem(d->dev->ctx);

	if (strict >= 0 || !d->kernel || !d->dev->info.bound || geteuid())
		return strict;
	return !dp_pci_maps(d->dev->ctx, &d->bdf);
}

void dp_check_strict(struct dp_doctor *d, struct dp_check *c)
{
	const struct dp_dev_info *info = &d->dev->info;
	int strict;

	if (!is_physical(d) && is_foreign(d, c))
		return;
	strict = strict_for(d);
	if (!strict) {
		dp_check_set(c, DP_CHECK_OK, "IO_STRICT_DEVMEM is not in force");
	} else if (d->kernel && !info->bound) {
		dp_check_set(c, DP_CHECK_OK,
			     "IO_STRICT_DEVMEM %s, and no driver has claimed the BARs",
			     strict < 0 ? "may be in force" : "is in force");
	} else if (strict < 0) {
		dp_check_set(c, DP_CHECK_UNKNOWN,
			     "no configuration of the running kernel in /boot");
	} else if (info->bound) {
		dp_check_set(c, DP_CHECK_FAIL,
			     "IO_STRICT_DEVMEM is in force: '%s' has the BARs for itself",
			     info->driver);
		dp_check_hint(
			c,
			"unbind the driver: echo %s > /sys/bus/pci/drivers/%s/unbind, or boot "
			"with iomem=relaxed",
			d->name, info->driver);
	} else {
		dp_check_set(c, DP_CHECK_OK,
			     "IO_STRICT_DEVMEM is in force: what a driver has claimed "
			     "is shut, the rest is not");
	}
}

/* ---------------------------------------------------------------- memlock */

static bool may_lock_all(const struct dp_doctor *d)
{
	char text[8192], *line;

	if (dp_attr_read(d->dev->ctx, text, sizeof(text), "/proc/self/status") <= 0 ||
	    !(line = strstr(text, "\nCapEff:")))
		return geteuid() == 0;
	return strtoull(line + 8, NULL, 16) >> CAP_IPC_LOCK & 1;
}

void dp_check_memlock(struct dp_doctor *d, struct dp_check *c)
{
	struct rlimit limit;

	if (is_foreign(d, c))
		return;
	if (getrlimit(RLIMIT_MEMLOCK, &limit)) {
		dp_check_set(c, DP_CHECK_UNKNOWN, "%s", strerror(errno));
	} else if (may_lock_all(d)) {
		dp_check_set(c, DP_CHECK_OK, "CAP_IPC_LOCK: the limit does not count");
	} else if (limit.rlim_cur == RLIM_INFINITY) {
		dp_check_set(c, DP_CHECK_OK, "unlimited");
	} else if (limit.rlim_cur >= ENOUGH_LOCKED) {
		dp_check_set(c, DP_CHECK_OK, "%" PRIu64 " MiB", (uint64_t)limit.rlim_cur >> 20);
	} else {
		dp_check_set(c, DP_CHECK_FAIL, "%" PRIu64 " KiB: VFIO can map no more for DMA",
			     (uint64_t)limit.rlim_cur >> 10);
		dp_check_hint(c, "in this shell: sudo prlimit --memlock=unlimited --pid $$");
	}
}

/* ------------------------------------------------------------- kernel log */

/* records of /dev/kmsg that name the function (Documentation/ABI/testing/dev-kmsg) */
struct log {
	unsigned errors, warnings;
	char last[200]; /* the last error, or else the last warning */
};

/* "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT" */
static void take_record(const struct dp_doctor *d, struct log *log, char *record)
{
	char *text = strchr(record, ';');
	unsigned level = (unsigned)strtoul(record, NULL, 10) & 7;

	if (!text || level > 4 || !strstr(text, d->name))
		return;
	text[1 + strcspn(text + 1, "\n")] = 0;
	if (level <= 3)
		log->errors++;
	else
		log->warnings++;
	if (level <= 3 || !log->errors)
		snprintf(log->last, sizeof(log->last), "%.199s", text + 1);
}

/* one record per read of the device; of a recorded file many lines */
static void take_records(const struct dp_doctor *d, struct log *log, char *buf)
{
	char *rest;

	for (char *line = strtok_r(buf, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (*line != ' ')
			take_record(d, log, line);
}

static int read_log(const struct dp_doctor *d, struct log *log)
{
	char buf[8193], path[PATH_MAX];
	ssize_t n;
	int fd;

	memset(log, 0, sizeof(*log));
	if (dp_root_path(d->dev->ctx, path, sizeof(path), "/dev/kmsg"))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* behind what `dmesg --clear` has cleared */
	lseek(fd, 0, SEEK_DATA);
	do {
		n = read(fd, buf, sizeof(buf) - 1);
		buf[n > 0 ? n : 0] = 0;
		take_records(d, log, buf);
	} while (n > 0 || (n < 0 && (errno == EPIPE || errno == EINTR)));
	n = n < 0 && errno != EAGAIN ? -errno : 0;
	close(fd);
	return (int)n;
}

void dp_check_log(struct dp_doctor *d, struct dp_check *c)
{
	struct log log;
	int rc;

	if (is_foreign(d, c))
		return;
	rc = read_log(d, &log);
	if (rc) {
		dp_check_set(c, DP_CHECK_UNKNOWN, "/dev/kmsg cannot be read: %s", strerror(-rc));
		if (rc == -EACCES || rc == -EPERM)
			dp_check_hint(c, "run it as root");
	} else if (log.errors) {
		dp_check_set(c, DP_CHECK_FAIL, "%u error%s of it, the last: %s", log.errors,
			     log.errors == 1 ? "" : "s", log.last);
		dp_check_hint(c, "all: dmesg | grep %s; when the cause is gone: dmesg --clear",
			      d->name);
	} else if (log.warnings) {
		dp_check_set(c, DP_CHECK_OK, "no errors; %u warning%s, the last: %s", log.warnings,
			     log.warnings == 1 ? "" : "s", log.last);
	} else {
		dp_check_set(c, DP_CHECK_OK, "no warnings or errors name it");
	}
}
