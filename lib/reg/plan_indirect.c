/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_indirect.c - registers behind index and data registers (MDIC and its kind)
 *
 * A read is: unlock, index and start, wait for ready, data.  A write is: data, index and
 * start, wait.  What falls into one register is one write, with no read: its other bits get
 * their reset value or 0.
 */
#include <errno.h>
#include <string.h>

#include "reg/grammar.h"
#include "reg/plan.h"

#define DEFAULT_TIMEOUT_NS UINT64_C(1000000000)

/* a register of the window, the bits of it that are given, and what they get */
struct piece {
	struct dp_ref *ref;
	uint64_t given;
	struct dp_access bits;
	struct dp_slice slice;
};

#define MAX_PIECES 3 /* index, data, start */

struct window {
	struct dp_plan *p;
	const struct dp_ref *ref;
	struct dp_inst *inst;
	const struct dp_indirect *ind;
	struct piece pieces[MAX_PIECES];
	size_t n;
	struct dp_err *err;
};

/* from @inst up to the owner whose description has space @ds; its index there */
static unsigned whose(struct dp_inst **inst, const struct dp_desc_space *ds)
{
	while ((*inst)->parent && (ds < (*inst)->desc->spaces ||
				   ds >= (*inst)->desc->spaces + (*inst)->desc->n_spaces))
		*inst = (*inst)->parent;
	return (unsigned)(ds - (*inst)->desc->spaces);
}

const struct dp_desc_space *dp_ref_behind(const struct dp_ref *ref, struct dp_inst **inst)
{
	const struct dp_desc_space *ds = ref->via;
	struct dp_inst *in = ref->inst;

	if (ref->space && ref->space->desc_space && !ds) {
		ds = ref->space->desc_space;
		in = ref->space->inst;
	} else if (ref->reg && in) {
		unsigned i = ds ? whose(&in, ds) : ref->reg->space;

		ds = dp_inst_space(in, i);
		whose(&in, ds);
	}
	if (!ds || !dp_is_behind(ds))
		return NULL;
	if (inst)
		*inst = in;
	return ds;
}

static int window_begin(struct window *w, struct dp_plan *p, const struct dp_ref *ref,
			struct dp_err *err)
{
	*w = (struct window){.p = p, .ref = ref, .err = err};
	w->ind = &dp_ref_behind(ref, &w->inst)->indirect;
	p->lock = true;
	if (p->depth >= DP_PLAN_DEPTH)
		return dp_err_set(err, EINVAL, DP_VALUE,
				  "'%s' lies behind more than %d index registers", ref->path,
				  DP_PLAN_DEPTH);
	p->depth++;
	return 0;
}

static int window_end(struct window *w, int rc)
{
	for (size_t i = 0; i < w->n; i++)
		dp_ref_free(w->pieces[i].ref);
	w->p->depth--;
	return rc;
}

static bool same_place(const struct dp_ref *a, const struct dp_ref *b)
{
	return a->reg == b->reg && a->space == b->space && a->offset == b->offset &&
	       a->index == b->index;
}

/* the piece of @ref's register, moved to the end: it is written when its last bits are known;
 * takes @ref */
static struct piece *last_piece(struct window *w, struct dp_ref *ref)
{
	struct piece found = {.ref = ref};

	for (size_t i = 0; i < w->n; i++) {
		if (!same_place(w->pieces[i].ref, ref))
			continue;
		found = w->pieces[i];
		w->n--;
		memmove(&w->pieces[i], &w->pieces[i + 1], (w->n - i) * sizeof(found));
		dp_ref_free(ref);
		break;
	}
	w->pieces[w->n++] = found;
	return &w->pieces[w->n - 1];
}

static int inner_ref(struct window *w, const char *text, struct dp_ref **out)
{
	int rc = dp_ref_in(w->inst, text, out, w->err);

	if (rc)
		return rc;
	rc = dp_plan_inner(w->p, *out, w->err);
	if (rc)
		dp_ref_free(*out);
	return rc;
}

