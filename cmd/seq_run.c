/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seq_run.c - devpoke seq run TARGET NAME [ARG=VALUE...] */
#include <errno.h>

#include "access.h"
#include "msg.h"
#include "out.h"
#include "render.h"
#include "seq.h"
#include "session.h"
#include "signals.h"

/**
 * struct run - a sequence being run
 * @arr: "steps" of the document, or NULL
 * @each: people want to see every step
 * @done: steps so far; @ns: how long they took
 */
struct run {
	struct cmd *c;
	struct dp_dev *dev;
	struct dp_seq *seq;
	struct json *arr;
	bool each;
	size_t done;
	uint64_t us;
};

/* ---------------------------------------------------------------- dry run */

static void plan_lines(const struct dp_seq_plan *p)
{
	char text[512];

	for (size_t i = 0; i < dp_plan_len(p->plan); i++) {
		dp_plan_text(p->plan, i, text, sizeof(text));
		out("  %s%s%s%s\n", text, *p->why ? "  (" : "", p->why, *p->why ? ")" : "");
	}
}

static void dry_step(struct run *r, const struct dp_seq_step *step, size_t i)
{
	struct dp_seq_plan plans[DP_SEQ_PLANS];
	size_t n = dp_seq_plans(r->seq, i, plans);
	struct json *j = json_item(r->arr), *arr;
	bool named = *step->name < '0' || *step->name > '9';

	if (!j) {
		out("%zu%s%s: ", i + 1, named ? " " : "", named ? step->name : "");
		seq_step_text(step);
		out_str("\n");
		for (size_t k = 0; k < n; k++)
			plan_lines(&plans[k]);
		return;
	}
	json_str(j, "step", step->name);
	json_str(j, "op", dp_step_op_name(step->op));
	json_str(j, "text", step->text);
	arr = json_array(j, "plan");
	for (size_t k = 0; k < n; k++)
		access_show_plan(arr, plans[k].plan);
}

static int dry_run(struct run *r)
{
	struct dp_seq_info info;

	dp_seq_info(r->seq, &info);
	if (!r->arr) {
		out_str(info.name);
		for (size_t i = 0; i < info.n_args; i++)
			out(" %s=%s", info.args[i].name, dp_seq_value(r->seq, i));
		out_str("\n");
	}
	for (size_t i = 0; i < dp_seq_steps(r->seq); i++)
		dry_step(r, &info.steps[i], i);
	return EXIT_DONE;
}

/* -------------------------------------------------------------- the steps */

/* a step is shown with all of its register, of which it may name a field */
static void show_register(struct run *r, struct json *j, const struct dp_step *step)
{
	struct dp_refs whole = {0};
	struct dp_ref_info info;

	dp_ref_info(step->ref, &info);
	if (step->has_value && !dp_resolve(r->dev, info.reg_path, 0, &whole, NULL)) {
		render_register(j, whole.v[0], step->value);
	} else {
		json_str(j, "register", info.reg_path);
		json_null(j, "value");
		json_array(j, "fields");
		if (!j)
			out_str(info.reg_path);
	}
	dp_refs_free(&whole);
}

static void json_step(struct run *r, const struct dp_step *step)
{
	struct json *j = json_item(r->arr);

	json_str(j, "step", step->name);
	if (step->ref) {
		show_register(r, j, step);
	} else {
		json_null(j, "register");
		json_null(j, "value");
		json_array(j, "fields");
	}
	json_uint(j, "elapsed_us", step->elapsed_us);
	json_flag(j, "ok", !step->err);
	if (step->skipped)
		json_str(j, "skipped", "when");
}

static void people_step(struct run *r, const struct dp_step *step)
{
	bool named = *step->name < '0' || *step->name > '9';
	char time[32];

	render_time(time, sizeof(time), step->elapsed_us * 1000);
	out("%2u %s%s%s  ", step->number, named ? step->name : "", named ? " " : "",
	    step->skipped ? "passed over" : dp_step_op_name(step->op));
	if (step->ref)
		show_register(r, NULL, step);
	out("  (%s)%s\n", time, step->err ? "  FAILED" : "");
}

static void on_step(void *arg, const struct dp_step *step)
{
	struct run *r = arg;

	r->done += !step->err;
	r->us += step->elapsed_us;
	if (r->arr) {
		json_step(r, step);
	} else if (r->each) {
		people_step(r, step);
		out_flush();
	} else if (step->op == DP_STEP_LOG && step->has_value && !r->c->quiet) {
		show_register(r, NULL, step);
		out_str("\n");
	}
}

static void summary(const struct run *r)
{
	struct dp_seq_info info;
	char time[32];

	if (r->arr || r->c->quiet)
		return;
	dp_seq_info(r->seq, &info);
	render_time(time, sizeof(time), r->us * 1000);
	if (r->done < info.n_steps)
		out("%s: stopped after step %zu of %zu, '%s', in %s\n", info.name, r->done,
		    info.n_steps, info.steps[r->done - 1].name, time);
	else
		out("%s: %zu step%s in %s\n", info.name, r->done, r->done == 1 ? "" : "s", time);
}

static int run_steps(struct run *r)
{
	struct cmd *c = r->c;
	int rc = dp_seq_run(r->seq, on_step, r, &c->err);

	if (!rc) {
		summary(r);
		return EXIT_DONE;
	}
	/* neither a negative answer nor a signal is an error of the document, but both are told */
	if (rc == DP_STEP_FALSE || signals_pending()) {
		msg_error(&c->err, c->where);
		return EXIT_NEGATIVE;
	}
	return cmd_fail(c);
}

/* --------------------------------------------------------------- operands */

static int prepare(struct run *r)
{
	struct cmd *c = r->c;
	const struct dp_seq_opts opts = {
		.args = (const char *const *)c->argv + 1,
		.n_args = c->argc - 1,
		.vars = &c->session->lookup,
		.timeout = c->opts.value[OPT_TIMEOUT],
		.until = c->opts.value[OPT_UNTIL],
	};
	int rc = target_registers(c, &r->dev);

	if (rc)
		return rc;
	return dp_seq_prepare(r->dev, c->argv[0], &opts, &r->seq, &c->err) ? cmd_fail(c) : 0;
}

static int go(struct run *r)
{
	struct cmd *c = r->c;
	int rc = prepare(r);

	if (rc)
		return rc;
	json_str(c->doc, "sequence", c->argv[0]);
	if (opt_given(&c->opts, OPT_DRY_RUN)) {
		r->arr = json_array(c->doc, "steps");
		return dry_run(r);
	}
	rc = target_open(c, r->dev, dp_seq_open_flags(r->seq));
	if (rc)
		return rc;
	r->arr = json_array(c->doc, "steps");
	return run_steps(r);
}

int seq_run(struct cmd *c)
{
	struct run r = {.c = c, .each = opt_given(&c->opts, OPT_STEPS)};
	int rc = go(&r);

	dp_seq_free(r.seq);
	return rc;
}
