/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model_bus.c - what one bus access of a model reaches: parts of a register, several
 * registers, a hole (reads 0, ignores writes), and what stands behind a window
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend/model.h"
#include "core/chars.h"

#define MAX_DEPTH 4 /* a window may lie behind a window, and by mistake behind itself */

/* an access on its way through the registers that it covers */
struct access {
	unsigned space, width;
	uint64_t offset;
	bool write;
	uint64_t value;
	uint64_t taken; /* bits of the access that found their register */
};

/* a big-endian register's value as its bytes lie on the bus, and back */
static uint64_t bus_order(const struct dp_reg *reg, uint64_t value)
{
	return reg->big_endian ? __builtin_bswap64(value) >> (64 - reg->width) : value;
}

/* ---------------------------------------------------------------- windows */

static struct dp_model_reg *elem(struct dp_model *m, const struct dp_model_bits *b)
{
	return b->place ? dp_model_elem(m, b->place, b->index) : NULL;
}

static uint64_t get_bits(struct dp_model *m, const struct dp_model_bits *b)
{
	struct dp_model_reg *r = elem(m, b);

	return r ? (r->value & b->mask) >> b->lo : 0;
}

static void set_bits(struct dp_model *m, const struct dp_model_bits *b, uint64_t value)
{
	struct dp_model_reg *r = elem(m, b);

	if (r)
		r->value = (r->value & ~b->mask) | ((value << b->lo) & b->mask);
}

static unsigned behind_width(struct dp_model *m, unsigned space, uint64_t index)
{
	for (size_t i = 0; i < m->n_places; i++)
		if (m->places[i].space == space && dp_model_offset(&m->places[i], 0) == index)
			return m->places[i].reg->width;
	return 8;
}

static void fetch(struct dp_model *m, const struct dp_model_window *w)
{
	uint64_t index = get_bits(m, &w->index);

	if (m->depth >= MAX_DEPTH)
		return;
	m->depth++;
	set_bits(m, &w->data, dp_model_read(m, w->space, index, behind_width(m, w->space, index)));
	set_bits(m, &w->ready, w->ready.value >> w->ready.lo);
	m->depth--;
}

static void deliver(struct dp_model *m, const struct dp_model_window *w)
{
	uint64_t index = get_bits(m, &w->index);

	if (m->depth >= MAX_DEPTH)
		return;
	m->depth++;
	dp_model_write(m, w->space, index, behind_width(m, w->space, index), get_bits(m, &w->data));
	set_bits(m, &w->ready, w->ready.value >> w->ready.lo);
	m->depth--;
}

/* does a write of @value to @r set these bits off? */
static bool starts(struct dp_model *m, const struct dp_model_bits *b, const struct dp_model_reg *r,
		   uint64_t value, uint64_t lanes)
{
	return b->place && elem(m, b) == r && !(b->mask & ~lanes) && (value & b->mask) == b->value;
}

static void after_write(struct dp_model *m, const struct dp_model_reg *r, uint64_t value,
			uint64_t lanes)
{
	for (size_t i = 0; i < m->n_windows; i++) {
		const struct dp_model_window *w = &m->windows[i];
		bool bare = !w->start_read.place && !w->start_write.place;

		if (starts(m, &w->start_read, r, value, lanes))
			fetch(m, w);
		else if (starts(m, &w->start_write, r, value, lanes))
			deliver(m, w);
		else if (bare && elem(m, &w->data) == r)
			deliver(m, w);
	}
}

/* without a start bit the access of the data register is the transfer */
static void before_read(struct dp_model *m, const struct dp_model_reg *r)
{
	for (size_t i = 0; i < m->n_windows; i++)
		if (!m->windows[i].start_read.place && elem(m, &m->windows[i].data) == r)
			fetch(m, &m->windows[i]);
}

/* --------------------------------------------------------------- accesses */

