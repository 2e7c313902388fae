/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save.c - an output file that is whole or not there */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out.h"
#include "save.h"

static int failed(struct cmd *c, const struct save *s, int errnum)
{
	enum dp_code code = errnum == EACCES || errnum == EPERM || errnum == EROFS ? DP_PERMISSION
			    : errnum == ENOENT || errnum == ENOTDIR                ? DP_ABSENT
										   : DP_IO;

	dp_err_set(&c->err, errnum, code, "cannot write '%s': %s", s->name, strerror(errnum));
	return cmd_fail(c);
}

/* the folder that the file is to be in */
static void folder_of(const struct save *s, char *buf, size_t size)
{
	const char *slash = strrchr(s->path, '/');

	if (!slash)
		snprintf(buf, size, ".");
	else
		snprintf(buf, size, "%.*s", (int)(slash > s->path ? slash - s->path : 1), s->path);
}

/* without a name where the file system can, else under one that nobody else uses */
static int open_new(struct save *s)
{
	char folder[sizeof(s->path)];

	folder_of(s, folder, sizeof(folder));
	s->fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	if (s->fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return s->fd < 0 ? errno : 0;
	snprintf(s->tmp, sizeof(s->tmp), "%s.%ld.tmp", s->path, (long)getpid());
	s->fd = open(s->tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (s->fd >= 0)
		return 0;
	s->tmp[0] = '\0';
	return errno;
}

/* what exists is written itself when it is no regular file; rights of one that is are kept */
static int open_existing(struct save *s, const struct stat *st)
{
	int rc;

	if (S_ISREG(st->st_mode)) {
		if (access(s->path, W_OK))
			return errno;
		rc = open_new(s);
		if (!rc && fchmod(s->fd, st->st_mode & 07777))
			rc = errno;
		return rc;
	}
	s->direct = true;
	s->fd = open(s->path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	return s->fd < 0 ? errno : 0;
}

int save_open(struct cmd *c, struct save *s, const char *name)
{
	char real[PATH_MAX];
	struct stat st;
	int rc;

	*s = (struct save){.name = name, .fd = -1};
	if (!name || !strcmp(name, "-")) {
		s->name = "standard output";
		return 0;
	}
	if ((size_t)snprintf(s->path, sizeof(s->path), "%s", realpath(name, real) ? real : name) >=
	    sizeof(s->path))
		return failed(c, s, ENAMETOOLONG);
	rc = stat(s->path, &st) ? open_new(s) : open_existing(s, &st);
	return rc ? failed(c, s, rc) : 0;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int give_name(struct save *s)
{
	char fd[64];

	if (!s->tmp[0]) {
		snprintf(fd, sizeof(fd), "/proc/self/fd/%d", s->fd);
		snprintf(s->tmp, sizeof(s->tmp), "%s.%ld.tmp", s->path, (long)getpid());
		if (linkat(AT_FDCWD, fd, AT_FDCWD, s->tmp, AT_SYMLINK_FOLLOW)) {
			s->tmp[0] = '\0';
			return errno;
		}
	}
	if (rename(s->tmp, s->path))
		return errno;
	s->tmp[0] = '\0';
	return 0;
}

int save_write(struct cmd *c, struct save *s, const char *data, size_t len)
{
	int rc;

	if (s->fd < 0) {
		out_write(data, len);
		return 0;
	}
	rc = write_all(s->fd, data, len);
	if (!rc && !s->direct)
		rc = fsync(s->fd) ? errno : give_name(s);
	/* who reads a pipe may have seen enough */
	return rc && !(rc == EPIPE && s->direct) ? failed(c, s, rc) : 0;
}

void save_close(struct save *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (s->tmp[0])
		unlink(s->tmp);
	s->fd = -1;
	s->tmp[0] = '\0';
}
