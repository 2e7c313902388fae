/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_bits.c - what one write of a register must be, so that the bits that were not named
 * come to no harm; pure
 *
 * The rules: CLI.md section 4 (poke), DESCRIPTIONS.md "The write plan is derived".
 */
#include <errno.h>
#include <stdio.h>

#include "reg/plan.h"

/* no value matters for such bits: they ask for no read, but take part in one that happens */
static const char ro_open[] = "ro", forced_open[] = "forced";

struct bits {
	const struct dp_write *w;
	struct dp_write_plan *out;
	uint64_t full, named;
	uint64_t keep;    /* written as read */
	uint64_t ones;    /* written 1 */
	uint64_t inert;   /* written as read when something is read */
	uint64_t settled; /* named, and already in @ones or 0 */
	struct dp_err *err;
};

static bool forced(const struct bits *b, enum dp_class class)
{
	return b->w->force & DP_FORCE(class);
}

static void protect(struct bits *b, const char *field, const char *why)
{
	if (b->out->n_prot < DP_PROT_MAX)
		b->out->prot[b->out->n_prot++] = (struct dp_protected){field, why};
}

struct label {
	char text[140];
};

/* "REG.FIELD" for messages */
static struct label label(const struct bits *b, const char *field)
{
	struct label l;

	snprintf(l.text, sizeof(l.text), "%s%s%s", b->w->reg->name, field ? "." : "",
		 field ? field : "");
	return l;
}

/* ----------------------------------------------------- bits that were named */

static int refuse_ro(struct bits *b, const char *field, const struct dp_attr *a)
{
	dp_err_refuse(b->err, DP_CLASS_RO, "'%s' is %s", label(b, field).text,
		      a->sw == DP_SW_NONE ? "not for software" : "read-only");
	dp_err_hint(b->err, "--force=ro writes it all the same");
	return -EPERM;
}

static int refuse_computed(struct bits *b, const struct dp_reg_part *p)
{
	struct label l = label(b, p->field);

	if (p->attr->sw == DP_SW_WO && b->w->opts->others != DP_OTHERS_SHADOW) {
		dp_err_set(b->err, EINVAL, DP_USAGE,
			   "'%s' is write-only: its old value cannot be read", l.text);
		dp_err_hint(b->err, "--others shadow takes what was written last");
		return -EINVAL;
	}
	dp_err_refuse(b->err, DP_CLASS_EFFECT,
		      "'%s' is %s: nothing can be computed from what it reads", l.text,
		      dp_on_write_name(p->attr->on_write));
	dp_err_hint(b->err, "assign a value with '=', or --force=effect");
	return -EPERM;
}

/* a named bit that is inverted or added to needs its old value, and must store the new one */
static int check_computed(struct bits *b, const struct dp_reg_part *p)
{
	uint64_t mask = p->mask & b->named;
	bool shadowed = b->w->opts->others == DP_OTHERS_SHADOW;

	if (b->w->op == DP_XOR &&
	    (p->attr->on_write == DP_ONW_W1T || p->attr->on_write == DP_ONW_W0T)) {
		/* the register inverts by itself: the one value that does it, no read */
		b->settled |= mask;
		b->ones |= p->attr->on_write == DP_ONW_W1T ? mask : 0;
		return 0;
	}
	if (p->attr->sw == DP_SW_WO && !shadowed)
		return refuse_computed(b, p);
	if (p->attr->on_write != DP_ONW_STORE && !forced(b, DP_CLASS_EFFECT))
		return refuse_computed(b, p);
	return 0;
}

static int check_part(struct bits *b, const struct dp_reg_part *p)
{
	/* who writes the whole register means its read-only bits no more than a driver does */
	bool whole = b->named == b->full && !(p->mask & b->w->spelled);

	if (!(p->mask & b->named))
		return 0;
	if (!dp_attr_writable(p->attr)) {
		if (!whole && !forced(b, DP_CLASS_RO))
			return refuse_ro(b, p->field, p->attr);
		return 0;
	}
	return b->w->op == DP_SET ? 0 : check_computed(b, p);
}

