/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msg.c - errors, hints and notes, in one form each */
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"
#include "msg.h"
#include "out.h"
#include "progress.h"

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

bool msg_quiet(void)
{
	return quiet_mode;
}

bool msg_color_on(int fd)
{
	return color_mode == MSG_COLOR_ALWAYS || (color_mode == MSG_COLOR_AUTO && isatty(fd));
}

static void head(const struct where *where, const char *color)
{
	bool on = msg_color_on(STDERR_FILENO);

	progress_wipe();
	/* what was done before comes before the reason why it ended */
	out_flush();
	fprintf(stderr, "%sdevpoke:%s ", on ? color : "", on ? "\033[0m" : "");
	if (where)
		fprintf(stderr, "%s:%lu: ", where->file, where->line);
}

/* what is quoted from the command line or a file must not end the line or steer a terminal */
static void print(const char *lead, const char *text)
{
	char line[4 * sizeof(((struct dp_err *)0)->message)];
	size_t n = 0;

	for (; *text && n + 5 < sizeof(line); text++) {
		unsigned char ch = *text;

		if (ch < 0x20 || ch == 0x7f)
			n += snprintf(line + n, sizeof(line) - n, "\\x%02x", ch);
		else
			line[n++] = *text;
	}
	fprintf(stderr, "%s%.*s\n", lead, (int)n, line);
}

void msg_error(const struct dp_err *err, const struct where *where)
{
	head(where, "\033[1;31m");
	print("", err->message);
	if (*err->hint)
		print("hint: ", err->hint);
}

void msg_note(const struct where *where, const char *text)
{
	if (quiet_mode)
		return;
	head(where, "\033[1;33m");
	print("note: ", text);
}

void msg_line(const char *text)
{
	fputs(text, stderr);
	fputc('\n', stderr);
}
