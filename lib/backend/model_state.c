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

static void load_fifo(struct dp_model_fifo *f, const struct dp_json *list)
{
	f->head = f->n = 0;
	for (size_t i = 0; i < dp_json_len(list) && f->n < DP_MODEL_FIFO; i++)
		f->v[f->n++] = dp_json_hex(dp_json_at(list, i), "value", 0);
}

static void load_reg(struct dp_model_reg *r, const struct dp_json *j)
{
	r->value = dp_json_hex(j, "value", r->value);
	r->once = dp_json_hex(j, "once", 0);
	r->was_written = dp_json_get(j, "written") != NULL;
	r->written = dp_json_hex(j, "written", 0);
	if (r->fifo && dp_json_get(j, "fifo"))
		load_fifo(r->fifo, dp_json_get(j, "fifo"));
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
		load_reg(r, v);
		return 0;
	}
	return 0;
}

static int check_state(const struct dp_model *m, const struct dp_json *doc, struct dp_err *err)
{
	const char *model = dp_json_str(doc, "model", "");

	if (dp_json_int(doc, "schema", 0) != 1 || !dp_json_get(doc, "registers"))
		return dp_err_set(err, EINVAL, DP_VALUE, "'%s' is not a model's state", m->state);
	if (strcmp(model, m->desc->name) == 0)
		return 0;
	dp_err_set(err, EINVAL, DP_VALUE, "'%s' is the state of model '%s', not of '%s'", m->state,
		   model, m->desc->name);
	dp_err_hint(err, "give another file after '@'");
	return -EINVAL;
}

int dp_model_load(struct dp_model *m, struct dp_err *err)
{
	struct dp_json *doc;
	int rc;

	if (!m->state || access(m->state, F_OK))
		return 0;
	doc = dp_json_read(m->state, err);
	if (!doc)
		return -EIO;
	rc = check_state(m, doc, err);
	if (!rc && dp_json_each(dp_json_get(doc, "registers"), load_entry, m))
		rc = dp_err_nomem(err);
	dp_json_free(doc);
	return rc;
}
