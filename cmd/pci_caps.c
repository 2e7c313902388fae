/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci_caps.c - capability lists (PCI Local Bus 3.0, 6.7; PCI Express Base 5.0, 7.6.3) */
#include <string.h>

#include "pci_caps.h"

#define COMMAND_STATUS  0x04
#define STATUS_HAS_LIST (UINT32_C(1) << (16 + 4))
#define CAP_POINTER     0x34
#define INTERRUPT       0x3c /* PCI 3.0, 6.2.4: the pin in bits 15:8 */
#define FIRST_CAP       0x40
#define FIRST_EXTENDED  0x100

/* PCI Code and ID Assignment Specification 1.11, chapters 2 and 3 */
static const char *const names[] = {
	[0x01] = "PM",   [0x02] = "AGP",   [0x03] = "VPD",    [0x04] = "SLOTID", [0x05] = "MSI",
	[0x06] = "HS",   [0x07] = "PCIX",  [0x08] = "HT",     [0x09] = "VNDR",   [0x0a] = "DEBUG",
	[0x0c] = "SHPC", [0x0d] = "SSVID", [0x0f] = "SECURE", [0x10] = "EXP",    [0x11] = "MSIX",
	[0x12] = "SATA", [0x13] = "AF",    [0x14] = "EA",
};
static const char *const extended_names[] = {
	[0x01] = "AER",   [0x02] = "VC",   [0x03] = "DSN",        [0x04] = "PWR",
	[0x0b] = "VSEC",  [0x0d] = "ACS",  [0x0e] = "ARI",        [0x0f] = "ATS",
	[0x10] = "SRIOV", [0x13] = "PRI",  [0x15] = "REBAR",      [0x16] = "DPA",
	[0x17] = "TPH",   [0x18] = "LTR",  [0x19] = "SECPCIE",    [0x1b] = "PASID",
	[0x1d] = "DPC",   [0x1e] = "L1SS", [0x1f] = "PTM",        [0x23] = "DVSEC",
	[0x25] = "DLF",   [0x26] = "PL16", [0x27] = "LANEMARGIN",
};

static const char *name_of(unsigned id, bool extended)
{
	const char *const *table = extended ? extended_names : names;
	size_t n = extended ? sizeof(extended_names) / sizeof(*extended_names)
			    : sizeof(names) / sizeof(*names);

	return id < n ? table[id] : NULL;
}

static int read32(struct dp_space *cfg, unsigned offset, uint32_t *value, struct dp_err *err)
{
	uint64_t v = 0;
	int rc = dp_space_read(cfg, offset, 32, &v, err);

	*value = (uint32_t)v;
	return rc;
}

static bool add(struct pci_caps *caps, unsigned offset, uint32_t header, bool extended)
{
	struct pci_cap *c = &caps->v[caps->n];

	if (caps->n == sizeof(caps->v) / sizeof(*caps->v))
		return false;
	/* a list that bites its tail ends */
	for (size_t i = 0; i < caps->n; i++)
		if (caps->v[i].offset == offset)
			return false;
	c->id = extended ? header & 0xffff : header & 0xff;
	c->offset = offset;
	c->extended = extended;
	c->header = header;
	c->name = name_of(c->id, extended);
	caps->n++;
	return true;
}

static int walk(struct dp_space *cfg, struct pci_caps *caps, struct dp_err *err)
{
	uint32_t v;
	unsigned at;
	int rc = read32(cfg, CAP_POINTER, &v, err);

	at = v & 0xfc;
	while (!rc && at >= FIRST_CAP) {
		rc = read32(cfg, at, &v, err);
		if (rc || v == UINT32_MAX || !add(caps, at, v, false))
			break;
		at = v >> 8 & 0xfc;
	}
	return rc;
}

static int walk_extended(struct dp_space *cfg, struct pci_caps *caps, struct dp_err *err)
{
	struct dp_space_info info;
	unsigned at = FIRST_EXTENDED;
	uint32_t v;
	int rc = 0;

	dp_space_info(cfg, &info);
	while (!rc && at >= FIRST_EXTENDED && at + 4 <= info.size) {
		rc = read32(cfg, at, &v, err);
		if (rc || !v || v == UINT32_MAX || !add(caps, at, v, true))
			break;
		at = v >> 20 & 0xffc;
	}
	return rc;
}

int pci_caps_read(struct dp_space *cfg, struct pci_caps *out, struct dp_err *err)
{
	uint32_t status, interrupt;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = read32(cfg, COMMAND_STATUS, &status, err);
	if (!rc)
		rc = read32(cfg, INTERRUPT, &interrupt, err);
	if (rc)
		return rc;
	out->command = (uint16_t)status;
	out->pin = interrupt >> 8 & 0xff;
	if (status & STATUS_HAS_LIST)
		rc = walk(cfg, out, err);
	/* only PCI Express functions have the second list */
	if (!rc && pci_caps_find(out, 0x10))
		rc = walk_extended(cfg, out, err);
	return rc;
}

const struct pci_cap *pci_caps_find(const struct pci_caps *caps, unsigned id)
{
	for (size_t i = 0; i < caps->n; i++)
		if (!caps->v[i].extended && caps->v[i].id == id)
			return &caps->v[i];
	return NULL;
}
