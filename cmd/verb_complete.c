/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verb_complete.c - devpoke __complete LINE POINT: words that could stand at the cursor
 *
 * Works from the raw line, as shells cut words differently, and prints whole words, one a
 * line.  Never opens a device; says nothing when it does not know.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complete.h"
#include "help.h"
#include "msg.h"
#include "out.h"
#include "session.h"
#include "targets.h"
#include "verbs.h"

void offer(const struct line *l, const char *word)
{
	if (!strncmp(word, l->word, l->len))
		out("%.*s%s\n", (int)l->n_lead, l->lead, word);
}

struct line line_after(const struct line *l, size_t n)
{
	struct line rest = *l;

	rest.n_lead += n;
	rest.word += n;
	rest.len -= n;
	return rest;
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
	char name[64];

	for (int i = 0; i < OPT_N; i++) {
		snprintf(name, sizeof(name), "--%s%s", opt_table[i].name,
			 opt_table[i].kind == ARG_ATTACHED ? "=" : "");
		if ((options | OPTS_COMMON) >> i & 1)
			offer(l, name);
	}
}

static void offer_verbs(const struct line *l)
{
	for (size_t i = 0; i < n_verbs; i++)
		if (!(verbs[i]->flags & VERB_HIDDEN))
			offer(l, verbs[i]->name);
}

static void offer_subs(const struct line *l, const struct verb *v)
{
	for (const struct verb *s = v->subs; s && s->name; s++)
		offer(l, s->name);
}

static void offer_list(const struct line *l, const char *list)
{
	while (*list) {
		size_t n = strcspn(list, "|");
		char word[64];

		snprintf(word, sizeof(word), "%.*s", (int)n, list);
		if (strcspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(word))
			offer(l, word);
		list += n + (list[n] == '|');
	}
}

static void offer_classes(const struct line *l)
{
	const char *comma = strrchr(l->word, ',');
	struct line rest = line_after(l, comma ? (size_t)(comma - l->word) + 1 : 0);

	for (int i = DP_CLASS_NONE + 1; i < DP_CLASS_COUNT; i++)
		offer(&rest, dp_class_name(i));
}

/* ----------------------------------------------------------------- targets */

/* "sim:nvme0" names it as well while one lab runs */
static void offer_short(const struct line *l, const struct targets *t)
{
	char word[sizeof(t->v->target)];

	for (size_t i = 0; i < t->n; i++)
		if (*t->v[i].lab && strcmp(t->v[i].lab, t->v[0].lab))
			return;
	for (size_t i = 0; i < t->n && *t->v[i].lab; i++) {
		const char *slash = strrchr(t->v[i].target, '/');

		if (!slash || targets_is_bridge(&t->v[i]))
			continue;
		snprintf(word, sizeof(word), "sim:%s", slash + 1);
		offer(l, word);
	}
}

/* bridges only to those who ask for a PCI address */
static void offer_targets(const struct line *l)
{
	struct targets t = {0};

	if (!targets_collect(l->c, &t)) {
		for (size_t i = 0; i < t.n; i++)
			if (!targets_is_bridge(&t.v[i]) || isdigit((unsigned char)*l->word))
				offer(l, t.v[i].target);
		if (l->len > 3)
			offer_short(l, &t);
	}
	l->c->failed = false;
	targets_free(&t);
	if (l->c->session->env.target)
		offer(l, ".");
}

static void offer_lab_devices(const struct line *l)
{
	struct targets t = {0};

	if (!targets_collect(l->c, &t))
		for (size_t i = 0; i < t.n; i++) {
			const char *slash = strrchr(t.v[i].target, '/');

			if (*t.v[i].lab && slash && !targets_is_bridge(&t.v[i]))
				offer(l, slash + 1);
		}
	l->c->failed = false;
	targets_free(&t);
}

static int on_desc(void *arg, const char *name, const char *title, const char *file)
{
	(void)title;
	(void)file;
	offer(arg, name);
	return 0;
}

static void offer_descs(const struct line *l)
{
	dp_desc_each(session_ctx(l->c->session), on_desc, (void *)l, NULL);
}

static int on_lab(void *arg, const struct dp_lab_info *lab)
{
	offer(arg, lab->lab);
	return 0;
}

/* -------------------------------------------------- arguments of an option */

/* the option that the word names, "--name=..." included, or OPT_N */
static int option_of(const char *word)
{
	size_t n = strcspn(word, "=");

	for (int i = 0; i < OPT_N; i++) {
		const struct opt_spec *t = &opt_table[i];

		if (!strncmp(word, "--", 2) && strlen(t->name) == n - 2 &&
		    !strncmp(word + 2, t->name, n - 2))
			return i;
		if (*word == '-' && t->letter && word[1] == t->letter && !word[2])
			return i;
	}
	return OPT_N;
}

