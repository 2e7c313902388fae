/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - names of a description: one namespace, and what refers to them */
#include <string.h>

#include "core/chars.h"
#include "core/number.h"
#include "desc/load.h"

#define MAX_DEPTH 8 /* const registers whose place depends on const registers */

static bool is_full(const struct dp_draft *dr)
{
	return dp_problems_full(&dr->ld->problems);
}

/* ---------------------------------------------------------- one namespace */

static void add_name(struct dp_draft *dr, enum dp_name_kind kind, size_t index, const char *name,
		     const struct dp_pos *pos)
{
	static const char *const kinds[] = {"space", "block", "register", "join"};
	const struct dp_name_slot *old;
	bool is_main = kind == DP_NAME_SPACE && !strcmp(name, "main");

	if (dp_is_reserved(name, strlen(name)) && !is_main)
		dp_problem(&dr->ld->problems, pos,
			   "'%s' is the name of a reserved space; choose another, capitals are one",
			   name);
	old = is_main ? NULL : dp_names_find(dr->desc, name, strlen(name), ~0u);
	if (old && !strcmp(old->name, name)) {
		if (old->kind != kind) /* else the mapping has said so */
			dp_problem(&dr->ld->problems, pos,
				   "'%s' is the name of a %s already, line %u", name,
				   kinds[old->kind], old->pos->line);
	} else if (old && (kind == DP_NAME_SPACE) == (old->kind == DP_NAME_SPACE)) {
		/* a space may well be named after the register that selects it */
		dp_problem(&dr->ld->problems, pos, "'%s' and '%s' (line %u) differ only by case",
			   name, old->name, old->pos->line);
	}
	dp_names_add(dr->desc->by_name, kind, index, name, pos);
}

void dp_check_names(struct dp_draft *dr)
{
	struct dp_desc *d = dr->desc;

	d->by_name =
		dp_names_new(dr->ld->arena, d->n_spaces + d->n_blocks + d->n_regs + d->n_joins);
	if (!d->by_name)
		return;
	for (size_t i = 0; i < d->n_spaces && !is_full(dr); i++)
		add_name(dr, DP_NAME_SPACE, i, d->spaces[i].name, &d->spaces[i].pos);
	for (size_t i = 0; i < d->n_blocks && !is_full(dr); i++)
		add_name(dr, DP_NAME_BLOCK, i, d->blocks[i].name, &d->blocks[i].pos);
	for (size_t i = 0; i < d->n_regs && !is_full(dr); i++)
		add_name(dr, DP_NAME_REG, i, d->regs[i].name, &d->regs[i].pos);
	for (size_t i = 0; i < d->n_joins && !is_full(dr); i++)
		add_name(dr, DP_NAME_JOIN, i, d->joins[i].name, &d->joins[i].pos);
}

/* --------------------------------------------------------- paths to registers */

static void no_register(struct dp_draft *dr, const struct dp_pos *pos, const char *name, size_t len)
{
	char *word = dp_arena_strndup(dr->ld->temp, name, len);
	const char **names = dp_arena_array(dr->ld->temp, dr->desc->n_regs, sizeof(*names));

	for (size_t i = 0; names && i < dr->desc->n_regs; i++)
		names[i] = dr->desc->regs[i].name;
	if (word && names)
		dp_problem(&dr->ld->problems, pos, "no register '%.60s'%s", word,
			   dp_suggest(dr->ld, word, names, dr->desc->n_regs));
}

static void no_field(struct dp_draft *dr, const struct dp_pos *pos, const struct dp_reg *r,
		     const char *name, size_t len)
{
	char *word = dp_arena_strndup(dr->ld->temp, name, len);
	const char *names[64];

	for (size_t i = 0; i < r->n_fields; i++)
		names[i] = r->fields[i].name;
	if (word)
		dp_problem(&dr->ld->problems, pos, "no field '%.60s' in '%s'%s", word, r->name,
			   dp_suggest(dr->ld, word, names, r->n_fields));
}

static const struct dp_reg *register_named(struct dp_draft *dr, const struct dp_pos *pos,
					   const char *name, size_t len)
{
	const struct dp_reg *r = dp_desc_reg(dr->desc, name, len);

	if (r && !memcmp(r->name, name, len))
		return r;
	no_register(dr, pos, name, len);
	return NULL;
}

