/* SPDX-License-Identifier: GPL-2.0-or-later */
/* locate.c - where what a ref names lies; only const registers are ever read for it */
#include <errno.h>
#include <string.h>

#include "reg/grammar.h"

bool dp_dev_offline(const struct dp_dev *dev)
{
	return dev->n_regions == 0 || dev->names_only;
}

static bool is_fixed(const struct dp_expr *e)
{
	return !e || dp_expr_is_const(e, NULL);
}

static bool array_needs_a_look(const struct dp_array *a)
{
	if (!a)
		return false;
	if (!is_fixed(a->count))
		return true;
	for (unsigned d = 0; d < a->n_inner; d++)
		if (!is_fixed(a->inner[d].stride))
			return true;
	return !is_fixed(a->stride);
}

/* capabilities are found by reading configuration space, expressions by const registers */
static bool needs_a_look(const struct dp_inst *inst, unsigned space)
{
	const struct dp_desc_space *ds;

	if (inst->places[space].resolved || dp_dev_offline(inst->dev))
		return false;
	if (inst->parent)
		return inst->block->when || !is_fixed(inst->block->offset) ||
		       array_needs_a_look(inst->block->array) ||
		       needs_a_look(inst->parent, inst->block->space);
	ds = &inst->desc->spaces[space];
	if (ds->place == DP_PLACE_PAGED)
		return needs_a_look(inst, ds->paged.in);
	if (dp_dev_region(inst->dev, ds->name))
		return false;
	return ds->place == DP_PLACE_PCI_CAP || ds->place == DP_PLACE_PCI_ECAP ||
	       ds->place == DP_PLACE_BEHIND_CAP;
}

int dp_place_quietly(struct dp_inst *inst, unsigned space, struct dp_place *out, struct dp_err *err)
{
	return needs_a_look(inst, space) ? -EAGAIN : dp_inst_place(inst, space, out, err);
}

/* a name in an expression whose register has not been read yet */
static int not_cached(void *arg, char kind, const char *name)
{
	const struct dp_inst *inst = arg;
	const struct dp_reg *reg = dp_desc_reg(inst->desc, name, strcspn(name, "."));

	(void)kind;
	for (const struct dp_const *c = inst->consts; c; c = c->next)
		if (c->reg == reg)
			return 0;
	return 1;
}

int dp_eval_quietly(struct dp_inst *inst, const struct dp_expr *e, bool quiet, uint64_t *out,
		    struct dp_err *err)
{
	if (dp_expr_is_const(e, out))
		return 0;
	if (quiet && (!inst->dev->is_open || dp_expr_each_name(e, not_cached, inst)))
		return -EAGAIN;
	return dp_inst_eval(inst, e, out, err);
}

int dp_reg_offset(struct dp_inst *inst, const struct dp_reg *reg, uint64_t index, bool quiet,
		  uint64_t *out, struct dp_err *err)
{
	uint64_t more;
	int rc = 0;

	*out = 0;
	if (reg->offset)
		rc = dp_eval_quietly(inst, reg->offset, quiet, out, err);
	if (!rc)
		rc = dp_array_offset(inst, reg->array, index, quiet, &more, err);
	if (!rc && (__builtin_add_overflow(*out, more, out) ||
		    __builtin_mul_overflow(*out, inst->step, out)))
		rc = -ERANGE;
	if (rc == -ERANGE)
		return dp_err_set(err, ERANGE, DP_RANGE, "the offset of '%s%s.%llu' overflows",
				  inst->prefix, reg->name, (unsigned long long)index);
	return rc;
}

uint64_t dp_reg_offset_min(const struct dp_inst *inst, const struct dp_reg *reg)
{
	uint64_t min = reg->offset ? dp_expr_min(reg->offset) : 0;

	return __builtin_mul_overflow(min, inst->step, &min) ? UINT64_MAX : min;
}

int dp_reg_count(struct dp_inst *inst, const struct dp_reg *reg, bool quiet, uint64_t *out,
		 struct dp_err *err)
{
	return dp_array_count(inst, reg->array, quiet, out, err);
}

const struct dp_desc_space *dp_inst_space(const struct dp_inst *inst, unsigned space)
{
	while (inst->parent && !dp_is_behind(&inst->desc->spaces[space])) {
		space = inst->block->space;
		inst = inst->parent;
	}
	return &inst->desc->spaces[space];
}

