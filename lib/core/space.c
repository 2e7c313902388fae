/* SPDX-License-Identifier: GPL-2.0-or-later */
/* space.c - the checked access: range, width, alignment, read-only, trace, dead mappings */
#include <errno.h>
#include <string.h>

#include "core/bits.h"
#include "core/clock.h"
#include "core/core.h"

void dp_space_info(const struct dp_space *s, struct dp_space_info *out)
{
	memset(out, 0, sizeof(*out));
	out->name = s->name;
	out->kind = s->kind;
	out->size = s->size;
	out->widths = s->widths;
	out->readonly = s->readonly || (s->region && s->region->readonly);
	out->indirect = !s->region;
	out->region = s->region ? s->region->name : s->name;
	out->base = s->region ? s->base : 0;
	if (s->region) {
		out->address = s->region->address ? s->region->address + s->base : 0;
		out->mapped = s->region->map;
		out->prefetch = s->region->prefetch;
	}
}

static int check_shape(const struct dp_space *s, uint64_t offset, unsigned width,
		       struct dp_err *err)
{
	unsigned bytes = width / 8;

	if (!(s->widths & width) || (width != 8 && width != 16 && width != 32 && width != 64))
		return dp_err_set(err, EINVAL, DP_ALIGN,
				  "'%s' has no %u-bit accesses (it has%s%s%s%s)", s->name, width,
				  s->widths & 8 ? " 8" : "", s->widths & 16 ? " 16" : "",
				  s->widths & 32 ? " 32" : "", s->widths & 64 ? " 64" : "");
	if (offset >= s->size || s->size - offset < bytes)
		return dp_err_set(err, ERANGE, DP_RANGE,
				  "offset 0x%llx is outside '%s' (%u bits need it below 0x%llx)",
				  (unsigned long long)offset, s->name, width,
				  (unsigned long long)(s->size < bytes ? 0 : s->size - bytes + 1));
	if ((s->base + offset) % bytes)
		return dp_err_set(err, EINVAL, DP_ALIGN,
				  "offset 0x%llx of '%s' is not a multiple of %u, as %u bits need",
				  (unsigned long long)offset, s->name, bytes, width);
	return 0;
}

/* a backend whose opening resets the device: its configuration space is safe to look at */
static int check_reset(const struct dp_space *s, struct dp_err *err)
{
	const struct dp_dev *dev = s->dev;

	if (!(dev->caps & DP_CAP_OPEN_RESETS) || s->kind == DP_SPACE_CONFIG)
		return 0;
	if ((dev->open_flags & DP_OPEN_KEEP) || dp_forced(dev->ctx, DP_CLASS_RESET))
		return 0;
	dp_err_refuse(
		err, DP_CLASS_RESET,
		"the kernel resets '%s' when this command ends, so its registers would not keep",
		dev->info.target);
	dp_err_hint(err, "put the commands into one 'devpoke batch', or say --force=reset");
	return -EPERM;
}

int dp_space_check(const struct dp_space *s, uint64_t offset, unsigned width, bool write,
		   struct dp_err *err)
{
	int rc;

	if (!s->region)
		return dp_err_set(err, EINVAL, DP_INTERNAL,
				  "'%s' is indirect: only a plan reaches it", s->name);
	rc = check_shape(s, offset, width, err);
	if (rc)
		return rc;
	if (write && (s->readonly || s->region->readonly))
		return dp_refuse_readonly(s->name, err);
	return check_reset(s, err);
}

void dp_dev_drop_maps(struct dp_dev *dev)
{
	for (size_t i = 0; i < dev->n_regions; i++) {
		struct dp_region *r = &dev->regions[i];

		if (r->map)
			dp_guard_del(r->slot);
		r->map = NULL;
		r->slot = -1;
		r->map_tried = false;
	}
}

/* map at the first use; a region that cannot be mapped is read and written by calls */
static int map_region(struct dp_dev *dev, struct dp_region *r, struct dp_err *err)
{
	void *start = NULL;
	size_t len = 0;
	int rc;

	if (r->map_tried || !r->can_map || !dev->backend->map)
		return 0;
	rc = dev->backend->map(dev, r, &r->map, &start, &len, err);
	if (rc == -EOPNOTSUPP) {
		r->map_tried = true;
		return 0;
	}
	if (rc) {
		r->map = NULL;
		return rc;
	}
	r->slot = dp_guard_add(start, len);
	if (r->slot < 0) {
		r->map = NULL;
		return dp_err_set(err, -r->slot, DP_INTERNAL,
				  "no room to guard one more mapping, that of '%s'", r->name);
	}
	r->map_tried = true;
	return 0;
}

