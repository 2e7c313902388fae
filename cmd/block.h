/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block.h - what fill, load and memtest share: a RANGE, its words, and what became of them
 */
#ifndef CMD_BLOCK_H
#define CMD_BLOCK_H

#include "cmd.h"

#define BLOCK_CHUNK 4096u /* bytes between two looks at Ctrl-C */

/**
 * struct block - what a RANGE operand names
 * @refs: a register or the elements of an array, or none: @range then has the bytes, and its width
 * @width: of each word, bits; @bytes: the same
 * @words: that fit
 * @done: words written
 */
struct block {
	struct cmd *c;
	struct dp_dev *dev;
	struct dp_refs refs;
	struct dp_range range;
	const char *space;
	unsigned width, bytes;
	uint64_t words, done;
};

/* words that read back as something else */
struct misread {
	uint64_t count, offset, wrote, read; /* the first one; offset in the space */
	uint64_t bits;                       /* that were wrong anywhere */
};

/* the device, and what the first operand and -w name; Return: an exit code.  block_free() in any
 * case */
int block_resolve(struct cmd *c, struct block *b);
void block_free(struct block *b);
/* open it for writing and check that @n words of @data, again and again, may be written to all of
 * its words; @flags: DP_WRITE_MEMORY */
int block_open(struct block *b, const uint8_t *data, size_t n, unsigned flags);
/* write @n words of @data, again and again, to all of its words; ends early on a signal */
int block_write(struct block *b, const uint8_t *data, size_t n);
/* read them back; only of memory */
int block_verify(struct block *b, const uint8_t *data, size_t n, struct misread *m);
/* "main+0x10..+0x40", or the operand */
void block_name(const struct block *b, char *buf, size_t size);
/* what was written; Return: @rc, which wins, or EXIT_NEGATIVE when @m (or NULL) counts some */
int block_report(struct block *b, int rc, const struct misread *m);
/* "first" of a document, or the sentence on standard output */
void misread_show(const struct block *b, const struct misread *m);
void misread_note(struct misread *m, uint64_t offset, uint64_t wrote, uint64_t read);
/* the value of @bytes bytes in bus order, and back */
uint64_t block_word(const uint8_t *data, unsigned bytes);
void block_put(uint8_t *data, unsigned bytes, uint64_t value);

#endif
