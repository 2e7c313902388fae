/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_step.c - the texts of a step, as far as they can be judged without a device
 *
 * Steps are in the grammar of the command line, which lib/reg/ parses when the sequence is
 * prepared.  Here names are looked for and values compared with what they are for, so that a
 * wrong one is known with its line.  Offsets and spaces of the device (bar0+0x10, cfg.COMMAND)
 * are left to the run.
 */
#include <stdio.h>
#include <string.h>

#include "core/chars.h"
#include "core/number.h"
#include "core/wide.h"
#include "desc/load.h"

/* one text of a step: where it stands, what its $names may be */
struct text {
	struct dp_draft *dr;
	const struct dp_desc_seq *seq;
	const struct dp_node *n;
	bool *used;
};

/* what a path names; @open: only the run can tell */
struct named {
	bool open, whole;
	const struct dp_reg *reg;
	const struct dp_fmt *fmt;
	unsigned bits;
	const char *name;
};

static void problem(const struct text *t, const char *fmt, ...) DP_PRINTF(2, 3);
static void problem(const struct text *t, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dp_problem(&t->dr->ld->problems, &t->n->pos, "%s", text);
}

/* ------------------------------------------------------------- arguments */

/* the argument that $NAME at @s names; NULL: reported */
static const struct dp_seq_arg *argument(const struct text *t, const char *name, size_t len)
{
	const char **names = dp_arena_array(t->dr->ld->temp, t->seq->n_args, sizeof(*names));
	char *word;

	for (size_t i = 0; i < t->seq->n_args; i++) {
		const struct dp_seq_arg *a = &t->seq->args[i];

		if (strlen(a->name) == len && !memcmp(a->name, name, len)) {
			t->used[i] = true;
			return a;
		}
		if (names)
			names[i] = a->name;
	}
	word = dp_arena_strndup(t->dr->ld->temp, name, len);
	if (names && word)
		problem(t, "'%s' has no argument '$%.60s'%s", t->seq->name, word,
			dp_suggest(t->dr->ld, word, names, t->seq->n_args));
	return NULL;
}

/* @s is $NAME and nothing else */
static bool is_var(const char *s, size_t len)
{
	return len > 1 && s[0] == '$' && dp_is_name(s + 1, len - 1);
}

static int on_name(void *arg, char kind, const char *name)
{
	const struct text *t = arg;
	const struct dp_seq_arg *a;
	uint64_t value;

	if (kind != '$')
		return 0;
	a = argument(t, name, strlen(name));
	if (a && a->value && a->value[0] != '(' && a->value[0] != '@' &&
	    dp_size_parse(a->value, &value, NULL))
		problem(t, "'$%.60s' is '%.60s', which is no number to compute with", a->name,
			a->value);
	return 0;
}

/* ----------------------------------------------------------------- paths */

static bool is_reserved(const char *s, size_t len)
{
	return len != 4 || memcmp(s, "main", 4) ? dp_is_reserved(s, len) : false;
}

/* spaces and blocks in front; *@d is the description that names the rest */
static size_t skip_places(const struct dp_desc **d, const char *s, size_t len)
{
	size_t at = 0;

	for (;;) {
		size_t n = strcspn(s + at, ".");
		const struct dp_block *b;

		if (at + n >= len)
			return at;
		b = dp_desc_block(*d, s + at, n);
		if (!b && dp_desc_space_index(*d, s + at, n) < 0)
			return at;
		at += n + 1;
		if (!b)
			continue;
		*d = b->sub;
		if (!*d)
			return at;
		n = strspn(s + at, "0123456789"); /* of an array of blocks */
		if (n && s[at + n] == '.')
			at += n + 1;
	}
}

static bool check_path(const struct text *t, const char *s, size_t len, struct named *out);

static bool join_named(const struct dp_desc *d, const char *s, size_t len, struct named *out)
{
	const struct dp_join *j = dp_desc_join(d, s, len);

	if (!j)
		return false;
	out->fmt = &j->fmt;
	out->name = j->name;
	for (size_t i = 0; i < j->n_parts; i++)
		if (j->parts[i].reg)
			out->bits += dp_join_part_bits(&j->parts[i]);
	out->open = !out->bits;
	return true;
}

static bool part_named(const struct text *t, const struct dp_desc *d, const char *s, size_t len,
		       struct named *out)
{
	struct dp_draft in = *t->dr;
	struct dp_join_part part;

	in.desc = (struct dp_desc *)d;
	if (!dp_check_path(&in, &t->n->pos, s, len, &part))
		return false;
	if (part.reg->array && !part.indexed) {
		problem(t, "'%s' is an array; name one, as in %s.0", part.reg->name,
			part.reg->name);
		return false;
	}
	out->reg = part.reg;
	out->whole = !part.field;
	out->fmt = part.field ? &part.field->fmt : &part.reg->fmt;
	out->bits = dp_join_part_bits(&part);
	out->name = part.field ? part.field->name : part.reg->name;
	return true;
}

