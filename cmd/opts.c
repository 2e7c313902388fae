/* SPDX-License-Identifier: GPL-2.0-or-later */
/* opts.c - the option table and its parser */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opts.h"

const struct opt_spec opt_table[OPT_N] = {
	[OPT_ALL] = {0, "all", ARG_NONE, NULL, "hide nothing", false},
	[OPT_BITS] = {0, "bits", ARG_NONE, NULL, "draw the register's bits", false},
	[OPT_CHECK] = {0, "check", ARG_NONE, NULL, "check every line, touch nothing", false},
	[OPT_COLOR] = {0, "color", ARG_MAYBE, "auto|always|never", "colour (auto: on a terminal)",
		       false},
	[OPT_COUNT] = {0, "count", ARG_ONE, "N",
		       "that many accesses of each operand; of watch, changes", false},
	[OPT_DESC] = {'d', "desc", ARG_ONE, "NAME|FILE[@SPACE+OFFSET]",
		      "use or place this description; repeatable", true},
	[OPT_DRY_RUN] = {0, "dry-run", ARG_NONE, NULL, "print the plan, touch nothing", false},
	[OPT_EXEC] = {'e', "exec", ARG_ONE, "CMD", "a command line; repeatable", true},
	[OPT_FLUSH] = {0, "flush", ARG_NONE, NULL,
		       "read the register that the description marks flush afterwards", false},
	[OPT_FOR] = {0, "for", ARG_ONE, "TIME", "end after that long", false},
	[OPT_FORCE] = {0, "force", ARG_ATTACHED, "CLASS[,CLASS]",
		       "override these safety rules; see `devpoke help force`", false},
	[OPT_FORMAT] = {'f', "format", ARG_ONE, "hex|dec|bin|text|sh", "values only, in this form",
			false},
	[OPT_FROM] = {0, "from", ARG_ONE, "svd", "the format that is read", false},
	[OPT_HELP] = {'h', "help", ARG_NONE, NULL, "this help", false},
	[OPT_HOLE] = {0, "hole", ARG_ONE, "BYTE", "what stands in place of bytes that are not read",
		      false},
	[OPT_IGNORE] = {0, "ignore", ARG_ONE, "RANGE", "leave these out; repeatable", true},
	[OPT_IN] = {'i', "input", ARG_ONE, "FILE|-", "read from there (standard input)", false},
	[OPT_INTERVAL] = {0, "interval", ARG_ONE, "TIME", "pause between looks (0: none)", false},
	[OPT_JSON] = {0, "json", ARG_NONE, NULL, "one JSON document on standard output", false},
	[OPT_KEEP_GOING] = {0, "keep-going", ARG_NONE, NULL, "go on after a line that fails",
			    false},
	[OPT_OTHERS] = {0, "others", ARG_ONE, "zero|reset|shadow|VALUE",
			"what the bits that are not named get: one write, no read", false},
	[OPT_OUT] = {'o', "output", ARG_ONE, "FILE|-", "write there", false},
	[OPT_PERIPHERAL] = {0, "peripheral", ARG_ONE, "NAME",
			    "this one alone, as a block for any address", false},
	[OPT_QEMU] = {0, "qemu", ARG_ONE, "PROGRAM", "the QEMU to start", false},
	[OPT_QUIET] = {'q', "quiet", ARG_NONE, NULL, "errors only", false},
	[OPT_RAW] = {0, "raw", ARG_NONE, NULL, "bytes in bus order", false},
	[OPT_READBACK] = {0, "readback", ARG_NONE, NULL, "one read afterwards, shown", false},
	[OPT_READS] = {'n', "reads", ARG_ONE, "N", "read N times, mark what moves by itself",
		       false},
	[OPT_STATUS] = {0, "status", ARG_NONE, NULL, "print `= EXIT` after each answer", false},
	[OPT_STEPS] = {0, "steps", ARG_NONE, NULL, "each step as it is done, its register and time",
		       false},
	[OPT_TARGET] = {'t', "target", ARG_ONE, "TARGET", "the target; there is no operand for it",
			false},
	[OPT_TIME] = {0, "time", ARG_NONE, NULL, "add how long each access took", false},
	[OPT_TIMEOUT] = {0, "timeout", ARG_ONE, "TIME|FIELD",
			 "give up after this time, or what a field with a time unit says (1s; 0: "
			 "one look)",
			 false},
	[OPT_TO] = {0, "to", ARG_ONE, "c|json|svd", "the format that is written", false},
	[OPT_TRACE] = {0, "trace", ARG_MAYBE, "FILE", "each bus access as a JSON line (stderr)",
		       false},
	[OPT_TTL] = {0, "ttl", ARG_ONE, "TIME", "end the lab after that long", false},
	[OPT_UNLESS] = {0, "unless", ARG_COND, "COND", "end at once, exit 1, when this holds",
			false},
	[OPT_UNTIL] = {0, "until", ARG_ONE, "STEP", "stop after this step and leave the device so",
		       false},
	[OPT_VALUES] = {'r', "values", ARG_NONE, NULL, "values only: 0x and full width", false},
	[OPT_VERBOSE] = {'v', "verbose", ARG_NONE, NULL, "say more", false},
	[OPT_VERIFY] = {0, "verify", ARG_NONE, NULL,
			"read it back; exit 1 when what stores differs", false},
	[OPT_WIDTH] = {'w', "width", ARG_ONE, "8|16|32|64", "words of that many bits", false},
};

