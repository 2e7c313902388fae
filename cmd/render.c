/* SPDX-License-Identifier: GPL-2.0-or-later */
/* render.c - one decoded register, for people, for scripts and for JSON */
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "render.h"

int render_form(struct cmd *c, enum form *form)
{
	static const enum form forms[] = {FORM_HEX, FORM_DEC, FORM_BIN, FORM_TEXT, FORM_SH};
	const char *word = c->opts.value[OPT_FORMAT];
	int i;

	*form = opt_given(&c->opts, OPT_VALUES) ? FORM_HEX : FORM_PEOPLE;
	if (!word)
		return 0;
	i = opt_word_index(opt_table[OPT_FORMAT].arg, word);
	if (i < 0)
		return cmd_usage(c, "-f is hex, dec, bin, text or sh, not '%s'", word);
	*form = forms[i];
	return 0;
}

void render_bits(char *buf, size_t size, unsigned hi, unsigned lo)
{
	if (hi == lo)
		snprintf(buf, size, "%u", hi);
	else
		snprintf(buf, size, "%u..%u", hi, lo);
}

void render_time(char *buf, size_t size, uint64_t ns)
{
	if (ns >= 10 * UINT64_C(1000000000))
		snprintf(buf, size, "%.1f s", ns / 1e9);
	else if (ns >= 1000000)
		snprintf(buf, size, "%.4g ms", ns / 1e6);
	else if (ns >= 1000)
		snprintf(buf, size, "%.4g us", ns / 1e3);
	else
		snprintf(buf, size, "%u ns", (unsigned)ns);
}

int render_first_line(const char *text)
{
	return text ? (int)strcspn(text, "\n") : 0;
}

/* ------------------------------------------------------------------- JSON */

static void json_meaning(struct json *j, const struct dp_field_value *f)
{
	json_str(j, "text", f->text);
	if (!f->has_scaled)
		return;
	json_double(j, "scaled", f->scaled);
	json_str(j, "unit", f->unit);
}

static void json_field(struct json *arr, const struct dp_field_value *f)
{
	struct json *j = json_item(arr);
	char bits[16];

	render_bits(bits, sizeof(bits), f->hi, f->lo);
	json_text_str(j, "name", f->name ? f->name : "");
	json_str(j, "bits", bits);
	json_value(j, f->value, f->hi - f->lo + 1);
	json_meaning(j, f);
}

static unsigned ref_bits(const struct dp_ref_info *info)
{
	return info->hi - info->lo + 1;
}

static struct json *json_place(struct json *arr, const struct dp_ref_info *info)
{
	struct json *j = json_item(arr);

	json_str(j, "path", info->path);
	if (strcmp(info->path, info->reg_path))
		json_str(j, "register", info->reg_path);
	json_str(j, "space", info->space);
	if (info->located)
		json_hex(j, "offset", info->offset, 8);
	else
		json_str(j, "offset", info->offset_text);
	json_uint(j, "width", ref_bits(info));
	return j;
}

struct json *render_item(struct json *arr, const struct dp_ref_info *info)
{
	struct json *j = json_place(arr, info);
	char bits[16];

	render_bits(bits, sizeof(bits), info->hi, info->lo);
	json_str(j, "bits", bits);
	json_str(j, "sw", info->sw);
	json_str(j, "on_read", info->on_read);
	json_str(j, "on_write", info->on_write);
	json_str(j, "kind", info->kind);
	if (info->has_reset)
		json_hex(j, "reset", info->reset, info->width);
	if (info->has_reset && ~info->reset_mask & (~0ull >> (64 - ref_bits(info))))
		json_hex(j, "reset_mask", info->reset_mask, info->width);
	if (info->alternate)
		json_str(j, "alternate", info->alternate);
	if (info->unit)
		json_str(j, "unit", info->unit);
	json_str(j, "doc", info->doc);
	json_str(j, "ref", info->ref);
	return j;
}

/* a register without fields decodes to one nameless field */
static bool is_plain(const struct dp_decoded *d)
{
	return d->n == 1 && !d->fields[0].reserved && (!d->fields[0].name || !*d->fields[0].name);
}

static bool is_part(const struct dp_ref_info *info)
{
	return strcmp(info->path, info->reg_path) != 0;
}

