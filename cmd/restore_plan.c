/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * restore_plan.c - which registers of a snapshot a device gets back, and how
 *
 * What is left alone is dp_assign_restore()'s to say (DESIGN.md section 9).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "bulk.h"
#include "msg.h"
#include "restore.h"

/* -------------------------------------------------------------- both of them */

static int find_both(struct restore *r)
{
	struct cmd *c = r->c;
	int rc = target_registers(c, &r->dev);

	r->target = c->target;
	r->file = c->argv[0];
	if ((size_t)snprintf(r->spec, sizeof(r->spec), "%s%s",
			     strncmp(r->file, "dump:", 5) ? "dump:" : "",
			     r->file) >= sizeof(r->spec))
		return cmd_usage(c, "the path '%.60s...' is too long", r->file);
	if (!rc)
		rc = target_other(c, r->spec, &r->from);
	if (!rc)
		rc = target_described(c, r->dev, &r->from);
	c->target = r->target;
	if (rc)
		return rc;
	if (!dp_dev_snap(r->from)) {
		cmd_usage(c, "'%s' is raw bytes, which do not say what they are of", r->file);
		dp_err_hint(&c->err, "'devpoke snap' makes files that can be restored: FILE.snap");
		return EXIT_USAGE;
	}
	if (!dp_dev_desc(r->dev, 0)) {
		cmd_usage(c, "nothing describes '%s': what may be written is not known", r->target);
		dp_err_hint(&c->err, "-d DESCRIPTION says it");
		return EXIT_USAGE;
	}
	return 0;
}

/* "nvme" of "nvme", of "/x/nvme.yaml" and of "ip=nvme@bar0+0x100" */
static void bare_name(char *buf, size_t size, const char *arg)
{
	const char *eq = strchr(arg, '='), *start = eq ? eq + 1 : arg, *slash;
	size_t n = strcspn(start, "@");

	snprintf(buf, size, "%.*s", (int)n, start);
	slash = strrchr(buf, '/');
	if (slash)
		memmove(buf, slash + 1, strlen(slash));
	n = strlen(buf);
	if (n > 5 && !strcmp(buf + n - 5, ".yaml"))
		buf[n - 5] = '\0';
}

static bool same_description(const char *a, const char *b)
{
	char x[300], y[300];

	if (!a || !b)
		return false;
	bare_name(x, sizeof(x), a);
	bare_name(y, sizeof(y), b);
	return !strcmp(x, y);
}

/* by the ids of a PCI function; else it has the same description, or is the same target */
static bool is_same_device(const struct restore *r, const struct dp_snap_info *i)
{
	const struct dp_dev_info *d = dp_dev_info(r->dev);

	if (i->vendor || d->vendor)
		return i->vendor == d->vendor && i->device == d->device &&
		       i->subvendor == d->subvendor && i->subdevice == d->subdevice &&
		       i->class == d->class && i->revision == d->revision;
	return same_description(i->desc, dp_dev_desc(r->dev, 0)) || !strcmp(i->target, d->target);
}

static void what_it_is(char *buf, size_t size, const char *target, unsigned vendor, unsigned device,
		       unsigned revision)
{
	if (vendor)
		snprintf(buf, size, "%.80s, %04x:%04x rev %02x", target, vendor, device, revision);
	else
		snprintf(buf, size, "%.80s", target);
}

static int check_identity(struct restore *r)
{
	const struct dp_dev_info *d = dp_dev_info(r->dev);
	struct dp_snap_info i;
	char is[128], was[128], text[300];

	dp_snap_info(dp_dev_snap(r->from), &i);
	if (is_same_device(r, &i)) {
		snprintf(text, sizeof(text), "'%.100s' was taken of '%.100s'", r->file, i.target);
		if (strcmp(i.target, d->target) && !r->c->quiet)
			msg_note(r->c->where, text);
		return 0;
	}
	if (dp_dev_forced(r->dev, DP_CLASS_IDENTITY))
		return 0;
	what_it_is(was, sizeof(was), i.target, i.vendor, i.device, i.revision);
	what_it_is(is, sizeof(is), d->target, d->vendor, d->device, d->revision);
	dp_err_refuse(&r->c->err, DP_CLASS_IDENTITY, "'%.60s' is of another device: %s, not %s",
		      r->file, was, is);
	dp_err_hint(&r->c->err, "--force=identity restores what both have by name");
	return cmd_fail(r->c);
}

