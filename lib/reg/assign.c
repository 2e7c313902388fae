/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assign.c - path=value[/MASK]{,FIELD=value} | path^=value | path+=value */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"

/* an assignment being parsed */
struct parse {
	const struct dp_scope *sc;
	const struct dp_vars *vars;
	const char *text;
	struct dp_assign *a;
	struct dp_err *err;
};

static int bad_assign(const struct parse *ps, const char *what)
{
	return dp_err_set(ps->err, EINVAL, DP_USAGE, "'%.120s' is not an assignment: %s", ps->text,
			  what);
}

/* the first '='; what stands before it tells the operator */
static int find_operator(struct parse *ps, size_t *path_len, const char **value)
{
	const char *eq = strchr(ps->text, '=');
	int rc;

	if (!eq) {
		rc = bad_assign(ps, "it has no '='");
		dp_err_hint(ps->err, "write PATH=VALUE");
		return rc;
	}
	*value = eq + 1;
	*path_len = (size_t)(eq - ps->text);
	ps->a->op = DP_SET;
	if (*path_len && eq[-1] == '^')
		ps->a->op = DP_XOR;
	else if (*path_len && eq[-1] == '+')
		ps->a->op = DP_ADD;
	*path_len -= ps->a->op != DP_SET;
	if (eq[1] == '=' || (*path_len && strchr("!<>", ps->text[*path_len - 1]))) {
		rc = bad_assign(ps, "it compares");
		dp_err_hint(ps->err, "conditions are for 'devpoke check' and 'devpoke poll'");
		return rc;
	}
	return *path_len ? 0 : bad_assign(ps, "its path is missing");
}

static struct dp_wide named_bits(const struct dp_ref *ref)
{
	return dp_wide_mask(ref->hi, ref->lo);
}

/* is it a number that no word has? */
static void check_words(struct dp_assign *a, const struct dp_ref *ref, struct dp_wide value)
{
	const struct dp_words *w = dp_fmt_words(dp_ref_fmt(ref), true);

	if (!w || w->flags)
		return;
	for (size_t i = 0; i < w->n; i++)
		if (dp_wide_same(dp_wide_of(w->v[i].value), value))
			return;
	a->number_for_enum = true;
	a->odd_words = w;
	a->odd_value = value;
	memcpy(a->odd_path, ref->path, sizeof(a->odd_path));
}

/* bits that were spelled: whoever writes the whole register means all of it */
static void check_bits(struct dp_assign *a)
{
	a->bare_bits = a->ref->reg ? a->mask.lo & dp_reg_reserved(a->ref->reg) : 0;
	a->explicit_mask = a->bare_bits && !a->ref->whole;
}

static int bad_mask(struct parse *ps, const char *s, size_t len, unsigned bits)
{
	char most[DP_WIDE_TEXT];

	dp_wide_hex(dp_wide_ones(bits), 1, most);
	return dp_err_set(ps->err, ERANGE, DP_VALUE,
			  "mask '%.*s' does not fit into '%s' (%u bit%s, at most %s)", DP_S(s, len),
			  ps->a->ref->path, bits, bits == 1 ? "" : "s", most);
}

static int outside_mask(struct parse *ps, struct dp_wide value, struct dp_wide mask)
{
	char texts[2][DP_WIDE_TEXT];

	dp_wide_hex(value, 1, texts[0]);
	dp_wide_hex(mask, 1, texts[1]);
	return dp_err_set(ps->err, EINVAL, DP_VALUE,
			  "value %s of '%s' has bits outside its mask %s", texts[0],
			  ps->a->ref->path, texts[1]);
}

static int parse_mask(struct parse *ps, const char *s, size_t len, struct dp_wide value)
{
	const struct dp_ref *ref = ps->a->ref;
	unsigned bits = ref->hi - ref->lo + 1;
	struct dp_wide mask = {0};
	int rc = bits > 64 ? dp_wide_slice(s, len, &mask, ps->err)
			   : dp_number_slice(s, len, &mask.lo, ps->err);

	if (rc)
		return rc;
	if (ps->a->op != DP_SET)
		return bad_assign(ps, "only '=' takes a mask");
	if (dp_wide_cmp(mask, dp_wide_ones(bits)) > 0)
		return bad_mask(ps, s, len, bits);
	if (!dp_wide_any(mask))
		return dp_err_set(ps->err, EINVAL, DP_VALUE, "mask '%.*s' of '%s' names no bit",
				  DP_S(s, len), ref->path);
	if (dp_wide_any(dp_wide_without(value, mask)))
		return outside_mask(ps, value, mask);
	ps->a->mask = dp_wide_shl(mask, ref->lo);
	check_bits(ps->a);
	ps->a->explicit_mask = ps->a->bare_bits;
	return 0;
}

