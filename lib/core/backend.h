/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * backend.h - what a way to reach a device must offer the core
 *
 * One file per backend in lib/backend/, ending with one `const struct dp_backend`; the ordered
 * array of them stands in lib/backend/target.c.  Backends never include each other; what several
 * PCI backends share (attribute files of sysfs) is lib/core/pci.h.
 */
#ifndef DP_BACKEND_H
#define DP_BACKEND_H

#include "devpoke.h"

#define DP_MAX_REGIONS 16

/**
 * struct dp_region - a range of the device as its backend knows it: a BAR, configuration
 * space, a UIO map, a model's space
 *
 * Filled by probe() through dp_dev_add_region().  @map is set by the core.
 * @name: "cfg" "bar0".. "rom" "map0".. "mem" "main"
 * @widths: OR of legal access widths in bits
 * @can_map: ask map() for it
 * @index: the backend's own number (n of barN)
 * @map: start of the mapping at region offset 0, or NULL: read() and write() are used
 * @slot: of the fault guard; valid when @map is set
 */
struct dp_region {
	char name[32];
	enum dp_space_kind kind;
	uint64_t size, address;
	unsigned widths;
	bool readonly, prefetch, can_map;
	int index;
	volatile uint8_t *map;
	int slot;
	bool map_tried; /* the core's: map() was asked since the last open() */
};

struct dp_backend {
	const char *name; /* also the scheme of specs: "sim:..." */
	const char *help; /* one line */
	unsigned caps;    /* DP_CAP_*; the core adds what open() finds */
	size_t priv_size; /* the core allocates dp_dev.priv zeroed, and frees it, also after
			     a failed probe or open */

	/*
	 * Called by dp_dev_find() with what stands after "name:" (or the whole spec for a
	 * spec without scheme that the core gave to this backend).  Reads attribute files
	 * and records only, touches no device.  Fills dev->info and adds the regions.
	 * Mandatory.
	 */
	int (*probe)(struct dp_dev *dev, const char *spec, struct dp_err *err);

	/*
	 * Called once by dp_dev_open(), again with DP_OPEN_WRITE when write access is wanted
	 * later, and again after it failed: the device then counts as closed, with all that
	 * it had before.  May block.  Writes nothing to the device.  Optional.
	 */
	int (*open)(struct dp_dev *dev, unsigned flags, struct dp_err *err);

	/* Undo open(); must accept a device whose open() failed at any step, or never ran.
	 * Unmaps what map() mapped.  Mandatory when open or map is there. */
	void (*close)(struct dp_dev *dev);

	/* One access; range, alignment, width and read-only have been checked.  A device
	 * that is gone: -ENODEV with DP_GONE.  Mandatory where a region does not map. */
	int (*read)(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		    uint64_t *value, struct dp_err *err);
	int (*write)(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t value, struct dp_err *err);

	/* Called at the first access of a region with can_map.  *@map = address of region
	 * offset 0, [*@start, *@start + *@len) the whole pages mapped around it; stores are
	 * allowed as far as open() was asked for them.  -EOPNOTSUPP: use read() and write().
	 * Optional. */
	int (*map)(struct dp_dev *dev, struct dp_region *r, volatile uint8_t **map, void **start,
		   size_t *len, struct dp_err *err);

	/* Give up what excludes other processes, and take it again: errors as of open().  Between
	 * the two no other function but close() is called.  Both or none. */
	void (*rest)(struct dp_dev *dev);
	int (*wake)(struct dp_dev *dev, struct dp_err *err);

	/* The witness of presence: 1 there, 0 gone, negative = cannot say.  Optional. */
	int (*present)(struct dp_dev *dev);

	/* Would @r answer: is its decoding on, is the function awake?  Asked where an all-ones
	 * or all-zeros value of a present device would be believed.  0, or why not. Optional. */
	int (*answers)(struct dp_dev *dev, const struct dp_region *r, struct dp_err *err);

	/* Called before each command of a long-lived handle (batch, poll tick): is the
	 * device behind the mapping still the same one?  0, or -ENODEV DP_GONE. Optional. */
	int (*recheck)(struct dp_dev *dev, struct dp_err *err);

	/* Everything this backend can name on this machine; reads records only. Optional. */
	int (*each)(struct dp_ctx *ctx, int (*fn)(void *arg, const struct dp_dev_info *info),
		    void *arg, struct dp_err *err);

	/* Does this door work for the device, and why not?  door->name is set. Optional. */
	int (*door)(struct dp_dev *dev, struct dp_door *door);

	/* The value last written at @offset of @r, whole @width bits; -ENOENT: nothing was.
	 * With DP_CAP_SHADOW.  Touches no device. Optional. */
	int (*shadow)(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		      uint64_t *value);
};

#endif
