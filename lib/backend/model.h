/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model.h - the register model behind `model:` targets
 *
 * model_regs.c knows what reading and writing one register does, model_map.c where registers
 * are, model_bus.c what an access reaches, also behind windows, model_state.c the STATE file;
 * model.c is the backend.
 */
#ifndef DP_BACKEND_MODEL_H
#define DP_BACKEND_MODEL_H

#include "core/json.h"
#include "reg/reg.h"

#define DP_MODEL_FIFO 64

struct dp_model_fifo {
	struct dp_model_fifo *next;
	uint64_t v[DP_MODEL_FIFO];
	unsigned head, n;
};

/**
 * struct dp_model_reg - the contents of one register, or of one element of an array
 * @value: stored bits, those that cannot be read included
 * @written: what was written last; valid with @was_written
 * @once: write-once bits that have been written
 * @fired: pulse and effect bits that writes have set off
 * @target: of set_of and clear_of: writes change that register instead; @clears which way
 * @fifo: of kind fifo
 */
struct dp_model_reg {
	const struct dp_reg *reg;
	uint64_t value, written, once, fired;
	bool was_written, clears;
	struct dp_model_reg *target;
	struct dp_model_fifo *fifo;
};

/* model_regs.c; pure.  @lanes: the bits of the register that the access covers */
void dp_model_reg_reset(struct dp_model_reg *r, const struct dp_reg *reg);
uint64_t dp_model_reg_read(struct dp_model_reg *r, uint64_t lanes);
void dp_model_reg_write(struct dp_model_reg *r, uint64_t value, uint64_t lanes);

/* a range that accesses reach: a region, or (place indirect) what lies behind a window, with
 * the index as offset */
struct dp_model_space {
	const struct dp_desc_space *ds;
	struct dp_inst *inst; /* whose space it is */
	int in;               /* paged: the space that it is seen in; -1: that is not modelled */
	uint64_t size;
};

/* a register, or an array of them, placed in a space */
struct dp_model_place {
	const struct dp_reg *reg;
	const struct dp_inst *inst; /* of the description that names it */
	unsigned space;
	uint64_t offset, count, step;
	uint64_t strides[DP_MAX_DIMS];
	struct dp_model_reg **elems; /* made when touched */
};

/* bits of a placed register that a window uses */
struct dp_model_bits {
	struct dp_model_place *place;
	uint64_t index, mask, value;
	unsigned lo;
};

struct dp_model_window {
	unsigned space;
	struct dp_model_bits index, data, start_read, start_write, ready;
};

/* space @space is seen in space @in while @page is its value; what it has not, @in shows */
struct dp_model_page {
	unsigned space, in;
	struct dp_model_bits page;
};

struct dp_model {
	const struct dp_desc *desc;
	struct dp_model_space spaces[DP_MAX_REGIONS];
	size_t n_spaces;
	struct dp_model_place *places;
	size_t n_places;
	struct dp_model_fifo *fifos; /* owned */
	struct dp_model_page *pages;
	size_t n_pages;
	struct dp_model_window *windows;
	size_t n_windows;
	unsigned depth; /* of windows behind windows */
	bool changed;   /* since the state was saved */
	char *state;    /* file, or NULL */
	int log;        /* descriptor of STATE.log, or -1 */
	int64_t logged; /* its size after our last access: another is another process's doing */
};

/* model_map.c: where registers are.  @inst: the description, placed on the model's device */
int dp_model_build(struct dp_model *m, struct dp_inst *inst, struct dp_err *err);
void dp_model_end(struct dp_model *m);
/* the element's contents; NULL: out of memory */
struct dp_model_reg *dp_model_elem(struct dp_model *m, struct dp_model_place *p, uint64_t index);
struct dp_model_place *dp_model_place_of(struct dp_model *m, const struct dp_inst *inst,
					 const struct dp_reg *reg);
/* elements lie in the order of their indices */
static inline bool dp_model_one_stride(const struct dp_model_place *p)
{
	return !p->reg->array || (!p->reg->array->offsets && !p->reg->array->n_inner);
}
uint64_t dp_model_offset(const struct dp_model_place *p, uint64_t index);

/* model_bus.c: accesses, and what windows do with them */
int dp_model_windows(struct dp_model *m, struct dp_inst *inst, struct dp_err *err);
uint64_t dp_model_read(struct dp_model *m, unsigned space, uint64_t offset, unsigned width);
void dp_model_write(struct dp_model *m, unsigned space, uint64_t offset, unsigned width,
		    uint64_t value);
/* last written value of the register that an access of @width at @offset is; -ENOENT */
int dp_model_shadow(struct dp_model *m, unsigned space, uint64_t offset, unsigned width,
		    uint64_t *value);

/* model_state.c; without STATE they do nothing */
int dp_model_load(struct dp_model *m, struct dp_err *err);
int dp_model_save(struct dp_model *m, struct dp_err *err);

#endif
