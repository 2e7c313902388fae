/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_paged.c - registers that are seen in another space while a register there selects them
 *
 * Each access is: read the page register, select the page, access, put back what it was, also
 * when the access fails.  The device's lock is held around all of it.
 */
#include <errno.h>

#include "reg/plan.h"

/* @there: the register in the space that the page is in; @select: the write of the page register
 * @page; @before: the step that read it */
struct page {
	struct dp_plan *p;
	struct dp_ref *there, *page;
	struct dp_access select;
	uint64_t bits;
	size_t before;
	struct dp_err *err;
};

static const struct dp_slice nothing = {.role = DP_ROLE_NONE};

static int find_there(struct page *g, const struct dp_ref *ref, struct dp_inst *inst,
		      const struct dp_desc_space *ds)
{
	struct dp_place in;
	int rc = 0;

	g->there = dp_ref_dup(ref);
	if (!g->there)
		return dp_err_nomem(g->err);
	g->there->via = &inst->desc->spaces[ds->paged.in];
	if (!ref->located || !ref->space)
		return 0;
	rc = dp_inst_place(inst, ds->paged.in, &in, g->err);
	if (rc)
		return rc;
	g->there->space = in.space;
	g->there->offset = in.base + ref->offset;
	return 0;
}

/* its other bits are treated as in any write of a field */
static int find_page(struct page *g, struct dp_inst *inst, const struct dp_paged *paged)
{
	static const struct dp_poke_opts keep;
	struct dp_write write = {.op = DP_SET, .opts = &keep, .force = g->p->dev->ctx->opts.force};
	struct dp_write_plan w;
	int rc = dp_ref_in(inst, paged->page, &g->page, g->err);

	if (!rc)
		rc = dp_plan_inner(g->p, g->page, g->err);
	if (rc)
		return rc;
	g->bits = dp_bits_mask(g->page->hi, g->page->lo);
	write.reg = g->page->reg;
	write.width = g->page->width;
	write.mask = g->bits;
	write.value = paged->value << g->page->lo;
	rc = dp_plan_bits(&write, &w, g->err);
	g->select = w.bits;
	return rc;
}

static int write_page(struct page *g, const struct dp_access *bits, const char *why)
{
	size_t first = g->p->n;
	int rc = dp_plan_write_ref(g->p, g->page, bits, nothing, g->err);

	for (size_t i = first; i < g->p->n; i++)
		if (g->p->steps[i].a.op == DP_ACCESS_WRITE)
			g->p->steps[i].a.why = why;
	return rc;
}

static int select_page(struct page *g)
{
	int rc = dp_plan_guard_read(g->p->dev, g->page, true, g->err);

	if (!rc)
		rc = dp_plan_read_ref(g->p, g->page, nothing, "the page before", g->err);
	/* where the page register lies in a page itself, that is put back behind the read */
	g->before = g->p->n;
	while (!rc && g->p->steps[g->before - 1].a.op != DP_ACCESS_READ)
		g->before--;
	return rc ? rc : write_page(g, &g->select, "selects the page");
}

static bool is_there(const struct dp_access *a, const struct dp_access *b)
{
	return a->space == b->space && a->offset == b->offset && a->width == b->width;
}

static int put_back(struct page *g)
{
	struct dp_access bits = g->select;
	size_t first = g->p->n;
	int rc;

	bits.and_mask |= g->bits;
	bits.or_mask &= ~g->bits;
	rc = write_page(g, &bits, "puts the page back");
	for (size_t i = first; !rc && i < g->p->n; i++) {
		struct dp_plan_step *s = &g->p->steps[i];

		s->undo = g->before;
		if (is_there(&s->a, &g->p->steps[g->before - 1].a))
			s->old = g->before;
	}
	return rc;
}

static int page_begin(struct page *g, struct dp_plan *p, const struct dp_ref *ref,
		      struct dp_err *err)
{
	struct dp_inst *inst;
	const struct dp_desc_space *ds = dp_ref_behind(ref, &inst);
	int rc;

	*g = (struct page){.p = p, .err = err};
	p->lock = true;
	if (p->depth++ >= DP_PLAN_DEPTH)
		return dp_err_set(err, EINVAL, DP_VALUE, "'%s' lies behind more than %d pages",
				  ref->path, DP_PLAN_DEPTH);
	rc = find_there(g, ref, inst, ds);
	if (!rc)
		rc = find_page(g, inst, &ds->paged);
	return rc ? rc : select_page(g);
}

static int page_end(struct page *g, int rc)
{
	if (!rc)
		rc = put_back(g);
	if (g->there)
		dp_ref_free(g->there);
	if (g->page)
		dp_ref_free(g->page);
	g->p->depth--;
	return rc;
}

int dp_plan_paged_read(struct dp_plan *p, const struct dp_ref *ref, struct dp_slice slice,
		       struct dp_err *err)
{
	struct page g;
	int rc = page_begin(&g, p, ref, err);

	if (!rc)
		rc = dp_plan_read_ref(p, g.there, slice, NULL, err);
	return page_end(&g, rc);
}

int dp_plan_paged_write(struct dp_plan *p, const struct dp_ref *ref, const struct dp_access *bits,
			struct dp_slice slice, struct dp_err *err)
{
	struct page g;
	int rc = page_begin(&g, p, ref, err);

	if (!rc)
		rc = dp_plan_write_ref(p, g.there, bits, slice, err);
	return page_end(&g, rc);
}
