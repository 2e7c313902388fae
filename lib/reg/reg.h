/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reg.h - registers by name on a device
 *
 * Data flow: inst.c (a description placed on a device: where its spaces are) -> path.c (a path
 * -> struct dp_ref) -> plan.c (ref and value -> accesses) -> run.c.  decode.c goes the other
 * way.
 */
#ifndef DP_REG_H
#define DP_REG_H

#include "core/bits.h"
#include "core/core.h"
#include "core/wide.h"
#include "desc/part.h"
#include "devpoke.h"

/* ----------------------------------------------- descriptions on a device */

/* where a description's space is on this device; offline: space NULL, absent NULL */
struct dp_place {
	struct dp_space *space;
	uint64_t base, size;
	const char *absent; /* why it is not there ("no capability 0x10"), or NULL */
	bool resolved;
};

/* a const register's value, read once per device handle */
struct dp_const {
	const struct dp_reg *reg;
	uint64_t value;
	struct dp_const *next;
};

/* the instances of one block, an element each; NULL: not asked for yet */
struct dp_elements {
	struct dp_inst **v;
	size_t n;
};

/**
 * struct dp_inst - a description placed on a device
 * @prefix: of its paths: "", "cfg.", "cfg.PM.", "spi1.", "uart.2."
 * @block, @index: of @parent; NULL and 0 outermost
 * @step: bytes from one byte of the description to the next (blocks inside each other multiply)
 * @arg: what dp_dev_describe() would have to be given for it; owned
 * @places: one per desc->spaces; ask dp_inst_place(), which resolves on demand
 * @elements: @n_blocks of them, one per desc->blocks (which may be gone before it)
 */
struct dp_inst {
	struct dp_dev *dev;
	const struct dp_desc *desc;
	struct dp_inst *parent;
	const struct dp_block *block;
	uint64_t index, step;
	char prefix[96];
	char *arg;
	struct dp_space *at; /* -d ...@SPACE+OFFSET: where its default region is instead, */
	uint64_t at_base;
	const struct dp_desc_space *moved; /* or, when it names none, this space of its own */
	bool decided;                      /* its variants: @desc is what they make of it */
	unsigned depth; /* of const reads under way: bounds circular descriptions */
	struct dp_place *places;
	struct dp_const *consts;
	struct dp_elements *elements;
	size_t n_blocks;
	struct dp_inst *next;
};

/* inst.c */
/* load and place what matches, once; fine when nothing does */
int dp_dev_auto_describe(struct dp_dev *dev, struct dp_err *err);
/* the outermost instance with @prefix ("" "cfg." "spi1."), or NULL */
struct dp_inst *dp_dev_inst(struct dp_dev *dev, const char *prefix);
/* the instance of (an element of) a block of @inst; its places are not resolved yet */
struct dp_inst *dp_inst_block(struct dp_inst *inst, const struct dp_block *b, uint64_t index,
			      struct dp_err *err);
/* from now on @inst is what the variants of @mask make of its description */
int dp_inst_use(struct dp_inst *inst, uint64_t mask, struct dp_err *err);
/* variant.c */
bool dp_desc_has_variants(const struct dp_desc *d);
/* which variants of @inst hold, with values of const registers from @consts */
int dp_variants_hold(struct dp_inst *inst, dp_expr_lookup consts, void *arg, uint64_t *mask,
		     struct dp_err *err);
/* on an open device: reads the const registers that variants depend on, once */
int dp_dev_decide(struct dp_dev *dev, struct dp_err *err);
/* inst.c */
/* where space @i is.  May read configuration space of an open device (capability lists),
 * traced with why.  -EAGAIN: that needs an open device and it is not open (offline too).
 * -ENOENT (DP_NAME): not on this device. */
int dp_inst_place(struct dp_inst *inst, unsigned i, struct dp_place *out, struct dp_err *err);
/* value of REG or REG.FIELD (const only) of @inst, reading at most once; -EAGAIN when the
 * device is not open */
int dp_inst_const(struct dp_inst *inst, const char *name, uint64_t *value, struct dp_err *err);
/* the value of @reg, if it was read that way already */
bool dp_inst_known(const struct dp_inst *inst, const struct dp_reg *reg, uint64_t *value);
/* evaluate an expression of @inst's description; -EAGAIN as above */
int dp_inst_eval(struct dp_inst *inst, const struct dp_expr *e, uint64_t *value,
		 struct dp_err *err);

/* ------------------------------------------------------------------- refs */

#define DP_PATH_MAX 192

enum dp_order { DP_ORDER_SPACE, DP_ORDER_LE, DP_ORDER_BE };

/**
 * struct dp_ref - what one path names
 * @inst, @reg: NULL for a raw access
 * @join: set for a joined value: @reg is then NULL
 * @index: of an array register; @indexed tells whether there is one
 * @hi, @lo: bits named; @whole: no field and no bits
 * @consent: spelled by name
 * @located: @space and @offset are final
 */
