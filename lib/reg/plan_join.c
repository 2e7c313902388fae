/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_join.c - one value that lies in several registers (DESCRIPTIONS.md, `joins`)
 *
 * Each part is read, or read and written, in the order that the description gives: as
 * listed, most significant first, or the other way round.
 */
#include <errno.h>

#include "reg/plan.h"

struct part_walk {
	struct dp_plan *p;
	const struct dp_ref *ref;
	struct dp_err *err;
	size_t i;
	struct dp_ref *part;
	unsigned pos; /* of the part's lowest bit in the joined value */
};

/* the next part; 1: there is one, 0: done */
static int next_part(struct part_walk *w)
{
	const struct dp_join *join = w->ref->join;
	size_t k = join->lo_first ? join->n_parts - 1 - w->i : w->i;
	int rc;

	dp_ref_free(w->part);
	w->part = NULL;
	if (w->i++ == join->n_parts)
		return 0;
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

/* what of the assignment falls into this part, register-wide */
static struct dp_assign part_assign(const struct part_walk *w, const struct dp_assign *a)
{
	uint64_t ones = dp_ones(w->part->hi - w->part->lo + 1);
	struct dp_assign out = {.ref = w->part, .op = a->op};

	out.mask = ((a->mask >> w->pos) & ones) << w->part->lo;
	out.value = ((a->value >> w->pos) & ones) << w->part->lo;
	return out;
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

int dp_plan_join_write(struct dp_plan *p, const struct dp_assign *a,
		       const struct dp_poke_opts *opts, struct dp_err *err)
{
	struct part_walk w = {.p = p, .ref = a->ref, .err = err};
	int rc = check_single(a, opts, err);

	if (rc)
		return rc;
	p->lock = true;
	while ((rc = next_part(&w)) > 0) {
		struct dp_assign part = part_assign(&w, a);

		if (!part.mask)
			continue;
		rc = dp_plan_modify(p, w.part, &part, opts, part_slice(&w, DP_ROLE_WRITTEN), err);
		if (rc)
			break;
		if (opts->verify)
			p->verify |= (dp_reg_storable(w.part->reg, w.part->width) & part.mask) >>
				     w.part->lo << w.pos;
	}
	dp_ref_free(w.part);
	return rc;
}
