/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci.c - PCI functions from their attribute files
 *
 * Nothing here reads `config`, `vpd` or a link attribute: the kernel resumes a sleeping
 * function for those (Documentation/power/pci.rst).
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/kernel.h"
#include "core/pci.h"

static const char *hex_digits(const char *p, int max, unsigned *out)
{
	char digits[9] = "";
	int n = 0;

	while (n < max && isxdigit((unsigned char)p[n])) {
		digits[n] = p[n];
		n++;
	}
	if (!n)
		return NULL;
	digits[n] = 0;
	*out = (unsigned)strtoul(digits, NULL, 16);
	return p + n;
}

bool dp_bdf_parse(const char *text, struct dp_bdf *out)
{
	struct dp_bdf b = {0};
	const char *p = text;

	if (strchr(text, ':') != strrchr(text, ':')) {
		p = hex_digits(p, 8, &b.domain);
		if (!p || *p++ != ':')
			return false;
	}
	p = hex_digits(p, 2, &b.bus);
	if (!p || *p++ != ':')
		return false;
	p = hex_digits(p, 2, &b.dev);
	if (!p || *p++ != '.')
		return false;
	p = hex_digits(p, 1, &b.fn);
	if (!p || *p || b.dev > 0x1f || b.fn > 7)
		return false;
	*out = b;
	return true;
}

void dp_bdf_format(const struct dp_bdf *b, char buf[16])
{
	/* a domain has 16 bits, or 17 behind Intel's VMD: eight digits are the most there is */
	snprintf(buf, 16, "%04x:%02x:%02x.%x", b->domain, b->bus & 0xff, b->dev & 0x1f, b->fn & 7);
}

bool dp_pci_driver_is_neutral(const char *driver)
{
	return !strcmp(driver, "vfio-pci") || !strcmp(driver, "pci-stub") ||
	       !strncmp(driver, "uio_", 4);
}

bool dp_pci_of_info(const struct dp_dev_info *info, struct dp_bdf *out)
{
	const char *text = info->target;

	if (!strncmp(text, "sysfs:", 6))
		text += 6;
	else if (!strncmp(text, "vfio:", 5))
		text += 5;
	return dp_bdf_parse(text, out);
}

/* ------------------------------------------------------------------- info */

static unsigned attr(const struct dp_ctx *ctx, const char *bdf, const char *name, unsigned max)
{
	uint64_t value;

	if (dp_attr_number(ctx, &value, DP_PCI_DEVICES "/%s/%s", bdf, name) || value > max)
		return 0;
	return (unsigned)value;
}

/* a name that does not fit is left out whole */
static void add_name(char *names, size_t size, const char *name)
{
	size_t have = strlen(names), n = strlen(name);

	if (have + n + 2 > size)
		return;
	if (have)
		names[have++] = ' ';
	memcpy(names + have, name, n + 1);
}

/* nvme0c1n1 is a path below the head nvme0n1, which is what a user sees in /dev */
static void block_name(char *name)
{
	char *path = strchr(name + 4, 'c'), *ns = path ? strchr(path, 'n') : NULL;

	if (ns)
		memmove(path, ns, strlen(ns) + 1);
}

static bool is_namespace(const char *name)
{
	return !strncmp(name, "nvme", 4) && isdigit((unsigned char)name[4]) &&
	       strpbrk(name + 4, "n");
}

/* entries of DP_PCI_DEVICES/@bdf/@sub that @want accepts (NULL: all) */
static void add_entries(const struct dp_ctx *ctx, char *names, size_t size, const char *dir,
			bool (*want)(const char *name))
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *d;

	if (dp_root_path(ctx, path, sizeof(path), DP_PCI_DEVICES "/%s", dir))
		return;
	d = opendir(path);
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.' || (want && !want(e->d_name)))
			continue;
		if (want)
			block_name(e->d_name);
		add_name(names, size, e->d_name);
		if (want)
			continue;
		if (!strncmp(e->d_name, "nvme", 4) &&
		    snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) < (int)sizeof(path))
			add_entries(ctx, names, size, path, is_namespace);
	}
	if (d)
		closedir(d);
}

