/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svd_export.c - a description as CMSIS-SVD (schema 1.3.10)
 *
 * Spaces and blocks of the top level are peripherals, blocks in them clusters.  What depends on
 * the device is taken as it is after reset.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "convert/convert.h"
#include "convert/place.h"
#include "core/bits.h"

struct svd_out {
	struct dp_conversion *cv;
	FILE *f;
	unsigned depth;
};

/* --------------------------------------------------------------------- XML */

static void put_escaped(FILE *f, const char *s)
{
	for (; *s; s++)
		if (*s == '&')
			fputs("&amp;", f);
		else if (*s == '<')
			fputs("&lt;", f);
		else if (*s == '>')
			fputs("&gt;", f);
		else if (*s == '"')
			fputs("&quot;", f);
		else if ((unsigned char)*s >= ' ' || *s == '\n' || *s == '\t')
			fputc(*s, f);
}

static void indent(const struct svd_out *o)
{
	fprintf(o->f, "%*s", 2 * (int)o->depth, "");
}

static void open_tag(struct svd_out *o, const char *tag)
{
	indent(o);
	fprintf(o->f, "<%s>\n", tag);
	o->depth++;
}

static void close_tag(struct svd_out *o, const char *tag)
{
	o->depth--;
	indent(o);
	fprintf(o->f, "</%s>\n", tag);
}

static void put_text(struct svd_out *o, const char *tag, const char *text)
{
	if (!text)
		return;
	indent(o);
	fprintf(o->f, "<%s>", tag);
	put_escaped(o->f, text);
	fprintf(o->f, "</%s>\n", tag);
}

static void put_hex(struct svd_out *o, const char *tag, uint64_t v)
{
	indent(o);
	fprintf(o->f, "<%s>0x%" PRIx64 "</%s>\n", tag, v, tag);
}

static void put_uint(struct svd_out *o, const char *tag, uint64_t v)
{
	indent(o);
	fprintf(o->f, "<%s>%" PRIu64 "</%s>\n", tag, v, tag);
}

/* -------------------------------------------------------------- what is lost */

struct lost {
	char text[256];
	size_t len;
};

static void lose(struct lost *l, bool is, const char *what)
{
	if (!is || l->len >= sizeof(l->text))
		return;
	l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len, "%s%s",
				   l->len ? ", " : "", what);
}

static void lose_attr(struct lost *l, const struct dp_attr *a, const struct dp_attr *above)
{
	lose(l, a->is_volatile && !(above && above->is_volatile), "volatile");
	lose(l, a->unique && !(above && above->unique), "unique");
	lose(l, a->is_const && !(above && above->is_const), "const");
	lose(l, a->shadow && !(above && above->shadow), "shadow");
	lose(l, a->restore && !(above && above->restore), "restore");
	lose(l, a->lock && !(above && above->lock == a->lock), "lock");
}

static void lose_fmt(struct lost *l, const struct dp_fmt *fmt)
{
	lose(l, fmt->type != DP_T_UINT, "type");
	lose(l, fmt->unit != NULL, "unit");
	lose(l, fmt->scale != 1, "scale");
	lose(l, fmt->bias != 0, "bias");
	lose(l, fmt->shift != 0, "shift");
	lose(l, fmt->words && fmt->words->flags, "flags");
}

static void say_lost(struct svd_out *o, const struct lost *l, const struct dp_pos *pos,
		     const char *reg, const char *field)
{
	if (l->len)
		dp_convert_note_at(o->cv, pos, "'%s%s%s': %s", reg, field ? "." : "",
				   field ? field : "", l->text);
}

static void lose_reg(struct svd_out *o, const struct dp_reg *r)
{
	struct lost l = {.len = 0};

	lose_attr(&l, &r->attr, NULL);
	if (!r->n_fields)
		lose_fmt(&l, &r->fmt);
	lose(&l, r->when != NULL, "when");
	lose(&l, r->kind != DP_KIND_REGISTER, "kind");
	lose(&l, r->level != NULL, "level");
	lose(&l, r->set_of != NULL, "set_of");
	lose(&l, r->clear_of != NULL, "clear_of");
	lose(&l, r->big_endian, "endian");
	lose(&l, r->flush, "flush");
	lose(&l, r->resets_ns != 0, "resets");
	lose(&l, r->widths != 0, "widths");
	lose(&l, r->verb != NULL, "verb");
	lose(&l, r->ref != NULL, "ref");
	say_lost(o, &l, &r->pos, r->name, NULL);
}

