/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.h - the body of a plan, for its makers (plan*.c) and its runner (run.c) */
#ifndef DP_PLAN_H
#define DP_PLAN_H

#include "reg/reg.h"

/* what a step's value is to the result */
enum dp_role {
	DP_ROLE_NONE,
	DP_ROLE_VALUE, /* of a peek */
	DP_ROLE_OLD,
	DP_ROLE_WRITTEN,
	DP_ROLE_READBACK,
	DP_ROLE_LOCK, /* the bit that has to be 1 */
};

/* bits [lo, lo + bits) of an access are bits [pos, pos + bits) of the result */
struct dp_slice {
	enum dp_role role;
	unsigned lo, bits, pos;
};

/**
 * struct dp_plan_step - one access and its part in the result
 * @swap: the register is big-endian: its bytes are swapped on the way to the bus, so that
 * masks and values of the access are the register's own
 * @clears: what reading the register @subject does ("clears it"), to be noted when it is
 * done for the first time; or NULL
 * @subject: of a check the lock bit
 * @undo: 1 + the step that read a page register: this one is of those that put the page back, and
 * is done also when one between them failed; 0: it is not
 * @old: 1 + the step whose value is written back; 0: that of the latest read of the same place
 * @last: run.c: the value read or written last
 */
struct dp_plan_step {
	struct dp_access a;
	struct dp_slice slice;
	bool swap;
	const char *clears, *subject;
	size_t undo, old;
	uint64_t last;
};

struct dp_plan_name;

#define DP_PLAN_FEW 4

/**
 * struct dp_plan - see API.md "Access plan"
 * @few: room for the usual plan, so that a peek costs one allocation
 * @names: paths of accesses other than @path, owned
 * @located: every step has a space and an offset
 * @lock: more than one access that belong together: takes the device's lock
 * @verify: bits of the result to be compared after a write
 * @differ: bits of the result: without one that would change nothing is written
 * @width: of the result, bits
 * @depth: of indirect spaces being planned
 * @known: nothing to do: @value was read before and does not change
 */
struct dp_plan {
	struct dp_dev *dev;
	struct dp_plan_step *steps, few[DP_PLAN_FEW];
	size_t n, room;
	struct dp_protected *prot;
	size_t n_prot;
	struct dp_plan_name *names;
	bool located, lock, known;
	struct dp_wide verify, differ;
	uint64_t value;
	unsigned width, depth;
	uint64_t reads; /* run.c: bus reads done so far */
	char path[DP_PATH_MAX];
};

/* plan_units.c: one register (or raw word), in as many accesses as its space needs */
int dp_plan_read_ref(struct dp_plan *p, const struct dp_ref *ref, struct dp_slice slice,
		     const char *why, struct dp_err *err);
/* @bits: what dp_plan_bits() said; its old value has been read by an earlier step */
int dp_plan_write_ref(struct dp_plan *p, const struct dp_ref *ref, const struct dp_access *bits,
		      struct dp_slice slice, struct dp_err *err);

/* plan.c */
/* an access with nothing but @op, @why and the place filled in; NULL: out of memory */
struct dp_plan_step *dp_plan_add(struct dp_plan *p, const struct dp_ref *ref, enum dp_access_op op,
				 const char *why);
/* a path that lives as long as the plan; NULL: out of memory */
const char *dp_plan_keep(struct dp_plan *p, const char *text);
bool dp_ref_is_big(const struct dp_ref *ref);
/* an inner name (part of a join, index register...): its place is computed when it can be */
int dp_plan_inner(struct dp_plan *p, struct dp_ref *ref, struct dp_err *err);
/* one register of a write: read when needed, write, list what is protected; @slice.role is
 * ignored.  @halves: those that are to be planned now. */
#define DP_MODIFY_READ  0x1u
#define DP_MODIFY_WRITE 0x2u
#define DP_MODIFY_BOTH  0x3u
int dp_plan_modify(struct dp_plan *p, const struct dp_ref *ref, const struct dp_assign *a,
		   const struct dp_poke_opts *opts, struct dp_slice slice, unsigned halves,
		   struct dp_err *err);

