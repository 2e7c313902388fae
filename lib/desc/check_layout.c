/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_layout.c - registers in their spaces: alignment, ends, overlaps, gaps
 *
 * Only what is known without the device.  An array without gaps between its elements is one
 * extent; of the others each element is, bounded by DP_MAX_ALL_ELEMENTS.
 */
#include <stdlib.h>
#include <string.h>

#include "desc/load.h"

#define MOST_ACTIVE 64 /* extents over one address that are compared with each other */

struct extent {
	uint64_t start, end;
	unsigned space;
	uint32_t reg;
};

struct extents {
	struct extent *v;
	size_t n;
	bool *open; /* by space: not everything in it has a known place */
};

/* registers behind an index are counted by one, whatever their width */
static uint64_t unit(const struct dp_desc *d, const struct dp_reg *r)
{
	return dp_counts_registers(d, &d->spaces[r->space]) ? 1 : r->width / 8;
}

/* the narrowest legal access must be aligned; 64 bits that may be split are two of 32 */
static unsigned alignment(const struct dp_desc *d, const struct dp_reg *r)
{
	if (dp_counts_registers(d, &d->spaces[r->space]))
		return 1;
	if (r->widths)
		return (r->widths & -r->widths) / 8;
	return r->width == 64 && r->split64 != DP_SPLIT_FORBID ? 4 : r->width / 8;
}

/* elements as far as they are known: how many, and where the i-th begins */
struct elements {
	uint64_t base, count;
	uint64_t counts[DP_MAX_DIMS], strides[DP_MAX_DIMS];
	unsigned dims;
	const uint64_t *offsets;
	bool known;
};

static void read_dims(struct elements *e, const struct dp_array *a)
{
	e->dims = a->n_inner + 1;
	if (!dp_expr_is_const(a->count, &e->counts[0]) || e->counts[0] > DP_MAX_ELEMENTS)
		e->counts[0] = 1;
	if (!dp_expr_is_const(a->stride, &e->strides[0]))
		e->counts[0] = 1;
	for (unsigned d = 1; d < e->dims; d++) {
		e->counts[d] = a->inner[d - 1].count;
		if (!dp_expr_is_const(a->inner[d - 1].stride, &e->strides[d]))
			e->counts[d] = 1;
	}
	for (unsigned d = 0; d < e->dims; d++)
		e->count *= e->counts[d];
}

static struct elements elements_of(const struct dp_reg *r)
{
	struct elements e = {.count = 1, .known = true};

	if (!r->offset || !dp_expr_is_const(r->offset, &e.base)) {
		e.known = false;
		return e;
	}
	if (!r->array)
		return e;
	e.offsets = r->array->offsets;
	if (e.offsets) {
		e.count = r->array->n_offsets;
		return e;
	}
	read_dims(&e, r->array);
	return e;
}

/* where element @j begins, from the base on; an overflow was found by check_end() */
static uint64_t element_at(const struct elements *e, uint64_t j)
{
	uint64_t at = 0;

	if (e->offsets)
		return e->offsets[j];
	for (unsigned d = e->dims; d--; j /= e->counts[d])
		at += j % e->counts[d] * e->strides[d];
	return at;
}

static bool is_packed(const struct elements *e, uint64_t size)
{
	return !e->offsets && (e->count == 1 || (e->dims == 1 && e->strides[0] == size));
}

static size_t extents_of(const struct elements *e, uint64_t size)
{
	return !e->known ? 0 : is_packed(e, size) ? 1 : (size_t)e->count;
}

static const struct dp_pos *offset_pos(const struct dp_draft *dr, size_t i)
{
	const struct dp_node *n = dr->reg_src[i].offset;

	return n ? &n->pos : &dr->desc->regs[i].pos;
}

