/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c - the only user of json-c in cmd/ */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* struct json is json-c's object under a name of our own */
static json_object *raw(struct json *j)
{
	return (json_object *)j;
}

static struct json *wrap(json_object *j)
{
	return (struct json *)j;
}

static struct json *add(struct json *obj, const char *key, json_object *value)
{
	if (!obj)
		return NULL;
	json_object_object_add(raw(obj), key, value);
	return wrap(value);
}

/* length of the well-formed UTF-8 sequence at @s (RFC 3629, section 4), 0 = none */
static size_t utf8_len(const unsigned char *s)
{
	size_t n = *s < 0x80                 ? 1
		   : *s >= 0xc2 && *s < 0xe0 ? 2
		   : *s >= 0xe0 && *s < 0xf0 ? 3
		   : *s >= 0xf0 && *s < 0xf5 ? 4
					     : 0;

	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* a message may quote any bytes from the command line; JSON text is UTF-8 */
static json_object *string(const char *value)
{
	char *clean = strdup(value);
	json_object *obj;

	if (!clean)
		return NULL;
	for (char *p = clean; *p;) {
		size_t n = utf8_len((unsigned char *)p);

		if (!n)
			*p = '?';
		p += n ? n : 1;
	}
	obj = json_object_new_string(clean);
	free(clean);
	return obj;
}

struct json *json_new(void)
{
	return wrap(json_object_new_object());
}

void json_free(struct json *doc)
{
	if (doc)
		json_object_put(raw(doc));
}

const char *json_text(struct json *doc)
{
	return json_object_to_json_string_ext(raw(doc), JSON_C_TO_STRING_PLAIN |
								JSON_C_TO_STRING_NOSLASHESCAPE);
}

struct json *json_array(struct json *obj, const char *key)
{
	return obj ? add(obj, key, json_object_new_array()) : NULL;
}

struct json *json_map(struct json *obj, const char *key)
{
	return obj ? add(obj, key, json_object_new_object()) : NULL;
}

struct json *json_item(struct json *arr)
{
	json_object *item;

	if (!arr)
		return NULL;
	item = json_object_new_object();
	json_object_array_add(raw(arr), item);
	return wrap(item);
}

void json_item_str(struct json *arr, const char *value)
{
	if (arr)
		json_object_array_add(raw(arr), string(value));
}

void json_str(struct json *obj, const char *key, const char *value)
{
	if (obj)
		add(obj, key, value && *value ? string(value) : NULL);
}

void json_text_str(struct json *obj, const char *key, const char *value)
{
	if (obj)
		add(obj, key, string(value));
}

void json_uint(struct json *obj, const char *key, uint64_t value)
{
	if (obj)
		add(obj, key, json_object_new_uint64(value));
}

void json_double(struct json *obj, const char *key, double value)
{
	char text[40];

	if (!obj)
		return;
	/* the shortest of the two that reads back as the same number */
	snprintf(text, sizeof(text), "%.15g", value);
	if (strtod(text, NULL) != value)
		snprintf(text, sizeof(text), "%.17g", value);
	add(obj, key, json_object_new_double_s(value, text));
}

void json_flag(struct json *obj, const char *key, bool value)
{
	if (obj)
		add(obj, key, json_object_new_boolean(value));
}

void json_null(struct json *obj, const char *key)
{
	add(obj, key, NULL);
}

void json_wide(struct json *obj, const char *key, struct dp_wide value, unsigned bits)
{
	char text[DP_WIDE_TEXT];

	if (!obj)
		return;
	dp_wide_hex(value, (bits + 3) / 4, text);
	add(obj, key, json_object_new_string(text));
}

void json_hex(struct json *obj, const char *key, uint64_t value, unsigned bits)
{
	json_wide(obj, key, dp_wide_of(value), bits);
}

void json_value(struct json *obj, struct dp_wide value, unsigned bits)
{
	json_wide(obj, "value", value, bits);
	if (!value.hi && value.lo < UINT64_C(1) << 53)
		json_uint(obj, "int", value.lo);
}
