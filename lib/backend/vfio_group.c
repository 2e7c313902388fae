/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vfio_group.c - the way to a VFIO device: container, group, device; and why it is barred */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "backend/vfio.h"
#include "core/kernel.h"

#define NO_IOMMU_HINT                                                                              \
	"turn the IOMMU on: intel_iommu=on on the kernel command line, VT-d or "                   \
	"AMD-Vi in the firmware"

static int open_node(const struct dp_ctx *ctx, const char *node, char *path, size_t size)
{
	int fd, rc = dp_root_path(ctx, path, size, "/dev/vfio/%s", node);

	if (rc)
		return rc;
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* ------------------------------------------------------------------ why not */

static bool has_link(const char *dir, const char *target)
{
	char path[PATH_MAX], link[PATH_MAX];
	struct dirent *e;
	bool found = false;
	DIR *d = opendir(dir);

	while (d && !found && (e = readdir(d))) {
		ssize_t n;

		if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) >= sizeof(path))
			continue;
		n = readlink(path, link, sizeof(link) - 1);
		if (n < 0)
			continue;
		link[n] = 0;
		found = !strcmp(link, target);
	}
	if (d)
		closedir(d);
	return found;
}

/* " by pid 12 (qemu), 13 (x)": the processes that we may look into; at most three */
static bool holders(const struct dp_ctx *ctx, const char *node, char *buf, size_t size)
{
	char proc[PATH_MAX], dir[PATH_MAX], comm[32];
	unsigned found = 0;
	struct dirent *e;
	DIR *d;

	buf[0] = 0;
	if (dp_root_path(ctx, proc, sizeof(proc), "/proc"))
		return false;
	d = opendir(proc);
	while (d && found < 3 && (e = readdir(d))) {
		size_t n = strlen(buf);

		if (!isdigit((unsigned char)e->d_name[0]) ||
		    dp_root_path(ctx, dir, sizeof(dir), "/proc/%s/fd", e->d_name) ||
		    !has_link(dir, node))
			continue;
		dp_attr_read(ctx, comm, sizeof(comm), "/proc/%s/comm", e->d_name);
		snprintf(buf + n, size - n, "%s%.10s (%s)", found++ ? ", " : " by pid ", e->d_name,
			 comm);
	}
	if (d)
		closedir(d);
	return found;
}

static int no_container(struct dp_dev *dev, int errnum, struct dp_err *err)
{
	if (errnum == ENOENT || errnum == ENODEV) {
		dp_err_set(err, errnum, DP_NOIOMMU, "'%s': there is no /dev/vfio/vfio",
			   dev->info.target);
		dp_err_hint(err, "modprobe vfio-pci");
	} else {
		dp_err_set(err, errnum, DP_PERMISSION, "cannot open /dev/vfio/vfio: %s",
			   strerror(errnum));
		dp_err_hint(err, "chmod 0666 /dev/vfio/vfio (it grants nothing by itself)");
	}
	return -errnum;
}

static int no_group(struct dp_dev *dev, const char *node, int errnum, struct dp_err *err)
{
	int group = dev->info.iommu_group;
	char who[128];

	if (errnum == EBUSY) {
		if (!holders(dev->ctx, node, who, sizeof(who)))
			strcpy(who, " by another process");
		dp_err_refuse(err, DP_CLASS_HELD, "IOMMU group %d of '%s' is held%s", group,
			      dev->info.target, who);
		dp_err_hint(err, "no --force opens it twice: end that process first");
		return -EBUSY;
	}
	if (errnum == ENOENT || errnum == ENODEV) {
		dp_err_set(err, errnum, DP_ABSENT, "'%s' is not bound to vfio-pci: no /dev/vfio/%d",
			   dev->info.target, group);
		dp_err_hint(err, "'devpoke info %s' shows the doors that are open",
			    dev->info.target);
		return -errnum;
	}
	dp_err_set(err, errnum, DP_PERMISSION, "cannot open /dev/vfio/%d of '%s': %s", group,
		   dev->info.target, strerror(errnum));
	dp_err_hint(err, "run it as root, or once as root: chown $USER /dev/vfio/%d", group);
	return -errnum;
}

