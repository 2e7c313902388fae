/* SPDX-License-Identifier: GPL-2.0-or-later */
/* env.h - everything that comes from the environment, in one place */
#ifndef CMD_ENV_H
#define CMD_ENV_H

#include <limits.h>
#include <stdbool.h>

/**
 * struct env - the program's surroundings
 * @target: $DEVPOKE_TARGET, or NULL
 * @root: $DEVPOKE_ROOT: put before /sys, /proc and /dev (a recorded tree), or NULL
 * @dumb: the terminal, if there is one, moves no cursor
 * @runtime: folder of labs and locks (CLI.md section 6)
 * @user_runtime: for root under sudo: where the user's own labs are, "" = nowhere
 * @desc_dirs, @config_dirs: NULL-terminated search paths
 * @cache: "" = nowhere
 */
struct env {
	const char *target, *root;
	bool no_color, dumb;
	char runtime[PATH_MAX], user_runtime[PATH_MAX], cache[PATH_MAX];
	const char *desc_dirs[4], *config_dirs[3];
	char user_config[PATH_MAX], user_devices[PATH_MAX], own_devices[PATH_MAX];
};

void env_read(struct env *env);
/* $DEVPOKE_TARGET for a program that we start */
void env_export_target(const char *target);

#endif
