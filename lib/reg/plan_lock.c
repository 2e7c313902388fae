/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_lock.c - the lock bits that a write depends on: each is read before, 1 = writable */
#include <errno.h>
#include <string.h>

#include "reg/plan.h"
#include "reg/grammar.h"

/* "REGWEN.EN" with the index of what it locks, where both are arrays and it names no element */
static int lock_ref(const struct dp_ref *ref, const struct dp_lock *lock, struct dp_ref **out,
		    struct dp_err *err)
{
	size_t len = strcspn(lock->path, ".");
	const struct dp_reg *reg = dp_desc_reg(ref->inst->desc, lock->path, len);
	char path[DP_PATH_MAX] = "";
	struct dp_text t = {.s = path};

	dp_text_chars(&t, lock->path, len);
	if (reg && reg->array && !dp_is_digit(lock->path[len] ? lock->path[len + 1] : 0))
		dp_index_text(&t, reg->array, ref->indexed ? ref->index : 0);
	dp_text_add(&t, lock->path + len);
	return dp_ref_in(ref->inst, path, out, err);
}

static int add_check(struct dp_plan *p, const struct dp_ref *lock, struct dp_err *err)
{
	const struct dp_slice bit = {.role = DP_ROLE_LOCK, .lo = lock->lo, .bits = 1};
	size_t first = p->n;
	int rc = dp_plan_guard_read(p->dev, lock, true, err);

	if (!rc)
		rc = dp_plan_read_ref(p, lock, bit, "lock", err);
	for (size_t i = first; !rc && i < p->n; i++) {
		struct dp_plan_step *s = &p->steps[i];

		if (s->slice.role != DP_ROLE_LOCK)
			continue;
		s->a.op = DP_ACCESS_CHECK;
		s->a.and_mask = s->a.or_mask = UINT64_C(1) << s->slice.lo;
		s->subject = dp_plan_keep(p, lock->path);
		if (!s->subject)
			return dp_err_nomem(err);
	}
	return rc;
}

static int add_lock(struct dp_plan *p, const struct dp_ref *ref, const struct dp_lock *lock,
		    struct dp_err *err)
{
	struct dp_ref *reg;
	int rc = lock_ref(ref, lock, &reg, err);

	if (rc)
		return rc;
	rc = dp_plan_inner(p, reg, err);
	if (!rc)
		rc = add_check(p, reg, err);
	dp_ref_free(reg);
	p->lock = true;
	return rc;
}

static bool seen(const struct dp_lock *const *v, size_t n, const struct dp_lock *lock)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i]->path, lock->path))
			return true;
	return false;
}

int dp_plan_locks(struct dp_plan *p, const struct dp_ref *ref, uint64_t mask, struct dp_err *err)
{
	const struct dp_lock *done[64];
	size_t n = 0;
	int rc = 0;

	if (!ref->reg || !ref->reg->has_lock || dp_forced(p->dev->ctx, DP_CLASS_LOCK))
		return 0;
	for (unsigned bit = 0; bit < ref->width && !rc; bit++) {
		const struct dp_lock *lock = dp_reg_bit(ref->reg, bit, NULL)->lock;

		if (!(mask >> bit & 1) || !lock || seen(done, n, lock))
			continue;
		done[n++] = lock;
		rc = add_lock(p, ref, lock, err);
	}
	return rc;
}
