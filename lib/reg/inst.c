/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inst.c - descriptions placed on a device: which, under what prefix, and its const values */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"
#include "reg/place.h"

#define MAX_DEPTH 8 /* const registers whose own offset depends on const registers */

static struct dp_inst *inst_new(struct dp_dev *dev, const struct dp_desc *desc, const char *prefix)
{
	struct dp_inst *inst = calloc(1, sizeof(*inst));

	if (!inst)
		return NULL;
	inst->places = calloc(desc->n_spaces ? desc->n_spaces : 1, sizeof(*inst->places));
	inst->elements = calloc(desc->n_blocks ? desc->n_blocks : 1, sizeof(*inst->elements));
	if (!inst->places || !inst->elements) {
		free(inst->places);
		free(inst->elements);
		free(inst);
		return NULL;
	}
	inst->step = 1;
	inst->n_blocks = desc->n_blocks;
	inst->dev = dev;
	inst->desc = desc;
	snprintf(inst->prefix, sizeof(inst->prefix), "%s", prefix);
	return inst;
}

static void free_consts(struct dp_const *c)
{
	while (c) {
		struct dp_const *next = c->next;

		free(c);
		c = next;
	}
}

static void inst_free(void *p);

static void free_elements(struct dp_inst *inst)
{
	for (size_t b = 0; b < inst->n_blocks; b++) {
		for (size_t i = 0; i < inst->elements[b].n; i++)
			if (inst->elements[b].v[i])
				inst_free(inst->elements[b].v[i]);
		free(inst->elements[b].v);
	}
	free(inst->elements);
}

static void inst_free(void *p)
{
	struct dp_inst *inst = p;

	free_elements(inst);
	free_consts(inst->consts);
	free(inst->places);
	free(inst->arg);
	free(inst);
}

static void desc_free(void *p)
{
	dp_desc_free(p);
}

/* the device owns @desc from here on, also when this fails */
static struct dp_inst *attach(struct dp_dev *dev, struct dp_desc *desc, const char *prefix,
			      struct dp_err *err)
{
	struct dp_inst *inst, **at = &dev->insts;

	if (dp_dev_own(dev, desc, desc_free, err))
		return NULL;
	inst = inst_new(dev, desc, prefix);
	if (!inst) {
		dp_err_nomem(err);
		return NULL;
	}
	if (dp_dev_own(dev, inst, inst_free, err))
		return NULL;
	while (*at)
		at = &(*at)->next;
	*at = inst;
	dev->undecided |= dp_desc_has_variants(desc);
	return inst;
}

/* ------------------------------------------------- which descriptions */

int dp_dev_auto_describe(struct dp_dev *dev, struct dp_err *err)
{
	const struct dp_dev_info *info = &dev->info;
	struct dp_match_key key = {.pci = info->vendor != 0,
				   .vendor = info->vendor,
				   .device = info->device,
				   .class = info->class};
	struct dp_inst *inst;
	struct dp_desc *desc;
	int rc;

	if (dev->described)
		return dp_dev_decide(dev, err);
	dev->described = true;
	if (!key.pci)
		return 0;
	rc = dp_desc_for(dev->ctx, &key, &desc, err);
	if (rc)
		return rc == -ENOENT ? 0 : rc;
	snprintf(dev->info.description, sizeof(dev->info.description), "%s", desc->name);
	inst = attach(dev, desc, "", err);
	if (!inst)
		return -ENOMEM;
	inst->arg = strdup(desc->name);
	return inst->arg ? dp_dev_decide(dev, err) : dp_err_nomem(err);
}

/* the parts of [NAME=]DESC[@SPACE+OFFSET] */
struct placed {
	char name[64], desc[256], space[32];
	uint64_t offset;
};

static int bad_desc_arg(const char *arg, const char *what, struct dp_err *err)
{
	dp_err_set(err, EINVAL, DP_USAGE, "'-d %s': %s", arg, what);
	dp_err_hint(
		err,
		"the form is [NAME=]DESCRIPTION[@SPACE+OFFSET], as in -d spi=axi_spi@bar0+0x1000");
	return -EINVAL;
}

static bool take(char *out, size_t size, const char *from, size_t len)
{
	if (!len || len >= size)
		return false;
	memcpy(out, from, len);
	out[len] = 0;
	return true;
}

static int parse_desc_arg(const char *arg, struct placed *p, struct dp_err *err)
{
	const char *eq = strchr(arg, '='), *body = eq ? eq + 1 : arg, *at = strrchr(body, '@');
	const char *plus;

	memset(p, 0, sizeof(*p));
	if (eq && !take(p->name, sizeof(p->name), arg, (size_t)(eq - arg)))
		return bad_desc_arg(arg, "no name before '='", err);
	if (!take(p->desc, sizeof(p->desc), body, at ? (size_t)(at - body) : strlen(body)))
		return bad_desc_arg(arg, "no description", err);
	if (!at)
		return 0;
	plus = strchr(at, '+');
	if (!take(p->space, sizeof(p->space), at + 1,
		  plus ? (size_t)(plus - at - 1) : strlen(at + 1)))
		return bad_desc_arg(arg, "no space after '@'", err);
	return plus ? dp_number_parse(plus + 1, &p->offset, err) : 0;
}

