/* SPDX-License-Identifier: GPL-2.0-or-later */
/* poll.c - look until conditions hold */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "reg/plan.h"

/* a register that conditions name; read once per look */
struct watched {
	struct dp_plan *plan;
	const struct dp_ref *ref;
	struct dp_wide value;
};

struct poll {
	struct dp_dev *dev;
	struct dp_cond *const *conds;
	size_t n;
	struct dp_cond *unless;
	struct watched *regs;
	size_t n_regs;
	struct dp_poll_result *res;
	struct dp_err *err;
};

int dp_ref_believe(const struct dp_ref *ref, struct dp_wide value, struct dp_err *err)
{
	return dp_believe(ref->dev, ref->space, ref->reg_path, value, ref->width, err);
}

/* ------------------------------------------------------- registers named */

static bool same_register(const struct dp_ref *a, const struct dp_ref *b)
{
	if (a->join || b->join)
		return a->join == b->join && a->inst == b->inst;
	return a->space == b->space && a->offset == b->offset && a->width == b->width &&
	       a->order == b->order && a->reg == b->reg;
}

static struct watched *find_reg(struct poll *p, const struct dp_ref *ref)
{
	for (size_t i = 0; i < p->n_regs; i++)
		if (same_register(p->regs[i].ref, ref))
			return &p->regs[i];
	return NULL;
}

static int watch_reg(struct poll *p, struct dp_cond *c)
{
	struct watched *w = &p->regs[p->n_regs];
	int rc = c->ref->located ? 0 : dp_ref_locate(c->ref, p->err);

	if (rc || find_reg(p, c->ref))
		return rc;
	rc = dp_plan_peek(p->dev, c->ref, &w->plan, p->err);
	if (rc)
		return rc;
	w->ref = c->ref;
	p->n_regs++;
	return 0;
}

static int watch_all(struct poll *p)
{
	int rc = 0;

	p->regs = calloc(p->n + 1, sizeof(*p->regs));
	if (!p->regs)
		return dp_err_nomem(p->err);
	for (size_t i = 0; !rc && i < p->n; i++)
		rc = watch_reg(p, p->conds[i]);
	if (!rc && p->unless)
		rc = watch_reg(p, p->unless);
	return rc;
}

static uint64_t count_reads(const struct poll *p)
{
	uint64_t reads = 0;

	for (size_t i = 0; i < p->n_regs; i++)
		reads += p->regs[i].plan->reads;
	return reads;
}

static void forget_all(struct poll *p)
{
	for (size_t i = 0; i < p->n_regs; i++)
		dp_plan_free(p->regs[i].plan);
	free(p->regs);
}

/* ---------------------------------------------------------------- one look */

static int read_all(struct poll *p)
{
	const struct dp_backend *backend = p->dev->backend;
	struct dp_result res;
	int rc = backend->recheck ? backend->recheck(p->dev, p->err) : 0;

	for (size_t i = 0; !rc && i < p->n_regs; i++) {
		rc = dp_plan_run(p->dev, p->regs[i].plan, &res, p->err);
		p->regs[i].value = res.value;
	}
	return rc;
}

/*
 * What an absent device answers meets many conditions: ones and zeros count only while the
 * witness sees it (CLI.md section 4).  Ones that do not meet one end the wait at once when it
 * is gone.
 */
static int test_cond(struct poll *p, struct dp_cond *c, struct dp_wide *seen, bool *met)
{
	const struct watched *w = find_reg(p, c->ref);

	*met = dp_cond_test(c, w->value, seen);
	if (*met || dp_wide_same(w->value, dp_wide_ones(w->ref->width)))
		return dp_believe(p->dev, w->ref->space, w->ref->reg_path, w->value, w->ref->width,
				  p->err);
	return 0;
}

static int look(struct poll *p)
{
	struct dp_poll_result *res = p->res;
	bool all = true;
	int rc = read_all(p);

	for (size_t i = 0; !rc && i < p->n; i++) {
		if (res->regs)
			res->regs[i] = find_reg(p, p->conds[i]->ref)->value;
		rc = test_cond(p, p->conds[i], &res->values[i], &res->cond_met[i]);
		all &= res->cond_met[i];
	}
	if (!rc && p->unless)
		rc = test_cond(p, p->unless, &res->unless_value, &res->unless);
	if (!rc)
		res->met = all && !res->unless;
	return rc;
}

static int interrupted(struct poll *p)
{
	return dp_err_set(p->err, EINTR, DP_TIMEOUT, "interrupted");
}

/* the last look begins after the deadline: a late wake-up is no timeout */
static int look_until(struct poll *p, const struct dp_poll_opts *opts, uint64_t start)
{
	for (;;) {
		uint64_t spent = dp_now_ns() - start, left;
		bool last = spent >= opts->timeout_ns;
		int rc = look(p);

		if (rc || p->res->met || p->res->unless || last)
			return rc;
		left = opts->timeout_ns - spent; /* as of before the look: enough to pass it */
		if (dp_interrupted(p->dev->ctx))
			return interrupted(p);
		if (!opts->interval_ns)
			continue;
		if (dp_sleep_ns(p->dev->ctx, opts->interval_ns < left ? opts->interval_ns : left))
			return interrupted(p);
	}
}

int dp_poll(struct dp_dev *dev, struct dp_cond *const *conds, size_t n, struct dp_cond *unless,
	    const struct dp_poll_opts *opts, struct dp_poll_result *res, struct dp_err *err)
{
	struct poll p = {
		.dev = dev, .conds = conds, .n = n, .unless = unless, .res = res, .err = err};
	uint64_t start = dp_now_ns();
	int rc;

	res->met = res->unless = false;
	res->unless_value = dp_wide_of(0);
	res->elapsed_ns = res->reads = 0;
	memset(res->values, 0, n * sizeof(*res->values));
	memset(res->cond_met, 0, n * sizeof(*res->cond_met));
	rc = watch_all(&p);
	if (!rc)
		rc = look_until(&p, opts, start);
	res->elapsed_ns = dp_now_ns() - start;
	res->reads = count_reads(&p);
	forget_all(&p);
	return rc;
}
