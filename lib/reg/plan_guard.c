/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_guard.c - what a plan must not do: reads without consent, a bound driver's registers,
 * numbers that no word has (CLI.md section 4, force classes)
 */
#include <errno.h>
#include <stdio.h>

#include "reg/grammar.h"
#include "reg/plan.h"

bool dp_bit_read_effect(const struct dp_reg *reg, unsigned bit)
{
	return dp_reg_bit(reg, bit, NULL)->on_read != DP_ONR_NONE || reg->kind == DP_KIND_FIFO ||
	       reg->kind == DP_KIND_DOORBELL;
}

static bool has_effect(const struct dp_under *u, const struct dp_reg *reg, unsigned bit,
		       unsigned at)
{
	(void)u;
	(void)at;
	return dp_bit_read_effect(reg, bit);
}

static void effect_of(const struct dp_reg *reg, struct dp_read_effect *out)
{
	static const char *const words[] = {
		[DP_ONR_CLEAR] = "clears it",
		[DP_ONR_SET] = "sets it",
		[DP_ONR_EFFECT] = "has an effect",
	};
	enum dp_on_read effect = dp_reg_read_effect(reg);

	out->changes = effect != DP_ONR_NONE;
	if (out->changes)
		out->what = words[effect];
	else if (reg->kind == DP_KIND_FIFO)
		out->what = "takes an entry";
	else if (reg->kind == DP_KIND_DOORBELL)
		out->what = "may ring it";
}

int dp_ref_read_effect(const struct dp_ref *ref, struct dp_read_effect *out, struct dp_err *err)
{
	struct dp_under u = {.wants = has_effect};
	struct dp_text t = {.s = out->path};
	int rc;

	*out = (struct dp_read_effect){.what = NULL};
	if (ref->reg) {
		effect_of(ref->reg, out);
		dp_text_add(&t, ref->reg_path);
		return 0;
	}
	rc = dp_ref_under(ref, &u, err);
	if (rc || !u.reg)
		return rc;
	effect_of(u.reg, out);
	dp_text_add(&t, u.inst->prefix);
	dp_text_add(&t, u.reg->name);
	if (u.reg->array)
		dp_index_text(&t, u.reg->array, u.index);
	return 0;
}

static bool forced(const struct dp_dev *dev, enum dp_class class)
{
	return dp_forced(dev->ctx, class);
}

int dp_guard_bound(const struct dp_dev *dev, const char *path, const char *what, struct dp_err *err)
{
	if (!dev->info.bound || forced(dev, DP_CLASS_BOUND))
		return 0;
	dp_err_refuse(err, DP_CLASS_BOUND, "kernel driver '%s' owns the device: '%s' is not %s",
		      dev->info.driver, path, what);
	dp_err_hint(err, "unbind the driver first, or --force=bound");
	return -EPERM;
}

bool dp_ref_readable(const struct dp_ref *ref)
{
	if (!ref->reg)
		return true;
	if (ref->field && !dp_attr_readable(&ref->field->attr))
		return false;
	return dp_reg_readable(ref->reg);
}

int dp_plan_guard_read(struct dp_dev *dev, const struct dp_ref *ref, bool consent,
		       struct dp_err *err)
{
	struct dp_read_effect effect;
	int rc = dp_ref_read_effect(ref, &effect, err);
	const char *act = effect.what ? effect.what : "writes its index register";

	if (rc)
		return rc;
	if (dev->snap) /* nothing happens to a file */
		effect.what = NULL;
	if (effect.what || dp_ref_behind(ref, NULL)) {
		if (!consent && !forced(dev, DP_CLASS_EFFECT)) {
			dp_err_refuse(err, DP_CLASS_EFFECT, "'%s' was not named, and reading it %s",
				      ref->path, act);
			dp_err_hint(err, "spell its name, or --force=effect");
			return -EPERM;
		}
		return dp_guard_bound(dev, ref->path, "read, which has an effect", err);
	}
	return 0;
}

int dp_plan_may_read(struct dp_dev *dev, const struct dp_ref *ref, bool consent, struct dp_err *err)
{
	if (dp_ref_readable(ref))
		return dp_plan_guard_read(dev, ref, consent, err);
	dp_err_set(err, EINVAL, DP_USAGE, "'%s' is write-only", ref->path);
	dp_err_hint(err, "explain says what it does; nothing reads it");
	return -EINVAL;
}

int dp_plan_may_write(struct dp_dev *dev, const struct dp_ref *ref, struct dp_err *err)
{
	return dp_guard_bound(dev, ref->path, "written", err);
}

/* the words of the one field that got a number which none of them is */
static int refuse_number(const char *path, struct dp_wide value, const struct dp_words *w,
			 struct dp_err *err)
{
	char words[160] = "", number[DP_WIDE_TEXT];
	size_t at = 0;

	dp_wide_hex(value, 1, number);
	dp_err_refuse(err, DP_CLASS_ENUM, "no word of '%s' is %s", path, number);
	for (size_t i = 0; i < w->n && at + 64 < sizeof(words); i++)
		at += (size_t)snprintf(words + at, sizeof(words) - at, "%s%.40s", i ? ", " : "",
				       w->v[i].name);
	dp_err_hint(err, "its words are %s; --force=enum writes the number", words);
	return -EPERM;
}

/* an offset that turned out to be a register with words when the device was open */
static bool is_late_number(const struct dp_assign *a)
{
	const struct dp_words *w = a->ref->reg ? dp_fmt_words(&a->ref->reg->fmt, true) : NULL;

	if (!w || w->flags || a->was_read || !a->ref->whole || a->mask.lo != dp_ones(a->ref->width))
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].value == a->value.lo)
			return false;
	return true;
}

int dp_plan_check_assign(struct dp_dev *dev, const struct dp_assign *a,
			 const struct dp_poke_opts *opts, struct dp_err *err)
{
	const struct dp_ref *ref = a->ref;

	if (a->number_for_enum && a->op == DP_SET && !forced(dev, DP_CLASS_ENUM))
		return refuse_number(a->odd_path, a->odd_value, a->odd_words, err);
	if (a->op == DP_SET && !forced(dev, DP_CLASS_ENUM) && is_late_number(a))
		return refuse_number(ref->path, a->value, dp_fmt_words(&ref->reg->fmt, true), err);
	if (a->explicit_mask && !forced(dev, DP_CLASS_RESERVED)) {
		dp_err_refuse(err, DP_CLASS_RESERVED,
			      "'%s' names bits without a field: 0x%llx of '%s'", ref->path,
			      (unsigned long long)a->bare_bits, ref->reg_path);
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
