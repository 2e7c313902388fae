/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_find.c - devpoke find [DESC] WORD: registers and fields by a part of name or text */
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "render.h"
#include "session.h"
#include "verbs.h"

struct find {
	struct cmd *c;
	struct json *arr;
	const char *desc; /* shown before each path when several are searched */
	size_t hits;
	int rc;
};

static int on_hit(void *arg, const struct dp_ref_info *info)
{
	struct find *f = arg;

	f->hits++;
	if (f->arr) {
		struct json *j = render_item(f->arr, info);

		if (f->desc)
			json_str(j, "description", f->desc);
		return 0;
	}
	if (f->desc)
		out("%-12s ", f->desc);
	out("%-24s %.*s\n", info->path, render_first_line(info->doc), info->doc ? info->doc : "");
	return out_error() ? 1 : 0;
}

static int search(struct find *f, const char *target, const char *word)
{
	struct cmd *c = f->c;
	struct dp_dev *dev;
	int rc;

	c->target = target;
	rc = target_device(c, &dev);
	if (rc)
		return rc;
	if (dp_find(dev, word, on_hit, f, &c->err) < 0)
		return cmd_fail(c);
	return 0;
}

/* a description that does not load must not hide the others */
static int on_desc(void *arg, const char *name, const char *title, const char *file)
{
	struct find *f = arg;
	char spec[300];

	(void)title;
	(void)file;
	if ((size_t)snprintf(spec, sizeof(spec), "desc:%s", name) >= sizeof(spec))
		return 0;
	f->desc = name;
	if (search(f, spec, f->c->argv[0])) {
		f->rc = exit_code_of(&f->c->err);
		f->c->failed = true;
	}
	return out_error() ? 1 : 0;
}

static int run(struct cmd *c)
{
	struct find f = {.c = c, .arr = json_array(c->doc, "items")};
	const char *given = c->opts.value[OPT_TARGET];
	int rc = 0;

	if (c->argc == 2 && given)
		return cmd_usage(c, "-t and the operand '%s' both name a description", c->argv[0]);
	if (!given && c->argc == 2)
		given = c->argv[0];
	if (!given)
		given = c->session->in_force;
	if (given)
		given = target_word(c, given);
	if (given)
		rc = search(&f, given, c->argv[c->argc - 1]);
	else if (c->failed)
		return cmd_fail(c);
	else if (dp_desc_each(session_ctx(c->session), on_desc, &f, &c->err) < 0)
		return cmd_fail(c);
	if (given)
		json_str(c->doc, "target", given);
	if (rc || f.rc)
		return rc ? rc : f.rc;
	return f.hits ? EXIT_DONE : EXIT_NEGATIVE;
}

const struct verb verb_find = {
	.name = "find",
	.fn = run,
	.synopsis = "[DESC|TARGET] WORD",
	.summary = "registers and fields whose name or text contains a word",
	.text = "Without DESC every description is searched. Exit 1 when nothing is found.\n",
	.examples = "devpoke find nvme doorbell\n"
		    "devpoke find interrupt\n",
	.options = OPTS_TARGET,
	.flags = VERB_DESC,
	.min = 1,
	.max = 2,
};
