/* SPDX-License-Identifier: GPL-2.0-or-later */
/* find.c - descriptions by name or file, all of the search path, and the one for a device */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desc/find.h"
#include "desc/image.h"
#include "desc/index.h"
#include "desc/load.h"

static int parse(const struct dp_image_key *key, struct dp_desc **out, struct dp_err *err)
{
	struct dp_loader ld;
	int rc;

	if (!dp_loader_init(&ld, key->ctx, 1, dp_image_arena(key), err))
		return -ENOMEM;
	ld.variants = key->variants;
	rc = dp_load_run(&ld, key->path, out);
	if (rc) {
		*out = NULL;
	} else {
		dp_image_save(key, *out, ld.read);
		ld.arena = NULL; /* the description's now */
	}
	dp_loader_end(&ld);
	return rc;
}

static int load_file(struct dp_ctx *ctx, const char *path, uint64_t variants, struct dp_desc **out,
		     struct dp_err *err)
{
	const struct dp_image_key key = {ctx, path, variants};

	*out = NULL;
	return dp_image_open(&key, out) ? parse(&key, out, err) : 0;
}

bool dp_desc_is_file(const char *s)
{
	size_t len = strlen(s);

	return strchr(s, '/') || (len > 5 && !strcmp(s + len - 5, ".yaml"));
}

bool dp_desc_path(struct dp_ctx *ctx, const char *name, char *buf, size_t size)
{
	const char *const *dirs = ctx->opts.desc_dirs;

	for (; dirs && *dirs && *name; dirs++)
		if ((size_t)snprintf(buf, size, "%s/%s.yaml", *dirs, name) < size &&
		    !access(buf, F_OK))
			return true;
	return false;
}

/* --------------------------------------------------------- all of them */

/* the first of each stem, in the order of the search path */
static bool is_hidden(const struct dp_index *ix, size_t i)
{
	for (size_t j = 0; j < i && ix->v[j].dir < ix->v[i].dir; j++)
		if (!strcmp(ix->v[j].stem, ix->v[i].stem))
			return true;
	return false;
}

/* files without `device` are there to be included */
static bool is_shown(const struct dp_index *ix, size_t i)
{
	return (ix->v[i].name || ix->v[i].bad) && !is_hidden(ix, i);
}

int dp_desc_each(struct dp_ctx *ctx,
		 int (*fn)(void *arg, const char *name, const char *title, const char *file),
		 void *arg, struct dp_err *err)
{
	struct dp_index ix;
	int rc = dp_index_scan(ctx, &ix, err);

	for (size_t i = 0; !rc && i < ix.n; i++)
		if (is_shown(&ix, i))
			rc = fn(arg, ix.v[i].stem, ix.v[i].title ? ix.v[i].title : "",
				ix.v[i].path);
	if (ix.arena)
		dp_index_free(&ix);
	return rc;
}

void dp_desc_nearest(struct dp_ctx *ctx, const char *name, char *buf, size_t size)
{
	const char **names;
	struct dp_index ix;
	size_t n = 0;

	buf[0] = 0;
	if (dp_index_scan(ctx, &ix, NULL))
		return;
	names = dp_arena_array(ix.arena, ix.n, sizeof(*names));
	for (size_t i = 0; names && i < ix.n; i++)
		if (is_shown(&ix, i))
			names[n++] = ix.v[i].stem;
	if (names)
		dp_nearest(name, names, n, buf, size);
	dp_index_free(&ix);
}

/* -------------------------------------------------------------- by name */

static int not_found(struct dp_ctx *ctx, const char *name, struct dp_err *err)
{
	char near[160];

	dp_desc_nearest(ctx, name, near, sizeof(near));
	dp_err_set(err, ENOENT, DP_NAME, "no description '%.100s' on the search path", name);
	if (near[0])
		dp_err_hint(err, "did you mean %s? 'devpoke desc list' shows all", near);
	else
		dp_err_hint(err, "'devpoke desc list' shows all; a file is given as ./NAME.yaml");
	return -ENOENT;
}

int dp_desc_load(struct dp_ctx *ctx, const char *name, struct dp_desc **out, struct dp_err *err)
{
	char path[4096];

	*out = NULL;
	if (dp_desc_is_file(name))
		return load_file(ctx, name, 0, out, err);
	if (!dp_desc_path(ctx, name, path, sizeof(path)))
		return not_found(ctx, name, err);
	return load_file(ctx, path, 0, out, err);
}

int dp_desc_reload(struct dp_ctx *ctx, const struct dp_desc *desc, uint64_t mask,
		   struct dp_desc **out, struct dp_err *err)
{
	return load_file(ctx, desc->file, mask, out, err);
}

/* ------------------------------------------------------------ for a device */

/* id 3, uio or of 2, class 1; a class with more digits before one with fewer */
static unsigned score_match(const struct dp_match *m, const struct dp_match_key *key)
{
	if (m->by_id && key->pci && m->vendor == key->vendor && m->device == key->device)
		return 0x300;
	if ((m->uio && key->uio && !strcmp(m->uio, key->uio)) ||
	    (m->of && key->of && !strcmp(m->of, key->of)))
		return 0x200;
	if (m->by_class && key->pci && (key->class & m->class_mask) == m->class)
		return 0x100 + (unsigned)__builtin_popcount(m->class_mask);
	return 0;
}

static unsigned score(const struct dp_index_entry *e, const struct dp_match_key *key)
{
	unsigned best = 0;

	for (size_t i = 0; i < e->n_matches; i++) {
		unsigned s = score_match(&e->matches[i], key);

		if (s > best)
			best = s;
	}
	return best;
}

struct candidate {
	unsigned score;
	size_t index;
};

static int by_score(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static size_t candidates(const struct dp_index *ix, const struct dp_match_key *key,
			 struct candidate *v)
{
	size_t n = 0;

	for (size_t i = 0; i < ix->n; i++) {
		unsigned s = score(&ix->v[i], key);

		if (s && !is_hidden(ix, i))
			v[n++] = (struct candidate){s, i};
	}
	qsort(v, n, sizeof(*v), by_score);
	return n;
}

/* the best that loads; one that does not is told and passed over */
static int load_best(struct dp_ctx *ctx, const struct dp_index *ix, const struct candidate *v,
		     size_t n, struct dp_desc **out, struct dp_err *err)
{
	struct dp_err first, again;

	for (size_t i = 0; i < n; i++) {
		int rc = load_file(ctx, ix->v[v[i].index].path, 0, out, i ? &again : &first);

		if (!rc)
			return 0;
		dp_note(ctx, "description skipped: %s", i ? again.message : first.message);
		if (i + 1 == n) {
			if (err)
				*err = first;
			return rc;
		}
	}
	return dp_err_set(err, ENOENT, DP_NAME, "no description matches the device");
}

int dp_desc_for(struct dp_ctx *ctx, const struct dp_match_key *key, struct dp_desc **out,
		struct dp_err *err)
{
	struct candidate *v;
	struct dp_index ix;
	int rc = dp_index_scan(ctx, &ix, err);

	*out = NULL;
	if (rc)
		return rc;
	v = dp_arena_array(ix.arena, ix.n, sizeof(*v));
	if (v)
		rc = load_best(ctx, &ix, v, candidates(&ix, key, v), out, err);
	else
		rc = dp_err_nomem(err);
	dp_index_free(&ix);
	return rc;
}
