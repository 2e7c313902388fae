/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab.h - simulated machines: what the files lab_*.c and sim.c share
 *
 * A lab is a QEMU without a guest and its folder RUNTIME/labs/NAME, 0700, which holds
 *   lab.json  the record: process and devices      lock   flock of whoever uses the lab
 *   qtest     socket: the CPU's accesses           qmp    socket: QEMU's monitor
 *   ram       the machine's memory, shared         bios   its first instruction, a halt
 *   log       what QEMU wrote to stderr            diskN  images made for nvme models
 *   writes    what was written last to registers
 */
#ifndef DP_LAB_H
#define DP_LAB_H

#include "backend/qmp.h"
#include "backend/qtest.h"
#include "core/core.h"

#define DP_LAB_ECAM    UINT64_C(0xb0000000)
#define DP_LAB_RAM     (UINT64_C(256) << 20)
#define DP_LAB_PATH    512
#define DP_LAB_DISKS   64
#define DP_LAB_MODELS  64
#define DP_LAB_PORT_ID "dp-port" /* our own root ports: dp-port1 ... */

/* ------------------------------------------------------------ lab_record.c */

/** struct dp_lab_bar - @address 0: it got none; @index: of its first register */
struct dp_lab_bar {
	unsigned index;
	uint64_t address, size;
	bool io, wide, prefetch;
};

/**
 * struct dp_lab_fn - a PCI function of a lab
 * @name: QEMU's id, or "" for what the machine itself brings; @model: or ""
 * @port: name of the bridge that it lies behind, or ""
 * @disk: image in the lab's folder that was made for it, or ""
 * @bdf: bus << 8 | device << 3 | function
 * @config: size of its configuration space
 * @bridge: has a type 1 header; then @secondary .. @subordinate are the buses behind it
 * @hotplug: is a port whose slot takes devices at run time; @taken: it has one that is not in
 * the record (not recorded: looked for when it is of interest)
 */
struct dp_lab_fn {
	char name[64], model[64], port[64], disk[16];
	unsigned bdf, config;
	uint16_t vendor, device, subvendor, subdevice;
	uint32_t class;
	uint8_t revision;
	bool bridge, hotplug, taken;
	unsigned secondary, subordinate;
	struct dp_lab_bar bars[6];
	unsigned n_bars;
};

/**
 * struct dp_lab - the record
 * @pid: 0 = none yet; @start_time: field 22 of /proc/PID/stat, so that a pid used again by
 * another process is not taken for QEMU; @boot_id: the same for a reboot
 * @ready: started completely
 * @pending: id of a device that is being plugged
 */
struct dp_lab {
	char name[64];
	char dir[DP_LAB_PATH];
	int pid;
	uint64_t start_time;
	char boot_id[40];
	bool ready;
	char pending[64];
	struct dp_lab_fn *fns;
	size_t n;
};

/* "lab" matches [A-Za-z_][A-Za-z0-9_-]* and is short enough; DP_USAGE else */
int dp_lab_check_name(const char *name, struct dp_err *err);
/* RUNTIME/labs/NAME/@file; -ENAMETOOLONG (DP_IO) */
int dp_lab_path(const struct dp_lab *lab, const char *file, char buf[DP_LAB_PATH],
		struct dp_err *err);

/*
 * Find a lab's folder and read its record.  A folder without a usable record gives an empty
 * one (pid 0, not ready).  Return: 0; -ENODEV (DP_ABSENT) there is no such lab.
 */
int dp_lab_load(struct dp_ctx *ctx, const char *name, struct dp_lab *lab, struct dp_err *err);
int dp_lab_save(const struct dp_lab *lab, struct dp_err *err);
void dp_lab_free(struct dp_lab *lab);

/* the record's process is there and is the one that we started */
bool dp_lab_alive(const struct dp_lab *lab);
/* its process has a number yet: it may be a zombie some of whose threads still hold files */
bool dp_lab_there(const struct dp_lab *lab);
/* as dp_lab_load(), and a lab that is not running is an error: DP_LAB "stale" */
int dp_lab_load_running(struct dp_ctx *ctx, const char *name, struct dp_lab *lab,
			struct dp_err *err);
/* note which process @pid is; -ESRCH when it is gone */
int dp_lab_identify(struct dp_lab *lab, int pid);

struct dp_lab_fn *dp_lab_fn_add(struct dp_lab *lab);
/* the function at @bdf, or NULL; the one whose id is @name, or NULL */
struct dp_lab_fn *dp_lab_fn_at(const struct dp_lab *lab, unsigned bdf);
struct dp_lab_fn *dp_lab_fn_named(const struct dp_lab *lab, const char *name);
/* BDF, id, or model while unique; -ENODEV (DP_ABSENT) with what there is as hint */
int dp_lab_fn_find(const struct dp_lab *lab, const char *name, struct dp_lab_fn **out,
		   struct dp_err *err);
