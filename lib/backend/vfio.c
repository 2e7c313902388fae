/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio.c - a PCI function bound to vfio-pci, type1 IOMMU, registers only
 *
 * The kernel resets the function when its descriptor opens and closes, so it is opened at the
 * first access of a BAR and not before: configuration space comes through the sysfs file,
 * which also is the witness (VFIO shows ids of its own making in region 7).
 */
#include <errno.h>
#include <linux/vfio.h>
#include <string.h>
#include <unistd.h>

#include "backend/vfio.h"
#include "core/bits.h"

static int vfio_probe(struct dp_dev *dev, const char *spec, struct dp_err *err)
{
	struct dp_vfio *v = dev->priv;
	int rc;

	dp_pci_init(&v->pci);
	v->container = v->group = v->device = -1;
	rc = dp_pci_setup(dev, &v->pci, spec, true, err);
	/* what cannot be opened is not reset by that: open() says what is missing */
	if (!rc && strcmp(dev->info.driver, "vfio-pci"))
		dev->caps &= ~DP_CAP_OPEN_RESETS;
	return rc;
}

static void drop_maps(struct dp_vfio *v)
{
	for (size_t i = 0; i < sizeof(v->maps) / sizeof(*v->maps); i++)
		dp_mapping_drop(&v->maps[i]);
}

static int vfio_open(struct dp_dev *dev, unsigned flags, struct dp_err *err)
{
	struct dp_vfio *v = dev->priv;
	int rc;

	/* the device's descriptor stays: opening it again would reset once more */
	drop_maps(v);
	v->flags = flags;
	rc = dp_pci_open(dev, &v->pci, flags, err);
	/* the owner of a group's node need not be root: then VFIO takes the config writes */
	if (rc == -EACCES && (flags & DP_OPEN_WRITE))
		rc = dp_pci_open(dev, &v->pci, flags & ~DP_OPEN_WRITE, err);
	return rc;
}

static void vfio_close(struct dp_dev *dev)
{
	struct dp_vfio *v = dev->priv;

	dp_vfio_detach(v);
	dp_pci_close(&v->pci);
}

/* the device's window for @r, which must offer all that `resource` says */
static int window(struct dp_dev *dev, struct dp_region *r, struct dp_vfio_window **out,
		  struct dp_err *err)
{
	struct dp_vfio *v = dev->priv;
	int rc = dp_vfio_attach(dev, v, err);

	if (!rc && !v->awake)
		rc = dp_pci_answers(dev, &v->pci, r->kind, err);
	if (rc)
		return rc;
	v->awake = true;
	*out = &v->windows[r->index];
	if (!(*out)->size)
		return dp_err_set(err, EOPNOTSUPP, DP_PERMISSION,
				  "vfio-pci does not give out '%s' %s", dev->info.target, r->name);
	return 0;
}

static int vfio_map(struct dp_dev *dev, struct dp_region *r, volatile uint8_t **map, void **start,
		    size_t *len, struct dp_err *err)
{
	struct dp_vfio *v = dev->priv;
	struct dp_mapping *m = &v->maps[r->index];
	struct dp_vfio_window *w;
	int rc = window(dev, r, &w, err);

	if (rc)
		return rc;
	/* a BAR that shares its page with another function's is one of these */
	if (!w->whole_map || w->size < r->size)
		return -EOPNOTSUPP;
	dp_mapping_drop(m);
	rc = dp_mapping_make(m, v->device, w->at, r->size, v->flags & DP_OPEN_WRITE, map);
	if (rc)
		return dp_err_set(err, -rc, DP_IO, "cannot map '%s' %s through vfio-pci: %s",
				  dev->info.target, r->name, strerror(-rc));
	*start = m->start;
	*len = m->len;
	return 0;
}

/* ------------------------------------------------- accesses without a mapping */

static int bad_access(struct dp_dev *dev, const struct dp_region *r, ssize_t n, const char *verb,
		      struct dp_err *err)
{
	int errnum = n < 0 ? errno : EIO;

	/* vfio_pci_rdwr.c: -EIO while memory decode is off */
	dp_err_set(err, errnum, errnum == ENODEV ? DP_GONE : DP_IO,
		   "vfio-pci cannot %s '%s' %s: %s", verb, dev->info.target, r->name,
		   n < 0 ? strerror(errnum) : "cut short");
	return -errnum;
}

static int check(struct dp_dev *dev, const struct dp_region *r, const struct dp_vfio_window *w,
		 uint64_t offset, unsigned width, struct dp_err *err)
{
	/* pread of 8 bytes is one access or two, by the kernel's version */
	if (width == 64)
		return dp_err_set(err, EINVAL, DP_ALIGN,
				  "'%s' %s cannot be mapped, and without a mapping VFIO has no "
				  "64-bit accesses",
				  dev->info.target, r->name);
	if (offset >= w->size || w->size - offset < width / 8)
		return dp_err_set(err, ERANGE, DP_RANGE,
				  "offset 0x%llx of '%s' %s is beyond the 0x%llx bytes that "
				  "vfio-pci gives out",
				  (unsigned long long)offset, dev->info.target, r->name,
				  (unsigned long long)w->size);
	return 0;
}

