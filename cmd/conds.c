/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conds.c - parsing and showing conditions */
#include <stdlib.h>

#include "access.h"
#include "conds.h"
#include "out.h"
#include "session.h"

/* refusals (bound, effect) and the need of write access come from the plan of its read */
static int plan_read(struct cmd *c, struct dp_dev *dev, const struct dp_cond *cond,
		     unsigned *open_flags)
{
	struct dp_plan *plan;

	if (dp_plan_peek(dev, dp_cond_ref(cond), &plan, &c->err))
		return cmd_fail(c);
	*open_flags |= access_open_flags(plan);
	dp_plan_free(plan);
	return 0;
}

static int parse_operands(struct cmd *c, struct dp_dev *dev, struct conds *cs)
{
	for (size_t i = 0, used = 0; i < c->argc; i += used) {
		int rc;

		if (dp_cond_parse(dev, c->argv + i, c->argc - i, &c->session->lookup, &cs->v[cs->n],
				  &used, &c->err))
			return cmd_fail(c);
		rc = plan_read(c, dev, cs->v[cs->n++], &cs->open_flags);
		if (rc)
			return rc;
	}
	return 0;
}

static int parse_unless(struct cmd *c, struct dp_dev *dev, struct conds *cs)
{
	char *words[3];
	size_t used;

	if (!c->opts.n_unless)
		return 0;
	for (size_t i = 0; i < c->opts.n_unless; i++)
		words[i] = (char *)c->opts.unless[i];
	if (dp_cond_parse(dev, words, c->opts.n_unless, &c->session->lookup, &cs->unless, &used,
			  &c->err)) {
		dp_err_prefix(&c->err, "--unless");
		return cmd_fail(c);
	}
	return plan_read(c, dev, cs->unless, &cs->open_flags);
}

int conds_parse(struct cmd *c, struct dp_dev *dev, struct conds *cs)
{
	int rc;

	cs->v = calloc(c->argc, sizeof(*cs->v));
	cs->res.values = calloc(c->argc, sizeof(*cs->res.values));
	cs->res.cond_met = calloc(c->argc, sizeof(*cs->res.cond_met));
	cs->res.regs = calloc(c->argc, sizeof(*cs->res.regs));
	if (!cs->v || !cs->res.values || !cs->res.cond_met || !cs->res.regs)
		return cmd_nomem(c);
	rc = parse_operands(c, dev, cs);
	return rc ? rc : parse_unless(c, dev, cs);
}

void conds_free(struct conds *cs)
{
	for (size_t i = 0; i < cs->n; i++)
		dp_cond_free(cs->v[i]);
	dp_cond_free(cs->unless);
	free(cs->v);
	free(cs->res.values);
	free(cs->res.cond_met);
	free(cs->res.regs);
}

void conds_json(struct cmd *c, const struct conds *cs)
{
	struct json *arr;

	json_flag(c->doc, "met", cs->res.met);
	arr = json_array(c->doc, "conditions");
	for (size_t i = 0; arr && i < cs->n; i++) {
		struct json *j = json_item(arr);
		struct dp_ref_info info;
		unsigned bits;

		dp_ref_info(dp_cond_ref(cs->v[i]), &info);
		bits = info.hi - info.lo + 1;
		json_str(j, "path", info.path);
		json_str(j, "op", dp_cond_op(cs->v[i]));
		json_wide(j, "want", dp_cond_want(cs->v[i]), bits);
		json_wide(j, "value", cs->res.values[i], bits);
		json_flag(j, "met", cs->res.cond_met[i]);
	}
}

void conds_value(const struct dp_cond *cond, struct dp_wide value)
{
	struct dp_decoded d = {0};
	struct dp_ref_info info;

	dp_ref_info(dp_cond_ref(cond), &info);
	out("%s = ", info.path);
	out_hex(value, info.hi - info.lo + 1);
	/* values are compared shifted down; addresses are shown as themselves and have no word */
	if (!dp_decode(dp_cond_ref(cond), dp_wide_shl(value, info.lo), &d) && d.n == 1 &&
	    *d.fields[0].text && (info.field || !*d.fields[0].name))
		out("  %s", d.fields[0].text);
	dp_decoded_free(&d);
}

void conds_want(const struct dp_cond *cond)
{
	struct dp_ref_info info;

	dp_ref_info(dp_cond_ref(cond), &info);
	out("%s ", dp_cond_op(cond));
	out_hex(dp_cond_want(cond), info.hi - info.lo + 1);
}
