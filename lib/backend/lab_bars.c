/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_bars.c - what firmware does next: place the BARs, open the bridges' windows, switch
 * decoding on
 *
 * Addresses are handed out upwards in three ranges: memory below 4 GiB, 64-bit memory above
 * the RAM, and I/O ports.  64-bit prefetchable BARs go up, and so do 64-bit ones too large
 * for the room below.  Bridges take what their bus takes, in the order of the buses.
 */
#include <string.h>

#include "backend/lab.h"
#include "core/pci_regs.h"

/* between the machine's fixed registers (I/O APIC at fec00000) and the ECAM window */
#define LOW_START UINT64_C(0xc0000000)
#define LOW_END   UINT64_C(0xfe000000)
/* qemu64's CPU has 40 address bits */
#define HIGH_START UINT64_C(0x1000000000)
#define HIGH_END   UINT64_C(0x8000000000)
/* the chip set's own ports lie below */
#define IO_START UINT64_C(0x1000)
#define IO_END   UINT64_C(0x10000)
/* a 64-bit BAR from this size on goes up even if it is not prefetchable (PCIe 7.5.1.2.1,
 * additional guidance on the Prefetchable bit) */
#define LARGE (UINT64_C(128) << 20)

/* what a port that may get a device later keeps free for it */
#define SPARE_LOW  (UINT64_C(16) << 20)
#define SPARE_HIGH (UINT64_C(1) << 30)

/* Bridge 3.2.5.6 to 3.2.5.9 */
#define WINDOW_MEM (UINT64_C(1) << 20)
#define WINDOW_IO  (UINT64_C(1) << 12)

struct range {
	uint64_t next, end;
};

struct assign {
	struct dp_qtest *q;
	struct dp_lab *lab;
	struct range low, high, io;
	bool high_reached; /* all bridges on the way have a wide prefetchable window */
	struct dp_err *err;
};

static int cfg_read(struct assign *a, unsigned bdf, unsigned offset, unsigned width,
		    uint64_t *value)
{
	return dp_lab_cfg_read(a->q, bdf, offset, width, value, a->err);
}

static int cfg_write(struct assign *a, unsigned bdf, unsigned offset, unsigned width,
		     uint64_t value)
{
	return dp_lab_cfg_write(a->q, bdf, offset, width, value, a->err);
}

static uint64_t align(uint64_t value, uint64_t to)
{
	return (value + to - 1) & ~(to - 1);
}

/* Return: an address, or 0 when there is no room */
static uint64_t take(struct range *r, uint64_t size, uint64_t alignment)
{
	uint64_t at = align(r->next, alignment);

	if (at < r->next || at > r->end || r->end - at < size)
		return 0;
	r->next = at + size;
	return at;
}

static unsigned bar_register(unsigned index)
{
	return PCI_BAR0 + 4 * index;
}

/* PCI 6.2.5.1: write ones, see which bits stay zero.  Decoding is off meanwhile. */
static int size_bar(struct assign *a, struct dp_lab_fn *f, unsigned *index)
{
	struct dp_lab_bar *b = &f->bars[f->n_bars];
	unsigned reg = bar_register(*index);
	uint64_t low, high = 0xffffffff, mask;
	int rc = cfg_write(a, f->bdf, reg, 32, 0xffffffff);

	if (!rc)
		rc = cfg_read(a, f->bdf, reg, 32, &low);
	if (rc)
		return rc;
	memset(b, 0, sizeof(*b));
	b->index = (*index)++;
	b->io = low & 1;
	b->wide = !b->io && (low & 6) == 4;
	b->prefetch = !b->io && (low & 8);
	if (b->wide) {
		(*index)++;
		rc = cfg_write(a, f->bdf, reg + 4, 32, 0xffffffff);
		if (!rc)
			rc = cfg_read(a, f->bdf, reg + 4, 32, &high);
	}
	/* an I/O BAR may leave its upper half at zero */
	mask = b->io ? (low & ~UINT64_C(3)) | UINT64_C(0xffffffffffff0000)
		     : (high << 32 | (low & ~UINT64_C(15)));
	if (low)
		b->size = mask & -mask;
	if (!rc && low)
		f->n_bars++;
	return rc;
}

static int size_bars(struct assign *a, struct dp_lab_fn *f)
{
	unsigned index = 0, last = f->bridge ? 2 : 6;
	int rc = 0;

	f->n_bars = 0;
	while (index < last && !rc)
		rc = size_bar(a, f, &index);
	return rc;
}

static uint64_t place(struct assign *a, const struct dp_lab_bar *b)
{
	if (b->io)
		return take(&a->io, b->size, b->size);
	if (b->wide && a->high_reached && (b->prefetch || b->size >= LARGE)) {
		uint64_t at = take(&a->high, b->size, b->size);

		if (at)
			return at;
	}
	return take(&a->low, b->size, b->size);
}

