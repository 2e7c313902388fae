/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loading descriptions: what the example becomes, each lint rule, extends and include, bounds */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "desc/desc.h"
#include "scratch.h"

#define HEAD "schema: 1\ndevice: {name: t}\n"

static int setup(void **state)
{
	const struct dp_ctx_opts opts = {0};

	if (scratch_make())
		return -1;
	*state = dp_ctx_new(&opts);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	dp_ctx_free(*state);
	scratch_remove();
	return 0;
}

static struct dp_desc *load(void **state, const char *path)
{
	struct dp_desc *d = NULL;
	struct dp_err err = {0};

	if (dp_desc_load(*state, path, &d, &err))
		fail_msg("%s", err.message);
	return d;
}

static struct dp_desc *load_text(void **state, const char *text)
{
	return load(state, scratch_text("t.yaml", text));
}

/* @path must not load, and say @what */
static void refuses(void **state, const char *path, int rc, const char *what)
{
	struct dp_desc *d = (struct dp_desc *)path;
	struct dp_err err = {0};

	assert_int_equal(dp_desc_load(*state, path, &d, &err), rc);
	assert_null(d);
	if (!strstr(err.message, what))
		fail_msg("'%s' is not in '%s'", what, err.message);
}

static void refuses_text(void **state, const char *text, const char *what)
{
	refuses(state, scratch_text("t.yaml", text), -EINVAL, what);
}

static const struct dp_reg *reg(const struct dp_desc *d, const char *name)
{
	const struct dp_reg *r = dp_desc_reg(d, name, strlen(name));

	if (!r)
		fail_msg("no register '%s'", name);
	return r;
}

static const struct dp_field *field(const struct dp_reg *r, const char *name)
{
	const struct dp_field *f = dp_reg_field(r, name, strlen(name));

	if (!f)
		fail_msg("no field '%s' in '%s'", name, r->name);
	return f;
}

static uint64_t value(const struct dp_expr *e)
{
	uint64_t v = 0;

	assert_true(dp_expr_is_const(e, &v));
	return v;
}

/* ------------------------------------------------------------ the example */

static struct dp_desc *widget(void **state)
{
	return load(state, TEST_GOLDEN "/widget.yaml");
}

static void the_example_has_its_device_and_ids(void **state)
{
	struct dp_desc *d = widget(state);
	struct dp_desc_info info;

	dp_desc_info(d, &info);
	assert_string_equal(info.name, "widget");
	assert_string_equal(info.title, "Example block");
	assert_string_equal(info.ref, "Widget manual 1.2");
	assert_int_equal(info.registers, 16 + 2 * 10);
	assert_int_equal(info.fields, 25 + 2 * 26);
	assert_int_equal(info.enums, 2);
	assert_int_not_equal(info.hash, 0);
	assert_int_equal(d->n_matches, 4);
	assert_true(d->matches[0].by_id);
	assert_int_equal(d->matches[0].vendor, 0x1234);
	assert_int_equal(d->matches[0].device, 0x5678);
	assert_true(d->matches[1].by_class);
	assert_int_equal(d->matches[1].class, 0x010802);
	assert_int_equal(d->matches[1].class_mask, 0xffffff);
	assert_string_equal(d->matches[2].uio, "widget");
	assert_string_equal(d->matches[3].of, "acme,widget");
	dp_desc_free(d);
}

static void the_example_has_its_spaces(void **state)
{
	struct dp_desc *d = widget(state);
	const struct dp_desc_space *s;

	assert_int_equal(d->n_spaces, 3);
	assert_int_equal(dp_desc_space_index(d, "main", 4), 0);
	assert_int_equal(dp_desc_space_index(d, "phy", 3), 1);
	assert_int_equal(dp_desc_space_index(d, "nope", 4), -1);
	assert_int_equal(d->spaces[0].place, DP_PLACE_BAR);
	assert_int_equal(d->spaces[0].size, 0x4000);
	s = &d->spaces[1];
	assert_int_equal(s->place, DP_PLACE_INDIRECT);
	assert_int_equal(s->size, 32);
	assert_string_equal(s->indirect.index, "MDIC.REG");
	assert_string_equal(s->indirect.data, "MDIC.DATA");
	assert_string_equal(s->indirect.start_read, "MDIC.OP=read");
	assert_null(s->indirect.start_write);
	assert_string_equal(s->indirect.ready, "MDIC.READY==1");
	assert_int_equal(s->indirect.timeout_ns, 10000000);
	s = &d->spaces[2];
	assert_int_equal(s->place, DP_PLACE_PAGED);
	assert_int_equal(s->paged.in, 1);
	assert_string_equal(s->paged.page, "PAGE.SEL");
	assert_int_equal(s->paged.value, 769);
	dp_desc_free(d);
}

