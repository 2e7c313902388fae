/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verb_complete.c - devpoke __complete LINE POINT: words that could stand at the cursor
 *
 * Works from the raw line, as shells cut words differently, and prints whole words, one a
 * line.  Never opens a device; says nothing when it does not know.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "help.h"
#include "msg.h"
#include "out.h"
#include "render.h"
#include "session.h"
#include "targets.h"
#include "verbs.h"

/* the words before the cursor's; @word: the one at the cursor, up to it */
struct line {
	struct cmd *c;
	struct words words;
	char **v; /* those of @words behind the program's name */
	size_t n;
	const char *word;
	size_t len;
};

static void offer(const struct line *l, const char *a, const char *b)
{
	char whole[512];

	if ((size_t)snprintf(whole, sizeof(whole), "%s%s", a, b) < sizeof(whole) &&
	    !strncmp(whole, l->word, l->len))
		out("%s\n", whole);
}

/* ------------------------------------------------------- verbs and options */

static const struct verb *row(const struct line *l)
{
	const struct verb *v = NULL;

	for (size_t i = 0; i < l->n && !v; i++)
		v = verb_by_name(l->v[i]);
	return v;
}

static const struct verb *sub_row(const struct line *l, const struct verb *v)
{
	for (const struct verb *s = v->subs; s && s->name; s++)
		for (size_t i = 0; i < l->n; i++)
			if (!strcmp(s->name, l->v[i]))
				return s;
	return v;
}

static void offer_options(const struct line *l, uint64_t options)
{
	for (int i = 0; i < OPT_N; i++)
		if ((options | OPTS_COMMON) >> i & 1)
			offer(l, "--", opt_table[i].name);
}

static void offer_verbs(const struct line *l)
{
	for (size_t i = 0; i < n_verbs; i++)
		if (!(verbs[i]->flags & VERB_HIDDEN))
			offer(l, verbs[i]->name, "");
}

static void offer_list(const struct line *l, const char *lead, const char *list)
{
	while (*list) {
		size_t n = strcspn(list, "|");
		char word[64];

		snprintf(word, sizeof(word), "%.*s", (int)n, list);
		if (strcspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(word))
			offer(l, lead, word);
		list += n + (list[n] == '|');
	}
}

static void offer_classes(const struct line *l)
{
	for (int i = DP_CLASS_NONE + 1; i < DP_CLASS_COUNT; i++)
		offer(l, "--force=", dp_class_name(i));
}

/* ----------------------------------------------------------------- targets */

static void offer_targets(const struct line *l)
{
	struct targets t = {0};

	if (!targets_collect(l->c, &t))
		for (size_t i = 0; i < t.n; i++)
			offer(l, t.v[i].target, "");
	l->c->failed = false;
	targets_free(&t);
	if (l->c->session->env.target)
		offer(l, ".", "");
}

static int on_desc(void *arg, const char *name, const char *title, const char *file)
{
	(void)title;
	(void)file;
	offer(arg, name, "");
	return 0;
}

static void offer_descs(const struct line *l)
{
	dp_desc_each(session_ctx(l->c->session), on_desc, (void *)l, NULL);
}

static int on_lab(void *arg, const struct dp_lab_info *lab)
{
	offer(arg, lab->lab, "");
	return 0;
}

/* ------------------------------------------------------------------- paths */

struct paths {
	const struct line *l;
	bool fields; /* the word has gone into a register */
	const char *suffix;
};

static int on_path(void *arg, const struct dp_ref_info *info)
{
	const struct paths *p = arg;

	if (info->field == p->fields)
		offer(p->l, info->path, p->suffix);
	return 0;
}

static int on_word(void *arg, const char *word, uint64_t value, const char *doc)
{
	const struct line *l = arg;
	char lead[256];

	(void)value;
	(void)doc;
	snprintf(lead, sizeof(lead), "%.*s", (int)(strrchr(l->word, '=') - l->word) + 1, l->word);
	offer(l, lead, word);
	return 0;
}

/* enum words behind "CC.SHN=" */
static void offer_values(const struct line *l, struct dp_dev *dev)
{
	struct dp_refs refs = {0};
	char path[256];

	snprintf(path, sizeof(path), "%.*s", (int)strcspn(l->word, "=!<>^+"), l->word);
	if (dp_resolve(dev, path, 0, &refs, NULL))
		return;
	dp_ref_words(refs.v[0], on_word, (void *)l);
	dp_refs_free(&refs);
}

static void offer_paths(const struct line *l, const struct verb *v, const char *target)
{
	struct paths p = {.l = l, .fields = strrchr(l->word, '.') != NULL, .suffix = ""};
	struct cmd *c = l->c;
	struct dp_dev *dev;

	c->target = target;
	c->sub = v;
	if (!target || target_device(c, &dev)) {
		c->failed = false;
		return;
	}
	if (strchr(l->word, '=')) {
		offer_values(l, dev);
		return;
	}
	dp_find(dev, "", on_path, &p, NULL);
	if (!p.fields)
		return;
	/* "cfg.COMMAND" has a dot and is a register all the same */
	p.fields = false;
	dp_find(dev, "", on_path, &p, NULL);
}

