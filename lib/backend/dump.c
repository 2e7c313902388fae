/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump.c - a device that is a file: a snapshot, or a raw dump (API.md "Snapshot")
 *
 * A snapshot's document is core/snap_read.c's; here its bytes become spaces.  A raw file is bytes
 * in bus order, its space starts at 0 unless `@SPACE+OFFSET` places it. What a snapshot does not
 * hold (a hole, a register that was not read) is no value.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bits.h"
#include "core/core.h"
#include "core/snap.h"

struct priv {
	char *file;
	int fd;        /* raw: -1 = not open */
	uint64_t base; /* raw: where the file's first byte is */
};

/* --------------------------------------------------------------- snapshots */

static enum dp_space_kind kind_of(const char *name)
{
	if (!strcmp(name, "cfg"))
		return DP_SPACE_CONFIG;
	return strcmp(name, "port") ? DP_SPACE_REGISTERS : DP_SPACE_PORT;
}

static struct dp_region *add_region(struct dp_dev *dev, const char *name, uint64_t size)
{
	struct dp_region *r = dp_dev_add_region(dev, name, kind_of(name), size, 8 | 16 | 32 | 64);

	if (r) {
		r->readonly = true;
		r->index = (int)dev->n_regions - 1;
	}
	return r;
}

/* a space ends where the device's did, or with the last byte that the snapshot knows of */
static int add_spaces(struct dp_dev *dev, struct dp_err *err)
{
	const struct dp_snap *s = dev->snap;

	for (size_t i = 0; i < s->n_spaces; i++) {
		const struct dp_snap_space *space = &s->spaces[i];
		uint64_t end = space->n ? space->chunks[space->n - 1].reach : 0;
		struct dp_region *r;

		if (space->indirect || !space->n)
			continue;
		r = add_region(dev, space->name, space->size > end ? space->size : end);
		if (!r)
			return dp_err_set(err, EINVAL, DP_VALUE, "'%s' has more than %d spaces",
					  ((struct priv *)dev->priv)->file, DP_MAX_REGIONS);
		r->index = (int)i;
	}
	if (dev->n_regions)
		return 0;
	return dp_err_set(err, EINVAL, DP_VALUE, "'%s' is a snapshot of nothing",
			  ((struct priv *)dev->priv)->file);
}

/* the names that it was taken with, where they are known here; bytes need none */
static void describe(struct dp_dev *dev)
{
	const struct dp_snap *s = dev->snap;

	for (size_t i = 0; i < s->n_descs; i++)
		if (dp_dev_describe(dev, s->descs[i], NULL)) {
			dp_note(dev->ctx, "description '%s' of the snapshot is not here: no names",
				s->descs[i]);
			return;
		}
}

static int probe_snapshot(struct dp_dev *dev, struct dp_err *err)
{
	const struct priv *p = dev->priv;
	struct dp_dev_info *info = &dev->info;
	int rc = dp_snap_read(p->file, &dev->snap, err);

	if (!rc)
		rc = add_spaces(dev, err);
	if (rc)
		return rc;
	/* so that the device's description is found as it was for the device */
	info->vendor = dev->snap->vendor;
	info->device = dev->snap->device;
	info->subvendor = dev->snap->subvendor;
	info->subdevice = dev->snap->subdevice;
	info->class = dev->snap->class;
	info->revision = dev->snap->revision;
	snprintf(info->name, sizeof(info->name), "snapshot of %s",
		 dev->snap->target[0] ? dev->snap->target : "a device");
	describe(dev);
	return 0;
}

/* an access may lie across chunks that touch each other */
static int read_snapshot(const struct dp_dev *dev, const struct dp_region *r, uint64_t offset,
			 unsigned bytes, uint64_t *value, struct dp_err *err)
{
	const struct dp_snap_space *s = &dev->snap->spaces[r->index];
	const char *why;

	*value = 0;
	for (unsigned i = 0; i < bytes; i++) {
		const struct dp_snap_chunk *c = dp_snap_at(s, offset + i, &why);

		if (!c)
			return dp_err_set(err, EIO, DP_IO,
					  "offset 0x%llx of '%s' is not in the snapshot (%s)",
					  (unsigned long long)offset, r->name, why);
		*value |= (uint64_t)c->bytes[offset + i - c->offset] << (8 * i);
	}
	return 0;
}

/* --------------------------------------------------------------- raw dumps */

