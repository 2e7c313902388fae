/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.c - from a name and a value to the accesses that they need; touches nothing
 *
 * The rules: CLI.md section 4.  What is refused is plan_guard.c; what one write must be,
 * plan_bits.c; the accesses of one register, plan_units.c; what lies behind index and data
 * registers, plan_indirect.c; joined values, plan_join.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reg/plan.h"

struct dp_plan_name {
	struct dp_plan_name *next;
	char text[];
};

static struct dp_plan *plan_new(struct dp_dev *dev, const struct dp_ref *ref)
{
	struct dp_plan *p = malloc(sizeof(*p));

	if (!p)
		return NULL;
	p->dev = dev;
	p->steps = p->few;
	p->n = 0;
	p->room = DP_PLAN_FEW;
	p->prot = NULL;
	p->n_prot = 0;
	p->names = NULL;
	p->located = true;
	p->lock = false;
	p->known = false;
	p->verify = p->differ = dp_wide_of(0);
	p->width = ref->width;
	p->depth = 0;
	p->reads = 0;
	snprintf(p->path, sizeof(p->path), "%s", ref->reg_path);
	return p;
}

void dp_plan_free(struct dp_plan *plan)
{
	if (!plan)
		return;
	while (plan->names) {
		struct dp_plan_name *n = plan->names;

		plan->names = n->next;
		free(n);
	}
	if (plan->steps != plan->few)
		free(plan->steps);
	free(plan->prot);
	free(plan);
}

const char *dp_plan_keep(struct dp_plan *p, const char *text)
{
	size_t size = strlen(text) + 1;
	struct dp_plan_name *n;

	if (strcmp(text, p->path) == 0)
		return p->path;
	n = malloc(sizeof(*n) + size);
	if (!n)
		return NULL;
	memcpy(n->text, text, size);
	n->next = p->names;
	p->names = n;
	return n->text;
}

static struct dp_plan_step *new_step(struct dp_plan *p)
{
	struct dp_plan_step *bigger;

	if (p->n < p->room)
		return &p->steps[p->n++];
	bigger = malloc(2 * p->room * sizeof(*bigger));
	if (!bigger)
		return NULL;
	memcpy(bigger, p->steps, p->n * sizeof(*bigger));
	if (p->steps != p->few)
		free(p->steps);
	p->steps = bigger;
	p->room *= 2;
	return &p->steps[p->n++];
}

bool dp_ref_is_big(const struct dp_ref *ref)
{
	if (ref->order != DP_ORDER_SPACE)
		return ref->order == DP_ORDER_BE;
	return ref->reg && ref->reg->big_endian;
}

struct dp_plan_step *dp_plan_add(struct dp_plan *p, const struct dp_ref *ref, enum dp_access_op op,
				 const char *why)
{
	const char *path = dp_plan_keep(p, ref->reg_path);
	struct dp_plan_step *s = path ? new_step(p) : NULL;

	if (!s)
		return NULL;
	*s = (struct dp_plan_step){
		.a = {.op = op,
		      .space = ref->space,
		      .offset = ref->offset,
		      .width = ref->width,
		      .path = path,
		      .why = why},
		.swap = dp_ref_is_big(ref),
	};
	if (!ref->located || !ref->space)
		p->located = false;
	return s;
}

int dp_plan_inner(struct dp_plan *p, struct dp_ref *ref, struct dp_err *err)
{
	int rc = 0;

	if (!ref->located && p->dev->is_open)
		rc = dp_ref_locate(ref, err);
	return rc == -EAGAIN ? 0 : rc;
}

static int check_step(const struct dp_plan_step *s, struct dp_err *err)
{
	bool pause = s->a.op == DP_ACCESS_WAIT && !s->a.and_mask;
	int rc = 0;

	if (!pause)
		rc = dp_space_check(s->a.space, s->a.offset, s->a.width, s->a.op == DP_ACCESS_WRITE,
				    err);
	if (rc)
		dp_err_prefix(err, "%s", s->a.path);
	return rc;
}

/* everything is checked before anything is touched */
static int finish(struct dp_plan *p, int rc, struct dp_plan **out, struct dp_err *err)
{
	for (size_t i = 0; !rc && p->located && i < p->n; i++)
		rc = check_step(&p->steps[i], err);
	if (rc)
		dp_plan_free(p);
	else
		*out = p;
	return rc;
}

