/* SPDX-License-Identifier: GPL-2.0-or-later */
/* desc_new.c - devpoke desc new: a description to begin with, of nothing or of a device */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desc_new.h"
#include "save.h"
#include "session.h"

#define MAX_NAME 63

static int check_name(struct cmd *c, const char *name)
{
	size_t len = strlen(name);

	if (len && len <= MAX_NAME &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == len)
		return 0;
	dp_err_set(&c->err, EINVAL, DP_USAGE,
		   "'%.80s' is no name of a description; 1 to %d letters, digits, '_' and '-'",
		   name, MAX_NAME);
	return cmd_fail(c);
}

/* somebody's work is not written over; its name is how it will be found */
static int check_file(struct cmd *c, const char *name, const char *file)
{
	const char *slash = file ? strrchr(file, '/') : NULL, *stem = slash ? slash + 1 : file;
	size_t len = strlen(name);

	if (!file || !strcmp(file, "-"))
		return 0;
	if (strncmp(stem, name, len) != 0 || strcmp(stem + len, ".yaml") != 0) {
		dp_err_set(&c->err, EINVAL, DP_USAGE,
			   "'%s' cannot be the file of '%s': a description is found by its file's "
			   "name",
			   file, name);
		dp_err_hint(&c->err, "-o %.*s%s.yaml", slash ? (int)(slash - file) + 1 : 0, file,
			    name);
		return cmd_fail(c);
	}
	if (access(file, F_OK))
		return 0;
	dp_err_set(&c->err, EEXIST, DP_USAGE, "'%s' is there, and is not written over", file);
	return cmd_fail(c);
}

/* ---------------------------------------------------------------- the text */

static void head(FILE *f, const char *name, const struct dp_dev_info *info)
{
	fprintf(f,
		"# A register description for devpoke; devpoke-devices(5) has every key.\n"
		"# `devpoke desc lint %s.yaml` says what is wrong with it, `devpoke peek\n"
		"# model:./%s.yaml CTRL` tries it without the device.\n"
		"schema: 1\n\n"
		"device:\n"
		"  name: %s\n"
		"  title: One line that says what it is\n"
		"  # the document that every number below is from, with its revision\n"
		"  ref: \"Name of the manual, revision\"\n",
		name, name, name);
	if (info && info->vendor)
		fprintf(f,
			"  # devices that it is used for without -d; {pci_class: 0x%06" PRIx32
			"} is all of their kind\n"
			"  match: [{pci: \"%04x:%04x\"}]\n",
			info->class, info->vendor, info->device);
	else
		fputs("  # devices that it is used for without -d:\n"
		      "  # match: [{pci: \"1234:5678\"}, {pci_class: 0x010802}, {uio: name}, {of: "
		      "\"acme,widget\"}]\n",
		      f);
	fputs("\n# of all registers that do not say otherwise\n"
	      "defaults: {width: 32, reserved: preserve}\n\n",
	      f);
}

/* BARs with registers, the first is `main` */
static size_t bars(FILE *f, struct dp_dev *dev)
{
	struct dp_space_info s;
	size_t n = 0;

	for (size_t i = 0; dev && i < dp_dev_spaces(dev); i++) {
		dp_space_info(dp_dev_space_at(dev, i), &s);
		if (strncmp(s.name, "bar", 3) != 0 || s.name[4] || s.kind == DP_SPACE_CONFIG)
			continue;
		if (n++)
			fprintf(f, "  bar_%c: ", s.name[3]);
		else
			fputs("  main: ", f);
		fprintf(f, "{bar: %c, size: 0x%" PRIx64 "}\n", s.name[3], s.size);
	}
	return n;
}

static void spaces(FILE *f, struct dp_dev *dev)
{
	char *text = NULL;
	size_t size;
	FILE *list = open_memstream(&text, &size);
	size_t n = list ? bars(list, dev) : 0;

	if (list)
		fclose(list);
	fputs("# where registers lie; an IP block that knows no board has none of this\n", f);
	if (n)
		fprintf(f, "spaces:\n%s\n", text);
	else
		fputs("# spaces: {main: {bar: 0, size: 0x1000}, side: {bar: 2}}\n\n", f);
	free(text);
}

static void rest(FILE *f)
{
	fputs("# words for values, by name\n"
	      "enums: {mode: {0: stop, 1: slow, 2: fast}}\n\n"
	      "registers:\n"
	      "  ID:\n"
	      "    offset: 0x00\n"
	      "    doc: Says which device this is\n"
	      "    ref: \"section 2.1\"\n"
	      "    sw: ro # rw ro wo none, or with an effect: rc rw1c rw1s ...\n"
	      "    const: true # never changes: expressions may use it\n"
	      "    fields: {REV: 7..0, KIND: 31..8}\n"
	      "  CTRL:\n"
	      "    offset: 0x04\n"
	      "    doc: Control\n"
	      "    reset: 0x10 # the value after reset\n"
	      "    fields:\n"
	      "      EN: 0 # short for {bits: 0}\n"
	      "      MODE: {bits: 6..4, enum: mode, doc: How fast}\n"
	      "      ERR: {bits: 8, on_write: w1c, doc: Something failed; write 1 to clear}\n"
	      "      GO: {bits: 9, on_write: pulse, doc: Starts it; reads as 0}\n"
	      "  STATUS:\n"
	      "    offset: 0x08\n"
	      "    doc: Status\n"
	      "    sw: ro\n"
	      "    volatile: true # hardware changes it: diff hides it\n"
	      "    fields: {BUSY: 0, LEVEL: {bits: 15..8, unit: entries}}\n"
	      "  # an array, a FIFO whose every read takes an entry, and a doorbell that is never\n"
	      "  # touched in bulk:\n"
	      "  # TIMER: {offset: 0x40, array: {count: 4, stride: 4}}\n"
	      "  # DATA: {offset: 0x10, kind: fifo, level: STATUS.LEVEL}\n"
	      "  # BELL: {offset: 0x80, sw: wo, kind: doorbell}\n",
	      f);
}

static char *compose(const char *name, struct dp_dev *dev, size_t *size)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, size);

	if (!f)
		return NULL;
	head(f, name, dev ? dp_dev_info(dev) : NULL);
	spaces(f, dev);
	rest(f);
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

int desc_new(struct cmd *c)
{
	const char *name = c->argv[0], *file = c->opts.value[OPT_OUT];
	struct dp_dev *dev = NULL;
	struct save save;
	size_t size;
	char *text;
	int rc = check_name(c, name);

	if (!rc)
		rc = check_file(c, name, file);
	c->target = c->argc > 1 ? c->argv[1] : NULL;
	if (!rc && c->target)
		rc = target_device(c, &dev);
	if (rc)
		return rc;
	text = compose(name, dev, &size);
	if (!text)
		return cmd_nomem(c);
	rc = save_open(c, &save, file);
	if (!rc)
		rc = save_write(c, &save, text, size);
	save_close(&save);
	free(text);
	return rc;
}
