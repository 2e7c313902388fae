/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab_plug.c - devices that come and go at run time
 *
 * QEMU does what hardware does: a device that is put into a slot or is asked to leave raises
 * slot events, and the operating system answers through Slot Control.  There is none here, so
 * that part is played too (PCIe 6.7, 7.5.3.10, 7.5.3.11).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/lab_args.h"
#include "core/pci_regs.h"

#define DELETED_NS   UINT64_C(5000000000)
#define DROP_NS      UINT64_C(1000000000)
#define DROP_LOOK_NS UINT64_C(2000000)

/** struct site - a lab in use, its monitor, and the slot in question */
struct site {
	struct dp_ctx *ctx;
	struct dp_lab lab;
	struct dp_lab_conn *conn;
	struct dp_qmp qmp;
	const struct dp_lab_fn *port;
	unsigned cap; /* of the port's PCI Express capability */
};

static void leave(struct site *s)
{
	dp_qmp_close(&s->qmp);
	dp_lab_conn_put(s->conn);
	dp_lab_free(&s->lab);
}

/* root may look into a user's lab, but what it writes there would not be the user's */
static int check_owner(const struct dp_lab *lab, struct dp_err *err)
{
	struct stat st;

	if (stat(lab->dir, &st))
		return dp_err_set(err, errno, DP_IO, "cannot look at '%.120s': %s", lab->dir,
				  strerror(errno));
	if (st.st_uid == geteuid())
		return 0;
	return dp_err_set(err, EPERM, DP_PERMISSION,
			  "lab '%s' belongs to user %u, who alone can change it", lab->name,
			  (unsigned)st.st_uid);
}

static int enter(struct site *s, struct dp_ctx *ctx, const char *name, struct dp_err *err)
{
	char path[DP_LAB_PATH];
	int rc;

	memset(s, 0, sizeof(*s));
	s->ctx = ctx;
	s->qmp.line.fd = -1;
	rc = dp_lab_load_running(ctx, name, &s->lab, err);
	if (rc)
		return rc;
	rc = check_owner(&s->lab, err);
	if (!rc)
		rc = dp_lab_conn_get(ctx, &s->lab, &s->conn, err);
	/* what was loaded before the lock may have been changed by its last holder */
	if (!rc) {
		dp_lab_free(&s->lab);
		rc = dp_lab_load_running(ctx, name, &s->lab, err);
	}
	if (!rc)
		rc = dp_lab_path(&s->lab, "qmp", path, err);
	if (!rc)
		rc = dp_qmp_open(&s->qmp, ctx, path, name, DELETED_NS, err);
	if (rc)
		leave(s);
	return rc;
}

/* --------------------------------------------------------------- the slot */

static int find_slot(struct site *s, struct dp_qtest *q, struct dp_err *err)
{
	int rc = dp_lab_find_cap(q, s->port->bdf, PCI_CAP_EXP, &s->cap, err);

	if (!rc && !s->cap)
		rc = dp_err_set(err, EIO, DP_LAB, "port '%s' shows no PCI Express capability",
				s->port->name);
	return rc;
}

static int slot_power(struct site *s, struct dp_qtest *q, bool on, struct dp_err *err)
{
	uint64_t control;
	int rc = dp_lab_cfg_read(q, s->port->bdf, s->cap + EXP_SLOTCTL, 16, &control, err);

	if (rc)
		return rc;
	control &= ~(uint64_t)(EXP_SLOTCTL_PIC | EXP_SLOTCTL_PCC);
	control |= on ? EXP_SLOTCTL_PIC_ON : EXP_SLOTCTL_PIC_OFF | EXP_SLOTCTL_PCC;
	return dp_lab_cfg_write(q, s->port->bdf, s->cap + EXP_SLOTCTL, 16, control, err);
}

/* the events are ours: write one to clear */
static int slot_settle(struct site *s, struct dp_qtest *q, struct dp_err *err)
{
	return dp_lab_cfg_write(q, s->port->bdf, s->cap + EXP_SLOTSTA, 16, EXP_SLOTSTA_EVENTS, err);
}

/* ---------------------------------------------------------------- unplug */

