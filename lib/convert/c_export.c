/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * c_export.c - a description as a C header: macros only, for C and C++
 *
 * NAME_REG is an offset in its space or block, NAME_REG(i) that of an element; _SHIFT, _MASK and
 * words are of fields; NAME_BLOCK_BASE is where a block is.
 */
#include <ctype.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "convert/place.h"
#include "core/bits.h"
#include "core/chars.h"

#define NAME_MAX_LEN 512

struct c_out {
	struct dp_conversion *cv;
	FILE *f;
	void *seen; /* macros */
	void *done; /* kinds */
	char prefix[NAME_MAX_LEN];
	size_t device; /* characters of it that are the device's */
	bool failed;
};

/* ------------------------------------------------------------------- macros */

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* a register file as blocks have it: with their step */
struct kind {
	const struct dp_desc *d;
	uint64_t step;
};

static int by_kind(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	if (x->d != y->d)
		return x->d < y->d ? -1 : 1;
	return x->step < y->step ? -1 : x->step > y->step;
}

static void nothing(void *name)
{
	(void)name;
}

/* PREFIX_A_B, in capitals; of two that would be the same the second has a '_' more */
static void macro_name(struct c_out *o, char *out, const struct dp_pos *pos, const char *a,
		       const char *b, const char *c)
{
	const char *parts[] = {o->prefix, a, b, c};
	size_t n = 0;
	char *kept;

	for (size_t i = 0; i < 4; i++) {
		if (!parts[i])
			continue;
		if (n && n + 1 < NAME_MAX_LEN)
			out[n++] = '_';
		for (const char *s = parts[i]; *s && n + 1 < NAME_MAX_LEN; s++)
			out[n++] = dp_is_word(*s) ? (char)toupper((unsigned char)*s) : '_';
	}
	out[n] = 0;
	if (tfind(out, &o->seen, by_name)) {
		while (tfind(out, &o->seen, by_name) && n + 1 < NAME_MAX_LEN) {
			out[n++] = '_';
			out[n] = 0;
		}
		dp_convert_note_at(o->cv, pos, "a macro is '%.100s': the name before it is taken",
				   out);
	}
	kept = dp_arena_strndup(o->cv->arena, out, n);
	o->failed |= !kept || !tsearch(kept, &o->seen, by_name);
}

/* a comment must not end in the middle of a doc */
static void put_comment(FILE *f, const char *s)
{
	for (; *s; s++) {
		if (*s == '*' && s[1] == '/')
			fputs("* ", f);
		else if (*s == '/' && s[1] == '*')
			fputs("/ ", f);
		else if (*s == '\n')
			fputc(' ', f);
		else
			fputc(*s, f);
	}
}

static void put_number(FILE *f, uint64_t v)
{
	fprintf(f, v > UINT32_MAX ? "0x%" PRIx64 "ULL" : "0x%" PRIx64 "U", v);
}

static void define(struct c_out *o, const struct dp_pos *pos, const char *a, const char *b,
		   const char *c, uint64_t v)
{
	char name[NAME_MAX_LEN];

	macro_name(o, name, pos, a, b, c);
	fprintf(o->f, "#define %s ", name);
	put_number(o->f, v);
	fputc('\n', o->f);
}

/* what is counted, not addressed */
static void define_count(struct c_out *o, const struct dp_pos *pos, const char *a, const char *b,
			 const char *c, uint64_t v)
{
	char name[NAME_MAX_LEN];

	macro_name(o, name, pos, a, b, c);
	fprintf(o->f, "#define %s %" PRIu64 "U\n", name, v);
}

/* ------------------------------------------------------------------- fields */

static void put_words(struct c_out *o, const struct dp_reg *r, const char *field,
		      const struct dp_words *w, const struct dp_pos *pos)
{
	char name[NAME_MAX_LEN];

	for (size_t i = 0; w && i < w->n; i++) {
		snprintf(name, sizeof(name), "%s%s%s", field ? field : "", field ? "_" : "",
			 w->v[i].name);
		define(o, pos, r->name, name, NULL, w->v[i].value);
	}
}

static void put_fmt(struct c_out *o, const struct dp_reg *r, const char *field,
		    const struct dp_fmt *fmt, const struct dp_pos *pos)
{
	put_words(o, r, field, fmt->words, pos);
	put_words(o, r, field, fmt->write_words, pos);
}

static void put_field(struct c_out *o, const struct dp_reg *r, const struct dp_field *f)
{
	define_count(o, &f->pos, r->name, f->name, "SHIFT", f->lo);
	define(o, &f->pos, r->name, f->name, "MASK", dp_bits_mask(f->hi, f->lo));
	put_fmt(o, r, f->name, &f->fmt, &f->pos);
}

/* --------------------------------------------------------------- registers */

/* "(0x10U + 0x8U * (i))" */
static void put_element(FILE *f, const struct dp_place_of *p)
{
	fputc('(', f);
	put_number(f, p->base);
	for (unsigned d = 0; d < p->dims; d++) {
		fputs(" + ", f);
		put_number(f, p->strides[d]);
		fprintf(f, " * (%c)", "ijkl"[d]);
	}
	fputc(')', f);
}

static void put_indices(FILE *f, unsigned dims)
{
	fputc('(', f);
	for (unsigned d = 0; d < dims; d++)
		fprintf(f, "%s%c", d ? ", " : "", "ijkl"[d]);
	fputc(')', f);
}

