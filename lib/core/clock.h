/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock.h - CLOCK_MONOTONIC around one bus access
 *
 * The clock is read out of order with loads unless something orders them: rdtsc may run before
 * an earlier load has its data (Intel SDM volume 2, RDTSC), and so may a counter register of
 * arm64 (Arm ARM, D11.1.2).  What is between the two readings then took no time.
 */
#ifndef DP_CLOCK_H
#define DP_CLOCK_H

#include "core/core.h"

/* everything before this has completed, a load has its data; nothing after it has begun */
static inline void dp_clock_settle(void)
{
#if defined(__x86_64__)
	__builtin_ia32_lfence();
#elif defined(__aarch64__)
	__asm__ volatile("dsb sy\n\tisb" ::: "memory");
#else
	__sync_synchronize();
#endif
}

static inline uint64_t dp_clock_start(void)
{
	uint64_t now = dp_now_ns();

	dp_clock_settle();
	return now;
}

/* nanoseconds since @start, the access in between included */
static inline uint64_t dp_clock_since(uint64_t start)
{
	dp_clock_settle();
	return dp_now_ns() - start;
}

#endif
