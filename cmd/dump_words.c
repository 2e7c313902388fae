/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_words.c - a range as hex words, JSON or raw bytes; what must not be read is left out */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulk.h"
#include "dump_words.h"
#include "out.h"
#include "progress.h"
#include "signals.h"

#define ROW   16u
#define CHUNK (UINT64_C(1) << 12) /* what a slow device reads between two looks at Ctrl-C */

/* bytes [start, end) of the range that must not be read */
struct gap {
	uint64_t start, end;
	const char *why;
};

struct dump {
	struct cmd *c;
	struct dp_dev *dev;
	struct dp_range range;
	const char *space;
	unsigned width, bytes; /* of a word: bits, bytes */
	struct gap *gaps;
	size_t n_gaps, room, next; /* next: first gap not yet passed */
	bool is_file;              /* what is read goes to a file of -o */
	uint8_t buf[CHUNK];
};

/* what a run of words is given to: @data NULL = not read, and why */
typedef int (*sink)(struct dump *d, void *arg, uint64_t offset, uint64_t len, const uint8_t *data,
		    const char *why);

static int add_gap(void *arg, uint64_t offset, uint64_t len, const char *why)
{
	struct dump *d = arg;

	if (d->n_gaps == d->room) {
		size_t room = d->room ? 2 * d->room : 64;
		struct gap *v = realloc(d->gaps, room * sizeof(*v));

		if (!v)
			return -ENOMEM;
		d->gaps = v;
		d->room = room;
	}
	/* a word is read whole or not at all */
	d->gaps[d->n_gaps++] =
		(struct gap){offset / d->bytes * d->bytes,
			     (offset + len + d->bytes - 1) / d->bytes * d->bytes, why};
	return 0;
}

static int find_gaps(struct dump *d)
{
	int rc = dp_range_skips(d->dev, &d->range, add_gap, d, &d->c->err);

	if (rc == -ENOMEM)
		return cmd_nomem(d->c);
	return rc ? cmd_fail(d->c) : 0;
}

static int prepare(struct dump *d)
{
	struct dp_space_info info;
	int rc;

	dp_space_info(d->range.space, &info);
	d->space = info.name;
	rc = bulk_width(d->c, &d->range, &d->width);
	d->bytes = d->width / 8;
	if (!rc)
		rc = target_open(d->c, d->dev, 0);
	return rc ? rc : find_gaps(d);
}

/* words on a terminal are progress enough */
static void show_progress(const struct dump *d, uint64_t at)
{
	if (d->is_file || !out_is_terminal())
		progress(at - d->range.offset, d->range.len);
}

static int read_run(struct dump *d, sink fn, void *arg, uint64_t start, uint64_t end)
{
	while (start < end) {
		uint64_t len = end - start < CHUNK ? end - start : CHUNK;
		size_t done = 0;
		int failed, rc;

		show_progress(d, start);
		failed = dp_space_read_block(d->range.space, start, d->width, len / d->bytes,
					     d->buf, &done, &d->c->err);
		rc = fn(d, arg, start, done * d->bytes, d->buf, NULL);
		if (failed)
			return cmd_fail(d->c);
		if (rc || signals_pending() || out_error())
			return rc;
		start += len;
	}
	return 0;
}

static int walk(struct dump *d, sink fn, void *arg)
{
	uint64_t at = d->range.offset, end = at + d->range.len;
	int rc = 0;

	show_progress(d, at); /* the clock starts here, also when a gap comes first */
	while (at < end && !rc && !signals_pending() && !out_error()) {
		struct gap *g = d->next < d->n_gaps ? &d->gaps[d->next] : NULL;
		uint64_t stop = g && g->start < end ? g->start : end;

		if (g && g->end <= at) {
			d->next++;
			continue;
		}
		if (at < stop) {
			rc = read_run(d, fn, arg, at, stop);
			at = stop;
			continue;
		}
		stop = g->end < end ? g->end : end;
		rc = fn(d, arg, at, stop - at, NULL, g->why);
		at = stop;
	}
	progress_wipe();
	return rc;
}

