/* SPDX-License-Identifier: GPL-2.0-or-later */
/* targets.c - collecting and printing targets: looking only */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "session.h"
#include "targets.h"

struct collector {
	struct targets *t;
	const char *lab; /* only this one, or NULL */
	bool labs_only;
};

static int add(void *arg, const struct dp_dev_info *info)
{
	struct collector *col = arg;
	struct targets *t = col->t;

	if ((col->labs_only && !*info->lab) || (col->lab && strcmp(col->lab, info->lab)))
		return 0;
	if (t->n == t->room) {
		size_t room = t->room ? 2 * t->room : 16;
		struct dp_dev_info *v = realloc(t->v, room * sizeof(*v));

		if (!v)
			return -ENOMEM;
		t->v = v;
		t->room = room;
	}
	t->v[t->n++] = *info;
	return 0;
}

static int collect(struct cmd *c, struct dp_ctx *ctx, struct collector *col)
{
	if (dp_target_each(ctx, add, col, &c->err))
		return cmd_fail(c);
	return 0;
}

int targets_of_lab(struct cmd *c, struct dp_ctx *ctx, const char *lab, struct targets *t)
{
	struct collector col = {.t = t, .lab = lab, .labs_only = true};

	return collect(c, ctx, &col);
}

/* which description matches is not among the attribute files */
static void describe(struct dp_ctx *ctx, struct targets *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct dp_dev_info *info = &t->v[i];
		struct dp_dev *dev;

		if (*info->description || !info->vendor ||
		    dp_dev_find(ctx, info->target, &dev, NULL))
			continue;
		snprintf(info->description, sizeof(info->description), "%s",
			 dp_dev_description(dev));
		dp_dev_close(dev);
	}
}

int targets_collect(struct cmd *c, struct targets *t)
{
	struct session *s = c->session;
	struct collector col = {.t = t};
	struct dp_ctx *other;
	int rc = collect(c, session_ctx(s), &col);

	describe(s->ctx, t);
	if (rc || !*s->env.user_runtime)
		return rc;
	other = session_ctx_with(s, s->env.user_runtime, NULL);
	if (!other)
		return cmd_nomem(c);
	col.labs_only = true;
	rc = collect(c, other, &col);
	describe(other, t);
	dp_ctx_free(other);
	return rc;
}

void targets_free(struct targets *t)
{
	free(t->v);
}

/* base class 06 (PCI Code and ID Assignment Specification 1.11, section 1.7) */
bool targets_is_bridge(const struct dp_dev_info *info)
{
	return info->class >> 16 == 0x06;
}

static void ids(char *buf, size_t size, const struct dp_dev_info *info)
{
	if (info->vendor)
		snprintf(buf, size, "%04x:%04x", info->vendor, info->device);
	else
		snprintf(buf, size, "-");
}

static int wider(int width, const char *text)
{
	int n = (int)strlen(text);

	return n > width ? n : width;
}

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

void targets_print(const struct targets *t, bool all, size_t *hidden)
{
	int target = 6, driver = 6, desc = 11;
	char id[16];

	*hidden = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (!all && targets_is_bridge(&t->v[i])) {
			++*hidden;
			continue;
		}
		target = wider(target, t->v[i].target);
		driver = wider(driver, t->v[i].driver);
		desc = wider(desc, t->v[i].description);
	}
	if (t->n > *hidden)
		out("%-*s  %-9s  %-*s  %-*s  %s\n", target, "TARGET", "ID", driver, "DRIVER", desc,
		    "DESCRIPTION", "NAME");
	for (size_t i = 0; i < t->n; i++) {
		const struct dp_dev_info *info = &t->v[i];

		if (!all && targets_is_bridge(info))
			continue;
		ids(id, sizeof(id), info);
		out("%-*s  %-9s  %-*s  %-*s  %s\n", target, info->target, id, driver,
		    or_dash(info->driver), desc, or_dash(info->description), info->name);
	}
}

static void json_id(struct json *j, const char *key, const struct dp_dev_info *info, uint32_t value,
		    unsigned bits)
{
	if (info->vendor)
		json_hex(j, key, value, bits);
	else
		json_null(j, key);
}

void targets_json(struct json *arr, const struct targets *t)
{
	for (size_t i = 0; arr && i < t->n; i++) {
		const struct dp_dev_info *info = &t->v[i];
		struct json *j = json_item(arr);

		json_str(j, "target", info->target);
		json_id(j, "vendor", info, info->vendor, 16);
		json_id(j, "device", info, info->device, 16);
		json_id(j, "class", info, info->class, 24);
		json_str(j, "name", info->name);
		json_str(j, "driver", info->driver);
		if (info->iommu_group >= 0)
			json_uint(j, "iommu_group", info->iommu_group);
		else
			json_null(j, "iommu_group");
		json_str(j, "description", info->description);
		json_null(j, "held_by");
	}
}
