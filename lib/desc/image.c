/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image.c - keeping loaded descriptions as images, and mapping them again; see image.h */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/core.h"
#include "core/file.h"
#include "core/hash.h"
#include "desc/image.h"

#define MAGIC    "devpoke\1"
#define SLOTS    256u
#define REGION   (UINT64_C(64) << 20) /* of one slot; what needs more is not kept */
#define MAX_DEPS 256u
#define MAX_COPY (UINT64_C(1) << 20)
/* a file changed again within its clock's granularity keeps its mtime: too young to trust */
#define YOUNG_NS INT64_C(2000000000)

/*
 * Where slots may lie: the first area is free in any address space of 39 bits or more that the
 * kernel lays out (programs, heap and mappings are at the ends); the second where a sanitizer
 * has the first.
 */
static const uint64_t areas[] = {UINT64_C(0x2000000000), UINT64_C(0x200000000000)};
#define N_AREAS (sizeof(areas) / sizeof(areas[0]))

/* the first thing in the region */
struct header {
	char magic[8];
	uint64_t program, dirs; /* who made it, with which search path */
	uint64_t address, size, sum;
	uint64_t variants;
	const char *path;
	struct dp_desc *desc;
	const struct dp_source_file *files;
};

static unsigned slot_of(const struct dp_image_key *key)
{
	uint64_t h = dp_fnv1a(DP_FNV1A_START, key->path, strlen(key->path));

	return (unsigned)(dp_fnv1a(h, (const char *)&key->variants, sizeof(key->variants)) % SLOTS);
}

bool dp_image_file(const struct dp_image_key *key, char *buf, size_t size)
{
	const char *dir = key->ctx->opts.cache_dir;

	return dir && (size_t)snprintf(buf, size, "%s/%02x.image", dir, slot_of(key)) < size;
}

static uint64_t dirs_of(const struct dp_image_key *key)
{
	const char *const *dirs = key->ctx->opts.desc_dirs;
	uint64_t h = DP_FNV1A_START;

	for (size_t i = 0; dirs && dirs[i]; i++)
		h = dp_fnv1a(h, dirs[i], strlen(dirs[i]) + 1);
	return h;
}

/* ------------------------------------------------------- which program this is */

/* the build id of the object that this code is in: another build may lay out structs otherwise,
 * or read a description otherwise */
static int find_build(struct dl_phdr_info *info, size_t size, void *arg)
{
	uintptr_t here = (uintptr_t)&areas;
	const ElfW(Nhdr) *note = NULL;
	size_t left = 0;
	bool mine = false;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + p->p_vaddr;

		if (p->p_type == PT_LOAD)
			mine |= here >= at && here - at < p->p_memsz;
		if (p->p_type != PT_NOTE)
			continue;
		note = (const void *)at;
		left = p->p_memsz;
		while (left >= sizeof(*note)) {
			size_t name = (note->n_namesz + 3u) & ~3u;
			size_t whole = sizeof(*note) + name + ((note->n_descsz + 3u) & ~3u);

			if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4)
				*(uint64_t *)arg =
					dp_fnv1a(DP_FNV1A_START, (const char *)(note + 1) + name,
						 note->n_descsz);
			if (whole > left)
				break;
			left -= whole;
			note = (const void *)((const char *)note + whole);
		}
	}
	if (!mine)
		*(uint64_t *)arg = 0;
	return mine;
}

/* 0: not known, so that nothing is kept */
static uint64_t this_program(void)
{
	static uint64_t id;

	if (!id)
		dl_iterate_phdr(find_build, &id);
	return id;
}

/* --------------------------------------------------------------- checksum */

/* lanes that do not wait for each other, so that a large image costs little; not against malice:
 * the file is ours alone */
#define LANES 8

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static uint64_t checksum(const void *data, size_t size)
{
	uint64_t lane[LANES] = {1, 2, 3, 4, 5, 6, 7, 8}, word[LANES], all = size;
	const unsigned char *p = data;
	size_t left = size;

	for (; left >= sizeof(word); left -= sizeof(word), p += sizeof(word)) {
		memcpy(word, p, sizeof(word));
		for (int i = 0; i < LANES; i++)
			lane[i] = mix(lane[i], word[i]);
	}
	for (int i = 0; i < LANES; i++)
		all = mix(all, lane[i]);
	return dp_fnv1a(all, (const char *)p, left);
}

static uint64_t sum_of(const struct header *h)
{
	struct header zero = *h;

	zero.sum = 0;
	return checksum(&zero, sizeof(zero)) ^ checksum(h + 1, h->size - sizeof(*h));
}

/* ---------------------------------------------------------------- sources */

static int64_t ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void dp_source_file_stat(struct dp_source_file *f, const struct stat *st)
{
	f->dev = st->st_dev;
	f->ino = st->st_ino;
	f->size = (uint64_t)st->st_size;
	f->mtime_ns = ns_of(st->st_mtim);
	f->ctime_ns = ns_of(st->st_ctim);
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

/* ----------------------------------------------------- images in this process */

/* several devices may share a description: one mapping, counted */
struct mapped {
	struct header *h;
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
		     ns_of(m->made) != ns_of(st->st_mtim)))
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

