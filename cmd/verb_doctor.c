/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_doctor.c - devpoke doctor TARGET: what is in the way, with evidence and a way out */
#include "out.h"
#include "session.h"
#include "verbs.h"

struct doctor {
	struct cmd *c;
	struct json *arr;
	unsigned failed;
};

static int show(void *arg, const struct dp_check *check)
{
	static const char *const states[] = {"ok", "fail", "unknown"};
	struct doctor *d = arg;
	struct json *j = json_item(d->arr);

	d->failed += check->state == DP_CHECK_FAIL;
	json_str(j, "id", check->id);
	json_str(j, "state", states[check->state]);
	json_str(j, "evidence", check->evidence);
	json_str(j, "hint", check->hint);
	if (j || (d->c->quiet && check->state != DP_CHECK_FAIL))
		return 0;
	out("%-7s  %-13s  %s\n", states[check->state], check->id, check->evidence);
	if (*check->hint)
		out("%24shint: %s\n", "", check->hint);
	return 0;
}

static int run(struct cmd *c)
{
	struct doctor d = {.c = c};
	struct dp_dev *dev;
	int rc = target_device(c, &dev);

	if (rc)
		return rc;
	if (c->session->checking)
		return EXIT_CHECKED;
	d.arr = json_array(c->doc, "checks");
	dp_doctor(dev, show, &d);
	return d.failed ? EXIT_NEGATIVE : EXIT_DONE;
}

const struct verb verb_doctor = {
	.name = "doctor",
	.fn = run,
	.synopsis = "",
	.summary = "what keeps a device from being used, and how to get it out of the way",
	.text = "Ordered checks, each ok, fail or unknown, with what was seen and, where that helps, a\n"
		"command that repairs it. Exit 1 when one failed. Nothing is woken, bound or written.\n",
	.examples =
		"devpoke doctor sim:nvme\n"
		"devpoke doctor 01:00.0\n"
		"devpoke doctor sim:nvme --json | jq -r '.checks[] | select(.state == \"fail\") | .hint'\n",
	.options = OPTS_TARGET,
	.flags = VERB_TARGET,
};
