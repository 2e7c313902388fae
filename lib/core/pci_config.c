/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci_config.c - the `config` file of a function: accesses, and the witness of presence
 *
 * The file of a function that was removed answers ENODEV for ever, even when another card
 * comes to the same address: whoever keeps it open cannot be fooled.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/bits.h"
#include "core/kernel.h"
#include "core/pci.h"
#include "core/pci_regs.h"

int dp_pci_config_read(int fd, uint64_t offset, unsigned width, uint64_t *value, struct dp_err *err)
{
	uint8_t bytes[8] = {0};
	ssize_t n = pread(fd, bytes, width / 8, (off_t)offset);

	if (n < 0 && (errno == ENODEV || errno == ENXIO))
		return dp_err_set(err, ENODEV, DP_GONE, "the device is gone");
	if (n < 0)
		return dp_err_set(err, errno, DP_IO, "cannot read config+0x%llx: %s",
				  (unsigned long long)offset, strerror(errno));
	if (n < (ssize_t)(width / 8)) {
		/* drivers/pci/pci-sysfs.c: without CAP_SYS_ADMIN the file ends at 64 */
		dp_err_set(err, EACCES, DP_PERMISSION,
			   "the kernel shows config+0x%llx to nobody but root",
			   (unsigned long long)offset);
		dp_err_hint(err, "run it as root");
		return -EACCES;
	}
	*value = dp_bytes_get(bytes, width);
	return 0;
}

int dp_pci_config_write(int fd, uint64_t offset, unsigned width, uint64_t value, struct dp_err *err)
{
	uint8_t bytes[8];
	ssize_t n;

	dp_bytes_put(bytes, width, value);
	n = pwrite(fd, bytes, width / 8, (off_t)offset);
	if (n == (ssize_t)(width / 8))
		return 0;
	if (n < 0 && (errno == ENODEV || errno == ENXIO))
		return dp_err_set(err, ENODEV, DP_GONE, "the device is gone");
	if (n < 0 && errno == EPERM) {
		dp_err_set(err, EPERM, DP_LOCKDOWN,
			   "the kernel's lockdown forbids writes to config+0x%llx",
			   (unsigned long long)offset);
		dp_err_hint(
			err,
			"vfio-pci works under lockdown: bind the function to it, then use vfio:BDF");
		return -EPERM;
	}
	return dp_err_set(err, n < 0 ? errno : EIO, DP_IO, "cannot write config+0x%llx: %s",
			  (unsigned long long)offset, n < 0 ? strerror(errno) : "cut short");
}

/* -------------------------------------------------------- the open function */

void dp_pci_init(struct dp_pci *pci)
{
	memset(pci, 0, sizeof(*pci));
	pci->config = -1;
}

int dp_pci_setup(struct dp_dev *dev, struct dp_pci *pci, const char *spec, bool vfio,
		 struct dp_err *err)
{
	char name[16], link[64];
	bool usual;
	int rc;

	if (!dp_bdf_parse(spec, &pci->bdf)) {
		dp_err_set(err, EINVAL, DP_USAGE, "'%s' is not a PCI address", spec);
		dp_err_hint(err, "it is DOMAIN:BUS:DEVICE.FUNCTION in hex, as 0000:01:00.0");
		return -EINVAL;
	}
	rc = dp_pci_probe(dev, &pci->bdf, pci->bars, err);
	if (rc)
		return rc;
	dp_bdf_format(&pci->bdf, name);
	pci->vf = !dp_attr_link(dev->ctx, link, sizeof(link), DP_PCI_DEVICES "/%s/physfn", name);
	usual = !strcmp(dev->info.driver, "vfio-pci") == vfio;
	if (!usual)
		snprintf(dev->info.target, sizeof(dev->info.target), "%s:%s", dev->backend->name,
			 name);
	return 0;
}

void dp_pci_close(struct dp_pci *pci)
{
	if (pci->config >= 0)
		close(pci->config);
	pci->config = -1;
}

/* ------------------------------------------------------------ the witness */

/* a virtual function's ids read as ones: its class and revision are its face */
static uint64_t face_offset(const struct dp_pci *pci)
{
	return pci->vf ? PCI_CLASS : PCI_ID;
}

