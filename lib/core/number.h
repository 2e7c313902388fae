/* SPDX-License-Identifier: GPL-2.0-or-later */
/* number.h - dp_number_parse() and its sisters for text inside a longer one */
#ifndef DP_NUMBER_H
#define DP_NUMBER_H

#include "devpoke.h"

int dp_number_slice(const char *s, size_t len, uint64_t *out, struct dp_err *err);
int dp_wide_slice(const char *s, size_t len, struct dp_wide *out, struct dp_err *err);
int dp_size_slice(const char *s, size_t len, uint64_t *out, struct dp_err *err);
/* where the unit of "10ms" or "4K" begins; @len when there is none */
size_t dp_number_unit(const char *s, size_t len);
/* nanoseconds of a time unit ns us ms s m h; 0 = no such unit */
uint64_t dp_time_unit(const char *s, size_t len);
/* "500 ms": exactly, in the largest unit up to seconds that needs no fraction */
void dp_time_text(uint64_t ns, char *buf, size_t size);

#endif