/* ------------------------------------------------------------------- values */

static void put_access(struct svd_out *o, const struct dp_attr *a)
{
	static const char *const names[] = {
		[DP_SW_RW] = "read-write",
		[DP_SW_RO] = "read-only",
		[DP_SW_WO] = "write-only",
		[DP_SW_NONE] = NULL,
	};

	if (a->once && a->sw != DP_SW_RO)
		put_text(o, "access", a->sw == DP_SW_WO ? "writeOnce" : "read-writeOnce");
	else
		put_text(o, "access", names[a->sw]);
}

static void put_effects(struct svd_out *o, const struct dp_attr *a)
{
	static const char *const writes[] = {
		[DP_ONW_W1C] = "oneToClear",  [DP_ONW_W1S] = "oneToSet",
		[DP_ONW_W1T] = "oneToToggle", [DP_ONW_W0C] = "zeroToClear",
		[DP_ONW_W0S] = "zeroToSet",   [DP_ONW_W0T] = "zeroToToggle",
		[DP_ONW_CLEAR] = "clear",     [DP_ONW_SET] = "set",
		[DP_ONW_PULSE] = "modify",    [DP_ONW_EFFECT] = "modify",
	};
	static const char *const reads[] = {
		[DP_ONR_CLEAR] = "clear", [DP_ONR_SET] = "set", [DP_ONR_EFFECT] = "modify"};

	if (a->on_write != DP_ONW_STORE)
		put_text(o, "modifiedWriteValues", writes[a->on_write]);
	if (a->on_read != DP_ONR_NONE)
		put_text(o, "readAction", reads[a->on_read]);
}

static void put_words(struct svd_out *o, const struct dp_words *w, const char *usage)
{
	if (!w || w->flags)
		return;
	open_tag(o, "enumeratedValues");
	put_text(o, "usage", usage);
	for (size_t i = 0; i < w->n; i++) {
		open_tag(o, "enumeratedValue");
		put_text(o, "name", w->v[i].name);
		put_text(o, "description", w->v[i].doc);
		put_uint(o, "value", w->v[i].value);
		close_tag(o, "enumeratedValue");
	}
	close_tag(o, "enumeratedValues");
}

static void put_enums(struct svd_out *o, const struct dp_fmt *fmt)
{
	put_words(o, fmt->words, fmt->write_words ? "read" : NULL);
	put_words(o, fmt->write_words, "write");
}

static void put_range(struct svd_out *o, unsigned hi, unsigned lo)
{
	char text[24];

	snprintf(text, sizeof(text), "[%u:%u]", hi, lo);
	put_text(o, "bitRange", text);
}

static void put_field(struct svd_out *o, const struct dp_reg *r, const struct dp_field *f)
{
	struct lost l = {.len = 0};

	lose_attr(&l, &f->attr, &r->attr);
	lose_fmt(&l, &f->fmt);
	lose(&l, f->attr.on_write == DP_ONW_PULSE, "pulse (modify)");
	lose(&l, f->verb != NULL, "verb");
	lose(&l, f->ref != NULL, "ref");
	say_lost(o, &l, &f->pos, r->name, f->name);
	open_tag(o, "field");
	put_text(o, "name", f->name);
	put_text(o, "description", f->doc);
	put_range(o, f->hi, f->lo);
	put_access(o, &f->attr);
	put_effects(o, &f->attr);
	put_enums(o, &f->fmt);
	close_tag(o, "field");
}

/* words of a register without fields: of a field that is all of it */
static void put_fields(struct svd_out *o, const struct dp_reg *r)
{
	if (!r->n_fields && !r->fmt.words)
		return;
	open_tag(o, "fields");
	for (size_t i = 0; i < r->n_fields; i++)
		put_field(o, r, &r->fields[i]);
	if (!r->n_fields) {
		open_tag(o, "field");
		put_text(o, "name", r->name);
		put_range(o, r->width - 1, 0);
		put_enums(o, &r->fmt);
		close_tag(o, "field");
	}
	close_tag(o, "fields");
}