static void json_reading(struct json *arr, const struct dp_ref_info *info, const struct reading *r,
			 const struct dp_decoded *d)
{
	struct json *j = json_place(arr, info);

	if (r->skipped) {
		json_null(j, "value");
		json_str(j, "skipped", r->skipped);
		return;
	}
	json_value(j, dp_ref_extract(r->ref, r->value), ref_bits(info));
	if (r->timed)
		json_uint(j, "ns", r->ns);
	if (is_part(info) || is_plain(d)) {
		char bits[16];

		render_bits(bits, sizeof(bits), info->hi, info->lo);
		if (is_part(info))
			json_str(j, "bits", bits);
		if (d->n == 1)
			json_meaning(j, &d->fields[0]);
	}
	if (!is_part(info)) {
		struct json *fields = json_array(j, "fields");

		for (size_t i = 0; !is_plain(d) && i < d->n; i++)
			json_field(fields, &d->fields[i]);
	}
}

/* ----------------------------------------------------------------- people */

/* "+" and "-" as lspci has them: one bit that no word explains */
static bool is_flag(const struct dp_field_value *f)
{
	return f->hi == f->lo && !*f->text && !f->has_scaled && !f->reserved;
}

static void meaning(const struct dp_field_value *f)
{
	if (*f->text)
		out("  %s", f->text);
	if (f->has_scaled)
		out("  %.15g%s%s", f->scaled, f->unit && *f->unit ? " " : "",
		    f->unit ? f->unit : "");
}

static const char *field_name(const struct dp_field_value *f)
{
	return f->reserved || !f->name || !*f->name ? "(reserved)" : f->name;
}

static void people_fields(const struct dp_decoded *d)
{
	int name_width = 0, bits_width = 0;
	char bits[16];

	for (size_t i = 0; i < d->n; i++) {
		int n = (int)strlen(field_name(&d->fields[i]));
		int b = d->fields[i].hi > 9 ? 2 : 1;

		if (d->fields[i].hi != d->fields[i].lo)
			b += 2 + (d->fields[i].lo > 9 ? 2 : 1);
		name_width = n > name_width ? n : name_width;
		bits_width = b > bits_width ? b : bits_width;
	}
	for (size_t i = 0; i < d->n; i++) {
		const struct dp_field_value *f = &d->fields[i];

		render_bits(bits, sizeof(bits), f->hi, f->lo);
		out("  %-*s  %*s  ", name_width, field_name(f), bits_width, bits);
		if (is_flag(f))
			out("%c", f->value.lo ? '+' : '-');
		else
			out_hex(f->value, f->hi - f->lo + 1);
		if (!is_flag(f))
			meaning(f);
		out_str("\n");
	}
}

static void people_time(const struct reading *r)
{
	char time[32];

	if (!r->timed)
		return;
	render_time(time, sizeof(time), r->ns);
	out("  (%s)", time);
}

static void people_reading(const struct dp_ref_info *info, const struct reading *r,
			   const struct dp_decoded *d)
{
	out_str(info->path);
	out_str(" = ");
	out_hex(dp_ref_extract(r->ref, r->value), ref_bits(info));
	if ((is_part(info) || is_plain(d)) && d->n == 1)
		meaning(&d->fields[0]);
	people_time(r);
	out_str("\n");
	if (!is_part(info) && !is_plain(d))
		people_fields(d);
}

/* 7500ms, but 2048 entries */
static const char *unit_gap(const char *unit)
{
	return unit && strlen(unit) > 2 ? " " : "";
}

/* one field in a line: EN+ RDY- MODE=fast LEN=0x10 */
static void short_field(const struct dp_field_value *f, const char *lead)
{
	if (is_flag(f)) {
		out("%s%s%c", lead, field_name(f), f->value.lo ? '+' : '-');
		return;
	}
	out("%s%s=", lead, field_name(f));
	if (*f->text)
		out_str(f->text);
	else if (f->has_scaled)
		out("%.15g%s%s", f->scaled, unit_gap(f->unit), f->unit ? f->unit : "");
	else
		out_hex(f->value, 1);
}

/* @brief: what is zero and has no word for it goes without saying */
static void short_fields(const struct dp_ref_info *info, const struct dp_decoded *d,
			 const char *lead, bool brief)
{
	if ((is_part(info) || is_plain(d)) && d->n == 1) {
		meaning(&d->fields[0]);
		return;
	}
	for (size_t i = 0; i < d->n; i++) {
		const struct dp_field_value *f = &d->fields[i];

		if (brief && !dp_wide_any(f->value) && !*f->text &&
		    !(f->has_scaled && f->scaled != 0))
			continue;
		short_field(f, lead);
		lead = " ";
	}
}