/*
 * An IP block's file knows no board and has a default region; that of a device says which BAR
 * it is on.  What is placed then is its `main`, or its only space.  NULL: none can be meant.
 */
static const struct dp_desc_space *space_to_move(const struct dp_desc *d)
{
	const struct dp_desc_space *only = NULL;
	int i = dp_desc_space_index(d, "main", 4);

	if (i >= 0)
		return &d->spaces[i];
	for (size_t k = 0; k < d->n_spaces; k++) {
		if (dp_is_behind(&d->spaces[k]))
			continue;
		if (only)
			return NULL;
		only = &d->spaces[k];
	}
	return only;
}

static int cannot_move(const struct dp_desc *d, const struct placed *p, struct dp_err *err)
{
	int rc = dp_err_set(err, EINVAL, DP_USAGE,
			    "'%s' has several spaces and none is 'main': which lies at '%s'?",
			    d->name, p->space);

	dp_err_hint(err, "without '@' each lies where the description says: -d %s", p->desc);
	return rc;
}

static bool has_default(const struct dp_desc *d)
{
	for (size_t i = 0; i < d->n_spaces; i++)
		if (d->spaces[i].place == DP_PLACE_DEFAULT)
			return true;
	return false;
}

static int place_at(struct dp_dev *dev, struct dp_inst *inst, const struct placed *p,
		    struct dp_err *err)
{
	struct dp_space *s;

	if (!p->space[0])
		return 0;
	s = dp_dev_space(dev, p->space);
	if (!s) {
		dp_err_set(err, ENOENT, DP_NAME, "'%s' has no space '%s'", dev->info.target,
			   p->space);
		dp_err_hint(err, "'devpoke info %s bars' lists them", dev->info.target);
		return -ENOENT;
	}
	if (p->offset >= s->size)
		return dp_err_set(
			err, ERANGE, DP_RANGE, "offset 0x%llx is outside '%s' (0x%llx bytes)",
			(unsigned long long)p->offset, s->name, (unsigned long long)s->size);
	if (!has_default(inst->desc)) {
		inst->moved = space_to_move(inst->desc);
		if (!inst->moved)
			return cannot_move(inst->desc, p, err);
	}
	inst->at = s;
	inst->at_base = p->offset;
	return 0;
}

/*
 * The first -d takes the place of what matched, of a model's own description or an alias's:
 * its names are gone, but a model's registers go on following it.
 */
static void set_aside(struct dp_dev *dev)
{
	struct dp_inst **at = &dev->insts;

	while (*at) {
		struct dp_inst *inst = *at;

		if (!strcmp(inst->prefix, "cfg.")) {
			at = &inst->next;
			continue;
		}
		*at = inst->next;
	}
}

/* of several descriptions each is a block: the first loses its unprefixed names */
static void prefix_first(struct dp_dev *dev)
{
	for (struct dp_inst *i = dev->insts; i; i = i->next)
		if (!i->prefix[0])
			snprintf(i->prefix, sizeof(i->prefix), "%.90s.", i->desc->name);
}

/* what was given, good from any folder: a file by its whole path */
static int keep_arg(struct dp_inst *inst, const struct placed *p, struct dp_err *err)
{
	size_t n = strlen(p->desc);
	bool file = strchr(p->desc, '/') || (n > 5 && !strcmp(p->desc + n - 5, ".yaml"));
	char *path = file ? realpath(p->desc, NULL) : NULL, place[64] = "";

	if (p->space[0])
		snprintf(place, sizeof(place), "@%s+0x%llx", p->space,
			 (unsigned long long)p->offset);
	if (asprintf(&inst->arg, "%s%s%s%s", p->name, p->name[0] ? "=" : "", path ? path : p->desc,
		     place) < 0)
		inst->arg = NULL;
	free(path);
	return inst->arg ? 0 : dp_err_nomem(err);
}