static bool is_slot(uint64_t address)
{
	for (size_t i = 0; i < N_AREAS; i++)
		if (address >= areas[i] && address - areas[i] < SLOTS * REGION &&
		    address % REGION == 0)
			return true;
	return false;
}

/* memory at that address, or NULL: somebody else has it, or it is none here */
static void *reserve(uint64_t address, size_t size)
{
	void *want = (void *)(uintptr_t)address;
	void *got = mmap(want, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (got == MAP_FAILED)
		return NULL;
	if (got == want)
		return got;
	munmap(got, size); /* a kernel without MAP_FIXED_NOREPLACE takes it as a wish */
	return NULL;
}

/* the checksum holds, so this is what we wrote; still, nothing that is followed here leads out */
static bool lies_in(const struct header *h, const void *p, size_t size, size_t align)
{
	uint64_t at = (uintptr_t)p - (uintptr_t)h;

	return at < h->size && h->size - at >= size && !((uintptr_t)p % align);
}

static bool is_text(const struct header *h, const char *s)
{
	return lies_in(h, s, 1, 1) && memchr(s, 0, h->size - ((uintptr_t)s - (uintptr_t)h));
}

static bool is_sound(const struct header *h)
{
	const struct dp_source_file *f = h->files;
	size_t n = 0;

	for (; f; f = f->next)
		if (!lies_in(h, f, sizeof(*f), _Alignof(struct dp_source_file)) ||
		    !is_text(h, f->path) || n++ == MAX_DEPS)
			return false;
	return n && is_text(h, h->path) &&
	       lies_in(h, h->desc, sizeof(*h->desc), _Alignof(struct dp_desc)) && !h->desc->arena;
}

/*
 * What was read cannot change any more, whatever happens to the file.  Of a large image that
 * copy is most of the time that it saves: it is mapped, and nobody cuts a file short that we
 * only ever replace.
 */
static bool fill(struct header *h, size_t size, int fd)
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

static struct header *read_image(int fd, const struct stat *st)
{
	struct header first, *h;
	size_t size;

	if (st->st_size < (off_t)sizeof(first) || st->st_size > (off_t)REGION ||
	    pread(fd, &first, sizeof(first), 0) != (ssize_t)sizeof(first) ||
	    memcmp(first.magic, MAGIC, sizeof(first.magic)) != 0 ||
	    first.program != this_program() || first.size != (uint64_t)st->st_size ||
	    !is_slot(first.address))
		return NULL;
	size = (size_t)first.size;
	h = reserve(first.address, size);
	if (!h)
		return NULL;
	if (fill(h, size, fd) && !memcmp(h, &first, sizeof(first)) && h->sum == sum_of(h) &&
	    is_sound(h))
		return h;
	munmap(h, size);
	return NULL;
}

static bool is_current(const struct header *h, const struct dp_image_key *key,
		       const struct stat *st)
{
	bool good = h->variants == key->variants && !strcmp(h->path, key->path) &&
		    h->dirs == dirs_of(key);

	for (const struct dp_source_file *f = h->files; f && good; f = f->next)
		good = is_as_it_was(f, ns_of(st->st_mtim));
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

	if (!this_program())
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

/* ----------------------------------------------------------------- saving */

static void give_back(void *region, size_t size)
{
	munmap(region, size);
}

struct dp_arena *dp_image_arena(const struct dp_image_key *key)
{
	struct dp_arena *arena = NULL;
	void *region = NULL;

	if (!key->ctx->opts.cache_dir || !this_program())
		return NULL;
	for (size_t i = 0; i < N_AREAS && !region; i++)
		region = reserve(areas[i] + slot_of(key) * REGION, REGION);
	if (region)
		arena = dp_arena_new_in(region, REGION, give_back);
	if (region && !arena)
		give_back(region, REGION);
	if (arena)
		dp_arena_alloc(arena, sizeof(struct header));
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
static bool is_closed(const struct header *h, size_t size)
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
		if (!*last || n++ == MAX_DEPS)
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
static void write_image(const struct dp_image_key *key, const struct header *h)
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

void dp_image_seal(void *image, size_t size)
{
	struct header *h = image;

	memcpy(h->magic, MAGIC, sizeof(h->magic));
	h->program = this_program();
	h->size = size;
	h->sum = sum_of(h);
}

void dp_image_save(const struct dp_image_key *key, struct dp_desc *desc,
		   const struct dp_source_file *files)
{
	struct dp_arena *arena = desc->arena;
	struct header *h;
	size_t size;

	files = keep_files(arena, files);
	if (!files)
		return;
	size = dp_arena_in_region(arena);
	if (!size || dp_arena_failed(arena))
		return;
	h = (struct header *)((uintptr_t)files / REGION * REGION);
	h->dirs = dirs_of(key);
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
