/* SPDX-License-Identifier: GPL-2.0-or-later */
/* targets.h - the targets of this machine and of running labs, collected */
#ifndef CMD_TARGETS_H
#define CMD_TARGETS_H

#include "cmd.h"

struct targets {
	struct dp_dev_info *v;
	size_t n, room;
};

/* all of them; for root under sudo the labs of that user too; Return: an exit code */
int targets_collect(struct cmd *c, struct targets *t);
/* those of one lab, in the order they were given to it */
int targets_of_lab(struct cmd *c, struct dp_ctx *ctx, const char *lab, struct targets *t);
void targets_free(struct targets *t);
bool targets_is_bridge(const struct dp_dev_info *info);
/* aligned columns; bridges only when @all, else counted in *@hidden */
void targets_print(const struct targets *t, bool all, size_t *hidden);
void targets_json(struct json *arr, const struct targets *t);

#endif
