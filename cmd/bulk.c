/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bulk.c - from the operand of a verb that reads much at once to registers, or to words */
#include <errno.h>

#include "access.h"
#include "bulk.h"

/* bytes of a space; where that depends on the device, it is opened */
static int resolve_range(struct cmd *c, struct dp_dev *dev, const char *text, struct dp_range *r)
{
	int rc = dp_resolve_range(dev, text, r, &c->err);

	if (rc == -EAGAIN) {
		int code = target_open(c, dev, 0);

		if (code)
			return code;
		rc = dp_resolve_range(dev, text, r, &c->err);
	}
	return rc ? cmd_fail(c) : 0;
}

/* every described register; none: refs->n == 0 */
static int all_registers(struct cmd *c, struct dp_dev *dev, struct dp_refs *refs)
{
	int rc = dp_resolve(dev, "**", DP_REFS_MANY, refs, &c->err);

	if (rc == -EAGAIN) {
		int code = target_open(c, dev, 0);

		if (code)
			return code;
		rc = dp_resolve(dev, "**", DP_REFS_MANY, refs, &c->err);
	}
	return rc && rc != -ENOENT ? cmd_fail(c) : 0;
}

static bool any_described(const struct dp_refs *refs)
{
	struct dp_ref_info info;

	for (size_t i = 0; i < refs->n; i++) {
		dp_ref_info(refs->v[i], &info);
		if (!info.raw)
			return true;
	}
	return false;
}

int bulk_choose(struct cmd *c, struct dp_dev *dev, const char *text, bool words, struct bulk *b)
{
	struct dp_err first;
	int rc = 0;

	*b = (struct bulk){.text = text};
	if (!text && !words)
		rc = all_registers(c, dev, &b->refs);
	if (rc || b->refs.n)
		return rc;
	if (!text || words)
		return resolve_range(c, dev, text ? text : "main", &b->range);
	rc = access_resolve(c, dev, text, &b->refs);
	if (rc == EXIT_CHECKED || (!rc && any_described(&b->refs)))
		return rc;
	dp_refs_free(&b->refs);
	first = c->err;
	rc = resolve_range(c, dev, text, &b->range);
	/* a word that is neither was more likely meant as a name */
	if (rc && first.code == DP_NAME)
		c->err = first;
	c->failed = rc > 0;
	return rc;
}

int bulk_settle(struct cmd *c, struct dp_dev *dev, struct bulk *b)
{
	struct dp_ref_info info;
	size_t i = 0;

	do {
		if (i == b->refs.n)
			return 0;
		dp_ref_info(b->refs.v[i++], &info);
	} while (info.located || info.joined);
	dp_refs_free(&b->refs);
	return b->text ? access_resolve(c, dev, b->text, &b->refs)
		       : all_registers(c, dev, &b->refs);
}

void bulk_free(struct bulk *b)
{
	dp_refs_free(&b->refs);
}

int bulk_skip(struct cmd *c, struct dp_ref *ref, const char **skip)
{
	struct dp_err absent = {0};

	*skip = NULL;
	if (!dp_ref_locate(ref, &absent)) {
		*skip = dp_ref_skip(ref);
		return 0;
	}
	if (absent.code != DP_NAME && absent.code != DP_RANGE) {
		c->err = absent;
		return cmd_fail(c);
	}
	*skip = "absent";
	return 0;
}

/* -------------------------------------------------------------------- words */

static int parse_width(struct cmd *c, const struct dp_range *r, unsigned widths, unsigned *width)
{
	const char *word = c->opts.value[OPT_WIDTH];
	static const unsigned order[] = {32, 16, 8, 64};
	int i;

	if (word) {
		i = opt_word_index(opt_table[OPT_WIDTH].arg, word);
		if (i < 0)
			return cmd_usage(c, "-w is 8, 16, 32 or 64, not '%s'", word);
		*width = 8u << i;
		return 0;
	}
	i = 0;
	while (i < 3 && (!(widths & order[i]) || (r->offset | r->len) % (order[i] / 8)))
		i++;
	*width = order[i];
	return 0;
}

static int check_range(struct cmd *c, const struct dp_range *r, const struct dp_space_info *info,
		       unsigned width)
{
	struct dp_err *err = &c->err;

	if (info->indirect) {
		dp_err_set(err, EINVAL, DP_USAGE,
			   "'%s' is indirect: it has registers, and no bytes", info->name);
		dp_err_hint(err, "'devpoke dump %s %s --force=effect' reads what is described",
			    c->target, info->name);
		return cmd_fail(c);
	}
	if (!(info->widths & width)) {
		dp_err_set(err, EINVAL, DP_ALIGN, "'%s' has no accesses of %u bits", info->name,
			   width);
		return cmd_fail(c);
	}
	if (r->offset % (width / 8) || r->len % (width / 8)) {
		dp_err_set(err, EINVAL, DP_ALIGN,
			   "0x%jx bytes at 0x%jx of '%s' are no whole words of %u bits",
			   (uintmax_t)r->len, (uintmax_t)r->offset, info->name, width);
		dp_err_hint(err, "-w 8 reads bytes");
		return cmd_fail(c);
	}
	return 0;
}

int bulk_width(struct cmd *c, const struct dp_range *r, unsigned *width)
{
	struct dp_space_info info;
	int rc;

	dp_space_info(r->space, &info);
	rc = parse_width(c, r, info.widths, width);
	return rc ? rc : check_range(c, r, &info, *width);
}
