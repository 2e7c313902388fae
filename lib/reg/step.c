/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * step.c - one step: a write is a planned poke, poll and check are dp_poll(), log a planned peek
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"
#include "reg/step.h"

#define DEFAULT_TIMEOUT_NS  UINT64_C(1000000000)
#define DEFAULT_INTERVAL_NS UINT64_C(100000)

void dp_job_prefix(const struct dp_job *job, struct dp_err *err)
{
	if (job->name && dp_is_alpha(*job->name))
		dp_err_prefix(err, "step %u '%s'", job->number, job->name);
	else
		dp_err_prefix(err, "step %u", job->number);
}

/* ---------------------------------------------------------------- prepare */

static int plan_cond(struct dp_job *job, const struct dp_scope *sc, const char *text,
		     const struct dp_vars *vars, struct dp_cond **cond, struct dp_plan **plan,
		     struct dp_err *err)
{
	int rc = dp_cond_of(sc, text, vars, cond, err);

	return rc ? rc : dp_plan_peek(job->dev, (*cond)->ref, plan, err);
}

/* what the last step that writes all of this register will have written */
static bool written_earlier(const struct dp_job *job, uint64_t *value)
{
	const struct dp_ref *ref = job->assign->ref;

	for (size_t i = job->n_earlier; i-- > 0;) {
		const struct dp_plan *p = job->earlier[i].assign ? job->earlier[i].plan : NULL;

		for (size_t k = p ? p->n : 0; k-- > 0;) {
			const struct dp_access *a = &p->steps[k].a;

			if (a->op != DP_ACCESS_WRITE || a->space != ref->space ||
			    a->offset != ref->offset || a->width != ref->width)
				continue;
			*value = a->or_mask ^ a->xor_mask;
			return !a->and_mask && !a->add_mask;
		}
	}
	return false;
}

/* before the run `others: shadow` may mean a write that is still to come */
static int plan_write(struct dp_job *job, struct dp_err *err)
{
	const struct dp_ref *ref = job->assign->ref;
	struct dp_poke_opts opts = job->poke;
	uint64_t value;

	if (opts.others == DP_OTHERS_SHADOW && job->dev->caps & DP_CAP_SHADOW && ref->located &&
	    !ref->join && dp_dev_shadow(job->dev, ref->space, ref->offset, ref->width, &value) &&
	    written_earlier(job, &value))
		opts.shadow = &value;
	dp_plan_free(job->plan);
	job->plan = NULL;
	return dp_plan_poke(job->dev, job->assign, &opts, &job->plan, err);
}

static int prepare_write(const struct dp_scope *sc, struct dp_job *job,
			 const struct dp_step_how *how, struct dp_err *err)
{
	struct dp_scope writes = *sc;
	int rc;

	writes.write = true;
	if (how->poke)
		job->poke = *how->poke;
	rc = dp_assign_of(&writes, job->text, how->vars, &job->assign, err);
	return rc ? rc : plan_write(job, err);
}

static int prepare_poll(const struct dp_scope *sc, struct dp_job *job,
			const struct dp_step_how *how, struct dp_err *err)
{
	int rc = plan_cond(job, sc, job->text, how->vars, &job->cond, &job->plan, err);

	job->unless_text = how->unless;
	job->timeout_ns = DEFAULT_TIMEOUT_NS;
	job->interval_ns = DEFAULT_INTERVAL_NS;
	if (!rc && how->unless)
		rc = plan_cond(job, sc, how->unless, how->vars, &job->unless, &job->unless_plan,
			       err);
	if (!rc && how->timeout)
		rc = dp_limit_of(sc, how->timeout, how->vars, &job->limit, err);
	if (!rc && how->interval)
		rc = dp_time_of(how->interval, how->vars, &job->interval_ns, err);
	return rc;
}

static int prepare_log(const struct dp_scope *sc, struct dp_job *job, struct dp_err *err)
{
	int rc = dp_ref_one(sc, job->text, strlen(job->text), &job->ref, err);

	return rc ? rc : dp_plan_peek(job->dev, job->ref, &job->plan, err);
}

