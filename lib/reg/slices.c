/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slices.c - uart[*].CR, uart[0..3], GRID[*][2]: many by subscripts
 *
 * The slice of a register with one dimension is all.c's.  Elements of blocks are names of their
 * own, and of several dimensions a slice is no run of elements: both are spelled out one by one.
 */
#include <errno.h>

#include "reg/grammar.h"

/* the first subscript that is to be spelled out */
struct slice {
	struct dp_subscript *sub;
	uint64_t count;
};

/* what parts 0..@last name, elements of slices being their first */
static int bind_head(const struct dp_scope *sc, const struct dp_path *p, size_t last,
		     struct dp_named *out, struct dp_err *err)
{
	struct dp_path head = *p;

	head.n = last + 1;
	head.has_offset = head.has_type = head.has_bits = false;
	for (size_t i = 0; i <= last; i++)
		for (unsigned d = 0; d < head.parts[i].n_sub; d++) {
			struct dp_subscript *s = &head.parts[i].sub[d];

			s->first = s->kind == DP_INDEX_ALL ? 0 : s->first;
			s->last = s->first;
			s->kind = DP_INDEX_ONE;
		}
	return dp_bind(sc, &head, out, err);
}

bool dp_part_is_block(const struct dp_scope *sc, const struct dp_path *p, size_t i)
{
	struct dp_named n;

	for (size_t k = 0; k <= i; k++)
		if (p->parts[k].glob)
			return false;
	return !bind_head(sc, p, i, &n, NULL) && n.kind == DP_NAMED_BLOCK;
}

static uint64_t dim_count(const struct dp_array *a, unsigned d, uint64_t all)
{
	return d ? a->inner[d - 1].count : all / dp_array_inner(a);
}

/* how many elements dimension @d of what @n names has; 0: nothing to spell out */
static int count_of(const struct dp_named *n, unsigned d, uint64_t *out, struct dp_err *err)
{
	bool block = n->kind == DP_NAMED_BLOCK && n->inst->block;
	const struct dp_array *a = block                     ? n->inst->block->array
				   : n->kind == DP_NAMED_REG ? n->reg->array
							     : NULL;
	struct dp_inst *inst = block ? n->inst->parent : n->inst;
	uint64_t all;
	int rc;

	*out = 0;
	if (!a || (!block && !a->n_inner))
		return 0;
	rc = dp_array_count(inst, a, false, &all, err);
	if (rc == -EAGAIN && dp_dev_offline(inst->dev)) {
		all = dp_array_inner(a);
		rc = 0;
	}
	if (rc == -EAGAIN)
		return dp_err_set(err, EAGAIN, DP_USAGE,
				  "how many '%s%s' there are is known once the device is open",
				  inst->prefix, block ? n->inst->block->name : n->reg->name);
	*out = rc ? 0 : dim_count(a, d, all);
	return rc;
}

static int find_slice(const struct dp_scope *sc, struct dp_path *p, struct slice *out,
		      struct dp_err *err)
{
	struct dp_named n;
	int rc = 0;

	out->sub = NULL;
	for (size_t i = 0; i < p->n && !p->parts[i].glob && !rc; i++)
		for (unsigned d = 0; d < p->parts[i].n_sub && !rc; d++) {
			if (p->parts[i].sub[d].kind == DP_INDEX_ONE)
				continue;
			rc = bind_head(sc, p, i, &n, err);
			if (!rc)
				rc = count_of(&n, d, &out->count, err);
			if (rc || !out->count)
				continue;
			out->sub = &p->parts[i].sub[d];
			return 0;
		}
	return rc;
}

static int beyond(const struct dp_path *p, uint64_t count, struct dp_err *err)
{
	return dp_err_set(err, ERANGE, DP_RANGE, "'%.*s' is beyond the end of the array: 0 to %llu",
			  DP_S(p->text, p->len), (unsigned long long)count - 1);
}

int dp_refs_slices(const struct dp_scope *sc, const struct dp_path *p, struct dp_refs *out,
		   struct dp_err *err)
{
	struct dp_path one = *p;
	struct dp_subscript want;
	struct slice s;
	int rc = find_slice(sc, &one, &s, err);

	if (rc || !s.sub)
		return rc;
	want = *s.sub;
	if (want.kind == DP_INDEX_ALL) {
		want.first = 0;
		want.last = s.count - 1;
	}
	if (want.last >= s.count)
		return beyond(p, s.count, err);
	for (uint64_t i = want.first; i <= want.last && rc >= 0; i++) {
		*s.sub = (struct dp_subscript){DP_INDEX_ONE, i, i};
		rc = dp_refs_slices(sc, &one, out, err);
		if (!rc)
			rc = dp_refs_named(sc, &one, true, out, err);
	}
	return rc < 0 ? rc : 1;
}

int dp_refs_blocks(const struct dp_scope *sc, const struct dp_path *p, const struct dp_named *n,
		   struct dp_refs *out, struct dp_err *err)
{
	struct dp_path all = *p;
	struct dp_part *last = &all.parts[all.n - 1];
	int rc;

	while (last->n_sub <= n->inst->block->array->n_inner)
		last->sub[last->n_sub++] = (struct dp_subscript){.kind = DP_INDEX_ALL};
	rc = dp_refs_slices(sc, &all, out, err);
	return rc < 0 ? rc : 0;
}
