/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wide.h - arithmetic of values up to 128 bits; no compiler type, for 32-bit machines have none */
#ifndef DP_WIDE_H
#define DP_WIDE_H

#include "core/bits.h"

static inline struct dp_wide dp_wide_and(struct dp_wide a, struct dp_wide b)
{
	return (struct dp_wide){.lo = a.lo & b.lo, .hi = a.hi & b.hi};
}

static inline struct dp_wide dp_wide_or(struct dp_wide a, struct dp_wide b)
{
	return (struct dp_wide){.lo = a.lo | b.lo, .hi = a.hi | b.hi};
}

static inline struct dp_wide dp_wide_xor(struct dp_wide a, struct dp_wide b)
{
	return (struct dp_wide){.lo = a.lo ^ b.lo, .hi = a.hi ^ b.hi};
}

/* @a without the bits of @b */
static inline struct dp_wide dp_wide_without(struct dp_wide a, struct dp_wide b)
{
	return (struct dp_wide){.lo = a.lo & ~b.lo, .hi = a.hi & ~b.hi};
}

/* two's complement */
static inline struct dp_wide dp_wide_neg(struct dp_wide v)
{
	return (struct dp_wide){.lo = -v.lo, .hi = ~v.hi + !v.lo};
}

/* unsigned: less than 0, 0, more than 0 */
static inline int dp_wide_cmp(struct dp_wide a, struct dp_wide b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return a.lo < b.lo ? -1 : a.lo > b.lo;
}

/* the bits @hi..@lo, in place */
static inline struct dp_wide dp_wide_mask(unsigned hi, unsigned lo)
{
	return dp_wide_shl(dp_wide_ones(hi - lo + 1), lo);
}

/* the bits @hi..@lo of @v, right-aligned */
static inline struct dp_wide dp_wide_get(struct dp_wide v, unsigned hi, unsigned lo)
{
	return dp_wide_and(dp_wide_shr(v, lo), dp_wide_ones(hi - lo + 1));
}

/* @v * @factor + @add, where that fits into 128 bits; factors of digits: up to 16 */
static inline bool dp_wide_more(struct dp_wide *v, unsigned factor, unsigned add)
{
	struct dp_wide sum = {.lo = v->lo * factor + add};
	/* the carries of both halves of the low word */
	uint64_t low = (v->lo & UINT32_MAX) * factor + add;
	uint64_t carry = ((v->lo >> 32) * factor + (low >> 32)) >> 32;

	if (__builtin_mul_overflow(v->hi, (uint64_t)factor, &sum.hi) ||
	    __builtin_add_overflow(sum.hi, carry, &sum.hi))
		return false;
	*v = sum;
	return true;
}

#endif
