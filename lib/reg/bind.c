/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bind.c - the parts of a path -> the instance, register and field that they name */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "reg/grammar.h"

/* where the walk stands; @only: names must lie in this space of the description (-1: any) or
 * in this region of the device */
struct walk {
	const struct dp_scope *sc;
	const struct dp_path *p;
	size_t i;
	int only;
	const struct dp_space *only_plain;
	struct dp_err *err;
};

static bool part_is(const struct dp_part *part, const char *name)
{
	return strlen(name) == part->len && !memcmp(part->name, name, part->len);
}

/* ------------------------------------------------------ registers and joins */

static int no_index(struct walk *w, const struct dp_named *n, const char *name, const char *field,
		    const struct dp_part *part)
{
	const char *dot = field ? "." : "";
	int rc;

	if (!part->n_sub)
		return 0;
	if (!field)
		field = "";
	rc = dp_err_set(w->err, EINVAL, DP_USAGE, "'%s%s%s%s' is no array", n->inst->prefix, name,
			dot, field);
	dp_err_hint(w->err, "a bit of it is written '%s%s%s%s:%llu'", n->inst->prefix, name, dot,
		    field, (unsigned long long)part->sub[0].first);
	return rc;
}

static int too_deep(struct walk *w)
{
	const struct dp_part *part = &w->p->parts[w->i];

	return dp_err_set(w->err, ENOENT, DP_NAME, "'%.*s' has no part '%.*s'",
			  DP_S(w->p->text, (size_t)(part->name - w->p->text) - 1),
			  DP_S(part->name, part->len));
}

/* bar0.CTRL is CTRL only where it lies on bar0; a place that is not known yet is believed */
static bool in_wanted_space(const struct walk *w, const struct dp_named *n)
{
	struct dp_place place;

	if (w->only >= 0)
		return n->space == (unsigned)w->only;
	if (!w->only_plain || dp_place_quietly(n->inst, n->space, &place, NULL) || !place.space)
		return true;
	return place.space == w->only_plain ||
	       (place.space->region && place.space->region == w->only_plain->region);
}

static int bind_field(struct walk *w, struct dp_named *n)
{
	const struct dp_part *part = &w->p->parts[w->i];
	int rc;

	n->field = dp_reg_field(n->reg, part->name, part->len);
	if (!n->field)
		return dp_unknown_field(n, part, w->err);
	rc = no_index(w, n, n->reg->name, n->field->name, part);
	if (rc)
		return rc;
	return ++w->i < w->p->n ? too_deep(w) : 0;
}

/* @part's subscripts -> one number, or a run of them when inner ones are not given */
static int subscripts(struct walk *w, struct dp_named *n, const struct dp_array *a,
		      const char *name, const struct dp_part *part)
{
	uint64_t inner = dp_array_inner(a);
	bool slice = false;

	n->index = DP_INDEX_NONE;
	if (!part->n_sub)
		return 0;
	if (part->n_sub > a->n_inner + 1)
		return dp_err_set(w->err, EINVAL, DP_USAGE, "'%s%s' has %u dimension%s",
				  n->inst->prefix, name, a->n_inner + 1, a->n_inner ? "s" : "");
	if (!a->n_inner) {
		n->index = part->sub[0].kind;
		n->first = part->sub[0].first;
		n->last = part->sub[0].last;
		return 0;
	}
	n->first = 0;
	for (unsigned d = 0; d < part->n_sub; d++) {
		const struct dp_subscript *s = &part->sub[d];

		inner = d ? inner / a->inner[d - 1].count : inner;
		slice |= s->kind != DP_INDEX_ONE;
		if (s->first > UINT32_MAX || (d && s->first >= a->inner[d - 1].count))
			return dp_err_set(w->err, ERANGE, DP_RANGE,
					  "'%.*s' is beyond the end of the array: index %u has "
					  "0 to %llu",
					  DP_S(w->p->text, w->p->len), d + 1,
					  (unsigned long long)(d ? a->inner[d - 1].count - 1
								 : DP_MAX_ELEMENTS - 1));
		n->first += s->first * inner;
	}
	if (slice)
		return dp_err_set(w->err, EINVAL, DP_USAGE,
				  "'%.*s' names many registers; one is wanted",
				  DP_S(w->p->text, w->p->len));
	n->last = n->first + inner - 1;
	n->index = inner == 1 ? DP_INDEX_ONE : DP_INDEX_SLICE;
	return 0;
}

