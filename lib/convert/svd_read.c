/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svd_read.c - elements to the register model: registers, clusters, peripherals
 *
 * Section names are those of Arm's "SVD Description (*.svd) Format", 1.3.10.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert/svd_read.h"
#include "core/bits.h"

/* --------------------------------------------------------------- registers */

static unsigned legal_width(struct svd_reader *r, const char *name, unsigned line, uint64_t size)
{
	unsigned width = 8;

	while (width < size && width < 64)
		width *= 2;
	if (size > 64)
		return 0;
	if (width != size)
		dp_convert_note(r->cv, line, "'%.60s' has %llu bits; it is one of %u here", name,
				(unsigned long long)size, width);
	return width;
}

static struct svd_reg *new_reg(struct svd_reader *r, const struct dp_xml *x, const char *name,
			       const struct svd_props *p)
{
	unsigned width = legal_width(r, name, x->line, p->size);
	struct svd_reg *reg;

	if (!width) {
		dp_convert_note(r->cv, x->line, "'%.60s' has %llu bits; at most 64: left out", name,
				(unsigned long long)p->size);
		return NULL;
	}
	reg = svd_may_add(r, x) ? svd_alloc(r, sizeof(*reg)) : NULL;
	if (!reg)
		return NULL;
	reg->width = width;
	reg->attr = p->attr;
	reg->line = x->line;
	reg->reset_mask = p->mask & dp_ones(width);
	reg->reset = p->reset & reg->reset_mask;
	return reg;
}

static void read_reg(struct svd_reader *r, struct svd_names *names, const struct dp_xml *x,
		     const struct svd_props *above, struct svd_reg ***end)
{
	const char *name = svd_text(x, "name"), *shown = svd_text(x, "displayName");
	struct svd_props p = *above;
	uint64_t offset, n;
	struct svd_dim dim;
	struct svd_list l;

	if (!name || !svd_uint(r, x, "addressOffset", &offset)) {
		dp_convert_note(r->cv, x->line, "a <register> without %s: left out",
				name ? "an addressOffset" : "a name");
		return;
	}
	if (shown && strcmp(shown, name) != 0 && !strstr(name, "%s"))
		dp_convert_note(r->cv, x->line, "'%.60s' has the displayName '%.60s', too", name,
				shown);
	svd_read_props(r, x, &p);
	n = svd_spread(r, x, name, &l, &dim);
	for (uint64_t i = 0; i < n && !r->failed; i++) {
		const char *own = svd_spread_name(r, name, &l, &dim, i);
		struct svd_reg *reg = new_reg(r, x, own, &p);

		if (!reg)
			break;
		reg->name = svd_name(names, "register", own, x->line);
		r->failed |= !reg->name;
		reg->doc = svd_doc(r, x);
		reg->offset = offset + i * l.step;
		reg->dim = dim;
		svd_text(x, "alternateRegister"); /* its place says of which */
		svd_effects(r, x, &reg->attr);
		svd_settle(r, own, x->line, &reg->attr);
		svd_fields(r, x, reg);
		**end = reg;
		*end = &reg->next;
		r->d->n_regs++;
	}
}

/* --------------------------------------------------------- register files */

static struct svd_file *read_file(struct svd_reader *r, const struct dp_xml *x, const char *name,
				  const struct svd_props *p);

/* what clusters and peripherals have in common: their elements become blocks of @content */
struct spread {
	const char *what, *name;
	const struct dp_xml *x;
	uint64_t n;
	struct svd_list list;
	struct svd_dim dim;
};

static bool is_wanted(const struct svd_reader *r, const struct spread *s, const char *name)
{
	const char *only = r->cv->opts->peripheral;

	return !only || strcmp(s->what, "peripheral") != 0 || !strcmp(only, name);
}

