/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diff.h - two sides being compared: verb_diff.c and what it is made of
 *
 * diff_side.c finds and opens them, diff_regs.c compares registers, diff_words.c words that no
 * description names, diff_show.c says what differs.
 */
#ifndef CMD_DIFF_H
#define CMD_DIFF_H

#include "cmd.h"

/**
 * struct side - one of the two
 * @word: as typed; @snap: it is a snapshot
 * @lists: described registers, and those of configuration space when a snapshot has them
 * @refs, @n: all of these in order; @sorted: the same by path
 */
struct side {
	const char *word;
	struct dp_dev *dev;
	const struct dp_snap *snap;
	struct dp_refs lists[2];
	struct dp_ref **refs, **sorted;
	size_t n;
};

/* bits of a register that --ignore names */
struct ignored {
	char path[200];
	uint64_t mask;
};

/**
 * struct diff - a comparison
 * @differs: of the JSON document; @any: something differs
 * @hidden_*: fields that differ and are not shown, registers that were not compared
 */
struct diff {
	struct cmd *c;
	struct side a, b;
	struct ignored *ignored;
	size_t n_ignored;
	struct json *differs;
	uint64_t hidden_volatile, hidden_unique, skipped;
	bool all, any, color;
};

/* diff_side.c; each Return: an exit code */
int diff_find(struct diff *d);
/* both are open: their registers */
int diff_resolve(struct diff *d);
int diff_parse_ignored(struct diff *d);
uint64_t diff_ignored(const struct diff *d, const char *reg_path);
struct dp_ref *side_ref(const struct side *s, const char *path);
void diff_free(struct diff *d);

/* diff_regs.c, diff_words.c */
int diff_regs(struct diff *d);
int diff_words(struct diff *d);

/* diff_show.c: a value on each side; a NULL text means nothing */
struct seen {
	struct dp_wide value;
	const char *text;
};
void diff_show(struct diff *d, const char *path, unsigned bits, const struct seen *a,
	       const struct seen *b);
/* only one side has it; the other is NULL */
void diff_show_one(struct diff *d, const char *path, unsigned bits, const struct seen *a,
		   const struct seen *b);
void diff_show_end(struct diff *d);

#endif
