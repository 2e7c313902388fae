/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command.c - the life of one command: its row, options, run and document */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "builtins.h"
#include "cmd.h"
#include "help.h"
#include "msg.h"
#include "out.h"
#include "session.h"
#include "signals.h"
#include "verbs.h"

static int unknown_verb(struct cmd *c, const char *word)
{
	const char *names[64];
	char near[128];
	size_t n = 0;

	for (size_t i = 0; i < n_verbs && n < 64; i++)
		if (!(verbs[i]->flags & VERB_HIDDEN))
			names[n++] = verbs[i]->name;
	dp_err_set(&c->err, EINVAL, DP_USAGE, "unknown verb '%s'", word);
	dp_nearest(word, names, n, near, sizeof(near));
	if (*near)
		dp_err_hint(&c->err, "did you mean %s? `devpoke help` lists the verbs", near);
	else
		dp_err_hint(&c->err, "devpoke help");
	return cmd_fail(c);
}

static int find_sub(struct cmd *c)
{
	char list[128] = "";
	size_t used = 0;

	for (const struct verb *s = c->verb->subs; s->name; s++) {
		if (c->argc && !strcmp(s->name, c->argv[0])) {
			c->sub = s;
			snprintf(c->name, sizeof(c->name), "%s %s", c->verb->name, s->name);
			c->argv++;
			c->argc--;
			return 0;
		}
		used += snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "",
				 s->name);
	}
	if (c->argc)
		return cmd_usage(c, "'%s' has no verb '%s', but %s", c->name, c->argv[0], list);
	return cmd_usage(c, "'%s' needs one of %s", c->name, list);
}

static const struct verb *row_of(struct session *s, const char *name)
{
	const struct verb *v = verb_by_name(name);

	return v || !s->batch ? v : builtin_by_name(name);
}

/* the first operand is the verb, after it perhaps that of a noun */
static int find_rows(struct cmd *c)
{
	const char *word = c->opts.words[0];

	c->argv = c->opts.words + 1;
	c->argc = c->opts.n_words - 1;
	snprintf(c->name, sizeof(c->name), "%s", word);
	c->verb = c->sub = row_of(c->session, word);
	if (!c->verb)
		return unknown_verb(c, word);
	if (c->verb->subs && (c->argc || !opt_given(&c->opts, OPT_HELP))) {
		int rc = find_sub(c);

		if (rc)
			return rc;
	}
	if (c->opts.dashes != MANY) {
		size_t gone = c->opts.n_words - c->argc;

		c->opts.dashes -= c->opts.dashes < gone ? c->opts.dashes : gone;
	}
	return 0;
}

static int check_operands(struct cmd *c)
{
	if (c->argc < c->sub->min) {
		cmd_usage(c, "'%s' needs %s", c->name, c->sub->synopsis);
		target_hint_dot(c);
		return EXIT_USAGE;
	}
	if (c->sub->max != MANY && c->argc > c->sub->max)
		return cmd_usage(c, "'%s' takes %s; '%s' is too much", c->name,
				 *c->sub->synopsis ? c->sub->synopsis : "no operand",
				 c->argv[c->sub->max]);
	return 0;
}

static int parse_force(struct cmd *c, uint64_t *force)
{
	const char *list = c->opts.value[OPT_FORCE];

	while (list) {
		size_t n = strcspn(list, ",");
		enum dp_class class;
		char word[32];

		snprintf(word, sizeof(word), "%.*s", (int)n, list);
		if (dp_class_parse(word, &class, &c->err))
			return cmd_fail(c);
		*force |= DP_FORCE(class);
		list = list[n] ? list + n + 1 : NULL;
	}
	return 0;
}

static int apply_color(struct cmd *c)
{
	const char *word = c->opts.value[OPT_COLOR];
	int i;

	if (!word)
		return 0;
	i = *word ? opt_word_index(opt_table[OPT_COLOR].arg, word) : MSG_COLOR_ALWAYS;
	if (i < 0)
		return cmd_usage(c, "--color is auto, always or never, not '%s'", word);
	msg_set_color(i);
	return 0;
}

