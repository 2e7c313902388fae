/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msg.c - errors, hints and notes, in one form each */
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"
#include "msg.h"
#include "out.h"

static enum msg_color color_mode;
static bool quiet_mode;

void msg_set_color(enum msg_color color)
{
	color_mode = color;
}

void msg_set_quiet(bool quiet)
{
	quiet_mode = quiet;
}

static bool colored(void)
{
	return color_mode == MSG_COLOR_ALWAYS ||
	       (color_mode == MSG_COLOR_AUTO && isatty(STDERR_FILENO));
}

static void head(const struct where *where, const char *color)
{
	bool on = colored();

	/* what was done before comes before the reason why it ended */
	out_flush();
	fprintf(stderr, "%sdevpoke:%s ", on ? color : "", on ? "\033[0m" : "");
	if (where)
		fprintf(stderr, "%s:%lu: ", where->file, where->line);
}

void msg_error(const struct dp_err *err, const struct where *where)
{
	head(where, "\033[1;31m");
	fprintf(stderr, "%s\n", err->message);
	if (*err->hint)
		fprintf(stderr, "hint: %s\n", err->hint);
}

void msg_note(const struct where *where, const char *text)
{
	if (quiet_mode)
		return;
	head(where, "\033[1;33m");
	fprintf(stderr, "note: %s\n", text);
}

void msg_line(const char *text)
{
	fputs(text, stderr);
	fputc('\n', stderr);
}
