/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load_variant.c - `variants`: layers over a description, by what the device says
 *
 * A variant is laid over the file as a file is over the one that it `extends`.  Which of them
 * hold is known on the device; the description is then loaded again with those (reg/variant.c).
 */
#include <string.h>

#include "desc/load.h"

static const struct dp_node *list_of(struct dp_draft *dr, const struct dp_node *root)
{
	const struct dp_node *list = dp_node_get(root, "variants");

	if (!list || (list->kind == DP_NODE_LIST && list->n <= DP_MAX_VARIANTS))
		return list;
	dp_problem(&dr->ld->problems, &list->pos,
		   "'variants' is a list of at most %d, as in [{when: REV.ID == 2, registers: {}}]",
		   DP_MAX_VARIANTS);
	return NULL;
}

static bool load_variant(struct dp_draft *dr, const struct dp_node *n, struct dp_variant *v)
{
	struct dp_keys k = {0};

	v->pos = n->pos;
	if (!dp_keys_read(dr->ld, n, DP_IN_VARIANT, &k))
		return false;
	if (!DP_KEY(&k, when)) {
		dp_problem(&dr->ld->problems, &n->pos, "a variant has no 'when'");
		return false;
	}
	v->pos = DP_KEY(&k, when)->pos;
	dp_get_text(dr->ld, DP_KEY(&k, doc), &v->doc);
	return dp_get_expr(dr->ld, DP_KEY(&k, when), &v->when);
}

void dp_load_variants(struct dp_draft *dr, const struct dp_node *root)
{
	const struct dp_node *list = list_of(dr, root);

	if (!list)
		return;
	dr->desc->variants = dp_arena_array(dr->ld->arena, list->n, sizeof(*dr->desc->variants));
	if (!dr->desc->variants)
		return;
	for (size_t i = 0; i < list->n && !dp_problems_full(&dr->ld->problems); i++)
		if (load_variant(dr, list->items[i], &dr->desc->variants[dr->desc->n_variants]))
			dr->desc->n_variants++;
}

/* what the variant says of the file: its own keys are no file's */
static struct dp_node *layer(struct dp_loader *ld, const struct dp_node *variant)
{
	struct dp_node *map = dp_arena_alloc(ld->temp, sizeof(*map));

	if (!map)
		return NULL;
	*map = (struct dp_node){.kind = DP_NODE_MAP, .pos = variant->pos};
	map->pairs = dp_arena_array(ld->temp, variant->n, sizeof(*map->pairs));
	if (!map->pairs)
		return NULL;
	for (size_t i = 0; i < variant->n; i++)
		if (strcmp(variant->pairs[i].key->text, "when") != 0 &&
		    strcmp(variant->pairs[i].key->text, "doc") != 0)
			map->pairs[map->n++] = variant->pairs[i];
	return map;
}

struct dp_node *dp_load_with_variants(struct dp_loader *ld, struct dp_node *root, uint64_t mask)
{
	const struct dp_node *list = dp_node_get(root, "variants");

	for (size_t i = 0; mask && list && list->kind == DP_NODE_LIST && i < list->n; i++) {
		const struct dp_node *variant = list->items[i];
		struct dp_node *top;

		if (!(mask >> i & 1) || variant->kind != DP_NODE_MAP)
			continue;
		top = layer(ld, variant);
		if (!top)
			return NULL;
		root = dp_merge_overlay(ld, root, top);
	}
	return root;
}
