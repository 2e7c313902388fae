/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * snap.h - a snapshot as data (API.md "Snapshot"): what of which space was read, and what not
 *
 * lib/reg/snap_take.c takes one of a device, snap_text.c writes it, snap_read.c reads it, and
 * backend/dump.c plays it as a device.  The document is one JSON object:
 *
 *   "schema":1, "target", "ids":{vendor device subvendor subdevice class revision},
 *   "desc": what names it was taken with, or null; several: an array
 *   "hash": of that description, "time", "boot_id", "reads": how often each was read
 *   "spaces":[{"name", "size", "indirect":true (left out: false),
 *      "chunks":[{"offset", "width", "hex"|null, "skipped", "moved", "words"}]}]
 *
 * A chunk is a register's bytes in bus order, or with "words" those of a range; "skipped" is the
 * word of dp_ref_skip(), "moved" has a 1 for each bit that changed from one read to another.
 */
#ifndef DP_SNAP_H
#define DP_SNAP_H

#include "core/core.h"

#define DP_SNAP_SPACE  (UINT64_C(1) << 32) /* bytes of a space that a snapshot can hold */
#define DP_SNAP_CHUNKS (1u << 20)          /* of a space */
#define DP_SNAP_BYTES  (20u << 20)         /* of all words and their marks: it can be read again */

/**
 * struct dp_snap_chunk - bytes that were read, or were left alone
 * @reach: no chunk up to this one ends behind it; valid after dp_snap_sort()
 * @width: of the accesses, bits
 * @words: words of a range, else one register
 * @bytes: in bus order, or NULL: not read, and @skipped says why
 * @moved: bits that changed by themselves, as @bytes; or NULL: none did
 */
struct dp_snap_chunk {
	uint64_t offset, len, reach;
	unsigned width;
	bool words;
	uint8_t *bytes, *moved;
	char skipped[16];
};

/**
 * struct dp_snap_space - what is known of one space
 * @size: of the whole space, bytes; 0 = not known
 * @indirect: behind index and data registers: its offsets are no bytes, and nothing was read
 */
struct dp_snap_space {
	char name[32];
	bool indirect;
	uint64_t size;
	struct dp_snap_chunk *chunks; /* by offset after dp_snap_sort() */
	size_t n;
};

/**
 * struct dp_snap - a snapshot
 * @descs: arguments of dp_dev_describe() that give its names; owned
 * @hash: of those descriptions; 0 = none
 * @reads: how often each register was read; @bytes: of words, as far as it is being taken
 */
struct dp_snap {
	char target[128];
	uint16_t vendor, device, subvendor, subdevice;
	uint32_t class;
	uint8_t revision;
	char **descs;
	size_t n_descs;
	uint64_t hash;
	char time[32], boot_id[40];
	uint64_t reads, bytes;
	struct dp_snap_space *spaces;
	size_t n_spaces;
};

/* snap.c */
struct dp_snap *dp_snap_new(void);
/* -ENOMEM */
int dp_snap_add_desc(struct dp_snap *s, const char *arg);
/* the space of that name, made when there is none; NULL: too many, or no memory */
struct dp_snap_space *dp_snap_space(struct dp_snap *s, const char *name);
const struct dp_snap_space *dp_snap_find_space(const struct dp_snap *s, const char *name);
/* a chunk at the end of the space, zeroed; pointers to others end.  NULL: no memory */
struct dp_snap_chunk *dp_snap_chunk(struct dp_snap_space *space);
void dp_snap_sort(struct dp_snap *s);
/* the chunk that holds byte @offset of a sorted space; NULL: none does, and *@why says why
 * ("hole": it says nothing of it) */
const struct dp_snap_chunk *dp_snap_at(const struct dp_snap_space *space, uint64_t offset,
				       const char **why);
/* of a byte that no chunk holds: where what is true of it ends, at most @end */
uint64_t dp_snap_gap(const struct dp_snap_space *space, uint64_t offset, uint64_t end);
/* why one of @len bytes is not there, or NULL: all are */
const char *dp_snap_lacks(const struct dp_snap_space *space, uint64_t offset, uint64_t len);
/* the bits of @width at @offset that moved, as they lie on a little-endian bus */
uint64_t dp_snap_moved(const struct dp_snap_space *space, uint64_t offset, unsigned width);

/* snap_read.c: one that is complete and consistent.  -EINVAL (DP_VALUE): it is none; else as
 * dp_json_read() */
int dp_snap_read(const char *file, struct dp_snap **out, struct dp_err *err);

#endif
