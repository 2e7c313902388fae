/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena.h - memory that ends all at once */
#ifndef DP_ARENA_H
#define DP_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct dp_arena;

struct dp_arena *dp_arena_new(void);
/* takes from @region first, @size zeroed bytes that begin at a multiple of what max_align_t
 * needs; @fn(@region, @size) when the arena ends.  NULL: out of memory, @region stays the caller's
 */
struct dp_arena *dp_arena_new_in(void *region, size_t size, void (*fn)(void *region, size_t size));
/* bytes taken from the region, when nothing lies elsewhere; else 0 */
size_t dp_arena_in_region(const struct dp_arena *a);
void dp_arena_free(struct dp_arena *a);
/* zeroed; NULL when out of memory, which dp_arena_failed() remembers */
void *dp_arena_alloc(struct dp_arena *a, size_t size);
void *dp_arena_array(struct dp_arena *a, size_t n, size_t size);
char *dp_arena_strndup(struct dp_arena *a, const char *text, size_t len);
char *dp_arena_vprintf(struct dp_arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
bool dp_arena_failed(const struct dp_arena *a);

#endif
