/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_desc.c - devpoke desc export|import|lint|list|new|show: descriptions as such */
#include <stdio.h>

#include "desc_convert.h"
#include "desc_new.h"
#include "out.h"
#include "render.h"
#include "session.h"
#include "verbs.h"

static void on_problem(void *arg, const struct dp_problem *p)
{
	struct json *arr = arg, *j;

	if (!arr) {
		out("%s:%u:%u: %s\n", p->file, p->line, p->column, p->message);
		return;
	}
	j = json_item(arr);
	json_str(j, "file", p->file);
	json_uint(j, "line", p->line);
	json_uint(j, "column", p->column);
	json_str(j, "message", p->message);
}

static int run_lint(struct cmd *c)
{
	struct json *arr = json_array(c->doc, "problems");
	long problems = 0;

	for (size_t i = 0; i < c->argc; i++) {
		int n = dp_desc_lint(session_ctx(c->session), c->argv[i], on_problem, arr, &c->err);

		if (n < 0)
			return cmd_fail(c);
		problems += n;
	}
	if (problems)
		return EXIT_NEGATIVE;
	if (!c->doc && opt_given(&c->opts, OPT_VERBOSE))
		out("%zu file%s, no problem\n", c->argc, c->argc == 1 ? "" : "s");
	return EXIT_DONE;
}

struct list {
	struct cmd *c;
	struct json *arr;
};

/* the first problem of a description that cannot be used; false: it can */
static bool cannot_load(struct cmd *c, const char *file, struct dp_err *why)
{
	struct dp_desc *desc;

	if (dp_desc_load(session_ctx(c->session), file, &desc, why))
		return true;
	dp_desc_free(desc);
	return false;
}

static int on_desc(void *arg, const char *name, const char *title, const char *file)
{
	struct list *l = arg;
	struct dp_err why;
	bool bad = cannot_load(l->c, file, &why);
	struct json *j;

	if (!l->arr) {
		if (bad)
			out("%-16s  cannot be loaded: %s\n", name, why.message);
		else
			out("%-16s  %s\n", name, title ? title : "");
		return out_error() ? 1 : 0;
	}
	j = json_item(l->arr);
	json_str(j, "name", name);
	json_str(j, "title", title);
	json_str(j, "file", file);
	if (bad)
		json_str(j, "problem", why.message);
	return 0;
}

static int run_list(struct cmd *c)
{
	struct list l = {.c = c, .arr = json_array(c->doc, "descriptions")};

	if (dp_desc_each(session_ctx(c->session), on_desc, &l, &c->err) < 0)
		return cmd_fail(c);
	return EXIT_DONE;
}

static void show_head(struct cmd *c, const struct dp_desc *desc)
{
	struct json *j = json_map(c->doc, "description");
	struct dp_desc_info info;

	dp_desc_info(desc, &info);
	if (!j) {
		out("%s  %s\n", info.name, info.title ? info.title : "");
		out("  file  %s\n", info.file);
		if (info.ref)
			out("  from  %s\n", info.ref);
		out("  %zu registers, %zu fields, %zu enums\n\n", info.registers, info.fields,
		    info.enums);
		return;
	}
	json_str(j, "name", info.name);
	json_str(j, "title", info.title);
	json_str(j, "file", info.file);
	json_str(j, "ref", info.ref);
	json_uint(j, "registers", info.registers);
	json_uint(j, "fields", info.fields);
	json_uint(j, "enums", info.enums);
	json_hex(j, "hash", info.hash, 64);
}

static int on_register(void *arg, const struct dp_ref_info *info)
{
	char place[64];

	/* the fields are explain's business */
	if (info->field)
		return out_error() ? 1 : 0;
	if (arg) {
		render_item(arg, info);
		return 0;
	}
	if (info->located)
		snprintf(place, sizeof(place), "%s+0x%04jx", info->space, (uintmax_t)info->offset);
	else
		snprintf(place, sizeof(place), "%s+%s", info->space ? info->space : "",
			 info->offset_text ? info->offset_text : "?");
	out("  %-16s  %3u  %-4s %-20s %.*s\n", place, info->width, info->sw ? info->sw : "",
	    info->path, render_first_line(info->doc), info->doc ? info->doc : "");
	return 0;
}

