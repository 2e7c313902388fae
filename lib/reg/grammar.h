/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grammar.h - what the files of the grammar of names and values share
 *
 * path_parse.c: text -> struct dp_path (syntax only)
 * bind.c:       dp_path -> struct dp_named (which instance, register, field); names.c: none
 * path.c:       dp_named -> struct dp_ref, one of them
 * all.c, glob.c, range.c: -> many refs, or bytes
 * locate.c:     where they lie; skip.c: which of them bulk readers leave alone
 * raw.c:        offsets, and which register lies at one
 */
#ifndef DP_GRAMMAR_H
#define DP_GRAMMAR_H

#include "core/chars.h"
#include "core/number.h"
#include "reg/reg.h"

/* ------------------------------------------------------------------ syntax */

#define DP_PATH_PARTS 8

enum dp_index { DP_INDEX_NONE, DP_INDEX_ONE, DP_INDEX_SLICE, DP_INDEX_ALL };

/* .3, [3], [a..b], [*] */
struct dp_subscript {
	enum dp_index kind;
	uint64_t first, last;
};

/* NAME, and one subscript for each dimension of an array; @glob: '*' in the name */
struct dp_part {
	const char *name;
	size_t len;
	struct dp_subscript sub[DP_MAX_DIMS];
	unsigned n_sub;
	bool glob;
};

/**
 * struct dp_path - one path as it was written
 * @n: parts; 0 = an OFFSET alone
 * @width, @order: of the type, valid with @has_type
 */
struct dp_path {
	const char *text;
	size_t len;
	struct dp_part parts[DP_PATH_PARTS];
	size_t n;
	bool has_offset, has_type, has_bits, many;
	uint64_t offset;
	unsigned width, hi, lo;
	enum dp_order order;
};

/* the path at the start of @s; it ends at @len or at a range's ".."; out->len says where */
int dp_path_parse(const char *s, size_t len, struct dp_path *out, struct dp_err *err);

/* ------------------------------------------------------------------- names */

/* whose names count: all of the device, or those of one instance; @write prefers the
 * writable one of two registers at one offset */
struct dp_scope {
	struct dp_dev *dev;
	struct dp_inst *inst;
	bool write;
};

enum dp_named_kind { DP_NAMED_SPACE, DP_NAMED_BLOCK, DP_NAMED_REG, DP_NAMED_JOIN };

/**
 * struct dp_named - what the parts of a path name
 * @inst: owner of space, register or join; of a block the block's own
 * @space: index in the spaces of @inst; unused with @plain
 * @plain: a space of the device that no description names
 * @index: of an array register, as written
 * @many: all elements of an array of blocks, @inst is the first of them
 * @bulk: not spelled by name: a register that is absent or beyond its space is no error, its
 * ref just stays without a place
 */
struct dp_named {
	enum dp_named_kind kind;
	struct dp_inst *inst;
	unsigned space;
	struct dp_space *plain;
	const struct dp_reg *reg;
	const struct dp_field *field;
	const struct dp_join *join;
	enum dp_index index;
	uint64_t first, last;
	bool many, bulk;
};

/* bind.c */
int dp_bind(const struct dp_scope *sc, const struct dp_path *p, struct dp_named *out,
	    struct dp_err *err);
/* the space that an OFFSET alone counts from */
int dp_bind_main(const struct dp_scope *sc, struct dp_named *out, struct dp_err *err);
/* names.c */
/* the hint "@what A, B, C", as many as fit */
void dp_hint_list(struct dp_err *err, const char *what, const char *const *names, size_t n);
/* the hint of an unknown name: nearest names of @inst; NULL: what names begin with */
void dp_hint_names(const struct dp_scope *sc, const struct dp_inst *inst, const char *name,
		   size_t len, struct dp_err *err);
/* DP_NAME with that hint */
int dp_unknown_name(const struct dp_scope *sc, const struct dp_inst *inst, const char *name,
		    size_t len, struct dp_err *err);
int dp_unknown_field(const struct dp_named *n, const struct dp_part *part, struct dp_err *err);
/* bind.c */
/* the instance of every block, of @top only unless that is NULL, in order; fn non-zero ends the
 * walk.  -EAGAIN: all were seen but those of arrays whose count only the open device tells. */
