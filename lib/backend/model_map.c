/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model_map.c - where a model's registers are
 *
 * Elements of arrays are made when they are first touched: a description may have a hundred
 * thousand doorbells.  Expressions see the reset values of const registers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend/model.h"

#define MAX_ELEMENTS (UINT64_C(1) << 20)
#define MAX_PLACES   (1u << 20)
#define MAX_DEPTH    4 /* blocks in blocks */

/* ------------------------------------------------------------ expressions */

static int eval(const struct dp_desc *desc, const struct dp_expr *e, uint64_t none, uint64_t *out,
		struct dp_err *err)
{
	*out = none;
	return e ? dp_expr_eval(e, dp_desc_reset, (void *)desc, out, err) : 0;
}

/* a model is the device that its reset values describe */
static int use_variants(struct dp_inst *inst, struct dp_err *err)
{
	uint64_t mask;
	int rc;

	if (inst->decided || !inst->desc->n_variants)
		return 0;
	rc = dp_variants_hold(inst, dp_desc_reset, (void *)inst->desc, &mask, err);
	return rc ? rc : dp_inst_use(inst, mask, err);
}

/* ----------------------------------------------------------------- places */

/* a description being laid out: where its spaces are in the model's; -1: nowhere */
struct layout {
	const struct dp_desc *desc;
	struct dp_inst *inst;
	int space[DP_MAX_REGIONS];
	uint64_t start[DP_MAX_REGIONS];
	uint64_t step;
	unsigned depth;
};

static struct dp_model_place *new_place(struct dp_model *m)
{
	/* powers of two: the array grows when it is full */
	if (!(m->n_places & (m->n_places - 1))) {
		size_t room = m->n_places ? 2 * m->n_places : 1;
		struct dp_model_place *bigger = realloc(m->places, room * sizeof(*bigger));

		if (!bigger || room > MAX_PLACES)
			return NULL;
		m->places = bigger;
	}
	memset(&m->places[m->n_places], 0, sizeof(*m->places));
	return &m->places[m->n_places++];
}

static int count_of(const struct dp_desc *desc, const struct dp_array *a, const char *name,
		    uint64_t *out, struct dp_err *err)
{
	int rc;

	if (a->offsets) {
		*out = a->n_offsets;
		return 0;
	}
	rc = eval(desc, a->count, 1, out, err);
	if (!rc && (__builtin_mul_overflow(*out, dp_array_inner(a), out) || *out > MAX_ELEMENTS))
		rc = dp_err_set(err, E2BIG, DP_VALUE,
				"'%s' has more elements than a model can hold", name);
	return rc;
}

static int strides_of(const struct dp_desc *desc, const struct dp_array *a, uint64_t step,
		      uint64_t strides[DP_MAX_DIMS], struct dp_err *err)
{
	int rc = a->offsets ? 0 : eval(desc, a->stride, 0, &strides[0], err);

	for (unsigned d = 0; d < a->n_inner && !rc; d++)
		rc = eval(desc, a->inner[d].stride, 0, &strides[d + 1], err);
	for (unsigned d = 0; d < DP_MAX_DIMS; d++)
		strides[d] *= step;
	return rc;
}

/* where element @i begins, from the first on */
static uint64_t element_at(const struct dp_array *a, const uint64_t strides[DP_MAX_DIMS],
			   uint64_t step, uint64_t i)
{
	uint64_t at = 0;

	if (!a)
		return 0;
	if (a->offsets)
		return a->offsets[i] * step;
	for (unsigned d = a->n_inner; d--; i /= a->inner[d].count)
		at += i % a->inner[d].count * strides[d + 1];
	return at + i * strides[0];
}

static int place_array(const struct layout *l, const struct dp_reg *reg, struct dp_model_place *p,
		       struct dp_err *err)
{
	const struct dp_array *a = reg->array;
	int rc = 0;

	p->count = 1;
	if (!a)
		return 0;
	rc = count_of(l->desc, a, reg->name, &p->count, err);
	return rc ? rc : strides_of(l->desc, a, l->step, p->strides, err);
}

static int place_reg(struct dp_model *m, const struct layout *l, const struct dp_reg *reg,
		     struct dp_err *err)
{
	struct dp_model_place *p;
	uint64_t there;
	int rc = eval(l->desc, reg->when, 1, &there, err);

	if (rc || !there || reg->space >= DP_MAX_REGIONS || l->space[reg->space] < 0)
		return rc;
	p = new_place(m);
	if (!p)
		return dp_err_nomem(err);
	p->reg = reg;
	p->inst = l->inst;
	p->space = (unsigned)l->space[reg->space];
	rc = eval(l->desc, reg->offset, 0, &p->offset, err);
	p->step = l->step;
	p->offset = p->offset * l->step + l->start[reg->space];
	return rc ? rc : place_array(l, reg, p, err);
}

