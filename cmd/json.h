/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json.h - building the documents of CLI.md section 7
 *
 * A value belongs to the one it was added to; json_free() the document only.  Every
 * function accepts a NULL @obj and does nothing then: a verb says what it found once, for
 * people and for JSON.
 */
#ifndef CMD_JSON_H
#define CMD_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devpoke.h"

struct json;

struct json *json_new(void); /* an object */
void json_free(struct json *doc);
const char *json_text(struct json *doc); /* one line; lives as long as @doc */

/* an empty array or object under @key; NULL @obj gives NULL */
struct json *json_array(struct json *obj, const char *key);
struct json *json_map(struct json *obj, const char *key);
struct json *json_item(struct json *arr); /* a new object at the end of @arr */
void json_item_str(struct json *arr, const char *value);

void json_str(struct json *obj, const char *key, const char *value);      /* NULL, "": null */
void json_text_str(struct json *obj, const char *key, const char *value); /* "" stays "" */
void json_uint(struct json *obj, const char *key, uint64_t value);
void json_double(struct json *obj, const char *key, double value);
void json_flag(struct json *obj, const char *key, bool value);
void json_null(struct json *obj, const char *key);
void json_hex(struct json *obj, const char *key, uint64_t value, unsigned bits);
void json_wide(struct json *obj, const char *key, struct dp_wide value, unsigned bits);
/* "value" as hex and "int" beside it where a JSON number holds it exactly */
void json_value(struct json *obj, struct dp_wide value, unsigned bits);

#endif
