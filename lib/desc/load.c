/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.c - a tree to a description: the top level, `device` and `defaults` */
#include <errno.h>
#include <string.h>

#include "core/chars.h"
#include "desc/lint.h"
#include "desc/load.h"

/* --------------------------------------------------------------- device */

/* exactly four hexadecimal digits */
static bool hex4(const char *s, uint16_t *out)
{
	unsigned v = 0;

	for (int i = 0; i < 4; i++) {
		if (dp_hex_digit(s[i]) < 0)
			return false;
		v = v << 4 | (unsigned)dp_hex_digit(s[i]);
	}
	*out = (uint16_t)v;
	return true;
}

static void match_id(struct dp_loader *ld, const struct dp_node *n, struct dp_match *m)
{
	m->by_id = n->kind == DP_NODE_SCALAR && n->len == 9 && hex4(n->text, &m->vendor) &&
		   n->text[4] == ':' && hex4(n->text + 5, &m->device);
	if (!m->by_id)
		dp_problem(&ld->problems, &n->pos,
			   "no PCI id; VENDOR:DEVICE in hexadecimal, as in \"8086:10d3\"");
}

/* 0x01 a class, 0x0108 with its subclass, 0x010802 with the programming interface */
static void match_class(struct dp_loader *ld, const struct dp_node *n, struct dp_match *m)
{
	uint64_t value;
	unsigned shift;

	if (!dp_get_uint(ld, n, 0xffffff, &value))
		return;
	m->by_class = !strncmp(n->text, "0x", 2) && (n->len == 4 || n->len == 6 || n->len == 8);
	if (!m->by_class) {
		dp_problem(&ld->problems, &n->pos,
			   "a PCI class has 2, 4 or 6 digits, as in 0x010802");
		return;
	}
	shift = 8 * (3 - (unsigned)(n->len / 2 - 1));
	m->class = (uint32_t)value << shift;
	m->class_mask = 0xffffffu << shift & 0xffffff;
}

void dp_load_match(struct dp_loader *ld, const struct dp_node *match, struct dp_match **out,
		   size_t *n)
{
	struct dp_match *m;

	if (match->kind != DP_NODE_LIST) {
		dp_problem(&ld->problems, &match->pos,
			   "'match' is a list, as in [{pci: \"8086:10d3\"}]");
		return;
	}
	m = dp_arena_array(ld->arena, match->n, sizeof(*m));
	if (!m)
		return;
	for (size_t i = 0; i < match->n && !dp_problems_full(&ld->problems); i++) {
		const struct dp_node *item = match->items[i];
		struct dp_keys k = {0};

		if (!dp_keys_read(ld, item, DP_IN_MATCH, &k))
			continue;
		if (item->n != 1)
			dp_problem(&ld->problems, &item->pos,
				   "one id in each {}; each of them matches alone");
		if (DP_KEY(&k, pci))
			match_id(ld, DP_KEY(&k, pci), &m[i]);
		if (DP_KEY(&k, pci_class))
			match_class(ld, DP_KEY(&k, pci_class), &m[i]);
		dp_get_text(ld, DP_KEY(&k, uio), &m[i].uio);
		dp_get_text(ld, DP_KEY(&k, of), &m[i].of);
	}
	*out = m;
	*n = match->n;
}

/* names of descriptions may have '-' too */
static void load_name(struct dp_draft *dr, const struct dp_node *n)
{
	const char *text;

	if (!dp_get_text(dr->ld, n, &text))
		return;
	for (const char *s = text; *s; s++) {
		if (dp_is_word(*s) || *s == '-')
			continue;
		dp_problem(&dr->ld->problems, &n->pos,
			   "'%.60s' is no name; letters, digits, '_' and '-'", text);
		return;
	}
	if (n->len > DP_MAX_NAME)
		dp_problem(&dr->ld->problems, &n->pos, "a name of %zu characters; at most %d",
			   n->len, DP_MAX_NAME);
	dr->desc->name = text;
}

