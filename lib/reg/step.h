/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * step.h - one step, for those who do steps one by one (steps.c) and in sequences (seq.c)
 *
 * prepare (pure: everything parsed, planned, refused) -> place (device open: what only that
 * could tell) -> run.
 */
#ifndef DP_STEP_H
#define DP_STEP_H

#include "reg/grammar.h"
#include "reg/plan.h"

/* limit.c: with the names of @sc; $NAME is taken from @vars, which may be NULL */
int dp_limit_of(const struct dp_scope *sc, const char *text, const struct dp_vars *vars,
		struct dp_limit **out, struct dp_err *err);
/* a TIME, or $NAME that stands for one */
int dp_time_of(const char *text, const struct dp_vars *vars, uint64_t *ns, struct dp_err *err);
int dp_limit_place(struct dp_limit *limit, struct dp_err *err);

/**
 * struct dp_job - a step that is ready to be planned, placed or run
 * @name: or NULL; @text: its assignment, condition, path; the caller's, who keeps both
 * @assign: of a write; @ref: of a log; @cond: of poll and check
 * @earlier, @n_earlier: the steps of its sequence that come before it, or NULL
 * @plan: of @assign, @ref or @cond; @limit: NULL: @timeout_ns, which is also that of a delay
 */
struct dp_job {
	struct dp_dev *dev;
	enum dp_step_op op;
	const char *name, *text, *unless_text;
	unsigned number;
	const struct dp_job *earlier;
	size_t n_earlier;
	struct dp_poke_opts poke;
	struct dp_assign *assign;
	struct dp_ref *ref;
	struct dp_cond *cond, *unless, *when;
	struct dp_plan *plan, *unless_plan, *when_plan;
	struct dp_limit *limit;
	uint64_t timeout_ns, interval_ns;
};

/* @job has dev, op, name, number, text; of a failed one, too, dp_job_free() */
int dp_job_prepare(const struct dp_scope *sc, struct dp_job *job, const struct dp_step_how *how,
		   struct dp_err *err);
int dp_job_place(struct dp_job *job, struct dp_err *err);
/* fills all of @out but t_us, elapsed_us and err; Return: 0, DP_STEP_FALSE, negative */
int dp_job_run(struct dp_job *job, struct dp_step *out, struct dp_err *err);
void dp_job_free(struct dp_job *job);
/* put "step 3 'ready': " before the message */
void dp_job_prefix(const struct dp_job *job, struct dp_err *err);
/* steps.c: run a prepared and placed step as the next one of @steps */
int dp_steps_do(struct dp_steps *steps, struct dp_job *job, struct dp_err *err);

#endif