static int place_bars(struct assign *a, struct dp_lab_fn *f)
{
	int rc = 0;

	for (unsigned i = 0; i < f->n_bars && !rc; i++) {
		struct dp_lab_bar *b = &f->bars[i];
		unsigned reg = bar_register(b->index);

		b->address = place(a, b);
		rc = cfg_write(a, f->bdf, reg, 32, b->address & 0xffffffff);
		if (!rc && b->wide)
			rc = cfg_write(a, f->bdf, reg + 4, 32, b->address >> 32);
	}
	return rc;
}

/* PCI 6.2.2.  Bridges forward what masters below them do; functions are the user's to turn
 * into masters. */
static int decode(struct assign *a, const struct dp_lab_fn *f, bool on)
{
	unsigned bits = PCI_COMMAND_IO | PCI_COMMAND_MEM;
	uint64_t command;
	int rc = cfg_read(a, f->bdf, PCI_COMMAND, 16, &command);

	if (rc)
		return rc;
	command &= ~(uint64_t)bits;
	if (on)
		command |= bits | (f->bridge ? PCI_COMMAND_MASTER : 0);
	return cfg_write(a, f->bdf, PCI_COMMAND, 16, command);
}

static int setup(struct assign *a, struct dp_lab_fn *f)
{
	int rc = decode(a, f, false);

	if (!rc)
		rc = size_bars(a, f);
	return rc ? rc : place_bars(a, f);
}

/* Bridge 3.2.5.8: base and limit of 1 MiB units; limit below base = closed */
static int open_mem(struct assign *a, unsigned bdf, unsigned reg, uint64_t start, uint64_t end)
{
	uint64_t base = start >> 16 & 0xfff0, limit = (end - 1) >> 16 & 0xfff0;

	if (start == end) {
		base = 0xfff0;
		limit = 0;
	}
	return cfg_write(a, bdf, reg, 32, limit << 16 | base);
}

static int open_high(struct assign *a, unsigned bdf, uint64_t start, uint64_t end)
{
	int rc = open_mem(a, bdf, PCI_PREF_WINDOW, start, end);

	if (!rc)
		rc = cfg_write(a, bdf, PCI_PREF_BASE_HI, 32, start >> 32);
	if (!rc)
		rc = cfg_write(a, bdf, PCI_PREF_LIMIT_HI, 32, start == end ? 0 : (end - 1) >> 32);
	return rc;
}

static int open_io(struct assign *a, unsigned bdf, uint64_t start, uint64_t end)
{
	uint64_t base = start >> 8 & 0xf0, limit = (end - 1) >> 8 & 0xf0;

	if (start == end) {
		base = 0xf0;
		limit = 0;
	}
	return cfg_write(a, bdf, PCI_IO_WINDOW, 16, limit << 8 | base);
}

static int assign_bus(struct assign *a, unsigned bus);

/* one range of a bridge: begin on a unit, and end on one behind what the bus took */
static void begin(struct range *r, uint64_t unit)
{
	r->next = align(r->next, unit) > r->end ? r->end : align(r->next, unit);
}

static void finish(struct range *r, uint64_t start, uint64_t unit, uint64_t least)
{
	uint64_t end = align(r->next, unit);

	if (end < start + least && r->end - start >= least)
		end = start + least;
	r->next = end < r->end ? end : r->end;
}

/* Bridge 3.2.5.9: the upper halves exist only where the low nibble says so */
static int is_wide(struct assign *a, const struct dp_lab_fn *f, bool *wide)
{
	uint64_t window;
	int rc = cfg_read(a, f->bdf, PCI_PREF_WINDOW, 32, &window);

	*wide = (window & 0xf) == PCI_PREF_WIDE;
	return rc;
}

static bool is_empty(const struct dp_lab *lab, unsigned bus)
{
	for (size_t i = 0; i < lab->n; i++)
		if (lab->fns[i].bdf >> 8 == bus)
			return false;
	return true;
}

static int open_windows(struct assign *a, const struct dp_lab_fn *f, const struct assign *start,
			bool wide)
{
	int rc = open_mem(a, f->bdf, PCI_MEM_WINDOW, start->low.next, a->low.next);

	if (!rc && wide)
		rc = open_high(a, f->bdf, start->high.next, a->high.next);
	else if (!rc)
		rc = open_mem(a, f->bdf, PCI_PREF_WINDOW, 0, 0);
	return rc ? rc : open_io(a, f->bdf, start->io.next, a->io.next);
}

