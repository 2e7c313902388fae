/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sim.c - devices of simulated machines: sim:LAB/BDF, sim:LAB/NAME, sim:NAME
 *
 * BARs and configuration space are reached by QEMU's qtest protocol, one bus access per
 * request.  The machine's memory is a file that QEMU shares with us: space `mem`.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/lab.h"
#include "backend/target.h"
#include "core/pci.h"
#include "core/pci_regs.h"

#define WIDTHS_32 (8u | 16u | 32u)
#define WIDTHS_64 (WIDTHS_32 | 64u)

/** enum where - dp_region.index of what is no BAR */
enum where { WHERE_CONFIG = 16, WHERE_RAM };

/**
 * struct sim - @fn: copied from the record; @bases: of each of its BARs, as the registers say;
 * @moved: they have been written since they were read; @writes: what the lab remembers, or NULL
 */
struct sim {
	struct dp_lab lab;
	struct dp_lab_fn fn;
	struct dp_lab_conn *conn;
	uint64_t bases[6];
	bool moved;
	uint8_t *ram;
	struct dp_lab_shadow *writes;
};

/* ----------------------------------------------------------------- probe */

static void fill_info(struct dp_dev_info *info, const char *lab, const struct dp_lab_fn *f)
{
	char text[64];

	dp_lab_fn_text(f, text);
	snprintf(info->target, sizeof(info->target), "sim:%s/%s", lab, text);
	snprintf(info->backend, sizeof(info->backend), "sim");
	snprintf(info->lab, sizeof(info->lab), "%s", lab);
	snprintf(info->name, sizeof(info->name), "%s", f->model);
	info->vendor = f->vendor;
	info->device = f->device;
	info->subvendor = f->subvendor;
	info->subdevice = f->subdevice;
	info->class = f->class;
	info->revision = f->revision;
	info->iommu_group = -1;
}

static int add_bar(struct dp_dev *dev, const struct dp_lab_bar *b)
{
	struct dp_region *r;
	char name[8];

	snprintf(name, sizeof(name), "bar%u", b->index & 7);
	r = dp_dev_add_region(dev, name, b->io ? DP_SPACE_PORT : DP_SPACE_REGISTERS, b->size,
			      b->io ? WIDTHS_32 : WIDTHS_64);
	if (!r)
		return -ENOMEM;
	r->address = b->address;
	r->prefetch = b->prefetch;
	r->index = (int)b->index;
	return 0;
}

static int add_regions(struct dp_dev *dev, const struct dp_lab_fn *f)
{
	struct dp_region *r = dp_dev_add_region(dev, "cfg", DP_SPACE_CONFIG, f->config, WIDTHS_32);
	int rc = r ? 0 : -ENOMEM;

	if (r)
		r->index = WHERE_CONFIG;
	for (unsigned i = 0; i < f->n_bars && !rc; i++)
		rc = add_bar(dev, &f->bars[i]);
	if (rc)
		return rc;
	r = dp_dev_add_region(dev, "mem", DP_SPACE_MEMORY, DP_LAB_RAM, WIDTHS_64);
	if (!r)
		return -ENOMEM;
	r->index = WHERE_RAM;
	r->can_map = true;
	return 0;
}

/** struct running - labs that run, and the name of the last one seen */
struct running {
	size_t n;
	char name[64];
};

static int count_running(void *arg, const struct dp_lab_info *lab)
{
	struct running *r = arg;

	if (!strcmp(lab->state, "running")) {
		r->n++;
		memcpy(r->name, lab->lab, sizeof(r->name));
	}
	return 0;
}

static int only_lab(struct dp_ctx *ctx, const char *spec, char name[64], struct dp_err *err)
{
	struct running r = {0};
	int rc = dp_lab_each(ctx, count_running, &r, err);

	if (rc)
		return rc;
	memcpy(name, r.name, 64);
	if (r.n == 1)
		return 0;
	if (r.n) {
		dp_err_set(err, ENODEV, DP_ABSENT, "'sim:%.60s' names no lab, and %zu are running",
			   spec, r.n);
		dp_err_hint(err, "sim:%s/%.60s", r.name, spec);
	} else {
		dp_err_set(err, ENODEV, DP_ABSENT, "no lab is running");
		dp_err_hint(err, "devpoke sim start");
	}
	return -ENODEV;
}

static int split(struct dp_ctx *ctx, const char *spec, char lab[64], const char **name,
		 struct dp_err *err)
{
	const char *slash = strchr(spec, '/');
	size_t n = slash ? (size_t)(slash - spec) : 0;

