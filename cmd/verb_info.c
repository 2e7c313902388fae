/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_info.c - devpoke info TARGET [SECTION]: one device, looking only */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "pci_caps.h"
#include "session.h"
#include "verbs.h"

#define SECTIONS "caps|bars|driver|irq|power|iommu"

/* what the sections draw from */
struct info {
	struct cmd *c;
	struct dp_dev *dev;
	const struct dp_dev_info *i;
	struct pci_caps caps;
	char power[8];     /* as its power management capability says, "" = it has none */
	char no_caps[300]; /* why configuration space was not read, "" = it was */
	const char *only;
};

static const char *or_none(const char *text)
{
	return *text ? text : "none";
}

/* --------------------------------------------------- configuration space */

static int why_not_config(struct info *f, const char *why)
{
	snprintf(f->no_caps, sizeof(f->no_caps), "%s", why);
	return -1;
}

/* opening may reset the device where its description says so: then the attribute files do */
static struct dp_space *config_space(struct info *f, struct dp_err *err)
{
	struct dp_dev *dev = f->dev;
	const char *bdf = strchr(f->i->target, ':');
	char spec[160];

	if (dp_dev_caps(dev) & DP_CAP_OPEN_RESETS) {
		if (!bdf || strchr(f->i->target, '/'))
			return NULL;
		/* "vfio:0000:01:00.0" and "0000:01:00.0" */
		bdf = strspn(f->i->target, "0123456789abcdef") == 4 ? f->i->target : bdf + 1;
		snprintf(spec, sizeof(spec), "sysfs:%s", bdf);
		if (session_device(f->c->session, spec, NULL, 0, &dev, err))
			return NULL;
	}
	if (dp_dev_open(dev, 0, err))
		return NULL;
	return dp_dev_space(dev, "cfg");
}

/* PCI Bus Power Management 1.2, 3.2.4: PMCSR bits 1:0 */
static void read_power(struct info *f, struct dp_space *cfg)
{
	static const char *const states[] = {"D0", "D1", "D2", "D3hot"};
	const struct pci_cap *pm = pci_caps_find(&f->caps, 0x01);
	uint64_t pmcsr;

	if (pm && !dp_space_read(cfg, pm->offset + 4, 16, &pmcsr, NULL))
		snprintf(f->power, sizeof(f->power), "%s", states[pmcsr & 3]);
}

static int read_config(struct info *f)
{
	struct dp_err err = {0};
	struct dp_space *cfg;

	if (!(dp_dev_caps(f->dev) & DP_CAP_CONFIG))
		return why_not_config(f, "no PCI configuration space");
	if (!strncmp(f->i->power, "D3", 2))
		return why_not_config(f, "not read: the device sleeps, and looking would wake it");
	if (f->c->session->checking)
		return why_not_config(f, "not read");
	cfg = config_space(f, &err);
	if (cfg && !pci_caps_read(cfg, &f->caps, &err)) {
		read_power(f, cfg);
		return 0;
	}
	if (err.code == DP_PERMISSION || (geteuid() && !f->caps.n))
		return why_not_config(f, "capabilities need root");
	return why_not_config(f, *err.message ? err.message : "not readable");
}

/* ---------------------------------------------------------------- sections */

static bool wanted(const struct info *f, const char *section)
{
	return !f->only || !strcmp(f->only, section);
}

static const char *vector_text(const struct info *f, char *buf, size_t size)
{
	const struct pci_cap *msi = pci_caps_find(&f->caps, 0x05);
	const struct pci_cap *msix = pci_caps_find(&f->caps, 0x11);
	size_t n = 0;

	*buf = '\0';
	if (f->caps.pin)
		n += snprintf(buf + n, size - n, "INT%c%s", 'A' + (f->caps.pin - 1) % 4,
			      f->caps.command >> 10 & 1 ? " (disabled)" : "");
	/* multiple message capable: PCI 3.0, 6.8.1.3; table size: 6.8.2.3 */
	if (msi)
		n += snprintf(buf + n, size - n, "%sMSI %u vector%s%s", n ? ", " : "",
			      1u << (msi->header >> 17 & 7), msi->header >> 17 & 7 ? "s" : "",
			      msi->header >> 16 & 1 ? " (enabled)" : "");
	if (msix)
		n += snprintf(buf + n, size - n, "%sMSI-X %u vectors%s", n ? ", " : "",
			      (msix->header >> 16 & 0x7ff) + 1,
			      msix->header >> 31 ? " (enabled)" : "");
	return n ? buf : "none";
}

