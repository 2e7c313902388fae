/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_explain.c - devpoke explain DESC-or-T PATH|OFFSET: all that is known of a register */
#include <stdio.h>
#include <string.h>

#include "explain_text.h"
#include "out.h"
#include "render.h"
#include "verbs.h"

static int on_json_word(void *arg, const char *word, uint64_t value, const char *doc)
{
	struct json *j = json_item(arg);

	json_str(j, "word", word);
	json_value(j, dp_wide_of(value), 4);
	json_str(j, "doc", doc);
	return 0;
}

static void json_words(struct json *j, const struct dp_ref *ref)
{
	struct json *words = json_array(j, "words");
	struct dp_ref_info i;

	if (!words)
		return;
	dp_ref_words(ref, false, on_json_word, words);
	dp_ref_info(ref, &i);
	if (i.write_words)
		dp_ref_words(ref, true, on_json_word, json_array(j, "write_words"));
}

/* one field after the other, by name: @fn's */
static int each_field(struct cmd *c, struct dp_dev *dev, const struct dp_ref *ref,
		      void (*fn)(void *arg, const struct dp_ref *field), void *arg)
{
	struct dp_decoded d = {0};
	struct dp_ref_info info;
	int rc = 0;

	dp_ref_info(ref, &info);
	if (dp_decode(ref, dp_wide_of(0), &d))
		return cmd_nomem(c);
	for (size_t i = 0; i < d.n && !rc; i++) {
		struct dp_refs one = {0};
		char path[256];

		if (d.fields[i].reserved || !*d.fields[i].name)
			continue;
		snprintf(path, sizeof(path), "%s.%s", info.reg_path, d.fields[i].name);
		if (dp_resolve(dev, path, 0, &one, &c->err))
			rc = cmd_fail(c);
		else
			fn(arg, one.v[0]);
		dp_refs_free(&one);
	}
	dp_decoded_free(&d);
	return rc;
}

static void json_one(void *arr, const struct dp_ref *ref)
{
	struct dp_ref_info info;

	dp_ref_info(ref, &info);
	json_words(render_item(arr, &info), ref);
}

/* a table of fields: the register's own facts, the column of the names */
struct table {
	struct dp_ref_info reg;
	int width;
};

static void see_name(void *arg, const struct dp_ref *field)
{
	struct table *t = arg;
	struct dp_ref_info info;
	int n;

	dp_ref_info(field, &info);
	n = (int)strlen(strrchr(info.path, '.') + 1);
	t->width = n > t->width ? n : t->width;
}

static void show_field(void *arg, const struct dp_ref *field)
{
	const struct table *t = arg;

	explain_field(field, &t->reg, t->width);
}

static bool has_fields(const struct dp_ref *ref)
{
	struct dp_ref_info info;

	dp_ref_info(ref, &info);
	return !info.raw && !info.joined && !strcmp(info.path, info.reg_path);
}

/* ------------------------------------------------- offsets without a register */

/* a byte of the device, whatever name its space goes by */
struct byte {
	const char *region;
	uint64_t at;
};

/* what is looked for; the array that was told last as one whose place is not known */
struct around {
	struct dp_dev *dev;
	struct byte byte;
	char array[64];
	unsigned told;
};

static struct byte byte_of(struct dp_dev *dev, const char *space, uint64_t offset)
{
	struct dp_space *s = dp_dev_space(dev, space);
	struct dp_space_info info;

	if (!s) /* a description alone has names only */
		return (struct byte){space, offset};
	dp_space_info(s, &info);
	return (struct byte){info.region, info.base + offset};
}

/* length of "RDT" in "RDT.3" */
static size_t stem(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && dot[1] >= '0' && dot[1] <= '9' ? (size_t)(dot - path) : 0;
}

/* where "0x1000 + (4 << CAP.DSTRD)" begins at the earliest */
static uint64_t least(const char *text)
{
	char number[24];
	uint64_t value;

	snprintf(number, sizeof(number), "%.*s", (int)strcspn(text, " "), text);
	return dp_number_parse(number, &value, NULL) ? 0 : value;
}

static void perhaps(struct around *a, const char *path)
{
	char name[sizeof(a->array)];

	snprintf(name, sizeof(name), "%.*s", stem(path) ? (int)stem(path) : 60, path);
	if (!strcmp(name, a->array) || a->told++ >= 4)
		return;
	memcpy(a->array, name, sizeof(name));
	out("  perhaps %s: only the device can tell where that lies\n", name);
}

