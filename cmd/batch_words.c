/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch_words.c - a line into words, by the quoting rules of the POSIX shell (XCU 2.2) */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r';
}

static int unclosed(char quote, struct dp_err *err)
{
	dp_err_set(err, EINVAL, DP_USAGE, "a %s quote is not closed",
		   quote == '"' ? "double" : "single");
	dp_err_hint(err, "a word ends on the line that it starts on");
	return -EINVAL;
}

/* copy the quoted text at *@from to *@to; both move on */
static int quoted(char **from, char **to, struct dp_err *err)
{
	char quote = *(*from)++;

	while (**from != quote) {
		/* within double quotes a backslash is special before these only (2.2.3) */
		if (quote == '"' && **from == '\\' && (*from)[1] && strchr("$`\"\\", (*from)[1]))
			++*from;
		if (!**from)
			return unclosed(quote, err);
		*(*to)++ = *(*from)++;
	}
	++*from;
	return 0;
}

static int word(char **from, char **to, struct dp_err *err)
{
	while (**from && !is_blank(**from)) {
		int rc = 0;

		if (**from == '\'' || **from == '"') {
			rc = quoted(from, to, err);
		} else {
			if (**from == '\\' && (*from)[1])
				++*from;
			*(*to)++ = *(*from)++;
		}
		if (rc)
			return rc;
	}
	return 0;
}

static int push(struct words *w, char *text)
{
	if (w->n == w->room) {
		size_t room = w->room ? 2 * w->room : 16;
		char **v = realloc(w->v, room * sizeof(*v));

		if (!v)
			return -ENOMEM;
		w->v = v;
		w->room = room;
	}
	w->v[w->n++] = text;
	return 0;
}

int words_split(struct words *w, char *line, struct dp_err *err)
{
	char *to = line;

	w->n = 0;
	for (;;) {
		char *start;
		bool last;
		int rc;

		line += strspn(line, " \t\r");
		if (!*line || *line == '#')
			return 0;
		start = to;
		rc = word(&line, &to, err);
		if (rc)
			return rc;
		last = !*line;
		if (!last)
			line++;
		/* unquoting only shortens: the end of this word is not beyond @line */
		*to++ = '\0';
		if (push(w, start))
			return dp_err_nomem(err);
		if (last)
			return 0;
	}
}

void words_free(struct words *w)
{
	free(w->v);
}