struct parser {
	struct opts *o;
	char *const *argv;
	size_t argc, i; /* i: the word after the one being parsed */
	struct dp_err *err;
};

bool opts_want_json(char *const *argv, size_t argc)
{
	for (size_t i = 0; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json"))
			return true;
	return false;
}

int opt_word_index(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (int i = 0; *list; i++) {
		size_t n = strcspn(list, "|");

		if (n == len && !strncmp(list, word, n))
			return i;
		list += n + (list[n] == '|');
	}
	return -1;
}

static int unknown(struct parser *p, const char *word)
{
	const char *names[OPT_N], *start = word + strspn(word, "-");
	char dashed[OPT_N][24], near[128], name[32];

	for (int i = 0; i < OPT_N; i++) {
		snprintf(dashed[i], sizeof(dashed[i]), "--%s", opt_table[i].name);
		names[i] = dashed[i];
	}
	dp_err_set(p->err, EINVAL, DP_USAGE, "unknown option '%s'", word);
	snprintf(name, sizeof(name), "--%.*s", (int)strcspn(start, "="), start);
	dp_nearest(name, names, OPT_N, near, sizeof(near));
	if (!strcmp(word, "--version") || !strcmp(word, "-V"))
		dp_err_hint(p->err, "devpoke version");
	else if (*near)
		dp_err_hint(p->err,
			    "did you mean %s? a word that only looks like an option goes "
			    "after --",
			    near);
	else
		dp_err_hint(p->err, "a word that only looks like an option goes after --");
	return -EINVAL;
}

static int store(struct parser *p, enum opt_id id, const char *value)
{
	struct opts *o = p->o;

	if (opt_given(o, id) && !opt_table[id].many && opt_table[id].kind != ARG_NONE)
		return dp_err_set(p->err, EINVAL, DP_USAGE, "option '--%s' stands there twice",
				  opt_table[id].name);
	o->given |= OPT_BIT(id);
	o->value[id] = value;
	if (opt_table[id].many)
		o->many[o->n_many++] = (struct opt_many){id, value};
	return 0;
}

static int missing(struct parser *p, enum opt_id id)
{
	const struct opt_spec *t = &opt_table[id];

	dp_err_set(p->err, EINVAL, DP_USAGE, "option '--%s' needs %s", t->name, t->arg);
	if (id == OPT_FORCE)
		dp_err_hint(p->err, "name what to override: --force=CLASS; `devpoke help force` "
				    "lists the classes");
	else
		dp_err_hint(p->err, "--%s=%s", t->name, t->arg);
	return -EINVAL;
}

static bool has_operator(const char *word)
{
	return word[strcspn(word, "=<>!")] != '\0';
}

static int cond_words(struct parser *p, enum opt_id id, const char *first)
{
	struct opts *o = p->o;
	int rc = store(p, id, first);

	if (rc)
		return rc;
	o->unless[o->n_unless++] = first;
	if (has_operator(first))
		return 0;
	if (p->argc - p->i < 2) {
		dp_err_set(p->err, EINVAL, DP_USAGE,
			   "the condition '%s' of --unless has no operator", first);
		dp_err_hint(p->err, "the shell may have eaten it: quote it, or write %s eq VALUE",
			    first);
		return -EINVAL;
	}
	o->unless[o->n_unless++] = p->argv[p->i++];
	o->unless[o->n_unless++] = p->argv[p->i++];
	return 0;
}

/* @attached: what stood behind '=' or the letter, or NULL */
static int take(struct parser *p, enum opt_id id, const char *attached)
{
	const struct opt_spec *t = &opt_table[id];

	switch (t->kind) {
	case ARG_NONE:
		if (attached)
			return dp_err_set(p->err, EINVAL, DP_USAGE,
					  "option '--%s' takes no argument", t->name);
		return store(p, id, "");
	case ARG_MAYBE:
		return store(p, id, attached ? attached : "");
	case ARG_ATTACHED:
		return attached && *attached ? store(p, id, attached) : missing(p, id);
	case ARG_COND:
	case ARG_ONE:
		break;
	}
	if (!attached) {
		if (p->i == p->argc)
			return missing(p, id);
		attached = p->argv[p->i++];
	}
	return t->kind == ARG_COND ? cond_words(p, id, attached) : store(p, id, attached);
}

static int long_option(struct parser *p, const char *word)
{
	const char *name = word + 2;
	size_t len = strcspn(name, "=");

	for (int i = 0; i < OPT_N; i++) {
		const char *t = opt_table[i].name;

		if (!strncmp(t, name, len) && !t[len])
			return take(p, i, name[len] ? name + len + 1 : NULL);
	}
	return unknown(p, word);
}

static int letter_id(char letter)
{
	for (int i = 0; i < OPT_N; i++)
		if (opt_table[i].letter == letter)
			return i;
	return -1;
}

static int short_options(struct parser *p, const char *word)
{
	for (const char *s = word + 1; *s; s++) {
		int id = letter_id(*s);
		int rc;

		if (id < 0)
			return unknown(p, word);
		if (opt_table[id].kind != ARG_NONE)
			return take(p, id, s[1] ? s + 1 : NULL);
		rc = take(p, id, NULL);
		if (rc)
			return rc;
	}
	return 0;
}

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] && !isdigit((unsigned char)word[1]);
}

