/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_version.c - devpoke version */
#include "out.h"
#include "verbs.h"

static int run(struct cmd *c)
{
	json_str(c->doc, "version", DP_VERSION);
	if (!c->doc)
		out("devpoke %s\n", DP_VERSION);
	return EXIT_DONE;
}

const struct verb verb_version = {
	.name = "version",
	.fn = run,
	.synopsis = "",
	.summary = "the version of this program",
	.examples = "devpoke version\n",
};
