/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_export.c - a description as one JSON document: what the loader has made of the file, with
 * all defaults said
 *
 * Numbers that may need more than 53 bits are strings in hexadecimal, as in --json.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "convert/convert.h"
#include "core/json.h"

static void set_str(struct dp_json *j, const char *key, const char *text)
{
	if (text)
		dp_json_set_str(j, key, text);
}

static void set_true(struct dp_json *j, const char *key, bool is)
{
	if (is)
		dp_json_set_bool(j, key, true);
}

static void add_attr(struct dp_json *j, const struct dp_attr *a)
{
	dp_json_set_str(j, "sw", dp_sw_name(a->sw));
	dp_json_set_str(j, "on_read", dp_on_read_name(a->on_read));
	dp_json_set_str(j, "on_write", dp_on_write_name(a->on_write));
	set_true(j, "volatile", a->is_volatile);
	set_true(j, "unique", a->unique);
	set_true(j, "const", a->is_const);
	set_true(j, "once", a->once);
	set_true(j, "shadow", a->shadow);
	set_true(j, "restore", a->restore);
	if (a->lock)
		dp_json_set_str(j, "lock", a->lock->path);
}

static void add_words(struct dp_json *j, const char *key, const struct dp_words *w)
{
	struct dp_json *arr;

	if (!w)
		return;
	arr = dp_json_set(j, key, dp_json_array());
	for (size_t i = 0; i < w->n; i++) {
		struct dp_json *one = dp_json_push(arr, dp_json_object());

		dp_json_set_str(one, "name", w->v[i].name);
		dp_json_set_hex(one, "value", w->v[i].value);
		set_str(one, "doc", w->v[i].doc);
	}
}

static void set_number(struct dp_json *j, const char *key, double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.17g", value);
	dp_json_set_str(j, key, text);
}

static void add_fmt(struct dp_json *j, const struct dp_fmt *f)
{
	if (f->type != DP_T_UINT)
		dp_json_set_str(j, "type", dp_type_name(f->type));
	set_str(j, "unit", f->unit);
	if (f->scale != 1)
		set_number(j, "scale", f->scale);
	if (f->bias)
		dp_json_set_int(j, "bias", f->bias);
	if (f->shift)
		dp_json_set_int(j, "shift", f->shift);
	if (f->frac)
		dp_json_set_int(j, "frac", f->frac);
	if (f->words)
		add_words(j, f->words->flags ? "flags" : "enum", f->words);
	add_words(j, "write_enum", f->write_words);
}

static void add_texts(struct dp_json *j, const char *doc, const char *ref)
{
	set_str(j, "doc", doc);
	set_str(j, "ref", ref);
}

/* a number, or the text of what the device decides */
static void set_expr(struct dp_json *j, const char *key, const struct dp_expr *e)
{
	uint64_t value;

	if (!e)
		return;
	if (dp_expr_is_const(e, &value))
		dp_json_set_hex(j, key, value);
	else
		dp_json_set_str(j, key, dp_expr_text(e));
}

static void add_dim(struct dp_json *arr, const struct dp_expr *count, uint64_t n,
		    const struct dp_expr *stride, const char *index_name)
{
	struct dp_json *j = dp_json_push(arr, dp_json_object());

	if (count)
		set_expr(j, "count", count);
	else
		dp_json_set_hex(j, "count", n);
	set_expr(j, "stride", stride);
	set_str(j, "index_name", index_name);
}

static void add_array(struct dp_json *j, const struct dp_array *a)
{
	struct dp_json *arr;

	if (!a)
		return;
	arr = dp_json_set(j, a->offsets ? "offsets" : "array", dp_json_array());
	for (size_t i = 0; a->offsets && i < a->n_offsets; i++) {
		char text[24];

		snprintf(text, sizeof(text), "0x%llx", (unsigned long long)a->offsets[i]);
		dp_json_push_str(arr, text);
	}
	if (a->offsets)
		return;
	add_dim(arr, a->count, 0, a->stride, a->index_name);
	for (unsigned d = 0; d < a->n_inner; d++)
		add_dim(arr, NULL, a->inner[d].count, a->inner[d].stride, a->inner[d].index_name);
}

static void add_field(struct dp_json *arr, const struct dp_field *f)
{
	struct dp_json *j = dp_json_push(arr, dp_json_object());

	dp_json_set_str(j, "name", f->name);
	dp_json_set_int(j, "hi", f->hi);
	dp_json_set_int(j, "lo", f->lo);
	add_attr(j, &f->attr);
	add_fmt(j, &f->fmt);
	set_str(j, "verb", f->verb);
	add_texts(j, f->doc, f->ref);
}

static void add_policies(struct dp_json *j, const struct dp_reg *r)
{
	dp_json_set_str(j, "kind", dp_kind_name(r->kind));
	dp_json_set_str(j, "reserved", dp_reserved_name(r->reserved));
	if (r->big_endian)
		dp_json_set_str(j, "endian", "big");
	if (r->has_reset) {
		dp_json_set_hex(j, "reset", r->reset);
		dp_json_set_hex(j, "reset_mask", r->reset_mask);
	}
	set_true(j, "flush", r->flush);
	if (r->resets_ns)
		dp_json_set_int(j, "resets_ns", (int64_t)r->resets_ns);
	set_expr(j, "when", r->when);
	set_str(j, "level", r->level);
	set_str(j, "set_of", r->set_of);
	set_str(j, "clear_of", r->clear_of);
	set_str(j, "alternate", r->alternate);
	set_str(j, "verb", r->verb);
	if (r->order)
		dp_json_set_int(j, "order", r->order);
}

