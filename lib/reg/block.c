/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block.c - writes of many words: what they name, and what they must not do
 *
 * A register, an array or a slice of one is its elements, each a whole write like a poke's.
 * Everything else is bytes: words of one width.  Registers that lie in them were not named, so a
 * write that does more than store is refused there (CLI.md section 4, consent), as are holes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"
#include "reg/plan.h"

/* ---------------------------------------------------------------- operands */

static bool is_one_path(const char *text, const struct dp_path *p)
{
	return !text[p->len];
}

static int no_range(const struct dp_path *p, struct dp_err *err)
{
	dp_err_set(err, EINVAL, DP_USAGE, "'%.*s' is no register, array or range of bytes",
		   DP_S(p->text, p->len));
	dp_err_hint(err, "REG, ARRAY, ARRAY[0..3], A..B or OFFSET..+LEN");
	return -EINVAL;
}

/* an offset may be a register's */
static int offset_refs(const struct dp_scope *sc, const char *text, const struct dp_path *p,
		       struct dp_refs *out, struct dp_err *err)
{
	struct dp_ref *ref;
	int rc;

	if (p->has_type || dp_ref_one(sc, text, strlen(text), &ref, NULL))
		return 0; /* as bytes it is looked at once more, and says what is wrong */
	if (!ref->located && !ref->reg && sc->dev->is_open)
		dp_ref_locate(ref, NULL);
	if (ref->reg)
		return dp_refs_push(out, ref, err);
	rc = ref->located || sc->dev->is_open
		     ? 0
		     : dp_err_set(err, EAGAIN, DP_USAGE,
				  "whether '%s' is a register is known once the device is open",
				  ref->path);
	dp_ref_free(ref);
	return rc;
}

static int path_refs(const struct dp_scope *sc, const char *text, const struct dp_path *p,
		     struct dp_refs *out, struct dp_err *err)
{
	struct dp_named n;
	struct dp_ref *ref;
	int rc;

	if (p->has_bits)
		return no_range(p, err);
	if (p->has_offset)
		return offset_refs(sc, text, p, out, err);
	rc = dp_bind(sc, p, &n, err);
	if (rc)
		return rc;
	if (n.kind == DP_NAMED_JOIN || n.field)
		return no_range(p, err);
	if (n.kind != DP_NAMED_REG)
		return 0;
	if (n.reg->array && n.index != DP_INDEX_ONE)
		return dp_refs_expand(&n, NULL, out, err);
	rc = dp_ref_one(sc, text, strlen(text), &ref, err);
	return rc ? rc : dp_refs_push(out, ref, err);
}

int dp_resolve_block(struct dp_dev *dev, const char *text, struct dp_refs *refs,
		     struct dp_range *range, struct dp_err *err)
{
	const struct dp_scope sc = {.dev = dev, .write = true};
	struct dp_path p;
	int rc = dp_dev_auto_describe(dev, err);

	*refs = (struct dp_refs){.n = 0};
	if (!rc)
		rc = dp_path_parse(text, strlen(text), &p, err);
	if (!rc && is_one_path(text, &p))
		rc = path_refs(&sc, text, &p, refs, err);
	if (rc)
		dp_refs_free(refs);
	return rc || refs->n ? rc : dp_resolve_range(dev, text, range, err);
}

int dp_ref_word(const struct dp_ref *ref, const char *text, const struct dp_vars *vars,
		uint8_t word[8], struct dp_err *err)
{
	struct dp_wide parsed;
	uint64_t value;
	int rc = dp_value_parse(ref, true, text, strlen(text), vars, &parsed, err);

	if (rc)
		return rc;
	value = parsed.lo;
	if (dp_ref_is_big(ref))
		value = __builtin_bswap64(value) >> (64 - ref->width);
	dp_bytes_put(word, ref->width, value);
	return 0;
}

int dp_range_word(struct dp_dev *dev, const struct dp_range *range, const char *text,
		  const struct dp_vars *vars, uint8_t word[8], struct dp_err *err)
{
	const struct dp_ref ref = {.path = "the value",
				   .reg_path = "the value",
				   .dev = dev,
				   .width = range->width,
				   .hi = range->width - 1,
				   .whole = true,
				   .order = range->big ? DP_ORDER_BE : DP_ORDER_LE};

	return dp_ref_word(&ref, text, vars, word, err);
}

/* --------------------------------------------- registers that were not named */

static const char *write_effect(const struct dp_reg *reg)
{
	if (reg->kind == DP_KIND_DOORBELL)
		return "rings it";
	if (reg->kind == DP_KIND_FIFO)
		return "adds an entry";
	if (reg->resets_ns)
		return "resets the device";
	for (size_t i = 0; i < dp_reg_parts(reg); i++) {
		const struct dp_attr *a = dp_reg_part(reg, i).attr;

		if (dp_attr_writable(a) && a->on_write != DP_ONW_STORE)
			return dp_on_write_name(a->on_write);
	}
	return NULL;
}

