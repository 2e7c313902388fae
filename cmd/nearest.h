/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.h - "did you mean", for verbs, options and topics */
#ifndef CMD_NEAREST_H
#define CMD_NEAREST_H

#include <stddef.h>

/* up to three of @words that are near @word, each with @prefix and in single quotes, joined
 * by " or "; "" when none is */
void nearest_words(const char *word, const char *const *words, size_t n, const char *prefix,
		   char *buf, size_t size);

#endif
