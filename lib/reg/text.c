/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c - canonical paths grow here */
#include <string.h>

#include "reg/grammar.h"

void dp_text_chars(struct dp_text *t, const char *s, size_t len)
{
	if (len >= DP_PATH_MAX - t->n) {
		t->full = true;
		return;
	}
	memcpy(t->s + t->n, s, len);
	t->n += len;
	t->s[t->n] = 0;
}

void dp_text_add(struct dp_text *t, const char *s)
{
	dp_text_chars(t, s, strlen(s));
}

static void add_digits(struct dp_text *t, uint64_t v, unsigned base)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	dp_text_chars(t, digits + i, sizeof(digits) - i);
}

void dp_text_number(struct dp_text *t, uint64_t v)
{
	add_digits(t, v, 10);
}

void dp_text_hex(struct dp_text *t, uint64_t v)
{
	dp_text_add(t, "0x");
	add_digits(t, v, 16);
}
