/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.c - accesses that belong together exclude those of other devpokes
 *
 * flock on RUNTIME/lock/ID.  The descriptor stays with the device handle: a batch of field
 * writes then costs two system calls each.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/core.h"

#define LOCK_WAIT_NS UINT64_C(2000000000)
#define LOCK_TICK_NS UINT64_C(5000000)

/* a simulated device has its lab's lock, a model that of its STATE, or is this process's own */
static bool wanted(const struct dp_dev *dev)
{
	return dev->ctx->opts.runtime_dir && !(dev->caps & (DP_CAP_LAB | DP_CAP_SHADOW)) &&
	       (dev->caps & DP_CAP_WRITE);
}

/* "sysfs:0000:01:00.0" and "vfio:0000:01:00.0" are one device: the scheme is no part of it */
static void lock_id(const struct dp_dev *dev, char *buf, size_t size)
{
	const char *id = dev->info.target;
	size_t scheme = strlen(dev->info.backend);

	if (dev->info.vendor && !strncmp(id, dev->info.backend, scheme) && id[scheme] == ':')
		id += scheme + 1;
	snprintf(buf, size, "%s", id);
	for (char *c = buf; *c; c++)
		if (*c == '/')
			*c = '_';
}

static int open_lock(struct dp_dev *dev, struct dp_err *err)
{
	char dir[4096], path[4300], id[160];
	int rc = dp_runtime_dir(dev->ctx, "lock", true, dir, sizeof(dir), err);

	if (rc)
		return rc;
	lock_id(dev, id, sizeof(id));
	snprintf(path, sizeof(path), "%s/%s", dir, id);
	dev->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (dev->lock_fd < 0)
		return dp_err_set(err, errno, DP_IO, "cannot open the lock '%s': %s", path,
				  strerror(errno));
	return 0;
}

int dp_dev_lock(struct dp_dev *dev, struct dp_err *err)
{
	uint64_t end = dp_now_ns() + LOCK_WAIT_NS;
	int rc = wanted(dev) && dev->lock_fd < 0 ? open_lock(dev, err) : 0;

	if (rc || dev->lock_fd < 0)
		return rc;
	while (flock(dev->lock_fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK)
			return dp_err_set(err, errno, DP_IO, "cannot lock '%s': %s",
					  dev->info.target, strerror(errno));
		if (dp_now_ns() >= end) {
			dp_err_set(err, EBUSY, DP_BUSY,
				   "another devpoke has been busy with '%s' for 2 s",
				   dev->info.target);
			dp_err_hint(err, "wait for it to end; 'ps -C devpoke' shows it");
			return -EBUSY;
		}
		rc = dp_sleep_ns(dev->ctx, LOCK_TICK_NS);
		if (rc)
			return dp_err_set(err, EINTR, DP_BUSY, "interrupted");
	}
	dev->locked = true;
	return 0;
}

void dp_dev_unlock(struct dp_dev *dev)
{
	if (dev->lock_fd >= 0)
		flock(dev->lock_fd, LOCK_UN);
	dev->locked = false;
}
