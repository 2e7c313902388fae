/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_dump.c - devpoke dump TARGET [RANGE]: described registers, or words of a range */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "dump_words.h"
#include "out.h"
#include "render.h"
#include "signals.h"
#include "verbs.h"

/* bytes of a space; where that depends on the device, it is opened */
static int resolve_range(struct cmd *c, struct dp_dev *dev, const char *text, struct dp_range *r)
{
	int rc = dp_resolve_range(dev, text, r, &c->err);

	if (rc == -EAGAIN) {
		int code = target_open(c, dev, 0);

		if (code)
			return code;
		rc = dp_resolve_range(dev, text, r, &c->err);
	}
	return rc ? cmd_fail(c) : 0;
}

static bool wants_words(struct cmd *c)
{
	return opt_given(&c->opts, OPT_WIDTH) || opt_given(&c->opts, OPT_RAW);
}

/* every described register; none: refs->n == 0 */
static int all_registers(struct cmd *c, struct dp_dev *dev, struct dp_refs *refs)
{
	int rc = dp_resolve(dev, "**", DP_REFS_MANY, refs, &c->err);

	if (rc == -EAGAIN) {
		int code = target_open(c, dev, 0);

		if (code)
			return code;
		rc = dp_resolve(dev, "**", DP_REFS_MANY, refs, &c->err);
	}
	return rc && rc != -ENOENT ? cmd_fail(c) : 0;
}

static bool any_described(const struct dp_refs *refs)
{
	struct dp_ref_info info;

	for (size_t i = 0; i < refs->n; i++) {
		dp_ref_info(refs->v[i], &info);
		if (!info.raw)
			return true;
	}
	return false;
}

/* registers in @refs, else words in @r with refs->n == 0 */
static int choose(struct cmd *c, struct dp_dev *dev, struct dp_refs *refs, struct dp_range *r)
{
	const char *text = c->argc ? c->argv[0] : "main";
	struct dp_err first;
	int rc = 0;

	if (!c->argc && !wants_words(c))
		rc = all_registers(c, dev, refs);
	if (rc || refs->n)
		return rc;
	if (!c->argc || wants_words(c))
		return resolve_range(c, dev, text, r);
	rc = access_resolve(c, dev, text, refs);
	if (rc == EXIT_CHECKED || (!rc && any_described(refs)))
		return rc;
	dp_refs_free(refs);
	first = c->err;
	rc = resolve_range(c, dev, text, r);
	/* a word that is neither was more likely meant as a name */
	if (rc && first.code == DP_NAME)
		c->err = first;
	c->failed = rc > 0;
	return rc;
}

static int read_one(struct cmd *c, struct dp_dev *dev, struct dp_ref *ref, struct reading *r)
{
	struct dp_plan *plan = NULL;
	struct dp_result res;
	int rc = 0;

	if (dp_plan_peek(dev, ref, &plan, &c->err))
		return cmd_fail(c);
	if (dp_plan_run(dev, plan, &res, &c->err))
		rc = cmd_fail(c);
	dp_plan_free(plan);
	if (!rc)
		rc = access_believe(c, dev, ref, res.value);
	r->value = res.value;
	return rc;
}

/* why a register is left alone; absent ones are known once the device is open */
static int find_skip(struct cmd *c, struct dp_ref *ref, const char **skip)
{
	struct dp_err absent = {0};

	*skip = NULL;
	if (!dp_ref_locate(ref, &absent)) {
		*skip = dp_ref_skip(ref);
		return 0;
	}
	if (absent.code != DP_NAME && absent.code != DP_RANGE) {
		c->err = absent;
		return cmd_fail(c);
	}
	*skip = "absent";
	return 0;
}

/* for people: elements of an array that are left alone for one reason are one line, also
 * where two arrays lie interleaved */
struct group {
	struct dp_ref_info first, last;
	const char *why;
	size_t n;
};

struct skipped {
	struct group groups[4];
	size_t n, absent;
};

/* length of "RDT" in "RDT.3" */
static size_t stem(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot ? (size_t)(dot - path) : strlen(path);
}

static bool continues(const struct group *g, const struct dp_ref_info *info, const char *why)
{
	size_t n = stem(info->path);

	return !strcmp(g->why, why) && info->path[n] == '.' && stem(g->last.path) == n &&
	       !strncmp(g->last.path, info->path, n);
}

