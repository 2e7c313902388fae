/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_pci.c - what firmware does first: reach configuration space, number the buses, find
 * the functions
 *
 * Section numbers: PCI Local Bus 3.0, PCI-to-PCI Bridge Architecture 1.2 and PCI Express Base
 * 5.0 (PCIe).
 */
#include <errno.h>

#include "backend/lab.h"
#include "core/pci_regs.h"

/* Intel 3 Series Express Chipset datasheet, PCIEXBAR of the host bridge: base, size, enable */
#define MCH_PCIEXBAR 0x60

/* PCIe 7.2.2: bus in bits 27:20, device 19:15, function 14:12, offset 11:0 */
static uint64_t ecam(unsigned bdf, unsigned offset)
{
	return DP_LAB_ECAM | (uint64_t)bdf << 12 | offset;
}

int dp_lab_cfg_read(struct dp_qtest *q, unsigned bdf, unsigned offset, unsigned width,
		    uint64_t *value, struct dp_err *err)
{
	return dp_qtest_read(q, 'm', ecam(bdf, offset), width, value, err);
}

int dp_lab_cfg_write(struct dp_qtest *q, unsigned bdf, unsigned offset, unsigned width,
		     uint64_t value, struct dp_err *err)
{
	return dp_qtest_write(q, 'm', ecam(bdf, offset), width, value, err);
}

/* PCI 3.2.2.3.2, configuration mechanism #1, on the host bridge itself */
static int mch_write(struct dp_qtest *q, unsigned offset, uint32_t value, struct dp_err *err)
{
	int rc = dp_qtest_write(q, 'p', 0xcf8, 32, 0x80000000u | offset, err);

	return rc ? rc : dp_qtest_write(q, 'p', 0xcfc, 32, value, err);
}

int dp_lab_ecam_enable(struct dp_qtest *q, struct dp_err *err)
{
	uint64_t id;
	int rc;

	/* a size of 0 is 256 MiB */
	rc = mch_write(q, MCH_PCIEXBAR + 4, 0, err);
	if (!rc)
		rc = mch_write(q, MCH_PCIEXBAR, (uint32_t)DP_LAB_ECAM | 1, err);
	if (!rc)
		rc = dp_lab_cfg_read(q, 0, PCI_ID, 32, &id, err);
	if (!rc && (id == 0xffffffff || id == 0))
		rc = dp_err_set(err, EIO, DP_LAB,
				"the machine of lab '%s' shows no configuration space", q->lab);
	return rc;
}

int dp_lab_find_cap(struct dp_qtest *q, unsigned bdf, unsigned id, unsigned *offset,
		    struct dp_err *err)
{
	uint64_t status, at, head;
	int rc = dp_lab_cfg_read(q, bdf, PCI_STATUS, 16, &status, err);

	*offset = 0;
	if (rc || !(status & PCI_STATUS_CAPS))
		return rc;
	rc = dp_lab_cfg_read(q, bdf, PCI_CAPS, 8, &at, err);
	for (unsigned i = 0; !rc && i < PCI_MAX_CAPS && (at & 0xfc) >= PCI_FIRST_CAP; i++) {
		rc = dp_lab_cfg_read(q, bdf, (unsigned)at & 0xfc, 16, &head, err);
		if (!rc && (head & 0xff) == id) {
			*offset = (unsigned)at & 0xfc;
			return 0;
		}
		at = head >> 8;
	}
	return rc;
}

static int read_ids(struct dp_qtest *q, struct dp_lab_fn *f, uint64_t id, struct dp_err *err)
{
	uint64_t class = 0, sub = 0, beyond = 0;
	int rc = dp_lab_cfg_read(q, f->bdf, PCI_CLASS, 32, &class, err);

	if (!rc && !f->bridge)
		rc = dp_lab_cfg_read(q, f->bdf, PCI_SUBSYSTEM, 32, &sub, err);
	/* PCIe 7.6.1: without extended capabilities this reads 0; ones: there is no such space */
	if (!rc)
		rc = dp_lab_cfg_read(q, f->bdf, 0x100, 32, &beyond, err);
	f->vendor = (uint16_t)id;
	f->device = (uint16_t)(id >> 16);
	f->class = (uint32_t)(class >> 8);
	f->revision = (uint8_t) class;
	f->subvendor = (uint16_t)sub;
	f->subdevice = (uint16_t)(sub >> 16);
	f->config = beyond == 0xffffffff ? 256 : 4096;
	return rc;
}

