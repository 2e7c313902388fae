/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out.c - standard output: one buffer, errors noticed once */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "out.h"

static char buffer[1 << 16];
static int first_error;

/* what out_capture() collects */
static struct {
	FILE *f;
	char *text;
	size_t len;
} capture;

void out_init(void)
{
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

static void note_error(void)
{
	if (!first_error)
		first_error = errno ? errno : EIO;
}

static FILE *sink(void)
{
	return capture.f ? capture.f : stdout;
}

void out_write(const void *data, size_t len)
{
	if (!first_error && fwrite_unlocked(data, 1, len, sink()) != len)
		note_error();
}

void out_capture(void)
{
	free(capture.text);
	capture.text = NULL;
	capture.f = open_memstream(&capture.text, &capture.len);
	if (!capture.f)
		note_error();
}

const char *out_captured(size_t *len)
{
	bool bad = !capture.f || fclose(capture.f);

	capture.f = NULL;
	if (bad)
		note_error();
	*len = bad ? 0 : capture.len;
	return capture.text;
}

void out_str(const char *text)
{
	out_write(text, strlen(text));
}

void out(const char *fmt, ...)
{
	va_list ap;

	if (first_error)
		return;
	va_start(ap, fmt);
	if (vfprintf(sink(), fmt, ap) < 0)
		note_error();
	va_end(ap);
}

void out_hex(struct dp_wide value, unsigned bits)
{
	char text[DP_WIDE_TEXT];
	unsigned digits = (bits + 3) / 4;

	if (value.hi || digits > 16) {
		dp_wide_hex(value, digits, text);
		out_str(text);
		return;
	}
	/* an address has more bits than the field that holds its upper ones */
	while (digits < 16 && value.lo >> (4 * digits))
		digits++;
	if (!digits)
		digits = 1;
	text[0] = '0';
	text[1] = 'x';
	for (size_t i = digits; i-- > 0; value.lo >>= 4)
		text[2 + i] = "0123456789abcdef"[value.lo & 15];
	out_write(text, 2 + digits);
}

int out_flush(void)
{
	if (!first_error && fflush(stdout))
		note_error();
	return first_error;
}

int out_error(void)
{
	return first_error;
}

bool out_wait(uint64_t ns)
{
	/* poll(2): POLLERR also for the writing end of a pipe whose reading end was closed */
	struct pollfd fd = {.fd = STDOUT_FILENO};
	struct timespec t = {.tv_sec = (time_t)(ns / 1000000000u),
			     .tv_nsec = (long)(ns % 1000000000u)};

	return ppoll(&fd, 1, &t, NULL) > 0 && fd.revents & (POLLERR | POLLHUP);
}

bool out_is_terminal(void)
{
	return isatty(STDOUT_FILENO);
}