/* ----------------------------------------------------------------- dispatch */

/* the target of the line so far; *@is_next: it is the word at the cursor */
static const char *target_of(const struct line *l, const struct verb *v, bool *is_next)
{
	size_t operands = 0;
	const char *first = NULL;

	*is_next = false;
	for (size_t i = 0; i < l->n; i++) {
		const char *w = l->v[i];

		if ((!strcmp(w, "-t") || !strcmp(w, "--target")) && i + 1 < l->n)
			return target_word(l->c, l->v[i + 1]);
		if (*w == '-' || (operands == 0 && verb_by_name(w)))
			continue;
		if (!operands++)
			first = w;
	}
	*is_next = !first && v->flags & VERB_TARGET;
	return first ? target_word(l->c, first) : NULL;
}

static void offer_operand(const struct line *l, const struct verb *v, const struct verb *sub)
{
	const char *target;
	bool is_next;

	if (v->subs && sub == v) {
		for (const struct verb *s = v->subs; s->name; s++)
			offer(l, s->name, "");
		return;
	}
	if (v == &verb_help) {
		offer_verbs(l);
		for (size_t i = 0; i < n_help_topics; i++)
			offer(l, help_topics[i].name, "");
		return;
	}
	if (v == &verb_desc || (v == &verb_find && l->n == 1))
		offer_descs(l);
	if (v == &verb_sim)
		dp_lab_each(session_ctx(l->c->session), on_lab, (void *)l, NULL);
	if (!(v->flags & VERB_TARGET))
		return;
	target = target_of(l, v, &is_next);
	if (is_next && v->flags & VERB_DESC)
		offer_descs(l);
	if (is_next)
		offer_targets(l);
	else if (v == &verb_info)
		offer_list(l, "", "caps|bars|driver|irq|power|iommu");
	else
		offer_paths(l, v, target);
}

/* the argument of an option that stands right before the cursor; false: there is none */
static bool offer_argument(const struct line *l)
{
	const char *last = l->n ? l->v[l->n - 1] : "";

	for (int i = 0; i < OPT_N; i++) {
		const struct opt_spec *t = &opt_table[i];
		bool is_long = !strncmp(last, "--", 2) && !strcmp(last + 2, t->name);
		bool is_short = last[0] == '-' && last[1] && last[1] == t->letter && !last[2];

		if (t->kind != ARG_ONE || (!is_long && !is_short))
			continue;
		if (i == OPT_TARGET)
			offer_targets(l);
		else if (i == OPT_DESC)
			offer_descs(l);
		else
			offer_list(l, "", t->arg);
		return true;
	}
	return false;
}

static void complete(const struct line *l)
{
	const struct verb *v = row(l);
	const struct verb *sub = v ? sub_row(l, v) : NULL;

	if (offer_argument(l))
		return;
	if (!strncmp(l->word, "--force=", 8))
		offer_classes(l);
	else if (*l->word == '-')
		offer_options(l, sub ? sub->options : OPTS_TARGET);
	else if (!v)
		offer_verbs(l);
	else
		offer_operand(l, v, sub);
}

static bool is_program(const char *word)
{
	const char *slash = strrchr(word, '/');

	return !strcmp(slash ? slash + 1 : word, "devpoke");
}

/* of the line up to the cursor what stands behind the last `devpoke`; a quote that is still
 * open hides nothing */
static int split(struct line *l, char *text)
{
	bool blank = !*text || strchr(" \t", text[strlen(text) - 1]);
	size_t first = 0;

	for (char *p = text; *p; p++)
		if (*p == '\'' || *p == '"')
			*p = ' ';
	if (words_split(&l->words, text, NULL))
		return -1;
	for (size_t i = 0; i < l->words.n; i++)
		if (is_program(l->words.v[i]))
			first = i + 1;
	l->v = l->words.v + first;
	l->n = l->words.n - first;
	l->word = "";
	if (!blank && l->n)
		l->word = l->v[--l->n];
	l->len = strlen(l->word);
	return 0;
}

static int run(struct cmd *c)
{
	struct line l = {.c = c};
	size_t len = strlen(c->argv[0]);
	uint64_t point;
	char *text;

	if (dp_number_parse(c->argv[1], &point, &c->err))
		return cmd_fail(c);
	msg_set_quiet(true);
	text = strndup(c->argv[0], point < len ? point : len);
	if (!text)
		return cmd_nomem(c);
	if (!split(&l, text))
		complete(&l);
	words_free(&l.words);
	free(text);
	return EXIT_DONE;
}

const struct verb verb_complete = {
	.name = "__complete",
	.fn = run,
	.synopsis = "LINE POINT",
	.summary = "words for the completion of shells",
	.flags = VERB_HIDDEN | VERB_RAW,
	.min = 2,
	.max = 2,
};
