/* SPDX-License-Identifier: GPL-2.0-or-later */
/* builtins.c - use let echo sleep source repeat: verbs of a batch */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access.h"
#include "batch.h"
#include "builtins.h"
#include "out.h"
#include "session.h"
#include "signals.h"

#define DEEPEST 16u

/* -------------------------------------------------------------------- use */

static int run_use(struct cmd *c)
{
	c->target = target_word(c, c->argv[0]);
	if (!c->target)
		return cmd_fail(c);
	json_str(c->doc, "target", c->target);
	cache_clear(c->session->batch->cache);
	return target_use(c);
}

/* -------------------------------------------------------------------- let */

static bool is_name_start(char ch)
{
	return isalpha((unsigned char)ch) || ch == '_';
}

static size_t name_len(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return is_name_start(*text) ? n : 0;
}

/* CLI.md section 3: a value, unless the text starts with a name or has a /type */
static bool is_path(const char *text)
{
	return is_name_start(*text) || (*text != '(' && *text != '$' && strchr(text, '/'));
}

static int peek_located(struct cmd *c, struct dp_dev *dev, struct dp_ref *ref,
			struct dp_wide *value)
{
	struct dp_plan *plan = NULL;
	struct dp_result res;
	int rc = dp_plan_peek(dev, ref, &plan, &c->err) ? cmd_fail(c) : 0;

	if (!rc)
		rc = target_open(c, dev, access_open_flags(plan));
	if (!rc)
		rc = access_replan(c, dev, ref, &plan);
	if (!rc && dp_plan_run(dev, plan, &res, &c->err))
		rc = cmd_fail(c);
	if (!rc)
		rc = access_believe(c, dev, ref, res.value);
	if (!rc)
		*value = dp_ref_extract(ref, res.value);
	dp_plan_free(plan);
	return rc;
}

static int let_peek(struct cmd *c, const char *text, struct dp_wide *value)
{
	struct session *s = c->session;
	struct dp_refs refs = {0};
	struct dp_dev *dev;
	int rc;

	c->target =
		c->opts.value[OPT_TARGET] ? target_word(c, c->opts.value[OPT_TARGET]) : s->in_force;
	if (!c->target && !c->failed) {
		dp_err_set(&c->err, EINVAL, DP_USAGE, "no target is in force to read '%s' from",
			   text);
		dp_err_hint(&c->err, "use TARGET first, or let x = 5");
	}
	if (!c->target)
		return cmd_fail(c);
	rc = target_registers(c, &dev);
	if (rc)
		return rc;
	if (dp_resolve(dev, text, 0, &refs, &c->err))
		return cmd_fail(c);
	rc = peek_located(c, dev, refs.v[0], value);
	dp_refs_free(&refs);
	return rc;
}

static bool has_unit_of_time(const char *text)
{
	size_t n = strlen(text);

	return n > 1 && strchr("smh", text[n - 1]);
}

static int let_value(struct cmd *c, const char *text, struct dp_wide *value)
{
	int rc;

	if (*text == '$' && !session_var(c->session, text + 1, value))
		return 0;
	if (*text == '(' || *text == '$' || *text == '@')
		rc = dp_expr_value(text, &c->session->lookup, &value->lo, &c->err);
	else if (has_unit_of_time(text))
		rc = dp_time_parse(text, &value->lo, &c->err);
	else if (!strchr("KMG", text[strlen(text) - 1]))
		rc = dp_wide_parse(text, value, &c->err);
	else
		rc = dp_size_parse(text, &value->lo, &c->err);
	return rc ? cmd_fail(c) : 0;
}

/* the words behind the name as one text: "x = ( 1 + 2 )" */
static char *joined(struct cmd *c)
{
	size_t size = 1;
	char *text;

	for (size_t i = 0; i < c->argc; i++)
		size += strlen(c->argv[i]) + 1;
	text = malloc(size);
	if (!text)
		return NULL;
	*text = '\0';
	for (size_t i = 0; i < c->argc; i++) {
		strcat(text, i ? " " : "");
		strcat(text, c->argv[i]);
	}
	return text;
}

static int let(struct cmd *c, char *text)
{
	size_t n = name_len(text);
	char *rest = text + n + strspn(text + n, " ");
	struct dp_wide value = {0};
	int rc;

	if (!n || *rest != '=')
		return cmd_usage(c, "'let' needs NAME = VALUE|PATH");
	text[n] = '\0';
	rest += 1 + strspn(rest + 1, " ");
	if (!*rest)
		return cmd_usage(c, "'let %s =' has no value", text);
	rc = is_path(rest) ? let_peek(c, rest, &value) : let_value(c, rest, &value);
	if (rc && rc != EXIT_CHECKED)
		return rc;
	json_str(c->doc, "name", text);
	json_value(c->doc, value, 4);
	return session_set_var(c->session, text, value) ? cmd_nomem(c) : EXIT_DONE;
}

static int run_let(struct cmd *c)
{
	char *text = joined(c);
	int rc = text ? let(c, text) : cmd_nomem(c);

	free(text);
	return rc;
}

/* ------------------------------------------------------------------- echo */

