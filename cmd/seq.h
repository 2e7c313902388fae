/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seq.h - what the verbs of sequences share */
#ifndef CMD_SEQ_H
#define CMD_SEQ_H

#include "cmd.h"

/* "poll CSTS.RDY==1 unless CSTS.CFS==1, at most CAP.TO": a step as its description has it */
void seq_step_text(const struct dp_seq_step *step);
/* seq_run.c: devpoke seq run */
int seq_run(struct cmd *c);

#endif
