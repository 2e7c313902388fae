/* SPDX-License-Identifier: GPL-2.0-or-later */
/* node.c - finding keys in mappings, scalars that YAML versions read differently, problems */
#include <string.h>
#include <strings.h>

#include "core/chars.h"
#include "core/hash.h"
#include "desc/yaml.h"

#define SMALL_MAP 8 /* up to that many pairs are searched one by one */

bool dp_problems_full(const struct dp_problems *p)
{
	return p->n >= p->max;
}

/* a layout that is used twice would report what is wrong with it twice */
static bool reported(const struct dp_problems *p, const struct dp_pos *pos, const char *message)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].line == pos->line && p->v[i].column == pos->column &&
		    !strcmp(p->v[i].message, message) && !strcmp(p->v[i].file, pos->file))
			return true;
	return false;
}

void dp_problem(struct dp_problems *p, const struct dp_pos *pos, const char *fmt, ...)
{
	const char *message;
	va_list args;

	if (dp_problems_full(p))
		return;
	va_start(args, fmt);
	message = dp_arena_vprintf(p->arena, fmt, args);
	va_end(args);
	if (!p->v)
		p->v = dp_arena_array(p->arena, p->max, sizeof(*p->v));
	if (!message || !p->v || reported(p, pos, message))
		return;
	p->v[p->n].file = pos->file;
	p->v[p->n].line = pos->line;
	p->v[p->n].column = pos->column;
	p->v[p->n].message = message;
	p->n++;
}

/* ------------------------------------------------------------- mappings */

/* seeded by an address, so that no file can be made whose keys all collide */
static uint64_t hash(const struct dp_node_more *seed, const char *s, size_t len)
{
	uint64_t h = dp_fnv1a(DP_FNV1A_START ^ (uintptr_t)seed, s, len);

	return h ^ h >> 32;
}

static bool same(const struct dp_node *key, const char *s, size_t len)
{
	return key->len == len && !memcmp(key->text, s, len);
}

struct dp_pair *dp_node_pair(const struct dp_node *map, const char *key, size_t len)
{
	if (!map || map->kind != DP_NODE_MAP)
		return NULL;
	if (!map->more || !map->more->slots) {
		for (size_t i = 0; i < map->n; i++)
			if (same(map->pairs[i].key, key, len))
				return &map->pairs[i];
		return NULL;
	}
	for (uint64_t h = hash(map->more, key, len);; h++) {
		uint32_t slot = map->more->slots[h & (map->more->n_slots - 1)];

		if (!slot)
			return NULL;
		if (same(map->pairs[slot - 1].key, key, len))
			return &map->pairs[slot - 1];
	}
}

struct dp_node *dp_node_get(const struct dp_node *map, const char *key)
{
	struct dp_pair *p = dp_node_pair(map, key, strlen(key));

	return p ? p->value : NULL;
}

struct dp_node_more *dp_node_more(struct dp_node *map, struct dp_arena *temp)
{
	if (!map->more)
		map->more = dp_arena_alloc(temp, sizeof(*map->more));
	return map->more;
}

static bool add_slots(struct dp_node *map, struct dp_arena *temp)
{
	struct dp_node_more *more = dp_node_more(map, temp);

	if (!more)
		return false;
	for (more->n_slots = 32; more->n_slots < 2 * map->n;)
		more->n_slots *= 2;
	more->slots = dp_arena_array(temp, more->n_slots, sizeof(*more->slots));
	return more->slots != NULL;
}

static void insert(struct dp_node_more *more, const struct dp_node *key, size_t i)
{
	uint64_t h = hash(more, key->text, key->len);

	while (more->slots[h & (more->n_slots - 1)])
		h++;
	more->slots[h & (more->n_slots - 1)] = (uint32_t)i + 1;
}

