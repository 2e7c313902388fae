/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor.c - the checks of a device in their order: what comes first may explain what follows */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/doctor.h"

static const struct {
	const char *id;
	void (*check)(struct dp_doctor *d, struct dp_check *c);
} checks[] = {
	{"presence", dp_check_presence},
	{"link", dp_check_link},
	{"power", dp_check_power},
	{"decode", dp_check_decode},
	{"bars", dp_check_bars},
	{"driver", dp_check_driver},
	{"iommu", dp_check_iommu},
	{"lockdown", dp_check_lockdown},
	{"strict_devmem", dp_check_strict},
	{"memlock", dp_check_memlock},
	{"kernel_log", dp_check_log},
};

void dp_check_set(struct dp_check *c, enum dp_check_state state, const char *fmt, ...)
{
	va_list args;

	c->state = state;
	c->hint[0] = 0;
	va_start(args, fmt);
	vsnprintf(c->evidence, sizeof(c->evidence), fmt, args);
	va_end(args);
}

void dp_check_hint(struct dp_check *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(c->hint, sizeof(c->hint), fmt, args);
	va_end(args);
}

void dp_check_no_config(const struct dp_doctor *d, struct dp_check *c)
{
	dp_check_set(c, DP_CHECK_UNKNOWN, "%s", d->no_config.message);
	dp_check_hint(c, "%s", d->no_config.hint);
}

int dp_doctor_config(struct dp_doctor *d, uint64_t offset, unsigned width, uint64_t *value)
{
	if (d->cfg)
		return dp_space_read(d->cfg, offset, width, value, NULL);
	return d->config < 0 ? -ENOENT : dp_pci_config_read(d->config, offset, width, value, NULL);
}

/* ------------------------------------------------------- configuration space */

static bool sleeps(const struct dp_doctor *d)
{
	return !strncmp(d->dev->info.power, "D3", 2);
}

/* opening would reset the device: the kernel's file beside it does not */
static void open_file(struct dp_doctor *d)
{
	char path[PATH_MAX];

	if (dp_root_path(d->dev->ctx, path, sizeof(path), DP_PCI_DEVICES "/%s/config", d->name))
		return;
	d->config = open(path, O_RDONLY | O_CLOEXEC);
	if (d->config < 0)
		dp_err_set(&d->no_config, errno, errno == ENOENT ? DP_GONE : DP_PERMISSION,
			   "cannot open 'config' of '%s': %s", d->name, strerror(errno));
}

static void open_config(struct dp_doctor *d)
{
	struct dp_dev *dev = d->dev;

	if (!(dev->caps & DP_CAP_CONFIG)) {
		dp_err_set(&d->no_config, EOPNOTSUPP, DP_NAME,
			   "'%s' has no PCI configuration space", dev->info.target);
	} else if (sleeps(d)) {
		dp_err_set(&d->no_config, EAGAIN, DP_BUSY,
			   "not read: '%s' sleeps in %s, and looking would wake it",
			   dev->info.target, dev->info.power);
	} else if (dev->caps & DP_CAP_OPEN_RESETS) {
		open_file(d);
	} else if (!dp_dev_open(dev, 0, &d->no_config)) {
		d->cfg = dp_dev_space(dev, "cfg");
	}
}

static void begin(struct dp_doctor *d, struct dp_dev *dev)
{
	memset(d, 0, sizeof(*d));
	d->dev = dev;
	d->config = -1;
	d->lab = dev->caps & DP_CAP_LAB;
	d->kernel = !d->lab && dp_pci_of_info(&dev->info, &d->bdf);
	if (d->kernel) {
		dp_bdf_format(&d->bdf, d->name);
		d->n_above = dp_pci_above(dev->ctx, &d->bdf, d->above, DP_MAX_ABOVE);
	}
	for (size_t i = 0; i < dev->n_regions; i++)
		d->addresses[i] = dev->regions[i].address;
	open_config(d);
}

int dp_doctor(struct dp_dev *dev, int (*fn)(void *arg, const struct dp_check *c), void *arg)
{
	struct dp_doctor d;
	int rc = 0;

	begin(&d, dev);
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks) && !rc; i++) {
		struct dp_check c = {.id = checks[i].id};

		checks[i].check(&d, &c);
		rc = fn(arg, &c);
	}
	if (d.config >= 0)
		close(d.config);
	return rc;
}
