/* SPDX-License-Identifier: GPL-2.0-or-later */
/* any text as a path, a range, an assignment or a condition on a model, and what is planned of it
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desc/desc.h"
#include "fuzz.h"

static struct dp_dev *device(void)
{
	static struct dp_dev *dev;
	struct dp_ctx *ctx = dev ? NULL : dp_ctx_new(&(struct dp_ctx_opts){0});
	struct dp_err err;

	if (dev)
		return dev;
	if (!ctx || dp_dev_find(ctx, "model:" FUZZ_MODEL, &dev, &err) ||
	    dp_dev_open(dev, 0, &err)) {
		fprintf(stderr, "%s\n", err.message);
		abort();
	}
	return dev;
}

static void path(struct dp_dev *dev, const char *text)
{
	struct dp_plan *plan = NULL;
	struct dp_refs refs;
	struct dp_err err;
	char step[160];

	if (dp_resolve(dev, text, DP_REFS_MANY, &refs, &err))
		return;
	for (size_t i = 0; i < refs.n && i < 4; i++) {
		if (dp_plan_peek(dev, refs.v[i], &plan, &err))
			continue;
		for (size_t k = 0; k < dp_plan_len(plan); k++)
			dp_plan_text(plan, k, step, sizeof(step));
		dp_plan_free(plan);
	}
	dp_refs_free(&refs);
}

static void range(struct dp_dev *dev, const char *text)
{
	struct dp_range r;
	struct dp_err err;

	dp_resolve_range(dev, text, &r, &err);
}

static void assignment(struct dp_dev *dev, const char *text)
{
	struct dp_assign *a = NULL;
	struct dp_plan *plan = NULL;
	struct dp_err err;

	if (dp_assign_parse(dev, text, NULL, &a, &err))
		return;
	for (const struct dp_assign *one = a; one; one = dp_assign_next(one)) {
		if (!dp_plan_poke(dev, one, NULL, &plan, &err))
			dp_plan_free(plan);
		plan = NULL;
	}
	dp_assign_free(a);
}

static void condition(struct dp_dev *dev, const char *text)
{
	char *words[] = {(char *)(uintptr_t)text, (char *)(uintptr_t) "eq",
			 (char *)(uintptr_t) "1"};
	struct dp_cond *c = NULL;
	struct dp_err err;
	size_t used;

	if (!dp_cond_parse(dev, words, 3, NULL, &c, &used, &err))
		dp_cond_free(c);
}

static int one(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err)
{
	(void)arg, (void)kind, (void)name, (void)err;
	*value = 1;
	return 0;
}

static void expression(struct dp_dev *dev, const char *text)
{
	struct dp_expr *e;
	struct dp_err err;
	uint64_t value;

	(void)dev;
	if (dp_expr_parse(text, DP_EXPR_NAMES, &e, &err))
		return;
	dp_expr_eval(e, one, NULL, &value, &err);
	dp_expr_min(e);
	dp_expr_free(e);
}

/* the first byte chooses what the others are */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const kinds[])(struct dp_dev * dev, const char *text) = {
		path, range, assignment, condition, expression};
	char *text;

	if (!size)
		return 0;
	text = malloc(size);
	if (!text)
		abort();
	memcpy(text, data + 1, size - 1);
	text[size - 1] = 0;
	kinds[data[0] % (sizeof(kinds) / sizeof(kinds[0]))](device(), text);
	free(text);
	return 0;
}