/* @map->n counts what is in already, so that a look-up sees only what stands before */
bool dp_node_index(struct dp_node *map, struct dp_arena *temp, struct dp_problems *problems)
{
	size_t n = map->n;

	if (n > SMALL_MAP && !add_slots(map, temp))
		return false;
	for (map->n = 0; map->n < n; map->n++) {
		const struct dp_node *key = map->pairs[map->n].key;
		const struct dp_pair *before = dp_node_pair(map, key->text, key->len);

		if (before)
			dp_problem(problems, &key->pos,
				   "'%s' stands here twice; the first is on line %u", key->text,
				   before->key->pos.line);
		if (n > SMALL_MAP)
			insert(map->more, key, map->n);
	}
	return true;
}

bool dp_node_is_null(const struct dp_node *n)
{
	return n->kind == DP_NODE_SCALAR && n->plain &&
	       (!n->len || !strcmp(n->text, "~") || !strcasecmp(n->text, "null"));
}

/* --------------------------------------- YAML 1.1 against 1.2 (core schema) */

/* yaml.org/type/bool.html; true and false are the same word in both */
static bool is_old_bool(const char *s, size_t len)
{
	static const char *const words[] = {"y", "n", "yes", "no", "on", "off"};

	if (!len || len > 3 || !strchr("yYnNoO", s[0]))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(s, words[i]))
			return true;
	return false;
}

static size_t span(const char *s, size_t len, const char *set)
{
	size_t i = 0;

	while (i < len && s[i] && strchr(set, s[i]))
		i++;
	return i;
}

/* yaml.org/type/int.html: [1-9][0-9_]*(:[0-5]?[0-9])+ */
static bool is_base60(const char *s, size_t len)
{
	size_t i;

	if (s[0] == '0' || !memchr(s, ':', len))
		return false;
	i = span(s, len, "0123456789_");
	if (!i || i == len)
		return false;
	while (i < len && s[i] == ':') {
		size_t digits = span(s + i + 1, len - i - 1, "0123456789");

		if (!digits || digits > 2 || (digits == 2 && s[i + 1] > '5'))
			return false;
		i += 1 + digits;
	}
	return i == len;
}

/* yaml.org/type/float.html wants the point and the exponent's sign, 1.2 neither */
static bool is_short_exponent(const char *s, size_t len)
{
	size_t i = span(s, len, "0123456789."), exponent;
	bool point = memchr(s, '.', i) != NULL, sign;

	if (!i || i + 1 >= len || (s[i] != 'e' && s[i] != 'E'))
		return false;
	i++;
	sign = s[i] == '+' || s[i] == '-';
	exponent = span(s + i + sign, len - i - sign, "0123456789");
	return exponent && i + sign + exponent == len && !(point && sign);
}

const char *dp_scalar_ambiguous(const char *s, size_t len)
{
	if (is_old_bool(s, len))
		return "is a truth value to YAML 1.1 and a word to YAML 1.2";
	if (len && (s[0] == '-' || s[0] == '+')) {
		s++;
		len--;
	}
	if (!len || !dp_is_digit(s[0]))
		return NULL;
	if (len > 1 && s[0] == '0' && span(s, len, "0123456789_") == len)
		return "is octal to YAML 1.1 and decimal to YAML 1.2";
	if (is_base60(s, len))
		return "is a base-60 number to YAML 1.1 (bits are written 7..4)";
	if (memchr(s, '_', len) && (span(s, len, "0123456789_.") == len ||
				    (len > 2 && s[0] == '0' && s[1] == 'x' &&
				     2 + span(s + 2, len - 2, "0123456789abcdefABCDEF_") == len)))
		return "is a number to YAML 1.1 and a word to YAML 1.2";
	if (len > 2 && s[0] == '0' && s[1] == 'b' && 2 + span(s + 2, len - 2, "01_") == len)
		return "is a number to YAML 1.1 and a word to YAML 1.2";
	if (len > 2 && s[0] == '0' && s[1] == 'o' && 2 + span(s + 2, len - 2, "01234567") == len)
		return "is a word to YAML 1.1 and a number to YAML 1.2";
	if (is_short_exponent(s, len))
		return "is a word to YAML 1.1 and a number to YAML 1.2 (write 1.0e+3)";
	return NULL;
}
