/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_name.c - which function of the machine is which of the user's devices */
#include <stdio.h>
#include <string.h>

#include "backend/lab.h"

/** struct walk - @fn: called for each function that QEMU names */
struct walk {
	void (*fn)(void *arg, unsigned bdf, const char *id);
	void *arg;
};

static void walk_devices(const struct walk *w, const struct dp_json *devices, unsigned depth)
{
	/* 256 buses in a row are the deepest machine */
	for (size_t i = 0; depth < 256 && devices && i < dp_json_len(devices); i++) {
		const struct dp_json *d = dp_json_at(devices, i);
		const struct dp_json *bridge = dp_json_get(d, "pci_bridge");

		w->fn(w->arg,
		      (unsigned)(dp_json_int(d, "bus", 0) << 8 | dp_json_int(d, "slot", 0) << 3 |
				 dp_json_int(d, "function", 0)),
		      dp_json_str(d, "qdev_id", ""));
		if (bridge)
			walk_devices(w, dp_json_get(bridge, "devices"), depth + 1);
	}
}

int dp_lab_query_fns(struct dp_qmp *qmp, void (*fn)(void *arg, unsigned bdf, const char *id),
		     void *arg, struct dp_err *err)
{
	const struct walk w = {fn, arg};
	const struct dp_json *buses;
	struct dp_json *answer;
	int rc = dp_qmp_run(qmp, "query-pci", NULL, &answer, err);

	if (rc)
		return rc;
	buses = dp_json_get(answer, "return");
	for (size_t i = 0; buses && i < dp_json_len(buses); i++)
		walk_devices(&w, dp_json_get(dp_json_at(buses, i), "devices"), 0);
	dp_json_free(answer);
	return 0;
}

static void name_one(void *arg, unsigned bdf, const char *id)
{
	struct dp_lab_fn *f = dp_lab_fn_at(arg, bdf);

	if (f)
		snprintf(f->name, sizeof(f->name), "%s", id);
}

static void name_ports(struct dp_lab *lab)
{
	for (size_t i = 0; i < lab->n; i++) {
		struct dp_lab_fn *f = &lab->fns[i];

		for (size_t k = 0; k < lab->n; k++)
			if (lab->fns[k].bridge && lab->fns[k].secondary == f->bdf >> 8)
				dp_lab_fn_text(&lab->fns[k], f->port);
		if (!strncmp(f->name, DP_LAB_PORT_ID, strlen(DP_LAB_PORT_ID)))
			snprintf(f->model, sizeof(f->model), "pcie-root-port");
	}
}

int dp_lab_name_fns(struct dp_lab *lab, struct dp_qmp *qmp, struct dp_err *err)
{
	int rc = dp_lab_query_fns(qmp, name_one, lab, err);

	if (!rc)
		name_ports(lab);
	return rc;
}

void dp_lab_name_model(struct dp_lab *lab, const struct dp_lab_model *m)
{
	struct dp_lab_fn *f = dp_lab_fn_named(lab, m->id);

	if (!f)
		return;
	snprintf(f->model, sizeof(f->model), "%s", m->model);
	if (m->drive[0] && m->drive[0] != '/')
		snprintf(f->disk, sizeof(f->disk), "%.15s", m->drive);
}

void dp_lab_note_unplaced(struct dp_ctx *ctx, const struct dp_lab *lab, const char *port)
{
	for (size_t i = 0; i < lab->n; i++) {
		const struct dp_lab_fn *f = &lab->fns[i];
		char text[64];

		if (port && strcmp(f->port, port))
			continue;
		dp_lab_fn_text(f, text);
		for (unsigned k = 0; k < f->n_bars; k++)
			if (!f->bars[k].address)
				dp_note(ctx,
					"bar%u of '%s' (0x%llx bytes) got no address: there is no "
					"room for it",
					f->bars[k].index, text,
					(unsigned long long)f->bars[k].size);
	}
}
