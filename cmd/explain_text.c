/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain_text.c - explain for people
 *
 *   CTRL  main+0x14  32 bits  rw
 *     Device control
 *     6..4    MODE  speed of the engine
 *                   0 stop, 1 slow, 2 fast
 *     8       ERR   [w1c] the last command failed
 */
#include <stdio.h>
#include <string.h>

#include "explain_text.h"
#include "out.h"
#include "render.h"

#define COLUMNS 96

/* lines below each other, @indent from the left; the first may go on behind a name */
struct lines {
	int indent, gap;
	bool begun;
};

static void lead(struct lines *l)
{
	out("%*s", l->begun ? l->indent : l->gap, "");
	l->begun = true;
}

/* each line of a text that may have several */
static void text_lines(struct lines *l, const char *text)
{
	while (text && *text) {
		int n = render_first_line(text);

		lead(l);
		out("%.*s\n", n, text);
		text += n + (text[n] == '\n');
	}
}

/* ----------------------------------------------------------------- access */

/* words between two brackets, or two spaces */
struct list {
	char text[256];
	size_t n;
};

static void add(struct list *l, const char *word)
{
	l->n += (size_t)snprintf(l->text + l->n, sizeof(l->text) - l->n, "%s%s", l->n ? ", " : "",
				 word);
	if (l->n >= sizeof(l->text))
		l->n = sizeof(l->text) - 1;
}

/* a description may name verbs that other versions have */
static bool is_verb(const char *text)
{
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, " "), text);
	return verb_by_name(name);
}

static const char *reading(const char *on_read)
{
	return !strcmp(on_read, "clear") ? "clears on read"
	       : !strcmp(on_read, "set") ? "sets on read"
					 : "reading has an effect";
}

static void effects(struct list *l, const struct dp_ref_info *i, const struct dp_ref_info *than)
{
	if (!than || strcmp(i->sw, than->sw))
		add(l, i->sw);
	if (strcmp(i->on_read, "none") && !(than && !strcmp(i->on_read, than->on_read)))
		add(l, reading(i->on_read));
	if (strcmp(i->on_write, "store") && !(than && !strcmp(i->on_write, than->on_write)))
		add(l, i->on_write);
	if (strcmp(i->kind, "register") && !than)
		add(l, i->kind);
}

static void access_words(struct list *l, const struct dp_ref_info *i,
			 const struct dp_ref_info *than)
{
	char verb[96], lock[96];

	effects(l, i, than);
	if (i->is_volatile && !(than && than->is_volatile))
		add(l, "volatile");
	if (i->is_unique && !(than && than->is_unique))
		add(l, "unique");
	if (i->is_const && !(than && than->is_const))
		add(l, "const");
	if (i->lock && !(than && than->lock && !strcmp(i->lock, than->lock))) {
		snprintf(lock, sizeof(lock), "written while %.60s is 1", i->lock);
		add(l, lock);
	}
	if (i->verb && is_verb(i->verb)) {
		snprintf(verb, sizeof(verb), "properly by `devpoke %.60s`", i->verb);
		add(l, verb);
	}
}

/* ---------------------------------------------------------------- meaning */

static void scaled(struct lines *l, const struct dp_ref_info *i)
{
	bool factor = i->scale != 1;

	if (!i->unit && !i->bias && !factor)
		return;
	lead(l);
	out("%s%s", i->unit ? "in " : "means", i->unit ? i->unit : "");
	if (i->bias || factor)
		out("%s %sraw", i->unit ? ":" : "", i->bias && factor ? "(" : "");
	if (i->bias)
		out(" %c %jd%s", i->bias < 0 ? '-' : '+',
		    (intmax_t)(i->bias < 0 ? -i->bias : i->bias), factor ? ")" : "");
	if (factor)
		out(" * %.15g", i->scale);
	out_str("\n");
}

/* the words of an enum or flags */
struct words {
	struct lines *lines;
	int column;
	size_t n;
	bool docs;
};

static int see_doc(void *arg, const char *word, uint64_t value, const char *doc)
{
	struct words *w = arg;

	(void)word;
	(void)value;
	w->docs |= doc && *doc;
	return 0;
}

static int on_word(void *arg, const char *word, uint64_t value, const char *doc)
{
	struct words *w = arg;
	char text[128];
	int len = snprintf(text, sizeof(text), value < 10 ? "%ju %s" : "0x%jx %s", (uintmax_t)value,
			   word);

	if (w->docs) {
		lead(w->lines);
		out("%s%s%s\n", text, doc && *doc ? ": " : "", doc ? doc : "");
		return 0;
	}
	if (w->n && w->column + len + 2 < COLUMNS) {
		out(", %s", text);
		w->column += len + 2;
	} else {
		if (w->n)
			out_str(",\n");
		lead(w->lines);
		out_str(text);
		w->column = w->lines->indent + len;
	}
	w->n++;
	return 0;
}