int dp_dev_describe(struct dp_dev *dev, const char *arg, struct dp_err *err)
{
	char prefix[80] = "";
	struct dp_inst *inst;
	struct dp_desc *desc;
	struct placed p;
	int rc = parse_desc_arg(arg, &p, err);

	if (rc)
		return rc;
	rc = dp_desc_load(dev->ctx, p.desc, &desc, err);
	if (rc)
		return rc;
	dev->described = true;
	if (dev->n_given++)
		prefix_first(dev);
	else
		set_aside(dev);
	if (p.name[0] || dev->n_given > 1)
		snprintf(prefix, sizeof(prefix), "%.70s.", p.name[0] ? p.name : desc->name);
	if (dev->n_given == 1)
		snprintf(dev->info.description, sizeof(dev->info.description), "%s", desc->name);
	if (prefix[0] && dp_dev_inst(dev, prefix)) {
		dp_desc_free(desc);
		return dp_err_set(err, EINVAL, DP_USAGE, "two descriptions are named '%.*s'",
				  (int)strlen(prefix) - 1, prefix);
	}
	inst = attach(dev, desc, prefix, err);
	if (!inst)
		return -ENOMEM;
	rc = keep_arg(inst, &p, err);
	if (!rc)
		rc = place_at(dev, inst, &p, err);
	return rc ? rc : dp_dev_decide(dev, err);
}

/* configuration space is described for every PCI function, loaded when first named */
static struct dp_inst *config_inst(struct dp_dev *dev)
{
	struct dp_desc *desc;

	if (!dp_dev_region(dev, "cfg") || dp_desc_load(dev->ctx, "pci-config", &desc, NULL))
		return NULL;
	return attach(dev, desc, "cfg.", NULL);
}

struct dp_inst *dp_dev_inst(struct dp_dev *dev, const char *prefix)
{
	for (struct dp_inst *i = dev->insts; i; i = i->next)
		if (!strcmp(i->prefix, prefix))
			return i;
	return strcmp(prefix, "cfg.") ? NULL : config_inst(dev);
}

static bool block_prefix(char *buf, size_t size, const struct dp_inst *inst,
			 const struct dp_block *b, uint64_t index)
{
	char path[DP_PATH_MAX] = "";
	struct dp_text t = {.s = path};

	dp_text_add(&t, inst->prefix);
	dp_text_add(&t, b->name);
	if (b->array)
		dp_index_text(&t, b->array, index);
	dp_text_add(&t, ".");
	if (t.full || t.n >= size)
		return false;
	memcpy(buf, path, t.n + 1);
	return true;
}

/* room for element @index; elements are counted when their array is known, DP_MAX_ELEMENTS */
static struct dp_inst **element_slot(struct dp_elements *e, uint64_t index)
{
	struct dp_inst **bigger;
	size_t n = e->n ? e->n : 1;

	if (index < e->n)
		return &e->v[index];
	if (index >= DP_MAX_ELEMENTS)
		return NULL;
	while (n <= index)
		n *= 2;
	bigger = realloc(e->v, n * sizeof(struct dp_inst *));
	if (!bigger)
		return NULL;
	memset(bigger + e->n, 0, (n - e->n) * sizeof(struct dp_inst *));
	e->v = bigger;
	e->n = n;
	return &e->v[index];
}

struct dp_inst *dp_inst_block(struct dp_inst *inst, const struct dp_block *b, uint64_t index,
			      struct dp_err *err)
{
	struct dp_inst **slot = element_slot(&inst->elements[b - inst->desc->blocks], index);
	char prefix[sizeof(inst->prefix)];

	if (slot && *slot)
		return *slot;
	if (!block_prefix(prefix, sizeof(prefix), inst, b, index)) {
		dp_err_set(err, ENAMETOOLONG, DP_VALUE, "the path of block '%s' is too long",
			   b->name);
		return NULL;
	}
	if (slot)
		*slot = inst_new(inst->dev, b->sub, prefix);
	if (!slot || !*slot) {
		dp_err_nomem(err);
		return NULL;
	}
	(*slot)->parent = inst;
	(*slot)->block = b;
	(*slot)->index = index;
	(*slot)->step = inst->step * b->step;
	return *slot;
}

/* ------------------------------------------------------------ variants */

/* a space that the variants leave where it was keeps its window */
static bool same_place(const struct dp_desc_space *a, const struct dp_desc_space *b)
{
	return !strcmp(a->name, b->name) && a->place == b->place && a->number == b->number &&
	       a->offset == b->offset && a->size == b->size && a->widths == b->widths &&
	       !dp_is_behind(a);
}

static void keep_places(struct dp_inst *inst, const struct dp_desc *was,
			const struct dp_place *places)
{
	for (size_t i = 0; i < inst->desc->n_spaces; i++)
		for (size_t k = 0; k < was->n_spaces; k++)
			if (same_place(&inst->desc->spaces[i], &was->spaces[k]))
				inst->places[i] = places[k];
}

/* what was read once is not read again under its new description */
static void keep_consts(struct dp_inst *inst)
{
	for (struct dp_const *c = inst->consts; c; c = c->next) {
		const struct dp_reg *reg =
			dp_desc_reg(inst->desc, c->reg->name, strlen(c->reg->name));

		if (reg && reg->attr.is_const && reg->width == c->reg->width)
			c->reg = reg;
	}
}

