/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guard.c - what a SIGBUS inside one of our mappings becomes
 *
 * The kernel takes mapped device memory away (a driver binds, memory decode is cleared through
 * VFIO, a BAR is revoked) and the next load is a SIGBUS.  The program's handler asks
 * dp_fault_guard(): the faulting page is overlaid with a private page of ones, so that the
 * interrupted load goes on and reads all-ones, and the mapping is marked dead, which the access
 * that was interrupted reports.  The table is read in a signal handler: fixed, and lock-free.
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/core.h"

#define SLOTS 256

static struct {
	_Atomic(uintptr_t) start; /* 0 = free, 1 = being filled */
	_Atomic(size_t) len;
	atomic_bool dead;
} slots[SLOTS];

int dp_guard_add(void *start, size_t len)
{
	for (int i = 0; i < SLOTS; i++) {
		uintptr_t empty = 0;

		if (!atomic_compare_exchange_strong(&slots[i].start, &empty, 1))
			continue;
		atomic_store(&slots[i].len, len);
		atomic_store(&slots[i].dead, false);
		atomic_store(&slots[i].start, (uintptr_t)start);
		return i;
	}
	return -ENOSPC;
}

void dp_guard_del(int slot)
{
	if (slot >= 0 && slot < SLOTS)
		atomic_store(&slots[slot].start, 0);
}

bool dp_guard_dead(int slot)
{
	return slot >= 0 && slot < SLOTS && atomic_load(&slots[slot].dead);
}

static int find(uintptr_t addr)
{
	for (int i = 0; i < SLOTS; i++) {
		uintptr_t start = atomic_load(&slots[i].start);

		if (start > 1 && addr >= start && addr - start < atomic_load(&slots[i].len))
			return i;
	}
	return -1;
}

bool dp_fault_guard(void *fault_addr)
{
	uintptr_t addr = (uintptr_t)fault_addr;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int saved = errno, slot = find(addr);
	void *at = (void *)(addr & ~(page - 1)), *p;

	if (slot < 0)
		return false;
	/* mmap() is a plain system call: safe in a handler, though POSIX does not list it */
	p = mmap(at, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (p == MAP_FAILED) {
		errno = saved;
		return false;
	}
	memset(p, 0xff, page);
	atomic_store(&slots[slot].dead, true);
	errno = saved;
	return true;
}
