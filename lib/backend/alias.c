/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * alias.c - short names for targets, from targets.yaml in the configuration folders:
 *
 *   dut: {target: "01:00.0", desc: "my_ip@bar0+0x1000"}
 *   nic: sim:lab/e1000e0
 *
 * The first folder that has the name wins.  A file with any mistake is an error as a whole:
 * an alias that quietly did not load would send the next poke to another device.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/target.h"
#include "core/chars.h"
#include "core/file.h"
#include "core/pci.h"
#include "desc/yaml.h"

#define MAX_ALIAS_FILE  (1 << 20)
#define MAX_ALIAS_NODES 20000

struct aliases {
	struct dp_arena *text, *temp;
	struct dp_problems problems;
	struct dp_node *root;
};

static void drop(struct aliases *a)
{
	dp_arena_free(a->temp);
	dp_arena_free(a->text);
}

/* 0 with *@data (caller frees), -ENOENT when there is no such file */
static int slurp(const char *file, char **data, size_t *size, struct dp_err *err)
{
	int fd = dp_file_open(file),
	    rc = fd < 0 ? fd : dp_file_read(fd, MAX_ALIAS_FILE, data, size);

	if (fd >= 0)
		close(fd);
	if (rc == -ENOENT || rc == -ENOTDIR)
		return -ENOENT;
	if (rc)
		dp_err_set(err, -rc,
			   rc == -EACCES                  ? DP_PERMISSION
			   : rc == -EBADF || rc == -EFBIG ? DP_VALUE
							  : DP_IO,
			   "cannot read '%s': %s", file, dp_file_error(-rc));
	return rc;
}

static bool name_ok(const char *s, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (!dp_is_word(s[i]) && s[i] != '-')
			return false;
	return len && dp_is_alpha(s[0]);
}

static const char *target_of(const struct dp_node *value)
{
	const struct dp_node *t;

	if (value->kind == DP_NODE_SCALAR)
		return value->len ? value->text : NULL;
	t = dp_node_get(value, "target");
	return t && t->kind == DP_NODE_SCALAR && t->len ? t->text : NULL;
}

static void check_alias(struct dp_ctx *ctx, struct aliases *a, const struct dp_pair *p)
{
	const struct dp_pos *pos = &p->key->pos;
	struct dp_bdf bdf;

	if (p->key->kind != DP_NODE_SCALAR || !name_ok(p->key->text, p->key->len)) {
		dp_problem(&a->problems, pos, "an alias is letters, digits, '_' and '-'");
		return;
	}
	if (!target_of(p->value))
		dp_problem(&a->problems, &p->value->pos, "alias '%s' needs a target", p->key->text);
	for (size_t i = 0; p->value->kind == DP_NODE_MAP && i < p->value->n; i++) {
		const struct dp_node *key = p->value->pairs[i].key;

		if (strcmp(key->text, "target") && strcmp(key->text, "desc"))
			dp_problem(&a->problems, &key->pos,
				   "unknown key '%s'; an alias has 'target' and 'desc'", key->text);
	}
	if (!dp_pci_lookup(ctx, p->key->text, &bdf, NULL))
		dp_problem(&a->problems, pos, "alias '%s' hides the kernel name of a device",
			   p->key->text);
}

static int load(struct dp_ctx *ctx, const char *file, struct aliases *a, struct dp_err *err)
{
	struct dp_yaml y = {.file = file, .problems = &a->problems};
	size_t nodes = MAX_ALIAS_NODES;
	char *data = NULL;
	int rc;

	memset(a, 0, sizeof(*a));
	rc = slurp(file, &data, &y.size, err);
	if (rc)
		return rc;
	a->text = dp_arena_new();
	a->temp = dp_arena_new();
	a->problems.arena = a->text;
	a->problems.max = 1;
	y.data = (const unsigned char *)data;
	y.text = a->text;
	y.temp = a->temp;
	y.nodes_left = &nodes;
	a->root = a->text && a->temp ? dp_yaml_parse(&y) : NULL;
	free(data);
	if (a->root && a->root->kind != DP_NODE_MAP && !dp_node_is_null(a->root))
		dp_problem(&a->problems, &a->root->pos, "a mapping NAME: TARGET is expected here");
	else if (a->root && a->root->kind == DP_NODE_MAP)
		for (size_t i = 0; i < a->root->n; i++)
			check_alias(ctx, a, &a->root->pairs[i]);
	if (a->problems.n)
		return dp_err_set(err, EINVAL, DP_VALUE, "%s:%u:%u: %s", a->problems.v[0].file,
				  a->problems.v[0].line, a->problems.v[0].column,
				  a->problems.v[0].message);
	return a->root ? 0 : dp_err_nomem(err);
}

static bool copy_out(char *buf, size_t size, const char *text)
{
	return (size_t)snprintf(buf, size, "%s", text ? text : "") < size;
}

int dp_alias_find(struct dp_ctx *ctx, const char *name, char *target, size_t target_size,
		  char *desc, size_t desc_size, struct dp_err *err)
{
	for (size_t i = 0; ctx->opts.config_dirs && ctx->opts.config_dirs[i]; i++) {
		const struct dp_pair *p = NULL;
		const struct dp_node *d = NULL;
		struct aliases a;
		char file[4096];
		int rc;

		if ((size_t)snprintf(file, sizeof(file), "%s/targets.yaml",
				     ctx->opts.config_dirs[i]) >= sizeof(file))
			continue;
		rc = load(ctx, file, &a, err);
		if (!rc && a.root->kind == DP_NODE_MAP)
			p = dp_node_pair(a.root, name, strlen(name));
		if (p && p->value->kind == DP_NODE_MAP)
			d = dp_node_get(p->value, "desc");
		if (p && (!copy_out(target, target_size, target_of(p->value)) ||
			  !copy_out(desc, desc_size, d ? d->text : NULL)))
			rc = dp_err_set(err, ENAMETOOLONG, DP_VALUE, "alias '%s' is too long",
					name);
		drop(&a);
		if (p || (rc && rc != -ENOENT))
			return rc;
	}
	return -ENOENT;
}
