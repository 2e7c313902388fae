/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verb_load.c - devpoke load TARGET RANGE -i FILE: bytes of a file as words of a range */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block.h"
#include "session.h"
#include "signals.h"
#include "verbs.h"

struct input {
	struct cmd *c;
	const char *name;
	int fd;
	bool regular;
	uint64_t size; /* of a regular file, from where it stands */
	uint8_t *data;
	size_t len;
};

static int input_failed(struct input *in, const char *what)
{
	enum dp_code code = errno == ENOENT || errno == ENOTDIR ? DP_NAME
			    : errno == EACCES || errno == EPERM ? DP_PERMISSION
								: DP_IO;

	dp_err_set(&in->c->err, errno, code, "cannot %s '%s': %s", what, in->name, strerror(errno));
	return cmd_fail(in->c);
}

static int no_terminal(struct input *in)
{
	dp_err_set(&in->c->err, EINVAL, DP_USAGE, "bytes do not come from a terminal");
	dp_err_hint(&in->c->err, "-i FILE, or a pipe before it");
	return cmd_fail(in->c);
}

static int input_open(struct cmd *c, struct input *in)
{
	const char *file = c->opts.value[OPT_IN];
	struct stat st;
	off_t at;

	*in = (struct input){.c = c, .name = "standard input", .fd = STDIN_FILENO};
	if (file && strcmp(file, "-")) {
		in->name = file;
		in->fd = open(file, O_RDONLY | O_CLOEXEC);
	} else if (c->where && !strcmp(c->where->file, "stdin")) {
		return cmd_usage(c, "the lines of this batch come from standard input: -i FILE");
	} else if (isatty(STDIN_FILENO)) {
		return no_terminal(in);
	}
	if (in->fd < 0)
		return input_failed(in, "open");
	if (fstat(in->fd, &st))
		return input_failed(in, "read");
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return input_failed(in, "read");
	}
	at = lseek(in->fd, 0, SEEK_CUR);
	in->regular = S_ISREG(st.st_mode) && at >= 0;
	if (in->regular)
		in->size = at < st.st_size ? (uint64_t)(st.st_size - at) : 0;
	return 0;
}

static void input_close(struct input *in)
{
	if (in->fd > STDERR_FILENO)
		close(in->fd);
	free(in->data);
}

/* Return: bytes, 0 at the end or on a signal, negative after an error */
static ssize_t input_read(struct input *in, uint8_t *buf, size_t size)
{
	ssize_t n;

	do
		n = read(in->fd, buf, size);
	while (n < 0 && errno == EINTR && !signals_pending());
	return n < 0 && errno == EINTR ? 0 : n;
}

/* ------------------------------------------------------------ a whole block */

static int too_long(const struct block *b, struct input *in)
{
	char name[300];

	block_name(b, name, sizeof(name));
	dp_err_set(&in->c->err, ERANGE, DP_RANGE, "'%s' is longer than %.100s, 0x%jx bytes",
		   in->name, name, (uintmax_t)(b->words * b->bytes));
	if (!b->refs.n)
		dp_err_hint(&in->c->err, "a longer range: OFFSET..+LEN");
	return cmd_fail(in->c);
}

static int no_whole_words(struct input *in, const struct block *b, uint64_t len)
{
	if (!len)
		return cmd_usage(in->c, "'%s' is empty", in->name);
	dp_err_set(&in->c->err, EINVAL, DP_ALIGN,
		   "the %ju bytes of '%s' are no whole words of %u bits", (uintmax_t)len, in->name,
		   b->width);
	if (!b->refs.n)
		dp_err_hint(&in->c->err, "-w 8 takes bytes");
	return cmd_fail(in->c);
}

static bool grow(struct input *in, size_t *room, uint64_t most)
{
	size_t want = *room ? 2 * *room : 1 << 16;
	uint8_t *p;

	want = want < most ? want : (size_t)most;
	p = realloc(in->data, want);
	if (!p)
		return false;
	in->data = p;
	*room = want;
	return true;
}

/* all of it, but not more than fits and one byte */
static int slurp(struct input *in, uint64_t fits)
{
	size_t room = 0;
	ssize_t n;

	do {
		if (in->len == room && !grow(in, &room, fits + 1))
			return cmd_nomem(in->c);
		n = input_read(in, in->data + in->len, room - in->len);
		if (n < 0)
			return input_failed(in, "read");
		in->len += (size_t)n;
	} while (n && in->len <= fits);
	return 0;
}

