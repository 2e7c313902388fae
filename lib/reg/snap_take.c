/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * snap_take.c - a snapshot of a device: each register read once at its own width, and words of a
 * range
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/bits.h"
#include "core/kernel.h"
#include "reg/plan.h"
#include "reg/snap_job.h"

static struct dp_snap_chunk *chunk_of(const struct dp_snap_job *t, const struct dp_snap_item *it)
{
	return &t->s->spaces[it->in].chunks[it->chunk];
}

/* ------------------------------------------------------------------ the head */

static int add_descs(struct dp_snap_job *t)
{
	const char *arg;
	int rc = 0;

	for (size_t i = 0; !rc && (arg = dp_dev_desc(t->dev, i)); i++)
		rc = dp_snap_add_desc(t->s, arg);
	t->s->hash = dp_dev_desc_hash(t->dev);
	return rc ? dp_err_nomem(t->err) : 0;
}

static int begin(struct dp_snap_job *t)
{
	const struct dp_dev_info *info = &t->dev->info;
	time_t now = time(NULL);
	struct dp_snap *s = t->s;
	struct tm utc;

	snprintf(s->target, sizeof(s->target), "%s", info->target);
	s->vendor = info->vendor;
	s->device = info->device;
	s->subvendor = info->subvendor;
	s->subdevice = info->subdevice;
	s->class = info->class;
	s->revision = info->revision;
	s->reads = t->opts->reads;
	if (gmtime_r(&now, &utc))
		strftime(s->time, sizeof(s->time), "%Y-%m-%dT%H:%M:%SZ", &utc);
	if (dp_attr_read(t->dev->ctx, s->boot_id, sizeof(s->boot_id),
			 "/proc/sys/kernel/random/boot_id") < 0)
		s->boot_id[0] = 0;
	return add_descs(t);
}

/* ------------------------------------------------------------------- reading */

static int put(struct dp_snap_job *t, struct dp_snap_chunk *c, const uint8_t *bytes, uint64_t from,
	       uint64_t len)
{
	if (!c->bytes) {
		c->bytes = calloc(1, c->len);
		if (!c->bytes)
			return dp_err_nomem(t->err);
	}
	for (uint64_t i = 0; t->pass && i < len; i++) {
		uint8_t bits = c->bytes[from + i] ^ bytes[i];

		if (bits && !c->moved && !(c->moved = calloc(1, c->len)))
			return dp_err_nomem(t->err);
		if (bits)
			c->moved[from + i] |= bits;
	}
	memcpy(c->bytes + from, bytes, len);
	t->done += len;
	return 0;
}

/* an expression has read it already, and it does not change */
static bool is_known(const struct dp_ref *ref, uint64_t *value)
{
	return ref->reg && !ref->indexed && dp_inst_known(ref->inst, ref->reg, value);
}

static int read_now(struct dp_snap_job *t, const struct dp_ref *ref, uint64_t *value)
{
	struct dp_plan *plan = NULL;
	struct dp_result res;
	int rc = dp_plan_peek(t->dev, ref, &plan, t->err);

	if (!rc)
		rc = dp_plan_run(t->dev, plan, &res, t->err);
	dp_plan_free(plan);
	if (!rc && t->dev->caps & DP_CAP_WITNESS)
		rc = dp_ref_believe(ref, res.value, t->err);
	if (!rc)
		*value = res.value.lo;
	return rc;
}

static int read_ref(struct dp_snap_job *t, const struct dp_snap_item *it)
{
	uint64_t value = 0;
	uint8_t bytes[8];
	int rc = 0;

	if (!is_known(it->ref, &value))
		rc = read_now(t, it->ref, &value);
	if (rc)
		return rc;
	dp_snap_bus_order(it->ref, value, bytes);
	return put(t, chunk_of(t, it), bytes, 0, it->ref->width / 8);
}

static int interrupted(const struct dp_snap_job *t)
{
	return dp_err_set(t->err, EINTR, DP_TIMEOUT, "interrupted");
}

/* a slow device looks for Ctrl-C every page */
static int read_words(struct dp_snap_job *t, const struct dp_snap_item *it)
{
	const struct dp_snap_chunk *c = chunk_of(t, it);
	uint64_t len = c->len, at = c->offset - it->space->base;
	unsigned bytes = c->width / 8;
	uint8_t buf[4096];
	int rc = 0;

	for (uint64_t from = 0; from < len && !rc;) {
		size_t n = len - from < sizeof(buf) ? (size_t)(len - from) : sizeof(buf), done;

		rc = dp_space_read_block(it->space, at + from, chunk_of(t, it)->width, n / bytes,
					 buf, &done, t->err);
		if (!rc)
			rc = put(t, chunk_of(t, it), buf, from, n);
		if (!rc && dp_interrupted(t->dev->ctx))
			rc = interrupted(t);
		if (t->opts->progress)
			t->opts->progress(t->opts->arg, t->done, t->total * t->opts->reads);
		from += n;
	}
	return rc;
}

static int read_all(struct dp_snap_job *t)
{
	int rc = 0;

	for (size_t i = 0; i < t->n && !rc; i++) {
		const struct dp_snap_item *it = &t->items[i];

		if (t->pass && it->once)
			continue;
		if (dp_interrupted(t->dev->ctx))
			return interrupted(t);
		if (t->opts->progress)
			t->opts->progress(t->opts->arg, t->done, t->total * t->opts->reads);
		rc = it->ref ? read_ref(t, it) : read_words(t, it);
	}
	return rc;
}

/* ------------------------------------------------------------------ the whole */

static int take(struct dp_snap_job *t, const struct dp_snap_what *what, size_t n)
{
	int rc = begin(t);

	dp_snap_place(t, what, n);
	for (size_t i = 0; i < n && !rc; i++)
		rc = dp_snap_add_what(t, &what[i], i > 0);
	if (!rc && !t->s->n_spaces)
		return dp_err_set(t->err, ENOENT, DP_NAME, "nothing of '%s' is there to be read",
				  t->s->target);
	for (t->pass = 0; t->pass < t->opts->reads && !rc; t->pass++)
		rc = read_all(t);
	return rc ? rc : dp_snap_add_placing(t);
}

int dp_snap_take(struct dp_dev *dev, const struct dp_snap_what *what, size_t n,
		 const struct dp_snap_opts *opts, struct dp_snap **out, struct dp_err *err)
{
	struct dp_err mine;
	struct dp_snap_job t = {.dev = dev, .opts = opts, .err = err ? err : &mine};
	int rc;

	*out = NULL;
	t.s = dp_snap_new();
	rc = t.s ? take(&t, what, n) : dp_err_nomem(t.err);
	free(t.items);
	if (rc) {
		dp_snap_free(t.s);
		return rc;
	}
	dp_snap_sort(t.s);
	*out = t.s;
	return 0;
}