static int parse_first_value(struct parse *ps, const char *s, size_t len)
{
	const struct dp_ref *ref = ps->a->ref;
	size_t value_len = dp_up_to(s, '/');
	struct dp_wide value;
	int rc;

	if (value_len > len)
		value_len = len;
	rc = dp_value_parse(ref, true, s, value_len, ps->vars, &value, ps->err);
	if (rc)
		return rc;
	ps->a->value = dp_wide_shl(value, ref->lo);
	ps->a->mask = named_bits(ref);
	check_words(ps->a, ref, value);
	check_bits(ps->a);
	if (value_len < len)
		return parse_mask(ps, s + value_len + 1, len - value_len - 1, value);
	if (ps->a->op == DP_XOR)
		ps->a->mask = ps->a->value;
	if (ps->a->op != DP_SET && !dp_wide_any(value))
		return dp_err_set(ps->err, EINVAL, DP_VALUE, "'%.120s' changes nothing", ps->text);
	return 0;
}

/* --------------------------------------------------------- further fields */

static int no_such_field(struct parse *ps, const char *s, size_t len)
{
	const struct dp_ref *ref = ps->a->ref;
	const struct dp_part part = {.name = s, .len = len};
	const struct dp_named n = {.inst = ref->inst, .reg = ref->reg};

	if (ref->reg)
		return dp_unknown_field(&n, &part, ps->err);
	return dp_err_set(ps->err, ENOENT, DP_NAME, "'%s' has no fields, so no '%.*s'", ref->path,
			  DP_S(s, len));
}

/* a field of the register that the first part names */
static int own_field(struct parse *ps, const struct dp_field *f, struct dp_ref **out)
{
	struct dp_ref *field = dp_ref_dup(ps->a->ref);

	if (!field)
		return dp_err_nomem(ps->err);
	field->field = f;
	field->whole = false;
	field->hi = f->hi;
	field->lo = f->lo;
	memcpy(field->path, field->reg_path, sizeof(field->path));
	if (strlen(field->path) + strlen(f->name) + 2 <= sizeof(field->path))
		strcat(strcat(field->path, "."), f->name);
	*out = field;
	return 0;
}

/* the only member that has a field of this name; NULL: none, or several */
static const struct dp_reg *member_with(const struct dp_desc *d, const char *s, size_t len)
{
	const struct dp_reg *found = NULL;

	for (size_t i = 0; i < d->n_regs; i++) {
		if (!dp_reg_field(&d->regs[i], s, len))
			continue;
		if (found)
			return NULL;
		found = &d->regs[i];
	}
	return found;
}

/* in memory: another member, or a field of one whose name no other has */
static int member(struct parse *ps, const char *s, size_t len, struct dp_ref **out)
{
	struct dp_inst *inst = ps->a->ref->inst;
	const struct dp_reg *owner = NULL;
	char path[DP_PATH_MAX] = "";
	struct dp_text t = {.s = path};

	if (!dp_desc_reg(inst->desc, s, strcspn(s, ".=")))
		owner = member_with(inst->desc, s, len);
	if (owner) {
		dp_text_add(&t, owner->name);
		dp_text_add(&t, ".");
	}
	dp_text_chars(&t, s, len);
	return dp_ref_in(inst, path, out, ps->err);
}

static bool is_memory(const struct dp_ref *ref)
{
	return ref->reg && ref->inst->desc->is_memory;
}

/* the assignment that writes the register of @field: of another member it may be a new one */
static struct dp_assign *assign_of(struct parse *ps, const struct dp_ref *field)
{
	struct dp_assign *a = ps->a;

	for (;; a = a->next) {
		if (a->ref->reg == field->reg && a->ref->index == field->index)
			return a;
		if (!a->next)
			break;
	}
	a->next = calloc(1, sizeof(*a));
	if (!a->next)
		return NULL;
	a->next->ref = dp_ref_dup(field);
	if (!a->next->ref)
		return NULL;
	a->next->ref->fixed = true;
	return a->next;
}

