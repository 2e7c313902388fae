/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * restore.c - which bits of a register may be given back a value that they once had
 *
 * DESIGN.md section 9: no addresses, no doorbells.  DESCRIPTIONS.md: `restore: true` opts an
 * address or volatile register in.  What software did not store there is not for it to give back.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/snap.h"
#include "desc/part.h"
#include "reg/plan.h"

/* why none of the register is written, whatever its fields are */
static const char *why_not_reg(const struct dp_ref *ref)
{
	const struct dp_reg *reg = ref->reg;

	if (!reg)
		return ref->join ? "joined" : "undescribed";
	if (!strncmp(ref->inst->prefix, "cfg.", 4))
		return "config";
	if (dp_ref_behind(ref, NULL))
		return "indirect";
	if (reg->alternate) /* the other one is restored */
		return "alternate";
	if (reg->kind != DP_KIND_REGISTER)
		return dp_kind_name(reg->kind);
	if (!dp_reg_writable(reg))
		return "ro";
	if (dp_reg_read_effect(reg) != DP_ONR_NONE)
		return dp_on_read_name(dp_reg_read_effect(reg));
	return NULL;
}

static const char *why_not_part(const struct dp_reg *reg, size_t i)
{
	const struct dp_attr *a = dp_reg_part(reg, i).attr;
	const struct dp_fmt *fmt = reg->n_fields ? &reg->fields[i].fmt : &reg->fmt;
	const char *verb = reg->n_fields ? reg->fields[i].verb : reg->verb;

	if (a->sw != DP_SW_RW)
		return dp_sw_name(a->sw);
	if (a->on_write != DP_ONW_STORE)
		return dp_on_write_name(a->on_write);
	if (a->once)
		return "once";
	if (verb)
		return "verb";
	if (a->is_const)
		return "const";
	if (a->restore || reg->attr.restore)
		return NULL;
	if (fmt->type == DP_T_ADDRESS)
		return "address";
	if (a->unique)
		return "unique";
	return a->is_volatile ? "volatile" : NULL;
}

/* bits to be restored; none: *@why says why, of a field that could be written if there is one */
static uint64_t restorable(const struct dp_ref *ref, uint64_t moved, const char **why)
{
	const struct dp_reg *reg = ref->reg;
	uint64_t mask = 0;

	*why = why_not_reg(ref);
	for (size_t i = 0; !*why && i < dp_reg_parts(reg); i++) {
		struct dp_reg_part p = dp_reg_part(reg, i);

		if (!why_not_part(reg, i))
			mask |= p.mask & dp_ones(ref->width);
	}
	if (mask & ~moved)
		return mask & ~moved;
	if (mask)
		*why = "moved";
	for (size_t i = 0; !*why && i < dp_reg_parts(reg); i++)
		if (dp_attr_writable(dp_reg_part(reg, i).attr))
			*why = why_not_part(reg, i);
	return 0;
}

int dp_assign_restore(const struct dp_ref *ref, uint64_t value, uint64_t moved,
		      struct dp_assign **out, const char **why, struct dp_err *err)
{
	uint64_t mask = restorable(ref, moved, why);
	struct dp_assign *a;

	*out = NULL;
	if (!mask)
		return 0;
	a = calloc(1, sizeof(*a));
	if (a)
		a->ref = dp_ref_dup(ref);
	if (!a || !a->ref) {
		free(a);
		return dp_err_nomem(err);
	}
	a->ref->consent = true;
	a->ref->fixed = true;
	a->op = DP_SET;
	a->mask = dp_wide_of(mask);
	a->value = dp_wide_of(value & mask);
	a->was_read = true;
	*out = a;
	return 0;
}
