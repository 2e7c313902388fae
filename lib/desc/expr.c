/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr.c - parsing of C expressions without assignment */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/chars.h"
#include "core/number.h"
#include "desc/expr.h"

#define EXPR_MAX_LEN   1024
#define EXPR_MAX_DEPTH 64

struct parser {
	struct dp_expr *e;
	const char *p;
	char *name_at;
	unsigned allow, depth;
	struct dp_err *err;
};

static const struct {
	char text[3];
	unsigned char prec;
	enum op op;
} binaries[] = {
	/* two characters before one: the first match wins */
	{"||", 1, OP_OROR}, {"&&", 2, OP_ANDAND}, {"==", 6, OP_EQ}, {"!=", 6, OP_NE},
	{"<<", 8, OP_SHL},  {">>", 8, OP_SHR},    {"<=", 7, OP_LE}, {">=", 7, OP_GE},
	{"|", 3, OP_OR},    {"^", 4, OP_XOR},     {"&", 5, OP_AND}, {"<", 7, OP_LT},
	{">", 7, OP_GT},    {"+", 9, OP_ADD},     {"-", 9, OP_SUB}, {"*", 10, OP_MUL},
	{"/", 10, OP_DIV},  {"%", 10, OP_MOD},
};

static int parse_conditional(struct parser *ps, unsigned *out);

static int syntax_error(struct parser *ps, const char *what)
{
	size_t len = strlen(ps->p);

	if (!len)
		return dp_err_set(ps->err, EINVAL, DP_VALUE, "expression '%.*s' ends where %s",
				  DP_S(ps->e->text, strlen(ps->e->text)), what);
	return dp_err_set(ps->err, EINVAL, DP_VALUE, "expression '%.*s': '%.20s' stands where %s",
			  DP_S(ps->e->text, strlen(ps->e->text)), ps->p, what);
}

static void skip_blanks(struct parser *ps)
{
	while (*ps->p == ' ' || *ps->p == '\t')
		ps->p++;
}

static unsigned add_node(struct parser *ps, enum op op, unsigned a, unsigned b)
{
	struct node *n = &ps->e->nodes[ps->e->n];

	n->op = op;
	n->a = a;
	n->b = b;
	return ps->e->n++;
}

static int enter(struct parser *ps)
{
	if (++ps->depth > EXPR_MAX_DEPTH)
		return dp_err_set(ps->err, E2BIG, DP_VALUE,
				  "expression '%.40s...' is nested deeper than %d", ps->e->text,
				  EXPR_MAX_DEPTH);
	return 0;
}

static int parse_number(struct parser *ps, unsigned *out)
{
	size_t len = 0;
	uint64_t value;
	int rc;

	while (dp_is_word(ps->p[len]))
		len++;
	rc = dp_number_slice(ps->p, len, &value, ps->err);
	if (rc)
		return rc;
	ps->p += len;
	*out = add_node(ps, OP_NUMBER, 0, 0);
	ps->e->nodes[*out].value = value;
	return 0;
}

/* REG.FIELD, RAL.3.F: names and indices between dots */
static size_t name_length(const char *s, bool dotted)
{
	size_t len = 0;

	while (dp_is_word(s[len]) || (dotted && len && s[len] == '.' && dp_is_word(s[len + 1])))
		len++;
	return len;
}

