/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snap.c - a snapshot in memory: its spaces and chunks, and what lies at an offset */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bits.h"
#include "core/snap.h"

struct dp_snap *dp_snap_new(void)
{
	return calloc(1, sizeof(struct dp_snap));
}

static void free_space(struct dp_snap_space *space)
{
	for (size_t i = 0; i < space->n; i++) {
		free(space->chunks[i].bytes);
		free(space->chunks[i].moved);
	}
	free(space->chunks);
}

void dp_snap_free(struct dp_snap *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_spaces; i++)
		free_space(&s->spaces[i]);
	for (size_t i = 0; i < s->n_descs; i++)
		free(s->descs[i]);
	free(s->spaces);
	free(s->descs);
	free(s);
}

int dp_snap_add_desc(struct dp_snap *s, const char *arg)
{
	char **bigger = realloc(s->descs, (s->n_descs + 1) * sizeof(*bigger));
	char *copy = strdup(arg);

	if (bigger)
		s->descs = bigger;
	if (!bigger || !copy) {
		free(copy);
		return -ENOMEM;
	}
	s->descs[s->n_descs++] = copy;
	return 0;
}

/* ------------------------------------------------------- spaces and chunks */

const struct dp_snap_space *dp_snap_find_space(const struct dp_snap *s, const char *name)
{
	for (size_t i = 0; i < s->n_spaces; i++)
		if (!strcmp(s->spaces[i].name, name))
			return &s->spaces[i];
	return NULL;
}

struct dp_snap_space *dp_snap_space(struct dp_snap *s, const char *name)
{
	struct dp_snap_space *space;

	for (size_t i = 0; i < s->n_spaces; i++)
		if (!strcmp(s->spaces[i].name, name))
			return &s->spaces[i];
	if (s->n_spaces == 2 * DP_MAX_REGIONS)
		return NULL;
	space = realloc(s->spaces, (s->n_spaces + 1) * sizeof(*space));
	if (!space)
		return NULL;
	s->spaces = space;
	space += s->n_spaces++;
	memset(space, 0, sizeof(*space));
	snprintf(space->name, sizeof(space->name), "%s", name);
	return space;
}

struct dp_snap_chunk *dp_snap_chunk(struct dp_snap_space *space)
{
	struct dp_snap_chunk *c = space->chunks;

	if ((space->n & (space->n - 1)) == 0) /* full at each power of two */
		c = realloc(c, (space->n ? 2 * space->n : 1) * sizeof(*c));
	if (!c)
		return NULL;
	space->chunks = c;
	c += space->n++;
	memset(c, 0, sizeof(*c));
	return c;
}

/* the longer of two that begin at one offset comes later: dp_snap_at() looks backwards */
static int by_offset(const void *a, const void *b)
{
	const struct dp_snap_chunk *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->len < y->len ? -1 : x->len > y->len;
}

void dp_snap_sort(struct dp_snap *s)
{
	for (size_t i = 0; i < s->n_spaces; i++) {
		struct dp_snap_space *space = &s->spaces[i];
		uint64_t reach = 0;

		if (space->n)
			qsort(space->chunks, space->n, sizeof(*space->chunks), by_offset);
		for (size_t k = 0; k < space->n; k++) {
			struct dp_snap_chunk *c = &space->chunks[k];

			if (c->offset + c->len > reach)
				reach = c->offset + c->len;
			c->reach = reach;
		}
	}
}

/* ------------------------------------------------------ what is at a place */

/* how many chunks begin at or before @offset */
static size_t begun(const struct dp_snap_space *space, uint64_t offset)
{
	size_t first = 0, n = space->n;

	while (n) {
		if (space->chunks[first + n / 2].offset <= offset) {
			first += n / 2 + 1;
			n -= n / 2 + 1;
		} else {
			n /= 2;
		}
	}
	return first;
}