static void add_blocks(struct svd_reader *r, struct svd_names *names, const struct spread *s,
		       uint64_t offset, struct svd_file *content, struct svd_block ***end)
{
	for (uint64_t i = 0; i < s->n && !r->failed; i++) {
		const char *name = svd_spread_name(r, s->name, &s->list, &s->dim, i);
		struct svd_block *b;

		if (!is_wanted(r, s, name))
			continue;
		b = svd_may_add(r, s->x) ? svd_alloc(r, sizeof(*b)) : NULL;
		if (!b)
			break;
		b->name = svd_name(names, s->what, name, s->x->line);
		r->failed |= !b->name;
		b->doc = svd_doc(r, s->x);
		b->offset = offset + i * s->list.step;
		b->dim = s->dim;
		b->line = s->x->line;
		b->content = content;
		**end = b;
		*end = &b->next;
	}
}

/* clusters: blocks whose type is named after all that they are in */
static void read_cluster(struct svd_reader *r, struct svd_names *names, const struct dp_xml *x,
			 const struct svd_props *above, const char *file, struct svd_block ***end)
{
	struct spread s = {.what = "cluster", .name = svd_text(x, "name"), .x = x};
	struct svd_props p = *above;
	struct svd_file *content;
	uint64_t offset;
	char type[160];

	if (!s.name || !svd_uint(r, x, "addressOffset", &offset)) {
		dp_convert_note(r->cv, x->line, "a <cluster> without %s: left out",
				s.name ? "an addressOffset" : "a name");
		return;
	}
	svd_read_props(r, x, &p);
	s.n = svd_spread(r, x, s.name, &s.list, &s.dim);
	snprintf(type, sizeof(type), "%.60s_%.60s", file, svd_fill_in(r, s.name, ""));
	content = read_file(r, x, type, &p);
	if (content)
		add_blocks(r, names, &s, offset, content, end);
}

/* registers and clusters of @x; NULL: none, or no memory */
static struct svd_file *read_file(struct svd_reader *r, const struct dp_xml *x, const char *name,
				  const struct svd_props *p)
{
	struct svd_names regs = {.cv = r->cv, .max = 63, .top = true};
	struct svd_names blocks = {.cv = r->cv, .max = 31, .top = true};
	struct svd_file *f = svd_alloc(r, sizeof(*f));
	struct svd_block **end = f ? &f->blocks : NULL;
	struct svd_reg **last = f ? &f->regs : NULL;

	if (!f)
		return NULL;
	f->name = dp_arena_strndup(r->cv->arena, name, strlen(name));
	f->source = x->first;
	f->props = *p;
	r->failed |= !f->name;
	/* one namespace for both, as ours is */
	for (const struct dp_xml *c = dp_xml_child(x, "cluster"); c && !r->failed;
	     c = dp_xml_again(c))
		read_cluster(r, &blocks, c, p, name, &end);
	regs.root = blocks.root;
	for (const struct dp_xml *c = dp_xml_child(x, "register"); c && !r->failed;
	     c = dp_xml_again(c))
		read_reg(r, &regs, c, p, &last);
	svd_names_end(&regs);
	if (!f->regs && !f->blocks)
		return NULL;
	if (!r->failed && svd_layout(r->cv, f))
		r->failed = true;
	*r->files = f;
	r->files = &f->next;
	return f;
}

static bool same_props(const struct svd_props *a, const struct svd_props *b)
{
	return a->size == b->size && a->reset == b->reset && a->mask == b->mask &&
	       a->attr.sw == b->attr.sw && a->attr.once == b->attr.once;
}

/* a derived peripheral without registers of its own has the very same list */
static struct svd_file *known_file(const struct svd_reader *r, const struct dp_xml *list,
				   const struct svd_props *p)
{
	for (struct svd_file *f = r->d->files; f; f = f->next)
		if (f->source == list->first && same_props(&f->props, p))
			return f;
	return NULL;
}

/* --peripheral: it, or one of the list that it is */
static bool has_wanted(struct svd_reader *r, const struct spread *s)
{
	bool any = false;

	for (uint64_t i = 0; i < s->n && !any; i++)
		any = is_wanted(r, s, svd_spread_name(r, s->name, &s->list, &s->dim, i));
	return any;
}

