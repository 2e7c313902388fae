/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * yaml.c - libyaml's document tree, bounded and turned into nodes with positions
 *
 * libyaml builds its whole tree before it returns, so its growth is watched from the read
 * handler, which it calls for every few kilobytes.  Aliases are shared nodes; how many nodes
 * they stand for is computed, never walked.
 */
#include <string.h>
#include <yaml.h>

#include "desc/yaml.h"

#define READ_STEP 4096

struct reader {
	struct dp_yaml *y;
	yaml_parser_t parser;
	yaml_document_t doc, next;
	const yaml_document_t *loading;
	size_t at;
	const char *limit; /* which bound was hit, or NULL */
	struct dp_node **made;
};

static const char *over_limit(struct reader *r)
{
	yaml_parser_t *p = &r->parser;

	if ((size_t)(r->loading->nodes.top - r->loading->nodes.start) > *r->y->nodes_left)
		return "more than 1000000 nodes";
	if (p->aliases.top - p->aliases.start > DP_MAX_ANCHORS)
		return "more than 1000 anchors";
	if (p->states.top - p->states.start > 4 * DP_MAX_DEPTH)
		return "nesting deeper than 32";
	return NULL;
}

static int read_some(void *arg, unsigned char *buf, size_t size, size_t *got)
{
	struct reader *r = arg;
	size_t left = r->y->size - r->at;

	r->limit = over_limit(r);
	if (r->limit)
		return 0;
	if (size > READ_STEP)
		size = READ_STEP;
	*got = left < size ? left : size;
	memcpy(buf, r->y->data + r->at, *got);
	r->at += *got;
	return 1;
}

static struct dp_pos position(const struct reader *r, yaml_mark_t mark)
{
	return (struct dp_pos){r->y->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

/* libyaml knows only the byte offset of what its reader refuses */
static struct dp_pos byte_position(const struct reader *r, size_t offset)
{
	struct dp_pos pos = {r->y->file, 1, 1};

	for (size_t i = 0; i < offset && i < r->y->size; i++) {
		if (r->y->data[i] == '\n') {
			pos.line++;
			pos.column = 1;
		} else if ((r->y->data[i] & 0xc0) != 0x80) {
			pos.column++;
		}
	}
	return pos;
}

/* inside {} and [] the '[' of an index ends the scalar: the usual reason for this error */
static bool is_index(const struct reader *r, yaml_mark_t mark)
{
	const unsigned char *d = r->y->data;
	size_t line = mark.line, i = 0;

	while (line && i < r->y->size)
		line -= d[i++] == '\n';
	i += mark.column;
	return i && i < r->y->size && d[i] == '[' &&
	       (d[i - 1] == '_' || (d[i - 1] >= '0' && d[i - 1] <= '9') ||
		((d[i - 1] | 32) >= 'a' && (d[i - 1] | 32) <= 'z'));
}

static void report(struct reader *r)
{
	yaml_parser_t *p = &r->parser;
	struct dp_pos pos;

	if (p->error == YAML_MEMORY_ERROR) {
		dp_arena_alloc(r->y->temp, SIZE_MAX);
		return;
	}
	if (r->limit) {
		pos = position(r, p->mark);
		dp_problem(r->y->problems, &pos, "%s; a description is smaller", r->limit);
	} else if (p->error == YAML_READER_ERROR) {
		pos = byte_position(r, p->problem_offset);
		dp_problem(r->y->problems, &pos,
			   "%s (0x%x); descriptions are UTF-8 text without control characters",
			   p->problem, (unsigned)p->problem_value);
	} else {
		pos = position(r, p->problem_mark);
		dp_problem(r->y->problems, &pos, "not valid YAML: %s%s", p->problem,
			   is_index(r, p->problem_mark)
				   ? "; inside {} and [] an index is written with a dot: R.3"
				   : "");
	}
}

/* ------------------------------------------------ libyaml's tree to nodes */

static struct dp_node *convert(struct reader *r, int id, unsigned depth);

static bool bad_text(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < 0x20 && s[i] != '\n' && s[i] != '\t') || s[i] == 0x7f)
			return true;
	return false;
}

static bool convert_scalar(struct reader *r, const yaml_node_t *from, struct dp_node *n)
{
	const char *text = (const char *)from->data.scalar.value, *why;

	n->kind = DP_NODE_SCALAR;
	n->plain = from->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	n->len = from->data.scalar.length;
	n->text = dp_arena_strndup(r->y->text, text, n->len);
	if (!n->text)
		return false;
	if (bad_text(text, n->len)) {
		dp_problem(r->y->problems, &n->pos,
			   "a control character in a text; only line breaks and tabs are legal");
		return false;
	}
	why = n->plain ? dp_scalar_ambiguous(n->text, n->len) : NULL;
	if (why)
		dp_problem(r->y->problems, &n->pos, "'%.40s' %s; put it in quotes", n->text, why);
	return true;
}

static bool adopt(struct dp_node *parent, const struct dp_node *child)
{
	if (!child)
		return false;
	parent->nodes += child->nodes;
	if (parent->nodes > DP_MAX_NODES) /* too many is too many, and must not wrap */
		parent->nodes = DP_MAX_NODES + 1;
	if (child->height >= parent->height)
		parent->height = (uint16_t)(child->height + 1);
	return true;
}

