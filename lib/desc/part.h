/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part.h - what holds for a register because it holds for its fields */
#ifndef DP_PART_H
#define DP_PART_H

#include "desc/desc.h"

/* one field, or a register without fields, which is one field */
struct dp_reg_part {
	const char *field; /* NULL: the register */
	const struct dp_attr *attr;
	uint64_t mask;
};

size_t dp_reg_parts(const struct dp_reg *reg);
struct dp_reg_part dp_reg_part(const struct dp_reg *reg, size_t i);

/* is there a bit that can be read, or written? */
bool dp_reg_readable(const struct dp_reg *reg);
bool dp_reg_writable(const struct dp_reg *reg);
/* what reading it does to some of its bits */
enum dp_on_read dp_reg_read_effect(const struct dp_reg *reg);
/* bits that read back as written: not ro, volatile, w1x, pulse... @reg NULL: all */
uint64_t dp_reg_storable(const struct dp_reg *reg, unsigned width);

#endif
