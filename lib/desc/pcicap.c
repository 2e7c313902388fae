/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcicap.c - walking the capability lists of configuration space
 *
 * PCI Local Bus 3.0 section 6.7 (list at the pointer of offset 0x34, STATUS bit 4 says that
 * there is one), PCI Express Base 5.0 section 7.9.3 (extended list from 0x100).  A device may
 * hand out anything: walks are bounded and pointers masked.
 */
#include <errno.h>
#include <stdio.h>

#include "core/pci_regs.h"
#include "desc/place.h"

static int cfg_read(struct dp_dev *dev, uint64_t offset, unsigned width, uint64_t *value,
		    struct dp_err *err)
{
	struct dp_space *cfg = dp_dev_space(dev, "cfg");
	const char *because = dev->because, *path = dev->path, *why = dev->why;
	int rc;

	if (!cfg)
		return dp_err_set(err, ENOENT, DP_NAME, "'%s' has no configuration space",
				  dev->info.target);
	if (!dev->is_open)
		return -EAGAIN;
	dev->because = "capability list";
	dev->path = dev->why = NULL;
	rc = dp_space_read(cfg, offset, width, value, err);
	dev->because = because;
	dev->path = path;
	dev->why = why;
	return rc;
}

/* the next capability of id @id behind *@at (0 = from the start); -ENOENT at the end */
static int next_cap(struct dp_dev *dev, unsigned id, uint64_t *at, unsigned *left,
		    struct dp_err *err)
{
	uint64_t v;
	int rc;

	if (!*at) {
		rc = cfg_read(dev, PCI_STATUS, 16, &v, err);
		if (rc)
			return rc;
		if (!(v & PCI_STATUS_CAPS) || v == 0xffff)
			return -ENOENT;
		rc = cfg_read(dev, PCI_CAPS, 8, &v, err);
	} else {
		rc = cfg_read(dev, *at + 1, 8, &v, err);
	}
	while (!rc && (*left)--) {
		uint64_t here = v & 0xfc, head;

		if (here < PCI_FIRST_CAP)
			return -ENOENT;
		rc = cfg_read(dev, here, 16, &head, err);
		if (rc)
			return rc;
		if ((head & 0xff) == id) {
			*at = here;
			return 0;
		}
		v = head >> 8;
	}
	return rc ? rc : -ENOENT;
}

static int find_ecap(struct dp_dev *dev, unsigned id, uint64_t *offset, struct dp_err *err)
{
	uint64_t at = PCI_FIRST_ECAP, head;
	struct dp_space *cfg = dp_dev_space(dev, "cfg");

	for (unsigned i = 0;
	     cfg && i < PCI_MAX_ECAPS && at >= PCI_FIRST_ECAP && at + 4 <= cfg->size; i++) {
		int rc = cfg_read(dev, at, 32, &head, err);

		if (rc)
			return rc;
		if (!head || head == 0xffffffff)
			break;
		if ((head & 0xffff) == id) {
			*offset = at;
			return 0;
		}
		at = head >> 20 & 0xffc;
	}
	return -ENOENT;
}

int dp_pcicap_find(struct dp_dev *dev, unsigned id, bool extended, uint64_t *offset,
		   struct dp_err *err)
{
	unsigned left = PCI_MAX_CAPS;

	*offset = 0;
	return extended ? find_ecap(dev, id, offset, err) : next_cap(dev, id, offset, &left, err);
}

/* is this the capability that `where` tells apart? */
static int fits(struct dp_dev *dev, const struct dp_desc_space *ds, uint64_t cap,
		struct dp_err *err)
{
	uint64_t v;
	int rc;

	if (!ds->where.given)
		return 1;
	rc = cfg_read(dev, cap + ds->where.offset, ds->where.width, &v, err);
	return rc ? rc : v == ds->where.value;
}

static int field(struct dp_dev *dev, const struct dp_capfield *f, uint64_t cap, uint64_t def,
		 uint64_t *out, struct dp_err *err)
{
	*out = def;
	return f->given ? cfg_read(dev, cap + f->offset, f->width, out, err) : 0;
}

/* virtio 1.2 section 4.1.4: a driver MUST ignore a capability whose BAR it does not know, and
 * the window must lie inside the BAR */
static int check_window(struct dp_dev *dev, const struct dp_desc_space *ds, uint64_t bar,
			uint64_t offset, uint64_t size, struct dp_err *err)
{
	struct dp_region *r = NULL;
	char name[8];

	if (bar < 6) {
		snprintf(name, sizeof name, "bar%u", (unsigned)bar);
		r = dp_dev_region(dev, name);
	}
	if (!r)
		return dp_err_set(err, ENOENT, DP_NAME,
				  "the capability behind '%s' names BAR %llu, which is not there",
				  ds->name, (unsigned long long)bar);
	if (offset > r->size || r->size - offset < size || !size)
		return dp_err_set(
			err, ENOENT, DP_NAME,
			"the capability behind '%s' names 0x%llx bytes at 0x%llx, outside bar%llu "
			"(0x%llx bytes)",
			ds->name, (unsigned long long)size, (unsigned long long)offset,
			(unsigned long long)bar, (unsigned long long)r->size);
	return 0;
}

int dp_pcicap_window(struct dp_dev *dev, const struct dp_desc_space *ds, unsigned *bar,
		     uint64_t *offset, uint64_t *size, struct dp_err *err)
{
	uint64_t cap = 0, bar_value;
	unsigned left = PCI_MAX_CAPS;
	int rc;

	do {
		rc = next_cap(dev, ds->number, &cap, &left, err);
		if (rc)
			return rc;
		rc = fits(dev, ds, cap, err);
		if (rc < 0)
			return rc;
	} while (!rc);
	rc = field(dev, &ds->bar, cap, 0, &bar_value, err);
	if (!rc)
		rc = field(dev, &ds->cap_offset, cap, 0, offset, err);
	if (!rc)
		rc = field(dev, &ds->cap_size, cap, ds->size, size, err);
	if (!rc)
		rc = check_window(dev, ds, bar_value, *offset, *size, err);
	*bar = (unsigned)bar_value;
	return rc;
}
