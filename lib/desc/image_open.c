/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_open.c - images that count, mapped at their address; shared within a process */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "desc/image_slot.h"

#define MAX_COPY (UINT64_C(1) << 20)
/* a file changed again within its clock's granularity keeps its mtime: too young to trust */
#define YOUNG_NS INT64_C(2000000000)

/* ----------------------------------------------------- images in this process */

/* several devices may share a description: one mapping, counted */
struct mapped {
	struct dp_image *h;
	dev_t dev;
	ino_t ino;
	struct timespec made;
	unsigned users;
	struct mapped *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct mapped *all;

static struct mapped *find_mapped(const struct stat *st)
{
	struct mapped *m = all;

	while (m && (m->dev != st->st_dev || m->ino != st->st_ino ||
		     dp_image_ns(m->made) != dp_image_ns(st->st_mtim)))
		m = m->next;
	return m;
}

bool dp_image_close(struct dp_desc *desc)
{
	struct mapped *m, **at = &all;

	pthread_mutex_lock(&lock);
	while (*at && (*at)->h->desc != desc)
		at = &(*at)->next;
	m = *at;
	if (m && !--m->users) {
		*at = m->next;
		munmap(m->h, m->h->size);
		free(m);
	}
	pthread_mutex_unlock(&lock);
	return m != NULL;
}

/* ---------------------------------------------------------------- opening */

static int open_file(const struct dp_image_key *key, struct stat *st)
{
	char path[PATH_MAX];
	int fd = dp_image_file(key, path, sizeof(path))
			 ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
			 : -1;

	if (fd < 0)
		return -1;
	if (!fstat(fd, st) && S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
	    !(st->st_mode & (S_IWGRP | S_IWOTH)))
		return fd;
	close(fd);
	return -1;
}

/* the checksum holds, so this is what we wrote; still, nothing that is followed here leads out */
static bool lies_in(const struct dp_image *h, const void *p, size_t size, size_t align)
{
	uint64_t at = (uintptr_t)p - (uintptr_t)h;

	return at < h->size && h->size - at >= size && !((uintptr_t)p % align);
}

static bool is_text(const struct dp_image *h, const char *s)
{
	return lies_in(h, s, 1, 1) && memchr(s, 0, h->size - ((uintptr_t)s - (uintptr_t)h));
}

static bool is_sound(const struct dp_image *h)
{
	const struct dp_source_file *f = h->files;
	size_t n = 0;

	for (; f; f = f->next)
		if (!lies_in(h, f, sizeof(*f), _Alignof(struct dp_source_file)) ||
		    !is_text(h, f->path) || n++ == DP_IMAGE_FILES)
			return false;
	return n && is_text(h, h->path) &&
	       lies_in(h, h->desc, sizeof(*h->desc), _Alignof(struct dp_desc)) && !h->desc->arena;
}

/*
 * What was read cannot change any more, whatever happens to the file.  Of a large image that
 * copy is most of the time that it saves: it is mapped, and nobody cuts a file short that we
 * only ever replace.
 */
static bool fill(struct dp_image *h, size_t size, int fd)
{
	int flags = MAP_PRIVATE | MAP_FIXED | MAP_POPULATE;

	if (size > MAX_COPY)
		return mmap(h, size, PROT_READ, flags, fd, 0) == h;
	for (size_t done = 0; done < size;) {
		ssize_t n = pread(fd, (char *)h + done, size - done, (off_t)done);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return !mprotect(h, size, PROT_READ);
}

static struct dp_image *read_image(int fd, const struct stat *st)
{
	struct dp_image first, *h;
	size_t size;

	if (st->st_size < (off_t)sizeof(first) || st->st_size > (off_t)DP_IMAGE_REGION ||
	    pread(fd, &first, sizeof(first), 0) != (ssize_t)sizeof(first) ||
	    !dp_image_is_ours(&first) || first.size != (uint64_t)st->st_size)
		return NULL;
	size = (size_t)first.size;
	h = dp_image_reserve(first.address, size);
	if (!h)
		return NULL;
	if (fill(h, size, fd) && !memcmp(h, &first, sizeof(first)) && h->sum == dp_image_sum(h) &&
	    is_sound(h))
		return h;
	munmap(h, size);
	return NULL;
}

static bool is_as_it_was(const struct dp_source_file *f, int64_t made)
{
	struct dp_source_file now = {0};
	struct stat st;

	if (f->absent)
		return access(f->path, F_OK) && errno == ENOENT;
	if (stat(f->path, &st))
		return false;
	dp_source_file_stat(&now, &st);
	return now.dev == f->dev && now.ino == f->ino && now.size == f->size &&
	       now.mtime_ns == f->mtime_ns && now.ctime_ns == f->ctime_ns &&
	       now.ctime_ns <= made - YOUNG_NS;
}

static bool is_current(const struct dp_image *h, const struct dp_image_key *key,
		       const struct stat *st)
{
	bool good = h->variants == key->variants && !strcmp(h->path, key->path) &&
		    h->dirs == dp_image_dirs(key);

	for (const struct dp_source_file *f = h->files; f && good; f = f->next)
		good = is_as_it_was(f, dp_image_ns(st->st_mtim));
	return good;
}

static struct mapped *map_image(int fd, const struct stat *st)
{
	struct mapped *m = calloc(1, sizeof(*m));

	if (m)
		m->h = read_image(fd, st);
	if (!m || !m->h) {
		free(m);
		return NULL;
	}
	m->dev = st->st_dev;
	m->ino = st->st_ino;
	m->made = st->st_mtim;
	m->next = all;
	all = m;
	return m;
}

int dp_image_open(const struct dp_image_key *key, struct dp_desc **out)
{
	struct mapped *m;
	struct stat st;
	bool good;
	int fd;

	if (!dp_image_program())
		return -ENOENT;
	fd = open_file(key, &st);
	if (fd < 0)
		return -ENOENT;
	pthread_mutex_lock(&lock);
	m = find_mapped(&st);
	if (!m)
		m = map_image(fd, &st);
	if (m) {
		m->users++;
		*out = m->h->desc;
	}
	pthread_mutex_unlock(&lock);
	close(fd);
	good = m && is_current(m->h, key, &st);
	if (m && !good)
		dp_image_close(*out);
	return good ? 0 : -ENOENT;
}
