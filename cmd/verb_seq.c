/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_seq.c - devpoke seq list|show|run: the recipes of a description */
#include <stdio.h>
#include <string.h>

#include "msg.h"
#include "out.h"
#include "render.h"
#include "seq.h"
#include "verbs.h"

void seq_step_text(const struct dp_seq_step *step)
{
	out("%s %s", dp_step_op_name(step->op), step->text);
	if (step->unless)
		out(" unless %s", step->unless);
	if (step->others)
		out(", others %s", step->others);
	if (step->timeout)
		out(", at most %s", step->timeout);
	if (step->interval)
		out(", every %s", step->interval);
	if (step->verify || step->readback)
		out(", %s", step->verify ? "verify" : "readback");
	if (step->flush)
		out_str(", flush");
	if (step->when)
		out(", when %s", step->when);
}

/* ------------------------------------------------------------------- JSON */

static void json_step(struct json *arr, const struct dp_seq_step *step)
{
	struct json *j = json_item(arr);

	json_str(j, "step", step->name);
	json_str(j, "op", dp_step_op_name(step->op));
	json_str(j, "text", step->text);
	json_str(j, "timeout", step->timeout);
	json_str(j, "interval", step->interval);
	json_str(j, "unless", step->unless);
	json_str(j, "when", step->when);
	json_str(j, "others", step->others);
	json_flag(j, "readback", step->readback);
	json_flag(j, "verify", step->verify);
	json_flag(j, "flush", step->flush);
	json_str(j, "doc", step->doc);
}

static void json_seq(struct json *arr, const struct dp_seq_info *info)
{
	struct json *j = json_item(arr), *list;

	json_str(j, "name", info->name);
	json_str(j, "doc", info->doc);
	json_str(j, "ref", info->ref);
	list = json_array(j, "args");
	for (size_t i = 0; i < info->n_args; i++) {
		struct json *arg = json_item(list);

		json_str(arg, "name", info->args[i].name);
		json_str(arg, "default", info->args[i].value);
		json_str(arg, "doc", info->args[i].doc);
	}
	list = json_array(j, "steps");
	for (size_t i = 0; i < info->n_steps; i++)
		json_step(list, &info->steps[i]);
}

/* ------------------------------------------------------------------- list */

struct list {
	struct json *arr;
	size_t n;
};

static int list_one(void *arg, const struct dp_seq_info *info)
{
	struct list *l = arg;

	l->n++;
	if (l->arr) {
		json_seq(l->arr, info);
		return 0;
	}
	out_str(info->name);
	for (size_t i = 0; i < info->n_args; i++) {
		if (info->args[i].value)
			out(" [%s=%s]", info->args[i].name, info->args[i].value);
		else
			out(" %s=VALUE", info->args[i].name);
	}
	out("\n    %zu step%s%s%.*s\n", info->n_steps, info->n_steps == 1 ? "" : "s",
	    info->doc ? ": " : "", render_first_line(info->doc), info->doc ? info->doc : "");
	return 0;
}

static int run_list(struct cmd *c)
{
	struct list l = {.arr = json_array(c->doc, "sequences")};
	struct dp_dev *dev;
	char text[160];
	int rc = target_device(c, &dev);

	if (rc)
		return rc;
	if (dp_seq_each(dev, list_one, &l, &c->err))
		return cmd_fail(c);
	if (!l.n && !c->quiet) {
		snprintf(text, sizeof(text), "'%.100s' has no sequences", c->target);
		msg_note(c->where, text);
	}
	return EXIT_DONE;
}

/* ------------------------------------------------------------------- show */

static int column(const char *const *first, size_t stride, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++) {
		const char *name = *(const char *const *)((const char *)first + i * stride);
		int len = (int)strlen(name);

		width = len > width ? len : width;
	}
	return width;
}

