/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session.h - what lives as long as the program: context, devices, variables */
#ifndef CMD_SESSION_H
#define CMD_SESSION_H

#include <stdbool.h>
#include <stdio.h>

#include "cmd.h"
#include "devpoke.h"
#include "env.h"

struct device;
struct variable;

/**
 * struct session - one run of the program
 * @ctx: made by session_ctx() on first use
 * @in_force: target of -t on batch or of `use`, or NULL
 * @batch: several commands: devices stay open between them
 * @where: of the command being run, for notes
 */
struct session {
	struct env env;
	struct dp_ctx *ctx;
	struct device *devices;
	struct variable *vars;
	FILE *trace;
	uint64_t force; /* of the batch itself */
	char *in_force;
	bool batch, tracing, quiet, json;
	const struct where *where;
	struct dp_vars lookup;
};

void session_init(struct session *s);
void session_free(struct session *s);
/* the context; Return: NULL when out of memory */
struct dp_ctx *session_ctx(struct session *s);
/* a further context on another runtime folder or with another QEMU; NULL = as the session's */
struct dp_ctx *session_ctx_with(struct session *s, const char *runtime, const char *qemu);
/* --trace[=FILE] */
int session_trace(struct session *s, const char *file, struct dp_err *err);
/* the device of @spec described by @descs, found once per session */
int session_device(struct session *s, const char *spec, const char *const *descs, size_t n,
		   struct dp_dev **dev, struct dp_err *err);
int session_set_var(struct session *s, const char *name, uint64_t value);

#endif