bool dp_reg_absent(struct dp_inst *inst, const struct dp_reg *reg)
{
	struct dp_place place;

	return dp_inst_place(inst, reg->space, &place, NULL) == -ENOENT;
}

uint64_t dp_ref_bytes(const struct dp_ref *ref)
{
	const struct dp_desc_space *ds = NULL;
	const struct dp_inst *inst = NULL;

	if (ref->space) {
		ds = ref->space->desc_space;
		inst = ref->space->inst;
	} else if (ref->reg || ref->from) {
		inst = ref->reg ? ref->inst : ref->from;
		ds = dp_inst_space(inst, ref->reg ? ref->reg->space : ref->from_space);
		while (inst->parent)
			inst = inst->parent;
	}
	return ds && dp_counts_registers(inst->desc, ds) ? 1 : ref->width / 8;
}

static int check_when(struct dp_ref *ref, bool quiet, struct dp_err *err)
{
	uint64_t there = 1;
	int rc;

	if (!ref->reg->when || dp_dev_offline(ref->dev))
		return 0;
	rc = dp_eval_quietly(ref->inst, ref->reg->when, quiet, &there, err);
	if (rc || there)
		return rc;
	return dp_err_set(err, ENOENT, DP_NAME, "'%s' is not on this device: '%s' is false",
			  ref->reg_path, dp_expr_text(ref->reg->when));
}

static int check_index(struct dp_ref *ref, bool quiet, struct dp_err *err)
{
	uint64_t count;
	int rc = dp_reg_count(ref->inst, ref->reg, quiet, &count, err);

	if (rc == -EAGAIN && dp_dev_offline(ref->dev))
		return 0; /* nobody will ever know */
	if (rc || ref->index < count)
		return rc;
	return dp_beyond_array(ref->reg_path, ref->inst, ref->reg->name, ref->reg->array, count,
			       err);
}

/* where the register lies; -EAGAIN: only a look at the device can tell */
int dp_ref_place(struct dp_ref *ref, bool quiet, struct dp_err *err)
{
	struct dp_place place;
	uint64_t offset;
	int rc = check_index(ref, quiet, err);

	if (!rc)
		rc = check_when(ref, quiet, err);
	if (!rc)
		rc = quiet ? dp_place_quietly(ref->inst, ref->reg->space, &place, err)
			   : dp_inst_place(ref->inst, ref->reg->space, &place, err);
	if (!rc)
		rc = dp_reg_offset(ref->inst, ref->reg, ref->index, quiet, &offset, err);
	if (rc)
		return rc;
	ref->space = place.space;
	ref->offset = place.base + offset;
	if (offset > place.size || place.size - offset < dp_ref_bytes(ref))
		return dp_err_set(err, ERANGE, DP_RANGE,
				  "'%s' at offset 0x%llx is beyond its space, 0x%llx bytes",
				  ref->reg_path, (unsigned long long)offset,
				  (unsigned long long)place.size);
	if (place.space)
		memcpy(ref->space_name, place.space->name, sizeof(ref->space_name));
	ref->located = true;
	return 0;
}

/* the parts of a joined value are placed by the plan; its place is its lowest part's */
int dp_ref_place_join(struct dp_ref *ref, bool quiet, struct dp_err *err)
{
	const struct dp_join *join = ref->join;
	struct dp_ref *part;
	int rc = dp_ref_in(ref->inst, join->parts[join->n_parts - 1].path, &part, err);

	if (rc)
		return rc;
	rc = part->located || quiet ? 0 : dp_ref_locate(part, err);
	ref->located = part->located;
	ref->space = part->space;
	ref->offset = part->offset;
	memcpy(ref->space_name, part->space_name, sizeof(ref->space_name));
	dp_ref_free(part);
	return rc;
}

int dp_ref_locate(struct dp_ref *ref, struct dp_err *err)
{
	int rc;

	if (ref->located)
		return 0;
	if (ref->join)
		rc = dp_ref_place_join(ref, false, err);
	else if (ref->reg)
		rc = dp_ref_place(ref, false, err);
	else
		rc = dp_ref_raw_locate(ref, err);
	if (rc == -EAGAIN)
		dp_err_set(err, EAGAIN, DP_INTERNAL, "'%s' can be placed only on an open device",
			   ref->path);
	return rc;
}
