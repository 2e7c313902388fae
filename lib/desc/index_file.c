/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * index_file.c - the kept index: CACHE/descriptions.index
 *
 * Text: a version line; per file PATH, mtime in ns, size, flags ("-", "b" = bad), NAME, TITLE and
 * its match entries, separated by tabs; at the end "end" and FNV-1a of all before.  It is
 * only a shortcut: whatever is odd about it makes it worth nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"
#include "core/file.h"
#include "core/hash.h"
#include "desc/index.h"

#define FILE_NAME   "descriptions.index"
#define VERSION     "devpoke descriptions 1\n"
#define MAX_SIZE    (4u << 20)
#define MAX_MATCHES 65536
/* a file changed again within its clock's granularity keeps its mtime: too young to trust */
#define YOUNG_NS INT64_C(2000000000)

static int64_t mtime_of(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

/* -------------------------------------------------------------- reading */

/* the text, malloc'ed and NUL-terminated, without its checked last line; NULL: worth nothing */
static char *read_text(const char *path, int64_t *mtime)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *text = NULL, *end, tail[32];
	struct stat st;
	size_t got;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    st.st_mode & (S_IWGRP | S_IWOTH) || dp_file_read(fd, MAX_SIZE, &text, &got))
		goto out;
	if (got < 22 || memchr(text, 0, got))
		goto bad;
	end = text + got - 21; /* "end " + 16 digits + line break */
	snprintf(tail, sizeof(tail), "end %016" PRIx64 "\n",
		 dp_fnv1a(DP_FNV1A_START, text, (size_t)(end - text)));
	if (strcmp(end, tail) != 0 || strncmp(text, VERSION, strlen(VERSION)) != 0)
		goto bad;
	*end = 0;
	*mtime = mtime_of(&st);
	goto out;
bad:
	free(text);
	text = NULL;
out:
	close(fd);
	return text;
}

/* the next tab-separated word of a line, or NULL */
static char *word(char **at)
{
	return *at ? strsep(at, "\t") : NULL;
}

static bool number(const char *s, uint64_t *out)
{
	char *end;

	if (!s || *s < '0' || *s > '9')
		return false;
	errno = 0;
	*out = strtoull(s, &end, 10);
	return !errno && !*end;
}

static const char *keep(struct dp_arena *arena, const char *s)
{
	return s && *s ? dp_arena_strndup(arena, s, strlen(s)) : NULL;
}

static bool read_match(struct dp_arena *arena, const char *s, struct dp_match *m)
{
	unsigned a, b;
	int used = 0;

	if (sscanf(s, "pci:%4x:%4x%n", &a, &b, &used) == 2 && !s[used]) {
		m->by_id = true;
		m->vendor = (uint16_t)a;
		m->device = (uint16_t)b;
		return true;
	}
	if (sscanf(s, "class:%6x/%6x%n", &a, &b, &used) == 2 && !s[used]) {
		m->by_class = true;
		m->class = a;
		m->class_mask = b;
		return true;
	}
	if (!strncmp(s, "uio:", 4))
		m->uio = keep(arena, s + 4);
	else if (!strncmp(s, "of:", 3))
		m->of = keep(arena, s + 3);
	return m->uio || m->of;
}

static bool read_entry(struct dp_arena *arena, char *line, struct dp_index_entry *e)
{
	char *at = line, *path = word(&at), *mtime = word(&at), *size = word(&at);
	char *flags = word(&at), *name = word(&at), *title = word(&at), *w;
	uint64_t ns, matches;

	if (!title || path[0] != '/' || !number(mtime, &ns) || !number(size, &e->size) ||
	    (strcmp(flags, "-") != 0 && strcmp(flags, "b") != 0) || !number(word(&at), &matches) ||
	    matches > MAX_MATCHES)
		return false;
	e->path = keep(arena, path);
	e->mtime_ns = (int64_t)ns;
	e->bad = flags[0] == 'b';
	e->name = keep(arena, name);
	e->title = keep(arena, title);
	e->matches = dp_arena_array(arena, (size_t)matches, sizeof(*e->matches));
	if (!e->path || !e->matches)
		return false;
	while ((w = word(&at)) != NULL)
		if (e->n_matches == matches || !read_match(arena, w, &e->matches[e->n_matches++]))
			return false;
	return e->n_matches == matches;
}

static size_t read_entries(struct dp_arena *arena, char *text, int64_t index_mtime,
			   struct dp_index_entry *v)
{
	const char *last = "";
	size_t n = 0;
	char *line;

	strsep(&text, "\n");
	while (text && *text) {
		line = strsep(&text, "\n");
		if (n == 2 * DP_INDEX_MAX_FILES || !read_entry(arena, line, &v[n]) ||
		    strcmp(last, v[n].path) >= 0)
			return 0;
		last = v[n].path;
		if (v[n].mtime_ns > index_mtime - YOUNG_NS)
			v[n].mtime_ns = INT64_MIN;
		n++;
	}
	return n;
}

