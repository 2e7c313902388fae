/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svd_read.h - what the readers of elements share: svd_value, _list, _words, _field, _read.c */
#ifndef DP_SVD_READ_H
#define DP_SVD_READ_H

#include "convert/svd.h"

/* a file being read; @failed: no memory, and everything ends soon */
struct svd_reader {
	struct dp_conversion *cv;
	struct svd_device *d;
	struct svd_file **files;
	size_t items;
	bool failed;
};

/* svd_value.c */
void *svd_alloc(struct svd_reader *r, size_t size);
/* one more register, field or word; false: there are too many, which is noted once */
bool svd_may_add(struct svd_reader *r, const struct dp_xml *x);
/* of the child @tag; NULL: none, or empty */
const char *svd_text(const struct dp_xml *x, const char *tag);
/* false: not given, or no number, which is noted */
bool svd_uint(struct svd_reader *r, const struct dp_xml *x, const char *tag, uint64_t *out);
/* its description on one line, or NULL */
const char *svd_doc(struct svd_reader *r, const struct dp_xml *x);
/* what @x says itself of access, size and reset; of what writes and reads do */
void svd_access(struct svd_reader *r, const struct dp_xml *x, struct dp_attr *a);
void svd_effects(struct svd_reader *r, const struct dp_xml *x, struct dp_attr *a);
void svd_read_props(struct svd_reader *r, const struct dp_xml *x, struct svd_props *p);
/* what cannot happen is left out, and noted */
void svd_settle(struct svd_reader *r, const char *name, unsigned line, struct dp_attr *a);

/* svd_list.c */
/* dimElementGroup: @index has one name for each, or is NULL: they count from 0.  @count 0: the
 * element is no list */
struct svd_list {
	uint64_t count, step;
	const char **index;
};
/* how many things of ours an element is, 0: none, which is noted; of an array one, and @dim says
 * the rest */
uint64_t svd_spread(struct svd_reader *r, const struct dp_xml *x, const char *name,
		    struct svd_list *l, struct svd_dim *dim);
const char *svd_spread_name(struct svd_reader *r, const char *name, const struct svd_list *l,
			    const struct svd_dim *dim, size_t i);
const char *svd_element_name(struct svd_reader *r, const char *name, const struct svd_list *l,
			     size_t i);
/* @name with @text for its "%s" or "[%s]" */
const char *svd_fill_in(struct svd_reader *r, const char *name, const char *text);

/* svd_words.c: what of @x's values belongs to @f */
void svd_enums(struct svd_reader *r, const struct dp_xml *x, struct svd_field *f);
/* svd_field.c */
void svd_fields(struct svd_reader *r, const struct dp_xml *x, struct svd_reg *reg);

#endif
