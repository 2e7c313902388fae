/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr.h - a parsed expression, for expr.c and expr_eval.c */
#ifndef DP_EXPR_H
#define DP_EXPR_H

#include "desc/desc.h"

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

#endif
