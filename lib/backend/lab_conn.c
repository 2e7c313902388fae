/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_conn.c - who may use a lab: its lock and the one connection behind it
 *
 * QEMU's qtest socket serves one client; a second one would be accepted by the kernel and
 * wait without end.  So each process takes the flock of the lab first, and inside a process
 * all devices of one lab share a connection.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "backend/lab.h"

#define USE_NS   UINT64_C(2000000000)
#define START_NS UINT64_C(15000000000)
#define LOOK_NS  UINT64_C(2000000)

struct dp_lab_conn {
	struct dp_lab_conn *next;
	struct dp_ctx *ctx;
	unsigned refs;
	int pid; /* of QEMU: a lab of the same name may have been started anew */
	uint64_t start_time;
	int lock;
	struct dp_qtest qtest;
	pthread_mutex_t busy;
};

static struct dp_lab_conn *conns;
static pthread_mutex_t conns_mutex = PTHREAD_MUTEX_INITIALIZER;

/* for the message of whoever waits; a full disk only makes that less precise */
static void sign(int fd)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	if (ftruncate(fd, 0) || pwrite(fd, text, (size_t)len, 0) != len)
		return;
}

int dp_lab_flock(struct dp_ctx *ctx, int fd, uint64_t timeout_ns)
{
	const struct timespec look = {0, LOOK_NS};
	uint64_t deadline = dp_now_ns() + timeout_ns;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (dp_now_ns() >= deadline)
			return -EBUSY;
		if (!ctx)
			nanosleep(&look, NULL);
		else if (dp_sleep_ns(ctx, LOOK_NS))
			return -EINTR;
	}
	sign(fd);
	return 0;
}

static int open_all(struct dp_ctx *ctx, bool create, struct dp_err *err)
{
	char dir[DP_LAB_PATH];
	int rc = dp_runtime_dir(ctx, "labs", create, dir, sizeof(dir), err);

	if (rc)
		return rc;
	rc = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (rc >= 0)
		return rc;
	return dp_err_set(err, errno, DP_IO, "cannot open '%.120s': %s", dir, strerror(errno));
}

int dp_lab_lock_all(struct dp_ctx *ctx, bool patient, struct dp_err *err)
{
	/* who stops a lab has seen it */
	int fd = open_all(ctx, !patient, err), rc;

	if (fd < 0)
		return fd;
	rc = dp_lab_flock(patient ? NULL : ctx, fd, START_NS);
	if (!rc)
		return fd;
	close(fd);
	if (rc == -EINTR)
		return dp_err_set(err, EINTR, DP_TIMEOUT, "interrupted");
	return dp_err_set(err, EBUSY, DP_BUSY,
			  "another devpoke has been starting or stopping labs for 15 s");
}

bool dp_lab_locked(struct dp_ctx *ctx)
{
	int fd = open_all(ctx, false, NULL);
	bool locked;

	if (fd < 0)
		return false;
	locked = flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	return locked;
}

static int busy(const struct dp_lab *lab, int fd, struct dp_err *err)
{
	char text[16] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	int pid = n > 0 ? atoi(text) : 0;

	if (pid)
		dp_err_set(err, EBUSY, DP_BUSY, "lab '%s' is in use by process %d", lab->name, pid);
	else
		dp_err_set(err, EBUSY, DP_BUSY, "lab '%s' is in use by another process", lab->name);
	dp_err_hint(err, "wait until it is done; a lab serves one command at a time");
	return -EBUSY;
}

int dp_lab_ended(const struct dp_lab *lab, struct dp_err *err)
{
	dp_err_set(err, ENODEV, DP_GONE, "lab '%s' ended", lab->name);
	dp_err_hint(err, "devpoke sim list");
	return -ENODEV;
}

static int take_lock(struct dp_ctx *ctx, const struct dp_lab *lab, struct dp_err *err)
{
	char path[DP_LAB_PATH];
	int fd, rc = dp_lab_path(lab, "lock", path, err);

	if (rc)
		return rc;
	/* made by the start: root in a user's lab must not leave a file of its own there */
	fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return dp_lab_ended(lab, err);
	if (fd < 0)
		return dp_err_set(err, errno, errno == EACCES ? DP_PERMISSION : DP_IO,
				  "cannot open '%.150s': %s", path, strerror(errno));
	rc = dp_lab_flock(ctx, fd, USE_NS);
	/* while we waited the lab may have been stopped, and another of its name be there */
	if (!rc && dp_lab_alive(lab))
		return fd;
	if (!rc)
		rc = dp_lab_ended(lab, err);
	else if (rc == -EINTR)
		dp_err_set(err, EINTR, DP_TIMEOUT, "interrupted");
	else
		rc = busy(lab, fd, err);
	close(fd);
	return rc;
}

static int connect_to(struct dp_lab_conn *c, struct dp_ctx *ctx, const struct dp_lab *lab,
		      struct dp_err *err)
{
	char path[DP_LAB_PATH];
	int rc;

	c->lock = take_lock(ctx, lab, err);
	if (c->lock < 0)
		return c->lock;
	rc = dp_lab_path(lab, "qtest", path, err);
	if (!rc)
		rc = dp_qtest_open(&c->qtest, path, lab->name, err);
	if (rc)
		close(c->lock);
	return rc;
}

static int conn_new(struct dp_ctx *ctx, const struct dp_lab *lab, struct dp_lab_conn **out,
		    struct dp_err *err)
{
	struct dp_lab_conn *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return dp_err_nomem(err);
	rc = connect_to(c, ctx, lab, err);
	if (rc) {
		free(c);
		return rc;
	}
	c->ctx = ctx;
	c->pid = lab->pid;
	c->start_time = lab->start_time;
	c->refs = 1;
	pthread_mutex_init(&c->busy, NULL);
	c->next = conns;
	conns = c;
	*out = c;
	return 0;
}

int dp_lab_conn_get(struct dp_ctx *ctx, const struct dp_lab *lab, struct dp_lab_conn **out,
		    struct dp_err *err)
{
	struct dp_lab_conn *c;
	int rc = 0;

	pthread_mutex_lock(&conns_mutex);
	for (c = conns; c; c = c->next)
		if (c->ctx == ctx && c->pid == lab->pid && c->start_time == lab->start_time)
			break;
	if (c)
		c->refs++;
	else
		rc = conn_new(ctx, lab, &c, err);
	pthread_mutex_unlock(&conns_mutex);
	*out = c;
	return rc;
}

void dp_lab_conn_put(struct dp_lab_conn *conn)
{
	struct dp_lab_conn **at = &conns;

	if (!conn)
		return;
	pthread_mutex_lock(&conns_mutex);
	if (--conn->refs == 0) {
		while (*at != conn)
			at = &(*at)->next;
		*at = conn->next;
		dp_qtest_close(&conn->qtest);
		close(conn->lock);
		pthread_mutex_destroy(&conn->busy);
		free(conn);
	}
	pthread_mutex_unlock(&conns_mutex);
}

struct dp_qtest *dp_lab_conn_use(struct dp_lab_conn *conn)
{
	pthread_mutex_lock(&conn->busy);
	return &conn->qtest;
}

void dp_lab_conn_done(struct dp_lab_conn *conn)
{
	pthread_mutex_unlock(&conn->busy);
}
