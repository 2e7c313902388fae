/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image.c - images of descriptions: their slots, whose they are, and whether they are whole */
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "core/core.h"
#include "core/hash.h"
#include "desc/image_slot.h"

#define MAGIC "devpoke\1"
#define SLOTS 256u

/*
 * Where slots may lie: the first area is free in any address space of 39 bits or more that the
 * kernel lays out (programs, heap and mappings are at the ends); the second where a sanitizer
 * has the first.
 */
static const uint64_t areas[] = {UINT64_C(0x2000000000), UINT64_C(0x200000000000)};
#define N_AREAS (sizeof(areas) / sizeof(areas[0]))

unsigned dp_image_slot(const struct dp_image_key *key)
{
	uint64_t h = dp_fnv1a(DP_FNV1A_START, key->path, strlen(key->path));

	return (unsigned)(dp_fnv1a(h, (const char *)&key->variants, sizeof(key->variants)) % SLOTS);
}

bool dp_image_file(const struct dp_image_key *key, char *buf, size_t size)
{
	const char *dir = key->ctx->opts.cache_dir;

	return dir && (size_t)snprintf(buf, size, "%s/%02x.image", dir, dp_image_slot(key)) < size;
}

uint64_t dp_image_dirs(const struct dp_image_key *key)
{
	const char *const *dirs = key->ctx->opts.desc_dirs;
	uint64_t h = DP_FNV1A_START;

	for (size_t i = 0; dirs && dirs[i]; i++)
		h = dp_fnv1a(h, dirs[i], strlen(dirs[i]) + 1);
	return h;
}

bool dp_image_is_slot(uint64_t address)
{
	for (size_t i = 0; i < N_AREAS; i++)
		if (address >= areas[i] && address - areas[i] < SLOTS * DP_IMAGE_REGION &&
		    address % DP_IMAGE_REGION == 0)
			return true;
	return false;
}

/* memory at that address, or NULL: somebody else has it, or it is none here */
void *dp_image_reserve(uint64_t address, size_t size)
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

void *dp_image_region(const struct dp_image_key *key)
{
	void *region = NULL;

	for (size_t i = 0; i < N_AREAS && !region; i++)
		region = dp_image_reserve(areas[i] + dp_image_slot(key) * DP_IMAGE_REGION,
					  DP_IMAGE_REGION);
	return region;
}

/* ------------------------------------------------------- which program this is */

static size_t padded(uint32_t size)
{
	return ((size_t)size + 3) & ~(size_t)3;
}

/* the build id among the notes of @size bytes at @at (elf(5)); 0: there is none */
static uint64_t build_id(const char *at, size_t size)
{
	while (size >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *note = (const void *)at;
		const char *id = at + sizeof(*note) + padded(note->n_namesz);
		size_t whole = (size_t)(id - at) + padded(note->n_descsz);

		if (whole > size)
			break;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof("GNU"))
			return dp_fnv1a(DP_FNV1A_START, id, note->n_descsz);
		at += whole;
		size -= whole;
	}
	return 0;
}

/* of the object that this code is in: another build may lay out structs otherwise, or read a
 * description otherwise */
static int find_build(struct dl_phdr_info *info, size_t size, void *arg)
{
	uintptr_t here = (uintptr_t)&areas;
	uint64_t id = 0;
	bool mine = false;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + p->p_vaddr;

		if (p->p_type == PT_LOAD)
			mine |= here >= at && here - at < p->p_memsz;
		if (p->p_type == PT_NOTE && !id)
			id = build_id((const char *)at, p->p_memsz);
	}
	if (mine)
		*(uint64_t *)arg = id;
	return mine;
}

/* 0: not known, so that nothing is kept */
uint64_t dp_image_program(void)
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

uint64_t dp_image_sum(const struct dp_image *h)
{
	struct dp_image zero = *h;

	zero.sum = 0;
	return checksum(&zero, sizeof(zero)) ^ checksum(h + 1, h->size - sizeof(*h));
}

void dp_image_seal(void *image, size_t size)
{
	struct dp_image *h = image;

	memcpy(h->magic, MAGIC, sizeof(h->magic));
	h->program = dp_image_program();
	h->size = size;
	h->sum = dp_image_sum(h);
}

bool dp_image_is_ours(const struct dp_image *h)
{
	return !memcmp(h->magic, MAGIC, sizeof(h->magic)) && h->program == dp_image_program() &&
	       dp_image_is_slot(h->address);
}

int64_t dp_image_ns(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void dp_source_file_stat(struct dp_source_file *f, const struct stat *st)
{
	f->dev = st->st_dev;
	f->ino = st->st_ino;
	f->size = (uint64_t)st->st_size;
	f->mtime_ns = dp_image_ns(st->st_mtim);
	f->ctime_ns = dp_image_ns(st->st_ctim);
}
