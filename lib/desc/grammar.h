/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grammar.h - what the files of the grammar of names and values share */
#ifndef DP_GRAMMAR_H
#define DP_GRAMMAR_H

#include "desc/desc.h"

/* text that is not NUL-terminated, in messages: "'%.*s'", DP_S(s, len) */
#define DP_S(s, len) ((int)((len) > 100 ? 100 : (len))), (s)

static inline uint64_t dp_mask(unsigned bits)
{
	return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* characters of names: [A-Za-z_][A-Za-z0-9_]*; not the locale's */
static inline bool dp_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool dp_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool dp_is_word(char c)
{
	return dp_is_alpha(c) || dp_is_digit(c);
}

/* number.c: the same as dp_number_parse() and its sisters, for text inside a longer one */
int dp_number_slice(const char *s, size_t len, uint64_t *out, struct dp_err *err);
int dp_size_slice(const char *s, size_t len, uint64_t *out, struct dp_err *err);
/* where the unit of "10ms" or "4K" begins; @len when there is none */
size_t dp_number_unit(const char *s, size_t len);
/* nanoseconds of a time unit ns us ms s m h; 0 = no such unit */
uint64_t dp_time_unit(const char *s, size_t len);

#endif
