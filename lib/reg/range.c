/* SPDX-License-Identifier: GPL-2.0-or-later */
/* range.c - path..path and path..+LEN: bytes, or the registers in them */
#include <errno.h>
#include <string.h>

#include "reg/grammar.h"
#include "reg/plan.h"

/* one end of a range; @home: the space that an OFFSET on the other side counts from */
struct end {
	struct dp_space *space;
	const struct dp_desc_space *offline;
	uint64_t start, len;
	struct dp_named home;
	unsigned width; /* of a register or a typed offset, 0 = it says none */
	bool big;
};

/* bytes [start, end) */
struct span {
	struct dp_space *space;
	const struct dp_desc_space *offline;
	uint64_t start, end;
	unsigned width; /* of raw accesses in it */
	unsigned word;  /* that its left end says, 0 = none */
	bool big;
};

static int not_yet(const char *text, size_t len, struct dp_err *err)
{
	return dp_err_set(err, EAGAIN, DP_USAGE,
			  "where '%.*s' lies is known once the device is open", DP_S(text, len));
}

static int bad_end(const struct dp_path *p, const char *what, struct dp_err *err)
{
	return dp_err_set(err, EINVAL, DP_USAGE, "'%.*s' cannot end a range: %s",
			  DP_S(p->text, p->len), what);
}

/* where an array or register ends in its space; UINT64_MAX: not known yet */
static uint64_t reg_end(struct dp_inst *inst, const struct dp_reg *reg)
{
	uint64_t count, offset;

	if (dp_reg_count(inst, reg, false, &count, NULL) || !count ||
	    dp_reg_offset(inst, reg, count - 1, false, &offset, NULL))
		return UINT64_MAX;
	return offset + reg->width / 8;
}

/* a block has no size of its own: it ends with its last register */
static uint64_t block_length(struct dp_inst *inst, uint64_t most)
{
	uint64_t len = 0;

	for (size_t i = 0; i < inst->desc->n_regs; i++) {
		uint64_t end = reg_end(inst, &inst->desc->regs[i]);

		len = end > len ? end : len;
	}
	return len && len < most && !inst->desc->n_blocks ? len : most;
}

/* @e is the first element of an array of blocks: on to the end of the last */
static int blocks_end(struct end *e, struct dp_inst *first, struct dp_err *err)
{
	struct dp_inst *owner = first->parent, *last;
	struct dp_place place;
	uint64_t count;
	int rc = dp_array_count(owner, first->block->array, false, &count, err);

	if (rc || !count)
		return rc;
	last = dp_inst_block(owner, first->block, count - 1, err);
	rc = last ? dp_inst_place(last, 0, &place, err) : -ENOMEM;
	if (!rc && place.base >= e->start)
		e->len = place.base - e->start + block_length(last, place.size);
	return rc;
}

static int place_end(struct end *e, const struct dp_path *p, const struct dp_named *n,
		     struct dp_err *err)
{
	struct dp_place place;
	int rc;

	if (n->plain) {
		e->space = n->plain;
		e->start = 0;
		e->len = n->plain->size;
		return 0;
	}
	rc = dp_inst_place(n->inst, n->space, &place, err);
	if (rc)
		return rc == -EAGAIN ? not_yet(p->text, p->len, err) : rc;
	e->space = place.space;
	e->offline = dp_inst_space(n->inst, n->space);
	e->start = place.base;
	e->len = place.size;
	if (n->kind == DP_NAMED_BLOCK)
		e->len = block_length(n->inst, place.size);
	return n->many ? blocks_end(e, n->inst, err) : 0;
}

static int ref_end(struct end *e, struct dp_ref *ref, struct dp_err *err)
{
	int rc = 0;

	if (!ref->located && (ref->reg || ref->from) && !ref->space)
		rc = dp_ref_locate(ref, NULL);
	if (rc) {
		rc = rc == -EAGAIN ? not_yet(ref->path, strlen(ref->path), err)
				   : dp_ref_locate(ref, err);
	} else {
		e->space = ref->space;
		e->start = ref->offset;
		e->len = dp_ref_bytes(ref);
		e->width = ref->reg || ref->typed ? ref->width : 0;
		e->big = dp_ref_is_big(ref);
		if (ref->reg)
			e->offline = dp_inst_space(ref->inst, ref->reg->space);
		else if (ref->from)
			e->offline = dp_inst_space(ref->from, ref->from_space);
	}
	dp_ref_free(ref);
	return rc;
}

