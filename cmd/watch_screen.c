/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch_screen.c - registers in place on a terminal
 *
 * The frame before is written over, line by line.  No mode of the terminal is changed, and every
 * line ends with its attributes off: there is nothing to be restored, however the program ends.
 * Lines are cut before the last column, for one that wraps would take two.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "msg.h"
#include "out.h"
#include "render.h"
#include "watch.h"

#define PAUSE_NS  UINT64_C(50000000)   /* eyes take no more than twenty frames a second */
#define RECENT_NS UINT64_C(1000000000) /* a change is shown that long */

static struct {
	unsigned rows, cols; /* of the window when the last frame was drawn; 0 = no frame yet */
	unsigned lines;      /* of that frame */
	uint64_t drawn_ns;
} frame;

static void window(unsigned *rows, unsigned *cols)
{
	struct winsize size = {0};

	*rows = 24;
	*cols = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return;
	*rows = size.ws_row ? size.ws_row : *rows;
	*cols = size.ws_col ? size.ws_col : *cols;
}

/* what is on the screen after a change of the window is the terminal's guess: begin anew */
static void home(unsigned rows, unsigned cols)
{
	if (frame.rows && (frame.rows != rows || frame.cols != cols))
		out_str("\033[H\033[2J");
	else if (frame.lines)
		out("\033[%uA\r", frame.lines);
	frame.rows = rows;
	frame.cols = cols;
	frame.lines = 0;
}

static void put_line(const char *text, bool bright)
{
	bool color = bright && msg_color_on(STDOUT_FILENO);

	out("%s%.*s%s\033[K\n", color ? "\033[7m" : "", (int)frame.cols - 1, text,
	    color ? "\033[0m" : "");
	frame.lines++;
}

struct line {
	char text[512];
	size_t n;
};

DP_PRINTF(2, 3) static void add(struct line *l, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(l->text + l->n, sizeof(l->text) - l->n, fmt, args);
	va_end(args);
	l->n = n < 0 || l->n + (size_t)n >= sizeof(l->text) ? sizeof(l->text) - 1
							    : l->n + (size_t)n;
}

static void add_number(struct line *l, const char *name, struct dp_wide value)
{
	char number[DP_WIDE_TEXT];

	dp_wide_hex(value, 1, number);
	add(l, " %s=%s", name, number);
}

/* one field in a line: EN+ MODE=fast LEN=0x10; a register without fields is nameless */
static void add_field(struct line *l, const struct dp_field_value *f)
{
	bool named = f->name && *f->name;
	const char *name = f->reserved ? "(reserved)" : named ? f->name : "";

	if (*f->text)
		add(l, " %s%s%s", name, *name ? "=" : "", f->text);
	else if (f->has_scaled)
		add(l, " %s%s%.15g%s", name, *name ? "=" : "", f->scaled, f->unit ? f->unit : "");
	else if (*name && f->hi == f->lo)
		add(l, " %s%c", name, f->value.lo ? '+' : '-');
	else if (*name)
		add_number(l, name, f->value);
}

static void put_register(const struct watched *w, uint64_t now, int width)
{
	bool recent = w->changed_ns && now - w->changed_ns < RECENT_NS;
	struct dp_decoded d = {0};
	struct dp_ref_info info;
	struct line l = {.n = 0};
	char value[DP_WIDE_TEXT];

	dp_ref_info(w->ref, &info);
	dp_wide_hex(dp_ref_extract(w->ref, w->value), (info.hi - info.lo + 4) / 4, value);
	add(&l, "%c %-*s  %s", recent ? '*' : ' ', width, info.path, value);
	if (w->changes)
		add(&l, "  x%" PRIu64, w->changes);
	add(&l, " ");
	if (!dp_decode(w->ref, w->value, &d))
		for (size_t i = 0; i < d.n; i++)
			add_field(&l, &d.fields[i]);
	dp_decoded_free(&d);
	put_line(l.text, recent);
}

static void put_head(const struct watch *wt, uint64_t now)
{
	char since[32], every[32];
	struct line l = {.n = 0};

	render_time(since, sizeof(since), now - wt->start);
	render_time(every, sizeof(every), wt->interval);
	add(&l, "%s  every %s, since %s: %" PRIu64 " reads, %" PRIu64 " changes", wt->c->target,
	    every, since, wt->reads, wt->changes);
	put_line(l.text, false);
}

static int path_width(const struct watch *wt)
{
	size_t width = 8;

	for (size_t i = 0; i < wt->n; i++) {
		struct dp_ref_info info;

		dp_ref_info(wt->items[i].ref, &info);
		if (strlen(info.path) > width)
			width = strlen(info.path);
	}
	return width < 32 ? (int)width : 32;
}

/* how many registers fit: the cursor needs the last row, the head one, and so does a word about
 * those that are left out */
static size_t that_fit(const struct watch *wt, unsigned rows)
{
	size_t room = rows > 2 ? rows - 2 : 0;

	if (wt->n <= room)
		return wt->n;
	return room ? room - 1 : 0;
}

void watch_draw(const struct watch *wt, bool at_once)
{
	uint64_t now = watch_now();
	unsigned rows, cols;
	struct line more = {.n = 0};
	size_t n;

	if (!at_once && now - frame.drawn_ns < PAUSE_NS)
		return;
	frame.drawn_ns = now;
	window(&rows, &cols);
	home(rows, cols);
	n = that_fit(wt, rows);
	put_head(wt, now);
	for (size_t i = 0; i < n; i++)
		put_register(&wt->items[i], now, path_width(wt));
	if (n < wt->n && rows > 2) {
		add(&more, "  (%zu more do not fit into the window)", wt->n - n);
		put_line(more.text, false);
	}
	out_str("\033[J");
}

void watch_leave(void)
{
	memset(&frame, 0, sizeof(frame));
}
