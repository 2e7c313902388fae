/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ref.c - what a ref names: its life and its meaning */
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"

static const struct dp_fmt plain_fmt = {.type = DP_T_UINT, .scale = 1};
static const struct dp_attr plain_attr = {.sw = DP_SW_RW};

struct dp_ref *dp_ref_new(void)
{
	return calloc(1, sizeof(struct dp_ref));
}

void dp_ref_free(struct dp_ref *ref)
{
	if (!ref)
		return;
	free(ref->offset_text);
	free(ref);
}

struct dp_ref *dp_ref_dup(const struct dp_ref *ref)
{
	struct dp_ref *copy = malloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *ref;
	if (!ref->offset_text)
		return copy;
	copy->offset_text = strdup(ref->offset_text);
	if (copy->offset_text)
		return copy;
	free(copy);
	return NULL;
}

/* --------------------------------------------------------------- meaning */

static bool whole_field(const struct dp_ref *ref)
{
	return ref->field && ref->hi == ref->field->hi && ref->lo == ref->field->lo;
}

const struct dp_fmt *dp_ref_fmt(const struct dp_ref *ref)
{
	if (ref->join)
		return ref->whole ? &ref->join->fmt : &plain_fmt;
	if (!ref->reg)
		return &plain_fmt;
	if (whole_field(ref))
		return &ref->field->fmt;
	return ref->whole ? &ref->reg->fmt : &plain_fmt;
}

const struct dp_attr *dp_ref_attr(const struct dp_ref *ref)
{
	const struct dp_join_part *part = ref->join ? &ref->join->parts[0] : NULL;

	if (part)
		return part->field ? &part->field->attr : &part->reg->attr;
	if (!ref->reg)
		return &plain_attr;
	if (ref->field)
		return &ref->field->attr;
	return ref->whole ? &ref->reg->attr : dp_reg_bit(ref->reg, ref->lo, NULL);
}

static void info_texts(const struct dp_ref *ref, struct dp_ref_info *out)
{
	const struct dp_reg *reg = ref->reg;

	out->kind = dp_kind_name(reg ? reg->kind : DP_KIND_REGISTER);
	if (ref->join) {
		out->doc = ref->join->doc;
		out->ref = ref->join->ref;
	} else if (ref->field) {
		out->doc = ref->field->doc;
		out->ref = ref->field->ref;
		out->verb = ref->field->verb;
	} else if (reg) {
		out->doc = reg->doc;
		out->verb = reg->verb;
	}
	if (reg && !out->ref)
		out->ref = reg->ref;
}

void dp_ref_info(const struct dp_ref *ref, struct dp_ref_info *out)
{
	const struct dp_attr *attr = dp_ref_attr(ref);

	memset(out, 0, sizeof(*out));
	out->path = ref->path;
	out->reg_path = ref->reg_path;
	out->space = ref->space_name;
	out->located = ref->located;
	out->offset = ref->offset;
	out->offset_text = ref->offset_text ? ref->offset_text : "";
	out->width = ref->width;
	out->hi = ref->hi;
	out->lo = ref->lo;
	out->field = ref->field != NULL;
	out->raw = !ref->reg && !ref->join;
	out->joined = ref->join != NULL;
	out->sw = dp_sw_name(attr->sw);
	out->on_read = dp_on_read_name(attr->on_read);
	out->on_write = dp_on_write_name(attr->on_write);
	out->is_volatile = attr->is_volatile;
	out->is_unique = attr->unique || (ref->join && ref->join->unique);
	out->is_const = attr->is_const;
	out->lock = attr->lock ? attr->lock->path : NULL;
	out->order = ref->reg ? ref->reg->order : 0;
	out->resets = ref->reg && ref->reg->resets_ns;
	out->unit = dp_ref_fmt(ref)->unit;
	out->scale = dp_ref_fmt(ref)->scale;
	out->bias = dp_ref_fmt(ref)->bias;
	out->when = ref->reg && ref->reg->when ? dp_expr_text(ref->reg->when) : NULL;
	out->alternate = ref->reg ? ref->reg->alternate : NULL;
	out->write_words = dp_ref_fmt(ref)->write_words != NULL;
	info_texts(ref, out);
	if (ref->reg && ref->reg->has_reset) {
		out->reset_mask = dp_ref_extract(ref, dp_wide_of(ref->reg->reset_mask)).lo;
		out->has_reset = out->reset_mask != 0;
		out->reset = dp_ref_extract(ref, dp_wide_of(ref->reg->reset)).lo;
	}
}

const char *dp_ref_part(const struct dp_ref *ref, size_t i, bool *latches)
{
	if (!ref->join || i >= ref->join->n_parts)
		return NULL;
	if (latches)
		*latches = ref->join->latched && i == ref->join->latch;
	return ref->join->parts[i].path;
}

struct dp_wide dp_ref_shown(const struct dp_ref *ref, struct dp_wide raw)
{
	const struct dp_fmt *f = dp_ref_fmt(ref);

	return f->type == DP_T_ADDRESS ? dp_wide_shl(raw, f->shift) : raw;
}

struct dp_wide dp_ref_extract(const struct dp_ref *ref, struct dp_wide reg_value)
{
	return dp_ref_shown(ref, dp_wide_get(reg_value, ref->hi, ref->lo));
}