static void check_alignment(struct dp_draft *dr, size_t i, const struct elements *e)
{
	const struct dp_reg *r = &dr->desc->regs[i];
	unsigned align = alignment(dr->desc, r);

	if (e->base % align)
		dp_problem(&dr->ld->problems, offset_pos(dr, i),
			   "offset 0x%llx of '%s' is no multiple of %u, its access width in bytes",
			   (unsigned long long)e->base, r->name, align);
	for (unsigned d = 0; d < e->dims; d++)
		if (e->counts[d] > 1 && e->strides[d] % align)
			dp_problem(&dr->ld->problems, &dr->reg_src[i].array.stride->pos,
				   "a stride of %llu is no multiple of %u, the access width of "
				   "'%s' in bytes",
				   (unsigned long long)e->strides[d], align, r->name);
	for (size_t j = 0; e->offsets && j < e->count; j++)
		if (e->offsets[j] % align)
			dp_problem(&dr->ld->problems, offset_pos(dr, i),
				   "element %zu of '%s' is at 0x%llx, no multiple of %u", j,
				   r->name, (unsigned long long)e->offsets[j], align);
}

/* false: beyond 64 bits */
static bool last_element(const struct elements *e, uint64_t *last)
{
	uint64_t more;

	*last = 0;
	for (size_t j = 0; e->offsets && j < e->count; j++)
		if (e->offsets[j] > *last)
			*last = e->offsets[j];
	for (unsigned d = 0; d < e->dims; d++)
		if (__builtin_mul_overflow(e->counts[d] - 1, e->strides[d], &more) ||
		    __builtin_add_overflow(*last, more, last))
			return false;
	return true;
}

/* false: it does not lie in its space, so that the rest makes no sense */
static bool check_end(struct dp_draft *dr, size_t i, const struct elements *e)
{
	const struct dp_reg *r = &dr->desc->regs[i];
	const struct dp_desc_space *s = &dr->desc->spaces[r->space];
	uint64_t limit = s->size ? s->size : (uint64_t)INT64_MAX, last, end = 0;
	bool over = !last_element(e, &last);

	over = over || __builtin_add_overflow(last, unit(dr->desc, r), &end);
	over = over || __builtin_add_overflow(end, e->base, &end);
	if (!over && end <= limit)
		return true;
	dp_problem(&dr->ld->problems, offset_pos(dr, i),
		   "'%s' is outside of space '%s'; that has 0x%llx %s", r->name, s->name,
		   (unsigned long long)limit,
		   dp_counts_registers(dr->desc, s) ? "registers" : "bytes");
	return false;
}

static void add_extents(struct dp_draft *dr, size_t i, const struct elements *e,
			struct extents *out)
{
	const struct dp_reg *r = &dr->desc->regs[i];
	uint64_t size = unit(dr->desc, r);
	struct extent x = {e->base, e->base + size, r->space, (uint32_t)i};

	if (is_packed(e, size)) {
		x.end = e->base + e->count * size;
		out->v[out->n++] = x;
		return;
	}
	for (uint64_t j = 0; j < e->count; j++) {
		x.start = e->base + element_at(e, j);
		x.end = x.start + size;
		out->v[out->n++] = x;
	}
}

/* ------------------------------------------------------------- overlaps */

static int by_start(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->reg > y->reg) - (x->reg < y->reg);
}

/* views of one place: one names the other, or both name a third */
static bool are_alternates(const struct dp_reg *a, const struct dp_reg *b)
{
	const char *x = a->alternate ? a->alternate : a->name;
	const char *y = b->alternate ? b->alternate : b->name;

	return a != b && !strcmp(x, y);
}

/* one side reads and the other writes, or their conditions tell them apart */
static bool may_overlap(const struct dp_reg *a, const struct dp_reg *b)
{
	if ((a->attr.sw == DP_SW_RO && b->attr.sw == DP_SW_WO) ||
	    (a->attr.sw == DP_SW_WO && b->attr.sw == DP_SW_RO))
		return true;
	if (are_alternates(a, b))
		return true;
	return a->when && b->when && strcmp(dp_expr_text(a->when), dp_expr_text(b->when)) != 0;
}

static void report_overlap(struct dp_draft *dr, const struct extent *x, const struct extent *y)
{
	uint32_t first = x->reg < y->reg ? x->reg : y->reg;
	uint32_t second = x->reg < y->reg ? y->reg : x->reg;
	const struct dp_reg *a = &dr->desc->regs[first], *b = &dr->desc->regs[second];

	if (a == b)
		dp_problem(&dr->ld->problems, &a->pos, "elements of '%s' overlap each other",
			   a->name);
	else
		dp_problem(&dr->ld->problems, &b->pos,
			   "'%s' overlaps '%s' (line %u); legal with sw ro and wo, different "
			   "'when', or 'alternate'",
			   b->name, a->name, a->pos.line);
}

