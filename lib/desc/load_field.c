/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_field.c - what a value means, what reading and writing do, and the fields of a register */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/number.h"
#include "desc/load.h"

/* ----------------------------------------------------------- attributes */

/* short forms of `sw`: two or all three attributes in one word */
static const struct {
	const char *word;
	enum dp_sw sw;
	enum dp_on_read on_read;
	enum dp_on_write on_write;
} short_forms[] = {
	{"rc", DP_SW_RO, DP_ONR_CLEAR, DP_ONW_STORE}, {"rs", DP_SW_RO, DP_ONR_SET, DP_ONW_STORE},
	{"rw1c", DP_SW_RW, DP_ONR_NONE, DP_ONW_W1C},  {"rw1s", DP_SW_RW, DP_ONR_NONE, DP_ONW_W1S},
	{"rw1t", DP_SW_RW, DP_ONR_NONE, DP_ONW_W1T},  {"rw0c", DP_SW_RW, DP_ONR_NONE, DP_ONW_W0C},
	{"rw0s", DP_SW_RW, DP_ONR_NONE, DP_ONW_W0S},  {"rw0t", DP_SW_RW, DP_ONR_NONE, DP_ONW_W0T},
	{"wo1c", DP_SW_WO, DP_ONR_NONE, DP_ONW_W1C},  {"wo1s", DP_SW_WO, DP_ONR_NONE, DP_ONW_W1S},
};
#define N_SHORT (sizeof(short_forms) / sizeof(short_forms[0]))

static void bad_sw(struct dp_draft *dr, const struct dp_node *n)
{
	const char *words[N_SHORT + 4];
	size_t count = 0;

	while (dp_sw_words[count]) {
		words[count] = dp_sw_words[count];
		count++;
	}
	for (size_t i = 0; i < N_SHORT; i++)
		words[count++] = short_forms[i].word;
	dp_problem(&dr->ld->problems, &n->pos, "'%.60s' is no value of 'sw'%s", n->text,
		   dp_suggest(dr->ld, n->text, words, count));
}

static void load_sw(struct dp_draft *dr, const struct dp_node *n, struct dp_attr *attr)
{
	const char *text;

	if (!dp_get_text(dr->ld, n, &text))
		return;
	for (unsigned i = 0; dp_sw_words[i]; i++) {
		if (!strcmp(dp_sw_words[i], text)) {
			attr->sw = (enum dp_sw)i;
			return;
		}
	}
	for (size_t i = 0; i < N_SHORT; i++) {
		if (!strcmp(short_forms[i].word, text)) {
			attr->sw = short_forms[i].sw;
			attr->on_read = short_forms[i].on_read;
			attr->on_write = short_forms[i].on_write;
			return;
		}
	}
	bad_sw(dr, n);
}

/* what it names is checked when all registers are known */
static void load_lock(struct dp_draft *dr, const struct dp_node *n, struct dp_attr *attr)
{
	struct dp_lock *lock;

	if (!n)
		return;
	lock = dp_arena_alloc(dr->ld->arena, sizeof(*lock));
	if (!lock || !dp_get_text(dr->ld, n, &lock->path))
		return;
	lock->pos = n->pos;
	attr->lock = lock;
}

void dp_load_attr(struct dp_draft *dr, const struct dp_keys *k, struct dp_attr *attr)
{
	struct dp_loader *ld = dr->ld;
	unsigned word;

	load_sw(dr, DP_KEY(k, sw), attr);
	if (dp_get_word(ld, DP_KEY(k, on_read), dp_on_read_words, &word))
		attr->on_read = (enum dp_on_read)word;
	if (dp_get_word(ld, DP_KEY(k, on_write), dp_on_write_words, &word))
		attr->on_write = (enum dp_on_write)word;
	dp_get_bool(ld, DP_KEY(k, volatile), &attr->is_volatile);
	dp_get_bool(ld, DP_KEY(k, unique), &attr->unique);
	dp_get_bool(ld, DP_KEY(k, const), &attr->is_const);
	dp_get_bool(ld, DP_KEY(k, once), &attr->once);
	dp_get_bool(ld, DP_KEY(k, shadow), &attr->shadow);
	dp_get_bool(ld, DP_KEY(k, restore), &attr->restore);
	load_lock(dr, DP_KEY(k, lock), attr);
}

/* ------------------------------------------------------ meaning of values */

/* widths that a type can have; 0 = any */
static const struct {
	unsigned exactly, multiple;
} type_bits[] = {
	[DP_T_BOOL] = {1, 0},  [DP_T_BCD] = {0, 4},  [DP_T_ASCII] = {0, 8},
	[DP_T_BYTES] = {0, 8}, [DP_T_MAC] = {48, 0}, [DP_T_UUID] = {128, 0},
};

