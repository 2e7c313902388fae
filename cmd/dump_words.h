/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_words.h - hex and raw dumps of a range: words, whatever they mean */
#ifndef CMD_DUMP_WORDS_H
#define CMD_DUMP_WORDS_H

#include "cmd.h"

/* rows of hex words, or the "words" of JSON; Return: an exit code */
int dump_words(struct cmd *c, struct dp_dev *dev, const struct dp_range *r);
/* --raw: the bytes themselves, to -o FILE or standard output */
int dump_raw(struct cmd *c, struct dp_dev *dev, const struct dp_range *r);

#endif
