/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target.h - the backends that there are, and the short names of targets */
#ifndef DP_TARGET_H
#define DP_TARGET_H

#include "core/core.h"

extern const struct dp_backend dp_backend_sim, dp_backend_model, dp_backend_dump, dp_backend_sysfs,
	dp_backend_vfio, dp_backend_mem, dp_backend_desc;

/* alias.c: what `name` of targets.yaml stands for; -ENOENT: no such alias */
int dp_alias_find(struct dp_ctx *ctx, const char *name, char *target, size_t target_size,
		  char *desc, size_t desc_size, struct dp_err *err);

#endif