static void add_reg(struct dp_json *arr, const struct dp_desc *d, const struct dp_reg *r)
{
	struct dp_json *j = dp_json_push(arr, dp_json_object()), *fields;

	dp_json_set_str(j, "name", r->name);
	dp_json_set_str(j, "space", d->spaces[r->space].name);
	set_expr(j, "offset", r->offset);
	dp_json_set_int(j, "width", r->width);
	add_array(j, r->array);
	add_attr(j, &r->attr);
	add_policies(j, r);
	if (!r->n_fields)
		add_fmt(j, &r->fmt);
	add_texts(j, r->doc, r->ref);
	fields = dp_json_set(j, "fields", dp_json_array());
	for (size_t i = 0; i < r->n_fields; i++)
		add_field(fields, &r->fields[i]);
}

static void add_space(struct dp_json *arr, const struct dp_desc *d, const struct dp_desc_space *s)
{
	static const char *const places[] = {
		[DP_PLACE_DEFAULT] = "default",       [DP_PLACE_BAR] = "bar",
		[DP_PLACE_UIO_MAP] = "uio_map",       [DP_PLACE_PCI_CONFIG] = "pci_config",
		[DP_PLACE_PCI_CAP] = "pci_cap",       [DP_PLACE_PCI_ECAP] = "pci_ecap",
		[DP_PLACE_BEHIND_CAP] = "behind_cap", [DP_PLACE_PORT] = "port",
		[DP_PLACE_INDIRECT] = "indirect",     [DP_PLACE_PAGED] = "paged",
	};
	struct dp_json *j = dp_json_push(arr, dp_json_object());

	dp_json_set_str(j, "name", s->name);
	dp_json_set_str(j, "place", places[s->place]);
	if (s->place != DP_PLACE_DEFAULT && !dp_is_behind(s))
		dp_json_set_int(j, "number", s->number);
	dp_json_set_hex(j, "offset", s->offset);
	if (s->size)
		dp_json_set_hex(j, "size", s->size);
	if (s->place == DP_PLACE_INDIRECT) {
		dp_json_set_str(j, "index", s->indirect.index);
		dp_json_set_str(j, "data", s->indirect.data);
	}
	if (s->place == DP_PLACE_PAGED) {
		dp_json_set_str(j, "in", d->spaces[s->paged.in].name);
		dp_json_set_str(j, "register", s->paged.page);
		dp_json_set_hex(j, "value", s->paged.value);
	}
	set_str(j, "doc", s->doc);
}

static void add_join(struct dp_json *arr, const struct dp_join *join)
{
	struct dp_json *j = dp_json_push(arr, dp_json_object()), *of;

	dp_json_set_str(j, "name", join->name);
	of = dp_json_set(j, "of", dp_json_array());
	for (size_t i = 0; i < join->n_parts; i++)
		dp_json_push_str(of, join->parts[i].path);
	dp_json_set_str(j, "order", join->lo_first ? "lo-first" : "hi-first");
	if (join->latched)
		dp_json_set_str(j, "latch", join->parts[join->latch].path);
	set_true(j, "unique", join->unique);
	add_fmt(j, &join->fmt);
	add_texts(j, join->doc, join->ref);
}

static void add_content(struct dp_json *j, const struct dp_desc *d);

/* a register file that several blocks use stands in each of them: a reader follows no names */
static void add_block(struct dp_json *arr, const struct dp_desc *d, const struct dp_block *b)
{
	struct dp_json *j = dp_json_push(arr, dp_json_object());

	dp_json_set_str(j, "name", b->name);
	dp_json_set_str(j, "use", b->sub->name);
	dp_json_set_str(j, "space", d->spaces[b->space].name);
	set_expr(j, "offset", b->offset);
	dp_json_set_int(j, "step", b->step);
	add_array(j, b->array);
	set_expr(j, "when", b->when);
	set_str(j, "doc", b->doc);
	add_content(j, b->sub);
}

static void add_content(struct dp_json *j, const struct dp_desc *d)
{
	struct dp_json *arr = dp_json_set(j, "spaces", dp_json_array());

	for (size_t i = 0; i < d->n_spaces; i++)
		add_space(arr, d, &d->spaces[i]);
	arr = dp_json_set(j, "registers", dp_json_array());
	for (size_t i = 0; i < d->n_regs; i++)
		add_reg(arr, d, &d->regs[i]);
	arr = dp_json_set(j, "joins", dp_json_array());
	for (size_t i = 0; i < d->n_joins; i++)
		add_join(arr, &d->joins[i]);
	arr = dp_json_set(j, "blocks", dp_json_array());
	for (size_t i = 0; i < d->n_blocks; i++)
		add_block(arr, d, &d->blocks[i]);
}

int dp_json_export(struct dp_conversion *cv)
{
	const struct dp_desc *d = cv->desc;
	struct dp_json *root = dp_json_object();
	char *text;

	if (!root)
		return dp_err_nomem(cv->err);
	for (size_t i = 0; i < d->n_seqs; i++)
		dp_convert_note_at(cv, &d->seqs[i].pos, "sequence '%s' is left out",
				   d->seqs[i].name);
	for (size_t i = 0; i < d->n_variants; i++)
		dp_convert_note_at(cv, &d->variants[i].pos, "a variant is left out");
	dp_json_set_int(root, "schema", 1);
	dp_json_set_str(root, "name", d->name);
	set_str(root, "title", d->title);
	set_str(root, "ref", d->ref);
	add_content(root, d);
	text = dp_json_text(root);
	dp_json_free(root);
	if (!text)
		return dp_err_nomem(cv->err);
	fprintf(cv->out, "%s\n", text);
	free(text);
	return 0;
}
