/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_array.c - arrays of registers and of blocks: count and stride per dimension, or offsets */
#include <stdio.h>

#include "desc/load.h"

static void load_offsets(struct dp_draft *dr, const struct dp_node *n, struct dp_array *a)
{
	if (n->kind != DP_NODE_LIST || !n->n || n->n > DP_MAX_ELEMENTS) {
		dp_problem(&dr->ld->problems, &n->pos, "'offsets' is a list of 1 to %d numbers",
			   DP_MAX_ELEMENTS);
		return;
	}
	a->offsets = dp_arena_array(dr->ld->arena, n->n, sizeof(*a->offsets));
	if (!a->offsets)
		return;
	a->n_offsets = n->n;
	for (size_t i = 0; i < n->n; i++)
		dp_get_uint(dr->ld, n->items[i], UINT64_MAX, &a->offsets[i]);
}

/* what a key says of dimension @d: a list has one for each, anything else is the only one */
const struct dp_node *dp_dim_node(const struct dp_node *n, unsigned d)
{
	if (n && n->kind == DP_NODE_LIST)
		return d < n->n ? n->items[d] : NULL;
	return d ? NULL : n;
}

static unsigned dims_of(const struct dp_node *n)
{
	return n->kind == DP_NODE_LIST ? (unsigned)(n->n > DP_MAX_DIMS ? DP_MAX_DIMS + 1 : n->n)
				       : 1;
}

static bool same_dims(struct dp_draft *dr, const struct dp_node *n, const char *key, unsigned dims)
{
	if (!n || dims_of(n) == dims)
		return true;
	dp_problem(&dr->ld->problems, &n->pos, "'%s' has %u dimension%s, 'count' has %u", key,
		   dims_of(n), dims_of(n) == 1 ? "" : "s", dims);
	return false;
}

/* 0: reported */
static unsigned count_dims(struct dp_draft *dr, const struct dp_keys *k)
{
	const struct dp_node *count = DP_KEY(k, count);
	unsigned dims = dims_of(count);

	if (!dims || dims > DP_MAX_DIMS) {
		dp_problem(&dr->ld->problems, &count->pos, "an array has 1 to %d dimensions",
			   DP_MAX_DIMS);
		return 0;
	}
	return same_dims(dr, DP_KEY(k, stride), "stride", dims) &&
			       same_dims(dr, DP_KEY(k, index_names), "index_names", dims)
		       ? dims
		       : 0;
}

static bool load_inner(struct dp_draft *dr, const struct dp_keys *k, unsigned dims,
		       struct dp_array *a)
{
	struct dp_loader *ld = dr->ld;
	bool good = true;

	a->n_inner = dims - 1;
	a->inner = dp_arena_array(ld->arena, dims, sizeof(*a->inner));
	if (!a->inner)
		return false;
	for (unsigned d = 1; d < dims; d++) {
		struct dp_dim *dim = &a->inner[d - 1];

		good &= dp_get_uint(ld, dp_dim_node(DP_KEY(k, count), d), DP_MAX_ELEMENTS,
				    &dim->count) &&
			dp_get_expr(ld, dp_dim_node(DP_KEY(k, stride), d), &dim->stride);
		if (DP_KEY(k, index_names))
			dp_get_name(ld, dp_dim_node(DP_KEY(k, index_names), d), DP_MAX_NAME,
				    &dim->index_name);
	}
	return good;
}

static void check_count(struct dp_draft *dr, const struct dp_node *n, const struct dp_array *a)
{
	uint64_t count = 1, all;

	dp_expr_is_const(a->count, &count);
	if (__builtin_mul_overflow(count, dp_array_inner(a), &all) || !all || all > DP_MAX_ELEMENTS)
		dp_problem(&dr->ld->problems, &n->pos, "%llu elements; 1 to %d",
			   (unsigned long long)all, DP_MAX_ELEMENTS);
}

/* none: one element directly behind the other */
static bool load_stride(struct dp_draft *dr, const struct dp_node *n, const struct dp_pos *pos,
			unsigned dims, uint64_t size, struct dp_array *a)
{
	char text[24];

	if (n)
		return dp_get_expr(dr->ld, dp_dim_node(n, 0), &a->stride);
	if (dims > 1) {
		dp_problem(&dr->ld->problems, pos, "several dimensions have a 'stride' each");
		return false;
	}
	snprintf(text, sizeof(text), "%llu", (unsigned long long)size);
	return dp_get_expr_text(dr->ld, pos, text, &a->stride);
}

static bool load_dims(struct dp_draft *dr, const struct dp_keys *k, const struct dp_node *n,
		      uint64_t size, struct dp_array *a)
{
	const struct dp_node *count = DP_KEY(k, count), *stride = DP_KEY(k, stride);
	unsigned dims;

	if (!count || (!stride && !size)) {
		dp_problem(&dr->ld->problems, &n->pos,
			   "an array has 'count' and 'stride', or 'offsets'");
		return false;
	}
	dims = count_dims(dr, k);
	if (!dims || !dp_get_expr(dr->ld, dp_dim_node(count, 0), &a->count) ||
	    !load_stride(dr, stride, &n->pos, dims, size, a))
		return false;
	if (DP_KEY(k, index_names))
		dp_get_name(dr->ld, dp_dim_node(DP_KEY(k, index_names), 0), DP_MAX_NAME,
			    &a->index_name);
	if (dims > 1 && !load_inner(dr, k, dims, a))
		return false;
	check_count(dr, count, a);
	return true;
}

static bool load_list(struct dp_draft *dr, const struct dp_keys *k, const struct dp_node *n,
		      struct dp_array *a)
{
	load_offsets(dr, DP_KEY(k, offsets), a);
	if (DP_KEY(k, count) || DP_KEY(k, stride))
		dp_problem(&dr->ld->problems, &n->pos,
			   "'offsets' and 'count', 'stride' exclude each other");
	if (DP_KEY(k, index_names) && same_dims(dr, DP_KEY(k, index_names), "index_names", 1))
		dp_get_name(dr->ld, dp_dim_node(DP_KEY(k, index_names), 0), DP_MAX_NAME,
			    &a->index_name);
	return a->offsets != NULL;
}

struct dp_array *dp_load_array(struct dp_draft *dr, const struct dp_node *n, uint64_t size,
			       struct dp_array_src *src)
{
	struct dp_keys k = {0};
	struct dp_array *a;

	if (!dp_keys_read(dr->ld, n, DP_IN_ARRAY, &k))
		return NULL;
	a = dp_arena_alloc(dr->ld->arena, sizeof(*a));
	if (!a)
		return NULL;
	src->count = DP_KEY(&k, count);
	src->stride = DP_KEY(&k, stride);
	if (DP_KEY(&k, offsets))
		return load_list(dr, &k, n, a) ? a : NULL;
	return load_dims(dr, &k, n, size, a) ? a : NULL;
}
