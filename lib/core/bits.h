/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bits.h - masks, byte order and accesses by their width in bits */
#ifndef DP_BITS_H
#define DP_BITS_H

#include "devpoke.h"

/* a mask of the low @bits, all of 64 from there on */
static inline uint64_t dp_ones(unsigned bits)
{
	return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* the bits @hi..@lo, in place */
static inline uint64_t dp_bits_mask(unsigned hi, unsigned lo)
{
	return dp_ones(hi - lo + 1) << lo;
}

/* the bits @hi..@lo of @value, right-aligned */
static inline uint64_t dp_bits_get(uint64_t value, unsigned hi, unsigned lo)
{
	return value >> lo & dp_ones(hi - lo + 1);
}

/* the value of @width / 8 bytes in bus order, which is a little-endian device's */
static inline uint64_t dp_bytes_get(const uint8_t *bytes, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < width / 8; i++)
		value |= (uint64_t)bytes[i] << (8 * i);
	return value;
}

static inline void dp_bytes_put(uint8_t *bytes, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width / 8; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
}

/* one load or store of @width bits at a mapped address, which is aligned to it */
static inline uint64_t dp_mmio_load(const volatile void *at, unsigned width)
{
	switch (width) {
	case 8:
		return dp_mmio_r8(at);
	case 16:
		return dp_mmio_r16(at);
	case 32:
		return dp_mmio_r32(at);
	default:
		return dp_mmio_r64(at);
	}
}

static inline void dp_mmio_store(volatile void *at, unsigned width, uint64_t value)
{
	switch (width) {
	case 8:
		dp_mmio_w8(at, (uint8_t)value);
		break;
	case 16:
		dp_mmio_w16(at, (uint16_t)value);
		break;
	case 32:
		dp_mmio_w32(at, (uint32_t)value);
		break;
	default:
		dp_mmio_w64(at, value);
	}
}

#endif
