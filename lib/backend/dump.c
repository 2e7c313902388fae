/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump.c - a device that is a file: a snapshot, or a raw dump (API.md "Snapshot")
 *
 * A raw file is bytes in bus order, its space starts at 0 unless `@SPACE+OFFSET` places it.
 * What a snapshot does not hold (a hole, a register that was not read) is no value.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bits.h"
#include "core/chars.h"
#include "core/core.h"
#include "core/json.h"

#define MAX_SPACE  (UINT64_C(1) << 32) /* bytes of a space of a snapshot */
#define MAX_CHUNKS (1u << 20)

/* bytes that a snapshot holds, or why it does not; no chunk up to this one ends behind @reach */
struct chunk {
	uint64_t offset, len, reach;
	uint8_t *bytes;      /* NULL: not there */
	const char *skipped; /* in the document */
};

struct space {
	struct chunk *chunks; /* by offset */
	size_t n;
};

struct priv {
	char *file;
	int fd;        /* raw: -1 = not open */
	uint64_t base; /* raw: where the file's first byte is */
	struct dp_json *doc;
	struct space spaces[DP_MAX_REGIONS];
};

static int bad_snapshot(const struct priv *p, const char *what, struct dp_err *err)
{
	dp_err_set(err, EINVAL, DP_VALUE, "'%s' is not a snapshot of devpoke: %s", p->file, what);
	dp_err_hint(err, "a raw dump has another ending than .snap");
	return -EINVAL;
}

/* --------------------------------------------------------------- snapshots */

static uint8_t *hex_bytes(const char *hex, uint64_t *len)
{
	size_t n = strlen(hex);
	uint8_t *bytes = n % 2 ? NULL : malloc(n / 2 + 1);

	for (size_t i = 0; bytes && i < n; i += 2) {
		int hi = dp_hex_digit(hex[i]), lo = dp_hex_digit(hex[i + 1]);

		if (hi < 0 || lo < 0) {
			free(bytes);
			return NULL;
		}
		bytes[i / 2] = (uint8_t)(hi << 4 | lo);
	}
	*len = n / 2;
	return bytes;
}

/* a number of the document: 4096 or "0x1000" */
static uint64_t number(const struct dp_json *obj, const char *key, uint64_t none)
{
	int64_t plain = dp_json_int(obj, key, -1);

	return plain >= 0 ? (uint64_t)plain : dp_json_hex(obj, key, none);
}

static int load_chunk(const struct priv *p, const struct dp_json *j, struct chunk *c,
		      struct dp_err *err)
{
	const char *hex = dp_json_str(j, "hex", NULL);

