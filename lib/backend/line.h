/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * line.h - lines of text over a Unix socket, every wait with a deadline
 *
 * What QEMU's two protocols, qtest and QMP, have in common.  The functions return bare
 * errno values: only the caller knows what the line was for.
 */
#ifndef DP_LINE_H
#define DP_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "core/core.h"

/**
 * struct dp_line - one connection
 * @fd: -1 = not connected
 * @max: longest line believed, bytes
 * @taken: length of the line handed out last, its end included
 */
struct dp_line {
	int fd;
	char *buf;
	size_t len, cap, max, taken;
};

/* longest path of a Unix socket (unix(7): sun_path with its final NUL) */
#define DP_LINE_PATH_MAX 107

/* Return: 0; -ENAMETOOLONG, or what socket(2) and connect(2) say */
int dp_line_connect(struct dp_line *l, const char *path, size_t max);
/* give an already connected descriptor to @l, which then owns it */
void dp_line_attach(struct dp_line *l, int fd, size_t max);
void dp_line_close(struct dp_line *l);
/* Return: 0; -ENODEV: the other end is gone; -ETIMEDOUT */
int dp_line_send(struct dp_line *l, const char *text, size_t len, uint64_t deadline_ns);

/*
 * The next line, without its end, valid until the next call.
 * @ctx: whose interrupted() ends the wait with -EINTR; NULL = only the deadline does
 * Return: 0; -ENODEV: the other end is gone; -ETIMEDOUT; -EMSGSIZE: longer than max;
 * -ENOMEM.
 */
int dp_line_get(struct dp_line *l, struct dp_ctx *ctx, uint64_t deadline_ns, char **line);

#endif
