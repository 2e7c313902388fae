/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * desc.h - a loaded description, and what is computed from it
 *
 * Data flow: load.c (YAML -> struct dp_desc, immutable) -> inst.c (a description placed on
 * a device: where its spaces are) -> path.c (a path -> struct dp_ref) -> plan.c (ref and
 * value -> accesses) -> core/run.c.  decode.c goes the other way.
 *
 * Everything a description owns (strings included) lives in its arena and ends with it.
 */
#ifndef DP_DESC_H
#define DP_DESC_H

#include "core/bits.h"
#include "core/core.h"
#include "devpoke.h"

/* ------------------------------------------------------------- expressions */

struct dp_expr; /* one parsed expression; numbers, REG or REG.FIELD names, $vars, @buffers */

#define DP_EXPR_NAMES 0x1u /* REG.FIELD: only in descriptions */
#define DP_EXPR_VARS  0x2u /* $x and @x: only on the command line */

/* how names get values while evaluating: @kind is 0 (REG.FIELD), '$' or '@' */
typedef int (*dp_expr_lookup)(void *arg, char kind, const char *name, uint64_t *value,
			      struct dp_err *err);

/* C operators without assignment over unsigned 64 bits: ?: || && | ^ & == != < <= > >= << >>
 * + - * / % ! ~ unary - and (); overflow, division by zero and shifts >= 64 are DP_VALUE.
 * Bounded: length 1024, depth 64. */
int dp_expr_parse(const char *text, unsigned allow, struct dp_expr **out, struct dp_err *err);
int dp_expr_eval(const struct dp_expr *e, dp_expr_lookup fn, void *arg, uint64_t *out,
		 struct dp_err *err);
/* no names in it: *value is set */
bool dp_expr_is_const(const struct dp_expr *e, uint64_t *value);
/* each name in it; fn returning non-zero ends the walk with that */
int dp_expr_each_name(const struct dp_expr *e, int (*fn)(void *arg, char kind, const char *name),
		      void *arg);
const char *dp_expr_text(const struct dp_expr *e);
void dp_expr_free(struct dp_expr *e);

/* ------------------------------------------------------------ descriptions */

enum dp_sw { DP_SW_RW, DP_SW_RO, DP_SW_WO, DP_SW_NONE };
enum dp_on_read { DP_ONR_NONE, DP_ONR_CLEAR, DP_ONR_SET, DP_ONR_EFFECT };
enum dp_on_write {
	DP_ONW_STORE,
	DP_ONW_W1C,
	DP_ONW_W1S,
	DP_ONW_W1T,
	DP_ONW_W0C,
	DP_ONW_W0S,
	DP_ONW_W0T,
	DP_ONW_CLEAR,
	DP_ONW_SET,
	DP_ONW_PULSE,
	DP_ONW_EFFECT
};
enum dp_kind { DP_KIND_REGISTER, DP_KIND_FIFO, DP_KIND_DOORBELL, DP_KIND_MEMORY };
enum dp_reserved { DP_RES_PRESERVE, DP_RES_ZERO, DP_RES_ONE, DP_RES_RESET };
enum dp_split64 { DP_SPLIT_LO_FIRST, DP_SPLIT_HI_FIRST, DP_SPLIT_FORBID };
enum dp_vtype {
	DP_T_UINT,
	DP_T_INT,
	DP_T_BOOL,
	DP_T_ADDRESS,
	DP_T_BCD,
	DP_T_FIXED,
	DP_T_ASCII,
	DP_T_BYTES,
	DP_T_MAC,
	DP_T_UUID
};

struct dp_pos {
	const char *file;
	unsigned line, column; /* from 1 */
};

struct dp_word {
	const char *name, *doc;
	uint64_t value;
};

/* enum: one word per value; flags: words are bits (value = the bit's mask in the field) */
struct dp_words {
	const char *name;
	bool flags;
	struct dp_word *v;
	size_t n;
};

/* what a value means */
struct dp_fmt {
	enum dp_vtype type;
	const struct dp_words *words; /* or NULL */
	const char *unit;             /* or NULL */
	double scale;                 /* 1 */
	int64_t bias;                 /* scaled = (value + bias) * scale */
	unsigned shift;               /* address = value << shift */
	unsigned frac;                /* fixed: bits after the point */
};

