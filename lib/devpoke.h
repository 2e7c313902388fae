/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * devpoke.h - the whole public interface of libdevpoke
 *
 * Device -> spaces -> registers.  A *device* (dp_dev) is found by a target spec, has
 * *spaces* (dp_space: BARs, configuration space, a UIO map, a window that a description
 * names) and, once described, *registers* that are named by paths and reached through
 * *plans* (dp_plan): every access by name is planned first, can be printed, and is then
 * run exactly as printed.
 *
 * Conventions, valid for everything below unless a comment says otherwise:
 *  - functions that can fail return 0 or a negative errno and fill the last argument,
 *    a struct dp_err, which may be NULL;
 *  - offsets and sizes are bytes, widths are bits (8, 16, 32, 64), values are unshifted
 *    and right-aligned in a uint64_t, or in a struct dp_wide where they may be joined;
 *  - the library never prints, exits, reads the environment or installs a signal handler;
 *  - one thread per dp_dev; a dp_io may move to another thread.
 *
 * Version 0: no ABI promise yet.
 */
#ifndef DEVPOKE_H
#define DEVPOKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DP_API               __attribute__((visibility("default")))
#define DP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#define DP_VERSION "0.1.0"

/* ------------------------------------------------------------------ errors */

/** enum dp_code - what kind of failure; the words of CLI.md section 7, in its order */
enum dp_code {
	DP_OK,
	DP_USAGE,      /* the words do not form a command */
	DP_VALUE,      /* a number or word is wrong or does not fit */
	DP_NAME,       /* no such register, field, space, lab, file of that name */
	DP_RANGE,      /* outside the space */
	DP_ALIGN,      /* misaligned, or a width the space has not */
	DP_ABSENT,     /* no such target */
	DP_PERMISSION, /* the kernel said no and another user could */
	DP_LOCKDOWN,   /* kernel lockdown said no: nobody could */
	DP_BUSY,       /* somebody else has it */
	DP_GONE,       /* it was there and is not any more */
	DP_TIMEOUT,
	DP_IO,       /* an access or a file failed */
	DP_STATUS,   /* the device completed with an error status */
	DP_LAB,      /* QEMU failed, or a lab is stale */
	DP_MEMLOCK,  /* RLIMIT_MEMLOCK */
	DP_NOIOMMU,  /* an IOMMU is needed and absent */
	DP_REFUSED,  /* a safety rule; dp_err.class names the --force word */
	DP_INTERNAL, /* a bug of devpoke, or no memory */
};

/** enum dp_class - the safety rule behind DP_REFUSED, and the word of --force=WORD */
enum dp_class {
	DP_CLASS_NONE,
	DP_CLASS_BOUND,
	DP_CLASS_HELD,
	DP_CLASS_MOUNTED,
	DP_CLASS_NET,
	DP_CLASS_GROUP,
	DP_CLASS_BMC,
	DP_CLASS_SIBLINGS,
	DP_CLASS_RAM,
	DP_CLASS_RANGE,
	DP_CLASS_EFFECT,
	DP_CLASS_RO,
	DP_CLASS_RESERVED,
	DP_CLASS_ENUM,
	DP_CLASS_LOCK,
	DP_CLASS_DATA,
	DP_CLASS_IDENTITY,
	DP_CLASS_RESET,
	DP_CLASS_POWER,
	DP_CLASS_COUNT,
};

/** DP_FORCE - the bit of a class in a force mask */
#define DP_FORCE(class) (UINT64_C(1) << (class))

/**
 * struct dp_err - why a call failed
 * @code: kind of failure
 * @class: with DP_REFUSED the rule that refused, else DP_CLASS_NONE
 * @message: one sentence, lower case, no full stop, subject in single quotes
 * @hint: a next step that works, or ""
 */
struct dp_err {
	enum dp_code code;
	enum dp_class class;
	char message[256];
	char hint[256];
};

/**
 * dp_err_set - fill an error, which may be NULL; clears the hint
 * Return: minus the positive @errnum, so that "return dp_err_set(...)" reads well.
 */
DP_API int dp_err_set(struct dp_err *err, int errnum, enum dp_code code, const char *fmt, ...)
	DP_PRINTF(4, 5);
/** dp_err_refuse - fill a DP_REFUSED error of @class; Return: -EPERM */
DP_API int dp_err_refuse(struct dp_err *err, enum dp_class class, const char *fmt, ...)
	DP_PRINTF(3, 4);
/** dp_err_nomem - fill the error of memory that could not be had; Return: -ENOMEM */
DP_API int dp_err_nomem(struct dp_err *err);
/** dp_err_hint - set the hint of an error that is already filled */
DP_API void dp_err_hint(struct dp_err *err, const char *fmt, ...) DP_PRINTF(2, 3);
/** dp_err_prefix - put "text: " before the message */
DP_API void dp_err_prefix(struct dp_err *err, const char *fmt, ...) DP_PRINTF(2, 3);
/** dp_code_name - the JSON word of a code ("usage"); dp_class_name - of a class ("bound") */
DP_API const char *dp_code_name(enum dp_code code);
DP_API const char *dp_class_name(enum dp_class class);
/** dp_class_parse - a --force word; Return: 0, or -EINVAL (DP_USAGE), hint = the words */
DP_API int dp_class_parse(const char *word, enum dp_class *out, struct dp_err *err);
/** dp_class_help - one line on what the class guards against */
DP_API const char *dp_class_help(enum dp_class class);

/** dp_nearest - "'a', 'b' or 'c'": at most three of @words that @word may have meant, or "" */
DP_API void dp_nearest(const char *word, const char *const *words, size_t n, char *buf,
		       size_t size);

/* ------------------------------------------------------------- wide values */

/**
 * struct dp_wide - up to 128 bits, right-aligned
 *
 * No access has more than 64 bits.  What may be joined of several registers goes through this.
 */
struct dp_wide {
	uint64_t lo, hi;
};

static inline struct dp_wide dp_wide_of(uint64_t value)
{
	return (struct dp_wide){.lo = value};
}

