/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_check.c - devpoke check TARGET COND...: one look, exit 1 when false */
#include "conds.h"
#include "out.h"
#include "verbs.h"

static void people(const struct conds *cs)
{
	for (size_t i = 0; i < cs->n; i++) {
		conds_value(cs->v[i], cs->res.values[i]);
		if (cs->res.cond_met[i]) {
			out_str("  yes\n");
			continue;
		}
		out_str("  no, wanted ");
		conds_want(cs->v[i]);
		out_str("\n");
	}
}

static int look(struct cmd *c, struct dp_dev *dev, struct conds *cs)
{
	struct dp_poll_opts once = {0};
	int rc = conds_parse(c, dev, cs);

	if (!rc)
		rc = target_open(c, dev, cs->open_flags);
	if (rc)
		return rc;
	if (dp_poll(dev, cs->v, cs->n, NULL, &once, &cs->res, &c->err))
		return cmd_fail(c);
	conds_json(c, cs);
	if (!c->doc && !c->quiet)
		people(cs);
	return cs->res.met ? EXIT_DONE : EXIT_NEGATIVE;
}

static int run(struct cmd *c)
{
	struct conds cs = {0};
	struct dp_dev *dev;
	int rc = target_registers(c, &dev);

	if (rc)
		return rc;
	rc = look(c, dev, &cs);
	conds_free(&cs);
	return rc;
}

const struct verb verb_check = {
	.name = "check",
	.fn = run,
	.synopsis = "COND...",
	.summary = "look once; exit 1 when a condition is false",
	.text = "A condition is 'PATH OP VALUE' in one word, or PATH eq|ne|lt|le|gt|ge VALUE in\n"
		"three.\n",
	.examples = "devpoke check sim:nvme 'CSTS.RDY==1'\n"
		    "devpoke check sim:nvme CAP.MQES ge 63 && echo deep enough\n",
	.options = OPTS_TARGET,
	.flags = VERB_TARGET,
	.min = 1,
	.max = MANY,
};
