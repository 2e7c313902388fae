/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iomem.h - who owns which physical addresses: /proc/iomem, and the device tree */
#ifndef DP_IOMEM_H
#define DP_IOMEM_H

#include "core/core.h"

/**
 * struct dp_iomem_line - a line of /proc/iomem
 * @depth: nesting, 0 = outermost; a line's parent is the nearest one above of less depth
 */
struct dp_iomem_line {
	uint64_t start, end; /* inclusive */
	unsigned depth;
	char name[64];
};

struct dp_iomem {
	struct dp_iomem_line *lines;
	size_t n;
};

/* read /proc/iomem; one that shows nothing but zeros (no CAP_SYS_ADMIN) is DP_PERMISSION */
int dp_iomem_read(const struct dp_ctx *ctx, struct dp_iomem *map, struct dp_err *err);
void dp_iomem_free(struct dp_iomem *map);

/* the memory that [@start, @start + @len) touches of what holds programs and data, or NULL */
const struct dp_iomem_line *dp_iomem_ram(const struct dp_iomem *map, uint64_t start, uint64_t len);
/* the innermost named range that holds all of it; windows of buses name nobody; or NULL */
const struct dp_iomem_line *dp_iomem_find(const struct dp_iomem *map, uint64_t start, uint64_t len);
/* the driver that has claimed any of it, or NULL: a line inside the line of its device */
const struct dp_iomem_line *dp_iomem_driver(const struct dp_iomem *map, uint64_t start,
					    uint64_t len);

/* devtree.c: the node of /proc/device-tree whose `reg` holds all of it; 0 or -ENOENT */
int dp_devtree_find(const struct dp_ctx *ctx, uint64_t start, uint64_t len, char *name,
		    size_t size);

#endif
