/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * merge.c - one tree of two: `extends` lays a file over its parent, `include` adds to it
 *
 * What has a name (registers, fields, spaces, enum words ...) is merged by name and then key by
 * key; any other value replaces that of the parent.  `NAME: null` takes the parent's away.
 */
#include <string.h>

#include "desc/load.h"

/* how two values of one key become one */
enum rule {
	REPLACE,
	FILE_KEYS,
	DEVICE_KEYS,
	PLAIN_KEYS, /* key by key, values replace */
	NAMED,      /* by name, then PLAIN_KEYS */
	NAMED_TYPES,
	TYPE_KEYS,
	NAMED_REGS,
	REG_KEYS,
	NAMED_FIELDS,
	FIELD_KEYS,
};

struct row {
	enum rule in;
	const char *key; /* NULL: any */
	enum rule then;
};

static const struct row rows[] = {
	{FILE_KEYS, "device", DEVICE_KEYS},
	{FILE_KEYS, "defaults", PLAIN_KEYS},
	{FILE_KEYS, "spaces", NAMED},
	{FILE_KEYS, "enums", NAMED},
	{FILE_KEYS, "flags", NAMED},
	{FILE_KEYS, "types", NAMED_TYPES},
	{FILE_KEYS, "registers", NAMED_REGS},
	{FILE_KEYS, "joins", NAMED},
	{FILE_KEYS, "blocks", NAMED},
	{FILE_KEYS, "sequences", NAMED},
	{NAMED, NULL, PLAIN_KEYS},
	{NAMED_TYPES, NULL, TYPE_KEYS},
	{TYPE_KEYS, "fields", NAMED_FIELDS},
	{TYPE_KEYS, "registers", NAMED_REGS},
	{NAMED_REGS, NULL, REG_KEYS},
	{REG_KEYS, "fields", NAMED_FIELDS},
	{NAMED_FIELDS, NULL, FIELD_KEYS},
};

static enum rule rule_of(enum rule in, const char *key)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].in == in && (!rows[i].key || !strcmp(rows[i].key, key)))
			return rows[i].then;
	return REPLACE;
}

/* ids belong to the file that names them, and neither line is for its children */
static bool is_inherited(enum rule in, const char *key)
{
	if (in == DEVICE_KEYS)
		return strcmp(key, "match") != 0;
	return in != FILE_KEYS || (strcmp(key, "extends") != 0 && strcmp(key, "include") != 0);
}

static struct dp_node *new_map(struct dp_loader *ld, const struct dp_node *like, size_t n)
{
	struct dp_node *map = dp_arena_alloc(ld->temp, sizeof(*map));

	if (!map)
		return NULL;
	map->kind = DP_NODE_MAP;
	map->pos = like->pos;
	map->pairs = dp_arena_array(ld->temp, n, sizeof(*map->pairs));
	return map->pairs ? map : NULL;
}

/* `NAME: 7..4` is short for `NAME: {bits: 7..4}` */
static struct dp_node *long_field(struct dp_loader *ld, struct dp_node *n)
{
	struct dp_node *map, *key;

	if (n->kind != DP_NODE_SCALAR)
		return n;
	map = new_map(ld, n, 1);
	key = dp_arena_alloc(ld->temp, sizeof(*key));
	if (!map || !key)
		return n;
	*key = *n;
	key->text = "bits";
	key->len = 4;
	map->pairs[map->n++] = (struct dp_pair){key, n};
	return map;
}

static struct dp_node *merge(struct dp_loader *ld, struct dp_node *base, struct dp_node *top,
			     enum rule rule);

/* one key that both have; NULL: taken away */
static struct dp_node *both(struct dp_loader *ld, struct dp_node *base, struct dp_node *top,
			    enum rule rule)
{
	if (dp_node_is_null(top))
		return NULL;
	if (rule == FIELD_KEYS) {
		base = long_field(ld, base);
		top = long_field(ld, top);
	}
	return merge(ld, base, top, rule);
}

static struct dp_node *merge(struct dp_loader *ld, struct dp_node *base, struct dp_node *top,
			     enum rule rule)
{
	struct dp_node *out;

