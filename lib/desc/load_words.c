/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_words.c - enums and flags: words for values and for bits */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "desc/load.h"

/* `0: word` or `0: {name: word, doc: text}` */
static bool load_word(struct dp_draft *dr, const struct dp_pair *p, bool flags, struct dp_word *w)
{
	const struct dp_node *name = p->value;
	struct dp_keys k = {0};

	*w = (struct dp_word){0};
	if (!dp_get_uint(dr->ld, p->key, flags ? 63 : UINT64_MAX, &w->value))
		return false;
	if (flags)
		w->value = UINT64_C(1) << w->value;
	if (name->kind == DP_NODE_MAP) {
		if (!dp_keys_read(dr->ld, name, DP_IN_WORD, &k))
			return false;
		dp_get_text(dr->ld, DP_KEY(&k, doc), &w->doc);
		if (!DP_KEY(&k, name)) {
			dp_problem(&dr->ld->problems, &name->pos, "a word without 'name'");
			return false;
		}
		name = DP_KEY(&k, name);
	}
	return dp_get_name(dr->ld, name, DP_MAX_NAME, &w->name);
}

/* with its position, to find doubles by sorting */
struct entry {
	const struct dp_word *word;
	const struct dp_node *key;
};

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcasecmp(x->word->name, y->word->name);

	return order ? order : (x->word > y->word) - (x->word < y->word);
}

static int by_value(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->word->value != y->word->value)
		return x->word->value < y->word->value ? -1 : 1;
	return (x->word > y->word) - (x->word < y->word);
}

static void check_doubles(struct dp_draft *dr, struct entry *e, size_t n)
{
	qsort(e, n, sizeof(*e), by_name);
	for (size_t i = 1; i < n; i++)
		if (!strcasecmp(e[i - 1].word->name, e[i].word->name))
			dp_problem(&dr->ld->problems, &e[i].key->pos,
				   "the word '%s' stands here twice (case does not count)",
				   e[i].word->name);
	qsort(e, n, sizeof(*e), by_value);
	for (size_t i = 1; i < n; i++)
		if (e[i - 1].word->value == e[i].word->value)
			dp_problem(&dr->ld->problems, &e[i].key->pos,
				   "the value %s has two words, '%s' and '%s'", e[i].key->text,
				   e[i - 1].word->name, e[i].word->name);
}

struct dp_words *dp_load_words(struct dp_draft *dr, struct dp_node *n, const char *name, bool flags)
{
	struct dp_words *w = n->kind == DP_NODE_MAP && n->more ? n->more->words : NULL;
	struct entry *entries;

	if (w && w->flags == flags)
		return w;
	if (n->kind != DP_NODE_MAP || !n->n) {
		dp_problem(&dr->ld->problems, &n->pos, "%s is a mapping, %s",
			   flags ? "flags" : "an enum",
			   flags ? "{BIT: word, ...}" : "{VALUE: word, ...}");
		return NULL;
	}
	w = dp_arena_alloc(dr->ld->arena, sizeof(*w));
	entries = dp_arena_array(dr->ld->temp, n->n, sizeof(*entries));
	if (!w || !entries)
		return NULL;
	w->name = name;
	w->flags = flags;
	w->v = dp_arena_array(dr->ld->arena, n->n, sizeof(*w->v));
	for (size_t i = 0; w->v && i < n->n && !dp_problems_full(&dr->ld->problems); i++) {
		entries[w->n] = (struct entry){&w->v[w->n], n->pairs[i].key};
		if (load_word(dr, &n->pairs[i], flags, &w->v[w->n]))
			w->n++;
	}
	check_doubles(dr, entries, w->n);
	if (dp_node_more(n, dr->ld->temp))
		n->more->words = w;
	return w;
}

static void load_section(struct dp_draft *dr, const struct dp_node *section, bool flags)
{
	for (size_t i = 0; section && i < section->n; i++) {
		const struct dp_pair *p = &section->pairs[i];
		const char *name = p->key->text;
		struct dp_words *w;

		dp_get_name(dr->ld, p->key, DP_MAX_NAME, &name);
		w = dp_load_words(dr, p->value, name, flags);
		if (w)
			dr->desc->words[dr->desc->n_words++] = w;
	}
}

void dp_load_all_words(struct dp_draft *dr)
{
	size_t n = (dr->enums ? dr->enums->n : 0) + (dr->flags ? dr->flags->n : 0);

	dr->desc->words = dp_arena_array(dr->ld->arena, n, sizeof(struct dp_words *));
	if (!dr->desc->words)
		return;
	load_section(dr, dr->enums, false);
	load_section(dr, dr->flags, true);
}

static struct dp_node *named(struct dp_draft *dr, const struct dp_node *n, bool flags)
{
	const struct dp_node *section = flags ? dr->flags : dr->enums;
	struct dp_pair *p = dp_node_pair(section, n->text, n->len);
	const char **names;
	size_t count = section ? section->n : 0;

	if (p)
		return p->value;
	names = dp_arena_array(dr->ld->temp, count, sizeof(*names));
	for (size_t i = 0; names && i < count; i++)
		names[i] = section->pairs[i].key->text;
	dp_problem(&dr->ld->problems, &n->pos, "no %s '%.60s' in '%s'%s", flags ? "flags" : "enum",
		   n->text, flags ? "flags" : "enums",
		   names ? dp_suggest(dr->ld, n->text, names, count) : "");
	return NULL;
}

const struct dp_words *dp_load_words_ref(struct dp_draft *dr, struct dp_node *n, bool flags,
					 unsigned bits)
{
	struct dp_node *map = n->kind == DP_NODE_SCALAR ? named(dr, n, flags) : n;
	struct dp_words *w = map ? dp_load_words(dr, map, NULL, flags) : NULL;

	for (size_t i = 0; w && i < w->n; i++) {
		const struct dp_pos *pos = &n->pos;

		if (w->v[i].value <= dp_ones(bits))
			continue;
		if (map == n && w->n == n->n)
			pos = &n->pairs[i].key->pos;
		dp_problem(&dr->ld->problems, pos, "'%s' (0x%llx) does not fit into %u bit%s",
			   w->v[i].name, (unsigned long long)w->v[i].value, bits,
			   bits == 1 ? "" : "s");
	}
	return w;
}
