/* SPDX-License-Identifier: GPL-2.0-or-later */
/* skip.c - what a bulk reader must leave alone (CLI.md section 4, consent) */
#include <errno.h>

#include "reg/grammar.h"
#include "reg/plan.h"

/* what no force class can change */
static const char *skip_place(const struct dp_ref *ref)
{
	struct dp_place place;
	uint64_t there;

	if (dp_dev_offline(ref->dev))
		return NULL;
	if (ref->reg->when && !dp_inst_eval(ref->inst, ref->reg->when, &there, NULL) && !there)
		return "absent";
	if (dp_inst_place(ref->inst, ref->reg->space, &place, NULL) == -ENOENT)
		return "absent";
	return ref->space && !ref->located ? "hole" : NULL;
}

static const char *skip_reg(const struct dp_ref *ref)
{
	const struct dp_reg *reg = ref->reg;
	const char *word = skip_place(ref);
	enum dp_on_read effect;

	if (!word)
		word = dp_ref_lacks(ref);
	if (word)
		return word;
	if (reg->kind == DP_KIND_DOORBELL && !dp_ref_readable(ref))
		return "doorbell";
	if (!dp_ref_readable(ref))
		return "wo";
	if (ref->dev->snap) /* nothing happens to a file, whatever the register is */
		return dp_ref_behind(ref, NULL) ? "indirect" : NULL;
	if (dp_forced(ref->dev->ctx, DP_CLASS_EFFECT))
		return NULL;
	if (dp_is_behind(dp_inst_space(ref->inst, reg->space)))
		return "indirect";
	if (reg->kind == DP_KIND_FIFO)
		return "fifo";
	if (reg->kind == DP_KIND_DOORBELL)
		return "doorbell";
	effect = dp_reg_read_effect(reg);
	return effect == DP_ONR_NONE ? NULL : dp_on_read_name(effect);
}

static const char *skip_join(const struct dp_ref *ref)
{
	const char *word = NULL;

	for (size_t i = 0; i < ref->join->n_parts && !word; i++) {
		struct dp_ref *part;

		if (dp_ref_in(ref->inst, ref->join->parts[i].path, &part, NULL))
			return "absent";
		word = skip_reg(part);
		dp_ref_free(part);
	}
	return word;
}

const char *dp_ref_skip(const struct dp_ref *ref)
{
	if (ref->consent)
		return NULL;
	if (ref->join)
		return skip_join(ref);
	if (ref->reg)
		return skip_reg(ref);
	return ref->space && !ref->space->region ? "indirect" : dp_ref_lacks(ref);
}
