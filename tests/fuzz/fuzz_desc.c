/* SPDX-License-Identifier: GPL-2.0-or-later */
/* any bytes as a description: loading, linting, and looking at what came of it */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "desc/desc.h"
#include "fuzz.h"

static int on_ref(void *arg, const struct dp_ref_info *info)
{
	(void)arg;
	return info->path == NULL;
}

static void look(struct dp_ctx *ctx, const char *path)
{
	struct dp_dev *dev = NULL;
	struct dp_err err;
	char spec[64];

	snprintf(spec, sizeof(spec), "desc:%s", path);
	if (!dp_dev_find(ctx, spec, &dev, &err))
		dp_find(dev, "", on_ref, NULL, &err);
	dp_dev_close(dev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dp_ctx *ctx = dp_ctx_new(&(struct dp_ctx_opts){0});
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct dp_err err;
	char path[32];

	if (!ctx || fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	dp_desc_lint(ctx, path, NULL, NULL, &err);
	look(ctx, path);
	close(fd);
	dp_ctx_free(ctx);
	return 0;
}
