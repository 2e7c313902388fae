/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_find.c - devpoke find [DESC] WORD: registers and fields by a part of name or text */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "out.h"
#include "render.h"
#include "session.h"
#include "verbs.h"

/* @rank: 0 of that name, 1 the name begins with it, 2 has it in it, 3 the text does */
struct hit {
	char *path, *desc;
	const char *doc;
	int rank;
	size_t order;
};

struct find {
	struct cmd *c;
	struct json *arr;
	const char *desc; /* shown before each path when several are searched */
	const char *word;
	struct hit *v;
	size_t n, room;
	int rc;
};

static int rank_of(const char *path, const char *word)
{
	size_t n = strlen(word);
	int rank = 3;

	while (*path) {
		size_t len = strcspn(path, ".[");

		if (len >= n && !strncasecmp(path, word, n))
			rank = len == n ? 0 : rank > 1 ? 1 : rank;
		path += len + strspn(path + len, ".[*]");
	}
	return rank;
}

static bool grow(struct find *f)
{
	size_t room = f->room ? 2 * f->room : 64;
	struct hit *v;

	if (f->n < f->room)
		return true;
	v = realloc(f->v, room * sizeof(*v));
	if (!v)
		return false;
	f->v = v;
	f->room = room;
	return true;
}

static int on_hit(void *arg, const struct dp_ref_info *info)
{
	struct find *f = arg;
	int rank = rank_of(info->path, f->word);
	struct hit *h;

	if (f->arr) {
		struct json *j = render_item(f->arr, info);

		if (f->desc)
			json_str(j, "description", f->desc);
	}
	if (!grow(f))
		return cmd_nomem(f->c);
	/* a description's name lives as long as the walk over them only */
	f->v[f->n] = (struct hit){.path = strdup(info->path),
				  .desc = f->desc ? strdup(f->desc) : NULL,
				  .doc = info->doc,
				  .rank = rank == 3 && strcasestr(info->path, f->word) ? 2 : rank,
				  .order = f->n};
	h = &f->v[f->n++];
	return h->path && !h->desc == !f->desc ? 0 : cmd_nomem(f->c);
}

static int compare(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if ((x->desc && strcmp(x->desc, y->desc)) || x->rank == y->rank)
		return x->order < y->order ? -1 : 1;
	return x->rank < y->rank ? -1 : 1;
}

/* nearest first, those of a description together; the texts in one column */
static void print(struct find *f)
{
	int width = 24, desc_width = 12;

	for (size_t i = 0; i < f->n; i++) {
		int n = (int)strlen(f->v[i].path), d = f->v[i].desc ? (int)strlen(f->v[i].desc) : 0;

		width = n > width ? n : width;
		desc_width = d > desc_width ? d : desc_width;
	}
	if (f->n)
		qsort(f->v, f->n, sizeof(*f->v), compare);
	for (size_t i = 0; i < f->n && !out_error(); i++) {
		const struct hit *h = &f->v[i];

		if (h->desc)
			out("%-*s ", desc_width, h->desc);
		if (h->doc && *h->doc)
			out("%-*s %.*s\n", width, h->path, render_first_line(h->doc), h->doc);
		else
			out("%s\n", h->path);
	}
}

static void find_free(struct find *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].path);
		free(f->v[i].desc);
	}
	free(f->v);
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
	rc = dp_find(dev, word, on_hit, f, &c->err);
	return rc < 0 ? cmd_fail(c) : rc;
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
	if (search(f, spec, f->word)) {
		f->rc = exit_code_of(&f->c->err);
		f->c->failed = true;
	}
	return out_error() ? 1 : 0;
}

/* in one description, or in all of them */
static int search_all(struct find *f, const char *given)
{
	struct cmd *c = f->c;

	if (given)
		return search(f, given, f->word);
	if (dp_desc_each(session_ctx(c->session), on_desc, f, &c->err) < 0)
		return cmd_fail(c);
	return f->rc;
}

static int answer(struct find *f, const char *given)
{
	char text[200];

	if (f->n) {
		if (!f->arr)
			print(f);
		return EXIT_DONE;
	}
	snprintf(text, sizeof(text), "nothing in %.80s is named or described by '%.80s'",
		 given ? given : "any description", f->word);
	msg_note(f->c->where, text);
	return EXIT_NEGATIVE;
}

static int run(struct cmd *c)
{
	struct find f = {.c = c, .arr = json_array(c->doc, "items")};
	const char *given = c->opts.value[OPT_TARGET];
	int rc;

	if (c->argc > 2) {
		rc = cmd_usage(c, "'find' takes one word or text; '%s' is too much", c->argv[2]);
		dp_err_hint(&c->err, "a text with blanks is quoted: '%s %s'", c->argv[1],
			    c->argv[2]);
		return rc;
	}
	if (c->argc == 2 && given)
		return cmd_usage(c, "-t and the operand '%s' both name a description", c->argv[0]);
	f.word = c->argv[c->argc - 1];
	if (!given && c->argc == 2)
		given = c->argv[0];
	if (!given)
		given = c->session->in_force;
	if (given)
		given = target_word(c, given);
	if (!given && c->failed)
		return cmd_fail(c);
	rc = search_all(&f, given);
	if (given)
		json_str(c->doc, "target", given);
	/* one description that does not load leaves those that do */
	if (!rc || f.rc) {
		int found = answer(&f, given);

		rc = rc ? rc : found;
	}
	find_free(&f);
	return rc;
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
	.max = MANY,
};