static int parse(struct parser *p)
{
	struct opts *o = p->o;
	bool over = false;

	while (p->i < p->argc) {
		char *word = p->argv[p->i++];
		int rc = 0;

		if (over || !is_option(word)) {
			o->words[o->n_words++] = word;
		} else if (!strcmp(word, "--")) {
			over = true;
			o->dashes = o->n_words;
		} else if (word[1] == '-') {
			rc = long_option(p, word);
		} else {
			rc = short_options(p, word);
		}
		if (rc)
			return rc;
	}
	return 0;
}

int opts_parse(struct opts *o, char *const *argv, size_t argc, struct dp_err *err)
{
	struct parser p = {.o = o, .argv = argv, .argc = argc, .err = err};

	memset(o, 0, sizeof(*o));
	o->dashes = (size_t)-1;
	o->words = calloc(argc + 1, sizeof(*o->words));
	o->many = calloc(argc + 1, sizeof(*o->many));
	if (!o->words || !o->many)
		return dp_err_nomem(err);
	return parse(&p);
}

int opts_raw(struct opts *o, char *const *argv, size_t argc)
{
	memset(o, 0, sizeof(*o));
	o->dashes = (size_t)-1;
	o->words = calloc(argc + 1, sizeof(*o->words));
	if (!o->words)
		return -ENOMEM;
	memcpy(o->words, argv, argc * sizeof(*o->words));
	o->n_words = argc;
	return 0;
}

void opts_free(struct opts *o)
{
	free(o->words);
	free(o->many);
	o->words = NULL;
	o->many = NULL;
}

int opts_allow(const struct opts *o, uint64_t allowed, const char *verb, struct dp_err *err)
{
	uint64_t extra = o->given & ~allowed;

	if (!extra)
		return 0;
	dp_err_set(err, EINVAL, DP_USAGE, "'%s' has no option '--%s'", verb,
		   opt_table[__builtin_ctzll(extra)].name);
	return -EINVAL;
}
