/* SPDX-License-Identifier: GPL-2.0-or-later */
/* place.c - where a description's space lies on a device */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "reg/grammar.h"
#include "reg/place.h"

/* a block is called by its own name, not by that of the space it has in its file */
static int absent(struct dp_inst *inst, const struct dp_desc_space *ds, const char *why,
		  struct dp_place *p, struct dp_err *err)
{
	int prefix = (int)strlen(inst->prefix) - (inst->block ? 1 : 0);

	p->absent = why;
	p->resolved = true;
	dp_err_set(err, ENOENT, DP_NAME, "'%s' has no '%.*s%s': %s", inst->dev->info.target, prefix,
		   inst->prefix, inst->block ? "" : ds->name, why);
	return -ENOENT;
}

static int is_there(struct dp_place *p, struct dp_space *space, uint64_t base, uint64_t size)
{
	uint64_t rest = space->size - base;

	p->space = space;
	p->base = base;
	p->size = size && size < rest ? size : rest;
	p->resolved = true;
	return 0;
}

/*
 * A window of its own carries the space's name in traces and answers ("main+0x14"); a
 * description with a prefix shows the region instead, since its names are not unique.
 */
static int window(struct dp_inst *inst, const struct dp_desc_space *ds, struct dp_region *r,
		  uint64_t offset, uint64_t size, struct dp_place *p, struct dp_err *err)
{
	struct dp_space *s;

	if (offset >= r->size)
		return absent(inst, ds, "it begins behind the end of its region", p, err);
	if (!size || size > r->size - offset)
		size = r->size - offset;
	if (inst->prefix[0])
		return is_there(p, dp_dev_space(inst->dev, r->name), offset, size);
	s = dp_space_new(inst->dev, ds->name, r, offset, size);
	if (!s)
		return dp_err_nomem(err);
	if (ds->widths)
		s->widths &= ds->widths;
	return is_there(p, s, 0, size);
}

static int indirect(struct dp_inst *inst, const struct dp_desc_space *ds, struct dp_place *p,
		    struct dp_err *err)
{
	struct dp_space *s = dp_space_new(inst->dev, ds->name, NULL, 0, ds->size);

	if (!s)
		return dp_err_nomem(err);
	s->inst = inst;
	s->desc_space = ds;
	s->widths = ds->widths ? ds->widths : 8 | 16 | 32 | 64;
	s->readonly = ds->indirect.start_read && !ds->indirect.start_write;
	return is_there(p, s, 0, ds->size);
}

/* in a block with a step its registers are farther apart, too */
static uint64_t paged_size(const struct dp_inst *inst, const struct dp_desc_space *ds)
{
	uint64_t size;

	return __builtin_mul_overflow(ds->size, inst->step, &size) ? UINT64_MAX : size;
}

/* as long as the description says, and no longer than what it is seen in */
static int paged(struct dp_inst *inst, const struct dp_desc_space *ds, struct dp_place *p,
		 struct dp_err *err)
{
	struct dp_place in;
	struct dp_space *s;
	uint64_t size = paged_size(inst, ds);
	char name[sizeof(inst->prefix) + 32];
	int rc = dp_inst_place(inst, ds->paged.in, &in, err);

	if (rc == -ENOENT)
		return absent(inst, ds, "the space that it is in is absent", p, err);
	if (rc)
		return rc;
	size = size < in.size ? size : in.size;
	snprintf(name, sizeof(name), "%s%s", inst->block ? inst->prefix : "", ds->name);
	s = dp_space_new(inst->dev, name, NULL, 0, size);
	if (!s)
		return dp_err_nomem(err);
	s->inst = inst;
	s->desc_space = ds;
	s->widths = in.space->widths & (ds->widths ? ds->widths : ~0u);
	s->readonly = in.space->readonly;
	return is_there(p, s, 0, size);
}

static int by_name(struct dp_inst *inst, const struct dp_desc_space *ds, const char *region,
		   struct dp_place *p, struct dp_err *err)
{
	struct dp_region *r = dp_dev_region(inst->dev, region);

	if (!r)
		return absent(inst, ds, "the device has no such region", p, err);
	return window(inst, ds, r, ds->offset, ds->size, p, err);
}

/* ports are counted from the first of the machine's */
static int port(struct dp_inst *inst, const struct dp_desc_space *ds, struct dp_place *p,
		struct dp_err *err)
{
	struct dp_region *r = dp_dev_region(inst->dev, "port");

	if (!r)
		return absent(inst, ds, "the device has no such region", p, err);
	return window(inst, ds, r, ds->number + ds->offset, ds->size, p, err);
}

/* the default region, where -d put the description, or configuration space for "cfg." */
static int by_default(struct dp_inst *inst, const struct dp_desc_space *ds, struct dp_place *p,
		      struct dp_err *err)
{
	struct dp_space *s = inst->at ? inst->at : inst->dev->main;
	uint64_t base;

	if (!s)
		return absent(inst, ds, "the device has no default region", p, err);
	/* the offset of a space that has been moved counted from elsewhere */
	base = inst->at_base + (ds == inst->moved ? 0 : ds->offset);
	if (inst->at && (inst->prefix[0] || !s->region))
		return is_there(p, s, base, ds->size);
	return window(inst, ds, s->region, s->base + base, ds->size, p, err);
}

static int capability(struct dp_inst *inst, const struct dp_desc_space *ds, struct dp_place *p,
		      struct dp_err *err)
{
	struct dp_space *cfg = dp_dev_space(inst->dev, "cfg");
	uint64_t offset;
	int rc =
		dp_pcicap_find(inst->dev, ds->number, ds->place == DP_PLACE_PCI_ECAP, &offset, err);

