/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.c - how far something long has come: a bar on a terminal's standard error */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "msg.h"
#include "progress.h"

#define CELLS 30

static double started, drawn;
static bool shown;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void draw(uint64_t done, uint64_t total, double elapsed)
{
	static const char full[] = "##############################";
	int cells = (int)((double)done / (double)total * CELLS);

	fprintf(stderr, "\r[%.*s%*s] %3.0f %%  %" PRIu64 " of %" PRIu64 " KiB  %.0f s left\033[K",
		cells, full, CELLS - cells, "", 100.0 * (double)done / (double)total, done >> 10,
		total >> 10, elapsed * (double)(total - done) / (double)done);
	fflush(stderr);
	shown = true;
}

void progress(uint64_t done, uint64_t total)
{
	double t;

	if (msg_quiet() || !isatty(STDERR_FILENO))
		return;
	t = now();
	if (!done) {
		started = t;
		drawn = t + 0.8; /* so that the first comes after a second */
	} else if (t - drawn >= 0.2) {
		drawn = t;
		draw(done, total, t - started);
	}
}

void progress_wipe(void)
{
	if (!shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	shown = false;
}