int dp_each_inst(struct dp_dev *dev, struct dp_inst *top,
		 int (*fn)(void *arg, struct dp_inst *inst), void *arg, struct dp_err *err);

/* text.c: a path that grows in a buffer of DP_PATH_MAX.  One-shot commands and million-line
 * batches come through here, so no printf. */
struct dp_text {
	char *s;
	size_t n;
	bool full; /* something was left out */
};
void dp_text_chars(struct dp_text *t, const char *s, size_t len);
void dp_text_add(struct dp_text *t, const char *s);
void dp_text_number(struct dp_text *t, uint64_t v);
void dp_text_hex(struct dp_text *t, uint64_t v);

/* assign.c, cond.c: one word in the names of @sc; its write set where it matters */
int dp_assign_of(const struct dp_scope *sc, const char *text, const struct dp_vars *vars,
		 struct dp_assign **out, struct dp_err *err);
int dp_cond_of(const struct dp_scope *sc, const char *text, const struct dp_vars *vars,
	       struct dp_cond **out, struct dp_err *err);
/* value.c: what the value @s stands for when it is $NAME and @vars has a text for it, else NULL */
const char *dp_value_var(const char *s, size_t len, const struct dp_vars *vars);

/* path.c: one ref */
struct dp_bits {
	bool given;
	unsigned hi, lo;
};
/* narrow @ref, which names a whole register or field, to @bits of it */
int dp_ref_set_bits(struct dp_ref *ref, struct dp_text *path, const struct dp_bits *bits,
		    struct dp_err *err);
/* @ref has @bits bits only: -ERANGE */
int dp_bit_beyond(const struct dp_ref *ref, unsigned bit, unsigned bits, struct dp_err *err);
/* what one path names, offsets included */
int dp_ref_of(const struct dp_scope *sc, const struct dp_path *p, const struct dp_named *n,
	      struct dp_ref **out, struct dp_err *err);
int dp_ref_make(const struct dp_named *n, uint64_t index, const struct dp_bits *bits,
		struct dp_ref **out, struct dp_err *err);
int dp_ref_one(const struct dp_scope *sc, const char *text, size_t len, struct dp_ref **out,
	       struct dp_err *err);

/* raw.c */
int dp_ref_raw(const struct dp_scope *sc, const struct dp_named *n, const struct dp_path *p,
	       struct dp_ref **out, struct dp_err *err);
/* a raw access whose description had to wait for the open device: is it a register? */
int dp_ref_raw_locate(struct dp_ref *ref, struct dp_err *err);

/* array.c; @a may be NULL: one element, at 0 */
int dp_array_count(struct dp_inst *inst, const struct dp_array *a, bool quiet, uint64_t *out,
		   struct dp_err *err);
int dp_array_offset(struct dp_inst *inst, const struct dp_array *a, uint64_t index, bool quiet,
		    uint64_t *out, struct dp_err *err);
void dp_index_text(struct dp_text *t, const struct dp_array *a, uint64_t index);
/* -ERANGE: @path is not among the @count elements of @name */
int dp_beyond_array(const char *path, const struct dp_inst *inst, const char *name,
		    const struct dp_array *a, uint64_t count, struct dp_err *err);

/* locate.c: places that need no look at the device are known before it is open */
int dp_place_quietly(struct dp_inst *inst, unsigned space, struct dp_place *out,
		     struct dp_err *err);
/* where a register lies, or the lowest part of a joined value; @quiet: as far as that is
 * known without looking at the device, else -EAGAIN */
int dp_ref_place(struct dp_ref *ref, bool quiet, struct dp_err *err);
int dp_ref_place_join(struct dp_ref *ref, bool quiet, struct dp_err *err);
/* what space @space of @inst is: of a block one of its owner's, unless it is a page of its own */
const struct dp_desc_space *dp_inst_space(const struct dp_inst *inst, unsigned space);
/* how far a ref reaches in its space */
uint64_t dp_ref_bytes(const struct dp_ref *ref);
/* the least that a register's offset can be, whatever the device says */
uint64_t dp_reg_offset_min(const struct dp_inst *inst, const struct dp_reg *reg);
/* elements of an array register, 1 when it is none */
int dp_reg_count(struct dp_inst *inst, const struct dp_reg *reg, bool quiet, uint64_t *out,
		 struct dp_err *err);