static int prepare(const struct dp_scope *sc, struct dp_job *job, const struct dp_step_how *how,
		   struct dp_err *err)
{
	switch (job->op) {
	case DP_STEP_WRITE:
		return prepare_write(sc, job, how, err);
	case DP_STEP_POLL:
		return prepare_poll(sc, job, how, err);
	case DP_STEP_CHECK:
		return plan_cond(job, sc, job->text, how->vars, &job->cond, &job->plan, err);
	case DP_STEP_DELAY:
		return job->text ? dp_time_of(job->text, how->vars, &job->timeout_ns, err) : 0;
	case DP_STEP_LOG:
		return prepare_log(sc, job, err);
	case DP_STEP_IRQ:
		break;
	}
	return dp_err_set(err, EINVAL, DP_USAGE,
			  "it waits for an interrupt, which this version cannot");
}

int dp_job_prepare(const struct dp_scope *sc, struct dp_job *job, const struct dp_step_how *how,
		   struct dp_err *err)
{
	static const struct dp_step_how plain;
	int rc;

	if (!how)
		how = &plain;
	rc = prepare(sc, job, how, err);
	if (!rc && how->when)
		rc = plan_cond(job, sc, how->when, how->vars, &job->when, &job->when_plan, err);
	return rc;
}

/* ------------------------------------------------------------------ place */

/* a place that only the open device can tell; the parts of a joined value are placed by plans */
static int place_ref(struct dp_job *job, struct dp_ref *ref, struct dp_plan **plan,
		     struct dp_err *err)
{
	int rc;

	if (ref->located)
		return 0;
	rc = ref->join ? 0 : dp_ref_locate(ref, err);
	if (rc)
		return rc;
	if (job->assign && ref == job->assign->ref)
		return plan_write(job, err);
	dp_plan_free(*plan);
	*plan = NULL;
	return dp_plan_peek(job->dev, ref, plan, err);
}

int dp_job_place(struct dp_job *job, struct dp_err *err)
{
	int rc = 0;

	if (job->assign)
		rc = place_ref(job, job->assign->ref, &job->plan, err);
	if (!rc && job->ref)
		rc = place_ref(job, job->ref, &job->plan, err);
	if (!rc && job->cond)
		rc = place_ref(job, job->cond->ref, &job->plan, err);
	if (!rc && job->unless)
		rc = place_ref(job, job->unless->ref, &job->unless_plan, err);
	if (!rc && job->when)
		rc = place_ref(job, job->when->ref, &job->when_plan, err);
	if (!rc && job->limit)
		rc = dp_limit_place(job->limit, err);
	return rc;
}

/* -------------------------------------------------------------------- run */

static void name_ref(struct dp_step *out, const struct dp_ref *ref)
{
	out->ref = ref;
	out->path = ref->path;
	out->mask = dp_wide_mask(ref->hi, ref->lo);
}

static void has_value(struct dp_step *out, struct dp_wide value)
{
	out->value = value;
	out->has_value = true;
}

/* ones and zeros may be the answer of nobody */
static int believe(const struct dp_job *job, const struct dp_ref *ref, struct dp_wide value,
		   struct dp_err *err)
{
	return job->dev->caps & DP_CAP_WITNESS ? dp_ref_believe(ref, value, err) : 0;
}

static int say_mismatch(const struct dp_ref *ref, const struct dp_result *res, struct dp_err *err)
{
	char reads[DP_WIDE_TEXT], written[DP_WIDE_TEXT], other[DP_WIDE_TEXT];

	dp_wide_hex(res->readback, ref->width / 4, reads);
	dp_wide_hex(res->written, ref->width / 4, written);
	dp_wide_hex(res->mismatch_mask, 1, other);
	dp_err_set(err, EIO, DP_OK, "%s reads %s after %s was written, other bits %s",
		   ref->reg_path, reads, written, other);
	return DP_STEP_FALSE;
}