/* ":7..4" or ":3" behind what has been named */
static bool narrow(const struct text *t, const char *s, size_t len, struct named *out)
{
	static const struct dp_fmt plain = {.scale = 1};
	const char *dots = memchr(s, '.', len);
	size_t n = dots ? (size_t)(dots - s) : len;
	uint64_t hi, lo;

	if (dp_number_slice(s, n, &hi, NULL) ||
	    (dots && (len < n + 3 || dots[1] != '.' ||
		      dp_number_slice(dots + 2, len - n - 2, &lo, NULL)))) {
		problem(t, "'%.*s' are no bits; 7..4 or 3", DP_S(s, len));
		return false;
	}
	if (!dots)
		lo = hi;
	if (hi >= out->bits || lo > hi) {
		problem(t, "'%s' has no bits %.*s; it has %u", out->name, DP_S(s, len), out->bits);
		return false;
	}
	out->bits = (unsigned)(hi - lo) + 1;
	out->whole = false;
	out->fmt = &plain;
	return true;
}

static bool is_type(const char *s, size_t len)
{
	static const char *const types[] = {"u8",   "u16",  "u32",  "u64",  "le16",
					    "le32", "le64", "be16", "be32", "be64"};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strlen(types[i]) == len && !memcmp(types[i], s, len))
			return true;
	return false;
}

/* a space or block alone: what an offset counts from */
static bool is_place(const struct text *t, const char *s, size_t len)
{
	const struct dp_desc *d = t->dr->desc;

	return dp_desc_space_index(d, s, len) >= 0 || dp_desc_block(d, s, len) ||
	       (len == 4 && !memcmp(s, "main", 4));
}

/* [PATH+]OFFSET[/TYPE], where @s does not say what it is; what lies there is the run's */
static bool check_offset(const struct text *t, const char *s, size_t len)
{
	const char *plus = memchr(s, '+', len), *slash = memchr(s, '/', len);
	size_t left = plus ? (size_t)(plus - s) : 0, start = plus ? left + 1 : 0;
	size_t end = slash ? (size_t)(slash - s) : len;
	struct named base;
	uint64_t offset;

	if ((plus && !left) || end < start ||
	    dp_number_slice(s + start, end - start, &offset, NULL) ||
	    (slash && !is_type(slash + 1, len - end - 1))) {
		problem(t, "'%.*s' is no path; REG.FIELD, or SPACE+0x10/u32", DP_S(s, len));
		return false;
	}
	if (!left || is_place(t, s, left))
		return true;
	return check_path(t, s, left, &base);
}

static bool check_path(const struct text *t, const char *s, size_t len, struct named *out)
{
	const struct dp_desc *d = t->dr->desc;
	const char *colon = memchr(s, ':', len);
	size_t path = colon ? (size_t)(colon - s) : len;
	size_t first = strcspn(s, ".+/:"), at;

	*out = (struct named){.open = true};
	if (!path) {
		problem(t, "'%.60s' names nothing", t->n->text);
		return false;
	}
	if (first > path)
		first = path;
	if (dp_is_digit(s[0]) || memchr(s, '+', path) || memchr(s, '/', path))
		return check_offset(t, s, path);
	if (is_reserved(s, first))
		return true;
	at = skip_places(&d, s, path);
	out->open = !d;
	if (!d)
		return true;
	if (!join_named(d, s + at, path - at, out) && !part_named(t, d, s + at, path - at, out))
		return false;
	return !colon || out->open || narrow(t, colon + 1, len - path - 1, out);
}

/* ---------------------------------------------------------------- values */

static bool number_fits(const struct named *to, struct dp_wide value)
{
	if (to->fmt->type != DP_T_ADDRESS)
		return dp_wide_cmp(value, dp_wide_ones(to->bits)) <= 0;
	return !(value.lo & dp_ones(to->fmt->shift)) &&
	       value.lo >> to->fmt->shift <= dp_ones(to->bits);
}

static bool check_expr(const struct text *t, const char *s, size_t len, const struct named *to)
{
	char *text = dp_arena_strndup(t->dr->ld->temp, s, len);
	struct dp_expr *e;
	struct dp_err err;
	uint64_t value;
	bool good = true;

	if (!text)
		return true;
	if (dp_expr_parse(text, DP_EXPR_VARS, &e, &err)) {
		problem(t, "%.200s%s%.150s", err.message, err.hint[0] ? "; " : "", err.hint);
		return true;
	}
	dp_expr_each_name(e, on_name, (void *)t);
	if (dp_expr_is_const(e, &value))
		good = number_fits(to, dp_wide_of(value));
	dp_expr_free(e);
	return good;
}