static int assign_bridge(struct assign *a, const struct dp_lab_fn *f)
{
	bool spare = f->hotplug && f->secondary == f->subordinate, wide;
	bool empty = spare && is_empty(a->lab, f->secondary);
	struct assign start;
	int rc = is_wide(a, f, &wide);

	if (rc)
		return rc;
	begin(&a->low, spare ? SPARE_LOW : WINDOW_MEM);
	begin(&a->high, spare ? SPARE_HIGH : WINDOW_MEM);
	begin(&a->io, WINDOW_IO);
	start = *a;
	a->high_reached = start.high_reached && wide;
	rc = assign_bus(a, f->secondary);
	finish(&a->low, start.low.next, WINDOW_MEM, spare ? SPARE_LOW : 0);
	finish(&a->high, start.high.next, WINDOW_MEM, spare && a->high_reached ? SPARE_HIGH : 0);
	finish(&a->io, start.io.next, WINDOW_IO, empty ? WINDOW_IO : 0);
	a->high_reached = start.high_reached;
	return rc ? rc : open_windows(a, f, &start, wide);
}

/* depth first: all of a bus's own BARs, then its bridges one after the other */
static int assign_bus(struct assign *a, unsigned bus)
{
	int rc = 0;

	for (size_t i = 0; i < a->lab->n && !rc; i++)
		if (a->lab->fns[i].bdf >> 8 == bus)
			rc = setup(a, &a->lab->fns[i]);
	for (size_t i = 0; i < a->lab->n && !rc; i++)
		if (a->lab->fns[i].bdf >> 8 == bus && a->lab->fns[i].bridge)
			rc = assign_bridge(a, &a->lab->fns[i]);
	for (size_t i = 0; i < a->lab->n && !rc; i++)
		if (a->lab->fns[i].bdf >> 8 == bus)
			rc = decode(a, &a->lab->fns[i], true);
	return rc;
}

int dp_lab_assign(struct dp_qtest *q, struct dp_lab *lab, const unsigned *roots, size_t n_roots,
		  struct dp_err *err)
{
	struct assign a = {.q = q,
			   .lab = lab,
			   .low = {LOW_START, LOW_END},
			   .high = {HIGH_START, HIGH_END},
			   .io = {IO_START, IO_END},
			   .high_reached = true,
			   .err = err};
	int rc = 0;

	for (size_t i = 0; i < n_roots && !rc; i++)
		rc = assign_bus(&a, roots[i]);
	return rc;
}

/* the windows of a bridge as ranges; a closed one is empty */
static int read_windows(struct assign *a, const struct dp_lab_fn *port)
{
	uint64_t mem, pref, io, base_hi, limit_hi;
	int rc = cfg_read(a, port->bdf, PCI_MEM_WINDOW, 32, &mem);

	if (!rc)
		rc = cfg_read(a, port->bdf, PCI_PREF_WINDOW, 32, &pref);
	if (!rc)
		rc = cfg_read(a, port->bdf, PCI_PREF_BASE_HI, 32, &base_hi);
	if (!rc)
		rc = cfg_read(a, port->bdf, PCI_PREF_LIMIT_HI, 32, &limit_hi);
	if (!rc)
		rc = cfg_read(a, port->bdf, PCI_IO_WINDOW, 16, &io);
	if (rc)
		return rc;
	a->low.next = (mem & 0xfff0) << 16;
	a->low.end = (mem & 0xfff00000) + WINDOW_MEM;
	a->high.next = base_hi << 32 | (pref & 0xfff0) << 16;
	a->high.end = (limit_hi << 32 | (pref & 0xfff00000)) + WINDOW_MEM;
	a->high_reached = (pref & 0xf) == PCI_PREF_WIDE;
	a->io.next = (io & 0xf0) << 8;
	a->io.end = (io & 0xf000) + WINDOW_IO;
	return 0;
}

int dp_lab_assign_port(struct dp_qtest *q, struct dp_lab *lab, const struct dp_lab_fn *port,
		       struct dp_err *err)
{
	struct assign a = {.q = q, .lab = lab, .err = err};
	int rc = read_windows(&a, port);

	return rc ? rc : assign_bus(&a, port->secondary);
}

int dp_lab_bar_base(struct dp_qtest *q, unsigned bdf, const struct dp_lab_bar *bar, uint64_t *base,
		    struct dp_err *err)
{
	unsigned reg = bar_register(bar->index);
	uint64_t low, high = 0;
	int rc = dp_lab_cfg_read(q, bdf, reg, 32, &low, err);

	if (!rc && bar->wide)
		rc = dp_lab_cfg_read(q, bdf, reg + 4, 32, &high, err);
	*base = rc ? 0 : high << 32 | (low & (bar->io ? ~UINT64_C(3) : ~UINT64_C(15)));
	return rc;
}
