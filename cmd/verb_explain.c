/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_explain.c - devpoke explain DESC-or-T PATH|OFFSET: all that is known of a register */
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "render.h"
#include "verbs.h"

static int on_json_word(void *arg, const char *word, uint64_t value, const char *doc)
{
	struct json *j = json_item(arg);

	json_str(j, "word", word);
	json_value(j, value, 4);
	json_str(j, "doc", doc);
	return 0;
}

static void json_words(struct json *j, const struct dp_ref *ref)
{
	struct json *words = json_array(j, "words");

	if (words)
		dp_ref_words(ref, on_json_word, words);
}

static int on_word(void *arg, const char *word, uint64_t value, const char *doc)
{
	out("%s0x%jx %s%s%s\n", (const char *)arg, (uintmax_t)value, word, doc ? ": " : "",
	    doc ? doc : "");
	return 0;
}

/* each line of a text that may have several, indented */
static void indented(const char *lead, const char *text)
{
	while (text && *text) {
		int n = render_first_line(text);

		out("%s%.*s\n", lead, n, text);
		text += n + (text[n] == '\n');
	}
}

/* @than: of the register around a field: only what differs is said */
static void effects(const struct dp_ref_info *i, const struct dp_ref_info *than)
{
	const char *sw = i->sw ? i->sw : "rw";
	const char *on_read = i->on_read ? i->on_read : "none";
	const char *on_write = i->on_write ? i->on_write : "store";

	if (!than || strcmp(sw, than->sw))
		out("  %s", sw);
	if (strcmp(on_read, than ? than->on_read : "none"))
		out("  reading: %s", on_read);
	if (strcmp(on_write, than ? than->on_write : "store"))
		out("  writing: %s", on_write);
}

/* a description may name verbs that other versions have */
static bool is_verb(const char *text)
{
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, " "), text);
	return verb_by_name(name);
}

static void access_line(const struct dp_ref_info *i, const struct dp_ref_info *than)
{
	effects(i, than);
	if (i->kind && strcmp(i->kind, "register"))
		out("  %s", i->kind);
	if (i->is_volatile && !(than && than->is_volatile))
		out_str("  volatile");
	if (i->is_unique && !(than && than->is_unique))
		out_str("  unique");
	if (i->is_const && !(than && than->is_const))
		out_str("  const");
	if (i->verb && is_verb(i->verb))
		out("  properly by `devpoke %s`", i->verb);
	out_str("\n");
}

static void people_head(const struct dp_ref_info *i, const char *target)
{
	out("%s", i->path);
	if (i->located)
		out("  %s+0x%jx", i->space, (uintmax_t)i->offset);
	else if (i->offset_text)
		out("  %s+(%s)", i->space ? i->space : "", i->offset_text);
	out("  %u bits", i->width);
	if (i->field)
		out(", bits %u..%u of %s", i->hi, i->lo, i->reg_path);
	out("  (%s)\n", target);
	if (i->raw)
		out_str("  no description knows this offset\n");
	access_line(i, NULL);
	if (i->has_reset) {
		out_str("  reset ");
		out_hex(i->reset, i->width);
		out_str("\n");
	}
	indented("  ", i->doc);
	if (i->ref)
		out("  see %s\n", i->ref);
}

static void people_field(const struct dp_ref *ref, const struct dp_field_value *f,
			 const struct dp_ref_info *reg)
{
	struct dp_ref_info i;
	char bits[16];

	dp_ref_info(ref, &i);
	render_bits(bits, sizeof(bits), f->hi, f->lo);
	out("\n  %-6s %s", bits, f->name);
	access_line(&i, reg);
	indented("         ", i.doc);
	if (i.unit)
		out("         in %s\n", i.unit);
	dp_ref_words(ref, on_word, (void *)"         ");
}

static void one_field(struct json *arr, const struct dp_ref *ref, const struct dp_field_value *f,
		      const struct dp_ref_info *reg)
{
	struct dp_ref_info info;

	if (!arr) {
		people_field(ref, f, reg);
		return;
	}
	dp_ref_info(ref, &info);
	json_words(render_item(arr, &info), ref);
}

/* the fields are those that any value decodes to; each is then asked for by name */
static int fields(struct cmd *c, struct dp_dev *dev, struct json *arr, const struct dp_ref *ref)
{
	struct dp_decoded d = {0};
	struct dp_ref_info info;
	int rc = 0;

	dp_ref_info(ref, &info);
	if (dp_decode(ref, 0, &d))
		return cmd_nomem(c);
	for (size_t i = 0; i < d.n && !rc; i++) {
		struct dp_refs one = {0};
		char path[256];

		if (d.fields[i].reserved || !d.fields[i].name || !*d.fields[i].name)
			continue;
		snprintf(path, sizeof(path), "%s.%s", info.reg_path, d.fields[i].name);
		if (dp_resolve(dev, path, 0, &one, &c->err))
			rc = cmd_fail(c);
		else
			one_field(arr, one.v[0], &d.fields[i], &info);
		dp_refs_free(&one);
	}
	dp_decoded_free(&d);
	return rc;
}

static int explain(struct cmd *c, struct dp_dev *dev, struct json *arr, const struct dp_ref *ref)
{
	struct dp_ref_info info;

	dp_ref_info(ref, &info);
	if (arr) {
		json_words(render_item(arr, &info), ref);
	} else {
		people_head(&info, c->target);
		dp_ref_words(ref, on_word, (void *)"  ");
	}
	if (info.raw || info.joined || strcmp(info.path, info.reg_path))
		return 0;
	return fields(c, dev, arr, ref);
}

static int run(struct cmd *c)
{
	struct json *arr = json_array(c->doc, "items");
	struct dp_dev *dev;
	int rc = target_device(c, &dev);

	for (size_t i = 0; i < c->argc && !rc; i++) {
		struct dp_refs refs = {0};

		if (dp_resolve(dev, c->argv[i], DP_REFS_MANY | DP_REFS_NAMES, &refs, &c->err))
			rc = cmd_fail(c);
		for (size_t k = 0; k < refs.n && !rc; k++)
			rc = explain(c, dev, arr, refs.v[k]);
		dp_refs_free(&refs);
	}
	return rc;
}

const struct verb verb_explain = {
	.name = "explain",
	.fn = run,
	.synopsis = "PATH|OFFSET...",
	.summary = "all that is known of a register or field, without touching the device",
	.examples = "devpoke explain nvme CC\n"
		    "devpoke explain nvme CC.SHN\n"
		    "devpoke explain e1000e 0xc0   # which register is there?\n",
	.options = OPTS_TARGET,
	.flags = VERB_TARGET | VERB_DESC,
	.min = 1,
	.max = MANY,
};
