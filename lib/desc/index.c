/* SPDX-License-Identifier: GPL-2.0-or-later */
/* index.c - the search path's files, known from the kept index or by their `device` mapping */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "desc/index.h"
#include "desc/load.h"

/* one scan: what is there, and what the kept index knew */
struct scan {
	struct dp_ctx *ctx;
	struct dp_index *ix;
	struct dp_index_entry *kept;
	size_t n_kept;
	bool changed;
};

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct dp_index_entry *)a)->path,
		      ((const struct dp_index_entry *)b)->path);
}

static void describe(struct scan *s, struct dp_index_entry *e, const struct dp_node *device,
		     struct dp_loader *ld)
{
	struct dp_match *m = NULL;
	struct dp_keys k = {0};
	size_t n = 0;

	dp_keys_read(ld, device, DP_IN_DEVICE, &k);
	dp_get_text(ld, DP_KEY(&k, name), &e->name);
	dp_get_text(ld, DP_KEY(&k, title), &e->title);
	if (DP_KEY(&k, match))
		dp_load_match(ld, DP_KEY(&k, match), &m, &n);
	if (ld->problems.n)
		return;
	e->name = e->name ? dp_arena_strndup(s->ix->arena, e->name, strlen(e->name)) : NULL;
	e->title = e->title ? dp_arena_strndup(s->ix->arena, e->title, strlen(e->title)) : NULL;
	e->matches = dp_arena_array(s->ix->arena, n, sizeof(*m));
	if (!e->matches)
		return;
	e->n_matches = n;
	for (size_t i = 0; i < n; i++) {
		e->matches[i] = m[i];
		if (m[i].uio)
			e->matches[i].uio =
				dp_arena_strndup(s->ix->arena, m[i].uio, strlen(m[i].uio));
		if (m[i].of)
			e->matches[i].of = dp_arena_strndup(s->ix->arena, m[i].of, strlen(m[i].of));
	}
}

/* one bad file must not hide the others: whatever is wrong with it is its loader's to say */
static void parse(struct scan *s, struct dp_index_entry *e)
{
	struct dp_loader ld;
	struct dp_node *device;

	e->bad = true;
	if (!dp_loader_init(&ld, s->ctx, 1, NULL, NULL))
		return;
	device = dp_load_device(&ld, e->path);
	if (device)
		describe(s, e, device, &ld);
	e->bad = ld.problems.n || ld.rc;
	if (e->bad)
		e->name = e->title = NULL;
	dp_loader_end(&ld);
}

static bool from_kept(struct scan *s, struct dp_index_entry *e)
{
	struct dp_index_entry *old =
		s->n_kept ? bsearch(e, s->kept, s->n_kept, sizeof(*e), by_path) : NULL;

	if (!old)
		return false;
	old->fresh = true; /* replaced or confirmed: not to be written as a stranger */
	if (old->mtime_ns != e->mtime_ns || old->size != e->size)
		return false;
	e->name = old->name;
	e->title = old->title;
	e->bad = old->bad;
	e->matches = old->matches;
	e->n_matches = old->n_matches;
	return true;
}

static void add_file(struct scan *s, const char *dir, unsigned dir_index, const char *file)
{
	struct dp_index_entry e = {.dir = dir_index};
	size_t len = strlen(file) - 5;
	char path[PATH_MAX];
	struct stat st;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, file) >= sizeof(path) ||
	    stat(path, &st) || !S_ISREG(st.st_mode))
		return;
	e.path = dp_arena_strndup(s->ix->arena, path, strlen(path));
	e.stem = dp_arena_strndup(s->ix->arena, file, len);
	e.mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	e.size = (uint64_t)st.st_size;
	if (!e.path || !e.stem)
		return;
	if (!from_kept(s, &e)) {
		parse(s, &e);
		s->changed = true;
	}
	s->ix->v[s->ix->n++] = e;
}

static int is_description(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	/* a tab or line break would break the index, and no name can have one */
	return len > 5 && d->d_name[0] != '.' && !strcmp(d->d_name + len - 5, ".yaml") &&
	       !strpbrk(d->d_name, "\t\n");
}

static void add_dir(struct scan *s, const char *given, unsigned dir_index)
{
	struct dirent **list;
	char dir[PATH_MAX];
	int n;

	/* real: a relative folder of today is another one tomorrow */
	if (!realpath(given, dir) || strpbrk(dir, "\t\n"))
		return;
	n = scandir(dir, &list, is_description, alphasort);
	if (n < 0)
		return;
	for (int i = 0; i < n; i++) {
		if (s->ix->n < DP_INDEX_MAX_FILES)
			add_file(s, dir, dir_index, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

/* kept entries of folders that this search path has not; those of vanished files are dropped */
static size_t strangers(struct scan *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_kept; i++) {
		const char *path = s->kept[i].path;
		size_t dir = (size_t)(strrchr(path, '/') - path);
		bool ours = s->kept[i].fresh;

		for (size_t j = 0; j < s->ix->n && !ours; j++)
			ours = !strncmp(s->ix->v[j].path, path, dir + 1) &&
			       !strchr(s->ix->v[j].path + dir + 1, '/');
		if (ours)
			s->changed = s->changed || !s->kept[i].fresh;
		else
			s->kept[n++] = s->kept[i];
	}
	return n;
}

int dp_index_scan(struct dp_ctx *ctx, struct dp_index *out, struct dp_err *err)
{
	struct scan s = {.ctx = ctx, .ix = out};
	size_t n_more;

	memset(out, 0, sizeof(*out));
	out->arena = dp_arena_new();
	if (out->arena)
		out->v = dp_arena_array(out->arena, DP_INDEX_MAX_FILES, sizeof(*out->v));
	if (!out->v) {
		dp_index_free(out);
		return dp_err_nomem(err);
	}
	s.n_kept = dp_index_read(ctx, out->arena, &s.kept);
	for (unsigned i = 0; ctx->opts.desc_dirs && ctx->opts.desc_dirs[i]; i++)
		add_dir(&s, ctx->opts.desc_dirs[i], i);
	n_more = strangers(&s);
	if (s.changed && ctx->opts.cache_dir)
		dp_index_write(ctx, out->v, out->n, s.kept, n_more);
	return 0;
}

void dp_index_free(struct dp_index *ix)
{
	dp_arena_free(ix->arena);
	memset(ix, 0, sizeof(*ix));
}
