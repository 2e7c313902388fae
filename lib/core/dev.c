/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev.c - a device handle: its regions and spaces, open and close */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/core.h"

struct dp_dev *dp_dev_new(struct dp_ctx *ctx, const struct dp_backend *backend)
{
	struct dp_dev *dev = calloc(1, sizeof(*dev));

	if (!dev)
		return NULL;
	dev->priv = calloc(1, backend->priv_size ? backend->priv_size : 1);
	if (!dev->priv) {
		free(dev);
		return NULL;
	}
	dev->ctx = ctx;
	dev->backend = backend;
	dev->caps = backend->caps;
	dev->info.iommu_group = -1;
	dev->lock_fd = -1;
	snprintf(dev->info.backend, sizeof(dev->info.backend), "%s", backend->name);
	return dev;
}

struct dp_region *dp_dev_region(struct dp_dev *dev, const char *name)
{
	for (size_t i = 0; i < dev->n_regions; i++)
		if (!strcmp(dev->regions[i].name, name))
			return &dev->regions[i];
	return NULL;
}

struct dp_space *dp_space_new(struct dp_dev *dev, const char *name, struct dp_region *r,
			      uint64_t base, uint64_t size)
{
	struct dp_space *s = calloc(1, sizeof(*s)), **at = &dev->spaces;

	if (!s)
		return NULL;
	snprintf(s->name, sizeof(s->name), "%s", name);
	s->dev = dev;
	s->region = r;
	s->base = base;
	s->size = size;
	if (r) {
		s->kind = r->kind;
		s->widths = r->widths;
	}
	while (*at)
		at = &(*at)->next;
	*at = s;
	return s;
}

struct dp_region *dp_dev_add_region(struct dp_dev *dev, const char *name, enum dp_space_kind kind,
				    uint64_t size, unsigned widths)
{
	struct dp_region *r;

	if (dev->n_regions == DP_MAX_REGIONS)
		return NULL;
	r = &dev->regions[dev->n_regions];
	memset(r, 0, sizeof(*r));
	snprintf(r->name, sizeof(r->name), "%s", name);
	r->kind = kind;
	r->size = size;
	r->widths = widths;
	r->slot = -1;
	if (!dp_space_new(dev, name, r, 0, size))
		return NULL;
	dev->n_regions++;
	return r;
}

bool dp_is_reserved(const char *name, size_t len)
{
	static const char *const names[] = {"cfg",  "bar0", "bar1", "bar2", "bar3", "bar4",
					    "bar5", "rom",  "map0", "map1", "map2", "map3",
					    "map4", "port", "mem",  "dma",  "main"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			return true;
	return false;
}

/* the default region: `main` itself, else the lowest memory BAR, the first UIO map, the lowest I/O
 * BAR, the window of mem or port; beside BARs `mem` is the memory of a lab, nobody's registers */
void dp_dev_pick_main(struct dp_dev *dev)
{
	static const char *const order[] = {"main", "bar", "map0", "bar+", "mem", "port", NULL};

	for (size_t k = 0; order[k]; k++) {
		bool bar = !strncmp(order[k], "bar", 3), port = order[k][3] == '+';

		for (size_t i = 0; i < dev->n_regions; i++) {
			struct dp_region *r = &dev->regions[i];

			if (bar ? !strncmp(r->name, "bar", 3) && (r->kind == DP_SPACE_PORT) == port
				: !strcmp(r->name, order[k])) {
				dev->main = dp_dev_space(dev, r->name);
				return;
			}
		}
	}
}

int dp_dev_open(struct dp_dev *dev, unsigned flags, struct dp_err *err)
{
	unsigned wanted = dev->open_flags | flags;
	int rc;

	if (!(dev->caps & DP_CAP_READ))
		return dp_err_set(err, EINVAL, DP_USAGE, "'%s' has no registers to touch",
				  dev->info.target);
	if ((flags & DP_OPEN_WRITE) && !(dev->caps & DP_CAP_WRITE))
		return dp_refuse_readonly(dev->info.target, err);
	if (dev->is_open && wanted == dev->open_flags)
		return 0;
	dp_dev_drop_maps(dev);
	dev->resting = false;
	/* a backend that could not open again has given up what it had */
	dev->is_open = false;
	rc = dev->backend->open ? dev->backend->open(dev, wanted, err) : 0;
	if (rc)
		return rc;
	dev->open_flags = wanted;
	dev->is_open = true;
	return 0;
}

void dp_dev_keep(struct dp_dev *dev)
{
	dev->open_flags |= DP_OPEN_KEEP;
}

struct dp_owned {
	void *p;
	void (*fn)(void *p);
	struct dp_owned *next;
};

int dp_dev_own(struct dp_dev *dev, void *p, void (*fn)(void *p), struct dp_err *err)
{
	struct dp_owned *o = malloc(sizeof(*o));

	if (!o) {
		fn(p);
		return dp_err_nomem(err);
	}
	o->p = p;
	o->fn = fn;
	o->next = dev->owned;
	dev->owned = o;
	return 0;
}

static void end_owned(struct dp_dev *dev)
{
	struct dp_owned *o = dev->owned;

	dev->owned = o->next;
	o->fn(o->p);
	free(o);
}

void dp_dev_close(struct dp_dev *dev)
{
	if (!dev)
		return;
	dp_dev_drop_maps(dev);
	if (dev->backend->close)
		dev->backend->close(dev);
	if (dev->lock_fd >= 0)
		close(dev->lock_fd);
	while (dev->owned)
		end_owned(dev);
	while (dev->spaces) {
		struct dp_space *next = dev->spaces->next;

		free(dev->spaces);
		dev->spaces = next;
	}
	free(dev->priv);
	free(dev);
}

void dp_note_bound(struct dp_dev *dev)
{
	if (!dev->info.bound || dev->noted_bound || dp_forced(dev->ctx, DP_CLASS_BOUND))
		return;
	dev->noted_bound = true;
	dp_note(dev->ctx, "kernel driver '%s' is bound: reading only", dev->info.driver);
}

const struct dp_dev_info *dp_dev_info(const struct dp_dev *dev)
{
	return &dev->info;
}

unsigned dp_dev_caps(const struct dp_dev *dev)
{
	return dev->caps;
}

bool dp_dev_forced(const struct dp_dev *dev, enum dp_class class)
{
	return dp_forced(dev->ctx, class);
}

size_t dp_dev_spaces(struct dp_dev *dev)
{
	size_t n = 0;

	for (struct dp_space *s = dev->spaces; s; s = s->next)
		n++;
	return n;
}

struct dp_space *dp_dev_space_at(struct dp_dev *dev, size_t i)
{
	struct dp_space *s = dev->spaces;

	while (s && i--)
		s = s->next;
	return s;
}

struct dp_space *dp_dev_space(struct dp_dev *dev, const char *name)
{
	for (struct dp_space *s = dev->spaces; s; s = s->next)
		if (!strcmp(s->name, name))
			return s;
	return strcmp(name, "main") ? NULL : dev->main;
}
