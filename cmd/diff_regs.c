/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff_regs.c - two sides register by register, field by field */
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "bulk.h"
#include "diff.h"
#include "out.h"
#include "signals.h"

enum state {
	STATE_HERE,    /* it can be read */
	STATE_ABSENT,  /* the device has no such register */
	STATE_OUTSIDE, /* the snapshot was not taken of it */
	STATE_LEFT,    /* it is not to be read */
};

static int state_of(struct diff *d, struct dp_ref *ref, enum state *out)
{
	const char *skip = "absent";
	int rc = ref ? bulk_skip(d->c, ref, &skip) : 0;

	*out = STATE_LEFT;
	if (!skip)
		*out = STATE_HERE;
	else if (!strcmp(skip, "absent"))
		*out = STATE_ABSENT;
	else if (!strcmp(skip, "hole"))
		*out = STATE_ABSENT;
	else if (!strcmp(skip, "outside"))
		*out = STATE_OUTSIDE;
	return rc;
}

/* ------------------------------------------------------------------ fields */

/* a register of both sides whose values differ */
struct pair {
	struct diff *d;
	const struct dp_ref *ref; /* of the first side */
	struct dp_ref_info info;
	uint64_t a, b, moved, change;
	struct dp_decoded layout, in_a, in_b; /* layout: all its fields and bits without one */
};

static void field_path(const struct pair *p, const struct dp_field_value *f, char *buf, size_t size)
{
	if (f->reserved && f->hi == f->lo)
		snprintf(buf, size, "%s:%u", p->info.path, f->hi);
	else if (f->reserved)
		snprintf(buf, size, "%s:%u..%u", p->info.path, f->hi, f->lo);
	else
		snprintf(buf, size, "%s%s%s", p->info.path, f->name && *f->name ? "." : "",
			 f->name ? f->name : "");
}

/* what the description says of the field: does it change by itself, is it this device's own? */
static void field_kind(const struct pair *p, const char *path, bool *is_volatile, bool *is_unique)
{
	struct dp_ref_info info = p->info;
	struct dp_refs refs = {0};

	if (!dp_resolve(p->d->a.dev, path, 0, &refs, NULL) && refs.n)
		dp_ref_info(refs.v[0], &info);
	*is_volatile = info.is_volatile;
	*is_unique = info.is_unique;
	dp_refs_free(&refs);
}

static uint64_t bits_of(const struct dp_field_value *f)
{
	return UINT64_MAX >> (63 - (f->hi - f->lo)) << f->lo;
}

static bool is_hidden(struct pair *p, const struct dp_field_value *f, const char *path)
{
	struct diff *d = p->d;
	bool is_volatile, is_unique;

	field_kind(p, path, &is_volatile, &is_unique);
	is_volatile |= (p->moved & bits_of(f)) != 0;
	if (d->all || (!is_volatile && !is_unique))
		return false;
	if (is_volatile)
		d->hidden_volatile++;
	else
		d->hidden_unique++;
	return true;
}

/* what a field holds and how that is called; bits without a field have no name when they are 0 */
static void see(const struct dp_decoded *in, const struct dp_field_value *f, uint64_t reg,
		struct seen *s, char *text, size_t size)
{
	*text = '\0';
	s->text = text;
	s->value = dp_wide_of((reg & bits_of(f)) >> f->lo);
	for (size_t i = 0; i < in->n; i++) {
		const struct dp_field_value *v = &in->fields[i];

		if (v->hi != f->hi || v->lo != f->lo)
			continue;
		s->value = v->value;
		if (*v->text)
			snprintf(text, size, "%s", v->text);
		else if (v->has_scaled)
			snprintf(text, size, "%.15g%s%s", v->scaled, v->unit && *v->unit ? " " : "",
				 v->unit ? v->unit : "");
	}
}

static void compare_field(struct pair *p, const struct dp_field_value *f)
{
	char path[300], text_a[128], text_b[128];
	struct seen a, b;

	if (!(p->change & bits_of(f)))
		return;
	field_path(p, f, path, sizeof(path));
	if (is_hidden(p, f, path))
		return;
	see(&p->in_a, f, p->a, &a, text_a, sizeof(text_a));
	see(&p->in_b, f, p->b, &b, text_b, sizeof(text_b));
	diff_show(p->d, path, f->hi - f->lo + 1, &a, &b);
}