/* Documentation/driver-api/vfio.rst: vfio-pci, pci-stub, no driver, or a bridge's */
static bool blocks_group(const struct dp_ctx *ctx, const char *bdf, char *driver, size_t size)
{
	if (dp_attr_link(ctx, driver, size, DP_PCI_DEVICES "/%s/driver", bdf) || !driver[0])
		return false;
	return strcmp(driver, "vfio-pci") && strcmp(driver, "pci-stub") &&
	       strcmp(driver, "pcieport");
}

/* "0000:00:03.0 (nvme), ..." of the members that keep the group from being used */
static void blockers(const struct dp_ctx *ctx, int group, char *buf, size_t size)
{
	char path[PATH_MAX], driver[64];
	struct dirent *e;
	DIR *d;

	buf[0] = 0;
	if (dp_root_path(ctx, path, sizeof(path), "/sys/kernel/iommu_groups/%d/devices", group))
		return;
	d = opendir(path);
	while (d && (e = readdir(d))) {
		size_t n = strlen(buf);
		struct dp_bdf bdf;

		if (!dp_bdf_parse(e->d_name, &bdf) ||
		    !blocks_group(ctx, e->d_name, driver, sizeof(driver)) || n + 80 > size)
			continue;
		snprintf(buf + n, size - n, "%s%.16s (%.40s)", n ? ", " : "", e->d_name, driver);
	}
	if (d)
		closedir(d);
}

static int not_viable(struct dp_dev *dev, struct dp_err *err)
{
	char who[160];

	blockers(dev->ctx, dev->info.iommu_group, who, sizeof(who));
	dp_err_set(err, EBUSY, DP_BUSY, "IOMMU group %d of '%s' is not viable: %s",
		   dev->info.iommu_group, dev->info.target,
		   who[0] ? who : "a member is bound to another driver");
	dp_err_hint(err, "unbind those too, or bind them to vfio-pci");
	return -EBUSY;
}

static int no_iommu(struct dp_dev *dev, int errnum, struct dp_err *err)
{
	dp_err_set(err, errnum, DP_NOIOMMU, "the kernel has no usable IOMMU for '%s': %s",
		   dev->info.target, strerror(errnum));
	/* type1 refuses with EPERM where interrupts are not remapped */
	dp_err_hint(err, "%s",
		    errnum == EPERM ? "without interrupt remapping it takes "
				      "vfio_iommu_type1.allow_unsafe_interrupts=1"
				    : NO_IOMMU_HINT);
	return -errnum;
}

static int no_device(struct dp_dev *dev, int errnum, struct dp_err *err)
{
	if (errnum == ENODEV || errnum == EINVAL)
		dp_err_set(err, errnum, DP_ABSENT, "'%s' is not bound to vfio-pci",
			   dev->info.target);
	else
		dp_err_set(err, errnum, errnum == EBUSY ? DP_BUSY : DP_IO,
			   "vfio-pci cannot enable '%s': %s", dev->info.target, strerror(errnum));
	dp_err_hint(err, "'devpoke info %s' shows the doors; dmesg has the driver's words",
		    dev->info.target);
	return -errnum;
}

/* ------------------------------------------------------------------ attach */

static int open_container(struct dp_dev *dev, struct dp_vfio *v, int *type, struct dp_err *err)
{
	char path[PATH_MAX];
	int fd = open_node(dev->ctx, "vfio", path, sizeof(path)), version;

	if (fd < 0)
		return no_container(dev, -fd, err);
	v->container = fd;
	version = ioctl(fd, VFIO_GET_API_VERSION);
	if (version != VFIO_API_VERSION)
		return dp_err_set(err, EPROTO, DP_NOIOMMU, "VFIO's interface is version %d, not %d",
				  version, VFIO_API_VERSION);
	if (ioctl(fd, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) == 1)
		*type = VFIO_TYPE1v2_IOMMU;
	else if (ioctl(fd, VFIO_CHECK_EXTENSION, VFIO_TYPE1_IOMMU) == 1)
		*type = VFIO_TYPE1_IOMMU;
	else
		return no_iommu(dev, ENODEV, err);
	return 0;
}

