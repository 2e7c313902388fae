/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - a plan is run exactly as it is printed: its accesses, in order, nothing else */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/core.h"
#include "reg/plan.h"

#define WAIT_TICK_NS UINT64_C(10000)

/* ---------------------------------------------------------------- one step */

static uint64_t swapped(uint64_t value, unsigned width)
{
	return __builtin_bswap64(value) >> (64 - width);
}

static void name_access(struct dp_dev *dev, const struct dp_access *a)
{
	dev->path = a->path;
	dev->why = a->why;
}

static int bus_read(struct dp_plan *p, struct dp_plan_step *s, struct dp_result *res,
		    struct dp_err *err)
{
	struct dp_access *a = &s->a;
	uint64_t value = 0;
	int rc;

	name_access(p->dev, a);
	rc = dp_space_read(a->space, a->offset, a->width, &value, err);
	res->ns += p->dev->timed ? p->dev->access_ns : 0;
	p->dev->path = p->dev->why = NULL;
	if (rc)
		return rc;
	p->reads++;
	s->last = s->swap ? swapped(value, a->width) : value;
	return 0;
}

static int bus_write(struct dp_plan *p, struct dp_plan_step *s, uint64_t value,
		     struct dp_result *res, struct dp_err *err)
{
	struct dp_access *a = &s->a;
	int rc;

	name_access(p->dev, a);
	rc = dp_space_write(a->space, a->offset, a->width,
			    s->swap ? swapped(value, a->width) : value, err);
	res->ns += p->dev->timed ? p->dev->access_ns : 0;
	p->dev->path = p->dev->why = NULL;
	if (!rc)
		s->last = value;
	return rc;
}

/* what the slice takes of @access, an access's value or mask, at its place in the result */
static struct dp_wide slice_of(const struct dp_slice *s, uint64_t access)
{
	if (!s->bits)
		return dp_wide_of(0);
	return dp_wide_shl(dp_wide_of(access >> s->lo & dp_ones(s->bits)), s->pos);
}

static void place_slice(const struct dp_plan_step *s, struct dp_wide *value)
{
	*value = dp_wide_or(*value, slice_of(&s->slice, s->last));
}

/* the part of a step's value in the result */
static void collect(const struct dp_plan_step *s, struct dp_result *res, struct dp_wide *old_seen)
{
	switch (s->slice.role) {
	case DP_ROLE_NONE:
	case DP_ROLE_LOCK:
		break;
	case DP_ROLE_VALUE:
		place_slice(s, &res->value);
		break;
	case DP_ROLE_OLD:
		place_slice(s, &res->old);
		*old_seen = dp_wide_or(*old_seen, slice_of(&s->slice, UINT64_MAX));
		break;
	case DP_ROLE_WRITTEN:
		place_slice(s, &res->written);
		break;
	case DP_ROLE_READBACK:
		place_slice(s, &res->readback);
		res->has_readback = true;
		break;
	}
}

static bool same_place(const struct dp_access *a, const struct dp_access *b)
{
	return a->space == b->space && a->offset == b->offset && a->width == b->width;
}

/*
 * What the latest read of the same place in this plan gave.  One data register may have shown
 * several registers since the one that is written was read: that read has the role of it, and
 * its part of a joined value.
 */
static uint64_t old_value(const struct dp_plan *p, size_t i)
{
	const struct dp_plan_step *write = &p->steps[i], *found = NULL;

	if (write->old)
		return p->steps[write->old - 1].last;
	while (i-- > 0) {
		const struct dp_plan_step *s = &p->steps[i];

		if (s->a.op != DP_ACCESS_READ || !same_place(&s->a, &write->a))
			continue;
		if (!found)
			found = s;
		if (write->slice.role != DP_ROLE_WRITTEN ||
		    (s->slice.role == DP_ROLE_OLD && s->slice.pos == write->slice.pos))
			return s->last;
	}
	return found ? found->last : 0;
}

