/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iomem.c - /proc/iomem */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/iomem.h"
#include "core/pci.h"

#define MAX_LINES 65536

static int parse(const char *text, struct dp_iomem_line *line)
{
	unsigned long long start, end;
	size_t blanks = strspn(text, " ");
	int at = 0;

	if (sscanf(text + blanks, "%16llx-%16llx : %n", &start, &end, &at) < 2 || !at ||
	    end < start)
		return -EBADMSG;
	line->start = start;
	line->end = end;
	line->depth = (unsigned)(blanks / 2);
	snprintf(line->name, sizeof(line->name), "%.*s", (int)strcspn(text + blanks + at, "\n"),
		 text + blanks + at);
	return 0;
}

static int collect(FILE *f, struct dp_iomem *map)
{
	char *text = NULL;
	size_t room = 0, size = 0;
	int rc = 0;

	while (!rc && map->n < MAX_LINES && getline(&text, &size, f) > 0) {
		if (map->n == room) {
			struct dp_iomem_line *more;

			room = room ? 2 * room : 128;
			more = realloc(map->lines, room * sizeof(*more));
			if (!more) {
				rc = -ENOMEM;
				break;
			}
			map->lines = more;
		}
		rc = parse(text, &map->lines[map->n]);
		if (!rc)
			map->n++;
	}
	free(text);
	return rc;
}

static bool all_zero(const struct dp_iomem *map)
{
	for (size_t i = 0; i < map->n; i++)
		if (map->lines[i].start || map->lines[i].end)
			return false;
	return true;
}

int dp_iomem_read(const struct dp_ctx *ctx, struct dp_iomem *map, struct dp_err *err)
{
	char path[PATH_MAX];
	FILE *f;
	int rc;

	memset(map, 0, sizeof(*map));
	if (dp_root_path(ctx, path, sizeof(path), "/proc/iomem"))
		return dp_err_set(err, ENAMETOOLONG, DP_VALUE, "the root's path is too long");
	f = fopen(path, "re");
	if (!f) {
		rc = dp_err_set(err, errno, DP_PERMISSION, "cannot read /proc/iomem: %s",
				strerror(errno));
		dp_err_hint(err, "without the map no address is known to be a device: run as root");
		return rc;
	}
	rc = collect(f, map);
	fclose(f);
	if (rc) {
		dp_iomem_free(map);
		return rc == -ENOMEM
			       ? dp_err_nomem(err)
			       : dp_err_set(err, -rc, DP_IO,
					    "/proc/iomem has a line that is not START-END : NAME");
	}
	if (all_zero(map)) {
		dp_iomem_free(map);
		dp_err_set(err, EACCES, DP_PERMISSION,
			   "/proc/iomem shows only zeros without CAP_SYS_ADMIN");
		dp_err_hint(err, "without the map no address is known to be a device: run as root");
		return -EACCES;
	}
	return 0;
}

void dp_iomem_free(struct dp_iomem *map)
{
	free(map->lines);
	map->lines = NULL;
	map->n = 0;
}

/* ------------------------------------------------------------------- ask */

static bool touches(const struct dp_iomem_line *l, uint64_t start, uint64_t len)
{
	return start <= l->end && l->start <= start + len - 1;
}

static bool holds(const struct dp_iomem_line *l, uint64_t start, uint64_t len)
{
	return l->start <= start && start + len - 1 <= l->end;
}

/* "RAM buffer" is the kernel's fence behind RAM, where there may well be some */
static bool is_ram(const struct dp_iomem_line *l)
{
	static const char *const names[] = {"System RAM", "Persistent Memory", "Soft Reserved",
					    "RAM buffer"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strncmp(l->name, names[i], strlen(names[i])))
			return true;
	return false;
}

/* what lies in a bus window and in no device is a hole */
static bool is_bus(const struct dp_iomem_line *l)
{
	return !strncmp(l->name, "PCI Bus ", 8);
}

const struct dp_iomem_line *dp_iomem_ram(const struct dp_iomem *map, uint64_t start, uint64_t len)
{
	for (size_t i = 0; i < map->n; i++)
		if (touches(&map->lines[i], start, len) && is_ram(&map->lines[i]))
			return &map->lines[i];
	return NULL;
}

const struct dp_iomem_line *dp_iomem_find(const struct dp_iomem *map, uint64_t start, uint64_t len)
{
	const struct dp_iomem_line *best = NULL;

	for (size_t i = 0; i < map->n; i++) {
		const struct dp_iomem_line *l = &map->lines[i];

		if (holds(l, start, len) && l->name[0] && !is_bus(l) && !is_ram(l) &&
		    (!best || l->depth >= best->depth))
			best = l;
	}
	return best;
}

static const struct dp_iomem_line *parent(const struct dp_iomem *map, size_t i)
{
	for (size_t k = i; k-- > 0;)
		if (map->lines[k].depth < map->lines[i].depth)
			return &map->lines[k];
	return NULL;
}

/*
 * A device's own line comes from its bus (the BAR's is the PCI address, a platform device's
 * its name); the driver's request_mem_region() nests a line in it.
 */
const struct dp_iomem_line *dp_iomem_driver(const struct dp_iomem *map, uint64_t start,
					    uint64_t len)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct dp_iomem_line *l = &map->lines[i], *p = parent(map, i);
		struct dp_bdf bdf;

		/* firmware's "Reserved" is nobody's claim */
		if (!p || !touches(l, start, len) || is_bus(l) || !strcmp(l->name, "Reserved"))
			continue;
		if (dp_bdf_parse(p->name, &bdf) ||
		    (p->start == l->start && p->end == l->end && !is_bus(p)))
			return l;
	}
	return NULL;
}
