/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_type.c - types: register layouts, and register files that blocks place */
#include <string.h>

#include "desc/load.h"

struct dp_node *dp_load_type(struct dp_draft *dr, const struct dp_node *use)
{
	size_t n = dr->types ? dr->types->n : 0;
	const char **names, *name;
	struct dp_node *type;

	if (!dp_get_text(dr->ld, use, &name))
		return NULL;
	type = dp_node_get(dr->types, name);
	if (type && type->kind == DP_NODE_MAP)
		return type;
	if (type) /* dp_load_types() has said so */
		return NULL;
	names = dp_arena_array(dr->ld->temp, n, sizeof(*names));
	for (size_t i = 0; names && i < n; i++)
		names[i] = dr->types->pairs[i].key->text;
	dp_problem(&dr->ld->problems, &use->pos, "no type '%.60s'%s", name,
		   names ? dp_suggest(dr->ld, name, names, n) : "");
	return NULL;
}

/* what is wrong with a layout is said once, whether it is used or not */
static void check_layout(struct dp_draft *dr, const struct dp_pair *p, struct dp_keys *k)
{
	struct dp_reg scratch = {.name = p->key->text, .width = 64, .pos = p->key->pos};

	if (DP_KEY(k, width) && dp_load_widths(dr, DP_KEY(k, width)))
		dp_get_unsigned(dr->ld, DP_KEY(k, width), 64, &scratch.width);
	dp_load_attr(dr, k, &scratch.attr);
	if (DP_KEY(k, fields))
		dp_load_fields(dr, DP_KEY(k, fields), &scratch);
}

static bool is_memory(const struct dp_node *type)
{
	return dp_node_get(type, "members") != NULL;
}

/* its registers may not lie beyond its end, so that is known before they are */
static void load_memory(struct dp_draft *sub, const struct dp_node *type, const struct dp_keys *k)
{
	struct dp_desc_space *s = &sub->desc->spaces[0];
	unsigned word = DP_KIND_MEMORY;

	sub->desc->is_memory = true;
	s->kind = DP_SPACE_MEMORY;
	if (!DP_KEY(k, size))
		dp_problem(&sub->ld->problems, &type->pos,
			   "a memory layout has a 'size', in bytes");
	else if (dp_get_size(sub->ld, DP_KEY(k, size), &s->size) && !s->size)
		dp_problem(&sub->ld->problems, &DP_KEY(k, size)->pos, "a layout of 0 bytes");
	if (dp_get_word(sub->ld, DP_KEY(k, kind), dp_kind_words, &word) && word != DP_KIND_MEMORY)
		dp_problem(&sub->ld->problems, &DP_KEY(k, kind)->pos,
			   "a type with members is of 'kind: memory'");
	if (DP_KEY(k, endian))
		sub->def.big_endian = !strcmp(DP_KEY(k, endian)->text, "big");
}

/* a type with registers or members is a description of its own, with one space where its block
 * lies */
static struct dp_desc *load_file_of(struct dp_draft *dr, const struct dp_pair *p,
				    const struct dp_keys *k)
{
	bool memory = is_memory(p->value);
	struct dp_draft sub = *dr;

	sub.desc = dp_arena_alloc(dr->ld->arena, sizeof(*sub.desc));
	if (!sub.desc)
		return NULL;
	sub.desc->name = p->key->text;
	sub.desc->file = p->key->pos.file;
	sub.desc->words = dr->desc->words;
	sub.desc->n_words = dr->desc->n_words;
	sub.def.space = 0;
	sub.block_src = NULL;
	sub.join_src = NULL;
	dp_get_text(dr->ld, DP_KEY(k, doc), &sub.desc->title);
	dp_get_text(dr->ld, DP_KEY(k, ref), &sub.desc->ref);
	dp_load_spaces(&sub, NULL);
	dp_load_blocks(&sub, dp_load_section(dr, DP_KEY(k, blocks)));
	dp_load_joins(&sub, dp_load_section(dr, DP_KEY(k, joins)));
	if (memory && sub.desc->n_spaces)
		load_memory(&sub, p->value, k);
	dp_load_registers(&sub, memory ? DP_KEY(k, members) : DP_KEY(k, registers),
			  memory ? DP_IN_MEMBER : DP_IN_REG);
	return sub.desc;
}

