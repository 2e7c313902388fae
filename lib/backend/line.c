/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line.c - lines of text over a Unix socket, every wait with a deadline */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "backend/line.h"

void dp_line_attach(struct dp_line *l, int fd, size_t max)
{
	memset(l, 0, sizeof(*l));
	l->fd = fd;
	l->max = max;
}

int dp_line_connect(struct dp_line *l, const char *path, size_t max)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd, rc;

	dp_line_attach(l, -1, max);
	if (strlen(path) > DP_LINE_PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(addr.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		rc = -errno;
		close(fd);
		return rc;
	}
	l->fd = fd;
	return 0;
}

void dp_line_close(struct dp_line *l)
{
	if (l->fd >= 0)
		close(l->fd);
	free(l->buf);
	dp_line_attach(l, -1, l->max);
}

/* wait for @events in slices, so that an interruption is seen whoever took the signal */
static int await(const struct dp_line *l, short events, struct dp_ctx *ctx, uint64_t deadline_ns)
{
	struct pollfd p = {.fd = l->fd, .events = events};

	for (;;) {
		uint64_t now = dp_now_ns(), left;

		if (ctx && dp_interrupted(ctx))
			return -EINTR;
		if (now >= deadline_ns)
			return -ETIMEDOUT;
		left = (deadline_ns - now) / 1000000 + 1;
		if (poll(&p, 1, left < 50 ? (int)left : 50) > 0)
			return 0;
	}
}

int dp_line_send(struct dp_line *l, const char *text, size_t len, uint64_t deadline_ns)
{
	if (l->fd < 0)
		return -ENODEV;
	while (len) {
		ssize_t n = send(l->fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			int rc = await(l, POLLOUT, NULL, deadline_ns);

			if (rc)
				return rc;
		} else if (n == 0 || errno != EINTR) {
			return -ENODEV;
		}
	}
	return 0;
}

static int grow(struct dp_line *l)
{
	size_t cap = l->cap ? l->cap * 2 : 256;
	char *buf;

	if (l->len > l->max)
		return -EMSGSIZE;
	buf = realloc(l->buf, cap);
	if (!buf)
		return -ENOMEM;
	l->buf = buf;
	l->cap = cap;
	return 0;
}

/* more bytes behind those that are there */
static int fill(struct dp_line *l)
{
	ssize_t n;

	if (l->len == l->cap) {
		int rc = grow(l);

		if (rc)
			return rc;
	}
	n = recv(l->fd, l->buf + l->len, l->cap - l->len, MSG_DONTWAIT);
	if (n > 0)
		l->len += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		return -ENODEV;
	return 0;
}

int dp_line_get(struct dp_line *l, struct dp_ctx *ctx, uint64_t deadline_ns, char **line)
{
	size_t seen = 0;

	if (l->fd < 0)
		return -ENODEV;
	if (l->taken) {
		memmove(l->buf, l->buf + l->taken, l->len - l->taken);
		l->len -= l->taken;
		l->taken = 0;
	}
	for (;;) {
		char *end = l->len > seen ? memchr(l->buf + seen, '\n', l->len - seen) : NULL;
		int rc;

		if (end) {
			l->taken = (size_t)(end - l->buf) + 1;
			if (end > l->buf && end[-1] == '\r')
				end--;
			*end = '\0';
			*line = l->buf;
			return l->taken > l->max ? -EMSGSIZE : 0;
		}
		if (l->len > l->max)
			return -EMSGSIZE;
		seen = l->len;
		rc = await(l, POLLIN, ctx, deadline_ns);
		if (!rc)
			rc = fill(l);
		if (rc)
			return rc;
	}
}
