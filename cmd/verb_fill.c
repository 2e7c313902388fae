/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_fill.c - devpoke fill TARGET RANGE VALUE: one value in every word of a range */
#include "block.h"
#include "session.h"
#include "signals.h"
#include "verbs.h"

static int parse_value(struct block *b, uint8_t word[8])
{
	struct cmd *c = b->c;
	const struct dp_vars *vars = &c->session->lookup;
	int rc = b->refs.n ? dp_ref_word(b->refs.v[0], c->argv[1], vars, word, &c->err)
			   : dp_range_word(b->dev, &b->range, c->argv[1], vars, word, &c->err);

	return rc ? cmd_fail(c) : 0;
}

static int run(struct cmd *c)
{
	bool verify = opt_given(&c->opts, OPT_VERIFY);
	struct misread m = {0};
	uint8_t word[8] = {0};
	struct block b;
	int rc = block_resolve(c, &b);

	if (!rc)
		rc = parse_value(&b, word);
	if (!rc)
		rc = block_open(&b, word, 1, verify ? DP_WRITE_MEMORY : 0);
	if (!rc)
		rc = block_write(&b, word, 1);
	if (!rc && verify && !signals_pending())
		rc = block_verify(&b, word, 1, &m);
	rc = block_report(&b, rc, verify ? &m : NULL);
	block_free(&b);
	return rc;
}

const struct verb verb_fill = {
	.name = "fill",
	.fn = run,
	.synopsis = "RANGE VALUE",
	.summary = "write one value to every word of a range",
	.text = "RANGE is a register array or a slice of one (its elements, each a whole write), A..B,\n"
		"OFFSET..+LEN or a space (words of -w bits, else those of its left end, else 32).\n"
		"Nothing is read. Registers in a range of bytes were not named: where a write does\n"
		"more than store, or there is none, it is refused.\n",
	.examples = "devpoke fill sim:edu mem+0x100000..+0x1000 0xdeadbeef --verify\n"
		    "devpoke fill sim:e1000e 'MTA[0..15]' 0\n"
		    "devpoke fill 01:00.0 bar2+0x1000..+4K 0xff -w 8\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_WIDTH) | OPT_BIT(OPT_VERIFY),
	.flags = VERB_TARGET | VERB_WRITES,
	.min = 2,
	.max = 2,
};
