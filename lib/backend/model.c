/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model.c - the in-process register model: `model:FILE.yaml[@STATE]`
 *
 * STATE keeps the registers between runs.  STATE.log gets one line per access that arrived
 * here, whatever the core's own trace says of it: the tests' oracle.  Several processes may
 * use one STATE: each access happens under a lock on the log, whose length tells whether
 * somebody else has been there meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/model.h"

struct priv {
	struct dp_model model;
	struct dp_inst *inst;
	bool open;
};

static struct priv *priv_of(struct dp_dev *dev)
{
	return dev->priv;
}

/* ------------------------------------------------------------------ probe */

/* "FILE.yaml@STATE": the file's name may hold an '@', what stands after .yaml@ is STATE */
static int split_spec(const char *spec, char **file, char **state)
{
	const char *at = strstr(spec, ".yaml@");

	at = at ? at + strlen(".yaml") : strchr(spec, '@');
	*file = at ? strndup(spec, (size_t)(at - spec)) : strdup(spec);
	*state = at && at[1] ? strdup(at + 1) : NULL;
	return *file && (*state || !at || !at[1]) ? 0 : -ENOMEM;
}

static int add_regions(struct dp_dev *dev, struct dp_model *m, struct dp_err *err)
{
	for (size_t i = 0; i < m->n_spaces; i++) {
		const struct dp_desc_space *ds = m->spaces[i].ds;
		unsigned widths = ds->widths ? ds->widths : 8 | 16 | 32 | 64;
		struct dp_region *r;

		if (dp_is_behind(ds))
			continue;
		r = dp_dev_add_region(dev, ds->name, ds->kind, m->spaces[i].size, widths);
		if (!r)
			return dp_err_nomem(err);
		r->index = (int)i;
		/* a description without spaces has one, whatever its name */
		if (!dev->main || (ds->place == DP_PLACE_DEFAULT && strcmp(ds->name, "main") == 0))
			dev->main = dp_dev_space(dev, ds->name);
	}
	return 0;
}

static int model_probe(struct dp_dev *dev, const char *spec, struct dp_err *err)
{
	struct priv *p = priv_of(dev);
	char *file = NULL;
	int rc;

	p->model.log = -1;
	p->model.logged = -1;
	if (split_spec(spec, &file, &p->model.state))
		rc = dp_err_nomem(err);
	else
		rc = dp_dev_describe(dev, file, err);
	if (!rc) {
		p->inst = dev->insts;
		snprintf(dev->info.name, sizeof(dev->info.name), "%s",
			 p->inst->desc->title ? p->inst->desc->title : p->inst->desc->name);
		rc = dp_model_build(&p->model, p->inst, err);
	}
	if (!rc)
		rc = add_regions(dev, &p->model, err);
	free(file);
	return rc;
}

/* -------------------------------------------------------------------- open */

static int open_log(struct dp_model *m, struct dp_err *err)
{
	char path[4096];

	if (!m->state || m->log >= 0)
		return 0;
	if ((size_t)snprintf(path, sizeof(path), "%s.log", m->state) >= sizeof(path))
		return dp_err_set(err, ENAMETOOLONG, DP_IO, "the path '%.60s...' is too long",
				  m->state);
	m->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0600);
	if (m->log >= 0)
		return 0;
	return dp_err_set(err, errno, dp_file_code(errno), "cannot open '%s': %s", path,
			  strerror(errno));
}

/* the lock of the device, which also covers a plan's read and write, is that of the log */
static int share_lock(struct dp_dev *dev, struct dp_err *err)
{
	int log = priv_of(dev)->model.log;

	if (log < 0 || dev->lock_fd >= 0)
		return 0;
	dev->lock_fd = fcntl(log, F_DUPFD_CLOEXEC, 0);
	if (dev->lock_fd >= 0)
		return 0;
	return dp_err_set(err, errno, DP_INTERNAL, "out of descriptors: %s", strerror(errno));
}

/* have the registers as they are now; @mine: the lock was taken here */
static int begin(struct dp_dev *dev, bool *mine, struct dp_err *err)
{
	struct dp_model *m = &priv_of(dev)->model;
	struct stat st;
	int rc;

	*mine = !dev->locked;
	if (m->log < 0)
		return 0;
	rc = *mine ? dp_dev_lock(dev, err) : 0;
	if (rc)
		return rc;
	if (fstat(m->log, &st) || st.st_size != m->logged)
		rc = dp_model_load(m, err);
	if (rc)
		m->logged = -1;
	if (rc && *mine)
		dp_dev_unlock(dev);
	return rc;
}