/* a register that is spelled by name may do what it does */
static int guard_effect(const struct dp_ref *ref, struct dp_err *err)
{
	const char *what = write_effect(ref->reg);

	if (!what || ref->consent || dp_forced(ref->dev->ctx, DP_CLASS_EFFECT))
		return 0;
	dp_err_refuse(err, DP_CLASS_EFFECT,
		      "'%s' was not named, and a write does more than store (%s)", ref->reg_path,
		      what);
	dp_err_hint(err, "poke it by its name, or --force=effect");
	return -EPERM;
}

/* all that a poke of the whole register would refuse */
static int plan_whole(struct dp_ref *ref, uint64_t value, struct dp_plan **plan, struct dp_err *err)
{
	const struct dp_assign a = {
		.ref = ref, .op = DP_SET, .mask = dp_wide_ones(ref->width), .value.lo = value};
	int rc = ref->reg ? guard_effect(ref, err) : 0;

	return rc ? rc : dp_plan_poke(ref->dev, &a, NULL, plan, err);
}

static uint64_t value_of(const struct dp_ref *ref, const uint8_t *word)
{
	uint64_t value = dp_bytes_get(word, ref->width);

	return dp_ref_is_big(ref) ? __builtin_bswap64(value) >> (64 - ref->width) : value;
}

int dp_ref_write_words(struct dp_ref *ref, const void *words, size_t count, size_t *done,
		       struct dp_err *err)
{
	const uint8_t *at = words;
	struct dp_result res;
	int rc = 0;

	for (size_t i = 0; i < count && !rc; i++, at += ref->width / 8) {
		struct dp_plan *plan = NULL;

		rc = plan_whole(ref, value_of(ref, at), &plan, err);
		if (!rc && done)
			rc = dp_plan_run(ref->dev, plan, &res, err);
		dp_plan_free(plan);
		if (!rc && done)
			++*done;
	}
	return rc;
}

/* --------------------------------------------------------- bytes of a range */

/**
 * struct guard - a block write that is being checked
 * @start, @end: bytes of the region; words lie at multiples of @bytes from @start
 * @words: @n of them are written again and again
 * @at: how far registers were found to reach
 */
struct guard {
	struct dp_dev *dev;
	const struct dp_range *range;
	uint64_t start, end, at;
	unsigned bytes;
	const uint8_t *words;
	size_t n;
	bool memory, holes;
	struct dp_err *err;
};

static uint64_t start_of(const struct dp_ref *ref)
{
	return ref->space->base + ref->offset;
}

static int hole(const struct guard *g, uint64_t start, uint64_t end)
{
	dp_err_refuse(g->err, DP_CLASS_RANGE, "0x%llx bytes at %s+0x%llx are no register's",
		      (unsigned long long)(end - start), g->range->space->name,
		      (unsigned long long)(start - g->start + g->range->offset));
	dp_err_hint(g->err, "--force=range writes there all the same");
	return -EPERM;
}

static int no_memory(const struct guard *g, const struct dp_ref *ref)
{
	int rc = dp_err_set(g->err, EINVAL, DP_USAGE, "'%s' is a register, and this is for memory",
			    ref->path);

	dp_err_hint(g->err, "devpoke explain %s %s", g->dev->info.target, ref->path);
	return rc;
}

static int too_wide(const struct guard *g, const struct dp_ref *ref)
{
	int rc = dp_err_set(g->err, EINVAL, DP_ALIGN,
			    "words of %u bits reach beyond '%s', %u bits wide", g->bytes * 8,
			    ref->path, ref->width);

	dp_err_hint(g->err, "-w %u", ref->width);
	return rc;
}

/* a part of a register: where the bus may split it, and something there can be written */
static int guard_part(const struct guard *g, const struct dp_ref *ref)
{
	const struct dp_reg *reg = ref->reg;
	unsigned width = g->bytes * 8;
	int rc = guard_effect(ref, g->err);

	if (rc)
		return rc;
	if (reg->split64 == DP_SPLIT_FORBID || (reg->widths && !(reg->widths & width))) {
		rc = dp_err_set(g->err, EINVAL, DP_ALIGN,
				"'%s' is %u bits wide and not for words of %u", ref->path,
				ref->width, width);
		dp_err_hint(g->err, "-w %u", ref->width);
		return rc;
	}
	if (dp_reg_writable(reg) || dp_forced(g->dev->ctx, DP_CLASS_RO))
		return 0;
	dp_err_refuse(g->err, DP_CLASS_RO, "'%s' is read-only", ref->path);
	dp_err_hint(g->err, "--force=ro writes it all the same");
	return -EPERM;
}

