/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * save.h - an output file that is whole or not there
 *
 * A regular file is written under no name, and gets its own when all of it is on the disk: who
 * is killed leaves nothing.  What is something else (a device node, a pipe) is written as it is.
 */
#ifndef CMD_SAVE_H
#define CMD_SAVE_H

#include "cmd.h"

/**
 * struct save - such a file
 * @name: as given; NULL or "-" = standard output
 * @path: of the file that @name leads to, behind links
 * @tmp: its name meanwhile, "" = it has none
 * @fd: -1 = standard output, or not open
 */
struct save {
	const char *name;
	char path[4096], tmp[4096 + 32];
	int fd;
	bool direct;
};

/* can it be written?  Before anything is touched; Return: an exit code */
int save_open(struct cmd *c, struct save *s, const char *name);
/* all of it; it has its name then.  Or what was there before is as it was. */
int save_write(struct cmd *c, struct save *s, const char *data, size_t len);
/* put away what is not needed; after success, too */
void save_close(struct save *s);

#endif