/* from the first element's first byte to the last one's last */
static int array_end(struct end *e, const struct dp_named *n, struct dp_err *err)
{
	struct dp_ref *ref;
	struct end last;
	uint64_t count;
	int rc = dp_reg_count(n->inst, n->reg, false, &count, err);

	if (rc == -EAGAIN)
		return not_yet(n->reg->name, strlen(n->reg->name), err);
	if (!rc)
		rc = dp_ref_make(n, 0, NULL, &ref, err);
	if (!rc)
		rc = ref_end(e, ref, err);
	if (!rc)
		rc = dp_ref_make(n, count - 1, NULL, &ref, err);
	if (!rc)
		rc = ref_end(&last, ref, err);
	if (!rc)
		e->len = last.start + last.len - e->start;
	return rc;
}

/* an offset that no word begins at is one byte: 0x0..0x3f are 64 bytes */
static int offset_end(struct end *e, const struct dp_scope *sc, const struct dp_path *p,
		      const struct dp_named *n, struct dp_err *err)
{
	struct dp_path byte = *p;
	struct dp_err first;
	struct dp_ref *ref;
	int rc = dp_ref_of(sc, p, n, &ref, &first);

	if (rc && first.code == DP_ALIGN && !p->has_type) {
		byte.has_type = true;
		byte.width = 8;
		rc = dp_ref_of(sc, &byte, n, &ref, &first);
	}
	if (rc) {
		if (err)
			*err = first;
		return rc;
	}
	rc = ref_end(e, ref, err);
	e->width =
		p->has_type == byte.has_type ? e->width : 0; /* a byte, for nobody said of what */
	return rc;
}

static int named_end(struct end *e, const struct dp_scope *sc, const struct dp_path *p,
		     const struct dp_named *n, struct dp_err *err)
{
	struct dp_ref *ref;
	int rc;

	if (!p->has_offset && n->kind != DP_NAMED_REG && n->kind != DP_NAMED_JOIN)
		return place_end(e, p, n, err);
	if (n->kind == DP_NAMED_JOIN || n->field)
		return bad_end(p, "take a register, block or space", err);
	if (p->has_offset)
		return offset_end(e, sc, p, n, err);
	if (n->reg->array && n->index == DP_INDEX_NONE)
		return array_end(e, n, err);
	rc = dp_ref_of(sc, p, n, &ref, err);
	return rc ? rc : ref_end(e, ref, err);
}

static int find_end(struct end *e, const struct dp_scope *sc, const struct dp_path *p,
		    const struct dp_named *home, struct dp_err *err)
{
	struct dp_named n;
	int rc = 0;

	memset(e, 0, sizeof(*e));
	if (p->many)
		return bad_end(p, "it names many", err);
	if (p->has_bits)
		return bad_end(p, "a range has no bits", err);
	if (home && !p->n)
		n = *home;
	else
		rc = dp_bind(sc, p, &n, err);
	if (rc)
		return rc;
	e->home = (struct dp_named){
		.kind = DP_NAMED_SPACE, .inst = n.inst, .space = n.space, .plain = n.plain};
	return named_end(e, sc, p, &n, err);
}

static int wrong_order(const char *text, struct dp_err *err)
{
	int rc = dp_err_set(err, EINVAL, DP_USAGE, "'%.100s' goes downwards", text);

	dp_err_hint(err, "elements of an array are a slice: NAME[0..3]");
	return rc;
}