static int compare_fields(struct pair *p)
{
	const struct dp_field_value whole = {.hi = p->info.width - 1};
	bool ok = !dp_decode(p->ref, dp_wide_ones(p->info.width), &p->layout) &&
		  !dp_decode(p->ref, dp_wide_of(p->a), &p->in_a) &&
		  !dp_decode(p->ref, dp_wide_of(p->b), &p->in_b);

	if (ok && !p->layout.n)
		compare_field(p, &whole);
	for (size_t i = 0; ok && i < p->layout.n; i++)
		compare_field(p, &p->layout.fields[i]);
	dp_decoded_free(&p->layout);
	dp_decoded_free(&p->in_a);
	dp_decoded_free(&p->in_b);
	return ok ? 0 : cmd_nomem(p->d->c);
}

/* --------------------------------------------------------------- registers */

static int compare_values(struct diff *d, struct dp_ref *a, struct dp_ref *b)
{
	struct pair p = {.d = d, .ref = a};
	struct dp_wide in_a, in_b; /* of registers */
	int rc = access_read(d->c, d->a.dev, a, &in_a);

	if (!rc)
		rc = access_read(d->c, d->b.dev, b, &in_b);
	if (rc || dp_wide_same(in_a, in_b))
		return rc;
	p.a = in_a.lo;
	p.b = in_b.lo;
	dp_ref_info(a, &p.info);
	p.change = (p.a ^ p.b) & ~diff_ignored(d, p.info.reg_path);
	p.moved = dp_ref_moved(a) | dp_ref_moved(b);
	return compare_fields(&p);
}

static int show_one_sided(struct diff *d, struct dp_ref *a, struct dp_ref *b)
{
	const struct side *s = a ? &d->a : &d->b;
	struct dp_ref *ref = a ? a : b;
	struct dp_ref_info info;
	struct seen seen = {0};
	int rc;

	dp_ref_info(ref, &info);
	if (diff_ignored(d, info.reg_path) == UINT64_MAX >> (64 - info.width))
		return 0;
	rc = access_read(d->c, s->dev, ref, &seen.value);
	if (!rc)
		diff_show_one(d, info.path, info.width, a ? &seen : NULL, a ? NULL : &seen);
	return rc;
}

/* is the register on one side only?  A live device has more than a snapshot of a part of it */
static bool is_one_sided(const struct side *with, enum state other)
{
	return other == STATE_ABSENT || (other == STATE_OUTSIDE && with->snap);
}

static bool is_there(enum state s)
{
	return s == STATE_HERE || s == STATE_LEFT;
}

static int compare(struct diff *d, struct dp_ref *a, struct dp_ref *b)
{
	enum state in_a, in_b;
	int rc = state_of(d, a, &in_a);

	if (!rc)
		rc = state_of(d, b, &in_b);
	if (rc)
		return rc;
	if (in_a == STATE_HERE && in_b == STATE_HERE)
		return compare_values(d, a, b);
	if (in_a == STATE_HERE && is_one_sided(&d->a, in_b))
		return show_one_sided(d, a, NULL);
	if (in_b == STATE_HERE && is_one_sided(&d->b, in_a))
		return show_one_sided(d, NULL, b);
	if (is_there(in_a) && is_there(in_b))
		d->skipped++;
	return 0;
}

static bool goes_on(int rc)
{
	return !rc && !signals_pending() && !out_error();
}

int diff_regs(struct diff *d)
{
	struct dp_ref_info info;
	int rc = 0;

	for (size_t i = 0; i < d->a.n && goes_on(rc); i++) {
		dp_ref_info(d->a.refs[i], &info);
		rc = compare(d, d->a.refs[i], side_ref(&d->b, info.path));
	}
	for (size_t i = 0; i < d->b.n && goes_on(rc); i++) {
		dp_ref_info(d->b.refs[i], &info);
		if (!side_ref(&d->a, info.path))
			rc = compare(d, NULL, d->b.refs[i]);
	}
	return rc;
}
