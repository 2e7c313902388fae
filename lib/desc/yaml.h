/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.h - a YAML document as bounded nodes that know where they stand */
#ifndef DP_YAML_H
#define DP_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desc/arena.h"
#include "desc/desc.h"

/* what a hostile file may cost at most */
#define DP_MAX_FILE    ((size_t)16 << 20) /* bytes */
#define DP_MAX_NODES   1000000            /* of one load, aliases counted as often as used */
#define DP_MAX_DEPTH   32
#define DP_MAX_ANCHORS 1000

enum dp_node_kind { DP_NODE_SCALAR, DP_NODE_LIST, DP_NODE_MAP };

struct dp_node;
struct dp_pair {
	struct dp_node *key, *value;
};

/**
 * struct dp_node - one scalar, list or mapping; shared where an alias names it
 * @plain: a scalar without quotes
 * @height: of what is below; @nodes: this one and all below, aliases counted as often as used
 * @text, @len: of a scalar, NUL-terminated; @items or @pairs, @n: of a list or mapping
 * @more: of a mapping, made when needed
 *
 * Small on purpose: a large description has half a million.
 */
struct dp_node {
	uint8_t kind; /* enum dp_node_kind */
	bool plain;
	uint16_t height;
	uint32_t nodes;
	struct dp_pos pos;
	union {
		const char *text;
		struct dp_node **items;
		struct dp_pair *pairs;
	};
	union {
		size_t len;
		size_t n;
	};
	struct dp_node_more *more;
};

/* hash table of 1 + index into the pairs, and what the loader already made of the mapping */
struct dp_node_more {
	uint32_t *slots;
	size_t n_slots;
	struct dp_words *words;
	struct dp_desc *sub;
	enum { DP_NODE_NEW, DP_NODE_BEGUN, DP_NODE_DONE } made; /* as a type */
};

/* problems found so far; the first ones win when there are too many */
#define DP_MAX_PROBLEMS 100

struct dp_problems {
	struct dp_arena *arena;
	struct dp_problem *v;
	size_t n, max;
};

bool dp_problems_full(const struct dp_problems *p);
void dp_problem(struct dp_problems *p, const struct dp_pos *pos, const char *fmt, ...)
	DP_PRINTF(3, 4);

/**
 * struct dp_yaml - what dp_yaml_parse() needs
 * @text: owns the scalars' text; @temp: owns the nodes
 * @nodes_left: counted down
 */
struct dp_yaml {
	const char *file;
	const unsigned char *data;
	size_t size;
	struct dp_arena *text, *temp;
	struct dp_problems *problems;
	size_t *nodes_left;
};

/* the root, of whatever kind; NULL: a problem was reported, or no memory (the arenas know) */
struct dp_node *dp_yaml_parse(struct dp_yaml *y);

/* node.c */
/* the value of @key in mapping @map; either may be absent */
struct dp_node *dp_node_get(const struct dp_node *map, const char *key);
struct dp_pair *dp_node_pair(const struct dp_node *map, const char *key, size_t len);
/* @map's, made when there is none yet; NULL = no memory */
struct dp_node_more *dp_node_more(struct dp_node *map, struct dp_arena *temp);
/* make @map findable; a second key of the same name is reported at its position */
bool dp_node_index(struct dp_node *map, struct dp_arena *temp, struct dp_problems *problems);
/* "null", "~" or nothing at all */
bool dp_node_is_null(const struct dp_node *n);
/* why YAML 1.1 and 1.2 read this plain scalar differently, or NULL */
const char *dp_scalar_ambiguous(const char *s, size_t len);

#endif
