/* SPDX-License-Identifier: GPL-2.0-or-later */
/* limit.c - how long to wait: a time, or what a field with a unit of time says */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reg/step.h"

/* @ref, @plan: of a field; NULL: @ns */
struct dp_limit {
	struct dp_dev *dev;
	struct dp_ref *ref;
	struct dp_plan *plan;
	uint64_t ns;
};

int dp_time_of(const char *text, const struct dp_vars *vars, uint64_t *ns, struct dp_err *err)
{
	const char *value = dp_value_var(text, strlen(text), vars);
	int rc = dp_time_parse(value ? value : text, ns, err);

	if (rc && value)
		dp_err_prefix(err, "'%.63s'", text);
	return rc;
}

static uint64_t unit_ns(const struct dp_ref *ref)
{
	const char *unit = dp_ref_fmt(ref)->unit;

	return unit ? dp_time_unit(unit, strlen(unit)) : 0;
}

static int plan_field(const struct dp_scope *sc, struct dp_limit *l, const char *text,
		      struct dp_err *err)
{
	int rc = dp_ref_one(sc, text, strlen(text), &l->ref, err);

	if (rc)
		return rc;
	if (!unit_ns(l->ref))
		return dp_err_set(err, EINVAL, DP_USAGE, "'%s' has no unit of time", l->ref->path);
	return dp_plan_peek(l->dev, l->ref, &l->plan, err);
}

int dp_limit_of(const struct dp_scope *sc, const char *text, const struct dp_vars *vars,
		struct dp_limit **out, struct dp_err *err)
{
	const char *value = dp_value_var(text, strlen(text), vars);
	struct dp_limit *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return dp_err_nomem(err);
	l->dev = sc->dev;
	if (dp_is_alpha(*(value ? value : text)))
		rc = plan_field(sc, l, value ? value : text, err);
	else
		rc = dp_time_of(text, vars, &l->ns, err);
	if (rc)
		dp_limit_free(l);
	else
		*out = l;
	return rc;
}

int dp_limit_parse(struct dp_dev *dev, const char *text, struct dp_limit **out, struct dp_err *err)
{
	const struct dp_scope sc = {.dev = dev};
	int rc = dp_dev_auto_describe(dev, err);

	return rc ? rc : dp_limit_of(&sc, text, NULL, out, err);
}

const struct dp_plan *dp_limit_plan(const struct dp_limit *limit)
{
	return limit->plan;
}

int dp_limit_place(struct dp_limit *l, struct dp_err *err)
{
	int rc;

	if (!l->ref || l->ref->located)
		return 0;
	rc = dp_ref_locate(l->ref, err);
	if (rc)
		return rc;
	dp_plan_free(l->plan);
	l->plan = NULL;
	return dp_plan_peek(l->dev, l->ref, &l->plan, err);
}

/* scale is a whole number of a unit in all that is known, and need not be */
static uint64_t scaled_ns(const struct dp_ref *ref, struct dp_wide reg_value)
{
	struct dp_wide raw = dp_wide_get(reg_value, ref->hi, ref->lo);
	double amount, ns;

	/* what has a unit is scaled */
	if (!dp_value_scaled(dp_ref_fmt(ref), ref->hi - ref->lo + 1, raw, &amount))
		return 0;
	ns = amount * (double)unit_ns(ref);
	return ns < 0 ? 0 : ns >= 0x1p63 ? INT64_MAX : (uint64_t)ns;
}

int dp_limit_read(struct dp_limit *l, uint64_t *ns, struct dp_err *err)
{
	struct dp_result res;
	int rc = dp_limit_place(l, err);

	*ns = l->ns;
	if (rc || !l->ref)
		return rc;
	rc = dp_plan_run(l->dev, l->plan, &res, err);
	if (!rc && l->dev->caps & DP_CAP_WITNESS)
		rc = dp_ref_believe(l->ref, res.value, err);
	if (!rc)
		*ns = scaled_ns(l->ref, res.value);
	return rc;
}

void dp_limit_free(struct dp_limit *l)
{
	if (!l)
		return;
	dp_plan_free(l->plan);
	dp_ref_free(l->ref);
	free(l);
}
