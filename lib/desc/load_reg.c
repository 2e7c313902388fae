/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_reg.c - one register: place, attributes, array, and the layout that it uses */

#include <string.h>

#include "desc/load.h"

static bool is_width(uint64_t bits)
{
	return bits == 8 || bits == 16 || bits == 32 || bits == 64;
}

static bool load_width(struct dp_draft *dr, const struct dp_node *n, unsigned *out)
{
	uint64_t bits;

	if (!dp_get_uint(dr->ld, n, UINT64_MAX, &bits))
		return false;
	if (!is_width(bits)) {
		dp_problem(&dr->ld->problems, &n->pos, "a width of %s bits%s", n->text,
			   bits > 64 ? "; at most 64, and 'joins' make wider values"
				     : "; 8, 16, 32 or 64");
		return false;
	}
	*out = (unsigned)bits;
	return true;
}

/* `32` or `[32, 64]`; 0 = not given */
unsigned dp_load_widths(struct dp_draft *dr, const struct dp_node *n)
{
	unsigned all = 0, one;

	if (!n)
		return 0;
	if (n->kind != DP_NODE_LIST)
		return load_width(dr, n, &one) ? one : 0;
	for (size_t i = 0; i < n->n; i++)
		if (load_width(dr, n->items[i], &one))
			all |= one;
	if (!n->n)
		dp_problem(&dr->ld->problems, &n->pos, "an empty list; as in [8, 16, 32, 64]");
	return all;
}

/* ------------------------------------------------------------------ place */

static void unknown_space(struct dp_draft *dr, const struct dp_node *n)
{
	const char **names = dp_arena_array(dr->ld->temp, dr->desc->n_spaces, sizeof(*names));

	for (size_t i = 0; names && i < dr->desc->n_spaces; i++)
		names[i] = dr->desc->spaces[i].name;
	dp_problem(&dr->ld->problems, &n->pos, "no space '%.60s'%s", n->text,
		   names ? dp_suggest(dr->ld, n->text, names, dr->desc->n_spaces) : "");
}

static void load_space(struct dp_draft *dr, const struct dp_node *n, unsigned *out)
{
	const char *name;
	int i;

	if (!dp_get_text(dr->ld, n, &name))
		return;
	i = dp_load_space_index(dr, n->text, n->len);
	if (i < 0)
		unknown_space(dr, n);
	else
		*out = (unsigned)i;
}

/* widths of the register itself must fit; those of `defaults` are cut to what does */
static void load_access_widths(struct dp_draft *dr, const struct dp_keys *k, struct dp_reg *r)
{
	const struct dp_node *n = DP_KEY(k, widths);
	unsigned fitting = 2 * r->width - 1;

	r->widths = n ? dp_load_widths(dr, n) : dr->def.widths & fitting;
	if (n && r->widths & ~fitting)
		dp_problem(&dr->ld->problems, &n->pos,
			   "an access width of more than the %u bits of '%s'", r->width, r->name);
	if (!n && dr->def.widths && !r->widths)
		dp_problem(
			&dr->ld->problems, &r->pos,
			"'%s' has %u bits, less than any of the default 'widths'; give it its own",
			r->name, r->width);
	if (r->widths == r->width)
		r->widths = 0;
}

/* of a member: bytes instead of bits */
static void load_size(struct dp_draft *dr, const struct dp_keys *k, struct dp_reg *r)
{
	const struct dp_node *n = DP_KEY(k, size);
	uint64_t bytes;

	if (!dp_get_uint(dr->ld, n, UINT64_MAX, &bytes))
		return;
	if (DP_KEY(k, width))
		dp_problem(&dr->ld->problems, &n->pos, "'width' and 'size' of '%s'; give one",
			   r->name);
	if (bytes > 8 || !is_width(8 * bytes))
		dp_problem(&dr->ld->problems, &n->pos,
			   "a member of %s bytes; 1, 2, 4 or 8, or an array of them", n->text);
	else
		r->width = 8 * (unsigned)bytes;
}

static void load_place(struct dp_draft *dr, const struct dp_keys *k, struct dp_reg *r)
{
	r->space = dr->def.space;
	load_space(dr, DP_KEY(k, space), &r->space);
	if (r->space == DP_NO_SPACE) {
		r->space = 0;
		if (!DP_KEY(k, space))
			dp_problem(&dr->ld->problems, &r->pos,
				   "register '%s' has no 'space', and there is no 'main'", r->name);
	}
	r->width = dr->def.width;
	load_width(dr, DP_KEY(k, width), &r->width);
	load_size(dr, k, r);
	load_access_widths(dr, k, r);
	if (DP_KEY(k, offset))
		dp_get_expr(dr->ld, DP_KEY(k, offset), &r->offset);
	else if (r->array && r->array->offsets)
		dp_get_expr_text(dr->ld, &r->pos, "0", &r->offset);
	else
		dp_problem(&dr->ld->problems, &r->pos, "register '%s' has no 'offset'", r->name);
}

/* ------------------------------------------------------- the other keys */