/* what reading and writing do */
struct dp_attr {
	enum dp_sw sw;
	enum dp_on_read on_read;
	enum dp_on_write on_write;
	bool is_volatile, unique, is_const, once, shadow, restore;
};

static inline bool dp_attr_readable(const struct dp_attr *a)
{
	return a->sw == DP_SW_RW || a->sw == DP_SW_RO;
}

static inline bool dp_attr_writable(const struct dp_attr *a)
{
	return a->sw == DP_SW_RW || a->sw == DP_SW_WO;
}

struct dp_field {
	const char *name, *doc, *ref, *verb;
	unsigned hi, lo;
	struct dp_attr attr;
	struct dp_fmt fmt;
	struct dp_pos pos;
};

/* count and stride, or explicit offsets; expressions over const fields */
struct dp_array {
	struct dp_expr *count, *stride; /* NULL when offsets are given */
	uint64_t *offsets;
	size_t n_offsets;
	const char *index_name; /* or NULL */
};

struct dp_reg {
	const char *name, *doc, *ref, *verb;
	unsigned space;         /* index in dp_desc.spaces */
	struct dp_expr *offset; /* bytes in the space */
	unsigned width;         /* bits */
	unsigned widths;        /* legal access widths, OR of bits; 0 = just @width */
	struct dp_attr attr;    /* of bits without a field, and defaults of the fields */
	enum dp_kind kind;
	enum dp_reserved reserved;
	enum dp_split64 split64;
	bool big_endian, has_reset, flush;
	uint64_t reset;
	uint64_t resets_ns;            /* after a write nothing touches the device for that long */
	struct dp_array *array;        /* or NULL */
	struct dp_expr *when;          /* or NULL */
	const char *level;             /* path of the fill level of a FIFO, or NULL */
	const char *set_of, *clear_of; /* register names, or NULL */
	struct dp_fmt fmt;             /* of a register without fields */
	struct dp_field *fields;       /* sorted by lo descending (as data sheets print them) */
	size_t n_fields;
	struct dp_pos pos;
	unsigned order; /* of writes when restoring: lowest first; 0 = not given */
};

/* one part of a joined value: a register or field of this description, by path */
struct dp_join_part {
	const char *path;
	const struct dp_reg *reg;
	const struct dp_field *field; /* or NULL: the whole register */
	uint64_t index;
	bool indexed;
};

static inline unsigned dp_join_part_bits(const struct dp_join_part *p)
{
	return p->field ? p->field->hi - p->field->lo + 1 : p->reg->width;
}

struct dp_join {
	const char *name, *doc, *ref;
	struct dp_join_part *parts; /* most significant first */
	size_t n_parts;
	bool lo_first; /* order of the writes; default: as listed */
	bool unique;
	struct dp_fmt fmt;
	struct dp_pos pos;
};

/* a field of a capability structure, for behind_cap */
struct dp_capfield {
	bool given;
	unsigned offset, width;
	uint64_t value; /* `where` only */
};

enum dp_place_kind {
	DP_PLACE_DEFAULT, /* the target's default region */
	DP_PLACE_BAR,
	DP_PLACE_UIO_MAP,
	DP_PLACE_PCI_CONFIG,
	DP_PLACE_PCI_CAP, /* number = capability id */
	DP_PLACE_PCI_ECAP,
	DP_PLACE_BEHIND_CAP,
	DP_PLACE_PORT,
	DP_PLACE_INDIRECT,
};

/* an indirect space: write index (and start), wait for ready, read or write data.
 * Assignment and condition texts use the grammar of CLI.md with this description's names. */
struct dp_indirect {
	const char *index;       /* "MDIC.REG" */
	const char *data;        /* "MDIC.DATA" */
	const char *start_read;  /* "MDIC.OP=read,PHY=1", or NULL */
	const char *start_write; /* or NULL: with start_read set, the space is read-only */
	const char *ready;       /* "MDIC.READY==1", or NULL */
	const char *unlock;      /* an assignment written first, or NULL */
	uint64_t timeout_ns;
};

struct dp_desc_space {
	const char *name, *doc;
	enum dp_space_kind kind;
	enum dp_place_kind place;
	unsigned number;                                     /* BAR, map, capability id, port */
	uint64_t offset, size;                               /* size 0: to the end of the region */
	unsigned widths;                                     /* OR of bits; 0 = all */
	struct dp_capfield where, bar, cap_offset, cap_size; /* behind_cap */
	struct dp_indirect indirect;
	struct dp_pos pos;
};

