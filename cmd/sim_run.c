/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim_run.c - devpoke sim run: start, run, put away, also when a signal comes */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "env.h"
#include "msg.h"
#include "out.h"
#include "signals.h"
#include "sim_run.h"
#include "targets.h"

/* what shells say of a command that they cannot run (POSIX.1-2017, XCU 2.8.2) */
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND      127

static int first_target(struct cmd *c, struct dp_ctx *ctx, const char *lab)
{
	struct targets t = {0};
	int rc = targets_of_lab(c, ctx, lab, &t);
	size_t i = 0;

	while (!rc && i < t.n && targets_is_bridge(&t.v[i]))
		i++;
	if (!rc && i < t.n)
		env_export_target(t.v[i].target);
	targets_free(&t);
	return rc;
}

static int exit_of_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* a signal to us alone goes on to the command; then it is waited for as before */
static int wait_for(pid_t pid)
{
	bool told = false;
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return EXIT_DEVICE;
		if (signals_pending() && !told) {
			kill(pid, signals_pending());
			told = true;
		}
	}
	return exit_of_status(status);
}

static int cannot_run(const char *program, int errnum)
{
	struct dp_err err;

	dp_err_set(&err, errnum, DP_NAME, "cannot run '%s': %s", program, strerror(errnum));
	msg_error(&err, NULL);
	return errnum == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

static int run_child(struct cmd *c, char **argv)
{
	pid_t pid;

	out_flush();
	pid = fork();
	if (pid < 0) {
		dp_err_set(&c->err, errno, DP_IO, "cannot start '%s': %s", argv[0],
			   strerror(errno));
		return cmd_fail(c);
	}
	if (pid == 0) {
		signals_reset();
		execvp(argv[0], argv);
		_exit(cannot_run(argv[0], errno));
	}
	return wait_for(pid);
}

int sim_run(struct cmd *c, struct dp_ctx *ctx, size_t n_models, uint64_t ttl_ns)
{
	struct dp_err stop;
	char lab[32];
	int rc;

	snprintf(lab, sizeof(lab), "run-%d", (int)getpid());
	if (dp_lab_start(ctx, lab, (const char *const *)c->argv, n_models, ttl_ns, &c->err))
		return cmd_fail(c);
	rc = first_target(c, ctx, lab);
	if (!rc)
		rc = run_child(c, c->argv + n_models);
	if (dp_lab_stop(ctx, lab, &stop) && !rc) {
		c->err = stop;
		return cmd_fail(c);
	}
	return rc;
}
