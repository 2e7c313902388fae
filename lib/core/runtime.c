/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * runtime.c - the folder of labs and locks
 *
 * What lies in it lets its owner run code as this user (sockets of QEMU), so each folder on
 * the way is opened O_DIRECTORY|O_NOFOLLOW and must be ours and closed to others.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"

static int check_owner(int fd, const char *path, bool create, struct dp_err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return dp_err_set(err, errno, DP_IO, "cannot look at '%s': %s", path,
				  strerror(errno));
	/* root may look into a user's folder, never the other way round */
	if (st.st_uid != geteuid() && geteuid() != 0)
		return dp_err_set(err, EPERM, DP_PERMISSION, "'%s' belongs to user %u, not to you",
				  path, (unsigned)st.st_uid);
	if (st.st_uid != geteuid() && create) {
		dp_err_set(err, EPERM, DP_PERMISSION,
			   "'%s' belongs to user %u: root looks into it and makes nothing there",
			   path, (unsigned)st.st_uid);
		dp_err_hint(err, "as that user, or set DEVPOKE_RUNTIME to a folder of your own");
		return -EPERM;
	}
	if (st.st_mode & 077) {
		dp_err_set(err, EPERM, DP_PERMISSION, "'%s' is open to others (mode %03o)", path,
			   (unsigned)st.st_mode & 0777);
		dp_err_hint(err, "chmod 700 '%.200s'", path);
		return -EPERM;
	}
	return 0;
}

/* O_NOFOLLOW on a link answers ENOTDIR with O_DIRECTORY */
static int cannot_enter(int parent, const char *name, const char *path, int errnum,
			struct dp_err *err)
{
	bool link = readlinkat(parent, name, (char[1]){0}, 1) >= 0;

	return dp_err_set(err, errnum, errnum == ENOENT ? DP_ABSENT : DP_PERMISSION,
			  "cannot open the runtime folder '%s': %s", path,
			  link ? "it is a symbolic link" : strerror(errnum));
}

static int enter(int parent, const char *name, const char *path, bool create, struct dp_err *err)
{
	int fd, rc;

	if (create && mkdirat(parent, name, 0700) && errno != EEXIST) {
		rc = dp_err_set(err, errno, dp_file_code(errno),
				"cannot make the runtime folder '%s': %s", path, strerror(errno));
		dp_err_hint(err, "set DEVPOKE_RUNTIME to a folder that you can write");
		return rc;
	}
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return cannot_enter(parent, name, path, errno, err);
	rc = check_owner(fd, path, create, err);
	if (rc) {
		close(fd);
		return rc;
	}
	return fd;
}

/* open each part of @sub below @fd (closed here), making them when @create */
static int descend(int fd, char *buf, size_t size, const char *sub, bool create, struct dp_err *err)
{
	while (*sub) {
		size_t n = strcspn(sub, "/");
		char part[128];
		int next;

		snprintf(part, sizeof(part), "%.*s", (int)n, sub);
		if (strlen(buf) + n + 2 > size || n >= sizeof(part)) {
			close(fd);
			return dp_err_set(err, ENAMETOOLONG, DP_IO, "the path '%s/%s' is too long",
					  buf, part);
		}
		strcat(buf, "/");
		strcat(buf, part);
		next = enter(fd, part, buf, create, err);
		close(fd);
		if (next < 0)
			return next;
		fd = next;
		sub += n + (sub[n] == '/');
	}
	close(fd);
	return 0;
}

int dp_runtime_dir(struct dp_ctx *ctx, const char *sub, bool create, char *buf, size_t size,
		   struct dp_err *err)
{
	const char *dir = ctx->opts.runtime_dir;
	size_t n;
	int fd;

	if (!dir) {
		dp_err_set(err, ENOENT, DP_ABSENT, "there is no runtime folder");
		dp_err_hint(err, "set DEVPOKE_RUNTIME to a folder that you can write");
		return -ENOENT;
	}
	n = strlen(dir);
	/* with a slash behind it a link would be followed */
	while (n > 1 && dir[n - 1] == '/')
		n--;
	if ((size_t)snprintf(buf, size, "%.*s", (int)n, dir) >= size)
		return dp_err_set(err, ENAMETOOLONG, DP_IO, "the path '%.60s...' is too long", dir);
	fd = enter(AT_FDCWD, buf, buf, create, err);
	if (fd < 0)
		return fd;
	return descend(fd, buf, size, sub ? sub : "", create, err);
}
