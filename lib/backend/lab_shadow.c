/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_shadow.c - what was last written to the registers of a lab's devices
 *
 * The file `writes` in the lab's folder: one record per register, written under the lab's
 * lock, so that a command knows what an earlier one wrote (--others shadow, `shadow: true`).
 * A copy of the device's own records is kept while it is open.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/lab.h"

#define MAX_WRITES 65536 /* records of a lab; what comes later is not remembered */

/* @width 0: of a device that is gone */
struct record {
	uint32_t bdf;
	uint16_t region, width;
	uint64_t offset, value;
};

/* a record of this device, and its number in the file */
struct known {
	struct record r;
	size_t at;
};

struct dp_lab_shadow {
	int fd;
	unsigned bdf;
	struct known *v; /* sorted by region and offset */
	size_t n, room;
};

static int open_file(const struct dp_lab *lab, int flags)
{
	char path[DP_LAB_PATH];

	if (dp_lab_path(lab, "writes", path, NULL))
		return -1;
	return open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static int order(const struct record *r, unsigned region, uint64_t offset)
{
	if (r->region != region)
		return r->region < region ? -1 : 1;
	return r->offset < offset ? -1 : r->offset > offset;
}

/* where the register's record is, or would be */
static size_t place(const struct dp_lab_shadow *s, unsigned region, uint64_t offset)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (order(&s->v[mid].r, region, offset) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool insert(struct dp_lab_shadow *s, size_t i, const struct known *k)
{
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 32;
		struct known *v = realloc(s->v, room * sizeof(*v));

		if (!v)
			return false;
		s->v = v;
		s->room = room;
	}
	memmove(s->v + i + 1, s->v + i, (s->n - i) * sizeof(*s->v));
	s->v[i] = *k;
	s->n++;
	return true;
}

static void load(struct dp_lab_shadow *s)
{
	struct record block[128];
	size_t at = 0;
	ssize_t got;

	while ((got = pread(s->fd, block, sizeof(block), (off_t)(at * sizeof(*block)))) > 0) {
		size_t n = (size_t)got / sizeof(*block);

		for (size_t i = 0; i < n && at + i < MAX_WRITES; i++) {
			struct known k = {.r = block[i], .at = at + i};

			if (k.r.bdf == s->bdf && k.r.width)
				insert(s, place(s, k.r.region, k.r.offset), &k);
		}
		at += n;
		if (!n || at >= MAX_WRITES)
			break;
	}
}

struct dp_lab_shadow *dp_lab_shadow_get(const struct dp_lab *lab, unsigned bdf, bool create)
{
	struct dp_lab_shadow *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->bdf = bdf;
	s->fd = open_file(lab, O_RDWR | (create ? O_CREAT : 0));
	if (s->fd >= 0) {
		load(s);
		return s;
	}
	free(s);
	return NULL;
}

void dp_lab_shadow_put(struct dp_lab_shadow *s)
{
	if (!s)
		return;
	close(s->fd);
	free(s->v);
	free(s);
}

int dp_lab_shadow_read(const struct dp_lab_shadow *s, unsigned region, uint64_t offset,
		       unsigned width, uint64_t *value)
{
	size_t i = place(s, region, offset);

	if (i == s->n || order(&s->v[i].r, region, offset) || s->v[i].r.width != width)
		return -ENOENT;
	*value = s->v[i].r.value;
	return 0;
}

/* other devices of this process append to the same file */
static size_t end_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? MAX_WRITES : (size_t)st.st_size / sizeof(struct record);
}

static void put(const struct dp_lab_shadow *s, const struct known *k)
{
	/* a shadow that cannot be kept is one that is not known: no error */
	if (pwrite(s->fd, &k->r, sizeof(k->r), (off_t)(k->at * sizeof(k->r))) < 0)
		return;
}

static void drop(struct dp_lab_shadow *s, size_t i)
{
	s->v[i].r.width = 0;
	put(s, &s->v[i]);
	memmove(s->v + i, s->v + i + 1, (--s->n - i) * sizeof(*s->v));
}

/* what overlaps with a write and is not the same register has lost its value */
static void drop_parts(struct dp_lab_shadow *s, const struct record *r)
{
	uint64_t end = r->offset + r->width / 8;
	size_t i = place(s, r->region, r->offset);

	while (i < s->n && s->v[i].r.region == r->region && s->v[i].r.offset < end) {
		if (s->v[i].r.offset == r->offset && s->v[i].r.width == r->width)
			i++;
		else
			drop(s, i);
	}
	i = place(s, r->region, r->offset);
	if (i && s->v[i - 1].r.region == r->region &&
	    s->v[i - 1].r.offset + s->v[i - 1].r.width / 8 > r->offset)
		drop(s, i - 1);
}

void dp_lab_shadow_write(struct dp_lab_shadow *s, unsigned region, uint64_t offset, unsigned width,
			 uint64_t value)
{
	struct known k = {.r = {s->bdf, (uint16_t)region, (uint16_t)width, offset, value}};
	size_t i;

	drop_parts(s, &k.r);
	i = place(s, region, offset);
	if (i < s->n && !order(&s->v[i].r, region, offset)) {
		k.at = s->v[i].at;
		if (memcmp(&s->v[i].r, &k.r, sizeof(k.r)) == 0)
			return;
		s->v[i] = k;
	} else {
		k.at = end_of(s->fd);
		if (k.at >= MAX_WRITES || !insert(s, i, &k))
			return;
	}
	put(s, &k);
}

void dp_lab_shadow_forget(const struct dp_lab *lab, unsigned bdf)
{
	struct dp_lab_shadow *s = dp_lab_shadow_get(lab, bdf, false);

	while (s && s->n)
		drop(s, s->n - 1);
	dp_lab_shadow_put(s);
}