static uint32_t face_of(const struct dp_dev_info *info, const struct dp_pci *pci)
{
	if (pci->vf)
		return info->class << 8 | info->revision;
	return (uint32_t)info->device << 16 | info->vendor;
}

int dp_pci_present(const struct dp_pci *pci)
{
	uint64_t face = 0;

	if (pci->config < 0)
		return -EBADF;
	return !dp_pci_config_read(pci->config, face_offset(pci), 32, &face, NULL) &&
	       face != 0xffffffff;
}

/* what its `resource` file says now against what it said when the device was found */
static const char *moved(const struct dp_dev *dev, const struct dp_pci *pci)
{
	struct dp_pci_bar now[7];

	if (dp_pci_bars(dev->ctx, &pci->bdf, now, NULL))
		return "is gone"; /* removed between the look at its config and this one */
	for (int i = 0; i < 7; i++) {
		if (now[i].start == pci->bars[i].start && now[i].size == pci->bars[i].size)
			continue;
		/* a removal takes the BARs before it takes the files */
		return now[i].size ? "was moved to other addresses" : "is gone";
	}
	return NULL;
}

static int another(const struct dp_dev *dev, const char *what, struct dp_err *err)
{
	if (!what)
		return 0;
	dp_err_set(err, ENODEV, DP_GONE, "'%s' %s", dev->info.target, what);
	dp_err_hint(err, "'devpoke list' shows what is there now");
	return -ENODEV;
}

int dp_pci_recheck(struct dp_dev *dev, const struct dp_pci *pci, struct dp_err *err)
{
	const char *what = NULL;
	uint64_t face = 0;

	if (pci->config >= 0 && dp_pci_config_read(pci->config, face_offset(pci), 32, &face, NULL))
		what = "is gone";
	else if (pci->config >= 0 && face == 0xffffffff)
		what = "does not answer any more (all ones)";
	else if (pci->config >= 0 && face != face_of(&dev->info, pci))
		what = "is another device now";
	else
		what = moved(dev, pci);
	return another(dev, what, err);
}

/* ---------------------------------------------------------------- opening */

/* is it still what was found, when it comes to opening it? */
static const char *replaced(const struct dp_dev *dev, const struct dp_pci *pci)
{
	uint64_t vendor, device;
	char name[16];

	dp_bdf_format(&pci->bdf, name);
	if (!dp_attr_number(dev->ctx, &vendor, DP_PCI_DEVICES "/%s/vendor", name) &&
	    !dp_attr_number(dev->ctx, &device, DP_PCI_DEVICES "/%s/device", name) &&
	    (vendor != dev->info.vendor || device != dev->info.device))
		return "is another device now";
	return moved(dev, pci);
}

static int no_config(struct dp_dev *dev, const char *name, int errnum, struct dp_err *err)
{
	bool may = errnum == EACCES || errnum == EPERM;

	if (errnum == ENOENT || errnum == ENODEV)
		return dp_err_set(err, ENODEV, DP_GONE, "'%s' is gone", dev->info.target);
	dp_err_set(err, errnum, may ? DP_PERMISSION : DP_IO, "cannot open 'config' of '%s': %s",
		   name, strerror(errnum));
	if (may)
		dp_err_hint(err, "run it as root");
	return -errnum;
}

int dp_pci_open(struct dp_dev *dev, struct dp_pci *pci, unsigned flags, struct dp_err *err)
{
	int mode = flags & DP_OPEN_WRITE ? O_RDWR : O_RDONLY, fd, rc;
	char name[16], path[PATH_MAX];

	dp_bdf_format(&pci->bdf, name);
	if (dp_root_path(dev->ctx, path, sizeof(path), DP_PCI_DEVICES "/%s/config", name))
		return dp_err_set(err, ENAMETOOLONG, DP_VALUE, "the root's path is too long");
	fd = open(path, mode | O_CLOEXEC);
	if (fd < 0)
		return no_config(dev, name, errno, err);
	/* by attribute files alone: the device is not touched for it */
	rc = another(dev, replaced(dev, pci), err);
	if (rc) {
		close(fd);
		return rc;
	}
	dp_pci_close(pci);
	pci->config = fd;
	pci->writable = mode == O_RDWR;
	return 0;
}

