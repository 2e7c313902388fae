/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysfs.c - a PCI function through the kernel's own files: `config` and `resourceN`
 *
 * The door that is nearly always open, and keeps the device's state between commands.
 * resourceN is mapped at the page that the BAR begins in (pci_mmap_resource_range() maps by
 * page frame): a BAR smaller than a page lies at (start mod page) inside it, and the rest of
 * the page belongs to others.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/mapping.h"
#include "core/bits.h"
#include "core/kernel.h"
#include "core/pci.h"

#define BARS 6

struct sysfs {
	struct dp_pci pci;
	unsigned flags;
	struct dp_mapping maps[BARS];
	int ports[BARS]; /* descriptors of I/O BARs, -1 = not open */
};

static int sysfs_probe(struct dp_dev *dev, const char *spec, struct dp_err *err)
{
	struct sysfs *s = dev->priv;

	dp_pci_init(&s->pci);
	for (int i = 0; i < BARS; i++)
		s->ports[i] = -1;
	return dp_pci_setup(dev, &s->pci, spec, false, err);
}

static void drop(struct sysfs *s)
{
	for (int i = 0; i < BARS; i++) {
		dp_mapping_drop(&s->maps[i]);
		if (s->ports[i] >= 0)
			close(s->ports[i]);
		s->ports[i] = -1;
	}
}

static int sysfs_open(struct dp_dev *dev, unsigned flags, struct dp_err *err)
{
	struct sysfs *s = dev->priv;

	/* what was opened for reading only comes back with the new rights */
	drop(s);
	s->flags = flags;
	return dp_pci_open(dev, &s->pci, flags, err);
}

static void sysfs_close(struct dp_dev *dev)
{
	struct sysfs *s = dev->priv;

	drop(s);
	dp_pci_close(&s->pci);
}

/* ------------------------------------------------------------------- BARs */

static int explain_open(struct dp_dev *dev, const struct dp_region *r, int errnum,
			struct dp_err *err)
{
	bool may = errnum == EACCES || errnum == EPERM;

	if (errnum == ENOENT && !dp_pci_present(&((struct sysfs *)dev->priv)->pci))
		return dp_err_set(err, ENODEV, DP_GONE, "'%s' is gone", dev->info.target);
	if (errnum == ENOENT)
		return dp_err_set(err, errnum, DP_PERMISSION, "this kernel has no file for '%s' %s",
				  dev->info.target, r->name);
	dp_err_set(err, errnum, may ? DP_PERMISSION : DP_IO, "cannot open '%s' %s: %s",
		   dev->info.target, r->name, strerror(errnum));
	if (may)
		dp_err_hint(err, "run it as root");
	return -errnum;
}