/* the common options, before anything else happens */
static int apply_options(struct cmd *c)
{
	struct session *s = c->session;
	uint64_t force = s->force;
	int rc;

	if (opts_allow(&c->opts, c->sub->options | OPTS_COMMON, c->name, &c->err)) {
		cmd_hint_help(c);
		return cmd_fail(c);
	}
	rc = apply_color(c);
	if (!rc)
		rc = parse_force(c, &force);
	if (rc)
		return rc;
	if (c->opts.value[OPT_TRACE] && session_trace(s, c->opts.value[OPT_TRACE], &c->err))
		return cmd_fail(c);
	c->quiet = s->quiet || opt_given(&c->opts, OPT_QUIET);
	msg_set_quiet(c->quiet);
	if (!session_ctx(s))
		return cmd_nomem(c);
	session_set_force(s, force);
	if (!strcmp(c->name, "batch"))
		s->force = force; /* each of its lines adds its own */
	return 0;
}

static int command_start(struct cmd *c, char *const *words, size_t n)
{
	const struct verb *v = n ? row_of(c->session, words[0]) : NULL;

	if (v && v->flags & VERB_RAW) {
		if (opts_raw(&c->opts, words, n))
			return cmd_nomem(c);
		return find_rows(c);
	}
	if (opts_parse(&c->opts, words, n, &c->err)) {
		/* the first operand so far tells what was meant */
		if (c->opts.n_words)
			snprintf(c->name, sizeof(c->name), "%s", c->opts.words[0]);
		return cmd_fail(c);
	}
	if (!c->opts.n_words)
		return help_intro(c);
	return find_rows(c);
}

/* with batch --check: what would change something is not called, what is said is dropped */
static int run_verb(struct cmd *c)
{
	bool opens = c->sub->flags & VERB_TARGET;
	size_t len;
	int rc;

	if (!c->session->checking || c->sub->flags & VERB_RAW || builtin_by_name(c->name))
		return c->sub->fn(c);
	if (c->sub->flags & VERB_WRITES && !opens)
		return EXIT_CHECKED;
	out_capture();
	rc = c->sub->fn(c);
	out_captured(&len);
	return rc;
}

static int command(struct cmd *c)
{
	int rc = apply_options(c);

	if (rc)
		return rc;
	if (opt_given(&c->opts, OPT_HELP))
		return help_verb(c, c->verb, c->sub);
	if (c->sub->flags & VERB_TARGET) {
		rc = target_take(c);
		if (rc)
			return rc;
	}
	rc = check_operands(c);
	if (rc)
		return rc;
	json_str(c->doc, "target", c->target);
	return run_verb(c);
}

void doc_error(struct json *doc, const struct dp_err *err)
{
	struct json *e = json_map(doc, "error");

	json_str(e, "code", dp_code_name(err->code));
	json_str(e, "class", err->class ? dp_class_name(err->class) : NULL);
	json_str(e, "message", err->message);
	json_str(e, "hint", err->hint);
}

void doc_end(struct json *doc, const struct where *where, int code)
{
	if (where) {
		json_uint(doc, "line", where->line);
		json_uint(doc, "exit", (unsigned)code);
	}
	out_str(json_text(doc));
	out_str("\n");
}

/* what runs commands leaves the documents to them */
static bool has_no_doc(const struct cmd *c)
{
	bool lines = c->sub && c->sub->flags & VERB_LINES && !opt_given(&c->opts, OPT_HELP);

	return !c->doc || (lines && !c->failed);
}

static void print_doc(struct cmd *c, int code)
{
	if (has_no_doc(c))
		return;
	if (c->session->checking && !c->failed)
		return;
	if (c->failed)
		doc_error(c->doc, &c->err);
	doc_end(c->doc, c->where, code);
}

struct json *doc_new(void)
{
	struct json *doc = json_new();

	json_uint(doc, "schema", 1);
	json_null(doc, "verb");
	json_null(doc, "target");
	return doc;
}

int command_run(struct session *s, char *const *words, size_t n, const struct where *where)
{
	struct cmd c = {.session = s, .where = where};
	int code;

	s->where = where;
	*s->last_note = '\0';
	c.doc = s->json || opts_want_json(words, n) ? doc_new() : NULL;
	code = command_start(&c, words, n);
	json_str(c.doc, "verb", c.name);
	if (!code && c.verb)
		code = command(&c);
	if (code == EXIT_CHECKED)
		code = EXIT_DONE;
	if (signals_pending()) {
		code = 128 + signals_pending();
		c.failed = false;
	}
	print_doc(&c, code);
	if (c.failed)
		msg_error(&c.err, where);
	json_free(c.doc);
	opts_free(&c.opts);
	msg_set_quiet(s->quiet);
	return code;
}