/* ---------------------------------------------------------------- registers */

static void put_dim(struct svd_out *o, uint64_t count, uint64_t step)
{
	if (!count)
		return;
	put_uint(o, "dim", count);
	put_hex(o, "dimIncrement", step);
}

/* @name: of one element, or of all that @count and @step tell */
static void put_reg(struct svd_out *o, const struct dp_reg *r, const char *name, uint64_t offset,
		    uint64_t count, uint64_t step)
{
	open_tag(o, "register");
	put_dim(o, count, step);
	put_text(o, "name", name);
	put_text(o, "description", r->doc);
	put_text(o, "alternateRegister", r->alternate);
	put_hex(o, "addressOffset", offset);
	put_uint(o, "size", r->width);
	put_access(o, &r->attr);
	put_hex(o, "resetValue", r->has_reset ? r->reset : 0);
	put_hex(o, "resetMask", r->has_reset ? r->reset_mask : 0);
	put_effects(o, &r->attr);
	put_fields(o, r);
	close_tag(o, "register");
}

/* the last dimension is an array of the format's; of each of the others every index is named */
static void put_elements(struct svd_out *o, const struct dp_reg *r, const struct dp_place_of *p)
{
	uint64_t last = p->offsets ? 1 : p->counts[p->dims - 1];
	char name[160];

	for (uint64_t i = 0; i < p->count; i += last) {
		int n = snprintf(name, sizeof(name), "%s", r->name);

		if (p->count != last)
			n += dp_place_suffix(p, i, name + n, sizeof(name) - (size_t)n, !p->offsets);
		if (!p->offsets)
			snprintf(name + n, sizeof(name) - (size_t)n, "[%%s]");
		put_reg(o, r, name, dp_place_at(p, i), p->offsets ? 0 : last,
			p->offsets ? 0 : p->strides[p->dims - 1]);
	}
}

static void put_register(struct svd_out *o, const struct dp_desc *d, const struct dp_reg *r,
			 uint64_t step)
{
	struct dp_place_of p;

	if (dp_place_of_reg(o->cv, d, r, step, &p))
		return;
	lose_reg(o, r);
	if (r->array)
		put_elements(o, r, &p);
	else
		put_reg(o, r, r->name, p.base, 0, 0);
}

/* ------------------------------------------------------------------- blocks */

static void put_content(struct svd_out *o, const struct dp_desc *d, unsigned space, uint64_t step);

static void put_cluster(struct svd_out *o, const struct dp_desc *d, const struct dp_block *b,
			uint64_t step)
{
	struct dp_place_of p;
	char name[160];

	if (dp_place_of_block(o->cv, d, b, step, &p))
		return;
	for (uint64_t i = 0; i < (p.dims == 1 && !p.offsets ? 1 : p.count); i++) {
		int n = snprintf(name, sizeof(name), "%s", b->name);

		if (b->array && p.dims == 1 && !p.offsets)
			snprintf(name + n, sizeof(name) - (size_t)n, "[%%s]");
		else if (b->array)
			dp_place_suffix(&p, i, name + n, sizeof(name) - (size_t)n, false);
		open_tag(o, "cluster");
		if (b->array && p.dims == 1 && !p.offsets)
			put_dim(o, p.count, p.strides[0]);
		put_text(o, "name", name);
		put_text(o, "description", b->doc);
		put_hex(o, "addressOffset", dp_place_at(&p, i));
		put_content(o, b->sub, 0, step * b->step);
		close_tag(o, "cluster");
	}
}

/* registers and blocks of one space */
static void put_content(struct svd_out *o, const struct dp_desc *d, unsigned space, uint64_t step)
{
	for (size_t i = 0; i < d->n_regs; i++)
		if (d->regs[i].space == space)
			put_register(o, d, &d->regs[i], step);
	for (size_t i = 0; i < d->n_blocks; i++)
		if (d->blocks[i].space == space)
			put_cluster(o, d, &d->blocks[i], step);
}

static void put_address_block(struct svd_out *o, uint64_t size)
{
	open_tag(o, "addressBlock");
	put_hex(o, "offset", 0);
	put_hex(o, "size", size);
	put_text(o, "usage", "registers");
	close_tag(o, "addressBlock");
}

/* -------------------------------------------------------------- peripherals */

