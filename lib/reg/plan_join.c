/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_join.c - one value that lies in several registers (DESCRIPTIONS.md, `joins`)
 *
 * Each part is read, or read and written, in the order that the description gives: as
 * listed, most significant first, or the other way round.
 *
 * Of a latched value the part that latches is read first: that is when the others stand still.
 * It is written last: that is when the others are taken over.  So all parts are written, and
 * whatever has to be read of them is read before the first of the writes.
 */
#include <errno.h>

#include "reg/plan.h"

/* @writes: in the order of writes; @i: parts so far */
struct part_walk {
	struct dp_plan *p;
	const struct dp_ref *ref;
	struct dp_err *err;
	bool writes;
	size_t i;
	struct dp_ref *part;
	unsigned pos; /* of the part's lowest bit in the joined value */
};

/* which part comes as number @i */
static size_t part_number(const struct dp_join *j, size_t i, bool writes)
{
	size_t others = j->latched ? j->n_parts - 1 : j->n_parts, k;

	if (j->latched && i == (writes ? others : 0))
		return j->latch;
	i -= j->latched && !writes;
	k = j->lo_first ? others - 1 - i : i;
	return k + (j->latched && k >= j->latch);
}

/* the next part; 1: there is one, 0: done */
static int next_part(struct part_walk *w)
{
	const struct dp_join *join = w->ref->join;
	size_t k;
	int rc;

	dp_ref_free(w->part);
	w->part = NULL;
	if (w->i == join->n_parts)
		return 0;
	k = part_number(join, w->i++, w->writes);
	w->pos = 0;
	for (size_t j = k + 1; j < join->n_parts; j++)
		w->pos += dp_join_part_bits(&join->parts[j]);
	rc = dp_ref_in(w->ref->inst, join->parts[k].path, &w->part, w->err);
	if (!rc)
		rc = dp_plan_inner(w->p, w->part, w->err);
	return rc ? rc : 1;
}

static struct dp_slice part_slice(const struct part_walk *w, enum dp_role role)
{
	unsigned bits = w->part->hi - w->part->lo + 1;

	return (struct dp_slice){.role = role, .lo = w->part->lo, .bits = bits, .pos = w->pos};
}

int dp_plan_join_read(struct dp_plan *p, const struct dp_ref *ref, enum dp_role role,
		      struct dp_err *err)
{
	bool consent = role != DP_ROLE_VALUE || ref->consent;
	struct part_walk w = {.p = p, .ref = ref, .err = err};
	int rc;

	p->lock = true;
	while ((rc = next_part(&w)) > 0) {
		rc = dp_plan_may_read(p->dev, w.part, consent, err);
		if (!rc)
			rc = dp_plan_read_ref(p, w.part, part_slice(&w, role), ref->path, err);
		if (rc)
			break;
	}
	dp_ref_free(w.part);
	return rc;
}

/* what of @v, which is as wide as the joined value, falls into this part, register-wide */
static struct dp_wide part_bits(const struct part_walk *w, struct dp_wide v)
{
	v = dp_wide_and(dp_wide_shr(v, w->pos), dp_wide_ones(w->part->hi - w->part->lo + 1));
	return dp_wide_shl(v, w->part->lo);
}

/* what means one register cannot be said of several */
static int check_single(const struct dp_assign *a, const struct dp_poke_opts *opts,
			struct dp_err *err)
{
	if (a->op != DP_ADD && opts->others != DP_OTHERS_VALUE)
		return 0;
	dp_err_set(err, EINVAL, DP_USAGE, "'%s' is joined of several registers: %s", a->ref->path,
		   a->op == DP_ADD ? "'+=' cannot carry over" : "--others VALUE fits none of them");
	dp_err_hint(err, a->op == DP_ADD ? "peek it and poke the sum" : "poke its registers");
	return -EINVAL;
}

/* the bits of a part that a write stores, at their place in the joined value */
static struct dp_wide part_storable(const struct part_walk *w, struct dp_wide mask)
{
	uint64_t bits = dp_reg_storable(w->part->reg, w->part->width) & mask.lo;

	return dp_wide_shl(dp_wide_of(bits >> w->part->lo), w->pos);
}

static int write_part(struct part_walk *w, const struct dp_assign *a,
		      const struct dp_poke_opts *opts, unsigned halves)
{
	const struct dp_assign part = {.ref = w->part,
				       .op = a->op,
				       .mask = part_bits(w, a->mask),
				       .value = part_bits(w, a->value)};

	if (!dp_wide_any(part.mask) && !a->ref->join->latched)
		return 0;
	if (opts->verify)
		w->p->verify = dp_wide_or(w->p->verify, part_storable(w, part.mask));
	return dp_plan_modify(w->p, w->part, &part, opts, part_slice(w, DP_ROLE_WRITTEN), halves,
			      w->err);
}

/* parts that stay as they are read stand still only from the read of the latch on, which a write
 * that names all of it would not do for its own sake */
static int read_latch(struct part_walk *w, const struct dp_assign *a,
		      const struct dp_poke_opts *opts)
{
	const struct dp_reg *reg = w->part->reg;
	bool harmless = dp_reg_read_effect(reg) == DP_ONR_NONE && reg->kind != DP_KIND_FIFO &&
			reg->kind != DP_KIND_DOORBELL;
	int rc;

	if (opts->others != DP_OTHERS_KEEP || !dp_ref_readable(w->part) ||
	    dp_wide_same(a->mask, dp_wide_ones(a->ref->width)))
		return 0;
	rc = dp_plan_guard_read(w->p->dev, w->part, harmless, w->err);
	if (rc)
		return rc;
	return dp_plan_read_ref(w->p, w->part, part_slice(w, DP_ROLE_OLD), "latches the others",
				w->err);
}

static int write_parts(struct dp_plan *p, const struct dp_assign *a,
		       const struct dp_poke_opts *opts, unsigned halves, struct dp_err *err)
{
	struct part_walk w = {
		.p = p, .ref = a->ref, .err = err, .writes = halves & DP_MODIFY_WRITE};
	int rc;

	while ((rc = next_part(&w)) > 0) {
		size_t before = p->n;

		rc = write_part(&w, a, opts, halves);
		if (!rc && halves == DP_MODIFY_READ && w.i == 1 && p->n == before)
			rc = read_latch(&w, a, opts);
		if (rc)
			break;
	}
	dp_ref_free(w.part);
	return rc;
}

int dp_plan_join_write(struct dp_plan *p, const struct dp_assign *a,
		       const struct dp_poke_opts *opts, struct dp_err *err)
{
	int rc = check_single(a, opts, err);

	if (rc)
		return rc;
	p->lock = true;
	if (!a->ref->join->latched)
		return write_parts(p, a, opts, DP_MODIFY_BOTH, err);
	rc = write_parts(p, a, opts, DP_MODIFY_READ, err);
	return rc ? rc : write_parts(p, a, opts, DP_MODIFY_WRITE, err);
}