static const struct dp_field *field_named(struct dp_draft *dr, const struct dp_pos *pos,
					  const struct dp_reg *r, const char *name, size_t len)
{
	const struct dp_field *f = dp_reg_field(r, name, len);

	if (f && !memcmp(f->name, name, len))
		return f;
	no_field(dr, pos, r, name, len);
	return NULL;
}

/* how many dimension @d has, as far as that is known here */
static uint64_t count_of(const struct dp_array *a, unsigned d)
{
	uint64_t count = DP_MAX_ELEMENTS;

	if (d)
		return a->inner[d - 1].count;
	if (a->offsets)
		return a->n_offsets;
	if (a->count)
		dp_expr_is_const(a->count, &count);
	return count;
}

/* index @d of a path; @text are its digits */
static bool check_index(struct dp_draft *dr, const struct dp_pos *pos, unsigned d, const char *text,
			size_t len, struct dp_join_part *out)
{
	const struct dp_array *a = out->reg->array;
	uint64_t index;

	if (!a || d > a->n_inner) {
		if (!a)
			dp_problem(&dr->ld->problems, pos, "'%s' is no array", out->reg->name);
		else
			dp_problem(&dr->ld->problems, pos, "'%s' has %u dimension%s",
				   out->reg->name, a->n_inner + 1, a->n_inner ? "s" : "");
		return false;
	}
	if (dp_number_slice(text, len, &index, NULL) || index >= count_of(a, d)) {
		dp_problem(&dr->ld->problems, pos, "no element %.*s of '%s'; 0 to %llu",
			   (int)(len > 20 ? 20 : len), text, out->reg->name,
			   (unsigned long long)count_of(a, d) - 1);
		return false;
	}
	out->index = d ? out->index * a->inner[d - 1].count + index : index;
	return true;
}

/* the indices at *@p, up to @end */
static bool check_indices(struct dp_draft *dr, const struct dp_pos *pos, const char **p,
			  const char *end, struct dp_join_part *out)
{
	unsigned d = 0;

	while (*p < end && dp_is_digit((*p)[1])) {
		size_t n = strspn(*p + 1, "0123456789");

		if (!check_index(dr, pos, d++, *p + 1, n, out))
			return false;
		*p += n + 1;
	}
	if (d && d <= out->reg->array->n_inner) {
		dp_problem(&dr->ld->problems, pos, "'%s' has %u dimensions", out->reg->name,
			   out->reg->array->n_inner + 1);
		return false;
	}
	out->indexed = d > 0;
	return true;
}

bool dp_check_path(struct dp_draft *dr, const struct dp_pos *pos, const char *text, size_t len,
		   struct dp_join_part *out)
{
	const char *end = text + len, *p = text;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (memchr(text, '[', len)) {
		dp_problem(&dr->ld->problems, pos,
			   "'%.*s': in a description an index is written with a dot, R.3",
			   (int)(len > 60 ? 60 : len), text);
		return false;
	}
	n = strcspn(p, ".");
	n = n > len ? len : n;
	out->reg = register_named(dr, pos, p, n);
	if (!out->reg)
		return false;
	p += n;
	if (!check_indices(dr, pos, &p, end, out))
		return false;
	if (p == end)
		return true;
	p += *p == '.';
	out->field = field_named(dr, pos, out->reg, p, (size_t)(end - p));
	return out->field != NULL;
}

/* ------------------------------------------------------------ expressions */

struct names {
	struct dp_draft *dr;
	const struct dp_pos *pos;
	unsigned depth, height;
};

static int deepest(struct names *in, const struct dp_reg *r);

