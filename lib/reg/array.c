/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * array.c - arrays of registers and blocks: how many elements, and where each begins
 *
 * An index is one number, row-major: only the first dimension's count may need the device.
 */
#include <errno.h>

#include "reg/grammar.h"

int dp_array_count(struct dp_inst *inst, const struct dp_array *a, bool quiet, uint64_t *out,
		   struct dp_err *err)
{
	int rc = 0;

	*out = 1;
	if (!a)
		return 0;
	if (a->offsets)
		*out = a->n_offsets;
	else if (a->count)
		rc = dp_eval_quietly(inst, a->count, quiet, out, err);
	if (rc || !a->n_inner)
		return rc;
	if (__builtin_mul_overflow(*out, dp_array_inner(a), out))
		*out = UINT64_MAX;
	return 0;
}

/* @n times the stride of one dimension, added to *@at */
static int add_stride(struct dp_inst *inst, const struct dp_expr *stride, uint64_t n, bool quiet,
		      uint64_t *at, struct dp_err *err)
{
	uint64_t more;
	int rc;

	if (!n)
		return 0;
	rc = dp_eval_quietly(inst, stride, quiet, &more, err);
	if (!rc &&
	    (__builtin_mul_overflow(more, n, &more) || __builtin_add_overflow(*at, more, at)))
		rc = -ERANGE;
	return rc;
}

int dp_array_offset(struct dp_inst *inst, const struct dp_array *a, uint64_t index, bool quiet,
		    uint64_t *out, struct dp_err *err)
{
	int rc = 0;

	*out = 0;
	if (!a)
		return 0;
	if (a->offsets) {
		*out = a->offsets[index];
		return 0;
	}
	for (unsigned d = a->n_inner; d-- && !rc; index /= a->inner[d].count)
		rc = add_stride(inst, a->inner[d].stride, index % a->inner[d].count, quiet, out,
				err);
	return rc ? rc : add_stride(inst, a->stride, index, quiet, out, err);
}

int dp_beyond_array(const char *path, const struct dp_inst *inst, const char *name,
		    const struct dp_array *a, uint64_t count, struct dp_err *err)
{
	char last[DP_PATH_MAX] = "";
	struct dp_text t = {.s = last};

	dp_text_add(&t, inst->prefix);
	dp_text_add(&t, name);
	dp_index_text(&t, a, count ? count - 1 : 0);
	return dp_err_set(err, ERANGE, DP_RANGE, "'%s' is beyond the end of the array, %s", path,
			  last);
}

/* ".2", or ".1.2" of several dimensions */
void dp_index_text(struct dp_text *t, const struct dp_array *a, uint64_t index)
{
	uint64_t inner = dp_array_inner(a);

	dp_text_add(t, ".");
	dp_text_number(t, index / inner);
	for (unsigned d = 0; d < a->n_inner; d++) {
		index %= inner;
		inner /= a->inner[d].count;
		dp_text_add(t, ".");
		dp_text_number(t, index / inner);
	}
}
