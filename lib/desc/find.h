/* SPDX-License-Identifier: GPL-2.0-or-later */
/* find.h - descriptions on the search path, for the loader's own use */
#ifndef DP_FIND_H
#define DP_FIND_H

#include "desc/desc.h"

/* a file (it has a '/' or ends in .yaml), not a name of the search path */
bool dp_desc_is_file(const char *name);
/* the first file of that name on the search path */
bool dp_desc_path(struct dp_ctx *ctx, const char *name, char *buf, size_t size);
/* names on the search path near @name, as dp_nearest() writes them */
void dp_desc_nearest(struct dp_ctx *ctx, const char *name, char *buf, size_t size);

#endif
