/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cond.c - conditions: PATH OP VALUE in one word, or three with eq ne lt le gt ge */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"

static const struct {
	const char sign[3], word[3];
} ops[] = {
	[DP_EQ] = {"==", "eq"}, [DP_NE] = {"!=", "ne"}, [DP_LT] = {"<", "lt"},
	[DP_LE] = {"<=", "le"}, [DP_GT] = {">", "gt"},  [DP_GE] = {">=", "ge"},
};

/* the three parts of a condition, wherever they came from */
struct split {
	const char *path, *value;
	size_t path_len, value_len;
	enum dp_cmp cmp;
};

static int no_operator(const char *text, struct dp_err *err)
{
	int rc = dp_err_set(err, EINVAL, DP_USAGE, "'%.120s' has no operator", text);

	dp_err_hint(err, "the shell may have eaten it: quote '%.60s>5', or write '%.60s gt 5'",
		    text, text);
	return rc;
}

static int bad_operator(const struct split *s, const char *op, size_t op_len, struct dp_err *err)
{
	int rc = dp_err_set(err, EINVAL, DP_USAGE, "'%.*s%.*s%.*s' is not a condition",
			    DP_S(s->path, s->path_len), DP_S(op, op_len),
			    DP_S(s->value, s->value_len));

	if (op_len == 1 && *op == '=')
		dp_err_hint(err, "equal is '==': '%.*s==%.*s'", DP_S(s->path, s->path_len),
			    DP_S(s->value, s->value_len));
	else
		dp_err_hint(err, "operators are == != < <= > >=");
	return rc;
}

static size_t without_blanks(const char *s, size_t len)
{
	while (len && s[len - 1] == ' ')
		len--;
	return len;
}

/* one word: the first of = ! < > begins the operator; blanks may stand around it */
static int split_word(const char *text, struct split *out, struct dp_err *err)
{
	size_t at = strcspn(text, "=!<>"), n;

	if (!text[at])
		return no_operator(text, err);
	n = strspn(text + at, "=!<>");
	out->path = text;
	out->path_len = without_blanks(text, at);
	out->value = text + at + n + strspn(text + at + n, " ");
	out->value_len = without_blanks(out->value, strlen(out->value));
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strlen(ops[i].sign) != n || memcmp(ops[i].sign, text + at, n))
			continue;
		out->cmp = (enum dp_cmp)i;
		return 0;
	}
	return bad_operator(out, text + at, n, err);
}

static int split_words(char *const *words, size_t n, struct split *out, struct dp_err *err)
{
	for (size_t i = 0; n >= 2 && i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strcmp(words[1], ops[i].word) && strcmp(words[1], ops[i].sign))
			continue;
		if (n < 3)
			return dp_err_set(err, EINVAL, DP_USAGE, "'%.120s %s' has no value",
					  words[0], words[1]);
		*out = (struct split){.path = words[0],
				      .path_len = strlen(words[0]),
				      .value = words[2],
				      .value_len = strlen(words[2]),
				      .cmp = (enum dp_cmp)i};
		return 0;
	}
	if (n < 3 || strspn(words[1], "=!<>") == 0)
		return no_operator(words[0], err);
	*out = (struct split){.path = words[0],
			      .path_len = strlen(words[0]),
			      .value = words[2],
			      .value_len = strlen(words[2])};
	return bad_operator(out, words[1], strlen(words[1]), err);
}

static int make(const struct dp_scope *sc, const struct split *s, const struct dp_vars *vars,
		struct dp_cond **out, struct dp_err *err)
{
	struct dp_cond *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return dp_err_nomem(err);
	rc = dp_ref_one(sc, s->path, s->path_len, &c->ref, err);
	if (!rc) {
		c->ref->fixed = true;
		c->cmp = s->cmp;
		c->is_signed = dp_ref_fmt(c->ref)->type == DP_T_INT;
		rc = dp_value_parse(c->ref, false, s->value, s->value_len, vars, &c->want, err);
	}
	if (rc)
		dp_cond_free(c);
	else
		*out = c;
	return rc;
}

int dp_cond_parse(struct dp_dev *dev, char *const *words, size_t n, const struct dp_vars *vars,
		  struct dp_cond **out, size_t *used, struct dp_err *err)
{
	const struct dp_scope sc = {.dev = dev};
	struct split s;
	int rc;

	if (!n)
		return dp_err_set(err, EINVAL, DP_USAGE, "a condition is missing");
	*used = words[0][strcspn(words[0], "=!<>")] ? 1 : 3;
	rc = *used == 1 ? split_word(words[0], &s, err) : split_words(words, n, &s, err);
	if (!rc)
		rc = dp_dev_auto_describe(dev, err);
	return rc ? rc : make(&sc, &s, vars, out, err);
}

int dp_cond_of(const struct dp_scope *sc, const char *text, const struct dp_vars *vars,
	       struct dp_cond **out, struct dp_err *err)
{
	struct split s;
	int rc = split_word(text, &s, err);

	return rc ? rc : make(sc, &s, vars, out, err);
}

int dp_cond_in(struct dp_inst *inst, const char *text, struct dp_cond **out, struct dp_err *err)
{
	const struct dp_scope sc = {.dev = inst->dev, .inst = inst};

	return dp_cond_of(&sc, text, NULL, out, err);
}

static bool holds(enum dp_cmp cmp, int order)
{
	switch (cmp) {
	case DP_EQ:
		return order == 0;
	case DP_NE:
		return order != 0;
	case DP_LT:
		return order < 0;
	case DP_LE:
		return order <= 0;
	case DP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

bool dp_cond_test(const struct dp_cond *c, struct dp_wide reg_value, struct dp_wide *seen)
{
	struct dp_wide value = dp_wide_get(reg_value, c->ref->hi, c->ref->lo);
	/* turned around the sign bit, signed numbers compare like unsigned ones */
	struct dp_wide sign = dp_wide_shl(dp_wide_of(c->is_signed), c->ref->hi - c->ref->lo);

	if (seen)
		*seen = dp_ref_extract(c->ref, reg_value);
	return holds(c->cmp, dp_wide_cmp(dp_wide_xor(value, sign), dp_wide_xor(c->want, sign)));
}

const struct dp_ref *dp_cond_ref(const struct dp_cond *c)
{
	return c->ref;
}

const char *dp_cond_op(const struct dp_cond *c)
{
	return ops[c->cmp].sign;
}

struct dp_wide dp_cond_want(const struct dp_cond *c)
{
	return dp_ref_shown(c->ref, c->want);
}

void dp_cond_free(struct dp_cond *c)
{
	if (!c)
		return;
	dp_ref_free(c->ref);
	free(c);
}