static void registers_have_places_and_defaults(void **state)
{
	struct dp_desc *d = widget(state);
	const struct dp_reg *r = reg(d, "CTRL");

	assert_int_equal(value(r->offset), 0x14);
	assert_int_equal(r->width, 32);
	assert_true(r->has_reset);
	assert_int_equal(r->reset, 0x10);
	assert_int_equal(r->reserved, DP_RES_PRESERVE);
	assert_int_equal(r->attr.sw, DP_SW_RW);
	assert_int_equal(r->pos.line, 15);
	assert_int_equal(r->pos.column, 3);
	assert_int_equal(reg(d, "ID")->space, 1);
	assert_int_equal(reg(d, "ID")->width, 16);
	assert_false(reg(d, "CAP")->has_reset);
	assert_int_equal(reg(d, "FIFO")->kind, DP_KIND_FIFO);
	assert_string_equal(reg(d, "FIFO")->level, "FIFOSTAT.COUNT");
	assert_string_equal(reg(d, "MASKC")->clear_of, "MASKS");
	assert_string_equal(dp_expr_text(reg(d, "EXT")->when), "CAP.MQES > 0");
	dp_desc_free(d);
}

static void fields_are_sorted_and_inherit(void **state)
{
	struct dp_desc *d = widget(state);
	const struct dp_reg *r = reg(d, "CTRL");

	assert_int_equal(r->n_fields, 4);
	for (size_t i = 1; i < r->n_fields; i++)
		assert_true(r->fields[i - 1].lo > r->fields[i].lo);
	assert_int_equal(field(r, "ERR")->attr.on_write, DP_ONW_W1C);
	assert_int_equal(field(r, "GO")->attr.on_write, DP_ONW_PULSE);
	assert_int_equal(field(r, "EN")->attr.on_write, DP_ONW_STORE);
	assert_int_equal(field(r, "MODE")->hi, 6);
	assert_int_equal(field(r, "MODE")->lo, 4);
	r = reg(d, "CAUSE");
	assert_int_equal(r->n_fields, 3);
	assert_int_equal(field(r, "RX")->attr.sw, DP_SW_RO);
	assert_int_equal(field(r, "RX")->attr.on_read, DP_ONR_CLEAR);
	assert_int_equal(field(reg(d, "MASKS"), "RX")->attr.on_write, DP_ONW_W1S);
	assert_int_equal(field(reg(d, "MASKC"), "RX")->attr.on_write, DP_ONW_W1C);
	assert_true(field(reg(d, "CAP"), "MQES")->attr.is_const);
	assert_false(field(reg(d, "MDIC"), "DATA")->attr.is_volatile);
	assert_true(field(reg(d, "MDIC"), "READY")->attr.is_volatile);
	dp_desc_free(d);
}

static void values_have_meanings(void **state)
{
	struct dp_desc *d = widget(state);
	const struct dp_field *f = field(reg(d, "CTRL"), "MODE");
	const struct dp_word *w = dp_words_find(f->fmt.words, "fast", 4);

	assert_non_null(w);
	assert_int_equal(w->value, 2);
	assert_null(dp_words_find(f->fmt.words, "fas", 3));
	f = field(reg(d, "CAP"), "TO");
	assert_string_equal(f->fmt.unit, "ms");
	assert_true(f->fmt.scale == 500);
	assert_int_equal(field(reg(d, "CAP"), "MQES")->fmt.bias, 1);
	f = field(reg(d, "BASE"), "ADDR");
	assert_int_equal(f->fmt.type, DP_T_ADDRESS);
	assert_int_equal(f->fmt.shift, 12);
	assert_ptr_equal(field(reg(d, "MDIC"), "OP")->fmt.words, d->words[1]);
	assert_string_equal(d->words[1]->name, "op");
	assert_string_equal(d->words[0]->v[2].name, "S1000");
	assert_string_equal(d->words[0]->v[2].doc, "1 Gb/s");
	dp_desc_free(d);
}

