/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snap_read.c - a snapshot from its document, which may be anything */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/chars.h"
#include "core/json.h"
#include "core/snap.h"

struct reader {
	const char *file;
	struct dp_snap *s;
	struct dp_err *err;
};

static int bad(const struct reader *r, const char *what)
{
	dp_err_set(r->err, EINVAL, DP_VALUE, "'%s' is not a snapshot of devpoke: %s", r->file,
		   what);
	dp_err_hint(r->err, "a raw dump has another ending than .snap");
	return -EINVAL;
}

/* ------------------------------------------------------------------ values */

/* 4096 or "0x1000"; none, or no such number: @none */
static uint64_t number(const struct dp_json *obj, const char *key, uint64_t none)
{
	int64_t plain = dp_json_int(obj, key, -1);

	return plain >= 0 ? (uint64_t)plain : dp_json_hex(obj, key, none);
}

/* a text that is shown on terminals */
static void text(char *buf, size_t size, const struct dp_json *obj, const char *key)
{
	snprintf(buf, size, "%s", dp_json_str(obj, key, ""));
	for (char *c = buf; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

static bool is_name(const char *s)
{
	if (!dp_is_alpha(*s))
		return false;
	while (dp_is_word(*s))
		s++;
	return !*s;
}

/* absent, null and a string are fine; Return: false for anything else */
static bool is_text_or_null(const struct dp_json *obj, const char *key)
{
	return !dp_json_get(obj, key) || dp_json_str(obj, key, NULL);
}

/* NULL: no hex, or no memory */
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

/* ------------------------------------------------------------------ chunks */

/* as wide as it says; whoever says nothing had words of 32 bits, or bytes */
static int chunk_width(const struct reader *r, const struct dp_json *j, struct dp_snap_chunk *c)
{
	uint64_t width = number(j, "width", 0);

	if (!dp_json_get(j, "width") && !c->bytes)
		return bad(r, "a chunk without a place");
	if (!dp_json_get(j, "width"))
		width = (c->offset | c->len) % 4 ? 8 : 32;
	if (width != 8 && width != 16 && width != 32 && width != 64)
		return bad(r, "a chunk whose width is not 8, 16, 32 or 64");
	c->width = (unsigned)width;
	if (!c->bytes)
		c->len = width / 8;
	if (c->len % (width / 8))
		return bad(r, "a chunk that is no whole number of its words");
	return 0;
}

static int chunk_bytes(const struct reader *r, const struct dp_json *j, struct dp_snap_chunk *c)
{
	const char *hex = dp_json_str(j, "hex", NULL), *moved = dp_json_str(j, "moved", NULL);
	uint64_t len = 0;

	if (!is_text_or_null(j, "hex") || !is_text_or_null(j, "moved") ||
	    !is_text_or_null(j, "skipped"))
		return bad(r, "a chunk with values of the wrong kind");
	if (hex && !(c->bytes = hex_bytes(hex, &c->len)))
		return bad(r, "bytes of a chunk that are no hex");
	if (!moved)
		return 0;
	c->moved = hex_bytes(moved, &len);
	if (!c->moved || !hex || len != c->len)
		return bad(r, "bits that moved of bytes that are not there");
	return 0;
}

static int read_chunk(const struct reader *r, const struct dp_json *j, struct dp_snap_chunk *c)
{
	int rc;

	c->offset = number(j, "offset", UINT64_MAX);
	c->words = dp_json_bool(j, "words", false);
	rc = chunk_bytes(r, j, c);
	if (!rc)
		rc = chunk_width(r, j, c);
	if (rc)
		return rc;
	if (!c->len || c->offset >= DP_SNAP_SPACE || c->len > DP_SNAP_SPACE - c->offset)
		return bad(r, "a chunk without a place");
	text(c->skipped, sizeof(c->skipped), j, "skipped");
	if (c->skipped[0] && !is_name(c->skipped))
		return bad(r, "a reason that is no word");
	return 0;
}

static int read_space(const struct reader *r, const struct dp_json *j)
{
	const char *name = dp_json_str(j, "name", "");
	const struct dp_json *list = dp_json_get(j, "chunks");
	struct dp_snap_space *space;
	size_t n = dp_json_len(list);
	int rc = 0;

	if (!is_name(name) || strlen(name) >= sizeof(space->name) ||
	    dp_snap_find_space(r->s, name) || (list && !dp_json_is_array(list)))
		return bad(r, "its spaces");
	if (n > DP_SNAP_CHUNKS)
		return bad(r, "too many chunks");
	space = dp_snap_space(r->s, name);
	if (!space)
		return bad(r, "too many spaces");
	space->indirect = dp_json_bool(j, "indirect", false);
	space->size = number(j, "size", 0);
	if (space->size > DP_SNAP_SPACE)
		return bad(r, "a space of more than 4 GiB");
	for (size_t i = 0; i < n && !rc; i++) {
		struct dp_snap_chunk *c = dp_snap_chunk(space);

		rc = c ? read_chunk(r, dp_json_at(list, i), c) : dp_err_nomem(r->err);
	}
	return rc;
}

/* ---------------------------------------------------------------- the head */

static void read_ids(struct dp_snap *s, const struct dp_json *ids)
{
	s->vendor = (uint16_t)number(ids, "vendor", 0);
	s->device = (uint16_t)number(ids, "device", 0);
	s->subvendor = (uint16_t)number(ids, "subvendor", 0);
	s->subdevice = (uint16_t)number(ids, "subdevice", 0);
	s->class = (uint32_t)number(ids, "class", 0);
	s->revision = (uint8_t)number(ids, "revision", 0);
}

/* a string, or an array of them */
static int read_descs(const struct reader *r, const struct dp_json *doc)
{
	const struct dp_json *list = dp_json_get(doc, "desc");
	const char *one = dp_json_str(doc, "desc", NULL);
	int rc = one ? dp_snap_add_desc(r->s, one) : 0;

	if (list && !one && !dp_json_is_array(list))
		return bad(r, "its description is no name");
	for (size_t i = 0; i < dp_json_len(list) && !rc; i++) {
		one = dp_json_item_str(list, i);
		if (!one)
			return bad(r, "its description is no name");
		rc = dp_snap_add_desc(r->s, one);
	}
	return rc ? dp_err_nomem(r->err) : 0;
}

static int read_doc(const struct reader *r, const struct dp_json *doc)
{
	const struct dp_json *spaces = dp_json_get(doc, "spaces");
	struct dp_snap *s = r->s;
	int rc;

	if (dp_json_int(doc, "schema", 0) != 1 || !dp_json_len(spaces))
		return bad(r, "no schema 1 with spaces");
	text(s->target, sizeof(s->target), doc, "target");
	text(s->time, sizeof(s->time), doc, "time");
	text(s->boot_id, sizeof(s->boot_id), doc, "boot_id");
	s->hash = number(doc, "hash", 0);
	s->reads = number(doc, "reads", 1);
	read_ids(s, dp_json_get(doc, "ids"));
	rc = read_descs(r, doc);
	for (size_t i = 0; i < dp_json_len(spaces) && !rc; i++)
		rc = read_space(r, dp_json_at(spaces, i));
	return rc;
}

int dp_snap_read(const char *file, struct dp_snap **out, struct dp_err *err)
{
	struct reader r = {.file = file, .err = err};
	struct dp_json *doc;
	int rc = dp_json_read(file, &doc, err);

	*out = NULL;
	if (rc)
		return rc;
	r.s = dp_snap_new();
	rc = r.s ? read_doc(&r, doc) : dp_err_nomem(err);
	dp_json_free(doc);
	if (rc) {
		dp_snap_free(r.s);
		return rc;
	}
	dp_snap_sort(r.s);
	*out = r.s;
	return 0;
}
