/* SPDX-License-Identifier: GPL-2.0-or-later */
/* number.c - numbers, sizes and times, strict (CLI.md section 3, "Numbers") */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/chars.h"
#include "core/number.h"
#include "core/wide.h"

/* 0x or 0b in front; *@skip characters of it */
static unsigned number_base(const char *s, size_t len, size_t *skip)
{
	*skip = 2;
	if (len >= 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return 16;
	if (len >= 2 && s[0] == '0' && (s[1] == 'b' || s[1] == 'B'))
		return 2;
	*skip = 0;
	return 10;
}

static int bad_number(const char *s, size_t len, struct dp_err *err)
{
	int rc = dp_err_set(err, EINVAL, DP_VALUE, "'%.*s' is not a number", DP_S(s, len));

	dp_err_hint(err, "write 0x1f, 0b101 or 31; '_' may stand between digits");
	return rc;
}

static int octal_number(const char *s, size_t len, struct dp_err *err)
{
	int rc = dp_err_set(err, EINVAL, DP_VALUE,
			    "'%.*s' has a leading zero, and octal is not taken", DP_S(s, len));

	dp_err_hint(err, "write it in decimal without the zero, or with 0x");
	return rc;
}

static int too_big(const char *s, size_t len, unsigned bits, struct dp_err *err)
{
	return dp_err_set(err, ERANGE, DP_VALUE, "'%.*s' does not fit into %u bits", DP_S(s, len),
			  bits);
}

/* @bits: 64 or 128 */
static int parse_digits(const char *s, size_t len, unsigned bits, struct dp_wide *out,
			struct dp_err *err)
{
	size_t i;
	unsigned base = number_base(s, len, &i);
	struct dp_wide value = {0};
	bool digit = false; /* the last character was one */

	if (base == 10 && len > 1 && s[0] == '0' && (dp_is_digit(s[1]) || s[1] == '_'))
		return octal_number(s, len, err);
	for (; i < len; i++) {
		int d = dp_hex_digit(s[i]);

		if (s[i] == '_' && digit) {
			digit = false;
			continue;
		}
		if (d < 0 || d >= (int)base)
			return bad_number(s, len, err);
		if (!dp_wide_more(&value, base, (unsigned)d) || (bits == 64 && value.hi))
			return too_big(s, len, bits, err);
		digit = true;
	}
	if (!digit)
		return bad_number(s, len, err);
	*out = value;
	return 0;
}

int dp_number_slice(const char *s, size_t len, uint64_t *out, struct dp_err *err)
{
	struct dp_wide value;
	int rc = parse_digits(s, len, 64, &value, err);

	if (!rc)
		*out = value.lo;
	return rc;
}

int dp_wide_slice(const char *s, size_t len, struct dp_wide *out, struct dp_err *err)
{
	return parse_digits(s, len, 128, out, err);
}

int dp_wide_parse(const char *text, struct dp_wide *out, struct dp_err *err)
{
	return dp_wide_slice(text, strlen(text), out, err);
}

int dp_number_parse(const char *text, uint64_t *out, struct dp_err *err)
{
	return dp_number_slice(text, strlen(text), out, err);
}

size_t dp_number_unit(const char *s, size_t len)
{
	size_t i;
	unsigned base = number_base(s, len, &i);

	for (; i < len; i++) {
		int d = dp_hex_digit(s[i]);

		if (s[i] != '_' && (d < 0 || d >= (int)base))
			break;
	}
	return i;
}

int dp_size_slice(const char *s, size_t len, uint64_t *out, struct dp_err *err)
{
	static const char letters[] = "KMG";
	const char *letter = len ? memchr(letters, s[len - 1], sizeof(letters) - 1) : NULL;
	uint64_t value;
	int rc = dp_number_slice(s, letter ? len - 1 : len, &value, err);

	if (rc) /* said of the whole word */
		return dp_number_slice(s, len, &value, err);
	if (letter &&
	    __builtin_mul_overflow(value, UINT64_C(1) << (10 * (letter - letters + 1)), &value))
		return too_big(s, len, 64, err);
	*out = value;
	return 0;
}

int dp_size_parse(const char *text, uint64_t *out, struct dp_err *err)
{
	return dp_size_slice(text, strlen(text), out, err);
}

uint64_t dp_time_unit(const char *s, size_t len)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{"ns", 1},
		{"us", 1000},
		{"ms", 1000000},
		{"s", 1000000000},
		{"m", UINT64_C(60000000000)},
		{"h", UINT64_C(3600000000000)},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == len && !memcmp(units[i].name, s, len))
			return units[i].ns;
	return 0;
}

int dp_time_parse(const char *text, uint64_t *out_ns, struct dp_err *err)
{
	size_t len = strlen(text), at = dp_number_unit(text, len);
	uint64_t value, ns = dp_time_unit(text + at, len - at);
	int rc = dp_number_slice(text, at, &value, err);

	if (rc && at)
		return rc;
	if (rc || (!ns && (value || at < len))) {
		rc = dp_err_set(err, EINVAL, DP_VALUE, "'%.*s' is not a time with a unit",
				DP_S(text, len));
		dp_err_hint(err, "write 100us, 10ms, 5s, 2m or 1h; only 0 needs no unit");
		return rc;
	}
	if (__builtin_mul_overflow(value, ns, &value))
		return too_big(text, len, 64, err);
	*out_ns = value;
	return 0;
}

void dp_time_text(uint64_t ns, char *buf, size_t size)
{
	static const struct {
		uint64_t ns;
		const char *unit;
	} units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
	size_t i = 0;

	while (i < 3 && (ns < units[i].ns || ns % units[i].ns))
		i++;
	snprintf(buf, size, "%" PRIu64 " %s", ns / units[i].ns, units[i].unit);
}
