/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci_lookup.c - from ids, a class or a kernel name to one PCI function */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/chars.h"
#include "core/kernel.h"
#include "core/pci.h"

/**
 * struct match - what is looked for, and what came
 * @shift: of the class: 8 leaves CCSS of CCSSPP
 * @nth: wanted hit, from 1; 0 = there may be only one
 */
struct match {
	struct dp_ctx *ctx;
	bool by_class;
	unsigned vendor, device, class, shift, nth;
	struct dp_bdf hit;
	unsigned hits;
	char list[200];
};

static bool hex(const char *p, size_t digits, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < digits; i++) {
		int digit = dp_hex_digit(p[i]);

		if (digit < 0)
			return false;
		*out = *out << 4 | (unsigned)digit;
	}
	return true;
}

/* "#n": 1..9999 */
static bool nth(const char *p, unsigned *out)
{
	*out = 0;
	if (!*p)
		return true;
	if (*p++ != '#' || !*p || strlen(p) > 4 || *p == '0')
		return false;
	for (; *p; p++) {
		if (!isdigit((unsigned char)*p))
			return false;
		*out = *out * 10 + (unsigned)(*p - '0');
	}
	return true;
}

static bool parse(const char *spec, struct match *m)
{
	size_t digits;

	if (strncmp(spec, "class:", 6))
		return strlen(spec) >= 9 && hex(spec, 4, &m->vendor) && spec[4] == ':' &&
		       hex(spec + 5, 4, &m->device) && nth(spec + 9, &m->nth);
	m->by_class = true;
	digits = strcspn(spec + 6, "#");
	m->shift = digits == 4 ? 8 : 0;
	return (digits == 4 || digits == 6) && hex(spec + 6, digits, &m->class) &&
	       nth(spec + 6 + digits, &m->nth);
}

static void add_hit(struct match *m, const struct dp_bdf *bdf)
{
	size_t n = strlen(m->list);
	char text[16];

	m->hits++;
	if (!m->nth || m->hits == m->nth)
		m->hit = *bdf;
	dp_bdf_format(bdf, text);
	if (n + strlen(text) + 3 <= sizeof(m->list) - 4)
		snprintf(m->list + n, sizeof(m->list) - n, "%s%s", n ? ", " : "", text);
	else if (n && m->list[n - 1] != '.')
		snprintf(m->list + n, sizeof(m->list) - n, "...");
}

static int look(void *arg, const struct dp_bdf *bdf)
{
	struct match *m = arg;
	struct dp_dev_info info;
	bool hit;

	memset(&info, 0, sizeof(info));
	if (dp_pci_info(m->ctx, bdf, &info, NULL))
		return 0; /* it went away since the folder was read */
	if (m->by_class)
		hit = info.class >> m->shift == m->class;
	else
		hit = info.vendor == m->vendor && info.device == m->device;
	if (hit)
		add_hit(m, bdf);
	return 0;
}

static int none(const char *spec, struct dp_err *err)
{
	dp_err_set(err, ENODEV, DP_ABSENT, "no PCI function here is '%s'", spec);
	dp_err_hint(err, "'devpoke list' shows what there is");
	return -ENODEV;
}

static int judge(const struct match *m, const char *spec, struct dp_bdf *out, struct dp_err *err)
{
	if (!m->hits)
		return none(spec, err);
	if (m->nth > m->hits) {
		dp_err_set(err, ENODEV, DP_ABSENT, "'%s' asks for number %u of %u", spec, m->nth,
			   m->hits);
		dp_err_hint(err, "in order: %s", m->list);
		return -ENODEV;
	}
	if (m->hits > 1 && !m->nth) {
		dp_err_set(err, ENODEV, DP_ABSENT, "'%s' is %u PCI functions", spec, m->hits);
		dp_err_hint(err, "name one (%s), or append #1 to #%u", m->list, m->hits);
		return -ENODEV;
	}
	*out = m->hit;
	return 0;
}

/* ------------------------------------------------------------ kernel names */

