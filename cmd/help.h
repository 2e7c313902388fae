/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.h - texts made from the verb and option tables */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "cmd.h"

struct help_topic {
	const char *name, *summary, *text;
};

extern const struct help_topic help_topics[];
extern const size_t n_help_topics;

/* bare `devpoke` */
int help_intro(struct cmd *c);
/* -h of @verb or of its sub-verb @sub */
int help_verb(struct cmd *c, const struct verb *verb, const struct verb *sub);

#endif
