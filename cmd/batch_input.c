/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch_input.c - lines from a file, a pipe or a string, with one buffer */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch.h"
#include "out.h"
#include "signals.h"

#define FIRST_ROOM   ((size_t)1 << 16)
#define LONGEST_LINE ((size_t)1 << 20)

static bool is_directory(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISDIR(st.st_mode);
}

int input_open(struct input *in, const char *file, struct dp_err *err)
{
	bool standard = !file || !strcmp(file, "-");

	*in = (struct input){.name = standard ? "stdin" : file, .fd = STDIN_FILENO};
	if (!standard)
		in->fd = open(file, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return dp_err_set(err, errno, errno == EACCES ? DP_PERMISSION : DP_NAME,
				  "cannot read '%s': %s", file, strerror(errno));
	if (is_directory(in->fd)) {
		input_close(in);
		return dp_err_set(err, EISDIR, DP_NAME, "cannot read '%s': %s", in->name,
				  strerror(EISDIR));
	}
	in->room = FIRST_ROOM;
	in->buf = malloc(in->room + 1);
	if (in->buf)
		return 0;
	input_close(in);
	return dp_err_nomem(err);
}

void input_string(struct input *in, const char *name, char *text)
{
	*in = (struct input){.name = name,
			     .fd = -1,
			     .buf = text,
			     .len = strlen(text),
			     .eof = true,
			     .given = true};
}

void input_close(struct input *in)
{
	if (in->given)
		return;
	free(in->buf);
	in->buf = NULL;
	if (in->fd > STDIN_FILENO)
		close(in->fd);
}

/* who waits for our answer must have it before we wait for the next question */
static void flush_before_blocking(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	if (poll(&p, 1, 0) == 0)
		out_flush();
}

static int make_room(struct input *in, struct dp_err *err)
{
	char *bigger;

	if (in->pos) {
		memmove(in->buf, in->buf + in->pos, in->len - in->pos);
		in->len -= in->pos;
		in->pos = 0;
	}
	if (in->len < in->room)
		return 0;
	if (in->room >= LONGEST_LINE)
		return dp_err_set(err, E2BIG, DP_USAGE, "a line is longer than %zu bytes",
				  LONGEST_LINE);
	bigger = realloc(in->buf, 2 * in->room + 1);
	if (!bigger)
		return dp_err_nomem(err);
	in->buf = bigger;
	in->room *= 2;
	return 0;
}

static int fill(struct input *in, struct dp_err *err)
{
	ssize_t n;
	int rc = make_room(in, err);

	if (rc)
		return rc;
	flush_before_blocking(in->fd);
	do
		n = read(in->fd, in->buf + in->len, in->room - in->len);
	while (n < 0 && errno == EINTR && !signals_pending());
	if (n < 0 && !signals_pending())
		return dp_err_set(err, errno, DP_IO, "cannot read '%s': %s", in->name,
				  strerror(errno));
	in->eof = n <= 0;
	in->len += n > 0 ? n : 0;
	return 0;
}

/* index of the next line end at or after @from, reading more as needed; in->len at the end */
static int find_end(struct input *in, size_t *skip, size_t *end, struct dp_err *err)
{
	for (;;) {
		char *start = in->buf + in->pos;
		char *nl = memchr(start + *skip, '\n', in->len - in->pos - *skip);
		int rc;

		if (nl || in->eof) {
			*end = nl ? (size_t)(nl - in->buf) : in->len;
			return 0;
		}
		*skip = in->len - in->pos;
		rc = fill(in, err);
		if (rc)
			return rc;
	}
}

int input_line(struct input *in, char **line, struct dp_err *err)
{
	size_t skip = 0, end;

	in->line = in->ends + 1;
	for (;;) {
		int rc = find_end(in, &skip, &end, err);

		if (rc)
			return rc;
		in->ends++;
		if (end == in->len && end == in->pos)
			return 0;
		if (end == in->len || end == in->pos + skip || in->buf[end - 1] != '\\')
			break;
		/* joined: the backslash and the line end go (XCU 2.2.1) */
		memmove(in->buf + end - 1, in->buf + end + 1, in->len - end - 1);
		in->len -= 2;
		skip = end - 1 - in->pos;
	}
	if (memchr(in->buf + in->pos, '\0', end - in->pos))
		return dp_err_set(err, EINVAL, DP_USAGE, "'%s' is no text", in->name);
	*line = in->buf + in->pos;
	in->buf[end] = '\0';
	in->pos = end < in->len ? end + 1 : end;
	return 1;
}