static void read_peripheral(struct svd_reader *r, struct svd_names *names, const struct dp_xml *x,
			    const struct svd_props *above, struct svd_block ***end)
{
	struct spread s = {.what = "peripheral", .name = svd_text(x, "name"), .x = x};
	const struct dp_xml *list = dp_xml_child(x, "registers");
	struct svd_props p = *above;
	struct svd_file *content;
	uint64_t base = 0;

	if (!s.name || !svd_uint(r, x, "baseAddress", &base)) {
		dp_convert_note(r->cv, x->line, "a <peripheral> without %s: left out",
				s.name ? "a baseAddress" : "a name");
		return;
	}
	svd_read_props(r, x, &p);
	s.n = svd_spread(r, x, s.name, &s.list, &s.dim);
	if (!has_wanted(r, &s))
		return;
	content = list ? known_file(r, list, &p) : NULL;
	if (list && !content)
		content = read_file(r, list, svd_fill_in(r, s.name, ""), &p);
	if (content)
		add_blocks(r, names, &s, base, content, end);
	else
		dp_convert_note(r->cv, x->line, "peripheral '%.60s' has no register: left out",
				s.name);
}

/* ------------------------------------------------------------------- the whole */

/* what nobody has read cannot be said in a description, or has no place there */
static void report_unused(struct svd_reader *r, const struct dp_xml *x)
{
	const char *in = x->up ? svd_text(x->up, "name") : NULL;

	if (x->shared) /* it is looked at where it stands */
		return;
	if (!x->used) {
		dp_convert_note(r->cv, x->line, "<%s>%s%.60s%s is not carried over", x->tag,
				in ? " of '" : "", in ? in : "", in ? "'" : "");
		return;
	}
	for (const struct dp_xml *c = x->first; c; c = c->next)
		report_unused(r, c);
}

static int none_left(const struct svd_reader *r)
{
	const char *only = r->cv->opts->peripheral;

	if (!only)
		return dp_err_set(r->cv->err, EINVAL, DP_VALUE, "'%s' has no register",
				  r->cv->file);
	return dp_err_set(r->cv->err, ENOENT, DP_NAME,
			  "'%s' has no peripheral '%.60s' with "
			  "registers",
			  r->cv->file, only);
}

static void read_head(struct svd_reader *r, const struct dp_xml *root, struct svd_props *p)
{
	struct svd_device *d = r->d;
	uint64_t unit = 8;

	d->name = svd_text(root, "name");
	d->title = svd_doc(r, root);
	d->vendor = svd_text(root, "vendor");
	d->version = svd_text(root, "version");
	d->license = svd_text(root, "licenseText");
	dp_xml_child(root, "width"); /* of the processor's bus */
	if (svd_uint(r, root, "addressUnitBits", &unit) && unit != 8)
		dp_convert_note(r->cv, root->line,
				"addressUnitBits is %llu; offsets are taken as "
				"bytes",
				(unsigned long long)unit);
	svd_read_props(r, root, p);
}

int svd_read(struct dp_conversion *cv, struct dp_xml *root, struct svd_device *d)
{
	struct svd_reader r = {.cv = cv, .d = d, .files = &d->files};
	struct svd_props p = {.size = 32, .mask = ~UINT64_C(0)};
	struct svd_names names = {.cv = cv, .max = 31, .top = true};
	struct svd_block **end = &d->peripherals;
	const struct dp_xml *list;

	if (strcmp(root->tag, "device") != 0)
		return dp_err_set(cv->err, EINVAL, DP_VALUE,
				  "'%s' is no CMSIS-SVD file: its first element is <%.40s>, not "
				  "<device>",
				  cv->file, root->tag);
	root->used = true;
	read_head(&r, root, &p);
	list = dp_xml_child(root, "peripherals");
	for (const struct dp_xml *x = list ? dp_xml_child(list, "peripheral") : NULL;
	     x && !r.failed; x = dp_xml_again(x))
		read_peripheral(&r, &names, x, &p, &end);
	svd_names_end(&names);
	if (r.failed)
		return dp_err_nomem(cv->err);
	if (!d->peripherals)
		return none_left(&r);
	if (!cv->opts->peripheral)
		report_unused(&r, root);
	return 0;
}
