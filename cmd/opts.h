/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * opts.h - options, from one table that parsing, help and completion share
 *
 * Options stand anywhere among the operands, `--` ends them, a word of '-' and a digit is
 * never one.
 */
#ifndef CMD_OPTS_H
#define CMD_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devpoke.h"

enum opt_id {
	OPT_ALL,
	OPT_BITS,
	OPT_CHECK,
	OPT_COLOR,
	OPT_COUNT,
	OPT_DESC,
	OPT_DRY_RUN,
	OPT_EXEC,
	OPT_FLUSH,
	OPT_FOR,
	OPT_FORCE,
	OPT_FORMAT,
	OPT_FROM,
	OPT_HELP,
	OPT_HOLE,
	OPT_IGNORE,
	OPT_IN,
	OPT_INTERVAL,
	OPT_JSON,
	OPT_KEEP_GOING,
	OPT_OTHERS,
	OPT_OUT,
	OPT_PERIPHERAL,
	OPT_QEMU,
	OPT_QUIET,
	OPT_RAW,
	OPT_READBACK,
	OPT_READS,
	OPT_STATUS,
	OPT_STEPS,
	OPT_TARGET,
	OPT_TIME,
	OPT_TIMEOUT,
	OPT_TO,
	OPT_TRACE,
	OPT_TTL,
	OPT_UNLESS,
	OPT_UNTIL,
	OPT_VALUES,
	OPT_VERBOSE,
	OPT_VERIFY,
	OPT_WIDTH,
	OPT_N
};

#define OPT_BIT(id) (UINT64_C(1) << (id))

/* options that every verb has (CLI.md section 5, last paragraph of the table) */
#define OPTS_COMMON                                                                                \
	(OPT_BIT(OPT_COLOR) | OPT_BIT(OPT_FORCE) | OPT_BIT(OPT_HELP) | OPT_BIT(OPT_JSON) |         \
	 OPT_BIT(OPT_QUIET) | OPT_BIT(OPT_TRACE) | OPT_BIT(OPT_VERBOSE))
/* options of verbs with a TARGET */
#define OPTS_TARGET (OPT_BIT(OPT_TARGET) | OPT_BIT(OPT_DESC))

enum opt_arg {
	ARG_NONE,
	ARG_ONE,      /* --name=X, --name X, -nX, -n X */
	ARG_MAYBE,    /* --name or --name=X */
	ARG_ATTACHED, /* --name=X only: a forgotten word must not swallow an operand */
	ARG_COND,     /* the next word, or three when it holds no operator */
};

struct opt_spec {
	char letter; /* 0 = none */
	const char *name;
	enum opt_arg kind;
	const char *arg; /* as help shows it, or the words it takes: "hex|dec" */
	const char *help;
	bool many;
};

extern const struct opt_spec opt_table[OPT_N];

/**
 * struct opts - a command's words, sorted out
 * @value: of each option, the last one given; "" for one without argument; NULL = absent
 * @many: each value of the options that may be repeated, in order, with their ids
 * @unless, @n_unless: words of --unless
 * @words: operands, the verb first; @dashes: how many stood before `--`, MANY = no `--`
 */
struct opts {
	uint64_t given;
	const char *value[OPT_N];
	struct opt_many {
		enum opt_id id;
		const char *value;
	} * many;
	size_t n_many;
	const char *unless[3];
	size_t n_unless;
	char **words;
	size_t n_words;
	size_t dashes;
};

/* Return: 0, or negative with @err filled; free with opts_free() in both cases */
int opts_parse(struct opts *o, char *const *argv, size_t argc, struct dp_err *err);
/* no word is an option (echo, repeat); Return: 0 or -ENOMEM */
int opts_raw(struct opts *o, char *const *argv, size_t argc);
void opts_free(struct opts *o);
/* --json among @argv before `--`: asked before and independent of parsing */
bool opts_want_json(char *const *argv, size_t argc);
/* an option that is given and not in @allowed is an error: "option '-w' is not one of 'peek'" */
int opts_allow(const struct opts *o, uint64_t allowed, const char *verb, struct dp_err *err);
static inline bool opt_given(const struct opts *o, enum opt_id id)
{
	return o->given >> id & 1;
}

/* the word is one of a "a|b|c" list: its place, or -1 */
int opt_word_index(const char *list, const char *word);

#endif