static inline bool dp_wide_same(struct dp_wide a, struct dp_wide b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

/** dp_wide_any - is any bit of it set? */
static inline bool dp_wide_any(struct dp_wide v)
{
	return v.lo || v.hi;
}

static inline bool dp_wide_bit(struct dp_wide v, unsigned bit)
{
	return (bit < 64 ? v.lo >> bit : v.hi >> (bit - 64)) & 1;
}

/** dp_wide_shl, dp_wide_shr - by 0 to 127 bits */
static inline struct dp_wide dp_wide_shl(struct dp_wide v, unsigned bits)
{
	if (bits >= 64)
		return (struct dp_wide){.lo = 0, .hi = v.lo << (bits - 64)};
	if (bits)
		v.hi = v.hi << bits | v.lo >> (64 - bits);
	v.lo <<= bits;
	return v;
}

static inline struct dp_wide dp_wide_shr(struct dp_wide v, unsigned bits)
{
	if (bits >= 64)
		return (struct dp_wide){.lo = v.hi >> (bits - 64), .hi = 0};
	if (bits)
		v.lo = v.lo >> bits | v.hi << (64 - bits);
	v.hi >>= bits;
	return v;
}

/** dp_wide_ones - a mask of the low @bits, 1 to 128 */
static inline struct dp_wide dp_wide_ones(unsigned bits)
{
	return (struct dp_wide){.lo = UINT64_MAX >> (bits < 64 ? 64 - bits : 0),
				.hi = bits > 64 ? UINT64_MAX >> (128 - bits) : 0};
}

#define DP_WIDE_TEXT 42 /* room for each of these, with its end */
/** dp_wide_hex - "0x1f", at least @digits of them; dp_wide_dec - "31" */
DP_API void dp_wide_hex(struct dp_wide v, unsigned digits, char buf[DP_WIDE_TEXT]);
DP_API void dp_wide_dec(struct dp_wide v, char buf[DP_WIDE_TEXT]);

/* ----------------------------------------------------------------- context */

struct dp_ctx;
struct dp_dev;
struct dp_space;
struct dp_desc;
struct dp_ref;
struct dp_plan;

/**
 * struct dp_trace - one bus access, as the trace sink sees it
 * @t_us: since dp_ctx_new, microseconds
 * @op: 'R' or 'W'
 * @space: name of the space, @offset: bytes in it, @width: bits
 * @value: what was read or written; meaningful when @failed is false
 * @path: the register's path, or NULL for a raw access; @why: reason of the access, or NULL
 */
struct dp_trace {
	uint64_t t_us;
	char op;
	bool failed;
	unsigned width;
	uint64_t offset, value;
	const char *space, *path, *why;
};

/** dp_trace_json - one JSONL line of @t, without the line end; Return: as snprintf() */
DP_API int dp_trace_json(const struct dp_trace *t, char *buf, size_t size);

/**
 * struct dp_ctx_opts - everything the library would otherwise take from its surroundings
 *
 * All strings are copied.
 * @root: put before /sys, /proc and /dev; NULL = none. For tests on a recorded tree.
 * @runtime_dir: folder of labs and locks (made 0700 on first use; no link, ours, closed to
 * others, else DP_PERMISSION); NULL = none
 * @desc_dirs: NULL-terminated search path of descriptions; NULL = none
 * @config_dirs: NULL-terminated folders with targets.yaml; NULL = none
 * @cache_dir: where the index of descriptions and their images may be kept; NULL = nowhere
 * @qemu: the program of labs; NULL = "qemu-system-x86_64" from PATH
 * @force: mask of DP_FORCE(); rules that the caller overrides
 * @trace: called for every bus access of this context, or NULL
 * @note: called with one sentence worth a line on stderr, or NULL
 * @interrupted: asked in every wait; true ends it with -EINTR; or NULL
 */
struct dp_ctx_opts {
	const char *root, *runtime_dir, *cache_dir, *qemu;
	const char *const *desc_dirs, *const *config_dirs;
	uint64_t force;
	void (*trace)(void *arg, const struct dp_trace *t);
	void (*note)(void *arg, const char *text);
	bool (*interrupted)(void *arg);
	void *arg;
};

/** dp_ctx_new - @opts: NULL = nothing set; Return: a context, or NULL when out of memory */
DP_API struct dp_ctx *dp_ctx_new(const struct dp_ctx_opts *opts);
/** dp_ctx_free - after the last of its devices and descriptions; NULL is fine */
DP_API void dp_ctx_free(struct dp_ctx *ctx);
/** dp_ctx_set_force - replace the force mask (each line of a batch has its own) */
DP_API void dp_ctx_set_force(struct dp_ctx *ctx, uint64_t force);

/* ----------------------------------------------------------------- devices */

/* capability bits of a device, asked by dp_dev_caps(); never the backend's name */
#define DP_CAP_READ        0x01u /* registers can be read */
#define DP_CAP_WRITE       0x02u /* and written */
#define DP_CAP_MAP         0x04u /* at least one space can be mapped */
#define DP_CAP_CONFIG      0x08u /* has PCI configuration space */
#define DP_CAP_WITNESS     0x10u /* presence can be asked */
#define DP_CAP_OPEN_RESETS 0x20u /* opening and closing changes the device's state */
#define DP_CAP_LAB         0x40u /* lives in a simulated machine */
#define DP_CAP_SHADOW      0x80u /* remembers what was written last (STATE, lab) */

/**
 * struct dp_dev_info - what is known of a device without touching it
 * @target: pasteable spec; @backend: name; @lab: or ""
 * @vendor, @device, @subvendor, @subdevice, @class: PCI, class 24 bits; 0 when not PCI
 * @driver: kernel driver, "" = none; @bound: that driver counts as an owner (CLI.md section 4)
 * @iommu_group: -1 = none
 * @kernel_names: blank separated ("nvme0 nvme0n1"), or ""
 * @power: "D0", "D3hot", ... or "" when unknown
 * @name: vendor and device in words, or the model's name in a lab
 */
struct dp_dev_info {
	char target[128];
	char backend[16];
	char lab[64];
	uint16_t vendor, device, subvendor, subdevice;
	uint32_t class;
	uint8_t revision;
	char driver[64];
	bool bound;
	int iommu_group;
	char kernel_names[128];
	char power[16];
	char name[160];
	char description[64];
};

/** dp_target_each - all targets on this machine and in running labs, from attribute files and
 *  lab records only; @fn returning non-zero ends the walk with that value */
DP_API int dp_target_each(struct dp_ctx *ctx, int (*fn)(void *arg, const struct dp_dev_info *info),
			  void *arg, struct dp_err *err);

/**
 * dp_dev_find - find a device by target spec (CLI.md section 2) without touching it
 *
 * Reads attribute files and records only.  Spaces and their sizes are known afterwards, and the
 * description that matches is loaded lazily by the first call that needs names.
 * *@out is the caller's, for dp_dev_close(); NULL after an error.
 * Return: 0; -ENODEV (DP_ABSENT), several hits included (hint lists them); -EINVAL (DP_USAGE,
 * DP_VALUE; DP_NAME of a model's or alias's description); -EIO (DP_LAB: a stale lab; DP_IO);
 * -EBUSY (DP_BUSY: a lab that is just being started); -EPERM, -EACCES (DP_PERMISSION).
 */
DP_API int dp_dev_find(struct dp_ctx *ctx, const char *spec, struct dp_dev **out,
		       struct dp_err *err);

/**
 * dp_dev_describe - use description @arg, NAME|FILE[@SPACE+OFFSET] or NAME=..., in place of
 * what matches, or what a model or alias brought
 *
 * The first call's names are unprefixed; from the second on each is a block.
 */
DP_API int dp_dev_describe(struct dp_dev *dev, const char *arg, struct dp_err *err);

/**
 * dp_dev_undecided - does its description have variants, of which those that hold are not known?
 *
 * Names then are those of the description without variants.  On a device that is open, each
 * function that needs names reads the const registers (once) that tell.
 * Return: 1 yes, 0 no, or as loading a description fails.
 */
DP_API int dp_dev_undecided(struct dp_dev *dev, struct dp_err *err);

#define DP_OPEN_WRITE 0x1u /* writes will come */
#define DP_OPEN_KEEP  0x2u /* the caller keeps it open for many commands */

/**
 * dp_dev_open - make the device's spaces usable
 *
 * May block on the kernel.  Opening changes nothing on the device; where the kernel does
 * (DP_CAP_OPEN_RESETS) every access but to configuration space is refused (DP_CLASS_RESET)
 * without DP_OPEN_KEEP or force.
 * Opening an open device adds write access when asked and is otherwise free.  Memory is mapped
 * at the first access of its space, which is where a refusal to map is told.
 * Return: 0; -ENODEV (DP_GONE, also when another device is there now; DP_NOIOMMU); -EBUSY
 * (DP_BUSY: somebody else has the lab); -EPERM (DP_REFUSED ro, DP_LOCKDOWN); -EACCES
 * (DP_PERMISSION); -EINVAL (DP_USAGE: a description alone; DP_VALUE: a STATE that is none); -EIO
 * (DP_LAB, DP_IO); -EINTR.  After an error the device is closed and may be opened again.
 */
DP_API int dp_dev_open(struct dp_dev *dev, unsigned flags, struct dp_err *err);
/** dp_dev_keep - DP_OPEN_KEEP said before planning: it decides what DP_CLASS_RESET refuses */
DP_API void dp_dev_keep(struct dp_dev *dev);
/**
 * dp_dev_time - from now on plans say how long their bus accesses took (dp_result.ns)
 *
 * Each access is timed alone, by CLOCK_MONOTONIC right before and after it; a load counts until
 * its data is there, a store (which is posted) until the processor has handed it over.
 */
DP_API void dp_dev_time(struct dp_dev *dev, bool on);
/** dp_clock_cost - nanoseconds that an access of no duration would seem to take: the least of
 *  some tries */
DP_API uint64_t dp_clock_cost(void);
/** dp_dev_close - close and free; NULL is fine.  All spaces, refs' places and ios end. */
DP_API void dp_dev_close(struct dp_dev *dev);

DP_API const struct dp_dev_info *dp_dev_info(const struct dp_dev *dev);
/** dp_dev_description - name of the description in use, looked for now; "" = none matches */
DP_API const char *dp_dev_description(struct dp_dev *dev);
/** dp_dev_name - the device in words, "" when unknown; fills @name of its info.  Of a PCI
 *  function from pci.ids, which takes milliseconds: ask only to show it. */
DP_API const char *dp_dev_name(struct dp_dev *dev);
DP_API unsigned dp_dev_caps(const struct dp_dev *dev);
/** dp_dev_forced - does the caller override this rule at the moment? */
DP_API bool dp_dev_forced(const struct dp_dev *dev, enum dp_class class);

/**
 * dp_dev_recheck - is the device behind a long-open handle still the one that was opened?
 *
 * Before each command on a device that stays open; an answer is believed for a millisecond.
 * Return: 0, also for a device that is not open; -ENODEV (DP_GONE).
 */
DP_API int dp_dev_recheck(struct dp_dev *dev, struct dp_err *err);
/**
 * dp_dev_rest - a long command pauses: let others at what serves one process at a time (a lab)
 *
 * The next access, or dp_dev_recheck(), takes it again and so may fail as dp_dev_open() does
 * (DP_BUSY, DP_GONE).  Of other devices nothing is given up.
 */
DP_API void dp_dev_rest(struct dp_dev *dev);
/** dp_dev_present - ask the witness of presence: 1 there, 0 gone, -EOPNOTSUPP no witness */
DP_API int dp_dev_present(struct dp_dev *dev);

/**
 * struct dp_door - does a way to reach a device work here?
 * @name: of the backend; @why_not, @hint: "" when it @works
 */
struct dp_door {
	char name[16];
	bool works;
	char why_not[200];
	char hint[200];
};

/**
 * dp_dev_doors - each backend that could reach the device: does it, or why not
 * @doors: @max of them; *@n: filled in
 *
 * Looks at names and rights only.  Return: 0.
 */
DP_API int dp_dev_doors(struct dp_dev *dev, struct dp_door *doors, size_t max, size_t *n);

enum dp_check_state { DP_CHECK_OK, DP_CHECK_FAIL, DP_CHECK_UNKNOWN };

/**
 * struct dp_check - one thing that may keep a device from being used
 * @id: "presence" "link" "power" "decode" "bars" "driver" "iommu" "lockdown" "strict_devmem"
 * "memlock" "kernel_log"
 * @evidence: what was seen, or why nothing was; @hint: a command or a setting that repairs it, or
 * ""
 */
struct dp_check {
	const char *id;
	enum dp_check_state state;
	char evidence[320];
	char hint[320];
};

/**
 * dp_doctor - look at a device and at what the kernel does with it
 * @fn: called for each check in their order; non-zero ends the walk with that value
 *
 * Opens the device for its configuration space where that changes nothing; wakes, binds and
 * writes nothing.  What cannot be seen is DP_CHECK_UNKNOWN.  Return: 0 or what @fn returned.
 */
DP_API int dp_doctor(struct dp_dev *dev, int (*fn)(void *arg, const struct dp_check *c), void *arg);

/* ------------------------------------------------------------------ spaces */

enum dp_space_kind { DP_SPACE_REGISTERS, DP_SPACE_MEMORY, DP_SPACE_CONFIG, DP_SPACE_PORT };

/**
 * struct dp_space_info - what is known of a space
 * @size: bytes; @widths: OR of the legal access widths in bits (8|16|32|64)
 * @address: bus or physical address of its start, 0 = unknown
 * @region, @base: the BAR, map or other range that it is a window of, and where in that it
 * begins, in bytes; of an indirect space itself and 0
 * @indirect: reached by index and data registers: every read is a write
 * @mapped: accesses are loads and stores (known after the first)
 */
struct dp_space_info {
	const char *name, *region;
	enum dp_space_kind kind;
	uint64_t size, base;
	unsigned widths;
	uint64_t address;
	bool readonly, indirect, mapped, prefetch;
};

DP_API size_t dp_dev_spaces(struct dp_dev *dev);
DP_API struct dp_space *dp_dev_space_at(struct dp_dev *dev, size_t i);
/** dp_dev_space - by name ("bar0", "cfg", "main"); Return: NULL when there is none */
DP_API struct dp_space *dp_dev_space(struct dp_dev *dev, const char *name);
DP_API void dp_space_info(const struct dp_space *space, struct dp_space_info *out);

/**
 * dp_space_read / dp_space_write - exactly one access of @width bits at @offset
 *
 * Range, alignment, width and read-only are checked first (DP_RANGE, DP_ALIGN, DP_REFUSED
 * ro).  @value is in CPU byte order of a little-endian device.
 * Return: 0; nothing touched: -ERANGE, -EINVAL (DP_ALIGN), -EBADF (not open, or not for
 * writing), -EPERM (DP_REFUSED ro, reset, power, ram, range, bound), -EPERM, -EACCES, -EINVAL
 * and -EOPNOTSUPP (DP_PERMISSION, DP_LOCKDOWN: the kernel gives no access); -ENODEV (DP_GONE);
 * -EIO (DP_IO: decode off included; DP_LAB).
 */
DP_API int dp_space_read(struct dp_space *space, uint64_t offset, unsigned width, uint64_t *value,
			 struct dp_err *err);
DP_API int dp_space_write(struct dp_space *space, uint64_t offset, unsigned width, uint64_t value,
			  struct dp_err *err);

/**
 * dp_space_read_block - @count accesses of @width bits from @offset on, one each, upwards
 * @buf: @count * @width / 8 bytes, device byte order
 * The witness is asked at the first all-ones word; gone = -ENODEV with *@done words valid.
 */
DP_API int dp_space_read_block(struct dp_space *space, uint64_t offset, unsigned width,
			       size_t count, void *buf, size_t *done, struct dp_err *err);
/**
 * dp_space_write_block - @count accesses of @width bits from @offset on, one each, upwards
 * @buf: @count * @width / 8 bytes, device byte order
 * Nothing is read but the witness, which is asked when all are written: a device that is gone
 * took none of them (-ENODEV).  *@done words were written.
 */
DP_API int dp_space_write_block(struct dp_space *space, uint64_t offset, unsigned width,
				size_t count, const void *buf, size_t *done, struct dp_err *err);

/* ------------------------------------------------- mapped access, inline */

/**
 * struct dp_io - a checked window for hot paths
 * @base: NULL when the space cannot be mapped or is traced: accesses then go through
 * dp_space_read()/dp_space_write(), and the first error sticks
 * @wbase: the same for stores; NULL, too, when the space or the device was not opened for
 * writing
 *
 * It ends with dp_dev_close(), with a dp_dev_open() that adds write access, and with a
 * dp_dev_recheck() after its mapping died; dp_io_error() of one that ended by the latter two
 * is -ESTALE: get it anew.
 */
struct dp_io {
	volatile uint8_t *base;
	uint64_t len;
	struct dp_space *space;
	uint64_t offset;
	int error;
	volatile uint8_t *wbase;
};

/**
 * dp_io_get - a window of @len bytes at @offset, for accesses of @widths (OR of bits)
 *
 * Checked here, and that the device is open; without DP_OPEN_WRITE a store is an error
 * (-EBADF) and does nothing.  That accesses through it lie inside and are aligned is the
 * caller's promise.
 */
DP_API int dp_io_get(struct dp_space *space, uint64_t offset, uint64_t len, unsigned widths,
		     struct dp_io *io, struct dp_err *err);

/**
 * dp_io_error - what became of the accesses since dp_io_get()
 * Return: 0; the first error of an access that was none of memory; -ENODEV, the kernel took
 * the mapping away; -ESTALE, the window has ended.
 */
DP_API int dp_io_error(const struct dp_io *io);

/* the checked path behind the inline accessors */
DP_API uint64_t dp_io_slow_read(struct dp_io *io, uint64_t offset, unsigned width);
DP_API void dp_io_slow_write(struct dp_io *io, uint64_t offset, unsigned width, uint64_t value);

/*
 * The only lines of the project that touch device memory.  One volatile access of the
 * named width each: the compiler may neither split, merge, repeat nor drop it
 * (C11 5.1.2.3p6, 6.7.3p7).
 */
#define DP_BIG_ENDIAN (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
#define DP_LE8(v)     (v)
#define DP_LE16(v)    (DP_BIG_ENDIAN ? __builtin_bswap16(v) : (v))
#define DP_LE32(v)    (DP_BIG_ENDIAN ? __builtin_bswap32(v) : (v))
#define DP_LE64(v)    (DP_BIG_ENDIAN ? __builtin_bswap64(v) : (v))

#define DP_MMIO_ACCESSORS(bits)                                                                    \
	static inline uint##bits##_t dp_mmio_r##bits(const volatile void *addr)                    \
	{                                                                                          \
		return DP_LE##bits(*(const volatile uint##bits##_t *)addr);                        \
	}                                                                                          \
	static inline void dp_mmio_w##bits(volatile void *addr, uint##bits##_t value)              \
	{                                                                                          \
		*(volatile uint##bits##_t *)addr = DP_LE##bits(value);                             \
	}                                                                                          \
	static inline uint##bits##_t dp_io_r##bits(struct dp_io *io, uint64_t offset)              \
	{                                                                                          \
		if (__builtin_expect(io->base != NULL, 1))                                         \
			return dp_mmio_r##bits(io->base + offset);                                 \
		return (uint##bits##_t)dp_io_slow_read(io, offset, bits);                          \
	}                                                                                          \
	static inline void dp_io_w##bits(struct dp_io *io, uint64_t offset, uint##bits##_t value)  \
	{                                                                                          \
		if (__builtin_expect(io->wbase != NULL, 1))                                        \
			dp_mmio_w##bits(io->wbase + offset, value);                                \
		else                                                                               \
			dp_io_slow_write(io, offset, bits, value);                                 \
	}

DP_MMIO_ACCESSORS(8)
DP_MMIO_ACCESSORS(16)
DP_MMIO_ACCESSORS(32)
DP_MMIO_ACCESSORS(64)

/**
 * dp_fault_guard - handle a SIGBUS, to be called from the program's own handler
 * @fault_addr: si_addr
 *
 * Async-signal-safe.  Inside one of the library's mappings the faulting page is overlaid
 * with ones and the mapping marked dead; the interrupted access reads all-ones and is
 * reported as DP_GONE by the call that made it.
 * Return: true when handled; false = not ours, call the old handler.
 */
DP_API bool dp_fault_guard(void *fault_addr);

/* ------------------------------------------------------------ descriptions */

/** dp_desc_load - by name (search path) or file (contains '/' or ends in .yaml); messages are
 *  FILE:LINE:COLUMN: what; the nearest legal thing */
DP_API int dp_desc_load(struct dp_ctx *ctx, const char *name_or_file, struct dp_desc **out,
			struct dp_err *err);
DP_API void dp_desc_free(struct dp_desc *desc);

struct dp_desc_info {
	const char *name, *title, *ref, *file;
	size_t registers, fields, enums; /* those of blocks too; of an array one */
	uint64_t hash; /* FNV-1a of the file's bytes and those of all it includes */
};
DP_API void dp_desc_info(const struct dp_desc *desc, struct dp_desc_info *out);
/** dp_desc_each - name and file of every description on the search path, first wins */
DP_API int dp_desc_each(struct dp_ctx *ctx,
			int (*fn)(void *arg, const char *name, const char *title, const char *file),
			void *arg, struct dp_err *err);

struct dp_problem {
	const char *file;
	unsigned line, column; /* from 1 */
	const char *message;
};

/** dp_desc_lint - @fn for every problem of one file; Return: how many, or negative when the
 *  file cannot be read */
DP_API int dp_desc_lint(struct dp_ctx *ctx, const char *file,
			void (*fn)(void *arg, const struct dp_problem *p), void *arg,
			struct dp_err *err);

/**
 * struct dp_import_opts - how another format's file becomes a description
 * @name: of the description, which is that of its file; NULL = as the device is called there
 * @peripheral: this one alone, as an IP block; NULL = all, each at its address
 */
struct dp_import_opts {
	const char *name, *peripheral;
};

/**
 * dp_desc_import - a description, as text, of a file in another format ("svd")
 * @notes: called for each thing of @file that a description cannot say, or NULL
 * @text, @size: free() *@text; NULL after a failure
 *
 * Return: how many notes there were; -EINVAL (DP_USAGE: no such format; DP_VALUE: @file is not in
 * it); -ENOENT (DP_NAME: no such file or peripheral); -EACCES (DP_PERMISSION); -ENOMEM.
 */
DP_API int dp_desc_import(const char *format, const char *file, const struct dp_import_opts *opts,
			  void (*notes)(void *arg, const struct dp_problem *p), void *arg,
			  char **text, size_t *size, struct dp_err *err);
/**
 * dp_desc_export - a description in another format ("c": a header; "json"; "svd")
 *
 * As dp_desc_import(); notes are about what the format cannot say.  Offsets that the device
 * decides are those that the reset values of its const registers make.
 */
DP_API int dp_desc_export(const struct dp_desc *desc, const char *format,
			  void (*notes)(void *arg, const struct dp_problem *p), void *arg,
			  char **text, size_t *size, struct dp_err *err);
/** dp_desc_format - name of the @i-th format that can be imported, or exported; NULL = no more */
DP_API const char *dp_desc_format(size_t i, bool import);

/* ------------------------------------------------------------------- names */

struct dp_refs {
	struct dp_ref **v;
	size_t n;
};

#define DP_REFS_MANY  0x1u /* ranges, globs and slices are allowed */
#define DP_REFS_NAMES 0x2u /* leave open what only an open device can tell (explain) */

/**
 * dp_resolve - a path, range or glob (CLI.md section 3) on a device
 *
 * Of an open device const registers and capability lists may be read, else nothing.  A ref
 * spelled by name carries consent to its read effect; those of globs, ranges and slices do
 * not.  Refs live until dp_refs_free() and end before their device.
 * Return: 0; -EINVAL (DP_USAGE, DP_VALUE, DP_ALIGN); -ENOENT (DP_NAME, hint = nearest names);
 * -ERANGE (DP_RANGE); -EAGAIN (DP_USAGE) only the open device can tell, so ask again then.
 */
DP_API int dp_resolve(struct dp_dev *dev, const char *text, unsigned flags, struct dp_refs *out,
		      struct dp_err *err);
DP_API void dp_refs_free(struct dp_refs *refs);

/**
 * struct dp_range - bytes of a space: of a..b, a..+len, or a whole space; errors as above
 * @width: of its words, bits, where its left end says it: a register's, or a type; else 0
 * @big: those words are big-endian
 */
struct dp_range {
	struct dp_space *space;
	uint64_t offset, len;
	unsigned width;
	bool big;
};
DP_API int dp_resolve_range(struct dp_dev *dev, const char *text, struct dp_range *out,
			    struct dp_err *err);

/**
 * dp_range_skips - what a bulk reader must leave alone in a range of an open device
 * @fn: called in order of offsets for each run of bytes that must not be read, with the word
 * of dp_ref_skip(); bytes that no call names may be read.  Non-zero ends the walk with that.
 *
 * In a region that a description covers, bytes of no register are a "hole".
 */
DP_API int dp_range_skips(struct dp_dev *dev, const struct dp_range *range,
			  int (*fn)(void *arg, uint64_t offset, uint64_t len, const char *skip),
			  void *arg, struct dp_err *err);

/**
 * dp_resolve_block - what a write of many words names
 * @refs: a register, or the elements of an array or slice; elements carry no consent
 * @range: filled when @refs->n is 0: bytes
 *
 * Return: as dp_resolve(); @refs is to be freed in any case.
 */
DP_API int dp_resolve_block(struct dp_dev *dev, const char *text, struct dp_refs *refs,
			    struct dp_range *range, struct dp_err *err);
struct dp_vars;
/** dp_ref_word, dp_range_word - a VALUE for a whole register, or for a word of @range (whose width
 *  is set), in bus order; DP_VALUE */
DP_API int dp_ref_word(const struct dp_ref *ref, const char *text, const struct dp_vars *vars,
		       uint8_t word[8], struct dp_err *err);
DP_API int dp_range_word(struct dp_dev *dev, const struct dp_range *range, const char *text,
			 const struct dp_vars *vars, uint8_t word[8], struct dp_err *err);

#define DP_WRITE_MEMORY 0x1u /* memory only: a register in the range is an error (DP_USAGE) */

/**
 * dp_range_may_write - may words be written to a range of an open device, one after the other?
 * @range: of words of range->width bits
 * @words: @n words in bus order, which are written again and again
 *
 * Touches nothing.  Return: 0; -EPERM (DP_REFUSED: bound; ro, enum as a poke of each register in
 * it would be; effect: a write there does more than store; range: a hole); -EINVAL (DP_USAGE,
 * DP_ALIGN: words and registers do not fit), -ERANGE.
 */
DP_API int dp_range_may_write(struct dp_dev *dev, const struct dp_range *range, const void *words,
			      size_t n, unsigned flags, struct dp_err *err);

/**
 * struct dp_ref_info - what a ref names
 * @path: canonical, pasteable; @reg_path: of its register (differs for fields)
 * @offset: valid when @located; else @offset_text is the expression
 * @hi, @lo: bits named (whole register: width-1..0)
 * @sw, @on_read, @on_write: words of DESCRIPTIONS.md, of the field when one is named
 * @kind: "register" "fifo" "doorbell" "memory"
 * @field: a field is named; @raw: no description knows this offset
 * @when: it exists only when this expression is true, or NULL
 * @reset_mask: bits of @reset that are known, when @has_reset
 * @alternate: the register that this is another view of, or NULL
 * @write_words: words of what is written are others than those of what is read
 * @lock: the bit that must be 1 while it is written, or NULL
 * @order: of writes when restoring, lowest first; @resets: nothing touches the device for a
 * while after a write
 * @scale, @bias: scaled value of @unit = (raw + bias) * scale
 */
struct dp_ref_info {
	const char *path, *reg_path, *space, *offset_text;
	uint64_t offset;
	unsigned width, hi, lo;
	bool located, field, raw, has_reset, write_words, is_volatile, is_unique, is_const, joined,
		resets;
	unsigned order;
	uint64_t reset, reset_mask;
	const char *sw, *on_read, *on_write, *kind, *doc, *ref, *unit, *verb, *when, *lock;
	const char *alternate;
	double scale;
	int64_t bias;
};
DP_API void dp_ref_info(const struct dp_ref *ref, struct dp_ref_info *out);
/** dp_ref_part - of a joined value the path of part @i in its description, most significant
 *  first; NULL: it has not so many.  @latches: reading this one latches the others; may be NULL */
DP_API const char *dp_ref_part(const struct dp_ref *ref, size_t i, bool *latches);

/**
 * dp_ref_words - each word of the enum or flags of what @ref names, if there are any
 * @write: of values that are written, where those are others than what is read
 * @fn: gets the word, its value (of flags: the bit's mask in the field) and its doc or NULL;
 * non-zero ends the walk with that
 */
DP_API int dp_ref_words(const struct dp_ref *ref, bool write,
			int (*fn)(void *arg, const char *word, uint64_t value, const char *doc),
			void *arg);

/**
 * dp_ref_skip - why a bulk reader must not read this register: the word of the JSON key
 * "skipped" (clear set effect fifo doorbell indirect wo absent hole; outside: a snapshot says
 * nothing of it)
 *
 * NULL when it may: spelled by name, or an effect that the context forces (DP_CLASS_EFFECT).
 */
DP_API const char *dp_ref_skip(const struct dp_ref *ref);

/**
 * dp_ref_locate - compute an offset that depends on const registers of an open device, each
 * read at most once per handle
 * Return: 0; -ENOENT (DP_NAME) when a `when` says that it is not there; -ERANGE; -EAGAIN
 * (DP_INTERNAL) when the device is not open; what a read fails with.
 */
DP_API int dp_ref_locate(struct dp_ref *ref, struct dp_err *err);
/** dp_find - registers and fields whose path, title or doc contains @word, case-insensitively */
DP_API int dp_find(struct dp_dev *dev, const char *word,
		   int (*fn)(void *arg, const struct dp_ref_info *info), void *arg,
		   struct dp_err *err);

/* --------------------------------------------------------- values, decode */

/**
 * struct dp_vars - how $name and @buffer get their values, or -ENOENT, or -EINVAL: it is no
 * number, or -ERANGE: it has more than 64 bits; any may be NULL
 * @text: what a value that is $name alone means, a VALUE without $ ("fast", "4K"); or NULL,
 * then @var is asked
 */
struct dp_vars {
	int (*var)(void *arg, const char *name, uint64_t *value);
	int (*buffer)(void *arg, const char *name, uint64_t *value);
	void *arg;
	const char *(*text)(void *arg, const char *name);
};

/** dp_number_parse - strict: 0x, 0b, decimal, '_'; no leading-zero octal; 64 bits */
DP_API int dp_number_parse(const char *text, uint64_t *out, struct dp_err *err);
/** dp_wide_parse - the same; 128 bits */
DP_API int dp_wide_parse(const char *text, struct dp_wide *out, struct dp_err *err);
/** dp_size_parse - a number with an optional K M G (1024-based) */
DP_API int dp_size_parse(const char *text, uint64_t *out, struct dp_err *err);
/** dp_time_parse - a number with a unit ns us ms s m h; 0 needs none; nanoseconds */
DP_API int dp_time_parse(const char *text, uint64_t *out_ns, struct dp_err *err);
/** dp_expr_value - (expr) over numbers, $vars and @buffers; overflow is DP_VALUE */
DP_API int dp_expr_value(const char *text, const struct dp_vars *vars, uint64_t *out,
			 struct dp_err *err);

/**
 * struct dp_field_value - one decoded field
 * @value: raw content, right-aligned (type address: the address itself)
 * @text: enum word, flags, mac ...; "" = unknown
 * @scaled: valid when @has_scaled, in @unit ("" = none)
 * @reserved: bits without a field (name ""), shown only when not zero
 */
struct dp_field_value {
	const char *name;
	unsigned hi, lo;
	struct dp_wide value;
	char text[96];
	double scaled;
	bool has_scaled, reserved;
	const char *unit;
};

struct dp_decoded {
	struct dp_field_value *fields;
	size_t n;
};

/** dp_decode - the fields of a whole register's @value; of a field's ref that field only */
DP_API int dp_decode(const struct dp_ref *ref, struct dp_wide value, struct dp_decoded *out);
DP_API void dp_decoded_free(struct dp_decoded *d);

/** dp_ref_extract - the bits that @ref names of a register's value, right-aligned; an address
 *  as itself */
DP_API struct dp_wide dp_ref_extract(const struct dp_ref *ref, struct dp_wide reg_value);

/**
 * dp_ref_believe - may a register's value be what the device said?
 *
 * All-ones and all-zeros count only while the witness says that the device is there and its
 * space answers.  Return: 0; -ENODEV (DP_GONE); -EIO (asleep, decode off; hint).
 */
DP_API int dp_ref_believe(const struct dp_ref *ref, struct dp_wide reg_value, struct dp_err *err);

/* ----------------------------------------------------- assignments, plans */

struct dp_assign;
/** dp_assign_parse - path=value[/MASK]{,FIELD=value} | path^=value | path+=value; checks all
 *  that can be checked without the device */
DP_API int dp_assign_parse(struct dp_dev *dev, const char *text, const struct dp_vars *vars,
			   struct dp_assign **out, struct dp_err *err);
/** dp_assign_toggle - the assignment that inverts the bits that @path names */
DP_API int dp_assign_toggle(struct dp_dev *dev, const char *path, struct dp_assign **out,
			    struct dp_err *err);
DP_API const struct dp_ref *dp_assign_ref(const struct dp_assign *a);
/** dp_assign_next - in a memory layout one text may write several members, one store each: the
 *  next of them, in the order written; NULL: no more.  It belongs to @a. */
DP_API struct dp_assign *dp_assign_next(const struct dp_assign *a);
/** dp_assign_locate - dp_ref_locate() of what @a writes */
DP_API int dp_assign_locate(struct dp_assign *a, struct dp_err *err);
DP_API void dp_assign_free(struct dp_assign *a);

/**
 * dp_assign_restore - the assignment that gives the register @ref a @value back that it had
 * @moved: bits that changed by themselves then (dp_ref_moved), so are not software's
 * @out: NULL: nothing of it is to be written, and *@why is one word: ro wo, a write or read effect
 * ("w1c", "clear"), fifo doorbell memory, indirect, config (configuration space is the kernel's),
 * verb (a verb does it properly), once, const, address, unique, volatile, moved, undescribed,
 * joined
 *
 * Fields that store what is written and are none of those; `restore: true` opts an address, a
 * unique or a volatile one in.  Its neighbours are treated as those of any poke.
 * Return: 0; -ENOMEM.
 */
DP_API int dp_assign_restore(const struct dp_ref *ref, uint64_t value, uint64_t moved,
			     struct dp_assign **out, const char **why, struct dp_err *err);

enum dp_access_op { DP_ACCESS_READ, DP_ACCESS_WRITE, DP_ACCESS_WAIT, DP_ACCESS_CHECK };

/**
 * struct dp_access - one step of a plan
 *
 * A write's value is ((old & and_mask) | or_mask) ^ xor_mask, old = the latest read of the
 * same space and offset in this plan (and_mask = xor_mask = 0: no read is needed); with
 * @add_mask, the bits of add_mask become (old + add) within that mask; overflow fails.
 * A wait reads until (value & and_mask) == or_mask, at most @timeout_ns; with and_mask == 0 it
 * is a pause of @timeout_ns in which nothing touches the device.
 * A check is one read of a lock; the plan ends there (DP_CLASS_LOCK) unless
 * (value & and_mask) == or_mask.
 */
struct dp_access {
	enum dp_access_op op;
	struct dp_space *space;
	uint64_t offset;
	unsigned width;
	uint64_t and_mask, or_mask, xor_mask, add_mask, add;
	uint64_t timeout_ns;
	const char *path, *why;
};

enum dp_others {
	DP_OTHERS_KEEP,
	DP_OTHERS_ZERO,
	DP_OTHERS_RESET,
	DP_OTHERS_SHADOW,
	DP_OTHERS_VALUE
};

/** struct dp_poke_opts - how dp_plan_poke() treats what was not named */
struct dp_poke_opts {
	enum dp_others others;
	uint64_t others_value;
	bool readback; /* one read afterwards */
	bool verify;   /* one read, and the storable bits compared */
	bool flush;    /* read the description's flush register afterwards */
	bool differ;   /* read it first, and leave it alone when the named bits are so already */
	const uint64_t *shadow; /* taken for what was written last where that is not known */
};

/**
 * dp_plan_peek, dp_plan_poke - the accesses of one operand, in order; touches nothing
 *
 * Refusals of CLI.md section 4 (effect, ro, reserved, enum, bound) happen here, against the
 * context's force mask.  A ref that is not yet located gives a plan that can be printed but
 * not run (-EAGAIN from dp_plan_run).  The peek of a const register that was not spelled by
 * name, and that an expression has read already, has no access: its value is known.
 */
DP_API int dp_plan_peek(struct dp_dev *dev, const struct dp_ref *ref, struct dp_plan **out,
			struct dp_err *err);
DP_API int dp_plan_poke(struct dp_dev *dev, const struct dp_assign *a,
			const struct dp_poke_opts *opts, struct dp_plan **out, struct dp_err *err);
DP_API size_t dp_plan_len(const struct dp_plan *plan);
DP_API const struct dp_access *dp_plan_access(const struct dp_plan *plan, size_t i);
/** dp_plan_text - step @i in one line ("W CC = (old & ~0x1) | 0x1"); Return: as snprintf() */
DP_API int dp_plan_text(const struct dp_plan *plan, size_t i, char *buf, size_t size);
/** struct dp_protected - a neighbour that the plan keeps from harm, and how */
struct dp_protected {
	const char *field; /* "" = reserved bits */
	const char *why;   /* "w1c: written 0" */
};
DP_API size_t dp_plan_protected(const struct dp_plan *plan, const struct dp_protected **out);

/**
 * struct dp_result - what a plan found; joined values are assembled
 * @value: of a peek; @old, @written, @readback: of a poke, whole register
 * @same: with dp_poke_opts.differ: nothing was written
 * @mismatch: verify found other bits; @mismatch_mask: which
 * @ns: with dp_dev_time(), how long its bus accesses took, without what lies between them
 */
struct dp_result {
	struct dp_wide value, old, written, readback;
	bool has_old, has_readback, same, mismatch;
	struct dp_wide mismatch_mask;
	uint64_t ns;
};

/**
 * dp_plan_run - do what the plan says, nothing else
 *
 * Exactly the plan's accesses, in order; the first that fails ends it, and what was done
 * before is in @res and the trace.
 */
DP_API int dp_plan_run(struct dp_dev *dev, struct dp_plan *plan, struct dp_result *res,
		       struct dp_err *err);
DP_API void dp_plan_free(struct dp_plan *plan);

/**
 * dp_ref_write_words - write @count words of data to a register (a FIFO), each a whole write
 * @words: @count times its width, in bus order
 * @done: counts up what was written; NULL: check only, touch nothing
 *
 * Plans and runs each as dp_plan_poke() does.  Without consent a register whose write does more
 * than store is refused (effect).
 */
DP_API int dp_ref_write_words(struct dp_ref *ref, const void *words, size_t count, size_t *done,
			      struct dp_err *err);

/* -------------------------------------------------------------- conditions */

struct dp_cond;
/** dp_cond_parse - one condition from @words: one with an operator, or three (path
 *  eq|ne|lt|le|gt|ge value); @used: how many were taken */
DP_API int dp_cond_parse(struct dp_dev *dev, char *const *words, size_t n,
			 const struct dp_vars *vars, struct dp_cond **out, size_t *used,
			 struct dp_err *err);
DP_API void dp_cond_free(struct dp_cond *c);
/** dp_cond_ref - the path compared; dp_cond_op - "==" ...; dp_cond_want - the value as typed */
DP_API const struct dp_ref *dp_cond_ref(const struct dp_cond *c);
DP_API const char *dp_cond_op(const struct dp_cond *c);
DP_API struct dp_wide dp_cond_want(const struct dp_cond *c);

/**
 * dp_limit - how long to wait: TIME, or FIELD with a unit of time
 *
 * dp_limit_parse: @text, *@out for dp_limit_free(); plans the read of a field, touches nothing.
 * Fails as dp_time_parse(), dp_resolve() and dp_plan_peek() do, -EINVAL (DP_USAGE: the field has
 * no unit of time).  dp_limit_plan: that plan, or NULL.  dp_limit_read: *@ns, by one read of the
 * field on the open device, for which a TIME needs none; -ENODEV (DP_GONE), what a read fails with.
 */
struct dp_limit;
DP_API int dp_limit_parse(struct dp_dev *dev, const char *text, struct dp_limit **out,
			  struct dp_err *err);
DP_API const struct dp_plan *dp_limit_plan(const struct dp_limit *limit);
DP_API int dp_limit_read(struct dp_limit *limit, uint64_t *ns, struct dp_err *err);
DP_API void dp_limit_free(struct dp_limit *limit);

struct dp_poll_opts {
	uint64_t timeout_ns;  /* 0 = one look */
	uint64_t interval_ns; /* pause between looks, 0 = spin */
};

/**
 * struct dp_poll_result - the last look
 * @values: one per condition (compared bits, right-aligned), @met: one each; caller's arrays
 * @reads: bus reads done; @elapsed_ns
 * @regs: one per condition, the whole register's value; caller's array, may be NULL
 */
struct dp_poll_result {
	bool met, unless;
	struct dp_wide *values;
	bool *cond_met;
	struct dp_wide unless_value;
	uint64_t elapsed_ns, reads;
	struct dp_wide *regs;
};

/**
 * dp_poll - look until all @conds hold, @unless holds, or time runs out
 *
 * Each register is read once per look however many conditions name it; one more look comes
 * after the deadline.  A condition met by an all-ones or all-zeros register counts only
 * when the witness says that the device is there; else -ENODEV (DP_GONE).
 * Return: 0 with @res (met, or not met in time), -ENODEV, -EINTR, -EIO.
 */
DP_API int dp_poll(struct dp_dev *dev, struct dp_cond *const *conds, size_t n,
		   struct dp_cond *unless, const struct dp_poll_opts *opts,
		   struct dp_poll_result *res, struct dp_err *err);

/* -------------------------------------------------------------- snapshots */

struct dp_snap;

/**
 * struct dp_snap_what - what a snapshot is to hold: registers, or words of a range
 * @refs: whole registers of these, as far as bulk readers may read them (dp_ref_skip); of an
 * indirect space none, since it has no bytes
 * @range, @width: with a @width of 8, 16, 32 or 64 bits instead words of @range, which is a whole
 * number of them in a space that has such accesses
 */
struct dp_snap_what {
	struct dp_refs refs;
	struct dp_range range;
	unsigned width;
};

/**
 * struct dp_snap_opts - how a snapshot is taken
 * @reads: how often each is read, at least 1; bits that differ between two reads are marked.
 * const registers are read once all the same.
 * @progress: called now and then with bytes, or NULL
 */
struct dp_snap_opts {
	unsigned reads;
	void (*progress)(void *arg, uint64_t done, uint64_t total);
	void *arg;
};

/**
 * dp_snap_take - read @what of an open device: each register once (times @reads) at its own width
 *
 * What must not be read is in the snapshot with its reason; what is not on this device is not.
 * Const registers and capability lists that its names need to be placed are always in it, and are
 * read now unless they were before.
 * Return: 0, *@out for dp_snap_free(); -EINVAL (DP_USAGE: a joined value); -ENOENT (DP_NAME:
 * nothing of it is on this device); -ERANGE, -EFBIG
 * (DP_RANGE: beyond 4 GiB of a space, more than 20 MiB of words, 10 with several @reads); -EINTR;
 * what a read fails with.
 */
DP_API int dp_snap_take(struct dp_dev *dev, const struct dp_snap_what *what, size_t n,
			const struct dp_snap_opts *opts, struct dp_snap **out, struct dp_err *err);
/** dp_snap_text - the `.snap` document, one line of JSON without line end, for free(); NULL: out
 *  of memory */
DP_API char *dp_snap_text(const struct dp_snap *s);
DP_API void dp_snap_free(struct dp_snap *s);

/** dp_dev_snap - the snapshot that a target dump:FILE.snap is; it ends with @dev.  NULL: it is
 *  something else */
DP_API const struct dp_snap *dp_dev_snap(const struct dp_dev *dev);

/**
 * struct dp_snap_info - what a snapshot says of itself; texts end with it
 * @vendor ... @revision: of a PCI function, else 0
 * @desc, @hash: first description that it was taken with, NULL and 0 = none
 * @time: UTC, "2026-11-23T08:15:00Z", or ""; @boot_id: or ""
 * @reads: how often each was read
 * @registers, @words: that it holds; @skipped: that it names without a value; @moved: registers
 * and runs of words of which bits changed by themselves
 */
struct dp_snap_info {
	const char *target, *desc, *time, *boot_id;
	uint16_t vendor, device, subvendor, subdevice;
	uint32_t class;
	uint8_t revision;
	uint64_t hash, reads, registers, words, skipped, moved;
};
DP_API void dp_snap_info(const struct dp_snap *s, struct dp_snap_info *out);

/**
 * struct dp_snap_bytes - one register of a snapshot, or with @words those of a range
 * @offset, @len: in its space, bytes; @width: of the accesses, bits
 * @bytes: in bus order; NULL: not read, and @skipped is the word of dp_ref_skip()
 * @moved: as @bytes, 1 = changed by itself; NULL: nothing did
 */
struct dp_snap_bytes {
	uint64_t offset, len;
	unsigned width;
	bool words;
	const uint8_t *bytes, *moved;
	const char *skipped;
};
/** dp_snap_each - @fn for all of it, by space and offset; non-zero ends the walk with that */
DP_API int dp_snap_each(const struct dp_snap *s,
			int (*fn)(void *arg, const char *space, const struct dp_snap_bytes *b),
			void *arg);

/** dp_ref_moved - bits of a register that changed by themselves while the snapshot that its
 *  device is was taken; 0 for other devices */
DP_API uint64_t dp_ref_moved(const struct dp_ref *ref);

/** dp_dev_desc - what dp_dev_describe() would have to be given for the @i-th description of
 *  @dev, looked for now; NULL: it has not so many */
DP_API const char *dp_dev_desc(struct dp_dev *dev, size_t i);
/** dp_dev_desc_hash - of all of them, as snapshots keep it; 0 = none */
DP_API uint64_t dp_dev_desc_hash(struct dp_dev *dev);

/* ------------------------------------------------------ steps, sequences */

/** enum dp_step_op - what a step does; DP_STEP_IRQ is known to descriptions only, so far */
enum dp_step_op {
	DP_STEP_WRITE,
	DP_STEP_POLL,
	DP_STEP_CHECK,
	DP_STEP_DELAY,
	DP_STEP_IRQ,
	DP_STEP_LOG,
};
#define DP_STEP_OPS 6
/** dp_step_op_name - its word in descriptions: "write" "poll" "check" "delay" "irq" "log" */
DP_API const char *dp_step_op_name(enum dp_step_op op);

/**
 * struct dp_step - a step that was done, or that failed
 * @name: its name, else its @number, which counts from 1
 * @path: what it names, @ref: the same; both NULL of a delay
 * @mask, @want: bits of the register (or joined value) that are written or compared, and what
 * they were to be, both at their place in it; of a log the bits that are named, and 0
 * @value: of the whole register: what was written, or read last; valid when @has_value
 * @skipped: its `when` did not hold
 * @reads: bus reads; @t_us: when it began, since dp_ctx_new(); @elapsed_us: how long it took
 * @err: what the step returned: 0, DP_STEP_FALSE or a negative errno
 */
struct dp_step {
	const char *name;
	unsigned number;
	enum dp_step_op op;
	const struct dp_ref *ref;
	const char *path;
	struct dp_wide mask, want, value;
	bool has_value, skipped;
	uint64_t reads, t_us, elapsed_us;
	int err;
};

/* what steps return beside 0 and a negative errno; a driver hands all but 0 to its caller */
#define DP_STEP_FALSE 1 /* a negative answer, told in the error's message, its code DP_OK */
#define DP_STEP_STOP  2 /* the step was done, and is the one after which to stop */

struct dp_steps;

/**
 * dp_steps_begin - a run of steps on an open device
 * @fn: gets each step when it has ended, well or not; or NULL
 * @until: name of the step after which to stop, or NULL
 * *@out: for dp_steps_end()
 *
 * Each step is parsed, planned and checked as a command's operand is, then done.  An error's
 * message begins with the step: "step 3 'ready': ...".
 */
DP_API int dp_steps_begin(struct dp_dev *dev, void (*fn)(void *arg, const struct dp_step *step),
			  void *arg, const char *until, struct dp_steps **out, struct dp_err *err);
/**
 * dp_steps_end - free @steps, NULL is fine
 * Return: 0; -ENOENT (DP_NAME) when all went well and none was the one after which to stop.
 */
DP_API int dp_steps_end(struct dp_steps *steps, struct dp_err *err);

/**
 * struct dp_step_how - what a step has beside its text; all may be NULL, 0
 * @vars: values of $name and @buffer
 * @poke: of a write: what unnamed bits get, readback, verify, flush
 * @unless: of a poll: a condition that ends it with DP_STEP_FALSE
 * @timeout: of a poll: TIME, or FIELD with a unit of time, read once; NULL: 1s
 * @interval: of a poll: TIME between looks; NULL: 100us
 * @when: a condition, looked at once before the step, which is passed over when it is false
 */
struct dp_step_how {
	const struct dp_vars *vars;
	const struct dp_poke_opts *poke;
	const char *unless, *timeout, *interval, *when;
};

/**
 * dp_step_write, dp_step_poll, dp_step_check, dp_step_delay, dp_step_log - do one step
 * @name: or NULL: its number
 * @assign, @cond, @path: in the grammar of CLI.md section 3; @how: may be NULL
 *
 * Writes and reads are those of dp_plan_poke() and dp_plan_peek(), waits those of dp_poll();
 * log reads @path once.  The device is looked for again before each step.
 * Return: 0; DP_STEP_FALSE (check: the condition is false; poll: @unless holds; write: verify
 * found other bits); DP_STEP_STOP; -ETIMEDOUT (DP_TIMEOUT: poll); -EINTR (DP_TIMEOUT); what
 * the parsing, planning and running of its accesses fail with.
 */
DP_API int dp_step_write(struct dp_steps *steps, const char *name, const char *assign,
			 const struct dp_step_how *how, struct dp_err *err);
DP_API int dp_step_poll(struct dp_steps *steps, const char *name, const char *cond,
			const struct dp_step_how *how, struct dp_err *err);
DP_API int dp_step_check(struct dp_steps *steps, const char *name, const char *cond,
			 const struct dp_step_how *how, struct dp_err *err);
DP_API int dp_step_delay(struct dp_steps *steps, const char *name, uint64_t ns, struct dp_err *err);
DP_API int dp_step_log(struct dp_steps *steps, const char *name, const char *path,
		       struct dp_err *err);

/**
 * struct dp_seq_arg - an argument of a sequence
 * @value: default, a VALUE or TIME as typed; NULL: it has to be given
 */
struct dp_seq_arg {
	const char *name, *doc, *value;
};

/**
 * struct dp_seq_step - a step of a sequence, as its description has it; absent texts are NULL
 * @name: its number where it has none; @text: assignment, condition, path or time
 */
struct dp_seq_step {
	const char *name, *doc, *text;
	enum dp_step_op op;
	const char *timeout, *interval, *unless, *when, *others;
	bool readback, verify, flush;
};

/** struct dp_seq_info - a sequence; @name: pasteable, with its block in front ("uart0.reset") */
struct dp_seq_info {
	const char *name, *doc, *ref;
	const struct dp_seq_arg *args;
	size_t n_args;
	const struct dp_seq_step *steps;
	size_t n_steps;
};

/** dp_seq_each - the sequences of all descriptions of @dev; touches nothing.  @fn returning
 *  non-zero ends the walk with that; @info is valid in @fn only */
DP_API int dp_seq_each(struct dp_dev *dev, int (*fn)(void *arg, const struct dp_seq_info *info),
		       void *arg, struct dp_err *err);

/** dp_seq_find - the sequence @name of @dev into @out, which lives as long as @dev but for its
 *  name, which is @name; Return: 0; -ENOENT (DP_NAME, hint = nearest) */
DP_API int dp_seq_find(struct dp_dev *dev, const char *name, struct dp_seq_info *out,
		       struct dp_err *err);

struct dp_seq;

/**
 * struct dp_seq_opts - how a sequence is to be run
 * @args, @n_args: "NAME=VALUE" each; @vars: of $name and @buffer in them, may be NULL
 * @timeout: TIME or FIELD in place of every step's own, or NULL
 * @until: name of the step after which to stop, or NULL
 */
struct dp_seq_opts {
	const char *const *args;
	size_t n_args;
	const struct dp_vars *vars;
	const char *timeout, *until;
};

/**
 * dp_seq_prepare - a sequence with its arguments, every step parsed and planned
 * @opts: strings copied; may be NULL
 * *@out: for dp_seq_free(), before its device is closed
 *
 * Touches nothing; what would be refused is refused here, before anything is touched.
 * Return: 0; -ENOENT (DP_NAME: no such sequence, argument or step; hint = nearest); -EINVAL
 * (DP_USAGE: an argument is missing, given twice or is no NAME=VALUE; a step waits for an
 * interrupt); what the steps' parsing and planning fail with.
 */
DP_API int dp_seq_prepare(struct dp_dev *dev, const char *name, const struct dp_seq_opts *opts,
			  struct dp_seq **out, struct dp_err *err);
DP_API void dp_seq_info(const struct dp_seq *seq, struct dp_seq_info *out);
/** dp_seq_open_flags - DP_OPEN_WRITE when a step writes */
DP_API unsigned dp_seq_open_flags(const struct dp_seq *seq);
/** dp_seq_steps - how many steps a run will do: up to `until` */
DP_API size_t dp_seq_steps(const struct dp_seq *seq);

#define DP_SEQ_PLANS 4
/** struct dp_seq_plan - accesses of a step; @why: "when" "timeout" "unless", "" = its own */
struct dp_seq_plan {
	const char *why;
	const struct dp_plan *plan;
};
/** dp_seq_plans - the plans of step @i, in the order in which they are first run, into @out;
 *  Return: how many */
DP_API size_t dp_seq_plans(const struct dp_seq *seq, size_t i,
			   struct dp_seq_plan out[DP_SEQ_PLANS]);
/** dp_seq_value - what argument @i of dp_seq_info() stands for in this run */
DP_API const char *dp_seq_value(const struct dp_seq *seq, size_t i);

/**
 * dp_seq_run - do the steps on the open device
 * @fn: as of dp_steps_begin()
 *
 * What could not be planned before the device was open is planned before the first step.
 * Return: 0, also when it stopped after `until`; DP_STEP_FALSE and errors as of dp_step_write().
 */
DP_API int dp_seq_run(struct dp_seq *seq, void (*fn)(void *arg, const struct dp_step *step),
		      void *arg, struct dp_err *err);
DP_API void dp_seq_free(struct dp_seq *seq);

/* --------------------------------------------------------- simulated labs */

struct dp_lab_info {
	char lab[64];
	int pid;
	char state[16]; /* "running" "stale" */
	size_t devices;
};

/**
 * dp_lab_start - start QEMU with @models ("nvme,serial=X,drive=FILE") and assign BARs
 * @name: lab name; @n_models: 0 = nvme, e1000e and edu
 * @ttl_ns: end after that long, 0 = never
 *
 * On failure nothing is left: no process, no file; QEMU's own words are in the message.
 */
DP_API int dp_lab_start(struct dp_ctx *ctx, const char *name, const char *const *models,
			size_t n_models, uint64_t ttl_ns, struct dp_err *err);
/** dp_lab_stop - end QEMU, remove the lab's folder; a stale lab is only removed */
DP_API int dp_lab_stop(struct dp_ctx *ctx, const char *name, struct dp_err *err);
DP_API int dp_lab_each(struct dp_ctx *ctx, int (*fn)(void *arg, const struct dp_lab_info *lab),
		       void *arg, struct dp_err *err);
/** dp_lab_plug / dp_lab_unplug - hot-add a model; hot-remove the device NAME, playing the
 *  guest's part through the port's Slot Control (PCIe base spec 5.0, 7.5.3.10) */
DP_API int dp_lab_plug(struct dp_ctx *ctx, const char *lab, const char *model, char *name,
		       size_t size, struct dp_err *err);
DP_API int dp_lab_unplug(struct dp_ctx *ctx, const char *lab, const char *name, struct dp_err *err);

#endif
