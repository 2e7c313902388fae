/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.c - from a name and a value to the accesses that they need; touches nothing
 *
 * The rules: CLI.md section 4.  What one write must be is plan_bits.c; what lies behind
 * index and data registers is plan_indirect.c; joined values are plan_join.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desc/plan.h"

struct dp_plan_name {
	struct dp_plan_name *next;
	char text[];
};

int dp_plan_no_memory(struct dp_err *err)
{
	return dp_err_set(err, ENOMEM, DP_INTERNAL, "out of memory");
}

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
	p->verify = 0;
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

static bool is_big(const struct dp_ref *ref)
{
	if (ref->order != DP_ORDER_SPACE)
		return ref->order == DP_ORDER_BE;
	if (ref->reg)
		return ref->reg->big_endian;
	return ref->space && ref->space->big_endian;
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
		.swap = is_big(ref),
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

/* -------------------------------------------------------- width and order */

/* the accesses of one register: @n of @width bits, @hi_first tells their order */
struct units {
	unsigned width, n;
	bool hi_first;
};

static int refuse_width(const struct dp_ref *ref, unsigned legal, struct dp_err *err)
{
	dp_err_set(err, EINVAL, DP_ALIGN,
		   "'%s' is %u bits wide, and '%s' has no access of that width", ref->reg_path,
		   ref->width, ref->space ? ref->space->name : ref->space_name);
	if (ref->reg && ref->reg->split64 == DP_SPLIT_FORBID)
		dp_err_hint(err, "its description forbids to split it");
	else if (legal)
		dp_err_hint(err, "widths there: %s%s%s%s", legal & 8 ? "8 " : "",
			    legal & 16 ? "16 " : "", legal & 32 ? "32 " : "",
			    legal & 64 ? "64" : "");
	return -EINVAL;
}

static int units_of(const struct dp_ref *ref, struct units *u, struct dp_err *err)
{
	const struct dp_reg *reg = ref->reg;
	unsigned space = ref->space && ref->space->widths ? ref->space->widths : 8 | 16 | 32 | 64;
	unsigned legal = space & (reg && reg->widths ? reg->widths : ref->width);

	*u = (struct units){.width = ref->width, .n = 1};
	if (legal & ref->width)
		return 0;
	if (!reg || reg->split64 == DP_SPLIT_FORBID)
		return refuse_width(ref, space, err);
	/* halves of a 64-bit register need no leave but split64's */
	if (!reg->widths && ref->width == 64)
		legal = space & 32;
	for (u->width = ref->width / 2; u->width >= 8 && !(legal & u->width); u->width /= 2)
		;
	if (u->width < 8)
		return refuse_width(ref, space, err);
	u->n = ref->width / u->width;
	u->hi_first = reg->split64 == DP_SPLIT_HI_FIRST;
	return 0;
}

/* the slice that falls into the unit whose lowest bit is @base; false: nothing */
static bool slice_of(struct dp_slice *s, unsigned base, unsigned width)
{
	unsigned lo = s->lo > base ? s->lo : base;
	unsigned end = s->lo + s->bits < base + width ? s->lo + s->bits : base + width;

	if (lo >= end)
		return false;
	s->pos += lo - s->lo;
	s->lo = lo - base;
	s->bits = end - lo;
	return true;
}

/* the @i-th access of a register; *@base = its lowest bit in the register */
static struct dp_plan_step *add_unit(struct dp_plan *p, const struct dp_ref *ref,
				     const struct units *u, unsigned i, unsigned *base)
{
	unsigned k = u->hi_first ? u->n - 1 - i : i;
	unsigned bytes = u->width / 8 * (is_big(ref) ? u->n - 1 - k : k);
	struct dp_plan_step *s = dp_plan_add(p, ref, DP_ACCESS_READ, NULL);
	char path[DP_PATH_MAX + 16];

	*base = k * u->width;
	if (!s || u->n == 1)
		return s;
	s->a.width = u->width;
	s->a.offset += bytes;
	p->lock = true;
	if (bytes) {
		snprintf(path, sizeof(path), "%s+%u", ref->reg_path, bytes);
		s->a.path = dp_plan_keep(p, path);
	}
	return s->a.path ? s : NULL;
}

int dp_plan_read_ref(struct dp_plan *p, const struct dp_ref *ref, struct dp_slice slice,
		     const char *why, struct dp_err *err)
{
	struct units u;
	int rc;

	if (dp_ref_indirect(ref, NULL))
		return dp_plan_indirect_read(p, ref, slice, err);
	rc = units_of(ref, &u, err);
	for (unsigned i = 0; !rc && i < u.n; i++) {
		unsigned base;
		struct dp_plan_step *s = add_unit(p, ref, &u, i, &base);

		if (!s)
			return dp_plan_no_memory(err);
		s->a.why = why;
		s->slice = slice;
		if (!slice_of(&s->slice, base, u.width))
			s->slice.role = DP_ROLE_NONE;
	}
	return rc;
}

static void take_bits(struct dp_access *a, const struct dp_access *bits, unsigned base)
{
	uint64_t unit = dp_ones(a->width);

	a->op = DP_ACCESS_WRITE;
	a->and_mask = (bits->and_mask >> base) & unit;
	a->or_mask = (bits->or_mask >> base) & unit;
	a->xor_mask = (bits->xor_mask >> base) & unit;
	a->add_mask = (bits->add_mask >> base) & unit;
	a->add = a->add_mask ? bits->add >> base : 0;
}

/* a sum must not carry from one access into another */
static int check_carry(const struct dp_ref *ref, const struct units *u,
		       const struct dp_access *bits, struct dp_err *err)
{
	unsigned touched = 0;

	for (unsigned i = 0; i < u->n; i++)
		touched += ((bits->add_mask >> (i * u->width)) & dp_ones(u->width)) != 0;
	if (touched <= 1)
		return 0;
	dp_err_set(err, EINVAL, DP_USAGE, "'%s' is written in %u accesses: '+=' cannot carry over",
		   ref->path, u->n);
	dp_err_hint(err, "peek it and poke the sum");
	return -EINVAL;
}

int dp_plan_write_ref(struct dp_plan *p, const struct dp_ref *ref, const struct dp_access *bits,
		      struct dp_slice slice, struct dp_err *err)
{
	struct units u;
	int rc;

	if (dp_ref_indirect(ref, NULL))
		return dp_plan_indirect_write(p, ref, bits, slice, err);
	rc = units_of(ref, &u, err);
	if (!rc)
		rc = check_carry(ref, &u, bits, err);
	for (unsigned i = 0; !rc && i < u.n; i++) {
		unsigned base;
		struct dp_plan_step *s = add_unit(p, ref, &u, i, &base);

		if (!s)
			return dp_plan_no_memory(err);
		take_bits(&s->a, bits, base);
		s->slice = slice;
		if (!slice_of(&s->slice, base, u.width))
			s->slice.role = DP_ROLE_NONE;
	}
	return rc;
}

/* ------------------------------------------------------------ permissions */

static bool forced(const struct dp_dev *dev, enum dp_class class)
{
	return dp_forced(dev->ctx, class);
}

static int refuse_bound(const struct dp_dev *dev, const struct dp_ref *ref, const char *what,
			struct dp_err *err)
{
	dp_err_refuse(err, DP_CLASS_BOUND, "kernel driver '%s' owns the device: '%s' is not %s",
		      dev->info.driver, ref->path, what);
	dp_err_hint(err, "unbind the driver first, or --force=bound");
	return -EPERM;
}

/* why reading the register does something, or NULL */
static const char *read_effect(const struct dp_ref *ref)
{
	static const char *const words[] = {
		[DP_ONR_CLEAR] = "clears it",
		[DP_ONR_SET] = "sets it",
		[DP_ONR_EFFECT] = "has an effect",
	};
	enum dp_on_read effect = ref->reg ? dp_reg_read_effect(ref->reg) : DP_ONR_NONE;

	if (effect != DP_ONR_NONE)
		return words[effect];
	if (ref->reg && ref->reg->kind == DP_KIND_FIFO)
		return "takes an entry";
	if (ref->reg && ref->reg->kind == DP_KIND_DOORBELL)
		return "may ring it";
	return NULL;
}

static bool ref_readable(const struct dp_ref *ref)
{
	if (!ref->reg)
		return true;
	if (ref->field && ref->field->attr.sw != DP_SW_RW && ref->field->attr.sw != DP_SW_RO)
		return false;
	return dp_reg_readable(ref->reg);
}

static void note_bound(struct dp_dev *dev)
{
	if (!dev->info.bound || forced(dev, DP_CLASS_BOUND) || dev->noted_bound)
		return;
	dev->noted_bound = true;
	dp_note(dev->ctx, "kernel driver '%s' is bound: reading only", dev->info.driver);
}

static int guard_read(struct dp_dev *dev, const struct dp_ref *ref, bool consent,
		      struct dp_err *err)
{
	bool bound = dev->info.bound && !forced(dev, DP_CLASS_BOUND);
	const char *effect = read_effect(ref);
	const char *act = effect ? effect : "writes its index register";

	if (effect || dp_ref_indirect(ref, NULL)) {
		if (!consent && !forced(dev, DP_CLASS_EFFECT)) {
			dp_err_refuse(err, DP_CLASS_EFFECT, "'%s' was not named, and reading it %s",
				      ref->path, act);
			dp_err_hint(err, "spell its name, or --force=effect");
			return -EPERM;
		}
		if (bound)
			return refuse_bound(dev, ref, "read, which has an effect", err);
	}
	note_bound(dev);
	if (effect && dp_reg_read_effect(ref->reg) != DP_ONR_NONE)
		dp_note(dev->ctx, "reading '%s' %s", ref->reg_path, effect);
	return 0;
}

int dp_plan_may_read(struct dp_dev *dev, const struct dp_ref *ref, bool consent, struct dp_err *err)
{
	if (ref_readable(ref))
		return guard_read(dev, ref, consent, err);
	dp_err_set(err, EINVAL, DP_USAGE, "'%s' is write-only", ref->path);
	dp_err_hint(err, "explain says what it does; nothing reads it");
	return -EINVAL;
}

static int may_write(struct dp_dev *dev, const struct dp_ref *ref, struct dp_err *err)
{
	if (dev->info.bound && !forced(dev, DP_CLASS_BOUND))
		return refuse_bound(dev, ref, "written", err);
	return 0;
}

/* ------------------------------------------------------------------- plans */

static int check_step(const struct dp_plan_step *s, struct dp_err *err)
{
	bool pause = s->a.op == DP_ACCESS_WAIT && !s->a.and_mask;
	int rc;

	if (pause)
		return 0;
	rc = dp_space_check(s->a.space, s->a.offset, s->a.width, s->a.op == DP_ACCESS_WRITE, err);
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
		return dp_plan_no_memory(err);
	if (ref->join) {
		rc = dp_plan_join_read(p, ref, DP_ROLE_VALUE, err);
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
		return dp_plan_no_memory(err);
	s->a.timeout_ns = ref->reg->resets_ns;
	return 0;
}

int dp_plan_modify(struct dp_plan *p, const struct dp_ref *ref, const struct dp_assign *a,
		   const struct dp_poke_opts *opts, struct dp_slice slice, struct dp_err *err)
{
	struct dp_protected prot[65];
	struct dp_access bits;
	uint64_t last;
	size_t n_prot;
	bool known = dp_dev_shadow(p->dev, ref->space, ref->offset, ref->width, &last) == 0;
	int rc = may_write(p->dev, ref, err);

	if (!rc)
		rc = dp_plan_bits(ref->reg, ref->width, a->op, a->mask, a->value, opts,
				  known ? &last : NULL, p->dev->ctx->opts.force, &bits, prot,
				  &n_prot, err);
	if (rc)
		return rc;
	if (bits.and_mask || bits.add_mask) {
		rc = guard_read(p->dev, ref, true, err);
		slice.role = DP_ROLE_OLD;
		if (!rc)
			rc = dp_plan_read_ref(p, ref, slice, "the unnamed bits", err);
		p->lock = true;
	}
	slice.role = DP_ROLE_WRITTEN;
	if (!rc)
		rc = dp_plan_write_ref(p, ref, &bits, slice, err);
	if (!rc)
		rc = add_pause(p, ref, err);
	if (!rc && keep_protected(p, prot, n_prot))
		return dp_plan_no_memory(err);
	return rc;
}

static int check_assign(struct dp_dev *dev, const struct dp_assign *a,
			const struct dp_poke_opts *opts, struct dp_err *err)
{
	const struct dp_ref *ref = a->ref;

	if (a->number_for_enum && a->op == DP_SET && !forced(dev, DP_CLASS_ENUM)) {
		dp_err_refuse(err, DP_CLASS_ENUM, "no word of '%s' has this number", ref->path);
		dp_err_hint(err, "explain lists the words; --force=enum writes the number");
		return -EPERM;
	}
	if (a->explicit_mask && !forced(dev, DP_CLASS_RESERVED)) {
		dp_err_refuse(err, DP_CLASS_RESERVED, "a mask of '%s' names bits without a field",
			      ref->path);
		dp_err_hint(err, "--force=reserved writes them all the same");
		return -EPERM;
	}
	if (opts->others == DP_OTHERS_VALUE && (opts->others_value & ~dp_ones(ref->width)))
		return dp_err_set(err, EINVAL, DP_VALUE,
				  "0x%llx for the other bits does not fit into '%s', %u bits",
				  (unsigned long long)opts->others_value, ref->reg_path,
				  ref->width);
	return 0;
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
		rc = guard_read(p->dev, flush, true, err);
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
	int rc = check_assign(p->dev, a, opts, err);

	if (!rc && ref->join)
		rc = dp_plan_join_write(p, a, opts, err);
	else if (!rc)
		rc = dp_plan_modify(p, ref, a, opts, all_of(ref, DP_ROLE_WRITTEN), err);
	if (!rc && opts->flush)
		rc = add_flush(p, ref, err);
	if (!rc && (opts->readback || opts->verify))
		rc = add_readback(p, ref, opts->verify ? "verify" : "readback", err);
	if (!rc && opts->verify && !ref->join)
		p->verify = dp_reg_storable(ref->reg, ref->width) & a->mask;
	return rc;
}

int dp_plan_poke(struct dp_dev *dev, const struct dp_assign *a, const struct dp_poke_opts *opts,
		 struct dp_plan **out, struct dp_err *err)
{
	static const struct dp_poke_opts plain;
	struct dp_plan *p = plan_new(dev, a->ref);

	if (!p)
		return dp_plan_no_memory(err);
	return finish(p, plan_poke(p, a, opts ? opts : &plain, err), out, err);
}
