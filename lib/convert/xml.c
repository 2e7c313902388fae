/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xml.c - expat's events to a tree
 *
 * Entities of a document's own are refused: no register file has them, and they are how small
 * files become large ones.
 */
#include <errno.h>
#include <expat.h>
#include <string.h>
#include <unistd.h>

#include "convert/xml.h"
#include "core/core.h"
#include "core/file.h"

#define STEP (1 << 20) /* bytes that expat is given at a time; its sizes are ints */

struct reader {
	XML_Parser parser;
	struct dp_arena *arena;
	struct dp_xml *root, *at;
	const char *why; /* it was stopped, or NULL */
	unsigned depth;
	size_t nodes;
	char *text; /* of the element that began last */
	size_t len, room;
};

static void stop(struct reader *r, const char *why)
{
	r->why = r->why ? r->why : why;
	XML_StopParser(r->parser, XML_FALSE);
}

static const char *keep(struct reader *r, const char *s, size_t len)
{
	const char *copy = dp_arena_strndup(r->arena, s, len);

	if (!copy)
		stop(r, "out of memory");
	return copy ? copy : "";
}

static void XMLCALL on_begin(void *arg, const XML_Char *tag, const XML_Char **attrs)
{
	struct reader *r = arg;
	struct dp_xml *x = dp_arena_alloc(r->arena, sizeof(*x));

	if (!x || ++r->nodes > DP_XML_MAX_NODES || ++r->depth > DP_XML_MAX_DEPTH) {
		stop(r, !x                            ? "out of memory"
			: r->depth > DP_XML_MAX_DEPTH ? "elements deeper than 32"
						      : "more than 4000000 elements");
		return;
	}
	x->tag = keep(r, tag, strlen(tag));
	x->text = "";
	x->line = (unsigned)XML_GetCurrentLineNumber(r->parser);
	for (size_t i = 0; attrs[i]; i += 2)
		if (!strcmp(attrs[i], "derivedFrom"))
			x->from = keep(r, attrs[i + 1], strlen(attrs[i + 1]));
	x->up = r->at;
	if (!r->at)
		r->root = x;
	else if (r->at->last)
		r->at->last->next = x;
	else
		r->at->first = x;
	if (r->at)
		r->at->last = x;
	r->at = x;
	r->len = 0;
}

/* control characters are layout: ASCII's, and the C1 set (U+0080 to U+009F) */
static void blank_controls(char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i],
			      next = i + 1 < len ? (unsigned char)s[i + 1] : 0;

		if ((c < ' ' && !strchr("\t\r\n", c)) || c == 0x7f)
			s[i] = ' ';
		else if (c == 0xc2 && next >= 0x80 && next < 0xa0)
			s[i] = s[i + 1] = ' ';
	}
}

/* text between elements of an element that has some is layout */
static void XMLCALL on_end(void *arg, const XML_Char *tag)
{
	struct reader *r = arg;
	const char *s = r->text;
	size_t len = r->len;

	(void)tag;
	if (r->why)
		return;
	blank_controls(r->text, r->len);
	while (len && strchr(" \t\r\n", s[len - 1]))
		len--;
	for (; len && strchr(" \t\r\n", *s); len--)
		s++;
	if (len && !r->at->first)
		r->at->text = keep(r, s, len);
	r->len = 0;
	r->depth--;
	r->at = r->at->up;
}

static void XMLCALL on_text(void *arg, const XML_Char *s, int n)
{
	struct reader *r = arg;
	size_t len = (size_t)n;

	if (r->len + len > r->room) {
		size_t room = 2 * (r->len + len);
		char *bigger = realloc(r->text, room);

		if (!bigger) {
			stop(r, "out of memory");
			return;
		}
		r->text = bigger;
		r->room = room;
	}
	memcpy(r->text + r->len, s, len);
	r->len += len;
}

static void XMLCALL on_entity(void *arg, const XML_Char *name, int is_parameter,
			      const XML_Char *value, int length, const XML_Char *base,
			      const XML_Char *system, const XML_Char *public,
			      const XML_Char *notation)
{
	(void)name;
	(void)is_parameter;
	(void)value;
	(void)length;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	stop(arg, "it declares entities, which no register file needs");
}

static int failed(const struct reader *r, const char *file, struct dp_err *err)
{
	const char *why = r->why ? r->why : XML_ErrorString(XML_GetErrorCode(r->parser));

	if (r->why && !strcmp(r->why, "out of memory"))
		return dp_err_nomem(err);
	return dp_err_set(err, EINVAL, DP_VALUE, "%s:%lu:%lu: %s", file,
			  (unsigned long)XML_GetCurrentLineNumber(r->parser),
			  (unsigned long)XML_GetCurrentColumnNumber(r->parser) + 1, why);
}

static int parse(struct reader *r, const char *file, const char *data, size_t size,
		 struct dp_err *err)
{
	size_t at = 0;

	r->parser = XML_ParserCreate(NULL);
	if (!r->parser)
		return dp_err_nomem(err);
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_begin, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetEntityDeclHandler(r->parser, on_entity);
	do {
		size_t n = size - at < STEP ? size - at : STEP;

		if (!XML_Parse(r->parser, data + at, (int)n, at + n == size))
			return failed(r, file, err);
		at += n;
	} while (at < size);
	return 0;
}

static int read_file(const char *file, char **data, size_t *size, struct dp_err *err)
{
	int fd = dp_file_open(file), rc = fd < 0 ? fd : 0;

	if (!rc)
		rc = dp_file_read(fd, DP_XML_MAX_FILE, data, size);
	if (fd >= 0)
		close(fd);
	if (rc == -EFBIG)
		return dp_err_set(err, EFBIG, DP_VALUE, "'%s' has more than %zu MiB", file,
				  DP_XML_MAX_FILE >> 20);
	if (rc)
		return dp_err_set(err, -rc, rc == -EACCES || rc == -EPERM ? DP_PERMISSION : DP_NAME,
				  "cannot read '%s': %s", file, dp_file_error(-rc));
	return 0;
}

struct dp_xml *dp_xml_read(const char *file, struct dp_arena *arena, struct dp_err *err)
{
	struct reader r = {.arena = arena};
	char *data = NULL;
	size_t size;
	int rc = read_file(file, &data, &size, err);

	if (!rc)
		rc = parse(&r, file, data, size, err);
	if (r.parser)
		XML_ParserFree(r.parser);
	free(r.text);
	free(data);
	return rc ? NULL : r.root;
}

static struct dp_xml *find(struct dp_xml *x, const char *tag)
{
	while (x && strcmp(x->tag, tag) != 0)
		x = x->next;
	if (x)
		x->used = true;
	return x;
}

struct dp_xml *dp_xml_child(const struct dp_xml *x, const char *tag)
{
	return find(x->first, tag);
}

struct dp_xml *dp_xml_again(const struct dp_xml *x)
{
	return find(x->next, x->tag);
}
