/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value.c - a VALUE as it is typed -> the raw content of what it is for */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"

#define VALUE_MAX 1024

/* a value being parsed; @bits of what it is for */
struct value {
	const struct dp_ref *ref;
	const struct dp_fmt *fmt;
	const struct dp_words *words; /* or NULL */
	unsigned bits;
	const char *s;
	size_t len;
	const struct dp_vars *vars;
	struct dp_err *err;
};

static int bad_value(const struct value *v, const char *what)
{
	return dp_err_set(v->err, EINVAL, DP_VALUE, "'%.*s' is no value for '%s': %s",
			  DP_S(v->s, v->len), v->ref->path, what);
}

/* ----------------------------------------------------------------- numbers */

static int too_wide(const struct value *v, struct dp_wide limit)
{
	char most[DP_WIDE_TEXT];

	dp_wide_hex(limit, 1, most);
	return dp_err_set(v->err, ERANGE, DP_VALUE,
			  "'%.*s' does not fit into '%s' (%u bit%s, at most %s)",
			  DP_S(v->s, v->len), v->ref->path, v->bits, v->bits == 1 ? "" : "s", most);
}

/* as many bits as what it is for has, so that the sentence about one too many names its limit */
static int number_of(const struct value *v, const char *s, size_t len, struct dp_wide *out)
{
	*out = dp_wide_of(0);
	return v->bits > 64 ? dp_wide_slice(s, len, out, v->err)
			    : dp_number_slice(s, len, &out->lo, v->err);
}

/* an address is typed as itself; what is stored leaves its low bits out */
static int from_address(const struct value *v, uint64_t address, struct dp_wide *out)
{
	unsigned shift = v->fmt->shift;
	int rc;

	if (!(address & dp_ones(shift))) {
		*out = dp_wide_of(address >> shift);
		return out->lo <= dp_ones(v->bits)
			       ? 0
			       : too_wide(v, dp_wide_of(dp_ones(v->bits) << shift));
	}
	rc = dp_err_set(v->err, EINVAL, DP_VALUE,
			"'%.*s' is no address for '%s': it is not a multiple of 0x%llx",
			DP_S(v->s, v->len), v->ref->path, 1ULL << shift);
	dp_err_hint(v->err, "below it lies 0x%llx",
		    (unsigned long long)(address & ~dp_ones(shift)));
	return rc;
}

static int from_number(const struct value *v, struct dp_wide number, struct dp_wide *out)
{
	if (v->fmt->type == DP_T_ADDRESS)
		return from_address(v, number.lo, out);
	if (dp_wide_cmp(number, dp_wide_ones(v->bits)) > 0)
		return too_wide(v, dp_wide_ones(v->bits));
	*out = number;
	return 0;
}

static int parse_negative(const struct value *v, struct dp_wide *out)
{
	struct dp_wide magnitude, limit = dp_wide_shl(dp_wide_of(1), v->bits - 1);
	char least[DP_WIDE_TEXT];
	int rc = number_of(v, v->s + 1, v->len - 1, &magnitude);

	if (rc)
		return rc;
	if (v->fmt->type != DP_T_INT && v->fmt->type != DP_T_FIXED)
		return bad_value(v, "it has no sign");
	if (dp_wide_cmp(magnitude, limit) > 0) {
		dp_wide_dec(limit, least);
		return dp_err_set(v->err, ERANGE, DP_VALUE,
				  "'%.*s' does not fit into '%s' (%u bits, at least -%s)",
				  DP_S(v->s, v->len), v->ref->path, v->bits, least);
	}
	*out = dp_wide_and(dp_wide_neg(magnitude), dp_wide_ones(v->bits));
	return 0;
}

/* ------------------------------------------------------------------- units */

static uint64_t size_unit(const char *s, size_t len)
{
	static const struct {
		const char *name;
		unsigned shift;
	} units[] = {{"bytes", 0}, {"byte", 0}, {"B", 0},    {"K", 10},  {"M", 20},
		     {"G", 30},    {"KiB", 10}, {"MiB", 20}, {"GiB", 30}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == len && !memcmp(units[i].name, s, len))
			return UINT64_C(1) << units[i].shift;
	return 0;
}

