/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mem.c - physical memory through /dev/mem: a window, or all of it
 *
 * The kernel's own guard is not enough: RAM below 1 MiB maps read-write in spite of
 * STRICT_DEVMEM (arch/x86/mm/init.c, devmem_is_allowed()), and an address that nobody claims
 * can hang the bus.  So every access is looked up in the kernel's map first.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/iomem.h"
#include "backend/mapping.h"
#include "core/bits.h"
#include "core/kernel.h"

#define PAGES   8
#define LOW_RAM 0x100000u
/* the widest physical address of x86-64 and of arm64 */
#define MEM_SIZE (UINT64_C(1) << 52)

struct page {
	uint64_t address;
	struct dp_mapping mapping; /* start NULL = free */
	volatile uint8_t *at;
	int slot;
	uint64_t used;
};

/**
 * struct mem - an open /dev/mem
 * @fd: -1 = not open
 * @base, @len: the window
 * @window: its mapping, when all of it is one named range
 * @pages: else pages as they are needed; the one unused longest goes
 */
struct mem {
	int fd;
	unsigned flags;
	bool whole;
	uint64_t base, len, clock;
	struct dp_iomem map;
	struct dp_mapping window;
	struct page pages[PAGES];
};

/* ------------------------------------------------------------------- spec */

static int bad_spec(const char *spec, struct dp_err *err)
{
	dp_err_set(err, EINVAL, DP_USAGE, "'mem:%s' is not a window of memory", spec);
	dp_err_hint(err, "mem:0xfed00000..+0x1000, mem:0xfed00000..0xfed00fff, or mem for all");
	return -EINVAL;
}

/* "A..+LEN" or "A..B", B included */
static int parse(const char *spec, struct mem *m, struct dp_err *err)
{
	const char *dots = strstr(spec, "..");
	char first[40];
	uint64_t value;
	int rc;

	if (!dots || (size_t)(dots - spec) >= sizeof(first))
		return bad_spec(spec, err);
	snprintf(first, sizeof(first), "%.*s", (int)(dots - spec), spec);
	rc = dp_number_parse(first, &m->base, err);
	if (!rc && dots[2] == '+')
		rc = dp_size_parse(dots + 3, &m->len, err);
	else if (!rc && !(rc = dp_number_parse(dots + 2, &value, err)))
		m->len = value >= m->base ? value - m->base + 1 : 0;
	if (rc)
		return rc;
	if (!m->len)
		return dp_err_set(err, EINVAL, DP_VALUE, "'mem:%s' is an empty window", spec);
	if (m->base >= MEM_SIZE || m->len > MEM_SIZE - m->base)
		return dp_err_set(err, EINVAL, DP_VALUE,
				  "'mem:%s' ends beyond 0x%llx, the last physical address", spec,
				  (unsigned long long)MEM_SIZE - 1);
	return 0;
}

/* who the window belongs to; a driver that claimed it counts as bound (CLI.md section 4) */
static void name_window(struct dp_dev *dev, const struct mem *m)
{
	const struct dp_iomem_line *l = dp_iomem_find(&m->map, m->base, m->len);
	struct dp_dev_info *info = &dev->info;

	if (l)
		snprintf(info->name, sizeof(info->name), "%s", l->name);
	else
		dp_devtree_find(dev->ctx, m->base, m->len, info->name, sizeof(info->name));
	l = dp_iomem_driver(&m->map, m->base, m->len);
	if (!l)
		return;
	snprintf(info->driver, sizeof(info->driver), "%.63s", l->name);
	info->bound = true;
}

static int mem_probe(struct dp_dev *dev, const char *spec, struct dp_err *err)
{
	struct mem *m = dev->priv;
	struct dp_region *r;
	int rc;

	m->fd = -1;
	m->whole = !*spec;
	m->len = MEM_SIZE;
	rc = m->whole ? 0 : parse(spec, m, err);
	if (rc)
		return rc;
	snprintf(dev->info.target, sizeof(dev->info.target), m->whole ? "mem" : "mem:%s", spec);
	r = dp_dev_add_region(dev, "mem", DP_SPACE_REGISTERS, m->len, 8 | 16 | 32 | 64);
	if (!r)
		return dp_err_nomem(err);
	/* offsets are aligned in the window, accesses on the bus */
	for (unsigned width = 64; width > 8; width /= 2)
		if (m->base % (width / 8))
			r->widths &= ~width;
	dp_dev_space(dev, "mem")->widths = r->widths;
	r->address = m->base;
	r->can_map = !m->whole;
	/* looked at again, and then insisted on, when it is opened */
	if (!m->whole && !dp_iomem_read(dev->ctx, &m->map, NULL))
		name_window(dev, m);
	return 0;
}

/* ------------------------------------------------------------ open and close */

