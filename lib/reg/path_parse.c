/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path_parse.c - the syntax of paths (CLI.md section 3); knows no names */
#include <errno.h>
#include <string.h>

#include "reg/grammar.h"

struct cursor {
	const char *s;
	size_t len, at;
	struct dp_err *err;
};

static char peek_char(const struct cursor *c, size_t ahead)
{
	return c->at + ahead < c->len ? c->s[c->at + ahead] : 0;
}

static int bad_path(const struct cursor *c, const char *what)
{
	return dp_err_set(c->err, EINVAL, DP_USAGE, "'%.*s' is not a path: %s", DP_S(c->s, c->len),
			  what);
}

static size_t word_length(const struct cursor *c)
{
	size_t n = 0;

	while (dp_is_word(peek_char(c, n)))
		n++;
	return n;
}

/* names are characters of words, and stars in globs */
static size_t name_length(const struct cursor *c, bool *glob)
{
	size_t n = 0;

	*glob = false;
	for (; dp_is_word(peek_char(c, n)) || peek_char(c, n) == '*'; n++)
		*glob |= peek_char(c, n) == '*';
	return n;
}

static int parse_number(struct cursor *c, uint64_t *out)
{
	size_t n = word_length(c);
	int rc = dp_number_slice(c->s + c->at, n, out, c->err);

	c->at += n;
	return rc;
}

static int parse_offset(struct cursor *c, uint64_t *out)
{
	size_t n = word_length(c);
	uint64_t more;
	int rc = dp_size_slice(c->s + c->at, n, &more, c->err);

	if (rc)
		return rc;
	c->at += n;
	if (__builtin_add_overflow(*out, more, out))
		return dp_err_set(c->err, ERANGE, DP_RANGE,
				  "the offset of '%.*s' does not fit into 64 bits",
				  DP_S(c->s, c->len));
	return 0;
}

static int new_subscript(struct cursor *c, struct dp_part *part, struct dp_subscript **out)
{
	if (part->n_sub == DP_MAX_DIMS)
		return bad_path(c, "a name has at most 4 indices");
	*out = &part->sub[part->n_sub++];
	(*out)->kind = DP_INDEX_ONE;
	return 0;
}

/* n or a..b */
static int parse_slice(struct cursor *c, struct dp_subscript *sub)
{
	int rc;

	if (!dp_is_digit(peek_char(c, 0)))
		return bad_path(c, "brackets hold [3], [0..3] or [*]");
	rc = parse_number(c, &sub->first);
	sub->last = sub->first;
	if (!rc && peek_char(c, 0) == '.' && peek_char(c, 1) == '.') {
		c->at += 2;
		rc = parse_number(c, &sub->last);
		sub->kind = DP_INDEX_SLICE;
	}
	if (!rc && sub->last < sub->first)
		rc = bad_path(c, "a slice goes upwards");
	return rc;
}

/* [n], [a..b] or [*], at the '[' */
static int parse_brackets(struct cursor *c, struct dp_part *part)
{
	struct dp_subscript *sub = NULL;
	int rc = new_subscript(c, part, &sub);

	if (rc)
		return rc;
	c->at++;
	if (peek_char(c, 0) == '*') {
		c->at++;
		sub->kind = DP_INDEX_ALL;
	} else {
		rc = parse_slice(c, sub);
	}
	if (!rc && peek_char(c, 0) != ']')
		rc = bad_path(c, "']' is missing");
	c->at++;
	return rc;
}

static int parse_subscripts(struct cursor *c, struct dp_part *part)
{
	int rc = 0;

	while (!rc && peek_char(c, 0) == '[')
		rc = parse_brackets(c, part);
	return rc;
}

/* a part of decimal digits is an index of the part before it */
static int parse_dot_index(struct cursor *c, struct dp_path *p)
{
	struct dp_subscript *sub = NULL;
	int rc = p->n ? new_subscript(c, &p->parts[p->n - 1], &sub)
		      : bad_path(c, "a name is missing before the index");

	for (size_t i = 0, n = word_length(c); !rc && i < n; i++)
		if (!dp_is_digit(peek_char(c, i)))
			rc = bad_path(c, "an index between dots is decimal");
	if (rc)
		return rc;
	rc = parse_number(c, &sub->first);
	sub->last = sub->first;
	return rc ? rc : parse_subscripts(c, &p->parts[p->n - 1]);
}

static int parse_part(struct cursor *c, struct dp_path *p)
{
	struct dp_part *part;

	if (dp_is_digit(peek_char(c, 0)))
		return parse_dot_index(c, p);
	if (p->n == DP_PATH_PARTS)
		return bad_path(c, "it has too many parts");
	part = &p->parts[p->n];
	part->name = c->s + c->at;
	part->len = name_length(c, &part->glob);
	if (!part->len)
		return bad_path(c, "a name is missing");
	c->at += part->len;
	p->n++;
	return parse_subscripts(c, part);
}

static bool names_many(const struct dp_path *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->parts[i].glob)
			return true;
		for (unsigned d = 0; d < p->parts[i].n_sub; d++)
			if (p->parts[i].sub[d].kind > DP_INDEX_ONE)
				return true;
	}
	return false;
}

