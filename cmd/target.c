/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target.c - which device a command means: operand, -t, `use`, "." and the environment */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "session.h"

static int no_dot(struct cmd *c)
{
	dp_err_set(&c->err, EINVAL, DP_USAGE, "no target is in force for '.'");
	dp_err_hint(&c->err, "set DEVPOKE_TARGET, or name a target: devpoke list");
	return cmd_fail(c);
}

const char *target_word(struct cmd *c, const char *word)
{
	struct session *s = c->session;

	if (strcmp(word, "."))
		return word;
	if (s->in_force)
		return s->in_force;
	if (s->env.target)
		return s->env.target;
	no_dot(c);
	return NULL;
}

static void drop_first(struct cmd *c)
{
	c->argv++;
	c->argc--;
	if (c->opts.dashes != MANY && c->opts.dashes)
		c->opts.dashes--;
}

int target_take(struct cmd *c)
{
	const char *given = c->opts.value[OPT_TARGET];

	if (!given && c->session->in_force) {
		c->target = c->session->in_force;
		return 0;
	}
	if (!given) {
		if (!c->argc) {
			dp_err_set(&c->err, EINVAL, DP_USAGE, "'%s' needs a target", c->name);
			dp_err_hint(&c->err,
				    "devpoke %s TARGET %s; `devpoke list` shows the targets here",
				    c->name, c->sub->synopsis);
			return cmd_fail(c);
		}
		given = c->argv[0];
		drop_first(c);
	}
	c->target = target_word(c, given);
	return c->target ? 0 : cmd_fail(c);
}

static bool ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && !strcmp(s + n - m, tail);
}

/* a file or a bare name may be a description (DESC-or-T) */
static int as_description(struct cmd *c, const char *const *descs, size_t n, struct dp_dev **dev)
{
	const char *t = c->target;
	bool file = strchr(t, '/') || ends_with(t, ".yaml");
	char spec[512];

	if (strchr(t, ':') || (ends_with(t, ".snap")))
		return -ENOENT;
	if ((size_t)snprintf(spec, sizeof(spec), "desc:%s", t) >= sizeof(spec))
		return -ENOENT;
	if (!session_device(c->session, spec, descs, n, dev, &c->err))
		return 0;
	/* a file that is no good description is an error; a name may be something else */
	return file || (c->err.code != DP_NAME && c->err.code != DP_ABSENT) ? -EINVAL : -ENOENT;
}

#define MAX_DESCS 64

/* -d of the command, else what came with the target in force */
static int descs_of(struct cmd *c, const char **descs, size_t *n)
{
	struct session *s = c->session;

	*n = 0;
	for (size_t i = 0; i < c->opts.n_many; i++) {
		if (c->opts.many[i].id != OPT_DESC)
			continue;
		if (*n == MAX_DESCS)
			return cmd_usage(c, "more than %d descriptions", MAX_DESCS);
		descs[(*n)++] = c->opts.many[i].value;
	}
	if (*n || c->target != s->in_force)
		return 0;
	for (; *n < s->n_descs && *n < MAX_DESCS; ++*n)
		descs[*n] = s->descs[*n];
	return 0;
}

/* $DEVPOKE_TARGET changes no grammar: who forgot the dot gave a path as target */
void target_hint_dot(struct cmd *c)
{
	bool operand = c->argv > c->opts.words && c->argv[-1] == c->target;

	if (c->target && c->session->env.target && operand && !strpbrk(c->target, ":/"))
		dp_err_hint(&c->err, "$DEVPOKE_TARGET is written '.': devpoke %s . %.100s", c->name,
			    c->target);
}

int target_device(struct cmd *c, struct dp_dev **dev)
{
	const char *descs[MAX_DESCS];
	struct dp_err first = {0};
	size_t n;
	int rc = descs_of(c, descs, &n);

	if (rc)
		return rc;
	if (c->sub->flags & VERB_DESC) {
		rc = as_description(c, descs, n, dev);
		if (rc != -ENOENT)
			return rc ? cmd_fail(c) : 0;
		first = c->err;
	}
	if (!session_device(c->session, c->target, descs, n, dev, &c->err))
		return 0;
	/* of two failed readings of a bare name show the one about descriptions */
	if (first.code == DP_NAME && c->err.code == DP_ABSENT)
		c->err = first;
	else if (c->err.code == DP_ABSENT)
		target_hint_dot(c);
	return cmd_fail(c);
}

int target_other(struct cmd *c, const char *word, struct dp_dev **dev)
{
	c->target = target_word(c, word);
	return c->target ? target_device(c, dev) : cmd_fail(c);
}

int target_described(struct cmd *c, struct dp_dev *like, struct dp_dev **dev)
{
	const char *descs[MAX_DESCS], *has;
	bool same = true;
	size_t n = 0;

	while (n < MAX_DESCS && (descs[n] = dp_dev_desc(like, n))) {
		has = dp_dev_desc(*dev, n);
		same &= has && !strcmp(has, descs[n]);
		n++;
	}
	if (same)
		return 0;
	if (!session_device(c->session, c->target, descs, n, dev, &c->err))
		return 0;
	return cmd_fail(c);
}

int target_use(struct cmd *c)
{
	const char *descs[MAX_DESCS];
	size_t n;
	int rc = descs_of(c, descs, &n);

	if (rc)
		return rc;
	return session_use(c->session, c->target, descs, n, &c->err) ? cmd_fail(c) : 0;
}

/* looking changes nothing: with --dry-run and --check names are those without variants */
int target_registers(struct cmd *c, struct dp_dev **dev)
{
	int rc = target_device(c, dev);

	if (rc || c->session->checking || opt_given(&c->opts, OPT_DRY_RUN))
		return rc;
	rc = dp_dev_undecided(*dev, &c->err);
	if (rc < 0)
		return cmd_fail(c);
	return rc ? target_open(c, *dev, 0) : 0;
}

int target_open(struct cmd *c, struct dp_dev *dev, unsigned flags)
{
	if (c->session->checking)
		return EXIT_CHECKED;
	if (dp_dev_recheck(dev, &c->err) || dp_dev_open(dev, flags, &c->err))
		return cmd_fail(c);
	return 0;
}
