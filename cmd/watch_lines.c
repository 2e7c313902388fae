/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch_lines.c - changes as lines: for pipes, logs and JSON readers */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "msg.h"
#include "out.h"
#include "render.h"
#include "watch.h"

/* ------------------------------------------------------------------ fields */

static const struct dp_field_value *same_field(const struct dp_decoded *d,
					       const struct dp_field_value *f)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->fields[i].hi == f->hi && d->fields[i].lo == f->lo)
			return &d->fields[i];
	return NULL;
}

static void text_of(char buf[112], const struct dp_field_value *f, unsigned bits)
{
	char number[DP_WIDE_TEXT];

	if (!f)
		snprintf(buf, 112, "0");
	else if (*f->text)
		snprintf(buf, 112, "%s", f->text);
	else if (f->has_scaled)
		snprintf(buf, 112, "%.15g%s", f->scaled, f->unit ? f->unit : "");
	else {
		dp_wide_hex(f->value, 1, number);
		snprintf(buf, 112, "%s", bits == 1 ? number + 2 : number);
	}
}

/* @a or @b is NULL where bits without a field are zero: those are not decoded */
static void tell(const struct dp_field_value *a, const struct dp_field_value *b,
		 void (*fn)(void *arg, const struct watch_field *f), void *arg)
{
	const struct dp_field_value *any = b ? b : a;
	struct watch_field f = {.bits = any->hi - any->lo + 1,
				.old_value = a ? a->value : dp_wide_of(0),
				.value = b ? b->value : dp_wide_of(0)};

	f.name = any->reserved ? "(reserved)" : any->name && *any->name ? any->name : NULL;
	if (dp_wide_same(f.old_value, f.value) || !f.name)
		return;
	f.word = *any->text || any->has_scaled;
	text_of(f.old, a, f.bits);
	text_of(f.now, b, f.bits);
	fn(arg, &f);
}

void watch_fields(const struct watched *w, void (*fn)(void *arg, const struct watch_field *f),
		  void *arg)
{
	struct dp_decoded old = {0}, now = {0};

	if (!dp_decode(w->ref, w->old, &old) && !dp_decode(w->ref, w->value, &now)) {
		for (size_t i = 0; i < now.n; i++)
			tell(same_field(&old, &now.fields[i]), &now.fields[i], fn, arg);
		for (size_t i = 0; i < old.n; i++)
			if (!same_field(&now, &old.fields[i]))
				tell(&old.fields[i], NULL, fn, arg);
	}
	dp_decoded_free(&old);
	dp_decoded_free(&now);
}

/* ------------------------------------------------------------------- lines */

/* @part: the path names the field itself, so that only a word would be news */
struct list {
	bool any, part;
};

static void people_field(void *arg, const struct watch_field *f)
{
	struct list *l = arg;

	if (l->part && !f->word)
		return;
	out("%s%s%s%s -> %s", l->any ? ", " : "  (", l->part ? "" : f->name, l->part ? "" : " ",
	    f->old, f->now);
	l->any = true;
}

static void people_change(const struct watched *w, const struct dp_ref_info *info)
{
	struct list l = {.part = strcmp(info->path, info->reg_path)};

	out_hex(dp_ref_extract(w->ref, w->old), info->hi - info->lo + 1);
	out_str(" -> ");
	out_hex(dp_ref_extract(w->ref, w->value), info->hi - info->lo + 1);
	watch_fields(w, people_field, &l);
	out_str(l.any ? ")\n" : "\n");
}

static void people_line(const struct watched *w, bool first, const struct timespec *at)
{
	struct dp_ref_info info;
	struct tm tm;
	char text[16];

	dp_ref_info(w->ref, &info);
	localtime_r(&at->tv_sec, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	out("%s.%06ld %s ", text, at->tv_nsec / 1000, info.path);
	if (!first) {
		people_change(w, &info);
		return;
	}
	out_str("= ");
	out_hex(dp_ref_extract(w->ref, w->value), info.hi - info.lo + 1);
	out_str("\n");
}

static void json_changed(void *arg, const struct watch_field *f)
{
	struct json *j = json_item(arg);

	json_str(j, "name", f->name);
	json_wide(j, "old", f->old_value, f->bits);
	json_value(j, f->value, f->bits);
	json_str(j, "text", f->word ? f->now : NULL);
}

static void json_line(const struct watch *wt, const struct watched *w, bool first,
		      const struct timespec *at)
{
	struct json *doc = doc_new(), *fields;
	struct dp_ref_info info;
	char time[40], text[64];
	struct tm tm;

	dp_ref_info(w->ref, &info);
	gmtime_r(&at->tv_sec, &tm);
	strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%06ldZ", time, at->tv_nsec / 1000);
	json_str(doc, "verb", wt->c->name);
	json_str(doc, "target", wt->c->target);
	json_uint(doc, "t_us", (w->read_ns - wt->start) / 1000);
	json_str(doc, "time", text);
	json_str(doc, "path", info.path);
	if (first)
		json_null(doc, "old");
	else
		json_wide(doc, "old", dp_ref_extract(w->ref, w->old), info.hi - info.lo + 1);
	json_value(doc, dp_ref_extract(w->ref, w->value), info.hi - info.lo + 1);
	fields = json_array(doc, "fields");
	if (!first)
		watch_fields(w, json_changed, fields);
	if (wt->c->where)
		json_uint(doc, "line", wt->c->where->line);
	out_str(json_text(doc));
	out_str("\n");
	json_free(doc);
}

void watch_line(const struct watch *wt, const struct watched *w, bool first)
{
	struct timespec at;

	clock_gettime(CLOCK_REALTIME, &at);
	if (wt->c->doc)
		json_line(wt, w, first, &at);
	else
		people_line(w, first, &at);
}

/* ----------------------------------------------------------------- the end */

static void json_summary(const struct watch *wt, const char *path)
{
	struct json *doc = wt->c->doc;

	json_uint(doc, "reads", wt->reads);
	json_uint(doc, "ticks", wt->ticks);
	json_uint(doc, "changes", wt->changes);
	json_uint(doc, "skipped", wt->skipped);
	json_uint(doc, "elapsed_us", (watch_now() - wt->start) / 1000);
	json_uint(doc, "worst_gap_us", wt->gap / 1000);
	json_str(doc, "worst_gap_path", path);
}

void watch_summary(const struct watch *wt)
{
	char text[300], time[32], gap[32];
	struct dp_ref_info info = {.path = NULL};

	if (wt->gap_item)
		dp_ref_info(wt->gap_item->ref, &info);
	if (wt->c->doc) {
		json_summary(wt, info.path);
		return;
	}
	render_time(time, sizeof(time), watch_now() - wt->start);
	render_time(gap, sizeof(gap), wt->gap);
	snprintf(text, sizeof(text), "%ju change%s, %ju read%s in %ju tick%s and %s",
		 (uintmax_t)wt->changes, wt->changes == 1 ? "" : "s", (uintmax_t)wt->reads,
		 wt->reads == 1 ? "" : "s", (uintmax_t)wt->ticks, wt->ticks == 1 ? "" : "s", time);
	if (info.path) {
		size_t n = strlen(text);

		snprintf(text + n, sizeof(text) - n, "; worst gap %s, of %s", gap, info.path);
	}
	msg_note(wt->c->where, text);
}
