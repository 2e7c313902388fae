/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_seq.c - sequences: their arguments and steps */
#include <stdio.h>
#include <string.h>

#include "desc/load.h"

/* what a step may have beside its operation, name, doc and `when` */
#define WITH(op) (1u << (op))
static const struct {
	enum dp_key key;
	const char *name;
	unsigned with;
} companions[] = {
	{DP_K_timeout, "timeout", WITH(DP_STEP_POLL) | WITH(DP_STEP_IRQ)},
	{DP_K_interval, "interval", WITH(DP_STEP_POLL)},
	{DP_K_unless, "unless", WITH(DP_STEP_POLL)},
	{DP_K_others, "others", WITH(DP_STEP_WRITE)},
	{DP_K_readback, "readback", WITH(DP_STEP_WRITE)},
	{DP_K_verify, "verify", WITH(DP_STEP_WRITE)},
	{DP_K_flush, "flush", WITH(DP_STEP_WRITE)},
};

static const enum dp_key op_keys[DP_STEP_OPS] = {
	[DP_STEP_WRITE] = DP_K_write, [DP_STEP_POLL] = DP_K_poll, [DP_STEP_CHECK] = DP_K_check,
	[DP_STEP_DELAY] = DP_K_delay, [DP_STEP_IRQ] = DP_K_irq,   [DP_STEP_LOG] = DP_K_log,
};

/* ------------------------------------------------------------- arguments */

/* `NAME: DEFAULT`, `NAME: null` where there is none, or {default, doc} */
static void load_arg(struct dp_draft *dr, const struct dp_pair *p, struct dp_seq_arg *arg)
{
	const struct dp_node *value = p->value;
	struct dp_keys k = {0};

	arg->name = p->key->text;
	dp_get_name(dr->ld, p->key, DP_MAX_NAME, &arg->name);
	if (value->kind == DP_NODE_MAP) {
		dp_keys_read(dr->ld, value, DP_IN_ARG, &k);
		dp_get_text(dr->ld, DP_KEY(&k, doc), &arg->doc);
		value = DP_KEY(&k, default);
	}
	if (!value || dp_node_is_null(value) || !dp_get_text(dr->ld, value, &arg->value))
		return;
	if (strchr(arg->value, '$'))
		dp_problem(&dr->ld->problems, &value->pos,
			   "the default '%.60s' names a variable; it is a value of its own",
			   arg->value);
}

static void load_args(struct dp_draft *dr, const struct dp_node *args, struct dp_desc_seq *seq)
{
	if (!args)
		return;
	if (args->kind != DP_NODE_MAP) {
		dp_problem(&dr->ld->problems, &args->pos,
			   "'args' is a mapping, {NAME: DEFAULT}; null where there is none");
		return;
	}
	seq->args = dp_arena_array(dr->ld->arena, args->n, sizeof(*seq->args));
	for (size_t i = 0; seq->args && i < args->n; i++)
		load_arg(dr, &args->pairs[i], &seq->args[i]);
	seq->n_args = seq->args ? args->n : 0;
}

/* it would be asked for and change nothing */
static void unused_args(struct dp_draft *dr, const struct dp_node *args,
			const struct dp_desc_seq *seq, const bool *used)
{
	for (size_t i = 0; i < seq->n_args; i++)
		if (!used[i])
			dp_problem(&dr->ld->problems, &args->pairs[i].key->pos,
				   "no step uses the argument '%s'", seq->args[i].name);
}

/* ----------------------------------------------------------------- steps */

/* the one operation of a step; NULL: there is none or more than one */
static const struct dp_node *operation(struct dp_draft *dr, const struct dp_node *n,
				       const struct dp_keys *k, enum dp_step_op *op)
{
	const struct dp_node *found = NULL;
	bool more = false;

	for (unsigned i = 0; i < DP_STEP_OPS; i++) {
		if (!k->v[op_keys[i]])
			continue;
		more |= found != NULL;
		found = k->v[op_keys[i]];
		*op = (enum dp_step_op)i;
	}
	if (found && !more)
		return found;
	dp_problem(&dr->ld->problems, &n->pos,
		   "a step does one thing; legal are 'write', 'poll', 'check', 'delay', 'irq', "
		   "'log'");
	return NULL;
}

static void check_companions(struct dp_draft *dr, const struct dp_keys *k, enum dp_step_op op)
{
	for (size_t i = 0; i < sizeof(companions) / sizeof(*companions); i++) {
		const struct dp_node *n = k->v[companions[i].key];

		if (n && !(companions[i].with & WITH(op)))
			dp_problem(&dr->ld->problems, &n->pos, "'%s' does not go with '%s'",
				   companions[i].name, dp_step_op_name(op));
	}
}

