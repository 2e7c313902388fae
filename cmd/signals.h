/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals.h - what a signal does to a command */
#ifndef CMD_SIGNALS_H
#define CMD_SIGNALS_H

/* SIGINT, SIGTERM: remembered, so that waits end and everything is put away; SIGPIPE:
 * ignored, writes say EPIPE; SIGBUS: dp_fault_guard() */
void signals_init(void);
/* the signal that came, or 0 */
int signals_pending(void);
/* for a child between fork and exec: as this program found them */
void signals_reset(void);

#endif
