/* SPDX-License-Identifier: GPL-2.0-or-later */
/* skipped.h - registers that a bulk reader leaves alone, a line per run of them */
#ifndef CMD_SKIPPED_H
#define CMD_SKIPPED_H

#include "cmd.h"
#include "render.h"

/* registers that were left alone for one reason */
struct skipped_run {
	struct dp_ref_info first, last;
	const char *why;
	size_t n;
};

/**
 * struct skipped - runs that have not been printed yet
 * @path_width: column of the paths
 * @absent: not on this device, counted only
 * @done: what was not done to them; NULL = "read"
 */
struct skipped {
	struct skipped_run runs[4];
	size_t n, absent;
	int path_width;
	const char *done;
};

/* a register of the output's order is left alone, @why of dp_ref_skip() */
void skipped_add(struct cmd *c, struct skipped *s, const struct dp_ref *ref, const char *why);
/* the lines so far: another register's follows, or nothing does */
void skipped_end(struct skipped *s);
/* how many are not on this device, unless -v named them or -q */
void skipped_absent(struct cmd *c, const struct skipped *s);

#endif