/* what was not named needs no access of its own when an expression has read it already */
static bool is_known(const struct dp_ref *ref, uint64_t *value)
{
	return !ref->consent && ref->reg && !ref->indexed &&
	       dp_inst_known(ref->inst, ref->reg, value);
}

static struct dp_slice all_of(const struct dp_ref *ref, enum dp_role role)
{
	return (struct dp_slice){.role = role, .lo = 0, .bits = ref->width, .pos = 0};
}

int dp_plan_peek(struct dp_dev *dev, const struct dp_ref *ref, struct dp_plan **out,
		 struct dp_err *err)
{
	struct dp_plan *p = plan_new(dev, ref);
	int rc;

	if (!p)
		return dp_err_nomem(err);
	if (ref->join) {
		rc = dp_plan_join_read(p, ref, DP_ROLE_VALUE, err);
	} else if (is_known(ref, &p->value)) {
		p->known = true;
		rc = 0;
	} else {
		rc = dp_plan_may_read(dev, ref, ref->consent, err);
		if (!rc)
			rc = dp_plan_read_ref(p, ref, all_of(ref, DP_ROLE_VALUE), NULL, err);
	}
	return finish(p, rc, out, err);
}

static int keep_protected(struct dp_plan *p, const struct dp_protected *prot, size_t n)
{
	struct dp_protected *all;

	if (!n)
		return 0;
	all = realloc(p->prot, (p->n_prot + n) * sizeof(*all));
	if (!all)
		return -ENOMEM;
	memcpy(all + p->n_prot, prot, n * sizeof(*all));
	p->prot = all;
	p->n_prot += n;
	return 0;
}

/* a register whose write resets the device: nothing touches it for that long */
static int add_pause(struct dp_plan *p, const struct dp_ref *ref, struct dp_err *err)
{
	struct dp_plan_step *s;

	if (!ref->reg || !ref->reg->resets_ns)
		return 0;
	s = dp_plan_add(p, ref, DP_ACCESS_WAIT, "resets");
	if (!s)
		return dp_err_nomem(err);
	s->a.timeout_ns = ref->reg->resets_ns;
	return 0;
}

/* what the write of @ref has to be */
static int modify_bits(struct dp_plan *p, const struct dp_ref *ref, const struct dp_assign *a,
		       const struct dp_poke_opts *opts, struct dp_write_plan *w, struct dp_err *err)
{
	struct dp_write write = {.reg = ref->reg,
				 .width = ref->width,
				 .op = a->op,
				 .mask = a->mask.lo,
				 .value = a->value.lo,
				 .spelled = a->fields | (a->ref->field ? a->mask.lo : 0),
				 .opts = opts,
				 .force = p->dev->ctx->opts.force};
	uint64_t last;
	int rc = dp_plan_may_write(p->dev, ref, err);

	write.shadow = opts->shadow;
	if (!dp_dev_shadow(p->dev, ref->space, ref->offset, ref->width, &last))
		write.shadow = &last;
	return rc ? rc : dp_plan_bits(&write, w, err);
}

static int modify_read(struct dp_plan *p, const struct dp_ref *ref, const struct dp_assign *a,
		       const struct dp_poke_opts *opts, struct dp_slice slice,
		       const struct dp_write_plan *w, struct dp_err *err)
{
	int rc = dp_plan_locks(p, ref, a->mask.lo, err);

	if (rc || !(w->bits.and_mask || w->bits.add_mask || opts->differ))
		return rc;
	rc = dp_plan_guard_read(p->dev, ref, true, err);
	if (!rc && !ref->reg && w->bits.and_mask)
		rc = dp_plan_guard_raw(p->dev, ref, ~a->mask.lo, err);
	slice.role = DP_ROLE_OLD;
	p->lock = true;
	if (rc)
		return rc;
	return dp_plan_read_ref(p, ref, slice,
				opts->differ ? "does it differ?" : "the unnamed bits", err);
}

