/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena.h - memory that ends all at once */
#ifndef DP_ARENA_H
#define DP_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct dp_arena;

struct dp_arena *dp_arena_new(void);
void dp_arena_free(struct dp_arena *a);
/* zeroed; NULL when out of memory, which dp_arena_failed() remembers */
void *dp_arena_alloc(struct dp_arena *a, size_t size);
void *dp_arena_array(struct dp_arena *a, size_t n, size_t size);
char *dp_arena_strndup(struct dp_arena *a, const char *text, size_t len);
char *dp_arena_vprintf(struct dp_arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* @fn(@p) is called when the arena ends, or at once when that cannot be noted (then false) */
bool dp_arena_own(struct dp_arena *a, void *p, void (*fn)(void *p));
bool dp_arena_failed(const struct dp_arena *a);

#endif