const struct dp_snap_chunk *dp_snap_at(const struct dp_snap_space *space, uint64_t offset,
				       const char **why)
{
	*why = "hole";
	for (size_t i = begun(space, offset); i && space->chunks[i - 1].reach > offset; i--) {
		const struct dp_snap_chunk *c = &space->chunks[i - 1];

		if (offset - c->offset >= c->len)
			continue;
		if (c->bytes)
			return c;
		if (c->skipped[0])
			*why = c->skipped;
	}
	return NULL;
}

uint64_t dp_snap_gap(const struct dp_snap_space *space, uint64_t offset, uint64_t end)
{
	size_t i = begun(space, offset);

	if (i < space->n && space->chunks[i].offset < end)
		end = space->chunks[i].offset;
	for (; i && space->chunks[i - 1].reach > offset; i--) {
		const struct dp_snap_chunk *c = &space->chunks[i - 1];

		if (offset - c->offset < c->len && c->offset + c->len < end)
			end = c->offset + c->len;
	}
	return end;
}

const char *dp_snap_lacks(const struct dp_snap_space *space, uint64_t offset, uint64_t len)
{
	const char *why;

	for (uint64_t end = offset + len; offset < end;) {
		const struct dp_snap_chunk *c = dp_snap_at(space, offset, &why);

		if (!c)
			return why;
		offset = c->offset + c->len;
	}
	return NULL;
}

uint64_t dp_snap_moved(const struct dp_snap_space *space, uint64_t offset, unsigned width)
{
	uint64_t bits = 0;
	const char *why;

	for (unsigned i = 0; i < width / 8; i++) {
		const struct dp_snap_chunk *c = dp_snap_at(space, offset + i, &why);

		if (c && c->moved)
			bits |= (uint64_t)c->moved[offset + i - c->offset] << (8 * i);
	}
	return bits;
}

/* ------------------------------------------------------------ what it says */

/* registers and words that were read, and those that were not */
static void count_space(const struct dp_snap_space *space, struct dp_snap_info *out)
{
	for (size_t i = 0; i < space->n; i++) {
		const struct dp_snap_chunk *c = &space->chunks[i];
		bool moved = false;

		if (!c->bytes) {
			out->skipped++;
			continue;
		}
		if (c->words)
			out->words += c->len / (c->width / 8);
		else
			out->registers++;
		for (uint64_t k = 0; c->moved && k < c->len && !moved; k++)
			moved = c->moved[k];
		out->moved += moved;
	}
}

void dp_snap_info(const struct dp_snap *s, struct dp_snap_info *out)
{
	memset(out, 0, sizeof(*out));
	out->target = s->target;
	out->vendor = s->vendor;
	out->device = s->device;
	out->subvendor = s->subvendor;
	out->subdevice = s->subdevice;
	out->class = s->class;
	out->revision = s->revision;
	out->desc = s->n_descs ? s->descs[0] : NULL;
	out->hash = s->hash;
	out->time = s->time;
	out->boot_id = s->boot_id;
	out->reads = s->reads;
	for (size_t i = 0; i < s->n_spaces; i++)
		count_space(&s->spaces[i], out);
}

int dp_snap_each(const struct dp_snap *s,
		 int (*fn)(void *arg, const char *space, const struct dp_snap_bytes *b), void *arg)
{
	int rc = 0;

	for (size_t i = 0; i < s->n_spaces; i++) {
		const struct dp_snap_space *space = &s->spaces[i];

		for (size_t k = 0; k < space->n && !rc; k++) {
			const struct dp_snap_chunk *c = &space->chunks[k];
			const struct dp_snap_bytes b = {.offset = c->offset,
							.len = c->len,
							.width = c->width,
							.words = c->words,
							.bytes = c->bytes,
							.moved = c->moved,
							.skipped = c->bytes ? NULL : c->skipped};

			rc = fn(arg, space->name, &b);
		}
	}
	return rc;
}

const struct dp_snap *dp_dev_snap(const struct dp_dev *dev)
{
	return dev->snap;
}
