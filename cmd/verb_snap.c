/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_snap.c - devpoke snap TARGET [RANGE...] -o FILE: what a device holds now, as a file */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bulk.h"
#include "out.h"
#include "progress.h"
#include "save.h"
#include "verbs.h"

/**
 * struct shot - a snapshot being taken
 * @parts, @n: one per operand, or one for none; @what: the same for the library
 */
struct shot {
	struct cmd *c;
	struct dp_dev *dev;
	struct bulk *parts;
	struct dp_snap_what *what;
	size_t n;
	struct dp_snap_opts opts;
	struct save save;
	struct dp_snap *snap;
};

static bool to_stdout(const char *file)
{
	return !file || !strcmp(file, "-");
}

/* what is no snapshot by its name is none to those who read it */
static int check_name(struct cmd *c, const char *file)
{
	size_t n = strlen(file);
	struct stat st;

	if ((n > 5 && !strcmp(file + n - 5, ".snap")) || (!stat(file, &st) && !S_ISREG(st.st_mode)))
		return 0;
	cmd_usage(c, "the name of a snapshot ends in .snap, unlike '%s'", file);
	dp_err_hint(&c->err, "-o %.200s.snap", file);
	return EXIT_USAGE;
}

static int parse_reads(struct shot *s)
{
	const char *word = s->c->opts.value[OPT_READS];
	uint64_t n = 1;

	if (word && dp_number_parse(word, &n, &s->c->err))
		return cmd_fail(s->c);
	if ((word && n < 2) || n > 1000000)
		return cmd_usage(s->c, "-n is 2 to 1000000, not '%s'", word);
	s->opts.reads = (unsigned)n;
	return 0;
}

static int check_options(struct shot *s)
{
	const char *file = s->c->opts.value[OPT_OUT];

	if (to_stdout(file) && s->c->doc)
		return cmd_usage(s->c, "the snapshot and --json both go to standard output; "
				       "-o FILE");
	if (!to_stdout(file) && check_name(s->c, file))
		return EXIT_USAGE;
	return parse_reads(s);
}

static int choose_all(struct shot *s)
{
	struct cmd *c = s->c;
	bool words = opt_given(&c->opts, OPT_WIDTH);
	int rc = 0;

	s->n = c->argc ? c->argc : 1;
	s->parts = calloc(s->n, sizeof(*s->parts));
	s->what = calloc(s->n, sizeof(*s->what));
	if (!s->parts || !s->what)
		return cmd_nomem(c);
	for (size_t i = 0; i < s->n && !rc; i++)
		rc = bulk_choose(c, s->dev, c->argc ? c->argv[i] : NULL, words, &s->parts[i]);
	return rc;
}

static int settle_all(struct shot *s)
{
	int rc = 0;

	for (size_t i = 0; i < s->n && !rc; i++) {
		struct bulk *b = &s->parts[i];

		rc = bulk_settle(s->c, s->dev, b);
		if (!rc && !b->refs.n)
			rc = bulk_width(s->c, &b->range, &s->what[i].width);
		s->what[i].refs = b->refs;
		s->what[i].range = b->range;
	}
	return rc;
}

static void show_progress(void *arg, uint64_t done, uint64_t total)
{
	(void)arg;
	progress(done, total);
}

static int save_text(struct shot *s)
{
	char *text = dp_snap_text(s->snap);
	size_t n;
	int rc;

	if (!text)
		return cmd_nomem(s->c);
	n = strlen(text);
	text[n] = '\n'; /* in place of the NUL: what is written has a length */
	rc = save_write(s->c, &s->save, text, n + 1);
	free(text);
	return rc;
}

/* "10 registers, 2 words": what there is none of goes without saying */
static void count(const char **lead, uint64_t n, const char *what, bool plural)
{
	if (!n)
		return;
	out("%s%ju %s%s", *lead, (uintmax_t)n, what, plural && n != 1 ? "s" : "");
	*lead = ", ";
}

static void say(struct shot *s)
{
	struct cmd *c = s->c;
	struct dp_snap_info i;
	const char *lead = ": ";

	dp_snap_info(s->snap, &i);
	json_str(c->doc, "file", s->save.name);
	json_uint(c->doc, "registers", i.registers);
	json_uint(c->doc, "words", i.words);
	json_uint(c->doc, "skipped", i.skipped);
	json_uint(c->doc, "moved", i.moved);
	json_uint(c->doc, "reads", i.reads);
	if (c->doc || c->quiet || to_stdout(c->opts.value[OPT_OUT]))
		return;
	out_str(s->save.name);
	count(&lead, i.registers, "register", true);
	count(&lead, i.words, "word", true);
	count(&lead, i.skipped, "not read", false);
	count(&lead, i.moved, i.moved == 1 ? "moved by itself" : "moved by themselves", false);
	out_str("\n");
}

static int take(struct shot *s)
{
	struct cmd *c = s->c;
	int rc = target_open(c, s->dev, 0);

	if (!rc)
		rc = settle_all(s);
	if (!rc)
		rc = save_open(c, &s->save, c->opts.value[OPT_OUT]);
	if (rc)
		return rc;
	s->opts.progress = show_progress;
	if (dp_snap_take(s->dev, s->what, s->n, &s->opts, &s->snap, &c->err))
		rc = cmd_fail(c);
	progress_wipe();
	if (!rc)
		rc = save_text(s);
	if (!rc)
		say(s);
	return rc;
}

static int run(struct cmd *c)
{
	struct shot s = {.c = c, .save = {.fd = -1}};
	int rc = check_options(&s);

	if (!rc)
		rc = target_registers(c, &s.dev);
	if (!rc)
		rc = choose_all(&s);
	if (!rc)
		rc = take(&s);
	save_close(&s.save);
	dp_snap_free(s.snap);
	for (size_t i = 0; s.parts && i < s.n; i++)
		bulk_free(&s.parts[i]);
	free(s.parts);
	free(s.what);
	return rc;
}

const struct verb verb_snap = {
	.name = "snap",
	.fn = run,
	.synopsis = "[RANGE...]",
	.summary = "keep what the registers hold as a snapshot",
	.text = "Each register is read once, and what `devpoke dump` leaves alone is left alone.\n"
		"Configuration space comes when it is named: cfg. With -n 3 all is read three times\n"
		"and what moves by itself is marked. A snapshot is a target (dump:FILE.snap), and\n"
		"`devpoke diff` and `devpoke restore` take it.\n",
	.examples = "devpoke snap sim:nvme -o before.snap\n"
		    "devpoke snap sim:e1000e '**' cfg -n 3 -o idle.snap\n"
		    "devpoke snap 01:00.0 bar0+0..+0x100 -w 32 -o bar0.snap\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_OUT) | OPT_BIT(OPT_READS) | OPT_BIT(OPT_WIDTH),
	.flags = VERB_TARGET,
	.max = MANY,
};
