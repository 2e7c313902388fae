/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svd_value.c - texts, numbers and words of elements */
#include <string.h>

#include "convert/svd_read.h"
#include "core/chars.h"

void *svd_alloc(struct svd_reader *r, size_t size)
{
	void *p = dp_arena_alloc(r->cv->arena, size);

	r->failed |= !p;
	return p;
}

/* a hostile <dim> must not become a large file */
bool svd_may_add(struct svd_reader *r, const struct dp_xml *x)
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

const char *svd_text(const struct dp_xml *x, const char *tag)
{
	const struct dp_xml *c = dp_xml_child(x, tag);

	return c && *c->text ? c->text : NULL;
}

/* false: not given, or no number, which is noted */
bool svd_uint(struct svd_reader *r, const struct dp_xml *x, const char *tag, uint64_t *out)
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
const char *svd_doc(struct svd_reader *r, const struct dp_xml *x)
{
	const char *s = svd_text(x, "description");
	char *doc = s ? svd_alloc(r, strlen(s) + 1) : NULL, *p = doc;

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
static int word_of(struct svd_reader *r, const struct dp_xml *x, const char *tag,
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
void svd_access(struct svd_reader *r, const struct dp_xml *x, struct dp_attr *a)
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
void svd_effects(struct svd_reader *r, const struct dp_xml *x, struct dp_attr *a)
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
	const char *action = svd_text(x, "readAction");

	a->on_write =
		(enum dp_on_write)word_of(r, x, "modifiedWriteValues", writes, (int)a->on_write);
	a->on_read = (enum dp_on_read)word_of(r, x, "readAction", reads, (int)a->on_read);
	if (action && !strcmp(action, "modifyExternal"))
		dp_convert_note(r->cv, x->line,
				"a read changes another place, which the file does "
				"not name: an effect of this one here");
}

/* what cannot happen is left out: it would only confuse */
void svd_settle(struct svd_reader *r, const char *name, unsigned line, struct dp_attr *a)
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

void svd_read_props(struct svd_reader *r, const struct dp_xml *x, struct svd_props *p)
{
	svd_uint(r, x, "size", &p->size);
	svd_uint(r, x, "resetValue", &p->reset);
	svd_uint(r, x, "resetMask", &p->mask);
	svd_access(r, x, &p->attr);
}