static void arrays_joins_and_blocks_are_there(void **state)
{
	struct dp_desc *d = widget(state);
	const struct dp_join *j = dp_desc_join(d, "MAC", 3);
	const struct dp_block *b = dp_desc_block(d, "uart0", 5);

	assert_int_equal(value(reg(d, "RAL")->array->count), 16);
	assert_int_equal(value(reg(d, "RAL")->array->stride), 8);
	assert_false(dp_expr_is_const(reg(d, "SQDB")->array->stride, NULL));
	assert_non_null(j);
	assert_int_equal(j->n_parts, 2);
	assert_ptr_equal(j->parts[0].field, field(reg(d, "RAH"), "AH"));
	assert_ptr_equal(j->parts[1].reg, reg(d, "RAL"));
	assert_true(j->parts[1].indexed);
	assert_int_equal(j->fmt.type, DP_T_MAC);
	assert_true(j->unique);
	assert_non_null(b);
	assert_int_equal(value(b->offset), 0x2000);
	assert_string_equal(b->sub->name, "uart16550");
	assert_int_equal(reg(b->sub, "LSR")->width, 8);
	assert_int_equal(field(reg(b->sub, "LSR"), "DR")->attr.on_read, DP_ONR_CLEAR);
	dp_desc_free(d);
}

static void names_are_found_in_any_case(void **state)
{
	struct dp_desc *d = widget(state);
	const struct dp_field *f;

	assert_ptr_equal(reg(d, "ctrl"), reg(d, "CTRL"));
	assert_ptr_equal(field(reg(d, "CTRL"), "en"), field(reg(d, "CTRL"), "EN"));
	assert_null(dp_desc_reg(d, "CTR", 3));
	assert_null(dp_desc_reg(d, "MAC", 3));
	assert_ptr_equal(dp_reg_bit(reg(d, "CTRL"), 8, &f), &field(reg(d, "CTRL"), "ERR")->attr);
	assert_string_equal(f->name, "ERR");
	assert_ptr_equal(dp_reg_bit(reg(d, "CTRL"), 31, &f), &reg(d, "CTRL")->attr);
	assert_null(f);
	dp_desc_free(d);
}

/* ------------------------------------------------------------- lint rules */

struct first {
	char text[512];
	unsigned n;
};

static void note_first(void *arg, const struct dp_problem *p)
{
	struct first *first = arg;

	if (!first->n++)
		snprintf(first->text, sizeof(first->text), "%u:%u: %s", p->line, p->column,
			 p->message);
}

/* first line of @path: "# expect: LINE:COLUMN: MESSAGE" */
static void read_expected(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");

	assert_non_null(f);
	assert_non_null(fgets(buf, (int)size, f));
	fclose(f);
	buf[strcspn(buf, "\n")] = 0;
	if (strncmp(buf, "# expect: ", 10) != 0)
		fail_msg("%s does not say what to expect", path);
	memmove(buf, buf + 10, strlen(buf + 10) + 1);
}

static void check_bad(struct dp_ctx *ctx, const char *path)
{
	struct first first = {"", 0};
	struct dp_err err = {0};
	struct dp_desc *d = NULL;
	char expected[512];

	read_expected(path, expected, sizeof(expected));
	if (dp_desc_lint(ctx, path, note_first, &first, &err) <= 0)
		fail_msg("lint finds nothing wrong with %s", path);
	if (strcmp(first.text, expected) != 0)
		fail_msg("%s\n  expected %s\n  found    %s", path, expected, first.text);
	if (strstr(path, "/wrong_stem.yaml") || strstr(path, "/lint_"))
		return;
	if (!dp_desc_load(ctx, path, &d, &err))
		fail_msg("%s loads", path);
	if (strncmp(err.message, path, strlen(path)) != 0)
		fail_msg("'%s' does not begin with the file", err.message);
	assert_null(d);
}

static int is_yaml(const struct dirent *d)
{
	return strstr(d->d_name, ".yaml") != NULL;
}

static void each_bad_file_gives_its_message(void **state)
{
	struct dirent **list;
	int n = scandir(TEST_GOLDEN "/bad", &list, is_yaml, alphasort);
	char path[512];

	assert_true(n > 80);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), TEST_GOLDEN "/bad/%s", list[i]->d_name);
		check_bad(*state, path);
		free(list[i]);
	}
	free(list);
}

