/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_file.c - files of descriptions to one tree: reading, bounds, extends and include */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "desc/find.h"
#include "desc/image.h"
#include "desc/load.h"

bool dp_loader_init(struct dp_loader *ld, struct dp_ctx *ctx, size_t max_problems,
		    struct dp_arena *arena, struct dp_err *err)
{
	memset(ld, 0, sizeof(*ld));
	ld->ctx = ctx;
	ld->err = err;
	ld->nodes_left = DP_MAX_NODES;
	ld->hash = DP_FNV1A_START;
	ld->arena = arena ? arena : dp_arena_new();
	ld->temp = dp_arena_new();
	ld->problems.arena = ld->temp;
	ld->problems.max = max_problems;
	if (ld->arena && ld->temp)
		return true;
	dp_loader_end(ld);
	dp_err_nomem(err);
	return false;
}

void dp_loader_end(struct dp_loader *ld)
{
	dp_arena_free(ld->arena);
	dp_arena_free(ld->temp);
	ld->arena = ld->temp = NULL;
}

/* ----------------------------------------------------------- one file */

/* the file asked for is the caller's error; one that it names is a problem of that line */
static void unreadable(struct dp_loader *ld, const struct dp_source *self, int errnum,
		       const char *why)
{
	enum dp_code code = errnum == EACCES || errnum == EPERM ? DP_PERMISSION
			    : errnum == EIO || errnum == ENOMEM ? DP_IO
			    : errnum == ENOENT                  ? DP_NAME
								: DP_VALUE;

	if (self->up)
		dp_problem(&ld->problems, self->pos, "cannot read '%s': %s", self->path, why);
	else
		ld->rc = dp_err_set(ld->err, errnum, code, "cannot read description '%s': %s",
				    self->path, why);
}

static bool is_usable(struct dp_loader *ld, struct dp_source *self, const struct stat *st)
{
	if (S_ISDIR(st->st_mode)) {
		unreadable(ld, self, EISDIR, "it is a directory");
		return false;
	}
	if (!S_ISREG(st->st_mode)) {
		unreadable(ld, self, EINVAL, "it is no regular file");
		return false;
	}
	if ((uint64_t)st->st_size > DP_MAX_FILE) {
		unreadable(ld, self, EFBIG, "it is larger than 16 MiB");
		return false;
	}
	self->dev = st->st_dev;
	self->ino = st->st_ino;
	return true;
}

static bool is_bounded(struct dp_loader *ld, const struct dp_source *self)
{
	unsigned depth = 0;

	for (const struct dp_source *s = self->up; s; s = s->up) {
		if (s->dev == self->dev && s->ino == self->ino) {
			dp_problem(&ld->problems, self->pos, "'%s' leads back to itself",
				   self->path);
			return false;
		}
		if (++depth >= DP_MAX_CHAIN) {
			dp_problem(&ld->problems, self->pos, "files named %d deep; at most %d",
				   DP_MAX_CHAIN + 1, DP_MAX_CHAIN);
			return false;
		}
	}
	if (++ld->files <= DP_MAX_FILES)
		return true;
	dp_problem(&ld->problems, self->pos, "more than %d files for one description",
		   DP_MAX_FILES);
	return false;
}

/* @st NULL: it was looked for, and is not there */
static void note_file(struct dp_loader *ld, const char *path, const struct stat *st)
{
	struct dp_source_file *f = dp_arena_alloc(ld->temp, sizeof(*f));

	if (!f)
		return;
	f->path = dp_arena_strndup(ld->temp, path, strlen(path));
	f->absent = !st;
	if (st)
		dp_source_file_stat(f, st);
	f->next = ld->read;
	ld->read = f;
}

/* the file's bytes, malloc'ed; NULL: reported */
static char *read_file(struct dp_loader *ld, struct dp_source *self, size_t *size)
{
	int fd = dp_file_open(self->path), rc = 0;
	char *data = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		rc = fd < 0 ? fd : -errno;
	else if (is_usable(ld, self, &st) && is_bounded(ld, self))
		rc = dp_file_read(fd, DP_MAX_FILE, &data, size);
	if (data)
		note_file(ld, self->path, &st);
	if (rc)
		unreadable(ld, self, -rc, dp_file_error(-rc));
	if (fd >= 0)
		close(fd);
	return data;
}

static struct dp_node *parse_file(struct dp_loader *ld, struct dp_source *self)
{
	size_t size = 0;
	char *data = read_file(ld, self, &size);
	struct dp_yaml yaml = {
		.file = self->path,
		.data = (const unsigned char *)data,
		.size = size,
		.text = ld->arena,
		.temp = ld->temp,
		.problems = &ld->problems,
		.nodes_left = &ld->nodes_left,
	};
	struct dp_node *root;

