/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_units.c - the accesses that one register needs: their width, number and order
 */
#include <errno.h>
#include <stdio.h>

#include "reg/plan.h"

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
	unsigned bytes = u->width / 8 * (dp_ref_is_big(ref) ? u->n - 1 - k : k);
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

/* a read that clears or sets is told when it is done; its last access carries that */
static int mark_effect(struct dp_plan *p, const struct dp_ref *ref, struct dp_err *err)
{
	struct dp_plan_step *s = &p->steps[p->n - 1];
	struct dp_read_effect effect;
	int rc = dp_ref_read_effect(ref, &effect, err);

	if (rc || !effect.changes)
		return rc;
	s->clears = effect.what;
	s->subject = dp_plan_keep(p, effect.path);
	return s->subject ? 0 : dp_err_nomem(err);
}

static int read_units(struct dp_plan *p, const struct dp_ref *ref, struct dp_slice slice,
		      const char *why, struct dp_err *err)
{
	struct units u;
	int rc = units_of(ref, &u, err);

	for (unsigned i = 0; !rc && i < u.n; i++) {
		unsigned base;
		struct dp_plan_step *s = add_unit(p, ref, &u, i, &base);

		if (!s)
			return dp_err_nomem(err);
		s->a.why = why;
		s->slice = slice;
		if (!slice_of(&s->slice, base, u.width))
			s->slice.role = DP_ROLE_NONE;
	}
	return rc;
}

int dp_plan_read_ref(struct dp_plan *p, const struct dp_ref *ref, struct dp_slice slice,
		     const char *why, struct dp_err *err)
{
	const struct dp_desc_space *behind = dp_ref_behind(ref, NULL);
	int rc;

	if (!behind)
		rc = read_units(p, ref, slice, why, err);
	else if (behind->place == DP_PLACE_PAGED)
		rc = dp_plan_paged_read(p, ref, slice, err);
	else
		rc = dp_plan_indirect_read(p, ref, slice, err);
	return rc ? rc : mark_effect(p, ref, err);
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
	const struct dp_desc_space *behind = dp_ref_behind(ref, NULL);
	struct units u;
	int rc;

	if (behind && behind->place == DP_PLACE_PAGED)
		return dp_plan_paged_write(p, ref, bits, slice, err);
	if (behind)
		return dp_plan_indirect_write(p, ref, bits, slice, err);
	rc = units_of(ref, &u, err);
	if (!rc)
		rc = check_carry(ref, &u, bits, err);
	for (unsigned i = 0; !rc && i < u.n; i++) {
		unsigned base;
		struct dp_plan_step *s = add_unit(p, ref, &u, i, &base);

		if (!s)
			return dp_err_nomem(err);
		take_bits(&s->a, bits, base);
		s->slice = slice;
		if (!slice_of(&s->slice, base, u.width))
			s->slice.role = DP_ROLE_NONE;
	}
	return rc;
}
