/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_poll.c - devpoke poll TARGET COND...: look until all hold, or time runs out */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "conds.h"
#include "out.h"
#include "render.h"
#include "verbs.h"

#define DEFAULT_TIMEOUT_NS  UINT64_C(1000000000)
#define DEFAULT_INTERVAL_NS UINT64_C(100000)

struct poll {
	struct cmd *c;
	struct dp_dev *dev;
	struct conds cs;
	struct dp_poll_opts opts;
	struct dp_limit *limit; /* --timeout */
};

static int resolve_limit(struct poll *p, const char *text)
{
	struct cmd *c = p->c;
	bool time = !isalpha((unsigned char)*text) && *text != '_';

	if (dp_limit_parse(p->dev, text, &p->limit, &c->err)) {
		if (!time)
			dp_err_prefix(&c->err, "--timeout");
		if (!*c->err.hint)
			cmd_hint_help(c);
		return cmd_fail(c);
	}
	if (dp_limit_plan(p->limit))
		p->cs.open_flags |= access_open_flags(dp_limit_plan(p->limit));
	return 0;
}

static int parse_times(struct poll *p)
{
	const char *timeout = p->c->opts.value[OPT_TIMEOUT];
	const char *interval = p->c->opts.value[OPT_INTERVAL];

	p->opts = (struct dp_poll_opts){DEFAULT_TIMEOUT_NS, DEFAULT_INTERVAL_NS};
	if (interval && dp_time_parse(interval, &p->opts.interval_ns, &p->c->err))
		return cmd_fail(p->c);
	return timeout ? resolve_limit(p, timeout) : 0;
}

/* read the field once; what it says is the time to wait */
static int read_limit(struct poll *p)
{
	if (p->limit && dp_limit_read(p->limit, &p->opts.timeout_ns, &p->c->err))
		return cmd_fail(p->c);
	return 0;
}

static void people(const struct poll *p)
{
	char time[32];

	if (p->c->quiet)
		return;
	render_time(time, sizeof(time), p->cs.res.elapsed_ns);
	for (size_t i = 0; i < p->cs.n; i++) {
		conds_value(p->cs.v[i], p->cs.res.values[i]);
		out("  after %s, %ju read%s\n", time, (uintmax_t)p->cs.res.reads,
		    p->cs.res.reads == 1 ? "" : "s");
	}
}

/* small numbers as people say them */
static void number(char buf[DP_WIDE_TEXT], struct dp_wide value)
{
	if (!value.hi && value.lo < 10)
		dp_wide_dec(value, buf);
	else
		dp_wide_hex(value, 1, buf);
}

/* what to say of the condition that stands in the way */
static int not_met(struct poll *p)
{
	struct dp_ref_info info;
	char when[48] = "at one look", value[DP_WIDE_TEXT], last[DP_WIDE_TEXT];
	size_t i = 0;

	while (i + 1 < p->cs.n && p->cs.res.cond_met[i])
		i++;
	dp_ref_info(dp_cond_ref(p->cs.v[i]), &info);
	number(value, p->cs.res.values[i]);
	dp_wide_hex(p->cs.res.regs[i], info.width / 4, last);
	if (p->opts.timeout_ns) {
		memcpy(when, "after ", 6);
		render_time(when + 6, sizeof(when) - 6, p->opts.timeout_ns);
	}
	dp_err_set(&p->c->err, ETIMEDOUT, DP_TIMEOUT, "%s still %s %s (last %s=%s)", info.path,
		   value, when, info.reg_path, last);
	return cmd_fail(p->c);
}

static int ended_by_unless(struct poll *p)
{
	if (!p->c->doc && !p->c->quiet) {
		conds_value(p->cs.unless, p->cs.res.unless_value);
		out_str("  ended by --unless\n");
	}
	return EXIT_NEGATIVE;
}

static int look(struct poll *p)
{
	struct cmd *c = p->c;
	int rc = dp_poll(p->dev, p->cs.v, p->cs.n, p->cs.unless, &p->opts, &p->cs.res, &c->err);

	if (rc)
		return cmd_fail(c);
	conds_json(c, &p->cs);
	json_flag(c->doc, "unless", p->cs.res.unless);
	json_uint(c->doc, "elapsed_us", p->cs.res.elapsed_ns / 1000);
	json_uint(c->doc, "reads", p->cs.res.reads);
	if (p->cs.res.unless)
		return ended_by_unless(p);
	if (!p->cs.res.met)
		return not_met(p);
	if (!c->doc)
		people(p);
	return EXIT_DONE;
}

static int go(struct poll *p)
{
	int rc = target_registers(p->c, &p->dev);

	if (!rc)
		rc = conds_parse(p->c, p->dev, &p->cs);
	if (!rc)
		rc = parse_times(p);
	if (!rc)
		rc = target_open(p->c, p->dev, p->cs.open_flags);
	if (!rc)
		rc = read_limit(p);
	return rc ? rc : look(p);
}

static int run(struct cmd *c)
{
	struct poll p = {.c = c};
	int rc = go(&p);

	dp_limit_free(p.limit);
	conds_free(&p.cs);
	return rc;
}

const struct verb verb_poll = {
	.name = "poll",
	.fn = run,
	.synopsis = "COND...",
	.summary = "wait until all conditions hold; exit 1 when time runs out",
	.text = "A condition is 'PATH OP VALUE' in one word, or PATH eq|ne|lt|le|gt|ge VALUE in\n"
		"three. --interval is 100us unless given. --timeout 0 looks once; one more look comes after the deadline. A condition\n"
		"that only ones or zeros meet counts when the device is seen to be there.\n",
	.examples = "devpoke poll sim:nvme CSTS.RDY==1 --unless CSTS.CFS==1\n"
		    "devpoke poll sim:nvme CSTS.RDY eq 1 --timeout CAP.TO\n"
		    "devpoke poll 01:00.0 'bar0+8 >= 5' --timeout 20ms --interval 0\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_TIMEOUT) | OPT_BIT(OPT_INTERVAL) | OPT_BIT(OPT_UNLESS),
	.flags = VERB_TARGET,
	.min = 1,
	.max = MANY,
};