static int run_show(struct cmd *c)
{
	struct dp_desc *desc;
	struct dp_dev *dev;
	char spec[512];
	int rc;

	if (dp_desc_load(session_ctx(c->session), c->argv[0], &desc, &c->err))
		return cmd_fail(c);
	show_head(c, desc);
	dp_desc_free(desc);
	snprintf(spec, sizeof(spec), "desc:%s", c->argv[0]);
	c->target = spec;
	rc = target_device(c, &dev);
	if (rc)
		return rc;
	if (dp_find(dev, "", on_register, json_array(c->doc, "items"), &c->err) < 0)
		return cmd_fail(c);
	return EXIT_DONE;
}

static const struct verb subs[] = {
	{
		.name = "export",
		.fn = desc_export,
		.synopsis = "NAME|FILE",
		.summary = "a description as a C header, JSON or CMSIS-SVD",
		.text = "What the format cannot say is told on standard error, a line each.\n"
			"Offsets that the device decides are those of its reset values.\n",
		.examples = "devpoke desc export nvme --to c -o nvme_regs.h\n"
			    "devpoke desc export edu --to json | jq '.registers[].name'\n",
		.options = OPT_BIT(OPT_TO) | OPT_BIT(OPT_OUT),
		.min = 1,
		.max = 1,
	},
	{
		.name = "import",
		.fn = desc_import,
		.synopsis = "FILE",
		.summary = "a description of a CMSIS-SVD file",
		.text = "Peripherals become blocks at their addresses, for the target mem; one alone\n"
			"becomes a block for any address. What a description cannot say is told on\n"
			"standard error, a line each.\n",
		.examples = "devpoke desc import --from svd RP2040.svd -o ./rp2040.yaml\n"
			    "devpoke desc import --from svd RP2040.svd --peripheral UART0 -o "
			    "./uart.yaml\n",
		.options = OPT_BIT(OPT_FROM) | OPT_BIT(OPT_OUT) | OPT_BIT(OPT_PERIPHERAL),
		.min = 1,
		.max = 1,
	},
	{
		.name = "lint",
		.fn = run_lint,
		.synopsis = "FILE...",
		.summary = "every problem of description files; exit 1 when there is one",
		.examples = "devpoke desc lint devices/*.yaml\n",
		.min = 1,
		.max = MANY,
	},
	{
		.name = "list",
		.fn = run_list,
		.synopsis = "",
		.summary = "the descriptions on the search path",
		.examples = "devpoke desc list\n",
	},
	{
		.name = "new",
		.fn = desc_new,
		.synopsis = "NAME [TARGET]",
		.summary = "a description to begin with, with the ids and BARs of a target",
		.text = "Comments say what stands where. A file that is there is not written over.\n",
		.examples = "devpoke desc new mycard\n"
			    "devpoke desc new mycard sim:edu -o ./mycard.yaml\n",
		.options = OPT_BIT(OPT_OUT),
		.min = 1,
		.max = 2,
	},
	{
		.name = "show",
		.fn = run_show,
		.synopsis = "NAME|FILE",
		.summary = "one description and its registers",
		.examples = "devpoke desc show nvme\n",
		.min = 1,
		.max = 1,
	},
	{.name = NULL},
};

const struct verb verb_desc = {
	.name = "desc",
	.synopsis = "export|import|lint|list|new|show",
	.summary = "register descriptions: check, list, begin, show, convert",
	.text = "Searched: ~/.config/devpoke/devices, /etc/devpoke/devices, the installed ones.\n",
	.examples = "devpoke desc lint devices/*.yaml\n"
		    "devpoke desc show nvme\n",
	.subs = subs,
};