/* a $name within a word is the variable's value */
static int echo_word(struct cmd *c, const char *word)
{
	while (*word) {
		size_t plain = strcspn(word, "$"), n;
		struct dp_wide value;
		char name[64];

		out_write(word, plain);
		word += plain;
		if (!*word)
			return 0;
		n = name_len(word + 1);
		if (!n || n >= sizeof(name)) {
			out_write(word++, 1);
			continue;
		}
		memcpy(name, word + 1, n);
		name[n] = '\0';
		if (session_var(c->session, name, &value)) {
			dp_err_set(&c->err, ENOENT, DP_NAME, "there is no variable '$%s'", name);
			dp_err_hint(&c->err, "let %s = VALUE", name);
			return cmd_fail(c);
		}
		out_hex(value, 1);
		word += 1 + n;
	}
	return 0;
}

static int run_echo(struct cmd *c)
{
	int rc = 0;
	size_t len;
	const char *text;

	out_capture();
	for (size_t i = 0; i < c->argc && !rc; i++) {
		out_str(i ? " " : "");
		rc = echo_word(c, c->argv[i]);
	}
	text = out_captured(&len);
	if (rc || c->session->checking || !text)
		return rc;
	json_text_str(c->doc, "text", text);
	if (!c->doc) {
		out_write(text, len);
		out_str("\n");
	}
	return 0;
}

/* ------------------------------------------------------------------ sleep */

static int run_sleep(struct cmd *c)
{
	struct timespec ts;
	uint64_t ns;

	if (dp_time_parse(c->argv[0], &ns, &c->err))
		return cmd_fail(c);
	if (c->session->checking)
		return EXIT_DONE;
	out_flush();
	ts = (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
	while (nanosleep(&ts, &ts) && !signals_pending())
		;
	return EXIT_DONE;
}

/* --------------------------------------------------------- source, repeat */

static int enter(struct cmd *c)
{
	if (c->session->batch->depth == DEEPEST)
		return cmd_usage(c, "'%s' within '%s' more than %u deep", c->name, c->name,
				 DEEPEST);
	c->session->batch->depth++;
	return 0;
}

/* the exit code of the first line in it that fails is this line's own */
static int source(struct cmd *c, struct input *in)
{
	struct batch *b = c->session->batch;
	int before = b->first, rc;
	struct words words = b->words; /* ours point into the line being run */

	b->first = 0;
	b->words = (struct words){0};
	rc = batch_lines(b, in, &c->err);
	words_free(&b->words);
	b->words = words;
	if (!rc)
		rc = b->first;
	b->first = before;
	return rc;
}

static int run_source(struct cmd *c)
{
	char *name = strdup(c->argv[0]);
	struct input in;
	int rc;

	if (!name)
		return cmd_nomem(c);
	rc = enter(c);
	if (!rc) {
		if (input_open(&in, name, &c->err)) {
			rc = cmd_fail(c);
		} else {
			rc = source(c, &in);
			input_close(&in);
		}
		c->session->batch->depth--;
	}
	free(name);
	return rc;
}

static int run_repeat(struct cmd *c)
{
	struct batch *b = c->session->batch;
	uint64_t n;
	int rc;

	if (dp_number_parse(c->argv[0], &n, &c->err))
		return cmd_fail(c);
	rc = enter(c);
	if (rc)
		return rc;
	if (c->session->checking && n > 1)
		n = 1;
	while (n-- && !rc && !signals_pending() && !out_error())
		rc = batch_words(b, c->argv + 1, c->argc - 1, c->where);
	b->depth--;
	return rc;
}

/* ------------------------------------------------------------------ table */

/* sorted by name */
static const struct verb builtins[] = {
	{
		.name = "echo",
		.fn = run_echo,
		.synopsis = "WORD...",
		.summary = "print words; $x is a variable's value",
		.flags = VERB_RAW,
		.max = MANY,
	},
	{
		.name = "let",
		.fn = run_let,
		.synopsis = "NAME = VALUE|PATH",
		.summary = "set a variable; a path is read once",
		.options = OPTS_TARGET,
		.min = 1,
		.max = MANY,
	},
	{
		.name = "repeat",
		.fn = run_repeat,
		.synopsis = "N COMMAND...",
		.summary = "run a command N times",
		.flags = VERB_RAW | VERB_LINES,
		.min = 2,
		.max = MANY,
	},
	{
		.name = "sleep",
		.fn = run_sleep,
		.synopsis = "TIME",
		.summary = "pause",
		.min = 1,
		.max = 1,
	},
	{
		.name = "source",
		.fn = run_source,
		.synopsis = "FILE",
		.summary = "run the lines of a file here",
		.flags = VERB_LINES,
		.min = 1,
		.max = 1,
	},
	{
		.name = "use",
		.fn = run_use,
		.synopsis = "TARGET",
		.summary = "the target of the lines that follow",
		.options = OPT_BIT(OPT_DESC),
		.min = 1,
		.max = 1,
	},
};

const struct verb *builtin_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++)
		if (!strcmp(builtins[i].name, name))
			return &builtins[i];
	return NULL;
}
