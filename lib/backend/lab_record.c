/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_record.c - lab.json: which process a lab is, and which devices it has */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/lab.h"

#define RECORD "lab.json"
#define SCHEMA 1

int dp_lab_check_name(const char *name, struct dp_err *err)
{
	size_t n = strlen(name);
	bool good = isalpha((unsigned char)name[0]) || name[0] == '_';

	for (size_t i = 0; i < n && good; i++)
		good = isalnum((unsigned char)name[i]) || name[i] == '_' || name[i] == '-';
	if (!good) {
		dp_err_set(err, EINVAL, DP_USAGE, "'%.80s' is no name for a lab", name);
		dp_err_hint(err, "a letter, then letters, digits, '_' and '-'");
		return -EINVAL;
	}
	if (n >= sizeof(((struct dp_lab *)0)->name))
		return dp_err_set(err, EINVAL, DP_USAGE,
				  "the lab name '%.40s...' has %zu characters, more than 63", name,
				  n);
	return 0;
}

int dp_lab_path(const struct dp_lab *lab, const char *file, char buf[DP_LAB_PATH],
		struct dp_err *err)
{
	if (snprintf(buf, DP_LAB_PATH, "%s/%s", lab->dir, file) < DP_LAB_PATH)
		return 0;
	return dp_err_set(err, ENAMETOOLONG, DP_IO, "the path of lab '%s' is too long", lab->name);
}

