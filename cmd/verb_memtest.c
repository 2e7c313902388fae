/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verb_memtest.c - devpoke memtest TARGET RANGE: does memory behind a bus keep what it is given?
 *
 * Data lines: a one, then a zero, walks through the first and the last word; between write and
 * read the other word gets the opposite, so that a floating bus does not answer with what was
 * last on it.  Address lines: every word gets its own address, then the inverse of that; two
 * words that are one, or a line that is stuck, read back as another's.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "block.h"
#include "out.h"
#include "progress.h"
#include "signals.h"
#include "verbs.h"

enum test { TEST_DATA, TEST_ADDRESS, TEST_INVERSE, TESTS };

static const char *const names[TESTS] = {"data", "address", "inverse"};
static const char *const titles[TESTS] = {"walking ones and zeros", "address in address",
					  "inverse of the address"};

struct memtest {
	struct block b;
	struct misread results[TESTS];
	uint64_t words[TESTS]; /* that were read back */
	uint64_t done;         /* bytes, for the bar */
};

static void show_progress(const struct memtest *t)
{
	progress(t->done, 4 * t->b.words * t->b.bytes);
}

static uint64_t ones(const struct block *b)
{
	return UINT64_MAX >> (64 - b->width);
}

/* ---------------------------------------------------------------- data lines */

static int write_one(struct memtest *t, uint64_t index, uint64_t value)
{
	struct block *b = &t->b;
	uint8_t word[8];
	size_t done;

	block_put(word, b->bytes, value);
	return dp_space_write_block(b->range.space, b->range.offset + index * b->bytes, b->width, 1,
				    word, &done, &b->c->err);
}

static int walk_step(struct memtest *t, uint64_t at, uint64_t other, uint64_t value)
{
	struct block *b = &t->b;
	uint64_t offset = b->range.offset + at * b->bytes;
	uint8_t back[8];
	size_t done;
	int rc = write_one(t, at, value);

	if (!rc && other != at)
		rc = write_one(t, other, ~value & ones(b));
	if (!rc)
		rc = dp_space_read_block(b->range.space, offset, b->width, 1, back, &done,
					 &b->c->err);
	if (rc)
		return cmd_fail(b->c);
	misread_note(&t->results[TEST_DATA], offset, value, block_word(back, b->bytes));
	t->words[TEST_DATA]++;
	return 0;
}

static int walk(struct memtest *t, uint64_t at, uint64_t other)
{
	int rc = 0;

	for (unsigned i = 0; i < 2 * t->b.width && !rc && !signals_pending(); i++) {
		uint64_t bit = UINT64_C(1) << i % t->b.width;

		rc = walk_step(t, at, other, i < t->b.width ? bit : ~bit & ones(&t->b));
	}
	return rc;
}

static int test_data(struct memtest *t)
{
	uint64_t last = t->b.words - 1;
	int rc = walk(t, 0, last);

	return rc || !last ? rc : walk(t, last, 0);
}

/* ------------------------------------------------------------- address lines */

/* folded into narrow words so that no single address line leaves it as it is */
static uint64_t address_word(const struct block *b, uint64_t index)
{
	uint64_t v = b->width < 32 ? index : b->range.offset + index * b->bytes;

	for (unsigned bits = 32; bits >= b->width; bits /= 2)
		v = (v ^ v >> bits) & UINT64_MAX >> (64 - bits);
	return v;
}

static size_t chunk_words(const struct block *b, uint64_t at, uint64_t flip, uint8_t *chunk)
{
	uint64_t left = b->words - at, most = BLOCK_CHUNK / b->bytes;
	size_t count = left < most ? (size_t)left : (size_t)most;

	for (size_t i = 0; i < count; i++)
		block_put(chunk + i * b->bytes, b->bytes, address_word(b, at + i) ^ flip);
	return count;
}

static int write_all(struct memtest *t, uint64_t flip)
{
	struct block *b = &t->b;
	uint8_t chunk[BLOCK_CHUNK];

	for (uint64_t at = 0; at < b->words && !signals_pending();) {
		size_t n = chunk_words(b, at, flip, chunk), done;

		show_progress(t);
		if (dp_space_write_block(b->range.space, b->range.offset + at * b->bytes, b->width,
					 n, chunk, &done, &b->c->err))
			return cmd_fail(b->c);
		at += n;
		t->done += n * b->bytes;
	}
	return 0;
}