/* PCIe 7.5.3.2 and 7.5.3.9: a port with a slot whose Hot-Plug Capable bit is set */
static int read_slot(struct dp_qtest *q, struct dp_lab_fn *f, struct dp_err *err)
{
	uint64_t flags = 0, slot = 0;
	unsigned cap;
	int rc = dp_lab_find_cap(q, f->bdf, PCI_CAP_EXP, &cap, err);

	if (rc || !cap)
		return rc;
	rc = dp_lab_cfg_read(q, f->bdf, cap + EXP_FLAGS, 16, &flags, err);
	if (!rc)
		rc = dp_lab_cfg_read(q, f->bdf, cap + EXP_SLOTCAP, 32, &slot, err);
	f->hotplug = (flags & EXP_FLAGS_SLOT) && (slot & EXP_SLOTCAP_HPC);
	return rc;
}

/** struct scan - @last: highest bus number given; @deep: number the buses behind bridges */
struct scan {
	struct dp_qtest *q;
	struct dp_lab *lab;
	unsigned last;
	bool deep;
	struct dp_err *err;
};

static int scan_bus(struct scan *s, unsigned bus);

/* Bridge 3.2.5.3 to 3.2.5.5: open the way down, go down, close it behind the last bus */
static int scan_bridge(struct scan *s, size_t index)
{
	struct dp_lab_fn *f = &s->lab->fns[index];
	unsigned bdf = f->bdf, secondary = s->last + 1;
	int rc;

	if (secondary > 0xff)
		return dp_err_set(s->err, ENOSPC, DP_LAB, "lab '%s' has more than 256 buses",
				  s->lab->name);
	s->last = secondary;
	rc = dp_lab_cfg_write(s->q, bdf, PCI_BUSES, 32, 0xff0000 | secondary << 8 | bdf >> 8,
			      s->err);
	if (!rc)
		rc = scan_bus(s, secondary);
	if (!rc)
		rc = dp_lab_cfg_write(s->q, bdf, PCI_SUBORDINATE, 8, s->last, s->err);
	/* the array may have moved */
	f = &s->lab->fns[index];
	f->secondary = secondary;
	f->subordinate = s->last;
	return rc;
}

static int scan_function(struct scan *s, unsigned bdf, bool *there, bool *multi)
{
	size_t index = s->lab->n;
	struct dp_lab_fn *f;
	uint64_t id, type;
	int rc = dp_lab_cfg_read(s->q, bdf, PCI_ID, 32, &id, s->err);

	/* PCI 6.1: no vendor has the id ffff */
	*there = !rc && (id & 0xffff) != 0xffff && id;
	if (!*there)
		return rc;
	rc = dp_lab_cfg_read(s->q, bdf, PCI_HEADER, 8, &type, s->err);
	if (rc)
		return rc;
	f = dp_lab_fn_add(s->lab);
	if (!f)
		return dp_err_nomem(s->err);
	f->bdf = bdf;
	f->bridge = (type & 0x7f) == 1;
	*multi = type & 0x80;
	rc = read_ids(s->q, f, id, s->err);
	if (!rc && f->bridge)
		rc = read_slot(s->q, f, s->err);
	return rc || !f->bridge || !s->deep ? rc : scan_bridge(s, index);
}

static int scan_bus(struct scan *s, unsigned bus)
{
	for (unsigned dev = 0; dev < 32; dev++) {
		bool there, multi = false, ignored;
		int rc = scan_function(s, bus << 8 | dev << 3, &there, &multi);

		for (unsigned fn = 1; !rc && there && multi && fn < 8; fn++) {
			bool other;

			rc = scan_function(s, bus << 8 | dev << 3 | fn, &other, &ignored);
		}
		if (rc)
			return rc;
	}
	return 0;
}

int dp_lab_scan(struct dp_qtest *q, struct dp_lab *lab, const unsigned *roots, size_t n_roots,
		struct dp_err *err)
{
	struct scan s = {.q = q, .lab = lab, .deep = true, .err = err};
	int rc = 0;

	for (size_t i = 0; i < n_roots && !rc; i++) {
		if (i && roots[i] <= s.last)
			return dp_err_set(err, EINVAL, DP_LAB,
					  "bus %u of an expander bridge is taken: the buses before "
					  "it go up to %u",
					  roots[i], s.last);
		s.last = roots[i];
		rc = scan_bus(&s, roots[i]);
	}
	return rc;
}

int dp_lab_scan_port(struct dp_qtest *q, struct dp_lab *lab, const struct dp_lab_fn *port,
		     struct dp_err *err)
{
	struct scan s = {.q = q, .lab = lab, .err = err};

	return scan_bus(&s, port->secondary);
}