static int find_port(struct site *s, const struct dp_lab_fn *f, struct dp_err *err)
{
	for (size_t i = 0; i < s->lab.n; i++)
		if (s->lab.fns[i].hotplug && s->lab.fns[i].secondary == f->bdf >> 8)
			s->port = &s->lab.fns[i];
	if (s->port && f->name[0])
		return 0;
	if (f->bdf >> 8 == 0)
		dp_err_set(err, EINVAL, DP_USAGE,
			   "'%s' lies on the root bus of lab '%s', which has no hot-plug", f->name,
			   s->lab.name);
	else
		dp_err_set(err, EINVAL, DP_USAGE,
			   "'%s' of lab '%s' does not lie behind a port with hot-plug", f->name,
			   s->lab.name);
	dp_err_hint(err, "a device that starts without bus= and addr= gets such a port");
	return -EINVAL;
}

/* an image that was made for a device goes with it; not one that a record has invented */
static void remove_disk(const struct site *s, const char *disk)
{
	char path[DP_LAB_PATH];

	if (!strncmp(disk, "disk", 4) && !strchr(disk, '/') &&
	    !dp_lab_path(&s->lab, disk, path, NULL))
		unlink(path);
}

/* all that was behind the port, a switch and what it led to included */
static void forget(struct site *s)
{
	unsigned first = s->port->secondary, last = s->port->subordinate;
	struct dp_lab *lab = &s->lab;
	size_t kept = 0;

	for (size_t i = 0; i < lab->n; i++) {
		unsigned bus = lab->fns[i].bdf >> 8;

		if (bus < first || bus > last) {
			lab->fns[kept++] = lab->fns[i];
			continue;
		}
		dp_lab_shadow_forget(lab, lab->fns[i].bdf);
		remove_disk(s, lab->fns[i].disk);
	}
	lab->n = kept;
}

static int eject(struct site *s, struct dp_qtest *q, const char *id, struct dp_err *err)
{
	struct dp_json *args = dp_json_object();
	int rc = find_slot(s, q, err);

	dp_json_set_str(args, "id", id);
	if (rc) {
		dp_json_free(args);
		return rc;
	}
	/* presses the attention button */
	rc = dp_qmp_run(&s->qmp, "device_del", args, NULL, err);
	if (!rc)
		rc = slot_power(s, q, false, err);
	if (rc)
		return rc;
	rc = dp_qmp_wait_deleted(&s->qmp, id, DELETED_NS);
	if (rc)
		return dp_err_set(err, rc == -ENODEV ? ENODEV : EIO,
				  rc == -ENODEV ? DP_GONE : DP_LAB, "'%s' did not leave lab '%s'",
				  id, s->lab.name);
	return slot_settle(s, q, err);
}

/* the block node would keep its file open; a device that has just gone may hold it for a moment */
static void drop_drive(struct site *s, const char *id)
{
	uint64_t deadline = dp_now_ns() + DROP_NS;
	struct dp_lab_model m;
	struct dp_err err;
	char node[32];

	memset(&m, 0, sizeof(m));
	snprintf(m.id, sizeof(m.id), "%s", id);
	dp_lab_model_node(&m, node);
	do {
		struct dp_json *args = dp_json_object();

		dp_json_set_str(args, "node-name", node);
		if (dp_qmp_run(&s->qmp, "blockdev-del", args, NULL, &err) != -EIO ||
		    !strstr(err.message, " in use"))
			return;
	} while (dp_now_ns() < deadline && !dp_sleep_ns(s->ctx, DROP_LOOK_NS));
}

/* ------------------------------------------- what one that was killed left */

/**
 * struct look - the record compared with what QEMU has
 * @seen: of the record's functions; @port: behind it is the device whose plug did not end
 */
struct look {
	struct dp_lab *lab;
	bool *seen;
	const struct dp_lab_fn *port;
};

static struct dp_lab_fn *hotplug_port(const struct dp_lab *lab, unsigned bus)
{
	for (size_t i = 0; i < lab->n; i++)
		if (lab->fns[i].hotplug && lab->fns[i].secondary == bus)
			return &lab->fns[i];
	return NULL;
}

static void look_at(void *arg, unsigned bdf, const char *id)
{
	struct look *l = arg;
	const struct dp_lab_fn *f = dp_lab_fn_named(l->lab, id);
	struct dp_lab_fn *port = hotplug_port(l->lab, bdf >> 8);

	if (f) {
		l->seen[f - l->lab->fns] = true;
	} else if (port && *id && !strcmp(id, l->lab->pending)) {
		l->port = port;
	} else if (port) {
		/* of somebody who has put it there by the monitor */
		port->taken = true;
	}
}

