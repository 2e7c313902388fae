/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * desc.h - a loaded description
 *
 * load.c makes it of YAML; from then on it does not change.  It knows no device: lib/reg/ places it
 * on one.
 *
 * Everything a description owns (strings included) lives in its arena and ends with it.
 */
#ifndef DP_DESC_H
#define DP_DESC_H

#include "core/bits.h"
#include "core/core.h"
#include "desc/arena.h"
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
/* what an expression is at least, whatever its names are */
uint64_t dp_expr_min(const struct dp_expr *e);
const char *dp_expr_text(const struct dp_expr *e);
void dp_expr_free(struct dp_expr *e);
/* @e in the arena, with which it ends; takes @e.  NULL: out of memory */
struct dp_expr *dp_expr_keep(struct dp_arena *arena, struct dp_expr *e);

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
	const struct dp_words *words;       /* or NULL */
	const struct dp_words *write_words; /* of values to write, when they are others; or NULL */
	const char *unit;                   /* or NULL */
	double scale;                       /* 1 */
	int64_t bias;                       /* scaled = (value + bias) * scale */
	unsigned shift;                     /* address = value << shift */
	unsigned frac;                      /* fixed: bits after the point */
};

static inline const struct dp_words *dp_fmt_words(const struct dp_fmt *f, bool write)
{
	return write && f->write_words ? f->write_words : f->words;
}

/* a bit that says whether something else may be written: 1 = it may */
struct dp_lock {
	const char *path; /* REG.FIELD of the same description */
	struct dp_pos pos;
};