/* the word after @word belongs to it */
static bool takes_next(const char *word)
{
	int i = option_of(word);

	return i < OPT_N && !strchr(word, '=') &&
	       (opt_table[i].kind == ARG_ONE || opt_table[i].kind == ARG_COND);
}

static void offer_ignored(const struct line *l);

/* false: what may stand there is what may stand among the operands */
static bool offer_argument(const struct line *l, int option)
{
	switch (option) {
	case OPT_TIMEOUT:
	case OPT_UNLESS:
		return false;
	case OPT_OUT: /* files; the shell knows those */
	case OPT_UNTIL:
		return true;
	case OPT_TARGET:
		offer_targets(l);
		return true;
	case OPT_IGNORE:
		offer_ignored(l);
		return true;
	case OPT_DESC:
		offer_descs(l);
		return true;
	case OPT_FORCE:
		offer_classes(l);
		return true;
	default:
		if (opt_table[option].arg)
			offer_list(l, opt_table[option].arg);
		return true;
	}
}

/* ---------------------------------------------------------------- operands */

/* of the line so far: the target, or NULL; the operands behind it, @v and @n */
struct operands {
	const char *target;
	char *v[16];
	size_t n;
};

static struct operands operands_of(const struct line *l, const struct verb *v,
				   const struct verb *sub)
{
	struct operands ops = {.target = NULL};
	const char *target = NULL;
	bool verb_seen = false, sub_seen = sub == v;

	for (size_t i = 0; i < l->n; i++) {
		const char *w = l->v[i];
		bool next = takes_next(w) && i + 1 < l->n;

		if (option_of(w) == OPT_TARGET && (next || strchr(w, '=')))
			target = next ? l->v[i + 1] : strchr(w, '=') + 1;
		i += next;
		if (*w == '-')
			continue;
		if (!verb_seen && verb_by_name(w) == v)
			verb_seen = true;
		else if (!sub_seen && !strcmp(w, sub->name))
			sub_seen = true;
		else if (!target)
			target = w;
		else if (ops.n < sizeof(ops.v) / sizeof(*ops.v))
			ops.v[ops.n++] = l->v[i];
	}
	ops.target = target ? target_word(l->c, target) : NULL;
	return ops;
}

static bool is_operator(const char *word)
{
	static const char *const signs[] = {"eq", "ne", "lt", "le", "gt", "ge",
					    "==", "!=", "<",  "<=", ">",  ">="};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (!strcmp(word, signs[i]))
			return true;
	return false;
}

static void offer_paths(const struct line *l, const struct verb *v, const char *target)
{
	struct cmd *c = l->c;
	struct dp_dev *dev;

	c->target = target;
	c->sub = v;
	if (!target_device(c, &dev)) {
		if (l->n >= 2 && is_operator(l->v[l->n - 1]))
			complete_words(l, dev, l->v[l->n - 2]);
		else
			complete_paths(l, dev);
	}
	c->failed = false;
}

/* registers of the first of two targets */
static void offer_ignored(const struct line *l)
{
	const struct operands ops = operands_of(l, &verb_diff, &verb_diff);

	if (ops.target)
		offer_paths(l, &verb_diff, ops.target);
}

/* ------------------------------------------------------------- sequences */

/* @ops: the first is the sequence's name; @steps: of it the steps are wanted */
struct seqs {
	const struct line *l;
	const struct operands *ops;
	bool steps;
};

static bool is_given(const struct operands *ops, const char *arg)
{
	for (size_t i = 1; i < ops->n; i++)
		if (!strncmp(ops->v[i], arg, strlen(arg)))
			return true;
	return false;
}

static int on_seq(void *arg, const struct dp_seq_info *info)
{
	const struct seqs *s = arg;
	char word[80];

	if (!s->ops->n && !s->steps)
		offer(s->l, info->name);
	if (!s->ops->n || strcmp(info->name, s->ops->v[0]))
		return 0;
	for (size_t i = 0; s->steps && i < info->n_steps; i++)
		offer(s->l, info->steps[i].name);
	for (size_t i = 0; !s->steps && i < info->n_args; i++) {
		snprintf(word, sizeof(word), "%s=", info->args[i].name);
		if (!is_given(s->ops, word))
			offer(s->l, word);
	}
	return 0;
}

