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
	if (bits <= 64)
		return bits;
	dp_problem(&dr->ld->problems, &of->pos,
		   "'%s' has %u bits; more than 64 are not supported by this version", j->name,
		   bits);
	return 0;
}

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
	dp_get_text(ld, DP_KEY(&k, doc), &j->doc);
	dp_get_text(ld, DP_KEY(&k, ref), &j->ref);
}

void dp_load_join_parts(struct dp_draft *dr)
{
	for (size_t i = 0; i < dr->desc->n_joins && !dp_problems_full(&dr->ld->problems); i++)
		load_join(dr, dr->join_src[i], &dr->desc->joins[i]);
}
