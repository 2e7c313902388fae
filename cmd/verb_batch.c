/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_batch.c - devpoke batch [FILE]: many command lines, devices open between them */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "builtins.h"
#include "msg.h"
#include "out.h"
#include "session.h"
#include "signals.h"
#include "verbs.h"

static bool is_command(const char *word)
{
	return *word == '-' || verb_by_name(word) || builtin_by_name(word);
}

/* after `use` or -t a bare path peeks and a bare assignment pokes (CLI.md section 1) */
static int bare(struct batch *b, char **v, size_t n, const struct where *where)
{
	static char peek[] = "peek", poke[] = "poke";
	char **words = malloc((n + 1) * sizeof(*words));
	int rc;

	if (!words)
		return EXIT_DEVICE;
	words[0] = strchr(v[0], '=') ? poke : peek;
	memcpy(words + 1, v, n * sizeof(*words));
	rc = command_run(b->session, words, n + 1, where);
	free(words);
	return rc;
}

int batch_words(struct batch *b, char **v, size_t n, const struct where *where)
{
	/* lines of a README paste */
	if (n && !strcmp(v[0], "devpoke")) {
		v++;
		n--;
	}
	if (!n)
		return EXIT_DONE;
	if (!is_command(v[0]) && b->session->in_force)
		return bare(b, v, n, where);
	return command_run(b->session, v, n, where);
}

static void failed_line(struct batch *b, const struct where *where, const struct dp_err *err)
{
	struct json *doc;

	msg_error(err, where);
	if (!b->session->json)
		return;
	doc = doc_new();
	doc_error(doc, err);
	doc_end(doc, where, exit_code_of(err));
	json_free(doc);
}

/* false: nothing but blanks and a comment */
static bool run_line(struct batch *b, char *line, const struct where *where, int *code)
{
	struct dp_err err;

	line += strspn(line, " \t");
	b->session->where = where;
	if (cache_run(b->cache, line, code, &err)) {
		if (*code)
			msg_error(&err, where);
		return true;
	}
	if (words_split(&b->words, line, &err)) {
		*code = exit_code_of(&err);
		failed_line(b, where, &err);
		return true;
	}
	if (!b->words.n)
		return false;
	*code = batch_words(b, b->words.v, b->words.n, where);
	return true;
}

static bool goes_on(const struct batch *b)
{
	return !signals_pending() && !out_error() &&
	       (!b->first || b->keep_going || b->session->checking);
}

int batch_lines(struct batch *b, struct input *in, struct dp_err *err)
{
	struct where where = {.file = in->name};
	char *line;
	int more = 0;

	while (goes_on(b) && (more = input_line(in, &line, err)) > 0) {
		int code = EXIT_DONE;

		where.line = in->line;
		if (!run_line(b, line, &where, &code))
			continue;
		if (code && !b->first)
			b->first = code;
		if (b->status && !b->session->json)
			out("= %d\n", code);
	}
	b->session->where = NULL;
	return more < 0 ? exit_code_of(err) : EXIT_DONE;
}

/* each -e is a text of its own; their lines are counted through */
static int run_texts(struct batch *b, struct cmd *c)
{
	unsigned long lines = 0;
	int rc = EXIT_DONE;

	for (size_t i = 0; i < c->opts.n_many && !rc && goes_on(b); i++) {
		struct input in;
		char *text;

		if (c->opts.many[i].id != OPT_EXEC)
			continue;
		text = strdup(c->opts.many[i].value);
		if (!text)
			return cmd_nomem(c);
		input_string(&in, "-e", text);
		in.ends = lines;
		rc = batch_lines(b, &in, &c->err);
		lines = in.ends - 1 > lines ? in.ends - 1 : lines + 1;
		free(text);
	}
	return rc;
}

static int run_file(struct batch *b, struct cmd *c)
{
	struct input in;
	int rc;

	if (input_open(&in, c->argc ? c->argv[0] : NULL, &c->err))
		return cmd_fail(c);
	rc = batch_lines(b, &in, &c->err);
	input_close(&in);
	return rc ? cmd_fail(c) : EXIT_DONE;
}

static int start(struct cmd *c)
{
	struct session *s = c->session;
	const char *target = c->opts.value[OPT_TARGET];

	s->quiet = opt_given(&c->opts, OPT_QUIET);
	s->json = c->doc != NULL;
	s->checking = opt_given(&c->opts, OPT_CHECK);
	if (!target && opt_given(&c->opts, OPT_DESC))
		return cmd_usage(c, "-d goes with -t");
	if (!target)
		return EXIT_DONE;
	c->target = target_word(c, target);
	return c->target ? target_use(c) : cmd_fail(c);
}

static int run(struct cmd *c)
{
	struct batch b = {.session = c->session,
			  .keep_going = opt_given(&c->opts, OPT_KEEP_GOING),
			  .status = opt_given(&c->opts, OPT_STATUS)};
	int rc;

	if (c->session->batch)
		return cmd_usage(c, "a batch within a batch; `source FILE` runs lines of a file");
	if (c->argc && opt_given(&c->opts, OPT_EXEC))
		return cmd_usage(c, "-e and '%s' both give lines", c->argv[0]);
	b.cache = cache_new(c->session);
	if (!b.cache)
		return cmd_nomem(c);
	/* before the target of -t is found: it stays open, too */
	c->session->batch = &b;
	rc = start(c);
	if (!rc)
		rc = opt_given(&c->opts, OPT_EXEC) ? run_texts(&b, c) : run_file(&b, c);
	c->session->batch = NULL;
	cache_free(b.cache);
	words_free(&b.words);
	return rc ? rc : b.first;
}

const struct verb verb_batch = {
	.name = "batch",
	.fn = run,
	.synopsis = "[FILE|-]",
	.summary = "run command lines from a file, standard input or -e",
	.text = "A line is a command without `devpoke`, in the shell's quoting; # starts a comment, \\\n"
		"continues a line. After `use TARGET` or with -t a bare path peeks and a bare\n"
		"assignment pokes. Devices stay open until the end. Also:\n"
		"\n"
		"  use TARGET           the target of the lines that follow\n"
		"  let x = VALUE|PATH   a variable, used as $x\n"
		"  echo WORD...         print\n"
		"  sleep TIME           pause\n"
		"  source FILE          run lines of a file\n"
		"  repeat N COMMAND...  run a command N times\n"
		"\n"
		"The exit code is that of the first line that failed, where the batch ends.\n",
	.examples = "devpoke batch bringup.dp\n"
		    "devpoke batch -t sim:nvme -e CC.EN=0 -e 'poll CSTS.RDY==0' -e CSTS\n"
		    "devpoke batch --check bringup.dp\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_EXEC) | OPT_BIT(OPT_CHECK) | OPT_BIT(OPT_KEEP_GOING) |
		   OPT_BIT(OPT_STATUS),
	.flags = VERB_LINES | VERB_WRITES,
	.max = 1,
};