/*
 * The last PCI function on the way to a kernel object.  What hangs on a USB controller is not
 * that controller: eth0 on a dongle is no PCI function.
 */
static bool last_function(char *path, struct dp_bdf *out)
{
	bool found = false;
	char *rest;

	for (char *part = strtok_r(path, "/", &rest); part; part = strtok_r(NULL, "/", &rest)) {
		struct dp_bdf bdf;

		if (dp_bdf_parse(part, &bdf)) {
			*out = bdf;
			found = true;
		} else if (!strncmp(part, "usb", 3) && isdigit((unsigned char)part[3])) {
			return false;
		}
	}
	return found;
}

/* where /sys/class/@dir/@name points to; a real folder (a root of a test) is its own */
static int class_link(const struct dp_ctx *ctx, const char *dir, const char *name, char *link,
		      size_t size)
{
	char path[PATH_MAX];
	ssize_t n;
	int rc = dp_root_path(ctx, path, sizeof(path), "/sys/class/%s/%s", dir, name);

	if (rc)
		return rc;
	n = readlink(path, link, size - 1);
	if (n < 0)
		return -errno;
	link[n] = 0;
	return 0;
}

/* the head of a multipath namespace is virtual: its controllers are in its subsystem */
static void subsystem_hits(struct match *m, const char *link)
{
	const char *at = strstr(link, "/nvme-subsystem/");
	char path[PATH_MAX], target[PATH_MAX];
	int n = at ? (int)strcspn(at + 16, "/") : 0;
	struct dirent *e;
	struct dp_bdf bdf;
	DIR *d;

	if (!n ||
	    dp_root_path(m->ctx, path, sizeof(path), "/sys/class/nvme-subsystem/%.*s", n, at + 16))
		return;
	d = opendir(path);
	while (d && (e = readdir(d)))
		if (!strncmp(e->d_name, "nvme", 4) && !strpbrk(e->d_name + 4, "nc-") &&
		    !class_link(m->ctx, "nvme", e->d_name, target, sizeof(target)) &&
		    last_function(target, &bdf))
			add_hit(m, &bdf);
	if (d)
		closedir(d);
}

static bool is_kernel_name(const char *spec)
{
	return *spec && *spec != '.' && strlen(spec) < 64 && !strpbrk(spec, "/ \t\n");
}

static int by_kernel_name(struct match *m, const char *spec, struct dp_bdf *out, struct dp_err *err)
{
	static const char *const classes[] = {"nvme", "net", "block"};
	char link[PATH_MAX], copy[PATH_MAX];
	struct dp_bdf bdf;
	bool exists = false;

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes) && !m->hits; i++) {
		if (class_link(m->ctx, classes[i], spec, link, sizeof(link)))
			continue;
		exists = true;
		snprintf(copy, sizeof(copy), "%s", link);
		if (last_function(copy, &bdf))
			add_hit(m, &bdf);
		else
			subsystem_hits(m, link);
	}
	if (!exists)
		return dp_err_set(err, EINVAL, DP_USAGE,
				  "'%s' is neither a PCI id or class nor a kernel name", spec);
	if (!m->hits) {
		dp_err_set(err, ENODEV, DP_ABSENT, "'%s' is not on a PCI function of its own",
			   spec);
		dp_err_hint(err, "'devpoke list' shows what there is");
		return -ENODEV;
	}
	return judge(m, spec, out, err);
}

int dp_pci_lookup(struct dp_ctx *ctx, const char *spec, struct dp_bdf *out, struct dp_err *err)
{
	struct match m;
	int rc;

	memset(&m, 0, sizeof(m));
	m.ctx = ctx;
	if (parse(spec, &m)) {
		rc = dp_pci_each(ctx, look, &m, err);
		return rc ? rc : judge(&m, spec, out, err);
	}
	memset(&m, 0, sizeof(m));
	m.ctx = ctx;
	if (is_kernel_name(spec))
		return by_kernel_name(&m, spec, out, err);
	return dp_err_set(err, EINVAL, DP_USAGE, "'%s' names no PCI function", spec);
}
