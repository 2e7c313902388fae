/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_watch.c - devpoke watch TARGET [PATH...]: registers read again and again, their changes */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "msg.h"
#include "out.h"
#include "session.h"
#include "signals.h"
#include "verbs.h"
#include "watch.h"

#define DEFAULT_INTERVAL_NS UINT64_C(100000000)
#define FRAME_NS            UINT64_C(200000000) /* between two looks at the window */

uint64_t watch_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---------------------------------------------------------------- operands */

static int parse_time(struct cmd *c, enum opt_id id, uint64_t *ns)
{
	const char *word = c->opts.value[id];

	if (!word || !dp_time_parse(word, ns, &c->err))
		return 0;
	dp_err_prefix(&c->err, "--%s", opt_table[id].name);
	return cmd_fail(c);
}

static int parse_options(struct watch *wt)
{
	struct cmd *c = wt->c;
	int rc = 0;

	wt->interval = DEFAULT_INTERVAL_NS;
	rc = parse_time(c, OPT_INTERVAL, &wt->interval);
	if (!rc)
		rc = parse_time(c, OPT_FOR, &wt->limit);
	if (!rc && opt_given(&c->opts, OPT_FOR) && !wt->limit)
		return cmd_usage(c, "--for needs a time above 0");
	if (!rc && opt_given(&c->opts, OPT_COUNT))
		rc = access_count(c, &wt->most);
	return rc;
}

/* registers that nobody named are left out where reading them does something, or where they are
 * not on this device */
static int add_item(struct watch *wt, struct dp_ref *ref)
{
	struct watched *w = &wt->items[wt->n];
	const char *skip = dp_ref_skip(ref);
	bool moved;
	int rc;

	if (skip) {
		wt->skipped += strcmp(skip, "absent") != 0;
		return 0;
	}
	rc = access_locate(wt->c, ref, &moved);
	if (rc)
		return rc;
	if (dp_plan_peek(wt->dev, ref, &w->plan, &wt->c->err))
		return cmd_fail(wt->c);
	w->ref = ref;
	wt->n++;
	return 0;
}

static int add_items(struct watch *wt, const struct dp_refs *refs, size_t n)
{
	size_t total = 0;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		total += refs[i].n;
	wt->items = calloc(total + 1, sizeof(*wt->items));
	if (!wt->items)
		return cmd_nomem(wt->c);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < refs[i].n && !rc; k++)
			rc = add_item(wt, refs[i].v[k]);
	return rc;
}

static void items_free(struct watch *wt)
{
	for (size_t i = 0; i < wt->n; i++)
		dp_plan_free(wt->items[i].plan);
	free(wt->items);
}

/* what can be refused without the device is refused before it is opened */
static int check_items(struct watch *wt, const struct dp_refs *refs, size_t n, unsigned *flags)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < refs[i].n; k++) {
			struct dp_plan *plan = NULL;

			if (dp_ref_skip(refs[i].v[k]))
				continue;
			if (dp_plan_peek(wt->dev, refs[i].v[k], &plan, &wt->c->err))
				return cmd_fail(wt->c);
			*flags |= access_open_flags(plan);
			dp_plan_free(plan);
		}
	}
	return 0;
}

static int nothing(struct watch *wt)
{
	struct cmd *c = wt->c;

	dp_err_set(&c->err, EINVAL, DP_USAGE, "there is nothing to watch: %s",
		   wt->skipped ? "reading each of these registers does something"
			       : "no register is described");
	dp_err_hint(&c->err, "name a register or an offset: devpoke watch %.100s PATH", c->target);
	return cmd_fail(c);
}

static void note_skipped(struct watch *wt)
{
	char text[120];

	if (!wt->skipped || wt->c->doc)
		return;
	snprintf(text, sizeof(text),
		 "%zu register%s left alone: reading %s does something; name what you want",
		 wt->skipped, wt->skipped == 1 ? " is" : "s are", wt->skipped == 1 ? "it" : "them");
	msg_note(wt->c->where, text);
}

/* ------------------------------------------------------------------- ticks */

/* a register of ones or zeros may be nobody's answer: asked when it becomes that */
static int read_item(struct watch *wt, struct watched *w)
{
	bool first = !w->read_ns;
	struct dp_result res;
	uint64_t now;
	int rc = 0;

	if (dp_plan_run(wt->dev, w->plan, &res, &wt->c->err))
		return cmd_fail(wt->c);
	now = watch_now();
	if (first || !dp_wide_same(res.value, w->value))
		rc = access_believe(wt->c, wt->dev, w->ref, res.value);
	if (rc)
		return rc;
	wt->reads++;
	if (!first && now - w->read_ns > wt->gap) {
		wt->gap = now - w->read_ns;
		wt->gap_item = w;
	}
	w->read_ns = now;
	w->old = first ? res.value : w->value;
	w->value = res.value;
	return 0;
}

static void show_item(struct watch *wt, struct watched *w, bool first)
{
	bool same = dp_wide_same(dp_ref_extract(w->ref, w->old), dp_ref_extract(w->ref, w->value));

	if (!same) {
		w->changed_ns = w->read_ns;
		w->changes++;
		wt->changes++;
	}
	if (!wt->screen && (first || !same))
		watch_line(wt, w, first);
}

