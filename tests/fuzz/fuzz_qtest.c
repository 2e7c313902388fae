/* SPDX-License-Identifier: GPL-2.0-or-later */
/* any bytes as what QEMU's qtest and QMP sockets say */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/qtest.h"
#include "core/json.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dp_qtest q = {.line = {.fd = -1}};
	uint64_t value;
	int pair[2];
	char *line;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		abort();
	if (size > 4096)
		size = 4096;
	if (write(pair[1], data, size) != (ssize_t)size)
		abort();
	shutdown(pair[1], SHUT_WR);
	dp_line_attach(&q.line, pair[0], 1024);
	while (!dp_line_get(&q.line, NULL, dp_now_ns() + DP_QTEST_TIMEOUT_NS, &line)) {
		struct dp_json *j = dp_json_parse(line, strlen(line));

		dp_qtest_parse(line, NULL);
		dp_qtest_parse(line, &value);
		dp_json_free(j);
	}
	dp_line_close(&q.line);
	close(pair[1]);
	return 0;
}
