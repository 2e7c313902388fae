/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's qtest protocol: replies as they come, and as they should not */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "backend/qtest.h"

/** struct wire - a connection and its other end, where the test plays QEMU */
struct wire {
	struct dp_qtest q;
	int peer;
};

static void wire_open(struct wire *w)
{
	int fds[2];

	memset(w, 0, sizeof(*w));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	dp_line_attach(&w->q.line, fds[0], 1024);
	strcpy(w->q.lab, "lab");
	w->peer = fds[1];
}

static void wire_close(struct wire *w)
{
	dp_qtest_close(&w->q);
	if (w->peer >= 0)
		close(w->peer);
}

static void say(struct wire *w, const char *text)
{
	assert_int_equal(write(w->peer, text, strlen(text)), (ssize_t)strlen(text));
}

static void assert_asked(struct wire *w, const char *want)
{
	char buf[256];
	ssize_t n = recv(w->peer, buf, sizeof(buf) - 1, MSG_DONTWAIT);

	buf[n > 0 ? n : 0] = '\0';
	assert_string_equal(buf, want);
}

static void replies_are_told_apart(void **state)
{
	static const struct {
		const char *line;
		bool value;
		enum dp_qtest_reply want;
		uint64_t number;
	} t[] = {
		{"OK", false, DP_QTEST_OK, 0},
		{"OK 0x00000000deadbeef", true, DP_QTEST_OK, 0xdeadbeef},
		{"OK 0xffffffffffffffff", true, DP_QTEST_OK, UINT64_MAX},
		{"OK 0x00ff", true, DP_QTEST_OK, 0xff},
		{"IRQ raise 20", true, DP_QTEST_IRQ, 0},
		{"IRQ lower 20", false, DP_QTEST_IRQ, 0},
		{"FAIL Unknown command 'x'", true, DP_QTEST_FAIL, 0},
		{"FAIL", false, DP_QTEST_FAIL, 0},
		{"", false, DP_QTEST_BAD, 0},
		{"OK", true, DP_QTEST_BAD, 0},
		{"OK ", true, DP_QTEST_BAD, 0},
		{"OK 0x", true, DP_QTEST_BAD, 0},
		{"OK 12", true, DP_QTEST_BAD, 0},
		{"OK 0x12 ", true, DP_QTEST_BAD, 0},
		{"OK 0x-1", true, DP_QTEST_BAD, 0},
		{"OK 0xg", true, DP_QTEST_BAD, 0},
		{"OK 0x11112222333344445", true, DP_QTEST_BAD, 0},
		{"OK 0x1", false, DP_QTEST_BAD, 0},
		{"OKAY", false, DP_QTEST_BAD, 0},
		{"ok", false, DP_QTEST_BAD, 0},
		{"FAILURE", false, DP_QTEST_BAD, 0},
		{"IRQ", false, DP_QTEST_BAD, 0},
		{"\x80\xff", false, DP_QTEST_BAD, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		uint64_t number = 0;
		enum dp_qtest_reply got = dp_qtest_parse(t[i].line, t[i].value ? &number : NULL);

		if (got != t[i].want)
			fail_msg("'%s' is %d, not %d", t[i].line, got, t[i].want);
		if (t[i].want == DP_QTEST_OK)
			assert_int_equal(number, t[i].number);
	}
}

static void each_width_is_one_request_of_its_own(void **state)
{
	static const struct {
		char space;
		unsigned width;
		const char *read, *write;
	} t[] = {
		{'m', 8, "readb 0xc0000010\n", "writeb 0xc0000010 0x12\n"},
		{'m', 16, "readw 0xc0000010\n", "writew 0xc0000010 0x12\n"},
		{'m', 32, "readl 0xc0000010\n", "writel 0xc0000010 0x12\n"},
		{'m', 64, "readq 0xc0000010\n", "writeq 0xc0000010 0x12\n"},
		{'p', 8, "inb 0xc0000010\n", "outb 0xc0000010 0x12\n"},
		{'p', 16, "inw 0xc0000010\n", "outw 0xc0000010 0x12\n"},
		{'p', 32, "inl 0xc0000010\n", "outl 0xc0000010 0x12\n"},
	};
	uint64_t value;
	struct wire w;

	(void)state;
	wire_open(&w);
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		say(&w, "OK 0x0000000000000012\n");
		assert_int_equal(
			dp_qtest_read(&w.q, t[i].space, 0xc0000010, t[i].width, &value, NULL), 0);
		assert_int_equal(value, 0x12);
		assert_asked(&w, t[i].read);
		say(&w, "OK\n");
		assert_int_equal(
			dp_qtest_write(&w.q, t[i].space, 0xc0000010, t[i].width, 0x12, NULL), 0);
		assert_asked(&w, t[i].write);
	}
	wire_close(&w);
}

static void a_narrow_read_has_narrow_bits(void **state)
{
	uint64_t value;
	struct wire w;

	(void)state;
	wire_open(&w);
	say(&w, "OK 0xffffffffffffff80\n");
	assert_int_equal(dp_qtest_read(&w.q, 'm', 0, 8, &value, NULL), 0);
	assert_int_equal(value, 0x80);
	wire_close(&w);
}

static void interrupt_lines_are_skipped(void **state)
{
	uint64_t value;
	struct wire w;

	(void)state;
	wire_open(&w);
	say(&w, "IRQ raise 20\nIRQ lower 20\nOK 0x7\nIRQ raise 3\n");
	assert_int_equal(dp_qtest_read(&w.q, 'm', 0, 32, &value, NULL), 0);
	assert_int_equal(value, 7);
	say(&w, "OK 0x8\r\n");
	assert_int_equal(dp_qtest_read(&w.q, 'm', 0, 32, &value, NULL), 0);
	assert_int_equal(value, 8);
	wire_close(&w);
}

