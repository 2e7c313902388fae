/* SPDX-License-Identifier: GPL-2.0-or-later */
/* under.c - registers that a raw access reaches into, whatever its width and alignment to them */
#include <errno.h>

#include "reg/grammar.h"
#include "reg/plan.h"

/* the bytes [@start, @end) of the access, and what is looked for there */
struct scan {
	struct dp_byte start;
	uint64_t end;
	struct dp_under *u;
};

unsigned dp_bit_on_bus(unsigned bit, unsigned width, bool big)
{
	return big ? width - 8 - bit / 8 * 8 + bit % 8 : bit;
}

/* @at: the register's first byte */
static bool wanted(const struct scan *s, const struct dp_reg *reg, uint64_t at)
{
	for (unsigned bit = 0; bit < reg->width; bit++) {
		unsigned bus = dp_bit_on_bus(bit, reg->width, reg->big_endian);
		uint64_t byte = at + bus / 8;

		if (byte < s->start.at || byte >= s->end)
			continue;
		bus = (unsigned)(byte - s->start.at) * 8 + bus % 8;
		if (s->u->wants(s->u, reg, bit, bus))
			return true;
	}
	return false;
}

static bool has_one_stride(const struct dp_array *a)
{
	return a && !a->offsets && !a->n_inner;
}

/* the first element that may reach into the access; those of a list have no order */
static uint64_t first_element(struct dp_inst *inst, const struct dp_reg *reg, uint64_t rel)
{
	uint64_t a, b;

	if (!has_one_stride(reg->array) || dp_reg_offset(inst, reg, 0, true, &a, NULL) ||
	    dp_reg_offset(inst, reg, 1, true, &b, NULL) || b <= a || rel <= a)
		return 0;
	return (rel - a) / (b - a);
}

/* @space: where the register's offsets count from.  What only the open device could tell is
 * not known to be there. */
static bool find_element(struct scan *s, struct dp_inst *inst, const struct dp_reg *reg,
			 uint64_t space)
{
	uint64_t count, offset, rel = s->start.at > space ? s->start.at - space : 0;

	if (dp_reg_count(inst, reg, true, &count, NULL))
		return false;
	for (uint64_t i = first_element(inst, reg, rel); i < count; i++) {
		if (dp_reg_offset(inst, reg, i, true, &offset, NULL))
			return false;
		if (wanted(s, reg, space + offset)) {
			s->u->index = i;
			return true;
		}
		if (space + offset >= s->end && has_one_stride(reg->array))
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
	struct scan *s = arg;

	for (size_t i = 0; i < inst->desc->n_regs && !s->u->reg; i++) {
		const struct dp_reg *reg = &inst->desc->regs[i];
		struct dp_place p;
		struct dp_byte b;

		if (dp_place_quietly(inst, reg->space, &p, NULL))
			continue;
		b = dp_byte_of(p.space, dp_inst_space(inst, reg->space), p.base);
		if (b.key != s->start.key || is_absent(inst, reg) ||
		    !find_element(s, inst, reg, b.at))
			continue;
		s->u->inst = inst;
		s->u->reg = reg;
	}
	return 0;
}

int dp_ref_under(const struct dp_ref *ref, struct dp_under *u, struct dp_err *err)
{
	struct scan s = {.start = dp_ref_byte(ref), .u = u};
	int rc;

	u->reg = NULL;
	if (ref->reg || !ref->located || !ref->space || !ref->space->region)
		return 0;
	s.end = s.start.at + ref->width / 8;
	if (ref->space->kind == DP_SPACE_CONFIG)
		dp_dev_inst(ref->dev, "cfg."); /* described only when asked for */
	rc = dp_each_inst(ref->dev, NULL, look, &s, err);
	return rc == -EAGAIN ? 0 : rc;
}
