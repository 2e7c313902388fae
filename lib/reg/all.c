/* SPDX-License-Identifier: GPL-2.0-or-later */
/* all.c - many refs at once: elements of arrays, all registers, in order; never consent */
#include <errno.h>
#include <stdlib.h>

#include "reg/grammar.h"

#define MAX_REFS 262144 /* a description of 20,000 registers with arrays stays below */

int dp_refs_push(struct dp_refs *refs, struct dp_ref *ref, struct dp_err *err)
{
	struct dp_ref **bigger = refs->v;

	if (refs->n == MAX_REFS) {
		dp_ref_free(ref);
		return dp_err_set(err, E2BIG, DP_RANGE, "that names more than %d registers",
				  MAX_REFS);
	}
	if ((refs->n & (refs->n - 1)) == 0) /* full at each power of two */
		bigger = realloc(refs->v, (refs->n ? 2 * refs->n : 1) * sizeof(*bigger));
	if (!bigger) {
		dp_ref_free(ref);
		return dp_err_nomem(err);
	}
	refs->v = bigger;
	refs->v[refs->n++] = ref;
	return 0;
}

void dp_refs_free(struct dp_refs *refs)
{
	for (size_t i = 0; i < refs->n; i++)
		dp_ref_free(refs->v[i]);
	free(refs->v);
	refs->v = NULL;
	refs->n = 0;
}

/* -------------------------------------------------------------- elements */

static int element_range(const struct dp_named *n, uint64_t *first, uint64_t *end,
			 struct dp_err *err)
{
	uint64_t count;
	int rc = dp_reg_count(n->inst, n->reg, false, &count, err);

	if (rc == -EAGAIN && dp_dev_offline(n->inst->dev)) {
		count = n->index == DP_INDEX_SLICE ? n->last + 1 : 1;
		rc = 0;
	}
	if (rc == -EAGAIN)
		return dp_err_set(err, EAGAIN, DP_USAGE,
				  "how many '%s%s' there are is known once the device is open",
				  n->inst->prefix, n->reg->name);
	*first = n->index == DP_INDEX_SLICE ? n->first : 0;
	*end = n->index == DP_INDEX_SLICE ? n->last + 1 : count;
	if (rc || *end <= count)
		return rc;
	return dp_err_set(err, ERANGE, DP_RANGE, "'%s%s' ends with element %llu", n->inst->prefix,
			  n->reg->name, (unsigned long long)(count ? count - 1 : 0));
}

static int push_element(const struct dp_named *n, uint64_t index, const struct dp_bits *bits,
			struct dp_refs *out, struct dp_err *err)
{
	struct dp_ref *ref;
	int rc = dp_ref_make(n, index, bits, &ref, err);

	if (rc)
		return rc;
	if (!ref->located && ref->dev->is_open)
		dp_ref_locate(ref, NULL); /* without a place dp_ref_skip() says why */
	return dp_refs_push(out, ref, err);
}

int dp_refs_expand(const struct dp_named *n, const struct dp_bits *bits, struct dp_refs *out,
		   struct dp_err *err)
{
	struct dp_named bulk = *n;
	uint64_t i = 0, end = 0;
	int rc = 0;

	bulk.bulk = true;
	if (!n->reg->array)
		return push_element(&bulk, 0, bits, out, err);
	if (n->index == DP_INDEX_ONE)
		return push_element(&bulk, n->first, bits, out, err);
	rc = element_range(n, &i, &end, err);
	for (; !rc && i < end; i++)
		rc = push_element(&bulk, i, bits, out, err);
	return rc;
}

/* ----------------------------------------------------------------- order */

struct sorted {
	unsigned inst, region;
	uint64_t at;
	size_t seq;
	struct dp_ref *ref;
};

static unsigned inst_order(const struct dp_dev *dev, const struct dp_inst *inst)
{
	unsigned n = 0;

	while (inst && inst->parent)
		inst = inst->parent;
	for (const struct dp_inst *i = dev->insts; i && i != inst; i = i->next)
		n++;
	return n;
}

static unsigned region_order(const struct dp_dev *dev, const struct dp_ref *ref)
{
	if (ref->space && ref->space->region)
		return (unsigned)(ref->space->region - dev->regions);
	if (ref->reg)
		return DP_MAX_REGIONS + ref->reg->space;
	return DP_MAX_REGIONS;
}

static int compare(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	if (x->inst != y->inst)
		return x->inst < y->inst ? -1 : 1;
	if (x->region != y->region)
		return x->region < y->region ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

void dp_refs_sort(struct dp_dev *dev, struct dp_refs *refs)
{
	struct sorted *v = malloc((refs->n + 1) * sizeof(*v));

	if (!v)
		return; /* the order of the file, then */
	for (size_t i = 0; i < refs->n; i++) {
		v[i].ref = refs->v[i];
		v[i].seq = i;
		v[i].inst = inst_order(dev, refs->v[i]->inst);
		v[i].region = region_order(dev, refs->v[i]);
		v[i].at = UINT64_MAX; /* what has no place comes last */
		if (refs->v[i]->located || refs->v[i]->space)
			v[i].at = dp_ref_byte(refs->v[i]).at;
	}
	qsort(v, refs->n, sizeof(*v), compare);
	for (size_t i = 0; i < refs->n; i++)
		refs->v[i] = v[i].ref;
	free(v);
}

/* --------------------------------------------------------------- collect */

struct collect {
	bool (*want)(void *arg, struct dp_inst *inst, const struct dp_reg *reg);
	void *arg;
	struct dp_refs *out;
	struct dp_err *err;
};

static int collect_inst(void *arg, struct dp_inst *inst)
{
	struct collect *c = arg;
	int rc = 0;

	for (size_t i = 0; i < inst->desc->n_regs && !rc; i++) {
		const struct dp_reg *reg = &inst->desc->regs[i];
		const struct dp_named n = {
			.kind = DP_NAMED_REG, .inst = inst, .space = reg->space, .reg = reg};

		if (!c->want(c->arg, inst, reg) || dp_reg_absent(inst, reg))
			continue;
		rc = dp_refs_expand(&n, NULL, c->out, c->err);
	}
	return rc;
}

int dp_refs_collect(struct dp_dev *dev, struct dp_inst *top,
		    bool (*want)(void *arg, struct dp_inst *inst, const struct dp_reg *reg),
		    void *arg, struct dp_refs *out, struct dp_err *err)
{
	struct collect c = {.want = want, .arg = arg, .out = out, .err = err};
	int rc = dp_each_inst(dev, top, collect_inst, &c, err);

	if (!rc)
		dp_refs_sort(dev, out);
	return rc;
}

bool dp_want_all(void *arg, struct dp_inst *inst, const struct dp_reg *reg)
{
	(void)arg;
	(void)inst;
	(void)reg;
	return true;
}

int dp_refs_all(struct dp_dev *dev, struct dp_refs *out, struct dp_err *err)
{
	int rc = dp_dev_auto_describe(dev, err);

	out->v = NULL;
	out->n = 0;
	dp_dev_inst(dev, "cfg."); /* loaded when first named */
	if (!rc)
		rc = dp_refs_collect(dev, NULL, dp_want_all, NULL, out, err);
	if (rc)
		dp_refs_free(out);
	return rc;
}