static int write_value(const struct dp_plan *p, size_t i, uint64_t *value, struct dp_err *err)
{
	const struct dp_access *a = &p->steps[i].a;
	uint64_t old = a->and_mask || a->add_mask ? old_value(p, i) : 0;
	uint64_t sum = (old & a->add_mask) + a->add;

	if (a->add_mask && (sum < a->add || (sum & ~a->add_mask))) {
		dp_err_set(err, EINVAL, DP_VALUE,
			   "'%s' is 0x%" PRIx64 ": adding 0x%" PRIx64 " overflows bits 0x%" PRIx64,
			   a->path, old, a->add, a->add_mask);
		dp_err_hint(err, "nothing was written; assign a value with '='");
		return -EINVAL;
	}
	*value = (((old & a->and_mask) | a->or_mask) ^ a->xor_mask) | (sum & a->add_mask);
	return 0;
}

/* before the first of several writes in a row: none may fail for its sum */
static int check_sums(const struct dp_plan *p, size_t i, struct dp_err *err)
{
	uint64_t value;
	int rc = 0;

	if (i && p->steps[i - 1].a.op == DP_ACCESS_WRITE)
		return 0;
	for (; !rc && i < p->n && p->steps[i].a.op == DP_ACCESS_WRITE; i++)
		rc = write_value(p, i, &value, err);
	return rc;
}

static int run_write(struct dp_plan *p, size_t i, struct dp_result *res, struct dp_err *err)
{
	uint64_t value = 0;
	int rc = check_sums(p, i, err);

	if (!rc)
		rc = write_value(p, i, &value, err);
	return rc ? rc : bus_write(p, &p->steps[i], value, res, err);
}

static int timed_out(const struct dp_plan_step *s, struct dp_err *err)
{
	const struct dp_access *a = &s->a;

	return dp_err_set(err, ETIMEDOUT, DP_TIMEOUT,
			  "'%s' is still 0x%" PRIx64 " after %" PRIu64
			  " us, waiting for (value & 0x%" PRIx64 ") == 0x%" PRIx64,
			  a->path, s->last, a->timeout_ns / 1000, a->and_mask, a->or_mask);
}

/* one more look comes after the deadline */
static int run_wait(struct dp_plan *p, struct dp_plan_step *s, struct dp_result *res,
		    struct dp_err *err)
{
	const struct dp_access *a = &s->a;
	uint64_t end = dp_now_ns() + a->timeout_ns;
	bool final;
	int rc;

	if (!a->and_mask) {
		rc = dp_sleep_ns(p->dev->ctx, a->timeout_ns);
		return rc ? dp_err_set(err, EINTR, DP_TIMEOUT, "interrupted") : 0;
	}
	do {
		final = dp_now_ns() >= end;
		rc = bus_read(p, s, res, err);
		if (rc)
			return rc;
		if ((s->last & a->and_mask) == a->or_mask)
			return dp_believe(p->dev, a->space, a->path, dp_wide_of(s->last), a->width,
					  err);
		if (!final && dp_sleep_ns(p->dev->ctx, WAIT_TICK_NS))
			return dp_err_set(err, EINTR, DP_TIMEOUT, "interrupted");
	} while (!final);
	return timed_out(s, err);
}

static int run_check(struct dp_plan *p, struct dp_plan_step *s, struct dp_result *res,
		     struct dp_err *err)
{
	const struct dp_access *a = &s->a;
	int rc = bus_read(p, s, res, err);

	if (rc || (s->last & a->and_mask) == a->or_mask)
		return rc;
	dp_err_refuse(err, DP_CLASS_LOCK, "'%s' is locked: '%s' is 0", p->path, s->subject);
	dp_err_hint(err, "'%s' has to be 1, or --force=lock", s->subject);
	return -EPERM;
}

