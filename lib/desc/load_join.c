/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_join.c - values over several registers */

#include "desc/load.h"

/* names first: they belong into the index that resolving the parts needs */
void dp_load_joins(struct dp_draft *dr, const struct dp_node *joins)
{
	size_t n = joins ? joins->n : 0;

	dr->desc->joins = dp_arena_array(dr->ld->arena, n, sizeof(*dr->desc->joins));
	dr->join_src = dp_arena_array(dr->ld->temp, n, sizeof(struct dp_node *));
	if (!dr->desc->joins || !dr->join_src)
		return;
	for (size_t i = 0; i < n; i++) {
		struct dp_join *j = &dr->desc->joins[i];

		j->pos = joins->pairs[i].key->pos;
		j->name = joins->pairs[i].key->text;
		j->fmt.scale = 1;
		dp_get_name(dr->ld, joins->pairs[i].key, DP_MAX_NAME, &j->name);
		dr->join_src[i] = joins->pairs[i].value;
	}
	dr->desc->n_joins = n;
}

static bool load_part(struct dp_draft *dr, const struct dp_node *n, struct dp_join_part *p)
{
	if (!dp_get_text(dr->ld, n, &p->path) || !dp_check_path(dr, &n->pos, n->text, n->len, p))
		return false;
	p->path = n->text;
	if (!p->reg->array || p->indexed)
		return true;
	dp_problem(&dr->ld->problems, &n->pos, "'%s' is an array; name one, as in %s.0",
		   p->reg->name, p->reg->name);
	return false;
}

/* total width, 0 when something was wrong */
static unsigned load_parts(struct dp_draft *dr, const struct dp_node *of, struct dp_join *j)
{
	unsigned bits = 0;

	if (of->kind != DP_NODE_LIST || of->n < 2 || of->n > 64) {
		dp_problem(&dr->ld->problems, &of->pos,
			   "'of' is a list of 2 to 64 paths, most significant first");
		return 0;
	}
	j->parts = dp_arena_array(dr->ld->arena, of->n, sizeof(*j->parts));
	if (!j->parts)
		return 0;
	for (size_t i = 0; i < of->n; i++) {
		if (!load_part(dr, of->items[i], &j->parts[i]))
			return 0;
		bits += dp_join_part_bits(&j->parts[i]);
	}
	j->n_parts = of->n;
	if (bits <= DP_MAX_JOIN)
		return bits;
	dp_problem(&dr->ld->problems, &of->pos, "'%s' has %u bits; a joined value has at most %u",
		   j->name, bits, DP_MAX_JOIN);
	return 0;
}

/* ------------------------------------------------------------------ latch */

static bool same_register(const struct dp_join_part *a, const struct dp_join_part *b)
{
	return a->reg == b->reg && a->index == b->index;
}

/* the part that @latch names: by its path, or by that of its register; n_parts: none */
static size_t latch_of(const struct dp_join *j, const struct dp_join_part *latch)
{
	size_t i = 0;

	while (i < j->n_parts && (!same_register(&j->parts[i], latch) ||
				  (latch->field && latch->field != j->parts[i].field)))
		i++;
	return i;
}

static const char *parts_text(struct dp_loader *ld, const struct dp_join *j)
{
	const char **names = dp_arena_array(ld->temp, j->n_parts, sizeof(*names));

	for (size_t i = 0; names && i < j->n_parts; i++)
		names[i] = j->parts[i].path;
	return names ? dp_suggest(ld, "", names, j->n_parts) : "";
}

/* a register with two parts would be both the latch and what it latches, or be written twice */
static bool one_register_each(struct dp_loader *ld, const struct dp_node *n,
			      const struct dp_join *j)
{
	for (size_t i = 1; i < j->n_parts; i++)
		for (size_t k = 0; k < i; k++) {
			if (!same_register(&j->parts[i], &j->parts[k]))
				continue;
			dp_problem(&ld->problems, &n->pos,
				   "'latch' needs a register for each part; '%s' has '%s' and '%s' "
				   "in one",
				   j->name, j->parts[k].path, j->parts[i].path);
			return false;
		}
	return true;
}

static void load_latch(struct dp_draft *dr, const struct dp_node *n, struct dp_join *j)
{
	struct dp_join_part latch = {0};

	if (!n || !load_part(dr, n, &latch) || !one_register_each(dr->ld, n, j))
		return;
	j->latch = latch_of(j, &latch);
	j->latched = j->latch < j->n_parts;
	if (!j->latched)
		dp_problem(&dr->ld->problems, &n->pos, "'%s' is no part of '%s'%s", latch.path,
			   j->name, parts_text(dr->ld, j));
}

/* ---------------------------------------------------------------- the join */

static void load_join(struct dp_draft *dr, const struct dp_node *n, struct dp_join *j)
{
	static const char *const orders[] = {"hi-first", "lo-first", NULL};
	struct dp_loader *ld = dr->ld;
	struct dp_keys k = {0};
	unsigned bits, word;

	if (!dp_keys_read(ld, n, DP_IN_JOIN, &k))
		return;
	if (!DP_KEY(&k, of)) {
		dp_problem(&ld->problems, &j->pos, "join '%s' has no 'of'", j->name);
		return;
	}
	bits = load_parts(dr, DP_KEY(&k, of), j);
	if (bits)
		dp_load_fmt(dr, &k, bits, &j->fmt);
	dp_get_bool(ld, DP_KEY(&k, unique), &j->unique);
	if (dp_get_word(ld, DP_KEY(&k, order), orders, &word))
		j->lo_first = word == 1;
	if (bits)
		load_latch(dr, DP_KEY(&k, latch), j);
	dp_get_text(ld, DP_KEY(&k, doc), &j->doc);
	dp_get_text(ld, DP_KEY(&k, ref), &j->ref);
}

void dp_load_join_parts(struct dp_draft *dr)
{
	for (size_t i = 0; i < dr->desc->n_joins && !dp_problems_full(&dr->ld->problems); i++)
		load_join(dr, dr->join_src[i], &dr->desc->joins[i]);
}
