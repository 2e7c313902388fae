/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.c - what is said about a name that is not there: the nearest ones */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"

struct names {
	const char **v;
	size_t n, max;
};

static void add_name(struct names *names, const char *name)
{
	if (names->n < names->max)
		names->v[names->n++] = name;
}

static void desc_names(struct names *names, const struct dp_desc *d)
{
	for (size_t i = 0; i < d->n_spaces; i++)
		add_name(names, d->spaces[i].name);
	for (size_t i = 0; i < d->n_blocks; i++)
		add_name(names, d->blocks[i].name);
	for (size_t i = 0; i < d->n_regs; i++)
		add_name(names, d->regs[i].name);
	for (size_t i = 0; i < d->n_joins; i++)
		add_name(names, d->joins[i].name);
}

static size_t count_names(const struct dp_desc *d)
{
	return d->n_spaces + d->n_blocks + d->n_regs + d->n_joins;
}

void dp_hint_list(struct dp_err *err, const char *what, const char *const *names, size_t n)
{
	char list[160];
	size_t at = 0, i = 0;

	for (; i < n && at + strlen(names[i]) + 2 < sizeof(list); i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s", i ? ", " : "",
				       names[i]);
	dp_err_hint(err, "%s %s%s", what, i ? list : "many", i < n ? " ..." : "");
}

static void hint_nearest(const char *name, size_t len, const struct names *names,
			 const char *target, struct dp_err *err)
{
	char word[64], near[160];

	snprintf(word, sizeof(word), "%.*s", (int)(len < 63 ? len : 63), name);
	dp_nearest(word, names->v, names->n, near, sizeof(near));
	if (near[0])
		dp_err_hint(err, "did you mean %s?", near);
	else if (target)
		dp_err_hint(err, "'devpoke find %s WORD' searches names and texts", target);
}

/* without an unprefixed description names begin with that of a block, if there is one */
static void hint_blocks(const struct dp_dev *dev, struct dp_err *err)
{
	char list[160] = "";
	size_t at = 0;

	for (const struct dp_inst *i = dev->insts; i && at < sizeof(list) - 40; i = i->next)
		if (strcmp(i->prefix, "cfg."))
			at += (size_t)snprintf(list + at, sizeof(list) - at, " %.30sNAME",
					       i->prefix);
	if (at)
		dp_err_hint(err, "names begin with a description's:%s", list);
	else
		dp_err_hint(err,
			    "no description matches: use an offset like main+0x10, or -d NAME");
}

void dp_hint_names(const struct dp_scope *sc, const struct dp_inst *inst, const char *name,
		   size_t len, struct dp_err *err)
{
	struct names names = {.max = 64};

	if (!inst) {
		hint_blocks(sc->dev, err);
		return;
	}
	names.max += count_names(inst->desc);
	names.v = malloc(names.max * sizeof(*names.v));
	if (!names.v)
		return;
	desc_names(&names, inst->desc);
	for (struct dp_space *s = inst->parent ? NULL : sc->dev->spaces; s; s = s->next)
		add_name(&names, s->name);
	hint_nearest(name, len, &names, sc->dev->info.target, err);
	free(names.v);
}

/* a name that is not here may be one of theirs */
static void hint_variants(const struct dp_inst *inst, struct dp_err *err)
{
	if (inst && inst->desc->n_variants && !inst->decided)
		dp_err_hint(err, "'%s' has variants, and which of them hold is known on the device",
			    inst->desc->name);
}

int dp_unknown_name(const struct dp_scope *sc, const struct dp_inst *inst, const char *name,
		    size_t len, struct dp_err *err)
{
	int rc;

	if (inst && inst->prefix[0])
		rc = dp_err_set(err, ENOENT, DP_NAME, "'%.*s' has no '%.*s'",
				(int)strlen(inst->prefix) - 1, inst->prefix, DP_S(name, len));
	else
		rc = dp_err_set(err, ENOENT, DP_NAME, "'%s' has no register or space '%.*s'",
				sc->dev->info.target, DP_S(name, len));
	dp_hint_names(sc, inst, name, len, err);
	hint_variants(inst, err);
	return rc;
}

int dp_unknown_field(const struct dp_named *n, const struct dp_part *part, struct dp_err *err)
{
	const struct dp_reg *reg = n->reg;
	struct names names = {.max = reg->n_fields};
	int rc = dp_err_set(err, ENOENT, DP_NAME, "'%s%s' has no field '%.*s'", n->inst->prefix,
			    reg->name, DP_S(part->name, part->len));

	if (!reg->n_fields) {
		dp_err_hint(err, "it has no fields; bits are written '%s%s:7..4'", n->inst->prefix,
			    reg->name);
		return rc;
	}
	names.v = malloc(names.max * sizeof(*names.v));
	if (!names.v)
		return rc;
	for (size_t i = 0; i < reg->n_fields; i++)
		add_name(&names, reg->fields[i].name);
	dp_hint_list(err, "its fields are", names.v, names.n);
	hint_nearest(part->name, part->len, &names, NULL, err);
	free(names.v);
	hint_variants(n->inst, err);
	return rc;
}