static int run_write(struct dp_job *job, struct dp_step *out, struct dp_err *err)
{
	const struct dp_ref *ref = job->assign->ref;
	struct dp_result res = {0};
	uint64_t before;
	int rc = 0;

	name_ref(out, ref);
	/* what an earlier step wrote may be what the other bits get */
	if (job->poke.others == DP_OTHERS_SHADOW || job->dev->caps & DP_CAP_SHADOW)
		rc = plan_write(job, err);
	if (rc)
		return rc;
	before = job->plan->reads;
	rc = dp_plan_run(job->dev, job->plan, &res, err);
	out->reads = job->plan->reads - before;
	if (rc)
		return rc;
	has_value(out, res.written);
	out->mask = job->assign->mask;
	out->want = dp_wide_and(res.written, out->mask);
	if (res.has_readback)
		rc = believe(job, ref, res.readback, err);
	else if (res.has_old && dp_wide_same(res.old, dp_wide_ones(ref->width)))
		rc = believe(job, ref, res.old, err);
	if (rc || !res.mismatch)
		return rc;
	has_value(out, res.readback);
	return say_mismatch(ref, &res, err);
}

static int run_log(struct dp_job *job, struct dp_step *out, struct dp_err *err)
{
	uint64_t before = job->plan->reads;
	struct dp_result res;
	int rc;

	name_ref(out, job->ref);
	rc = dp_plan_run(job->dev, job->plan, &res, err);
	out->reads = job->plan->reads - before;
	if (rc)
		return rc;
	has_value(out, res.value);
	return believe(job, job->ref, res.value, err);
}

/* "0x1 (CSTS=0x00000001)", of a whole register its value alone */
static void value_text(const struct dp_ref *ref, struct dp_wide seen, struct dp_wide reg, char *buf,
		       size_t size)
{
	char part[DP_WIDE_TEXT], all[DP_WIDE_TEXT];

	dp_wide_hex(seen, 1, part);
	dp_wide_hex(reg, ref->width / 4, all);
	if (ref->whole)
		snprintf(buf, size, "%s", all);
	else
		snprintf(buf, size, "%s (%.60s=%s)", part, ref->reg_path, all);
}

/* as it was written, but for what $NAME stands for */
static void cond_text(const struct dp_cond *c, const char *text, char *buf, size_t size)
{
	struct dp_wide want = dp_cond_want(c);
	char number[DP_WIDE_TEXT];
	bool small = !want.hi && want.lo < 10;

	dp_wide_hex(want, 1, number);
	if (strchr(text, '$'))
		snprintf(buf, size, "%.60s%s%s", c->ref->path, dp_cond_op(c), number + 2 * small);
	else
		snprintf(buf, size, "%.80s", text);
}

/* one condition and what was seen of it */
struct look {
	struct dp_poll_result res;
	struct dp_wide seen, reg;
	bool met;
};

static int look(struct dp_job *job, struct dp_cond *cond, struct dp_cond *unless,
		const struct dp_poll_opts *opts, struct look *l, struct dp_err *err)
{
	*l = (struct look){0};
	l->res.values = &l->seen;
	l->res.cond_met = &l->met;
	l->res.regs = &l->reg;
	return dp_poll(job->dev, &cond, 1, unless, opts, &l->res, err);
}

static void show_look(struct dp_step *out, const struct dp_cond *c, const struct look *l)
{
	name_ref(out, c->ref);
	out->want = dp_wide_shl(c->want, c->ref->lo);
	out->reads = l->res.reads;
	if (l->res.reads)
		has_value(out, l->reg);
}

static int not_met(const struct dp_job *job, const struct look *l, uint64_t timeout_ns,
		   struct dp_err *err)
{
	char cond[160], value[160], when[48] = "at one look";

	cond_text(job->cond, job->text, cond, sizeof(cond));
	value_text(job->cond->ref, l->seen, l->reg, value, sizeof(value));
	if (timeout_ns) {
		memcpy(when, "within ", 7);
		dp_time_text(timeout_ns, when + 7, sizeof(when) - 7);
	}
	return dp_err_set(err, ETIMEDOUT, DP_TIMEOUT, "%s not met %s, last value %s", cond, when,
			  value);
}

