/* SPDX-License-Identifier: GPL-2.0-or-later */
/* the shipped descriptions, against sources that somebody else wrote */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/mii.h>
#include <linux/pci_regs.h>
#include <linux/serial_reg.h>
#include <linux/virtio_pci.h>
#include <nvme/types.h>

#include "reg/reg.h"

#define DEVICES TEST_DEVICES_DIR

static const char *const dirs[] = {DEVICES, NULL};

static int setup(void **state)
{
	const struct dp_ctx_opts opts = {.desc_dirs = dirs};

	*state = dp_ctx_new(&opts);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	dp_ctx_free(*state);
	return 0;
}

static struct dp_desc *load(void **state, const char *name)
{
	struct dp_desc *d = NULL;
	struct dp_err err = {0};

	if (dp_desc_load(*state, name, &d, &err))
		fail_msg("%s", err.message);
	return d;
}

/* -------------------------------------------------------------- looking up */

static const struct dp_desc *block(const struct dp_desc *d, const char *name)
{
	const struct dp_block *b;

	if (!name[0])
		return d;
	b = dp_desc_block(d, name, strlen(name));
	if (!b)
		fail_msg("no block '%s'", name);
	return b->sub;
}

static const struct dp_reg *reg(const struct dp_desc *d, const char *name)
{
	const struct dp_reg *r = dp_desc_reg(d, name, strlen(name));

	if (!r)
		fail_msg("no register '%s' in '%s'", name, d->name);
	return r;
}

static const struct dp_field *field(const struct dp_desc *d, const char *name, const char *of)
{
	const struct dp_field *f = dp_reg_field(reg(d, of), name, strlen(name));

	if (!f)
		fail_msg("no field '%s' in '%s' of '%s'", name, of, d->name);
	return f;
}

static void expect_reg(const struct dp_desc *d, const char *name, uint64_t offset, unsigned width)
{
	const struct dp_reg *r = reg(d, name);
	uint64_t got;

	if (!dp_expr_is_const(r->offset, &got))
		fail_msg("'%s' has no fixed offset", name);
	if (got != offset || r->width != width)
		fail_msg("'%s' of '%s' is %u bits at 0x%llx, not %u at 0x%llx", name, d->name,
			 r->width, (unsigned long long)got, width, (unsigned long long)offset);
}

/* @bits 0: only where it begins is known */
static void expect_field(const struct dp_desc *d, const char *of, const char *name, unsigned lo,
			 unsigned bits)
{
	const struct dp_field *f = field(d, name, of);

	if (f->lo != lo || (bits && f->hi != lo + bits - 1))
		fail_msg("'%s.%s' of '%s' is bits %u..%u, not %u..%u", of, name, d->name, f->hi,
			 f->lo, lo + bits - 1, lo);
}

static unsigned ones(uint64_t mask)
{
	return (unsigned)__builtin_popcountll(mask);
}

static void expect_mask(const struct dp_desc *d, const char *of, const char *name, uint64_t mask)
{
	expect_field(d, of, name, (unsigned)__builtin_ctzll(mask), ones(mask));
}

/* an expression over the one constant @name */
static int constant(void *arg, char kind, const char *name, uint64_t *value, struct dp_err *err)
{
	(void)kind, (void)name, (void)err;
	*value = *(const uint64_t *)arg;
	return 0;
}

static uint64_t with(const struct dp_expr *e, uint64_t value)
{
	uint64_t got;

	assert_int_equal(dp_expr_eval(e, constant, &value, &got, NULL), 0);
	return got;
}

/* -------------------------------------------------------------------- all */

static void print_problem(void *arg, const struct dp_problem *p)
{
	(void)arg;
	print_error("%s:%u:%u: %s\n", p->file, p->line, p->column, p->message);
}

static int is_yaml(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > 5 && !strcmp(e->d_name + len - 5, ".yaml");
}

static void each_file(void **state, void (*fn)(void **state, const char *path))
{
	struct dirent **list;
	char path[4096];
	int n = scandir(DEVICES, &list, is_yaml, alphasort);

	assert_true(n >= 16);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", DEVICES, list[i]->d_name);
		free(list[i]);
		fn(state, path);
	}
	free(list);
}

