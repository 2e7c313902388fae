/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_args.h - the command line of a lab's QEMU */
#ifndef DP_LAB_ARGS_H
#define DP_LAB_ARGS_H

#include "backend/lab.h"

#define DP_LAB_ARGS 512

/**
 * struct dp_lab_args - @argv: NULL-terminated, each owned
 * @spec: of each, the user's model that it was made from, or NULL
 */
struct dp_lab_args {
	char *argv[DP_LAB_ARGS];
	const char *spec[DP_LAB_ARGS];
	size_t n;
	bool failed;
};

/* models have ids; those without a place of their own get a root port each */
int dp_lab_args_make(struct dp_lab_args *a, const char *qemu, const struct dp_lab *lab,
		     const struct dp_lab_model *models, size_t n, struct dp_err *err);
void dp_lab_args_free(struct dp_lab_args *a);

/*
 * Turn QEMU's complaint in the lab's log into an error: DP_NAME for a model or property that
 * it has not, else DP_LAB.
 */
int dp_lab_args_words(const struct dp_lab_args *a, const struct dp_lab *lab, struct dp_err *err);
/* the kind of failure that QEMU's @words stand for, with the hint that helps */
void dp_lab_words_hint(const char *words, const char *spec, struct dp_err *err);

#endif
