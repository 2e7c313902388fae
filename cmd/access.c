/* SPDX-License-Identifier: GPL-2.0-or-later */
/* access.c - plans: their needs, their display, and whether to believe what came back */
#include <errno.h>

#include "access.h"
#include "out.h"

unsigned access_open_flags(const struct dp_plan *plan)
{
	for (size_t i = 0; i < dp_plan_len(plan); i++)
		if (dp_plan_access(plan, i)->op == DP_ACCESS_WRITE)
			return DP_OPEN_WRITE;
	return 0;
}

int access_believe(struct cmd *c, struct dp_dev *dev, const struct dp_ref *ref,
		   struct dp_wide value)
{
	if (!(dp_dev_caps(dev) & DP_CAP_WITNESS) || !dp_ref_believe(ref, value, &c->err))
		return 0;
	return cmd_fail(c);
}

int access_resolve(struct cmd *c, struct dp_dev *dev, const char *text, struct dp_refs *refs)
{
	int rc = dp_resolve(dev, text, DP_REFS_MANY, refs, &c->err);

	if (rc == -EAGAIN) {
		int code = target_open(c, dev, 0);

		if (code)
			return code;
		rc = dp_resolve(dev, text, DP_REFS_MANY, refs, &c->err);
	}
	return rc ? cmd_fail(c) : 0;
}

/* the parts of a joined value are placed by its plan */
static bool wants_place(const struct dp_ref *ref, bool *moved)
{
	struct dp_ref_info info;

	dp_ref_info(ref, &info);
	*moved = !info.located;
	return !info.located && !info.joined;
}

int access_locate(struct cmd *c, struct dp_ref *ref, bool *moved)
{
	if (!wants_place(ref, moved) || !dp_ref_locate(ref, &c->err))
		return 0;
	return cmd_fail(c);
}

int access_locate_assign(struct cmd *c, struct dp_assign *a, bool *moved)
{
	if (!wants_place(dp_assign_ref(a), moved) || !dp_assign_locate(a, &c->err))
		return 0;
	return cmd_fail(c);
}

int access_replan(struct cmd *c, struct dp_dev *dev, struct dp_ref *ref, struct dp_plan **plan)
{
	bool moved;
	int rc = access_locate(c, ref, &moved);

	if (rc || !moved)
		return rc;
	dp_plan_free(*plan);
	*plan = NULL;
	return dp_plan_peek(dev, ref, plan, &c->err) ? cmd_fail(c) : 0;
}

int access_read(struct cmd *c, struct dp_dev *dev, const struct dp_ref *ref, struct dp_wide *value)
{
	struct dp_plan *plan = NULL;
	struct dp_result res;
	int rc = 0;

	if (dp_plan_peek(dev, ref, &plan, &c->err))
		return cmd_fail(c);
	/* with --force=effect there may be an index to be written */
	if (access_open_flags(plan))
		rc = target_open(c, dev, access_open_flags(plan));
	if (!rc && dp_plan_run(dev, plan, &res, &c->err))
		rc = cmd_fail(c);
	dp_plan_free(plan);
	if (!rc)
		rc = access_believe(c, dev, ref, res.value);
	*value = rc ? dp_wide_of(0) : res.value;
	return rc;
}

static const char *op_name(enum dp_access_op op)
{
	static const char *const names[] = {[DP_ACCESS_READ] = "R",
					    [DP_ACCESS_WRITE] = "W",
					    [DP_ACCESS_WAIT] = "WAIT",
					    [DP_ACCESS_CHECK] = "CHECK"};

	return names[op];
}

void access_show_plan(struct json *arr, const struct dp_plan *plan)
{
	char text[512];

	for (size_t i = 0; i < dp_plan_len(plan); i++) {
		const struct dp_access *a = dp_plan_access(plan, i);
		struct json *j = json_item(arr);
		struct dp_space_info space = {.name = NULL};

		dp_plan_text(plan, i, text, sizeof(text));
		if (!arr) {
			out("%s\n", text);
			continue;
		}
		if (a->space)
			dp_space_info(a->space, &space);
		json_str(j, "op", op_name(a->op));
		json_str(j, "space", space.name);
		json_hex(j, "offset", a->offset, 8);
		json_uint(j, "width", a->width);
		json_str(j, "path", a->path);
		json_str(j, "why", a->why);
		json_str(j, "text", text);
	}
}

int access_count(struct cmd *c, uint64_t *count)
{
	const char *word = c->opts.value[OPT_COUNT];

	*count = 1;
	if (!word)
		return 0;
	if (dp_number_parse(word, count, &c->err))
		return cmd_fail(c);
	return *count ? 0 : cmd_usage(c, "--count is at least 1");
}
