/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snap_note.h - what is to be said about the names of a snapshot */
#ifndef CMD_SNAP_NOTE_H
#define CMD_SNAP_NOTE_H

#include "cmd.h"

/* a note when @dev, which is @word, is a snapshot that was taken with other names than it is
 * decoded with now */
void snap_note(struct cmd *c, const char *word, struct dp_dev *dev);

#endif
