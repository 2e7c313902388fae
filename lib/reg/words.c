/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.c - names for people: the words of what a ref names, the description of a device */
#include "reg/reg.h"

int dp_ref_words(const struct dp_ref *ref, bool write,
		 int (*fn)(void *arg, const char *word, uint64_t value, const char *doc), void *arg)
{
	const struct dp_fmt *fmt = dp_ref_fmt(ref);
	const struct dp_words *words = fmt ? dp_fmt_words(fmt, write) : NULL;
	int rc = 0;

	for (size_t i = 0; words && i < words->n && !rc; i++)
		rc = fn(arg, words->v[i].name, words->v[i].value, words->v[i].doc);
	return rc;
}

const char *dp_dev_description(struct dp_dev *dev)
{
	return dp_dev_auto_describe(dev, NULL) ? "" : dev->info.description;
}
