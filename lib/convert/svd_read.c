/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svd_read.c - elements to the register model: inherited properties and lists written out
 *
 * Section names are those of Arm's "SVD Description (*.svd) Format", 1.3.10.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert/svd.h"
#include "core/bits.h"
#include "core/chars.h"

/* registerPropertiesGroup: what an element does not say is what the one above it says */
struct props {
	uint64_t size, reset, mask;
	struct dp_attr attr; /* access alone is inherited */
};

struct reader {
	struct dp_conversion *cv;
	struct svd_device *d;
	struct svd_file **files;
	size_t items;
	bool failed; /* no memory */
};

static void *alloc(struct reader *r, size_t size)
{
	void *p = dp_arena_alloc(r->cv->arena, size);

	r->failed |= !p;
	return p;
}

/* ------------------------------------------------------------------ values */

static const char *text_of(const struct dp_xml *x, const char *tag)
{
	const struct dp_xml *c = dp_xml_child(x, tag);

	return c && *c->text ? c->text : NULL;
}

/* false: not given, or no number, which is noted */
static bool number_of(struct reader *r, const struct dp_xml *x, const char *tag, uint64_t *out)
{
	const struct dp_xml *c = dp_xml_child(x, tag);
	uint64_t value, open;

	if (!c)
		return false;
	if (svd_number(c->text, &value, &open) && !open) {
		*out = value;
		return true;
	}
	dp_convert_note(r->cv, c->line, "<%s>: '%.40s' is no number", tag, c->text);
	return false;
}

/* descriptions have line breaks and indents of their file */
static const char *doc_of(struct reader *r, const struct dp_xml *x)
{
	const char *s = text_of(x, "description");
	char *doc = s ? alloc(r, strlen(s) + 1) : NULL, *p = doc;

	if (!doc)
		return NULL;
	for (; *s; s++) {
		bool blank = strchr(" \t\r\n", *s) != NULL;

		if (!blank)
			*p++ = *s;
		else if (p > doc && p[-1] != ' ')
			*p++ = ' ';
	}
	return doc;
}

struct word {
	const char *name;
	int value;
};

/* @none when the element is not there or says something else, which is noted */
static int word_of(struct reader *r, const struct dp_xml *x, const char *tag,
		   const struct word *words, int none)
{
	const struct dp_xml *c = dp_xml_child(x, tag);

	for (; c && words->name; words++)
		if (!strcmp(c->text, words->name))
			return words->value;
	if (c)
		dp_convert_note(r->cv, c->line, "<%s>: '%.40s' is none of its words", tag, c->text);
	return none;
}

/* element "access" */
static void read_access(struct reader *r, const struct dp_xml *x, struct dp_attr *a)
{
	static const struct word words[] = {
		{"read-write", DP_SW_RW},
		{"read-only", DP_SW_RO},
		{"write-only", DP_SW_WO},
		{"writeOnce", DP_SW_WO | 0x10},
		{"read-writeOnce", DP_SW_RW | 0x10},
		{NULL, 0},
	};
	int sw = word_of(r, x, "access", words, -1);

	if (sw < 0)
		return;
	a->sw = (enum dp_sw)(sw & 0xf);
	a->once = sw & 0x10;
}

/* elements "modifiedWriteValues" and "readAction"; modifyExternal is an effect whose place is
 * nowhere said */
static void read_effects(struct reader *r, const struct dp_xml *x, struct dp_attr *a)
{
	static const struct word writes[] = {
		{"oneToClear", DP_ONW_W1C},  {"oneToSet", DP_ONW_W1S},
		{"oneToToggle", DP_ONW_W1T}, {"zeroToClear", DP_ONW_W0C},
		{"zeroToSet", DP_ONW_W0S},   {"zeroToToggle", DP_ONW_W0T},
		{"clear", DP_ONW_CLEAR},     {"set", DP_ONW_SET},
		{"modify", DP_ONW_EFFECT},   {NULL, 0},
	};
	static const struct word reads[] = {
		{"clear", DP_ONR_CLEAR},           {"set", DP_ONR_SET}, {"modify", DP_ONR_EFFECT},
		{"modifyExternal", DP_ONR_EFFECT}, {NULL, 0},
	};
	const char *action = text_of(x, "readAction");

	a->on_write =
		(enum dp_on_write)word_of(r, x, "modifiedWriteValues", writes, (int)a->on_write);
	a->on_read = (enum dp_on_read)word_of(r, x, "readAction", reads, (int)a->on_read);
	if (action && !strcmp(action, "modifyExternal"))
		dp_convert_note(r->cv, x->line,
				"a read changes another place, which the file does "
				"not name: an effect of this one here");
}

