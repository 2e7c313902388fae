/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svd_yaml.c - the register model as a description of ours
 *
 * All peripherals: each a block at its bus address, for the target `mem`.  One alone: an IP
 * block, for a window that begins where the peripheral does.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/svd.h"
#include "core/bits.h"
#include "core/chars.h"
#include "desc/yaml_out.h"

/* ------------------------------------------------------------------ registers */

static void put_attr(struct dp_yaml_out *y, const struct dp_attr *a, const struct dp_attr *above)
{
	if (a->sw != above->sw)
		dp_yaml_word(y, "sw", dp_sw_name(a->sw));
	if (a->once != above->once)
		dp_yaml_word(y, "once", a->once ? "true" : "false");
	if (a->on_read != above->on_read)
		dp_yaml_word(y, "on_read", dp_on_read_name(a->on_read));
	if (a->on_write != above->on_write)
		dp_yaml_word(y, "on_write", dp_on_write_name(a->on_write));
}

static void put_words(struct dp_yaml_out *y, const char *key, const struct svd_word *w)
{
	char value[24];

	if (!w)
		return;
	dp_yaml_map(y, key, true);
	for (; w; w = w->next) {
		snprintf(value, sizeof(value), "%" PRIu64, w->value);
		if (!w->doc) {
			dp_yaml_word(y, value, w->name);
			continue;
		}
		dp_yaml_map(y, value, true);
		dp_yaml_word(y, "name", w->name);
		dp_yaml_text(y, "doc", w->doc);
		dp_yaml_map_end(y);
	}
	dp_yaml_map_end(y);
}

static void put_bits(struct dp_yaml_out *y, const char *key, const struct svd_field *f)
{
	char bits[24];

	if (f->hi == f->lo)
		snprintf(bits, sizeof(bits), "%u", f->lo);
	else
		snprintf(bits, sizeof(bits), "%u..%u", f->hi, f->lo);
	dp_yaml_word(y, key, bits);
}

static void put_field(struct dp_yaml_out *y, const struct svd_field *f, const struct dp_attr *above)
{
	bool same = f->attr.sw == above->sw && f->attr.once == above->once &&
		    f->attr.on_read == above->on_read && f->attr.on_write == above->on_write;

	if (same && !f->doc && !f->words && !f->write_words) {
		put_bits(y, f->name, f);
		return;
	}
	dp_yaml_map(y, f->name, true);
	put_bits(y, "bits", f);
	put_attr(y, &f->attr, above);
	put_words(y, "enum", f->words);
	put_words(y, "write_enum", f->write_words);
	dp_yaml_text(y, "doc", f->doc);
	dp_yaml_map_end(y);
}

static void put_dim(struct dp_yaml_out *y, const struct svd_dim *dim)
{
	if (!dim->count)
		return;
	dp_yaml_map(y, "array", true);
	dp_yaml_uint(y, "count", dim->count);
	dp_yaml_hex(y, "stride", dim->step);
	dp_yaml_map_end(y);
}

static void put_reg(struct dp_yaml_out *y, const struct svd_reg *r)
{
	const struct dp_attr none = {.sw = DP_SW_RW};

	dp_yaml_map(y, r->name, false);
	dp_yaml_hex(y, "offset", r->offset);
	if (r->width != 32)
		dp_yaml_uint(y, "width", r->width);
	if (r->widths)
		dp_yaml_uint(y, "widths", r->widths);
	put_dim(y, &r->dim);
	put_attr(y, &r->attr, &none);
	if (r->reset_mask)
		dp_yaml_hex(y, "reset", r->reset);
	if (r->reset_mask && r->reset_mask != dp_ones(r->width))
		dp_yaml_hex(y, "reset_mask", r->reset_mask);
	if (r->view_of)
		dp_yaml_word(y, "alternate", r->view_of->name);
	dp_yaml_text(y, "doc", r->doc);
	if (r->fields)
		dp_yaml_map(y, "fields", false);
	for (const struct svd_field *f = r->fields; f; f = f->next)
		put_field(y, f, &r->attr);
	if (r->fields)
		dp_yaml_map_end(y);
	dp_yaml_map_end(y);
}

/* -------------------------------------------------------------- register files */

static void put_block(struct dp_yaml_out *y, const struct svd_block *b, const char *space)
{
	char at[48];

	snprintf(at, sizeof(at), "%s0x%" PRIx64, space, b->offset);
	dp_yaml_map(y, b->name, true);
	dp_yaml_word(y, "use", b->content->name);
	dp_yaml_word(y, "at", at);
	put_dim(y, &b->dim);
	dp_yaml_text(y, "doc", b->doc);
	dp_yaml_map_end(y);
}