/* how many of the field's units one of the typed unit is, as a ratio; false: another kind */
static bool unit_ratio(const char *field, const char *s, size_t len, uint64_t *num, uint64_t *den)
{
	size_t field_len = strlen(field);

	*num = *den = 1;
	if (field_len == len && !memcmp(field, s, len))
		return true;
	*num = dp_time_unit(s, len);
	*den = dp_time_unit(field, field_len);
	if (*num && *den)
		return true;
	*num = size_unit(s, len);
	*den = size_unit(field, field_len);
	return *num && *den;
}

static int not_exact(const struct value *v, long double raw)
{
	const long double lo = floorl(raw), top = ldexpl(1, (int)v->bits) - 1;
	const struct dp_fmt *f = v->fmt;
	char below[40] = "", above[40] = "";
	int rc = bad_value(v, "it is not exactly one of its steps");

	if (lo >= 0 && lo <= top)
		snprintf(below, sizeof(below), "%.15Lg%s", (lo + f->bias) * f->scale, f->unit);
	if (lo + 1 >= 0 && lo + 1 <= top)
		snprintf(above, sizeof(above), "%.15Lg%s", (lo + 1 + f->bias) * f->scale, f->unit);
	dp_err_hint(v->err, "the nearest values are %s%s%s", below,
		    below[0] && above[0] ? " and " : "", above);
	return rc;
}

/* roundl() alone would cost each start the loading of libm */
static long double nearest_whole(long double v)
{
	const long double lo = floorl(v);

	return v - lo >= 0.5L ? lo + 1 : lo;
}

static int from_scaled(const struct value *v, long double amount, struct dp_wide *out)
{
	const struct dp_fmt *f = v->fmt;
	const bool has_sign = f->type == DP_T_INT || f->type == DP_T_FIXED;
	const long double low = has_sign ? -ldexpl(1, (int)v->bits - 1) : 0;
	const long double high = ldexpl(1, (int)v->bits - has_sign) - 1;
	long double raw = amount / f->scale - f->bias, near;

	if (f->type == DP_T_FIXED)
		raw = ldexpl(amount / f->scale - f->bias, (int)f->frac);
	near = nearest_whole(raw);
	if (near < low || near > high)
		return bad_value(v, "it is out of range");
	/* scale is a double: 0.1 has an error of 2^-56 */
	if (fabsl(near - raw) > fabsl(raw) * 1e-12L)
		return not_exact(v, raw);
	/* beyond 64 bits a long double would make up the lower ones */
	if (v->bits > 64 && fabsl(near) >= 0x1p63L)
		return bad_value(v,
				 "such a one cannot be converted exactly; write its raw content");
	*out = dp_wide_of(near < 0 ? (uint64_t)-near : (uint64_t)near);
	if (near < 0)
		*out = dp_wide_and(dp_wide_neg(*out), dp_wide_ones(v->bits));
	return 0;
}

static long double as_long_double(struct dp_wide n)
{
	return ldexpl((long double)n.hi, 64) + (long double)n.lo;
}

static int parse_number(const struct value *v, struct dp_wide *out)
{
	size_t at = dp_number_unit(v->s, v->len);
	const char *unit = v->fmt->unit;
	struct dp_wide number;
	uint64_t num, den;
	int rc = number_of(v, v->s, at, &number);

	if (rc && at < v->len)
		return number_of(v, v->s, v->len, &number);
	if (rc)
		return rc;
	if (at == v->len)
		return from_number(v, number, out);
	if (!unit) {
		rc = bad_value(v, "that is a unit, and it has none");
		dp_err_hint(v->err, "write the number itself%s",
			    size_unit(v->s + at, v->len - at) ? ", or compute it: (4 * 1024)" : "");
		return rc;
	}
	if (unit_ratio(unit, v->s + at, v->len - at, &num, &den))
		return from_scaled(v, as_long_double(number) * num / den, out);
	rc = bad_value(v, "that is another unit");
	dp_err_hint(v->err, "its unit is %s; a bare number is the raw content", unit);
	return rc;
}

/* ------------------------------------------- expressions, variables, buffers */

static int parse_expr(const struct value *v, struct dp_wide *out)
{
	char text[VALUE_MAX + 1];
	uint64_t number;
	int rc;

	if (v->len > VALUE_MAX)
		return bad_value(v, "it is too long");
	memcpy(text, v->s, v->len);
	text[v->len] = 0;
	rc = dp_expr_value(text, v->vars, &number, v->err);
	return rc ? rc : from_number(v, dp_wide_of(number), out);
}

