/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd.h - what every verb sees: the verb table's row and one command being run
 *
 * Data flow: command.c splits words (opts.c), finds the row, settles the target (target.c)
 * and calls the verb; the verb works through devpoke.h, shows what it did through out.h,
 * json.h and render.h and returns its exit code; command.c then closes the JSON document,
 * prints the error if there is one and looks after standard output.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devpoke.h"
#include "json.h"
#include "opts.h"

/* exit codes: CLI.md section 5; a script relies on them */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_NEGATIVE = 1,
	EXIT_USAGE = 2,
	EXIT_TARGET = 3,
	EXIT_DEVICE = 4,
	EXIT_REFUSED = 5,
	/* never leaves the program: a batch that only checks stops where devices are opened */
	EXIT_CHECKED = -1,
};

struct cmd;
struct session;

#define VERB_TARGET 0x01u /* first operand is a TARGET unless one is in force */
#define VERB_DESC   0x02u /* that operand may be a description's name: device never opened */
#define VERB_WRITES 0x04u /* changes something: a closed stdout is then an error */
#define VERB_LINES  0x08u /* its commands print their own JSON documents */
#define VERB_HIDDEN 0x10u /* not in help */
#define VERB_RAW    0x20u /* its words are not parsed for options */

#define MANY ((size_t)-1)

/**
 * struct verb - a row of the one table in main.c, defined in the verb's own file
 * @synopsis: operands, as help prints them
 * @options: OPT_BIT()s beside the common ones
 * @min, @max: operands without the TARGET
 * @subs: of a noun with verbs ("sim start"): rows up to one without name, @fn is NULL then
 */
struct verb {
	const char *name;
	int (*fn)(struct cmd *c);
	const char *synopsis;
	const char *summary;
	const char *text;
	const char *examples;
	uint64_t options;
	unsigned flags;
	size_t min, max;
	const struct verb *subs;
};

/* where a command stands in a batch */
struct where {
	const char *file;
	unsigned long line;
};

/**
 * struct cmd - one command being run
 * @sub: the row of the sub-verb, or same as @verb
 * @name: "peek", "sim start": the document's "verb"
 * @target: spec as typed, after "." was replaced; NULL = none
 * @argv, @argc: operands without verb and target
 * @doc: JSON document, NULL = output for people
 * @quiet: -q here or on the batch: no confirmations, no notes
 * @err: library calls fill it; cmd_fail() makes it the command's end
 */
struct cmd {
	struct session *session;
	const struct where *where;
	const struct verb *verb, *sub;
	char name[48];
	struct opts opts;
	const char *target;
	char **argv;
	size_t argc;
	struct json *doc;
	struct dp_err err;
	bool failed, quiet;
};

/* main.c: the table, sorted by name */
extern const struct verb *const verbs[];
extern const size_t n_verbs;
const struct verb *verb_by_name(const char *name);

/* command.c: run one command from its words (without "devpoke"); Return: its exit code */
int command_run(struct session *s, char *const *words, size_t n, const struct where *where);

/* failure.c: c->err ends the command; Return: the exit code that belongs to it */
int cmd_fail(struct cmd *c);
/* likewise with a usage error of our own */
int cmd_usage(struct cmd *c, const char *fmt, ...) DP_PRINTF(2, 3);
/* hint at the verb's -h */
void cmd_hint_help(struct cmd *c);
/* out of memory */
int cmd_nomem(struct cmd *c);
int exit_code_of(const struct dp_err *err);

/* command.c: a command's document; the place of "schema", "verb" and "target" is fixed by
 * doc_new(), their values come later */
struct json *doc_new(void);
void doc_error(struct json *doc, const struct dp_err *err);
/* with "line" and "exit" in a batch (@where), to standard output */
void doc_end(struct json *doc, const struct where *where, int code);

/* target.c */
/* move the TARGET from the operands (or -t, use, environment) to c->target */
int target_take(struct cmd *c);
/* "." is the target in force; Return: NULL, c->err filled, when there is none */
const char *target_word(struct cmd *c, const char *word);
/* the found and described device of c->target, not opened; Return: an exit code */
int target_device(struct cmd *c, struct dp_dev **dev);
/* for verbs with several: the same for the target that @word is, which is c->target then */
int target_other(struct cmd *c, const char *word, struct dp_dev **dev);
/* the device of c->target, which *@dev is, with the names that @like has, if it has any */
int target_described(struct cmd *c, struct dp_dev *like, struct dp_dev **dev);
/* hint at "." where $DEVPOKE_TARGET is set and a path stands in its place */
void target_hint_dot(struct cmd *c);
/* c->target and its -d are in force from now on */
int target_use(struct cmd *c);
/* open it for this command; @flags: DP_OPEN_WRITE */
/* target_device() of a verb that will open it: opened now if only the device can tell its names */
int target_registers(struct cmd *c, struct dp_dev **dev);
int target_open(struct cmd *c, struct dp_dev *dev, unsigned flags);

#endif