static int place_all(struct dp_model *m, const struct layout *l, struct dp_err *err);

static int new_space(struct dp_model *m, struct layout *l, size_t i, struct dp_err *err)
{
	struct dp_model_space *s = &m->spaces[m->n_spaces];

	if (m->n_spaces == DP_MAX_REGIONS)
		return dp_err_set(err, E2BIG, DP_VALUE, "'%s' has more than %d spaces",
				  m->desc->name, DP_MAX_REGIONS);
	*s = (struct dp_model_space){.ds = &l->desc->spaces[i], .inst = l->inst, .in = -1};
	l->space[i] = (int)m->n_spaces++;
	return 0;
}

/* when all spaces of a description have their places */
static void join_pages(struct dp_model *m, const struct layout *l)
{
	for (size_t i = 0; i < l->desc->n_spaces; i++)
		if (l->desc->spaces[i].place == DP_PLACE_PAGED)
			m->spaces[l->space[i]].in = l->space[l->desc->spaces[i].paged.in];
}

/* one block lies @at bytes into one space of its owner; pages of its own are seen there */
static int place_element(struct dp_model *m, const struct layout *owner, const struct dp_block *b,
			 uint64_t i, uint64_t at, struct dp_err *err)
{
	struct layout l = {.depth = owner->depth + 1};

	int rc;

	l.inst = dp_inst_block(owner->inst, b, i, err);
	if (!l.inst)
		return -ENOMEM;
	rc = use_variants(l.inst, err);
	if (rc)
		return rc;
	l.desc = l.inst->desc;
	l.step = l.inst->step;
	for (size_t k = 0; k < DP_MAX_REGIONS; k++) {
		l.space[k] = owner->space[b->space];
		l.start[k] = owner->start[b->space] + at;
	}
	for (size_t k = 0; k < l.desc->n_spaces && !rc; k++)
		if (l.desc->spaces[k].place == DP_PLACE_PAGED)
			rc = new_space(m, &l, k, err);
	if (rc)
		return rc;
	join_pages(m, &l);
	return place_all(m, &l, err);
}

static int place_block(struct dp_model *m, const struct layout *owner, const struct dp_block *b,
		       struct dp_err *err)
{
	uint64_t there, base = 0, count = 1, strides[DP_MAX_DIMS] = {0};
	int rc = eval(owner->desc, b->when, 1, &there, err);

	if (rc || !there || b->space >= DP_MAX_REGIONS || owner->space[b->space] < 0)
		return rc;
	if (owner->depth >= MAX_DEPTH)
		return dp_err_set(err, ELOOP, DP_VALUE, "blocks of '%s' are nested too deeply",
				  b->name);
	rc = eval(owner->desc, b->offset, 0, &base, err);
	if (!rc && b->array)
		rc = count_of(owner->desc, b->array, b->name, &count, err);
	if (!rc && b->array)
		rc = strides_of(owner->desc, b->array, owner->step, strides, err);
	for (uint64_t i = 0; i < count && !rc; i++)
		rc = place_element(
			m, owner, b, i,
			base * owner->step + element_at(b->array, strides, owner->step, i), err);
	return rc;
}

static int place_all(struct dp_model *m, const struct layout *l, struct dp_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < l->desc->n_regs; i++)
		rc = place_reg(m, l, &l->desc->regs[i], err);
	for (size_t i = 0; !rc && i < l->desc->n_blocks; i++)
		rc = place_block(m, l, &l->desc->blocks[i], err);
	return rc;
}

uint64_t dp_model_offset(const struct dp_model_place *p, uint64_t i)
{
	return p->offset + element_at(p->reg->array, p->strides, p->step, i);
}

struct dp_model_place *dp_model_place_of(struct dp_model *m, const struct dp_inst *inst,
					 const struct dp_reg *reg)
{
	for (size_t i = 0; i < m->n_places; i++)
		if (m->places[i].reg == reg && m->places[i].inst == inst)
			return &m->places[i];
	return NULL;
}

/* a receive and a transmit FIFO at one offset are each other's far end */
static struct dp_model_fifo *fifo_of(struct dp_model *m, const struct dp_model_place *p, uint64_t i)
{
	struct dp_model_fifo *f;

	for (size_t k = 0; k < m->n_places; k++) {
		const struct dp_model_place *q = &m->places[k];

		if (q != p && q->reg->kind == DP_KIND_FIFO && q->space == p->space &&
		    q->offset == p->offset && q->elems && i < q->count && q->elems[i])
			return q->elems[i]->fifo;
	}
	f = calloc(1, sizeof(*f));
	if (f) {
		f->next = m->fifos;
		m->fifos = f;
	}
	return f;
}

