/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wide.c - values up to 128 bits as text */
#include <stdio.h>
#include <string.h>

#include "core/wide.h"

void dp_wide_hex(struct dp_wide v, unsigned digits, char buf[DP_WIDE_TEXT])
{
	if (digits > 32)
		digits = 32;
	if (v.hi || digits > 16)
		snprintf(buf, DP_WIDE_TEXT, "0x%0*llx%016llx", digits > 16 ? (int)digits - 16 : 1,
			 (unsigned long long)v.hi, (unsigned long long)v.lo);
	else
		snprintf(buf, DP_WIDE_TEXT, "0x%0*llx", (int)digits, (unsigned long long)v.lo);
}

/* *@v divided by ten; Return: what is left over */
static unsigned tenth(struct dp_wide *v)
{
	uint64_t in[4] = {v->hi >> 32, v->hi & UINT32_MAX, v->lo >> 32, v->lo & UINT32_MAX};
	uint64_t rest = 0;

	for (size_t i = 0; i < 4; i++) {
		rest = rest << 32 | in[i];
		in[i] = rest / 10;
		rest %= 10;
	}
	*v = (struct dp_wide){.lo = in[2] << 32 | in[3], .hi = in[0] << 32 | in[1]};
	return (unsigned)rest;
}

void dp_wide_dec(struct dp_wide v, char buf[DP_WIDE_TEXT])
{
	char *at = buf + DP_WIDE_TEXT - 1;

	*at = '\0';
	do
		*--at = (char)('0' + tenth(&v));
	while (dp_wide_any(v));
	memmove(buf, at, (size_t)(buf + DP_WIDE_TEXT - at));
}
