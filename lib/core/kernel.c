/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel.c - small files of /sys, /proc and /boot */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel.h"

__attribute__((format(printf, 4, 0))) static int path_v(const struct dp_ctx *ctx, char *path,
							size_t size, const char *fmt, va_list args)
{
	char tail[PATH_MAX];
	int n = vsnprintf(tail, sizeof(tail), fmt, args);

	if (n < 0 || (size_t)n >= sizeof(tail))
		return -ENAMETOOLONG;
	return dp_root_path(ctx, path, size, "%s", tail);
}

/* read(2) until the end: one read of a sysfs attribute gives at most a page */
static ssize_t slurp(int fd, char *buf, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t n = read(fd, buf + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return (ssize_t)have;
		have += (size_t)n;
	}
	return -EFBIG;
}

static size_t tidy(char *text, size_t len)
{
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	text[len] = 0;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] >= 0x7f ||
		    (text[i] < ' ' && text[i] != '\n' && text[i] != '\t'))
			text[i] = '?';
	return len;
}

int dp_attr_read(const struct dp_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list args;
	ssize_t n;
	int fd, rc;

	buf[0] = 0;
	va_start(args, fmt);
	rc = path_v(ctx, path, sizeof(path), fmt, args);
	va_end(args);
	if (rc)
		return rc;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	n = slurp(fd, buf, size);
	close(fd);
	if (n < 0) {
		buf[0] = 0;
		return (int)n;
	}
	return (int)tidy(buf, (size_t)n);
}

int dp_attr_link(const struct dp_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
{
	char path[PATH_MAX], link[PATH_MAX];
	const char *last;
	va_list args;
	ssize_t n;
	int rc;

	buf[0] = 0;
	va_start(args, fmt);
	rc = path_v(ctx, path, sizeof(path), fmt, args);
	va_end(args);
	if (rc)
		return rc;
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		return -errno;
	link[n] = 0;
	last = strrchr(link, '/');
	last = last ? last + 1 : link;
	if (strlen(last) >= size)
		return -ENAMETOOLONG;
	strcpy(buf, last);
	tidy(buf, strlen(buf));
	return 0;
}

int dp_attr_number(const struct dp_ctx *ctx, uint64_t *out, const char *fmt, ...)
{
	char tail[PATH_MAX], text[64], *end;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(tail, sizeof(tail), fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(tail))
		return -ENAMETOOLONG;
	n = dp_attr_read(ctx, text, sizeof(text), "%s", tail);
	if (n < 0)
		return n;
	if (!isdigit((unsigned char)text[0]))
		return -EBADMSG;
	errno = 0;
	*out = strtoull(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	return errno || *end ? -EBADMSG : 0;
}

bool dp_kernel_locked_down(const struct dp_ctx *ctx)
{
	char text[128];

	if (dp_attr_read(ctx, text, sizeof(text), "/sys/kernel/security/lockdown") <= 0)
		return false;
	return strstr(text, "[integrity]") || strstr(text, "[confidentiality]");
}

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += n)
		if ((at == text || isspace((unsigned char)at[-1])) &&
		    (!at[n] || isspace((unsigned char)at[n])))
			return true;
	return false;
}

int dp_kernel_strict_devmem(const struct dp_ctx *ctx)
{
	char text[8192], path[PATH_MAX], line[256];
	int strict = 0;
	FILE *f;

	if (dp_attr_read(ctx, text, sizeof(text), "/proc/cmdline") > 0 &&
	    has_word(text, "iomem=relaxed"))
		return 0;
	if (dp_attr_read(ctx, text, 128, "/proc/sys/kernel/osrelease") <= 0 ||
	    dp_root_path(ctx, path, sizeof(path), "/boot/config-%s", text))
		return -1;
	f = fopen(path, "re");
	if (!f)
		return -1;
	while (!strict && fgets(line, sizeof(line), f))
		strict = !strncmp(line, "CONFIG_IO_STRICT_DEVMEM=y", 25);
	fclose(f);
	return strict;
}
