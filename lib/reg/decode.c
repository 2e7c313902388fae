/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode.c - the fields of a register's value, from high to low */
#include <errno.h>
#include <stdlib.h>

#include "reg/grammar.h"

static void decode_bits(struct dp_field_value *v, const char *name, unsigned hi, unsigned lo,
			struct dp_wide reg_value)
{
	*v = (struct dp_field_value){.name = name, .hi = hi, .lo = lo, .unit = ""};
	v->value = dp_wide_get(reg_value, hi, lo);
}

static void decode_fmt(struct dp_field_value *v, const struct dp_fmt *fmt)
{
	const unsigned bits = v->hi - v->lo + 1;

	dp_value_text(fmt, bits, v->value, v->text, sizeof(v->text));
	v->has_scaled = dp_value_scaled(fmt, bits, v->value, &v->scaled);
	if (fmt->unit)
		v->unit = fmt->unit;
	if (fmt->type == DP_T_ADDRESS)
		v->value = dp_wide_shl(v->value, fmt->shift);
}

/* the runs of bits without a field that lie in [lo, below), highest first */
static size_t decode_reserved(struct dp_field_value *v, uint64_t reserved, unsigned below,
			      unsigned lo, struct dp_wide value)
{
	size_t n = 0;

	for (unsigned hi = below; hi-- > lo;) {
		unsigned end = hi;

		if (!(reserved >> hi & 1))
			continue;
		while (end > lo && (reserved >> (end - 1) & 1))
			end--;
		decode_bits(&v[n], "", hi, end, value);
		v[n].reserved = true;
		n += dp_wide_any(v[n].value);
		hi = end;
	}
	return n;
}

static int decode_fields(const struct dp_ref *ref, struct dp_wide value, struct dp_decoded *out)
{
	const struct dp_reg *reg = ref->reg;
	const uint64_t reserved = dp_reg_reserved(reg);
	unsigned below = ref->width;
	size_t n = 0;

	/* at most one reserved run beside each field */
	out->fields = calloc(2 * reg->n_fields + 1, sizeof(*out->fields));
	if (!out->fields)
		return -ENOMEM;
	for (size_t i = 0; i < reg->n_fields; i++) {
		const struct dp_field *f = &reg->fields[i];

		if (f->hi + 1 < below)
			n += decode_reserved(out->fields + n, reserved, below, f->hi + 1, value);
		decode_bits(&out->fields[n], f->name, f->hi, f->lo, value);
		decode_fmt(&out->fields[n++], &f->fmt);
		if (f->lo < below)
			below = f->lo;
	}
	n += decode_reserved(out->fields + n, reserved, below, 0, value);
	out->n = n;
	return 0;
}

static bool says_more(const struct dp_fmt *f)
{
	return f->words || f->unit || f->type != DP_T_UINT || f->scale != 1 || f->bias;
}

/* one value: a field, a join, or a register without fields that its format explains */
static int decode_one(const struct dp_ref *ref, struct dp_wide value, struct dp_decoded *out)
{
	const struct dp_fmt *fmt = dp_ref_fmt(ref);

	if (!says_more(fmt) && !ref->field)
		return 0;
	out->fields = calloc(1, sizeof(*out->fields));
	if (!out->fields)
		return -ENOMEM;
	out->n = 1;
	decode_bits(out->fields, ref->field ? ref->field->name : "", ref->hi, ref->lo, value);
	decode_fmt(out->fields, fmt);
	return 0;
}

int dp_decode(const struct dp_ref *ref, struct dp_wide value, struct dp_decoded *out)
{
	out->fields = NULL;
	out->n = 0;
	if (ref->reg && ref->whole && ref->reg->n_fields)
		return decode_fields(ref, value, out);
	return decode_one(ref, value, out);
}

void dp_decoded_free(struct dp_decoded *d)
{
	free(d->fields);
	d->fields = NULL;
	d->n = 0;
}