/* steps without a name go by their number, which no name looks like */
static void load_name(struct dp_draft *dr, const struct dp_node *n, const struct dp_desc_seq *seq,
		      size_t i)
{
	struct dp_seq_step *step = &seq->steps[i];
	char number[24];

	if (!n) {
		snprintf(number, sizeof(number), "%zu", i + 1);
		step->name = dp_arena_strndup(dr->ld->arena, number, strlen(number));
		return;
	}
	if (!dp_get_name(dr->ld, n, DP_MAX_NAME, &step->name))
		return;
	for (size_t k = 0; k < i; k++)
		if (seq->steps[k].name && !strcmp(seq->steps[k].name, step->name))
			dp_problem(&dr->ld->problems, &n->pos,
				   "two steps of '%s' are named '%s'; this one and number %zu",
				   seq->name, step->name, k + 1);
}

static void load_step(struct dp_draft *dr, const struct dp_node *n, const struct dp_desc_seq *seq,
		      size_t i, bool *used)
{
	struct dp_seq_step *step = &seq->steps[i];
	struct dp_loader *ld = dr->ld;
	struct dp_step_nodes src;
	struct dp_keys k = {0};

	if (!dp_keys_read(ld, n, DP_IN_STEP, &k))
		return;
	src = (struct dp_step_nodes){
		.text = operation(dr, n, &k, &step->op),
		.timeout = DP_KEY(&k, timeout),
		.interval = DP_KEY(&k, interval),
		.unless = DP_KEY(&k, unless),
		.when = DP_KEY(&k, when),
		.others = DP_KEY(&k, others),
	};
	load_name(dr, DP_KEY(&k, name), seq, i);
	dp_get_text(ld, DP_KEY(&k, doc), &step->doc);
	dp_get_text(ld, src.timeout, &step->timeout);
	dp_get_text(ld, src.interval, &step->interval);
	dp_get_text(ld, src.unless, &step->unless);
	dp_get_text(ld, src.when, &step->when);
	dp_get_text(ld, src.others, &step->others);
	dp_get_bool(ld, DP_KEY(&k, readback), &step->readback);
	dp_get_bool(ld, DP_KEY(&k, verify), &step->verify);
	dp_get_bool(ld, DP_KEY(&k, flush), &step->flush);
	if (!src.text || !dp_get_text(ld, src.text, &step->text))
		return;
	check_companions(dr, &k, step->op);
	dp_check_step(dr, seq, step, &src, used);
}

static void load_seq(struct dp_draft *dr, const struct dp_pair *p, struct dp_desc_seq *seq)
{
	const struct dp_node *steps;
	struct dp_keys k = {0};
	bool *used;

	seq->pos = p->key->pos;
	seq->name = p->key->text;
	dp_get_name(dr->ld, p->key, DP_MAX_NAME, &seq->name);
	if (!dp_keys_read(dr->ld, p->value, DP_IN_SEQ, &k))
		return;
	dp_get_text(dr->ld, DP_KEY(&k, doc), &seq->doc);
	dp_get_text(dr->ld, DP_KEY(&k, ref), &seq->ref);
	load_args(dr, DP_KEY(&k, args), seq);
	steps = DP_KEY(&k, steps);
	if (!steps || steps->kind != DP_NODE_LIST || !steps->n) {
		dp_problem(&dr->ld->problems, steps ? &steps->pos : &seq->pos,
			   "'%s' has no steps; a list, as in [{write: CTRL.EN=1}]", seq->name);
		return;
	}
	seq->steps = dp_arena_array(dr->ld->arena, steps->n, sizeof(*seq->steps));
	used = dp_arena_array(dr->ld->temp, seq->n_args, sizeof(*used));
	if (!seq->steps || !used)
		return;
	for (size_t i = 0; i < steps->n && !dp_problems_full(&dr->ld->problems); i++)
		load_step(dr, steps->items[i], seq, i, used);
	seq->n_steps = steps->n;
	unused_args(dr, DP_KEY(&k, args), seq, used);
}

void dp_load_seqs(struct dp_draft *dr, const struct dp_node *seqs)
{
	size_t n = seqs ? seqs->n : 0;

	dr->desc->seqs = dp_arena_array(dr->ld->arena, n, sizeof(*dr->desc->seqs));
	if (!dr->desc->seqs || !dr->desc->by_name)
		return;
	for (size_t i = 0; i < n && !dp_problems_full(&dr->ld->problems); i++)
		load_seq(dr, &seqs->pairs[i], &dr->desc->seqs[i]);
	dr->desc->n_seqs = n;
}
