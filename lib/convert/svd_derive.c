/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svd_derive.c - derivedFrom: an element is what another one is, but for what it says itself
 *
 * CMSIS-SVD, "derivedFrom": of peripherals, clusters, registers, fields, enumeratedValues; the
 * name may be a path, PERIPHERAL.REGISTER.FIELD.  What is taken over is shared, not copied, so
 * that deriving costs nothing however often it is done.
 */
#include <errno.h>
#include <string.h>

#include "convert/svd.h"

enum { NEW, BEGUN, DONE };

struct derive {
	struct dp_conversion *cv;
	unsigned depth;
	bool failed;
};

static const char *name_of(const struct dp_xml *x)
{
	for (const struct dp_xml *c = x->first; c; c = c->next)
		if (!strcmp(c->tag, "name"))
			return c->text;
	return NULL;
}

static bool is_list(const struct dp_xml *x)
{
	return !strcmp(x->tag, "peripherals") || !strcmp(x->tag, "registers") ||
	       !strcmp(x->tag, "fields");
}

/* the element of @scope that the @len first characters of a path name */
static struct dp_xml *named(const struct dp_xml *scope, const char *name, size_t len)
{
	struct dp_xml *found = NULL;

	for (struct dp_xml *c = scope->first; c && !found; c = c->next) {
		const char *own = name_of(c);

		if (is_list(c))
			found = named(c, name, len);
		else if (own && strlen(own) == len && !memcmp(own, name, len))
			found = c;
	}
	return found;
}

static struct dp_xml *at_path(const struct dp_xml *scope, const char *path)
{
	const struct dp_xml *x = scope;

	while (x && *path) {
		size_t len = strcspn(path, ".");

		x = named(x, path, len);
		path += len + (path[len] == '.');
	}
	return x == scope ? NULL : (struct dp_xml *)x;
}

/* enumeratedValues may be named alone, wherever in the peripheral they are */
static struct dp_xml *anywhere(struct dp_xml *in, const char *tag, const char *name)
{
	struct dp_xml *found = NULL;

	for (struct dp_xml *c = in->first; c && !found; c = c->next) {
		const char *own = strcmp(c->tag, tag) ? NULL : name_of(c);

		found = own && !strcmp(own, name) ? c : anywhere(c, tag, name);
	}
	return found;
}

/* from the innermost scope outwards */
static struct dp_xml *base_of(const struct dp_xml *x)
{
	struct dp_xml *found = NULL;

	for (struct dp_xml *up = x->up; up && !found; up = up->up) {
		found = at_path(up, x->from);
		if (found && (found == x || strcmp(found->tag, x->tag) != 0))
			found = NULL;
		if (!found && !strcmp(up->tag, "peripheral") && !strchr(x->from, '.') &&
		    !strcmp(x->tag, "enumeratedValues"))
			found = anywhere(up, x->tag, x->from);
	}
	return found == x ? NULL : found;
}

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static bool is_range(const char *tag)
{
	return !strcmp(tag, "bitRange") || !strcmp(tag, "bitOffset") || !strcmp(tag, "bitWidth") ||
	       !strcmp(tag, "lsb") || !strcmp(tag, "msb");
}

/* does one of @x's own children say what @tag would say? */
static bool says(const struct dp_xml *x, const char *tag)
{
	for (const struct dp_xml *c = x->first; c && !c->shared; c = c->next)
		if (!strcmp(c->tag, tag) || (is_range(tag) && is_range(c->tag)))
			return true;
	return false;
}

static bool is_own(const struct dp_xml *x, const char *tag)
{
	const char *name = name_of(x);

	if (starts(tag, "dim"))
		return !name || !strstr(name, "%s");
	return !strcmp(tag, "name") || !strcmp(tag, "displayName") || !strcmp(tag, "interrupt") ||
	       !strcmp(tag, "alternatePeripheral") || !strcmp(tag, "alternateRegister");
}

static struct dp_xml *share(struct derive *d, const struct dp_xml *c)
{
	struct dp_xml *copy = dp_arena_alloc(d->cv->arena, sizeof(*copy));

	if (!copy) {
		d->failed = true;
		return NULL;
	}
	*copy = *c;
	copy->next = NULL;
	copy->shared = true;
	return copy;
}

static void append(struct dp_xml *x, struct dp_xml *c)
{
	if (!c)
		return;
	if (x->last)
		x->last->next = c;
	else
		x->first = c;
	x->last = c;
}

/* registers of both, those of @base first; of two with one name it is @own's */
static void merge_list(struct derive *d, struct dp_xml *own, const struct dp_xml *base)
{
	struct dp_xml *rest = own->first;

	own->first = own->last = NULL;
	for (const struct dp_xml *c = base->first; c; c = c->next) {
		const char *name = name_of(c);
		bool replaced = false;

		for (struct dp_xml *o = rest; o && name && !replaced; o = o->next)
			replaced = name_of(o) && !strcmp(name_of(o), name);
		if (!replaced)
			append(own, share(d, c));
	}
	while (rest) {
		struct dp_xml *next = rest->next;

		rest->next = NULL;
		append(own, rest);
		rest = next;
	}
}

static void take_over(struct derive *d, struct dp_xml *x, const struct dp_xml *base)
{
	for (const struct dp_xml *c = base->first; c; c = c->next) {
		if (is_list(c) && says(x, c->tag)) {
			for (struct dp_xml *o = x->first; o; o = o->next)
				if (!strcmp(o->tag, c->tag))
					merge_list(d, o, c);
		} else if (!is_own(x, c->tag) && !says(x, c->tag)) {
			append(x, share(d, c));
		}
	}
}

static void derive_one(struct derive *d, struct dp_xml *x);

static void derive_children(struct derive *d, struct dp_xml *x)
{
	for (struct dp_xml *c = x->first; c && !d->failed; c = c->next)
		derive_one(d, c);
}

/* what @x is derived from, worked out; NULL: nothing, or what cannot be, which is noted */
static struct dp_xml *worked_out(struct derive *d, const struct dp_xml *x)
{
	struct dp_xml *base = x->from ? base_of(x) : NULL;

	if (x->from && !base)
		dp_convert_note(d->cv, x->line, "<%s> is derived from '%.80s', which is not there",
				x->tag, x->from);
	if (!base)
		return NULL;
	if (base->state == NEW && d->depth < DP_XML_MAX_DEPTH) {
		d->depth++;
		derive_one(d, base);
		d->depth--;
	}
	if (base->state == DONE)
		return base;
	dp_convert_note(d->cv, x->line,
			base->state == BEGUN
				? "<%s> is derived from '%.80s', and that from it"
				: "<%s> is derived from '%.80s', and that from too many",
			x->tag, x->from);
	return NULL;
}

/* a base is worked out, with all that is in it, before it is taken over */
static void derive_one(struct derive *d, struct dp_xml *x)
{
	const struct dp_xml *base;

	if (x->state != NEW)
		return;
	x->state = BEGUN;
	base = worked_out(d, x);
	if (base)
		take_over(d, x, base);
	derive_children(d, x);
	x->state = DONE;
}

int svd_derive(struct dp_conversion *cv, struct dp_xml *root)
{
	struct derive d = {.cv = cv};

	derive_one(&d, root);
	return d.failed ? -ENOMEM : 0;
}