/* what cannot happen is left out: it would only confuse */
static void settle(struct reader *r, const char *name, unsigned line, struct dp_attr *a)
{
	if (a->sw == DP_SW_RO && a->on_write != DP_ONW_STORE) {
		dp_convert_note(r->cv, line, "'%.60s' is read-only and has modifiedWriteValues",
				name);
		a->on_write = DP_ONW_STORE;
	}
	if (a->sw == DP_SW_WO && a->on_read != DP_ONR_NONE) {
		dp_convert_note(r->cv, line, "'%.60s' is write-only and has a readAction", name);
		a->on_read = DP_ONR_NONE;
	}
}

static void read_props(struct reader *r, const struct dp_xml *x, struct props *p)
{
	number_of(r, x, "size", &p->size);
	number_of(r, x, "resetValue", &p->reset);
	number_of(r, x, "resetMask", &p->mask);
	read_access(r, x, &p->attr);
}

/* -------------------------------------------------------------------- dims */

/* dimElementGroup: @index has one name for each, or is NULL: they count from 0 */
struct list {
	uint64_t count, step;
	const char **index;
};

static bool is_number(const char *s, size_t len)
{
	return len && len < 10 && strspn(s, "0123456789") >= len;
}

/* "0-3", "A-D", "A,B,C" */
static bool read_index(struct reader *r, const char *text, struct list *l)
{
	const char *dash = strchr(text, '-');
	char one[16];

	if (dash && !strchr(text, ',')) {
		bool digits = is_number(text, (size_t)(dash - text)) &&
			      is_number(dash + 1, strlen(dash + 1));
		unsigned long first = digits ? strtoul(text, NULL, 10) : (unsigned char)*text;
		unsigned long last = digits ? strtoul(dash + 1, NULL, 10) : (unsigned char)dash[1];

		if ((!digits && (dash != text + 1 || !dash[1] || dash[2])) ||
		    last - first + 1 != l->count)
			return false;
		for (size_t i = 0; i < l->count && !r->failed; i++) {
			int n = digits ? snprintf(one, sizeof(one), "%lu", first + i)
				       : snprintf(one, sizeof(one), "%c", (int)(first + i));

			l->index[i] = dp_arena_strndup(r->cv->arena, one, (size_t)n);
			r->failed |= !l->index[i];
		}
		return true;
	}
	for (size_t i = 0; i < l->count && !r->failed; i++) {
		size_t len;

		text += strspn(text, " \t\r\n");
		len = strcspn(text, ", \t\r\n");
		if (!len)
			return false;
		l->index[i] = dp_arena_strndup(r->cv->arena, text, len);
		r->failed |= !l->index[i];
		text += len + strspn(text + len, " \t\r\n");
		text += *text == ',';
	}
	return !*text;
}

/* false: there cannot be so many, which is noted.  Without <dim> it is no list */
static bool read_list(struct reader *r, const struct dp_xml *x, struct list *l)
{
	const struct dp_xml *dim = dp_xml_child(x, "dim"), *index = dp_xml_child(x, "dimIndex");

	memset(l, 0, sizeof(*l));
	if (!dim)
		return true;
	number_of(r, x, "dimIncrement", &l->step);
	if (!number_of(r, x, "dim", &l->count) || !l->count || l->count > DP_MAX_ELEMENTS) {
		dp_convert_note(r->cv, dim->line, "<dim>: %.40s elements; 1 to %d: left out",
				dim->text, DP_MAX_ELEMENTS);
		return false;
	}
	if (!index)
		return true;
	l->index = dp_arena_array(r->cv->arena, l->count, sizeof(*l->index));
	r->failed |= !l->index;
	if (!r->failed && !read_index(r, index->text, l)) {
		dp_convert_note(r->cv, index->line, "<dimIndex>: '%.40s' does not name %llu things",
				index->text, (unsigned long long)l->count);
		l->index = NULL;
	}
	return true;
}

