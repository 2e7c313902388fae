/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mapping.h - whole pages of a file around a range that need not begin at one */
#ifndef DP_MAPPING_H
#define DP_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dp_mapping {
	void *start; /* NULL = none */
	size_t len;
};

/* map [@offset, @offset + @size) of @fd shared; *@at = where @offset is.  0 or -errno */
int dp_mapping_make(struct dp_mapping *m, int fd, uint64_t offset, uint64_t size, bool writable,
		    volatile uint8_t **at);
void dp_mapping_drop(struct dp_mapping *m);

#endif
