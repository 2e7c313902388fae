/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load.h - what the files of the description loader share
 *
 * load_file.c: files to one tree (merge.c: extends, include) -> load.c: tree to struct
 * dp_desc, one noun per load_*.c -> check.c: what needs the whole.  Nothing stops at the first
 * problem; dp_desc_load() shows the first of them and dp_desc_lint() all.
 */
#ifndef DP_LOAD_H
#define DP_LOAD_H

#include <sys/types.h>

#include "desc/keys.h"
#include "desc/yaml.h"

#define DP_MAX_ALL_ELEMENTS 262144  /* of a file's arrays with gaps, when looking for overlaps */
#define DP_MAX_IN_BLOCKS    1000000 /* registers and blocks, with those of blocks */
#define DP_MAX_FILES        64      /* of one load */
#define DP_MAX_CHAIN        8       /* extends, include and blocks inside each other */
#define DP_MAX_STEP         4096    /* of a block: bytes from one byte of it to the next */
#define DP_MAX_VARIANTS     32
#define DP_MAX_NAME         63
#define DP_MAX_SPACE_NAME   31

/* a file being read; @up is the one that names it, with @pos there */
struct dp_source {
	const char *path;
	dev_t dev;
	ino_t ino;
	const struct dp_source *up;
	const struct dp_pos *pos;
};

/* one load: all its files and blocks.  @arena becomes the description's, @temp ends here. */
struct dp_loader {
	struct dp_ctx *ctx;
	struct dp_arena *arena, *temp;
	struct dp_problems problems;
	size_t nodes_left;
	unsigned files;
	unsigned nested; /* types being read in each other */
	uint64_t hash;
	struct dp_source_file *read; /* files, and those that were not there; in @temp */
	struct dp_err *err;          /* of the first file itself, when it cannot be read */
	int rc;
	bool lint;         /* say what is only bad style, too, and look at each variant */
	uint64_t variants; /* of the first file: those that hold */
};

struct dp_defaults {
	unsigned width, widths;
	bool big_endian, gaps_forbidden;
	enum dp_split64 split64;
	enum dp_reserved reserved;
	struct dp_attr attr;
	unsigned space; /* DP_NO_SPACE: each register names its own */
};
#define DP_NO_SPACE (~0u)

/* where a register's attributes stand, for problems found when the whole is known */
struct dp_array_src {
	const struct dp_node *count, *stride;
};
struct dp_reg_src {
	const struct dp_node *offset, *when, *level, *set_of, *clear_of, *alternate;
	struct dp_array_src array;
};
struct dp_space_src {
	const struct dp_node *paged, *page_register, *page_value;
	const struct dp_node *index, *data, *start_read, *start_write, *ready, *unlock;
	bool gaps_forbidden;
};
struct dp_block_src {
	const struct dp_node *at, *when;
	struct dp_array_src array;
};

/* one description being made of @root; those of blocks have a scope of their own */
struct dp_draft {
	struct dp_loader *ld;
	struct dp_desc *desc;
	const struct dp_source *source;
	const struct dp_node *enums, *flags, *types, *spaces;
	struct dp_defaults def;
	struct dp_reg_src *reg_src;
	struct dp_space_src *space_src;
	struct dp_block_src *block_src;
	const struct dp_node **join_src;
	uint8_t *heights; /* by register, check.c's */
};

/* dp_desc.by_name: open addressing over names, case folded */
enum dp_name_kind { DP_NAME_SPACE, DP_NAME_BLOCK, DP_NAME_REG, DP_NAME_JOIN };
struct dp_name_slot {
	const char *name; /* NULL = free */
	const struct dp_pos *pos;
	enum dp_name_kind kind;
	uint32_t hash;
	size_t index;
};
struct dp_names {
	size_t n_slots; /* a power of two */
	struct dp_name_slot slots[];
};

/* load_space.c */
extern const char *const dp_gaps_words[];
/* desc.c */
extern const char *const dp_sw_words[], *const dp_on_read_words[], *const dp_on_write_words[];
extern const char *const dp_kind_words[], *const dp_type_words[], *const dp_reserved_words[];
extern const char *const dp_split64_words[];
struct dp_names *dp_names_new(struct dp_arena *arena, size_t n);
/* the entry of @name: exactly, else case-insensitively when that is unambiguous; NULL: there is
 * none, or it is none of @kinds (a mask of 1 << kind) */
const struct dp_name_slot *dp_names_find(const struct dp_desc *d, const char *name, size_t len,
					 unsigned kinds);
void dp_names_add(struct dp_names *names, enum dp_name_kind kind, size_t index, const char *name,
		  const struct dp_pos *pos);

/* load_file.c */
/* @arena: where the description is to lie, or NULL: anywhere */
bool dp_loader_init(struct dp_loader *ld, struct dp_ctx *ctx, size_t max_problems,
		    struct dp_arena *arena, struct dp_err *err);