/* read once, whenever an expression needs it: that must have no effect and no surprise */
static bool is_usable(struct dp_draft *dr, const struct dp_pos *pos,
		      const struct dp_join_part *part)
{
	const struct dp_attr *attr = part->field ? &part->field->attr : &part->reg->attr;
	const struct dp_reg *r = part->reg;
	const char *why = NULL;

	if (!attr->is_const)
		why = "is not 'const: true'; expressions use only what never changes";
	else if (r->array)
		why = "is an array; expressions use single registers";
	else if (!dp_attr_readable(attr))
		why = "cannot be read";
	else if (r->attr.on_read != DP_ONR_NONE || attr->on_read != DP_ONR_NONE)
		why = "has a read effect; expressions must not cause it";
	else if (dp_is_behind(&dr->desc->spaces[r->space]))
		why = "is in a space behind other registers; reading it would be a write";
	if (why)
		dp_problem(&dr->ld->problems, pos, "'%s%s%s' %s", r->name, part->field ? "." : "",
			   part->field ? part->field->name : "", why);
	return !why;
}

static int check_name(void *arg, char kind, const char *name)
{
	struct names *in = arg;
	struct dp_join_part part;

	(void)kind;
	if (!dp_check_path(in->dr, in->pos, name, strlen(name), &part) ||
	    !is_usable(in->dr, in->pos, &part))
		return 1;
	return deepest(in, part.reg);
}

/*
 * Does the place of @r lead back to @r, or through too many registers?  dr->heights has 1 +
 * the answer for those already walked, so that many ways to one register are one walk.
 */
static int deepest(struct names *in, const struct dp_reg *r)
{
	uint8_t *height = &in->dr->heights[r - in->dr->desc->regs];
	struct names next = {in->dr, in->pos, in->depth + 1, 0};
	int rc = 0;

	if (next.depth + (*height ? *height - 1u : 0) > MAX_DEPTH) {
		dp_problem(&in->dr->ld->problems, in->pos,
			   "'%s' depends on itself, or on more than %d registers in a row", r->name,
			   MAX_DEPTH);
		return 1;
	}
	if (!*height) {
		if (r->offset)
			rc = dp_expr_each_name(r->offset, check_name, &next);
		if (!rc && r->when)
			rc = dp_expr_each_name(r->when, check_name, &next);
		if (rc)
			return rc;
		*height = (uint8_t)(next.height + 1);
	}
	if (*height > in->height)
		in->height = *height;
	return 0;
}

static void check_expr(struct dp_draft *dr, const struct dp_expr *e, const struct dp_node *n,
		       const struct dp_pos *pos)
{
	struct names in = {dr, n ? &n->pos : pos, 0, 0};

	if (e && !dp_expr_is_const(e, NULL))
		dp_expr_each_name(e, check_name, &in);
}

static void check_array(struct dp_draft *dr, const struct dp_array *a,
			const struct dp_array_src *src, const struct dp_pos *pos)
{
	if (!a || a->offsets)
		return;
	check_expr(dr, a->count, dp_dim_node(src->count, 0), pos);
	check_expr(dr, a->stride, dp_dim_node(src->stride, 0), pos);
	for (unsigned d = 0; d < a->n_inner; d++)
		check_expr(dr, a->inner[d].stride, dp_dim_node(src->stride, d + 1), pos);
}

static int check_variant_name(void *arg, char kind, const char *name)
{
	static const char *const ids[] = {"vendor",    "device",   "subvendor",
					  "subdevice", "revision", "class"};
	const size_t n = sizeof(ids) / sizeof(ids[0]);
	struct names *in = arg;

	if (strncmp(name, "pci.", 4) != 0)
		return check_name(arg, kind, name);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(ids[i], name + 4))
			return 0;
	dp_problem(&in->dr->ld->problems, in->pos, "no '%.60s'%s", name,
		   dp_suggest(in->dr->ld, name + 4, ids, n));
	return 1;
}

static void check_variant(struct dp_draft *dr, const struct dp_variant *v)
{
	struct names in = {dr, &v->pos, 0, 0};

	dp_expr_each_name(v->when, check_variant_name, &in);
}

/* ------------------------------------------- assignments and conditions */

/* given, and not something else, which is reported already */
static bool is_text(const struct dp_node *n)
{
	return n && n->kind == DP_NODE_SCALAR;
}

