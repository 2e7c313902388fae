/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svd.h - what a CMSIS-SVD file says, as a register model
 *
 * CMSIS-SVD schema 1.3.10 (Arm, "SVD Description (*.svd) Format").  svd_derive.c: derivedFrom is
 * worked out on the elements; svd_read.h: elements to the model below, lists and inherited
 * properties written out; svd_layout.c: registers at one place; svd_yaml.c: our YAML.
 */
#ifndef DP_SVD_H
#define DP_SVD_H

#include "convert/convert.h"
#include "convert/xml.h"

#define SVD_MAX_ITEMS 500000 /* registers and fields, lists written out */

struct svd_dim {
	uint64_t count, step; /* count 0: no array */
};

struct svd_word {
	const char *name, *doc;
	uint64_t value;
	struct svd_word *next;
};

struct svd_field {
	const char *name, *doc;
	unsigned hi, lo, line;
	struct dp_attr attr;
	struct svd_word *words, *write_words; /* of reads (or of both), of writes alone */
	struct svd_field *next;
};

struct svd_reg {
	const char *name, *doc;
	const struct svd_reg *view_of; /* at the same place; or NULL */
	uint64_t offset, reset, reset_mask;
	unsigned width, widths, line; /* widths: 0 = the width */
	struct dp_attr attr;
	struct svd_dim dim;
	struct svd_field *fields;
	bool left_out;
	struct svd_reg *next;
};

/* registerPropertiesGroup: what an element does not say is what the one above it says */
struct svd_props {
	uint64_t size, reset, mask;
	struct dp_attr attr; /* access alone is inherited */
};

struct svd_block;

/* a register file: what a type of ours is.  Derived peripherals share theirs */
struct svd_file {
	const char *name;
	const struct dp_xml *source; /* first element of its registers, which say less than all */
	struct svd_props props;      /* of what they do not say */
	struct svd_reg *regs;
	struct svd_block *blocks; /* clusters */
	struct svd_file *next;
};

/* a peripheral or cluster */
struct svd_block {
	const char *name, *doc;
	uint64_t offset;
	unsigned line;
	struct svd_dim dim;
	struct svd_file *content;
	struct svd_block *next;
};

struct svd_device {
	const char *name, *title, *vendor, *version, *license;
	struct svd_block *peripherals;
	struct svd_file *files; /* all, those of clusters before their peripheral's */
	size_t n_regs, n_fields;
};

/* svd_derive.c: after this no element of @root needs its derivedFrom; 0 or -ENOMEM */
int svd_derive(struct dp_conversion *cv, struct dp_xml *root);

/* svd_number.c: "0x10", "16", "#1x0": *@open has the bits that are left open, "x" */
bool svd_number(const char *text, uint64_t *value, uint64_t *open);

/* svd_names.c: names as ours are spelled, each once in its scope */
struct svd_names {
	struct dp_conversion *cv;
	void *root;
	size_t max;
	bool top; /* beside names of spaces, which are reserved */
};
/* @what: "register", for the note when it has to be another one, NULL: without
 * one.  NULL: out of memory */
const char *svd_name(struct svd_names *s, const char *what, const char *name, unsigned line);
void svd_names_end(struct svd_names *s);

/* svd_read.c */
int svd_read(struct dp_conversion *cv, struct dp_xml *root, struct svd_device *d);
/* svd_layout.c: which registers are views of others; widths of the misaligned */
int svd_layout(struct dp_conversion *cv, struct svd_file *f);
/* svd_yaml.c */
int svd_yaml(struct dp_conversion *cv, const struct svd_device *d);

#endif