static int read_raw(const struct priv *p, const struct dp_region *r, uint64_t offset,
		    unsigned bytes, uint64_t *value, struct dp_err *err)
{
	uint8_t buf[8] = {0};
	ssize_t got;

	if (offset < p->base)
		return dp_err_set(
			err, EIO, DP_IO,
			"offset 0x%llx of '%s' is not in the dump, which starts at 0x%llx",
			(unsigned long long)offset, r->name, (unsigned long long)p->base);
	got = pread(p->fd, buf, bytes, (off_t)(offset - p->base));
	if (got != (ssize_t)bytes)
		return dp_err_set(err, EIO, DP_IO, "cannot read '%s' at 0x%llx: %s", p->file,
				  (unsigned long long)(offset - p->base),
				  got < 0 ? strerror(errno) : "the file became shorter");
	*value = dp_bytes_get(buf, 8 * bytes);
	return 0;
}

static int bad_place(const char *spec, const char *what, struct dp_err *err)
{
	dp_err_set(err, EINVAL, DP_USAGE, "'dump:%s': %s", spec, what);
	dp_err_hint(err, "the form is dump:FILE@SPACE+OFFSET, as in dump:regs.bin@bar0+0x100");
	return -EINVAL;
}

/* the place behind the last '@'; a file of that whole name is meant first */
static int split_place(const char *spec, char **file, char space[32], uint64_t *base,
		       struct dp_err *err)
{
	const char *at = strrchr(spec, '@'), *plus = at ? strchr(at, '+') : NULL;
	size_t len = at ? (plus ? (size_t)(plus - at - 1) : strlen(at + 1)) : 0;

	snprintf(space, 32, "main");
	*base = 0;
	if (!at || access(spec, F_OK) == 0) {
		*file = strdup(spec);
		return *file ? 0 : dp_err_nomem(err);
	}
	if (!len || len >= 32)
		return bad_place(spec, "no space after '@'", err);
	snprintf(space, 32, "%.*s", (int)len, at + 1);
	*file = strndup(spec, (size_t)(at - spec));
	if (!*file)
		return dp_err_nomem(err);
	if (plus && dp_number_parse(plus + 1, base, err))
		return -EINVAL;
	return *base % 8 || *base >= DP_SNAP_SPACE
		       ? bad_place(spec, "an offset that cannot be", err)
		       : 0;
}

static int probe_raw(struct dp_dev *dev, const char *space, uint64_t size, struct dp_err *err)
{
	struct priv *p = dev->priv;

	if (!size) {
		dp_err_set(err, EINVAL, DP_VALUE, "'%s' is empty", p->file);
		return -EINVAL;
	}
	snprintf(dev->info.name, sizeof(dev->info.name), "raw dump");
	return add_region(dev, space, p->base + size) ? 0 : dp_err_nomem(err);
}

/* ------------------------------------------------------------- the backend */

static bool is_snapshot(const char *file)
{
	size_t n = strlen(file);

	return n > 5 && strcmp(file + n - 5, ".snap") == 0;
}

static int dump_probe(struct dp_dev *dev, const char *spec, struct dp_err *err)
{
	struct priv *p = dev->priv;
	char space[32];
	struct stat st;
	int rc;

	p->fd = -1;
	rc = split_place(spec, &p->file, space, &p->base, err);
	if (rc)
		return rc;
	if (stat(p->file, &st))
		return dp_err_set(err, errno == ENOENT ? ENODEV : errno,
				  errno == EACCES ? DP_PERMISSION : DP_ABSENT,
				  "cannot open '%s': %s", p->file, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return dp_err_set(err, EINVAL, DP_USAGE, "'%s' is not a file of bytes", p->file);
	if (is_snapshot(p->file))
		return probe_snapshot(dev, err);
	return probe_raw(dev, space, (uint64_t)st.st_size, err);
}

static int dump_open(struct dp_dev *dev, unsigned flags, struct dp_err *err)
{
	struct priv *p = dev->priv;

	(void)flags;
	if (dev->snap || p->fd >= 0)
		return 0;
	p->fd = open(p->file, O_RDONLY | O_CLOEXEC);
	if (p->fd >= 0)
		return 0;
	return dp_err_set(err, errno, errno == EACCES ? DP_PERMISSION : DP_IO,
			  "cannot open '%s': %s", p->file, strerror(errno));
}

static void dump_close(struct dp_dev *dev)
{
	struct priv *p = dev->priv;

	if (p->fd >= 0)
		close(p->fd);
	dp_snap_free(dev->snap);
	dev->snap = NULL;
	free(p->file);
}

static int dump_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t *value, struct dp_err *err)
{
	const struct priv *p = dev->priv;

	if (dev->snap)
		return read_snapshot(dev, r, offset, width / 8, value, err);
	return read_raw(p, r, offset, width / 8, value, err);
}

const struct dp_backend dp_backend_dump = {
	.name = "dump",
	.help = "a snapshot or a raw dump, read only",
	.caps = DP_CAP_READ,
	.priv_size = sizeof(struct priv),
	.probe = dump_probe,
	.open = dump_open,
	.close = dump_close,
	.read = dump_read,
};
