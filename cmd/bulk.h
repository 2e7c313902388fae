/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bulk.h - what the verbs that read much at once read: registers, or words of a range */
#ifndef CMD_BULK_H
#define CMD_BULK_H

#include "cmd.h"

/**
 * struct bulk - what an operand RANGE, or none, names
 * @text: the operand; NULL = all registers, or all of space main when none is described
 * @refs: registers, or none: then words of @range
 */
struct bulk {
	const char *text;
	struct dp_refs refs;
	struct dp_range range;
};

/* with @words of a range in any case; where what is named depends on the device, it is opened;
 * Return: an exit code.  bulk_free() after success and failure. */
int bulk_choose(struct cmd *c, struct dp_dev *dev, const char *text, bool words, struct bulk *b);
/* the device is open: places that only it could tell, in the order of offsets */
int bulk_settle(struct cmd *c, struct dp_dev *dev, struct bulk *b);
void bulk_free(struct bulk *b);
/* why a register of an open device is left alone, or NULL; absent ones are known only now */
int bulk_skip(struct cmd *c, struct dp_ref *ref, const char **skip);
/* bits of a word of @r: -w, or what fits; an error where it is not made of such words */
int bulk_width(struct cmd *c, const struct dp_range *r, unsigned *width);

#endif