	*name = slash ? slash + 1 : spec;
	if (!**name || (slash && !n)) {
		dp_err_set(err, EINVAL, DP_USAGE, "'sim:%.80s' names no device", spec);
		dp_err_hint(err, "sim:LAB/NAME, sim:LAB/BDF or sim:NAME; devpoke list");
		return -EINVAL;
	}
	if (!slash)
		return only_lab(ctx, spec, lab, err);
	/* too long: the check of the name says so */
	snprintf(lab, 64, "%.*s", n < 63 ? (int)n : 63, spec);
	return dp_lab_check_name(lab, err);
}

static int probe(struct dp_dev *dev, const char *spec, struct dp_err *err)
{
	struct sim *s = dev->priv;
	struct dp_lab_fn *f;
	const char *name;
	char lab[64];
	int rc = split(dev->ctx, spec, lab, &name, err);

	if (!rc)
		rc = dp_lab_load_running(dev->ctx, lab, &s->lab, err);
	if (!rc)
		rc = dp_lab_fn_find(&s->lab, name, &f, err);
	if (rc)
		return rc;
	s->fn = *f;
	fill_info(&dev->info, lab, f);
	if (add_regions(dev, f))
		return dp_err_nomem(err);
	return 0;
}

/* ---------------------------------------------------------- open and close */

static struct dp_region *bar_region(struct dp_dev *dev, unsigned index)
{
	for (size_t i = 0; i < dev->n_regions; i++)
		if (dev->regions[i].index == (int)index)
			return &dev->regions[i];
	return NULL;
}

/* where the BARs are now: the user may have moved them since the lab began */
static int read_bases(struct dp_dev *dev, struct dp_qtest *q, struct dp_err *err)
{
	struct sim *s = dev->priv;

	for (unsigned i = 0; i < s->fn.n_bars; i++) {
		struct dp_region *r = bar_region(dev, s->fn.bars[i].index);
		int rc = dp_lab_bar_base(q, s->fn.bdf, &s->fn.bars[i], &s->bases[i], err);

		if (rc)
			return rc;
		if (r)
			r->address = s->bases[i];
	}
	s->moved = false;
	return 0;
}

static int gone(const struct dp_dev *dev, struct dp_err *err)
{
	dp_err_set(err, ENODEV, DP_GONE, "'%s' is gone: its slot is empty", dev->info.target);
	dp_err_hint(err, "devpoke list");
	return -ENODEV;
}

static int is_there(struct sim *s, struct dp_qtest *q, bool *there, struct dp_err *err)
{
	uint64_t id = 0;
	int rc = dp_lab_cfg_read(q, s->fn.bdf, PCI_ID, 32, &id, err);

	*there = !rc && id == ((uint32_t)s->fn.device << 16 | s->fn.vendor);
	return rc;
}

static int first_look(struct dp_dev *dev, struct dp_qtest *q, struct dp_err *err)
{
	bool there;
	int rc = is_there(dev->priv, q, &there, err);

	if (!rc && !there)
		rc = gone(dev, err);
	return rc ? rc : read_bases(dev, q, err);
}

static void forget_writes(struct sim *s)
{
	dp_lab_shadow_put(s->writes);
	s->writes = NULL;
}

static int open_sim(struct dp_dev *dev, unsigned flags, struct dp_err *err)
{
	struct sim *s = dev->priv;
	int rc;

	(void)flags; /* reading and writing need the same */
	if (s->conn)
		return 0;
	if (!dp_lab_alive(&s->lab))
		return dp_lab_ended(&s->lab, err);
	rc = dp_lab_conn_get(dev->ctx, &s->lab, &s->conn, err);
	if (rc)
		return rc;
	forget_writes(s); /* others may have written until now */
	rc = first_look(dev, dp_lab_conn_use(s->conn), err);
	dp_lab_conn_done(s->conn);
	if (rc) {
		dp_lab_conn_put(s->conn);
		s->conn = NULL;
	}
	return rc;
}

static void rest_sim(struct dp_dev *dev)
{
	struct sim *s = dev->priv;

	dp_lab_conn_put(s->conn);
	s->conn = NULL;
}

static int wake_sim(struct dp_dev *dev, struct dp_err *err)
{
	return open_sim(dev, 0, err);
}

static void close_sim(struct dp_dev *dev)
{
	struct sim *s = dev->priv;

	if (s->ram)
		munmap(s->ram, DP_LAB_RAM);
	s->ram = NULL;
	forget_writes(s);
	dp_lab_conn_put(s->conn);
	s->conn = NULL;
	dp_lab_free(&s->lab);
}

/* --------------------------------------------------------------- accesses */