/* --------------------------------------------------------------- the plans */

static int add_entry(struct restore *r, struct dp_ref *ref)
{
	struct entry *e = &r->v[r->n];
	struct dp_ref_info info;
	int rc = bulk_skip(r->c, ref, &e->why);

	/* neither there, nor in the snapshot: nobody misses it */
	if (rc || (e->why && opt_word_index("absent|hole|outside", e->why) >= 0))
		return rc;
	dp_ref_info(ref, &info);
	e->ref = ref;
	e->order = info.order;
	e->resets = info.resets;
	e->seq = r->n++;
	return 0;
}

static int collect(struct restore *r)
{
	static const char *const lists[] = {"**", "cfg"};
	struct cmd *c = r->c;
	int rc = 0;

	for (int k = 0; k < 2; k++) {
		if (k && !dp_dev_space(r->from, "cfg"))
			continue;
		rc = dp_resolve(r->from, lists[k], DP_REFS_MANY, &r->refs[k], &c->err);
		/* of configuration space it may have no more than where capabilities are */
		if (rc && rc != -ENOENT && !k)
			return cmd_fail(c);
	}
	r->v = calloc(r->refs[0].n + r->refs[1].n + 1, sizeof(*r->v));
	if (!r->v)
		return cmd_nomem(c);
	rc = 0;
	for (size_t i = 0; i < r->refs[0].n && !rc; i++)
		rc = add_entry(r, r->refs[0].v[i]);
	for (size_t i = 0; i < r->refs[1].n && !rc; i++)
		rc = add_entry(r, r->refs[1].v[i]);
	return rc;
}

/* what resets the device would undo what came before it: last */
static int by_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->resets != y->resets)
		return x->resets ? 1 : -1;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->seq < y->seq ? -1 : 1;
}

/* the device's register of that name; it may have no such */
static int resolve_own(struct restore *r, struct entry *e, const char *path)
{
	struct cmd *c = r->c;
	struct dp_err err = {0};

	/* what a capability places is found once the device is open; a dry run does without */
	if (dp_resolve(r->dev, path, 0, &e->own, &err) ||
	    (!r->dry && dp_ref_locate(e->own.v[0], &err))) {
		if (err.code == DP_NAME || err.code == DP_RANGE) {
			e->why = "absent";
			return 0;
		}
		c->err = err;
		return cmd_fail(c);
	}
	return 0;
}

static int plan_entry(struct restore *r, struct entry *e)
{
	const struct dp_poke_opts opts = {.differ = true,
					  .verify = opt_given(&r->c->opts, OPT_VERIFY)};
	struct dp_ref_info info;
	struct dp_wide value;
	int rc;

	dp_ref_info(e->ref, &info);
	rc = resolve_own(r, e, info.path);
	if (!rc && !e->why)
		rc = access_read(r->c, r->from, e->ref, &value);
	if (rc || e->why)
		return rc;
	if (dp_assign_restore(e->own.v[0], value.lo, dp_ref_moved(e->ref), &e->assign, &e->why,
			      &r->c->err))
		return cmd_fail(r->c);
	if (!e->assign || !dp_plan_poke(r->dev, e->assign, &opts, &e->plan, &r->c->err))
		return 0;
	/* a neighbour that no value protects */
	if (r->c->err.class != DP_CLASS_EFFECT)
		return cmd_fail(r->c);
	e->why = "effect";
	return 0;
}

static int plan_all(struct restore *r)
{
	int rc = 0;

	for (size_t i = 0; i < r->n && !rc; i++)
		if (!r->v[i].why)
			rc = plan_entry(r, &r->v[i]);
	if (r->n)
		qsort(r->v, r->n, sizeof(*r->v), by_order);
	return rc;
}

int restore_find(struct restore *r)
{
	int rc = find_both(r);

	return rc ? rc : check_identity(r);
}

int restore_plan(struct restore *r)
{
	int rc = collect(r);

	return rc ? rc : plan_all(r);
}

void restore_free(struct restore *r)
{
	for (size_t i = 0; i < r->n; i++) {
		dp_plan_free(r->v[i].plan);
		dp_assign_free(r->v[i].assign);
		dp_refs_free(&r->v[i].own);
	}
	free(r->v);
	dp_refs_free(&r->command);
	dp_refs_free(&r->refs[0]);
	dp_refs_free(&r->refs[1]);
	free(r);
}