static void only_keys(struct dp_draft *dr, const struct dp_node *type)
{
	static const char *const of_registers[] = {"registers", "blocks", "joins",
						   "doc",       "ref",    NULL};
	static const char *const of_memory[] = {"members", "joins", "kind",   "size",
						"doc",     "ref",   "endian", NULL};
	const char *const *legal = is_memory(type) ? of_memory : of_registers;

	for (size_t i = 0; i < type->n; i++) {
		const struct dp_node *key = type->pairs[i].key;
		size_t k = 0;

		while (legal[k] && strcmp(legal[k], key->text) != 0)
			k++;
		if (legal[k])
			continue;
		dp_problem(
			&dr->ld->problems, &key->pos,
			is_memory(type)
				? "'%.60s' in a memory layout; it has 'kind', 'size', 'members', "
				  "'joins', 'endian', 'doc' and 'ref' only"
				: "'%.60s' in a type with registers; it has 'registers', "
				  "'blocks', 'joins', 'doc' and 'ref' only",
			key->text);
	}
}

/* a register file, not a layout of bits */
static bool has_places(const struct dp_keys *k)
{
	return DP_KEY(k, registers) || DP_KEY(k, blocks) || DP_KEY(k, members);
}

static void read_type(struct dp_draft *dr, const struct dp_pair *p)
{
	struct dp_keys k = {0};
	const char *name;

	dp_get_name(dr->ld, p->key, DP_MAX_NAME, &name);
	if (!dp_keys_read(dr->ld, p->value, DP_IN_TYPE, &k))
		return;
	if (!has_places(&k)) {
		if (DP_KEY(&k, size) || DP_KEY(&k, kind))
			dp_problem(&dr->ld->problems, &p->key->pos,
				   "type '%.60s' has no 'members', so no 'kind' and no 'size'",
				   p->key->text);
		check_layout(dr, p, &k);
		return;
	}
	only_keys(dr, p->value);
	p->value->more->sub = load_file_of(dr, p, &k);
}

/* once, before a block needs it */
static void load_type(struct dp_draft *dr, const struct dp_pair *p)
{
	struct dp_node_more *more = dp_node_more(p->value, dr->ld->temp);

	if (!more || more->made != DP_NODE_NEW || dr->ld->nested >= DP_MAX_CHAIN)
		return;
	more->made = DP_NODE_BEGUN;
	dr->ld->nested++;
	read_type(dr, p);
	dr->ld->nested--;
	more->made = DP_NODE_DONE;
}

void dp_load_types(struct dp_draft *dr)
{
	for (size_t i = 0; dr->types && i < dr->types->n; i++)
		if (!dp_problems_full(&dr->ld->problems))
			load_type(dr, &dr->types->pairs[i]);
}

/* --------------------------------------------------------------- blocks */

static struct dp_desc *known_sub(const struct dp_desc *d, const char *file)
{
	for (size_t i = 0; i < d->n_subs; i++)
		if (!strcmp(d->subs[i]->file, file))
			return d->subs[i];
	return NULL;
}

static bool is_layout(const struct dp_node *type)
{
	return type->kind == DP_NODE_MAP && !dp_node_get(type, "registers") &&
	       !dp_node_get(type, "blocks") && !is_memory(type);
}

static void too_deep(struct dp_draft *dr, const struct dp_node *use)
{
	dp_problem(&dr->ld->problems, &use->pos, "blocks in more than %d blocks", DP_MAX_CHAIN);
}

/* NULL: reported, here or where the type is read */
static struct dp_desc *sub_of_type(struct dp_draft *dr, const struct dp_node *use,
				   const struct dp_pair *type)
{
	struct dp_node_more *more = dp_node_more(type->value, dr->ld->temp);

	load_type(dr, type);
	if (!more || more->sub)
		return more ? more->sub : NULL;
	if (more->made == DP_NODE_NEW)
		too_deep(dr, use);
	else if (more->made == DP_NODE_BEGUN)
		dp_problem(&dr->ld->problems, &use->pos, "type '%.60s' contains itself", use->text);
	else if (is_layout(type->value))
		dp_problem(&dr->ld->problems, &use->pos,
			   "type '%s' is a layout without registers; a register uses it",
			   use->text);
	return NULL;
}

/* a type of this file, else another description */
static struct dp_desc *load_sub(struct dp_draft *dr, const struct dp_node *use)
{
	struct dp_source source = {.up = dr->source, .pos = &use->pos};
	struct dp_desc *sub;
	struct dp_pair *type;
	const char *name;

	if (!dp_get_text(dr->ld, use, &name))
		return NULL;
	type = dp_node_pair(dr->types, name, strlen(name));
	if (type)
		return sub_of_type(dr, use, type);
	source.path = dp_load_resolve(dr->ld, use);
	if (!source.path)
		return NULL;
	sub = known_sub(dr->desc, source.path);
	if (sub)
		return sub;
	sub = dp_load_desc(dr->ld, &source);
	if (sub)
		dr->desc->subs[dr->desc->n_subs++] = sub;
	return sub;
}

