/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recheck.c - a device that stays open between commands may have become another one */
#include "core/core.h"

/* a card cannot be removed and another one found at its address within this time */
#define BELIEVED_NS UINT64_C(1000000)

/* a mapping that died is tried again: memory decode may be on, the driver gone by now */
static void drop_dead_maps(struct dp_dev *dev)
{
	for (size_t i = 0; i < dev->n_regions; i++) {
		if (dev->regions[i].map && dp_guard_dead(dev->regions[i].slot)) {
			dp_dev_drop_maps(dev);
			return;
		}
	}
}

void dp_dev_rest(struct dp_dev *dev)
{
	if (!dev->is_open || dev->resting || !dev->backend->rest)
		return;
	dev->backend->rest(dev);
	dev->resting = true;
	dev->rechecked_ns = 0;
}

int dp_dev_wake(struct dp_dev *dev, struct dp_err *err)
{
	int rc = dev->resting ? dev->backend->wake(dev, err) : 0;

	dev->resting = dev->resting && rc;
	return rc;
}

int dp_dev_recheck(struct dp_dev *dev, struct dp_err *err)
{
	uint64_t now;
	int rc = dp_dev_wake(dev, err);

	if (rc)
		return rc;
	drop_dead_maps(dev);
	if (!dev->is_open || !dev->backend->recheck)
		return 0;
	now = dp_now_ns();
	if (dev->rechecked_ns && now - dev->rechecked_ns < BELIEVED_NS)
		return 0;
	rc = dev->backend->recheck(dev, err);
	dev->rechecked_ns = rc ? 0 : now;
	return rc;
}