/* ----------------------------------------------------- would it be mapped? */

int dp_pci_first_bar(const struct dp_ctx *ctx, const struct dp_bdf *bdf, uint64_t flags)
{
	struct dp_pci_bar bars[7];

	if (dp_pci_bars(ctx, bdf, bars, NULL))
		return -1;
	for (int i = 0; i < 6; i++)
		if (bars[i].size && bars[i].flags & flags)
			return i;
	return -1;
}

bool dp_pci_maps(const struct dp_ctx *ctx, const struct dp_bdf *bdf)
{
	int bar = dp_pci_first_bar(ctx, bdf, DP_RES_MEM), fd;
	char name[16], path[PATH_MAX];
	void *page = MAP_FAILED;

	dp_bdf_format(bdf, name);
	if (bar < 0)
		return true;
	if (dp_root_path(ctx, path, sizeof(path), DP_PCI_DEVICES "/%s/resource%d", name, bar))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		page = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
		close(fd);
	}
	if (page != MAP_FAILED)
		munmap(page, 1);
	return page != MAP_FAILED;
}

/* ------------------------------------------------------- would it answer? */

static int asleep(struct dp_dev *dev, const char *bdf, struct dp_err *err)
{
	char state[16];

	if (dp_attr_read(dev->ctx, state, sizeof(state), DP_PCI_DEVICES "/%s/power_state", bdf) <=
		    0 ||
	    strncmp(state, "D3", 2) || dp_forced(dev->ctx, DP_CLASS_POWER))
		return 0;
	dp_err_refuse(err, DP_CLASS_POWER, "'%s' sleeps in %s: BARs do not answer", bdf, state);
	dp_err_hint(err, "wake it: echo on > " DP_PCI_DEVICES "/%s/power/control", bdf);
	return -EPERM;
}

/* the function's folder lies below those of the ports above it */
size_t dp_pci_above(const struct dp_ctx *ctx, const struct dp_bdf *bdf, struct dp_bdf *out,
		    size_t max)
{
	char path[PATH_MAX], link[PATH_MAX], name[16], *rest;
	size_t n = 0;
	ssize_t len;

	dp_bdf_format(bdf, name);
	if (dp_root_path(ctx, path, sizeof(path), DP_PCI_DEVICES "/%s", name))
		return 0;
	len = readlink(path, link, sizeof(link) - 1);
	link[len > 0 ? len : 0] = 0;
	for (char *part = strtok_r(link, "/", &rest); part && n < max;
	     part = strtok_r(NULL, "/", &rest))
		if (strcmp(part, name) && dp_bdf_parse(part, &out[n]))
			n++;
	return n;
}

static int check_power(struct dp_dev *dev, const struct dp_bdf *bdf, struct dp_err *err)
{
	struct dp_bdf above[32];
	size_t n = dp_pci_above(dev->ctx, bdf, above, sizeof(above) / sizeof(*above));
	char name[16];
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		dp_bdf_format(&above[i], name);
		rc = asleep(dev, name, err);
	}
	dp_bdf_format(bdf, name);
	return rc ? rc : asleep(dev, name, err);
}

int dp_pci_decodes(const char *target, uint64_t command, enum dp_space_kind kind,
		   struct dp_err *err)
{
	bool port = kind == DP_SPACE_PORT;

	if (command == 0xffff || (command & (port ? PCI_COMMAND_IO : PCI_COMMAND_MEM)))
		return 0;
	dp_err_set(err, EIO, DP_IO, "%s decode of '%s' is off: its BARs do not answer",
		   port ? "I/O" : "memory", target);
	dp_err_hint(err, "devpoke poke %s cfg.COMMAND.%s=1", target, port ? "IO" : "MEM");
	return -EIO;
}

int dp_pci_answers(struct dp_dev *dev, const struct dp_pci *pci, enum dp_space_kind kind,
		   struct dp_err *err)
{
	uint64_t command;
	int rc = check_power(dev, &pci->bdf, err);

	if (rc)
		return rc;
	if (pci->vf || dp_pci_config_read(pci->config, PCI_COMMAND, 16, &command, NULL))
		return 0;
	return dp_pci_decodes(dev->info.target, command, kind, err);
}