/* one difference less; 1 = there was one, 0 = there is none */
static int settle_one(struct site *s, struct look *l, struct dp_err *err)
{
	int rc = dp_lab_query_fns(&s->qmp, look_at, l, err);

	if (!rc && l->port) {
		s->port = l->port;
		rc = eject(s, dp_lab_conn_use(s->conn), s->lab.pending, err);
		dp_lab_conn_done(s->conn);
		drop_drive(s, s->lab.pending);
		return rc ? rc : 1;
	}
	for (size_t i = 0; i < s->lab.n && !rc; i++) {
		s->port = hotplug_port(&s->lab, s->lab.fns[i].bdf >> 8);
		if (l->seen[i] || !s->port || !s->lab.fns[i].name[0])
			continue;
		drop_drive(s, s->lab.fns[i].name);
		forget(s);
		return 1;
	}
	return rc;
}

static bool is_used(const struct dp_lab *lab, const char *disk)
{
	for (size_t i = 0; i < lab->n; i++)
		if (!strcmp(lab->fns[i].disk, disk))
			return true;
	return false;
}

/* a plug or unplug that was killed in the middle: QEMU has what the record has not, or the
 * other way round, or there is an image that nobody has */
static int settle(struct site *s, struct dp_err *err)
{
	bool changed = false;
	char disk[16];
	int rc = 1;

	for (unsigned i = 0; i <= DP_LAB_MODELS && rc > 0; i++) {
		struct look l = {.lab = &s->lab, .seen = calloc(s->lab.n + 1, sizeof(bool))};

		rc = l.seen ? settle_one(s, &l, err) : dp_err_nomem(err);
		changed |= rc > 0;
		free(l.seen);
	}
	s->port = NULL;
	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < DP_LAB_DISKS; i++) {
		snprintf(disk, sizeof(disk), "disk%u", i);
		if (!is_used(&s->lab, disk))
			remove_disk(s, disk);
	}
	changed |= s->lab.pending[0];
	s->lab.pending[0] = '\0';
	return changed ? dp_lab_save(&s->lab, err) : 0;
}

int dp_lab_unplug(struct dp_ctx *ctx, const char *lab, const char *name, struct dp_err *err)
{
	struct dp_lab_fn *f;
	struct site s;
	char id[64];
	int rc = enter(&s, ctx, lab, err);

	if (rc)
		return rc;
	rc = settle(&s, err);
	if (!rc)
		rc = dp_lab_fn_find(&s.lab, name, &f, err);
	if (!rc)
		rc = find_port(&s, f, err);
	if (!rc) {
		snprintf(id, sizeof(id), "%s", f->name);
		rc = eject(&s, dp_lab_conn_use(s.conn), id, err);
		dp_lab_conn_done(s.conn);
	}
	if (!rc) {
		drop_drive(&s, id);
		forget(&s);
		rc = dp_lab_save(&s.lab, err);
	}
	leave(&s);
	return rc;
}

/* ------------------------------------------------------------------ plug */

static bool id_taken(void *arg, const char *id)
{
	return dp_lab_fn_named(arg, id) != NULL;
}

static bool is_free(const struct dp_lab *lab, const struct dp_lab_fn *port)
{
	for (size_t i = 0; i < lab->n; i++)
		if (lab->fns[i].bdf >> 8 == port->secondary)
			return false;
	return port->hotplug && !port->taken && port->name[0];
}

static int no_port(const struct site *s, struct dp_err *err)
{
	dp_err_set(err, ENOSPC, DP_LAB, "lab '%s' has no free port", s->lab.name);
	dp_err_hint(err, "devpoke sim unplug %s NAME, or start it with more pcie-root-port,id=NAME",
		    s->lab.name);
	return -ENOSPC;
}

/* the port that bus= names, else the last free one: the spare ports stand last */
static int choose_port(struct site *s, const struct dp_lab_model *m, struct dp_err *err)
{
	for (size_t i = 0; i < s->lab.n; i++) {
		const struct dp_lab_fn *f = &s->lab.fns[i];

		if (m->bus[0] ? !strcmp(f->name, m->bus) && f->hotplug : is_free(&s->lab, f))
			if (!s->port ||
			    strncmp(s->port->name, DP_LAB_PORT_ID, strlen(DP_LAB_PORT_ID)))
				s->port = f;
	}
	if (!s->port && m->bus[0])
		return dp_err_set(err, EINVAL, DP_USAGE, "lab '%s' has no port '%s' with hot-plug",
				  s->lab.name, m->bus);
	if (!s->port)
		return no_port(s, err);
	if (is_free(&s->lab, s->port))
		return 0;
	return dp_err_set(err, EBUSY, DP_BUSY, "port '%s' of lab '%s' has a device already", m->bus,
			  s->lab.name);
}

