/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get.c - values of keys: numbers, words, times, expressions, names */
#include <stdlib.h>
#include <string.h>

#include "core/chars.h"
#include "core/number.h"
#include "desc/load.h"

static bool is_scalar(struct dp_loader *ld, const struct dp_node *n, const char *what)
{
	if (n->kind == DP_NODE_SCALAR && n->len)
		return true;
	dp_problem(&ld->problems, &n->pos, "%s is expected here, not %s", what,
		   n->kind == DP_NODE_MAP    ? "a mapping"
		   : n->kind == DP_NODE_LIST ? "a list"
					     : "nothing");
	return false;
}

static bool bad(struct dp_loader *ld, const struct dp_node *n, const struct dp_err *err)
{
	dp_problem(&ld->problems, &n->pos, "%s%s%s", err->message, err->hint[0] ? "; " : "",
		   err->hint);
	return false;
}

bool dp_get_text(struct dp_loader *ld, const struct dp_node *n, const char **out)
{
	if (!n || !is_scalar(ld, n, "a text"))
		return false;
	*out = n->text;
	return true;
}

bool dp_get_bool(struct dp_loader *ld, const struct dp_node *n, bool *out)
{
	if (!n || !is_scalar(ld, n, "true or false"))
		return false;
	if (strcmp(n->text, "true") != 0 && strcmp(n->text, "false") != 0) {
		dp_problem(&ld->problems, &n->pos, "'%.60s' is no truth value; true or false",
			   n->text);
		return false;
	}
	*out = n->text[0] == 't';
	return true;
}

bool dp_get_uint(struct dp_loader *ld, const struct dp_node *n, uint64_t max, uint64_t *out)
{
	struct dp_err err;
	uint64_t value;

	if (!n || !is_scalar(ld, n, "a number"))
		return false;
	if (dp_number_parse(n->text, &value, &err))
		return bad(ld, n, &err);
	if (value > max) {
		dp_problem(&ld->problems, &n->pos, "%s is too large; at most %llu (0x%llx)",
			   n->text, (unsigned long long)max, (unsigned long long)max);
		return false;
	}
	*out = value;
	return true;
}

bool dp_get_unsigned(struct dp_loader *ld, const struct dp_node *n, unsigned max, unsigned *out)
{
	uint64_t value;

	if (!dp_get_uint(ld, n, max, &value))
		return false;
	*out = (unsigned)value;
	return true;
}

bool dp_get_int(struct dp_loader *ld, const struct dp_node *n, int64_t *out)
{
	struct dp_err err;
	uint64_t value;
	bool minus;

	if (!n || !is_scalar(ld, n, "a number"))
		return false;
	minus = n->text[0] == '-';
	if (dp_number_parse(n->text + minus, &value, &err))
		return bad(ld, n, &err);
	if (value > INT64_MAX) {
		dp_problem(&ld->problems, &n->pos, "%s is too large; at most 63 bits and a sign",
			   n->text);
		return false;
	}
	*out = minus ? -(int64_t)value : (int64_t)value;
	return true;
}

static bool power10(int exponent, double *out)
{
	double v = 1;

	for (int i = abs(exponent); i > 0; i--)
		v *= 10;
	*out = v;
	return abs(exponent) <= 22; /* the last power of ten that a double holds exactly */
}

/*
 * Not strtod(), which follows the program's locale.  Up to 15 digits and a power of ten that
 * are both exact make one rounding, so the result is the nearest double.
 */
static bool decimal(const char *s, double *out)
{
	int exponent = 0, digits = 0, extra;
	bool minus = *s == '-', point = false;
	double value = 0, scale;

	for (s += minus; dp_is_digit(*s) || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		value = value * 10 + (*s - '0');
		digits++;
		exponent -= point;
	}
	if (!digits || digits > 15)
		return false;
	if (*s == 'e' || *s == 'E') {
		bool down = s[1] == '-';

		s += 1 + (s[1] == '-' || s[1] == '+');
		if (!dp_is_digit(*s))
			return false;
		for (extra = 0; dp_is_digit(*s) && extra < 100; s++)
			extra = extra * 10 + (*s - '0');
		exponent += down ? -extra : extra;
	}
	if (*s || !power10(exponent, &scale))
		return false;
	value = exponent < 0 ? value / scale : value * scale;
	*out = minus ? -value : value;
	return true;
}

bool dp_get_decimal(struct dp_loader *ld, const struct dp_node *n, double *out)
{
	double value;

	if (!n || !is_scalar(ld, n, "a number"))
		return false;
	if (!decimal(n->text, &value) || value == 0) {
		dp_problem(&ld->problems, &n->pos,
			   "'%.60s' is no factor; 500, 0.0625 or 1.0e-6 and not 0", n->text);
		return false;
	}
	*out = value;
	return true;
}

bool dp_get_size(struct dp_loader *ld, const struct dp_node *n, uint64_t *out)
{
	struct dp_err err;

	if (!n || !is_scalar(ld, n, "a size"))
		return false;
	if (dp_size_parse(n->text, out, &err))
		return bad(ld, n, &err);
	if (*out)
		return true;
	dp_problem(&ld->problems, &n->pos, "a size of 0; leave it out when it is not known");
	return false;
}

bool dp_get_time(struct dp_loader *ld, const struct dp_node *n, uint64_t *out)
{
	struct dp_err err;

	if (!n || !is_scalar(ld, n, "a time"))
		return false;
	return dp_time_parse(n->text, out, &err) ? bad(ld, n, &err) : true;
}

bool dp_get_word(struct dp_loader *ld, const struct dp_node *n, const char *const *words,
		 unsigned *out)
{
	size_t count = 0;

	if (!n || !is_scalar(ld, n, "a word"))
		return false;
	for (; words[count]; count++) {
		if (!strcmp(words[count], n->text)) {
			*out = (unsigned)count;
			return true;
		}
	}
	dp_problem(&ld->problems, &n->pos, "'%.60s' has no meaning here%s", n->text,
		   dp_suggest(ld, n->text, words, count));
	return false;
}

bool dp_get_expr_text(struct dp_loader *ld, const struct dp_pos *pos, const char *text,
		      struct dp_expr **out)
{
	struct dp_expr *e;
	struct dp_err err;

	if (dp_expr_parse(text, DP_EXPR_NAMES, &e, &err)) {
		dp_problem(&ld->problems, pos, "%s%s%s", err.message, err.hint[0] ? "; " : "",
			   err.hint);
		return false;
	}
	e = dp_expr_keep(ld->arena, e);
	if (e)
		*out = e;
	return e != NULL;
}

bool dp_get_expr(struct dp_loader *ld, const struct dp_node *n, struct dp_expr **out)
{
	return n && is_scalar(ld, n, "a number or an expression") &&
	       dp_get_expr_text(ld, &n->pos, n->text, out);
}

bool dp_is_name(const char *s, size_t len)
{
	if (!len || !dp_is_alpha(s[0]))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!dp_is_word(s[i]))
			return false;
	return true;
}

bool dp_get_name(struct dp_loader *ld, const struct dp_node *n, size_t max, const char **out)
{
	if (!n || !is_scalar(ld, n, "a name"))
		return false;
	if (!dp_is_name(n->text, n->len)) {
		dp_problem(&ld->problems, &n->pos,
			   "'%.60s' is no name; letters, digits and '_', first no digit", n->text);
		return false;
	}
	if (n->len > max) {
		dp_problem(&ld->problems, &n->pos,
			   "the name '%.70s' has %zu characters; at most %zu", n->text, n->len,
			   max);
		return false;
	}
	*out = n->text;
	return true;
}
