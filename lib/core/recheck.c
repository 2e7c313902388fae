/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recheck.c - a device that stays open between commands may have become another one */
#include "core/core.h"

/* a card cannot be removed and another one found at its address within this time */
#define BELIEVED_NS UINT64_C(1000000)

int dp_dev_recheck(struct dp_dev *dev, struct dp_err *err)
{
	uint64_t now;
	int rc;

	if (!dev->is_open || !dev->backend->recheck)
		return 0;
	now = dp_now_ns();
	if (dev->rechecked_ns && now - dev->rechecked_ns < BELIEVED_NS)
		return 0;
	rc = dev->backend->recheck(dev, err);
	dev->rechecked_ns = rc ? 0 : now;
	return rc;
}