static void a_refusal_names_the_request_and_keeps_the_connection(void **state)
{
	struct dp_err err;
	uint64_t value;
	struct wire w;

	(void)state;
	wire_open(&w);
	say(&w, "FAIL Unknown command\n");
	assert_int_equal(dp_qtest_read(&w.q, 'm', 0x10, 32, &value, &err), -EIO);
	assert_int_equal(err.code, DP_LAB);
	assert_non_null(strstr(err.message, "readl 0x10"));
	assert_non_null(strstr(err.message, "FAIL Unknown command"));
	say(&w, "OK 0x1\n");
	assert_int_equal(dp_qtest_read(&w.q, 'm', 0x10, 32, &value, &err), 0);
	wire_close(&w);
}

static void garbage_ends_the_connection(void **state)
{
	struct dp_err err;
	uint64_t value;
	struct wire w;

	(void)state;
	wire_open(&w);
	say(&w, "HTTP/1.1 400 Bad Request\nOK 0x1\n");
	assert_int_equal(dp_qtest_read(&w.q, 'm', 0, 32, &value, &err), -EIO);
	assert_int_equal(err.code, DP_LAB);
	/* the OK that follows belongs to nothing that was asked */
	assert_int_equal(dp_qtest_read(&w.q, 'm', 0, 32, &value, &err), -ENODEV);
	wire_close(&w);
}

static void an_endless_line_is_an_error(void **state)
{
	char text[1500];
	struct dp_err err;
	uint64_t value;
	struct wire w;

	(void)state;
	memset(text, '0', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "OK 0x", 5);
	wire_open(&w);
	say(&w, text);
	assert_int_equal(dp_qtest_read(&w.q, 'm', 0, 32, &value, &err), -EIO);
	assert_non_null(strstr(err.message, "endless"));
	wire_close(&w);
}

static void the_other_end_may_go_at_any_byte(void **state)
{
	static const char *const starts[] = {"", "O", "OK 0x12", "IRQ raise 1\n",
					     "IRQ raise 1\nOK"};

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		struct dp_err err;
		uint64_t value;
		struct wire w;

		wire_open(&w);
		say(&w, starts[i]);
		shutdown(w.peer, SHUT_WR);
		assert_int_equal(dp_qtest_read(&w.q, 'm', 0, 32, &value, &err), -ENODEV);
		assert_int_equal(err.code, DP_GONE);
		assert_string_equal(err.message, "lab 'lab' ended");
		close(w.peer);
		w.peer = -1;
		/* and once more without it: no signal, the same answer */
		assert_int_equal(dp_qtest_write(&w.q, 'm', 0, 32, 1, &err), -ENODEV);
		wire_close(&w);
	}
}

static void a_line_may_come_in_pieces(void **state)
{
	const char *text = "OK 0x1234\nOK\n";
	char *line;
	struct dp_line l;
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	dp_line_attach(&l, fds[0], 64);
	for (size_t i = 0; i + 1 < 10; i++) {
		assert_int_equal(write(fds[1], text + i, 1), 1);
		assert_int_equal(dp_line_get(&l, NULL, dp_now_ns() + 1000, &line), -ETIMEDOUT);
	}
	assert_int_equal(write(fds[1], text + 9, 4), 4);
	assert_int_equal(dp_line_get(&l, NULL, dp_now_ns() + 5000000000u, &line), 0);
	assert_string_equal(line, "OK 0x1234");
	assert_int_equal(dp_line_get(&l, NULL, dp_now_ns() + 5000000000u, &line), 0);
	assert_string_equal(line, "OK");
	dp_line_close(&l);
	close(fds[1]);
}

static bool yes(void *arg)
{
	(void)arg;
	return true;
}

static void an_interruption_ends_a_wait(void **state)
{
	struct dp_ctx_opts opts = {.interrupted = yes};
	struct dp_ctx *ctx = dp_ctx_new(&opts);
	struct dp_line l;
	int fds[2];
	char *line;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	dp_line_attach(&l, fds[0], 64);
	assert_int_equal(dp_line_get(&l, ctx, dp_now_ns() + 60000000000u, &line), -EINTR);
	dp_line_close(&l);
	close(fds[1]);
	dp_ctx_free(ctx);
}

static void a_long_socket_path_is_an_error(void **state)
{
	char path[200];
	struct dp_line l;

	(void)state;
	memset(path, 'x', sizeof(path));
	path[DP_LINE_PATH_MAX + 1] = '\0';
	assert_int_equal(dp_line_connect(&l, path, 64), -ENAMETOOLONG);
	path[DP_LINE_PATH_MAX] = '\0';
	assert_int_equal(dp_line_connect(&l, path, 64), -ENOENT);
	dp_line_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies_are_told_apart),
		cmocka_unit_test(each_width_is_one_request_of_its_own),
		cmocka_unit_test(a_narrow_read_has_narrow_bits),
		cmocka_unit_test(interrupt_lines_are_skipped),
		cmocka_unit_test(a_refusal_names_the_request_and_keeps_the_connection),
		cmocka_unit_test(garbage_ends_the_connection),
		cmocka_unit_test(an_endless_line_is_an_error),
		cmocka_unit_test(the_other_end_may_go_at_any_byte),
		cmocka_unit_test(a_line_may_come_in_pieces),
		cmocka_unit_test(an_interruption_ends_a_wait),
		cmocka_unit_test(a_long_socket_path_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
