/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_raw.c - a raw write of some bits reads the others and writes them back.  Where a
 * description knows what lies there, and that this would clear, set or fire something, it is
 * refused like a partial write of a register that cannot be read (CLI.md section 4): setpci's
 * COMMAND.l=4:4 clears what STATUS has pending.
 */
#include <errno.h>

#include "reg/grammar.h"
#include "reg/plan.h"

/**
 * struct under - registers under a raw access
 * @start, @end: its bytes; @kept: its bits that are written back, as they lie on the bus
 * @found: one that this harms
 */
struct under {
	struct dp_byte start;
	uint64_t end, kept;
	const struct dp_inst *inst;
	const struct dp_reg *found;
};

static unsigned on_bus(unsigned bit, unsigned width, bool big)
{
	return big ? width - 8 - bit / 8 * 8 + bit % 8 : bit;
}

static bool is_harmed(const struct dp_reg *reg, unsigned bit, bool kept)
{
	const struct dp_attr *a = dp_reg_bit(reg, bit, NULL);

	if (a->on_read != DP_ONR_NONE)
		return true;
	return kept && (a->sw == DP_SW_WO || (a->sw == DP_SW_RW && a->on_write != DP_ONW_STORE));
}

/* @at: the register's first byte */
static bool harms(const struct under *u, const struct dp_reg *reg, uint64_t at)
{
	for (unsigned bit = 0; bit < reg->width; bit++) {
		unsigned bus = on_bus(bit, reg->width, reg->big_endian);
		uint64_t byte = at + bus / 8;

		if (byte < u->start.at || byte >= u->end)
			continue;
		bus = (unsigned)(byte - u->start.at) * 8 + bus % 8;
		if (is_harmed(reg, bit, u->kept >> bus & 1))
			return true;
	}
	return false;
}

/* the first element that may reach into the access; those of a list have no order */
static uint64_t first_element(struct dp_inst *inst, const struct dp_reg *reg, uint64_t rel)
{
	uint64_t a, b;

	if (!reg->array || reg->array->offsets || dp_reg_offset(inst, reg, 0, true, &a, NULL) ||
	    dp_reg_offset(inst, reg, 1, true, &b, NULL) || b <= a || rel <= a)
		return 0;
	return (rel - a) / (b - a);
}

/* @space: where the register's offsets count from.  What only the open device could tell is
 * not known to be harmed. */
static bool harms_any(struct under *u, struct dp_inst *inst, const struct dp_reg *reg,
		      uint64_t space)
{
	uint64_t count, offset, rel = u->start.at > space ? u->start.at - space : 0;

	if (dp_reg_count(inst, reg, true, &count, NULL))
		return false;
	for (uint64_t i = first_element(inst, reg, rel); i < count; i++) {
		if (dp_reg_offset(inst, reg, i, true, &offset, NULL))
			return false;
		if (harms(u, reg, space + offset))
			return true;
		if (space + offset >= u->end && !(reg->array && reg->array->offsets))
			return false;
	}
	return false;
}

static bool is_absent(struct dp_inst *inst, const struct dp_reg *reg)
{
	uint64_t there;

	return reg->when && !dp_eval_quietly(inst, reg->when, true, &there, NULL) && !there;
}

static int look(void *arg, struct dp_inst *inst)
{
	struct under *u = arg;

	for (size_t i = 0; i < inst->desc->n_regs && !u->found; i++) {
		const struct dp_reg *reg = &inst->desc->regs[i];
		struct dp_place p;
		struct dp_byte b;

		if (dp_place_quietly(inst, reg->space, &p, NULL))
			continue;
		b = dp_byte_of(p.space, dp_inst_space(inst, reg->space), p.base);
		if (b.key != u->start.key || is_absent(inst, reg) || !harms_any(u, inst, reg, b.at))
			continue;
		u->inst = inst;
		u->found = reg;
	}
	return 0;
}

static uint64_t bus_mask(uint64_t mask, unsigned width, bool big)
{
	uint64_t out = 0;

	for (unsigned bit = 0; bit < width; bit++)
		out |= (mask >> bit & 1) << on_bus(bit, width, big);
	return out;
}

int dp_plan_guard_raw(struct dp_dev *dev, const struct dp_ref *ref, uint64_t kept,
		      struct dp_err *err)
{
	struct under u = {.start = dp_ref_byte(ref)};
	int rc;

	if (!ref->located || !ref->space || !ref->space->region ||
	    dp_forced(dev->ctx, DP_CLASS_EFFECT))
		return 0;
	u.end = u.start.at + ref->width / 8;
	u.kept = bus_mask(kept & dp_ones(ref->width), ref->width, dp_ref_is_big(ref));
	if (ref->space->kind == DP_SPACE_CONFIG)
		dp_dev_inst(dev, "cfg."); /* described only when asked for */
	rc = dp_each_inst(dev, look, &u, err);
	if (rc || !u.found)
		return rc;
	dp_err_refuse(err, DP_CLASS_EFFECT,
		      "part of '%s' cannot be written alone: reading and writing back '%s%s' "
		      "there has an effect",
		      ref->path, u.inst->prefix, u.found->name);
	dp_err_hint(err, "name the register that is meant, --others zero, or --force=effect");
	return -EPERM;
}
