/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skipped.c - for people, registers in a row that are left alone for one reason are one line:
 * the 59 counters of a NIC, the doorbells of an NVMe, also where two arrays lie interleaved
 */
#include <string.h>

#include "out.h"
#include "skipped.h"

/* length of "RDT" in "RDT.3"; 0: no element of an array */
static size_t stem(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && strspn(dot + 1, "0123456789") == strlen(dot + 1) ? (size_t)(dot - path) : 0;
}

static bool continues(const struct skipped_run *r, const struct dp_ref_info *info, const char *why)
{
	size_t n = stem(info->path);

	return !strcmp(r->why, why) && !strcmp(r->last.space, info->space) &&
	       stem(r->last.path) == n && !strncmp(r->last.path, info->path, n);
}

static struct skipped_run *run_of(struct skipped *s, const struct dp_ref_info *info,
				  const char *why)
{
	for (size_t i = 0; i < s->n; i++)
		if (continues(&s->runs[i], info, why))
			return &s->runs[i];
	if (s->n == sizeof(s->runs) / sizeof(s->runs[0]))
		skipped_end(s);
	s->runs[s->n] = (struct skipped_run){.first = *info, .why = why};
	return &s->runs[s->n++];
}

void skipped_add(struct cmd *c, struct skipped *s, const struct dp_ref *ref, const char *why)
{
	bool absent = !strcmp(why, "absent"), all = opt_given(&c->opts, OPT_VERBOSE);
	struct dp_ref_info info;
	struct skipped_run *r;

	dp_ref_info(ref, &info);
	if (absent && !all) {
		s->absent++;
		return;
	}
	if (all)
		skipped_end(s);
	r = run_of(s, &info, why);
	r->last = info;
	r->n++;
}

void skipped_end(struct skipped *s)
{
	for (size_t i = 0; i < s->n; i++)
		render_skipped(&s->runs[i].first, &s->runs[i].last, s->runs[i].n, s->runs[i].why,
			       s->done, s->path_width);
	s->n = 0;
}

void skipped_absent(struct cmd *c, const struct skipped *s)
{
	if (s->absent && !c->quiet && !c->doc)
		out("%zu described register%s not on this device; -v names %s\n", s->absent,
		    s->absent == 1 ? " is" : "s are", s->absent == 1 ? "it" : "them");
}