static int guard_register(const struct guard *g, struct dp_ref *ref)
{
	uint64_t at = start_of(ref), index = (at - g->start) / g->bytes;
	bool aligned = at >= g->start && (at - g->start) % g->bytes == 0;
	struct dp_plan *plan = NULL;
	int rc;

	if (g->memory && ref->reg->kind != DP_KIND_MEMORY)
		return no_memory(g, ref);
	if (!aligned || ref->width / 8 != g->bytes)
		return ref->width / 8 > g->bytes ? guard_part(g, ref) : too_wide(g, ref);
	rc = plan_whole(ref, value_of(ref, g->words + index % g->n * g->bytes), &plan, g->err);
	dp_plan_free(plan);
	return rc;
}

static int by_start(const void *a, const void *b)
{
	uint64_t x = start_of(*(struct dp_ref *const *)a), y = start_of(*(struct dp_ref *const *)b);

	return x < y ? -1 : x > y;
}

/* of two registers at one offset the one that can be written counts */
static bool is_shadowed(const struct dp_refs *refs, size_t i)
{
	const struct dp_ref *ref = refs->v[i];
	uint64_t start = start_of(ref), end = start + ref->width / 8;

	if (dp_reg_writable(ref->reg))
		return false;
	for (size_t k = i ? i - 1 : 0; k < refs->n && start_of(refs->v[k]) < end; k++)
		if (dp_reg_writable(refs->v[k]->reg) &&
		    start_of(refs->v[k]) + refs->v[k]->width / 8 > start)
			return true;
	return false;
}

static int guard_registers(struct guard *g, const struct dp_refs *refs)
{
	int rc = 0;

	g->at = g->start;
	for (size_t i = 0; i < refs->n && !rc; i++) {
		uint64_t start = start_of(refs->v[i]), end = start + refs->v[i]->width / 8;

		if (g->holes && start > g->at)
			rc = hole(g, g->at, start < g->end ? start : g->end);
		if (!rc && !is_shadowed(refs, i))
			rc = guard_register(g, refs->v[i]);
		g->at = end > g->at ? end : g->at;
	}
	if (!rc && g->holes && g->at < g->end)
		rc = hole(g, g->at, g->end);
	return rc;
}

/* those that are on this device and reach into the range */
static void keep_touched(const struct guard *g, struct dp_refs *refs)
{
	size_t n = 0;

	for (size_t i = 0; i < refs->n; i++) {
		struct dp_ref *ref = refs->v[i];
		bool inside = !ref->join && !dp_ref_locate(ref, NULL) && ref->space &&
			      ref->space->region == g->range->space->region &&
			      start_of(ref) < g->end && start_of(ref) + ref->width / 8 > g->start;

		if (inside)
			refs->v[n++] = ref;
		else
			dp_ref_free(ref);
	}
	refs->n = n;
	if (n)
		qsort(refs->v, n, sizeof(*refs->v), by_start);
}

static int check_words(const struct guard *g)
{
	const struct dp_range *r = g->range;
	int rc;

	if (!r->space->region) {
		rc = dp_err_set(g->err, EINVAL, DP_USAGE,
				"'%s' is indirect: it has registers, and no bytes", r->space->name);
		dp_err_hint(g->err, "name a register or an array of it");
		return rc;
	}
	if (g->memory && (r->space->kind == DP_SPACE_CONFIG || r->space->kind == DP_SPACE_PORT))
		return dp_err_set(g->err, EINVAL, DP_USAGE, "'%s' is no memory", r->space->name);
	rc = dp_space_check(r->space, r->offset, r->width, true, g->err);
	if (!rc && r->len % g->bytes) {
		rc = dp_err_set(g->err, EINVAL, DP_ALIGN,
				"0x%llx bytes are no whole number of %u-bit words",
				(unsigned long long)r->len, r->width);
		dp_err_hint(g->err, "-w 8 takes bytes");
	}
	if (!rc)
		rc = dp_space_check(r->space, r->offset + r->len - g->bytes, r->width, true,
				    g->err);
	return rc ? rc : dp_guard_bound(g->dev, r->space->name, "written", g->err);
}

int dp_range_may_write(struct dp_dev *dev, const struct dp_range *range, const void *words,
		       size_t n, unsigned flags, struct dp_err *err)
{
	struct guard g = {.dev = dev,
			  .range = range,
			  .start = range->space->base + range->offset,
			  .end = range->space->base + range->offset + range->len,
			  .bytes = range->width / 8,
			  .words = words,
			  .n = n,
			  .memory = flags & DP_WRITE_MEMORY,
			  .err = err};
	struct dp_refs refs = {0};
	bool described = false;
	int rc = check_words(&g);

	if (!rc)
		rc = dp_refs_touching(dev, range, &refs, &described, err);
	if (rc)
		return rc;
	g.holes = described && dp_range_has_holes(dev, range->space);
	keep_touched(&g, &refs);
	rc = guard_registers(&g, &refs);
	dp_refs_free(&refs);
	return rc;
}
