/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock.c - how long a bus access takes, and how long it takes to ask */
#include "core/clock.h"

#define TRIES 256

void dp_dev_time(struct dp_dev *dev, bool on)
{
	dev->timed = on;
}

uint64_t dp_clock_cost(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t ns = dp_clock_since(dp_clock_start());

		least = ns < least ? ns : least;
	}
	return least;
}