	if (rc == -ENOENT)
		return absent(inst, ds, "no such capability", p, err);
	return rc ? rc : is_there(p, cfg, offset, ds->size);
}

static int behind_capability(struct dp_inst *inst, const struct dp_desc_space *ds,
			     struct dp_place *p, struct dp_err *err)
{
	uint64_t offset, size;
	char name[8];
	unsigned bar;
	int rc;

	if (err)
		err->message[0] = 0;
	rc = dp_pcicap_window(inst->dev, ds, &bar, &offset, &size, err);
	if (rc == -ENOENT && err && err->message[0]) {
		p->absent = "its capability is invalid";
		p->resolved = true;
		return rc;
	}
	if (rc)
		return rc == -ENOENT ? absent(inst, ds, "no such capability", p, err) : rc;
	snprintf(name, sizeof(name), "bar%u", bar);
	return window(inst, ds, dp_dev_region(inst->dev, name), offset, size, p, err);
}

/* where it begins in its owner's space; how many there are is asked before */
static int block_offset(struct dp_inst *inst, uint64_t *out, struct dp_err *err)
{
	const struct dp_block *b = inst->block;
	uint64_t more;
	int rc = dp_inst_eval(inst->parent, b->offset, out, err);

	if (!rc)
		rc = dp_array_offset(inst->parent, b->array, inst->index, false, &more, err);
	if (!rc && (__builtin_add_overflow(*out, more, out) ||
		    __builtin_mul_overflow(*out, inst->parent->step, out)))
		rc = -ERANGE;
	if (rc == -ERANGE)
		dp_err_set(err, ERANGE, DP_RANGE, "the offset of '%.*s' overflows",
			   (int)strlen(inst->prefix) - 1, inst->prefix);
	return rc;
}

/* a block lies where its owner's space lies */
static int block(struct dp_inst *inst, struct dp_place *p, struct dp_err *err)
{
	struct dp_place owner;
	uint64_t offset, there, count;
	int rc = dp_inst_place(inst->parent, inst->block->space, &owner, err);

	if (rc == -ENOENT)
		return absent(inst, &inst->desc->spaces[0],
			      inst->parent->places[inst->block->space].absent, p, err);
	if (!rc && inst->block->when) {
		rc = dp_inst_eval(inst->parent, inst->block->when, &there, err);
		if (!rc && !there)
			return absent(inst, &inst->desc->spaces[0], "its condition is false", p,
				      err);
	}
	if (!rc)
		rc = dp_array_count(inst->parent, inst->block->array, false, &count, err);
	if (!rc && inst->index >= count)
		return absent(inst, &inst->desc->spaces[0], "it is behind the last of its array", p,
			      err);
	if (!rc)
		rc = block_offset(inst, &offset, err);
	if (rc)
		return rc;
	if (offset >= owner.size)
		return absent(inst, &inst->desc->spaces[0], "it begins behind the end of its space",
			      p, err);
	if (!owner.space) { /* offline: only the numbers */
		p->base = owner.base + offset;
		p->size = owner.size - offset;
		p->resolved = true;
		return 0;
	}
	return is_there(p, owner.space, owner.base + offset, owner.size - offset);
}

static int resolve(struct dp_inst *inst, const struct dp_desc_space *ds, struct dp_place *p,
		   struct dp_err *err)
{
	char region[16];

	if (inst->parent && ds->place != DP_PLACE_PAGED)
		return block(inst, p, err);
	if (!inst->dev->n_regions) { /* offline: spaces have names and sizes, and no place */
		p->size = ds->size ? paged_size(inst, ds) : UINT64_MAX;
		p->resolved = true;
		return 0;
	}
	if (ds->place == DP_PLACE_INDIRECT)
		return indirect(inst, ds, p, err);
	if (ds->place == DP_PLACE_PAGED)
		return paged(inst, ds, p, err);
	if (ds == inst->moved)
		return by_default(inst, ds, p, err);
	if (dp_dev_region(inst->dev, ds->name) && ds->place != DP_PLACE_DEFAULT)
		return by_name(inst, ds, ds->name, p, err); /* a model has them by their names */
	switch (ds->place) {
	case DP_PLACE_BAR:
		snprintf(region, sizeof(region), "bar%u", ds->number);
		return by_name(inst, ds, region, p, err);
	case DP_PLACE_UIO_MAP:
		snprintf(region, sizeof(region), "map%u", ds->number);
		return by_name(inst, ds, region, p, err);
	case DP_PLACE_PCI_CONFIG:
		return by_name(inst, ds, "cfg", p, err);
	case DP_PLACE_PORT:
		return port(inst, ds, p, err);
	case DP_PLACE_PCI_CAP:
	case DP_PLACE_PCI_ECAP:
		return capability(inst, ds, p, err);
	case DP_PLACE_BEHIND_CAP:
		return behind_capability(inst, ds, p, err);
	default:
		return by_default(inst, ds, p, err);
	}
}

int dp_inst_place(struct dp_inst *inst, unsigned i, struct dp_place *out, struct dp_err *err)
{
	struct dp_place *p = &inst->places[i];
	int rc = 0;

	if (!p->resolved)
		rc = resolve(inst, &inst->desc->spaces[i], p, err);
	else if (p->absent)
		rc = absent(inst, &inst->desc->spaces[i], p->absent, p, err);
	*out = *p;
	return rc;
}
