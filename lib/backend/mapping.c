/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mapping.c - mmap() at page granularity */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/mapping.h"

int dp_mapping_make(struct dp_mapping *m, int fd, uint64_t offset, uint64_t size, bool writable,
		    volatile uint8_t **at)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), inside = offset & (page - 1);
	uint64_t len = (inside + size + page - 1) & ~(page - 1);
	void *p;

	if (!size || len < size || len != (size_t)len)
		return -EINVAL;
	p = mmap(NULL, (size_t)len, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd,
		 (off_t)(offset - inside));
	if (p == MAP_FAILED)
		return -errno;
	m->start = p;
	m->len = (size_t)len;
	*at = (volatile uint8_t *)p + inside;
	return 0;
}

void dp_mapping_drop(struct dp_mapping *m)
{
	if (m->start)
		munmap(m->start, m->len);
	m->start = NULL;
	m->len = 0;
}