/* the entries of a FIFO as the register that its description names shows them */
static void show_level(struct dp_model *m, const struct dp_model_place *p,
		       const struct dp_model_reg *r)
{
	const char *path = p->reg->level;
	size_t len = path ? strcspn(path, ".") : 0;
	const struct dp_reg *reg = path ? dp_desc_reg(p->inst->desc, path, len) : NULL;
	struct dp_model_bits b = {.place = reg ? dp_model_place_of(m, p->inst, reg) : NULL};
	const struct dp_field *f;

	if (!b.place || !r->fifo)
		return;
	f = path[len] ? dp_reg_field(reg, path + len + 1, strlen(path + len + 1)) : NULL;
	b.lo = f ? f->lo : 0;
	b.mask = f ? dp_bits_mask(f->hi, f->lo) : dp_ones(reg->width);
	set_bits(m, &b, r->fifo->n);
}

static bool is_locked(struct dp_model *m, const struct dp_model_place *p, uint64_t i,
		      const struct dp_lock *lock)
{
	size_t len = strcspn(lock->path, "."), dot = len;
	const struct dp_reg *reg = dp_desc_reg(p->inst->desc, lock->path, len);
	struct dp_model_bits b = {.place = reg ? dp_model_place_of(m, p->inst, reg) : NULL};
	const struct dp_field *f = NULL;

	if (!b.place)
		return false;
	if (dp_is_digit(lock->path[len] ? lock->path[len + 1] : 0))
		dot = len + 1 + strspn(lock->path + len + 1, "0123456789");
	b.index = dot > len ? strtoull(lock->path + len + 1, NULL, 10) : i;
	if (b.index >= b.place->count)
		b.index = 0;
	if (lock->path[dot])
		f = dp_reg_field(reg, lock->path + dot + 1, strlen(lock->path + dot + 1));
	b.lo = f ? f->lo : 0;
	b.mask = f ? dp_bits_mask(f->hi, f->lo) : dp_ones(reg->width);
	return !get_bits(m, &b);
}

/* what a lock bit of 0 makes read only */
static uint64_t locked_bits(struct dp_model *m, const struct dp_model_place *p, uint64_t i)
{
	const struct dp_lock *seen = NULL;
	uint64_t locked = 0;
	bool is = false;

	for (unsigned bit = 0; p->reg->has_lock && bit < p->reg->width; bit++) {
		const struct dp_lock *lock = dp_reg_bit(p->reg, bit, NULL)->lock;

		if (!lock)
			continue;
		if (lock != seen)
			is = is_locked(m, p, i, lock);
		seen = lock;
		locked |= (uint64_t)is << bit;
	}
	return locked;
}

static bool has_side(const struct dp_reg *reg, bool write)
{
	enum dp_sw other = write ? DP_SW_RO : DP_SW_WO;

	for (size_t i = 0; i < reg->n_fields; i++)
		if (reg->fields[i].attr.sw != other && reg->fields[i].attr.sw != DP_SW_NONE)
			return true;
	return !reg->n_fields && reg->attr.sw != other && reg->attr.sw != DP_SW_NONE;
}

/* the access's bits as bits of the element at @at, and which of them there are */
static uint64_t lanes_of(const struct access *a, const struct dp_reg *reg, uint64_t at)
{
	uint64_t lanes;

	if (at >= a->offset)
		lanes = at - a->offset >= 8 ? 0 : dp_ones(a->width) >> (8 * (at - a->offset));
	else
		lanes = a->offset - at >= 8 ? 0 : dp_ones(a->width) << (8 * (a->offset - at));
	return lanes & dp_ones(reg->width);
}

static uint64_t to_reg(const struct access *a, uint64_t at, uint64_t bits)
{
	return at >= a->offset ? bits >> (8 * (at - a->offset)) : bits << (8 * (a->offset - at));
}

static uint64_t to_access(const struct access *a, uint64_t at, uint64_t bits)
{
	return at >= a->offset ? bits << (8 * (at - a->offset)) : bits >> (8 * (a->offset - at));
}

