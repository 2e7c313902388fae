/* SPDX-License-Identifier: GPL-2.0-or-later */
/* builtins.h - verbs that exist in a batch only: use let echo sleep source repeat */
#ifndef CMD_BUILTINS_H
#define CMD_BUILTINS_H

#include "cmd.h"

const struct verb *builtin_by_name(const char *name);

#endif