/* where an access goes; the BARs' bases are read again when they were written */
static int locate(struct dp_dev *dev, struct dp_qtest *q, const struct dp_region *r,
		  uint64_t *address, struct dp_err *err)
{
	struct sim *s = dev->priv;
	int rc = 0;

	*address = 0;
	if (r->index == WHERE_RAM)
		return 0;
	if (s->moved)
		rc = read_bases(dev, q, err);
	for (unsigned i = 0; i < s->fn.n_bars && !rc; i++)
		if (s->fn.bars[i].index == (unsigned)r->index)
			*address = s->bases[i];
	if (!rc && !*address)
		rc = dp_err_set(err, EIO, DP_IO, "'%s' of '%s' has no address", r->name,
				dev->info.target);
	return rc;
}

static int do_read(struct dp_dev *dev, struct dp_qtest *q, struct dp_region *r, uint64_t offset,
		   unsigned width, uint64_t *value, struct dp_err *err)
{
	struct sim *s = dev->priv;
	uint64_t base;
	int rc;

	if (r->index == WHERE_CONFIG)
		return dp_lab_cfg_read(q, s->fn.bdf, (unsigned)offset, width, value, err);
	rc = locate(dev, q, r, &base, err);
	if (rc)
		return rc;
	return dp_qtest_read(q, r->kind == DP_SPACE_PORT ? 'p' : 'm', base + offset, width, value,
			     err);
}

static int do_write(struct dp_dev *dev, struct dp_qtest *q, struct dp_region *r, uint64_t offset,
		    unsigned width, uint64_t value, struct dp_err *err)
{
	struct sim *s = dev->priv;
	uint64_t base;
	int rc;

	if (r->index == WHERE_CONFIG) {
		s->moved |= offset < PCI_BAR0 + 24 && offset + width / 8 > PCI_BAR0;
		return dp_lab_cfg_write(q, s->fn.bdf, (unsigned)offset, width, value, err);
	}
	rc = locate(dev, q, r, &base, err);
	if (rc)
		return rc;
	return dp_qtest_write(q, r->kind == DP_SPACE_PORT ? 'p' : 'm', base + offset, width, value,
			      err);
}

static int read_sim(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		    uint64_t *value, struct dp_err *err)
{
	struct sim *s = dev->priv;
	int rc = do_read(dev, dp_lab_conn_use(s->conn), r, offset, width, value, err);

	dp_lab_conn_done(s->conn);
	return rc;
}

static int write_sim(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t value, struct dp_err *err)
{
	struct sim *s = dev->priv;
	int rc = do_write(dev, dp_lab_conn_use(s->conn), r, offset, width, value, err);

	dp_lab_conn_done(s->conn);
	if (rc || r->index == WHERE_RAM)
		return rc;
	if (!s->writes)
		s->writes = dp_lab_shadow_get(&s->lab, s->fn.bdf, true);
	if (s->writes)
		dp_lab_shadow_write(s->writes, (unsigned)r->index, offset, width, value);
	return 0;
}

static int shadow(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		  uint64_t *value)
{
	struct sim *s = dev->priv;

	if (!s->writes)
		s->writes = dp_lab_shadow_get(&s->lab, s->fn.bdf, false);
	if (!s->writes)
		return -ENOENT;
	return dp_lab_shadow_read(s->writes, (unsigned)r->index, offset, width, value);
}

