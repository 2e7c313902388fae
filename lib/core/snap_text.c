/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snap_text.c - the document of a snapshot (snap.h says what is in it) */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/json.h"
#include "core/snap.h"

static void set_id(struct dp_json *ids, const char *key, int digits, unsigned value)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%0*x", digits, value);
	dp_json_set_str(ids, key, text);
}

static void set_ids(struct dp_json *doc, const struct dp_snap *s)
{
	struct dp_json *ids = dp_json_set(doc, "ids", dp_json_object());

	if (!s->vendor)
		return;
	set_id(ids, "vendor", 4, s->vendor);
	set_id(ids, "device", 4, s->device);
	set_id(ids, "subvendor", 4, s->subvendor);
	set_id(ids, "subdevice", 4, s->subdevice);
	set_id(ids, "class", 6, s->class);
	set_id(ids, "revision", 2, s->revision);
}

static void set_descs(struct dp_json *doc, const struct dp_snap *s)
{
	struct dp_json *list;

	if (s->n_descs < 2) {
		dp_json_set_str(doc, "desc", s->n_descs ? s->descs[0] : NULL);
		return;
	}
	list = dp_json_set(doc, "desc", dp_json_array());
	for (size_t i = 0; i < s->n_descs; i++)
		dp_json_push_str(list, s->descs[i]);
}

/* -ENOMEM */
static int set_bytes(struct dp_json *j, const char *key, const uint8_t *bytes, uint64_t len)
{
	static const char digits[] = "0123456789abcdef";
	char *text = malloc(2 * len + 1);

	if (!text)
		return -ENOMEM;
	for (uint64_t i = 0; i < len; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * len] = 0;
	dp_json_set_str(j, key, text);
	free(text);
	return 0;
}

static int add_chunk(struct dp_json *list, const struct dp_snap_chunk *c)
{
	struct dp_json *j = dp_json_push(list, dp_json_object());
	int rc = 0;

	dp_json_set_hex(j, "offset", c->offset);
	dp_json_set_int(j, "width", c->width);
	if (!c->bytes) {
		dp_json_set_str(j, "hex", NULL);
		dp_json_set_str(j, "skipped", c->skipped);
		return 0;
	}
	rc = set_bytes(j, "hex", c->bytes, c->len);
	if (!rc && c->moved)
		rc = set_bytes(j, "moved", c->moved, c->len);
	if (c->words)
		dp_json_set_bool(j, "words", true);
	return rc;
}

static int add_space(struct dp_json *spaces, const struct dp_snap_space *space)
{
	struct dp_json *j = dp_json_push(spaces, dp_json_object()), *list;
	int rc = 0;

	dp_json_set_str(j, "name", space->name);
	if (space->size)
		dp_json_set_hex(j, "size", space->size);
	if (space->indirect)
		dp_json_set_bool(j, "indirect", true);
	list = dp_json_set(j, "chunks", dp_json_array());
	for (size_t i = 0; i < space->n && !rc; i++)
		rc = add_chunk(list, &space->chunks[i]);
	return rc;
}

char *dp_snap_text(const struct dp_snap *s)
{
	struct dp_json *doc = dp_json_object(), *spaces;
	char *text = NULL;
	int rc = 0;

	dp_json_set_int(doc, "schema", 1);
	dp_json_set_str(doc, "target", s->target);
	set_ids(doc, s);
	set_descs(doc, s);
	if (s->hash)
		dp_json_set_hex(doc, "hash", s->hash);
	else
		dp_json_set_str(doc, "hash", NULL);
	dp_json_set_str(doc, "time", s->time[0] ? s->time : NULL);
	dp_json_set_str(doc, "boot_id", s->boot_id[0] ? s->boot_id : NULL);
	dp_json_set_int(doc, "reads", (int64_t)s->reads);
	spaces = dp_json_set(doc, "spaces", dp_json_array());
	for (size_t i = 0; i < s->n_spaces && !rc; i++)
		rc = add_space(spaces, &s->spaces[i]);
	if (!rc)
		text = dp_json_text(doc);
	dp_json_free(doc);
	return text;
}
