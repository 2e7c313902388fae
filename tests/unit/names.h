/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h - the device of tests/golden/paths.yaml, for the tests of the grammar */
#ifndef TESTS_NAMES_H
#define TESTS_NAMES_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reg/reg.h"

static struct dp_ctx *ctx;
static struct dp_dev *dev; /* the model; offline where a test says so */

static inline struct dp_dev *find_device(const char *scheme)
{
	struct dp_dev *d = NULL;
	struct dp_err err;
	char spec[512];

	snprintf(spec, sizeof(spec), "%s:%s/paths.yaml", scheme, TEST_GOLDEN_DIR);
	if (dp_dev_find(ctx, spec, &d, &err))
		fail_msg("%s: %s", spec, err.message);
	return d;
}

static inline int setup_model(void **state)
{
	(void)state;
	if (!ctx)
		ctx = dp_ctx_new(&(struct dp_ctx_opts){0});
	dev = find_device("model");
	return 0;
}

static inline int setup_offline(void **state)
{
	(void)state;
	if (!ctx)
		ctx = dp_ctx_new(&(struct dp_ctx_opts){0});
	dev = find_device("desc");
	return 0;
}

static inline int teardown_device(void **state)
{
	(void)state;
	dp_dev_close(dev);
	dev = NULL;
	return 0;
}

static inline int teardown_ctx(void **state)
{
	(void)state;
	dp_ctx_free(ctx);
	ctx = NULL;
	return 0;
}

static inline void open_device(void)
{
	struct dp_err err;

	if (dp_dev_open(dev, 0, &err))
		fail_msg("%s", err.message);
}

/* the one ref that @text names */
static inline struct dp_ref *ref_of(const char *text)
{
	struct dp_refs refs;
	struct dp_err err;
	struct dp_ref *ref;

	if (dp_resolve(dev, text, 0, &refs, &err))
		fail_msg("%s: %s", text, err.message);
	assert_int_equal(refs.n, 1);
	ref = dp_ref_dup(refs.v[0]);
	dp_refs_free(&refs);
	return ref;
}

static inline void expect_error(const struct dp_err *err, const char *text, enum dp_code code,
				const char *message, const char *hint)
{
	if (err->code != code || !strstr(err->message, message) || !strstr(err->hint, hint))
		fail_msg("%s: %s: %s (hint: %s)", text, dp_code_name(err->code), err->message,
			 err->hint);
}

#endif
