/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seq_args.c - the arguments of a sequence: what $NAME in its steps stands for */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reg/seq.h"

static size_t arg_index(const struct dp_desc_seq *def, const char *name, size_t len)
{
	size_t i = 0;

	while (i < def->n_args &&
	       (strlen(def->args[i].name) != len || memcmp(def->args[i].name, name, len) != 0))
		i++;
	return i;
}

/* -------------------------------------------------- what the steps are told */

static const char *get_text(void *arg, const char *name)
{
	const struct dp_seq *seq = arg;
	size_t i = arg_index(seq->def, name, strlen(name));

	return i < seq->def->n_args ? seq->values[i] : NULL;
}

static int get_number(void *arg, const char *name, uint64_t *value)
{
	const struct dp_seq *seq = arg;
	const char *text = get_text(arg, name);

	if (!text)
		return -ENOENT;
	if (*text == '(' || *text == '@')
		return dp_expr_value(text, seq->outer, value, NULL) ? -EINVAL : 0;
	return dp_size_parse(text, value, NULL) ? -EINVAL : 0;
}

static int get_buffer(void *arg, const char *name, uint64_t *value)
{
	const struct dp_seq *seq = arg;

	if (!seq->outer || !seq->outer->buffer)
		return -ENOENT;
	return seq->outer->buffer(seq->outer->arg, name, value);
}

/* ------------------------------------------------------------ what was given */

static int unknown(const struct dp_seq *seq, const char *word, size_t len, struct dp_err *err)
{
	const char **names = calloc(seq->def->n_args + 1, sizeof(*names));
	int rc;

	if (!names)
		return dp_err_nomem(err);
	for (size_t i = 0; i < seq->def->n_args; i++)
		names[i] = seq->def->args[i].name;
	rc = dp_err_set(err, ENOENT, DP_NAME, "'%s' has no argument '%.*s'", seq->name,
			DP_S(word, len));
	if (seq->def->n_args)
		dp_hint_list(err, "its arguments are", names, seq->def->n_args);
	else
		dp_err_hint(err, "it has none");
	free(names);
	return rc;
}

/* $x, (expr) and @buffer are the caller's: they have their value now */
static char *value_of(const struct dp_seq *seq, const char *text, struct dp_err *err)
{
	char number[24];
	uint64_t value;

	if (*text == '$' || *text == '(' || *text == '@') {
		if (dp_expr_value(text, seq->outer, &value, err))
			return NULL;
		snprintf(number, sizeof(number), "0x%" PRIx64, value);
		text = number;
	}
	text = strdup(text);
	if (!text)
		dp_err_nomem(err);
	return (char *)text;
}

static int take_one(struct dp_seq *seq, const char *word, struct dp_err *err)
{
	size_t len = strcspn(word, "="), i = arg_index(seq->def, word, len);
	int rc;

	if (!word[len] || !len) {
		rc = dp_err_set(err, EINVAL, DP_USAGE, "'%.100s' is no argument: NAME=VALUE", word);
		dp_err_hint(err, "'devpoke seq show' lists the arguments of '%.60s'", seq->name);
		return rc;
	}
	if (i == seq->def->n_args)
		return unknown(seq, word, len, err);
	if (seq->values[i])
		return dp_err_set(err, EINVAL, DP_USAGE, "the argument '%s' is given twice",
				  seq->def->args[i].name);
	if (!word[len + 1])
		return dp_err_set(err, EINVAL, DP_VALUE, "the argument '%s' is given no value",
				  seq->def->args[i].name);
	seq->values[i] = value_of(seq, word + len + 1, err);
	return seq->values[i] ? 0 : err ? -EINVAL : -ENOMEM;
}

static int missing(const struct dp_seq *seq, const struct dp_seq_arg *arg, struct dp_err *err)
{
	int rc = dp_err_set(err, EINVAL, DP_USAGE, "'%s' needs the argument '%s'", seq->name,
			    arg->name);

	if (arg->doc)
		dp_err_hint(err, "%s=VALUE: %.180s", arg->name, arg->doc);
	else
		dp_err_hint(err, "%s=VALUE", arg->name);
	return rc;
}

static int add_defaults(struct dp_seq *seq, struct dp_err *err)
{
	for (size_t i = 0; i < seq->def->n_args; i++) {
		const struct dp_seq_arg *arg = &seq->def->args[i];

		if (seq->values[i])
			continue;
		if (!arg->value)
			return missing(seq, arg, err);
		seq->values[i] = strdup(arg->value);
		if (!seq->values[i])
			return dp_err_nomem(err);
	}
	return 0;
}

int dp_seq_take_args(struct dp_seq *seq, const char *const *args, size_t n, struct dp_err *err)
{
	int rc = 0;

	seq->vars = (struct dp_vars){
		.var = get_number, .buffer = get_buffer, .arg = seq, .text = get_text};
	seq->values = calloc(seq->def->n_args + 1, sizeof(*seq->values));
	if (!seq->values)
		return dp_err_nomem(err);
	for (size_t i = 0; !rc && i < n; i++)
		rc = take_one(seq, args[i], err);
	return rc ? rc : add_defaults(seq, err);
}

void dp_seq_free_args(struct dp_seq *seq)
{
	for (size_t i = 0; seq->values && i < seq->def->n_args; i++)
		free(seq->values[i]);
	free(seq->values);
}
