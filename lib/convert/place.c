/* SPDX-License-Identifier: GPL-2.0-or-later */
/* place.c - where the registers of a description are while nothing is known of the device */
#include <errno.h>
#include <stdlib.h>

#include "convert/place.h"

struct asking {
	struct dp_conversion *cv;
	const struct dp_desc *d;
	const struct dp_pos *pos;
	const char *name;
	bool quiet;
};

static int eval(const struct asking *a, const struct dp_expr *e, uint64_t none, uint64_t *out)
{
	struct dp_err err;

	*out = none;
	if (!e || dp_expr_is_const(e, out))
		return 0;
	if (dp_expr_eval(e, dp_desc_reset, (void *)a->d, out, &err)) {
		if (!a->quiet)
			dp_convert_note_at(a->cv, a->pos, "'%s' is left out: %s", a->name,
					   err.message);
		return -EINVAL;
	}
	if (!a->quiet)
		dp_convert_note_at(a->cv, a->pos, "'%s': '%.80s' is 0x%llx, as after reset",
				   a->name, dp_expr_text(e), (unsigned long long)*out);
	return 0;
}

static int read_dims(const struct asking *a, const struct dp_array *array, uint64_t step,
		     struct dp_place_of *p)
{
	int rc = eval(a, array->count, 1, &p->counts[0]);

	if (!rc)
		rc = eval(a, array->stride, 0, &p->strides[0]);
	p->dims = array->n_inner + 1;
	for (unsigned d = 1; d < p->dims && !rc; d++) {
		p->counts[d] = array->inner[d - 1].count;
		rc = eval(a, array->inner[d - 1].stride, 0, &p->strides[d]);
	}
	for (unsigned d = 0; d < p->dims && !rc; d++) {
		p->strides[d] *= step;
		if (__builtin_mul_overflow(p->count, p->counts[d], &p->count) || !p->count ||
		    p->count > DP_MAX_ELEMENTS)
			rc = -E2BIG;
	}
	if (rc == -E2BIG && !a->quiet)
		dp_convert_note_at(a->cv, a->pos,
				   "'%s' is left out: it has no element, or more "
				   "than %d",
				   a->name, DP_MAX_ELEMENTS);
	return rc;
}

static int place(const struct asking *a, const struct dp_expr *offset, const struct dp_array *array,
		 uint64_t step, struct dp_place_of *p)
{
	int rc;

	*p = (struct dp_place_of){.count = 1, .step = step};
	rc = eval(a, offset, 0, &p->base);
	p->base *= step;
	if (rc || !array)
		return rc;
	if (!array->offsets)
		return read_dims(a, array, step, p);
	p->offsets = array->offsets;
	p->count = array->n_offsets;
	p->dims = 1;
	return 0;
}

int dp_place_of_reg(struct dp_conversion *cv, const struct dp_desc *d, const struct dp_reg *r,
		    uint64_t step, struct dp_place_of *out)
{
	const struct asking a = {cv, d, &r->pos, r->name, false};

	return place(&a, r->offset, r->array, step, out);
}

int dp_place_of_block(struct dp_conversion *cv, const struct dp_desc *d, const struct dp_block *b,
		      uint64_t step, struct dp_place_of *out)
{
	const struct asking a = {cv, d, &b->pos, b->name, false};

	return place(&a, b->offset, b->array, step, out);
}

uint64_t dp_place_at(const struct dp_place_of *p, uint64_t i)
{
	uint64_t at = p->base;

	if (p->offsets)
		return at + p->offsets[i] * p->step;
	for (unsigned d = p->dims; d--; i /= p->counts[d])
		at += i % p->counts[d] * p->strides[d];
	return at;
}

int dp_place_suffix(const struct dp_place_of *p, uint64_t i, char *buf, size_t size, bool outer)
{
	uint64_t index[DP_MAX_DIMS];
	size_t n = 0;

	buf[0] = 0;
	if (p->offsets)
		return snprintf(buf, size, "_%llu", (unsigned long long)i);
	for (unsigned d = p->dims; d--; i /= p->counts[d])
		index[d] = i % p->counts[d];
	for (unsigned d = 0; d + outer < p->dims && n < size; d++)
		n += (size_t)snprintf(buf + n, size - n, "_%llu", (unsigned long long)index[d]);
	return (int)n;
}

static uint64_t last_of(const struct dp_place_of *p)
{
	uint64_t last = 0;

	for (uint64_t i = p->offsets ? 0 : p->count - 1; i < p->count; i++)
		last = dp_place_at(p, i) > last ? dp_place_at(p, i) : last;
	return last;
}

uint64_t dp_place_end(struct dp_conversion *cv, const struct dp_desc *d, unsigned space,
		      uint64_t step)
{
	struct asking a = {.cv = cv, .d = d, .quiet = true};
	struct dp_place_of p;
	uint64_t end = 0, e;

	for (size_t i = 0; i < d->n_regs; i++) {
		const struct dp_reg *r = &d->regs[i];

		if (r->space != space || place(&a, r->offset, r->array, step, &p))
			continue;
		e = last_of(&p) + r->width / 8;
		end = e > end ? e : end;
	}
	for (size_t i = 0; i < d->n_blocks; i++) {
		const struct dp_block *b = &d->blocks[i];

		if (b->space != space || place(&a, b->offset, b->array, step, &p))
			continue;
		e = last_of(&p) + dp_place_end(cv, b->sub, 0, step * b->step);
		end = e > end ? e : end;
	}
	return end;
}

void dp_convert_lost_parts(struct dp_conversion *cv)
{
	const struct dp_desc *d = cv->desc;

	for (size_t i = 0; i < d->n_joins; i++)
		dp_convert_note_at(cv, &d->joins[i].pos,
				   "'%s': a value joined of several "
				   "registers is left out",
				   d->joins[i].name);
	for (size_t i = 0; i < d->n_seqs; i++)
		dp_convert_note_at(cv, &d->seqs[i].pos, "sequence '%s' is left out",
				   d->seqs[i].name);
	for (size_t i = 0; i < d->n_variants; i++)
		dp_convert_note_at(cv, &d->variants[i].pos, "a variant is left out");
}
