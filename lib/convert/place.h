/* SPDX-License-Identifier: GPL-2.0-or-later */
/* place.h - where the registers of a description are while nothing is known of the device */
#ifndef DP_CONVERT_PLACE_H
#define DP_CONVERT_PLACE_H

#include "convert/convert.h"

/* base, and elements of an array: by @offsets, or by @dims dimensions */
struct dp_place_of {
	uint64_t base, count, step;
	unsigned dims; /* 0: no array */
	uint64_t counts[DP_MAX_DIMS], strides[DP_MAX_DIMS];
	const uint64_t *offsets;
};

/* expressions are what the reset values of const registers make them, which is noted.
 * @step: of the block that it is in.  Non-zero: it has no place then, which is noted, too */
int dp_place_of_reg(struct dp_conversion *cv, const struct dp_desc *d, const struct dp_reg *r,
		    uint64_t step, struct dp_place_of *out);
int dp_place_of_block(struct dp_conversion *cv, const struct dp_desc *d, const struct dp_block *b,
		      uint64_t step, struct dp_place_of *out);
/* of element @i, row-major */
uint64_t dp_place_at(const struct dp_place_of *p, uint64_t i);
/* "_1_2" for the indices of element @i, without the last one when @outer; bytes written */
int dp_place_suffix(const struct dp_place_of *p, uint64_t i, char *buf, size_t size, bool outer);
/* bytes from the start of @space to the end of the last register in it */
uint64_t dp_place_end(struct dp_conversion *cv, const struct dp_desc *d, unsigned space,
		      uint64_t step);

/* joins, sequences, variants: what no format but ours has */
void dp_convert_lost_parts(struct dp_conversion *cv);

#endif