struct dp_ref {
	char path[DP_PATH_MAX], reg_path[DP_PATH_MAX];
	struct dp_dev *dev;
	struct dp_inst *inst;
	const struct dp_reg *reg;
	const struct dp_field *field;
	const struct dp_join *join;
	uint64_t index;
	bool indexed, whole, consent, located;
	unsigned width, hi, lo;
	enum dp_order order;
	struct dp_space *space;
	char space_name[32];
	uint64_t offset;
	/* raw.c: a raw access that is not located counts @delta bytes from the start of space
	 * @from_space of @from, or from element @index of its register @from_reg; @from NULL:
	 * only whether a described register lies there is open.  @typed: its width is given.
	 * @fixed: a value was parsed for this width, which so cannot change any more. */
	struct dp_inst *from;
	const struct dp_reg *from_reg;
	unsigned from_space;
	uint64_t delta;
	bool typed, fixed, writes;
	char *offset_text; /* of an offset that is not located, or NULL; owned */
	/* a register of a page, seen in the space that its page is in (plan_paged.c); or NULL */
	const struct dp_desc_space *via;
};

/* ref.c */
struct dp_ref *dp_ref_new(void);
void dp_ref_free(struct dp_ref *ref);
struct dp_ref *dp_ref_dup(const struct dp_ref *ref);
/* path.c */
/* one path spelled by name inside the names of @inst (for indirect, joins, level, flush) */
int dp_ref_in(struct dp_inst *inst, const char *text, struct dp_ref **out, struct dp_err *err);
/* all.c */
/* every register of the device in space and offset order, without consent (dump) */
int dp_refs_all(struct dp_dev *dev, struct dp_refs *out, struct dp_err *err);
/* ref.c */
/* the format of what a ref names, and its attributes (a raw ref: plain rw uint) */
const struct dp_fmt *dp_ref_fmt(const struct dp_ref *ref);
/* raw content as users see and type it: an address is itself */
struct dp_wide dp_ref_shown(const struct dp_ref *ref, struct dp_wide raw);
const struct dp_attr *dp_ref_attr(const struct dp_ref *ref);

/* value.c */
/* a VALUE for @ref: number, WORD{+WORD}, @buffer, $var, (expr), size, time, mac, uuid; result
 * is right-aligned raw content; checked against the width of what is named.  @write: it is to be
 * written, not compared */
int dp_value_parse(const struct dp_ref *ref, bool write, const char *text, size_t len,
		   const struct dp_vars *vars, struct dp_wide *out, struct dp_err *err);
/* text of a raw value: enum word, flags, mac...; false = nothing better than the number */
bool dp_value_text(const struct dp_fmt *fmt, unsigned bits, struct dp_wide value, char *buf,
		   size_t size);
bool dp_value_scaled(const struct dp_fmt *fmt, unsigned bits, struct dp_wide value, double *out);

/* assign.c */
enum dp_assign_op { DP_SET, DP_XOR, DP_ADD };
struct dp_assign {
	struct dp_ref *ref;
	enum dp_assign_op op;
	struct dp_wide mask;  /* register-wide: bits to change (for a join: of the joined value) */
	struct dp_wide value; /* register-wide, already shifted */
	bool explicit_mask;   /* a MASK or bits without a field: class reserved */
	bool number_for_enum; /* a number that no word has: class enum */
	bool was_read;        /* the device said it, so no word has to have it */
	/* for the refusals: which number of what field, which bits without one */
	char odd_path[DP_PATH_MAX];
	struct dp_wide odd_value;
	uint64_t bare_bits;
	const struct dp_words *odd_words;
	uint64_t fields;        /* bits that comma fields named */
	struct dp_assign *next; /* the next member of the same memory layout, owned; or NULL */
};
/* as dp_assign_parse, names of @inst only (indirect) */
int dp_assign_in(struct dp_inst *inst, const char *text, struct dp_assign **out,
		 struct dp_err *err);

/* cond.c */
enum dp_cmp { DP_EQ, DP_NE, DP_LT, DP_LE, DP_GT, DP_GE };
struct dp_cond {
	struct dp_ref *ref;
	enum dp_cmp cmp;
	struct dp_wide want;
	bool is_signed; /* type int: compare as signed of the field's width */
};
int dp_cond_in(struct dp_inst *inst, const char *text, struct dp_cond **out, struct dp_err *err);
/* does the whole register's value meet it? *@seen = the compared bits, right-aligned */
bool dp_cond_test(const struct dp_cond *c, struct dp_wide reg_value, struct dp_wide *seen);

/* ------------------------------------------------------------------- plan */

#define DP_PROT_MAX 65 /* a field per bit, and the bits without one */

/**
 * struct dp_write - what is wanted of one write of a register
 * @reg: its description; NULL = raw: unnamed bits are kept
 * @width: bits
 * @op, @mask, @value: register-wide, what was named
 * @spelled: of it the bits of fields that were named one by one
 * @opts: what the unnamed bits get
 * @shadow: last written value, or NULL = not known
 * @force: mask of DP_FORCE()
 */
struct dp_write {
	const struct dp_reg *reg;
	unsigned width;
	enum dp_assign_op op;
	uint64_t mask, value, spelled;
	const struct dp_poke_opts *opts;
	const uint64_t *shadow;
	uint64_t force;
};

/**
 * struct dp_write_plan - what the write must be
 * @bits: its and/or/xor/add; without and_mask and add_mask nothing is read before
 * @prot, @n_prot: what is protected, and how
 */
struct dp_write_plan {
	struct dp_access bits;
	struct dp_protected prot[DP_PROT_MAX];
	size_t n_prot;
};

/**
 * dp_plan_bits - the heart of a write, pure
 * Return: 0, or a refusal (effect, ro, reserved) in @err.
 */
int dp_plan_bits(const struct dp_write *w, struct dp_write_plan *out, struct dp_err *err);

#endif
