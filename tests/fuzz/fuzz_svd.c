/* SPDX-License-Identifier: GPL-2.0-or-later */
/* any bytes as an SVD file: what comes of it is a description that loads, and goes back */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "devpoke.h"
#include "fuzz.h"

static int file_of(const void *data, size_t size, char path[32])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static void use(const char *yaml, size_t size)
{
	struct dp_ctx *ctx = dp_ctx_new(&(struct dp_ctx_opts){0});
	static const char *const formats[] = {"svd", "c", "json"};
	struct dp_desc *desc;
	struct dp_err err;
	char path[32], *text;
	int fd = file_of(yaml, size, path);

	if (!ctx)
		abort();
	if (dp_desc_load(ctx, path, &desc, &err)) {
		fprintf(stderr, "%s\n%s\n", err.message, yaml);
		abort();
	}
	for (size_t i = 0; i < 3; i++) {
		if (dp_desc_export(desc, formats[i], NULL, NULL, &text, &size, &err) < 0)
			abort();
		free(text);
	}
	dp_desc_free(desc);
	dp_ctx_free(ctx);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dp_import_opts opts = {.name = "fuzz"};
	struct dp_err err;
	char path[32], *text;
	int fd = file_of(data, size, path);

	if (dp_desc_import("svd", path, &opts, NULL, NULL, &text, &size, &err) >= 0) {
		use(text, size);
		free(text);
	}
	close(fd);
	return 0;
}