	if (!data)
		return NULL;
	ld->hash = dp_fnv1a(ld->hash, data, size);
	root = dp_yaml_parse(&yaml);
	free(data);
	if (!root || root->kind == DP_NODE_MAP)
		return root;
	dp_problem(&ld->problems, &root->pos, "%s 'schema: 1'",
		   dp_node_is_null(root)
			   ? "the file is empty; a description starts with"
			   : "this is no description; it is a mapping that starts with");
	return NULL;
}

/* ------------------------------------------------- files named by files */

static const char *keep(struct dp_loader *ld, const char *path)
{
	return dp_arena_strndup(ld->arena, path, strlen(path));
}

/* one that comes there later would be found before @path */
static void note_passed(struct dp_loader *ld, const char *name, const char *path)
{
	const char *const *dirs = ld->ctx->opts.desc_dirs;
	char passed[4096];

	for (size_t i = 0; dirs && dirs[i]; i++) {
		snprintf(passed, sizeof(passed), "%s/%s.yaml", dirs[i], name);
		if (!strcmp(passed, path))
			return;
		note_file(ld, passed, NULL);
	}
}

/* seen from the file that the line is in, which with `extends` is not always the first */
const char *dp_load_resolve(struct dp_loader *ld, const struct dp_node *ref)
{
	const char *slash = strrchr(ref->pos.file, '/'), *name;
	int dir = slash ? (int)(slash - ref->pos.file) + 1 : 0;
	char path[4096], near[160];
	bool file;

	if (!dp_get_text(ld, ref, &name))
		return NULL;
	file = dp_desc_is_file(name);
	if (snprintf(path, sizeof(path), "%.*s%s%s", name[0] == '/' ? 0 : dir, ref->pos.file, name,
		     file ? "" : ".yaml") >= (int)sizeof(path)) {
		dp_problem(&ld->problems, &ref->pos, "a path of more than 4095 characters");
		return NULL;
	}
	if (file || !access(path, F_OK))
		return keep(ld, path);
	note_file(ld, path, NULL);
	if (dp_desc_path(ld->ctx, name, path, sizeof(path))) {
		note_passed(ld, name, path);
		return keep(ld, path);
	}
	dp_desc_nearest(ld->ctx, name, near, sizeof(near));
	dp_problem(&ld->problems, &ref->pos,
		   "no description '%.60s' here or on the search path%s%s", name,
		   near[0] ? "; did you mean " : "", near);
	return NULL;
}

static void check_schema(struct dp_loader *ld, const struct dp_node *root,
			 const struct dp_node *schema)
{
	uint64_t version = 0;

	if (!schema)
		dp_problem(&ld->problems, &root->pos,
			   "no 'schema'; a description starts with 'schema: 1'");
	else if (dp_get_uint(ld, schema, UINT64_MAX, &version) && version != 1)
		dp_problem(&ld->problems, &schema->pos, "schema %s; this version reads schema 1",
			   schema->text);
}

/* files that @list (one or several) names, merged into @root */
static struct dp_node *include_all(struct dp_loader *ld, const struct dp_source *self,
				   struct dp_node *root, const struct dp_node *list)
{
	size_t n = list->kind == DP_NODE_LIST ? list->n : 1;

	for (size_t i = 0; i < n && root && !dp_problems_full(&ld->problems) && !ld->rc; i++) {
		const struct dp_node *ref = list->kind == DP_NODE_LIST ? list->items[i] : list;
		struct dp_source source = {.up = self, .pos = &ref->pos};
		struct dp_node *tree;

		source.path = dp_load_resolve(ld, ref);
		tree = source.path ? dp_load_tree(ld, &source) : NULL;
		if (tree)
			root = dp_merge_include(ld, root, tree);
	}
	return root;
}

static struct dp_node *extend(struct dp_loader *ld, const struct dp_source *self,
			      struct dp_node *root, const struct dp_node *ref)
{
	struct dp_source source = {.up = self, .pos = &ref->pos};
	struct dp_node *base;

	source.path = dp_load_resolve(ld, ref);
	base = source.path ? dp_load_tree(ld, &source) : NULL;
	return base ? dp_merge_overlay(ld, base, root) : NULL;
}

struct dp_node *dp_load_tree(struct dp_loader *ld, struct dp_source *self)
{
	struct dp_node *root = parse_file(ld, self);
	struct dp_keys k = {0};

	if (!root)
		return NULL;
	dp_keys_read(ld, root, DP_IN_FILE, &k);
	check_schema(ld, root, DP_KEY(&k, schema));
	if (DP_KEY(&k, include))
		root = include_all(ld, self, root, DP_KEY(&k, include));
	if (root && DP_KEY(&k, extends))
		root = extend(ld, self, root, DP_KEY(&k, extends));
	return root;
}

struct dp_node *dp_load_device(struct dp_loader *ld, const char *path)
{
	struct dp_source source = {.path = keep(ld, path)};
	struct dp_node *root = source.path ? parse_file(ld, &source) : NULL;

	return dp_node_get(root, "device");
}