static struct dump *dump_new(struct cmd *c, struct dp_dev *dev, const struct dp_range *r)
{
	struct dump *d = malloc(sizeof(*d));

	if (!d)
		return NULL;
	memset(d, 0, offsetof(struct dump, buf));
	d->c = c;
	d->dev = dev;
	d->range = *r;
	return d;
}

static void dump_free(struct dump *d)
{
	free(d->gaps);
	free(d);
}

/* ------------------------------------------------------------------ words */

/* bus order is that of a little-endian device (devpoke.h, dp_space_read) */
static uint64_t word_at(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = bytes; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

static int json_words(struct dump *d, void *arg, uint64_t offset, uint64_t len, const uint8_t *data,
		      const char *why)
{
	for (uint64_t i = 0; i < len; i += d->bytes) {
		struct json *j = json_item(arg);

		json_str(j, "space", d->space);
		json_hex(j, "offset", offset + i, 8);
		json_uint(j, "width", d->width);
		if (data) {
			json_value(j, dp_wide_of(word_at(data + i, d->bytes)), d->width);
		} else {
			json_null(j, "value");
			json_str(j, "skipped", why);
		}
	}
	return 0;
}

/* the row being filled: text of each word, "--" where it was not read */
struct rows {
	uint64_t offset; /* of the row */
	unsigned fill;   /* bytes */
	uint8_t data[ROW], last[ROW];
	bool read[ROW], last_read[ROW];
	bool have_last, starred;
	int offset_digits;
};

static void print_row(struct dump *d, const struct rows *r)
{
	out("%0*jx:", r->offset_digits, (uintmax_t)r->offset);
	for (unsigned i = 0; i < r->fill; i += d->bytes) {
		if (r->read[i])
			out(" %0*jx", (int)d->bytes * 2, (uintmax_t)word_at(r->data + i, d->bytes));
		else
			out(" %.*s", (int)d->bytes * 2, "----------------");
	}
	out_str("\n");
}

/* rows like the one before are one '*', as in hexdump */
static void end_row(struct dump *d, struct rows *r)
{
	bool same = r->have_last && r->fill == ROW && !memcmp(r->data, r->last, ROW) &&
		    !memcmp(r->read, r->last_read, sizeof(r->read));

	if (!same)
		print_row(d, r);
	else if (!r->starred)
		out_str("*\n");
	r->starred = same;
	r->have_last = r->fill == ROW;
	memcpy(r->last, r->data, ROW);
	memcpy(r->last_read, r->read, sizeof(r->read));
	r->offset += r->fill;
	r->fill = 0;
}

static int text_words(struct dump *d, void *arg, uint64_t offset, uint64_t len, const uint8_t *data,
		      const char *why)
{
	struct rows *r = arg;

	(void)offset;
	(void)why;
	for (uint64_t i = 0; i < len; i++) {
		r->data[r->fill] = data ? data[i] : 0;
		r->read[r->fill] = data != NULL;
		if (++r->fill == ROW)
			end_row(d, r);
	}
	return 0;
}

static int print_text(struct dump *d)
{
	uint64_t end = d->range.offset + d->range.len;
	struct rows r = {.offset = d->range.offset,
			 .offset_digits = end > UINT32_MAX   ? 16
					  : end > UINT16_MAX ? 8
							     : 4};
	int rc = walk(d, text_words, &r);

	if (r.fill)
		end_row(d, &r);
	if (r.starred)
		out("%0*jx:\n", r.offset_digits, (uintmax_t)r.offset);
	return rc;
}

int dump_words(struct cmd *c, struct dp_dev *dev, const struct dp_range *r)
{
	struct dump *d = dump_new(c, dev, r);
	int rc;

	if (!d)
		return cmd_nomem(c);
	rc = prepare(d);
	if (!rc)
		rc = c->doc ? walk(d, json_words, json_array(c->doc, "words")) : print_text(d);
	dump_free(d);
	return rc;
}

/* -------------------------------------------------------------------- raw */

struct raw {
	FILE *f;
	const char *name;
	/* half a dump must not be taken for a whole one: such a file goes, a device node stays */
	bool regular;
	bool has_hole;
	uint8_t hole;
	uint64_t written;
};

static int raw_failed(struct dump *d, const struct raw *raw)
{
	dp_err_set(&d->c->err, errno, DP_IO, "cannot write '%s': %s", raw->name, strerror(errno));
	return cmd_fail(d->c);
}

static int raw_bytes(struct dump *d, void *arg, uint64_t offset, uint64_t len, const uint8_t *data,
		     const char *why)
{
	struct raw *raw = arg;

	(void)offset;
	(void)why;
	raw->written += len;
	if (!data)
		memset(d->buf, raw->hole, len < CHUNK ? len : CHUNK);
	while (len) {
		uint64_t n = len < CHUNK ? len : CHUNK;

		if (!raw->f)
			out_write(d->buf, n);
		else if (fwrite(d->buf, 1, n, raw->f) != n)
			return raw_failed(d, raw);
		len -= n;
	}
	return 0;
}

static int parse_hole(struct dump *d, struct raw *raw)
{
	const char *word = d->c->opts.value[OPT_HOLE];
	uint64_t value;

	if (!word)
		return 0;
	if (dp_number_parse(word, &value, &d->c->err))
		return cmd_fail(d->c);
	if (value > 0xff)
		return cmd_usage(d->c, "--hole is one byte, and %s is more", word);
	raw->has_hole = true;
	raw->hole = value;
	return 0;
}

static int refuse_gaps(struct dump *d, const struct raw *raw)
{
	const struct gap *g = d->gaps;
	bool hole;

	if (!d->n_gaps || raw->has_hole)
		return 0;
	hole = !strcmp(g->why, "hole");
	dp_err_refuse(&d->c->err, hole ? DP_CLASS_RANGE : DP_CLASS_EFFECT,
		      "0x%jx bytes at %s+0x%jx are not to be read (%s)",
		      (uintmax_t)(g->end - g->start), d->space, (uintmax_t)g->start, g->why);
	dp_err_hint(&d->c->err, "--hole 0xff puts ones there; --force=%s reads them",
		    hole ? "range" : "effect");
	return cmd_fail(d->c);
}

static int no_terminal(struct cmd *c)
{
	dp_err_set(&c->err, EINVAL, DP_USAGE, "raw bytes do not go to a terminal");
	dp_err_hint(&c->err, "-o FILE, or a pipe behind it");
	return cmd_fail(c);
}

static int raw_open(struct dump *d, struct raw *raw)
{
	const char *file = d->c->opts.value[OPT_OUT];
	struct stat st;

	raw->name = "standard output";
	if (!file || !strcmp(file, "-")) {
		if (d->c->doc)
			return cmd_usage(d->c, "--raw and --json both write to standard output; "
					       "-o FILE");
		if (out_is_terminal())
			return no_terminal(d->c);
		return 0;
	}
	raw->name = file;
	raw->f = fopen(file, "we");
	if (!raw->f)
		return raw_failed(d, raw);
	d->is_file = true;
	raw->regular = !fstat(fileno(raw->f), &st) && S_ISREG(st.st_mode);
	return 0;
}

static int raw_close(struct dump *d, struct raw *raw, int rc)
{
	if (!raw->f)
		return rc;
	if (fclose(raw->f) && !rc)
		rc = raw_failed(d, raw);
	if ((rc || signals_pending()) && raw->regular)
		unlink(raw->name);
	json_str(d->c->doc, "file", raw->name);
	json_uint(d->c->doc, "bytes", raw->written);
	return rc;
}

static int raw_run(struct dump *d)
{
	struct raw raw = {0};
	int rc = parse_hole(d, &raw);

	if (!rc)
		rc = prepare(d);
	if (!rc)
		rc = refuse_gaps(d, &raw);
	if (!rc)
		rc = raw_open(d, &raw);
	if (rc)
		return rc;
	rc = walk(d, raw_bytes, &raw);
	return raw_close(d, &raw, rc);
}

int dump_raw(struct cmd *c, struct dp_dev *dev, const struct dp_range *r)
{
	struct dump *d = dump_new(c, dev, r);
	int rc;

	if (!d)
		return cmd_nomem(c);
	rc = raw_run(d);
	dump_free(d);
	return rc;
}
