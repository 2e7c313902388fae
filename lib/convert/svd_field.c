/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svd_field.c - fields of a register */
#include <stdio.h>
#include <string.h>

#include "convert/svd_read.h"

/* "[7:4]", lsb and msb, bitOffset and bitWidth */
static bool read_range(struct svd_reader *r, const struct dp_xml *x, uint64_t *hi, uint64_t *lo)
{
	const struct dp_xml *range = dp_xml_child(x, "bitRange");
	unsigned h, l;
	uint64_t width = 1;
	int n = 0;

	if (range) {
		if (sscanf(range->text, "[%5u:%5u]%n", &h, &l, &n) != 2 || range->text[n])
			return false;
		*hi = h;
		*lo = l;
		return true;
	}
	if (svd_uint(r, x, "lsb", lo))
		return svd_uint(r, x, "msb", hi);
	if (!svd_uint(r, x, "bitOffset", lo))
		return false;
	svd_uint(r, x, "bitWidth", &width);
	*hi = *lo + width - 1;
	return true;
}

static bool is_taken(const struct svd_field *f, const struct svd_field *new, const char **by)
{
	for (; f; f = f->next)
		if (f->lo <= new->hi &&new->lo <= f->hi) {
			*by = f->name;
			return true;
		}
	return false;
}

static struct svd_field *new_field(struct svd_reader *r, const struct dp_xml *x,
				   struct svd_reg *reg, const char *name, uint64_t hi, uint64_t lo)
{
	struct svd_field *f, at = {.hi = (unsigned)hi, .lo = (unsigned)lo};
	const char *by;

	if (hi < lo || hi >= reg->width) {
		dp_convert_note(r->cv, x->line,
				"field '%.60s' has bits %llu..%llu; '%.60s' has %u: left out", name,
				(unsigned long long)hi, (unsigned long long)lo, reg->name,
				reg->width);
		return NULL;
	}
	if (is_taken(reg->fields, &at, &by)) {
		dp_convert_note(r->cv, x->line, "field '%.60s' overlaps '%.60s': left out", name,
				by);
		return NULL;
	}
	f = svd_may_add(r, x) ? svd_alloc(r, sizeof(*f)) : NULL;
	if (f)
		*f = at;
	return f;
}

static void read_field(struct svd_reader *r, struct svd_names *names, const struct dp_xml *x,
		       struct svd_reg *reg, struct svd_field ***end)
{
	const char *name = svd_text(x, "name");
	uint64_t hi, lo, n;
	struct svd_dim dim;
	struct svd_list l;

	if (!name || !read_range(r, x, &hi, &lo)) {
		dp_convert_note(r->cv, x->line, "a <field> without %s: left out",
				name ? "a place that can be read" : "a name");
		return;
	}
	n = svd_spread(r, x, name, &l, &dim);
	n = dim.count ? dim.count : n; /* our fields are no arrays */
	for (uint64_t i = 0; i < n && !r->failed; i++) {
		const char *own = l.count ? svd_element_name(r, name, &l, i) : name;
		struct svd_field *f = new_field(r, x, reg, own, hi + i * l.step, lo + i * l.step);

		if (!f)
			break;
		f->name = svd_name(names, "field", own, x->line);
		r->failed |= !f->name;
		f->doc = svd_doc(r, x);
		f->line = x->line;
		f->attr = reg->attr;
		svd_access(r, x, &f->attr);
		svd_effects(r, x, &f->attr);
		svd_settle(r, own, x->line, &f->attr);
		svd_enums(r, x, f);
		**end = f;
		*end = &f->next;
		r->d->n_fields++;
	}
}

void svd_fields(struct svd_reader *r, const struct dp_xml *x, struct svd_reg *reg)
{
	const struct dp_xml *list = dp_xml_child(x, "fields");
	struct svd_names names = {.cv = r->cv, .max = 63};
	struct svd_field **end = &reg->fields;

	for (const struct dp_xml *f = list ? dp_xml_child(list, "field") : NULL; f && !r->failed;
	     f = dp_xml_again(f))
		read_field(r, &names, f, reg, &end);
	svd_names_end(&names);
}