static void lint_reports_everything_in_order(void **state)
{
	const char *path = scratch_text("t.yaml", HEAD "registers:\n"
						       "  A: {offset: 2}\n"
						       "  B: {offset: 8, widht: 8}\n"
						       "  C: {offset: 8}\n"
						       "nonsense: 1\n");
	struct first first = {"", 0};

	assert_int_equal(dp_desc_lint(*state, path, note_first, &first, NULL), 4);
	assert_int_equal(first.n, 4);
	assert_memory_equal(first.text, "4:15: ", 6);
	assert_int_equal(dp_desc_lint(*state, TEST_GOLDEN "/widget.yaml", NULL, NULL, NULL), 0);
	assert_int_equal(dp_desc_lint(*state, scratch_path("none.yaml"), NULL, NULL, NULL),
			 -ENOENT);
}

static void every_short_form_of_sw(void **state)
{
	static const struct {
		const char *word;
		enum dp_sw sw;
		enum dp_on_read on_read;
		enum dp_on_write on_write;
	} forms[] = {
		{"rw", DP_SW_RW, DP_ONR_NONE, DP_ONW_STORE},
		{"ro", DP_SW_RO, DP_ONR_NONE, DP_ONW_STORE},
		{"wo", DP_SW_WO, DP_ONR_NONE, DP_ONW_STORE},
		{"none", DP_SW_NONE, DP_ONR_NONE, DP_ONW_STORE},
		{"rc", DP_SW_RO, DP_ONR_CLEAR, DP_ONW_STORE},
		{"rs", DP_SW_RO, DP_ONR_SET, DP_ONW_STORE},
		{"rw1c", DP_SW_RW, DP_ONR_NONE, DP_ONW_W1C},
		{"rw1s", DP_SW_RW, DP_ONR_NONE, DP_ONW_W1S},
		{"rw1t", DP_SW_RW, DP_ONR_NONE, DP_ONW_W1T},
		{"rw0c", DP_SW_RW, DP_ONR_NONE, DP_ONW_W0C},
		{"rw0s", DP_SW_RW, DP_ONR_NONE, DP_ONW_W0S},
		{"rw0t", DP_SW_RW, DP_ONR_NONE, DP_ONW_W0T},
		{"wo1c", DP_SW_WO, DP_ONR_NONE, DP_ONW_W1C},
		{"wo1s", DP_SW_WO, DP_ONR_NONE, DP_ONW_W1S},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct dp_desc *d;
		char text[128];

		snprintf(text, sizeof(text), HEAD "registers: {A: {offset: 0, sw: %s}}\n",
			 forms[i].word);
		d = load_text(state, text);
		assert_int_equal(reg(d, "A")->attr.sw, forms[i].sw);
		assert_int_equal(reg(d, "A")->attr.on_read, forms[i].on_read);
		assert_int_equal(reg(d, "A")->attr.on_write, forms[i].on_write);
		dp_desc_free(d);
	}
}

static void every_attribute_reaches_the_register(void **state)
{
	struct dp_desc *d =
		load_text(state, HEAD
			  "defaults: {endian: big, widths: [8, 16, 32], split64: forbid, "
			  "reserved: zero}\n"
			  "registers:\n"
			  "  A: {offset: 0, volatile: true, unique: true, once: true, shadow: true,"
			  " restore: true, flush: true, resets: 10ms, order: 3, doc: d, ref: r,"
			  " verb: pci reset, reserved: one, scale: 0.0625, unit: C, bias: -40}\n"
			  "  B: {offset: 8, width: 64, widths: [32, 64], endian: little,"
			  " split64: hi-first}\n"
			  "  C: {offset: 16, type: fixed, frac: 8}\n"
			  "  D: {offset: 20, fields: {F: {bits: 3..0, reset: 5}, G: {bits: 4, "
			  "reset: 1}}}\n"
			  "  E: {array: {offsets: [0x30, 0x40], index_names: [lane]}}\n");
	const struct dp_reg *r = reg(d, "A");

	assert_true(r->attr.is_volatile && r->attr.unique && r->attr.once && r->attr.shadow);
	assert_true(r->attr.restore && r->flush && r->big_endian);
	assert_int_equal(r->resets_ns, 10000000);
	assert_int_equal(r->order, 3);
	assert_string_equal(r->verb, "pci reset");
	assert_int_equal(r->reserved, DP_RES_ONE);
	assert_int_equal(r->widths, 8 | 16 | 32);
	assert_true(r->fmt.scale == 0.0625);
	assert_int_equal(r->fmt.bias, -40);
	r = reg(d, "B");
	assert_int_equal(r->widths, 32 | 64);
	assert_false(r->big_endian);
	assert_int_equal(r->split64, DP_SPLIT_HI_FIRST);
	assert_int_equal(reg(d, "C")->fmt.frac, 8);
	assert_int_equal(reg(d, "C")->reserved, DP_RES_ZERO);
	assert_true(reg(d, "D")->has_reset);
	assert_int_equal(reg(d, "D")->reset, 0x15);
	assert_int_equal(reg(d, "E")->array->n_offsets, 2);
	assert_int_equal(reg(d, "E")->array->offsets[1], 0x40);
	assert_string_equal(reg(d, "E")->array->index_name, "lane");
	dp_desc_free(d);
}

