/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint.c - every problem of a description, in the order of the file */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "desc/lint.h"
#include "desc/load.h"

void dp_lint_stem(struct dp_draft *dr, const struct dp_node *name)
{
	const char *path = dr->source->path, *slash = strrchr(path, '/');
	const char *stem = slash ? slash + 1 : path, *end = strstr(stem, ".yaml");
	size_t len = end ? (size_t)(end - stem) : strlen(stem);

	if (dr->source->up || name->kind != DP_NODE_SCALAR ||
	    (name->len == len && !memcmp(name->text, stem, len)))
		return;
	dp_problem(&dr->ld->problems, &name->pos,
		   "'%.60s' is in a file named '%.60s'; it is found by its file's name", name->text,
		   stem);
}

static int by_place(const void *a, const void *b)
{
	const struct dp_problem *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	if (order)
		return order;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

int dp_desc_lint(struct dp_ctx *ctx, const char *file,
		 void (*fn)(void *arg, const struct dp_problem *p), void *arg, struct dp_err *err)
{
	struct dp_desc *desc;
	struct dp_loader ld;
	int rc;

	if (!dp_loader_init(&ld, ctx, DP_MAX_PROBLEMS, NULL, err))
		return -ENOMEM;
	ld.lint = true;
	rc = dp_load_run(&ld, file, &desc);
	if (rc < 0 && (!ld.problems.n || rc == -ENOMEM))
		goto out;
	rc = (int)ld.problems.n;
	if (rc)
		qsort(ld.problems.v, ld.problems.n, sizeof(*ld.problems.v), by_place);
	for (size_t i = 0; i < ld.problems.n && fn; i++)
		fn(arg, &ld.problems.v[i]);
out:
	dp_loader_end(&ld);
	return rc;
}
