/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session.c - one context, each device found once, variables of a batch */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "session.h"
#include "signals.h"

struct device {
	char *spec;
	char **descs;
	size_t n_descs;
	struct dp_dev *dev;
	struct device *next;
};

struct variable {
	char *name;
	struct dp_wide value;
	char text[DP_WIDE_TEXT]; /* the same, of a value that nothing is computed with */
	struct variable *next;
};

static void on_trace(void *arg, const struct dp_trace *t)
{
	struct session *s = arg;
	char line[1024];

	dp_trace_json(t, line, sizeof(line));
	if (!s->trace)
		msg_line(line);
	else if (fprintf(s->trace, "%s\n", line) < 0 && !s->trace_errno)
		s->trace_errno = errno;
}

static void on_note(void *arg, const char *text)
{
	struct session *s = arg;

	/* of many registers of one device each may have the same to say */
	if (!strcmp(s->last_note, text))
		return;
	snprintf(s->last_note, sizeof(s->last_note), "%s", text);
	msg_note(s->where, text);
}

static bool interrupted(void *arg)
{
	(void)arg;
	return signals_pending() != 0;
}

static struct variable *find_var(struct session *s, const char *name)
{
	struct variable *v = s->vars;

	while (v && strcmp(v->name, name))
		v = v->next;
	return v;
}

static int get_var(void *arg, const char *name, uint64_t *value)
{
	const struct variable *v = find_var(arg, name);

	if (!v)
		return -ENOENT;
	*value = v->value.lo;
	return v->value.hi ? -ERANGE : 0;
}

/* what is wider than (expr) is a value only where it stands alone */
static const char *get_wide(void *arg, const char *name)
{
	const struct variable *v = find_var(arg, name);

	return v && v->value.hi ? v->text : NULL;
}

int session_var(struct session *s, const char *name, struct dp_wide *value)
{
	const struct variable *v = find_var(s, name);

	if (v)
		*value = v->value;
	return v ? 0 : -ENOENT;
}

int session_set_var(struct session *s, const char *name, struct dp_wide value)
{
	struct variable *v = find_var(s, name);

	if (!v) {
		v = calloc(1, sizeof(*v));
		if (!v || !(v->name = strdup(name))) {
			free(v);
			return -ENOMEM;
		}
		v->next = s->vars;
		s->vars = v;
	}
	v->value = value;
	dp_wide_hex(value, 1, v->text);
	return 0;
}

void session_init(struct session *s)
{
	memset(s, 0, sizeof(*s));
	env_read(&s->env);
	s->lookup = (struct dp_vars){.var = get_var, .text = get_wide, .arg = s};
}

struct dp_ctx *session_ctx_with(struct session *s, const char *runtime, const char *qemu)
{
	struct dp_ctx_opts o = {
		.root = s->env.root,
		.runtime_dir = runtime ? runtime : s->env.runtime,
		.desc_dirs = s->env.desc_dirs,
		.config_dirs = s->env.config_dirs,
		.cache_dir = *s->env.cache ? s->env.cache : NULL,
		.qemu = qemu,
		.force = s->force,
		.trace = s->tracing ? on_trace : NULL,
		.note = on_note,
		.interrupted = interrupted,
		.arg = s,
	};

	return dp_ctx_new(&o);
}

struct dp_ctx *session_ctx(struct session *s)
{
	if (!s->ctx)
		s->ctx = session_ctx_with(s, NULL, NULL);
	return s->ctx;
}

void session_set_force(struct session *s, uint64_t force)
{
	dp_ctx_set_force(s->ctx, force);
	if (s->user_ctx)
		dp_ctx_set_force(s->user_ctx, force);
}

static int no_trace(const struct session *s, int errnum, struct dp_err *err)
{
	return dp_err_set(err, errnum, DP_IO, "cannot write the trace '%s': %s", s->trace_file,
			  strerror(errnum));
}

int session_trace(struct session *s, const char *file, struct dp_err *err)
{
	if (s->ctx) {
		/* accesses through windows that are open already would escape it */
		dp_err_set(err, EINVAL, DP_USAGE, "--trace stands on a line of a batch");
		dp_err_hint(err, "devpoke batch --trace=FILE");
		return -EINVAL;
	}
	s->tracing = true;
	if (!*file || !strcmp(file, "-"))
		return 0;
	s->trace_file = file;
	s->trace = fopen(file, "we");
	return s->trace ? 0 : no_trace(s, errno, err);
}