static int bind_reg(struct walk *w, struct dp_named *n, const struct dp_part *part)
{
	int rc = 0;

	n->kind = DP_NAMED_REG;
	n->space = n->reg->space;
	if (!in_wanted_space(w, n)) {
		rc = dp_err_set(w->err, ENOENT, DP_NAME, "'%s%s' does not lie in '%.*s'",
				n->inst->prefix, n->reg->name,
				DP_S(w->p->parts[0].name, w->p->parts[0].len));
		dp_err_hint(w->err, "its space is '%s'", dp_inst_space(n->inst, n->space)->name);
		return rc;
	}
	rc = n->reg->array ? subscripts(w, n, n->reg->array, n->reg->name, part)
			   : no_index(w, n, n->reg->name, NULL, part);
	if (!rc && ++w->i < w->p->n)
		rc = bind_field(w, n);
	return rc;
}

static int bind_join(struct walk *w, struct dp_named *n, const struct dp_part *part)
{
	int rc;

	n->kind = DP_NAMED_JOIN;
	rc = no_index(w, n, n->join->name, NULL, part);
	if (rc)
		return rc;
	return ++w->i < w->p->n ? too_deep(w) : 0;
}

/* what offsets in a block count from */
static unsigned main_space(const struct dp_desc *d)
{
	int i = dp_desc_space_index(d, "main", 4);

	return i < 0 ? 0 : (unsigned)i;
}

static int block_needs_index(struct walk *w, const struct dp_named *n, const struct dp_block *b)
{
	int rc = dp_err_set(w->err, EINVAL, DP_USAGE, "'%s%s' is an array of blocks",
			    n->inst->prefix, b->name);

	dp_err_hint(w->err, "name one, '%s%s.0', or read all with '%s%s[*]'", n->inst->prefix,
		    b->name, n->inst->prefix, b->name);
	return rc;
}

/* which element of an array of blocks; none given: all of them, or the only one */
static int block_index(struct walk *w, struct dp_named *n, const struct dp_block *b, uint64_t *out)
{
	const struct dp_part *part = &w->p->parts[w->i];
	bool last = w->i + 1 == w->p->n && !w->p->has_offset;
	uint64_t count;
	int rc = subscripts(w, n, b->array, b->name, part);

	if (rc)
		return rc;
	rc = dp_array_count(n->inst, b->array, true, &count, NULL);
	*out = n->index == DP_INDEX_ONE ? n->first : 0;
	if (n->index == DP_INDEX_ONE && (rc ? *out >= DP_MAX_ELEMENTS : *out >= count)) {
		char path[DP_PATH_MAX];

		snprintf(path, sizeof(path), "%.*s", (int)w->p->len, w->p->text);
		return dp_beyond_array(path, n->inst, b->name, b->array,
				       rc ? DP_MAX_ELEMENTS : count, w->err);
	}
	if (n->index == DP_INDEX_ONE || (!rc && count == 1))
		return 0;
	n->many = true;
	return last ? 0 : block_needs_index(w, n, b);
}

static int bind_block(struct walk *w, struct dp_named *n, const struct dp_block *b)
{
	uint64_t index = 0;
	int rc = b->array ? block_index(w, n, b, &index)
			  : no_index(w, n, b->name, NULL, &w->p->parts[w->i]);

	if (rc)
		return rc;
	n->inst = dp_inst_block(n->inst, b, index, w->err);
	if (!n->inst)
		return -ENOMEM;
	n->index = DP_INDEX_NONE;
	n->first = n->last = 0;
	w->i++;
	w->only = -1;
	w->only_plain = NULL;
	n->kind = DP_NAMED_BLOCK;
	n->space = main_space(n->inst->desc);
	return 0;
}

/* a space of the device that no description names, as of a raw dump */
static int bind_undescribed(struct walk *w, struct dp_named *n, const struct dp_part *part)
{
	char name[32];
	size_t len = part->len < sizeof(name) ? part->len : 0;

	memcpy(name, part->name, len);
	name[len] = 0;
	if (!w->sc->inst && w->i == 0 && w->p->n == 1 && !part->n_sub)
		n->plain = dp_dev_space(w->sc->dev, name);
	if (!n->plain)
		return dp_unknown_name(w->sc, n->inst, part->name, part->len, w->err);
	n->kind = DP_NAMED_SPACE;
	w->i++;
	return 0;
}

