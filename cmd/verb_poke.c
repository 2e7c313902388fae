/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_poke.c - devpoke poke TARGET ASSIGN... and toggle TARGET FIELD... */
#include <stdio.h>
#include <stdlib.h>

#include "access.h"
#include "msg.h"
#include "out.h"
#include "render.h"
#include "session.h"
#include "signals.h"
#include "verbs.h"

struct poke {
	struct cmd *c;
	struct dp_dev *dev;
	struct dp_poke_opts opts;
	struct dp_assign **parsed;  /* by operand; owned */
	struct dp_assign **assigns; /* in the order of the writes: an operand may be several */
	struct dp_plan **plans;
	size_t n;
	unsigned open_flags;
	bool mismatch;
};

static int parse_others(struct poke *p)
{
	const char *word = p->c->opts.value[OPT_OTHERS];

	if (!word)
		return 0;
	switch (opt_word_index("zero|reset|shadow", word)) {
	case 0:
		p->opts.others = DP_OTHERS_ZERO;
		break;
	case 1:
		p->opts.others = DP_OTHERS_RESET;
		break;
	case 2:
		p->opts.others = DP_OTHERS_SHADOW;
		break;
	default:
		p->opts.others = DP_OTHERS_VALUE;
		if (dp_number_parse(word, &p->opts.others_value, &p->c->err)) {
			dp_err_hint(&p->c->err, "--others is zero, reset, shadow or a number");
			return cmd_fail(p->c);
		}
	}
	return 0;
}

static int list_writes(struct poke *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->c->argc; i++)
		for (struct dp_assign *a = p->parsed[i]; a; a = dp_assign_next(a))
			n++;
	p->assigns = calloc(n, sizeof(struct dp_assign *));
	p->plans = calloc(n, sizeof(struct dp_plan *));
	if (!p->assigns || !p->plans)
		return cmd_nomem(p->c);
	for (size_t i = 0; i < p->c->argc; i++)
		for (struct dp_assign *a = p->parsed[i]; a; a = dp_assign_next(a))
			p->assigns[p->n++] = a;
	return 0;
}

static int parse_all(struct poke *p, bool toggle)
{
	struct cmd *c = p->c;

	p->parsed = calloc(c->argc, sizeof(struct dp_assign *));
	if (!p->parsed)
		return cmd_nomem(c);
	for (size_t i = 0; i < c->argc; i++) {
		const char *word = c->argv[i];
		int rc;

		if (toggle)
			rc = dp_assign_toggle(p->dev, word, &p->parsed[i], &c->err);
		else
			rc = dp_assign_parse(p->dev, word, &c->session->lookup, &p->parsed[i],
					     &c->err);
		if (rc)
			return cmd_fail(c);
	}
	return list_writes(p);
}

static int plan_one(struct poke *p, size_t i)
{
	dp_plan_free(p->plans[i]);
	p->plans[i] = NULL;
	if (dp_plan_poke(p->dev, p->assigns[i], &p->opts, &p->plans[i], &p->c->err))
		return cmd_fail(p->c);
	p->open_flags |= access_open_flags(p->plans[i]);
	return 0;
}

static int plan_all(struct poke *p)
{
	for (size_t i = 0; i < p->n; i++) {
		int rc = plan_one(p, i);

		if (rc)
			return rc;
	}
	return 0;
}

static int locate_all(struct poke *p)
{
	for (size_t i = 0; i < p->n; i++) {
		bool moved;
		int rc = access_locate_assign(p->c, p->assigns[i], &moved);

		if (!rc && moved)
			rc = plan_one(p, i);
		if (rc)
			return rc;
	}
	return 0;
}

static void people_protected(const struct dp_plan *plan)
{
	const struct dp_protected *prot;
	size_t n = dp_plan_protected(plan, &prot);

	for (size_t k = 0; k < n; k++)
		out("  %s: %s\n", *prot[k].field ? prot[k].field : "(reserved)", prot[k].why);
}

static void people_write(struct poke *p, size_t i, const struct dp_result *res)
{
	render_written(dp_assign_ref(p->assigns[i]), res);
	if (opt_given(&p->c->opts, OPT_VERBOSE))
		people_protected(p->plans[i]);
}

/* what was read back, and ones that were read before, may be the answer of nobody */
static int believe(struct poke *p, size_t i, const struct dp_result *res)
{
	const struct dp_ref *ref = dp_assign_ref(p->assigns[i]);
	struct dp_ref_info info;

	dp_ref_info(ref, &info);
	if (res->has_readback)
		return access_believe(p->c, p->dev, ref, res->readback);
	if (res->has_old && dp_wide_same(res->old, dp_wide_ones(info.width)))
		return access_believe(p->c, p->dev, ref, res->old);
	return 0;
}