static void end(struct dp_dev *dev, bool mine)
{
	struct dp_model *m = &priv_of(dev)->model;
	struct stat st;

	if (m->log < 0)
		return;
	if (!fstat(m->log, &st))
		m->logged = st.st_size;
	if (mine)
		dp_dev_unlock(dev);
}

static int model_open(struct dp_dev *dev, unsigned flags, struct dp_err *err)
{
	struct priv *p = priv_of(dev);
	bool mine;
	int rc;

	(void)flags;
	if (p->open)
		return 0;
	/* a state that is none is told before a log is made beside it */
	rc = dp_model_load(&p->model, err);
	if (!rc)
		rc = open_log(&p->model, err);
	if (!rc)
		rc = share_lock(dev, err);
	if (!rc)
		rc = begin(dev, &mine, err);
	if (!rc)
		end(dev, mine);
	if (!rc && !p->model.windows)
		rc = dp_model_windows(&p->model, p->inst, err);
	p->open = !rc;
	return rc;
}

static void model_close(struct dp_dev *dev)
{
	struct priv *p = priv_of(dev);

	if (p->model.log >= 0)
		close(p->model.log);
	free(p->model.state);
	dp_model_end(&p->model);
}

/* ------------------------------------------------------------------ access */

static int log_access(struct dp_dev *dev, char op, const struct dp_region *r, uint64_t offset,
		      unsigned width, uint64_t value, struct dp_err *err)
{
	struct dp_model *m = &priv_of(dev)->model;
	struct dp_trace t = {
		.op = op, .space = r->name, .offset = offset, .width = width, .value = value};
	char line[512];
	ssize_t done;
	int len;

	if (m->log < 0)
		return 0;
	t.t_us = (dp_now_ns() - dev->ctx->t0_ns) / 1000;
	len = dp_trace_json(&t, line, sizeof(line) - 1);
	if (len < 0 || (size_t)len >= sizeof(line) - 1)
		return 0;
	line[len++] = '\n';
	done = write(m->log, line, (size_t)len);
	if (done == len)
		return 0;
	return dp_err_set(err, EIO, DP_IO, "cannot write '%s.log': %s", m->state,
			  strerror(done < 0 ? errno : ENOSPC));
}

static int model_read(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		      uint64_t *value, struct dp_err *err)
{
	struct dp_model *m = &priv_of(dev)->model;
	bool mine;
	int rc = begin(dev, &mine, err);

	if (rc)
		return rc;
	*value = dp_model_read(m, (unsigned)r->index, offset, width);
	rc = log_access(dev, 'R', r, offset, width, *value, err);
	if (!rc)
		rc = dp_model_save(m, err);
	end(dev, mine);
	return rc;
}

static int model_write(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
		       uint64_t value, struct dp_err *err)
{
	struct dp_model *m = &priv_of(dev)->model;
	bool mine;
	int rc = begin(dev, &mine, err);

	if (rc)
		return rc;
	dp_model_write(m, (unsigned)r->index, offset, width, value);
	rc = log_access(dev, 'W', r, offset, width, value, err);
	if (!rc)
		rc = dp_model_save(m, err);
	end(dev, mine);
	return rc;
}

/* the state is read first: a plan is made before the device is opened */
static int model_shadow(struct dp_dev *dev, struct dp_region *r, uint64_t offset, unsigned width,
			uint64_t *value)
{
	struct priv *p = priv_of(dev);
	bool mine;

	if (p->open ? begin(dev, &mine, NULL) : dp_model_load(&p->model, NULL))
		return -ENOENT;
	if (p->open)
		end(dev, mine);
	return dp_model_shadow(&p->model, (unsigned)r->index, offset, width, value);
}

const struct dp_backend dp_backend_model = {
	.name = "model",
	.help = "registers in this process, as a description says",
	.caps = DP_CAP_READ | DP_CAP_WRITE | DP_CAP_SHADOW,
	.priv_size = sizeof(struct priv),
	.probe = model_probe,
	.open = model_open,
	.close = model_close,
	.read = model_read,
	.write = model_write,
	.shadow = model_shadow,
};