/* a value as far as it can be judged here: a number that fits, or a word of the field */
static void check_value(struct dp_draft *dr, const struct dp_node *n,
			const struct dp_join_part *part, const char *text, size_t len)
{
	const struct dp_fmt *fmt = part->field ? &part->field->fmt : &part->reg->fmt;
	unsigned bits = dp_join_part_bits(part);
	const char *name = part->field ? part->field->name : part->reg->name;
	uint64_t value;
	bool good;

	if (!len) {
		good = false;
	} else if (dp_is_digit(text[0])) {
		good = !dp_number_slice(text, len, &value, NULL) && value <= dp_ones(bits);
	} else {
		good = text[0] == '(' || dp_fmt_has_word(fmt, text, len);
	}
	if (!good)
		dp_problem(&dr->ld->problems, &n->pos,
			   "'%.*s' is no value of '%s'; a number of %u bit%s or a word of its enum",
			   (int)(len > 40 ? 40 : len), text, name, bits, bits == 1 ? "" : "s");
}

/* PATH=VALUE{,FIELD=VALUE} */
static void check_assign(struct dp_draft *dr, const struct dp_node *n)
{
	struct dp_join_part part = {0};
	const char *p = is_text(n) ? n->text : NULL;
	bool first = true;

	while (p) {
		size_t len = strcspn(p, ","), name = strcspn(p, "=,");

		if (name >= len) {
			dp_problem(&dr->ld->problems, &n->pos,
				   "'%.60s' is no assignment; PATH=VALUE", n->text);
			return;
		}
		if (first ? !dp_check_path(dr, &n->pos, p, name, &part)
			  : !(part.field = field_named(dr, &n->pos, part.reg, p, name)))
			return;
		check_value(dr, n, &part, p + name + 1, len - name - 1);
		p = p[len] ? p + len + 1 : NULL;
		first = false;
	}
}

/* PATH OP VALUE */
static void check_cond(struct dp_draft *dr, const struct dp_node *n)
{
	struct dp_join_part part;
	size_t name, op;

	if (!is_text(n))
		return;
	name = strcspn(n->text, "=!<>");
	op = strspn(n->text + name, "=!<>");
	if (!op || op > 2 || !strncmp(n->text + name, "= ", 2) ||
	    (op == 1 && n->text[name] == '=')) {
		dp_problem(&dr->ld->problems, &n->pos,
			   "'%.60s' is no condition; PATH==VALUE, or != < <= > >=", n->text);
		return;
	}
	if (dp_check_path(dr, &n->pos, n->text, name, &part))
		check_value(dr, n, &part, n->text + name + op, n->len - name - op);
}

static void check_node_path(struct dp_draft *dr, const struct dp_node *n)
{
	struct dp_join_part part;

	if (is_text(n))
		dp_check_path(dr, &n->pos, n->text, n->len, &part);
}

static void check_register_name(struct dp_draft *dr, const struct dp_node *n)
{
	if (is_text(n))
		register_named(dr, &n->pos, n->text, n->len);
}

/* does a space lie in itself? */
static bool in_circles(const struct dp_desc *d, const struct dp_desc_space *s)
{
	size_t n = 0;

	while (s->place == DP_PLACE_PAGED && n++ <= d->n_spaces)
		s = &d->spaces[s->paged.in];
	return n > d->n_spaces;
}

/* the page is written, and what was there before is put back: it has to be readable */
static void check_paged(struct dp_draft *dr, const struct dp_desc_space *s,
			const struct dp_space_src *src)
{
	struct dp_join_part part;
	const struct dp_attr *attr;

	if (!src->paged || !s->paged.page)
		return;
	if (in_circles(dr->desc, s)) {
		dp_problem(&dr->ld->problems, &src->paged->pos, "space '%s' lies in itself",
			   s->name);
		return;
	}
	if (!dp_check_path(dr, &src->page_register->pos, s->paged.page, strlen(s->paged.page),
			   &part))
		return;
	attr = part.field ? &part.field->attr : &part.reg->attr;
	if (attr->sw != DP_SW_RW || attr->on_read != DP_ONR_NONE ||
	    part.reg->attr.on_read != DP_ONR_NONE || attr->on_write != DP_ONW_STORE)
		dp_problem(&dr->ld->problems, &src->page_register->pos,
			   "'%s' selects a page; it has to be rw and to store what is written",
			   s->paged.page);
	if (&dr->desc->spaces[part.reg->space] == s)
		dp_problem(&dr->ld->problems, &src->page_register->pos,
			   "'%s' lies in the page that it selects", s->paged.page);
	if (s->paged.value > dp_ones(dp_join_part_bits(&part)))
		dp_problem(&dr->ld->problems, &src->page_value->pos,
			   "0x%llx does not fit into '%s', %u bits",
			   (unsigned long long)s->paged.value, s->paged.page,
			   dp_join_part_bits(&part));
}

