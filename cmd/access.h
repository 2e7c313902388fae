/* SPDX-License-Identifier: GPL-2.0-or-later */
/* access.h - what the register verbs share: from operands to plans that may run */
#ifndef CMD_ACCESS_H
#define CMD_ACCESS_H

#include "cmd.h"

/* DP_OPEN_WRITE when one of the plan's accesses is a write (an indirect read has some) */
unsigned access_open_flags(const struct dp_plan *plan);
/* all-ones or all-zeros may be the answer of a bus without device: ask the witness;
 * Return: 0, or the exit code of "device gone" */
int access_believe(struct cmd *c, struct dp_dev *dev, const struct dp_ref *ref,
		   struct dp_wide value);
/* dp_resolve() with DP_REFS_MANY; where an end of a range depends on the device, it is opened */
int access_resolve(struct cmd *c, struct dp_dev *dev, const char *text, struct dp_refs *refs);
/* locate @ref on an open device when it is not yet; *@moved tells that it was not */
int access_locate(struct cmd *c, struct dp_ref *ref, bool *moved);
int access_locate_assign(struct cmd *c, struct dp_assign *a, bool *moved);
/* @plan reads @ref and was made before the device was open: made anew when the place is known
 * only now; the caller frees it, also after a failure */
int access_replan(struct cmd *c, struct dp_dev *dev, struct dp_ref *ref, struct dp_plan **plan);
/* the register that @ref names, read once as it may be; Return: an exit code */
int access_read(struct cmd *c, struct dp_dev *dev, const struct dp_ref *ref, struct dp_wide *value);
/* print the accesses of a plan (--dry-run) */
void access_show_plan(struct json *arr, const struct dp_plan *plan);
/* --count: 1 when absent */
int access_count(struct cmd *c, uint64_t *count);

#endif
