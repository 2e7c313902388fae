/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path.c - names -> refs with their canonical paths; dp_resolve() */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"

int dp_bit_beyond(const struct dp_ref *ref, unsigned bit, unsigned bits, struct dp_err *err)
{
	int rc = dp_err_set(err, ERANGE, DP_RANGE, "'%s' has no bit %u; it has %u bit%s", ref->path,
			    bit, bits, bits == 1 ? "" : "s");

	dp_err_hint(err, "its highest is '%s:%u'", ref->path, bits - 1);
	return rc;
}

int dp_ref_set_bits(struct dp_ref *ref, struct dp_text *path, const struct dp_bits *bits,
		    struct dp_err *err)
{
	unsigned n = ref->hi - ref->lo + 1, base = ref->lo;

	if (!bits || !bits->given)
		return 0;
	if (bits->hi >= n)
		return dp_bit_beyond(ref, bits->hi, n, err);
	ref->whole = false;
	ref->hi = base + bits->hi;
	ref->lo = base + bits->lo;
	if (ref->field && bits->hi - bits->lo + 1 == n)
		return 0;
	dp_text_add(path, ":");
	dp_text_number(path, bits->hi);
	if (bits->hi == bits->lo)
		return 0;
	dp_text_add(path, "..");
	dp_text_number(path, bits->lo);
	return 0;
}

static int join_width(struct dp_ref *ref, struct dp_err *err)
{
	unsigned width = 0;

	for (size_t i = 0; i < ref->join->n_parts; i++)
		width += dp_join_part_bits(&ref->join->parts[i]);
	ref->width = width;
	ref->hi = width - 1;
	if (width && width <= DP_MAX_JOIN)
		return 0;
	return dp_err_set(err, ERANGE, DP_RANGE, "'%s' has %u bits; joined values have at most %u",
			  ref->join->name, width, DP_MAX_JOIN);
}

static void set_register(struct dp_ref *ref, const struct dp_named *n, struct dp_text *path)
{
	ref->reg = n->reg;
	ref->width = n->reg->width;
	ref->hi = n->reg->width - 1;
	ref->indexed = n->reg->array != NULL;
	dp_text_add(path, n->reg->name);
	if (!ref->indexed)
		return;
	dp_index_text(path, n->reg->array, ref->index);
}

static void set_field(struct dp_ref *ref, const struct dp_field *f, struct dp_text *path)
{
	ref->field = f;
	ref->whole = false;
	ref->hi = f->hi;
	ref->lo = f->lo;
	dp_text_add(path, ".");
	dp_text_add(path, f->name);
}

static int fill_names(struct dp_ref *ref, const struct dp_named *n, const struct dp_bits *bits,
		      struct dp_err *err)
{
	struct dp_text path = {.s = ref->path};
	int rc = 0;

	dp_text_add(&path, n->inst->prefix);
	if (n->kind == DP_NAMED_JOIN) {
		ref->join = n->join;
		dp_text_add(&path, n->join->name);
		rc = join_width(ref, err);
	} else {
		set_register(ref, n, &path);
	}
	memcpy(ref->reg_path, ref->path, sizeof(ref->path));
	if (n->field)
		set_field(ref, n->field, &path);
	if (!rc)
		rc = dp_ref_set_bits(ref, &path, bits, err);
	if (!rc && path.full)
		rc = dp_err_set(err, ENAMETOOLONG, DP_USAGE, "the path '%.60s...' is too long",
				ref->path);
	return rc;
}

static void print_strides(FILE *f, const struct dp_array *a, uint64_t index)
{
	uint64_t inner = dp_array_inner(a);

	if (a->offsets)
		fprintf(f, " + 0x%llx", (unsigned long long)a->offsets[index]);
	else if (index / inner)
		fprintf(f, " + %llu * (%s)", (unsigned long long)(index / inner),
			dp_expr_text(a->stride));
	for (unsigned d = 0; d < a->n_inner; d++) {
		index %= inner;
		inner /= a->inner[d].count;
		if (index / inner)
			fprintf(f, " + %llu * (%s)", (unsigned long long)(index / inner),
				dp_expr_text(a->inner[d].stride));
	}
}

