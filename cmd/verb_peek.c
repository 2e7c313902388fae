/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_peek.c - devpoke peek TARGET PATH...: one access of the stated width per register */
#include <stdlib.h>

#include "access.h"
#include "latency.h"
#include "render.h"
#include "signals.h"
#include "skipped.h"
#include "verbs.h"

/* one register to be read */
struct item {
	struct dp_ref *ref;
	struct dp_plan *plan;
	const char *skip; /* named by a glob or range only: why it is left alone */
	struct latency latency;
};

struct peek {
	struct cmd *c;
	struct dp_dev *dev;
	struct dp_refs *refs; /* of each operand */
	struct skipped skipped;
	struct item *items;
	size_t n;
	unsigned open_flags;
	enum form form;
	uint64_t count;
	bool timed;
};

static void peek_free(struct peek *p)
{
	for (size_t i = 0; i < p->n; i++)
		dp_plan_free(p->items[i].plan);
	free(p->items);
	for (size_t i = 0; p->refs && i < p->c->argc; i++)
		dp_refs_free(&p->refs[i]);
	free(p->refs);
}

static int resolve(struct peek *p)
{
	struct cmd *c = p->c;
	size_t n = 0;

	p->refs = calloc(c->argc, sizeof(*p->refs));
	if (!p->refs)
		return cmd_nomem(c);
	for (size_t i = 0; i < c->argc; i++) {
		int rc = access_resolve(c, p->dev, c->argv[i], &p->refs[i]);

		if (rc)
			return rc;
		n += p->refs[i].n;
	}
	p->items = calloc(n, sizeof(*p->items));
	if (!p->items)
		return cmd_nomem(c);
	for (size_t i = 0; i < c->argc; i++)
		for (size_t k = 0; k < p->refs[i].n; k++)
			p->items[p->n++].ref = p->refs[i].v[k];
	return 0;
}

static int plan_item(struct peek *p, struct item *it)
{
	it->skip = dp_ref_skip(it->ref);
	if (it->skip)
		return 0;
	dp_plan_free(it->plan);
	it->plan = NULL;
	if (dp_plan_peek(p->dev, it->ref, &it->plan, &p->c->err))
		return cmd_fail(p->c);
	p->open_flags |= access_open_flags(it->plan);
	return 0;
}

static int plan_all(struct peek *p)
{
	for (size_t i = 0; i < p->n; i++) {
		int rc = plan_item(p, &p->items[i]);

		if (rc)
			return rc;
	}
	return 0;
}

static int locate_all(struct peek *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct item *it = &p->items[i];
		bool moved;
		int rc;

		/* an open device knows better what it has */
		if (!it->skip)
			it->skip = dp_ref_skip(it->ref);
		if (it->skip)
			continue;
		rc = access_locate(p->c, it->ref, &moved);
		if (!rc && moved)
			rc = plan_item(p, it);
		if (rc)
			return rc;
	}
	return 0;
}

static int read_item(struct peek *p, struct item *it, struct json *arr)
{
	struct reading r = {
		.ref = it->ref, .skipped = it->skip, .timed = p->timed, .path_width = 16};
	struct dp_result res = {0};
	int rc = 0;

	if (it->skip && !arr) {
		skipped_add(p->c, &p->skipped, it->ref, it->skip);
		return 0;
	}
	if (!it->skip) {
		if (dp_plan_run(p->dev, it->plan, &res, &p->c->err))
			return cmd_fail(p->c);
		rc = access_believe(p->c, p->dev, it->ref, res.value);
	}
	if (rc)
		return rc;
	skipped_end(&p->skipped);
	/* what an expression had read before takes no access now */
	if (p->timed && !it->skip && dp_plan_len(it->plan))
		latency_add(&it->latency, res.ns);
	r.value = res.value;
	r.ns = res.ns;
	render_reading(arr, p->form, &r);
	return 0;
}

static void show_latency(struct peek *p)
{
	struct json *arr = json_array(p->c->doc, "latency");
	uint64_t least = UINT64_MAX;
	struct dp_ref_info info;

	for (size_t i = 0; i < p->n; i++) {
		const struct latency *l = &p->items[i].latency;

		dp_ref_info(p->items[i].ref, &info);
		latency_show(p->c, arr, p->form, info.path, l);
		least = l->n && l->min < least ? l->min : least;
	}
	if (least != UINT64_MAX)
		latency_clock(p->c, least);
}

static int read_all(struct peek *p)
{
	struct json *arr = json_array(p->c->doc, "registers");

	dp_dev_time(p->dev, p->timed);
	for (uint64_t k = 0; k < p->count && !signals_pending(); k++) {
		for (size_t i = 0; i < p->n; i++) {
			int rc = read_item(p, &p->items[i], arr);

			if (rc)
				return rc;
		}
		skipped_end(&p->skipped);
	}
	skipped_absent(p->c, &p->skipped);
	if (p->timed)
		show_latency(p);
	return 0;
}

static int run(struct cmd *c)
{
	struct peek p = {
		.c = c, .skipped = {.path_width = 16}, .timed = opt_given(&c->opts, OPT_TIME)};
	int rc;

	rc = render_form(c, &p.form);
	if (!rc)
		rc = access_count(c, &p.count);
	if (!rc)
		rc = target_registers(c, &p.dev);
	if (!rc)
		rc = resolve(&p);
	if (!rc)
		rc = plan_all(&p);
	if (!rc)
		rc = target_open(c, p.dev, p.open_flags);
	if (!rc)
		rc = locate_all(&p);
	if (!rc)
		rc = read_all(&p);
	if (p.dev)
		dp_dev_time(p.dev, false); /* a batch goes on with it */
	peek_free(&p);
	return rc;
}

const struct verb verb_peek = {
	.name = "peek",
	.fn = run,
	.synopsis = "PATH...",
	.summary = "read registers, one access each, and decode them",
	.text = "Spelling a register by name is consent to what reading it does; what a glob or a\n"
		"range names is read only when that changes nothing. --time adds how long each access\n"
		"took: a mapped load until its data was there, else the call that did it.\n",
	.examples = "devpoke peek sim:nvme CAP CC.EN\n"
		    "devpoke peek 01:00.0 -r bar0+0x14 0x10/u16\n"
		    "eval \"$(devpoke peek sim:nvme CSTS -f sh)\"\n"
		    "devpoke peek 01:00.0 CSTS --count 1000 --time -r\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_VALUES) | OPT_BIT(OPT_FORMAT) | OPT_BIT(OPT_COUNT) |
		   OPT_BIT(OPT_TIME),
	.flags = VERB_TARGET,
	.min = 1,
	.max = MANY,
};