/* registers of a space that no block has */
static bool has_registers(const struct dp_desc *d, unsigned space)
{
	for (size_t i = 0; i < d->n_regs; i++)
		if (d->regs[i].space == space)
			return true;
	return false;
}

static void put_space(struct svd_out *o, unsigned space)
{
	const struct dp_desc *d = o->cv->desc;
	const struct dp_desc_space *s = &d->spaces[space];
	bool only = !strcmp(s->name, "main");

	if (!has_registers(d, space))
		return;
	if (dp_is_behind(s)) {
		dp_convert_note_at(o->cv, &s->pos,
				   "space '%s' is reached through other registers: left out",
				   s->name);
		return;
	}
	open_tag(o, "peripheral");
	put_text(o, "name", only ? d->name : s->name);
	put_text(o, "description", only ? d->title : s->doc);
	put_hex(o, "baseAddress", s->offset);
	put_address_block(o, dp_place_end(o->cv, d, space, 1));
	open_tag(o, "registers");
	for (size_t i = 0; i < d->n_regs; i++)
		if (d->regs[i].space == space)
			put_register(o, d, &d->regs[i], 1);
	close_tag(o, "registers");
	close_tag(o, "peripheral");
}

/* an earlier block of the same kind, whose registers need not be said again */
static const struct dp_block *same_as(const struct dp_desc *d, const struct dp_block *b)
{
	for (const struct dp_block *e = d->blocks; e < b; e++)
		if (e->sub == b->sub && e->step == b->step && !e->array)
			return e;
	return NULL;
}

static void put_peripheral(struct svd_out *o, const struct dp_block *b)
{
	const struct dp_desc *d = o->cv->desc;
	const struct dp_block *base = same_as(d, b);
	struct dp_place_of p;
	char name[160];

	if (dp_is_behind(&d->spaces[b->space]) || dp_place_of_block(o->cv, d, b, 1, &p))
		return;
	if (p.dims > 1 || p.offsets) {
		dp_convert_note_at(o->cv, &b->pos,
				   "'%s' is no array that goes on by one step: left out", b->name);
		return;
	}
	snprintf(name, sizeof(name), "%s%s", b->name, b->array ? "[%s]" : "");
	indent(o);
	fprintf(o->f, base ? "<peripheral derivedFrom=\"%s\">\n" : "<peripheral>\n",
		base ? base->name : "");
	o->depth++;
	if (b->array)
		put_dim(o, p.count, p.strides[0]);
	put_text(o, "name", name);
	put_text(o, "description", b->doc ? b->doc : b->sub->title);
	put_hex(o, "baseAddress", d->spaces[b->space].offset + p.base);
	if (!base) {
		put_address_block(o, dp_place_end(o->cv, b->sub, 0, b->step));
		open_tag(o, "registers");
		put_content(o, b->sub, 0, b->step);
		close_tag(o, "registers");
	}
	close_tag(o, "peripheral");
}

static void put_head(struct svd_out *o)
{
	const struct dp_desc *d = o->cv->desc;

	fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	      "<device schemaVersion=\"1.3\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema-instance\" "
	      "xs:noNamespaceSchemaLocation=\"CMSIS-SVD.xsd\">\n",
	      o->f);
	o->depth = 1;
	put_text(o, "name", d->name);
	put_text(o, "version", "1.0");
	put_text(o, "description", d->title ? d->title : d->name);
	put_uint(o, "addressUnitBits", 8);
	put_uint(o, "width", 32);
	put_uint(o, "size", 32);
	put_text(o, "access", "read-write");
	put_hex(o, "resetValue", 0);
	put_hex(o, "resetMask", UINT32_MAX);
}

int dp_svd_export(struct dp_conversion *cv)
{
	const struct dp_desc *d = cv->desc;
	struct svd_out o = {.cv = cv, .f = cv->out};

	put_head(&o);
	dp_convert_lost_parts(cv);
	open_tag(&o, "peripherals");
	for (unsigned i = 0; i < d->n_spaces; i++)
		put_space(&o, i);
	for (size_t i = 0; i < d->n_blocks; i++)
		put_peripheral(&o, &d->blocks[i]);
	close_tag(&o, "peripherals");
	close_tag(&o, "device");
	return 0;
}
