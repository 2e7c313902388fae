/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * devtree.c - physical addresses of the device tree's nodes
 *
 * Devicetree Specification 0.4, 2.3.5-2.3.8: `reg` counts in the parent's #address-cells and
 * #size-cells; each bus on the way up translates by its `ranges`: absent = not reachable, empty
 * = the same addresses.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/iomem.h"

#define MAX_DEPTH 16
#define MAX_PROP  4096

/**
 * struct bus - a node whose children have addresses
 * @address_cells, @size_cells: of the children's `reg`
 * @ranges, @len: translation to the parent's addresses; @up: the parent, NULL for the root
 */
struct bus {
	const struct bus *up;
	unsigned address_cells, size_cells;
	uint8_t ranges[MAX_PROP];
	int len;
};

struct search {
	uint64_t start, len;
	char *name;
	size_t size;
};

/* length, or -1 when there is no such property (or one beyond all measure) */
static int property(const char *dir, const char *name, uint8_t *buf)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >= sizeof(path))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buf, MAX_PROP);
	close(fd);
	return n >= MAX_PROP ? -1 : (int)n;
}

/* big endian; a PCI bus has three cells, of which the low two are the address */
static uint64_t cells(const uint8_t *p, unsigned n)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 4 * n; i++)
		v = v << 8 | p[i];
	return v;
}

static unsigned count(const char *dir, const char *name, unsigned unless)
{
	uint8_t buf[MAX_PROP];
	uint64_t v = property(dir, name, buf) == 4 ? cells(buf, 1) : unless;

	return v > 4 ? unless : (unsigned)v;
}

/* an address on @bus as the processor sees it; false = it does not */
static bool translate(const struct bus *bus, uint64_t *addr, uint64_t len)
{
	for (; bus->up; bus = bus->up) {
		unsigned a = bus->address_cells, p = bus->up->address_cells, s = bus->size_cells;
		unsigned row = 4 * (a + p + s);
		bool found = !bus->len;

		if (bus->len < 0)
			return false;
		for (int at = 0; !found && row && at + (int)row <= bus->len; at += (int)row) {
			uint64_t child = cells(bus->ranges + at, a);
			uint64_t size = cells(bus->ranges + at + 4 * (a + p), s);

			if (*addr < child || size < len || *addr - child > size - len)
				continue;
			*addr = cells(bus->ranges + at + 4 * a, p) + (*addr - child);
			found = true;
		}
		if (!found)
			return false;
	}
	return true;
}

static bool node_holds(const char *dir, const struct bus *bus, const struct search *s)
{
	unsigned a = bus->address_cells, c = bus->size_cells;
	int row = (int)(4 * (a + c)), n;
	uint8_t reg[MAX_PROP];

	n = property(dir, "reg", reg);
	for (int at = 0; a && c && at + row <= n; at += row) {
		uint64_t addr = cells(reg + at, a), len = cells(reg + at + 4 * a, c);

		if (len >= s->len && translate(bus, &addr, len) && addr <= s->start &&
		    s->start - addr <= len - s->len)
			return true;
	}
	return false;
}

static bool is_memory(const char *dir)
{
	uint8_t type[MAX_PROP];

	return property(dir, "device_type", type) >= 6 && !memcmp(type, "memory", 6);
}

static int walk(const char *dir, const struct bus *up, unsigned depth, struct search *s)
{
	char path[PATH_MAX];
	struct dirent *e;
	struct bus bus;
	int rc = -ENOENT;
	struct stat st;
	DIR *d;

	bus.up = up;
	bus.address_cells = count(dir, "#address-cells", 2);
	bus.size_cells = count(dir, "#size-cells", 1);
	bus.len = property(dir, "ranges", bus.ranges);
	d = depth < MAX_DEPTH ? opendir(dir) : NULL;
	while (d && rc && (e = readdir(d))) {
		if (e->d_name[0] == '.' ||
		    (size_t)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) >= sizeof(path) ||
		    lstat(path, &st) || !S_ISDIR(st.st_mode))
			continue;
		/* the innermost node names it best */
		rc = walk(path, &bus, depth + 1, s);
		if (rc && !is_memory(path) && node_holds(path, &bus, s)) {
			snprintf(s->name, s->size, "%s", e->d_name);
			rc = 0;
		}
	}
	if (d)
		closedir(d);
	return rc;
}

int dp_devtree_find(const struct dp_ctx *ctx, uint64_t start, uint64_t len, char *name, size_t size)
{
	struct search s = {start, len, name, size};
	char path[PATH_MAX];
	int rc = dp_root_path(ctx, path, sizeof(path), "/proc/device-tree");

	return rc || !len ? -ENOENT : walk(path, NULL, 0, &s);
}