static void json_irq(struct info *f)
{
	const struct pci_cap *msi = pci_caps_find(&f->caps, 0x05);
	const struct pci_cap *msix = pci_caps_find(&f->caps, 0x11);
	struct json *j = json_map(f->c->doc, "irq");
	char pin[2] = {f->caps.pin ? (char)('A' + (f->caps.pin - 1) % 4) : '\0'};

	if (*f->no_caps) {
		json_str(j, "why_not", f->no_caps);
		return;
	}
	json_str(j, "intx", pin);
	json_uint(j, "msi", msi ? 1u << (msi->header >> 17 & 7) : 0);
	json_flag(j, "msi_enabled", msi && msi->header >> 16 & 1);
	json_uint(j, "msix", msix ? (msix->header >> 16 & 0x7ff) + 1 : 0);
	json_flag(j, "msix_enabled", msix && msix->header >> 31);
}

static void section_irq(struct info *f)
{
	char text[160];

	if (f->c->doc)
		json_irq(f);
	else
		out("irq     %s\n", *f->no_caps ? f->no_caps : vector_text(f, text, sizeof(text)));
}

static void section_caps(struct info *f)
{
	struct json *arr = NULL;

	if (f->c->doc && *f->no_caps)
		json_str(f->c->doc, "caps_why_not", f->no_caps);
	else
		arr = json_array(f->c->doc, "caps");
	if (!f->c->doc)
		out("caps%s%s\n", f->caps.n ? "" : "    ",
		    *f->no_caps ? f->no_caps
		    : f->caps.n ? ""
				: "none");
	for (size_t i = 0; i < f->caps.n; i++) {
		const struct pci_cap *cap = &f->caps.v[i];
		struct json *j = json_item(arr);

		json_hex(j, "id", cap->id, cap->extended ? 16 : 8);
		json_str(j, "name", cap->name);
		json_hex(j, "offset", cap->offset, 12);
		json_flag(j, "extended", cap->extended);
		if (!f->c->doc)
			out("        0x%03x  %s 0x%02x  %s\n", cap->offset,
			    cap->extended ? "ext" : "cap", cap->id, cap->name ? cap->name : "");
	}
}

static void size_text(char *buf, size_t size, uint64_t bytes)
{
	static const char *const units[] = {"", "K", "M", "G", "T", "P", "E"};
	size_t unit = 0;

	for (; bytes && bytes % 1024 == 0; unit++)
		bytes /= 1024;
	snprintf(buf, size, "%ju%s", (uintmax_t)bytes, units[unit]);
}

static void json_space(struct json *arr, const struct dp_space_info *s)
{
	static const char *const kinds[] = {"registers", "memory", "config", "port"};
	struct json *j = json_item(arr), *widths;

	json_str(j, "name", s->name);
	json_str(j, "kind", kinds[s->kind]);
	json_uint(j, "size", s->size);
	if (s->address)
		json_hex(j, "address", s->address, 32);
	else
		json_null(j, "address");
	widths = json_array(j, "widths");
	for (unsigned w = 8; widths && w <= 64; w *= 2) {
		char text[4];

		snprintf(text, sizeof(text), "%u", w);
		if (s->widths & w)
			json_item_str(widths, text);
	}
	json_flag(j, "readonly", s->readonly);
	json_flag(j, "indirect", s->indirect);
	json_flag(j, "prefetch", s->prefetch);
}

static void people_space(const struct dp_space_info *s)
{
	static const char *const kinds[] = {"registers", "memory", "config", "ports"};
	char size[32], address[32] = "";

	size_text(size, sizeof(size), s->size);
	if (s->address)
		snprintf(address, sizeof(address), "0x%jx", (uintmax_t)s->address);
	out("        %-8s  %6s  %-9s  %-18s%s%s%s%s%s%s%s\n", s->name, size, kinds[s->kind],
	    address, s->widths & 8 ? " 8" : "", s->widths & 16 ? " 16" : "",
	    s->widths & 32 ? " 32" : "", s->widths & 64 ? " 64" : "",
	    s->prefetch ? "  prefetchable" : "", s->readonly ? "  read only" : "",
	    s->indirect ? "  indirect" : "");
}

static void section_bars(struct info *f)
{
	struct json *arr = json_array(f->c->doc, "spaces");
	size_t n = dp_dev_spaces(f->dev);

	if (!arr)
		out_str(n ? "bars\n" : "bars    none\n");
	for (size_t i = 0; i < n; i++) {
		struct dp_space_info s;

		dp_space_info(dp_dev_space_at(f->dev, i), &s);
		if (arr)
			json_space(arr, &s);
		else
			people_space(&s);
	}
}