static void overlaps_that_are_legal_load(void **state)
{
	dp_desc_free(load_text(state, HEAD "registers:\n"
					   "  TYPE: {offset: 0x10, const: true}\n"
					   "  R: {offset: 0, sw: ro}\n"
					   "  W: {offset: 0, sw: wo}\n"
					   "  P: {offset: 4, when: TYPE == 0}\n"
					   "  Q: {offset: 4, width: 16, when: TYPE == 1}\n"
					   "  LO: {offset: 0x20, array: {count: 4, stride: 8}}\n"
					   "  HI: {offset: 0x24, array: {count: 4, stride: 8}}\n"));
	refuses_text(state,
		     HEAD "registers: {T: {offset: 8, const: true}, P: {offset: 4, when: T == 0}, "
			  "Q: {offset: 4, when: T == 0}}\n",
		     "'Q' overlaps 'P'");
}

static void reserved_names_in_capitals_are_free(void **state)
{
	dp_desc_free(load_text(state, HEAD "registers: {DMA: {offset: 0}, PORT: {offset: 4}, "
					   "MAIN: {offset: 8}, bar6: {offset: 12}}\n"));
}

/* -------------------------------------------------------- several files */

static void extends_overlays_by_name(void **state)
{
	struct dp_desc *d;

	scratch_text("base.yaml",
		     "schema: 1\n"
		     "device: {name: base, title: Base, ref: R, match: [{pci: \"1111:2222\"}]}\n"
		     "enums: {mode: {0: a, 1: b}}\n"
		     "registers:\n"
		     "  A: {offset: 0, doc: old, fields: {F: 0, G: {bits: 4..1, enum: mode}}}\n"
		     "  B: {offset: 4}\n");
	d = load_text(state, "schema: 1\ndevice: {name: t, match: [{pci: \"1111:3333\"}]}\n"
			     "extends: base\n"
			     "enums: {mode: {2: c}}\n"
			     "registers:\n"
			     "  A: {doc: new, fields: {F: {on_write: w1c}, H: 7}}\n"
			     "  B: null\n"
			     "  C: {offset: 8}\n");
	assert_string_equal(d->name, "t");
	assert_string_equal(d->title, "Base");
	assert_int_equal(d->n_matches, 1);
	assert_int_equal(d->matches[0].device, 0x3333);
	assert_int_equal(d->n_regs, 2);
	assert_string_equal(reg(d, "A")->doc, "new");
	assert_int_equal(value(reg(d, "A")->offset), 0);
	assert_int_equal(reg(d, "A")->n_fields, 3);
	assert_int_equal(field(reg(d, "A"), "F")->lo, 0);
	assert_int_equal(field(reg(d, "A"), "F")->attr.on_write, DP_ONW_W1C);
	assert_int_equal(field(reg(d, "A"), "G")->fmt.words->n, 3);
	assert_null(dp_desc_reg(d, "B", 1));
	reg(d, "C");
	dp_desc_free(d);
	d = load_text(state, "schema: 1\ndevice: {name: t}\nextends: base\n");
	assert_int_equal(d->n_matches, 0);
	dp_desc_free(d);
}

static void problems_of_a_parent_are_told_in_the_parent(void **state)
{
	scratch_text("base.yaml", "schema: 1\ndevice: {name: base}\nregisters: {A: {ofset: 0}}\n");
	refuses_text(state, HEAD "extends: base.yaml\n", "/base.yaml:3:17: unknown key 'ofset'");
}