/* what was moved by -d still is */
static void keep_moved(struct dp_inst *inst)
{
	int i;

	if (!inst->moved)
		return;
	i = dp_desc_space_index(inst->desc, inst->moved->name, strlen(inst->moved->name));
	inst->moved = i < 0 ? NULL : &inst->desc->spaces[i];
}

int dp_inst_use(struct dp_inst *inst, uint64_t mask, struct dp_err *err)
{
	const struct dp_desc *was = inst->desc;
	struct dp_inst *fresh;
	struct dp_desc *desc;
	int rc;

	inst->decided = true;
	if (!mask)
		return 0;
	rc = dp_desc_reload(inst->dev->ctx, was, mask, &desc, err);
	if (!rc)
		rc = dp_dev_own(inst->dev, desc, desc_free, err);
	if (rc)
		return rc;
	fresh = inst_new(inst->dev, desc, inst->prefix);
	if (!fresh)
		return dp_err_nomem(err);
	free_elements(inst);
	inst->desc = desc;
	keep_places(fresh, was, inst->places);
	free(inst->places);
	inst->places = fresh->places;
	inst->elements = fresh->elements;
	inst->n_blocks = fresh->n_blocks;
	free(fresh);
	keep_consts(inst);
	keep_moved(inst);
	return 0;
}

/* ----------------------------------------------------- const registers */

static struct dp_const *cached(const struct dp_inst *inst, const struct dp_reg *reg)
{
	for (struct dp_const *c = inst->consts; c; c = c->next)
		if (c->reg == reg)
			return c;
	return NULL;
}

bool dp_inst_known(const struct dp_inst *inst, const struct dp_reg *reg, uint64_t *value)
{
	const struct dp_const *c = cached(inst, reg);

	if (c)
		*value = c->value;
	return c != NULL;
}

static int read_const(struct dp_inst *inst, const struct dp_reg *reg, uint64_t *value,
		      struct dp_err *err)
{
	const char *because = inst->dev->because;
	struct dp_plan *plan = NULL;
	struct dp_ref *ref = NULL;
	struct dp_result res;
	int rc;

	if (!inst->dev->is_open)
		return -EAGAIN;
	if (inst->depth >= MAX_DEPTH)
		return dp_err_set(err, ELOOP, DP_VALUE, "'%s%s' depends on itself", inst->prefix,
				  reg->name);
	inst->depth++;
	inst->dev->because = "const, for an expression of the description";
	rc = dp_ref_in(inst, reg->name, &ref, err);
	if (!rc)
		rc = dp_ref_locate(ref, err);
	if (!rc)
		rc = dp_plan_peek(inst->dev, ref, &plan, err);
	if (!rc)
		rc = dp_plan_run(inst->dev, plan, &res, err);
	if (!rc)
		*value = res.value.lo;
	dp_plan_free(plan);
	dp_ref_free(ref);
	inst->dev->because = because;
	inst->depth--;
	return rc;
}

static int const_value(struct dp_inst *inst, const struct dp_reg *reg, uint64_t *value,
		       struct dp_err *err)
{
	struct dp_const *c;
	int rc;

	if (dp_inst_known(inst, reg, value))
		return 0;
	rc = read_const(inst, reg, value, err);
	if (rc)
		return rc;
	c = calloc(1, sizeof(*c));
	if (!c)
		return dp_err_nomem(err);
	c->reg = reg;
	c->value = *value;
	c->next = inst->consts;
	inst->consts = c;
	return 0;
}

int dp_inst_const(struct dp_inst *inst, const char *name, uint64_t *value, struct dp_err *err)
{
	size_t len = strcspn(name, ".");
	const struct dp_reg *reg = dp_desc_reg(inst->desc, name, len);
	const struct dp_field *field = NULL;
	int rc;

	if (reg && name[len])
		field = dp_reg_field(reg, name + len + 1, strlen(name + len + 1));
	if (!reg || (name[len] && !field))
		return dp_err_set(err, ENOENT, DP_NAME, "'%s' has no '%s'", inst->desc->name, name);
	rc = const_value(inst, reg, value, err);
	if (rc || !field)
		return rc;
	*value = dp_bits_get(*value, field->hi, field->lo);
	return 0;
}

static int lookup(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err)
{
	if (kind)
		return dp_err_set(err, EINVAL, DP_VALUE, "'%c%s' has no place in a description",
				  kind, name);
	return dp_inst_const(arg, name, value, err);
}

int dp_inst_eval(struct dp_inst *inst, const struct dp_expr *e, uint64_t *value, struct dp_err *err)
{
	return dp_expr_eval(e, lookup, inst, value, err);
}
