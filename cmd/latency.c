/* SPDX-License-Identifier: GPL-2.0-or-later */
/* latency.c - how long the accesses of one operand took: least, mean, most */
#include <inttypes.h>
#include <stdio.h>

#include "latency.h"
#include "msg.h"
#include "out.h"

void latency_add(struct latency *l, uint64_t ns)
{
	l->min = l->n && l->min < ns ? l->min : ns;
	l->max = l->max > ns ? l->max : ns;
	l->sum += ns;
	l->n++;
}

static void latency_json(struct json *arr, const char *path, const struct latency *l)
{
	struct json *j = json_item(arr);

	json_str(j, "path", path);
	json_uint(j, "count", l->n);
	json_uint(j, "min_ns", l->min);
	json_uint(j, "avg_ns", l->sum / l->n);
	json_uint(j, "max_ns", l->max);
}

void latency_show(struct cmd *c, struct json *arr, enum form form, const char *path,
		  const struct latency *l)
{
	char min[32], avg[32], max[32], line[400];

	if (!l->n)
		return;
	latency_json(arr, path, l);
	/* of a single access all three are what its own line says */
	if (arr || l->n == 1)
		return;
	render_time(min, sizeof(min), l->min);
	render_time(avg, sizeof(avg), l->sum / l->n);
	render_time(max, sizeof(max), l->max);
	snprintf(line, sizeof(line), "%s: %" PRIu64 " reads, min %s, avg %s, max %s", path, l->n,
		 min, avg, max);
	if (form == FORM_PEOPLE)
		out("%s\n", line);
	else
		msg_note(c->where, line);
}

void latency_clock(struct cmd *c, uint64_t least)
{
	uint64_t cost = dp_clock_cost();
	char line[120];

	json_uint(c->doc, "clock_ns", cost);
	if (c->doc || !cost || least / cost >= 10)
		return;
	snprintf(line, sizeof(line),
		 "reading the clock takes %" PRIu64 " ns of each of these times", cost);
	msg_note(c->where, line);
}
