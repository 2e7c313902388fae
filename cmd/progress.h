/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.h - how far something long has come: a bar on a terminal's standard error */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stdint.h>

/* @done of @total bytes; the bar comes when a second has passed since the first call with @done 0.
 * Nothing is shown with -q, or when standard error is no terminal. */
void progress(uint64_t done, uint64_t total);
/* wipe it: something else is to be said, or it is over */
void progress_wipe(void);

#endif
