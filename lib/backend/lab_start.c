/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_start.c - from a list of models to a machine whose devices answer
 *
 * Whatever fails, and whenever the caller is interrupted, the process is killed and the folder
 * removed: one way out, fail_start().
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/lab_args.h"

#define UP_NS     UINT64_C(20000000000)
#define LOOK_NS   UINT64_C(1000000)
#define BIOS_SIZE 65536
#define DISK_SIZE (64 << 20)

struct start {
	struct dp_ctx *ctx;
	struct dp_lab lab;
	struct dp_lab_model *models;
	size_t n;
	uint64_t ttl_ns;
	struct dp_lab_args args;
	struct dp_qmp qmp;
	struct dp_qtest qtest;
	struct dp_go_between go_between;
};

static int interrupted(struct dp_err *err)
{
	return dp_err_set(err, EINTR, DP_TIMEOUT, "interrupted");
}

/* ---------------------------------------------------------------- models */

struct ids {
	const struct start *s;
	size_t self;
};

static bool id_taken(void *arg, const char *id)
{
	const struct ids *ids = arg;

	for (size_t i = 0; i < ids->s->n; i++)
		if (i != ids->self && !strcmp(ids->s->models[i].id, id))
			return true;
	return false;
}

static int parse_models(struct start *s, const char *const *models, size_t n, struct dp_err *err)
{
	static const char *const usual[] = {"nvme", "e1000e", "edu"};
	int rc = 0;

	if (!n) {
		models = usual;
		n = sizeof(usual) / sizeof(*usual);
	}
	if (n > DP_LAB_MODELS)
		return dp_err_set(err, EINVAL, DP_USAGE, "%zu models are more than %d", n,
				  DP_LAB_MODELS);
	s->models = calloc(n, sizeof(*s->models));
	if (!s->models)
		return dp_err_nomem(err);
	for (s->n = 0; s->n < n && !rc; s->n++)
		rc = dp_lab_model_parse(models[s->n], &s->models[s->n], err);
	for (size_t i = 0; i < s->n && !rc; i++) {
		struct ids ids = {s, i};

		rc = dp_lab_model_name(&s->models[i], id_taken, &ids, err);
	}
	return rc;
}

/* ---------------------------------------------------------------- folder */

/* what stands in the way: a running lab stays, a stale one goes */
static int clear_way(struct start *s, const char *name, struct dp_err *err)
{
	struct dp_lab old;
	struct dp_err local;
	int rc = dp_lab_load(s->ctx, name, &old, &local);

	if (rc == -ENODEV)
		return 0;
	if (rc) {
		if (err)
			*err = local;
		return rc;
	}
	if (old.ready && dp_lab_alive(&old)) {
		rc = dp_err_set(err, EBUSY, DP_BUSY, "lab '%s' is running already (pid %d)", name,
				old.pid);
		dp_err_hint(err, "devpoke sim stop %s, or another name", name);
	} else {
		/* we hold the lock of starting: a half-made lab has lost its maker */
		dp_lab_adopt(&old);
		dp_lab_kill(&old, 0);
		rc = dp_lab_remove(&old, err);
		if (!rc)
			dp_note(s->ctx, "lab '%s' was stale; cleaned", name);
	}
	dp_lab_free(&old);
	return rc;
}