static struct dp_model_reg *target_of(struct dp_model *m, const struct dp_model_place *p,
				      const char *name, uint64_t i)
{
	const struct dp_reg *reg = dp_desc_reg(p->inst->desc, name, strlen(name));
	struct dp_model_place *t = reg && reg != p->reg ? dp_model_place_of(m, p->inst, reg) : NULL;

	return t && t->count ? dp_model_elem(m, t, i < t->count ? i : 0) : NULL;
}

/* the data register of a window shows what stands behind it, whatever else it is */
static bool is_window(const struct dp_model *m, const struct dp_model_place *p)
{
	for (size_t i = 0; i < m->n_windows; i++)
		if (m->windows[i].data.place == p)
			return true;
	return false;
}

struct dp_model_reg *dp_model_elem(struct dp_model *m, struct dp_model_place *p, uint64_t i)
{
	struct dp_model_reg *r;

	if (!p->elems)
		p->elems = calloc(p->count, sizeof(*p->elems));
	if (!p->elems || p->elems[i])
		return p->elems ? p->elems[i] : NULL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	dp_model_reg_reset(r, p->reg);
	if (p->reg->kind == DP_KIND_FIFO && !is_window(m, p))
		r->fifo = fifo_of(m, p, i);
	p->elems[i] = r;
	r->clears = p->reg->clear_of;
	if (p->reg->set_of || p->reg->clear_of)
		r->target = target_of(m, p, r->clears ? p->reg->clear_of : p->reg->set_of, i);
	return r;
}

void dp_model_end(struct dp_model *m)
{
	for (size_t i = 0; i < m->n_places; i++) {
		struct dp_model_place *p = &m->places[i];

		for (uint64_t k = 0; p->elems && k < p->count; k++)
			free(p->elems[k]);
		free(p->elems);
	}
	while (m->fifos) {
		struct dp_model_fifo *next = m->fifos->next;

		free(m->fifos);
		m->fifos = next;
	}
	free(m->places);
	free(m->windows);
	free(m->pages);
}

/* ----------------------------------------------------------------- spaces */

static bool is_modelled(enum dp_place_kind kind)
{
	return kind != DP_PLACE_PCI_CAP && kind != DP_PLACE_PCI_ECAP && kind != DP_PLACE_BEHIND_CAP;
}

static uint64_t end_of(const struct dp_model *m, unsigned space)
{
	uint64_t end = 0;

	for (size_t i = 0; i < m->n_places; i++) {
		const struct dp_model_place *p = &m->places[i];

		/* with a stride the last element is the farthest */
		for (uint64_t k = dp_model_one_stride(p) && p->count ? p->count - 1 : 0;
		     p->space == space && k < p->count; k++) {
			uint64_t e = dp_model_offset(p, k) + p->reg->width / 8;

			end = e > end ? e : end;
		}
	}
	return end;
}

/* as much as the description says, else the pages that its registers need */
static uint64_t region_size(const struct dp_model *m, const struct dp_desc_space *ds,
			    unsigned space)
{
	uint64_t end = end_of(m, space), page = 4096;

	if (ds->size)
		return ds->offset + ds->size;
	return end ? (end + page - 1) / page * page : page;
}

/* further default spaces lie in the default region too */
static int default_space(const struct layout *l, size_t i)
{
	for (size_t k = 0; l->desc->spaces[i].place == DP_PLACE_DEFAULT && k < i; k++)
		if (l->desc->spaces[k].place == DP_PLACE_DEFAULT)
			return l->space[k];
	return -1;
}

static int add_space(struct dp_model *m, struct layout *l, size_t i, struct dp_err *err)
{
	const struct dp_desc_space *ds = &l->desc->spaces[i];

	l->start[i] = dp_is_behind(ds) ? 0 : ds->offset;
	l->space[i] = default_space(l, i);
	if (!is_modelled(ds->place) || l->space[i] >= 0)
		return 0;
	return new_space(m, l, i, err);
}

int dp_model_build(struct dp_model *m, struct dp_inst *inst, struct dp_err *err)
{
	struct layout l = {.inst = inst, .step = 1};
	int rc = use_variants(inst, err);

	if (rc)
		return rc;
	l.desc = m->desc = inst->desc;
	if (l.desc->n_spaces > DP_MAX_REGIONS)
		return dp_err_set(err, E2BIG, DP_VALUE, "'%s' has more than %d spaces",
				  l.desc->name, DP_MAX_REGIONS);
	for (size_t i = 0; !rc && i < l.desc->n_spaces; i++)
		rc = add_space(m, &l, i, err);
	if (!rc) {
		join_pages(m, &l);
		rc = place_all(m, &l, err);
	}
	for (unsigned i = 0; !rc && i < m->n_spaces; i++)
		m->spaces[i].size = region_size(m, m->spaces[i].ds, i);
	return rc;
}