static void drop(struct mem *m)
{
	dp_mapping_drop(&m->window);
	for (size_t i = 0; i < PAGES; i++) {
		if (m->pages[i].mapping.start)
			dp_guard_del(m->pages[i].slot);
		dp_mapping_drop(&m->pages[i].mapping);
	}
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
	dp_iomem_free(&m->map);
}

static int no_node(const struct dp_ctx *ctx, int errnum, struct dp_err *err)
{
	if (errnum == ENOENT || errnum == ENXIO || errnum == ENODEV)
		return dp_err_set(err, errnum, DP_ABSENT,
				  "there is no /dev/mem here (a kernel without CONFIG_DEVMEM)");
	if (errnum == EPERM && dp_kernel_locked_down(ctx)) {
		dp_err_set(err, errnum, DP_LOCKDOWN, "the kernel's lockdown forbids /dev/mem");
		dp_err_hint(err, "a PCI function still opens through vfio-pci");
		return -errnum;
	}
	dp_err_set(err, errnum, DP_PERMISSION, "cannot open /dev/mem: %s", strerror(errnum));
	dp_err_hint(err, "run it as root (it takes CAP_SYS_RAWIO)");
	return -errnum;
}

static int mem_open(struct dp_dev *dev, unsigned flags, struct dp_err *err)
{
	struct mem *m = dev->priv;
	char path[PATH_MAX];
	int fd, rc;

	drop(m);
	m->flags = flags;
	rc = dp_iomem_read(dev->ctx, &m->map, err);
	if (rc)
		return rc;
	if (dp_root_path(dev->ctx, path, sizeof(path), "/dev/mem"))
		return dp_err_set(err, ENAMETOOLONG, DP_VALUE, "the root's path is too long");
	/* O_SYNC: not cached (drivers/char/mem.c, uncached_access()) */
	fd = open(path, (flags & DP_OPEN_WRITE ? O_RDWR : O_RDONLY) | O_SYNC | O_CLOEXEC);
	if (fd < 0)
		return no_node(dev->ctx, errno, err);
	m->fd = fd;
	return 0;
}

static void mem_close(struct dp_dev *dev)
{
	drop(dev->priv);
}

/* ----------------------------------------------------------------- may it? */

static int refuse_ram(const struct dp_ctx *ctx, const struct dp_iomem_line *l, uint64_t address,
		      struct dp_err *err)
{
	if (address < LOW_RAM) {
		dp_err_refuse(err, DP_CLASS_RAM,
			      "0x%llx is %s below 1 MiB, which no --force opens: the kernel would "
			      "map it writable",
			      (unsigned long long)address, l->name);
		return -EPERM;
	}
	if (dp_forced(ctx, DP_CLASS_RAM))
		return 0;
	dp_err_refuse(err, DP_CLASS_RAM, "0x%llx is %s", (unsigned long long)address, l->name);
	dp_err_hint(err, "--force=ram tries it; kernels with CONFIG_STRICT_DEVMEM refuse too");
	return -EPERM;
}

/* RAM, then holes, then drivers */
static int allowed(struct dp_dev *dev, uint64_t address, uint64_t len, bool write,
		   struct dp_err *err)
{
	const struct mem *m = dev->priv;
	const struct dp_iomem_line *l = dp_iomem_ram(&m->map, address, len);
	char node[64];

	if (l)
		return refuse_ram(dev->ctx, l, address, err);
	if (!dp_iomem_find(&m->map, address, len) && !dp_forced(dev->ctx, DP_CLASS_RANGE) &&
	    dp_devtree_find(dev->ctx, address, len, node, sizeof(node))) {
		dp_err_refuse(err, DP_CLASS_RANGE,
			      "0x%llx is in no named range of /proc/iomem or the device tree",
			      (unsigned long long)address);
		dp_err_hint(err, "an address that nobody answers can hang the machine; "
				 "--force=range tries it");
		return -EPERM;
	}
	l = write ? dp_iomem_driver(&m->map, address, len) : NULL;
	if (!l || dp_forced(dev->ctx, DP_CLASS_BOUND))
		return 0;
	dp_err_refuse(err, DP_CLASS_BOUND, "0x%llx is claimed by '%s'", (unsigned long long)address,
		      l->name);
	dp_err_hint(err, "unbind that driver, or say --force=bound");
	return -EPERM;
}

/* drivers/char/mem.c: -EPERM is STRICT_DEVMEM (RAM) or IO_STRICT_DEVMEM (a claimed range) */
static int explain(struct dp_dev *dev, uint64_t address, uint64_t len, int errnum,
		   struct dp_err *err)
{
	const struct mem *m = dev->priv;
	const struct dp_iomem_line *ram = dp_iomem_ram(&m->map, address, len);
	const struct dp_iomem_line *owner = dp_iomem_find(&m->map, address, len);