static void include_adds_and_refuses_doubles(void **state)
{
	struct dp_desc *d;

	scratch_text("more.yaml", "schema: 1\nenums: {e: {0: x}}\ntypes: {l: {fields: {F: 0}}}\n"
				  "registers: {I: {offset: 0x10}}\n");
	d = load_text(state, HEAD "include: [more]\nregisters: {A: {offset: 0, use: l}, "
				  "B: {offset: 4, enum: e}}\n");
	field(reg(d, "A"), "F");
	reg(d, "I");
	dp_desc_free(d);
	refuses_text(state, HEAD "include: more\nregisters: {I: {offset: 0}}\n",
		     "t.yaml:4:13: 'I' is already in the included");
	scratch_text("more.yaml", "schema: 1\nspaces: {main: {bar: 0}}\n");
	refuses_text(state, HEAD "include: more\n", "more.yaml:2:1: 'spaces' in an included file");
}

static void files_that_name_each_other_end(void **state)
{
	char name[32], text[64];

	scratch_text("a.yaml", "schema: 1\ndevice: {name: a}\nextends: b\n");
	scratch_text("b.yaml", "schema: 1\ndevice: {name: b}\nextends: a\n");
	refuses(state, scratch_path("a.yaml"), -EINVAL, "leads back to itself");
	scratch_text("a.yaml", "schema: 1\ndevice: {name: a}\nblocks: {x: {use: b}}\n");
	scratch_text("b.yaml", "schema: 1\ndevice: {name: b}\nblocks: {x: {use: a}}\n");
	refuses(state, scratch_path("a.yaml"), -EINVAL, "leads back to itself");
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "c%d.yaml", i);
		snprintf(text, sizeof(text), "schema: 1\ndevice: {name: c}\n%s%d\n",
			 i < 11 ? "extends: c" : "#", i + 1);
		scratch_text(name, text);
	}
	refuses(state, scratch_path("c0.yaml"), -EINVAL, "c7.yaml:3:10: files named 9 deep");
	dp_desc_free(load(state, scratch_path("c4.yaml")));
}

/* a file that includes another twice, seven deep, is 2^8 files */
static void fan_out_is_bounded(void **state)
{
	char name[32], text[128];

	for (int i = 0; i < 7; i++) {
		snprintf(name, sizeof(name), "f%d.yaml", i);
		snprintf(text, sizeof(text), "schema: 1\ndevice: {name: f}\ninclude: [f%d, f%d]\n",
			 i + 1, i + 1);
		scratch_text(name, text);
	}
	scratch_text("f7.yaml", "schema: 1\n");
	refuses(state, scratch_path("f0.yaml"), -EINVAL, "more than 64 files");
}

static void blocks_of_own_types_are_descriptions(void **state)
{
	struct dp_desc *d =
		load_text(state, HEAD
			  "spaces: {main: {bar: 0}, cap: {pci_cap: 0x11}}\n"
			  "enums: {e: {0: x}}\n"
			  "types:\n"
			  "  irq: {fields: {F: 0}}\n"
			  "  file: {registers: {NUM: {offset: 0, const: true, enum: e},"
			  " S: {offset: 4, use: irq, when: NUM > 0}}}\n"
			  "registers: {NUM: {offset: 0x40, const: true}}\n"
			  "blocks: {one: {use: file, at: cap}, two: {use: file, at: cap + NUM * 4,"
			  " when: NUM != 0}, three: {use: file, at: 0x100}}\n");
	const struct dp_block *one = dp_desc_block(d, "one", 3), *two = dp_desc_block(d, "two", 3);

	assert_ptr_equal(one->sub, two->sub);
	assert_int_equal(one->space, 1);
	assert_int_equal(value(one->offset), 0);
	assert_int_equal(two->space, 1);
	assert_non_null(two->when);
	assert_int_equal(dp_desc_block(d, "three", 5)->space, 0);
	assert_int_equal(value(dp_desc_block(d, "three", 5)->offset), 0x100);
	field(reg(one->sub, "S"), "F");
	assert_int_equal(one->sub->n_spaces, 1);
	assert_int_equal(d->spaces[1].kind, DP_SPACE_CONFIG);
	dp_desc_free(d);
}