static int parse_parts(struct cursor *c, struct dp_path *p)
{
	int rc = parse_part(c, p);

	while (!rc && peek_char(c, 0) == '.' && peek_char(c, 1) != '.') {
		c->at++;
		rc = parse_part(c, p);
	}
	p->many = names_many(p);
	return rc;
}

static int parse_type(struct cursor *c, struct dp_path *p)
{
	static const struct {
		const char name[5];
		unsigned char width, order;
	} types[] = {
		{"u8", 8, DP_ORDER_SPACE},   {"u16", 16, DP_ORDER_SPACE},
		{"u32", 32, DP_ORDER_SPACE}, {"u64", 64, DP_ORDER_SPACE},
		{"le16", 16, DP_ORDER_LE},   {"le32", 32, DP_ORDER_LE},
		{"le64", 64, DP_ORDER_LE},   {"be16", 16, DP_ORDER_BE},
		{"be32", 32, DP_ORDER_BE},   {"be64", 64, DP_ORDER_BE},
	};
	size_t n;
	int rc;

	c->at++;
	n = word_length(c);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strlen(types[i].name) != n || memcmp(types[i].name, c->s + c->at, n))
			continue;
		if (!p->has_offset) {
			rc = bad_path(c,
				      "a type belongs to an offset, a register has its own width");
			dp_err_hint(c->err, "write '%.*s+0/%s'", DP_S(c->s, c->at - 1),
				    types[i].name);
			return rc;
		}
		p->has_type = true;
		p->width = types[i].width;
		p->order = types[i].order;
		c->at += n;
		return 0;
	}
	rc = dp_err_set(c->err, EINVAL, DP_USAGE, "'%.*s' is not a type", DP_S(c->s + c->at, n));
	dp_err_hint(c->err, "types are u8 u16 u32 u64 le16 le32 le64 be16 be32 be64");
	return rc;
}

static int parse_bit(struct cursor *c, unsigned *out)
{
	uint64_t v;
	int rc = dp_is_digit(peek_char(c, 0)) ? parse_number(c, &v)
					      : bad_path(c, "bits are ':3' or ':7..4'");

	if (!rc && v > 127)
		rc = dp_err_set(c->err, ERANGE, DP_RANGE, "'%.*s' names bit %llu; 127 is the last",
				DP_S(c->s, c->len), (unsigned long long)v);
	if (!rc)
		*out = (unsigned)v;
	return rc;
}

static int parse_bits(struct cursor *c, struct dp_path *p)
{
	int rc;

	c->at++;
	p->has_bits = true;
	rc = parse_bit(c, &p->hi);
	p->lo = p->hi;
	if (rc || peek_char(c, 0) != '.' || peek_char(c, 1) != '.')
		return rc;
	c->at += 2;
	if (!dp_is_digit(peek_char(c, 0)))
		return bad_path(c, "a range has no bits");
	rc = parse_bit(c, &p->lo);
	if (!rc && p->lo > p->hi) {
		rc = bad_path(c, "bits are written from high to low");
		dp_err_hint(c->err, "write ':%u..%u'", p->lo, p->hi);
	}
	return rc;
}

static int parse_path(struct cursor *c, struct dp_path *p)
{
	int rc;

	if (dp_is_digit(peek_char(c, 0))) {
		p->has_offset = true;
		rc = parse_offset(c, &p->offset);
	} else {
		rc = parse_parts(c, p);
	}
	while (!rc && peek_char(c, 0) == '+') {
		c->at++;
		if (!dp_is_digit(peek_char(c, 0)))
			return bad_path(c, "an offset starts with a digit");
		p->has_offset = true;
		rc = parse_offset(c, &p->offset);
	}
	if (!rc && peek_char(c, 0) == '/')
		rc = parse_type(c, p);
	if (!rc && peek_char(c, 0) == ':')
		rc = parse_bits(c, p);
	return rc;
}

int dp_path_parse(const char *s, size_t len, struct dp_path *out, struct dp_err *err)
{
	struct cursor c = {.s = s, .len = len, .err = err};
	int rc;

	memset(out, 0, sizeof(*out));
	if (!len)
		return bad_path(&c, "it is empty");
	if (len >= DP_PATH_MAX)
		return bad_path(&c, "it is too long");
	rc = parse_path(&c, out);
	if (rc)
		return rc;
	out->text = s;
	out->len = c.at;
	if (c.at == len)
		return 0;
	if (peek_char(&c, 0) == '.' && peek_char(&c, 1) == '.')
		return out->has_bits ? bad_path(&c, "a range has no bits") : 0;
	rc = dp_err_set(err, EINVAL, DP_USAGE, "'%.*s' is not a path: '%.*s' is left over",
			DP_S(s, len), DP_S(s + c.at, len - c.at));
	if (s[c.at] == ' ')
		dp_err_hint(err, "a path has no blanks, nor has what stands around '='");
	else if (s[c.at] == '=')
		dp_err_hint(err, "'devpoke poke' takes PATH=VALUE");
	return rc;
}