static int add_drive(struct site *s, struct dp_lab_model *m, struct dp_err *err)
{
	int fd = open(s->lab.dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), rc;

	if (fd < 0)
		return dp_err_set(err, errno, DP_IO, "cannot open '%.120s': %s", s->lab.dir,
				  strerror(errno));
	rc = dp_lab_make_disk(m, fd, err);
	close(fd);
	if (rc || !m->drive[0])
		return rc;
	rc = dp_qmp_run(&s->qmp, "blockdev-add", dp_lab_model_blockdev(m), NULL, err);
	if (rc == -EIO)
		dp_err_prefix(err, "QEMU refuses '%.80s'", m->spec);
	return rc;
}

/*
 * Through the human monitor: it takes the text of -device, which is the user's grammar; QMP
 * wants each property in its own JSON type, and which that is differs between releases.
 */
static int add_device(struct site *s, const struct dp_lab_model *m, struct dp_err *err)
{
	struct dp_err said = {.code = DP_OK};
	char text[2048] = "device_add ";
	size_t n = strlen(text);
	int rc = dp_lab_model_device(m, m->bus[0] ? NULL : s->port->name, "", text + n,
				     sizeof(text) - n, err);

	if (rc)
		return rc;
	rc = dp_qmp_human(&s->qmp, text, &said);
	if (!rc)
		return 0;
	if (rc == -EIO) {
		dp_err_set(err, EIO, DP_LAB, "QEMU refuses '%.80s': %.150s", m->spec, said.message);
		dp_lab_words_hint(said.message, m->spec, err);
	} else if (err) {
		*err = said;
	}
	drop_drive(s, m->id);
	return rc;
}

static int set_up(struct site *s, struct dp_qtest *q, const struct dp_lab_model *m,
		  struct dp_err *err)
{
	/* adding functions moves the array that it points into */
	const struct dp_lab_fn port = *s->port;
	int rc;

	s->port = &port;
	rc = find_slot(s, q, err);
	if (!rc)
		rc = slot_power(s, q, true, err);
	if (!rc)
		rc = slot_settle(s, q, err);
	if (!rc)
		rc = dp_lab_scan_port(q, &s->lab, &port, err);
	if (!rc)
		rc = dp_lab_name_fns(&s->lab, &s->qmp, err);
	dp_lab_name_model(&s->lab, m);
	if (!rc)
		rc = dp_lab_assign_port(q, &s->lab, &port, err);
	if (!rc && !dp_lab_fn_named(&s->lab, m->id))
		rc = dp_err_set(err, EIO, DP_LAB, "'%s' does not answer behind port '%s'", m->id,
				port.name);
	s->port = NULL;
	dp_lab_note_unplaced(s->ctx, &s->lab, port.name);
	return rc;
}

static int plug(struct site *s, struct dp_lab_model *m, struct dp_err *err)
{
	int rc = settle(s, err);

	if (!rc)
		rc = dp_lab_model_name(m, id_taken, &s->lab, err);
	if (!rc)
		rc = choose_port(s, m, err);
	if (rc)
		return rc;
	/* of a plug that was killed before there was a device */
	drop_drive(s, m->id);
	snprintf(s->lab.pending, sizeof(s->lab.pending), "%s", m->id);
	rc = dp_lab_save(&s->lab, err);
	if (!rc)
		rc = add_drive(s, m, err);
	if (!rc)
		rc = add_device(s, m, err);
	if (rc) {
		remove_disk(s, m->drive);
		return rc;
	}
	rc = set_up(s, dp_lab_conn_use(s->conn), m, err);
	dp_lab_conn_done(s->conn);
	if (rc)
		return rc;
	s->lab.pending[0] = '\0';
	return dp_lab_save(&s->lab, err);
}

int dp_lab_plug(struct dp_ctx *ctx, const char *lab, const char *model, char *name, size_t size,
		struct dp_err *err)
{
	struct dp_lab_model m;
	struct site s;
	int rc = dp_lab_model_parse(model, &m, err);

	if (!rc && (m.port || !m.pci))
		rc = dp_err_set(err, EINVAL, DP_USAGE,
				"'%s' cannot be plugged into a running lab: only PCI functions can",
				m.model);
	if (!rc)
		rc = enter(&s, ctx, lab, err);
	if (rc)
		return rc;
	rc = plug(&s, &m, err);
	if (!rc && name)
		snprintf(name, size, "%s", m.id);
	leave(&s);
	return rc;
}