/* one namespace per description, in the order of CLI.md section 3: space, block, register */
static int bind_name(struct walk *w, struct dp_named *n)
{
	const struct dp_part *part = &w->p->parts[w->i];
	const struct dp_desc *d = n->inst->desc;
	const struct dp_block *b;
	int space = -1;

	if (w->only < 0 && !w->only_plain && !part->n_sub)
		space = dp_desc_space_index(d, part->name, part->len);
	if (space >= 0) {
		n->kind = DP_NAMED_SPACE;
		n->space = (unsigned)space;
		w->only = space;
		w->i++;
		return 0;
	}
	b = dp_desc_block(d, part->name, part->len);
	if (b)
		return bind_block(w, n, b);
	n->reg = dp_desc_reg(d, part->name, part->len);
	if (n->reg)
		return bind_reg(w, n, part);
	n->join = dp_desc_join(d, part->name, part->len);
	if (n->join)
		return bind_join(w, n, part);
	return bind_undescribed(w, n, part);
}

/* ------------------------------------------------------------- first parts */

/* offline, and on a model, a region's name means the space that a description places there */
static bool placed_at(const struct dp_desc_space *ds, const struct dp_part *part)
{
	char name[16] = "";

	if (ds->place == DP_PLACE_BAR)
		snprintf(name, sizeof(name), "bar%u", ds->number);
	else if (ds->place == DP_PLACE_UIO_MAP)
		snprintf(name, sizeof(name), "map%u", ds->number);
	else if (ds->place == DP_PLACE_PCI_CONFIG)
		snprintf(name, sizeof(name), "cfg");
	return name[0] && part_is(part, name);
}

static struct dp_inst *plain_inst(const struct dp_scope *sc)
{
	return sc->inst ? sc->inst : dp_dev_inst(sc->dev, "");
}

int dp_bind_main(const struct dp_scope *sc, struct dp_named *out, struct dp_err *err)
{
	struct dp_inst *inst = plain_inst(sc);
	int space = inst ? dp_desc_space_index(inst->desc, "main", 4) : -1;

	out->kind = DP_NAMED_SPACE;
	out->inst = NULL;
	out->plain = sc->dev->main;
	if (space < 0 && inst && inst->desc->n_spaces && (!out->plain || sc->inst))
		space = 0;
	if (space >= 0) {
		out->inst = inst;
		out->space = (unsigned)space;
		out->plain = NULL;
		return 0;
	}
	if (out->plain)
		return 0;
	return dp_err_set(err, ENOENT, DP_NAME, "'%s' has no default space", sc->dev->info.target);
}

/* windows of several descriptions may share a name: the first one has it */
static bool has_its_name(struct dp_dev *dev, const struct dp_space *s)
{
	return dp_dev_space(dev, s->name) == s;
}

static int no_space(struct walk *w, const struct dp_part *part)
{
	char list[160] = "";
	size_t at = 0;
	int rc = dp_err_set(w->err, ENOENT, DP_NAME, "'%s' has no space '%.*s'",
			    w->sc->dev->info.target, DP_S(part->name, part->len));

	for (struct dp_space *s = w->sc->dev->spaces; s && at < sizeof(list) - 40; s = s->next)
		if (has_its_name(w->sc->dev, s))
			at += (size_t)snprintf(list + at, sizeof(list) - at, " %s", s->name);
	if (at)
		dp_err_hint(w->err, "it has%s", list);
	return rc;
}

static int reserved_space(struct walk *w, struct dp_named *n)
{
	const struct dp_part *part = &w->p->parts[0];
	char name[80];

	snprintf(name, sizeof(name), "%.*s", (int)(part->len < 79 ? part->len : 79), part->name);
	n->kind = DP_NAMED_SPACE;
	n->plain = dp_dev_space(w->sc->dev, name);
	if (n->plain)
		return 0;
	for (struct dp_inst *i = w->sc->dev->insts; i; i = i->next) {
		for (unsigned s = 0; s < i->desc->n_spaces; s++) {
			if (!placed_at(&i->desc->spaces[s], part))
				continue;
			n->inst = i;
			n->space = s;
			return 0;
		}
	}
	return no_space(w, part);
}

/* dma.NAME is the space of a buffer */
static int dma_space(struct walk *w, struct dp_named *n)
{
	const struct dp_part *part = &w->p->parts[1];
	char name[80];

	if (w->p->n < 2)
		return dp_err_set(w->err, EINVAL, DP_USAGE,
				  "'dma' takes the name of a buffer: dma.NAME");
	snprintf(name, sizeof(name), "dma.%.*s", (int)(part->len < 70 ? part->len : 70),
		 part->name);
	n->kind = DP_NAMED_SPACE;
	n->plain = dp_dev_space(w->sc->dev, name);
	w->i = 2;
	if (!n->plain)
		return dp_err_set(w->err, ENOENT, DP_NAME, "'%s' has no buffer '%.*s'",
				  w->sc->dev->info.target, DP_S(part->name, part->len));
	return w->p->n > 2 ? too_deep(w) : 0;
}