	if (rule == REPLACE || base->kind != DP_NODE_MAP || top->kind != DP_NODE_MAP)
		return top;
	out = new_map(ld, top, base->n + top->n);
	if (!out)
		return top;
	for (size_t i = 0; i < base->n; i++) {
		struct dp_pair p = base->pairs[i];
		const struct dp_pair *over = dp_node_pair(top, p.key->text, p.key->len);

		if (over) {
			p.key = over->key;
			p.value = both(ld, p.value, over->value, rule_of(rule, p.key->text));
		} else if (!is_inherited(rule, p.key->text)) {
			p.value = NULL;
		}
		if (p.value)
			out->pairs[out->n++] = p;
	}
	for (size_t i = 0; i < top->n; i++) {
		const struct dp_pair *p = &top->pairs[i];

		if (dp_node_pair(base, p->key->text, p->key->len))
			continue;
		if (rule != FILE_KEYS && dp_node_is_null(p->value))
			dp_problem(&ld->problems, &p->key->pos, "there is no '%.60s' to take away",
				   p->key->text);
		else
			out->pairs[out->n++] = *p;
	}
	return dp_node_index(out, ld->temp, &ld->problems) ? out : top;
}

struct dp_node *dp_merge_overlay(struct dp_loader *ld, struct dp_node *base, struct dp_node *top)
{
	return merge(ld, base, top, FILE_KEYS);
}

struct dp_node *dp_merge_fields(struct dp_loader *ld, struct dp_node *base, struct dp_node *top)
{
	return merge(ld, base, top, NAMED_FIELDS);
}

/* ------------------------------------------------------------- include */

static bool is_included(const char *key)
{
	static const char *const sections[] = {"enums", "flags", "types", "registers"};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (!strcmp(sections[i], key))
			return true;
	return false;
}

/* @more's entries before those of @own; a name in both is reported where @own has it */
static struct dp_node *add_section(struct dp_loader *ld, const struct dp_node *more,
				   struct dp_node *own)
{
	struct dp_node *out;

	if (more->kind != DP_NODE_MAP || own->kind != DP_NODE_MAP)
		return own;
	out = new_map(ld, own, more->n + own->n);
	if (!out)
		return own;
	memcpy(out->pairs, more->pairs, more->n * sizeof(*more->pairs));
	out->n = more->n;
	for (size_t i = 0; i < own->n; i++) {
		const struct dp_node *key = own->pairs[i].key;
		const struct dp_pair *p = dp_node_pair(more, key->text, key->len);

		if (p)
			dp_problem(&ld->problems, &key->pos,
				   "'%.60s' is already in the included '%s', line %u", key->text,
				   p->key->pos.file, p->key->pos.line);
		else
			out->pairs[out->n++] = own->pairs[i];
	}
	return dp_node_index(out, ld->temp, &ld->problems) ? out : own;
}

struct dp_node *dp_merge_include(struct dp_loader *ld, struct dp_node *into,
				 const struct dp_node *from)
{
	struct dp_node *out = new_map(ld, into, into->n + from->n);

	if (!out)
		return NULL;
	memcpy(out->pairs, into->pairs, into->n * sizeof(*into->pairs));
	out->n = into->n;
	for (size_t i = 0; i < from->n; i++) {
		const struct dp_node *key = from->pairs[i].key;
		struct dp_node *section = from->pairs[i].value;
		const struct dp_pair *own = dp_node_pair(into, key->text, key->len);

		if (!strcmp(key->text, "schema") || !strcmp(key->text, "device") ||
		    !strcmp(key->text, "include"))
			continue;
		if (!is_included(key->text)) {
			dp_problem(&ld->problems, &key->pos,
				   "'%.60s' in an included file; legal are 'enums', 'flags', "
				   "'types', 'registers'",
				   key->text);
			continue;
		}
		if (own)
			out->pairs[own - into->pairs].value = add_section(ld, section, own->value);
		else
			out->pairs[out->n++] = from->pairs[i];
	}
	return dp_node_index(out, ld->temp, &ld->problems) ? out : NULL;
}
