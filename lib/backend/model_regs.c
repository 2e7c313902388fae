/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model_regs.c - what reading and writing one register does (DESCRIPTIONS.md, "Semantics")
 *
 * Written field by field from the description's words and not from the planner's masks: the
 * tests judge the planner by it.
 */
#include <string.h>

#include "backend/model.h"

/* one field, or a register without fields, which is one field */
static const struct dp_attr *piece(const struct dp_reg *reg, size_t i, uint64_t *mask)
{
	const struct dp_field *f = &reg->fields[i];

	*mask = dp_ones(reg->width);
	if (!reg->n_fields)
		return &reg->attr;
	*mask = dp_bits_mask(f->hi, f->lo);
	return &f->attr;
}

static size_t pieces(const struct dp_reg *reg)
{
	return reg->n_fields ? reg->n_fields : 1;
}

void dp_model_reg_reset(struct dp_model_reg *r, const struct dp_reg *reg)
{
	memset(r, 0, sizeof(*r));
	r->reg = reg;
	r->value = reg->has_reset ? reg->reset & dp_ones(reg->width) : 0;
}

/* ------------------------------------------------------------------- FIFO */

static uint64_t fifo_pop(struct dp_model_fifo *f)
{
	uint64_t value;

	if (!f->n)
		return 0;
	value = f->v[f->head];
	f->head = (f->head + 1) % DP_MODEL_FIFO;
	f->n--;
	return value;
}

static void fifo_push(struct dp_model_fifo *f, uint64_t value)
{
	if (f->n == DP_MODEL_FIFO)
		return;
	f->v[(f->head + f->n) % DP_MODEL_FIFO] = value;
	f->n++;
}

/* ------------------------------------------------------------------- read */

static void read_effect(struct dp_model_reg *r, const struct dp_attr *a, uint64_t mask)
{
	if (a->on_read == DP_ONR_CLEAR)
		r->value &= ~mask;
	else if (a->on_read == DP_ONR_SET)
		r->value |= mask;
}

/* bits without a field hold what they had after reset */
static uint64_t reserved(const struct dp_reg *reg)
{
	uint64_t bits = dp_ones(reg->width), mask;

	for (size_t i = 0; i < pieces(reg); i++) {
		piece(reg, i, &mask);
		bits &= ~mask;
	}
	return dp_attr_readable(&reg->attr) ? bits : 0;
}

uint64_t dp_model_reg_read(struct dp_model_reg *r, uint64_t lanes)
{
	uint64_t seen = reserved(r->reg), value = r->target ? r->target->value : r->value, mask;

	if (r->fifo)
		value = fifo_pop(r->fifo);
	for (size_t i = 0; i < pieces(r->reg); i++) {
		const struct dp_attr *a = piece(r->reg, i, &mask);

		if (!dp_attr_readable(a))
			continue;
		seen |= mask;
		read_effect(r, a, mask & lanes);
	}
	return value & seen & lanes;
}

/* ------------------------------------------------------------------ write */

static void write_piece(struct dp_model_reg *r, enum dp_on_write how, uint64_t mask, uint64_t value)
{
	uint64_t hot = value & mask, cold = ~value & mask;

	switch (how) {
	case DP_ONW_STORE:
		r->value = (r->value & ~mask) | hot;
		break;
	case DP_ONW_W1C:
		r->value &= ~hot;
		break;
	case DP_ONW_W1S:
		r->value |= hot;
		break;
	case DP_ONW_W1T:
		r->value ^= hot;
		break;
	case DP_ONW_W0C:
		r->value &= ~cold;
		break;
	case DP_ONW_W0S:
		r->value |= cold;
		break;
	case DP_ONW_W0T:
		r->value ^= cold;
		break;
	case DP_ONW_CLEAR:
		r->value &= ~mask;
		break;
	case DP_ONW_SET:
		r->value |= mask;
		break;
	case DP_ONW_PULSE:
		r->fired |= hot;
		break;
	case DP_ONW_EFFECT:
		r->fired |= mask;
		break;
	}
}

static void write_target(struct dp_model_reg *r, uint64_t hot)
{
	if (r->clears)
		r->target->value &= ~hot;
	else
		r->target->value |= hot;
}

void dp_model_reg_write(struct dp_model_reg *r, uint64_t value, uint64_t lanes)
{
	uint64_t mask;

	r->written = (r->written & ~lanes) | (value & lanes);
	r->was_written = true;
	if (r->fifo)
		fifo_push(r->fifo, value & lanes);
	for (size_t i = 0; i < pieces(r->reg); i++) {
		const struct dp_attr *a = piece(r->reg, i, &mask);

		mask &= lanes;
		if (!mask || !dp_attr_writable(a))
			continue;
		if (a->once) {
			mask &= ~r->once;
			r->once |= mask;
		}
		if (r->target)
			write_target(r, value & mask);
		else
			write_piece(r, a->on_write, mask, value);
	}
}
