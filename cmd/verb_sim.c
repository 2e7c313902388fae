/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_sim.c - devpoke sim start|list|stop|run|plug|unplug: simulated machines */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "msg.h"
#include "out.h"
#include "session.h"
#include "signals.h"
#include "sim_run.h"
#include "targets.h"
#include "verbs.h"

/* one word would do for a lab or a model: the lab's name comes first (CLI.md section 3) */
static bool looks_like_model(const char *word)
{
	static const char *const models[] = {
		"nvme",        "e1000",     "e1000e",       "edu",
		"igb",         "rtl8139",   "ne2k_pci",     "pcnet",
		"vmxnet3",     "ioh3420",   "pci-bridge",   "qxl",
		"ac97",        "AC97",      "es1370",       "ES1370",
		"ich9-ahci",   "intel-hda", "nec-usb-xhci", "qemu-xhci",
		"lsi53c895a",  "megasas",   "sdhci-pci",    "pcie-root-port",
		"pci-testdev",
	};

	if (strchr(word, ',') || !strncmp(word, "virtio-", 7))
		return true;
	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++)
		if (!strcmp(word, models[i]))
			return true;
	return false;
}

static int parse_ttl(struct cmd *c, uint64_t *ttl)
{
	const char *word = c->opts.value[OPT_TTL];

	*ttl = 0;
	return word && dp_time_parse(word, ttl, &c->err) ? cmd_fail(c) : 0;
}

/* the session's context, or one with another QEMU, which the caller frees */
static struct dp_ctx *lab_ctx(struct cmd *c)
{
	const char *qemu = c->opts.value[OPT_QEMU];

	return qemu ? session_ctx_with(c->session, NULL, qemu) : session_ctx(c->session);
}

static void lab_ctx_free(struct cmd *c, struct dp_ctx *ctx)
{
	if (ctx != c->session->ctx)
		dp_ctx_free(ctx);
}

struct lab_list {
	struct json *arr;
	struct targets *targets;
	const char *only;
	size_t n;
};

static void people_lab(const struct dp_lab_info *lab, const struct targets *t)
{
	out("%-12s  %s  pid %d  %zu device%s", lab->lab, lab->state, lab->pid, lab->devices,
	    lab->devices == 1 ? "" : "s");
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->v[i].lab, lab->lab) && !targets_is_bridge(&t->v[i]))
			out("  %s", t->v[i].target);
	out_str("\n");
}

static int on_lab(void *arg, const struct dp_lab_info *lab)
{
	struct lab_list *l = arg;
	struct json *j;

	if (l->only && strcmp(l->only, lab->lab))
		return 0;
	l->n++;
	if (!l->arr) {
		people_lab(lab, l->targets);
		return 0;
	}
	j = json_item(l->arr);
	json_str(j, "lab", lab->lab);
	json_uint(j, "pid", lab->pid > 0 ? lab->pid : 0);
	json_str(j, "state", lab->state);
	json_uint(j, "devices", lab->devices);
	return 0;
}

static int show_labs(struct cmd *c, struct dp_ctx *ctx, const char *only, size_t *n)
{
	struct targets t = {0};
	struct lab_list l = {.arr = json_array(c->doc, "labs"), .targets = &t, .only = only};
	int rc = targets_of_lab(c, ctx, only, &t);

	if (!rc && dp_lab_each(ctx, on_lab, &l, &c->err))
		rc = cmd_fail(c);
	targets_free(&t);
	*n = l.n;
	return rc;
}

/* in a batch devices of a lab may be open: a lab that is no more, or another of that name */
static void forget_labs(struct cmd *c)
{
	if (!c->session->batch)
		return;
	cache_clear(c->session->batch->cache);
	session_forget_labs(c->session);
}

static int refuse_model_as_lab(struct cmd *c, const char *word)
{
	dp_err_set(&c->err, EINVAL, DP_USAGE, "'%s' is a model, and the lab's name comes first",
		   word);
	dp_err_hint(&c->err, "devpoke sim start lab %.200s", word);
	return cmd_fail(c);
}

static int start(struct cmd *c, struct dp_ctx *ctx, uint64_t ttl)
{
	const char *lab = c->argc ? c->argv[0] : "lab";
	size_t n;
	int rc;

	forget_labs(c);
	if (dp_lab_start(ctx, lab, (const char *const *)c->argv + 1, c->argc ? c->argc - 1 : 0, ttl,
			 &c->err))
		return cmd_fail(c);
	rc = show_labs(c, ctx, lab, &n);
	/* a signal that came too late to end the start is still a wish for no lab */
	if (signals_pending() && dp_lab_stop(ctx, lab, &c->err))
		return cmd_fail(c);
	return rc;
}

