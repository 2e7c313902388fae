/* SPDX-License-Identifier: GPL-2.0-or-later */
/* raw.c - accesses by offset, and the register that a description has there */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"

struct search {
	struct dp_byte want;
	bool quiet, write;
	bool pending; /* only a look at the device can tell whether a register lies there */
	struct dp_inst *inst;
	const struct dp_reg *reg;
	uint64_t index;
};

struct dp_byte dp_byte_of(const struct dp_space *s, const struct dp_desc_space *offline,
			  uint64_t offset)
{
	if (!s)
		return (struct dp_byte){offline, offset};
	if (!s->region)
		return (struct dp_byte){s, offset};
	return (struct dp_byte){s->region, s->base + offset};
}

struct dp_byte dp_ref_byte(const struct dp_ref *ref)
{
	const struct dp_desc_space *offline = NULL;

	if (ref->reg)
		offline = dp_inst_space(ref->inst, ref->reg->space);
	else if (ref->from)
		offline = dp_inst_space(ref->from, ref->from_space);
	return dp_byte_of(ref->space, offline, ref->offset);
}

static int find_place(struct dp_inst *inst, unsigned space, bool quiet, struct dp_place *out,
		      struct dp_err *err)
{
	return quiet ? dp_place_quietly(inst, space, out, err)
		     : dp_inst_place(inst, space, out, err);
}

/* ----------------------------------------------------------- reverse look-up */

/* an array without one stride: its elements have no order */
static int match_each(const struct search *s, struct dp_inst *inst, const struct dp_array *a,
		      uint64_t rel, uint64_t *index)
{
	uint64_t count, at;
	int rc = dp_array_count(inst, a, s->quiet, &count, NULL);

	for (uint64_t i = 0; i < count && !rc; i++) {
		rc = dp_array_offset(inst, a, i, s->quiet, &at, NULL);
		if (rc || at != rel)
			continue;
		*index = i;
		return 1;
	}
	return rc == -EAGAIN ? rc : 0;
}

/* is @rel bytes into the space an element of the array at @base? -EAGAIN: cannot say yet */
static int match_array(const struct search *s, struct dp_inst *inst, const struct dp_reg *reg,
		       uint64_t rel, uint64_t *index)
{
	const struct dp_array *a = reg->array;
	uint64_t stride, count;
	int rc = 0;

	*index = 0;
	if (a->offsets || a->n_inner)
		return match_each(s, inst, a, rel, index);
	if (!rel)
		return 1;
	rc = dp_reg_count(inst, reg, s->quiet, &count, NULL);
	if (!rc)
		rc = dp_eval_quietly(inst, a->stride, s->quiet, &stride, NULL);
	if (rc || !stride)
		return rc;
	*index = rel / stride;
	return rel % stride == 0 && *index < count;
}

/* 1: @reg lies @rel bytes into its space, 0: not there, -EAGAIN: cannot say yet */
static int match_reg(const struct search *s, struct dp_inst *inst, const struct dp_reg *reg,
		     uint64_t rel, uint64_t *index)
{
	uint64_t base = 0, there = 1;
	int rc = 0;

	*index = 0;
	if (rel % inst->step)
		return 0;
	rel /= inst->step;
	if (reg->offset)
		rc = dp_eval_quietly(inst, reg->offset, s->quiet, &base, NULL);
	if (rc == -EAGAIN && rel < dp_expr_min(reg->offset))
		return 0;
	if (rc || rel < base)
		return rc;
	rc = reg->array ? match_array(s, inst, reg, rel - base, index) : rel == base;
	if (rc <= 0 || !reg->when || dp_dev_offline(inst->dev))
		return rc;
	rc = dp_eval_quietly(inst, reg->when, s->quiet, &there, NULL);
	return rc ? rc : there != 0;
}

/* of two registers at one offset the one that can be read, or written */
static bool is_better(const struct search *s, const struct dp_reg *reg)
{
	enum dp_sw wrong = s->write ? DP_SW_RO : DP_SW_WO;

	return !s->reg || (s->reg->attr.sw == wrong && reg->attr.sw != wrong);
}

static void search_space(struct search *s, struct dp_inst *inst, unsigned space, uint64_t rel)
{
	for (size_t i = 0; i < inst->desc->n_regs; i++) {
		const struct dp_reg *reg = &inst->desc->regs[i];
		uint64_t index;
		int rc;

		if (reg->space != space)
			continue;
		rc = match_reg(s, inst, reg, rel, &index);
		if (rc == -EAGAIN)
			s->pending = true;
		if (rc <= 0 || !is_better(s, reg))
			continue;
		s->inst = inst;
		s->reg = reg;
		s->index = index;
	}
}

