/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ctx.c - the context: everything that the library would else take from its surroundings */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/core.h"

uint64_t dp_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* an empty path is none */
static bool copy(const char *from, const char **to)
{
	*to = from && *from ? strdup(from) : NULL;
	return !from || !*from || *to;
}

static bool copy_list(const char *const *from, const char *const **to)
{
	const char **out;
	bool good = true;
	size_t n = 0;

	while (from && from[n])
		n++;
	out = calloc(n + 1, sizeof(*out));
	for (size_t i = 0; out && good && i < n; i++)
		good = copy(from[i], &out[i]);
	*to = out;
	return out && good;
}

static void free_list(const char *const *list)
{
	for (size_t i = 0; list && list[i]; i++)
		free((char *)list[i]);
	free((void *)list);
}

/* every string is tried, so that what dp_ctx_free() finds is ours */
static bool copy_opts(struct dp_ctx_opts *to, const struct dp_ctx_opts *from)
{
	bool good = copy(from->root, &to->root);

	good &= copy(from->runtime_dir, &to->runtime_dir);
	good &= copy(from->cache_dir, &to->cache_dir);
	good &= copy(from->qemu, &to->qemu);
	good &= copy_list(from->desc_dirs, &to->desc_dirs);
	good &= copy_list(from->config_dirs, &to->config_dirs);
	return good;
}

struct dp_ctx *dp_ctx_new(const struct dp_ctx_opts *opts)
{
	static const struct dp_ctx_opts none;
	struct dp_ctx *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return NULL;
	if (!opts)
		opts = &none;
	ctx->opts = *opts;
	ctx->t0_ns = dp_now_ns();
	if (copy_opts(&ctx->opts, opts))
		return ctx;
	dp_ctx_free(ctx);
	return NULL;
}

void dp_ctx_free(struct dp_ctx *ctx)
{
	if (!ctx)
		return;
	free((char *)ctx->opts.root);
	free((char *)ctx->opts.runtime_dir);
	free((char *)ctx->opts.cache_dir);
	free((char *)ctx->opts.qemu);
	free_list(ctx->opts.desc_dirs);
	free_list(ctx->opts.config_dirs);
	free(ctx);
}

void dp_ctx_set_force(struct dp_ctx *ctx, uint64_t force)
{
	ctx->opts.force = force;
}

bool dp_forced(const struct dp_ctx *ctx, enum dp_class class)
{
	return ctx->opts.force & DP_FORCE(class);
}

bool dp_interrupted(struct dp_ctx *ctx)
{
	return ctx->opts.interrupted && ctx->opts.interrupted(ctx->opts.arg);
}

/* in slices, so that a signal that another thread took ends the wait too */
int dp_sleep_ns(struct dp_ctx *ctx, uint64_t ns)
{
	const uint64_t slice = 50000000;
	uint64_t end = dp_now_ns() + ns;

	for (;;) {
		uint64_t now = dp_now_ns(), left;
		struct timespec ts = {0, 0};

		if (dp_interrupted(ctx))
			return -EINTR;
		if (now >= end)
			return 0;
		left = end - now < slice ? end - now : slice;
		ts.tv_nsec = (long)left;
		nanosleep(&ts, NULL);
	}
}

int dp_refuse_readonly(const char *name, struct dp_err *err)
{
	dp_err_refuse(err, DP_CLASS_RO, "'%s' is read only", name);
	dp_err_hint(err, "no --force class lifts that; only registers that are read only have one");
	return -EPERM;
}

void dp_note(struct dp_ctx *ctx, const char *fmt, ...)
{
	char text[256];
	va_list args;

	if (!ctx->opts.note)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ctx->opts.note(ctx->opts.arg, text);
}

int dp_root_path(const struct dp_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
{
	int n = snprintf(buf, size, "%s", ctx->opts.root ? ctx->opts.root : "");
	va_list args;

	if (n < 0 || (size_t)n >= size)
		return -ENAMETOOLONG;
	va_start(args, fmt);
	n = vsnprintf(buf + n, size - (size_t)n, fmt, args) + n;
	va_end(args);
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

/* what does not fit is counted, as snprintf() does */
static DP_PRINTF(4, 5) void put(char *buf, size_t size, int *n, const char *fmt, ...)
{
	size_t at = (size_t)*n < size ? (size_t)*n : size;
	va_list args;

	va_start(args, fmt);
	*n += vsnprintf(size ? buf + at : NULL, size - at, fmt, args);
	va_end(args);
}

static void put_string(char *buf, size_t size, int *n, const char *key, const char *text)
{
	put(buf, size, n, ",\"%s\":%s", key, text ? "\"" : "null");
	while (text && *text) {
		int plain = 0;

		while ((unsigned char)text[plain] >= ' ' && !strchr("\"\\", text[plain]))
			plain++;
		put(buf, size, n, "%.*s", plain, text);
		text += plain;
		if (*text)
			put(buf, size, n, "\\u%04x", *text++);
	}
	if (text)
		put(buf, size, n, "\"");
}

int dp_trace_json(const struct dp_trace *t, char *buf, size_t size)
{
	int n = 0;

	put(buf, size, &n, "{\"t_us\":%llu,\"op\":\"%c\"", (unsigned long long)t->t_us, t->op);
	put_string(buf, size, &n, "space", t->space);
	put(buf, size, &n,
	    ",\"offset\":\"0x%llx\",\"width\":%u,\"value\":", (unsigned long long)t->offset,
	    t->width);
	if (t->failed)
		put(buf, size, &n, "null");
	else
		put(buf, size, &n, "\"0x%0*llx\"", (int)(t->width / 4),
		    (unsigned long long)t->value);
	put_string(buf, size, &n, "path", t->path);
	put_string(buf, size, &n, "why", t->why);
	put(buf, size, &n, "}");
	return n;
}