/* what stands behind the ".." */
static int find_right(struct span *out, const struct dp_scope *sc, const char *text,
		      const char *right, const struct end *left, struct dp_err *err)
{
	struct dp_byte a, b;
	struct dp_path p;
	struct end e;
	uint64_t len;
	int rc;

	if (*right == '+') {
		rc = dp_size_slice(right + 1, strlen(right + 1), &len, err);
		if (!rc && __builtin_add_overflow(out->start, len, &out->end))
			rc = dp_err_set(err, ERANGE, DP_RANGE, "'%.100s' overflows", text);
		return rc;
	}
	rc = dp_path_parse(right, strlen(right), &p, err);
	if (!rc && right[p.len])
		rc = dp_err_set(err, EINVAL, DP_USAGE, "'%.100s' has more than one '..'", text);
	if (!rc)
		rc = find_end(&e, sc, &p, &left->home, err);
	if (rc)
		return rc;
	a = dp_byte_of(left->space, left->offline, left->start);
	b = dp_byte_of(e.space, e.offline, e.start);
	if (a.key != b.key)
		return dp_err_set(err, EINVAL, DP_USAGE, "the ends of '%.100s' are in two spaces",
				  text);
	if (b.at < a.at)
		return wrong_order(text, err);
	out->end = out->start + (b.at - a.at) + e.len;
	return 0;
}

static int find_span(struct span *out, const struct dp_scope *sc, const char *text,
		     const struct dp_path *left, struct dp_err *err)
{
	struct end e;
	int rc = find_end(&e, sc, left, NULL, err);

	if (rc)
		return rc;
	*out = (struct span){.space = e.space,
			     .offline = e.offline,
			     .start = e.start,
			     .end = e.start + e.len,
			     .width = left->has_type ? left->width : 32,
			     .word = e.width,
			     .big = e.big};
	if (text[left->len])
		rc = find_right(out, sc, text, text + left->len + 2, &e, err);
	if (rc || !out->space || out->end <= out->space->size)
		return rc;
	return dp_err_set(err, ERANGE, DP_RANGE, "'%.100s' ends beyond '%s', 0x%llx bytes", text,
			  out->space->name, (unsigned long long)out->space->size);
}

int dp_resolve_range(struct dp_dev *dev, const char *text, struct dp_range *out, struct dp_err *err)
{
	const struct dp_scope sc = {.dev = dev};
	struct dp_path left;
	struct span s;
	int rc = dp_dev_auto_describe(dev, err);

	if (!rc)
		rc = dp_path_parse(text, strlen(text), &left, err);
	if (!rc)
		rc = find_span(&s, &sc, text, &left, err);
	if (rc)
		return rc;
	if (!s.space)
		return dp_err_set(err, EINVAL, DP_USAGE, "'%s' has no bytes to read",
				  dev->info.target);
	out->space = s.space;
	out->offset = s.start;
	out->len = s.end - s.start;
	out->width = s.word;
	out->big = s.big;
	return 0;
}

/* --------------------------------------------------- the registers inside */

struct inside {
	const struct span *span;
	bool unknown; /* only the open device can tell whether all are found */
};

static bool in_this_space(void *arg, struct dp_inst *inst, const struct dp_reg *reg)
{
	struct inside *in = arg;
	struct dp_byte a = dp_byte_of(in->span->space, in->span->offline, 0), b;
	struct dp_place p;
	int rc = dp_inst_place(inst, reg->space, &p, NULL);

	if (rc == -EAGAIN)
		in->unknown = true;
	if (rc)
		return false;
	b = dp_byte_of(p.space, dp_inst_space(inst, reg->space), p.base);
	b.at += dp_reg_offset_min(inst, reg);
	return a.key == b.key && b.at < a.at + in->span->end;
}

/* keep what starts inside; on an open device what has no place now has none at all */
static void keep_inside(struct inside *in, struct dp_dev *dev, struct dp_refs *refs)
{
	const struct span *s = in->span;
	const uint64_t from = dp_byte_of(s->space, s->offline, s->start).at;
	size_t n = 0;

	for (size_t i = 0; i < refs->n; i++) {
		const struct dp_ref *ref = refs->v[i];
		const uint64_t at = dp_ref_byte(ref).at;
		bool placed = ref->located || ref->space;

		in->unknown |= !placed && !dev->is_open;
		if (placed && at >= from && at - from < s->end - s->start)
			refs->v[n++] = refs->v[i];
		else
			dp_ref_free(refs->v[i]);
	}
	refs->n = n;
}

