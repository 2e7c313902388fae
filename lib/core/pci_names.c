/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci_names.c - vendors, devices and classes in words; the only user of libpci
 *
 * The library is opened at the first name that somebody wants, because most commands want
 * none: linked, it costs each start 0.17 ms (it draws in libz and libudev), and reading
 * pci.ids takes 5 ms more.  Debian has no static libpci.
 */
#include <dlfcn.h>
#include <pci/pci.h>
#include <setjmp.h>
#include <stdio.h>

#include "core/pci.h"

/* not udev's database: what pci.ids lacks, it lacks too, and libpci leaks its handle */
#define HOW (PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB)

static struct {
	bool tried;
	struct pci_access *access;
	char *(*lookup)(struct pci_access *a, char *buf, int size, int flags, ...);
	jmp_buf failed;
} libpci;

/* libpci's contract (pci.h): the error hook must not return */
static void __attribute__((noreturn, format(printf, 1, 2))) on_error(char *fmt, ...)
{
	(void)fmt;
	longjmp(libpci.failed, 1);
}

static void __attribute__((format(printf, 1, 2))) on_message(char *fmt, ...)
{
	(void)fmt;
}

static void open_library(void)
{
	__typeof__(pci_alloc) *alloc;
	void *so = dlopen("libpci.so.3", RTLD_NOW | RTLD_LOCAL);

	libpci.tried = true;
	if (!so)
		return;
	*(void **)&alloc = dlsym(so, "pci_alloc");
	*(void **)&libpci.lookup = dlsym(so, "pci_lookup_name");
	if (!alloc || !libpci.lookup)
		return;
	/* not pci_init(): names need no scan of the bus */
	libpci.access = alloc();
	libpci.access->error = on_error;
	libpci.access->warning = on_message;
	libpci.access->debug = on_message;
}

/* "" when unknown; a pci.ids that libpci cannot read ends all names */
static void lookup(char *buf, size_t size, int flags, int id, int id2)
{
	char *name;

	buf[0] = 0;
	if (!libpci.access)
		return;
	if (setjmp(libpci.failed)) {
		libpci.access = NULL;
		return;
	}
	name = libpci.lookup(libpci.access, buf, (int)size, flags | HOW, id, id2);
	/* unknown, or a text of libpci's about a buffer that is too small */
	if (name != buf)
		buf[0] = 0;
}

void dp_pci_name(uint16_t vendor, uint16_t device, uint32_t class, char *buf, size_t size)
{
	char maker[160], thing[160];

	if (!libpci.tried)
		open_library();
	lookup(maker, sizeof(maker), PCI_LOOKUP_VENDOR, vendor, 0);
	lookup(thing, sizeof(thing), PCI_LOOKUP_DEVICE, vendor, device);
	if (!thing[0])
		lookup(thing, sizeof(thing), PCI_LOOKUP_CLASS, (int)(class >> 8), 0);
	snprintf(buf, size, "%s%s%s", maker, maker[0] && thing[0] ? " " : "", thing);
}

const char *dp_dev_name(struct dp_dev *dev)
{
	struct dp_dev_info *info = &dev->info;

	if (!info->name[0] && info->vendor)
		dp_pci_name(info->vendor, info->device, info->class, info->name,
			    sizeof(info->name));
	return info->name;
}
