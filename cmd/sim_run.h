/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim_run.h - a command with a lab of its own */
#ifndef CMD_SIM_RUN_H
#define CMD_SIM_RUN_H

#include "cmd.h"

/* a lab with the first @n_models operands of @c, the command behind them; Return: its exit
 * code, 128 + n when a signal ended it */
int sim_run(struct cmd *c, struct dp_ctx *ctx, size_t n_models, uint64_t ttl_ns);

#endif