static int read_all(struct memtest *t, enum test test, uint64_t flip)
{
	struct block *b = &t->b;
	uint8_t chunk[BLOCK_CHUNK], back[BLOCK_CHUNK];

	for (uint64_t at = 0; at < b->words && !signals_pending();) {
		size_t n = chunk_words(b, at, flip, chunk), done;
		uint64_t offset = b->range.offset + at * b->bytes;

		show_progress(t);
		if (dp_space_read_block(b->range.space, offset, b->width, n, back, &done,
					&b->c->err))
			return cmd_fail(b->c);
		for (size_t i = 0; i < n; i++)
			misread_note(&t->results[test], offset + i * b->bytes,
				     block_word(chunk + i * b->bytes, b->bytes),
				     block_word(back + i * b->bytes, b->bytes));
		t->words[test] += n;
		at += n;
		t->done += n * b->bytes;
	}
	return 0;
}

static int test_address(struct memtest *t, enum test test)
{
	uint64_t flip = test == TEST_INVERSE ? ones(&t->b) : 0;
	int rc = write_all(t, flip);

	return rc ? rc : read_all(t, test, flip);
}

static int test_all(struct memtest *t)
{
	int rc;

	show_progress(t);
	rc = test_data(t);
	if (!rc)
		rc = test_address(t, TEST_ADDRESS);
	if (!rc)
		rc = test_address(t, TEST_INVERSE);
	progress_wipe();
	return rc;
}

/* ------------------------------------------------------------------- report */

static void show_test(const struct memtest *t, struct json *arr, enum test test)
{
	const struct misread *m = &t->results[test];
	struct json *j = json_item(arr);

	json_str(j, "test", names[test]);
	json_uint(j, "words", t->words[test]);
	json_uint(j, "errors", m->count);
	json_hex(j, "bits", m->bits, t->b.width);
	if (arr || t->b.c->quiet)
		return;
	out("%-24s %ju words", titles[test], (uintmax_t)t->words[test]);
	if (m->count)
		out(", %ju wrong in bits 0x%0*jx\n", (uintmax_t)m->count, (int)t->b.bytes * 2,
		    (uintmax_t)m->bits);
	else
		out_str(", all as written\n");
}

/* what was found before an error or a signal is shown, too */
static int report(struct memtest *t, int rc)
{
	struct json *doc = t->b.c->doc, *arr;
	const struct misread *first = NULL;
	uint64_t errors = 0;
	char name[300];

	block_name(&t->b, name, sizeof(name));
	json_str(doc, "range", name);
	json_uint(doc, "width", t->b.width);
	arr = json_array(doc, "tests");
	for (int i = 0; i < TESTS; i++) {
		if (t->words[i])
			show_test(t, arr, i);
		errors += t->results[i].count;
		first = !first && t->results[i].count ? &t->results[i] : first;
	}
	json_uint(doc, "errors", errors);
	if (first)
		misread_show(&t->b, first);
	return rc ? rc : errors ? EXIT_NEGATIVE : EXIT_DONE;
}

/* an array of a register file that is memory is its bytes */
static int as_bytes(struct block *b)
{
	struct cmd *c = b->c;
	struct dp_space_info info;

	if (!b->refs.n)
		return 0;
	if (dp_resolve_range(b->dev, c->argv[0], &b->range, &c->err))
		return cmd_fail(c);
	dp_space_info(b->range.space, &info);
	b->space = info.name; /* that of the refs goes with them */
	b->range.width = b->width;
	b->words = b->range.len / b->bytes;
	dp_refs_free(&b->refs);
	return 0;
}

static int run(struct cmd *c)
{
	static const uint8_t zero[8];
	struct memtest t = {.done = 0};
	int rc = block_resolve(c, &t.b);

	if (!rc)
		rc = as_bytes(&t.b);
	if (!rc)
		rc = block_open(&t.b, zero, 1, DP_WRITE_MEMORY);
	if (!rc)
		rc = report(&t, test_all(&t));
	block_free(&t.b);
	return rc;
}

const struct verb verb_memtest = {
	.name = "memtest",
	.fn = run,
	.synopsis = "RANGE",
	.summary = "test memory behind a bus; what it held is lost",
	.text = "Overwrites every word of RANGE: walking ones and zeros, address in address, and the\n"
		"inverse of that, which stays. Exit 1 when a word read back differently; the first\n"
		"one is shown. Registers are refused, and so is what a kernel driver owns.\n",
	.examples = "devpoke memtest sim:edu mem+0x100000..+64K\n"
		    "devpoke memtest 01:00.0 bar2 -w 64\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_WIDTH),
	.flags = VERB_TARGET | VERB_WRITES,
	.min = 1,
	.max = 1,
};
