/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.c - which keys stand where, and what to say about those that do not */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desc/keys.h"
#include "desc/load.h"

#define MOST_NAMES 32768 /* more are not compared for a suggestion */

struct key {
	const char *name;
	unsigned legal, later;
};

#define DP_KEY_ROW(key, legal, later) {#key, legal, later},
static const struct key keys[DP_K_COUNT] = {DP_KEYS(DP_KEY_ROW)};
#undef DP_KEY_ROW

static const char *const where_names[DP_IN_COUNT] = {
	[DP_IN_FILE] = "a file",
	[DP_IN_DEVICE] = "'device'",
	[DP_IN_MATCH] = "'match'",
	[DP_IN_DEFAULTS] = "'defaults'",
	[DP_IN_SPACE] = "a space",
	[DP_IN_INDIRECT] = "'indirect'",
	[DP_IN_PAGED] = "'paged'",
	[DP_IN_BEHIND] = "'behind_cap'",
	[DP_IN_CAPFIELD] = "a field of a capability",
	[DP_IN_WORD] = "a word",
	[DP_IN_TYPE] = "a type",
	[DP_IN_REG] = "a register",
	[DP_IN_ARRAY] = "'array'",
	[DP_IN_FIELD] = "a field",
	[DP_IN_JOIN] = "a join",
	[DP_IN_BLOCK] = "a block",
	[DP_IN_MEMBER] = "a member",
	[DP_IN_VARIANT] = "a variant",
	[DP_IN_SEQ] = "a sequence",
	[DP_IN_ARG] = "an argument",
	[DP_IN_STEP] = "a step",
};

static int compare(const void *word, const void *key)
{
	return strcmp(word, ((const struct key *)key)->name);
}

const char *dp_suggest(struct dp_loader *ld, const char *word, const char *const *words, size_t n)
{
	char near[200], *text;
	size_t used;

	if (!n)
		return "";
	if (n > MOST_NAMES)
		n = MOST_NAMES;
	dp_nearest(word, words, n, near, sizeof(near));
	text = dp_arena_alloc(ld->temp, sizeof(near) + 32);
	if (!text)
		return "";
	if (near[0]) {
		snprintf(text, sizeof(near) + 32, "; did you mean %s", near);
		return text;
	}
	used = (size_t)snprintf(text, sizeof(near), "; legal %s", n == 1 ? "is" : "are");
	for (size_t i = 0; i < n; i++) {
		if (used + strlen(words[i]) + 8 > sizeof(near))
			return strcat(text, " ...");
		used += (size_t)sprintf(text + used, "%s '%s'", i ? "," : "", words[i]);
	}
	return text;
}

static void unknown(struct dp_loader *ld, const struct dp_node *key, enum dp_where where)
{
	const char *words[DP_K_COUNT];
	size_t n = 0;

	for (size_t i = 0; i < DP_K_COUNT; i++)
		if (keys[i].legal & 1u << where)
			words[n++] = keys[i].name;
	dp_problem(&ld->problems, &key->pos, "unknown key '%.60s' in %s%s", key->text,
		   where_names[where], dp_suggest(ld, key->text, words, n));
}

static void misplaced(struct dp_loader *ld, const struct dp_node *key, const struct key *k,
		      enum dp_where where)
{
	char homes[128] = "";
	size_t used = 0;

	for (unsigned i = 0; i < DP_IN_COUNT && used < sizeof(homes); i++)
		if ((k->legal | k->later) & 1u << i)
			used += (size_t)snprintf(homes + used, sizeof(homes) - used, "%s%s",
						 used ? ", " : "", where_names[i]);
	dp_problem(&ld->problems, &key->pos, "'%s' is no key of %s; it belongs in %s", key->text,
		   where_names[where], homes);
}

static const struct key *find(const struct dp_node *key)
{
	return bsearch(key->text, keys, DP_K_COUNT, sizeof(keys[0]), compare);
}

bool dp_keys_read(struct dp_loader *ld, const struct dp_node *n, enum dp_where where,
		  struct dp_keys *k)
{
	if (n->kind != DP_NODE_MAP) {
		dp_problem(&ld->problems, &n->pos, "%s is a mapping of keys to values",
			   where_names[where]);
		return false;
	}
	for (size_t i = 0; i < n->n && !dp_problems_full(&ld->problems); i++) {
		const struct dp_node *key = n->pairs[i].key;
		const struct key *known = find(key);

		if (!known)
			unknown(ld, key, where);
		else if (known->legal & 1u << where)
			k->v[known - keys] = n->pairs[i].value;
		else if (known->later & 1u << where)
			dp_problem(&ld->problems, &key->pos,
				   "'%s' is not supported by this version", key->text);
		else
			misplaced(ld, key, known, where);
	}
	return true;
}
