/* SPDX-License-Identifier: GPL-2.0-or-later */
/* variant.c - which variants of a description hold on this device, and using those */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reg/grammar.h"

/* ids that attribute files tell, without opening anything; false: not a PCI function */
static bool pci_id(const struct dp_dev_info *info, const char *name, uint64_t *value)
{
	const struct {
		const char *name;
		uint64_t value;
	} ids[] = {
		{"pci.vendor", info->vendor},       {"pci.device", info->device},
		{"pci.subvendor", info->subvendor}, {"pci.subdevice", info->subdevice},
		{"pci.revision", info->revision},   {"pci.class", info->class},
	};

	for (size_t i = 0; info->vendor && i < sizeof(ids) / sizeof(ids[0]); i++)
		if (!strcmp(ids[i].name, name)) {
			*value = ids[i].value;
			return true;
		}
	return false;
}

struct lookup {
	struct dp_inst *inst;
	dp_expr_lookup consts;
	void *arg;
	bool no_ids; /* it asks for ids, and this is no PCI function */
};

static int look_up(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err)
{
	struct lookup *l = arg;

	if (kind || strncmp(name, "pci.", 4) != 0)
		return l->consts(l->arg, kind, name, value, err);
	*value = 0;
	l->no_ids |= !pci_id(&l->inst->dev->info, name, value);
	return 0;
}

int dp_variants_hold(struct dp_inst *inst, dp_expr_lookup consts, void *arg, uint64_t *mask,
		     struct dp_err *err)
{
	struct lookup l = {.inst = inst, .consts = consts, .arg = arg};
	const struct dp_desc *d = inst->desc;
	uint64_t holds;
	int rc = 0;

	*mask = 0;
	for (size_t i = 0; i < d->n_variants && !rc; i++) {
		l.no_ids = false;
		rc = dp_expr_eval(d->variants[i].when, look_up, &l, &holds, err);
		if (!rc && holds && !l.no_ids)
			*mask |= UINT64_C(1) << i;
	}
	return rc;
}

static int from_device(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err)
{
	(void)kind;
	return dp_inst_const(arg, name, value, err);
}

bool dp_desc_has_variants(const struct dp_desc *d)
{
	if (d->n_variants)
		return true;
	for (size_t i = 0; i < d->n_blocks; i++)
		if (d->blocks[i].sub && dp_desc_has_variants(d->blocks[i].sub))
			return true;
	return false;
}

static int decide(void *arg, struct dp_inst *inst)
{
	struct dp_err *err = arg;
	uint64_t mask;
	int rc;

	if (inst->decided || !inst->desc->n_variants)
		return 0;
	rc = dp_variants_hold(inst, from_device, inst, &mask, err);
	return rc ? rc : dp_inst_use(inst, mask, err);
}

/* a variant may change blocks: once more until nothing is new */
int dp_dev_decide(struct dp_dev *dev, struct dp_err *err)
{
	int rc;

	if (!dev->undecided || !dev->is_open)
		return 0;
	dev->undecided = false; /* reading const registers comes through here again */
	rc = dp_each_inst(dev, NULL, decide, err, err);
	dev->undecided = rc != 0;
	return rc;
}

int dp_dev_undecided(struct dp_dev *dev, struct dp_err *err)
{
	int rc = dp_dev_auto_describe(dev, err);

	return rc ? rc : dev->undecided;
}