static void show_args(const struct dp_seq_info *info)
{
	int width =
		info->n_args ? column(&info->args[0].name, sizeof(*info->args), info->n_args) : 0;

	if (info->n_args)
		out_str("\narguments:\n");
	for (size_t i = 0; i < info->n_args; i++) {
		const struct dp_seq_arg *arg = &info->args[i];

		out("  %-*s  %-12s", width, arg->name, arg->value ? arg->value : "(needed)");
		if (arg->doc)
			out("  %s", arg->doc);
		out_str("\n");
	}
}

static void show_steps(const struct dp_seq_info *info)
{
	int width = column(&info->steps[0].name, sizeof(*info->steps), info->n_steps);

	out_str("\nsteps:\n");
	for (size_t i = 0; i < info->n_steps; i++) {
		const struct dp_seq_step *step = &info->steps[i];
		bool named = *step->name < '0' || *step->name > '9';

		out("  %2zu %-*s  ", i + 1, width, named ? step->name : "");
		seq_step_text(step);
		out_str("\n");
		if (step->doc)
			out("     %*s  %s\n", width, "", step->doc);
	}
}

static void show(const struct dp_seq_info *info)
{
	out("%s%s%s\n", info->name, info->doc ? ": " : "", info->doc ? info->doc : "");
	if (info->ref)
		out("  %s\n", info->ref);
	show_args(info);
	show_steps(info);
}

static int run_show(struct cmd *c)
{
	struct json *arr = json_array(c->doc, "sequences");
	struct dp_seq_info info;
	struct dp_dev *dev;
	int rc = target_device(c, &dev);

	if (rc)
		return rc;
	if (dp_seq_find(dev, c->argv[0], &info, &c->err))
		return cmd_fail(c);
	if (arr)
		json_seq(arr, &info);
	else
		show(&info);
	return EXIT_DONE;
}

/* ------------------------------------------------------------------- rows */

static const struct verb subs[] = {
	{
		.name = "list",
		.fn = run_list,
		.synopsis = "",
		.summary = "the sequences of a description, their arguments and defaults",
		.examples = "devpoke seq list nvme\n",
		.options = OPTS_TARGET,
		.flags = VERB_TARGET | VERB_DESC,
	},
	{
		.name = "show",
		.fn = run_show,
		.synopsis = "NAME",
		.summary = "one of them, step by step, without touching a device",
		.examples = "devpoke seq show nvme enable\n",
		.options = OPTS_TARGET,
		.flags = VERB_TARGET | VERB_DESC,
		.min = 1,
		.max = 1,
	},
	{
		.name = "run",
		.fn = seq_run,
		.synopsis = "NAME [ARG=VALUE...]",
		.summary = "do the steps of a sequence; exit 1 when one is not met",
		.text = "All steps are parsed, planned and refused before the first is done. A step that\n"
			"fails ends the run and leaves the device so; the message names it and the last\n"
			"value. --timeout replaces the deadline of every poll.\n",
		.examples =
			"devpoke seq run sim:edu factorial n=5\n"
			"devpoke seq run sim:nvme disable --steps\n"
			"devpoke seq run sim:nvme enable asq=0x100000 acq=0x101000 --until configure\n"
			"devpoke seq run sim:nvme disable --dry-run\n",
		.options = OPTS_TARGET | OPT_BIT(OPT_DRY_RUN) | OPT_BIT(OPT_STEPS) |
			   OPT_BIT(OPT_UNTIL) | OPT_BIT(OPT_TIMEOUT),
		.flags = VERB_TARGET | VERB_WRITES,
		.min = 1,
		.max = MANY,
	},
	{.name = NULL},
};

const struct verb verb_seq = {
	.name = "seq",
	.synopsis = "list|show|run",
	.summary = "the sequences of a description: reset, enable, loopback ...",
	.examples = "devpoke seq list sim:nvme\n"
		    "devpoke seq show nvme disable\n"
		    "devpoke seq run sim:nvme disable --steps\n",
	.subs = subs,
};
