/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svd_list.c - dimElementGroup: arrays, and lists of single ones */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert/svd_read.h"

static bool is_number(const char *s, size_t len)
{
	return len && len < 10 && strspn(s, "0123456789") >= len;
}

/* "0-3", "A-D", "A,B,C" */
static bool read_index(struct svd_reader *r, const char *text, struct svd_list *l)
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
static bool read_list(struct svd_reader *r, const struct dp_xml *x, struct svd_list *l)
{
	const struct dp_xml *dim = dp_xml_child(x, "dim"), *index = dp_xml_child(x, "dimIndex");

	memset(l, 0, sizeof(*l));
	if (!dim)
		return true;
	svd_uint(r, x, "dimIncrement", &l->step);
	if (!svd_uint(r, x, "dim", &l->count) || !l->count || l->count > DP_MAX_ELEMENTS) {
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

static bool counts_from_0(const struct svd_list *l)
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
const char *svd_fill_in(struct svd_reader *r, const char *name, const char *text)
{
	const char *at = strstr(name, "%s");
	bool brackets = at && at > name && at[-1] == '[' && at[2] == ']';
	size_t room = strlen(name) + strlen(text) + 1;
	char *filled = at ? svd_alloc(r, room) : NULL;

	if (filled)
		snprintf(filled, room, "%.*s%s%s", (int)(at - name) - brackets, name, text,
			 at + 2 + brackets);
	return filled ? filled : name;
}

const char *svd_element_name(struct svd_reader *r, const char *name, const struct svd_list *l,
			     size_t i)
{
	char number[24];

	if (l->index)
		return svd_fill_in(r, name, l->index[i]);
	snprintf(number, sizeof(number), "%zu", i);
	return svd_fill_in(r, name, number);
}

/* how many things of ours an element is: of an array, one; @dim says the rest */
uint64_t svd_spread(struct svd_reader *r, const struct dp_xml *x, const char *name,
		    struct svd_list *l, struct svd_dim *dim)
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

const char *svd_spread_name(struct svd_reader *r, const char *name, const struct svd_list *l,
			    const struct svd_dim *dim, size_t i)
{
	if (dim->count)
		return svd_fill_in(r, name, "");
	return l->count ? svd_element_name(r, name, l, i) : name;
}