static void look_at(struct around *a, const struct dp_ref_info *i)
{
	uint64_t offset = i->located ? i->offset : least(i->offset_text);
	struct byte first = byte_of(a->dev, i->space, offset);
	uint64_t inside = a->byte.at - first.at;

	if (i->joined || i->raw || strcmp(first.region, a->byte.region) || a->byte.at < first.at)
		return;
	if (!i->located)
		perhaps(a, i->path);
	else if (inside < i->width / 8 && ++a->told)
		out("  byte %ju of %s, its bits %ju..%ju\n", (uintmax_t)inside, i->path,
		    (uintmax_t)inside * 8 + 7, (uintmax_t)inside * 8);
}

/* the register that holds a byte, or those whose place depends on the device */
static void show_around(struct dp_dev *dev, const struct dp_ref_info *info)
{
	const char *all = !strcmp(info->space, "cfg") ? "cfg.**" : "**";
	struct around a = {.dev = dev};
	struct dp_refs refs = {0};
	uint64_t offset = info->offset;
	struct dp_err err;

	if (!info->located && dp_number_parse(info->offset_text, &offset, &err))
		return;
	a.byte = byte_of(dev, info->space, offset);
	if (dp_resolve(dev, all, DP_REFS_MANY | DP_REFS_NAMES, &refs, &err))
		return;
	for (size_t i = 0; i < refs.n && !out_error(); i++) {
		struct dp_ref_info reg;

		dp_ref_info(refs.v[i], &reg);
		look_at(&a, &reg);
	}
	if (!a.told)
		out_str("  nothing is described there\n");
	dp_refs_free(&refs);
}

/* --------------------------------------------------------------- operands */

/* the elements of an array are explained once: how many of its like follow from @at on, and
 * the last of them; 0: @at has been explained */
static size_t likes(const struct dp_refs *refs, size_t at, size_t *last)
{
	struct dp_ref_info info, other;
	size_t n, count = 1;

	*last = at;
	dp_ref_info(refs->v[at], &info);
	n = stem(info.path);
	if (!n)
		return 1;
	for (size_t i = 0; i < at; i++) {
		dp_ref_info(refs->v[i], &other);
		if (stem(other.path) == n && !strncmp(info.path, other.path, n))
			return 0;
	}
	for (size_t i = at + 1; i < refs->n; i++) {
		dp_ref_info(refs->v[i], &other);
		if (stem(other.path) != n || strncmp(info.path, other.path, n))
			continue;
		*last = i;
		count++;
	}
	return count;
}

static int show(struct cmd *c, struct dp_dev *dev, const struct dp_refs *refs, size_t at)
{
	const struct dp_ref *ref = refs->v[at];
	struct table t = {.width = 0};
	size_t last, n = likes(refs, at, &last);
	int rc;

	if (!n)
		return 0;
	dp_ref_info(ref, &t.reg);
	explain_head(ref, refs->v[last], n);
	if (t.reg.raw)
		show_around(dev, &t.reg);
	if (!has_fields(ref))
		return 0;
	rc = each_field(c, dev, ref, see_name, &t);
	return rc ? rc : each_field(c, dev, ref, show_field, &t);
}

static int explain(struct cmd *c, struct dp_dev *dev, struct json *arr, const struct dp_refs *refs)
{
	int rc = 0;

	for (size_t k = 0; k < refs->n && !rc && !out_error(); k++) {
		if (!arr) {
			rc = show(c, dev, refs, k);
			continue;
		}
		json_one(arr, refs->v[k]);
		if (has_fields(refs->v[k]))
			rc = each_field(c, dev, refs->v[k], json_one, arr);
	}
	return rc;
}

/* an offset is any byte: where a word of 32 bits does not fit, one of 8 does */
static int resolve(struct cmd *c, struct dp_dev *dev, const char *text, struct dp_refs *refs)
{
	char byte[256];
	int rc = dp_resolve(dev, text, DP_REFS_MANY | DP_REFS_NAMES, refs, &c->err);

	if (rc && c->err.code == DP_ALIGN && !strpbrk(text, "/:")) {
		snprintf(byte, sizeof(byte), "%.200s/u8", text);
		rc = dp_resolve(dev, byte, DP_REFS_MANY | DP_REFS_NAMES, refs, &c->err);
	}
	return rc ? cmd_fail(c) : 0;
}

static int run(struct cmd *c)
{
	struct json *arr = json_array(c->doc, "items");
	struct dp_dev *dev;
	int rc = target_device(c, &dev);

	for (size_t i = 0; i < c->argc && !rc; i++) {
		struct dp_refs refs = {0};

		rc = resolve(c, dev, c->argv[i], &refs);
		if (!rc)
			rc = explain(c, dev, arr, &refs);
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
