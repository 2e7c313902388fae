/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_pci.c - is the function there, awake, decoding, with addresses and its whole link? */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/doctor.h"
#include "core/kernel.h"
#include "core/pci_regs.h"

static const char *target(const struct dp_doctor *d)
{
	return d->dev->info.target;
}

/* --------------------------------------------------------------- presence */

void dp_check_presence(struct dp_doctor *d, struct dp_check *c)
{
	uint64_t id = 0;
	int rc;

	if (d->no_config.code == DP_GONE) {
		dp_check_set(c, DP_CHECK_FAIL, "%s", d->no_config.message);
		dp_check_hint(c, "%s", d->lab ? "devpoke sim list" : "devpoke list");
		return;
	}
	if (!d->cfg && d->config < 0) {
		dp_check_no_config(d, c);
		return;
	}
	/* a virtual function's ids read as ones: its class does not */
	rc = dp_doctor_config(d, PCI_ID, 32, &id);
	if (!rc && (id & 0xffff) == 0xffff)
		rc = dp_doctor_config(d, PCI_CLASS, 32, &id);
	if (!rc && id != 0xffffffff) {
		dp_check_set(c, DP_CHECK_OK, "its configuration space answers: %04x:%04x",
			     d->dev->info.vendor, d->dev->info.device);
		return;
	}
	dp_check_set(c, DP_CHECK_FAIL, "its configuration space %s",
		     rc ? "cannot be read" : "reads as ones: nobody is there");
	if (d->kernel)
		dp_check_hint(c,
			      "take it out and look again: echo 1 > " DP_PCI_DEVICES
			      "/%s/remove; echo 1 > /sys/bus/pci/rescan",
			      d->name);
}

/* ------------------------------------------------------------------- link */

/* PCIe 5.0, 7.5.3.6 and 7.5.3.8: speed in bits 3:0, width in bits 9:4 of both registers */
struct link {
	unsigned speed, width;
};

static struct link link_of(uint64_t reg)
{
	return (struct link){reg & 0xf, reg >> 4 & 0x3f};
}

static const char *speed_name(unsigned speed)
{
	static const char *const names[] = {"?",       "2.5 GT/s", "5 GT/s", "8 GT/s",
					    "16 GT/s", "32 GT/s",  "64 GT/s"};

	return names[speed < sizeof(names) / sizeof(*names) ? speed : 0];
}

typedef int (*reader)(void *arg, uint64_t offset, unsigned width, uint64_t *value);

/* offset of a capability, 0 = it has none, negative = cannot say (PCI 3.0, 6.7) */
static int find_cap(reader read, void *arg, unsigned want)
{
	uint64_t status, ptr, id;
	int rc = read(arg, PCI_STATUS, 16, &status);

	if (rc || !(status & PCI_STATUS_CAPS))
		return rc;
	rc = read(arg, PCI_CAPS, 8, &ptr);
	for (int i = 0; !rc && i < PCI_MAX_CAPS && (ptr & 0xfc) >= PCI_FIRST_CAP; i++) {
		ptr &= 0xfc;
		rc = read(arg, ptr, 16, &id);
		if (!rc && (id & 0xff) == want)
			return (int)ptr;
		ptr = id >> 8;
	}
	return rc;
}

static int read_own(void *arg, uint64_t offset, unsigned width, uint64_t *value)
{
	return dp_doctor_config(arg, offset, width, value);
}

static int read_file(void *arg, uint64_t offset, unsigned width, uint64_t *value)
{
	return dp_pci_config_read(*(int *)arg, offset, width, value, NULL);
}

