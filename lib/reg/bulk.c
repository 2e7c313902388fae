/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bulk.c - which bytes of a range a bulk reader leaves alone (CLI.md section 4, consent) */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/snap.h"
#include "reg/grammar.h"

/* bytes [start, end) of the region that a register has; @skip NULL: may be read */
struct run {
	uint64_t start, end;
	const char *skip;
};

struct runs {
	struct run *v;
	size_t n;
};

static int by_start(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* registers that are not on this device cover nothing */
static void add(struct runs *runs, struct dp_ref *ref, const struct dp_region *region)
{
	uint64_t start;

	if (ref->join || dp_ref_locate(ref, NULL) || !ref->space || ref->space->region != region)
		return;
	start = ref->space->base + ref->offset;
	runs->v[runs->n++] = (struct run){start, start + ref->width / 8, dp_ref_skip(ref)};
}

/* of two registers at one offset a write-only one does not hide the one that can be read */
static bool hidden(const struct runs *runs, size_t i)
{
	const struct run *r = &runs->v[i];

	if (!r->skip || strcmp(r->skip, "wo"))
		return false;
	return (i > 0 && runs->v[i - 1].end > r->start) ||
	       (i + 1 < runs->n && runs->v[i + 1].start < r->end);
}

struct walk {
	uint64_t base, end; /* of the range in its region */
	uint64_t offset;    /* of the range in its space */
	int (*fn)(void *arg, uint64_t offset, uint64_t len, const char *skip);
	void *arg;
};

/* tell the part of [@start, @end) that lies in the range */
static int tell(const struct walk *w, uint64_t start, uint64_t end, const char *skip)
{
	start = start > w->base ? start : w->base;
	end = end < w->end ? end : w->end;
	if (start >= end)
		return 0;
	return w->fn(w->arg, start - w->base + w->offset, end - start, skip);
}

static int tell_all(const struct walk *w, const struct runs *runs, bool holes)
{
	uint64_t at = w->base;
	int rc = 0;

	for (size_t i = 0; i < runs->n && !rc; i++) {
		const struct run *r = &runs->v[i];

		if (holes && r->start > at)
			rc = tell(w, at, r->start, "hole");
		if (!rc && r->skip && !hidden(runs, i))
			rc = tell(w, r->start > at ? r->start : at, r->end, r->skip);
		at = r->end > at ? r->end : at;
	}
	if (!rc && holes && at < w->end)
		rc = tell(w, at, w->end, "hole");
	return rc;
}

/* ------------------------------------------------- the registers inside */

struct inside {
	const struct dp_region *region;
	uint64_t start, end;
	bool described;
};

/* what must lie elsewhere, whatever the device says, needs no look at it */
static bool may_lie_inside(void *arg, struct dp_inst *inst, const struct dp_reg *reg)
{
	struct inside *in = arg;
	struct dp_place p;
	uint64_t at, offset = dp_reg_offset_min(inst, reg);

	if (dp_inst_place(inst, reg->space, &p, NULL) || !p.space || p.space->region != in->region)
		return false;
	in->described = true;
	if (__builtin_add_overflow(p.space->base + p.base, offset, &at) || at >= in->end)
		return false;
	if (reg->array || (reg->offset && !dp_expr_is_const(reg->offset, NULL)))
		return true;
	return at + reg->width / 8 > in->start;
}

static int in_region(struct dp_refs *refs, const struct inside *in, const struct walk *w,
		     bool holes)
{
	struct runs runs = {.v = calloc(refs->n + 1, sizeof(*runs.v))};
	int rc;

	if (!runs.v)
		return -ENOMEM;
	for (size_t i = 0; i < refs->n; i++)
		add(&runs, refs->v[i], in->region);
	qsort(runs.v, runs.n, sizeof(*runs.v), by_start);
	rc = tell_all(w, &runs, holes && in->described);
	free(runs.v);
	return rc;
}

/* ------------------------------------------------- a device that is a snapshot */

/* what it has not got, whatever lies there: nothing else happens to a file */
static int snapshot_skips(const struct walk *w, const struct dp_snap_space *in)
{
	const char *why;
	int rc = 0;

	for (uint64_t at = w->base; at < w->end && !rc;) {
		const struct dp_snap_chunk *c = dp_snap_at(in, at, &why);
		uint64_t end = c ? c->offset + c->len : dp_snap_gap(in, at, w->end);

		if (!c)
			rc = tell(w, at, end, why);
		at = end;
	}
	return rc;
}

/* configuration space has none: PCI Local Bus 3.0, 6.1: reads of reserved and unimplemented
 * registers complete normally and return 0, writes are dropped */
bool dp_range_has_holes(const struct dp_dev *dev, const struct dp_space *space)
{
	return !dp_forced(dev->ctx, DP_CLASS_RANGE) && space->kind != DP_SPACE_CONFIG;
}

static struct inside inside_of(const struct dp_range *range)
{
	uint64_t start = range->space->base + range->offset;

	return (struct inside){
		.region = range->space->region, .start = start, .end = start + range->len};
}

static int collect_inside(struct dp_dev *dev, const struct dp_range *range, struct inside *in,
			  struct dp_refs *out, struct dp_err *err)
{
	int rc = dp_dev_auto_describe(dev, err);

	if (range->space->kind == DP_SPACE_CONFIG)
		dp_dev_inst(dev, "cfg."); /* described only when asked for */
	return rc ? rc : dp_refs_collect(dev, NULL, may_lie_inside, in, out, err);
}

int dp_refs_touching(struct dp_dev *dev, const struct dp_range *range, struct dp_refs *out,
		     bool *described, struct dp_err *err)
{
	struct inside in = inside_of(range);
	int rc = collect_inside(dev, range, &in, out, err);

	*described = in.described;
	if (rc)
		dp_refs_free(out);
	return rc;
}

int dp_range_skips(struct dp_dev *dev, const struct dp_range *range,
		   int (*fn)(void *arg, uint64_t offset, uint64_t len, const char *skip), void *arg,
		   struct dp_err *err)
{
	const struct walk w = {.base = range->space->base + range->offset,
			       .end = range->space->base + range->offset + range->len,
			       .offset = range->offset,
			       .fn = fn,
			       .arg = arg};
	struct inside in = inside_of(range);
	struct dp_refs refs = {0};
	int rc;

	if (dev->snap && in.region)
		return snapshot_skips(&w, dp_snap_find_space(dev->snap, in.region->name));
	rc = dp_dev_auto_describe(dev, err);
	if (!in.region)
		return dp_forced(dev->ctx, DP_CLASS_EFFECT)
			       ? 0
			       : fn(arg, range->offset, range->len, "indirect");
	rc = collect_inside(dev, range, &in, &refs, err);
	if (!rc)
		rc = in_region(&refs, &in, &w, dp_range_has_holes(dev, range->space));
	dp_refs_free(&refs);
	if (rc == -ENOMEM)
		return dp_err_nomem(err);
	return rc;
}
