/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diagram.c - a register's bits as data sheets draw them: one row per 16 bits or fewer,
 * the bit numbers above, what each field is below
 *
 *     3  2  1  0
 *   +--+--+-----+
 *   | 0| 1| 0  0|
 *   |EN|RD|MODE |
 */

#include "out.h"
#include "render.h"

#define ROW 16u

static void numbers(unsigned hi, unsigned lo)
{
	out_str("  ");
	for (unsigned bit = hi + 1; bit-- > lo;) {
		/* three digits fill their cell: every fourth is enough to count from */
		if (bit < 100 || bit % 4 == 0)
			out("%3u", bit);
		else
			out_str("   ");
	}
	out_str("\n");
}

/* is @bit the lowest of its field, so that a wall stands to its right? */
static bool ends_field(const struct dp_decoded *d, unsigned bit)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->fields[i].lo == bit || (bit && d->fields[i].hi == bit - 1))
			return true;
	return bit == 0;
}

static void border(const struct dp_decoded *d, unsigned hi, unsigned lo)
{
	out_str("  +");
	for (unsigned bit = hi + 1; bit-- > lo;)
		out_str(ends_field(d, bit) || bit == lo ? "--+" : "---");
	out_str("\n");
}

static void cells(const struct dp_decoded *d, struct dp_wide value, unsigned hi, unsigned lo)
{
	out_str("  |");
	for (unsigned bit = hi + 1; bit-- > lo;)
		out(" %u%s", (unsigned)dp_wide_bit(value, bit),
		    ends_field(d, bit) || bit == lo ? "|" : " ");
	out_str("\n");
}

static const struct dp_field_value *field_at(const struct dp_decoded *d, unsigned bit)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->fields[i].lo <= bit && bit <= d->fields[i].hi)
			return &d->fields[i];
	return NULL;
}

/* each field's name in its cells, cut to their width; nothing where no field has a name */
static void names(const struct dp_decoded *d, unsigned hi, unsigned lo)
{
	bool any = false;

	for (size_t i = 0; i < d->n; i++)
		any |= !d->fields[i].reserved && d->fields[i].name && *d->fields[i].name &&
		       d->fields[i].lo <= hi && d->fields[i].hi >= lo;
	if (!any)
		return;
	out_str("  |");
	for (unsigned bit = hi + 1; bit-- > lo;) {
		const struct dp_field_value *f = field_at(d, bit);
		const char *name = f && !f->reserved && f->name ? f->name : "";
		unsigned n = 1;

		while (!ends_field(d, bit) && bit > lo) {
			bit--;
			n++;
		}
		out("%-*.*s|", (int)(3 * n - 1), (int)(3 * n - 1), name);
	}
	out_str("\n");
}

void render_diagram(const struct dp_ref *ref, struct dp_wide value)
{
	struct dp_decoded d = {0};
	struct dp_ref_info info;
	unsigned row;

	dp_ref_info(ref, &info);
	if (dp_decode(ref, value, &d))
		return;
	row = info.width < ROW ? info.width : ROW;
	for (unsigned lo = info.width; lo > 0;) {
		unsigned hi = lo - 1;

		lo = lo > row ? lo - row : 0;
		numbers(hi, lo);
		border(&d, hi, lo);
		cells(&d, value, hi, lo);
		names(&d, hi, lo);
		border(&d, hi, lo);
	}
	dp_decoded_free(&d);
}
