/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore.h - a snapshot being given back: restore_plan.c says what of it, verb_restore.c does it
 */
#ifndef CMD_RESTORE_H
#define CMD_RESTORE_H

#include "cmd.h"

/**
 * struct entry - a register of the snapshot
 * @ref: there; @plan, @assign: what is to be done with the device's, NULL: nothing, @why
 * @seq: place in the snapshot's order
 */
struct entry {
	struct dp_ref *ref;
	struct dp_refs own; /* the device's, one */
	struct dp_assign *assign;
	struct dp_plan *plan;
	const char *why;
	unsigned order;
	bool resets;
	size_t seq;
};

struct restore {
	struct cmd *c;
	const char *target, *file;
	char spec[4200];
	struct dp_dev *dev, *from; /* the device, and the snapshot played as one */
	struct dp_refs refs[2];    /* of the snapshot; those of configuration space */
	struct dp_refs command;    /* cfg.COMMAND, where there is one */
	struct entry *v;
	size_t n, same, written;
	bool dry, mismatch;
};

/* the device, and the snapshot, which must be of such a device; Return: an exit code */
int restore_find(struct restore *r);
/* the snapshot is open, and the device too unless r->dry: what is to be done, in its order */
int restore_plan(struct restore *r);
void restore_free(struct restore *r);

#endif
