/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snap_note.c - a description may have changed since: what is said is what it says now */
#include <stdio.h>
#include <string.h>

#include "msg.h"
#include "snap_note.h"

void snap_note(struct cmd *c, const char *word, struct dp_dev *dev)
{
	const struct dp_snap *snap = dp_dev_snap(dev);
	const char *now = dp_dev_desc(dev, 0);
	struct dp_snap_info i;
	char text[400];

	if (!snap || !now || c->quiet)
		return;
	dp_snap_info(snap, &i);
	if (i.hash == dp_dev_desc_hash(dev))
		return;
	if (!i.desc)
		snprintf(text, sizeof(text),
			 "'%.120s' was taken without names and is decoded with '%.120s'", word,
			 now);
	else if (!strcmp(i.desc, now))
		snprintf(text, sizeof(text),
			 "'%.120s' has changed since '%.120s' was taken: decoded as it is now", now,
			 word);
	else
		snprintf(text, sizeof(text),
			 "'%.120s' was taken with '%.100s' and is decoded with '%.100s'", word,
			 i.desc, now);
	msg_note(c->where, text);
}
