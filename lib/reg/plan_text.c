/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_text.c - a plan's steps for people, and the queries on a plan */
#include <inttypes.h>
#include <stdio.h>

#include "core/number.h"
#include "reg/plan.h"

size_t dp_plan_len(const struct dp_plan *plan)
{
	return plan->n;
}

const struct dp_access *dp_plan_access(const struct dp_plan *plan, size_t i)
{
	return i < plan->n ? &plan->steps[i].a : NULL;
}

size_t dp_plan_protected(const struct dp_plan *plan, const struct dp_protected **out)
{
	*out = plan->prot;
	return plan->n_prot;
}

struct text {
	char s[160];
};

static struct text time_text(uint64_t ns)
{
	struct text t;

	dp_time_text(ns, t.s, sizeof(t.s));
	return t;
}

/* the bits of @old that go into the write, by the mask with fewer bits to read */
static struct text kept_text(const struct dp_access *a)
{
	uint64_t gone = ~a->and_mask & dp_ones(a->width);
	struct text t;

	if (!gone)
		snprintf(t.s, sizeof(t.s), "old");
	else if (__builtin_popcountll(a->and_mask) < __builtin_popcountll(gone))
		snprintf(t.s, sizeof(t.s), "(old & 0x%" PRIx64 ")", a->and_mask);
	else
		snprintf(t.s, sizeof(t.s), "(old & ~0x%" PRIx64 ")", gone);
	return t;
}

static struct text value_text(const struct dp_access *a)
{
	struct text t = {""};
	size_t n = 0;

	if (!a->and_mask && !a->add_mask) {
		snprintf(t.s, sizeof(t.s), "0x%" PRIx64, a->or_mask ^ a->xor_mask);
		return t;
	}
	if (a->and_mask)
		n += (size_t)snprintf(t.s, sizeof(t.s), "%s", kept_text(a).s);
	if (a->add_mask)
		n += (size_t)snprintf(t.s + n, sizeof(t.s) - n,
				      "%s((old + 0x%" PRIx64 ") & 0x%" PRIx64 ")", n ? " | " : "",
				      a->add, a->add_mask);
	if (a->or_mask)
		n += (size_t)snprintf(t.s + n, sizeof(t.s) - n, " | 0x%" PRIx64, a->or_mask);
	if (!a->xor_mask)
		return t;
	if (a->or_mask || a->add_mask) {
		struct text inner = t;

		snprintf(t.s, sizeof(t.s), "(%.120s) ^ 0x%" PRIx64, inner.s, a->xor_mask);
	} else {
		snprintf(t.s + n, sizeof(t.s) - n, " ^ 0x%" PRIx64, a->xor_mask);
	}
	return t;
}

int dp_plan_text(const struct dp_plan *plan, size_t i, char *buf, size_t size)
{
	const struct dp_access *a = dp_plan_access(plan, i);

	if (!a)
		return snprintf(buf, size, "%s", "");
	switch (a->op) {
	case DP_ACCESS_READ:
		return snprintf(buf, size, "R %s", a->path);
	case DP_ACCESS_WRITE:
		return snprintf(buf, size, "W %s = %s", a->path, value_text(a).s);
	case DP_ACCESS_CHECK:
		return snprintf(buf, size, "R %s, go on if (value & 0x%" PRIx64 ") == 0x%" PRIx64,
				a->path, a->and_mask, a->or_mask);
	case DP_ACCESS_WAIT:
		break;
	}
	if (!a->and_mask)
		return snprintf(buf, size, "WAIT %s: '%s' %s", time_text(a->timeout_ns).s, a->path,
				a->why);
	return snprintf(buf, size,
			"WAIT %s until (value & 0x%" PRIx64 ") == 0x%" PRIx64 ", at most %s",
			a->path, a->and_mask, a->or_mask, time_text(a->timeout_ns).s);
}