/* "R[%s]" is an array, and has indices of its own; "R%s" is a list of single ones */
static bool is_array(const char *name)
{
	return strstr(name, "[%s]") != NULL;
}

static bool counts_from_0(const struct list *l)
{
	char text[24];

	for (size_t i = 0; l->index && i < l->count; i++) {
		snprintf(text, sizeof(text), "%zu", i);
		if (strcmp(l->index[i], text) != 0)
			return false;
	}
	return true;
}

/* @name with @text for its "%s" or "[%s]" */
static const char *fill_in(struct reader *r, const char *name, const char *text)
{
	const char *at = strstr(name, "%s");
	bool brackets = at && at > name && at[-1] == '[' && at[2] == ']';
	size_t room = strlen(name) + strlen(text) + 1;
	char *filled = at ? alloc(r, room) : NULL;

	if (filled)
		snprintf(filled, room, "%.*s%s%s", (int)(at - name) - brackets, name, text,
			 at + 2 + brackets);
	return filled ? filled : name;
}

static const char *element_name(struct reader *r, const char *name, const struct list *l, size_t i)
{
	char number[24];

	if (l->index)
		return fill_in(r, name, l->index[i]);
	snprintf(number, sizeof(number), "%zu", i);
	return fill_in(r, name, number);
}

/* how many things of ours an element is: of an array, one; @dim says the rest */
static uint64_t spread(struct reader *r, const struct dp_xml *x, const char *name, struct list *l,
		       struct svd_dim *dim)
{
	*dim = (struct svd_dim){0};
	if (!read_list(r, x, l))
		return 0;
	if (!l->count)
		return 1;
	if (!is_array(name))
		return l->count;
	if (!counts_from_0(l))
		dp_convert_note(r->cv, x->line,
				"elements of '%.60s' count from 0 here, whatever "
				"dimIndex says",
				name);
	*dim = (struct svd_dim){l->count, l->step};
	return 1;
}

static const char *spread_name(struct reader *r, const char *name, const struct list *l,
			       const struct svd_dim *dim, size_t i)
{
	if (dim->count)
		return fill_in(r, name, "");
	return l->count ? element_name(r, name, l, i) : name;
}

/* a hostile <dim> must not become a large file */
static bool may_add(struct reader *r, const struct dp_xml *x)
{
	if (r->items++ < SVD_MAX_ITEMS)
		return true;
	if (r->items == SVD_MAX_ITEMS + 1)
		dp_convert_note(r->cv, x->line,
				"more than %d registers and fields: the rest is "
				"left out",
				SVD_MAX_ITEMS);
	return false;
}

/* ------------------------------------------------------------------- enums */

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

static void add_word(struct reader *r, struct set *set, const struct dp_xml *x, const char *name,
		     uint64_t value)
{
	struct svd_word *w;

	if (has_value(set->first, value)) {
		dp_convert_note(r->cv, x->line, "'%.60s' is a second word for %llu", name,
				(unsigned long long)value);
		return;
	}
	w = may_add(r, x) ? alloc(r, sizeof(*w)) : NULL;
	if (!w)
		return;
	w->name = svd_name(&set->names, "value", name, x->line);
	w->doc = doc_of(r, x);
	w->value = value;
	r->failed |= !w->name;
	*set->end = w;
	set->end = &w->next;
}