void dp_lab_bdf_text(unsigned bdf, char buf[16]);
/* id, else BDF: what stands after the slash of a spec */
void dp_lab_fn_text(const struct dp_lab_fn *fn, char buf[64]);

/* names of all labs, sorted; free each and the array */
int dp_lab_names(struct dp_ctx *ctx, char ***names, size_t *n, struct dp_err *err);
void dp_lab_names_free(char **names, size_t n);

/* -------------------------------------------------------------- lab_conn.c */

/*
 * flock @fd, trying until @timeout_ns have passed; the holder's pid is written into the file
 * when it is one.  @ctx: whose interruption ends it, or NULL.  -EBUSY, -EINTR: no message.
 */
int dp_lab_flock(struct dp_ctx *ctx, int fd, uint64_t timeout_ns);
/* the lock of starting and stopping: a descriptor to close, or negative; @patient: waits on
 * when interrupted */
int dp_lab_lock_all(struct dp_ctx *ctx, bool patient, struct dp_err *err);
/* somebody is starting or stopping a lab */
bool dp_lab_locked(struct dp_ctx *ctx);

/*
 * The use of a lab by this context: its lock and one connection, shared by all its devices
 * that are open.  QEMU serves one client at a time; a second would wait without end.
 * DP_BUSY with the holder's pid when another process has it for more than 2 s.
 */
struct dp_lab_conn;
/* DP_GONE: its QEMU is not there any more; Return: -ENODEV */
int dp_lab_ended(const struct dp_lab *lab, struct dp_err *err);
int dp_lab_conn_get(struct dp_ctx *ctx, const struct dp_lab *lab, struct dp_lab_conn **out,
		    struct dp_err *err);
void dp_lab_conn_put(struct dp_lab_conn *conn);
/* take and give back the connection for one exchange (devices may live in several threads) */
struct dp_qtest *dp_lab_conn_use(struct dp_lab_conn *conn);
void dp_lab_conn_done(struct dp_lab_conn *conn);

/* ------------------------------------------------------------ lab_shadow.c */

/* the registers of the function at @bdf that were written, as the lab remembers them; NULL:
 * nothing was, or with @create: it cannot be remembered */
struct dp_lab_shadow;
struct dp_lab_shadow *dp_lab_shadow_get(const struct dp_lab *lab, unsigned bdf, bool create);
void dp_lab_shadow_put(struct dp_lab_shadow *s);
/* the value of the last write, of just that width; -ENOENT */
int dp_lab_shadow_read(const struct dp_lab_shadow *s, unsigned region, uint64_t offset,
		       unsigned width, uint64_t *value);
/* under the lab's lock */
void dp_lab_shadow_write(struct dp_lab_shadow *s, unsigned region, uint64_t offset, unsigned width,
			 uint64_t value);
/* the function has left the lab; under its lock */
void dp_lab_shadow_forget(const struct dp_lab *lab, unsigned bdf);

/* ------------------------------------------------------------- lab_model.c */

/**
 * struct dp_lab_model - one "MODEL[,prop=val]..." understood
 * @spec: as given; @props: the rest of it for QEMU, escaped, starting with a comma, or ""
 * @drive: file of a block node to be made, absolute, or ""; @drive_format, @drive_driver:
 * QEMU's block drivers for it
 * @given_place: has bus= or addr=, or is no device for a slot of its own
 * @port: takes devices; @pci: false for models that lie on other buses
 * @root_slot: device number that its addr= takes on the root bus, or -1
 * @bus_nr: of an expander bridge, whose bus is a root bus of its own; 0 = none
 */
struct dp_lab_model {
	char spec[512], model[64], id[64], bus[64], props[768], drive[DP_LAB_PATH];
	const char *drive_format, *drive_driver;
	bool given_place, port, pci, has_serial, has_rom, has_chassis;
	int root_slot;
	unsigned bus_nr;
};

int dp_lab_model_parse(const char *spec, struct dp_lab_model *m, struct dp_err *err);
/* give @m a free id when it has none: MODEL0, MODEL1, ... @taken says what is in use */
int dp_lab_model_name(struct dp_lab_model *m, bool (*taken)(void *arg, const char *id), void *arg,
		      struct dp_err *err);
/* "MODEL,prop=val,...,id=ID[,bus=@bus][,@more]" as QEMU wants it; -EINVAL (DP_USAGE): too long */
int dp_lab_model_device(const struct dp_lab_model *m, const char *bus, const char *more, char *buf,
			size_t size, struct dp_err *err);
