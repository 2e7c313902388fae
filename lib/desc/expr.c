/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr.c - C expressions without assignment over unsigned 64 bits, overflow refused */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "desc/grammar.h"

#define EXPR_MAX_LEN   1024
#define EXPR_MAX_DEPTH 64

enum op {
	OP_NUMBER,
	OP_NAME,
	OP_NOT,
	OP_INVERT,
	OP_NEGATE,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_ADD,
	OP_SUB,
	OP_SHL,
	OP_SHR,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_EQ,
	OP_NE,
	OP_AND,
	OP_XOR,
	OP_OR,
	OP_ANDAND,
	OP_OROR,
	OP_COND,
};

/* operands are indices of nodes, always smaller than the node's own */
struct node {
	enum op op;
	char kind; /* OP_NAME: 0, '$' or '@' */
	unsigned a, b, c;
	uint64_t value; /* OP_NUMBER */
	const char *name;
};

/* @strings holds the names, one after the other; @text what was parsed */
struct dp_expr {
	struct node *nodes;
	unsigned n;
	bool constant;
	uint64_t value;
	char *strings;
	char text[];
};

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
	int ret;

	while (dp_is_word(ps->p[len]))
		len++;
	ret = dp_number_slice(ps->p, len, &value, ps->err);
	if (ret)
		return ret;
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
		int ret = dp_err_set(
			ps->err, EINVAL, DP_VALUE, "expression '%.*s' may not use the name '%.*s'",
			DP_S(ps->e->text, strlen(ps->e->text)), DP_S(ps->p, len + !!kind));

		dp_err_hint(ps->err, kind ? "a description knows no variables or buffers"
					  : "a value never hides a read: take numbers, $variables "
					    "and @buffers");
		return ret;
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
	int ret;

	if (dp_is_digit(*ps->p))
		return parse_number(ps, out);
	if (*ps->p == '$' || *ps->p == '@' || dp_is_alpha(*ps->p))
		return parse_name(ps, out);
	if (*ps->p != '(')
		return syntax_error(ps, "a number, a name or '(' must stand");
	ps->p++;
	ret = parse_conditional(ps, out);
	if (ret)
		return ret;
	if (*ps->p != ')')
		return syntax_error(ps, "')' must stand");
	ps->p++;
	return 0;
}

static int parse_unary(struct parser *ps, unsigned *out)
{
	enum op op;
	unsigned a;
	int ret;

	skip_blanks(ps);
	if (*ps->p == '!')
		op = OP_NOT;
	else if (*ps->p == '~')
		op = OP_INVERT;
	else if (*ps->p == '-')
		op = OP_NEGATE;
	else {
		ret = parse_primary(ps, out);
		skip_blanks(ps);
		return ret;
	}
	ps->p++;
	ret = enter(ps);
	if (!ret)
		ret = parse_unary(ps, &a);
	if (ret)
		return ret;
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
	int i, ret = parse_unary(ps, out);

	while (!ret && (i = binary_here(ps)) >= 0 && binaries[i].prec >= prec) {
		ps->p += strlen(binaries[i].text);
		ret = parse_binary(ps, binaries[i].prec + 1u, &right);
		if (!ret)
			*out = add_node(ps, binaries[i].op, *out, right);
	}
	return ret;
}