static void check_overlaps(struct dp_draft *dr, const struct extents *all)
{
	const struct extent *active[MOST_ACTIVE];
	size_t n = 0, kept;

	for (size_t i = 0; i < all->n && !dp_problems_full(&dr->ld->problems); i++) {
		const struct extent *x = &all->v[i];

		kept = 0;
		for (size_t j = 0; j < n; j++) {
			if (active[j]->space != x->space || active[j]->end <= x->start)
				continue;
			active[kept++] = active[j];
			if (active[j]->reg == x->reg ||
			    !may_overlap(&dr->desc->regs[active[j]->reg], &dr->desc->regs[x->reg]))
				report_overlap(dr, active[j], x);
		}
		n = kept;
		if (n < MOST_ACTIVE)
			active[n++] = x;
		else
			dp_problem(&dr->ld->problems, &dr->desc->regs[x->reg].pos,
				   "more than %d registers at one offset", MOST_ACTIVE);
	}
}

/* ----------------------------------------------------------------- gaps */

static void check_gap(struct dp_draft *dr, const struct dp_pos *pos, unsigned space, uint64_t from,
		      uint64_t to)
{
	if (from < to)
		dp_problem(&dr->ld->problems, pos,
			   "no register at 0x%llx..0x%llx of '%s', where gaps are forbidden",
			   (unsigned long long)from, (unsigned long long)to - 1,
			   dr->desc->spaces[space].name);
}

static void check_gaps(struct dp_draft *dr, const struct extents *all)
{
	for (unsigned s = 0; s < dr->desc->n_spaces; s++) {
		uint64_t at = 0;
		size_t i = 0;

		if (!dr->space_src[s].gaps_forbidden || all->open[s])
			continue;
		while (i < all->n && all->v[i].space != s)
			i++;
		for (; i < all->n && all->v[i].space == s; i++) {
			check_gap(dr, offset_pos(dr, all->v[i].reg), s, at, all->v[i].start);
			if (all->v[i].end > at)
				at = all->v[i].end;
		}
		check_gap(dr, &dr->desc->spaces[s].pos, s, at, dr->desc->spaces[s].size);
	}
}

/* ------------------------------------------------------------ the whole */

static size_t count_extents(const struct dp_draft *dr)
{
	size_t n = 0;

	for (size_t i = 0; i < dr->desc->n_regs; i++) {
		struct elements e = elements_of(&dr->desc->regs[i]);

		n += extents_of(&e, unit(dr->desc, &dr->desc->regs[i]));
	}
	return n;
}

void dp_check_layout(struct dp_draft *dr)
{
	size_t n = count_extents(dr), n_regs = dr->desc->n_regs;
	struct extents all = {0};

	if (n > DP_MAX_ALL_ELEMENTS + n_regs) {
		dp_problem(&dr->ld->problems, &dr->desc->regs[0].pos,
			   "%zu array elements with gaps between them; at most %d", n,
			   DP_MAX_ALL_ELEMENTS);
		return;
	}
	all.v = dp_arena_array(dr->ld->temp, n, sizeof(*all.v));
	all.open = dp_arena_array(dr->ld->temp, dr->desc->n_spaces, sizeof(*all.open));
	if (!all.v || !all.open)
		return;
	for (size_t i = 0; i < n_regs && !dp_problems_full(&dr->ld->problems); i++) {
		struct elements e = elements_of(&dr->desc->regs[i]);

		if (!e.known) {
			all.open[dr->desc->regs[i].space] = true;
			continue;
		}
		check_alignment(dr, i, &e);
		if (check_end(dr, i, &e))
			add_extents(dr, i, &e, &all);
	}
	qsort(all.v, all.n, sizeof(*all.v), by_start);
	check_overlaps(dr, &all);
	check_gaps(dr, &all);
}
