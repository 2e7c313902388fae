/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conds.h - conditions of check and poll */
#ifndef CMD_CONDS_H
#define CMD_CONDS_H

#include "cmd.h"

/**
 * struct conds - parsed conditions and what the last look found
 * @unless: or NULL
 */
struct conds {
	struct dp_cond **v;
	size_t n;
	struct dp_cond *unless;
	unsigned open_flags;
	struct dp_poll_result res;
};

/* all operands of @c and --unless; Return: an exit code */
int conds_parse(struct cmd *c, struct dp_dev *dev, struct conds *cs);
void conds_free(struct conds *cs);
/* "met" and "conditions" */
void conds_json(struct cmd *c, const struct conds *cs);
/* "CSTS.RDY = 1", with the word of an enum */
void conds_value(const struct dp_cond *cond, struct dp_wide value);
/* "== 0x1" */
void conds_want(const struct dp_cond *cond);

#endif