static void load_type(struct dp_draft *dr, const struct dp_node *n, unsigned bits,
		      struct dp_fmt *fmt)
{
	unsigned type, exactly, multiple;

	if (!dp_get_word(dr->ld, n, dp_type_words, &type))
		return;
	fmt->type = (enum dp_vtype)type;
	exactly = type_bits[type].exactly;
	multiple = type_bits[type].multiple;
	if (exactly > 64 && bits <= 64)
		dp_problem(&dr->ld->problems, &n->pos,
			   "type '%s' has %u bits, not %u; 'joins' make one of several registers",
			   n->text, exactly, bits);
	else if (exactly && bits != exactly)
		dp_problem(&dr->ld->problems, &n->pos, "type '%s' has %u bit%s, not %u", n->text,
			   exactly, exactly == 1 ? "" : "s", bits);
	else if (multiple && bits % multiple)
		dp_problem(&dr->ld->problems, &n->pos,
			   "type '%s' has a multiple of %u bits, not %u", n->text, multiple, bits);
}

static void needs_type(struct dp_draft *dr, const struct dp_node *n, const char *key,
		       const char *type)
{
	if (n)
		dp_problem(&dr->ld->problems, &n->pos, "'%s' has no meaning without 'type: %s'",
			   key, type);
}

void dp_load_fmt(struct dp_draft *dr, const struct dp_keys *k, unsigned bits, struct dp_fmt *fmt)
{
	struct dp_loader *ld = dr->ld;

	fmt->scale = 1;
	if (DP_KEY(k, type))
		load_type(dr, DP_KEY(k, type), bits, fmt);
	if (DP_KEY(k, enum) && DP_KEY(k, flags))
		dp_problem(&ld->problems, &DP_KEY(k, flags)->pos,
			   "'enum' and 'flags' exclude each other");
	if (DP_KEY(k, enum))
		fmt->words = dp_load_words_ref(dr, DP_KEY(k, enum), false, bits);
	else if (DP_KEY(k, flags))
		fmt->words = dp_load_words_ref(dr, DP_KEY(k, flags), true, bits);
	if (DP_KEY(k, write_enum))
		fmt->write_words = dp_load_words_ref(dr, DP_KEY(k, write_enum), false, bits);
	dp_get_text(ld, DP_KEY(k, unit), &fmt->unit);
	dp_get_decimal(ld, DP_KEY(k, scale), &fmt->scale);
	dp_get_int(ld, DP_KEY(k, bias), &fmt->bias);
	dp_get_unsigned(ld, DP_KEY(k, shift), 63, &fmt->shift);
	dp_get_unsigned(ld, DP_KEY(k, frac), bits, &fmt->frac);
	if (fmt->type != DP_T_ADDRESS)
		needs_type(dr, DP_KEY(k, shift), "shift", "address");
	else if (fmt->shift + bits > 64)
		dp_problem(&ld->problems,
			   &(DP_KEY(k, shift) ? DP_KEY(k, shift) : DP_KEY(k, type))->pos,
			   "%u bits shifted by %u are more than 64", bits, fmt->shift);
	if (fmt->type != DP_T_FIXED)
		needs_type(dr, DP_KEY(k, frac), "frac", "fixed");
}

/* --------------------------------------------------------------- fields */

/* "12" or "7..4" */
static bool load_bits(struct dp_draft *dr, const struct dp_node *n, struct dp_field *f)
{
	const char *dots, *text;
	uint64_t hi, lo;

	if (n->kind != DP_NODE_SCALAR) {
		dp_problem(&dr->ld->problems, &n->pos, "bits are written 12 or 7..4");
		return false;
	}
	text = n->text;
	dots = strstr(text, "..");
	if (dp_number_slice(text, dots ? (size_t)(dots - text) : n->len, &hi, NULL) ||
	    (dots && dp_number_slice(dots + 2, strlen(dots + 2), &lo, NULL))) {
		dp_problem(&dr->ld->problems, &n->pos,
			   "'%.60s' are no bits; they are written 12 or 7..4", text);
		return false;
	}
	if (!dots)
		lo = hi;
	if (hi < lo) {
		dp_problem(&dr->ld->problems, &n->pos,
			   "bits are written with the highest first; %llu..%llu",
			   (unsigned long long)lo, (unsigned long long)hi);
		return false;
	}
	f->hi = hi > 1000 ? 1000 : (unsigned)hi;
	f->lo = lo > 1000 ? 1000 : (unsigned)lo;
	return true;
}

static void load_field_reset(struct dp_draft *dr, const struct dp_node *n, const struct dp_field *f,
			     struct dp_reg *r)
{
	uint64_t mask = dp_ones(f->hi - f->lo + 1), value;

