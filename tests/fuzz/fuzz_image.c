/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a kept image.  What makes an image ours is put right before, as far as the input
 * says so with its first byte: else nothing would get past the first check.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desc/image.h"
#include "fuzz.h"

static char dir[] = "/tmp/fuzz_image.XXXXXX", file[sizeof(dir) + 16];
static struct dp_ctx *ctx;
static struct dp_image_key key;
static unsigned char *good; /* an image that counts */
static size_t good_size;

static void clean(void)
{
	unlink(file);
	rmdir(dir);
}

static void make_good(void)
{
	struct dp_desc *d = NULL;
	struct dp_err err;
	FILE *f;

	if (dp_desc_load(ctx, FUZZ_MODEL, &d, &err))
		abort();
	dp_desc_free(d);
	dp_image_file(&key, file, sizeof(file));
	f = fopen(file, "rb");
	good = malloc(1 << 20);
	if (!f || !good)
		abort();
	good_size = fread(good, 1, 1 << 20, f);
	fclose(f);
}

static void start(void)
{
	if (!mkdtemp(dir))
		abort();
	atexit(clean);
	ctx = dp_ctx_new(&(struct dp_ctx_opts){.cache_dir = dir});
	key = (struct dp_image_key){.ctx = ctx, .path = FUZZ_MODEL};
	make_good();
}

/* the input over the good image, from an offset on */
static void patch(unsigned char *image, const uint8_t *data, size_t size)
{
	size_t at = size > 2 ? (size_t)(data[1] | data[2] << 8) % good_size : 0;

	for (size_t i = 3; i < size && at + i - 3 < good_size; i++)
		image[at + i - 3] = data[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dp_desc *d = NULL;
	unsigned char *image;
	FILE *f;

	if (!ctx)
		start();
	if (!size)
		return 0;
	image = malloc(good_size);
	f = fopen(file, "wb");
	if (!image || !f)
		abort();
	memcpy(image, good, good_size);
	patch(image, data, size);
	if (data[0] & 1)
		dp_image_seal(image, good_size);
	fwrite(data[0] & 2 ? data + 1 : image, 1, data[0] & 2 ? size - 1 : good_size, f);
	fclose(f);
	free(image);
	if (!dp_image_open(&key, &d))
		dp_desc_free(d);
	return 0;
}
