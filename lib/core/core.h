/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core.h - bodies of context, device and space, for lib/ only */
#ifndef DP_CORE_H
#define DP_CORE_H

#include "core/backend.h"
#include "devpoke.h"

struct dp_inst;
struct dp_owned;

struct dp_ctx {
	struct dp_ctx_opts opts; /* strings owned */
	uint64_t t0_ns;
};

/**
 * struct dp_space - a window on a region, or an indirect space
 * @region: NULL for an indirect space and for offline devices
 * @base: offset of the window in its region
 * @inst, @desc_space: for an indirect space: who describes its index and data registers
 */
struct dp_space {
	char name[32];
	struct dp_dev *dev;
	struct dp_region *region;
	uint64_t base, size;
	enum dp_space_kind kind;
	unsigned widths;
	bool readonly;
	struct dp_inst *inst;
	const struct dp_desc_space *desc_space;
	struct dp_space *next;
};

struct dp_dev {
	struct dp_ctx *ctx;
	const struct dp_backend *backend;
	void *priv;
	struct dp_dev_info info;
	unsigned caps;
	unsigned open_flags;
	bool is_open;
	struct dp_region regions[DP_MAX_REGIONS];
	size_t n_regions;
	struct dp_space *spaces; /* list, regions' own first */
	struct dp_space *main;   /* the default region's space, or NULL */
	struct dp_snap *snap;    /* that it is played from, or NULL; the backend's */
	struct dp_owned *owned;  /* list: what ends with the device, latest first */
	/* lib/reg's */
	struct dp_inst *insts;     /* list: placed descriptions, outermost ones only */
	bool names_only;           /* DP_REFS_NAMES is being resolved */
	bool described;            /* insts are there (by -d or by match) */
	bool undecided;            /* which of their variants hold is not known yet */
	unsigned n_given;          /* -d seen so far */
	struct dp_caps *cap_lists; /* what was read of the capability lists; owned */
	/* set around an access by whoever knows its name; goes into the trace.  @because is
	 * the reason of accesses that have none of their own (capability lists, consts) */
	const char *path, *why, *because;
	int lock_fd;        /* lock.c's, or set by a backend that brings its own; -1: none yet */
	bool locked;        /* it is held */
	bool noted_bound;   /* the note on a bound driver has been given */
	bool resting;       /* dp_dev_rest() was the last that happened */
	bool timed;         /* accesses are timed: */
	uint64_t access_ns; /* how long the latest one took on its way to the device and back */
	uint64_t rechecked_ns;
};

/* ctx.c */
uint64_t dp_now_ns(void); /* CLOCK_MONOTONIC */
/* sleep at most @ns, ends early with -EINTR when ctx->opts.interrupted says so */
int dp_sleep_ns(struct dp_ctx *ctx, uint64_t ns);
bool dp_interrupted(struct dp_ctx *ctx);
bool dp_forced(const struct dp_ctx *ctx, enum dp_class class);
void dp_note(struct dp_ctx *ctx, const char *fmt, ...) DP_PRINTF(2, 3);
/* DP_CLASS_RO of a device or space that nothing makes writable; Return: -EPERM */
int dp_refuse_readonly(const char *name, struct dp_err *err);
/* ctx->opts.root + @fmt into @buf; -ENAMETOOLONG when it does not fit */
int dp_root_path(const struct dp_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
	DP_PRINTF(4, 5);

/* runtime.c: the runtime folder; created 0700 when @create, refused when it is a link, not
 * ours (root may look into any) or open to others.  @buf receives RUNTIME/@sub (folder made too,
 * when @create). */
int dp_runtime_dir(struct dp_ctx *ctx, const char *sub, bool create, char *buf, size_t size,
		   struct dp_err *err);

/* recheck.c: after dp_dev_rest(); free when it is awake */
int dp_dev_wake(struct dp_dev *dev, struct dp_err *err);

/* dev.c */
/* said once, when a device with a kernel driver is read */
void dp_note_bound(struct dp_dev *dev);
/* a device that nobody found yet; its backend's probe() adds the regions */
struct dp_dev *dp_dev_new(struct dp_ctx *ctx, const struct dp_backend *backend);
/* set dev->main from the regions that probe() added */
void dp_dev_pick_main(struct dp_dev *dev);
/* @fn(@p) is called when the device ends, before what was owned earlier; or at once when that
 * cannot be noted (-ENOMEM) */
int dp_dev_own(struct dp_dev *dev, void *p, void (*fn)(void *p), struct dp_err *err);
/* a word that names a space of targets, in lower case only (CLI.md section 3) */
bool dp_is_reserved(const char *name, size_t len);
/* add a region and its space; Return NULL when there are too many */
struct dp_region *dp_dev_add_region(struct dp_dev *dev, const char *name, enum dp_space_kind kind,
				    uint64_t size, unsigned widths);
struct dp_region *dp_dev_region(struct dp_dev *dev, const char *name);
/* a further window, owned by the device */
struct dp_space *dp_space_new(struct dp_dev *dev, const char *name, struct dp_region *r,
			      uint64_t base, uint64_t size);

/* lock.c: the device's lock, where it has one; waits 2 s (DP_BUSY).  Not counted: whoever
 * finds dev->locked set must not unlock it. */
int dp_dev_lock(struct dp_dev *dev, struct dp_err *err);
void dp_dev_unlock(struct dp_dev *dev);

/* space.c */
/* may this access be made?  Range, width, alignment, read-only, and the safety rules that
 * hold for the whole space; touches nothing and needs no open device */
int dp_space_check(const struct dp_space *s, uint64_t offset, unsigned width, bool write,
		   struct dp_err *err);
/* forget the mappings before the backend closes or opens again */
void dp_dev_drop_maps(struct dp_dev *dev);

/* space.c: the value that was last written to a register through this device's memory of
 * writes (DP_CAP_SHADOW); -ENOENT: nothing is known */
int dp_dev_shadow(struct dp_dev *dev, struct dp_space *space, uint64_t offset, unsigned width,
		  uint64_t *value);

/* witness.c: may @value of a register of @space be believed?  All-ones and all-zeros only while
 * the device is there and the space answers; @space NULL: the device alone is asked.  0, or
 * -ENODEV (DP_GONE), or why the space does not answer. */
int dp_believe(struct dp_dev *dev, const struct dp_space *space, const char *path,
	       struct dp_wide value, unsigned width, struct dp_err *err);

/* guard.c: the lock-free table behind dp_fault_guard() */
int dp_guard_add(void *start, size_t len); /* slot, or -ENOSPC */
void dp_guard_del(int slot);
bool dp_guard_dead(int slot);

/* err.c: what a failed open() or write() of a file is: absent, no permission, or DP_IO */
enum dp_code dp_file_code(int errnum);

#endif
