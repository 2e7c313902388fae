/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.c - words of the command line that resemble a mistyped one */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "nearest.h"

#define LONGEST 32u

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * Levenshtein's distance with one row, @b in lower case; words longer than LONGEST are never
 * near
 */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[LONGEST + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > LONGEST || m > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			unsigned above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (tolower((unsigned char)a[i - 1]) != b[j - 1]));
			diagonal = above;
		}
	}
	return row[m];
}

/* how far @word is from what it was meant to be: a beginning is one step */
static unsigned steps(const char *word, const char *meant)
{
	size_t n = strlen(word);

	if (n > 1 && !strncasecmp(word, meant, n) && meant[n])
		return 1;
	return distance(word, meant);
}

void nearest_words(const char *word, const char *const *words, size_t n, const char *prefix,
		   char *buf, size_t size)
{
	unsigned limit = strlen(word) <= 4 ? 1 : 2;
	size_t used = 0, hits = 0;

	*buf = '\0';
	for (unsigned d = 0; d <= limit && hits < 3; d++) {
		for (size_t i = 0; i < n && hits < 3; i++) {
			if (steps(word, words[i]) != d)
				continue;
			used += snprintf(buf + used, size - used, "%s'%s%s'", hits ? " or " : "",
					 prefix, words[i]);
			hits++;
			if (used >= size)
				return;
		}
	}
}