static const char *why_skipped(const char *word)
{
	static const char *const why[][2] = {
		{"clear", "clears on read; --force=effect"},
		{"set", "sets on read; --force=effect"},
		{"effect", "reading has an effect; --force=effect"},
		{"fifo", "a FIFO; --force=effect"},
		{"doorbell", "a doorbell; --force=effect"},
		{"indirect", "reading writes its index; --force=effect"},
		{"wo", "write only"},
		{"absent", "not on this device"},
		{"hole", "a hole; --force=range"},
		{"outside", "not in the snapshot"},
	};

	for (size_t i = 0; i < sizeof(why) / sizeof(*why); i++)
		if (!strcmp(word, why[i][0]))
			return why[i][1];
	return word;
}

static void line_place(const struct dp_ref_info *info)
{
	char place[64];

	if (info->located)
		snprintf(place, sizeof(place), "%s+0x%04jx", info->space, (uintmax_t)info->offset);
	else
		snprintf(place, sizeof(place), "%s+?", info->space ? info->space : "");
	out("%-12s  ", place);
}

void render_skipped(const struct dp_ref_info *first, const struct dp_ref_info *last, size_t n,
		    const char *why, const char *done, int path_width)
{
	const char *text = done ? why : why_skipped(why);
	char path[512];

	if (!done && !strcmp(why, "doorbell") && !strcmp(first->sw, "wo"))
		text = "a doorbell, write only";
	line_place(first);
	snprintf(path, sizeof(path), "%s%s%s", first->path, n > 1 ? ".." : "",
		 n > 1 ? last->path : "");
	out("%-*s  (not %s: %s)", path_width, path, done ? done : "read", text);
	if (n > 2)
		out("  %zu registers", n);
	out_str("\n");
}

int render_path_width(struct dp_ref *const *refs, size_t n)
{
	size_t width = 16;

	for (size_t i = 0; i < n; i++) {
		struct dp_ref_info info;

		dp_ref_info(refs[i], &info);
		if (strlen(info.path) > width)
			width = strlen(info.path);
	}
	return width < 32 ? (int)width : 32;
}

static void line_reading(const struct dp_ref_info *info, const struct reading *r,
			 const struct dp_decoded *d)
{
	if (r->skipped) {
		render_skipped(info, info, 1, r->skipped, NULL, r->path_width);
		return;
	}
	line_place(info);
	out("%-*s  ", r->path_width, info->path);
	out_hex(dp_ref_extract(r->ref, r->value), ref_bits(info));
	short_fields(info, d, "  ", true);
	people_time(r);
	out_str("\n");
}

/* ---------------------------------------------------------------- scripts */

static void sh_name(const char *path)
{
	for (; *path; path++) {
		char ch = *path;
		bool word = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
			    (ch >= 'A' && ch <= 'Z') || ch == '_';

		/* the closing bracket of RDT[3] needs no place of its own */
		if (ch != ']' || path[1])
			out_write(word ? &ch : "_", 1);
	}
}

static void sh_lines(const struct dp_ref_info *info, struct dp_wide value,
		     const struct dp_decoded *d)
{
	sh_name(info->path);
	out_str("=");
	out_hex(value, ref_bits(info));
	out_str("\n");
	for (size_t i = 0; !is_part(info) && !is_plain(d) && i < d->n; i++) {
		const struct dp_field_value *f = &d->fields[i];

		if (f->reserved)
			continue;
		sh_name(info->path);
		out_str("_");
		sh_name(f->name);
		out_str("=");
		out_hex(f->value, f->hi - f->lo + 1);
		out_str("\n");
	}
}

static void binary(struct dp_wide value, unsigned bits)
{
	out_str("0b");
	while (bits-- > 0)
		out_write(dp_wide_bit(value, bits) ? "1" : "0", 1);
}

static void text_value(const struct dp_ref_info *info, struct dp_wide value,
		       const struct dp_decoded *d)
{
	if (d->n == 0 || ((is_part(info) || is_plain(d)) && d->n == 1 && !*d->fields[0].text &&
			  !d->fields[0].has_scaled)) {
		out_hex(value, ref_bits(info));
	} else if ((is_part(info) || is_plain(d)) && d->n == 1) {
		const struct dp_field_value *f = &d->fields[0];

		if (*f->text)
			out_str(f->text);
		else
			out("%.15g%s", f->scaled, f->unit ? f->unit : "");
	} else {
		short_fields(info, d, "", false);
	}
}

