/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value_text.c - raw content -> words, addresses of cards, amounts with a unit */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "reg/grammar.h"

static bool is_negative(struct dp_wide value, unsigned bits)
{
	return dp_wide_bit(value, bits - 1);
}

/* of a negative value of @bits */
static struct dp_wide magnitude(struct dp_wide value, unsigned bits)
{
	return dp_wide_and(dp_wide_neg(value), dp_wide_ones(bits));
}

static double as_double(const struct dp_fmt *fmt, unsigned bits, struct dp_wide value)
{
	bool has_sign = fmt->type == DP_T_INT || fmt->type == DP_T_FIXED;
	bool negative = has_sign && is_negative(value, bits);
	struct dp_wide size = negative ? magnitude(value, bits) : value;
	double v = ldexp((double)size.hi, 64) + (double)size.lo;

	return negative ? -v : v;
}

static bool int_text(unsigned bits, struct dp_wide value, char *buf, size_t size)
{
	char number[DP_WIDE_TEXT];

	if (!is_negative(value, bits))
		return false;
	dp_wide_dec(magnitude(value, bits), number);
	return snprintf(buf, size, "-%s", number) > 0;
}

static bool enum_text(const struct dp_words *w, struct dp_wide value, char *buf, size_t size)
{
	for (size_t i = 0; i < w->n; i++)
		if (dp_wide_same(dp_wide_of(w->v[i].value), value))
			return snprintf(buf, size, "%s", w->v[i].name) > 0;
	return false;
}

/* set flags as they are typed, A+B; bits without a name as a number */
static bool flags_text(const struct dp_words *w, struct dp_wide value, char *buf, size_t size)
{
	char rest[DP_WIDE_TEXT];
	size_t at = 0;

	for (size_t i = 0; i < w->n && at < size; i++) {
		uint64_t bit = w->v[i].value;

		if (!bit || (value.lo & bit) != bit)
			continue;
		value.lo &= ~bit;
		at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? "+" : "", w->v[i].name);
	}
	if (!dp_wide_any(value) || !at || at >= size)
		return at > 0;
	dp_wide_hex(value, 1, rest);
	return snprintf(buf + at, size - at, "+%s", rest) > 0;
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

/* 8-4-4-4-12 digits, the most significant first (RFC 9562, section 4) */
static bool uuid_text(struct dp_wide value, char *buf, size_t size)
{
	snprintf(buf, size, "%08x-%04x-%04x-%04x-%012" PRIx64, (unsigned)(value.hi >> 32),
		 (unsigned)(value.hi >> 16 & 0xffff), (unsigned)(value.hi & 0xffff),
		 (unsigned)(value.lo >> 48), value.lo & UINT64_C(0xffffffffffff));
	return true;
}

/* byte @i, counted from the lowest */
static unsigned byte_of(struct dp_wide value, unsigned i)
{
	return (unsigned)(dp_wide_shr(value, 8 * i).lo & 0xff);
}

static bool ascii_text(unsigned bits, struct dp_wide value, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned i = 0; i < bits / 8 && n + 1 < size; i++) {
		char c = (char)byte_of(value, i);

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

static bool bytes_text(unsigned bits, struct dp_wide value, char *buf, size_t size)
{
	size_t at = 0;

	for (unsigned i = 0; i < bits / 8 && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%02x", i ? " " : "",
				       byte_of(value, i));
	return at > 0;
}

static bool bcd_text(unsigned bits, struct dp_wide value, char *buf, size_t size)
{
	char digits[DP_WIDE_TEXT];

	for (unsigned i = 0; i < bits; i += 4)
		if ((dp_wide_shr(value, i).lo & 0xf) > 9)
			return false;
	dp_wide_hex(value, 1, digits);
	return snprintf(buf, size, "%s", digits + 2) > 0;
}

bool dp_value_text(const struct dp_fmt *fmt, unsigned bits, struct dp_wide value, char *buf,
		   size_t size)
{
	buf[0] = 0;
	if (fmt->words)
		return fmt->words->flags ? flags_text(fmt->words, value, buf, size)
					 : enum_text(fmt->words, value, buf, size);
	switch (fmt->type) {
	case DP_T_INT:
		return int_text(bits, value, buf, size);
	case DP_T_BOOL:
		return snprintf(buf, size, "%s", value.lo ? "true" : "false") > 0;
	case DP_T_BCD:
		return bcd_text(bits, value, buf, size);
	case DP_T_FIXED:
		return snprintf(buf, size, "%.10g",
				ldexp(as_double(fmt, bits, value), -(int)fmt->frac)) > 0;
	case DP_T_ASCII:
		return ascii_text(bits, value, buf, size);
	case DP_T_BYTES:
		return bytes_text(bits, value, buf, size);
	case DP_T_MAC:
		return bits >= 48 && mac_text(value.lo, buf, size);
	case DP_T_UUID:
		return uuid_text(value, buf, size);
	default:
		return false;
	}
}

bool dp_value_scaled(const struct dp_fmt *fmt, unsigned bits, struct dp_wide value, double *out)
{
	double v = as_double(fmt, bits, value);

	if (!fmt->unit && fmt->scale == 1 && !fmt->bias && fmt->type != DP_T_FIXED)
		return false;
	if (fmt->type == DP_T_FIXED)
		v = ldexp(v, -(int)fmt->frac);
	*out = (v + (double)fmt->bias) * fmt->scale;
	return true;
}
