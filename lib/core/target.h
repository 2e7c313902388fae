/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target.h - what finding a device needs of the device handle */
#ifndef DP_TARGET_H
#define DP_TARGET_H

#include "core/core.h"

struct dp_dev *dp_dev_new(struct dp_ctx *ctx, const struct dp_backend *backend);
/* set dev->main from the regions that probe() added */
void dp_dev_pick_main(struct dp_dev *dev);

#endif
