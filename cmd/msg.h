/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msg.h - the only writers of standard error, but for the bar of progress.h */
#ifndef CMD_MSG_H
#define CMD_MSG_H

#include <stdbool.h>

#include "devpoke.h"

struct where;

enum msg_color { MSG_COLOR_AUTO, MSG_COLOR_ALWAYS, MSG_COLOR_NEVER };

void msg_set_color(enum msg_color color);
/* is what goes to @fd coloured? */
bool msg_color_on(int fd);
void msg_set_quiet(bool quiet);
bool msg_quiet(void);
/* "devpoke: [FILE:LINE: ]MESSAGE" and "hint: ..." */
void msg_error(const struct dp_err *err, const struct where *where);
/* one line that is no error: silenced by -q */
void msg_note(const struct where *where, const char *text);
/* a line as it is (trace) */
void msg_line(const char *text);

#endif
