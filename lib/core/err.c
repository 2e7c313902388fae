/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err.c - filling a struct dp_err; the words of codes and classes */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"

static const char *const code_names[] = {
	[DP_OK] = "ok",
	[DP_USAGE] = "usage",
	[DP_VALUE] = "value",
	[DP_NAME] = "name",
	[DP_RANGE] = "range",
	[DP_ALIGN] = "align",
	[DP_ABSENT] = "absent",
	[DP_PERMISSION] = "permission",
	[DP_LOCKDOWN] = "lockdown",
	[DP_BUSY] = "busy",
	[DP_GONE] = "gone",
	[DP_TIMEOUT] = "timeout",
	[DP_IO] = "io",
	[DP_STATUS] = "status",
	[DP_LAB] = "lab",
	[DP_MEMLOCK] = "memlock",
	[DP_NOIOMMU] = "noiommu",
	[DP_REFUSED] = "refused",
	[DP_INTERNAL] = "internal",
};

static const struct {
	const char *name, *help;
} classes[DP_CLASS_COUNT] = {
	[DP_CLASS_NONE] = {"", ""},
	[DP_CLASS_BOUND] = {"bound", "a kernel driver owns the device"},
	[DP_CLASS_HELD] = {"held", "another process holds the device open"},
	[DP_CLASS_MOUNTED] = {"mounted", "a block device below it is in use"},
	[DP_CLASS_NET] = {"net", "its network interface is in use"},
	[DP_CLASS_GROUP] = {"group", "other devices share its IOMMU group"},
	[DP_CLASS_BMC] = {"bmc", "a management controller shares the port"},
	[DP_CLASS_SIBLINGS] = {"siblings", "other functions of the device are affected"},
	[DP_CLASS_RAM] = {"ram", "the address is System RAM"},
	[DP_CLASS_RANGE] = {"range", "a hole, or memory outside every named range"},
	[DP_CLASS_EFFECT] = {"effect", "reading or writing has an effect beyond the bits named"},
	[DP_CLASS_RO] = {"ro", "the register or field is read only"},
	[DP_CLASS_RESERVED] = {"reserved", "bits that no field describes"},
	[DP_CLASS_ENUM] = {"enum", "a number that no word of the field has"},
	[DP_CLASS_LOCK] = {"lock", "a lock bit makes the register read only"},
	[DP_CLASS_DATA] = {"data", "user data would be lost"},
	[DP_CLASS_IDENTITY] = {"identity", "it is not the device that the file is of"},
	[DP_CLASS_RESET] = {"reset", "the kernel resets the device when it is opened and closed"},
	[DP_CLASS_POWER] = {"power", "the device or a port above it sleeps"},
};

const char *dp_code_name(enum dp_code code)
{
	return (size_t)code < sizeof(code_names) / sizeof(*code_names) ? code_names[code]
								       : "internal";
}

const char *dp_class_name(enum dp_class class)
{
	return (unsigned)class < DP_CLASS_COUNT ? classes[class].name : "";
}

const char *dp_class_help(enum dp_class class)
{
	return (unsigned)class < DP_CLASS_COUNT ? classes[class].help : "";
}

__attribute__((format(printf, 4, 0))) static void
fill(struct dp_err *err, enum dp_code code, enum dp_class class, const char *fmt, va_list args)
{
	if (!err)
		return;
	err->code = code;
	err->class = class;
	err->hint[0] = 0;
	vsnprintf(err->message, sizeof(err->message), fmt, args);
}

int dp_err_set(struct dp_err *err, int errnum, enum dp_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, DP_CLASS_NONE, fmt, args);
	va_end(args);
	return -errnum;
}

int dp_err_refuse(struct dp_err *err, enum dp_class class, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, DP_REFUSED, class, fmt, args);
	va_end(args);
	return -EPERM;
}

int dp_err_nomem(struct dp_err *err)
{
	return dp_err_set(err, ENOMEM, DP_INTERNAL, "out of memory");
}

void dp_err_hint(struct dp_err *err, const char *fmt, ...)
{
	va_list args;

	if (!err)
		return;
	va_start(args, fmt);
	vsnprintf(err->hint, sizeof(err->hint), fmt, args);
	va_end(args);
}

void dp_err_prefix(struct dp_err *err, const char *fmt, ...)
{
	char whole[2 * sizeof(err->message)];
	va_list args;
	size_t n;

	if (!err)
		return;
	va_start(args, fmt);
	vsnprintf(whole, sizeof(err->message), fmt, args);
	va_end(args);
	n = strlen(whole);
	snprintf(whole + n, sizeof(whole) - n, ": %s", err->message);
	snprintf(err->message, sizeof(err->message), "%.*s", (int)sizeof(err->message) - 1, whole);
}

enum dp_code dp_file_code(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return DP_ABSENT;
	case EACCES:
	case EPERM:
	case EROFS:
		return DP_PERMISSION;
	default:
		return DP_IO;
	}
}

int dp_class_parse(const char *word, enum dp_class *out, struct dp_err *err)
{
	for (int c = DP_CLASS_NONE + 1; c < DP_CLASS_COUNT; c++) {
		if (!strcmp(word, classes[c].name)) {
			*out = (enum dp_class)c;
			return 0;
		}
	}
	dp_err_set(err, EINVAL, DP_USAGE, "'%s' is no class that --force knows", word);
	dp_err_hint(err, "one of: bound held mounted net group bmc siblings ram range effect ro "
			 "reserved enum lock data identity reset power");
	return -EINVAL;
}
