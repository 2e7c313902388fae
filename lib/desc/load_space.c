/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_space.c - where the spaces of a description are */
#include <stdio.h>
#include <string.h>

#include "desc/load.h"

static const char *const kind_words[] = {
	[DP_SPACE_REGISTERS] = "registers", [DP_SPACE_MEMORY] = "memory",
	[DP_SPACE_CONFIG] = "config",       [DP_SPACE_PORT] = "port",
	[DP_SPACE_PORT + 1] = NULL,
};

const char *const dp_gaps_words[] = {"allow", "forbid", NULL};

/* a field of a capability: where its value stands in configuration space */
static void load_capfield(struct dp_draft *dr, const struct dp_node *n, bool value,
			  struct dp_capfield *out)
{
	struct dp_keys k = {0};
	uint64_t bits = 0;

	if (!n || !dp_keys_read(dr->ld, n, DP_IN_CAPFIELD, &k))
		return;
	out->given = true;
	if (!DP_KEY(&k, offset) || !DP_KEY(&k, width))
		dp_problem(&dr->ld->problems, &n->pos,
			   "a field of a capability has 'offset' and 'width'");
	dp_get_unsigned(dr->ld, DP_KEY(&k, offset), 4095, &out->offset);
	if (dp_get_uint(dr->ld, DP_KEY(&k, width), 64, &bits) && bits != 8 && bits != 16 &&
	    bits != 32)
		dp_problem(&dr->ld->problems, &DP_KEY(&k, width)->pos,
			   "a width of %u bits in configuration space; 8, 16 or 32",
			   (unsigned)bits);
	out->width = (unsigned)bits;
	if (value != (DP_KEY(&k, value) != NULL))
		dp_problem(&dr->ld->problems, &n->pos,
			   value ? "'where' needs a 'value' to compare with"
				 : "'value' belongs in 'where'");
	else
		dp_get_uint(dr->ld, DP_KEY(&k, value), dp_ones((unsigned)bits), &out->value);
}

static void load_behind(struct dp_draft *dr, const struct dp_node *n, struct dp_desc_space *s)
{
	struct dp_keys k = {0};

	if (!dp_keys_read(dr->ld, n, DP_IN_BEHIND, &k))
		return;
	if (!DP_KEY(&k, id) || !DP_KEY(&k, bar))
		dp_problem(&dr->ld->problems, &n->pos, "'behind_cap' needs 'id' and 'bar'");
	dp_get_unsigned(dr->ld, DP_KEY(&k, id), 0xff, &s->number);
	load_capfield(dr, DP_KEY(&k, where), true, &s->where);
	load_capfield(dr, DP_KEY(&k, bar), false, &s->bar);
	load_capfield(dr, DP_KEY(&k, offset), false, &s->cap_offset);
	load_capfield(dr, DP_KEY(&k, size), false, &s->cap_size);
}

#define DEFAULT_TIMEOUT_NS UINT64_C(10000000)

static void load_indirect(struct dp_draft *dr, const struct dp_node *n, struct dp_desc_space *s,
			  struct dp_space_src *src)
{
	struct dp_indirect *in = &s->indirect;
	struct dp_loader *ld = dr->ld;
	struct dp_keys k = {0};

	if (!dp_keys_read(ld, n, DP_IN_INDIRECT, &k))
		return;
	if (!DP_KEY(&k, index) || !DP_KEY(&k, data))
		dp_problem(&ld->problems, &n->pos, "'indirect' needs 'index' and 'data'");
	if (DP_KEY(&k, start) && DP_KEY(&k, start_read))
		dp_problem(&ld->problems, &DP_KEY(&k, start)->pos,
			   "'start' is short for 'start_read'; one of them");
	src->index = DP_KEY(&k, index);
	src->data = DP_KEY(&k, data);
	src->start_read = DP_KEY(&k, start) ? DP_KEY(&k, start) : DP_KEY(&k, start_read);
	src->start_write = DP_KEY(&k, start_write);
	src->ready = DP_KEY(&k, ready);
	src->unlock = DP_KEY(&k, unlock);
	in->timeout_ns = DEFAULT_TIMEOUT_NS;
	dp_get_text(ld, src->index, &in->index);
	dp_get_text(ld, src->data, &in->data);
	dp_get_text(ld, src->start_read, &in->start_read);
	dp_get_text(ld, src->start_write, &in->start_write);
	dp_get_text(ld, src->ready, &in->ready);
	dp_get_text(ld, src->unlock, &in->unlock);
	dp_get_time(ld, DP_KEY(&k, timeout), &in->timeout_ns);
}