static int add_index(struct window *w)
{
	struct dp_ref *ref;
	struct piece *piece;
	uint64_t ones;
	unsigned lo;
	int rc = inner_ref(w, w->ind->index, &ref);

	if (rc)
		return rc;
	if (w->ref->offset & ~dp_ones(ref->hi - ref->lo + 1)) {
		rc = dp_err_set(w->err, ERANGE, DP_RANGE,
				"index 0x%llx of '%s' does not fit into '%s'",
				(unsigned long long)w->ref->offset, w->ref->path, ref->path);
		dp_ref_free(ref);
		return rc;
	}
	lo = ref->lo;
	ones = dp_ones(ref->hi - lo + 1);
	piece = last_piece(w, ref); /* @ref may be gone */
	piece->given |= ones << lo;
	piece->bits.or_mask |= w->ref->offset << lo;
	return 0;
}

static int add_start(struct window *w, const char *text)
{
	struct dp_assign *a;
	struct dp_ref *ref;
	struct piece *piece;
	int rc;

	if (!text)
		return 0;
	rc = dp_assign_in(w->inst, text, &a, w->err);
	if (rc)
		return rc;
	ref = dp_ref_dup(a->ref);
	rc = ref ? dp_plan_inner(w->p, ref, w->err) : dp_err_nomem(w->err);
	if (!rc) {
		piece = last_piece(w, ref);
		piece->given |= a->mask.lo;
		piece->bits.or_mask |= a->value.lo & a->mask.lo;
	} else {
		dp_ref_free(ref);
	}
	dp_assign_free(a);
	return rc;
}

static int data_ref(struct window *w, struct dp_ref **out)
{
	int rc = inner_ref(w, w->ind->data, out);

	if (rc || (*out)->hi - (*out)->lo + 1 >= w->ref->width)
		return rc;
	rc = dp_err_set(w->err, EINVAL, DP_ALIGN, "'%s' is %u bits wide, its data field '%s' %u",
			w->ref->path, w->ref->width, (*out)->path, (*out)->hi - (*out)->lo + 1);
	dp_ref_free(*out);
	return rc;
}

static int add_data(struct window *w, const struct dp_access *bits, struct dp_slice slice)
{
	struct dp_ref *ref;
	struct piece *piece;
	int rc = data_ref(w, &ref);
	unsigned lo;

	if (rc)
		return rc;
	lo = ref->lo;
	piece = last_piece(w, ref);
	piece->given |= dp_ones(w->ref->width) << lo;
	piece->bits.and_mask = bits->and_mask << lo;
	piece->bits.or_mask |= bits->or_mask << lo;
	piece->bits.xor_mask = bits->xor_mask << lo;
	piece->bits.add_mask = bits->add_mask << lo;
	piece->bits.add = bits->add << lo;
	piece->slice = slice;
	piece->slice.lo += lo;
	return 0;
}

/* one write, no read: the description says what the window needs, the rest is as after reset */
static int emit_piece(struct window *w, const struct piece *piece)
{
	const struct dp_ref *ref = piece->ref;
	uint64_t force =
		DP_FORCE(DP_CLASS_EFFECT) | DP_FORCE(DP_CLASS_RO) | DP_FORCE(DP_CLASS_RESERVED);
	bool reset = ref->reg && ref->reg->has_reset;
	struct dp_poke_opts opts = {.others = reset ? DP_OTHERS_RESET : DP_OTHERS_ZERO};
	const struct dp_write write = {.reg = ref->reg,
				       .width = ref->width,
				       .op = DP_SET,
				       .mask = piece->given,
				       .opts = &opts,
				       .force = force};
	struct dp_access bits = piece->bits;
	struct dp_write_plan rest;
	int rc = dp_plan_bits(&write, &rest, w->err);

	if (rc)
		return rc;
	bits.or_mask |= rest.bits.or_mask;
	return dp_plan_write_ref(w->p, ref, &bits, piece->slice, w->err);
}

static int emit_pieces(struct window *w)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < w->n; i++)
		rc = emit_piece(w, &w->pieces[i]);
	return rc;
}

