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
struct batch;

/**
 * struct session - one run of the program
 * @ctx: made by session_ctx() on first use; @user_ctx: looks into the runtime folder of the
 * user behind sudo
 * @force: of the batch itself; each line adds its own
 * @in_force, @descs: target of -t on batch or of `use`, or NULL, and its -d
 * @batch: several commands: devices stay open between them; NULL = one command
 * @checking: batch --check: nothing is touched
 * @where: of the command being run, for notes
 */
struct session {
	struct env env;
	struct dp_ctx *ctx, *user_ctx;
	struct device *devices;
	struct variable *vars;
	FILE *trace;
	const char *trace_file;
	int trace_errno; /* of the first line that was not written */
	uint64_t force;
	char *in_force;
	char **descs;
	size_t n_descs;
	struct batch *batch;
	bool checking, tracing, quiet, json;
	const struct where *where;
	char last_note[256];
	struct dp_vars lookup;
};

void session_init(struct session *s);
void session_free(struct session *s);
/* the context; Return: NULL when out of memory */
struct dp_ctx *session_ctx(struct session *s);
/* a further context on another runtime folder or with another QEMU; NULL = as the session's */
struct dp_ctx *session_ctx_with(struct session *s, const char *runtime, const char *qemu);
/* a command pauses: others may use what its devices had for themselves (dp_dev_rest()) */
void session_rest(struct session *s);
/* the force mask of the next command; the context has been made */
void session_set_force(struct session *s, uint64_t force);
/* --trace[=FILE] */
int session_trace(struct session *s, const char *file, struct dp_err *err);
/* close its file; an error when any of it was not written */
int session_trace_end(struct session *s, struct dp_err *err);
/* the device of @spec described by @descs, found once per session */
int session_device(struct session *s, const char *spec, const char *const *descs, size_t n,
		   struct dp_dev **dev, struct dp_err *err);
/* labs have come or gone: what was found in one is looked for anew */
void session_forget_labs(struct session *s);
/* the target of commands without one, found now; Return: 0 or negative */
int session_use(struct session *s, const char *spec, const char *const *descs, size_t n,
		struct dp_err *err);
int session_set_var(struct session *s, const char *name, struct dp_wide value);
/* 0, or -ENOENT */
int session_var(struct session *s, const char *name, struct dp_wide *value);

#endif
