/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target.c - from a target spec to a device (CLI.md section 2)
 *
 * Order of look-up: scheme, BDF, VVVV:DDDD, alias, kernel name, existing file.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/target.h"
#include "core/pci.h"

static const struct dp_backend *const backends[] = {
	&dp_backend_sim,   &dp_backend_sysfs, &dp_backend_vfio, &dp_backend_mem,
	&dp_backend_model, &dp_backend_dump,  &dp_backend_desc, NULL,
};

#define MAX_ALIASES 8 /* of which one names the next */

static int open_with(struct dp_ctx *ctx, const struct dp_backend *backend, const char *rest,
		     struct dp_dev **out, struct dp_err *err)
{
	struct dp_dev *dev = dp_dev_new(ctx, backend);
	int rc;

	if (!dev)
		return dp_err_nomem(err);
	rc = backend->probe(dev, rest, err);
	if (rc) {
		dp_dev_close(dev);
		return rc;
	}
	if (!dev->info.target[0])
		snprintf(dev->info.target, sizeof(dev->info.target), "%s:%s", backend->name, rest);
	dp_dev_pick_main(dev);
	dev->n_given = 0; /* what a model brings is no -d, nor what an alias does */
	*out = dev;
	return 0;
}

/* "sim:lab/nvme" -> sim; "mem" alone is a scheme too */
static const struct dp_backend *by_scheme(const char *spec, const char **rest)
{
	for (size_t i = 0; backends[i]; i++) {
		size_t n = strlen(backends[i]->name);

		if (strncmp(spec, backends[i]->name, n))
			continue;
		if (spec[n] == ':') {
			*rest = spec + n + 1;
			return backends[i];
		}
		if (!spec[n] && backends[i] == &dp_backend_mem) {
			*rest = "";
			return backends[i];
		}
	}
	return NULL;
}

/* the door of a PCI function follows from its driver */
static int open_pci(struct dp_ctx *ctx, const struct dp_bdf *bdf, struct dp_dev **out,
		    struct dp_err *err)
{
	struct dp_dev_info info;
	char text[16];
	int rc;

	memset(&info, 0, sizeof(info));
	rc = dp_pci_info(ctx, bdf, &info, err);
	if (rc)
		return rc;
	dp_bdf_format(bdf, text);
	return open_with(ctx,
			 strcmp(info.driver, "vfio-pci") ? &dp_backend_sysfs : &dp_backend_vfio,
			 text, out, err);
}

static bool ends_in(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && !strcmp(s + n - m, tail);
}

static int open_file(struct dp_ctx *ctx, const char *spec, struct dp_dev **out, struct dp_err *err)
{
	if (!strchr(spec, '/') && !ends_in(spec, ".snap") && !ends_in(spec, ".yaml"))
		return -ENOENT;
	if (access(spec, F_OK))
		return dp_err_set(err, ENODEV, DP_ABSENT, "there is no target or file '%s'", spec);
	return open_with(ctx, ends_in(spec, ".yaml") ? &dp_backend_model : &dp_backend_dump, spec,
			 out, err);
}

static int find(struct dp_ctx *ctx, const char *spec, unsigned depth, struct dp_dev **out,
		struct dp_err *err);

static int open_alias(struct dp_ctx *ctx, const char *spec, unsigned depth, struct dp_dev **out,
		      struct dp_err *err)
{
	char target[256], desc[256];
	int rc = dp_alias_find(ctx, spec, target, sizeof(target), desc, sizeof(desc), err);

	if (rc)
		return rc;
	if (depth == MAX_ALIASES || !strcmp(target, spec))
		return dp_err_set(err, EINVAL, DP_USAGE,
				  "the alias '%s' stands for itself, or for more than %d in a row",
				  spec, MAX_ALIASES);
	rc = find(ctx, target, depth + 1, out, err);
	if (rc) {
		if (!depth)
			dp_err_prefix(err, "alias '%s'", spec);
		return rc;
	}
	if (desc[0])
		rc = dp_dev_describe(*out, desc, err);
	if (rc) {
		dp_dev_close(*out);
		*out = NULL;
		return rc;
	}
	(*out)->n_given = 0;
	return 0;
}

/* a device of a lab that was named without "sim:" */
struct meant {
	const char *spec;
	char target[128];
};

static int is_meant(void *arg, const struct dp_dev_info *info)
{
	const char *slash = strrchr(info->target, '/');
	struct meant *m = arg;

	if (!slash || (strcmp(info->name, m->spec) && strcmp(slash + 1, m->spec)))
		return 0;
	memcpy(m->target, info->target, sizeof(m->target));
	return 1;
}

static int not_found(struct dp_ctx *ctx, const char *spec, struct dp_err *err)
{
	struct meant m = {.spec = spec};

	dp_target_each(ctx, is_meant, &m, NULL);
	dp_err_set(err, ENODEV, DP_ABSENT, "there is no target '%s'", spec);
	if (m.target[0])
		dp_err_hint(err, "did you mean '%s'? 'devpoke help targets' shows the forms",
			    m.target);
	else
		dp_err_hint(err, "'devpoke list' shows what there is, 'devpoke help targets' the "
				 "forms; 'devpoke sim start' makes devices to play with");
	return -ENODEV;
}

/* @depth: of aliases that led here */
static int find(struct dp_ctx *ctx, const char *spec, unsigned depth, struct dp_dev **out,
		struct dp_err *err)
{
	const struct dp_backend *backend;
	const char *rest;
	struct dp_bdf bdf;
	int rc;

	backend = by_scheme(spec, &rest);
	if (backend)
		return open_with(ctx, backend, rest, out, err);
	if (dp_bdf_parse(spec, &bdf))
		return open_pci(ctx, &bdf, out, err);
	rc = open_alias(ctx, spec, depth, out, err);
	if (rc != -ENOENT)
		return rc;
	rc = dp_pci_lookup(ctx, spec, &bdf, err);
	if (!rc)
		return open_pci(ctx, &bdf, out, err);
	if (rc == -ENODEV)
		return rc;
	rc = open_file(ctx, spec, out, err);
	return rc == -ENOENT ? not_found(ctx, spec, err) : rc;
}

int dp_dev_find(struct dp_ctx *ctx, const char *spec, struct dp_dev **out, struct dp_err *err)
{
	*out = NULL;
	if (!*spec)
		return dp_err_set(err, EINVAL, DP_USAGE, "the target is empty");
	return find(ctx, spec, 0, out, err);
}

int dp_target_each(struct dp_ctx *ctx, int (*fn)(void *arg, const struct dp_dev_info *info),
		   void *arg, struct dp_err *err)
{
	int rc = 0;

	for (size_t i = 0; backends[i] && !rc; i++)
		if (backends[i]->each)
			rc = backends[i]->each(ctx, fn, arg, err);
	return rc;
}

int dp_dev_doors(struct dp_dev *dev, struct dp_door *doors, size_t max, size_t *n)
{
	*n = 0;
	for (size_t i = 0; backends[i] && *n < max; i++) {
		struct dp_door *d = &doors[*n];

		if (!backends[i]->door)
			continue;
		memset(d, 0, sizeof(*d));
		snprintf(d->name, sizeof(d->name), "%s", backends[i]->name);
		if (!backends[i]->door(dev, d))
			(*n)++;
	}
	return 0;
}