	if (errnum != EPERM)
		return dp_err_set(err, errnum, DP_IO, "cannot map 0x%llx of /dev/mem: %s",
				  (unsigned long long)address, strerror(errnum));
	if (ram) {
		dp_err_set(err, errnum, DP_PERMISSION,
			   "the kernel keeps 0x%llx (%s) to itself (CONFIG_STRICT_DEVMEM)",
			   (unsigned long long)address, ram->name);
		return -errnum;
	}
	dp_err_set(err, errnum, DP_PERMISSION,
		   "the kernel keeps 0x%llx for '%s' (CONFIG_IO_STRICT_DEVMEM)",
		   (unsigned long long)address, owner ? owner->name : "its driver");
	dp_err_hint(err, "boot with iomem=relaxed on the kernel command line, or unbind the driver "
			 "that claims it");
	return -errnum;
}

/* ---------------------------------------------------------------- accesses */

/* no rule speaks against any of it; what --force opens, it opens for one command only */
static bool clean(struct dp_dev *dev, const struct mem *m, bool write)
{
	char node[64];

	if (dp_iomem_ram(&m->map, m->base, m->len) ||
	    (write && dp_iomem_driver(&m->map, m->base, m->len)))
		return false;
	return dp_iomem_find(&m->map, m->base, m->len) ||
	       !dp_devtree_find(dev->ctx, m->base, m->len, node, sizeof(node));
}

/* a window that is one named range is mapped whole; else each access is looked up */
static int mem_map(struct dp_dev *dev, struct dp_region *r, volatile uint8_t **map, void **start,
		   size_t *len, struct dp_err *err)
{
	struct mem *m = dev->priv;
	bool write = m->flags & DP_OPEN_WRITE;
	int rc;

	(void)r;
	if (!clean(dev, m, write))
		return -EOPNOTSUPP;
	dp_mapping_drop(&m->window);
	rc = dp_mapping_make(&m->window, m->fd, m->base, m->len, write, map);
	if (rc)
		return explain(dev, m->base, m->len, -rc, err);
	*start = m->window.start;
	*len = m->window.len;
	return 0;
}

static struct page *find_page(struct mem *m, uint64_t address)
{
	struct page *oldest = &m->pages[0];

	for (size_t i = 0; i < PAGES; i++) {
		struct page *p = &m->pages[i];

		if (p->mapping.start && p->address == address && !dp_guard_dead(p->slot))
			return p;
		if (!p->mapping.start || p->used < oldest->used)
			oldest = p;
	}
	if (oldest->mapping.start)
		dp_guard_del(oldest->slot);
	dp_mapping_drop(&oldest->mapping);
	oldest->used = 0;
	return oldest;
}

/* the page of an access; never more than one, as accesses are aligned */
static int get_page(struct dp_dev *dev, uint64_t address, unsigned bytes, bool write,
		    struct page **out, struct dp_err *err)
{
	struct mem *m = dev->priv;
	uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE), first = address & ~(size - 1);
	struct page *p;
	int rc = allowed(dev, address, bytes, write, err);

	if (rc)
		return rc;
	p = find_page(m, first);
	if (!p->mapping.start) {
		rc = dp_mapping_make(&p->mapping, m->fd, first, size, m->flags & DP_OPEN_WRITE,
				     &p->at);
		if (rc)
			return explain(dev, address, bytes, -rc, err);
		p->address = first;
		p->slot = dp_guard_add(p->mapping.start, p->mapping.len);
		if (p->slot < 0) {
			dp_mapping_drop(&p->mapping);
			return dp_err_set(err, ENOSPC, DP_INTERNAL,
					  "no room to guard one more mapping");
		}
	}
	p->used = ++m->clock;
	*out = p;
	return 0;
}

static int taken_away(const struct page *p, uint64_t address, struct dp_err *err)
{
	if (!dp_guard_dead(p->slot))
		return 0;
	return dp_err_set(err, ENODEV, DP_GONE, "the kernel took 0x%llx away: a driver claimed it",
			  (unsigned long long)address);
}

static int mem_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		    uint64_t *value, struct dp_err *err)
{
	uint64_t address = r->address + offset;
	struct page *p;
	int rc = get_page(dev, address, width / 8, false, &p, err);

	if (rc)
		return rc;
	*value = dp_mmio_load(p->at + (address - p->address), width);
	return taken_away(p, address, err);
}

static int mem_write(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t value, struct dp_err *err)
{
	uint64_t address = r->address + offset;
	struct page *p;
	int rc = get_page(dev, address, width / 8, true, &p, err);

	if (rc)
		return rc;
	dp_mmio_store(p->at + (address - p->address), width, value);
	return taken_away(p, address, err);
}

const struct dp_backend dp_backend_mem = {
	.name = "mem",
	.help = "physical memory through /dev/mem: all, or a window",
	.caps = DP_CAP_READ | DP_CAP_WRITE | DP_CAP_MAP,
	.priv_size = sizeof(struct mem),
	.probe = mem_probe,
	.open = mem_open,
	.close = mem_close,
	.read = mem_read,
	.write = mem_write,
	.map = mem_map,
};