static int look(struct watch *wt, struct watched *w)
{
	bool first = !w->read_ns;
	int rc = read_item(wt, w);

	if (!rc)
		show_item(wt, w, first);
	return rc;
}

static bool is_enough(const struct watch *wt)
{
	return signals_pending() || out_error() || (wt->most && wt->changes >= wt->most) ||
	       (wt->limit && watch_now() - wt->start >= wt->limit);
}

static int tick(struct watch *wt)
{
	/* the device may be another one by now, or its lab in use */
	int rc = wt->ticks ? target_open(wt->c, wt->dev, 0) : 0;

	wt->ticks++;
	for (size_t i = 0; i < wt->n && !rc && !signals_pending(); i++) {
		rc = look(wt, &wt->items[i]);
		if (wt->most && wt->changes >= wt->most)
			break;
	}
	session_rest(wt->c->session);
	if (wt->screen)
		watch_draw(wt, wt->ticks == 1);
	out_flush();
	return rc;
}

/* until the next tick, the end of --for, a signal; Return: true when the reader has left */
static bool pause_until(const struct watch *wt, uint64_t next)
{
	bool closed = false;

	if (wt->limit && next > wt->start + wt->limit)
		next = wt->start + wt->limit;
	do {
		uint64_t now = watch_now(), left = next > now ? next - now : 0;

		/* the window may change its size, and what is recent fades */
		if (wt->screen && left > FRAME_NS)
			left = FRAME_NS;
		closed = out_wait(left);
		if (wt->screen)
			watch_draw(wt, false);
	} while (!closed && !signals_pending() && !out_flush() && watch_now() < next);
	return closed;
}

static int watch_loop(struct watch *wt)
{
	uint64_t next;
	int rc;

	wt->start = next = watch_now();
	for (;;) {
		rc = tick(wt);
		if (rc || is_enough(wt))
			return rc;
		next += wt->interval;
		if (next < watch_now()) /* late: the time that is lost is not made up for */
			next = watch_now();
		wt->closed = pause_until(wt, next);
		if (wt->closed || is_enough(wt))
			return 0;
	}
}

static int watch_all(struct watch *wt)
{
	struct session *s = wt->c->session;
	int rc;

	wt->screen = !wt->c->doc && out_is_terminal() && !s->env.dumb;
	note_skipped(wt);
	rc = watch_loop(wt);
	if (wt->screen) {
		watch_draw(wt, true);
		watch_leave();
	}
	/* ended by its reader: nothing is left to be said, and nobody to hear it */
	if (!wt->closed && !out_error())
		watch_summary(wt);
	return rc;
}

/* -------------------------------------------------------------------- life */

static int resolve(struct watch *wt, struct dp_refs *refs, size_t n)
{
	struct cmd *c = wt->c;

	for (size_t i = 0; i < n; i++) {
		const char *text = c->argc ? c->argv[i] : "**";
		int rc = access_resolve(c, wt->dev, text, &refs[i]);

		/* bare, of a device that nobody described */
		if (rc && !c->argc && c->err.code == DP_NAME)
			return nothing(wt);
		if (rc)
			return rc;
	}
	return 0;
}

static int go(struct watch *wt, struct dp_refs *refs, size_t n)
{
	unsigned flags = 0;
	int rc = parse_options(wt);

	if (!rc)
		rc = target_registers(wt->c, &wt->dev);
	if (!rc)
		rc = resolve(wt, refs, n);
	if (!rc)
		rc = check_items(wt, refs, n, &flags);
	if (!rc)
		rc = target_open(wt->c, wt->dev, flags);
	if (!rc)
		rc = add_items(wt, refs, n);
	if (rc)
		return rc;
	return wt->n ? watch_all(wt) : nothing(wt);
}

static int run(struct cmd *c)
{
	size_t n = c->argc ? c->argc : 1;
	struct dp_refs *refs = calloc(n, sizeof(*refs));
	struct watch wt = {.c = c};
	int rc;

	if (!refs)
		return cmd_nomem(c);
	rc = go(&wt, refs, n);
	items_free(&wt);
	for (size_t i = 0; i < n; i++)
		dp_refs_free(&refs[i]);
	free(refs);
	return rc;
}

const struct verb verb_watch = {
	.name = "watch",
	.fn = run,
	.synopsis = "[PATH...]",
	.summary = "read registers again and again, show what changes and when",
	.text = "In place on a terminal, else a line per change. Without a PATH, and by globs and\n"
		"ranges, registers are left alone whose read does something; one that is named is\n"
		"read. --interval is 100ms unless given. Ends on a signal, when its reader leaves,\n"
		"after --for, or after --count changes; says reads and the worst gap between two.\n",
	.examples = "devpoke watch sim:nvme CSTS CC.EN --for 1s\n"
		    "devpoke watch sim:edu STATUS --interval 1ms --count 2 --for 1s --json\n"
		    "devpoke watch 01:00.0\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_INTERVAL) | OPT_BIT(OPT_FOR) | OPT_BIT(OPT_COUNT),
	.flags = VERB_TARGET,
	.max = MANY,
};