void dp_loader_end(struct dp_loader *ld); /* frees the arena too unless it was taken */
/* the merged tree of @self->path; NULL: problem reported, or ld->rc and ld->err are set */
struct dp_node *dp_load_tree(struct dp_loader *ld, struct dp_source *self);
/* path of the file that @ref (a name or a file) means where it stands; NULL: problem reported */
const char *dp_load_resolve(struct dp_loader *ld, const struct dp_node *ref);
/* the `device` mapping of one file alone, for the index */
struct dp_node *dp_load_device(struct dp_loader *ld, const char *path);

/* merge.c */
struct dp_node *dp_merge_overlay(struct dp_loader *ld, struct dp_node *base, struct dp_node *top);
struct dp_node *dp_merge_include(struct dp_loader *ld, struct dp_node *into,
				 const struct dp_node *from);
/* entries of @base and @top by name, those in both merged key by key (layouts) */
struct dp_node *dp_merge_fields(struct dp_loader *ld, struct dp_node *base, struct dp_node *top);

/* load.c */
struct dp_desc *dp_load_desc(struct dp_loader *ld, struct dp_source *self);
/* a section that is a mapping of names, or NULL; what it is else is reported */
struct dp_node *dp_load_section(struct dp_draft *dr, struct dp_node *n);
/* names, registers (or members) and checks: of a file, or of a type with its own */
void dp_load_registers(struct dp_draft *dr, const struct dp_node *registers, enum dp_where where);
/* what device.match says, in dp_match form */
void dp_load_match(struct dp_loader *ld, const struct dp_node *match, struct dp_match **out,
		   size_t *n);
/* load_variant.c: conditions of the variants, and @root with those of @mask laid over it */
void dp_load_variants(struct dp_draft *dr, const struct dp_node *root);
struct dp_node *dp_load_with_variants(struct dp_loader *ld, struct dp_node *root, uint64_t mask);
/* 0, or -errno with ld->err filled; problems are in @ld too */
int dp_load_run(struct dp_loader *ld, const char *path, struct dp_desc **out);

/* load_array.c: `array` of a register or block; NULL: reported.  @size: the stride when none is
 * given; 0: it must be */
struct dp_array *dp_load_array(struct dp_draft *dr, const struct dp_node *n, uint64_t size,
			       struct dp_array_src *src);
/* what `count` or `stride` says of dimension @d */
const struct dp_node *dp_dim_node(const struct dp_node *n, unsigned d);

/* load_words.c, load_space.c, load_reg.c, load_field.c, load_type.c, load_join.c */
struct dp_words *dp_load_words(struct dp_draft *dr, struct dp_node *n, const char *name,
			       bool flags);
void dp_load_all_words(struct dp_draft *dr);
/* @enums or @flags of this field: a name or a mapping; checked against @bits */
const struct dp_words *dp_load_words_ref(struct dp_draft *dr, struct dp_node *n, bool flags,
					 unsigned bits);
void dp_load_spaces(struct dp_draft *dr, const struct dp_node *spaces);
/* -1 = none; works before the names are indexed */
int dp_load_space_index(const struct dp_draft *dr, const char *name, size_t len);
void dp_load_reg(struct dp_draft *dr, const struct dp_pair *p, enum dp_where where,
		 struct dp_reg *r, struct dp_reg_src *src);
void dp_load_attr(struct dp_draft *dr, const struct dp_keys *k, struct dp_attr *attr);
void dp_load_fmt(struct dp_draft *dr, const struct dp_keys *k, unsigned bits, struct dp_fmt *fmt);
void dp_load_fields(struct dp_draft *dr, const struct dp_node *fields, struct dp_reg *r);
unsigned dp_load_widths(struct dp_draft *dr, const struct dp_node *n);
void dp_load_types(struct dp_draft *dr);
struct dp_node *dp_load_type(struct dp_draft *dr, const struct dp_node *use);
void dp_load_blocks(struct dp_draft *dr, const struct dp_node *blocks);
void dp_load_joins(struct dp_draft *dr, const struct dp_node *joins);
void dp_load_join_parts(struct dp_draft *dr);

/* load_seq.c */
void dp_load_seqs(struct dp_draft *dr, const struct dp_node *seqs);

/* check_step.c: the texts of a step, against the names of the description and the arguments */
struct dp_step_nodes {
	const struct dp_node *text, *timeout, *interval, *unless, *when, *others;
};
/* @used: by argument, set for those that a text names */
void dp_check_step(struct dp_draft *dr, const struct dp_desc_seq *seq,
		   const struct dp_seq_step *step, const struct dp_step_nodes *src, bool *used);

/* check.c, check_layout.c: what needs all registers */
/* a path of this description: REG[.INDEX][.FIELD] */
bool dp_check_path(struct dp_draft *dr, const struct dp_pos *pos, const char *text, size_t len,
		   struct dp_join_part *out);
void dp_check_names(struct dp_draft *dr);
void dp_check_all(struct dp_draft *dr);
void dp_check_layout(struct dp_draft *dr);

#endif
