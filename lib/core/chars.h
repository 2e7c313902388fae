/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chars.h - characters of names and numbers: ASCII, whatever the program's locale is */
#ifndef DP_CHARS_H
#define DP_CHARS_H

#include <stddef.h>
#include <stdbool.h>

/* text that is not NUL-terminated, in messages: "'%.*s'", DP_S(s, len) */
#define DP_S(s, len) ((int)((len) > 100 ? 100 : (len))), (s)

static inline bool dp_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* names are [A-Za-z_][A-Za-z0-9_]* */
static inline bool dp_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool dp_is_word(char c)
{
	return dp_is_alpha(c) || dp_is_digit(c);
}

/* what a hexadecimal digit counts, -1 = it is none */
static inline int dp_hex_digit(char c)
{
	if (dp_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* bytes up to the next @stop that stands in no parentheses */
static inline size_t dp_up_to(const char *s, char stop)
{
	int depth = 0;
	size_t n = 0;

	for (; s[n] && (s[n] != stop || depth > 0); n++)
		depth += s[n] == '(' ? 1 : s[n] == ')' ? -1 : 0;
	return n;
}

#endif
