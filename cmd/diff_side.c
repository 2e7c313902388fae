/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff_side.c - the two sides of a comparison: which they are, and what registers they have */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "diff.h"
#include "msg.h"
#include "snap_note.h"

static void note_devices(struct diff *d)
{
	const struct dp_dev_info *a = dp_dev_info(d->a.dev), *b = dp_dev_info(d->b.dev);
	char text[200];

	if (!a->vendor || !b->vendor || (a->vendor == b->vendor && a->device == b->device))
		return;
	snprintf(text, sizeof(text), "these are different devices: %04x:%04x and %04x:%04x",
		 a->vendor, a->device, b->vendor, b->device);
	if (!d->c->quiet)
		msg_note(d->c->where, text);
}

int diff_find(struct diff *d)
{
	struct cmd *c = d->c;
	int rc;

	d->a.word = c->argv[0];
	d->b.word = c->argv[1];
	rc = target_other(c, d->a.word, &d->a.dev);
	if (!rc)
		rc = target_other(c, d->b.word, &d->b.dev);
	/* both are read with the names of the first */
	if (!rc)
		rc = target_described(c, d->a.dev, &d->b.dev);
	if (rc)
		return rc;
	d->a.snap = dp_dev_snap(d->a.dev);
	d->b.snap = dp_dev_snap(d->b.dev);
	c->target = NULL;
	snap_note(c, d->a.word, d->a.dev);
	if (d->b.dev != d->a.dev)
		snap_note(c, d->b.word, d->b.dev);
	note_devices(d);
	return 0;
}

/* --------------------------------------------------------------- registers */

static int by_path(const void *a, const void *b)
{
	struct dp_ref *const *x = a, *const *y = b;
	struct dp_ref_info i, j;

	dp_ref_info(*x, &i);
	dp_ref_info(*y, &j);
	return strcmp(i.path, j.path);
}

static int resolve_list(struct diff *d, struct side *s, const char *text, struct dp_refs *refs)
{
	int rc = dp_resolve(s->dev, text, DP_REFS_MANY, refs, &d->c->err);

	/* nothing is described, or nothing of it is there */
	return rc && rc != -ENOENT ? cmd_fail(d->c) : 0;
}

static int sort_side(struct diff *d, struct side *s)
{
	s->n = s->lists[0].n + s->lists[1].n;
	s->refs = calloc(s->n + 1, sizeof(*s->refs));
	s->sorted = calloc(s->n + 1, sizeof(*s->sorted));
	if (!s->refs || !s->sorted)
		return cmd_nomem(d->c);
	for (size_t i = 0; i < s->n; i++)
		s->refs[i] =
			i < s->lists[0].n ? s->lists[0].v[i] : s->lists[1].v[i - s->lists[0].n];
	memcpy(s->sorted, s->refs, s->n * sizeof(*s->refs));
	qsort(s->sorted, s->n, sizeof(*s->sorted), by_path);
	return 0;
}

/* a snapshot may have no more of configuration space than where capabilities are */
static bool has_config(struct side *s)
{
	return s->snap && dp_dev_space(s->dev, "cfg") &&
	       !dp_resolve(s->dev, "cfg", DP_REFS_MANY, &s->lists[1], NULL);
}

static int resolve_side(struct diff *d, struct side *s, bool config)
{
	int rc = resolve_list(d, s, "**", &s->lists[0]);

	if (!rc && config && !s->snap && dp_dev_space(s->dev, "cfg"))
		rc = resolve_list(d, s, "cfg", &s->lists[1]);
	return rc ? rc : sort_side(d, s);
}

int diff_resolve(struct diff *d)
{
	bool in_a = has_config(&d->a), in_b = has_config(&d->b);
	int rc = resolve_side(d, &d->a, in_b);

	return rc ? rc : resolve_side(d, &d->b, in_a);
}

struct dp_ref *side_ref(const struct side *s, const char *path)
{
	size_t first = 0, n = s->n;
	struct dp_ref_info info;

	while (n) {
		size_t mid = first + n / 2;
		int order;

		dp_ref_info(s->sorted[mid], &info);
		order = strcmp(info.path, path);
		if (!order)
			return s->sorted[mid];
		if (order < 0) {
			first = mid + 1;
			n -= n / 2 + 1;
		} else {
			n /= 2;
		}
	}
	return NULL;
}

/* ----------------------------------------------------------------- --ignore */

static int by_ignored_path(const void *a, const void *b)
{
	const struct ignored *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int ignore_refs(struct diff *d, const struct dp_refs *refs)
{
	struct ignored *v = realloc(d->ignored, (d->n_ignored + refs->n + 1) * sizeof(*v));

	if (!v)
		return cmd_nomem(d->c);
	d->ignored = v;
	for (size_t i = 0; i < refs->n; i++) {
		struct dp_ref_info info;

		dp_ref_info(refs->v[i], &info);
		v = &d->ignored[d->n_ignored++];
		snprintf(v->path, sizeof(v->path), "%s", info.reg_path);
		v->mask = UINT64_MAX >> (63 - (info.hi - info.lo)) << info.lo;
	}
	return 0;
}

int diff_parse_ignored(struct diff *d)
{
	const struct opts *o = &d->c->opts;
	int rc = 0;

	for (size_t i = 0; i < o->n_many && !rc; i++) {
		struct dp_refs refs = {0};

		if (o->many[i].id != OPT_IGNORE)
			continue;
		if (dp_resolve(d->a.dev, o->many[i].value, DP_REFS_MANY, &refs, &d->c->err))
			rc = cmd_fail(d->c);
		else
			rc = ignore_refs(d, &refs);
		dp_refs_free(&refs);
	}
	if (d->n_ignored)
		qsort(d->ignored, d->n_ignored, sizeof(*d->ignored), by_ignored_path);
	return rc;
}

uint64_t diff_ignored(const struct diff *d, const char *reg_path)
{
	size_t first = 0, n = d->n_ignored;
	uint64_t mask = 0;

	while (n) {
		if (strcmp(d->ignored[first + n / 2].path, reg_path) < 0) {
			first += n / 2 + 1;
			n -= n / 2 + 1;
		} else {
			n /= 2;
		}
	}
	for (; first < d->n_ignored && !strcmp(d->ignored[first].path, reg_path); first++)
		mask |= d->ignored[first].mask;
	return mask;
}

static void side_free(struct side *s)
{
	dp_refs_free(&s->lists[0]);
	dp_refs_free(&s->lists[1]);
	free(s->refs);
	free(s->sorted);
}

void diff_free(struct diff *d)
{
	side_free(&d->a);
	side_free(&d->b);
	free(d->ignored);
}
