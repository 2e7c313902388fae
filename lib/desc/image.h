/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image.h - a loaded description kept as it lies in memory: CACHE/NN.image
 *
 * While it is loaded a description's arena lies in a region at an address that nothing else
 * uses.  The image is that memory: mapped again at the same address it is the description,
 * with nothing to parse or to convert.  A slot of 256 is chosen by the description's path, for
 * the file and for the address, so that the folder stays small.
 *
 * An image is only a shortcut.  It counts when it is ours, of this very program, whole (its
 * checksum), and when each file that it was made of is as it was.
 */
#ifndef DP_IMAGE_H
#define DP_IMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "desc/arena.h"
#include "desc/desc.h"

/* what a description was made of: a file as it was, or one that was looked for and not there */
struct dp_source_file {
	const char *path;
	unsigned absent; /* 1 or 0 */
	uint64_t dev, ino, size;
	int64_t mtime_ns, ctime_ns;
	struct dp_source_file *next;
};
void dp_source_file_stat(struct dp_source_file *f, const struct stat *st);

/* which image: the description's path as it is given, and its variants */
struct dp_image_key {
	struct dp_ctx *ctx;
	const char *path;
	uint64_t variants;
};

/* 0: *@out is the description, for dp_desc_free(); -ENOENT: there is no image that counts */
int dp_image_open(const struct dp_image_key *key, struct dp_desc **out);
/* the file of @key's slot; false: there is no folder, or its path is too long */
bool dp_image_file(const struct dp_image_key *key, char *buf, size_t size);
/* an arena in the region of @key's slot; NULL: that is in use, or nothing is to be kept */
struct dp_arena *dp_image_arena(const struct dp_image_key *key);
/* keep @desc, whose arena is of dp_image_arena(); what does not work is no error */
void dp_image_save(const struct dp_image_key *key, struct dp_desc *desc,
		   const struct dp_source_file *files);
/* @image, of @size bytes and with its address, is ours and whole */
void dp_image_seal(void *image, size_t size);
/* @desc may be of an image: false when it is not */
bool dp_image_close(struct dp_desc *desc);

#endif