static void a_space_behind_a_capability(void **state)
{
	struct dp_desc *d = load_text(
		state, HEAD "spaces:\n"
			    "  c: {behind_cap: {id: 0x09, where: {offset: 3, width: 8, value: 2},"
			    " bar: {offset: 4, width: 8}, offset: {offset: 8, width: 32},"
			    " size: {offset: 12, width: 32}}}\n"
			    "registers: {A: {offset: 0}}\n");
	const struct dp_desc_space *s = &d->spaces[0];

	assert_int_equal(s->place, DP_PLACE_BEHIND_CAP);
	assert_int_equal(s->number, 9);
	assert_true(s->where.given && s->bar.given && s->cap_offset.given && s->cap_size.given);
	assert_int_equal(s->where.value, 2);
	assert_int_equal(s->cap_offset.offset, 8);
	assert_int_equal(s->cap_offset.width, 32);
	assert_int_equal(reg(d, "A")->space, 0);
	dp_desc_free(d);
}

/* ---------------------------------------------------------------- hostile */

/* @n times @unit between @head and @tail */
static const char *repeat(const char *head, const char *unit, size_t n, const char *tail)
{
	size_t h = strlen(head), u = strlen(unit), t = strlen(tail), len = h + n * u + t;
	char *text = malloc(len);
	const char *path;

	assert_non_null(text);
	memcpy(text, head, h);
	for (size_t i = 0; i < n; i++)
		memcpy(text + h + i * u, unit, u);
	memcpy(text + h + n * u, tail, t);
	path = scratch_write("t.yaml", text, len);
	free(text);
	return path;
}

static void hostile_text_is_refused(void **state)
{
	refuses(state, repeat("a: ", "[", 100000, ""), -EINVAL, "nesting deeper than 32");
	refuses(state, repeat("", "- ", 100000, "x"), -EINVAL, "nesting deeper than 32");
	refuses(state, repeat("a: [", "x,", 1100000, "]\n"), -EINVAL, "more than 1000000 nodes");
	refuses(state, repeat("a: 1\n---\nb: [", "x,", 1100000, "]\n"), -EINVAL,
		"more than 1000000 nodes");
	refuses(state, repeat("", "#", 17u << 20, ""), -EFBIG, "larger than 16 MiB");
	refuses_text(state, "a: &a [*a]\n", "1:4: an alias inside of what it stands for");
	refuses_text(state, "", "the file is empty");
	refuses_text(state, "# nothing\n", "the file is empty");
	refuses_text(state, "- a\n", "this is no description");
	refuses_text(state, "just words\n", "this is no description");
	refuses_text(state,
		     "\x7f"
		     "ELF\x02\x01\x01",
		     "control characters");
	refuses_text(state, "schema: \xff\xfe\n", "UTF-8");
	refuses_text(state, "schema: \"1\\e[31m\"\n", "1:9: a control character in a text");
	refuses_text(state, "? [a]\n: b\n", "a key is a name or a number");
	refuses(state, scratch_write("t.yaml", "schema: 1\n\0\n", 12), -EINVAL,
		":2:1: control characters are not allowed (0x0)");
}

