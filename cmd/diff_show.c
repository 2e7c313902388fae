/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff_show.c - what differs, for people and for JSON */
#include "diff.h"
#include "msg.h"
#include "out.h"

#define COLOR_A "\033[31m"
#define COLOR_B "\033[32m"

static void json_value_of(struct json *j, const char *key, unsigned bits, const struct seen *s)
{
	if (s)
		json_wide(j, key, s->value, bits);
	else
		json_null(j, key);
}

static void json_differs(struct diff *d, const char *path, unsigned bits, const struct seen *a,
			 const struct seen *b)
{
	struct json *j = json_item(d->differs);

	json_str(j, "path", path);
	json_value_of(j, "a", bits, a);
	json_value_of(j, "b", bits, b);
	json_str(j, "text_a", a ? a->text : NULL);
	json_str(j, "text_b", b ? b->text : NULL);
}

static void value(const struct diff *d, const char *color, unsigned bits, const struct seen *s)
{
	out_str(d->color ? color : "");
	if (bits == 1)
		out("%u", (unsigned)s->value.lo);
	else
		out_hex(s->value, bits);
	if (s->text && *s->text)
		out(" (%s)", s->text);
	out_str(d->color ? "\033[0m" : "");
}

void diff_show(struct diff *d, const char *path, unsigned bits, const struct seen *a,
	       const struct seen *b)
{
	d->any = true;
	if (d->c->doc) {
		json_differs(d, path, bits, a, b);
		return;
	}
	out("%-20s  ", path);
	value(d, COLOR_A, bits, a);
	out_str(" -> ");
	value(d, COLOR_B, bits, b);
	out_str("\n");
}

void diff_show_one(struct diff *d, const char *path, unsigned bits, const struct seen *a,
		   const struct seen *b)
{
	d->any = true;
	if (d->c->doc) {
		json_differs(d, path, bits, a, b);
		return;
	}
	out("%-20s  ", path);
	value(d, a ? COLOR_A : COLOR_B, bits, a ? a : b);
	out("  only in '%s'\n", a ? d->a.word : d->b.word);
}

void diff_show_end(struct diff *d)
{
	struct json *hidden = json_map(d->c->doc, "hidden");
	uint64_t n = d->hidden_volatile + d->hidden_unique;

	json_uint(hidden, "volatile", d->hidden_volatile);
	json_uint(hidden, "unique", d->hidden_unique);
	json_uint(hidden, "skipped", d->skipped);
	if (d->c->doc || d->c->quiet || (!n && !d->skipped))
		return;
	if (n)
		out("hidden: %ju volatile, %ju unique (--all)%s", (uintmax_t)d->hidden_volatile,
		    (uintmax_t)d->hidden_unique, d->skipped ? "; " : "");
	if (d->skipped)
		out("not compared: %ju", (uintmax_t)d->skipped);
	out_str("\n");
}
