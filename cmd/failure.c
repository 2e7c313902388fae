/* SPDX-License-Identifier: GPL-2.0-or-later */
/* failure.c - how a command ends when something went wrong, and with which exit code */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "builtins.h"
#include "cmd.h"

/* CLI.md section 5, "Exit" */
int exit_code_of(const struct dp_err *err)
{
	switch (err->code) {
	case DP_OK:
		return EXIT_DONE;
	case DP_TIMEOUT:
		return EXIT_NEGATIVE;
	case DP_USAGE:
	case DP_VALUE:
	case DP_NAME:
	case DP_RANGE:
	case DP_ALIGN:
		return EXIT_USAGE;
	case DP_ABSENT:
	case DP_PERMISSION:
	case DP_LOCKDOWN:
	case DP_BUSY:
	case DP_MEMLOCK:
	case DP_NOIOMMU:
		return EXIT_TARGET;
	case DP_REFUSED:
		return EXIT_REFUSED;
	case DP_GONE:
	case DP_IO:
	case DP_STATUS:
	case DP_LAB:
	case DP_INTERNAL:
		break;
	}
	return EXIT_DEVICE;
}

int cmd_fail(struct cmd *c)
{
	if (c->err.code == DP_OK)
		dp_err_set(&c->err, EIO, DP_INTERNAL, "'%s' failed without a reason", c->name);
	c->failed = true;
	return exit_code_of(&c->err);
}

/* built-ins are explained by the verb that has them */
void cmd_hint_help(struct cmd *c)
{
	dp_err_hint(&c->err, "devpoke %s -h", builtin_by_name(c->name) ? "batch" : c->name);
}

int cmd_usage(struct cmd *c, const char *fmt, ...)
{
	char text[sizeof(c->err.message)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dp_err_set(&c->err, EINVAL, DP_USAGE, "%s", text);
	cmd_hint_help(c);
	return cmd_fail(c);
}

int cmd_nomem(struct cmd *c)
{
	dp_err_nomem(&c->err);
	return cmd_fail(c);
}