/* the `config` file of the bridge right above, -1 = none, or it sleeps */
static int open_port(const struct dp_doctor *d, char name[16])
{
	char path[PATH_MAX], state[16];

	if (!d->n_above)
		return -1;
	dp_bdf_format(&d->above[d->n_above - 1], name);
	if (dp_attr_read(d->dev->ctx, state, sizeof(state), DP_PCI_DEVICES "/%s/power_state",
			 name) > 0 &&
	    !strncmp(state, "D3", 2))
		return -1;
	if (dp_root_path(d->dev->ctx, path, sizeof(path), DP_PCI_DEVICES "/%s/config", name))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* what the port above can do limits both; false: not known */
static bool port_can(const struct dp_doctor *d, char name[16], struct link *can)
{
	int fd = open_port(d, name), cap;
	uint64_t reg;
	bool known;

	if (fd < 0)
		return false;
	cap = find_cap(read_file, &fd, PCI_CAP_EXP);
	known = cap > 0 && !dp_pci_config_read(fd, (unsigned)cap + EXP_LNKCAP, 32, &reg, NULL);
	if (known)
		*can = link_of(reg);
	close(fd);
	return known && can->speed && can->width;
}

/* the kernel's port driver does not mind what is written beside it */
static const char *force_for(const struct dp_doctor *d, const char *bdf)
{
	char driver[64];
	bool bound = !dp_attr_link(d->dev->ctx, driver, sizeof(driver), DP_PCI_DEVICES "/%s/driver",
				   bdf);

	return bound ? " --force=bound" : "";
}

static void judge_link(struct dp_doctor *d, struct dp_check *c, struct link now, struct link can)
{
	struct link port = can;
	char name[16] = "";
	bool known = port_can(d, name, &port);
	const char *who = known ? "it and its port" : "it";

	port.speed = port.speed < can.speed ? port.speed : can.speed;
	port.width = port.width < can.width ? port.width : can.width;
	if (now.speed >= port.speed && now.width >= port.width) {
		dp_check_set(c, DP_CHECK_OK, "x%u at %s, which is what %s can do", now.width,
			     speed_name(now.speed), who);
		return;
	}
	dp_check_set(c, DP_CHECK_FAIL, "x%u at %s, and %s can do x%u at %s", now.width,
		     speed_name(now.speed), who, port.width, speed_name(port.speed));
	if (known)
		dp_check_hint(c,
			      "retrain it: devpoke poke %s cfg.EXP.LNKCTL.RL=1%s; if that does not "
			      "help, look at slot and cable",
			      name, force_for(d, name));
}

void dp_check_link(struct dp_doctor *d, struct dp_check *c)
{
	uint64_t flags, cap, sta;
	int at = find_cap(read_own, d, PCI_CAP_EXP);
	unsigned type;

	if (at == -ENOENT) {
		dp_check_no_config(d, c);
		return;
	}
	if (!at) {
		dp_check_set(c, DP_CHECK_OK, "none: it is no PCI Express function");
		return;
	}
	if (at < 0 || dp_doctor_config(d, (unsigned)at + EXP_FLAGS, 16, &flags) ||
	    dp_doctor_config(d, (unsigned)at + EXP_LNKCAP, 32, &cap) ||
	    dp_doctor_config(d, (unsigned)at + EXP_LNKSTA, 16, &sta)) {
		dp_check_set(c, DP_CHECK_UNKNOWN, "its PCI Express capability cannot be read%s",
			     geteuid() ? " by this user" : "");
		if (geteuid())
			dp_check_hint(c, "run it as root");
		return;
	}
	/* PCIe 5.0, 7.5.3.2: integrated endpoints and event collectors have none */
	type = flags >> 4 & 0xf;
	if (type == 9 || type == 10)
		dp_check_set(c, DP_CHECK_OK, "none: it is part of the root complex");
	else
		judge_link(d, c, link_of(sta), link_of(cap));
}

/* ------------------------------------------------------------------ power */

static bool state_of(const struct dp_doctor *d, const char *bdf, char *state, size_t size)
{
	return dp_attr_read(d->dev->ctx, state, size, DP_PCI_DEVICES "/%s/power_state", bdf) > 0 &&
	       state[0] == 'D';
}

/* PCI Power Management 1.2, 3.2.4: PMCSR bits 1:0 */
static void own_power(struct dp_doctor *d, struct dp_check *c)
{
	static const char *const states[] = {"D0", "D1", "D2", "D3hot"};
	int at = find_cap(read_own, d, PCI_CAP_PM);
	uint64_t pmcsr;

	if (at == -ENOENT) {
		dp_check_no_config(d, c);
	} else if (!at) {
		dp_check_set(c, DP_CHECK_OK, "it has no power management: it is on");
	} else if (at < 0 || dp_doctor_config(d, (unsigned)at + PM_PMCSR, 16, &pmcsr)) {
		dp_check_set(c, DP_CHECK_UNKNOWN, "its power state cannot be read");
		dp_check_hint(c, "run it as root");
	} else if (pmcsr & 3) {
		dp_check_set(c, DP_CHECK_FAIL, "it sleeps in %s: BARs do not answer",
			     states[pmcsr & 3]);
		dp_check_hint(c, "devpoke poke %s cfg.PM.PMCSR.STATE=D0", target(d));
	} else {
		dp_check_set(c, DP_CHECK_OK, "D0");
	}
}

static void asleep(struct dp_check *c, const char *what, const char *name, const char *state)
{
	dp_check_set(c, DP_CHECK_FAIL, "%s '%s' sleeps in %s: BARs do not answer", what, name,
		     state);
	dp_check_hint(c, "wake it: echo on > " DP_PCI_DEVICES "/%s/power/control", name);
}

void dp_check_power(struct dp_doctor *d, struct dp_check *c)
{
	char state[16], name[16];

	/* a port that sleeps comes first: what is below it cannot wake */
	for (size_t i = 0; i < d->n_above; i++) {
		dp_bdf_format(&d->above[i], name);
		if (state_of(d, name, state, sizeof(state)) && !strncmp(state, "D3", 2)) {
			asleep(c, "the port", name, state);
			return;
		}
	}
	if (!d->kernel || !state_of(d, d->name, state, sizeof(state)))
		own_power(d, c);
	else if (strcmp(state, "D0"))
		asleep(c, "the function", d->name, state);
	else
		dp_check_set(c, DP_CHECK_OK, "D0%s",
			     d->n_above ? ", and no port above it sleeps" : "");
}

/* ----------------------------------------------------------------- decode */

static bool has_kind(const struct dp_doctor *d, enum dp_space_kind kind)
{
	for (size_t i = 0; i < d->dev->n_regions; i++) {
		const struct dp_region *r = &d->dev->regions[i];

		if (r->kind == kind && !strncmp(r->name, "bar", 3))
			return true;
	}
	return false;
}

static void decode_off(struct dp_check *c, const struct dp_err *err, const char *force)
{
	dp_check_set(c, DP_CHECK_FAIL, "%s", err->message);
	dp_check_hint(c, "%s%s", err->hint, force);
}

static int read_command(const struct dp_doctor *d, const char *bdf, uint64_t *command)
{
	char path[PATH_MAX];
	int fd = -1, rc;

	if (!dp_root_path(d->dev->ctx, path, sizeof(path), DP_PCI_DEVICES "/%s/config", bdf))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = dp_pci_config_read(fd, PCI_COMMAND, 16, command, NULL);
	close(fd);
	return rc;
}

static bool ports_decode(const struct dp_doctor *d, struct dp_check *c)
{
	for (size_t i = 0; i < d->n_above; i++) {
		char name[16];
		uint64_t command;
		struct dp_err err;

		dp_bdf_format(&d->above[i], name);
		if (read_command(d, name, &command) ||
		    !dp_pci_decodes(name, command, DP_SPACE_REGISTERS, &err))
			continue;
		decode_off(c, &err, force_for(d, name));
		return false;
	}
	return true;
}

/* of a lab its backend knows the ports, too */
static bool lab_decodes(const struct dp_doctor *d, struct dp_check *c)
{
	const struct dp_backend *b = d->dev->backend;
	struct dp_err err;

	for (size_t i = 0; i < d->dev->n_regions && b->answers; i++) {
		if (!b->answers(d->dev, &d->dev->regions[i], &err))
			continue;
		decode_off(c, &err, "");
		return false;
	}
	return true;
}

static bool function_decodes(const struct dp_doctor *d, struct dp_check *c, uint64_t command)
{
	const char *force = d->dev->info.bound ? " --force=bound" : "";
	struct dp_err err;

	if (has_kind(d, DP_SPACE_REGISTERS) &&
	    dp_pci_decodes(target(d), command, DP_SPACE_REGISTERS, &err)) {
		decode_off(c, &err, force);
		return false;
	}
	/* drivers leave I/O off when they need memory only */
	if (has_kind(d, DP_SPACE_PORT) && !d->dev->info.bound &&
	    dp_pci_decodes(target(d), command, DP_SPACE_PORT, &err)) {
		decode_off(c, &err, force);
		return false;
	}
	return true;
}

void dp_check_decode(struct dp_doctor *d, struct dp_check *c)
{
	uint64_t command;
	char link[64];

	if (dp_doctor_config(d, PCI_COMMAND, 16, &command)) {
		dp_check_no_config(d, c);
		return;
	}
	if (!has_kind(d, DP_SPACE_REGISTERS) && !has_kind(d, DP_SPACE_PORT)) {
		dp_check_set(c, DP_CHECK_OK, "it has no BARs to decode");
		return;
	}
	/* PCIe 5.0, 9.3.4.1.3: of a virtual function the bits are not there */
	if (d->kernel &&
	    !dp_attr_link(d->dev->ctx, link, sizeof(link), DP_PCI_DEVICES "/%s/physfn", d->name)) {
		dp_check_set(c, DP_CHECK_OK, "a virtual function: '%s' decides", link);
		return;
	}
	if (d->lab ? !lab_decodes(d, c) : !function_decodes(d, c, command) || !ports_decode(d, c))
		return;
	dp_check_set(c, DP_CHECK_OK, "COMMAND = 0x%04" PRIx64 ": memory %s, I/O %s%s", command,
		     command & PCI_COMMAND_MEM ? "on" : "off",
		     command & PCI_COMMAND_IO ? "on" : "off",
		     d->n_above || d->lab ? "; on in the ports above it" : "");
}

/* ------------------------------------------------------------------- BARs */

/* where a region is now: as its register says in a lab, as the kernel says else */
static bool has_address(const struct dp_doctor *d, const struct dp_region *r)
{
	struct dp_pci_bar bars[7];

	if (!d->kernel)
		return r->address;
	if (dp_pci_bars(d->dev->ctx, &d->bdf, bars, NULL))
		return r->address;
	return !(bars[r->index].flags & DP_RES_UNSET) && bars[r->index].start;
}

static void no_address(const struct dp_doctor *d, struct dp_check *c, size_t i)
{
	const struct dp_region *r = &d->dev->regions[i];

	dp_check_set(c, DP_CHECK_FAIL, "'%s', 0x%" PRIx64 " bytes, has no address", r->name,
		     r->size);
	if (d->kernel)
		dp_check_hint(c,
			      "let the kernel place it anew: echo 1 > " DP_PCI_DEVICES
			      "/%s/remove; echo 1 > /sys/bus/pci/rescan",
			      d->name);
	else if (d->addresses[i])
		dp_check_hint(c, "devpoke poke %s cfg.BAR.%d=0x%" PRIx64, target(d), r->index,
			      d->addresses[i]);
	else
		dp_check_hint(c, "devpoke sim stop %s", d->dev->info.lab);
}

void dp_check_bars(struct dp_doctor *d, struct dp_check *c)
{
	char list[200] = "";
	size_t n = 0;

	if (!d->kernel && !d->cfg) {
		dp_check_no_config(d, c);
		return;
	}
	for (size_t i = 0; i < d->dev->n_regions; i++) {
		const struct dp_region *r = &d->dev->regions[i];

		if (strncmp(r->name, "bar", 3))
			continue;
		if (!has_address(d, r)) {
			no_address(d, c, i);
			return;
		}
		if (n < sizeof(list))
			n += (size_t)snprintf(list + n, sizeof(list) - n,
					      "%s%s 0x%" PRIx64 " at 0x%" PRIx64, n ? ", " : "",
					      r->name, r->size, r->address);
	}
	dp_check_set(c, DP_CHECK_OK, "%s", n ? list : "it has none");
}