/* what reading and writing do */
struct dp_attr {
	enum dp_sw sw;
	enum dp_on_read on_read;
	enum dp_on_write on_write;
	bool is_volatile, unique, is_const, once, shadow, restore;
	const struct dp_lock *lock; /* or NULL */
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

#define DP_MAX_DIMS     4
#define DP_MAX_ELEMENTS 65536 /* of one array */

/* a further dimension; its count is a number, so that an index is always one (row-major) */
struct dp_dim {
	uint64_t count;
	struct dp_expr *stride;
	const char *index_name; /* or NULL */
};

/* count and stride, or explicit offsets; expressions over const fields */
struct dp_array {
	struct dp_expr *count, *stride; /* of the first dimension; NULL when offsets are given */
	uint64_t *offsets;
	size_t n_offsets;
	const char *index_name; /* or NULL */
	struct dp_dim *inner;   /* the others, the last one runs fastest */
	unsigned n_inner;
};

/* elements of one index of the first dimension */
static inline uint64_t dp_array_inner(const struct dp_array *a)
{
	uint64_t n = 1;

	for (unsigned d = 0; d < a->n_inner; d++)
		n *= a->inner[d].count;
	return n;
}

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
	bool big_endian, has_reset, flush, has_lock; /* has_lock: some bit has one */
	uint64_t reset, reset_mask;                  /* the mask: bits of which it is known */
	uint64_t resets_ns;            /* after a write nothing touches the device for that long */
	struct dp_array *array;        /* or NULL */
	struct dp_expr *when;          /* or NULL */
	const char *level;             /* path of the fill level of a FIFO, or NULL */
	const char *set_of, *clear_of; /* register names, or NULL */
	const char *alternate;         /* the register that this is another view of, or NULL */
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

#define DP_MAX_JOIN 128 /* bits */

struct dp_join {
	const char *name, *doc, *ref;
	struct dp_join_part *parts; /* most significant first */
	size_t n_parts;
	size_t latch;  /* the part that, when it is read, latches the others; with @latched */
	bool latched;  /* the latch is read first and written last, the others between */
	bool lo_first; /* order of the others, or of all; default: as listed */
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
	DP_PLACE_PAGED,
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

/* a space that is seen in another one while a register of that holds @value */
struct dp_paged {
	unsigned in;      /* index in spaces */
	const char *page; /* "PAGE.SEL", or "PAGE" */
	uint64_t value;
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
	struct dp_paged paged;
	struct dp_pos pos;
};

/* another description, or a type with registers or members, placed in this one */
struct dp_block {
	const char *name, *doc;
	struct dp_desc *sub;
	unsigned space; /* index in spaces */
	unsigned step;  /* its offsets and strides count for that many */
	struct dp_expr *offset;
	struct dp_array *array; /* or NULL */
	struct dp_expr *when;   /* or NULL */
	struct dp_pos pos;
};

/* a layer over the description where @when holds: over const registers, and pci.vendor,
 * pci.device, pci.subvendor, pci.subdevice, pci.revision, pci.class */
struct dp_variant {
	struct dp_expr *when;
	const char *doc;
	struct dp_pos pos;
};

/* what `sequences` has: steps in the grammar of CLI.md, with this description's names */
struct dp_desc_seq {
	const char *name, *doc, *ref;
	struct dp_seq_arg *args;
	size_t n_args;
	struct dp_seq_step *steps;
	size_t n_steps;
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
	bool is_memory; /* a memory layout: its registers are members */
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
	unsigned nested;          /* how many blocks in each other there are at most */
	size_t all;               /* registers and blocks, with those of blocks; of an array one */
	struct dp_desc_seq *seqs; /* in file order */
	size_t n_seqs;
	struct dp_desc **subs; /* owned descriptions of blocks */
	size_t n_subs;
	struct dp_variant *variants;
	size_t n_variants;
	void *by_name; /* index of names, desc.c's */
};

/* desc.c: by exact name, else case-insensitively when that is unambiguous; NULL = none */
const struct dp_reg *dp_desc_reg(const struct dp_desc *d, const char *name, size_t len);
const struct dp_join *dp_desc_join(const struct dp_desc *d, const char *name, size_t len);
const struct dp_block *dp_desc_block(const struct dp_desc *d, const char *name, size_t len);
/* reached by other registers only: each read is a write */
static inline bool dp_is_behind(const struct dp_desc_space *s)
{
	return s->place == DP_PLACE_INDIRECT || s->place == DP_PLACE_PAGED;
}
/* offsets of an indirect space are what its index register takes: numbers, not bytes; a paged
 * one counts as the one it is in */
static inline bool dp_counts_registers(const struct dp_desc *d, const struct dp_desc_space *s)
{
	for (size_t i = 0; s->place == DP_PLACE_PAGED && i < d->n_spaces; i++)
		s = &d->spaces[s->paged.in];
	return s->place == DP_PLACE_INDIRECT;
}
int dp_desc_space_index(const struct dp_desc *d, const char *name, size_t len); /* -1 = none */
const struct dp_field *dp_reg_field(const struct dp_reg *r, const char *name, size_t len);
/* is what these bits are after reset known? */
static inline bool dp_reg_resets(const struct dp_reg *r, uint64_t mask)
{
	return r->has_reset && !(mask & ~r->reset_mask);
}
/* bits that no field describes; none when there are no fields at all */
uint64_t dp_reg_reserved(const struct dp_reg *r);
const struct dp_word *dp_words_find(const struct dp_words *w, const char *name, size_t len);
/* of values that are read, or written */
bool dp_fmt_has_word(const struct dp_fmt *f, const char *name, size_t len);
/* the attributes of a bit: its field's, else the register's own; *field may be NULL */
const struct dp_attr *dp_reg_bit(const struct dp_reg *r, unsigned bit,
				 const struct dp_field **field);
/* words of the YAML for enums above, for messages, explain and JSON */
const char *dp_sw_name(enum dp_sw v);
const char *dp_on_read_name(enum dp_on_read v);
const char *dp_on_write_name(enum dp_on_write v);
const char *dp_kind_name(enum dp_kind v);
const char *dp_type_name(enum dp_vtype v);
const char *dp_reserved_name(enum dp_reserved v);
/* REG or REG.FIELD of the description @arg as after reset: a dp_expr_lookup */
int dp_desc_reset(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err);

/* find.c: @desc's file again, with the variants of @mask (bit i: variant i) */
int dp_desc_reload(struct dp_ctx *ctx, const struct dp_desc *desc, uint64_t mask,
		   struct dp_desc **out, struct dp_err *err);

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

#endif
