/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qmp.h - QEMU's machine protocol (docs/interop/qmp-spec.txt)
 *
 * One JSON document per line: a greeting, then commands and their answers, with events
 * anywhere between.
 */
#ifndef DP_QMP_H
#define DP_QMP_H

#include "backend/line.h"
#include "core/json.h"

#define DP_QMP_EVENTS 64

/** struct dp_qmp - a connection; @events: those that came while an answer was awaited */
struct dp_qmp {
	struct dp_line line;
	struct dp_ctx *ctx;
	char lab[64];
	unsigned commands; /* sent so far */
	struct dp_json *events[DP_QMP_EVENTS];
	size_t n_events;
};

/*
 * Connect, take the greeting, leave the negotiation mode.
 * Return: 0; -ECONNREFUSED (DP_LAB) nobody listens; -ENODEV (DP_GONE) QEMU ended meanwhile; -EIO
 * (DP_LAB); -EINTR.
 */
int dp_qmp_open(struct dp_qmp *q, struct dp_ctx *ctx, const char *path, const char *lab,
		uint64_t timeout_ns, struct dp_err *err);
void dp_qmp_close(struct dp_qmp *q);

/*
 * Run one command.  @args: an object, freed here, or NULL. @ret: the answer's "return" is a
 * member of this document, which the caller frees; or NULL.
 * QEMU's own refusal is -EIO (DP_LAB) with its words as the message.
 */
int dp_qmp_run(struct dp_qmp *q, const char *command, struct dp_json *args, struct dp_json **ret,
	       struct dp_err *err);

/* a line of QEMU's human monitor; it answers with nothing, or with what went wrong */
int dp_qmp_human(struct dp_qmp *q, const char *line, struct dp_err *err);

/* wait for "DEVICE_DELETED" of the device @id; 0, -ETIMEDOUT, -ENODEV, -EINTR, no message */
int dp_qmp_wait_deleted(struct dp_qmp *q, const char *id, uint64_t timeout_ns);

#endif