static void load_device(struct dp_draft *dr, const struct dp_node *n)
{
	struct dp_keys k = {0};

	if (!dp_keys_read(dr->ld, n, DP_IN_DEVICE, &k))
		return;
	if (!DP_KEY(&k, name))
		dp_problem(&dr->ld->problems, &n->pos, "'device' has no 'name'");
	load_name(dr, DP_KEY(&k, name));
	dp_get_text(dr->ld, DP_KEY(&k, title), &dr->desc->title);
	dp_get_text(dr->ld, DP_KEY(&k, ref), &dr->desc->ref);
	if (DP_KEY(&k, match))
		dp_load_match(dr->ld, DP_KEY(&k, match), &dr->desc->matches, &dr->desc->n_matches);
	if (dr->ld->lint && DP_KEY(&k, name))
		dp_lint_stem(dr, DP_KEY(&k, name));
}

/* ------------------------------------------------------------- defaults */

static void load_defaults(struct dp_draft *dr, const struct dp_node *n, struct dp_keys *k)
{
	static const char *const endian[] = {"little", "big", NULL};
	struct dp_loader *ld = dr->ld;
	unsigned word, width;

	dr->def.width = 32;
	if (!n || !dp_keys_read(ld, n, DP_IN_DEFAULTS, k))
		return;
	width = dp_load_widths(dr, DP_KEY(k, width));
	if (width && !(width & (width - 1)))
		dr->def.width = width;
	dr->def.widths = dp_load_widths(dr, DP_KEY(k, widths));
	if (dp_get_word(ld, DP_KEY(k, endian), endian, &word))
		dr->def.big_endian = word == 1;
	if (dp_get_word(ld, DP_KEY(k, split64), dp_split64_words, &word))
		dr->def.split64 = (enum dp_split64)word;
	if (dp_get_word(ld, DP_KEY(k, reserved), dp_reserved_words, &word))
		dr->def.reserved = (enum dp_reserved)word;
	if (dp_get_word(ld, DP_KEY(k, gaps), dp_gaps_words, &word))
		dr->def.gaps_forbidden = word == 1;
	dp_load_attr(dr, k, &dr->def.attr);
}

/* where registers without `space` are: as told, else `main`, else the only one */
static void choose_space(struct dp_draft *dr, const struct dp_node *told)
{
	int i = dp_load_space_index(dr, "main", 4);

	if (told) {
		i = told->kind == DP_NODE_SCALAR ? dp_load_space_index(dr, told->text, told->len)
						 : -1;
		if (i < 0)
			dp_problem(&dr->ld->problems, &told->pos, "no such space in 'spaces'");
	}
	if (i < 0 && dr->desc->n_spaces == 1)
		i = 0;
	dr->def.space = i < 0 ? DP_NO_SPACE : (unsigned)i;
}

/* ------------------------------------------------------------ the whole */

struct dp_node *dp_load_section(struct dp_draft *dr, struct dp_node *n)
{
	if (!n || n->kind == DP_NODE_MAP)
		return n;
	if (!dp_node_is_null(n))
		dp_problem(&dr->ld->problems, &n->pos, "a mapping of names is expected here");
	return NULL;
}

void dp_load_registers(struct dp_draft *dr, const struct dp_node *registers, enum dp_where where)
{
	size_t n = registers && registers->kind == DP_NODE_MAP ? registers->n : 0;

	if (registers && registers->kind != DP_NODE_MAP)
		dp_problem(&dr->ld->problems, &registers->pos,
			   "'%s' is a mapping, {NAME: {offset: 0, ...}}",
			   where == DP_IN_MEMBER ? "members" : "registers");
	dr->desc->regs = dp_arena_array(dr->ld->arena, n, sizeof(*dr->desc->regs));
	dr->reg_src = dp_arena_array(dr->ld->temp, n, sizeof(*dr->reg_src));
	if (!dr->desc->regs || !dr->reg_src)
		return;
	for (size_t i = 0; i < n && !dp_problems_full(&dr->ld->problems); i++)
		dp_load_reg(dr, &registers->pairs[i], where, &dr->desc->regs[i], &dr->reg_src[i]);
	if (dp_problems_full(&dr->ld->problems))
		return;
	dr->desc->n_regs = n;
	dr->desc->all += n;
	dp_check_names(dr);
	if (dr->desc->by_name) {
		dp_load_join_parts(dr);
		dp_check_all(dr);
		dp_check_layout(dr);
	}
}

