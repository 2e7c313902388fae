/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json.h - the only way of lib/ to JSON (lab records, QMP, model states, snapshots)
 *
 * A value is owned by its root; dp_json_free() the root only.  Getters of the wrong kind
 * or an absent key return the default.
 */
#ifndef DP_JSON_H
#define DP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devpoke.h"

struct dp_json;

struct dp_json *dp_json_parse(const char *text, size_t len); /* NULL: not one JSON document */
/* *@out: NULL after a failure.  -ENOENT (DP_ABSENT); -EACCES (DP_PERMISSION); -EINVAL (DP_VALUE):
 * not one JSON document; other values of dp_file_read() */
int dp_json_read(const char *file, struct dp_json **out, struct dp_err *err);
/* written to FILE.tmp, fsync'ed and renamed: a reader sees the old or the new document */
int dp_json_write(const struct dp_json *j, const char *file, struct dp_err *err);
char *dp_json_text(const struct dp_json *j); /* one line; free() it */
void dp_json_free(struct dp_json *root);

struct dp_json *dp_json_object(void);
struct dp_json *dp_json_array(void);
/* these take ownership of @v and return it */
struct dp_json *dp_json_set(struct dp_json *obj, const char *key, struct dp_json *v);
struct dp_json *dp_json_push(struct dp_json *arr, struct dp_json *v);
void dp_json_push_str(struct dp_json *arr, const char *v);
void dp_json_set_str(struct dp_json *obj, const char *key, const char *v);
void dp_json_set_int(struct dp_json *obj, const char *key, int64_t v);
void dp_json_set_hex(struct dp_json *obj, const char *key, uint64_t v); /* "0x..." */
void dp_json_set_bool(struct dp_json *obj, const char *key, bool v);

struct dp_json *dp_json_get(const struct dp_json *obj, const char *key); /* NULL: none */
bool dp_json_is_object(const struct dp_json *j);
bool dp_json_is_array(const struct dp_json *j);
size_t dp_json_len(const struct dp_json *arr);
struct dp_json *dp_json_at(const struct dp_json *arr, size_t i);
const char *dp_json_item_str(const struct dp_json *arr, size_t i); /* NULL: no string */
const char *dp_json_str(const struct dp_json *obj, const char *key, const char *def);
int64_t dp_json_int(const struct dp_json *obj, const char *key, int64_t def);
uint64_t dp_json_hex(const struct dp_json *obj, const char *key, uint64_t def);
bool dp_json_bool(const struct dp_json *obj, const char *key, bool def);
/* each member of an object; fn non-zero ends the walk with that */
int dp_json_each(const struct dp_json *obj,
		 int (*fn)(void *arg, const char *key, struct dp_json *v), void *arg);

#endif