static int make_file(int dirfd, const char *name, off_t size, struct dp_err *err)
{
	int fd = openat(dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc;

	if (fd >= 0 && !ftruncate(fd, size))
		return fd;
	rc = dp_err_set(err, errno, DP_IO, "cannot make the lab's file '%s': %s", name,
			strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc;
}

/* a CPU that rests: no firmware touches the devices, and their timers run */
static int make_bios(int dirfd, struct dp_err *err)
{
	static const uint8_t rest[] = {0xfa, 0xf4, 0xeb, 0xfd}; /* cli; hlt; jmp to hlt */
	int fd = make_file(dirfd, "bios", BIOS_SIZE, err), rc = 0;

	if (fd < 0)
		return fd;
	/* Intel SDM volume 3, 9.1.4: first instruction 16 bytes below the end */
	if (pwrite(fd, rest, sizeof(rest), BIOS_SIZE - 16) != sizeof(rest))
		rc = dp_err_set(err, errno, DP_IO, "cannot write the lab's file 'bios': %s",
				strerror(errno));
	close(fd);
	return rc;
}

int dp_lab_make_disk(struct dp_lab_model *m, int dirfd, struct dp_err *err)
{
	int fd;

	/* a controller of a subsystem takes its namespaces from there */
	if (strcmp(m->model, "nvme") || m->drive[0] || strstr(m->props, ",subsys="))
		return 0;
	m->drive_format = "raw";
	m->drive_driver = "file";
	for (unsigned i = 0; i < DP_LAB_DISKS; i++) {
		snprintf(m->drive, sizeof(m->drive), "disk%u", i);
		if (!faccessat(dirfd, m->drive, F_OK, AT_SYMLINK_NOFOLLOW))
			continue;
		fd = make_file(dirfd, m->drive, DISK_SIZE, err);
		if (fd < 0)
			return fd;
		close(fd);
		return 0;
	}
	return dp_err_set(err, ENOSPC, DP_LAB, "the lab has %d disks already", DP_LAB_DISKS);
}

/* an nvme without drive= has no namespace: give it an empty one, unless the user makes some */
static int make_disks(struct start *s, int dirfd, struct dp_err *err)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->models[i].model, "nvme-ns"))
			return 0;
	for (size_t i = 0; i < s->n; i++) {
		int rc = dp_lab_make_disk(&s->models[i], dirfd, err);

		if (rc)
			return rc;
	}
	return 0;
}

/* --------------------------------------------------------------- process */

static int spawn(struct start *s, int dirfd, struct dp_err *err)
{
	const char *qemu = s->ctx->opts.qemu ? s->ctx->opts.qemu : "qemu-system-x86_64";
	int log, rc = make_file(dirfd, "lock", 0, err);

	if (rc < 0)
		return rc;
	close(rc);
	rc = make_bios(dirfd, err);
	if (!rc)
		rc = make_disks(s, dirfd, err);
	if (!rc)
		rc = dp_lab_args_make(&s->args, qemu, &s->lab, s->models, s->n, err);
	if (rc)
		return rc;
	log = make_file(dirfd, "log", 0, err);
	if (log < 0)
		return log;
	rc = dp_lab_spawn(&s->lab, dirfd, log, s->args.argv, s->ttl_ns, &s->go_between, err);
	close(log);
	return rc;
}

static int in_folder(struct start *s, struct dp_err *err)
{
	int fd = open(s->lab.dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), rc;

	if (fd < 0)
		return dp_err_set(err, errno, DP_IO, "cannot open '%.120s': %s", s->lab.dir,
				  strerror(errno));
	rc = spawn(s, fd, err);
	close(fd);
	return rc;
}

/* QEMU listens before it builds the devices, and greets when they are built */
static int await_greeting(struct start *s, struct dp_err *err)
{
	uint64_t deadline = dp_now_ns() + UP_NS;
	char path[DP_LAB_PATH];
	int rc = dp_lab_path(&s->lab, "qmp", path, err);

	if (rc)
		return rc;
	do {
		rc = dp_qmp_open(&s->qmp, s->ctx, path, s->lab.name, UP_NS, err);
		if (rc != -ECONNREFUSED || !dp_lab_alive(&s->lab))
			break;
		if (dp_sleep_ns(s->ctx, LOOK_NS))
			return interrupted(err);
	} while (dp_now_ns() < deadline);
	if (rc && rc != -EINTR && dp_lab_wait_gone(&s->lab, UP_NS / 10))
		rc = dp_lab_args_words(&s->args, &s->lab, err);
	return rc;
}

