/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svd_number.c - numbers as CMSIS-SVD writes them (scaledNonNegativeInteger of its schema) */
#include <string.h>

#include "convert/svd.h"
#include "core/chars.h"

static bool binary(const char *s, uint64_t *value, uint64_t *open)
{
	*value = 0;
	*open = 0;
	if (!*s || strlen(s) > 64)
		return false;
	for (; *s; s++) {
		bool any = *s == 'x' || *s == 'X';

		if (!any && *s != '0' && *s != '1')
			return false;
		*value = *value << 1 | (*s == '1');
		*open = *open << 1 | any;
	}
	return true;
}

/* one more digit; false: it is none, or 64 bits are full */
static bool digit(uint64_t *value, char c, unsigned base)
{
	int d = dp_hex_digit(c);

	return d >= 0 && (unsigned)d < base && !__builtin_mul_overflow(*value, base, value) &&
	       !__builtin_add_overflow(*value, (unsigned)d, value);
}

static bool scale(uint64_t *value, const char *unit)
{
	static const char units[] = "kmgt";
	const char *u = *unit ? strchr(units, *unit | 32) : NULL;

	if (!*unit)
		return true;
	return u && !unit[1] &&
	       !__builtin_mul_overflow(*value, UINT64_C(1) << 10 * (u - units + 1), value);
}

bool svd_number(const char *text, uint64_t *value, uint64_t *open)
{
	bool hex;

	text += *text == '+';
	*value = 0;
	if (*text == '#')
		return binary(text + 1, value, open);
	if (text[0] == '0' && (text[1] | 32) == 'b')
		return binary(text + 2, value, open);
	*open = 0;
	hex = text[0] == '0' && (text[1] | 32) == 'x';
	text += hex ? 2 : 0;
	if (!*text || !digit(value, *text++, hex ? 16 : 10))
		return false;
	while (*text && digit(value, *text, hex ? 16 : 10))
		text++;
	return scale(value, text);
}
