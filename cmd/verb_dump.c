/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_dump.c - devpoke dump TARGET [RANGE]: described registers, or words of a range */
#include <errno.h>
#include <string.h>

#include "access.h"
#include "dump_words.h"
#include "out.h"
#include "render.h"
#include "signals.h"
#include "skipped.h"
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
	/* with --force=effect there may be an index to be written */
	if (access_open_flags(plan))
		rc = target_open(c, dev, access_open_flags(plan));
	if (!rc && dp_plan_run(dev, plan, &res, &c->err))
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

static int dump_one(struct cmd *c, struct dp_dev *dev, struct dp_ref *ref, struct skipped *s,
		    struct json *arr)
{
	struct reading r = {.ref = ref, .path_width = s->path_width};
	int rc = find_skip(c, ref, &r.skipped);

	if (rc)
		return rc;
	if (r.skipped && !arr) {
		skipped_add(c, s, ref, r.skipped);
		return 0;
	}
	if (!r.skipped)
		rc = read_one(c, dev, ref, &r);
	skipped_end(s);
	if (!rc)
		render_reading(arr, FORM_LINE, &r);
	return rc;
}

/* places that only the device could tell: once more, in the order of offsets */
static int settle(struct cmd *c, struct dp_dev *dev, struct dp_refs *refs)
{
	struct dp_ref_info info;
	size_t i = 0;

	do {
		if (i == refs->n)
			return 0;
		dp_ref_info(refs->v[i++], &info);
	} while (info.located || info.joined);
	dp_refs_free(refs);
	return c->argc ? access_resolve(c, dev, c->argv[0], refs) : all_registers(c, dev, refs);
}

/* a column that the longest path fits into, unless it is very long */
static int path_width(const struct dp_refs *refs)
{
	size_t width = 16;

	for (size_t i = 0; i < refs->n; i++) {
		struct dp_ref_info info;

		dp_ref_info(refs->v[i], &info);
		if (strlen(info.path) > width)
			width = strlen(info.path);
	}
	return width < 32 ? (int)width : 32;
}

static int dump_registers(struct cmd *c, struct dp_dev *dev, struct dp_refs *refs)
{
	struct json *arr = json_array(c->doc, "registers");
	int rc = target_open(c, dev, 0);
	struct skipped s = {.n = 0};

	if (!rc)
		rc = settle(c, dev, refs);
	if (!rc)
		s.path_width = path_width(refs);
	for (size_t i = 0; i < refs->n && !rc && !signals_pending() && !out_error(); i++)
		rc = dump_one(c, dev, refs->v[i], &s, arr);
	skipped_end(&s);
	skipped_absent(c, &s);
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
		rc = target_registers(c, &dev);
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