static int map_ram(struct sim *s, struct dp_err *err)
{
	char path[DP_LAB_PATH];
	void *p;
	int fd, rc = dp_lab_path(&s->lab, "ram", path, err);

	if (rc)
		return rc;
	fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return dp_err_set(err, errno, DP_IO, "cannot open '%.150s': %s", path,
				  strerror(errno));
	p = mmap(NULL, DP_LAB_RAM, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	rc = errno;
	close(fd);
	if (p == MAP_FAILED)
		return dp_err_set(err, rc, DP_IO, "cannot map the memory of lab '%s': %s",
				  s->lab.name, strerror(rc));
	s->ram = p;
	return 0;
}

static int map_sim(struct dp_dev *dev, struct dp_region *r, volatile uint8_t **map, void **start,
		   size_t *len, struct dp_err *err)
{
	struct sim *s = dev->priv;
	int rc;

	if (r->index != WHERE_RAM)
		return -EOPNOTSUPP;
	rc = s->ram ? 0 : map_ram(s, err);
	if (rc)
		return rc;
	*map = s->ram;
	*start = s->ram;
	*len = DP_LAB_RAM;
	return 0;
}

/* ---------------------------------------------------------------- witness */

/* its own configuration dword 0: behind an empty slot that is all ones */
static int present(struct dp_dev *dev)
{
	struct sim *s = dev->priv;
	bool there;
	int rc;

	if (!s->conn)
		return dp_lab_alive(&s->lab) ? -EBADF : 0;
	rc = is_there(s, dp_lab_conn_use(s->conn), &there, NULL);
	dp_lab_conn_done(s->conn);
	if (rc == -ENODEV)
		return 0;
	return rc ? rc : there;
}

static int recheck(struct dp_dev *dev, struct dp_err *err)
{
	struct sim *s = dev->priv;
	bool there = true;
	int rc;

	if (!s->conn)
		return 0;
	rc = is_there(s, dp_lab_conn_use(s->conn), &there, err);
	dp_lab_conn_done(s->conn);
	return rc || there ? rc : gone(dev, err);
}

/* the port that leads to @bus, or NULL: it is a root bus */
static const struct dp_lab_fn *port_of(const struct dp_lab *lab, unsigned bus)
{
	for (size_t i = 0; i < lab->n; i++)
		if (lab->fns[i].bridge && lab->fns[i].secondary == bus)
			return &lab->fns[i];
	return NULL;
}

/* the function decodes, and so do the ports above it; a lab's devices never sleep */
static int decodes(struct sim *s, struct dp_qtest *q, enum dp_space_kind kind, struct dp_err *err)
{
	const struct dp_lab_fn *f = &s->fn;
	uint64_t command;
	int rc = 0;

	/* buses of a record that is wrong could be a circle */
	for (size_t i = 0; f && !rc && i <= s->lab.n; i++) {
		char target[160], name[64];

		dp_lab_fn_text(f, name);
		snprintf(target, sizeof(target), "sim:%s/%s", s->lab.name, name);
		rc = dp_lab_cfg_read(q, f->bdf, PCI_COMMAND, 16, &command, err);
		if (!rc)
			rc = dp_pci_decodes(target, command, kind, err);
		f = port_of(&s->lab, f->bdf >> 8);
	}
	return rc;
}

static int answers(struct dp_dev *dev, const struct dp_region *r, struct dp_err *err)
{
	struct sim *s = dev->priv;
	int rc;

	if (!s->conn || r->index == WHERE_CONFIG || r->index == WHERE_RAM)
		return 0;
	rc = decodes(s, dp_lab_conn_use(s->conn), r->kind, err);
	dp_lab_conn_done(s->conn);
	return rc;
}

/* ------------------------------------------------------------------ lists */

static int each_fn(struct dp_ctx *ctx, const char *name,
		   int (*fn)(void *arg, const struct dp_dev_info *info), void *arg)
{
	struct dp_lab lab;
	int rc = 0;

	/* a stale lab has no devices; `sim list` shows it */
	if (dp_lab_load_running(ctx, name, &lab, NULL))
		return 0;
	for (size_t i = 0; i < lab.n && !rc; i++) {
		struct dp_dev_info info;

		memset(&info, 0, sizeof(info));
		fill_info(&info, name, &lab.fns[i]);
		rc = fn(arg, &info);
	}
	dp_lab_free(&lab);
	return rc;
}

static int each(struct dp_ctx *ctx, int (*fn)(void *arg, const struct dp_dev_info *info), void *arg,
		struct dp_err *err)
{
	struct dp_err why;
	char **names;
	size_t n;
	int rc = dp_lab_names(ctx, &names, &n, &why);

	/* that a folder is not as it should be hides no other target */
	(void)err;
	if (rc)
		dp_note(ctx, "no labs shown: %s", why.message);
	rc = 0;
	for (size_t i = 0; i < n && !rc; i++)
		rc = each_fn(ctx, names[i], fn, arg);
	dp_lab_names_free(names, n);
	return rc;
}

static int door(struct dp_dev *dev, struct dp_door *out)
{
	struct sim *s = dev->priv;

	if (dev->backend != &dp_backend_sim)
		return -EOPNOTSUPP;
	out->works = dp_lab_alive(&s->lab);
	if (!out->works) {
		snprintf(out->why_not, sizeof(out->why_not), "lab '%s' ended", s->lab.name);
		snprintf(out->hint, sizeof(out->hint), "devpoke sim start %s", s->lab.name);
	}
	return 0;
}

const struct dp_backend dp_backend_sim = {
	.name = "sim",
	.help = "a device of a simulated machine (QEMU without a guest)",
	.caps = DP_CAP_READ | DP_CAP_WRITE | DP_CAP_MAP | DP_CAP_CONFIG | DP_CAP_WITNESS |
		DP_CAP_LAB | DP_CAP_SHADOW,
	.priv_size = sizeof(struct sim),
	.probe = probe,
	.open = open_sim,
	.close = close_sim,
	.rest = rest_sim,
	.wake = wake_sim,
	.read = read_sim,
	.write = write_sim,
	.map = map_sim,
	.present = present,
	.answers = answers,
	.recheck = recheck,
	.each = each,
	.door = door,
	.shadow = shadow,
};
