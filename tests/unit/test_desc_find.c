/* SPDX-License-Identifier: GPL-2.0-or-later */
/* the search path, the description for a device, and the index that spares parsing */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#include "desc/desc.h"
#include "scratch.h"

/* the search path is one/ then two/, the index lies in cache/ */
struct bed {
	struct dp_ctx *ctx;
	char notes[1024];
};

static void note(void *arg, const char *text)
{
	struct bed *bed = arg;
	size_t used = strlen(bed->notes);

	snprintf(bed->notes + used, sizeof(bed->notes) - used, "%s\n", text);
}

static struct dp_ctx *context(struct bed *bed, const char *cache)
{
	char one[256], two[256];
	const char *dirs[] = {one, two, NULL};
	const struct dp_ctx_opts opts = {
		.desc_dirs = dirs, .cache_dir = cache, .note = note, .arg = bed};

	snprintf(one, sizeof(one), "%s/one", scratch);
	snprintf(two, sizeof(two), "%s/two", scratch);
	return dp_ctx_new(&opts);
}

/* old enough that the index trusts it */
static void age(const char *path, time_t seconds)
{
	struct timespec times[2];

	clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= seconds;
	times[1] = times[0];
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static const char *put(const char *name, const char *match, const char *title)
{
	const char *stem = strrchr(name, '/') + 1, *path;
	char text[512];

	snprintf(text, sizeof(text),
		 "schema: 1\ndevice: {name: %.*s, title: \"%s\", match: [%s]}\n",
		 (int)strcspn(stem, "."), stem, title, match);
	path = scratch_text(name, text);
	age(path, 100);
	return path;
}

static int setup(void **state)
{
	static struct bed bed;

	memset(&bed, 0, sizeof(bed));
	if (scratch_make() || mkdir(scratch_path("one"), 0700) || mkdir(scratch_path("two"), 0700))
		return -1;
	put("one/card.yaml", "{pci: \"1111:2222\"}", "Card");
	put("two/card.yaml", "{pci: \"1111:9999\"}", "Hidden");
	put("two/class.yaml", "{pci_class: 0x0108}", "Class");
	put("two/exact.yaml", "{pci_class: 0x010802}", "Exact");
	put("two/soc.yaml", "{uio: widget}, {of: \"acme,widget\"}", "SoC");
	age(scratch_text("two/broken.yaml", "schema: 1\ndevice: {name: [\n"), 100);
	age(scratch_text("two/shared.yaml", "schema: 1\nenums: {e: {0: a}}\n"), 100);
	scratch_text("two/README", "not a description\n");
	bed.ctx = context(&bed, scratch_path("cache"));
	*state = &bed;
	return bed.ctx ? 0 : -1;
}

static int teardown(void **state)
{
	struct bed *bed = *state;

	dp_ctx_free(bed->ctx);
	scratch_remove();
	return 0;
}

/* the description for @key, by name and title; "" = none */
static const char *best(struct dp_ctx *ctx, struct dp_match_key key)
{
	static char text[128];
	struct dp_desc *d;
	struct dp_err err = {0};
	int rc = dp_desc_for(ctx, &key, &d, &err);

	text[0] = 0;
	if (rc) {
		assert_null(d);
		assert_int_equal(rc, -ENOENT);
		return text;
	}
	snprintf(text, sizeof(text), "%s: %s", d->name, d->title);
	dp_desc_free(d);
	return text;
}

static const char *for_id(struct bed *bed, uint16_t vendor, uint16_t device, uint32_t class)
{
	return best(bed->ctx,
		    (struct dp_match_key){
			    .pci = true, .vendor = vendor, .device = device, .class = class});
}

static void an_id_wins_over_a_class(void **state)
{
	assert_string_equal(for_id(*state, 0x1111, 0x2222, 0x010802), "card: Card");
	assert_string_equal(for_id(*state, 0x1111, 0x3333, 0x010802), "exact: Exact");
	assert_string_equal(for_id(*state, 0x1111, 0x3333, 0x010801), "class: Class");
	assert_string_equal(for_id(*state, 0x1111, 0x3333, 0x020000), "");
}

static void uio_and_device_tree_names_match_exactly(void **state)
{
	struct bed *bed = *state;

	assert_string_equal(best(bed->ctx, (struct dp_match_key){.uio = "widget"}), "soc: SoC");
	assert_string_equal(best(bed->ctx, (struct dp_match_key){.of = "acme,widget"}), "soc: SoC");
	assert_string_equal(best(bed->ctx, (struct dp_match_key){.uio = "widge"}), "");
	assert_string_equal(best(bed->ctx, (struct dp_match_key){.of = "widget"}), "");
}

static void the_first_folder_hides_the_same_name_later(void **state)
{
	assert_string_equal(for_id(*state, 0x1111, 0x9999, 0), "");
}

static int collect(void *arg, const char *name, const char *title, const char *file)
{
	char *list = arg;

	assert_int_equal(access(file, R_OK), 0);
	sprintf(list + strlen(list), "%s=%s ", name, title);
	return 0;
}

static int stop(void *arg, const char *name, const char *title, const char *file)
{
	(void)arg;
	(void)name;
	(void)title;
	(void)file;
	return 7;
}

static void each_lists_what_can_be_named(void **state)
{
	struct bed *bed = *state;
	char list[512] = "";

	assert_int_equal(dp_desc_each(bed->ctx, collect, list, NULL), 0);
	assert_string_equal(list, "card=Card broken= class=Class exact=Exact soc=SoC ");
	assert_int_equal(dp_desc_each(bed->ctx, stop, NULL, NULL), 7);
}

static void a_name_is_looked_up_in_order(void **state)
{
	struct bed *bed = *state;
	struct dp_err err = {0};
	struct dp_desc *d;

	assert_int_equal(dp_desc_load(bed->ctx, "card", &d, &err), 0);
	assert_string_equal(d->title, "Card");
	dp_desc_free(d);
	assert_int_equal(dp_desc_load(bed->ctx, scratch_path("two/card.yaml"), &d, &err), 0);
	assert_string_equal(d->title, "Hidden");
	dp_desc_free(d);
	assert_int_equal(dp_desc_load(bed->ctx, "crad", &d, &err), -ENOENT);
	assert_int_equal(err.code, DP_NAME);
	assert_int_equal(dp_desc_load(bed->ctx, "car", &d, &err), -ENOENT);
	assert_non_null(strstr(err.hint, "'card'"));
	assert_int_equal(dp_desc_load(bed->ctx, "broken", &d, &err), -EINVAL);
	assert_non_null(strstr(err.message, "/two/broken.yaml:"));
	assert_int_equal(dp_desc_load(bed->ctx, "", &d, &err), -ENOENT);
}

static void a_match_that_does_not_load_gives_way(void **state)
{
	struct bed *bed = *state;

	scratch_text("one/bad.yaml",
		     "schema: 1\ndevice: {name: bad, match: [{pci: \"1111:4444\"}]}\n"
		     "registers: {A: {}}\n");
	assert_string_equal(for_id(bed, 0x1111, 0x4444, 0x010802), "exact: Exact");
	assert_non_null(strstr(bed->notes, "/one/bad.yaml:3:13: register 'A' has no 'offset'"));
}

/* ----------------------------------------------------------------- index */

static size_t read_index(char *buf, size_t size)
{
	FILE *f = fopen(scratch_path("cache/descriptions.index"), "re");
	size_t n = f ? fread(buf, 1, size - 1, f) : 0;

	if (f)
		fclose(f);
	buf[n] = 0;
	return n;
}

/* same size and time, other content: only who parses it again would see */
static void change_in_secret(const char *match)
{
	struct stat st;
	const char *path = scratch_path("one/card.yaml");
	struct timespec times[2];

	assert_int_equal(stat(path, &st), 0);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	put("one/card.yaml", match, "Card");
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void known_files_are_not_parsed_again(void **state)
{
	char text[4096];

	for_id(*state, 0x1111, 0x2222, 0);
	assert_true(read_index(text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "\tpci:1111:2222\n"));
	assert_non_null(strstr(text, "\tclass:010800/ffff00\n"));
	change_in_secret("{pci: \"1111:5555\"}");
	assert_string_equal(for_id(*state, 0x1111, 0x5555, 0), "");
	age(scratch_path("one/card.yaml"), 50);
	assert_string_equal(for_id(*state, 0x1111, 0x5555, 0), "card: Card");
	assert_string_equal(for_id(*state, 0x1111, 0x2222, 0), "");
}

static void a_young_file_is_not_trusted(void **state)
{
	age(scratch_path("one/card.yaml"), 0);
	for_id(*state, 0x1111, 0x2222, 0);
	change_in_secret("{pci: \"1111:5555\"}");
	assert_string_equal(for_id(*state, 0x1111, 0x5555, 0), "card: Card");
}

static void removed_and_new_files_are_noticed(void **state)
{
	char text[4096];

	for_id(*state, 0, 0, 0);
	put("two/new.yaml", "{pci: \"1111:6666\"}", "New");
	assert_string_equal(for_id(*state, 0x1111, 0x6666, 0), "new: New");
	assert_int_equal(unlink(scratch_path("two/new.yaml")), 0);
	assert_string_equal(for_id(*state, 0x1111, 0x6666, 0), "");
	read_index(text, sizeof(text));
	assert_null(strstr(text, "new.yaml"));
	assert_int_equal(unlink(scratch_path("one/card.yaml")), 0);
	assert_string_equal(for_id(*state, 0x1111, 0x9999, 0), "card: Hidden");
}

static void any_damage_makes_the_index_worthless(void **state)
{
	char good[4096], bad[4096];
	size_t n;

	for_id(*state, 0, 0, 0);
	n = read_index(good, sizeof(good));
	assert_true(n > 100);
	change_in_secret("{pci: \"1111:5555\"}");
	for (size_t i = 0; i < n; i += 7) {
		memcpy(bad, good, n);
		bad[i] = (char)(bad[i] ^ 1);
		scratch_write("cache/descriptions.index", bad, n);
		assert_string_equal(for_id(*state, 0x1111, 0x5555, 0), "card: Card");
		scratch_write("cache/descriptions.index", good, i);
		assert_string_equal(for_id(*state, 0x1111, 0x5555, 0), "card: Card");
	}
}

static void an_index_that_others_can_write_is_not_read(void **state)
{
	for_id(*state, 0, 0, 0);
	assert_int_equal(chmod(scratch_path("cache/descriptions.index"), 0666), 0);
	change_in_secret("{pci: \"1111:5555\"}");
	assert_string_equal(for_id(*state, 0x1111, 0x5555, 0), "card: Card");
}

static void no_place_for_the_index_is_fine(void **state)
{
	struct bed *bed = *state;

	dp_ctx_free(bed->ctx);
	bed->ctx = context(bed, NULL);
	assert_string_equal(for_id(bed, 0x1111, 0x2222, 0), "card: Card");
	dp_ctx_free(bed->ctx);
	scratch_text("file", "");
	bed->ctx = context(bed, scratch_path("file/cache"));
	assert_string_equal(for_id(bed, 0x1111, 0x2222, 0), "card: Card");
}

/* ~/.cache of somebody new */
static void the_folder_of_caches_is_made(void **state)
{
	struct bed *bed = *state;
	struct stat st;

	dp_ctx_free(bed->ctx);
	bed->ctx = context(bed, scratch_path("home/devpoke"));
	assert_string_equal(for_id(bed, 0x1111, 0x2222, 0), "card: Card");
	assert_int_equal(stat(scratch_path("home"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(scratch_path("home/devpoke/descriptions.index"), &st), 0);
	/* no further up: a HOME that is not there stays so */
	dp_ctx_free(bed->ctx);
	bed->ctx = context(bed, scratch_path("nobody/home/devpoke"));
	assert_string_equal(for_id(bed, 0x1111, 0x2222, 0), "card: Card");
	assert_int_equal(stat(scratch_path("nobody"), &st), -1);
}

static void folders_of_another_search_path_stay_in_the_index(void **state)
{
	struct bed *bed = *state;
	const char *dirs[] = {scratch_path("two"), NULL};
	const struct dp_ctx_opts opts = {.desc_dirs = dirs, .cache_dir = scratch_path("cache")};
	struct dp_ctx *ctx = dp_ctx_new(&opts);
	char text[4096];

	for_id(bed, 0, 0, 0);
	put("two/new.yaml", "{pci: \"1111:6666\"}", "New");
	assert_string_equal(
		best(ctx, (struct dp_match_key){.pci = true, .vendor = 0x1111, .device = 0x6666}),
		"new: New");
	read_index(text, sizeof(text));
	assert_non_null(strstr(text, "/one/card.yaml\t"));
	assert_non_null(strstr(text, "/two/new.yaml\t"));
	dp_ctx_free(ctx);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_id_wins_over_a_class),
		TEST(uio_and_device_tree_names_match_exactly),
		TEST(the_first_folder_hides_the_same_name_later),
		TEST(each_lists_what_can_be_named),
		TEST(a_name_is_looked_up_in_order),
		TEST(a_match_that_does_not_load_gives_way),
		TEST(known_files_are_not_parsed_again),
		TEST(a_young_file_is_not_trusted),
		TEST(removed_and_new_files_are_noticed),
		TEST(any_damage_makes_the_index_worthless),
		TEST(an_index_that_others_can_write_is_not_read),
		TEST(no_place_for_the_index_is_fine),
		TEST(the_folder_of_caches_is_made),
		TEST(folders_of_another_search_path_stay_in_the_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
