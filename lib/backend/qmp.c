/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qmp.c - QEMU's machine protocol */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/qmp.h"

/* query-pci of a full machine is some 100 KiB */
#define LINE_MAX_BYTES (4u << 20)
#define ANSWER_NS      UINT64_C(5000000000)

static int failed(struct dp_qmp *q, int rc, struct dp_err *err)
{
	dp_line_close(&q->line);
	switch (rc) {
	case -ENODEV:
		dp_err_set(err, ENODEV, DP_GONE, "lab '%s' ended", q->lab);
		dp_err_hint(err, "devpoke sim list");
		return -ENODEV;
	case -EINTR:
		return dp_err_set(err, EINTR, DP_TIMEOUT, "interrupted");
	case -ETIMEDOUT:
		return dp_err_set(err, EIO, DP_LAB,
				  "the monitor of lab '%s' does not answer; another program may "
				  "be using it",
				  q->lab);
	default:
		return dp_err_set(err, EIO, DP_LAB, "cannot read the monitor of lab '%s': %s",
				  q->lab, strerror(-rc));
	}
}

static int next(struct dp_qmp *q, uint64_t deadline, struct dp_json **doc)
{
	char *line;
	int rc = dp_line_get(&q->line, q->ctx, deadline, &line);

	if (rc)
		return rc;
	*doc = dp_json_parse(line, strlen(line));
	return *doc ? 0 : -EPROTO;
}

/* keep an event; the oldest gives way */
static void keep(struct dp_qmp *q, struct dp_json *event)
{
	if (q->n_events == DP_QMP_EVENTS) {
		dp_json_free(q->events[0]);
		memmove(&q->events[0], &q->events[1], (DP_QMP_EVENTS - 1) * sizeof(q->events[0]));
		q->n_events--;
	}
	q->events[q->n_events++] = event;
}

/* the answer to our command: one to a command of a client that died before it read it comes to
 * whoever connects next */
static int answer(struct dp_qmp *q, const char *id, uint64_t deadline, struct dp_json **doc)
{
	int rc;

	while (!(rc = next(q, deadline, doc))) {
		if (dp_json_get(*doc, "event"))
			keep(q, *doc);
		else if (!strcmp(dp_json_str(*doc, "id", ""), id))
			return 0;
		else
			dp_json_free(*doc);
	}
	return rc;
}

int dp_qmp_run(struct dp_qmp *q, const char *command, struct dp_json *args, struct dp_json **ret,
	       struct dp_err *err)
{
	uint64_t deadline = dp_now_ns() + ANSWER_NS;
	struct dp_json *doc = dp_json_object(), *error;
	char *text, id[32];
	int rc;

	snprintf(id, sizeof(id), "%d-%u", (int)getpid(), ++q->commands);
	dp_json_set_str(doc, "execute", command);
	dp_json_set_str(doc, "id", id);
	if (args)
		dp_json_set(doc, "arguments", args);
	text = dp_json_text(doc);
	dp_json_free(doc);
	if (!text)
		return dp_err_nomem(err);
	rc = dp_line_send(&q->line, text, strlen(text), deadline);
	free(text);
	if (!rc)
		rc = dp_line_send(&q->line, "\n", 1, deadline);
	if (!rc)
		rc = answer(q, id, deadline, &doc);
	if (rc)
		return failed(q, rc, err);
	error = dp_json_get(doc, "error");
	if (error)
		rc = dp_err_set(err, EIO, DP_LAB, "%s", dp_json_str(error, "desc", "QEMU refused"));
	if (ret && !rc)
		*ret = doc;
	else
		dp_json_free(doc);
	return rc;
}

int dp_qmp_open(struct dp_qmp *q, struct dp_ctx *ctx, const char *path, const char *lab,
		uint64_t timeout_ns, struct dp_err *err)
{
	uint64_t deadline = dp_now_ns() + timeout_ns;
	struct dp_json *greeting;
	int rc;

	memset(q, 0, sizeof(*q));
	q->ctx = ctx;
	snprintf(q->lab, sizeof(q->lab), "%s", lab);
	rc = dp_line_connect(&q->line, path, LINE_MAX_BYTES);
	if (rc)
		return dp_err_set(err, ECONNREFUSED, DP_LAB,
				  "cannot reach the monitor of lab '%s': %s", lab, strerror(-rc));
	while (!(rc = next(q, deadline, &greeting)) && !dp_json_get(greeting, "QMP"))
		dp_json_free(greeting);
	if (rc)
		return failed(q, rc, err);
	dp_json_free(greeting);
	rc = dp_qmp_run(q, "qmp_capabilities", NULL, NULL, err);
	if (rc)
		dp_qmp_close(q);
	return rc;
}

void dp_qmp_close(struct dp_qmp *q)
{
	while (q->n_events)
		dp_json_free(q->events[--q->n_events]);
	dp_line_close(&q->line);
}

int dp_qmp_human(struct dp_qmp *q, const char *line, struct dp_err *err)
{
	struct dp_json *args = dp_json_object(), *ret;
	const char *words;
	int rc;

	dp_json_set_str(args, "command-line", line);
	rc = dp_qmp_run(q, "human-monitor-command", args, &ret, err);
	if (rc)
		return rc;
	words = dp_json_str(ret, "return", "");
	if (!strncmp(words, "Error: ", 7))
		words += 7;
	if (*words)
		rc = dp_err_set(err, EIO, DP_LAB, "%.*s", (int)strcspn(words, "\r\n"), words);
	dp_json_free(ret);
	return rc;
}

static bool is_deletion(const struct dp_json *event, const char *id)
{
	const struct dp_json *data = dp_json_get(event, "data");

	return !strcmp(dp_json_str(event, "event", ""), "DEVICE_DELETED") && data &&
	       !strcmp(dp_json_str(data, "device", ""), id);
}

int dp_qmp_wait_deleted(struct dp_qmp *q, const char *id, uint64_t timeout_ns)
{
	uint64_t deadline = dp_now_ns() + timeout_ns;
	struct dp_json *doc;
	int rc;

	for (size_t i = 0; i < q->n_events; i++)
		if (is_deletion(q->events[i], id))
			return 0;
	while (!(rc = next(q, deadline, &doc))) {
		bool found = is_deletion(doc, id);

		dp_json_free(doc);
		if (found)
			return 0;
	}
	return rc;
}