static void put_file(struct dp_yaml_out *y, const struct svd_file *f)
{
	if (f->regs)
		dp_yaml_map(y, "registers", false);
	for (const struct svd_reg *r = f->regs; r; r = r->next)
		if (!r->left_out)
			put_reg(y, r);
	if (f->regs)
		dp_yaml_map_end(y);
	if (f->blocks)
		dp_yaml_map(y, "blocks", false);
	for (const struct svd_block *b = f->blocks; b; b = b->next)
		put_block(y, b, "");
	if (f->blocks)
		dp_yaml_map_end(y);
}

/* @but: stands at the top level, and needs no type */
static void put_types(struct dp_yaml_out *y, const struct svd_device *d, const struct svd_file *but)
{
	bool any = false;

	for (const struct svd_file *f = d->files; f; f = f->next) {
		if (f == but)
			continue;
		if (!any)
			dp_yaml_map(y, "types", false);
		any = true;
		dp_yaml_map(y, f->name, false);
		put_file(y, f);
		dp_yaml_map_end(y);
	}
	if (any)
		dp_yaml_map_end(y);
}

/* ------------------------------------------------------------------ the whole */

/* names of types are ours to choose: a peripheral's, behind those that it is in */
static int name_types(struct dp_conversion *cv, const struct svd_device *d)
{
	struct svd_names names = {.cv = cv, .max = 63};
	bool failed = false;

	for (struct svd_file *f = d->files; f && !failed; f = f->next) {
		f->name = svd_name(&names, NULL, f->name, 0);
		failed = !f->name;
	}
	svd_names_end(&names);
	return failed ? dp_err_nomem(cv->err) : 0;
}

static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

static void comment(FILE *out, const char *text)
{
	while (text && *text) {
		size_t len = strcspn(text, "\r\n"), skip = strspn(text, " \t");

		skip = skip < len ? skip : len;
		fprintf(out, len > skip ? "# %.*s\n" : "#%.*s\n", (int)(len - skip), text + skip);
		text += len;
		text += *text == '\r';
		text += *text == '\n';
	}
}

static void put_comments(const struct dp_conversion *cv, const struct svd_device *d)
{
	const struct svd_block *p = d->peripherals;

	fprintf(cv->out, "# Made by `devpoke desc import --from svd` of %s%s%s%s%s\n",
		base_name(cv->file), d->version ? ", version " : "", d->version ? d->version : "",
		d->vendor ? ", " : "", d->vendor ? d->vendor : "");
	if (cv->opts->peripheral)
		fprintf(cv->out, "# %s is at 0x%" PRIx64 " there: mem:0x%" PRIx64 "..+LENGTH\n",
			p->name, p->offset, p->offset);
	else
		fputs("# Blocks are at their addresses on the bus: as of the target `mem`\n",
		      cv->out);
	if (d->license)
		fputs("#\n", cv->out);
	comment(cv->out, d->license);
}

/* as it is called there, in the letters that names of files have */
static const char *own_name(const struct dp_conversion *cv, const struct svd_device *d)
{
	const char *name = cv->opts->peripheral ? d->peripherals->name : d->name;
	char *own =
		dp_arena_strndup(cv->arena, name ? name : "device", strlen(name ? name : "device"));

	for (char *s = own; s && *s; s++)
		*s = *s >= 'A' && *s <= 'Z' ? (char)(*s | 32) : dp_is_word(*s) ? *s : '_';
	return own && *own ? own : "device";
}

static void put_device(struct dp_yaml_out *y, const struct dp_conversion *cv,
		       const struct svd_device *d)
{
	const struct svd_block *p = cv->opts->peripheral ? d->peripherals : NULL;
	char ref[256];

	snprintf(ref, sizeof(ref), "%.120s%s%.100s", base_name(cv->file),
		 d->version ? ", version " : "", d->version ? d->version : "");
	dp_yaml_uint(y, "schema", 1);
	dp_yaml_map(y, "device", false);
	dp_yaml_word(y, "name", cv->opts->name ? cv->opts->name : own_name(cv, d));
	dp_yaml_text(y, "title", p && p->doc ? p->doc : d->title);
	dp_yaml_text(y, "ref", ref);
	dp_yaml_map_end(y);
}

int svd_yaml(struct dp_conversion *cv, const struct svd_device *d)
{
	const struct svd_file *alone = cv->opts->peripheral ? d->peripherals->content : NULL;
	int rc = name_types(cv, d);
	struct dp_yaml_out *y;

	if (rc)
		return rc;
	put_comments(cv, d);
	y = dp_yaml_out_new(cv->out);
	if (!y)
		return dp_err_nomem(cv->err);
	put_device(y, cv, d);
	put_types(y, d, alone);
	if (alone) {
		put_file(y, alone);
	} else {
		dp_yaml_map(y, "blocks", false);
		for (const struct svd_block *b = d->peripherals; b; b = b->next)
			put_block(y, b, "main+");
		dp_yaml_map_end(y);
	}
	return dp_yaml_out_end(y) ? 0 : dp_err_nomem(cv->err);
}
