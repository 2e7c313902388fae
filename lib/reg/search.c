/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search.c - dp_find(): names and texts of a description that contain a word */
#include <errno.h>
#include <string.h>

#include "reg/grammar.h"

struct find {
	const char *word;
	int (*fn)(void *arg, const struct dp_ref_info *info);
	void *arg;
	struct dp_err *err;
};

static bool contains(const struct find *f, const char *text)
{
	return text && strcasestr(text, f->word);
}

/* the words of its enum or flags */
static bool has_word(const struct find *f, const struct dp_fmt *fmt)
{
	const struct dp_words *sets[] = {fmt->words, fmt->write_words};

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; sets[k] && i < sets[k]->n; i++)
			if (contains(f, sets[k]->v[i].name) || contains(f, sets[k]->v[i].doc))
				return true;
	return false;
}

static void add_stars(struct dp_text *t, const struct dp_array *a)
{
	for (unsigned d = 0; a && d <= a->n_inner; d++)
		dp_text_add(t, "[*]");
}

/* "uart[*]." of every block */
static void add_prefix(struct dp_text *t, const struct dp_inst *inst)
{
	if (!inst->parent) {
		dp_text_add(t, inst->prefix);
		return;
	}
	add_prefix(t, inst->parent);
	dp_text_add(t, inst->block->name);
	add_stars(t, inst->block->array);
	dp_text_add(t, ".");
}

/* an array is one answer: NAME[*] */
static void name_all(struct dp_ref *ref)
{
	struct dp_text t = {.s = ref->path};

	ref->path[0] = 0;
	add_prefix(&t, ref->inst);
	dp_text_add(&t, ref->join ? ref->join->name : ref->reg->name);
	add_stars(&t, ref->reg ? ref->reg->array : NULL);
	memcpy(ref->reg_path, ref->path, sizeof(ref->path));
	if (!ref->field)
		return;
	dp_text_add(&t, ".");
	dp_text_add(&t, ref->field->name);
}

/* of an array of blocks the first speaks for all */
static bool is_first(const struct dp_inst *inst)
{
	for (; inst->parent; inst = inst->parent)
		if (inst->index)
			return false;
	return true;
}

static int answer(struct find *f, const struct dp_named *n)
{
	struct dp_ref_info info;
	struct dp_ref *ref;
	int ret = dp_ref_make(n, 0, NULL, &ref, f->err);

	if (ret)
		return ret;
	name_all(ref);
	dp_ref_info(ref, &info);
	ret = f->fn(f->arg, &info);
	dp_ref_free(ref);
	return ret;
}

static int find_reg(struct find *f, struct dp_inst *inst, const struct dp_reg *reg)
{
	struct dp_named n = {
		.kind = DP_NAMED_REG, .inst = inst, .space = reg->space, .reg = reg, .bulk = true};
	int ret = 0;

	if (contains(f, reg->name) || contains(f, reg->doc) || contains(f, reg->ref) ||
	    contains(f, inst->prefix) || has_word(f, &reg->fmt))
		ret = answer(f, &n);
	for (size_t i = 0; i < reg->n_fields && !ret; i++) {
		n.field = &reg->fields[i];
		if (contains(f, n.field->name) || contains(f, n.field->doc) ||
		    has_word(f, &n.field->fmt))
			ret = answer(f, &n);
	}
	return ret;
}

static int find_inst(void *arg, struct dp_inst *inst)
{
	struct find *f = arg;
	int ret = 0;

	if (!is_first(inst))
		return 0;
	for (size_t i = 0; i < inst->desc->n_regs && !ret; i++)
		ret = find_reg(f, inst, &inst->desc->regs[i]);
	for (size_t i = 0; i < inst->desc->n_joins && !ret; i++) {
		const struct dp_join *join = &inst->desc->joins[i];
		const struct dp_named n = {
			.kind = DP_NAMED_JOIN, .inst = inst, .join = join, .bulk = true};

		if (contains(f, join->name) || contains(f, join->doc))
			ret = answer(f, &n);
	}
	return ret;
}

int dp_find(struct dp_dev *dev, const char *word,
	    int (*fn)(void *arg, const struct dp_ref_info *info), void *arg, struct dp_err *err)
{
	struct find f = {.word = word, .fn = fn, .arg = arg, .err = err};
	int ret = dp_dev_auto_describe(dev, err);

	dp_dev_inst(dev, "cfg."); /* described only when asked for */
	if (!ret)
		ret = dp_each_inst(dev, NULL, find_inst, &f, err);
	return ret == -EAGAIN ? 0 : ret;
}
