/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snap.c - registers of a device that is a snapshot; the names that a device has */
#include <stdio.h>
#include <string.h>

#include "core/hash.h"
#include "core/snap.h"
#include "reg/plan.h"

/* ------------------------------------------- a device that is a snapshot */

static const struct dp_snap_space *space_of(const struct dp_ref *ref, uint64_t *offset)
{
	const struct dp_snap *s = ref->dev->snap;

	if (!s || !ref->space || !ref->space->region)
		return NULL;
	*offset = ref->space->base + ref->offset;
	return dp_snap_find_space(s, ref->space->region->name);
}

const char *dp_ref_lacks(const struct dp_ref *ref)
{
	uint64_t offset;
	const struct dp_snap_space *in = space_of(ref, &offset);

	const char *why = in ? dp_snap_lacks(in, offset, ref->width / 8) : NULL;

	/* a register that it says nothing of is no hole of the device */
	return why && !strcmp(why, "hole") ? "outside" : why;
}

uint64_t dp_ref_moved(const struct dp_ref *ref)
{
	uint64_t offset, bits;
	const struct dp_snap_space *in = space_of(ref, &offset);

	if (!in)
		return 0;
	bits = dp_snap_moved(in, offset, ref->width);
	return dp_ref_is_big(ref) ? __builtin_bswap64(bits) >> (64 - ref->width) : bits;
}

/* -------------------------------------------------- descriptions of a device */

static const struct dp_inst *nth_desc(struct dp_dev *dev, size_t i)
{
	const struct dp_inst *inst = dp_dev_auto_describe(dev, NULL) ? NULL : dev->insts;

	for (; inst; inst = inst->next)
		if (strcmp(inst->prefix, "cfg.") && !i--)
			break;
	return inst;
}

const char *dp_dev_desc(struct dp_dev *dev, size_t i)
{
	const struct dp_inst *inst = nth_desc(dev, i);

	return inst ? inst->arg : NULL;
}

uint64_t dp_dev_desc_hash(struct dp_dev *dev)
{
	const struct dp_inst *inst;
	uint64_t hash = 0;

	for (size_t i = 0; (inst = nth_desc(dev, i)); i++) {
		char text[24];
		int len = snprintf(text, sizeof(text), "%llx", (unsigned long long)hash);

		hash = i ? dp_fnv1a(inst->desc->hash, text, (size_t)len) : inst->desc->hash;
	}
	return hash;
}
