/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qtest.c - QEMU's qtest protocol: one request line, one reply line */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/qtest.h"
#include "core/bits.h"

/* our requests have short replies: anything longer is not QEMU */
#define REPLY_MAX 1024

static bool parse_hex(const char *text, uint64_t *value)
{
	char *end;

	if (strncmp(text, "0x", 2) || !text[2] || strspn(text + 2, "0123456789abcdefABCDEF") > 16)
		return false;
	*value = strtoull(text, &end, 16);
	return !*end;
}

enum dp_qtest_reply dp_qtest_parse(const char *line, uint64_t *value)
{
	if (!strncmp(line, "IRQ raise ", 10) || !strncmp(line, "IRQ lower ", 10))
		return DP_QTEST_IRQ;
	if (!strncmp(line, "FAIL", 4) && (!line[4] || line[4] == ' '))
		return DP_QTEST_FAIL;
	if (strncmp(line, "OK", 2))
		return DP_QTEST_BAD;
	if (!value)
		return line[2] ? DP_QTEST_BAD : DP_QTEST_OK;
	if (line[2] != ' ' || !parse_hex(line + 3, value))
		return DP_QTEST_BAD;
	return DP_QTEST_OK;
}

int dp_qtest_open(struct dp_qtest *q, const char *path, const char *lab, struct dp_err *err)
{
	int rc;

	snprintf(q->lab, sizeof(q->lab), "%s", lab);
	rc = dp_line_connect(&q->line, path, REPLY_MAX);
	if (!rc)
		return 0;
	return dp_err_set(err, -rc, DP_LAB, "cannot reach the QEMU of lab '%s' at '%.120s': %s",
			  lab, path, strerror(-rc));
}

void dp_qtest_close(struct dp_qtest *q)
{
	dp_line_close(&q->line);
}

/* what came is not the answer to what was asked: the connection cannot be used any more */
static int broken(struct dp_qtest *q, int rc, const char *request, struct dp_err *err)
{
	int len = (int)strcspn(request, "\n");

	dp_line_close(&q->line);
	if (rc == -ENODEV) {
		dp_err_set(err, ENODEV, DP_GONE, "lab '%s' ended", q->lab);
		dp_err_hint(err, "devpoke sim list");
		return -ENODEV;
	}
	if (rc == -ETIMEDOUT)
		dp_err_set(err, EIO, DP_LAB, "lab '%s' did not answer '%.*s' within 5 s", q->lab,
			   len, request);
	else if (rc == -EMSGSIZE)
		dp_err_set(err, EIO, DP_LAB, "lab '%s' answered '%.*s' with an endless line",
			   q->lab, len, request);
	else
		dp_err_set(err, EIO, DP_LAB, "cannot read the answer of lab '%s': %s", q->lab,
			   strerror(-rc));
	dp_err_hint(err, "devpoke sim stop %s", q->lab);
	return -EIO;
}

static int transact(struct dp_qtest *q, const char *request, uint64_t *value, struct dp_err *err)
{
	uint64_t deadline = dp_now_ns() + DP_QTEST_TIMEOUT_NS;
	char *line;
	int rc = dp_line_send(&q->line, request, strlen(request), deadline);

	while (!rc) {
		rc = dp_line_get(&q->line, NULL, deadline, &line);
		if (rc)
			break;
		switch (dp_qtest_parse(line, value)) {
		case DP_QTEST_OK:
			return 0;
		case DP_QTEST_IRQ:
			continue;
		case DP_QTEST_FAIL:
			return dp_err_set(err, EIO, DP_LAB,
					  "QEMU of lab '%s' refused '%.*s': %.80s", q->lab,
					  (int)strcspn(request, "\n"), request, line);
		case DP_QTEST_BAD:
			dp_err_set(err, EIO, DP_LAB, "lab '%s' answered '%.*s' with '%.40s'",
				   q->lab, (int)strcspn(request, "\n"), request, line);
			dp_line_close(&q->line);
			return -EIO;
		}
	}
	return broken(q, rc, request, err);
}

/* the letter that stands for the width in a request's first word */
static char suffix(unsigned width)
{
	switch (width) {
	case 8:
		return 'b';
	case 16:
		return 'w';
	case 32:
		return 'l';
	default:
		return 'q';
	}
}

int dp_qtest_read(struct dp_qtest *q, char space, uint64_t address, unsigned width, uint64_t *value,
		  struct dp_err *err)
{
	char request[64];
	int rc;

	snprintf(request, sizeof(request), "%s%c 0x%" PRIx64 "\n", space == 'p' ? "in" : "read",
		 suffix(width), address);
	rc = transact(q, request, value, err);
	/* QEMU answers with 64 bits, whatever was read */
	if (!rc)
		*value &= dp_ones(width);
	return rc;
}

int dp_qtest_write(struct dp_qtest *q, char space, uint64_t address, unsigned width, uint64_t value,
		   struct dp_err *err)
{
	char request[80];

	snprintf(request, sizeof(request), "%s%c 0x%" PRIx64 " 0x%" PRIx64 "\n",
		 space == 'p' ? "out" : "write", suffix(width), address, value);
	return transact(q, request, NULL, err);
}
