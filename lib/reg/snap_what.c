/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * snap_what.c - what a snapshot is to hold: chunks for registers and words, and what placing the
 * names read, so that they can be placed again without the device
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bits.h"
#include "desc/part.h"
#include "reg/grammar.h"
#include "reg/place.h"
#include "reg/plan.h"
#include "reg/snap_job.h"

/* ------------------------------------------------------------- what is in it */

/* where a snapshot keeps what lies at @offset of @space: by region, which names and places do
 * not change */
static struct dp_snap_space *home(struct dp_snap_job *t, const struct dp_space *space,
				  uint64_t *offset)
{
	struct dp_snap_space *in =
		dp_snap_space(t->s, space->region ? space->region->name : space->name);

	if (in)
		in->indirect = !space->region;
	if (in && space->region)
		in->size =
			space->region->size < DP_SNAP_SPACE ? space->region->size : DP_SNAP_SPACE;
	if (space->region)
		*offset += space->base;
	return in;
}

static int too_far(const struct dp_snap_job *t, const char *name)
{
	dp_err_set(t->err, ERANGE, DP_RANGE,
		   "'%s' lies beyond the 4 GiB of a space that a snapshot "
		   "can hold",
		   name);
	dp_err_hint(t->err, "a window of memory begins at 0: mem:START..+LEN");
	return -ERANGE;
}

static bool has_chunk(const struct dp_snap_space *in, uint64_t offset, uint64_t len)
{
	for (size_t i = in->n; i-- > 0;)
		if (in->chunks[i].offset == offset && in->chunks[i].len == len)
			return true;
	return false;
}

static struct dp_snap_chunk *new_chunk(struct dp_snap_job *t, const struct dp_space *space,
				       uint64_t offset, uint64_t len, unsigned width,
				       struct dp_snap_item *it)
{
	struct dp_snap_space *in = home(t, space, &offset);
	struct dp_snap_chunk *c;

	if (in && (offset >= DP_SNAP_SPACE || len > DP_SNAP_SPACE - offset)) {
		too_far(t, space->name);
		return NULL;
	}
	c = in ? dp_snap_chunk(in) : NULL;
	if (!c) {
		dp_err_nomem(t->err);
		return NULL;
	}
	c->offset = offset;
	c->len = len;
	c->width = width;
	it->space = (struct dp_space *)space;
	it->in = (size_t)(in - t->s->spaces);
	it->chunk = in->n - 1;
	return c;
}

static int room_for_item(struct dp_snap_job *t)
{
	struct dp_snap_item *bigger;

	if (t->n & (t->n - 1)) /* full at each power of two */
		return 0;
	bigger = realloc(t->items, (t->n ? 2 * t->n : 1) * sizeof(*bigger));
	if (!bigger)
		return dp_err_nomem(t->err);
	t->items = bigger;
	return 0;
}

static bool is_const(const struct dp_reg *reg)
{
	bool all = true;

	for (size_t i = 0; i < dp_reg_parts(reg); i++)
		all &= dp_reg_part(reg, i).attr->is_const;
	return all;
}

/* an indirect space has no bytes: what its registers are is known only by its index */
static const char *why_not(const struct dp_ref *ref)
{
	return ref->space && !ref->space->region ? "indirect" : dp_ref_skip(ref);
}

static bool is_in(struct dp_snap_job *t, const struct dp_ref *ref)
{
	uint64_t offset = ref->offset;
	const struct dp_snap_space *in = home(t, ref->space, &offset);

	return in && has_chunk(in, offset, ref->width / 8);
}

static int add_ref(struct dp_snap_job *t, const struct dp_ref *ref, bool again)
{
	const char *why;
	struct dp_snap_chunk *c;
	int rc;

	if (ref->join)
		return dp_err_set(t->err, EINVAL, DP_USAGE,
				  "'%s' is joined of several registers: name those", ref->path);
	if (!ref->located || !ref->space) /* not on this device */
		return 0;
	why = why_not(ref);
	if (why && !strcmp(why, "absent"))
		return 0;
	if (again && is_in(t, ref))
		return 0;
	rc = room_for_item(t);
	if (rc)
		return rc;
	c = new_chunk(t, ref->space, ref->offset, ref->width / 8, ref->width, &t->items[t->n]);
	if (!c)
		return -ENOMEM;
	if (why) {
		snprintf(c->skipped, sizeof(c->skipped), "%s", why);
		return 0;
	}
	t->items[t->n].ref = ref;
	t->items[t->n].once = ref->reg && is_const(ref->reg);
	t->total += c->len;
	t->n++;
	return 0;
}

/* ------------------------------------------------------------------- ranges */

struct ranges {
	struct dp_snap_job *t;
	const struct dp_snap_what *w;
	uint64_t at; /* up to here everything has its chunk */
};

static int add_words(struct ranges *r, uint64_t start, uint64_t end)
{
	struct dp_snap_job *t = r->t;
	const unsigned room = t->opts->reads > 1 ? DP_SNAP_BYTES / 2 : DP_SNAP_BYTES;
	struct dp_snap_chunk *c;
	int rc;

	if (start >= end)
		return 0;
	if (end - start > room || t->s->bytes > room - (end - start)) {
		dp_err_set(t->err, EFBIG, DP_RANGE, "a snapshot has room for %u MiB of words%s",
			   room >> 20, room < DP_SNAP_BYTES ? " and their marks" : "");
		dp_err_hint(t->err, "'devpoke dump TARGET RANGE --raw -o FILE' has no such limit");
		return -EFBIG;
	}
	rc = room_for_item(t);
	if (rc)
		return rc;
	c = new_chunk(t, r->w->range.space, start, end - start, r->w->width, &t->items[t->n]);
	if (!c)
		return -ENOMEM;
	c->words = true;
	t->items[t->n].ref = NULL;
	t->items[t->n].once = false;
	t->n++;
	t->total += c->len;
	t->s->bytes += c->len;
	return 0;
}

