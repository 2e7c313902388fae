/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert.c - the formats of others, by name */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "convert/convert.h"
#include "core/core.h"

/* a row: NULL = not that way */
static const struct format {
	const char *name;
	int (*import)(struct dp_conversion *cv);
	int (*export)(struct dp_conversion *cv);
} formats[] = {
	{"c", NULL, dp_c_export},
	{"json", NULL, dp_json_export},
	{"svd", dp_svd_import, dp_svd_export},
};
#define N_FORMATS (sizeof(formats) / sizeof(formats[0]))

const char *dp_desc_format(size_t i, bool import)
{
	for (size_t k = 0; k < N_FORMATS; k++)
		if ((import ? formats[k].import : formats[k].export) && !i--)
			return formats[k].name;
	return NULL;
}

static const struct format *find(const char *name, bool import, struct dp_err *err)
{
	char names[64];
	size_t n = 0;

	for (size_t k = 0; k < N_FORMATS; k++)
		if (!strcmp(formats[k].name, name) &&
		    (import ? formats[k].import : formats[k].export))
			return &formats[k];
	names[0] = 0;
	for (size_t i = 0; dp_desc_format(i, import) && n < sizeof(names); i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", i ? ", " : "",
				      dp_desc_format(i, import));
	dp_err_set(err, EINVAL, DP_USAGE, "'%.40s' is no format that can be %s; there is %s", name,
		   import ? "imported" : "written", names);
	return NULL;
}

static void note(struct dp_conversion *cv, const struct dp_problem *p)
{
	cv->n_notes++;
	if (cv->notes)
		cv->notes(cv->arg, p);
}

void dp_convert_note(struct dp_conversion *cv, unsigned line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	note(cv, &(struct dp_problem){cv->file, line, 1, text});
}

void dp_convert_note_at(struct dp_conversion *cv, const struct dp_pos *pos, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	note(cv, &(struct dp_problem){pos->file, pos->line, pos->column, text});
}

/* the text is there as a whole, or not at all */
static int run(struct dp_conversion *cv, int (*fn)(struct dp_conversion *cv), char **text,
	       size_t *size)
{
	int rc = -ENOMEM;

	*text = NULL;
	cv->arena = dp_arena_new();
	cv->out = open_memstream(text, size);
	if (cv->arena && cv->out)
		rc = fn(cv);
	else
		dp_err_nomem(cv->err);
	if (cv->out && fclose(cv->out) && !rc)
		rc = dp_err_nomem(cv->err);
	if (cv->arena)
		dp_arena_free(cv->arena);
	if (rc) {
		free(*text);
		*text = NULL;
		return rc;
	}
	return (int)(cv->n_notes > INT32_MAX ? INT32_MAX : cv->n_notes);
}

int dp_desc_import(const char *format, const char *file, const struct dp_import_opts *opts,
		   void (*notes)(void *arg, const struct dp_problem *p), void *arg, char **text,
		   size_t *size, struct dp_err *err)
{
	static const struct dp_import_opts none;
	struct dp_conversion cv = {
		.file = file, .opts = opts ? opts : &none, .notes = notes, .arg = arg, .err = err};
	const struct format *f = find(format, true, err);

	return f ? run(&cv, f->import, text, size) : -EINVAL;
}

int dp_desc_export(const struct dp_desc *desc, const char *format,
		   void (*notes)(void *arg, const struct dp_problem *p), void *arg, char **text,
		   size_t *size, struct dp_err *err)
{
	struct dp_conversion cv = {.desc = desc, .notes = notes, .arg = arg, .err = err};
	const struct format *f = find(format, false, err);

	return f ? run(&cv, f->export, text, size) : -EINVAL;
}
