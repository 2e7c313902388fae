/* SPDX-License-Identifier: GPL-2.0-or-later */
/* errors, nearest names, the JSON wrapper and the runtime folder */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/core.h"
#include "core/json.h"

static void every_code_and_class_has_a_word(void **state)
{
	(void)state;
	for (int c = DP_OK; c <= DP_INTERNAL; c++)
		assert_true(dp_code_name((enum dp_code)c)[0]);
	for (int c = DP_CLASS_NONE + 1; c < DP_CLASS_COUNT; c++) {
		enum dp_class back;

		assert_true(dp_class_help((enum dp_class)c)[0]);
		assert_int_equal(dp_class_parse(dp_class_name((enum dp_class)c), &back, NULL), 0);
		assert_int_equal(back, c);
	}
}

static void an_unknown_class_lists_the_known(void **state)
{
	enum dp_class class;
	struct dp_err err;

	(void)state;
	assert_int_equal(dp_class_parse("all", &class, &err), -EINVAL);
	assert_int_equal(err.code, DP_USAGE);
	assert_non_null(strstr(err.hint, "bound"));
}

static void errors_are_cut_not_overrun(void **state)
{
	char longest[1000];
	struct dp_err err;

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	assert_int_equal(dp_err_set(&err, EIO, DP_IO, "%s", longest), -EIO);
	dp_err_hint(&err, "%s", longest);
	dp_err_prefix(&err, "%s", longest);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	assert_int_equal(strlen(err.hint), sizeof(err.hint) - 1);
	assert_int_equal(dp_err_set(NULL, EIO, DP_IO, "nowhere"), -EIO);
}

static void nearest_names(void **state)
{
	static const char *const words[] = {"CC", "CSTS", "CAP", "ACQ", "ASQ"};
	char buf[64], tiny[8];

	(void)state;
	dp_nearest("CST", words, 5, buf, sizeof(buf));
	assert_non_null(strstr(buf, "'CSTS'"));
	dp_nearest("csts", words, 5, buf, sizeof(buf));
	assert_string_equal(buf, "'CSTS'");
	dp_nearest("wombat", words, 5, buf, sizeof(buf));
	assert_string_equal(buf, "");
	dp_nearest("CSTS", words, 5, tiny, sizeof(tiny));
	assert_true(strlen(tiny) < sizeof(tiny));
}

static void json_round_trip(void **state)
{
	struct dp_json *j = dp_json_object(), *a, *back;
	char *text;

	(void)state;
	dp_json_set_hex(j, "h", UINT64_MAX);
	dp_json_set_int(j, "i", -5);
	dp_json_set_str(j, "s", "a\"b");
	a = dp_json_set(j, "a", dp_json_array());
	dp_json_set_bool(dp_json_push(a, dp_json_object()), "b", true);
	text = dp_json_text(j);
	back = dp_json_parse(text, strlen(text));
	assert_non_null(back);
	assert_true(dp_json_hex(back, "h", 0) == UINT64_MAX);
	assert_int_equal(dp_json_int(back, "i", 0), -5);
	assert_string_equal(dp_json_str(back, "s", ""), "a\"b");
	assert_true(dp_json_bool(dp_json_at(dp_json_get(back, "a"), 0), "b", false));
	assert_int_equal(dp_json_int(back, "s", 7), 7);
	assert_null(dp_json_get(dp_json_get(back, "a"), "x"));
	assert_null(dp_json_parse("{\"a\":", 5));
	dp_json_free(back);
	dp_json_free(j);
	free(text);
}

static void an_unfinished_write_keeps_the_old_document(void **state)
{
	char dir[] = "/tmp/devpoke-json-XXXXXX", file[64], tmp[80];
	struct dp_json *j = dp_json_object(), *back;
	struct dp_err err;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/x.json", dir);
	snprintf(tmp, sizeof(tmp), "%s.tmp", file);
	dp_json_set_int(j, "i", 1);
	assert_int_equal(dp_json_write(j, file, &err), 0);
	assert_int_equal(mkdir(tmp, 0700), 0); /* the next write cannot make its file */
	dp_json_set_int(j, "i", 2);
	assert_true(dp_json_write(j, file, &err) < 0);
	assert_int_equal(dp_json_read(file, &back, &err), 0);
	assert_int_equal(dp_json_int(back, "i", 0), 1);
	dp_json_free(back);
	dp_json_free(j);
	rmdir(tmp);
	unlink(file);
	rmdir(dir);
}

static int make(const char *dir, const char *sub, bool create, struct dp_err *err)
{
	struct dp_ctx_opts opts = {.runtime_dir = dir};
	struct dp_ctx *ctx = dp_ctx_new(&opts);
	char buf[256];
	int rc = dp_runtime_dir(ctx, sub, create, buf, sizeof(buf), err);

	dp_ctx_free(ctx);
	return rc;
}

static void the_runtime_folder_is_private(void **state)
{
	char base[] = "/tmp/devpoke-run-XXXXXX", dir[64], link_to[64];
	struct dp_err err;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(base));
	snprintf(dir, sizeof(dir), "%s/r", base);
	snprintf(link_to, sizeof(link_to), "%s/l", base);
	assert_int_equal(make(dir, "labs", false, &err), -ENOENT);
	assert_int_equal(make(dir, "labs/x", true, &err), 0);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(make(dir, "labs", true, &err), -EPERM);
	assert_non_null(strstr(err.hint, "chmod 700"));
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(symlink(dir, link_to), 0);
	assert_true(make(link_to, "labs", true, &err) < 0);
	assert_int_equal(err.code, DP_PERMISSION);
	assert_true(make(NULL, "labs", true, &err) < 0);
	unlink(link_to);
	assert_int_equal(rmdir(strcat(strcpy(link_to, dir), "/labs/x")), 0);
	assert_int_equal(rmdir(strcat(strcpy(link_to, dir), "/labs")), 0);
	rmdir(dir);
	rmdir(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_and_class_has_a_word),
		cmocka_unit_test(an_unknown_class_lists_the_known),
		cmocka_unit_test(errors_are_cut_not_overrun),
		cmocka_unit_test(nearest_names),
		cmocka_unit_test(json_round_trip),
		cmocka_unit_test(an_unfinished_write_keeps_the_old_document),
		cmocka_unit_test(the_runtime_folder_is_private),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
