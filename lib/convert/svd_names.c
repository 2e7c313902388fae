/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svd_names.c - names as ours are spelled, each once in its scope */
#include <search.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "convert/svd.h"
#include "core/chars.h"
#include "core/core.h"

static int by_name(const void *a, const void *b)
{
	return strcasecmp(a, b);
}

/* letters, digits and '_', no digit first: what stands in a path */
static void spell(char *out, size_t size, const char *name, bool top)
{
	size_t n = 0;

	if (dp_is_digit(*name))
		out[n++] = '_';
	for (; *name && n + 1 < size; name++)
		out[n++] = dp_is_word(*name) ? *name : '_';
	out[n] = 0;
	if (!n || (top && dp_is_reserved(out, n)))
		snprintf(out + n, size - n, "_");
}

/* NAME_2 and so on, where another has the name; ours differ by more than case */
static bool make_unique(struct svd_names *s, char *name, size_t size)
{
	size_t len = strlen(name);

	for (unsigned i = 2; tfind(name, &s->root, by_name); i++) {
		char tail[16];
		int n = snprintf(tail, sizeof(tail), "_%u", i);

		if (len + (size_t)n > s->max)
			len = s->max - (size_t)n;
		snprintf(name + len, size - len, "%s", tail);
		if (i > SVD_MAX_ITEMS)
			return false;
	}
	return true;
}

const char *svd_name(struct svd_names *s, const char *what, const char *name, unsigned line)
{
	char text[128];
	char *kept;

	spell(text, s->max + 1 < sizeof(text) ? s->max + 1 : sizeof(text), name, s->top);
	if (!make_unique(s, text, sizeof(text)))
		return NULL;
	if (what && strcmp(text, name) != 0)
		dp_convert_note(s->cv, line, "%s '%.80s' is named '%s' here", what, name, text);
	kept = dp_arena_strndup(s->cv->arena, text, strlen(text));
	return kept && tsearch(kept, &s->root, by_name) ? kept : NULL;
}

static void nothing(void *name)
{
	(void)name;
}

void svd_names_end(struct svd_names *s)
{
	tdestroy(s->root, nothing);
	s->root = NULL;
}
