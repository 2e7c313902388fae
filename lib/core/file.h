/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file.h - whole files that people or we wrote: bounded, and never waited for */
#ifndef DP_FILE_H
#define DP_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* open @path for reading; who opens a FIFO would wait for its writer, so this does not.
 * Return: a descriptor, or -errno */
int dp_file_open(const char *path);

/* the bytes of a regular file of at most @max bytes, with a NUL behind them; free() *@data.
 * Return: 0; -EBADF: it is no regular file; -EFBIG; -ENOMEM; what fstat(2) and read(2) say */
int dp_file_read(int fd, size_t max, char **data, size_t *size);

/* a folder for our own files is there afterwards; false: it cannot be made */
bool dp_file_make_dir(const char *dir);

/* what to say of an errno value of these two */
const char *dp_file_error(int errnum);

#endif