static int ended(const struct dp_job *job, const struct look *l, struct dp_err *err)
{
	char cond[160], unless[160], value[160];

	cond_text(job->cond, job->text, cond, sizeof(cond));
	cond_text(job->unless, job->unless_text, unless, sizeof(unless));
	value_text(job->cond->ref, l->seen, l->reg, value, sizeof(value));
	dp_err_set(err, ECANCELED, DP_OK, "%s given up, as %s holds; last value %s", cond, unless,
		   value);
	return DP_STEP_FALSE;
}

static int run_poll(struct dp_job *job, struct dp_step *out, struct dp_err *err)
{
	struct dp_poll_opts opts = {job->timeout_ns, job->interval_ns};
	struct look l;
	int rc = job->limit ? dp_limit_read(job->limit, &opts.timeout_ns, err) : 0;

	name_ref(out, job->cond->ref);
	if (rc)
		return rc;
	rc = look(job, job->cond, job->unless, &opts, &l, err);
	show_look(out, job->cond, &l);
	if (rc)
		return rc;
	if (l.res.unless)
		return ended(job, &l, err);
	return l.res.met ? 0 : not_met(job, &l, opts.timeout_ns, err);
}

static int run_check(struct dp_job *job, struct dp_step *out, struct dp_err *err)
{
	const struct dp_poll_opts once = {0};
	char cond[160], value[160];
	struct look l;
	int rc = look(job, job->cond, NULL, &once, &l, err);

	show_look(out, job->cond, &l);
	if (rc || l.res.met)
		return rc;
	cond_text(job->cond, job->text, cond, sizeof(cond));
	value_text(job->cond->ref, l.seen, l.reg, value, sizeof(value));
	dp_err_set(err, EDOM, DP_OK, "%s is false, last value %s", cond, value);
	return DP_STEP_FALSE;
}

static int run_delay(struct dp_job *job, struct dp_err *err)
{
	if (dp_sleep_ns(job->dev->ctx, job->timeout_ns))
		return dp_err_set(err, EINTR, DP_TIMEOUT, "interrupted");
	return 0;
}

/* the condition under which the step is done at all */
static int look_when(struct dp_job *job, struct dp_step *out, struct dp_err *err)
{
	const struct dp_poll_opts once = {0};
	struct look l;
	int rc;

	if (!job->when)
		return 0;
	rc = look(job, job->when, NULL, &once, &l, err);
	if (rc || l.res.met)
		return rc;
	show_look(out, job->when, &l);
	out->skipped = true;
	return 0;
}

int dp_job_run(struct dp_job *job, struct dp_step *out, struct dp_err *err)
{
	int rc;

	*out = (struct dp_step){.name = job->name, .number = job->number, .op = job->op};
	rc = look_when(job, out, err);
	if (rc || out->skipped)
		return rc;
	switch (job->op) {
	case DP_STEP_WRITE:
		return run_write(job, out, err);
	case DP_STEP_POLL:
		return run_poll(job, out, err);
	case DP_STEP_CHECK:
		return run_check(job, out, err);
	case DP_STEP_DELAY:
		return run_delay(job, err);
	case DP_STEP_LOG:
		return run_log(job, out, err);
	case DP_STEP_IRQ:
		break; /* dp_job_prepare() refused it */
	}
	return dp_err_set(err, EINVAL, DP_INTERNAL, "a step without operation");
}

void dp_job_free(struct dp_job *job)
{
	dp_plan_free(job->plan);
	dp_plan_free(job->unless_plan);
	dp_plan_free(job->when_plan);
	dp_assign_free(job->assign);
	dp_ref_free(job->ref);
	dp_cond_free(job->cond);
	dp_cond_free(job->unless);
	dp_cond_free(job->when);
	dp_limit_free(job->limit);
}