static void an_alias_bomb_is_refused(void **state)
{
	char text[4096];
	size_t used = (size_t)snprintf(text, sizeof(text), HEAD "b0: &b0 [x, x, x, x, x, x]\n");

	for (int i = 1; i < 25; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "b%d: &b%d [*b%d, *b%d, *b%d, *b%d, *b%d, *b%d]\n", i, i,
					 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	refuses_text(state, text, "aliases make this more than 1000000 nodes");
}

/* libyaml looks through all anchors for each new one */
static void many_anchors_are_refused(void **state)
{
	char *text = malloc(1u << 20);
	size_t used;

	assert_non_null(text);
	used = (size_t)sprintf(text, HEAD "a: [");
	for (int i = 0; i < 50000; i++)
		used += (size_t)sprintf(text + used, "&a%d x,", i);
	sprintf(text + used, "]\n");
	refuses_text(state, text, "more than 1000 anchors");
	free(text);
}

/* both would take for ever if each way through them were walked */
static void tangled_expressions_are_refused(void **state)
{
	char *text = malloc(1u << 20);
	size_t used;

	assert_non_null(text);
	used = (size_t)sprintf(text, HEAD "registers:\n");
	for (int i = 0; i < 200; i++)
		used += (size_t)sprintf(text + used,
					"  R%d: {offset: R%d + R%d + R%d + R%d, const: true}\n", i,
					i + 1, i + 1, i + 1, i + 1);
	sprintf(text + used, "  R200: {offset: 0, const: true}\n");
	refuses_text(state, text, "more than 8 registers in a row");
	used = (size_t)sprintf(text, HEAD "registers:\n");
	for (int i = 0; i < 7; i++)
		used += (size_t)sprintf(
			text + used,
			"  R%d: {offset: R%d + R%d + R%d + R%d + R%d + R%d + R%d + R%d,"
			" const: true}\n",
			i, i + 1, i + 1, i + 1, i + 1, i + 1, i + 1, i + 1, i + 1);
	sprintf(text + used, "  R7: {offset: 0, const: true}\n");
	dp_desc_free(load_text(state, text));
	free(text);
}

static void many_elements_are_refused(void **state)
{
	char text[2048] = HEAD "registers:\n";
	size_t used = strlen(text);

	for (int i = 0; i < 10; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "  R%d: {offset: %d, array: {count: 65536, stride: 64}}\n",
					 i, 4 * i);
	refuses_text(state, text, "655360 array elements");
	refuses_text(state,
		     HEAD "registers: {A: {offset: 0xfffffffffffffff8, array: {count: 4, stride: "
			  "0x4000000000000000}}}\n",
		     "'A' is outside of space 'main'");
}

static void files_that_are_none_are_told(void **state)
{
	struct dp_err err;
	struct dp_desc *d;

	assert_int_equal(mkdir(scratch_path("dir.yaml"), 0700), 0);
	refuses(state, scratch_path("dir.yaml"), -EISDIR, "it is a directory");
	assert_int_equal(mkfifo(scratch_path("fifo.yaml"), 0600), 0);
	refuses(state, scratch_path("fifo.yaml"), -EINVAL, "it is no regular file");
	refuses(state, scratch_path("none.yaml"), -ENOENT, "No such file");
	assert_int_equal(dp_desc_load(*state, scratch_path("none.yaml"), &d, &err), -ENOENT);
	assert_int_equal(err.code, DP_NAME);
	assert_int_equal(dp_desc_load(*state, scratch_path("none.yaml"), &d, NULL), -ENOENT);
}

static void the_hash_covers_what_is_included(void **state)
{
	static const char text[] = HEAD "include: more\n";
	struct dp_desc *a, *b, *c;

	scratch_text("more.yaml", "schema: 1\nenums: {e: {0: x}}\n");
	a = load_text(state, text);
	b = load_text(state, text);
	scratch_text("more.yaml", "schema: 1\nenums: {e: {0: z}}\n");
	c = load_text(state, text);
	assert_true(a->hash == b->hash);
	assert_true(a->hash != c->hash);
	dp_desc_free(a);
	dp_desc_free(b);
	dp_desc_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_has_its_device_and_ids),
		cmocka_unit_test(the_example_has_its_spaces),
		cmocka_unit_test(registers_have_places_and_defaults),
		cmocka_unit_test(fields_are_sorted_and_inherit),
		cmocka_unit_test(values_have_meanings),
		cmocka_unit_test(arrays_joins_and_blocks_are_there),
		cmocka_unit_test(names_are_found_in_any_case),
		cmocka_unit_test(each_bad_file_gives_its_message),
		cmocka_unit_test(lint_reports_everything_in_order),
		cmocka_unit_test(every_short_form_of_sw),
		cmocka_unit_test(every_attribute_reaches_the_register),
		cmocka_unit_test(overlaps_that_are_legal_load),
		cmocka_unit_test(reserved_names_in_capitals_are_free),
		cmocka_unit_test(extends_overlays_by_name),
		cmocka_unit_test(problems_of_a_parent_are_told_in_the_parent),
		cmocka_unit_test(include_adds_and_refuses_doubles),
		cmocka_unit_test(files_that_name_each_other_end),
		cmocka_unit_test(fan_out_is_bounded),
		cmocka_unit_test(blocks_of_own_types_are_descriptions),
		cmocka_unit_test(a_space_behind_a_capability),
		cmocka_unit_test(hostile_text_is_refused),
		cmocka_unit_test(an_alias_bomb_is_refused),
		cmocka_unit_test(many_anchors_are_refused),
		cmocka_unit_test(tangled_expressions_are_refused),
		cmocka_unit_test(many_elements_are_refused),
		cmocka_unit_test(files_that_are_none_are_told),
		cmocka_unit_test(the_hash_covers_what_is_included),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