static void touch(struct dp_model *m, struct access *a, struct dp_model_place *p, uint64_t i)
{
	const struct dp_reg *reg = p->reg;
	uint64_t at = dp_model_offset(p, i), lanes = lanes_of(a, reg, at), value, before;
	struct dp_model_reg *r;

	if (lanes)
		lanes &= ~to_reg(a, at, a->taken);
	r = lanes ? dp_model_elem(m, p, i) : NULL;
	if (!r)
		return;
	a->taken |= to_access(a, at, lanes);
	if (a->write) {
		value = bus_order(reg, to_reg(a, at, a->value) & lanes);
		lanes = bus_order(reg, lanes) & ~locked_bits(m, p, i);
		dp_model_reg_write(r, value, lanes);
		after_write(m, r, value, lanes);
		m->changed = true;
	} else {
		before_read(m, r);
		before = r->value;
		value = bus_order(reg, dp_model_reg_read(r, bus_order(reg, lanes)));
		m->changed |= r->fifo || r->value != before;
		a->value |= to_access(a, at, value & lanes);
	}
	show_level(m, p, r);
}

/* the elements of one place that the access may cover */
static void touch_place(struct dp_model *m, struct access *a, struct dp_model_place *p)
{
	uint64_t last = a->offset + a->width / 8 - 1, i;

	if (!dp_model_one_stride(p)) {
		for (i = 0; i < p->count; i++)
			touch(m, a, p, i);
		return;
	}
	if (last < p->offset || !p->count)
		return;
	i = p->strides[0] ? (last - p->offset) / p->strides[0] : 0;
	i = i < p->count ? i : p->count - 1;
	do {
		touch(m, a, p, i);
	} while (i-- && dp_model_offset(p, i) + p->reg->width / 8 > a->offset);
}

static void run_in(struct dp_model *m, struct access *a, unsigned space)
{
	for (size_t i = 0; i < m->n_places; i++) {
		struct dp_model_place *p = &m->places[i];
		unsigned widths = p->reg->widths;

		if (p->space != space || (widths && !(widths & a->width)))
			continue;
		if (has_side(p->reg, a->write))
			touch_place(m, a, p);
	}
}

/* pages that are selected lie over the space that they are in: their registers are found first */
static void run_access(struct dp_model *m, struct access *a, unsigned space)
{
	for (size_t i = 0; i < m->n_pages; i++)
		if (m->pages[i].in == space &&
		    get_bits(m, &m->pages[i].page) == m->pages[i].page.value)
			run_access(m, a, m->pages[i].space);
	run_in(m, a, space);
}

uint64_t dp_model_read(struct dp_model *m, unsigned space, uint64_t offset, unsigned width)
{
	struct access a = {.space = space, .offset = offset, .width = width};

	run_access(m, &a, space);
	return a.value & dp_ones(width);
}

void dp_model_write(struct dp_model *m, unsigned space, uint64_t offset, unsigned width,
		    uint64_t value)
{
	struct access a = {.space = space,
			   .offset = offset,
			   .width = width,
			   .write = true,
			   .value = value & dp_ones(width)};

	run_access(m, &a, space);
}

int dp_model_shadow(struct dp_model *m, unsigned space, uint64_t offset, unsigned width,
		    uint64_t *value)
{
	for (size_t i = 0; i < m->n_places; i++) {
		struct dp_model_place *p = &m->places[i];

		if (p->space != space || p->reg->width != width || !p->elems ||
		    !has_side(p->reg, true))
			continue;
		for (uint64_t k = 0; k < p->count; k++) {
			if (!p->elems[k] || dp_model_offset(p, k) != offset)
				continue;
			*value = p->elems[k]->written;
			return p->elems[k]->was_written ? 0 : -ENOENT;
		}
	}
	return -ENOENT;
}

/* ------------------------------------------------- windows from their texts */