/* the place of @name, of which there are several when @p has dimensions */
static void put_place(struct c_out *o, const struct dp_pos *pos, const char *name, const char *what,
		      const struct dp_place_of *p)
{
	char macro[NAME_MAX_LEN], count[24];

	if (!p->dims) {
		define(o, pos, name, what, NULL, p->base);
		return;
	}
	if (p->offsets) {
		for (uint64_t i = 0; i < p->count; i++) {
			snprintf(count, sizeof(count), "%" PRIu64, i);
			define(o, pos, name, count, what, dp_place_at(p, i));
		}
		return;
	}
	macro_name(o, macro, pos, name, what, NULL);
	fprintf(o->f, "#define %s", macro);
	put_indices(o->f, p->dims);
	fputc(' ', o->f);
	put_element(o->f, p);
	fputc('\n', o->f);
	for (unsigned d = 0; d < p->dims; d++) {
		snprintf(count, sizeof(count), d ? "COUNT_%u" : "COUNT", d + 1);
		define_count(o, pos, name, count, NULL, p->counts[d]);
	}
}

static void put_register(struct c_out *o, const struct dp_desc *d, const struct dp_reg *r,
			 uint64_t step)
{
	struct dp_place_of p;

	if (dp_place_of_reg(o->cv, d, r, step, &p))
		return;
	fprintf(o->f, "\n/* %s, %u bits, %s", r->name, r->width, dp_sw_name(r->attr.sw));
	if (r->doc) {
		fputs(": ", o->f);
		put_comment(o->f, r->doc);
	}
	fputs(" */\n", o->f);
	put_place(o, &r->pos, r->name, NULL, &p);
	if (r->has_reset)
		define(o, &r->pos, r->name, "RESET", NULL, r->reset);
	for (size_t i = 0; i < r->n_fields; i++)
		put_field(o, r, &r->fields[i]);
	if (!r->n_fields)
		put_fmt(o, r, NULL, &r->fmt, &r->pos);
}

/* ------------------------------------------------------------------- blocks */

static void put_content(struct c_out *o, const struct dp_desc *d, uint64_t step);

/* the registers of a block's kind once, whoever has it, as DEVICE_KIND_, or with a step of 4
 * DEVICE_KIND_X4_ */
static void put_kind(struct c_out *o, const struct dp_block *b, uint64_t step)
{
	struct kind *kind = dp_arena_alloc(o->cv->arena, sizeof(*kind));
	char before[NAME_MAX_LEN], by[24] = "";

	if (!kind) {
		o->failed = true;
		return;
	}
	*kind = (struct kind){b->sub, step * b->step};
	if (tfind(kind, &o->done, by_kind))
		return;
	o->failed |= !tsearch(kind, &o->done, by_kind);
	if (kind->step != 1)
		snprintf(by, sizeof(by), "_X%" PRIu64, kind->step);
	memcpy(before, o->prefix, sizeof(before));
	snprintf(o->prefix + o->device, sizeof(o->prefix) - o->device, "_%s%s", b->sub->name, by);
	put_content(o, b->sub, kind->step);
	memcpy(o->prefix, before, sizeof(before));
}

static void put_content(struct c_out *o, const struct dp_desc *d, uint64_t step)
{
	struct dp_place_of p;

	for (size_t i = 0; i < d->n_regs; i++)
		put_register(o, d, &d->regs[i], step);
	for (size_t i = 0; i < d->n_blocks; i++) {
		const struct dp_block *b = &d->blocks[i];

		if (dp_place_of_block(o->cv, d, b, step, &p))
			continue;
		fprintf(o->f, "\n/* %s: %s", b->name, b->sub->name);
		if (b->doc) {
			fputs(", ", o->f);
			put_comment(o->f, b->doc);
		}
		fputs(" */\n", o->f);
		put_place(o, &b->pos, b->name, "BASE", &p);
	}
	for (size_t i = 0; i < d->n_blocks; i++)
		put_kind(o, &d->blocks[i], step);
}

/* ------------------------------------------------------------------- the whole */

static void put_guard(struct c_out *o, char guard[NAME_MAX_LEN])
{
	const struct dp_desc *d = o->cv->desc;
	char name[NAME_MAX_LEN];
	size_t n = 0;

	/* a name that begins with a digit is no prefix of C */
	if (dp_is_digit(d->name[0]))
		name[n++] = '_';
	for (const char *s = d->name; *s && n + 1 < sizeof(name); s++)
		name[n++] = dp_is_word(*s) ? (char)toupper((unsigned char)*s) : '_';
	name[n] = 0;
	snprintf(o->prefix, sizeof(o->prefix), "%.500s", name);
	o->device = strlen(o->prefix);
	snprintf(guard, NAME_MAX_LEN, "%.500s_REGS_H", name);
}

int dp_c_export(struct dp_conversion *cv)
{
	const struct dp_desc *d = cv->desc;
	struct c_out o = {.cv = cv, .f = cv->out};
	char guard[NAME_MAX_LEN];

	put_guard(&o, guard);
	fprintf(o.f, "/* %s: ", d->name);
	put_comment(o.f, d->title ? d->title : "registers");
	fputs(".  Made by `devpoke desc export`", o.f);
	if (d->ref) {
		fputs(" of ", o.f);
		put_comment(o.f, d->ref);
	}
	fprintf(o.f, " */\n#ifndef %s\n#define %s\n", guard, guard);
	dp_convert_lost_parts(cv);
	put_content(&o, d, 1);
	fprintf(o.f, "\n#endif /* %s */\n", guard);
	tdestroy(o.seen, nothing);
	tdestroy(o.done, nothing);
	return o.failed ? dp_err_nomem(cv->err) : 0;
}