/* with @i > 0 an earlier operand may have changed what the shadow holds */
static int run_one(struct poke *p, struct json *arr, size_t i)
{
	struct dp_result res = {0};
	int rc = 0;

	if (i && (p->opts.others == DP_OTHERS_SHADOW || dp_dev_caps(p->dev) & DP_CAP_SHADOW))
		rc = plan_one(p, i);
	if (rc)
		return rc;
	if (dp_plan_run(p->dev, p->plans[i], &res, &p->c->err))
		return cmd_fail(p->c);
	if (p->c->doc)
		render_write(arr, dp_assign_ref(p->assigns[i]), p->plans[i], &res);
	else if (!p->c->quiet)
		people_write(p, i, &res);
	p->mismatch |= res.mismatch;
	return believe(p, i, &res);
}

static int run_all(struct poke *p)
{
	struct json *arr = json_array(p->c->doc, "writes");

	for (size_t i = 0; i < p->n && !signals_pending(); i++) {
		int rc = run_one(p, arr, i);

		if (rc)
			return rc;
	}
	return p->mismatch ? EXIT_NEGATIVE : EXIT_DONE;
}

/* the plan of an offset that only an open device can tell from a register is not the last word */
static void note_unknown(struct poke *p, size_t i)
{
	struct dp_ref_info info;
	char text[200];

	dp_ref_info(dp_assign_ref(p->assigns[i]), &info);
	if (info.located || !info.raw)
		return;
	snprintf(text, sizeof(text),
		 "whether '%.100s' is a described register is known once the device is open",
		 info.path);
	if (!p->c->quiet)
		msg_note(p->c->where, text);
}

static int show_all(struct poke *p)
{
	struct json *arr = json_array(p->c->doc, "plan");

	for (size_t i = 0; i < p->n; i++) {
		access_show_plan(arr, p->plans[i]);
		note_unknown(p, i);
	}
	return EXIT_DONE;
}

static int go(struct poke *p, bool toggle)
{
	int rc = parse_others(p);

	if (!rc)
		rc = target_registers(p->c, &p->dev);
	if (!rc)
		rc = parse_all(p, toggle);
	if (!rc)
		rc = plan_all(p);
	if (rc || opt_given(&p->c->opts, OPT_DRY_RUN))
		return rc ? rc : show_all(p);
	rc = target_open(p->c, p->dev, p->open_flags);
	if (!rc)
		rc = locate_all(p);
	return rc ? rc : run_all(p);
}

static int run(struct cmd *c)
{
	struct poke p = {.c = c,
			 .opts = {.readback = opt_given(&c->opts, OPT_READBACK),
				  .verify = opt_given(&c->opts, OPT_VERIFY),
				  .flush = opt_given(&c->opts, OPT_FLUSH)}};
	int rc = go(&p, c->sub == &verb_toggle);

	for (size_t i = 0; i < p.n; i++)
		dp_plan_free(p.plans[i]);
	for (size_t i = 0; p.parsed && i < c->argc; i++)
		dp_assign_free(p.parsed[i]);
	free(p.plans);
	free(p.assigns);
	free(p.parsed);
	return rc;
}

#define WRITE_OPTIONS                                                                              \
	(OPTS_TARGET | OPT_BIT(OPT_READBACK) | OPT_BIT(OPT_VERIFY) | OPT_BIT(OPT_FLUSH) |          \
	 OPT_BIT(OPT_OTHERS) | OPT_BIT(OPT_DRY_RUN))

const struct verb verb_poke = {
	.name = "poke",
	.fn = run,
	.synopsis = "PATH=VALUE...",
	.summary = "write registers and fields, their neighbours unharmed",
	.text = "A whole register is one write. A field is one read and one write of the register;\n"
		"bits that a write would clear, set or trigger get the value that does nothing. The\n"
		"forms: PATH=VALUE[/MASK]{,FIELD=VALUE}, PATH^=VALUE, PATH+=VALUE; see\n"
		"`devpoke help values`.\n",
	.examples = "devpoke poke sim:nvme CC=0x460001\n"
		    "devpoke poke sim:nvme CC.EN=0 --readback\n"
		    "devpoke poke 01:00.0 bar0+0x14=0x10/0xf0 --dry-run\n",
	.options = WRITE_OPTIONS,
	.flags = VERB_TARGET | VERB_WRITES,
	.min = 1,
	.max = MANY,
};

const struct verb verb_toggle = {
	.name = "toggle",
	.fn = run,
	.synopsis = "FIELD...",
	.summary = "invert fields or bits, their neighbours unharmed",
	.examples = "devpoke toggle sim:nvme CC.EN\n"
		    "devpoke toggle 01:00.0 cfg.COMMAND:2 --dry-run\n",
	.options = WRITE_OPTIONS,
	.flags = VERB_TARGET | VERB_WRITES,
	.min = 1,
	.max = MANY,
};
