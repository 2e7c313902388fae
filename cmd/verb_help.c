/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_help.c - `devpoke`, `devpoke help`, `devpoke VERB -h`: all from the tables */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "out.h"
#include "verbs.h"

/* help is text; with --json it is the document's "help" */
struct page {
	struct cmd *c;
	FILE *f;
	char *text;
	size_t len;
};

static int page_open(struct page *p, struct cmd *c)
{
	*p = (struct page){.c = c};
	p->f = open_memstream(&p->text, &p->len);
	return p->f ? 0 : cmd_nomem(c);
}

static int page_close(struct page *p)
{
	if (fclose(p->f))
		return cmd_nomem(p->c);
	json_str(p->c->doc, "help", p->text);
	if (!p->c->doc)
		out_write(p->text, p->len);
	free(p->text);
	return EXIT_DONE;
}

int help_intro(struct cmd *c)
{
	struct page p;
	int rc = page_open(&p, c);

	if (rc)
		return rc;
	fputs("devpoke: poke the registers of devices by name, from the shell\n"
	      "\n"
	      "try, without hardware and without root:\n"
	      "  devpoke sim start                  a simulated machine with nvme, e1000e and edu\n"
	      "  devpoke peek sim:nvme CAP          one register, read and decoded\n"
	      "  devpoke poke sim:nvme CC.IOSQES=6  one field, its neighbours unharmed\n"
	      "  devpoke poll sim:nvme CSTS.RDY==0  wait for a condition\n"
	      "\n"
	      "  devpoke help          all verbs\n"
	      "  devpoke VERB -h       one verb, its options and examples\n"
	      "  devpoke help TOPIC    paths targets values json exit force\n"
	      "  devpoke list          what there is to poke on this machine\n",
	      p.f);
	return page_close(&p);
}

static void print_option(FILE *f, const struct opt_spec *t)
{
	static const char *const form[] = {[ARG_NONE] = "",
					   [ARG_ONE] = " ",
					   [ARG_MAYBE] = "[=",
					   [ARG_ATTACHED] = "=",
					   [ARG_COND] = " "};
	char name[80];

	snprintf(name, sizeof(name), "%s%s%s%s", t->name, form[t->kind], t->arg ? t->arg : "",
		 t->kind == ARG_MAYBE ? "]" : "");
	if (t->letter)
		fprintf(f, "  -%c, --%-26s", t->letter, name);
	else
		fprintf(f, "      --%-26s", name);
	if (strlen(name) > 25)
		fprintf(f, "\n%34s", "");
	fprintf(f, "%s\n", t->help);
}

static void print_options(FILE *f, const struct verb *v)
{
	uint64_t all = v->options | OPTS_COMMON;

	fputs("\noptions:\n", f);
	for (int i = 0; i < OPT_N; i++)
		if (v->options >> i & 1)
			print_option(f, &opt_table[i]);
	for (int i = 0; i < OPT_N; i++)
		if ((all & ~v->options) >> i & 1)
			print_option(f, &opt_table[i]);
}

static void print_usage(FILE *f, const char *noun, const struct verb *v, const char *head)
{
	fprintf(f, "%s devpoke %s%s%s%s%s%s\n", head, noun, *noun ? " " : "", v->name,
		v->flags & VERB_TARGET ? v->flags & VERB_DESC ? " DESC|TARGET" : " TARGET" : "",
		*v->synopsis ? " " : "", v->synopsis);
}