/* a port without chassis= and slot=: QEMU refuses two alike */
bool dp_lab_model_wants_chassis(const struct dp_lab_model *m);
/* the block node of a model with a drive, and its name, which follows from the id */
void dp_lab_model_node(const struct dp_lab_model *m, char buf[32]);
struct dp_json *dp_lab_model_blockdev(const struct dp_lab_model *m);

/* ------------------------------------------------------------- lab_spawn.c */

/** struct dp_go_between - the child that puts the lab away if we are killed; @pid 0 = none */
struct dp_go_between {
	int pid, fd;
};

/*
 * Start @argv in the folder @dirfd, detached from terminal, session and our descriptors, its
 * output in the file @log.  It runs only after the record says who it is: a process that
 * nobody knows of cannot be left behind.  After @ttl_ns (0 = never) it is killed and the
 * folder @lab->dir emptied; the same happens at once when the caller dies before it calls
 * dp_lab_dismiss(), which it has to, also after an error.
 */
int dp_lab_spawn(struct dp_lab *lab, int dirfd, int log, char *const argv[], uint64_t ttl_ns,
		 struct dp_go_between *b, struct dp_err *err);
/* the start is over, well or not: the go-between ends */
void dp_lab_dismiss(struct dp_go_between *b);
/* a lab whose record names no process that is there, perhaps because it is no record any more:
 * take who listens on the monitor's socket, if anybody does */
void dp_lab_adopt(struct dp_lab *lab);
/* kill the record's process, if it still is the one, and wait until it is gone, 0 or -EIO;
 * @grace_ns: given to SIGTERM before SIGKILL */
int dp_lab_kill(const struct dp_lab *lab, uint64_t grace_ns);
bool dp_lab_wait_gone(const struct dp_lab *lab, uint64_t timeout_ns);
/* remove the files that we make, by name, and the folder */
int dp_lab_remove(const struct dp_lab *lab, struct dp_err *err);

/* --------------------------------------------------------------- lab_pci.c */

/* config access through the enhanced mechanism, exact widths */
int dp_lab_cfg_read(struct dp_qtest *q, unsigned bdf, unsigned offset, unsigned width,
		    uint64_t *value, struct dp_err *err);
int dp_lab_cfg_write(struct dp_qtest *q, unsigned bdf, unsigned offset, unsigned width,
		     uint64_t value, struct dp_err *err);
/* open the window of the enhanced mechanism */
int dp_lab_ecam_enable(struct dp_qtest *q, struct dp_err *err);
/* number the buses below each of @roots and find all functions */
int dp_lab_scan(struct dp_qtest *q, struct dp_lab *lab, const unsigned *roots, size_t n_roots,
		struct dp_err *err);
/* find the functions behind one port, whose buses are numbered */
int dp_lab_scan_port(struct dp_qtest *q, struct dp_lab *lab, const struct dp_lab_fn *port,
		     struct dp_err *err);
/* offset of a capability (PCI 3.0, 6.7), 0 = none */
int dp_lab_find_cap(struct dp_qtest *q, unsigned bdf, unsigned id, unsigned *offset,
		    struct dp_err *err);

/* -------------------------------------------------------------- lab_bars.c */

/* size and place the BARs of all functions, open the bridges' windows, switch decoding on */
int dp_lab_assign(struct dp_qtest *q, struct dp_lab *lab, const unsigned *roots, size_t n_roots,
		  struct dp_err *err);
/* the same for the functions on one port's bus, inside the windows that it has */
int dp_lab_assign_port(struct dp_qtest *q, struct dp_lab *lab, const struct dp_lab_fn *port,
		       struct dp_err *err);
/* a BAR's current base address */
int dp_lab_bar_base(struct dp_qtest *q, unsigned bdf, const struct dp_lab_bar *bar, uint64_t *base,
		    struct dp_err *err);

/* ------------------------------------------------------------- lab_start.c */

/* an nvme without drive= has no namespace: make an empty image in the lab's folder */
int dp_lab_make_disk(struct dp_lab_model *m, int dirfd, struct dp_err *err);

/* -------------------------------------------------------------- lab_name.c */

/* ids of the functions from the monitor's query-pci, and behind which port each lies */
int dp_lab_name_fns(struct dp_lab *lab, struct dp_qmp *qmp, struct dp_err *err);
/* place and id of every function that QEMU has now; "" = it has no id */
int dp_lab_query_fns(struct dp_qmp *qmp, void (*fn)(void *arg, unsigned bdf, const char *id),
		     void *arg, struct dp_err *err);
/* the function whose id is @m's, if any, is of that model, and has the image made for it */
void dp_lab_name_model(struct dp_lab *lab, const struct dp_lab_model *m);
/* note which BARs of the functions behind @port (NULL = all) got no address */
void dp_lab_note_unplaced(struct dp_ctx *ctx, const struct dp_lab *lab, const char *port);

#endif
