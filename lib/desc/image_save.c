/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_save.c - the memory of a loaded description, to a file */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/core.h"
#include "core/file.h"
#include "desc/image_slot.h"

static void give_back(void *region, size_t size)
{
	munmap(region, size);
}

struct dp_arena *dp_image_arena(const struct dp_image_key *key)
{
	struct dp_arena *arena = NULL;
	void *region;

	if (!key->ctx->opts.cache_dir || !dp_image_program())
		return NULL;
	region = dp_image_region(key);
	if (region)
		arena = dp_arena_new_in(region, DP_IMAGE_REGION, give_back);
	if (region && !arena)
		give_back(region, DP_IMAGE_REGION);
	if (arena)
		dp_arena_alloc(arena, sizeof(struct dp_image));
	return arena;
}

/* the memory that this process has, but for the region */
struct ranges {
	uint64_t start[512], end[512];
	size_t n;
};

static bool read_ranges(struct ranges *r, uint64_t region)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long long start, end;
	char line[256];

	r->n = 0;
	while (f && fgets(line, sizeof(line), f)) {
		/* not the region itself, what lies above all that a program can have, nor a
		 * sanitizer's shadow, which would be most numbers */
		if (sscanf(line, "%llx-%llx", &start, &end) != 2 || start == region ||
		    start >> 56 || (end - start) >> 40)
			continue;
		if (r->n == sizeof(r->start) / sizeof(r->start[0]))
			break;
		r->start[r->n] = start;
		r->end[r->n++] = end;
	}
	if (f)
		fclose(f);
	return f && r->n;
}

static bool points_elsewhere(const struct ranges *r, uint64_t word)
{
	if (word < r->start[0] || word >= r->end[r->n - 1])
		return false;
	for (size_t i = 0; i < r->n; i++)
		if (word >= r->start[i] && word < r->end[i])
			return true;
	return false;
}

/* a word that looks like a pointer out of the region would lead nowhere in another process */
static bool is_closed(const struct dp_image *h, size_t size)
{
	const uint64_t *word = (const void *)h, region = (uintptr_t)h;
	struct ranges *r = malloc(sizeof(*r));
	bool closed = r && read_ranges(r, region);

	for (size_t i = 0; i < size / sizeof(*word) && closed; i++)
		closed = word[i] - region < size || !points_elsewhere(r, word[i]);
	free(r);
	return closed;
}

static const struct dp_source_file *keep_files(struct dp_arena *arena,
					       const struct dp_source_file *files)
{
	struct dp_source_file *first = NULL, **last = &first;
	size_t n = 0;

	for (; files; files = files->next) {
		*last = dp_arena_alloc(arena, sizeof(**last));
		if (!*last || n++ == DP_IMAGE_FILES)
			return NULL;
		**last = *files;
		(*last)->next = NULL;
		(*last)->path = dp_arena_strndup(arena, files->path, strlen(files->path));
		last = &(*last)->next;
	}
	return first;
}

static bool write_all(int fd, const void *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = write(fd, (const char *)data + done, size - done);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* beside it and renamed, so that a reader sees the old one or the new one */
static void write_image(const struct dp_image_key *key, const struct dp_image *h)
{
	char path[PATH_MAX], temp[PATH_MAX + 16];
	bool good;
	int fd;

	if (!dp_image_file(key, path, sizeof(path)) || !dp_file_make_dir(key->ctx->opts.cache_dir))
		return;
	snprintf(temp, sizeof(temp), "%s.XXXXXX", path);
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return;
	good = write_all(fd, h, (size_t)h->size);
	if (close(fd) || !good || rename(temp, path))
		unlink(temp);
}

void dp_image_save(const struct dp_image_key *key, struct dp_desc *desc,
		   const struct dp_source_file *files)
{
	struct dp_arena *arena = desc->arena;
	struct dp_image *h;
	size_t size;

	files = keep_files(arena, files);
	if (!files)
		return;
	size = dp_arena_in_region(arena);
	if (!size || dp_arena_failed(arena))
		return;
	h = (struct dp_image *)((uintptr_t)files / DP_IMAGE_REGION * DP_IMAGE_REGION);
	h->dirs = dp_image_dirs(key);
	h->address = (uintptr_t)h;
	h->variants = key->variants;
	h->path = desc->file;
	h->desc = desc;
	h->files = files;
	desc->arena = NULL; /* an image has none */
	dp_image_seal(h, size);
	if (is_closed(h, size))
		write_image(key, h);
	desc->arena = arena;
}