static int parse_conditional(struct parser *ps, unsigned *out)
{
	unsigned yes, no, cond;
	int ret = enter(ps);

	if (!ret)
		ret = parse_binary(ps, 1, out);
	if (ret || *ps->p != '?') {
		ps->depth--;
		return ret;
	}
	cond = *out;
	ps->p++;
	ret = parse_conditional(ps, &yes);
	if (ret)
		return ret;
	if (*ps->p != ':')
		return syntax_error(ps, "':' must stand");
	ps->p++;
	ret = parse_conditional(ps, &no);
	if (ret)
		return ret;
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

int dp_expr_parse(const char *text, unsigned allow, struct dp_expr **out, struct dp_err *err)
{
	size_t len = strlen(text);
	struct parser ps = {.allow = allow, .err = err};
	unsigned root;
	int ret;

	if (len > EXPR_MAX_LEN)
		return dp_err_set(err, E2BIG, DP_VALUE,
				  "expression '%.40s...' is longer than %d characters", text,
				  EXPR_MAX_LEN);
	ps.e = expr_alloc(text, len);
	if (!ps.e)
		return dp_err_set(err, ENOMEM, DP_INTERNAL, "out of memory");
	ps.p = ps.e->text;
	ps.name_at = ps.e->strings;
	ret = parse_conditional(&ps, &root);
	if (!ret && *ps.p)
		ret = syntax_error(&ps, "an operator or the end must stand");
	if (!ret && !has_names(ps.e)) {
		ret = dp_expr_eval(ps.e, NULL, NULL, &ps.e->value, err);
		ps.e->constant = !ret;
	}
	if (ret) {
		dp_expr_free(ps.e);
		return ret;
	}
	shrink(ps.e);
	*out = ps.e;
	return 0;
}

/* -------------------------------------------------------------- evaluation */

struct eval {
	const struct dp_expr *e;
	dp_expr_lookup fn;
	void *arg;
	struct dp_err *err;
};

static int eval_error(const struct eval *ev, const char *what)
{
	return dp_err_set(ev->err, ERANGE, DP_VALUE, "expression '%.*s' %s",
			  DP_S(ev->e->text, strlen(ev->e->text)), what);
}

static int eval_arithmetic(const struct eval *ev, enum op op, uint64_t a, uint64_t b, uint64_t *out)
{
	bool bad = false;

	if ((op == OP_DIV || op == OP_MOD) && !b)
		return eval_error(ev, "divides by zero");
	if ((op == OP_SHL || op == OP_SHR) && b >= 64)
		return eval_error(ev, "shifts by 64 bits or more");
	if (op == OP_ADD)
		bad = __builtin_add_overflow(a, b, out);
	else if (op == OP_SUB)
		bad = __builtin_sub_overflow(a, b, out);
	else if (op == OP_MUL)
		bad = __builtin_mul_overflow(a, b, out);
	else if (op == OP_DIV)
		*out = a / b;
	else if (op == OP_MOD)
		*out = a % b;
	else if (op == OP_SHR)
		*out = a >> b;
	else {
		*out = a << b;
		bad = *out >> b != a;
	}
	return bad ? eval_error(ev, "does not fit into unsigned 64 bits") : 0;
}

static int eval_binary(const struct eval *ev, enum op op, uint64_t a, uint64_t b, uint64_t *out)
{
	switch (op) {
	case OP_LT:
		*out = a < b;
		return 0;
	case OP_LE:
		*out = a <= b;
		return 0;
	case OP_GT:
		*out = a > b;
		return 0;
	case OP_GE:
		*out = a >= b;
		return 0;
	case OP_EQ:
		*out = a == b;
		return 0;
	case OP_NE:
		*out = a != b;
		return 0;
	case OP_AND:
		*out = a & b;
		return 0;
	case OP_XOR:
		*out = a ^ b;
		return 0;
	case OP_OR:
		*out = a | b;
		return 0;
	default:
		return eval_arithmetic(ev, op, a, b, out);
	}
}

static int eval_name(const struct eval *ev, const struct node *n, uint64_t *out)
{
	if (ev->fn)
		return ev->fn(ev->arg, n->kind, n->name, out, ev->err);
	return dp_err_set(ev->err, ENOENT, DP_NAME, "nothing gives '%s' a value here", n->name);
}

static int eval_node(const struct eval *ev, unsigned i, uint64_t *out)
{
	const struct node *n = &ev->e->nodes[i];
	uint64_t a, b;
	int ret;

	if (n->op == OP_NUMBER) {
		*out = n->value;
		return 0;
	}
	if (n->op == OP_NAME)
		return eval_name(ev, n, out);
	ret = eval_node(ev, n->a, &a);
	if (ret)
		return ret;
	if (n->op <= OP_NEGATE) {
		/* -x is ~x + 1 as in C: (addr & -4096) */
		*out = n->op == OP_NOT ? !a : n->op == OP_INVERT ? ~a : -a;
		return 0;
	}
	if (n->op == OP_COND)
		return eval_node(ev, a ? n->b : n->c, out);
	if ((n->op == OP_ANDAND && !a) || (n->op == OP_OROR && a)) {
		*out = n->op == OP_OROR;
		return 0;
	}
	ret = eval_node(ev, n->b, &b);
	if (ret)
		return ret;
	if (n->op == OP_ANDAND || n->op == OP_OROR) {
		*out = b != 0;
		return 0;
	}
	return eval_binary(ev, n->op, a, b, out);
}

int dp_expr_eval(const struct dp_expr *e, dp_expr_lookup fn, void *arg, uint64_t *out,
		 struct dp_err *err)
{
	const struct eval ev = {.e = e, .fn = fn, .arg = arg, .err = err};

	if (e->constant) {
		*out = e->value;
		return 0;
	}
	return eval_node(&ev, e->n - 1, out);
}

bool dp_expr_is_const(const struct dp_expr *e, uint64_t *value)
{
	if (e->constant && value)
		*value = e->value;
	return e->constant;
}

static uint64_t min_of(const struct dp_expr *e, unsigned i)
{
	const struct node *n = &e->nodes[i];
	uint64_t a, b, sum;

	if (n->op == OP_NUMBER)
		return n->value;
	if (n->op != OP_ADD && n->op != OP_MUL && n->op != OP_SHL)
		return 0;
	a = min_of(e, n->a);
	b = min_of(e, n->b);
	if (n->op == OP_SHL)
		return b < 64 && a << b >> b == a ? a << b : 0;
	if (n->op == OP_ADD ? __builtin_add_overflow(a, b, &sum)
			    : __builtin_mul_overflow(a, b, &sum))
		return 0;
	return sum;
}

/* sums, products and left shifts only grow, since overflow is refused */
uint64_t dp_expr_min(const struct dp_expr *e)
{
	return e->constant ? e->value : min_of(e, e->n - 1);
}

int dp_expr_each_name(const struct dp_expr *e, int (*fn)(void *arg, char kind, const char *name),
		      void *arg)
{
	int ret = 0;

	for (unsigned i = 0; i < e->n && !ret; i++)
		if (e->nodes[i].op == OP_NAME)
			ret = fn(arg, e->nodes[i].kind, e->nodes[i].name);
	return ret;
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

/* ------------------------------------------------ values of the command line */

static int lookup_var(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err)
{
	const struct dp_vars *vars = arg;
	int (*fn)(void *, const char *, uint64_t *) = NULL;

	if (vars)
		fn = kind == '$' ? vars->var : vars->buffer;
	if (fn && !fn(vars->arg, name, value))
		return 0;
	return dp_err_set(err, ENOENT, DP_NAME, "no %s '%c%s'", kind == '$' ? "variable" : "buffer",
			  kind, name);
}

int dp_expr_value(const char *text, const struct dp_vars *vars, uint64_t *out, struct dp_err *err)
{
	struct dp_expr *e;
	int ret = dp_expr_parse(text, DP_EXPR_VARS, &e, err);

	if (ret)
		return ret;
	ret = dp_expr_eval(e, lookup_var, (void *)vars, out, err);
	dp_expr_free(e);
	return ret;
}