static int read_window(struct dp_dev *dev, struct dp_region *r, const struct dp_vfio_window *w,
		       uint64_t offset, unsigned width, uint64_t *value, struct dp_err *err)
{
	struct dp_vfio *v = dev->priv;
	uint8_t bytes[4] = {0};
	int rc = check(dev, r, w, offset, width, err);
	ssize_t n;

	if (rc)
		return rc;
	n = pread(v->device, bytes, width / 8, (off_t)(w->at + offset));
	if (n != (ssize_t)(width / 8))
		return bad_access(dev, r, n, "read", err);
	*value = dp_bytes_get(bytes, width);
	return 0;
}

static int write_window(struct dp_dev *dev, struct dp_region *r, const struct dp_vfio_window *w,
			uint64_t offset, unsigned width, uint64_t value, struct dp_err *err)
{
	struct dp_vfio *v = dev->priv;
	uint8_t bytes[4];
	int rc = check(dev, r, w, offset, width, err);
	ssize_t n;

	if (rc)
		return rc;
	dp_bytes_put(bytes, width, value);
	n = pwrite(v->device, bytes, width / 8, (off_t)(w->at + offset));
	return n == (ssize_t)(width / 8) ? 0 : bad_access(dev, r, n, "write", err);
}

/* may config space go through the device's descriptor?  Only when that was agreed to */
static bool may_attach(const struct dp_dev *dev)
{
	const struct dp_vfio *v = dev->priv;

	return v->device >= 0 || (v->flags & DP_OPEN_KEEP) || dp_forced(dev->ctx, DP_CLASS_RESET);
}

static int vfio_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t *value, struct dp_err *err)
{
	struct dp_vfio *v = dev->priv;
	struct dp_vfio_window *w;
	int rc;

	if (r->kind == DP_SPACE_CONFIG) {
		rc = dp_pci_config_read(v->pci.config, offset, width, value, err);
		/* the sysfs file ends at 64 bytes for all but root */
		if (rc != -EACCES || !may_attach(dev) || dp_vfio_attach(dev, v, NULL))
			return rc;
		return read_window(dev, r, &v->windows[VFIO_PCI_CONFIG_REGION_INDEX], offset, width,
				   value, err);
	}
	rc = window(dev, r, &w, err);
	return rc ? rc : read_window(dev, r, w, offset, width, value, err);
}

static int only_root(const struct dp_dev *dev, struct dp_err *err)
{
	dp_err_set(err, EACCES, DP_PERMISSION,
		   "only root writes the configuration space of '%s' through sysfs",
		   dev->info.target);
	dp_err_hint(err, "run it as root, or within 'devpoke batch', which opens VFIO");
	return -EACCES;
}

static int vfio_write(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		      uint64_t value, struct dp_err *err)
{
	struct dp_vfio *v = dev->priv;
	struct dp_vfio_window *w;
	int rc;

	if (r->kind == DP_SPACE_CONFIG) {
		rc = v->pci.writable ? dp_pci_config_write(v->pci.config, offset, width, value, err)
				     : only_root(dev, err);
		/* lockdown shuts the file (-EPERM), and only root may write it (-EACCES) */
		if ((rc != -EPERM && rc != -EACCES) || !may_attach(dev) ||
		    dp_vfio_attach(dev, v, NULL))
			return rc;
		return write_window(dev, r, &v->windows[VFIO_PCI_CONFIG_REGION_INDEX], offset,
				    width, value, err);
	}
	rc = window(dev, r, &w, err);
	return rc ? rc : write_window(dev, r, w, offset, width, value, err);
}

static int vfio_present(struct dp_dev *dev)
{
	return dp_pci_present(&((struct dp_vfio *)dev->priv)->pci);
}

static int vfio_answers(struct dp_dev *dev, const struct dp_region *r, struct dp_err *err)
{
	if (r->kind == DP_SPACE_CONFIG)
		return 0;
	return dp_pci_answers(dev, &((const struct dp_vfio *)dev->priv)->pci, r->kind, err);
}

static int vfio_recheck(struct dp_dev *dev, struct dp_err *err)
{
	return dp_pci_recheck(dev, &((struct dp_vfio *)dev->priv)->pci, err);
}

const struct dp_backend dp_backend_vfio = {
	.name = "vfio",
	.help = "a PCI function bound to vfio-pci, behind an IOMMU",
	.caps = DP_CAP_READ | DP_CAP_WRITE | DP_CAP_MAP | DP_CAP_CONFIG | DP_CAP_WITNESS |
		DP_CAP_OPEN_RESETS,
	.priv_size = sizeof(struct dp_vfio),
	.probe = vfio_probe,
	.open = vfio_open,
	.close = vfio_close,
	.read = vfio_read,
	.write = vfio_write,
	.map = vfio_map,
	.present = vfio_present,
	.answers = vfio_answers,
	.recheck = vfio_recheck,
	.door = dp_vfio_door,
};
