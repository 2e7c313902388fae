/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c - json-c behind the few calls that lib/ needs; a dp_json is a json_object */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/core.h"
#include "core/file.h"
#include "core/json.h"

#define MAX_DOCUMENT (64u << 20) /* bytes of a file that is read */

static struct json_object *unwrap(const struct dp_json *j)
{
	return (struct json_object *)j;
}

static struct dp_json *wrap(struct json_object *o)
{
	return (struct dp_json *)o;
}

struct dp_json *dp_json_parse(const char *text, size_t len)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *o;

	if (!tok)
		return NULL;
	o = json_tokener_parse_ex(tok, text, (int)len);
	if (json_tokener_get_error(tok) != json_tokener_success) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tok);
	return wrap(o);
}

static int cannot_read(const char *file, int errnum, struct dp_err *err)
{
	bool none = errnum == EBADF || errnum == EFBIG;
	enum dp_code code = none ? DP_VALUE : dp_file_code(errnum);

	return dp_err_set(err, errnum, code, "cannot read '%s': %s", file, dp_file_error(errnum));
}

int dp_json_read(const char *file, struct dp_json **out, struct dp_err *err)
{
	int fd = dp_file_open(file), rc;
	char *text = NULL;
	size_t len = 0;

	*out = NULL;
	rc = fd < 0 ? fd : dp_file_read(fd, MAX_DOCUMENT, &text, &len);
	if (fd >= 0)
		close(fd);
	if (rc)
		return cannot_read(file, -rc, err);
	*out = dp_json_parse(text, len);
	free(text);
	if (*out)
		return 0;
	return dp_err_set(err, EINVAL, DP_VALUE, "'%s' is not a JSON document", file);
}

static int cannot_write(const char *file, int errnum, struct dp_err *err)
{
	return dp_err_set(err, errnum, dp_file_code(errnum), "cannot write '%s': %s", file,
			  strerror(errnum));
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd) && errno != EINVAL ? -errno : 0;
}

int dp_json_write(const struct dp_json *j, const char *file, struct dp_err *err)
{
	const char *text = json_object_to_json_string_ext(unwrap(j), JSON_C_TO_STRING_PRETTY);
	char tmp[4096];
	int fd, rc;

	if ((size_t)snprintf(tmp, sizeof(tmp), "%s.tmp", file) >= sizeof(tmp))
		return dp_err_set(err, ENAMETOOLONG, DP_IO, "the path '%.60s...' is too long",
				  file);
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return cannot_write(tmp, errno, err);
	rc = write_all(fd, text, strlen(text));
	if (close(fd) && !rc)
		rc = -errno;
	if (!rc && rename(tmp, file))
		rc = -errno;
	if (rc) {
		unlink(tmp);
		cannot_write(file, -rc, err);
	}
	return rc;
}

char *dp_json_text(const struct dp_json *j)
{
	const char *text = json_object_to_json_string_ext(
		unwrap(j), JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	return text ? strdup(text) : NULL;
}

void dp_json_free(struct dp_json *root)
{
	json_object_put(unwrap(root));
}

struct dp_json *dp_json_object(void)
{
	return wrap(json_object_new_object());
}

struct dp_json *dp_json_array(void)
{
	return wrap(json_object_new_array());
}

struct dp_json *dp_json_set(struct dp_json *obj, const char *key, struct dp_json *v)
{
	json_object_object_add(unwrap(obj), key, unwrap(v));
	return v;
}

struct dp_json *dp_json_push(struct dp_json *arr, struct dp_json *v)
{
	json_object_array_add(unwrap(arr), unwrap(v));
	return v;
}

void dp_json_push_str(struct dp_json *arr, const char *v)
{
	json_object_array_add(unwrap(arr), json_object_new_string(v));
}

void dp_json_set_str(struct dp_json *obj, const char *key, const char *v)
{
	json_object_object_add(unwrap(obj), key, v ? json_object_new_string(v) : NULL);
}

void dp_json_set_int(struct dp_json *obj, const char *key, int64_t v)
{
	json_object_object_add(unwrap(obj), key, json_object_new_int64(v));
}

void dp_json_set_hex(struct dp_json *obj, const char *key, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, v);
	dp_json_set_str(obj, key, text);
}

void dp_json_set_bool(struct dp_json *obj, const char *key, bool v)
{
	json_object_object_add(unwrap(obj), key, json_object_new_boolean(v));
}

struct dp_json *dp_json_get(const struct dp_json *obj, const char *key)
{
	struct json_object *v = NULL;

	if (!obj || !json_object_is_type(unwrap(obj), json_type_object))
		return NULL;
	json_object_object_get_ex(unwrap(obj), key, &v);
	return wrap(v);
}

bool dp_json_is_object(const struct dp_json *j)
{
	return j && json_object_is_type(unwrap(j), json_type_object);
}

bool dp_json_is_array(const struct dp_json *j)
{
	return j && json_object_is_type(unwrap(j), json_type_array);
}

size_t dp_json_len(const struct dp_json *arr)
{
	return arr && json_object_is_type(unwrap(arr), json_type_array)
		       ? json_object_array_length(unwrap(arr))
		       : 0;
}

struct dp_json *dp_json_at(const struct dp_json *arr, size_t i)
{
	return i < dp_json_len(arr) ? wrap(json_object_array_get_idx(unwrap(arr), i)) : NULL;
}

const char *dp_json_item_str(const struct dp_json *arr, size_t i)
{
	struct dp_json *v = dp_json_at(arr, i);

	return v && json_object_is_type(unwrap(v), json_type_string)
		       ? json_object_get_string(unwrap(v))
		       : NULL;
}

const char *dp_json_str(const struct dp_json *obj, const char *key, const char *def)
{
	struct dp_json *v = dp_json_get(obj, key);

	return v && json_object_is_type(unwrap(v), json_type_string)
		       ? json_object_get_string(unwrap(v))
		       : def;
}

int64_t dp_json_int(const struct dp_json *obj, const char *key, int64_t def)
{
	struct dp_json *v = dp_json_get(obj, key);

	return v && json_object_is_type(unwrap(v), json_type_int) ? json_object_get_int64(unwrap(v))
								  : def;
}

uint64_t dp_json_hex(const struct dp_json *obj, const char *key, uint64_t def)
{
	const char *text = dp_json_str(obj, key, NULL);
	unsigned long long v;
	char *end;

	if (!text || strncmp(text, "0x", 2))
		return def;
	errno = 0;
	v = strtoull(text + 2, &end, 16);
	return errno || *end || end == text + 2 ? def : v;
}

bool dp_json_bool(const struct dp_json *obj, const char *key, bool def)
{
	struct dp_json *v = dp_json_get(obj, key);

	return v && json_object_is_type(unwrap(v), json_type_boolean)
		       ? json_object_get_boolean(unwrap(v))
		       : def;
}

int dp_json_each(const struct dp_json *obj,
		 int (*fn)(void *arg, const char *key, struct dp_json *v), void *arg)
{
	int rc = 0;

	if (!obj || !json_object_is_type(unwrap(obj), json_type_object))
		return 0;
	json_object_object_foreach(unwrap(obj), key, value)
	{
		rc = fn(arg, key, wrap(value));
		if (rc)
			break;
	}
	return rc;
}