static void section_driver(struct info *f)
{
	struct json *j = json_map(f->c->doc, "driver");

	json_str(j, "name", f->i->driver);
	json_flag(j, "bound", f->i->bound);
	json_str(j, "kernel_names", f->i->kernel_names);
	if (!j)
		out("driver  %s%s%s%s\n", or_none(f->i->driver),
		    f->i->bound ? " (owns the device)" : "", *f->i->kernel_names ? "  " : "",
		    f->i->kernel_names);
}

static void section_power(struct info *f)
{
	const char *state = *f->i->power ? f->i->power : f->power;

	json_str(f->c->doc, "power", state);
	if (!f->c->doc)
		out("power   %s\n", *state        ? state
				    : *f->no_caps ? f->no_caps
						  : "no power management");
}

static void section_iommu(struct info *f)
{
	struct json *j = json_map(f->c->doc, "iommu");

	if (f->i->iommu_group >= 0)
		json_uint(j, "group", f->i->iommu_group);
	else
		json_null(j, "group");
	if (j)
		return;
	if (f->i->iommu_group >= 0)
		out("iommu   group %d\n", f->i->iommu_group);
	else
		out_str("iommu   none\n");
}

static void device(struct info *f)
{
	const struct dp_dev_info *i = f->i;
	struct json *j = json_map(f->c->doc, "device");

	if (!j) {
		out("%s%s%s\n", i->target, *i->name ? "  " : "", i->name);
		if (i->vendor)
			out("ids     %04x:%04x rev %02x, subsystem %04x:%04x, class %06x\n",
			    i->vendor, i->device, i->revision, i->subvendor, i->subdevice,
			    i->class);
		out("desc    %s\n", or_none(i->description));
		return;
	}
	json_str(j, "target", i->target);
	json_str(j, "name", i->name);
	json_str(j, "lab", i->lab);
	json_str(j, "description", i->description);
	if (!i->vendor)
		return;
	json_hex(j, "vendor", i->vendor, 16);
	json_hex(j, "device", i->device, 16);
	json_hex(j, "subvendor", i->subvendor, 16);
	json_hex(j, "subdevice", i->subdevice, 16);
	json_hex(j, "class", i->class, 24);
	json_hex(j, "revision", i->revision, 8);
}

static void doors(struct info *f)
{
	struct json *arr = json_array(f->c->doc, "why_not");
	struct dp_door v[16];
	size_t n = 0;

	if (dp_dev_doors(f->dev, v, 16, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		struct json *j = json_item(arr);

		json_str(j, "door", v[i].name);
		json_flag(j, "works", v[i].works);
		json_str(j, "why", v[i].why_not);
		json_str(j, "hint", v[i].hint);
		if (j)
			continue;
		out("by      %-6s  %s\n", v[i].name, v[i].works ? "works" : v[i].why_not);
		if (!v[i].works && *v[i].hint)
			out("                hint: %s\n", v[i].hint);
	}
}

static const struct {
	const char *name;
	void (*show)(struct info *f);
} sections[] = {
	{"bars", section_bars},   {"driver", section_driver}, {"iommu", section_iommu},
	{"power", section_power}, {"irq", section_irq},       {"caps", section_caps},
};

static int run(struct cmd *c)
{
	struct info f = {.c = c, .only = c->argc ? c->argv[0] : NULL};
	int rc;

	if (f.only && opt_word_index(SECTIONS, f.only) < 0)
		return cmd_usage(c, "info has sections " SECTIONS ", not '%s'", f.only);
	rc = target_device(c, &f.dev);
	if (rc)
		return rc;
	dp_dev_name(f.dev);
	dp_dev_description(f.dev);
	f.i = dp_dev_info(f.dev);
	if (wanted(&f, "caps") || wanted(&f, "irq") || (wanted(&f, "power") && !*f.i->power))
		read_config(&f);
	if (!f.only)
		device(&f);
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
		if (wanted(&f, sections[i].name))
			sections[i].show(&f);
	if (!f.only)
		doors(&f);
	return EXIT_DONE;
}

const struct verb verb_info = {
	.name = "info",
	.fn = run,
	.synopsis = "[" SECTIONS "]",
	.summary = "one device: spaces, driver, power, interrupts, capabilities",
	.text = "Looking changes nothing: a sleeping device is not woken, nothing is bound or enabled.\n",
	.examples = "devpoke info sim:nvme\n"
		    "devpoke info 01:00.0 caps\n",
	.options = OPTS_TARGET,
	.flags = VERB_TARGET,
	.max = 1,
};