/* "nvme0 nvme0n1", "eth0": what of the kernel stands on the function */
static void kernel_names(const struct dp_ctx *ctx, const char *bdf, char *names, size_t size)
{
	static const char *const classes[] = {"nvme", "net", "block"};
	char path[PATH_MAX];
	struct dirent *e;
	DIR *d;

	names[0] = 0;
	if (dp_root_path(ctx, path, sizeof(path), DP_PCI_DEVICES "/%s", bdf))
		return;
	d = opendir(path);
	while (d && (e = readdir(d))) {
		bool virtio = !strncmp(e->d_name, "virtio", 6);

		for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
			if (virtio)
				snprintf(path, sizeof(path), "%s/%s/%s", bdf, e->d_name,
					 classes[i]);
			else if (!strcmp(e->d_name, classes[i]))
				snprintf(path, sizeof(path), "%s/%s", bdf, e->d_name);
			else
				continue;
			add_entries(ctx, names, size, path, NULL);
		}
	}
	if (d)
		closedir(d);
}

static void fill_owner(const struct dp_ctx *ctx, const char *bdf, struct dp_dev_info *info)
{
	char group[16], *end;

	dp_attr_link(ctx, info->driver, sizeof(info->driver), DP_PCI_DEVICES "/%s/driver", bdf);
	info->bound = info->driver[0] && !dp_pci_driver_is_neutral(info->driver);
	info->iommu_group = -1;
	if (dp_attr_link(ctx, group, sizeof(group), DP_PCI_DEVICES "/%s/iommu_group", bdf) ||
	    !isdigit((unsigned char)group[0]))
		return;
	errno = 0;
	info->iommu_group = (int)strtol(group, &end, 10);
	if (errno || *end)
		info->iommu_group = -1;
}

int dp_pci_info(struct dp_ctx *ctx, const struct dp_bdf *bdf, struct dp_dev_info *info,
		struct dp_err *err)
{
	char name[16], path[PATH_MAX];

	dp_bdf_format(bdf, name);
	if (dp_root_path(ctx, path, sizeof(path), DP_PCI_DEVICES "/%s", name) ||
	    access(path, F_OK)) {
		dp_err_set(err, ENODEV, DP_ABSENT, "there is no PCI function '%s'", name);
		dp_err_hint(err, "'devpoke list' shows what there is");
		return -ENODEV;
	}
	snprintf(info->target, sizeof(info->target), "%s", name);
	info->vendor = (uint16_t)attr(ctx, name, "vendor", 0xffff);
	info->device = (uint16_t)attr(ctx, name, "device", 0xffff);
	info->subvendor = (uint16_t)attr(ctx, name, "subsystem_vendor", 0xffff);
	info->subdevice = (uint16_t)attr(ctx, name, "subsystem_device", 0xffff);
	info->class = attr(ctx, name, "class", 0xffffff);
	info->revision = (uint8_t)attr(ctx, name, "revision", 0xff);
	fill_owner(ctx, name, info);
	kernel_names(ctx, name, info->kernel_names, sizeof(info->kernel_names));
	if (dp_attr_read(ctx, info->power, sizeof(info->power), DP_PCI_DEVICES "/%s/power_state",
			 name) <= 0 ||
	    info->power[0] != 'D')
		info->power[0] = 0;
	return 0;
}

/* ------------------------------------------------------------------- BARs */

/* line @n of `resource`: "START END FLAGS"; an unimplemented one is all zeros */
static int parse_bar(const char *line, struct dp_pci_bar *bar)
{
	unsigned long long start, end, flags;
	char rest;

	if (sscanf(line, "0x%16llx 0x%16llx 0x%16llx%c", &start, &end, &flags, &rest) != 3 ||
	    end < start)
		return -EBADMSG;
	bar->start = start;
	bar->size = end ? end - start + 1 : 0;
	bar->flags = flags;
	return 0;
}

/* later lines are windows of bridges and resources of SR-IOV */
int dp_pci_bars(const struct dp_ctx *ctx, const struct dp_bdf *at, struct dp_pci_bar bars[7],
		struct dp_err *err)
{
	char text[4096], bdf[16], *line = text;
	int n;

	dp_bdf_format(at, bdf);
	n = dp_attr_read(ctx, text, sizeof(text), DP_PCI_DEVICES "/%s/resource", bdf);
	memset(bars, 0, 7 * sizeof(*bars));
	if (n == -ENOENT)
		return 0;
	if (n < 0)
		return dp_err_set(err, -n, DP_IO, "cannot read 'resource' of '%s': %s", bdf,
				  strerror(-n));
	for (int i = 0; i < 7 && line && *line; i++) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = 0;
		if (parse_bar(line, &bars[i]))
			return dp_err_set(err, EBADMSG, DP_IO,
					  "line %d of 'resource' of '%s' is not START END FLAGS",
					  i + 1, bdf);
		line = next;
	}
	return 0;
}

