/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svd_import.c - a CMSIS-SVD file becomes a description */
#include <errno.h>

#include "convert/svd.h"

int dp_svd_import(struct dp_conversion *cv)
{
	struct dp_xml *root = dp_xml_read(cv->file, cv->arena, cv->err);
	struct svd_device d = {.name = NULL};
	int rc;

	if (!root)
		return -EINVAL;
	if (svd_derive(cv, root))
		return dp_err_nomem(cv->err);
	rc = svd_read(cv, root, &d);
	return rc ? rc : svd_yaml(cv, &d);
}
