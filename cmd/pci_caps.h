/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci_caps.h - walking the capability lists of configuration space */
#ifndef CMD_PCI_CAPS_H
#define CMD_PCI_CAPS_H

#include <stddef.h>
#include <stdint.h>

#include "devpoke.h"

/* @offset of its header in configuration space; @header: its first 32 bits */
struct pci_cap {
	unsigned id, offset;
	bool extended;
	uint32_t header;
	const char *name; /* as in `cfg.NAME`, or NULL */
};

struct pci_caps {
	struct pci_cap v[128];
	size_t n;
	uint8_t pin; /* interrupt pin, 0 = none, 1 = INTA */
	uint16_t command;
};

/* Return: 0, or negative with @err filled: what was found before is in @out */
int pci_caps_read(struct dp_space *cfg, struct pci_caps *out, struct dp_err *err);
const struct pci_cap *pci_caps_find(const struct pci_caps *caps, unsigned id);

#endif