static int run_start(struct cmd *c)
{
	struct dp_ctx *ctx;
	uint64_t ttl;
	int rc;

	if (c->argc && looks_like_model(c->argv[0]))
		return refuse_model_as_lab(c, c->argv[0]);
	rc = parse_ttl(c, &ttl);
	if (rc)
		return rc;
	ctx = lab_ctx(c);
	if (!ctx)
		return cmd_nomem(c);
	rc = start(c, ctx, ttl);
	lab_ctx_free(c, ctx);
	return rc;
}

static int list_users_labs(struct cmd *c, size_t *n)
{
	struct dp_ctx *other;
	int rc;

	*n = 0;
	if (!*c->session->env.user_runtime)
		return 0;
	other = session_ctx_with(c->session, c->session->env.user_runtime, NULL);
	if (!other)
		return cmd_nomem(c);
	rc = show_labs(c, other, NULL, n);
	dp_ctx_free(other);
	return rc;
}

static int run_list(struct cmd *c)
{
	size_t n, more = 0;
	int rc = show_labs(c, session_ctx(c->session), NULL, &n);

	if (!rc && !c->doc)
		rc = list_users_labs(c, &more);
	if (!rc && !c->doc && n + more == 0)
		msg_note(c->where, "no lab is running; `devpoke sim start` starts one");
	return rc;
}

/* the only lab there is, when none is named */
static int on_only_lab(void *arg, const struct dp_lab_info *lab)
{
	struct dp_lab_info *only = arg;

	if (*only->lab)
		return 1;
	*only = *lab;
	return 0;
}

static int only_lab(struct cmd *c, struct dp_lab_info *only)
{
	int rc = dp_lab_each(session_ctx(c->session), on_only_lab, only, &c->err);

	if (rc < 0)
		return cmd_fail(c);
	if (rc > 0) {
		dp_err_set(&c->err, EINVAL, DP_USAGE, "several labs are running: name one");
		dp_err_hint(&c->err, "devpoke sim list");
		return cmd_fail(c);
	}
	if (!*only->lab) {
		dp_err_set(&c->err, ENODEV, DP_ABSENT, "no lab is running");
		dp_err_hint(&c->err, "devpoke sim start");
		return cmd_fail(c);
	}
	return 0;
}

static int stop_one(struct cmd *c, const char *name)
{
	forget_labs(c);
	return dp_lab_stop(session_ctx(c->session), name, &c->err) ? cmd_fail(c) : EXIT_DONE;
}

static int is_named(void *arg, const struct dp_lab_info *lab)
{
	return !strcmp(lab->lab, arg);
}

static int run_stop(struct cmd *c)
{
	struct dp_lab_info only = {.pid = 0};
	int rc = 0;

	if (!c->argc) {
		rc = only_lab(c, &only);
		return rc ? rc : stop_one(c, only.lab);
	}
	/* one that is not there fails before another has ended */
	for (size_t i = 0; i < c->argc; i++)
		if (!dp_lab_each(session_ctx(c->session), is_named, c->argv[i], NULL))
			return stop_one(c, c->argv[i]);
	for (size_t i = 0; i < c->argc && !rc; i++)
		rc = stop_one(c, c->argv[i]);
	return rc;
}

static int run_plug(struct cmd *c)
{
	struct dp_lab_info only = {.pid = 0};
	const char *lab = c->argv[0];
	char name[64], target[160];

	if (c->argc == 1) {
		int rc = only_lab(c, &only);

		if (rc)
			return rc;
		lab = only.lab;
	}
	if (dp_lab_plug(session_ctx(c->session), lab, c->argv[c->argc - 1], name, sizeof(name),
			&c->err))
		return cmd_fail(c);
	snprintf(target, sizeof(target), "sim:%s/%s", lab, name);
	json_str(c->doc, "plugged", target);
	if (!c->doc)
		out("%s\n", target);
	return EXIT_DONE;
}

