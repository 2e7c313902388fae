/* SPDX-License-Identifier: GPL-2.0-or-later */
/* index.h - what is known of the description files on the search path without parsing them */
#ifndef DP_INDEX_H
#define DP_INDEX_H

#include "desc/arena.h"
#include "desc/desc.h"

#define DP_INDEX_MAX_FILES 4096

/**
 * struct dp_index_entry - one file
 * @path: real path; @stem: of its name, without .yaml; @dir: which part of the search path
 * @name: of its `device`; NULL: it has none, so it is there to be included
 * @bad: it could not be understood: it matches nothing
 * @fresh: of a kept entry: its file is on this search path
 */
struct dp_index_entry {
	const char *path, *stem, *name, *title;
	int64_t mtime_ns;
	uint64_t size;
	unsigned dir;
	bool bad, fresh;
	struct dp_match *matches;
	size_t n_matches;
};

struct dp_index {
	struct dp_arena *arena;
	struct dp_index_entry *v; /* in search order; the first of a stem wins */
	size_t n;
};

/* every file of the search path; reads only files that the kept index does not know */
int dp_index_scan(struct dp_ctx *ctx, struct dp_index *out, struct dp_err *err);
void dp_index_free(struct dp_index *ix);

/* index_file.c: the text file in the cache folder */
/* entries of the kept index, sorted by path; none when it is absent, corrupt or not ours */
size_t dp_index_read(struct dp_ctx *ctx, struct dp_arena *arena, struct dp_index_entry **out);
void dp_index_write(struct dp_ctx *ctx, const struct dp_index_entry *v, size_t n,
		    const struct dp_index_entry *more, size_t n_more);

#endif
