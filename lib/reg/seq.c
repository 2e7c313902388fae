/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seq.c - sequences of a description: found, prepared as a whole, then run step by step */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "reg/seq.h"

/* ------------------------------------------------------------------ names */

struct walk {
	int (*fn)(void *arg, struct dp_inst *inst, const struct dp_desc_seq *def, const char *name);
	void *arg;
};

static int walk_inst(void *arg, struct dp_inst *inst)
{
	const struct walk *w = arg;
	char name[DP_PATH_MAX];
	int rc = 0;

	for (size_t i = 0; i < inst->desc->n_seqs && !rc; i++) {
		snprintf(name, sizeof(name), "%s%s", inst->prefix, inst->desc->seqs[i].name);
		rc = w->fn(w->arg, inst, &inst->desc->seqs[i], name);
	}
	return rc;
}

static int walk(struct dp_dev *dev, const struct walk *w, struct dp_err *err)
{
	int rc = dp_dev_auto_describe(dev, err);

	if (!rc)
		rc = dp_each_inst(dev, NULL, walk_inst, (void *)w, err);
	return rc == -EAGAIN ? 0 : rc;
}

static void fill_info(const struct dp_desc_seq *def, const char *name, struct dp_seq_info *out)
{
	*out = (struct dp_seq_info){.name = name,
				    .doc = def->doc,
				    .ref = def->ref,
				    .args = def->args,
				    .n_args = def->n_args,
				    .steps = def->steps,
				    .n_steps = def->n_steps};
}

struct each {
	int (*fn)(void *arg, const struct dp_seq_info *info);
	void *arg;
};

static int show_one(void *arg, struct dp_inst *inst, const struct dp_desc_seq *def,
		    const char *name)
{
	const struct each *e = arg;
	struct dp_seq_info info;

	(void)inst;
	fill_info(def, name, &info);
	return e->fn(e->arg, &info);
}

int dp_seq_each(struct dp_dev *dev, int (*fn)(void *arg, const struct dp_seq_info *info), void *arg,
		struct dp_err *err)
{
	struct each e = {fn, arg};
	const struct walk w = {show_one, &e};

	return walk(dev, &w, err);
}

/* ------------------------------------------------------------------- find */

/* exactly, else case-insensitively when that is unambiguous (CLI.md section 3) */
struct find {
	const char *name;
	struct dp_seq *seq;
	bool exact;
	size_t similar;
};

static int match(void *arg, struct dp_inst *inst, const struct dp_desc_seq *def, const char *name)
{
	struct find *f = arg;
	bool exact = !strcmp(name, f->name);

	if (!exact && strcasecmp(name, f->name) != 0)
		return 0;
	f->similar++;
	f->exact = exact;
	f->seq->inst = inst;
	f->seq->def = def;
	snprintf(f->seq->name, sizeof(f->seq->name), "%s", name);
	return exact;
}

#define MOST_NAMES 256

struct names {
	char *v[MOST_NAMES];
	size_t n;
};

static int collect(void *arg, struct dp_inst *inst, const struct dp_desc_seq *def, const char *name)
{
	struct names *all = arg;

	(void)inst;
	(void)def;
	if (all->n < MOST_NAMES && (all->v[all->n] = strdup(name)))
		all->n++;
	return 0;
}

static int not_found(struct dp_dev *dev, const char *name, struct dp_err *err)
{
	const char *whose = dev->info.description[0] ? dev->info.description : dev->info.target;
	struct names all = {.n = 0};
	const struct walk w = {collect, &all};
	char near[160];
	int rc = walk(dev, &w, err);

	if (rc)
		return rc;
	rc = dp_err_set(err, ENOENT, DP_NAME, "'%.80s' has no sequence '%.80s'", whose, name);
	dp_nearest(name, (const char *const *)all.v, all.n, near, sizeof(near));
	if (near[0])
		dp_err_hint(err, "did you mean %s?", near);
	else if (all.n)
		dp_hint_list(err, "its sequences are", (const char *const *)all.v, all.n);
	else
		dp_err_hint(err, "it has none; 'sequences' in a description makes them");
	for (size_t i = 0; i < all.n; i++)
		free(all.v[i]);
	return rc;
}