/* SPACE, SPACE+OFFSET or an offset alone; an offset may be an expression */
static void load_at(struct dp_draft *dr, const struct dp_node *at, struct dp_block *b)
{
	const char *text = "0", *rest;
	size_t len;
	int space;

	b->space = dr->def.space == DP_NO_SPACE ? 0 : dr->def.space;
	dp_get_text(dr->ld, at, &text);
	len = strcspn(text, "+ ");
	space = dp_load_space_index(dr, text, len);
	if (space >= 0) {
		b->space = (unsigned)space;
		rest = text + len + strspn(text + len, " ");
		if (*rest && *rest != '+') {
			dp_problem(&dr->ld->problems, &at->pos,
				   "'%.60s' is no place; SPACE+OFFSET, as in main+0x2000", text);
			return;
		}
		text = *rest ? rest + 1 : "0";
	}
	dp_get_expr_text(dr->ld, at ? &at->pos : &b->pos, text, &b->offset);
}

/* a memory layout knows how long it is */
static uint64_t element_size(const struct dp_block *b)
{
	return b->sub && b->sub->is_memory ? b->sub->spaces[0].size : 0;
}

/* of the spaces of another file only pages can be where a block is */
static void check_spaces(struct dp_draft *dr, const struct dp_node *use, const struct dp_desc *sub)
{
	for (size_t i = 0; sub && i < sub->n_spaces; i++) {
		enum dp_place_kind place = sub->spaces[i].place;

		if (i && place != DP_PLACE_DEFAULT && place != DP_PLACE_PAGED)
			dp_problem(&dr->ld->problems, &use->pos,
				   "space '%s' of '%s' has a place of its own; a block has one "
				   "space, and pages of it",
				   sub->spaces[i].name, sub->name);
	}
}

static void load_use(struct dp_draft *dr, const struct dp_node *use, struct dp_block *b)
{
	struct dp_desc *d = dr->desc;

	b->sub = load_sub(dr, use);
	check_spaces(dr, use, b->sub);
	if (b->sub && b->sub->nested + 1 > d->nested)
		d->nested = b->sub->nested + 1;
	if (b->sub && b->sub->nested >= DP_MAX_CHAIN)
		too_deep(dr, use);
	d->all += 1 + (b->sub ? b->sub->all : 0);
	if (d->all > DP_MAX_IN_BLOCKS) {
		dp_problem(&dr->ld->problems, &use->pos,
			   "more than %d registers in blocks and blocks of these",
			   DP_MAX_IN_BLOCKS);
		d->all = 0; /* counted anew: the rest is said where it is */
	}
}

static void load_block(struct dp_draft *dr, const struct dp_pair *p, struct dp_block *b,
		       struct dp_block_src *src)
{
	struct dp_keys k = {0};

	b->pos = p->key->pos;
	b->name = p->key->text;
	dp_get_name(dr->ld, p->key, DP_MAX_SPACE_NAME, &b->name);
	if (!dp_keys_read(dr->ld, p->value, DP_IN_BLOCK, &k))
		return;
	dp_get_text(dr->ld, DP_KEY(&k, doc), &b->doc);
	src->at = DP_KEY(&k, at);
	src->when = DP_KEY(&k, when);
	load_at(dr, src->at, b);
	dp_get_expr(dr->ld, src->when, &b->when);
	b->step = 1;
	if (dp_get_unsigned(dr->ld, DP_KEY(&k, step), DP_MAX_STEP, &b->step) && !b->step)
		dp_problem(&dr->ld->problems, &DP_KEY(&k, step)->pos, "a step of 0; 1 to %d",
			   DP_MAX_STEP);
	if (DP_KEY(&k, use))
		load_use(dr, DP_KEY(&k, use), b);
	else
		dp_problem(&dr->ld->problems, &b->pos, "block '%s' has no 'use'", b->name);
	if (DP_KEY(&k, array))
		b->array = dp_load_array(dr, DP_KEY(&k, array), element_size(b), &src->array);
}

void dp_load_blocks(struct dp_draft *dr, const struct dp_node *blocks)
{
	size_t n = blocks ? blocks->n : 0;

	dr->desc->blocks = dp_arena_array(dr->ld->arena, n, sizeof(*dr->desc->blocks));
	dr->desc->subs = dp_arena_array(dr->ld->arena, n, sizeof(struct dp_desc *));
	dr->block_src = dp_arena_array(dr->ld->temp, n, sizeof(*dr->block_src));
	if (!dr->desc->blocks || !dr->desc->subs || !dr->block_src)
		return;
	for (size_t i = 0; i < n && !dp_problems_full(&dr->ld->problems); i++)
		load_block(dr, &blocks->pairs[i], &dr->desc->blocks[i], &dr->block_src[i]);
	dr->desc->n_blocks = n;
}