/* one bit, and reading it must have no effect: it is read before each write of what it locks */
static void check_lock(struct dp_draft *dr, const struct dp_lock *lock)
{
	struct dp_join_part part;
	const struct dp_attr *attr;
	const char *why = NULL;

	if (!dp_check_path(dr, &lock->pos, lock->path, strlen(lock->path), &part))
		return;
	attr = part.field ? &part.field->attr : &part.reg->attr;
	if (dp_join_part_bits(&part) != 1)
		why = "has more than one bit";
	else if (!dp_attr_readable(attr))
		why = "cannot be read";
	else if (part.reg->attr.on_read != DP_ONR_NONE || attr->on_read != DP_ONR_NONE)
		why = "has a read effect";
	if (why)
		dp_problem(&dr->ld->problems, &lock->pos,
			   "'%.60s' %s; a lock is one bit that can be read", lock->path, why);
}

static void check_locks(struct dp_draft *dr, const struct dp_reg *r)
{
	if (r->attr.lock)
		check_lock(dr, r->attr.lock);
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].attr.lock && r->fields[i].attr.lock != r->attr.lock)
			check_lock(dr, r->fields[i].attr.lock);
}

/* one register is the place, the others are views of it */
static void check_alternate(struct dp_draft *dr, const struct dp_reg *r, const struct dp_node *n)
{
	const struct dp_reg *of;

	if (!is_text(n))
		return;
	check_register_name(dr, n);
	of = dp_desc_reg(dr->desc, n->text, n->len);
	if (of == r)
		dp_problem(&dr->ld->problems, &n->pos, "'%s' is an alternate of itself", r->name);
	else if (of && of->alternate)
		dp_problem(&dr->ld->problems, &n->pos,
			   "'%s' is an alternate itself; name the register that it is one of, "
			   "'%.60s'",
			   of->name, of->alternate);
	else if (of && of->space != r->space)
		dp_problem(&dr->ld->problems, &n->pos, "'%s' and '%s' are in different spaces",
			   r->name, of->name);
}

void dp_check_all(struct dp_draft *dr)
{
	struct dp_desc *d = dr->desc;

	dr->heights = dp_arena_alloc(dr->ld->temp, d->n_regs);
	if (!dr->heights)
		return;
	for (size_t i = 0; i < d->n_regs && !is_full(dr); i++) {
		const struct dp_reg_src *src = &dr->reg_src[i];
		const struct dp_reg *r = &d->regs[i];

		check_expr(dr, r->offset, src->offset, &r->pos);
		check_expr(dr, r->when, src->when, &r->pos);
		check_array(dr, r->array, &src->array, &r->pos);
		check_node_path(dr, src->level);
		check_locks(dr, r);
		check_register_name(dr, src->set_of);
		check_register_name(dr, src->clear_of);
		check_alternate(dr, r, src->alternate);
	}
	for (size_t i = 0; i < d->n_spaces && !is_full(dr); i++) {
		check_node_path(dr, dr->space_src[i].index);
		check_node_path(dr, dr->space_src[i].data);
		check_assign(dr, dr->space_src[i].start_read);
		check_assign(dr, dr->space_src[i].start_write);
		check_assign(dr, dr->space_src[i].unlock);
		check_cond(dr, dr->space_src[i].ready);
		check_paged(dr, &d->spaces[i], &dr->space_src[i]);
	}
	for (size_t i = 0; i < d->n_variants && !is_full(dr); i++)
		check_variant(dr, &d->variants[i]);
	for (size_t i = 0; i < d->n_blocks && !is_full(dr); i++) {
		check_expr(dr, d->blocks[i].offset, dr->block_src[i].at, &d->blocks[i].pos);
		check_expr(dr, d->blocks[i].when, dr->block_src[i].when, &d->blocks[i].pos);
		check_array(dr, d->blocks[i].array, &dr->block_src[i].array, &d->blocks[i].pos);
	}
}