static int read_all(struct input *in, const struct block *b)
{
	uint64_t fits = b->words * b->bytes;
	int rc = in->regular && in->size > fits ? too_long(b, in) : slurp(in, fits);

	if (rc || signals_pending())
		return rc;
	if (in->len > fits)
		return too_long(b, in);
	return in->len && in->len % b->bytes == 0 ? 0 : no_whole_words(in, b, in->len);
}

static int load_block(struct block *b, struct input *in, bool verify)
{
	struct misread m = {0};
	int rc = read_all(in, b);

	if (rc || signals_pending())
		return rc;
	b->words = in->len / b->bytes;
	b->range.len = in->len;
	rc = block_open(b, in->data, b->words, verify ? DP_WRITE_MEMORY : 0);
	if (!rc)
		rc = block_write(b, in->data, b->words);
	if (!rc && verify && !signals_pending())
		rc = block_verify(b, in->data, b->words, &m);
	return block_report(b, rc, verify ? &m : NULL);
}

/* ------------------------------------------------------------------ a FIFO */

static int cut_short(struct block *b, struct input *in, size_t rest)
{
	dp_err_set(&in->c->err, EIO, DP_IO,
		   "'%s' ends inside a word: %zu of %u bytes, after %ju words", in->name, rest,
		   b->bytes, (uintmax_t)b->done);
	return cmd_fail(in->c);
}

static int write_fifo(struct block *b, const uint8_t *words, size_t n)
{
	size_t done = 0;
	int rc = 0;

	/* one at a time, so that Ctrl-C ends it between two of them */
	for (size_t i = 0; i < n && !rc && !signals_pending(); i++)
		rc = dp_ref_write_words(b->refs.v[0], words + i * b->bytes, 1, &done, &b->c->err);
	b->done += done;
	return rc ? cmd_fail(b->c) : 0;
}

static int stream(struct block *b, struct input *in)
{
	uint8_t buf[BLOCK_CHUNK];
	size_t have = 0;
	ssize_t n;
	int rc;

	for (;;) {
		if (!in->regular)
			session_rest(
				in->c->session); /* whoever writes into the pipe may take long */
		n = input_read(in, buf + have, sizeof(buf) - have);
		if (n < 0)
			return input_failed(in, "read");
		if (!n)
			return have && !signals_pending() ? cut_short(b, in, have) : 0;
		have += (size_t)n;
		rc = write_fifo(b, buf, have / b->bytes);
		if (rc || signals_pending())
			return rc;
		memmove(buf, buf + have / b->bytes * b->bytes, have % b->bytes);
		have %= b->bytes;
	}
}

static int load_fifo(struct block *b, struct input *in)
{
	static const uint8_t zero[8];
	int rc = 0;

	if (in->regular && (!in->size || in->size % b->bytes))
		return no_whole_words(in, b, in->size);
	rc = block_open(b, zero, 1, 0);
	if (!rc)
		rc = stream(b, in);
	return block_report(b, rc, NULL);
}

static bool is_fifo(const struct block *b)
{
	struct dp_ref_info info;

	if (b->refs.n != 1)
		return false;
	dp_ref_info(b->refs.v[0], &info);
	return !strcmp(info.kind, "fifo");
}

static int run(struct cmd *c)
{
	bool verify = opt_given(&c->opts, OPT_VERIFY);
	struct input in = {.fd = -1};
	struct block b;
	int rc = block_resolve(c, &b);

	if (!rc && is_fifo(&b) && verify)
		rc = cmd_usage(c, "a FIFO cannot be read back: --verify is for memory");
	if (!rc)
		rc = input_open(c, &in);
	if (!rc)
		rc = is_fifo(&b) ? load_fifo(&b, &in) : load_block(&b, &in, verify);
	input_close(&in);
	block_free(&b);
	return rc;
}

const struct verb verb_load = {
	.name = "load",
	.fn = run,
	.synopsis = "RANGE",
	.summary = "write the bytes of a file to a range, word by word",
	.text = "The bytes are in bus order, as a raw dump has them; RANGE is as of `fill`, and the\n"
		"file may be shorter. Its length is checked before anything is written. A FIFO takes\n"
		"one word after the other, also from a pipe that does not end.\n",
	.examples = "printf 12345678 | devpoke load sim:edu mem+0x100000..+8 -i - --verify\n"
		    "devpoke load 01:00.0 bar2 -i firmware.bin\n",
	.options = OPTS_TARGET | OPT_BIT(OPT_IN) | OPT_BIT(OPT_WIDTH) | OPT_BIT(OPT_VERIFY),
	.flags = VERB_TARGET | VERB_WRITES,
	.min = 1,
	.max = 1,
};