/* a word is read whole or not at all */
static int on_skip(void *arg, uint64_t offset, uint64_t len, const char *skip)
{
	struct ranges *r = arg;
	uint64_t bytes = r->w->width / 8, start = offset / bytes * bytes;
	uint64_t end = (offset + len + bytes - 1) / bytes * bytes;
	struct dp_snap_chunk *c;
	struct dp_snap_item none;
	int rc = add_words(r, r->at, start);

	if (start < r->at)
		start = r->at;
	/* nothing is said of what holds no register */
	for (; !rc && strcmp(skip, "hole") && start < end; start += bytes) {
		c = new_chunk(r->t, r->w->range.space, start, bytes, r->w->width, &none);
		if (!c)
			return -ENOMEM;
		snprintf(c->skipped, sizeof(c->skipped), "%s", skip);
	}
	if (end > r->at)
		r->at = end;
	return rc;
}

static int add_range(struct dp_snap_job *t, const struct dp_snap_what *w)
{
	struct ranges r = {.t = t, .w = w, .at = w->range.offset};
	int rc;

	t->err->code = DP_OK;
	rc = dp_range_skips(t->dev, &w->range, on_skip, &r, t->err);
	if (!rc)
		rc = add_words(&r, r.at, w->range.offset + w->range.len);
	if (rc && t->err->code == DP_OK)
		return dp_err_nomem(t->err);
	return rc;
}

int dp_snap_add_what(struct dp_snap_job *t, const struct dp_snap_what *w, bool again)
{
	int rc = w->width ? add_range(t, w) : 0;

	for (size_t i = 0; !w->width && i < w->refs.n && !rc; i++)
		rc = add_ref(t, w->refs.v[i], again);
	return rc;
}

void dp_snap_bus_order(const struct dp_ref *ref, uint64_t value, uint8_t bytes[8])
{
	if (dp_ref_is_big(ref))
		value = __builtin_bswap64(value) >> (64 - ref->width);
	dp_bytes_put(bytes, ref->width, value);
}

/* ----------------------------------------------- what placing the names read */

static int add_known(struct dp_snap_job *t, const struct dp_space *space, uint64_t offset,
		     unsigned width, uint64_t value)
{
	struct dp_snap_space *in;
	struct dp_snap_chunk *c;
	uint64_t at = offset;
	struct dp_snap_item none;

	in = home(t, space, &at);
	if (!in)
		return dp_err_nomem(t->err);
	if (has_chunk(in, at, width / 8))
		return 0;
	c = new_chunk(t, space, offset, width / 8, width, &none);
	if (c)
		c->bytes = calloc(1, 8);
	if (!c || !c->bytes)
		return dp_err_nomem(t->err);
	dp_bytes_put(c->bytes, width, value);
	return 0;
}

static int add_consts(void *arg, struct dp_inst *inst)
{
	struct dp_snap_job *t = arg;
	int rc = 0;

	for (const struct dp_const *c = inst->consts; c && !rc; c = c->next) {
		struct dp_ref *ref = NULL;
		uint8_t bytes[8];

		rc = dp_ref_in(inst, c->reg->name, &ref, t->err);
		if (!rc)
			rc = dp_ref_locate(ref, t->err);
		if (!rc && ref->space && ref->space->region) {
			dp_snap_bus_order(ref, c->value, bytes);
			rc = add_known(t, ref->space, ref->offset, ref->width,
				       dp_bytes_get(bytes, ref->width));
		}
		dp_ref_free(ref);
	}
	return rc;
}

static int add_lists(struct dp_snap_job *t)
{
	const struct dp_space *cfg = dp_dev_space(t->dev, "cfg");
	const struct dp_cap_word *v;
	size_t n = dp_pcicap_words(t->dev, &v);
	int rc = 0;

	for (size_t i = 0; cfg && i < n && !rc; i++)
		rc = add_known(t, cfg, v[i].at, v[i].width, v[i].value);
	return rc;
}

/* whatever is taken, all names can be placed by it: what that needs is read now */
static void place(struct dp_snap_job *t, const char *text)
{
	struct dp_refs all;
	struct dp_err ignored;

	if (!dp_resolve(t->dev, text, DP_REFS_MANY, &all, &ignored))
		dp_refs_free(&all);
}

static bool is_config(const struct dp_space *space)
{
	return space && space->kind == DP_SPACE_CONFIG;
}

void dp_snap_place(struct dp_snap_job *t, const struct dp_snap_what *what, size_t n)
{
	bool config = false;

	for (size_t i = 0; i < n; i++) {
		config |= what[i].width && is_config(what[i].range.space);
		for (size_t k = 0; !what[i].width && k < what[i].refs.n && !config; k++)
			config = is_config(what[i].refs.v[k]->space);
	}
	place(t, "**");
	if (config)
		place(t, "cfg");
}

int dp_snap_add_placing(struct dp_snap_job *t)
{
	int rc = dp_each_inst(t->dev, NULL, add_consts, t, t->err);

	return rc && rc != -EAGAIN ? rc : add_lists(t);
}