/* names of sequences, of the arguments of one, or of its steps */
static void offer_seqs(const struct line *l, const struct verb *sub, const struct operands *ops,
		       bool steps)
{
	struct seqs s = {l, ops, steps};
	struct cmd *c = l->c;
	struct dp_dev *dev;

	if (!ops->target || !strcmp(sub->name, "list") || (!strcmp(sub->name, "show") && ops->n))
		return;
	c->target = ops->target;
	c->sub = sub;
	if (!target_device(c, &dev))
		dp_seq_each(dev, on_seq, &s, NULL);
	c->failed = false;
}

static void offer_steps(const struct line *l, const struct verb *v, const struct verb *sub)
{
	struct operands ops;

	if (v != &verb_seq)
		return;
	ops = operands_of(l, v, sub);
	offer_seqs(l, sub, &ops, true);
}

static void offer_of_target(const struct line *l, const struct verb *v, const struct verb *sub)
{
	const struct operands ops = operands_of(l, v, sub);
	const char *target = ops.target;

	if (!target) {
		if (sub->flags & VERB_DESC)
			offer_descs(l);
		offer_targets(l);
	} else if (v == &verb_seq) {
		offer_seqs(l, sub, &ops, false);
	} else if (v == &verb_info) {
		offer_list(l, "caps|bars|driver|irq|power|iommu");
	} else if (v == &verb_restore || v == &verb_find || (v == &verb_decode && ops.n)) {
		return; /* a file, a word to search, a value */
	} else {
		offer_paths(l, v, target);
	}
}

static void offer_operand(const struct line *l, const struct verb *v, const struct verb *sub)
{
	const char *name = sub->name;

	if (v == &verb_help && l->n == 1) {
		offer_verbs(l);
		for (size_t i = 0; i < n_help_topics; i++)
			offer(l, help_topics[i].name);
	} else if (v == &verb_help) {
		offer_subs(l, verb_by_name(l->v[1]) ? verb_by_name(l->v[1]) : v);
	} else if (v->subs && sub == v) {
		offer_subs(l, v);
	} else if (v == &verb_diff) {
		offer_targets(l); /* and files, which the shell knows */
	} else if (v == &verb_desc) {
		if (!strcmp(name, "show"))
			offer_descs(l);
	} else if (v == &verb_sim) {
		if (!strcmp(name, "stop") || !strcmp(name, "plug") || !strcmp(name, "unplug"))
			dp_lab_each(session_ctx(l->c->session), on_lab, (void *)l, NULL);
		if (!strcmp(name, "unplug"))
			offer_lab_devices(l);
	} else if (sub->flags & VERB_TARGET || v == &verb_find) {
		offer_of_target(l, v, sub);
	}
}

static void complete(const struct line *l)
{
	const struct verb *v = row(l);
	const struct verb *sub = v ? sub_row(l, v) : NULL;
	const char *sign = strchr(l->word, '=');
	int option = option_of(l->word);
	struct line rest;

	if (l->n && takes_next(l->v[l->n - 1])) {
		int before = option_of(l->v[l->n - 1]);

		if (before == OPT_UNTIL && v)
			offer_steps(l, v, sub);
		if (offer_argument(l, before))
			return;
	}
	if (sign && option < OPT_N) {
		rest = line_after(l, (size_t)(sign - l->word) + 1);
		if (option == OPT_UNTIL && v)
			offer_steps(&rest, v, sub);
		if (!offer_argument(&rest, option) && v)
			offer_of_target(&rest, v, sub);
	} else if (*l->word == '-') {
		offer_options(l, sub ? sub->options : OPTS_TARGET);
	} else if (!v) {
		offer_verbs(l);
	} else {
		offer_operand(l, v, sub);
	}
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
	size_t first; /* the program's name may be an alias */

	for (char *p = text; *p; p++)
		if (*p == '\'' || *p == '"')
			*p = ' ';
	if (words_split(&l->words, text, NULL))
		return -1;
	first = l->words.n > 0;
	for (size_t i = 0; i < l->words.n; i++)
		if (is_program(l->words.v[i]))
			first = i + 1;
	l->v = l->words.v + first;
	l->n = l->words.n - first;
	l->word = "";
	if (!blank && l->n)
		l->word = l->v[--l->n];
	l->lead = l->word;
	l->len = strlen(l->word);
	return 0;
}

/* bytes of the first @point characters: shells count those */
static size_t bytes_of(const char *text, uint64_t point)
{
	size_t n = 0;

	while (text[n] && ((text[n] & 0xc0) == 0x80 || point--))
		n++;
	return n;
}

static int run(struct cmd *c)
{
	struct line l = {.c = c};
	uint64_t point;
	char *text;

	if (dp_number_parse(c->argv[1], &point, &c->err))
		return cmd_fail(c);
	msg_set_quiet(true);
	text = strndup(c->argv[0], bytes_of(c->argv[0], point));
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