/* another description, or a type with registers, placed in this one */
struct dp_block {
	const char *name, *doc;
	struct dp_desc *sub;
	unsigned space; /* index in spaces */
	struct dp_expr *offset;
	struct dp_expr *when; /* or NULL */
	struct dp_pos pos;
};

struct dp_match {
	bool by_id, by_class;
	uint16_t vendor, device;
	uint32_t class, class_mask;
	const char *uio, *of;
};

struct dp_desc {
	struct dp_arena *arena; /* load.c's; owns everything below */
	const char *name, *title, *ref, *file;
	uint64_t hash;
	struct dp_match *matches;
	size_t n_matches;
	struct dp_desc_space *spaces;
	size_t n_spaces;
	struct dp_words **words; /* named enums and flags, n_words of them */
	size_t n_words;
	struct dp_reg *regs; /* in file order */
	size_t n_regs;
	struct dp_join *joins;
	size_t n_joins;
	struct dp_block *blocks;
	size_t n_blocks;
	struct dp_desc **subs; /* owned descriptions of blocks */
	size_t n_subs;
	void *by_name; /* index of names, desc.c's */
};

/* desc.c: by exact name, else case-insensitively when that is unambiguous; NULL = none */
const struct dp_reg *dp_desc_reg(const struct dp_desc *d, const char *name, size_t len);
const struct dp_join *dp_desc_join(const struct dp_desc *d, const char *name, size_t len);
const struct dp_block *dp_desc_block(const struct dp_desc *d, const char *name, size_t len);
int dp_desc_space_index(const struct dp_desc *d, const char *name, size_t len); /* -1 = none */
const struct dp_field *dp_reg_field(const struct dp_reg *r, const char *name, size_t len);
/* bits that no field describes; none when there are no fields at all */
uint64_t dp_reg_reserved(const struct dp_reg *r);
const struct dp_word *dp_words_find(const struct dp_words *w, const char *name, size_t len);
/* the attributes of a bit: its field's, else the register's own; *field may be NULL */
const struct dp_attr *dp_reg_bit(const struct dp_reg *r, unsigned bit,
				 const struct dp_field **field);
/* words of the YAML for enums above, for messages, explain and JSON */
const char *dp_sw_name(enum dp_sw v);
const char *dp_on_read_name(enum dp_on_read v);
const char *dp_on_write_name(enum dp_on_write v);
const char *dp_kind_name(enum dp_kind v);

/* ids of a device, against the `match` lists of the search path */
struct dp_match_key {
	bool pci;
	uint16_t vendor, device;
	uint32_t class; /* 24 bits */
	const char *uio, *of;
};
/* find.c: the best match (id before uio/of before class), loaded; -ENOENT when none. Uses the
 * index, so that only files that match are parsed. */
int dp_desc_for(struct dp_ctx *ctx, const struct dp_match_key *key, struct dp_desc **out,
		struct dp_err *err);

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

/**
 * struct dp_inst - a description placed on a device
 * @prefix: of its paths: "", "cfg.", "cfg.PM.", "spi1."
 * @places: one per desc->spaces; ask dp_inst_place(), which resolves on demand
 */
struct dp_inst {
	struct dp_dev *dev;
	const struct dp_desc *desc;
	struct dp_inst *parent;
	const struct dp_block *block;
	char prefix[96];
	struct dp_space *at; /* where the default region was moved to by -d ...@SPACE+OFFSET */
	uint64_t at_base;
	unsigned depth; /* of const reads under way: bounds circular descriptions */
	struct dp_place *places;
	struct dp_const *consts;
	struct dp_inst *children; /* of blocks, made on demand */
	struct dp_inst *next;
};

/* inst.c */
/* load and place what matches, once; fine when nothing does */
int dp_dev_auto_describe(struct dp_dev *dev, struct dp_err *err);
/* the outermost instance with @prefix ("" "cfg." "spi1."), or NULL */
struct dp_inst *dp_dev_inst(struct dp_dev *dev, const char *prefix);
/* the instance of a block of @inst; its places are not resolved yet */
struct dp_inst *dp_inst_block(struct dp_inst *inst, const struct dp_block *b, struct dp_err *err);
/* where space @i is.  May read configuration space of an open device (capability lists),
 * traced with why.  -EAGAIN: that needs an open device and it is not open (offline too).
 * -ENOENT (DP_NAME): not on this device. */
