/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part.c - what holds for a register because it holds for its fields */
#include "core/bits.h"
#include "desc/part.h"

size_t dp_reg_parts(const struct dp_reg *reg)
{
	return reg->n_fields ? reg->n_fields : 1;
}

struct dp_reg_part dp_reg_part(const struct dp_reg *reg, size_t i)
{
	const struct dp_field *f;

	if (!reg->n_fields)
		return (struct dp_reg_part){NULL, &reg->attr, ~UINT64_C(0)};
	f = &reg->fields[i];
	return (struct dp_reg_part){f->name, &f->attr, dp_bits_mask(f->hi, f->lo)};
}

bool dp_reg_readable(const struct dp_reg *reg)
{
	bool any = false;

	for (size_t i = 0; i < dp_reg_parts(reg); i++)
		any |= dp_attr_readable(dp_reg_part(reg, i).attr);
	return any;
}

bool dp_reg_writable(const struct dp_reg *reg)
{
	bool any = false;

	for (size_t i = 0; i < dp_reg_parts(reg); i++)
		any |= dp_attr_writable(dp_reg_part(reg, i).attr);
	return any;
}

enum dp_on_read dp_reg_read_effect(const struct dp_reg *reg)
{
	for (size_t i = 0; i < dp_reg_parts(reg); i++)
		if (dp_reg_part(reg, i).attr->on_read != DP_ONR_NONE)
			return dp_reg_part(reg, i).attr->on_read;
	return reg->attr.on_read;
}

uint64_t dp_reg_storable(const struct dp_reg *reg, unsigned width)
{
	uint64_t mask = 0;

	if (!reg)
		return dp_ones(width);
	if (reg->kind == DP_KIND_FIFO || reg->kind == DP_KIND_DOORBELL)
		return 0;
	for (size_t i = 0; i < dp_reg_parts(reg); i++) {
		struct dp_reg_part p = dp_reg_part(reg, i);

		if (p.attr->sw == DP_SW_RW && p.attr->on_write == DP_ONW_STORE &&
		    !p.attr->is_volatile)
			mask |= p.mask;
	}
	return mask & dp_ones(width);
}