/* plan_guard.c */
/* can what @ref names be read at all? */
bool dp_ref_readable(const struct dp_ref *ref);
/* why reading it does something to the register it names, or that lies under a raw access */
struct dp_read_effect {
	const char *what; /* "clears it", or NULL: nothing */
	bool changes;     /* what is read is different afterwards: worth a note */
	char path[DP_PATH_MAX];
};
int dp_ref_read_effect(const struct dp_ref *ref, struct dp_read_effect *out, struct dp_err *err);
/* is bit @bit of @reg one that reading does something to? */
bool dp_bit_read_effect(const struct dp_reg *reg, unsigned bit);
/* may the register be read?  Consent and bound driver; may_read: also, can what is named? */
int dp_plan_guard_read(struct dp_dev *dev, const struct dp_ref *ref, bool consent,
		       struct dp_err *err);
int dp_plan_may_read(struct dp_dev *dev, const struct dp_ref *ref, bool consent,
		     struct dp_err *err);
/* a kernel driver owns the device: @path is not @what; Return: 0 when none does, or forced */
int dp_guard_bound(const struct dp_dev *dev, const char *path, const char *what,
		   struct dp_err *err);
int dp_plan_may_write(struct dp_dev *dev, const struct dp_ref *ref, struct dp_err *err);
int dp_plan_check_assign(struct dp_dev *dev, const struct dp_assign *a,
			 const struct dp_poke_opts *opts, struct dp_err *err);

/* under.c */
/* where bit @bit of a register of @width bits lies in its bytes, 8 bits each */
unsigned dp_bit_on_bus(unsigned bit, unsigned width, bool big);
/**
 * struct dp_under - a register under a raw access
 * @wants: does bit @bit of @reg, which lies at bit @at of the bytes of the access, count?
 * @arg: its own
 * @inst, @reg, @index: the first register found with such a bit; @reg NULL: none
 */
struct dp_under {
	bool (*wants)(const struct dp_under *u, const struct dp_reg *reg, unsigned bit,
		      unsigned at);
	const void *arg;
	struct dp_inst *inst;
	const struct dp_reg *reg;
	uint64_t index;
};
/* of a ref that is no raw access, or has no place yet, nothing is found */
int dp_ref_under(const struct dp_ref *ref, struct dp_under *u, struct dp_err *err);

/* plan_lock.c */
/* the locks of the bits @mask of @ref are checked first */
int dp_plan_locks(struct dp_plan *p, const struct dp_ref *ref, uint64_t mask, struct dp_err *err);
/* snap.c: of a device that is a snapshot: why the register is not in it, or NULL: it is */
const char *dp_ref_lacks(const struct dp_ref *ref);

/* plan_raw.c */
/* may the bits @kept of a raw access be read and written back? */
int dp_plan_guard_raw(struct dp_dev *dev, const struct dp_ref *ref, uint64_t kept,
		      struct dp_err *err);

/* plan_indirect.c */
#define DP_PLAN_DEPTH 3 /* spaces behind each other */
/* the indirect or paged space that @ref lies in, and whose names its texts are; else NULL */
const struct dp_desc_space *dp_ref_behind(const struct dp_ref *ref, struct dp_inst **inst);
int dp_plan_indirect_read(struct dp_plan *p, const struct dp_ref *ref, struct dp_slice slice,
			  struct dp_err *err);
int dp_plan_indirect_write(struct dp_plan *p, const struct dp_ref *ref,
			   const struct dp_access *bits, struct dp_slice slice, struct dp_err *err);

/* plan_paged.c */
int dp_plan_paged_read(struct dp_plan *p, const struct dp_ref *ref, struct dp_slice slice,
		       struct dp_err *err);
int dp_plan_paged_write(struct dp_plan *p, const struct dp_ref *ref, const struct dp_access *bits,
			struct dp_slice slice, struct dp_err *err);

/* plan_join.c */
int dp_plan_join_read(struct dp_plan *p, const struct dp_ref *ref, enum dp_role role,
		      struct dp_err *err);
int dp_plan_join_write(struct dp_plan *p, const struct dp_assign *a,
		       const struct dp_poke_opts *opts, struct dp_err *err);

#endif
