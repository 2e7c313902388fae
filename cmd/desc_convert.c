/* SPDX-License-Identifier: GPL-2.0-or-later */
/* desc_convert.c - devpoke desc import, export: descriptions from and to the formats of others */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desc_convert.h"
#include "msg.h"
#include "save.h"
#include "session.h"

/* each thing that is lost: a line on standard error, an item of the document */
static void on_note(void *arg, const struct dp_problem *p)
{
	struct json *arr = arg, *j = arr ? json_item(arr) : NULL;
	char text[1024];

	if (!j) {
		snprintf(text, sizeof(text), "%.400s:%u: %.500s", p->file, p->line, p->message);
		msg_note(NULL, text);
		return;
	}
	json_str(j, "file", p->file);
	json_uint(j, "line", p->line);
	json_str(j, "message", p->message);
}

static void sum_up(int n, const char *where)
{
	char text[160];

	if (!n)
		return;
	snprintf(text, sizeof(text), "%d thing%s that %s cannot say: see above", n,
		 n == 1 ? "" : "s", where);
	msg_note(NULL, text);
}

/* the document says what was lost, so the text needs a place of its own */
static int check_out(struct cmd *c)
{
	const char *file = c->opts.value[OPT_OUT];

	if (!c->doc || (file && strcmp(file, "-") != 0))
		return 0;
	dp_err_set(&c->err, EINVAL, DP_USAGE, "--json needs -o FILE: standard output is its own");
	return cmd_fail(c);
}

static int need(struct cmd *c, enum opt_id id, bool import)
{
	char hint[128];
	size_t n = 0;

	if (opt_given(&c->opts, id))
		return 0;
	dp_err_set(&c->err, EINVAL, DP_USAGE, "which format? --%s FORMAT", opt_table[id].name);
	hint[0] = 0;
	for (size_t i = 0; dp_desc_format(i, import) && n < sizeof(hint); i++)
		n += (size_t)snprintf(hint + n, sizeof(hint) - n, "%s--%s %s", i ? ", " : "",
				      opt_table[id].name, dp_desc_format(i, import));
	dp_err_hint(&c->err, "%s", hint);
	return cmd_fail(c);
}

static int put(struct cmd *c, const char *text, size_t size)
{
	struct save save;
	int rc = save_open(c, &save, c->opts.value[OPT_OUT]);

	if (!rc)
		rc = save_write(c, &save, text, size);
	save_close(&save);
	return rc;
}

static bool is_name(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '-')
			return false;
	return len && len < 64;
}

/* a description is found by the name of its file; @name: "" when there is no file */
static int name_of_file(struct cmd *c, char name[64])
{
	const char *file = c->opts.value[OPT_OUT], *slash, *stem;
	size_t len;

	name[0] = 0;
	if (!file || !strcmp(file, "-") || !strncmp(file, "/dev/", 5))
		return 0;
	slash = strrchr(file, '/');
	stem = slash ? slash + 1 : file;
	len = strlen(stem);
	if (len > 5 && !strcmp(stem + len - 5, ".yaml") && is_name(stem, len - 5)) {
		snprintf(name, 64, "%.*s", (int)len - 5, stem);
		return 0;
	}
	dp_err_set(&c->err, EINVAL, DP_USAGE,
		   "'%.200s' is no file of a description: NAME.yaml, of letters, digits, '_' and "
		   "'-'",
		   file);
	return cmd_fail(c);
}

int desc_import(struct cmd *c)
{
	struct dp_import_opts opts = {.peripheral = c->opts.value[OPT_PERIPHERAL]};
	char name[64], *text;
	size_t size;
	int rc = need(c, OPT_FROM, true), notes;

	if (!rc)
		rc = check_out(c);
	if (!rc)
		rc = name_of_file(c, name);
	if (rc)
		return rc;
	opts.name = *name ? name : NULL;
	notes = dp_desc_import(c->opts.value[OPT_FROM], c->argv[0], &opts, on_note,
			       json_array(c->doc, "notes"), &text, &size, &c->err);
	if (notes < 0)
		return cmd_fail(c);
	rc = put(c, text, size);
	free(text);
	if (!rc && !c->doc)
		sum_up(notes, "a description");
	return rc;
}

int desc_export(struct cmd *c)
{
	const char *format = c->opts.value[OPT_TO];
	struct dp_desc *desc;
	char *text = NULL;
	size_t size;
	int rc = need(c, OPT_TO, false), notes;

	if (!rc)
		rc = check_out(c);
	if (rc)
		return rc;
	if (dp_desc_load(session_ctx(c->session), c->argv[0], &desc, &c->err))
		return cmd_fail(c);
	notes = dp_desc_export(desc, format, on_note, json_array(c->doc, "notes"), &text, &size,
			       &c->err);
	if (notes < 0)
		rc = cmd_fail(c);
	else
		rc = put(c, text, size);
	free(text);
	dp_desc_free(desc);
	if (!rc && !c->doc)
		sum_up(notes, format);
	return rc;
}