static int add_unlock(struct window *w)
{
	static const struct dp_poke_opts keep;
	struct dp_assign *a;
	int rc;

	if (!w->ind->unlock)
		return 0;
	rc = dp_assign_in(w->inst, w->ind->unlock, &a, w->err);
	if (rc)
		return rc;
	rc = dp_plan_inner(w->p, a->ref, w->err);
	if (!rc)
		rc = dp_plan_modify(w->p, a->ref, a, &keep, (struct dp_slice){0}, DP_MODIFY_BOTH,
				    w->err);
	dp_assign_free(a);
	return rc;
}

/* the ready condition as a mask and a value; only equality, or a single bit's inequality */
static int ready_bits(struct window *w, const struct dp_cond *c, struct dp_access *a)
{
	unsigned bits = c->ref->hi - c->ref->lo + 1;
	uint64_t want = c->want.lo;

	if (c->cmp == DP_NE && bits == 1)
		want = !want;
	else if (c->cmp != DP_EQ)
		return dp_err_set(
			w->err, EINVAL, DP_VALUE,
			"ready condition '%s' of an indirect space must be REG.FIELD==VALUE",
			w->ind->ready);
	a->and_mask = dp_ones(bits) << c->ref->lo;
	a->or_mask = want << c->ref->lo & a->and_mask;
	a->timeout_ns = w->ind->timeout_ns ? w->ind->timeout_ns : DEFAULT_TIMEOUT_NS;
	return 0;
}

static int add_wait(struct window *w)
{
	struct dp_plan_step *s;
	struct dp_cond *c;
	int rc;

	if (!w->ind->ready)
		return 0;
	rc = dp_cond_in(w->inst, w->ind->ready, &c, w->err);
	if (rc)
		return rc;
	rc = dp_plan_inner(w->p, c->ref, w->err);
	if (!rc) {
		s = dp_plan_add(w->p, c->ref, DP_ACCESS_WAIT, "ready");
		rc = s ? ready_bits(w, c, &s->a) : dp_err_nomem(w->err);
	}
	dp_cond_free(c);
	return rc;
}

static int plan_read(struct window *w, struct dp_slice slice)
{
	struct dp_ref *data;
	int rc = add_unlock(w);

	if (!rc)
		rc = add_index(w);
	if (!rc)
		rc = add_start(w, w->ind->start_read);
	if (!rc)
		rc = emit_pieces(w);
	if (!rc)
		rc = add_wait(w);
	if (!rc)
		rc = data_ref(w, &data);
	if (rc)
		return rc;
	slice.lo += data->lo;
	rc = dp_plan_read_ref(w->p, data, slice, "data", w->err);
	dp_ref_free(data);
	return rc;
}

int dp_plan_indirect_read(struct dp_plan *p, const struct dp_ref *ref, struct dp_slice slice,
			  struct dp_err *err)
{
	struct window w;
	int rc = window_begin(&w, p, ref, err);

	return rc ? rc : window_end(&w, plan_read(&w, slice));
}

static int plan_write(struct window *w, const struct dp_access *bits, struct dp_slice slice)
{
	bool started = w->ind->start_write;
	int rc;

	if (!started && w->ind->start_read) {
		rc = dp_err_set(w->err, EINVAL, DP_USAGE,
				"'%s' cannot be written: its space has no 'start' for writes",
				w->ref->path);
		return rc;
	}
	rc = add_unlock(w);
	/* without a start bit the write of the data register is what starts it: it comes last */
	if (!rc && started)
		rc = add_data(w, bits, slice);
	if (!rc)
		rc = add_index(w);
	if (!rc)
		rc = started ? add_start(w, w->ind->start_write) : add_data(w, bits, slice);
	if (!rc)
		rc = emit_pieces(w);
	return rc ? rc : add_wait(w);
}

int dp_plan_indirect_write(struct dp_plan *p, const struct dp_ref *ref,
			   const struct dp_access *bits, struct dp_slice slice, struct dp_err *err)
{
	struct window w;
	int rc = window_begin(&w, p, ref, err);

	return rc ? rc : window_end(&w, plan_write(&w, bits, slice));
}
