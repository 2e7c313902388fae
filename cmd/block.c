/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block.c - words written to a RANGE, one access of their width each, and read back from memory */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "block.h"
#include "out.h"
#include "progress.h"
#include "signals.h"

/* bus order is that of a little-endian device (devpoke.h, dp_space_read) */
uint64_t block_word(const uint8_t *data, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = bytes; i-- > 0;)
		v = v << 8 | data[i];
	return v;
}

void block_put(uint8_t *data, unsigned bytes, uint64_t value)
{
	for (unsigned i = 0; i < bytes; i++)
		data[i] = (uint8_t)(value >> (8 * i));
}

/* ---------------------------------------------------------------- operands */

static int given_width(struct block *b, unsigned *width)
{
	const char *word = b->c->opts.value[OPT_WIDTH];
	int i;

	*width = 0;
	if (!word)
		return 0;
	i = opt_word_index(opt_table[OPT_WIDTH].arg, word);
	if (i < 0)
		return cmd_usage(b->c, "-w is 8, 16, 32 or 64, not '%s'", word);
	*width = 8u << i;
	return 0;
}

static int resolve(struct block *b)
{
	struct cmd *c = b->c;
	int rc = dp_resolve_block(b->dev, c->argv[0], &b->refs, &b->range, &c->err);

	if (rc == -EAGAIN) {
		int code = target_open(c, b->dev, 0);

		if (code)
			return code;
		rc = dp_resolve_block(b->dev, c->argv[0], &b->refs, &b->range, &c->err);
	}
	return rc ? cmd_fail(c) : 0;
}

static int size_registers(struct block *b, unsigned width)
{
	struct dp_ref_info info;

	dp_ref_info(b->refs.v[0], &info);
	b->space = info.space;
	b->width = info.width;
	b->words = b->refs.n;
	if (width && width != b->width)
		return cmd_usage(b->c, "'%s' is %u bits wide: it takes no words of %u",
				 info.reg_path, b->width, width);
	return 0;
}

static int size_bytes(struct block *b, unsigned width)
{
	struct dp_space_info info;

	dp_space_info(b->range.space, &info);
	b->space = info.name;
	b->width = width ? width : b->range.width ? b->range.width : 32;
	/* the order of a type holds for words of that type */
	b->range.big &= b->width == b->range.width;
	b->range.width = b->width;
	b->words = b->range.len / (b->width / 8);
	if (b->words)
		return 0;
	dp_err_set(&b->c->err, EINVAL, DP_ALIGN, "0x%jx bytes are less than one word of %u bits",
		   (uintmax_t)b->range.len, b->width);
	dp_err_hint(&b->c->err, "-w 8 takes bytes");
	return cmd_fail(b->c);
}

int block_resolve(struct cmd *c, struct block *b)
{
	unsigned width;
	int rc;

	*b = (struct block){.c = c};
	rc = given_width(b, &width);
	if (!rc)
		rc = target_registers(c, &b->dev);
	if (!rc)
		rc = resolve(b);
	if (!rc)
		rc = b->refs.n ? size_registers(b, width) : size_bytes(b, width);
	b->bytes = b->width / 8;
	return rc;
}

void block_free(struct block *b)
{
	dp_refs_free(&b->refs);
}

/* ------------------------------------------------------------------- check */

static const uint8_t *word_of(const struct block *b, const uint8_t *data, size_t n, uint64_t i)
{
	return data + i % n * b->bytes;
}

static int check_registers(struct block *b, const uint8_t *data, size_t n)
{
	for (uint64_t i = 0; i < b->words; i++)
		if (dp_ref_write_words(b->refs.v[i], word_of(b, data, n, i), 1, NULL, &b->c->err))
			return cmd_fail(b->c);
	return 0;
}

static int must_be_memory(struct block *b)
{
	struct dp_ref_info info;

	dp_ref_info(b->refs.v[0], &info);
	if (!strcmp(info.kind, "memory"))
		return 0;
	dp_err_set(&b->c->err, EINVAL, DP_USAGE, "'%s' is a register, and this is for memory",
		   info.reg_path);
	dp_err_hint(&b->c->err, "devpoke explain %s %s", b->c->target, info.reg_path);
	return cmd_fail(b->c);
}

static int locate_registers(struct block *b)
{
	bool moved;

	for (uint64_t i = 0; i < b->words; i++) {
		int rc = access_locate(b->c, b->refs.v[i], &moved);

		if (rc)
			return rc;
	}
	return 0;
}

int block_open(struct block *b, const uint8_t *data, size_t n, unsigned flags)
{
	int rc = 0;

	if (b->refs.n && flags & DP_WRITE_MEMORY)
		rc = must_be_memory(b);
	/* what can be refused without the device is refused before it is opened */
	if (!rc && b->refs.n)
		rc = check_registers(b, data, n);
	if (!rc)
		rc = target_open(b->c, b->dev, DP_OPEN_WRITE);
	if (rc)
		return rc;
	if (!b->refs.n)
		return dp_range_may_write(b->dev, &b->range, data, n, flags, &b->c->err)
			       ? cmd_fail(b->c)
			       : 0;
	rc = locate_registers(b);
	return rc ? rc : check_registers(b, data, n);
}

/* ------------------------------------------------------------------- write */

static int write_registers(struct block *b, const uint8_t *data, size_t n)
{
	for (uint64_t i = 0; i < b->words && !signals_pending(); i++) {
		size_t done = 0;

		if (dp_ref_write_words(b->refs.v[i], word_of(b, data, n, i), 1, &done, &b->c->err))
			return cmd_fail(b->c);
		b->done++;
	}
	return 0;
}

