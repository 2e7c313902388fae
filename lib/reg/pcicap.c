/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcicap.c - walking the capability lists of configuration space
 *
 * PCI Local Bus 3.0 section 6.7 (list at the pointer of offset 0x34, STATUS bit 4 says that
 * there is one), PCI Express Base 5.0 section 7.6.3 (extended list from 0x100).  A device may
 * hand out anything: walks are bounded and pointers masked.  Each header is read once per
 * open device.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/pci_regs.h"
#include "reg/place.h"

struct cap {
	uint16_t id, at;
};

/* a list as far as it has been walked */
struct cap_list {
	struct cap *v;
	size_t n, max;
	uint64_t next;
	bool begun, ended;
};

struct dp_caps {
	struct cap_list plain, extended;
	struct cap caps[PCI_MAX_CAPS], ecaps[PCI_MAX_ECAPS];
	struct dp_cap_word *words;
	size_t n_words;
};

/* a snapshot finds the same capabilities by them */
static int keep_word(struct dp_caps *caps, uint64_t at, unsigned width, uint64_t value,
		     struct dp_err *err)
{
	struct dp_cap_word *v = caps->words;

	if ((caps->n_words & (caps->n_words - 1)) == 0) /* full at each power of two */
		v = realloc(v, (caps->n_words ? 2 * caps->n_words : 1) * sizeof(*v));
	if (!v)
		return dp_err_nomem(err);
	caps->words = v;
	v[caps->n_words++] =
		(struct dp_cap_word){.value = value, .at = (uint16_t)at, .width = width};
	return 0;
}

size_t dp_pcicap_words(const struct dp_dev *dev, const struct dp_cap_word **out)
{
	*out = dev->cap_lists ? dev->cap_lists->words : NULL;
	return dev->cap_lists ? dev->cap_lists->n_words : 0;
}

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
	return rc ? rc : keep_word(dev->cap_lists, offset, width, *value, err);
}

/* the header at @at follows in the list; one that is in it already closes a circle */
static void add(struct cap_list *l, unsigned id, uint64_t at, uint64_t next)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].at == at)
			l->ended = true;
	if (l->ended || l->n == l->max)
		l->ended = true;
	else
		l->v[l->n++] = (struct cap){.id = (uint16_t)id, .at = (uint16_t)at};
	l->next = next;
}

static int begin(struct dp_dev *dev, struct cap_list *l, struct dp_err *err)
{
	uint64_t v;
	int rc;

	l->next = PCI_FIRST_ECAP;
	if (l->max == PCI_MAX_ECAPS) {
		l->begun = true;
		return 0;
	}
	rc = cfg_read(dev, PCI_STATUS, 16, &v, err);
	if (rc)
		return rc;
	l->ended = !(v & PCI_STATUS_CAPS) || v == 0xffff;
	if (!l->ended)
		rc = cfg_read(dev, PCI_CAPS, 8, &l->next, err);
	l->begun = !rc;
	return rc;
}

static int walk_cap(struct dp_dev *dev, struct cap_list *l, struct dp_err *err)
{
	uint64_t at = l->next & 0xfc, head;
	int rc;

	if (at < PCI_FIRST_CAP) {
		l->ended = true;
		return 0;
	}
	rc = cfg_read(dev, at, 16, &head, err);
	if (!rc)
		add(l, head & 0xff, at, head >> 8);
	return rc;
}

static int walk_ecap(struct dp_dev *dev, struct cap_list *l, struct dp_err *err)
{
	struct dp_space *cfg = dp_dev_space(dev, "cfg");
	uint64_t at = l->next, head;
	int rc;

	if (!cfg || at < PCI_FIRST_ECAP || at + 4 > cfg->size) {
		l->ended = true;
		return 0;
	}
	rc = cfg_read(dev, at, 32, &head, err);
	if (rc)
		return rc;
	if (!head || head == 0xffffffff)
		l->ended = true;
	else
		add(l, head & 0xffff, at, head >> 20 & 0xffc);
	return 0;
}

static void lists_free(void *p)
{
	struct dp_caps *caps = p;

	free(caps->words);
	free(caps);
}

static int lists_new(struct dp_dev *dev, struct dp_err *err)
{
	struct dp_caps *caps = calloc(1, sizeof(*caps));
	int rc;

	if (!caps)
		return dp_err_nomem(err);
	rc = dp_dev_own(dev, caps, lists_free, err);
	if (rc)
		return rc;
	caps->plain.v = caps->caps;
	caps->plain.max = PCI_MAX_CAPS;
	caps->extended.v = caps->ecaps;
	caps->extended.max = PCI_MAX_ECAPS;
	dev->cap_lists = caps;
	return 0;
}

/* the lists of an open device; what was read of them once is not read again */
static int lists_of(struct dp_dev *dev, struct dp_caps **out, struct dp_err *err)
{
	int rc = 0;

	if (!dev->is_open)
		return -EAGAIN;
	if (!dev->cap_lists)
		rc = lists_new(dev, err);
	*out = dev->cap_lists;
	return rc;
}

/* capability @id from entry *@i of its list on; walks only as far as that needs */
static int next_cap(struct dp_dev *dev, struct cap_list *l, unsigned id, size_t *i,
		    struct dp_err *err)
{
	int rc = l->begun ? 0 : begin(dev, l, err);

	while (!rc) {
		for (; *i < l->n; ++*i)
			if (l->v[*i].id == id)
				return 0;
		if (l->ended)
			return -ENOENT;
		rc = l->max == PCI_MAX_CAPS ? walk_cap(dev, l, err) : walk_ecap(dev, l, err);
	}
	return rc;
}

int dp_pcicap_find(struct dp_dev *dev, unsigned id, bool extended, uint64_t *offset,
		   struct dp_err *err)
{
	struct cap_list *l;
	struct dp_caps *caps;
	size_t i = 0;
	int rc = lists_of(dev, &caps, err);

	if (rc)
		return rc;
	l = extended ? &caps->extended : &caps->plain;
	rc = next_cap(dev, l, id, &i, err);
	if (!rc)
		*offset = l->v[i].at;
	return rc;
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
		snprintf(name, sizeof(name), "bar%u", (unsigned)bar);
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
	uint64_t cap = 0, bar_value = 0;
	struct dp_caps *caps;
	size_t i = 0;
	int rc = lists_of(dev, &caps, err);

	for (int found = 0; !rc && !found; i++) {
		rc = next_cap(dev, &caps->plain, ds->number, &i, err);
		if (rc)
			return rc;
		cap = caps->plain.v[i].at;
		found = fits(dev, ds, cap, err);
		rc = found < 0 ? found : 0;
	}
	if (!rc)
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