size_t dp_index_read(struct dp_ctx *ctx, struct dp_arena *arena, struct dp_index_entry **out)
{
	char path[PATH_MAX], *text;
	int64_t mtime = 0;
	size_t n = 0;

	*out = NULL;
	if (!ctx->opts.cache_dir ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", ctx->opts.cache_dir, FILE_NAME) >=
		    sizeof(path))
		return 0;
	text = read_text(path, &mtime);
	if (!text)
		return 0;
	*out = dp_arena_array(arena, 2 * DP_INDEX_MAX_FILES, sizeof(**out));
	if (*out)
		n = read_entries(arena, text, mtime, *out);
	free(text);
	return n;
}

/* -------------------------------------------------------------- writing */

static void write_match(FILE *f, const struct dp_match *m)
{
	if (m->by_id)
		fprintf(f, "\tpci:%04x:%04x", m->vendor, m->device);
	else if (m->by_class)
		fprintf(f, "\tclass:%06x/%06x", m->class, m->class_mask);
	else if (m->uio)
		fprintf(f, "\tuio:%s", m->uio);
	else
		fprintf(f, "\tof:%s", m->of);
}

/* a title may have any character that YAML can quote */
static void write_text(FILE *f, const char *s)
{
	fputc('\t', f);
	for (; s && *s; s++)
		fputc(*s == '\t' || *s == '\n' ? ' ' : *s, f);
}

static bool has_break(const char *s)
{
	return s && strpbrk(s, "\t\n");
}

/* a text that this form cannot hold is parsed again each time instead */
static bool is_writable(const struct dp_index_entry *e)
{
	for (size_t i = 0; i < e->n_matches; i++) {
		const struct dp_match *m = &e->matches[i];

		if (has_break(m->uio) || has_break(m->of) ||
		    (!m->by_id && !m->by_class && !m->uio && !m->of))
			return false;
	}
	return e->mtime_ns >= 0 && e->n_matches <= MAX_MATCHES;
}

static void write_entry(FILE *f, const struct dp_index_entry *e)
{
	if (!is_writable(e))
		return;
	fprintf(f, "%s\t%" PRId64 "\t%" PRIu64 "\t%c", e->path, e->mtime_ns, e->size,
		e->bad ? 'b' : '-');
	write_text(f, e->name);
	write_text(f, e->title);
	fprintf(f, "\t%zu", e->n_matches);
	for (size_t i = 0; i < e->n_matches; i++)
		write_match(f, &e->matches[i]);
	fputc('\n', f);
}

static int by_path(const void *a, const void *b)
{
	const struct dp_index_entry *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

static bool write_all(FILE *f, const struct dp_index_entry *v, size_t n,
		      const struct dp_index_entry *more, size_t n_more)
{
	const struct dp_index_entry **sorted;
	size_t total = 0;

	if (n_more > DP_INDEX_MAX_FILES)
		n_more = DP_INDEX_MAX_FILES;
	sorted = calloc(n + n_more + 1, sizeof(struct dp_index_entry *));
	if (!sorted)
		return false;
	for (size_t i = 0; i < n; i++)
		sorted[total++] = &v[i];
	for (size_t i = 0; i < n_more; i++)
		sorted[total++] = &more[i];
	qsort(sorted, total, sizeof(*sorted), by_path);
	fputs(VERSION, f);
	for (size_t i = 0; i < total; i++)
		if (!i || strcmp(sorted[i - 1]->path, sorted[i]->path) != 0)
			write_entry(f, sorted[i]);
	free(sorted);
	return !ferror(f);
}

/* the whole text in memory, with its checked last line */
static char *compose(const struct dp_index_entry *v, size_t n, const struct dp_index_entry *more,
		     size_t n_more, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);
	bool good;

	if (!f)
		return NULL;
	good = write_all(f, v, n, more, n_more) && !fflush(f);
	if (good)
		fprintf(f, "end %016" PRIx64 "\n", dp_fnv1a(DP_FNV1A_START, text, *len));
	good = !fclose(f) && good && *len <= MAX_SIZE;
	if (!good) {
		free(text);
		return NULL;
	}
	return text;
}

/* beside it and renamed, so that a reader sees the old one or the new one */
void dp_index_write(struct dp_ctx *ctx, const struct dp_index_entry *v, size_t n,
		    const struct dp_index_entry *more, size_t n_more)
{
	char path[PATH_MAX], temp[PATH_MAX], *text;
	const char *dir = ctx->opts.cache_dir;
	size_t len;
	bool good;
	int fd;

	if ((size_t)snprintf(temp, sizeof(temp), "%s/.%s.XXXXXX", dir, FILE_NAME) >= sizeof(temp))
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, FILE_NAME);
	text = compose(v, n, more, n_more, &len);
	if (!text)
		return;
	if (!dp_file_make_dir(dir))
		goto out;
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		goto out;
	good = write(fd, text, len) == (ssize_t)len;
	if (close(fd) || !good || rename(temp, path))
		unlink(temp);
out:
	free(text);
}