static void end_skipped(struct skipped *s)
{
	for (size_t i = 0; i < s->n; i++)
		render_skipped(&s->groups[i].first, &s->groups[i].last, s->groups[i].n,
			       s->groups[i].why);
	s->n = 0;
}

static struct group *group_of(struct skipped *s, const struct dp_ref_info *info, const char *why)
{
	for (size_t i = 0; i < s->n; i++)
		if (continues(&s->groups[i], info, why))
			return &s->groups[i];
	if (s->n == sizeof(s->groups) / sizeof(s->groups[0]))
		end_skipped(s);
	s->groups[s->n] = (struct group){.first = *info, .why = why};
	return &s->groups[s->n++];
}

static void add_skipped(struct cmd *c, struct skipped *s, const struct dp_ref *ref, const char *why)
{
	struct dp_ref_info info;
	struct group *g;

	dp_ref_info(ref, &info);
	if (!strcmp(why, "absent") && !opt_given(&c->opts, OPT_VERBOSE)) {
		s->absent++;
		return;
	}
	g = group_of(s, &info, why);
	g->last = info;
	g->n++;
}

static int dump_one(struct cmd *c, struct dp_dev *dev, struct dp_ref *ref, struct skipped *s,
		    struct json *arr)
{
	struct reading r = {.ref = ref};
	int rc = find_skip(c, ref, &r.skipped);

	if (rc)
		return rc;
	if (r.skipped && !arr) {
		add_skipped(c, s, ref, r.skipped);
		return 0;
	}
	if (!r.skipped)
		rc = read_one(c, dev, ref, &r);
	end_skipped(s);
	if (!rc)
		render_reading(arr, FORM_LINE, &r);
	return rc;
}

static int dump_registers(struct cmd *c, struct dp_dev *dev, const struct dp_refs *refs)
{
	struct json *arr = json_array(c->doc, "registers");
	struct skipped s = {.n = 0};
	int rc = target_open(c, dev, 0);

	for (size_t i = 0; i < refs->n && !rc && !signals_pending() && !out_error(); i++)
		rc = dump_one(c, dev, refs->v[i], &s, arr);
	end_skipped(&s);
	if (s.absent && !c->quiet)
		out("%zu described register%s not on this device; -v names %s\n", s.absent,
		    s.absent == 1 ? " is" : "s are", s.absent == 1 ? "it" : "them");
	return rc;
}

static int check_options(struct cmd *c)
{
	if (opt_given(&c->opts, OPT_RAW))
		return 0;
	if (opt_given(&c->opts, OPT_OUT) || opt_given(&c->opts, OPT_HOLE))
		return cmd_usage(c, "-o and --hole go with --raw");
	return 0;
}

static int run(struct cmd *c)
{
	struct dp_refs refs = {0};
	struct dp_range range;
	struct dp_dev *dev;
	int rc = check_options(c);

	if (!rc)
		rc = target_device(c, &dev);
	if (!rc)
		rc = choose(c, dev, &refs, &range);
	if (rc)
		return rc;
	if (refs.n)
		rc = dump_registers(c, dev, &refs);
	else if (opt_given(&c->opts, OPT_RAW))
		rc = dump_raw(c, dev, &range);
	else
		rc = dump_words(c, dev, &range);
	dp_refs_free(&refs);
	return rc;
}

const struct verb verb_dump = {
	.name = "dump",
	.fn = run,
	.synopsis = "[RANGE]",
	.summary = "all described registers, or the words of a range",
	.text = "Registers that a read changes, FIFOs, doorbells and holes are not touched, unless\n"
		"--force=effect or --force=range says so. Configuration space: `dump TARGET cfg`.\n",
	.examples = "devpoke dump sim:nvme\n"
		    "devpoke dump sim:nvme CAP..CSTS\n"
		    "devpoke dump 01:00.0 bar0+0..+0x100 -w 32\n"
		    "devpoke dump 01:00.0 bar0 --raw -o bar0.bin\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_WIDTH) | OPT_BIT(OPT_RAW) | OPT_BIT(OPT_OUT) |
		   OPT_BIT(OPT_HOLE),
	.flags = VERB_TARGET,
	.max = 1,
};
