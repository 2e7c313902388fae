/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qtest.h - QEMU's qtest protocol: one request line, one reply line
 *
 * QEMU, docs/devel/testing/qtest.rst and softmmu/qtest.c.  Between request and reply may come
 * lines "IRQ raise N" and "IRQ lower N".  A malformed request makes QEMU abort, so requests
 * are made here only, and each is sent whole.
 */
#ifndef DP_QTEST_H
#define DP_QTEST_H

#include "backend/line.h"

#define DP_QTEST_TIMEOUT_NS UINT64_C(5000000000)

/** struct dp_qtest - a connection; @lab: for messages */
struct dp_qtest {
	struct dp_line line;
	char lab[64];
};

enum dp_qtest_reply {
	DP_QTEST_OK,
	DP_QTEST_IRQ,  /* not a reply: read on */
	DP_QTEST_FAIL, /* QEMU knows the request and refuses it, or does not know it */
	DP_QTEST_BAD,  /* no line of this protocol */
};

/* @value: NULL = the reply has none, else "OK 0x..." is expected */
enum dp_qtest_reply dp_qtest_parse(const char *line, uint64_t *value);

int dp_qtest_open(struct dp_qtest *q, const char *path, const char *lab, struct dp_err *err);
void dp_qtest_close(struct dp_qtest *q);

/*
 * Exactly one access as the machine's CPU would do it.  @space: 'm' memory (8 to 64 bits),
 * 'p' port I/O (8 to 32 bits).
 *
 * The wait for the reply is not interruptible, only bounded: what quiesces a device after
 * a signal goes through here too.
 * Return: 0; -ENODEV (DP_GONE) the lab ended; -EIO (DP_LAB) no answer or a wrong one.
 */
int dp_qtest_read(struct dp_qtest *q, char space, uint64_t address, unsigned width, uint64_t *value,
		  struct dp_err *err);
int dp_qtest_write(struct dp_qtest *q, char space, uint64_t address, unsigned width, uint64_t value,
		   struct dp_err *err);

#endif