/* one parenthesis around everything: divide and add inside */
static int parse_parens(const struct value *v, struct dp_wide *out)
{
	int depth = 0;

	for (size_t i = 0; i < v->len; i++) {
		depth += v->s[i] == '(' ? 1 : v->s[i] == ')' ? -1 : 0;
		if (!depth && i + 1 < v->len)
			return bad_value(v, "the parentheses stand around all of it");
	}
	return parse_expr(v, out);
}

/* $name, @name and @name+OFFSET, nothing more without parentheses */
static int parse_var(const struct value *v, struct dp_wide *out)
{
	size_t n = 1, offset = 0;

	while (n < v->len && dp_is_word(v->s[n]))
		n++;
	if (v->s[0] == '@' && n + 1 < v->len && v->s[n] == '+')
		for (offset = n + 1; offset < v->len && dp_is_word(v->s[offset]);)
			offset++;
	if (n != v->len && offset != v->len)
		return bad_value(v, "an expression stands in parentheses");
	return parse_expr(v, out);
}

/* ------------------------------------------------------------------- words */

static int unknown_word(const struct value *v, const char *const *names, size_t n, const char *s,
			size_t len)
{
	char word[64], near[160];
	int rc = dp_err_set(v->err, EINVAL, DP_VALUE, "'%s' has no word '%.*s'", v->ref->path,
			    DP_S(s, len));

	snprintf(word, sizeof(word), "%.*s", (int)(len < 63 ? len : 63), s);
	dp_nearest(word, names, n, near, sizeof(near));
	if (near[0])
		dp_err_hint(v->err, "did you mean %s?", near);
	else if (n)
		dp_hint_list(v->err, "its words are", names, n);
	else if (v->fmt->type == DP_T_MAC)
		dp_err_hint(v->err, "an address is written 52:54:00:12:34:56");
	else if (v->fmt->type == DP_T_UUID)
		dp_err_hint(v->err, "one is written f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
	else
		dp_err_hint(v->err, "it takes numbers: 0x1f, 0b101, 31");
	return rc;
}

static int word_of_list(const struct value *v, const char *s, size_t len, uint64_t *out)
{
	const struct dp_words *w = v->words;
	const struct dp_word *word = dp_words_find(w, s, len);
	const char **names;
	int rc;

	if (word) {
		*out |= word->value;
		return 0;
	}
	names = malloc((w->n + 1) * sizeof(*names));
	for (size_t i = 0; names && i < w->n; i++)
		names[i] = w->v[i].name;
	rc = unknown_word(v, names, names ? w->n : 0, s, len);
	free(names);
	return rc;
}

/* a register without words of its own: its one-bit fields */
static int word_of_register(const struct value *v, const char *s, size_t len, uint64_t *out)
{
	const struct dp_reg *reg = v->ref->reg;
	const struct dp_field *f = dp_reg_field(reg, s, len);
	const char **names;
	size_t n = 0;
	int rc;

	if (f && f->hi == f->lo) {
		*out |= UINT64_C(1) << f->lo;
		return 0;
	}
	if (f) {
		rc = bad_value(v, "a word is a field of one bit");
		dp_err_hint(v->err, "give that field its value: '%s.%s=N'", v->ref->path, f->name);
		return rc;
	}
	names = malloc((reg->n_fields + 1) * sizeof(*names));
	for (size_t i = 0; names && i < reg->n_fields; i++)
		if (reg->fields[i].hi == reg->fields[i].lo)
			names[n++] = reg->fields[i].name;
	rc = unknown_word(v, names, n, s, len);
	free(names);
	return rc;
}

static int parse_word(const struct value *v, const char *s, size_t len, uint64_t *out)
{
	if (!len)
		return bad_value(v, "a word is missing");
	if (v->words)
		return word_of_list(v, s, len, out);
	if (v->fmt->type == DP_T_BOOL && (len == 4 || len == 5)) {
		bool yes = len == 4 && !memcmp(s, "true", 4);

		*out = yes;
		if (yes || (len == 5 && !memcmp(s, "false", 5)))
			return 0;
	}
	if (v->ref->reg && v->ref->whole && v->ref->reg->n_fields)
		return word_of_register(v, s, len, out);
	return unknown_word(v, NULL, 0, s, len);
}

static int parse_words(const struct value *v, struct dp_wide *out)
{
	const char *s = v->s, *end = v->s + v->len;
	size_t words = 0;

	*out = dp_wide_of(0);
	for (;; s++) {
		size_t len = 0;
		int rc;

		while (s + len < end && dp_is_word(s[len]))
			len++;
		rc = parse_word(v, s, len, &out->lo);
		if (rc)
			return rc;
		words++;
		s += len;
		if (s == end)
			break;
		if (*s != '+' && *s != '|')
			return bad_value(v, "words are joined by '+'");
	}
	if (words > 1 && ((v->words && !v->words->flags) || v->fmt->type == DP_T_BOOL))
		return bad_value(v, "it holds one word at a time");
	return out->lo <= dp_ones(v->bits) ? 0 : too_wide(v, dp_wide_ones(v->bits));
}

/* 52:54:00:12:34:56; the first byte is the lowest, as in the memory of the device */
static int parse_mac(const struct value *v, struct dp_wide *out)
{
	uint64_t value = 0;
	char text[5] = "0x";

	if (v->len != 17 || v->bits < 48)
		return bad_value(v, "a MAC address is six pairs of hex digits");
	for (unsigned i = 0; i < 6; i++) {
		const char *s = v->s + 3 * i;
		uint64_t byte;

		memcpy(text + 2, s, 2);
		if ((i < 5 && s[2] != ':') || s[0] == '_' || s[1] == '_' ||
		    dp_number_slice(text, 4, &byte, NULL))
			return bad_value(v, "a MAC address is six pairs of hex digits");
		value |= byte << (8 * i);
	}
	*out = dp_wide_of(value);
	return 0;
}

/* f81d4fae-7dec-11d0-a765-00a0c91e6bf6: its first digit is the most significant, in any order
 * of bytes (RFC 9562, section 4) */
static int parse_uuid(const struct value *v, struct dp_wide *out)
{
	bool good = v->len == 36;

	*out = dp_wide_of(0);
	for (size_t i = 0; good && i < v->len; i++) {
		int digit = dp_hex_digit(v->s[i]);

		if (i == 8 || i == 13 || i == 18 || i == 23)
			good = v->s[i] == '-';
		else
			good = digit >= 0 && dp_wide_more(out, 16, (unsigned)digit);
	}
	return good ? 0 : bad_value(v, "a UUID has 8-4-4-4-12 hex digits");
}

const char *dp_value_var(const char *s, size_t len, const struct dp_vars *vars)
{
	char name[64];

	if (!vars || !vars->text || len < 2 || len > sizeof(name) || *s != '$')
		return NULL;
	for (size_t i = 1; i < len; i++)
		if (!dp_is_word(s[i]))
			return NULL;
	memcpy(name, s + 1, len - 1);
	name[len - 1] = '\0';
	return vars->text(vars->arg, name);
}

int dp_value_parse(const struct dp_ref *ref, bool write, const char *text, size_t len,
		   const struct dp_vars *vars, struct dp_wide *out, struct dp_err *err)
{
	const char *stands_for = dp_value_var(text, len, vars);
	const struct value v = {.ref = ref,
				.fmt = dp_ref_fmt(ref),
				.words = dp_fmt_words(dp_ref_fmt(ref), write),
				.bits = ref->hi - ref->lo + 1,
				.s = stands_for ? stands_for : text,
				.len = stands_for ? strlen(stands_for) : len,
				.vars = vars,
				.err = err};

	text = v.s;
	len = v.len;
	if (!len)
		return dp_err_set(err, EINVAL, DP_VALUE, "'%s' is given no value", ref->path);
	if (v.fmt->type == DP_T_MAC && memchr(text, ':', len))
		return parse_mac(&v, out);
	if (v.fmt->type == DP_T_UUID && *text != '(' && *text != '-' && memchr(text, '-', len))
		return parse_uuid(&v, out);
	if (*text == '(')
		return parse_parens(&v, out);
	if (*text == '$' || *text == '@')
		return parse_var(&v, out);
	if (*text == '-' && len > 1 && dp_is_digit(text[1]))
		return parse_negative(&v, out);
	if (dp_is_digit(*text))
		return parse_number(&v, out);
	if (dp_is_alpha(*text))
		return parse_words(&v, out);
	return bad_value(&v, "it is neither a number nor a word");
}