/* all values that a pattern such as #1x0 stands for */
static void add_pattern(struct reader *r, struct set *set, const struct dp_xml *x, uint64_t value,
			uint64_t open)
{
	const char *name = text_of(x, "name");
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

static void read_word(struct reader *r, struct set *set, const struct dp_xml *x, unsigned bits)
{
	const char *name = text_of(x, "name"), *rest = text_of(x, "isDefault");
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

static struct svd_word *read_words(struct reader *r, const struct dp_xml *x, unsigned bits)
{
	struct set set = {.names = {.cv = r->cv, .max = 63}};

	set.end = &set.first;
	text_of(x, "name");
	for (const struct dp_xml *v = dp_xml_child(x, "enumeratedValue"); v && !r->failed;
	     v = dp_xml_again(v))
		read_word(r, &set, v, bits);
	svd_names_end(&set.names);
	return set.first;
}

/* one set for both directions, or one for each ("usage") */
static void read_enums(struct reader *r, const struct dp_xml *x, struct svd_field *f)
{
	const unsigned bits = f->hi - f->lo + 1;

	for (const struct dp_xml *e = dp_xml_child(x, "enumeratedValues"); e && !r->failed;
	     e = dp_xml_again(e)) {
		const char *usage = text_of(e, "usage");
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

/* ------------------------------------------------------------------ fields */

/* "[7:4]", lsb and msb, bitOffset and bitWidth */
static bool read_range(struct reader *r, const struct dp_xml *x, uint64_t *hi, uint64_t *lo)
{
	const struct dp_xml *range = dp_xml_child(x, "bitRange");
	unsigned h, l;
	uint64_t width = 1;
	int n = 0;

	if (range) {
		if (sscanf(range->text, "[%5u:%5u]%n", &h, &l, &n) != 2 || range->text[n])
			return false;
		*hi = h;
		*lo = l;
		return true;
	}
	if (number_of(r, x, "lsb", lo))
		return number_of(r, x, "msb", hi);
	if (!number_of(r, x, "bitOffset", lo))
		return false;
	number_of(r, x, "bitWidth", &width);
	*hi = *lo + width - 1;
	return true;
}

static bool is_taken(const struct svd_field *f, const struct svd_field *new, const char **by)
{
	for (; f; f = f->next)
		if (f->lo <= new->hi &&new->lo <= f->hi) {
			*by = f->name;
			return true;
		}
	return false;
}

static struct svd_field *new_field(struct reader *r, const struct dp_xml *x, struct svd_reg *reg,
				   const char *name, uint64_t hi, uint64_t lo)
{
	struct svd_field *f, at = {.hi = (unsigned)hi, .lo = (unsigned)lo};
	const char *by;

	if (hi < lo || hi >= reg->width) {
		dp_convert_note(r->cv, x->line,
				"field '%.60s' has bits %llu..%llu; '%.60s' has %u: left out", name,
				(unsigned long long)hi, (unsigned long long)lo, reg->name,
				reg->width);
		return NULL;
	}
	if (is_taken(reg->fields, &at, &by)) {
		dp_convert_note(r->cv, x->line, "field '%.60s' overlaps '%.60s': left out", name,
				by);
		return NULL;
	}
	f = may_add(r, x) ? alloc(r, sizeof(*f)) : NULL;
	if (f)
		*f = at;
	return f;
}

static void read_field(struct reader *r, struct svd_names *names, const struct dp_xml *x,
		       struct svd_reg *reg, struct svd_field ***end)
{
	const char *name = text_of(x, "name");
	uint64_t hi, lo, n;
	struct svd_dim dim;
	struct list l;

	if (!name || !read_range(r, x, &hi, &lo)) {
		dp_convert_note(r->cv, x->line, "a <field> without %s: left out",
				name ? "a place that can be read" : "a name");
		return;
	}
	n = spread(r, x, name, &l, &dim);
	n = dim.count ? dim.count : n; /* our fields are no arrays */
	for (uint64_t i = 0; i < n && !r->failed; i++) {
		const char *own = l.count ? element_name(r, name, &l, i) : name;
		struct svd_field *f = new_field(r, x, reg, own, hi + i * l.step, lo + i * l.step);

		if (!f)
			break;
		f->name = svd_name(names, "field", own, x->line);
		r->failed |= !f->name;
		f->doc = doc_of(r, x);
		f->line = x->line;
		f->attr = reg->attr;
		read_access(r, x, &f->attr);
		read_effects(r, x, &f->attr);
		settle(r, own, x->line, &f->attr);
		read_enums(r, x, f);
		**end = f;
		*end = &f->next;
		r->d->n_fields++;
	}
}

static void read_fields(struct reader *r, const struct dp_xml *x, struct svd_reg *reg)
{
	const struct dp_xml *list = dp_xml_child(x, "fields");
	struct svd_names names = {.cv = r->cv, .max = 63};
	struct svd_field **end = &reg->fields;

	for (const struct dp_xml *f = list ? dp_xml_child(list, "field") : NULL; f && !r->failed;
	     f = dp_xml_again(f))
		read_field(r, &names, f, reg, &end);
	svd_names_end(&names);
}

/* --------------------------------------------------------------- registers */

static unsigned legal_width(struct reader *r, const char *name, unsigned line, uint64_t size)
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

static struct svd_reg *new_reg(struct reader *r, const struct dp_xml *x, const char *name,
			       const struct props *p)
{
	unsigned width = legal_width(r, name, x->line, p->size);
	struct svd_reg *reg;

	if (!width) {
		dp_convert_note(r->cv, x->line, "'%.60s' has %llu bits; at most 64: left out", name,
				(unsigned long long)p->size);
		return NULL;
	}
	reg = may_add(r, x) ? alloc(r, sizeof(*reg)) : NULL;
	if (!reg)
		return NULL;
	reg->width = width;
	reg->attr = p->attr;
	reg->line = x->line;
	reg->reset_mask = p->mask & dp_ones(width);
	reg->reset = p->reset & reg->reset_mask;
	return reg;
}

static void read_reg(struct reader *r, struct svd_names *names, const struct dp_xml *x,
		     const struct props *above, struct svd_reg ***end)
{
	const char *name = text_of(x, "name"), *shown = text_of(x, "displayName");
	struct props p = *above;
	uint64_t offset, n;
	struct svd_dim dim;
	struct list l;

	if (!name || !number_of(r, x, "addressOffset", &offset)) {
		dp_convert_note(r->cv, x->line, "a <register> without %s: left out",
				name ? "an addressOffset" : "a name");
		return;
	}
	if (shown && strcmp(shown, name) != 0 && !strstr(name, "%s"))
		dp_convert_note(r->cv, x->line, "'%.60s' has the displayName '%.60s', too", name,
				shown);
	read_props(r, x, &p);
	n = spread(r, x, name, &l, &dim);
	for (uint64_t i = 0; i < n && !r->failed; i++) {
		const char *own = spread_name(r, name, &l, &dim, i);
		struct svd_reg *reg = new_reg(r, x, own, &p);

		if (!reg)
			break;
		reg->name = svd_name(names, "register", own, x->line);
		r->failed |= !reg->name;
		reg->doc = doc_of(r, x);
		reg->offset = offset + i * l.step;
		reg->dim = dim;
		text_of(x, "alternateRegister"); /* its place says of which */
		read_effects(r, x, &reg->attr);
		settle(r, own, x->line, &reg->attr);
		read_fields(r, x, reg);
		**end = reg;
		*end = &reg->next;
		r->d->n_regs++;
	}
}

/* --------------------------------------------------------- register files */

static struct svd_file *read_file(struct reader *r, const struct dp_xml *x, const char *name,
				  const struct props *p);

/* clusters: blocks whose type is named after all that they are in */
static void read_cluster(struct reader *r, struct svd_names *names, const struct dp_xml *x,
			 const struct props *above, const char *file, struct svd_block ***end)
{
	const char *name = text_of(x, "name");
	struct props p = *above;
	struct svd_file *content;
	uint64_t offset, n;
	struct svd_dim dim;
	struct list l;
	char type[160];

	if (!name || !number_of(r, x, "addressOffset", &offset)) {
		dp_convert_note(r->cv, x->line, "a <cluster> without %s: left out",
				name ? "an addressOffset" : "a name");
		return;
	}
	read_props(r, x, &p);
	n = spread(r, x, name, &l, &dim);
	snprintf(type, sizeof(type), "%.60s_%.60s", file, fill_in(r, name, ""));
	content = read_file(r, x, type, &p);
	for (uint64_t i = 0; i < n && content && !r->failed; i++) {
		struct svd_block *b = may_add(r, x) ? alloc(r, sizeof(*b)) : NULL;

		if (!b)
			break;
		b->name = svd_name(names, "cluster", spread_name(r, name, &l, &dim, i), x->line);
		r->failed |= !b->name;
		b->doc = doc_of(r, x);
		b->offset = offset + i * l.step;
		b->dim = dim;
		b->line = x->line;
		b->content = content;
		**end = b;
		*end = &b->next;
	}
}

/* registers and clusters of @x; NULL: none, or no memory */
static struct svd_file *read_file(struct reader *r, const struct dp_xml *x, const char *name,
				  const struct props *p)
{
	struct svd_names regs = {.cv = r->cv, .max = 63, .top = true};
	struct svd_names blocks = {.cv = r->cv, .max = 31, .top = true};
	struct svd_file *f = alloc(r, sizeof(*f));
	struct svd_block **end = f ? &f->blocks : NULL;
	struct svd_reg **last = f ? &f->regs : NULL;

	if (!f)
		return NULL;
	f->name = dp_arena_strndup(r->cv->arena, name, strlen(name));
	f->source = x->first;
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

/* a derived peripheral without registers of its own has the very same list */
static struct svd_file *known_file(const struct reader *r, const struct dp_xml *list)
{
	for (struct svd_file *f = r->d->files; f; f = f->next)
		if (f->source == list->first)
			return f;
	return NULL;
}

static bool is_wanted(const struct reader *r, const char *name)
{
	const char *only = r->cv->opts->peripheral;

	return !only || !strcmp(only, name);
}

static void read_peripheral(struct reader *r, struct svd_names *names, const struct dp_xml *x,
			    const struct props *above, struct svd_block ***end)
{
	const char *name = text_of(x, "name");
	const struct dp_xml *list = dp_xml_child(x, "registers");
	struct props p = *above;
	struct svd_file *content;
	uint64_t base = 0, n;
	struct svd_dim dim;
	struct list l;

	if (!name || !number_of(r, x, "baseAddress", &base)) {
		dp_convert_note(r->cv, x->line, "a <peripheral> without %s: left out",
				name ? "a baseAddress" : "a name");
		return;
	}
	read_props(r, x, &p);
	n = spread(r, x, name, &l, &dim);
	if (!is_wanted(r, dim.count ? fill_in(r, name, "") : name))
		return;
	content = list ? known_file(r, list) : NULL;
	if (list && !content)
		content = read_file(r, list, fill_in(r, name, ""), &p);
	if (!content) {
		dp_convert_note(r->cv, x->line, "peripheral '%.60s' has no register: left out",
				name);
		return;
	}
	for (uint64_t i = 0; i < n && !r->failed; i++) {
		struct svd_block *b = may_add(r, x) ? alloc(r, sizeof(*b)) : NULL;

		if (!b)
			break;
		b->name = svd_name(names, "peripheral", spread_name(r, name, &l, &dim, i), x->line);
		r->failed |= !b->name;
		b->doc = doc_of(r, x);
		b->offset = base + i * l.step;
		b->dim = dim;
		b->line = x->line;
		b->content = content;
		**end = b;
		*end = &b->next;
	}
}

/* ------------------------------------------------------------------- the whole */

/* what nobody has read cannot be said in a description, or has no place there */
static void report_unused(struct reader *r, const struct dp_xml *x)
{
	const char *in = x->up ? text_of(x->up, "name") : NULL;

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

static int none_left(const struct reader *r)
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

static void read_head(struct reader *r, const struct dp_xml *root, struct props *p)
{
	struct svd_device *d = r->d;
	uint64_t unit = 8;

	d->name = text_of(root, "name");
	d->title = doc_of(r, root);
	d->vendor = text_of(root, "vendor");
	d->version = text_of(root, "version");
	d->license = text_of(root, "licenseText");
	dp_xml_child(root, "width"); /* of the processor's bus */
	if (number_of(r, root, "addressUnitBits", &unit) && unit != 8)
		dp_convert_note(r->cv, root->line,
				"addressUnitBits is %llu; offsets are taken as "
				"bytes",
				(unsigned long long)unit);
	read_props(r, root, p);
}

int svd_read(struct dp_conversion *cv, struct dp_xml *root, struct svd_device *d)
{
	struct reader r = {.cv = cv, .d = d, .files = &d->files};
	struct props p = {.size = 32, .mask = ~UINT64_C(0)};
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
