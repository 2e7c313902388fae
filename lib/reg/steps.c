/* SPDX-License-Identifier: GPL-2.0-or-later */
/* steps.c - a run of steps: numbered, told to whoever asked, ended where asked */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "reg/step.h"

/* @n: steps begun; @stopped: after @until; @failed: a step did not go well */
struct dp_steps {
	struct dp_dev *dev;
	void (*fn)(void *arg, const struct dp_step *step);
	void *arg;
	char *until;
	unsigned n;
	bool stopped, failed;
};

int dp_steps_begin(struct dp_dev *dev, void (*fn)(void *arg, const struct dp_step *step), void *arg,
		   const char *until, struct dp_steps **out, struct dp_err *err)
{
	int rc = dp_dev_auto_describe(dev, err);
	struct dp_steps *s = rc ? NULL : calloc(1, sizeof(*s));

	if (rc)
		return rc;
	if (!s)
		return dp_err_nomem(err);
	s->dev = dev;
	s->fn = fn;
	s->arg = arg;
	s->until = until ? strdup(until) : NULL;
	if (until && !s->until) {
		free(s);
		return dp_err_nomem(err);
	}
	*out = s;
	return 0;
}

int dp_steps_end(struct dp_steps *s, struct dp_err *err)
{
	int rc = 0;

	if (!s)
		return 0;
	if (s->until && !s->stopped && !s->failed)
		rc = dp_err_set(err, ENOENT, DP_NAME, "none of %u steps is named '%.100s'", s->n,
				s->until);
	free(s->until);
	free(s);
	return rc;
}

/* what was done stays done: the device is left where it is */
static int interrupted(const struct dp_steps *s, struct dp_err *err)
{
	if (s->n < 2)
		return dp_err_set(err, EINTR, DP_TIMEOUT, "interrupted; no step is done");
	if (s->n == 2)
		return dp_err_set(err, EINTR, DP_TIMEOUT,
				  "interrupted; step 1 is done and stays so");
	return dp_err_set(err, EINTR, DP_TIMEOUT, "interrupted; steps 1 to %u are done and stay so",
			  s->n - 1);
}

static int look_for_device(struct dp_steps *s, struct dp_err *err)
{
	return dp_interrupted(s->dev->ctx) ? -EINTR : dp_dev_recheck(s->dev, err);
}

static bool is_last(const struct dp_steps *s, const struct dp_job *job)
{
	char number[16];

	if (!s->until)
		return false;
	snprintf(number, sizeof(number), "%u", job->number);
	return !strcmp(s->until, job->name ? job->name : number);
}

static void tell(struct dp_steps *s, struct dp_step *step, uint64_t start)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", step->number);
	if (!step->name)
		step->name = number;
	step->t_us = (start - s->dev->ctx->t0_ns) / 1000;
	step->elapsed_us = (dp_now_ns() - start) / 1000;
	if (s->fn)
		s->fn(s->arg, step);
}

int dp_steps_do(struct dp_steps *s, struct dp_job *job, struct dp_err *err)
{
	struct dp_step step = {.name = job->name, .op = job->op};
	uint64_t start = dp_now_ns();
	int rc;

	job->number = step.number = ++s->n;
	rc = look_for_device(s, err);
	if (!rc)
		rc = dp_job_run(job, &step, err);
	if (rc == -EINTR)
		interrupted(s, err);
	if (rc)
		dp_job_prefix(job, err);
	step.err = rc;
	tell(s, &step, start);
	s->failed = rc != 0;
	s->stopped = !rc && is_last(s, job);
	return s->stopped ? DP_STEP_STOP : rc;
}

/* ------------------------------------------------------- steps of drivers */

static int one(struct dp_steps *s, struct dp_job *job, const struct dp_step_how *how,
	       struct dp_err *err)
{
	const struct dp_scope sc = {.dev = s->dev};
	int rc;

	if (s->stopped)
		return DP_STEP_STOP;
	job->dev = s->dev;
	job->number = s->n + 1;
	rc = dp_job_prepare(&sc, job, how, err);
	if (!rc)
		rc = dp_job_place(job, err);
	if (rc) {
		s->failed = true;
		dp_job_prefix(job, err);
	} else {
		rc = dp_steps_do(s, job, err);
	}
	dp_job_free(job);
	return rc;
}

int dp_step_write(struct dp_steps *s, const char *name, const char *assign,
		  const struct dp_step_how *how, struct dp_err *err)
{
	struct dp_job job = {.op = DP_STEP_WRITE, .name = name, .text = assign};

	return one(s, &job, how, err);
}

int dp_step_poll(struct dp_steps *s, const char *name, const char *cond,
		 const struct dp_step_how *how, struct dp_err *err)
{
	struct dp_job job = {.op = DP_STEP_POLL, .name = name, .text = cond};

	return one(s, &job, how, err);
}

int dp_step_check(struct dp_steps *s, const char *name, const char *cond,
		  const struct dp_step_how *how, struct dp_err *err)
{
	struct dp_job job = {.op = DP_STEP_CHECK, .name = name, .text = cond};

	return one(s, &job, how, err);
}

int dp_step_delay(struct dp_steps *s, const char *name, uint64_t ns, struct dp_err *err)
{
	struct dp_job job = {.op = DP_STEP_DELAY, .name = name, .timeout_ns = ns};

	return one(s, &job, NULL, err);
}

int dp_step_log(struct dp_steps *s, const char *name, const char *path, struct dp_err *err)
{
	struct dp_job job = {.op = DP_STEP_LOG, .name = name, .text = path};

	return one(s, &job, NULL, err);
}
