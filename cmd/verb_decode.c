/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_decode.c - devpoke decode DESC-or-T REG VALUE|-: a value's fields, offline */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "render.h"
#include "session.h"
#include "verbs.h"

struct decode {
	struct cmd *c;
	struct dp_ref *ref;
	struct json *arr;
	enum form form;
};

static int show(struct decode *d, const char *word)
{
	struct session *s = d->c->session;
	struct reading r = {.ref = d->ref};
	struct dp_ref_info info;
	int rc = 0;

	dp_ref_info(d->ref, &info);
	if (*word == '(' || (*word == '$' && session_var(s, word + 1, &r.value)))
		rc = dp_expr_value(word, &s->lookup, &r.value.lo, &d->c->err);
	else if (*word != '$' && info.width > 64)
		rc = dp_wide_parse(word, &r.value, &d->c->err);
	else if (*word != '$')
		rc = dp_number_parse(word, &r.value.lo, &d->c->err);
	if (rc)
		return cmd_fail(d->c);
	if (info.width < 128 && dp_wide_any(dp_wide_shr(r.value, info.width))) {
		dp_err_set(&d->c->err, EINVAL, DP_VALUE, "'%s' does not fit into '%s' (%u bits)",
			   word, info.reg_path, info.width);
		return cmd_fail(d->c);
	}
	render_reading(d->arr, d->form, &r);
	if (opt_given(&d->c->opts, OPT_BITS) && !d->arr)
		render_diagram(d->ref, r.value);
	return 0;
}

/* one value a line; blank lines are passed over */
static int show_stdin(struct decode *d)
{
	char line[256];
	unsigned long n = 0;
	int rc = 0;

	while (!rc && fgets(line, sizeof(line), stdin)) {
		char *word = line + strspn(line, " \t");

		n++;
		word[strcspn(word, " \t\r\n")] = '\0';
		if (*word)
			rc = show(d, word);
	}
	if (rc)
		dp_err_prefix(&d->c->err, "line %lu", n);
	return rc;
}

static int run(struct cmd *c)
{
	struct decode d = {.c = c};
	struct dp_refs refs = {0};
	struct dp_dev *dev;
	int rc = render_form(c, &d.form);

	if (!rc)
		rc = target_device(c, &dev);
	if (rc)
		return rc;
	if (dp_resolve(dev, c->argv[0], 0, &refs, &c->err))
		return cmd_fail(c);
	d.ref = refs.v[0];
	d.arr = json_array(c->doc, "registers");
	rc = strcmp(c->argv[1], "-") ? show(&d, c->argv[1]) : show_stdin(&d);
	dp_refs_free(&refs);
	return rc;
}

const struct verb verb_decode = {
	.name = "decode",
	.fn = run,
	.synopsis = "REG VALUE|-",
	.summary = "the fields of a value, without a device",
	.text = "VALUE is the whole register, also when REG names a field of it; - reads values from\n"
		"standard input, one a line.\n",
	.examples = "devpoke decode nvme CC 0x00460001\n"
		    "devpoke decode nvme CAP 0x4008200f0107ff --bits\n"
		    "grep -o '0x[0-9a-f]*' log | devpoke decode nvme CSTS -\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_BITS) | OPT_BIT(OPT_VALUES) | OPT_BIT(OPT_FORMAT),
	.flags = VERB_TARGET | VERB_DESC,
	.min = 2,
	.max = 2,
};