/* "REGISTER.FIELD"; what it names is checked when all registers are known */
static const char *page_path(struct dp_draft *dr, const char *reg, const char *field)
{
	char text[2 * DP_MAX_NAME + 2];

	if (!reg || !field)
		return reg;
	snprintf(text, sizeof(text), "%.*s.%.*s", DP_MAX_NAME, reg, DP_MAX_NAME, field);
	return dp_arena_strndup(dr->ld->arena, text, strlen(text));
}

static void load_paged(struct dp_draft *dr, const struct dp_node *n, struct dp_desc_space *s,
		       struct dp_space_src *src)
{
	const char *in = NULL, *reg = NULL, *field = NULL;
	struct dp_loader *ld = dr->ld;
	struct dp_keys k = {0};
	int space;

	if (!dp_keys_read(ld, n, DP_IN_PAGED, &k))
		return;
	if (!DP_KEY(&k, in) || !DP_KEY(&k, register) || !DP_KEY(&k, value)) {
		dp_problem(&ld->problems, &n->pos, "'paged' needs 'in', 'register' and 'value'");
		return;
	}
	dp_get_text(ld, DP_KEY(&k, register), &reg);
	dp_get_text(ld, DP_KEY(&k, field), &field);
	dp_get_uint(ld, DP_KEY(&k, value), UINT64_MAX, &s->paged.value);
	src->paged = n;
	src->page_register = DP_KEY(&k, register);
	src->page_value = DP_KEY(&k, value);
	s->paged.page = page_path(dr, reg, field);
	if (!dp_get_text(ld, DP_KEY(&k, in), &in))
		return;
	space = dp_load_space_index(dr, in, strlen(in));
	if (space < 0)
		dp_problem(&ld->problems, &DP_KEY(&k, in)->pos, "no space '%.60s' in 'spaces'", in);
	else
		s->paged.in = (unsigned)space;
}

static void set_place(struct dp_draft *dr, const struct dp_node *n, enum dp_place_kind place,
		      struct dp_desc_space *s)
{
	if (!n)
		return;
	if (s->place != DP_PLACE_DEFAULT)
		dp_problem(&dr->ld->problems, &n->pos, "space '%s' is in two places; give one",
			   s->name);
	s->place = place;
}

static void load_places(struct dp_draft *dr, const struct dp_keys *k, struct dp_desc_space *s,
			struct dp_space_src *src)
{
	struct dp_loader *ld = dr->ld;
	bool config = true;

	set_place(dr, DP_KEY(k, bar), DP_PLACE_BAR, s);
	set_place(dr, DP_KEY(k, uio_map), DP_PLACE_UIO_MAP, s);
	set_place(dr, DP_KEY(k, pci_config), DP_PLACE_PCI_CONFIG, s);
	set_place(dr, DP_KEY(k, pci_cap), DP_PLACE_PCI_CAP, s);
	set_place(dr, DP_KEY(k, pci_ecap), DP_PLACE_PCI_ECAP, s);
	set_place(dr, DP_KEY(k, behind_cap), DP_PLACE_BEHIND_CAP, s);
	set_place(dr, DP_KEY(k, port), DP_PLACE_PORT, s);
	set_place(dr, DP_KEY(k, indirect), DP_PLACE_INDIRECT, s);
	set_place(dr, DP_KEY(k, paged), DP_PLACE_PAGED, s);
	dp_get_unsigned(ld, DP_KEY(k, bar), 5, &s->number);
	dp_get_unsigned(ld, DP_KEY(k, uio_map), 4, &s->number);
	dp_get_unsigned(ld, DP_KEY(k, pci_cap), 0xff, &s->number);
	dp_get_unsigned(ld, DP_KEY(k, pci_ecap), 0xffff, &s->number);
	dp_get_unsigned(ld, DP_KEY(k, port), 0xffff, &s->number);
	if (dp_get_bool(ld, DP_KEY(k, pci_config), &config) && !config)
		dp_problem(&ld->problems, &DP_KEY(k, pci_config)->pos,
			   "'pci_config' is true or not given");
	if (DP_KEY(k, behind_cap))
		load_behind(dr, DP_KEY(k, behind_cap), s);
	if (DP_KEY(k, indirect))
		load_indirect(dr, DP_KEY(k, indirect), s, src);
	if (DP_KEY(k, paged))
		load_paged(dr, DP_KEY(k, paged), s, src);
}