static int merge_field(struct parse *ps, const struct dp_ref *field, struct dp_wide value)
{
	struct dp_assign *a = assign_of(ps, field);
	uint64_t bits = named_bits(field).lo; /* of one register */
	bool first_is_whole = a == ps->a && a->ref->whole;

	if (!a)
		return dp_err_nomem(ps->err);
	if ((a->fields & bits) || (a->mask.lo & bits && (!first_is_whole || field->whole)))
		return dp_err_set(ps->err, EINVAL, DP_USAGE, "'%.120s' gives '%s' two values",
				  ps->text, field->path);
	a->fields |= bits;
	a->mask.lo |= bits;
	a->value.lo = (a->value.lo & ~bits) | value.lo << field->lo;
	check_words(a, field, value);
	return 0;
}

/* FIELD=value, in memory MEMBER=value too */
static int parse_field(struct parse *ps, const char *s, size_t len)
{
	const struct dp_ref *ref = ps->a->ref;
	size_t name_len = dp_up_to(s, '=');
	const struct dp_field *f;
	struct dp_ref *field;
	struct dp_wide value;
	int rc;

	if (name_len >= len)
		return bad_assign(ps, "behind a comma stands FIELD=VALUE");
	f = ref->reg ? dp_reg_field(ref->reg, s, name_len) : NULL;
	if (f)
		rc = own_field(ps, f, &field);
	else
		rc = is_memory(ref) ? member(ps, s, name_len, &field)
				    : no_such_field(ps, s, name_len);
	if (rc)
		return rc;
	rc = dp_value_parse(field, true, s + name_len + 1, len - name_len - 1, ps->vars, &value,
			    ps->err);
	if (!rc)
		rc = merge_field(ps, field, value);
	dp_ref_free(field);
	return rc;
}

static int parse_all(struct parse *ps)
{
	const char *s = NULL;
	size_t path_len = 0, len;
	int rc = find_operator(ps, &path_len, &s);

	if (!rc)
		rc = dp_ref_one(ps->sc, ps->text, path_len, &ps->a->ref, ps->err);
	if (rc)
		return rc;
	ps->a->ref->fixed = true;
	len = dp_up_to(s, ',');
	rc = parse_first_value(ps, s, len);
	while (!rc && s[len] == ',') {
		if (ps->a->op != DP_SET)
			return bad_assign(ps, "further fields go with '=' only");
		s += len + 1;
		len = dp_up_to(s, ',');
		rc = parse_field(ps, s, len);
	}
	return rc;
}

int dp_assign_of(const struct dp_scope *sc, const char *text, const struct dp_vars *vars,
		 struct dp_assign **out, struct dp_err *err)
{
	struct parse ps = {.sc = sc, .vars = vars, .text = text, .err = err};
	int rc;

	ps.a = calloc(1, sizeof(*ps.a));
	if (!ps.a)
		return dp_err_nomem(err);
	rc = parse_all(&ps);
	if (rc)
		dp_assign_free(ps.a);
	else
		*out = ps.a;
	return rc;
}

int dp_assign_parse(struct dp_dev *dev, const char *text, const struct dp_vars *vars,
		    struct dp_assign **out, struct dp_err *err)
{
	const struct dp_scope sc = {.dev = dev, .write = true};
	int rc = dp_dev_auto_describe(dev, err);

	return rc ? rc : dp_assign_of(&sc, text, vars, out, err);
}

int dp_assign_in(struct dp_inst *inst, const char *text, struct dp_assign **out, struct dp_err *err)
{
	const struct dp_scope sc = {.dev = inst->dev, .inst = inst, .write = true};

	return dp_assign_of(&sc, text, NULL, out, err);
}

int dp_assign_toggle(struct dp_dev *dev, const char *path, struct dp_assign **out,
		     struct dp_err *err)
{
	const struct dp_scope sc = {.dev = dev, .write = true};
	struct dp_assign *a;
	int rc = dp_dev_auto_describe(dev, err);

	if (rc)
		return rc;
	a = calloc(1, sizeof(*a));
	if (!a)
		return dp_err_nomem(err);
	rc = dp_ref_one(&sc, path, strlen(path), &a->ref, err);
	if (rc) {
		free(a);
		return rc;
	}
	a->ref->fixed = true;
	a->op = DP_XOR;
	a->mask = named_bits(a->ref);
	a->value = a->mask;
	check_bits(a);
	*out = a;
	return 0;
}

const struct dp_ref *dp_assign_ref(const struct dp_assign *a)
{
	return a->ref;
}

struct dp_assign *dp_assign_next(const struct dp_assign *a)
{
	return a->next;
}

int dp_assign_locate(struct dp_assign *a, struct dp_err *err)
{
	return dp_ref_locate(a->ref, err);
}

void dp_assign_free(struct dp_assign *a)
{
	while (a) {
		struct dp_assign *next = a->next;

		dp_ref_free(a->ref);
		free(a);
		a = next;
	}
}
