/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci.h - PCI functions as the kernel's attribute files show them
 *
 * Shared by the backends that reach PCI functions through the kernel.  Looking only: no
 * file here wakes, opens or changes a device.
 */
#ifndef DP_PCI_H
#define DP_PCI_H

#include "core/core.h"

/* a folder per function, named by its BDF (Documentation/ABI/testing/sysfs-bus-pci) */
#define DP_PCI_DEVICES "/sys/bus/pci/devices"

struct dp_bdf {
	unsigned domain, bus, dev, fn;
};

/* "0000:01:00.0" or "01:00.0"; hex; false when @text is no BDF */
bool dp_bdf_parse(const char *text, struct dp_bdf *out);
void dp_bdf_format(const struct dp_bdf *b, char buf[16]);

/* flags of a `resource` line (linux/ioport.h) */
#define DP_RES_IO       0x100u
#define DP_RES_MEM      0x200u
#define DP_RES_PREFETCH 0x2000u
#define DP_RES_UNSET    0x20000000u /* no address assigned */

/* a line of the `resource` file */
struct dp_pci_bar {
	uint64_t start, size, flags; /* size 0: not implemented; flags: DP_RES_* */
};

/* fill dev->info from /sys/bus/pci/devices/BDF and add the regions cfg, bar0..bar5, rom.
 * -ENODEV when the function is not there. */
int dp_pci_probe(struct dp_dev *dev, const struct dp_bdf *bdf, struct dp_pci_bar bars[7],
		 struct dp_err *err);
/* only the BARs: the first seven lines of `resource`; no such file = none */
int dp_pci_bars(const struct dp_ctx *ctx, const struct dp_bdf *bdf, struct dp_pci_bar bars[7],
		struct dp_err *err);
/* only the info part, for lists; @name stays empty (dp_pci_name() costs milliseconds) */
int dp_pci_info(struct dp_ctx *ctx, const struct dp_bdf *bdf, struct dp_dev_info *info,
		struct dp_err *err);
int dp_pci_each(struct dp_ctx *ctx, int (*fn)(void *arg, const struct dp_bdf *bdf), void *arg,
		struct dp_err *err);

/* VVVV:DDDD[#n], class:CCSS[PP], a kernel name (nvme0, eth0) -> BDF.  -ENODEV with the list
 * of hits as hint when there are several; 0 hits: -ENODEV. -EINVAL: not of these forms. */
int dp_pci_lookup(struct dp_ctx *ctx, const char *spec, struct dp_bdf *out, struct dp_err *err);

/* vendor, device and class in words through libpci's pci.ids ("" when unknown); the library
 * is opened on first use */
void dp_pci_name(uint16_t vendor, uint16_t device, uint32_t class, char *buf, size_t size);

/* drivers that do not count as an owner (CLI.md section 4) */
bool dp_pci_driver_is_neutral(const char *driver);

/* the function that an info of the sysfs or vfio door is of; false: not a PCI function that
 * this kernel has (a lab's, a model) */
bool dp_pci_of_info(const struct dp_dev_info *info, struct dp_bdf *out);

/* ------------------------------------------------------------ pci_config.c */

/* config space by the `config` file: exactly one pread/pwrite of width/8 bytes each */
int dp_pci_config_read(int fd, uint64_t offset, unsigned width, uint64_t *value,
		       struct dp_err *err);
int dp_pci_config_write(int fd, uint64_t offset, unsigned width, uint64_t value,
			struct dp_err *err);

/**
 * struct dp_pci - what a door keeps of its PCI function while it is open
 * @config: descriptor of the `config` file, the witness of presence; -1 = not open
 * @writable: it was opened for writing too
 * @vf: a virtual function: its ids read as ones and COMMAND.MEM as 0 (PCIe base spec 5.0,
 * 9.3.4.1)
 */
struct dp_pci {
	struct dp_bdf bdf;
	struct dp_pci_bar bars[7];
	bool vf, writable;
	int config;
};

/* before anything that may fail, so that dp_pci_close() is always right */
void dp_pci_init(struct dp_pci *pci);
/* parse @spec, probe the device, say its target (bare where this door is the usual one;
 * @vfio: it is that of vfio-pci) */
int dp_pci_setup(struct dp_dev *dev, struct dp_pci *pci, const char *spec, bool vfio,
		 struct dp_err *err);
/* open `config`, with DP_OPEN_WRITE for writing too; again to add that */
int dp_pci_open(struct dp_dev *dev, struct dp_pci *pci, unsigned flags, struct dp_err *err);
void dp_pci_close(struct dp_pci *pci);

/* the number of the lowest BAR with one of @flags (DP_RES_*), -1 = none */
int dp_pci_first_bar(const struct dp_ctx *ctx, const struct dp_bdf *bdf, uint64_t flags);
/* would the kernel map its first memory BAR?  It is asked: a mapping that nobody touches changes
 * nothing.  Also true when there is none. */
bool dp_pci_maps(const struct dp_ctx *ctx, const struct dp_bdf *bdf);
/* the bridges above a function, from the root down; Return: how many, at most @max */
size_t dp_pci_above(const struct dp_ctx *ctx, const struct dp_bdf *bdf, struct dp_bdf *out,
		    size_t max);
/* the witness: 1 there, 0 gone, -EBADF not open */
int dp_pci_present(const struct dp_pci *pci);
/* still the function that was opened, at the same addresses?  0 or -ENODEV (DP_GONE) */
int dp_pci_recheck(struct dp_dev *dev, const struct dp_pci *pci, struct dp_err *err);
/* may BARs of @kind answer, as far as the Command register @command of @target says? */
int dp_pci_decodes(const char *target, uint64_t command, enum dp_space_kind kind,
		   struct dp_err *err);
/* would a BAR of @kind answer?  Refuses (power) a function that sleeps or lies behind a port
 * that does, and says when COMMAND has its decode off */
int dp_pci_answers(struct dp_dev *dev, const struct dp_pci *pci, enum dp_space_kind kind,
		   struct dp_err *err);

#endif
