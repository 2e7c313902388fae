/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hash.h - FNV-1a, 64 bits (Fowler, Noll and Vo): for tables and to tell files apart */
#ifndef DP_HASH_H
#define DP_HASH_H

#include <stddef.h>
#include <stdint.h>

#define DP_FNV1A_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t dp_fnv1a_byte(uint64_t hash, unsigned char byte)
{
	return (hash ^ byte) * UINT64_C(0x100000001b3);
}

static inline uint64_t dp_fnv1a(uint64_t hash, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = dp_fnv1a_byte(hash, (unsigned char)data[i]);
	return hash;
}

#endif