static struct dp_region *add_bar(struct dp_dev *dev, int index, const struct dp_pci_bar *bar)
{
	bool port = bar->flags & DP_RES_IO;
	struct dp_region *r;
	char name[16] = "rom";

	if (index < 6)
		snprintf(name, sizeof(name), "bar%d", index);
	r = dp_dev_add_region(dev, name,
			      index == 6 ? DP_SPACE_MEMORY
			      : port     ? DP_SPACE_PORT
					 : DP_SPACE_REGISTERS,
			      bar->size, 8 | 16 | 32 | (port || index == 6 ? 0 : 64));
	if (!r)
		return NULL;
	r->index = index;
	r->address = bar->start;
	r->prefetch = bar->flags & DP_RES_PREFETCH;
	r->can_map = !port && index < 6;
	r->readonly = index == 6;
	return r;
}

static int add_regions(struct dp_dev *dev, const char *bdf, const struct dp_pci_bar bars[7])
{
	char path[PATH_MAX];
	struct stat st;

	if (!dp_root_path(dev->ctx, path, sizeof(path), DP_PCI_DEVICES "/%s/config", bdf) &&
	    !stat(path, &st) && st.st_size > 0 &&
	    !dp_dev_add_region(dev, "cfg", DP_SPACE_CONFIG,
			       st.st_size > 4096 ? 4096 : (uint64_t)st.st_size, 8 | 16 | 32))
		return -ENOMEM;
	for (int i = 0; i < 7; i++)
		if (bars[i].size && (bars[i].flags & (DP_RES_IO | DP_RES_MEM)) &&
		    !add_bar(dev, i, &bars[i]))
			return -ENOMEM;
	return 0;
}

int dp_pci_probe(struct dp_dev *dev, const struct dp_bdf *bdf, struct dp_pci_bar bars[7],
		 struct dp_err *err)
{
	char name[16];
	int rc = dp_pci_info(dev->ctx, bdf, &dev->info, err);

	if (rc)
		return rc;
	dp_bdf_format(bdf, name);
	rc = dp_pci_bars(dev->ctx, bdf, bars, err);
	if (rc)
		return rc;
	if (add_regions(dev, name, bars))
		return dp_err_nomem(err);
	return 0;
}

/* ------------------------------------------------------------------- walk */

static int by_place(const void *a, const void *b)
{
	const struct dp_bdf *x = a, *y = b;
	uint64_t i = ((uint64_t)x->domain << 16) | (x->bus << 8) | (x->dev << 3) | x->fn;
	uint64_t j = ((uint64_t)y->domain << 16) | (y->bus << 8) | (y->dev << 3) | y->fn;

	return i < j ? -1 : i > j;
}

static int collect(DIR *d, struct dp_bdf **list, size_t *n)
{
	size_t room = 0;
	struct dirent *e;

	while ((e = readdir(d))) {
		struct dp_bdf bdf, *more;

		if (!dp_bdf_parse(e->d_name, &bdf))
			continue;
		if (*n == room) {
			room = room ? 2 * room : 64;
			more = realloc(*list, room * sizeof(**list));
			if (!more)
				return -ENOMEM;
			*list = more;
		}
		(*list)[(*n)++] = bdf;
	}
	return 0;
}

int dp_pci_each(struct dp_ctx *ctx, int (*fn)(void *arg, const struct dp_bdf *bdf), void *arg,
		struct dp_err *err)
{
	struct dp_bdf *list = NULL;
	char path[PATH_MAX];
	size_t n = 0;
	int rc = 0;
	DIR *d;

	if (dp_root_path(ctx, path, sizeof(path), DP_PCI_DEVICES))
		return dp_err_set(err, ENAMETOOLONG, DP_VALUE, "the root's path is too long");
	d = opendir(path);
	if (!d)
		return 0; /* a machine without PCI */
	if (collect(d, &list, &n))
		rc = dp_err_nomem(err);
	closedir(d);
	if (n)
		qsort(list, n, sizeof(*list), by_place);
	for (size_t i = 0; i < n && !rc; i++)
		rc = fn(arg, &list[i]);
	free(list);
	return rc;
}