static int check_named(struct bits *b)
{
	uint64_t stray = dp_reg_reserved(b->w->reg) & b->full & b->named;

	if (!dp_reg_writable(b->w->reg) && !forced(b, DP_CLASS_RO))
		return refuse_ro(b, NULL, dp_reg_part(b->w->reg, 0).attr);
	for (size_t i = 0; i < dp_reg_parts(b->w->reg); i++) {
		struct dp_reg_part p = dp_reg_part(b->w->reg, i);
		int rc = check_part(b, &p);

		if (rc)
			return rc;
	}
	if (!stray || b->named == b->full || forced(b, DP_CLASS_RESERVED))
		return 0;
	dp_err_refuse(b->err, DP_CLASS_RESERVED, "bits 0x%llx of '%s' belong to no field",
		      (unsigned long long)stray, b->w->reg->name);
	dp_err_hint(b->err, "--force=reserved writes them all the same");
	return -EPERM;
}

/* ------------------------------------------------- bits that were not named */

static const char *const neutral[DP_ONW_EFFECT + 1] = {
	[DP_ONW_W1C] = "w1c: written 0",     [DP_ONW_W1S] = "w1s: written 0",
	[DP_ONW_W1T] = "w1t: written 0",     [DP_ONW_W0C] = "w0c: written 1",
	[DP_ONW_W0S] = "w0s: written 1",     [DP_ONW_W0T] = "w0t: written 1",
	[DP_ONW_PULSE] = "pulse: written 0",
};

static bool neutral_is_one(enum dp_on_write w)
{
	return w == DP_ONW_W0C || w == DP_ONW_W0S || w == DP_ONW_W0T;
}

/* bits that hold a value, when --others says which */
static int others(struct bits *b, uint64_t mask)
{
	const char *name = b->w->reg ? b->w->reg->name : "a raw access";

	switch (b->w->opts->others) {
	case DP_OTHERS_RESET:
		if (!b->w->reg || !dp_reg_resets(b->w->reg, mask)) {
			dp_err_set(b->err, EINVAL, DP_VALUE, "no reset value of '%s' is known",
				   name);
			dp_err_hint(b->err, "--others zero, or --others VALUE");
			return -EINVAL;
		}
		b->ones |= b->w->reg->reset & mask;
		return 0;
	case DP_OTHERS_SHADOW:
		if (!b->w->shadow) {
			dp_err_set(b->err, EINVAL, DP_VALUE,
				   "what was written last to '%s' is not known here", name);
			dp_err_hint(b->err, "--others zero, reset or VALUE");
			return -EINVAL;
		}
		b->ones |= *b->w->shadow & mask;
		return 0;
	case DP_OTHERS_VALUE:
		b->ones |= b->w->opts->others_value & mask;
		return 0;
	default:
		return 0;
	}
}

static int refuse_neighbour(struct bits *b, const struct dp_reg_part *p)
{
	bool wo = p->attr->on_write == DP_ONW_STORE;

	dp_err_refuse(b->err, DP_CLASS_EFFECT, "no value protects '%s' (%s) from this write",
		      label(b, p->field).text,
		      wo ? "write-only" : dp_on_write_name(p->attr->on_write));
	dp_err_hint(b->err, "name it too, assign the whole register, %s or --force=effect",
		    wo ? "--others zero|reset|shadow|VALUE" : "--others VALUE");
	return -EPERM;
}

static int stored_neighbour(struct bits *b, const struct dp_reg_part *p, uint64_t mask)
{
	const char *field = p->field ? p->field : b->w->reg->name;

	if (b->w->opts->others != DP_OTHERS_KEEP)
		return others(b, mask);
	if (p->attr->sw == DP_SW_RW) {
		b->keep |= mask;
		return 0;
	}
	if (p->attr->shadow && b->w->shadow) {
		b->ones |= *b->w->shadow & mask;
		protect(b, field, "wo: as written last");
		return 0;
	}
	if (!forced(b, DP_CLASS_EFFECT))
		return refuse_neighbour(b, p);
	protect(b, field, "wo: written 0");
	return 0;
}

