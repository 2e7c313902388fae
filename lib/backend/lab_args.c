/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_args.c - the command line of a lab's QEMU, and what QEMU says about it
 *
 * All files are named relative to the lab's folder, in which QEMU runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/lab_args.h"

#define SPARE_PORTS 2u
#define ROOT_SLOTS  32u

static void add(struct dp_lab_args *a, const char *spec, const char *text)
{
	if (a->n + 1 >= DP_LAB_ARGS || a->failed) {
		a->failed = true;
		return;
	}
	a->argv[a->n] = strdup(text);
	a->spec[a->n] = spec;
	a->failed = !a->argv[a->n];
	a->n += !a->failed;
}

static void add_option(struct dp_lab_args *a, const char *option, const char *value)
{
	add(a, NULL, option);
	add(a, NULL, value);
}

static void add_machine(struct dp_lab_args *a, const struct dp_lab *lab)
{
	char size[24], ram[96];

	snprintf(size, sizeof(size), "%lluM", (unsigned long long)(DP_LAB_RAM >> 20));
	snprintf(ram, sizeof(ram), "memory-backend-file,id=ram,size=%s,mem-path=ram,share=on",
		 size);
	add_option(a, "-name", lab->name);
	/* only what the chip set cannot do without: the rest is the user's */
	add_option(a, "-machine",
		   "q35,sata=off,smbus=off,usb=off,vmport=off,hpet=off,memory-backend=ram");
	/* the CPU halts at its first instruction: a large code buffer would stay empty */
	add_option(a, "-accel", "tcg,tb-size=1");
	add_option(a, "-m", size);
	add_option(a, "-object", ram);
	add_option(a, "-bios", "bios");
	add_option(a, "-display", "none");
	add_option(a, "-vga", "none");
	add(a, NULL, "-nodefaults");
	add(a, NULL, "-no-user-config");
	add_option(a, "-qtest", "unix:qtest,server=on,wait=off");
	add_option(a, "-qtest-log", "none");
	add_option(a, "-qmp", "unix:qmp,server=on,wait=off");
	add_option(a, "-sandbox", "on,spawn=deny");
	/* hot-plug by Slot Control, as on real machines, not through ACPI */
	add_option(a, "-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off");
}

/** struct slots - which device numbers of the root bus are taken, and ports made so far */
struct slots {
	uint32_t taken;
	unsigned ports;
};

static void add_port(struct dp_lab_args *a, struct slots *s, unsigned slot)
{
	char text[128];

	s->taken |= 1u << slot;
	s->ports++;
	snprintf(text, sizeof(text),
		 "pcie-root-port,id=" DP_LAB_PORT_ID "%u,bus=pcie.0,addr=0x%x,chassis=1,slot=%u",
		 s->ports, slot, s->ports);
	add_option(a, "-device", text);
}

static int no_room(struct dp_err *err)
{
	dp_err_set(err, ENOSPC, DP_USAGE,
		   "a lab has room for 28 devices in ports of their own, fewer with addr=");
	dp_err_hint(err, "put further ones behind a bridge: pci-bridge,id=b0,chassis_nr=1 "
			 "edu,bus=b0,addr=1");
	return -ENOSPC;
}

/* upwards from 1, so that the n-th device lies on bus n; spare ports from the other end */
static int add_ports(struct dp_lab_args *a, const struct dp_lab_model *models, size_t n,
		     struct dp_err *err)
{
	struct slots s = {.taken = 1u << 0 | 1u << 31};
	unsigned wanted = 0, slot, spare[SPARE_PORTS];

	for (size_t i = 0; i < n; i++) {
		wanted += !models[i].given_place;
		if (models[i].root_slot >= 0)
			s.taken |= 1u << models[i].root_slot;
	}
	slot = ROOT_SLOTS;
	for (unsigned i = 0; i < SPARE_PORTS; i++) {
		while (slot > 1 && s.taken & 1u << (slot - 1))
			slot--;
		spare[SPARE_PORTS - 1 - i] = --slot;
		s.taken |= 1u << slot;
	}
	for (slot = 1; wanted && slot < ROOT_SLOTS; slot++) {
		if (s.taken & 1u << slot)
			continue;
		add_port(a, &s, slot);
		wanted--;
	}
	for (unsigned i = 0; i < SPARE_PORTS; i++)
		add_port(a, &s, spare[i]);
	return wanted ? no_room(err) : 0;
}

static void add_drive(struct dp_lab_args *a, const struct dp_lab_model *m)
{
	struct dp_json *node = dp_lab_model_blockdev(m);
	char *text = dp_json_text(node);

	dp_json_free(node);
	add(a, NULL, "-blockdev");
	add(a, m->spec, text ? text : "");
	a->failed |= !text;
	free(text);
}

static int add_models(struct dp_lab_args *a, const struct dp_lab_model *models, size_t n,
		      struct dp_err *err)
{
	char text[2048], bus[32], more[48];
	unsigned port = 0;
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		const struct dp_lab_model *m = &models[i];