/* "LAB NAME", "sim:LAB/NAME", or "NAME" while one lab runs */
static int run_unplug(struct cmd *c)
{
	struct dp_lab_info only = {.pid = 0};
	const char *name = c->argv[c->argc - 1];
	char lab[64];
	const char *slash;

	if (!strncmp(name, "sim:", 4))
		name += 4;
	slash = strchr(name, '/');
	if (c->argc == 2) {
		snprintf(lab, sizeof(lab), "%s", c->argv[0]);
	} else if (slash) {
		snprintf(lab, sizeof(lab), "%.*s", (int)(slash - name), name);
		name = slash + 1;
	} else {
		int rc = only_lab(c, &only);

		if (rc)
			return rc;
		snprintf(lab, sizeof(lab), "%s", only.lab);
	}
	if (dp_lab_unplug(session_ctx(c->session), lab, name, &c->err))
		return cmd_fail(c);
	return EXIT_DONE;
}

static int run_run(struct cmd *c)
{
	struct dp_ctx *ctx;
	uint64_t ttl;
	int rc = parse_ttl(c, &ttl);

	if (rc)
		return rc;
	if (c->opts.dashes == MANY || c->opts.dashes >= c->argc) {
		dp_err_set(&c->err, EINVAL, DP_USAGE, "'sim run' needs -- and a command");
		dp_err_hint(&c->err, "devpoke sim run nvme -- devpoke peek . CAP");
		return cmd_fail(c);
	}
	ctx = lab_ctx(c);
	if (!ctx)
		return cmd_nomem(c);
	rc = sim_run(c, ctx, c->opts.dashes, ttl);
	lab_ctx_free(c, ctx);
	return rc;
}

static const struct verb subs[] = {
	{
		.name = "start",
		.fn = run_start,
		.synopsis = "[LAB] [MODEL[,prop=val]...]...",
		.summary = "start a lab: QEMU's device models without a guest",
		.text = "Without operands: lab `lab` with nvme, e1000e and edu. Properties are QEMU's;\n"
			"drive=FILE makes a block device of an image.\n",
		.examples = "devpoke sim start\n"
			    "devpoke sim start lab nvme,serial=X,drive=disk.img edu\n"
			    "devpoke sim start ci nvme --ttl 10m\n",
		.options = OPT_BIT(OPT_TTL) | OPT_BIT(OPT_QEMU),
		.flags = VERB_WRITES,
		.max = MANY,
	},
	{
		.name = "list",
		.fn = run_list,
		.synopsis = "",
		.summary = "labs and their devices",
		.examples = "devpoke sim list\n",
	},
	{
		.name = "stop",
		.fn = run_stop,
		.synopsis = "[LAB...]",
		.summary = "end labs; without a name the only one",
		.examples = "devpoke sim stop lab\n",
		.flags = VERB_WRITES,
		.max = MANY,
	},
	{
		.name = "run",
		.fn = run_run,
		.synopsis = "[MODEL[,prop=val]...]... -- CMD [ARG...]",
		.summary = "run a command with a lab of its own; its exit code",
		.text = "DEVPOKE_TARGET is the lab's first device; the lab ends with the command.\n",
		.examples = "devpoke sim run nvme -- devpoke peek . CAP\n"
			    "devpoke sim run edu nvme -- sh -c 'devpoke list; devpoke peek . ID'\n",
		.options = OPT_BIT(OPT_TTL) | OPT_BIT(OPT_QEMU),
		.flags = VERB_LINES | VERB_WRITES,
		.max = MANY,
	},
	{
		.name = "plug",
		.fn = run_plug,
		.synopsis = "[LAB] MODEL[,prop=val]...",
		.summary = "hot-add a device; prints its target",
		.examples = "devpoke sim plug lab nvme\n",
		.flags = VERB_WRITES,
		.min = 1,
		.max = 2,
	},
	{
		.name = "unplug",
		.fn = run_unplug,
		.synopsis = "[LAB] NAME",
		.summary = "hot-remove a device",
		.examples = "devpoke sim unplug lab nvme\n",
		.flags = VERB_WRITES,
		.min = 1,
		.max = 2,
	},
	{.name = NULL},
};

const struct verb verb_sim = {
	.name = "sim",
	.synopsis = "start|list|stop|run|plug|unplug",
	.summary = "simulated machines: QEMU's device models, no guest, no root",
	.examples = "devpoke sim start lab nvme edu\n"
		    "devpoke peek sim:lab/nvme CAP\n"
		    "devpoke sim stop lab\n",
	.subs = subs,
};
