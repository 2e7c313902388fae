/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file.c - whole files, read in one go */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"

int dp_file_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* a file that becomes shorter meanwhile has the bytes that are left */
static int fill(int fd, char *data, size_t size, size_t *got)
{
	*got = 0;
	while (*got < size) {
		ssize_t n = read(fd, data + *got, size - *got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		*got += (size_t)n;
	}
	data[*got] = 0;
	return 0;
}

int dp_file_read(int fd, size_t max, char **data, size_t *size)
{
	struct stat st;
	int rc;

	*data = NULL;
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADF;
	if ((uintmax_t)st.st_size > max)
		return -EFBIG;
	*data = malloc((size_t)st.st_size + 1);
	if (!*data)
		return -ENOMEM;
	rc = fill(fd, *data, (size_t)st.st_size, size);
	if (rc) {
		free(*data);
		*data = NULL;
	}
	return rc;
}

const char *dp_file_error(int errnum)
{
	return errnum == EBADF ? "it is no regular file" : strerror(errnum);
}

/* with the folder that it lies in, as that of a new user's caches is made by the first who needs
 * it (XDG Base Directory Specification, "Referencing this specification") */
bool dp_file_make_dir(const char *dir)
{
	char above[PATH_MAX], *slash;

	if (!mkdir(dir, 0700) || errno == EEXIST)
		return true;
	if (errno != ENOENT || (size_t)snprintf(above, sizeof(above), "%s", dir) >= sizeof(above))
		return false;
	slash = strrchr(above, '/');
	if (!slash)
		return false;
	*slash = '\0';
	return !mkdir(above, 0700) && !mkdir(dir, 0700);
}
