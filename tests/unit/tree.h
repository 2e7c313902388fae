/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tree.h - a folder that stands for the root of a machine, for dp_ctx_opts.root */
#ifndef DP_TEST_TREE_H
#define DP_TEST_TREE_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/target.h"

struct tree {
	char root[64];
	struct dp_ctx *ctx;
	size_t fds;
	uint64_t force;
};

static inline size_t open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

static inline void tree_path(const struct tree *t, char *out, const char *path)
{
	assert_true(strlen(t->root) + strlen(path) < PATH_MAX);
	strcat(strcpy(out, t->root), path);
}

/* the folders above @path */
static inline void tree_above(const struct tree *t, const char *path)
{
	char whole[PATH_MAX];

	tree_path(t, whole, path);
	for (char *p = whole + strlen(t->root) + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		mkdir(whole, 0755);
		*p = '/';
	}
}

static inline void tree_bytes(const struct tree *t, const char *path, const void *data, size_t len)
{
	char whole[PATH_MAX];
	int fd;

	tree_above(t, path);
	tree_path(t, whole, path);
	fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static inline void tree_text(const struct tree *t, const char *path, const char *text)
{
	tree_bytes(t, path, text, strlen(text));
}

/* zeros */
static inline void tree_size(const struct tree *t, const char *path, off_t size)
{
	char whole[PATH_MAX];

	tree_text(t, path, "");
	tree_path(t, whole, path);
	assert_int_equal(truncate(whole, size), 0);
}

static inline void tree_link(const struct tree *t, const char *path, const char *target)
{
	char whole[PATH_MAX];

	tree_above(t, path);
	tree_path(t, whole, path);
	unlink(whole);
	assert_int_equal(symlink(target, whole), 0);
}

static inline void tree_folder(const struct tree *t, const char *path)
{
	char whole[PATH_MAX];

	tree_above(t, path);
	tree_path(t, whole, path);
	mkdir(whole, 0755);
}

/* the bytes at @offset as a little-endian number */
static inline uint64_t tree_peek(const struct tree *t, const char *path, off_t offset, size_t bytes)
{
	char whole[PATH_MAX];
	uint64_t v = 0;
	int fd;

	tree_path(t, whole, path);
	fd = open(whole, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &v, bytes, offset), bytes);
	close(fd);
	return v;
}

static inline void tree_poke(const struct tree *t, const char *path, off_t offset, uint64_t v,
			     size_t bytes)
{
	char whole[PATH_MAX];
	int fd;

	tree_path(t, whole, path);
	fd = open(whole, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &v, bytes, offset), bytes);
	close(fd);
}

static inline int tree_drop(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static inline void tree_remove(const struct tree *t, const char *path)
{
	char whole[PATH_MAX];

	tree_path(t, whole, path);
	nftw(whole, tree_drop, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void tree_make(struct tree *t)
{
	struct dp_ctx_opts opts;

	memset(&opts, 0, sizeof(opts));
	memset(t, 0, sizeof(*t));
	strcpy(t->root, "/tmp/devpoke-tree.XXXXXX");
	assert_non_null(mkdtemp(t->root));
	opts.root = t->root;
	t->ctx = dp_ctx_new(&opts);
	assert_non_null(t->ctx);
	t->fds = open_fds();
}

/* every descriptor that a test's devices had is closed again */
static inline void tree_end(struct tree *t)
{
	assert_int_equal(open_fds(), t->fds);
	dp_ctx_free(t->ctx);
	tree_remove(t, "");
}

/* as dp_dev_find() does it, without the look-up */
static inline int tree_find(const struct tree *t, const struct dp_backend *backend,
			    const char *spec, struct dp_dev **out, struct dp_err *err)
{
	struct dp_dev *dev = dp_dev_new(t->ctx, backend);
	int rc = backend->probe(dev, spec, err);

	*out = NULL;
	if (rc) {
		dp_dev_close(dev);
		return rc;
	}
	dp_dev_pick_main(dev);
	*out = dev;
	return 0;
}

#endif
