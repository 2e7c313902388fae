/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * batch.h - running many command lines in one process
 *
 * verb_batch.c decides what a line is; batch_input.c reads lines; batch_words.c splits them;
 * batch_cache.c remembers what bare paths and assignments mean, so that the million-and-first
 * peek of a register costs little more than the access.
 */
#ifndef CMD_BATCH_H
#define CMD_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd.h"

/* ------------------------------------------------------------------ input */

/* lines of a descriptor or of a string; `\` at the end continues a line */
struct input {
	const char *name; /* for messages */
	int fd;
	unsigned long line; /* of the line returned last */
	unsigned long ends; /* of its last part */
	char *buf;
	size_t pos, len, room;
	bool eof, given; /* given: @buf is the caller's text */
};

int input_open(struct input *in, const char *file, struct dp_err *err);
void input_string(struct input *in, const char *name, char *text);
void input_close(struct input *in);
/*
 * The next line, without its end, valid until the next call.  Output is flushed before a read
 * that would block.  Return: 1, 0 at the end, negative with @err filled.
 */
int input_line(struct input *in, char **line, struct dp_err *err);

/* ------------------------------------------------------------------ words */

struct words {
	char **v;
	size_t n, room;
};

/* split @line, which is overwritten, as a POSIX shell would (XCU 2.2: quoting); a comment
 * starts at a word's start.  The words point into @line. */
int words_split(struct words *w, char *line, struct dp_err *err);
void words_free(struct words *w);

/* ------------------------------------------------------------------ cache */

struct cache;
struct cache *cache_new(struct session *s);
void cache_free(struct cache *cache);
/* the target in force has changed */
void cache_clear(struct cache *cache);
/*
 * Run @line when it is a bare path or assignment that can be remembered.  Return: true and
 * its exit code, @err filled when not 0; false = not this way.
 */
bool cache_run(struct cache *cache, const char *line, int *code, struct dp_err *err);

/* ------------------------------------------------------------------- runs */

/**
 * struct batch - a run of lines
 * @first: exit code of the first line that failed
 * @depth: of source and repeat
 */
struct batch {
	struct session *session;
	struct cache *cache;
	struct words words;
	bool keep_going, status;
	int first;
	unsigned depth;
};

/* a command in words, as a line would be; Return: its exit code */
int batch_words(struct batch *b, char **v, size_t n, const struct where *where);
/* every line of @in; Return: an exit code of reading, the lines' own are in b->first */
int batch_lines(struct batch *b, struct input *in, struct dp_err *err);

#endif
