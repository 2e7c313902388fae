/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr_eval.c - values of expressions: unsigned 64 bits, overflow refused */
#include <errno.h>
#include <string.h>

#include "core/chars.h"
#include "desc/expr.h"

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
	int rc;

	if (n->op == OP_NUMBER) {
		*out = n->value;
		return 0;
	}
	if (n->op == OP_NAME)
		return eval_name(ev, n, out);
	rc = eval_node(ev, n->a, &a);
	if (rc)
		return rc;
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
	rc = eval_node(ev, n->b, &b);
	if (rc)
		return rc;
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

/* ------------------------------------------------ values of the command line */

static int lookup_var(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err)
{
	const struct dp_vars *vars = arg;
	int (*fn)(void *, const char *, uint64_t *) = NULL;
	int rc = -ENOENT;

	if (vars)
		fn = kind == '$' ? vars->var : vars->buffer;
	if (fn)
		rc = fn(vars->arg, name, value);
	if (!rc)
		return 0;
	if (rc == -ERANGE)
		return dp_err_set(err, ERANGE, DP_VALUE,
				  "'%c%s' has more than 64 bits, too many to compute with", kind,
				  name);
	if (rc == -EINVAL)
		return dp_err_set(err, EINVAL, DP_VALUE, "'%c%s' is no number to compute with",
				  kind, name);
	return dp_err_set(err, ENOENT, DP_NAME, "no %s '%c%s'", kind == '$' ? "variable" : "buffer",
			  kind, name);
}

int dp_expr_value(const char *text, const struct dp_vars *vars, uint64_t *out, struct dp_err *err)
{
	struct dp_expr *e;
	int rc = dp_expr_parse(text, DP_EXPR_VARS, &e, err);

	if (rc)
		return rc;
	rc = dp_expr_eval(e, lookup_var, (void *)vars, out, err);
	dp_expr_free(e);
	return rc;
}