static int modify_write(struct dp_plan *p, const struct dp_ref *ref, struct dp_slice slice,
			const struct dp_write_plan *w, struct dp_err *err)
{
	int rc;

	slice.role = DP_ROLE_WRITTEN;
	rc = dp_plan_write_ref(p, ref, &w->bits, slice, err);
	if (!rc)
		rc = add_pause(p, ref, err);
	if (!rc && keep_protected(p, w->prot, w->n_prot))
		return dp_err_nomem(err);
	return rc;
}

int dp_plan_modify(struct dp_plan *p, const struct dp_ref *ref, const struct dp_assign *a,
		   const struct dp_poke_opts *opts, struct dp_slice slice, unsigned halves,
		   struct dp_err *err)
{
	struct dp_write_plan w;
	int rc = modify_bits(p, ref, a, opts, &w, err);

	if (!rc && halves & DP_MODIFY_READ)
		rc = modify_read(p, ref, a, opts, slice, &w, err);
	if (!rc && halves & DP_MODIFY_WRITE)
		rc = modify_write(p, ref, slice, &w, err);
	return rc;
}

/* the register that the description marks as safe to read, never the written one */
static const struct dp_reg *flush_reg(const struct dp_inst *inst, const struct dp_reg *written)
{
	for (size_t i = 0; i < inst->desc->n_regs; i++) {
		const struct dp_reg *reg = &inst->desc->regs[i];

		if (reg->flush && reg != written)
			return reg;
	}
	return NULL;
}

static int add_flush(struct dp_plan *p, const struct dp_ref *ref, struct dp_err *err)
{
	struct dp_inst *inst = ref->inst;
	const struct dp_reg *reg = NULL;
	struct dp_ref *flush;
	int rc;

	while (inst && !(reg = flush_reg(inst, ref->reg)))
		inst = inst->parent;
	if (!reg) {
		dp_err_set(err, EINVAL, DP_USAGE, "no register beside '%s' is marked 'flush'",
			   ref->reg_path);
		dp_err_hint(err, "--readback reads the register itself");
		return -EINVAL;
	}
	rc = dp_ref_in(inst, reg->name, &flush, err);
	if (rc)
		return rc;
	rc = dp_plan_inner(p, flush, err);
	if (!rc)
		rc = dp_plan_guard_read(p->dev, flush, true, err);
	if (!rc)
		rc = dp_plan_read_ref(p, flush, all_of(flush, DP_ROLE_NONE), "flush", err);
	dp_ref_free(flush);
	return rc;
}

static int add_readback(struct dp_plan *p, const struct dp_ref *ref, const char *why,
			struct dp_err *err)
{
	int rc;

	if (ref->join)
		return dp_plan_join_read(p, ref, DP_ROLE_READBACK, err);
	rc = dp_plan_may_read(p->dev, ref, true, err);
	if (rc)
		return rc;
	return dp_plan_read_ref(p, ref, all_of(ref, DP_ROLE_READBACK), why, err);
}

static int plan_poke(struct dp_plan *p, const struct dp_assign *a, const struct dp_poke_opts *opts,
		     struct dp_err *err)
{
	const struct dp_ref *ref = a->ref;
	int rc = dp_plan_check_assign(p->dev, a, opts, err);

	if (!rc && ref->join)
		rc = dp_plan_join_write(p, a, opts, err);
	else if (!rc)
		rc = dp_plan_modify(p, ref, a, opts, all_of(ref, DP_ROLE_WRITTEN), DP_MODIFY_BOTH,
				    err);
	p->differ = opts->differ ? a->mask : dp_wide_of(0);
	if (!rc && opts->flush)
		rc = add_flush(p, ref, err);
	if (!rc && (opts->readback || opts->verify))
		rc = add_readback(p, ref, opts->verify ? "verify" : "readback", err);
	if (!rc && opts->verify && !ref->join)
		p->verify = dp_wide_of(dp_reg_storable(ref->reg, ref->width) & a->mask.lo);
	return rc;
}

int dp_plan_poke(struct dp_dev *dev, const struct dp_assign *a, const struct dp_poke_opts *opts,
		 struct dp_plan **out, struct dp_err *err)
{
	static const struct dp_poke_opts plain;
	struct dp_plan *p = plan_new(dev, a->ref);

	if (!p)
		return dp_err_nomem(err);
	return finish(p, plan_poke(p, a, opts ? opts : &plain, err), out, err);
}
