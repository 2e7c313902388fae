/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint.h - what only lint says */
#ifndef DP_LINT_H
#define DP_LINT_H

struct dp_draft;
struct dp_node;

/* NAME is found as NAME.yaml, so that device.name should be its file's */
void dp_lint_stem(struct dp_draft *dr, const struct dp_node *name);

#endif