/* the expression that dp_ref_locate() will evaluate, for explain */
static int keep_offset_text(struct dp_ref *ref)
{
	const struct dp_reg *reg = ref->reg;
	size_t n;
	FILE *f;

	if (!reg || ref->dev->is_open)
		return 0;
	f = open_memstream(&ref->offset_text, &n);
	if (!f)
		return -ENOMEM;
	if (ref->inst->step > 1)
		fprintf(f, "%llu * (", (unsigned long long)ref->inst->step);
	fputs(reg->offset ? dp_expr_text(reg->offset) : "0", f);
	if (reg->array)
		print_strides(f, reg->array, ref->index);
	if (ref->inst->step > 1)
		fputs(")", f);
	if (!fclose(f))
		return 0;
	free(ref->offset_text);
	ref->offset_text = NULL;
	return -ENOMEM;
}

/* a ref without a place still has the name of its space */
static void name_space(struct dp_ref *ref)
{
	const char *name = dp_inst_space(ref->inst, ref->reg->space)->name;
	struct dp_place place;

	if (!dp_place_quietly(ref->inst, ref->reg->space, &place, NULL) && place.space)
		name = place.space->name;
	memcpy(ref->space_name, name, strnlen(name, sizeof(ref->space_name) - 1));
}

static int place(struct dp_ref *ref, struct dp_err *err)
{
	int rc;

	if (ref->join)
		return dp_ref_place_join(ref, true, err);
	rc = dp_ref_place(ref, true, err);
	if (!ref->located || !ref->space)
		name_space(ref);
	return rc == -EAGAIN ? keep_offset_text(ref) : rc;
}

int dp_ref_make(const struct dp_named *n, uint64_t index, const struct dp_bits *bits,
		struct dp_ref **out, struct dp_err *err)
{
	struct dp_ref *ref = dp_ref_new();
	int rc;

	if (!ref)
		return dp_err_nomem(err);
	ref->dev = n->inst->dev;
	ref->inst = n->inst;
	ref->index = index;
	ref->whole = true;
	rc = fill_names(ref, n, bits, err);
	if (!rc)
		rc = place(ref, err);
	if (n->bulk && (rc == -ENOENT || rc == -ERANGE))
		rc = 0;
	if (rc) {
		dp_ref_free(ref);
		return rc;
	}
	*out = ref;
	return 0;
}

/* -------------------------------------------------------------- one name */

static int not_a_register(const struct dp_path *p, const struct dp_named *n, struct dp_err *err)
{
	int rc = dp_err_set(err, EINVAL, DP_USAGE, "'%.*s' is a %s, not a register",
			    DP_S(p->text, p->len), n->kind == DP_NAMED_BLOCK ? "block" : "space");

	dp_err_hint(err, "an offset in it is written '%.*s+0x10', a register '%.*s.NAME'",
		    DP_S(p->text, p->len), DP_S(p->text, p->len));
	return rc;
}

static int needs_index(const struct dp_named *n, struct dp_err *err)
{
	const char *prefix = n->inst->prefix, *name = n->reg->name;
	const char *field = n->field ? n->field->name : "", *dot = n->field ? "." : "";
	int rc = dp_err_set(err, EINVAL, DP_USAGE, "'%s%s' is an array", prefix, name);

	dp_err_hint(err, "name one element, '%s%s.0%s%s', or read all with '%s%s[*]%s%s'", prefix,
		    name, dot, field, prefix, name, dot, field);
	return rc;
}

/* an array of one element needs no index */
static bool is_single(const struct dp_named *n)
{
	uint64_t count;

	return !dp_reg_count(n->inst, n->reg, true, &count, NULL) && count == 1;
}

static int named_one(const struct dp_path *p, const struct dp_named *n, struct dp_ref **out,
		     struct dp_err *err)
{
	const struct dp_bits bits = {.given = p->has_bits, .hi = p->hi, .lo = p->lo};
	int rc;

	if (n->kind == DP_NAMED_SPACE || n->kind == DP_NAMED_BLOCK)
		return not_a_register(p, n, err);
	if (n->kind == DP_NAMED_REG && n->reg->array && n->index != DP_INDEX_ONE && !is_single(n))
		return needs_index(n, err);
	rc = dp_ref_make(n, n->first, &bits, out, err);
	if (!rc)
		(*out)->consent = true;
	return rc;
}

