/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * batch_cache.c - bare lines that come again
 *
 * A line that is one path is resolved and planned once; its text for a value is kept as long
 * as the register reads the same.  A line that is one assignment is parsed once and planned
 * anew each time, for what has been written meanwhile may count.  Refusals were checked when
 * the entry was made, against a force mask that no bare line can change.
 */
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "batch.h"
#include "builtins.h"
#include "out.h"
#include "render.h"
#include "session.h"

#define SLOTS 4096u

struct entry {
	char *line;
	struct dp_dev *dev;
	struct dp_refs refs; /* a path ... */
	struct dp_plan *plan;
	struct dp_assign *assign; /* ... or an assignment */
	struct dp_wide value;     /* that @text shows */
	char *text;
	size_t text_len;
};

struct cache {
	struct session *session;
	struct entry *slots[SLOTS];
};

struct cache *cache_new(struct session *s)
{
	struct cache *cache = calloc(1, sizeof(*cache));

	if (cache)
		cache->session = s;
	return cache;
}

static void entry_free(struct entry *e)
{
	if (!e)
		return;
	dp_plan_free(e->plan);
	dp_refs_free(&e->refs);
	dp_assign_free(e->assign);
	free(e->text);
	free(e->line);
	free(e);
}

void cache_clear(struct cache *cache)
{
	for (size_t i = 0; i < SLOTS; i++) {
		entry_free(cache->slots[i]);
		cache->slots[i] = NULL;
	}
}

void cache_free(struct cache *cache)
{
	if (!cache)
		return;
	cache_clear(cache);
	free(cache);
}

/* FNV-1a */
static unsigned slot_of(const char *line)
{
	uint32_t h = 2166136261u;

	for (; *line; line++)
		h = (h ^ (unsigned char)*line) * 16777619u;
	return (h ^ h >> 16) % SLOTS;
}

/* one plain word: nothing to unquote, no variable, and no verb */
static bool is_bare(const char *line)
{
	size_t n = strcspn(line, " \t\r'\"\\#$@<>!(");

	return n && !line[n] && *line != '-' && !verb_by_name(line) && !builtin_by_name(line);
}

static int open_for(struct dp_dev *dev, const struct dp_plan *plan, struct dp_err *err)
{
	return dp_dev_open(dev, access_open_flags(plan), err);
}

static int make_peek(struct entry *e, struct dp_err *err)
{
	struct dp_ref_info info;
	int rc = dp_resolve(e->dev, e->line, 0, &e->refs, err);

	if (!rc)
		rc = dp_plan_peek(e->dev, e->refs.v[0], &e->plan, err);
	if (!rc)
		rc = open_for(e->dev, e->plan, err);
	if (rc)
		return rc;
	dp_ref_info(e->refs.v[0], &info);
	if (info.located)
		return 0;
	rc = dp_ref_locate(e->refs.v[0], err);
	dp_plan_free(e->plan);
	e->plan = NULL;
	return rc ? rc : dp_plan_peek(e->dev, e->refs.v[0], &e->plan, err);
}

/* what cannot be remembered goes the long way, where its error is found again and told */
static struct entry *entry_new(struct cache *cache, const char *line)
{
	struct session *s = cache->session;
	struct entry *e = calloc(1, sizeof(*e));
	int rc;

	if (!e)
		return NULL;
	e->line = strdup(line);
	rc = !e->line || session_device(s, s->in_force, (const char *const *)s->descs, s->n_descs,
					&e->dev, NULL);
	if (!rc)
		rc = dp_dev_undecided(e->dev, NULL);
	if (!rc && strchr(line, '='))
		rc = dp_assign_parse(e->dev, line, &s->lookup, &e->assign, NULL);
	else if (!rc)
		rc = make_peek(e, NULL);
	if (!rc && !(e->assign && dp_assign_next(e->assign)))
		return e;
	entry_free(e);
	return NULL;
}

/* the text of a value is made by the one renderer, and kept while the value stays */
static void show_peek(struct entry *e, struct dp_wide value)
{
	struct reading r = {.ref = e->refs.v[0], .value = value};
	const char *text;

	if (!e->text || !dp_wide_same(e->value, value)) {
		out_capture();
		render_reading(NULL, FORM_PEOPLE, &r);
		text = out_captured(&e->text_len);
		free(e->text);
		e->text = malloc(e->text_len + 1);
		if (!e->text || !text) {
			render_reading(NULL, FORM_PEOPLE, &r);
			return;
		}
		memcpy(e->text, text, e->text_len);
		e->value = value;
	}
	out_write(e->text, e->text_len);
}

static int run_peek(struct cache *cache, struct entry *e, struct dp_err *err)
{
	struct cmd c = {.session = cache->session};
	struct dp_result res;
	int rc;

	if (dp_plan_run(e->dev, e->plan, &res, err))
		return exit_code_of(err);
	rc = access_believe(&c, e->dev, e->refs.v[0], res.value);
	if (rc)
		*err = c.err;
	else
		show_peek(e, res.value);
	return rc;
}

static int run_poke(struct cache *cache, struct entry *e, struct dp_err *err)
{
	static const struct dp_poke_opts plain;
	struct dp_plan *plan = NULL;
	struct dp_result res;
	int rc = dp_plan_poke(e->dev, e->assign, &plain, &plan, err);

	if (!rc)
		rc = open_for(e->dev, plan, err);
	if (!rc)
		rc = dp_plan_run(e->dev, plan, &res, err);
	if (!rc && !cache->session->quiet)
		render_written(dp_assign_ref(e->assign), &res);
	dp_plan_free(plan);
	return rc ? exit_code_of(err) : EXIT_DONE;
}

/* an assignment whose place depends on the device takes the long way */
static bool assign_is_located(const struct entry *e)
{
	struct dp_ref_info info;

	if (!e->assign)
		return true;
	dp_ref_info(dp_assign_ref(e->assign), &info);
	return info.located;
}

static struct entry *lookup(struct cache *cache, const char *line)
{
	struct entry **slot = &cache->slots[slot_of(line)];
	struct entry *e = *slot;

	if (e && !strcmp(e->line, line))
		return e;
	if (!is_bare(line))
		return NULL;
	e = entry_new(cache, line);
	if (e && !assign_is_located(e)) {
		entry_free(e);
		e = NULL;
	}
	if (e) {
		entry_free(*slot);
		*slot = e;
	}
	return e;
}

bool cache_run(struct cache *cache, const char *line, int *code, struct dp_err *err)
{
	struct session *s = cache->session;
	struct entry *e;

	if (!s->in_force || s->json || s->checking)
		return false;
	session_set_force(s, s->force);
	e = lookup(cache, line);
	if (!e)
		return false;
	if (dp_dev_recheck(e->dev, err))
		*code = exit_code_of(err);
	else
		*code = e->assign ? run_poke(cache, e, err) : run_peek(cache, e, err);
	return true;
}
