/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_text.h - what is known of a register or field, for people */
#ifndef CMD_EXPLAIN_TEXT_H
#define CMD_EXPLAIN_TEXT_H

#include "cmd.h"

/* the head, texts and words of @ref; of an array its first element, @last another of @n */
void explain_head(const struct dp_ref *ref, const struct dp_ref *last, size_t n);
/* a line or two of a table; @reg: of the register, only what differs is said */
void explain_field(const struct dp_ref *ref, const struct dp_ref_info *reg, int name_width);

#endif
