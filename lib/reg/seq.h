/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seq.h - a sequence being prepared and run: seq_args.c, seq.c */
#ifndef DP_SEQ_H
#define DP_SEQ_H

#include "reg/step.h"

/**
 * struct dp_seq - a sequence with its arguments
 * @name: with the prefix of its instance
 * @values: by argument, owned; @vars: these, for the steps; @outer: the caller's
 * @jobs: @n of them, those up to @until
 */
struct dp_seq {
	struct dp_dev *dev;
	struct dp_inst *inst;
	const struct dp_desc_seq *def;
	char name[DP_PATH_MAX];
	char **values;
	struct dp_vars vars;
	const struct dp_vars *outer;
	struct dp_job *jobs;
	size_t n;
	char *until;
};

/* seq_args.c: defaults, and over them "NAME=VALUE" each; fills values and vars */
int dp_seq_take_args(struct dp_seq *seq, const char *const *args, size_t n, struct dp_err *err);
void dp_seq_free_args(struct dp_seq *seq);

#endif