static int gone(const struct dp_space *s, struct dp_err *err)
{
	dp_err_set(err, ENODEV, DP_GONE,
		   "the kernel took the memory of '%s' away: device gone, bound, or decode off",
		   s->region->name);
	dp_err_hint(err, "devpoke info %s", s->dev->info.target);
	return -ENODEV;
}

static void trace(const struct dp_space *s, char op, uint64_t offset, unsigned width,
		  uint64_t value, bool failed)
{
	const struct dp_dev *dev = s->dev;
	struct dp_trace t = {.op = op,
			     .failed = failed,
			     .space = s->name,
			     .offset = offset,
			     .width = width,
			     .value = value,
			     .path = dev->path,
			     .why = dev->why ? dev->why : dev->because};

	/* who reads a file does not touch a bus */
	if (!dev->ctx->opts.trace || dev->snap)
		return;
	t.t_us = (dp_now_ns() - dev->ctx->t0_ns) / 1000;
	dev->ctx->opts.trace(dev->ctx->opts.arg, &t);
}

static int ready(struct dp_space *s, uint64_t offset, unsigned width, bool write,
		 struct dp_err *err)
{
	int rc = dp_space_check(s, offset, width, write, err);

	if (rc)
		return rc;
	if (!s->dev->is_open || (write && !(s->dev->open_flags & DP_OPEN_WRITE)))
		return dp_err_set(err, EBADF, DP_INTERNAL, "'%s' is not open for %s",
				  s->dev->info.target, write ? "writing" : "reading");
	rc = dp_dev_wake(s->dev, err);
	return rc ? rc : map_region(s->dev, s->region, err);
}

int dp_space_read(struct dp_space *s, uint64_t offset, unsigned width, uint64_t *value,
		  struct dp_err *err)
{
	struct dp_region *r = s->region;
	int rc = ready(s, offset, width, false, err);
	uint64_t start;

	if (rc)
		return rc;
	*value = 0;
	start = s->dev->timed ? dp_clock_start() : 0;
	if (r->map)
		*value = dp_mmio_load(r->map + s->base + offset, width);
	else
		rc = s->dev->backend->read(s->dev, r, s->base + offset, width, value, err);
	if (s->dev->timed)
		s->dev->access_ns = dp_clock_since(start);
	if (r->map && dp_guard_dead(r->slot))
		rc = gone(s, err);
	trace(s, 'R', offset, width, *value, rc != 0);
	return rc;
}

int dp_space_write(struct dp_space *s, uint64_t offset, unsigned width, uint64_t value,
		   struct dp_err *err)
{
	struct dp_region *r = s->region;
	int rc = ready(s, offset, width, true, err);
	uint64_t start;

	if (rc)
		return rc;
	start = s->dev->timed ? dp_clock_start() : 0;
	if (r->map)
		dp_mmio_store(r->map + s->base + offset, width, value);
	else
		rc = s->dev->backend->write(s->dev, r, s->base + offset, width, value, err);
	if (s->dev->timed)
		s->dev->access_ns = dp_clock_since(start);
	if (r->map && dp_guard_dead(r->slot))
		rc = gone(s, err);
	trace(s, 'W', offset, width, value, rc != 0);
	return rc;
}

/* first and last word, and whether the space would answer at all: ones and zeros of a BAR whose
 * decode is off would look like contents, and writes would be lost */
static int check_block(const struct dp_space *s, uint64_t offset, unsigned width, size_t count,
		       bool write, struct dp_err *err)
{
	uint64_t last = offset + (uint64_t)(count - 1) * (width / 8);
	int rc = dp_space_check(s, offset, width, write, err);

	if (!rc)
		rc = dp_space_check(s, last, width, write, err);
	if (!rc)
		rc = dp_dev_wake(s->dev, err);
	if (!rc && s->dev->is_open && s->dev->backend->answers)
		rc = s->dev->backend->answers(s->dev, s->region, err);
	return rc;
}

