/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - the table of verbs, and the life of the program
 *
 * To add a verb: its file with a `const struct verb verb_NAME`, a line in verbs.h, one in the
 * table below, one in module.mk.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "cmd.h"
#include "msg.h"
#include "out.h"
#include "session.h"
#include "signals.h"
#include "verbs.h"

/* sorted by name */
const struct verb *const verbs[] = {
	&verb_complete, &verb_batch,   &verb_check,   &verb_decode,  &verb_desc, &verb_diff,
	&verb_doctor,   &verb_dump,    &verb_explain, &verb_fill,    &verb_find, &verb_help,
	&verb_info,     &verb_list,    &verb_load,    &verb_memtest, &verb_peek, &verb_poke,
	&verb_poll,     &verb_restore, &verb_seq,     &verb_sim,     &verb_snap, &verb_toggle,
	&verb_version,  &verb_watch,
};
const size_t n_verbs = sizeof(verbs) / sizeof(*verbs);

const struct verb *verb_by_name(const char *name)
{
	for (size_t i = 0; i < n_verbs; i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}
/* a full disk is an error; a reader that has seen enough ends a reading verb quietly */
static int finish_output(int code, bool writes)
{
	struct dp_err err;
	int errnum = out_flush();

	if (!errnum)
		return code;
	if (errnum == EPIPE && !writes)
		return code == EXIT_DONE || code == EXIT_DEVICE ? EXIT_DONE : code;
	dp_err_set(&err, errnum, DP_IO, "cannot write to standard output: %s", strerror(errnum));
	msg_error(&err, NULL);
	return EXIT_DEVICE;
}

static int finish_trace(struct session *s, int code)
{
	struct dp_err err;

	if (!session_trace_end(s, &err))
		return code;
	msg_error(&err, NULL);
	return code ? code : EXIT_DEVICE;
}

/* of a noun it is its verb that writes: "sim start", "seq run" */
static bool command_writes(char *const *words, size_t n)
{
	const struct verb *v = NULL;
	size_t i = 0;

	while (i < n && !v)
		v = verb_by_name(words[i++]);
	if (!v || !v->subs)
		return v && v->flags & VERB_WRITES;
	for (; i < n; i++)
		for (const struct verb *s = v->subs; s->name; s++)
			if (!strcmp(s->name, words[i]))
				return s->flags & VERB_WRITES;
	return false;
}

/* a closed descriptor must not become that of a device: writes to it then fail as they should */
static void fill_standard_descriptors(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
			_exit(EXIT_DEVICE);
}

int main(int argc, char **argv)
{
	struct session s;
	int code;

	fill_standard_descriptors();
	if (getauxval(AT_SECURE)) {
		struct dp_err err;

		dp_err_set(&err, EPERM, DP_PERMISSION, "refusing to run set-user-id");
		dp_err_hint(&err, "start it as the user that may reach the device, or with sudo");
		msg_error(&err, NULL);
		return EXIT_TARGET;
	}
	signals_init();
	out_init();
	session_init(&s);
	if (s.env.no_color)
		msg_set_color(MSG_COLOR_NEVER);
	if (argc == 2 && !strcmp(argv[1], "--version")) /* every GNU program has it */
		argv[1] = "version";
	code = command_run(&s, argv + 1, argc ? argc - 1 : 0, NULL);
	code = finish_trace(&s, code);
	session_free(&s);
	return finish_output(code, command_writes(argv + 1, argc ? argc - 1 : 0));
}