static void words_of(struct lines *l, const struct dp_ref *ref, bool write)
{
	struct words w = {.lines = l};

	dp_ref_words(ref, write, see_doc, &w);
	dp_ref_words(ref, write, on_word, &w);
	if (w.n)
		out_str("\n");
}

static void words(struct lines *l, const struct dp_ref *ref)
{
	struct dp_ref_info i;

	words_of(l, ref, false);
	dp_ref_info(ref, &i);
	if (!i.write_words)
		return;
	lead(l);
	out_str("and is written:\n");
	words_of(l, ref, true);
}

/* --------------------------------------------------------------- register */

static void place(const struct dp_ref_info *i)
{
	if (i->located)
		out("%s+0x%jx", i->space, (uintmax_t)i->offset);
	else if (strchr(i->offset_text, ' '))
		out("%s+(%s)", i->space, i->offset_text);
	else
		out("%s+%s", i->space, i->offset_text);
}

/* "8 of them, 0x8 apart" */
static void array(const struct dp_ref_info *i, const struct dp_ref *last, size_t n)
{
	struct dp_ref_info end;

	dp_ref_info(last, &end);
	out("  %zu of them", n);
	if (i->located && end.located)
		out(", 0x%jx apart", (uintmax_t)((end.offset - i->offset) / (n - 1)));
	else
		out(", the last at %s", end.offset_text);
	out_str("\n");
}

static void joined(const struct dp_ref *ref)
{
	const char *part, *latch = NULL;
	bool latches;

	out_str("  joins ");
	for (size_t k = 0; (part = dp_ref_part(ref, k, &latches)); k++) {
		out("%s%s", k ? ", " : "", part);
		latch = latches ? part : latch;
	}
	if (latch)
		out("; reading %s latches the others", latch);
	out_str("\n");
}

void explain_head(const struct dp_ref *ref, const struct dp_ref *last, size_t n)
{
	struct lines lines = {.indent = 2, .begun = true};
	struct list access = {.n = 0};
	struct dp_ref_info i;
	char bits[16];

	dp_ref_info(ref, &i);
	if (i.raw) {
		place(&i);
		out_str("  no register begins here\n");
		return;
	}
	out("%s  ", i.path);
	place(&i);
	render_bits(bits, sizeof(bits), i.hi, i.lo);
	if (strcmp(i.path, i.reg_path))
		out("  bit%s %s of %s", i.hi == i.lo ? "" : "s", bits, i.reg_path);
	else
		out("  %u bits", i.width);
	access_words(&access, &i, NULL);
	out("  %s\n", access.text);
	if (n > 1)
		array(&i, last, n);
	text_lines(&lines, i.doc);
	text_lines(&lines, i.ref);
	if (i.joined)
		joined(ref);
	if (i.alternate)
		out("  another view of %s\n", i.alternate);
	if (i.when)
		out("  only when %s\n", i.when);
	if (i.has_reset) {
		out_str("  reset ");
		out_hex(dp_wide_of(i.reset), i.hi - i.lo + 1);
		if (~i.reset_mask & (~0ull >> (63 - (i.hi - i.lo)))) {
			out_str("; known are the bits of ");
			out_hex(dp_wide_of(i.reset_mask), i.hi - i.lo + 1);
		}
		out_str("\n");
	}
	scaled(&lines, &i);
	words(&lines, ref);
}

void explain_field(const struct dp_ref *ref, const struct dp_ref_info *reg, int name_width)
{
	struct lines lines = {.indent = 2 + 6 + 2 + name_width + 2};
	struct list access = {.n = 0};
	struct dp_ref_info i;
	const char *name;
	char bits[16];

	dp_ref_info(ref, &i);
	name = strrchr(i.path, '.') + 1;
	lines.gap = name_width + 2 - (int)strlen(name);
	render_bits(bits, sizeof(bits), i.hi, i.lo);
	access_words(&access, &i, reg);
	out("  %-6s  %s", bits, name);
	if (access.n) {
		lead(&lines);
		out("[%s]", access.text);
		lines.gap = 1;
		lines.begun = false;
	}
	text_lines(&lines, i.doc);
	scaled(&lines, &i);
	words(&lines, ref);
	if (!lines.begun)
		out_str("\n");
}