static int parse_name(struct parser *ps, unsigned *out)
{
	char kind = *ps->p == '$' || *ps->p == '@' ? *ps->p : 0;
	size_t len = name_length(ps->p + !!kind, !kind);

	if (!len || !dp_is_alpha(ps->p[!!kind]))
		return syntax_error(ps, "a name must stand");
	if (!(ps->allow & (kind ? DP_EXPR_VARS : DP_EXPR_NAMES))) {
		int rc = dp_err_set(
			ps->err, EINVAL, DP_VALUE, "expression '%.*s' may not use the name '%.*s'",
			DP_S(ps->e->text, strlen(ps->e->text)), DP_S(ps->p, len + !!kind));

		dp_err_hint(ps->err, kind ? "a description knows no variables or buffers"
					  : "a value never hides a read: take numbers, $variables "
					    "and @buffers");
		return rc;
	}
	*out = add_node(ps, OP_NAME, 0, 0);
	ps->e->nodes[*out].kind = kind;
	ps->e->nodes[*out].name = memcpy(ps->name_at, ps->p + !!kind, len);
	ps->name_at += len + 1; /* the buffer is zeroed */
	ps->p += len + !!kind;
	return 0;
}

static int parse_primary(struct parser *ps, unsigned *out)
{
	int rc;

	if (dp_is_digit(*ps->p))
		return parse_number(ps, out);
	if (*ps->p == '$' || *ps->p == '@' || dp_is_alpha(*ps->p))
		return parse_name(ps, out);
	if (*ps->p != '(')
		return syntax_error(ps, "a number, a name or '(' must stand");
	ps->p++;
	rc = parse_conditional(ps, out);
	if (rc)
		return rc;
	if (*ps->p != ')')
		return syntax_error(ps, "')' must stand");
	ps->p++;
	return 0;
}

static int parse_unary(struct parser *ps, unsigned *out)
{
	enum op op;
	unsigned a;
	int rc;

	skip_blanks(ps);
	if (*ps->p == '!')
		op = OP_NOT;
	else if (*ps->p == '~')
		op = OP_INVERT;
	else if (*ps->p == '-')
		op = OP_NEGATE;
	else {
		rc = parse_primary(ps, out);
		skip_blanks(ps);
		return rc;
	}
	ps->p++;
	rc = enter(ps);
	if (!rc)
		rc = parse_unary(ps, &a);
	if (rc)
		return rc;
	ps->depth--;
	*out = add_node(ps, op, a, 0);
	return 0;
}

/* index in binaries[] of the operator here, or -1 */
static int binary_here(const struct parser *ps)
{
	for (size_t i = 0; i < sizeof(binaries) / sizeof(binaries[0]); i++)
		if (!strncmp(ps->p, binaries[i].text, strlen(binaries[i].text)))
			return (int)i;
	return -1;
}

/* precedence climbing: operators that bind at least as strongly as @prec */
static int parse_binary(struct parser *ps, unsigned prec, unsigned *out)
{
	unsigned right;
	int i, rc = parse_unary(ps, out);

	while (!rc && (i = binary_here(ps)) >= 0 && binaries[i].prec >= prec) {
		ps->p += strlen(binaries[i].text);
		rc = parse_binary(ps, binaries[i].prec + 1u, &right);
		if (!rc)
			*out = add_node(ps, binaries[i].op, *out, right);
	}
	return rc;
}

static int parse_conditional(struct parser *ps, unsigned *out)
{
	unsigned yes, no, cond;
	int rc = enter(ps);

	if (!rc)
		rc = parse_binary(ps, 1, out);
	if (rc || *ps->p != '?') {
		ps->depth--;
		return rc;
	}
	cond = *out;
	ps->p++;
	rc = parse_conditional(ps, &yes);
	if (rc)
		return rc;
	if (*ps->p != ':')
		return syntax_error(ps, "':' must stand");
	ps->p++;
	rc = parse_conditional(ps, &no);
	if (rc)
		return rc;
	ps->depth--;
	*out = add_node(ps, OP_COND, cond, yes);
	ps->e->nodes[*out].c = no;
	return 0;
}

static bool has_names(const struct dp_expr *e)
{
	for (unsigned i = 0; i < e->n; i++)
		if (e->nodes[i].op == OP_NAME)
			return true;
	return false;
}

/* room for the most nodes and names that a text of @len characters can make */
static struct dp_expr *expr_alloc(const char *text, size_t len)
{
	struct dp_expr *e = calloc(1, sizeof(*e) + len + 1);