static int open_resource(struct dp_dev *dev, const struct dp_region *r, struct dp_err *err)
{
	struct sysfs *s = dev->priv;
	char name[16], path[PATH_MAX];
	int fd;

	dp_bdf_format(&s->pci.bdf, name);
	if (dp_root_path(dev->ctx, path, sizeof(path), DP_PCI_DEVICES "/%s/resource%d", name,
			 r->index))
		return dp_err_set(err, ENAMETOOLONG, DP_VALUE, "the root's path is too long");
	fd = open(path, (s->flags & DP_OPEN_WRITE ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	return fd < 0 ? explain_open(dev, r, errno, err) : fd;
}

/*
 * drivers/pci/pci-sysfs.c, pci_mmap_resource(): -EPERM is lockdown, -EINVAL a BAR that its
 * driver has for itself (CONFIG_IO_STRICT_DEVMEM) or that has no address.
 */
static int explain_map(struct dp_dev *dev, const struct dp_region *r, int errnum,
		       struct dp_err *err)
{
	const struct dp_dev_info *info = &dev->info;

	if (errnum == EPERM && dp_kernel_locked_down(dev->ctx)) {
		dp_err_set(err, errnum, DP_LOCKDOWN, "the kernel's lockdown forbids to map '%s' %s",
			   info->target, r->name);
		dp_err_hint(err, "vfio-pci works under lockdown: bind the function to it, then use "
				 "vfio:BDF");
	} else if ((errnum == EINVAL || errnum == EPERM) && info->driver[0]) {
		dp_err_set(err, errnum, DP_PERMISSION,
			   "cannot map '%s' %s: the driver '%s' has it for itself "
			   "(CONFIG_IO_STRICT_DEVMEM)",
			   info->target, r->name, info->driver);
		dp_err_hint(err, "unbind the driver, or boot with iomem=relaxed on the kernel "
				 "command line");
	} else {
		dp_err_set(err, errnum, errnum == EPERM || errnum == EACCES ? DP_PERMISSION : DP_IO,
			   "cannot map '%s' %s: %s", info->target, r->name, strerror(errnum));
		dp_err_hint(err, "'devpoke info %s' shows which doors work", info->target);
	}
	return -errnum;
}

static int no_address(const struct dp_dev *dev, const struct dp_region *r, struct dp_err *err)
{
	dp_err_set(err, ENXIO, DP_IO, "the kernel gave '%s' %s no address", dev->info.target,
		   r->name);
	dp_err_hint(err, "its log says why: dmesg | grep 'BAR %d'", r->index);
	return -ENXIO;
}

static int sysfs_map(struct dp_dev *dev, struct dp_region *r, volatile uint8_t **map, void **start,
		     size_t *len, struct dp_err *err)
{
	struct sysfs *s = dev->priv;
	const struct dp_pci_bar *bar = &s->pci.bars[r->index];
	uint64_t inside = bar->start & ((uint64_t)sysconf(_SC_PAGESIZE) - 1);
	struct dp_mapping *m = &s->maps[r->index];
	int fd, rc;

	if (bar->flags & DP_RES_UNSET)
		return no_address(dev, r, err);
	rc = dp_pci_answers(dev, &s->pci, r->kind, err);
	if (rc)
		return rc;
	fd = open_resource(dev, r, err);
	if (fd < 0)
		return fd;
	dp_mapping_drop(m);
	rc = dp_mapping_make(m, fd, inside, bar->size, s->flags & DP_OPEN_WRITE, map);
	close(fd);
	if (rc)
		return explain_map(dev, r, -rc, err);
	*start = m->start;
	*len = m->len;
	return 0;
}

/* ------------------------------------------------- accesses without a mapping */

/* the kernel's file of an I/O BAR: one inb/inw/inl per call of that width */
static int port_fd(struct dp_dev *dev, struct dp_region *r, struct dp_err *err)
{
	struct sysfs *s = dev->priv;
	int fd, rc;

	if (s->ports[r->index] >= 0)
		return s->ports[r->index];
	rc = dp_pci_answers(dev, &s->pci, r->kind, err);
	if (rc)
		return rc;
	fd = open_resource(dev, r, err);
	if (fd >= 0)
		s->ports[r->index] = fd;
	return fd;
}

static int port_failed(struct dp_dev *dev, const struct dp_region *r, uint64_t offset,
		       const char *verb, ssize_t n, struct dp_err *err)
{
	int errnum = n < 0 ? errno : EIO;

	if (errnum == EPERM && dp_kernel_locked_down(dev->ctx)) {
		dp_err_set(err, errnum, DP_LOCKDOWN, "the kernel's lockdown forbids to %s '%s' %s",
			   verb, dev->info.target, r->name);
		dp_err_hint(err, "vfio-pci works under lockdown: bind the function to it");
		return -errnum;
	}
	return dp_err_set(err, errnum, errnum == ENODEV ? DP_GONE : DP_IO,
			  "cannot %s '%s' %s+0x%llx: %s", verb, dev->info.target, r->name,
			  (unsigned long long)offset, n < 0 ? strerror(errnum) : "cut short");
}

static int no_access(const struct dp_dev *dev, const struct dp_region *r, struct dp_err *err)
{
	dp_err_set(err, EOPNOTSUPP, DP_PERMISSION,
		   "the kernel's file of '%s' %s gives no single accesses", dev->info.target,
		   r->name);
	dp_err_hint(err, "bind the function to vfio-pci, then use vfio:BDF");
	return -EOPNOTSUPP;
}

static int sysfs_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		      uint64_t *value, struct dp_err *err)
{
	struct sysfs *s = dev->priv;
	uint8_t bytes[4] = {0};
	ssize_t n;
	int fd;

	if (r->kind == DP_SPACE_CONFIG)
		return dp_pci_config_read(s->pci.config, offset, width, value, err);
	if (r->kind != DP_SPACE_PORT)
		return no_access(dev, r, err);
	fd = port_fd(dev, r, err);
	if (fd < 0)
		return fd;
	n = pread(fd, bytes, width / 8, (off_t)offset);
	if (n != (ssize_t)(width / 8))
		return port_failed(dev, r, offset, "read", n, err);
	*value = dp_bytes_get(bytes, width);
	return 0;
}

static int sysfs_write(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		       uint64_t value, struct dp_err *err)
{
	struct sysfs *s = dev->priv;
	uint8_t bytes[4];
	ssize_t n;
	int fd;

	if (r->kind == DP_SPACE_CONFIG)
		return dp_pci_config_write(s->pci.config, offset, width, value, err);
	if (r->kind != DP_SPACE_PORT)
		return no_access(dev, r, err);
	fd = port_fd(dev, r, err);
	if (fd < 0)
		return fd;
	dp_bytes_put(bytes, width, value);
	n = pwrite(fd, bytes, width / 8, (off_t)offset);
	return n == (ssize_t)(width / 8) ? 0 : port_failed(dev, r, offset, "write", n, err);
}

/* ------------------------------------------------------------------ looks */

static int sysfs_present(struct dp_dev *dev)
{
	return dp_pci_present(&((struct sysfs *)dev->priv)->pci);
}

static int sysfs_answers(struct dp_dev *dev, const struct dp_region *r, struct dp_err *err)
{
	if (r->kind == DP_SPACE_CONFIG)
		return 0;
	return dp_pci_answers(dev, &((const struct sysfs *)dev->priv)->pci, r->kind, err);
}

static int sysfs_recheck(struct dp_dev *dev, struct dp_err *err)
{
	return dp_pci_recheck(dev, &((struct sysfs *)dev->priv)->pci, err);
}

struct walk {
	struct dp_ctx *ctx;
	int (*fn)(void *arg, const struct dp_dev_info *info);
	void *arg;
};

static int each_one(void *arg, const struct dp_bdf *bdf)
{
	struct walk *w = arg;
	struct dp_dev_info info;

	memset(&info, 0, sizeof(info));
	if (dp_pci_info(w->ctx, bdf, &info, NULL))
		return 0; /* it went away since the folder was read */
	snprintf(info.backend, sizeof(info.backend), "%s",
		 strcmp(info.driver, "vfio-pci") ? "sysfs" : "vfio");
	dp_pci_name(info.vendor, info.device, info.class, info.name, sizeof(info.name));
	return w->fn(w->arg, &info);
}

static int sysfs_each(struct dp_ctx *ctx, int (*fn)(void *arg, const struct dp_dev_info *info),
		      void *arg, struct dp_err *err)
{
	struct walk w = {ctx, fn, arg};

	return dp_pci_each(ctx, each_one, &w, err);
}

/* may its file be opened?  0 or an errno */
static int bar_file(const struct dp_ctx *ctx, const char *bdf, int bar)
{
	char path[PATH_MAX];

	if (dp_root_path(ctx, path, sizeof(path), DP_PCI_DEVICES "/%s/resource%d", bdf, bar))
		return ENAMETOOLONG;
	return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) ? errno : 0;
}