	c->offset = number(j, "offset", UINT64_MAX);
	c->len = number(j, "width", 0) / 8;
	c->skipped = dp_json_str(j, "skipped", NULL);
	if (hex)
		c->bytes = hex_bytes(hex, &c->len);
	if (hex && !c->bytes)
		return bad_snapshot(p, "bytes of a chunk that are no hex", err);
	if (!c->len || c->offset >= MAX_SPACE || c->len > MAX_SPACE - c->offset)
		return bad_snapshot(p, "a chunk without a place", err);
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct chunk *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int load_chunks(const struct priv *p, const struct dp_json *list, struct space *s,
		       uint64_t *size, struct dp_err *err)
{
	size_t n = dp_json_len(list);
	int rc = 0;

	if (n > MAX_CHUNKS)
		return bad_snapshot(p, "too many chunks", err);
	s->chunks = calloc(n + 1, sizeof(*s->chunks));
	if (!s->chunks)
		return dp_err_nomem(err);
	for (s->n = 0; !rc && s->n < n; s->n++) {
		struct chunk *c = &s->chunks[s->n];

		rc = load_chunk(p, dp_json_at(list, s->n), c, err);
		if (!rc && c->offset + c->len > *size)
			*size = c->offset + c->len;
	}
	if (rc)
		return rc;
	qsort(s->chunks, s->n, sizeof(*s->chunks), by_offset);
	for (size_t i = 0; i < s->n; i++) {
		struct chunk *c = &s->chunks[i];

		c->reach = c->offset + c->len;
		if (i && s->chunks[i - 1].reach > c->reach)
			c->reach = s->chunks[i - 1].reach;
	}
	return 0;
}

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

static bool is_name(const char *s)
{
	if (!dp_is_alpha(*s))
		return false;
	while (dp_is_word(*s))
		s++;
	return !*s;
}

/* what a document says is shown on a terminal */
static void show(char *buf, size_t size, const char *text)
{
	snprintf(buf, size, "%s", text);
	for (char *c = buf; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

static int load_space(struct dp_dev *dev, const struct dp_json *j, struct dp_err *err)
{
	struct priv *p = dev->priv;
	const char *name = dp_json_str(j, "name", "");
	uint64_t size = 0;
	int rc;

	if (!is_name(name) || strlen(name) >= sizeof(dev->regions[0].name) ||
	    dev->n_regions == DP_MAX_REGIONS || dp_dev_region(dev, name))
		return bad_snapshot(p, "its spaces", err);
	rc = load_chunks(p, dp_json_get(j, "chunks"), &p->spaces[dev->n_regions], &size, err);
	if (rc)
		return rc;
	return add_region(dev, name, size) ? 0 : dp_err_nomem(err);
}

/* so that the device's description is found as it was for the device */
static void load_ids(struct dp_dev *dev, const struct dp_json *ids)
{
	struct dp_dev_info *info = &dev->info;

	info->vendor = (uint16_t)number(ids, "vendor", 0);
	info->device = (uint16_t)number(ids, "device", 0);
	info->subvendor = (uint16_t)number(ids, "subvendor", 0);
	info->subdevice = (uint16_t)number(ids, "subdevice", 0);
	info->class = (uint32_t)number(ids, "class", 0);
	info->revision = (uint8_t)number(ids, "revision", 0);
}

static int probe_snapshot(struct dp_dev *dev, struct dp_err *err)
{
	struct priv *p = dev->priv;
	struct dp_json *spaces;
	char text[128];
	const char *desc;
	int rc;

	rc = dp_json_read(p->file, &p->doc, err);
	if (rc)
		return rc;
	spaces = dp_json_get(p->doc, "spaces");
	if (dp_json_int(p->doc, "schema", 0) != 1 || !spaces)
		return bad_snapshot(p, "no schema 1 with spaces", err);
	for (size_t i = 0; !rc && i < dp_json_len(spaces); i++)
		rc = load_space(dev, dp_json_at(spaces, i), err);
	if (rc)
		return rc;
	load_ids(dev, dp_json_get(p->doc, "ids"));
	show(text, sizeof(text), dp_json_str(p->doc, "target", "a device"));
	snprintf(dev->info.name, sizeof(dev->info.name), "snapshot of %s", text);
	/* the names that it was taken with, where they are known here; bytes need none */
	desc = dp_json_str(p->doc, "desc", NULL);
	if (desc && dp_dev_describe(dev, desc, NULL)) {
		show(text, sizeof(text), desc);
		dp_note(dev->ctx, "description '%s' of the snapshot is not here: no names", text);
	}
	return 0;
}

/* the chunk that holds a byte, or the reason that none does */
static const struct chunk *find_chunk(const struct space *s, uint64_t offset, const char **why)
{
	size_t first = 0, n = s->n; /* those from here on that begin behind it */

	while (n) {
		if (s->chunks[first + n / 2].offset <= offset) {
			first += n / 2 + 1;
			n -= n / 2 + 1;
		} else {
			n /= 2;
		}
	}
	for (; first && s->chunks[first - 1].reach > offset; first--) {
		const struct chunk *c = &s->chunks[first - 1];

		if (offset - c->offset >= c->len)
			continue;
		if (c->bytes)
			return c;
		if (c->skipped)
			*why = c->skipped;
	}
	return NULL;
}

/* an access may lie across chunks that touch each other */
static int read_snapshot(const struct priv *p, const struct dp_region *r, uint64_t offset,
			 unsigned bytes, uint64_t *value, struct dp_err *err)
{
	const struct space *s = &p->spaces[r->index];
	const char *why = "hole";

	*value = 0;
	for (unsigned i = 0; i < bytes; i++) {
		const struct chunk *c = find_chunk(s, offset + i, &why);

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
	return *base % 8 || *base >= MAX_SPACE ? bad_place(spec, "an offset that cannot be", err)
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
	if (p->doc || p->fd >= 0)
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
	for (size_t i = 0; i < DP_MAX_REGIONS; i++) {
		struct space *s = &p->spaces[i];

		for (size_t k = 0; k < s->n; k++)
			free(s->chunks[k].bytes);
		free(s->chunks);
	}
	dp_json_free(p->doc);
	free(p->file);
}

static int dump_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		     uint64_t *value, struct dp_err *err)
{
	const struct priv *p = dev->priv;

	if (p->doc)
		return read_snapshot(p, r, offset, width / 8, value, err);
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
