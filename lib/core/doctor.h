/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doctor.h - one look at a device, and what each check of it needs
 *
 * doctor.c has the order; doctor_pci.c looks at the function, doctor_kernel.c at the kernel.
 * Nothing here wakes, binds or writes; a configuration space that could only be read by waking
 * the function is not read.
 */
#ifndef DP_DOCTOR_H
#define DP_DOCTOR_H

#include "core/pci.h"

#define DP_MAX_ABOVE 16 /* bridges above a function */

/**
 * struct dp_doctor - @kernel: a PCI function of this kernel, @name its BDF; @lab: a simulated one
 * @above, @n_above: the bridges above it, from the root down; the kernel's only
 * @config: of its `config` file, -1 = not read; @cfg: the space, of a device that may be opened
 * @no_config: why neither is there
 * @addresses: of its regions before it was opened
 */
struct dp_doctor {
	struct dp_dev *dev;
	bool kernel, lab;
	struct dp_bdf bdf, above[DP_MAX_ABOVE];
	char name[16];
	size_t n_above;
	int config;
	struct dp_space *cfg;
	struct dp_err no_config;
	uint64_t addresses[DP_MAX_REGIONS];
};

/* a check is filled: @fmt is its evidence; without a later dp_check_hint() it has none */
void dp_check_set(struct dp_check *c, enum dp_check_state state, const char *fmt, ...)
	DP_PRINTF(3, 4);
void dp_check_hint(struct dp_check *c, const char *fmt, ...) DP_PRINTF(2, 3);

/* one register of configuration space; -ENOENT: it was not read at all */
int dp_doctor_config(struct dp_doctor *d, uint64_t offset, unsigned width, uint64_t *value);
/* unknown, because configuration space was not read; the hint comes with it */
void dp_check_no_config(const struct dp_doctor *d, struct dp_check *c);

/* doctor_pci.c */
void dp_check_presence(struct dp_doctor *d, struct dp_check *c);
void dp_check_link(struct dp_doctor *d, struct dp_check *c);
void dp_check_power(struct dp_doctor *d, struct dp_check *c);
void dp_check_decode(struct dp_doctor *d, struct dp_check *c);
void dp_check_bars(struct dp_doctor *d, struct dp_check *c);

/* doctor_kernel.c */
void dp_check_driver(struct dp_doctor *d, struct dp_check *c);
void dp_check_iommu(struct dp_doctor *d, struct dp_check *c);
void dp_check_lockdown(struct dp_doctor *d, struct dp_check *c);
void dp_check_strict(struct dp_doctor *d, struct dp_check *c);
void dp_check_memlock(struct dp_doctor *d, struct dp_check *c);
void dp_check_log(struct dp_doctor *d, struct dp_check *c);

#endif
