/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model_state.c - a model's registers between runs
 *
 * {"schema": 1, "model": NAME, "registers": {"CTRL": {"value", "written", "once", "fifo"}}};
 * registers that were never touched are not in it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/model.h"

#define KEY_MAX 200

static void key_of(const struct dp_model_place *p, uint64_t index, char key[KEY_MAX])
{
	const char *prefix = p->inst->parent ? p->inst->prefix : "";

	if (p->reg->array)
		snprintf(key, KEY_MAX, "%s%s.%" PRIu64, prefix, p->reg->name, index);
	else
		snprintf(key, KEY_MAX, "%s%s", prefix, p->reg->name);
}

/* ------------------------------------------------------------------- save */

static struct dp_json *fifo_json(const struct dp_model_fifo *f)
{
	struct dp_json *list = dp_json_array();

	for (unsigned i = 0; list && i < f->n; i++) {
		struct dp_json *entry = dp_json_object();

		dp_json_set_hex(entry, "value", f->v[(f->head + i) % DP_MODEL_FIFO]);
		dp_json_push(list, entry);
	}
	return list;
}

static struct dp_json *reg_json(const struct dp_model_reg *r)
{
	struct dp_json *j = dp_json_object();

	dp_json_set_hex(j, "value", r->value);
	if (r->was_written)
		dp_json_set_hex(j, "written", r->written);
	if (r->once)
		dp_json_set_hex(j, "once", r->once);
	if (r->fifo && r->fifo->n)
		dp_json_set(j, "fifo", fifo_json(r->fifo));
	return j;
}

static void save_place(struct dp_json *regs, const struct dp_model_place *p)
{
	char key[KEY_MAX];

	for (uint64_t i = 0; p->elems && i < p->count; i++) {
		if (!p->elems[i])
			continue;
		key_of(p, i, key);
		dp_json_set(regs, key, reg_json(p->elems[i]));
	}
}

int dp_model_save(struct dp_model *m, struct dp_err *err)
{
	struct dp_json *doc, *regs;
	int rc;

	if (!m->state || !m->changed)
		return 0;
	doc = dp_json_object();
	dp_json_set_int(doc, "schema", 1);
	dp_json_set_str(doc, "model", m->desc->name);
	regs = dp_json_set(doc, "registers", dp_json_object());
	for (size_t i = 0; i < m->n_places; i++)
		save_place(regs, &m->places[i]);
	rc = dp_json_write(doc, m->state, err);
	dp_json_free(doc);
	if (!rc)
		m->changed = false;
	return rc;
}

/* ------------------------------------------------------------------- load */

/* a number of the register, in hex; no such key: @none */
static bool number(const struct dp_json *j, const char *key, const struct dp_model_reg *r,
		   uint64_t none, uint64_t *out)
{
	const char *text = dp_json_str(j, key, NULL);

	*out = text ? dp_json_hex(j, key, UINT64_MAX) : none;
	if (!text)
		return !dp_json_get(j, key);
	/* all ones of 64 bits, or what dp_json_hex() could not read */
	if (*out == UINT64_MAX && strcmp(text, "0xffffffffffffffff"))
		return false;
	return r->reg->width >= 64 || !(*out >> r->reg->width);
}

static bool load_fifo(struct dp_model_reg *r, const struct dp_json *list)
{
	struct dp_model_fifo *f = r->fifo;

	f->head = f->n = 0;
	if (!list)
		return true;
	if (dp_json_len(list) > DP_MODEL_FIFO)
		return false;
	for (size_t i = 0; i < dp_json_len(list); i++)
		if (!number(dp_json_at(list, i), "value", r, 0, &f->v[f->n++]))
			return false;
	return true;
}

static bool load_reg(struct dp_model_reg *r, const struct dp_json *j)
{
	r->was_written = dp_json_get(j, "written") != NULL;
	return number(j, "value", r, r->value, &r->value) && number(j, "once", r, 0, &r->once) &&
	       number(j, "written", r, 0, &r->written) &&
	       (!r->fifo || load_fifo(r, dp_json_get(j, "fifo")));
}

/* the index behind the last dot, when the register is an array */
static bool key_is(const struct dp_model_place *p, const char *key, uint64_t *index)
{
	const char *prefix = p->inst->parent ? p->inst->prefix : "";
	size_t n = strlen(prefix), len = strlen(p->reg->name);
	char *end;

	*index = 0;
	if (strncmp(key, prefix, n) || strncmp(key + n, p->reg->name, len))
		return false;
	key += n + len;
	if (!p->reg->array)
		return !*key;
	if (key[0] != '.' || key[1] < '0' || key[1] > '9')
		return false;
	*index = strtoull(key + 1, &end, 10);
	return !*end && *index < p->count;
}

/* registers that the description no longer has are forgotten */
static int load_entry(void *arg, const char *key, struct dp_json *v)
{
	struct dp_model *m = arg;
	uint64_t index;

	for (size_t i = 0; i < m->n_places; i++) {
		struct dp_model_reg *r;

		if (!key_is(&m->places[i], key, &index))
			continue;
		r = dp_model_elem(m, &m->places[i], index);
		if (!r)
			return -ENOMEM;
		return dp_json_is_object(v) && load_reg(r, v) ? 0 : -EBADMSG;
	}
	return 0;
}

static int no_state(const struct dp_model *m, const char *what, struct dp_err *err)
{
	dp_err_set(err, EINVAL, DP_VALUE, "'%.150s' is not a model's state%s", m->state, what);
	dp_err_hint(err, "without that file the model starts as after reset");
	return -EINVAL;
}

static int check_state(const struct dp_model *m, const struct dp_json *doc, struct dp_err *err)
{
	const char *model = dp_json_str(doc, "model", "");

	if (dp_json_int(doc, "schema", 0) != 1 || !dp_json_is_object(dp_json_get(doc, "registers")))
		return no_state(m, "", err);
	if (strcmp(model, m->desc->name) == 0)
		return 0;
	dp_err_set(err, EINVAL, DP_VALUE, "'%s' is the state of model '%s', not of '%s'", m->state,
		   model, m->desc->name);
	dp_err_hint(err, "give another file after '@'");
	return -EINVAL;
}

/* what the document does not hold is as after reset */
static void forget(struct dp_model *m)
{
	for (size_t i = 0; i < m->n_places; i++) {
		const struct dp_model_place *p = &m->places[i];

		for (uint64_t k = 0; p->elems && k < p->count; k++) {
			struct dp_model_reg *r = p->elems[k], fresh;

			if (!r)
				continue;
			dp_model_reg_reset(&fresh, r->reg);
			r->value = fresh.value;
			r->written = r->once = r->fired = 0;
			r->was_written = false;
			if (r->fifo)
				r->fifo->n = 0;
		}
	}
}

int dp_model_load(struct dp_model *m, struct dp_err *err)
{
	struct dp_json *doc;
	int rc;

	if (!m->state || access(m->state, F_OK))
		return 0;
	rc = dp_json_read(m->state, &doc, err);
	if (rc) {
		if (err && err->code == DP_VALUE)
			dp_err_hint(err, "without that file the model starts as after reset");
		return rc;
	}
	rc = check_state(m, doc, err);
	if (!rc)
		forget(m);
	if (!rc)
		rc = dp_json_each(dp_json_get(doc, "registers"), load_entry, m);
	if (rc == -ENOMEM)
		dp_err_nomem(err);
	else if (rc == -EBADMSG)
		no_state(m, ": a register holds what is no value of it", err);
	dp_json_free(doc);
	return rc;
}
