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

/* @arg: the bits of the access that are written back, as they lie on the bus */
static bool is_harmed(const struct dp_under *u, const struct dp_reg *reg, unsigned bit, unsigned at)
{
	const struct dp_attr *a = dp_reg_bit(reg, bit, NULL);
	bool kept = *(const uint64_t *)u->arg >> at & 1;

	if (dp_bit_read_effect(reg, bit))
		return true;
	return kept && (a->sw == DP_SW_WO || (a->sw == DP_SW_RW && a->on_write != DP_ONW_STORE));
}

static uint64_t bus_mask(uint64_t mask, unsigned width, bool big)
{
	uint64_t out = 0;

	for (unsigned bit = 0; bit < width; bit++)
		out |= (mask >> bit & 1) << dp_bit_on_bus(bit, width, big);
	return out;
}

int dp_plan_guard_raw(struct dp_dev *dev, const struct dp_ref *ref, uint64_t kept,
		      struct dp_err *err)
{
	uint64_t back = bus_mask(kept & dp_ones(ref->width), ref->width, dp_ref_is_big(ref));
	struct dp_under u = {.wants = is_harmed, .arg = &back};
	int rc;

	if (dp_forced(dev->ctx, DP_CLASS_EFFECT))
		return 0;
	rc = dp_ref_under(ref, &u, err);
	if (rc || !u.reg)
		return rc;
	dp_err_refuse(err, DP_CLASS_EFFECT,
		      "part of '%s' cannot be written alone: reading and writing back '%s%s' "
		      "there has an effect",
		      ref->path, u.inst->prefix, u.reg->name);
	dp_err_hint(err, "name the register that is meant, --others zero, or --force=effect");
	return -EPERM;
}