static int find(struct dp_seq *seq, const char *name, struct dp_err *err)
{
	struct find f = {.name = name, .seq = seq};
	const struct walk w = {match, &f};
	int rc = walk(seq->dev, &w, err);

	if (rc < 0)
		return rc;
	return f.exact || f.similar == 1 ? 0 : not_found(seq->dev, name, err);
}

int dp_seq_find(struct dp_dev *dev, const char *name, struct dp_seq_info *out, struct dp_err *err)
{
	struct dp_seq seq = {.dev = dev};
	int rc = find(&seq, name, err);

	if (!rc)
		fill_info(seq.def, name, out);
	return rc;
}

/* ---------------------------------------------------------------- prepare */

static int parse_others(struct dp_seq *seq, const char *text, struct dp_poke_opts *opts,
			struct dp_err *err)
{
	static const struct {
		const char *word;
		enum dp_others others;
	} words[] = {
		{"zero", DP_OTHERS_ZERO}, {"reset", DP_OTHERS_RESET}, {"shadow", DP_OTHERS_SHADOW}};
	const char *value = dp_value_var(text, strlen(text), &seq->vars);
	int rc;

	text = value ? value : text;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(text, words[i].word))
			opts->others = words[i].others;
	if (opts->others != DP_OTHERS_KEEP)
		return 0;
	opts->others = DP_OTHERS_VALUE;
	rc = dp_number_parse(text, &opts->others_value, err);
	if (rc)
		dp_err_hint(err, "'others' is zero, reset, shadow or a number");
	return rc;
}

/* names of the outermost description are those of the command line, of a block its own */
static struct dp_scope scope_of(const struct dp_seq *seq)
{
	struct dp_scope sc = {.dev = seq->dev};

	if (seq->inst->prefix[0])
		sc.inst = seq->inst;
	return sc;
}

static int prepare_step(struct dp_seq *seq, size_t i, const char *timeout, struct dp_err *err)
{
	const struct dp_seq_step *step = &seq->def->steps[i];
	const struct dp_scope sc = scope_of(seq);
	struct dp_job *job = &seq->jobs[i];
	struct dp_poke_opts poke = {
		.readback = step->readback, .verify = step->verify, .flush = step->flush};
	const struct dp_step_how how = {
		.vars = &seq->vars,
		.poke = &poke,
		.unless = step->unless,
		.timeout = timeout ? timeout : step->timeout,
		.interval = step->interval,
		.when = step->when,
	};
	int rc = step->others ? parse_others(seq, step->others, &poke, err) : 0;

	*job = (struct dp_job){.dev = seq->dev,
			       .op = step->op,
			       .name = step->name,
			       .number = (unsigned)i + 1,
			       .earlier = seq->jobs,
			       .n_earlier = i,
			       .text = step->text};
	if (!rc)
		rc = dp_job_prepare(&sc, job, &how, err);
	if (rc)
		dp_job_prefix(job, err);
	return rc;
}

static int no_step(const struct dp_seq *seq, const char *until, struct dp_err *err)
{
	const char **names = calloc(seq->def->n_steps + 1, sizeof(*names));
	int rc = dp_err_set(err, ENOENT, DP_NAME, "'%s' has no step '%.100s'", seq->name, until);

	for (size_t i = 0; names && i < seq->def->n_steps; i++)
		names[i] = seq->def->steps[i].name;
	if (names)
		dp_hint_list(err, "its steps are", names, seq->def->n_steps);
	free(names);
	return rc;
}

static int take_until(struct dp_seq *seq, const char *until, struct dp_err *err)
{
	size_t i = 0;

	seq->n = seq->def->n_steps;
	if (!until)
		return 0;
	while (i < seq->n && strcmp(seq->def->steps[i].name, until) != 0)
		i++;
	if (i == seq->n)
		return no_step(seq, until, err);
	seq->n = i + 1;
	seq->until = strdup(until);
	return seq->until ? 0 : dp_err_nomem(err);
}

static int prepare(struct dp_seq *seq, const struct dp_seq_opts *opts, struct dp_err *err)
{
	int rc = dp_seq_take_args(seq, opts->args, opts->n_args, err);

	if (!rc)
		rc = take_until(seq, opts->until, err);
	if (rc)
		return rc;
	seq->jobs = calloc(seq->n, sizeof(*seq->jobs));
	if (!seq->jobs)
		return dp_err_nomem(err);
	for (size_t i = 0; !rc && i < seq->n; i++)
		rc = prepare_step(seq, i, opts->timeout, err);
	return rc;
}