static bool number_good(const char *s, size_t len, const struct named *to)
{
	size_t at = dp_number_unit(s, len);
	struct dp_wide value = {0};

	if (to->fmt->type == DP_T_MAC && memchr(s, ':', len))
		return len == 17;
	if (to->bits > 64 ? dp_wide_slice(s, at, &value, NULL)
			  : dp_number_slice(s, at, &value.lo, NULL))
		return false;
	return at < len ? to->fmt->unit != NULL : number_fits(to, value);
}

static bool word_good(const char *s, size_t len, const struct named *to)
{
	const struct dp_field *f;

	if (to->fmt->words || to->fmt->write_words)
		return dp_fmt_has_word(to->fmt, s, len);
	if (to->fmt->type == DP_T_BOOL)
		return (len == 4 && !memcmp(s, "true", 4)) || (len == 5 && !memcmp(s, "false", 5));
	f = to->reg && to->whole ? dp_reg_field(to->reg, s, len) : NULL;
	return f && f->hi == f->lo;
}

static bool words_good(const char *s, size_t len, const struct named *to)
{
	for (;;) {
		size_t n = 0;

		while (n < len && s[n] != '+' && s[n] != '|')
			n++;
		if (!word_good(s, n, to))
			return false;
		if (n == len)
			return true;
		s += n + 1;
		len -= n + 1;
	}
}

static bool is_uuid(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-' : dp_hex_digit(s[i]) < 0)
			return false;
	return len == 36;
}

static bool value_good(const struct text *t, const char *s, size_t len, const struct named *to)
{
	bool sign = to->fmt->type == DP_T_INT || to->fmt->type == DP_T_FIXED;

	if (!len)
		return false;
	if (s[0] == '(')
		return check_expr(t, s, len, to);
	if (s[0] == '@')
		return len > 1;
	if (to->fmt->type == DP_T_UUID && memchr(s, '-', len))
		return is_uuid(s, len);
	if (s[0] == '-')
		return sign && len > 1 && dp_is_digit(s[1]);
	if (dp_is_digit(s[0]))
		return number_good(s, len, to);
	return words_good(s, len, to);
}

/* a VALUE for what a path named; of an argument its default */
static void check_value(const struct text *t, const char *s, size_t len, const struct named *to)
{
	static const struct dp_fmt plain = {.scale = 1};
	struct named any = {.open = true, .fmt = &plain, .bits = 64, .name = "it"};
	const struct dp_seq_arg *a = NULL;
	const char *form;

	if (is_var(s, len)) {
		a = argument(t, s + 1, len - 1);
		if (!a || !a->value)
			return;
		s = a->value;
		len = strlen(s);
	}
	if (to->open) {
		if (len && s[0] == '(')
			check_expr(t, s, len, &any);
		return;
	}
	if (value_good(t, s, len, to))
		return;
	form = to->fmt->type == DP_T_UUID ? "8-4-4-4-12 hex digits" : "a word of its enum";
	if (a)
		problem(t,
			"the default '%.*s' of '$%s' is no value of '%s'; a number of %u bit%s "
			"or %s",
			DP_S(s, len), a->name, to->name, to->bits, to->bits == 1 ? "" : "s", form);
	else
		problem(t, "'%.*s' is no value of '%s'; a number of %u bit%s or %s", DP_S(s, len),
			to->name, to->bits, to->bits == 1 ? "" : "s", form);
}

/* ------------------------------------------- assignments and conditions */

static void check_fields(const struct text *t, const char *s, const struct named *to)
{
	while (*s == ',') {
		size_t name = strcspn(++s, "=,"), len = dp_up_to(s, ',');
		struct named field = {.open = to->open};

		if (s[name] != '=') {
			problem(t, "'%.*s' is no FIELD=VALUE behind a comma", DP_S(s, len));
			return;
		}
		if (!to->open && to->reg) {
			char *path = dp_arena_strndup(t->dr->ld->temp, s, name);
			const struct dp_field *f = dp_reg_field(to->reg, s, name);
			const char *names[64];

			for (size_t i = 0; i < to->reg->n_fields && i < 64; i++)
				names[i] = to->reg->fields[i].name;
			if (!f && path)
				problem(t, "no field '%.60s' in '%s'%s", path, to->reg->name,
					dp_suggest(t->dr->ld, path, names, to->reg->n_fields));
			if (!f)
				return;
			field = (struct named){.reg = to->reg,
					       .fmt = &f->fmt,
					       .bits = f->hi - f->lo + 1,
					       .name = f->name};
		} else {
			field.open = true;
		}
		check_value(t, s + name + 1, len - name - 1, &field);
		s += len;
	}
}