/* one line of a small file of /proc; empty when it cannot be read */
static void read_line(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

/* state and start time of a process: fields 3 and 22 of proc(5)'s stat */
static bool proc_stat(int pid, char *state, uint64_t *start_time)
{
	char path[32], line[512], *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	read_line(path, line, sizeof(line));
	/* field 2 is the name in parentheses and may hold anything */
	p = strrchr(line, ')');
	if (!p || p[1] != ' ')
		return false;
	*state = p[2];
	p += 2;
	for (int field = 3; field < 22 && p; field++) {
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	if (!p)
		return false;
	*start_time = strtoull(p, NULL, 10);
	return true;
}

static void boot_id(char *buf, size_t size)
{
	read_line("/proc/sys/kernel/random/boot_id", buf, size);
}

static bool is_there(const struct dp_lab *lab, char *state)
{
	char boot[sizeof(lab->boot_id)];
	uint64_t start_time;

	if (lab->pid <= 0 || !proc_stat(lab->pid, state, &start_time))
		return false;
	boot_id(boot, sizeof(boot));
	return start_time == lab->start_time && !strcmp(boot, lab->boot_id);
}

bool dp_lab_alive(const struct dp_lab *lab)
{
	char state;

	return is_there(lab, &state) && state != 'Z' && state != 'X';
}

bool dp_lab_there(const struct dp_lab *lab)
{
	char state;

	return is_there(lab, &state);
}

int dp_lab_identify(struct dp_lab *lab, int pid)
{
	char state;

	if (!proc_stat(pid, &state, &lab->start_time))
		return -ESRCH;
	lab->pid = pid;
	boot_id(lab->boot_id, sizeof(lab->boot_id));
	return 0;
}

static const char *bar_kind(const struct dp_lab_bar *b)
{
	return b->io ? "io" : b->wide ? "mem64" : "mem32";
}

static struct dp_json *bar_json(const struct dp_lab_bar *b)
{
	struct dp_json *j = dp_json_object();

	dp_json_set_int(j, "index", b->index);
	dp_json_set_str(j, "kind", bar_kind(b));
	dp_json_set_bool(j, "prefetch", b->prefetch);
	dp_json_set_hex(j, "address", b->address);
	dp_json_set_hex(j, "size", b->size);
	return j;
}

static struct dp_json *fn_json(const struct dp_lab_fn *f)
{
	struct dp_json *j = dp_json_object(), *bars = dp_json_array();

	dp_json_set_str(j, "name", f->name);
	dp_json_set_str(j, "model", f->model);
	dp_json_set_str(j, "port", f->port);
	dp_json_set_str(j, "disk", f->disk);
	dp_json_set_hex(j, "bdf", f->bdf);
	dp_json_set_int(j, "config", f->config);
	dp_json_set_hex(j, "vendor", f->vendor);
	dp_json_set_hex(j, "device", f->device);
	dp_json_set_hex(j, "subvendor", f->subvendor);
	dp_json_set_hex(j, "subdevice", f->subdevice);
	dp_json_set_hex(j, "class", f->class);
	dp_json_set_hex(j, "revision", f->revision);
	dp_json_set_bool(j, "bridge", f->bridge);
	dp_json_set_bool(j, "hotplug", f->hotplug);
	dp_json_set_int(j, "secondary", f->secondary);
	dp_json_set_int(j, "subordinate", f->subordinate);
	for (unsigned i = 0; i < f->n_bars; i++)
		dp_json_push(bars, bar_json(&f->bars[i]));
	dp_json_set(j, "bars", bars);
	return j;
}

int dp_lab_save(const struct dp_lab *lab, struct dp_err *err)
{
	struct dp_json *j = dp_json_object(), *devices = dp_json_array();
	char path[DP_LAB_PATH];
	int rc;

	dp_json_set_int(j, "schema", SCHEMA);
	dp_json_set_str(j, "lab", lab->name);
	dp_json_set_int(j, "pid", lab->pid);
	dp_json_set_hex(j, "start_time", lab->start_time);
	dp_json_set_str(j, "boot_id", lab->boot_id);
	dp_json_set_bool(j, "ready", lab->ready);
	dp_json_set_str(j, "pending", lab->pending);
	for (size_t i = 0; i < lab->n; i++)
		dp_json_push(devices, fn_json(&lab->fns[i]));
	dp_json_set(j, "devices", devices);
	rc = dp_lab_path(lab, RECORD, path, err);
	if (!rc)
		rc = dp_json_write(j, path, err);
	dp_json_free(j);
	return rc;
}

static void copy_text(char *to, size_t size, const struct dp_json *j, const char *key)
{
	snprintf(to, size, "%s", dp_json_str(j, key, ""));
}

static void read_bar(struct dp_lab_bar *b, const struct dp_json *j)
{
	const char *kind = dp_json_str(j, "kind", "");

	b->index = (unsigned)dp_json_int(j, "index", 0) & 7;
	b->io = !strcmp(kind, "io");
	b->wide = !strcmp(kind, "mem64");
	b->prefetch = dp_json_bool(j, "prefetch", false);
	b->address = dp_json_hex(j, "address", 0);
	b->size = dp_json_hex(j, "size", 0);
}

static void read_fn(struct dp_lab_fn *f, const struct dp_json *j)
{
	const struct dp_json *bars = dp_json_get(j, "bars");

	copy_text(f->name, sizeof(f->name), j, "name");
	copy_text(f->model, sizeof(f->model), j, "model");
	copy_text(f->port, sizeof(f->port), j, "port");
	copy_text(f->disk, sizeof(f->disk), j, "disk");
	f->bdf = (unsigned)dp_json_hex(j, "bdf", 0) & 0xffff;
	f->config = dp_json_int(j, "config", 256) == 4096 ? 4096 : 256;
	f->vendor = (uint16_t)dp_json_hex(j, "vendor", 0);
	f->device = (uint16_t)dp_json_hex(j, "device", 0);
	f->subvendor = (uint16_t)dp_json_hex(j, "subvendor", 0);
	f->subdevice = (uint16_t)dp_json_hex(j, "subdevice", 0);
	f->class = (uint32_t)dp_json_hex(j, "class", 0);
	f->revision = (uint8_t)dp_json_hex(j, "revision", 0);
	f->bridge = dp_json_bool(j, "bridge", false);
	f->hotplug = dp_json_bool(j, "hotplug", false);
	f->secondary = (unsigned)dp_json_int(j, "secondary", 0) & 0xff;
	f->subordinate = (unsigned)dp_json_int(j, "subordinate", 0) & 0xff;
	for (size_t i = 0; bars && i < dp_json_len(bars) && i < 6; i++)
		read_bar(&f->bars[f->n_bars++], dp_json_at(bars, i));
}

static int read_record(struct dp_lab *lab, const struct dp_json *j, struct dp_err *err)
{
	const struct dp_json *devices = dp_json_get(j, "devices");

	lab->pid = (int)dp_json_int(j, "pid", 0);
	lab->start_time = dp_json_hex(j, "start_time", 0);
	copy_text(lab->boot_id, sizeof(lab->boot_id), j, "boot_id");
	lab->ready = dp_json_bool(j, "ready", false);
	copy_text(lab->pending, sizeof(lab->pending), j, "pending");
	for (size_t i = 0; devices && i < dp_json_len(devices); i++) {
		struct dp_lab_fn *f = dp_lab_fn_add(lab);

		if (!f)
			return dp_err_nomem(err);
		read_fn(f, dp_json_at(devices, i));
	}
	return 0;
}

static int no_lab(struct dp_ctx *ctx, const char *name, struct dp_err *err)
{
	char list[160] = "", **names;
	size_t n = 0;

	dp_err_set(err, ENODEV, DP_ABSENT, "there is no lab '%s'", name);
	if (dp_lab_names(ctx, &names, &n, NULL))
		return -ENODEV;
	for (size_t i = 0; i < n && strlen(list) + strlen(names[i]) + 3 < sizeof(list); i++) {
		strcat(list, i ? ", " : "");
		strcat(list, names[i]);
	}
	dp_lab_names_free(names, n);
	if (n)
		dp_err_hint(err, "there is: %s", list);
	else
		dp_err_hint(err, "devpoke sim start %s", name);
	return -ENODEV;
}

int dp_lab_load(struct dp_ctx *ctx, const char *name, struct dp_lab *lab, struct dp_err *err)
{
	char sub[80], path[DP_LAB_PATH];
	struct dp_json *j;
	int rc;

	memset(lab, 0, sizeof(*lab));
	rc = dp_lab_check_name(name, err);
	if (rc)
		return rc;
	snprintf(lab->name, sizeof(lab->name), "%s", name);
	snprintf(sub, sizeof(sub), "labs/%s", name);
	rc = dp_runtime_dir(ctx, sub, false, lab->dir, sizeof(lab->dir), err);
	if (rc == -ENOENT)
		return no_lab(ctx, name, err);
	if (rc)
		return rc;
	rc = dp_lab_path(lab, RECORD, path, err);
	if (rc)
		return rc;
	rc = dp_json_read(path, &j, NULL) ? 0 : read_record(lab, j, err);
	dp_json_free(j);
	if (rc)
		dp_lab_free(lab);
	return rc;
}

int dp_lab_load_running(struct dp_ctx *ctx, const char *name, struct dp_lab *lab,
			struct dp_err *err)
{
	int rc = dp_lab_load(ctx, name, lab, err);

	if (rc || (lab->ready && dp_lab_alive(lab)))
		return rc;
	if (lab->ready)
		rc = dp_err_set(err, EIO, DP_LAB, "lab '%s' is stale: its QEMU (pid %d) is gone",
				name, lab->pid);
	else if (dp_lab_locked(ctx))
		rc = dp_err_set(err, EBUSY, DP_BUSY, "lab '%s' is just being started or stopped",
				name);
	else
		rc = dp_err_set(err, EIO, DP_LAB, "lab '%s' is stale: its start never ended", name);
	if (rc != -EBUSY)
		dp_err_hint(err, "devpoke sim stop %s", name);
	dp_lab_free(lab);
	return rc;
}

void dp_lab_free(struct dp_lab *lab)
{
	free(lab->fns);
	lab->fns = NULL;
	lab->n = 0;
}
