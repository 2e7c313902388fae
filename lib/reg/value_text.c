/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value_text.c - raw content -> words, addresses of cards, amounts with a unit */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "reg/grammar.h"

static int64_t sign_extend(uint64_t value, unsigned bits)
{
	uint64_t sign = UINT64_C(1) << (bits - 1);

	return (int64_t)((value ^ sign) - sign);
}

static bool enum_text(const struct dp_words *w, uint64_t value, char *buf, size_t size)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].value == value)
			return snprintf(buf, size, "%s", w->v[i].name) > 0;
	return false;
}

/* set flags as they are typed, A+B; bits without a name as a number */
static bool flags_text(const struct dp_words *w, uint64_t value, char *buf, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < w->n && at < size; i++) {
		uint64_t bit = w->v[i].value;

		if (!bit || (value & bit) != bit)
			continue;
		value &= ~bit;
		at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? "+" : "", w->v[i].name);
	}
	if (value && at && at < size)
		at += (size_t)snprintf(buf + at, size - at, "+0x%" PRIx64, value);
	return at > 0;
}

/* bytes in the order of the device's memory: the lowest first */
static bool mac_text(uint64_t value, char *buf, size_t size)
{
	snprintf(buf, size, "%02x:%02x:%02x:%02x:%02x:%02x", (unsigned)(value & 0xff),
		 (unsigned)(value >> 8 & 0xff), (unsigned)(value >> 16 & 0xff),
		 (unsigned)(value >> 24 & 0xff), (unsigned)(value >> 32 & 0xff),
		 (unsigned)(value >> 40 & 0xff));
	return true;
}

static bool ascii_text(unsigned bits, uint64_t value, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned i = 0; i < bits / 8 && n + 1 < size; i++) {
		char c = (char)(value >> (8 * i) & 0xff);

		if (!c)
			break;
		if (c < ' ' || c > '~')
			return false;
		buf[n++] = c;
	}
	while (n && buf[n - 1] == ' ')
		n--;
	buf[n] = 0;
	return n > 0;
}

static bool bytes_text(unsigned bits, uint64_t value, char *buf, size_t size)
{
	size_t at = 0;

	for (unsigned i = 0; i < bits / 8 && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%02x", i ? " " : "",
				       (unsigned)(value >> (8 * i) & 0xff));
	return at > 0;
}

static bool bcd_text(unsigned bits, uint64_t value, char *buf, size_t size)
{
	for (unsigned i = 0; i < bits; i += 4)
		if ((value >> i & 0xf) > 9)
			return false;
	snprintf(buf, size, "%" PRIx64, value);
	return true;
}

bool dp_value_text(const struct dp_fmt *fmt, unsigned bits, uint64_t value, char *buf, size_t size)
{
	const int64_t number = sign_extend(value, bits);

	buf[0] = 0;
	if (fmt->words)
		return fmt->words->flags ? flags_text(fmt->words, value, buf, size)
					 : enum_text(fmt->words, value, buf, size);
	switch (fmt->type) {
	case DP_T_INT:
		return number < 0 && snprintf(buf, size, "%" PRId64, number) > 0;
	case DP_T_BOOL:
		return snprintf(buf, size, "%s", value ? "true" : "false") > 0;
	case DP_T_BCD:
		return bcd_text(bits, value, buf, size);
	case DP_T_FIXED:
		return snprintf(buf, size, "%.10g", ldexp((double)number, -(int)fmt->frac)) > 0;
	case DP_T_ASCII:
		return ascii_text(bits, value, buf, size);
	case DP_T_BYTES:
		return bytes_text(bits, value, buf, size);
	case DP_T_MAC:
		return bits >= 48 && mac_text(value, buf, size);
	default:
		return false;
	}
}

bool dp_value_scaled(const struct dp_fmt *fmt, unsigned bits, uint64_t value, double *out)
{
	const bool has_sign = fmt->type == DP_T_INT || fmt->type == DP_T_FIXED;
	double v = has_sign ? (double)sign_extend(value, bits) : (double)value;

	if (!fmt->unit && fmt->scale == 1 && !fmt->bias && fmt->type != DP_T_FIXED)
		return false;
	if (fmt->type == DP_T_FIXED)
		v = ldexp(v, -(int)fmt->frac);
	*out = (v + (double)fmt->bias) * fmt->scale;
	return true;
}
