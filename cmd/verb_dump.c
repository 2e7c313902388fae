/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_dump.c - devpoke dump TARGET [RANGE]: described registers, or words of a range */

#include "access.h"
#include "bulk.h"
#include "dump_words.h"
#include "out.h"
#include "render.h"
#include "signals.h"
#include "skipped.h"
#include "verbs.h"

static bool wants_words(struct cmd *c)
{
	return opt_given(&c->opts, OPT_WIDTH) || opt_given(&c->opts, OPT_RAW);
}

static int dump_one(struct cmd *c, struct dp_dev *dev, struct dp_ref *ref, struct skipped *s,
		    struct json *arr)
{
	struct reading r = {.ref = ref, .path_width = s->path_width};
	int rc = bulk_skip(c, ref, &r.skipped);

	if (rc)
		return rc;
	if (r.skipped && !arr) {
		skipped_add(c, s, ref, r.skipped);
		return 0;
	}
	if (!r.skipped)
		rc = access_read(c, dev, ref, &r.value);
	skipped_end(s);
	if (!rc)
		render_reading(arr, FORM_LINE, &r);
	return rc;
}

static int dump_registers(struct cmd *c, struct dp_dev *dev, struct bulk *b)
{
	struct json *arr = json_array(c->doc, "registers");
	int rc = target_open(c, dev, 0);
	struct skipped s = {.n = 0};

	if (!rc)
		rc = bulk_settle(c, dev, b);
	if (!rc)
		s.path_width = render_path_width(b->refs.v, b->refs.n);
	for (size_t i = 0; i < b->refs.n && !rc && !signals_pending() && !out_error(); i++)
		rc = dump_one(c, dev, b->refs.v[i], &s, arr);
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
	struct dp_dev *dev;
	struct bulk b = {0};
	int rc = check_options(c);

	if (!rc)
		rc = target_registers(c, &dev);
	if (!rc)
		rc = bulk_choose(c, dev, c->argc ? c->argv[0] : NULL, wants_words(c), &b);
	if (!rc && b.refs.n)
		rc = dump_registers(c, dev, &b);
	else if (!rc && opt_given(&c->opts, OPT_RAW))
		rc = dump_raw(c, dev, &b.range);
	else if (!rc)
		rc = dump_words(c, dev, &b.range);
	bulk_free(&b);
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
