/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diff_words.c - two sides word by word: what snapshots have of ranges, or, where nothing is
 * described, all they have, or the default space of two devices
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk.h"
#include "diff.h"
#include "out.h"
#include "signals.h"

#define CHUNK 4096u /* bytes that are read between two looks at Ctrl-C */

/* words that both sides are asked for */
struct run {
	char space[32];
	uint64_t offset, len;
	unsigned width;
};

struct runs {
	struct diff *d;
	struct run *v;
	size_t n;
	bool all; /* registers too: no description names them */
};

/* what one side has of a run: @flags one per word, @bytes what was read */
enum word { WORD_HERE, WORD_HOLE, WORD_LEFT };

struct half {
	struct side *s;
	struct dp_space *space; /* NULL: it has none of that name */
	const struct run *run;
	uint8_t *flags;
	uint8_t bytes[CHUNK];
};

/* --------------------------------------------------------------- which runs */

static int add_run(struct runs *r, const char *space, uint64_t offset, uint64_t len, unsigned width)
{
	struct run *v = r->v;

	if ((r->n & (r->n - 1)) == 0) /* full at each power of two */
		v = realloc(v, (r->n ? 2 * r->n : 1) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	r->v = v;
	v += r->n++;
	snprintf(v->space, sizeof(v->space), "%s", space);
	v->offset = offset;
	v->len = len;
	v->width = width;
	return 0;
}

static int on_bytes(void *arg, const char *space, const struct dp_snap_bytes *b)
{
	struct runs *r = arg;

	return r->all || b->words ? add_run(r, space, b->offset, b->len, b->width) : 0;
}

static int by_place(const void *a, const void *b)
{
	const struct run *x = a, *y = b;
	int order = strcmp(x->space, y->space);

	if (order)
		return order;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->len < y->len ? -1 : x->len > y->len;
}

/* what both snapshots have is one run */
static void unite(struct runs *r)
{
	size_t n = 0;

	if (!r->n)
		return;
	qsort(r->v, r->n, sizeof(*r->v), by_place);
	for (size_t i = 1; i < r->n; i++)
		if (by_place(&r->v[n], &r->v[i]))
			r->v[++n] = r->v[i];
	r->n = n + 1;
}

static int main_run(struct runs *r)
{
	struct cmd *c = r->d->c;
	struct dp_range range;
	unsigned width;
	int rc;

	if (dp_resolve_range(r->d->a.dev, "main", &range, &c->err))
		return cmd_fail(c);
	rc = bulk_width(c, &range, &width);
	if (!rc && add_run(r, "main", range.offset, range.len, width))
		rc = cmd_nomem(c);
	return rc;
}

static int find_runs(struct runs *r)
{
	struct diff *d = r->d;
	int rc = 0;

	r->all = !d->a.n && !d->b.n;
	if (d->a.snap)
		rc = dp_snap_each(d->a.snap, on_bytes, r);
	if (!rc && d->b.snap)
		rc = dp_snap_each(d->b.snap, on_bytes, r);
	if (rc)
		return cmd_nomem(d->c);
	if (r->all && !d->a.snap && !d->b.snap)
		return main_run(r);
	unite(r);
	return 0;
}

/* -------------------------------------------------------------- what is there */

static int on_skip(void *arg, uint64_t offset, uint64_t len, const char *skip)
{
	struct half *h = arg;
	uint64_t bytes = h->run->width / 8, at = offset - h->run->offset;

	for (uint64_t i = at / bytes; i * bytes < at + len; i++)
		h->flags[i] = strcmp(skip, "hole") ? WORD_LEFT : WORD_HOLE;
	return 0;
}

/* the part of the run that lies in the space; a hole of a device that is there is not read */
static int find_flags(struct diff *d, struct half *h)
{
	uint64_t words = h->run->len / (h->run->width / 8), len = h->run->len;
	struct dp_space_info info = {.size = 0};
	struct dp_range range = {.space = h->space, .offset = h->run->offset};

	h->flags = malloc(words + 1);
	if (!h->flags)
		return cmd_nomem(d->c);
	memset(h->flags, WORD_HOLE, words + 1);
	if (h->space)
		dp_space_info(h->space, &info);
	if (info.size <= h->run->offset)
		return 0;
	range.len = len < info.size - range.offset ? len : info.size - range.offset;
	memset(h->flags, WORD_HERE, range.len / (h->run->width / 8));
	if (dp_range_skips(h->s->dev, &range, on_skip, h, &d->c->err))
		return cmd_fail(d->c);
	for (uint64_t i = 0; !h->s->snap && i < range.len / (h->run->width / 8); i++)
		if (h->flags[i] == WORD_HOLE)
			h->flags[i] = WORD_LEFT;
	return 0;
}

/* those of @n words from word @first on that are there */
static int read_half(struct diff *d, struct half *h, const struct half *other, uint64_t first,
		     uint64_t n)
{
	unsigned bytes = h->run->width / 8;
	size_t done;

	for (uint64_t i = 0; i < n;) {
		uint64_t k = i;

		while (k < n && h->flags[first + k] == WORD_HERE &&
		       other->flags[first + k] != WORD_LEFT)
			k++;
		if (k > i && dp_space_read_block(h->space, h->run->offset + (first + i) * bytes,
						 h->run->width, k - i, h->bytes + i * bytes, &done,
						 &d->c->err))
			return cmd_fail(d->c);
		i = k > i ? k : i + 1;
	}
	return 0;
}

static uint64_t word_at(const struct half *h, uint64_t i)
{
	unsigned bytes = h->run->width / 8;
	uint64_t v = 0;

	for (unsigned k = bytes; k-- > 0;)
		v = v << 8 | h->bytes[i * bytes + k];
	return v;
}

/* ------------------------------------------------------------------- compare */

/* what a word is called; false: it was compared by its name, or is to be ignored */
static bool name_word(struct diff *d, const struct run *run, uint64_t i, char *path, size_t size)
{
	struct dp_refs refs = {0};
	struct dp_ref_info info = {.raw = true};
	char text[80];

	snprintf(text, sizeof(text), "%s+0x%" PRIx64, run->space,
		 run->offset + i * (run->width / 8));
	if (run->width != 32)
		snprintf(text + strlen(text), 8, "/u%u", run->width);
	snprintf(path, size, "%s", text);
	if (!dp_resolve(d->a.dev, text, 0, &refs, NULL) && refs.n) {
		dp_ref_info(refs.v[0], &info);
		snprintf(path, size, "%s", info.path);
	}
	dp_refs_free(&refs);
	return (info.raw || !d->a.n) && !diff_ignored(d, path);
}

/* a snapshot's mark that the word changed by itself */
static bool has_moved(const struct side *s, const char *path)
{
	struct dp_refs refs = {0};
	bool moved = s->snap && !dp_resolve(s->dev, path, 0, &refs, NULL) && refs.n &&
		     dp_ref_moved(refs.v[0]);

	dp_refs_free(&refs);
	return moved;
}

static void compare_word(struct diff *d, const struct half *a, const struct half *b, uint64_t first,
			 uint64_t i)
{
	const struct run *run = a->run;
	struct seen in_a = {.value.lo = word_at(a, i)}, in_b = {.value.lo = word_at(b, i)};
	char path[256];

	if (dp_wide_same(in_a.value, in_b.value) ||
	    !name_word(d, run, first + i, path, sizeof(path)))
		return;
	if (!d->all && (has_moved(&d->a, path) || has_moved(&d->b, path)))
		d->hidden_volatile++;
	else
		diff_show(d, path, run->width, &in_a, &in_b);
}

static void one_sided_word(struct diff *d, const struct half *a, const struct half *b,
			   uint64_t first, uint64_t i, bool in_a)
{
	const struct side *with = in_a ? &d->a : &d->b, *without = in_a ? &d->b : &d->a;
	struct seen seen = {.value.lo = word_at(in_a ? a : b, i)};
	char path[256];

	/* a live device has more than a snapshot of a part of it */
	if ((!with->snap && without->snap) || !name_word(d, a->run, first + i, path, sizeof(path)))
		return;
	diff_show_one(d, path, a->run->width, in_a ? &seen : NULL, in_a ? NULL : &seen);
}

static void judge_word(struct diff *d, const struct half *a, const struct half *b, uint64_t first,
		       uint64_t i)
{
	enum word in_a = a->flags[first + i], in_b = b->flags[first + i];

	if (in_a == WORD_HERE && in_b == WORD_HERE)
		compare_word(d, a, b, first, i);
	else if (in_a == WORD_LEFT || in_b == WORD_LEFT)
		d->skipped += in_a != WORD_HOLE && in_b != WORD_HOLE;
	else if (in_a != in_b)
		one_sided_word(d, a, b, first, i, in_a == WORD_HERE);
}

static int compare_run(struct diff *d, struct half *a, struct half *b)
{
	uint64_t bytes = a->run->width / 8, words = a->run->len / bytes;
	int rc = find_flags(d, a);

	if (!rc)
		rc = find_flags(d, b);
	for (uint64_t first = 0; first < words && !rc && !signals_pending() && !out_error();) {
		uint64_t n = words - first < CHUNK / bytes ? words - first : CHUNK / bytes;

		rc = read_half(d, a, b, first, n);
		if (!rc)
			rc = read_half(d, b, a, first, n);
		for (uint64_t i = 0; i < n && !rc; i++)
			judge_word(d, a, b, first, i);
		first += n;
	}
	return rc;
}

static int compare_spaces(struct diff *d, const struct run *run)
{
	struct half *v = calloc(2, sizeof(*v));
	int rc;

	if (!v)
		return cmd_nomem(d->c);
	v[0] = (struct half){.s = &d->a, .run = run};
	v[1] = (struct half){.s = &d->b, .run = run};
	for (int i = 0; i < 2; i++)
		v[i].space = dp_dev_space(v[i].s->dev, run->space);
	rc = compare_run(d, &v[0], &v[1]);
	free(v[0].flags);
	free(v[1].flags);
	free(v);
	return rc;
}

int diff_words(struct diff *d)
{
	struct runs r = {.d = d};
	int rc = find_runs(&r);

	for (size_t i = 0; i < r.n && !rc && !signals_pending() && !out_error(); i++)
		rc = compare_spaces(d, &r.v[i]);
	free(r.v);
	return rc;
}
