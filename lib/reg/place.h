/* SPDX-License-Identifier: GPL-2.0-or-later */
/* place.h - PCI capabilities: where spaces lie that a capability places */
#ifndef DP_PLACE_H
#define DP_PLACE_H

#include "reg/reg.h"

/* offset of capability @id in configuration space; extended ones from 0x100 on.  Reads
 * configuration space of the open device.  -ENOENT: the device has none. */
int dp_pcicap_find(struct dp_dev *dev, unsigned id, bool extended, uint64_t *offset,
		   struct dp_err *err);
/* the BAR window behind the capability that @ds describes; validated against the BAR */
int dp_pcicap_window(struct dp_dev *dev, const struct dp_desc_space *ds, unsigned *bar,
		     uint64_t *offset, uint64_t *size, struct dp_err *err);

/* what of configuration space was read for these two, each word once, and what it was */
struct dp_cap_word {
	uint64_t value;
	uint16_t at;
	unsigned width;
};
size_t dp_pcicap_words(const struct dp_dev *dev, const struct dp_cap_word **out);

#endif
