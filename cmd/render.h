/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render.h - registers as people and JSON see them
 *
 * A value is decoded once (dp_decode) and shown in one place, whatever the register.
 */
#ifndef CMD_RENDER_H
#define CMD_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd.h"

enum form {
	FORM_PEOPLE, /* name, value, fields */
	FORM_HEX,    /* this and the next: the value alone */
	FORM_DEC,
	FORM_BIN,
	FORM_TEXT,
	FORM_SH,   /* NAME=VALUE lines for eval */
	FORM_LINE, /* one line per register: dump */
};

/**
 * struct reading - one register that was read, or was not
 * @value: of the whole register; @skipped: why it was not read, or NULL
 * @timed: show @ns
 * @path_width: column of the paths with FORM_LINE
 */
struct reading {
	const struct dp_ref *ref;
	struct dp_wide value;
	const char *skipped;
	bool timed;
	uint64_t ns;
	int path_width;
};

/* -r and -f of @c; Return: an exit code */
int render_form(struct cmd *c, enum form *form);
/* one element of "registers", or its lines */
void render_reading(struct json *arr, enum form form, const struct reading *r);
/* a line for @n registers in a row that were left alone for one reason; @done: "written", NULL:
 * "read" */
void render_skipped(const struct dp_ref_info *first, const struct dp_ref_info *last, size_t n,
		    const char *why, const char *done, int path_width);
/* the width of a column of the paths of @refs, unless some are very long */
int render_path_width(struct dp_ref *const *refs, size_t n);
/* "CC: 0x00000000 -> 0x00460001": what a poke did */
void render_written(const struct dp_ref *ref, const struct dp_result *res);
/* one element of "writes" */
void render_write(struct json *arr, const struct dp_ref *ref, const struct dp_plan *plan,
		  const struct dp_result *res);
/* a whole register: "register", "value", "fields" of @j; NULL: "CSTS = 0x00000001  RDY+", which
 * ends no line */
void render_register(struct json *j, const struct dp_ref *ref, struct dp_wide value);
/* the "bits" of a field: "7..4", "0" */
void render_bits(char *buf, size_t size, unsigned hi, unsigned lo);
/* TIME as people write it: "12.3 ms" */
void render_time(char *buf, size_t size, uint64_t ns);
/* drawing of a register's bits (decode --bits) */
void render_diagram(const struct dp_ref *ref, struct dp_wide value);
/* all that is known of what @info names: an element of "items", which is returned */
struct json *render_item(struct json *arr, const struct dp_ref_info *info);
/* first line of a doc text, for one-line displays */
int render_first_line(const char *text);

#endif