int dp_inst_place(struct dp_inst *inst, unsigned i, struct dp_place *out, struct dp_err *err);
/* value of REG or REG.FIELD (const only) of @inst, reading at most once; -EAGAIN when the
 * device is not open */
int dp_inst_const(struct dp_inst *inst, const char *name, uint64_t *value, struct dp_err *err);
/* evaluate an expression of @inst's description; -EAGAIN as above */
int dp_inst_eval(struct dp_inst *inst, const struct dp_expr *e, uint64_t *value,
		 struct dp_err *err);
void dp_inst_free_all(struct dp_dev *dev);

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
uint64_t dp_ref_shown(const struct dp_ref *ref, uint64_t raw);
const struct dp_attr *dp_ref_attr(const struct dp_ref *ref);

/* value.c */
/* a VALUE for @ref: number, WORD{+WORD}, @buffer, $var, (expr), size, time, mac; result is
 * right-aligned raw content; checked against the width of what is named */
int dp_value_parse(const struct dp_ref *ref, const char *text, size_t len,
		   const struct dp_vars *vars, uint64_t *out, struct dp_err *err);
/* text of a raw value: enum word, flags, mac...; false = nothing better than the number */
bool dp_value_text(const struct dp_fmt *fmt, unsigned bits, uint64_t value, char *buf, size_t size);
bool dp_value_scaled(const struct dp_fmt *fmt, unsigned bits, uint64_t value, double *out);

/* assign.c */
enum dp_assign_op { DP_SET, DP_XOR, DP_ADD };
struct dp_assign {
	struct dp_ref *ref;
	enum dp_assign_op op;
	uint64_t mask;        /* register-wide: bits to change (for a join: of the joined value) */
	uint64_t value;       /* register-wide, already shifted */
	bool explicit_mask;   /* a MASK or bits without a field: class reserved */
	bool number_for_enum; /* a number that no word has: class enum */
	/* for the refusals: which number of what field, which bits without one */
	char odd_path[DP_PATH_MAX];
	uint64_t odd_value, bare_bits;
	const struct dp_words *odd_words;
};
/* as dp_assign_parse, names of @inst only (indirect) */
int dp_assign_in(struct dp_inst *inst, const char *text, struct dp_assign **out,
		 struct dp_err *err);

/* cond.c */
enum dp_cmp { DP_EQ, DP_NE, DP_LT, DP_LE, DP_GT, DP_GE };
struct dp_cond {
	struct dp_ref *ref;
	enum dp_cmp cmp;
	uint64_t want;
	bool is_signed; /* type int: compare as signed of the field's width */
};
int dp_cond_in(struct dp_inst *inst, const char *text, struct dp_cond **out, struct dp_err *err);
/* does the whole register's value meet it? *@seen = the compared bits, right-aligned */
bool dp_cond_test(const struct dp_cond *c, uint64_t reg_value, uint64_t *seen);

/* ------------------------------------------------------------------- plan */

#define DP_PROT_MAX 65 /* a field per bit, and the bits without one */

/**
 * dp_plan_bits - the heart of a write, pure: what one write of a register must be
 * @reg: its description; NULL = raw: unnamed bits are kept
 * @width: bits
 * @mask, @value, @op: register-wide, what was named
 * @opts: what the unnamed bits get; @shadow: last written value, or NULL
 * @force: mask of DP_FORCE()
 * @out: and/or/xor/add of the write; out->and_mask == 0 and out->add_mask == 0: no read
 * @prot: array of DP_PROT_MAX, filled with what is protected and why; *@n_prot of them
 *
 * Return: 0, or a refusal (effect, ro, reserved) in @err.
 */
int dp_plan_bits(const struct dp_reg *reg, unsigned width, enum dp_assign_op op, uint64_t mask,
		 uint64_t value, const struct dp_poke_opts *opts, const uint64_t *shadow,
		 uint64_t force, struct dp_access *out, struct dp_protected *prot, size_t *n_prot,
		 struct dp_err *err);
/* bits of @reg that read back as written: not ro, volatile, w1x, pulse... */
uint64_t dp_reg_storable(const struct dp_reg *reg, unsigned width);

#endif