static void lint_one(void **state, const char *path)
{
	struct dp_err err = {0};
	int n = dp_desc_lint(*state, path, print_problem, NULL, &err);

	if (n)
		fail_msg("%s: %d problems %s", path, n, err.message);
}

static void every_file_is_clean(void **state)
{
	each_file(state, lint_one);
}

static bool said(const char *text)
{
	return text && text[0];
}

static void documented(const struct dp_desc *d, const char *path)
{
	for (size_t i = 0; i < d->n_regs; i++) {
		if (!said(d->regs[i].doc))
			fail_msg("%s: '%s' has no doc", path, d->regs[i].name);
		if (!said(d->regs[i].ref))
			fail_msg("%s: '%s' has no ref", path, d->regs[i].name);
	}
	for (size_t i = 0; i < d->n_joins; i++)
		if (!said(d->joins[i].doc) || !said(d->joins[i].ref))
			fail_msg("%s: '%s' has no doc or ref", path, d->joins[i].name);
	for (size_t i = 0; i < d->n_blocks; i++)
		documented(d->blocks[i].sub, path);
}

static void document_one(void **state, const char *path)
{
	struct dp_desc *d = load(state, path);

	assert_true(said(d->title));
	assert_true(said(d->ref));
	documented(d, path);
	dp_desc_free(d);
}

static void every_register_says_what_it_is_and_where_that_stands(void **state)
{
	each_file(state, document_one);
}

/* a field's own word wins: one readable field would make a register of a write-only one */
static void no_readable_field(const struct dp_desc *d)
{
	for (size_t j = 0; j < d->n_regs; j++)
		for (size_t k = 0; k < d->regs[j].n_fields; k++)
			if (d->regs[j].attr.sw == DP_SW_WO)
				assert_int_equal(d->regs[j].fields[k].attr.sw, DP_SW_WO);
	for (size_t i = 0; i < d->n_blocks; i++)
		no_readable_field(d->blocks[i].sub);
}

static void write_only_one(void **state, const char *path)
{
	struct dp_desc *d = load(state, path);

	no_readable_field(d);
	dp_desc_free(d);
}

static void write_only_registers_have_no_readable_field(void **state)
{
	each_file(state, write_only_one);
}

/* ------------------------------------------------------------------- nvme */

struct header_reg {
	const char *name;
	uint64_t offset;
};
struct header_field {
	const char *reg, *name;
	unsigned shift;
	uint64_t mask; /* 0: the header has none */
};

