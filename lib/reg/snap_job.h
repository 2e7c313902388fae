/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snap_job.h - a snapshot being taken: snap_what.c says of what, snap_take.c reads it */
#ifndef DP_SNAP_JOB_H
#define DP_SNAP_JOB_H

#include "core/snap.h"
#include "reg/reg.h"

/* a chunk to be filled: a register's, or (@ref NULL) the words of a range */
struct dp_snap_item {
	const struct dp_ref *ref;
	struct dp_space *space;
	size_t in; /* space of the snapshot, and chunk of that */
	size_t chunk;
	bool once; /* const: what it was it is */
};

struct dp_snap_job {
	struct dp_dev *dev;
	struct dp_snap *s;
	const struct dp_snap_opts *opts;
	struct dp_snap_item *items;
	size_t n;
	uint64_t done, total; /* bytes */
	unsigned pass;
	struct dp_err *err;
};

/* snap_what.c */
/* what placing the names needs is read now, once */
void dp_snap_place(struct dp_snap_job *t, const struct dp_snap_what *what, size_t n);
/* and is in the snapshot at its end */
int dp_snap_add_placing(struct dp_snap_job *t);
/* @again: it may be there already, by another part of what was asked for */
int dp_snap_add_what(struct dp_snap_job *t, const struct dp_snap_what *w, bool again);
void dp_snap_bus_order(const struct dp_ref *ref, uint64_t value, uint8_t bytes[8]);

#endif