static int raw_word(const struct dp_scope *sc, const struct span *s, uint64_t offset,
		    struct dp_refs *out, struct dp_err *err)
{
	const struct dp_named n = {.kind = DP_NAMED_SPACE, .plain = s->space};
	const struct dp_path p = {.text = "",
				  .has_offset = true,
				  .offset = offset,
				  .has_type = s->width != 32,
				  .width = s->width};
	struct dp_ref *ref;
	int rc = dp_ref_raw(sc, &n, &p, &ref, err);

	if (rc)
		return rc;
	ref->consent = false;
	return dp_refs_push(out, ref, err);
}

/* where no register is described a range is its words */
static int raw_words(const struct dp_scope *sc, const struct span *s, struct dp_refs *out,
		     struct dp_err *err)
{
	uint64_t len = s->end - s->start, step = s->space->region ? s->width / 8 : 1;
	int rc = 0;

	if (len % step)
		return dp_err_set(err, EINVAL, DP_ALIGN,
				  "0x%llx bytes are no whole number of %u-bit words",
				  (unsigned long long)len, s->width);
	for (uint64_t at = s->start; at < s->end && !rc; at += step)
		rc = raw_word(sc, s, at, out, err);
	return rc;
}

static int span_refs(const struct dp_scope *sc, const struct dp_path *p, const struct span *s,
		     struct dp_refs *out, struct dp_err *err)
{
	struct inside in = {.span = s};
	int rc;

	if (s->space && s->space->kind == DP_SPACE_CONFIG)
		dp_dev_inst(sc->dev, "cfg."); /* described only when asked for */
	rc = dp_refs_collect(sc->dev, NULL, in_this_space, &in, out, err);
	if (rc)
		return rc;
	keep_inside(&in, sc->dev, out);
	if (in.unknown && !dp_dev_offline(sc->dev))
		return dp_err_set(err, EAGAIN, DP_USAGE,
				  "what lies in '%.*s' is known once the device is open",
				  DP_S(p->text, p->len));
	if (out->n || s->space)
		return out->n ? 0 : raw_words(sc, s, out, err);
	return dp_err_set(err, ENOENT, DP_NAME, "no register is described in '%.*s'",
			  DP_S(p->text, p->len));
}

int dp_refs_range(const struct dp_scope *sc, const char *text, const struct dp_path *left,
		  struct dp_refs *out, struct dp_err *err)
{
	struct span s;
	int rc = find_span(&s, sc, text, left, err);

	return rc ? rc : span_refs(sc, left, &s, out, err);
}

/* a block that is named must be there, unlike one that a glob finds */
static int block_refs(struct dp_dev *dev, const struct dp_path *p, struct dp_inst *inst,
		      struct dp_refs *out, struct dp_err *err)
{
	struct dp_place place;
	int rc = dp_dev_offline(dev) ? 0 : dp_inst_place(inst, 0, &place, err);

	if (rc == -EAGAIN)
		dp_err_set(err, EAGAIN, DP_USAGE,
			   "whether '%.*s' is there is known once the device is open",
			   DP_S(p->text, p->len));
	return rc ? rc : dp_refs_collect(dev, inst, dp_want_all, NULL, out, err);
}

int dp_refs_inside(const struct dp_scope *sc, const struct dp_path *p, const struct dp_named *n,
		   struct dp_refs *out, struct dp_err *err)
{
	struct end e = {0};
	struct span s;
	int rc;

	if (n->kind == DP_NAMED_BLOCK)
		return block_refs(sc->dev, p, n->inst, out, err);
	rc = place_end(&e, p, n, err);
	if (rc)
		return rc;
	s = (struct span){.space = e.space,
			  .offline = e.offline,
			  .start = e.start,
			  .end = e.start + e.len,
			  .width = 32};
	return span_refs(sc, p, &s, out, err);
}
