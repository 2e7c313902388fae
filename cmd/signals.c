/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals.c - handlers and dispositions; the library installs none */
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "devpoke.h"
#include "signals.h"

static volatile sig_atomic_t pending;
static struct sigaction old_alarm, old_bus, old_int, old_term, old_pipe;

/* a signal may come between the look at it and the wait: each second that follows ends one */
static void on_alarm(int signum)
{
	(void)signum;
	alarm(1);
}

static void on_end(int signum)
{
	pending = signum;
	alarm(1);
}

static void on_bus(int signum, siginfo_t *info, void *context)
{
	bool fault = info->si_code > 0; /* else somebody sent it, and there is no address */

	if (fault && dp_fault_guard(info->si_addr))
		return;
	if (old_bus.sa_flags & SA_SIGINFO) {
		old_bus.sa_sigaction(signum, info, context);
		return;
	}
	/* default action: the fault comes again when this handler returns */
	signal(SIGBUS, SIG_DFL);
	if (!fault)
		raise(SIGBUS);
}

static void set(int signum, void (*handler)(int), struct sigaction *old)
{
	/* no SA_RESTART: a wait in a system call ends too */
	struct sigaction sa = {.sa_handler = handler};

	sigemptyset(&sa.sa_mask);
	sigaction(signum, &sa, old);
}

void signals_init(void)
{
	struct sigaction bus = {.sa_sigaction = on_bus, .sa_flags = SA_SIGINFO | SA_NODEFER};

	set(SIGINT, on_end, &old_int);
	if (old_int.sa_handler == SIG_IGN) /* started with & by a shell without job control */
		sigaction(SIGINT, &old_int, NULL);
	set(SIGTERM, on_end, &old_term);
	set(SIGALRM, on_alarm, &old_alarm);
	set(SIGPIPE, SIG_IGN, &old_pipe);
	sigemptyset(&bus.sa_mask);
	sigaction(SIGBUS, &bus, &old_bus);
}

int signals_pending(void)
{
	return pending;
}

void signals_reset(void)
{
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGTERM, &old_term, NULL);
	sigaction(SIGALRM, &old_alarm, NULL);
	sigaction(SIGPIPE, &old_pipe, NULL);
	sigaction(SIGBUS, &old_bus, NULL);
}