/* up to a chunk of words from number @at on */
static size_t take_words(const struct block *b, const uint8_t *data, size_t n, uint64_t at,
			 uint8_t *chunk)
{
	uint64_t left = b->words - at, most = BLOCK_CHUNK / b->bytes;
	size_t count = left < most ? (size_t)left : (size_t)most;

	for (size_t i = 0; i < count; i++)
		memcpy(chunk + i * b->bytes, word_of(b, data, n, at + i), b->bytes);
	return count;
}

static int write_bytes(struct block *b, const uint8_t *data, size_t n)
{
	uint8_t chunk[BLOCK_CHUNK];

	while (b->done < b->words && !signals_pending()) {
		size_t count = take_words(b, data, n, b->done, chunk), done;
		int rc;

		progress(b->done * b->bytes, b->words * b->bytes);
		rc = dp_space_write_block(b->range.space, b->range.offset + b->done * b->bytes,
					  b->width, count, chunk, &done, &b->c->err);
		b->done += done;
		if (rc)
			return cmd_fail(b->c);
	}
	return 0;
}

int block_write(struct block *b, const uint8_t *data, size_t n)
{
	int rc = b->refs.n ? write_registers(b, data, n) : write_bytes(b, data, n);

	progress_wipe();
	return rc;
}

/* ------------------------------------------------------------------ verify */

void misread_note(struct misread *m, uint64_t offset, uint64_t wrote, uint64_t read)
{
	if (wrote == read)
		return;
	if (!m->count++) {
		m->offset = offset;
		m->wrote = wrote;
		m->read = read;
	}
	m->bits |= wrote ^ read;
}

static int verify_register(struct block *b, struct dp_ref *ref, const uint8_t *word,
			   struct misread *m)
{
	struct dp_ref_info info;
	uint8_t back[8];
	size_t done;

	dp_ref_info(ref, &info);
	if (dp_space_read_block(dp_dev_space(b->dev, info.space), info.offset, b->width, 1, back,
				&done, &b->c->err))
		return cmd_fail(b->c);
	misread_note(m, info.offset, block_word(word, b->bytes), block_word(back, b->bytes));
	return 0;
}

static int verify_bytes(struct block *b, const uint8_t *data, size_t n, struct misread *m)
{
	uint8_t chunk[BLOCK_CHUNK], back[BLOCK_CHUNK];

	for (uint64_t at = 0; at < b->words && !signals_pending();) {
		size_t count = take_words(b, data, n, at, chunk), done;
		uint64_t offset = b->range.offset + at * b->bytes;

		progress(at * b->bytes, b->words * b->bytes);
		if (dp_space_read_block(b->range.space, offset, b->width, count, back, &done,
					&b->c->err))
			return cmd_fail(b->c);
		for (size_t i = 0; i < count; i++)
			misread_note(m, offset + i * b->bytes,
				     block_word(chunk + i * b->bytes, b->bytes),
				     block_word(back + i * b->bytes, b->bytes));
		at += count;
	}
	return 0;
}

int block_verify(struct block *b, const uint8_t *data, size_t n, struct misread *m)
{
	int rc = 0;

	if (!b->refs.n)
		rc = verify_bytes(b, data, n, m);
	for (uint64_t i = 0; b->refs.n && i < b->words && !rc && !signals_pending(); i++)
		rc = verify_register(b, b->refs.v[i], word_of(b, data, n, i), m);
	progress_wipe();
	return rc;
}

/* ------------------------------------------------------------------ report */

void block_name(const struct block *b, char *buf, size_t size)
{
	if (b->refs.n)
		snprintf(buf, size, "%s", b->c->argv[0]);
	else
		snprintf(buf, size, "%s+0x%jx..+0x%jx", b->space, (uintmax_t)b->range.offset,
			 (uintmax_t)(b->words * b->bytes));
}

void misread_show(const struct block *b, const struct misread *m)
{
	struct json *j;
	int digits = (int)b->bytes * 2;

	if (!m->count)
		return;
	j = json_map(b->c->doc, "first");
	json_str(j, "space", b->space);
	json_hex(j, "offset", m->offset, 8);
	json_hex(j, "wrote", m->wrote, b->width);
	json_hex(j, "read", m->read, b->width);
	json_hex(j, "xor", m->wrote ^ m->read, b->width);
	if (!j)
		out("first at %s+0x%jx: wrote 0x%0*jx, read 0x%0*jx, differing bits 0x%0*jx\n",
		    b->space, (uintmax_t)m->offset, digits, (uintmax_t)m->wrote, digits,
		    (uintmax_t)m->read, digits, (uintmax_t)(m->wrote ^ m->read));
}

static void people(const struct block *b, const struct misread *m)
{
	char name[300];

	block_name(b, name, sizeof(name));
	out("%s: %ju word%s of %u bits written", name, (uintmax_t)b->done, b->done == 1 ? "" : "s",
	    b->width);
	if (m && m->count)
		out(", %ju read back differently\n", (uintmax_t)m->count);
	else
		out("%s\n", m ? ", read back the same" : "");
}

int block_report(struct block *b, int rc, const struct misread *m)
{
	struct json *doc = b->c->doc;
	char name[300];

	if (rc == EXIT_CHECKED || !b->space)
		return rc; /* nothing was to be done, or nobody knows where */
	block_name(b, name, sizeof(name));
	json_str(doc, "range", name);
	json_uint(doc, "width", b->width);
	json_uint(doc, "words", b->done);
	if (rc)
		return rc;
	if (m)
		json_uint(doc, "errors", m->count);
	if (!doc && (!b->c->quiet || (m && m->count)))
		people(b, m);
	if (m)
		misread_show(b, m);
	return m && m->count ? EXIT_NEGATIVE : EXIT_DONE;
}