		if (m->drive[0])
			add_drive(a, m);
		more[0] = '\0';
		if (dp_lab_model_wants_chassis(m))
			snprintf(more, sizeof(more), ",chassis=2,slot=%zu", i + 1);
		if (!m->given_place)
			snprintf(bus, sizeof(bus), DP_LAB_PORT_ID "%u", ++port);
		else /* left to itself QEMU takes any bus, an expander bridge's too */
			snprintf(bus, sizeof(bus), "pcie.0");
		rc = dp_lab_model_device(m, m->bus[0] || !m->pci ? NULL : bus, more, text,
					 sizeof(text), err);
		add(a, NULL, "-device");
		add(a, m->spec, text);
	}
	return rc;
}

int dp_lab_args_make(struct dp_lab_args *a, const char *qemu, const struct dp_lab *lab,
		     const struct dp_lab_model *models, size_t n, struct dp_err *err)
{
	int rc;

	memset(a, 0, sizeof(*a));
	add(a, NULL, qemu);
	add_machine(a, lab);
	rc = add_ports(a, models, n, err);
	if (!rc)
		rc = add_models(a, models, n, err);
	if (!rc && a->failed)
		rc = dp_err_nomem(err);
	return rc;
}

void dp_lab_args_free(struct dp_lab_args *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->argv[i]);
	a->n = 0;
}

/* "-device MODEL,...: words" -> "words", and whose they are */
static char *strip_argument(const struct dp_lab_args *a, char *line, const char **spec)
{
	for (size_t i = 0; i + 1 < a->n; i++) {
		size_t option = strlen(a->argv[i]), value = strlen(a->argv[i + 1]);

		if (a->argv[i][0] != '-' || strncmp(line, a->argv[i], option) ||
		    line[option] != ' ' || strncmp(line + option + 1, a->argv[i + 1], value) ||
		    strncmp(line + option + 1 + value, ": ", 2))
			continue;
		*spec = a->spec[i + 1];
		return line + option + value + 3;
	}
	return line;
}

/* "PROGRAM: words" -> "words" */
static char *strip_program(const struct dp_lab_args *a, char *line)
{
	const char *slash = strrchr(a->argv[0], '/'), *program = slash ? slash + 1 : a->argv[0];
	const char *names[] = {a->argv[0], program};

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(names[i]);

		if (!strncmp(line, names[i], n) && !strncmp(line + n, ": ", 2))
			return line + n + 2;
	}
	return line;
}

/* the line says where in QEMU's source; what went wrong is the next one */
static bool is_heading(const char *words)
{
	return !strncmp(words, "Unexpected error in ", 20);
}

/* the first line that is no warning, else the first line */
static char *first_words(const struct dp_lab_args *a, char *log)
{
	char *fallback = NULL, *save = NULL;

	for (char *line = strtok_r(log, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *words = strip_program(a, line);

		if (strncmp(words, "warning: ", 9) && strncmp(words, "info: ", 6) && *words &&
		    !is_heading(words))
			return words;
		fallback = fallback ? fallback : words;
	}
	return fallback;
}

static char *read_log(const struct dp_lab *lab)
{
	char path[DP_LAB_PATH], *text = calloc(1, 16384);
	int fd;
	ssize_t n;

	if (!text || dp_lab_path(lab, "log", path, NULL))
		return text;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return text;
	n = read(fd, text, 16383);
	text[n > 0 ? n : 0] = '\0';
	close(fd);
	return text;
}

void dp_lab_words_hint(const char *words, const char *spec, struct dp_err *err)
{
	if (!err)
		return;
	if (strstr(words, "is not a valid device model name")) {
		err->code = DP_NAME;
		dp_err_hint(err, "'qemu-system-x86_64 -device help' lists the models");
	} else if (!strncmp(words, "Property '", 10) && strstr(words, "' not found")) {
		err->code = DP_NAME;
		dp_err_hint(err, "'qemu-system-x86_64 -device %.*s,help' lists its properties",
			    spec ? (int)strcspn(spec, ",") : 5, spec ? spec : "MODEL");
	} else if (!strncmp(words, "Failed to get ", 14) && strstr(words, " lock")) {
		dp_err_hint(err, "another device or lab has that image open; give each its own");
	} else if (!strncmp(words, "drive property not set", 22)) {
		dp_err_hint(err, "%.60s,drive=FILE makes a block device for it", spec ? spec : "");
	} else if (strstr(words, "can't go on PCI")) {
		dp_err_hint(err, "name the bus it belongs to: bus=ID of one of the devices");
	}
}

int dp_lab_args_words(const struct dp_lab_args *a, const struct dp_lab *lab, struct dp_err *err)
{
	char *log = read_log(lab), *words = log ? first_words(a, log) : NULL;
	const char *spec = NULL;

	if (words)
		words = strip_argument(a, words, &spec);
	if (!words)
		dp_err_set(err, EIO, DP_LAB, "the QEMU of lab '%s' ended without a word",
			   lab->name);
	else if (spec)
		dp_err_set(err, EIO, DP_LAB, "QEMU refuses '%.80s': %.150s", spec, words);
	else
		dp_err_set(err, EIO, DP_LAB, "QEMU does not start lab '%s': %.150s", lab->name,
			   words);
	if (words)
		dp_lab_words_hint(words, spec, err);
	free(log);
	return -EIO;
}
