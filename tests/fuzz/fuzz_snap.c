/* SPDX-License-Identifier: GPL-2.0-or-later */
/* any bytes as a snapshot: reading it, and looking at it as a device */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/snap.h"
#include "fuzz.h"

static char file[] = "/tmp/fuzz_snap.XXXXXX.snap";

static void clean(void)
{
	unlink(file);
}

static int on_bytes(void *arg, const char *space, const struct dp_snap_bytes *b)
{
	uint64_t *sum = arg;

	for (uint64_t i = 0; b->bytes && i < b->len; i++)
		*sum += b->bytes[i] + (b->moved ? b->moved[i] : 0);
	*sum += (uint64_t)*space;
	return 0;
}

static void look(struct dp_ctx *ctx)
{
	struct dp_dev *dev = NULL;
	struct dp_err err;
	char spec[64];

	snprintf(spec, sizeof(spec), "dump:%s", file);
	if (!dp_dev_find(ctx, spec, &dev, &err) && !dp_dev_open(dev, 0, &err)) {
		struct dp_refs refs;

		if (!dp_resolve(dev, "**", DP_REFS_MANY, &refs, &err))
			dp_refs_free(&refs);
	}
	dp_dev_close(dev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dp_ctx *ctx;
	struct dp_snap_info info;
	struct dp_snap *s = NULL;
	struct dp_err err;
	uint64_t sum = 0;
	int fd;

	if (!ctx) {
		fd = mkstemps(file, 5);
		ctx = dp_ctx_new(&(struct dp_ctx_opts){0});
		if (fd < 0 || !ctx)
			abort();
		close(fd);
		atexit(clean);
	}
	FILE *f = fopen(file, "wb");
	if (!f)
		abort();
	fwrite(data, 1, size, f);
	fclose(f);
	if (!dp_snap_read(file, &s, &err)) {
		dp_snap_info(s, &info);
		dp_snap_each(s, on_bytes, &sum);
		free(dp_snap_text(s));
		dp_snap_free(s);
	}
	look(ctx);
	return 0;
}
