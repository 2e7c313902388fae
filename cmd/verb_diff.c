/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_diff.c - devpoke diff A B: two snapshots or devices, field by field */
#include <unistd.h>

#include "diff.h"
#include "msg.h"
#include "verbs.h"

static int open_side(struct diff *d, const struct side *s)
{
	int rc;

	d->c->target = s->word;
	rc = target_open(d->c, s->dev, 0);
	d->c->target = NULL;
	return rc;
}

static int go(struct diff *d)
{
	int rc = diff_find(d);

	if (!rc)
		rc = open_side(d, &d->a);
	if (!rc)
		rc = open_side(d, &d->b);
	if (!rc)
		rc = diff_parse_ignored(d);
	if (!rc)
		rc = diff_resolve(d);
	if (!rc)
		rc = diff_regs(d);
	if (!rc)
		rc = diff_words(d);
	return rc;
}

static int run(struct cmd *c)
{
	struct diff d = {.c = c,
			 .differs = json_array(c->doc, "differs"),
			 .all = opt_given(&c->opts, OPT_ALL),
			 .color = msg_color_on(STDOUT_FILENO)};
	int rc = go(&d);

	if (rc != EXIT_CHECKED)
		diff_show_end(&d);
	diff_free(&d);
	return !rc && d.any ? EXIT_NEGATIVE : rc;
}

const struct verb verb_diff = {
	.name = "diff",
	.fn = run,
	.synopsis = "A B",
	.summary = "what differs between snapshots, devices, or now and then",
	.text = "Each side is a snapshot, another dump: target, or a device, which is read now; both\n"
		"are decoded with the description of the first, or with -d. Fields that change by\n"
		"themselves or are a device's own are hidden and counted. Exit 1 when something\n"
		"differs.\n",
	.examples = "devpoke diff before.snap sim:nvme\n"
		    "devpoke diff before.snap after.snap --ignore 'A*' --all\n"
		    "devpoke diff 01:00.0 02:00.0\n",
	.options = OPT_BIT(OPT_DESC) | OPT_BIT(OPT_ALL) | OPT_BIT(OPT_IGNORE) | OPT_BIT(OPT_WIDTH),
	.min = 2,
	.max = 2,
};
