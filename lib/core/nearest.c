/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.c - the names that somebody may have meant */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"

#define LONGEST 48 /* names beyond that are compared by their start */

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein distance, case-insensitive */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[LONGEST + 1];
	size_t la = strnlen(a, LONGEST), lb = strnlen(b, LONGEST);

	for (size_t j = 0; j <= lb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned above = row[j];
			bool same = tolower((unsigned char)a[i - 1]) ==
				    tolower((unsigned char)b[j - 1]);

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + !same);
			diagonal = above;
		}
	}
	return row[lb];
}

/* a third of the word may be wrong; a common start counts as near */
static unsigned score(const char *word, const char *candidate)
{
	size_t n = strlen(word);
	unsigned d = distance(word, candidate);

	if (n >= 2 && !strncasecmp(word, candidate, n))
		return d < 1 ? d : 1;
	return d <= (n + 2) / 3 ? d : ~0u;
}

void dp_nearest(const char *word, const char *const *words, size_t n, char *buf, size_t size)
{
	struct {
		const char *name;
		unsigned score;
	} best[3] = {{NULL, ~0u}, {NULL, ~0u}, {NULL, ~0u}};
	size_t used = 0, found;

	for (size_t i = 0; i < n; i++) {
		unsigned s = score(word, words[i]);
		int at = 3;

		while (at > 0 && s < best[at - 1].score)
			at--;
		if (at == 3)
			continue;
		memmove(&best[at + 1], &best[at], (size_t)(2 - at) * sizeof(*best));
		best[at].name = words[i];
		best[at].score = s;
	}
	buf[0] = 0;
	/* what is further than the nearest was hardly meant */
	for (found = 0; found < 3 && best[found].name && best[found].score == best[0].score;)
		found++;
	for (size_t i = 0; i < found && used < size; i++)
		used += (size_t)snprintf(buf + used, size - used, "%s'%s'",
					 !i               ? ""
					 : i + 1 == found ? " or "
							  : ", ",
					 best[i].name);
}
