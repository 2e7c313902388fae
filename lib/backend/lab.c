/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab.c - simulated machines: which there are, and their end */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/lab.h"

#define MONITOR_NS UINT64_C(1000000000)
#define QUIT_NS    UINT64_C(3000000000)
#define TERM_NS    UINT64_C(2000000000)

/* ask QEMU to end: it flushes its images then.  Not interruptible: who cleans up after a
 * signal comes here. */
static void quit(const struct dp_lab *lab)
{
	char path[DP_LAB_PATH];
	struct dp_qmp qmp;

	if (dp_lab_path(lab, "qmp", path, NULL) ||
	    dp_qmp_open(&qmp, NULL, path, lab->name, MONITOR_NS, NULL))
		return;
	dp_qmp_run(&qmp, "quit", NULL, NULL, NULL);
	dp_qmp_close(&qmp);
	dp_lab_wait_gone(lab, QUIT_NS);
}

static int stop_locked(struct dp_ctx *ctx, const char *name, struct dp_err *err)
{
	struct dp_lab lab;
	int rc = dp_lab_load(ctx, name, &lab, err);

	if (rc)
		return rc;
	dp_lab_adopt(&lab);
	if (dp_lab_alive(&lab))
		quit(&lab);
	if (dp_lab_kill(&lab, TERM_NS))
		rc = dp_err_set(err, EIO, DP_LAB, "the QEMU of lab '%s' (pid %d) does not end",
				name, lab.pid);
	else
		rc = dp_lab_remove(&lab, err);
	dp_lab_free(&lab);
	return rc;
}

int dp_lab_stop(struct dp_ctx *ctx, const char *name, struct dp_err *err)
{
	struct dp_lab lab;
	int lock, rc = dp_lab_load(ctx, name, &lab, err);

	/* looked for before the lock, which makes the folder of labs */
	if (rc)
		return rc;
	dp_lab_free(&lab);
	lock = dp_lab_lock_all(ctx, true, err);
	if (lock < 0)
		return lock;
	rc = stop_locked(ctx, name, err);
	close(lock);
	return rc;
}

static size_t count_devices(const struct dp_lab *lab)
{
	size_t n = 0;

	/* bridges are the machine, not what is in it (PCI code and id assignment 1.11, 1.7) */
	for (size_t i = 0; i < lab->n; i++)
		n += lab->fns[i].class >> 16 != 0x06;
	return n;
}

static int look(struct dp_ctx *ctx, const char *name, struct dp_lab_info *info, struct dp_err *err)
{
	struct dp_lab lab;
	int rc = dp_lab_load(ctx, name, &lab, err);

	if (rc)
		return rc;
	/* a lab that is just being made is none yet */
	if (!lab.ready && dp_lab_locked(ctx))
		rc = -ENODEV;
	memset(info, 0, sizeof(*info));
	snprintf(info->lab, sizeof(info->lab), "%s", name);
	snprintf(info->state, sizeof(info->state), "%s",
		 lab.ready && dp_lab_alive(&lab) ? "running" : "stale");
	info->pid = lab.pid;
	info->devices = count_devices(&lab);
	dp_lab_free(&lab);
	return rc;
}

int dp_lab_each(struct dp_ctx *ctx, int (*fn)(void *arg, const struct dp_lab_info *lab), void *arg,
		struct dp_err *err)
{
	char **names;
	size_t n;
	int rc = dp_lab_names(ctx, &names, &n, err);

	for (size_t i = 0; i < n && !rc; i++) {
		struct dp_lab_info info;

		rc = look(ctx, names[i], &info, err);
		if (!rc)
			rc = fn(arg, &info);
		else if (rc == -ENODEV)
			rc = 0; /* it ended meanwhile */
	}
	dp_lab_names_free(names, n);
	return rc;
}
