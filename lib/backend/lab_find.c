/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_find.c - labs by name, and functions of a lab by BDF, id or model */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/lab.h"
#include "core/pci.h"

struct dp_lab_fn *dp_lab_fn_add(struct dp_lab *lab)
{
	struct dp_lab_fn *fns = lab->fns;

	/* grows at each power of two */
	if (!(lab->n & (lab->n - 1)))
		fns = realloc(fns, (lab->n ? lab->n * 2 : 1) * sizeof(*fns));
	if (!fns)
		return NULL;
	lab->fns = fns;
	memset(&fns[lab->n], 0, sizeof(*fns));
	return &fns[lab->n++];
}

struct dp_lab_fn *dp_lab_fn_at(const struct dp_lab *lab, unsigned bdf)
{
	for (size_t i = 0; i < lab->n; i++)
		if (lab->fns[i].bdf == bdf)
			return &lab->fns[i];
	return NULL;
}

struct dp_lab_fn *dp_lab_fn_named(const struct dp_lab *lab, const char *name)
{
	for (size_t i = 0; i < lab->n && *name; i++)
		if (!strcmp(lab->fns[i].name, name))
			return &lab->fns[i];
	return NULL;
}

void dp_lab_bdf_text(unsigned bdf, char buf[16])
{
	snprintf(buf, 16, "%02x:%02x.%x", bdf >> 8 & 0xff, bdf >> 3 & 0x1f, bdf & 7);
}

void dp_lab_fn_text(const struct dp_lab_fn *fn, char buf[64])
{
	if (fn->name[0])
		snprintf(buf, 64, "%s", fn->name);
	else
		dp_lab_bdf_text(fn->bdf, buf);
}

/* hint: the functions of @model; NULL: all that have an id and are no bridge */
static void hint_names(const struct dp_lab *lab, const char *model, struct dp_err *err)
{
	char list[200] = "";

	for (size_t i = 0; i < lab->n; i++) {
		const struct dp_lab_fn *f = &lab->fns[i];
		char text[64];

		if (model ? strcmp(f->model, model) : !f->name[0] || f->class >> 16 == 0x06)
			continue;
		dp_lab_fn_text(f, text);
		if (strlen(list) + strlen(text) + 3 >= sizeof(list))
			break;
		strcat(list, list[0] ? ", " : "");
		strcat(list, text);
	}
	if (list[0])
		dp_err_hint(err, "%s: %s", model ? "one of" : "it has", list);
}

static int by_bdf(const struct dp_lab *lab, const struct dp_bdf *b, struct dp_lab_fn **out,
		  struct dp_err *err)
{
	char text[16];

	dp_lab_bdf_text(b->bus << 8 | b->dev << 3 | b->fn, text);
	*out = b->domain ? NULL : dp_lab_fn_at(lab, b->bus << 8 | b->dev << 3 | b->fn);
	if (*out)
		return 0;
	dp_err_set(err, ENODEV, DP_ABSENT, "lab '%s' has no device at %s", lab->name, text);
	hint_names(lab, NULL, err);
	return -ENODEV;
}

int dp_lab_fn_find(const struct dp_lab *lab, const char *name, struct dp_lab_fn **out,
		   struct dp_err *err)
{
	struct dp_lab_fn *found = NULL;
	struct dp_bdf bdf;
	size_t hits = 0;

	if (dp_bdf_parse(name, &bdf))
		return by_bdf(lab, &bdf, out, err);
	*out = dp_lab_fn_named(lab, name);
	if (*out)
		return 0;
	for (size_t i = 0; i < lab->n && *name; i++) {
		if (strcmp(lab->fns[i].model, name))
			continue;
		found = &lab->fns[i];
		hits++;
	}
	*out = found;
	if (hits == 1)
		return 0;
	if (hits)
		dp_err_set(err, ENODEV, DP_ABSENT, "lab '%s' has %zu devices '%s'", lab->name, hits,
			   name);
	else
		dp_err_set(err, ENODEV, DP_ABSENT, "lab '%s' has no device '%.60s'", lab->name,
			   name);
	hint_names(lab, hits ? name : NULL, err);
	return -ENODEV;
}

static int is_lab(const struct dirent *d)
{
	return !dp_lab_check_name(d->d_name, NULL);
}

int dp_lab_names(struct dp_ctx *ctx, char ***names, size_t *n, struct dp_err *err)
{
	struct dirent **entries = NULL;
	char dir[DP_LAB_PATH];
	int count, rc;

	*names = NULL;
	*n = 0;
	if (!ctx->opts.runtime_dir)
		return 0;
	rc = dp_runtime_dir(ctx, "labs", false, dir, sizeof(dir), err);
	if (rc)
		return rc == -ENOENT ? 0 : rc;
	count = scandir(dir, &entries, is_lab, alphasort);
	if (count < 0)
		return dp_err_set(err, errno, DP_IO, "cannot read the folder '%.120s': %s", dir,
				  strerror(errno));
	*names = calloc((size_t)count + 1, sizeof(**names));
	for (int i = 0; i < count; i++) {
		if (*names && ((*names)[*n] = strdup(entries[i]->d_name)))
			(*n)++;
		free(entries[i]);
	}
	free(entries);
	if (*names && *n == (size_t)count)
		return 0;
	dp_lab_names_free(*names, *n);
	*names = NULL;
	*n = 0;
	return dp_err_nomem(err);
}

void dp_lab_names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}