static int open_group(struct dp_dev *dev, struct dp_vfio *v, struct dp_err *err)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	char node[16], path[PATH_MAX];
	int fd;

	snprintf(node, sizeof(node), "%d", dev->info.iommu_group);
	fd = open_node(dev->ctx, node, path, sizeof(path));
	if (fd < 0)
		return no_group(dev, path, -fd, err);
	v->group = fd;
	if (ioctl(fd, VFIO_GROUP_GET_STATUS, &status))
		return dp_err_set(err, errno, DP_IO, "cannot ask IOMMU group %s: %s", node,
				  strerror(errno));
	return status.flags & VFIO_GROUP_FLAGS_VIABLE ? 0 : not_viable(dev, err);
}

static int open_device(struct dp_dev *dev, struct dp_vfio *v, int type, struct dp_err *err)
{
	char name[16];

	if (ioctl(v->group, VFIO_GROUP_SET_CONTAINER, &v->container))
		return dp_err_set(err, errno, DP_IO, "cannot join group and container of '%s': %s",
				  dev->info.target, strerror(errno));
	if (ioctl(v->container, VFIO_SET_IOMMU, type))
		return no_iommu(dev, errno, err);
	dp_bdf_format(&v->pci.bdf, name);
	v->device = ioctl(v->group, VFIO_GROUP_GET_DEVICE_FD, name);
	return v->device < 0 ? no_device(dev, errno, err) : 0;
}

