/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch.h - registers that are read again and again, and what is said of their changes
 *
 * verb_watch.c reads; watch_lines.c says it to a pipe, watch_screen.c to a terminal.
 */
#ifndef CMD_WATCH_H
#define CMD_WATCH_H

#include <time.h>

#include "cmd.h"

/**
 * struct watched - one register
 * @value: of the whole register, as read last; @old: before its last change
 * @read_ns, @changed_ns: when, CLOCK_MONOTONIC; 0 = never
 */
struct watched {
	struct dp_ref *ref;
	struct dp_plan *plan;
	struct dp_wide value, old;
	uint64_t read_ns, changed_ns;
	uint64_t changes;
};

/**
 * struct watch - the command while it runs; times in nanoseconds, of CLOCK_MONOTONIC
 * @skipped: registers that nobody named and whose read does something
 * @gap: the longest time between two reads of one register, @gap_item
 * @screen: drawn in place; @closed: its reader has left
 */
struct watch {
	struct cmd *c;
	struct dp_dev *dev;
	struct watched *items;
	size_t n, skipped;
	uint64_t interval, limit, most; /* --interval, --for (0 = none), --count (0 = none) */
	uint64_t start, reads, ticks, changes, gap;
	const struct watched *gap_item;
	bool screen, closed;
};

uint64_t watch_now(void);

/* what a field was and is: "RDY 0 -> 1"; @fn for each field of @w that changed */
struct watch_field {
	const char *name;
	char old[112], now[112];
	struct dp_wide old_value, value;
	unsigned bits;
	bool word; /* they are more than numbers */
};
void watch_fields(const struct watched *w, void (*fn)(void *arg, const struct watch_field *f),
		  void *arg);

/* watch_lines.c: a line, or a JSON line: the first value, or a change, of a register just read */
void watch_line(const struct watch *wt, const struct watched *w, bool first);
/* the end: a note, or the rest of the document */
void watch_summary(const struct watch *wt);

/* watch_screen.c: all registers in place of what was drawn before; without @at_once only when
 * that was not a moment ago */
void watch_draw(const struct watch *wt, bool at_once);
/* what is drawn stays; the next frame is drawn below */
void watch_leave(void);

#endif