/* the rows are made of the header while building: tests/devices/nvme.awk */
#define HEADER_REG(reg, offset) {#reg, offset},
#define HEADER_FIELD(reg, field, shift, mask)
static const struct header_reg header_regs[] = {
#include "nvme_header.inc"
};
#undef HEADER_REG
#undef HEADER_FIELD
#define HEADER_REG(reg, offset)
#define HEADER_FIELD(reg, field, shift, mask) {#reg, #field, shift, (uint32_t)(mask)},
static const struct header_field header_fields[] = {
#include "nvme_header.inc"
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* where libnvme 1.3 spells a name otherwise than the specification */
static const char *const spellings[][4] = {
	{"CAP", "NSSRC", "CAP", "NSSRS"},         {"CMBLOC", "CDPLMS", "CMBLOC", "CDPMLS"},
	{"PMRCAP", "PMRWMB", "PMRCAP", "PMRWBM"}, {"PMRMSC", "CMSE", "PMRMSCL", "CMSE"},
	{"PMRMSC", "CBA", "PMRMSCL", "CBA"},
};

static struct header_field specification_of(struct header_field h)
{
	for (size_t i = 0; i < COUNT(spellings); i++) {
		if (strcmp(h.reg, spellings[i][0]) || strcmp(h.name, spellings[i][1]))
			continue;
		h.reg = spellings[i][2];
		h.name = spellings[i][3];
		break;
	}
	if (h.shift && h.mask && !(h.mask & ((UINT64_C(1) << h.shift) - 1)))
		h.mask >>= h.shift; /* CRTO: masks in place */
	if (!strcmp(h.reg, "BPRSEL") && !strcmp(h.name, "BPROF"))
		h.mask = 0xfffff; /* NVMe Base 2.0, 3.1.3.14: bits 29:10; libnvme 1.3 has 0xfff */
	return h;
}

static void nvme_registers_are_libnvme_s(void **state)
{
	struct dp_desc *d = load(state, "nvme");

	assert_true(COUNT(header_regs) >= 25);
	for (size_t i = 0; i < COUNT(header_regs); i++) {
		bool wide = nvme_is_64bit_reg((uint32_t)header_regs[i].offset);

		expect_reg(d, header_regs[i].name, header_regs[i].offset, wide ? 64 : 32);
	}
	dp_desc_free(d);
}

static void nvme_fields_are_libnvme_s(void **state)
{
	struct dp_desc *d = load(state, "nvme");

	assert_true(COUNT(header_fields) >= 77);
	for (size_t i = 0; i < COUNT(header_fields); i++) {
		struct header_field h = specification_of(header_fields[i]);

		expect_field(d, h.reg, h.name, h.shift, ones(h.mask));
	}
	dp_desc_free(d);
}

/* what libnvme has no word for: NVMe Base 2.0, 3.1.3 and PCIe Transport 1.0, 3.1.2 */
static void nvme_has_what_the_header_lacks(void **state)
{
	struct dp_desc *d = load(state, "nvme");

	expect_reg(d, "CMBEBS", 0x5c, 32);
	expect_reg(d, "CMBSWTP", 0x60, 32);
	expect_reg(d, "NSSD", 0x64, 32);
	expect_field(d, "CAP", "CPS", 46, 2);
	expect_field(d, "CAP", "NSSS", 58, 1);
	expect_field(d, "CSTS", "ST", 6, 1);
	expect_reg(d, "SQTDBL", 0x1000, 32);
	for (uint64_t dstrd = 0; dstrd < 16; dstrd++) {
		const struct dp_reg *sq = reg(d, "SQTDBL"), *cq = reg(d, "CQHDBL");

		assert_int_equal(with(sq->array->stride, dstrd), 2 * (UINT64_C(4) << dstrd));
		assert_int_equal(with(cq->array->stride, dstrd), 2 * (UINT64_C(4) << dstrd));
		assert_int_equal(with(cq->offset, dstrd), 0x1000 + (UINT64_C(4) << dstrd));
	}
	dp_desc_free(d);
}

/* ------------------------------------------------------------------ e1000 */

#define EM   1
#define L    2
#define BOTH 3

static void expect_array(const struct dp_desc *d, const char *name, uint64_t offset, uint64_t count,
			 uint64_t stride)
{
	const struct dp_reg *r = reg(d, name);

	expect_reg(d, name, offset, 32);
	assert_non_null(r->array);
	assert_int_equal(with(r->array->count, 0), count);
	assert_int_equal(with(r->array->stride, 0), stride);
}

static void expect_cause(const struct dp_desc *d, const char *name, unsigned bit)
{
	static const char *const regs[] = {"ICR", "ICS", "IMS", "IMC"};

	for (size_t i = 0; i < COUNT(regs); i++)
		expect_field(d, regs[i], name, bit, 1);
}

static void intel_table(void **state, const char *name, unsigned chip)
{
	struct dp_desc *d = load(state, name);

#define REG(chips, name, offset)                                                                   \
	if ((chips)&chip)                                                                          \
		expect_reg(d, #name, offset, 32);
#define ARRAY(chips, name, offset, count, stride)                                                  \
	if ((chips)&chip)                                                                          \
		expect_array(d, #name, offset, count, stride);
#define FIELD(chips, reg, name, lo, bits)                                                          \
	if ((chips)&chip)                                                                          \
		expect_field(d, #reg, #name, lo, bits);
#define CAUSE(chips, name, bit)                                                                    \
	if ((chips)&chip)                                                                          \
		expect_cause(d, #name, bit);
#include "e1000.inc"
#undef REG
#undef ARRAY
#undef FIELD
#undef CAUSE
	dp_desc_free(d);
}

static void e1000_is_intel_s(void **state)
{
	intel_table(state, "e1000", EM);
}

static void e1000e_is_intel_s(void **state)
{
	intel_table(state, "e1000e", L);
}

static void intel_counters_and_causes_clear_on_read(void **state)
{
	static const char *const names[] = {"e1000", "e1000e"};

	for (size_t i = 0; i < COUNT(names); i++) {
		struct dp_desc *d = load(state, names[i]);
		size_t counters = 0;

		assert_int_equal(reg(d, "ICR")->attr.on_read, DP_ONR_CLEAR);
		assert_int_equal(reg(d, "ICR")->attr.on_write, DP_ONW_W1C);
		assert_int_equal(reg(d, "IMS")->attr.on_write, DP_ONW_W1S);
		assert_string_equal(reg(d, "IMC")->clear_of, "IMS");
		assert_string_equal(reg(d, "ICS")->set_of, "ICR");
		for (size_t j = 0; j < d->n_regs; j++) {
			uint64_t at = 0;

			dp_expr_is_const(d->regs[j].offset, &at);
			if (at < 0x4000 || at >= 0x4200)
				continue;
			counters++;
			assert_int_equal(d->regs[j].attr.on_read, DP_ONR_CLEAR);
			assert_int_equal(d->regs[j].attr.sw, DP_SW_RO);
		}
		assert_true(counters >= 58);
		dp_desc_free(d);
	}
}

/* what the 82540EM has at those bits is not what the 82574L has there */
static void e1000e_took_away_what_it_has_not(void **state)
{
	static const char *const gone[][2] = {{"EECD", "EE_SIZE"},
					      {"STATUS", "PCI66"},
					      {"ICR", "GPI_SDP6"},
					      {"CTRL", "LRST"},
					      {"CTRL_EXT", "GPI_EN"}};
	struct dp_desc *em = load(state, "e1000"), *l = load(state, "e1000e");

	for (size_t i = 0; i < COUNT(gone); i++) {
		field(em, gone[i][1], gone[i][0]);
		assert_null(dp_reg_field(reg(l, gone[i][0]), gone[i][1], strlen(gone[i][1])));
	}
	assert_int_equal(reg(em, "CTRL")->resets_ns, 5000000);
	assert_int_equal(reg(l, "CTRL")->resets_ns, 25000000);
	dp_desc_free(em);
	dp_desc_free(l);
}

static void phy_registers_are_the_kernel_s(void **state)
{
	struct dp_desc *d = load(state, "e1000");

	expect_reg(d, "BMCR", MII_BMCR, 16);
	expect_reg(d, "BMSR", MII_BMSR, 16);
	expect_reg(d, "PHYID1", MII_PHYSID1, 16);
	expect_reg(d, "PHYID2", MII_PHYSID2, 16);
	expect_reg(d, "ANAR", MII_ADVERTISE, 16);
	expect_reg(d, "ANLPAR", MII_LPA, 16);
	expect_reg(d, "ANER", MII_EXPANSION, 16);
	expect_reg(d, "MSCR", MII_CTRL1000, 16);
	expect_reg(d, "MSSR", MII_STAT1000, 16);
	expect_reg(d, "ESR", MII_ESTATUS, 16);
	expect_mask(d, "BMCR", "RESET", BMCR_RESET);
	expect_mask(d, "BMCR", "LOOPBACK", BMCR_LOOPBACK);
	expect_mask(d, "BMCR", "SPEED_LSB", BMCR_SPEED100);
	expect_mask(d, "BMCR", "SPEED_MSB", BMCR_SPEED1000);
	expect_mask(d, "BMCR", "AUTONEG", BMCR_ANENABLE);
	expect_mask(d, "BMCR", "POWER_DOWN", BMCR_PDOWN);
	expect_mask(d, "BMCR", "ISOLATE", BMCR_ISOLATE);
	expect_mask(d, "BMCR", "RESTART", BMCR_ANRESTART);
	expect_mask(d, "BMCR", "DUPLEX", BMCR_FULLDPLX);
	expect_mask(d, "BMCR", "COLL_TEST", BMCR_CTST);
	expect_mask(d, "BMSR", "LINK", BMSR_LSTATUS);
	expect_mask(d, "BMSR", "JABBER", BMSR_JCD);
	expect_mask(d, "BMSR", "AN_ABLE", BMSR_ANEGCAPABLE);
	expect_mask(d, "BMSR", "REMOTE_FAULT", BMSR_RFAULT);
	expect_mask(d, "BMSR", "AN_DONE", BMSR_ANEGCOMPLETE);
	expect_mask(d, "BMSR", "EXT_STATUS", BMSR_ESTATEN);
	expect_mask(d, "BMSR", "TX_FD", BMSR_100FULL);
	expect_mask(d, "ANAR", "PAUSE", ADVERTISE_PAUSE_CAP);
	expect_mask(d, "ANAR", "ASM_DIR", ADVERTISE_PAUSE_ASYM);
	expect_mask(d, "ANAR", "TX_FD", ADVERTISE_100FULL);
	expect_mask(d, "ANAR", "T10_HD", ADVERTISE_10HALF);
	expect_mask(d, "ANLPAR", "ACK", LPA_LPACK);
	expect_mask(d, "MSCR", "T1000_FD", ADVERTISE_1000FULL);
	expect_mask(d, "MSCR", "T1000_HD", ADVERTISE_1000HALF);
	expect_mask(d, "MSSR", "LP_T1000_FD", LPA_1000FULL);
	expect_mask(d, "MSSR", "MS_FAULT", LPA_1000MSFAIL);
	expect_mask(d, "ESR", "T1000_FD", ESTATUS_1000_TFULL);
	dp_desc_free(d);
}

/* ------------------------------------------------------------ pci, virtio */

static void msi(const struct dp_desc *d, const char *name, const uint64_t at[2], unsigned width)
{
	const struct dp_reg *r = reg(d, name);

	assert_int_equal(r->width, width);
	assert_int_equal(with(r->offset, 0), at[0]);
	assert_int_equal(with(r->offset, 1), at[1]);
}

static void configuration_space_is_the_kernel_s(void **state)
{
	struct dp_desc *d = load(state, "pci-config");

#define REG(in, name, offset, width) expect_reg(block(d, in), name, offset, width);
#define MASK(in, reg, name, bits)    expect_mask(block(d, in), reg, name, bits);
#define MSI(name, narrow, wide, width_)                                                            \
	msi(block(d, "MSI"), name, (const uint64_t[]){narrow, wide}, width_);
#include "pci.inc"
#undef REG
#undef MASK
#undef MSI
	dp_desc_free(d);
}

/* "setpci COMMAND.l=..." writes STATUS's write-1-to-clear bits back: they are no neighbours here */
static void command_and_status_are_two_registers(void **state)
{
	struct dp_desc *d = load(state, "pci-config");
	const struct dp_reg *command = reg(d, "COMMAND");

	for (size_t i = 0; i < command->n_fields; i++)
		assert_int_equal(command->fields[i].attr.on_write, DP_ONW_STORE);
	assert_int_equal(field(d, "REC_MASTER_ABORT", "STATUS")->attr.on_write, DP_ONW_W1C);
	dp_desc_free(d);
}

/* which verb does it properly; and the neighbours of such a bit can still be changed */
static void bits_of_the_kernel_name_the_verb(void **state)
{
	static const char *const bits[][3] = {
		{"EXP", "DEVCTL", "FLR"},
		{"PM", "PMCSR", "STATE"},
		{"EXP", "LNKCTL", "LD"},
		{"AF", "CTRL", "FLR"},
		{"SRIOV", "CTRL", "VFE"},
		{"SRIOV", "CTRL", "MSE"},
		{"", "REBAR_CTRL", "BAR_SIZE"},
		{"DPC", "CTL", "SW_TRIGGER"},
		{"", "BRIDGE_CONTROL", "BUS_RESET"},
	};
	struct dp_desc *d = load(state, "pci-config");

	for (size_t i = 0; i < COUNT(bits); i++) {
		const struct dp_reg *r = reg(block(d, bits[i][0]), bits[i][1]);

		assert_true(said(field(block(d, bits[i][0]), bits[i][2], bits[i][1])->verb));
		for (size_t j = 0; j < r->n_fields; j++)
			assert_int_not_equal(r->fields[j].attr.on_write, DP_ONW_EFFECT);
	}
	assert_true(said(reg(d, "BAR")->verb));
	dp_desc_free(d);
}

/* one write, no read: reserved bits of status registers get 0 (PCIe 5.0, 7.4: RsvdZ) */
static void clears_alone(const struct dp_desc *d, const char *of, const char *name)
{
	const struct dp_field *f = field(d, name, of);
	const struct dp_poke_opts opts = {.others = DP_OTHERS_KEEP};
	const uint64_t bit = UINT64_C(1) << f->lo;
	const struct dp_write want = {.reg = reg(d, of),
				      .width = reg(d, of)->width,
				      .op = DP_SET,
				      .mask = bit,
				      .value = bit,
				      .opts = &opts};
	struct dp_write_plan plan;

	assert_int_equal(f->attr.on_write, DP_ONW_W1C);
	assert_int_equal(dp_plan_bits(&want, &plan, NULL), 0);
	if (plan.bits.and_mask || plan.bits.or_mask != bit)
		fail_msg("clearing '%s.%s' reads, or writes other bits", of, name);
}

static void an_error_bit_is_cleared_by_one_write(void **state)
{
	static const char *const bits[][3] = {
		{"", "STATUS", "REC_MASTER_ABORT"}, {"", "SEC_STATUS", "DETECTED_PARITY"},
		{"EXP", "DEVSTA", "CED"},           {"EXP", "LNKSTA", "LBMS"},
		{"EXP", "SLTSTA", "PDC"},           {"EXP", "RTSTA", "PME"},
		{"AER", "UNCOR_STATUS", "UNSUP"},   {"AER", "COR_STATUS", "BAD_TLP"},
		{"AER_ROOT", "STATUS", "COR_RCV"},  {"SRIOV", "STATUS", "VFM"},
		{"DPC", "STATUS", "TRIGGER"},       {"DPC", "RP_PIO_STATUS", "IO_UR"},
	};
	struct dp_desc *d = load(state, "pci-config"), *nvme = load(state, "nvme");

	for (size_t i = 0; i < COUNT(bits); i++)
		clears_alone(block(d, bits[i][0]), bits[i][1], bits[i][2]);
	clears_alone(nvme, "CSTS", "NSSRO");
	dp_desc_free(d);
	dp_desc_free(nvme);
}

static void virtio_is_the_kernel_s(void **state)
{
	struct dp_desc *d = load(state, "virtio-pci");

#define REG(name, member, width)                                                                   \
	expect_reg(d, name, offsetof(struct virtio_pci_common_cfg, member), width);
#include "virtio.inc"
#undef REG
	assert_int_equal(reg(d, "isr_status")->attr.on_read, DP_ONR_CLEAR);
	assert_int_equal(reg(d, "queue_desc")->widths, 32);
	assert_int_equal(reg(d, "queue_desc")->split64, DP_SPLIT_LO_FIRST);
	dp_desc_free(d);
}

static void uart_is_the_kernel_s(void **state)
{
	struct dp_desc *d = load(state, "uart16550");

#define REG(name, offset)     expect_reg(d, name, offset, 8);
#define MASK(reg, name, bits) expect_mask(d, reg, name, bits);
#include "uart.inc"
#undef REG
#undef MASK
	dp_desc_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_is_clean),
		cmocka_unit_test(every_register_says_what_it_is_and_where_that_stands),
		cmocka_unit_test(write_only_registers_have_no_readable_field),
		cmocka_unit_test(nvme_registers_are_libnvme_s),
		cmocka_unit_test(nvme_fields_are_libnvme_s),
		cmocka_unit_test(nvme_has_what_the_header_lacks),
		cmocka_unit_test(e1000_is_intel_s),
		cmocka_unit_test(e1000e_is_intel_s),
		cmocka_unit_test(intel_counters_and_causes_clear_on_read),
		cmocka_unit_test(e1000e_took_away_what_it_has_not),
		cmocka_unit_test(phy_registers_are_the_kernel_s),
		cmocka_unit_test(configuration_space_is_the_kernel_s),
		cmocka_unit_test(command_and_status_are_two_registers),
		cmocka_unit_test(bits_of_the_kernel_name_the_verb),
		cmocka_unit_test(an_error_bit_is_cleared_by_one_write),
		cmocka_unit_test(virtio_is_the_kernel_s),
		cmocka_unit_test(uart_is_the_kernel_s),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
