/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena.c - memory that ends all at once: chunks that only grow */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desc/arena.h"

#define FIRST_CHUNK ((size_t)16 << 10)
#define LAST_CHUNK  ((size_t)1 << 20)
#define ALIGN       _Alignof(max_align_t)

struct chunk {
	struct chunk *next;
	max_align_t data[];
};

struct dp_arena {
	struct chunk *chunks;
	char *region;
	size_t region_size;
	void (*region_end)(void *region, size_t size);
	char *free; /* @left bytes; strings are packed without alignment */
	size_t left, next_size;
	bool failed;
};

struct dp_arena *dp_arena_new(void)
{
	struct dp_arena *a = calloc(1, sizeof(*a));

	if (a)
		a->next_size = FIRST_CHUNK;
	return a;
}

struct dp_arena *dp_arena_new_in(void *region, size_t size, void (*fn)(void *region, size_t size))
{
	struct dp_arena *a = dp_arena_new();

	if (!a)
		return NULL;
	a->region = a->free = region;
	a->region_size = a->left = size;
	a->region_end = fn;
	return a;
}

size_t dp_arena_in_region(const struct dp_arena *a)
{
	return a->chunks || !a->region ? 0 : (size_t)(a->free - a->region);
}

void dp_arena_free(struct dp_arena *a)
{
	struct chunk *next;

	if (!a)
		return;
	for (struct chunk *c = a->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	if (a->region)
		a->region_end(a->region, a->region_size);
	free(a);
}

bool dp_arena_failed(const struct dp_arena *a)
{
	return a->failed;
}

static bool add_chunk(struct dp_arena *a, size_t size)
{
	struct chunk *c;

	if (size < a->next_size)
		size = a->next_size;
	c = calloc(1, sizeof(*c) + size);
	if (!c) {
		a->failed = true;
		return false;
	}
	c->next = a->chunks;
	a->chunks = c;
	a->free = (char *)c->data;
	a->left = size;
	if (a->next_size < LAST_CHUNK)
		a->next_size *= 2;
	return true;
}

static void *take(struct dp_arena *a, size_t size)
{
	void *p;

	if (size > a->left && !add_chunk(a, size))
		return NULL;
	p = a->free;
	a->free += size;
	a->left -= size;
	return p;
}

void *dp_arena_alloc(struct dp_arena *a, size_t size)
{
	size_t pad = -(uintptr_t)a->free % ALIGN;

	if (size > SIZE_MAX / 2) {
		a->failed = true;
		return NULL;
	}
	if (pad > a->left)
		pad = a->left;
	if (pad) {
		a->free += pad;
		a->left -= pad;
	}
	return take(a, size ? size : 1); /* nothing has an address too */
}

void *dp_arena_array(struct dp_arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 2 / size) {
		a->failed = true;
		return NULL;
	}
	return dp_arena_alloc(a, n * size);
}

char *dp_arena_strndup(struct dp_arena *a, const char *text, size_t len)
{
	char *p = take(a, len + 1);

	if (p)
		memcpy(p, text, len);
	return p;
}

char *dp_arena_vprintf(struct dp_arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p = NULL;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len >= 0)
		p = dp_arena_alloc(a, (size_t)len + 1);
	if (p)
		vsnprintf(p, (size_t)len + 1, fmt, ap);
	return p;
}