static int run_step(struct dp_plan *p, size_t i, struct dp_result *res, struct dp_err *err)
{
	switch (p->steps[i].a.op) {
	case DP_ACCESS_READ:
		return bus_read(p, &p->steps[i], res, err);
	case DP_ACCESS_WRITE:
		return run_write(p, i, res, err);
	case DP_ACCESS_WAIT:
		return run_wait(p, &p->steps[i], res, err);
	case DP_ACCESS_CHECK:
		return run_check(p, &p->steps[i], res, err);
	}
	return -EINVAL;
}

/* ---------------------------------------------------------------- the plan */

/* what was changed for the step @failed is put back; its own error is the one to tell */
static void undo_steps(struct dp_plan *p, size_t failed)
{
	struct dp_result res;

	for (size_t i = failed + 1; i < p->n; i++)
		if (p->steps[i].undo && p->steps[i].undo < failed && run_step(p, i, &res, NULL))
			return;
}

/* would none of the bits that are to differ change by the writes from step @i on? */
static bool is_so(struct dp_plan *p, size_t i)
{
	struct dp_wide change = {0};

	for (; i < p->n && p->steps[i].a.op == DP_ACCESS_WRITE; i++) {
		const struct dp_plan_step *s = &p->steps[i];
		uint64_t value;

		if (write_value(p, i, &value, NULL))
			return false;
		change = dp_wide_or(change, slice_of(&s->slice, value ^ old_value(p, i)));
	}
	return !dp_wide_any(dp_wide_and(change, p->differ));
}

static int run_steps(struct dp_plan *p, struct dp_result *res, struct dp_err *err)
{
	struct dp_wide old_seen = {0};
	int rc = 0;

	for (size_t i = 0; !rc && i < p->n; i++) {
		if (dp_wide_any(p->differ) && i && p->steps[i].a.op == DP_ACCESS_WRITE &&
		    p->steps[i - 1].a.op == DP_ACCESS_READ && is_so(p, i))
			res->same = true;
		if (res->same)
			break;
		rc = run_step(p, i, res, err);
		if (rc)
			undo_steps(p, i);
		else
			collect(&p->steps[i], res, &old_seen);
	}
	res->has_old = p->n && dp_wide_same(old_seen, dp_wide_ones(p->width));
	return rc;
}

/* a readback of ones or zeros is agreement only of a device that is there */
static int verify(struct dp_plan *p, struct dp_result *res, struct dp_err *err)
{
	if (!dp_wide_any(p->verify) || !res->has_readback)
		return 0;
	res->mismatch_mask = dp_wide_and(dp_wide_xor(res->written, res->readback), p->verify);
	res->mismatch = dp_wide_any(res->mismatch_mask);
	return dp_believe(p->dev, p->steps[0].a.space, p->path, res->readback, p->width, err);
}

static int not_located(const struct dp_plan *p, struct dp_err *err)
{
	dp_err_set(err, EAGAIN, DP_USAGE,
		   "where '%s' is depends on the device, which was not asked", p->path);
	dp_err_hint(err, "a target of kind desc: has no registers to reach");
	return -EAGAIN;
}

/* each once, when it is true: not for a plan that is only printed */
static void give_notes(struct dp_plan *p)
{
	struct dp_dev *dev = p->dev;

	dp_note_bound(dev);
	for (size_t i = 0; i < p->n; i++) {
		struct dp_plan_step *s = &p->steps[i];

		if (s->clears)
			dp_note(dev->ctx, "reading '%s' %s", s->subject, s->clears);
		s->clears = NULL;
	}
}

int dp_plan_run(struct dp_dev *dev, struct dp_plan *plan, struct dp_result *res, struct dp_err *err)
{
	int rc;

	memset(res, 0, sizeof(*res));
	if (!plan->located)
		return not_located(plan, err);
	res->value = dp_wide_of(plan->known ? plan->value : 0);
	rc = plan->lock ? dp_dev_lock(dev, err) : 0;
	if (rc)
		return rc;
	give_notes(plan);
	rc = run_steps(plan, res, err);
	if (!rc)
		rc = verify(plan, res, err);
	if (plan->lock)
		dp_dev_unlock(dev);
	return rc;
}