/* offset of a register (element @index) in its description's space */
int dp_reg_offset(struct dp_inst *inst, const struct dp_reg *reg, uint64_t index, bool quiet,
		  uint64_t *out, struct dp_err *err);
/* -EAGAIN where only a look at the device can tell, and @quiet or not open */
int dp_eval_quietly(struct dp_inst *inst, const struct dp_expr *e, bool quiet, uint64_t *out,
		    struct dp_err *err);
bool dp_dev_offline(const struct dp_dev *dev);
/* a capability that the device has not: its registers are not worth a line each */
bool dp_reg_absent(struct dp_inst *inst, const struct dp_reg *reg);

/* raw.c */
/*
 * A byte of the device, whatever name its space goes by: region and offset in it; an indirect
 * space stands for itself, and offline a description's outermost space does.
 */
struct dp_byte {
	const void *key;
	uint64_t at;
};
struct dp_byte dp_byte_of(const struct dp_space *s, const struct dp_desc_space *offline,
			  uint64_t offset);
struct dp_byte dp_ref_byte(const struct dp_ref *ref);

/* all.c */
int dp_refs_push(struct dp_refs *refs, struct dp_ref *ref, struct dp_err *err);
/* every element that @n names, without consent, at the end of @out */
int dp_refs_expand(const struct dp_named *n, const struct dp_bits *bits, struct dp_refs *out,
		   struct dp_err *err);
/* every register (of @top and its blocks, or NULL) that @want wants, in space and offset order */
int dp_refs_collect(struct dp_dev *dev, struct dp_inst *top,
		    bool (*want)(void *arg, struct dp_inst *inst, const struct dp_reg *reg),
		    void *arg, struct dp_refs *out, struct dp_err *err);
/* for it: all */
bool dp_want_all(void *arg, struct dp_inst *inst, const struct dp_reg *reg);
void dp_refs_sort(struct dp_dev *dev, struct dp_refs *refs);

/* path.c: what @p names, which has no slices of blocks or of several dimensions; @bulk: it was one
 * of many, so that it was not spelled by name */
int dp_refs_named(const struct dp_scope *sc, const struct dp_path *p, bool bulk,
		  struct dp_refs *out, struct dp_err *err);

/* slices.c: subscripts that name many, of blocks and of arrays with several dimensions */
/* 1: @p had one, and what it names is at the end of @out; 0: it has none */
int dp_refs_slices(const struct dp_scope *sc, const struct dp_path *p, struct dp_refs *out,
		   struct dp_err *err);
/* the elements of a whole array of blocks, @n->many */
int dp_refs_blocks(const struct dp_scope *sc, const struct dp_path *p, const struct dp_named *n,
		   struct dp_refs *out, struct dp_err *err);
/* does part @i of @p name (an element of) a block? */
bool dp_part_is_block(const struct dp_scope *sc, const struct dp_path *p, size_t i);

/* glob.c */
int dp_refs_glob(const struct dp_scope *sc, const struct dp_path *p, struct dp_refs *out,
		 struct dp_err *err);

/* bulk.c */
/* registers that may lie in the bytes of @range, not all of which have a place on this device;
 * *@described: a description covers its region */
int dp_refs_touching(struct dp_dev *dev, const struct dp_range *range, struct dp_refs *out,
		     bool *described, struct dp_err *err);
/* are bytes of no register to be left alone there? */
bool dp_range_has_holes(const struct dp_dev *dev, const struct dp_space *space);

/* range.c: text with ".." */
int dp_refs_range(const struct dp_scope *sc, const char *text, const struct dp_path *left,
		  struct dp_refs *out, struct dp_err *err);
/* all registers of a space or block */
int dp_refs_inside(const struct dp_scope *sc, const struct dp_path *p, const struct dp_named *n,
		   struct dp_refs *out, struct dp_err *err);

#endif