/* mapping in one piece: allowed, and no holes inside (linux/vfio.h, SPARSE_MMAP) */
static bool whole_map(const struct vfio_region_info *info)
{
	uint32_t at = info->cap_offset;

	if (!(info->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return false;
	if (!(info->flags & VFIO_REGION_INFO_FLAG_CAPS))
		return true;
	/* each capability lies behind the last: a list that turns back ends */
	while (at && at + sizeof(struct vfio_info_cap_header) <= info->argsz) {
		const struct vfio_info_cap_header *h = (const void *)((const char *)info + at);
		const struct vfio_region_info_cap_sparse_mmap *m = (const void *)h;

		if (h->id == VFIO_REGION_INFO_CAP_SPARSE_MMAP)
			return at + sizeof(*m) + sizeof(m->areas[0]) <= info->argsz &&
			       m->nr_areas == 1 && !m->areas[0].offset &&
			       m->areas[0].size >= info->size;
		if (h->next <= at)
			break;
		at = h->next;
	}
	return true;
}

static int ask_window(struct dp_vfio *v, unsigned index)
{
	union {
		struct vfio_region_info info;
		char room[4096];
	} u;
	struct dp_vfio_window *w = &v->windows[index];

	memset(&u, 0, sizeof(u));
	u.info.argsz = sizeof(u);
	u.info.index = index;
	if (ioctl(v->device, VFIO_DEVICE_GET_REGION_INFO, &u.info))
		return -errno;
	if (u.info.argsz > sizeof(u))
		u.info.flags &= ~(uint32_t)VFIO_REGION_INFO_FLAG_MMAP;
	w->at = u.info.offset;
	w->size = u.info.size;
	w->whole_map = whole_map(&u.info);
	return 0;
}

static int ask_windows(struct dp_dev *dev, struct dp_vfio *v, struct dp_err *err)
{
	struct vfio_device_info info = {.argsz = sizeof(info)};
	int rc = ioctl(v->device, VFIO_DEVICE_GET_INFO, &info) ? -errno : 0;

	for (unsigned i = 0; !rc && i < info.num_regions && i < DP_VFIO_WINDOWS; i++)
		rc = ask_window(v, i);
	if (rc)
		return dp_err_set(err, -rc, DP_IO, "vfio-pci does not tell the regions of '%s': %s",
				  dev->info.target, strerror(-rc));
	return 0;
}

int dp_vfio_attach(struct dp_dev *dev, struct dp_vfio *v, struct dp_err *err)
{
	int type = 0, rc;

	if (v->device >= 0)
		return 0;
	if (dev->info.iommu_group < 0) {
		dp_err_set(err, ENODEV, DP_NOIOMMU, "'%s' has no IOMMU group", dev->info.target);
		dp_err_hint(err, NO_IOMMU_HINT);
		return -ENODEV;
	}
	rc = open_container(dev, v, &type, err);
	if (!rc)
		rc = open_group(dev, v, err);
	if (!rc)
		rc = open_device(dev, v, type, err);
	if (!rc)
		rc = ask_windows(dev, v, err);
	if (rc)
		dp_vfio_detach(v);
	else if (v->flags & DP_OPEN_KEEP)
		dp_note(dev->ctx, "'%s' stays open to the end, when the kernel resets it",
			dev->info.target);
	return rc;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void dp_vfio_detach(struct dp_vfio *v)
{
	for (size_t i = 0; i < sizeof(v->maps) / sizeof(*v->maps); i++)
		dp_mapping_drop(&v->maps[i]);
	memset(v->windows, 0, sizeof(v->windows));
	close_fd(&v->device);
	close_fd(&v->group);
	close_fd(&v->container);
	v->awake = false;
}

/* -------------------------------------------------------------------- door */

/* looks at names and rights only: opening the group's node would reset the device */
static void look_at_group(struct dp_dev *dev, struct dp_door *door)
{
	int group = dev->info.iommu_group;
	char path[PATH_MAX], who[160];

	blockers(dev->ctx, group, who, sizeof(who));
	if (dp_root_path(dev->ctx, path, sizeof(path), "/dev/vfio/%d", group) ||
	    access(path, F_OK)) {
		snprintf(door->why_not, sizeof(door->why_not), "there is no /dev/vfio/%d", group);
		snprintf(door->hint, sizeof(door->hint), "modprobe vfio-pci");
	} else if (who[0]) {
		snprintf(door->why_not, sizeof(door->why_not), "group %d is not viable: %s", group,
			 who);
		snprintf(door->hint, sizeof(door->hint),
			 "unbind those too, or bind them to vfio-pci");
	} else if (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS)) {
		snprintf(door->why_not, sizeof(door->why_not), "no right to open /dev/vfio/%d",
			 group);
		snprintf(door->hint, sizeof(door->hint), "as root: chown $USER /dev/vfio/%d",
			 group);
	} else if (holders(dev->ctx, path, who, sizeof(who))) {
		snprintf(door->why_not, sizeof(door->why_not), "group %d is held%s", group, who);
		snprintf(door->hint, sizeof(door->hint), "end that process first");
	} else {
		door->works = true;
	}
}

int dp_vfio_door(struct dp_dev *dev, struct dp_door *door)
{
	const struct dp_dev_info *info = &dev->info;
	struct dp_bdf bdf;
	char name[16];

	if (!dp_pci_of_info(info, &bdf))
		return -EOPNOTSUPP;
	dp_bdf_format(&bdf, name);
	if (info->iommu_group < 0) {
		snprintf(door->why_not, sizeof(door->why_not), "it has no IOMMU group");
		snprintf(door->hint, sizeof(door->hint), NO_IOMMU_HINT);
	} else if (strcmp(info->driver, "vfio-pci")) {
		snprintf(door->why_not, sizeof(door->why_not), "%s%.60s%s",
			 info->driver[0] ? "the driver '" : "no driver is bound",
			 info->driver[0] ? info->driver : "",
			 info->driver[0] ? "' is bound, not vfio-pci" : "");
		snprintf(door->hint, sizeof(door->hint),
			 "D=%s; modprobe vfio-pci; cd " DP_PCI_DEVICES
			 "/$D; echo vfio-pci > driver_override;%s "
			 "echo $D > /sys/bus/pci/drivers_probe",
			 name, info->driver[0] ? " echo $D > driver/unbind;" : "");
	} else {
		look_at_group(dev, door);
	}
	return 0;
}
