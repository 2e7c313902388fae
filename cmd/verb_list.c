/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_list.c - devpoke list: what there is to poke */
#include "msg.h"
#include "out.h"
#include "targets.h"
#include "verbs.h"

static void people(struct cmd *c, const struct targets *t)
{
	size_t hidden;

	targets_print(t, opt_given(&c->opts, OPT_VERBOSE), &hidden);
	if (hidden)
		out("%zu bridge%s not shown; -v shows %s\n", hidden, hidden == 1 ? "" : "s",
		    hidden == 1 ? "it" : "them");
	if (t->n == hidden)
		msg_note(c->where, "nothing here to poke; `devpoke sim start` makes a simulated "
				   "machine to play with");
}

static int run(struct cmd *c)
{
	struct targets t = {0};
	int rc = targets_collect(c, &t);

	if (!rc && c->doc)
		targets_json(json_array(c->doc, "targets"), &t);
	else if (!rc)
		people(c, &t);
	targets_free(&t);
	return rc;
}

const struct verb verb_list = {
	.name = "list",
	.fn = run,
	.synopsis = "",
	.summary = "all targets on this machine and in running labs",
	.text = "Reads attribute files only: no device is opened or woken. Bridges are shown with -v.\n",
	.examples = "devpoke list\n"
		    "devpoke list --json | jq -r '.targets[].target'\n",
};