/* PATH=VALUE[/MASK]{,FIELD=VALUE} | PATH^=VALUE | PATH+=VALUE */
static void check_assign(const struct text *t)
{
	const char *s = t->n->text, *eq = strchr(s, '=');
	size_t path = eq ? (size_t)(eq - s) : 0, len, value;
	struct named to;
	struct dp_wide mask;
	bool plain;

	if (!path || eq[1] == '=' || strchr("!<>", eq[-1])) {
		problem(t, "'%.60s' is no assignment; PATH=VALUE", s);
		return;
	}
	plain = eq[-1] != '^' && eq[-1] != '+';
	if (!check_path(t, s, path - !plain, &to))
		return;
	s = eq + 1;
	len = dp_up_to(s, ',');
	value = dp_up_to(s, '/');
	check_value(t, s, value < len ? value : len, &to);
	if (value < len && (!plain || dp_wide_slice(s + value + 1, len - value - 1, &mask, NULL)))
		problem(t, "'%.*s' is no mask%s", DP_S(s + value + 1, len - value - 1),
			plain ? "" : "; only '=' takes one");
	if (s[len] && !plain)
		problem(t, "further fields go with '=' only");
	else
		check_fields(t, s + len, &to);
}

static size_t without_blanks(const char *s, size_t len)
{
	while (len && s[len - 1] == ' ')
		len--;
	return len;
}

/* PATH OP VALUE in one word */
static void check_cond(const struct text *t)
{
	static const char *const ops[] = {"==", "!=", "<", "<=", ">", ">="};
	const char *s = t->n->text, *value;
	size_t path = strcspn(s, "=!<>"), op = strspn(s + path, "=!<>");
	struct named to;
	bool known = false;

	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		known |= strlen(ops[i]) == op && !memcmp(ops[i], s + path, op);
	if (!known) {
		problem(t, "'%.60s' is no condition; PATH==VALUE, or != < <= > >=", s);
		return;
	}
	value = s + path + op;
	value += strspn(value, " ");
	if (check_path(t, s, without_blanks(s, path), &to))
		check_value(t, value, without_blanks(value, strlen(value)), &to);
}

/* ----------------------------------------------------------- other texts */

static void check_time(const struct text *t, const char *s)
{
	const struct dp_seq_arg *a = NULL;
	struct dp_err err;
	uint64_t ns;

	if (is_var(s, strlen(s))) {
		a = argument(t, s + 1, strlen(s) - 1);
		if (!a || !a->value)
			return;
		s = a->value;
	}
	if (dp_time_parse(s, &ns, &err))
		problem(t, "%s%.60s%s%.150s; %s", a ? "'$" : "", a ? a->name : "", a ? "': " : "",
			err.message, err.hint);
}

/* TIME, or a field with a unit of time */
static void check_limit(const struct text *t)
{
	const char *s = t->n->text;
	struct named to;

	if (!dp_is_alpha(s[0])) {
		check_time(t, s);
		return;
	}
	if (!check_path(t, s, strlen(s), &to) || to.open)
		return;
	if (!to.fmt->unit || !dp_time_unit(to.fmt->unit, strlen(to.fmt->unit)))
		problem(t, "'%.60s' has no unit of time; write a time, as in 10ms", s);
}

static void check_others(const struct text *t)
{
	const char *s = t->n->text;
	uint64_t value;

	if (is_var(s, strlen(s))) {
		argument(t, s + 1, strlen(s) - 1);
		return;
	}
	if (strcmp(s, "zero") != 0 && strcmp(s, "reset") != 0 && strcmp(s, "shadow") != 0 &&
	    dp_number_parse(s, &value, NULL))
		problem(t,
			"'%.60s' is nothing that the other bits get; zero, reset, shadow or a "
			"number",
			s);
}

static void check_text(const struct text *t, enum dp_step_op op)
{
	struct named to;

	switch (op) {
	case DP_STEP_WRITE:
		check_assign(t);
		break;
	case DP_STEP_POLL:
	case DP_STEP_CHECK:
		check_cond(t);
		break;
	case DP_STEP_DELAY:
		check_time(t, t->n->text);
		break;
	case DP_STEP_LOG:
		check_path(t, t->n->text, t->n->len, &to);
		break;
	case DP_STEP_IRQ:
		break;
	}
}

void dp_check_step(struct dp_draft *dr, const struct dp_desc_seq *seq,
		   const struct dp_seq_step *step, const struct dp_step_nodes *src, bool *used)
{
	struct text t = {.dr = dr, .seq = seq, .n = src->text, .used = used};

	check_text(&t, step->op);
	if ((t.n = src->timeout) && step->timeout)
		check_limit(&t);
	if ((t.n = src->interval) && step->interval)
		check_time(&t, t.n->text);
	if ((t.n = src->unless) && step->unless)
		check_cond(&t);
	if ((t.n = src->when) && step->when)
		check_cond(&t);
	if ((t.n = src->others) && step->others)
		check_others(&t);
}
