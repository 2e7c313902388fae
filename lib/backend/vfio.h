/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vfio.h - what vfio.c (accesses) and vfio_group.c (getting the device) share */
#ifndef DP_VFIO_H
#define DP_VFIO_H

#include "backend/mapping.h"
#include "core/pci.h"

#define DP_VFIO_WINDOWS 8 /* BARs, ROM and config space: VFIO's own indices */

/**
 * struct dp_vfio_window - a region of the device's descriptor
 * @at: where it begins in the file; @size: 0 = not there
 * @whole_map: mmap() of all of it is allowed
 */
struct dp_vfio_window {
	uint64_t at, size;
	bool whole_map;
};

/* descriptors are -1 while not open; @device is the last to come; @awake: its BARs were seen to
 * answer since it was opened */
struct dp_vfio {
	struct dp_pci pci;
	int container, group, device;
	unsigned flags;
	bool awake;
	struct dp_vfio_window windows[DP_VFIO_WINDOWS];
	struct dp_mapping maps[6];
};

/* vfio_group.c: container, group and device descriptor (Documentation/driver-api/vfio.rst).
 * The kernel resets the function now and when the last descriptor closes. */
int dp_vfio_attach(struct dp_dev *dev, struct dp_vfio *v, struct dp_err *err);
void dp_vfio_detach(struct dp_vfio *v);
int dp_vfio_door(struct dp_dev *dev, struct dp_door *door);

#endif