static int take_ref(struct dp_model *m, const struct dp_ref *ref, uint64_t mask, uint64_t value,
		    struct dp_model_bits *out)
{
	out->place = ref->reg ? dp_model_place_of(m, ref->inst, ref->reg) : NULL;
	out->index = ref->indexed ? ref->index : 0;
	out->mask = mask;
	out->value = value;
	out->lo = ref->lo;
	return out->place && out->index < out->place->count ? 0 : -ENOENT;
}

static int named_bits(struct dp_model *m, struct dp_inst *inst, const char *text,
		      struct dp_model_bits *out, struct dp_err *err)
{
	struct dp_ref *ref;
	int rc = dp_ref_in(inst, text, &ref, err);

	if (rc)
		return rc;
	rc = take_ref(m, ref, dp_bits_mask(ref->hi, ref->lo), 0, out);
	dp_ref_free(ref);
	return rc;
}

static int start_bits(struct dp_model *m, struct dp_inst *inst, const char *text,
		      struct dp_model_bits *out, struct dp_err *err)
{
	struct dp_assign *a;
	int rc = text ? dp_assign_in(inst, text, &a, err) : 0;

	if (rc || !text)
		return rc;
	rc = take_ref(m, a->ref, a->mask.lo, a->value.lo & a->mask.lo, out);
	dp_assign_free(a);
	return rc;
}

static int ready_bits(struct dp_model *m, struct dp_inst *inst, const char *text,
		      struct dp_model_bits *out, struct dp_err *err)
{
	struct dp_cond *c;
	int rc = text ? dp_cond_in(inst, text, &c, err) : 0;
	uint64_t mask, want;

	if (rc || !text)
		return rc;
	mask = dp_bits_mask(c->ref->hi, c->ref->lo);
	want = c->want.lo << c->ref->lo;
	rc = take_ref(m, c->ref, mask, (c->cmp == DP_NE ? ~want : want) & mask, out);
	dp_cond_free(c);
	return rc;
}

static int add_window(struct dp_model *m, struct dp_inst *inst, unsigned space, struct dp_err *err)
{
	const struct dp_indirect *ind = &m->spaces[space].ds->indirect;
	struct dp_model_window *w = &m->windows[m->n_windows++];
	int rc;

	*w = (struct dp_model_window){.space = space};
	rc = named_bits(m, inst, ind->index, &w->index, err);
	if (!rc)
		rc = named_bits(m, inst, ind->data, &w->data, err);
	if (!rc)
		rc = start_bits(m, inst, ind->start_read, &w->start_read, err);
	if (!rc)
		rc = start_bits(m, inst, ind->start_write, &w->start_write, err);
	return rc ? rc : ready_bits(m, inst, ind->ready, &w->ready, err);
}

static int add_page(struct dp_model *m, unsigned space, struct dp_err *err)
{
	const struct dp_paged *paged = &m->spaces[space].ds->paged;
	int in = m->spaces[space].in;
	struct dp_model_page *g = &m->pages[m->n_pages];
	int rc;

	if (in < 0)
		return 0;
	*g = (struct dp_model_page){.space = space, .in = (unsigned)in};
	rc = named_bits(m, m->spaces[space].inst, paged->page, &g->page, err);
	g->page.value = paged->value;
	m->n_pages++;
	return rc;
}

int dp_model_windows(struct dp_model *m, struct dp_inst *inst, struct dp_err *err)
{
	int rc = 0;

	m->windows = calloc(m->n_spaces + 1, sizeof(*m->windows));
	m->pages = calloc(m->n_spaces + 1, sizeof(*m->pages));
	if (!m->windows || !m->pages)
		return dp_err_nomem(err);
	for (unsigned i = 0; !rc && i < m->n_spaces; i++) {
		if (m->spaces[i].ds->place == DP_PLACE_INDIRECT)
			rc = add_window(m, inst, i, err);
		else if (m->spaces[i].ds->place == DP_PLACE_PAGED)
			rc = add_page(m, i, err);
	}
	return rc;
}
