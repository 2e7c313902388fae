/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verbs.h - the rows of the table in main.c, each defined in its verb's file */
#ifndef CMD_VERBS_H
#define CMD_VERBS_H

#include "cmd.h"

extern const struct verb verb_batch, verb_check, verb_complete, verb_decode, verb_desc, verb_diff,
	verb_doctor, verb_dump, verb_explain, verb_fill, verb_find, verb_help, verb_info, verb_list,
	verb_load, verb_memtest, verb_peek, verb_poke, verb_poll, verb_restore, verb_seq, verb_sim,
	verb_snap, verb_toggle, verb_version, verb_watch;

#endif
