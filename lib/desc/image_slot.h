/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_slot.h - what images are and where they lie, for image*.c */
#ifndef DP_IMAGE_SLOT_H
#define DP_IMAGE_SLOT_H

#include <time.h>

#include "desc/image.h"

#define DP_IMAGE_REGION (UINT64_C(64) << 20) /* of one slot; what needs more is not kept */
#define DP_IMAGE_FILES  256u                 /* that a description may be made of */

/* the first thing in the region */
struct dp_image {
	char magic[8];
	uint64_t program, dirs; /* who made it, with which search path */
	uint64_t address, size, sum;
	uint64_t variants;
	const char *path;
	struct dp_desc *desc;
	const struct dp_source_file *files;
};

/* image.c */
unsigned dp_image_slot(const struct dp_image_key *key);
uint64_t dp_image_dirs(const struct dp_image_key *key);
/* of the build that this code is in; 0: not known, so that nothing is kept */
uint64_t dp_image_program(void);
uint64_t dp_image_sum(const struct dp_image *h);
bool dp_image_is_ours(const struct dp_image *h);
int64_t dp_image_ns(struct timespec t);
/* @size bytes at @address, or NULL: somebody else has them, or it is none here */
void *dp_image_reserve(uint64_t address, size_t size);
/* may an image lie there? */
bool dp_image_is_slot(uint64_t address);
/* the region of @key's slot, or NULL: all are in use */
void *dp_image_region(const struct dp_image_key *key);

#endif