int session_trace_end(struct session *s, struct dp_err *err)
{
	if (!s->trace)
		return 0;
	if (fclose(s->trace) && !s->trace_errno)
		s->trace_errno = errno;
	s->trace = NULL;
	return s->trace_errno ? no_trace(s, s->trace_errno, err) : 0;
}

static bool same(const struct device *d, const char *spec, const char *const *descs, size_t n)
{
	if (strcmp(d->spec, spec) || d->n_descs != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(d->descs[i], descs[i]))
			return false;
	return true;
}

static void descs_free(char **descs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(descs[i]);
	free(descs);
}

static char **descs_copy(const char *const *descs, size_t n)
{
	char **copy = calloc(n + 1, sizeof(*copy));

	for (size_t i = 0; copy && i < n; i++) {
		copy[i] = strdup(descs[i]);
		if (!copy[i]) {
			descs_free(copy, i);
			return NULL;
		}
	}
	return copy;
}

static void device_free(struct device *d)
{
	if (!d)
		return;
	dp_dev_close(d->dev);
	descs_free(d->descs, d->n_descs);
	free(d->spec);
	free(d);
}

static struct device *device_new(const char *spec, const char *const *descs, size_t n)
{
	struct device *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->spec = strdup(spec);
	d->descs = descs_copy(descs, n);
	d->n_descs = d->descs ? n : 0;
	if (d->spec && d->descs)
		return d;
	device_free(d);
	return NULL;
}

/* a lab of the user behind sudo is found too; root only looks there */
static int find(struct session *s, const char *spec, struct dp_dev **dev, struct dp_err *err)
{
	int rc = dp_dev_find(s->ctx, spec, dev, err);

	if (!rc || !*s->env.user_runtime || strncmp(spec, "sim:", 4))
		return rc;
	if (!s->user_ctx)
		s->user_ctx = session_ctx_with(s, s->env.user_runtime, NULL);
	return s->user_ctx && !dp_dev_find(s->user_ctx, spec, dev, NULL) ? 0 : rc;
}

int session_device(struct session *s, const char *spec, const char *const *descs, size_t n,
		   struct dp_dev **dev, struct dp_err *err)
{
	struct device *d;
	int rc;

	for (d = s->devices; d; d = d->next) {
		if (same(d, spec, descs, n)) {
			*dev = d->dev;
			return 0;
		}
	}
	d = device_new(spec, descs, n);
	if (!d || !session_ctx(s)) {
		device_free(d);
		return dp_err_nomem(err);
	}
	rc = find(s, spec, &d->dev, err);
	if (!rc && s->batch)
		dp_dev_keep(d->dev);
	for (size_t i = 0; !rc && i < n; i++)
		rc = dp_dev_describe(d->dev, descs[i], err);
	if (rc) {
		device_free(d);
		return rc;
	}
	d->next = s->devices;
	s->devices = d;
	*dev = d->dev;
	return 0;
}

/* devices of one lab share what they have: all of them, so that it is free */
void session_rest(struct session *s)
{
	for (struct device *d = s->devices; d; d = d->next)
		dp_dev_rest(d->dev);
}

void session_forget_labs(struct session *s)
{
	struct device **at = &s->devices;

	while (*at) {
		struct device *d = *at;

		if (!(dp_dev_caps(d->dev) & DP_CAP_LAB)) {
			at = &d->next;
			continue;
		}
		*at = d->next;
		device_free(d);
	}
}

int session_use(struct session *s, const char *spec, const char *const *descs, size_t n,
		struct dp_err *err)
{
	struct dp_dev *dev;
	char *name, **copy;
	int rc = session_device(s, spec, descs, n, &dev, err);

	if (rc)
		return rc;
	name = strdup(spec);
	copy = descs_copy(descs, n);
	if (!name || !copy) {
		free(name);
		descs_free(copy, copy ? n : 0);
		return dp_err_nomem(err);
	}
	descs_free(s->descs, s->n_descs);
	free(s->in_force);
	s->in_force = name;
	s->descs = copy;
	s->n_descs = n;
	return 0;
}

void session_free(struct session *s)
{
	while (s->devices) {
		struct device *next = s->devices->next;

		device_free(s->devices);
		s->devices = next;
	}
	while (s->vars) {
		struct variable *next = s->vars->next;

		free(s->vars->name);
		free(s->vars);
		s->vars = next;
	}
	dp_ctx_free(s->ctx);
	dp_ctx_free(s->user_ctx);
	descs_free(s->descs, s->n_descs);
	free(s->in_force);
}