static void load_policies(struct dp_draft *dr, const struct dp_keys *k, struct dp_reg *r)
{
	static const char *const endian[] = {"little", "big", NULL};
	struct dp_loader *ld = dr->ld;
	unsigned word;

	r->reserved = dr->def.reserved;
	r->split64 = dr->def.split64;
	r->big_endian = dr->def.big_endian;
	if (dp_get_word(ld, DP_KEY(k, kind), dp_kind_words, &word))
		r->kind = (enum dp_kind)word;
	if (dp_get_word(ld, DP_KEY(k, reserved), dp_reserved_words, &word))
		r->reserved = (enum dp_reserved)word;
	if (dp_get_word(ld, DP_KEY(k, split64), dp_split64_words, &word))
		r->split64 = (enum dp_split64)word;
	if (dp_get_word(ld, DP_KEY(k, endian), endian, &word))
		r->big_endian = word == 1;
	if (DP_KEY(k, split64) && r->width < 64)
		dp_problem(&ld->problems, &DP_KEY(k, split64)->pos,
			   "'split64' has no meaning for %u bits", r->width);
	dp_get_bool(ld, DP_KEY(k, flush), &r->flush);
	dp_get_time(ld, DP_KEY(k, resets), &r->resets_ns);
	dp_get_unsigned(ld, DP_KEY(k, order), UINT16_MAX, &r->order);
	r->reset_mask = dp_ones(r->width);
	if (DP_KEY(k, reset_mask) && !DP_KEY(k, reset))
		dp_problem(&ld->problems, &DP_KEY(k, reset_mask)->pos,
			   "'reset_mask' has no meaning without 'reset'");
	if (!DP_KEY(k, reset))
		return;
	r->has_reset = dp_get_uint(ld, DP_KEY(k, reset), dp_ones(r->width), &r->reset);
	dp_get_uint(ld, DP_KEY(k, reset_mask), dp_ones(r->width), &r->reset_mask);
	if (r->reset & ~r->reset_mask)
		dp_problem(&ld->problems, &DP_KEY(k, reset_mask)->pos,
			   "'reset' of '%s' has ones that 'reset_mask' says are not known",
			   r->name);
}

static void load_relations(struct dp_draft *dr, const struct dp_keys *k, struct dp_reg *r,
			   struct dp_reg_src *src)
{
	struct dp_loader *ld = dr->ld;

	src->offset = DP_KEY(k, offset);
	src->when = DP_KEY(k, when);
	src->level = DP_KEY(k, level);
	src->set_of = DP_KEY(k, set_of);
	src->clear_of = DP_KEY(k, clear_of);
	dp_get_expr(ld, src->when, &r->when);
	dp_get_text(ld, src->level, &r->level);
	dp_get_text(ld, src->set_of, &r->set_of);
	dp_get_text(ld, src->clear_of, &r->clear_of);
	src->alternate = DP_KEY(k, alternate);
	dp_get_text(ld, src->alternate, &r->alternate);
	dp_get_text(ld, DP_KEY(k, doc), &r->doc);
	dp_get_text(ld, DP_KEY(k, ref), &r->ref);
	dp_get_text(ld, DP_KEY(k, verb), &r->verb);
	if (r->level && r->kind != DP_KIND_FIFO)
		dp_problem(&ld->problems, &src->level->pos,
			   "'level' has no meaning without 'kind: fifo'");
}

static void load_content(struct dp_draft *dr, const struct dp_keys *k, struct dp_reg *r)
{
	const struct dp_node *const alone[] = {
		DP_KEY(k, enum), DP_KEY(k, write_enum), DP_KEY(k, flags),
		DP_KEY(k, type), DP_KEY(k, unit),       DP_KEY(k, scale),
		DP_KEY(k, bias), DP_KEY(k, shift),      DP_KEY(k, frac),
	};

	r->fmt.scale = 1;
	if (!DP_KEY(k, fields)) {
		dp_load_fmt(dr, k, r->width, &r->fmt);
		return;
	}
	dp_load_fields(dr, DP_KEY(k, fields), r);
	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		if (alone[i])
			dp_problem(&dr->ld->problems, &alone[i]->pos,
				   "'%s' has fields; what their values mean belongs to them",
				   r->name);
}

/* keys of the layout first, so that the register's own win; fields of both */
static void add_layout(struct dp_draft *dr, const struct dp_node *use, struct dp_keys *k)
{
	const struct dp_node *type = dp_load_type(dr, use);

	if (!type || !dp_keys_read(dr->ld, type, DP_IN_TYPE, k))
		return;
	if (DP_KEY(k, registers) || DP_KEY(k, members)) {
		dp_problem(&dr->ld->problems, &use->pos,
			   "type '%s' has %s of its own; place it as a block", use->text,
			   DP_KEY(k, members) ? "members" : "registers");
		memset(k, 0, sizeof(*k));
	}
}

void dp_load_reg(struct dp_draft *dr, const struct dp_pair *p, enum dp_where where,
		 struct dp_reg *r, struct dp_reg_src *src)
{
	struct dp_keys k = {0};
	struct dp_node *use = dp_node_get(p->value, "use"), *layout;

	r->pos = p->key->pos;
	r->name = p->key->text;
	r->attr = dr->def.attr;
	dp_get_name(dr->ld, p->key, DP_MAX_NAME, &r->name);
	if (use)
		add_layout(dr, use, &k);
	layout = DP_KEY(&k, fields);
	if (!dp_keys_read(dr->ld, p->value, where, &k)) {
		r->width = dr->def.width;
		return;
	}
	if (layout && DP_KEY(&k, fields) != layout)
		DP_KEY(&k, fields) = dp_merge_fields(dr->ld, layout, DP_KEY(&k, fields));
	if (DP_KEY(&k, array))
		r->array = dp_load_array(dr, DP_KEY(&k, array), 0, &src->array);
	load_place(dr, &k, r);
	dp_load_attr(dr, &k, &r->attr);
	load_policies(dr, &k, r);
	load_relations(dr, &k, r, src);
	load_content(dr, &k, r);
	r->has_lock = r->attr.lock;
	for (size_t i = 0; i < r->n_fields; i++)
		r->has_lock |= r->fields[i].attr.lock != NULL;
}