static void script_reading(enum form form, const struct dp_ref_info *info, const struct reading *r,
			   const struct dp_decoded *d)
{
	struct dp_wide value = dp_ref_extract(r->ref, r->value);
	char dec[DP_WIDE_TEXT];

	switch (form) {
	case FORM_DEC:
		dp_wide_dec(value, dec);
		out_str(dec);
		break;
	case FORM_BIN:
		binary(value, ref_bits(info));
		break;
	case FORM_TEXT:
		text_value(info, value, d);
		break;
	case FORM_SH:
		sh_lines(info, value, d);
		return;
	default:
		out_hex(value, ref_bits(info));
		break;
	}
	people_time(r);
	out_str("\n");
}

static bool needs_fields(struct json *arr, enum form form)
{
	return arr || (form != FORM_HEX && form != FORM_DEC && form != FORM_BIN);
}

void render_reading(struct json *arr, enum form form, const struct reading *r)
{
	struct dp_decoded d = {0};
	struct dp_ref_info info;

	dp_ref_info(r->ref, &info);
	if (!r->skipped && needs_fields(arr, form) && dp_decode(r->ref, r->value, &d))
		d = (struct dp_decoded){0};
	if (arr)
		json_reading(arr, &info, r, &d);
	else if (form == FORM_LINE || r->skipped)
		line_reading(&info, r, &d);
	else if (form == FORM_PEOPLE)
		people_reading(&info, r, &d);
	else
		script_reading(form, &info, r, &d);
	dp_decoded_free(&d);
}

static void hex_or_null(struct json *j, const char *key, bool has, struct dp_wide value,
			unsigned bits)
{
	if (has)
		json_wide(j, key, value, bits);
	else
		json_null(j, key);
}

void render_write(struct json *arr, const struct dp_ref *ref, const struct dp_plan *plan,
		  const struct dp_result *res)
{
	struct json *j = json_item(arr), *list;
	const struct dp_protected *prot;
	struct dp_ref_info info;
	size_t n;

	if (!j)
		return;
	dp_ref_info(ref, &info);
	n = dp_plan_protected(plan, &prot);
	json_str(j, "path", info.path);
	hex_or_null(j, "old", res->has_old, res->old, info.width);
	json_wide(j, "written", res->written, info.width);
	hex_or_null(j, "readback", res->has_readback, res->readback, info.width);
	list = json_array(j, "protected");
	for (size_t k = 0; k < n; k++) {
		struct json *one = json_item(list);

		json_text_str(one, "field", prot[k].field);
		json_str(one, "why", prot[k].why);
	}
	if (res->mismatch)
		json_wide(j, "mismatch", res->mismatch_mask, info.width);
}

static void json_register(struct json *j, const struct dp_ref_info *info, struct dp_wide value,
			  const struct dp_decoded *d)
{
	struct json *fields;

	json_str(j, "register", info->path);
	json_value(j, value, ref_bits(info));
	fields = json_array(j, "fields");
	for (size_t i = 0; !is_plain(d) && i < d->n; i++)
		json_field(fields, &d->fields[i]);
}

void render_register(struct json *j, const struct dp_ref *ref, struct dp_wide value)
{
	struct dp_decoded d = {0};
	struct dp_ref_info info;

	dp_ref_info(ref, &info);
	if (dp_decode(ref, value, &d))
		d = (struct dp_decoded){0};
	if (j) {
		json_register(j, &info, value, &d);
	} else {
		out("%s = ", info.path);
		out_hex(value, ref_bits(&info));
		short_fields(&info, &d, "  ", true);
	}
	dp_decoded_free(&d);
}

void render_written(const struct dp_ref *ref, const struct dp_result *res)
{
	struct dp_ref_info info;

	dp_ref_info(ref, &info);
	out_str(info.reg_path);
	out_str(": ");
	if (res->has_old) {
		out_hex(res->old, info.width);
		out_str(" ");
	}
	out_str("-> ");
	out_hex(res->written, info.width);
	if (res->has_readback) {
		out_str(" readback ");
		out_hex(res->readback, info.width);
	}
	if (res->mismatch) {
		out_str(" MISMATCH in ");
		out_hex(res->mismatch_mask, info.width);
	}
	out_str("\n");
}