int dp_space_read_block(struct dp_space *s, uint64_t offset, unsigned width, size_t count,
			void *buf, size_t *done, struct dp_err *err)
{
	unsigned bytes = width / 8;
	bool asked = false;
	uint8_t *p = buf;
	uint64_t value;
	int rc = 0;

	*done = 0;
	if (!count)
		return 0;
	rc = check_block(s, offset, width, count, false, err);
	if (!rc)
		dp_note_bound(s->dev);
	for (; !rc && *done < count; (*done)++, p += bytes, offset += bytes) {
		rc = dp_space_read(s, offset, width, &value, err);
		if (rc)
			break;
		if (!asked && value == dp_ones(width)) {
			asked = true;
			if (dp_dev_present(s->dev) == 0)
				return dp_err_set(err, ENODEV, DP_GONE,
						  "'%s' is gone: all ones from offset 0x%llx on",
						  s->dev->info.target, (unsigned long long)offset);
		}
		dp_bytes_put(p, width, value);
	}
	return rc;
}

int dp_space_write_block(struct dp_space *s, uint64_t offset, unsigned width, size_t count,
			 const void *buf, size_t *done, struct dp_err *err)
{
	unsigned bytes = width / 8;
	const uint8_t *p = buf;
	uint64_t at = offset;
	int rc;

	*done = 0;
	if (!count)
		return 0;
	rc = check_block(s, offset, width, count, true, err);
	while (!rc && *done < count) {
		rc = dp_space_write(s, at, width, dp_bytes_get(p, width), err);
		*done += !rc;
		p += bytes;
		at += bytes;
	}
	if (rc || dp_dev_present(s->dev) != 0)
		return rc;
	dp_err_set(err, ENODEV, DP_GONE,
		   "'%s' is gone: what was written from offset 0x%llx on is lost",
		   s->dev->info.target, (unsigned long long)offset);
	dp_err_hint(err, "devpoke list");
	return -ENODEV;
}

int dp_io_get(struct dp_space *s, uint64_t offset, uint64_t len, unsigned widths, struct dp_io *io,
	      struct dp_err *err)
{
	int rc;

	memset(io, 0, sizeof(*io));
	if (!len || offset > s->size || s->size - offset < len)
		return dp_err_set(err, ERANGE, DP_RANGE,
				  "0x%llx bytes at 0x%llx are outside '%s' (0x%llx bytes)",
				  (unsigned long long)len, (unsigned long long)offset, s->name,
				  (unsigned long long)s->size);
	for (unsigned width = 8; width <= 64; width *= 2)
		if ((widths & width) && (rc = ready(s, offset, width, false, err)))
			return rc;
	io->space = s;
	io->offset = offset;
	io->len = len;
	if (!s->region->map || s->dev->ctx->opts.trace)
		return 0;
	io->base = s->region->map + s->base + offset;
	if ((s->dev->open_flags & DP_OPEN_WRITE) && !s->readonly && !s->region->readonly)
		io->wbase = io->base;
	return 0;
}

int dp_io_error(const struct dp_io *io)
{
	const struct dp_region *r = io->space->region;

	if (io->error || !io->base)
		return io->error;
	if (!r->map || io->base != r->map + io->space->base + io->offset)
		return -ESTALE;
	return dp_guard_dead(r->slot) ? -ENODEV : 0;
}

uint64_t dp_io_slow_read(struct dp_io *io, uint64_t offset, unsigned width)
{
	uint64_t value = 0;
	int rc = dp_space_read(io->space, io->offset + offset, width, &value, NULL);

	if (rc && !io->error)
		io->error = rc;
	return value;
}

void dp_io_slow_write(struct dp_io *io, uint64_t offset, unsigned width, uint64_t value)
{
	int rc = dp_space_write(io->space, io->offset + offset, width, value, NULL);

	if (rc && !io->error)
		io->error = rc;
}

int dp_dev_shadow(struct dp_dev *dev, struct dp_space *space, uint64_t offset, unsigned width,
		  uint64_t *value)
{
	if (!space || !space->region || !dev->backend || !dev->backend->shadow)
		return -ENOENT;
	return dev->backend->shadow(dev, space->region, space->base + offset, width, value);
}