static int search_inst(void *arg, struct dp_inst *inst)
{
	struct search *s = arg;

	for (unsigned i = 0; i < inst->desc->n_spaces; i++) {
		struct dp_place p;
		struct dp_byte start;
		int rc = find_place(inst, i, s->quiet, &p, NULL);

		if (rc == -EAGAIN)
			s->pending = true;
		if (rc)
			continue;
		start = dp_byte_of(p.space, dp_inst_space(inst, i), p.base);
		if (start.key == s->want.key && s->want.at >= start.at &&
		    s->want.at - start.at < p.size)
			search_space(s, inst, i, s->want.at - start.at);
	}
	return 0;
}

/* the register at a byte of @space; s->reg NULL: none */
static int search(struct dp_dev *dev, const struct dp_space *space, struct search *s,
		  struct dp_err *err)
{
	int rc;

	if (space && space->kind == DP_SPACE_CONFIG)
		dp_dev_inst(dev, "cfg."); /* described only when asked for */
	rc = dp_each_inst(dev, NULL, search_inst, s, err);
	if (rc != -EAGAIN)
		return rc;
	s->pending = true;
	return 0;
}

/* ---------------------------------------------------------------- raw refs */

static int check_raw(const struct dp_ref *ref, struct dp_err *err)
{
	const struct dp_space *s = ref->space;
	const uint64_t bytes = dp_ref_bytes(ref);

	if (!s)
		return 0;
	if (ref->offset >= s->size || s->size - ref->offset < bytes)
		return dp_err_set(
			err, ERANGE, DP_RANGE,
			"%u bits at offset 0x%llx are beyond the end of '%s', 0x%llx bytes",
			ref->width, (unsigned long long)ref->offset, s->name,
			(unsigned long long)s->size);
	if ((s->base + ref->offset) % bytes)
		return dp_err_set(err, EINVAL, DP_ALIGN,
				  "offset 0x%llx of '%s' is not a multiple of %u, as %u bits need",
				  (unsigned long long)ref->offset, s->name, ref->width / 8,
				  ref->width);
	return 0;
}

/* what a raw access counts from, as far as it is known: space and offset of @ref are set */
static int find_base(struct dp_ref *ref, bool quiet, struct dp_err *err)
{
	struct dp_place place;
	uint64_t offset = 0;
	int rc;

	if (!ref->from)
		return 0;
	rc = find_place(ref->from, ref->from_space, quiet, &place, err);
	if (!rc && ref->from_reg)
		rc = dp_reg_offset(ref->from, ref->from_reg, ref->index, quiet, &offset, err);
	if (rc)
		return rc;
	if (__builtin_add_overflow(place.base + offset, ref->delta, &ref->offset))
		return dp_err_set(err, ERANGE, DP_RANGE, "the offset of '%s' overflows", ref->path);
	if (offset + ref->delta >= place.size)
		return dp_err_set(err, ERANGE, DP_RANGE,
				  "'%s' is beyond the end of its space, 0x%llx bytes", ref->path,
				  (unsigned long long)place.size);
	ref->space = place.space;
	return 0;
}

static const struct dp_desc_space *offline_space(const struct dp_ref *ref)
{
	return ref->from ? dp_inst_space(ref->from, ref->from_space) : NULL;
}

static void space_path(const struct dp_ref *ref, struct dp_text *t)
{
	const struct dp_inst *inst = ref->space ? ref->space->inst : ref->from;

	if (ref->space && !inst) {
		dp_text_add(t, ref->space->name);
		return;
	}
	while (inst->parent)
		inst = inst->parent;
	dp_text_add(t, inst->prefix);
	dp_text_add(t, ref->space_name);
}

static void type_suffix(const struct dp_ref *ref, struct dp_text *t)
{
	static const char *const order[] = {"/u", "/le", "/be"};

	if (!ref->typed)
		return;
	dp_text_add(t, order[ref->order]);
	dp_text_number(t, ref->width);
}

/* SPACE+OFFSET[/type] once space and offset are known, else as it was written */
static void name_raw(struct dp_ref *ref, const char *as_written, size_t len)
{
	struct dp_text t = {.s = ref->path};
	const char *name = ref->space ? ref->space->name : NULL;

	if (!name && offline_space(ref))
		name = offline_space(ref)->name;
	if (name)
		memcpy(ref->space_name, name, strnlen(name, sizeof(ref->space_name) - 1));
	if (as_written) {
		dp_text_chars(&t, as_written, len);
	} else {
		space_path(ref, &t);
		dp_text_add(&t, "+");
		dp_text_hex(&t, ref->offset);
		type_suffix(ref, &t);
	}
	memcpy(ref->reg_path, ref->path, sizeof(ref->path));
}

static struct dp_bits bits_of(const struct dp_ref *ref)
{
	return (struct dp_bits){.given = !ref->whole, .hi = ref->hi, .lo = ref->lo};
}

static int add_bits(struct dp_ref *ref, const struct dp_bits *bits, struct dp_err *err)
{
	struct dp_text t = {.s = ref->path, .n = strlen(ref->path)};

	ref->whole = true;
	ref->hi = ref->width - 1;
	ref->lo = 0;
	return dp_ref_set_bits(ref, &t, bits, err);
}

