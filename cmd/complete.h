/* SPDX-License-Identifier: GPL-2.0-or-later */
/* complete.h - the line that a shell wants completed, and what may stand at its cursor */
#ifndef CMD_COMPLETE_H
#define CMD_COMPLETE_H

#include "batch.h"
#include "cmd.h"

/**
 * struct line - a line up to the cursor
 * @v, @n: the words behind the program's name and before the cursor's
 * @lead, @n_lead: of the cursor's word what every offer repeats ("--force=")
 * @word, @len: the rest of it, which every offer starts with
 */
struct line {
	struct cmd *c;
	struct words words;
	char **v;
	size_t n;
	const char *lead, *word;
	size_t n_lead, len;
};

/* print @word when it could stand at the cursor */
void offer(const struct line *l, const char *word);
/* the line with the first @n characters of its word made lead */
struct line line_after(const struct line *l, size_t n);

/* paths of @dev, assignments and conditions included: fields behind a register and a dot or
 * a comma, words of an enum behind an operator */
void complete_paths(const struct line *l, struct dp_dev *dev);
/* the enum words of what @path names */
void complete_words(const struct line *l, struct dp_dev *dev, const char *path);

#endif