static bool convert_list(struct reader *r, const yaml_node_t *from, struct dp_node *n,
			 unsigned depth)
{
	const yaml_node_item_t *item = from->data.sequence.items.start;
	size_t count = (size_t)(from->data.sequence.items.top - item);

	n->kind = DP_NODE_LIST;
	n->items = dp_arena_array(r->y->temp, count, sizeof(*n->items));
	if (!n->items)
		return false;
	for (; n->n < count; n->n++) {
		n->items[n->n] = convert(r, item[n->n], depth + 1);
		if (!adopt(n, n->items[n->n]))
			return false;
	}
	return true;
}

static bool convert_map(struct reader *r, const yaml_node_t *from, struct dp_node *n,
			unsigned depth)
{
	const yaml_node_pair_t *pair = from->data.mapping.pairs.start;
	size_t count = (size_t)(from->data.mapping.pairs.top - pair);

	n->kind = DP_NODE_MAP;
	n->pairs = dp_arena_array(r->y->temp, count, sizeof(*n->pairs));
	if (!n->pairs)
		return false;
	for (; n->n < count; n->n++) {
		struct dp_pair *p = &n->pairs[n->n];

		p->key = convert(r, pair[n->n].key, depth + 1);
		p->value = convert(r, pair[n->n].value, depth + 1);
		if (!adopt(n, p->key) || !adopt(n, p->value))
			return false;
		if (p->key->kind != DP_NODE_SCALAR) {
			dp_problem(r->y->problems, &p->key->pos,
				   "a key is a name or a number, not a list or mapping");
			return false;
		}
	}
	return dp_node_index(n, r->y->temp, r->y->problems);
}

static bool has_tag(const yaml_node_t *n)
{
	static const char *const usual[] = {
		[YAML_SCALAR_NODE] = YAML_STR_TAG,
		[YAML_SEQUENCE_NODE] = YAML_SEQ_TAG,
		[YAML_MAPPING_NODE] = YAML_MAP_TAG,
	};

	return n->tag && strcmp((const char *)n->tag, usual[n->type]) != 0;
}

static bool fill(struct reader *r, const yaml_node_t *from, struct dp_node *n, unsigned depth)
{
	if (has_tag(from)) {
		dp_problem(r->y->problems, &n->pos, "descriptions have no tags; remove '%.60s'",
			   (const char *)from->tag);
		return false;
	}
	n->nodes = 1;
	switch (from->type) {
	case YAML_SCALAR_NODE:
		return convert_scalar(r, from, n);
	case YAML_SEQUENCE_NODE:
		return convert_list(r, from, n, depth);
	default:
		return convert_map(r, from, n, depth);
	}
}

/* nodes that are being made are marked by this */
static struct dp_node in_progress;

static struct dp_node *convert(struct reader *r, int id, unsigned depth)
{
	const yaml_node_t *from = &r->doc.nodes.start[id - 1];
	struct dp_pos pos = position(r, from->start_mark);
	struct dp_node *n = r->made[id - 1];

	if (n == &in_progress) {
		dp_problem(r->y->problems, &pos, "an alias inside of what it stands for");
		return NULL;
	}
	if (!n && depth < DP_MAX_DEPTH) {
		n = dp_arena_alloc(r->y->temp, sizeof(*n));
		if (!n)
			return NULL;
		n->pos = pos;
		r->made[id - 1] = &in_progress;
		if (!fill(r, from, n, depth))
			return NULL;
		r->made[id - 1] = n;
	}
	if (!n || depth + n->height > DP_MAX_DEPTH) {
		dp_problem(r->y->problems, &pos, "nesting deeper than %d", DP_MAX_DEPTH);
		return NULL;
	}
	if (n->nodes > *r->y->nodes_left) {
		dp_problem(r->y->problems, &pos,
			   "aliases make this more than %d nodes; a description is smaller",
			   DP_MAX_NODES);
		return NULL;
	}
	return n;
}

/* only one document, and nothing behind it */
static bool only_one(struct reader *r)
{
	struct dp_pos pos;
	bool one;

	r->loading = &r->next;
	if (!yaml_parser_load(&r->parser, &r->next)) {
		report(r);
		return false;
	}
	pos = position(r, r->next.start_mark);
	one = !yaml_document_get_root_node(&r->next);
	yaml_document_delete(&r->next);
	if (!one)
		dp_problem(r->y->problems, &pos, "a second document; a file has one");
	return one;
}

/* an empty document is the node "nothing at all" */
static struct dp_node *root_of(struct reader *r)
{
	size_t n = (size_t)(r->doc.nodes.top - r->doc.nodes.start);
	struct dp_node *root;

	if (!n) {
		root = dp_arena_alloc(r->y->temp, sizeof(*root));
		if (root)
			*root = (struct dp_node){.kind = DP_NODE_SCALAR,
						 .plain = true,
						 .pos = {r->y->file, 1, 1},
						 .text = ""};
		return root;
	}
	r->made = dp_arena_array(r->y->temp, n, sizeof(*r->made));
	if (!r->made || !only_one(r))
		return NULL;
	root = convert(r, 1, 0);
	if (root)
		*r->y->nodes_left -= root->nodes;
	return root;
}

struct dp_node *dp_yaml_parse(struct dp_yaml *y)
{
	struct reader r = {.y = y};
	struct dp_node *root = NULL;

	if (!yaml_parser_initialize(&r.parser)) {
		dp_arena_alloc(y->temp, SIZE_MAX);
		return NULL;
	}
	r.loading = &r.doc;
	yaml_parser_set_input(&r.parser, read_some, &r);
	if (yaml_parser_load(&r.parser, &r.doc)) {
		root = root_of(&r);
		yaml_document_delete(&r.doc);
	} else {
		report(&r);
	}
	yaml_parser_delete(&r.parser);
	return root;
}