	if (!dp_get_uint(dr->ld, n, mask, &value))
		return;
	if (r->has_reset && (r->reset >> f->lo & mask) && (r->reset >> f->lo & mask) != value)
		dp_problem(&dr->ld->problems, &n->pos,
			   "reset 0x%llx, but the register's reset has 0x%llx here",
			   (unsigned long long)value,
			   (unsigned long long)(r->reset >> f->lo & mask));
	r->has_reset = true;
	r->reset |= value << f->lo;
}

static bool load_field(struct dp_draft *dr, const struct dp_pair *p, struct dp_reg *r,
		       struct dp_field *f)
{
	struct dp_loader *ld = dr->ld;
	struct dp_keys k = {0};
	const struct dp_node *bits = p->value;

	f->pos = p->key->pos;
	f->attr = r->attr;
	f->fmt.scale = 1;
	if (!dp_get_name(ld, p->key, DP_MAX_NAME, &f->name))
		return false;
	if (bits->kind == DP_NODE_MAP) {
		dp_keys_read(ld, bits, DP_IN_FIELD, &k);
		bits = DP_KEY(&k, bits);
	}
	if (!bits) {
		dp_problem(&ld->problems, &p->value->pos, "field '%s' has no 'bits'", f->name);
		return false;
	}
	if (!load_bits(dr, bits, f))
		return false;
	if (f->hi >= r->width) {
		dp_problem(&ld->problems, &bits->pos,
			   "field '%s' is outside of '%s'; its bits are %u..0", f->name, r->name,
			   r->width - 1);
		return false;
	}
	if (p->value->kind != DP_NODE_MAP)
		return true;
	dp_load_attr(dr, &k, &f->attr);
	dp_load_fmt(dr, &k, f->hi - f->lo + 1, &f->fmt);
	dp_get_text(ld, DP_KEY(&k, doc), &f->doc);
	dp_get_text(ld, DP_KEY(&k, ref), &f->ref);
	dp_get_text(ld, DP_KEY(&k, verb), &f->verb);
	if (DP_KEY(&k, reset))
		load_field_reset(dr, DP_KEY(&k, reset), f, r);
	return true;
}

static int by_bits(const void *a, const void *b)
{
	const struct dp_field *x = a, *y = b;

	if (x->lo != y->lo)
		return x->lo > y->lo ? -1 : 1;
	return (x->pos.line > y->pos.line) - (x->pos.line < y->pos.line);
}

/* @fields are sorted: one that overlaps any overlaps the one before it */
static void check_fields(struct dp_draft *dr, const struct dp_reg *r)
{
	for (size_t i = 1; i < r->n_fields; i++) {
		const struct dp_field *a = &r->fields[i - 1], *b = &r->fields[i];
		bool later = b->pos.line > a->pos.line ||
			     (b->pos.line == a->pos.line && b->pos.column > a->pos.column);

		if (b->hi >= a->lo)
			dp_problem(&dr->ld->problems, later ? &b->pos : &a->pos,
				   "fields '%s' (%u..%u) and '%s' (%u..%u) of '%s' overlap",
				   a->name, a->hi, a->lo, b->name, b->hi, b->lo, r->name);
	}
	for (size_t i = 0; i < r->n_fields; i++)
		for (size_t j = 0; j < i; j++)
			if (!strcasecmp(r->fields[i].name, r->fields[j].name) &&
			    strcmp(r->fields[i].name, r->fields[j].name) != 0)
				dp_problem(&dr->ld->problems, &r->fields[i].pos,
					   "fields '%s' and '%s' differ only by case",
					   r->fields[i].name, r->fields[j].name);
}

void dp_load_fields(struct dp_draft *dr, const struct dp_node *fields, struct dp_reg *r)
{
	if (fields->kind != DP_NODE_MAP || !fields->n) {
		dp_problem(&dr->ld->problems, &fields->pos,
			   "fields are a mapping, {NAME: 7..4, NAME: {bits: 0, ...}}");
		return;
	}
	if (fields->n > r->width) {
		dp_problem(&dr->ld->problems, &fields->pos, "%zu fields in the %u bits of '%s'",
			   fields->n, r->width, r->name);
		return;
	}
	r->fields = dp_arena_array(dr->ld->arena, fields->n, sizeof(*r->fields));
	if (!r->fields)
		return;
	for (size_t i = 0; i < fields->n; i++) {
		r->fields[r->n_fields] = (struct dp_field){0};
		if (load_field(dr, &fields->pairs[i], r, &r->fields[r->n_fields]))
			r->n_fields++;
	}
	qsort(r->fields, r->n_fields, sizeof(*r->fields), by_bits);
	check_fields(dr, r);
}