int dp_seq_prepare(struct dp_dev *dev, const char *name, const struct dp_seq_opts *opts,
		   struct dp_seq **out, struct dp_err *err)
{
	static const struct dp_seq_opts plain;
	struct dp_seq *seq = calloc(1, sizeof(*seq));
	int rc;

	if (!seq)
		return dp_err_nomem(err);
	opts = opts ? opts : &plain;
	seq->dev = dev;
	seq->outer = opts->vars;
	rc = find(seq, name, err);
	if (!rc)
		rc = prepare(seq, opts, err);
	if (rc)
		dp_seq_free(seq);
	else
		*out = seq;
	return rc;
}

void dp_seq_free(struct dp_seq *seq)
{
	if (!seq)
		return;
	for (size_t i = 0; seq->jobs && i < seq->n; i++)
		dp_job_free(&seq->jobs[i]);
	free(seq->jobs);
	dp_seq_free_args(seq);
	free(seq->until);
	free(seq);
}

/* ---------------------------------------------------------------- queries */

void dp_seq_info(const struct dp_seq *seq, struct dp_seq_info *out)
{
	fill_info(seq->def, seq->name, out);
}

const char *dp_seq_value(const struct dp_seq *seq, size_t i)
{
	return i < seq->def->n_args ? seq->values[i] : NULL;
}

size_t dp_seq_steps(const struct dp_seq *seq)
{
	return seq->n;
}

/* one look reads a register once however many conditions name it */
static bool is_same_read(const struct dp_plan *a, const struct dp_plan *b)
{
	if (!a || !b || a->n != 1 || b->n != 1)
		return false;
	return a->steps[0].a.space == b->steps[0].a.space &&
	       a->steps[0].a.offset == b->steps[0].a.offset &&
	       a->steps[0].a.width == b->steps[0].a.width && !strcmp(a->path, b->path);
}

size_t dp_seq_plans(const struct dp_seq *seq, size_t i, struct dp_seq_plan out[DP_SEQ_PLANS])
{
	const struct dp_job *job = &seq->jobs[i];
	bool same = is_same_read(job->plan, job->unless_plan);
	const struct dp_seq_plan all[DP_SEQ_PLANS] = {
		{"when", job->when_plan},
		{"timeout", job->limit ? dp_limit_plan(job->limit) : NULL},
		{"", job->plan},
		{"unless", same ? NULL : job->unless_plan},
	};
	size_t n = 0;

	for (size_t k = 0; k < DP_SEQ_PLANS; k++)
		if (all[k].plan)
			out[n++] = all[k];
	return n;
}

unsigned dp_seq_open_flags(const struct dp_seq *seq)
{
	struct dp_seq_plan plans[DP_SEQ_PLANS];

	for (size_t i = 0; i < seq->n; i++)
		for (size_t k = dp_seq_plans(seq, i, plans); k-- > 0;)
			for (size_t a = 0; a < plans[k].plan->n; a++)
				if (plans[k].plan->steps[a].a.op == DP_ACCESS_WRITE)
					return DP_OPEN_WRITE;
	return 0;
}

/* -------------------------------------------------------------------- run */

static int place_all(struct dp_seq *seq, struct dp_err *err)
{
	for (size_t i = 0; i < seq->n; i++) {
		int rc = dp_job_place(&seq->jobs[i], err);

		if (!rc)
			continue;
		dp_job_prefix(&seq->jobs[i], err);
		return rc;
	}
	return 0;
}

int dp_seq_run(struct dp_seq *seq, void (*fn)(void *arg, const struct dp_step *step), void *arg,
	       struct dp_err *err)
{
	struct dp_steps *steps;
	int rc = place_all(seq, err);

	if (!rc)
		rc = dp_steps_begin(seq->dev, fn, arg, seq->until, &steps, err);
	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < seq->n; i++)
		rc = dp_steps_do(steps, &seq->jobs[i], err);
	dp_steps_end(steps, NULL);
	return rc == DP_STEP_STOP ? 0 : rc;
}
