/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_model.c - "nvme,serial=X,drive=FILE": what the user says, and what QEMU is told
 *
 * Properties are QEMU's own, with its rule that two commas are one in a value; only drive=
 * of a file is our word, and id=, bus= and addr= are looked at.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/lab.h"

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* models that are ports or bridges: they want their place on the bus as the user says */
static bool is_port(const char *model)
{
	static const char *const names[] = {
		"pcie-root-port",     "ioh3420", "x3130-upstream", "pxb",
		"xio3130-downstream", "cxl-rp",  "cxl-upstream",   "cxl-downstream"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (starts(model, names[i]))
			return true;
	return strstr(model, "-bridge") != NULL;
}

/* ports that QEMU tells apart by chassis and slot number */
static bool wants_chassis(const char *model)
{
	return !strcmp(model, "pcie-root-port") || !strcmp(model, "ioh3420") ||
	       !strcmp(model, "xio3130-downstream");
}

/* models of other buses than PCI, of those that one puts behind a PCI device */
static bool is_not_pci(const char *model)
{
	static const char *const names[] = {"nvme-ns",     "nvme-subsys",
					    "intel-iommu", "scsi-",
					    "ide-",        "isa-",
					    "virtserial",  "virtconsole",
					    "hda-",        "usb-storage",
					    "usb-kbd",     "usb-mouse",
					    "usb-tablet",  "usb-hub",
					    "usb-net",     "usb-host",
					    "usb-serial",  "usb-audio",
					    "usb-bot",     "usb-uas",
					    "usb-mtp",     "usb-wacom-",
					    "usb-ccid",    "usb-braille",
					    "sd-card",     "virtio-iommu-device"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (starts(model, names[i]))
			return true;
	return false;
}

/* copy up to a single comma; ",," is a comma.  Return: what follows, NULL = too long. */
static const char *take_value(const char *s, char *buf, size_t size)
{
	size_t n = 0;

	while (*s && (*s != ',' || s[1] == ',')) {
		if (n + 1 >= size)
			return NULL;
		s += *s == ',';
		buf[n++] = *s++;
	}
	buf[n] = '\0';
	return s;
}

static int too_long(const struct dp_lab_model *m, struct dp_err *err)
{
	return dp_err_set(err, EINVAL, DP_USAGE, "the model '%.60s...' is too long", m->spec);
}

/* append ",key=value", the value's commas doubled again */
static int add_prop(struct dp_lab_model *m, const char *key, const char *value, struct dp_err *err)
{
	size_t n = strlen(m->props), size = sizeof(m->props);

	n += (size_t)snprintf(m->props + n, size - n, ",%s=", key);
	for (; *value && n + 3 < size; value++) {
		m->props[n++] = *value;
		if (*value == ',')
			m->props[n++] = ',';
	}
	if (n + 3 >= size)
		return too_long(m, err);
	m->props[n] = '\0';
	return 0;
}

/* what the file is, told by its name: QEMU's guessing from the content is no safe rule */
static void drive_kind(struct dp_lab_model *m, const struct stat *st)
{
	size_t n = strlen(m->drive);

	m->drive_format = n > 6 && !strcmp(m->drive + n - 6, ".qcow2") ? "qcow2" : "raw";
	m->drive_driver = S_ISBLK(st->st_mode) ? "host_device" : "file";
}

static int set_drive(struct dp_lab_model *m, const char *file, struct dp_err *err)
{
	struct stat st;
	char *path;
	int rc = 0;

	if (!*file)
		return dp_err_set(err, EINVAL, DP_VALUE, "drive= of '%.80s' names no file",
				  m->spec);
	if (stat(file, &st)) {
		rc = dp_err_set(err, errno, errno == EACCES ? DP_PERMISSION : DP_NAME,
				"cannot open the drive '%.120s': %s", file, strerror(errno));
		dp_err_hint(err, "truncate -s 64M '%.150s' makes an empty one", file);
		return rc;
	}
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		return dp_err_set(err, EINVAL, DP_NAME,
				  "the drive '%.120s' is no file and no block device", file);
	if (access(file, R_OK))
		return dp_err_set(err, errno, DP_PERMISSION, "cannot read the drive '%.120s': %s",
				  file, strerror(errno));
	path = realpath(file, NULL);
	if (!path)
		return dp_err_set(err, errno, DP_NAME, "cannot open the drive '%.120s': %s", file,
				  strerror(errno));
	if ((size_t)snprintf(m->drive, sizeof(m->drive), "%s", path) >= sizeof(m->drive))
		rc = dp_err_set(err, ENAMETOOLONG, DP_NAME, "the path '%.60s...' is too long",
				path);
	free(path);
	drive_kind(m, &st);
	return rc;
}

static int set_id(struct dp_lab_model *m, const char *id, struct dp_err *err)
{
	size_t n = strlen(id);
	bool good = isalpha((unsigned char)id[0]) && n < sizeof(m->id);

	for (size_t i = 0; i < n && good; i++)
		good = isalnum((unsigned char)id[i]) || strchr("-._", id[i]);
	if (!good) {
		dp_err_set(err, EINVAL, DP_VALUE, "'%.80s' is no id for a device", id);
		dp_err_hint(err, "a letter, then letters, digits, '-', '.' and '_'");
		return -EINVAL;
	}
	if (starts(id, DP_LAB_PORT_ID))
		return dp_err_set(err, EINVAL, DP_VALUE,
				  "the ids '%s...' are the lab's own root ports", DP_LAB_PORT_ID);
	memcpy(m->id, id, n + 1);
	return 0;
}

static int take_prop(struct dp_lab_model *m, const char *key, const char *value, struct dp_err *err)
{
	if (!strcmp(key, "id"))
		return set_id(m, value, err);
	if (!strcmp(key, "drive"))
		return set_drive(m, value, err);
	if (!strcmp(key, "bus")) {
		m->given_place = true;
		if ((size_t)snprintf(m->bus, sizeof(m->bus), "%s", value) >= sizeof(m->bus))
			return too_long(m, err);
	} else if (!strcmp(key, "addr")) {
		m->given_place = true;
		m->root_slot = (int)(strtoul(value, NULL, 16) & 0x1f);
	} else if (!strcmp(key, "bus_nr")) {
		m->bus_nr = (unsigned)strtoul(value, NULL, 0) & 0xff;
	}
	m->has_serial |= !strcmp(key, "serial");
	m->has_rom |= !strcmp(key, "romfile") || !strcmp(key, "rombar");
	m->has_chassis |= !strcmp(key, "chassis") || !strcmp(key, "slot");
	return add_prop(m, key, value, err);
}

static int take_props(struct dp_lab_model *m, const char *s, struct dp_err *err)
{
	char key[64], value[DP_LAB_PATH];
	int rc = 0;

	while (*s == ',' && !rc) {
		size_t n = strcspn(++s, "=,");

		if (!n || n >= sizeof(key) || s[n] != '=') {
			rc = dp_err_set(err, EINVAL, DP_USAGE,
					"'%.60s' in '%.80s' is no prop=value", s, m->spec);
			dp_err_hint(err, "a comma inside a value is written twice");
			break;
		}
		snprintf(key, sizeof(key), "%.*s", (int)n, s);
		s = take_value(s + n + 1, value, sizeof(value));
		if (!s)
			return too_long(m, err);
		rc = take_prop(m, key, value, err);
	}
	return rc;
}

/* defaults that make a model start: no boot ROM, a serial number, told-apart ports */
static int complete(struct dp_lab_model *m, struct dp_err *err)
{
	int rc = 0;

	if (m->pci && !m->port && !m->has_rom)
		rc = add_prop(m, "romfile", "", err);
	if (!rc && !strcmp(m->model, "nvme") && !m->has_serial)
		rc = add_prop(m, "serial", "devpoke", err);
	return rc;
}

int dp_lab_model_parse(const char *spec, struct dp_lab_model *m, struct dp_err *err)
{
	size_t n = strcspn(spec, ",");
	int rc;

	memset(m, 0, sizeof(*m));
	m->root_slot = -1;
	if ((size_t)snprintf(m->spec, sizeof(m->spec), "%s", spec) >= sizeof(m->spec))
		return too_long(m, err);
	if (!n || n >= sizeof(m->model) - 4 || strcspn(spec, "= \t") < n)
		return dp_err_set(err, EINVAL, DP_USAGE, "'%.80s' does not start with a model",
				  spec);
	memcpy(m->model, spec, n);
	m->port = is_port(m->model);
	m->pci = !is_not_pci(m->model);
	m->given_place = m->port || !m->pci;
	rc = take_props(m, spec + n, err);
	if (m->bus[0] && strcmp(m->bus, "pcie.0"))
		m->root_slot = -1;
	return rc ? rc : complete(m, err);
}

int dp_lab_model_name(struct dp_lab_model *m, bool (*taken)(void *arg, const char *id), void *arg,
		      struct dp_err *err)
{
	if (m->id[0]) {
		if (!taken(arg, m->id))
			return 0;
		return dp_err_set(err, EEXIST, DP_NAME, "there are two devices with the id '%s'",
				  m->id);
	}
	for (unsigned i = 0; i < 1000; i++) {
		int n = snprintf(m->id, sizeof(m->id), "%.59s%u", m->model, i);

		if (n < (int)sizeof(m->id) && !taken(arg, m->id))
			return 0;
	}
	return dp_err_set(err, EINVAL, DP_USAGE, "there are too many devices '%s'", m->model);
}

void dp_lab_model_node(const struct dp_lab_model *m, char buf[32])
{
	uint32_t hash = 2166136261u;

	/* FNV-1a: an id may be longer than the 31 bytes of a node's name */
	for (const char *p = m->id; *p; p++)
		hash = (hash ^ (uint8_t)*p) * 16777619u;
	snprintf(buf, 32, "drive-%08x", hash);
}

int dp_lab_model_device(const struct dp_lab_model *m, const char *bus, const char *more, char *buf,
			size_t size, struct dp_err *err)
{
	char drive[48] = "", node[32];
	int n;

	dp_lab_model_node(m, node);
	if (m->drive[0])
		snprintf(drive, sizeof(drive), ",drive=%s", node);
	n = snprintf(buf, size, "%s,id=%s%s%s%s%s%s", m->model, m->id, m->props, drive,
		     bus ? ",bus=" : "", bus ? bus : "", more);
	return n >= 0 && (size_t)n < size ? 0 : too_long(m, err);
}

bool dp_lab_model_wants_chassis(const struct dp_lab_model *m)
{
	return wants_chassis(m->model) && !m->has_chassis;
}

struct dp_json *dp_lab_model_blockdev(const struct dp_lab_model *m)
{
	struct dp_json *node = dp_json_object(), *file = dp_json_object();
	char name[32];

	dp_lab_model_node(m, name);
	dp_json_set_str(file, "driver", m->drive_driver);
	dp_json_set_str(file, "filename", m->drive);
	dp_json_set_str(node, "driver", m->drive_format);
	dp_json_set_str(node, "node-name", name);
	dp_json_set(node, "file", file);
	return node;
}
