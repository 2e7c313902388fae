/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svd_words.c - enumeratedValues: words of a field */
#include <stdio.h>
#include <string.h>

#include "convert/svd_read.h"
#include "core/bits.h"

static bool has_value(const struct svd_word *w, uint64_t value)
{
	for (; w; w = w->next)
		if (w->value == value)
			return true;
	return false;
}

/* words of one set being read */
struct set {
	struct svd_names names;
	struct svd_word *first, **end;
};

static void add_word(struct svd_reader *r, struct set *set, const struct dp_xml *x,
		     const char *name, uint64_t value)
{
	struct svd_word *w;

	if (has_value(set->first, value)) {
		dp_convert_note(r->cv, x->line, "'%.60s' is a second word for %llu", name,
				(unsigned long long)value);
		return;
	}
	w = svd_may_add(r, x) ? svd_alloc(r, sizeof(*w)) : NULL;
	if (!w)
		return;
	w->name = svd_name(&set->names, "value", name, x->line);
	w->doc = svd_doc(r, x);
	w->value = value;
	r->failed |= !w->name;
	*set->end = w;
	set->end = &w->next;
}

/* all values that a pattern such as #1x0 stands for */
static void add_pattern(struct svd_reader *r, struct set *set, const struct dp_xml *x,
			uint64_t value, uint64_t open)
{
	const char *name = svd_text(x, "name");
	uint64_t sub = 0;
	char each[128];

	if (__builtin_popcountll(open) > 8) {
		dp_convert_note(r->cv, x->line, "'%.60s' stands for more than 256 values", name);
		return;
	}
	do {
		snprintf(each, sizeof(each), "%.80s_%llu", name, (unsigned long long)(value | sub));
		add_word(r, set, x, each, value | sub);
		sub = (sub - open) & open;
	} while (sub && !r->failed);
}

static void read_word(struct svd_reader *r, struct set *set, const struct dp_xml *x, unsigned bits)
{
	const char *name = svd_text(x, "name"), *rest = svd_text(x, "isDefault");
	const struct dp_xml *v = dp_xml_child(x, "value");
	uint64_t value, open, all = dp_ones(bits);

	if (!v && rest) {
		dp_convert_note(r->cv, x->line,
				"'%.60s' stands for all other values: they have no "
				"word here",
				name ? name : "isDefault");
		return;
	}
	if (!v || !name || !svd_number(v->text, &value, &open)) {
		dp_convert_note(r->cv, x->line, "an <enumeratedValue> without a %s",
				name ? "value that is a number" : "name");
		return;
	}
	if (value & ~all) {
		dp_convert_note(r->cv, v->line, "'%.60s': %.40s does not fit into %u bit%s", name,
				v->text, bits, bits == 1 ? "" : "s");
		return;
	}
	if (open & all) {
		add_pattern(r, set, x, value, open & all);
		return;
	}
	add_word(r, set, x, name, value);
}

static struct svd_word *read_words(struct svd_reader *r, const struct dp_xml *x, unsigned bits)
{
	struct set set = {.names = {.cv = r->cv, .max = 63}};

	set.end = &set.first;
	svd_text(x, "name");
	for (const struct dp_xml *v = dp_xml_child(x, "enumeratedValue"); v && !r->failed;
	     v = dp_xml_again(v))
		read_word(r, &set, v, bits);
	svd_names_end(&set.names);
	return set.first;
}

/* one set for both directions, or one for each ("usage") */
void svd_enums(struct svd_reader *r, const struct dp_xml *x, struct svd_field *f)
{
	const unsigned bits = f->hi - f->lo + 1;

	for (const struct dp_xml *e = dp_xml_child(x, "enumeratedValues"); e && !r->failed;
	     e = dp_xml_again(e)) {
		const char *usage = svd_text(e, "usage");
		bool write = usage && !strcmp(usage, "write");
		struct svd_word **set = write ? &f->write_words : &f->words;

		if (*set)
			dp_convert_note(r->cv, e->line, "a second set of values for %s",
					write ? "writes" : "reads");
		else
			*set = read_words(r, e, bits);
	}
	if (!f->words && f->write_words && f->attr.sw == DP_SW_WO) {
		f->words = f->write_words;
		f->write_words = NULL;
	}
}