/* does a bound driver have the BAR for itself?  Where nobody says, the kernel is asked. */
static bool is_exclusive(const struct dp_dev *dev, const struct dp_bdf *bdf)
{
	int strict = dev->info.bound ? dp_kernel_strict_devmem(dev->ctx) : 0;

	return strict < 0 ? !dp_pci_maps(dev->ctx, bdf) : strict;
}

static int sysfs_door(struct dp_dev *dev, struct dp_door *door)
{
	const struct dp_dev_info *info = &dev->info;
	struct dp_bdf bdf;
	char name[16];
	int bar, errnum;

	if (!dp_pci_of_info(info, &bdf))
		return -EOPNOTSUPP;
	dp_bdf_format(&bdf, name);
	bar = dp_pci_first_bar(dev->ctx, &bdf, DP_RES_IO | DP_RES_MEM);
	errnum = bar < 0 ? 0 : bar_file(dev->ctx, name, bar);
	if (bar < 0) {
		door->works = true;
	} else if (dp_kernel_locked_down(dev->ctx)) {
		snprintf(door->why_not, sizeof(door->why_not),
			 "the kernel's lockdown forbids to map BARs and to write config space");
		snprintf(door->hint, sizeof(door->hint), "vfio-pci works under lockdown");
	} else if (errnum == ENOENT) {
		snprintf(door->why_not, sizeof(door->why_not),
			 "this kernel has no resource%d file: only config space is there", bar);
	} else if (errnum) {
		snprintf(door->why_not, sizeof(door->why_not), "only root may open the BARs");
		snprintf(door->hint, sizeof(door->hint), "run devpoke as root");
	} else if (is_exclusive(dev, &bdf)) {
		snprintf(door->why_not, sizeof(door->why_not),
			 "the driver '%s' has the BARs for itself (CONFIG_IO_STRICT_DEVMEM)",
			 info->driver);
		snprintf(
			door->hint, sizeof(door->hint),
			"unbind the driver, or boot with iomem=relaxed on the kernel command line");
	} else if (!strncmp(info->power, "D3", 2)) {
		snprintf(door->why_not, sizeof(door->why_not),
			 "it sleeps in %s, where BARs do not answer", info->power);
		snprintf(door->hint, sizeof(door->hint),
			 "wake it: echo on > " DP_PCI_DEVICES "/%s/power/control", name);
	} else {
		door->works = true;
	}
	return 0;
}

const struct dp_backend dp_backend_sysfs = {
	.name = "sysfs",
	.help = "a PCI function through the kernel's config and resourceN files",
	.caps = DP_CAP_READ | DP_CAP_WRITE | DP_CAP_MAP | DP_CAP_CONFIG | DP_CAP_WITNESS,
	.priv_size = sizeof(struct sysfs),
	.probe = sysfs_probe,
	.open = sysfs_open,
	.close = sysfs_close,
	.read = sysfs_read,
	.write = sysfs_write,
	.map = sysfs_map,
	.present = sysfs_present,
	.answers = sysfs_answers,
	.recheck = sysfs_recheck,
	.each = sysfs_each,
	.door = sysfs_door,
};