	if (!e)
		return NULL;
	memcpy(e->text, text, len);
	e->nodes = calloc(len + 1, sizeof(*e->nodes));
	e->strings = calloc(1, 2 * len + 2);
	if (e->nodes && e->strings)
		return e;
	dp_expr_free(e);
	return NULL;
}

/* descriptions hold many expressions: give back what parsing did not need */
static void shrink(struct dp_expr *e)
{
	struct node *nodes = realloc(e->nodes, e->n * sizeof(*nodes));

	if (nodes)
		e->nodes = nodes;
	if (!has_names(e)) {
		free(e->strings);
		e->strings = NULL;
	}
}

static void copy_nodes(struct dp_expr *to, const struct dp_expr *from)
{
	char *at = to->strings;

	memcpy(to->nodes, from->nodes, from->n * sizeof(*to->nodes));
	for (unsigned i = 0; i < to->n; i++) {
		if (to->nodes[i].op != OP_NAME)
			continue;
		to->nodes[i].name = strcpy(at, from->nodes[i].name);
		at += strlen(at) + 1;
	}
}

int dp_expr_parse(const char *text, unsigned allow, struct dp_expr **out, struct dp_err *err)
{
	size_t len = strlen(text);
	struct parser ps = {.allow = allow, .err = err};
	unsigned root;
	int rc;

	if (len > EXPR_MAX_LEN)
		return dp_err_set(err, E2BIG, DP_VALUE,
				  "expression '%.40s...' is longer than %d characters", text,
				  EXPR_MAX_LEN);
	ps.e = expr_alloc(text, len);
	if (!ps.e)
		return dp_err_nomem(err);
	ps.p = ps.e->text;
	ps.name_at = ps.e->strings;
	rc = parse_conditional(&ps, &root);
	if (!rc && *ps.p)
		rc = syntax_error(&ps, "an operator or the end must stand");
	if (!rc && !has_names(ps.e)) {
		rc = dp_expr_eval(ps.e, NULL, NULL, &ps.e->value, err);
		ps.e->constant = !rc;
	}
	if (rc) {
		dp_expr_free(ps.e);
		return rc;
	}
	shrink(ps.e);
	*out = ps.e;
	return 0;
}

struct dp_expr *dp_expr_keep(struct dp_arena *arena, struct dp_expr *e)
{
	size_t text = strlen(e->text) + 1, names = 0;
	struct dp_expr *kept = dp_arena_alloc(arena, sizeof(*kept) + text);

	for (unsigned i = 0; i < e->n; i++)
		if (e->nodes[i].op == OP_NAME)
			names += strlen(e->nodes[i].name) + 1;
	if (kept) {
		*kept = *e;
		memcpy(kept->text, e->text, text);
		kept->nodes = dp_arena_array(arena, e->n, sizeof(*kept->nodes));
		kept->strings = dp_arena_alloc(arena, names);
	}
	if (kept && kept->nodes && kept->strings)
		copy_nodes(kept, e);
	else
		kept = NULL;
	dp_expr_free(e);
	return kept;
}

bool dp_expr_is_const(const struct dp_expr *e, uint64_t *value)
{
	if (e->constant && value)
		*value = e->value;
	return e->constant;
}

int dp_expr_each_name(const struct dp_expr *e, int (*fn)(void *arg, char kind, const char *name),
		      void *arg)
{
	int rc = 0;

	for (unsigned i = 0; i < e->n && !rc; i++)
		if (e->nodes[i].op == OP_NAME)
			rc = fn(arg, e->nodes[i].kind, e->nodes[i].name);
	return rc;
}

const char *dp_expr_text(const struct dp_expr *e)
{
	return e->text;
}

void dp_expr_free(struct dp_expr *e)
{
	if (!e)
		return;
	free(e->nodes);
	free(e->strings);
	free(e);
}
