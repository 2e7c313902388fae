/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.h - what the running kernel says of itself and its devices in small files
 *
 * Looking only.  All paths are below the context's root.
 */
#ifndef DP_KERNEL_H
#define DP_KERNEL_H

#include "core/core.h"

/* a small text file without its last line end; bytes that are neither printable nor white
 * space become '?'.  Return: length; -errno; -EFBIG: longer than the buffer */
int dp_attr_read(const struct dp_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
	DP_PRINTF(4, 5);

/* the last part of a symbolic link ("../../bus/pci/drivers/nvme" -> "nvme"); 0 or -errno */
int dp_attr_link(const struct dp_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
	DP_PRINTF(4, 5);

/* a whole number, decimal or with 0x, alone in its file; 0, -errno or -EBADMSG */
int dp_attr_number(const struct dp_ctx *ctx, uint64_t *out, const char *fmt, ...) DP_PRINTF(3, 4);

/* lockdown is "integrity" or "confidentiality" (admin-guide: kernel_lockdown(7)) */
bool dp_kernel_locked_down(const struct dp_ctx *ctx);

/* CONFIG_IO_STRICT_DEVMEM and no iomem=relaxed: 1 in force, 0 not, -1 nobody says */
int dp_kernel_strict_devmem(const struct dp_ctx *ctx);

#endif