/* the same access as the register that lies there */
static int become(struct dp_ref *ref, const struct search *s, const struct dp_bits *bits,
		  struct dp_err *err)
{
	const struct dp_named n = {
		.kind = DP_NAMED_REG, .inst = s->inst, .space = s->reg->space, .reg = s->reg};
	struct dp_ref *reg;
	int rc = dp_ref_make(&n, s->index, bits, &reg, err);

	if (!rc && ref->fixed && reg->width != ref->width) {
		rc = dp_err_set(err, EINVAL, DP_USAGE, "'%s' is register '%s', %u bits wide",
				ref->path, reg->reg_path, reg->width);
		dp_err_hint(err, "name the register, or give a type: '%s/u%u'", ref->reg_path,
			    ref->width);
		dp_ref_free(reg);
	}
	if (rc)
		return rc;
	reg->consent = ref->consent;
	reg->fixed = ref->fixed;
	dp_ref_locate(reg, NULL);
	free(ref->offset_text);
	*ref = *reg;
	reg->offset_text = NULL;
	dp_ref_free(reg);
	return 0;
}

/* space and offset are known: is it a register, a raw access, or still open? */
static int settle(struct dp_ref *ref, bool quiet, const struct dp_bits *bits, struct dp_err *err)
{
	struct search s = {.want = dp_byte_of(ref->space, offline_space(ref), ref->offset),
			   .quiet = quiet,
			   .write = ref->writes};
	int rc = ref->typed ? 0 : search(ref->dev, ref->space, &s, err);

	if (rc)
		return rc;
	if (s.reg)
		return become(ref, &s, bits, err);
	name_raw(ref, NULL, 0);
	rc = check_raw(ref, err);
	if (!rc)
		rc = add_bits(ref, bits, err);
	ref->located = !s.pending || !quiet || dp_dev_offline(ref->dev);
	if (!rc && !ref->located && !ref->offset_text &&
	    asprintf(&ref->offset_text, "0x%llx", (unsigned long long)ref->offset) < 0)
		ref->offset_text = NULL;
	return rc;
}

static int count_from(struct dp_ref *ref, const struct dp_named *n, const struct dp_path *p,
		      struct dp_err *err)
{
	if (n->kind == DP_NAMED_JOIN || n->field) {
		int rc = dp_err_set(err, EINVAL, DP_USAGE,
				    "'%.*s': offsets count from a register, "
				    "a block or a space",
				    DP_S(p->text, p->len));

		dp_err_hint(err, "bits of a field are written FIELD:3");
		return rc;
	}
	ref->from = n->inst;
	ref->from_space = n->space;
	ref->from_reg = n->kind == DP_NAMED_REG ? n->reg : NULL;
	ref->index = n->first;
	ref->delta = p->offset;
	if (n->plain) {
		ref->from = NULL;
		ref->space = n->plain;
		ref->offset = p->offset;
	}
	return 0;
}

static int fill_raw(struct dp_ref *ref, const struct dp_named *n, const struct dp_path *p,
		    struct dp_err *err)
{
	const struct dp_bits bits = {.given = p->has_bits, .hi = p->hi, .lo = p->lo};
	int rc = count_from(ref, n, p, err);

	if (rc)
		return rc;
	name_raw(ref, p->text, p->len);
	rc = find_base(ref, true, err);
	if (!rc)
		return settle(ref, true, &bits, err);
	if (rc != -EAGAIN)
		return rc;
	ref->whole = !bits.given;
	ref->hi = bits.given ? bits.hi : ref->width - 1;
	ref->lo = bits.given ? bits.lo : 0;
	if (ref->hi < ref->width)
		return 0;
	return dp_bit_beyond(ref, ref->hi, ref->width, err);
}

int dp_ref_raw(const struct dp_scope *sc, const struct dp_named *n, const struct dp_path *p,
	       struct dp_ref **out, struct dp_err *err)
{
	struct dp_ref *ref = dp_ref_new();
	int rc;

	if (!ref)
		return dp_err_nomem(err);
	ref->dev = sc->dev;
	ref->consent = true; /* a single offset is a name */
	ref->typed = p->has_type;
	ref->width = p->has_type ? p->width : 32;
	ref->order = p->order;
	ref->writes = sc->write;
	rc = fill_raw(ref, n, p, err);
	if (rc) {
		dp_ref_free(ref);
		return rc;
	}
	*out = ref;
	return 0;
}

int dp_ref_raw_locate(struct dp_ref *ref, struct dp_err *err)
{
	const struct dp_bits bits = bits_of(ref);
	int rc;

	if (!ref->dev->is_open && !dp_dev_offline(ref->dev))
		return -EAGAIN;
	rc = find_base(ref, false, err);
	return rc ? rc : settle(ref, false, &bits, err);
}
