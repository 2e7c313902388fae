/* SPDX-License-Identifier: GPL-2.0-or-later */
/* desc.c - a description without a device, for the verbs that work offline */
#include <stdio.h>

#include "core/core.h"

static int desc_probe(struct dp_dev *dev, const char *spec, struct dp_err *err)
{
	snprintf(dev->info.target, sizeof(dev->info.target), "desc:%s", spec);
	return dp_dev_describe(dev, spec, err);
}

const struct dp_backend dp_backend_desc = {
	.name = "desc",
	.help = "a description alone, for explain, decode and find",
	.probe = desc_probe,
};