/* cfg bar0 main ...: alone the space, else what follows is a name inside it */
static int bind_reserved(struct walk *w, struct dp_named *n)
{
	const struct dp_part *part = &w->p->parts[0];
	int rc = 0;

	if (part_is(part, "dma"))
		return dma_space(w, n);
	w->i = 1;
	if (part_is(part, "cfg") && w->p->n > 1) {
		n->inst = dp_dev_inst(w->sc->dev, "cfg.");
		if (n->inst)
			return 0;
	}
	rc = part_is(part, "main") ? dp_bind_main(w->sc, n, w->err) : reserved_space(w, n);
	if (rc || w->p->n == 1)
		return rc;
	if (n->plain)
		w->only_plain = n->plain;
	else
		w->only = (int)n->space;
	n->plain = NULL;
	if (!n->inst)
		n->inst = dp_dev_inst(w->sc->dev, "");
	return n->inst ? 0
		       : dp_unknown_name(w->sc, NULL, w->p->parts[1].name, w->p->parts[1].len,
					 w->err);
}

/* of several descriptions each is a block: its name is an instance's prefix */
static struct dp_inst *inst_named(const struct dp_scope *sc, const struct dp_part *part)
{
	for (int exact = 1; exact >= 0; exact--)
		for (struct dp_inst *i = sc->dev->insts; i; i = i->next) {
			size_t len = strlen(i->prefix);

			if (len != part->len + 1)
				continue;
			if (exact ? !memcmp(i->prefix, part->name, part->len)
				  : !strncasecmp(i->prefix, part->name, part->len))
				return i;
		}
	return NULL;
}

static int bind_first(struct walk *w, struct dp_named *n)
{
	const struct dp_part *part = &w->p->parts[0];

	if (dp_is_reserved(part->name, part->len))
		return bind_reserved(w, n);
	n->inst = inst_named(w->sc, part);
	if (!n->inst) {
		n->inst = dp_dev_inst(w->sc->dev, "");
		return n->inst ? 0 : bind_undescribed(w, n, part);
	}
	w->i = 1;
	n->kind = DP_NAMED_BLOCK;
	n->space = main_space(n->inst->desc);
	return 0;
}

int dp_bind(const struct dp_scope *sc, const struct dp_path *p, struct dp_named *out,
	    struct dp_err *err)
{
	struct walk w = {.sc = sc, .p = p, .only = -1, .err = err};
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (!p->n)
		return dp_bind_main(sc, out, err);
	out->inst = sc->inst;
	if (!sc->inst)
		rc = bind_first(&w, out);
	while (!rc && w.i < p->n)
		rc = bind_name(&w, out);
	return rc;
}

/* @unknown: how many elements there are is known on an open device only */
struct each {
	int (*fn)(void *arg, struct dp_inst *inst);
	void *arg;
	const struct dp_block *unknown;
	struct dp_err *err;
};

static int each_block(struct each *e, struct dp_inst *inst);

static int each_element(struct each *e, struct dp_inst *inst, const struct dp_block *b)
{
	struct dp_place owner;
	uint64_t count;
	int rc = dp_array_count(inst, b->array, false, &count, e->err);

	/* the count may stand in the capability that this device has not */
	if (rc == -ENOENT && dp_inst_place(inst, b->space, &owner, NULL) == -ENOENT)
		return 0;
	if (rc == -EAGAIN) { /* the first stands for all */
		count = 1;
		rc = 0;
		if (!dp_dev_offline(inst->dev))
			e->unknown = b;
	}
	for (uint64_t i = 0; i < count && i < DP_MAX_ELEMENTS && !rc; i++) {
		struct dp_inst *child = dp_inst_block(inst, b, i, e->err);

		rc = child ? each_block(e, child) : -ENOMEM;
	}
	return rc;
}

static int each_block(struct each *e, struct dp_inst *inst)
{
	int rc = e->fn(e->arg, inst);

	for (size_t i = 0; i < inst->desc->n_blocks && !rc; i++)
		rc = each_element(e, inst, &inst->desc->blocks[i]);
	return rc;
}

int dp_each_inst(struct dp_dev *dev, struct dp_inst *top,
		 int (*fn)(void *arg, struct dp_inst *inst), void *arg, struct dp_err *err)
{
	struct each e = {.fn = fn, .arg = arg, .err = err};
	int rc = top ? each_block(&e, top) : 0;

	for (struct dp_inst *i = top ? NULL : dev->insts; i && !rc; i = i->next)
		rc = each_block(&e, i);
	if (rc || !e.unknown)
		return rc;
	return dp_err_set(err, EAGAIN, DP_USAGE,
			  "how many '%s' there are is known once the device is open",
			  e.unknown->name);
}