int dp_ref_of(const struct dp_scope *sc, const struct dp_path *p, const struct dp_named *n,
	      struct dp_ref **out, struct dp_err *err)
{
	return p->has_offset ? dp_ref_raw(sc, n, p, out, err) : named_one(p, n, out, err);
}

int dp_ref_one(const struct dp_scope *sc, const char *text, size_t len, struct dp_ref **out,
	       struct dp_err *err)
{
	struct dp_named n;
	struct dp_path p;
	int rc = dp_path_parse(text, len, &p, err);

	if (rc)
		return rc;
	if (p.many || p.len < len) {
		rc = dp_err_set(err, EINVAL, DP_USAGE, "'%.*s' names many registers; one is wanted",
				DP_S(text, len));
		dp_err_hint(err, "ranges, slices and globs are for verbs that read");
		return rc;
	}
	rc = dp_bind(sc, &p, &n, err);
	return rc ? rc : dp_ref_of(sc, &p, &n, out, err);
}

int dp_ref_in(struct dp_inst *inst, const char *text, struct dp_ref **out, struct dp_err *err)
{
	const struct dp_scope sc = {.dev = inst->dev, .inst = inst};

	return dp_ref_one(&sc, text, strlen(text), out, err);
}

/* --------------------------------------------------------------- operands */

static bool is_many(const struct dp_path *p, const struct dp_named *n)
{
	if (p->has_offset)
		return false;
	if (n->kind != DP_NAMED_REG)
		return n->kind != DP_NAMED_JOIN;
	if (n->index != DP_INDEX_NONE)
		return n->index != DP_INDEX_ONE;
	return n->reg->array && !is_single(n);
}

int dp_refs_named(const struct dp_scope *sc, const struct dp_path *p, bool bulk,
		  struct dp_refs *out, struct dp_err *err)
{
	const struct dp_bits bits = {.given = p->has_bits, .hi = p->hi, .lo = p->lo};
	struct dp_ref *ref;
	struct dp_named n;
	int rc;

	for (size_t i = 0; i < p->n; i++)
		if (p->parts[i].glob)
			return dp_refs_glob(sc, p, out, err);
	rc = dp_bind(sc, p, &n, err);
	if (rc)
		return rc;
	if (n.many)
		return dp_refs_blocks(sc, p, &n, out, err);
	if (is_many(p, &n) || (bulk && n.kind == DP_NAMED_REG && !p->has_offset))
		return n.kind == DP_NAMED_REG ? dp_refs_expand(&n, &bits, out, err)
					      : dp_refs_inside(sc, p, &n, out, err);
	rc = dp_ref_of(sc, p, &n, &ref, err);
	if (rc)
		return rc;
	ref->consent &= !bulk;
	return dp_refs_push(out, ref, err);
}

static int resolve_many(const struct dp_scope *sc, const char *text, const struct dp_path *p,
			struct dp_refs *out, struct dp_err *err)
{
	int rc;

	if (text[p->len])
		return dp_refs_range(sc, text, p, out, err);
	rc = dp_refs_slices(sc, p, out, err);
	if (rc)
		return rc < 0 ? rc : 0;
	return dp_refs_named(sc, p, false, out, err);
}

int dp_resolve(struct dp_dev *dev, const char *text, unsigned flags, struct dp_refs *out,
	       struct dp_err *err)
{
	const struct dp_scope sc = {.dev = dev};
	struct dp_ref *ref;
	struct dp_path p;
	int rc = dp_dev_auto_describe(dev, err);

	out->v = NULL;
	out->n = 0;
	if (rc)
		return rc;
	if (!(flags & DP_REFS_MANY)) {
		rc = dp_ref_one(&sc, text, strlen(text), &ref, err);
		return rc ? rc : dp_refs_push(out, ref, err);
	}
	rc = dp_path_parse(text, strlen(text), &p, err);
	dev->names_only = flags & DP_REFS_NAMES && !dev->is_open;
	if (!rc)
		rc = resolve_many(&sc, text, &p, out, err);
	dev->names_only = false;
	if (rc)
		dp_refs_free(out);
	return rc;
}