/* --------------------------------------------------------------- machine */

static int set_up_bus(struct start *s, struct dp_err *err)
{
	unsigned roots[DP_LAB_MODELS + 1] = {0};
	size_t n = 1;
	int rc;

	for (size_t i = 0; i < s->n; i++)
		if (s->models[i].bus_nr)
			roots[n++] = s->models[i].bus_nr;
	rc = dp_lab_ecam_enable(&s->qtest, err);
	if (!rc)
		rc = dp_lab_scan(&s->qtest, &s->lab, roots, n, err);
	if (!rc)
		rc = dp_lab_name_fns(&s->lab, &s->qmp, err);
	for (size_t i = 0; i < s->n && !rc; i++)
		dp_lab_name_model(&s->lab, &s->models[i]);
	if (!rc)
		rc = dp_lab_assign(&s->qtest, &s->lab, roots, n, err);
	return rc;
}

static int bring_up(struct start *s, struct dp_err *err)
{
	char path[DP_LAB_PATH];
	int rc = in_folder(s, err);

	if (!rc)
		rc = await_greeting(s, err);
	if (!rc)
		rc = dp_lab_path(&s->lab, "qtest", path, err);
	if (!rc)
		rc = dp_qtest_open(&s->qtest, path, s->lab.name, err);
	if (!rc)
		rc = set_up_bus(s, err);
	if (!rc && dp_interrupted(s->ctx))
		rc = interrupted(err);
	if (rc)
		return rc;
	s->lab.ready = true;
	return dp_lab_save(&s->lab, err);
}

static void fail_start(struct start *s)
{
	dp_lab_kill(&s->lab, 0);
	dp_lab_remove(&s->lab, NULL);
}

static int start_locked(struct start *s, const char *name, struct dp_err *err)
{
	char sub[80];
	int rc = clear_way(s, name, err);

	if (rc)
		return rc;
	snprintf(s->lab.name, sizeof(s->lab.name), "%s", name);
	snprintf(sub, sizeof(sub), "labs/%s", name);
	rc = dp_runtime_dir(s->ctx, sub, true, s->lab.dir, sizeof(s->lab.dir), err);
	if (rc)
		return rc;
	if (strlen(s->lab.dir) + strlen("/qtest") > DP_LINE_PATH_MAX) {
		rc = dp_err_set(err, ENAMETOOLONG, DP_IO,
				"'%.120s/qtest' has more than the %d characters that a socket may "
				"have",
				s->lab.dir, DP_LINE_PATH_MAX);
		dp_err_hint(err, "a shorter DEVPOKE_RUNTIME, or a shorter name");
	} else {
		rc = bring_up(s, err);
	}
	if (rc)
		fail_start(s);
	else
		dp_lab_note_unplaced(s->ctx, &s->lab, NULL);
	return rc;
}

int dp_lab_start(struct dp_ctx *ctx, const char *name, const char *const *models, size_t n_models,
		 uint64_t ttl_ns, struct dp_err *err)
{
	struct start *s;
	int lock, rc = dp_lab_check_name(name, err);

	if (rc)
		return rc;
	s = calloc(1, sizeof(*s));
	if (!s)
		return dp_err_nomem(err);
	s->ctx = ctx;
	s->ttl_ns = ttl_ns;
	s->qmp.line.fd = s->qtest.line.fd = -1;
	rc = parse_models(s, models, n_models, err);
	lock = rc ? rc : dp_lab_lock_all(ctx, false, err);
	if (lock >= 0) {
		rc = start_locked(s, name, err);
		dp_lab_dismiss(&s->go_between);
		close(lock);
	} else {
		rc = lock;
	}
	dp_qmp_close(&s->qmp);
	dp_qtest_close(&s->qtest);
	dp_lab_args_free(&s->args);
	dp_lab_free(&s->lab);
	free(s->models);
	free(s);
	return rc;
}