/* without `device` a file can only be there to be included, and must have something for that */
static bool is_for_others(const struct dp_draft *dr, const struct dp_node *root)
{
	return dr->ld->lint && !dr->source->up && !dp_node_get(root, "spaces") && root->n > 1;
}

static void build(struct dp_draft *dr, const struct dp_node *root)
{
	struct dp_node *device = dp_node_get(root, "device");
	struct dp_keys defaults = {0};

	if (device)
		load_device(dr, device);
	else if (!is_for_others(dr, root))
		dp_problem(&dr->ld->problems, &root->pos,
			   "no 'device', as in 'device: {name: my_block}'");
	load_defaults(dr, dp_node_get(root, "defaults"), &defaults);
	dr->enums = dp_load_section(dr, dp_node_get(root, "enums"));
	dr->flags = dp_load_section(dr, dp_node_get(root, "flags"));
	dr->types = dp_load_section(dr, dp_node_get(root, "types"));
	dp_load_all_words(dr);
	dp_load_variants(dr, root);
	dp_load_spaces(dr, dp_load_section(dr, dp_node_get(root, "spaces")));
	choose_space(dr, DP_KEY(&defaults, space));
	dp_load_types(dr);
	dp_load_blocks(dr, dp_load_section(dr, dp_node_get(root, "blocks")));
	dp_load_joins(dr, dp_load_section(dr, dp_node_get(root, "joins")));
	dp_load_registers(dr, dp_load_section(dr, dp_node_get(root, "registers")), DP_IN_REG);
	dp_load_seqs(dr, dp_load_section(dr, dp_node_get(root, "sequences")));
}

static struct dp_desc *desc_of(struct dp_loader *ld, struct dp_source *self,
			       const struct dp_node *root)
{
	struct dp_draft dr = {.ld = ld, .source = self};

	dr.desc = dp_arena_alloc(ld->arena, sizeof(*dr.desc));
	if (!dr.desc)
		return NULL;
	dr.desc->arena = self->up ? NULL : ld->arena; /* its own only: it ends with that */
	dr.desc->file = self->path;
	dr.desc->name = dp_arena_strndup(ld->arena, "", 0);
	build(&dr, root);
	dr.desc->hash = ld->hash;
	return dr.desc;
}

/* what each variant makes of the file is looked at, too */
static void lint_variants(struct dp_loader *ld, struct dp_source *self, struct dp_node *root,
			  size_t n)
{
	for (size_t i = 0; i < n && !dp_problems_full(&ld->problems); i++) {
		struct dp_node *with = dp_load_with_variants(ld, root, UINT64_C(1) << i);

		if (with)
			desc_of(ld, self, with);
	}
}

struct dp_desc *dp_load_desc(struct dp_loader *ld, struct dp_source *self)
{
	struct dp_node *root = dp_load_tree(ld, self), *with = root;
	struct dp_desc *desc;

	if (root && !self->up)
		with = dp_load_with_variants(ld, root, ld->variants);
	if (!with || ld->rc)
		return NULL;
	desc = desc_of(ld, self, with);
	if (desc && ld->lint && !self->up)
		lint_variants(ld, self, root, desc->n_variants);
	return desc;
}

int dp_load_run(struct dp_loader *ld, const char *path, struct dp_desc **out)
{
	struct dp_source self = {.path = dp_arena_strndup(ld->arena, path, strlen(path))};
	const struct dp_problem *p;

	*out = self.path ? dp_load_desc(ld, &self) : NULL;
	if (ld->rc)
		return ld->rc;
	if (dp_arena_failed(ld->arena) || dp_arena_failed(ld->temp))
		return dp_err_nomem(ld->err);
	if (!ld->problems.n)
		return 0;
	p = &ld->problems.v[0];
	dp_err_set(ld->err, EINVAL, DP_VALUE, "%s:%u:%u: %s", p->file, p->line, p->column,
		   p->message);
	dp_err_hint(ld->err, "'devpoke desc lint %s' shows all that is wrong with it", path);
	return -EINVAL;
}
