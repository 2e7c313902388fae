/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * out.h - the only writers of standard output
 *
 * Buffered; flushed at the end of a command, or of a batch.  The first write error sticks.
 */
#ifndef CMD_OUT_H
#define CMD_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devpoke.h"

void out_init(void);
void out(const char *fmt, ...) DP_PRINTF(1, 2);
void out_write(const void *data, size_t len);
void out_str(const char *text);
/* "0x" and @bits / 4 digits, at least one, more where @value has more */
void out_hex(struct dp_wide value, unsigned bits);
/* between these two, output is collected instead of written: a batch prints a value that it has
 * seen before from memory.  Return: the text, valid until the next capture */
void out_capture(void);
const char *out_captured(size_t *len);
/* 0, or the errno of the first write that failed */
int out_flush(void);
int out_error(void);
bool out_is_terminal(void);
/* wait that long at most, less when a signal comes; Return: true when nobody reads any more what
 * is written */
bool out_wait(uint64_t ns);

#endif