static int neighbour(struct bits *b, const struct dp_reg_part *p)
{
	uint64_t mask = p->mask & b->full & ~b->named;
	const char *field = p->field ? p->field : b->w->reg->name;

	if (!mask)
		return 0;
	if (!dp_attr_writable(p->attr)) {
		b->inert |= mask;
		protect(b, field, ro_open);
		return 0;
	}
	if (p->attr->on_write == DP_ONW_STORE)
		return stored_neighbour(b, p, mask);
	if (neutral[p->attr->on_write]) {
		b->ones |= neutral_is_one(p->attr->on_write) ? mask : 0;
		protect(b, field, neutral[p->attr->on_write]);
		return 0;
	}
	if (!forced(b, DP_CLASS_EFFECT))
		return refuse_neighbour(b, p);
	b->inert |= mask;
	protect(b, field, forced_open);
	return 0;
}

/* the register's neutral value: where its policy does not apply */
static void reserved_neutral(struct bits *b, uint64_t mask)
{
	bool one = dp_reg_readable(b->w->reg) && neutral_is_one(b->w->reg->attr.on_write);

	b->ones |= one ? mask : 0;
	protect(b, "", one ? "reserved: written 1" : "reserved: written 0");
}

static int reserved_policy(struct bits *b, uint64_t mask)
{
	enum dp_reserved policy = b->w->reg->reserved;

	if (policy == DP_RES_RESET && !dp_reg_resets(b->w->reg, mask))
		policy = DP_RES_PRESERVE;
	switch (policy) {
	case DP_RES_ZERO:
		protect(b, "", "reserved: written 0");
		return 0;
	case DP_RES_ONE:
		b->ones |= mask;
		protect(b, "", "reserved: written 1");
		return 0;
	case DP_RES_RESET:
		b->ones |= b->w->reg->reset & mask;
		protect(b, "", "reserved: written as after reset");
		return 0;
	case DP_RES_PRESERVE:
		break;
	}
	if (b->w->opts->others != DP_OTHERS_KEEP)
		return others(b, mask);
	b->keep |= mask;
	protect(b, "", "reserved: kept as read");
	return 0;
}

static int unnamed(struct bits *b)
{
	uint64_t mask = dp_reg_reserved(b->w->reg) & b->full & ~b->named;

	for (size_t i = 0; i < dp_reg_parts(b->w->reg); i++) {
		struct dp_reg_part p = dp_reg_part(b->w->reg, i);
		int rc = neighbour(b, &p);

		if (rc)
			return rc;
	}
	if (!mask)
		return 0;
	if (dp_reg_readable(b->w->reg) && b->w->reg->attr.on_write == DP_ONW_STORE &&
	    dp_attr_readable(&b->w->reg->attr))
		return reserved_policy(b, mask);
	reserved_neutral(b, mask);
	return 0;
}

static int plan_unnamed(struct bits *b)
{
	uint64_t mask = b->full & ~b->named;

	if (!mask)
		return 0;
	/* a value from the user for everything else: a whole write in other words */
	if (b->w->opts->others == DP_OTHERS_VALUE)
		return others(b, mask);
	if (b->w->reg)
		return unnamed(b);
	if (b->w->opts->others != DP_OTHERS_KEEP)
		return others(b, mask);
	b->keep |= mask;
	return 0;
}

/* ------------------------------------------------------------- the one value */

static int add_shadow(struct bits *b, uint64_t mask, uint64_t add)
{
	uint64_t old = *b->w->shadow & mask, sum = old + add;

	if (sum < old || (sum & ~mask)) {
		dp_err_set(b->err, EINVAL, DP_VALUE, "the sum does not fit into bits 0x%llx",
			   (unsigned long long)mask);
		return -EINVAL;
	}
	b->ones |= sum;
	return 0;
}

