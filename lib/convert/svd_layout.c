/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svd_layout.c - registers of one file that lie at one place
 *
 * Vendors describe a place once for each mode ("alternateRegister", or without a word).  The
 * widest is the register, the others are its alternates; what lies across two registers can be
 * no view of one of them, and is left out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "convert/svd.h"

struct place {
	uint64_t start, end, all; /* all: bytes of the register, with all elements */
	size_t order;
	struct svd_reg *reg;
};

static uint64_t elements(const struct svd_reg *r)
{
	return r->dim.count ? r->dim.count : 1;
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	if (x->all != y->all)
		return x->all > y->all ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static bool takes_turns(const struct svd_reg *a, const struct svd_reg *b)
{
	return (a->attr.sw == DP_SW_RO && b->attr.sw == DP_SW_WO) ||
	       (a->attr.sw == DP_SW_WO && b->attr.sw == DP_SW_RO);
}

static void leave_out(struct dp_conversion *cv, struct svd_reg *r, const char *why,
		      const struct svd_reg *of)
{
	if (!r->left_out)
		dp_convert_note(cv, r->line, "'%.60s' %s '%.60s': left out", r->name, why,
				of->name);
	r->left_out = true;
}

/* @y begins where @x is not at its end */
static void meet(struct dp_conversion *cv, const struct place *x, const struct place *y)
{
	struct svd_reg *reg = y->reg;

	if (x->reg->left_out || reg->left_out || takes_turns(x->reg, reg))
		return;
	if (y->end > x->end)
		leave_out(cv, reg, "lies across the end of", x->reg);
	else if (reg->view_of && reg->view_of != x->reg)
		leave_out(cv, reg, "lies in more than one register, in", x->reg);
	else
		reg->view_of = x->reg;
}

/* a register is one or the other: a view has no views */
static void sweep(struct dp_conversion *cv, const struct place *v, size_t n)
{
	const struct place *last[2] = {NULL, NULL}; /* that readers, and writers see */

	for (size_t i = 0; i < n; i++) {
		unsigned side = v[i].reg->attr.sw == DP_SW_WO;

		for (unsigned k = 0; k < 2; k++)
			if (last[k] && last[k]->end > v[i].start)
				meet(cv, last[k], &v[i]);
		if (v[i].reg->left_out || v[i].reg->view_of)
			continue;
		last[side] = &v[i];
	}
}

static size_t count_places(const struct svd_file *f)
{
	size_t n = 0;

	for (const struct svd_reg *r = f->regs; r; r = r->next)
		n += elements(r);
	return n;
}

static void add_places(struct svd_reg *r, size_t order, struct place *v, size_t *n)
{
	for (uint64_t i = 0; i < elements(r); i++) {
		uint64_t start = r->offset + i * r->dim.step;

		v[(*n)++] = (struct place){start, start + r->width / 8, elements(r) * r->width / 8,
					   order, r};
	}
}

/* accesses are aligned: a wide register at an odd place is several narrow ones */
static void check_alignment(struct dp_conversion *cv, struct svd_reg *r)
{
	uint64_t odd = r->offset | (r->dim.count ? r->dim.step : 0);
	unsigned bytes = r->width / 8;

	while (bytes > 1 && odd % bytes)
		bytes /= 2;
	if (bytes == r->width / 8)
		return;
	r->widths = 8 * bytes;
	dp_convert_note(cv, r->line, "'%.60s' at 0x%llx is not aligned: accesses of %u bits",
			r->name, (unsigned long long)r->offset, r->widths);
}

int svd_layout(struct dp_conversion *cv, struct svd_file *f)
{
	size_t n = count_places(f), i = 0, order = 0;
	struct place *v;

	if (n > DP_MAX_ELEMENTS * 4) {
		dp_convert_note(cv, f->regs->line,
				"'%.60s' has %zu registers; at most %d: none is "
				"kept",
				f->name, n, DP_MAX_ELEMENTS * 4);
		f->regs = NULL;
		return 0;
	}
	v = calloc(n ? n : 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	for (struct svd_reg *r = f->regs; r; r = r->next) {
		if (r->dim.count > 1 && r->dim.step < r->width / 8)
			leave_out(cv, r, "has elements that overlap, of", r);
		else
			check_alignment(cv, r);
		add_places(r, order++, v, &i);
	}
	qsort(v, n, sizeof(*v), by_place);
	sweep(cv, v, n);
	free(v);
	for (struct svd_reg *r = f->regs; r; r = r->next)
		if (r->view_of && (r->view_of->view_of || r->view_of->left_out))
			leave_out(cv, r, "is a view of what is one itself,", r->view_of);
	return 0;
}
