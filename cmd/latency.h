/* SPDX-License-Identifier: GPL-2.0-or-later */
/* latency.h - how long the accesses of one operand took: least, mean, most */
#ifndef CMD_LATENCY_H
#define CMD_LATENCY_H

#include "cmd.h"
#include "render.h"

struct latency {
	uint64_t n, min, max, sum; /* nanoseconds, but for n */
};

void latency_add(struct latency *l, uint64_t ns);
/* an element of "latency"; without @arr a line, which goes to standard error where @form has
 * nothing but values on standard output */
void latency_show(struct cmd *c, struct json *arr, enum form form, const char *path,
		  const struct latency *l);
/* "clock_ns", or a note where reading the clock is a good part of @least, the least of all */
void latency_clock(struct cmd *c, uint64_t least);

#endif
