/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * convert.h - descriptions from and to the formats of others
 *
 * A format is a row of convert.c's table: a reader that prints our YAML, a writer that prints a
 * loaded description, or both.  To add one: FORMAT_import.c or FORMAT_export.c, and its row.
 */
#ifndef DP_CONVERT_H
#define DP_CONVERT_H

#include <stdio.h>

#include "desc/arena.h"
#include "desc/desc.h"

/**
 * struct dp_conversion - one of them under way
 * @file: what is read, as it is named in notes
 * @notes: called for each thing that the other side cannot say, or NULL; counted in @n_notes
 * @out: where the text goes
 * @arena: for what the conversion needs meanwhile
 */
struct dp_conversion {
	const char *file;
	const struct dp_import_opts *opts; /* of an import */
	const struct dp_desc *desc;        /* of an export */
	void (*notes)(void *arg, const struct dp_problem *p);
	void *arg;
	size_t n_notes;
	FILE *out;
	struct dp_arena *arena;
	struct dp_err *err;
};

/* what is lost, and where: @line of cv->file, or the place of a description's element */
void dp_convert_note(struct dp_conversion *cv, unsigned line, const char *fmt, ...) DP_PRINTF(3, 4);
void dp_convert_note_at(struct dp_conversion *cv, const struct dp_pos *pos, const char *fmt, ...)
	DP_PRINTF(3, 4);

/* 0, or -errno with cv->err filled */
int dp_svd_import(struct dp_conversion *cv);
int dp_svd_export(struct dp_conversion *cv);
int dp_c_export(struct dp_conversion *cv);
int dp_json_export(struct dp_conversion *cv);

#endif
