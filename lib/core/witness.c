/* SPDX-License-Identifier: GPL-2.0-or-later */
/* witness.c - is the device there, and may what it seems to say be believed? */
#include <errno.h>

#include "core/core.h"

int dp_dev_present(struct dp_dev *dev)
{
	if (!dev->backend->present)
		return -EOPNOTSUPP;
	return dev->backend->present(dev);
}

int dp_believe(struct dp_dev *dev, const struct dp_space *space, const char *path,
	       struct dp_wide value, unsigned width, struct dp_err *err)
{
	if (dp_wide_any(value) && !dp_wide_same(value, dp_wide_ones(width)))
		return 0;
	if (dp_dev_present(dev) != 0) {
		if (!space || !space->region || !dev->backend->answers)
			return 0;
		return dev->backend->answers(dev, space->region, err);
	}
	dp_err_set(err, ENODEV, DP_GONE, "device gone: '%s' reads as %s and '%s' does not answer",
		   path, dp_wide_any(value) ? "ones" : "zeros", dev->info.target);
	dp_err_hint(err, "devpoke list");
	return -ENODEV;
}