static void print_indented(FILE *f, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		fprintf(f, "%s%.*s\n", n ? "  " : "", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void print_verb(FILE *f, const char *noun, const struct verb *v)
{
	print_usage(f, noun, v, "usage:");
	fprintf(f, "       %s\n", v->summary);
	if (v->text)
		fprintf(f, "\n%s", v->text);
	print_options(f, v);
	if (v->examples) {
		fputs("\nexamples:\n", f);
		print_indented(f, v->examples);
	}
}

static void print_noun(FILE *f, const struct verb *v)
{
	const char *head = "usage:";

	for (const struct verb *s = v->subs; s->name; s++, head = "      ")
		print_usage(f, v->name, s, head);
	fprintf(f, "       %s\n", v->summary);
	if (v->text)
		fprintf(f, "\n%s", v->text);
	fputc('\n', f);
	for (const struct verb *s = v->subs; s->name; s++)
		fprintf(f, "  %-8s %s\n", s->name, s->summary);
	fprintf(f, "\n`devpoke %s VERB -h` explains one.\n", v->name);
	if (v->examples) {
		fputs("\nexamples:\n", f);
		print_indented(f, v->examples);
	}
}

int help_verb(struct cmd *c, const struct verb *verb, const struct verb *sub)
{
	struct page p;
	int rc = page_open(&p, c);

	if (rc)
		return rc;
	if (sub->subs)
		print_noun(p.f, sub);
	else
		print_verb(p.f, sub == verb ? "" : verb->name, sub);
	return page_close(&p);
}

static void print_all(FILE *f)
{
	fputs("usage: devpoke VERB [TARGET] OPERAND...      options anywhere; -- ends them\n\n", f);
	for (size_t i = 0; i < n_verbs; i++)
		if (!(verbs[i]->flags & VERB_HIDDEN))
			fprintf(f, "  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
	fputs("\n`devpoke VERB -h` explains one verb; topics of `devpoke help TOPIC`:\n\n", f);
	for (size_t i = 0; i < n_help_topics; i++)
		fprintf(f, "  %-8s %s\n", help_topics[i].name, help_topics[i].summary);
}

static void json_row(struct json *arr, const char *noun, const struct verb *v)
{
	struct json *row = json_item(arr), *options;
	char name[48];

	snprintf(name, sizeof(name), "%s%s%s", noun, *noun ? " " : "", v->name);
	json_str(row, "name", name);
	json_text_str(row, "synopsis", v->synopsis);
	json_str(row, "summary", v->summary);
	json_flag(row, "takes_target", v->flags & VERB_TARGET);
	options = json_array(row, "options");
	for (int i = 0; i < OPT_N; i++)
		if ((v->options | OPTS_COMMON) >> i & 1)
			json_item_str(options, opt_table[i].name);
}

static void json_rows(struct cmd *c)
{
	struct json *arr = json_array(c->doc, "verbs");

	for (size_t i = 0; arr && i < n_verbs; i++) {
		if (verbs[i]->flags & VERB_HIDDEN)
			continue;
		if (!verbs[i]->subs)
			json_row(arr, "", verbs[i]);
		for (const struct verb *s = verbs[i]->subs; s && s->name; s++)
			json_row(arr, verbs[i]->name, s);
	}
}

/* the classes are the library's; of `ram` only a part can be overridden */
static void print_classes(FILE *f)
{
	fprintf(f, "  %-10s %-18s %s\n", "class", "override", "refuses because");
	for (int i = DP_CLASS_NONE + 1; i < DP_CLASS_COUNT; i++)
		fprintf(f, "  %-10s %-18s %s\n", dp_class_name(i),
			i == DP_CLASS_RAM ? "yes, above 1 MiB" : "yes", dp_class_help(i));
}

static int print_topic(struct cmd *c, const struct help_topic *t)
{
	struct page p;
	int rc = page_open(&p, c);

	if (rc)
		return rc;
	fputs(t->text, p.f);
	if (!strcmp(t->name, "force"))
		print_classes(p.f);
	return page_close(&p);
}

static int unknown_topic(struct cmd *c, const char *word)
{
	const char *names[128];
	char near[128];
	size_t n = 0;

	for (size_t i = 0; i < n_verbs; i++)
		if (!(verbs[i]->flags & VERB_HIDDEN))
			names[n++] = verbs[i]->name;
	for (size_t i = 0; i < n_help_topics; i++)
		names[n++] = help_topics[i].name;
	dp_nearest(word, names, n, near, sizeof(near));
	dp_err_set(&c->err, EINVAL, DP_USAGE, "no help on '%s'", word);
	if (*near)
		dp_err_hint(&c->err, "did you mean %s?", near);
	else
		dp_err_hint(&c->err, "devpoke help");
	return cmd_fail(c);
}

static const struct verb *sub_find(const struct verb *v, const char *name)
{
	for (const struct verb *s = v->subs; s && s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

static int run(struct cmd *c)
{
	const struct verb *v, *sub;
	struct page p;

	if (!c->argc) {
		int rc = page_open(&p, c);

		if (rc)
			return rc;
		print_all(p.f);
		json_rows(c);
		return page_close(&p);
	}
	for (size_t i = 0; i < n_help_topics; i++) {
		if (strcmp(help_topics[i].name, c->argv[0]))
			continue;
		if (c->argc > 1)
			return cmd_usage(c, "'help %s' takes no operand; '%s' is too much",
					 c->argv[0], c->argv[1]);
		return print_topic(c, &help_topics[i]);
	}
	v = sub = verb_by_name(c->argv[0]);
	if (v && c->argc == 2)
		sub = sub_find(v, c->argv[1]);
	if (!v || !sub)
		return unknown_topic(c, c->argv[v ? 1 : 0]);
	return help_verb(c, v, sub);
}

const struct verb verb_help = {
	.name = "help",
	.fn = run,
	.synopsis = "[VERB|TOPIC]",
	.summary = "all verbs, one verb, or a topic",
	.max = 2,
	.examples = "devpoke help\n"
		    "devpoke help paths\n"
		    "devpoke help sim start\n",
};
