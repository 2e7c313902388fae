/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xml.h - an XML document as a bounded tree of elements that know their lines */
#ifndef DP_XML_H
#define DP_XML_H

#include "desc/arena.h"
#include "devpoke.h"

/* what a hostile file may cost at most; the largest register files of vendors have 20 MB */
#define DP_XML_MAX_FILE  ((size_t)64 << 20)
#define DP_XML_MAX_NODES 4000000
#define DP_XML_MAX_DEPTH 32

/**
 * struct dp_xml - one element
 * @text: its characters without the blanks around them; "" when there are none
 * @from: its attribute derivedFrom, the only one that is kept; or NULL
 * @used: somebody has read it; what nobody has is reported
 * @shared: it stands elsewhere, too, and its children are those there
 */
struct dp_xml {
	const char *tag, *text, *from;
	unsigned line;
	bool used, shared;
	uint8_t state; /* 0 at first; for who works on the tree */
	struct dp_xml *up, *first, *last, *next;
};

/* the root of @file; names and text lie in @arena.  NULL: @err says why: -ENOENT and the like
 * (DP_NAME, DP_PERMISSION), -EINVAL (DP_VALUE) with FILE:LINE:COLUMN */
struct dp_xml *dp_xml_read(const char *file, struct dp_arena *arena, struct dp_err *err);

/* the first child of that name, marked used; NULL = none */
struct dp_xml *dp_xml_child(const struct dp_xml *x, const char *tag);
/* the next sibling of the same name, marked used */
struct dp_xml *dp_xml_again(const struct dp_xml *x);

#endif
