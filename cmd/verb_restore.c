/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verb_restore.c - devpoke restore TARGET FILE.snap: registers get back what they held
 *
 * Nothing is written while the device masters the bus (DESIGN.md section 9).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "out.h"
#include "render.h"
#include "restore.h"
#include "signals.h"
#include "skipped.h"
#include "snap_note.h"
#include "verbs.h"

#define COMMAND_BME 0x4u /* PCI Express Base 5.0, 7.5.1.1.3: Bus Master Enable */

/* ------------------------------------------------------------- bus mastering */

static int find_command(struct restore *r)
{
	if (!dp_dev_space(r->dev, "cfg"))
		return 0;
	return dp_resolve(r->dev, "cfg+4", 0, &r->command, &r->c->err) ? cmd_fail(r->c) : 0;
}

/* registers that change under a device which is doing DMA send it anywhere */
static int check_mastering(struct restore *r)
{
	struct dp_wide command;
	int rc;

	if (!r->command.n || dp_dev_forced(r->dev, DP_CLASS_DATA))
		return 0;
	rc = access_read(r->c, r->dev, r->command.v[0], &command);
	if (rc || !(command.lo & COMMAND_BME))
		return rc;
	dp_err_refuse(&r->c->err, DP_CLASS_DATA,
		      "'%s' masters the bus: its DMA could go anywhere while registers change",
		      r->target);
	dp_err_hint(&r->c->err, "devpoke poke %s cfg.COMMAND.BME=0, or --force=data", r->target);
	return cmd_fail(r->c);
}

/* -------------------------------------------------------------- what was done */

static void json_skipped(struct json *arr, const struct entry *e)
{
	struct json *j = json_item(arr);
	struct dp_ref_info info;

	dp_ref_info(e->ref, &info);
	json_str(j, "path", info.path);
	json_str(j, "why", e->why);
}

/* by name, those in a row in one line */
static void say_skipped(const struct restore *r)
{
	struct skipped s = {.done = "written"};
	struct json *arr = json_array(r->c->doc, "skipped");
	bool people = !r->c->doc && !r->c->quiet;

	s.path_width = render_path_width(r->refs[0].v, r->refs[0].n);
	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].why && people)
			skipped_add(r->c, &s, r->v[i].ref, r->v[i].why);
		else if (r->v[i].why)
			json_skipped(arr, &r->v[i]);
		else if (people)
			skipped_end(&s);
	}
	skipped_end(&s);
}

/* how often each reason */
static void count_skipped(const struct restore *r)
{
	const char *why[32];
	size_t count[32], n = 0;

	for (size_t i = 0; i < r->n; i++) {
		size_t k = 0;

		if (!r->v[i].why)
			continue;
		while (k < n && strcmp(why[k], r->v[i].why))
			k++;
		if (k == sizeof(why) / sizeof(*why))
			continue;
		if (k == n) {
			why[n] = r->v[i].why;
			count[n++] = 0;
		}
		count[k]++;
	}
	for (size_t k = 0; k < n; k++)
		out("%s%zu %s", k ? ", " : "; left alone: ", count[k], why[k]);
}

static void say_all(const struct restore *r)
{
	struct dp_snap_info i;

	dp_snap_info(dp_dev_snap(r->from), &i);
	json_uint(r->c->doc, "same", r->same);
	say_skipped(r);
	if (r->c->doc || r->c->quiet)
		return;
	out("%zu written, %zu so already", r->written, r->same);
	count_skipped(r);
	if (i.words)
		out(", %ju undescribed words", (uintmax_t)i.words);
	out_str("\n");
}

/* ------------------------------------------------------------------ doing it */

static int run_entry(struct restore *r, struct entry *e, struct json *arr)
{
	const struct dp_ref *ref = dp_assign_ref(e->assign);
	struct dp_result res = {0};
	struct dp_ref_info info;

	if (dp_plan_run(r->dev, e->plan, &res, &r->c->err))
		return cmd_fail(r->c);
	dp_ref_info(ref, &info);
	if (res.same) {
		r->same++;
	} else {
		r->written++;
		r->mismatch |= res.mismatch;
		render_write(arr, ref, e->plan, &res);
		if (!r->c->doc && !r->c->quiet)
			render_written(ref, &res);
	}
	if (!res.has_old)
		return 0;
	return access_believe(r->c, r->dev, ref, res.has_readback ? res.readback : res.old);
}

static int run_all(struct restore *r)
{
	struct json *arr = json_array(r->c->doc, "writes");
	int rc = target_open(r->c, r->dev, DP_OPEN_WRITE);

	for (size_t i = 0; i < r->n && !rc && !signals_pending(); i++)
		if (r->v[i].plan)
			rc = run_entry(r, &r->v[i], arr);
	if (rc == EXIT_CHECKED)
		return rc;
	say_all(r);
	return rc ? rc : r->mismatch ? EXIT_NEGATIVE : EXIT_DONE;
}

static int show_all(struct restore *r)
{
	struct json *arr = json_array(r->c->doc, "plan");
	struct dp_plan *first = NULL;

	if (r->command.n && !dp_plan_peek(r->dev, r->command.v[0], &first, NULL))
		access_show_plan(arr, first);
	dp_plan_free(first);
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].plan)
			access_show_plan(arr, r->v[i].plan);
	say_skipped(r);
	return EXIT_DONE;
}

static int go(struct restore *r)
{
	struct cmd *c = r->c;
	int rc = restore_find(r);

	if (rc)
		return rc;
	snap_note(c, r->file, r->from);
	rc = target_open(c, r->from, 0);
	/* where registers are may depend on the device */
	if (!rc && !r->dry)
		rc = target_open(c, r->dev, 0);
	if (!rc)
		rc = restore_plan(r);
	if (!rc)
		rc = find_command(r);
	if (rc)
		return rc;
	if (r->dry)
		return show_all(r);
	rc = check_mastering(r);
	return rc ? rc : run_all(r);
}

static int run(struct cmd *c)
{
	struct restore *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return cmd_nomem(c);
	r->c = c;
	r->dry = opt_given(&c->opts, OPT_DRY_RUN);
	rc = go(r);
	restore_free(r);
	return rc;
}

const struct verb verb_restore = {
	.name = "restore",
	.fn = run,
	.synopsis = "FILE.snap",
	.summary = "give registers back what they held in a snapshot",
	.text = "Each register is read, and written whole when its fields differ. Left alone are\n"
		"addresses, doorbells, FIFOs, configuration space, and what changes by itself or\n"
		"stores nothing. Nothing is written while the device masters the bus.\n",
	.examples = "devpoke restore sim:nvme before.snap --dry-run\n"
		    "devpoke restore sim:nvme before.snap\n"
		    "devpoke restore 01:00.0 good.snap --verify\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_DRY_RUN) | OPT_BIT(OPT_VERIFY),
	.flags = VERB_TARGET | VERB_WRITES,
	.min = 1,
	.max = 1,
};