static enum dp_space_kind natural_kind(enum dp_place_kind place)
{
	switch (place) {
	case DP_PLACE_PCI_CONFIG:
	case DP_PLACE_PCI_CAP:
	case DP_PLACE_PCI_ECAP:
		return DP_SPACE_CONFIG;
	case DP_PLACE_PORT:
		return DP_SPACE_PORT;
	default:
		return DP_SPACE_REGISTERS;
	}
}

static void load_space(struct dp_draft *dr, const struct dp_pair *p, struct dp_desc_space *s,
		       struct dp_space_src *src)
{
	struct dp_loader *ld = dr->ld;
	struct dp_keys k = {0};
	unsigned word;

	s->pos = p->key->pos;
	s->name = p->key->text;
	src->gaps_forbidden = dr->def.gaps_forbidden;
	dp_get_name(ld, p->key, DP_MAX_SPACE_NAME, &s->name);
	if (!dp_keys_read(ld, p->value, DP_IN_SPACE, &k))
		return;
	load_places(dr, &k, s, src);
	s->kind = natural_kind(s->place);
	if (dp_get_word(ld, DP_KEY(&k, kind), kind_words, &word))
		s->kind = (enum dp_space_kind)word;
	dp_get_uint(ld, DP_KEY(&k, offset), INT64_MAX, &s->offset);
	dp_get_size(ld, DP_KEY(&k, size), &s->size);
	if (s->size > INT64_MAX)
		dp_problem(&ld->problems, &DP_KEY(&k, size)->pos, "a size of %s; less than 2^63",
			   DP_KEY(&k, size)->text);
	s->widths = dp_load_widths(dr, DP_KEY(&k, widths));
	dp_get_text(ld, DP_KEY(&k, doc), &s->doc);
	if (dp_get_word(ld, DP_KEY(&k, gaps), dp_gaps_words, &word))
		src->gaps_forbidden = word == 1;
	if (!dp_is_behind(s))
		return;
	if (!s->size)
		dp_problem(&ld->problems, &p->key->pos, "%s space '%s' has no 'size'",
			   s->place == DP_PLACE_PAGED ? "paged" : "indirect", s->name);
	if (DP_KEY(&k, offset))
		dp_problem(&ld->problems, &DP_KEY(&k, offset)->pos, "%s space has no 'offset'",
			   s->place == DP_PLACE_PAGED ? "a paged" : "an indirect");
}

int dp_load_space_index(const struct dp_draft *dr, const char *name, size_t len)
{
	const struct dp_pair *p = dp_node_pair(dr->spaces, name, len);

	if (p)
		return (int)(p - dr->spaces->pairs);
	return !dr->spaces && len == 4 && !memcmp(name, "main", 4) ? 0 : -1;
}

/* without `spaces` there is one, the target's default region */
void dp_load_spaces(struct dp_draft *dr, const struct dp_node *spaces)
{
	size_t n = spaces ? spaces->n : 0;

	dr->spaces = n ? spaces : NULL;
	dr->desc->spaces = dp_arena_array(dr->ld->arena, n + 1, sizeof(*dr->desc->spaces));
	dr->space_src = dp_arena_array(dr->ld->temp, n + 1, sizeof(*dr->space_src));
	if (!dr->desc->spaces || !dr->space_src)
		return;
	if (!n) {
		dr->desc->spaces[0].name = dp_arena_strndup(dr->ld->arena, "main", 4);
		dr->desc->spaces[0].pos = (struct dp_pos){dr->desc->file, 1, 1};
		dr->space_src[0].gaps_forbidden = dr->def.gaps_forbidden;
		dr->desc->n_spaces = 1;
		return;
	}
	for (size_t i = 0; i < n && !dp_problems_full(&dr->ld->problems); i++)
		load_space(dr, &spaces->pairs[i], &dr->desc->spaces[i], &dr->space_src[i]);
	dr->desc->n_spaces = n;
}