static int compute_from_shadow(struct bits *b, uint64_t mask, uint64_t value)
{
	if (!b->w->shadow)
		return others(b, mask);
	if (b->w->op == DP_ADD)
		return add_shadow(b, mask, value);
	b->ones |= (*b->w->shadow ^ value) & mask;
	return 0;
}

static int plan_named(struct bits *b)
{
	uint64_t mask = b->named & ~b->settled, value = b->w->value;

	if (b->w->op == DP_SET) {
		b->ones |= value & mask;
		return 0;
	}
	if (!mask)
		return 0;
	if (b->w->opts->others == DP_OTHERS_SHADOW)
		return compute_from_shadow(b, mask, value);
	if (b->w->opts->others != DP_OTHERS_KEEP) {
		dp_err_set(b->err, EINVAL, DP_USAGE,
			   "the old value is needed here, and --others means that nothing is read");
		dp_err_hint(b->err, "--others shadow, or assign a value with '='");
		return -EINVAL;
	}
	if (b->w->op == DP_ADD) {
		b->out->bits.add_mask = mask;
		b->out->bits.add = value;
	} else {
		b->keep |= mask;
		b->out->bits.xor_mask = value & mask;
	}
	return 0;
}

/* the read that a partial write needs must itself do no harm */
static int check_read(struct bits *b)
{
	enum dp_on_read effect = b->w->reg ? dp_reg_read_effect(b->w->reg) : DP_ONR_NONE;
	bool odd = b->w->reg &&
		   (b->w->reg->kind == DP_KIND_FIFO || b->w->reg->kind == DP_KIND_DOORBELL);

	if ((effect == DP_ONR_NONE && !odd) || forced(b, DP_CLASS_EFFECT))
		return 0;
	dp_err_refuse(b->err, DP_CLASS_EFFECT,
		      "a partial write must read '%s' first, and reading it has an effect (%s)",
		      b->w->reg->name,
		      effect == DP_ONR_NONE ? dp_kind_name(b->w->reg->kind)
					    : dp_on_read_name(effect));
	dp_err_hint(b->err, "--others zero|reset|shadow|VALUE says what the other bits get; "
			    "--force=effect reads");
	return -EPERM;
}

static void settle_inert(struct bits *b, bool reads)
{
	if (reads)
		b->keep |= b->inert;
	for (size_t i = 0; i < b->out->n_prot; i++) {
		if (b->out->prot[i].why == ro_open)
			b->out->prot[i].why = reads ? "ro: written as read" : "ro: written 0";
		else if (b->out->prot[i].why == forced_open)
			b->out->prot[i].why =
				reads ? "unprotected: written as read" : "unprotected: written 0";
	}
}

int dp_plan_bits(const struct dp_write *w, struct dp_write_plan *out, struct dp_err *err)
{
	struct bits b = {.w = w, .out = out, .full = dp_ones(w->width), .err = err};
	bool reads;
	int rc;

	out->n_prot = 0;
	out->bits = (struct dp_access){.op = DP_ACCESS_WRITE, .width = w->width};
	/* bits that are not inverted are neighbours: a w1c bit among them must not be written
	 * back (setpci's defect, STATUS beside COMMAND) */
	b.named = w->mask & b.full & (w->op == DP_XOR ? w->value : b.full);
	rc = w->reg ? check_named(&b) : 0;
	if (!rc)
		rc = plan_named(&b);
	if (!rc)
		rc = plan_unnamed(&b);
	reads = b.keep || out->bits.add_mask;
	if (!rc && reads)
		rc = check_read(&b);
	if (rc)
		return rc;
	settle_inert(&b, reads);
	out->bits.and_mask = b.keep;
	out->bits.or_mask = b.ones;
	return 0;
}
