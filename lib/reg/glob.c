/* SPDX-License-Identifier: GPL-2.0-or-later */
/* glob.c - patterns over names: '*' within one part, '**' across parts */
#include <errno.h>
#include <string.h>

#include "reg/grammar.h"

struct glob {
	const struct dp_scope *sc;
	char pattern[DP_PATH_MAX];
	bool fold_case, config;
	int only; /* space of the plain description, or -1 */
	const struct dp_space *only_plain;
	const struct dp_part *indexed; /* the part that has an index, or NULL */
	struct dp_bits bits;
	struct dp_refs *out;
	struct dp_err *err;
};

static bool same_char(char a, char b, bool fold)
{
	if (fold && a >= 'a' && a <= 'z')
		a = (char)(a - 'a' + 'A');
	if (fold && b >= 'a' && b <= 'z')
		b = (char)(b - 'a' + 'A');
	return a == b;
}

/*
 * The usual matcher that goes back to the last star only; a `**` is remembered beneath, since
 * what follows a later `*` may have to start over behind a dot.  Time: O(length^2).
 */
static bool glob_match(const char *p, const char *s, bool fold)
{
	const char *star = NULL, *star_s = NULL, *deep = NULL, *deep_s = NULL;

	for (;;) {
		if (p[0] == '*' && p[1] == '*') {
			while (*p == '*')
				p++;
			deep = p;
			deep_s = s;
			star = NULL;
		} else if (*p == '*') {
			star = ++p;
			star_s = s;
		} else if (*s && same_char(*p, *s, fold)) {
			p++;
			s++;
		} else if (!*s && !*p) {
			return true;
		} else if (star && *star_s && *star_s != '.') {
			p = star;
			s = ++star_s;
		} else if (deep && *deep_s) {
			p = deep;
			s = ++deep_s;
			star = NULL;
		} else {
			return false;
		}
	}
}

/* the name without index, as the pattern is */
static void name_of(char *buf, const struct dp_inst *inst, const struct dp_reg *reg,
		    const struct dp_field *f)
{
	struct dp_text t = {.s = buf};

	buf[0] = 0;
	dp_text_add(&t, inst->prefix);
	dp_text_add(&t, reg->name);
	if (!f)
		return;
	dp_text_add(&t, ".");
	dp_text_add(&t, f->name);
}

static int take(struct glob *g, struct dp_inst *inst, const struct dp_reg *reg,
		const struct dp_field *f)
{
	struct dp_named n = {
		.kind = DP_NAMED_REG, .inst = inst, .space = reg->space, .reg = reg, .field = f};

	if (g->indexed) {
		n.index = g->indexed->sub[0].kind;
		n.first = g->indexed->sub[0].first;
		n.last = g->indexed->sub[0].last;
	}
	return dp_refs_expand(&n, &g->bits, g->out, g->err);
}

static bool in_wanted_space(const struct glob *g, struct dp_inst *inst, const struct dp_reg *reg)
{
	struct dp_place place;

	if (g->only >= 0)
		return !inst->parent && !inst->prefix[0] && reg->space == (unsigned)g->only;
	if (!g->only_plain)
		return true;
	return !dp_place_quietly(inst, reg->space, &place, NULL) && place.space &&
	       place.space->region == g->only_plain->region;
}

static int glob_reg(struct glob *g, struct dp_inst *inst, const struct dp_reg *reg)
{
	char name[DP_PATH_MAX];
	int rc = 0;

	name_of(name, inst, reg, NULL);
	if (glob_match(g->pattern, name, g->fold_case))
		return dp_reg_absent(inst, reg) ? 0 : take(g, inst, reg, NULL);
	for (size_t i = 0; i < reg->n_fields && !rc; i++) {
		name_of(name, inst, reg, &reg->fields[i]);
		if (glob_match(g->pattern, name, g->fold_case) && !dp_reg_absent(inst, reg))
			rc = take(g, inst, reg, &reg->fields[i]);
	}
	return rc;
}

static int glob_inst(void *arg, struct dp_inst *inst)
{
	struct glob *g = arg;
	int rc = 0;

	if (!strncmp(inst->prefix, "cfg.", 4) != g->config)
		return 0;
	for (size_t i = 0; i < inst->desc->n_regs && !rc; i++) {
		const struct dp_reg *reg = &inst->desc->regs[i];

		if ((!g->indexed || reg->array) && in_wanted_space(g, inst, reg))
			rc = glob_reg(g, inst, reg);
	}
	return rc;
}

/* a first part without stars may be a space; the others are the pattern */
static size_t split_space(struct glob *g, const struct dp_path *p)
{
	const struct dp_path head = {
		.text = p->text, .len = p->parts[0].len, .n = 1, .parts = {p->parts[0]}};
	struct dp_named n;

	g->only = -1;
	if (p->n < 2 || p->parts[0].glob || dp_bind(g->sc, &head, &n, NULL) ||
	    n.kind != DP_NAMED_SPACE)
		return 0;
	if (n.plain && n.plain->kind == DP_SPACE_CONFIG) /* a prefix, not a window */
		return 0;
	if (n.plain)
		g->only_plain = n.plain;
	else
		g->only = (int)n.space;
	return 1;
}

/* an element of a block is part of its registers' names, that of a register is not */
static void add_indices(struct dp_text *t, const struct dp_part *part)
{
	for (unsigned d = 0; d < part->n_sub; d++) {
		dp_text_add(t, ".");
		dp_text_number(t, part->sub[d].first);
	}
}

static void make_pattern(struct glob *g, const struct dp_path *p, size_t first)
{
	struct dp_text t = {.s = g->pattern};

	for (size_t i = first; i < p->n; i++) {
		if (i > first)
			dp_text_add(&t, ".");
		dp_text_chars(&t, p->parts[i].name, p->parts[i].len);
		if (!p->parts[i].n_sub)
			continue;
		if (dp_part_is_block(g->sc, p, i))
			add_indices(&t, &p->parts[i]);
		else
			g->indexed = &p->parts[i];
	}
}

static int no_match(const struct glob *g, const struct dp_path *p)
{
	char word[DP_PATH_MAX];
	size_t n = 0;
	int rc = dp_err_set(g->err, ENOENT, DP_NAME, "'%.*s' matches nothing",
			    DP_S(p->text, p->len));

	for (const char *c = g->pattern; *c; c++)
		if (*c != '*')
			word[n++] = *c;
	dp_hint_names(g->sc, dp_dev_inst(g->sc->dev, ""), word, n, g->err);
	return rc;
}

int dp_refs_glob(const struct dp_scope *sc, const struct dp_path *p, struct dp_refs *out,
		 struct dp_err *err)
{
	struct glob g = {.sc = sc,
			 .out = out,
			 .err = err,
			 .bits = {.given = p->has_bits, .hi = p->hi, .lo = p->lo}};
	int rc;

	if (p->has_offset)
		return dp_err_set(err, EINVAL, DP_USAGE, "'%.*s': a pattern has no offset",
				  DP_S(p->text, p->len));
	make_pattern(&g, p, split_space(&g, p));
	/* finding capabilities reads configuration space: only when it is named */
	g.config = !strncmp(g.pattern, "cfg.", 4);
	if (g.config)
		dp_dev_inst(sc->dev, "cfg.");
	rc = dp_each_inst(sc->dev, NULL, glob_inst, &g, err);
	g.fold_case = true;
	if (!rc && !out->n)
		rc = dp_each_inst(sc->dev, NULL, glob_inst, &g, err);
	if (!rc && !out->n)
		rc = no_match(&g, p);
	dp_refs_sort(sc->dev, out);
	return rc;
}
